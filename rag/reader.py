"""The reader: one trained model reads a question over its passages, and decides what answers, or that nothing does.

Each passage is read with the heading of its article. The model gives, for each of its sentences, the best span
within it and how surely the sentence answers, and for the passage whether it answers and whether with yes, no or
not yet. A logistic function over these numbers (`reader.json`, fitted by `scripts/train/decide.py`) makes of them
the probability that a sentence answers, comparable across passages. No rule leaves a sentence out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, cast

import numpy as np

from index import Article, Hit, Passage
from index.sentences import sentences
from rag.glossary import indonesian
from rag.question import understand, written_in
from rag.reader_model import VERDICTS, Array, Output, ReaderModel, Window
from rag.sentence import Sentence, Span
from rag.wording import write_date
from rag.words import stem

Verdict = Literal["open", "yes", "no", "not_yet"]

TITLE_LENGTH = 160
"""Characters of a title that are read with each passage."""

LONGEST_SPAN = 60
"""Tokens of the longest answer within a sentence."""

WINDOW = 800
"""Characters that are read at once of a text that was not cut into passages."""

DECISION = Path(__file__).with_name("reader.json")

FEATURES = (
    "bias",
    "margin",
    "evidence",
    "answerable",
    "rank",
    "behind",
    "evidence_behind",
    "answerable_behind",
    "named",
    "named_behind",
)
"""What the probability is made of: see `features`."""

WIDEST = 20.0
"""Logits are cut at this, up and down, before they are weighed."""

LOWEST = -WIDEST
"""Stands for what a model did not read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as an answer to a question.

    Attributes:
        sentence: What answers.
        span: Characters of the article within it that answer by themselves.
        score: Probability that the sentence answers, 0..1.
        support: Probability, by the model alone, that the sentence is part of what answers, 0..1.
        verdict: What it says to a yes-or-no question; "open" for any other.
    """

    sentence: Sentence
    span: Span
    score: float
    support: float = 0.0
    verdict: Verdict = "open"


@dataclass(frozen=True, slots=True)
class Extract:
    """The likeliest answer in a text: its characters, None where nothing could be read, and its probability."""

    span: Span | None
    probability: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a model makes of one sentence of a window.

    Attributes:
        window: Which window, from 0.
        sentence: Its characters in the passage.
        span: Characters in the passage of the best answer within it.
        margin: Logits of that span above those of there being none.
        evidence: Logit that the sentence is part of what answers; 0 where a model has no such.
        answerable: Logit that the passage answers; the margin of its best span where a model has no such.
    """

    window: int
    sentence: Span
    span: Span
    margin: float
    evidence: float
    answerable: float


class Reader:
    """Reads with a model, and decides with the weights that were fitted for the built-in one."""

    def __init__(self, model: ReaderModel, decision: Mapping[str, float] | None = None) -> None:
        """A reader; the decision is that of `reader.json` if none is given."""
        self.model = model
        self.name = model.name
        self.decision = decision or load_decision()["weights"]

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """The sentences of the passages as answers, surest first."""
        windows = [Window(heading(hit.passage.article), hit.passage.text) for hit in hits]
        outputs = self.model.outputs(question, windows) if windows else []
        found = [
            one
            for number, output in enumerate(outputs)
            for one in candidates(number, windows[number], output)
        ]
        placed = [placed_in(hits[one.window], one.sentence) for one in found]
        scores = self.scores(found, [hit.rank for hit in hits], named_shares(question, placed))
        readings = []
        for one, sentence, score in zip(found, placed, scores, strict=True):
            start, end = tidied(windows[one.window].text, one.span)
            base = hits[one.window].passage.start
            verdict = verdict_of(outputs[one.window])
            readings.append(Reading(sentence, (base + start, base + end), score, support_of(one), verdict))
        return sorted(readings, key=lambda reading: -reading.score)

    def extract(self, question: str, text: str) -> Extract:
        """The likeliest answer in a text that stands by itself, without heading."""
        cuts = windows_of(text)
        if not cuts:
            return Extract(None, 0.0)
        article = Article("-", "-", text, None, None, None, "id", "", "")
        hits = [Hit(Passage(article, start, end), 1.0, 1) for start, end in cuts]
        windows = [Window("", hit.passage.text) for hit in hits]
        outputs = self.model.outputs(question, windows)
        found = [
            one
            for number, output in enumerate(outputs)
            for one in candidates(number, windows[number], output)
        ]
        if not found:
            return Extract(None, 0.0)
        placed = [placed_in(hits[one.window], one.sentence) for one in found]
        scores = self.scores(found, [1] * len(windows), named_shares(question, placed))
        score, best = max(zip(scores, found, strict=True), key=lambda pair: (pair[0], pair[1].margin))
        start, end = tidied(windows[best.window].text, best.span)
        base = cuts[best.window][0]
        return Extract((base + start, base + end), score)

    def scores(
        self, found: Sequence[Candidate], ranks: Sequence[int], shares: Sequence[float]
    ) -> list[float]:
        """The probability of each candidate that it answers.

        Args:
            found: Of all windows that were read for one question.
            ranks: Of each window the rank of its passage, from 1.
            shares: Of each candidate what `named_shares` gives.
        """
        return [
            _logistic(sum(self.decision.get(name, 0.0) * value for name, value in values.items()))
            for values in features(found, ranks, shares)
        ]


def features(
    found: Sequence[Candidate], ranks: Sequence[int], shares: Sequence[float]
) -> list[dict[str, float]]:
    """What speaks for each candidate of one question, each of the order of 1, by the names of `FEATURES`.

    What ends in `behind` says how far it is below the best of all candidates.
    """
    if not found:
        return []
    top = [
        max(one.margin for one in found),
        max(one.evidence for one in found),
        max(one.answerable for one in found),
    ]
    return [
        {
            "bias": 1.0,
            "margin": _cut(one.margin) / 5,
            "evidence": _cut(one.evidence) / 3,
            "answerable": _cut(one.answerable) / 3,
            "rank": math.log(ranks[one.window]),
            "behind": min(top[0] - one.margin, WIDEST) / 5,
            "evidence_behind": min(top[1] - one.evidence, WIDEST) / 3,
            "answerable_behind": min(top[2] - one.answerable, WIDEST) / 3,
            "named": share,
            "named_behind": 1 - share / max(shares) if max(shares) > 0 else 0.0,
        }
        for one, share in zip(found, shares, strict=True)
    ]


def placed_in(hit: Hit, span: Span) -> Sentence:
    """The sentence at these characters of a passage."""
    start = hit.passage.start
    return Sentence(hit.passage.article, start + span[0], start + span[1], hit)


def named_shares(question: str, placed: Sequence[Sentence]) -> list[float]:
    """Of each sentence the share of what the question names that it has, 0..1, what few have counting more.

    Named are words, and places, days, periods and figures, which are compared by what they mean; a word of an
    English question is there too where an Indonesian one that says the same is. Each counts by the logarithm of
    its inverse frequency among the sentences. 1 where the question names nothing.
    """
    asked = understand(question, "id", written_in(question))
    words = [
        frozenset(
            form
            for each in (word, *(indonesian(word) if asked.is_english else ()))
            for form in (each, stem(each))
        )
        for word in asked.words
    ]
    has = [
        [
            *(bool(word & one.stems) for word in words),
            *(any(place.code == other.code for other in one.places) for place in asked.places),
            *(any(other.names(moment) for other in one.moments) for moment in asked.moments),
            *(any(figure.same(other) for other in one.figures) for figure in asked.figures),
        ]
        for one in placed
    ]
    weights = [math.log((len(placed) + 1) / (sum(column) + 0.5)) for column in zip(*has, strict=True)]
    total = sum(weights)
    return [
        sum(weight for weight, there in zip(weights, row, strict=True) if there) / total if total > 0 else 1.0
        for row in has
    ]


def support_of(one: Candidate) -> float:
    """The probability, by the model alone, that a sentence is part of what answers, 0..1."""
    return _logistic(one.evidence) * _logistic(one.answerable)


def candidates(number: int, window: Window, output: Output) -> list[Candidate]:
    """The sentences of a window with what a model makes of each, in order."""
    found = []
    for start, end in sentences(window.text):
        inside = np.flatnonzero((output.offsets[:, 0] < end) & (output.offsets[:, 1] > start))
        inside = inside[output.offsets[inside, 0] < output.offsets[inside, 1]]
        best = best_span(output, inside)
        if best is None:
            found.append(Candidate(number, (start, end), (start, end), LOWEST, LOWEST, LOWEST))
            continue
        (first, last), margin = best
        evidence = float(output.evidence[inside].mean()) if output.evidence is not None else 0.0
        found.append(
            Candidate(number, (start, end), (max(first, start), min(last, end)), margin, evidence, 0.0)
        )
    if not found:
        return []
    answerable = max(one.margin for one in found) if output.answerable is None else output.answerable
    return [
        one
        if one.margin == LOWEST
        else Candidate(one.window, one.sentence, one.span, one.margin, one.evidence, answerable)
        for one in found
    ]


def best_span(output: Output, inside: Array) -> tuple[Span, float] | None:
    """The best span of at most `LONGEST_SPAN` tokens among consecutive ones, and its margin; None without tokens.

    Args:
        output: What the model made of a window.
        inside: (tokens,), positions in `output.offsets`, ascending.
    """
    if not len(inside):
        return None
    first, last = int(inside[0]), int(inside[-1]) + 1
    size = last - first
    scores = output.start[first:last, None] + output.end[None, first:last]
    ones = np.ones((size, size), dtype=bool)
    scores = np.where(np.triu(ones) & ~np.triu(ones, LONGEST_SPAN), scores, -np.inf)
    begin, stop = divmod(int(scores.argmax()), size)
    span = (int(output.offsets[first + begin, 0]), int(output.offsets[first + stop, 1]))
    return span, float(scores[begin, stop] - output.none)


def verdict_of(output: Output) -> Verdict:
    """What a window says to a yes-or-no question; "open" where that is none."""
    return "open" if output.verdict is None else cast(Verdict, VERDICTS[int(np.argmax(output.verdict))])


def heading(article: Article) -> str:
    """What is read before each passage of an article: its title and its day of publication."""
    title = " ".join(article.title[:TITLE_LENGTH].split())
    day = write_date(article.published, "id") if article.published else ""
    return f"{title} ({day})" if day else title


@cache
def load_decision() -> dict[str, dict[str, float]]:
    """The weights of `FEATURES` and the thresholds that were fitted for the built-in model."""
    return cast("dict[str, dict[str, float]]", json.loads(DECISION.read_text(encoding="utf-8")))


def windows_of(text: str, longest: int = WINDOW) -> list[Span]:
    """Runs of whole sentences, each of at most `longest` characters, that together cover a text.

    A run begins with the last sentence of the one before it: what a sentence refers to is read with it.
    """
    bounds = sentences(text)
    if not bounds:
        return []
    if bounds[-1][1] - bounds[0][0] <= longest:
        return [(bounds[0][0], bounds[-1][1])]
    pieces = [piece for start, end in bounds for piece in pairwise([*range(start, end, longest), end])]
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


def tidied(text: str, span: Span) -> Span:
    """A span without blanks and closing marks at its ends, or a bracket or quotation mark without its other half."""
    start, end = span
    while start < end:
        written = text[start:end]
        opened, closed = written.rfind("("), written.rfind(")")
        if written[0].isspace() or written[0] in ",;:)" or _is_alone(written, written[0]):
            start += 1
        elif (
            written[-1].isspace()
            or written[-1] in set(".,;:(") - _kept(written)
            or _is_alone(written, written[-1])
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
    return span


def _is_alone(written: str, mark: str) -> bool:
    """Whether a quotation mark at an end of `written` lacks its other half there."""
    if mark in {"“", "”"}:
        return not ("“" in written and "”" in written)
    return mark == '"' and written.count('"') % 2 == 1


def _kept(written: str) -> set[str]:
    """The point after an initial or an abbreviation is part of it: "Sukarno Jr.", "P.T."."""
    return {"."} if re.search(r"(?:\b[A-Z]|\b(?:Jr|Sr|Tbk|Inc|Ltd|Co))\.$", written) else set()


def _cut(value: float) -> float:
    return max(-WIDEST, min(WIDEST, value))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
