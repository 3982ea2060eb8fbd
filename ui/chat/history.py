"""Earlier conversations: cards that a browser kept, proven again and put back into the chat."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index import Article, LibraryError, NoIndex
from rag.evidence_card import LARGEST, Card, CardCitation, CardError, read_object
from rag.feedback import AskedHow
from rag.recheck import Finding, Rechecked, effort, new_card, recheck
from ui.chat.view import ChatTurn, Conversation, filters_of
from ui.locales import locale
from ui.service import AssistantService

if TYPE_CHECKING:
    from index.library import Library

MOST_CHARACTERS = 200_000_000
"""The effort (see `rag.recheck.effort`) that one request may ask for: some seconds of one core at the worst.

A conversation of fifty answers asks for a tenth of it.
"""


def prove(card: Card, library: Library) -> Rechecked:
    """Check a card against a library.

    Raises:
        TanyaError: the library cannot be read.
    """

    def known(article_id: str) -> Article | None:
        try:
            return library.article(article_id)
        except NoIndex:
            return None
        except LibraryError as error:
            if type(error) is LibraryError:
                return None
            raise

    def of(proof: CardCitation) -> Article | None:
        return known(proof.article.article_id)

    return recheck(card, of, known=known)


def why_lost(checked: Rechecked) -> str:
    """Why a card is not proven any more, in its language; empty where it is."""
    if checked.proven:
        return ""
    w = locale(checked.card.language).answers
    finding = next(
        one for kind in ("seal", "article", "quote", "claim") for one in checked.findings if _lost(one, kind)
    )
    titles = {proof.number: proof.article.title for proof in checked.card.citations}
    title = titles.get(finding.number or 0, "")
    return {
        "seal": w.lost_card,
        "article": w.lost_article.format(title=title),
        "quote": w.lost_quote.format(title=title),
        "claim": w.lost_claim,
    }[finding.kind]


def moved(checked: Rechecked) -> bool:
    """Whether articles are others by now, though they still prove the card."""
    return checked.proven and any(finding.kind in {"text", "quote"} for finding in checked.findings)


def _lost(finding: Finding, kind: str) -> bool:
    return finding.kind == kind and finding.now is None


log = logging.getLogger("tanya.page")

MOST = 60
"""Turns of a conversation that are put back, the latest; what was before them stays in the browser."""


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """What a browser sends of a conversation that it kept.

    Attributes:
        cards: Of its answers, the oldest first.
        reloaded: Whether the page was only loaded anew, so that it yields to a conversation that is there.
    """

    cards: tuple[Card, ...]
    reloaded: bool

    @classmethod
    def read(cls, sent: Any) -> KeptConversation | None:
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
        left = MOST_CHARACTERS
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


def reopen(kept: KeptConversation, service: AssistantService, visitor: str) -> Conversation:
    """The conversation as the articles prove it now; each answer gets a key of its own again.

    Raises:
        TanyaError: the articles cannot be read.
    """
    library = service.assistant().library
    turns: list[ChatTurn] = []
    for card in kept.cards:
        questions = tuple(turn.question for turn in turns)
        turns.append(_turn(prove(card, library), questions, service, visitor))
    return Conversation(tuple(turns))


def _turn(
    checked: Rechecked, questions: tuple[str, ...], service: AssistantService, visitor: str
) -> ChatTurn:
    card, w = checked.card, locale(checked.card.language).answers
    limits = card.limits
    turn = ChatTurn(card.question, filters=filters_of(card))
    if not checked.proven:
        return turn.lost(f"{w.lost}: {why_lost(checked)}.")
    answer = checked.answer()
    asked = AskedHow(
        history=questions,
        since=limits.since.isoformat() if limits.since else None,
        until=limits.until.isoformat() if limits.until else None,
        sources=limits.publishers,
        articles=limits.articles,
    )
    # One that holds to the last member stays what it was; any other is made anew, of the same moment.
    current = card if checked.holds else new_card(answer, limits, card.asked)
    key = service.answers.open(answer, asked, visitor, current)
    told = w.moved if moved(checked) else ""
    if card.abstained and not told:
        told = w.since_then.format(when=locale(card.language).when(card.asked))
    return turn.answered(answer, key=key).remarked(told)
