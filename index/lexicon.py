"""Exact search by words: BM25 (bm25s, Lucene's form) over our own terms.

Terms are lower-case and NFKC; a figure is one term, its separators written alike, so that `4,796` and `4.796`
meet; `negara-negara` is one `negara`; endings that are no part of an Indonesian word (-nya, -lah, -kah, -pun)
are dropped. Words without a topic are left out. `bench/lexical.py` compares these choices on a retrieval set.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged
from index.language import function_words

LEXICON = "2"
"""Changes whenever a text would give other terms or scores."""

K1 = 1.2
B = 0.75

FILE = "lexicon.json"
_FOLDER = "bm25"
TERM = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W_]+(?:['’][^\W_]+)?")
_REDUPLICATED = re.compile(r"\b([^\W\d_]{2,})-\1(?![^\W_]*-)")
_ENDINGS = ("nya", "lah", "kah", "pun")
_SHORTEST_STEM = 4
# Words that only look as if they had such an ending: "masalah" is no "masa".
_WHOLE = frozenset(
    """
    masalah permasalahan sekolah bersekolah istilah langkah melangkah majalah makalah sebelah mengolah
    pengolah diolah menikah sedekah berpisah menghimpun penghimpun dihimpun bertanya penanya
    """.split()
)


def terms(text: str) -> list[str]:
    """The words and figures of `text` that search goes by, in order."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _REDUPLICATED.sub(r"\1", text)
    return [stem(word) for word in TERM.findall(text) if word not in _stop_words()]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A lower-case word without its endings, a figure with its separators written alike."""
    if word[:1].isdigit():
        return word.replace(",", ".")
    if word in _WHOLE:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


@cache
def _stop_words() -> frozenset[str]:
    return function_words("id") | function_words("en")


class LexicalIndex:
    """Terms of texts and their BM25 weights; rows count from 0 in the order the texts were given."""

    def __init__(self, rows: int, weights: Any) -> None:
        self._rows = rows
        self._weights = weights

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """An index of `texts`."""
        return cls.of_terms([terms(text) for text in texts])

    @classmethod
    def of_terms(cls, documents: Sequence[Sequence[str]], k1: float = K1, b: float = B) -> LexicalIndex:
        """An index of texts that were split into terms already, to compare other ways of doing so."""
        import bm25s

        if not any(documents):
            return cls(len(documents), None)
        weights = bm25s.BM25(k1=k1, b=b, method="lucene")
        weights.index(
            [list(document) for document in documents], create_empty_token=False, show_progress=False
        )
        return cls(len(documents), weights)

    def __len__(self) -> int:
        return self._rows

    def search(self, query: str, k: int, keep: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The `k` rows that share most with `query` as `(row, BM25)`, best first, equal ones in row order.

        Args:
            query: A question or words.
            k: How many rows at most; a row that shares no term is none.
            keep: Shape `(n,)`; only rows where it is true are found, with the scores they have among all.

        Raises:
            ValueError: the mask has another shape.
        """
        return self.search_terms(terms(query), k, keep)

    def search_terms(
        self, wanted: Iterable[str], k: int, keep: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """As `search`, for terms."""
        if keep is not None and keep.shape != (self._rows,):
            raise ValueError(f"a mask has shape ({self._rows},), not {keep.shape}")
        known = [term for term in wanted if self._weights is not None and term in self._weights.vocab_dict]
        if not known or k <= 0:
            return []
        scores: NDArray[np.float32] = self._weights.get_scores(known)
        if keep is not None:
            scores = np.where(keep, scores, np.float32(0))
        found = np.flatnonzero(scores > 0)
        if len(found) > k:
            least = np.partition(scores[found], len(found) - k)[len(found) - k]
            found = found[scores[found] >= least]
        best = found[np.argsort(-scores[found], kind="stable")][:k]
        return [(int(row), float(scores[row])) for row in best]

    def save(self, directory: Path) -> None:
        """Write the index into `directory`.

        Raises:
            OSError: it cannot be written.
        """
        if self._weights is not None:
            self._weights.save(directory / _FOLDER, show_progress=False)
        description = {"version": LEXICON, "rows": self._rows, "weights": self._weights is not None}
        (directory / FILE).write_text(json.dumps(description), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> LexicalIndex:
        """Read the index that `save` wrote into `directory`; its weights are mapped, not copied, into memory.

        Raises:
            Damaged: a file is missing, unreadable or of another version.
        """
        import bm25s

        try:
            description = json.loads((directory / FILE).read_text(encoding="utf-8"))
            if description["version"] != LEXICON:
                raise ValueError(f"version {description['version']}")
            weights = None
            if description["weights"]:
                weights = bm25s.BM25.load(directory / _FOLDER, mmap=True, show_progress=False)
            return cls(int(description["rows"]), weights)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise Damaged(
                f"{directory / FILE} cannot be read ({error}); rebuild it with: tanya index"
            ) from error
