"""The page of figures: a table to filter and sort, its downloads, and plots of what compares over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.differing import Series, moments_of, series_of
from rag.feedback import sheet
from rag.figures import SHEET, about, figure_row, figure_values
from rag.lang.words import content_words
from rag.output import workbook
from ui.desk.extracts import Desk, Extracts, Row
from ui.desk.pages import PATHS, Asked, DeskSetting, paged, publishers_of
from ui.locales import FigureWords, locale
from ui.markup import download

if TYPE_CHECKING:
    from starlette.responses import Response

KEY = "figures"
PATH = PATHS[KEY]
NAMES = ("period", "unit", "sort", "order")
"""What the address gives besides: words of a period, a unit, a column, and "up" or "down"."""

ROWS = 50
"""On one page."""

MOST_PLOTTED = 2000
"""Figures among which what can be compared over time is looked for, the newest."""

MOST_SHEET = 100_000
"""Rows of a download; a spreadsheet holds about a million."""

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

COLUMNS: dict[str, Callable[[Row], Any]] = {
    "written": lambda row: row.figure.written.casefold(),
    "value": lambda row: row.figure.value,
    "unit": lambda row: row.figure.unit or "",
    "bound": lambda row: row.figure.bound or "",
    "what": lambda row: row.figure.what.casefold(),
    "period": lambda row: (row.figure.period or "").casefold(),
    "place": lambda row: (row.figure.place or "").casefold(),
    "who": lambda row: row.said.speaker.casefold() if row.said else "",
    "article": lambda row: row.article.title.casefold(),
    "day": lambda row: row.article.published or date.min,
}
"""The columns of the table, and what their rows are ordered by."""


def figures_page(desk: Desk, asked: Asked, setting: DeskSetting) -> Response:
    """The table of the figures that are asked for, and plots of those that can be compared.

    Raises:
        TanyaError: the library cannot be read.
    """
    here = asked.here(PATH)
    extracts = desk.extracts()
    if extracts is None:
        return setting.reading(KEY, here, desk.progress)
    found = _found(extracts, asked)
    page, last = paged(len(found), ROWS, asked.page)
    asked = replace(asked, given={**asked.given, "page": str(page)})
    words = _words(setting)
    plotted = [(row.article, row.figure) for row in found[:MOST_PLOTTED]] if is_narrowed(asked) else []
    units = extracts.units
    return setting.tab(
        KEY,
        "desk_figures.html",
        here,
        asked=asked,
        f=words,
        publishers=publishers_of(desk.library.publishers(), asked, setting),
        units=[("", words.all_units)]
        + [(one, unit_name(one, words)) for one in [*units, *({asked["unit"]} - {"", *units})]],
        columns=[
            (name, words.columns[name], *_sorting(name, asked), setting.to(PATH, _turned(name, asked)))
            for name in COLUMNS
        ],
        rows=found[(page - 1) * ROWS : page * ROWS],
        count=len(found),
        all=len(extracts.figures),
        unit_name=unit_name,
        plots=[plot_of(one) for one in series_of(plotted)],
        last=last,
        narrowed=is_narrowed(asked),
        sheets=[(kind, setting.to(f"{PATH}.{kind}", asked.query())) for kind in ("csv", "xlsx")],
    )


def figures_sheet(desk: Desk, asked: Asked, kind: str) -> Response:
    """The figures that are asked for, in the order of the table, as a table in which nothing is computed."""
    extracts = desk.extracts(None)
    rows = _found(extracts, asked)[:MOST_SHEET] if extracts else []
    header = (*SHEET, "said_by", "office")
    if kind == "csv":
        cells = ((*figure_row(row.article, row.figure), *_who(row)) for row in rows)
        return download(sheet(header, cells).encode("utf-8-sig"), "figures.csv", "text/csv; charset=utf-8")
    values = ([*figure_values(row.article, row.figure), *_who(row)] for row in rows)
    return download(workbook(header, values), "figures.xlsx", KIND)


def _words(setting: DeskSetting) -> FigureWords:
    return locale(setting.words.language).figures


def unit_name(unit: str | None, words: FigureWords) -> str:
    """What a unit is called on the page."""
    return words.units.get(unit, unit) if unit else ""


def is_narrowed(asked: Asked) -> bool:
    """Whether not all figures are asked for."""
    return any(asked[name] for name in ("topic", "period", "unit", "source", "since", "until"))


def _who(row: Row) -> tuple[str, str]:
    return (row.said.speaker, row.said.quote.role or "") if row.said else ("", "")


def _found(extracts: Extracts, asked: Asked) -> list[Row]:
    """The rows that are asked for, in the order that is asked for."""
    kept = [row for row in extracts.figures if asked.keeps(row.article)]
    if asked["unit"]:
        kept = [row for row in kept if row.figure.unit == asked["unit"]]
    if asked["period"]:
        kept = [row for row in kept if in_period(row, asked["period"])]
    if asked["topic"]:
        by_key = {(row.article.id, row.figure.start): row for row in kept}
        told = [(row.article, row.figure) for row in kept] if content_words(asked["topic"]) else []
        chosen = about(asked["topic"], told, [row.stems for row in kept]) if told else []
        kept = [by_key[article.id, figure.start] for article, figure in chosen]
    if (key := COLUMNS.get(asked["sort"])) is not None:
        kept = sorted(kept, key=key, reverse=asked["order"] == "down")
    return kept


def in_period(row: Row, asked: str) -> bool:
    """Whether a figure's period is one that is asked for, or is written so."""
    period = row.figure.period
    if not period:
        return False
    if asked.casefold() in period.casefold():
        return True
    wanted = moments_of(asked, None)
    told = moments_of(period, row.article.published)
    return any(one.names(other) for one in told for other in wanted)


def _sorting(name: str, asked: Asked) -> tuple[str]:
    """How the table is ordered by a column, for `aria-sort`; empty where by another."""
    if asked["sort"] != name:
        return ("",)
    return ("descending" if asked["order"] == "down" else "ascending",)


def _turned(name: str, asked: Asked) -> list[tuple[str, str]]:
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
    """A series as it is drawn: marks in order of periods, the line through them, and what marks its axes."""

    series: Series
    marks: tuple[Mark, ...]
    line: str
    lines: tuple[tuple[float, float], ...]
    days: tuple[tuple[float, date, int, str], ...]
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
    first, last, _ = series.points[0]
    ends = ((min(middles), "start"), (max(middles), "end"))
    return Plot(
        series,
        marks,
        " ".join(f"{mark.x},{mark.y}" for mark in marks),
        tuple((value, upwards(value)) for value in (low, (low + high) / 2, high)),
        tuple((across(day), date.fromordinal(int(day)), last - first + 1, end) for day, end in ends),
    )
