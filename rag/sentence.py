"""Sentences of found passages, as candidates for an answer, and what stands in them and around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from index import Article, Hit
from index.boilerplate import boilerplate, outside
from index.likeness import precedence, spoken
from index.sentences import sentences
from rag.aliases import COMMON, explained, other_forms
from rag.copies import company
from rag.dates import Moment, find_moments
from rag.figures import Figure, Language, find_figures
from rag.places import Place, find_places
from rag.words import content_words, stem

Span = tuple[int, int]

LONGEST_HEADING = 120
"""Characters of a line that no sentence ends in and that still is a heading."""


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
        return stems_of(self.text) | stems_of(other_forms(self.text, self.surroundings.aliases))

    @cached_property
    def places(self) -> list[Place]:
        return find_places(self.text)

    @cached_property
    def moments(self) -> list[Moment]:
        return [_dated(moment, self.article) for moment in find_moments(self.text, self.article.published)]

    @cached_property
    def before(self) -> str:
        """The sentence before it in its passage, which "Nilai itu" speaks of; empty where it is the first."""
        earlier = self.article.text[self.hit.passage.start : self.start]
        spans = sentences(earlier)
        return earlier[slice(*spans[-1])] if spans else ""

    @cached_property
    def moments_before(self) -> list[Moment]:
        found = find_moments(self.before, self.article.published)
        return [_dated(moment, self.article) for moment in found]

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


def candidates(hits: Iterable[Hit]) -> list[Sentence]:
    """The sentences of the passages that search found, each once, in the order of their passages.

    Headings are left out, since they repeat what their paragraphs say, and so is boilerplate. What several
    copies of a release say is taken from the one that goes before the others.
    """
    seen: set[tuple[str, int]] = set()
    told: dict[tuple[str, str], int] = {}
    found: list[Sentence] = []
    for hit in hits:
        passage = hit.passage
        text = passage.article.text
        for first, last in outside(_boilerplate(passage.article), passage.start, passage.end):
            for start, end in sentences(text[first:last]):
                key = (passage.article_id, first + start)
                if key not in seen and _says_something(text[first + start : first + end]):
                    seen.add(key)
                    sentence = Sentence(passage.article, first + start, first + end, hit)
                    if not hit.copies:
                        found.append(sentence)
                        continue
                    place = told.setdefault((company(hit), spoken(sentence.text)), len(found))
                    if place == len(found):
                        found.append(sentence)
                    elif precedence(sentence.article) < precedence(found[place].article):
                        found[place] = sentence
    return found


@lru_cache(maxsize=256)
def _boilerplate(article: Article) -> list[Span]:
    return boilerplate(article.text)


def _says_something(text: str) -> bool:
    if not re.search(r"\w", text) or text.startswith("#"):
        return False
    return not (
        text[0].isupper() and len(text) <= LONGEST_HEADING and not re.search(r"\d|[.!?…:;\"'”’)*]$", text)
    )


@lru_cache(maxsize=4096)
def stems_of(text: str) -> frozenset[str]:
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
        stems=stems_of(text) | stems_of(other_forms(text, aliases)),
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
