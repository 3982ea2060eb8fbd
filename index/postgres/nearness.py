"""The index by nearness (pgvector's HNSW): made where a scan would be slow, measured against exact search.

It holds half-precision vectors, half the memory; the candidates that it finds are compared at full precision.
"""

from __future__ import annotations

from index.postgres.connection import Session
from index.postgres.records import near_index

EXACT = 10_000
"""Up to so many passages, filtered or not, every one is compared."""

REACHES = (100, 200, 400, 800)
"""How many candidates the index gathers (`ef_search`); the first that finds enough is taken."""

ENOUGH = 0.99
"""Of the ten nearest passages, the share that must be found on average."""

_LARGEST = 4000
"""Dimensions that pgvector can index at half precision."""

_GROWTH = 1.5
_SAMPLE = 50
_MEMORY = "512MB"


def is_outgrown(db: Session, model: int) -> bool:
    """Whether there are so many more passages than when the index was last looked at."""
    row = db.row("SELECT passages, analysed FROM models WHERE number = $1", model)
    return bool(row["passages"] > _GROWTH * row["analysed"])


def make_near(db: Session, model: int, *, anew: bool) -> None:
    """Have the index where it pays, and note how far it must reach; readers go on meanwhile."""
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
            reach, recall = _measured(db, model, dimension)
            db.run("UPDATE models SET reach = $2, recall = $3 WHERE number = $1", model, reach, recall)


def candidates(model: int, dimension: int, where: str, limit: str) -> str:
    """The statement that asks the index: `$1` is a vector, `limit` how many."""
    half = f"halfvec({int(dimension)})"
    return (
        f"SELECT number, article, start, stop, vector FROM passages WHERE model = {int(model)}{where} "
        f"ORDER BY (vector::{half}) <#> $1::vector::{half} LIMIT {limit}"
    )


def _measured(db: Session, model: int, dimension: int) -> tuple[int, float]:
    """How far the index must reach to find enough, and what share it then finds."""
    vectors = [
        row["vector"]
        for row in db.rows(
            "SELECT vector FROM passages WHERE model = $1 ORDER BY hashint8(number) LIMIT $2", model, _SAMPLE
        )
    ]
    exact = "SELECT number FROM passages WHERE model = $2 ORDER BY vector <#> $1 LIMIT 10"
    near = f"SELECT number FROM ({candidates(model, dimension, '', '20')}) c ORDER BY vector <#> $1 LIMIT 10"
    truth = [{row["number"] for row in db.rows(exact, vector, model)} for vector in vectors]
    recall = 0.0
    for reach in REACHES:
        db.run(f"SET LOCAL hnsw.ef_search = {reach}")
        found = 0
        for vector, nearest in zip(vectors, truth, strict=True):
            rows = db.rows(near, vector)
            found += len(nearest & {row["number"] for row in rows})
        recall = found / sum(map(len, truth))
        if recall >= ENOUGH:
            return reach, recall
    return REACHES[-1], recall
