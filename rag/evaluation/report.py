"""The report: one page with the totals, plots and every failed case, that works offline and without scripts.

Questions, answers and articles are shown on it, and whoever wrote them may wish the reader ill: all text is
escaped, and the page's own policy forbids scripts and requests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from index import TanyaError
from rag.evaluation import plots
from rag.evaluation.comparison import Comparison, comparison_lines
from rag.evaluation.measures import Record
from rag.evaluation.totals import expects_refusal, refused
from rag.output import printable

REPORT_FILE, HISTORY_FILE = "report.html", "history.jsonl"

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1d21; --quiet: #555b66; --faint: #d4d7dd;
  --series-1: #1f5fa8; --series-2: #b4500f; --series-3: #2b7a3d; --series-4: #7a3fa0; --wrong: #a51d1d; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171b; --ink: #e6e8ec; --quiet: #a4abb8;
  --faint: #3a3f48;
  --series-1: #7db7f5; --series-2: #f2a65e; --series-3: #7fd092; --series-4: #cfa1ee; --wrong: #ff9a94; } }
* { box-sizing: border-box; }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto;
  max-width: 68rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0; }
table { border-collapse: collapse; }
th, td { padding: .15rem .75rem .15rem 0; text-align: left; vertical-align: top; }
th { font-weight: 500; } td.number { white-space: nowrap;
  font-variant-numeric: tabular-nums; text-align: right; }
caption, figcaption, .quiet { color: var(--quiet); font-size: .875rem; text-align: left; }
.scroll { overflow-x: auto; }
.plots { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
figure { margin: 0; } figure svg { display: block; height: auto; max-width: 36rem; width: 100%; }
article { border-left: .2rem solid var(--wrong); margin: 1.5rem 0; padding-left: .75rem; }
article li { color: var(--wrong); }
blockquote { border-left: .2rem solid var(--faint); margin: .25rem 0; padding-left: .75rem; }
dt { color: var(--quiet); font-size: .875rem; margin-top: .5rem; } dd { margin: 0; }
pre { white-space: pre-wrap; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_report(
    folder: Path,
    header: Mapping[str, Any],
    records: Sequence[Record],
    told: Mapping[str, Any],
    comparison: Comparison | None = None,
) -> Path:
    """Add the totals of a finished run to the history in `folder` and write the page there.

    Raises:
        TanyaError: something there cannot be read or written.
    """
    page = folder / REPORT_FILE
    try:
        history = add_to_history(folder / HISTORY_FILE, header, told)
        page.write_text(report_page(header, records, told, history, comparison), encoding="utf-8")
    except OSError as error:
        raise TanyaError(f"{folder} cannot be written ({error}); name another folder") from error
    return page


def add_to_history(path: Path, header: Mapping[str, Any], told: Mapping[str, Any]) -> list[dict[str, Any]]:
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
    mine["metrics"] = {name: value for name, value in told.items() if name != "intervals"}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(mine, ensure_ascii=False) + "\n")
    return [*history, mine]


def report_page(
    header: Mapping[str, Any],
    records: Sequence[Record],
    told: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    comparison: Comparison | None = None,
) -> str:
    """The whole page as HTML."""
    failed = [record for record in records if not record["passed"]]
    parts = [
        f"<h1>{len(records) - len(failed)} of {len(records)} cases pass</h1>",
        f'<p class="quiet">{_text(_made_with(header))}</p>',
        _totals(told),
    ]
    if comparison:
        parts.append("<h2>Against the earlier run</h2>" + _list(comparison_lines(comparison)))
    parts.append(f'<h2>To look at</h2><div class="plots">{"".join(_figures(records, history))}</div>')
    parts.append(f"<h2>Failed cases ({len(failed)})</h2>" + "".join(map(_case, failed)))
    parts.append("<h2>Made with</h2><details><summary>settings, models, index</summary><pre>")
    parts.append(_text(json.dumps(header, ensure_ascii=False, indent=2)) + "</pre></details>")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Evaluation of {_text(header['started'])}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _made_with(header: Mapping[str, Any]) -> str:
    models, index = header["models"], header["index"]
    writer = f", worded by {models['generator']}" if models["generator"] else ""
    return (
        f"Begun {header['started']} with tanya-berita {header['version']}; {models['embedder']}, read by"
        f" {models['reader']}{writer}; {index['articles']} articles in {index['passages']} passages."
    )


def _totals(told: Mapping[str, Any]) -> str:
    rows = []
    for name, value in told.items():
        if name == "intervals":
            continue
        span = told["intervals"].get(name)
        around = f"{span[0]:g} to {span[1]:g}" if span else ""
        rows.append(
            f'<tr><th scope="row">{_text(name.replace("_", " "))}</th><td class="number">{value:g}</td>'
            f'<td class="number">{around}</td></tr>'
        )
    return (
        '<div class="scroll"><table><caption>Shares are between 0 and 1, times in milliseconds; with 95% '
        "intervals by bootstrap over the cases.</caption>"
        f"{''.join(rows)}</table></div>"
    )


def _figures(records: Sequence[Record], history: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    missed, invented = plots.mistakes(records)
    answers = [record for record in records if not refused(record)]
    yield _figure(
        lambda: plots.trend(history),
        f"Totals of the runs kept in this folder ({len(history)}); no line joins runs of other cases.",
    )
    if answers:
        yield _figure(
            lambda: plots.risk_coverage(records),
            "If only the surest were answered: how many of the answers would fail. Now"
            f" {missed} are refused that should be answered and {invented} answered that should be refused.",
        )
        yield _figure(
            lambda: plots.reliability(records),
            "Whether the confidence can be believed: on the dashed line it is the share that passes."
            " The numbers count answers.",
        )
    if records:
        yield _figure(lambda: plots.latency(records), "How long the cases took, from question to answer.")
    if any(record["rank"] is not None for record in records):
        yield _figure(
            lambda: plots.ranks(records),
            "At which place search brought the first passage, or article, that the case names.",
        )


def _figure(draw: Callable[[], str], caption: str) -> str:
    svg = draw().replace("<svg", f'<svg role="img" aria-label="{_text(caption)}"', 1)
    return f"<figure>{svg}<figcaption>{_text(caption)}</figcaption></figure>"


def _case(record: Record) -> str:
    case, answer = record["case"], record["answer"]
    parts = [f"<article><h3>{_text(record['id'])}</h3>", _list(record["failures"]), "<dl>"]
    if case["history"]:
        parts.append(_term("asked before", _list(case["history"])))
    parts.append(_term("question", _text(case["question"])))
    parts.append(_term("expected", _text(expectation(record))))
    parts.append(_term(f"answered, confidence {record['confidence']:.2f}", _text(answer["text"])))
    for citation in answer["citations"]:
        origin = [citation["title"], citation["source"], citation["published"], citation["url"]]
        place = f"{citation['article_id']} {citation['start']}:{citation['end']}"
        shown = ", ".join(str(part) for part in [*origin, place] if part)
        quote = f"<blockquote>{_text(citation['quote'])}</blockquote>"
        parts.append(_term(f"[{citation['number']}] {shown}", quote))
    if record["rank"] is not None:
        parts.append(_term("found at place", str(record["rank"]) if record["rank"] else "not found"))
    return "".join([*parts, "</dl></article>"])


def expectation(record: Record) -> str:
    """What a case expects, in one line."""
    case = record["case"]
    if expects_refusal(record):
        parts = ["a refusal"]
    else:
        parts = [" or ".join(f"“{form}”" for form in forms) for forms in case["contains"]] or ["an answer"]
    parts += [f"in {case['language']}"] if case["language"] else []
    parts += [f"cited from {' or '.join(case['cites'])}"] if case["cites"] else []
    return ", ".join(parts)


def _term(name: str, shown: str) -> str:
    return f"<dt>{_text(name)}</dt><dd>{shown}</dd>"


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"


def _text(text: str) -> str:
    return escape(printable(text))
