"""How long searching the list of articles takes, and what the lists of words cost.

    python bench/listing.py --news ARTICLES.jsonl.gz [--articles N] [--store postgresql://...] [--scan]

The articles are those of --news and then their sentences recombined, without passages; see bench/growing.py.
A search is for 50 of the articles and how many there are; the first one reads the lists of words. With --scan
every text is looked through instead, as it was before there were lists.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from growing import articles
from options import over_news, parser

from index.folder import FolderBackend
from index.lexical import words_of
from index.models import Entry, Selection
from index.postgres.store import Database
from index.sqlite import FILE

TYPED = (
    "", "indonesia", "kopi", "ekspor", "di", "2025", "gubernur sumatera", '"presiden joko widodo"',
    "rp4.796", "covid-19", "é", "xyzzy", "%", "a",
)  # fmt: skip
TIMES = 5


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--articles", type=int, default=40_000)
    options.add_argument("--store", help="an empty database instead of a folder")
    options.add_argument("--scan", action="store_true")
    asked = over_news(options)
    with tempfile.TemporaryDirectory() as made:
        place = Database(asked.store) if asked.store else FolderBackend(Path(made))
        with place.writing(create=True) as store:
            took = [
                milliseconds(lambda one=one: store.put(one, Entry(one.id, one.path, "", "", "m"), [], {}))
                for one, _ in islice(articles(asked.news), asked.articles)
            ]
        print(f"{len(took)} articles, {statistics.mean(took):.2f} ms each, the slowest {max(took):.0f} ms")
        kept = place.reading()
        if isinstance(place, FolderBackend):
            db = kept._connection
            size = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'wordlists'").fetchone()[0]
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            whole = (Path(made) / FILE).stat().st_size
            print(f"{whole / len(took):.0f} bytes an article, {size / len(took):.0f} of them lists of words")
        else:
            size = kept._sessions.run(
                lambda db: db.value("SELECT coalesce(pg_relation_size(to_regclass('articles_by_words')), 0)")
            )
            print(f"{size / len(took):.0f} bytes an article are the index by words")
        if asked.scan and isinstance(place, FolderBackend):
            kept._connection.execute("DELETE FROM wordlists")
        for typed in TYPED:
            wanted = Selection(words_of(typed))
            times = [milliseconds(lambda wanted=wanted: kept.listing(wanted, 50, 0)) for _ in range(TIMES)]
            found = kept.listing(wanted, 50, 0).count
            print(f"{typed:24}{found:7} found, {statistics.median(times):7.1f} ms, first {times[0]:7.1f}")
        place.close()


if __name__ == "__main__":
    main()
