"""The pipeline as page and API share it: loaded in the background, with a queue, limits and shown answers.

Shown answers are remembered by keys that cannot be guessed, and opinions are stored with the answer that
they are of.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, sleep, to_thread

from index import TanyaError
from rag import Answer
from rag.evidence_card import ANY, Card, Limits, new_card
from rag.feedback import DOWN, LONGEST, REASONS, UP, AskedHow, kept
from ui.auth.accounts import SCOPE
from ui.auth.login import network_of
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
    """The server is stopping and takes no new question."""


class QueuePlace:
    """A place in the line that becomes a seat; as a context, it is given up in the end in either state."""

    def __init__(self, queue: RequestQueue) -> None:
        self._queue = queue

    @property
    def ahead(self) -> int:
        """How many questions must be done with before this one is seated; 0 once it is."""
        with self._queue.changed:
            line = self._queue.line
            return line.index(self) + 1 if self in line else 0

    @property
    def seated(self) -> bool:
        with self._queue.changed:
            return self in self._queue.seated

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is seated, at the latest after so many seconds; without a limit, as soon as it is."""
        with self._queue.changed:
            return self._queue.changed.wait_for(lambda: self in self._queue.seated, seconds)

    def leave(self) -> None:
        """Give up the seat, or the place in the line; the next one moves up."""
        with self._queue.changed:
            if self in self._queue.line:
                self._queue.line.remove(self)
            self._queue.seated.discard(self)
            self._queue.move_up()

    def __enter__(self) -> QueuePlace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


class RequestQueue:
    """A fixed number of seats, given in the order in which they were asked for.

    Attributes:
        closed: Whether nobody may line up any more; whoever does already is seated all the same.
        changed: Guards the line and the seats, and tells when either has changed.
        line: Who waits for a seat.
        seated: Who has one.
    """

    def __init__(self, seats: int = SEATS, longest: int = LONGEST_QUEUE) -> None:
        # Set where a signal arrives, in the middle of anything, so that no lock guards it.
        self.closed = False
        self.changed = threading.Condition()
        self.line: deque[QueuePlace] = deque()
        self.seated: set[QueuePlace] = set()
        self._seats = seats
        self._longest = longest

    def line_up(self) -> QueuePlace:
        """A place at the end of the line, seated at once where a seat is free.

        Raises:
            Crowded: the line is as long as it may be.
            Closing: the server is told to stop.
        """
        if self.closed:
            raise Closing("the server is about to stop; ask again when it is back")
        place = QueuePlace(self)
        with self.changed:
            if len(self.line) >= self._longest:
                raise Crowded(f"{self._longest} questions wait already; ask again in a moment")
            self.line.append(place)
            self.move_up()
        return place

    @property
    def waiting(self) -> int:
        """How many wait for a seat."""
        return len(self.line)

    @property
    def taken(self) -> int:
        """How many seats are taken."""
        return len(self.seated)

    def move_up(self) -> None:
        """Give free seats to whoever is first in the line; called with `changed` held."""
        while self.line and len(self.seated) < self._seats:
            self.seated.add(self.line.popleft())
        self.changed.notify_all()


KEPT = 2000
"""Answers that are remembered; the oldest is forgotten first."""

ROOM = 64 * 2**20
"""Characters that all of them may take; an answer takes some thousand."""


@dataclass(frozen=True, slots=True)
class SentOpinion:
    """An opinion as a page sends it: a verdict on the answer of a key, with a reason and a correction."""

    key: str
    verdict: str
    reason: str | None
    correction: str | None

    @classmethod
    def read(cls, sent: Any) -> SentOpinion | None:
        """Read a sent opinion; None if it is malformed; a correction that is too long is cut."""
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
    """The answers of all visitors, and what they think of them."""

    def __init__(self, most: int = KEPT, room: int = ROOM) -> None:
        self._most = most
        self._room = room
        self._taken = 0
        self._lock = threading.Lock()
        self._shown: OrderedDict[str, ShownAnswer] = OrderedDict()

    def open(
        self,
        answer: Answer,
        limits: Limits = ANY,
        *,
        language: str = "auto",
        history: Sequence[str] = (),
        visitor: str = "",
        card: Card | None = None,
    ) -> str:
        """Remember an answer; its key.

        Args:
            answer: It.
            limits: Which articles might answer.
            language: That was chosen for it.
            history: The questions asked before, oldest first.
            visitor: The name of whoever is shown it.
            card: Its evidence card, where it is not answered only now.
        """
        key = secrets.token_urlsafe(16)
        asked = replace(AskedHow.of(limits.chosen, language, history), key=key)
        shown = ShownAnswer(visitor, card or new_card(answer, limits), kept(answer, asked))
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

    def judge(self, sent: SentOpinion, library: Callable[[], Library], visitor: str = "") -> bool:
        """Keep an opinion in place of the one that was kept of that answer; False where the key is none.

        Raises:
            TanyaError: it cannot be written.
        """
        found = self.find(sent.key, visitor)
        if found is None:
            return False
        with found.lock:
            library().record_feedback(
                found.card.question, found.kept, sent.verdict, sent.reason, sent.correction, replacing=True
            )
        return True


LOOK = 0.03
"""Seconds after which whoever waits, without a thread of their own, looks up."""

T = TypeVar("T")


class AssistantService:
    """An assistant that is opened once, in the background, and again on demand where opening failed.

    Attributes:
        queue: Whoever asks the assistant lines up here, and keeps the place for as long as it answers.
        answers: Those that were shown, by their keys, and what readers say about them.
        limits: How often one client may ask.
        metrics: Whoever asks tells it how that ended.
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
        self._seats = CapacityLimiter(SEATS)
        self.answers = Answers()
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

    async def seated(self, do: Callable[[], T]) -> T:
        """Run `do` in a thread of the seats and return its result; waiting for a seat occupies no thread.

        Where that is cancelled, the place in the line is given up at once, a seat when `do` has ended.

        Raises:
            Crowded: too many wait already.
            Exception: whatever `do` raises.
        """
        place = self.queue.line_up()
        begun = threading.Event()

        def work() -> T:
            begun.set()
            with place:
                return do()

        try:
            while not place.seated:
                await sleep(LOOK)
            return await to_thread.run_sync(work, limiter=self._seats, abandon_on_cancel=True)
        finally:
            if not begun.is_set():
                place.leave()

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
