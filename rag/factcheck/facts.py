"""Exact facts: the figures, days, times, names and places of a claim, held against those of a passage.

Equal is what says the same however it is written: `Rp 1,2 miliar` and `1.200 juta rupiah`, `22 Juli 2025` and
`July 22, 2025`, `dua belas` and `12`, `Sumut` and `North Sumatra`. What a passage is about is not asked here.

Exact, too, are a denial, an exception, a rank or a limit that stands on one side alone, a word with its
contrary in its place, and two figures exchanged. What such words turn is not weighed, so only what leaves no
doubt is here; the rest is left to the model.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import Match, SequenceMatcher
from functools import cache, lru_cache
from itertools import combinations, pairwise, permutations, product
from operator import itemgetter
from typing import Literal

from index.models import Span
from index.text import LEXICON as TEXT_LEXICON
from index.text import month_names, sentences, weekday_names
from rag.lang import LEXICON, Language
from rag.lang.dates import DAY_PARTS, Moment, dated, find_moments, hour_of_day
from rag.lang.names import (
    COMMON,
    JOINING,
    RANKS,
    SHORT_OFFICES,
    explained,
    find_offices,
    find_places,
)
from rag.lang.numbers import (
    BOUNDS,
    FRACTIONS,
    MAGNITUDES,
    MEASURES,
    ORDINALS,
    RARE_UNIT,
    RARE_UNITS,
    SCALES,
    UNITS,
    WORDS,
    Coverage,
    Figure,
    counted_per,
    find_figures,
    one_of,
    spelled_value,
    without_negated_bounds,
)
from rag.lang.rendering import find_terms
from rag.lang.words import STOPWORDS, WORD, indonesian, stem, without_possessive

Kind = Literal["figure", "amount", "moment", "clock", "weekday", "relative"]

LOOSE = Decimal("0.9")
"""What of "about 1500" is certain."""

SMALL = 3
"""Numbers up to this are often words of another meaning: "pertama-tama", "one of", "kedua pihak"."""

LARGEST_NUMBER = 9999
"""The largest of a longer name, "UU 7/2017", "U-22"."""

SHORTEST = 5
"""Letters of the shortest name that is taken for one of syllables: Menpora, Kemenhub."""

LONGEST_NAME = 30
"""Characters within which words may be of one name."""

MEANINGS: dict[str, str] = LEXICON.mapping("meanings", "pairs")
"""Directions, institutions and peoples by their English names, which have these meanings and no other."""

PORTFOLIOS: dict[str, str] = LEXICON.forms("portfolios", "pairs")
"""What ministers are of, by the English words, to the Indonesian names, one of which a passage has."""

SAME_NAMES = [names.split("|") for names in LEXICON.lines("same_names", "pairs")]
"""Names of one thing: where a passage has one, it has the others."""

ALIKE = 0.6
"""Likeness of letters from which an English name is taken for one of the passage: Russian, Rusia."""

NATIONAL = frozenset(LEXICON.words("national", "pairs"))
"""What an Indonesian article is about without naming it: "the Indonesian government", "pemerintah"."""

_COMPARED = {*MEASURES, *(base for base, _ in MEASURES.values())}
"""Units that are told from others of their kind: 5 kWh is not 5 MWh."""

_PEOPLE, _TIMES = (frozenset(LEXICON.words(table, "counted")) for table in ("people", "times"))
_ONE_OF = {
    unit: re.compile(rf"\bse(?:{one_of(words)})\b", re.IGNORECASE)
    for unit in set(UNITS.values())
    for words in [[word for word, each in UNITS.items() if each == unit and word.isalpha()]]
    if words
}
"""One of a unit in a word, "sejam"."""
_RANKING = re.compile(rf"\b(?:{LEXICON.pattern('ranking_words', 'pairs')})\s+$", re.IGNORECASE)
_NUMBERED_HALF = re.compile(
    rf"\b{one_of(ORDINALS)}[\s-]+(?:{LEXICON.pattern('year_halves')})$", re.IGNORECASE
)
_LABELS = frozenset(LEXICON.words("labels", "counted"))
_CLAUSE = re.compile(rf"[,;:]|\b(?:{LEXICON.pattern('clause_breaks')})\b", re.IGNORECASE)
_NOUN = re.compile(r"\s+([^\W\d_][\w-]*)")

_COMING_TO, _COMING_OF = (
    re.compile(
        rf"(?:\s+[^\W\d]\w*)?\s+{one_of(LEXICON.lines(table, 'pairs'))}\s+(?:the\s+|total\s+)?", re.IGNORECASE
    )
    for table in ("coming_to", "coming_of")
)
_COMING_FROM = re.compile(rf"\b{one_of(LEXICON.lines('coming_from', 'pairs'))}\s+$", re.IGNORECASE)
_ROMAN = re.compile(
    rf"\b(?i:{LEXICON.pattern('ranking_words', 'pairs')})\s+"
    r"(?=[IVX])(?P<tens>X{0,3})(?P<ones>IX|IV|V?I{0,3})\b"
)
_ONES = {numeral: ones for ones, numeral in enumerate("|I|II|III|IV|V|VI|VII|VIII|IX".split("|"))}

_ZONE = rf"(?:\s*(?P<z{{0}}>{TEXT_LEXICON.pattern('time_zones')})\b)"
_HALF = rf"(?:\s*(?P<half{{0}}>[ap])\.?m\b\.?|\s+(?P<part{{0}}>{one_of(DAY_PARTS)})\b)"
_HOUR = rf"{one_of(WORDS)}(?:\s+{one_of([*WORDS, *SCALES])})*"
_BEHIND_HOUR = re.sub(r"\(\?P<.*?>", "(?:", rf"{_HALF}|{_ZONE}|\s*(?:[^\w\s]|$)")
"""Words that show a number in words to be an hour: "pukul dua orang itu" beats two people."""

_TIME_TO = r"\s*(?:[-–—]|s/d|sampai(?:\s+dengan)?|hingga|to|until)\s*"
_ANY_ZONE = re.sub(r"\(\?P<.*?>", "(?:", _ZONE)
_CLOCK = re.compile(
    rf"\b(?:{TEXT_LEXICON.pattern('clock_words', 'id')})\s+"
    rf"(?P<halfway>{one_of(word for word, parts in FRACTIONS.items() if parts == 2)}\s+)?"
    rf"(?:(?P<h0>[0-2]?\d)(?:[.:](?P<m0>[0-5]\d))?(?![\d.,:]*\d)|(?P<w0>{_HOUR})(?={_BEHIND_HOUR}))"
    rf"{_HALF.format(0)}?{_ZONE.format(0)}?"
    rf"|\b(?P<h1>[0-2]?\d)[.:](?P<m1>[0-5]\d)(?:{_HALF.format(1)}{_ZONE.format(1)}?|{_ZONE.format(2)}"
    rf"|(?={_TIME_TO}[0-2]?\d[.:][0-5]\d{_ANY_ZONE}))"
    rf"|\b(?:(?P<h2>1?\d)\s*|(?P<w2>{_HOUR})\s+)(?P<half2>[ap])\.?m\b\.?",
    re.IGNORECASE,
)
_TO = re.compile(_TIME_TO, re.IGNORECASE)
_LAST_CLOCK = re.compile(
    rf"(?P<h0>[0-2]?\d)[.:](?P<m0>[0-5]\d)(?![\d.,:]*\d){_HALF.format(0)}?{_ZONE.format(0)}?", re.IGNORECASE
)
"""The last time of "pukul 09.00 hingga 11.30"."""

_INDEFINITE: dict[str, list[int]] = LEXICON.mapping("indefinite")
_AMOUNT = re.compile(
    rf"(?<![\w-])(?P<word>{one_of(_INDEFINITE)})(?:\s+(?:of\s+)?(?P<magnitude>{one_of(MAGNITUDES)})s?)?(?![\w-])",
    re.IGNORECASE,
)
_PERIOD_PARTS = ("period_starts", "period_middles", "period_ends")
_PERIOD_PART = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{part}>{one_of(LEXICON.lines(part))})' for part in _PERIOD_PARTS)})"
    r"[\s-]+(?:tahun\s+|bulan\s+)?$",
    re.IGNORECASE,
)
_PERIOD_PART_NEAR = 30
"""Characters before a period in which its part is told."""

_ONE_PERSON = re.compile(rf"\b(?:{LEXICON.pattern('one_person', 'id')})\b", re.IGNORECASE)
_MINISTRY = re.compile(
    r"(?:\b[A-Z][\w'’-]{1,40},?\s+(?:and\s+)?){0,8}\b[Mm]inist(?:er|ry|ers|ries)\b"
    r"(?:\s+(?:of|for)(?:\s+(?:the\s+|and\s+)?[A-Z][\w'’-]+,?)+)?"
)
"""A minister or ministry with what it is of."""

_PER = re.compile(r"\s*(?:\b(?:per|setiap|tiap|an?|each)\b|/)\s*\w+|\s+(?:sehari|sebulan|setahun|sepekan)\b")
_ALIKE_LETTERS = str.maketrans("ıſ", "is")
"""Letters that a pattern that ignores case takes for others, which tables do not know."""


_HOURS: dict[str, list[int]] = LEXICON.mapping("times_of_day", "pairs")
_TIMES_OF_DAY = rf"\b{one_of(_HOURS)}\b"
_TIME_OF_DAY = re.compile(rf"\)?\s+(?:on\s+the\s+)?(?P<word>{_TIMES_OF_DAY})", re.IGNORECASE)
_RELATIVE_DAYS: dict[str, tuple[str, int]] = LEXICON.mapping("relative_days", "pairs")
_RELATIVE_DAY = re.compile(rf"\b{one_of(_RELATIVE_DAYS)}\b", re.IGNORECASE)

_FALLING = re.compile(rf"\b(?:{LEXICON.pattern('falling', 'pairs')})\b", re.IGNORECASE)
_SINKING = {*LEXICON.words("falling", "pairs")} - {*LEXICON.words("balances", "pairs")}
_BY = rf"(?:(?:{LEXICON.pattern('by_how_much', 'pairs')})\s+)*"
_DIRECTION = re.compile(
    rf"\b(?:(?P<rises>{LEXICON.pattern('rising', 'pairs')})|{one_of(_SINKING)})\s+{_BY}"
    rf"(?:(?P<to>{one_of(LEXICON.lines('coming_to', 'pairs'))})\s+"
    rf"|(?P<from>{one_of(LEXICON.lines('coming_from', 'pairs'))})\s+)?{_BY}$",
    re.IGNORECASE,
)
_FALLING_NEAR = 80
"""Characters before a figure in which what falls by it is said to."""


@cache
def _limit() -> re.Pattern[str]:
    return re.compile(rf"\b{one_of(BOUNDS)}\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fact:
    """The characters `start:end` of a text that are worth a figure, a day or a time.

    Attributes:
        start: First character.
        end: One past the last character.
        kind: What it is.
        figure: Of a figure.
        moment: Of a day or period.
        value: Hour and minute of a clock time, number of a weekday (of a day too, where it is named); of an
            amount that is not told the least and the largest that it may be.
        part: Of a period 1 for its beginning, 2 for its middle, 3 for its end, 0 where it is not told.
        zone: Of a clock time, empty where it is not told.
        hours: Of a day, those of `times_of_day` that the part of it may mean; empty where it is not told.
    """

    start: int
    end: int
    kind: Kind
    figure: Figure | None = None
    moment: Moment | None = None
    value: tuple[int, ...] = ()
    part: int = 0
    zone: str = ""
    hours: frozenset[int] = frozenset()

    def says(self, claimed: Fact) -> bool:
        """Whether this fact, of a passage, says what one of a claim says."""
        if self.hours and claimed.hours and self.hours.isdisjoint(claimed.hours):
            return False
        if self.figure and claimed.figure:
            return _says(self.figure, claimed.figure)
        if self.moment and claimed.moment:
            within = _is_year_of(claimed.moment, self.moment)
            if not within and not _dates(self.moment, claimed.moment):
                return False
            value = self.value or _weekday_of(self.moment)
            return _may_agree(value, claimed.value) and _may_agree(self.part, claimed.part)
        if self.moment and claimed.kind == "weekday":
            return (self.value or _weekday_of(self.moment)) == claimed.value
        if claimed.kind == "amount":
            return self._is_within(*claimed.value)
        zones = {self.zone, claimed.zone} - {""}
        return self.kind == claimed.kind and self.value == claimed.value and len(zones) < 2

    def _is_within(self, least: int, largest: int) -> bool:
        """Whether this is an amount of at least and at most so much."""
        if self.figure:
            return not self.figure.nth and least <= self.figure.value < largest + 1
        return self.kind == "amount" and least <= self.value[0] and self.value[1] <= largest

    def is_like(self, other: Fact) -> bool:
        """Whether both count or date the same kind of thing: one may be told instead of the other."""
        if self.figure and other.figure:
            return (
                self.figure.nth == other.figure.nth and self.figure.measure()[1] == other.figure.measure()[1]
            )
        if self.kind == "relative":
            return other.kind == "relative" and self.value[0] == other.value[0]
        if self.moment and other.moment and _tells(other.moment, self.moment):
            return False  # "Juli 2025" is less exact than "22 Juli 2025", and no other day
        return self.kind == other.kind

    def written(self, text: str) -> str:
        """How its text has it, with what limits or divides a figure, and which part of a period is meant."""
        start, end = self.start, self.end
        if self.part and (before := _part_before(text, start)):
            start = before.start()
        if self.figure and self.figure.bound and (before := _limit().search(text[:start])):
            start = before.start()
        if self.hours and (after := _TIME_OF_DAY.match(text, end)):
            end = after.end()
        if self.figure and self.figure.per and (after := _PER.match(text, end)):
            end = after.end()
        return text[start:end]


@dataclass(frozen=True, slots=True)
class Objection:
    """A fact or name of a claim that a passage does not have.

    Attributes:
        span: Its characters in the claim.
        written: The same as text, with what limits or divides a figure: "5 ton per bulan".
        instead: The facts of the same kind that the passage gives and the claim does not; empty for a name.
    """

    span: Span
    written: str
    instead: tuple[Fact, ...] = ()


def objections(
    claim: str,
    passage: str,
    *,
    claim_language: Language,
    source_language: Language,
    published: date | None = None,
    around: str = "",
) -> list[Objection]:
    """The facts and names of a claim that a passage does not say, in the claim's order.

    Args:
        claim: One sentence.
        passage: What it is held against.
        claim_language: Of the claim.
        source_language: Of the passage.
        published: What "tahun lalu" and days without a year are relative to.
        around: The whole text that the passage is of, which may give names and abbreviations in full.
    """
    known = find_facts(passage, source_language, published)
    claimed = find_facts(claim, claim_language, published)
    found = []
    for fact in claimed:
        things: frozenset[str] = _counted(claim, fact.figure) if fact.figure else frozenset()
        saying = [one for one in known if one.says(fact) and not (things and _measures(one, fact))]
        kept = [one for one in saying if _goes_with(one, passage, fact, claim)]
        if kept or (not saying and _is_counted(fact, claim, known, passage)):
            continue
        if saying:
            wide = _with_company(claim, fact)
            likes = tuple(_with_company(passage, one) for one in saying)
            found.append(Objection((wide.start, wide.end), claim[wide.start : wide.end], likes))
            continue
        if (
            fact.hours
            and _has_hours(passage, fact.hours)
            and any(one.says(replace(fact, hours=frozenset())) for one in known)
        ):
            continue  # "Selasa pagi hingga malam"
        if _in_parts(fact, known) or _is_loose(fact, claim, known, passage):
            continue
        if _in_numbers(fact, passage, known if things else []) or _in_ranks(fact, claim, passage):
            continue
        if any(_falls(fact, claim, one, passage) for one in known):
            continue
        likes = tuple(one for one in known if one.is_like(fact) and not any(map(one.says, claimed)))
        found.append(Objection((fact.start, fact.end), fact.written(claim), likes))
    courses = _courses(passage, known)
    for first, last in _courses(claim, claimed):
        same = any(one.says(first) and other.says(last) for one, other in courses)
        turned = [pair for pair in courses if pair[0].says(last) and pair[1].says(first)]
        if turned and not same:
            start, end = min(first.start, last.start), max(first.end, last.end)
            found.append(Objection((start, end), claim[start:end], tuple(sorted(turned[0], key=_start))))
    if not found and (exchanged := _exchanged(claim, claimed, passage, known)):
        found.append(exchanged)
    near, nearby = _relative_days(claim), _relative_days(passage)
    for fact in near:
        likes = tuple(one for one in nearby if one.is_like(fact))
        if likes and not any(one.says(fact) for one in likes):
            found.append(Objection((fact.start, fact.end), fact.written(claim), likes))
    for start, end in missing_names(claim, passage, claim_language, source_language, around):
        found.append(Objection((start, end), claim[start:end]))
    return sorted(found, key=lambda one: one.span)


def _goes_with(known: Fact, passage: str, claimed: Fact, claim: str) -> bool:
    """Whether two equal figures agree in what they are counted per, and in what rises or falls by them."""
    if not known.figure or not claimed.figure:
        return True
    mine, theirs = counted_per(claim, claimed.figure), counted_per(passage, known.figure)
    if mine and theirs and mine[0] != theirs[0]:
        return False
    here, there = _direction(claim, claimed), _direction(passage, known)
    if not here or not there:
        return True
    turned, *others = (bool(here[name]) != bool(there[name]) for name in ("rises", "to", "from"))
    return not turned or any(others)


def _direction(text: str, fact: Fact) -> re.Match[str] | None:
    """The word before a figure that says that something rises or falls, by, to or from so much."""
    return _DIRECTION.search(text, max(0, fact.start - _FALLING_NEAR), fact.start)


def _with_company(text: str, fact: Fact) -> Fact:
    """A figure with the word before it by which it rises or falls, and what it is counted per behind it."""
    before, per = _direction(text, fact), counted_per(text, fact.figure) if fact.figure else None
    return replace(fact, start=before.start() if before else fact.start, end=per[1] if per else fact.end)


Company = frozenset[str] | Fact
"""What a figure stands with: a word, by its forms, or another figure."""


def _exchanged(claim: str, claimed: list[Fact], passage: str, known: list[Fact]) -> Objection | None:
    """The objection to two figures of a claim each of which stands with what a sentence has with the other.

    Of what stands with one of them alone, in the claim and in the sentence, the nearest must be the other's
    there: of "13 di Terminal 1, sembilan di Terminal 2" and "sembilan di Terminal 1, 13 di Terminal 2" the 1.
    """
    mine = _companies(claim, claimed)
    for one, other in combinations([fact for fact in claimed if fact.figure], 2):
        # A score or range, "3-2", is one thing, whatever stands before or behind it.
        parted = WORD.search(claim, one.end, other.start)
        if not parted or not one.is_like(other) or one.says(other):
            continue
        pair = [[fact for fact in known if fact.says(each)] for each in (one, other)]
        if [len(found) for found in pair] != [1, 1]:
            continue
        (first,), (last,) = pair
        for start, end in sentences(passage):
            inside = [fact for fact in known if start <= fact.start < end]
            if first not in inside or last not in inside:
                continue
            theirs = _companies(passage[:end], inside, start)
            sides = (mine[one.start], mine[other.start]), (theirs[first.start], theirs[last.start])
            if all(_nearest(side, sides[not at]) for at, side in enumerate(sides)):
                begin, until = min(one.start, other.start), max(one.end, other.end)
                return Objection((begin, until), claim[begin:until], tuple(sorted((first, last), key=_start)))
    return None


def _nearest(here: tuple[list[Company], list[Company]], there: tuple[list[Company], list[Company]]) -> bool:
    """Whether the nearest that each of two figures stands with is the other's on the other side."""
    for at, company in enumerate(here):
        for each in company:
            if any(_are_same(each, one) for one in here[not at]):
                continue
            same, other = (any(_are_same(each, one) for one in row) for row in (there[at], there[not at]))
            if same != other:
                if same:
                    return False
                break
        else:
            return False
    return True


def _are_same(one: Company, other: Company) -> bool:
    if isinstance(one, Fact) or isinstance(other, Fact):
        return isinstance(one, Fact) and isinstance(other, Fact) and (one.says(other) or other.says(one))
    return not one.isdisjoint(other)


def _companies(text: str, facts: list[Fact], start: int = 0) -> dict[int, list[Company]]:
    """The words of meaning and the figures that stand with each figure in its clause, the nearest first.

    A clause of several figures is parted between them: what is numbered stands before its figure, "Pasal 2",
    what is counted behind it, and another word belongs to whichever is nearer. The keys are first characters.
    """
    taken = Coverage(len(text), ((fact.start, fact.end) for fact in facts))
    words = [
        match
        for match in WORD.finditer(text, start)
        if not taken.meets(*match.span()) and match.group().lower() not in STOPWORDS
    ]
    breaks = [match.start() for match in _CLAUSE.finditer(text, start) if not taken.meets(*match.span())]
    found: dict[int, list[tuple[int, Company]]] = {fact.start: [] for fact in facts}

    def clause(at: int) -> int:
        return bisect(breaks, at)

    for match in words:
        here = [fact for fact in facts if clause(fact.start) == clause(match.start())]
        near = sorted((_apart(fact, *match.span()), fact.start) for fact in here)
        if not near:
            continue
        word = match.group().lower()
        before = [fact for fact in here if fact.end <= match.start()]
        behind = [fact for fact in here if fact.start >= match.end()]
        if word in _LABELS and behind:
            near = [(0, behind[0].start)]
        elif before and _NOUN.fullmatch(text, before[-1].end, match.end()):
            near = [(0, before[-1].start)]
        for distance, at in near:
            if distance == near[0][0]:
                found[at].append((distance, _meanings(word)))
    for one, other in permutations(facts, 2):
        if clause(one.start) == clause(other.start):
            found[one.start].append((_apart(one, other.start, other.end), other))
    return {at: [each for _, each in sorted(row, key=itemgetter(0))] for at, row in found.items()}


def _apart(fact: Fact, start: int, end: int) -> int:
    """Characters between a fact and others of its text."""
    return max(start - fact.end, fact.start - end)


def _is_counted(fact: Fact, claim: str, known: list[Fact], passage: str) -> bool:
    """Whether a number that looks like a year counts something on one side: "2000 tamu" and "2.000 tamu"."""
    if mine := _count(fact, claim):
        return any(one.figure and _says(one.figure, mine) for one in known)
    things = _counted(claim, fact.figure) if fact.figure else frozenset()
    theirs = (_count(one, passage) for one in known) if things else ()
    return any(
        one and fact.figure and _says(one, fact.figure) and things & _counted(passage, one) for one in theirs
    )


def _count(fact: Fact, text: str) -> Figure | None:
    """The figure that a bare year may be, where a noun is behind it that it may count."""
    written = text[fact.start : fact.end]
    figure = (
        Figure(fact.start, fact.end, Decimal(written), None) if fact.moment and written.isdigit() else None
    )
    return figure if figure and _counted(text, figure) else None


def restates(claim: str, sentence: str, language: Language, published: date | None = None) -> bool:
    """Whether a claim is a sentence word by word, its figures, days and times in the same or another writing.

    Args:
        claim: One sentence.
        sentence: Of the passage, in the same language.
        language: Of both.
        published: What "tahun lalu" and days without a year are relative to.
    """
    mine, theirs = (find_facts(text, language, published) for text in (claim, sentence))
    if len(mine) != len(theirs) or _between(claim, mine) != _between(sentence, theirs):
        return False
    return all(one.says(other) for one, other in zip(theirs, mine, strict=True))


def begins(claim: str, sentence: str) -> bool:
    """Whether a claim is how a sentence begins, up to no part of a figure, and the rest of it turns nothing.

    What turns it denies, excepts or conditions.

    Args:
        claim: One sentence of `BEGINNING` words at least.
        sentence: Of the passage, in the same language.
    """
    mine, theirs = (list(WORD.finditer(text)) for text in (claim, sentence))
    if not BEGINNING <= len(mine) <= len(theirs):
        return False
    if any(one.group().lower() != other.group().lower() for one, other in zip(mine, theirs, strict=False)):
        return False
    end = theirs[len(mine) - 1].end()
    if any(fact.start < end < fact.end for fact in find_facts(sentence, "id")):
        return False
    rest = sentence[end:]
    return not (_NO.search(rest) or _CONDITION.search(rest))


def _falls(claimed: Fact, claim: str, known: Fact, passage: str) -> bool:
    """Whether one of two figures is below nothing and the other says that something falls by as much."""
    mine, theirs = claimed.figure, known.figure
    if not mine or not theirs or (mine.value < 0) == (theirs.value < 0):
        return False
    rises, text = (known, passage) if mine.value < 0 else (claimed, claim)
    if not _FALLING.search(text, max(0, rises.start - _FALLING_NEAR), rises.start):
        return False
    return _says(replace(theirs, value=-theirs.value), mine)


def _between(text: str, facts: list[Fact]) -> list[list[str]]:
    """The words before, between and after the facts of a text, in lower case."""
    ends = [0, *(fact.end for fact in facts)]
    starts = [*(fact.start for fact in facts), len(text)]
    return [WORD.findall(text[end:start].lower()) for end, start in zip(ends, starts, strict=True)]


def _courses(text: str, facts: list[Fact]) -> list[tuple[Fact, Fact]]:
    """Figures with those that come of them: 10 and 5 of "5 dari 10" and of "from 10 to 5"."""
    found = []
    for one, other in pairwise(facts):
        if one.kind == other.kind == "figure":
            between = text[one.end : other.start]
            if _COMING_TO.fullmatch(between) and _COMING_FROM.search(text[: one.start]):
                found.append((one, other))
            elif _COMING_OF.fullmatch(between):
                found.append((other, one))
    return found


def _in_parts(fact: Fact, known: list[Fact]) -> bool:
    """Whether a passage gives a day or month in parts: "22 Juli" here and the year elsewhere."""
    if fact.moment is None or fact.moment.first.year is None or fact.moment.first.month is None:
        return False
    day = fact.moment.first
    partial = any(
        one.moment is not None
        and one.moment.first.year is None
        and one.moment.first.month == day.month
        and (fact.moment.is_period or day.day is None or one.moment.first.day == day.day)
        for one in known
    )
    return partial and any(
        one.moment is not None and day.year in (one.moment.first.year, one.moment.last.year) for one in known
    )


def _is_short(value: Decimal) -> bool:
    """Whether a value is a whole number up to `LARGEST_NUMBER`."""
    return 0 <= value <= LARGEST_NUMBER and value == int(value)


def _measures(known: Fact, claimed: Fact) -> bool:
    """Whether a figure has a unit that another lacks, though it is no number of people."""
    units = [one.figure.unit if one.figure else None for one in (known, claimed)]
    return units[1] is None and units[0] not in {None, "people"}


def _in_numbers(fact: Fact, passage: str, known: list[Fact]) -> bool:
    """Whether a passage has the very numbers of a fact, which belong to something longer there.

    So has "UU 7/2017" a year, "U-22" and "juara III" a number, "26 Agustus-12 September 2016" a last day.

    Args:
        fact: Of a claim.
        passage: What it is held against.
        known: The facts of the passage where the number counts something, and is that of no day or measure.
    """
    figure = fact.figure
    if figure and figure.unit is None and not figure.words and _is_short(figure.value):
        numbers, month = [int(figure.value)], None
    elif fact.moment and not fact.moment.is_period:
        day = fact.moment.first
        if fact.value or fact.part:
            return False
        if day.day and day.month and not _day_of_month(day.day, day.month).search(passage):
            return False
        numbers, month = [one for one in (day.day, day.year) if one is not None], day.month
    else:
        return False
    there = {
        int(match.group())
        for match in _SHORT_NUMBER.finditer(passage)
        if all(_counts(one, int(match.group())) for one in known if one.start <= match.start() < one.end)
    }
    there.update(int(ranked.value) for ranked in _ranked(passage))
    months = {number for name, number in month_names().items() if re.search(rf"\b{name}\b", passage.lower())}
    return bool(numbers) and there.issuperset(numbers) and month in {None, *months}


_SHORT_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?!\d|[.,]\d|-?an\b|['’]?s\b)")


def _counts(fact: Fact, number: int) -> bool:
    """Whether a fact is a number as it is written that may count or rank something, or a year."""
    if fact.moment:
        return number in {fact.moment.first.year, fact.moment.last.year}
    figure = fact.figure
    return figure is not None and figure.unit in {None, "people"} and figure.value == number


def _in_ranks(fact: Fact, claim: str, passage: str) -> bool:
    """Whether a passage has the numeral of a place in an order, as in "kelas X dan XI"."""
    written = claim[fact.start : fact.end]
    nth = fact.figure is not None and fact.figure.nth
    return nth and re.search(rf"\b{re.escape(written)}\b", passage) is not None


@cache
def _day_of_month(day: int, month: int) -> re.Pattern[str]:
    """A day before its month, other days perhaps between them, or behind it: "26, 27 dan 28 Agustus"."""
    names = "|".join(re.escape(name) for name, number in month_names().items() if number == month)
    others = r"(?:\s*(?:[-–—,/&]|dan|and|sampai|hingga|to|s/d)\s*\d{1,2})*"
    return re.compile(
        rf"(?<!\d)0?{day}(?!\d){others}\s*(?:{names})\b|\b(?:{names})\s+0?{day}(?!\d)", re.IGNORECASE
    )


def _is_loose(fact: Fact, claim: str, known: list[Fact], passage: str) -> bool:
    """Whether a figure may claim nothing.

    So may a place in an order that the passage counts, "menit ke-56" and "menit 56", and a small number in
    words, "kedua orang", "one another", where the passage gives no other: in words, or of the same things.
    """
    figure = fact.figure
    if figure is None or figure.is_money:
        return False
    others = [one.figure for one in known if one.figure]
    if figure.value == 1 and figure.unit in _ONE_OF and _ONE_OF[figure.unit].search(passage):
        return True
    ranks = not figure.nth and _RANKING.search(claim, max(0, figure.start - _FALLING_NEAR), figure.start)
    if ranks and any(one.nth and one.value == figure.value for one in others):
        return True
    if figure.unit == "year" and re.search(rf"\(\s?{figure.value}\s?\)", passage):
        return True  # the age of "Budi (44)"
    if figure.nth and any(one.value == figure.value and one.unit in {None, figure.unit} for one in others):
        return True
    things = _counted(claim, figure)
    alike = [one for one in others if things & _counted(passage, one)]
    if not figure.nth and any(one.nth and one.value == figure.value for one in alike):
        return True  # "kedua pelaku", which are two
    if not (figure.words and figure.value <= SMALL and figure.unit in {None, "people"}):
        return False
    if figure.value <= 1:
        if figure.nth or 1 in {one.value for one in alike if not one.nth}:
            return True
        if figure.unit == "people":
            return not alike or _ONE_PERSON.search(passage) is not None
        # "Satu kali" may be another time than the passage counts, unless it tells the very same.
        near = _with_words_of(claim, passage)
        return not any(start <= one.start < end for one in alike if not one.nth for start, end in near)
    rivals = [one for one in others if one.words and one.unit == figure.unit]
    return not any(one.nth == figure.nth for one in rivals + (alike if not figure.nth else []))


def _with_words_of(claim: str, passage: str) -> list[Span]:
    """The clauses of a passage that have each word of a claim that carries meaning, but for its figures."""
    words = [_meanings(word) for word in WORD.findall(claim.lower()) if word not in STOPWORDS | WORDS.keys()]
    words = [forms for forms in words if not any(form.isdigit() for form in forms)]
    breaks = {match.start() for match in _CLAUSE.finditer(passage)}
    clauses = pairwise(sorted({0, *breaks, *(end for _, end in sentences(passage))}))
    rows = ((span, frozenset().union(*map(_forms, WORD.findall(passage[slice(*span)])))) for span in clauses)
    return [span for span, row in rows if words and not any(row.isdisjoint(forms) for forms in words)]


def _meanings(word: str) -> frozenset[str]:
    """The forms of a word and of the Indonesian ones for it where it may be English."""
    return _forms(word).union(*map(_forms, indonesian(word)))


def _counted(text: str, figure: Figure) -> frozenset[str]:
    """What a figure counts, the forms of the Indonesian or English noun behind it; empty where none is.

    "Orang" and "people" are whatever persons are counted by.
    """
    match = None if figure.unit else _NOUN.match(text, figure.end)
    noun = match[1].lower() if match else ""
    if (figure.unit or UNITS.get(noun)) == "people":
        return _PEOPLE
    if noun in STOPWORDS or not noun:
        return frozenset()
    return _meanings(noun) | (_TIMES if noun in _TIMES else frozenset())


def find_facts(text: str, language: Language, published: date | None = None) -> list[Fact]:
    """The figures, days, periods and times of a text, in order.

    Args:
        text: Of any length.
        language: Decides how figures are read.
        published: What "tahun lalu" and days without a year are relative to.
    """
    text = text.translate(_ALIKE_LETTERS)
    found = [
        Fact(*match.span(), "clock", value=time, zone=zone)
        for match in _clocks(text)
        for time, zone in [_time(match)]
        if time[0] < 25
    ]
    taken = Coverage(len(text), ((clock.start, clock.end) for clock in found))
    figures = [
        _with_rare_unit(text, figure)
        for figure in find_figures(text, language)
        if not taken.meets(figure.start, figure.end)
    ]
    named = find_moments(text, published)
    parts = Coverage(len(text), ((one.start, one.end) for one in named if one.is_period))
    # "half" of "the first half of 2025" is no share.
    counted = Coverage(
        len(text),
        (
            (figure.start, figure.end)
            for figure in figures
            if figure.unit and not (figure.words and parts.meets(figure.start, figure.end))
        ),
    )
    moments = [
        moment
        for moment in named
        if not taken.meets(moment.start, moment.end) and not counted.meets(moment.start, moment.end)
    ]
    for moment in moments:
        written = text[moment.start : moment.end]
        day = _weekday().search(written)
        value = (weekday_names()[day.group().lower()],) if day else ()
        before = _part_before(text, moment.start)
        part = _PERIOD_PARTS.index(before.lastgroup) + 1 if before and before.lastgroup else 0
        fact = Fact(moment.start, moment.end, "moment", None, dated(moment, published), value, part)
        found.append(replace(fact, hours=_hours(text, moment.end)))
        taken.take(moment.start, moment.end)
    for figure in figures:
        if not (taken.meets(figure.start, figure.end) or _is_half_of_time(text, figure)):
            taken.take(figure.start, figure.end)
            found.append(Fact(figure.start, figure.end, "figure", figure=figure))
    for match in _AMOUNT.finditer(text):
        if not taken.meets(*match.span()):
            power = 10 ** MAGNITUDES[match["magnitude"].lower()] if match["magnitude"] else 1
            least, largest = _INDEFINITE[" ".join(match["word"].lower().split())]
            found.append(Fact(*match.span(), "amount", value=(least * power, largest * power)))
    for figure in _ranked(text):
        taken.take(figure.start, figure.end)
        found.append(Fact(figure.start, figure.end, "figure", figure=figure))
    for match in _weekday().finditer(text):
        # "minggu" is a week, "Minggu" a day.
        if match.group()[0].isupper() and not taken.meets(*match.span()):
            number = weekday_names()[match.group().lower()]
            found.append(Fact(*match.span(), "weekday", value=(number,), hours=_hours(text, match.end())))
    return sorted(found, key=_start)


def _hours(text: str, end: int) -> frozenset[int]:
    """The hours of the part of a day behind the day, "Selasa (6/2) malam"; empty where none is told."""
    match = _TIME_OF_DAY.match(text, end)
    return frozenset(_HOURS[" ".join(match["word"].lower().split())]) if match else frozenset()


def _has_hours(text: str, hours: frozenset[int]) -> bool:
    """Whether a text has a part of a day that may be at some hours, of whatever day."""
    return any(
        not hours.isdisjoint(_HOURS[" ".join(match.group().lower().split())])
        for match in re.finditer(_TIMES_OF_DAY, text, re.IGNORECASE)
    )


def _relative_days(text: str) -> list[Fact]:
    """Days and periods by how far they are from that of publication: "besok", "bulan ini"."""
    return [
        Fact(*match.span(), "relative", value=(units.index(unit), step))
        for units in [("day", "week", "month")]
        for match in _RELATIVE_DAY.finditer(text)
        for unit, step in [_RELATIVE_DAYS[" ".join(match.group().lower().split())]]
    ]


def _is_half_of_time(text: str, figure: Figure) -> bool:
    """Whether a share is a half that an ordinal numbers, the "first half" of a match."""
    return figure.words and _NUMBERED_HALF.search(text[: figure.end]) is not None


def _clocks(text: str) -> Iterator[re.Match[str]]:
    """The clock times of a text, each with the one that ends its range."""
    for match in _CLOCK.finditer(text):
        yield match
        to = _TO.match(text, match.end())
        last = _LAST_CLOCK.match(text, to.end()) if to else None
        if last and not _CLOCK.match(text, last.start()):
            yield last


def _with_rare_unit(text: str, figure: Figure) -> Figure:
    """A figure with the unit behind it where it is one of `_COMPARED`."""
    match = RARE_UNIT.match(text, figure.end) if figure.unit is None and not figure.nth else None
    unit = RARE_UNITS[" ".join(match["unit"].lower().split())] if match else None
    return replace(figure, end=match.end(), unit=unit) if match and unit in _COMPARED else figure


def _part_before(text: str, start: int) -> re.Match[str] | None:
    """The words before a period that begins at `start` and tell which part of it is meant."""
    return _PERIOD_PART.search(text, max(0, start - _PERIOD_PART_NEAR), start)


def _weekday_of(moment: Moment) -> tuple[int, ...]:
    """The weekday of a full day; none of another moment, nor of one whose year was not written."""
    day = None if moment.is_period or moment.inferred else moment.first.as_date
    return (day.weekday(),) if day else ()


def _ranked(text: str) -> list[Figure]:
    """Places in an order by Roman numerals: "juara III"."""
    return [
        Figure(match.start("tens"), match.end(), Decimal(value), None, nth=True)
        for match in _ROMAN.finditer(text)
        for value in [10 * len(match["tens"]) + _ONES[match["ones"]]]
    ]


def _start(fact: Fact) -> int:
    return fact.start


@cache
def _weekday() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){one_of(weekday_names())}(?![\w-])", re.IGNORECASE)


def _time(match: re.Match[str]) -> tuple[tuple[int, int], str]:
    """Hour from 0 to 24 and minute, and the zone."""
    groups = match.groupdict()

    def first(name: str) -> str:
        return next((groups[key] for key in (f"{name}{n}" for n in range(3)) if groups.get(key)), "").lower()

    words = first("w")
    hour = (spelled_value(words) or 0) if words else int(first("h"))
    minute = int(first("m") or 0)
    hour = hour_of_day(hour, " ".join(first("part").split()))
    if half := first("half"):
        hour = hour % 12 + (12 if half == "p" else 0)
    if groups.get("halfway"):
        hour, minute = (hour - 1) % 24, 30
    return (hour, minute), first("z").upper()


def _says(known: Figure, claimed: Figure) -> bool:
    """Equal, or a claim that leaves out the unit or the "per", or one of a limit that the figure keeps."""
    if known.equals(claimed):
        return True
    if _keeps(known, claimed):
        return True
    if {known.bound, claimed.bound} == {"about", ""}:
        known, claimed = replace(known, bound=""), replace(claimed, bound="")
    if known.bound != claimed.bound or known.nth != claimed.nth or claimed.per not in {None, known.per}:
        return False
    if claimed.unit is None:
        return known.value == claimed.value
    # People are counted by many nouns, which stand behind the figure and are held against each other there.
    counted = {None, "people"}
    return known.measure() == claimed.measure() or (
        known.value == claimed.value and {known.unit, claimed.unit} == counted
    )


def _keeps(known: Figure, claimed: Figure) -> bool:
    """Whether a figure keeps a claimed limit: 18 is "more than 15"."""
    (value, unit), (limit, limited) = known.measure(), claimed.measure()
    if unit != limited or known.per != claimed.per or known.nth or claimed.nth:
        return False
    if known.bound == "about":
        value *= LOOSE if claimed.bound in {"above", "at least"} else 1 / LOOSE
    elif known.bound:
        return False
    if claimed.bound in {"above", "at least"}:
        return value > limit or (value == limit and claimed.bound == "at least")
    if claimed.bound in {"below", "at most"}:
        return value < limit or (value == limit and claimed.bound == "at most")
    return False


def _dates(known: Moment, claimed: Moment) -> bool:
    if known.is_period != claimed.is_period:
        return False
    if claimed.inferred:
        claimed = replace(
            claimed, first=replace(claimed.first, year=None), last=replace(claimed.last, year=None)
        )
    return _tells(known, claimed)


def _tells(one: Moment, other: Moment) -> bool:
    """Whether a moment tells everything that another does, and the same."""
    return one.first.says(other.first) and one.last.says(other.last)


def _is_year_of(claimed: Moment, known: Moment) -> bool:
    """Whether what is claimed is a year and what is known lies within it."""
    year = claimed.first.year
    whole = year is not None and claimed.first.month is None and claimed.last.year == year
    return whole and known.first.year == known.last.year == year


def _may_agree(one: tuple[int, ...] | int, other: tuple[int, ...] | int) -> bool:
    return not one or not other or one == other


def missing_names(
    claim: str, passage: str, claim_language: Language, source_language: Language, around: str = ""
) -> list[Span]:
    """The capitalised words of a claim that a passage has in no form, and the places that it does not name.

    An abbreviation is there where what it stands for is, and the other way round; an institution or place of
    an English claim where its Indonesian name is, another word where one in like letters is. What opens
    a sentence and is no known abbreviation, what the glossary knows, and a claim all in capitals may be no
    names: they are left to the model. A part of a name is there where the passage has the part beside it and
    the text around it both.
    """
    if claim.isupper():
        return []
    have = _Vocabulary(passage, around)
    codes = {place.code for place in find_places(passage)}
    facts = Coverage(len(claim), ((fact.start, fact.end) for fact in find_facts(claim, claim_language)))
    places = [place for place in find_places(claim) if not facts.meets(place.start, place.end)]
    missing = [
        (place.start, place.end)
        for place in places
        if place.code not in codes and not have.has_phrase(claim[place.start : place.end])
    ]
    skipped = Coverage(len(claim), ((place.start, place.end) for place in places))
    foreign = claim_language != source_language
    offices = Coverage(len(claim), (match.span() for match in _MINISTRY.finditer(claim)) if foreign else ())
    if foreign:
        named = {one.term.indonesian[0] for one in find_terms(passage, source_language)}
        for one in find_terms(claim, claim_language):
            if one.term.indonesian[0] in named:
                skipped.take(one.start, one.end)
    opening = {match.start() for start, _ in sentences(claim) if (match := WORD.search(claim, start))}
    words = [
        match
        for match in WORD.finditer(claim)
        if match.group()[0].isupper()
        and len(match.group()) > 1
        and not (skipped.meets(*match.span()) or facts.meets(*match.span()))
    ]
    for match in words:
        written = match.group()
        portfolio = PORTFOLIOS.get(written.lower()) if offices.meets(*match.span()) else None
        if portfolio:
            if not have.has_any(portfolio.split("|")):
                missing.append(match.span())
            continue
        if match.start() in opening and not have.abbreviates(written):
            continue
        if _is_set_off(claim, match.start()):
            continue
        if written.lower() in STOPWORDS | NATIONAL or _NUMBERING.match(claim, match.start()):
            continue
        if have.has(written) or (foreign and have.resembles(written.lower())):
            continue
        beside = [one.group() for one in words if abs(one.start() - match.start()) < 2 * LONGEST_NAME]
        if not (have.shortens(written, beside) or have.names_part(claim, match.span())):
            missing.append(match.span())
    return sorted(missing)


class _Vocabulary:
    """The words of a passage, and what its abbreviations stand for."""

    def __init__(self, passage: str, around: str = "") -> None:
        self._around = around
        self._words = {form for match in WORD.finditer(passage) for form in _forms(match.group())}
        self._words.update("".join(one.groups()).lower() for one in _NUMBERED.finditer(passage))
        self._aliases = COMMON | explained(around or passage)
        for short, full in self._aliases.items():
            if short in self._words:
                self._words.update(form for word in full.split() for form in _forms(word))
        self._row = [match.group() for match in WORD.finditer(passage)]
        row = f" {' '.join(self._row).lower()} "
        for same in SAME_NAMES:
            if any(f" {name.lower()} " in row for name in same):
                self._words.update(form for name in same for word in name.split() for form in _forms(word))
        places = Coverage(len(passage), ((place.start, place.end) for place in find_places(passage)))
        outside = ("|" if places.meets(*one.span()) else one.group() for one in WORD.finditer(passage))
        self._phrases = f" {' '.join(outside).lower()} "
        self._proper = frozenset(word.lower() for word in self._row if word[0].isupper() and len(word) > 3)
        names = "".join(_initials(word) or ("" if word in JOINING else " ") for word in self._row)
        self._initials = names
        self._letters = "".join(word[0].lower() for word in self._row if word not in JOINING)

    def names_part(self, claim: str, span: Span) -> bool:
        """Whether the passage has the word beside a part of a name, and the text around it both in a row."""
        before = re.search(r"([A-Z][\w'’.-]+)\s+$", claim[: span[0]])
        after = re.match(r"\s+([A-Z][\w'’.-]+)", claim[span[1] :])
        pairs = [(one[1], claim[one.start(1) : span[1]]) for one in [before] if one]
        pairs += [(one[1], claim[span[0] : span[1] + one.end(1)]) for one in [after] if one]
        return any(word in self._row and whole in self._around for word, whole in pairs)

    def has(self, written: str) -> bool:
        """Whether a name is among them: by its words, by what it stands for, or by its initials."""
        if all(self._words & _forms(word) for word in WORD.findall(written)):
            return True
        full = self._aliases.get(written.lower())
        if full and all(self._words & _forms(word) for word in full.split()):
            return True
        if not written.isupper() or not 2 <= len(written) <= 6:
            return False
        return written in self._initials or (len(written) > 2 and written.lower() in self._letters)

    def abbreviates(self, written: str) -> bool:
        """Whether a word that opens a sentence is an abbreviation whose meaning is known."""
        return written.lower() in self._aliases and (written.isupper() or len(written) >= SHORTEST)

    def has_phrase(self, written: str) -> bool:
        """Whether words stand in the passage one after the other, in any case and outside names of places."""
        return f" {' '.join(WORD.findall(written)).lower()} " in self._phrases

    def has_any(self, names: list[str]) -> bool:
        """Whether one of some names is among them, by its words in a row."""
        return any(
            self.has_phrase(name) or (" " not in name and self._words & _forms(name)) for name in names
        )

    def resembles(self, word: str) -> bool:
        """Whether an English word may be there: one with a meaning, or in letters alike: Russian, Rusia."""
        word = without_possessive(word)
        if meanings := MEANINGS.get(word):
            return any(self._words & _forms(other) for other in meanings.split())
        if indonesian(word):
            return True
        return any(
            other[0] == word[0] and SequenceMatcher(None, word, other).ratio() >= ALIKE
            for other in self._proper
        )

    def shortens(self, written: str, beside: list[str]) -> bool:
        """Whether a name is short for words of the passage, or one of it short for some of the claim's.

        `Kemenhub` is short for `Kementerian Perhubungan`: its letters stand in them, in order.
        """
        if len(written) >= SHORTEST and any(
            _is_short_for(written, self._row[at : at + size])
            for at in range(len(self._row))
            for size in (2, 3, 4)
            if self._row[at][0].lower() == written[0].lower()
        ):
            return True
        at = beside.index(written)
        return any(
            len(word) >= SHORTEST and word[0].isupper() and _is_short_for(word, beside[first : first + size])
            for word in self._row
            for size in (2, 3, 4)
            for first in range(max(0, at - size + 1), at + 1)
        )


def _initials(word: str) -> str:
    """The letters of a word in an abbreviation: the first one, of `BlackBerry` both capitals."""
    capitals = re.sub(r"[^A-Z]", "", word) if not word.isupper() else word[:1]
    return capitals if word[0].isupper() else ""


def _is_short_for(short: str, words: list[str]) -> bool:
    """Whether the letters of a short form stand in some words in order: of each name, of a long word two."""
    if len(words) < 2 or short[0].lower() != words[0][0].lower():
        return False
    rest = short.lower()
    for word in words:
        got = 0
        for letter in word.lower():
            if rest[:1] == letter:
                rest, got = rest[1:], got + 1
        if (got < 2 and len(word) > 3) or (not got and word[0].isupper()):
            return False
    return not rest


_NUMBERED = re.compile(r"\b([A-Za-z])(?:\s?-\s?)?(\d{1,4})\b")
"""A letter with the number that it goes with, "U-22"."""

_CLITICS = LEXICON.words("clitics", "id")
_SPELLINGS = tuple(LEXICON.mapping("spellings", "id").items())


@lru_cache(maxsize=50_000)
def _forms(word: str) -> frozenset[str]:
    """A word in lower case, its stem, both without a clitic, and the word in today's spelling."""
    word = word.lower().strip(".'’").removesuffix("'s").removesuffix("’s")
    forms = {word, stem(word)}
    for clitic in _CLITICS:
        if word.endswith(clitic) and len(word) > len(clitic) + 3:
            forms |= {word.removesuffix(clitic)}
    forms.update(part for part in word.split("-") if len(part) > 2)
    if numbered := _NUMBERED.fullmatch(word):
        forms.add("".join(numbered.groups()))
    for old, new in _SPELLINGS:
        word = word.replace(old, new)
    return frozenset((*forms, word))


def _is_set_off(text: str, start: int) -> bool:
    """Whether a quotation, a bracket or a colon stands before a word."""
    before = text[:start].rstrip()
    return before[-1:] in set('“"‘(:')


Turn = Literal["denied", "not_denied", "excepted", "ranked", "opposite", "bounded"]


_NUMBERING = re.compile(rf"(?:{LEXICON.pattern('numbering_words', 'pairs')})[.:]*\s*\d", re.IGNORECASE)
"""What numbers a thing, "No. 7", and negates nothing."""


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?!{_NUMBERING.pattern})(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


def _listed(*tables: str) -> list[str]:
    """A pattern for each word; a star in it stands for any ending."""
    return [re.escape(word).replace(r"\*", r"\w*") for table in tables for word in LEXICON.words(table)]


_CONTRACTED = r"\w+n['’]t"
_DENIAL, _EXCEPTION, _ALL = (_pattern(*_listed(table)) for table in ("denials", "exceptions", "wholes"))
NEGATOR = _pattern(*_listed("negators"), _CONTRACTED)
"""Words that negate a clause."""
_NO = _pattern(
    *_listed("negators", "denials", "exceptions", "negatives"), _CONTRACTED, r"(?:un|dis|im)[a-z]{5,}"
)
"""Whatever says no."""

_CONDITION = _pattern(*_listed("conditions"))
BEGINNING = 5
"""Fewest words of a sentence's beginning that say something by themselves."""

_RANK_WORDS: dict[str, str] = {**RANKS, **LEXICON.mapping("rank_words", "pairs")}
_ANY_RANK = re.compile(rf"\b{one_of({**_RANK_WORDS, **SHORT_OFFICES})}\b", re.IGNORECASE)
_ALMOST = _pattern(*LEXICON.lines("almost", "counted"))
_WHOLE = re.compile(rf"(?P<almost>{_ALMOST.pattern}\s+)?(?P<whole>{_ALL.pattern})", re.IGNORECASE)
_PARTLY = re.compile(rf"\b{one_of(LEXICON.lines('partly', 'pairs'))}\s+(?P<noun>\w+)", re.IGNORECASE)
_OPPOSED = [
    [frozenset(side.split()) for side in line.split("|")]
    for line in (
        *LEXICON.lines("opposed", "pairs"),
        f"{' '.join(LEXICON.words('rising', 'pairs'))}|{' '.join(_SINKING)}",
    )
]


_MINUS = re.compile(rf"\s+(?:[-−–]\s?\d|(?:{LEXICON.pattern('minus_words')})\b)", re.IGNORECASE)
"""What makes less than nothing of a figure behind a word: "tumbuh -5 persen"."""

COPIED = 0.8
"""Share of a claim's words that a sentence has in their order from which the claim is a near copy of it."""

CHANGED_WORDS = 2
"""Words that a near copy may drop or add in one place for a negation among them to be what was changed."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A denial, exception, rank or limit on one side alone, or a word of the passage contrary to the claim's.

    Attributes:
        turn: How.
        word: What does it.
        span: Its characters in the passage; None where the claim has it.
    """

    turn: Turn
    word: str
    span: tuple[int, int] | None


def _negates(word: re.Match[str]) -> bool:
    found = NEGATOR.match(word.string, word.start())
    return found is not None and found.end() == word.end()


def _changed_in_copies(claim: str, passage: str) -> list[Turned]:
    """Negators and ranks that a near copy of a sentence of a passage drops or adds, and opposed words."""
    said = list(WORD.finditer(claim))
    mine = [match.group().lower() for match in said]
    found = []
    for start, end in sentences(passage):
        words = list(WORD.finditer(passage, start, end))
        theirs = [match.group().lower() for match in words]
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        size = sum(block.size for block in blocks)
        if size < COPIED * len(mine) and not 2 < size == len(mine) - 1:
            continue
        for one, other in pairwise([Match(0, 0, 0), *blocks]):
            added = said[one.a + one.size : other.a]
            dropped = words[one.b + one.size : other.b]
            # What leaves more out leaves out a clause, with what is denied in it.
            if len(added) > CHANGED_WORDS or len(dropped) > CHANGED_WORDS:
                continue
            denied, denies = ([match for match in row if _negates(match)] for row in (dropped, added))
            turned = [
                other
                for one, other in product(added, dropped)
                if _are_opposed(one.group(), other.group())
                and not (_MINUS.match(claim, one.end()) or _MINUS.match(passage, other.end()))
            ]
            if turned:
                # "Menolak" and "tidak menerima" say the same.
                if bool(denied) == bool(denies):
                    found.append(Turned("opposite", turned[0].group(), turned[0].span()))
                continue
            if size < COPIED * len(mine):
                continue
            ranks = [match for match in dropped if _kinds(match.group()) - _kinds(claim)]
            if not ranks and any(_kinds(match.group()) - _kinds(passage) for match in added):
                ranks = words[other.b : other.b + 1]
            if ranks:
                found.append(Turned("ranked", ranks[0].group(), ranks[0].span()))
            if denied and not denies:
                found.append(Turned("denied", denied[0].group(), denied[0].span()))
            elif denies and not denied:
                found.append(Turned("not_denied", denies[0].group(), None))
    return found


def _are_opposed(one: str, other: str) -> bool:
    """Whether of two words one says the contrary of the other: "naik" and "turun"."""
    pair = one.lower(), other.lower()
    return any(a in here and b in there for here, there in _OPPOSED for a, b in (pair, pair[::-1]))


def _kinds(text: str) -> frozenset[str]:
    """The kinds of the ranks in a text, short forms of offices with those that they stand for."""
    written = (" ".join(match.group().lower().split()) for match in _ANY_RANK.finditer(text))
    return frozenset().union(
        *({_RANK_WORDS[word]} if word in _RANK_WORDS else _kinds(SHORT_OFFICES[word]) for word in written)
    )


def _ranked_otherwise(claim: str, passage: str) -> Iterator[Turned]:
    """Offices of a claim whose ranks a passage has never together: neither more nor fewer, in any words."""
    known, mine, theirs = list(find_offices(passage)), _kinds(claim), _kinds(passage)
    for one in find_offices(claim):
        same = [other for other in known if one.names & other.names]
        if not same or any(other.ranks == one.ranks for other in same):
            continue
        dropped = frozenset.intersection(*(other.ranks for other in same)) - one.ranks - mine
        added = one.ranks.difference(*(other.ranks for other in same)) - theirs
        if dropped or added:
            span = same[0].start, same[0].end
            yield Turned("ranked", passage[slice(*span)], span)


def _bounded(claim: str, passage: str) -> Iterator[Turned]:
    """Where one side speaks of all, and the other of almost all or of some of the same."""
    mine, theirs = list(_WHOLE.finditer(claim)), list(_WHOLE.finditer(passage))
    if any(not match["almost"] for match in mine) and not _ALMOST.search(claim):
        if theirs and all(match["almost"] for match in theirs):
            yield Turned("bounded", theirs[0].group(), theirs[0].span())
        if not theirs:
            nouns = [
                _meanings(noun[1].lower()) for match in mine if (noun := _NOUN.match(claim, match.end()))
            ]
            for match in _PARTLY.finditer(passage):
                if any(not noun.isdisjoint(_forms(match["noun"])) for noun in nouns):
                    yield Turned("bounded", match.group(), match.span())
    if (
        any(match["almost"] for match in mine)
        and theirs
        and not (_ALMOST.search(passage) or _EXCEPTION.search(passage))
    ):
        yield Turned("bounded", theirs[0].group(), theirs[0].span())


_RESULT = re.compile(r"(?P<who>[^\W_][\w-]*)\s+(?P<word>[^\W\d_]+)\s+(?P<one>\d+)\s?[-–]\s?(?P<other>\d+)\b")
"""Who won or lost by a score."""


def _lost(claim: str, passage: str) -> Iterator[Turned]:
    """Where one side says that somebody won by a score, and the other that the same lost by it."""
    for mine in _RESULT.finditer(claim):
        for theirs in _RESULT.finditer(passage):
            score = sorted(theirs.group("one", "other")) == sorted(mine.group("one", "other"))
            same = mine["who"].lower() == theirs["who"].lower()
            if same and score and _are_opposed(mine["word"], theirs["word"]):
                yield Turned("opposite", theirs["word"], theirs.span("word"))


def find_turns(claim: str, passage: str) -> list[Turned]:
    """Denials, exceptions, ranks and limits on one side alone, and words contrary to the claim's.

    Args:
        claim: One sentence, Indonesian or English.
        passage: What it is held against.
    """
    claim, passage = without_negated_bounds(claim), without_negated_bounds(passage)
    found = []
    negative = _NO.search(claim)
    if not negative and (match := _DENIAL.search(passage)):
        found.append(Turned("denied", match.group(), match.span()))
    if (match := NEGATOR.search(claim)) and not _NO.search(passage):
        found.append(Turned("not_denied", match.group(), None))
    whole = any(not match["almost"] for match in _WHOLE.finditer(claim))
    if not negative and whole and (match := _EXCEPTION.search(passage)):
        found.append(Turned("excepted", match.group(), match.span()))
    found += [*_ranked_otherwise(claim, passage), *_bounded(claim, passage), *_lost(claim, passage)]
    return found + _changed_in_copies(claim, passage)
