"""Output of the command line: JSON objects as the contract has them, lines for people, tables, progress.

With what its commands share: the settings of their flags, and files that they write.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import io
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from index import Article, Settings, TanyaError
from rag.answer import LISTED, Answer, Citation, Lead, page_range

if TYPE_CHECKING:
    from index.library import Report
    from index.models import Listed
    from rag.retrieval import FoundPassage

Item = TypeVar("Item")

WIDTH = 100


def settings_of(arguments: argparse.Namespace, **flags: Any) -> Settings:
    """The settings of a command: its flags, then environment, file and defaults."""
    return Settings.load(home=arguments.home, **flags)


def positive(text: str) -> int:
    """The type of a flag whose value is a number of 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def print_lines(text: str) -> None:
    """Print a text on stdout, without control characters."""
    sys.stdout.write(printable(text) + "\n")


def print_result(as_json: bool, value: Any, text: str) -> None:
    """Print what a command found: as one JSON value, or as lines for people."""
    if as_json:
        write_json(value)
    else:
        print_lines(text)


def write_file(path: Path, content: str | bytes, cure: str = "name another file") -> None:
    """Write a file that a flag names; line ends stay as they are.

    Raises:
        TanyaError: it cannot be written.
    """
    try:
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    except OSError as error:
        raise TanyaError(f"{path} cannot be written ({error.strerror}); {cure}") from error


def write_json(value: Any, indent: int | None = 2) -> None:
    """Print one JSON value on stdout, in UTF-8 whatever the names of files are: U+FFFD is for other bytes."""
    written = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    print(_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", written))


_SURROGATE = re.compile(r"[\ud800-\udfff]")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def answer_object(answer: Answer) -> dict[str, Any]:
    """The object that `tanya ask --json` prints."""
    return {
        "question": answer.question,
        "language": answer.language,
        "text": answer.text,
        "abstained": answer.abstained,
        "citations": [citation_object(citation) for citation in answer.citations],
        "hits": [
            {
                "article_id": hit.passage.article_id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "score": hit.score,
            }
            for hit in answer.hits
        ],
        "timings_ms": {name: round(value, 1) for name, value in answer.timings.items()},
        "model": dict(answer.models),
        "request": answer.request,
        "understood": answer.understood or None,
        "lead": lead_object(answer.lead) if answer.lead else None,
    }


def citation_object(citation: Citation) -> dict[str, Any]:
    """A citation as JSON; pages, a scan and other carriers of the same words only where there are some."""
    made = citation.translation
    known = {
        "page": citation.page,
        "last_page": citation.last_page,
        "scanned": citation.is_scanned or None,
        "also_in": [other.id for other in citation.also_in] or None,
    }
    return {
        "number": citation.number,
        "article_id": citation.article.id,
        "title": citation.article.title,
        "source": citation.article.source,
        "published": citation.article.published,
        "url": citation.article.url,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        **{name: value for name, value in known.items() if value is not None},
        "translation": {"text": made.text, "model": made.model, "checked": made.checked} if made else None,
    }


def lead_object(lead: Lead) -> dict[str, Any]:
    """The lead as JSON; its characters are those of the article of the first citation."""
    return {"text": lead.text, "kind": lead.kind, "start": lead.start, "end": lead.end}


def answer_lines(answer: Answer) -> str:
    """The answer and its sources for a terminal."""
    if answer.request in LISTED and answer.claims:
        lines = [_wrap(f"- {claim.marked}").replace("\n", "\n  ") for claim in answer.claims]
    else:
        lines = [_wrap(answer.text)]
    for citation in answer.citations:
        where = origin(citation.article)
        if citation.page is not None:
            where += f", p. {page_range(citation.page, citation.last_page)}"
            where += ", read from a scan" if citation.is_scanned else ""
        lines += ["", f"[{citation.number}] {where}", _wrap(f"“{citation.quote}”", "    ")]
        lines += [_wrap(f"also carried by {other.id}: {origin(other)}", "    ") for other in citation.also_in]
    return printable("\n".join(lines))


def article_object(article: Article) -> dict[str, Any]:
    """An article as JSON, with its text."""
    return dataclasses.asdict(article)


def listed_object(article: Listed) -> dict[str, Any]:
    """An article as JSON where it is one of a list: all but its text."""
    shown = dataclasses.asdict(article)
    del shown["length"], shown["copies"]
    return shown


def article_lines(article: Article | Listed) -> str:
    """One line that names an article."""
    return f"{one_line(article.id)}\t{one_line(origin(article))}"


def origin(article: Article | Listed) -> str:
    """Title, publisher, day and address, as far as they are known."""
    published = article.published.isoformat() if article.published else None
    return ", ".join(part for part in (article.title, article.source, published, article.url) if part)


def found_object(found: FoundPassage) -> dict[str, Any]:
    """A hit of `tanya search` as JSON."""
    passage = found.hit.passage
    return {
        "rank": found.hit.rank,
        "article_id": passage.article_id,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": found.hit.score,
        "cosine": found.cosine,
        "dense_rank": found.dense_rank,
        "lexical_rank": found.lexical_rank,
    }


def found_lines(found: FoundPassage) -> str:
    """A hit of `tanya search` for a terminal."""
    passage = found.hit.passage
    ranks = [
        f"{name} {rank}"
        for name, rank in (("meaning", found.dense_rank), ("words", found.lexical_rank))
        if rank is not None
    ]
    head = f"{found.hit.rank}. {one_line(passage.article_id)} {passage.start}:{passage.end}"
    return printable(
        f"{head}  score {found.hit.score:.4f} ({', '.join(ranks)})\n{_wrap(passage.text, '   ')}"
    )


def report_lines(report: Report, *, dry_run: bool) -> str:
    """A report of `tanya index` in one line; further ones on what was left out or could not be read."""
    counts = [f"{len(getattr(report, name))} {name}" for name in ("added", "updated", "unchanged", "removed")]
    verb = "would be: " if dry_run else ""
    failed = f", {len(report.failures)} failed" if report.failures else ""
    rate = f" in {report.seconds:.1f} s" if not dry_run else ""
    lines = [f"{verb}{', '.join(counts)}{failed}; {report.passages} passages{rate}"]
    return "\n".join([*lines, *remark_lines(report)])


MOST_DAYS = 5
"""Days that could not be read and are named one by one."""


def remark_lines(report: Report) -> list[str]:
    """Lines on articles left out because they are not public, on those stored before, and on unread days."""
    lines = []
    if report.not_public:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(report.not_public.items()))
        lines.append(f"{sum(report.not_public.values())} left out, not public: {reasons}")
    if report.not_read:
        endings = ", ".join(f"{count} {ending}" for ending, count in report.not_read.items())
        lines.append(f"{sum(report.not_read.values())} files not read, of other formats: {endings}")
    if report.left_out:
        reasons = ", ".join(f"{count} {reason}" for reason, count in report.left_out.items())
        lines.append(f"{sum(report.left_out.values())} left out, no articles: {reasons}")
    if still_stored := [one for one in report.not_public_stored if one not in report.removed]:
        ids = " ".join(still_stored)
        lines.append(f"stored earlier, though not public; remove with: tanya articles remove {ids}")
    if report.unread_days:
        days = "; ".join(f"{label}: {day!r}" for label, day in report.unread_days[:MOST_DAYS])
        more = ", …" if len(report.unread_days) > MOST_DAYS else ""
        count = len(report.unread_days)
        lines.append(f"{count} without a day, which could not be read: {days}{more}")
    for one in report.remarks:
        pages = f" (page {', '.join(map(str, one.pages))})" if one.pages else ""
        lines.append(f"{one.file}: {_REMARKS[one.kind]}{pages}")
    return list(map(one_line, lines))


_REMARKS = {
    "no_text_layer": "no text, or a letterhead alone; run text recognition (OCR) on it",
    "recognised": "read from a scan by text recognition; check the figures against the pages",
    "paywall": "it seems to be the beginning of an article that is sold; index the whole text",
    "not_found": "it seems to be a page that says that there is no such page; remove it",
    "barrier": "it seems to be a login, a question about cookies or an error; save the page that was meant",
    "needs_scripts": "it seems to be a page whose text needs scripts; save its text from a browser",
    "link_list": "it seems to be a list of links and no article; index the articles that it leads to",
}
"""The message of each kind of `index.parsers.Remark`."""


def change_lines(report: Report) -> list[str]:
    """A report of `tanya index --watch`, a line for each change."""
    done = [
        f"{name}: {one}" for name in ("added", "updated", "moved", "removed") for one in getattr(report, name)
    ]
    failed = [message if path in message else f"{path}: {message}" for path, message in report.failures]
    return [*map(one_line, done + failed), *remark_lines(report)]


def printable(text: str) -> str:
    """`text` without control characters, which an article could use to write over a terminal."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", text)


def one_line(text: str) -> str:
    """`text` printable and without line breaks and tabs, which names of files may hold."""
    return printable(re.sub(r"[\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+", " ", text))


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


_BEGINS = frozenset("=+-@\t\r\n＝＋－＠")
"""Characters by which a spreadsheet takes a cell for a formula or cuts it, wide forms included."""


def sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under a header, every cell in quotation marks and inert."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(one) for one in row] for row in rows)
    return written.getvalue()


def inert(value: object) -> str:
    """A cell that a spreadsheet shows as it is written: what it would compute begins with an apostrophe."""
    text = "" if value is None else str(value)
    shown = printable(text)
    begins = {text[:1], shown[:1], shown.lstrip()[:1]} & _BEGINS
    return f"'{shown}" if begins else shown


def workbook(header: Sequence[str], rows: Iterable[Sequence[str | int | float | date | None]]) -> bytes:
    """An .xlsx file of one sheet: numbers as numbers, days as days, text as text; nothing is computed."""
    from xlsxwriter import Workbook

    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, printable(value)[:LONGEST_CELL])
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write_number(number, column, value)
    return made.getvalue()


LONGEST_CELL = 32_000
"""Characters; a spreadsheet takes 767 more."""


class Bar:
    """A progress bar that appears at the first update."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def update(self, done: int, total: int, name: str) -> None:
        """Show that `done` of `total` are done, the latest being `name`."""
        if self._bar is None:
            from tqdm import tqdm

            # What was done before, in a run that is gone on with, is not of this run's rate.
            before = max(done - 1, 0)
            self._bar = tqdm(
                total=total,
                initial=before,
                unit=f" {self._unit}",
                file=sys.stderr,
                disable=None,
                leave=False,
            )
        self._bar.total = total
        self._bar.set_postfix_str(name[:40], refresh=False)
        self._bar.update(done - self._bar.n)


def tracked(items: Sequence[Item], unit: str, name: Callable[[Item], str] = str) -> Iterator[Item]:
    """The items, with a bar that shows how many are done and the `name` of the latest."""
    with Bar(unit) as bar:
        for number, item in enumerate(items, 1):
            yield item
            bar.update(number, len(items), name(item))
