"""Reading: which sentences of the found passages answer a question, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.confidence import features, probability
from rag.evidence import Findings, Sentence, Span, examine
from rag.question import Question

if TYPE_CHECKING:
    from index.embedder import Embedder

CANDIDATES = 32
"""Sentences that are embedded at most for one question."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence read for a question.

    Attributes:
        sentence: What was read.
        findings: What it has of that which is asked.
        span: Characters of the article that answer, within the sentence; None where they cannot be told.
        score: Probability that the sentence answers, 0..1.
    """

    sentence: Sentence
    findings: Findings
    span: Span | None
    score: float


class Reader(Protocol):
    """Reads sentences for a question."""

    name: str

    def read(self, question: Question, sentences: Sequence[Sentence]) -> list[Reading]:
        """One reading per sentence, surest first."""
        ...


class SentenceReader:
    """Reads by the likeness of question and sentence and by what the sentence has of the question's words.

    Needs no trained reader. What its numbers weigh was fitted by `python -m rag.evaluation.calibrate`.
    """

    name = "sentence-scoring"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def read(self, question: Question, sentences: Sequence[Sentence]) -> list[Reading]:
        """One reading per sentence, surest first."""
        if not sentences:
            return []
        chosen = list(sentences[:CANDIDATES])
        vector = self._embedder.encode([question.text], "query")[0]
        titled = [f"{sentence.article.title}\n{sentence.text}" for sentence in chosen]
        cosines = self._embedder.encode(titled, "passage") @ vector
        mean = float(np.mean(cosines))
        readings = []
        for sentence, cosine in zip(chosen, cosines, strict=True):
            findings = examine(question, sentence)
            score = probability(features(question, sentence, findings, float(cosine), mean))
            span = findings.spans[0] if findings.spans else None
            readings.append(Reading(sentence, findings, span, score))
        return sorted(readings, key=lambda reading: -reading.score)
