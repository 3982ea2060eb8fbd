"""Evidence: what a sentence has of that which a question asks, told without a model.

A question about North Sulawesi is not answered by a figure of North Sumatra, one about June not by one
of May, and "who" not by a sentence that names nobody. These checks are exact where names, places, dates and
figures are concerned, and know both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from index import Article, Hit
from index.sentences import sentences
from rag.aliases import COMMON, explained, other_forms
from rag.dates import Day, Moment, find_moments
from rag.figures import Figure, Language, find_figures
from rag.glossary import indonesian
from rag.places import Place, find_places
from rag.question import Question
from rag.words import WORD, content_words, stem

Span = tuple[int, int]

_NAME = re.compile(
    r"(?<![\w])[A-Z][\w'’.-]*[\w](?:\s+(?:(?:bin|binti|al|van|de|der)\s+)?[A-Z][\w'’.-]*[\w])*", re.UNICODE
)
_CLOCK = re.compile(
    r"\b(?:pukul|jam)\s+\d{1,2}[.:]\d{2}|\b\d{1,2}[.:]\d{2}\s*(?:WIB|WITA|WIT)\b", re.IGNORECASE
)
_CAUSE = re.compile(
    r"\b(?:karena|sebab|akibat|lantaran|seiring|setelah|usai|alasan\w*|beralasan|sehingga|agar|untuk|guna|supaya|dipicu|disebabkan|demi|berkat"
    r"|because|due|so that|in order|caused|since)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:\([^()]{1,12}\))?\s*(?:[,/]|(?:,\s*)?\b(?:dan|serta|and)\b)?\s*\(?")
_TITLES = frozenset(
    """
    gubernur wakil bupati wali kota walikota presiden menteri sekretaris sekda kepala ketua direktur
    konjen konsul jenderal plt pj kapolri kapolda kapolres panglima komisaris dokter prof dr ir drs
    hj haji dinas badan kantor provinsi kabupaten kecamatan kementerian komisi dewan pemerintah
    pemprov pemkot pemkab universitas pt cv bank senin selasa rabu kamis jumat sabtu minggu
    indonesia republik governor mayor president minister secretary
    """.split()
)


@dataclass(frozen=True)
class Sentence:
    """The characters `start:end` of an article, as a candidate for an answer, and what stands in them."""

    article: Article
    start: int
    end: int
    hit: Hit

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def written_in(self) -> Language:
        return "en" if self.article.language == "en" else "id"

    @cached_property
    def stems(self) -> frozenset[str]:
        return _stems(self.text) | _stems(other_forms(self.text, self.surroundings.aliases))

    @cached_property
    def places(self) -> list[Place]:
        return find_places(self.text)

    @cached_property
    def moments(self) -> list[Moment]:
        return [_dated(moment, self.article) for moment in find_moments(self.text, self.article.published)]

    @cached_property
    def figures(self) -> list[Figure]:
        dated = [(moment.start, moment.end) for moment in self.moments]
        return [
            figure
            for figure in find_figures(self.text, self.written_in)
            if not any(figure.start < end and start < figure.end for start, end in dated)
        ]

    @cached_property
    def surroundings(self) -> Surroundings:
        return _surroundings(self.article)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the whole article names: a sentence need not repeat it."""

    aliases: Mapping[str, str]
    stems: frozenset[str]
    places: frozenset[str]
    moments: tuple[Moment, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """How a sentence meets a question.

    Attributes:
        covered: Share of the question's content words that the sentence has, 0..1; 1 where it has none.
        near: Share that the sentence's passage or title has.
        known: Share that the article has.
        fits: Whether the sentence holds the kind of thing that is asked for.
        explains: Whether a reason is asked for and the sentence has words that give one.
        missing: What the question names and the article does not, as the question writes it.
        conflicts: What the question names where the sentence names another.
        spans: Characters of the article that are of the kind asked for, in order.
    """

    covered: float
    near: float
    known: float
    fits: bool
    explains: bool
    missing: tuple[str, ...]
    conflicts: tuple[str, ...]
    spans: tuple[Span, ...]


def candidates(hits: Iterable[Hit]) -> list[Sentence]:
    """The sentences of the passages that search found, each once, in the order of their passages.

    Markdown headings are left out: they repeat what their paragraphs say.
    """
    seen: set[tuple[str, int]] = set()
    found = []
    for hit in hits:
        passage = hit.passage
        for start, end in sentences(passage.text):
            key = (passage.article_id, passage.start + start)
            if key not in seen and _says_something(passage.text[start:end]):
                seen.add(key)
                found.append(Sentence(passage.article, passage.start + start, passage.start + end, hit))
    return found


def _says_something(text: str) -> bool:
    return bool(re.search(r"\w", text)) and not text.startswith("#")


def examine(question: Question, sentence: Sentence) -> Findings:
    """Hold one sentence against a question."""
    words = [_alternatives(word, question) for word in question.words]
    around = sentence.surroundings
    passage = _stems(sentence.hit.passage.text) | _stems(sentence.article.title)
    spans = tuple(
        (sentence.start + start, sentence.start + end) for start, end in typed_spans(question, sentence)
    )
    return Findings(
        covered=_share(words, sentence.stems),
        near=_share(words, passage | sentence.stems),
        known=_share(words, around.stems),
        fits=bool(spans) or question.kind in {"thing", "manner", "yesno", "reason"},
        explains=question.kind == "reason" and bool(_CAUSE.search(sentence.text)),
        missing=tuple(_missing(question, sentence)),
        conflicts=tuple(_conflicts(question, sentence)),
        spans=spans,
    )


def typed_spans(question: Question, sentence: Sentence) -> list[Span]:
    """Spans of the sentence's text that are of the kind asked for and not named by the question itself."""
    text = sentence.text
    if question.kind == "quantity":
        asked = {f.value for f in question.figures}
        return [(f.start, f.end) for f in sentence.figures if f.value not in asked]
    if question.kind == "time":
        asked_days = {(m.first, m.last) for m in question.moments}
        found = [(m.start, m.end) for m in sentence.moments if (m.first, m.last) not in asked_days]
        return found + [match.span() for match in _CLOCK.finditer(text)]
    if question.kind == "person":
        return _persons(question, sentence)
    if question.kind == "place":
        asked_codes = {place.code for place in question.places}
        named = [(p.start, p.end) for p in sentence.places if p.code not in asked_codes]
        return _joined(text, named) or _other_names(question, sentence)
    return []


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Neighbours of a list, `Tiongkok, Amerika Serikat, dan India`, as one span."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and _LISTED.fullmatch(text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _persons(question: Question, sentence: Sentence) -> list[Span]:
    """Names that are no place, office, month or abbreviation; neighbours of a list as one."""
    names = [span for span in _other_names(question, sentence) if _like_person(sentence.text, span)]
    return _joined(sentence.text, names)


def _like_person(text: str, span: Span) -> bool:
    words = [word for word in text[span[0] : span[1]].split() if word.lower().strip(".,") not in _TITLES]
    return bool(words) and not all(word.isupper() and len(word) > 1 for word in words)


def _other_names(question: Question, sentence: Sentence) -> list[Span]:
    """Capitalised names of the sentence that the question does not have."""
    asked = _stems(question.text)
    blocked = [(p.start, p.end) for p in sentence.places if question.kind != "place"]
    blocked += [(m.start, m.end) for m in sentence.moments]
    names = []
    for match in _NAME.finditer(sentence.text):
        start, end = match.span()
        if any(start < stop and begin < end for begin, stop in blocked):
            continue
        words = match.group().split()
        if start == 0 and len(words) == 1:
            continue
        if all(stem(word.lower().strip(".,'’")) in asked for word in words):
            continue
        names.append((start, end))
    return names


def _missing(question: Question, sentence: Sentence) -> Iterable[str]:
    around = sentence.surroundings
    for place in question.places:
        if place.code not in around.places:
            yield question.text[place.start : place.end]
    for moment in question.moments:
        if not _dates_it(moment, sentence):
            yield question.text[moment.start : moment.end]
    for figure in question.figures:
        if figure.value > 1 and not any(figure.same(other) for other in around.figures):
            yield question.text[figure.start : figure.end]
    for name in question.names:
        words = [word.lower() for word in WORD.findall(name) if len(word) > 1]
        if any(_is_unknown(word, around.stems, question) for word in words):
            yield name


def _conflicts(question: Question, sentence: Sentence) -> Iterable[str]:
    """Dates and places of the question where the sentence is about others and not about these."""
    for moment in question.moments:
        if _dated_otherwise(moment, sentence):
            yield question.text[moment.start : moment.end]
    provinces = {p.code for p in sentence.places if "-" in p.code}
    for place in question.places:
        if "-" in place.code and provinces and place.code not in provinces:
            yield question.text[place.start : place.end]


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
    """Whether the sentence names days, and none that is asked for."""
    named = [moment for moment in sentence.moments if not moment.relative]
    if any(moment.names(asked) for moment in sentence.moments):
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


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    found: set[str] = set()
    for word in content_words(text):
        found.update((word, stem(word)))
        if "-" in word or "'" in word:
            found.update(stem(part) for part in re.split(r"[-'’]", word))
    return frozenset(found)


@lru_cache(maxsize=256)
def _surroundings(article: Article) -> Surroundings:
    text = f"{article.title}\n{article.text}"
    language: Language = "en" if article.language == "en" else "id"
    moments = tuple(_dated(moment, article) for moment in find_moments(text, article.published))
    aliases = COMMON | explained(text)
    return Surroundings(
        aliases=aliases,
        stems=_stems(text) | _stems(other_forms(text, aliases)),
        places=frozenset(place.code for place in find_places(text)),
        moments=moments,
        figures=tuple(find_figures(text, language)),
    )


def _dated(moment: Moment, article: Article) -> Moment:
    """A day and month without a year are of the year of publication."""
    if article.published is None:
        return moment
    first, last = moment.first, moment.last
    if first.year is None and first.month is not None:
        first = replace(first, year=article.published.year)
    if last.year is None and last.month is not None:
        last = replace(last, year=article.published.year)
    return replace(moment, first=first, last=last)
