"""Readers' opinions on answers, and unanswered questions, which are asked again when the articles change.

Both are listed as lines for a terminal, as JSON, and as comma-separated values in which no cell is a formula.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from index import QuestionError, TanyaError
from index.models import Feedback, Filter, Gap, GapAnswer
from rag.answer import Answer
from rag.lang import as_language
from rag.output import answer_object, sheet

if TYPE_CHECKING:
    from index.library import Library
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
    """How a question was asked; which articles might answer as in `index.models.Filter`, days as ISO 8601.

    Attributes:
        key: Of this one answer; whoever knows it may say what they think of it.
        language: That was chosen for the answer: "auto", "id" or "en".
        history: The questions asked before, oldest first.
    """

    key: str = ""
    language: str = "auto"
    history: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @classmethod
    def of(cls, chosen: Filter, language: str = "auto", history: Sequence[str] = ()) -> AskedHow:
        """How a question over the articles of a filter was asked."""
        since, until = (day.isoformat() if day else None for day in (chosen.since, chosen.until))
        return cls("", language, tuple(history), since, until, chosen.sources, chosen.articles)

    @property
    def chosen(self) -> Filter:
        """Which articles might answer."""
        since, until = (date.fromisoformat(day) if day else None for day in (self.since, self.until))
        return Filter(since, until, self.sources, self.articles)

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
    """A reader's opinion on an answer.

    Attributes:
        verdict: "up" or "down"; another word where another program kept it.
        reason: One of `REASONS`, or another program's; None where none was given.
        at: When it was last given.
        language: Of the answer; empty where that is not known.
        text: The answer.
        abstained: Whether the answer was that the articles do not say; None where that is not known.
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
        "asked": {name: value for name, value in asdict(asked).items() if value or name != "articles"},
    }
    return json.dumps(shown, ensure_ascii=False, default=date.isoformat)


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


def _opinion(stored: Feedback) -> Opinion:
    try:
        shown = json.loads(stored.answer)
    except ValueError:
        shown = None
    if not isinstance(shown, dict):
        shown = {}
    asked = shown.get("asked")
    cited = shown.get("citations")
    abstained = shown.get("abstained")
    return Opinion(
        question=stored.question,
        verdict=_VERDICTS.get(stored.verdict, stored.verdict),
        reason=_filled(stored.reason),
        correction=_filled(stored.correction),
        at=stored.at,
        asked=_asked(asked if isinstance(asked, dict) else shown),
        language=_text(shown.get("language")),
        text=_text(shown.get("text")),
        abstained=abstained if isinstance(abstained, bool) else None,
        citations=tuple(_cited(one) for one in (cited if isinstance(cited, list) else ()) if _names(one)),
    )


def _asked(values: Mapping[str, Any]) -> AskedHow:
    return AskedHow(
        key=_text(values.get("key")),
        language=_text(values.get("language")) if "key" in values else "auto",
        history=_texts(values.get("history")),
        since=_text(values.get("since")) or None,
        until=_text(values.get("until")) or None,
        sources=_texts(values.get("sources")),
        articles=_texts(values.get("articles")),
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
    try:
        answer = assistant.ask(
            gap.question, language=as_language(gap.language), history=gap.history, keep=False
        )
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
    """An opinion as lines for a terminal: verdict, question, correction and answer."""
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


GAPS = """
question language count last_asked nearest_article understood state changed_at changed_by answering_article id
"""
OPINIONS = "at verdict reason correction question history since until sources language abstained answer cites"
"""Columns of the tables."""


def gap_sheet(gaps: Sequence[Gap]) -> str:
    """Unanswered questions, one a row, in their order."""
    rows = []
    for gap in gaps:
        values = gap_object(gap)
        found = values["answer"]
        rows.append(
            values | {"nearest_article": gap.nearest, "answering_article": found and found["article_id"]}
        )
    return _sheet(GAPS, rows)


def opinion_sheet(opinions: Sequence[Opinion]) -> str:
    """Opinions, one a row, in their order; what is a list has one item a line."""
    return _sheet(OPINIONS, map(opinion_object, opinions))


def _sheet(columns: str, rows: Iterable[Mapping[str, Any]]) -> str:
    names = columns.split()
    return sheet(names, ([_cell(row[name]) for name in names] for row in rows))


def _cell(value: Any) -> str | int | None:
    if isinstance(value, list):
        return "\n".join(value)
    return str(value).lower() if isinstance(value, bool) else value
