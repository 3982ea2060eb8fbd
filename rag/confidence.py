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
        "bias": -3.178, "ahead": 0.868, "conflicts": -1.138, "cosine": 0.177, "covered": 1.159,
        "english": 0.936, "explains": 1.152, "known": 0.564, "margin": 0.181, "named": 0.352,
        "near": 1.326, "rank": -0.892,
    },
    "span": {
        "bias": -2.92, "ahead": 0.425, "conflicts": -0.847, "cosine": 0.147, "covered": 0.625,
        "covered_read": 0.86, "english": 1.112, "explains": 1.374, "known": 0.998, "margin": 0.149,
        "named": 0.029, "near": 1.165, "rank": -0.863, "read": 0.213, "read_behind": -0.425,
        "read_share": 1.673,
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
