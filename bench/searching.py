"""Our exact search against plain FAISS in the same run: the same vectors, milliseconds a query.

    python bench/searching.py [PASSAGES]

The vectors are random and of the embedded model's size. Both search with `IndexFlatIP`, in turns; ours also
filters and gives rows with their scores.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import faiss
import numpy as np

from index.vectors import VectorIndex

DIMENSION, QUERIES, BEST = 384, 200, 100


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    passages = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    random = np.random.default_rng(0)
    vectors = random.standard_normal((passages, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    queries = vectors[random.integers(passages, size=QUERIES)]
    plain = faiss.IndexFlatIP(DIMENSION)
    plain.add(vectors)
    ours = VectorIndex.build(vectors)
    keep = random.random(passages) < 0.01
    times: dict[str, list[float]] = {"plain FAISS": [], "ours": [], "ours, 1 % of the rows kept": []}
    for query in queries:
        times["plain FAISS"].append(milliseconds(lambda query=query: plain.search(query[None], BEST)))
        times["ours"].append(milliseconds(lambda query=query: ours.search(query, BEST)))
        filtered = milliseconds(lambda query=query: ours.search(query, BEST, keep))
        times["ours, 1 % of the rows kept"].append(filtered)
        found = {row for row, _ in ours.search(query, BEST)}
        # Equal to rounding, the last of the best may be another.
        assert len(found.intersection(plain.search(query[None], BEST)[1][0].tolist())) >= BEST - 1
    base = statistics.median(times["plain FAISS"])
    print(f"{passages} vectors, {QUERIES} queries, the {BEST} best, medians")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name.ljust(28)}{median:8.2f} ms  {median / base:6.2f} of plain")


if __name__ == "__main__":
    main()
