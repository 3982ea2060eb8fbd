"""Models that write: their sentences are shown only where their sources prove them.

Here is the protocol, how a model can fail, and how long it may take.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Literal, Protocol

from index import ModelError

Failure = Literal["unreachable", "timeout", "broken"]
"""Nobody listens there; it takes too long; what came is cut off, malformed or an error of its own."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a model."""

    role: Literal["system", "user"]
    content: str


class Generator(Protocol):
    """Any model that writes.

    Attributes:
        name: The model, as an answer names it.
    """

    @property
    def name(self) -> str: ...

    def stream(self, messages: Sequence[Message], *, limit: int) -> Iterator[str]:
        """Yield the text that the model writes, in pieces cut anywhere; at most `limit` tokens.

        Raises:
            GeneratorError: while the pieces are taken, what has come so far is of no use.
        """
        ...


class GeneratorError(ModelError):
    """A generator wrote nothing that can be used; the answer is then taken from the articles alone."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure


Push = Callable[[str], bool]
"""Takes a piece of text, and says whether more of it is wanted."""


def pulled(
    produce: Callable[[Push], None], seconds: float | None = None, *, awaited: bool = False
) -> Iterator[str]:
    """The pieces that `produce` pushes from a thread of its own.

    What `produce` raises is raised here. Where nobody takes pieces any more, `push` returns False.

    Args:
        produce: Called once, with `push`.
        seconds: That it may take; for ever where None.
        awaited: Whether the program, when it ends, waits for `produce` to have ended.

    Raises:
        GeneratorError: `seconds` have passed since the first piece was asked for.
    """
    pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
    enough = Event()

    def push(piece: str) -> bool:
        pieces.put(piece)
        return not enough.is_set()

    def run() -> None:
        try:
            produce(push)
        except BaseException as error:  # noqa: BLE001  whoever takes the pieces gets it
            pieces.put(error)
        else:
            pieces.put(None)

    Thread(target=run, name="generator", daemon=not awaited).start()
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    try:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise _late(seconds)
            try:
                piece = pieces.get(timeout=None if left == math.inf else left)
            except Empty:
                raise _late(seconds) from None
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        enough.set()


def _late(seconds: float | None) -> GeneratorError:
    return GeneratorError(
        "timeout",
        f"the generator was not done after {seconds or 0:g} s; name a faster one in TANYA_GENERATOR",
    )


def paced(stream: Iterator[str], *, seconds: float, characters: int) -> Iterator[str]:
    """A stream that ends: at `characters`, where it is cut, or with an error after `seconds`.

    Raises:
        GeneratorError: the time has passed, or whatever the stream itself raises.
    """

    def produce(push: Push) -> None:
        try:
            for piece in stream:
                if not push(piece):
                    break
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()

    left = characters
    for piece in pulled(produce, seconds):
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return
