"""Asking and searching for a program: in line for a seat as the page does, and never in the server's way."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar, cast

from anyio import CapacityLimiter, create_task_group, sleep, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Scope

from index import QuestionError
from index.catalogue import Listed, Listing, Selection
from index.files import Received
from index.ingest import Hear
from rag import Answer
from rag.feedback.opinions import Asked
from ui.access.visitor import visitor_of
from ui.api.models import Question
from ui.desk import Assistant, Desk, Shelf
from ui.seats import SEATS, Crowded
from ui.serving.limits import client_of
from ui.serving.watch import Outcome

LOOK = 0.03
"""Seconds after which whoever waits, without a thread of their own, looks up."""

PATIENCE = 120.0
"""Seconds that a request waits for the assistant to be opened."""


Result = TypeVar("Result")


class Library(Shelf, Protocol):
    """The articles as programs list and change them; `index.library.Library` is one."""

    def listing(self, wanted: Selection, limit: int, offset: int) -> Listing: ...

    def listed(self, ids: Sequence[str]) -> Sequence[Listed]: ...

    def add(self, paths: Sequence[Received], *, hear: Hear) -> object: ...

    def remove(self, ids: Sequence[str]) -> object: ...


class Searcher(Assistant, Protocol):
    """What programs need of an assistant; `rag.Assistant` is one."""

    @property
    def library(self) -> Library: ...

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        since: date | None = None,
        until: date | None = None,
        sources: Collection[str] = (),
    ) -> Sequence[Any]: ...


class Gone(Exception):
    """Whoever asked is there no more."""


class Counter:
    """Where other programs ask: in the page's line, or, for less than a question, in one of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._work = CapacityLimiter(SEATS)

    async def assistant(self) -> Searcher:
        """The assistant, as soon as it is ready.

        Raises:
            HTTPException: it is still being opened.
            Exception: whatever opening it raised.
        """
        self.desk.prepare()
        for _ in range(int(PATIENCE / LOOK)):
            if self.desk.settled:
                return cast(Searcher, await to_thread.run_sync(self.desk.assistant))
            await sleep(LOOK)
        raise HTTPException(503, "the models are still being loaded; try again soon", {"retry-after": "10"})

    async def work(self, do: Callable[[], Result]) -> Result:
        """What `do` gives, done in a thread; few at a time, since such work keeps a core busy."""
        return await to_thread.run_sync(do, limiter=self._work, abandon_on_cancel=True)

    async def ask(self, asked: Question, scope: Scope) -> tuple[Answer, str]:
        """The answer to a question, and the key by which it may be judged; `scope` is of its request.

        Where the request is cancelled, the place is given up: in the line at once, in a seat soon.

        Raises:
            HTTPException: this client asks too often.
            Crowded: too many wait already.
            TanyaError: the question cannot be asked, or nothing can be answered now.
        """
        wait = self.desk.limits.question(client_of(scope))
        if wait > 0:
            raise HTTPException(
                429, "you ask too often; wait a moment", {"retry-after": str(math.ceil(wait))}
            )
        name = visitor_of(scope).name
        outcome: Outcome = "failed"
        begun = time.perf_counter()
        try:
            answer = await self._seated(asked)
            outcome = "abstained" if answer.abstained else "answered"
        except (QuestionError, Crowded):
            outcome = "refused"
            raise
        finally:
            taken = time.perf_counter() - begun
            self.desk.watch.asked(outcome, taken, visitor=name, question=asked.question)
        how = Asked(
            language=asked.language,
            history=tuple(asked.history),
            since=asked.since.isoformat() if asked.since else None,
            until=asked.until.isoformat() if asked.until else None,
            sources=tuple(asked.sources),
        )
        return answer, self.desk.opinions.open(answer, how, name)

    async def _seated(self, asked: Question) -> Answer:
        assistant = await self.assistant()
        place = self.desk.seats.line_up()
        gone = threading.Event()
        begun = threading.Event()

        def answer() -> Answer:
            begun.set()
            with place:
                return _answer(assistant, asked, gone)

        try:
            while not place.seated:
                await sleep(LOOK)
            return await to_thread.run_sync(answer, abandon_on_cancel=True)
        finally:
            gone.set()
            if not begun.is_set():
                place.leave()


def check_pace(wait: float) -> None:
    """Turn away a client who has to wait so many seconds.

    Raises:
        HTTPException: it has to wait.
    """
    if wait > 0:
        raise HTTPException(429, "too many at once; wait a moment", {"retry-after": str(math.ceil(wait))})


def _answer(assistant: Assistant, asked: Question, gone: threading.Event) -> Answer:
    steps = assistant.steps(
        asked.question,
        language=asked.language,
        history=asked.history,
        since=asked.since,
        until=asked.until,
        sources=asked.sources,
    )
    for step in steps:
        if gone.is_set():
            raise Gone
        if isinstance(step, Answer):
            return step
    raise RuntimeError("the assistant ended without an answer")


async def while_there(request: Request, work: Callable[[], Awaitable[Result]]) -> Result:
    """What `work` gives, which is cancelled when the client goes away; the request's body is read by then.

    Raises:
        Gone: it went away.
        Exception: whatever `work` raises.
    """
    results: list[Result] = []
    failures: list[Exception] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        group.cancel_scope.cancel()

    async with create_task_group() as group:
        group.start_soon(watch)
        try:
            results.append(await work())
        except Exception as error:  # noqa: BLE001  raised below, out of the group that would wrap it
            failures.append(error)
        group.cancel_scope.cancel()
    for failure in failures:
        raise failure
    if not results:
        raise Gone
    return results[0]
