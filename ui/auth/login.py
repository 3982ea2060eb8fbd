"""Log-in and log-out: whether a login is asked for, and whose a request is."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from index import SettingsError
from ui.auth.accounts import LOCAL, TOKEN, Account, Accounts, Visitor, matches, of_token
from ui.auth.lockout import Lockout
from ui.auth.sessions import LONGEST_KNOWN, LONGEST_SESSION, KnownBrowsers, LoginSessions

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
    """The header by which a browser is known at the next login; see `ui.auth.sessions`."""
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
