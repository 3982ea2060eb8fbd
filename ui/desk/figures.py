"""The pages of figures: a table to filter and sort, with plots over time; and figures that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from starlette.responses import Response

from index import Article
from rag.differing import REASONS, Series, moments_of, series_of
from rag.figures import MONEY, SHEET, UNITS, ArticleFigure, about, figure_values
from rag.lang import LEXICON, as_language
from rag.lang.numbers import RARE_UNITS
from rag.lang.words import content_words
from rag.output import sheet, workbook
from ui.desk.pages import Desk, DeskQuery, DeskSetting, Extracts, FigureRow
from ui.locales import locale
from ui.markup import download, table_response
from ui.pages import publishers_of

ROWS = 50
"""On one page."""

MOST_UNITS = 60
"""Units to choose among, the most frequent; a topic finds the figures of any other."""

MOST_PLOTTED = 2000
"""Figures among which what can be compared over time is looked for, the newest."""

MOST_SHEET = 100_000
"""Rows of a download; a spreadsheet holds about a million."""

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

COLUMNS: dict[str, Callable[[FigureRow], Any]] = {
    "what": lambda row: row.figure.what.casefold(),
    "written": lambda row: row.figure.written.casefold(),
    "value": lambda row: row.figure.value,
    "period": lambda row: (row.figure.period or "").casefold(),
    "place": lambda row: (row.figure.place or "").casefold(),
    "who": lambda row: row.quotation.speaker.casefold() if row.quotation else "",
    "article": lambda row: row.article.title.casefold(),
    "day": lambda row: row.article.published or date.min,
}
"""The columns of the table, and what their rows are ordered by."""

SPARSE = ("period", "place", "who")
"""Columns that are left out where no row that is shown has anything in them."""


def figures_page(desk: Desk, asked: DeskQuery, setting: DeskSetting) -> Response:
    """The table of the figures that are asked for, and plots of those that can be compared.

    Raises:
        TanyaError: the library cannot be read.
    """
    here, is_asked = asked.here(setting.path), bool(asked.given)
    extracts = desk.extracts()
    if extracts is None:
        return setting.reading(here, desk.progress)
    found = _found(extracts, asked)
    asked, shown, last = asked.turned(len(found), ROWS)
    rows = found[shown]
    words = setting.locale.figures
    names = unit_names(setting.words.language)
    plotted = [(row.article, row.figure) for row in found[:MOST_PLOTTED]] if is_narrowed(asked) else []
    units = [one for one in extracts.units if one in names][:MOST_UNITS]
    return setting.tab(
        "desk_figures.html",
        here,
        asked=asked,
        f=words,
        publishers=publishers_of(desk.library.publishers(), asked, setting),
        units=[("", words.all_units)]
        + [(one, names.get(one, one)) for one in [*units, *({asked["unit"]} - {"", *units})]],
        columns=[
            (name, words.columns[name], _sorting(name, asked), setting.to(setting.path, _turned(name, asked)))
            for name in COLUMNS
            if name not in SPARSE or asked["sort"] == name or any(COLUMNS[name](row) for row in rows)
        ],
        rows=rows,
        sparse=SPARSE,
        count=len(found),
        all=len(extracts.figures),
        unit_name=lambda unit: names.get(unit, unit or ""),
        plots=[plot_of(one) for one in series_of(plotted)],
        last=last,
        narrowed=is_narrowed(asked),
        is_asked=is_asked,
        behind=desk.is_behind(extracts),
        sheets=[(kind, setting.to(f"{setting.path}.{kind}", asked.query())) for kind in ("csv", "xlsx")],
    )


def figures_sheet(desk: Desk, asked: DeskQuery, kind: str) -> Response:
    """The figures that are asked for, in the order of the table, as a table in which nothing is computed."""
    extracts = desk.extracts(None)
    rows = _found(extracts, asked)[:MOST_SHEET] if extracts else []
    header = (*SHEET, "said_by", "office")
    values = ([*figure_values(row.article, row.figure), *_who(row)] for row in rows)
    if kind == "csv":
        return table_response(sheet(header, values), "figures.csv")
    return download(workbook(header, values), "figures.xlsx", KIND)


@cache
def unit_names(language: str) -> dict[str, str]:
    """The names of the units in the tables of `rag.figures`, in a language.

    Any other unit is a noun that stood behind a number, and not here.
    """
    measured = LEXICON.mapping("units", as_language(language)).items()
    things = LEXICON.mapping("things", "counted").items()
    return {
        **{one: one for one in (*RARE_UNITS.values(), *MONEY)},
        **{unit: nouns[0] if language == "id" else unit for unit, nouns in things},
        **{UNITS.get(unit, unit): written[0] for unit, written in measured},
        **locale(language).figures.units,
    }


def is_narrowed(asked: DeskQuery) -> bool:
    """Whether not all figures are asked for."""
    return any(asked[name] for name in ("topic", "period", "unit", "source", "since", "until"))


def _who(row: FigureRow) -> tuple[str, str]:
    return (row.quotation.speaker, row.quotation.quote.role or "") if row.quotation else ("", "")


def _found(extracts: Extracts, asked: DeskQuery) -> list[FigureRow]:
    """The rows that are asked for, in the order that is asked for."""
    kept = [row for row in extracts.figures if asked.keeps(row.article)]
    if asked["unit"]:
        kept = [row for row in kept if row.figure.unit == asked["unit"]]
    if asked["period"]:
        kept = [row for row in kept if in_period(row, asked["period"])]
    if asked["topic"]:
        by_key = {(row.article.id, row.figure.start): row for row in kept}
        figures = [(row.article, row.figure) for row in kept] if content_words(asked["topic"]) else []
        chosen = about(asked["topic"], figures, [row.stems for row in kept]) if figures else []
        kept = [by_key[article.id, figure.start] for article, figure in chosen]
    if (key := COLUMNS.get(asked["sort"])) is not None:
        kept = sorted(kept, key=key, reverse=asked["order"] == "down")
    return kept


def in_period(row: FigureRow, asked: str) -> bool:
    """Whether a figure's period is one that is asked for, or is written so."""
    period = row.figure.period
    if not period:
        return False
    if asked.casefold() in period.casefold():
        return True
    wanted = moments_of(asked, None)
    named = moments_of(period, row.article.published)
    return any(one.names(other) for one in named for other in wanted)


def _sorting(name: str, asked: DeskQuery) -> str:
    """How the table is ordered by a column, for `aria-sort`; empty where by another."""
    if asked["sort"] != name:
        return ""
    return "descending" if asked["order"] == "down" else "ascending"


def _turned(name: str, asked: DeskQuery) -> list[tuple[str, str]]:
    """The address's query with the table ordered by a column, the other way round where it is already."""
    again = asked["sort"] == name
    up = asked["order"] != "down" if again else name not in {"value", "day"}
    order = ("down" if up else "up") if again else ("up" if up else "down")
    return asked.query(sort=name, order=order)


WIDTH, HEIGHT = 420, 220
LEFT, RIGHT, TOP, BOTTOM = 72, 20, 16, 34
"""Of a plot, and its margins, in the units of its drawing, some pixels each."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure of a plot: where it is drawn, the upper end of a range, and what it is."""

    x: float
    y: float
    y_to: float
    row: tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Plot:
    """A series as it is drawn: marks in order of periods, the line through them, and what marks its axes.

    Attributes:
        lines: Values that are marked, and how high.
        periods: The periods that are marked: where, their first and last day, and the end of the text there.
    """

    series: Series
    marks: tuple[Mark, ...]
    line: str
    lines: tuple[tuple[float, float], ...]
    periods: tuple[tuple[float, date, date, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def plot_of(series: Series) -> Plot:
    """Where the figures of a series are drawn: the middle of a period across, the value upwards."""
    values = [
        float(one)
        for _, _, (_, figure) in series.points
        for one in (figure.value, figure.value_to)
        if one is not None
    ]
    middles = [(first + last) / 2 for first, last, _ in series.points]
    low, high = min(0.0, *values) if min(values) < max(values) / 3 else min(values), max(values)
    spread = (high - low) or abs(high) or 1.0
    wide = (max(middles) - min(middles)) or 1.0

    def across(day: float) -> float:
        return round(LEFT + (day - min(middles)) / wide * (WIDTH - LEFT - RIGHT), 1)

    def upwards(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / spread * (HEIGHT - TOP - BOTTOM), 1)

    marks = tuple(
        Mark(
            across(middle),
            upwards(float(figure.value)),
            upwards(float(figure.value_to or figure.value)),
            (article, figure),
        )
        for middle, (_, _, (article, figure)) in zip(middles, series.points, strict=True)
    )
    by_middle = sorted(zip(middles, series.points, strict=True), key=lambda pair: pair[0])
    ends = ((*by_middle[0], "start"), (*by_middle[-1], "end"))
    return Plot(
        series,
        marks,
        " ".join(f"{mark.x},{mark.y}" for mark in marks),
        tuple((value, upwards(value)) for value in (low, (low + high) / 2, high)),
        tuple(
            (across(middle), date.fromordinal(first), date.fromordinal(last), end)
            for middle, (first, last, _), end in ends
        ),
    )


ENTRIES = 20
"""On one page."""

AROUND = 140
"""Characters of the sentence that are shown before a figure, and behind it."""


def differ_page(desk: Desk, asked: DeskQuery, setting: DeskSetting) -> Response:
    """The differences, that with the newest figure first; of a reason, where one is asked for.

    Raises:
        TanyaError: the library cannot be read.
    """
    here = asked.here(setting.path)
    differences = desk.differences()
    if differences is None:
        return setting.reading(here, desk.progress)
    kept = [one for one in differences if any(asked.keeps(article) for article, _ in one.figures)]
    counts = Counter(one.reason for one in kept)
    reason = next((one for one in REASONS if one == asked["reason"]), None)
    found = [one for one in kept if reason in {None, one.reason}]
    asked, shown, last = asked.turned(len(found), ENTRIES)
    words = setting.locale.differences
    names = unit_names(setting.words.language)
    return setting.tab(
        "desk_differ.html",
        here,
        asked=asked,
        d=words,
        f=setting.locale.figures,
        unit_name=lambda unit: names.get(unit, unit),
        publishers=publishers_of(desk.library.publishers(), asked, setting),
        reasons=[
            (name, count, setting.to(setting.path, asked.query(reason=key)), key == (reason or ""))
            for key, name, count in (
                ("", words.all_reasons, len(kept)),
                *((one, words.reasons[one], counts[one]) for one in REASONS),
            )
        ],
        found=found[shown],
        excerpt=excerpt,
        last=last,
        behind=desk.is_behind(differences),
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
