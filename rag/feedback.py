"""Feedback: what a reader thought of one answer, and what became of questions that were not answered.

As lines for a terminal and as comma-separated values in which no cell is a formula, by the commands `tanya
feedback` and `tanya gaps`.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import QuestionError, Settings, TanyaError
from index.models import GAP_STATES, Feedback, Gap, GapAnswer, GapState
from rag.answer import Answer
from rag.output import answer_object, printable

if TYPE_CHECKING:
    from index.library import Library
    from rag.lang.numbers import Language
    from rag.pipeline import Assistant

UP, DOWN = "up", "down"

WRONG, SOURCE, MISSING = "wrong answer", "wrong source", "missing"
NOT_THERE, THERE = "not in the articles", "it is in the articles"
LANGUAGE, OTHER = "language", "other"

OF_ANSWERS = (WRONG, SOURCE, MISSING, NOT_THERE, LANGUAGE, OTHER)
"""Reasons why an answer is not right."""

OF_REFUSALS = (THERE, LANGUAGE, OTHER)
"""Reasons why it is not right that the articles are said not to tell."""

REASONS = (WRONG, SOURCE, MISSING, NOT_THERE, THERE, LANGUAGE, OTHER)

LONGEST = 1000
"""Characters of a correction."""

_VERDICTS = {"good": UP, "right": UP, "bad": DOWN, "wrong": DOWN}
"""Other words for a verdict, as earlier versions and other programs keep it."""


@dataclass(frozen=True, slots=True)
class AskedHow:
    """How a question was asked.

    Attributes:
        key: Of this one answer; whoever knows it may say what they think of it.
        language: That was chosen for the answer: "auto", "id" or "en".
        history: The questions asked before, oldest first.
        since: Only articles published on this day or later.
        until: Only articles published on this day or earlier.
        sources: Only articles of these publishers; all where empty.
        articles: Only articles of these ids; all where empty.
    """

    key: str = ""
    language: str = "auto"
    history: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def filtered(self) -> bool:
        return bool(self.since or self.until or self.sources or self.articles)


@dataclass(frozen=True, slots=True)
class ShownCitation:
    """A citation as it was shown."""

    article_id: str
    title: str
    quote: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reader thought of an answer.

    Attributes:
        question: As it was asked.
        verdict: "up" or "down"; another word where another program kept it.
        reason: One of `REASONS`, or another program's; None where none was given.
        correction: What the reader wrote; None where nothing.
        at: When it was last said.
        asked: How the question was asked.
        language: Of the answer; empty where that is not known.
        text: The answer.
        abstained: Whether the answer was that the articles do not say; None where that is not known.
        citations: What it was proven with.
    """

    question: str
    verdict: str
    reason: str | None
    correction: str | None
    at: datetime
    asked: AskedHow = field(default_factory=AskedHow)
    language: str = ""
    text: str = ""
    abstained: bool | None = None
    citations: tuple[ShownCitation, ...] = ()


def kept(answer: Answer, asked: AskedHow) -> str:
    """An answer as JSON: the object that `tanya ask --json` prints, its remarks, and how it was asked.

    The same answer, asked in the same way, gives the same characters.
    """
    shown = answer_object(answer) | {
        "notes": list(answer.notes),
        "asked": {
            "key": asked.key,
            "language": asked.language,
            "history": list(asked.history),
            "since": asked.since,
            "until": asked.until,
            "sources": list(asked.sources),
            **({"articles": list(asked.articles)} if asked.articles else {}),
        },
    }
    return json.dumps(shown, ensure_ascii=False, default=_day)


def opinions(feedback: Sequence[Feedback]) -> list[Opinion]:
    """The latest opinion on each answer, the newest first.

    Args:
        feedback: As stored, the oldest first; what is not kept as `kept` does is taken for what it is.
    """
    latest: dict[str, Opinion] = {}
    for number, one in enumerate(feedback):
        opinion = _opinion(one)
        key = opinion.asked.key or f"#{number}"
        # Said again, it is newer than what was said in between.
        latest.pop(key, None)
        latest[key] = opinion
    return list(reversed(latest.values()))


def opinion_object(opinion: Opinion) -> dict[str, Any]:
    """An opinion in plain JSON values."""
    return {
        "at": opinion.at.isoformat(),
        "verdict": opinion.verdict,
        "reason": opinion.reason,
        "correction": opinion.correction,
        "question": opinion.question,
        "history": list(opinion.asked.history),
        "since": opinion.asked.since,
        "until": opinion.asked.until,
        "sources": list(opinion.asked.sources),
        "language": opinion.language or None,
        "abstained": opinion.abstained,
        "answer": opinion.text,
        "cites": list(dict.fromkeys(one.article_id for one in opinion.citations)),
    }


def _opinion(said: Feedback) -> Opinion:
    try:
        shown = json.loads(said.answer)
    except ValueError:
        shown = None
    if not isinstance(shown, dict):
        shown = {}
    asked = shown.get("asked")
    cited = shown.get("citations")
    abstained = shown.get("abstained")
    return Opinion(
        question=said.question,
        verdict=_VERDICTS.get(said.verdict, said.verdict),
        reason=_filled(said.reason),
        correction=_filled(said.correction),
        at=said.at,
        asked=_asked(asked if isinstance(asked, dict) else shown),
        language=_text(shown.get("language")),
        text=_text(shown.get("text")),
        abstained=abstained if isinstance(abstained, bool) else None,
        citations=tuple(_cited(one) for one in (cited if isinstance(cited, list) else ()) if _names(one)),
    )


def _asked(told: Mapping[str, Any]) -> AskedHow:
    return AskedHow(
        key=_text(told.get("key")),
        language=_text(told.get("language")) if "key" in told else "auto",
        history=_texts(told.get("history")),
        since=_text(told.get("since")) or None,
        until=_text(told.get("until")) or None,
        sources=_texts(told.get("sources")),
        articles=_texts(told.get("articles")),
    )


def _names(cited: Any) -> bool:
    return isinstance(cited, dict) and bool(_text(cited.get("article_id")))


def _cited(one: Mapping[str, Any]) -> ShownCitation:
    return ShownCitation(_text(one.get("article_id")), _text(one.get("title")), _text(one.get("quote")))


def _filled(text: str | None) -> str | None:
    return text.strip() or None if text else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def due(library: Library) -> list[Gap]:
    """Unanswered questions, and answered ones, that were not asked of the articles as they are now.

    Those that were asked longest ago come first, and of these the most frequent.
    """
    indexed = library.indexed()
    found = [gap for gap in library.gaps() if gap.state in {"open", "answered"} and gap.tried != indexed]
    return sorted(found, key=lambda gap: (-1 if gap.tried is None else gap.tried, -gap.count))


def ask_again(assistant: Assistant, gap: Gap, by: str | None = None, *, wanted: bool = True) -> bool:
    """Ask an unanswered question again as it was asked, and keep what comes of it.

    Args:
        assistant: Whom to ask.
        gap: The question.
        by: The account of whoever wants to know.
        wanted: Whether somebody does. Where nobody does, an answer from which the question was opened anew is
            none, and a question that nobody has looked at is dismissed if it asks for no article.

    Returns:
        Whether the articles answer it now. Then it is marked as answered, with the place; one that they no
        longer answer is open again.

    Raises:
        LibraryError: the store cannot be read or written.
    """
    library = assistant.library
    indexed = library.indexed()
    if gap.state == "answered" and not wanted and quotation(library, gap.answer) is not None:
        answered = True
    else:
        answered = _asked_again(assistant, gap, by, wanted=wanted)
    if indexed is not None:
        library.tried_gap(gap.number, indexed)
    return answered


def _asked_again(assistant: Assistant, gap: Gap, by: str | None, *, wanted: bool) -> bool:
    library = assistant.library
    language: Language = "en" if gap.language == "en" else "id"
    try:
        answer = assistant.ask(gap.question, language=language, history=gap.history, keep=False)
    except QuestionError:
        return False
    found = _proof(answer)
    if found is not None and (wanted or gap.state != "open" or found != gap.answer):
        library.mark_gap(gap.number, "answered", by, answer=found, former=gap.state)
        return True
    if gap.state == "answered":
        library.mark_gap(gap.number, "open", by, former="answered")
    elif not answer.claims and not answer.is_gap and not wanted and gap.changed_at is None:
        library.mark_gap(gap.number, "dismissed", former="open")
    return False


def _proof(answer: Answer) -> GapAnswer | None:
    """Where the first claim, or what leads, stands; None where nothing is claimed."""
    if not answer.claims:
        return None
    number = answer.lead.number if answer.lead else answer.claims[0].numbers[0]
    cited = answer.citations[number - 1]
    return GapAnswer(cited.article.id, cited.start, cited.end, cited.article.sha256)


def quotation(library: Library, answer: GapAnswer | None) -> str | None:
    """The characters that answer a question; None where the article is gone or is another now."""
    if answer is None:
        return None
    try:
        article = library.article(answer.article_id)
    except TanyaError:
        return None
    return article.text[answer.start : answer.end] if article.sha256 == answer.sha256 else None


def gap_object(gap: Gap) -> dict[str, Any]:
    """An unanswered question in plain JSON values."""
    found = gap.answer if gap.state == "answered" else None
    return {
        "id": gap.number,
        "question": gap.question,
        "understood": gap.understood,
        "language": gap.language,
        "count": gap.count,
        "last_asked": gap.asked_at.isoformat(),
        "nearest": gap.nearest,
        "state": gap.state,
        "changed_at": gap.changed_at.isoformat() if gap.changed_at else None,
        "changed_by": gap.changed_by,
        "answer": {"article_id": found.article_id, "start": found.start, "end": found.end} if found else None,
    }


def opinion_lines(opinion: Opinion) -> str:
    """What was said, of which question, and what had been answered."""
    reason = f" ({_flat(opinion.reason)})" if opinion.reason else ""
    lines = [f"{opinion.at:%Y-%m-%d %H:%M} {_flat(opinion.verdict)}{reason}  {_flat(opinion.question)}"]
    if opinion.correction:
        lines.append(f"    correction: {_flat(opinion.correction)}")
    if opinion.text:
        lines.append(f"    answer: {_flat(opinion.text)}")
    return "\n".join(lines)


def gap_lines(gap: Gap) -> str:
    """How often it was asked, its number and state, when it was last asked, and the article beside it."""
    article = gap.answer.article_id if gap.state == "answered" and gap.answer else gap.nearest
    understood = f" [{_flat(gap.understood)}]" if gap.understood else ""
    parts = (
        str(gap.count),
        f"#{gap.number} {gap.state}",
        f"{gap.asked_at:%Y-%m-%d}",
        _flat(gap.language),
        f"{_flat(gap.question)}{understood}",
        *([_flat(article)] if article else []),
    )
    return "\t".join(parts)


def _flat(text: str) -> str:
    return " ".join(text.split())


_BEGINS = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a cell for a formula or cut it; the wide forms are read as the narrow."""

GAPS = (
    "question",
    "language",
    "count",
    "last_asked",
    "nearest_article",
    "understood",
    "state",
    "changed_at",
    "changed_by",
    "answering_article",
    "id",
)
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
    rows = (
        (
            gap.question,
            gap.language,
            gap.count,
            gap.asked_at.isoformat(),
            gap.nearest,
            gap.understood,
            gap.state,
            gap.changed_at.isoformat() if gap.changed_at else None,
            gap.changed_by,
            gap.answer.article_id if gap.state == "answered" and gap.answer else None,
            gap.number,
        )
        for gap in gaps
    )
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


DONE = 0

_MARKS: dict[str, GapState] = {"done": "done", "dismiss": "dismissed", "open": "open"}

_GAPS_HELP = """\
Questions that the articles did not answer, the most asked first: how often, number and state, day, language,
the question and the nearest article. Greetings and what was asked under a filter are none.

  tanya gaps --state open        open, done, dismissed, or answered since articles came
  tanya gaps done 7 9            they are seen to; asked again in vain, they are open again
  tanya gaps dismiss 8           it is none of ours, and stays so
  tanya gaps again               ask the open ones again; or some: again 7
"""


def add_feedback(commands: Any) -> None:
    """Add `feedback` and `gaps` to the command line."""
    feedback = commands.add_parser("feedback", help="what readers thought of the answers, newest first")
    feedback.add_argument("action", nargs="?", choices=("list", "export"), default="list")
    feedback.add_argument("--verdict", choices=("up", "down"), help="only these")
    feedback.add_argument("--output", type=Path, metavar="FILE.csv", help="for export (default stdout)")
    feedback.add_argument("--json", action="store_true")
    feedback.set_defaults(run=_feedback)
    gaps = commands.add_parser(
        "gaps",
        help="questions that the articles did not answer, most asked first",
        description=_GAPS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    gaps.add_argument("action", nargs="?", choices=("list", *_MARKS, "again"), default="list")
    gaps.add_argument("ids", nargs="*", type=int, metavar="ID", help="numbers, as the list has them")
    gaps.add_argument("--state", choices=GAP_STATES, help="only these")
    gaps.add_argument("--csv", action="store_true", help="for a spreadsheet")
    gaps.add_argument("--json", action="store_true")
    gaps.set_defaults(run=partial(_gaps, gaps))


def _feedback(arguments: argparse.Namespace) -> int:
    from index.library import Library
    from rag.output import write_json

    found = [
        one
        for one in opinions(Library(_settings(arguments)).feedback())
        if arguments.verdict in {None, one.verdict}
    ]
    if arguments.json:
        write_json([opinion_object(one) for one in found])
    elif arguments.action == "export":
        _write(opinion_sheet(found), arguments.output)
    else:
        _print("\n\n".join(map(opinion_lines, found)) or "no feedback")
    return DONE


def _gaps(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    from index.library import Library
    from rag.output import write_json

    library = Library(_settings(arguments))
    if arguments.action in _MARKS:
        if not arguments.ids:
            parser.error(f"name questions by their numbers: tanya gaps {arguments.action} ID...")
        for gap in [library.gap(number) for number in arguments.ids]:
            library.mark_gap(gap.number, _MARKS[arguments.action], answer=gap.answer)
            _tell(f"{gap.number} is {_MARKS[arguments.action]}")
        return DONE
    if arguments.action == "again":
        return _again(library, arguments.ids)
    if arguments.ids:
        parser.error("only done, dismiss, open and again take numbers")
    gaps = [gap for gap in library.gaps() if arguments.state in {None, gap.state}]
    if arguments.json:
        write_json([gap_object(gap) for gap in gaps])
    elif arguments.csv:
        _write(gap_sheet(gaps), None)
    else:
        _print("\n".join(map(gap_lines, gaps)) or "no unanswered questions")
    return DONE


def _again(library: Library, numbers: Sequence[int]) -> int:
    """Ask some questions again, or all that are open, and tell what came of each."""
    from rag.pipeline import load_assistant

    gaps = [library.gap(number) for number in numbers] or [
        gap for gap in library.gaps() if gap.state == "open"
    ]
    if not gaps:
        _print("no unanswered questions")
        return DONE
    library.open()
    assistant = load_assistant(library)
    for gap in gaps:
        ask_again(assistant, gap)
        _print(gap_lines(library.gap(gap.number)))
    return DONE


def _tell(line: str) -> None:
    sys.stderr.write(f"tanya: {line}\n")


def _write(text: str, path: Path | None) -> None:
    if path is None:
        # As it is: a line of a table ends in two characters everywhere.
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise TanyaError(f"{path} cannot be written ({error}); name another file") from error


def _print(text: str) -> None:
    from rag.output import printable

    sys.stdout.write(printable(text) + "\n")


def _settings(arguments: argparse.Namespace) -> Settings:
    return Settings.load(home=arguments.home)
