"""Values that readings give: a figure, a day or a name, and whether two of them can both be right.

Rounded forms of one figure do not differ, nor do figures that are only bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from rag.dates import Moment
from rag.figures import Figure
from rag.places import find_places
from rag.reader import Reading
from rag.words import WORD

_CLOSE = Decimal("0.05")
"""Share by which a rounded figure may be off: 5 miliar for 4,796 miliar."""

_FURTHEST = 4
"""Figures that differ by a greater factor are rather of different things than at odds."""

_ORIGIN = re.compile(
    r"\b(?:dari|semula|sebelumnya|dibanding(?:kan)?|ketimbang|from|than|versus)\s+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Value:
    """What a reading answers: a figure, a day or period, or the words of a name; the others are None."""

    figure: Figure | None = None
    moment: Moment | None = None
    name: frozenset[str] | None = None

    def same(self, other: Value) -> bool:
        """Whether both say the same; a name may be shortened."""
        if self.figure and other.figure:
            return _written_alike(self.figure, other.figure)
        if self.moment and other.moment:
            return (self.moment.first, self.moment.last) == (other.moment.first, other.moment.last)
        if self.name and other.name:
            return self.name <= other.name or other.name <= self.name
        return False

    def differs(self, other: Value) -> bool:
        """Whether only one of both can be right."""
        if self.figure and other.figure:
            return _at_odds(self.figure, other.figure)
        if self.moment and other.moment:
            return _other_day(self.moment, other.moment)
        return bool(self.name and other.name and not self.name & other.name)


def value_of(reading: Reading) -> Value | None:
    """The one figure, day or name that a reading's span gives; None where it gives none, or several."""
    sentence = reading.sentence
    start, end = reading.span[0] - sentence.start, reading.span[1] - sentence.start
    if _ORIGIN.search(sentence.text[:start]):
        return None
    moments = [moment for moment in sentence.moments if moment.start < end and start < moment.end]
    figures = [figure for figure in sentence.figures if figure.start < end and start < figure.end]
    if moments or figures:
        if len(moments) + len(figures) > 1:
            return None
        if moments:
            return None if moments[0].relative else Value(moment=moments[0])
        return None if figures[0].nth else Value(figure=figures[0])
    written = sentence.text[start:end]
    if not is_name(written) or find_places(written):
        return None
    words = frozenset(word.lower() for word in WORD.findall(written) if len(word) > 1)
    return Value(name=words) if words else None


def is_name(text: str) -> bool:
    """Whether a text is one name: each word capitalised, no figure and no list in it."""
    words = WORD.findall(text)
    small = {"bin", "binti", "al", "van", "de", "der"}
    return (
        bool(words)
        and all(word[0].isupper() or word in small for word in words)
        and not re.search(r"\d|[,;/]", text)
    )


def _written_alike(one: Figure, other: Figure) -> bool:
    return one.same(other) and (one.bound, one.per) == (other.bound, other.per)


def _at_odds(one: Figure, other: Figure) -> bool:
    """Whether two exact figures of one unit differ, and not by rounding."""
    if one.bound or other.bound or one.unit != other.unit or one.per != other.per:
        return False
    low, high = sorted((abs(one.value), abs(other.value)))
    if one.value == other.value or not low or high > _FURTHEST * low:
        return False
    return not (high - low <= _CLOSE * high and high - low < max(_last_place(one), _last_place(other)))


def _last_place(figure: Figure) -> Decimal:
    """What the last digit of a figure counts that is not zero: 100 million for 4,8 miliar."""
    return Decimal(1).scaleb(int(figure.value.normalize().as_tuple().exponent))


def _other_day(one: Moment, other: Moment) -> bool:
    """Whether two days, or two months, of one year differ: what happens each year is not at odds."""
    if one.is_period or other.is_period or one.first.month is None or other.first.month is None:
        return False
    return one.first.year == other.first.year and not one.first.agrees(other.first)
