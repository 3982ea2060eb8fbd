"""Connections: how long one may take to say what it wants."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 20.0
"""Seconds from the first byte of a request, or from the connection, to the end of its headers."""

REST = 5.0
"""Seconds in which the rest of a body may still come that was answered before its end."""

CONNECTIONS = 400
"""Connections at the same time; a page has up to six. Above them, requests are answered with 503."""


class Patient(H11Protocol):
    """Ends a connection that keeps the server waiting for a request or for the rest of its headers.

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
