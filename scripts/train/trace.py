"""Fit by what sentences of an article and of a release are told to be counterparts, and say what it reaches.

    python -m scripts.train.trace [--shared ../shared] [--write rag/trace.json]

Pairs are sentences of two articles on one event, of different publishers or of one, that were labelled for
it (`written/counterparts.tsv`), and claims of the press set beside the likest sentence of their passage,
their counterpart where they are supported or one fact was exchanged, and beside the likest one of other
articles, which is none. What is printed is of folds that leave both articles of a pair out. The threshold
is the one with the best F1 on the labelled pairs, of the folds. Then, of claims that were changed in one
thing and of true paraphrases, in how many of them a difference is found.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Article, Settings
from index.embedder import Embedder, load_embedder
from index.text import sentences
from rag.trace import FEATURES, Pairing, body_sentences, differences
from scripts.train.data import read_articles
from scripts.train.examples import command, named, rows

CLAIMS = 160
"""Claims that are beside the labelled pairs."""

EXCHANGED = ("figure", "date", "unit", "place", "person")
"""Changes of claims that exchange a fact for another."""

STRENGTH = 1.0
FOLDS = 6

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two sentences: features, whether counterparts, their articles, whether they were labelled for this."""

    values: dict[str, float]
    label: bool
    articles: frozenset[str]
    natural: bool


def labelled(written: Path, articles: dict[str, Article], embedder: Embedder) -> list[Pair]:
    """The pairs that were labelled, words weighed by how rare they are in both articles."""
    found = []
    for line in written.joinpath("counterparts.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        first, a, b, second, c, d, label = line.split("\t")
        one, other = articles[first], articles[second]
        mine = [one.text[int(a) : int(b)], *(one.text[slice(*span)] for span in body_sentences(one.text))]
        theirs = [
            other.text[int(c) : int(d)],
            *(other.text[slice(*span)] for span in body_sentences(other.text)),
        ]
        vectors = embedder.encode([mine[0], theirs[0]], "passage")
        cosines = np.zeros((len(mine), len(theirs)), np.float32)
        cosines[0, 0] = vectors[0] @ vectors[1]
        values = Pairing(mine, theirs, cosines).features(0, 0)
        found.append(Pair(values, label == "1", frozenset((first, second)), True))
    return found


def from_claims(claims: Sequence[dict[str, Any]], embedder: Embedder) -> list[Pair]:
    """Claims beside the likest sentence of their passage and of those of other articles."""
    pool = [(one["article_id"], one["source"][a:b]) for one in claims for a, b in sentences(one["source"])]
    pool = list(dict.fromkeys(pool))
    vectors = embedder.encode([text for _, text in pool], "passage")
    cosines = embedder.encode([one["claim"] for one in claims], "passage") @ vectors.T
    owners = np.array([name for name, _ in pool])
    found = []
    for row, one in enumerate(claims):
        for is_own in (True, False):
            places = np.flatnonzero((owners == one["article_id"]) == is_own)
            places = places[np.argsort(-cosines[row, places])[:12]]
            pairing = Pairing([one["claim"]], [pool[at][1] for at in places], cosines[[row]][:, places])
            owner = str(owners[places[0]])
            found.append(Pair(pairing.features(0, 0), is_own, frozenset((one["article_id"], owner)), False))
    return found


def folds_of(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """The fold of each pair; pairs that share an article, even by way of others, are in one."""
    group = {name: name for pair in pairs for name in pair.articles}

    def head(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for pair in pairs:
        # A claim's foreign article is a stand-in for all others: it joins nothing.
        names = sorted(pair.articles) if pair.natural else [next(iter(sorted(pair.articles)))]
        for other in names[1:]:
            group[head(other)] = head(names[0])
    heads = sorted({head(sorted(pair.articles)[0]) for pair in pairs})
    random.Random(1).shuffle(heads)
    return np.array([heads.index(head(sorted(pair.articles)[0])) % FOLDS for pair in pairs])


def fit(x: Array, y: NDArray[np.bool_]) -> Array:
    """Weights of `FEATURES`, the bias first."""
    from sklearn.linear_model import LogisticRegression

    spread = x[:, 1:].std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(x[:, 1:] / spread, y)
    return np.concatenate([model.intercept_, model.coef_[0] / spread])


def shares(given: NDArray[np.bool_], right: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    both = float((given & right).sum())
    precision, recall = both / max(1, given.sum()), both / max(1, right.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    """Read the command line, fit and print."""
    given = command(__doc__, "shared", "write").parse_args()
    data = given.shared / "data"
    articles = read_articles(data / "news" / "indosum_articles.jsonl.gz")
    embedder = load_embedder(Settings.load())
    claims = [one for one in rows(data / "press" / "claims_train.jsonl") if one["lang"] == "id"]
    same = [one for one in claims if one["verdict"] == "supported" or one["change"] in EXCHANGED]
    pairs = labelled(Path(__file__).with_name("written"), articles, embedder)
    pairs += from_claims(random.Random(1).sample(same, CLAIMS), embedder)
    x = np.array([[pair.values[name] for name in FEATURES] for pair in pairs])
    y = np.array([pair.label for pair in pairs])
    natural = np.array([pair.natural for pair in pairs])
    folds = folds_of(pairs)
    out = np.zeros(len(pairs))
    for fold in range(FOLDS):
        left = folds == fold
        out[left] = 1 / (1 + np.exp(-x[left] @ fit(x[~left], y[~left])))
    levels = np.linspace(0.1, 0.9, 81)
    threshold = float(max(levels, key=lambda level: shares(out[natural] >= level, y[natural])[2]))
    for name, chosen in (("labelled pairs", natural), ("claims", ~natural)):
        precision, recall, f1 = shares(out[chosen] >= threshold, y[chosen])
        print(f"{name}: {chosen.sum()}, {y[chosen].sum()} counterparts, precision {precision:.2f}, "
              f"recall {recall:.2f}, F1 {f1:.2f} from {threshold:.2f}")  # fmt: skip
    weights = fit(x, y)
    print(named(FEATURES, weights, 2))
    report_differences(rows(data / "press" / "claims_dev.jsonl") + claims, articles)
    if given.write:
        fitted = {
            "weights": named(FEATURES, weights),
            "threshold": round(threshold, 3),
        }
        given.write.write_text(json.dumps(fitted, separators=(",", ":")) + "\n", encoding="utf-8")


def report_differences(claims: Sequence[dict[str, Any]], articles: dict[str, Article]) -> None:
    """Print in how many claims of each kind of change a difference is found."""
    found: dict[str, list[bool]] = {}
    for one in claims:
        is_true = one["verdict"] == "supported"
        if one["lang"] != "id" or not (is_true or one["change"] in EXCHANGED):
            continue
        article = articles[one["article_id"]]
        base = article.text.find(one["source"])
        if base < 0:
            continue
        words = set(one["claim"].lower().split())
        likest = max(
            sentences(one["source"]),
            key=lambda span: len(words & set(one["source"][slice(*span)].lower().split())),
        )
        place = (base + likest[0], base + likest[1])
        kind = f"true, {one['change']}" if is_true else one["change"]
        found.setdefault(kind, []).append(bool(differences(one["claim"], article, place)))
    for kind, marks in sorted(found.items()):
        print(f"{kind} ({len(marks)}): a difference in {np.mean(marks):.2f}")


if __name__ == "__main__":
    main()
