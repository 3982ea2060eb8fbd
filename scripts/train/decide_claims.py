"""Fit by what the check of claims decides, by grouped cross-validation, and say what it reaches.

    python -m scripts.train.decide_claims [--shared ../shared] [--write rag/factcheck/entailment.json]

The claims are the development claims of the press set and of `written/`, some of these over passages that
were written for them. The weights are those of a logistic
regression over the claims that no exact fact speaks against, folds parted by passage. The threshold is the
least at which at most `ACCEPTED` of the false claims are accepted. What is printed is of the folds left out.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index import Article, Settings
from rag.evaluation.claims import Story, trials
from rag.factcheck.entailment import FEATURES, features
from rag.factcheck.facts import find_turns, objections
from rag.reader import Window, built_in
from scripts.train.data import read_articles
from scripts.train.examples import command, named, rows

FOLDS = 6
CHANGED = "changed"
NOT_SUPPORTED = "not_found"
COPIES = 60
"""Near copies of each kind that the weights are fitted on, too; the threshold is chosen without them."""

ACCEPTED = 0.04


@dataclass
class Read:
    """A claim as it was read: its features, whether it is true, whether an exact fact speaks against it."""

    origin: str
    source: str
    language: str
    values: dict[str, float]
    true: bool
    excluded: bool


def read(shared: Path, written: Path) -> list[Read]:
    """Read every development claim over its passage."""
    articles = read_articles(shared / "data" / "news" / "indosum_articles.jsonl.gz")
    sets = {
        "press": shared / "data" / "press" / "claims_dev.jsonl",
        "written": written / "claims_dev.jsonl",
        "invented": written / "invented_dev.jsonl",
    }
    claims = [row | {"origin": name} for name, path in sets.items() for row in rows(path)]
    claims += changed({row["article_id"] for row in claims if "article_id" in row}, articles)
    model = built_in(Settings.load().cache)
    out = []
    for row in claims:
        source = row.get("source") or articles[row["article_id"]].text[slice(*row["span"])]
        claim, language = row["claim"], row["lang"]
        (output,) = model.outputs(claim, [Window("", source)])
        lacking = objections(claim, source, claim_language=language, source_language="id")
        values = features(claim, source, output, foreign=language == "en")
        excluded = bool(lacking or find_turns(claim, source))
        out.append(Read(row["origin"], source, language, values, row["verdict"] == "supported", excluded))
    return out


def changed(ids: set[str], articles: dict[str, Article]) -> list[dict[str, Any]]:
    """Near copies of sentences of these articles, each with one thing changed; see `trials`."""
    stories = [Story(articles[key].text, articles[key].published) for key in sorted(ids & articles.keys())]
    return [
        {"origin": CHANGED, "source": one.source, "claim": one.claim, "lang": "id", "verdict": NOT_SUPPORTED}
        for one in trials(stories, seed=5, limit=COPIES)
        if not one.true
    ]


def fit(claims: list[Read], names: tuple[str, ...]) -> np.ndarray[Any, Any]:
    """Weights of a logistic regression over the claims that nothing exact speaks against, (names,)."""
    from sklearn.linear_model import LogisticRegression

    kept = [one for one in claims if not one.excluded]
    x = np.array([[one.values[name] for name in names] for one in kept])
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=5000)
    return model.fit(x, [one.true for one in kept]).coef_[0]


def held_out(claims: list[Read], names: tuple[str, ...], seed: int) -> np.ndarray[Any, Any]:
    """The probability of support of each claim, by folds that leave its passage out; 0 where excluded."""
    passages = sorted({one.source for one in claims})
    np.random.default_rng(seed).shuffle(passages)
    fold = {passage: number % FOLDS for number, passage in enumerate(passages)}
    out = np.zeros(len(claims))
    for number in range(FOLDS):
        weights = fit([one for one in claims if fold[one.source] != number], names)
        for at, one in enumerate(claims):
            if fold[one.source] == number and not one.excluded:
                out[at] = 1 / (1 + np.exp(-np.array([one.values[name] for name in names]) @ weights))
    return out


def main() -> None:
    """Read the command line, read the claims, fit and print."""
    parser = command(__doc__, "shared", "written", "write")
    parser.add_argument("--without", nargs="*", default=[], help="features to leave out")
    parser.add_argument("--cache", type=Path, help="keep what was read here, to fit again at once")
    given = parser.parse_args()
    if given.cache and given.cache.exists():
        claims = pickle.loads(given.cache.read_bytes())
    else:
        claims = read(given.shared, given.written)
        if given.cache:
            given.cache.write_bytes(pickle.dumps(claims))
    names = tuple(name for name in FEATURES if name not in given.without)
    chances = np.mean([held_out(claims, names, seed) for seed in range(3)], axis=0)
    copies = np.array([one.origin == CHANGED for one in claims])
    chosen, everything = chances[~copies], claims
    near = chances[copies]
    claims, chances = [one for one in claims if one.origin != CHANGED], chosen
    true = np.array([one.true for one in claims])
    english = np.array([one.language == "en" for one in claims])
    false = np.sort(chances[~true])
    print(f"{len(claims)} claims, {true.sum()} true")
    for level in (0.02, ACCEPTED, 0.05, 0.08):
        at = float(np.nextafter(false[int(np.ceil((1 - level) * len(false))) - 1], 1))
        accepted = chances >= at
        print(f"  from {at:.3f}: of the false {accepted[~true].mean():.3f}, of the true "
              f"{accepted[true].mean():.3f} (Indonesian {accepted[true & ~english].mean():.3f}, "
              f"English {accepted[true & english].mean():.3f})")  # fmt: skip
    at = float(np.nextafter(false[int(np.ceil((1 - ACCEPTED) * len(false))) - 1], 1))
    for name in dict.fromkeys(one.origin for one in claims):
        inside = np.array([one.origin == name for one in claims])
        accepted = chances >= at
        print(f"  from {at:.3f}, {name}: of {(inside & ~true).sum()} false "
              f"{accepted[inside & ~true].mean():.3f}, of {(inside & true).sum()} true "
              f"{accepted[inside & true].mean():.3f}")  # fmt: skip
    print(f"  from {at:.3f}, near copies with one thing changed: of {len(near)} {(near >= at).mean():.3f}")
    for low in np.arange(0, 1, 0.2):
        inside = (chances > low) & (chances <= low + 0.2)
        if inside.any():
            print(
                f"  given {chances[inside].mean():.2f}, true {true[inside].mean():.2f} (n = {inside.sum()})"
            )
    weights = named(names, fit(everything, names))
    fitted = {"weights": weights, "threshold": round(at + 0.0005, 3)}
    print(json.dumps(fitted))
    if given.write:
        given.write.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
