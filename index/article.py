"""An article and its passages: the text that everything else points into."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Article:
    """One news article, its text exactly as parsed.

    Attributes:
        id: The file's stem for a single-article file, a record's own id; unique in a library.
        title: As declared, or found in a heading or the first line; never empty.
        text: The whole article; every offset in the program counts its characters.
        source: The publisher, where known.
        published: The day of publication, where known.
        url: Where it was published, where known.
        language: ISO 639-1 code of the text, "id" or "en"; another code where it is neither.
        path: The file it was read from, as given.
        sha256: Hex digest of `text` in UTF-8.
        author: Who wrote it, where known.
        pages: The offset in `text` where each page begins, in order; empty where it has no pages.
    """

    id: str
    title: str
    text: str
    source: str | None
    published: date | None
    url: str | None
    language: str
    path: str
    sha256: str
    author: str | None = None
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, that holds the character at `offset`; None where there are no pages."""
        return max(bisect_right(self.pages, offset), 1) if self.pages else None


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters `start:end` of an article; its text is always that slice."""

    article: Article
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.article.text):
            raise ValueError(f"passage {self.start}:{self.end} lies outside article {self.article.id!r}")

    @property
    def article_id(self) -> str:
        return self.article.id

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found; rank counts from 1, a higher score is better.

    `copies` are the other articles that carry the release that its article carries.
    """

    passage: Passage
    score: float
    rank: int
    copies: tuple[Article, ...] = ()
