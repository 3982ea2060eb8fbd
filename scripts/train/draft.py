"""Fit what a draft is checked by: which sentences are courtesies, and the verdict on the others.

    python -m scripts.train.draft --home LIBRARY [--shared ../shared] [--write rag/factcheck/draft.json]

Courtesies were written for it (`written/courtesy.txt`); as many times `SENTENCES` sentences of articles are
none. The verdicts are those of the development drafts over a library of the news articles; what is printed
is of folds that leave the draft out. The least probability of support is the lowest at which of the
contradicted sentences no more than `CALLED` are called supported.
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
from rag.factcheck.draft import FEATURES, PASSAGES, DraftChecker, DraftWeights, features, parts
from rag.factcheck.entailment import Checker
from rag.query import written_in
from rag.reader import built_in
from rag.retrieval import Retriever
from scripts.train.data import read_articles
from scripts.train.examples import command, named, rows

RULINGS = ("supported", "contradicted", "not_found")
SENTENCES = 40
CALLED = 0.05
CONTRADICTED = 0.33
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


def verdicts(shared: Path, home: Path) -> list[dict[str, Any]]:
    """Of each sentence of the development drafts that may claim something its features and its verdict."""
    settings = Settings.load(home=home)
    library = Library(settings)
    retriever = Retriever(library.open(), library.embedder)
    weights = DraftWeights({}, {}, 0.5, 0.5, np.zeros(1, np.float32), np.zeros(1, np.float32))
    checker = DraftChecker(
        lambda question, k: [found.hit for found in retriever.search(question, k)],
        Checker(built_in(settings.cache)), library.embedder, weights,
    )  # fmt: skip
    out = []
    for draft in rows(shared / "data" / "press" / "drafts_dev.jsonl"):
        labels = {" ".join(one["text"].split()): one["verdict"] for one in draft["sentences"]}
        before = ""
        for span, may_claim in parts(draft["text"]):
            text = draft["text"][slice(*span)]
            flat = " ".join(text.split())
            verdict = next((v for key, v in labels.items() if key == flat or key.endswith(flat)), "")
            if not may_claim or verdict not in RULINGS:
                out.append({"draft": draft["id"], "text": text, "may": may_claim, "verdict": verdict})
                continue
            code = written_in(text, [before] if before else [])
            language: Any = "en" if code == "en" else "id"
            found = [hit for one in ("", before) for hit in checker.passages(text, one, language, code)]
            places = [(hit.passage.article_id, hit.passage.start) for hit in found]
            hits = list(dict(zip(places, found, strict=True)).values())
            values = features(checker.judged(text, hits, language))
            out.append(
                {"draft": draft["id"], "text": text, "may": True, "verdict": verdict, "values": values}
            )
            before = text
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
    found = verdicts(given.shared, given.home)
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
    drafts = np.array([one["draft"] for one in asked])
    out = np.zeros((len(asked), len(RULINGS)))
    for draft in sorted(set(drafts)):
        out[drafts == draft] = chances(x[drafts == draft], fit(x[drafts != draft], y[drafts != draft]))
    least = float(np.sort(out[y == 1, 0])[::-1][int(CALLED * (y == 1).sum())]) + 0.005
    supported = out[:, 0] >= least
    contradicted = ~supported & (out[:, 1] >= CONTRADICTED) & (out[:, 1] >= out[:, 2])
    for number, ruling in enumerate(RULINGS):
        of = y == number
        print(f"{ruling} ({of.sum()}): called supported {supported[of].mean():.2f}, "
              f"contradicted {contradicted[of].mean():.2f}")  # fmt: skip
    weights = fit(x, y)
    fitted = {
        "support": named(FEATURES, weights[0]),
        "contradiction": named(FEATURES, weights[1]),
        "supported": round(least, 3),
        "contradicted": CONTRADICTED,
        "courtesy": [round(float(w), 4) for w in np.append(courtesy.coef_[0], courtesy.intercept_[0])],
        "mean": [round(float(w), 5) for w in mean],
    }
    print(f"supported from {least:.3f}, {PASSAGES} passages twice")
    if given.write:
        given.write.write_text(json.dumps(fitted, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
