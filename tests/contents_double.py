"""What an index is built from, given as lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from index.models import Article, Passage
from index.sqlite import FINGERPRINT, Outline, Stored


@dataclass
class ListedContents:
    """Articles, and passages with their vectors; `read` notes the ids of the articles that were asked for."""

    revision: int
    recipe: str
    articles: Sequence[Article]
    passages: Sequence[Passage]
    vectors: np.ndarray
    read: list[str] = field(default_factory=list)

    def outline(self) -> Outline:
        ordered = sorted(enumerate(self.articles), key=lambda one: one[1].id)
        marks = {blake2b(repr(a).encode(), digest_size=FINGERPRINT).digest(): n for n, a in ordered}
        return Outline(self.revision, self.recipe, marks)

    def stored(self, numbers: Sequence[int], embedder: str) -> Iterator[Stored]:
        for number in numbers:
            article = self.articles[number]
            self.read.append(article.id)
            own = [row for row, passage in enumerate(self.passages) if passage.article == article]
            own.sort(key=lambda row: self.passages[row].start)
            yield Stored(article, [self.passages[row] for row in own], self.vectors[own])
