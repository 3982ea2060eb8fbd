"""Our encoding of passages and queries against plain `SentenceTransformer.encode`, in one run.

    python bench/embedding.py [ROUNDS]

Both load the same decoded folder and take turns; figures are medians over the rounds. A ratio above 1 means
that ours is faster. The passages are words of seeds/ in random order.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from index import Settings, weights
from index.embedder import THREADS, Embedder, load_embedder

ROOT = Path(__file__).resolve().parents[1]
PASSAGES, QUERIES, WORDS = 32, 20, 72


def invented(count: int, words: int) -> list[str]:
    """Texts of about 1.7 tokens a word."""
    generator = random.Random(5)
    known = " ".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.md"))
    ).split()
    return [" ".join(generator.choices(known, k=words)) for _ in range(count)]


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def memory() -> int:
    """The most MiB that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def start() -> Embedder:
    loaded: list[Embedder] = []
    cold = seconds(lambda: loaded.append(load_embedder(Settings.load())))
    first = seconds(lambda: loaded[0].encode(["Apa?"], "query"))
    print(f"ready after {cold:.2f} s, first query after {first * 1000:.0f} ms more, {memory()} MiB")
    return loaded[0]


def main(rounds: int) -> None:
    ours = start()
    passages, queries = invented(PASSAGES, WORDS), invented(QUERIES, 9)
    tokens = statistics.mean(ours.count_tokens(text) for text in passages)
    counted = seconds(lambda: [ours.count_tokens(text) for text in queries * 50])
    print(f"tokens of {QUERIES * 50 / counted:,.0f} sentences counted in a second")
    ours.encode(passages, "passage")
    print(f"{memory()} MiB after {PASSAGES} passages of {tokens:.0f} tokens")

    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(THREADS)
    plain = SentenceTransformer(str(weights.prepare(Settings.load().cache)), device="cpu")
    cosines = (ours.encode(passages, "passage") * plain.encode_document(passages)).sum(axis=1)
    print(f"cosine to plain sentence-transformers at least {np.min(cosines):.6f}")
    rivals: dict[str, tuple[Callable[[], object], int]] = {
        "passages, ours": (lambda: ours.encode(passages, "passage"), PASSAGES),
        "passages, plain": (lambda: plain.encode_document(passages), PASSAGES),
        "passages, plain in batches of 4": (lambda: plain.encode_document(passages, batch_size=4), PASSAGES),
        "queries, ours": (lambda: [ours.encode([text], "query") for text in queries], QUERIES),
        "queries, plain": (lambda: [plain.encode_query(text) for text in queries], QUERIES),
    }
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, (action, _count) in rivals.items():
            times[name].append(seconds(action))
    for name, (_, count) in rivals.items():
        kind = name.partition(",")[0]
        each = statistics.median(times[name]) / count
        ratio = statistics.median(t / o for t, o in zip(times[name], times[f"{kind}, ours"], strict=True))
        print(f"{name:32} {each * 1000:7.1f} ms each {1 / each:7.1f} a second   ratio {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
