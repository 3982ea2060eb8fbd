"""The words of the interface: one TOML file for each of its languages, with the same keys in all."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from babel.dates import format_date, format_datetime, format_interval, format_time
from babel.numbers import format_compact_decimal, format_decimal

from index.text import office_zone


class WordTable:
    """A table of a language's file: each of its texts is an attribute, each of its tables a dict of texts.

    Its keys are those of `id.toml`: other files are compared with it when they are read, and what the code
    asks for when types are checked (`scripts/mypy_words.py`) or, in a template, by a test.
    """

    def __init__(self, texts: Mapping[str, Any]) -> None:
        vars(self).update(texts)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class Words(WordTable):
    """The chat and its review, and what every page needs; formats days, numbers and sizes."""

    def count(self, articles: int) -> str:
        """How many articles there are, in words."""
        if articles == 0:
            return self.no_articles
        return (self.one_article if articles == 1 else self.articles).format(number=self.number(articles))

    def in_line(self, others: int) -> str:
        """A line that so many other questions, at least one, are answered first."""
        return self.one_ahead if others == 1 else self.ahead.format(number=self.number(others))

    def day(self, value: date | None) -> str:
        """A day as it is written in running text; of a moment, its day in the office's time zone."""
        day = office_time(value).date() if isinstance(value, datetime) else value
        return self.undated if day is None else format_date(day, "long", locale=self._cldr)

    def period(self, first: date, last: date) -> str:
        """A period by its first and last day: in years or months where it is whole ones, else in days."""
        are_months = first.day == (last + timedelta(days=1)).day == 1
        are_years = are_months and first.month == 1 and last.month == 12
        skeleton = "y" if are_years else "yMMM" if are_months else "yMMMd"
        return format_interval(first, last, skeleton, locale=self._cldr)

    def time(self, at: datetime) -> str:
        """An hour and a minute in the office's time zone, with its name."""
        local = office_time(at)
        written = format_time(local, self.time_pattern, tzinfo=local.tzinfo, locale=self._cldr)
        return f"{written} {zone_name(local)}"

    def moment(self, at: datetime) -> str:
        """A day, an hour and a minute in the office's time zone, with its name."""
        local = office_time(at)
        written = format_datetime(local, self.moment_pattern, tzinfo=local.tzinfo, locale=self._cldr)
        return f"{written} {zone_name(local)}"

    def number(self, value: float) -> str:
        """A number with all of its digits."""
        return format_decimal(value, locale=self._cldr, decimal_quantization=False)

    def short(self, value: float) -> str:
        """A number in few characters, as "1,5 jt"."""
        if abs(value) < 1000:
            return self.number(round(value, 2))
        return format_compact_decimal(value, locale=self._cldr, fraction_digits=1)

    def size(self, count: int) -> str:
        """Bytes as people say them."""
        for unit, scale in (("MB", 2**20), ("KB", 2**10)):
            if count >= scale:
                return f"{self.number(round(count / scale))} {unit}"
        return self.size_in_bytes.format(number=self.number(count))

    @property
    def _cldr(self) -> str:
        return self.locale.replace("-", "_")


class LoginWords(WordTable):
    """The login, and what the server refuses."""

    def duration(self, wait: float) -> str:
        """A wait of some seconds in words, rounded up, as "40 detik" or "2 menit"."""
        seconds = max(1, -int(-wait // 1))
        if seconds == 1:
            return self.one_second
        if seconds < 90:
            return self.seconds.format(count=seconds)
        return self.minutes.format(count=-(-seconds // 60))


class ArticleWords(WordTable):
    """The list of articles, reading and removing them."""


class UploadWords(WordTable):
    """Uploading, and its report."""


class AnswerWords(WordTable):
    """Actions on an answer: copying, downloading, going back to earlier conversations."""


class DeskWords(WordTable):
    """Words of all pages of the press desk; `tabs` has their names by their keys."""


class StatementWords(WordTable):
    """The page of speakers and of what they said."""


class FigureWords(WordTable):
    """The page of figures; `units` and `bounds` have the names of those of `rag.figures`."""


class DifferenceWords(WordTable):
    """The page of figures that differ; `reasons` names why, and `about` says what that means."""


class ReviewWords(WordTable):
    """The review page, with its actions on unanswered questions."""


class UserWords(WordTable):
    """The page of accounts."""


class DraftWords(WordTable):
    """The pages of drafts and releases; the names of verdicts, and of what is wrong, by their keys."""


@dataclass(frozen=True, slots=True)
class Locale:
    """Everything that the interface says in one language: the tables of its file."""

    chat: Words
    login: LoginWords
    articles: ArticleWords
    uploads: UploadWords
    answers: AnswerWords
    desk: DeskWords
    statements: StatementWords
    figures: FigureWords
    differences: DifferenceWords
    review: ReviewWords
    users: UserWords
    drafts: DraftWords

    def when(self, at: datetime) -> str:
        """A moment as it is written in running text, in the office's time zone."""
        return self.answers.told.format(day=self.chat.day(at), time=self.chat.time(at))


def office_time(at: datetime) -> datetime:
    """A moment in the office's time zone."""
    return at.astimezone(office_zone())


def zone_name(at: datetime) -> str:
    """The name of a moment's time zone, such as "WIB"; its offset where it has no name."""
    name = at.tzname() or ""
    return name if name.isalpha() else f"UTC{at.isoformat()[-6:]}"


NAME = "Tanya Berita"
DEFAULT = "id"
FOLDER = Path(__file__).parent
LANGUAGES = (DEFAULT, *sorted({path.stem for path in FOLDER.glob("*.toml")} - {DEFAULT}))
"""Codes of the languages that have a file here."""


class LocaleError(ValueError):
    """A file of words does not hold what the interface says."""


def locale(language: str) -> Locale:
    """Everything that the interface says in a language; in Indonesian where it does not speak that."""
    return _shipped(language if language in LANGUAGES else DEFAULT)


def words(language: str) -> Words:
    """The words of the chat, and what every page needs; Indonesian where there are none in `language`."""
    return locale(language).chat


def preferred(languages: Sequence[str]) -> str:
    """The page language for a browser that prefers `languages`, such as ["en-GB", "id"]; else Indonesian."""
    for tag in languages:
        primary = tag.lower().replace("_", "-").split("-")[0]
        if primary in LANGUAGES:
            return primary
        # "in" is what older Java-based browsers still call Indonesian; Malay readers understand it.
        if primary in {"in", "ms"}:
            return "id"
    return DEFAULT


@cache
def _shipped(language: str) -> Locale:
    return load(FOLDER / f"{language}.toml")


def load(path: Path) -> Locale:
    """Read the words of a language; the name of their file is its code.

    Raises:
        LocaleError: a key of Indonesian is missing, another is there, or a value is of another kind.
    """
    tables = _read(path)
    _compare(tables, _read(FOLDER / f"{DEFAULT}.toml"), path.name)
    tables["chat"]["language"] = path.stem
    return Locale(**{name: kind(tables[name]) for name, kind in get_type_hints(Locale).items()})


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _compare(value: Any, known: Any, file: str, keys: tuple[str, ...] = ()) -> None:
    """Refuse what is not as it is in Indonesian."""
    kind = type(known)
    if not isinstance(value, kind):
        raise LocaleError(f"{file}: {'.'.join(keys)} is not a {'text' if kind is str else 'table'}")
    if kind is str:
        return
    for key in sorted(value.keys() ^ known.keys()):
        problem = "is missing" if key in known else "is not a key of the interface"
        raise LocaleError(f"{file}: {'.'.join((*keys, key))} {problem}")
    for key, text in value.items():
        _compare(text, known[key], file, (*keys, key))
