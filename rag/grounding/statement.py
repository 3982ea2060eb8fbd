"""A statement as a row of tokens: words, names, figures, days, clock times, each with its characters.

Two tokens are the same when they say the same, however they are written: `menyetujui` and `disetujui`,
`Tiongkok` and `China`, `Rp 1,2 miliar` and `1.200 juta rupiah`, `22 Juli 2025` and `July 22, 2025`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Literal

from index.dates import weekday_names
from index.language import detect
from index.sentences import sentences
from rag.coverage import Coverage
from rag.dates import Moment, find_moments
from rag.figures import Figure, Language, find_figures
from rag.grounding.forms import forms_of
from rag.grounding.lexicon import SAYING
from rag.places import find_places
from rag.terms import find_terms
from rag.words import STOPWORDS, WORD

Kind = Literal["word", "function", "name", "figure", "moment", "clock", "weekday"]

FACTS = frozenset({"figure", "moment", "clock", "weekday"})
"""Kinds that are either equal or not; of words there are also others with the same meaning."""

NEAR = Decimal("1.5")
"""How many times a figure may exceed the limit that a claim sets to it."""

LOOSE = Decimal("0.9")
"""What of "about 1500" is certain."""

_CLOCK = re.compile(
    r"(?:\b(?:pukul|jam|at)\s+)(?P<h>[0-2]?\d)(?:[.:](?P<m>[0-5]\d))?(?![\d.,:]*\d)(?:\s*(?P<z>WIB|WITA|WIT|GMT|UTC)\b)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"|\b(?P<h2>[0-2]?\d)[.:](?P<m2>[0-5]\d)\s*(?:(?P<z2>WIB|WITA|WIT|GMT|UTC)\b|(?P<half2>[ap])\.?m\b\.?)"
    r"|\b(?P<h3>1?\d)\s*(?P<half3>[ap])\.?m\b\.?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\w")
_DIGITS = re.compile(r"[^\W\d_]*\d[\w.,:/-]*")
_NEGATED_VERB = re.compile(r"n['’]t$")


@dataclass(frozen=True, slots=True)
class Token:
    """The characters `start:end` of a text and what they say.

    Attributes:
        start: First character.
        end: One past the last character.
        kind: What it is; all kinds in `FACTS` are exact.
        text: As it is written.
        forms: By any of which a word is the same as another.
        sentence: Number of its sentence, from 0.
        figure: Of a figure.
        moment: Of a day or period.
        value: Of a clock time or weekday.
        opens: Whether it is a word that opens a sentence or a quotation, where a capital tells nothing.
    """

    start: int
    end: int
    kind: Kind
    text: str
    forms: frozenset[str]
    sentence: int
    figure: Figure | None = None
    moment: Moment | None = None
    value: tuple[int, ...] = ()
    opens: bool = False

    @property
    def is_fact(self) -> bool:
        return self.kind in FACTS

    def says(self, other: Token) -> bool:
        """Whether this token, of a source, says what `other`, of a claim, says."""
        if self.is_fact or other.is_fact:
            return self.kind == other.kind and self._equals(other)
        return not self.forms.isdisjoint(other.forms)

    def _equals(self, other: Token) -> bool:
        if self.figure and other.figure:
            return _tells(self.figure, other.figure)
        if self.moment and other.moment:
            return self._dates(self.moment, other.moment) and _may_agree(self.value, other.value)
        return self.value == other.value and self.forms == other.forms

    @staticmethod
    def _dates(told: Moment, claimed: Moment) -> bool:
        if told.is_period != claimed.is_period:
            return False
        return told.first.says(claimed.first) and told.last.says(claimed.last)


def _tells(told: Figure, claimed: Figure) -> bool:
    """Equal, or a claim that leaves out the unit or the "per", or one of a limit that the figure keeps."""
    if told.equals(claimed):
        return True
    if _keeps(told, claimed):
        return True
    if told.bound != claimed.bound or told.nth != claimed.nth or claimed.per not in {None, told.per}:
        return False
    if claimed.unit is None:
        return told.value == claimed.value
    # People are counted by many nouns, which stand behind the figure and are held against each other there.
    counted = {None, "people"}
    return told.measure() == claimed.measure() or (
        told.value == claimed.value and {told.unit, claimed.unit} == counted
    )


def _keeps(told: Figure, claimed: Figure) -> bool:
    """Whether an exact figure keeps a claimed limit, and nearly: 18 is "more than 15", 80 hardly."""
    (value, unit), (limit, limited) = told.measure(), claimed.measure()
    if unit != limited or told.per != claimed.per or told.nth or claimed.nth:
        return False
    if told.bound == "about":
        value *= LOOSE if claimed.bound in {"above", "at least"} else 1 / LOOSE
    elif told.bound:
        return False
    if claimed.bound in {"above", "at least"}:
        return limit < value <= limit * NEAR or (value == limit and claimed.bound == "at least")
    if claimed.bound in {"below", "at most"}:
        return value < limit <= value * NEAR or (value == limit and claimed.bound == "at most")
    return False


def _may_agree(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return not one or not other or one == other


@dataclass(frozen=True)
class Statement:
    """A text taken apart: its tokens in order."""

    text: str
    language: Language
    tokens: tuple[Token, ...]

    @cached_property
    def sentences(self) -> dict[int, tuple[Token, ...]]:
        """The tokens of each sentence that has any, by its number, in order."""
        grouped: dict[int, list[Token]] = {}
        for token in self.tokens:
            grouped.setdefault(token.sentence, []).append(token)
        return {number: tuple(grouped[number]) for number in sorted(grouped)}

    @cached_property
    def telling(self) -> dict[str, frozenset[int]]:
        """By each form of its words and names, the numbers of the sentences that have it."""
        found: dict[str, set[int]] = {}
        for token in self.tokens:
            if not token.is_fact:
                for form in token.forms:
                    found.setdefault(form, set()).add(token.sentence)
        return {form: frozenset(numbers) for form, numbers in found.items()}

    @cached_property
    def facts(self) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.is_fact)

    @cached_property
    def having(self) -> dict[Kind, frozenset[int]]:
        """By each kind of its facts, the numbers of the sentences that have one."""
        found: dict[Kind, set[int]] = {}
        for token in self.facts:
            found.setdefault(token.kind, set()).add(token.sentence)
        return {kind: frozenset(numbers) for kind, numbers in found.items()}

    def only(self, numbers: Iterable[int]) -> tuple[Token, ...]:
        """The tokens of some of its sentences, in order."""
        return tuple(token for number in sorted(numbers) for token in self.sentences[number])

    def naming(self, proper: Collection[str]) -> Statement:
        """The statement where words known to be names are so at the start of a sentence too."""
        tokens = tuple(
            replace(token, kind=_kind(token.text, True, proper))
            if token.opens and token.text.lower() in proper
            else token
            for token in self.tokens
        )
        return replace(self, tokens=tokens)


def spoken_in(text: str, otherwise: Language = "id") -> Language:
    """The language of a statement, `otherwise` where that is open."""
    code = detect(text)
    return "en" if code == "en" else "id" if code in {"id", "ms"} else otherwise


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is read.

    Attributes:
        language: Decides how figures are read and which words are English.
        published: What "tahun lalu" and days without a year are relative to.
        aliases: Abbreviations, lower-case, and what they stand for.
        proper: Lower-case words known to be names, so that they are at the start of a sentence too.
        across: Whether it is held against a text in the other language, so that offices and institutions
            count by what they are called in both.
    """

    language: Language
    published: date | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    proper: frozenset[str] = frozenset()
    across: bool = False


def take_apart(text: str, manner: Manner) -> Statement:
    """The tokens of `text`, which is one or more sentences."""
    facts = _facts(text, manner.language, manner.published)
    bounds = sentences(text) or [(0, len(text))]
    tokens: list[Token] = []
    for number, (start, end) in enumerate(bounds):
        inside = facts[bisect_left(facts, start, key=_start) : bisect_left(facts, end, key=_start)]
        first = _LETTER.search(text, start, end)
        at = start
        for fact in [*inside, None]:
            begins = first.start() if first else end
            tokens += _words(text, (at, fact.start if fact else end), (start, begins), number, manner)
            if fact:
                tokens.append(replace(fact, sentence=number))
                at = fact.end
    return Statement(text, manner.language, tuple(tokens))


def _facts(text: str, language: Language, published: date | None) -> list[Token]:
    found = [
        Token(*match.span(), "clock", match.group(), frozenset(), 0, value=_time(match))
        for match in _CLOCK.finditer(text)
        if match["m"] or match["z"] or match["half"] or match["h2"] or match["h3"] or match["h"]
    ]
    taken = Coverage(len(text), ((clock.start, clock.end) for clock in found))
    figures = [f for f in find_figures(text, language) if not taken.meets(f.start, f.end)]
    counted = Coverage(len(text), ((figure.start, figure.end) for figure in figures if figure.unit))
    moments = [
        moment
        for moment in find_moments(text, published)
        if not taken.meets(moment.start, moment.end) and not counted.meets(moment.start, moment.end)
    ]
    for moment in moments:
        written = text[moment.start : moment.end]
        day = _weekday().search(written)
        value = (weekday_names()[day.group().lower()],) if day else ()
        found.append(
            Token(
                moment.start,
                moment.end,
                "moment",
                written,
                frozenset(),
                0,
                moment=_dated(moment, published),
                value=value,
            )
        )
        taken.take(moment.start, moment.end)
    for figure in figures:
        if not taken.meets(figure.start, figure.end):
            taken.take(figure.start, figure.end)
            written = text[figure.start : figure.end]
            found.append(Token(figure.start, figure.end, "figure", written, frozenset(), 0, figure=figure))
    for match in _weekday().finditer(text):
        # "minggu" is a week, "Minggu" a day.
        if match.group()[0].isupper() and not taken.meets(*match.span()):
            number = weekday_names()[match.group().lower()]
            found.append(Token(*match.span(), "weekday", match.group(), frozenset(), 0, value=(number,)))
    return sorted(found, key=_start)


def _start(token: Token) -> int:
    return token.start


@cache
def _weekday() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, weekday_names()), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])", re.IGNORECASE)


def _time(match: re.Match[str]) -> tuple[int, ...]:
    hour = int(match["h"] or match["h2"] or match["h3"])
    minute = int(match["m"] or match["m2"] or 0)
    half = (match["half"] or match["half2"] or match["half3"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, minute


def _dated(moment: Moment, published: date | None) -> Moment:
    """A day without a year is of the year of publication."""
    if published is None:
        return moment
    first, last = (
        replace(day, year=published.year) if day.year is None and day.month is not None else day
        for day in (moment.first, moment.last)
    )
    return replace(moment, first=first, last=last)


def _words(
    text: str, span: tuple[int, int], begins: tuple[int, int], number: int, manner: Manner
) -> list[Token]:
    """Words and names of the part `span` of a sentence; `begins`: where that does, and its first word."""
    part = text[slice(*span)]
    known = _known(part, manner)
    taken = Coverage(len(part), ((first, last) for first, (last, _) in known.items()))
    tokens = []
    for match in WORD.finditer(part):
        start, end = span[0] + match.start(), span[0] + match.end()
        if taken.meets(match.start(), match.start() + 1):
            if name := known.get(match.start()):
                end = span[0] + name[0]
                tokens.append(Token(start, end, "name", text[start:end], frozenset({name[1]}), number))
            continue
        written = match.group()
        opens = start <= begins[1] or _is_set_off(text, begins[0], start)
        forms = forms_of(written.lower(), manner.language, manner.aliases.get(written.lower(), ""))
        kind = _kind(written, opens, manner.proper)
        tokens.append(Token(start, end, kind, written, forms, number, opens=opens))
    return tokens


def _known(part: str, manner: Manner) -> dict[int, tuple[int, str]]:
    """By its first character, the end of each name of a place or an institution, and its form."""
    places = find_places(part)
    known = {place.start: (place.end, f"@{place.code}") for place in places}
    if manner.across:
        taken = Coverage(len(part), ((place.start, place.end) for place in places))
        for found in find_terms(part, manner.language):
            if not taken.meets(found.start, found.end):
                known[found.start] = (found.end, f"#{found.term.indonesian[0]}")
    return known


def _is_set_off(text: str, first: int, start: int) -> bool:
    """Whether a quotation, a bracket or a colon stands before a word of a sentence that begins at `first`."""
    while start > first and text[start - 1].isspace():
        start -= 1
    return start > first and text[start - 1] in '“"‘(:'


def _kind(written: str, opens: bool, proper: Collection[str]) -> Kind:
    lowered = written.lower()
    if _DIGITS.fullmatch(written):
        return "name"
    if lowered in STOPWORDS or _NEGATED_VERB.search(lowered) or lowered in SAYING:
        return "function" if not written.isupper() or len(written) < 3 else "name"
    if written[0].isupper() and (not opens or lowered in proper or (written.isupper() and len(written) > 1)):
        return "name"
    return "word"
