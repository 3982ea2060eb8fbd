"""Confidence: what a reading is worth, as a probability that its sentence answers the question.

A logistic model over a dozen features. Its weights were fitted on dev data by
`python -m rag.evaluation.calibrate`, which prints them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from rag.evidence import Findings, Sentence
from rag.question import Question
from rag.spans import ReadSpan

Features = Mapping[str, float]

WEIGHTS: dict[str, dict[str, float]] = {
    "sentence": {"bias": -6.132, "conflicts": -1.339, "cosine": 0.364, "covered": 1.304, "english": 0.654,
                 "english_cosine": -0.495, "english_covered": -0.118, "fits": 1.668, "known": 0.442,
                 "margin": 0.666, "missing": -1.549, "near": 0.727, "rank": -1.046, "short": -0.045},
    "span": {"bias": -5.694, "conflicts": -0.932, "cosine": 0.311, "covered": 0.315, "english": 1.101,
             "english_cosine": -0.539, "english_covered": 0.092, "explains": 1.697, "fits": 1.849,
             "known": 0.627, "margin": 0.492, "missing": -1.865, "near": 0.927, "open": 0.077,
             "rank": -0.886, "read": 0.876, "read_fits": 0.386, "short": 0.229},
}  # fmt: skip
"""By whether a span model has read the sentence too."""


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
        values["read"] = max(-10.0, min(10.0, read.margin)) / 4
        values["read_fits"] = float(_touches(read, findings)) if findings.spans else 0.5
    return values


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
