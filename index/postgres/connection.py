"""Connections to a database: opened where they are needed, and again where the server went away."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import LibraryError
from index.postgres.address import Address
from index.postgres.explanation import is_lost, is_outdated, unreachable, with_cure
from index.postgres.pooler import is_mixed, is_pooled, is_shared, shared

if TYPE_CHECKING:
    import asyncpg

T = TypeVar("T")

CONNECT_SECONDS = 5
"""How long one host may take to answer; a machine that is gone must not hold up the next one."""

STATEMENT_SECONDS = 60
"""How long the server may work on one statement."""

PATIENCE = 30.0
"""Seconds in which a server may come back, or a replica be promoted."""

_GRACE = 15
_LONG = 7 * 86_400
_PAUSE = 0.2
_MOST = 4
_starting = threading.Lock()


class Session:
    """One connection, for one thread at a time; a value is always sent apart from the statement."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._seconds: float = STATEMENT_SECONDS + _GRACE
        self._mark = ""

    @property
    def usable(self) -> bool:
        """Whether it is connected and in no transaction."""
        return not self._connection.is_closed() and not self._connection.is_in_transaction()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        found: list[Any] = self._wait(self._connection.fetch(statement, *values, timeout=self._seconds))
        return found

    def row(self, statement: str, *values: Any) -> Any:
        """The first row; None where there is none."""
        return self._wait(self._connection.fetchrow(statement, *values, timeout=self._seconds))

    def value(self, statement: str, *values: Any) -> Any:
        """The first column of the first row."""
        return self._wait(self._connection.fetchval(statement, *values, timeout=self._seconds))

    def run(self, statement: str, *values: Any) -> None:
        """A statement; without values, several of them."""
        self._wait(self._connection.execute(statement, *values, timeout=self._seconds))

    def copy(self, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table, all at once."""
        self._wait(
            self._connection.copy_records_to_table(
                table, records=records, columns=list(columns), timeout=self._seconds
            )
        )

    def mark(self, name: str) -> None:
        """Leave a sign in the session that it is ours; a name that nobody else has."""
        self._mark = name
        self.value("SELECT set_config('tanya.session', $1, false)", name)

    def require_mark(self, address: Address) -> None:
        """Find the sign again.

        Raises:
            LibraryError: a pooler has given us somebody else's session.
        """
        if self.value("SELECT current_setting('tanya.session', true)") != self._mark:
            raise shared(address)

    def teach_vectors(self, schema: str) -> None:
        """Send and receive the type `vector`, which lives in `schema`, as arrays of float32."""
        from index.postgres.wire import decode, encode

        self._wait(
            self._connection.set_type_codec(
                "vector", schema=schema, encoder=encode, decoder=decode, format="binary"
            )
        )

    @contextlib.contextmanager
    def transaction(self, kind: str = "") -> Iterator[None]:
        """A transaction that is done whole or not at all, also where it is interrupted."""
        self.run(f"BEGIN {kind}")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self.roll_back()
            raise

    @contextlib.contextmanager
    def unhurried(self) -> Iterator[None]:
        """Statements that may take as long as they need, in a transaction or each in its own."""
        kept = "LOCAL" if self._connection.is_in_transaction() else "SESSION"
        self.run(f"SET {kept} statement_timeout = 0")
        before, self._seconds = self._seconds, _LONG
        try:
            yield
        finally:
            self._seconds = before
        if kept == "SESSION":
            self.run(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")

    def roll_back(self) -> None:
        with contextlib.suppress(Exception):
            if self._connection.is_in_transaction():
                self.run("ROLLBACK")

    def terminate(self) -> None:
        _loop().call_soon_threadsafe(self._connection.terminate)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            _await(self._connection.close(timeout=2))

    def _wait(self, call: Coroutine[Any, Any, T]) -> T:
        try:
            return _await(call)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            # The statement may still be under way; what it belongs to must not be done.
            self.terminate()
            raise


class Connections:
    """Sessions with one database, shared between threads."""

    def __init__(
        self,
        address: Address,
        prepare: Callable[[Session, bool], None],
        *,
        attributes: str,
        most: int = _MOST,
        patience: float = PATIENCE,
    ) -> None:
        """Take what is needed to connect, which happens when a session is first needed.

        Args:
            address: Of the database.
            prepare: Called with each new session, and whether there has been one before.
            attributes: What a host must be, as in `target_session_attrs`.
            most: Sessions at a time; who needs another waits.
            patience: Seconds in which a server that was there may come back.
        """
        self.address = address
        self._prepare = prepare
        self._attributes = attributes
        self._patience = patience
        self._room = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[Session] = []
        self._known = False
        self._pooled = False

    def run(self, work: Callable[[Session], T]) -> T:
        """The result of `work`; where the server goes away, it is done again with another session.

        Raises:
            LibraryError: the database cannot be reached or does not do what it is asked; see `explanation`.
        """
        deadline = time.monotonic() + self._patience
        outdated = False
        while True:
            try:
                with self._session() as session:
                    return work(session)
            except LibraryError:
                raise
            except Exception as error:
                if is_outdated(error) and not outdated:
                    outdated = True
                    self._forget()
                    continue
                if is_mixed(error) or (self._pooled and is_outdated(error)):
                    raise shared(self.address) from error
                if not is_lost(error):
                    raise with_cure(self.address, error) from error
                self._forget()
                if time.monotonic() >= deadline or not self._worth_waiting(error):
                    raise unreachable(self.address, error) from error
            time.sleep(_PAUSE)

    def reading(self, work: Callable[[Session], T]) -> T:
        """The result of `work`, which sees one state of the database."""

        def read(session: Session) -> T:
            with session.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY"):
                return work(session)

        return self.run(read)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        with self._room:
            session = self._take()
            try:
                yield session
            finally:
                if session.usable:
                    with self._lock:
                        self._idle.append(session)
                else:
                    session.terminate()

    def _take(self) -> Session:
        while True:
            with self._lock:
                if not self._idle:
                    break
                session = self._idle.pop()
            if session.usable:
                return session
            session.terminate()
        connection = _await(self._connected())
        session = Session(connection)
        try:
            if not self._known:
                self._pooled = _await(is_pooled(connection))
                if self._pooled and _await(is_shared(connection, self._connected)):
                    raise shared(self.address)
            self._prepare(session, self._known)
        except BaseException:
            session.terminate()
            raise
        self._known = True
        return session

    def _connected(self) -> Coroutine[Any, Any, asyncpg.Connection]:
        return _connect(self.address, self._attributes)

    def _forget(self) -> None:
        """Every session led to the same server."""
        with self._lock:
            idle, self._idle = self._idle, []
        for session in idle:
            session.terminate()

    def _worth_waiting(self, error: Exception) -> bool:
        """Whether the server has been there, or says that it is about to be, or another may take over."""
        return self._known or len(self.address.hosts) > 1 or getattr(error, "sqlstate", None) == "57P03"


async def _connect(address: Address, attributes: str) -> asyncpg.Connection:
    import asyncpg

    # One host after the other, since the library's own patience is for all of them together.
    wanted = ["standby", "any"] if attributes == "prefer-standby" else [attributes]
    hosts = [{"host": host, "port": port} for host, port in address.hosts] or [{}]
    told: Exception | None = None
    for attribute in wanted:
        for host in hosts:
            try:
                return await asyncpg.connect(
                    address.url,
                    **host,
                    target_session_attrs=attribute,
                    timeout=CONNECT_SECONDS,
                    command_timeout=STATEMENT_SECONDS + _GRACE,
                    # Statements are few; many plans depend on the values, so none is kept for long.
                    max_cached_statement_lifetime=60,
                )
            except (OSError, asyncpg.TargetServerAttributeNotMatched, asyncpg.CannotConnectNowError) as error:
                told = told if isinstance(told, asyncpg.TargetServerAttributeNotMatched) else error
    assert told is not None
    raise told


def _await(call: Coroutine[Any, Any, T]) -> T:
    waiting = asyncio.run_coroutine_threadsafe(call, _loop())
    try:
        return waiting.result()
    except BaseException:
        waiting.cancel()
        raise


def _loop() -> asyncio.AbstractEventLoop:
    """The loop that all connections live in, in a thread of its own.

    So that a thread with a loop of its own may ask as well, and a server that goes away is noticed at once.
    """
    with _starting:
        return _started_loop()


@cache
def _started_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="postgres", daemon=True).start()
    return loop
