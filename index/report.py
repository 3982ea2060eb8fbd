"""Reports: what became of the files and articles that were taken in, and how that is told meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.article import Article
from index.received import Received
from index.register import State

Origin = Path | str | Received
"""A file or folder; as text, the address of a feed; or a file that was sent."""

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and the name of the last one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article of a file.

    Attributes:
        origin: The file.
        state: What was done, or would be; "refused" where it, or the file as a whole, cannot be read; before
            any of these "begun", when the file is opened.
        said: The article's id; why it was refused, ending in the cure.
        article: The article, where it is new or changed.
    """

    origin: Origin
    state: State | Literal["begun", "refused"]
    said: str
    article: Article | None = None


Hear = Callable[[Outcome], None]
"""Called with each outcome, once it is kept."""


def hear_nothing(outcome: Outcome) -> None:
    """What becomes of each article when nobody asked."""


@dataclass(frozen=True, slots=True)
class Report:
    """What `add` or `remove` did, by article id.

    Attributes:
        added: Articles that are new.
        updated: Articles that were read, chunked or embedded anew.
        unchanged: Articles that were as they are stored.
        moved: Those of them whose files are at another place than before.
        removed: Articles that were taken out.
        failures: Files that could not be read, each with a line that ends in the cure.
        passages: How many passages were stored.
        seconds: How long it took.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    passages: int = 0
    seconds: float = 0.0
