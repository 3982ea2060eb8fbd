"""Fit what a draft is checked by: which sentences are courtesies, and the verdict on the others.

    python -m scripts.train.draft --home LIBRARY [--shared ../shared] [--write rag/factcheck/draft.json]

Courtesies were written for it (`written/courtesy.txt`); as many times `SENTENCES` sentences of articles are
none. The verdicts are those of the development drafts and of 155 that were written for it
(`written/drafts.jsonl`, `drafts_apart.jsonl`), over a library of the news articles; what is printed is of
folds parted by draft. The least probability of support is the lowest at which of the contradicted sentences
no more than `CALLED` are called supported, that of contradiction the highest at which `NAMED` of them are
called contradicted.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Settings
from index.embedder import load_embedder
from index.library import Library
from index.text import sentences
from rag.factcheck.draft import (
    FEATURES,
    DraftChecker,
    DraftWeights,
    features,
    parts,
    within_neighbours,
)
from rag.factcheck.entailment import Checker
from rag.lang import as_language
from rag.query import written_in
from rag.reader import built_in
from rag.retrieval import Retriever
from scripts.train.data import read_articles
from scripts.train.examples import command, named, rows

RULINGS = ("supported", "contradicted", "not_found")
SENTENCES = 40
FOLDS = 8
CALLED = 0.05
NAMED = 0.62
STRENGTH = 0.1
"""Of the regression: the inverse of its penalty."""

Array = NDArray[np.float64]


def courtesies(shared: Path, written: Path) -> tuple[Array, NDArray[np.int64]]:
    """Embeddings of courtesies and of sentences of articles, (sentences, dimension), and which they are."""
    polite = written.joinpath("courtesy.txt").read_text(encoding="utf-8").splitlines()
    chosen = random.Random(1)
    articles = list(read_articles(shared / "data" / "news" / "indosum_articles.jsonl.gz").values())
    others = []
    for article in chosen.sample(articles, SENTENCES * len(polite) // 4):
        spans = sentences(article.text)
        others += [article.text[slice(*span)] for span in chosen.sample(spans, min(4, len(spans)))]
    embedder = load_embedder(Settings.load())
    embedded = embedder.encode([*polite, *others], "query").astype(np.float64)
    return embedded, np.array([1] * len(polite) + [0] * len(others))


def verdicts(drafts: list[Path], home: Path) -> list[dict[str, Any]]:
    """Of each sentence of some drafts that may claim something its features and its verdict."""
    settings = Settings.load(home=home)
    library = Library(settings)
    retriever = Retriever(library.open(), library.embedder)
    weights = DraftWeights({}, {}, 0.5, 0.5, np.zeros(1, np.float32), np.zeros(1, np.float32))
    checker = DraftChecker(
        lambda question, k: [found.hit for found in retriever.search(question, k)],
        Checker(built_in(settings.cache)), library.embedder, weights,
    )  # fmt: skip
    out = []
    for draft in [draft for path in drafts for draft in rows(path)]:
        labels = {" ".join(one["text"].split()): one["verdict"] for one in draft["sentences"]}
        asked: list[dict[str, Any]] = []
        for span, may_claim in parts(draft["text"]):
            text = draft["text"][slice(*span)]
            flat = " ".join(text.split())
            verdict = next((v for key, v in labels.items() if key == flat or key.endswith(flat)), "")
            one = {"draft": draft["id"], "text": text, "may": may_claim, "verdict": verdict}
            out.append(one)
            if may_claim and verdict in RULINGS:
                asked.append(one)
        befores = ["", *(one["text"] for one in asked)][: len(asked)]
        found = [checker.passages(one["text"], before)[0] for one, before in zip(asked, befores, strict=True)]
        for one, before, hits in zip(asked, befores, within_neighbours(found), strict=True):
            language = as_language(written_in(one["text"], [before] if before else []))
            one["values"] = features(one["text"], hits, checker.judged(one["text"], hits, language))
    return out


def fit(x: Array, y: NDArray[np.int64]) -> Array:
    """Weights of support and of contradiction against not found, (2, features), the first the bias."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = x[:, 1:].mean(axis=0), x[:, 1:].std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit((x[:, 1:] - mean) / spread, y)
    weights = model.coef_ / spread
    bias = model.intercept_ - weights @ mean
    whole = np.column_stack([bias, weights])
    return np.asarray(whole[:2] - whole[2])


def chances(x: Array, weights: Array) -> Array:
    """(sentences, 3), the probabilities of `RULINGS`."""
    scores = np.column_stack([x @ weights.T, np.zeros(len(x))])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def thresholds(out: Array, y: NDArray[np.int64]) -> tuple[float, float]:
    """The least probabilities from which a sentence is called supported, and contradicted.

    Args:
        out: (sentences, 3), the probabilities of `RULINGS`.
        y: (sentences,), the right ones, by their numbers.
    """
    false = out[y == 1]
    supported = float(np.sort(false[:, 0])[::-1][int(CALLED * len(false))]) + 0.005
    may_be = (false[:, 0] < supported) & (false[:, 1] >= false[:, 2])
    contradicted = float(np.sort(np.where(may_be, false[:, 1], 0.0))[::-1][int(NAMED * len(false))])
    return supported, contradicted


def show(name: str, out: Array, y: NDArray[np.int64], least: tuple[float, float]) -> None:
    """Print what sentences of each verdict are called.

    Args:
        name: Of the weights.
        out: (sentences, 3), the probabilities of `RULINGS`.
        y: (sentences,), the right ones, by their numbers.
        least: Probabilities from which a sentence is called supported, and contradicted, 0..1.
    """
    supported = out[:, 0] >= least[0]
    contradicted = ~supported & (out[:, 1] >= least[1]) & (out[:, 1] >= out[:, 2])
    print(f"{name}, supported from {least[0]:.3f}, contradicted from {least[1]:.3f}:")
    for number, ruling in enumerate(RULINGS):
        of = y == number
        print(f"  {ruling} ({of.sum()}): called supported {supported[of].mean():.2f}, "
              f"contradicted {contradicted[of].mean():.2f}")  # fmt: skip


def main() -> None:
    """Read the command line, fit and print."""
    from sklearn.linear_model import LogisticRegression

    parser = command(__doc__, "shared", "write")
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    embedded, polite = courtesies(given.shared, Path(__file__).with_name("written"))
    mean = embedded.mean(axis=0)
    courtesy = LogisticRegression(C=10.0, class_weight={0: 1.0, 1: 3.0}, max_iter=2000).fit(
        embedded - mean, polite
    )
    development = given.shared / "data" / "press" / "drafts_dev.jsonl"
    written = Path(__file__).with_name("written")
    sets = {
        "development drafts": development,
        "written drafts": written / "drafts.jsonl",
        "other written drafts": written / "drafts_apart.jsonl",
    }
    found = verdicts(list(sets.values()), given.home)
    embedder = load_embedder(Settings.load())
    claims = [one for one in found if one["may"]]
    taken = courtesy.predict(embedder.encode([one["text"] for one in claims], "query") - mean)
    nothing = np.array([one["verdict"] == "no_claim" for one in claims])
    print(f"courtesies: found {taken[nothing].sum():.0f} of {nothing.sum()}, "
          f"taken for one {taken[~nothing].sum():.0f} of {(~nothing).sum()} others; headings "
          f"{sum(not one['may'] for one in found)}")  # fmt: skip
    asked = [one for one in found if "values" in one]
    x = np.array([[one["values"][name] for name in FEATURES] for one in asked])
    y = np.array([RULINGS.index(one["verdict"]) for one in asked])
    names = sorted({one["draft"] for one in asked})
    fold = np.array([names.index(one["draft"]) % FOLDS for one in asked])
    out = np.zeros((len(asked), len(RULINGS)))
    for number in range(FOLDS):
        out[fold == number] = chances(x[fold == number], fit(x[fold != number], y[fold != number]))
    least = thresholds(out, y)
    of_set = {name: {draft["id"] for draft in rows(path)} for name, path in sets.items()}
    of_set["all written drafts"] = of_set["written drafts"] | of_set["other written drafts"]
    for name, ids in of_set.items():
        of = np.array([one["draft"] in ids for one in asked])
        show(f"{name}, folds by draft", out[of], y[of], least)
    weights = fit(x, y)
    fitted = {
        "support": named(FEATURES, weights[0]),
        "contradiction": named(FEATURES, weights[1]),
        "supported": round(least[0], 3),
        "contradicted": round(least[1], 3),
        "courtesy": [round(float(w), 4) for w in np.append(courtesy.coef_[0], courtesy.intercept_[0])],
        "mean": [round(float(w), 5) for w in mean],
    }
    if given.write:
        given.write.write_text(json.dumps(fitted, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
