"""Asking: one question taken through the assistant, as a sequence of conversations to show."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index import QuestionError, TanyaError
from rag import Answer
from ui.conversation import Conversation
from ui.desk import Desk
from ui.text import Words

log = logging.getLogger("tanya.page")

PAUSE = 0.06
"""Seconds between two claims, so that eye and screen reader get them one by one."""


class FilterError(Exception):
    """The filters cannot be used as they stand; `str(error)` says so in the page's language."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; both days included, no source meaning every source."""

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()

    @classmethod
    def read(cls, since: str | None, until: str | None, sources: list[str] | None, words: Words) -> Filters:
        """Filters as the page's fields hold them.

        Raises:
            FilterError: a day is not a day, or they are the wrong way round.
        """
        first, last = _day(since, words), _day(until, words)
        if first and last and first > last:
            raise FilterError(words.reversed_dates)
        return cls(first, last, tuple(sources or ()))


def ask(
    desk: Desk,
    conversation: Conversation,
    question: str,
    words: Words,
    *,
    language: Literal["auto", "id", "en"] = "auto",
    filters: Filters = Filters(),
    pause: float = PAUSE,
) -> Iterator[tuple[Conversation, int | None]]:
    """Ask a question; each item is the conversation so far and how many claims of its answer to show.

    Where that number is None, all of them. Nothing is raised: what goes wrong becomes the state of the turn.
    """
    history = conversation.history
    conversation = conversation.ask(question)
    yield conversation if desk.settled else conversation.at("prepare"), None
    try:
        assistant = desk.assistant()
        answer: Answer | None = None
        for step in assistant.steps(
            question,
            language=language,
            history=history,
            since=filters.since,
            until=filters.until,
            sources=filters.sources,
        ):
            if isinstance(step, Answer):
                answer = step
            else:
                yield conversation.at(step.name), None
        if answer is None:
            raise RuntimeError("the assistant ended without an answer")
        conversation = conversation.answered(answer)
    except QuestionError as error:
        conversation = conversation.refused(_refusal(question, error, words))
    except TanyaError as error:
        log.warning("%s", error)
        conversation = conversation.refused(f"{words.unready}: {error}")
    except Exception:
        identifier = secrets.token_hex(4)
        log.exception("question failed, shown as %s", identifier)
        conversation = conversation.failed(identifier)
    else:
        for shown in range(1, len(answer.claims)):
            yield conversation, shown
            time.sleep(pause)
    yield conversation, None


def _refusal(question: str, error: QuestionError, words: Words) -> str:
    """What is wrong with a question, in the page's language where the page can tell."""
    from rag.question import LONGEST

    if not re.search(r"\w", question):
        return words.empty
    if len(question.strip()) > LONGEST:
        return words.too_long.format(length=words.number(len(question.strip())), limit=words.number(LONGEST))
    return f"{words.refused}: {error}"


def _day(value: str | None, words: Words) -> date | None:
    if not value or not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise FilterError(words.bad_date.format(value=value.strip()[:40])) from None
