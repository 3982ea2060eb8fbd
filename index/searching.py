"""Searching: what a question asks of an index, whatever the index is kept in, and of which articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage

Ranking = list[tuple[int, float]]
"""Rows with their scores, best first, equal ones in row order."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles are asked for: published from `since` to `until`, both included, by one of `sources`.

    What has no day is left out when days are asked for; sources are compared without case, and none asked for
    are all. A filter is true where it leaves anything out.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources)


EVERYTHING = Filter()


class Searchable(Protocol):
    """One state of a library, for search; rows count its passages from 0 and keep their meaning."""

    def __len__(self) -> int:
        """How many passages there are, and so rows."""

    def description(self) -> dict[str, Any]:
        """What it was built from, in plain JSON values.

        At least `embedder`, `dimension`, `recipe`, `revision`, `articles` and `passages`.
        """

    def dense(self, vector: NDArray[np.float32], k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows nearest to a unit vector of shape `(dimension,)`, with their cosines."""

    def lexical(self, query: str, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows that share most words with `query`, with their BM25 among all rows.

        A row that shares no term is none.
        """

    def passage(self, row: int) -> Passage:
        """The passage of a row, with its article."""

    def carriers(self, rows: Sequence[int], chosen: Filter = EVERYTHING) -> dict[int, tuple[Article, ...]]:
        """Of those of `rows` whose article has copies, by row: all articles that carry it, itself among them.

        Those that the filter leaves, the one that was published first before the others; a row that has no
        company is left out. An article has one group at most, and rows of one group the same articles.
        """

    def language(self, row: int) -> str:
        """The language of a row's article, which is there without its text."""

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many articles the filter leaves."""
