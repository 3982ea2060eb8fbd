"""Asking: one question taken through the assistant, step by step as the page shows it."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Generator, Sequence
from typing import Literal

from index import QuestionError, TanyaError
from rag import Answer
from rag.feedback.opinions import Asked
from ui.conversation import Turn
from ui.desk import Desk
from ui.filters import EVERYTHING, Filters
from ui.seats import Crowded
from ui.serving.watch import Outcome
from ui.text import Words

log = logging.getLogger("tanya.page")

PAUSE = 0.06
"""Seconds between two claims, so that eye and screen reader get them one by one."""


LOOK = 0.2
"""Seconds after which whoever waits for a seat looks up, to tell how many are ahead or to leave."""


def ask(
    desk: Desk,
    question: str,
    words: Words,
    *,
    language: Literal["auto", "id", "en"] = "auto",
    history: Sequence[str] = (),
    filters: Filters = EVERYTHING,
    visitor: str = "",
    pause: float = PAUSE,
) -> Generator[Turn]:
    """Ask a question; each item is the turn as it stands by then, the last one finished.

    Nothing is raised: what goes wrong becomes the state of the turn.
    """
    begun = time.perf_counter()
    turn = Turn(question, filters=filters)

    def done(outcome: Outcome) -> None:
        desk.watch.asked(outcome, time.perf_counter() - begun, visitor=visitor, question=question)

    if not desk.settled:
        yield turn.at("prepare")
    try:
        assistant = desk.assistant()
        answer: Answer | None = None
        with desk.seats.line_up() as place:
            while not place.wait(LOOK):
                yield turn.behind(place.ahead)
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
                    yield turn.at(step.name)
        if answer is None:
            raise RuntimeError("the assistant ended without an answer")
    except QuestionError as error:
        done("refused")
        yield turn.refused(_refusal(question, error, words))
    except Crowded:
        done("refused")
        yield turn.refused(words.crowded)
    except TanyaError as error:
        log.warning("%s", error)
        done("failed")
        yield turn.refused(f"{words.unready}: {error}")
    except Exception:
        identifier = secrets.token_hex(4)
        log.exception("question failed, shown as %s", identifier)
        done("failed")
        yield turn.failed(identifier)
    else:
        done("abstained" if answer.abstained else "answered")
        asked = Asked(
            language=language,
            history=tuple(history),
            since=filters.since.isoformat() if filters.since else None,
            until=filters.until.isoformat() if filters.until else None,
            sources=filters.sources,
        )
        key = desk.opinions.open(answer, asked, visitor)
        for shown in range(1, len(answer.claims)):
            yield turn.answered(answer, shown, key)
            time.sleep(pause)
        yield turn.answered(answer, key=key)


def _refusal(question: str, error: QuestionError, words: Words) -> str:
    """What is wrong with a question, in the page's language where the page can tell."""
    from rag.query import LONGEST

    if not re.search(r"\w", question):
        return words.empty
    if len(question.strip()) > LONGEST:
        return words.too_long.format(length=words.number(len(question.strip())), limit=words.number(LONGEST))
    return f"{words.refused}: {error}"
