"""Fit which numbers of an article are figures, which count a noun, and which words tell what one counts.

    python -m scripts.train.figures [--labels scripts/train/written/figures.jsonl] [--write rag/figures.json]

Whether a number is a figure is fitted on the articles of `figures_dev.jsonl`, all of whose figures are
known, and on labels of further ones: lines of `article_id, start, end, figure`. Whether it counts what the
word behind it names, "12 kios" and not "iOS 11 sendiri", is fitted on the labels with `counts`, of words that
no table has; since that gives a number its unit, fit and write twice. Which words tell what it counts is
fitted on those figures, and on the press questions that ask how many: the right chunks of a sentence are
those that share a content word with the gold, or with the question. What is printed is of folds by article
left out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Article
from rag.figures import counted_noun, keep_features, lines_of, noun_features, what, what_features
from rag.lang.words import content_words, stem
from rag.weights import weighed
from scripts.train.data import read_articles
from scripts.train.examples import command, named, rows

FOLDS = 8
PENALTY = 0.3
"""Of the squared weights."""
QUESTION = 0.3
"""What a question weighs beside a figure of the gold."""

Array = NDArray[np.float64]
Features = dict[str, float]


@dataclass(frozen=True)
class Number:
    """A number of an article, and whether it is a figure."""

    article: str
    features: Features
    figure: bool


@dataclass(frozen=True)
class Counted:
    """A figure with the features of the chunks of its sentence, and which are right.

    Attributes:
        article: Its id.
        features: Of each chunk.
        right: Of each chunk.
        shares: Given weights, whether what they choose shares a content word with the gold.
        gold: Whether it is of the gold, and not of a question.
    """

    article: str
    features: list[Features]
    right: list[bool]
    shares: Callable[[dict[str, float]], bool]
    gold: bool


def words_of(text: str) -> set[str]:
    """The content words of a text and their stems."""
    words = content_words(text)
    return {*words, *map(stem, words)}


def numbers(articles: dict[str, Article], gold: Sequence[Any], labels: Sequence[Any]) -> list[Number]:
    """Every number of the articles of the gold, and those that are labelled."""
    known = defaultdict(list)
    for row in gold:
        known[row["article_id"]].append((row["start"], row["end"]))
    labelled = {(row["article_id"], row["start"]): row["figure"] for row in labels if "figure" in row}
    out = []
    for name in sorted({*known, *(row["article_id"] for row in labels)}):
        for line in lines_of(articles[name]):
            for one in line.candidates:
                start, end = line.start + one.start, line.start + one.end
                met = any(start < last and first < end for first, last in known[name])
                figure = met if known[name] else labelled.get((name, start))
                if figure is not None:
                    out.append(Number(name, keep_features(line, one), figure))
    return out


def nouns(articles: dict[str, Article], labels: Sequence[Any]) -> list[Number]:
    """The numbers of which it is labelled whether they count what the word behind them names."""
    labelled = {(row["article_id"], row["start"]): row["counts"] for row in labels if "counts" in row}
    out = []
    for name in sorted({name for name, _ in labelled}):
        for line in lines_of(articles[name]):
            for one in line.candidates:
                counts = labelled.get((name, line.start + one.start))
                number = one.upper or one.figure
                noun = counted_noun(line.text, number.end)
                if counts is not None and noun:
                    out.append(Number(name, noun_features(line.text, number, *noun[:2]), counts))
    return out


def counted(articles: dict[str, Article], rows_of: Sequence[Any], *, gold: bool) -> list[Counted]:
    """The figures whose right chunks are known, those of questions where the answer is one figure."""
    out = []
    for row in rows_of:
        wanted = words_of(row["what"])
        for line in lines_of(articles[row["article_id"]]):
            for one in line.candidates:
                start, end = line.start + one.start, line.start + one.end
                if not (start < row["end"] and row["start"] < end):
                    continue
                right = [bool(wanted & words_of(" ".join(chunk.words))) for chunk in line.chunks]
                if not gold and (not any(right) or all(right)):
                    continue

                def shares(
                    weights: dict[str, float], line: Any = line, one: Any = one, wanted: Any = wanted
                ) -> bool:
                    return bool(wanted & words_of(what(line, one, weights)))

                features = [what_features(line, one, chunk) for chunk in line.chunks]
                out.append(Counted(row["article_id"], features, right, shares, gold))
    return out


def asked(articles: dict[str, Article], questions: Sequence[Any]) -> list[dict[str, Any]]:
    """Where the answers stand of Indonesian questions that ask how many; `what` is the question."""
    found = []
    for row in questions:
        if row.get("kind") != "how_many" or row["lang"] != "id" or not row.get("answer"):
            continue
        text, answer = articles[row["article_id"]].text, row["answer"]
        evidence = next((one for one in row["evidence"] if answer in one and one in text), None)
        if evidence is None or len(answer) > 40:
            continue
        start = text.index(evidence) + evidence.index(answer)
        found.append(
            {
                "article_id": row["article_id"],
                "start": start,
                "end": start + len(answer),
                "what": row["question"],
            }
        )
    return found


def matrix(features: Sequence[Features], names: Sequence[str]) -> Array:
    """(rows, names)."""
    return np.array([[one.get(name, 0.0) for name in names] for one in features]).reshape(
        len(features), len(names)
    )


def names_of(features: Sequence[Features]) -> list[str]:
    return sorted({name for one in features for name in one})


def fit_keep(data: Sequence[Number]) -> dict[str, float]:
    """The weights of a logistic regression."""
    from scipy.optimize import minimize

    names = names_of([one.features for one in data])
    x, y = matrix([one.features for one in data], names), np.array([one.figure for one in data], float)

    def loss(weights: Array) -> tuple[float, Array]:
        p = 1 / (1 + np.exp(-(x @ weights)))
        value = -float(y @ np.log(p + 1e-9) + (1 - y) @ np.log(1 - p + 1e-9))
        return value + PENALTY * float(weights @ weights), x.T @ (p - y) + 2 * PENALTY * weights

    found: Any = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return named(names, found.x, 3)


def fit_what(data: Sequence[Counted]) -> dict[str, float]:
    """The weights that make the right chunks of a sentence likeliest, of a softmax over its chunks."""
    from scipy.optimize import minimize

    data = [one for one in data if any(one.right)]
    names = names_of([features for one in data for features in one.features])
    sets = [
        (matrix(one.features, names), np.array(one.right, float), 1.0 if one.gold else QUESTION)
        for one in data
    ]

    def loss(weights: Array) -> tuple[float, Array]:
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for x, right, weight in sets:
            scores = x @ weights
            p = np.exp(scores - scores.max())
            p /= p.sum()
            total = float(p @ right)
            value -= weight * float(np.log(total))
            slope = slope - weight * x.T @ (p * right / total - p)
        return value, slope

    found: Any = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return named(names, found.x, 3)


def main() -> None:
    """Read the command line and the data, fit, print and write."""
    parser = command(__doc__, "shared", "write")
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--show", action="store_true", help="print what is decided wrongly")
    given = parser.parse_args()
    press = given.shared / "data" / "press"
    articles = read_articles(given.shared / "data" / "news" / "indosum_articles.jsonl.gz")
    gold = list(rows(press / "figures_dev.jsonl"))
    labels = list(rows(given.labels)) if given.labels else []
    data, behind = numbers(articles, gold, labels), nouns(articles, labels)
    kinds = counted(articles, gold, gold=True)
    questions = asked(articles, list(rows(press / "questions_train.jsonl")))
    kinds += counted(articles, questions, gold=False)
    parted = sorted({one.article for one in [*data, *behind, *kinds]})
    of_gold = {row["article_id"] for row in gold}
    right: dict[bool, list[tuple[bool, bool]]] = {True: [], False: []}
    shared: dict[bool, list[bool]] = {True: [], False: []}
    nouned: list[tuple[bool, bool]] = []
    for fold in range(FOLDS):
        out = {article for number, article in enumerate(parted) if number % FOLDS == fold}
        keep = fit_keep([one for one in data if one.article not in out])
        for one in data:
            if one.article in out:
                decided = weighed(one.features, keep) >= 0
                right[one.article in of_gold].append((decided, one.figure))
                if given.show and decided != one.figure:
                    print(one.article, one.figure, one.features)
        counting = fit_keep([one for one in behind if one.article not in out])
        for one in behind:
            if one.article in out:
                nouned.append((weighed(one.features, counting) >= 0, one.figure))
                if given.show and nouned[-1][0] != one.figure:
                    print(one.article, one.figure, one.features)
        chosen = fit_what([one for one in kinds if one.article not in out])
        for figure in kinds:
            if figure.article in out:
                shared[figure.gold].append(figure.shares(chosen))
    for name, decisions in (("gold", right[True]), ("labels", right[False]), ("nouns", nouned)):
        hit = sum(a and b for a, b in decisions)
        total = sum(a for a, _ in decisions) + sum(b for _, b in decisions)
        print(f"{name}: {len(decisions)} numbers, {sum(b for _, b in decisions)} right, "
              f"F1 {2 * hit / max(total, 1):.3f}")  # fmt: skip
    for name, shares in (("gold", shared[True]), ("questions", shared[False])):
        print(f"{name}: what shares a word for {sum(shares) / max(len(shares), 1):.3f} of {len(shares)}")
    fitted = {"keep": fit_keep(data), "what": fit_what(kinds)}
    if behind:
        fitted["noun"] = fit_keep(behind)
    print(json.dumps(fitted))
    if given.write:
        given.write.write_text(json.dumps(fitted, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
