"""Indexing (parse, chunk, embed, store, publish) against encoding the same passages alone, in one run.

    python bench/indexing.py --news ARTICLES.jsonl.gz [--articles N] [--rounds N]

The articles are records of one file in an empty library. "processor" is what all threads together used, which
other programs on the machine disturb less than the clock: the share that is not encoding is what the rest
costs, and where it is done while passages are encoded, the clock shows less of it. Each round also indexes
the articles without what `tanya index` extracts of them.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from growing import shuffled
from options import over_news, parser

from index import Article, Settings
from index.chunking import chunk, embedded_text
from index.embedder import Embedder, load_embedder
from index.library import Library
from index.models import Extractor
from rag import extractors


def spent(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - started, time.process_time() - used


def indexed(
    articles: Sequence[Article], embedder: Embedder, extractors: Sequence[Extractor]
) -> tuple[tuple[float, float], list[Article]]:
    """What it takes to index articles in an empty library, and these as they are stored."""
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / "berita.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for one in articles:
                record = {"id": one.id, "title": one.title, "text": one.text, "source": one.source}
                lines.write(json.dumps(record) + "\n")
        library = Library(Settings(home=Path(made) / "home"), embedder)
        took = spent(lambda: library.add([file], extractors=extractors))
        stored = library.articles()
        library.close()
    return took, stored


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=1)
    arguments = over_news(options)
    embedder = load_embedder(Settings.load())
    embedder.encode(["Siap."], "passage")
    articles = shuffled(arguments.news)[: arguments.articles]
    shares: list[tuple[float, float]] = []
    for number in range(arguments.rounds):
        times: dict[bool, tuple[float, float]] = {}
        for extracting in (False, True) if number % 2 else (True, False):
            times[extracting], stored = indexed(articles, embedder, extractors() if extracting else ())
        whole, without = times[True], times[False]
        texts = [embedded_text(one) for a in stored for one in chunk(a, 160, embedder.count_tokens)]
        texts = list(dict.fromkeys(texts))
        bare = spent(lambda texts=texts: embedder.encode(texts, "passage"))  # type: ignore[misc]
        shares.append((bare[0] / whole[0], bare[1] / whole[1]))
        passages, count = len(texts), len(stored)
        print(
            f"{count} articles, {passages} passages: indexed {passages / whole[0]:.1f} a second, "
            f"encoded alone {passages / bare[0]:.1f}; processor {1000 * whole[1] / passages:.1f} ms each "
            f"and {1000 * bare[1] / passages:.1f}; articles a second {count / whole[0]:.1f}, "
            f"{count / without[0]:.1f} without extracting, processor {1000 * whole[1] / count:.1f} ms each "
            f"and {1000 * without[1] / count:.1f}; load {os.getloadavg()[0]:.1f}"
        )
    clock, used = (statistics.median(one[at] for one in shares) for at in (0, 1))
    print(f"indexing runs at {clock:.2f} of the encoder's speed by the clock, {used:.2f} by the processor")


if __name__ == "__main__":
    main()
