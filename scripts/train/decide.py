"""Fit the reader's decision on development questions, by grouped cross-validation, and say what it reaches.

    python -m scripts.train.decide --mined MINED --questions questions_dev.jsonl [--packed FILE]
                                   [--write rag/reader.json] [--plot rag/reader.svg]
                                   [--apart scripts/train/written/press_dev.jsonl]

Every sentence of the passages found for a question is a candidate; it is right where it is a sentence of
the evidence, or of another article and holds the answer and all of `must`. The weights maximise the
probability of the right candidates of a question together, or of "none" where there is none, by a softmax
over all candidates of the question and "none" (McFadden's conditional logit), folds parted by article. Few
of these questions ask for another time or place than the articles tell of; so the weights of `MOVED` are
fitted, the others given, with the questions that have an answer set at another time and place as well. The
threshold is the one that costs least over the questions with an answer, a wrong answer costing twice a
refusal, of those that refuse at least `REFUSED` of the others. Which passages after the first ones are read
is told by a logistic function of the chance that they matter. What is printed is of the folds left out, but
for the thresholds, which are chosen on them together: an answer is right where the sentences shown hold all
of `must`. Questions `--apart` are asked with what was fitted and chosen on the others, all passages read.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index import Article, Hit, Passage, Settings
from index.embedder import TOKENIZER_FILES, prepare_quick
from rag.composing import MOST_CLAIMS
from rag.lang.names import Sentence
from rag.query import Question as UnderstoodQuestion
from rag.query import understand, written_in
from rag.reader import (
    ADAPTERS,
    FEATURES,
    FIRST,
    FURTHER,
    LOWEST,
    PACKED,
    BuiltInModel,
    Candidate,
    Compared,
    Output,
    Window,
    agreed,
    candidates,
    chances,
    compare,
    features,
    further_features,
    placed_in,
    prepare,
    support_of,
)
from scripts.train.data import Press, Question, flat, gives, moved, places_in, read_articles
from scripts.train.examples import CONTRADICTED, SUPPORTED, command, named, rows

FOLDS = 8
REFUSED = 0.82
"""Of those without an answer; of others than these it is to be .8 at least (standard error here: .026)."""

MATTERS = 0.02
"""A further passage matters where a sentence of it has this probability, all passages being read."""

UNREAD = 0.6
"""Share of the further passages that are not read; what more of it costs stands in `rag/reader.md`."""

PENALTY = 0.5
"""Of the squared weights: of 0.15, 0.5, 1.5 and 5 the one whose answers cost least."""


MOVED = ("absent", "otherwise")
"""The features whose weights are fitted on questions that were set at another time or place as well."""

SETTINGS = 2
"""Other times and places, at most, that each question is set at."""


@dataclass
class Asked:
    """A development question as it was read."""

    question: Question
    article: str
    kind: str
    passages: list[int]
    found: list[Candidate]
    texts: list[str]
    verdicts: list[str]
    polar: list[float]
    right: list[bool]
    moved: str = ""
    """One of `moved`, where it was set at another time or place and nothing answers it."""


def read(press: Press, questions: Path, model: BuiltInModel, passages: int, shared: Path) -> list[Asked]:
    """Read every question over the first passages that were found for it."""
    raw = rows(questions)
    news = shared / "data" / "news" / "indosum_articles.jsonl.gz"
    articles = read_articles(news) if any("span" in row for row in raw) else None
    mined = {row["id"]: row["passages"] for row in rows(press._mined / f"{questions.stem}.jsonl")}
    out = []
    for question, row in zip(press.questions(questions, articles), raw, strict=True):
        chosen = mined[question.id][:passages]
        out.append(read_one(press, question, row["article_id"], row["kind"], chosen, model))
    return out


def read_one(
    press: Press, question: Question, article: str, kind: str, chosen: list[int], model: BuiltInModel
) -> Asked:
    """Read one question, whose answer is in an article, over these passages."""
    windows = [Window(press.passages[p]["head"], press.passages[p]["text"]) for p in chosen]
    outputs: list[Output] = model.outputs(question.text, windows)
    found = [one for n, window in enumerate(windows) for one in candidates(n, window, outputs[n])]
    texts = [windows[one.window].text[slice(*one.sentence)] for one in found]
    own = [press.passages[chosen[one.window]]["article_id"] == article for one in found]
    right = [is_right(question, text, mine) for text, mine in zip(texts, own, strict=True)]
    verdicts, polar = [verdict_of(one) for one in outputs], [one.polar or 0.0 for one in outputs]
    return Asked(question, article, kind, chosen, found, texts, verdicts, polar, right)


def read_moved(
    press: Press, asked: list[Asked], articles: dict[str, Article], model: BuiltInModel
) -> list[Asked]:
    """Read the questions that have an answer, set at other times and places, over the same passages."""
    rng = random.Random(0)
    places = places_in([one.question.text for one in asked])
    out = []
    for one in asked:
        article, evidence = articles[one.article], " ".join(one.question.evidence)
        others: set[tuple[str, str]] = set()
        if one.question.answerable:
            for _ in range(SETTINGS):
                others.update(moved(one.question.text, article, evidence, places, rng).items())
        for moved_to, text in sorted(others):
            question = replace(one.question, text=text, answerable=False)
            read_again = read_one(press, question, one.article, one.kind, one.passages, model)
            out.append(replace(read_again, moved=moved_to))
    return out


def held(one: Asked, press: Press, articles: dict[str, Article]) -> list[Compared]:
    """The candidates of a question held against what it names."""
    return compare(understood(one.question.text), located(one, press, articles))


def read_all(
    press: Press, given: argparse.Namespace, articles: dict[str, Article], model: BuiltInModel
) -> list[Asked]:
    """Read the development questions and, last, those set at another time or place, or take what was kept."""
    if given.cache and given.cache.exists():
        kept: list[Asked] = pickle.loads(given.cache.read_bytes())
        return kept
    asked = read(press, given.questions, model, given.passages, given.shared)
    asked += read_moved(press, asked, articles, model)
    if given.cache:
        given.cache.write_bytes(pickle.dumps(asked))
    return asked


def first_passages(one: Asked, passages: int) -> Asked:
    """A question as if no more than its first passages had been read."""
    kept = [n for n, candidate in enumerate(one.found) if candidate.window < passages]
    return replace(
        one,
        passages=one.passages[:passages],
        found=[one.found[n] for n in kept],
        texts=[one.texts[n] for n in kept],
        right=[one.right[n] for n in kept],
    )


def located(one: Asked, press: Press, articles: dict[str, Article]) -> list[Sentence]:
    """The candidates as sentences of their articles."""
    hits = []
    for rank, number in enumerate(one.passages, 1):
        passage = press.passages[number]
        article = articles[passage["article_id"]]
        hits.append(Hit(Passage(article, passage["start"], passage["end"]), 1.0, rank))
    return [placed_in(hits[candidate.window], candidate.sentence) for candidate in one.found]


def is_right(question: Question, text: str, mine: bool) -> bool:
    """Whether a sentence is one that answers."""
    if not question.answerable:
        return False
    if mine and any(flat(text) in flat(one) or flat(one) in flat(text) for one in question.evidence):
        return True
    return flat(question.answer) in flat(text) and gives(text, question.must)


def shown(one: Asked, best: int, support: float) -> list[int]:
    """The candidates that are shown with the best one, as `rag.composing` chooses them."""
    window = one.found[best].window
    others = [(support_of(c), n) for n, c in enumerate(one.found) if n != best and c.window == window]
    more = [n for p, n in sorted(others, reverse=True) if p >= support][: MOST_CLAIMS - 1]
    return sorted([best, *more])


def answers_rightly(one: Asked, chosen: list[int]) -> bool:
    """Whether the sentences shown hold what a right answer must; without such a list, one of the evidence."""
    if not one.question.answerable:
        return False
    if not one.question.must:
        return any(one.right[n] for n in chosen)
    return gives(" ".join(one.texts[n] for n in chosen), one.question.must)


def understood(text: str) -> UnderstoodQuestion:
    """A question as the reader gets it."""
    return understand(text, "id", written_in(text))


def verdict_of(output: Output) -> str:
    """What a window says to a yes-or-no question, "yes" or "no"."""
    assert output.rulings is not None
    return "yes" if output.rulings[0] >= output.rulings[1] else "no"


def matrix(
    asked: list[Asked], names: tuple[str, ...], compared: list[list[Compared]]
) -> list[np.ndarray[Any, Any]]:
    """Of each question the features of its candidates, (candidates, names)."""
    return [
        np.array(
            [
                [values[name] for name in names]
                for values in features(one.found, range(1, len(one.passages) + 1), each)
            ]
        ).reshape(len(one.found), len(names))
        for one, each in zip(asked, compared, strict=True)
    ]


def read_in_part(one: Asked, windows: set[int]) -> Asked:
    """A question as if of its passages only these had been read."""
    found = [
        each
        if each.window in windows
        else Candidate(each.window, each.sentence, each.sentence, LOWEST, LOWEST, LOWEST)
        for each in one.found
    ]
    return replace(one, found=found)


def further_matrix(
    one: Asked, names: tuple[str, ...], compared: list[Compared], weights: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """The features of each passage after the first ones, (passages, `FURTHER`)."""
    part = read_in_part(one, set(range(FIRST)))
    scores = scored(part, matrix([part], names, [compared])[0], weights)
    made = further_features(
        part.found, range(1, len(one.passages) + 1), [one.named for one in compared], list(scores), FIRST
    )
    return np.array([[values[name] for name in FURTHER] for values in made]).reshape(-1, len(FURTHER))


def matter(one: Asked, made: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Of each passage after the first ones whether it matters, all being read."""
    alone = chances(made @ weights)
    return np.array(
        [
            max((p for p, each in zip(alone, one.found, strict=True) if each.window == n), default=0.0)
            >= MATTERS
            for n in range(FIRST, len(one.passages))
        ]
    )


def fit_further(rows_: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The weights of a logistic function, (`FURTHER`,), with the same prior."""
    from scipy.optimize import minimize

    def loss(weights: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        sums = rows_ @ weights
        value = float(np.logaddexp(0, np.where(right, -sums, sums)).sum()) + PENALTY * float(
            weights @ weights
        )
        return value, rows_.T @ (1 / (1 + np.exp(-sums)) - right) + 2 * PENALTY * weights

    found: Any = minimize(loss, np.zeros(rows_.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def fit(
    rows_: list[np.ndarray[Any, Any]], asked: list[Asked], given: np.ndarray[Any, Any] | None = None
) -> np.ndarray[Any, Any]:
    """The weights, (names,), with a prior of variance 1 / (2 * `PENALTY`).

    Args:
        rows_: Of each question the features of its candidates, (candidates, names).
        asked: The questions.
        given: Those of the weights that are known, (names,); NaN where one is to be fitted.
    """
    from scipy.optimize import minimize

    # Of each question the candidates and, last, "none"; and which of these are right.
    seen = [np.vstack([row, np.zeros(row.shape[1])]) for row in rows_]
    rights = [np.append(one.right, not any(one.right)).astype(bool) for one in asked]
    free = np.isnan(given) if given is not None else np.full(rows_[0].shape[1], True)
    weights = np.where(free, 0.0, 0.0 if given is None else given)

    def loss(fitted: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        weights[free] = fitted
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for row, right in zip(seen, rights, strict=True):
            sums = row @ weights
            raised = np.exp(sums - sums.max())
            whole, part = raised / raised.sum(), np.where(right, raised, 0) / raised[right].sum()
            value -= float(np.log(whole[right].sum()))
            slope = slope - row.T @ (part - whole)
        return value, slope[free]

    found: Any = minimize(loss, weights[free], jac=True, method="L-BFGS-B")
    weights[free] = found.x
    return weights


def fit_both(
    names: tuple[str, ...], made: list[np.ndarray[Any, Any]], asked: list[Asked]
) -> np.ndarray[Any, Any]:
    """The weights, (names,), those of `MOVED` fitted on all, the others on questions as they were asked."""
    last = np.isin(names, MOVED)
    own = [i for i, one in enumerate(asked) if not one.moved]
    weights = fit([np.where(last, 0.0, made[i]) for i in own], [asked[i] for i in own])
    return fit(made, asked, np.where(last, np.nan, weights)) if last.any() else weights


def scored(one: Asked, made: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The probabilities of the candidates, as `rag.reader` gives them."""
    return np.array(agreed(chances(made @ weights), one.found, one.texts))


def in_stages(
    asked: list[Asked],
    made: list[np.ndarray[Any, Any]],
    names: tuple[str, ...],
    compared: list[list[Compared]],
    learnt: list[np.ndarray[Any, Any]],
    fold: np.ndarray[Any, Any],
    scores: list[np.ndarray[Any, Any]],
    threshold: float,
) -> tuple[list[np.ndarray[Any, Any]], tuple[float, np.ndarray[Any, Any]]]:
    """The scores where further passages are read only if they may matter, with what tells that.

    Args:
        asked: The questions, with all passages read.
        made: Of each the features of its candidates.
        names: Of these.
        compared: Of each its candidates held against what it names.
        learnt: Of each fold the weights that the others gave.
        fold: Of each question its fold.
        scores: Of each the probabilities of its candidates.
        threshold: From which it is answered.

    Returns:
        Of each question the probabilities, by weights of the other folds; the least chance with which a
        passage is read, and the weights of all folds.
    """
    further = [further_matrix(one, names, compared[i], learnt[fold[i]]) for i, one in enumerate(asked)]
    matters = [matter(one, made[i], learnt[fold[i]]) for i, one in enumerate(asked)]
    chance = [np.zeros(0)] * len(asked)
    for number in range(FOLDS):
        inside = np.flatnonzero(fold != number)
        weights = fit_further(
            np.vstack([further[i] for i in inside]), np.hstack([matters[i] for i in inside])
        )
        for i in np.flatnonzero(fold == number):
            chance[i] = 1 / (1 + np.exp(-(further[i] @ weights)))
    least = round(float(np.quantile(np.hstack(chance), UNREAD)), 3)
    windows = [{*range(FIRST), *(FIRST + np.flatnonzero(p >= least))} for p in chance]
    parts = [read_in_part(one, chosen) for one, chosen in zip(asked, windows, strict=True)]
    out = [
        scored(part, matrix([part], names, [compared[i]])[0], learnt[fold[i]]) for i, part in enumerate(parts)
    ]
    before, after = (
        [
            (float(each.max(initial=0.0)) >= threshold, int(each.argmax()) if len(each) else -1)
            for each in every
        ]
        for every in (scores, out)
    )
    others = sum(a != b and (a[0] or b[0]) for a, b in zip(before, after, strict=True))
    mean = np.mean([len(each) for each in windows])
    print(f"\nread where it may matter, {mean:.2f} passages: {others} answers are others")
    return out, (least, fit_further(np.vstack(further), np.hstack(matters)))


def main() -> None:
    """Read the command line, read the questions, fit and print."""
    parser = command(__doc__, "shared", "write")
    for required in ("--mined", "--questions"):
        parser.add_argument(required, type=Path, required=True)
    parser.add_argument("--apart", type=Path, help="questions that nothing is fitted on")
    parser.add_argument("--packed", type=Path, default=PACKED)
    parser.add_argument("--adapters", type=Path, nargs="*", default=ADAPTERS)
    parser.add_argument("--passages", type=int, default=5)
    parser.add_argument("--support", type=float, default=0.6)
    parser.add_argument("--without", nargs="*", default=[], help="features to leave out")
    parser.add_argument("--cache", type=Path, help="keep what was read here, to fit again at once")
    parser.add_argument("--plot", type=Path, help="draw what is right, wrong and refused, by the threshold")
    given = parser.parse_args()
    cache = Settings.load().cache
    folder = prepare(cache, given.packed, given.adapters)
    model = BuiltInModel(folder, prepare_quick(cache, *TOKENIZER_FILES))
    press = Press(given.mined)
    articles = read_articles(given.shared / "data" / "news" / "indosum_articles.jsonl.gz")
    every = [first_passages(one, given.passages) for one in read_all(press, given, articles, model)]
    names = tuple(name for name in FEATURES if name not in given.without)
    compared = [held(one, press, articles) for one in every]
    made = matrix(every, names, compared)
    parted = sorted({one.article for one in every})
    fold = np.array([parted.index(one.article) % FOLDS for one in every])

    def learn(inside: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return fit_both(names, [made[i] for i in inside], [every[i] for i in inside])

    learnt = [learn(np.flatnonzero(fold != number)) for number in range(FOLDS)]
    scores = [scored(one, made[i], learnt[fold[i]]) for i, one in enumerate(every)]
    asked = [one for one in every if not one.moved]
    own = scores[: len(asked)]
    print("all passages read:")
    threshold = report(asked, own, given.support)
    own, stage = in_stages(
        asked, made[: len(asked)], names, compared, learnt, fold[: len(asked)], own, threshold
    )
    report(asked, own, given.support, given.plot, threshold)
    report_moved(every, scores, threshold)
    whole = learn(np.arange(len(every)))
    decision = {
        "weights": named(names, whole),
        "thresholds": {"answer": round(threshold, 3), "support": given.support, "matters": stage[0]},
        "further": named(FURTHER, stage[1]),
    }
    print(json.dumps(decision))
    if given.apart:
        apart = read(press, given.apart, model, given.passages, given.shared)
        apart += read_moved(press, apart, articles, model)
        rows_ = matrix(apart, names, [held(one, press, articles) for one in apart])
        print("\nasked apart:")
        scores = [scored(*one, whole) for one in zip(apart, rows_, strict=True)]
        first = sum(not one.moved for one in apart)
        report(apart[:first], scores[:first], given.support, None, threshold)
        report_moved(apart, scores, threshold)
    if given.write:
        given.write.write_text(json.dumps(decision, indent=1) + "\n", encoding="utf-8")


def report_moved(asked: list[Asked], scores: list[np.ndarray[Any, Any]], threshold: float) -> None:
    """Print how many of the questions that were set at another time or place are refused."""
    for kind in ("time", "told", "place"):
        of = [score for one, score in zip(asked, scores, strict=True) if one.moved == kind]
        refused = [float(score.max(initial=0.0)) < threshold for score in of]
        print(f"set at another one ({kind}): {np.mean(refused):.3f} of {len(of)} refused")


def report(
    asked: list[Asked],
    scores: list[np.ndarray[Any, Any]],
    support: float,
    plot: Path | None = None,
    threshold: float | None = None,
) -> float:
    """Print what the scores reach, and draw it; the threshold that costs least where none is given."""
    best = [int(score.argmax()) if len(score) else -1 for score in scores]
    sure = np.array([float(score[b]) if b >= 0 else 0.0 for score, b in zip(scores, best, strict=True)])
    right = np.array(
        [b >= 0 and answers_rightly(one, shown(one, b, support)) for one, b in zip(asked, best, strict=True)]
    )
    alone = np.array(
        [b >= 0 and one.question.answerable and one.right[b] for one, b in zip(asked, best, strict=True)]
    )
    has = np.array([one.question.answerable for one in asked])
    english = np.array([one.question.lang == "en" for one in asked])
    reachable = np.array([any(one.right) for one in asked])
    print(f"{len(asked)} questions, {has.sum()} with an answer")
    print(f"among the candidates is a right one for {reachable[has].mean():.3f}")
    print(f"forced: right {right[has].mean():.3f}, one of the evidence alone {alone[has].mean():.3f}")
    print("threshold  right (id, en)        wrong  refused of those without an answer")
    for level in (0.5, 0.6, 0.7, 0.8, 0.85, 0.9):
        at = float(np.quantile(sure[~has], level))
        line(at, sure, right, has, english)
    costs = {
        at: float((2 * ((sure >= at) & ~right) + (sure < at))[has].mean())
        for at in np.round(np.arange(0.05, 0.95, 0.01), 3)
        if (sure < at)[~has].mean() >= REFUSED
    }
    if threshold is None:
        threshold = float(min(costs, key=lambda at: costs[at]))
        print(f"least cost {costs[threshold]:.3f} at {threshold}:")
    if plot:
        draw(plot, sure, right, has, threshold)
    line(threshold, sure, right, has, english)
    for low in np.arange(0, 1, 0.2):
        inside = (sure >= low) & (sure < low + 0.2)
        if inside.any():
            print(f"  said {sure[inside].mean():.2f}, right {right[inside].mean():.2f} (n = {inside.sum()})")
    for kind in sorted({one.kind for one in asked}):
        of = np.array([one.kind == kind for one in asked])
        n = (of & has).sum()
        if n:
            print(f"  {kind:9} n {n:3}: forced {right[of & has].mean():.2f}, at threshold "
                  f"{(right & (sure >= threshold))[of & has].mean():.2f}")  # fmt: skip
    told = [
        (one.verdicts[one.found[b].window], "yes" if one.question.verdict == SUPPORTED else "no")
        for one, b, ok in zip(asked, best, right, strict=True)
        if ok and one.question.verdict in {SUPPORTED, CONTRADICTED}
    ]
    if told:
        agree = [(said, truth) for said, truth in told if said == truth]
        print(f"yes or no: right {len(agree)} of {len(told)}; "
              f"yes {sum(t == 'yes' for _, t in agree)} of {sum(t == 'yes' for _, t in told)}")  # fmt: skip
    asks = np.array(
        [one.polar[one.found[b].window] > 0 for one, b in zip(asked, best, strict=True) if b >= 0]
    )
    polar = np.array([one.question.polar for one, b in zip(asked, best, strict=True) if b >= 0])
    print(
        f"taken for yes-or-no questions: {asks[polar].mean():.3f} of those, "
        f"{asks[~polar].mean():.3f} of others"
    )
    return threshold


def draw(
    path: Path,
    sure: np.ndarray[Any, Any],
    right: np.ndarray[Any, Any],
    has: np.ndarray[Any, Any],
    threshold: float,
) -> None:
    """Draw by the threshold what is right and wrong of what has an answer, and refused of what has none."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    at = np.linspace(0, 1, 101)
    given = sure[None, :] >= at[:, None]
    axes.plot(at, (given & right)[:, has].mean(axis=1), label="with an answer: right")
    axes.plot(at, (given & ~right)[:, has].mean(axis=1), label="with an answer: wrong")
    axes.plot(at, (~given)[:, ~has].mean(axis=1), label="without an answer: refused")
    axes.axvline(threshold, color="grey", linestyle=":", label="the shipped threshold")
    axes.set(xlabel="threshold", ylabel="share of the questions", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="center right")
    figure.savefig(path, metadata={"Date": None})


def line(
    at: float,
    sure: np.ndarray[Any, Any],
    right: np.ndarray[Any, Any],
    has: np.ndarray[Any, Any],
    english: np.ndarray[Any, Any],
) -> None:
    """One row of the table."""
    given = sure >= at
    answered = right & given
    parts = [
        answered[has],
        answered[has & ~english],
        answered[has & english],
        (~right & given)[has],
        ~given[~has],
    ]
    whole, indonesian, other, wrong, refused = (part.mean() if len(part) else 0.0 for part in parts)
    print(f"  {at:.3f}    {whole:.3f} ({indonesian:.3f}, {other:.3f})  {wrong:.3f}  {refused:.3f}")


if __name__ == "__main__":
    main()
