"""The articles in a database, and what they are searched by: each method is one transaction."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.chunking import embedded_text
from index.errors import LibraryError
from index.lexicon import LEXICON
from index.place import Shown
from index.postgres.connection import Connections, Session
from index.postgres.lexicon import counted, frequency, key_of, storable
from index.postgres.nearness import is_outgrown, make_near
from index.postgres.records import (
    ARTICLE, BATCH, article_of, drop_articles, drop_models, index_terms, put_article,
)  # fmt: skip
from index.postgres.searching import Articles, Live, Model
from index.soundness import cleaned
from index.store import Entry, Feedback, Gap
from index.verification import stored_problems

if TYPE_CHECKING:
    from index.searching import Searchable

T = TypeVar("T")

_REBUILD = "rebuild the index with: tanya index"


class PostgresStore:
    """The library in a database; see `index.place.Kept`."""

    def __init__(self, sessions: Connections, recording: Connections) -> None:
        """Take sessions to read with, which may write where they are the writer's, and sessions to record with."""
        self._sessions = sessions
        self._recording = recording
        self._articles = Articles()
        self._live: Live | None = None

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
                    "INSERT INTO settings VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET embedder = excluded.embedder",
                    key_of(setting), name,
                ),
                revises=False,
            )  # fmt: skip

    def articles(self) -> list[Article]:
        rows = self._sessions.run(lambda db: db.rows(f"SELECT {ARTICLE} FROM articles a ORDER BY a.id"))
        return [article_of(row) for row in rows]

    def article(self, article_id: str) -> Article | None:
        if not storable([article_id]):
            return None
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
        self._write(lambda db: put_article(db, article, entry, passages, vectors))

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
                number = None
                if storable([article_id]):
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
        self, question: str, answer: str, verdict: str, reason: str | None, correction: str | None
    ) -> None:
        values = [
            None if one is None else cleaned(one) for one in (question, answer, verdict, reason, correction)
        ]
        written = uuid.uuid4().hex
        self._recording.run(
            lambda db: db.run(
                "INSERT INTO feedback (question, answer, verdict, reason, correction, at, written) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (written) DO NOTHING",
                *values, _now(), written,
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
        checks = {
            "passages of a model are not counted rightly": (
                "SELECT count(*) FROM models m WHERE (m.passages, m.words) <> "
                "(SELECT count(*), coalesce(sum(length), 0) FROM passages WHERE model = m.number)"
            ),
            "terms are not counted rightly": (
                "SELECT count(*) FROM terms t FULL JOIN (SELECT term, count(*) AS n FROM postings GROUP BY term) p "
                "USING (term) WHERE t.passages IS DISTINCT FROM p.n"
            ),
            "passages end behind their article": (
                "SELECT count(*) FROM passages p JOIN articles a ON a.number = p.article "
                "WHERE p.stop > char_length(a.text)"
            ),
            "passages are filtered otherwise than their articles": (
                "SELECT count(*) FROM passages p JOIN articles a ON a.number = p.article "
                "WHERE (p.published, p.publisher) IS DISTINCT FROM (a.published, a.publisher)"
            ),
            "articles are not searched by their model": (
                "SELECT count(*) FROM articles a WHERE NOT EXISTS "
                "(SELECT FROM passages WHERE article = a.number AND model = a.model)"
            ),
        }

        def read(db: Session) -> list[str]:
            found = {told: int(db.value(check)) for told, check in checks.items()}
            return [f"{count} {told}" for told, count in found.items() if count]

        return self._sessions.reading(read)

    def passage_rows(self) -> Iterator[tuple[str, int, int, str, int | None, bytes | None]]:
        last = ""
        while True:
            after = last
            rows = self._sessions.run(
                lambda db: db.rows(
                    "SELECT a.id, p.start, p.stop, p.content, p.vector FROM "
                    "(SELECT number, id, model FROM articles WHERE id > $1 ORDER BY id LIMIT $2) a "
                    "JOIN passages p ON p.article = a.number AND p.model = a.model ORDER BY a.id, p.start, p.number",
                    after, BATCH,
                )
            )  # fmt: skip
            if not rows:
                return
            for row in rows:
                yield (
                    row["id"],
                    row["start"],
                    row["stop"],
                    row["content"],
                    1,
                    row["vector"].astype("<f4").tobytes(),
                )
            last = rows[-1]["id"]

    def shown(self) -> Shown | None:
        """What can be searched; None where nothing can, or where words were counted in another way."""
        row = self._sessions.run(
            lambda db: db.row(
                "SELECT l.revision, m.* FROM library l JOIN models m ON m.number = l.serving WHERE m.passages > 0"
            )
        )
        if row is None or row["lexicon"] != LEXICON:
            return None
        model = Model(
            row["number"], row["name"], row["dimension"], row["passages"], row["reach"], row["recall"]
        )
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
            if always or model["lexicon"] != LEXICON:
                with db.unhurried():
                    _count_anew(db, number)

        self._write(serve, revises=False)
        if always or self._sessions.run(lambda db: is_outgrown(db, number)):
            self._sessions.run(lambda db: make_near(db, number, anew=always))

    def withdraw(self) -> None:
        """Passages went with their articles; where no article is left, the models go as well."""
        if not self.state()[1]:
            self._write(lambda db: drop_models(db, keep=None), revises=False)

    def problems(self) -> list[str]:
        found = [f"{self._sessions.address}: {line}; {_REBUILD}" for line in self.integrity()]
        return found + stored_problems(self) + list(self._other_terms())

    def _other_terms(self) -> Iterator[str]:
        """Articles whose words are not counted as they stand in the text."""
        last = ""
        while True:
            after = last
            rows = self._sessions.reading(lambda db: _words(db, after))
            if not rows:
                return
            wrong = {
                row["id"]
                for row, article, held in rows
                if held
                != _postings(
                    counted(embedded_text(Passage(article, row["start"], row["stop"])), row["model"])
                )
            }
            yield from (
                f"the words of article {one!r} are counted wrongly; {_REBUILD}" for one in sorted(wrong)
            )
            last = rows[-1][0]["id"]

    def _write(self, work: Callable[[Session], T], *, revises: bool = True) -> T:
        """The result of `work`, done in one transaction by the writer, and once even where its answer was lost."""
        token = uuid.uuid4().hex
        results: list[T] = []

        def write(db: Session) -> T:
            if results and db.value("SELECT written FROM library") == token:
                return results[-1]
            with db.transaction():
                results.append(work(db))
                db.run(
                    "UPDATE library SET revision = revision + $1::integer, written = $2", int(revises), token
                )
            return results[-1]

        return self._sessions.run(write)


def _revision(db: Session) -> int:
    return int(db.value("SELECT revision FROM library"))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _postings(held: Counter[int]) -> dict[int, tuple[int, int]]:
    return {term: (held.total(), frequency(count)) for term, count in held.items()}


def _words(db: Session, after: str) -> list[tuple[Any, Article, dict[int, tuple[int, int]]]]:
    """Passages of the articles behind an id, each with its article and its postings."""
    articles = db.rows(
        f"SELECT a.number, a.model, {ARTICLE} FROM articles a WHERE a.id > $1 ORDER BY a.id LIMIT $2",
        after,
        BATCH,
    )
    known = {row["number"]: article_of(row) for row in articles}
    passages = db.rows(
        "SELECT a.id, p.number, p.article, p.model, p.start, p.stop FROM passages p "
        "JOIN articles a ON a.number = p.article AND a.model = p.model "
        "WHERE p.article = ANY($1) AND p.stop <= char_length(a.text) ORDER BY a.id, p.start",
        list(known),
    )
    held: dict[int, dict[int, tuple[int, int]]] = {row["number"]: {} for row in passages}
    for row in db.rows(
        "SELECT passage, term, length, frequency FROM postings WHERE passage = ANY($1)", list(held)
    ):
        held[row["passage"]][row["term"]] = (row["length"], row["frequency"])
    return [(row, known[row["article"]], held[row["number"]]) for row in passages]


def _count_anew(db: Session, model: int) -> None:
    """Terms, postings and counts of a model from the texts; readers see those from before until it is done."""
    db.run("DELETE FROM postings WHERE passage IN (SELECT number FROM passages WHERE model = $1)", model)
    db.run("DELETE FROM terms WHERE model = $1", model)
    db.run(
        "UPDATE passages p SET published = a.published, publisher = a.publisher FROM articles a "
        "WHERE a.number = p.article AND (p.published, p.publisher) IS DISTINCT FROM (a.published, a.publisher)"
    )
    last = 0
    while True:
        articles = db.rows(
            f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.number > $1 ORDER BY a.number LIMIT $2",
            last,
            BATCH,
        )
        if not articles:
            break
        last = articles[-1]["number"]
        known = {row["number"]: article_of(row) for row in articles}
        rows = db.rows(
            "SELECT number, article, start, stop FROM passages WHERE article = ANY($1) AND model = $2",
            list(known), model,
        )  # fmt: skip
        words = [
            (
                row["number"],
                counted(embedded_text(Passage(known[row["article"]], row["start"], row["stop"])), model),
            )
            for row in rows
        ]
        db.run(
            "UPDATE passages p SET length = given.length FROM unnest($1::bigint[], $2::integer[]) "
            "AS given (number, length) WHERE p.number = given.number AND p.length <> given.length",
            [number for number, _ in words], [held.total() for _, held in words],
        )  # fmt: skip
        index_terms(db, model, words)
    db.run(
        "UPDATE models SET lexicon = $2, "
        "(passages, words) = (SELECT count(*), coalesce(sum(length), 0) FROM passages WHERE model = $1) "
        "WHERE number = $1",
        model, LEXICON,
    )  # fmt: skip
