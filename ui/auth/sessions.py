"""Login sessions, known to the server alone and for a limited time, and the browsers that had one.

The second are the device cookies of OWASP's guide to brute force: guesses with one are counted apart from
those of the address, so that a guesser elsewhere does not make the owner of an account wait.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ui.auth.accounts import Account

IDLE = 8 * 3600.0
"""Seconds after which an unused session ends: a working day's longest pause."""

LONGEST_SESSION = 24 * 3600.0
"""Seconds after which a session ends however much it is used."""

SESSIONS_KEPT = 5000
"""Sessions that are kept; the one unused for longest ends first."""

OF_ACCOUNT = 50
"""Sessions of one account; its oldest ends first."""


@dataclass(frozen=True, slots=True)
class _Begun:
    name: str
    stamp: str
    began: float
    used: float


class LoginSessions:
    """The sessions that were begun since the server started."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: OrderedDict[str, _Begun] = OrderedDict()

    def begin(self, account: Account) -> str:
        """Begin a session; its token, which nobody has had before."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            for key in [key for key, one in self._begun.items() if _ended(one, now)]:
                del self._begun[key]
            same = [key for key, one in self._begun.items() if one.name == account.name]
            for key in same[: max(0, len(same) - OF_ACCOUNT + 1)]:
                del self._begun[key]
            self._begun[_key(token)] = _Begun(account.name, account.stamp, now, now)
            while len(self._begun) > SESSIONS_KEPT:
                self._begun.popitem(last=False)
        return token

    def account(self, token: str, accounts: Mapping[str, Account]) -> Account | None:
        """Whose session it is; None where it has ended, or the account has changed since it began."""
        key, now = _key(token), self._clock()
        with self._lock:
            found = self._begun.pop(key, None)
            if found is None or _ended(found, now):
                return None
            account = accounts.get(found.name)
            if account is None or account.stamp != found.stamp:
                return None
            self._begun[key] = replace(found, used=now)
            return account

    def end(self, token: str) -> None:
        """End a session, if there is one."""
        with self._lock:
            self._begun.pop(_key(token), None)


def _ended(one: _Begun, now: float) -> bool:
    return now - one.used > IDLE or now - one.began > LONGEST_SESSION


def _key(token: str) -> str:
    # What is kept opens nothing, and finding it takes no longer for a better guess.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


BROWSERS_KEPT = 5000
"""Browsers that are remembered while the server runs; the one longest not logged in with goes first."""

LONGEST_KNOWN = 30 * 24 * 3600
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
            self._names.pop(_digest(former), None)
            self._names[_digest(token)] = name
            while len(self._names) > BROWSERS_KEPT:
                self._names.popitem(last=False)
        return token

    def client(self, token: str, name: str) -> str | None:
        """By what a browser that was logged in to an account is counted; None for any other."""
        key = _digest(token)
        with self._lock:
            return f"browser {key}" if self._names.get(key) == name else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:40]
