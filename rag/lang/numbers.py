"""Figures in Indonesian and English text: where they stand and what they are worth.

`Rp 1,2 miliar` and `1.200 juta rupiah` are one value; `Rp 1,2 triliun` is another. A figure keeps its
characters (`start:end`), so that a quotation can be checked, and its value as an exact `Decimal`.
Magnitudes, currencies, units, numbers in words and what limits a figure stand here as tables. Dates are
figures of another kind (`rag.lang.dates`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Literal

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
SHORT_MAGNITUDES = {
    "id": {"M": "miliar", "T": "triliun", "m": "juta", "k": "ribu"},
    "en": {"M": "million", "T": "trillion", "m": "million", "k": "thousand"},
}
"""Written after a currency only: `Rp 1,2 T`. In Indonesian `M` is miliar, in English a million."""

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
    "hk$": "HKD",
    "hkd": "HKD",
    "dolar hongkong": "HKD",
    "hong kong dollars": "HKD",
    "nt$": "TWD",
    "dolar taiwan": "TWD",
    "nz$": "NZD",
    "dolar selandia baru": "NZD",
    "new zealand dollars": "NZD",
    "c$": "CAD",
    "cad": "CAD",
    "dolar kanada": "CAD",
    "canadian dollars": "CAD",
    "australian dollars": "AUD",
    "dolar brunei": "BND",
    "chf": "CHF",
    "franc swiss": "CHF",
    "swiss francs": "CHF",
    "rub": "RUB",
    "rubel": "RUB",
    "rubles": "RUB",
    "roubles": "RUB",
    "aed": "AED",
    "dirham": "AED",
    "dirhams": "AED",
    "vnd": "VND",
    "dong": "VND",
    "php": "PHP",
    "peso": "PHP",
    "pesos": "PHP",
    "lira": "TRY",
    "dinar": "KWD",
    "kyat": "MMK",
    "riyals": "SAR",
    "yuans": "CNY",
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
    "poin persentase": ("pp", "percentage points"),
    "percentage points": ("pp", "percentage points"),
    "percentage point": ("pp", "percentage point"),
    "basis poin": ("bp", "basis points"),
    "bps": ("bp", "basis points"),
    "basis points": ("bp", "basis points"),
    "ton": ("t", "tonnes"),
    "tons": ("t", "tonnes"),
    "tonnes": ("t", "tonnes"),
    "kuintal": ("quintal", "quintals"),
    "quintals": ("quintal", "quintals"),
    "kg": ("kg", "kg"),
    "gram": ("g", "grams"),
    "grams": ("g", "grams"),
    "kilogram": ("kg", "kilograms"),
    "kilograms": ("kg", "kilograms"),
    "km": ("km", "km"),
    "kilometer": ("km", "kilometres"),
    "kilometers": ("km", "kilometres"),
    "kilometres": ("km", "kilometres"),
    "kilometer persegi": ("km2", "square kilometres"),
    "square kilometers": ("km2", "square kilometres"),
    "square kilometres": ("km2", "square kilometres"),
    "km2": ("km2", "km²"),
    "km²": ("km2", "km²"),
    "meter persegi": ("m2", "square metres"),
    "square meters": ("m2", "square metres"),
    "square metres": ("m2", "square metres"),
    "m2": ("m2", "m²"),
    "m²": ("m2", "m²"),
    "meter kubik": ("m3", "cubic metres"),
    "cubic meters": ("m3", "cubic metres"),
    "cubic metres": ("m3", "cubic metres"),
    "sentimeter": ("cm", "centimetres"),
    "centimeters": ("cm", "centimetres"),
    "centimetres": ("cm", "centimetres"),
    "cm": ("cm", "cm"),
    "milimeter": ("mm", "millimetres"),
    "millimeters": ("mm", "millimetres"),
    "millimetres": ("mm", "millimetres"),
    "mil": ("mi", "miles"),
    "miles": ("mi", "miles"),
    "meter": ("m", "metres"),
    "meters": ("m", "metres"),
    "metres": ("m", "metres"),
    "hektare": ("ha", "hectares"),
    "hektar": ("ha", "hectares"),
    "ha": ("ha", "hectares"),
    "hectares": ("ha", "hectares"),
    "liter": ("l", "litres"),
    "liters": ("l", "litres"),
    "litres": ("l", "litres"),
    "barel": ("bbl", "barrels"),
    "barrels": ("bbl", "barrels"),
    "megawatt": ("MW", "megawatts"),
    "megawatts": ("MW", "megawatts"),
    "mw": ("MW", "MW"),
    "gigawatt": ("GW", "gigawatts"),
    "gigawatts": ("GW", "gigawatts"),
    "gw": ("GW", "GW"),
    "orang": ("people", "people"),
    "jiwa": ("people", "people"),
    "people": ("people", "people"),
    "persons": ("people", "people"),
    "tahun": ("year", "years"),
    "years": ("year", "years"),
    "bulan": ("month", "months"),
    "months": ("month", "months"),
    "pekan": ("week", "weeks"),
    "minggu": ("week", "weeks"),
    "weeks": ("week", "weeks"),
    "hari": ("day", "days"),
    "days": ("day", "days"),
    "jam": ("hour", "hours"),
    "hours": ("hour", "hours"),
    "menit": ("minute", "minutes"),
    "minutes": ("minute", "minutes"),
    "detik": ("second", "seconds"),
    "seconds": ("second", "seconds"),
    "derajat": ("°", "degrees"),
    "degrees": ("°", "degrees"),
}

MEASURES: dict[str, tuple[str, Decimal]] = {
    # unit: (the unit it is counted in when two are compared, how many of those it is)
    "quintal": ("kg", Decimal(100)), "t": ("kg", Decimal(1000)), "g": ("kg", Decimal("0.001")),
    "km": ("m", Decimal(1000)), "cm": ("m", Decimal("0.01")), "mm": ("m", Decimal("0.001")),
    "mi": ("m", Decimal("1609.344")), "ha": ("m2", Decimal(10_000)), "km2": ("m2", Decimal(1_000_000)),
    "GW": ("MW", Decimal(1000)), "bp": ("pp", Decimal("0.01")), "minute": ("second", Decimal(60)),
    "hour": ("second", Decimal(3600)), "day": ("second", Decimal(86_400)), "week": ("second",
    Decimal(604_800)),
    "year": ("month", Decimal(12)),
}  # fmt: skip

BOUNDS: dict[str, str] = {
    # as written before the figure: what it makes of it
    "sekitar": "about", "kira-kira": "about", "kurang lebih": "about", "lebih kurang": "about",
    "kisaran": "about",
    "sekira": "about", "berkisar": "about", "about": "about", "around": "about", "approximately": "about",
    "roughly": "about", "some": "about",
    "lebih dari": "above", "di atas": "above", "diatas": "above", "melebihi": "above", "melampaui": "above",
    "more than": "above", "over": "above", "above": "above", "exceeding": "above", "exceeded": "above",
    "kurang dari": "below", "di bawah": "below", "dibawah": "below", "hampir": "below", "nyaris": "below",
    "mendekati": "below", "less than": "below", "fewer than": "below", "under": "below", "below": "below",
    "almost": "below", "nearly": "below",
    "minimal": "at least", "paling sedikit": "at least", "sedikitnya": "at least", "setidaknya": "at least",
    "sekurang-kurangnya": "at least", "paling kurang": "at least", "at least": "at least",
    "maksimal": "at most", "paling banyak": "at most", "paling tinggi": "at most", "paling lama": "at most",
    "at most": "at most", "up to": "at most", "a maximum of": "at most", "a minimum of": "at least",
}  # fmt: skip
"""How a figure is limited: "hampir 5 juta" is not 5 million."""

PERIODS = {
    "hari": "day", "harinya": "day", "minggu": "week", "pekan": "week", "bulan": "month", "bulannya": "month",
    "tahun": "year", "tahunnya": "year", "jam": "hour", "detik": "second", "menit": "minute", "orang":
    "person",
    "kapita": "person", "liter": "l", "kilogram": "kg", "kg": "kg", "ton": "t", "unit": "unit",
    "kilometer": "km",
    "day": "day", "week": "week", "month": "month", "year": "year", "annum": "year", "hour": "hour",
    "second": "second", "minute": "minute", "person": "person", "capita": "person", "tonne": "t", "km": "km",
    "litre": "l",
}  # fmt: skip

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
SCALES = {
    "belas": 0, "puluh": 10, "ratus": 100, "ribu": 1000, "juta": 10**6, "miliar": 10**9, "triliun": 10**12,
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip

ORDINALS: dict[str, int] = {
    "pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "keenam": 6, "ketujuh": 7,
    "kedelapan": 8,
    "kesembilan": 9, "kesepuluh": 10, "kesebelas": 11, "first": 1, "second": 2, "third": 3, "fourth": 4,
    "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip

FRACTIONS: dict[str, tuple[int, int]] = {
    "setengah": (1, 2), "separuh": (1, 2), "separo": (1, 2), "sepertiga": (1, 3), "seperempat": (1, 4),
    "seperlima": (1, 5), "seperenam": (1, 6), "sepersepuluh": (1, 10), "half": (1, 2), "one third": (1, 3),
    "one quarter": (1, 4), "one fifth": (1, 5), "one tenth": (1, 10),
}  # fmt: skip
PARTS: dict[str, int] = {
    # after a number in words
    "pertiga": 3, "perempat": 4, "perlima": 5, "perenam": 6, "pertujuh": 7, "perdelapan": 8, "persepuluh": 10,
    "thirds": 3, "quarters": 4, "fifths": 5, "tenths": 10,
}  # fmt: skip


class Coverage:
    """The characters of one text that are taken."""

    def __init__(self, length: int, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._taken = bytearray(length)
        for start, end in spans:
            self.take(start, end)

    def take(self, start: int, end: int) -> None:
        """Take the characters `start:end`, which are within the text."""
        self._taken[start:end] = b"\1" * (end - start)

    def meets(self, start: int, end: int) -> bool:
        """Whether any character of `start:end` is taken."""
        return self._taken.find(1, start, end) >= 0


_Tree = dict[str, "_Tree"]


def one_of(words: Iterable[str], *, space: str = r"\s+") -> str:
    """A pattern for the longest of `words` that stands somewhere.

    Args:
        words: As they are written; in one case where the pattern is to ignore it.
        space: What a space in them stands for.
    """
    tree: _Tree = {}
    for word in words:
        at = tree
        for letter in word:
            at = at.setdefault(letter, {})
        at[""] = {}
    return _pattern_of(tree, space)


def _pattern_of(tree: _Tree, space: str) -> str:
    branches = [
        (space if letter == " " else re.escape(letter)) + _pattern_of(below, space)
        for letter, below in sorted(tree.items())
        if letter
    ]
    if "" not in tree:
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{'|'.join(branches)})?" if branches else ""


Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Figure:
    """The characters `start:end` of a text and what they are worth.

    Attributes:
        start: First character.
        end: One past the last character.
        value: The whole value, magnitude multiplied in: `1,2 miliar` is 1200000000.
        unit: ISO 4217 code, "%", "pp", "bp", "t", "people" and so on; None for a bare number.
        words: Whether the number is spelled out.
        bound: "about", "above", "below", "at least", "at most", or "" where it is exact.
        per: What it is counted per, "month", "person" and so on; None where it is a whole.
        nth: Whether it is a place in an order, `ke-3` or `ketiga`, and no amount.
    """

    start: int
    end: int
    value: Decimal
    unit: str | None
    words: bool = False
    bound: str = ""
    per: str | None = None
    nth: bool = False

    @property
    def is_money(self) -> bool:
        return self.unit in set(CURRENCIES.values())

    def same(self, other: Figure) -> bool:
        """Whether both are worth the same, in the same unit where both name one."""
        return self.value == other.value and (self.unit == other.unit or None in (self.unit, other.unit))

    def measure(self) -> tuple[Decimal, str | None]:
        """Value and unit in the unit that its kind is compared in: 2 t and 2000 kg are one measure."""
        unit, factor = MEASURES.get(self.unit or "", (self.unit, Decimal(1)))
        return self.value * factor, unit

    def equals(self, other: Figure) -> bool:
        """Whether both say the same in every respect, however they are written."""
        mine, theirs = self.measure(), other.measure()
        return mine == theirs and (self.bound, self.per, self.nth) == (other.bound, other.per, other.nth)


def _alternatives(words: list[str]) -> str:
    return one_of(word.lower() for word in words)


_NUMBER = r"(?<![\w.,])(?<![A-Za-z]-)(?P<number>\d+(?:[.,]\d+)*)(?![\d])"
_PREFIX = rf"(?:(?<![^\W\d_])(?P<prefix>{_alternatives([c for c in CURRENCIES if c != 'won'])})\.?\s*)?"
_MAGNITUDE = (
    rf"(?P<loose>-?an\b)?(?:[\s\-]*(?P<magnitude>{_alternatives(list(MAGNITUDES))}|(?-i:[MT]|m|k))(?![\w]))?"
)
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
_UNIT_AFTER = re.compile(_UNIT, re.IGNORECASE)
_LOOKED_BACK = 40
"""Characters."""

_WORD = _alternatives([*WORDS, *SCALES])
_SPELLED = re.compile(rf"(?<![\w-])(?:{_WORD})(?:[\s-]+(?:{_WORD}))*(?![\w])", re.IGNORECASE)
_PARTS = _alternatives(list(PARTS))
_SHARE = re.compile(
    rf"(?<![\w-])(?:(?P<whole>{_alternatives(list(FRACTIONS)).replace(chr(92) + 's+', '[ -]')})"
    rf"|(?P<number>{_alternatives([w for w, n in WORDS.items() if 1 < n < 10])})[ -](?P<part>{_PARTS}))"
    r"(?![\w-])"
    rf"(?:\s+(?P<magnitude>{_alternatives(list(MAGNITUDES))})(?!\w))?"
    rf"(?:\s+(?P<unit>{_alternatives([u for u in UNITS if u.isalpha() and UNITS[u][0] != '%'])})(?!\w))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\d{1,2}[.:]\d{2}(?:\s*[-–]\s*\d{1,2}[.:]\d{2})?\s*(?:WIB|WITA|WIT|GMT|a\.?m\.?|p\.?m\.?)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    rf"(?<![\w-])(?P<bound>{_alternatives(list(BOUNDS))})\s+(?:(?:sebesar|senilai|sebanyak|mencapai|of)\s+)?$",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    r"\s+(?P<bound>lebih|or\s+more|atau\s+lebih|ke\s+atas)\b(?!\s+\w+\s+dari)", re.IGNORECASE
)
_PER = re.compile(
    rf"\s*(?:per\s+|/\s*|se(?=(?:tiap|hari|bulan|tahun|minggu|jam)\b)(?:tiap\s+)?|each\s+|every\s+|a\s+)"
    rf"(?P<per>{_alternatives(list(PERIODS))})(?!\w)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"(?<![\w-])(?:ke-?\s?(?P<digits>\d{{1,4}})|(?P<english>\d{{1,4}})(?:st|nd|rd|th)"
    rf"|(?P<word>{_alternatives(list(ORDINALS))}))(?![\w-])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:[-–—]|sampai|hingga|s/d|s\.d\.|to|dan|and)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:antara|between)\s*$", re.IGNORECASE)
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
    taken = Coverage(len(text), (match.span() for match in _CLOCK.finditer(text)))
    found = _ordinals(text, taken)
    _take(found, taken)
    shares = _fractions(text, taken)
    _take(shares, taken)
    written = [
        figure
        for match in _FIGURE.finditer(text)
        if (figure := _written(match, language)) and not taken.meets(figure.start, figure.end)
    ]
    _take(written, taken)
    found += shares + written
    for match in _SPELLED.finditer(text):
        if taken.meets(match.start(), match.end()):
            continue
        value = spelled_value(match.group())
        if value is None or (value <= 1 and _NOT_A_COUNT.search(text, *_ahead_of(match.start()))):
            continue
        end, unit = match.end(), None
        if following := _UNIT_AFTER.match(text, match.end()):
            unit = _unit_of(following.group("unit"))
            end = following.end() if unit else end
        found.append(Figure(match.start(), end, Decimal(value), unit, words=True))
    ordered = sorted(found, key=lambda figure: figure.start)
    return [_in_place(text, figure) for figure in _ranged(text, ordered)]


def _take(figures: Iterable[Figure], taken: Coverage) -> None:
    for figure in figures:
        taken.take(figure.start, figure.end)


def _ahead_of(start: int) -> tuple[int, int]:
    """The characters before a figure in which the words stand that tell what it is."""
    return max(0, start - _LOOKED_BACK), start


def _ordinals(text: str, taken: Coverage) -> list[Figure]:
    found = []
    for match in _ORDINAL.finditer(text):
        if taken.meets(match.start(), match.end()):
            continue
        digits = match["digits"] or match["english"]
        value = int(digits) if digits else ORDINALS[match["word"].lower()]
        found.append(Figure(*match.span(), Decimal(value), None, words=not digits, nth=True))
    return found


def _fractions(text: str, taken: Coverage) -> list[Figure]:
    """Parts of a whole, `dua pertiga`, as per cent; parts of an amount, `setengah juta`, as that amount."""
    found = []
    for match in _SHARE.finditer(text):
        if taken.meets(match.start(), match.end()):
            continue
        if match["whole"]:
            over, under = FRACTIONS[re.sub(r"[\s-]+", " ", match["whole"].lower())]
        else:
            over, under = WORDS[match["number"].lower()], PARTS[match["part"].lower()]
        unit = _unit_of(match["unit"])
        value = Decimal(over) / Decimal(under)
        if match["magnitude"]:
            value *= 10 ** MAGNITUDES[match["magnitude"].lower()][0]
        elif unit is None:
            value, unit = value * 100, "%"
        found.append(Figure(*match.span(), value, unit, words=True))
    return found


def _ranged(text: str, figures: list[Figure]) -> list[Figure]:
    """The lower end of a range, `5-7 persen`, is of the magnitude and unit that the upper end names."""
    out = list(figures)
    for i, (low, high) in enumerate(pairwise(figures)):
        joiner = _RANGE.fullmatch(text[low.end : high.start])
        if not joiner or low.unit or low.nth or high.nth or not text[low.start : low.end].strip().isdigit():
            continue
        if joiner.group().strip().lower() in {"dan", "and"} and not _BETWEEN.search(
            text, *_ahead_of(low.start)
        ):
            continue
        match = _FIGURE.fullmatch(text, high.start, high.end)
        if match is None or not (match["magnitude"] or high.unit):
            continue
        number = parse_number(match["number"], "id")
        scale = high.value / number if match["magnitude"] and number else Decimal(1)
        out[i] = replace(low, value=low.value * scale, unit=high.unit)
    return out


def _in_place(text: str, figure: Figure) -> Figure:
    """A figure with what the words before and after it make of it."""
    before = _BOUND.search(text, *_ahead_of(figure.start))
    after = _BOUND_AFTER.match(text, figure.end)
    bound = (
        BOUNDS[re.sub(r"\s+", " ", before["bound"].lower())] if before else "above" if after else figure.bound
    )
    per = _PER.match(text, after.end() if after else figure.end)
    if figure.unit is None and per and per.group().strip().lower() in {"a day", "a year"}:
        per = None
    return replace(figure, bound=bound, per=PERIODS[per["per"].lower()] if per else None)


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
        elif (scale := SCALES[word]) <= 100:
            group, unit = group + unit * scale, 0
        else:
            total, group, unit = total + (group + unit) * scale, 0, 0
    return total + group + unit if seen else None


def _written(match: re.Match[str], language: Language) -> Figure | None:
    magnitude = match.group("magnitude") or ""
    unit_word, prefix = match.group("unit"), match.group("prefix")
    end = match.end()
    if magnitude == "m" and not prefix:
        magnitude, unit_word = "", "meter"
    elif len(magnitude) == 1 and not prefix:
        magnitude, unit_word, end = "", None, match.end("number")
    value = parse_number(match.group("number"), _language_of(magnitude, language))
    if value is None:
        return None
    if magnitude:
        value *= 10 ** _magnitude(magnitude, language)[0]
    unit = CURRENCIES[re.sub(r"\s+", " ", prefix).lower()] if prefix else _unit_of(unit_word)
    return Figure(match.start(), end, value, unit, bound="about" if match.group("loose") else "")


def _magnitude(written: str, language: Language) -> tuple[int, str]:
    """Power of ten and English word."""
    return MAGNITUDES[SHORT_MAGNITUDES[language].get(written, written.lower())]


def _language_of(magnitude: str, language: Language) -> Language:
    """The word of magnitude tells better than the text how its number is written."""
    if magnitude.lower() in {"thousand", "million", "billion", "trillion", "bn", "mn", "tn", "hundred"}:
        return "en"
    return "id" if len(magnitude) > 1 else language


def _unit_of(word: str | None) -> str | None:
    if not word:
        return None
    word = re.sub(r"\s+", " ", word).lower()
    return UNITS[word][0] if word in UNITS else CURRENCIES[word]
