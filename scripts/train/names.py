"""Fit where the name of a person begins in a row of capitalised words, and learn which words are names.

    python -m scripts.train.names [--shared ../shared] [--keep] [--write rag/quotes/names.json]

`written/names.tsv` says of rows of the news articles, by article and characters, which word a person's name
begins with, or that nobody is named. The weights maximise the probability of these by a softmax over the
words and "nobody". How often a word stands in a person's name is learnt from all articles by the model itself
(self-training: Yarowsky, ACL 1995): in each round it reads the rows, and what it is sure of is counted.
Printed is, of folds parted by article, how many rows are read rightly. The table of words is written to
`rag/lang/data/person_names.tsv`, where weights are written. With `--keep` the table that is there is kept:
learnt anew on a few more rows it is another, and no better.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.quotes import speakers
from rag.quotes.speakers import FOLLOWING, NAMELIKE, TITLES, Cast, Token, person_names
from rag.quotes.statements import cast_of
from scripts.train.data import read_articles
from scripts.train.examples import command, named

FOLDS, ROUNDS = 6, 3
PENALTY = 1.0
"""Of the squared weights."""

SURE = 0.8
"""A row is counted from this probability on."""

LONGEST = 10
"""Words of a row that is counted."""

Features = list[dict[str, float]]


@dataclass(frozen=True)
class Row:
    """A row of capitalised words, and the position of the word that a person's name begins with.

    Attributes:
        article: Its id.
        cast: Who is named in the article.
        run: The words.
        begin: The position; the length of the row where nobody is named.
    """

    article: str
    cast: Cast
    run: tuple[Token, ...]
    begin: int


def read(path: Path, texts: dict[str, str]) -> list[Row]:
    """The rows that were read, of articles by their id."""
    casts = cache(lambda name: cast_of(texts[name]))
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        article, start, end, begin = line.split("\t")
        cast = casts(article)
        run = next((one for one in cast.runs if (one[0].start, one[-1].end) == (int(start), int(end))), None)
        if run and len(run) > 1:
            out.append(Row(article, cast, run, len(run) if begin == "-" else int(begin)))
    return out


def features(cast: Cast, run: tuple[Token, ...]) -> Features:
    """What speaks for each word, the office before the row known or not."""
    return cast.name_features(run, within=False)


def matrix(rows: Features, names: list[str]) -> NDArray[np.float64]:
    """The features of one row of words, (words and "nobody", names)."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def fit(made: list[NDArray[np.float64]], begins: list[int]) -> NDArray[np.float64]:
    """The weights, (names,)."""
    from scipy.optimize import minimize

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for rows, begin in zip(made, begins, strict=True):
            sums = rows @ weights
            raised = np.exp(sums - sums.max())
            chances = raised / raised.sum()
            value -= math.log(max(chances[begin], 1e-300))
            slope = slope + rows.T @ chances - rows[begin]
        return value, slope

    found: Any = minimize(loss, np.zeros(made[0].shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def count(casts: list[Cast], names: list[str], weights: NDArray[np.float64]) -> dict[str, float]:
    """By word the logarithm of its odds of standing in a name, by what the weights are sure of."""
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for cast in casts:
        for run in cast.runs:
            if not 1 < len(run) <= LONGEST:
                continue
            sums = matrix(features(cast, run), names) @ weights
            chances = np.exp(sums - sums.max())
            begin = int(chances.argmax())
            if chances[begin] / chances.sum() >= SURE:
                inside.update(token.folded for token in run[begin:] if token.capital)
                outside.update(_of_others(run[:begin]))
    return {
        word: round(math.log((inside[word] + 0.3) / (outside[word] + 0.6)), 1)
        for word in sorted(inside.keys() | outside.keys())
    }


def _of_others(office: tuple[Token, ...]) -> Iterator[str]:
    """The words before a name; without titles, "lalu", and "agung" behind "jaksa", names elsewhere."""
    for last, token in pairwise((None, *office)):
        follows = last is not None and last.folded in FOLLOWING.get(token.folded, ())
        if token.folded not in TITLES | NAMELIKE and not follows:
            yield token.folded


def report(rows: list[Row], made: list[NDArray[np.float64]]) -> None:
    """Print what weights of the other folds read rightly."""
    articles = sorted({row.article for row in rows})
    fold = np.array([articles.index(row.article) % FOLDS for row in rows])
    right, begun = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    for number in range(FOLDS):
        inside = np.flatnonzero(fold != number)
        weights = fit([made[n] for n in inside], [rows[n].begin for n in inside])
        for n in np.flatnonzero(fold == number):
            sums = made[n] @ weights
            right[n] = sums.argmax() == rows[n].begin
            begun[n] = sums[:-1].argmax() == rows[n].begin
    person = np.array([row.begin < len(row.run) for row in rows])
    print(f"{len(rows)} rows, read rightly {right.mean():.3f}")
    print(f"  of {person.sum()} with a person the begin, where one must be: {begun[person].mean():.3f}")
    print(f"  of {(~person).sum()} others that nobody is named: {right[~person].mean():.3f}")


def main() -> None:
    """Read the command line, learn, fit, print and write."""
    parser = command(__doc__, "shared", "written", "write")
    parser.add_argument("--keep", action="store_true", help="learn no table of words")
    given = parser.parse_args()
    articles = read_articles(given.shared / "data" / "news" / "indosum_articles.jsonl.gz")
    texts = {name: article.text for name, article in articles.items()}
    rows = read(given.written / "names.tsv", texts)
    rounds = 0 if given.keep else ROUNDS
    casts = [cast_of(text) for text in texts.values()] if rounds else []
    if rounds:
        person_names().clear()
    for turn in range(rounds + 1):
        every = [features(row.cast, row.run) for row in rows]
        names = sorted({name for one in every for values in one for name in values})
        made = [matrix(one, names) for one in every]
        report(rows, made)
        weights = fit(made, [row.begin for row in rows])
        if turn < rounds:
            learnt = count(casts, names, weights)
            person_names().clear()
            person_names().update(learnt)
            print(f"{len(learnt)} words")
    if given.write:
        given.write.write_text(json.dumps(named(names, weights), indent=1) + "\n", encoding="utf-8")
        lines = [f"{word}\t{odds}\n" for word, odds in person_names().items()]
        speakers.NAMES.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
