"""Fetching a feed that the user names: from public addresses only, within limits, where robots may.

A name is resolved once and the connection goes to the very address that was checked, so that a name cannot
point elsewhere between the check and the connection. Redirects are checked like the first address.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from index.errors import ArticleError, line_of

AGENT = "tanya-berita"
"""What the program calls itself, and what robots.txt may speak of."""

LARGEST = 20 * 2**20
"""Bytes of a feed, unpacked."""

PATIENCE = 30.0
"""Seconds for one answer, from connecting to its last byte."""

MOST_REDIRECTS = 5
_LARGEST_ROBOTS = 512 * 2**10

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Policy = Callable[[Address], bool]
"""Whether a connection may go to an address."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the open network: not private, local, reserved, or a cover for such."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def fetch_feed(address: str, allowed: Policy = is_public, patience: float = PATIENCE) -> bytes:
    """The feed at `address`.

    Args:
        address: It begins with https:// or http://.
        allowed: Which network addresses may be asked.
        patience: Seconds for each answer.

    Raises:
        ArticleError: it is refused, forbidden, too large, too slow, or not there; the message names it.
    """
    robots: dict[str, RobotFileParser] = {}
    current = address
    for _ in range(MOST_REDIRECTS + 1):
        try:
            parts = _checked(current)
            _respect(parts, robots, allowed, patience)
            status, headers, body = _get(parts, LARGEST, allowed, patience)
        except ArticleError as error:
            raise ArticleError(f"{address}: {error}") from error
        if status in {301, 302, 303, 307, 308} and headers.get("location"):
            following = urljoin(current, headers["location"])
            if current.startswith("https://") and not following.startswith("https://"):
                raise ArticleError(
                    f"{address}: it leads from https to {following[:80]}; ask for that by name"
                )
            current = following
            continue
        if status != 200:
            raise ArticleError(f"{address}: the server answered {status}; check the address in a browser")
        return body
    raise ArticleError(
        f"{address}: it leads on more than {MOST_REDIRECTS} times; name the feed's own address"
    )


def _checked(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ArticleError("it is no address; write it as https://example.org/feed") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ArticleError("only https and http are fetched; write it as https://example.org/feed")
    if parts.username is not None or parts.password is not None:
        raise ArticleError("it holds a name or password; name a feed that needs none")
    if any(ord(char) <= 32 or ord(char) == 127 for char in address):
        raise ArticleError("it holds a space or a control character; correct it")
    return parts


def _respect(parts: SplitResult, known: dict[str, RobotFileParser], allowed: Policy, patience: float) -> None:
    """Refuse what robots.txt of the same server forbids."""
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin not in known:
        rules = RobotFileParser()
        status, _, body = _get(urlsplit(f"{origin}/robots.txt"), _LARGEST_ROBOTS, allowed, patience)
        if status >= 500 or status == 429:
            raise ArticleError(
                f"its robots.txt cannot be asked (the server answered {status}); try again later"
            )
        # RFC 9309: where there is none, or only elsewhere, nothing is forbidden.
        rules.parse(body.decode("utf-8", "replace").splitlines() if status == 200 else [])
        known[origin] = rules
    if not known[origin].can_fetch(AGENT, urlunsplit(parts)):
        raise ArticleError("its robots.txt forbids it; save the feed from a browser and index the file")


def _get(
    parts: SplitResult, most: int, allowed: Policy, patience: float
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by their lower-case names, and body of one answer."""
    deadline = time.monotonic() + patience
    with _connection(parts, allowed, patience) as (connection, opened):
        # A server that sends a byte now and then never exceeds the time limit of a single read.
        watch = threading.Timer(max(deadline - time.monotonic(), 0), _hang_up, [opened])
        watch.start()
        try:
            path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request(
                "GET", path, headers={"User-Agent": AGENT, "Accept-Encoding": "gzip", "Connection": "close"}
            )
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            body = b"" if answer.status != 200 else _body(answer, headers.get("content-encoding", ""), most)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            if time.monotonic() >= deadline:
                raise ArticleError(f"no whole answer within {patience:.0f} s; try again later") from error
            raise ArticleError(f"it cannot be fetched ({line_of(error)}); check the address") from error
        finally:
            watch.cancel()
    if time.monotonic() >= deadline:
        raise ArticleError(f"no whole answer within {patience:.0f} s; try again later")
    return answer.status, headers, body


def _hang_up(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, encoding: str, most: int) -> bytes:
    packed = encoding.strip().lower()
    if packed not in {"", "identity", "gzip", "x-gzip"}:
        raise ArticleError(f"it is packed as {packed[:20]}, which is not read; save it from a browser")
    unpacking: Any = zlib.decompressobj(wbits=31) if packed.endswith("gzip") else None
    body = bytearray()
    while piece := answer.read(2**16):
        body += unpacking.decompress(piece, most + 1 - len(body)) if unpacking else piece
        if len(body) > most or (unpacking and unpacking.unconsumed_tail):
            raise ArticleError(f"it is larger than {most / 2**20:.0f} MB; name a feed with fewer entries")
    return bytes(body)


@contextlib.contextmanager
def _connection(
    parts: SplitResult, allowed: Policy, patience: float
) -> Iterator[tuple[http.client.HTTPConnection, socket.socket]]:
    """A connection to the first allowed address of a server, which all of its addresses must be."""
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ArticleError(f"{host[:80]} is not known ({line_of(error)}); check the address") from error
    for *_, place in found:
        # A scope such as %eth0 belongs to link-local addresses only.
        if not allowed(ipaddress.ip_address(str(place[0]).partition("%")[0])):
            raise ArticleError(
                f"{host[:80]} is a private or local address ({place[0]}); save the feed and index the file"
            )
    try:
        opened = socket.create_connection((str(found[0][4][0]), port), timeout=patience)
        if secure:
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
    except (OSError, ValueError) as error:
        raise ArticleError(f"{host[:80]} cannot be reached ({line_of(error)}); try again later") from error
    connection = http.client.HTTPConnection(host, port, timeout=patience)
    connection.sock = opened
    if port == (443 if secure else 80):
        # Without its port the name is what servers tell their sites apart by.
        connection.default_port = port
    try:
        yield connection, opened
    finally:
        connection.close()
        opened.close()
