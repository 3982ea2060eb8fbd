"""Tables for a spreadsheet: comma-separated values in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from index.store import Gap
from rag.feedback.opinion import Opinion
from rag.output import printable

_BEGINS = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a cell for a formula or cut it; the wide forms are read as the narrow."""

GAPS = ("question", "language", "count", "last_asked", "nearest_article")
OPINIONS = (
    "at",
    "verdict",
    "reason",
    "correction",
    "question",
    "history",
    "since",
    "until",
    "sources",
    "language",
    "abstained",
    "answer",
    "cites",
)


def gap_sheet(gaps: Sequence[Gap]) -> str:
    """Unanswered questions, one a row, in their order."""
    rows = ((gap.question, gap.language, gap.count, gap.asked_at.isoformat(), gap.nearest) for gap in gaps)
    return sheet(GAPS, rows)


def opinion_sheet(opinions: Sequence[Opinion]) -> str:
    """Opinions, one a row, in their order; what is a list has one item a line."""
    rows = (
        (
            one.at.isoformat(),
            one.verdict,
            one.reason,
            one.correction,
            one.question,
            "\n".join(one.asked.history),
            one.asked.since,
            one.asked.until,
            "\n".join(one.asked.sources),
            one.language,
            None if one.abstained is None else str(one.abstained).lower(),
            one.text,
            "\n".join(dict.fromkeys(cited.article_id for cited in one.citations)),
        )
        for one in opinions
    )
    return sheet(OPINIONS, rows)


def sheet(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> str:
    """Rows under a header, every cell in quotation marks and inert."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(one) for one in row] for row in rows)
    return written.getvalue()


def inert(value: str | int | None) -> str:
    """A cell that a spreadsheet shows as it is written: what it would compute begins with an apostrophe."""
    text = "" if value is None else str(value)
    shown = printable(text)
    begins = {text[:1], shown[:1], shown.lstrip()[:1]} & _BEGINS
    return f"'{shown}" if begins else shown
