"""Authentication in front of every route: says whose a request is, and refuses what is nobody's."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from index import TanyaError
from ui.auth.accounts import SCOPE
from ui.auth.login import Came, LoginService, names_loopback, takes_token
from ui.markup import at, is_same_origin, path_of, refusal, wants_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger("tanya.access")

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
        from starlette.requests import Request

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
            came = logins.came(request.headers, path)
        except TanyaError as error:
            log.error("%s", error)  # noqa: TRY400  one line with the cure
            return None if path in OPEN - {"/login"} else refusal(request, 503, lambda words: words.broken)
        if came is not None and came.by == "open":
            # A page elsewhere that gives its own name this machine's address is none of this machine's.
            if not names_loopback(request.headers.get("host")):
                return refusal(request, 421, lambda words: words.host)
            if forwarded:
                return refusal(request, 403, lambda words: words.proxied)
        if came is None and path not in OPEN:
            return _to_login(request)
        if request.method not in READING and not _is_meant(request, came):
            return refusal(request, 403, lambda words: words.cross_site)
        if path.startswith(FRAMEWORK) and path.removeprefix(FRAMEWORK).partition("/")[0] not in NEEDED:
            return _nothing()
        if came is not None:
            request.scope[SCOPE] = came.visitor
        return None


def _is_meant(request: Request, came: Came | None) -> bool:
    """Whether the sender of a request that changes something meant to, and it is not another site's page."""
    if came is not None and came.by == "token":
        return True
    if is_same_origin(request.headers):
        return True
    # No browser leaves out both headers; a script is believed where it does not come by a cookie.
    from_script = not {"origin", "sec-fetch-site"} & set(request.headers)
    return from_script and (came is None or came.by == "open")


def _to_login(request: Request) -> Response:
    from starlette.responses import RedirectResponse

    path = path_of(request.scope)
    if request.method in READING - {"OPTIONS"} and wants_page(request) and not takes_token(path):
        query = request.scope["query_string"].decode("latin-1")
        asked = quote(path, safe="/") + (f"?{query}" if query else "")
        to = "/login" if asked == "/" else f"/login?next={quote(asked, safe='')}"
        return RedirectResponse(at(to), 303, headers={"cache-control": "no-store"})
    return refusal(request, 401, lambda words: words.ended, {"www-authenticate": 'Bearer realm="tanya"'})


def _nothing() -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse({"detail": "Not Found"}, 404)
