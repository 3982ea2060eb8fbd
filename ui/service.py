"""What page and API ask: the pipeline opened in the background, its queue and limits, shown answers.

Shown answers are remembered by keys that cannot be guessed, and opinions are stored with the answer that
they are of.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Any

from index import TanyaError
from rag import Answer
from rag.evidence_card import Card, Limits
from rag.feedback import DOWN, LONGEST, REASONS, UP, AskedHow, kept
from rag.recheck import new_card
from ui.auth.accounts import SCOPE
from ui.auth.lockout import network_of
from ui.ops import Metrics

if TYPE_CHECKING:
    from index.library import Library
    from rag.pipeline import Assistant

QUESTIONS = 300
"""Questions of one client in a minute, which is about what the machine can answer."""

UPLOADS = 600
"""Files of one client in a minute."""


class RateLimits:
    """Counts by client (see `client_of`) over the minute before; what is over the limit is not counted.

    Clients are accounts, or addresses of this machine where no login is asked for, so that there are few.

    Args:
        questions: For one client in a minute.
        uploads: For one client in a minute.
    """

    def __init__(self, questions: int = QUESTIONS, uploads: int = UPLOADS) -> None:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._questions = RateLimitItemPerMinute(questions, namespace="questions")
        self._uploads = RateLimitItemPerMinute(uploads, namespace="uploads")

    def question(self, client: str) -> float:
        """Seconds until this client may ask again; 0 where it may now, which then counts."""
        return self._wait(self._questions, client)

    def upload(self, client: str) -> float:
        """Seconds until this client may send another file; 0 where it may now, which then counts."""
        return self._wait(self._uploads, client)

    def _wait(self, item: Any, client: str) -> float:
        if self._window.hit(item, client):
            return 0
        return max(1.0, self._window.get_window_stats(item, client).reset_time - time.time())


def client_of(scope: Mapping[str, Any]) -> str:
    """Who counts as one client: an account wherever it is used, else an address."""
    visitor = scope.get(SCOPE)
    if visitor is not None and visitor.name:
        return f"account {visitor.name}"
    return f"address {network_of(scope['client'][0] if scope.get('client') else '')}"


SEATS = 2
"""Questions that are answered at the same time; more of them would share the same two cores."""

LONGEST_QUEUE = 100
"""Questions that may wait; at a quarter of a second each, whoever comes last waits twelve seconds."""


class Crowded(TanyaError):
    """Too many questions wait already."""


class Closing(Crowded):
    """The server is told to stop, and no new question is taken."""


class QueuePlace:
    """A place in the line that becomes a seat; as a context, it is given up in the end in either state."""

    def __init__(self, queue: RequestQueue) -> None:
        self._queue = queue

    @property
    def ahead(self) -> int:
        """How many questions must be done with before this one is seated; 0 once it is."""
        return self._queue._ahead(self)

    @property
    def seated(self) -> bool:
        return self._queue._is_seated(self)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is seated, at the latest after so many seconds; without a limit, as soon as it is."""
        return self._queue._wait(self, seconds)

    def leave(self) -> None:
        """Give up the seat, or the place in the line; the next one moves up."""
        self._queue._leave(self)

    def __enter__(self) -> QueuePlace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


class RequestQueue:
    """So many seats, taken in the order in which they were asked for.

    Attributes:
        closed: Whether nobody may line up any more; whoever does already is seated all the same.
    """

    def __init__(self, seats: int = SEATS, longest: int = LONGEST_QUEUE) -> None:
        # Set where a signal arrives, in the middle of anything, so that no lock guards it.
        self.closed = False
        self._changed = threading.Condition()
        self._free = seats
        self._longest = longest
        self._line: deque[QueuePlace] = deque()
        self._seated: set[QueuePlace] = set()

    def line_up(self) -> QueuePlace:
        """A place at the end of the line, seated at once where a seat is free.

        Raises:
            Crowded: the line is as long as it may be.
            Closing: the server is told to stop.
        """
        if self.closed:
            raise Closing("the server is about to stop; ask again when it is back")
        place = QueuePlace(self)
        with self._changed:
            if len(self._line) >= self._longest:
                raise Crowded(f"{self._longest} questions wait already; ask again in a moment")
            self._line.append(place)
            self._move_up()
        return place

    @property
    def waiting(self) -> int:
        """How many wait for a seat."""
        with self._changed:
            return len(self._line)

    @property
    def taken(self) -> int:
        """How many seats are taken."""
        with self._changed:
            return len(self._seated)

    def _ahead(self, place: QueuePlace) -> int:
        with self._changed:
            return self._line.index(place) + 1 if place in self._line else 0

    def _is_seated(self, place: QueuePlace) -> bool:
        with self._changed:
            return place in self._seated

    def _wait(self, place: QueuePlace, seconds: float | None) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: place in self._seated, seconds)

    def _leave(self, place: QueuePlace) -> None:
        with self._changed:
            if place in self._seated:
                self._seated.remove(place)
                self._free += 1
            elif place in self._line:
                self._line.remove(place)
            self._move_up()

    def _move_up(self) -> None:
        while self._free and self._line:
            self._seated.add(self._line.popleft())
            self._free -= 1
        self._changed.notify_all()


KEPT = 2000
"""Answers that are remembered; the oldest is forgotten first."""

ROOM = 64 * 2**20
"""Characters that all of them may take; an answer takes some thousand."""


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer that was shown.

    Attributes:
        visitor: The name of whoever was shown it.
        card: Its evidence card.
        kept: It as JSON, and how it was asked: what is stored with an opinion of it.
        lock: Held while an opinion on it is written.
    """

    visitor: str
    card: Card
    kept: str
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size(self) -> int:
        # What the card has and this has not is little beside its quotations, which are the same texts.
        return 2 * len(self.kept)


class Answers:
    """The answers of all visitors."""

    def __init__(self, most: int = KEPT, room: int = ROOM) -> None:
        self._most = most
        self._room = room
        self._taken = 0
        self._lock = threading.Lock()
        self._shown: OrderedDict[str, ShownAnswer] = OrderedDict()

    def open(self, answer: Answer, asked: AskedHow, visitor: str = "", card: Card | None = None) -> str:
        """Remember an answer, asked in that way; its key.

        Args:
            answer: It.
            asked: How it was asked.
            visitor: The name of whoever is shown it.
            card: Its evidence card, where it is not answered only now.
        """
        key = secrets.token_urlsafe(16)
        shown = ShownAnswer(
            visitor, card or new_card(answer, _card_limits(asked)), kept(answer, replace(asked, key=key))
        )
        with self._lock:
            self._shown[key] = shown
            self._taken += shown.size
            while len(self._shown) > self._most or (self._taken > self._room and len(self._shown) > 1):
                _, oldest = self._shown.popitem(last=False)
                self._taken -= oldest.size
        return key

    def find(self, key: str, visitor: str = "") -> ShownAnswer | None:
        """The answer of a key; None where it is forgotten, or was shown to somebody else."""
        with self._lock:
            found = self._shown.get(key)
        return found if found is not None and found.visitor == visitor else None


def _card_limits(asked: AskedHow) -> Limits:
    since, until = (None if day is None else date.fromisoformat(day) for day in (asked.since, asked.until))
    return Limits(since, until, asked.sources, asked.articles)


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

    def open(self, answer: Answer, asked: AskedHow, visitor: str = "") -> str:
        """The key by which an answer, asked in that way, may be judged from now on by who was shown it."""
        return self._answers.open(answer, asked, visitor)

    def say(self, said: Said, library: Callable[[], Library], visitor: str = "") -> bool:
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


class AssistantService:
    """An assistant that is opened once, in the background, and again on demand where opening failed.

    Attributes:
        seats: Whoever asks the assistant lines up here, and keeps the place for as long as it answers.
        answers: Those that were shown, by their keys.
        opinions: What readers say about them.
        limits: How often one client may ask.
        watch: Whoever asks tells it how that ended.
    """

    def __init__(
        self,
        open_assistant: Callable[[], Assistant],
        limits: RateLimits | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.limits = limits or RateLimits()
        self.metrics = metrics or Metrics()
        self.queue = RequestQueue()
        self.answers = Answers()
        self.opinions = Opinions(self.answers)
        self._open = open_assistant
        self._lock = threading.Lock()
        self._opening: Future[Assistant] | None = None

    @property
    def settled(self) -> bool:
        """Whether opening has ended, well or badly."""
        return self._opening is not None and self._opening.done()

    def prepare(self, *, again: bool = False) -> None:
        """Begin to open the assistant; nothing happens where that has begun, unless it failed and `again`."""
        self._begin(again=again)

    def look(self) -> Assistant | None:
        """The assistant if it is open, None while it is not.

        Raises:
            Exception: whatever opening it raised.
        """
        return self._opening.result() if self._opening is not None and self._opening.done() else None

    def assistant(self) -> Assistant:
        """The assistant, as soon as it is ready.

        Raises:
            Exception: whatever opening it raised; the next call opens it again.
        """
        return self._begin(again=True).result()

    def _begin(self, *, again: bool) -> Future[Assistant]:
        with self._lock:
            opening = self._opening
            if opening is None or (again and opening.done() and opening.exception() is not None):
                self._opening = opening = Future()
                # A daemon, so that Ctrl-C need not wait for a model.
                threading.Thread(
                    target=self._run, args=(opening,), name="open-assistant", daemon=True
                ).start()
            return opening

    def _run(self, opening: Future[Assistant]) -> None:
        try:
            opening.set_result(self._open())
        except BaseException as error:  # noqa: BLE001  whoever waits for the result gets it
            opening.set_exception(error)
