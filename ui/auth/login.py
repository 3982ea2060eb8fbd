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
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from index import SettingsError
from ui.auth.accounts import LOCAL, TOKEN, Account, Accounts, Visitor, digest, matches, of_token
from ui.markup import ROOT, at

if TYPE_CHECKING:
    from starlette.responses import Response

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
    """The network that counts as one client: an IPv4 address, or the first 64 bits of an IPv6 one."""
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
    number: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as it is shown to an admin.

    Attributes:
        number: By which it is ended; it opens nothing.
        name: Whose it is.
        began: When somebody logged in.
        used: When it was last used.
        address: Where somebody logged in from.
        is_own: Whether it is that of whoever looks.
    """

    number: str
    name: str
    began: datetime
    used: datetime
    address: str
    is_own: bool


class LoginSessions:
    """The sessions that were begun since the server started."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: OrderedDict[str, _Begun] = OrderedDict()

    def begin(self, account: Account, address: str = "") -> str:
        """Begin a session from an address; its token, which nobody has had before."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            for key in [key for key, one in self._begun.items() if _ended(one, now)]:
                del self._begun[key]
            same = [key for key, one in self._begun.items() if one.name == account.name]
            for key in same[: max(0, len(same) - OF_ACCOUNT + 1)]:
                del self._begun[key]
            self._begun[digest(token)] = _Begun(
                account.name, account.stamp, now, now, secrets.token_hex(8), address
            )
            while len(self._begun) > SESSIONS_KEPT:
                self._begun.popitem(last=False)
        return token

    def account(self, token: str, accounts: Mapping[str, Account]) -> Account | None:
        """Whose session it is; None where it has ended, or the account has changed since it began."""
        key, now = digest(token), self._clock()
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
            self._begun.pop(digest(token), None)

    def shown(self, accounts: Mapping[str, Account], tokens: Collection[str] = ()) -> list[ShownSession]:
        """All that go on, the last used first; those of `tokens` are of whoever looks."""
        now, clock = datetime.now(UTC), self._clock()
        own = {digest(token) for token in tokens}
        with self._lock:
            return [
                ShownSession(
                    one.number,
                    one.name,
                    now - timedelta(seconds=clock - one.began),
                    now - timedelta(seconds=clock - one.used),
                    one.address,
                    key in own,
                )
                for key, one in reversed(self._begun.items())
                if one.name in accounts and accounts[one.name].stamp == one.stamp and not _ended(one, clock)
            ]

    def end_those(self, name: str, number: str | None = None) -> int:
        """End the sessions of an account, or the one of that number; how many there were."""
        with self._lock:
            found = [
                key
                for key, one in self._begun.items()
                if one.name == name and (number is None or one.number == number)
            ]
            for key in found:
                del self._begun[key]
        return len(found)


def _ended(one: _Begun, now: float) -> bool:
    return now - one.used > IDLE or now - one.began > LONGEST_SESSION


BROWSERS_KEPT = 5000
"""Browsers that are remembered while the server runs; the one longest not logged in with goes first."""

LONGEST_KNOWN = 30 * 24 * 3600
"""Seconds that a browser keeps the cookie."""


class KnownBrowsers:
    """Browsers by their device cookies, with the accounts that logged in from them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: OrderedDict[str, str] = OrderedDict()

    def new(self, name: str, former: str) -> str:
        """A token for a browser that has just logged in, in the place of its `former` one."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._names.pop(digest(former), None)
            self._names[digest(token)] = name
            while len(self._names) > BROWSERS_KEPT:
                self._names.popitem(last=False)
        return token

    def client(self, token: str, name: str) -> str | None:
        """By what a browser that was logged in to an account is counted; None for any other."""
        key = digest(token)
        with self._lock:
            return f"browser {key[:40]}" if self._names.get(key) == name else None


COOKIE = "tanya-session"
BROWSER_COOKIE = "tanya-browser"


def cookie_mark(host: str | None) -> str:
    """The suffix of cookie names, which keeps apart several servers on one host.

    Browsers keep cookies apart by host and path, not by port. `host` is the header, which has the port.
    """
    return hashlib.sha256(f"{(host or '').strip().lower()}{ROOT.get()}".encode()).hexdigest()[:8]


def session_cookies(host: str | None) -> tuple[str, str]:
    """The names of the session's cookie over https and without.

    Over https a browser takes it from this host alone, never from a page that is not encrypted; where the
    server is shown under a path, it is sent with what lies under that alone, which `__Host-` does not allow.
    """
    name = f"{COOKIE}-{cookie_mark(host)}"
    return f"{'__Secure-' if ROOT.get() else '__Host-'}{name}", name


def browser_cookie(host: str | None) -> str:
    """The name of the cookie by which a browser is known."""
    return f"{BROWSER_COOKIE}-{cookie_mark(host)}"


TOKEN_PATHS = ("/api", "/mcp", "/metrics")
"""Paths that accept an access token in place of a session."""


class LoginRefused(Exception):
    """Nobody was logged in.

    Attributes:
        wait: Seconds until it may be tried again; 0 where name or password were wrong.
    """

    def __init__(self, wait: float = 0) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Identity:
    """The visitor that a request comes from.

    Attributes:
        visitor: Who sent it.
        by: "open" where no login is asked for; "cookie", which browsers send by themselves; or "token".
    """

    visitor: Visitor
    by: str


class LoginService:
    """Log-in and sessions of one server.

    Args:
        accounts: Who may come in; none for a page that is open for as long as it is served.
        public: Whether other machines reach the address that is served, so that a login is always asked for.
        proxied: Whether a reverse proxy was named, by which other machines may reach it.

    Attributes:
        accounts: Who may come in.
        sessions: Who did.
    """

    def __init__(
        self,
        accounts: Accounts | None,
        *,
        public: bool,
        proxied: bool = False,
    ) -> None:
        self.accounts = accounts
        self.sessions = LoginSessions()
        self._public = public
        self._proxied = proxied
        self._asked = False
        self._lockout = Lockout()
        self._browsers = KnownBrowsers()

    @property
    def closed(self) -> bool:
        """Whether a login is asked for.

        Once it is, it stays so until the last account is removed, where nobody but this machine reaches the
        page: not where a proxy was named. A file of accounts that is gone opens nothing.

        Raises:
            AccountError: the accounts cannot be read.
        """
        if self._public:
            return True
        if self._known():
            self._asked = True
        elif self._asked and not self._proxied and self.accounts is not None and self.accounts.is_emptied:
            self._asked = False
        return self._asked

    def identify(self, headers: Mapping[str, str], path: str) -> Identity | None:
        """Whose a request is; None for nobody's.

        Raises:
            AccountError: the accounts cannot be read.
        """
        if not self.closed:
            return Identity(LOCAL, "open")
        if (token := _bearer(headers.get("authorization"))) is not None:
            # Whoever shows a token means it: a cookie that came along does not help a wrong one.
            account = of_token(token, self._known()) if takes_token(path) else None
            return Identity(account.visitor, "token") if account else None
        for token in _cookies(headers):
            account = self.sessions.account(token, self._known())
            if account is not None:
                return Identity(account.visitor, "cookie")
        return None

    def enter(self, name: str, password: str, address: str, browser: str = "") -> str:
        """The token of a new session; `browser` is what the browser is known by, if it is.

        This takes as long for a name that nobody has, and where the password is wrong.

        Raises:
            LoginRefused: name or password are wrong, or were so too often.
            AccountError: the accounts cannot be read.
        """
        name = _plain(name)
        client = self._browsers.client(browser, name) or address
        wait = self._lockout.attempt(name, client)
        if wait > 0:
            raise LoginRefused(wait)
        account: Account | None = self._known().get(name)
        if not matches(password, account.password if account else None) or account is None:
            raise LoginRefused
        self._lockout.succeeded(name, client)
        return self.sessions.begin(account, address)

    def know(self, name: str, browser: str) -> str:
        """Issue the device cookie of a browser after a log-in; `browser` is its former one."""
        return self._browsers.new(_plain(name), browser)

    def leave(self, headers: Mapping[str, str]) -> None:
        """End the session that a request came with."""
        for token in _cookies(headers):
            self.sessions.end(token)

    def _known(self) -> Mapping[str, Account]:
        return self.accounts.all() if self.accounts else {}

    def shown_sessions(self, headers: Mapping[str, str]) -> list[ShownSession]:
        """The sessions that go on, as whoever sent a request sees them.

        Raises:
            AccountError: the accounts cannot be read.
        """
        return self.sessions.shown(self._known(), _cookies(headers))


def login_service_of(home: Path, host: str, address: str, proxy: str | None = None) -> LoginService:
    """The login service of a server that listens on `address`; `host` is how the user wrote it.

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
    return LoginService(accounts, public=public, proxied=proxy is not None)


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


def set_session_cookie(response: Response, token: str, host: str | None, *, encrypted: bool) -> None:
    """Give a browser its session, or with no token take it away; `encrypted` where it came by https."""
    # Lax: whoever follows a link to an answer from a message is logged in. What changes something is refused
    # by AuthMiddleware unless it comes from a page of this server.
    safe, plain = session_cookies(host)
    name, age = safe if encrypted else plain, int(LONGEST_SESSION) if token else 0
    path = ROOT.get() or "/"
    response.set_cookie(name, token, age, path=path, secure=encrypted, httponly=True, samesite="lax")


def set_browser_cookie(response: Response, token: str, host: str | None, *, encrypted: bool) -> None:
    """Give a browser the cookie by which it is known at the next login; see above."""
    name, path = browser_cookie(host), at("/login")
    response.set_cookie(
        name, token, LONGEST_KNOWN, path=path, secure=encrypted, httponly=True, samesite="strict"
    )


def _plain(name: str) -> str:
    return name.strip().lower()[:64]


def _bearer(header: str | None) -> str | None:
    scheme, _, token = (header or "").partition(" ")
    token = token.strip()
    # Others may ask for a name and password of their own in front of this server.
    return token if scheme.lower() == "bearer" or token.startswith(TOKEN) else None


def _cookies(headers: Mapping[str, str]) -> list[str]:
    """The tokens among the cookies of a request, the one that is harder to forge first."""
    # Not the standard library's, which reads no further than the first one that is not as it should be: other
    # programs of this machine set theirs for the same address.
    from starlette.requests import cookie_parser

    cookies = cookie_parser(headers.get("cookie") or "")
    return [cookies[name] for name in session_cookies(headers.get("host")) if name in cookies]
