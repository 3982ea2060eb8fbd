"""ASGI middleware in front of every route: authentication, limits of size and time, security headers."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import quote

import h11
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from index import SettingsError, TanyaError
from ui.auth.accounts import SCOPE
from ui.auth.login import Identity, LoginService, names_loopback, takes_token
from ui.locales import LoginWords
from ui.markup import ROOT, at, is_same_origin, path_of, wants_page
from ui.pages import refusal

log = logging.getLogger("tanya.access")


class RootPathMiddleware:
    """Serves what is shown under a path, whether or not the proxy before it takes that path off.

    In front of everything else, which sees a path of this server beneath `root_path`, as ASGI has it.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._root:
            await self._app(scope, receive, send)
            return
        ROOT.set(self._root)
        path = scope["path"]
        if path == self._root:
            # Links of the page are relative to it, for which its address has to end in a slash.
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(at(f"/?{query}" if query else "/"), 308)(scope, receive, send)
            return
        inner = path if path.startswith(f"{self._root}/") else at(path)
        await self._app({**scope, "path": inner, "root_path": self._root}, receive, send)


_ROOT = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+")


def root_of(path: str | None, taken: Collection[str] = ()) -> str:
    """The path under which a server is shown, as "/tanya", given as a setting; empty where it is "/".

    Args:
        path: As it was set, with or without a slash at its end.
        taken: First parts of the server's own addresses, which a proxy may not show it under: what one that
            takes the path off asks for could not be told from what one asks for that does not.

    Raises:
        SettingsError: it is no such path.
    """
    root = (path or "").rstrip("/")
    if root and (not _ROOT.fullmatch(root) or root.split("/")[1] in taken):
        reason = "is an address of the page itself" if _ROOT.fullmatch(root) else "is no path"
        raise SettingsError(f"path {path!r} {reason}; name another, as in: tanya serve --path /tanya")
    return root


MIB = 1024 * 1024

LONGEST_HEAD = 32 * 1024
"""Bytes of an address and headers."""

LARGEST = MIB
"""Bytes of a body, unless its path takes files."""

LARGEST_FILES = 256 * MIB
"""Bytes of a body of files; what takes them asks for less."""

FILES = ("/articles/upload", "/api/v1/articles", "/desk/drafts", "/desk/releases")
"""Paths that take files, and what lies beneath them."""

READ_TIMEOUT = 30.0
SLOWEST = 4096
"""A body has so many seconds, and one more for each so many bytes that came."""


class SizeLimitMiddleware:
    """Refuses request bodies over the limit, by counting bytes and not by their header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _head(scope) > LONGEST_HEAD:
            await _refuse(scope, receive, send, 431, lambda words: words.head_too_long)
            return
        largest = largest_of(path_of(scope))
        if _declared(scope) > largest:
            await _refuse(scope, receive, send, 413, _too_long(largest))
            return
        started, came, complete = time.monotonic(), 0, False
        begun = refused = False

        async def bounded_receive() -> Message:
            nonlocal came, complete, refused
            if complete:
                return await receive()
            if not refused:
                left = READ_TIMEOUT + came / SLOWEST - (time.monotonic() - started)
                try:
                    message = await asyncio.wait_for(receive(), max(left, 0.001))
                except TimeoutError:
                    refused = True
                    if not begun:
                        await _refuse(scope, receive, send, 408, lambda words: words.too_slow)
                    return {"type": "http.disconnect"}
                came += len(message.get("body", b""))
                complete = not message.get("more_body", False)
                if came <= largest:
                    return message
                refused = True
                if not begun:
                    await _refuse(scope, receive, send, 413, _too_long(largest))
            return {"type": "http.disconnect"}

        async def bounded_send(message: Message) -> None:
            nonlocal begun
            if not refused:
                begun = True
                await send(message)

        try:
            await self._app(scope, bounded_receive, bounded_send)
        except Exception:
            # What the application says of a body that ended early has been said already.
            if not refused:
                raise


def largest_of(path: str) -> int:
    """Bytes of a body that is sent to a path, at most."""
    takes_files = any(path == one or path.startswith(f"{one}/") for one in FILES)
    return LARGEST_FILES if takes_files else LARGEST


def _head(scope: Scope) -> int:
    length = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    return length + sum(len(name) + len(value) for name, value in scope["headers"])


def _declared(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() and len(length) < 20 else 0


def _too_long(largest: int) -> Callable[[LoginWords], str]:
    return lambda words: words.too_long.format(limit=f"{largest // MIB} MB")


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, sentence: Callable[[LoginWords], str]
) -> None:
    await refusal(Request(scope), status, sentence)(scope, receive, send)


ALWAYS = {
    # Inline code and evaluation are how the page's framework works; what matters: no other host is reached.
    "content-security-policy": "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    ),
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=(), "
        "clipboard-read=(), clipboard-write=(self)"
    ),
    # No other site hears where somebody came from. Our own does: without it a browser does not say which page
    # a form was sent from, and the form would be refused as another site's.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
}

TRUSTED = {"cross-origin-opener-policy": "same-origin"}
"""Over https and on the machine itself; elsewhere a browser ignores it, and complains."""

ENCRYPTED = {"strict-transport-security": "max-age=31536000"}
"""Over https alone: nobody is to be kept from a page that is not served by it. It is of a whole host, so that
under a path, where the host has other sites, it is theirs to send."""

FOREVER = "/assets/"
"""The framework's own files, whose names change with what is in them."""

KEPT = ("/static/", "/api/static/", "/scripts/", "/theme.css", "/favicon.ico")
"""Further paths that are the same for everybody; the rest may be personal and is not cached."""


class SecurityHeadersMiddleware:
    """Adds security headers that a response does not set itself: a page may be stricter."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [*message.get("headers", [])]
                names = {name.lower() for name, _ in given}
                more = ALWAYS | _by_scope(scope, message["status"])
                extra = [(name.encode(), value.encode()) for name, value in more.items()]
                message["headers"] = [*given, *((name, value) for name, value in extra if name not in names)]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _by_scope(scope: Scope, status: int) -> dict[str, str]:
    encrypted = scope.get("scheme") == "https"
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    headers = (ENCRYPTED if encrypted and not ROOT.get() else {}) | (
        TRUSTED if encrypted or names_loopback(host) else {}
    )
    path, kept = path_of(scope), "no-store"
    if status in {200, 206, 304}:
        if path.startswith(FOREVER):
            kept = "private, max-age=31536000, immutable"
        elif path.startswith(KEPT):
            kept = "private, no-cache"
    return headers | {"cache-control": kept}


HEAD = 20.0
"""Seconds from the first byte of a request, or from the connection, to the end of its headers."""

REST = 5.0
"""Seconds in which the rest of a body may still come that was answered before its end."""

CONNECTIONS = 400
"""Connections at the same time; a page has up to six. Above them, requests are answered with 503."""


class TimeoutProtocol(H11Protocol):
    """Closes a connection that sends no request, or not all of its headers, in time.

    What is still sent after the answer to it is let go, for so long that the sender gets to read the answer.
    """

    head = HEAD
    rest = REST
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(self.head)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._mind()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._mind()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _mind(self) -> None:
        if self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None:
            self._wait(self.head)
        elif self.conn.their_state is h11.SEND_BODY and self.cycle.response_complete:
            self._wait(self.rest)
        else:
            self._wait_no_more()

    def _wait(self, seconds: float) -> None:
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


OPEN = frozenset({"/login", "/healthz", "/readyz"})
"""Paths for everybody, exactly as the routes are called: what differs in a character is behind the login."""

FRAMEWORK = "/gradio_api/"
NEEDED = frozenset({"run"})
"""What our page uses of its framework: its events. The other routes take files, give files, ask other hosts
or describe the page, and are not served at all."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})

FORWARDED = (b"forwarded", b"x-forwarded-", b"x-real-ip")
"""Headers by which a proxy says whom it asks for; a trusted one's have been read by the server before."""


class AuthMiddleware:
    """Leaves the visitor in the scope of a request (see `ui.auth.accounts.visitor_of`), or refuses it.

    It stands in front of the page's framework as well, whose own routes know nothing of visitors. What cannot
    be understood is refused: no path is open by its beginning, and no socket is.
    """

    def __init__(self, app: ASGIApp, logins: LoginService) -> None:
        self._app = app
        self._logins = logins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # Nothing of ours speaks over a socket.
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        forwarded = any(name.startswith(FORWARDED) for name, _ in scope["headers"])
        # The framework would build addresses of what anybody says in them.
        scope["headers"] = [one for one in scope["headers"] if not one[0].startswith(FORWARDED)]
        request = Request(scope)
        response = self._refused(request, forwarded=forwarded)
        await (response or self._app)(scope, receive, send)

    def _refused(self, request: Request, *, forwarded: bool) -> Response | None:
        """A response in place of what was asked for, None where it may be had."""
        path, logins = path_of(request.scope), self._logins
        try:
            identity = logins.identify(request.headers, path)
        except TanyaError as error:
            log.error("%s", error)  # noqa: TRY400  one line with the cure
            return None if path in OPEN - {"/login"} else refusal(request, 503, lambda words: words.broken)
        if identity is not None and identity.by == "open":
            # A page elsewhere that gives its own name this machine's address is none of this machine's.
            if not names_loopback(request.headers.get("host")):
                return refusal(request, 421, lambda words: words.host)
            if forwarded:
                return refusal(request, 403, lambda words: words.proxied)
        if identity is None and path not in OPEN:
            return _to_login(request)
        if request.method not in READING and not _is_meant(request, identity):
            return refusal(request, 403, lambda words: words.cross_site)
        if path.startswith(FRAMEWORK) and path.removeprefix(FRAMEWORK).partition("/")[0] not in NEEDED:
            return JSONResponse({"detail": "Not Found"}, 404)
        if identity is not None:
            request.scope[SCOPE] = identity.visitor
        return None


def _is_meant(request: Request, identity: Identity | None) -> bool:
    """Whether the sender of a request that changes something meant to, and it is not another site's page."""
    if identity is not None and identity.by == "token":
        return True
    if is_same_origin(request.headers):
        return True
    # No browser leaves out both headers; a script is believed where it does not come by a cookie.
    from_script = not {"origin", "sec-fetch-site"} & set(request.headers)
    return from_script and (identity is None or identity.by == "open")


def _to_login(request: Request) -> Response:
    path = path_of(request.scope)
    if request.method in READING - {"OPTIONS"} and wants_page(request) and not takes_token(path):
        query = request.scope["query_string"].decode("latin-1")
        asked = quote(path, safe="/") + (f"?{query}" if query else "")
        to = "/login" if asked == "/" else f"/login?next={quote(asked, safe='')}"
        return RedirectResponse(at(to), 303)
    return refusal(request, 401, lambda words: words.ended, {"www-authenticate": 'Bearer realm="tanya"'})
