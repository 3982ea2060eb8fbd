"""The store: SQLite, the source of truth for articles, passages, embeddings, gaps and feedback.

Each method is one transaction. A revision counts the transactions that change what search would find.
Listings come from the tables; texts are never fetched for them and seldom looked through
(`index.lexical`). What makes two articles copies is decided in `index.dedup`; here candidates are looked
up and pairs are kept.

`Place` and `Kept` are what the facade needs of a library: `index.library` keeps one in a folder (this
store, with generations beside it), `index.postgres` in a database.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self, get_args

import numpy as np
from numpy.typing import NDArray

from index import lexical
from index.catalogue import (
    EVEN,
    Listed,
    Listing,
    Mention,
    Selection,
    copies_among,
    forms_of,
    patterns_of,
)
from index.dedup import RECIPE, are_copies, bands_of, groups, wording_of
from index.derived import Derived
from index.errors import Damaged, LibraryError, NoIndex
from index.lexical import Read, holding
from index.models import (
    Article,
    Passage,
    Searchable,
    cleaned,
    cure_of,
    passage_within,
    unaltered,
    unit_vector_of,
)
from index.schema import connect, explained

ARTICLE = (
    "a.id, a.title, t.text, a.source, a.published, a.url, a.language, a.path, a.sha256, a.author, a.pages "
    "FROM articles a JOIN texts t ON t.sha256 = a.sha256"
)

FINGERPRINT = 16
"""Bytes."""

PassageRow = tuple[str, int, int, str, int | None, bytes | None]


def article_of(row: Sequence[str]) -> Article:
    article_id, title, text, source, published, url, language, path, digest, author, pages = row
    day = date.fromisoformat(published) if published else None
    begins = tuple(json.loads(pages)) if pages else ()
    return Article(article_id, title, text, source, day, url, language, path, digest, author, begins)


def article_numbered(db: sqlite3.Connection, number: int) -> Article | None:
    """The article of a number; None where it or its text is not there."""
    row = db.execute(f"SELECT {ARTICLE} WHERE a.number = ?", (number,)).fetchone()
    return article_of(row) if row else None


def put_article(db: sqlite3.Connection, article: Article, origin: Sequence[str]) -> int:
    """Store an article in the place of what has its id, and its text; its number.

    Its origin is `(location, digest, recipe, embedder)`, see `index.store.Entry`.
    """
    day = article.published.isoformat() if article.published else None
    pages = json.dumps(article.pages) if article.pages else None
    values = (
        article.id, article.title, article.source, day, article.url, article.language, article.path,
        article.sha256, *origin, article.author, pages,
    )  # fmt: skip
    db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (article.sha256, article.text))
    # A new row, never an old number: what a generation calls by number is never another passage.
    db.execute("DELETE FROM articles WHERE id = ?", (article.id,))
    cursor = db.execute(
        "INSERT INTO articles (id, title, source, published, url, language, path, sha256, location, "
        "digest, recipe, embedder, author, pages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    return int(cursor.lastrowid or 0)


def passages_behind(db: sqlite3.Connection, last: str, limit: int) -> tuple[list[PassageRow], str | None]:
    """Passages of so many articles behind an id, in order, and the last one's id; None where there is none.

    Each is `(article id, start, end, content, embedder known?, vector)`; a vector that is altered is empty.
    """
    found = db.execute(
        'SELECT a.id, p.start, p."end", p.content, e.rowid, e.vector, e.seal FROM '
        "(SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT ?) a "
        "JOIN passages p ON a.number = p.article "
        "LEFT JOIN embeddings e ON e.content = p.content AND e.embedder = a.embedder "
        "ORDER BY a.id, p.start, p.number",
        (last, limit),
    )
    rows = [
        (*told, vector if vector is None or seal in {None, vector_seal(vector)} else b"")
        for *told, vector, seal in found
    ]
    some = "SELECT max(id) FROM (SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?)"
    return rows, db.execute(some, (last, limit)).fetchone()[0]


def altered(db: sqlite3.Connection) -> list[Article]:
    """Articles whose rows, or whose passages' rows, are no longer as they were written."""
    sealed = db.execute("SELECT number, seal FROM articles WHERE seal IS NOT NULL ORDER BY id").fetchall()
    other = [article_numbered(db, number) for number, seal in sealed if seal != seal_of(db, number)]
    return [article for article in other if article is not None]


def put_seal(db: sqlite3.Connection, number: int) -> None:
    """Seal an article's row and its passages as they are."""
    db.execute("UPDATE articles SET seal = ? WHERE number = ?", (seal_of(db, number), number))


def seal_of(db: sqlite3.Connection, number: int) -> str:
    """What tells whether an article's row and its passages are as they were written."""
    cursor = db.execute("SELECT * FROM articles WHERE number = ?", (number,))
    kept = [at for at, column in enumerate(cursor.description) if column[0] not in {"number", "seal"}]
    row = cursor.fetchone()
    passages = db.execute(
        'SELECT start, "end", content FROM passages WHERE article = ? ORDER BY start, number', (number,)
    ).fetchall()
    # The digest within stands where an earlier version put it: its seals are to hold.
    return digest_of((digest_of(tuple(row[at] for at in kept)), passages)).hex()


def vector_seal(vector: bytes) -> bytes:
    """What tells whether a stored vector is as it was written."""
    return hashlib.blake2b(vector, digest_size=8).digest()


def digest_of(value: object) -> bytes:
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=FINGERPRINT).digest()


def put_vectors(db: sqlite3.Connection, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
    """Store vectors by content, in the place of those that the embedder gave before."""
    db.execute("INSERT OR IGNORE INTO embedders VALUES (?)", (embedder,))
    blobs = [(content, np.ascontiguousarray(vector, "<f4").tobytes()) for content, vector in vectors.items()]
    db.executemany(
        "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)",
        [(content, embedder, blob, vector_seal(blob)) for content, blob in blobs],
    )


_COLUMNS = (
    "a.number, a.id, a.title, a.source, a.published, a.url, a.language, a.path, a.sha256, a.author, a.pages, "
    "length(t.text) FROM articles a JOIN texts t ON t.sha256 = a.sha256"
)

_ORDERS = {
    "newest": "a.published DESC, a.id",
    "oldest": "a.published IS NULL, a.published, a.id",
    "title": "lower(a.title), a.id",
    "id": "a.id",
}


def list_articles(
    db: sqlite3.Connection, wanted: Selection, limit: int | None, offset: int, kept: Read
) -> Listing:
    """At most `limit` of the articles that are wanted behind the first `offset`, and how many there are."""
    conditions, values = _conditions(db, wanted, kept)
    more: list[str] = []
    texts, order = "", _ORDERS.get(wanted.order, "")
    if wanted.order == "relevance" and not wanted.words:
        order = _ORDERS["newest"]
    elif wanted.order == "relevance":
        texts = "JOIN texts t ON t.sha256 = a.sha256 "
        order, more = _relevance(wanted.words)
    found = db.execute(
        f"SELECT a.number FROM articles a {texts}"  # noqa: S608 (our own words)
        f"WHERE {' AND '.join(conditions)} ORDER BY {order}",
        [*values, *more],
    ).fetchall()
    return Listing(_listed(db, [row[0] for row in found[offset:][:limit]]), len(found))


def _relevance(words: Sequence[str]) -> tuple[str, list[str]]:
    """The order of relevance, with its values: words in the title, their share of the text, the newest."""
    in_title, often, values = ["0"], ["0"], []
    for word in words:
        patterns = patterns_of(word)
        in_title.append("(" + " OR ".join([r"a.title LIKE ? ESCAPE '\'"] * len(patterns)) + ")")
        values += patterns
    for form in (form for word in words for form in forms_of(word)):
        often.append("length(t.text) - length(replace(lower(t.text), ?, ''))")
        values.append(form)
    share = f"({' + '.join(often)}) * 1.0 / (length(t.text) + {EVEN})"
    return f"{' + '.join(in_title)} DESC, {share} DESC, {_ORDERS['newest']}", values


def listed(db: sqlite3.Connection, ids: Sequence[str]) -> tuple[Listed, ...]:
    """The articles of these ids, in their order; those that are not there are left out."""
    rows = db.execute(
        "SELECT a.number FROM json_each(?) j JOIN articles a ON a.id = j.value ORDER BY j.key",
        (json.dumps(list(ids)),),
    )
    return _listed(db, [row[0] for row in rows.fetchall()])


def beside(db: sqlite3.Connection, article_id: str) -> tuple[Mention | None, Mention | None]:
    """The articles before and after one by day and id; what has no day is before all that have one."""
    found: list[Mention | None] = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        row = db.execute(
            "SELECT a.id, a.title, a.source, a.published FROM articles a, "  # noqa: S608 (our own words)
            "(SELECT coalesce(published, '') AS day, id FROM articles WHERE id = ?) this "
            f"WHERE (coalesce(a.published, ''), a.id) {sign} (this.day, this.id) "
            f"ORDER BY coalesce(a.published, '') {order}, a.id {order} LIMIT 1",
            (article_id,),
        ).fetchone()
        found.append(_mention(row) if row else None)
    return found[0], found[1]


def languages(db: sqlite3.Connection) -> list[str]:
    """The languages of the articles, each once."""
    return [row[0] for row in db.execute("SELECT DISTINCT language FROM articles ORDER BY language")]


def _conditions(db: sqlite3.Connection, wanted: Selection, kept: Read) -> tuple[list[str], list[str]]:
    conditions, values = ["true"], []
    if wanted.language is not None:
        conditions.append("a.language = ?")
        values.append(wanted.language)
    for sign, day in ((">=", wanted.chosen.since), ("<=", wanted.chosen.until)):
        if day is not None:
            conditions.append(f"a.published {sign} ?")
            values.append(day.isoformat())
    if wanted.chosen.sources:
        asked = {source.casefold() for source in wanted.chosen.sources}
        known = db.execute("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL").fetchall()
        conditions.append("a.source IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([source for (source,) in known if source.casefold() in asked]))
    if wanted.chosen.articles:
        conditions.append("a.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([cleaned(one) for one in wanted.chosen.articles]))
    if wanted.words:
        conditions.append("a.number IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(holding(db, wanted.words, kept)))
    return conditions, values


def _listed(db: sqlite3.Connection, numbers: Sequence[int]) -> tuple[Listed, ...]:
    query = f"SELECT {_COLUMNS} WHERE a.number IN (SELECT value FROM json_each(?))"  # noqa: S608
    rows = db.execute(query, (json.dumps(list(numbers)),))
    found = {row[0]: row[1:] for row in rows.fetchall()}
    copies = _copies(db, numbers)
    return tuple(_of(found[number], copies.get(number, ())) for number in numbers if number in found)


def _of(row: Sequence[str], copies: tuple[Mention, ...]) -> Listed:
    article_id, title, source, published, url, language, path, digest, author, pages, length = row
    day = date.fromisoformat(published) if published else None
    begins = tuple(json.loads(pages)) if pages else ()
    return Listed(
        article_id, title, source, day, url, language, path, digest, author, begins, int(length), copies
    )


def _copies(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[Mention, ...]]:
    pairs: dict[int, set[int]] = defaultdict(set)
    rows = db.execute(
        "WITH RECURSIVE reached (article) AS (SELECT value FROM json_each(?) "
        "UNION SELECT c.other FROM reached r JOIN copies c ON c.article = r.article) "
        "SELECT c.article, c.other FROM reached r JOIN copies c ON c.article = r.article",
        (json.dumps(list(numbers)),),
    )
    for one, other in rows:
        pairs[one].add(other)
    if not pairs:
        return {}
    told = db.execute(
        "SELECT number, id, title, source, published FROM articles "
        "WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(pairs)),),
    )
    return copies_among({row[0]: _mention(row[1:]) for row in told}, pairs)


def _mention(row: Sequence[str]) -> Mention:
    article_id, title, source, published = row
    return Mention(article_id, title, source, date.fromisoformat(published) if published else None)


def record_gap(db: sqlite3.Connection, asked: AskedGap) -> None:
    """Count a question that was not answered; one that was done or answered is open again."""
    db.execute(
        "INSERT INTO gaps (question, language, asked, history, nearest, tried, asked_at, count) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (question, language) DO UPDATE "
        "SET asked = excluded.asked, history = excluded.history, nearest = excluded.nearest, "
        "asked_at = excluded.asked_at, count = count + 1, tried = excluded.tried, "
        "state = CASE gaps.state WHEN 'dismissed' THEN 'dismissed' ELSE 'open' END, "
        "changed_at = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.changed_at END, "
        "changed_by = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.changed_by END, "
        "answer = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.answer END",
        (*asked.row, asked.tried, _now()),
    )


def gaps(db: sqlite3.Connection) -> Iterator[Gap]:
    """Questions that were not answered, the most frequent first."""
    rows = db.execute(
        "SELECT number, question, language, asked, history, nearest, asked_at, count, state, changed_at, "
        "changed_by, answer, tried FROM gaps ORDER BY count DESC, asked_at DESC, question"
    )
    for (
        number,
        question,
        language,
        asked,
        history,
        nearest,
        at,
        count,
        state,
        changed,
        by,
        found,
        tried,
    ) in rows:
        yield Gap(
            asked,
            language,
            nearest,
            datetime.fromisoformat(at),
            count,
            number,
            None if question == asked else question,
            tuple(json.loads(history)),
            state,
            datetime.fromisoformat(changed) if changed else None,
            by,
            GapAnswer.read(found),
            tried,
        )


def mark_gap(db: sqlite3.Connection, number: int, mark: GapMark) -> bool:
    """Give a question a state; False where there is none of that number, or it has not the former state."""
    found = mark.answer.stored if mark.answer else None
    return bool(
        db.execute(
            "UPDATE gaps SET state = ?, changed_at = ?, changed_by = ?, answer = ? "
            "WHERE number = ? AND state = coalesce(?, state)",
            (mark.state, _now(), mark.by, found, number, mark.former),
        ).rowcount
    )


def record_feedback(db: sqlite3.Connection, said: Sequence[str | None], *, replacing: bool) -> None:
    """Keep question, answer, verdict, reason and correction, also in place of those of that same answer."""
    values = [None if one is None else cleaned(one) for one in said]
    if replacing:
        db.execute("DELETE FROM feedback WHERE question = ? AND answer = ?", values[:2])
    db.execute(
        "INSERT INTO feedback (question, answer, verdict, reason, correction, at) VALUES (?, ?, ?, ?, ?, ?)",
        (*values, _now()),
    )


def feedback(db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """What was recorded and when, the oldest first."""
    rows = db.execute(
        "SELECT question, answer, verdict, reason, correction, at FROM feedback ORDER BY number"
    )
    for *told, at in rows:
        yield (*told, datetime.fromisoformat(at))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def put_derived(db: sqlite3.Connection, number: int, rows: Sequence[Derived]) -> None:
    """Store rows that were derived of an article, in the place of those of the same kinds."""
    db.executemany(
        "INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?, ?)",
        [(number, row.kind, row.version, row.payload, row.seal) for row in rows],
    )


def drop_texts(db: sqlite3.Connection, needed: Callable[[str], bool]) -> None:
    """Remove texts that were let go of, that no article has, and that are not `needed` for another reason."""
    for (digest,) in db.execute("SELECT key FROM loose WHERE kind = 'text'").fetchall():
        used = db.execute("SELECT 1 FROM articles WHERE sha256 = ?", (digest,)).fetchone() is not None
        if used or not needed(digest):
            db.execute("DELETE FROM loose WHERE kind = 'text' AND key = ?", (digest,))
        if not used and not needed(digest):
            db.execute("DELETE FROM texts WHERE sha256 = ?", (digest,))


def drop_vectors(db: sqlite3.Connection) -> None:
    """Remove vectors that were let go of and that no passage has."""
    db.execute(
        "DELETE FROM embeddings WHERE content IN (SELECT key FROM loose WHERE kind = 'vector') "
        "AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.content = embeddings.content)"
    )
    db.execute("DELETE FROM loose WHERE kind = 'vector'")


def drop_words(db: sqlite3.Connection) -> None:
    """Remove what was noted of the words of articles that are gone."""
    found = db.execute("SELECT key FROM loose WHERE kind = 'words'").fetchall()
    lexical.forget(db, [int(key) for (key,) in found])
    db.execute("DELETE FROM loose WHERE kind = 'words'")


STEP = 64
"""Candidates, those that share most bands first, that an article is compared with at a time."""

MOST = 64 * STEP
"""Candidates that it is compared with at all, as long as half of those before were copies."""


def note(
    db: sqlite3.Connection,
    number: int,
    article: Article,
) -> None:
    """Keep by what copies of an article are found, and those that there are already."""
    wording = wording_of(article)
    bands = bands_of(wording)
    db.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?)", (number, RECIPE))
    db.execute("DELETE FROM bands WHERE article = ?", (number,))
    db.execute("DELETE FROM copies WHERE article = ?", (number,))
    db.execute("DELETE FROM copies WHERE other = ?", (number,))
    alike = db.execute(
        "SELECT article FROM bands WHERE band IN (SELECT value FROM json_each(?)) AND article <> ? "
        "GROUP BY article ORDER BY count(*) DESC, article LIMIT ?",
        (json.dumps(bands), number, MOST),
    ).fetchall()
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in bands])
    for at in range(0, len(alike), STEP):
        some = [(other, article_numbered(db, other)) for (other,) in alike[at : at + STEP]]
        found = [other for other, there in some if there and are_copies(wording, wording_of(there))]
        pairs = [pair for other in found for pair in ((number, other), (other, number))]
        db.executemany("INSERT INTO copies VALUES (?, ?)", pairs)
        if 2 * len(found) < STEP:
            return


def unsigned(db: sqlite3.Connection, limit: int) -> list[int]:
    """Articles that an earlier version stored, whose copies have not been looked for in today's way."""
    rows = db.execute(
        "SELECT a.number FROM articles a JOIN texts t ON t.sha256 = a.sha256 "
        "LEFT JOIN signatures s ON s.article = a.number AND s.recipe = ? "
        "WHERE s.article IS NULL OR a.seal IS NULL ORDER BY a.number LIMIT ?",
        (RECIPE, limit),
    )
    return [row[0] for row in rows]


def grouped(db: sqlite3.Connection) -> list[list[int]]:
    """The numbers of articles that are copies of one another, the one that goes before others first."""
    pairs: dict[int, set[int]] = defaultdict(set)
    for one, other in db.execute("SELECT article, other FROM copies"):
        pairs[one].add(other)
        pairs[other].add(one)
    if not pairs:
        return []
    order = db.execute(
        "SELECT number FROM articles WHERE number IN (SELECT article FROM copies) "
        "ORDER BY coalesce(published, '9999'), id"
    )
    return groups((row[0] for row in order), pairs)


@dataclass(frozen=True, slots=True)
class Outline:
    """The articles of one revision.

    Attributes:
        revision: Of the store.
        recipe: How its articles were chunked and embedded.
        numbers: The store's number of each article, by a fingerprint of all that is stored of it; by id.
        copies: Fingerprints of the articles that are copies of one another, two or more together, the one
            that goes before the others first.
    """

    revision: int
    recipe: str
    numbers: Mapping[bytes, int]
    copies: Sequence[Sequence[bytes]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An article with its passages in order and their vectors, shape `(passages, dimension)`."""

    article: Article
    passages: list[Passage]
    vectors: NDArray[np.float32]


class Contents(Protocol):
    """Where an index is built from; what it gives does not change meanwhile."""

    def outline(self) -> Outline:
        """Which articles there are."""

    def stored(self, numbers: Sequence[int], embedder: str) -> Iterator[Stored]:
        """The articles of these numbers, in this order, with the vectors of `embedder`.

        Raises:
            LibraryError: an article has not been embedded by it; indexing was interrupted.
            Damaged: a text, passage or vector is altered.
        """


def outline(db: sqlite3.Connection, revision: int) -> Outline:
    """See `Contents.outline`."""
    # A seal is over all that is stored of an article, so what an index keeps of one is never older than any
    # of it. Where an earlier version has sealed nothing, it is what the seal will be.
    found = db.execute("SELECT number, seal FROM articles ORDER BY id").fetchall()
    numbers = {digest_of(seal or seal_of(db, number)): int(number) for number, seal in found}
    recipes = db.execute("SELECT DISTINCT recipe FROM articles ORDER BY recipe")
    marks = {number: mark for mark, number in numbers.items()}
    together = [[marks[one] for one in group] for group in grouped(db)]
    return Outline(revision, "; ".join(row[0] for row in recipes), numbers, together)


def stored(
    db: sqlite3.Connection,
    numbers: Sequence[int],
    embedder: str,
) -> Iterator[Stored]:
    """See `Contents.stored`."""
    like: NDArray[np.float32] | None = None
    for number in numbers:
        found_article = article_numbered(db, number)
        if found_article is None:
            there = db.execute("SELECT id, path FROM articles WHERE number = ?", (number,)).fetchone()
            if there is not None:
                raise Damaged(
                    f"the text of article {there[0]!r} is missing; remove it and index it again: "
                    f"tanya articles remove {there[0]}, then tanya index {there[1]}"
                )
            raise LibraryError("the library changed while its index was built; build it again: tanya index")
        article = unaltered(found_article)
        seal = db.execute("SELECT seal FROM articles WHERE number = ?", (number,)).fetchone()[0]
        if seal not in {None, seal_of(db, number)}:
            raise Damaged(f"what is stored of article {article.id!r} is altered; {cure_of(article)}")
        passages, vectors = [], []
        found = db.execute(
            'SELECT p.start, p."end", e.vector, e.seal FROM passages p '
            "LEFT JOIN embeddings e ON e.content = p.content AND e.embedder = ? "
            "WHERE p.article = ? ORDER BY p.start",
            (embedder, number),
        )
        for start, end, vector, mark in found:
            if vector is None:
                raise LibraryError(f"not every article is embedded by {embedder}; finish with: tanya index")
            if mark not in {None, vector_seal(vector)}:
                raise Damaged(f"a vector of article {article.id!r} is damaged; {cure_of(article)}")
            passages.append(passage_within(article, start, end))
            vectors.append(unit_vector_of(article, vector, like))
            like = vectors[0]
        yield Stored(article, passages, np.stack(vectors) if vectors else np.zeros((0, 1), np.float32))


FILE = "library.sqlite3"

_SOME = 100
"""Articles that are read in one transaction."""


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
        """It as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, stored: str | None) -> GapAnswer | None:
        """What is stored."""
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


class Store:
    """A connection to the database of a library; safe to share between threads."""

    def __init__(self, home: Path, *, create: bool = False, wait: float = 10) -> None:
        """Open the store in `home`; transactions wait as many seconds for those of other processes.

        Raises:
            LibraryError: it cannot be opened; see `index.schema`.
        """
        self.path = home / FILE
        self._connection = connect(self.path, create=create, wait=wait)
        self._lock = threading.RLock()
        self._wordlists: lexical.Read = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one state of the database."""
        with self._lock, explained(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.rollback()

    @contextlib.contextmanager
    def _writing(self, *, revises: bool) -> Iterator[sqlite3.Connection]:
        """A transaction that is done whole or not at all, also where it is interrupted."""
        with self._lock, explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                if revises:
                    self._connection.execute("UPDATE state SET value = value + 1 WHERE name = 'revision'")
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def revision(self) -> int:
        """How many transactions have changed the articles."""
        with self._reading() as db:
            return _revision(db)

    def state(self) -> tuple[int, set[str]]:
        """The revision, and the names of the embedders of the articles."""
        with self._reading() as db:
            return _revision(db), {row[0] for row in db.execute("SELECT DISTINCT embedder FROM articles")}

    def embedder_named(self, setting: str) -> str | None:
        """The name of the embedder that `setting` meant when it was last used."""
        with self._reading() as db:
            row = db.execute("SELECT value FROM state WHERE name = ?", (f"embedder {setting}",)).fetchone()
        return str(row[0]) if row else None

    def name_embedder(self, setting: str, name: str) -> None:
        """Remember that `setting` means the embedder `name`."""
        if self.embedder_named(setting) != name:
            with self._writing(revises=False) as db:
                db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (f"embedder {setting}", name))

    def articles(self) -> list[Article]:
        """Every article, in the order of their ids."""
        with self._reading() as db:
            return [article_of(row) for row in db.execute(f"SELECT {ARTICLE} ORDER BY a.id")]

    def latest(self, limit: int) -> list[Article]:
        """At most so many articles, the most recently published first."""
        with self._reading() as db:
            rows = db.execute(f"SELECT {ARTICLE} ORDER BY a.published DESC, a.id LIMIT ?", (limit,))
            return [article_of(row) for row in rows]

    def publishers(self) -> list[str]:
        """The sources of the articles, each once."""
        with self._reading() as db:
            return [row[0] for row in db.execute("SELECT DISTINCT source FROM articles") if row[0]]

    def count(self) -> int:
        """How many articles there are."""
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])

    def article(self, article_id: str) -> Article | None:
        with self._reading() as db:
            row = db.execute(f"SELECT {ARTICLE} WHERE a.id = ?", (article_id,)).fetchone()
        return article_of(row) if row else None

    def listing(self, wanted: Selection, limit: int | None, offset: int) -> Listing:
        """At most `limit` of the articles that are wanted behind the first `offset`, without their texts."""
        with self._reading() as db:
            return list_articles(db, wanted, limit, offset, self._wordlists)

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        """The articles of these ids, in their order and without their texts; of those that are there."""
        with self._reading() as db:
            return listed(db, ids)

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        """The articles before and after one by day and id; what has no day is before all that have one."""
        with self._reading() as db:
            return beside(db, article_id)

    def languages(self) -> list[str]:
        """The languages of the articles, each once."""
        with self._reading() as db:
            return languages(db)

    def entries(self) -> list[Entry]:
        """How each article came in, in the order of their ids."""
        with self._reading() as db:
            rows = db.execute("SELECT id, location, digest, recipe, embedder FROM articles ORDER BY id")
            return [Entry(*row) for row in rows]

    def texts(self, digests: Collection[str]) -> dict[str, str]:
        """The texts that are stored under `digests`; those that are not are missing from the result."""
        with self._reading() as db:
            found = {}
            for digest in digests:
                row = db.execute("SELECT text FROM texts WHERE sha256 = ?", (digest,)).fetchone()
                if row is not None:
                    found[digest] = row[0]
            return found

    def without_embedding(self, contents: Collection[str], embedder: str) -> set[str]:
        """Those of `contents`, hashes of embedded texts, for which `embedder` has no vector yet."""
        with self._reading() as db:
            query = "SELECT 1 FROM embeddings WHERE content = ? AND embedder = ?"
            return {one for one in contents if db.execute(query, (one, embedder)).fetchone() is None}

    def put(
        self,
        article: Article,
        entry: Entry,
        passages: Sequence[tuple[Passage, str]],
        vectors: Mapping[str, NDArray[np.float32]],
        derived: Sequence[Derived] = (),
    ) -> None:
        """Add `article` or replace what is stored under its id, with all that belongs to it.

        Args:
            article: As parsed.
            entry: How it came in.
            passages: Each with the hash of its embedded text.
            vectors: By hash, those that are not stored yet.
            derived: What was extracted of it.
        """
        origin = (entry.location, entry.digest, entry.recipe, entry.embedder)
        with self._writing(revises=True) as db:
            number = put_article(db, article, origin)
            db.executemany(
                'INSERT INTO passages (article, start, "end", content) VALUES (?, ?, ?, ?)',
                [(number, passage.start, passage.end, content) for passage, content in passages],
            )
            put_vectors(db, vectors, entry.embedder)
            put_seal(db, number)
            note(db, number, article)
            lexical.note(db, number)
            put_derived(db, number, derived)

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        """Set vectors aside, by content, until an article that has these passages is put."""
        with self._writing(revises=False) as db:
            put_vectors(db, vectors, embedder)
            db.executemany("INSERT OR IGNORE INTO loose VALUES ('vector', ?)", [(one,) for one in vectors])

    def complete(self, *, anew: bool = False) -> None:
        """Do for articles that an earlier version stored what is done for those that are stored today.

        `anew` looks also for what is damaged of it.
        """
        if anew:
            with self._writing(revises=False) as db:
                lexical.drop_unsound(db)
        noted = True
        while noted:
            with self._writing(revises=False) as db:
                noted = lexical.note_others(db)
        with self._reading() as db:
            if db.execute("SELECT 1 FROM state WHERE name = 'completed' AND value = ?", (RECIPE,)).fetchone():
                return
        while True:
            with self._reading() as db:
                numbers = unsigned(db, _SOME)
            if not numbers:
                break
            with self._writing(revises=True) as db:
                for number in numbers:
                    article = article_numbered(db, number)
                    if article is not None:
                        note(db, number, article)
                    put_seal(db, number)
        with self._writing(revises=False) as db:
            db.execute("INSERT OR REPLACE INTO state VALUES ('completed', ?)", (RECIPE,))

    def move(self, article_id: str, path: str, location: str) -> None:
        """Note that the file of an article, unchanged, is now at another place."""
        with self._writing(revises=True) as db:
            row = db.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
            if row is not None:
                db.execute(
                    "UPDATE articles SET path = ?, location = ? WHERE number = ?", (path, location, row[0])
                )
                put_seal(db, row[0])

    def lacking(self, kind: str, version: str) -> list[str]:
        """The ids of the articles that have no row of that kind and version derived of them, in order."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT a.id FROM articles a LEFT JOIN derived d "
                "ON d.article = a.number AND d.kind = ? AND d.version = ? "
                "WHERE d.article IS NULL ORDER BY a.id",
                (kind, version),
            )
            return [row[0] for row in rows]

    def derived(self, kind: str, version: str, ids: Collection[str]) -> dict[str, Derived]:
        """The rows of that kind and version that were derived of the articles of these ids, by id."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT a.id, d.kind, d.version, CAST(d.payload AS BLOB), d.seal FROM json_each(?) j "
                "JOIN articles a ON a.id = j.value JOIN derived d ON d.article = a.number "
                "WHERE d.kind = ? AND d.version = ?",
                (json.dumps(list(ids)), kind, version),
            )
            return {article_id: Derived(*row) for article_id, *row in rows}

    def put_derived(self, rows: Mapping[tuple[str, str], Derived | None]) -> None:
        """Store rows by article and kind, in the place of what is there; None only removes that."""
        with self._writing(revises=False) as db:
            for (article_id, kind), row in rows.items():
                found = db.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
                if found is not None:
                    db.execute("DELETE FROM derived WHERE article = ? AND kind = ?", (found[0], kind))
                    put_derived(db, found[0], [row] if row else [])

    def drop_derived(self, keep: Collection[str]) -> None:
        """Remove derived rows of all kinds but those."""
        others = "FROM derived WHERE kind NOT IN (SELECT value FROM json_each(?))"
        with self._reading() as db:
            if db.execute(f"SELECT 1 {others} LIMIT 1", (json.dumps(list(keep)),)).fetchone() is None:
                return
        with self._writing(revises=False) as db:
            db.execute(f"DELETE {others}", (json.dumps(list(keep)),))

    def derived_rows(self) -> Iterator[tuple[str, Derived]]:
        """Every derived row with the id of its article, in the order of these ids."""
        last: str | None = ""
        while last is not None:
            with self._reading() as db:
                rows = db.execute(
                    "SELECT a.id, d.kind, d.version, CAST(d.payload AS BLOB), d.seal FROM "
                    "(SELECT number, id FROM articles WHERE id > ? ORDER BY id LIMIT ?) a "
                    "LEFT JOIN derived d ON d.article = a.number ORDER BY a.id, d.kind",
                    (last, _SOME),
                ).fetchall()
            # Others use the connection while what was read is worked on.
            yield from ((article_id, Derived(*row)) for article_id, *row in rows if row[0] is not None)
            last = rows[-1][0] if rows else None

    def delete(self, ids: Collection[str]) -> None:
        """Remove articles with all that belongs to them, all of them or none.

        Raises:
            LibraryError: an id is not stored.
        """
        with self._writing(revises=True) as db:
            for article_id in ids:
                if db.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount == 0:
                    raise LibraryError(
                        f"there is no article {article_id!r}; list them with: tanya articles list"
                    )
            drop_texts(db, lambda _: False)
            drop_vectors(db)
            drop_words(db)
        with self._lock, contextlib.suppress(sqlite3.OperationalError):
            # The log still holds what was removed; where a reader needs it, a later checkpoint empties it.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def collect(self, embedder: str, needed: Callable[[str], bool]) -> None:
        """Remove what no article needs any more: former texts, and vectors but those of `embedder`.

        A former text stays where its digest is `needed`, by an index that still shows it.
        """
        with self._writing(revises=False) as db:
            drop_texts(db, needed)
            drop_vectors(db)
            drop_words(db)
            others = db.execute("SELECT name FROM embedders WHERE name <> ?", (embedder,)).fetchall()
            if others:
                db.execute("DELETE FROM embeddings WHERE embedder <> ?", (embedder,))
                db.execute("DELETE FROM embedders WHERE name <> ?", (embedder,))

    def outline(self) -> Outline:
        """Which articles there are; see `index.store`."""
        with self._reading() as db:
            return outline(db, _revision(db))

    def stored(self, numbers: Sequence[int], embedder: str) -> Iterator[Stored]:
        """The articles of these numbers with their passages and vectors; see `index.store`."""
        for at in range(0, len(numbers), _SOME):
            with self._reading() as db:
                some = numbers[at : at + _SOME]
                together = list(stored(db, some, embedder))
            # Others use the connection while what was read is worked on.
            yield from together

    def record_gap(
        self,
        question: str,
        language: str,
        nearest: str | None,
        understood: str | None = None,
        history: Sequence[str] = (),
        tried: int | None = None,
    ) -> None:
        """Count a question that was not answered; one that was done or answered is open again."""
        with self._writing(revises=False) as db:
            record_gap(db, AskedGap(question, language, nearest, understood, history, tried))

    def gaps(self) -> list[Gap]:
        """Unanswered questions, the most frequent first."""
        with self._reading() as db:
            return list(gaps(db))

    def mark_gap(self, number: int, mark: GapMark) -> bool:
        """Give a question a state; False where none has that number and the former state."""
        with self._writing(revises=False) as db:
            return mark_gap(db, number, mark)

    def tried_gap(self, number: int, revision: int) -> None:
        """Note that a question was asked again, of that revision of the articles."""
        with self._writing(revises=False) as db:
            db.execute("UPDATE gaps SET tried = ? WHERE number = ?", (revision, number))

    def record_feedback(
        self,
        question: str,
        answer: str,
        verdict: str,
        reason: str | None,
        correction: str | None,
        *,
        replacing: bool = False,
    ) -> None:
        """Keep what a reader thought of an answer, also in place of what was said of that same answer."""
        with self._writing(revises=False) as db:
            record_feedback(db, (question, answer, verdict, reason, correction), replacing=replacing)

    def feedback(self) -> list[Feedback]:
        """All feedback, the oldest first."""
        with self._reading() as db:
            return [Feedback(*row) for row in feedback(db)]

    def integrity(self) -> list[str]:
        """What SQLite itself finds wrong, one line each."""
        with self._reading() as db:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(20)")]
            orphans = len(db.execute("PRAGMA foreign_key_check").fetchall())
        lines = [line for message in found if message != "ok" for line in message.splitlines()]
        return lines + ([f"{orphans} rows point at nothing"] if orphans else [])

    def unlisted(self) -> list[str]:
        """What is wrong with the lists of words, one line each."""
        with self._reading() as db:
            return lexical.problems(db)

    def altered(self) -> list[Article]:
        """Articles whose rows, or whose passages' rows, are no longer as they were written."""
        with self._reading() as db:
            return altered(db)

    def passage_rows(self) -> Iterator[tuple[str, int, int, str, int | None, bytes | None]]:
        """Every passage as `(article id, start, end, content, embedder known?, vector)`, in order."""
        last: str | None = ""
        while last is not None:
            with self._reading() as db:
                rows, last = passages_behind(db, last, _SOME)
            # Others use the connection while what was read is worked on.
            yield from rows


def _revision(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT value FROM state WHERE name = 'revision'").fetchone()[0])


class ArticleStore(Protocol):
    """The articles of a library with all that belongs to them; each method is one transaction."""

    def state(self) -> tuple[int, set[str]]:
        """The revision, which counts what changed the articles, and the names of the articles' embedders."""

    def revision(self) -> int:
        """How many transactions have changed the articles."""

    def embedder_named(self, setting: str) -> str | None:
        """The name of the embedder that `setting` meant when it was last used."""

    def name_embedder(self, setting: str, name: str) -> None:
        """Remember that `setting` means the embedder `name`."""

    def articles(self) -> list[Article]:
        """Every article, in the order of their ids."""

    def latest(self, limit: int) -> list[Article]:
        """At most so many articles, the most recently published first."""

    def publishers(self) -> list[str]:
        """The sources of the articles, each once."""

    def count(self) -> int:
        """How many articles there are."""

    def article(self, article_id: str) -> Article | None:
        """The article of that id."""

    def listing(self, wanted: Selection, limit: int | None, offset: int) -> Listing:
        """At most `limit` of the articles that are wanted behind the first `offset`, without their texts."""

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        """The articles of these ids, in their order and without their texts; of those that are there."""

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        """The articles before and after one by day and id; what has no day is before all that have one."""

    def languages(self) -> list[str]:
        """The languages of the articles, each once."""

    def entries(self) -> list[Entry]:
        """How each article came in, in the order of their ids."""

    def without_embedding(self, contents: Collection[str], embedder: str) -> set[str]:
        """Those of `contents`, hashes of embedded texts, for which `embedder` has no vector yet."""

    def put(
        self,
        article: Article,
        entry: Entry,
        passages: Sequence[tuple[Passage, str]],
        vectors: Mapping[str, NDArray[np.float32]],
        derived: Sequence[Derived] = (),
    ) -> None:
        """Add `article` or replace what is stored under its id, with all that belongs to it.

        Args:
            article: As parsed.
            entry: How it came in.
            passages: Each with the hash of its embedded text.
            vectors: By hash, those that are not stored yet.
            derived: What was extracted of it.
        """

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        """Set vectors aside, by content, until an article that has these passages is put."""

    def lacking(self, kind: str, version: str) -> list[str]:
        """The ids of the articles that have no row of that kind and version derived of them, in order."""

    def derived(self, kind: str, version: str, ids: Collection[str]) -> dict[str, Derived]:
        """The rows of that kind and version that were derived of the articles of these ids, by id."""

    def put_derived(self, rows: Mapping[tuple[str, str], Derived | None]) -> None:
        """Store rows by article and kind, in the place of what is there; None only removes that."""

    def drop_derived(self, keep: Collection[str]) -> None:
        """Remove derived rows of all kinds but those."""

    def derived_rows(self) -> Iterator[tuple[str, Derived]]:
        """Every derived row with the id of its article, in the order of these ids."""

    def move(self, article_id: str, path: str, location: str) -> None:
        """Note that the file of an article, unchanged, is now at another place."""

    def delete(self, ids: Collection[str]) -> None:
        """Remove articles and what belongs to them, all of them or none.

        Raises:
            LibraryError: an id is not stored.
        """

    def record_gap(
        self,
        question: str,
        language: str,
        nearest: str | None,
        understood: str | None = None,
        history: Sequence[str] = (),
        tried: int | None = None,
    ) -> None:
        """Count a question that was not answered; one that was done or answered is open again.

        Args:
            question: In the asker's words.
            language: Of the answer that was asked for.
            nearest: The id of the nearest article.
            understood: The question in full, where it leans on those before it.
            history: Those, oldest first.
            tried: The revision of the articles that it was asked of.
        """

    def gaps(self) -> list[Gap]:
        """Unanswered questions, the most frequent first."""

    def mark_gap(self, number: int, mark: GapMark) -> bool:
        """Give a question a state; False where none has that number and the former state."""

    def tried_gap(self, number: int, revision: int) -> None:
        """Note that a question was asked again, of that revision of the articles."""

    def record_feedback(
        self,
        question: str,
        answer: str,
        verdict: str,
        reason: str | None,
        correction: str | None,
        *,
        replacing: bool = False,
    ) -> None:
        """Keep what a reader thought of an answer, also in place of what was said of that same answer."""

    def feedback(self) -> list[Feedback]:
        """All feedback, the oldest first."""

    def integrity(self) -> list[str]:
        """What the database itself finds wrong, one line each."""

    def passage_rows(self) -> Iterator[tuple[str, int, int, str, int | None, bytes | None]]:
        """Every passage as `(article id, start, end, content, embedder known?, vector)`, in order."""


@dataclass(frozen=True, slots=True)
class OpenSnapshot:
    """What can be searched, the revision that it shows, and the name of the embedder of its vectors."""

    index: Searchable
    revision: int
    embedder: str


class LibraryState(ArticleStore, Protocol):
    """The articles and what they are searched by."""

    def shown(self) -> OpenSnapshot | None:
        """What can be searched now; None where that is damaged or there is nothing."""

    def renew(self, name: str, *, always: bool = False) -> None:
        """Let search see every article, embedded by `name`; `always` even where it does. Only by a writer.

        Raises:
            LibraryError: an article has not been embedded by it; indexing was interrupted.
        """

    def withdraw(self) -> None:
        """Let search no longer see what was deleted. Only by a writer."""

    def problems(self) -> list[str]:
        """Every problem as one line that ends in the cure; none when all is well."""


class LibraryBackend(Protocol):
    """Where a library is kept; safe to share between threads."""

    def reading(self) -> LibraryState:
        """The library as it is, opened once.

        Raises:
            NoIndex: nothing has been indexed.
            LibraryError: it cannot be read.
        """

    def writing(self, wait: float = 0, *, create: bool = False) -> AbstractContextManager[LibraryState]:
        """The library for its one writer; another is waited for as many seconds.

        Raises:
            Busy: another process is writing.
            NoIndex: nothing has been indexed, and `create` does not say to make it.
            LibraryError: it cannot be written.
        """

    def no_index(self) -> NoIndex:
        """The error that says that nothing has been indexed here."""

    def close(self) -> None:
        """Let go of it; it is opened again where it is needed."""
