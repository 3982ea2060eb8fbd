"""Every request, counted and told: with a number of its own, by which the log and who asked can name it."""

from __future__ import annotations

import secrets
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.serving.watch import Watch

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The number of the request that is being answered; nobody else chooses it."""


class Observed:
    """In front of everything, so that refusals are seen as well."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, status, started = secrets.token_hex(8), 500, time.perf_counter()
        REQUEST.set(number)

        async def observed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", number.encode())]
            await send(message)

        try:
            await self._app(scope, receive, observed_send)
        finally:
            self._watch.served(scope, status, time.perf_counter() - started)
