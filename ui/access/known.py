"""Browsers that somebody was logged in with before, by a cookie that opens nothing.

It is the device cookie of OWASP's guide to brute force: guesses with it are counted apart from those of the
address, so that a guesser elsewhere does not make the owner of an account wait.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict

KEPT = 5000
"""Browsers that are remembered while the server runs; the one longest not logged in with goes first."""

LONGEST = 30 * 24 * 3600
"""Seconds that a browser keeps the cookie."""


class KnownBrowsers:
    """Which account each was logged in to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: OrderedDict[str, str] = OrderedDict()

    def new(self, name: str, former: str) -> str:
        """A token for a browser that has just logged in, in the place of its `former` one."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._names.pop(_key(former), None)
            self._names[_key(token)] = name
            while len(self._names) > KEPT:
                self._names.popitem(last=False)
        return token

    def client(self, token: str, name: str) -> str | None:
        """By what a browser that was logged in to an account is counted; None for any other."""
        key = _key(token)
        with self._lock:
            return f"browser {key}" if self._names.get(key) == name else None


def _key(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:40]
