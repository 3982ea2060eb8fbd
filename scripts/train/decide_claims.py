"""Fit by what the check of claims decides, by grouped cross-validation, and say what it reaches.

    python -m scripts.train.decide_claims [--shared ../shared] [--write rag/factcheck/entailment.json]

The claims are the development claims of the press set and of `written/`, some of these over passages that
were written for them. The weights of support are those of a logistic
regression over the claims that no exact fact speaks against, folds parted by passage. The threshold is the
least at which at most `ACCEPTED` of the false claims are accepted. Those of contradiction are of another,
over the claims that nothing exact contradicts, which are called so where that is likelier than not; where the
passage lacks a fact of the claim, where the model finds it likelier than that the passage does not say. What
is printed is of the folds left out.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index import Article, Settings
from rag.evaluation.claims import Story, trials
from rag.factcheck.entailment import (
    FEATURES,
    Checker,
    Judged,
    contradiction_features,
    features,
    rivals_of,
)
from rag.factcheck.facts import find_turns, objections
from rag.reader import Output, Window, built_in
from scripts.train.data import read_articles
from scripts.train.examples import command, named, rows

FOLDS = 6
SHUFFLES = 3
CHANGED = "changed"
NOT_SUPPORTED = "not_found"
COPIES = 60
"""Near copies of each kind that the weights are fitted on, too; the threshold is chosen without them."""

ACCEPTED = 0.04
LIKELIER = 0.5
"""Probability from which a claim is called contradicted without another exact fact."""


@dataclass
class Read:
    """A claim as it was read.

    Attributes:
        origin: The set that it is of.
        source: Its passage.
        language: Of the claim.
        values: Its features.
        verdict: What the passage says to it.
        excluded: Whether an exact fact speaks against it.
        judged: What the check makes of it and its passage.
    """

    origin: str
    source: str
    language: str
    values: dict[str, float]
    verdict: str
    excluded: bool
    judged: Judged

    @property
    def true(self) -> bool:
        return self.verdict == "supported"


class Given:
    """A model that gives an output that another has made."""

    name = "given"

    def __init__(self, output: Output) -> None:
        self._output = output

    def outputs(self, question: str, windows: Sequence[Window]) -> list[Output]:  # noqa: ARG002
        return [self._output]


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
        (judged,) = Checker(Given(output)).judge(claim, [(source, None, source)], language)
        out.append(Read(row["origin"], source, language, values, row["verdict"], excluded, judged))
    return out


def changed(ids: set[str], articles: dict[str, Article]) -> list[dict[str, Any]]:
    """Near copies of sentences of these articles, each with one thing changed; see `trials`."""
    stories = [Story(articles[key].text, articles[key].published) for key in sorted(ids & articles.keys())]
    return [
        {"origin": CHANGED, "source": one.source, "claim": one.claim, "lang": "id", "verdict": NOT_SUPPORTED}
        for one in trials(stories, seed=5, limit=COPIES)
        if not one.true
    ]


Array = np.ndarray[Any, Any]


def fit(x: Array, y: Array) -> Array:
    """Weights of a logistic regression, (features,)."""
    from sklearn.linear_model import LogisticRegression

    return np.asarray(LogisticRegression(C=1.0, fit_intercept=False, max_iter=5000).fit(x, y).coef_[0])


def is_exactly_contradicted(one: Judged) -> bool:
    """Whether a window gives another fact instead of one of the claim or, where it lacks none, turns it."""
    return any(rivals_of(each, one) for each in one.objections) or bool(one.turns and not one.objections)


def held_out(x: Array, y: Array, kept: Array, sources: list[str]) -> Array:
    """The probability of each claim by folds that leave its passage out, (claims,), 0..1.

    Args:
        x: Features, (claims, features).
        y: What is to be told, (claims,).
        kept: The claims that are fitted on, (claims,).
        sources: The passage of each claim.
    """
    out = np.zeros(len(x))
    for seed in range(SHUFFLES):
        passages = sorted(set(sources))
        np.random.default_rng(seed).shuffle(passages)
        number = {passage: at % FOLDS for at, passage in enumerate(passages)}
        fold = np.array([number[source] for source in sources])
        for left_out in range(FOLDS):
            weights = fit(x[kept & (fold != left_out)], y[kept & (fold != left_out)])
            out[fold == left_out] += 1 / (1 + np.exp(-x[fold == left_out] @ weights))
    return out / SHUFFLES


def fit_contradiction(claims: list[Read], support: Array, accepted: Array) -> dict[str, Any]:
    """Fit and print when a claim is contradicted though nothing exact does so.

    Args:
        claims: The claims.
        support: The probability of support of each, held out, 0..1.
        accepted: Which are supported.
    """
    values = [
        contradiction_features(replace(one.judged, support=chance))
        for one, chance in zip(claims, support, strict=True)
    ]
    x = np.array([list(one.values()) for one in values])
    verdicts = np.array([one.verdict for one in claims])
    kept = ~np.array([is_exactly_contradicted(one.judged) for one in claims])
    chances = held_out(x, verdicts == "contradicted", kept, [one.source for one in claims])
    open_ones = kept & ~accepted
    lacking = np.array([bool(one.judged.objections) for one in claims])
    likelier = np.array([one.judged.chances[1] > one.judged.chances[2] for one in claims])
    for name in ("supported", "contradicted", "not_found"):
        of = verdicts == name
        called = open_ones & np.where(lacking, likelier, chances >= LIKELIER)
        print(f"  contradicted from {LIKELIER}: of {of.sum()} {name} {called[of].mean():.3f}, besides "
              f"{(~kept & of).sum() / of.sum():.3f} by an exact fact")  # fmt: skip
    weights = named(tuple(values[0]), fit(x[kept], (verdicts == "contradicted")[kept]))
    return {"weights": weights, "threshold": LIKELIER}


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
    x = np.array([[one.values[name] for name in names] for one in claims])
    kept = ~np.array([one.excluded for one in claims])
    support = held_out(x, np.array([one.true for one in claims]), kept, [one.source for one in claims])
    weights = named(names, fit(x[kept], np.array([one.true for one in claims])[kept]))
    chances = np.where(kept, support, 0.0)
    copies = np.array([one.origin == CHANGED for one in claims])
    near = chances[copies]
    claims, chances = [one for one in claims if one.origin != CHANGED], chances[~copies]
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
    fitted = {
        "support": {"weights": weights, "threshold": round(at + 0.0005, 3)},
        "contradiction": fit_contradiction(claims, support[~copies], chances >= at),
    }
    print(json.dumps(fitted))
    if given.write:
        given.write.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
