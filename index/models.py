"""The values that all modules share: articles, passages, filters, hits, gaps, feedback, derived rows."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, Self, get_args

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged

Span = tuple[int, int]
"""Characters of a text, as the offsets `(start, end)`."""


@dataclass(frozen=True, slots=True)
class Article:
    """One news article, its text exactly as parsed.

    Attributes:
        id: The file's stem for a single-article file, a record's own id; unique in a library.
        title: As declared, or found in a heading or the first line; never empty.
        text: The whole article; every offset in the program counts its characters.
        source: The publisher, where known.
        published: The day of publication, where known.
        url: Where it was published, where known.
        language: ISO 639-1 code of the text, "id" or "en"; another code where it is neither.
        path: The file it was read from, as given.
        sha256: Hex digest of `text` in UTF-8.
        author: Who wrote it, where known.
        pages: The offset in `text` where each page begins, in order, or -1 less the offset of a page that was
            read from a scan by text recognition; empty where it has no pages.
    """

    id: str
    title: str
    text: str
    source: str | None
    published: date | None
    url: str | None
    language: str
    path: str
    sha256: str
    author: str | None = None
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, that holds the character at `offset`; None where there are no pages."""
        return max(bisect_right(self.page_starts, offset), 1) if self.pages else None

    @property
    def page_starts(self) -> tuple[int, ...]:
        """The offset in `text` where each page begins, in order."""
        return tuple(at if at >= 0 else -1 - at for at in self.pages)

    def is_scanned(self, start: int, end: int) -> bool:
        """Whether any of the characters `start:end` was read from a scan by text recognition."""
        first = self.page_at(start)
        if first is None:
            return False
        last = self.last_page_of(start, end) or first
        return any(at < 0 for at in self.pages[first - 1 : last])

    def last_page_of(self, start: int, end: int) -> int | None:
        """The page, from 1, on which the characters `start:end` end; None where they end where they begin."""
        first, last = self.page_at(start), self.page_at(max(start, end - 1))
        return last if last != first else None


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters `start:end` of an article; its text is always that slice."""

    article: Article
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.article.text):
            raise ValueError(f"passage {self.start}:{self.end} lies outside article {self.article.id!r}")

    @property
    def article_id(self) -> str:
        return self.article.id

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found; rank counts from 1, a higher score is better.

    `copies` are the other articles that carry the release that its article carries.
    """

    passage: Passage
    score: float
    rank: int
    copies: tuple[Article, ...] = ()


Ranking = list[tuple[int, float]]
"""Rows with their scores, best first, equal ones in row order."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles are asked for: published from `since` to `until`, both included, by one of `sources`.

    What has no day is left out when days are asked for; sources are compared without case, and none asked for
    are all; `articles` are ids, and none are all. A filter is true where it leaves anything out.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources or self.articles)


EVERYTHING = Filter()


Order = Literal["newest", "oldest", "title", "id", "relevance"]
ORDERS: tuple[Order, ...] = ("relevance", "newest", "oldest", "title", "id")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are listed, and in which order.

    Attributes:
        words: Each occurs in the title or the text, whatever its case; see `index.lexical.words_of`.
        language: Code of the texts' language; None for all.
        chosen: By day and publisher.
        order: By day, those without one last; by title; by id; or by relevance: words in the title first,
            then the share of the text that they are.
    """

    words: tuple[str, ...] = ()
    language: str | None = None
    chosen: Filter = EVERYTHING
    order: Order = "newest"


EVERY = Selection()


@dataclass(frozen=True, slots=True)
class Mention:
    """An article by its name alone."""

    id: str
    title: str
    source: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An article without its text; see `Article`.

    Attributes:
        length: Characters of its text.
        copies: The other articles that carry the same release, the first one before the others.
    """

    id: str
    title: str
    source: str | None
    published: date | None
    url: str | None
    language: str
    path: str
    sha256: str
    author: str | None
    pages: tuple[int, ...]
    length: int
    copies: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the articles that were asked for, and how many there are of them in all."""

    articles: tuple[Listed, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """How an article came into the store.

    Attributes:
        id: Of the article.
        location: Its file, relative to the library's home.
        digest: Of the file's bytes and of how they were read.
        recipe: How it was chunked and embedded.
        embedder: The name of the model that embedded it.
    """

    id: str
    location: str
    digest: str
    recipe: str
    embedder: str


GapState = Literal["open", "done", "dismissed", "answered"]
"""What became of an unanswered question; "answered" is given by asking it again.

Asked again in vain, a question that was done or answered is open again; one that was dismissed stays so.
"""

GAP_STATES: tuple[GapState, ...] = get_args(GapState)


@dataclass(frozen=True, slots=True)
class GapAnswer:
    """Where the answer to a question stands that was not answered at first.

    Attributes:
        article_id: The article.
        start: The first character of the quotation.
        end: One past its last.
        sha256: Of the article's text, by which these characters are known to be the same still.
    """

    article_id: str
    start: int
    end: int
    sha256: str

    @property
    def stored(self) -> str:
        """The answer as JSON, as the store keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, stored: str | None) -> GapAnswer | None:
        """Read what `stored` wrote; None for None."""
        return cls(**json.loads(stored)) if stored else None


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the articles did not answer.

    Attributes:
        question: In the words of whoever asked it last.
        language: Of the answer that was asked for, "id" or "en".
        nearest: The id of the nearest article.
        asked_at: When it was last asked.
        count: How often it was asked.
        number: By which it is named.
        understood: The question in full, where it leant on those before it; else None.
        history: Those, oldest first.
        state: What became of it.
        changed_at: When it came to be so; None where it has been open from the first.
        changed_by: The account of whoever made it so; None where nobody did, or nobody logs in.
        answer: Where the answer was found when it was asked again; of an open one, where somebody who opened
            it anew found none.
        tried: The revision of the articles that it was last asked of; None where that is not known.
    """

    question: str
    language: str
    nearest: str | None
    asked_at: datetime
    count: int
    number: int = 0
    understood: str | None = None
    history: tuple[str, ...] = ()
    state: GapState = "open"
    changed_at: datetime | None = None
    changed_by: str | None = None
    answer: GapAnswer | None = None
    tried: int | None = None


@dataclass(frozen=True, slots=True)
class AskedGap:
    """A question as it is recorded; see `Gap`."""

    question: str
    language: str
    nearest: str | None
    understood: str | None = None
    history: Sequence[str] = ()
    tried: int | None = None

    @property
    def full(self) -> str:
        """The question in full."""
        return cleaned(self.understood or self.question)

    @property
    def row(self) -> tuple[str, str, str, str, str | None]:
        """The question in full, its language, in the asker's words, the turns before, the nearest article."""
        before = json.dumps([cleaned(one) for one in self.history])
        return self.full, self.language, cleaned(self.question), before, self.nearest


@dataclass(frozen=True, slots=True)
class GapMark:
    """A state for a question, who gives it, its `Gap.answer`, and the state that it must have for it."""

    state: GapState
    by: str | None = None
    answer: GapAnswer | None = None
    former: GapState | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer; `answer` is the JSON that was shown."""

    question: str
    answer: str
    verdict: str
    reason: str | None
    correction: str | None
    at: datetime

    @property
    def row(self) -> tuple[str | datetime | None, ...]:
        """Its values in this order, as a database takes them."""
        texts = (self.question, self.answer, self.verdict, self.reason, self.correction)
        return *(one and cleaned(one) for one in texts), self.at


@dataclass(frozen=True, slots=True)
class Extractor:
    """A kind of row that is derived of every article and stored with it.

    Attributes:
        kind: Its name.
        version: Of what it derives; a row of another version is derived again. See `version_of`.
        extract: Gives, of an article, what JSON can hold.
    """

    kind: str
    version: str
    extract: Callable[[Article], Any]

    def derive(self, article: Article) -> Derived:
        """The row of an article."""
        payload = json.dumps(self.extract(article), separators=(",", ":")).encode()
        return Derived.sealed(article, self.kind, self.version, payload)


@dataclass(frozen=True, slots=True)
class Derived:
    """What an extractor gave of an article, as JSON in ASCII whose meaning the extractor alone knows.

    The seal is over the article, text and all: what was derived of another is never taken for its own.
    """

    kind: str
    version: str
    payload: bytes
    seal: str

    @classmethod
    def sealed(cls, article: Article, kind: str, version: str, payload: bytes) -> Self:
        """The row with its seal, which does not cover the article's path."""
        covered = (
            article.id, article.title, article.source, article.published, article.language, article.author,
            article.sha256, kind, version,
        )  # fmt: skip
        mark = hashlib.blake2b(repr(covered).encode("utf-8", "surrogatepass"), digest_size=8)
        mark.update(payload)
        return cls(kind, version, payload, mark.hexdigest())

    def is_of(self, article: Article) -> bool:
        """Whether it is as it was written and is of this article as it is."""
        return self == Derived.sealed(article, self.kind, self.version, self.payload)

    def read(self, article: Article) -> Any:
        """The value that was extracted; None where the row is damaged or belongs to another text."""
        if not self.is_of(article):
            return None
        try:
            return json.loads(self.payload)
        except (ValueError, RecursionError):
            return None


_HERE = Path(__file__).parent

READING = (_HERE / "press.py", _HERE / "text.py", *sorted((_HERE / "data").glob("*.toml")))
"""The files that tell sentences, and what is no part of an article; whatever reads a text depends on them."""


@cache
def version_of(*files: Path) -> str:
    """A version that changes with the files of an extractor and its tables, and with those of `READING`."""
    mark = hashlib.blake2b(digest_size=8)
    for path in (*files, *READING):
        mark.update(path.name.encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()


class Searchable(Protocol):
    """One state of a library, for search; rows count its passages from 0 and keep their meaning."""

    def __len__(self) -> int:
        """How many passages there are, and so rows."""

    def description(self) -> dict[str, Any]:
        """How the index was built, in plain JSON values.

        At least `embedder`, `dimension`, `recipe`, `revision`, `articles` and `passages`.
        """

    def dense(self, vector: NDArray[np.float32], k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows nearest to a unit vector of shape `(dimension,)`, with their cosines."""

    def lexical(self, query: str, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows that share most words with `query`, with their BM25 among all rows.

        A row that shares no term is none.
        """

    def passage(self, row: int) -> Passage:
        """The passage of a row, with its article."""

    def carriers(self, rows: Sequence[int], chosen: Filter = EVERYTHING) -> dict[int, tuple[Article, ...]]:
        """All articles that carry the release of a row's article, itself among them, by row.

        Those that the filter leaves, the one that was published first before the others; a row that has no
        company is left out. An article has one group at most, and rows of one group the same articles.
        """

    def language(self, row: int) -> str:
        """The language of a row's article, which is there without its text."""

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many articles the filter leaves."""


TOLERANCE = 1e-3
"""How far the length of a stored vector may be from 1."""


def text_hash(text: str) -> str:
    """The SHA-256 of `text` in UTF-8 as hex digits, also where it has halves of characters."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_unaltered(article: Article) -> bool:
    """Whether the text of `article` is the one that was stored."""
    return text_hash(article.text) == article.sha256


def unit_vector(blob: bytes, dimension: int | None) -> NDArray[np.float32] | None:
    """The vector in `blob`; None where it has another dimension than that, or another length than 1."""
    if not blob or len(blob) % 4 or dimension not in {None, len(blob) // 4}:
        return None
    vector = np.frombuffer(blob, "<f4")
    return vector if abs(float(np.linalg.norm(vector)) - 1) <= TOLERANCE else None


def sha256(path: Path) -> str:
    """A file's SHA-256 as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until `path`, a file or the names in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, text: str, mode: int = 0o666) -> None:
    """Write a file in the place of what is there: whole and on the disk, or not at all.

    `mode` is who may use it, less what the process masks. Two must not write the same file at once.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.touch(mode)
        draft.write_text(text, encoding="utf-8")
        sync(draft)
        draft.replace(path)
    except BaseException:
        # On a full disk even half a file takes room that something else needs.
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    sync(path.parent)


def is_storable(text: str) -> bool:
    """Whether a database takes `text`: no NUL, and no half of a character."""
    return text == cleaned(text)


def cleaned(text: str) -> str:
    """`text` without what a browser or terminal passes on and no database takes: NUL, half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def cure_of(article: Article) -> str:
    """How to make good what is altered of `article`."""
    return (
        f"remove it and index it again: tanya articles remove {article.id}, then tanya index {article.path}"
    )


def unaltered(article: Article) -> Article:
    if not is_unaltered(article):
        raise Damaged(f"the text of article {article.id!r} is altered; {cure_of(article)}")
    return article


def passage_within(article: Article, start: int, end: int) -> Passage:
    try:
        return Passage(article, start, end)
    except (ValueError, TypeError) as error:
        raise Damaged(f"{error}; {cure_of(article)}") from error


def unit_vector_of(article: Article, blob: bytes, like: NDArray[np.float32] | None) -> NDArray[np.float32]:
    vector = unit_vector(blob, None if like is None else len(like))
    if vector is None:
        raise Damaged(f"a vector of article {article.id!r} is damaged; {cure_of(article)}")
    return vector
