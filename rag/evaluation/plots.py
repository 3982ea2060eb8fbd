"""Plots of a run as inline SVG: their ink follows the page's, light or dark, and nothing is fetched."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rag.evaluation.measures import Record
from rag.evaluation.totals import duration, expects_refusal, refused

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (5.2, 3.2)
"""Inches; at 72 points an inch the text stays readable at the width of a phone."""

# Colours that no plot uses otherwise, each replaced by a colour of the page's style sheet.
_INK, _FAINT = "#010101", "#020202"
_SERIES = ("#030303", "#040404", "#050505", "#060606")
_VARIABLES = {
    _INK: "var(--ink)",
    _FAINT: "var(--faint)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES, 1)},
}
_STYLE: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": _INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "grid.color": _FAINT,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "legend.labelcolor": _INK,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}

TREND = ("passed", "answered_right", "refused_rightly", "citation_recall")
"""What is shown against earlier runs."""


def trend(history: Sequence[Mapping[str, Any]]) -> str:
    """Totals of each run, earliest first; runs of other cases are joined by no line."""
    from matplotlib.ticker import MaxNLocator

    def draw(axes: Axes) -> None:
        for name, colour in zip(TREND, _SERIES, strict=True):
            values = [run["metrics"].get(name, math.nan) for run in history]
            axes.plot([], [], color=colour, marker="o", markersize=4, label=name.replace("_", " "))
            for part in _stretches(history):
                places = [place + 1 for place in part]
                axes.plot(places, [values[place] for place in part], color=colour, marker="o", markersize=4)
        axes.set(xlabel="run", ylabel="share", ylim=(-0.03, 1.03), xlim=(0.5, len(history) + 0.5))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.legend(loc="lower left")

    return _svg("trend", draw)


def risk_coverage(records: Sequence[Record]) -> str:
    """Share of failed answers among the surest, by the share of cases that are answered."""
    points = risk_points(records)

    def draw(axes: Axes) -> None:
        axes.step([x for x, _ in points], [y for _, y in points], where="post", color=_SERIES[0])
        if points:
            axes.plot(*points[-1], color=_SERIES[1], marker="o", label="as it answers now")
            axes.legend(loc="upper left")
        axes.set(xlabel="share of cases answered", ylabel="share of answers that fail")
        axes.set(xlim=(0, 1.03), ylim=(-0.03, 1.03))

    return _svg("risk", draw)


def risk_points(records: Sequence[Record]) -> list[tuple[float, float]]:
    """Coverage and risk after each answer, the surest first; answers that are equally sure come together."""
    answers = sorted((r for r in records if not refused(r)), key=lambda r: -float(r["confidence"]))
    points, failed = [], 0
    for number, record in enumerate(answers, 1):
        failed += not record["passed"]
        if number == len(answers) or answers[number]["confidence"] != record["confidence"]:
            points.append((number / len(records), failed / number))
    return points


def reliability(records: Sequence[Record]) -> str:
    """Share of answers that pass, by the confidence that they were given with."""
    bins = reliability_bins(records)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_FAINT, linestyle="--")
        axes.plot(
            [told for told, _, _ in bins], [share for _, share, _ in bins], color=_SERIES[0], marker="o"
        )
        for told, share, number in bins:
            axes.annotate(str(number), (told, share), xytext=(4, -11), textcoords="offset points")
        axes.set(xlabel="confidence told", ylabel="share that passes", xlim=(0, 1.03), ylim=(-0.03, 1.08))

    return _svg("reliability", draw)


def reliability_bins(records: Sequence[Record], bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean confidence, share that passes and number, for each tenth of confidence that answers fall into."""
    held: dict[int, list[Record]] = {}
    for record in records:
        if not refused(record):
            held.setdefault(min(bins - 1, int(float(record["confidence"]) * bins)), []).append(record)
    return [
        (
            sum(float(record["confidence"]) for record in part) / len(part),
            sum(bool(record["passed"]) for record in part) / len(part),
            len(part),
        )
        for _, part in sorted(held.items())
    ]


def latency(records: Sequence[Record]) -> str:
    """How long answers and refusals took."""

    def draw(axes: Axes) -> None:
        times = [[duration(r) for r in records if refused(r) is is_refusal] for is_refusal in (False, True)]
        top = max([1.0, *times[0], *times[1]])
        edges = [top * step / 30 for step in range(31)]
        axes.hist(times, edges, stacked=True, color=list(_SERIES[:2]), label=["answered", "refused"])
        axes.set(xlabel="milliseconds", ylabel="cases")
        axes.legend(loc="upper right")

    return _svg("latency", draw)


def ranks(records: Sequence[Record]) -> str:
    """At which place search brought the first passage or article that answers."""
    found = [record["rank"] for record in records if record["rank"] is not None]
    places = [*range(1, max([5, *found]) + 1), 0]

    def draw(axes: Axes) -> None:
        axes.bar(
            ["not found" if place == 0 else str(place) for place in places],
            [found.count(place) for place in places],
            color=_SERIES[0],
        )
        axes.set(xlabel="place", ylabel="cases")

    return _svg("ranks", draw)


def mistakes(records: Sequence[Record]) -> tuple[int, int]:
    """How many were refused that should be answered, and answered that should be refused."""
    return (
        sum(refused(record) and not expects_refusal(record) for record in records),
        sum(expects_refusal(record) and not refused(record) for record in records),
    )


def _stretches(history: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Places of the runs that follow each other with the same cases."""
    parts: list[list[int]] = []
    for place, run in enumerate(history):
        if parts and history[place - 1]["cases"] == run["cases"]:
            parts[-1].append(place)
        else:
            parts.append([place])
    return parts


def _svg(name: str, draw: Callable[[Axes], None]) -> str:
    """One plot; its ids begin with its name, since a page holds several."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=SIZE, layout="tight")
        axes = figure.subplots()
        draw(axes)
        out = io.StringIO()
        metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(out, format="svg", metadata=metadata)
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg\b[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg\b[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    # Within a page these say nothing, and nothing on the page shall look like an address.
    svg = re.sub(r'\sxmlns(?::\w+)?="[^"]*"', "", svg)
    svg = re.sub(r'\sid="([^"]+)"', rf' id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    return re.sub("|".join(_VARIABLES), lambda match: _VARIABLES[match.group()], svg)
