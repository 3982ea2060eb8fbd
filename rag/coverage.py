"""Coverage: which characters of a text are taken, looked up at the cost of the span that is asked about."""

from __future__ import annotations

from collections.abc import Iterable


class Coverage:
    """The characters of one text that are taken."""

    def __init__(self, length: int, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._taken = bytearray(length)
        for start, end in spans:
            self.take(start, end)

    def take(self, start: int, end: int) -> None:
        """Take the characters `start:end`, which are within the text."""
        self._taken[start:end] = b"\1" * (end - start)

    def meets(self, start: int, end: int) -> bool:
        """Whether any character of `start:end` is taken."""
        return self._taken.find(1, start, end) >= 0
