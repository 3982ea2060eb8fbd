"""A conversation: its turns, each a question and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rag import Answer

State = Literal["waiting", "answered", "stopped", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it.

    Attributes:
        question: As the user wrote it.
        state: "waiting" until the answer is there; "refused" where the question cannot be answered as it
            stands; "failed" where the program did.
        stage: What the assistant is doing while `state` is "waiting"; empty before it begins.
        answer: What it answered, once `state` is "answered".
        detail: The message of a refusal, or the id under which a failure was logged.
    """

    question: str
    state: State = "waiting"
    stage: str = ""
    answer: Answer | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        if (self.state == "answered") != (self.answer is not None):
            raise ValueError(
                f"a turn that is {self.state} has {'no' if self.answer is None else 'an'} answer"
            )


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in the order they were asked."""

    turns: tuple[Turn, ...] = ()

    @property
    def latest(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    @property
    def history(self) -> tuple[str, ...]:
        """The earlier questions that a follow-up may lean on."""
        return tuple(turn.question for turn in self.turns if turn.state in {"answered", "stopped"})

    def ask(self, question: str) -> Conversation:
        return Conversation((*self.turns, Turn(question)))

    def at(self, stage: str) -> Conversation:
        return self._with_latest(stage=stage)

    def answered(self, answer: Answer) -> Conversation:
        return self._with_latest(state="answered", answer=answer)

    def stopped(self) -> Conversation:
        """The same, where the latest turn was still waiting it is no more."""
        waiting = self.latest is not None and self.latest.state == "waiting"
        return self._with_latest(state="stopped") if waiting else self

    def refused(self, message: str) -> Conversation:
        return self._with_latest(state="refused", detail=message)

    def failed(self, identifier: str) -> Conversation:
        return self._with_latest(state="failed", detail=identifier)

    def _with_latest(self, **changes: object) -> Conversation:
        return Conversation((*self.turns[:-1], replace(self.turns[-1], **changes)))  # type: ignore[arg-type]
