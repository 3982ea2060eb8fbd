"""Reading measured on questions that come with their passage, some of them unanswerable."""

from __future__ import annotations

import json
import string
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from index import TanyaError
from rag.output import Bar
from rag.reader import Extract, Reader

RIGHT = 0.5
"""Least F1 of an answer that counts as right where answers are right or wrong."""

PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """A question with its passage, and the answers that are right; none where the passage does not say."""

    id: str
    question: str
    context: str
    answers: tuple[str, ...]


def load_records(path: Path) -> list[ReadingRecord]:
    """Read JSON lines with `question`, `context`, `answers` and `is_impossible`.

    A file with `question_en`, `context_id_mt` and `answers_id_mt` asks in English over Indonesian passages.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """
    records = []
    for number, record in read_rows(path, "question, context or answers"):
        try:
            question = record["question"] if "question" in record else record["question_en"]
            context = record["context"] if "context" in record else record["context_id_mt"]
            answers = record["answers"] if "answers" in record else record["answers_id_mt"]
            impossible = record.get("is_impossible", not answers)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TanyaError(f"{path}:{number} lacks question, context or answers; correct it") from error
        records.append(
            ReadingRecord(
                str(record.get("id", number)), question, context, () if impossible else tuple(answers)
            )
        )
    return records


def filled_lines(path: Path, what: str) -> list[tuple[int, str]]:
    """The lines of a file that hold something, each with its number, from 1.

    Args:
        path: The file, UTF-8.
        what: What it should be a file of, for the messages.

    Raises:
        TanyaError: the file cannot be read or holds nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TanyaError(f"{path} cannot be read ({error}); name a file of {what}") from error
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not filled:
        raise TanyaError(f"{path} is empty; name a file of {what}")
    return filled


def read_rows(path: Path, wanted: str) -> Iterator[tuple[int, Any]]:
    """The values of a file of JSON lines, each with the number of its line.

    Args:
        path: The file.
        wanted: What a line should have, for the message where it is no JSON.

    Raises:
        TanyaError: the file cannot be read or holds nothing, or a line is no JSON; it names the line.
    """
    for number, line in filled_lines(path, "JSON lines"):
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise TanyaError(f"{path}:{number} lacks {wanted}; correct it") from error


def evaluate_reading(path: Path, reader: Reader, threshold: float) -> dict[str, Any]:
    """Exact match, token F1 and refusals at a threshold of probability, and the risk by coverage.

    Returns:
        The object of `tanya eval reading --json`; shares are between 0 and 1. `risk_coverage` tells for
        tenths of the questions, the surest first, which share of the answers to them is wrong (F1 below
        0.5), and `aurc` is the mean of that share over all coverages.
    """
    records = load_records(path)
    found: list[Extract] = []
    started = time.perf_counter()
    with Bar("questions") as bar:
        for number, record in enumerate(records, 1):
            found.append(reader.extract(record.question, record.context))
            bar.update(number, len(records), record.id)
    elapsed = time.perf_counter() - started
    return {
        **scores(records, found, threshold),
        "threshold": threshold,
        "ms_per_question": round(1000 * elapsed / len(records), 1),
    }


def scores(records: Sequence[ReadingRecord], found: Sequence[Extract], threshold: float) -> dict[str, Any]:
    """The measures of what was found for each record, answers below the threshold counting as refusals."""
    texts = [predicted(record, one, threshold) for record, one in zip(records, found, strict=True)]
    scored = [
        (record, exact_match(text, record.answers), token_f1(text, record.answers), not text)
        for record, text in zip(records, texts, strict=True)
    ]
    has = [item for item in scored if item[0].answers]
    none = [item for item in scored if not item[0].answers]
    wrong = [
        (one.probability, token_f1(predicted(record, one, 0.0), record.answers) < RIGHT)
        for record, one in zip(records, found, strict=True)
    ]
    curve, area = risk_coverage(wrong)
    return {
        "n": len(scored),
        "em": _mean(item[1] for item in scored),
        "f1": _mean(item[2] for item in scored),
        "has_answer": {
            "n": len(has),
            "em": _mean(item[1] for item in has),
            "f1": _mean(item[2] for item in has),
        },
        "no_answer": {"n": len(none), "refused": _mean(float(item[3]) for item in none)},
        "risk_coverage": curve,
        "aurc": area,
    }


def risk_coverage(wrong: Iterable[tuple[float, bool]]) -> tuple[list[dict[str, float]], float]:
    """Share of wrong answers among the surest, by the share of questions answered, and its mean.

    Geifman and El-Yaniv, Selective Classification for Deep Neural Networks (2017).

    Args:
        wrong: Of each question the probability given and whether the answer is wrong.
    """
    ordered = [is_wrong for _, is_wrong in sorted(wrong, key=lambda item: -item[0])]
    risks = [sum_ / number for number, sum_ in enumerate(accumulate(map(int, ordered)), 1)]
    curve = []
    for tenth in range(1, 11):
        number = max(1, round(len(risks) * tenth / 10))
        curve.append({"coverage": tenth / 10, "risk": round(risks[number - 1], 4)})
    return curve, _mean(risks)


def predicted(record: ReadingRecord, extract: Extract, threshold: float) -> str:
    """The text that is answered with; empty where the question is refused."""
    if extract.span is None or extract.probability < threshold:
        return ""
    return record.context[slice(*extract.span)]


def normalise(text: str) -> str:
    """Lower-case, without ASCII punctuation and runs of white space: as for SQuAD, but articles stay."""
    return " ".join(text.lower().translate(PUNCTUATION).split())


def exact_match(text: str, answers: Sequence[str]) -> float:
    """1 where the text is one of the answers once both are normalised; no answer is matched by no text."""
    if not answers:
        return float(not text)
    return float(any(normalise(text) == normalise(answer) for answer in answers))


def token_f1(text: str, answers: Sequence[str]) -> float:
    """The best harmonic mean of the share of words found and the share of words right, 0..1."""
    if not answers:
        return float(not text)
    return max(_f1(normalise(text).split(), normalise(answer).split()) for answer in answers)


def table(result: dict[str, Any]) -> str:
    """The result for a terminal."""
    has, none = result["has_answer"], result["no_answer"]
    return "\n".join(
        [
            f"{result['n']} questions: EM {result['em']:.3f}, F1 {result['f1']:.3f}",
            f"{has['n']} with an answer: EM {has['em']:.3f}, F1 {has['f1']:.3f}",
            f"{none['n']} without: {none['refused']:.3f} refused, at threshold {result['threshold']:.2f}",
            "wrong among the surest: "
            + ", ".join(f"{row['coverage']:.0%} {row['risk']:.3f}" for row in result["risk_coverage"][1::2]),
            f"{result['ms_per_question']:.0f} ms a question",
        ]
    )


def _f1(words: Sequence[str], answer: Sequence[str]) -> float:
    common = sum((Counter(words) & Counter(answer)).values())
    return 2 * common / (len(words) + len(answer)) if common else 0.0


def _mean(values: Iterable[float]) -> float:
    collected = list(values)
    return round(sum(collected) / len(collected), 4) if collected else 0.0
