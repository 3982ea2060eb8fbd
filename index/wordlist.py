"""A word list: which words stand in which of some hundred articles, in a few hundred bytes for each of them.

A word is as long a run of letters, digits and signs beyond ASCII as there is, its ASCII letters small. What
is looked for is cut into such runs too; where it is one, the list alone decides, whether it is a whole word
or stands within one. Else it names the articles in which to look. No character is lost between the runs
of a text and those of a pattern, so that no article that holds the pattern is ever left out.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged

_RUN = re.compile(rb"[0-9a-z_\x80-\xff]+")

_LONGEST = 64
"""Bytes of a word that is kept; in what holds a longer one, every article is looked at."""

_MANY = 500
"""Words from which on it is quicker to go through the places of all."""

_END = b"\n"
_OTHER = b""
"""Stands for all words that are too long."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for, cut where words end.

    Attributes:
        parts: The runs that it holds, with an end of line where a word must begin or end; none where it
            holds no run of fit length, and every article may hold it.
        decides: Whether an article that has the parts holds the pattern.
    """

    parts: tuple[bytes, ...]
    decides: bool


def pattern_of(form: str) -> Pattern:
    """How to look for `form`, whose ASCII letters are small."""
    raw = form.encode()
    parts = []
    for run in _RUN.finditer(raw):
        # Nearly every text has each letter, and a look at the text finds it at once.
        if 1 < len(run[0]) <= _LONGEST:
            begins = _END if run.start() else b""
            ends = _END if run.end() < len(raw) else b""
            parts.append(begins + run[0] + ends)
    return Pattern(tuple(parts), decides=parts == [raw])


def words_in(*texts: str) -> set[bytes]:
    """The words of an article's texts."""
    found = {word for text in texts for word in _RUN.findall(text.encode("utf-8", "replace").lower())}
    return {word if len(word) <= _LONGEST else _OTHER for word in found}


@dataclass(frozen=True, slots=True, eq=False)
class Wordlist:
    """The words of some articles.

    Attributes:
        first: The first number that it covers.
        last: The last one; an article between them that is not among `numbers` is gone.
        numbers: Of the articles, in order; shape `(articles,)`.
        words: In order, each between ends of lines.
        counts: How many articles have each word; shape `(words,)`.
        places: For each word in turn, which of `numbers` have it.
    """

    first: int
    last: int
    numbers: NDArray[np.int64]
    words: bytes
    counts: NDArray[np.uint16]
    places: NDArray[np.uint16]

    @classmethod
    def build(cls, first: int, articles: Iterable[tuple[int, set[bytes]]]) -> Self:
        """The list of one to 65,535 articles, given in order as numbers with their words.

        It covers numbers from `first` to that of the last article.
        """
        numbers: list[int] = []
        held: dict[bytes, list[int]] = defaultdict(list)
        for place, (number, found) in enumerate(articles):
            numbers.append(number)
            for word in found:
                held[word].append(place)
        words = sorted(held)
        return cls(
            first,
            numbers[-1],
            np.array(numbers, np.int64),
            _joined(words),
            np.array([len(held[word]) for word in words], np.uint16),
            np.array([place for word in words for place in held[word]], np.uint16),
        )

    def without(self, gone: Collection[int]) -> Self:
        """The list of the other articles; of those that are gone not even a word is left."""
        stays = ~np.isin(self.numbers, list(gone))
        kept = stays[self.places]
        owners = np.repeat(np.arange(len(self.counts)), self.counts)[kept]
        counts = np.bincount(owners, minlength=len(self.counts)).astype(np.uint16)
        words = self.words[1:-1].split(_END) if len(self.counts) else []
        return type(self)(
            self.first,
            self.last,
            self.numbers[stays],
            _joined([word for word, count in zip(words, counts, strict=True) if count]),
            counts[counts > 0],
            (np.cumsum(stays) - 1)[self.places[kept]].astype(np.uint16),
        )

    def find(self, words: Sequence[Sequence[Pattern]]) -> tuple[list[int], list[int]]:
        """The articles that hold one of the patterns of each word: for certain, and perhaps."""
        sure = np.ones(len(self.numbers), bool)
        possible = sure.copy()
        # It is the first word of all, where there is one.
        others = self._having(np.arange(int(self.words.startswith(_END + _OTHER + _END))))
        for patterns in words:
            for_certain, perhaps = np.zeros_like(sure), others.copy()
            for pattern in patterns:
                held = np.ones_like(sure)
                for part in pattern.parts:
                    held &= self._holders(part)
                perhaps |= held
                if pattern.decides:
                    for_certain |= held
            sure &= for_certain
            possible &= perhaps
        return self.numbers[sure].tolist(), self.numbers[possible & ~sure].tolist()

    def _holders(self, part: bytes) -> NDArray[np.bool_]:
        """Which articles have a word that `part` is found in."""
        found = [match.start() for match in re.finditer(re.escape(part), self.words)]
        if not found:
            return np.zeros(len(self.numbers), bool)
        ends = np.flatnonzero(np.frombuffer(self.words, np.uint8) == _END[0])
        return self._having(np.unique(np.searchsorted(ends, found, "right") - 1))

    def _having(self, words: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which articles have one of some words, given by their places in the order of all."""
        holders = np.zeros(len(self.numbers), bool)
        if len(words) > _MANY:
            among = np.zeros(len(self.counts), bool)
            among[words] = True
            holders[self.places[np.repeat(among, self.counts)]] = True
            return holders
        stops = np.cumsum(self.counts, dtype=np.int64)
        for start, stop in zip(stops[words] - self.counts[words], stops[words], strict=True):
            holders[self.places[start:stop]] = True
        return holders

    def packed(self) -> tuple[int, int, bytes, bytes, bytes, bytes]:
        """What is stored: bounds, what tells whether all is as it was, and numbers, words and places."""
        places = np.concatenate((self.counts, self.places)).astype("<u2").view(np.uint8)
        parts = (
            zlib.compress(np.diff(self.numbers, prepend=0).astype("<i8").tobytes()),
            zlib.compress(self.words),
            # The high bytes are nearly always the same as the ones before, the low ones never.
            zlib.compress(places.reshape(-1, 2).T.tobytes()),
        )
        return self.first, self.last, _seal(self.first, self.last, parts), *parts

    @classmethod
    def unpacked(
        cls, first: int, last: int, seal: bytes, numbers: bytes, words: bytes, places: bytes
    ) -> Self:
        """The list that was packed.

        Raises:
            Damaged: it is no longer as it was written.
        """
        if seal != _seal(first, last, (numbers, words, places)):
            raise Damaged("a list of words is altered; rebuild the index with: tanya index")
        numbers, words, places = (zlib.decompress(part) for part in (numbers, words, places))
        planes = np.frombuffer(places, np.uint8).reshape(2, -1)
        both = planes[0] | planes[1].astype(np.uint16) << 8
        held = words.count(_END) - 1
        return cls(first, last, np.cumsum(np.frombuffer(numbers, "<i8")), words, both[:held], both[held:])


def _joined(words: Sequence[bytes]) -> bytes:
    return _END + b"".join(word + _END for word in words)


def _seal(first: int, last: int, parts: Sequence[bytes]) -> bytes:
    mark = hashlib.blake2b(repr((first, last, [len(part) for part in parts])).encode(), digest_size=8)
    for part in parts:
        mark.update(part)
    return mark.digest()
