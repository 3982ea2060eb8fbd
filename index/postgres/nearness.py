"""The index by nearness (pgvector's HNSW): made where a scan would be slow, measured against exact search.

It holds half-precision vectors, half the memory; the candidates that it finds are compared at full precision.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.postgres.connection import Session
from index.postgres.records import near_index
from index.vectors import sampled_queries

EXACT = 10_000
"""Up to so many passages, filtered or not, every one is compared."""

REACHES = (100, 200, 400, 800, 1000)
"""How many candidates the index gathers (`ef_search`, 1000 at most); the first that finds enough is taken."""

ENOUGH = 0.99
"""Of the ten nearest passages, the share that must be found on average; else every one is compared."""

_WANTED = 0.995
"""What is to be found of the sampled queries' ten nearest, so that of others it is `ENOUGH`."""

_EQUAL = 1e-6

_LARGEST = 4000
"""Dimensions that pgvector can index at half precision."""

_GROWTH = 1.5
_SAMPLE = 64
_MEMORY = "512MB"


def is_outgrown(db: Session, model: int) -> bool:
    """Whether there are so many more passages than when the index was last looked at."""
    row = db.row("SELECT passages, analysed FROM models WHERE number = $1", model)
    return bool(row["passages"] > _GROWTH * row["analysed"])


def make_near(db: Session, model: int, *, anew: bool, reaches: Sequence[int] = REACHES) -> None:
    """Have the index where it pays and finds enough, and note how far it must reach; readers go on."""
    row = db.row("SELECT passages, dimension FROM models WHERE number = $1", model)
    passages, dimension = int(row["passages"]), int(row["dimension"] or 0)
    name = near_index(model)
    with db.transaction(), db.unhurried():
        pays = passages > EXACT and dimension <= _LARGEST
        if anew or not pays:
            db.run(f"DROP INDEX IF EXISTS {name}")
        if pays:
            db.value("SELECT set_config('maintenance_work_mem', $1, true)", _MEMORY)
            # The numbers are the database's own.
            db.run(
                f"CREATE INDEX IF NOT EXISTS {name} ON passages USING hnsw "
                f"((vector::halfvec({dimension})) halfvec_ip_ops) WHERE model = {model}"
            )
        db.run("UPDATE models SET analysed = passages, reach = NULL, recall = NULL WHERE number = $1", model)
    with db.unhurried():
        # Of what is known to be seen by all, the index alone is read.
        for statement in (
            "VACUUM (ANALYZE) postings",
            "VACUUM (ANALYZE) terms",
            "ANALYZE articles, passages",
        ):
            db.run(statement)
    if pays:
        with db.transaction(), db.unhurried():
            reach, recall = _measured(db, model, dimension, reaches)
            db.run("UPDATE models SET reach = $2, recall = $3 WHERE number = $1", model, reach, recall)
            if reach is None:
                db.run(f"DROP INDEX IF EXISTS {name}")


def candidates(model: int, dimension: int, where: str, limit: str) -> str:
    """The statement that asks the index: `$1` is a vector, `limit` how many."""
    half = f"halfvec({int(dimension)})"
    return (
        f"SELECT number, article, start, stop, vector FROM passages WHERE model = {int(model)}{where} "
        f"ORDER BY (vector::{half}) <#> $1::vector::{half} LIMIT {limit}"
    )


def _measured(db: Session, model: int, dimension: int, reaches: Sequence[int]) -> tuple[int | None, float]:
    """How far the index must reach to find enough, None where no reach does, and what share is found."""
    vectors = np.stack(
        [
            row["vector"]
            for row in db.rows(
                "SELECT vector FROM passages WHERE model = $1 ORDER BY hashint8(number) LIMIT $2",
                model, _SAMPLE,
            )
        ]
    )  # fmt: skip
    # What is stored is found more easily than what is asked.
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    queries = sampled_queries((vectors / np.maximum(lengths, 1e-12)).astype(np.float32))
    exact = "SELECT vector <#> $1 AS distance FROM passages WHERE model = $2 ORDER BY distance LIMIT 10"
    near = (
        f"SELECT vector <#> $1 AS distance FROM ({candidates(model, dimension, '', '20')}) c "
        "ORDER BY distance LIMIT 10"
    )
    # Equal texts have equal vectors: what is as near as the tenth nearest is as good.
    least = [db.rows(exact, query, model)[-1]["distance"] + _EQUAL for query in queries]
    recall = 0.0
    for reach in reaches:
        db.run(f"SET LOCAL hnsw.ef_search = {reach}")
        found = 0
        for query, distance in zip(queries, least, strict=True):
            found += sum(row["distance"] <= distance for row in db.rows(near, query))
        recall = found / (10 * len(queries))
        if recall >= _WANTED:
            return reach, recall
    return None, recall
