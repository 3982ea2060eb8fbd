"""Bounds of a request's body: how long it may be and how slowly it may come."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from ui.serving.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.text.access import AccessWords

MIB = 1024 * 1024

LONGEST_HEAD = 32 * 1024
"""Bytes of an address and headers."""

LARGEST = MIB
"""Bytes of a body, unless its path takes files."""

LARGEST_FILES = 256 * MIB
"""Bytes of a body of files; what takes them asks for less."""

FILES = ("/articles/upload", "/api/v1/articles")
"""Paths that take files, and what lies beneath them."""

PATIENCE = 30.0
SLOWEST = 4096
"""A body has so many seconds, and one more for each so many bytes that came."""


class Bounded:
    """Counts what comes, whatever its header says, and answers by itself when it is enough."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _head(scope) > LONGEST_HEAD:
            await _refuse(scope, receive, send, 431, lambda words: words.head_too_long)
            return
        largest = largest_of(scope["path"])
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
                left = PATIENCE + came / SLOWEST - (time.monotonic() - started)
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
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() and len(said) < 20 else 0


def _too_long(largest: int) -> Callable[[AccessWords], str]:
    return lambda words: words.too_long.format(limit=f"{largest // MIB} MB")


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, sentence: Callable[[AccessWords], str]
) -> None:
    from starlette.requests import Request

    await refusal(Request(scope), status, sentence)(scope, receive, send)
