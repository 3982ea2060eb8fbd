"""Copies: a release that several publishers carry is read in one article and cited once, the others named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index import Article, Hit, Passage
from index.dedup import carries, precedence, runs_of, spoken
from rag.answer import Citation

if TYPE_CHECKING:
    from rag.reader import Reading

NEARLY_ALL = 0.8
"""Share of a passage's runs of words that are in passages taken already: then it says nothing new."""

_ENDED = re.compile(r"[.!?…]")

Carriers = Mapping[int, tuple[Article, ...]]
"""By row of a ranking: all articles that carry what its article does; rows without company are left out."""


@dataclass(slots=True)
class _Taken:
    """A row that was taken, its place in the ranking, and the runs of its passage."""

    row: int
    score: float
    passage: Passage
    runs: NDArray[np.uint64]


def collapse(
    ranked: Sequence[tuple[int, float]], carriers: Carriers, passage: Callable[[int], Passage], k: int
) -> list[tuple[int, float]]:
    """The `k` best rows of a ranking, each passage of a release once, from the article that goes first.

    A passage that only a later copy has, a last paragraph that others cut, stays.

    Args:
        ranked: Rows with their scores, best first.
        carriers: By row, see `Carriers`.
        passage: The passage of a row.
        k: How many rows at most.
    """
    kept: list[_Taken | tuple[int, float]] = []
    groups: dict[str, list[_Taken]] = {}
    for row, score in ranked:
        together = carriers.get(row)
        if together is None:
            if len(kept) < k:
                kept.append((row, score))
            continue
        key = together[0].id
        if len(kept) >= k and key not in groups:
            continue
        group = groups.setdefault(key, [])
        found = passage(row)
        if found.article_id != key and not _ENDED.search(found.article.text[: found.end]):
            # The headline of a copy.
            continue
        one = _Taken(row, score, found, runs_of(found.text))
        if not _is_told(one, group) and len(kept) < k:
            group.append(one)
            kept.append(one)
    return [(one.row, one.score) if isinstance(one, _Taken) else one for one in kept]


def _is_told(one: _Taken, taken: list[_Taken]) -> bool:
    """Whether a passage is in what other copies were taken of; it stands in for one of a later article."""
    others = [other for other in taken if other.passage.article_id != one.passage.article_id]
    for other in others:
        goes_first = precedence(one.passage.article) < precedence(other.passage.article)
        if goes_first and _part(other.runs, one.runs) >= NEARLY_ALL:
            other.row, other.passage, other.runs = one.row, one.passage, one.runs
            return True
    said = np.concatenate([np.zeros(0, np.uint64), *(other.runs for other in others)])
    return bool(others) and _part(one.runs, np.unique(said)) >= NEARLY_ALL


def _part(runs: NDArray[np.uint64], within: NDArray[np.uint64]) -> float:
    """The share of runs that are among others; 0 where there are none."""
    return len(np.intersect1d(runs, within, assume_unique=True)) / len(runs) if len(runs) else 0.0


def company(hit: Hit) -> str:
    """What is the same for all hits of a release: the id of the first article that carries it."""
    return min((hit.passage.article, *hit.copies), key=precedence).id


def once(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, what copies of a release say only once, from the article that goes before the others."""
    kept: list[Reading] = []
    said: dict[tuple[str, str], int] = {}
    for reading in readings:
        sentence = reading.sentence
        if not sentence.hit.copies:
            kept.append(reading)
            continue
        at = said.setdefault((company(sentence.hit), spoken(sentence.text)), len(kept))
        if at == len(kept):
            kept.append(reading)
        elif precedence(sentence.article) < precedence(kept[at].sentence.article):
            kept[at] = replace(reading, score=kept[at].score)
    return kept


def naming(citations: Iterable[Citation], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The citations, each with the other articles that carry its words."""
    copies = {hit.passage.article_id: hit.copies for hit in hits if hit.copies}
    return tuple(
        replace(
            citation,
            also_in=tuple(
                other for other in copies.get(citation.article.id, ()) if carries(other, citation.quote)
            ),
        )
        for citation in citations
    )
