"""Login sessions: who a cookie belongs to, known to the server alone and for a limited time."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ui.access.accounts import Account

IDLE = 8 * 3600.0
"""Seconds after which an unused session ends: a working day's longest pause."""

LONGEST = 24 * 3600.0
"""Seconds after which a session ends however much it is used."""

KEPT = 5000
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
            while len(self._begun) > KEPT:
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
    return now - one.used > IDLE or now - one.began > LONGEST


def _key(token: str) -> str:
    # What is kept opens nothing, and finding it takes no longer for a better guess.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
