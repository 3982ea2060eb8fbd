"""The log: lines for people, or one JSON object a line for machines, on stderr."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from ui.serving.observed import REQUEST

Form = Literal["plain", "json"]
FORMS: tuple[Form, ...] = ("plain", "json")

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
    """A record as one line of ASCII: whatever was sent, nothing in it ends the line or looks like another."""

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
        told: dict[str, Any] = {
            "exception": kind.__name__,
            "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        # An error may quote what it failed at.
        return told | ({"message": str(error)} if self._questions else {})


class Printed(io.TextIOBase):
    """Stands where others print, and logs their lines: of an error its kind and its place, not its words."""

    def __init__(self, *, questions: bool = False) -> None:
        super().__init__()
        self._questions = questions
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            told = line if self._questions else "".join(_HARMLESS.findall(line)[:1])
            if told.strip():
                logging.getLogger("tanya.printed").warning("%s", told.strip())
        return len(text)


def _say(line: str) -> None:
    sys.stderr.write(f"tanya: {line}\n")
    sys.stderr.flush()
