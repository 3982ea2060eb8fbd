"""What is derived of articles and stored with them: rows of JSON, whose meaning their extractor alone knows.

A caller gives extractors to the ingest, which runs them over each article that it takes in; what an earlier
version stored is completed later. A row belongs to its article and goes with it. Its seal is over the
article, text and all, so that what was derived of another is never taken for its own; where there is no row
that fits, the extractor runs again. An extractor that fails loses its own row and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.models import Article, is_unaltered

if TYPE_CHECKING:
    from index.store import ArticleStore

log = logging.getLogger("tanya.index")

TOGETHER = 32
"""Articles whose rows are stored in one transaction when a library is completed."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """A kind of row that is derived of every article.

    Attributes:
        kind: Its name.
        version: Of what it derives; a row of another version is derived again. See `version_of`.
        extract: Gives, of an article, what JSON can hold.
    """

    kind: str
    version: str
    extract: Callable[[Article], Any]


@dataclass(frozen=True, slots=True)
class Derived:
    """A row: what an extractor gave of an article, as JSON in ASCII, and its seal."""

    kind: str
    version: str
    payload: bytes
    seal: str


_HERE = Path(__file__).parent

READING = (
    *(_HERE / name for name in ("lexicon.py", "press.py", "text.py")),
    *sorted((_HERE / "data").glob("*.toml")),
)
"""The files that tell sentences, and what is no part of an article; whatever reads a text depends on them."""


@cache
def version_of(*files: Path) -> str:
    """A version that changes with the files of an extractor and its tables, and with those of `READING`."""
    mark = hashlib.blake2b(digest_size=8)
    for path in (*files, *READING):
        mark.update(path.name.encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()


def derive(article: Article, extractors: Sequence[Extractor]) -> list[Derived]:
    """The rows of an article; of an extractor that fails there is none, which is logged."""
    rows = []
    for one in extractors:
        try:
            payload = json.dumps(one.extract(article), separators=(",", ":")).encode()
        except Exception:
            log.exception(
                "the %s of article %r cannot be extracted; it is stored without them", one.kind, article.id
            )
        else:
            rows.append(
                Derived(one.kind, one.version, payload, seal_of(article, one.kind, one.version, payload))
            )
    return rows


def seal_of(article: Article, kind: str, version: str, payload: bytes) -> str:
    """What tells whether a row is as it was written and is of this article as it is; its path may change."""
    told = (
        article.id, article.title, article.source, article.published, article.language, article.author,
        article.sha256, kind, version,
    )  # fmt: skip
    mark = hashlib.blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=8)
    mark.update(payload)
    return mark.hexdigest()


def is_sound(article: Article, row: Derived) -> bool:
    """Whether a row is as it was written and is of this article as it is."""
    return row.seal == seal_of(article, row.kind, row.version, row.payload)


def read(article: Article, row: Derived) -> Any:
    """What a row tells of an article; None where it is not as it was written or is of another text."""
    if not is_sound(article, row):
        return None
    try:
        return json.loads(row.payload)
    except (ValueError, RecursionError):
        return None


def complete(
    store: ArticleStore, extractors: Sequence[Extractor], tell: Callable[[int, int, str], None], *, anew: bool
) -> None:
    """Derive what articles lack, because an earlier version stored them or derived it; only by a writer.

    Cut short, it is gone on with by the next run.

    Args:
        store: Where the articles are.
        extractors: All there are; rows of other kinds are removed.
        tell: Called once the rows of an article are stored: how many are done, of how many, and its id.
        anew: Whether what is damaged is derived again as well.
    """
    store.drop_derived([one.kind for one in extractors])
    lacking: dict[str, set[str]] = {}
    for one in extractors:
        for article_id in store.lacking(one.kind, one.version):
            lacking.setdefault(article_id, set()).add(one.kind)
    if anew:
        for article, row in of_articles(store):
            if read(article, row) is None:
                lacking.setdefault(article.id, set()).add(row.kind)
    ids = sorted(lacking)
    for at in range(0, len(ids), TOGETHER):
        some = ids[at : at + TOGETHER]
        rows: dict[tuple[str, str], Derived | None] = {}
        for article_id in some:
            found = store.article(article_id)
            if found is not None and is_unaltered(found):
                wanted = [one for one in extractors if one.kind in lacking[article_id]]
                made = {row.kind: row for row in derive(found, wanted)}
                rows |= {(article_id, one.kind): made.get(one.kind) for one in wanted}
        store.put_derived(rows)
        for number, article_id in enumerate(some, at + 1):
            tell(number, len(ids), article_id)


def of_articles(store: ArticleStore) -> Iterator[tuple[Article, Derived]]:
    """Every row with its article, in the order of their ids."""
    for article_id, rows in groupby(store.derived_rows(), key=lambda pair: pair[0]):
        article = store.article(article_id)
        if article is not None:
            yield from ((article, row) for _, row in rows)


def problems(store: ArticleStore) -> Iterator[str]:
    """Rows that are altered or cannot be read, a line each that ends in the cure."""
    for article, row in of_articles(store):
        told = f"what was extracted of article {article.id!r} ({row.kind})"
        if not is_sound(article, row):
            yield f"{told} is altered or of another text; extract it again with: tanya index"
        elif read(article, row) is None:
            yield f"{told} cannot be read; extract it again with: tanya index"
