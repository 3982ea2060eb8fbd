"""Retrieval: the passages that a question's words and meaning find, fused with the languages in mind.

The first ones of the fused ranking are ordered anew by weights (`retrieval.json`, fitted by
`scripts/train/rank.py`) over how like the question a passage and the rest of its article are, and how much of
the question's words they and the title have together.

A release that several publishers carry is read in one article and cited once, the others named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index import Article, Hit, Passage
from index.dedup import carries, precedence, runs_of, spoken
from index.models import EVERYTHING, Filter, Ranking
from rag.answer import Citation
from rag.lang.names import stems_of
from rag.lang.words import content_words, forms, rarities, translations, weight_of
from rag.query import Question
from rag.weights import softmax, weights_of

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.library import Library
    from index.models import Searchable
    from rag.reader import Reading


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


FITTED = Path(__file__).with_name("retrieval.json")

POOL = 40
"""Rows of the fused ranking that are ordered anew, at least."""

RANKED_BY = (
    "cosine",
    "lexical",
    "lexical_abroad",
    "titled",
    "covered",
    "length",
    "article_cosine",
    "article_lexical",
    "article_covered",
    "article_passages",
)
"""Features of the order; see `ranking_features`."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """A passage that was found.

    Attributes:
        article: What is the same for passages of one article.
        title: Of its article.
        text: Its own.
        cosine: With the question, -1..1; None where meaning did not find it.
        lexical: BM25 as a share of the best for the question, 0..1; 0 where words did not find it.
        abroad: Whether the article is in another language than the question.
    """

    article: str
    title: str
    text: str
    cosine: float | None
    lexical: float
    abroad: bool


def ranking_features(question: Question, pool: Sequence[Pooled]) -> NDArray[np.float64]:
    """Features of each passage, (passages, `RANKED_BY`), each of the order of 1.

    Its cosine, and its lexical score, which counts by itself where the languages differ; of the question's
    words, each weighing by its rarity in the pool, the share that the title has, and that it has with the
    title; its length; and of its article's passages in the pool the best cosine of another, the best lexical
    score, the greatest share, and how many others there are.

    Args:
        question: What is asked.
        pool: The passages.
    """
    if not pool:
        return np.zeros((0, len(RANKED_BY)))
    words = [forms(word, is_english=question.is_english) for word in content_words(question.text)]
    titles = {one.title: stems_of(one.title) for one in pool}
    known = [stems_of(one.text) | titles[one.title] for one in pool]
    has = [[bool(word & there) for word in words] for there in known]
    weights = np.array(rarities(has))
    whole = float(weights.sum()) or 1.0
    covered = np.array(has, dtype=float) @ weights / whole
    floor = min((one.cosine for one in pool if one.cosine is not None), default=0.0)
    cosines = np.array([floor if one.cosine is None else one.cosine for one in pool])
    together: dict[str, list[int]] = {}
    for row, one in enumerate(pool):
        together.setdefault(one.article, []).append(row)
    out = []
    for row, one in enumerate(pool):
        rows = together[one.article]
        title = weight_of(weights, (bool(word & titles[one.title]) for word in words)) / whole
        others = max((cosines[other] for other in rows if other != row), default=floor)
        out.append(
            (
                20 * cosines[row],
                one.lexical,
                one.lexical * one.abroad,
                title,
                covered[row],
                len(one.text) / 1000,
                20 * others,
                max(pool[other].lexical for other in rows),
                max(covered[other] for other in rows),
                min(len(rows) - 1, 4) / 4,
            )
        )
    return np.array(out)


def ranked(question: Question, pool: Sequence[Pooled]) -> list[tuple[int, float]]:
    """The positions of the passages, best first, each with the probability that it, and no other, answers."""
    weights = weights_of(RANKED_BY, FITTED)
    chances = softmax(ranking_features(question, pool) @ np.array([weights[name] for name in RANKED_BY]))
    return [(int(row), float(chances[row])) for row in np.argsort(-chances, kind="stable")]


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
        if not _is_covered(one, group) and len(kept) < k:
            group.append(one)
            kept.append(one)
    return [(one.row, one.score) if isinstance(one, _Taken) else one for one in kept]


def _is_covered(one: _Taken, taken: list[_Taken]) -> bool:
    """Whether a passage is in what other copies were taken of; it stands in for one of a later article."""
    others = [other for other in taken if other.passage.article_id != one.passage.article_id]
    for other in others:
        goes_first = precedence(one.passage.article) < precedence(other.passage.article)
        if goes_first and _part(other.runs, one.runs) >= NEARLY_ALL:
            other.row, other.passage, other.runs = one.row, one.passage, one.runs
            return True
    taken_runs = np.concatenate([np.zeros(0, np.uint64), *(other.runs for other in others)])
    return bool(others) and _part(one.runs, np.unique(taken_runs)) >= NEARLY_ALL


def _part(runs: NDArray[np.uint64], within: NDArray[np.uint64]) -> float:
    """The share of runs that are among others; 0 where there are none."""
    return len(np.intersect1d(runs, within, assume_unique=True)) / len(runs) if len(runs) else 0.0


def release_of(hit: Hit) -> str:
    """The key of a hit's release: the id of the first article that carries it."""
    return min((hit.passage.article, *hit.copies), key=precedence).id


def without_copies(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, what copies of a release say only once, from the article that goes before the others."""
    kept: list[Reading] = []
    first: dict[tuple[str, str], int] = {}
    for reading in readings:
        sentence = reading.sentence
        if not sentence.hit.copies:
            kept.append(reading)
            continue
        at = first.setdefault((release_of(sentence.hit), spoken(sentence.text)), len(kept))
        if at == len(kept):
            kept.append(reading)
        elif precedence(sentence.article) < precedence(kept[at].sentence.article) and (
            reading.spans or not kept[at].spans
        ):
            # One that was not read would not say which of its words answer.
            kept[at] = replace(reading, score=kept[at].score)
    return kept


def with_copies(citations: Iterable[Citation], hits: Sequence[Hit]) -> tuple[Citation, ...]:
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


DEPTH = 100
"""Rows that each ranking gives to the fusion."""

DEEPER = 2000
"""Rows that each gives where copies of a few releases take up the others."""

CROWD = 20
"""Articles that carry one release; where there are more, as many rows are looked at."""

TRUST_SAME = 0.05
TRUST_OTHER = 0.015
"""Weight of the best lexical score beside the cosine, by whether question and article share a language.

Chosen on dev data by nDCG@10: from 0.02 to 0.1 and from 0.005 to 0.03 the fused ranking is the best.
"""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A hit and where it came from.

    Attributes:
        hit: The passage; `score` is the probability that it answers rather than the others of the pool, 0..1,
            or, by the fused ranking alone, its fused score.
        cosine: With the question, -1..1; None where meaning did not find it.
        dense_rank: In that ranking, from 1; None where it is not in it.
        lexical_rank: In the ranking by words, from 1; None where it is not in it.
        lexical: BM25 as a share of the best, 0..1; 0 where words did not find it.
    """

    hit: Hit
    cosine: float | None
    dense_rank: int | None
    lexical_rank: int | None
    lexical: float = 0.0


class Retriever:
    """Searches one state of the library; cheap to make."""

    def __init__(self, index: Searchable, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder

    def search(self, question: Question, k: int = 10, chosen: Filter = EVERYTHING) -> list[FoundPassage]:
        """The `k` best passages, best first; fewer where fewer are chosen.

        What several copies of a release have is found once.
        """
        found = self.fused(question, max(k, POOL), chosen)
        order = ranked(question, [pooled(question, one) for one in found])[:k]
        return [
            replace(found[at], hit=replace(found[at].hit, score=score, rank=rank))
            for rank, (at, score) in enumerate(order, 1)
        ]

    def fused(self, question: Question, k: int, chosen: Filter = EVERYTHING) -> list[FoundPassage]:
        """The `k` best passages by the fused ranking alone; see `search`."""
        if chosen and not self.index.count(chosen):
            return []
        vector = self.embedder.encode([question.text], "query")[0]
        for depth in (DEPTH, DEEPER):
            dense = self.index.dense(vector, depth, chosen)
            lexical = self.index.lexical(lexical_query(question), depth, chosen)
            trusted = {row: trust(question.written_in, self.index.language(row)) for row, _ in lexical}
            fused = fuse(dense, lexical, trusted.__getitem__)
            carriers = self.index.carriers([row for row, _ in fused], chosen)
            best = collapse(fused, carriers, self.index.passage, k) if carriers else fused[:k]
            # A release that a hundred sites carry fills a ranking: the article that goes first may be behind.
            if not carriers or (len(best) == k and max(map(len, carriers.values())) <= CROWD):
                break
        cosines, scores = dict(dense), dict(lexical)
        dense_ranks = {row: rank for rank, (row, _) in enumerate(dense, 1)}
        lexical_ranks = {row: rank for rank, (row, _) in enumerate(lexical, 1)}
        return [
            FoundPassage(
                _hit(self.index.passage(row), score, rank, carriers.get(row, ())),
                cosines.get(row),
                dense_ranks.get(row),
                lexical_ranks.get(row),
                scores[row] / lexical[0][1] if row in scores else 0.0,
            )
            for rank, (row, score) in enumerate(best, 1)
        ]


def pooled(question: Question, found: FoundPassage) -> Pooled:
    """A passage that was found for a question, as it is ordered anew."""
    passage = found.hit.passage
    article = passage.article
    abroad = question.is_english != (article.language == "en")
    return Pooled(article.id, article.title, passage.text, found.cosine, found.lexical, abroad)


def embedded_model(library: Library) -> Embedder:
    """The embedded model, which weights were fitted for, whatever a library's passages are embedded by.

    Raises:
        ModelError: it cannot be had.
    """
    from index.embedder import load_embedder
    from index.settings import EMBEDDED

    if library.settings.embedder == EMBEDDED:
        return library.embedder
    return load_embedder(replace(library.settings, embedder=EMBEDDED))


def _hit(passage: Passage, score: float, rank: int, carriers: Collection[Article]) -> Hit:
    return Hit(passage, score, rank, tuple(one for one in carriers if one.id != passage.article_id))


def trust(question_language: str, article_language: str) -> float:
    """How much the words of a question tell about an article of this language."""
    return TRUST_SAME if question_language == article_language else TRUST_OTHER


def lexical_query(question: Question) -> str:
    """The question's words, and for an English one the Indonesian words that translations have for them."""
    if not question.is_english:
        return question.text
    bridged = [other for word in content_words(question.text) for other in translations(word)]
    return " ".join([question.text, *bridged])
