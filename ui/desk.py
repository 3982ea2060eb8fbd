"""The desk: where the assistant is made ready while the page is already up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from datetime import date
from typing import Literal, Protocol

from index import Article
from index.store import Feedback, Gap
from rag import Answer
from ui.answers import Answers
from ui.opinions import Opinions, Recorder
from ui.seats import Seats
from ui.serving.limits import Limits
from ui.serving.watch import Watch


class Step(Protocol):
    """What an assistant is doing: its name is "understand", "retrieve", "read" or "write"."""

    @property
    def name(self) -> str: ...


class Shelf(Recorder, Protocol):
    """The articles that an assistant answers from, and where opinions of its answers are kept."""

    def count(self) -> int: ...

    def publishers(self) -> Sequence[str]: ...

    def feedback(self) -> Sequence[Feedback]: ...

    def gaps(self) -> Sequence[Gap]: ...

    def article(self, article_id: str) -> Article: ...


class Assistant(Protocol):
    """What the page needs of an assistant; `rag.Assistant` is one."""

    @property
    def library(self) -> Shelf: ...

    def steps(
        self,
        question: str,
        *,
        language: Literal["auto", "id", "en"] = "auto",
        history: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        sources: Collection[str] = (),
    ) -> Iterator[Step | Answer]: ...

    def count(
        self, *, since: date | None = None, until: date | None = None, sources: Collection[str] = ()
    ) -> int: ...

    def examples(self, language: Literal["id", "en"], limit: int = 4) -> Sequence[str]: ...


class Desk:
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
        limits: Limits | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.watch = watch or Watch()
        self.seats = Seats()
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
                threading.Thread(target=self._run, args=(opening,), name="desk", daemon=True).start()
            return opening

    def _run(self, opening: Future[Assistant]) -> None:
        try:
            opening.set_result(self._open())
        except BaseException as error:  # noqa: BLE001  whoever waits for the result gets it
            opening.set_exception(error)
