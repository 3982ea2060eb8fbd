"""What takes a while and is made for one reader: a draft that is checked, a release that is traced.

It is kept in memory alone, for a while, under a key that cannot be guessed; nothing of it is logged or
stored.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from index import NoIndex, TanyaError
from rag.factcheck.draft import DraftError
from ui.articles.pages import reason_of
from ui.desk.extracts import Progress
from ui.service import Crowded, RequestQueue

log = logging.getLogger("tanya.page")

KEPT = 20
"""Results that are kept; the oldest is forgotten first."""

LIFE = 1800.0
"""Seconds that one is kept."""

Tell = Callable[[int, int, str], None]


@dataclass(slots=True)
class Job:
    """Something that is being made.

    Attributes:
        visitor: The name of whoever sees it.
        progress: How far it is.
        result: What was made, once it was.
        problem: Why it was not, as a key among `DraftWords.problems`, or one of `UploadWords.reasons` behind
            "file ".
    """

    visitor: str
    progress: Progress = field(default_factory=Progress)
    result: Any = None
    problem: str = ""


class Workshop:
    """Makes things in the background, in the line in which questions wait, and keeps them for a while."""

    def __init__(self, queue: RequestQueue, life: float = LIFE) -> None:
        """A workshop.

        Args:
            queue: The line.
            life: Seconds for which something is kept from when it was begun.
        """
        self._queue = queue
        self._life = life
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def begin(self, visitor: str, make: Callable[[Tell], Any]) -> str:
        """Begin to make something, which is told how far it is; its key.

        Raises:
            Crowded: too many wait already.
        """
        place = self._queue.line_up()
        key = secrets.token_urlsafe(16)
        job = Job(visitor)

        def tell(done: int, total: int, _: str) -> None:
            job.progress = Progress(done, total)

        def work() -> None:
            with place:
                place.wait()
                try:
                    job.result = make(tell)
                except Exception as error:  # noqa: BLE001  whoever waits is told of it
                    job.problem = problem_of(error)
                    if job.problem == "failed":
                        # The text of an error may hold words of the draft.
                        log.error("the press desk failed: %s", type(error).__name__)  # noqa: TRY400

        with self._lock:
            self._jobs[key] = job
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=work, name="press-desk", daemon=True).start()
        # Forgotten in time even where nobody comes to look.
        timer = threading.Timer(self._life, self._jobs.pop, (key, None))
        timer.daemon = True
        timer.start()
        return key

    def find(self, key: str, visitor: str) -> Job | None:
        """What was begun under a key; None where it is forgotten or somebody else's."""
        with self._lock:
            job = self._jobs.get(key)
        return job if job is not None and job.visitor == visitor else None


def problem_of(error: Exception) -> str:
    """Why something was not made; see `Job.problem`."""
    if isinstance(error, NoIndex):
        return "no_articles"
    if isinstance(error, DraftError):
        return error.kind
    if isinstance(error, Crowded):
        return "crowded"
    return f"file {reason_of(str(error))}" if isinstance(error, TanyaError) else "failed"
