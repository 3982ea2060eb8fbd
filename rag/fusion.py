"""Fusing a dense and a lexical ranking, with the languages of question and passage in mind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Ranking = Sequence[tuple[int, float]]
"""Rows with their scores, best first."""

SMOOTHING = 60
"""The constant k of reciprocal-rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009)."""


def fuse(dense: Ranking, lexical: Ranking, trust: Callable[[int], float]) -> list[tuple[int, float]]:
    """Weighted reciprocal-rank fusion: score(row) = 1 / (k + dense rank) + trust(row) / (k + lexical rank).

    Args:
        dense: Rows by cosine, best first.
        lexical: Rows by BM25, best first.
        trust: Weight of the lexical rank for a row, 0 or more; words tell little where the languages differ.

    Returns:
        Rows with their fused scores, best first; ties in the order of the dense ranking.
    """
    scores: dict[int, float] = {row: 1 / (SMOOTHING + rank) for rank, (row, _) in enumerate(dense, 1)}
    for rank, (row, _) in enumerate(lexical, 1):
        scores[row] = scores.get(row, 0.0) + trust(row) / (SMOOTHING + rank)
    return sorted(scores.items(), key=lambda item: -item[1])
