"""What the press desk reads of all articles: statements and figures, kept while they are as they were."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from index import Article, NoIndex

if TYPE_CHECKING:
    from index.library import Library
    from rag.differing import Difference
    from rag.figures import ArticleFigure
    from rag.quotes.collection import Quotation, Speaker

T = TypeVar("T")

TOGETHER = 50
"""Articles that are read before the progress is told anew."""

PATIENCE = 1.5
"""Seconds that a page waits before it tells how far the reading is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with its article, the stems by which it is of a topic and, if it is said, its quotation."""

    article: Article
    figure: ArticleFigure
    said: Quotation | None
    stems: frozenset[str]


class Read(NamedTuple):
    """What was read of one article."""

    article: Article
    rows: list[Row]
    said: list[Quotation]


@dataclass(frozen=True)
class Extracts:
    """The statements, in order of days, and the figures of all articles, the newest first."""

    articles: int
    quotations: tuple[Quotation, ...]
    figures: tuple[Row, ...]

    @cached_property
    def speakers(self) -> list[Speaker]:
        """Everybody who is quoted, whoever is most often first."""
        from rag.quotes.collection import speakers_of

        return speakers_of(self.quotations)

    @cached_property
    def units(self) -> list[str]:
        """The units of the figures, the most frequent first."""
        counts = Counter(row.figure.unit for row in self.figures if row.figure.unit)
        return sorted(counts, key=lambda unit: (-counts[unit], unit))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many articles have been read, of how many; both 0 before that is known."""

    done: int = 0
    total: int = 0


class _Kept(Generic[T]):
    """Something that is made of the articles in the background, once for each revision of the library."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._revision = -1
        self._made: Future[T] | None = None

    def of(self, revision: int, patience: float | None) -> T | None:
        """It, or None where it is not there after so many seconds; without a limit, as soon as it is there.

        Raises:
            Exception: whatever making it raised; the next call tries again.
        """
        with self._lock:
            failed = self._made is not None and self._made.done() and self._made.exception() is not None
            if self._made is None or failed or revision != self._revision:
                self._revision, self._made = revision, Future()
                threading.Thread(target=self._run, args=(self._made,), name="desk", daemon=True).start()
            made = self._made
        wait([made], patience)
        return made.result() if made.done() else None

    def _run(self, made: Future[T]) -> None:
        try:
            made.set_result(self._make())
        except BaseException as error:  # noqa: BLE001  whoever waits for the result gets it
            made.set_exception(error)


class Desk:
    """The extracts of a library, read in the background; an article that is the same is not read again."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.progress = Progress()
        self._read: dict[str, Read] = {}
        self._reading = threading.Lock()
        self._extracts = _Kept(self._extract)
        self._differences = _Kept(self._compare)

    def extracts(self, patience: float | None = PATIENCE) -> Extracts | None:
        """The extracts, or None while the articles are being read; without a limit, as soon as they are.

        Raises:
            NoIndex: there are no articles.
            LibraryError: they cannot be read.
        """
        return self._extracts.of(self._revision(), patience)

    def differences(self, patience: float | None = PATIENCE) -> list[Difference] | None:
        """Where articles give other values of one thing, or None while that is being found.

        Raises:
            NoIndex: there are no articles.
            LibraryError: they cannot be read.
        """
        return self._differences.of(self._revision(), patience)

    def _revision(self) -> int:
        if not self.library.count():
            raise NoIndex("there are no articles; add some with: tanya index PATH...")
        return self.library.revision()

    def _extract(self) -> Extracts:
        from rag.quotes.collection import by_day

        with self._reading:
            articles = self.library.articles()
            kept = {one.id: self._read[one.id] for one in articles if one == self._known(one.id)}
            new = [one for one in articles if one.id not in kept]
            for at in range(0, len(new), TOGETHER):
                self.progress = Progress(len(kept), len(articles))
                kept |= {one.article.id: one for one in read_articles(self.library, new[at : at + TOGETHER])}
            self._read = kept
            read = [kept[one.id] for one in articles]
        rows = sorted(
            (row for one in read for row in one.rows),
            key=lambda row: (-_ordinal(row.article), row.article.id, row.figure.start),
        )
        made = Extracts(len(read), tuple(by_day(one for each in read for one in each.said)), tuple(rows))
        # Told here, in the background, for whoever opens the page next.
        _ = made.speakers
        return made

    def _known(self, article_id: str) -> Article | None:
        known = self._read.get(article_id)
        return known.article if known else None

    def _compare(self) -> list[Difference]:
        from rag.differing import differing

        extracts = self.extracts(None)
        return differing([(row.article, row.figure) for row in extracts.figures]) if extracts else []


def read_articles(library: Library, articles: Sequence[Article]) -> list[Read]:
    """The figures and the statements of articles of a library, as they are stored with them."""
    from rag.figures import stored_figures, topic_stems
    from rag.quotes.collection import stored_quotations, who_says

    said: dict[str, list[Quotation]] = {one.id: [] for one in articles}
    for one in stored_quotations(library, articles):
        said[one.article.id].append(one)
    rows: dict[str, list[Row]] = {one.id: [] for one in articles}
    for article, figure in stored_figures(library, articles):
        teller = who_says(said[article.id], figure.start, figure.end)
        rows[article.id].append(Row(article, figure, teller, topic_stems(article, figure)))
    return [Read(one, rows[one.id], said[one.id]) for one in articles]


def _ordinal(article: Article) -> int:
    return article.published.toordinal() if article.published else 0
