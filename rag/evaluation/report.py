"""The report of a run: one page with totals, plots and every failed case, offline and without scripts.

Plots are inline SVG whose ink follows the page's. Questions, answers and articles are shown, and whoever
wrote them may wish the reader ill: all text is escaped, and the page's own policy forbids scripts and
requests.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import TanyaError
from rag.evaluation.metrics import (
    Comparison,
    Record,
    comparison_lines,
    duration,
    expects_refusal,
    refused,
    shown_totals,
)
from rag.output import printable

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
_PLOT_STYLE: Any = {
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
"""The metrics that are shown against earlier runs."""


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
            [confidence for confidence, _, _ in bins],
            [share for _, share, _ in bins],
            color=_SERIES[0],
            marker="o",
        )
        for confidence, share, number in bins:
            axes.annotate(str(number), (confidence, share), xytext=(4, -11), textcoords="offset points")
        axes.set(xlabel="confidence told", ylabel="share that passes", xlim=(0, 1.03), ylim=(-0.03, 1.08))

    return _svg("reliability", draw)


def reliability_bins(records: Sequence[Record]) -> list[tuple[float, float, int]]:
    """Mean confidence, share that passes and number, for each tenth of confidence that answers fall into."""
    by_tenth: dict[int, list[Record]] = {}
    for record in records:
        if not refused(record):
            by_tenth.setdefault(min(9, int(10 * float(record["confidence"]))), []).append(record)
    return [
        (
            sum(float(record["confidence"]) for record in part) / len(part),
            sum(bool(record["passed"]) for record in part) / len(part),
            len(part),
        )
        for _, part in sorted(by_tenth.items())
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

    with mpl.rc_context({**_PLOT_STYLE, "svg.hashsalt": name}):
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


REPORT_FILE, HISTORY_FILE = "report.html", "history.jsonl"


def write_report(
    folder: Path,
    header: Mapping[str, Any],
    records: Sequence[Record],
    totals: Mapping[str, Any],
    comparison: Comparison | None = None,
) -> Path:
    """Add the totals of a finished run to the history in `folder` and write the page there.

    Raises:
        TanyaError: something there cannot be read or written.
    """
    page = folder / REPORT_FILE
    try:
        history = add_to_history(folder / HISTORY_FILE, header, totals)
        page.write_text(report_page(header, records, totals, history, comparison), encoding="utf-8")
    except OSError as error:
        raise TanyaError(f"{folder} cannot be written ({error}); name another folder") from error
    return page


def add_to_history(path: Path, header: Mapping[str, Any], totals: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All runs that were finished in a folder, this one last; a run that is there already is not added twice.

    Raises:
        TanyaError: a line of the history is damaged.
    """
    history = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            run = json.loads(line)
            run["cases"], run["metrics"], run["started"]
        except (ValueError, KeyError, TypeError) as error:
            raise TanyaError(f"{path}:{number} is damaged; remove that line") from error
        history.append(run)
    mine = {key: header[key] for key in ("started", "cases", "version", "program", "models")}
    if any(all(run.get(key) == value for key, value in mine.items()) for run in history):
        return history
    mine["metrics"] = {name: value for name, value in totals.items() if name != "intervals"}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(mine, ensure_ascii=False) + "\n")
    return [*history, mine]


def report_page(
    header: Mapping[str, Any],
    records: Sequence[Record],
    totals: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    comparison: Comparison | None = None,
) -> str:
    """The whole page as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        return value if isinstance(value, Markup) else printable(str(value))

    def labelled(svg: str, caption: str) -> Markup:
        named = Markup('<svg role="img" aria-label="{}"').format(caption)
        return Markup(svg.replace("<svg", named, 1))  # noqa: S704

    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=shown,
    )  # fmt: skip
    return pages.get_template("report.html").render(
        header=header,
        records=records,
        failed=[record for record in records if not record["passed"]],
        totals=shown_totals(totals),
        intervals=totals["intervals"],
        compared=comparison_lines(comparison) if comparison else [],
        plots=[(labelled(svg, caption), caption) for svg, caption in _plots(records, history)],
        expectation=expectation,
        settings=json.dumps(header, ensure_ascii=False, indent=2),
    )


def _plots(records: Sequence[Record], history: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """The plots as SVG, each with its caption."""
    missed, invented = mistakes(records)
    yield (
        trend(history),
        f"Totals of the runs kept in this folder ({len(history)}); no line joins runs of other cases.",
    )
    if any(not refused(record) for record in records):
        yield (
            risk_coverage(records),
            "If only the surest were answered: how many of the answers would fail. Now"
            f" {missed} are refused that should be answered and {invented} answered that should be refused.",
        )
        yield (
            reliability(records),
            "Whether the confidence can be believed: on the dashed line it is the share that passes."
            " The numbers count answers.",
        )
    if records:
        yield latency(records), "How long the cases took, from question to answer."
    if any(record["rank"] is not None for record in records):
        yield (
            ranks(records),
            "At which place search brought the first passage, or article, that the case names.",
        )


def expectation(record: Record) -> str:
    """The expectations of a case, in one line."""
    case = record["case"]
    if expects_refusal(record):
        parts = ["a refusal"]
    else:
        parts = [" or ".join(f"“{form}”" for form in forms) for forms in case["contains"]] or ["an answer"]
    parts += [f"led by {' or '.join(f'“{form}”' for form in forms)}" for forms in case.get("lead", ())]
    parts += (
        [f"led by exactly {' or '.join(f'“{form}”' for form in case['exact'])}"] if case.get("exact") else []
    )
    parts += [f"without “{one}”" for one in case.get("not_contains", ())]
    parts += [f"taken for {case['request']}"] if case.get("request") else []
    parts += [f"in {case['language']}"] if case["language"] else []
    parts += [f"cited from {' or '.join(case['cites'])}"] if case["cites"] else []
    return ", ".join(parts)
