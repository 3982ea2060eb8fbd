"""Composing: readings become an answer whose every claim is cited, or a plain refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index import Article
from rag.agreement import agreeing, by_value
from rag.answer import MARKER, Citation, Claim
from rag.factcheck import objections
from rag.figures import Language
from rag.question import Question
from rag.reader import Decision, Reading, load_decision
from rag.sentence import Sentence, Span
from rag.translation import glosses, translate
from rag.units import BOUNDS
from rag.values import is_name, value_of
from rag.wording import say, write_date

MOST_CLAIMS = 3

_BEFORE = sorted(
    {*BOUNDS, "antara", "between", "bukan", "tidak", "belum", "not", "no"}, key=len, reverse=True
)
_BOUND_BEFORE = re.compile(rf"\b(?:{'|'.join(_BEFORE)})\s+$", re.IGNORECASE)
_BOUND_AFTER = re.compile(r"\s+(?:(?:atau )?lebih\b|per \w+|or (?:more|less)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Composed:
    """The parts of an answer that come from reading, and what to remark about them."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...] = ()
    differing: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The readings that answer.

    Attributes:
        answers: Surest first: the best one, and those of other articles that give its value or another one.
        support: Further sentences of the best one's passage that are part of the answer.
    """

    answers: tuple[Reading, ...] = ()
    support: tuple[Reading, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        return self.answers + self.support


def answering(question: Question, readings: Sequence[Reading], decision: Decision | None = None) -> Chosen:
    """The readings that answer; empty where none does surely enough.

    Args:
        question: As it was understood.
        readings: Surest first.
        decision: The reader's; that of the built-in one if none is given.
    """
    decision = decision or load_decision()
    sure = [reading for reading in readings if reading.score >= decision.answer]
    if not sure:
        return Chosen()
    best = sure[0]
    answers = agreeing(question, sure)
    support = sorted(
        (
            reading
            for reading in readings[1:]
            if reading.sentence.hit is best.sentence.hit
            and reading.support >= decision.support
            and reading not in answers
        ),
        key=lambda reading: -reading.support,
    )
    return Chosen(tuple(answers), tuple(support[: MOST_CLAIMS - 1]))


def compose(chosen: Chosen, language: Language) -> Composed:
    """Claims and citations of the readings, in the order of their articles' text.

    Readings of one value are cited for one claim. Where their values differ, each is introduced by its
    article, the newer one first, and a note says so.
    """
    groups = by_value(chosen.answers)
    differ = len(groups) > 1 and value_of(chosen.answers[0]) is not None
    if differ:
        groups = sorted(groups, key=_newest, reverse=True)[:MOST_CLAIMS]
    else:
        groups += [[reading] for reading in chosen.support]
        groups.sort(key=lambda group: (_position(group[0], chosen.readings), group[0].sentence.start))
    claims: list[Claim] = []
    citations: list[Citation] = []
    for group in groups:
        numbers = tuple(range(len(citations) + 1, len(citations) + len(group) + 1))
        for number, reading in zip(numbers, group, strict=True):
            sentence = reading.sentence
            citations.append(Citation(number, sentence.article, sentence.start, sentence.end))
        text, written = _claim(group[0], language)
        if differ:
            text = attribute(group[0].sentence.article, text, language)
        claims.append(Claim(text, numbers, written))
    notes = (say("differ", language),) if differ else ()
    return Composed(tuple(claims), tuple(citations), notes, differ)


def attribute(article: Article, text: str, language: Language) -> str:
    """`text` introduced by who published it and when: "Menurut Harian X (22 Juli 2025): …"."""
    source = _plain(article.source or f"“{article.title}”")
    if article.published is None:
        return say("according_undated", language, source=source, text=text)
    return say("according", language, source=source, day=write_date(article.published, language), text=text)


def refusal(question: Question, nearest: Article | None) -> str:
    """What is said where the articles do not: what was looked for, and what is nearest."""
    language = question.language
    parts = [say("not_found", language)]
    terms = looked_for(question)
    if terms:
        parts.append(say("looked_for", language, terms=_plain(", ".join(terms))))
    if nearest:
        told = [nearest.source] if nearest.source else []
        told += [write_date(nearest.published, language)] if nearest.published else []
        key = "nearest" if told else "nearest_untold"
        parts.append(say(key, language, title=_plain(nearest.title), origin=", ".join(told)))
    return " ".join(parts)


def looked_for(question: Question) -> list[str]:
    """The words, places, dates and figures of a question, in its own writing."""
    text = question.text
    spans = [(p.start, p.end) for p in question.places]
    spans += [(m.start, m.end) for m in question.moments]
    spans += [(f.start, f.end) for f in question.figures]
    for word in question.words:
        match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        if match:
            spans.append(match.span())
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return [text[start:end] for start, end in merged]


def _claim(reading: Reading, language: Language) -> tuple[str, Literal["quoted", "rendered"]]:
    """The sentence; one in the other language led by what it answers, and with what can be told exactly."""
    sentence = reading.sentence
    quote = _plain(sentence.text)
    if sentence.written_in == language:
        return quote, "quoted"
    parts = []
    lead = _lead(reading, language)
    # The quotation proves itself; what is said beside it in other words must be proven by it.
    if lead and _is_proven(lead, sentence, language):
        parts.append(f"{lead}.")
    parts.append(say("original", language, quote=quote))
    pairs = glosses(sentence.text, language, sentence.article.published)
    if pairs:
        told = "; ".join(f"{_plain(written)} = {_plain(rendered)}" for written, rendered in pairs)
        parts.append(say("that_is", language, pairs=told))
    return " ".join(parts), "rendered" if len(parts) > 1 else "quoted"


def _is_proven(told: str, sentence: Sentence, language: Language) -> bool:
    published = sentence.article.published
    return not objections(
        told, sentence.text, claim_language=language, source_language=sentence.written_in, published=published
    )


def _lead(reading: Reading, language: Language) -> str:
    """The answering span in `language`, where it can be said exactly or is a name that needs no translation.

    Where more was read than can be said, the one figure, day or place within it leads.
    """
    sentence = reading.sentence
    article, (start, end) = sentence.article, reading.span
    kinds = (sentence.figures, sentence.moments, sentence.places)
    inside = [
        [
            (sentence.start + one.start, sentence.start + one.end)
            for one in kind
            if start <= sentence.start + one.start and sentence.start + one.end <= end
        ]
        for kind in kinds
    ]
    for span in [reading.span, *(parts[0] for parts in inside if len(parts) == 1)]:
        written = article.text[slice(*_with_bounds(sentence, span))]
        told = translate(written, language, article.published)
        if told:
            return _opened(told)
    return _opened(article.text[start:end]) if is_name(article.text[start:end]) else ""


def _with_bounds(sentence: Sentence, span: Span) -> Span:
    """A span with what bounds or negates its value: `hampir 5 ton`, `bukan 5 ton`, `5 ton per bulan`."""
    text = sentence.article.text
    start, end = span
    before = _BOUND_BEFORE.search(text[sentence.start : start])
    after = _BOUND_AFTER.match(text[end : sentence.end])
    return sentence.start + before.start() if before else start, end + after.end() if after else end


def _opened(text: str) -> str:
    return _plain(text[:1].upper() + text[1:]).rstrip(".")


def _plain(text: str) -> str:
    """One line, without anything that reads as a citation marker."""
    return re.sub(r"\s+", " ", re.sub(rf"\s*{MARKER.pattern}", "", text)).strip()


def _newest(group: Sequence[Reading]) -> tuple[date, float]:
    """What orders values that differ: the day of the article that introduces them, then how sure they are."""
    return group[0].sentence.article.published or date.min, group[0].score


def _position(reading: Reading, readings: Sequence[Reading]) -> int:
    """The place of a reading's article among the articles of the answer, surest first."""
    order = list(dict.fromkeys(r.sentence.article.id for r in readings))
    return order.index(reading.sentence.article.id)
