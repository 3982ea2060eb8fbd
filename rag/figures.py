"""Figures in Indonesian and English text: where they stand, what they are worth, how to write them.

`Rp 1,2 miliar` and `1.200 juta rupiah` are one value; `Rp 1,2 triliun` is another. A figure keeps its
characters (`start:end`), so that a quotation can be checked, and its value as an exact `Decimal`.
Dates are figures of another kind and live in `rag.dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

Language = Literal["id", "en"]

MAGNITUDES: dict[str, tuple[int, str]] = {
    # word: (power of ten, English word)
    "ratus": (2, "hundred"),
    "ribu": (3, "thousand"),
    "rb": (3, "thousand"),
    "juta": (6, "million"),
    "jt": (6, "million"),
    "miliar": (9, "billion"),
    "milyar": (9, "billion"),
    "miliard": (9, "billion"),
    "triliun": (12, "trillion"),
    "trilyun": (12, "trillion"),
    "hundred": (2, "hundred"),
    "thousand": (3, "thousand"),
    "million": (6, "million"),
    "mn": (6, "million"),
    "billion": (9, "billion"),
    "bn": (9, "billion"),
    "trillion": (12, "trillion"),
    "tn": (12, "trillion"),
}
SHORT_MAGNITUDES = {"M": "miliar", "T": "triliun"}
"""Written after a currency only: `Rp 1,2 T`. In Indonesian `M` is miliar."""

CURRENCIES: dict[str, str] = {
    # as written before or after the amount: ISO 4217 code
    "rp": "IDR",
    "idr": "IDR",
    "rupiah": "IDR",
    "usd": "USD",
    "us$": "USD",
    "$": "USD",
    "dolar as": "USD",
    "dollar as": "USD",
    "dolar amerika serikat": "USD",
    "dolar amerika": "USD",
    "us dollars": "USD",
    "us dollar": "USD",
    "dolar singapura": "SGD",
    "singapore dollars": "SGD",
    "dolar australia": "AUD",
    "dolar hong kong": "HKD",
    "dolar": "USD",
    "dollars": "USD",
    "s$": "SGD",
    "sgd": "SGD",
    "a$": "AUD",
    "aud": "AUD",
    "eur": "EUR",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "gbp": "GBP",
    "£": "GBP",
    "poundsterling": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "jpy": "JPY",
    "¥": "JPY",
    "yen": "JPY",
    "cny": "CNY",
    "rmb": "CNY",
    "yuan": "CNY",
    "myr": "MYR",
    "rm": "MYR",
    "ringgit": "MYR",
    "sar": "SAR",
    "riyal": "SAR",
    "krw": "KRW",
    "won": "KRW",
    "inr": "INR",
    "rupee": "INR",
    "rupees": "INR",
    "thb": "THB",
    "baht": "THB",
}

UNITS: dict[str, tuple[str, str]] = {
    # as written after the number: (unit, English word)
    "%": ("%", "%"),
    "persen": ("%", "percent"),
    "prosen": ("%", "percent"),
    "percent": ("%", "percent"),
    "per cent": ("%", "percent"),
    "persen poin": ("pp", "percentage points"),
    "poin persen": ("pp", "percentage points"),
    "percentage points": ("pp", "percentage points"),
    "percentage point": ("pp", "percentage point"),
    "basis poin": ("bp", "basis points"),
    "bps": ("bp", "basis points"),
    "basis points": ("bp", "basis points"),
    "ton": ("t", "tonnes"),
    "tons": ("t", "tonnes"),
    "tonnes": ("t", "tonnes"),
    "kg": ("kg", "kg"),
    "kilogram": ("kg", "kilograms"),
    "kilograms": ("kg", "kilograms"),
    "km": ("km", "km"),
    "kilometer": ("km", "kilometres"),
    "kilometers": ("km", "kilometres"),
    "kilometres": ("km", "kilometres"),
    "meter": ("m", "metres"),
    "meters": ("m", "metres"),
    "metres": ("m", "metres"),
    "hektare": ("ha", "hectares"),
    "hektar": ("ha", "hectares"),
    "ha": ("ha", "hectares"),
    "hectares": ("ha", "hectares"),
    "liter": ("l", "litres"),
    "litres": ("l", "litres"),
    "barel": ("bbl", "barrels"),
    "barrels": ("bbl", "barrels"),
    "megawatt": ("MW", "megawatts"),
    "megawatts": ("MW", "megawatts"),
    "mw": ("MW", "MW"),
    "orang": ("people", "people"),
    "jiwa": ("people", "people"),
    "people": ("people", "people"),
    "persons": ("people", "people"),
    "tahun": ("year", "years"),
    "years": ("year", "years"),
    "bulan": ("month", "months"),
    "months": ("month", "months"),
    "hari": ("day", "days"),
    "days": ("day", "days"),
    "jam": ("hour", "hours"),
    "hours": ("hour", "hours"),
    "menit": ("minute", "minutes"),
    "minutes": ("minute", "minutes"),
}

WORDS: dict[str, int] = {
    # Indonesian, then English
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000, "sejuta": 10**6,
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
ENGLISH_WORDS = {value: word for word, value in WORDS.items() if value <= 20 and word in {
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
}}  # fmt: skip
_SCALES = {
    "belas": 0, "puluh": 10, "ratus": 100, "ribu": 1000, "juta": 10**6, "miliar": 10**9, "triliun": 10**12,
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """The characters `start:end` of a text and what they are worth.

    Attributes:
        start: First character.
        end: One past the last character.
        value: The whole value, magnitude multiplied in: `1,2 miliar` is 1200000000.
        unit: ISO 4217 code, "%", "pp", "bp", "t", "people" and so on; None for a bare number.
        words: Whether the number is spelled out.
    """

    start: int
    end: int
    value: Decimal
    unit: str | None
    words: bool = False

    @property
    def is_money(self) -> bool:
        return self.unit in set(CURRENCIES.values())

    def same(self, other: Figure) -> bool:
        """Whether both are worth the same, in the same unit where both name one."""
        return self.value == other.value and (self.unit == other.unit or None in (self.unit, other.unit))


def _alternatives(words: list[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered)


_NUMBER = r"(?<![\w.,])(?<![A-Za-z]-)(?P<number>\d+(?:[.,]\d+)*)(?![\d])"
_PREFIX = rf"(?:(?<![^\W\d_])(?P<prefix>{_alternatives(list(CURRENCIES))})\.?\s*)?"
_MAGNITUDE = rf"(?:[\s\-]*(?P<magnitude>{_alternatives(list(MAGNITUDES))}|(?-i:[MT]))(?![\w]))?"
_UNIT = (
    rf"(?:[\s\-]*(?P<unit>%|(?:{_alternatives([u for u in UNITS if u != '%'])}"
    rf"|{_alternatives([c for c in CURRENCIES if c.isalpha() or ' ' in c])})(?!\w)))?"
)
_FIGURE = re.compile(
    _PREFIX
    + _NUMBER.replace(r"(?<![\w.,])", r"(?:(?<![\w.,])|(?<=[A-Za-z$€£¥])(?<!\d))")
    + _MAGNITUDE
    + _UNIT,
    re.IGNORECASE,
)
_WORD = _alternatives([*WORDS, *_SCALES])
_SPELLED = re.compile(rf"(?<![\w-])(?:{_WORD})(?:[\s-]+(?:{_WORD}))*(?![\w])", re.IGNORECASE)
_CLOCK = re.compile(
    r"\d{1,2}[.:]\d{2}(?:\s*[-–]\s*\d{1,2}[.:]\d{2})?\s*(?:WIB|WITA|WIT|GMT|a\.?m\.?|p\.?m\.?)\b",
    re.IGNORECASE,
)
_NOT_A_COUNT = re.compile(r"(?:salah|no|any|some|every|each|which|the|this|that)\s*$", re.IGNORECASE)


def parse_number(written: str, language: Language) -> Decimal | None:
    """The value of `written`, digits with points and commas, or None where it is not a number.

    Where one separator stands once before three digits, the language decides: `4.796` is
    4796 in Indonesian and 4.796 in English; `4,796` the other way round.
    """
    points, commas = written.count("."), written.count(",")
    decimal_mark = ""
    if points and commas:
        decimal_mark = "." if written.rindex(".") > written.rindex(",") else ","
        if written.count(decimal_mark) > 1:
            return None
    elif points + commas == 1:
        mark = "." if points else ","
        whole, fraction = written.split(mark)
        groups = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0"
        thousands_mark = "." if language == "id" else ","
        decimal_mark = "" if groups and mark == thousands_mark else mark
    whole, _, fraction = written.partition(decimal_mark) if decimal_mark else (written, "", "")
    groups_of = re.split(r"[.,]", whole)
    if len(groups_of) > 1 and (
        not 1 <= len(groups_of[0]) <= 3 or any(len(group) != 3 for group in groups_of[1:])
    ):
        return None
    try:
        return Decimal("".join(groups_of) + (f".{fraction}" if fraction else ""))
    except InvalidOperation:
        return None


def find_figures(text: str, language: Language) -> list[Figure]:
    """Every figure of `text`, in order, not overlapping; clock times are left out."""
    blocked = [match.span() for match in _CLOCK.finditer(text)]
    found = [
        figure
        for match in _FIGURE.finditer(text)
        if (figure := _written(match, language)) and not _overlaps(figure.start, figure.end, blocked)
    ]
    taken = [(figure.start, figure.end) for figure in found] + blocked
    for match in _SPELLED.finditer(text):
        if _overlaps(match.start(), match.end(), taken):
            continue
        value = spelled_value(match.group())
        if value is None or (value <= 1 and _NOT_A_COUNT.search(text[: match.start()])):
            continue
        end, unit = match.end(), None
        if following := re.compile(_UNIT, re.IGNORECASE).match(text, match.end()):
            unit = _unit_of(following.group("unit"))
            end = following.end() if unit else end
        found.append(Figure(match.start(), end, Decimal(value), unit, words=True))
    return sorted(found, key=lambda figure: figure.start)


def spelled_value(words: str) -> int | None:
    """The value of a number in words, `dua puluh lima` or `twenty-five`; None where it is not one."""
    total = group = unit = 0
    seen = False
    for word in re.split(r"[\s-]+", words.lower()):
        if word in WORDS:
            group, unit, seen = group + unit, WORDS[word], True
        elif not seen:
            return None
        elif word == "belas":
            unit += 10
        elif (scale := _SCALES[word]) <= 100:
            group, unit = group + unit * scale, 0
        else:
            total, group, unit = total + (group + unit) * scale, 0, 0
    return total + group + unit if seen else None


def write_english(text: str, figure: Figure, language: Language) -> str:
    """`figure` of `text` as English writes it, digit for digit: `USD 4,796 miliar` -> `USD 4.796 billion`."""
    written = text[figure.start : figure.end]
    if figure.words:
        number = ENGLISH_WORDS.get(int(figure.value), f"{int(figure.value):,}")
        units = [
            english
            for word, (_, english) in UNITS.items()
            if re.search(rf"\s{word}$", written, re.IGNORECASE)
        ]
        return f"{number} {units[0]}" if units else number
    match = _FIGURE.fullmatch(written)
    if language == "en" or match is None:
        return written
    number = _english_digits(match.group("number"), language)
    magnitude = match.group("magnitude") or ""
    magnitude = MAGNITUDES[SHORT_MAGNITUDES.get(magnitude, magnitude.lower())][1] if magnitude else ""
    unit_word = re.sub(r"\s+", " ", match.group("unit") or "").lower()
    currency = CURRENCIES.get(re.sub(r"\s+", " ", match.group("prefix") or unit_word).lower())
    head = f"{currency} " if currency else ""
    tail = "" if currency or not unit_word else UNITS[unit_word][1]
    body = f"{number} {magnitude}" if magnitude else number
    return f"{head}{body}{tail}" if tail == "%" else f"{head}{body} {tail}".rstrip()


def _written(match: re.Match[str], language: Language) -> Figure | None:
    magnitude = match.group("magnitude") or ""
    unit_word, prefix = match.group("unit"), match.group("prefix")
    end = match.end()
    if magnitude in SHORT_MAGNITUDES and not prefix:
        magnitude, unit_word, end = "", None, match.end("number")
    value = parse_number(match.group("number"), _language_of(magnitude, language))
    if value is None:
        return None
    if magnitude:
        value *= 10 ** MAGNITUDES[SHORT_MAGNITUDES.get(magnitude, magnitude.lower())][0]
    unit = CURRENCIES[re.sub(r"\s+", " ", prefix).lower()] if prefix else _unit_of(unit_word)
    return Figure(match.start(), end, value, unit)


def _language_of(magnitude: str, language: Language) -> Language:
    """The word of magnitude tells better than the text how its number is written."""
    if magnitude.lower() in {"thousand", "million", "billion", "trillion", "bn", "mn", "tn", "hundred"}:
        return "en"
    return "id" if magnitude else language


def _unit_of(word: str | None) -> str | None:
    if not word:
        return None
    word = re.sub(r"\s+", " ", word).lower()
    return UNITS[word][0] if word in UNITS else CURRENCIES[word]


def _english_digits(number: str, language: Language) -> str:
    value = parse_number(number, language)
    if value is None:
        return number
    if not re.search(r"[.,]", number):
        return number
    fraction = -int(value.as_tuple().exponent)
    return f"{value:,.{max(fraction, 0)}f}"


def _overlaps(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < stop and begin < end for begin, stop in spans)
