"""Postings: for each term the rows that hold it, how often, and how long every row is.

Terms are kept as 64-bit digests in ascending order: found by bisection in a mapped file, and of a removed
article not even a word remains. Two of a million terms share a digest with a probability of 3 in 100 million.
Nothing in them depends on other rows, so that postings are joined and thinned out without reading a text.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The postings of rows that count from 0.

    Attributes:
        terms: Digests, ascending, shape `(terms,)`.
        bounds: Where in `rows` those of each term begin and end, shape `(terms + 1,)`.
        rows: Ascending for each term.
        counts: How often the row has the term.
        sizes: Terms in each row, shape `(rows,)`.
    """

    terms: NDArray[np.uint64]
    bounds: NDArray[np.int64]
    rows: Rows
    counts: NDArray[np.uint16]
    sizes: Rows

    def of(self, digest: np.uint64) -> tuple[Rows, NDArray[np.uint16]]:
        """The rows that hold a term and how often."""
        at = int(np.searchsorted(self.terms, digest))
        if at == len(self.terms) or self.terms[at] != digest:
            return self.rows[:0], self.counts[:0]
        begin, end = self.bounds[at], self.bounds[at + 1]
        return self.rows[begin:end], self.counts[begin:end]

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in Postings.__slots__}


class _Numbers(dict[str, int]):
    """Numbers strings as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class Collecting:
    """Takes the terms of one text after another."""

    def __init__(self) -> None:
        self._known = _Numbers()
        self._tokens = array("i")
        self._sizes = array("i")

    def add(self, terms: Iterable[str]) -> None:
        known, before = self._known, len(self._tokens)
        self._tokens.extend([known[term] for term in terms])
        self._sizes.append(len(self._tokens) - before)

    def postings(self) -> Postings:
        digests = np.array([digest(term) for term in self._known], np.uint64)
        terms, place = np.unique(digests, return_inverse=True)
        sizes = np.array(self._sizes, np.int32)
        rows = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        tokens = place[np.array(self._tokens, np.int32)] if len(rows) else np.zeros(0, np.int64)
        return _sorted(terms, tokens, rows, np.ones(len(rows), np.int64), sizes)


def join(parts: Sequence[tuple[Postings, Rows]], total: int) -> Postings:
    """The postings of `total` rows, taken from parts, each with the new place of its rows, -1 for none."""
    terms = np.unique(np.concatenate([part.terms for part, _ in parts] or [np.zeros(0, np.uint64)]))
    sizes = np.zeros(total, np.int32)
    tokens, rows, counts = [], [], []
    for part, places in parts:
        kept = places >= 0
        sizes[places[kept]] = part.sizes[kept]
        placed = places[part.rows]
        held = placed >= 0
        numbers = np.repeat(np.searchsorted(terms, part.terms), np.diff(part.bounds))
        tokens.append(numbers[held])
        rows.append(placed[held])
        counts.append(part.counts[held].astype(np.int64))
    if not parts:
        return _sorted(terms, np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64), sizes)
    return _sorted(terms, np.concatenate(tokens), np.concatenate(rows), np.concatenate(counts), sizes)


def digest(term: str) -> np.uint64:
    raw = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(raw, "little"))


def _sorted(
    terms: NDArray[np.uint64],
    tokens: NDArray[np.int64],
    rows: Rows,
    counts: NDArray[np.int64],
    sizes: Rows,
) -> Postings:
    """Postings of `(position in terms, row, count)`, those of one term and row added up."""
    width = max(len(sizes), 1)
    keys = tokens * width + rows
    order = np.argsort(keys)
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    summed = np.add.reduceat(counts[order], first) if len(first) else counts
    held, rows = np.divmod(keys[first], width)
    each = np.bincount(held, minlength=len(terms))
    used = each > 0
    return Postings(
        terms[used],
        np.concatenate([[0], np.cumsum(each[used])]).astype(np.int64),
        rows.astype(np.int32),
        np.minimum(summed, np.iinfo(np.uint16).max).astype(np.uint16),
        sizes,
    )
