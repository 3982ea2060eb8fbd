"""A visitor's session: questions taken through the pipeline, and earlier conversations put back.

The page looks at it from time to time. Earlier conversations are cards that a browser kept, proven again.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from index import NoIndex, QuestionError, TanyaError
from rag.answer import Followed
from rag.evidence_card import (
    LARGEST,
    Card,
    CardError,
    Limits,
    Rechecked,
    effort,
    new_card,
    read_object,
    recheck_in,
)
from ui.chat.view import EVERYTHING, ChatTurn, Conversation, Filters, filters_of
from ui.locales import Words, locale
from ui.ops import AskOutcome
from ui.service import AssistantService, Crowded

log = logging.getLogger("tanya.page")

KEPT = 500
"""Sessions that are remembered; the one that was longest unused is forgotten first."""

Asking = Callable[[Sequence[str]], Generator[ChatTurn]]
"""Asks one question, given the questions before it: see `ui.chat.session.ask`."""


class ChatSession:
    """One visitor's conversation; questions are asked one after the other, none is lost.

    Every change gets a new version number, by which a page tells whether it shows the latest.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._conversation = Conversation()
        # Not from 0: a page may still show a session of the server's previous run.
        self._version = secrets.randbelow(2**31)
        self._round = 0
        self._asked: deque[tuple[int, int, Asking]] = deque()
        self._working = False
        self._watching = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Tell meanwhile that a page waits for the next version, and will be shown it."""
        self._watching += 1
        try:
            yield
        finally:
            self._watching -= 1

    @property
    def watched(self) -> bool:
        """Whether a page waits for the next version."""
        return self._watching > 0

    @property
    def version(self) -> int:
        """The latest version."""
        return self._version

    def look(self, seen: int | None = None, timeout: float = 0) -> tuple[int, Conversation]:
        """The latest version and conversation; up to `timeout` seconds are waited while that is `seen`."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, timeout)
            return self._version, self._conversation

    def ask(self, question: str, asking: Asking, again: int | None = None) -> None:
        """Put a question; it is asked in the background once those before it are answered.

        One that is waiting already is not put again: its sender pressed the key twice.

        Args:
            question: As its turn shows it.
            asking: What asks it.
            again: The index of the turn that it puts anew. The latest one it replaces, once that is finished;
                any other stays where it is, and only the turns before it are leant on.
        """
        with self._changed:
            latest = self._conversation.latest
            if latest is not None and latest.state == "waiting" and latest.question == question:
                return
            kept = self._conversation
            count = len(kept.turns)
            leant_on = count if again is None or not 0 <= again < count else again
            if leant_on == count - 1 and not kept.turns[leant_on].unfinished:
                kept, count = kept.until(leant_on), leant_on
            self._asked.append((count, leant_on, asking))
            self._put(kept.with_turn(ChatTurn(question)))
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, args=(self._round,), daemon=True).start()

    def stop(self) -> None:
        """End what is being answered or waits to be."""
        with self._changed:
            self._end_round()
            self._put(self._conversation.stopped())

    def clear(self) -> None:
        """Begin again with an empty conversation."""
        with self._changed:
            self._end_round()
            self._put(Conversation())

    def restore(self, conversation: Conversation, *, only_new: bool = False) -> bool:
        """Go on with a conversation of an earlier time; `only_new`: unless there is one already."""
        with self._changed:
            if only_new and self._conversation.turns:
                return False
            self._end_round()
            self._put(conversation)
            return True

    def _end_round(self) -> None:
        # Whoever works for an earlier round finds out at its next step, and ends.
        self._round += 1
        self._asked.clear()
        self._working = False

    def _put(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._version += 1
        self._changed.notify_all()

    def _work(self, this_round: int) -> None:
        while True:
            with self._changed:
                if self._round != this_round:
                    return
                if not self._asked:
                    self._working = False
                    return
                index, leant_on, asking = self._asked.popleft()
                history = self._conversation.until(leant_on).history
            with closing(asking(history)) as turns:
                for turn in turns:
                    with self._changed:
                        if self._round != this_round:
                            return
                        if turn == self._conversation.turns[index]:
                            continue
                        self._put(self._conversation.with_turn(turn, at=index))


class Sessions:
    """The sessions of all visitors, by who they are and the name that each page has for itself."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._sessions: OrderedDict[tuple[str, str], ChatSession] = OrderedDict()

    def __getitem__(self, name: tuple[str, str]) -> ChatSession:
        with self._lock:
            session = self._sessions.pop(name, None) or ChatSession()
            self._sessions[name] = session
            while len(self._sessions) > self._kept:
                self._sessions.popitem(last=False)
            return session


PAUSE = 0.06
"""Seconds between two claims, so that eye and screen reader get them one by one."""


LOOK = 1.0
"""Seconds after which whoever waits for a seat looks up, to tell how many are ahead or to leave.

What is told is sent to every page that waits, which costs more than an answer where it is told often.
"""


def ask(
    service: AssistantService,
    question: str,
    words: Words,
    *,
    language: Literal["auto", "id", "en"] = "auto",
    history: Sequence[str] = (),
    filters: Filters = EVERYTHING,
    visitor: str = "",
    pause: float = PAUSE,
) -> Generator[ChatTurn]:
    """Ask a question; each item is the turn as it stands by then, the last one finished.

    Nothing is raised: what goes wrong becomes the state of the turn.
    """
    begun = time.perf_counter()
    turn = ChatTurn(question, filters=filters)

    def done(outcome: AskOutcome) -> None:
        service.metrics.asked(outcome, time.perf_counter() - begun, visitor=visitor, question=question)

    if not service.settled:
        yield turn.at("prepare")
    try:
        assistant = service.assistant()
        with service.queue.line_up() as place:
            while not place.wait(LOOK):
                yield turn.behind(place.ahead)
            steps = Followed(
                assistant.steps(question, language=language, history=history, chosen=filters.chosen)
            )
            for step in steps:
                yield turn.at(step.name)
            answer = steps.answer
    except QuestionError as error:
        done("refused")
        yield turn.refused(_refusal(question, error, words))
    except NoIndex:
        done("refused")
        yield turn.refused(words.first_asked)
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
        # Nobody judges a greeting, and it is no evidence.
        limits = Limits.of(filters.chosen)
        key = ""
        if not answer.replied:
            key = service.answers.open(answer, limits, language=language, history=history, visitor=visitor)
        for shown in range(1, len(answer.claims)):
            yield turn.answered(answer, shown, key)
            time.sleep(pause)
        yield turn.answered(answer, key=key)


def _refusal(question: str, error: QuestionError, words: Words) -> str:
    """Why a question is refused, in the page's language where the page knows the reason."""
    from rag.query import LONGEST

    if not re.search(r"\w", question):
        return words.empty
    if len(question.strip()) > LONGEST:
        return words.too_long.format(length=words.number(len(question.strip())), limit=words.number(LONGEST))
    return f"{words.refused}: {error}"


MOST_CHARACTERS = 200_000_000
"""The effort, see `rag.evidence_card`, that one request may ask for: some seconds of one core at the worst.

A conversation of fifty answers asks for a tenth of it.
"""


def why_lost(checked: Rechecked) -> str:
    """Why a card is not proven any more, in its language; empty where it is."""
    if checked.proven:
        return ""
    w = locale(checked.card.language).answers
    gone = {one.kind: one for one in reversed(checked.findings) if one.now is None}
    finding = next(gone[kind] for kind in ("seal", "article", "quote", "claim") if kind in gone)
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


MOST = 60
"""Turns of a conversation that are put back, the latest; what was before them stays in the browser."""


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation that a browser kept and sends back.

    Attributes:
        cards: Of its answers, the oldest first.
        reloaded: Whether the page was only loaded anew, so that it yields to a conversation that is there.
    """

    cards: tuple[Card, ...]
    reloaded: bool

    @classmethod
    def read(cls, sent: Any) -> KeptConversation | None:
        """Read a kept conversation; None if it is malformed; entries that are no cards are left out."""
        if not isinstance(sent, str) or len(sent) > LARGEST:
            return None
        try:
            kept = json.loads(sent)
            listed, reloaded = kept["cards"], kept["reloaded"] is True
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
        turns.append(_turn(recheck_in(card, library.article, NoIndex), questions, service, visitor))
    return Conversation(tuple(turns))


def _turn(
    checked: Rechecked, questions: tuple[str, ...], service: AssistantService, visitor: str
) -> ChatTurn:
    card, w = checked.card, locale(checked.card.language).answers
    turn = ChatTurn(card.question, filters=filters_of(card))
    if not checked.proven:
        return turn.lost(f"{w.lost}: {why_lost(checked)}.")
    answer = checked.answer()
    # One that holds to the last member stays what it was; any other is made anew, of the same moment.
    current = card if checked.holds else new_card(answer, card.limits, card.asked)
    key = service.answers.open(answer, card.limits, history=questions, visitor=visitor, card=current)
    remark = w.moved if moved(checked) else ""
    if card.abstained and not remark:
        remark = w.since_then.format(when=locale(card.language).when(card.asked))
    return turn.answered(answer, key=key).remarked(remark)
