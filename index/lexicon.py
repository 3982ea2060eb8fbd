"""Exact search by words: BM25 (Lucene's form) over our own terms.

Terms are lower-case and NFKC; a figure is one term, its separators written alike, so that `4,796` and `4.796`
meet; `negara-negara` is one `negara`; endings that are no part of an Indonesian word (-nya, -lah, -kah, -pun)
are dropped. Words without a topic are left out. `bench/lexical.py` compares these choices on a retrieval set.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from index.language import function_words
from index.postings import Collecting, Postings, Rows, digest
from index.searching import Ranking

LEXICON = "3"
"""Changes whenever a text would give other terms or scores."""

K1 = 1.2
B = 0.75

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
    if "-" in text:
        text = _REDUPLICATED.sub(r"\1", text)
    left_out = _stop_words()
    return [stem(word) for word in TERM.findall(text) if word not in left_out]


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


Mask = NDArray[np.bool_]


class LexicalIndex:
    """Postings of one or several runs of rows, ranked as if they were one; only those of a query are read."""

    def __init__(self, parts: Sequence[Postings], k1: float = K1, b: float = B) -> None:
        """Take the postings; rows count on from one to the next."""
        self._parts = parts
        self._k1 = k1
        self._firsts = np.cumsum([0, *(len(part.sizes) for part in parts)])
        total = sum(int(part.sizes.sum()) for part in parts)
        average = total / max(len(self), 1) or 1.0
        # What the length of a row adds below the line, once for all queries.
        self._norms = [(k1 * (1 - b) + (k1 * b / average) * part.sizes).astype(np.float32) for part in parts]

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """An index of `texts`."""
        return cls.of_terms(terms(text) for text in texts)

    @classmethod
    def of_terms(cls, documents: Iterable[Iterable[str]], k1: float = K1, b: float = B) -> LexicalIndex:
        """An index of texts that were split into terms already, to compare other ways of doing so."""
        collecting = Collecting()
        for document in documents:
            collecting.add(document)
        return cls([collecting.postings()], k1, b)

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def search(self, query: str, k: int, keep: Mask | None = None) -> Ranking:
        """The `k` rows that share most with `query` as `(row, BM25)`, best first, equal ones in row order.

        Args:
            query: A question or words.
            k: How many rows at most; a row that shares no term is none.
            keep: Shape `(n,)`; only rows where it is true are found, with the scores they have among all.

        Raises:
            ValueError: the mask has another shape.
        """
        return self.search_terms(terms(query), k, keep)

    def search_terms(self, wanted: Iterable[str], k: int, keep: Mask | None = None) -> Ranking:
        """As `search`, for terms."""
        if keep is not None and keep.shape != (len(self),):
            raise ValueError(f"a mask has shape ({len(self)},), not {keep.shape}")
        if k <= 0:
            return []
        found = self._found(wanted)
        rows, scores = np.zeros(0, np.int64), np.zeros(0, np.float32)
        for number, first in enumerate(self._firsts[:-1]):
            least = float(np.partition(scores, len(scores) - k)[len(scores) - k]) if len(scores) >= k else 0.0
            lists = [(weight, *of_part[number]) for weight, of_part in found]
            mask = None if keep is None else keep[first : self._firsts[number + 1]]
            best, sums = best_rows(lists, self._norms[number], k, least, mask)
            rows, scores = np.concatenate([rows, best + first]), np.concatenate([scores, sums])
        order = np.argsort(-scores, kind="stable")[:k]
        return [(int(rows[at]), float(scores[at])) for at in order]

    def _found(self, wanted: Iterable[str]) -> list[tuple[float, list[tuple[Rows, NDArray[np.uint16]]]]]:
        """The weight and postings, for each part, of every known term, the rarest first."""
        found = []
        for term, times in Counter(wanted).items():
            key = digest(term)
            lists = [part.of(key) for part in self._parts]
            if held := sum(len(rows) for rows, _ in lists):
                weight = float(np.log1p((len(self) - held + 0.5) / (held + 0.5)))
                found.append((times * weight, lists))
        return sorted(found, key=lambda one: -one[0])


def best_rows(
    lists: Sequence[tuple[float, Rows, NDArray[np.uint16]]],
    norms: NDArray[np.float32],
    k: int,
    least: float = 0.0,
    keep: Mask | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The `k` rows of the greatest score, or more where scores are equal, ascending, with their scores.

    A list is read in full only while a row that no list before has named could still be among the best; after
    that only what it says of the rows in question ("MaxScore", Turtle & Flood, "Query Evaluation: Strategies
    and Optimizations", 1995).

    Args:
        lists: Weight, rows and counts of each term, the heaviest first.
        norms: What the length of each row adds below the line.
        k: How many rows at most.
        least: A score that has been reached `k` times elsewhere.
        keep: Only rows where it is true count.
    """
    scores = np.zeros(len(norms), np.float32)
    rest = sum(weight for weight, _, _ in lists)
    named: list[NDArray[np.int64]] = []
    candidates: NDArray[np.int64] | None = None
    for weight, rows, counts in lists:
        if candidates is None and named and len(rows) > _WORTHWHILE:
            least = max(least, _reached(scores, named, k))
            # A score is at most its weight; rounding must not cost a row its place.
            if rest < least * (1 - _ROUNDING):
                candidates = _at_least(scores, named, least - rest)
        rest -= weight
        if candidates is not None:
            at = np.searchsorted(rows, candidates)
            at[at == len(rows)] = 0
            same = rows[at] == candidates if len(rows) else np.zeros(len(candidates), bool)
            hit, times = candidates[same], counts[at[same]]
        elif keep is not None:
            held = keep[rows]
            hit, times = rows[held].astype(np.int64), counts[held]
        else:
            hit, times = rows.astype(np.int64), counts
        often = times.astype(np.float32)
        scores[hit] += np.float32(weight) * (often / (often + norms[hit]))
        if candidates is None:
            named.append(hit)
    best = _at_least(scores, named, max(least, _reached(scores, named, k)))
    return best, scores[best]


_WORTHWHILE = 2000
"""Rows of a term from which it pays to ask whether all of them must be read."""

_ROUNDING = 1e-5


def _reached(scores: NDArray[np.float32], named: Sequence[NDArray[np.int64]], k: int) -> float:
    """A score that at least `k` of the named rows reach; 0 where they are fewer."""
    # Within one list rows are named once, so that it gives a first bound without sorting all of them.
    bounds = [np.partition(scores[rows], len(rows) - k)[len(rows) - k] for rows in named if len(rows) >= k]
    seen = _at_least(scores, named, float(max(bounds, default=0.0)))
    if len(seen) < k:
        return 0.0
    return float(np.partition(scores[seen], len(seen) - k)[len(seen) - k])


def _at_least(
    scores: NDArray[np.float32], named: Sequence[NDArray[np.int64]], least: float
) -> NDArray[np.int64]:
    """The named rows of such a score, each once, ascending."""
    least *= 1 - _ROUNDING
    reaching = [rows[scores[rows] >= least] for rows in named]
    return np.unique(np.concatenate(reaching)) if reaching else np.zeros(0, np.int64)
