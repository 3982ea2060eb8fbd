"""Reading: which sentences of the found passages answer a question, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.confidence import WIDEST, features, probability, relate
from rag.evidence import Findings, examine
from rag.question import Question
from rag.sentence import Sentence, Span
from rag.spans import ReadSpan, SpanModel, read_spans

if TYPE_CHECKING:
    from index.embedder import Embedder

CANDIDATES = 32
"""Sentences that are read closely at most for one question."""

UNREAD = ReadSpan((0, 0), -WIDEST)
"""Of a sentence beyond the model's window."""

REMEMBERED = 10_000
"""Sentence vectors that are kept, 1.5 kB each, since the same passages are found again and again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence read for a question.

    Attributes:
        sentence: What was read.
        findings: What it has of that which is asked.
        span: Characters of the article that answer, within the sentence; None where they cannot be told.
        score: Probability that the sentence answers, 0..1.
        features: What the probability was made of.
    """

    sentence: Sentence
    findings: Findings
    span: Span | None
    score: float
    features: dict[str, float]


class Reader:
    """Reads by likeness, by what a sentence has of the question, and by a span model where there is one."""

    def __init__(self, embedder: Embedder, model: SpanModel | None = None) -> None:
        self.embedder = embedder
        self.model = model
        self.name = model.name if model else "sentence-scoring"
        self._remembered: dict[str, NDArray[np.float32]] = {}

    def read(self, question: Question, sentences: Sequence[Sentence]) -> list[Reading]:
        """One reading per sentence, surest first.

        Only what nothing speaks against is read closely; the rest has a score of 0.
        """
        examined = [(sentence, examine(question, sentence)) for sentence in sentences]
        chosen = [(sentence, findings) for sentence, findings in examined if findings.sound][:CANDIDATES]
        readings = self._read_closely(question, chosen)
        closely = {id(sentence) for sentence, _ in chosen}
        rest = [
            Reading(sentence, findings, None, 0.0, {})
            for sentence, findings in examined
            if id(sentence) not in closely
        ]
        return sorted(readings, key=lambda reading: -reading.score) + rest

    def _read_closely(self, question: Question, chosen: Sequence[tuple[Sentence, Findings]]) -> list[Reading]:
        if not chosen:
            return []
        sentences = [sentence for sentence, _ in chosen]
        cosines = self._vectors(sentences) @ self.embedder.encode([question.text], "query")[0]
        spans: Sequence[ReadSpan | None] = [None] * len(chosen)
        if self.model:
            spans = [span or UNREAD for span in read_spans(self.model, question.text, sentences)]
        values = [
            features(sentence, findings, float(cosine), span, is_english=question.is_english)
            for (sentence, findings), cosine, span in zip(chosen, cosines, spans, strict=True)
        ]
        relate(values, [findings.has for _, findings in chosen])
        return [
            Reading(sentence, findings, _answer_span(sentence, findings, span), probability(told), told)
            for (sentence, findings), span, told in zip(chosen, spans, values, strict=True)
        ]

    def _vectors(self, sentences: Sequence[Sentence]) -> NDArray[np.float32]:
        """(sentences, dimension); what was embedded before is remembered."""
        texts = [f"{sentence.article.title}\n{sentence.text}" for sentence in sentences]
        new = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        known = {text: self._remembered[text] for text in texts if text in self._remembered}
        if new:
            known.update(zip(new, self.embedder.encode(new, "passage"), strict=True))
        while len(self._remembered) + len(new) > REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered.update((text, known[text]) for text in new)
        return np.stack([known[text] for text in texts])


def _answer_span(sentence: Sentence, findings: Findings, read: ReadSpan | None) -> Span | None:
    """The read span, widened to the whole figure, date or name that it touches; else the first of those."""
    if read is None or read is UNREAD:
        return findings.spans[0] if findings.spans else None
    start, end = read.span
    for begin, stop in findings.spans:
        if begin < end and start < stop:
            start, end = min(start, begin), max(end, stop)
    written = sentence.article.text[start:end]
    start += len(written) - len(written.lstrip())
    end -= len(written) - len(written.rstrip())
    return (start, end) if start < end else None
