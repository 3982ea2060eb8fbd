"""Fit what tells the kind of a turn and whether it leans on the turn before it.

    python -m scripts.train.request [--shared ../shared] [--write rag/request.safetensors]

Trained on the conversations of the press set, on `written/turns.tsv` (kind, language, whether it leans, the
turn before or "-", the turn) and on some of the press questions, each kind weighing the same. The weights
are chosen by cross-validation grouped by conversation; the development conversations are measured with at
the end and never trained on.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index import Settings
from index.embedder import load_embedder
from rag.answer import KINDS
from rag.request import LEANS, RequestClassifier, hashed, pair
from scripts.train.examples import rows

QUESTIONS = 800
"""Press questions that are trained on as turns that ask for an answer."""

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


def main() -> None:
    """Read the command line, fit, measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--written", type=Path, default=Path("scripts/train/written"))
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    press = given.shared / "data" / "press"
    training = read_conversations(press / "conversations_train.jsonl")
    training += read_turns(given.written / "turns.tsv")
    questions = random.Random(5).sample(rows(press / "questions_train.jsonl"), QUESTIONS)
    training += [Turn(row["id"], "answer", False, "", row["question"]) for row in questions]
    measured = read_conversations(press / "conversations_dev.jsonl")

    for each in (training, measured):
        # As `rag.request.RequestReader` reads them.
        each[:] = [replace(turn, text=turn.text[:1].lower() + turn.text[1:]) for turn in each]
    texts = sorted({text for turn in training + measured for text in (turn.text, turn.before) if text})
    embedder = load_embedder(Settings.load())
    encoded = np.vstack([embedder.encode(texts[at : at + 64], "query") for at in range(0, len(texts), 64)])
    vectors = dict(zip(texts, encoded.astype(np.float32), strict=True))
    mean = encoded.mean(axis=0).astype(np.float32)

    words = {turn.text: hashed(turn.text) for turn in training}
    x = sparse([np.append(vectors[turn.text] - mean, words[turn.text]) for turn in training])
    y = np.array([KINDS.index(turn.kind) for turn in training])  # type: ignore[arg-type]
    print("kind of request")
    kinds = fit(x, y, chosen(x, y, [turn.group for turn in training]))
    follow = [turn for turn in training if turn.before]
    x = sparse(
        [np.append(pair(vectors[turn.text], vectors[turn.before], mean), words[turn.text]) for turn in follow]
    )
    y = np.array([turn.leans for turn in follow])
    print("leaning")
    leaning = fit(x, y, chosen(x, y, [turn.group for turn in follow]))

    classifier = RequestClassifier(mean, weights_of(kinds), weights_of(leaning)[0])
    found = [
        classifier.classify(turn.text, vectors[turn.text], vectors[turn.before] if turn.before else None)
        for turn in measured
    ]
    right = [request.kind == turn.kind for request, turn in zip(found, measured, strict=True)]
    others = [ok for ok, turn in zip(right, measured, strict=True) if turn.kind != "answer"]
    print(f"development conversations: kind right in {np.mean(right):.3f} of {len(right)} turns,")
    print(f"  in {np.mean(others):.3f} of the {len(others)} that ask for something else than an answer")
    for name, wanted in (("lean", True), ("do not lean", False)):
        pairs = zip(found, measured, strict=True)
        told = [(r.leans >= LEANS) == wanted for r, t in pairs if t.before and t.leans == wanted]
        print(f"  of {len(told)} turns that {name}, {np.mean(told):.3f} are told so")
    for request, turn in zip(found, measured, strict=True):
        if request.kind != turn.kind:
            print(f"  {turn.kind} taken for {request.kind} ({request.probability:.2f}): {turn.text}")
    if given.write:
        from safetensors.numpy import save_file

        tensors = {"mean": classifier.mean, "kinds": classifier.kinds, "leaning": classifier.leaning}
        save_file({name: tensor.astype(np.float16) for name, tensor in tensors.items()}, given.write)


if __name__ == "__main__":
    main()
