"""The store in a database: its articles, what they are searched by, listings and counts of integrity.

Each method is one transaction. Listings look texts through in place, by an index if there is one, and
never fetch them. There are sessions to read with, and one writer under the database's lock.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial, reduce
from importlib.util import find_spec
from operator import xor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedded_text
from index.errors import Busy, NoIndex, SettingsError, no_index, not_embedded, unknown_article
from index.lexical import TERMS_VERSION, patterns_of
from index.models import Article, AskedGap, Derived, Entry, Feedback, Passage, cure_of
from index.postgres.connection import PATIENCE, Address, Connections, Session, parse_address
from index.postgres.schema import (
    ARTICLE,
    counted,
    drop_articles,
    drop_models,
    frequency,
    index_terms,
    keep_vectors,
    key_of,
    look_by_index,
    prepare,
    publisher_of,
    put_article,
    seal_of,
    session_name,
)
from index.postgres.search import (
    ArticleCache,
    Live,
    Model,
    is_outgrown,
    make_near,
    note_again,
    note_copies,
)
from index.store import BATCH, GAP_AGAIN, REBUILD, LibraryState, OpenSnapshot, PassageRow, T, article_of, now
from index.store import Session as SqlSession

Sums = tuple[int, ...]
"""What the postings of a passage come to: enough that any other would differ, without sending them."""

CHECKS = {
    "passages of a model are not counted rightly": (
        "SELECT count(*) FROM models m WHERE (m.passages, m.words) <> "
        "(SELECT count(*), coalesce(sum(length), 0) FROM passages WHERE model = m.number)"
    ),
    "terms are not counted rightly": (
        "SELECT count(*) FROM terms t FULL JOIN "
        "(SELECT term, count(*) AS n FROM postings GROUP BY term) p USING (term) "
        "WHERE t.passages IS DISTINCT FROM p.n"
    ),
    "postings belong to no passage": (
        "SELECT count(*) FROM postings p WHERE NOT EXISTS (SELECT FROM passages WHERE number = p.passage)"
    ),
    "passages end behind their article": (
        "SELECT count(*) FROM passages p JOIN articles a ON a.number = p.article "
        "WHERE p.stop > char_length(a.text)"
    ),
    "passages are filtered otherwise than their articles": (
        "SELECT count(*) FROM passages p JOIN articles a ON a.number = p.article "
        "WHERE (p.published, p.publisher) IS DISTINCT FROM (a.published, a.publisher)"
    ),
    "rows are derived of no article": (
        "SELECT count(*) FROM derived d WHERE NOT EXISTS (SELECT FROM articles WHERE number = d.article)"
    ),
}
"""What must not be found, as the number of such rows."""


def checked(db: Session, after: str) -> list[tuple[Article, bool, bool]]:
    """The articles behind an id: whether its words are counted rightly, and if it is as written."""
    rows = db.rows(
        f"SELECT a.number, a.model, a.digest, a.recipe, a.seal, {ARTICLE} FROM articles a "
        "WHERE a.id > $1 ORDER BY a.id LIMIT $2",
        after, BATCH,
    )  # fmt: skip
    passages = defaultdict(list)
    for row in db.rows(
        "SELECT p.number, p.article, p.start, p.stop, p.content, p.length, p.vector FROM passages p "
        "JOIN articles a ON a.number = p.article AND a.model = p.model "
        "WHERE p.article = ANY($1) ORDER BY p.start, p.number",
        [row["number"] for row in rows],
    ):
        passages[row["article"]].append(row)
    sums = db.rows(
        "SELECT passage, count(*), bit_xor(term), sum(frequency), "
        "sum((term & 65535) * frequency)::bigint, min(length), max(length) FROM postings "
        "WHERE passage = ANY($1) GROUP BY passage",
        [passage["number"] for each in passages.values() for passage in each],
    )
    counts = {number: tuple(map(int, rest)) for number, *rest in sums}
    found = []
    for row in rows:
        article, own = article_of(row), passages[row["number"]]
        right = all(
            counts.get(passage["number"], ()) == _sums(article, row["model"], passage)
            for passage in own
            if passage["stop"] <= len(article.text)
        )
        kept = [(one["start"], one["stop"], one["content"], one["vector"]) for one in own]
        found.append((article, right, row["seal"] == seal_of(article, row["digest"], row["recipe"], kept)))
    return found


def _sums(article: Article, model: int, row: Any) -> Sums | None:
    """The sums that a passage's postings should have; None where its stored length is wrong."""
    words = counted(embedded_text(Passage(article, row["start"], row["stop"])), model)
    if row["length"] != words.total():
        return None
    counts = {term: frequency(count) for term, count in words.items()}
    if not counts:
        return ()
    return (
        len(counts),
        reduce(xor, counts),
        sum(counts.values()),
        sum((term & 65535) * count for term, count in counts.items()),
        words.total(),
        words.total(),
    )


def count_anew(db: Session, model: int) -> None:
    """Terms, postings and counts of a model from the texts; readers see the former till it is done."""
    # Those of no passage as well, should there be any.
    db.run("DELETE FROM postings WHERE passage NOT IN (SELECT number FROM passages WHERE model <> $1)", model)
    db.run("DELETE FROM terms WHERE model = $1", model)
    db.run("UPDATE models SET passages = 0, words = 0, lexicon = $2 WHERE number = $1", model, TERMS_VERSION)
    db.run(
        "UPDATE passages p SET published = a.published, publisher = a.publisher FROM articles a "
        "WHERE a.number = p.article "
        "AND (p.published, p.publisher) IS DISTINCT FROM (a.published, a.publisher)"
    )
    statement = f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.number > $1 ORDER BY a.number LIMIT $2"
    last = 0
    while articles := db.rows(statement, last, BATCH):
        last = articles[-1]["number"]
        known = {row["number"]: article_of(row) for row in articles}
        rows = db.rows(
            "SELECT number, article, start, stop FROM passages WHERE article = ANY($1) AND model = $2",
            list(known), model,
        )  # fmt: skip
        passages = {row["number"]: Passage(known[row["article"]], row["start"], row["stop"]) for row in rows}
        words = [(number, counted(embedded_text(passage), model)) for number, passage in passages.items()]
        db.run(
            "UPDATE passages p SET length = given.length FROM unnest($1::bigint[], $2::integer[]) "
            "AS given (number, length) WHERE p.number = given.number AND p.length <> given.length",
            [number for number, _ in words], [count.total() for _, count in words],
        )  # fmt: skip
        index_terms(db, model, words)


class PostgresStore(LibraryState):
    """The library in a database."""

    ARTICLES = "articles a"
    TEXT = "a.text"
    KEY = "a.key"
    PAYLOAD = "d.payload"
    LOWER = 'lower({} COLLATE "C") COLLATE "C"'
    BYTES = 'COLLATE "C"'
    NO_DAY = "'-infinity'::date"

    def __init__(self, sessions: Connections, recording: Connections) -> None:
        """Take sessions to read with, which are the writer's where it writes, and sessions to record with."""
        self._sessions = sessions
        self._recording = recording
        self._articles = ArticleCache()
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

    @staticmethod
    def key_of(article_id: str) -> str:
        return key_of(article_id)

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self._sessions.run(lambda db: db.rows(statement, *values))

    def _read(self, work: Callable[[SqlSession], T]) -> T:
        return self._sessions.reading(work)

    def _record(self, statement: str, *values: Any) -> int:
        return self._recording.run(lambda db: db.run(statement, *values))

    def _published_by(self, db: SqlSession, sources: Sequence[str], take: Callable[[Any], str]) -> str:
        asked = db.among.format("a.publisher", take([publisher_of(source) for source in sources]))
        return f"a.source IS NOT NULL AND {asked}"

    def _holding(self, words: Sequence[str], take: Callable[[Any], str]) -> str:
        fits = []
        for word in words:
            places = [take(pattern) for pattern in patterns_of(word)]
            forms = (
                f'lower(a.{column} COLLATE "C") LIKE {place}'
                for place in places
                for column in ("title", "text")
            )
            fits.append(f"({' OR '.join(forms)})")
        return " AND ".join(fits)

    def entries(self) -> list[Entry]:
        rows = self._rows(
            "SELECT a.id, a.location, a.digest, a.recipe, m.name FROM articles a "
            "JOIN models m ON m.number = a.model ORDER BY a.id"
        )
        return [Entry(*row) for row in rows]

    def without_embedding(self, contents: Collection[str], embedder: str) -> set[str]:
        wanted = set(contents)
        if not wanted:
            return wanted
        rows = self._rows(
            "SELECT content FROM passages WHERE content = ANY($1) "
            "AND model = (SELECT number FROM models WHERE key = $2) UNION "
            "SELECT content FROM embeddings WHERE content = ANY($1) "
            "AND model = (SELECT number FROM models WHERE key = $2)",
            list(wanted), key_of(embedder),
        )  # fmt: skip
        return wanted - {row["content"] for row in rows}

    def put(
        self,
        article: Article,
        entry: Entry,
        passages: Sequence[tuple[Passage, str]],
        vectors: Mapping[str, NDArray[np.float32]],
        derived: Sequence[Derived] = (),
    ) -> None:
        def write(db: Session) -> None:
            number = put_article(db, article, entry, passages, vectors)
            note_copies(db, number, article)
            self._add_derived(db, number, derived)

        self._write(write)

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        self._write(lambda db: keep_vectors(db, vectors, embedder), revises=False)

    def _add_derived(self, db: SqlSession, number: int, rows: Sequence[Derived]) -> None:
        for row in rows:
            db.run(
                "INSERT INTO derived (article, kind, version, payload, seal) VALUES ($1, $2, $3, $4, $5)",
                number, row.kind, row.version, row.payload.decode("ascii"), row.seal,
            )  # fmt: skip

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
                    raise unknown_article(article_id)
                numbers.append(number)
            drop_articles(db, numbers)
            # A vector that was set aside may be one of theirs.
            db.run("DELETE FROM embeddings")

        self._write(write)

    def record_gap(self, asked: AskedGap) -> None:
        self._record(
            "INSERT INTO gaps "
            "(key, question, language, asked, history, nearest, tried, asked_at, written, count) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) ON CONFLICT (key) DO UPDATE "
            # Done a second time, because the answer to the first was lost, it counts once.
            f"SET {GAP_AGAIN}, written = excluded.written, "
            "count = gaps.count + (gaps.written <> excluded.written)::integer",
            key_of(asked.full, asked.language), *asked.row, asked.tried, now(), uuid.uuid4().hex,
        )  # fmt: skip

    def record_feedback(self, given: Feedback, *, replacing: bool = False) -> None:
        self._record(
            "WITH former AS (DELETE FROM feedback "
            "WHERE $8::boolean AND question = $1 AND answer = $2 AND written <> $7) "
            "INSERT INTO feedback (question, answer, verdict, reason, correction, at, written) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (written) DO NOTHING",
            *given.row, uuid.uuid4().hex, replacing,
        )  # fmt: skip

    def integrity(self) -> list[str]:
        """Counts that do not fit."""

        def read(db: Session) -> list[str]:
            found = {line: int(db.value(check)) for line, check in CHECKS.items()}
            return [f"{count} {line}" for line, count in found.items() if count]

        return self._sessions.reading(read)

    def passage_rows(self) -> Iterator[PassageRow]:
        statement = (
            "SELECT a.id, p.start, p.stop, p.content, p.vector FROM "
            "(SELECT number, id, model FROM articles WHERE id > $1 ORDER BY id LIMIT $2) a "
            "JOIN passages p ON p.article = a.number AND p.model = a.model "
            "ORDER BY a.id, p.start, p.number"
        )
        last = ""
        while rows := self._rows(statement, last, BATCH):
            for row in rows:
                blob = row["vector"].astype("<f4").tobytes()
                yield row["id"], row["start"], row["stop"], row["content"], 1, blob
            last = rows[-1]["id"]

    def shown(self) -> OpenSnapshot | None:
        """The current index; None where there is none, or its terms were made by another version."""
        row = self._sessions.run(
            lambda db: db.row(
                "SELECT l.identity, l.revision, m.* FROM library l JOIN models m ON m.number = l.serving"
            )
        )
        if row is None or row["lexicon"] != TERMS_VERSION:
            return None
        model = Model(
            row["number"], row["name"], row["dimension"], row["passages"], row["reach"], row["recall"]
        )
        if row["identity"] != self._identity:
            # In tables that were made anew, numbers mean other articles.
            self._identity, self._articles, self._live = row["identity"], ArticleCache(), None
        live = self._live
        if live is None or (live.revision, live.model) != (row["revision"], model):
            live = self._live = Live(self._sessions, self._articles, model, row["revision"])
        return OpenSnapshot(live, live.revision, model.name)

    def renew(self, name: str, *, always: bool = False) -> None:
        """Serve `name` from now on, and mend what search goes by where it is out of date, or `always`."""
        if not self.state()[1]:
            return
        model = self._sessions.run(lambda db: db.row("SELECT * FROM models WHERE key = $1", key_of(name)))
        unfinished = model is None or self._sessions.run(
            lambda db: db.value("SELECT EXISTS (SELECT FROM articles WHERE model <> $1)", model["number"])
        )
        if unfinished:
            raise not_embedded(name)
        number = int(model["number"])

        def serve(db: Session) -> None:
            drop_models(db, keep=number)
            db.run("UPDATE library SET serving = $1", number)
            note_again(db)
            if always or model["lexicon"] != TERMS_VERSION:
                with db.unhurried():
                    count_anew(db, number)
            if always:
                db.run(
                    "DELETE FROM derived d WHERE NOT EXISTS (SELECT FROM articles WHERE number = d.article)"
                )
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
        found = [f"{self._sessions.address}: {line}; {REBUILD}" for line in self.integrity()]
        found += self.stored_problems()
        known = "\n".join(found)
        last = ""
        while rows := self._sessions.reading(partial(checked, after=last)):
            for article, words, seal in rows:
                name = f"article {article.id!r}"
                if not seal and name not in known:
                    found.append(f"what is stored of {name} is altered; {cure_of(article)}")
                elif not words:
                    found.append(f"the words of {name} are counted wrongly; {REBUILD}")
            last = rows[-1][0].id
        return found + list(self.derived_problems())

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


def _revision(db: Session) -> int:
    return int(db.value("SELECT revision FROM library"))


_WRITING = 7_406_170_523_002
"""The advisory lock of the writer, held by its session: the server frees it however the writer ends."""

_RECORDING = 5.0
"""Seconds that a person waits at most for what is recorded beside an answer."""

_PAUSE = 0.1


class Database:
    """The library in a database; see `index.store.LibraryBackend`."""

    def __init__(self, url: str) -> None:
        """Take the address; nothing is connected before it is needed.

        Raises:
            SettingsError: it is none, or the extra `postgres` is not installed.
        """
        self.address = parse_address(url)
        if find_spec("asyncpg") is None:
            raise SettingsError(
                "a library in PostgreSQL needs another package; install it: "
                "pip install -c constraints.txt -e '.[postgres]'"
            )
        self._lock = threading.Lock()
        self._store: PostgresStore | None = None
        self._reading = self._connections(self.address.attributes, PATIENCE)
        # A reader may be connected to a replica; what it records goes to the primary.
        self._recording = self._connections("read-write", _RECORDING)

    def reading(self) -> PostgresStore:
        with self._lock:
            if self._store is None:
                self._store = PostgresStore(self._reading, self._recording)
            return self._store

    @contextlib.contextmanager
    def writing(self, wait: float = 0, *, create: bool = False) -> Iterator[PostgresStore]:
        name = session_name()

        def begin(session: Session, again: bool) -> None:
            prepare(session, self.address, name, create=create)
            _lock(session, self.address, name, PATIENCE if again else wait)

        sessions = Connections(self.address, begin, attributes="read-write", most=1)
        try:
            # Connected and locked before anything is read.
            sessions.run(lambda db: db.value("SELECT 1"))
            yield PostgresStore(sessions, self._recording)
        finally:
            sessions.close()

    def no_index(self) -> NoIndex:
        return no_index(self.address)

    def close(self) -> None:
        self._reading.close()
        self._recording.close()

    def _connections(self, attributes: str, patience: float) -> Connections:
        return Connections(
            self.address,
            lambda session, _: prepare(session, self.address, session_name(), create=False),
            attributes=attributes,
            patience=patience,
        )


def _lock(session: Session, address: Address, name: str, wait: float) -> None:
    """Hold the writer's lock for as long as the session lasts."""
    deadline = time.monotonic() + wait
    while not session.value("SELECT pg_try_advisory_lock($1)", _WRITING):
        # A session of this writer that the server still believes in, though the connection broke.
        session.value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid()",
            name,
        )
        if time.monotonic() >= deadline:
            raise Busy(f"{_holder(session)} is writing to {address}; wait until it is done, then try again")
        time.sleep(_PAUSE)


def _holder(session: Session) -> str:
    name = session.value(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND (l.classid::bigint << 32) | l.objid::bigint = $1",
        _WRITING,
    )
    match str(name or "").split():
        case ["tanya", host, process, _]:
            return f"process {process} on {host}"
    return "another process"
