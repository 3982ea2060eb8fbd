"""Articles, passages, filters and hits: the values that the rest of the program passes around."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged


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
        pages: The offset in `text` where each page begins, in order, or -1 less the offset of a page that was
            read from a scan by text recognition; empty where it has no pages.
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
        return max(bisect_right(self.page_starts, offset), 1) if self.pages else None

    @property
    def page_starts(self) -> tuple[int, ...]:
        """The offset in `text` where each page begins, in order."""
        return tuple(at if at >= 0 else -1 - at for at in self.pages)

    def is_scanned(self, start: int, end: int) -> bool:
        """Whether any of the characters `start:end` was read from a scan by text recognition."""
        first = self.page_at(start)
        if first is None:
            return False
        last = self.last_page_of(start, end) or first
        return any(at < 0 for at in self.pages[first - 1 : last])

    def last_page_of(self, start: int, end: int) -> int | None:
        """The page, from 1, on which the characters `start:end` end; None where they end where they begin."""
        first, last = self.page_at(start), self.page_at(max(start, end - 1))
        return last if last != first else None


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


Ranking = list[tuple[int, float]]
"""Rows with their scores, best first, equal ones in row order."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles are asked for: published from `since` to `until`, both included, by one of `sources`.

    What has no day is left out when days are asked for; sources are compared without case, and none asked for
    are all; `articles` are ids, and none are all. A filter is true where it leaves anything out.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources or self.articles)


EVERYTHING = Filter()


class Searchable(Protocol):
    """One state of a library, for search; rows count its passages from 0 and keep their meaning."""

    def __len__(self) -> int:
        """How many passages there are, and so rows."""

    def description(self) -> dict[str, Any]:
        """What it was built from, in plain JSON values.

        At least `embedder`, `dimension`, `recipe`, `revision`, `articles` and `passages`.
        """

    def dense(self, vector: NDArray[np.float32], k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows nearest to a unit vector of shape `(dimension,)`, with their cosines."""

    def lexical(self, query: str, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows that share most words with `query`, with their BM25 among all rows.

        A row that shares no term is none.
        """

    def passage(self, row: int) -> Passage:
        """The passage of a row, with its article."""

    def carriers(self, rows: Sequence[int], chosen: Filter = EVERYTHING) -> dict[int, tuple[Article, ...]]:
        """Of those of `rows` whose article has copies, by row: all articles that carry it, itself among them.

        Those that the filter leaves, the one that was published first before the others; a row that has no
        company is left out. An article has one group at most, and rows of one group the same articles.
        """

    def language(self, row: int) -> str:
        """The language of a row's article, which is there without its text."""

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many articles the filter leaves."""


TOLERANCE = 1e-3
"""How far the length of a stored vector may be from 1."""


def is_unaltered(article: Article) -> bool:
    """Whether the text of `article` is the one that was stored."""
    return hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest() == article.sha256


def unit_vector(blob: bytes, dimension: int | None) -> NDArray[np.float32] | None:
    """The vector in `blob`; None where it has another dimension than that, or another length than 1."""
    if not blob or len(blob) % 4 or dimension not in {None, len(blob) // 4}:
        return None
    vector = np.frombuffer(blob, "<f4")
    return vector if abs(float(np.linalg.norm(vector)) - 1) <= TOLERANCE else None


def is_storable(text: str) -> bool:
    """Whether a database takes `text`: no NUL, and no half of a character."""
    return text == cleaned(text)


def cleaned(text: str) -> str:
    """`text` without what a browser or terminal passes on and no database takes: NUL, half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def cure_of(article: Article) -> str:
    """How to make good what is altered of `article`."""
    return (
        f"remove it and index it again: tanya articles remove {article.id}, then tanya index {article.path}"
    )


def unaltered(article: Article) -> Article:
    if not is_unaltered(article):
        raise Damaged(f"the text of article {article.id!r} is altered; {cure_of(article)}")
    return article


def passage_within(article: Article, start: int, end: int) -> Passage:
    try:
        return Passage(article, start, end)
    except (ValueError, TypeError) as error:
        raise Damaged(f"{error}; {cure_of(article)}") from error


def unit_vector_of(article: Article, blob: bytes, like: NDArray[np.float32] | None) -> NDArray[np.float32]:
    vector = unit_vector(blob, None if like is None else len(like))
    if vector is None:
        raise Damaged(f"a vector of article {article.id!r} is damaged; {cure_of(article)}")
    return vector
