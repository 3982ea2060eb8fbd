"""Agreement: which readings give the same answer as the best one, and which give another one.

A difference is told only where both are of the same thing; in doubt the surest reading stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.copies import company
from rag.question import Question
from rag.reader import Reading
from rag.sameness import is_of_office, of_the_same
from rag.values import Value, value_of

NEAR = 0.5
"""A reading is held against the best one where its probability is at least this share of that one's."""

MOST_CITED = 3
"""Readings that are cited for one value."""

_SEVERAL = re.compile(
    r"\b(?:saja|sebutkan|masing-masing|who\s+are|list|each|(?:which|what)\s+(?:countries|provinces|cities|names))\b",
    re.IGNORECASE,
)


def agreeing(question: Question, readings: Sequence[Reading]) -> list[Reading]:
    """The best reading with those that support it or give another value of the same thing, surest first.

    Args:
        question: What was asked.
        readings: Those that answer, surest first; at least one.
    """
    best, *others = readings
    chosen = [best]
    value = value_of(best)
    if value is None or _SEVERAL.search(question.text):
        return chosen
    for reading in others:
        if reading.score < NEAR * best.score:
            break
        told = value_of(reading)
        if told is None or any(_is_again(reading, other) for other in chosen):
            continue
        differs = told.differs(value) and _only_one_is_right(question, value)
        if (differs or told.same(value)) and of_the_same(question, best, reading, strictly=differs):
            chosen.append(reading)
    return chosen


def by_value(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings of each value together, at most `MOST_CITED`, in the order in which they came.

    A reading whose value cannot be told is by itself.
    """
    groups: list[list[Reading]] = []
    for reading in readings:
        value = value_of(reading)
        for group in groups:
            other = value_of(group[0])
            if value and other and value.same(other):
                if len(group) < MOST_CITED:
                    group.append(reading)
                break
        else:
            groups.append([reading])
    return groups


def _only_one_is_right(question: Question, value: Value) -> bool:
    """Whether such values exclude each other: figures and days do, names where an office is asked for."""
    return value.name is None or is_of_office(question)


def _is_again(one: Reading, other: Reading) -> bool:
    """Whether a reading is of a sentence that was taken already, or of one beside it that says the same.

    Copies of a release are one article: that they agree proves nothing.
    """
    mine, theirs = one.sentence, other.sentence
    if mine.article.id != theirs.article.id and company(mine.hit) != company(theirs.hit):
        return False
    told, said = value_of(one), value_of(other)
    is_one = mine.article.id == theirs.article.id and mine.start == theirs.start
    return is_one or bool(told and said and told.same(said))
