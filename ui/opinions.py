"""Opinions: which answers may be judged, by keys that only those have who were shown them."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rag import Answer
from rag.feedback.opinion import DOWN, LONGEST, REASONS, UP, Asked, kept

KEPT = 2000
"""Answers that may still be judged; the oldest is forgotten first."""


class Recorder(Protocol):
    """Where opinions are kept; `index.library.Library` is one."""

    def record_feedback(
        self,
        question: str,
        answer: str,
        verdict: str,
        reason: str | None = None,
        correction: str | None = None,
        *,
        replacing: bool = False,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What a page sends: a verdict on the answer of a key, and what a reader adds to it."""

    key: str
    verdict: str
    reason: str | None
    correction: str | None

    @classmethod
    def read(cls, sent: Any) -> Said | None:
        """What was sent, where it is what a page sends; a correction that is too long is cut."""
        if not isinstance(sent, dict):
            return None
        key, verdict = sent.get("key"), sent.get("verdict")
        reason, correction = sent.get("reason") or None, sent.get("correction") or None
        if not isinstance(key, str) or verdict not in (UP, DOWN):
            return None
        if reason is not None and (verdict == UP or reason not in REASONS):
            return None
        if correction is not None and (verdict == UP or not isinstance(correction, str)):
            return None
        return cls(key, verdict, reason, correction.strip()[:LONGEST] or None if correction else None)


@dataclass
class _Open:
    """An answer that may be judged; `lock` is held while an opinion on it is written."""

    question: str
    answer: str
    lock: threading.Lock


class Opinions:
    """The answers of all visitors that may be judged, by keys that cannot be guessed."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _Open] = OrderedDict()

    def open(self, answer: Answer, asked: Asked) -> str:
        """The key by which an answer, asked in that way, may be judged from now on."""
        key = secrets.token_urlsafe(16)
        shown = _Open(answer.question, kept(answer, replace(asked, key=key)), threading.Lock())
        with self._lock:
            self._open[key] = shown
            while len(self._open) > self._most:
                self._open.popitem(last=False)
        return key

    def say(self, said: Said, library: Callable[[], Recorder]) -> bool:
        """Keep an opinion in place of the one that was kept of that answer; False where the key is none.

        Raises:
            TanyaError: it cannot be written.
        """
        with self._lock:
            found = self._open.get(said.key)
        if found is None:
            return False
        with found.lock:
            library().record_feedback(
                found.question, found.answer, said.verdict, said.reason, said.correction, replacing=True
            )
        return True
