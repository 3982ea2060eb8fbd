"""Names in the news: countries, provinces, abbreviations, and the names in a sentence.

Countries come from CLDR: `Tiongkok`, `RRT`, `China` and `Chinese` are one place; `Sumut` is North Sumatra
and `Sulut` is not. Abbreviations are the common ones of the press and those that an article explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from babel import Locale

from index import Article, Hit
from index.models import Span
from index.text import sentences
from rag.lang import LEXICON, Language, as_language
from rag.lang.dates import Moment, dated, figures_beside, find_moments, reported_on
from rag.lang.numbers import Figure, one_of
from rag.lang.words import content_words, stem

PROVINCES: dict[str, tuple[str, tuple[str, ...]]] = {
    code: (english, tuple(others))
    for code, (english, *others) in LEXICON.mapping("provinces", "pairs").items()
}
"""ISO 3166-2 codes to the English name, and other names and abbreviations."""
_NOT_NAMES = frozenset(LEXICON.words("common_words", "pairs"))
"""Words that are more often something else than the place; they count only with a capital."""
_SHORT = 4


@dataclass(frozen=True, slots=True)
class Place:
    """The characters `start:end` of a text and the ISO 3166 code of the place they name."""

    start: int
    end: int
    code: str


@cache
def _names() -> dict[str, str]:
    """Every name, as written, to its code."""
    names: dict[str, str] = {}
    for locale in ("id", "en"):
        for code, name in Locale(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "EZ", "UN", "XA", "XB", "ID"}:
                names[re.sub(r"\s*\(.*\)", "", name)] = code
    for code, others in LEXICON.mapping("countries", "pairs").items():
        names.update(dict.fromkeys(others, code))
    for code, (english, others) in PROVINCES.items():
        names.update(dict.fromkeys((english, *others), code))
    return names


@cache
def _folded() -> dict[str, str]:
    return {name.casefold(): code for name, code in _names().items()}


@cache
def _pattern() -> re.Pattern[str]:
    words = one_of(name.lower() for name in _names())
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)


def find_places(text: str) -> list[Place]:
    """Every country and province that `text` names, in order.

    Names of up to four letters need their capitals (`AS`, `US`), so do names that are common words; the
    others are found however they are written, since questions are typed in haste.
    """
    found = []
    for match in _pattern().finditer(text):
        written = re.sub(r"\s+", " ", match.group())
        code = _names().get(written)
        if code is None and (len(written) > _SHORT or _is_abbreviation(written)):
            code = None if written.title() in _NOT_NAMES else _folded().get(written.casefold())
        if code:
            found.append(Place(match.start(), match.end(), code))
    return found


def english_name(code: str) -> str:
    """The English name of a place by its ISO 3166 code."""
    return PROVINCES[code][0] if code in PROVINCES else str(Locale("en").territories[code])


REGENCY_KINDS = frozenset(LEXICON.words("regency_kinds"))
_KIND = re.compile(rf"^{one_of(REGENCY_KINDS)}\s+")


@cache
def _regencies() -> dict[str, str]:
    """Names of regencies and cities by their letters alone."""
    return {re.sub("[ -]", "", name): name for name in LEXICON.words("regencies")}


def is_regency(name: str) -> bool:
    """Whether a name is that of a regency or city, however many words: Tanjung Balai and Tanjungbalai."""
    return re.sub("[ -]", "", _KIND.sub("", name.casefold())) in _regencies()


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """The characters `start:end` of a text that name a country, province, regency or city, and which.

    Attributes:
        start: First character.
        end: One past the last character.
        key: The same for all names of one place.
        is_regency: Whether it is a regency or city.
    """

    start: int
    end: int
    key: str
    is_regency: bool


LONGEST_PLACE = 4
"""Words of the longest name of a regency."""


@lru_cache(maxsize=4096)
def named_places(text: str, *, as_asked: bool = False) -> tuple[NamedPlace, ...]:
    """The places that a text names, in order, each by the longest name that stands there.

    Args:
        text: Any.
        as_asked: Whether regencies may be written with small letters.
    """
    places = {one.start: one for one in find_places(text)}
    words = [match.span() for match in re.finditer(r"[^\W\d_]\w*", text)]
    found: list[NamedPlace] = []
    at = 0
    while at < len(words):
        start, place = words[at][0], places.get(words[at][0])
        end = place.end if place else start
        for _, last in words[at : at + LONGEST_PLACE] if as_asked or text[start].isupper() else ():
            if re.fullmatch(r"\w+(?:[ -]\w+)*", text[start:last]) and last > end:
                written = text[start:last].lower()
                name = _regencies().get(re.sub("[ -]", "", written))
                is_word = text[start].islower() and written.title() in _NOT_NAMES
                if name and not is_word and re.split("[ -]", written)[0] not in REGENCY_KINDS:
                    end, place, key = last, None, name
        if end > start:
            found.append(NamedPlace(start, end, place.code if place else key, place is None))
        at = next((n for n in range(at + 1, len(words)) if words[n][0] >= end), len(words))
    return tuple(found)


def _is_abbreviation(written: str) -> bool:
    """Whether these letters, in any case, abbreviate a province in the press: `ntb`, but not `as` or `us`."""
    return any(written.casefold() == other.casefold() for _, others in PROVINCES.values() for other in others)


COMMON: dict[str, str] = {
    short.lower(): full for short, full in LEXICON.mapping("abbreviations", "id").items()
}
"""Abbreviations that Indonesian papers use without explaining them, lower-case, with their full forms."""

JOINING = frozenset(LEXICON.words("joining_words"))
"""Words within names that abbreviations leave out."""

_HEADS: Mapping[str, list[str]] = LEXICON.mapping("heads", "pairs")
_ANY_HEAD = one_of({form for forms in _HEADS.values() for form in forms})
_HEAD = re.compile(rf"\b{_ANY_HEAD}\b")
_LATER_RANKS: Mapping[str, str] = LEXICON.mapping("following_ranks", "pairs")
RANKS: Mapping[str, str] = {**LEXICON.mapping("deputising", "pairs"), **_LATER_RANKS}
"""What makes another of an office or of who holds it, by its kind."""

_RANK = re.compile(rf"\b{one_of(RANKS)}\b")
_RANKED_HEAD = rf"\b(?:{one_of(RANKS)}\.?[\s-]+)*{_ANY_HEAD}"
SHORT_OFFICES = {short: full for short, full in COMMON.items() if re.match(rf"{_RANKED_HEAD}\b", full)}
"""Abbreviations of offices, "wagub", with their full forms."""

_OFFICE = re.compile(
    rf"(?:{_RANKED_HEAD}|\b(?P<short>{one_of(SHORT_OFFICES)}))(?:nya)?\b"
    rf"(?:[\s-]+{one_of(_LATER_RANKS)}\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Office:
    """An office that a text names.

    Attributes:
        start: Its first character in the text, that of its ranks.
        end: Behind its last one, before what it is the office of.
        names: What it is called in the table `heads`.
        ranks: Kinds of what makes another of it: `deputy`, `former`.
        of: What an abbreviation says besides, `luar negeri` of `menlu`.
    """

    start: int
    end: int
    names: frozenset[str]
    ranks: frozenset[str]
    of: str = ""


def find_offices(text: str) -> Iterator[Office]:
    """The offices of a text, in order."""
    for match in _OFFICE.finditer(text):
        short = match["short"]
        full = SHORT_OFFICES[short.lower()] if short else re.sub(r"[\s-]+", " ", match.group().lower())
        if head := _HEAD.search(full.removesuffix("nya")):
            names = frozenset(name for name, heads in _HEADS.items() if head.group() in heads)
            ranks = frozenset(RANKS[rank.group()] for rank in _RANK.finditer(full))
            yield Office(*match.span(), names, ranks, full[head.end() :] if short else "")


_EXPLAINED = re.compile(
    # A word is begun at its first letter only: from each letter of a long one, the time would be its square.
    rf"(?<![\w'’-])((?:[A-Z][\w'’-]*\s+(?:(?:{LEXICON.pattern('joining_words')})\s+)?){{1,7}})"
    r"\(([A-Z][\w-]{1,12}(?:\s[A-Z][\w-]{1,12})?)\)"
)


def explained(text: str) -> dict[str, str]:
    """Abbreviations that `text` explains, `Badan Pusat Statistik (BPS)`, lower-case with their full forms."""
    found = {}
    for match in _EXPLAINED.finditer(text):
        full, short = match.group(1).split(), match.group(2)
        for length in range(1, len(full) + 1):
            tail = full[-length:]
            if _abbreviates(short, tail):
                found[short.lower()] = " ".join(tail).lower()
                break
    return found


def other_forms(text: str, aliases: Mapping[str, str]) -> str:
    """The full forms of abbreviations in `text` and the abbreviations of its full forms, as words."""
    words = " ".join(re.findall(r"[^\W_]+", text.lower()))
    lowered = f" {words} "
    forms = []
    for short, full in aliases.items():
        if f" {short} " in lowered:
            forms.append(full)
        elif f" {full} " in lowered:
            forms.append(short)
    return " ".join(forms)


def _abbreviates(short: str, words: list[str]) -> bool:
    """Whether the letters of `short` come in order from all of `words`, each giving its first letter."""
    letters = short.lower().replace(" ", "")
    for word in words:
        if word.lower() in JOINING:
            continue
        if not letters or letters[0] != word[0].lower():
            return False
        taken = 1
        while taken < len(letters) and letters[: taken + 1] == word[: taken + 1].lower():
            taken += 1
        letters = letters[taken:] if len(words) > 1 else ""
    return not letters


def spans_of(*groups: Iterable[Place | Moment | Figure]) -> list[Span]:
    """The characters of what was found in a text, group by group."""
    return [(one.start, one.end) for group in groups for one in group]


def meets(span: Span, others: Iterable[Span]) -> bool:
    """Whether any of the others has a character of a span."""
    return any(start < span[1] and span[0] < end for start, end in others)


@dataclass(frozen=True)
class Sentence:
    """The characters `start:end` of an article, and what stands in them."""

    article: Article
    start: int
    end: int
    hit: Hit

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def written_in(self) -> Language:
        return as_language(self.article.language)

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems_of(self.text) | stems_of(other_forms(self.text, self.surroundings.aliases))

    @cached_property
    def places(self) -> list[Place]:
        return find_places(self.text)

    @cached_property
    def moments(self) -> list[Moment]:
        return [
            dated(moment, self.article.published)
            for moment in find_moments(self.text, self.article.published)
        ]

    @cached_property
    def before(self) -> str:
        """The sentence before it in its passage, which "Nilai itu" speaks of; empty where it is the first."""
        earlier = self.article.text[self.hit.passage.start : self.start]
        spans = sentences(earlier)
        return earlier[slice(*spans[-1])] if spans else ""

    @cached_property
    def moments_before(self) -> list[Moment]:
        found = find_moments(self.before, self.article.published)
        return [dated(moment, self.article.published) for moment in found]

    @cached_property
    def figures(self) -> list[Figure]:
        return figures_beside(self.text, self.written_in, self.moments)

    @cached_property
    def surroundings(self) -> Surroundings:
        return _surroundings(self.article)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The abbreviations and word stems of a whole article, which a sentence need not repeat."""

    aliases: Mapping[str, str]
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """When and where what a whole article tells of is set, its headline included.

    Attributes:
        moments: The days and periods that it names, and those shortly before and at its publication.
        headline: Those that its headline names.
        places: The keys of the places that it or the name of its publisher names.
        text: Both in small letters.
    """

    moments: tuple[Moment, ...]
    headline: tuple[Moment, ...]
    places: frozenset[str]
    text: str

    def lacks_moment(self, asked: Moment) -> bool:
        """Whether no day of what is asked is one that it tells of; never where it tells of none at all."""
        return bool(self.moments) and not any(one.meets(asked) for one in self.moments)

    def lacks_place(self, asked: NamedPlace, written: str) -> bool:
        """Whether it names a place neither by one of its names nor as it is written in what is asked."""
        return asked.key not in self.places and written.casefold() not in self.text


@lru_cache(maxsize=256)
def setting_of(article: Article) -> Setting:
    """When and where what an article tells of is set."""
    text, published = f"{article.title}\n{article.text}", article.published
    moments = [dated(moment, published) for moment in find_moments(text, published)]
    headline = tuple(one for one in moments if one.end <= len(article.title))
    told = (*moments, *reported_on(published))
    # A press office need not name its own place.
    whole = f"{article.source or ''}\n{text}"
    return Setting(told, headline, frozenset(one.key for one in named_places(whole)), whole.casefold())


@lru_cache(maxsize=4096)
def stems_of(text: str) -> frozenset[str]:
    """The content words of a text, their stems, and those of their parts between hyphens."""
    found: set[str] = set()
    for word in content_words(text):
        found.update((word, stem(word)))
        if "-" in word or "'" in word:
            found.update(stem(part) for part in re.split(r"[-'’]", word))
    return frozenset(found)


@lru_cache(maxsize=256)
def _surroundings(article: Article) -> Surroundings:
    text = f"{article.title}\n{article.text}"
    aliases = COMMON | explained(text)
    return Surroundings(
        aliases=aliases,
        stems=stems_of(text) | stems_of(other_forms(text, aliases)),
    )
