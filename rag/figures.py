"""Every figure of an article, with its unit, its bound, what it counts, its period and its place.

Numbers come from `rag.lang.numbers`; here they are joined with the noun that they count, `15 polisi`, and
ranges become one figure. Which numbers count or measure something, and which are part of a name, a score or a
period, is decided by fitted weights, and so is which words of the sentence tell what is counted
(`figures.json`, fitted by `scripts/train/figures.py`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index import Article
from index.models import Extractor, Span, version_of
from index.press import boilerplate, outside
from index.text import function_words, sentences
from rag.lang import LANGUAGE_FILES, LANGUAGES, LEXICON, Language, as_language
from rag.lang.dates import Moment, find_moments
from rag.lang.names import find_places, stems_of
from rag.lang.numbers import (
    BOUNDS,
    CURRENCIES,
    RARE_UNIT,
    RARE_UNITS,
    Coverage,
    Figure,
    find_figures,
    one_of,
)
from rag.lang.words import STOPWORDS, content_words, forms, rarities, stem, weight_of
from rag.weights import Weights, read, weighed

if TYPE_CHECKING:
    from index.ingest import Progress
    from index.library import Library

FITTED = Path(__file__).with_name("figures.json")
"""Weights for being a figure, "keep", for counting a noun, "noun", and for being what is counted, "what"."""

UNITS: Mapping[str, str] = LEXICON.mapping("unit_names", "counted")
"""Units of `rag.lang.numbers` that are called otherwise in a table of figures."""

_SHORTEST = 3
"""Letters of a noun that is no abbreviation; fewer belong to the number: `35s`."""

_SPEEDS: Mapping[tuple[str | None, str | None], str] = {("km", "hour"): "km/h", ("m", "second"): "m/s"}

WHAT_WORDS = 9
"""Most words of what a figure counts."""

SECOND = 0.1
"""The least probability of a second chunk of what a figure counts."""

ABOUT = 0.5
"""The least share of a topic's weight that tells of it.

With the gold's `what` as topics, over 354 articles of 1,569 figures, .98 of the figures meant are kept,
beside 7 others; at .4 .99 and 11, at .6 .95 and 4. Of questions of a dozen words .79 (Indonesian) and .68
(English), beside 2 to 3 others.
"""

FIELDS = tuple("written start end value value_to unit bound what period place".split())
"""Members of a figure in `tanya figures --json`, in this order, beside its article."""

SHEET = (
    *("published", "source", "article_id", "title", "written", "bound", "value", "value_to", "unit"),
    *("what", "period", "place", "start", "end"),
)
"""The columns of `tanya figures --csv` and `--xlsx`."""

AROUND = 12
"""Chunks, periods and places of a sentence that are weighed before a figure, and as many behind it."""

_LOOKED_BACK = 60
"""Characters."""

_FILE = "counted"
_T = TypeVar("_T")


def _table(name: str) -> frozenset[str]:
    return frozenset(LEXICON.words(name, _FILE))


_PEOPLE, _PIECES, _TIMES, _AGES = (_table(name) for name in ("people", "pieces", "times", "ages"))
_LABELS, _SHARES, _CHANGES, _COMPARING = (
    _table(name) for name in ("labels", "shares", "changes", "comparing")
)
_LINKING = _table("linking") | _CHANGES | _COMPARING
_ALMOST, _OVER, _REST, _DEFINITE = (_table(name) for name in ("almost", "over", "rest", "definite"))
_CHANGE_STEMS = frozenset(map(stem, _CHANGES))
_AMOUNTING = _table("amounting")
_MEASURED = frozenset(LEXICON.words("measured_nouns", "id"))
_THINGS = LEXICON.forms("things", _FILE)
_SCALES = LEXICON.forms("scales", _FILE)
_THING_UNITS = frozenset(_THINGS.values())
MONEY = frozenset(CURRENCIES.values())
LENGTHS = frozenset("year month week day hour minute second decade century".split())
"""The units of amounts of money and of lengths of time."""
_QUANTITIES = _MEASURED | _table("quantities")
"""Words that name what has an amount, but not of what."""
_CLOSED = (
    frozenset().union(
        STOPWORDS,
        *(function_words(language) for language in LANGUAGES),
        (word for bound in BOUNDS for word in bound.split()),
    )
    - _QUANTITIES
)
"""Words that name nothing that could be counted."""
_NAMED_BOUNDS = {"above": "more_than", "below": "less_than", "at least": "at_least", "at most": "at_most"}

_WORD = re.compile(r"[^\W\d_]\w*(?:[-'’][^\W\d_]\w*)*")
_FOLLOWING = re.compile(rf"[\s\-]{{0,2}}(?P<word>{_WORD.pattern})")
_FOLD = re.compile(rf"\s*(?P<times>{one_of(_TIMES)})(?!\w)(?:\s+lipat(?!\w))?", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:[-–—]|sampai(?:\s+dengan)?|hingga|s/d|s\.d\.|to)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:antara|between)\s*$", re.IGNORECASE)
_AND = re.compile(r"\s*(?:dan|and)\s*", re.IGNORECASE)
_AMONG = re.compile(r"\s+di\s+antara(?:nya)?(?!\w)", re.IGNORECASE)
_OR = re.compile(r"\s*(?:atau|or)\s*", re.IGNORECASE)
_SCORE = re.compile(r"(?:[-–:/×]|\bx)\s?$")
_ACTIVE = re.compile(r"me[mnlry][^\W\d_]{4,}")
_OF = re.compile(r"\s+(?:dari|of)\s+(?=\d|[^\W\d_])", re.IGNORECASE)
_BOUND = re.compile(rf"(?<![\w-])(?P<bound>{one_of(BOUNDS)})\s+(?:\w+\s+)?$", re.IGNORECASE)
_PER = re.compile(r"\s*(?:/\s*|per\s+|se(?=tiap\s))[^\W\d_]+", re.IGNORECASE)
PLACE = re.compile(
    r"(?<![\w-])(?:di|in)\s+(?P<place>(?:(?!yang\b|bawah\b|atas\b|antara\b)[a-z]+\s+){0,2}[A-Z][\w'’-]*"
    r"(?:(?:\s*,\s*|\s+(?:-\s+)?(?:dan\s+)?)[A-Z][\w'’-]*)*)"
)
_NOW_WORDS = re.compile(rf"(?<![\w-]){one_of(LEXICON.words('now', _FILE))}(?![\w-])", re.IGNORECASE)
_COMPARED = re.compile(
    rf"(?<![\w-])(?:(?P<from>{one_of(LEXICON.lines('coming_from', 'pairs'))})"
    rf"|{one_of(_COMPARING)})(?!\w)",
    re.IGNORECASE,
)
_ANY_BOUND = re.compile(rf"(?<![\w-]){one_of(BOUNDS)}(?!\w)", re.IGNORECASE)
_COMING_TO = re.compile(rf"(?<![\w-]){one_of(LEXICON.lines('coming_to', 'pairs'))}\s+$", re.IGNORECASE)
_AT_MOST_A_WORD = re.compile(r"(?:\s*\([^()]*\)|\s+\w+)?\s+")
_CLAUSE_END = re.compile(r"[,;:]\s|\s[-–—]\s")
_PERIOD_OPENS = re.compile(
    rf"(?<![\w-])(?:{one_of(LEXICON.words('period_openers', _FILE))})\s+(?:tahun\s+|bulan\s+|tanggal\s+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ArticleFigure:
    """A figure of an article.

    Attributes:
        written: The characters `start:end` of the article.
        start: First character.
        end: One past the last character.
        value: The whole value, magnitude multiplied in; the lower end of a range.
        value_to: The upper end of a range; else None.
        unit: ISO 4217 code, "percent", "percentage_point", "people", "ton", "km", "year" and so on,
            "times" for a multiple, the English noun for things, "tahun" for an age; None where none is named.
        bound: None where it is exact, or "about", "at_least", "at_most", "more_than", "less_than", "almost".
        what: The words of its sentence that tell what it counts or measures.
        period: When, as it is written; None where its sentence does not say.
        place: Where, as it is written; None where its sentence does not say.
        sentence: The first character of its sentence in the article, and one past the last.
    """

    written: str
    start: int
    end: int
    value: int | float
    value_to: int | float | None
    unit: str | None
    bound: str | None
    what: str
    period: str | None
    place: str | None
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NumberCandidate:
    """A number of a sentence that may be a figure; offsets are of the sentence.

    Attributes:
        start: First character.
        end: One past the last character, with unit or noun.
        figure: The number, the lower one of a range.
        upper: The upper one of a range.
        unit: As in `ArticleFigure`.
        noun: Where the noun that it counts begins; None where it has a unit or nothing.
        per: What it is counted per, as written: "per kilogram"; empty where it is a whole.
    """

    start: int
    end: int
    figure: Figure
    upper: Figure | None = None
    unit: str | None = None
    noun: int | None = None
    per: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The characters `start:end` of a sentence: words with no mark and no function word between them."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class ParsedSentence:
    """A sentence with what stands in it; offsets are of the sentence.

    Attributes:
        text: The sentence.
        start: Its first character in the article.
        candidates: In order.
        moments: Days and periods, in order.
        chunks: In order.
    """

    text: str
    start: int
    candidates: tuple[NumberCandidate, ...]
    moments: tuple[Moment, ...]
    chunks: tuple[Chunk, ...]

    @cached_property
    def starts(self) -> list[int]:
        """Where the candidates begin."""
        return [one.start for one in self.candidates]

    @cached_property
    def chunk_starts(self) -> list[int]:
        """Where the chunks begin."""
        return [one.start for one in self.chunks]

    @cached_property
    def periods(self) -> list[tuple[int, int]]:
        """Days, lengths of time that are periods, `tiga tahun terakhir`, and words like `kini`, in order."""
        spans = [(moment.start, moment.end) for moment in self.moments]
        for one in self.candidates:
            words = _words_after(self.text, one.end, 2)
            if one.unit in LENGTHS and words and words[0] in _OVER:
                following = _WORD.finditer(self.text, one.end)
                last = (
                    next(following) if len(words) < 2 or words[1] not in _OVER else [*islice(following, 2)][1]
                )
                spans.append((one.start, last.end()))
        return sorted([*spans, *(match.span() for match in _NOW_WORDS.finditer(self.text))])

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """The places that stand behind "di" or "in", in order."""
        starts = [moment.start for moment in self.moments]
        spans = []
        for match in PLACE.finditer(self.text):
            start, end = match.span("place")
            following = bisect_right(starts, start - 1)
            if following < len(starts):
                end = min(end, starts[following])
            if self.text[start:end].strip(" ,"):
                spans.append((start, end))
        return spans

    @cached_property
    def compared(self) -> list[tuple[int, int]]:
        """What figures are compared with, in order: "dari USD 3 miliar pada 2024" of what "tumbuh 5 persen".

        It goes to the end of the clause, to the figure that it came to, or to the next word of change.
        """
        taken = Coverage(len(self.text), ((one.start, one.end) for one in self.moments))
        ends = [
            match.start()
            for match in (*_CLAUSE_END.finditer(self.text), *self._changes)
            if not taken.meets(*match.span())
        ]
        begins = ((one.start, self._begin(one)) for one in self.candidates)
        ends += [start for start, at in begins if _COMING_TO.search(self.text, max(0, at - _LOOKED_BACK), at)]
        bounds = Coverage(len(self.text), (match.span() for match in _ANY_BOUND.finditer(self.text)))
        spans: list[tuple[int, int]] = []
        for match in _COMPARED.finditer(self.text):
            start, last = match.end(), spans[-1][1] if spans else 0
            if start < last or bounds.meets(*match.span()):
                continue
            if not match["from"] or self._changed(*match.span()):
                spans.append((start, min((end for end in ends if end >= start), default=len(self.text))))
        return spans

    @cached_property
    def _changes(self) -> list[re.Match[str]]:
        """The words of change, "tumbuh" and "kenaikan", in order."""
        return [match for match in _WORD.finditer(self.text) if _is_change(match.group().lower())]

    def _begin(self, one: NumberCandidate) -> int:
        """Where a figure begins with the words that bound it."""
        bound = _BOUND.search(self.text, max(0, one.start - _LOOKED_BACK), one.start)
        return bound.start() if bound else one.start

    def _changed(self, at: int, end: int) -> bool:
        """Whether "dari", the characters `at:end`, tells what something changed from.

        A word of change, or how much it was, stands before it, or it opens a clause before a figure.
        """
        if any(self._is_near(match.end(), at) for match in self._changes):
            return True
        if any(self._is_near(one.end, at) and self.change_of(one) for one in self.candidates):
            return True
        opens = re.search(r",\s+$", self.text[:at]) and any(self._is_near(end, one) for one in self.starts)
        return bool(opens) and any(match.end() < at for match in self._changes)

    def _is_near(self, end: int, at: int) -> bool:
        return end <= at and _AT_MOST_A_WORD.fullmatch(self.text, end, at) is not None

    def change_of(self, one: NumberCandidate) -> str:
        """The word of change whose measure a figure is: "tumbuh" of "tumbuh 5 persen"; empty where none is.

        A figure that something changed from or to, "naik menjadi 5 persen", is not the measure of it.
        """
        start = self._begin(one)
        words = [match.group() for match in _WORD.finditer(self.text, max(0, start - _LOOKED_BACK), start)]
        while words and words[-1].lower() in _AMOUNTING:
            words.pop()
        return words[-1] if words and words[-1].lower() in _CHANGES else ""

    def around(self, one: NumberCandidate, items: Sequence[_T], starts: Sequence[int]) -> Sequence[_T]:
        """The nearest `AROUND` of the items before a candidate, and as many behind, by where they begin."""
        at = bisect_left(starts, one.start)
        return items[max(0, at - AROUND) : at + AROUND]


def _is_change(word: str) -> bool:
    """Whether a word, in lower case, names a change: a verb of `changes`, or a noun made of one."""
    return word in _CHANGES or (stem(word) != word and stem(word) in _CHANGE_STEMS)


def figures_of(article: Article) -> list[ArticleFigure]:
    """Every figure of an article, in order."""
    keep, counting = read(FITTED, "keep"), read(FITTED, "what")
    found: list[ArticleFigure] = []
    for line in lines_of(article):
        before = found[-1] if found else None
        for one in line.candidates:
            if weighed(keep_features(line, one), keep) >= 0:
                figure = _figure(line, one, counting)
                unit = figure.unit or _unit_of_bare(line, one, figure.what, found)
                if before and article.text[before.sentence[1] : line.start].strip():
                    before = None  # another sentence stands between
                named, period = _referred(line, one, figure, before)
                found.append(replace(figure, unit=unit, what=named, period=period))
    return found


def _packed(article: Article) -> list[list[Any]]:
    return [[*(getattr(one, name) for name in FIELDS[1:]), *one.sentence] for one in figures_of(article)]


def _unpacked(article: Article, packed: Iterable[Sequence[Any]]) -> Iterator[ArticleFigure]:
    """The figures of an article that `FIGURES` has packed for storage."""
    for row in packed:
        values: list[Any] = [article.text[row[0] : row[1]], *row[:-2], tuple(row[-2:])]
        yield ArticleFigure(*values)


FIGURES = Extractor(
    "figures",
    version_of(Path(__file__), Path(__file__).with_name("weights.py"), FITTED, *LANGUAGE_FILES),
    _packed,
)
"""The extractor of figures; its rows are stored with each article."""


def stored_figures(
    library: Library, articles: Iterable[Article] | None = None, progress: Progress | None = None
) -> list[tuple[Article, ArticleFigure]]:
    """The figures of the articles of a library, all where none are given, as they are stored with them.

    Of what is not stored they are extracted, and `progress` is called after each of these articles.

    Raises:
        NoIndex: nothing has been indexed, where no articles are given.
    """
    some = library.articles() if articles is None else list(articles)
    packed = library.derived(FIGURES, some, progress)
    return [
        (article, figure)
        for article, one in zip(some, packed, strict=True)
        for figure in _unpacked(article, one)
    ]


def figure_object(article_id: str, figure: ArticleFigure) -> dict[str, Any]:
    """A figure in plain JSON values, the id of its article first."""
    return {"article_id": article_id} | {name: getattr(figure, name) for name in FIELDS}


def figure_line(article: Article, figure: ArticleFigure) -> str:
    """A figure for a terminal, parted by tabs: day, article, figure, what it counts, period and place."""
    return tabbed(article.published or "-", article.id, *shown(figure), figure.place)


def shown(figure: ArticleFigure) -> tuple[str, str, str | None]:
    """A figure as it is written, behind its bound, with what it counts and its period."""
    bound = f"{figure.bound.replace('_', ' ')} " if figure.bound else ""
    return bound + figure.written, figure.what, figure.period


def tabbed(*parts: object) -> str:
    """A line of parts that tabs separate, each without line breaks; None is empty."""
    return "\t".join(" ".join(str(part or "").split()) for part in parts).rstrip("\t")


def figure_values(article: Article, figure: ArticleFigure) -> list[str | int | float | date | None]:
    """The cells of a figure under `SHEET`: numbers as numbers, the day as a day."""
    values = figure_object(article.id, figure)
    values |= {"title": article.title, "source": article.source, "published": article.published}
    return [values[name] for name in SHEET]


def topic_stems(article: Article, figure: ArticleFigure) -> frozenset[str]:
    """The stems by which a figure is of a topic: of its sentence, of what it counts and of its title."""
    return stems_of(article.text[slice(*figure.sentence)]) | stems_of(figure.what) | stems_of(article.title)


def about(
    topic: str,
    figures: Sequence[tuple[Article, ArticleFigure]],
    stems: Sequence[frozenset[str]] | None = None,
) -> list[tuple[Article, ArticleFigure]]:
    """The figures of a topic, in their order: those whose sentence, what they count or title tell of it.

    Each word of the topic weighs by how rare it is among these figures, and nothing where none of them has
    it; words of English are looked up in the vocabulary as well. A place does not make a topic of its own
    where other words are asked for: a figure must have its share of these, too. The `topic_stems` of each
    may be given.
    """
    named = {word for place in find_places(topic) for word in content_words(topic[place.start : place.end])}
    asked = list(dict.fromkeys(content_words(topic)))
    words = [forms(word, is_english=True) for word in asked]
    texts = stems if stems is not None else [topic_stems(*pair) for pair in figures]
    rows = [[bool(word & text) for word in words] for text in texts]
    known = [any(column) for column in zip(*rows, strict=True)]
    weights = [weight if found else 0.0 for weight, found in zip(rarities(rows), known, strict=True)]
    parts = [weights]
    if not named.issuperset(asked):
        parts.append([weight * (word not in named) for weight, word in zip(weights, asked, strict=True)])
    return [
        pair for pair, row in zip(figures, rows, strict=True) if all(_is_told(part, row) for part in parts)
    ]


def _is_told(weights: Sequence[float], row: Sequence[bool]) -> bool:
    """Whether a figure has enough of the weight of a topic's words."""
    had = weight_of(weights, row)
    return had > 0 and had >= ABOUT * sum(weights)


def compared_in(text: str, language: Language, moments: Sequence[Moment]) -> list[Span]:
    """What the figures of a sentence are compared with, as `ParsedSentence.compared`."""
    return ParsedSentence(text, 0, candidates(text, language, moments), tuple(moments), ()).compared


def lines_of(article: Article) -> list[ParsedSentence]:
    """The sentences of an article in which numbers stand that may be figures, without boilerplate."""
    language = as_language(article.language)
    skipped = boilerplate(article.text)
    lines = []
    for first, last in sentences(article.text):
        parts = outside(skipped, first, last)
        if not parts:
            continue
        start, end = parts[0][0], parts[-1][1]
        text = article.text[start:end]
        moments = tuple(find_moments(text, article.published))
        found = candidates(text, language, moments)
        if found:
            lines.append(ParsedSentence(text, start, found, moments, chunks(text, found, moments)))
    return lines


def candidates(text: str, language: Language, moments: Sequence[Moment] = ()) -> tuple[NumberCandidate, ...]:
    """Every number of a sentence that is no day, no place in an order and no clock time, in order."""
    days = Coverage(len(text), ((moment.start, moment.end) for moment in moments))
    numbers = [
        one for one in find_figures(text, language) if not one.nth and not days.meets(one.start, one.end)
    ]
    found: list[NumberCandidate] = []
    for number in numbers:
        one = _with_unit(text, number)
        if found and (joined := _joined(text, found[-1], one)):
            found[-1] = joined
        else:
            found.append(one)
    return tuple(found)


def counts_in(text: str, language: Language, moments: Sequence[Moment] = ()) -> dict[int, str]:
    """The units of the counts of things or people in a sentence, by where their numbers begin."""
    found = candidates(text, language, moments)
    line, keep = ParsedSentence(text, 0, found, tuple(moments), ()), read(FITTED, "keep")
    return {
        one.figure.start: one.unit
        for one in found
        if one.noun is not None and one.unit and weighed(keep_features(line, one), keep) >= 0
    }


def _with_unit(text: str, number: Figure) -> NumberCandidate:
    """A number with the unit or the noun behind it."""
    end, unit, noun = number.end, number.unit, None
    if unit is None:
        if match := RARE_UNIT.match(text, end):
            end, unit = match.end(), RARE_UNITS[_plain(match["unit"])]
        elif match := _FOLD.match(text, end):
            end, unit = match.end(), "times"
        elif _before(text, number.start) in _SHARES and number.value % 1:
            unit = "%"
        elif _before(text, number.start) in _SCALES:
            unit = _SCALES[_before(text, number.start)]
        elif (counted := counted_noun(text, end)) and is_counted(text, number, *counted):
            noun, end, unit = counted
    elif unit == "people" and (match := _FOLLOWING.match(text, end)):
        noun = match.start("word") if match["word"].lower() in _PEOPLE else None
    elif unit == "year" and _tells_age(text, number.start, end):
        unit = "tahun"
    per = _PER.match(text, end)
    if per and (unit, number.per) in _SPEEDS:
        end, unit, per = per.end(), _SPEEDS[unit, number.per], None
    return NumberCandidate(
        number.start, end, number, None, UNITS.get(unit or "", unit), noun, per.group().strip() if per else ""
    )


def _tells_age(text: str, start: int, end: int) -> bool:
    """Whether years are an age: behind "usia" or a noun for a person, or in brackets behind a name."""
    before = _words_before(text, start, 4)
    bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
    return bracketed or bool(_AGES & set(before)) or (_before(text, start) in _PEOPLE)


def counted_noun(text: str, end: int) -> tuple[int, int, str] | None:
    """Where the word begins and ends at `end` that may be counted, and its unit; None where none may."""
    match = _FOLLOWING.match(text, end)
    if match is None or match["word"].lower() in _CLOSED | _LINKING | _REST:
        return None
    if len(match["word"]) < _SHORTEST and not (len(match["word"]) > 1 and match["word"].isupper()):
        return None
    unit = _unit_of(match["word"])
    if _ACTIVE.fullmatch(match["word"]) and unit == match["word"]:
        return None  # a verb
    if match["word"].lower() in _PIECES and (following := counted_noun(text, match.end())):
        return following
    start = match.start("word")
    following_word = _FOLLOWING.match(text, match.end())
    pair = f"{match['word']} {following_word['word']}".lower() if following_word else ""
    if following_word and pair in _THINGS:
        return start, following_word.end(), _THINGS[pair]
    return start, match.end(), unit


def is_counted(text: str, number: Figure, start: int, end: int, unit: str) -> bool:
    """Whether a number counts what the word `start:end` behind it names, by weights where no table has it."""
    if unit == "people" or unit in _THING_UNITS:
        return True
    return weighed(noun_features(text, number, start, end), read(FITTED, "noun")) >= 0


def noun_features(text: str, number: Figure, start: int, end: int) -> dict[str, float]:
    """Features for a number counting what the word `start:end` behind it names, each 0 or 1."""
    before, word = _before(text, number.start), text[start:end]
    lower, between = word.lower(), text[number.end : start]
    gap = text[max(0, number.start - _LOOKED_BACK) : number.start].rstrip()
    capital = word[0].isupper()
    follower = _FOLLOWING.match(text, end)
    features = {
        "bias": 1.0,
        "capital": float(capital and not word.isupper()),
        "capital_opening": float(capital and not word.isupper() and not gap),
        "capitals": float(word.isupper()),
        "named": float(_is_named(text, number.start)),
        "label": float(before in _LABELS),
        "glued": float(not between),
        "hyphen": float("-" in between),
        "joined": float(bool(_SCORE.search(gap)) or gap.endswith("+")),
        "spelled": float(number.words),
        "one": float(number.value == 1),
        "large": float(number.value >= 100),
        "decimals": float(number.value % 1 != 0),
        "zero": float(text[number.start] == "0"),
        "led": float(before in _LINKING or before in BOUNDS or before in _QUANTITIES),
        "inflected": float(
            bool(re.match(r"(?:di|ber|ter|me[mnlry])[^\W\d_]{4}", lower)) and stem(lower) != lower
        ),
        "named_follows": float(follower is not None and follower["word"][0].isupper() and not capital),
        "ends": float(not text[end:].strip(".!? \"'”")),
    }
    return {name: value for name, value in features.items() if value}


def _is_named(text: str, start: int) -> bool:
    """Whether a word with a capital that does not open the sentence stands before `start`."""
    before = text[max(0, start - _LOOKED_BACK) : start]
    previous = re.search(r"(?<!\S)(\S+)\s*$", before)
    begins = previous is not None and start <= _LOOKED_BACK and previous.start() == 0
    return bool(previous and not begins and previous[1][0].isupper())


def _unit_of(noun: str) -> str:
    """The unit of what a noun names: an English singular where the tables have it, else the noun."""
    noun = noun.lower()
    inflected = [noun, noun.removesuffix("nya"), noun.replace("-", ""), noun.partition("-")[0]]
    inflected += [noun.removesuffix("s"), re.sub("ies$", "y", noun), noun.removesuffix("es")]
    for form in inflected:
        if form in _PEOPLE:
            return "people"
        if form in _THINGS or form in _THING_UNITS:
            return _THINGS.get(form, form)
    return noun.removesuffix("nya") if len(noun) > 6 else noun


def _joined(text: str, low: NumberCandidate, high: NumberCandidate) -> NumberCandidate | None:
    """Two candidates as the one range that they are; None where they are two."""
    between = text[low.end : high.start]
    # "20-30 km/jam": the lower end has the unit of the number alone.
    own = UNITS.get(high.figure.unit or "", high.figure.unit)
    bare = low.end == low.figure.end and low.unit in {None, high.unit, own}
    if low.upper or not (
        _RANGE.fullmatch(between)
        or (_AND.fullmatch(between) and _BETWEEN.search(text, max(0, low.start - _LOOKED_BACK), low.start))
        or (_OR.fullmatch(between) and low.unit is None and high.figure.value - low.figure.value == 1)
    ):
        return None
    if not (bare or low.unit == high.unit) or high.figure.value <= low.figure.value or high.unit is None:
        return None
    return replace(high, start=low.start, figure=low.figure, upper=high.figure)


def chunks(text: str, found: Iterable[NumberCandidate], moments: Iterable[Moment] = ()) -> tuple[Chunk, ...]:
    """The runs of words of a sentence that tell of something, in order; numbers and days part them."""
    taken = Coverage(len(text), ((one.start, one.noun or one.end) for one in found))
    for moment in moments:
        taken.take(moment.start, moment.end)
    runs: list[list[re.Match[str]]] = [[]]
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if taken.meets(*match.span()) or word in _CLOSED or word in _LINKING:
            runs.append([])
            continue
        if runs[-1] and text[runs[-1][-1].end() : match.start()].strip(" -/"):
            runs.append([])
        if runs[-1] and taken.meets(runs[-1][-1].end(), match.start()):
            runs.append([])
        runs[-1].append(match)
    return tuple(
        Chunk(run[0].start(), run[-1].end(), tuple(match.group() for match in run)) for run in runs if run
    )


def keep_features(line: ParsedSentence, one: NumberCandidate) -> dict[str, float]:
    """Features for a number being a figure, each 0 or 1."""
    text, unit = line.text, one.unit
    before, after = _before(text, one.start), _after(text, one.end)
    kind = _kind(one)
    spelled, small = one.figure.words, one.figure.value <= 3
    gap = text[max(0, one.start - _LOOKED_BACK) : one.start].rstrip()
    noun = text[one.noun : one.end] if one.noun is not None else ""
    named = _is_named(text, one.start)
    bare = kind in {"bare", "noun", "thing"}
    features = {
        "bias": 1.0,
        kind: 1.0,
        "spelled": float(spelled),
        "small": float(small and bare),
        "small_time": float(small and kind == "time"),
        "small_spelled": float(small and spelled),
        "small_spelled_thing": float(small and spelled and kind in {"noun", "thing"}),
        "one": float(one.figure.value == 1),
        "large": float(one.figure.value >= 100),
        "capital": float(noun[:1].isupper() and not noun.isupper()),
        "named": float(named and bare),
        "label": float(before in _LABELS),
        "label_bare": float(before in _LABELS and bare),
        "comma": float(bare and "," in text[one.figure.start : one.figure.end]),
        "glued": float(bare and text[(one.upper or one.figure).end :][:1].isalpha()),
        "two": float(one.figure.value == 2 and spelled),
        "part": float(kind == "bare" and (_is_part(text, one.end) or _OF.match(text, one.end) is not None)),
        "led": float(before in _LINKING or before in BOUNDS),
        "bound": float(_bound(text, one) is not None),
        "period": float(unit in LENGTHS and after in _OVER),
        "definite": float(bool(_DEFINITE & set(_words_after(text, one.end, 3)))),
        "joined": float(
            bool(_SCORE.search(gap) or re.match(r"\s?[-–:/x×]\s?\d", text[one.end : one.end + 4]))
        ),
        "bracketed": float(gap.endswith("(") and text[one.end : one.end + 1] == ")"),
        "range": float(one.upper is not None),
        "enumerator": float(not gap.strip("\"'“”‘’ ") and re.match(r"[.)]\s", text[one.end :]) is not None),
        "opens": float(not gap.strip("\"'“”‘’ ")),
        "per": float(bool(one.per)),
        "end": float(bare and not noun and not text[one.end :].strip(".!? \"'”")),
    }
    return {name: value for name, value in features.items() if value}


def what_features(line: ParsedSentence, one: NumberCandidate, chunk: Chunk) -> dict[str, float]:
    """Features for a chunk naming what a figure counts, each of the order of 1."""
    text, kind = line.text, _kind(one)
    group = {"people": "counted", "thing": "counted", "noun": "counted"}.get(kind, kind)
    behind = chunk.start >= (one.noun if one.noun is not None else one.start)
    between = text[one.end : chunk.start] if behind else text[chunk.end : one.start]
    words = [word.lower() for word in chunk.words]
    side = "behind" if behind else "ahead"
    distance = len(_WORD.findall(between))
    first, last = sorted((chunk.start, one.start))
    nearest = bisect_right(line.chunk_starts, first) >= bisect_left(line.chunk_starts, last)
    crossed = bisect_right(line.starts, first) < bisect_left(line.starts, last)
    features = {
        f"{side}_{group}": 1.0,
        f"nearest_{side}": float(nearest),
        f"nearest_{side}_{group}": float(nearest),
        f"touches_{side}_{group}": float(not between.strip()),
        f"distance_{side}": math.log1p(distance),
        f"comma_{side}": float("," in between or ";" in between),
        "own": float(one.noun is not None and chunk.start == one.noun),
        "crossed": float(crossed),
        "measured": float(any(word in _MEASURED for word in words)),
        "length": math.log(len(words)),
        "names": sum(word[0].isupper() for word in chunk.words[(chunk.start == 0) :]) / len(words),
        "verb": float(bool(re.match(r"(?:me[mnlry]|di[^\W\d_]{4}|ber|ter)", words[0]))),
        "only_verb": float(len(words) == 1 and bool(re.match(r"(?:me[mnlry]|di|ber|ter)", words[0]))),
        "yang": float(_before(text, chunk.start) == "yang"),
        "opens": float(chunk.start < 3),
        "linked": float(not behind and _after(text, chunk.end) in _LINKING),
    }
    return {name: value for name, value in features.items() if value}


def _kind(one: NumberCandidate) -> str:
    """The kind of a candidate's unit, after which the features that depend on it are named."""
    unit = one.unit
    if unit is None:
        return "bare"
    if unit in MONEY:
        return "money"
    if unit in {"percent", "percentage_point", "basis_point"}:
        return "percent"
    if unit in LENGTHS or unit == "tahun":
        return "age" if unit == "tahun" else "time"
    if unit in {"people", "times", "point"}:
        return unit
    if one.noun is None:
        return "measure"
    return "thing" if unit in _THING_UNITS else "noun"


def _figure(line: ParsedSentence, one: NumberCandidate, weights: Weights) -> ArticleFigure:
    return ArticleFigure(
        line.text[one.start : one.end],
        line.start + one.start,
        line.start + one.end,
        _plain_number(one.figure.value),
        _plain_number(one.upper.value) if one.upper else None,
        one.unit,
        _bound(line.text, one),
        what(line, one, weights),
        _period(line, one),
        _place(line, one),
        (line.start, line.start + len(line.text)),
    )


def _referred(
    line: ParsedSentence, one: NumberCandidate, figure: ArticleFigure, before: ArticleFigure | None
) -> tuple[str, str | None]:
    """What a figure counts, and its period.

    Where nothing or "Nilai itu" tells what, it is what the last figure before its sentence counts, of the
    same period. The measure of a change, "tumbuh 5 persen", is told with the word of change.
    """
    counted, period = figure.what, figure.period
    words = counted.lower().split()
    if not words and before:
        counted = before.what
    elif before and len(words) == 1 and words[0] in _QUANTITIES:
        match = re.search(rf"(?<!\w){re.escape(words[0])}\s+(\w+)", line.text, re.IGNORECASE)
        if match and match[1].lower() in _DEFINITE:
            rest = [
                word for word in before.what.split() if words[0] not in {word.lower(), stem(word.lower())}
            ]
            counted = " ".join([counted, *rest])
            if period is None and _compared_at(line, one.start) is None:
                period = before.period
    change = line.change_of(one)
    if change and change.lower() not in counted.lower().split():
        counted = f"{counted} {change}".strip()
    return counted, period


def _unit_of_bare(
    line: ParsedSentence, one: NumberCandidate, counted: str, earlier: Sequence[ArticleFigure]
) -> str | None:
    """The unit of a number without one: of what it is a part of, or of the first noun of what it counts."""
    whole = _OF.match(line.text, one.end)
    for other in line.candidates:
        if whole and other.start == whole.end() and other.unit:
            return other.unit
    if _is_part(line.text, one.end):
        return next((figure.unit for figure in reversed(earlier) if figure.unit), None)
    units = (_unit_of(word) for word in counted.split())
    return next((unit for unit in units if unit == "people" or unit in _THING_UNITS), None)


def _is_part(text: str, end: int) -> bool:
    """Whether the number before `end` is a part of what was counted before it: "20 di antaranya"."""
    return _after(text, end) in _REST or _AMONG.match(text, end) is not None


def what(line: ParsedSentence, one: NumberCandidate, weights: Weights) -> str:
    """The words that tell what a figure counts: the likeliest chunk, with the next where that is likely."""
    near = line.around(one, line.chunks, line.chunk_starts)
    scores = [(math.exp(weighed(what_features(line, one, chunk), weights)), chunk) for chunk in near]
    ranked = sorted(scores, key=lambda pair: pair[0], reverse=True)
    total = sum(weight for weight, _ in scores)
    chosen = [chunk for weight, chunk in ranked[:1]]
    for weight, chunk in ranked[1:2]:
        if weight >= SECOND * total and len(chosen[0].words) + len(chunk.words) <= WHAT_WORDS:
            chosen.append(chunk)
    words = [word for chunk in sorted(chosen, key=lambda chunk: chunk.start) for word in chunk.words]
    if len(words) > WHAT_WORDS:
        words = words[:WHAT_WORDS] if chosen[0].start >= one.start else words[-WHAT_WORDS:]
    return " ".join([*words, one.per] if one.per else words)


def _bound(text: str, one: NumberCandidate) -> str | None:
    match = _BOUND.search(text[max(0, one.start - _LOOKED_BACK) : one.start])
    if match is None:
        return _NAMED_BOUNDS.get(one.figure.bound, one.figure.bound or None)
    written = _plain(match["bound"])
    return "almost" if written in _ALMOST else _NAMED_BOUNDS.get(BOUNDS[written], BOUNDS[written])


def _period(line: ParsedSentence, one: NumberCandidate) -> str | None:
    """The nearest day or period, one before the figure rather than one behind it.

    That of what a figure is compared with is not its own.
    """
    within = _compared_at(line, one.start)
    spans = [span for span in line.periods if span[0] != one.start and _compared_at(line, span[0]) == within]
    if (span := _nearest(line, one, spans)) is None:
        return None
    text, (start, end) = line.text, span
    opened = _PERIOD_OPENS.search(text, max(0, start - _LOOKED_BACK), start)
    found = text[opened.start() if opened else start : end]
    return found + ")" if found.count("(") > found.count(")") and text[end : end + 1] == ")" else found


def _compared_at(line: ParsedSentence, at: int) -> tuple[int, int] | None:
    """The span of `compared` in which a character stands."""
    return next((span for span in line.compared if span[0] <= at < span[1]), None)


def _place(line: ParsedSentence, one: NumberCandidate) -> str | None:
    """The nearest place that the sentence names behind "di" or "in"; None where it names none there."""
    span = _nearest(line, one, line.places)
    return line.text[slice(*span)].strip(" ,") if span else None


def _nearest(
    line: ParsedSentence, one: NumberCandidate, spans: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The span nearest to a figure; one behind it, or behind another figure, is farther."""

    def distance(span: tuple[int, int]) -> float:
        start, end = span
        first, last = (end, one.start) if end <= one.start else (one.end, start)
        between = bisect_left(line.starts, last) - bisect_left(line.starts, first)
        return (last - first) * (1.0 if end <= one.start else 1.5) + 20 * between

    near = line.around(one, spans, [start for start, _ in spans])
    return min(near, key=distance, default=None)


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).lower()


def _words_before(text: str, start: int, count: int) -> list[str]:
    return [match.group().lower() for match in _WORD.finditer(text, max(0, start - _LOOKED_BACK), start)][
        -count:
    ]


def _words_after(text: str, end: int, count: int) -> list[str]:
    """The words, at most `count`, that stand behind `end` before any mark, in lower case."""
    words: list[str] = []
    while len(words) < count and (match := _FOLLOWING.match(text, end)):
        words.append(match["word"].lower())
        end = match.end()
    return words


def _before(text: str, start: int) -> str:
    """The word that stands before `start`, in lower case; empty where another mark does."""
    match = re.search(r"([^\W\d_][\w-]*)\.?\s*$", text[max(0, start - _LOOKED_BACK) : start])
    return match[1].lower() if match else ""


def _after(text: str, end: int) -> str:
    """The word that stands behind `end`, in lower case; empty where another mark does."""
    match = _FOLLOWING.match(text, end)
    return match["word"].lower() if match else ""
