"""Exact renderings in the other language: figures, dates, places, offices, institutions.

Each is written digit for digit in the other language: `USD 4,796 miliar` and `USD 4.796 billion`, `22 Juli
2025` and `22 July 2025`. Names of countries, languages, months and weekdays come from CLDR; offices and
institutions from a table of those with one accepted equivalent. Running text is never translated here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Literal, get_args

from babel import Locale
from babel.dates import get_day_names, get_month_names

from index.text import LEXICON as TEXT_LEXICON
from index.text import weekday_names
from rag.lang import LEXICON, Language
from rag.lang.dates import DAY_PARTS, ROMAN, Day, Moment, find_moments, hour_of_day
from rag.lang.names import PROVINCES, Place, find_places
from rag.lang.numbers import (
    MAGNITUDES,
    POWERS,
    SHORT_MAGNITUDES,
    Coverage,
    Figure,
    find_figures,
    one_of,
    parse_number,
)

_SHORT = {letter: power for letter, power in SHORT_MAGNITUDES["id"].items() if letter.isupper()}
"""After a currency in Indonesian text: `Rp 1,2 T`."""

_INDONESIAN = {value: word for word, value in LEXICON.mapping("numbers", "id").items()}
_SMALL: dict[Language, dict[int, str]] = {
    "id": _INDONESIAN
    | {number: f"{_INDONESIAN[number - 10]} belas" for number in range(12, 20)}
    | {20: f"{_INDONESIAN[2]} puluh"},
    "en": {value: word for word, value in LEXICON.mapping("numbers", "en").items()},
}
"""Whole numbers up to 20 in words, and some others."""

_UNITS: dict[str, tuple[str, str, str]] = {
    # unit: (Indonesian, English, English for one)
    unit: (
        LEXICON.mapping("units", "id")[unit][0],
        english,
        LEXICON.mapping("singular_units", "en").get(unit, english),
    )
    for unit, (english, *_) in LEXICON.mapping("units", "en").items()
}

_QUARTER_OR_HALF = "|".join(
    (
        *LEXICON.words("quarter_words", "id"),
        *LEXICON.words("half_words", "id"),
        *LEXICON.words("quarter_words", "en"),
        *LEXICON.words("year_halves"),
    )
)
_PART_OF_YEAR = re.compile(rf"\b(?:{_QUARTER_OR_HALF}|q[1-4]|h[12]|[12]h)\b", re.IGNORECASE)
_DECADE = re.compile(r"\d0(?:\s?-?an|['’]?s)\b", re.IGNORECASE)
_ORDINALS = tuple(LEXICON.mapping("ordinals", "en"))
_WITH_THE = frozenset(LEXICON.words("with_the", "en"))

_CLOCK = re.compile(
    rf"(?:(?P<word>{TEXT_LEXICON.pattern('clock_words')})\s+)?"
    r"(?<![\d.,])(?P<hour>[01]?\d|2[0-4])(?:[.:](?P<minute>[0-5]\d))?"
    r"(?:\s*(?P<to>[-–]|hingga|sampai|to)\s*(?P<hour2>[01]?\d|2[0-4])[.:](?P<minute2>[0-5]\d))?"
    rf"(?:\s+(?P<part>{one_of(DAY_PARTS)})\b)?"
    rf"(?:\s*(?P<half>[ap]\.?m\.?(?![^\W\d_]))|\s*(?P<zone>{TEXT_LEXICON.pattern('time_zones')})\b)?(?![\d%])",
    re.IGNORECASE,
)

Written = tuple[int, int, str]
"""The characters `start:end` of a text and how they are written in the other language."""


def other(language: Language) -> Language:
    """The language that `language` is rendered from."""
    return "en" if language == "id" else "id"


def write_number(value: Decimal, fraction: int, language: Language) -> str:
    """`value` with its thousands grouped and `fraction` digits after the decimal mark."""
    written = f"{value:,.{fraction}f}"
    return written.translate(str.maketrans(",.", ".,")) if language == "id" else written


LONGEST = 20
"""Digits of a value that is exact in decimal notation."""


def write_figure(text: str, figure: Figure, language: Language) -> str | None:
    """`figure` of `text` in `language`, digit for digit; None where it has no exact form there."""
    if figure.nth:
        return write_ordinal(text[figure.start : figure.end], figure, language)
    if figure.value < 0:
        whole = write_figure(text, replace(figure, value=-figure.value), language)
        return whole and f"{'minus ' if text[figure.start].isalpha() else '-'}{whole}"
    unit = figure.unit
    # "500-an ribu" is no exact figure, and two thirds have no exact decimal form.
    if (
        re.search(r"\d-?an\b", text[figure.start : figure.end])
        or len(figure.value.as_tuple().digits) > LONGEST
    ):
        return None
    if unit is not None and not figure.is_money and unit not in _UNITS:
        return None
    # "five%" is no English.
    in_words = figure.words and not (unit == "%" and language == "en")
    number = _spelled(figure, language) if in_words else _digits(text, figure, language)
    if number is None:
        return None
    if unit is None:
        return number
    if figure.is_money:
        return f"{'Rp' if (unit, language) == ('IDR', 'id') else unit} {number}"
    indonesian, english, single = _UNITS[unit]
    if language == "en":
        word = single if figure.value == 1 else english
        return f"{number}{word}" if word == "%" else f"{number} {word}"
    is_sign = unit == "%" and "%" in text[figure.start : figure.end]
    return f"{number}%" if is_sign else f"{number} {indonesian}"


def write_ordinal(written: str, figure: Figure, language: Language) -> str | None:
    """A place in an order, `ke-80` or `80th`.

    None for `kedua` and those after it: `kedua negara` is "both countries", `hari kedua` "the second day".
    """
    number = int(figure.value)
    if language == "id":
        if not figure.words:
            return f"ke-{number}"
        return "pertama" if number == 1 else f"ke{_SMALL['id'][number]}" if number <= 10 else f"ke-{number}"
    if figure.words:
        return "first" if number == 1 and written.lower() == "pertama" else None
    teens = 11 <= number % 100 <= 13
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _digits(text: str, figure: Figure, language: Language) -> str | None:
    written = text[figure.start : figure.end]
    match = re.search(r"(?P<number>\d+(?:[.,]\d+)*)(?:[\s-]*(?P<word>[^\W\d_]+))?", written)
    if match is None:
        return _plain(figure.value, language)
    word = match["word"] or ""
    power = _SHORT.get(word, MAGNITUDES.get(word.lower(), 0))
    number = match["number"]
    for source in (other(language), language):
        value = parse_number(number, source)
        if value is None or value.scaleb(power) != figure.value:
            if (
                figure.unit == "IDR"
                and not power
                and source != language
                and value
                and _last_digits(value) > 2
            ):
                return None  # "Rp 18,000" in Indonesian text: no rupiah has three decimals
            continue
        if re.search(r"[.,]", number):
            number = write_number(value, _last_digits(value), language)
        return f"{number} {POWERS[language][power]}" if power else number
    return _plain(figure.value, language)


def _plain(value: Decimal, language: Language) -> str:
    return write_number(value, _last_digits(value.normalize()), language)


def _last_digits(value: Decimal) -> int:
    """Digits after the decimal mark, as written."""
    return max(0, -int(value.as_tuple().exponent))


def _spelled(figure: Figure, language: Language) -> str:
    value = figure.value
    if value != int(value):
        return _plain(value, language)
    if 0 <= value <= 20:
        return _SMALL[language][int(value)]
    for power in (12, 9, 6):
        whole, rest = divmod(value, Decimal(10) ** power)
        if 1 <= whole < 1000 and not rest:
            return f"{int(whole)} {POWERS[language][power]}"
    return _plain(value, language)


def write_moment(text: str, moment: Moment, language: Language) -> str:
    """`moment` of `text` in `language`: `Selasa, 22 Juli 2025` or `Tuesday, 22 July 2025`."""
    written = " ".join(text[moment.start : moment.end].lower().split())
    if moment.relative:
        years = LEXICON.rows("relative_years", "pairs")
        return str(next(row[language] for row in years if any(word in written for word in row["words"])))
    first, last = moment.first, moment.last
    if moment.is_period and _PART_OF_YEAR.search(written):
        return _write_part_of_year(first, last, language)
    if _DECADE.search(written):
        return f"{first.year}-an" if language == "id" else f"the {first.year}s"
    weekday = next(
        (w for w in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", written) if w in weekday_names()), None
    )
    if not moment.is_period:
        day = write_day(first, language)
        return f"{write_weekday(weekday, language)}, {day}" if weekday else day
    if first.year == last.year:
        first = replace(first, year=None)
        if first.month == last.month and first.day:
            first = replace(first, month=None)
    to = "–" if language == "id" else " to "
    return f"{write_day(first, language)}{to}{write_day(last, language)}"


def write_day(day: Day, language: Language) -> str:
    """A day, month or year, `22 Juli 2025`, as far as it is known."""
    month = str(get_month_names("wide", locale=language)[day.month]) if day.month else ""
    return " ".join(str(part) for part in (day.day, month, day.year) if part)


def write_weekday(word: str, language: Language) -> str:
    """The weekday that `word` names in either language, in `language`."""
    return str(get_day_names("wide", locale=language)[weekday_names()[word.lower()]])


def _write_part_of_year(first: Day, last: Day, language: Language) -> str:
    begin, end = first.month or 1, last.month or 12
    is_quarter = end - begin == 2
    number = (end - 1) // (3 if is_quarter else 6)
    if language == "id":
        name = f"{'kuartal' if is_quarter else 'semester'} {ROMAN[number].upper()}"
        return f"{name} {first.year}" if first.year else name
    name = f"{_ORDINALS[number]} {'quarter' if is_quarter else 'half'}"
    return f"{name} of {first.year}" if first.year else name


@cache
def write_place(code: str, language: Language) -> str:
    """The name of a place by its ISO 3166 code: `Tiongkok` or `China`."""
    if code not in PROVINCES:
        return re.sub(r" (?:SAR China|DAK Tiongkok)$", "", str(Locale(language).territories[code]))
    english, others = PROVINCES[code]
    # A name of one word, Aceh or Maluku, is the same in both; what else it has are old or short forms.
    return english if language == "en" or " " not in english else others[0]


def with_article(code: str, language: Language) -> str:
    """`write_place` as it stands after a preposition: `the United States`."""
    name = write_place(code, language)
    return f"the {name}" if language == "en" and code in _WITH_THE else name


def find_clocks(text: str, language: Language) -> list[Written]:
    """Times of day in `text`, in order, written in `language`: `pukul 10.00 WIB` and `10:00 WIB`."""
    found = []
    for match in _CLOCK.finditer(text):
        # "at 4.75 percent" is no time, and a bare "21:15" may be a score.
        is_worded = (
            match["word"]
            and (match["minute"] or match["part"])
            and (match["word"].lower() != "at" or ":" in match.group())
        )
        if not (is_worded or match["half"] or (match["zone"] and match["minute"])):
            continue
        part = " ".join((match["part"] or "").lower().split())
        first = _time(match["hour"], match["minute"], match["half"], part, language)
        if match["hour2"]:
            first = f"{first}–{_time(match['hour2'], match['minute2'], match['half'], part, language)}"
        zone = f" {match['zone'].upper()}" if match["zone"] else ""
        start = match.start()
        lead = "pukul " if language == "id" else ""
        found.append((start, match.end(), f"{lead}{first}{zone}"))
    return found


def _time(hour: str, minute: str | None, half: str | None, part: str, language: Language) -> str:
    number = hour_of_day(int(hour), part)
    if half:
        number = number % 12 + (12 if half.lower().startswith("p") else 0)
    mark = "." if language == "id" else ":"
    written = f"{number:02d}" if half or part or len(hour) == 2 else str(number)
    return f"{written}{mark}{minute or '00'}"


_NEAR_A_DAY = 20
"""Characters before a word."""

_WITHIN = re.compile(r"[^.!?\"“\s]\s*$")


def find_weekdays(text: str, language: Language) -> list[Written]:
    """Weekdays that stand alone, with their capital, in order, written in `language`."""
    return [
        (match.start(), match.end(), write_weekday(match.group(), language))
        for match in _weekdays(other(language)).finditer(text)
        # At the start of a sentence "Minggu" may be a week.
        if match.group() != "Minggu"
        or _WITHIN.search(text, max(0, match.start() - _NEAR_A_DAY), match.start())
    ]


@cache
def _weekdays(source: Language) -> re.Pattern[str]:
    names = {str(name) for name in get_day_names("wide", locale=source).values()}
    names |= {name.capitalize() for name in weekday_names() if source == "id" and name not in _english_days()}
    return re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b")


@cache
def _english_days() -> frozenset[str]:
    return frozenset(str(name).lower() for name in get_day_names("wide", locale="en").values())


_NAME_GOES_ON = re.compile(r"(?<![\w'’-])[A-Z][\w'’-]*\s+$")


@cache
def _regions(source: Language) -> dict[str, str]:
    """Names of continents, their parts and unions of states in one language, to their CLDR codes."""
    kept = {"EU", "EZ", "UN"}
    return {
        str(name): code
        for code, name in Locale(source).territories.items()
        if (code.isdigit() or code in kept) and str(name)[0].isupper() and code != "019"
    }


def find_regions(text: str, language: Language) -> list[Written]:
    """Continents, their parts and unions of states, `Asia Tenggara`, in order, written in `language`.

    One that another word with a capital stands before is a part of a name: `Bank Dunia`.
    """
    names = _regions(other(language))
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    territories = Locale(language).territories
    matches = re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", text)
    return [
        (m.start(), m.end(), str(territories[names[m.group()]]))
        for m in matches
        if not _NAME_GOES_ON.search(text, max(0, m.start() - _NEAR), m.start())
    ]


@cache
def _languages() -> dict[str, str]:
    """Indonesian names of languages, as they follow `bahasa`, to their English names."""
    english, named = Locale("en").languages, Locale("id").languages
    names = {str(name): str(english[code]) for code, name in named.items() if code in english}
    return names | LEXICON.mapping("languages", "pairs")


def find_languages(text: str, language: Language) -> list[Written]:
    """Languages, `bahasa Jepang` or `Japanese language`, in order, written in `language`."""
    names = _languages()
    if language == "en":
        listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        pattern = rf"\b[Bb]ahasa (?P<name>{listed})\b"
        return [(m.start(), m.end(), names[m["name"]]) for m in re.finditer(pattern, text)]
    back = {english: name for name, english in reversed(names.items())}
    back |= {"Mandarin": "Mandarin", "Mandarin Chinese": "Mandarin"}
    listed = "|".join(re.escape(name) for name in sorted(back, key=len, reverse=True))
    pattern = rf"\b(?:(?P<name>{listed}) (?:language|Language)|(?P<alone>Mandarin(?: Chinese)?))\b"
    return [
        (m.start(), m.end(), f"bahasa {back[m['name'] or m['alone']]}") for m in re.finditer(pattern, text)
    ]


TermSort = Literal["office", "region", "body", "government", "prefix", "fixed"]


@dataclass(frozen=True, slots=True)
class Term:
    """One name in both languages.

    Attributes:
        sort: "office" stands before whose it is and before a name, "region" is an office of a city or
            regency, "government" follows its place in English, "prefix" stands before an office.
        indonesian: Its forms, the full one first.
        english: Its forms, the one that is written first.
    """

    sort: TermSort
    indonesian: tuple[str, ...]
    english: tuple[str, ...]

    @property
    def short(self) -> str | None:
        """The abbreviation that stands behind the full name in parentheses."""
        last = self.indonesian[-1]
        is_known_by_it = " " not in last and not last.startswith("Kem")
        return last if self.sort == "body" and is_known_by_it else None

    def write(self, language: Language) -> str:
        """The full name, an institution's with its abbreviation: `Statistics Indonesia (BPS)`."""
        name = self.indonesian[0] if language == "id" else self.english[0]
        return f"{name} ({self.short})" if self.short else name


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """The characters `start:end` of a text that name a term, an abbreviation in parentheses with them."""

    start: int
    end: int
    term: Term


def find_terms(text: str, source: Language) -> list[FoundTerm]:
    """Every term of `text`, which is in `source`, in order, not overlapping; the longest wins.

    English terms need their capitals; Indonesian ones may lack them, but for abbreviations.
    """
    pattern, terms = _table(source)
    found = []
    for match in pattern.finditer(text):
        name = match["name"]
        term = terms.get(name) or terms.get(name.lower())
        if term is None or (source == "en" and name[0].islower()):
            continue
        if term.sort == "body" and name[0].islower():
            continue  # "dinas kesehatan" in general is no institution's name
        found.append(FoundTerm(match.start(), match.end(), term))
    return found


@cache
def _table(source: Language) -> tuple[re.Pattern[str], dict[str, Term]]:
    terms: dict[str, Term] = {}
    for term in _all_terms():
        for form in term.indonesian if source == "id" else term.english:
            terms.setdefault(form, term)
            if " " in form or form.title() == form:
                terms.setdefault(form.lower(), term)
                terms.setdefault(form.capitalize(), term)
    shorts = {form for term in _all_terms() for form in term.indonesian if " " not in form}
    listed, short = (one_of(forms, space=" ") for forms in (terms, shorts))
    # "Menteri Perdagangan dan Investasi" is another office than "Menteri Perdagangan".
    more = rf"(?!\s+(?:dan|and|&)\s+(?!(?:{LEXICON.pattern('office_words')}|[A-Z]{{2,}})\b)[A-Z])"
    return re.compile(rf"(?<![\w-])(?P<name>{listed})(?![\w-])(?:\s*\((?:{short})\))?{more}"), terms


@cache
def _all_terms() -> tuple[Term, ...]:
    unread = LEXICON.words("unread_abbreviations", "id")
    abbreviations = LEXICON.mapping("abbreviations", "id").items()
    shorts = {full: short for short, full in abbreviations if short not in unread}
    terms = []
    for sort in get_args(TermSort):
        for indonesian, english in LEXICON.mapping("terms", "pairs")[sort].items():
            forms = indonesian.split("|")
            forms += [shorts[form.lower()] for form in forms if form.lower() in shorts]
            terms.append(Term(sort, tuple(forms), tuple(english.split("|"))))
    for field, names in LEXICON.mapping("fields", "pairs").items():
        for indonesian, (sort, *english) in LEXICON.mapping("of_fields", "pairs").items():
            forms = [form.replace("F", name) for form in english for name in names.split("|")]
            terms.append(Term(sort, (indonesian.replace("F", field),), tuple(forms)))
    return tuple(terms)


Sort = Literal["day", "period", "place", "office", "region", "name", "figure"]


@dataclass(frozen=True, slots=True, order=True)
class Rendering:
    """The characters `start:end` of a text, what they are in the other language, and what they name."""

    start: int
    end: int
    text: str
    sort: Sort


_HEAD: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?P<word>Kepala|Ketua)\s+$"),
    "id": re.compile(r"(?P<word>Head|Chief|Chair(?:man|woman|person)?|Speaker)\s+of\s+(?:the\s+)?$"),
}
"""Who heads an institution, before its name."""

_NAME = r"[A-Z][\w'’.-]*(?:\s+(?:(?:bin|binti|al|van|de|der)\s+)?[A-Z][\w'’.-]*)*"
_AFTER_OFFICE = re.compile(rf"(?P<comma>,)?\s+(?P<name>{_NAME})(?=[\s,]|$)")
_OF_A_NAME = re.compile(rf"\s+of\s+(?P<name>{_NAME})(?=[\s,]|$)")
_BEFORE_OFFICE = re.compile(r"[A-Z][\w'’.-]*(?:\s+(?:(?:bin|binti)\s+)?[A-Z][\w'’.-]*)+,\s*")


def renderings(text: str, language: Language, published: date | None = None) -> list[Rendering]:
    """The parts of `text` that can be said exactly in `language`, in order, not overlapping.

    Args:
        text: In the other language.
        language: What it is rendered in.
        published: What `tahun lalu` is relative to.
    """
    found: list[Rendering] = []
    taken = Coverage(len(text))

    def add(candidates: Iterable[Rendering]) -> None:
        for one in candidates:
            if not taken.meets(one.start, one.end):
                taken.take(one.start, one.end)
                found.append(one)

    source = other(language)
    add(_moments(text, language, published))
    places = _places(text)
    add(_terms(text, language, places))
    add(Rendering(*written, "name") for written in find_languages(text, language))
    add(Rendering(*written, "figure") for written in find_clocks(text, language))
    figures = find_figures(text, source)
    add(_ranges(text, figures, language))
    for figure in figures:
        if source == "en" and text.startswith("won ", figure.start):
            continue  # "won 5 medals" is no money
        if _is_named(text, figure):
            continue
        written = write_figure(text, figure, language)
        if written is not None:
            add([Rendering(figure.start, figure.end, written, "figure")])
    add(Rendering(p.start, p.end, write_place(p.code, language), "place") for p in places)
    add(Rendering(*written, "place") for written in find_regions(text, language))
    add(Rendering(*written, "day") for written in find_weekdays(text, language))
    return _without_repetition(text, sorted(found))


def _is_named(text: str, figure: Figure) -> bool:
    """Whether a spelled number is a part of a name, as of "Kabupaten Lima Puluh Kota"."""
    words = text[figure.start : figure.end].split()
    begins = text[: figure.start].rstrip()[-1:] in ("", *'.?!:”"')
    behind = text[figure.end : figure.end + 2].strip()
    return not begins and behind.isupper() and all(word.isalpha() and word.istitle() for word in words)


def translate(text: str, language: Language, published: date | None = None) -> str | None:
    """`text` in `language` where all of it can be said exactly; None where running text remains."""
    found = renderings(text, language, published)
    if not found:
        return None
    parts, at, before = [], 0, None
    for one in [*found, None]:
        part = text[at : one.start] if one else text[at:]
        between = _joined(part, language, before, one)
        if between is None:
            return None
        parts.append(between)
        if one:
            parts.append(one.text)
            at, before = one.end, one
    return re.sub(r"\s+([,.;:)])", r"\1", " ".join("".join(parts).split()))


def glosses(text: str, language: Language, published: date | None = None) -> list[tuple[str, str]]:
    """The parts of `text` that read otherwise in `language`, as written and as rendered, each once."""
    pairs = (
        (text[one.start : one.end], one.text)
        for one in renderings(text, language, published)
        if one.text not in {"satu", "one"}  # mostly a pronoun
    )
    return list(
        dict.fromkeys(
            (written, rendered) for written, rendered in pairs if written.lower() != rendered.lower()
        )
    )


def _without_repetition(text: str, found: list[Rendering]) -> list[Rendering]:
    """A name and its short form in parentheses, `Amerika Serikat (AS)`, as one where both render the same."""
    kept: list[Rendering] = []
    for one in found:
        last = kept[-1] if kept else None
        in_parentheses = (
            last and text[last.end : one.start].strip() == "(" and text[one.end : one.end + 1] == ")"
        )
        if last and in_parentheses and last.text == one.text:
            kept[-1] = replace(last, end=one.end + 1)
        else:
            kept.append(one)
    return kept


_DASH = re.compile(r"\s*[-–]\s*")
"""Stands between the ends of a range that share a unit."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def _ranges(text: str, figures: Sequence[Figure], language: Language) -> Iterable[Rendering]:
    """Ranges that share unit and magnitude: `25-45 tahun` as `25 to 45 years`."""
    to = " to " if language == "en" else "–"
    for first, last in pairwise(figures):
        if first.unit is None or first.unit != last.unit or first.nth or last.nth:
            continue
        if first.value < 0 or not _DASH.fullmatch(text, first.end, last.start):
            continue
        low, high = (_number_in(text, one, other(language)) for one in (first, last))
        whole = write_figure(text, last, language)
        if low is None or high is None or whole is None or low * last.value != high * first.value:
            continue
        begin, end = (write_number(one, _last_digits(one), language) for one in (low, high))
        if end in whole:
            rendered = whole.replace(end, f"{begin}{to}{end}", 1)
            yield Rendering(first.start, last.end, rendered, "figure")


def _number_in(text: str, figure: Figure, source: Language) -> Decimal | None:
    """The digits of a figure as they stand, without its magnitude."""
    written = _NUMBER.search(text, figure.start, figure.end)
    return parse_number(written.group(), source) if written else None


def _moments(text: str, language: Language, published: date | None) -> Iterable[Rendering]:
    for moment in find_moments(text, published):
        end = moment.end
        written = text[moment.start : end]
        if "(" in written and ")" not in written:
            if text[end : end + 1] != ")":
                continue  # "Rabu (7/2 /2018)" has more of the day than was read
            end += 1  # "Selasa (22/7/2025)"
        is_day = not moment.is_period and moment.first.day is not None
        rendered = write_moment(text, moment, language)
        yield Rendering(moment.start, end, rendered, "day" if is_day else "period")


def _places(text: str) -> list[Place]:
    """Countries and provinces, Indonesia with them."""
    own = [Place(m.start(), m.end(), "ID") for m in re.finditer(r"(?<![\w-])Indonesia(?![\w-])", text)]
    return sorted([*find_places(text), *own], key=_start)


def _terms(text: str, language: Language, places: list[Place]) -> Iterable[Rendering]:
    """Terms together with the place that they are of: `Konjen Singapura`, `Consul General of Singapore`."""
    for found in find_terms(text, other(language)):
        term = found.term
        start, end, rendered = found.start, found.end, term.write(language)
        rendered = rendered.lower() if text[start].islower() else rendered
        sort: Sort = "office" if term.sort == "office" else "region" if term.sort == "region" else "name"
        if term.sort != "prefix":
            link = r"\s+(?:Provinsi\s+)?" if language == "en" else r"\s+of\s+(?:the\s+)?"
            behind = _between(places, end, end + _NEAR)
            place = next((p for p in behind if re.fullmatch(link, text[end : p.start])), None)
            if place is None and language == "id":
                ahead = _between(places, start - _LONGEST_PLACE, start)
                place = next((p for p in ahead if re.fullmatch(r"\s+", text[p.end : start])), None)
            if place:
                start, end = min(start, place.start), max(end, place.end)
                named = write_place(place.code, language)
                if language == "id":
                    rendered = f"{rendered} {named}"
                elif term.sort == "government":
                    rendered = f"{named} {rendered}"
                else:
                    rendered = f"{rendered} of {with_article(place.code, language)}"
                sort = "office" if sort == "region" else sort
        if term.sort == "body" and (head := _HEAD[language].search(text, max(0, start - _NEAR), start)):
            start, rendered, sort = head.start(), _head(head["word"], rendered, language), "office"
        yield Rendering(start, end, rendered, sort)


def _between(places: list[Place], first: int, last: int) -> list[Place]:
    """The places that begin at one of the characters `first:last`; `places` are in order."""
    return places[bisect_left(places, first, key=_start) : bisect_left(places, last, key=_start)]


def _start(place: Place) -> int:
    return place.start


_NEAR, _LONGEST_PLACE = 40, 100
"""Characters between a term and what belongs to it, and of a place with what follows it."""


def _head(word: str, body: str, language: Language) -> str:
    if language == "id":
        return f"{'Kepala' if word in {'Head', 'Chief'} else 'Ketua'} {body}"
    article = "" if body.startswith("Statistics") else "the "
    return f"{'Head' if word == 'Kepala' else 'Chair'} of {article}{body}"


def _joined(part: str, language: Language, before: Rendering | None, after: Rendering | None) -> str | None:
    """The words between two renderings, in `language`; None where they are running text."""
    kept = ""
    of_a_body = before is not None and before.sort == "office" and after is not None and after.sort == "name"
    if language == "en" and of_a_body and after and not part.strip():
        # "Sekretaris Jenderal Kementerian Pertahanan"
        return " of " if after.text.startswith("Statistics") else " of the "
    if before and before.sort in {"office", "region"} and not part.startswith(" of "):
        named = _AFTER_OFFICE.match(part)
        # "Bupati Karo": whether a region or a person follows cannot be told, but after a comma a person does.
        if named and (before.sort == "office" or language == "id" or named["comma"]):
            kept, part = named.group(), part[named.end() :]
    elif before and before.sort in {"office", "region"} and language == "id":
        if named := _OF_A_NAME.match(part):
            kept, part = f" {named['name']}", part[named.end() :]
    elif before is None and after and after.sort in {"office", "region"} and _BEFORE_OFFICE.fullmatch(part):
        return part
    part, preposition = _split_preposition(part, language, before, after)
    if re.search(r"[^\W_]", _phrase(language).sub(" ", part)):
        return None
    phrases = _phrases(language)
    between = _phrase(language).sub(lambda m: phrases[" ".join(m.group().lower().split())], part)
    return f"{kept}{between} {preposition} " if preposition else kept + between


def _split_preposition(
    part: str, language: Language, before: Rendering | None, after: Rendering | None
) -> tuple[str, str]:
    """`part` without the preposition that its rendering follows, and that in `language`.

    One that opens the text is left out: `pada 22 Juli 2025` answers "when" as `22 July 2025`.
    """
    known = _before(language).get(after.sort, {}) if after else {}
    for word in sorted(known, key=len, reverse=True):
        match = re.search(rf"(?<!\w){word}\s+$", part, re.IGNORECASE)
        if match:
            head = part[: match.start()]
            return head, known[word] if before or head.strip() else ""
    return part, ""


@cache
def _phrases(language: Language) -> dict[str, str]:
    """Phrases that join, bound and compare, by their form in the other language."""
    return dict(LEXICON.mapping("phrases", "pairs")[language])


@cache
def _before(language: Language) -> dict[Sort, dict[str, str]]:
    """What says before a day, a period, a place or a figure only that it is one."""
    return dict(LEXICON.mapping("before", "pairs")[language])


@cache
def _phrase(language: Language) -> re.Pattern[str]:
    listed = sorted(_phrases(language), key=len, reverse=True)
    words = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in listed)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
