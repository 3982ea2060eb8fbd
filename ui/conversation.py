"""A conversation: its turns, each a question and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rag import Answer
from ui.filters import EVERYTHING, Filters

State = Literal["waiting", "answered", "stopped", "refused", "failed", "lost"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it.

    Attributes:
        question: As the user wrote it.
        filters: Which articles might answer.
        state: "waiting" until the answer is there; "refused" where the question cannot be answered as it
            stands; "failed" where the program did; "lost" where an earlier answer is not proven any more.
        stage: What the assistant is doing while `state` is "waiting"; empty before it begins.
        ahead: While it waits for its turn, how many other questions are before it.
        answer: What it answered, once `state` is "answered".
        shown: How many claims of the answer are shown so far; None for all of them.
        detail: The message of a refusal, the id under which a failure was logged, or why an answer is lost.
        key: By which a reader says what they think of the answer; empty where it is not asked for.
        remark: What is said beside an answer that was given at an earlier time; empty for a new one.
    """

    question: str
    filters: Filters = EVERYTHING
    state: State = "waiting"
    stage: str = ""
    ahead: int = 0
    answer: Answer | None = None
    shown: int | None = None
    detail: str = ""
    key: str = ""
    remark: str = ""

    def __post_init__(self) -> None:
        if (self.state == "answered") != (self.answer is not None):
            raise ValueError(
                f"a turn that is {self.state} has {'no' if self.answer is None else 'an'} answer"
            )

    @property
    def unfinished(self) -> bool:
        return self.state == "waiting" or self.shown is not None

    def at(self, stage: str) -> Turn:
        return replace(self, stage=stage, ahead=0)

    def behind(self, ahead: int) -> Turn:
        return replace(self, stage="", ahead=ahead)

    def answered(self, answer: Answer, shown: int | None = None, key: str = "") -> Turn:
        return replace(self, state="answered", answer=answer, shown=shown, key=key)

    def stopped(self) -> Turn:
        """Where it was still waiting it waits no more; an answer that is there is shown whole."""
        return replace(self, state="stopped") if self.state == "waiting" else replace(self, shown=None)

    def refused(self, message: str) -> Turn:
        return replace(self, state="refused", detail=message)

    def failed(self, identifier: str) -> Turn:
        return replace(self, state="failed", detail=identifier)

    def remarked(self, remark: str) -> Turn:
        return replace(self, remark=remark)

    def lost(self, why: str) -> Turn:
        return replace(self, state="lost", detail=why)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in the order they were asked."""

    turns: tuple[Turn, ...] = ()

    @property
    def latest(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    @property
    def unfinished(self) -> bool:
        return any(turn.unfinished for turn in self.turns)

    @property
    def history(self) -> tuple[str, ...]:
        """The questions that a follow-up may lean on, oldest first."""
        return tuple(turn.question for turn in self.turns if turn.state in {"answered", "stopped", "lost"})

    def until(self, turns: int) -> Conversation:
        """The same with no more than its first turns."""
        return Conversation(self.turns[:turns])

    def with_turn(self, turn: Turn, at: int | None = None) -> Conversation:
        """The same with a turn in place of that at an index, or at the end."""
        if at is None:
            return Conversation((*self.turns, turn))
        return Conversation((*self.turns[:at], turn, *self.turns[at + 1 :]))

    def stopped(self) -> Conversation:
        return Conversation(tuple(turn.stopped() for turn in self.turns))
