"""Fit the order of the passages that are found, on questions of the press.

    python -m scripts.train.rank --home HOME [--shared ../shared] [--write rag/retrieval.json]

HOME is a library (`TANYA_HOME`) of the articles that the questions were written over. Of each question with
an answer the passages of the fused ranking are a list; right are those of its article that hold a part of
the evidence, or the answer. The weights maximise the probability of the right ones together by a softmax over
the list (McFadden's conditional logit). They are fitted on `QUESTIONS` training questions, and on `ALONE` of
TyDi, whose passages stand alone. What is printed is of the development questions, whose articles are others:
in how many a right passage is among the first.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index import Settings
from index.embedder import load_embedder
from index.library import Library
from rag.evaluation.tasks import BeirCollection, search_collection
from rag.query import question_of
from rag.retrieval import POOL, RANKED_BY, Retriever, pooled, ranked, ranking_features
from scripts.train.data import read_articles
from scripts.train.examples import command, named, rows

if TYPE_CHECKING:
    from index.embedder import Embedder

QUESTIONS, ALONE = 3000, 700

PENALTY = 0.5
"""Of the squared weights."""

FIRST = (1, 2, 3, 5, 8)
"""Depths that are printed."""


@dataclass(frozen=True)
class Listed:
    """The passages that were found for one question.

    Attributes:
        lang: Of the question.
        features: (passages, `RANKED_BY`).
        right: (passages,), whether each holds an answer.
        order: Their positions, as they are ordered with the shipped weights.
    """

    lang: str
    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    order: list[int]


def listed(row: dict[str, Any], retriever: Retriever, evidence: list[str], answer: str) -> Listed:
    """What is found for a question.

    Args:
        row: The question as it was written.
        retriever: Of the library.
        evidence: The sentences that answer.
        answer: The characters within them that do.
    """
    question = question_of(row["question"])
    found = retriever.fused(question, POOL)
    pool = [pooled(question, one) for one in found]
    right = [
        one.article == row["article_id"] and any(part in one.text for part in (*evidence, answer))
        for one in pool
    ]
    order = [at for at, _ in ranked(question, pool)]
    return Listed(row["lang"], ranking_features(question, pool), np.array(right, dtype=bool), order)


def alone(path: Path, embedder: Embedder) -> Iterator[Listed]:
    """Questions over passages that are no part of an article, which some questions share."""
    chosen = [row for row in rows(path) if not row["is_impossible"]]
    random.Random(3).shuffle(chosen)
    documents = {row["context_id"]: row["context"] for row in chosen[: 2 * ALONE]}
    queries = {str(number): row["question"] for number, row in enumerate(chosen[:ALONE])}
    collection = BeirCollection(documents, queries, {})
    for key, found in search_collection(collection, embedder):
        own = chosen[int(key)]["context_id"]
        right = np.array([one.article == own for one in found.pool], dtype=bool)
        yield Listed("id", ranking_features(found.question, found.pool), right, [])


def fit(lists: list[Listed]) -> NDArray[np.float64]:
    """The weights, (`RANKED_BY`,)."""
    from scipy.optimize import minimize

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for one in lists:
            sums = one.features @ weights
            raised = np.exp(sums - sums.max())
            whole = raised / raised.sum()
            part = np.where(one.right, raised, 0) / raised[one.right].sum()
            value -= float(np.log(whole[one.right].sum()))
            slope = slope - one.features.T @ (part - whole)
        return value, slope

    found: Any = minimize(loss, np.zeros(len(RANKED_BY)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def report(name: str, lists: list[Listed], orders: list[Any]) -> None:
    """Print in how many lists a right passage is among the first ones, by language."""
    for lang in ("id", "en"):
        ranks = [
            next((rank for rank, at in enumerate(order, 1) if one.right[at]), POOL + 1)
            for one, order in zip(lists, orders, strict=True)
            if one.lang == lang
        ]
        shares = ", ".join(f"{k}: {np.mean([rank <= k for rank in ranks]):.3f}" for k in FIRST)
        print(f"{name}, {lang} ({len(ranks)}): among the first {shares}")


def main() -> None:
    """Read the command line, search, fit and print."""
    parser = command(__doc__, "shared", "written", "write")
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    settings = replace(Settings.load(), home=given.home)
    embedder = load_embedder(settings)
    retriever = Retriever(Library(settings).open(), embedder)
    articles = read_articles(given.shared / "data" / "news" / "indosum_articles.jsonl.gz")

    def lists(chosen: list[dict[str, Any]]) -> list[Listed]:
        out = []
        for row in chosen:
            text = articles[row["article_id"]].text
            if "span" in row:
                evidence, answer = (
                    [text[slice(*span)] for span in row["sentences"]],
                    text[slice(*row["span"])],
                )
            else:
                evidence, answer = row["evidence"], row["answer"]
            out.append(listed(row, retriever, evidence, answer))
        return out

    press = given.shared / "data" / "press"
    training = [
        row
        for path in (press / "questions_train.jsonl", given.written / "press_train.jsonl")
        for row in rows(path)
        if row["answerable"]
    ]
    trained = lists(random.Random(3).sample(training, QUESTIONS))
    trained += alone(given.shared / "data" / "reading" / "tydi_train.jsonl", embedder)
    trained = [one for one in trained if one.right.any()]
    measured = lists([row for row in rows(press / "questions_dev.jsonl") if row["answerable"]])
    weights = fit(trained)
    report("by the fused ranking", measured, [range(len(one.right)) for one in measured])
    report("as it ships", measured, [one.order for one in measured])
    report("fitted", measured, [np.argsort(-(one.features @ weights), kind="stable") for one in measured])
    fitted = named(RANKED_BY, weights)
    print(json.dumps(fitted))
    if given.write:
        given.write.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
