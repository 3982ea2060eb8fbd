"""Rate limits: how often one client may ask and send files."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ui.auth.accounts import SCOPE
from ui.auth.lockout import network_of

QUESTIONS = 300
"""Questions of one client in a minute, which is about what the machine can answer."""

UPLOADS = 600
"""Files of one client in a minute."""


class RateLimits:
    """Counts by client (see `client_of`) over the minute before; what is over the limit is not counted.

    Clients are accounts, or addresses of this machine where no login is asked for, so that there are few.

    Args:
        questions: For one client in a minute.
        uploads: For one client in a minute.
    """

    def __init__(self, questions: int = QUESTIONS, uploads: int = UPLOADS) -> None:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._questions = RateLimitItemPerMinute(questions, namespace="questions")
        self._uploads = RateLimitItemPerMinute(uploads, namespace="uploads")

    def question(self, client: str) -> float:
        """Seconds until this client may ask again; 0 where it may now, which then counts."""
        return self._wait(self._questions, client)

    def upload(self, client: str) -> float:
        """Seconds until this client may send another file; 0 where it may now, which then counts."""
        return self._wait(self._uploads, client)

    def _wait(self, item: Any, client: str) -> float:
        if self._window.hit(item, client):
            return 0
        return max(1.0, self._window.get_window_stats(item, client).reset_time - time.time())


def client_of(scope: Mapping[str, Any]) -> str:
    """Who counts as one client: an account wherever it is used, else an address."""
    visitor = scope.get(SCOPE)
    if visitor is not None and visitor.name:
        return f"account {visitor.name}"
    return f"address {network_of(scope['client'][0] if scope.get('client') else '')}"
