"""Fit what a turn takes over from the question before it, on conversations written in full as well.

    python -m scripts.train.conversations [--shared ../shared] [--write rag/request.json]

A part of the question before is to be carried over where the turn in full has it. The strength is chosen by
cross-validation grouped by conversation, the thresholds by what is answered: `tanya eval conversations`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.answer import REPLIES
from rag.lang.words import content_words, stem
from rag.request import FEATURES, Carrying, Completed, complete, features, missing
from scripts.train.examples import rows

STRENGTHS = (0.1, 0.3, 1.0, 3.0)
"""Inverse regularisation strengths that are tried."""

LEAST = 0.3
"""Probability from which a part is carried over: with 0.15, or all parts, no more follow-ups were right."""

ANSWER = 0.2
"""Probability from which a question with what is carried over is answered: of 0.12, 0.16, 0.2, 0.25 and 0.33
the one with which most follow-ups of the training conversations are right, in each of five folds as well."""

FOLDS = 5


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


def carried(one: FollowUp) -> list[bool]:
    """Of each part of the question before that the turn does not say whether the turn in full has it."""
    full = {form for word in content_words(one.full) for form in (word, stem(word))}
    texts = [one.before[part.start : part.end] for part in missing(one.turn, one.before)]
    words = [content_words(text) or [text.lower()] for text in texts]
    return [any({word, stem(word)} & full for word in group) for group in words]


def fit(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], strength: float) -> Any:
    """A logistic regression; the bias is a feature."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=1000, fit_intercept=False).fit(x, y)


def main() -> None:
    """Read the command line, fit, show and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    from sklearn.metrics import log_loss, roc_auc_score
    from sklearn.model_selection import GroupKFold

    training = list(follow_ups(given.shared / "data" / "press" / "conversations_train.jsonl"))
    described = [(one, features(one.turn, one.before), carried(one)) for one in training]
    x = np.array([[values[name] for name in FEATURES] for _, told, _ in described for values in told])
    y = np.array([one for _, _, labels in described for one in labels])
    groups = [one.conversation for one, _, labels in described for _ in labels]
    best = (np.inf, STRENGTHS[0])
    for strength in STRENGTHS:
        chances = np.zeros(len(y))
        for train, test in GroupKFold(FOLDS).split(x, y, groups):
            chances[test] = fit(x[train], y[train], strength).predict_proba(x[test])[:, 1]
        loss = log_loss(y, chances)
        print(f"strength {strength:g}: log loss {loss:.4f}, area {roc_auc_score(y, chances):.3f}")
        best = min(best, (float(loss), strength))
    model = fit(x, y, best[1])
    weights = {name: round(float(value), 4) for name, value in zip(FEATURES, model.coef_[0], strict=True)}
    print(json.dumps(weights, indent=1))
    for one in training[:: len(training) // 20]:
        before = Completed(one.before, one.before, len(one.before))
        print(f"  {complete(one.turn, before, Carrying(weights, LEAST, ANSWER)).text}  |  {one.full}")
    if given.write:
        fitted = {"weights": weights, "thresholds": {"least": LEAST, "answer": ANSWER}}
        given.write.write_text(json.dumps(fitted, indent=1) + "\n")


if __name__ == "__main__":
    main()
