"""Dates and periods in Indonesian and English text: where they stand and which days they mean.

`Selasa, 22 Juli 2025`, `11/2/2026` (day first), `Januari–Mei 2025`, `July 22, 2025`, `2024`,
`kuartal II 2025`, and, relative to a day of publication, `tahun lalu`. Names come from CLDR.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from index.text import month_names, weekday_names
from rag.lang import LEXICON, Language
from rag.lang.numbers import ORDINALS, Coverage, Figure, find_figures, one_of

ROMAN = ("i", "ii", "iii", "iv")
_NTH = {word: number for word, number in ORDINALS.items() if number <= len(ROMAN)} | {
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip


REPORTED_WITHIN = timedelta(days=3)
"""Days before publication on which a paper places what it reports."""

DAY_PARTS: dict[str, list[int]] = LEXICON.mapping("day_parts", "id")
"""The first and last hour of a part of the day."""


def hour_of_day(hour: int, part: str) -> int:
    """The hour, 0 to 24, that an hour of a clock face is in a part of the day: 7 "malam" is 19, 12 "malam" 0.

    Args:
        hour: As it is written.
        part: One of `DAY_PARTS`, or empty.
    """
    if not 1 <= hour <= 12 or part not in DAY_PARTS:
        return hour
    first, last = DAY_PARTS[part]
    return next((one % 24 for one in (hour, hour + 12, hour + 24) if first <= one <= last), hour)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day, month or year; what is not known is None. A month without a year is known by its month alone."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def as_date(self) -> date | None:
        """The day of the calendar; None where one of its parts is not known, or its year has no such day."""
        if not (self.year and self.month and self.day):
            return None
        return date(self.year, self.month, self.day) if _is_real(self) else None

    def is_reported(self, published: date | None) -> bool:
        """Whether it is the day of publication or one shortly before, which a paper reports on."""
        day = self.as_date
        if day is None or published is None:
            return False
        return published - REPORTED_WITHIN <= day <= published

    def agrees(self, other: Day) -> bool:
        """Whether both could be the same: nothing that both know differs."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine == theirs or None in (mine, theirs) for mine, theirs in pairs)

    def says(self, other: Day) -> bool:
        """Whether this tells everything that `other` tells, and the same."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(theirs is None or mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Moment:
    """The characters `start:end` of a text and the day or period that they name.

    Attributes:
        start: First character.
        end: One past the last character.
        first: The day, or the first of the period.
        last: The same as `first`, or the last of the period.
        relative: Whether it was said relative to the day of publication.
        toward: Of a day or month without a year: -1 for "lalu", 1 for "mendatang", 0 where neither is said.
        inferred: Whether the year was not written, and is that which `dated` takes it for.
    """

    start: int
    end: int
    first: Day
    last: Day
    relative: bool = False
    toward: int = 0
    inferred: bool = False

    @property
    def is_period(self) -> bool:
        return self.first != self.last

    def names(self, asked: Moment) -> bool:
        """Whether this moment names all that `asked` names: the same period, or a day within it."""
        if asked.is_period:
            return self.first.says(asked.first) and self.last.says(asked.last)
        # A total from January to May is named by "May", its end, though not by "March".
        return self.first.says(asked.first) or self.last.says(asked.first)

    def meets(self, other: Moment) -> bool:
        """Whether both may have a day in common; where a year is not known, a day of any year."""
        (begin, end), (first, last) = _reaches(self, other)
        # What goes over New Year, no year being known, may have any.
        return begin > end or first > last or (begin <= last and first <= end)

    def stands_for(self, asked: Moment) -> bool:
        """Whether what is told of this may be of `asked`: it is within that, or a total that ends with it."""
        (begin, end), (first, last) = _reaches(self, asked)
        within, ends_it = first <= begin and end <= last, end == last and begin <= first
        return begin > end or first > last or within or ends_it


_Bounds = tuple[tuple[int, int, int], tuple[int, int, int]]


def _reaches(one: Moment, other: Moment) -> tuple[_Bounds, _Bounds]:
    """The first and last day of both as (year, month, day), the year 0 unless all of theirs are known."""
    are_dated = all(day.year for moment in (one, other) for day in (moment.first, moment.last))

    def reach(moment: Moment) -> _Bounds:
        first, last = moment.first, moment.last
        years = (first.year or 0, last.year or 0) if are_dated else (0, 0)
        return (years[0], first.month or 1, first.day or 1), (years[1], last.month or 12, last.day or 31)

    return reach(one), reach(other)


def reported_on(published: date | None) -> list[Moment]:
    """The days on which a paper of a day places what it reports, as one period; none without a day."""
    if published is None:
        return []
    first, last = (Day(one.year, one.month, one.day) for one in (published - REPORTED_WITHIN, published))
    return [Moment(0, 0, first, last)]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    comma = r"\s*+(?:,\s*+)?"
    month = f"(?:{one_of(month_names())})" + r"\.?(?![^\W\d_])"
    weekday = f"(?:(?:{one_of(weekday_names())}){comma}" + r"\(?)?"
    year = r"(?:1[89]|20|21)\d\d"
    to = r"\s*(?:[-–—]|s[./]?d\.?|sampai(?:\s+dengan)?|hingga|to|until|through|and|dan|ke)\s*"
    day = r"[0-3]?\d"
    nth = r"(?:st|nd|rd|th)?"
    quarters, half = (LEXICON.pattern(table) for table in ("quarter_words", "half_words"))
    halves, openers = LEXICON.pattern("year_halves"), LEXICON.words("decade_openers", "id")
    of = r"\s*(?:[-–—/,]\s*)?"
    middles = "".join(rf"(?<!\b{word})" for word in LEXICON.lines("period_middles") if " " not in word)
    number = "|".join([*sorted(ROMAN, key=len, reverse=True), "[1-4]", *_NTH])
    sources = [
        ("iso", rf"(?P<y>{year})-(?P<m>[01]?\d)-(?P<d>{day})"),
        ("span_days", rf"{weekday}(?P<d>{day}){to}(?P<d2>{day})\s+(?P<m>{month})(?:{comma}(?P<y>{year}))?"),
        (
            "span_days",
            rf"{weekday}(?P<m>{month})\s+(?P<d>{day}){nth}\s*(?:[-–—]|to|through|until)\s*(?P<d2>{day}){nth}(?!\d)"
            rf"(?:{comma}(?P<y>{year}))?",
        ),
        (
            "span_full",
            rf"(?P<d>{day})\s+(?P<m>{month})(?:\s+(?P<y>{year}))?{to}(?P<d2>{day})\s+(?P<m2>{month})(?:{comma}(?P<y2>{year}))?",
        ),
        (
            "span_full",
            rf"(?P<d>{day})/(?P<m>[01]?\d)(?:/(?P<y>{year}))?{to}(?P<d2>{day})/(?P<m2>[01]?\d)(?:/(?P<y2>{year}))?",
        ),
        (
            "span_months",
            rf"(?P<m>{month})(?:\s+(?P<y>{year}))?{to}(?P<m2>{month})(?:{comma}(?P<y2>{year}))?",
        ),
        (
            "day",
            rf"{weekday}(?:the\s+)?(?P<d>{day}){nth}\s+(?:of\s+)?(?P<m>{month})(?:{comma}(?:tahun\s+)?(?P<y>{year}))?",
        ),
        ("day", rf"{weekday}(?P<m>{month})\s+(?P<d>{day}){nth}(?!\d)(?:{comma}(?P<y>{year}))?"),
        ("day", rf"{weekday}(?P<d>{day})\s?/\s?(?P<m>[01]?\d)(?:\s?/\s?(?P<y>{year}|\d\d))?(?![\d/])"),
        ("day", rf"(?P<d>{day})-(?P<m>[01]?\d)-(?P<y>{year})"),
        ("month", rf"(?P<m>{month}){comma}(?:tahun\s+|of\s+)?(?P<y>{year})"),
        (
            "quarter",
            rf"(?:(?:{quarters})\s+(?:ke-?\s*)?(?P<q>{number})|(?P<q2>{number})[\s-]+quarter|q(?P<q3>[1-4]))\b"
            rf"(?:{of}(?:of\s+|tahun\s+)?(?P<y>{year}))?",
        ),
        ("half", rf"(?:{half})\s+(?P<q>ii|i|[12]|pertama|kedua)\b(?:{of}(?:tahun\s+)?(?P<y>{year}))?"),
        (
            "half",
            rf"(?:(?:{halves})\s+(?P<q>pertama|kedua)|(?P<q2>first|second|1st|2nd)[\s-]+(?:{halves})"
            rf"|h(?P<q3>[12])|(?P<q4>[12])h)\b{of}(?:of\s+|tahun\s+)?(?P<y>{year})",
        ),
        (
            "decade",
            rf"(?:(?:{'|'.join(rf'(?<={word} )' for word in openers)})(?P<y>(?:1[89]|20)\d0)\s?-?an"
            r"|(?P<y2>(?:1[89]|20)\d0)['’]?s|tahun\s+(?P<y3>[3-9]0)\s?-?an)",
        ),
        ("span_years", rf"(?P<y>{year})\s*(?:[-–—]|s/d|sampai|hingga|to|until)\s*(?P<y2>{year})"),
        ("year", rf"(?P<y>{year})"),
        ("lone_month", rf"(?P<m>{month})"),
        (
            "same_period",
            r"(?P<r>(?:periode|kurun\s+waktu|bulan|kuartal|triwulan|semester)\s+yang\s+sama\s+(?:pada\s+|di\s+)?"
            r"tahun\s+(?:sebelumnya|lalu)"
            r"|(?:the\s+)?same\s+(?:period|month|quarter)\s+(?:of\s+|in\s+)?(?:the\s+)?(?:previous|last)\s+year"
            r"|(?:the\s+)?same\s+(?:period|month|quarter)\s+(?:a\s+|the\s+)year\s+(?:before|earlier))",
        ),
        (
            "relative",
            r"(?P<r>(?:se)?tahun\s+(?:lalu|silam|kemarin|sebelumnya)|tahun\s+(?:ini|depan)"
            r"|(?:last|previous|this|next)\s+year|(?:(?:the|an?)\s+)?year\s+(?:before|earlier|ago))",
        ),
    ]  # fmt: skip
    return [
        (
            kind,
            re.compile(rf"(?<![\w/.,])(?<!{middles}-)(?:{source})(?![\w/])(?!-\d)(?![.,]\d)", re.IGNORECASE),
        )
        for kind, source in sources
    ]


def find_moments(text: str, published: date | None = None) -> list[Moment]:
    """Every date and period of `text`, in order, not overlapping.

    Args:
        text: Indonesian or English.
        published: What `tahun lalu` is relative to; `tahun sebelumnya` is so to the year named before it.
    """
    found: list[Moment] = []
    taken = Coverage(len(text))
    named: list[Moment] = []
    begin = len(text) - len(text.lstrip())
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            if taken.meets(*match.span()):
                continue
            if kind == "lone_month" and not _is_month_name(match.group(), opens=match.start() == begin):
                continue
            taken.take(*match.span())  # a day that is not real, 31 February, hides its month
            moment = _moment(kind, match, published, named)
            if moment is not None:
                found.append(moment)
        if kind == "lone_month":
            found = [_toward(text, moment) for moment in found]
            # What is relative comes last, and is so to what was named before it.
            named = sorted((moment for moment in found if moment.last.year), key=_start)
    return _of_relative_years(text, sorted(found, key=_start))


def figures_beside(text: str, language: Language, moments: Sequence[Moment]) -> list[Figure]:
    """The figures of a text that are no part of its days and periods, in order."""
    return [
        figure
        for figure in find_figures(text, language)
        if not any(figure.start < moment.end and moment.start < figure.end for moment in moments)
    ]


def dated(moment: Moment, published: date | None) -> Moment:
    """A day or month without a year, in that of publication or the one before or after it.

    It is before the day of publication with "lalu", and behind it with "mendatang"; without either it is in
    another year only where that is far nearer: "28 Desember" in January.
    """
    first, last = moment.first, moment.last
    if published is None or first.month is None or last.month is None or first.year or last.year:
        return moment
    turns = int((last.month, last.day or 0) < (first.month, first.day or 0))
    begin = date(published.year, first.month, min(first.day or 1, _SAFE_DAY))
    end = date(published.year + turns, last.month, min(last.day or _SAFE_DAY, _SAFE_DAY))
    ahead = begin > published and (moment.toward < 0 or (not moment.toward and (end - published).days > FAR))
    behind = end < published and (
        moment.toward > 0 or (not moment.toward and first.day and (published - end).days > FAR)
    )
    year = published.year - ahead + bool(behind)
    return replace(
        moment, first=replace(first, year=year), last=replace(last, year=year + turns), inferred=True
    )


FAR = 270
"""Days from which on a day without a year is of another year than that of publication."""

_SAFE_DAY = 28
"""The last day that every month has."""

_PAST, _COMING = (
    re.compile(rf"\)?\s+(?:yang\s+)?(?:{LEXICON.pattern(table, 'id')})\b(?!\s+lintas)", re.IGNORECASE)
    for table in ("past_words", "coming_words")
)
_RELATIVE_YEAR = re.compile(r"(?:tahun|last|previous|this|next)\b(?!.*\b(?:sama|same)\b)", re.IGNORECASE)
_OF_YEAR = re.compile(r",?\s+(?:of\s+|in\s+|pada\s+)?(?:the\s+)?", re.IGNORECASE)


def _toward(text: str, moment: Moment) -> Moment:
    """A moment with what the word behind it says of its year."""
    if moment.first.year or moment.last.year:
        return moment
    past, coming = (pattern.match(text, moment.end) for pattern in (_PAST, _COMING))
    return replace(moment, toward=-1 if past else 1 if coming else 0)


def _of_relative_years(text: str, found: list[Moment]) -> list[Moment]:
    """Months, days and parts of a year together with the relative year that follows: `Mei tahun lalu`."""
    merged: list[Moment] = []
    for moment in found:
        last = merged[-1] if merged else None
        if (
            last
            and moment.relative
            and _RELATIVE_YEAR.match(text[moment.start : moment.end])
            and last.first.month
            and not (last.relative or last.first.year or last.last.year)
            and _OF_YEAR.fullmatch(text, last.end, moment.start)
        ):
            year = moment.first.year
            first, until = replace(last.first, year=year), replace(last.last, year=year)
            merged[-1] = Moment(last.start, moment.end, first, until)
        else:
            merged.append(moment)
    return merged


def _start(moment: Moment) -> int:
    return moment.start


def _is_month_name(written: str, *, opens: bool) -> bool:
    """A month alone must be written in full with a capital: `May` and `Mei`, never `may`, `mar` or `dec`.

    Where it opens the text English `May` may be a verb, so it must follow something.
    """
    if len(written) < 3 or not (written[0].isupper() or written.lower() not in {"may", "march", "mar"}):
        return False
    if len(written.rstrip(".")) == 3 and written.lower() not in {"mei", "may"}:
        return False
    return not (written == "May" and opens)


def _month(word: str | None) -> int | None:
    if not word:
        return None
    return int(word) if word.isdigit() else month_names()[word.lower().rstrip(".")]


def _moment(kind: str, match: re.Match[str], published: date | None, earlier: list[Moment]) -> Moment | None:
    part = match.groupdict()
    year = _year(part.get("y"))
    first = Day(year, _month(part.get("m")), int(part["d"]) if part.get("d") else None)
    last, relative = first, False
    if kind == "span_days":
        last = replace(first, day=int(part["d2"]))
    elif kind in {"span_full", "span_months"}:
        last = Day(_year(part["y2"]) or year, _month(part["m2"]), int(part["d2"]) if part.get("d2") else None)
        first = replace(first, year=year or last.year)
    elif kind == "decade":
        begin = _year(part["y"] or part["y2"]) or 1900 + int(part["y3"])
        first, last = Day(begin), Day(begin + 9)
    elif kind == "span_years":
        last = Day(_year(part["y2"]))
    elif kind in {"quarter", "half"}:
        number = _period_number(next(part[key] for key in ("q", "q2", "q3", "q4") if part.get(key)))
        months = 3 if kind == "quarter" else 6
        first, last = Day(year, (number - 1) * months + 1), Day(year, number * months)
    elif kind == "same_period":
        relative = True
        period = _latest(match.start(), earlier)
        if period is None:
            shifted = _shifted_year(part["r"], match.start(), published, earlier)
            if shifted is None:
                return None
            first = last = Day(shifted)
        else:
            first, last = (replace(day, year=(day.year or 1) - 1) for day in (period.first, period.last))
    elif kind == "relative":
        relative = True
        shifted = _shifted_year(part["r"], match.start(), published, earlier)
        if shifted is None:
            return None
        first = last = Day(shifted)
    if any(not _is_real(day) for day in (first, last)):
        return None
    # A point after the last month ends its sentence more often than it abbreviates.
    end = match.start() + len(match.group().rstrip("."))
    return Moment(match.start(), end, first, last, relative)


def _year(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) + 2000 if len(written) == 2 else int(written)


def _period_number(word: str) -> int:
    word = word.lower()
    return int(word) if word.isdigit() else ROMAN.index(word) + 1 if word in ROMAN else _NTH[word]


def _latest(start: int, earlier: list[Moment]) -> Moment | None:
    """The moment with a year that was named last before `start`; those that `earlier` has are in order."""
    at = bisect_left(earlier, start, key=_start)
    return earlier[at - 1] if at else None


def _shifted_year(words: str, start: int, published: date | None, earlier: list[Moment]) -> int | None:
    words = words.lower()
    before = _latest(start, earlier)
    if re.search(r"sebelumnya|previous|before|earlier", words) and before and before.last.year:
        return before.last.year - 1
    if published is None:
        return None
    step = (
        0 if re.search(r"\b(?:ini|this)\b", words) else 1 if re.search(r"\b(?:depan|next)\b", words) else -1
    )
    return published.year + step


def _is_real(day: Day) -> bool:
    if day.month is not None and not 1 <= day.month <= 12:
        return False
    if day.day is None:
        return True
    try:
        date(day.year or 2024, day.month or 1, day.day)
    except ValueError:
        return False
    return True
