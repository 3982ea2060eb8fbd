"""Confidence: what a reading is worth, as a probability that its sentence answers the question.

A logistic model over a dozen features. Its weights were fitted on dev data by
`python -m rag.evaluation.calibrate`, which prints them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.evidence import Findings, Sentence
from rag.question import Question

Features = Mapping[str, float]

WEIGHTS: dict[str, float] = {
    "bias": -4.0,
    "cosine": 1.0,
    "margin": 1.0,
    "covered": 3.0,
    "near": 1.0,
    "known": 1.0,
    "fits": 1.5,
    "missing": -4.0,
    "conflicts": -1.5,
    "rank": -0.3,
}


def features(
    question: Question, sentence: Sentence, findings: Findings, cosine: float, mean_cosine: float
) -> dict[str, float]:
    """The features of one sentence, each of the order of 1.

    Args:
        question: What is asked.
        sentence: What is read.
        findings: `examine(question, sentence)`.
        cosine: Likeness of question and sentence, -1..1; E5 gives 0.7 to 0.95.
        mean_cosine: Mean over all sentences read for the question.
    """
    english = float(question.is_english and sentence.written_in == "id")
    return {
        "bias": 1.0,
        "cosine": (cosine - 0.85) / 0.03,
        "margin": (cosine - mean_cosine) / 0.02,
        "covered": findings.covered,
        "near": findings.near,
        "known": findings.known,
        "fits": float(findings.fits),
        "missing": float(bool(findings.missing)),
        "conflicts": float(bool(findings.conflicts)),
        "rank": math.log(sentence.hit.rank),
        "english": english,
        "english_covered": english * findings.covered,
        "english_cosine": english * (cosine - 0.85) / 0.03,
        "short": float(len(sentence.text) < 40),
        "asks": float(sentence.text.rstrip("\"'” ").endswith("?")),
    }


def probability(values: Features, weights: Mapping[str, float] = WEIGHTS) -> float:
    """The logistic function of the weighted features, 0..1."""
    total = sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def expected_accuracy(probabilities: Sequence[float]) -> float:
    """Mean of the probabilities: the share that should be right if they are calibrated."""
    return sum(probabilities) / len(probabilities) if probabilities else 0.0
