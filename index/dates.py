"""Full dates in Indonesian and English text: `Selasa, 22 Juli 2025`, `Rabu (11/2/2026)`, `July 22, 2025`.

A day is read before a month, as Indonesia writes it, unless that is no date or its weekday says otherwise.
A date that lacks its year is not a full date. Names of months and weekdays come from CLDR.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

_OTHER_MONTHS = {"nopember": 11, "pebruari": 2, "agt": 8, "ags": 8, "sept": 9}
_OTHER_WEEKDAYS = {"jum'at": 4, "jum’at": 4, "ahad": 6}


@dataclass(frozen=True, slots=True)
class DateMention:
    """The characters `start:end` of a text that name a day, and whether they name its weekday too."""

    day: date
    start: int
    end: int
    has_weekday: bool


@cache
def month_names() -> dict[str, int]:
    """Lower-case names and abbreviations of the months in both languages to 1..12."""
    from babel.dates import get_month_names

    names = dict(_OTHER_MONTHS)
    for locale in ("id", "en"):
        for width in ("wide", "abbreviated"):
            names |= {
                str(name).lower().rstrip("."): n for n, name in get_month_names(width, locale=locale).items()
            }
    return names


@cache
def weekday_names() -> dict[str, int]:
    """Lower-case names of the weekdays in both languages to 0 (Monday) .. 6."""
    from babel.dates import get_day_names

    names = dict(_OTHER_WEEKDAYS)
    for locale in ("id", "en"):
        names |= {str(name).lower(): n for n, name in get_day_names("wide", locale=locale).items()}
    return names


def find_dates(text: str) -> list[DateMention]:
    """Every full date of `text`, in order."""
    found: list[DateMention] = []
    if not _YEAR.search(text):
        return found
    for match in _pattern().finditer(text):
        weekday = weekday_names().get((match["weekday"] or "").lower())
        day = _read(match, weekday)
        if day is not None:
            found.append(DateMention(day, match.start(), match.end(), weekday is not None))
    return found


def parse_date(text: str) -> date | None:
    """The day that `text` names and says nothing besides, a time of day excepted; else None."""
    found = find_dates(text)
    if len(found) != 1:
        return None
    rest = " ".join(f"{text[: found[0].start]} {text[found[0].end :]}".split())
    return found[0].day if len(rest) <= _LONGEST_TIME and _TIME.fullmatch(rest) else None


def declared_date(value: object) -> date | None:
    """The day that a value which should be a date names; None where it names none or several.

    It may be ISO 8601, RFC 822, any form that `find_dates` reads with words around it, `22/07/25`,
    `2025/07/22`, or seconds (or milliseconds) since 1970.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()[:200]
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date()
    if match := _YEAR_FIRST.match(text):
        return _date(match["year"], match["month"], match["day"])
    if match := _SHORT_YEAR.fullmatch(text):
        return _date(f"20{match['year']}", match["month"], match["day"])
    if _RFC_822.match(text):
        try:
            return parsedate_to_datetime(text).date()
        except ValueError:
            return None
    days = {mention.day for mention in find_dates(text)}
    return days.pop() if len(days) == 1 else None


def plausible(day: date | None, today: date | None = None) -> date | None:
    """`day` where an article may have been published then: not after today, and no day that means none."""
    # One more covers every time zone.
    latest = (today or date.today()) + timedelta(days=1)
    return day if day and _EARLIEST <= day <= latest and day not in _NO_DAYS else None


_EARLIEST = date(1901, 1, 1)
_NO_DAYS = frozenset({date(1970, 1, 1), date(1904, 1, 1)})
"""What programs write for a day that they do not know."""

_SECONDS = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")
_YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_SHORT_YEAR = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d\d)(?:[ ,T].*)?")
_RFC_822 = re.compile(r"(?:(?:mon|tue|wed|thu|fri|sat|sun),\s*)?\d{1,2}\s+[a-z]{3}\s+\d{2,4}\s+\d\d:", re.I)

# "Rabu (11/2/2026) pukul 10.30 WIB", "2025-07-22T10:30:00+07:00"
_TIME = re.compile(
    r"[\s,()|.-]*(?:(?:pukul|jam|at)\s+)?(?:T?\d{1,2}[.:]\d{2}(?:[.:]\d{2}(?:\.\d+)?)?)?"
    r"\s*(?:[ap]\.?m\.?|wib|wita|wit|gmt|utc|z|[+-]\d{2}:?\d{2})?[\s,()|.-]*",
    re.IGNORECASE,
)


_LONGEST_TIME = 80
"""Characters."""

# Every full date holds one of these; most lines do not, and the whole pattern is slow.
_YEAR = re.compile(r"(?:19|20)\d\d|\d\s?[/.-]\s?\d\d")


@cache
def _pattern() -> re.Pattern[str]:
    def either(names: dict[str, int]) -> str:
        return "|".join(sorted(map(re.escape, names), key=len, reverse=True))

    hour = r"(?:\s+(?:pagi|siang|sore|malam|dini hari))?"
    # Possessive: a run of blanks is tried once, not in all the ways in which it may be divided.
    comma = r"\s*+(?:,\s*+)?"
    weekday = rf"(?:(?P<weekday>{either(weekday_names())}){hour}{comma}(?:\(\s*+)?)?"
    month = rf"(?:{either(month_names())})\b\.?"
    year = r"(?:19|20)\d\d"
    forms = [
        rf"(?P<iso_year>{year})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)",
        rf"(?P<day_a>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month_a>{month}){comma}(?:tahun\s+)?(?P<year_a>{year})",
        rf"(?P<month_b>{month})\s+(?P<day_b>\d{{1,2}})(?:st|nd|rd|th)?{comma}(?P<year_b>{year})",
        rf"(?P<first>\d{{1,2}})\s?(?P<sign>[/.-])\s?(?P<second>\d{{1,2}})\s?(?P=sign)\s?(?P<year_c>{year}|\d\d)",
    ]
    return re.compile(
        rf"(?<![\w/-])(?<!\d[.,]){weekday}(?:{'|'.join(forms)})(?!(?!T)[\w/])(?![.,]\d)", re.IGNORECASE
    )


def _read(match: re.Match[str], weekday: int | None) -> date | None:
    if match["iso_year"]:
        return _date(match["iso_year"], match["iso_month"], match["iso_day"])
    for form in "ab":
        if match[f"month_{form}"]:
            name = match[f"month_{form}"].lower().rstrip(".")
            return _date(match[f"year_{form}"], month_names()[name], match[f"day_{form}"])
    year, first, second = match["year_c"], match["first"], match["second"]
    if len(year) == 2:
        # "11/2/26" is a date only where its weekday proves it; alone it may be a score or a fraction.
        day = _date(f"20{year}", second, first)
        return day if day and day.weekday() == weekday else None
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if day_first is None or (
        weekday is not None
        and day_first.weekday() != weekday
        and month_first is not None
        and month_first.weekday() == weekday
    ):
        return month_first
    return day_first


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
