"""The passages that share most words with a question, by the postings in a database.

The postings of rare terms are read in full. Those of common terms, which are nearly all, are looked up only
for the passages that may still be among the best ("MaxScore", as in `index.lexicon`): where they could lift
no passage that has none of the rare terms to the score that is reached without them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from index.lexicon import K1, B
from index.postgres.connection import Session

FIRST_VALUE = 9
"""The first number that is free for the values of a condition."""

FEW = 2_000
"""Postings that are read in full without asking whether they must be."""

_LIKELY = 0.4
"""What a term that occurs once mostly gives, as a share of its weight: where to try first."""

_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a question: its number, its weight and how many passages hold it."""

    number: int
    weight: float
    held: int


@dataclass(frozen=True, slots=True)
class Wording:
    """The known terms of a question, the heaviest first, and the two parts of what length adds to a count."""

    terms: Sequence[Term]
    fixed: float
    by_length: float


def wording(db: Session, model: int, wanted: Counter[int]) -> Wording:
    """What a model's passages hold of the terms in `wanted`, each with how often it is asked for."""
    known = db.rows(
        "SELECT t.term, t.passages AS held, m.passages, m.words FROM models m JOIN terms t "
        "ON t.term = ANY($1) WHERE m.number = $2",
        list(wanted), model,
    )  # fmt: skip
    found = []
    for row in known:
        held, total = row["held"], row["passages"]
        weight = wanted[row["term"]] * math.log(1 + (total - held + 0.5) / (held + 0.5))
        found.append(Term(row["term"], weight, held))
    average = known[0]["words"] / max(known[0]["passages"], 1) if known else 1.0
    found.sort(key=lambda one: (-one.weight, one.number))
    return Wording(found, K1 * (1 - B), K1 * B / (average or 1.0))


def best_passages(
    db: Session,
    asked: Wording,
    k: int,
    where: str,
    values: Sequence[Any],
    placed: Callable[[str, str], str],
    few: int = FEW,
) -> list[Any]:
    """Rows with `number`, `article`, `start`, `stop` and `score`, negative, of the `k` best and their equals.

    Args:
        db: Within a transaction.
        asked: What is asked for.
        k: How many.
        where: A condition on passages `f`, its values numbered from `FIRST_VALUE`.
        values: Of the condition.
        placed: Puts a statement's rows in order, by a column and then by article and place.
        few: See `FEW`.
    """
    # What is tried first and does not suffice is not tried by halves.
    for read in dict.fromkeys((_first(asked.terms, k, few), len(asked.terms))):
        rest = sum(term.weight for term in asked.terms[read:])
        rows: list[Any] = db.rows(
            placed(_statement(where), "score"),
            *_columns(asked.terms[:read]), asked.fixed, asked.by_length, k, rest,
            *_columns(asked.terms[read:]), *values,
        )  # fmt: skip
        if rows:
            return rows
    return []


def _first(terms: Sequence[Term], k: int, few: int) -> int:
    """How many of the terms to read in full at first: till the others are few, or will not decide."""
    held, reached = 0, 0.0
    for read, term in enumerate(terms):
        others = terms[read:]
        if sum(one.held for one in others) <= few:
            break
        if reached > sum(one.weight for one in others):
            return read
        held += term.held
        if held >= k and not reached:
            # So many passages have a term that weighs no less.
            reached = _LIKELY * term.weight
    return len(terms)


def _columns(terms: Sequence[Term]) -> tuple[list[int], list[float]]:
    return [term.number for term in terms], [term.weight for term in terms]


def _statement(where: str) -> str:
    """`$1` and `$2` are terms and weights to read in full, `$7` and `$8` those to look up, `$6` their sum.

    It gives nothing where a passage that has only the latter could be among the best.
    """
    score = "sum(w.weight * p.frequency / (p.frequency + $3::float8 + $4::float8 * p.length))"
    join = f" JOIN passages f ON f.number = p.passage{where}" if where else ""
    return (
        f"WITH read AS MATERIALIZED (SELECT p.passage, {score} AS score "
        f"FROM unnest($1::bigint[], $2::float8[]) AS w (term, weight) JOIN postings p USING (term){join} "
        "WHERE p.term = ANY($1) GROUP BY p.passage), "
        "reached AS (SELECT coalesce((SELECT score FROM read ORDER BY score DESC "
        f"OFFSET $5::bigint - 1 LIMIT 1), 0) * (1 - {_ROUNDING}) AS score), "
        "likely AS MATERIALIZED (SELECT read.passage, read.score FROM read, reached "
        "WHERE ($6::float8 = 0 OR reached.score > $6) AND read.score >= reached.score - $6) "
        "SELECT f.number, f.article, f.start, f.stop, r.score FROM "
        "(SELECT l.passage, -(l.score + coalesce(more.score, 0))::real AS score FROM likely l "
        f"LEFT JOIN LATERAL (SELECT {score} AS score FROM unnest($7::bigint[], $8::float8[]) AS w "
        "(term, weight) JOIN postings p ON p.term = w.term AND p.passage = l.passage) more ON true "
        "ORDER BY score FETCH FIRST $5 ROWS WITH TIES) r JOIN passages f ON f.number = r.passage"
    )
