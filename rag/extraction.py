"""Extraction: the exact words of one passage that answer a question, and how surely they do.

Where `rag.reading` weighs the sentences of many passages, this reads one passage by itself, as readers are
compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from index import Article, Hit, Passage
from index.sentences import sentences
from rag.confidence import logistic
from rag.evidence import Findings, examine
from rag.question import Question
from rag.sentence import Sentence, Span
from rag.spans import ReadSpan, SpanModel, best_span

WINDOW = 800
"""Characters that are read at once, at most: with the question they stay within the model's window."""

WIDEST, SCALE = 10.0, 4.0
"""Margins of the span model are cut at ±10 and divided by 4."""

SURE, SUREST = 10.0, 30.0
"""What a margin has between these, divided by 10, counts by itself: it tells less there."""

WEIGHTS: dict[str, float] = {"bias": 0.126, "long": -0.415, "read": 0.648, "sure": 1.889, "typed": 0.264}
"""Fitted by `python -m rag.evaluation.calibrate --passages`; names as `features` gives them.

What a passage lacks or contradicts of the question was tried beside these, and added nothing to the margin.
"""

THRESHOLD = 0.38
"""Least probability at which the words are given as an answer.

Lower, fewer questions are refused that have an answer; higher, more of those that have none: a choice between
the development sets, see `reader.md`.
"""


@dataclass(frozen=True, slots=True)
class Extract:
    """The likeliest answer in a passage.

    Attributes:
        span: Its characters in the passage; None where nothing could be read.
        probability: That the passage answers, and with these words, 0..1.
        features: What the probability was made of.
    """

    span: Span | None
    probability: float
    features: Mapping[str, float]


def extract(
    model: SpanModel, question: Question, article: Article, weights: Mapping[str, float] | None = None
) -> Extract:
    """Read the whole text of `article` as one passage.

    Args:
        model: Reads a window at a time.
        question: Understood already.
        article: Its text is the passage.
        weights: Of the features; those of this module where None.
    """
    text = article.text
    cuts = windows(text)
    if not cuts:
        return Extract(None, 0.0, {})
    logits = model.logits(question.text, [text[start:end] for start, end in cuts])
    reads = [
        read
        for (start, end), one in zip(cuts, logits, strict=True)
        if (read := best_span(one, 0, end - start, start)) is not None
    ]
    if not reads:
        return Extract(None, 0.0, {})
    best = max(reads, key=lambda read: read.margin)
    span = _trimmed(text, best.span)
    values = features(question, article, ReadSpan(span, best.margin))
    return Extract(span, logistic(values, WEIGHTS if weights is None else weights), values)


def features(question: Question, article: Article, read: ReadSpan) -> dict[str, float]:
    """What speaks for and against a span, each of the order of 1.

    `typed` tells whether it has a figure, day, place or name where one is asked for.
    """
    findings = _findings(question, article, read.span)
    start, end = read.span
    return {
        "bias": 1.0,
        "read": max(-WIDEST, min(WIDEST, read.margin)) / SCALE,
        "sure": (max(SURE, min(SUREST, read.margin)) - SURE) / 10,
        "long": float(end - start > LONG),
        "typed": float(findings is not None and any(a < end and start < b for a, b in findings.spans)),
    }


LONG = 60
"""Characters of an answer that is rather a clause."""


def windows(text: str, longest: int = WINDOW) -> list[Span]:
    """Runs of whole sentences, each of at most `longest` characters, that together cover a text.

    A run begins with the last sentence of the one before it: what a sentence refers to is read with it.
    """
    bounds = sentences(text)
    if not bounds:
        return []
    if bounds[-1][1] - bounds[0][0] <= longest:
        return [(bounds[0][0], bounds[-1][1])]
    pieces = [piece for start, end in bounds for piece in _cut(start, end, longest)]
    out: list[Span] = []
    first = 0
    while first < len(pieces):
        last = first
        while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[first][0] <= longest:
            last += 1
        out.append((pieces[first][0], pieces[last][1]))
        if last + 1 >= len(pieces):
            break
        first = last if last > first else last + 1
    return out


def _cut(start: int, end: int, longest: int) -> list[Span]:
    marks = [*range(start, end, longest), end]
    return list(pairwise(marks))


def _findings(question: Question, article: Article, span: Span) -> Findings | None:
    passage = Passage(article, 0, len(article.text))
    for start, end in sentences(article.text):
        if start <= span[0] < end:
            return examine(question, Sentence(article, start, end, Hit(passage, 1.0, 1)))
    return None


def _trimmed(text: str, span: Span) -> Span:
    """Without blanks and closing marks at the ends, or a bracket or quotation mark without its other half."""
    start, end = span
    while True:
        written = text[start:end]
        opened, closed = written.rfind("("), written.rfind(")")
        if written[:1].isspace() or written[:1] in set(",;:)") or _is_alone(written, written[:1]):
            start += 1
        elif (
            written[-1:].isspace()
            or written[-1:] in set(".,;:(") - _kept(written)
            or _is_alone(written, written[-1:])
        ):
            end -= 1
        elif opened > 0 and opened > closed:
            end = start + opened
        elif closed >= 0 and "(" not in written[:closed]:
            start, end = (
                (start + closed + 1, end) if closed < len(written) - closed else (start, start + closed)
            )
        else:
            return start, end
        if start >= end:
            return span


def _ends_beyond(written: str) -> bool:
    last = written[-1:]
    return last.isspace() or last in set(".,;:(") - _kept(written) or _is_alone(written, last)


def _is_alone(written: str, mark: str) -> bool:
    """Whether a quotation mark at an end of `written` lacks its other half there."""
    if mark in {"“", "”"}:
        return not ("“" in written and "”" in written)
    return mark == '"' and written.count('"') % 2 == 1


def _kept(written: str) -> set[str]:
    """The point after an initial or an abbreviation is part of it: "Sukarno Jr.", "P.T."."""
    return {"."} if re.search(r"(?:\b[A-Z]|\b(?:Jr|Sr|Tbk|Inc|Ltd|Co))\.$", written) else set()
