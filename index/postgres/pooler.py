"""Poolers: whether something between us and the server gives our session to others between transactions.

What a session holds here outlives its transactions: the writer's lock, the search path and other settings,
prepared statements. PgBouncer keeps it whole with `pool_mode = session`, and not with any other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from index.errors import LibraryError
from index.postgres.address import Address

if TYPE_CHECKING:
    import asyncpg

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
