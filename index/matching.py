"""Matching: which words two texts have in common in order, for a bounded effort.

What `difflib` finds, as long as that is found soon: on a text that repeats itself it would take the square of
its length and more.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate

MOST = 500_000
"""Pairs of equal words that are looked at: some 0.05 s. Real copies of 1,000 words take a fiftieth of it."""


class Matcher(SequenceMatcher[str]):
    """Compares two rows of words; what it gives is worth nothing where it `gave_up`."""

    def __init__(self, one: Sequence[str], other: Sequence[str], most: int = MOST) -> None:
        super().__init__(None, one, other, autojunk=False)
        places = self.b2j  # type: ignore[attr-defined]
        self._costs = [0, *accumulate(1 + len(places.get(word, ())) for word in one)]
        self._left = most

    @property
    def gave_up(self) -> bool:
        """Whether there was more to compare; known once blocks or opcodes were asked for."""
        return self._left < 0

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest common run of words within both ranges; an empty one after giving up."""
        end = len(self._costs) - 1 if ahi is None else ahi
        self._left -= self._costs[end] - self._costs[alo]
        return Match(alo, blo, 0) if self.gave_up else super().find_longest_match(alo, ahi, blo, bhi)
