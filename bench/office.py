"""What an office waits for and what its machine carries, beside what a user would build.

    python bench/office.py [--home LIBRARY] [--questions FILE.jsonl] [--against CHECKOUT] [--rounds N]

In each round, in turns: `tanya ask` once; `tanya serve` until `/readyz`, what it keeps in memory once it
has answered, and the processor that it takes while nobody asks; each question by itself through the API;
and 20 who open the page and ask at once. Figures are medians over the rounds; the ratio is the median of
those of each round, below 1 where this checkout takes less. "processor" is what all threads took, which
other programs disturb less than the clock. Plain is what a user would build: sentence-transformers with the
same encoder, an exact FAISS index over the same passages, and a question-answering model of transformers
with the weights of the shipped reader, which reads the five nearest passages.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import visitors

from rag.evaluation.cases import load_cases

ROOT = Path(__file__).resolve().parents[1]
ASKERS, QUIET, PATIENCE = 20, 5.0, 180.0

PLAIN = """
import json, resource, sys, time
begun = time.perf_counter()
import faiss, numpy as np, psutil, torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

torch.set_num_threads(2)
encoder, reader, passages, questions = sys.argv[1:]
texts = json.loads(open(passages).read())
embedder = SentenceTransformer(encoder, device="cpu")
tokenizer = AutoTokenizer.from_pretrained(reader)
model = AutoModelForQuestionAnswering.from_pretrained(reader).eval()
index = faiss.read_index(passages + ".faiss")

def ask(question):
    _, rows = index.search(embedder.encode_query([question], normalize_embeddings=True), 5)
    best = (-1e9, "")
    encoded = tokenizer([question] * 5, [texts[row] for row in rows[0]], truncation=True, max_length=288,
                        padding=True, return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")
    with torch.inference_mode():
        output = model(**encoded)
    for at, row in enumerate(rows[0]):
        start, end = int(output.start_logits[at].argmax()), int(output.end_logits[at].argmax())
        score = float(output.start_logits[at, start] + output.end_logits[at, end])
        best = max(best, (score, texts[row][offsets[at, start, 0]:offsets[at, end, 1]]))
    return best[1]

asked = json.loads(questions)
ask(asked[0])
ready, used = time.perf_counter() - begun, sum(psutil.Process().cpu_times()[:2])
times = []
for question in asked:
    at = time.perf_counter()
    ask(question)
    times.append(time.perf_counter() - at)
after = sum(psutil.Process().cpu_times()[:2])
print(json.dumps({"first answer, s": ready, "first answer, processor s": used,
                  "memory, MB": psutil.Process().memory_info().rss / 2**20,
                  "answer, median s": sorted(times)[len(times) // 2],
                  "answer, 95th s": sorted(times)[int(.95 * (len(times) - 1))],
                  "answer, processor s": (after - used) / len(times)}))
"""

Figures = dict[str, float]


def one_shot(checkout: Path, home: Path, question: str) -> Figures:
    """`tanya ask`, in a process of its own."""
    before, begun = os.times(), time.perf_counter()
    subprocess.run(
        command(home, "ask", question),
        env=environment(checkout),
        cwd=checkout,
        capture_output=True,
        check=False,
    )
    took, after = time.perf_counter() - begun, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {"tanya ask, s": took, "tanya ask, processor s": used}


def command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "rag.cli", "--home", str(home), *arguments]


def environment(checkout: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(checkout), "TANYA_RATE": "100000"}


def used_by(server: psutil.Process) -> float:
    times = server.cpu_times()
    return times.user + times.system


def served(checkout: Path, home: Path, questions: list[str]) -> Figures:
    """A server from its start to twenty who ask at once."""
    found: Figures = {}
    begun = time.perf_counter()
    started = subprocess.Popen(
        command(home, "serve", "--port", str(visitors.PORT)),
        env=environment(checkout),
        stderr=subprocess.DEVNULL,
        cwd=checkout,
    )
    server = psutil.Process(started.pid)
    try:
        while True:
            try:
                if httpx.get(f"{visitors.ADDRESS}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            if time.perf_counter() - begun > PATIENCE:
                raise TimeoutError("the server did not get ready")
            time.sleep(0.05)
        found["serve until ready, s"] = time.perf_counter() - begun
        found["serve until ready, processor s"] = used_by(server)
        with visitors.program() as ask:
            ask(questions[0])
            times, before = [], used_by(server)
            for question in questions:
                at = time.perf_counter()
                ask(question)
                times.append(time.perf_counter() - at)
            found["answer, median s"] = statistics.median(times)
            found["answer, 95th s"] = sorted(times)[int(0.95 * (len(times) - 1))]
            found["answer, processor s"] = (used_by(server) - before) / len(times)
        found["memory, MB"] = server.memory_info().rss / 2**20
        before = used_by(server)
        time.sleep(QUIET)
        found["idle, % of a core"] = 100 * (used_by(server) - before) / QUIET
        before = used_by(server)
        times, errors = visitors.measure(visitors.browser, questions, ASKERS, 1)
        found[f"{ASKERS} at once, median s"] = statistics.median(times)
        found[f"{ASKERS} at once, 95th s"] = sorted(times)[int(0.95 * (len(times) - 1))]
        found[f"{ASKERS} at once, processor s each"] = (used_by(server) - before) / ASKERS
        found[f"{ASKERS} at once, errors"] = len(errors)
        found[f"memory after {ASKERS} at once, MB"] = server.memory_info().rss / 2**20
    finally:
        started.terminate()
        started.wait(timeout=60)
    return found


def plain_parts(work: Path, home: Path) -> tuple[Path, Path, Path]:
    """What plain loads: the encoder's folder, that of the reader, and passages beside their index."""
    import faiss
    import numpy as np
    from safetensors.numpy import load_file, save_file

    from index import Settings
    from index.library import Library
    from rag.reader import ADAPTERS, PACKED, unpack
    from scripts.train.encoder import prepare

    encoder, reader = prepare(Settings.load().cache), work / "reader"
    reader.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(encoder / name, reader / name)
    about = json.loads((encoder / "config.json").read_text()) | {
        "architectures": ["BertForQuestionAnswering"]
    }
    (reader / "config.json").write_text(json.dumps(about))
    trained = {name.removeprefix("bert."): tensor for name, tensor in unpack(PACKED, *ADAPTERS).items()}
    state = {**load_file(encoder / "model.safetensors"), **trained}
    head = {"qa_outputs.weight": state.pop("head.weight")[:2], "qa_outputs.bias": state.pop("head.bias")[:2]}
    whole = {f"bert.{name}": tensor for name, tensor in state.items() if not name.startswith("pooler")}
    save_file(
        {name: np.ascontiguousarray(one) for name, one in {**whole, **head}.items()},
        reader / "model.safetensors",
        {"format": "pt"},
    )
    library = Library(replace(Settings.load(), home=home))
    index: Any = library.open()
    exact = faiss.IndexFlatIP(384)
    for segment in index.segments:
        exact.add(np.ascontiguousarray(segment.vectors.vectors(), np.float32))
    passages = work / "passages.json"
    passages.write_text(json.dumps([index.passage(row).text for row in range(len(index))]))
    faiss.write_index(exact, f"{passages}.faiss")
    print(f"{library.count()} articles, {len(index)} passages")
    return encoder, reader, passages


def plain(parts: tuple[Path, Path, Path], questions: list[str]) -> Figures:
    """The same questions asked of what a user would build, in a process of its own."""
    arguments = [sys.executable, "-c", PLAIN, *map(str, parts), json.dumps(questions)]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    found: Figures = json.loads(run.stdout.splitlines()[-1])
    return found


def tell(name: str, rounds: list[Figures], against: list[Figures]) -> None:
    """Medians of one side, and of the ratios of the other to it round by round."""
    print(f"{name}, {len(rounds)} rounds")
    for what in rounds[0]:
        line = f"  {what:38}{statistics.median(one[what] for one in rounds):10.2f}"
        if against:
            other = statistics.median(one[what] for one in against)
            pairs = [
                here[what] / there[what] for here, there in zip(rounds, against, strict=True) if there[what]
            ]
            ratio = f"{statistics.median(pairs):.2f}" if pairs else "-"
            line += f"   against {other:10.2f}   ratio {ratio}"
        print(line)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, help="an indexed library, which is copied; seeds/ without one")
    asked.add_argument("--questions", type=Path, help="lines with a question each; those of seeds/ without")
    asked.add_argument("--against", type=Path, help="another checkout, which takes turns with this one")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--most", type=int, default=60, help="questions that are asked one after the other")
    given = asked.parse_args()
    if given.questions:
        lines = given.questions.read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line)["question"] for line in lines]
        random.Random(3).shuffle(questions)
    else:
        questions = [case.question for case in load_cases(ROOT / "seeds") if not case.history]
    questions = questions[: given.most]
    checkouts = [ROOT, *([given.against.resolve()] if given.against else [])]
    found: dict[Path, list[Figures]] = {one: [] for one in checkouts}
    built: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="tanya-bench-") as folder:
        work = Path(folder)
        home = work / "home"
        if given.home:
            shutil.copytree(given.home, home)
        else:
            subprocess.run(
                command(home, "index", str(ROOT / "seeds")),
                env=environment(ROOT),
                capture_output=True,
                check=True,
            )
        parts = plain_parts(work, home)
        print(f"{len(questions)} questions, {os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}")
        for checkout in checkouts:
            # Models are decoded before anything is measured.
            one_shot(checkout, home, questions[0])
        for turn in range(given.rounds):
            for checkout in checkouts if turn % 2 else checkouts[::-1]:
                found[checkout].append(
                    {**one_shot(checkout, home, questions[turn]), **served(checkout, home, questions)}
                )
            built.append(plain(parts, questions))
            print(f"round {turn + 1} of {given.rounds}, load {os.getloadavg()[0]:.1f}", flush=True)
    tell("this checkout", found[ROOT], found[checkouts[1]] if given.against else [])
    tell("plain", built, [])
    print(f"load after {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
