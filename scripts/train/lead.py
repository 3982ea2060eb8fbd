"""Fit which of a sentence's likely spans leads an answer, and when a yes or a no goes before it.

    python -m scripts.train.lead [--shared ../shared] [--write rag/lead.json]

Each question with an answer is read over the window of its article that holds the evidence; the spans are
those of the sentence with the answer. The weights maximise the logarithm of the expected gain of a softmax
over the spans, where the gain of a span is the F1 of its words with the answer's, times .3 where it lacks
something that a right answer must hold. Besides the development questions there are some that were written
for it (`written/leads.jsonl`), over sentences that name several officers, values or days; they count half.

A yes or a no is fitted on yes-or-no questions that were written for it (`written/yesno_dev.jsonl`) and on
development claims that were written as such (`written/asked_dev.tsv`), over the passage that answers; it is
said from the least probability on at which `SURE` of those that are said are right.

What is printed is of folds left out, parted by article.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Article, Hit, Passage, Settings
from rag.evaluation.metrics import token_f1
from rag.lead import FEATURES, YES_FEATURES, completed, features, yes_features
from rag.reader import Window, built_in, candidates, heading, placed_in, polarity_of, windows_of
from scripts.train.claims import read_asked, read_claims, read_contrast_claims
from scripts.train.data import gives, read_articles
from scripts.train.examples import SUPPORTED, command, named, rows

FOLDS = 8
LACKING = 0.3
"""Share of its F1 that a span gains which lacks something that a right answer must hold."""

SURE = 0.9

WRITTEN = 0.5
"""Weight of a question that was written for sentences in which much is easily mistaken."""

PENALTY = 0.5
"""Of the squared weights, as a prior of variance 1."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Spans:
    """The spans of one question: features (spans, names), F1 and whether each holds what it must (spans,).

    `weight` is what the question counts.
    """

    article: str
    kind: str
    features: Array
    f1: Array
    holds: Array
    weight: float = 1.0

    @property
    def gain(self) -> Array:
        """(spans,), 0..1."""
        return self.f1 * np.where(self.holds > 0, 1.0, LACKING)


def read(shared: Path, written: Path) -> list[Spans]:
    """Read every development question that has an answer, and those that were written for leads."""
    articles = read_articles(shared / "data" / "news" / "indosum_articles.jsonl.gz")
    model = built_in(Settings.load().cache)
    given = []
    for row in rows(shared / "data" / "press" / "questions_dev.jsonl"):
        if answer := row.get("answer"):
            text = articles[row["article_id"]].text
            evidence = (text.find(one) + one.find(answer) for one in row["evidence"] if answer in one)
            at = next(evidence, text.find(answer))
            given.append((row, (at, at + len(answer)), 1.0))
    given += [(row, tuple(row["span"]), WRITTEN) for row in rows(written / "leads.jsonl")]
    out = []
    for row, (at, end), weight in given:
        article = articles[row["article_id"]]
        around = [(s, e) for s, e in windows_of(article.text) if s <= at and end <= e]
        if at < 0 or not around:
            continue
        hit = Hit(Passage(article, *around[-1]), 1.0, 1)
        window = Window(heading(article), hit.passage.text)
        (output,) = model.outputs(row["question"], [window])
        middle = (at + end) // 2 - hit.passage.start
        inside = [one for one in candidates(0, window, output) if one.sentence[0] <= middle < one.sentence[1]]
        if not inside or not inside[0].spans:
            continue
        sentence = placed_in(hit, inside[0].sentence)
        base = hit.passage.start
        spans = completed(
            sentence, [((base + s, base + e), m) for (s, e), m in inside[0].spans], row["question"]
        )
        texts = [article.text[s:e] for (s, e), _ in spans]
        values = features(sentence, spans, row["question"])
        answer = article.text[at:end]
        out.append(
            Spans(
                article.id,
                row["kind"],
                np.array([[one[name] for name in FEATURES] for one in values]),
                np.array([token_f1(text, [answer]) for text in texts]),
                np.array([float(gives(text, row["must"])) for text in texts]),
                weight,
            )
        )
    return out


def fit(asked: list[Spans]) -> Array:
    """The weights of `FEATURES` that gain most, (names,)."""
    from scipy.optimize import minimize

    def loss(weights: Array) -> tuple[float, Array]:
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for one in asked:
            scores = one.features @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            expected = float(chances @ one.gain) + 1e-3
            value -= one.weight * float(np.log(expected))
            slope = (
                slope - one.weight * one.features.T @ (chances * (one.gain - chances @ one.gain)) / expected
            )
        return value, slope

    found: Any = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def report(name: str, asked: list[Spans], scores: list[Array]) -> None:
    """Print what the spans with the best scores reach."""
    best = [int(score.argmax()) for score in scores]
    f1 = np.array([one.f1[n] for one, n in zip(asked, best, strict=True)])
    holds = np.array([one.holds[n] for one, n in zip(asked, best, strict=True)])
    print(f"{name}: of {len(asked)} F1 {f1.mean():.3f}, hold what they must {holds.mean():.3f}, "
          f"and have an F1 of .5 {((f1 >= 0.5) & (holds > 0)).mean():.3f}")  # fmt: skip
    for kind in sorted({one.kind for one in asked}):
        of = np.array([one.kind == kind for one in asked])
        print(
            f"  {kind:9} n {of.sum():3}: F1 {f1[of].mean():.3f}, hold what they must {holds[of].mean():.3f}"
        )


@dataclass(frozen=True)
class YesOrNo:
    """A yes-or-no question as it was read.

    Attributes:
        article: Or the pair of passages that it is over.
        is_yes: Whether a yes answers it.
        asked: Logit that a yes or a no answers it.
        values: (`YES_FEATURES`,), those of the sentence that answers best.
    """

    article: str
    is_yes: bool
    asked: float
    values: Array


def read_yes_or_no(shared: Path, written: Path) -> list[YesOrNo]:
    """Read the yes-or-no questions that their passage answers."""
    articles = read_articles(shared / "data" / "news" / "indosum_articles.jsonl.gz")
    given: list[tuple[str, bool, str, str, str]] = []
    for row in rows(written / "yesno_dev.jsonl"):
        if row["verdict"] != "none":
            article, (start, end) = articles[row["article_id"]], row["span"]
            around = [(s, e) for s, e in windows_of(article.text) if s <= start and end <= e]
            text = article.text[slice(*around[-1])] if around else article.text[start:end]
            given.append((article.id, row["verdict"] == "yes", row["question"], heading(article), text))
    claims = read_claims(written / "claims_dev.jsonl", articles, set())
    claims |= read_contrast_claims(written / "contrast_dev.jsonl")
    for key, one in read_asked(written / "asked_dev.tsv", claims):
        name = f"{one.head}{one.text[:40]}" if key.startswith("claims") else key.split(":")[0]
        given.append((name, one.verdict == SUPPORTED, one.question, one.head, one.text))
    model, out = built_in(Settings.load().cache), []
    for name, is_yes, question, head, text in given:
        window = Window(head, text)
        (output,) = model.outputs(question, [window])
        polarity, found = polarity_of(output), candidates(0, window, output)
        if polarity is not None and found:
            best = max(found, key=lambda one: one.margin / 5 + one.evidence / 3)
            hit = Hit(Passage(Article("-", "-", text, None, None, None, "id", "", ""), 0, len(text)), 1.0, 1)
            values = yes_features(question, placed_in(hit, best.sentence), polarity)
            row_ = np.array([values[name] for name in YES_FEATURES])
            out.append(YesOrNo(name, is_yes, polarity.asked, row_))
    return out


def fit_yes(x: Array, y: NDArray[np.bool_]) -> Array:
    """The weights of a logistic function, (`YES_FEATURES`,)."""
    from sklearn.linear_model import LogisticRegression

    return np.asarray(LogisticRegression(fit_intercept=False, max_iter=1000).fit(x, y).coef_[0])


def decide_yes(asked: list[YesOrNo]) -> tuple[Array, float]:
    """The weights, and the least probability with which a yes or a no is said; prints what folds reach."""
    x, y = np.array([one.values for one in asked]), np.array([one.is_yes for one in asked])
    names = sorted({one.article for one in asked})
    fold = np.array([names.index(one.article) % FOLDS for one in asked])
    yes = np.zeros(len(asked))
    for number in range(FOLDS):
        yes[fold == number] = 1 / (
            1 + np.exp(-x[fold == number] @ fit_yes(x[fold != number], y[fold != number]))
        )
    right, certain = (yes > 1 / 2) == y, np.maximum(yes, 1 - yes)
    taken = np.array([one.asked > 0 for one in asked])
    tried = np.arange(0.5, certain.max(), 0.01)
    levels = [at for at in tried if right[certain >= at].mean() >= SURE]
    sure = round(float(min(levels, default=0.99)), 2)
    said = taken & (certain >= sure)
    print(f"yes or no: of {len(asked)} ({y.mean():.2f} yes) taken for such {taken.mean():.3f}, "
          f"right {right.mean():.3f}; said from {sure}: {said.mean():.3f}")  # fmt: skip
    for name, of in (("yes", said & (yes > 1 / 2)), ("no", said & (yes < 1 / 2))):
        print(f"  {name}: {right[of].sum()} of {of.sum()} right")
    return fit_yes(x, y), sure


def main() -> None:
    """Read the command line, read the questions, fit and print."""
    given = command(__doc__, "shared", "written", "write").parse_args()
    asked = read(given.shared, given.written)
    likeliest = [one.features[:, FEATURES.index("behind")] for one in asked]
    parted = sorted({one.article for one in asked})
    scores: list[Array] = [np.zeros(0)] * len(asked)
    for fold in range(FOLDS):
        out = {article for number, article in enumerate(parted) if number % FOLDS == fold}
        weights = fit([one for one in asked if one.article not in out])
        for number, one in enumerate(asked):
            if one.article in out:
                scores[number] = one.features @ weights
    for name, made in (("the likeliest span", likeliest), ("the one that leads", scores)):
        for weight, of in ((1.0, "development"), (WRITTEN, "written")):
            kept = [number for number, one in enumerate(asked) if one.weight == weight]
            report(f"{name}, {of}", [asked[n] for n in kept], [made[n] for n in kept])
    yes, sure = decide_yes(read_yes_or_no(given.shared, given.written))
    fitted = {"spans": named(FEATURES, fit(asked)), "yes": named(YES_FEATURES, yes), "sure": sure}
    print(json.dumps(fitted))
    if given.write:
        given.write.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
