"""The tables of a library in a folder, SQLite's errors in words that help, and the writer's lock.

Texts are kept by their digest, so that a generation which was built before an article changed still finds
the text it was built from; they go when nothing points at them any more. One process at a time changes a
library; the system frees the lock however that process ends.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from index.errors import Busy, Damaged, LibraryError, NoIndex

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
"""By what copies of an article are found, and which they are, both ways; see `index.store`."""

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
"""What is extracted of articles, as JSON; see `index.derived`. Of what is there already it comes with the
next run of `tanya index`."""
_GAPS = (
    "CREATE TABLE gaps (number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, "
    "language TEXT NOT NULL, asked TEXT NOT NULL, history TEXT NOT NULL DEFAULT '[]', nearest TEXT, "
    "asked_at TEXT NOT NULL, count INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'open', changed_at TEXT, "
    "changed_by TEXT, answer TEXT, tried INTEGER, UNIQUE (question, language))",
)
"""Unanswered questions: `question` in full, `asked` in the asker's words, `history` a JSON list of the turns
before; `answer` is a JSON object (see `index.store.GapAnswer`), `tried` a revision of the articles."""

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
        raise NoIndex(f"no index at {path.parent}; build one with: tanya index seeds/")
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


FILE = "writer.lock"

_PAUSE = 0.05
"""Seconds between two tries."""


@contextlib.contextmanager
def writer_lock(home: Path, wait: float = 0) -> Iterator[None]:
    """Hold the lock of the library in `home`, trying for `wait` seconds.

    Raises:
        Busy: another process, or another part of this one, holds it; the message names the process.
        LibraryError: the folder cannot be written.
    """
    path = home / FILE
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
