"""A library of files of mixed formats, killed once while it is made: what went in, what is found, how fast.

    python bench/mixed.py --news ARTICLES.jsonl.gz [--files N] [--queries N]

Each release of --news (with title, body, source, date and url) is written in turn, as text with front matter,
web page, Word file, PDF, or one of several in a table, JSON lines, a feed or an archive, so that with more
files than releases each comes in several formats. `tanya index` takes them in with the model of the
settings; when half of the articles are there it is killed, and run again. Then titles, days and copies are
held against what was written, `tanya verify` checks the library, and the ten passages nearest to titles are
compared with the nearest of all vectors as they are stored. Peak memory is that of the largest process.
A Word file says its day only by when it was made: where the text names another, that one counts.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from making import FEED, MANY, Made, make, releases
from options import over_news, parser

from index import Article, Settings
from index.folder import FolderBackend
from index.library import Library
from index.sqlite import FILE

NEAREST = 10
_ROUNDING = 1e-4
_SHOWN = 12


def tanya(home: Path, *arguments: str | Path, **options: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from rag.cli import main; raise SystemExit(main())", *arguments],
        env=os.environ | {"TANYA_HOME": str(home), "PYTHONPATH": str(Path.cwd())},
        text=True,
        **options,
    )


def stored(home: Path) -> int:
    """How many articles there are, as another process sees it."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{(home / FILE).absolute().as_uri()}?mode=ro", uri=True)) as db,
    ):
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    return 0


def index(home: Path, files: Path, half: int) -> None:
    """Take the files in, killed when half of them are there, and go on."""
    started = time.perf_counter()
    with tanya(home, "index", files, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while stored(home) < half and first.poll() is None:
            time.sleep(0.1)
        first.kill()
    killed, there = time.perf_counter() - started, stored(home)
    print(f"killed after {killed:.0f} s with {there} articles stored", flush=True)
    with tanya(home, "index", files, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as second:
        told, said = second.communicate()
    both = time.perf_counter() - started
    print(f"went on: {told.strip()}")
    refused = [line for line in said.replace("\r", "\n").splitlines() if line.startswith("tanya: ")]
    print(f"files refused: {len(refused)}", *refused[:_SHOWN], sep="\n  ", flush=True)
    with contextlib.closing(sqlite3.connect(home / FILE)) as db:
        passages, vectors = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("passages", "embeddings")
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{both:.0f} s for both runs; {passages} passages, {passages / both:.1f} a second, {vectors} "
        f"different, {vectors / both:.1f} a second; peak {peak:.0f} MB; {size(home) / 2**20:.0f} MB of disk",
        flush=True,
    )
    with tanya(home, "verify", stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as verify:
        print(f"tanya verify: {verify.communicate()[0].strip()} (exit {verify.returncode})", flush=True)


def size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def compare(library: Library, made: list[Made]) -> None:
    """Titles, days and copies of the articles, against what was written."""
    articles = {_name(one): one for one in library.articles()}
    wrong: dict[str, list[str]] = defaultdict(list)
    right: Counter[str] = Counter()
    for one in made:
        found = articles.get(one.id)
        if found is None:
            wrong["missing"].append(f"{one.format} {one.id}")
            continue
        for what, want, got in (
            ("title", one.release.title, found.title),
            ("day", one.release.day, found.published),
            ("text", "".join(one.release.text.split()), "".join(found.text.split())),
        ):
            # A page or a PDF says its title and day in its text as well.
            if want == got or (what == "text" and want in str(got)):
                right[what] += 1
            else:
                wrong[what].append(f"{one.format} {one.id}: {str(got)[:70]!r}, written {str(want)[:70]!r}")
    print(
        f"{len(articles)} articles of {len(made)}; " + ", ".join(f"{n} {w}s right" for w, n in right.items())
    )
    for what, lines in wrong.items():
        kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(one.split()[0] for one in lines).most_common())
        print(f"  {what} not as written: {len(lines)} ({kinds})", *lines[:_SHOWN], sep="\n    ")

    of = {articles[one.id].id: one.release.number for one in made if one.id in articles}
    together = Counter(of.values())
    groups = {
        one.id: {one.id, *(other.id for other in one.copies)}
        for one in library.listing().articles
        if one.id in of
    }
    several = [name for name in groups if together[of[name]] > 1]
    whole = sum(sum(of.get(n) == of[name] for n in groups[name]) == together[of[name]] for name in several)
    others = [name for name in groups if any(of.get(other) != of[name] for other in groups[name])]
    copies = len(of) - len({min(group) for group in groups.values()})
    print(
        f"{copies} copies grouped; of {len(several)} articles of a release that occurs several times, "
        f"{whole} are grouped with all the others; {len(others)} are in a group with another release",
        flush=True,
    )
    kind = {articles[one.id].id: one.format for one in made if one.id in articles}
    lone = Counter(
        kind[name]
        for name in several
        if sum(of.get(n) == of[name] for n in groups[name]) < together[of[name]]
    )
    print(f"  not with all: {dict(lone)}", flush=True)


def _name(article: Article) -> str:
    """What the article was called when it was written; an entry of a feed has another id in the library."""
    url = article.url or ""
    return url.removeprefix(f"{FEED}/") if url.startswith(FEED) else article.id


def recall(library: Library, home: Path, made: list[Made], queries: int) -> None:
    """Search by nearness, against all vectors as they are stored."""
    embedder, searched = library.embedder, library.open()
    titles = list(dict.fromkeys(one.release.title for one in made))
    some = random.Random(1).sample(titles, min(queries, len(titles)))
    asked = embedder.encode(some, "query")
    store = FolderBackend(home).reading()
    every, place = [], {}
    for one in store.stored(list(store.outline().numbers.values()), embedder.name):
        for passage, vector in zip(one.passages, one.vectors, strict=True):
            place[passage.article_id, passage.start] = len(every)
            every.append(vector)
    vectors = np.stack(every)
    hits, took = 0, []
    for query in asked:
        likeness = vectors @ query
        # Copies have the same vector; which of them is tenth is nobody's mistake.
        least = np.partition(likeness, -NEAREST)[-NEAREST] - _ROUNDING
        started = time.perf_counter()
        found = searched.dense(query, NEAREST)
        took.append(1000 * (time.perf_counter() - started))
        passages = [searched.passage(row) for row, _ in found]
        hits += sum(likeness[place[one.article_id, one.start]] >= least for one in passages)
    print(
        f"recall of the {NEAREST} nearest of {len(vectors)} for {len(some)} titles: "
        f"{hits / (NEAREST * len(some)):.4f}; {np.median(took):.1f} ms a search (median)"
    )


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--files", type=int, default=300)
    options.add_argument("--queries", type=int, default=200)
    asked = over_news(options)
    with tempfile.TemporaryDirectory() as temporary:
        files, home = Path(temporary) / "berita", Path(temporary) / "home"
        files.mkdir()
        # With few files, fewer releases, so that each occurs in several formats all the same.
        given = releases(asked.news)
        made = make(files, given[: max(asked.files * 2 // 5, 1)], asked.files)
        kinds = Counter(one.format for one in made)
        print(
            f"{asked.files} files with {len(made)} articles of {len({one.release.number for one in made})} "
            f"releases ({', '.join(f'{n} {kind}' for kind, n in kinds.most_common())}; several in a file: "
            f"{', '.join(MANY)})",
            flush=True,
        )
        index(home, files, len(made) // 2)
        library = Library(Settings.load(home=home))
        compare(library, made)
        recall(library, home, made, asked.queries)
        library.close()


if __name__ == "__main__":
    main()
