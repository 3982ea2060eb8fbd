"""Confidence: what a reading is worth, as a probability that its sentence answers the question.

A logistic model over a dozen features. Its weights were fitted on dev data by
`python -m rag.evaluation.calibrate`, which prints them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.evidence import Findings
from rag.sentence import Sentence
from rag.spans import ReadSpan

Features = Mapping[str, float]

WEIGHTS: dict[str, dict[str, float]] = {
    "sentence": {
        "bias": -3.736, "ahead": 0.643, "conflicts": -1.0, "cosine": 0.185, "covered": 1.27,
        "english": 1.006, "explains": 1.119, "known": 0.446, "margin": 0.204, "named": 1.069,
        "near": 1.419, "rank": -0.893,
    },
    "span": {
        "bias": -3.435, "ahead": 0.206, "conflicts": -0.754, "cosine": 0.198, "covered": 0.539,
        "covered_read": 0.728, "english": 1.157, "explains": 1.382, "known": 0.893, "margin": 0.148,
        "named": 0.757, "near": 1.173, "rank": -0.849, "read": 0.204, "read_behind": -0.433,
        "read_share": 1.861,
    },
}  # fmt: skip
"""By whether a span model has read the sentence too."""

WIDEST, SCALE = 10.0, 4.0
"""Margins of the span model are cut at ±10 and divided by 4."""


def features(
    sentence: Sentence,
    findings: Findings,
    cosine: float,
    read: ReadSpan | None = None,
    *,
    is_english: bool = False,
) -> dict[str, float]:
    """The features of one sentence by itself, each of the order of 1.

    Args:
        sentence: What is read.
        findings: `examine(question, sentence)`.
        cosine: Likeness of question and sentence, -1..1; E5 gives 0.7 to 0.95.
        read: What a span model found in the sentence; None where there is no model.
        is_english: Whether the question is in English.
    """
    values = {
        "bias": 1.0,
        "english": float(is_english and sentence.written_in == "id"),
        "cosine": (cosine - 0.85) / 0.03,
        "covered": findings.covered,
        "near": findings.near,
        "known": findings.known,
        "named": findings.named,
        "explains": float(findings.explains),
        "conflicts": float(bool(findings.conflicts)),
        "rank": math.log(sentence.hit.rank),
    }
    if read is not None:
        values["read"] = max(-WIDEST, min(WIDEST, read.margin)) / SCALE
        values["covered_read"] = findings.covered * values["read"]
    return values


def relate(sentences: Sequence[dict[str, float]]) -> None:
    """Add how the features of the sentences that were read for one question compare.

    `margin` and `ahead` hold the cosine against the mean and the best one. `read_share` is a sentence's share
    of exp(span margin) over all of them and "no answer", whose margin is 0; `read_behind` is how far it is
    behind the best, at most 2.
    """
    cosines = [values["cosine"] for values in sentences]
    for values in sentences:
        values["margin"] = 1.5 * (values["cosine"] - sum(cosines) / len(cosines))
        values["ahead"] = 1.5 * (values["cosine"] - max(cosines))
    if not all("read" in values for values in sentences):
        return
    margins = [values["read"] for values in sentences]
    total = 1 + sum(math.exp(SCALE * margin) for margin in margins)
    for values in sentences:
        values["read_share"] = math.exp(SCALE * values["read"]) / total
        values["read_behind"] = min(2.0, max(margins) - values["read"])


def probability(values: Features) -> float:
    """Probability that the sentence of these features answers, 0..1."""
    return logistic(values, WEIGHTS["span" if "read" in values else "sentence"])


def logistic(values: Features, weights: Mapping[str, float]) -> float:
    """The logistic function of the weighted sum of the features."""
    total = sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
