"""A store in SQLite: its tables and rows, the writer's lock, and SQLite's errors in words that help.

Each method is one transaction. A revision counts the transactions that change what search would find. Texts
are kept by their digest, so that a generation which was built before an article changed still finds the text
it was built from; they go when nothing points at them any more. One process at a time changes a library; the
system frees the lock however that process ends.

What makes two articles copies is decided in `index.dedup`; here candidates are looked up and pairs are kept.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import itertools
import json
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from index import lexical
from index.dedup import CANDIDATES, COPIES_VERSION, STEP, bands_of, copies_among, groups, wording_of
from index.errors import Busy, Damaged, LibraryError, no_index, not_embedded, unknown_article
from index.models import (
    Article,
    AskedGap,
    Derived,
    Entry,
    Feedback,
    Passage,
    cure_of,
    passage_within,
    unaltered,
    unit_vector_of,
)
from index.store import (
    ABOUT,
    BATCH,
    GAP_AGAIN,
    ArticleStore,
    PassageRow,
    Session,
    T,
    article_of,
    now,
)

FILE = "library.sqlite3"
LOCK_FILE = "writer.lock"

VERSION = 6
"""Of the tables; stored as `user_version`."""

_FULL = (
    "the disk of {} is full; make room, then run the same command again: what was reported as done is kept"
)

_TABLES = """
CREATE TABLE state (
    name TEXT PRIMARY KEY,
    value NOT NULL
);
CREATE TABLE texts (
    sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
);
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    source TEXT,
    published TEXT,
    url TEXT,
    language TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES texts,
    location TEXT NOT NULL,
    digest TEXT NOT NULL,
    recipe TEXT NOT NULL,
    embedder TEXT NOT NULL,
    author TEXT,
    pages TEXT,
    seal TEXT
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX passages_by_article ON passages (article, start);
CREATE INDEX passages_by_content ON passages (content);
CREATE TABLE embeddings (
    content TEXT NOT NULL,
    embedder TEXT NOT NULL,
    vector BLOB NOT NULL,
    seal BLOB,
    PRIMARY KEY (content, embedder)
);
CREATE TABLE feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT,
    correction TEXT,
    at TEXT NOT NULL
);
INSERT INTO state VALUES ('revision', 0);
"""

_COPIES = """
CREATE TABLE signatures (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    recipe TEXT NOT NULL
);
CREATE TABLE bands (
    band INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (band, article)
) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (article);
CREATE TABLE copies (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (article, other)
) WITHOUT ROWID;
CREATE INDEX copies_by_other ON copies (other);
"""
"""By what copies of an article are found, and which they are, both ways."""

_LOOSE = (
    "CREATE INDEX articles_by_text ON articles (sha256)",
    "CREATE INDEX articles_sealed ON articles (id, seal)",
    "CREATE TABLE embedders (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE loose (kind TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
    "CREATE TRIGGER loosen_text AFTER DELETE ON articles BEGIN "
    "INSERT OR IGNORE INTO loose VALUES ('text', OLD.sha256); END",
    "CREATE TRIGGER loosen_vector AFTER DELETE ON passages BEGIN "
    "INSERT OR IGNORE INTO loose VALUES ('vector', OLD.content); END",
)
"""What may be needed no longer, noted when it is let go of, so that nothing else is looked through for it.

`loose` holds digests of texts, contents of vectors and numbers of articles that words were noted of,
`embedders` the names of all that have vectors.
"""

_WORDLISTS = (
    "CREATE TABLE wordlists (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, seal BLOB NOT NULL, "
    "numbers BLOB NOT NULL, words BLOB NOT NULL, places BLOB NOT NULL)",
    "CREATE TRIGGER loosen_words AFTER DELETE ON articles BEGIN "
    "INSERT OR IGNORE INTO loose VALUES ('words', OLD.number); END",
)
"""Which words stand in which articles; see `index.lexical`. What is there already comes into them with the
next run of `tanya index`."""

_DERIVED = (
    "CREATE TABLE derived (article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, "
    "kind TEXT NOT NULL, version TEXT NOT NULL, payload BLOB NOT NULL, seal TEXT NOT NULL, "
    "PRIMARY KEY (article, kind))",
)
"""What is extracted of articles, as JSON; see `index.models.Derived`. Of what is there already it comes with
the next run of `tanya index`."""
_GAPS = (
    "CREATE TABLE gaps (number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, "
    "language TEXT NOT NULL, asked TEXT NOT NULL, history TEXT NOT NULL DEFAULT '[]', nearest TEXT, "
    "asked_at TEXT NOT NULL, count INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'open', changed_at TEXT, "
    "changed_by TEXT, answer TEXT, tried INTEGER, UNIQUE (question, language))",
)
"""Unanswered questions: `question` in full, `asked` in the asker's words, `history` a JSON list of the turns
before; `answer` is a JSON object (see `index.models.GapAnswer`), `tried` a revision of the articles."""

_MIGRATIONS = {
    # Who wrote an article, and where its pages begin: a JSON list of offsets.
    1: ("ALTER TABLE articles ADD COLUMN author TEXT", "ALTER TABLE articles ADD COLUMN pages TEXT"),
    # What tells whether a row is still as it was written, and which articles are copies: both are added to
    # what is there already by the next run of `tanya index`.
    2: (
        "ALTER TABLE articles ADD COLUMN seal TEXT",
        "ALTER TABLE embeddings ADD COLUMN seal BLOB",
        *(statement for statement in _COPIES.split(";") if statement.strip()),
    ),
    3: (
        *_LOOSE,
        *_WORDLISTS,
        "INSERT INTO embedders SELECT DISTINCT embedder FROM embeddings",
        "INSERT INTO loose SELECT 'text', sha256 FROM texts EXCEPT SELECT 'text', sha256 FROM articles",
        "INSERT INTO loose SELECT 'vector', content FROM embeddings "
        "EXCEPT SELECT 'vector', content FROM passages",
    ),
    4: _DERIVED,
    # In whose words a question was asked is not known of those that are there.
    5: (
        "ALTER TABLE gaps RENAME TO former_gaps",
        *_GAPS,
        "INSERT INTO gaps (question, language, asked, nearest, asked_at, count) "
        "SELECT question, language, question, nearest, asked_at, count FROM former_gaps "
        "ORDER BY asked_at, question",
        "DROP TABLE former_gaps",
    ),
}
"""What makes the tables of one version those of the next; nothing that is stored is lost."""


def connect(path: Path, *, create: bool, wait: float) -> sqlite3.Connection:
    """Open the database at `path`, making it and its tables where `create` says so.

    Its transactions wait as many seconds for those of other processes.

    Raises:
        LibraryError: it cannot be opened, is another program's, or was made by a newer version; the tables
            of an older one are brought up to date.
    """
    with explained(path):
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = _open(path, create=create, wait=wait)
        try:
            _prepare(connection, path, create=create)
        except BaseException:
            connection.close()
            raise
    return connection


def _open(path: Path, *, create: bool, wait: float) -> sqlite3.Connection:
    def opened(mode: str) -> sqlite3.Connection:
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        return sqlite3.connect(uri, timeout=wait, uri=True, isolation_level=None, check_same_thread=False)

    connection = opened("rwc" if create else "rw")
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError as error:
        connection.close()
        wal = path.with_name(f"{path.name}-wal")
        closed = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
        if create or not closed or (wal.exists() and wal.stat().st_size):
            raise
        # On a medium that cannot be written no log can be kept, and none is needed.
        connection = opened("ro&immutable=1")
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: a withdrawn article is gone from the disk as well.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == VERSION:
        return
    if version in _MIGRATIONS:
        _migrate(connection, path)
        return
    if version != 0:
        raise LibraryError(
            f"{path} was made by a newer version of tanya ({version}, this one knows {VERSION}); "
            "install that version, or name another folder in TANYA_HOME"
        )
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise LibraryError(f"{path} is another program's database; set TANYA_HOME to another folder")
    if not create:
        raise no_index(path.parent)
    connection.execute("PRAGMA journal_mode = WAL")
    # One script is one transaction: half a set of tables is never seen.
    made = f"{_TABLES} {_COPIES} {'; '.join(_LOOSE + _WORDLISTS + _DERIVED + _GAPS)};"
    connection.executescript(f"BEGIN IMMEDIATE; {made} PRAGMA user_version = {VERSION}; COMMIT;")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables to this version, whole or not at all."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        raise LibraryError(
            f"{path} was made by an older version and cannot be written; "
            "copy its folder to where it can be, and set TANYA_HOME to the copy"
        ) from error
    try:
        # Another process may have done it while this one waited.
        reached = connection.execute("PRAGMA user_version").fetchone()[0]
        for version in range(reached, VERSION):
            for statement in _MIGRATIONS[version]:
                connection.execute(statement)
        if reached < VERSION:
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system report of `path` into a LibraryError that ends in the cure."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explanation(path, error) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise LibraryError(_FULL.format(path.parent)) from error
        raise LibraryError(
            f"{path.parent} cannot be written ({error.strerror or error}); "
            "check its permissions and the room on its disk, or set TANYA_HOME to another folder"
        ) from error


def _explanation(path: Path, error: sqlite3.Error) -> LibraryError:
    # The low byte is the kind of error, the rest its detail; an error of the wrapper itself has no code.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Busy(f"{path} is being written by another process; try again when it is done")
    if kind in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return Damaged(
            f"{path} is damaged ({error}); move it away, then build it again with: tanya index PATH"
        )
    if kind == sqlite3.SQLITE_FULL:
        return LibraryError(_FULL.format(path.parent))
    if kind == sqlite3.SQLITE_IOERR:
        return LibraryError(
            f"{path} cannot be read or written ({error}); make room on its disk, then run the same "
            "command again: what was reported as done is kept"
        )
    if kind in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return LibraryError(
            f"{path} cannot be written ({error}); check its permissions, or set TANYA_HOME to another folder"
        )
    return Damaged(
        f"{path} cannot be used ({error}); move it away, then build it again with: tanya index PATH"
    )


_PAUSE = 0.05
"""Seconds between two tries."""


@contextlib.contextmanager
def writer_lock(home: Path, wait: float = 0) -> Iterator[None]:
    """Hold the lock of the library in `home`, trying for `wait` seconds.

    Raises:
        Busy: another process, or another part of this one, holds it; the message names the process.
        LibraryError: the folder cannot be written.
    """
    path = home / LOCK_FILE
    with explained(path):
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _lock(descriptor, home, time.monotonic() + wait)
        with explained(path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        # The file stays: removing it would let two writers hold locks on two files of one name.
        os.close(descriptor)


def _lock(descriptor: int, home: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace") or "unknown"
                raise Busy(
                    f"process {holder} is writing to {home}; wait until it is done, then try again"
                ) from None
            time.sleep(_PAUSE)
        else:
            return


class SqliteSession:
    """A SQLite connection as `index.store.Session`: lists are stored as JSON, days and instants as text."""

    among: ClassVar[str] = "{} IN (SELECT value FROM json_each({}))"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rows(self, statement: str, *values: Any) -> list[Any]:
        cursor = self.connection.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(statement.replace("$", "?"), [_plain(value) for value in values]).fetchall()

    def row(self, statement: str, *values: Any) -> Any:
        return next(iter(self.rows(statement, *values)), None)

    def value(self, statement: str, *values: Any) -> Any:
        row = self.row(statement, *values)
        return row[0] if row else None

    def run(self, statement: str, *values: Any) -> int:
        values = tuple(_plain(value) for value in values)
        return max(self.connection.execute(statement.replace("$", "?"), values).rowcount, 0)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, list) else value


FINGERPRINT = 16
"""Bytes."""

ARTICLES = "articles a JOIN texts t ON t.sha256 = a.sha256"


def article_numbered(db: sqlite3.Connection, number: int) -> Article | None:
    """The article of a number; None where it or its text is not there."""
    row = SqliteSession(db).row(f"SELECT {ABOUT}, t.text FROM {ARTICLES} WHERE a.number = $1", number)
    return article_of(row) if row else None


def put_article(db: sqlite3.Connection, article: Article, origin: Sequence[str]) -> int:
    """Store an article in the place of what has its id, and its text; its number.

    Its origin is `(location, digest, recipe, embedder)`, see `index.models.Entry`.
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


def put_seal(db: sqlite3.Connection, number: int) -> None:
    """Seal an article's row and its passages as they are."""
    db.execute("UPDATE articles SET seal = ? WHERE number = ?", (seal_of(db, number), number))


def seal_of(db: sqlite3.Connection, number: int) -> str:
    """A checksum over an article's row and its passages."""
    cursor = db.execute("SELECT * FROM articles WHERE number = ?", (number,))
    kept = [at for at, column in enumerate(cursor.description) if column[0] not in {"number", "seal"}]
    row = cursor.fetchone()
    passages = db.execute(
        'SELECT start, "end", content FROM passages WHERE article = ? ORDER BY start, number', (number,)
    ).fetchall()
    # The digest within stands where an earlier version put it: its seals are to hold.
    return digest_of((digest_of(tuple(row[at] for at in kept)), passages)).hex()


def vector_seal(vector: bytes) -> bytes:
    """A checksum over a stored vector."""
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


def note(db: sqlite3.Connection, number: int, article: Article) -> None:
    """Keep by what copies of an article are found, and those that there are already."""
    wording = wording_of(article)
    bands = bands_of(wording)
    db.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?)", (number, COPIES_VERSION))
    db.execute("DELETE FROM bands WHERE article = ?", (number,))
    db.execute("DELETE FROM copies WHERE article = ?", (number,))
    db.execute("DELETE FROM copies WHERE other = ?", (number,))
    alike = db.execute(
        "SELECT article FROM bands WHERE band IN (SELECT value FROM json_each(?)) AND article <> ? "
        "GROUP BY article ORDER BY count(*) DESC, article LIMIT ?",
        (json.dumps(bands), number, CANDIDATES),
    ).fetchall()
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in bands])
    candidates = (
        [(other, there) for (other,) in alike[at : at + STEP] if (there := article_numbered(db, other))]
        for at in range(0, len(alike), STEP)
    )
    pairs = [((number, other), (other, number)) for other in copies_among(wording, candidates)]
    db.executemany("INSERT INTO copies VALUES (?, ?)", itertools.chain.from_iterable(pairs))


def unsigned(db: sqlite3.Connection, limit: int) -> list[int]:
    """Articles that an earlier version stored, whose copies have not been looked for in today's way."""
    rows = db.execute(
        "SELECT a.number FROM articles a JOIN texts t ON t.sha256 = a.sha256 "
        "LEFT JOIN signatures s ON s.article = a.number AND s.recipe = ? "
        "WHERE s.article IS NULL OR a.seal IS NULL ORDER BY a.number LIMIT ?",
        (COPIES_VERSION, limit),
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


def stored(db: sqlite3.Connection, numbers: Sequence[int], embedder: str) -> Iterator[Stored]:
    """The articles of these numbers, in this order, with the vectors of `embedder`.

    Raises:
        LibraryError: an article has not been embedded by it; indexing was interrupted.
        Damaged: a text, passage or vector is altered.
    """
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
                raise not_embedded(embedder)
            if mark not in {None, vector_seal(vector)}:
                raise Damaged(f"a vector of article {article.id!r} is damaged; {cure_of(article)}")
            passages.append(passage_within(article, start, end))
            vectors.append(unit_vector_of(article, vector, like))
            like = vectors[0]
        yield Stored(article, passages, np.stack(vectors) if vectors else np.zeros((0, 1), np.float32))


class Store(ArticleStore):
    """The articles of a library in a folder; safe to share between threads."""

    ARTICLES = ARTICLES
    TEXT = "t.text"
    KEY = "a.id"
    PAYLOAD = "CAST(d.payload AS BLOB)"
    LOWER = "lower({})"
    BYTES = "COLLATE BINARY"
    NO_DAY = "''"

    def __init__(self, home: Path, *, create: bool = False, wait: float = 10) -> None:
        """Open the store in `home`; transactions wait as many seconds for those of other processes.

        Raises:
            LibraryError: it cannot be opened; see `connect`.
        """
        self.path = home / FILE
        self._connection = connect(self.path, create=create, wait=wait)
        self._lock = threading.RLock()
        self._wordlists: lexical.Read = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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

    @staticmethod
    def key_of(article_id: str) -> str:
        return article_id

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self._read(lambda db: db.rows(statement, *values))

    def _read(self, work: Callable[[Session], T]) -> T:
        with self._reading() as db:
            return work(SqliteSession(db))

    def _record(self, statement: str, *values: Any) -> int:
        return self._write(lambda db: db.run(statement, *values), revises=False)

    def _write(self, work: Callable[[Session], T], *, revises: bool = True) -> T:
        with self._writing(revises=revises) as db:
            return work(SqliteSession(db))

    def revision(self) -> int:
        with self._reading() as db:
            return _revision(db)

    def state(self) -> tuple[int, set[str]]:
        with self._reading() as db:
            return _revision(db), {row[0] for row in db.execute("SELECT DISTINCT embedder FROM articles")}

    def embedder_named(self, setting: str) -> str | None:
        found = self._rows("SELECT value FROM state WHERE name = $1", f"embedder {setting}")
        return str(found[0][0]) if found else None

    def name_embedder(self, setting: str, name: str) -> None:
        if self.embedder_named(setting) != name:
            self._record("INSERT OR REPLACE INTO state VALUES ($1, $2)", f"embedder {setting}", name)

    def _published_by(self, db: Session, sources: Sequence[str], take: Callable[[Any], str]) -> str:
        asked = {source.casefold() for source in sources}
        known = db.rows("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL")
        return db.among.format("a.source", take([one for (one,) in known if one.casefold() in asked]))

    def _holding(self, words: Sequence[str], take: Callable[[Any], str]) -> str:
        numbers = lexical.holding(self._connection, words, self._wordlists)
        return SqliteSession.among.format("a.number", take(numbers))

    def entries(self) -> list[Entry]:
        rows = self._rows("SELECT id, location, digest, recipe, embedder FROM articles ORDER BY id")
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
            self._add_derived(SqliteSession(db), number, derived)

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
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
            if db.execute(
                "SELECT 1 FROM state WHERE name = 'completed' AND value = ?", (COPIES_VERSION,)
            ).fetchone():
                return
        while True:
            with self._reading() as db:
                numbers = unsigned(db, BATCH)
            if not numbers:
                break
            with self._writing(revises=True) as db:
                for number in numbers:
                    article = article_numbered(db, number)
                    if article is not None:
                        note(db, number, article)
                    put_seal(db, number)
        with self._writing(revises=False) as db:
            db.execute("INSERT OR REPLACE INTO state VALUES ('completed', ?)", (COPIES_VERSION,))

    def move(self, article_id: str, path: str, location: str) -> None:
        with self._writing(revises=True) as db:
            row = db.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
            if row is not None:
                db.execute(
                    "UPDATE articles SET path = ?, location = ? WHERE number = ?", (path, location, row[0])
                )
                put_seal(db, row[0])

    def _add_derived(self, db: Session, number: int, rows: Sequence[Derived]) -> None:
        for row in rows:
            db.run(
                "INSERT OR REPLACE INTO derived VALUES ($1, $2, $3, $4, $5)",
                number, row.kind, row.version, row.payload, row.seal,
            )  # fmt: skip

    def delete(self, ids: Collection[str]) -> None:
        with self._writing(revises=True) as db:
            for article_id in ids:
                if db.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount == 0:
                    raise unknown_article(article_id)
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
        """Which articles there are."""
        with self._reading() as db:
            # A seal is over all that is stored of an article, so what an index keeps of one is never older
            # than any of it. Where an earlier version has sealed nothing, it is what the seal will be.
            found = db.execute("SELECT number, seal FROM articles ORDER BY id").fetchall()
            marks = {int(number): digest_of(seal or seal_of(db, number)) for number, seal in found}
            recipes = db.execute("SELECT DISTINCT recipe FROM articles ORDER BY recipe")
            return Outline(
                _revision(db),
                "; ".join(row[0] for row in recipes),
                {mark: number for number, mark in marks.items()},
                [[marks[one] for one in group] for group in grouped(db)],
            )

    def stored(self, numbers: Sequence[int], embedder: str) -> Iterator[Stored]:
        """The articles of these numbers with their passages and vectors; see `stored`."""
        for at in range(0, len(numbers), BATCH):
            with self._reading() as db:
                together = list(stored(db, numbers[at : at + BATCH], embedder))
            # Others use the connection while what was read is worked on.
            yield from together

    def record_gap(self, asked: AskedGap) -> None:
        self._record(
            "INSERT INTO gaps (question, language, asked, history, nearest, tried, asked_at, count) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (question, language) DO UPDATE "
            f"SET {GAP_AGAIN}, count = count + 1",
            *asked.row, asked.tried, now(),
        )  # fmt: skip

    def record_feedback(self, given: Feedback, *, replacing: bool = False) -> None:
        def write(db: Session) -> None:
            if replacing:
                db.run("DELETE FROM feedback WHERE question = $1 AND answer = $2", *given.row[:2])
            db.run(
                "INSERT INTO feedback (question, answer, verdict, reason, correction, at) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
                *given.row,
            )  # fmt: skip

        self._write(write, revises=False)

    def integrity(self) -> list[str]:
        with self._reading() as db:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(20)")]
            orphans = len(db.execute("PRAGMA foreign_key_check").fetchall())
        lines = [line for message in found if message != "ok" for line in message.splitlines()]
        return lines + ([f"{orphans} rows point at nothing"] if orphans else [])

    def unlisted(self) -> list[str]:
        """Problems of the word lists, one line each."""
        with self._reading() as db:
            return lexical.problems(db)

    def altered(self) -> list[Article]:
        """Articles whose rows, or whose passages' rows, are no longer as they were written."""
        with self._reading() as db:
            sealed = db.execute("SELECT number, seal FROM articles WHERE seal IS NOT NULL ORDER BY id")
            others = [number for number, seal in sealed.fetchall() if seal != seal_of(db, number)]
            return [one for number in others if (one := article_numbered(db, number)) is not None]

    def passage_rows(self) -> Iterator[PassageRow]:
        query = (
            'SELECT a.id, p.start, p."end", p.content, e.rowid, e.vector, e.seal FROM '
            "(SELECT * FROM articles WHERE id > $1 ORDER BY id LIMIT $2) a "
            "LEFT JOIN passages p ON a.number = p.article "
            "LEFT JOIN embeddings e ON e.content = p.content AND e.embedder = a.embedder "
            "ORDER BY a.id, p.start, p.number"
        )
        last = ""
        # Others use the connection while what was read is worked on.
        while rows := self._rows(query, last, BATCH):
            for *place, vector, seal in rows:
                if place[1] is not None:
                    is_sound = vector is None or seal in {None, vector_seal(vector)}
                    yield (*place, vector if is_sound else b"")
            last = rows[-1][0]


def _revision(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT value FROM state WHERE name = 'revision'").fetchone()[0])
