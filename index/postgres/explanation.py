"""What a database reports, in words that help; never with what was sent to it, and never with a password."""

from __future__ import annotations

import asyncio

from index.errors import Busy, Damaged, LibraryError
from index.postgres.address import Address

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
    """What the server reports as a LibraryError that ends in the cure; a mistake of our own as it is."""
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
    told = str(error)
    return next(
        (kind for kind in ("standby", "read-only", "read-write", "primary") if kind in told), "read-write"
    )


def _line(error: Exception) -> str:
    """The message without its details, which repeat values."""
    told = (
        getattr(error, "message", None)
        or getattr(error, "strerror", None)
        or str(error)
        or type(error).__name__
    )
    return " ".join(str(told).split())
