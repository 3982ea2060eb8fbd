"""Request log and metrics; the text of questions is never logged by default."""

from __future__ import annotations

import io
import json
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from ui.auth.accounts import SCOPE
from ui.markup import ROOT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The number of the request that is being answered; nobody else chooses it."""


class RequestLogMiddleware:
    """Logs every request; it stands in front of all else, so that refusals are logged as well."""

    def __init__(self, app: ASGIApp, watch: Metrics) -> None:
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


Form = Literal["plain", "json"]

FRAMES = 12
"""Of a traceback, the innermost that are told."""

_HARMLESS = re.compile(r"^  File \"[^\"]*\", line \d+, in .*|^[\w.]*(?:Error|Exception|Warning|Traceback)\b")


def begin(form: Form, *, questions: bool = False) -> Callable[[str], None]:
    """Begin to log in a form; what tells people a line of their own.

    Args:
        form: "plain" is warnings and what is told; "json" has every request and question as well.
        questions: Whether the log may hold what people asked. What an error says can hold it, too.
    """
    if form == "plain":
        return _say
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(questions=questions))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLogger("tanya")
    ours.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.stderr = Printed(questions=questions)
    return ours.info


class JsonLines(logging.Formatter):
    """Formats a log record as one line of ASCII JSON, which no content can break or forge."""

    def __init__(self, *, questions: bool = False) -> None:
        super().__init__()
        self._questions = questions

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip(),
            "logger": record.name,
        }
        if request := REQUEST.get():
            fields["request"] = request
        fields |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            fields |= self._exception(record.exc_info[0], record.exc_info[1], record.exc_info[2])
        return json.dumps(fields, default=str)

    def _exception(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> dict[str, Any]:
        frames = traceback.extract_tb(trace)[-FRAMES:]
        fields: dict[str, Any] = {
            "exception": kind.__name__,
            "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        # An error may quote what it failed at.
        return fields | ({"message": str(error)} if self._questions else {})


class Printed(io.TextIOBase):
    """Replaces stdout or stderr and logs what is printed: of an error its kind and place, not its message."""

    def __init__(self, *, questions: bool = False) -> None:
        super().__init__()
        self._questions = questions
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            shown = line if self._questions else "".join(_HARMLESS.findall(line)[:1])
            if shown.strip():
                logging.getLogger("tanya.printed").warning("%s", shown.strip())
        return len(text)


def _say(line: str) -> None:
    sys.stderr.write(f"tanya: {line}\n")
    sys.stderr.flush()


AskOutcome = Literal["answered", "abstained", "refused", "failed"]

LOGGER = logging.getLogger("tanya.requests")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)
"""Seconds of an answer."""


class Metrics:
    """Metrics of one server, counted from 0 at its start.

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

    def asked(self, outcome: AskOutcome, seconds: float, *, visitor: str = "", question: str = "") -> None:
        """Count one finished question.

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
        LOGGER.info("question", extra={"fields": fields})

    def served(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one finished request."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        # Never the address itself, which can hold anything.
        path = getattr(scope.get("route"), "path", None)
        route = f"{scope.get('root_path', '')}{path}".removeprefix(ROOT.get()) if path else "none"
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
        LOGGER.info("request", extra={"fields": fields})

    def login_failed(self) -> None:
        """Somebody tried to log in, in vain."""
        self._failed.inc()

    def text(self, waiting: int, answering: int, articles: int | None) -> bytes:
        """Everything in the text format of Prometheus; `articles` is None where they cannot be counted."""
        from prometheus_client import generate_latest

        self._waiting.set(waiting)
        self._answering.set(answering)
        self._articles.set(float("nan") if articles is None else articles)
        self._ready.set(articles is not None)
        return generate_latest(self.registry)
