"""Evidence: what a sentence has of that which a question asks, told without a model.

A question about North Sulawesi is not answered by a figure of North Sumatra, one about June not by one
of May, and "who" not by a sentence that names nobody. These checks are exact where names, places, dates and
figures are concerned, and know both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.dates import Day, Moment
from rag.glossary import indonesian
from rag.kinds import typed_spans
from rag.places import Place, find_places
from rag.question import Question
from rag.sentence import Sentence, Span, stems_of
from rag.words import WORD, stem

_CAUSE = re.compile(
    r"\b(?:karena|sebab|akibat|lantaran|seiring|setelah|usai|alasan\w*|beralasan|sehingga|agar|untuk|guna|supaya|dipicu|disebabkan|demi|berkat"
    r"|because|due|so that|in order|caused|since)\b",
    re.IGNORECASE,
)


# Where one is asked for, a sentence about the other does not answer.
_OPPOSITES = (
    ("ekspor", "impor"),
    ("surplus", "defisit"),
    ("tertinggi", "terendah"),
    ("terbesar", "terkecil"),
    ("pria", "wanita"),
    ("laki-laki", "perempuan"),
    ("lahir", "tewas"),
    ("masuk", "keluar"),
    ("pembeli", "penjual"),
)


_OFFICES = frozenset(
    """
    gubernur bupati walikota presiden menteri sekretaris sekda ketua direktur konjen konsul kapolri kapolda
    kapolres panglima rektor dubes governor regent mayor president minister secretary chairman director
    consul ambassador coach pelatih kapten captain peliput reporter
    """.split()
)

FACTUAL = frozenset({"quantity", "time", "person", "place"})
"""Kinds of questions with one answer: a sentence about another period or place does not give it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """How a sentence meets a question.

    Attributes:
        has: Of each content word of the question, whether the sentence has it.
        covered: Share of them that it has, 0..1; 1 where there are none.
        near: Share that the sentence's passage or title has.
        known: Share that the article has.
        fits: Whether the sentence holds the kind of thing that is asked for.
        explains: Whether a reason is asked for and the sentence has words that give one.
        named: Share of the names, places, days and figures of the question that the sentence names itself;
            0.5 where the question names none.
        missing: What the question names and the article does not, as the question writes it.
        conflicts: What the question names where the sentence names another.
        spans: Characters of the article that are of the kind asked for, in order.
        factual: Whether the question has one answer.
        exact: Whether a sentence about another period, place or contrary cannot answer.
    """

    has: tuple[bool, ...]
    covered: float
    near: float
    known: float
    fits: bool
    explains: bool
    named: float
    missing: tuple[str, ...]
    conflicts: tuple[str, ...]
    spans: tuple[Span, ...]
    factual: bool
    exact: bool

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against the sentence as an answer."""
        return self.fits and not self.missing and not (self.exact and self.conflicts)


def examine(question: Question, sentence: Sentence) -> Findings:
    """Hold one sentence against a question."""
    words = [_alternatives(word, question) for word in question.words]
    around = sentence.surroundings
    passage = stems_of(sentence.hit.passage.text) | stems_of(sentence.article.title)
    spans = tuple(
        (sentence.start + start, sentence.start + end) for start, end in typed_spans(question, sentence)
    )
    return Findings(
        has=tuple(bool(word & sentence.stems) or _close(word, sentence.stems) for word in words),
        covered=_share(words, sentence.stems),
        near=_share(words, passage | sentence.stems),
        known=_share(words, around.stems),
        fits=_fits(question, sentence, bool(spans)),
        explains=question.kind == "reason" and bool(_CAUSE.search(sentence.text)),
        named=_named(question, sentence),
        missing=tuple(_missing(question, sentence)),
        conflicts=tuple(_conflicts(question, sentence)),
        spans=spans,
        factual=question.kind in FACTUAL,
        exact=question.kind in FACTUAL or question.kind == "thing",
    )


def _fits(question: Question, sentence: Sentence, has_span: bool) -> bool:
    """Whether the sentence holds the kind of thing asked for; with an office's holder, the office."""
    if question.kind not in FACTUAL:
        return True
    if question.kind == "person":
        offices = [_alternatives(word, question) for word in question.words if word in _OFFICES]
        return has_span and all(office & sentence.stems for office in offices)
    return has_span


def _named(question: Question, sentence: Sentence) -> float:
    named = [any(place.code == other.code for other in sentence.places) for place in question.places]
    named += [any(other.names(moment) for other in sentence.moments) for moment in question.moments]
    named += [any(figure.same(other) for other in sentence.figures) for figure in question.figures]
    named += [bool(stems_of(name) & sentence.stems) for name in question.names]
    return sum(named) / len(named) if named else 0.5


def _missing(question: Question, sentence: Sentence) -> Iterable[str]:
    around = sentence.surroundings
    for place in question.places:
        if place.code not in (
            _codes_near(sentence) if _is_country_of_figure(place, question) else around.places
        ):
            yield question.text[place.start : place.end]
    for moment in question.moments:
        if not _dates_it(moment, sentence):
            yield question.text[moment.start : moment.end]
    for figure in question.figures:
        is_period = figure.unit in {"year", "month", "day", "hour", "minute"}
        if figure.value > 1 and not is_period and not any(figure.same(other) for other in around.figures):
            yield question.text[figure.start : figure.end]
    for name in question.names:
        words = [word.lower() for word in WORD.findall(name) if len(word) > 1]
        if any(_is_unknown(word, around.stems, question) for word in words):
            yield name


def _is_country_of_figure(place: Place, question: Question) -> bool:
    """A figure is of the country that is named beside it; a province is what a whole article is about."""
    return question.kind == "quantity" and "-" not in place.code


def _codes_near(sentence: Sentence) -> set[str]:
    """Places that the sentence, the one before it or the title names."""
    return {
        place.code for place in find_places(f"{sentence.article.title}\n{sentence.before}\n{sentence.text}")
    }


def _conflicts(question: Question, sentence: Sentence) -> Iterable[str]:
    """What the question names where the sentence is about others of its kind, and not about this."""
    for moment in question.moments:
        if _dated_otherwise(moment, sentence):
            yield question.text[moment.start : moment.end]
    for is_province in (True, False):
        asked = [place for place in question.places if ("-" in place.code) is is_province]
        named = {place.code for place in sentence.places if ("-" in place.code) is is_province}
        if asked and named and not named & {place.code for place in asked}:
            yield question.text[asked[0].start : asked[0].end]
    stems = sentence.stems
    for word in question.words:
        said = _alternatives(word, question)
        for one, other in _OPPOSITES:
            for mine, theirs in ((one, other), (other, one)):
                about = stems if stems & {mine, theirs} else stems_of(sentence.before)
                if mine in said and theirs in about and mine not in about:
                    yield word


def _dates_it(asked: Moment, sentence: Sentence) -> bool:
    """Whether the sentence, or the article around it, is about the time that is asked for."""
    if any(moment.names(asked) for moment in sentence.moments):
        return True
    published = sentence.article.published
    if published and not asked.is_period and not _dated_otherwise(asked, sentence):
        day = Day(published.year, published.month, published.day)
        if asked.first.year is not None and day.says(asked.first):
            return True
    return any(moment.names(asked) for moment in sentence.surroundings.moments)


def _dated_otherwise(asked: Moment, sentence: Sentence) -> bool:
    """Whether the sentence names days, and none that is asked for, nor does the one before it."""
    named = [moment for moment in sentence.moments if not moment.relative]
    if any(moment.names(asked) for moment in (*sentence.moments, *sentence.moments_before)):
        return False
    return bool(named) and all(moment.conflicts(asked) for moment in named)


def _is_unknown(word: str, stems: frozenset[str], question: Question) -> bool:
    """Whether an article lacks a word of a name; an English one may be there in other words."""
    if word in {"indonesia", "indonesian"} or _known(word, stems, question):
        return False
    return not (question.is_english and indonesian(word))


def _known(word: str, stems: frozenset[str], question: Question) -> bool:
    """Whether an article has a word of a name, one wrong letter forgiven in a long one."""
    if _alternatives(word, question) & stems:
        return True
    return len(word) > 5 and any(
        _one_edit(word, other) for other in stems if abs(len(other) - len(word)) <= 1
    )


def _one_edit(one: str, other: str) -> bool:
    """Whether at most one letter was added, left out, changed or swapped with its neighbour."""
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    at = next((i for i, letter in enumerate(one) if letter != other[i]), len(one))
    if len(one) == len(other):
        swapped = one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :] == other[at:]
        return one[at + 1 :] == other[at + 1 :] or swapped
    return one[at:] == other[at + 1 :]


def _alternatives(word: str, question: Question) -> frozenset[str]:
    """Stems that say `word` in the text: its own, and in an English question its Indonesian ones."""
    own = {word, stem(word)}
    own.update(part for part in re.split(r"[-'’]", word) if len(part) > 2)
    if question.is_english:
        for other in indonesian(word):
            own.update((other, stem(other)))
    return frozenset(own)


def _share(words: Sequence[frozenset[str]], stems: frozenset[str]) -> float:
    return sum(bool(word & stems) or _close(word, stems) for word in words) / len(words) if words else 1.0


def _close(word: frozenset[str], stems: frozenset[str]) -> bool:
    longest = max(word, key=len)
    return len(longest) > 6 and any(
        _one_edit(longest, other) for other in stems if abs(len(other) - len(longest)) <= 1
    )
