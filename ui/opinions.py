"""Opinions: what a reader sends of an answer, and keeping it with the answer that it is of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from rag import Answer
from rag.feedback.opinions import DOWN, LONGEST, REASONS, UP, Asked
from ui.answers import Answers


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


class Opinions:
    """What readers think of the answers that they were shown."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def open(self, answer: Answer, asked: Asked, visitor: str = "") -> str:
        """The key by which an answer, asked in that way, may be judged from now on by who was shown it."""
        return self._answers.open(answer, asked, visitor)

    def say(self, said: Said, library: Callable[[], Recorder], visitor: str = "") -> bool:
        """Keep an opinion in place of the one that was kept of that answer; False where the key is none.

        Raises:
            TanyaError: it cannot be written.
        """
        found = self._answers.find(said.key, visitor)
        if found is None:
            return False
        with found.lock:
            library().record_feedback(
                found.card.question, found.kept, said.verdict, said.reason, said.correction, replacing=True
            )
        return True
