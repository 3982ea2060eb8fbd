"""Our index of words beside SQLite's FTS5 and tantivy, on the library that bench/scale.py made.

    python bench/words.py WORK [--questions 400] [--sets FOLDER ...]

WORK is that of bench/scale.py, with passages and questions. All three index the same terms (those of
index/lexical.py, each as its digest in hex) and answer the same questions in turns for the 100 best passages.
The row of tantivy comes where it is installed; it is no dependency.

Told are the time to build, the size, the time of a search without a filter and with one by day, how many
questions have the same ten best passages once words and vectors are fused, the time to remove an article, and
whether what it had is still in the files after that. --sets are retrieval sets in the BEIR layout, by which
Success@10 and nDCG@10 of the words alone are told.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from growing import FIRST_DAY
from scale import Remembering

from index import Settings
from index.chunking import embedded_text
from index.lexical import LexicalIndex, digest, terms
from index.library import Library
from index.models import Ranking
from rag.evaluation.tasks import load_collection, retrieval_scores
from rag.retrieval import DEPTH, TRUST_SAME, fuse

SINCE, UNTIL = FIRST_DAY, FIRST_DAY + timedelta(days=1200)
"""Leaves 30 % of the articles."""


class Ours:
    name = "ours"

    def __init__(self, lexicon: LexicalIndex, keep: np.ndarray) -> None:
        self._lexicon = lexicon
        self.keep = keep

    def search(self, wanted: Sequence[str], *, filtered: bool) -> Ranking:
        return self._lexicon.search_terms(wanted, DEPTH, self.keep if filtered else None)


class Fts5:
    name = "FTS5"

    def __init__(self, folder: Path, documents: Sequence[Sequence[str]], keep: np.ndarray) -> None:
        self._file = folder / "words.sqlite3"
        self._documents = documents
        self._db = db = sqlite3.connect(self._file)
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA mmap_size = 1000000000")
        # Its BM25 counts the places of a term, so that they are kept as well.
        db.execute("CREATE VIRTUAL TABLE words USING fts5(x, content='', tokenize=ascii)")
        rows = ((row, _hex(one)) for row, one in enumerate(documents))
        db.executemany("INSERT INTO words(rowid, x) VALUES (?, ?)", rows)
        db.execute("INSERT INTO words(words) VALUES ('optimize')")
        db.execute("CREATE TABLE kept (row INTEGER PRIMARY KEY)")
        db.executemany("INSERT INTO kept VALUES (?)", ((int(row),) for row in np.flatnonzero(keep)))
        db.commit()

    def search(self, wanted: Sequence[str], *, filtered: bool) -> Ranking:
        # The sign keeps SQLite from asking once for every row that is kept.
        only = "AND +rowid IN (SELECT row FROM kept)" if filtered else ""
        found = self._db.execute(
            f"SELECT rowid, -rank FROM words WHERE words MATCH ? {only} ORDER BY rank LIMIT {DEPTH}",
            (" OR ".join(_hex(wanted).split()),),
        )
        return found.fetchall()

    def remove(self, rows: Sequence[int]) -> None:
        # Only when all is written anew is what was deleted out of the file.
        self._db.executemany(
            "INSERT INTO words(words, rowid, x) VALUES ('delete', ?, ?)",
            [(row, _hex(self._documents[row])) for row in rows],
        )
        self._db.commit()

    def optimize(self) -> None:
        self._db.execute("INSERT INTO words(words) VALUES ('optimize')")
        self._db.commit()

    def holds(self, term: str) -> bool:
        """Whether a term that no passage has any more is still in a file."""
        # Terms in a row share their beginning, which is written once.
        return _hex([term])[-8:].encode() in self._file.read_bytes()

    @property
    def size(self) -> int:
        return self._file.stat().st_size


class Tantivy:
    name = "tantivy"

    def __init__(self, folder: Path, documents: Sequence[Sequence[str]], days: Sequence[int]) -> None:
        import tantivy

        self._tantivy, self._folder = tantivy, folder
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("x", tokenizer_name="whitespace", index_option="freq")
        builder.add_integer_field("row", fast=True, indexed=True)
        builder.add_integer_field("day", fast=True, indexed=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        writer = self._index.writer(200_000_000, 1)
        for row, one in enumerate(documents):
            writer.add_document(tantivy.Document(x=_hex(one), row=row, day=days[row]))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._before = self._files()

    def search(self, wanted: Sequence[str], *, filtered: bool) -> Ranking:
        q, must, should = self._tantivy.Query, self._tantivy.Occur.Must, self._tantivy.Occur.Should
        query = q.boolean_query([(should, q.term_query(self._schema, "x", t)) for t in _hex(wanted).split()])
        if filtered:
            kind = self._tantivy.FieldType.Integer
            days = q.range_query(self._schema, "day", kind, SINCE.toordinal(), UNTIL.toordinal())
            query = q.boolean_query([(must, query), (must, q.const_score_query(days, 0.0))])
        hits = self._searcher.search(query, DEPTH, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [(int(row), score) for row, (score, _) in zip(rows, hits, strict=True)]

    def remove(self, rows: Sequence[int]) -> None:
        writer = self._index.writer(50_000_000, 1)
        for row in rows:
            writer.delete_documents_by_term("row", row)
        writer.commit()
        writer.wait_merging_threads()

    def holds(self, term: str) -> bool:  # noqa: ARG002  a dictionary of terms is no text to search
        now = self._files()
        return any(now.get(name) == size for name, size in self._before.items() if name.endswith(".idx"))

    def _files(self) -> dict[str, int]:
        return {path.name: path.stat().st_size for path in self._folder.iterdir() if path.is_file()}

    @property
    def size(self) -> int:
        return sum(self._files().values())


def _hex(wanted: Sequence[str]) -> str:
    return " ".join(f"{int(digest(term)):016x}" for term in wanted)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("work", type=Path, nargs="?")
    asked.add_argument("--questions", type=int, default=400)
    asked.add_argument("--sets", type=Path, nargs="+", default=[])
    arguments = asked.parse_args()
    if arguments.work is None:
        print("skipped: name the folder of bench/scale.py")
        return
    for folder in arguments.sets:
        _measure(folder)
    if not arguments.questions:
        return
    embedder = Remembering(arguments.work)
    index: Any = Library(Settings(home=arguments.work / "home"), embedder).open()  # type: ignore[arg-type]
    questions = embedder.questions[: arguments.questions]
    passages = [index.passage(row) for row in range(len(index))]
    documents = [terms(embedded_text(one)) for one in passages]
    keep = np.array([SINCE <= one.article.published <= UNTIL for one in passages])
    print(f"{len(documents)} passages, {keep.mean():.0%} left by the filter, {len(questions)} questions")
    begun = time.perf_counter()
    LexicalIndex.of_terms(documents)
    print(f"ours: built in {time.perf_counter() - begun:.0f} s")
    engines: list[Any] = [Ours(index._lexicon, keep)]
    with tempfile.TemporaryDirectory(dir=arguments.work) as held:
        for make in _makers(Path(held), documents, keep, [one.article.published for one in passages]):
            begun = time.perf_counter()
            engines.append(make())
            spent, size = time.perf_counter() - begun, engines[-1].size / 1e6
            print(f"{engines[-1].name}: built in {spent:.0f} s, {size:.0f} MB", flush=True)
        dense = [index.dense(embedder.encode([one], "query")[0], DEPTH) for one in questions]
        for filtered in (False, True):
            _compare(engines, questions, dense, filtered=filtered)
        # An article with a word that no other has, to be looked for when it is gone.
        owners: dict[str, set[str]] = {}
        for one, document in zip(passages, documents, strict=True):
            for term in document:
                owners.setdefault(term, set()).add(one.article_id)
        term, (article,) = next((term, held) for term, held in owners.items() if len(held) == 1)
        gone = [row for row, one in enumerate(passages) if one.article_id == article]
        for engine in engines[1:]:
            _remove(engine, gone, term)


def _measure(folder: Path) -> None:
    """Print what each finds of a retrieval set, among its first ten."""
    collection = load_collection(folder)
    keys = list(collection.documents)
    documents = [terms(text) for text in collection.documents.values()]
    engines: list[Any] = [Ours(LexicalIndex.of_terms(documents), np.ones(len(keys), bool))]
    with tempfile.TemporaryDirectory() as held:
        engines += [make() for make in _makers(Path(held), documents, engines[0].keep, [SINCE] * len(keys))]
        for engine in engines:
            run = {
                query: [(keys[row], score) for row, score in engine.search(terms(text), filtered=False)[:10]]
                for query, text in collection.queries.items()
                if terms(text)
            }
            found = retrieval_scores(run, collection.qrels)
            print(f"{folder.name}, {engine.name}: {found['success@10']:.3f}, {found['ndcg@10']:.3f}")


def _makers(
    folder: Path, documents: Sequence[Sequence[str]], keep: np.ndarray, days: Sequence[Any]
) -> Iterator[Callable[[], Any]]:
    yield lambda: Fts5(folder, documents, keep)
    if find_spec("tantivy"):
        (folder / "tantivy").mkdir()
        yield lambda: Tantivy(folder / "tantivy", documents, [day.toordinal() for day in days])


def _compare(
    engines: Sequence[Any], questions: Sequence[str], dense: Sequence[Ranking], *, filtered: bool
) -> None:
    spent: dict[str, list[float]] = {one.name: [] for one in engines}
    same = dict.fromkeys(spent, 0)
    for turn in range(2):
        for at, question in enumerate(questions):
            wanted = list(dict.fromkeys(terms(question)))
            best: dict[str, list[int]] = {}
            for engine in engines if (at + turn) % 2 else engines[::-1]:
                begun = time.perf_counter()
                found = engine.search(wanted, filtered=filtered)
                spent[engine.name].append(1000 * (time.perf_counter() - begun))
                best[engine.name] = [row for row, _ in fuse(dense[at], found, lambda _: TRUST_SAME)[:10]]
            for name, rows in best.items():
                same[name] += turn and set(rows) == set(best[engines[0].name])
    for name, times in spent.items():
        middle, most = np.percentile(times, [50, 95])
        agree = f", same ten fused {same[name] / len(questions):.1%}" if not filtered else ""
        print(f"{name}{' by day' if filtered else ''}: {middle:.2f} / {most:.2f} ms{agree}", flush=True)


def _remove(engine: Any, gone: Sequence[int], term: str) -> None:
    begun = time.perf_counter()
    engine.remove(gone)
    print(f"{engine.name}: removed in {time.perf_counter() - begun:.2f} s, still there: {engine.holds(term)}")
    if isinstance(engine, Fts5):
        begun = time.perf_counter()
        engine.optimize()
        print(f"  written anew in {time.perf_counter() - begun:.2f} s, still there: {engine.holds(term)}")


if __name__ == "__main__":
    main()
