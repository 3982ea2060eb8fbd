"""Work on a library in a process of its own, killed at a random moment; what must be true afterwards.

python tests/crashing.py 200        as many kills, with a count of when they came
"""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from embedder_double import HashingEmbedder

from index.errors import NoIndex
from index.library import Library
from index.models import Extractor
from index.settings import Settings
from index.sqlite import FILE, Store

ARTICLES = 16
KINDS = ("new", "add", "update", "remove", "chunk", "prune", "complete")

EXTRACTORS = (
    Extractor("capitals", "1", lambda article: [word for word in article.text.split() if word[0].isupper()]),
    Extractor("sizes", "1", lambda article: {"words": len(article.text.split())}),
)

Answers = list[object]


def library_at(home: Path, tokens: int = 160) -> Library:
    return Library(Settings(home=home, passage_tokens=tokens), HashingEmbedder(32))


def text_of(number: int, version: int) -> str:
    """An article of its own; two of three in a row carry one release."""
    release = number - number % 3 if number % 3 < 2 else number
    body = "\n\n".join(
        f"Paragraf {part} dari rilis ke{release} terbitan {version}. " + f"Kata{part} isi{release} " * 20
        for part in range(4)
    )
    return f"Judul berita kunci{number}\n\n{body}\n"


def write_files(folder: Path, numbers: range, version: int = 1) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number:03}.txt").write_text(text_of(number, version))


def answers(library: Library) -> Answers:
    """All that search may show, whatever the rows are called, and what was derived of the articles."""
    index = library.open()
    told: Answers = [index.count(), len(index)]
    for extractor in EXTRACTORS:
        told += library.derived(extractor, library.articles())
    for query in [f"kunci{number}" for number in range(ARTICLES)] + ["kata2 isi3", "paragraf terbitan 2"]:
        vector = library.embedder.encode([query], "query")[0]
        for ranking in (index.lexical(query, 6), index.dense(vector, 6)):
            for row, score in ranking:
                passage = index.passage(row)
                about = passage.article
                carriers = [one.id for one in index.carriers([row]).get(row, ())]
                told.append(
                    (
                        *(query, round(score, 4), passage.start, passage.end, passage.text),
                        *(about.id, about.title, about.source, about.published, about.language, *carriers),
                    )
                )
    return told


def prepare(base: Path) -> None:
    """A library of half of the articles."""
    write_files(base / "berita", range(ARTICLES // 2))
    library = library_at(base / "home")
    library.add([base / "berita"], extractors=EXTRACTORS)
    library.close()


def change(kind: str, base: Path) -> None:
    """What the files are when the work begins."""
    if kind in {"add", "prune"}:
        write_files(base / "berita", range(ARTICLES))
    if kind == "prune":
        for number in (1, 4):
            (base / "berita" / f"{number:03}.txt").unlink()
    if kind == "update":
        write_files(base / "berita", range(ARTICLES // 2), version=2)
    if kind == "new":
        shutil.rmtree(base / "home")
    if kind == "complete":
        with contextlib.closing(sqlite3.connect(base / "home" / FILE)) as db, db:
            db.execute("DELETE FROM derived WHERE kind = 'sizes' OR article % 2")


def work(kind: str, base: Path, report: Connection | None = None) -> None:
    """The work itself; each article that is told to be done is sent to `report`."""
    library = library_at(base / "home", 40 if kind == "chunk" else 160)

    def tell(done: int, total: int, name: str) -> None:
        if report is not None:
            report.send(name)

    if report is not None:
        report.send("begun")
    folder = base / "berita"
    if kind == "remove":
        there = {article.id for article in library.articles()}
        library.remove([one for one in ("001", "002", "005") if one in there])
        library.add([], progress=tell)
    else:
        prune = [folder] if kind == "prune" else ()
        library.add([folder], progress=tell, prune=prune, extractors=EXTRACTORS, completing=tell)
    library.close()
    if report is not None:
        report.send("finished")


def kill(kind: str, base: Path, delay: float) -> tuple[list[str], bool]:
    """Begin the work and kill it after `delay` seconds: what was reported, and whether it came to its end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.library", "embedder_double", "faiss", "crashing"])
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(kind, base, theirs))
    process.start()
    theirs.close()
    assert mine.recv() == "begun"
    time.sleep(delay)
    process.kill()
    process.join()
    reported: list[str] = []
    try:
        while mine.poll():
            reported.append(mine.recv())
    except EOFError:
        pass
    finished = "finished" in reported
    return [one for one in reported if one != "finished"], finished


def check(kind: str, base: Path, reported: list[str], finished: bool, expected: Answers) -> None:
    """Nothing is damaged, nothing that was reported is missing, and the next run brings all to its end."""
    library = library_at(base / "home", 40 if kind == "chunk" else 160)
    try:
        assert library.verify() == []
        stored = {article.id: article.text for article in library.articles()}
        version = 2 if kind == "update" else 1
        for one in reported:
            assert kind == "remove" or stored[one] == text_of(int(one), version), one
        # Each article is whole: what it was or what it becomes.
        assert all(text in {text_of(int(one), 1), text_of(int(one), 2)} for one, text in stored.items())
        if stored:
            index = library.open()
            assert index.count() == len(stored)
        if finished:
            assert answers(library) == expected
    except NoIndex:
        assert kind == "new"
        assert not reported
    work(kind, base)
    assert library.verify() == []
    assert answers(library) == expected
    if kind != "remove":
        with Store(base / "home") as store:
            assert [store.lacking(one.kind, one.version) for one in EXTRACTORS] == [[], []]
    library.close()


def expected_of(kind: str, base: Path) -> tuple[Answers, float]:
    """What a library finds that was never cut short, and how long the work takes."""
    shutil.copytree(base, base.with_name(f"{base.name}-{kind}"))
    whole = base.with_name(f"{base.name}-{kind}")
    change(kind, whole)
    begun = time.perf_counter()
    work(kind, whole)
    took = time.perf_counter() - begun
    # Built anew from the same files, by nothing that was there before.
    fresh = library_at(whole / "fresh", 40 if kind == "chunk" else 160)
    fresh.add([whole / "berita"])
    if kind == "remove":
        fresh.remove(["001", "002", "005"])
    told = answers(fresh)
    done = library_at(whole / "home", 40 if kind == "chunk" else 160)
    assert answers(done) == told
    fresh.close()
    done.close()
    return told, took


def kills(count: int, folder: Path, seed: int) -> Counter[str]:
    """Kill work of each kind in turn; how often it was cut short, by how much had been reported."""
    chance = random.Random(seed)
    base = folder / "base"
    base.mkdir(parents=True)
    prepare(base)
    known = {kind: expected_of(kind, base) for kind in KINDS}
    # The server that processes are forked from is started by the first, and the first takes longer.
    shutil.copytree(base, folder / "warm")
    kill("add", folder / "warm", 2.0)
    caught: Counter[str] = Counter()
    for moment in range(count):
        kind = KINDS[moment % len(KINDS)]
        expected, took = known[kind]
        place = folder / f"kill{moment}"
        shutil.copytree(base, place)
        change(kind, place)
        reported, finished = kill(kind, place, chance.random() * (1.1 * took + 0.02))
        check(kind, place, reported, finished, expected)
        caught[f"{kind}, {'finished' if finished else 'some reported' if reported else 'none reported'}"] += 1
        shutil.rmtree(place)
    return caught


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        begun = time.perf_counter()
        for about, times in sorted(kills(int(sys.argv[1]), Path(made), seed=int(time.time())).items()):
            print(f"{times:4}  {about}")
        print(f"{sys.argv[1]} kills, nothing lost, in {time.perf_counter() - begun:.0f} s")
