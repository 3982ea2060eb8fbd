"""The seam to a model that writes, and how it can fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
        """What the model writes, piece by piece, at most `limit` tokens; the pieces are cut anywhere.

        Raises:
            GeneratorError: while the pieces are taken, what has come so far is of no use.
        """
        ...


class GeneratorError(ModelError):
    """A generator wrote nothing that can be used; the answer is then taken from the articles alone."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
