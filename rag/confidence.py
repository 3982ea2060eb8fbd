"""Confidence: what a reading is worth, as a probability that its sentence answers the question.

A logistic model over a dozen features. Its weights were fitted on dev data by
`python -m rag.evaluation.calibrate`, which prints them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from rag.evidence import Findings, Sentence
from rag.question import Question
from rag.spans import ReadSpan

Features = Mapping[str, float]

WEIGHTS: dict[str, dict[str, float]] = {
    "sentence": {"bias": -6.132, "conflicts": -1.339, "cosine": 0.364, "covered": 1.304, "english": 0.654,
                 "english_cosine": -0.495, "english_covered": -0.118, "fits": 1.668, "known": 0.442,
                 "margin": 0.666, "missing": -1.549, "near": 0.727, "rank": -1.046, "short": -0.045},
    "span": {"bias": -3.755, "read_behind": -0.51, "conflicts": -0.643, "cosine": 0.368,
             "covered": 0.194, "covered_read": 0.597, "english": 0.581, "english_cosine": -0.439,
             "english_covered": 0.145, "explains": 0.79, "fits": 0.706, "fits_read": -0.48,
             "headline": -0.109, "known": 0.645, "margin": 0.407, "missing": -1.309, "near": 0.751,
             "open": 0.086, "read_share": 1.011, "rank": -0.816, "read": 0.85, "read_fits": -0.085,
             "short": -0.06},
}  # fmt: skip
"""By whether a span model has read the sentence too."""

WIDEST, SCALE = 10.0, 4.0
"""Margins of the span model are cut at ±10 and divided by 4."""


def features(
    question: Question,
    sentence: Sentence,
    findings: Findings,
    cosine: float,
    mean_cosine: float,
    read: ReadSpan | None = None,
) -> dict[str, float]:
    """The features of one sentence, each of the order of 1.

    Args:
        question: What is asked.
        sentence: What is read.
        findings: `examine(question, sentence)`.
        cosine: Likeness of question and sentence, -1..1; E5 gives 0.7 to 0.95.
        mean_cosine: Mean over all sentences read for the question.
        read: What a span model found in the sentence; None where there is no model.
    """
    english = float(question.is_english and sentence.written_in == "id")
    values = {
        "bias": 1.0,
        "cosine": (cosine - 0.85) / 0.03,
        "margin": (cosine - mean_cosine) / 0.02,
        "covered": findings.covered,
        "near": findings.near,
        "known": findings.known,
        "fits": float(findings.fits),
        "explains": float(findings.explains),
        "open": float(question.kind in {"thing", "manner", "yesno", "reason"}),
        "missing": float(bool(findings.missing)),
        "conflicts": float(bool(findings.conflicts)),
        "rank": math.log(sentence.hit.rank),
        "english": english,
        "english_covered": english * findings.covered,
        "english_cosine": english * (cosine - 0.85) / 0.03,
        "short": float(len(sentence.text) < 40),
        "asks": float(sentence.text.rstrip("\"'” ").endswith("?")),
        "headline": float(not re.search(r"[.!?…:;,]\W*$", sentence.text)),
    }
    if read is not None:
        margin = max(-WIDEST, min(WIDEST, read.margin)) / SCALE
        values["read"] = margin
        values["read_fits"] = float(_touches(read, findings)) if findings.spans else 0.5
        values["covered_read"] = findings.covered * margin
        values["fits_read"] = float(findings.fits) * margin
    return values


def relate(readings: Sequence[dict[str, float]]) -> None:
    """Add to the features of all sentences that were read for a question how their margins compare.

    `read_share` is a sentence's share of exp(margin) over all of them and "no answer", whose margin is 0;
    `read_behind` is how far it is behind the best, at most 2.
    """
    margins = [values["read"] for values in readings]
    total = 1 + sum(math.exp(SCALE * margin) for margin in margins)
    for values in readings:
        values["read_share"] = math.exp(SCALE * values["read"]) / total
        values["read_behind"] = min(2.0, max(margins) - values["read"])


def _touches(read: ReadSpan, findings: Findings) -> bool:
    """Whether the span that was read is, or holds, one of the kind that is asked for."""
    return any(begin < read.span[1] and read.span[0] < stop for begin, stop in findings.spans)


def probability(values: Features) -> float:
    """Probability that the sentence of these features answers, 0..1."""
    return logistic(values, WEIGHTS["span" if "read" in values else "sentence"])


def logistic(values: Features, weights: Mapping[str, float]) -> float:
    """The logistic function of the weighted sum of the features."""
    total = sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
