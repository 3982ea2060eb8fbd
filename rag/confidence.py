"""Confidence: what a reading is worth, as a probability that its sentence answers the question.

A logistic model over a dozen features. Its weights were fitted by logistic regression on the readings of
100 dev questions, each also asked with the answering article left out, by `python -m
rag.evaluation.calibrate`, with an earlier reader. For the present one, whose margins are wider, only their
scale, the temperature and the threshold of `rag.composing` were chosen anew, on these and on 250 questions
over snippets of news: fitting every weight again gained nothing. Those for sentences that no span model has
read are from an earlier fit still, and so is the weight of a conflict, of which the latest had no example.
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
        "bias": -2.946, "ahead": 0.932, "conflicts": -1.179, "cosine": 0.214, "covered": 1.178,
        "english": 0.958, "explains": 1.159, "known": 0.467, "margin": 0.078, "named": 0.357,
        "near": 1.254, "rank": -0.924,
    },
    "span": {
        "bias": -2.364, "ahead": 0.25, "conflicts": -0.893, "cosine": 0.119, "covered": 0.005,
        "covered_read": 1.211, "english": 0.978, "explains": 1.308, "known": 0.923, "margin": 0.062,
        "named": -0.051, "near": 0.995, "rank": -1.011, "rare": 0.715, "rare_behind": -0.566, "read": 0.354,
        "read_behind": -0.701, "read_share": 1.463,
    },
}  # fmt: skip
"""By whether a span model has read the sentence too."""

WIDEST, SCALE = 36.0, 12.0
"""Margins of the span model are cut at ±36 and divided by 12."""

TEMPERATURE = 4.5
"""By this margins of different sentences are divided before they are compared: the model is too sure."""


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


def relate(sentences: Sequence[dict[str, float]], has: Sequence[Sequence[bool]]) -> None:
    """Add how the features of the sentences that were read for one question compare.

    `rare` is the share of the question's words that a sentence has, a word that few of the sentences have
    counting for more (its logarithmic inverse frequency); `rare_behind` is how far it is behind the best.

    `margin` and `ahead` hold the cosine against the mean and the best one. `read_share` is a sentence's share
    of exp(span margin) over all of them and "no answer", whose margin is 0; `read_behind` is how far it is
    behind the best, at most 2.
    """
    shares = _rare_shares(has)
    for values, share in zip(sentences, shares, strict=True):
        values["rare"] = share
        values["rare_behind"] = max(shares) - share
    cosines = [values["cosine"] for values in sentences]
    for values in sentences:
        values["margin"] = 1.5 * (values["cosine"] - sum(cosines) / len(cosines))
        values["ahead"] = 1.5 * (values["cosine"] - max(cosines))
    if not all("read" in values for values in sentences):
        return
    margins = [values["read"] for values in sentences]
    total = 1 + sum(math.exp(SCALE / TEMPERATURE * margin) for margin in margins)
    for values in sentences:
        values["read_share"] = math.exp(SCALE / TEMPERATURE * values["read"]) / total
        values["read_behind"] = min(2.0, max(margins) - values["read"])


def _rare_shares(has: Sequence[Sequence[bool]]) -> list[float]:
    weights = [math.log((len(has) + 1) / (sum(column) + 0.5)) for column in zip(*has, strict=True)]
    total = sum(weights)
    return [
        sum(weight for weight, held in zip(weights, row, strict=True) if held) / total if total else 1.0
        for row in has
    ]


def probability(values: Features) -> float:
    """Probability that the sentence of these features answers, 0..1."""
    return logistic(values, WEIGHTS["span" if "read" in values else "sentence"])


def logistic(values: Features, weights: Mapping[str, float]) -> float:
    """The logistic function of the weighted sum of the features."""
    total = sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
