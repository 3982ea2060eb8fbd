"""Fusing a dense and a lexical ranking, with the languages of question and passage in mind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Ranking = Sequence[tuple[int, float]]
"""Rows with their scores, best first."""


def fuse(dense: Ranking, lexical: Ranking, trust: Callable[[int], float]) -> list[tuple[int, float]]:
    """A convex combination of scores: cosine + trust(row) * BM25 / best BM25 of this query.

    Combining scores keeps what ranks throw away, how far apart they are (Bruch, Gai & Ingber, "An Analysis
    of Fusion Functions for Hybrid Retrieval", TOIS 2023). Reciprocal ranks drown a question that is in
    another language than the articles.

    Args:
        dense: Rows by cosine, -1..1, best first.
        lexical: Rows by BM25, above 0, best first.
        trust: Weight of the lexical score of a row, 0 or more; words tell little across languages.

    Returns:
        Rows with their fused scores, best first; ties in the order of the dense ranking.
    """
    scores = dict(dense)
    # A row that only the words found is at most as like as the last that meaning found.
    floor = min(scores.values(), default=0.0)
    best = lexical[0][1] if lexical else 1.0
    for row, score in lexical:
        scores[row] = scores.get(row, floor) + trust(row) * score / best
    return sorted(scores.items(), key=lambda item: -item[1])
