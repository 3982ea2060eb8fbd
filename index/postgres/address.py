"""The address of a database, as the setting `store` gives it; its password is never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from index.errors import SettingsError

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
    """What is wrong, where it is our own words: the parser's might show a part of the address."""
    told = str(error)
    return told if told.startswith(("it", "its", "target", "a port is")) else "it cannot be read"
