"""Fit the weights of `rag.confidence` on dev data and print them with what they reach.

    python -m rag.evaluation.calibrate --cases CASES.qa.yaml --articles DIR [--reading FILE.jsonl ...]

Every answerable question is asked twice: as it is, and with the articles that answer it left out, which is
the commonest way of being unanswerable. Sentences of the found passages are the examples; one is right if it
holds what the case expects.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import Hit, Passage, Settings
from rag.assistant import PASSAGES
from rag.composing import answering
from rag.evaluation.cases import Case, load_cases
from rag.evaluation.reading import load_records, passage_article
from rag.extraction import Extract
from rag.progress import Bar
from rag.question import Question, understand, written_in
from rag.reading import Reader, Reading
from rag.sentence import candidates

if TYPE_CHECKING:
    from rag.assistant import Assistant

DEEP = 16
"""Passages found for a question, so that some remain when the answering articles are left out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was read, and which of its sentences are right."""

    question: Question
    readings: Sequence[Reading]
    right: tuple[bool, ...]

    @property
    def answerable(self) -> bool:
        return any(self.right)


def main() -> None:
    """Ask, fit, print."""
    parser = argparse.ArgumentParser(prog="python -m rag.evaluation.calibrate", description=__doc__)
    parser.add_argument("--cases", type=Path, nargs="*", default=[])
    parser.add_argument("--articles", type=Path, nargs="*", default=[])
    parser.add_argument("--reading", type=Path, nargs="*", default=[])
    parser.add_argument("--limit", type=int, default=400, help="questions of each reading file")
    parser.add_argument("--passages", type=Path, nargs="*", default=[], help="fit `rag.extraction` on these")
    arguments = parser.parse_args()
    if arguments.passages:
        fit_passages(arguments.passages)
        return
    assistant = _assistant(arguments.articles)
    asked = list(_asked_cases(assistant, [case for path in arguments.cases for case in load_cases(path)]))
    for path in arguments.reading:
        asked += _asked_reading(assistant.reader, path, arguments.limit)
    weights = fit(asked)
    print(json.dumps(weights, indent=4))
    for threshold in (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5):
        print(threshold, json.dumps(outcome(asked, weights, threshold)))


def fit(asked: Iterable[Asked], strength: float = 1.0) -> dict[str, float]:
    """Logistic regression over the sentences that were read closely."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows, labels = [], []
    for one in asked:
        for reading, right in zip(one.readings, one.right, strict=True):
            if reading.features:  # what was set aside unread has none, and its score is not fitted
                rows.append(reading.features)
                labels.append(right)
    names = sorted({name for row in rows for name in row} - {"bias"})
    values = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    model = LogisticRegression(C=strength, max_iter=2000).fit(values, labels)
    fitted = dict(zip(names, model.coef_[0].tolist(), strict=True))
    return {"bias": round(float(model.intercept_[0]), 3)} | {k: round(v, 3) for k, v in fitted.items()}


def fit_passages(paths: Sequence[Path], parts: int = 5) -> None:
    """Fit the weights of `rag.extraction` on reading files and print what they reach, cross-validated.

    A passage's words are right where their F1 is at least 0.5; questions over one passage stay in one part.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    from rag.assistant import load_reader
    from rag.evaluation.reading import RIGHT, predicted, read_record, scores, token_f1

    reader = load_reader(Settings.load())
    sets = {path.stem: load_records(path) for path in paths}
    found: dict[str, list[Extract]] = {}
    with Bar("questions") as bar:
        for name, records in sets.items():
            found[name] = []
            for number, record in enumerate(records, 1):
                bar.update(number, len(records), name)
                found[name].append(read_record(reader, record))
    pairs = [
        (name, record, one)
        for name, records in sets.items()
        for record, one in zip(records, found[name], strict=True)
    ]
    names = sorted({key for _, _, one in pairs for key in one.features} - {"bias"})
    rows = np.array([[one.features.get(key, 0.0) for key in names] for _, _, one in pairs])
    labels = np.array(
        [
            bool(record.answers) and token_f1(predicted(record, one, 0.0), record.answers) >= RIGHT
            for _, record, one in pairs
        ]
    )
    # Each set counts alike, however many questions it has.
    shares = np.array([len(pairs) / len(sets) / len(sets[name]) for name, _, _ in pairs])
    model = LogisticRegression(C=1.0, max_iter=5000)
    groups = [record.context for _, record, _ in pairs]
    guessed = cross_val_predict(
        model,
        rows,
        labels,
        groups=groups,
        cv=GroupKFold(parts),
        method="predict_proba",
        params={"sample_weight": shares},
    )[:, 1]
    model.fit(rows, labels, sample_weight=shares)
    weights = dict(zip(names, (round(float(value), 3) for value in model.coef_[0]), strict=True))
    print(json.dumps({"bias": round(float(model.intercept_[0]), 3)} | weights, indent=4))
    for threshold in (0.0, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        print(threshold)
        for name, records in sets.items():
            mine = [
                replace(one, probability=float(value))
                for (owner, _, one), value in zip(pairs, guessed, strict=True)
                if owner == name
            ]
            told = scores(records, mine, threshold)
            has = told["has_answer"]
            print(
                f"  {name:14} EM {told['em']:.3f} F1 {told['f1']:.3f}  answered EM {has['em']:.3f}"
                f" F1 {has['f1']:.3f}  refused {told['no_answer']['refused']:.3f} AURC {told['aurc']:.3f}"
            )
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (guessed >= low) & (guessed < low + 0.1)
        if inside.any():
            print(
                f"said {guessed[inside].mean():.2f}, right {labels[inside].mean():.2f}, n {int(inside.sum())}"
            )


def outcome(asked: Sequence[Asked], weights: dict[str, float], threshold: float) -> dict[str, float]:
    """Shares in 0..1: right answers of the answerable, refusals of the unanswerable, and both together."""
    from rag.confidence import logistic

    right = refused = answerable = 0
    for one in asked:
        scored = [replace(r, score=logistic(r.features, weights)) for r in one.readings]
        order = sorted(range(len(scored)), key=lambda at: -scored[at].score)
        chosen = answering(one.question, [scored[at] for at in order], threshold)
        texts = {one.readings[at].sentence for at in order if one.right[at]}
        answerable += one.answerable
        right += one.answerable and any(reading.sentence in texts for reading in chosen)
        refused += not one.answerable and not chosen
    unanswerable = len(asked) - answerable
    return {
        "answerable": answerable,
        "right": round(right / max(1, answerable), 3),
        "unanswerable": unanswerable,
        "refused": round(refused / max(1, unanswerable), 3),
        "together": round((right + refused) / max(1, len(asked)), 3),
    }


def _asked_cases(assistant: Assistant, cases: Sequence[Case]) -> Iterator[Asked]:
    with Bar("cases") as bar:
        for number, case in enumerate(cases, 1):
            bar.update(number, len(cases), case.id)
            question = assistant.understand(case.question, history=case.history)[0]
            hits = assistant.find(question, DEEP)
            yield _read(assistant.reader, question, hits, case)
            if not case.abstain:
                others = [hit for hit in hits if hit.passage.article_id not in case.cites]
                yield _read(assistant.reader, question, _ranked(others), replace(case, abstain=True))


def _read(reader: Reader, question: Question, hits: Sequence[Hit], case: Case) -> Asked:
    readings = reader.read(question, candidates(hits[:PASSAGES]))
    right = tuple(not case.abstain and _is_right(reading, case) for reading in readings)
    return Asked(question, readings, right)


def _is_right(reading: Reading, case: Case) -> bool:
    from rag.composing import compose

    text = " ".join(compose([reading], "en" if case.language == "en" else "id").claims[0].text.split())
    found = all(any(form.casefold() in text.casefold() for form in forms) for forms in case.contains)
    return found and reading.sentence.article.id in case.cites


def _asked_reading(reader: Reader, path: Path, limit: int) -> Iterator[Asked]:
    """Questions of a reading file over their own passage; a sentence is right where it holds the answer."""
    records = load_records(path)
    random.Random(0).shuffle(records)  # noqa: S311
    with Bar("questions") as bar:
        for number, record in enumerate(records[:limit], 1):
            bar.update(number, min(limit, len(records)), path.name)
            article = passage_article(record.context)
            code = written_in(record.question)
            question = understand(record.question, "en" if code == "en" else "id", code)
            readings = reader.read(
                question, candidates([Hit(Passage(article, 0, len(article.text)), 1.0, 1)])
            )
            right = tuple(any(answer in r.sentence.text for answer in record.answers) for r in readings)
            yield Asked(question, readings, right)


def _ranked(hits: Sequence[Hit]) -> list[Hit]:
    return [replace(hit, rank=rank) for rank, hit in enumerate(hits, 1)]


def _assistant(articles: Sequence[Path]) -> Any:
    from index.library import Library
    from rag.assistant import load_assistant

    settings = replace(Settings.load(), home=Path(tempfile.mkdtemp(prefix="tanya-calibrate-")))
    library = Library(settings)
    library.add(articles)
    return load_assistant(library)


if __name__ == "__main__":
    main()
