"""The articles in a database, and what they are searched by: each method is one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.catalogue import Listed, Listing, Mention, Selection
from index.errors import LibraryError
from index.lexicon import LEXICON
from index.place import Shown
from index.postgres import listing
from index.postgres.connection import Connections, Session
from index.postgres.copies import note_again, note_copies
from index.postgres.counting import CHECKS, checked, count_anew
from index.postgres.lexicon import key_of
from index.postgres.nearness import is_outgrown, make_near
from index.postgres.records import (
    ARTICLE,
    BATCH,
    article_of,
    drop_articles,
    drop_models,
    keep_vectors,
    put_article,
)  # fmt: skip
from index.postgres.schema import look_by_index
from index.postgres.searching import Articles, Live, Model
from index.soundness import cleaned, cure_of
from index.store import Entry, Feedback, Gap
from index.verification import stored_problems

if TYPE_CHECKING:
    from index.searching import Searchable

T = TypeVar("T")

_REBUILD = "rebuild the index with: tanya index"


class PostgresStore:
    """The library in a database; see `index.place.Kept`."""

    def __init__(self, sessions: Connections, recording: Connections) -> None:
        """Take sessions to read with, which are the writer's where it writes, and sessions to record with."""
        self._sessions = sessions
        self._recording = recording
        self._articles = Articles()
        self._live: Live | None = None
        self._identity: uuid.UUID | None = None

    def state(self) -> tuple[int, set[str]]:
        def read(db: Session) -> tuple[int, set[str]]:
            rows = db.rows(
                "SELECT name FROM models m WHERE EXISTS (SELECT FROM articles WHERE model = m.number)"
            )
            return _revision(db), {row["name"] for row in rows}

        return self._sessions.reading(read)

    def revision(self) -> int:
        return self._sessions.run(_revision)

    def embedder_named(self, setting: str) -> str | None:
        found = self._sessions.run(
            lambda db: db.value("SELECT embedder FROM settings WHERE key = $1", key_of(setting))
        )
        return None if found is None else str(found)

    def name_embedder(self, setting: str, name: str) -> None:
        if self.embedder_named(setting) != name:
            self._write(
                lambda db: db.run(
                    "INSERT INTO settings VALUES ($1, $2) ON CONFLICT (key) "
                    "DO UPDATE SET embedder = excluded.embedder",
                    key_of(setting), name,
                ),
                revises=False,
            )  # fmt: skip

    def articles(self) -> list[Article]:
        rows = self._sessions.run(lambda db: db.rows(f"SELECT {ARTICLE} FROM articles a ORDER BY a.id"))
        return [article_of(row) for row in rows]

    def latest(self, limit: int) -> list[Article]:
        query = f"SELECT {ARTICLE} FROM articles a ORDER BY a.published DESC NULLS LAST, a.id LIMIT $1"
        return [article_of(row) for row in self._sessions.run(lambda db: db.rows(query, limit))]

    def publishers(self) -> list[str]:
        rows = self._sessions.run(lambda db: db.rows("SELECT DISTINCT source FROM articles"))
        return [row["source"] for row in rows if row["source"]]

    def count(self) -> int:
        return int(self._sessions.run(lambda db: db.value("SELECT count(*) FROM articles")))

    def listing(self, wanted: Selection, limit: int | None, offset: int) -> Listing:
        return self._sessions.reading(lambda db: listing.listing(db, wanted, limit, offset))

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        return self._sessions.reading(lambda db: listing.listed(db, ids))

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        return self._sessions.reading(lambda db: listing.beside(db, article_id))

    def languages(self) -> list[str]:
        return self._sessions.run(listing.languages)

    def article(self, article_id: str) -> Article | None:
        row = self._sessions.run(
            lambda db: db.row(f"SELECT {ARTICLE} FROM articles a WHERE a.key = $1", key_of(article_id))
        )
        return article_of(row) if row else None

    def entries(self) -> list[Entry]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT a.id, a.location, a.digest, a.recipe, m.name FROM articles a "
                "JOIN models m ON m.number = a.model ORDER BY a.id"
            )
        )
        return [Entry(*row) for row in rows]

    def without_embedding(self, contents: Collection[str], embedder: str) -> set[str]:
        wanted = set(contents)
        if not wanted:
            return wanted
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT content FROM passages WHERE content = ANY($1) "
                "AND model = (SELECT number FROM models WHERE key = $2) UNION "
                "SELECT content FROM embeddings WHERE content = ANY($1) "
                "AND model = (SELECT number FROM models WHERE key = $2)",
                list(wanted), key_of(embedder),
            )
        )  # fmt: skip
        return wanted - {row["content"] for row in rows}

    def put(
        self,
        article: Article,
        entry: Entry,
        passages: Sequence[tuple[Passage, str]],
        vectors: Mapping[str, NDArray[np.float32]],
    ) -> None:
        self._write(lambda db: note_copies(db, put_article(db, article, entry, passages, vectors), article))

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        self._write(lambda db: keep_vectors(db, vectors, embedder), revises=False)

    def move(self, article_id: str, path: str, location: str) -> None:
        self._write(
            lambda db: db.run(
                "UPDATE articles SET path = $2, location = $3 WHERE key = $1",
                key_of(article_id),
                path,
                location,
            )
        )

    def delete(self, ids: Collection[str]) -> None:
        def write(db: Session) -> None:
            numbers = []
            for article_id in ids:
                number = db.value("SELECT number FROM articles WHERE key = $1", key_of(article_id))
                if number is None or number in numbers:
                    raise LibraryError(
                        f"there is no article {article_id!r}; list them with: tanya articles list"
                    )
                numbers.append(number)
            drop_articles(db, numbers)
            # A vector that was set aside may be one of theirs.
            db.run("DELETE FROM embeddings")

        self._write(write)

    def record_gap(self, question: str, language: str, nearest: str | None) -> None:
        asked, written = cleaned(question), uuid.uuid4().hex
        self._recording.run(
            lambda db: db.run(
                # Done a second time, because the answer to the first was lost, it counts once.
                "INSERT INTO gaps VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT (key) DO UPDATE SET "
                "nearest = excluded.nearest, asked_at = excluded.asked_at, written = excluded.written, "
                "count = gaps.count + (gaps.written <> excluded.written)::integer",
                key_of(asked, language), asked, language, nearest, _now(), written,
            )
        )  # fmt: skip

    def gaps(self) -> list[Gap]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT question, language, nearest, asked_at, count FROM gaps "
                'ORDER BY count DESC, asked_at DESC, question COLLATE "C"'
            )
        )
        return [Gap(q, lang, near, at.astimezone(UTC), n) for q, lang, near, at, n in rows]

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
        values = [
            None if one is None else cleaned(one) for one in (question, answer, verdict, reason, correction)
        ]
        written = uuid.uuid4().hex
        self._recording.run(
            lambda db: db.run(
                "WITH former AS (DELETE FROM feedback "
                "WHERE $8::boolean AND question = $1 AND answer = $2 AND written <> $7) "
                "INSERT INTO feedback (question, answer, verdict, reason, correction, at, written) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (written) DO NOTHING",
                *values, _now(), written, replacing,
            )
        )  # fmt: skip

    def feedback(self) -> list[Feedback]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT question, answer, verdict, reason, correction, at FROM feedback ORDER BY number"
            )
        )
        return [
            Feedback(asked, answer, verdict, reason, correction, at.astimezone(UTC))
            for asked, answer, verdict, reason, correction, at in rows
        ]

    def integrity(self) -> list[str]:
        """Counts that do not fit."""

        def read(db: Session) -> list[str]:
            found = {told: int(db.value(check)) for told, check in CHECKS.items()}
            return [f"{count} {told}" for told, count in found.items() if count]

        return self._sessions.reading(read)

    def passage_rows(self) -> Iterator[tuple[str, int, int, str, int | None, bytes | None]]:
        statement = (
            "SELECT a.id, p.start, p.stop, p.content, p.vector FROM "
            "(SELECT number, id, model FROM articles WHERE id > $1 ORDER BY id LIMIT $2) a "
            "JOIN passages p ON p.article = a.number AND p.model = a.model "
            "ORDER BY a.id, p.start, p.number"
        )
        last = ""
        while rows := self._sessions.run(partial(_page, statement=statement, after=last)):
            for row in rows:
                blob = row["vector"].astype("<f4").tobytes()
                yield row["id"], row["start"], row["stop"], row["content"], 1, blob
            last = rows[-1]["id"]

    def shown(self) -> Shown | None:
        """What can be searched; None where nothing can, or where words were counted in another way."""
        row = self._sessions.run(
            lambda db: db.row(
                "SELECT l.identity, l.revision, m.* FROM library l JOIN models m ON m.number = l.serving"
            )
        )
        if row is None or row["lexicon"] != LEXICON:
            return None
        model = Model(
            row["number"], row["name"], row["dimension"], row["passages"], row["reach"], row["recall"]
        )
        if row["identity"] != self._identity:
            # In tables that were made anew, numbers mean other articles.
            self._identity, self._articles, self._live = row["identity"], Articles(), None
        live = self._live
        if live is None or (live.revision, live.model) != (row["revision"], model):
            live = self._live = Live(self._sessions, self._articles, model, row["revision"])
        searchable: Searchable = live
        return Shown(searchable, live.revision, model.name)

    def renew(self, name: str, *, always: bool = False) -> None:
        """Serve `name` from now on, and mend what search goes by where it is out of date, or `always`."""
        if not self.state()[1]:
            return
        model = self._sessions.run(lambda db: db.row("SELECT * FROM models WHERE key = $1", key_of(name)))
        unfinished = model is None or self._sessions.run(
            lambda db: db.value("SELECT EXISTS (SELECT FROM articles WHERE model <> $1)", model["number"])
        )
        if unfinished:
            raise LibraryError(f"not every article is embedded by {name}; finish with: tanya index")
        number = int(model["number"])

        def serve(db: Session) -> None:
            drop_models(db, keep=number)
            db.run("UPDATE library SET serving = $1", number)
            note_again(db)
            if always or model["lexicon"] != LEXICON:
                with db.unhurried():
                    count_anew(db, number)
            if always:
                with db.unhurried():
                    look_by_index(db)

        self._write(serve, revises=False)
        if always or self._sessions.run(lambda db: is_outgrown(db, number)):
            self._sessions.run(lambda db: make_near(db, number, anew=always))

    def withdraw(self) -> None:
        """Passages went with their articles; where no article is left, the models go as well."""
        if not self.state()[1]:
            self._write(lambda db: drop_models(db, keep=None), revises=False)

    def problems(self) -> list[str]:
        found = [f"{self._sessions.address}: {line}; {_REBUILD}" for line in self.integrity()]
        found += stored_problems(self)
        known = "\n".join(found)
        last = ""
        while rows := self._sessions.reading(partial(checked, after=last)):
            for article, words, seal in rows:
                name = f"article {article.id!r}"
                if not seal and name not in known:
                    found.append(f"what is stored of {name} is altered; {cure_of(article)}")
                elif not words:
                    found.append(f"the words of {name} are counted wrongly; {_REBUILD}")
            last = rows[-1][0].id
        return found

    def _write(self, work: Callable[[Session], T], *, revises: bool = True) -> T:
        """The result of `work`, one transaction of the writer, done once though its answer be lost."""
        token = uuid.uuid4().hex
        results: list[T] = []

        def write(db: Session) -> T:
            if results and db.value("SELECT written FROM library") == token:
                return results[-1]
            with db.transaction():
                db.require_mark(self._sessions.address)
                results.append(work(db))
                db.run(
                    "UPDATE library SET revision = revision + $1::integer, written = $2", int(revises), token
                )
            return results[-1]

        return self._sessions.run(write)


def _page(db: Session, statement: str, after: str) -> list[Any]:
    return db.rows(statement, after, BATCH)


def _revision(db: Session) -> int:
    return int(db.value("SELECT revision FROM library"))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
