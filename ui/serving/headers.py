"""The headers that keep the page to itself, on every response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.access.door import names_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
"""Over https alone: nobody is to be kept from a page that is not served by it."""

FOREVER = "/assets/"
"""The framework's own files, whose names change with what is in them."""

KEPT = ("/static/", "/scripts/", "/theme.css", "/favicon.ico")
"""What else is the same for everybody; the rest may be personal, and no browser keeps it."""


class Headers:
    """Adds them where a response does not say otherwise: a page may be stricter with itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = [*message.get("headers", [])]
                names = {name.lower() for name, _ in said}
                more = ALWAYS | _by_scope(scope, message["status"])
                extra = [(name.encode(), value.encode()) for name, value in more.items()]
                message["headers"] = [*said, *((name, value) for name, value in extra if name not in names)]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _by_scope(scope: Scope, status: int) -> dict[str, str]:
    encrypted = scope.get("scheme") == "https"
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    headers = (ENCRYPTED if encrypted else {}) | (TRUSTED if encrypted or names_loopback(host) else {})
    path, kept = scope["path"], "no-store"
    if status in {200, 206, 304}:
        if path.startswith(FOREVER):
            kept = "private, max-age=31536000, immutable"
        elif path.startswith(KEPT):
            kept = "private, no-cache"
    return headers | {"cache-control": kept}
