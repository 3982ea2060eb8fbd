"""Our encoding of passages and queries against plain `SentenceTransformer.encode`, in one run.

    python bench/embedding.py [--news ARTICLES.jsonl.gz] [--retrieval FOLDER ...] [--passages N] [--rounds N]

The passages are those of the articles in --news, as they are indexed; without it, words of seeds/ in random
order. Ours, at 8 bits and in fp32, and plain sentence-transformers encode the same ones from the same decoded
folder, in turns, on as many threads; a ratio is the median over the rounds, above 1 where ours at 8 bits is
faster. "processor" is what all threads together used, which other programs on the machine disturb less than
the clock. Beside the speed stands what it costs: cosines to fp32, how many of the ten nearest stay the same,
and, for each BEIR-layout FOLDER, Success@1 and Success@10 of both.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from growing import shuffled
from options import parser

from index import Settings
from index.chunking import chunk, embedded_text
from index.embedder import EXACT, THREADS, Embedder, load_embedder
from rag.evaluation.tasks import load_collection, retrieval_scores
from scripts.train.encoder import prepare

if TYPE_CHECKING:
    from index.embedder import Array

ROOT = Path(__file__).resolve().parents[1]
QUERIES, WORDS = 20, 72
PLAIN_BATCHES = (32, 8, 4, 1)


def invented(count: int, words: int) -> list[str]:
    """Texts of about 1.7 tokens a word."""
    generator = random.Random(5)
    known = " ".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.md"))
    ).split()
    return [" ".join(generator.choices(known, k=words)) for _ in range(count)]


def real(news: Path, count: int, embedder: Embedder) -> list[str]:
    texts: list[str] = []
    for article in shuffled(news):
        texts += [embedded_text(one) for one in chunk(article, 160, embedder.count_tokens)]
        if len(texts) >= count:
            break
    return texts[:count]


def spent(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - started, time.process_time() - used


def memory() -> int:
    """The most MiB that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def start() -> Embedder:
    loaded: list[Embedder] = []
    cold, _ = spent(lambda: loaded.append(load_embedder(Settings.load())))
    first, _ = spent(lambda: loaded[0].encode(["Apa?"], "query"))
    print(f"ready after {cold:.2f} s, first query after {first * 1000:.0f} ms more, {memory()} MiB")
    bulk, _ = spent(lambda: loaded[0].encode(["Ini."], "passage"))
    print(f"first passage after {bulk:.2f} s, {memory()} MiB")
    return loaded[0]


def nearest(queries: Array, passages: Array, count: int = 10) -> np.ndarray:
    return np.argsort(-(queries @ passages.T), axis=1, kind="stable")[:, :count]


def overlap(some: np.ndarray, others: np.ndarray) -> float:
    """The share of each row of one that is in the same row of the other."""
    shared = [len({*one} & {*other}) / len(one) for one, other in zip(some, others, strict=True)]
    return statistics.mean(shared)


def compare(ours: Embedder, exact: Embedder, texts: list[str], queries: list[str]) -> None:
    mine, true = ours.encode(texts, "passage"), exact.encode(texts, "passage")
    cosines = (mine * true).sum(axis=1)
    asked = ours.encode(queries, "query")
    same = overlap(nearest(asked, mine), nearest(asked, true))
    print(
        f"8 bits to fp32: cosine at least {cosines.min():.5f}, median {np.median(cosines):.5f}; "
        f"{same:.3f} of the ten nearest are the same, {len(queries)} questions among {len(texts)} passages"
    )


def retrieve(folder: Path, ours: Embedder, exact: Embedder) -> None:
    """Success of the dense ranking alone, passages by each, queries the same."""
    collection = load_collection(folder)
    keys, texts = list(collection.documents), list(collection.documents.values())
    asked = ours.encode(list(collection.queries.values()), "query")
    tops = []
    for name, embedder in (("8 bits", ours), ("fp32", exact)):
        best = nearest(asked, embedder.encode(texts, "passage"))
        tops.append(best)
        run = {
            query: [(keys[row], -float(rank)) for rank, row in enumerate(rows)]
            for query, rows in zip(collection.queries, best, strict=True)
        }
        found = retrieval_scores(run, collection.qrels)
        print(
            f"{folder.name}, {name}: Success@1 {found['success@1']:.4f} Success@10 {found['success@10']:.4f} "
            f"nDCG@10 {found['ndcg@10']:.4f}, {len(asked)} queries among {len(texts)} passages"
        )
    print(f"{folder.name}: {overlap(*tops):.4f} of the ten nearest are the same")


def race(
    ours: Embedder, exact: Embedder, plain: Any, passages: list[str], queries: list[str], rounds: int
) -> None:
    rivals: dict[str, tuple[Callable[[], object], int]] = {
        "passages, 8 bits": (lambda: ours.encode(passages, "passage"), len(passages)),
        "passages, fp32": (lambda: exact.encode(passages, "passage"), len(passages)),
    }
    for size in PLAIN_BATCHES:
        rivals[f"passages, plain in batches of {size}"] = (
            lambda size=size: plain.encode_document(passages, batch_size=size),  # type: ignore[misc]
            len(passages),
        )
    rivals["queries, 8 bits"] = (lambda: [ours.encode([text], "query") for text in queries], len(queries))
    rivals["queries, plain"] = (lambda: [plain.encode_query(text) for text in queries], len(queries))
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, (action, _count) in rivals.items():
            times[name].append(spent(action))
    for name, (_, count) in rivals.items():
        base = times[f"{name.partition(',')[0]}, 8 bits"]
        clock, used = (statistics.median(one[at] for one in times[name]) / count for at in (0, 1))
        ratios = [
            statistics.median(one[at] / other[at] for one, other in zip(times[name], base, strict=True))
            for at in (0, 1)
        ]
        print(
            f"{name:34}{clock * 1000:7.1f} ms each {1 / clock:7.1f} a second   ratio {ratios[0]:.2f}"
            f"   processor {used * 1000:7.1f} ms   ratio {ratios[1]:.2f}"
        )


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--retrieval", type=Path, nargs="*", default=[], help="folders in the BEIR layout")
    options.add_argument("--passages", type=int, default=64)
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    ours, exact = start(), load_embedder(Settings.load(), EXACT)
    count = arguments.passages
    passages = real(arguments.news, count, ours) if arguments.news else invented(count, WORDS)
    queries = [text.splitlines()[0] for text in passages] if arguments.news else invented(QUERIES, 9)
    queries = list(dict.fromkeys(queries))[:QUERIES]
    tokens = statistics.mean(ours.count_tokens(text) for text in passages)
    counted, _ = spent(lambda: [ours.count_tokens(text) for text in queries * 50])
    print(f"tokens of {len(queries) * 50 / counted:,.0f} sentences counted in a second")

    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(THREADS)
    plain = SentenceTransformer(str(prepare(Settings.load().cache)), device="cpu")
    cosines = (exact.encode(passages, "passage") * plain.encode_document(passages)).sum(axis=1)
    print(f"cosine of fp32 to plain sentence-transformers at least {np.min(cosines):.6f}")
    compare(ours, exact, passages, queries)
    load = os.getloadavg()[0]
    print(f"{len(passages)} passages of {tokens:.0f} tokens, {THREADS} threads, load before {load:.1f}")
    race(ours, exact, plain, passages, queries, arguments.rounds)
    for folder in arguments.retrieval:
        retrieve(folder, ours, exact)


if __name__ == "__main__":
    main()
