"""The watch: what the server does, counted for `/metrics` and told to the log; never in whose words."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal

from ui.access.visitor import SCOPE

if TYPE_CHECKING:
    from starlette.types import Scope

    from ui.desk import Desk

Outcome = Literal["answered", "abstained", "refused", "failed"]

TOLD = logging.getLogger("tanya.requests")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)
"""Seconds of an answer."""


class Watch:
    """One for each server; its counts begin at 0 with it.

    Args:
        questions: Whether the log may hold the text of questions.
    """

    def __init__(self, *, questions: bool = False) -> None:
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            ProcessCollector,
            disable_created_metrics,
        )

        # When each count began is told by the process's own start.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._questions = questions
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        of_ours: dict[str, Any] = {"registry": self.registry, "namespace": "tanya"}
        self._requests = Counter("requests", "Requests", ["method", "route", "status"], **of_ours)
        self._asked = Histogram(
            "question_seconds", "Time to an answer, with its wait", ["outcome"], buckets=BUCKETS, **of_ours
        )
        self._failed = Counter(
            "logins_failed", "Logins with a wrong name or password, or too many", **of_ours
        )
        self._waiting = Gauge("questions_waiting", "Questions that wait for a seat", **of_ours)
        self._answering = Gauge("questions_answering", "Questions that are being answered", **of_ours)
        self._articles = Gauge("articles", "Articles that are indexed", **of_ours)
        self._ready = Gauge("ready", "1 where questions can be answered", **of_ours)
        for outcome in ("answered", "abstained", "refused", "failed"):
            self._asked.labels(outcome)

    def asked(self, outcome: Outcome, seconds: float, *, visitor: str = "", question: str = "") -> None:
        """One question is done with.

        Args:
            outcome: How it ended.
            seconds: From when it was put, its wait included.
            visitor: The name of their account, empty where no login is asked for.
            question: Its text, which is logged only where that was asked for.
        """
        self._asked.labels(outcome).observe(seconds)
        fields = {"outcome": outcome, "seconds": round(seconds, 3), "visitor": visitor}
        if self._questions:
            fields["question"] = question
        TOLD.info("question", extra={"fields": fields})

    def served(self, scope: Scope, status: int, seconds: float) -> None:
        """One request is done with."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        # Never the address itself, which can hold anything.
        path = getattr(scope.get("route"), "path", None)
        route = f"{scope.get('root_path', '')}{path}" if path else "none"
        self._requests.labels(method, route, str(status)).inc()
        visitor = scope.get(SCOPE)
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "seconds": round(seconds, 4),
            "visitor": visitor.name if visitor else None,
            "client": scope["client"][0] if scope.get("client") else None,
        }
        TOLD.info("request", extra={"fields": fields})

    def login_failed(self) -> None:
        """Somebody tried to log in, in vain."""
        self._failed.inc()

    def text(self, desk: Desk, articles: int | None) -> bytes:
        """All of it in the text format of Prometheus; `articles` is None where they cannot be counted."""
        from prometheus_client import generate_latest

        self._waiting.set(desk.seats.waiting)
        self._answering.set(desk.seats.taken)
        self._articles.set(float("nan") if articles is None else articles)
        self._ready.set(articles is not None)
        return generate_latest(self.registry)
