"""Connections to a PostgreSQL database: opened where needed, and again where the server went away.

The address comes from the setting `store`; its password is in no message. A session holds what outlives
its transactions: the writer's lock, the search path and other settings, prepared statements. A pooler that
gives the session to others between transactions is recognised and refused; PgBouncer works with `pool_mode
= session` and no other. Vectors travel as pgvector sends them: two bytes of dimension, two of nothing,
then big-endian float32.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from index.errors import Busy, Damaged, LibraryError, SettingsError

if TYPE_CHECKING:
    import asyncpg

SCHEMES = ("postgresql", "postgres")
_ATTRIBUTES = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
_FORM = "write it as postgresql://user:password@host/database"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is.

    Attributes:
        url: As given, with the password.
        hosts: Name and port of each, in the order in which they are tried; none where libpq's variables
            (`PGHOST`) or the system's socket say where.
        user: Who connects; empty where libpq's variables or the system say who.
        database: Its name; empty likewise.
        attributes: What a host must be to be read from (`target_session_attrs`).
    """

    url: str = field(repr=False)
    hosts: tuple[tuple[str, int], ...]
    user: str
    database: str
    attributes: str

    def __str__(self) -> str:
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"postgresql://{hosts}/{self.database}"


def parse_address(url: str) -> Address:
    """The address in `url`, one host or several: `postgresql://user@a:5432,b:5432/database`.

    Raises:
        SettingsError: it is no such address; the message does not show it, since it may hold a password.
    """
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
        if parts.scheme not in SCHEMES:
            raise ValueError("it does not begin with postgresql://")
        # Where a sign of the password ends a part of the address, the rest of it would be taken for a name.
        if parts.netloc.count("@") > 1 or "@" in parts.path + parts.fragment:
            raise ValueError("its password holds one of @ / # ?; write them as %40 %2F %23 %3F")
        if parts.fragment or "\0" in unquote(url):
            raise ValueError("it holds a sign that no address has")
        attributes = query.get("target_session_attrs", ["any"])[-1]
        if attributes not in _ATTRIBUTES:
            raise ValueError(f"target_session_attrs is none of {', '.join(_ATTRIBUTES)}")
        return Address(
            url=url,
            hosts=tuple(_hosts(parts)),
            user=unquote(parts.netloc.rpartition("@")[0].partition(":")[0]),
            database=unquote(parts.path.removeprefix("/")),
            attributes=attributes,
        )
    except ValueError as error:
        raise SettingsError(
            f"the address in `store` (TANYA_STORE) is unusable ({_told(error)}); {_FORM}"
        ) from None


def _hosts(parts: SplitResult) -> list[tuple[str, int]]:
    found = []
    for place in parts.netloc.rpartition("@")[2].split(","):
        if not place:
            continue
        if place.startswith("["):
            host, _, rest = place[1:].partition("]")
            port = rest.removeprefix(":")
        else:
            host, _, port = place.partition(":")
        if port and not port.isdecimal():
            raise ValueError("a port is not a number")
        found.append((unquote(host), int(port or 5432)))
    return found


def _told(error: ValueError) -> str:
    """The reason if it is our own; the parser's words might show a part of the address."""
    reason = str(error)
    return reason if reason.startswith(("it", "its", "target", "a port is")) else "it cannot be read"


_LOST = ("08", "57P01", "57P02", "57P03", "25006")
"""Codes of a connection that broke, a server that stops or starts, and one that is no longer primary."""

_OUTDATED = ("42P01", "42704", "3F000", "22000")
"""Codes of a table, type or schema that is unknown, and of a value that is of another type than it was."""

_KEPT = "what was reported as done is kept"


def is_lost(error: Exception) -> bool:
    """Whether the server went away: another connection may find it again, or the one that takes over."""
    import asyncpg

    if isinstance(error, asyncpg.InterfaceError):
        return "connection" in str(error)
    gone = (
        OSError,
        EOFError,
        TimeoutError,
        asyncio.IncompleteReadError,
        asyncpg.TargetServerAttributeNotMatched,
    )
    return isinstance(error, gone) or (getattr(error, "sqlstate", None) or "").startswith(_LOST)


def is_outdated(error: Exception) -> bool:
    """Whether the tables may have been made anew or changed since the connection learned of them."""
    import asyncpg

    kinds = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
    return isinstance(error, kinds) or getattr(error, "sqlstate", None) in _OUTDATED


def unreachable(address: Address, error: Exception) -> LibraryError:
    """The error for a database that is not there, or not for writing."""
    import asyncpg

    if isinstance(error, asyncpg.TargetServerAttributeNotMatched | asyncpg.ReadOnlySQLTransactionError):
        return LibraryError(
            f"no server of {address} is {_wanted(error)}; "
            "promote a replica, or correct the hosts in TANYA_STORE"
        )
    reason = "no answer in time" if isinstance(error, TimeoutError) else _line(error)
    return LibraryError(
        f"{address} cannot be reached ({reason}); check that the server runs and that TANYA_STORE is right"
    )


def with_cure(address: Address, error: Exception) -> Exception:
    """The server's error as a LibraryError that ends in the cure; a bug of ours is returned unchanged."""
    import asyncpg

    if isinstance(error, asyncpg.ClientConfigurationError):
        # Its words may repeat a part of the address.
        return LibraryError(
            f"the address of {address} is unusable; correct its options in TANYA_STORE, such as sslmode"
        )
    code = getattr(error, "sqlstate", None)
    if not code:
        return error
    cures = {
        "28": (LibraryError, f"{address} refuses the user or password; correct TANYA_STORE or ~/.pgpass"),
        "3D": (LibraryError, f"{address} does not exist; create it: createdb {address.database}"),
        "42501": (
            LibraryError,
            f"{address}: {_line(error)}; let its owner grant that, or name another user in TANYA_STORE",
        ),
        "53100": (
            LibraryError,
            f"the disk of {address} is full; make room, then run the same command again: {_KEPT}",
        ),
        "53": (
            LibraryError,
            f"{address} is short of something ({_line(error)}); "
            f"give it more, then run the same command again: {_KEPT}",
        ),
        "55P03": (Busy, f"{address} is being changed by another process; try again when it is done"),
        "57014": (LibraryError, f"{address} took too long and was stopped; try again when it is less busy"),
        "XX001": (
            Damaged,
            f"{address} is damaged ({_line(error)}); restore it, or build it again: tanya index PATH",
        ),
        "XX002": (
            Damaged,
            f"an index of {address} is damaged ({_line(error)}); mend it: reindexdb {address.database}",
        ),
    }
    for begin in (code, code[:2]):
        if begin in cures:
            kind, line = cures[begin]
            return kind(line)
    return LibraryError(
        f"{address} reports: {_line(error)} ({code}); check the database, then try again: {_KEPT}"
    )


def _wanted(error: Exception) -> str:
    text = str(error)
    return next(
        (kind for kind in ("standby", "read-only", "read-write", "primary") if kind in text), "read-write"
    )


def _line(error: Exception) -> str:
    """The message without its details, which repeat values."""
    text = (
        getattr(error, "message", None)
        or getattr(error, "strerror", None)
        or str(error)
        or type(error).__name__
    )
    return " ".join(str(text).split())


_WHO = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"

_MIXED = ("26000", "42P05")
"""Codes of a prepared statement that is not there, and of one that somebody else has prepared."""

_TIMES = 3
_SECONDS = 3.0
"""How long another session may take to come; where a pool is used up, it does not."""


def shared(address: Address) -> LibraryError:
    """The error for a session that is not ours alone."""
    return LibraryError(
        f"{address} is a pooler that gives every transaction another session, and tanya needs its own; "
        "set pool_mode = session there for this database, or name the server itself in TANYA_STORE"
    )


def is_mixed(error: Exception) -> bool:
    """Whether only a session that is not ours alone can explain an error."""
    return getattr(error, "sqlstate", None) in _MIXED or "statement pooling mode" in str(error)


async def is_pooled(connection: asyncpg.Connection) -> bool:
    """Whether the process that serves `connection` is not the one that it was connected to."""
    return bool(await connection.fetchval("SELECT pg_backend_pid()") != connection.get_server_pid())


async def is_shared(
    connection: asyncpg.Connection, connect: Callable[[], Awaitable[asyncpg.Connection]]
) -> bool:
    """Whether a transaction of another connection may get the session that `connection` had.

    A pooler that shares sessions gives out first what was given back last, so that it shows at once unless
    others ask at the same time. What does not show here is noticed when something is written.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            other = await connect()
            try:
                for _ in range(_TIMES):
                    before = await connection.fetchrow(_WHO)
                    async with other.transaction():
                        theirs = await other.fetchrow(_WHO)
                        after = await connection.fetchrow(_WHO)
                    if before != after or before == theirs:
                        return True
            finally:
                with contextlib.suppress(Exception):
                    other.terminate()
    except TimeoutError:
        return False
    except Exception as error:
        if is_mixed(error):
            return True
        raise
    return False


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
    """One connection, for one thread at a time; see `index.store.Session`."""

    among: ClassVar[str] = "{} = ANY({})"

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

    def run(self, statement: str, *values: Any) -> int:
        """A statement; without values, several of them. How many rows it, or the last one, changed."""
        status = self._wait(self._connection.execute(statement, *values, timeout=self._seconds))
        count = status.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

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
            LibraryError: the database cannot be reached or does not do what it is asked; see `with_cure`.
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
    failure: Exception | None = None
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
                failure = failure if isinstance(failure, asyncpg.TargetServerAttributeNotMatched) else error
    assert failure is not None
    raise failure


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


_HEAD = struct.Struct("!HH")


def encode(vector: NDArray[np.float32]) -> bytes:
    """The bytes of `vector`, of shape `(dimension,)`."""
    return _HEAD.pack(len(vector), 0) + np.ascontiguousarray(vector, ">f4").tobytes()


def decode(raw: bytes) -> NDArray[np.float32]:
    """The vector in `raw`, of shape `(dimension,)`."""
    dimension, _ = _HEAD.unpack_from(raw)
    return np.frombuffer(raw, ">f4", dimension, _HEAD.size).astype(np.float32)
