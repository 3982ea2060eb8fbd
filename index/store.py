"""The store: SQLite, the source of truth for articles, passages, embeddings, gaps and feedback.

Each method is one transaction. A revision counts the transactions that change what search would find.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index import contents, copies, listing, remarks, rows, wordlists
from index.article import Article, Passage
from index.catalogue import Listed, Listing, Mention, Selection
from index.contents import Outline, Stored
from index.errors import LibraryError
from index.likeness import RECIPE
from index.loose import drop_texts, drop_vectors, drop_words
from index.rows import ARTICLE, altered, article_numbered, article_of, passages_behind, put_seal
from index.schema import connect, explained

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


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the articles did not answer, and how often it was asked."""

    question: str
    language: str
    nearest: str | None
    asked_at: datetime
    count: int


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
        self._wordlists: wordlists.Read = {}

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
            return listing.listing(db, wanted, limit, offset, self._wordlists)

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        """The articles of these ids, in their order and without their texts; of those that are there."""
        with self._reading() as db:
            return listing.listed(db, ids)

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        """The articles before and after one by day and id; what has no day is before all that have one."""
        with self._reading() as db:
            return listing.beside(db, article_id)

    def languages(self) -> list[str]:
        """The languages of the articles, each once."""
        with self._reading() as db:
            return listing.languages(db)

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
    ) -> None:
        """Add `article` or replace what is stored under its id, with its passages and their embeddings.

        Args:
            article: As parsed.
            entry: How it came in.
            passages: Each with the hash of its embedded text.
            vectors: By hash, those that are not stored yet.
        """
        origin = (entry.location, entry.digest, entry.recipe, entry.embedder)
        with self._writing(revises=True) as db:
            number = rows.put_article(db, article, origin)
            db.executemany(
                'INSERT INTO passages (article, start, "end", content) VALUES (?, ?, ?, ?)',
                [(number, passage.start, passage.end, content) for passage, content in passages],
            )
            rows.put_vectors(db, vectors, entry.embedder)
            put_seal(db, number)
            copies.note(db, number, article)
            wordlists.note(db, number)

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        """Set vectors aside, by content, until an article that has these passages is put."""
        with self._writing(revises=False) as db:
            rows.put_vectors(db, vectors, embedder)
            db.executemany("INSERT OR IGNORE INTO loose VALUES ('vector', ?)", [(one,) for one in vectors])

    def complete(self, *, anew: bool = False) -> None:
        """Do for articles that an earlier version stored what is done for those that are stored today.

        `anew` looks also for what is damaged of it.
        """
        if anew:
            with self._writing(revises=False) as db:
                wordlists.drop_unsound(db)
        noted = True
        while noted:
            with self._writing(revises=False) as db:
                noted = wordlists.note_others(db)
        with self._reading() as db:
            if db.execute("SELECT 1 FROM state WHERE name = 'completed' AND value = ?", (RECIPE,)).fetchone():
                return
        while True:
            with self._reading() as db:
                numbers = copies.unsigned(db, _SOME)
            if not numbers:
                break
            with self._writing(revises=True) as db:
                for number in numbers:
                    article = article_numbered(db, number)
                    if article is not None:
                        copies.note(db, number, article)
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

    def delete(self, ids: Collection[str]) -> None:
        """Remove articles with their texts, passages and embeddings, all of them or none.

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
        """Which articles there are; see `index.contents`."""
        with self._reading() as db:
            return contents.outline(db, _revision(db))

    def stored(self, numbers: Sequence[int], embedder: str) -> Iterator[Stored]:
        """The articles of these numbers with their passages and vectors; see `index.contents`."""
        for at in range(0, len(numbers), _SOME):
            with self._reading() as db:
                some = numbers[at : at + _SOME]
                together = list(contents.stored(db, some, embedder))
            # Others use the connection while what was read is worked on.
            yield from together

    def record_gap(self, question: str, language: str, nearest: str | None) -> None:
        """Count a question that was not answered; `nearest` is the id of the nearest article."""
        with self._writing(revises=False) as db:
            remarks.record_gap(db, question, language, nearest)

    def gaps(self) -> list[Gap]:
        """Unanswered questions, the most frequent first."""
        with self._reading() as db:
            return [Gap(*row) for row in remarks.gaps(db)]

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
            remarks.record_feedback(db, (question, answer, verdict, reason, correction), replacing=replacing)

    def feedback(self) -> list[Feedback]:
        """All feedback, the oldest first."""
        with self._reading() as db:
            return [Feedback(*row) for row in remarks.feedback(db)]

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
            return wordlists.problems(db)

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
