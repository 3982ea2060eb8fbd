"""Log-in and log-out: whether a login is asked for, whose a request is, and for how long.

Sessions are known to the server alone. The browsers that had one are known by the device cookies of
OWASP's guide to brute force: guesses with one are counted apart from those of the address, so that a
guesser elsewhere does not make the owner of an account wait.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index import SettingsError
from ui.auth.accounts import LOCAL, TOKEN, Account, Accounts, Visitor, matches, of_token
from ui.auth.lockout import Lockout

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


COOKIE = "tanya-session"
SAFE_COOKIE = "__Host-tanya-session"
"""Its name over https: a browser takes it from this host alone, never from a page that is not encrypted."""

BROWSER_COOKIE = "tanya-browser"

TOKEN_PATHS = ("/api", "/mcp", "/metrics")
"""What a script may ask for with its token in place of a session."""


class Unwelcome(Exception):
    """Nobody came in.

    Attributes:
        wait: Seconds until it may be tried again; 0 where name or password were wrong.
    """

    def __init__(self, wait: float = 0) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Came:
    """Whose a request is.

    Attributes:
        visitor: Who sent it.
        by: "open" where no login is asked for; "cookie", which browsers send by themselves; or "token".
    """

    visitor: Visitor
    by: str


class LoginService:
    """One for each server.

    Args:
        accounts: Who may come in; none for a page that is open for as long as it is served.
        public: Whether other machines reach the address that is served, so that a login is always asked for.
        clock: Seconds, for sessions and waits.
    """

    def __init__(
        self, accounts: Accounts | None, *, public: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._accounts = accounts
        self._closed = public
        self._sessions = LoginSessions(clock)
        self._lockout = Lockout(clock)
        self._browsers = KnownBrowsers()

    @property
    def closed(self) -> bool:
        """Whether a login is asked for; once it is, it stays so until the server ends.

        Raises:
            AccountError: the accounts cannot be read.
        """
        if not self._closed and self._known():
            self._closed = True
        return self._closed

    def came(self, headers: Mapping[str, str], path: str) -> Came | None:
        """Whose a request is; None for nobody's.

        Raises:
            AccountError: the accounts cannot be read.
        """
        if not self.closed:
            return Came(LOCAL, "open")
        if (token := _bearer(headers.get("authorization"))) is not None:
            # Whoever shows a token means it: a cookie that came along does not help a wrong one.
            account = of_token(token, self._known()) if takes_token(path) else None
            return Came(account.visitor, "token") if account else None
        for token in _cookies(headers.get("cookie")):
            account = self._sessions.account(token, self._known())
            if account is not None:
                return Came(account.visitor, "cookie")
        return None

    def enter(self, name: str, password: str, address: str, browser: str = "") -> str:
        """The token of a new session; `browser` is what the browser is known by, if it is.

        This takes as long for a name that nobody has, and where the password is wrong.

        Raises:
            Unwelcome: name or password are wrong, or were so too often.
            AccountError: the accounts cannot be read.
        """
        name = _plain(name)
        client = self._browsers.client(browser, name) or address
        wait = self._lockout.attempt(name, client)
        if wait > 0:
            raise Unwelcome(wait)
        account: Account | None = self._known().get(name)
        if not matches(password, account.password if account else None) or account is None:
            raise Unwelcome
        self._lockout.succeeded(name, client)
        return self._sessions.begin(account)

    def know(self, name: str, browser: str) -> str:
        """What a browser that somebody came in with is known by from now on; `browser` is the former one."""
        return self._browsers.new(_plain(name), browser)

    def leave(self, headers: Mapping[str, str]) -> None:
        """End the session that a request came with."""
        for token in _cookies(headers.get("cookie")):
            self._sessions.end(token)

    def _known(self) -> Mapping[str, Account]:
        return self._accounts.all() if self._accounts else {}


def login_service_of(home: Path, host: str, address: str) -> LoginService:
    """The door of a server at an address of this machine, given as it was asked for and as it was found.

    Raises:
        SettingsError: other machines reach it, and nobody has an account.
        AccountError: the accounts cannot be read.
    """
    accounts = Accounts(home)
    public = not is_loopback(address)
    if public and not accounts.all():
        raise SettingsError(
            f"other machines reach {host or address}, and nobody has an account; make one with: "
            "tanya users add NAME"
        )
    return LoginService(accounts, public=public)


def check_proxies(proxies: str | None) -> None:
    """Refuse what cannot be the addresses of trusted proxies: whoever is believed can pass for anybody.

    Raises:
        SettingsError: one is no IP address and no network.
    """
    for one in [] if proxies is None else proxies.split(","):
        try:
            ipaddress.ip_network(one.strip())
        except ValueError as error:
            raise SettingsError(
                f"proxy {one.strip()!r} is no address; name the proxy as in: tanya serve --proxy 127.0.0.1"
            ) from error


def is_loopback(address: str) -> bool:
    """Whether an IP address, or the name "localhost", is that of the machine itself."""
    if address.lower().rstrip(".") == "localhost":
        return True
    try:
        ip = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_loopback


def names_loopback(host: str | None) -> bool:
    """Whether a `Host` header names the machine itself, with any port."""
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]@/]+)(:\d{1,5})?", (host or "").strip())
    return found is not None and is_loopback(found[1])


def takes_token(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in TOKEN_PATHS)


def set_cookie(token: str, *, encrypted: bool) -> str:
    """The header that gives a browser its session; `encrypted` where it came by https."""
    # Lax: whoever follows a link to an answer from a message is logged in. What changes something is refused
    # by the guard unless it comes from a page of this server.
    rest = f"Max-Age={int(LONGEST_SESSION)}; Path=/; HttpOnly; SameSite=Lax"
    return f"{SAFE_COOKIE}={token}; {rest}; Secure" if encrypted else f"{COOKIE}={token}; {rest}"


def set_browser_cookie(token: str, *, encrypted: bool) -> str:
    """The header by which a browser is known at the next login; see `ui.auth.login`."""
    rest = f"Max-Age={LONGEST_KNOWN}; Path=/login; HttpOnly; SameSite=Strict"
    return f"{BROWSER_COOKIE}={token}; {rest}{'; Secure' if encrypted else ''}"


def drop_cookie(*, encrypted: bool) -> str:
    """The header that takes it away."""
    rest = "Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
    return f"{SAFE_COOKIE}=; {rest}; Secure" if encrypted else f"{COOKIE}=; {rest}"


def _plain(name: str) -> str:
    return name.strip().lower()[:64]


def _bearer(header: str | None) -> str | None:
    scheme, _, token = (header or "").partition(" ")
    token = token.strip()
    # Others may ask for a name and password of their own in front of this server.
    return token if scheme.lower() == "bearer" or token.startswith(TOKEN) else None


def _cookies(header: str | None) -> list[str]:
    """The tokens among the cookies of a request, the one that is harder to forge first."""
    # Not the standard library's, which reads no further than the first one that is not as it should be: other
    # programs of this machine set theirs for the same address.
    from starlette.requests import cookie_parser

    cookies = cookie_parser(header or "")
    return [cookies[name] for name in (SAFE_COOKIE, COOKIE) if name in cookies]
