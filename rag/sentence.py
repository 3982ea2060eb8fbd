"""A sentence of a found passage, and what stands in it and around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index import Article, Hit
from index.text import sentences
from rag.aliases import COMMON, explained, other_forms
from rag.dates import Moment, dated, find_moments
from rag.figures import Figure, Language, find_figures
from rag.places import Place, find_places
from rag.words import content_words, stem

Span = tuple[int, int]


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
        return "en" if self.article.language == "en" else "id"

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
        days = [(moment.start, moment.end) for moment in self.moments]
        return [
            figure
            for figure in find_figures(self.text, self.written_in)
            if not any(figure.start < end and start < figure.end for start, end in days)
        ]

    @cached_property
    def surroundings(self) -> Surroundings:
        return _surroundings(self.article)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the whole article names: a sentence need not repeat it."""

    aliases: Mapping[str, str]
    stems: frozenset[str]


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
    aliases = COMMON | explained(text)
    return Surroundings(
        aliases=aliases,
        stems=stems_of(text) | stems_of(other_forms(text, aliases)),
    )
