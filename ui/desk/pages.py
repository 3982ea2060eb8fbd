"""What all pages of the press desk share: their tabs, and the setting that they are written for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ui.articles.pages import Setting
from ui.locales import DeskWords, locale
from ui.markup import DESK

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
)
"""In the order in which they are shown; the first is where `/desk` leads."""


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
        return self.page(template, here, status, desk=self.desk, tabs=tabs, **values)

    def told(self, key: str, here: str, sentence: str, status: int) -> Response:
        """A page of the desk that says one sentence: what is wrong."""
        return self.tab(key, "desk_message.html", here, status, sentence=sentence)
