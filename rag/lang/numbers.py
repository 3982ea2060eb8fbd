"""Figures in Indonesian and English text: where they stand and what they are worth.

`Rp 1,2 miliar` and `1.200 juta rupiah` are one value; `Rp 1,2 triliun` is another. A figure keeps its
characters (`start:end`), so that a quotation can be checked, and its value as an exact `Decimal`.
Dates are figures of another kind (`rag.lang.dates`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from index.text import month_names
from rag.lang import LANGUAGES, LEXICON, Language

MAGNITUDES: dict[str, int] = {word: int(power) for word, power in LEXICON.forms("magnitudes").items()}
"""Words to powers of ten."""
_ENGLISH_MAGNITUDES = frozenset(LEXICON.forms("magnitudes", "en"))
SHORT_MAGNITUDES: dict[Language, dict[str, int]] = {
    language: LEXICON.mapping("short_magnitudes", language) for language in LANGUAGES
}
POWERS: dict[Language, dict[int, str]] = {
    language: {int(power): words[0] for power, words in LEXICON.mapping("magnitudes", language).items()}
    for language in LANGUAGES
}
"""Powers of ten to the words that are written."""
CURRENCIES: dict[str, str] = LEXICON.forms("currencies", "id", "en", "pairs")
CURRENCIES |= {form.replace("dolar", "dollar"): code for form, code in CURRENCIES.items()}
"""As written before or after the amount, to ISO 4217 codes."""
UNITS: dict[str, str] = {word.lower(): unit for word, unit in LEXICON.forms("units").items()}
MEASURES: dict[str, tuple[str, Decimal]] = {
    unit: (base, Decimal(str(count))) for unit, (base, count) in LEXICON.mapping("measures", "pairs").items()
}
RARE_UNITS: dict[str, str] = LEXICON.forms("measures", "counted")
"""Unit names behind a number, in lower case, for the units that `find_figures` leaves to its callers."""
BOUNDS: dict[str, str] = LEXICON.forms("bounds")
"""How a figure is limited: "hampir 5 juta" is not 5 million."""
PERIODS: dict[str, str] = LEXICON.forms("periods")
WORDS: dict[str, int] = LEXICON.mapping("numbers")
SCALES: dict[str, int] = LEXICON.mapping("tens") | {
    word: 10**power for language in LANGUAGES for power, word in POWERS[language].items()
}
ORDINALS: dict[str, int] = LEXICON.mapping("ordinals")
FRACTIONS: dict[str, int] = LEXICON.mapping("fractions")
"""One of so many parts."""
PARTS: dict[str, int] = LEXICON.mapping("parts")
"""Names of parts, as `FRACTIONS`, that stand after a number in words."""


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

    def is_alike(self, other: Figure) -> bool:
        """Whether both are worth the same, bounded alike, and counted per the same."""
        return self.same(other) and (self.bound, self.per) == (other.bound, other.per)

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


_NUMBER = r"(?<![\w.,])(?P<number>\d+(?:[.,]\d+)*)(?![\d])"
_PREFIX = rf"(?:(?<![^\W\d_])(?P<prefix>{_alternatives([c for c in CURRENCIES if c != 'won'])})\.?\s*)?"
_MAGNITUDE = (
    rf"(?P<loose>-?an\b)?(?:[\s\-]*(?P<magnitude>{_alternatives(list(MAGNITUDES))}|(?-i:[MBT]|m|k)(?!-?an))"
    r"(?P<loosely>-?an)?(?!\w))?"
)
_LEADING = [sign for sign in LEXICON.forms("currencies", "pairs") if len(sign) < 4]
"""Codes and signs of currencies, which stand before their amounts: `2025 Rp 13 triliun`."""
_UNIT = (
    rf"(?:[\s\-]*(?P<unit>(?!(?:{_alternatives(_LEADING)})\.?\s*\d)"
    rf"(?:%|(?:{_alternatives([u for u in UNITS if u != '%'])}"
    rf"|{_alternatives([c for c in CURRENCIES if c.isalpha() or ' ' in c])})(?!\w))))?"
)
_SPACED = (
    rf"(?(prefix)(?:,\s\d{{1,2}}(?=\s+(?:{_alternatives([w for w in MAGNITUDES if len(w) > 2])})(?!\w)))?|)"
)
"""A space behind the decimal comma of money, `Rp 144, 34 triliun`; elsewhere it parts two numbers."""
_FIGURE = re.compile(
    _PREFIX
    + _NUMBER.replace(
        r"(?<![\w.,])", r"(?:(?<![\w.,])|(?<=[A-Za-z$€£¥])(?<!\d)|(?<=\.)(?(prefix)|(?!)))"
    ).replace(r"(?:[.,]\d+)*)", rf"(?:[.,]\d+)*{_SPACED})")
    + _MAGNITUDE
    + _UNIT,
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(_UNIT, re.IGNORECASE)
RARE_UNIT = re.compile(
    rf"[\s\-]{{0,3}}(?P<unit>{one_of(RARE_UNITS)})(?!\w)(?!\s?/\s?[^\W\d_])", re.IGNORECASE
)
"""One of `RARE_UNITS` behind a number."""
_YEAR_AFTER = re.compile(r"\s+(?:19|20)\d\d(?![\w.,]*\d)")
_WHOLE_UNITS = frozenset({"IDR", "people"})
"""What is counted in whole numbers: one separator before three digits groups them in either language."""
_COMMA_UNITS = frozenset(CURRENCIES.values())
"""What is written as in English more often than with thousandths: so does a comma before three digits."""
_GROUPED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_REPEATED = 9
"""The least power of ten that may repeat its digits; accounts are kept in `2.345.678 juta`."""
_LOOKED_BACK = 40
"""Characters."""

_WORD = _alternatives([*WORDS, *SCALES])
_TENS = [word for word, number in LEXICON.mapping("tens", "id").items() if number in {0, 10}]
"""What makes a number below a hundred of a digit."""
_AND = "|".join(rf"(?<={POWERS['en'][power]})\s+and\s+" for power in (2, 3))
"""Within a number: `one hundred and five`."""
_ARTICLE = rf"an?(?=\s+(?:{_alternatives([*_ENGLISH_MAGNITUDES, *LEXICON.mapping('tens', 'en')])})(?!\w))"
_DECIMAL = _alternatives([*(word for word, number in WORDS.items() if number < 100), *_TENS])
_BEFORE_AN = "|".join(rf"(?<={word})" for word in [*_TENS, *POWERS["id"].values()])
_SPELLED = re.compile(
    rf"(?<![\w-])(?P<whole>(?:{_WORD}|{_ARTICLE})(?:(?:[\s-]+|{_AND})(?:{_WORD}))*)"
    rf"(?:\s+(?:{_alternatives([*LEXICON.words('decimal_words')])})(?P<decimals>(?:[\s-]+(?:{_DECIMAL}))+)"
    rf"(?:\s+(?P<magnitude>{_alternatives(list(MAGNITUDES))}))?(?!\w))?"
    rf"(?P<loosely>(?:{_BEFORE_AN})-?an)?(?!\w)",
    re.IGNORECASE,
)
_SPELLED_MAGNITUDE = re.compile(rf"\s+(?P<word>{_alternatives(list(MAGNITUDES))})(?!\w)", re.IGNORECASE)
_PARTS = _alternatives(list(PARTS))
_ALPHABETIC = _alternatives([unit for unit in UNITS if unit.isalpha()])
_SHARE = re.compile(
    rf"(?<![\w-])(?:(?P<whole>{_alternatives(list(FRACTIONS)).replace(chr(92) + 's+', '[ -]')})"
    rf"|(?P<number>{_alternatives([w for w, n in WORDS.items() if 1 < n < 10])})[ -](?P<part>{_PARTS}))"
    r"(?![\w-])"
    rf"(?:(?:\s+an?)?\s+(?P<magnitude>{_alternatives(list(MAGNITUDES))})(?!\w))?"
    rf"(?:\s+(?P<unit>{_ALPHABETIC}"
    rf"|{_alternatives([c for c in CURRENCIES if c.isalpha() or ' ' in c])})(?!\w))?",
    re.IGNORECASE,
)
_ONES = re.compile(
    rf"(?<![\w.,-])(?P<ones>\d{{1,2}}|{_alternatives([w for w, n in WORDS.items() if 0 < n < 20])})"
    r"(?:\s+and\s+a)?\s+$",
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
_NEGATED = [bound for bound in BOUNDS if not {*bound.split()}.isdisjoint(LEXICON.words("negators"))]
_NEGATED_BOUND = re.compile(
    rf"(?<![\w-])(?:{_alternatives(_NEGATED)})"
    rf"(?=\s+(?:\w+\s+)?(?:(?:{_alternatives(list(CURRENCIES))})\.?\s*)?(?:\d|(?:{_WORD})(?!\w)))",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    r"\s+(?P<bound>lebih|or\s+more|atau\s+lebih|ke\s+atas)\b(?!\s+(?:\w+\s+)?(?:dari|than)\b)"
    rf"(?!(?<=lebih)\s+{_alternatives([*LEXICON.words('compared', 'id')])}\b)",
    re.IGNORECASE,
)
_PER = re.compile(
    r"(?:,-)?\s*(?:per\s+|/\s*|each\s+|every\s+|(?:se(?=(?:tiap|hari|bulan|tahun|minggu|pekan|jam)\b)(?:tiap\s+)?|a\s+)"
    rf"(?!\w+\s+(?:{LEXICON.pattern('counted_from')})\b))(?P<per>{_alternatives(list(PERIODS))})(?!\w)",
    re.IGNORECASE,
)
_COUNTED_PER = re.compile(rf"\s+[^\W\d_][\w-]*\s{_PER.pattern}", re.IGNORECASE)
_AMOUNT = (
    rf"\d+[\s-]*(?:%|(?:{_alternatives([*MAGNITUDES, *UNITS])}"
    rf"|{_alternatives([c for c in CURRENCIES if c.isalpha() or ' ' in c])})(?!\w))"
)
_ORDINAL = re.compile(
    rf"(?<![\w-])(?:ke(?:-\s?|\s(?!{_AMOUNT})|)(?P<digits>\d{{1,4}})(?![.,]\d)"
    rf"|(?P<english>\d{{1,4}})(?:st|nd|rd|th)|(?P<word>{_alternatives(list(ORDINALS))}))(?![\w-])",
    re.IGNORECASE,
)
"""A place in an order; "naik ke 120 orang" and "naik ke 4,5 persen" tell amounts."""
_RANGE = re.compile(r"\s*(?:[-–—]|sampai(?:\s+dengan)?|hingga|s/d|s\.d\.|to|dan|and)\s*", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_BEFORE = re.compile(
    rf"(?<![\w-])(?:{_alternatives([*month_names(), *LEXICON.words('year_openers')])})\s+$", re.IGNORECASE
)
_NAME_BEFORE = re.compile(r"[\w,]\s+[A-Z][\w-]*\s+$")
"""A name within its sentence, with which a year may go: `warga ikut Pilkada 2024`."""
_THIS = re.compile(r"\s+(?:ini|itu)\b", re.IGNORECASE)
_AROUND_YEARS = frozenset("month week day hour minute second people".split())
"""Units of what may follow a year without being counted by it: `pada 2025 orang`, `Pilkada 2024 hari ini`."""
_SIGN = re.compile(
    rf"(?:(?<![\w-])(?<!plus[ /-])(?<!plus dan )(?:{_alternatives([*LEXICON.words('minus_words')])})\s+"
    r"|(?:\A|(?<=[ (]))(?P<mark>[-\u2212\u2013]))$",
    re.IGNORECASE,
)
_SIGNED = frozenset(("%", "pp", "bp", "°", "°C", *CURRENCIES.values()))
"""Units of what may be less than nothing."""
_PART_OF_RANGE = re.compile(r"\d\W*$")
_LETTER_HYPHEN = re.compile(r"[^\W\d_]-$")
_UNIT_HYPHEN = re.compile(
    rf"\d\s?(?:{_alternatives(list(MAGNITUDES))})?\s?(?:{_ALPHABETIC})?-$", re.IGNORECASE
)
_RANGE_ON = re.compile(rf"{_RANGE.pattern}\d", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_FROM = re.compile(r"\b(?:dari|from)\s*$", re.IGNORECASE)
_TO = re.compile(r"\s*(?:menjadi|jadi|ke)\s*", re.IGNORECASE)
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


def without_negated_bounds(text: str) -> str:
    """`text` with spaces for what bounds a figure by a negator, `tidak kurang dari`, and denies nothing."""
    return _NEGATED_BOUND.sub(lambda match: " " * len(match.group()), text)


def counted_per(text: str, figure: Figure) -> tuple[str, int] | None:
    """What a figure is counted per behind its noun, and where that ends: "day" of "3 kali sehari"."""
    match = None if figure.unit or figure.nth or figure.per else _COUNTED_PER.match(text, figure.end)
    return (PERIODS[match["per"].lower()], match.end()) if match else None


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
        value = _spelled(match)
        if value is None or (value <= 1 and _NOT_A_COUNT.search(text, *_ahead_of(match.start()))):
            continue
        end, unit = match.end(), None
        if following := _UNIT_AFTER.match(text, match.end()):
            unit = _unit_of(following.group("unit"))
            end = following.end() if unit else end
        bound = "about" if match["loosely"] else ""
        found.append(Figure(match.start(), end, value, unit, words=True, bound=bound))
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
            over, under = 1, FRACTIONS[re.sub(r"[\s-]+", " ", match["whole"].lower())]
        else:
            over, under = WORDS[match["number"].lower()], PARTS[match["part"].lower()]
        unit = _unit_of(match["unit"])
        value, start = Decimal(over) / Decimal(under), match.start()
        ones = _ONES.search(text, *_ahead_of(start))
        if ones and match["whole"] and (unit or match["magnitude"]) and not taken.meets(*ones.span()):
            # "tiga setengah tahun"
            word = ones["ones"].lower()
            value, start = value + (int(word) if word.isdigit() else WORDS[word]), ones.start()
        if match["magnitude"]:
            value *= 10 ** MAGNITUDES[match["magnitude"].lower()]
        elif unit is None:
            value, unit = value * 100, "%"
        found.append(Figure(start, match.end(), value, unit, words=True))
    return found


def _ranged(text: str, figures: list[Figure]) -> list[Figure]:
    """The lower end of a range, `5-7 persen`, is of the magnitude and unit that the upper end names."""
    out = list(figures)
    for i, (low, high) in enumerate(pairwise(figures)):
        joiner = _RANGE.fullmatch(text[low.end : high.start])
        if joiner and low.is_money and high.unit in {None, low.unit} and high.value > low.value:
            # "Rp 1-2 miliar": the lower end has the sign, the upper one the magnitude.
            written = _DIGITS.search(text, high.start, high.end)
            digits = parse_number(written.group(), "id") if written else None
            bare = text[low.start : low.end][-1:].isdigit()
            scale = high.value / digits if digits and bare and low.value < digits else Decimal(1)
            out[i], out[i + 1] = replace(low, value=low.value * scale), replace(high, unit=low.unit)
            continue
        if _FROM.search(text, *_ahead_of(low.start)):
            joiner = joiner or _TO.fullmatch(text[low.end : high.start])
        is_bare = low.words or _DIGITS.fullmatch(text, low.start, low.end)
        if not joiner or low.unit or low.nth or high.nth or not is_bare:
            continue
        if joiner.group().strip().lower() in {"dan", "and"} and not _BETWEEN.search(
            text, *_ahead_of(low.start)
        ):
            continue
        number = _before_magnitude(text, high)
        scale = high.value / number if number and low.value < number else Decimal(1)
        out[i] = replace(low, value=low.value * scale, unit=high.unit)
    return out


def _before_magnitude(text: str, figure: Figure) -> Decimal | None:
    """The number before the word of magnitude of a figure, 3 of "tiga juta orang"; None where it has none."""
    if match := _FIGURE.fullmatch(text, figure.start, figure.end):
        return parse_number(match["number"], "id") if match["magnitude"] else None
    for match in _SPELLED_MAGNITUDE.finditer(text, figure.start, figure.end):
        spelled = _SPELLED.fullmatch(text, figure.start, match.start())
        number = _spelled(spelled) if spelled else None
        if number and number * 10 ** MAGNITUDES[match["word"].lower()] == figure.value:
            return number
    return None


def _in_place(text: str, figure: Figure) -> Figure:
    """A figure with what the words before and after it make of it."""
    sign = _SIGN.search(text, *_ahead_of(figure.start)) if figure.unit in _SIGNED else None
    if sign and sign["mark"] and not text[figure.start].isdigit():
        sign = None  # what a list has before "Rp"
    if sign and not (_PART_OF_RANGE.search(text[: sign.start()][-3:]) or _RANGE_ON.match(text, figure.end)):
        figure = replace(figure, start=sign.start(), value=-figure.value)
    before = _BOUND.search(text, *_ahead_of(figure.start))
    after = _BOUND_AFTER.match(text, figure.end)
    bound = (
        BOUNDS[re.sub(r"\s+", " ", before["bound"].lower())] if before else "above" if after else figure.bound
    )
    per = _PER.match(text, after.end() if after else figure.end)
    if figure.unit is None and per and per.group().strip().lower() in {"a day", "a year"}:
        per = None
    return replace(figure, bound=bound, per=PERIODS[per["per"].lower()] if per else None)


def _spelled(match: re.Match[str]) -> Decimal | None:
    """The value of a number in words, `lima koma nol enam` with its decimals; None where it is not one."""
    value = spelled_value(match["whole"])
    if value is None or not match["decimals"]:
        return None if value is None else Decimal(value)
    words = re.split(r"[\s-]+", match["decimals"].lower().strip())
    digits = [str(WORDS[word]) for word in words if word in WORDS]
    decimals = "".join(digits) if len(digits) == len(words) else spelled_value(" ".join(words)) or 0
    power = MAGNITUDES[match["magnitude"].lower()] if match["magnitude"] else 0
    return Decimal(f"{value}.{decimals}").scaleb(power)


def spelled_value(words: str) -> int | None:
    """The value of a number in words, `dua puluh lima` or `twenty-five`; None where it is not one."""
    total = group = unit = 0
    seen = False
    whole = re.sub(r"^an?\b", "one", words.lower())
    for word in re.split(r"[\s-]+(?:and\s+)?", whole):
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
    if not prefix and match.string[: match.start()][-1:].isalpha():
        return None  # the number of a name: "Sukhoi30"
    ahead = _ahead_of(match.start())
    if (
        not prefix
        and _LETTER_HYPHEN.search(match.string, *ahead)
        and not _UNIT_HYPHEN.search(match.string, *ahead)
    ):
        return None  # "COVID-19"
    end = match.end()
    if magnitude == "m" and not prefix:
        magnitude, unit_word = "", "meter"
    elif len(magnitude) == 1 and not prefix:
        magnitude, unit_word, end = "", None, match.end("number")
    number = re.sub(r"\s", "", match.group("number"))
    value = parse_number(number, _language_of(magnitude, language))
    if value is None:
        return None
    unit = CURRENCIES[re.sub(r"\s+", " ", prefix).lower()] if prefix else _unit_of(unit_word)
    if magnitude:
        value *= _times(value, SHORT_MAGNITUDES[language].get(magnitude) or MAGNITUDES[magnitude.lower()])
    elif _GROUPED.fullmatch(number) and (unit in _WHOLE_UNITS or (unit in _COMMA_UNITS and "," in number)):
        value = Decimal(re.sub(r"\D", "", number))
    amount_end = max(map(match.end, ("number", "magnitude", "loosely")))
    if unit == "year" and _YEAR_AFTER.match(match.string, end):
        # "Nomor 7 Tahun 2017"
        unit, end = None, amount_end
    if prefix and _unit_of(unit_word) not in {None, unit}:
        # "Rp 5 miliar tahun ini" is money, and the year goes with what follows.
        end = amount_end
    if unit in _AROUND_YEARS and not (prefix or magnitude) and _YEAR.fullmatch(number):
        is_year = bool(_YEAR_BEFORE.search(match.string, *ahead))
        if not is_year and unit != "people":
            is_year = bool(_NAME_BEFORE.search(match.string, *ahead) or _THIS.match(match.string, end))
        if is_year:
            unit, end = None, match.end("number")
    return Figure(
        match.start(), end, value, unit, bound="about" if match["loose"] or match["loosely"] else ""
    )


def _times(value: Decimal, power: int) -> int:
    """The factor of a word of magnitude for `value`: 1 where the digits say it, `1.410.000.000 miliar`."""
    return 1 if power >= _REPEATED and value >= 10**power else 10**power


def _language_of(magnitude: str, language: Language) -> Language:
    """The word of magnitude tells better than the text how its number is written."""
    if magnitude.lower() in _ENGLISH_MAGNITUDES:
        return "en"
    return "id" if len(magnitude) > 1 else language


def _unit_of(word: str | None) -> str | None:
    if not word:
        return None
    word = re.sub(r"\s+", " ", word).lower()
    return UNITS[word] if word in UNITS else CURRENCIES[word]
