"""The page of figures that differ: one thing of which articles give other values, side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from index import Article
from rag.differing import REASONS
from rag.figures import ArticleFigure
from ui.desk.extracts import Desk
from ui.desk.figures import unit_name
from ui.desk.pages import PATHS, Asked, DeskSetting, paged, publishers_of
from ui.locales import locale

if TYPE_CHECKING:
    from starlette.responses import Response

KEY = "differ"
PATH = PATHS[KEY]
NAMES = ("reason",)

ENTRIES = 20
"""On one page."""

AROUND = 140
"""Characters of the sentence that are shown before a figure, and behind it."""


def differ_page(desk: Desk, asked: Asked, setting: DeskSetting) -> Response:
    """The differences, that with the newest figure first; of a reason, where one is asked for.

    Raises:
        TanyaError: the library cannot be read.
    """
    here = asked.here(PATH)
    differences = desk.differences()
    if differences is None:
        return setting.reading(KEY, here, desk.progress)
    kept = [one for one in differences if any(asked.keeps(article) for article, _ in one.figures)]
    counts = Counter(one.reason for one in kept)
    reason = next((one for one in REASONS if one == asked["reason"]), None)
    found = [one for one in kept if reason in {None, one.reason}]
    page, last = paged(len(found), ENTRIES, asked.page)
    asked = replace(asked, given={**asked.given, "page": str(page)})
    language = locale(setting.words.language)
    return setting.tab(
        KEY,
        "desk_differ.html",
        here,
        asked=asked,
        d=language.differences,
        f=language.figures,
        unit_name=unit_name,
        publishers=publishers_of(desk.library.publishers(), asked, setting),
        reasons=[
            (name, count, setting.to(PATH, asked.query(reason=key)), key == (reason or ""))
            for key, name, count in (
                ("", language.differences.all_reasons, len(kept)),
                *((one, language.differences.reasons[one], counts[one]) for one in REASONS),
            )
        ],
        found=found[(page - 1) * ENTRIES : page * ENTRIES],
        excerpt=excerpt,
        last=last,
    )


def excerpt(article: Article, figure: ArticleFigure) -> tuple[str, str, str]:
    """The sentence of a figure, before it, the figure, and behind it; cut between words where it is long."""
    begin, end = figure.sentence
    before, behind = article.text[begin : figure.start], article.text[figure.end : end]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(behind) > AROUND:
        behind = behind[:AROUND].rpartition(" ")[0] + " …"
    return before, article.text[figure.start : figure.end], behind
