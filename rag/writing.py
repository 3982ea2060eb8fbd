"""How figures, dates, times of day and places are written in Indonesian and in English.

Each function writes in one language what was found in the other, digit for digit: `USD 4,796 miliar` and
`USD 4.796 billion`, `22 Juli 2025` and `22 July 2025`. Names come from CLDR.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

from index.text import weekday_names
from rag.dates import Day, Moment
from rag.figures import Figure, Language, parse_number
from rag.places import PROVINCES
from rag.units import ENGLISH_WORDS, MAGNITUDES

_POWERS: dict[Language, dict[int, str]] = {
    "id": {2: "ratus", 3: "ribu", 6: "juta", 9: "miliar", 12: "triliun"},
    "en": {2: "hundred", 3: "thousand", 6: "million", 9: "billion", 12: "trillion"},
}
_SHORT = {"M": 9, "T": 12}
"""After a currency in Indonesian text: `Rp 1,2 T`."""

_SMALL = [
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh",
    "sebelas",
    *(f"{unit} belas" for unit in ("dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")),
    "dua puluh",
]  # fmt: skip

_UNITS: dict[str, tuple[str, str, str]] = {
    # unit: (Indonesian, English, English for one)
    "%": ("persen", "%", "%"),
    "pp": ("poin persen", "percentage points", "percentage point"),
    "bp": ("basis poin", "basis points", "basis point"),
    "t": ("ton", "tonnes", "tonne"),
    "kg": ("kg", "kg", "kg"),
    "km": ("km", "km", "km"),
    "m": ("meter", "metres", "metre"),
    "ha": ("hektare", "hectares", "hectare"),
    "l": ("liter", "litres", "litre"),
    "bbl": ("barel", "barrels", "barrel"),
    "MW": ("MW", "MW", "MW"),
    "people": ("orang", "people", "person"),
    "year": ("tahun", "years", "year"),
    "month": ("bulan", "months", "month"),
    "day": ("hari", "days", "day"),
    "hour": ("jam", "hours", "hour"),
    "minute": ("menit", "minutes", "minute"),
    "week": ("pekan", "weeks", "week"),
    "second": ("detik", "seconds", "second"),
    "quintal": ("kuintal", "quintals", "quintal"),
    "g": ("gram", "grams", "gram"),
    "km2": ("km²", "km²", "km²"),
    "m2": ("m²", "m²", "m²"),
    "m3": ("meter kubik", "cubic metres", "cubic metre"),
    "cm": ("cm", "cm", "cm"),
    "mm": ("milimeter", "millimetres", "millimetre"),
    "mi": ("mil", "miles", "mile"),
    "GW": ("GW", "GW", "GW"),
    "°": ("derajat", "degrees", "degree"),
}

_RELATIVE: list[tuple[str, dict[Language, str]]] = [
    # The first whose words are in what was written wins.
    (r"yang sama|same", {"id": "periode yang sama tahun sebelumnya",
                         "en": "the same period of the previous year"}),
    (r"sebelumnya|previous|before|earlier", {"id": "tahun sebelumnya", "en": "the previous year"}),
    (r"lalu|kemarin|last", {"id": "tahun lalu", "en": "last year"}),
    (r"ini|this", {"id": "tahun ini", "en": "this year"}),
    (r"depan|next", {"id": "tahun depan", "en": "next year"}),
]  # fmt: skip
_PART_OF_YEAR = re.compile(r"kuartal|triwulan|semester|quarter|\bq[1-4]\b", re.IGNORECASE)
_ROMAN = ("I", "II", "III", "IV")
_ORDINALS = ("first", "second", "third", "fourth")
_WITH_THE = {"US", "GB", "NL", "PH", "AE", "CF", "DO", "EU", "UN", "CG", "CD"}

_CLOCK = re.compile(
    r"(?:(?P<word>pukul|jam|at)\s+)?(?<![\d.,])(?P<hour>[01]?\d|2[0-4])(?:[.:](?P<minute>[0-5]\d))?"
    r"(?:\s*(?P<to>[-–]|hingga|sampai|to)\s*(?P<hour2>[01]?\d|2[0-4])[.:](?P<minute2>[0-5]\d))?"
    r"(?:\s*(?P<half>[ap]\.?m\.?(?![^\W\d_]))|\s*(?P<zone>WIB|WITA|WIT|GMT|UTC)\b)?(?![\d%])",
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
    unit = figure.unit
    # "500-an ribu" is no exact figure, and two thirds have no exact decimal form.
    if (
        re.search(r"\d-?an\b", text[figure.start : figure.end])
        or len(figure.value.as_tuple().digits) > LONGEST
    ):
        return None
    if unit is not None and not figure.is_money and unit not in _UNITS:
        return None
    number = _spelled(figure, language) if figure.words else _digits(text, figure, language)
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
        return "pertama" if number == 1 else f"ke{_SMALL[number]}" if number <= 10 else f"ke-{number}"
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
    power = _SHORT.get(word, MAGNITUDES[word.lower()][0] if word.lower() in MAGNITUDES else 0)
    number = match["number"]
    for source in (other(language), language):
        value = parse_number(number, source)
        if value is None or value.scaleb(power) != figure.value:
            continue
        is_ambiguous = len({parse_number(number, each) for each in (other(language), language)}) > 1
        if figure.unit == "IDR" and not power and is_ambiguous and _last_digits(value) > 2:
            # "Rp 18,000" in Indonesian text: no rupiah has three decimals, so it is meant otherwise.
            return None
        if re.search(r"[.,]", number):
            number = write_number(value, _last_digits(value), language)
        return f"{number} {_POWERS[language][power]}" if power else number
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
        return ENGLISH_WORDS[int(value)] if language == "en" else _SMALL[int(value)]
    for power in (12, 9, 6):
        whole, rest = divmod(value, Decimal(10) ** power)
        if 1 <= whole < 1000 and not rest:
            return f"{int(whole)} {_POWERS[language][power]}"
    return _plain(value, language)


def write_moment(text: str, moment: Moment, language: Language) -> str:
    """`moment` of `text` in `language`: `Selasa, 22 Juli 2025` or `Tuesday, 22 July 2025`."""
    written = " ".join(text[moment.start : moment.end].lower().split())
    if moment.relative:
        return next(words[language] for pattern, words in _RELATIVE if re.search(pattern, written))
    first, last = moment.first, moment.last
    if moment.is_period and _PART_OF_YEAR.search(written):
        return _write_part_of_year(first, last, language)
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
    from babel.dates import get_month_names

    month = str(get_month_names("wide", locale=language)[day.month]) if day.month else ""
    return " ".join(str(part) for part in (day.day, month, day.year) if part)


def write_weekday(word: str, language: Language) -> str:
    """The weekday that `word` names in either language, in `language`."""
    from babel.dates import get_day_names

    return str(get_day_names("wide", locale=language)[weekday_names()[word.lower()]])


def _write_part_of_year(first: Day, last: Day, language: Language) -> str:
    begin, end = first.month or 1, last.month or 12
    is_quarter = end - begin == 2
    number = (end - 1) // (3 if is_quarter else 6)
    if language == "id":
        name = f"{'kuartal' if is_quarter else 'semester'} {_ROMAN[number]}"
        return f"{name} {first.year}" if first.year else name
    name = f"{_ORDINALS[number]} {'quarter' if is_quarter else 'half'}"
    return f"{name} of {first.year}" if first.year else name


@cache
def write_place(code: str, language: Language) -> str:
    """The name of a place by its ISO 3166 code: `Tiongkok` or `China`."""
    from babel import Locale

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
        told = match["word"] and match["minute"] and (match["word"].lower() != "at" or ":" in match.group())
        if not (told or match["half"] or (match["zone"] and match["minute"])):
            continue
        first = _time(match["hour"], match["minute"], match["half"], language)
        if match["hour2"]:
            first = f"{first}–{_time(match['hour2'], match['minute2'], match['half'], language)}"
        zone = f" {match['zone'].upper()}" if match["zone"] else ""
        start = match.start()
        lead = "pukul " if language == "id" else ""
        found.append((start, match.end(), f"{lead}{first}{zone}"))
    return found


def _time(hour: str, minute: str | None, half: str | None, language: Language) -> str:
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower().startswith("p") else 0)
    mark = "." if language == "id" else ":"
    told = f"{number:02d}" if half or len(hour) == 2 else str(number)
    return f"{told}{mark}{minute or '00'}"


_NEAR = 20
"""Characters before a word."""

_WITHIN = re.compile(r"[^.!?\"“\s]\s*$")


def find_weekdays(text: str, language: Language) -> list[Written]:
    """Weekdays that stand alone, with their capital, in order, written in `language`."""
    return [
        (match.start(), match.end(), write_weekday(match.group(), language))
        for match in _weekdays(other(language)).finditer(text)
        # At the start of a sentence "Minggu" may be a week.
        if match.group() != "Minggu" or _WITHIN.search(text, max(0, match.start() - _NEAR), match.start())
    ]


@cache
def _weekdays(source: Language) -> re.Pattern[str]:
    from babel.dates import get_day_names

    names = {str(name) for name in get_day_names("wide", locale=source).values()}
    names |= {name.capitalize() for name in weekday_names() if source == "id" and name not in _english_days()}
    return re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b")


@cache
def _english_days() -> frozenset[str]:
    from babel.dates import get_day_names

    return frozenset(str(name).lower() for name in get_day_names("wide", locale="en").values())


@cache
def _regions(source: Language) -> dict[str, str]:
    """Names of continents, their parts and unions of states in one language, to their CLDR codes."""
    from babel import Locale

    kept = {"EU", "EZ", "UN"}
    return {
        str(name): code
        for code, name in Locale(source).territories.items()
        if (code.isdigit() or code in kept) and str(name)[0].isupper() and code != "019"
    }


def find_regions(text: str, language: Language) -> list[Written]:
    """Continents, their parts and unions of states, `Asia Tenggara`, in order, written in `language`."""
    from babel import Locale

    names = _regions(other(language))
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    territories = Locale(language).territories
    matches = re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", text)
    return [(m.start(), m.end(), str(territories[names[m.group()]])) for m in matches]


_OTHER_LANGUAGES = {
    "Mandarin": "Mandarin Chinese",
    "Tiongkok": "Chinese",
    "China": "Chinese",
    "Cina": "Chinese",
}


@cache
def _languages() -> dict[str, str]:
    """Indonesian names of languages, as they follow `bahasa`, to their English names."""
    from babel import Locale

    english, named = Locale("en").languages, Locale("id").languages
    names = {str(name): str(english[code]) for code, name in named.items() if code in english}
    return names | _OTHER_LANGUAGES


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
