"""Retrieval measured on a BEIR-layout folder: dense, lexical and fused side by side."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import TanyaError
from index.lexical import LexicalIndex
from index.text import detect
from index.vectors import VectorIndex
from rag.output import Bar
from rag.query import understand, written_in
from rag.retrieval import DEPTH, Ranking, fuse, lexical_query, trust

if TYPE_CHECKING:
    from index.embedder import Embedder

MEASURES = ("success@1", "success@10", "recall@10", "ndcg@10")
BATCH = 64


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection: documents and queries by id, and the grade of each judged document per query."""

    documents: Mapping[str, str]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def load_collection(folder: Path) -> Collection:
    """Read `corpus.jsonl[.gz]`, `queries.jsonl[.gz]` and `qrels.tsv` or `qrels/test.tsv`.

    Raises:
        TanyaError: a file is missing or is not in the BEIR layout.
    """
    documents = {
        str(record["_id"]): "\n".join(part for part in (record.get("title"), record["text"]) if part)
        for record in _records(folder, "corpus.jsonl")
    }
    queries = {str(record["_id"]): str(record["text"]) for record in _records(folder, "queries.jsonl")}
    qrels: dict[str, dict[str, int]] = {}
    path = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.exists()), None)
    if path is None:
        raise TanyaError(f"{folder} has no qrels.tsv; give a folder in the BEIR layout")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if number == 1 and not fields[-1].strip().lstrip("-").isdigit():
            continue
        if len(fields) != 3:
            raise TanyaError(
                f"{path}:{number} has {len(fields)} columns; write query-id, corpus-id and score"
            )
        qrels.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    judged = {
        key: text for key, text in queries.items() if any(grade > 0 for grade in qrels.get(key, {}).values())
    }
    if not judged:
        raise TanyaError(f"{folder}: no query has a relevant document; check the ids in {path.name}")
    return Collection(documents, judged, qrels)


def evaluate_retrieval(folder: Path, embedder: Embedder) -> dict[str, Any]:
    """Measures of the three rankings over all judged queries, each document one passage.

    Returns:
        {"n": queries, "dense": {measure: value}, "lexical": {...}, "fused": {...}}, values in 0..1.
    """
    collection = load_collection(folder)
    runs = rank(collection, embedder)
    return {"n": len(collection.queries)} | {
        name: measure(run, collection.qrels) for name, run in runs.items()
    }


def rank(collection: Collection, embedder: Embedder) -> dict[str, dict[str, Ranking]]:
    """The dense, lexical and fused ranking of every query, rows being positions in the corpus."""
    import numpy as np

    keys, texts = list(collection.documents), list(collection.documents.values())
    with Bar("texts") as bar:
        parts = []
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for at in range(0, len(order), BATCH):
            parts.append(embedder.encode([texts[row] for row in order[at : at + BATCH]], "passage"))
            bar.update(min(at + BATCH, len(order)), len(order), "corpus")
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    vectors[order] = np.concatenate(parts)
    dense_index, lexical_index = VectorIndex.build(vectors), LexicalIndex.build(texts)
    languages = [detect(text) for text in texts]
    runs: dict[str, dict[str, Ranking]] = {"dense": {}, "lexical": {}, "fused": {}}
    query_vectors = embedder.encode(list(collection.queries.values()), "query")
    for (key, text), vector in zip(collection.queries.items(), query_vectors, strict=True):
        code = written_in(text)
        question = understand(text, "en" if code == "en" else "id", code)
        dense = dense_index.search(vector, DEPTH)
        lexical = lexical_index.search(lexical_query(question), DEPTH)
        fused = fuse(dense, lexical, lambda row, code=code: trust(code, languages[row]))  # type: ignore[misc]
        for name, ranking in (("dense", dense), ("lexical", lexical), ("fused", fused)):
            runs[name][key] = [(keys[row], score) for row, score in ranking[:DEPTH]]  # type: ignore[misc]
    return runs


def measure(
    run: Mapping[str, Iterable[tuple[Any, float]]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, float]:
    """Means over the queries of the run, by ir-measures; ties are broken by the ranking's own order."""
    import ir_measures
    from ir_measures import Recall, Success, nDCG

    names = dict(zip((Success @ 1, Success @ 10, Recall @ 10, nDCG @ 10), MEASURES, strict=True))
    flat = [
        # Scores by rank, so that equal scores keep the order that a reader of the ranking would see.
        ir_measures.ScoredDoc(query, str(document), -float(position))
        for query, ranking in run.items()
        for position, (document, _) in enumerate(ranking)
    ]
    wanted = [
        ir_measures.Qrel(query, document, grade)
        for query in run
        for document, grade in qrels.get(query, {}).items()
    ]
    values = ir_measures.calc_aggregate(list(names), wanted, flat)
    return {name: round(float(values[key]), 4) for key, name in names.items()}


def table(result: Mapping[str, Any]) -> str:
    """The result for a terminal."""
    head = f"{result['n']} queries".ljust(14) + "".join(name.rjust(12) for name in MEASURES)
    rows = [
        name.ljust(14) + "".join(f"{result[name][measure_name]:12.3f}" for measure_name in MEASURES)
        for name in ("dense", "lexical", "fused")
    ]
    return "\n".join([head, *rows])


def _records(folder: Path, name: str) -> Iterable[dict[str, Any]]:
    plain, packed = folder / name, folder / f"{name}.gz"
    path = plain if plain.exists() else packed
    if not path.exists():
        raise TanyaError(f"{folder} has no {name}; give a folder in the BEIR layout")
    opener = gzip.open if path == packed else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    record = json.loads(line)
                    record["_id"], record["text"]
                except (ValueError, KeyError, TypeError) as error:
                    raise TanyaError(
                        f"{path}:{number} is not a record with _id and text; correct it"
                    ) from error
                yield record
