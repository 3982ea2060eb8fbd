"""Shared by all pages of the press desk: tabs, settings, and the figures and quotations of all articles."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from index import Article, NoIndex
from ui.markup import DESK
from ui.pages import PageQuery, Setting

if TYPE_CHECKING:
    from index.library import Library
    from rag.differing import Difference
    from rag.figures import ArticleFigure
    from rag.quotes.collection import Quotation, Speaker


class Tab(NamedTuple):
    """A page of the desk: its key among `DeskWords.tabs`, its address, and what that gives of its own."""

    key: str
    path: str
    names: tuple[str, ...] = ()


TABS = (
    # Words of a name, a speaker's name, and the office that tells them apart.
    Tab("quotes", f"{DESK}/quotes", ("q", "speaker", "office")),
    # Words of a period, a unit, a column, and "up" or "down".
    Tab("figures", f"{DESK}/figures", ("period", "unit", "sort", "order")),
    Tab("differ", f"{DESK}/differ", ("reason",)),
    Tab("drafts", f"{DESK}/drafts"),
    Tab("releases", f"{DESK}/releases"),
)
"""In the order in which they are shown; the first is where `/desk` leads."""


@dataclass(frozen=True, slots=True)
class DeskSetting(Setting):
    """The setting of a page of the press desk.

    Attributes:
        key: Of its tab.
    """

    key: str = TABS[0].key

    @classmethod
    def at(cls, key: str, request: Request) -> DeskSetting:
        return replace(cls.of(request), key=key)

    @property
    def path(self) -> str:
        """Where the tab begins."""
        return next(one.path for one in TABS if one.key == self.key)

    def tab(
        self, template: str, here: str, status: int = 200, *, behind: bool = False, **values: Any
    ) -> Response:
        """A page of the desk.

        Args:
            template: Its name; it extends `desk.html`.
            here: Its path with its query but for the language.
            status: Of the response.
            behind: Whether it shows the articles as they were, while they are being read anew.
            values: What the template is given besides.
        """
        desk = self.locale.desk
        path, _, query = here.partition("?")
        tabs = [(desk.tabs[one.key], self.to(one.path), one.key == self.key) for one in TABS]
        return self.page(
            template, here, status, desk=desk, tabs=tabs, path=self.path, a=self.locale.answers,
            behind=behind, again=self.to(path, parse_qsl(query)), **values,
        )  # fmt: skip

    def problem(self, sentence: str, status: int) -> Response:
        """A page of the desk that says one sentence: what is wrong."""
        return self.tab("desk_message.html", self.path, status, sentence=sentence)

    def reading(self, here: str, progress: Progress) -> Response:
        """A page of the desk that tells how far the articles have been read, and looks again by itself."""
        desk = self.locale.desk
        return self.under_way(here, progress, desk.reading, desk.read_so_far)

    def under_way(
        self, here: str, progress: Progress, sentence: str, so_far: str, waiting: str = ""
    ) -> Response:
        """The page shown while something is computed, with its progress."""
        return self.tab(
            "desk_progress.html", here, progress=progress, sentence=sentence, so_far=so_far, waiting=waiting
        )


class DeskQuery(PageQuery):
    """Query of a page of the press desk."""

    @classmethod
    def of(cls, query: Mapping[str, str], names: Sequence[str] = ()) -> Self:
        """Read the parameters of these names, and those that all pages have, from an address."""
        return cls.read(query, ("topic", "since", "until", "source", "page", *names))

    def keeps(self, article: Article) -> bool:
        """Whether an article is of the days and the publisher that are asked for."""
        (since, until), day = self.days, article.published
        if (since or until) and day is None:
            return False
        if day is not None and ((since and day < since) or (until and day > until)):
            return False
        return not self["source"] or (article.source or "").casefold() == self["source"].casefold()


T = TypeVar("T")

TOGETHER = 50
"""Articles that are read before the progress is told anew."""

PATIENCE = 1.5
"""Seconds that a page waits before it tells how far the reading is."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with its article, the stems by which it is of a topic and, if it is said, its quotation."""

    article: Article
    figure: ArticleFigure
    quotation: Quotation | None
    stems: frozenset[str]


class ArticleRows(NamedTuple):
    """The figures and quotations of one article."""

    article: Article
    rows: list[FigureRow]
    quotations: list[Quotation]


@dataclass(frozen=True)
class Extracts:
    """The statements, in order of days, and the figures of all articles, the newest first."""

    articles: int
    quotations: tuple[Quotation, ...]
    figures: tuple[FigureRow, ...]

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


class CachedValue(Generic[T]):
    """A value computed from the library in a background thread, once per revision.

    The previous value is served while the next one is computed.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._revision = -1
        self._making: Future[T] | None = None
        self._last: T | None = None

    def of(self, revision: int, patience: float | None) -> T | None:
        """The value for `revision` or a later one, if it is ready after `patience` seconds.

        Else the previous value, None where there is none. Without a limit it waits until the value is ready.

        Raises:
            Exception: whatever computing it raised; the next call tries again.
        """
        ends = None if patience is None else time.monotonic() + patience
        # What is being made may be of an earlier revision; what is begun afterwards is not.
        for _ in range(2):
            making, current = self._begun(revision)
            wait([making], None if ends is None else max(0.0, ends - time.monotonic()))
            if not making.done():
                return self._last
            if current:
                break
        return making.result()

    def is_behind(self, made: T) -> bool:
        """Whether a value is of an older revision and the next one is being computed."""
        return made is not self._last or (self._making is not None and not self._making.done())

    def _begun(self, revision: int) -> tuple[Future[T], bool]:
        """The computation to wait for, started if needed, and whether it is of this revision."""
        with self._lock:
            making = self._making
            if making is None or (making.done() and (making.exception() or revision != self._revision)):
                self._revision, self._making = revision, (making := Future())
                threading.Thread(target=self._run, args=(making,), name="desk", daemon=True).start()
            return making, revision == self._revision

    def _run(self, making: Future[T]) -> None:
        try:
            made = self._make()
        except BaseException as error:  # noqa: BLE001  whoever waits for the result gets it
            making.set_exception(error)
        else:
            self._last = made
            making.set_result(made)


class Desk:
    """The extracts of a library, read in the background; an article that is the same is not read again."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.progress = Progress()
        self._read: dict[str, ArticleRows] = {}
        self._reading = threading.Lock()
        self._extracts = CachedValue(self._extract)
        self._differences = CachedValue(self._compare)

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

    def is_behind(self, made: Extracts | list[Difference]) -> bool:
        """Whether these are of the articles as they were, while the articles as they are now are read."""
        if isinstance(made, Extracts):
            return self._extracts.is_behind(made)
        return self._differences.is_behind(made)

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
        made = Extracts(
            len(read), tuple(by_day(one for each in read for one in each.quotations)), tuple(rows)
        )
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


def read_articles(library: Library, articles: Sequence[Article]) -> list[ArticleRows]:
    """The figures and the statements of articles of a library, as they are stored with them."""
    from rag.figures import stored_figures, topic_stems
    from rag.quotes.collection import stored_quotations, who_says

    quotations: dict[str, list[Quotation]] = {one.id: [] for one in articles}
    for one in stored_quotations(library, articles):
        quotations[one.article.id].append(one)
    rows: dict[str, list[FigureRow]] = {one.id: [] for one in articles}
    for article, figure in stored_figures(library, articles):
        teller = who_says(quotations[article.id], figure.start, figure.end)
        rows[article.id].append(FigureRow(article, figure, teller, topic_stems(article, figure)))
    return [ArticleRows(one, rows[one.id], quotations[one.id]) for one in articles]


def _ordinal(article: Article) -> int:
    return article.published.toordinal() if article.published else 0
