"""Conversations measured turn by turn: a follow-up against the same question asked in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, get_args

from index import TanyaError
from rag.answer import Answer, Kind
from rag.evaluation.reading import read_rows
from rag.output import Bar

if TYPE_CHECKING:
    from rag.pipeline import Assistant

_WANTED = "id or turns, each with user, intent, standalone and expect"

_INTENTS = {kind: kind for kind in get_args(Kind)} | {"list_quotes": "quotes"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a conversation and what is right.

    Attributes:
        text: As it is asked.
        kind: What it asks for.
        standalone: The same asked in full; empty where it stands by itself.
        must: Of each item one form must be in the answer's text or quotations.
        must_not: None of these may be.
        abstain: Whether the articles do not say.
    """

    text: str
    kind: Kind
    standalone: str
    must: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]
    abstain: bool


@dataclass(frozen=True, slots=True)
class TurnResult:
    """How a turn went.

    Attributes:
        conversation: The id of its conversation.
        turn: What was asked, and what is right.
        answer: What was answered in the conversation.
        first: Whether nothing was asked before it.
        right: Whether the answer is right.
        in_full: The answer to the question in full, asked by itself; None where the turn is no follow-up.
        right_in_full: Whether that is right.
    """

    conversation: str
    turn: Turn
    answer: Answer
    first: bool
    right: bool
    in_full: Answer | None = None
    right_in_full: bool = False

    @property
    def as_well(self) -> bool:
        """Whether the follow-up is answered as well as the same question asked in full."""
        return self.right or not self.right_in_full


def load_conversations(path: Path) -> list[tuple[str, tuple[Turn, ...]]]:
    """Read JSON lines with `id` and `turns`; each turn has `user`, `intent`, `standalone` and `expect`.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """
    out = []
    for number, row in read_rows(path, _WANTED):
        try:
            out.append((str(row["id"]), tuple(_turn(turn) for turn in row["turns"])))
        except (KeyError, TypeError, AttributeError) as error:
            raise TanyaError(f"{path}:{number} lacks {_WANTED}; correct it") from error
    return out


def _turn(row: Any) -> Turn:
    expect = row["expect"]
    return Turn(
        row["user"],
        _INTENTS[row["intent"]],
        row["standalone"] or "",
        tuple((item,) if isinstance(item, str) else tuple(item) for item in expect["must"]),
        tuple(expect["must_not"]),
        expect["abstain"],
    )


def is_right(turn: Turn, answer: Answer) -> bool:
    """Whether an answer says what it must, in its text or quotations, or refuses where it must."""
    if turn.abstain or not answer.claims:
        return turn.abstain and answer.abstained
    shown = _folded(" ".join([answer.text, *(citation.quote for citation in answer.citations)]))
    has = all(any(_folded(form) in shown for form in forms) for forms in turn.must)
    return has and not any(_folded(form) in shown for form in turn.must_not)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def run_conversations(
    conversations: Sequence[tuple[str, Sequence[Turn]]], assistant: Assistant
) -> list[TurnResult]:
    """Ask every turn after those before it, and each follow-up in full as well."""
    out: list[TurnResult] = []
    total = sum(len(turns) for _, turns in conversations)
    with Bar("turns") as bar:
        for name, turns in conversations:
            history: list[str] = []
            for turn in turns:
                answer = assistant.ask(turn.text, history=history)
                result = TurnResult(name, turn, answer, not history, is_right(turn, answer))
                if turn.kind == "answer" and turn.standalone and history:
                    full = assistant.ask(turn.standalone)
                    result = TurnResult(name, turn, answer, False, result.right, full, is_right(turn, full))
                out.append(result)
                history.append(turn.text)
                bar.update(len(out), total, name)
    return out


def evaluate_conversations(path: Path, assistant: Assistant) -> dict[str, Any]:
    """The object of `tanya eval conversations --json`; shares are between 0 and 1.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format.
    """
    return totals(run_conversations(load_conversations(path), assistant))


def totals(results: Sequence[TurnResult]) -> dict[str, Any]:
    """Shares over all turns, over follow-ups, and over questions that stand by themselves.

    `as_well` counts a follow-up that is right, or that is not right in full either; `kept` is the share
    right of those that are right in full.
    """
    asked = [one for one in results if one.turn.kind == "answer"]
    follow = [one for one in asked if one.in_full]
    new = [one for one in asked if not one.in_full and not one.first]
    return {
        "n": len(results),
        "request": _mean(one.answer.request == one.turn.kind for one in results),
        "refused_replies": sum(
            one.answer.abstained for one in results if one.turn.kind in {"greeting", "thanks", "capability"}
        ),
        "answers": {"n": len(asked), "right": _mean(one.right for one in asked)},
        "follow_ups": {
            "n": len(follow),
            "right": _mean(one.right for one in follow),
            "in_full": _mean(one.right_in_full for one in follow),
            "as_well": _mean(one.as_well for one in follow),
            "kept": _mean(one.right for one in follow if one.right_in_full),
            "ms": _median(one.answer.timings["total"] for one in follow),
            "ms_in_full": _median(one.in_full.timings["total"] for one in follow if one.in_full),
        },
        "new_topics": {
            "n": len(new),
            "right": _mean(one.right for one in new),
            "left_alone": _mean(not one.answer.understood for one in new),
        },
        "turns": [_row(one) for one in results],
    }


def _row(one: TurnResult) -> dict[str, Any]:
    return {
        "conversation": one.conversation,
        "question": one.turn.text,
        "request": one.answer.request,
        "understood": one.answer.understood or None,
        "standalone": one.turn.standalone or None,
        "right": one.right,
        "right_in_full": one.right_in_full if one.in_full else None,
    }


def table(result: dict[str, Any]) -> str:
    """The result for a terminal: the follow-ups that are answered worse, and the shares."""
    follow, new = result["follow_ups"], result["new_topics"]
    lines = []
    for row in result["turns"]:
        if row["right_in_full"] and not row["right"]:
            lines += [f"{row['conversation']}  {row['question']}", f"       in full: {row['standalone']}"]
            if row["understood"]:
                lines.append(f"       understood: {row['understood']}")
    return "\n".join(
        [
            *lines,
            f"{result['n']} turns: request {result['request']:.3f},"
            f" {result['refused_replies']} greetings, thanks or questions about the product refused",
            f"{result['answers']['n']} questions: right {result['answers']['right']:.3f}",
            f"{follow['n']} follow-ups: right {follow['right']:.3f}, asked in full {follow['in_full']:.3f};"
            f" as well as in full {follow['as_well']:.3f}; kept of those right in full {follow['kept']:.3f};"
            f" {follow['ms']:.0f} ms, in full {follow['ms_in_full']:.0f} ms",
            f"{new['n']} new topics: right {new['right']:.3f}, left alone {new['left_alone']:.3f}",
        ]
    )


def _mean(values: Iterable[bool]) -> float:
    collected = list(values)
    return round(sum(collected) / len(collected), 4) if collected else 0.0


def _median(values: Iterable[float]) -> float:
    collected = list(values)
    return round(median(collected), 1) if collected else 0.0
