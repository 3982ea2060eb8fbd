"""The end: no new question is taken, and those that are being answered may finish."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

    from ui.desk import Desk

GRACE = 20.0
"""Seconds that questions have to be answered once the server is told to stop."""

FETCHING = 1.5
"""Seconds after the last answer in which pages fetch it; they look every tenth of one."""

CLOSING = 2
"""Seconds that connections have to close after that."""


def server_of(
    config: uvicorn.Config, desk: Desk, on_started: Callable[[], None], tell: Callable[[str], None]
) -> Any:
    """A uvicorn server that ends in good order, not yet running."""
    import uvicorn

    class Server(uvicorn.Server):
        _busy = float("-inf")
        _told_to_stop: float | None = None
        _told = False

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            on_started()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
            # In the middle of anything: no lock may be taken here, nothing written that is buffered.
            if self._told_to_stop is not None:
                if sig == signal.SIGINT:
                    os.write(2, b"tanya: ended at once; what was being answered is lost\n")
                    os._exit(130)
                return
            self._captured_signals.append(sig)
            self._told_to_stop = time.monotonic()
            desk.seats.closed = True

        async def on_tick(self, counter: int) -> bool:
            now = time.monotonic()
            at_work = desk.seats.taken + desk.seats.waiting
            if at_work:
                self._busy = now
            if self._told_to_stop is not None:
                if at_work and not self._told:
                    self._told = True
                    tell(
                        f"stopping once what was asked is answered, within {GRACE:.0f} seconds; "
                        "Ctrl-C ends it at once"
                    )
                if now - self._busy > FETCHING or now - self._told_to_stop > GRACE:
                    self.should_exit = True
            return await super().on_tick(counter)

    return Server(config)
