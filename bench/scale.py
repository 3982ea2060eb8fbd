"""How a library grows: build time, query latency, memory and disk from ten thousand passages to a million.

    python bench/scale.py --news ARTICLES.jsonl.gz [--sizes 10000 ...] [--work FOLDER] [--figures FOLDER]

What is real and what is made: the first articles are those of --news, with `title`, `body` and `source`. The
others recombine their sentences at random, four to a passage and five passages to an article, so that words
are as frequent as in news, but no new words come. A few thousand real passages are embedded, once; every
vector is a real one moved at random towards some of its fifty nearest, so that vectors crowd where real ones
do; how near their nearest are is printed beside that of real ones. A made vector knows nothing of its
passage's text. Questions are titles, with their own vectors; encoding one is not part of the latency.

Everything is kept in --work, and sizes that were measured are not measured again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from growing import FIRST_DAY, RARE_SOURCE, Vectors, article_of, articles, nearness, shuffled
from options import over_news, parser

from index import Article, Passage, Settings
from index.chunking import chunk, content_hash, embedded_text
from index.folder import FolderBackend
from index.library import Library
from index.models import Entry, Filter
from rag.query import understand
from rag.retrieval import Retriever

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
NAME, DIMENSION, QUESTIONS, EMBEDDED = "scale", 384, 400, 4000
FILTERS = {
    "none": {},
    "1 % by source": {"sources": (RARE_SOURCE,)},
    "0.1 % by day": {"since": FIRST_DAY, "until": FIRST_DAY + timedelta(days=3)},
    "30 % by day": {"since": FIRST_DAY, "until": FIRST_DAY + timedelta(days=1200)},
}


class Remembering:
    """An embedder that knows the vectors of the questions."""

    name, dimension, max_tokens = NAME, DIMENSION, 512

    def __init__(self, work: Path) -> None:
        self.questions: list[str] = json.loads((work / "questions.json").read_text(encoding="utf-8"))
        self._vectors = dict(zip(self.questions, np.load(work / "questions.npy"), strict=True))

    def encode(self, texts: list[str], _kind: str) -> np.ndarray:
        return np.stack([self._vectors[text] for text in texts])

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def prepare(work: Path, news: Path) -> None:
    """Embed real passages and the titles of their articles, once."""
    if (work / "passages.npy").exists():
        return
    from index.embedder import load_embedder

    embedder = load_embedder(Settings.load())
    texts: list[str] = []
    titles: list[str] = []
    for article in shuffled(news):
        titles.append(article.title)
        texts += [embedded_text(one) for one in chunk(article, 160, embedder.count_tokens)]
        if len(texts) >= EMBEDDED:
            break
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = np.empty((len(texts), DIMENSION), np.float32)
    for at in range(0, len(order), 64):
        some = order[at : at + 64]
        vectors[some] = embedder.encode([texts[one] for one in some], "passage")
        print(f"\r{at} of {len(texts)} real passages embedded", end="", flush=True)
    questions = list(dict.fromkeys(titles))[:QUESTIONS]
    (work / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
    np.save(work / "questions.npy", embedder.encode(questions, "query"))
    np.save(work / "passages.npy", vectors)


def fill(work: Path, news: Path, size: int) -> dict[str, Any]:
    """Put articles into the store until it has `size` passages."""
    vectors = Vectors(work, size)
    sample = vectors.make(len(vectors.real))
    print(
        f"real vectors: {nearness(vectors.real)}\nmade vectors: {nearness(sample)} (5th, 50th, 95th of 100)"
    )
    begun = time.perf_counter()
    home = FolderBackend(work / "home")
    with home.writing(create=True) as store:
        # The speed of a disk is not what is measured here; nothing else is relaxed.
        store._connection.execute("PRAGMA synchronous = OFF")
        store._connection.execute("PRAGMA cache_size = -400000")
        held = store._connection.execute("SELECT count(*) FROM passages").fetchone()[0]
        stored = {entry.id for entry in store.entries()}
        made = np.zeros((0, DIMENSION), np.float32)
        for article, passages in articles(news):
            if held >= size:
                break
            if article.id not in stored:
                if len(made) < len(passages):
                    made = np.concatenate([made, vectors.make(2000)])
                put(store, article, passages, made[: len(passages)])
                made = made[len(passages) :]
                held += len(passages)
    return {"put_s": time.perf_counter() - begun, "passages": held}


def put(store: Any, article: Article, passages: list[Passage], vectors: np.ndarray) -> None:
    contents = [content_hash(f"{article.id} {passage.start}") for passage in passages]
    entry = Entry(article.id, article.path, article.sha256, "scale", NAME)
    store.put(
        article,
        entry,
        list(zip(passages, contents, strict=True)),
        dict(zip(contents, vectors.astype(np.float32), strict=True)),
    )


def build(work: Path, *, anew: bool) -> dict[str, Any]:
    with FolderBackend(work / "home").writing() as store:
        begun, used = time.perf_counter(), time.process_time()
        store.renew(NAME, always=anew)
        return {
            "build_s": time.perf_counter() - begun,
            "build_cpu_s": time.process_time() - used,
            "build_peak_mb": peak(),
        }


def change(work: Path, *, remove: bool) -> dict[str, Any]:
    """Seconds until one article more, or one less, is searched."""
    home = FolderBackend(work / "home")
    vector = Vectors(work).make(1)
    with home.writing() as store:
        # What a process that has the index open does; opening it is measured by itself.
        store.shown()
        begun = time.perf_counter()
        if remove:
            store.delete(["satu"])
            store.withdraw()
        else:
            text = "Satu artikel lagi tentang ekspor kopi. Nilainya naik."
            article = article_of("satu", "Ekspor kopi", text, "Harian")
            put(store, article, [Passage(article, 0, len(text))], vector)
            store.renew(NAME)
        return {"remove_s" if remove else "add_s": time.perf_counter() - begun, "change_peak_mb": peak()}


def ask(work: Path) -> dict[str, Any]:
    """Latency of retrieval, its parts, and memory, in a process of its own."""
    embedder = Remembering(work)
    before = resident()
    begun = time.perf_counter()
    library = Library(Settings(home=work / "home"), embedder)  # type: ignore[arg-type]
    index = library.open()
    opened = time.perf_counter() - begun
    questions = [understand(text, "id", "id") for text in embedder.questions]
    retriever = Retriever(index, embedder)  # type: ignore[arg-type]
    told: dict[str, Any] = {"open_s": opened, "articles": index.count()}
    # At first every page comes from the disk; afterwards the system has those that are used.
    told |= timed("cold", retriever.search, questions)
    for name, values in FILTERS.items():
        search = partial(retriever.search, **values)  # type: ignore[arg-type]
        timed(name, search, questions[:50])
        told |= timed(name, search, questions)
    told |= timed(
        "dense alone", lambda one: index.dense(embedder.encode([one], "query")[0], 100), embedder.questions
    )
    told |= timed("lexical alone", lambda one: index.lexical(one, 100), embedder.questions)
    wanted = Filter(**FILTERS["1 % by source"])
    told["share by source"] = index.count(wanted) / index.count()
    return told | {"before_mb": before, **{f"{key}_mb": value for key, value in memory().items()}}


def check(work: Path) -> dict[str, Any]:
    """Recall of the ten nearest, against comparing every vector, for all questions and with a filter."""
    embedder = Remembering(work)
    index = Library(Settings(home=work / "home"), embedder).open()  # type: ignore[arg-type]
    queries = embedder.encode(embedder.questions, "query")
    segments = index.segments  # type: ignore[attr-defined]
    scores = [np.sort(queries @ one.vectors.vectors().T, axis=1)[:, -10:] for one in segments]
    # Several may be equally near; half precision rounds.
    least = np.sort(np.concatenate(scores, axis=1), axis=1)[:, -10] - 1e-5
    found = [[score for _, score in index.dense(query, 10)] for query in queries]
    hits = sum(sum(score >= near for score in one) for one, near in zip(found, least, strict=True))
    return {
        "recall@10": float(hits / (10 * len(queries))),
        "recall@10 at build": min((one["recall"] for one in index.description()["segments"]), default=1.0),
        "segments": len(segments),
        "vectors": sorted({one["vectors"] for one in index.description()["segments"]}),
    }


def timed(name: str, search: Callable[[Any], object], questions: list[Any]) -> dict[str, Any]:
    """Median and 95th of 100 of the milliseconds that a search takes, by the clock and of the processor."""
    clock, processor = [], []
    for question in questions:
        begun, used = time.perf_counter(), time.process_time()
        search(question)
        clock.append(1000 * (time.perf_counter() - begun))
        processor.append(1000 * (time.process_time() - used))
    return {
        f"{unit} {name}": [float(value) for value in np.percentile(times, [50, 95])]
        for unit, times in (("ms", clock), ("cpu ms", processor))
    }


def memory() -> dict[str, float]:
    """MB that this process holds: its own, and pages of files, which the system takes back when it must."""
    lines = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    )
    names = {"own": "RssAnon", "files": "RssFile", "peak": "VmHWM"}
    return {name: int(lines[key].split()[0]) / 1024 for name, key in names.items()}


def resident() -> float:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def disk(work: Path) -> dict[str, Any]:
    """MB of the current generation and of the store."""
    home = work / "home"
    current = home / "generations" / (home / "generations" / "CURRENT").read_text(encoding="ascii").strip()
    index = {path.stat().st_ino: path.stat().st_size for path in current.rglob("*") if path.is_file()}
    parts: dict[str, int] = {}
    for path in current.rglob("*.*"):
        parts[path.name] = parts.get(path.name, 0) + path.stat().st_size
    return {
        "index_mb": sum(index.values()) / 1e6,
        "store_mb": (home / "library.sqlite3").stat().st_size / 1e6,
        "vector_files_mb": sum(size for name, size in parts.items() if name.endswith(".faiss")) / 1e6,
    }


def alone(action: Callable[..., dict[str, Any]], *values: Any, **named: Any) -> dict[str, Any]:
    """Run it in a process of its own, so that its memory is its own too."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(action, *values, **named).result()


def measure(work: Path, news: Path, size: int) -> dict[str, Any]:
    told = alone(fill, work, news, size)
    told |= alone(build, work, anew=True)
    told |= alone(ask, work) | alone(check, work)
    told |= alone(change, work, remove=False)
    told |= alone(change, work, remove=True)
    return told | disk(work)


def table(results: list[dict[str, Any]]) -> str:
    lines = [
        "| passages | build s | add / remove one, s | open s | p50 / p95 ms | 1 % filter | 0.1 % | 30 % "
        "| recall@10 | own + mapped MB | build peak MB | index / store MB |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in results:
        spans = [f"{one[f'ms {name}'][0]:.0f} / {one[f'ms {name}'][1]:.0f}" for name in FILTERS]
        lines.append(
            f"| {one['passages']:,} | {one['build_s']:.0f} | {one['add_s']:.1f} / {one['remove_s']:.1f} | "
            f"{one['open_s']:.1f} | {' | '.join(spans)} | {one['recall@10']:.4f} | "
            f"{one['own_mb']:.0f} + {one['files_mb']:.0f} | {one['build_peak_mb']:.0f} | "
            f"{one['index_mb']:.0f} / {one['store_mb']:.0f} |"
        )
    return "\n".join(lines)


def plot(results: list[dict[str, Any]], folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(10, 7), layout="constrained")
    sizes = [one["passages"] for one in results]

    def draw(axis: Any, title: str, unit: str, lines: dict[str, list[float]], limit: float | None) -> None:
        for name, values in lines.items():
            axis.plot(sizes, values, "o-", label=name)
        if limit:
            axis.axhline(limit, color="grey", linestyle=":", label="aim")
        axis.set(xscale="log", title=title, xlabel="passages", ylabel=unit, ylim=(0, None))
        axis.legend()
        axis.grid(visible=True, alpha=0.3)

    build_lines = {"build": "build_s", "add one": "add_s", "remove one": "remove_s"}
    draw(axes[0, 0], "Index", "s", {n: [one[k] for one in results] for n, k in build_lines.items()}, None)
    latency = {f"p95, filter {name}": [one[f"ms {name}"][1] for one in results] for name in FILTERS}
    latency["p50, no filter"] = [one["ms none"][0] for one in results]
    draw(axes[0, 1], "Retrieval, question's vector given", "ms", latency, 50)
    memory_lines = {"own": "own_mb", "own and mapped files, peak": "peak_mb", "vectors": "vector_files_mb"}
    kept = {name: [one[key] for one in results] for name, key in memory_lines.items()}
    draw(axes[1, 0], "Memory of a reader", "MB", kept, 4000)
    kept = {"index": [one["index_mb"] for one in results], "store": [one["store_mb"] for one in results]}
    draw(axes[1, 1], "Disk", "MB", kept, None)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "scale.png", dpi=110)
    print(f"{folder / 'scale.png'}")


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="passages, ascending")
    options.add_argument("--work", type=Path, default=Path("build/scale"), help="where everything is kept")
    options.add_argument("--figures", type=Path, default=Path("build/scale/figures"))
    arguments = over_news(options)
    arguments.work.mkdir(parents=True, exist_ok=True)
    prepare(arguments.work, arguments.news)
    kept = arguments.work / "results.json"
    results: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for size in sorted(arguments.sizes):
        if str(size) not in results:
            results[str(size)] = measure(arguments.work, arguments.news, size)
            kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
        print(json.dumps(results[str(size)], indent=1), flush=True)
    measured = [results[str(size)] for size in sorted(arguments.sizes)]
    print(
        f"\n{os.cpu_count()} processors; retrieval is dense and lexical search, fusion and the ten best texts"
    )
    print(table(measured))
    plot(measured, arguments.figures)


if __name__ == "__main__":
    main()
