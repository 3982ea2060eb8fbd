"""The shipped reader's exact graph against its 8-bit one, in one run.

    python bench/reading.py [ROUNDS]

Each reads the passages of seeds/ for the questions of seeds/, five passages at a time as an answer does; they
take turns, and figures are medians over the rounds. Beside its speed stands how far each reads like the exact
graph: the share of equal best spans of a passage, and the mean difference of their margins over "no answer".
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from index import Settings, e5
from index.chunking import chunk
from index.embedder import TOKENIZER_FILES, prepare_quick
from index.files import read_article, read_bytes
from index.onnx_graph import Precision, build, save
from rag.evaluation.cases import load_cases
from rag.reader import ADAPTERS, PACKED, BuiltInModel, Candidate, Window, candidates, heading, unpack

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE, LETTERS, QUESTIONS = 5, 520, 24


def models(folder: Path, cache: Path) -> dict[str, BuiltInModel]:
    """The exact graph first, then the rounded ones."""
    tokenizer = prepare_quick(cache, *TOKENIZER_FILES)
    encoder = e5.read(e5.locate())
    trained = {name.removeprefix("bert."): tensor for name, tensor in unpack(PACKED, *ADAPTERS).items()}
    found: dict[str, BuiltInModel] = {}
    precisions: tuple[Precision, ...] = ("float", "rows")
    for precision in precisions:
        (folder / precision).mkdir()
        built = build({**encoder.tensors, **trained}, encoder.shape, "reader", precision)
        save(built, folder / precision)
        found[precision] = BuiltInModel(folder / precision, tokenizer)
    return found


def passages() -> list[Window]:
    articles = [read_article(p, read_bytes(p), p.stem) for p in sorted((ROOT / "seeds").glob("*.md"))]
    return [
        Window(heading(article), passage.text)
        for article in articles
        for passage in chunk(article, LETTERS, len)
    ]


def spans(model: BuiltInModel, question: str, windows: list[Window]) -> list[Candidate]:
    read = model.outputs(question, windows)
    return [
        max(candidates(number, window, read[number]), key=lambda one: one.margin)
        for number, window in enumerate(windows)
    ]


def main(rounds: int) -> None:
    questions = [case.question for case in load_cases(ROOT / "seeds")][:QUESTIONS]
    texts = passages()
    asked = [(q, [texts[(i + k) % len(texts)] for k in range(AT_ONCE)]) for i, q in enumerate(questions)]
    with tempfile.TemporaryDirectory() as folder:
        readers = models(Path(folder), Settings.load().cache)
        times: dict[str, list[float]] = {name: [] for name in readers}
        found: dict[str, list[Candidate]] = {}
        for turn in range(rounds + 1):
            for name, model in readers.items():
                out: list[Candidate] = []
                for question, contexts in asked:
                    started = time.perf_counter()
                    out += spans(model, question, contexts)
                    if turn:  # the first round warms up
                        times[name].append(1000 * (time.perf_counter() - started))
                found[name] = out
    plain = found["float"]
    base = statistics.median(times["float"])
    for name, measured in times.items():
        pairs = list(zip(plain, found[name], strict=True))
        same = sum(a.span == b.span for a, b in pairs) / len(pairs)
        apart = statistics.mean(abs(a.margin - b.margin) for a, b in pairs)
        median = statistics.median(measured)
        print(
            f"{name}: {median:.0f} ms for {AT_ONCE} passages, ratio {base / median:.2f};"
            f" equal spans {same:.3f}, margin apart {apart:.3f} ({len(pairs)} readings)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
