"""Earlier conversations: cards that a browser kept, proven again and put back into the chat."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from rag.evidence_card import LARGEST, Card, CardError, read_object
from rag.feedback.opinions import Asked
from rag.recheck import Rechecked, effort, new_card
from ui import proving
from ui.conversation import Conversation, Turn
from ui.desk import Desk
from ui.filters import Filters
from ui.proving import moved, prove, why_lost
from ui.text.using import using_words

log = logging.getLogger("tanya.page")

MOST = 60
"""Turns of a conversation that are put back, the latest; what was before them stays in the browser."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a browser sends of a conversation that it kept.

    Attributes:
        cards: Of its answers, the oldest first.
        reloaded: Whether the page was only loaded anew, so that it yields to a conversation that is there.
    """

    cards: tuple[Card, ...]
    reloaded: bool

    @classmethod
    def read(cls, sent: Any) -> Kept | None:
        """What was sent, where it is what a page sends; what is no card is left out."""
        if not isinstance(sent, str) or len(sent) > LARGEST:
            return None
        try:
            told = json.loads(sent)
            listed, reloaded = told["cards"], told["reloaded"] is True
        except (ValueError, RecursionError, TypeError, KeyError):
            return None
        if not isinstance(listed, list):
            return None
        cards: list[Card] = []
        left = proving.MOST
        for one in reversed(listed[-MOST:]):
            try:
                card = read_object(one)
            except CardError as error:
                log.warning("a card of the history was left out: %s", error)
                continue
            left -= effort(card)
            if left < 0:
                break
            cards.append(card)
        return cls(tuple(reversed(cards)), reloaded)


def reopen(kept: Kept, desk: Desk, visitor: str) -> Conversation:
    """The conversation as the articles prove it now; each answer gets a key of its own again.

    Raises:
        TanyaError: the articles cannot be read.
    """
    library = desk.assistant().library
    turns: list[Turn] = []
    for card in kept.cards:
        questions = tuple(turn.question for turn in turns)
        turns.append(_turn(prove(card, library), questions, desk, visitor))
    return Conversation(tuple(turns))


def _turn(checked: Rechecked, questions: tuple[str, ...], desk: Desk, visitor: str) -> Turn:
    card, w = checked.card, using_words(checked.card.language)
    limits = card.limits
    turn = Turn(card.question, filters=Filters(limits.since, limits.until, limits.publishers))
    if not checked.proven:
        return turn.lost(f"{w.lost}: {why_lost(checked)}.")
    answer = checked.answer()
    asked = Asked(
        history=questions,
        since=limits.since.isoformat() if limits.since else None,
        until=limits.until.isoformat() if limits.until else None,
        sources=limits.publishers,
    )
    # One that holds to the last member stays what it was; any other is made anew, of the same moment.
    current = card if checked.holds else new_card(answer, limits, card.asked)
    key = desk.answers.open(answer, asked, visitor, current)
    told = (
        w.moved if moved(checked) else w.since_then.format(when=w.when(card.asked)) if card.abstained else ""
    )
    return turn.answered(answer, key=key).remarked(told)
