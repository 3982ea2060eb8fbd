"""Fit what tells the kind of a turn, whether it leans on the one before it, and what it takes over from that.

    python -m scripts.train.request [--shared ../shared] [--write rag/request.safetensors]
                                    [--carrying rag/request.json]

Kind and leaning are trained on the conversations of the press set, on `written/turns.tsv` (kind, language,
whether it leans, the turn before or "-", the turn) and on questions of other sets, each kind weighing the
same. What begins a new topic are such questions behind others; what leans, the follow-ups over contrast pairs
as well. The weights are chosen by cross-validation grouped by conversation; the development conversations and
questions are measured with at the end and never trained on.

What is taken over is fitted on follow-ups that were written in full as well, of the conversations and of the
contrast pairs: a part of the question before is to be carried over where the turn in full has it. Strength
and thresholds are chosen by cross-validation by conversation, and by what `tanya eval conversations` finds.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index import Settings
from index.embedder import load_embedder
from rag.answer import KINDS, REPLIES
from rag.lang.words import content_words, stem
from rag.request import (
    FEATURES,
    LEANS,
    Carrying,
    Completed,
    RequestClassifier,
    complete,
    features,
    hashed,
    missing,
    naming,
    pair,
)
from scripts.train.data import read_turns as read_contrast_turns
from scripts.train.examples import command, named, rows

QUESTIONS = 6000
"""Questions that are trained on as turns that ask for an answer, each behind another one."""

MEASURED = 900
"""Development questions behind others that are measured with."""

SAME_TEXT = 0.2
"""Share of these behind a question on the same text."""

STRENGTHS = (10.0, 30.0, 100.0, 300.0)
"""Inverse regularisation strengths that are tried."""

FOLDS = 5


@dataclass(frozen=True)
class Turn:
    """A turn with what it asks for; turns of one group are never parted by the folds."""

    group: str
    kind: str
    leans: bool
    before: str
    text: str


def read_conversations(path: Path) -> list[Turn]:
    """The turns of a file of conversations; each leans where a standalone form was written for it."""
    out = []
    for row in rows(path):
        before = ""
        for turn in row["turns"]:
            kind = "quotes" if turn["intent"] == "list_quotes" else turn["intent"]
            out.append(Turn(row["id"], kind, turn["standalone"] is not None, before, turn["user"]))
            before = turn["standalone"] or turn["user"]
    return out


def read_turns(path: Path) -> list[Turn]:
    """The turns that were written for this, in groups of 20 that were written together."""
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        kind, _, leans, before, text = line.split("\t")
        out.append(Turn(f"w-{number // 20}", kind, leans == "1", "" if before == "-" else before, text))
    return out


def read_questions(path: Path) -> list[list[str]]:
    """The questions of a set, those over one text together."""
    by_text: dict[str, list[str]] = {}
    for row in rows(path):
        text = row.get("article_id") or row.get("context_id") or row["id"]
        asked = [one["question"] for one in row["questions"]] if "questions" in row else [row["question"]]
        by_text.setdefault(text, []).extend(asked)
    return list(by_text.values())


def read_new_topics(paths: Iterable[Path], number: int, seed: int) -> list[Turn]:
    """Questions of these sets, as many of each, each behind another one, which some have the text of.

    Some are written without capitals or question mark, so that neither tells that a turn stands by itself.
    """
    chance, out = random.Random(seed), []
    sets = [read_questions(path) for path in paths]
    for at in range(number):
        asked = chance.choice(sets[at % len(sets)])
        turn, before = chance.choice(asked), chance.choice(chance.choice(chance.choice(sets)))
        if len(asked) > 1 and chance.random() < SAME_TEXT:
            turn, before = chance.sample(asked, 2)
        if chance.random() < 0.35:
            turn = turn.lower()
        if chance.random() < 0.4:
            turn = turn.rstrip("?")
        if turn and before:
            out.append(Turn(f"q-{at}", "answer", False, before, " ".join(turn.split())))
    return out


def sparse(rows: list[np.ndarray[Any, Any]]) -> Any:
    """The rows as a sparse matrix: most words are in few turns."""
    from scipy.sparse import csr_matrix

    return csr_matrix(np.array(rows))


def fit(x: Any, y: np.ndarray[Any, Any], strength: float) -> Any:
    """A logistic regression in which each class weighs the same."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=5000, class_weight="balanced").fit(x, y)


def chosen(x: Any, y: np.ndarray[Any, Any], groups: list[str]) -> float:
    """The strength that is right most often in the folds left out."""
    from sklearn.model_selection import GroupKFold

    best = (0.0, STRENGTHS[0])
    for strength in STRENGTHS:
        right = 0
        for train, test in GroupKFold(FOLDS).split(y, y, groups):
            right += int((fit(x[train], y[train], strength).predict(x[test]) == y[test]).sum())
        print(f"  strength {strength:g}: right in {right / len(y):.3f} of {len(y)}")
        best = max(best, (right / len(y), strength))
    return best[1]


def weights_of(model: Any) -> np.ndarray[Any, Any]:
    """The weights with the bias last, (classes, features + 1)."""
    return np.ascontiguousarray(np.hstack([model.coef_, model.intercept_[:, None]]), dtype=np.float32)


def fit_requests(shared: Path, written: Path, write: Path | None) -> None:
    """Fit both regressions, measure and write them."""
    press = shared / "data" / "press"
    training = read_conversations(press / "conversations_train.jsonl")
    training += read_turns(written / "turns.tsv")
    reading = shared / "data" / "reading"
    asked = [press / "questions_train.jsonl", written / "press_train.jsonl", written / "contrast_train.jsonl"]
    topics = read_new_topics(
        [*asked, reading / "tydi_train.jsonl", reading / "facqa_train.jsonl"], QUESTIONS, 7
    )
    chance, first = random.Random(5), [turn for turn in training if not turn.before]
    behind = [replace(turn, before=chance.choice(topics).before) for turn in first if not turn.leans]
    leaning_turns = [
        Turn(one.conversation, "answer", True, one.before, one.turn) for one in contrast(written)
    ]
    training += topics
    measured = read_conversations(press / "conversations_dev.jsonl")
    asked = [press / "questions_dev.jsonl", written / "press_dev.jsonl", written / "contrast_dev.jsonl"]
    others = read_new_topics([*asked, reading / "tydi_dev.jsonl", reading / "facqa_dev.jsonl"], MEASURED, 8)

    for each in (training, behind, leaning_turns, measured, others):
        # As `rag.request.RequestReader` reads them.
        each[:] = [replace(turn, text=turn.text[:1].lower() + turn.text[1:]) for turn in each]
    every = training + behind + leaning_turns + measured + others
    texts = sorted({text for turn in every for text in (turn.text, turn.before) if text})
    embedder = load_embedder(Settings.load())
    encoded = np.vstack([embedder.encode(texts[at : at + 64], "query") for at in range(0, len(texts), 64)])
    vectors = dict(zip(texts, encoded.astype(np.float32), strict=True))
    mean = encoded.mean(axis=0).astype(np.float32)

    x = sparse([np.append(vectors[turn.text] - mean, hashed(turn.text)) for turn in training])
    y = np.array([KINDS.index(turn.kind) for turn in training])  # type: ignore[arg-type]
    print("kind of request")
    kinds = fit(x, y, chosen(x, y, [turn.group for turn in training]))
    follow = [turn for turn in training if turn.before] + behind + leaning_turns
    x = sparse(
        [
            np.concatenate(
                [
                    pair(vectors[turn.text], vectors[turn.before], mean),
                    naming(turn.text, turn.before),
                    hashed(turn.text),
                ]
            )
            for turn in follow
        ]
    )
    y = np.array([turn.leans for turn in follow])
    print("leaning")
    leaning = fit(x, y, chosen(x, y, [turn.group for turn in follow]))

    classifier = RequestClassifier(mean, weights_of(kinds), weights_of(leaning)[0])
    measure(classifier, vectors, measured, others)
    if write:
        from safetensors.numpy import save_file

        tensors = {"mean": classifier.mean, "kinds": classifier.kinds, "leaning": classifier.leaning}
        save_file({name: tensor.astype(np.float16) for name, tensor in tensors.items()}, write)


def measure(
    classifier: RequestClassifier, vectors: dict[str, Any], measured: list[Turn], others: list[Turn]
) -> None:
    """Print what is right of development conversations, and of questions behind others."""
    found = [
        classifier.classify(turn.text, vectors[turn.text], turn.before, vectors.get(turn.before))
        for turn in measured
    ]
    right = [request.kind == turn.kind for request, turn in zip(found, measured, strict=True)]
    elsewhere = [ok for ok, turn in zip(right, measured, strict=True) if turn.kind != "answer"]
    print(f"development conversations: kind right in {np.mean(right):.3f} of {len(right)} turns,")
    print(f"  in {np.mean(elsewhere):.3f} of the {len(elsewhere)} that ask for something else than an answer")
    for name, wanted in (("lean", True), ("do not lean", False)):
        pairs = zip(found, measured, strict=True)
        found_so = [(r.leans >= LEANS) == wanted for r, t in pairs if t.before and t.leans == wanted]
        print(f"  of {len(found_so)} turns that {name}, {np.mean(found_so):.3f} are found to")
    for request, turn in zip(found, measured, strict=True):
        if request.kind != turn.kind:
            print(f"  {turn.kind} taken for {request.kind} ({request.probability:.2f}): {turn.text}")
    needless = [one for one, turn in zip(found, measured, strict=True) if turn.kind in REPLIES]
    found = [
        classifier.classify(turn.text, vectors[turn.text], turn.before, vectors[turn.before])
        for turn in others
    ]
    alone = np.mean([request.leans < LEANS for request in found])
    print(f"{len(others)} development questions behind others: {alone:.3f} are found to stand by themselves,")
    for least in (0.5, 0.8, 0.9, 0.95, 0.99):
        taken = np.mean([request.kind in REPLIES and request.probability >= least for request in found])
        share = np.mean([one.kind in REPLIES and one.probability >= least for one in needless])
        print(
            f"  {taken:.4f} seem to need no article by {least:g} or more, of those that need none {share:.3f}"
        )


CARRYING_STRENGTHS = (0.1, 0.3, 1.0, 3.0)
"""Inverse regularisation strengths that are tried."""

LEAST = 0.3
"""Probability from which a part is carried over: with 0.15, or all parts, no more follow-ups were right."""

ANSWER = 0.25
"""Probability from which a question with what is carried over is answered: of 104 follow-ups of the training
conversations .606 are right and .183 wrong, from 0.2 on .615 and .231, from 0.3 on .567 and .154."""


@dataclass(frozen=True)
class FollowUp:
    """A turn after a question, and the same in full."""

    conversation: str
    turn: str
    before: str
    full: str


def follow_ups(path: Path) -> Iterator[FollowUp]:
    """The follow-ups of a file of conversations, with the question before each in full."""
    for row in rows(path):
        before = ""
        for turn in row["turns"]:
            if turn["intent"] in REPLIES:
                continue
            if before and turn["standalone"]:
                yield FollowUp(row["id"], turn["user"], before, turn["standalone"])
            before = turn["standalone"] or turn["user"]


def contrast(written: Path) -> Iterator[FollowUp]:
    """The follow-ups over contrast pairs, with the question before each and the same in full."""
    pairs = written / "contrast_train.jsonl"
    for turn, before, group in read_contrast_turns(written / "contrast_turns.tsv", pairs):
        yield FollowUp(before, turn, before, group[0].question)


def carried(one: FollowUp) -> list[bool]:
    """Of each part of the question before that the turn does not say whether the turn in full has it."""
    full = {form for word in content_words(one.full) for form in (word, stem(word))}
    texts = [one.before[part.start : part.end] for part in missing(one.turn, one.before)]
    words = [content_words(text) or [text.lower()] for text in texts]
    return [any({word, stem(word)} & full for word in group) for group in words]


def fit_carrying(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], strength: float) -> Any:
    """A logistic regression; the bias is a feature."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=1000, fit_intercept=False).fit(x, y)


def fit_carried(shared: Path, written: Path, write: Path | None) -> None:
    """Fit what is carried over, show and write it."""
    from sklearn.metrics import log_loss, roc_auc_score
    from sklearn.model_selection import GroupKFold

    training = list(follow_ups(shared / "data" / "press" / "conversations_train.jsonl"))
    training += contrast(written)
    described = [(one, features(one.turn, one.before), carried(one)) for one in training]
    x = np.array([[values[name] for name in FEATURES] for _, parts, _ in described for values in parts])
    y = np.array([one for _, _, labels in described for one in labels])
    groups = [one.conversation for one, _, labels in described for _ in labels]
    best = (np.inf, CARRYING_STRENGTHS[0])
    for strength in CARRYING_STRENGTHS:
        chances = np.zeros(len(y))
        for train, test in GroupKFold(FOLDS).split(x, y, groups):
            chances[test] = fit_carrying(x[train], y[train], strength).predict_proba(x[test])[:, 1]
        loss = log_loss(y, chances)
        print(f"strength {strength:g}: log loss {loss:.4f}, area {roc_auc_score(y, chances):.3f}")
        best = min(best, (float(loss), strength))
    model = fit_carrying(x, y, best[1])
    weights = named(FEATURES, model.coef_[0])
    print(json.dumps(weights, indent=1))
    for one in training[:: len(training) // 20]:
        before = Completed(one.before, one.before, len(one.before))
        print(f"  {complete(one.turn, before, Carrying(weights, LEAST, ANSWER)).text}  |  {one.full}")
    if write:
        fitted = {"weights": weights, "thresholds": {"least": LEAST, "answer": ANSWER}}
        write.write_text(json.dumps(fitted, indent=1) + "\n")


def main() -> None:
    """Read the command line and fit."""
    parser = command(__doc__, "shared", "written", "write")
    parser.add_argument("--carrying", type=Path, help="where to put what is carried over")
    given = parser.parse_args()
    fit_requests(given.shared, given.written, given.write)
    fit_carried(given.shared, given.written, given.carrying)


if __name__ == "__main__":
    main()
