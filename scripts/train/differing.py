"""Fit whether two figures of two articles are of one thing.

    python -m scripts.train.differing [--shared ../shared] [--write rag/differing.json] [--show N]

Fitted on pairs of figures of the news articles that were read: lines of `label, article, start, article,
start`, parted by tabs, 1 for one thing. Articles that are linked by a pair are of one group, whose pairs
count less the more there are, since articles of a series are alike. What is printed is of folds by group left
out: the average precision, and precision and recall at thresholds. `--show` prints the newest differences
that are found in all articles.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.differing import FEATURES, ArticleContext, Placed, difference_lines, differing, features_of
from rag.figures import figures_of
from scripts.train.data import read_articles
from scripts.train.examples import command, named

LABELS = Path(__file__).with_name("written") / "differing.tsv"
FOLDS = 10
SHUFFLES = 5
PENALTY = 0.5
"""Of the squared weights of standardised features."""
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
CHOSEN = 0.5

Array = NDArray[np.float64]
Key = tuple[str, int]


def read_labels(path: Path) -> list[tuple[int, Key, Key]]:
    """The labels, each with the article and the first character of both figures."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(int(label), (one, int(start)), (other, int(begin))) for label, one, start, other, begin in rows]


def grouped(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """For each pair of articles a name of its group: linked articles are of one."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while (upper := above.setdefault(name, name)) != name:
            name = upper
        return name

    for one, other in pairs:
        above[top(one)] = top(other)
    return [top(one) for one, _ in pairs]


def fit(x: Array, y: Array, importance: Array) -> tuple[Array, float]:
    """The weights (features,) and the bias of a logistic regression over features as they are."""
    mean, spread = x.mean(0), x.std(0) + 1e-6
    rows = np.c_[np.ones(len(x)), (x - mean) / spread]
    penalty = np.full(rows.shape[1], PENALTY)
    penalty[0] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (importance * (chance - y)) + penalty * weights
        curve = (rows.T * (importance * chance * (1 - chance))) @ rows + np.diag(penalty)
        weights -= np.linalg.solve(curve, slope)
    plain = weights[1:] / spread
    return plain, float(weights[0] - plain @ mean)


def main() -> None:
    """Read the command line, measure by folds, fit and write."""
    parser = command(__doc__, "shared", "write")
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    articles = read_articles(given.shared / "data" / "news" / "indosum_articles.jsonl.gz")
    labels = read_labels(LABELS)
    names = list(articles) if given.show else sorted({key[0] for _, *keys in labels for key in keys})
    found = [(articles[name], figure) for name in names for figure in figures_of(articles[name])]
    placed = {(article.id, figure.start): Placed(article, figure) for article, figure in found}
    around = ArticleContext(list(articles.values()))
    known = [
        (label, placed[one], placed[other]) for label, one, other in labels if {one, other} <= placed.keys()
    ]
    known = [row for row in known if row[1].is_prose and row[2].is_prose]
    made = [features_of(one, other, around) for _, one, other in known]
    x = np.array([[values[name] for name in FEATURES] for values in made])
    y = np.array([float(label) for label, _, _ in known])
    groups = grouped([(one.article.id, other.article.id) for _, one, other in known])
    sizes = Counter(groups)
    importance = np.array([sizes[group] ** -0.5 for group in groups])
    print(f"{len(y)} pairs of sentences, {y.sum():.0f} of one thing, {len(sizes)} groups")
    measure(x, y, importance, groups)
    weights, bias = fit(x, y, importance)
    if given.write:
        fitted = named(FEATURES, weights, 3)
        written = {"bias": round(bias, 3), "threshold": CHOSEN} | fitted
        given.write.write_text(json.dumps(written, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for one in differing(found)[: given.show] if given.show else ():
        print(difference_lines(one))


def measure(x: Array, y: Array, importance: Array, groups: Sequence[str]) -> None:
    """Print how well folds by group are told, each pair as important as its group makes it."""
    order = sorted(set(groups))
    chances = np.zeros((SHUFFLES, len(y)))
    for shuffle in range(SHUFFLES):
        names = [str(one) for one in np.random.default_rng(shuffle).permutation(order)]
        for fold in range(FOLDS):
            held = np.isin(groups, names[fold::FOLDS])
            weights, bias = fit(x[~held], y[~held], importance[~held])
            chances[shuffle, held] = 1 / (1 + np.exp(-(x[held] @ weights + bias)))
    mean = chances.mean(0)
    ranked = np.argsort(-mean)
    share = np.cumsum((importance * y)[ranked]) / np.cumsum(importance[ranked])
    print(f"average precision {(share * (importance * y)[ranked]).sum() / (importance * y).sum():.3f}")
    for threshold in THRESHOLDS:
        shown = mean >= threshold
        right = (importance * y)[shown].sum()
        precision, recall = right / max(importance[shown].sum(), 1e-9), right / (importance * y).sum()
        print(f"at {threshold}: {shown.sum()} shown, precision {precision:.2f}, recall {recall:.2f}")


if __name__ == "__main__":
    main()
