"""A statement as a row of tokens: words, names, figures, days, clock times, each with its characters.

Two tokens are the same when they say the same, however they are written: `menyetujui` and `disetujui`,
`Tiongkok` and `China`, `Rp 1,2 miliar` and `1.200 juta rupiah`, `22 Juli 2025` and `July 22, 2025`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal

from index.dates import weekday_names
from index.language import detect
from index.sentences import sentences
from rag.dates import Moment, find_moments
from rag.figures import Figure, Language, find_figures
from rag.glossary import indonesian
from rag.grounding.lexicon import GROUPS, SAYING
from rag.places import find_places
from rag.terms import find_terms
from rag.words import STOPWORDS, WORD, stem

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
_DIGITS = re.compile(r"[^\W\d_]*\d[\w.,:/-]*")
_TAKEN = {"m": "pm", "n": "tn", "ny": "s", "ng": "k"}
"""Letters that may have stood where a prefix now ends: `menolak` is from `tolak`, `meminta` from `minta`."""

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


@dataclass(frozen=True, slots=True)
class Statement:
    """A text taken apart: its tokens in order."""

    text: str
    language: Language
    tokens: tuple[Token, ...]

    def sentence(self, number: int) -> list[Token]:
        return [token for token in self.tokens if token.sentence == number]

    def only(self, numbers: Iterable[int]) -> Statement:
        """The statement reduced to some of its sentences."""
        kept = set(numbers)
        return replace(self, tokens=tuple(token for token in self.tokens if token.sentence in kept))

    @property
    def sentences(self) -> list[int]:
        return sorted({token.sentence for token in self.tokens})


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
        inside = [fact for fact in facts if start <= fact.start < end]
        at = start
        for fact in [*inside, None]:
            tokens += _words(text, (at, fact.start if fact else end), start, number, manner)
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
    figures = [figure for figure in find_figures(text, language) if not _inside(figure, found)]
    counted = [figure for figure in figures if figure.unit]
    moments = [
        moment
        for moment in find_moments(text, published)
        if not _inside(moment, found) and not _inside(moment, counted)
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
    for figure in figures:
        if not _inside(figure, found):
            written = text[figure.start : figure.end]
            found.append(Token(figure.start, figure.end, "figure", written, frozenset(), 0, figure=figure))
    for match in _weekday().finditer(text):
        # "minggu" is a week, "Minggu" a day.
        if not _inside_span(match.span(), found) and match.group()[0].isupper():
            number = weekday_names()[match.group().lower()]
            found.append(Token(*match.span(), "weekday", match.group(), frozenset(), 0, value=(number,)))
    return sorted(found, key=lambda token: token.start)


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


def _inside(item: Figure | Moment, taken: Sequence[Token | Figure]) -> bool:
    return _inside_span((item.start, item.end), taken)


def _inside_span(span: tuple[int, int], taken: Sequence[Token | Figure]) -> bool:
    return any(span[0] < other.end and other.start < span[1] for other in taken)


def _words(text: str, span: tuple[int, int], first: int, number: int, manner: Manner) -> list[Token]:
    """Words and names of the part `span` of a sentence that begins at `first`."""
    part = text[slice(*span)]
    known = [
        (span[0] + place.start, span[0] + place.end, frozenset({f"@{place.code}"}))
        for place in find_places(part)
    ]
    if manner.across:
        for found in find_terms(part, manner.language):
            low, high = span[0] + found.start, span[0] + found.end
            if not any(low < end and start < high for start, end, _ in known):
                known.append((low, high, frozenset({f"#{found.term.indonesian[0]}"})))
    tokens = []
    for match in WORD.finditer(part):
        start, end = span[0] + match.start(), span[0] + match.end()
        inside = next((name for name in known if name[0] <= start < name[1]), None)
        if inside:
            if start == inside[0]:
                tokens.append(Token(*inside[:2], "name", text[inside[0] : inside[1]], inside[2], number))
            continue
        written = match.group()
        opens = not re.search(r"\w", text[first:start]) or bool(re.search(r"[“\"‘(:]\s*$", text[first:start]))
        forms = _forms(written.lower(), manner.language, manner.aliases.get(written.lower(), ""))
        tokens.append(Token(start, end, _kind(written, opens, manner.proper), written, forms, number))
    return tokens


def _kind(written: str, opens: bool, proper: frozenset[str]) -> Kind:
    lowered = written.lower()
    if _DIGITS.fullmatch(written):
        return "name"
    if lowered in STOPWORDS or _NEGATED_VERB.search(lowered) or lowered in SAYING:
        return "function" if not written.isupper() or len(written) < 3 else "name"
    if written[0].isupper() and (not opens or lowered in proper or (written.isupper() and len(written) > 1)):
        return "name"
    return "word"


@lru_cache(maxsize=50_000)
def _forms(word: str, language: Language, full: str) -> frozenset[str]:
    """All that makes `word` the same as another: stems, meaning, Indonesian words, what it abbreviates."""
    forms = set(roots(word))
    if full:
        forms.update(stem(part) for part in full.split())
    if language == "en":
        forms.add(english_stem(word.removesuffix("'s").removesuffix("’s")))
        for other in indonesian(word):
            forms.update(roots(other))
    forms.update(group for form in tuple(forms) for group in GROUPS.get(form, ()))
    return frozenset(forms)


@cache
def _english() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def english_stem(word: str) -> str:
    """The stem of an English word by Snowball: `cutting` -> `cut`."""
    return str(_english().stemWord(word))


@lru_cache(maxsize=50_000)
def roots(word: str) -> frozenset[str]:
    """`word`, its stem, and the stem with the letter that its prefix took: `menolak` gives `tolak`."""
    word = word.strip(".'’")
    forms = {word}
    parts = word.split("-")
    if len(parts) == 2 and parts[0] == parts[1]:
        word = parts[0]
        forms.add(word)
    for clitic in ("nya", "lah", "kah", "pun"):
        if word.endswith(clitic) and len(word) > len(clitic) + 3:
            forms.add(word.removesuffix(clitic))
    for form in tuple(forms):
        stemmed = stem(form)
        forms.add(stemmed)
        nasal = re.match(r"(?:me|pe)(m|ny|ng|n)(?=[aiueo])", form)
        if nasal and len(stemmed) > 2:
            rest = stemmed if stemmed[0] in "aiueo" else stemmed[1:]
            forms.update(letter + rest for letter in _TAKEN[nasal[1]] if rest[0] in "aiueo")
    return frozenset(forms)
