"""Retrieval: the passages that a question's words and meaning find, fused with the languages in mind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from index import Article, Hit, Passage
from index.models import Filter
from rag.copies import collapse
from rag.fusion import fuse
from rag.glossary import indonesian
from rag.question import Question
from rag.words import content_words

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.models import Searchable

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
class Found:
    """A hit and where it came from: its ranks, from 1, in each ranking, None where it was not in it."""

    hit: Hit
    cosine: float | None
    dense_rank: int | None
    lexical_rank: int | None


class Retriever:
    """Searches one state of the library; cheap to make."""

    def __init__(self, index: Searchable, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder

    def search(
        self,
        question: Question,
        k: int = 10,
        *,
        since: date | None = None,
        until: date | None = None,
        sources: Collection[str] = (),
    ) -> list[Found]:
        """The `k` best passages, best first; fewer where the filters leave fewer.

        What several copies of a release have is found once.
        """
        chosen = Filter(since, until, tuple(sources))
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
        cosines = dict(dense)
        dense_ranks = {row: rank for rank, (row, _) in enumerate(dense, 1)}
        lexical_ranks = {row: rank for rank, (row, _) in enumerate(lexical, 1)}
        return [
            Found(
                _hit(self.index.passage(row), score, rank, carriers.get(row, ())),
                cosines.get(row),
                dense_ranks.get(row),
                lexical_ranks.get(row),
            )
            for rank, (row, score) in enumerate(best, 1)
        ]


def _hit(passage: Passage, score: float, rank: int, carriers: Collection[Article]) -> Hit:
    return Hit(passage, score, rank, tuple(one for one in carriers if one.id != passage.article_id))


def trust(question_language: str, article_language: str) -> float:
    """How much the words of a question tell about an article of this language."""
    return TRUST_SAME if question_language == article_language else TRUST_OTHER


def lexical_query(question: Question) -> str:
    """The question's words, and for an English one the Indonesian words that say the same."""
    if not question.is_english:
        return question.text
    bridged = [other for word in content_words(question.text) for other in indonesian(word)]
    return " ".join([question.text, *bridged])
