"""The library in a database as a place: sessions to read with, and one writer under the database's lock."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec

from index.errors import Busy, NoIndex, SettingsError
from index.postgres.address import Address, parse_address
from index.postgres.connection import PATIENCE, Connections, Session
from index.postgres.schema import prepare, session_name
from index.postgres.store import PostgresStore

_WRITING = 7_406_170_523_002
"""The advisory lock of the writer, held by its session: the server frees it however the writer ends."""

_RECORDING = 5.0
"""Seconds that a person waits at most for what is recorded beside an answer."""

_PAUSE = 0.1


class Database:
    """The library in a database; see `index.place.Place`."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
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
        self._patience = patience
        self._lock = threading.Lock()
        self._store: PostgresStore | None = None
        self._reading = self._connections(self.address.attributes, patience)
        # A reader may be connected to a replica; what it records goes to the primary.
        self._recording = self._connections("read-write", min(patience, _RECORDING))

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

        sessions = Connections(self.address, begin, attributes="read-write", most=1, patience=self._patience)
        try:
            # Connected and locked before anything is read.
            sessions.run(lambda db: db.value("SELECT 1"))
            yield PostgresStore(sessions, self._recording)
        finally:
            sessions.close()

    def no_index(self) -> NoIndex:
        return NoIndex(f"no index at {self.address}; build one with: tanya index seeds/")

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
    told = session.value(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND (l.classid::bigint << 32) | l.objid::bigint = $1",
        _WRITING,
    )
    match str(told or "").split():
        case ["tanya", host, process, _]:
            return f"process {process} on {host}"
    return "another process"
