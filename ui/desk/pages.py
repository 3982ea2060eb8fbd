"""What all pages of the press desk share: their tabs, what is asked of them, and the setting of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from index import Article
from ui.articles.pages import Setting
from ui.desk.extracts import Progress
from ui.locales import DeskWords, locale
from ui.markup import DESK, flat, read_day

if TYPE_CHECKING:
    from starlette.responses import Response


class Tab(NamedTuple):
    """A page of the desk: its key among `DeskWords.tabs`, and its address."""

    key: str
    path: str


TABS = (
    Tab("quotes", f"{DESK}/quotes"),
    Tab("figures", f"{DESK}/figures"),
    Tab("differ", f"{DESK}/differ"),
    Tab("drafts", f"{DESK}/drafts"),
    Tab("releases", f"{DESK}/releases"),
)
"""In the order in which they are shown; the first is where `/desk` leads."""

PATHS = {tab.key: tab.path for tab in TABS}

LONGEST = 500
"""Characters of what is typed that are looked at."""

LAST_PAGE = 10**6


class DeskSetting(Setting):
    """What a page of the desk is written for."""

    @property
    def desk(self) -> DeskWords:
        return locale(self.words.language).desk

    def tab(self, key: str, template: str, here: str, status: int = 200, **values: Any) -> Response:
        """A page of the desk.

        Args:
            key: Of its tab.
            template: Its name; it extends `desk.html`.
            here: Its path with its query but for the language.
            status: Of the response.
            values: What the template is given besides.
        """
        tabs = [(self.desk.tabs[one.key], self.to(one.path), one.key == key) for one in TABS]
        return self.page(
            template,
            here,
            status,
            desk=self.desk,
            tabs=tabs,
            path=PATHS[key],
            a=locale(self.words.language).answers,
            **values,
        )

    def told(self, key: str, here: str, sentence: str, status: int) -> Response:
        """A page of the desk that says one sentence: what is wrong."""
        return self.tab(key, "desk_message.html", here, status, sentence=sentence)

    def reading(self, key: str, here: str, progress: Progress) -> Response:
        """A page of the desk that tells how far the articles have been read, and looks again by itself."""
        return self.tab(key, "desk_reading.html", here, progress=progress)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a page of the desk, as it stands in the address.

    Attributes:
        given: Every value that was given, by its name, cut at `LONGEST` characters.
        cut: Names of those that were longer.
    """

    given: Mapping[str, str]
    cut: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, str], names: Sequence[str]) -> Asked:
        """What an address asks by these names, days and publishers; anything else is left out."""
        known = ("topic", "since", "until", "source", "page", *names)
        given = {name: query[name].strip() for name in known if query.get(name, "").strip()}
        cut = tuple(name for name, value in given.items() if len(value) > LONGEST)
        return cls({name: value[:LONGEST] for name, value in given.items()}, cut)

    def __getitem__(self, name: str) -> str:
        """A value as it was given; empty where it was not."""
        return self.given.get(name, "")

    @property
    def page(self) -> int:
        """From 1; 1 where none, or no number, was given."""
        written = self["page"]
        is_number = written.isascii() and written.isdigit() and int(written[:9]) > 0
        return min(int(written[:9]), LAST_PAGE) if is_number else 1

    @property
    def misread(self) -> list[str]:
        """Days that are none."""
        return [self[name] for name in ("since", "until") if self[name] and read_day(self[name]) is None]

    def keeps(self, article: Article) -> bool:
        """Whether an article is of the days and the publisher that are asked for."""
        since, until = read_day(self["since"]), read_day(self["until"])
        day = article.published
        if (since or until) and day is None:
            return False
        if day is not None and ((since and day < since) or (until and day > until)):
            return False
        return not self["source"] or (article.source or "").casefold() == self["source"].casefold()

    def query(self, page: int = 1, **changed: str) -> list[tuple[str, str]]:
        """The address's query for one of its pages, with other values for those that `changed` names."""
        values = {**self.given, **changed, "page": str(page) if page > 1 else ""}
        return [(name, value) for name, value in values.items() if value]

    def here(self, path: str) -> str:
        """The page's own address but for the language."""
        query = urlencode(self.query(self.page), errors="replace")
        return f"{path}{'?' if query else ''}{query}"


def publishers_of(names: Sequence[str], asked: Asked, setting: Setting) -> list[tuple[str, str]]:
    """The choices among publishers, that which is asked for among them."""
    shown = [*names, *([asked["source"]] if asked["source"] and asked["source"] not in names else [])]
    return [("", setting.text.all_publishers), *((one, flat(one)) for one in shown)]


def paged(count: int, size: int, page: int) -> tuple[int, int]:
    """The page that is shown of so many things, the last where a later one is asked for, and the last."""
    last = max(1, -(-count // size))
    return min(page, last), last
