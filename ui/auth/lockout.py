"""The lock-out: whoever guesses passwords waits, ever longer, and makes nobody else wait for ever.

A wait is always that of one address for one account, or of one address for all of them. An account that is
guessed at from many addresses is not closed, since that would shut out whom it belongs to; each address then
has one try in place of five before it waits. A browser that was logged in to the account is counted apart
(see `ui.auth.login`), so that nobody who shares an address with a guesser is shut out by them either.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

TRIES = 5
"""Wrong passwords for one account from one address before it waits."""

TRIES_OF_ADDRESS = 50
"""Wrong passwords for any accounts from one address before it waits: offices share one."""

PRESSURE = 50
"""Wrong passwords for one account from all addresses within `MEMORY`, from which on each has one try."""

FIRST, LAST = 30.0, 900.0
"""Seconds of the first wait, which doubles with each further try, and of the longest."""

MEMORY = 24 * 3600.0
"""Seconds after the last wrong password in which none is forgotten."""

KEPT = 20_000
"""Addresses, and addresses with an account, that are remembered; the one unused for longest goes first."""

_BUCKETS = 4096

Key = TypeVar("Key")


@dataclass(slots=True)
class _Tries:
    """How often something was tried in vain, when last, and until when it waits (seconds of the clock)."""

    count: int = 0
    last: float = field(default=float("-inf"))
    until: float = field(default=float("-inf"))

    def fresh(self, now: float) -> _Tries:
        return self if now - self.last < MEMORY else _Tries()


class Lockout:
    """Who has to wait before the next password, in bounded memory, for as long as the server runs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, kept: int = KEPT) -> None:
        self._clock = clock
        self._kept = kept
        self._lock = threading.Lock()
        self._by_address: OrderedDict[str, _Tries] = OrderedDict()
        self._by_both: OrderedDict[tuple[str, str], _Tries] = OrderedDict()
        # As many as ever: names that exist and names that do not must leave the same traces.
        self._by_name = [_Tries() for _ in range(_BUCKETS)]
        self._salt = secrets.token_bytes(16)

    def attempt(self, name: str, address: str) -> float:
        """Begin to try a password.

        It counts as wrong until `succeeded` says otherwise, so that a hundred at once are no way around.

        Returns:
            Seconds to wait first; 0 where it may be tried now.
        """
        now, network = self._clock(), network_of(address)
        with self._lock:
            of_address = _taken(self._by_address, network, now, self._kept)
            of_both = _taken(self._by_both, (network, name), now, self._kept)
            wait = max(of_address.until, of_both.until) - now
            if wait > 0:
                return wait
            of_name = self._by_name[self._bucket(name)] = self._by_name[self._bucket(name)].fresh(now)
            _count(of_name, now, tries=None)
            _count(of_address, now, tries=TRIES_OF_ADDRESS)
            _count(of_both, now, tries=TRIES if of_name.count <= PRESSURE else 1)
            return 0

    def succeeded(self, name: str, address: str) -> None:
        """The password that was tried last was the right one."""
        network = network_of(address)
        with self._lock:
            # The address keeps its other tries: who has an account could else guess at others for ever.
            self._by_both.pop((network, name), None)
            of_name = self._by_name[self._bucket(name)]
            of_name.count = max(0, of_name.count - 1)
            of_address = self._by_address.get(network)
            if of_address is not None:
                of_address.count = max(0, of_address.count - 1)
                of_address.until = float("-inf")

    def _bucket(self, name: str) -> int:
        digest = hashlib.blake2b(
            name.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=4
        ).digest()
        return int.from_bytes(digest) % _BUCKETS


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the 64 bits of IPv6 that one line is given."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def _taken(table: OrderedDict[Key, _Tries], key: Key, now: float, kept: int) -> _Tries:
    """The tries of a key, now the last to be forgotten."""
    found = table.pop(key, _Tries()).fresh(now)
    table[key] = found
    while len(table) > kept:
        table.popitem(last=False)
    return found


def _count(tried: _Tries, now: float, tries: int | None) -> None:
    tried.count += 1
    tried.last = now
    if tries is not None and tried.count >= tries:
        tried.until = now + min(LAST, FIRST * 2.0 ** min(tried.count - tries, 32))
