"""Word lists of languages; sentences of Indonesian and English press text, as exact spans; language; dates.

Word lists and tables are kept as TOML: one file for each language, or for what is not of one.

A line break ends a sentence, unless a program broke the lines of running text (`soft_breaks`). Within a line
a sentence ends at `.`, `!`, `?` or an ellipsis, with the
closing quotation marks that follow it, unless the next word goes on in lower case, or the mark belongs to an
abbreviation, a title, an initial, a figure or an enumeration. Brackets are not cut in two.

The language of an article or a question, as an ISO 639-1 code; Malay counts as Indonesian.

Function words decide first, since a question is short; CLD2 (pycld2) decides what they leave open. Neither
sees a language in a name alone: "Togap Simangunsong" is "und".

Full dates in Indonesian and English text: `Selasa, 22 Juli 2025`, `Rabu (11/2/2026)`, `July 22, 2025`.

A day is read before a month, as Indonesia writes it, unless that is no date or its weekday says otherwise.
A date that lacks its year is not a full date. Names of months and weekdays come from CLDR.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from index.errors import SettingsError
from index.models import Span
from index.settings import Settings


class Lexicon:
    """The tables in the files of a folder; a file is read when one of its tables is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def words(self, table: str, *files: str) -> tuple[str, ...]:
        """The words of a list, or of a text that white space parts; without `files` of id, then en."""
        found = self._found(table, files)
        return tuple(word for words in found for word in (words.split() if isinstance(words, str) else words))

    def pattern(self, table: str, *files: str) -> str:
        """The regular expressions of a list, or its words, as the alternatives of one."""
        return "|".join(self.words(table, *files))

    def lines(self, table: str, *files: str) -> tuple[str, ...]:
        """The expressions of a list, each as it stands there; without `files` of id, then en."""
        return tuple(line for lines in self._found(table, files) for line in lines)

    def mapping(self, table: str, *files: str) -> dict[str, Any]:
        """A table, of several files as one; without `files` of id, then en."""
        return {key: value for found in self._found(table, files) for key, value in found.items()}

    def rows(self, table: str, file: str) -> tuple[dict[str, Any], ...]:
        """The rows of a table whose order tells."""
        return tuple(_tables(self._folder / f"{file}.toml")[table])

    def forms(self, table: str, *files: str) -> dict[str, str]:
        """Every form of a table whose entries list theirs, to the entry's name: `million` to `6`."""
        found = self._found(table, files)
        return {form: key for entries in found for key, forms in entries.items() for form in forms}

    def _found(self, table: str, files: tuple[str, ...]) -> list[Any]:
        """The table in each of the files that has it; at least one must."""
        read = [_tables(self._folder / f"{name}.toml") for name in files or ("id", "en")]
        found = [tables[table] for tables in read if table in tables]
        if not found:
            raise KeyError(table)
        return found


@cache
def _tables(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


LEXICON = Lexicon(Path(__file__).with_name("data"))
"""What cutting text into sentences, languages and dates needs to know, and what stands around press text."""


_LINE_END = re.compile(r"[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")
_CLOSER = r"[\"'”’»)\]}*_]"
# What stands in brackets is passed over, but for the marks that may end the sentence with the bracket.
_END = re.compile(
    r"[(\[][^()\[\]]{0,300}?(?=[.!?…]*[)\]])"
    rf"|(?P<mark>[.!?…]+(?:{_CLOSER}|\[\d{{1,3}}\])*(?=\s|$)|[。！？]+[」』”’]*)"
)
_SPACED_QUOTE = re.compile(r"\s\"(?=\s|$)")
_REST = re.compile(r"\s*(?P<openers>[\"'“‘«(\[{*_–—•-]*)\s*(?P<next>\w[\w'-]*|\S?)")
_ENUMERATOR = re.compile(r"\s*(?:[-*•]\s+)?\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})")
_WORD_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]{}]+$")
_ROMAN = re.compile(r"[IVXLC]+")

_TITLES = frozenset(LEXICON.words("titles"))
_BEFORE_FIGURES = frozenset(LEXICON.words("before_figures"))
_MAY_END = frozenset((*LEXICON.words("may_end"), *map(str.lower, LEXICON.words("time_zones", "id"))))
_OPENING_WORDS = frozenset(LEXICON.words("opening_words"))
_LABELLED = re.compile(rf"\b(?:{'|'.join(LEXICON.words('labelled'))})\s+[A-Z]$", re.IGNORECASE)
_INITIALS = re.compile(
    r"(?:[A-Za-z]{1,2}\.)*[A-Z]|(?:[A-Z][A-Za-z]{0,3}\.)+[A-Z][A-Za-z]{0,2}|Ph\.?D|Ch|Dj|Kh|Nj|Sj|Th|Tj"
)


def sentences(text: str) -> list[Span]:
    """The `(start, end)` of every sentence, in order.

    No span begins or ends with white space, none overlap, and together they hold every other character.
    """
    spans: list[Span] = []
    for start, end in lines(text):
        at = start
        for cut in _cuts(text[start:end]):
            spans.append(trimmed(text, at, start + cut))
            at = start + cut
        spans.append(trimmed(text, at, end))
    return [span for span in spans if span[0] < span[1]]


def lines(text: str) -> list[Span]:
    """The `(start, end)` of every line that is not blank, without the white space around it.

    Lines that a program broke a paragraph into are one; see `soft_breaks`.
    """
    spans, at = [], 0
    soft = soft_breaks(text)
    for match in _LINE_END.finditer(text):
        if match.start() in soft:
            continue
        spans.append(trimmed(text, at, match.start()))
        at = match.end()
    spans.append(trimmed(text, at, len(text)))
    return [span for span in spans if span[0] < span[1]]


_NARROWEST, _WIDEST = 50, 100
"""Characters between which programs break lines: 65, 72, 76, 78 and 80 are usual."""

_FEWEST = 3
"""Full lines from which on a few exceptions are allowed."""

_FULL = 0.8
"""Of the lines that go on in the next, how many are full where a program broke them."""

_RUNNING, _LOWER = 0.6, 0.2
"""How many full lines are running text, and go on in lower case, as those of tables and lists do not."""

_ITEM = re.compile(r"[-*•–—>#+]|\(?(?:\d{1,3}|[a-z])[.)]\s")
_FINAL = re.compile(r"[.!?…:;][\"'”’)\]*_]*$")


def soft_breaks(text: str) -> frozenset[int]:
    """Offsets of the line breaks that a program put into the running text of `text`; none where it did not.

    Decided once for the whole: its lines are about as wide as programs make them, most of those in which no
    sentence ends are full, so that the next word would not have had room, and the next goes on in lower case.
    Then a break after a full line is one, and after a shorter one if the next goes on in lower case. What has
    a tab or a bar in it, the items of lists, and paragraphs stay apart. A text may be cut out of another: its
    first line need not be full unless it is written as a headline, and of a few lines each must be.
    """
    if "\n" not in text:
        return frozenset()
    broken = list(_broken_lines(text))
    widths = sorted(max(one.width, one.beside) for one in broken)
    if not widths or widths[len(widths) // 2] > _WIDEST:
        return frozenset()
    # A long address may stick out.
    width = widths[-1 - len(widths) // 20]
    if not _NARROWEST <= width <= _WIDEST:
        return frozenset()
    full = [one for one in broken if one.needed > width and not one.is_final]
    short = [one for one in broken if one.needed <= width and not one.is_final and one.start]
    first = [one for one in broken if one.needed <= width and not one.is_final and not one.start]
    lower = sum(one.goes_on for one in full + first)
    if len(full) < _FEWEST:
        wrapped = not short and lower > 0
    else:
        wrapped = len(full) >= _FULL * (len(full) + len(short)) and lower >= _LOWER * len(full)
    wrapped = wrapped and sum(one.is_running for one in full + first) >= _RUNNING * len(full + first)
    if not wrapped:
        return frozenset()
    return frozenset(
        one.end
        for one in broken
        if one.needed > width
        or (not one.is_final and (one.is_running if not one.start else one.goes_on and one.width > width / 2))
    )


@dataclass(frozen=True, slots=True)
class _Broken:
    """A line of text that another follows in its paragraph.

    Attributes:
        start: Where it begins.
        end: Where its line break stands.
        width: Its characters.
        beside: The characters of the next line.
        needed: Its own with a blank and the first word of the next line.
        is_final: Whether a sentence ends with it.
        goes_on: Whether the next line begins in lower case.
        is_running: Whether it does, or half of the words of this one are in lower case.
    """

    start: int
    end: int
    width: int
    beside: int
    needed: int
    is_final: bool
    goes_on: bool
    is_running: bool


def _broken_lines(text: str) -> Iterator[_Broken]:
    """Each line that another of running text follows without a blank line between them."""
    start, end = 0, text.find("\n")
    while end >= 0:
        following = text.find("\n", end + 1)
        line, after = text[start:end].rstrip(), text[end + 1 : following if following >= 0 else len(text)]
        words = after.split(None, 1)
        both = line + after
        goes_on = bool(words) and words[0][0].islower()
        if line and words and not _ITEM.match(after.lstrip()) and "\t" not in both and "|" not in both:
            yield _Broken(
                start,
                end,
                len(line),
                len(after.rstrip()),
                len(line) + 1 + len(words[0]),
                bool(_FINAL.search(line)),
                goes_on,
                goes_on or 2 * sum(word[0].islower() for word in line.split()) >= len(line.split()),
            )
        start, end = end + 1, following


def trimmed(text: str, start: int, end: int) -> Span:
    """The span `start:end` of `text` without the white space around it; of white space alone it is empty."""
    part = text[start:end].rstrip()
    return start + len(part) - len(part.lstrip()), start + len(part)


def _cuts(line: str) -> list[int]:
    """Offsets in `line` where one sentence ends and another follows."""
    cuts: list[int] = []
    begin = counted = quotes = 0
    for match in _END.finditer(line):
        mark = match["mark"]
        if mark is None:
            continue
        end = match.end()
        quotes, counted = quotes + line.count('"', counted, end), end
        if quotes % 2 and (spaced := _SPACED_QUOTE.match(line, end)):
            # Wire text sets its marks off with a space; this one closes what stood open.
            end = spaced.end()
        rest = _REST.match(line, end)
        if rest is None:
            break
        if rest["next"] and (mark[0] in "。！？" or _ends(line, begin, match, rest)):
            cuts.append(end)
            begin = end
    return cuts


def _ends(line: str, begin: int, match: re.Match[str], rest: re.Match[str]) -> bool:
    mark, following = match["mark"], rest["next"]
    if following[0].islower() or following[0] in ".,;:!?…":
        # It goes on: `"Mengapa?" tanyanya.`
        return False
    if mark[0] != "." or mark.startswith("..") or (len(mark) > 1 and mark[1] not in ")*_"):
        return True
    start = match.start("mark")
    return not _abbreviates(line[max(begin, start - 60) : start], rest)


def _abbreviates(before: str, rest: re.Match[str]) -> bool:
    """Whether the full stop after `before`, the end of a sentence so far, belongs to its last word."""
    if len(before) < 16 and _ENUMERATOR.fullmatch(before):
        return True
    found = _WORD_BEFORE.search(before)
    if found is None:
        return False
    if _LABELLED.search(before):
        return False
    word, following = found.group(), rest["next"]
    folded = word.casefold().lstrip("-–—/,;:")
    opens = following[0].isupper() and following.casefold() in _OPENING_WORDS
    if folded in _TITLES:
        # "Ia menemui Jenderal. Dia ..." ends; "K.H. Di ..." could not be told and stays whole.
        return not (opens and len(folded) > 3)
    if folded in _BEFORE_FIGURES:
        return following[0].isdigit() or bool(_ROMAN.fullmatch(following))
    if folded in _MAY_END:
        return rest["openers"].startswith(("(", "[")) or not (following[0].isupper() or rest["openers"])
    if _INITIALS.fullmatch(word):
        return not opens
    return False


UNDECIDED = "und"

_READ = 4000
"""Characters that are looked at; an article shows its language sooner."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Endings and beginnings that English and the other languages above do not share, on words of some length.
_INDONESIAN_FORM = re.compile(
    r"(?:(?:me(?:m|n|ng|ny)|ber|ter|di|ke|se|per|pe(?:m|n|ng|ny))[a-z]{3,}(?:kan|nya|an|i)|[a-z]{4,}(?:kan|nya|lah|kah))"
)
_CODES = {"ms": "id", "in": "id", "iw": "he", "jw": "jv", "un": UNDECIDED}


def detect(text: str) -> str:
    """The language of `text`: "id", "en", another ISO 639-1 code, or "und" where it cannot be told."""
    words = [word.replace("’", "'") for word in _WORD.findall(text[:_READ].lower())]
    if not words:
        return UNDECIDED
    votes = _votes(words)
    guess, sure = _cld2(text[:_READ])
    if sure and len(words) >= 20:
        return guess
    best = max(votes.values(), default=0)
    leading = [language for language, count in votes.items() if count == best and count]
    if len(leading) == 1:
        return leading[0]
    if leading:
        # A tie: what CLD2 says where it is one of them, else the first language of the product.
        return guess if guess in leading else leading[0]
    if any(_INDONESIAN_FORM.fullmatch(word) for word in words):
        return "id"
    if not re.search(r"[A-Za-z]", text):
        # A script of its own leaves few languages to choose from.
        return guess
    believed = len(words) >= (3 if guess in _languages() else 4) or not text.isascii()
    return guess if sure and believed else UNDECIDED


def _votes(words: list[str]) -> Counter[str]:
    """How many function words each language has; the word that opens a question counts three times."""
    votes: Counter[str] = Counter()
    for place, word in enumerate(words):
        for language in _languages_of().get(word, ()):
            votes[language] += 3 if place == 0 else 1
    return votes


@cache
def function_words(language: str) -> frozenset[str]:
    """Lower-case words of a language that carry no topic; none where the language is not listed."""
    if language in {"id", "en"}:
        return frozenset(
            (*LEXICON.words("function_words", language), *LEXICON.words("telling_words", language))
        )
    return frozenset(LEXICON.mapping("function_words", "others").get(language, "").split())


@cache
def _languages() -> tuple[str, ...]:
    return ("id", "en", *LEXICON.mapping("function_words", "others"))


@cache
def _languages_of() -> dict[str, list[str]]:
    telling: dict[str, list[str]] = {}
    for language in _languages():
        ours = LEXICON.words("question_words", language) if language in {"id", "en"} else ()
        for word in function_words(language).union(ours):
            telling.setdefault(word, []).append(language)
    return telling


def _cld2(text: str) -> tuple[str, bool]:
    """CLD2's first guess, and whether it calls that reliable."""
    import pycld2

    # It refuses bytes that are no interchange-valid UTF-8, control characters and lone surrogates among them.
    clean = re.sub(r"\s+", " ", text)
    if not clean.isprintable():
        clean = "".join(char if char.isprintable() else " " for char in clean)
    try:
        reliable, _, guesses = pycld2.detect(clean.encode("utf-8", "ignore"), bestEffort=True)
        sure = pycld2.detect(clean.encode("utf-8", "ignore"))[0]
    except pycld2.error:
        return UNDECIDED, False
    code = str(guesses[0][1]).split("-")[0]
    return _CODES.get(code, code), bool(reliable and sure)


@dataclass(frozen=True, slots=True)
class DateMention:
    """The characters `start:end` of a text that name a day, and whether they name its weekday too."""

    day: date
    start: int
    end: int
    has_weekday: bool


@cache
def month_names() -> dict[str, int]:
    """Lower-case names and abbreviations of the months in both languages to 1..12."""
    from babel.dates import get_month_names

    names = LEXICON.mapping("months")
    for locale in ("id", "en"):
        for width in ("wide", "abbreviated"):
            names |= {
                str(name).lower().rstrip("."): n for n, name in get_month_names(width, locale=locale).items()
            }
    return names


@cache
def weekday_names() -> dict[str, int]:
    """Lower-case names of the weekdays in both languages to 0 (Monday) .. 6."""
    from babel.dates import get_day_names

    names = LEXICON.mapping("weekdays", "id")
    for locale in ("id", "en"):
        names |= {str(name).lower(): n for n, name in get_day_names("wide", locale=locale).items()}
    return names


def find_dates(text: str) -> list[DateMention]:
    """Every full date of `text`, in order."""
    found: list[DateMention] = []
    if not _YEAR.search(text):
        return found
    for match in _pattern().finditer(text):
        weekday, start = weekday_names().get((match["weekday"] or "").lower()), match.start()
        if len(match["year_c"] or "") == 2 and weekday is None:
            # An abbreviation of a weekday is one where the day proves it.
            before = _weekday_before().search(text, max(start - _LONGEST_WEEKDAY, 0), start)
            if before is not None:
                weekday, start = _weekdays_in_short()[before["name"].lower()], before.start()
        day = _read(match, weekday)
        if day is not None:
            found.append(DateMention(day, start, match.end(), weekday is not None))
    return found


def parse_date(text: str) -> date | None:
    """The day that `text` names and says nothing besides, a time of day excepted; else None."""
    found = find_dates(text)
    if len(found) != 1:
        return None
    rest = " ".join(f"{text[: found[0].start]} {text[found[0].end :]}".split())
    return found[0].day if len(rest) <= _LONGEST_TIME and _TIME.fullmatch(rest) else None


@cache
def office_zone() -> ZoneInfo:
    """The time zone of the settings, whose days are those of publication.

    Raises:
        SettingsError: there is no such zone.
    """
    name = Settings.load().timezone
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise SettingsError(f"{name!r} is no time zone; set TANYA_TIMEZONE to one as Asia/Jakarta") from error


def declared_date(value: object) -> date | None:
    """The day that a value which should be a date names; None where it names none or several.

    It may be ISO 8601, RFC 822, any form that `find_dates` reads with words around it, `22/07/25`,
    `2025/07/22`, `20250722`, `22-Jul-25`, seconds since 1970 or their thousandths, millionths, billionths,
    or the number that spreadsheets count days by. An instant in UTC is a day of the office's time zone, as
    any other of its own. A range, "22–24 Juli 2025", is several days.
    """
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()[:200]
    if match := _MICROSOFT.fullmatch(text):
        text = match[1]
    if match := _ASCTIME.fullmatch(text):
        text = (
            f"{match['day']} {match['month']} {match['year']} {match['clock']} {match['zone'] or ''}".strip()
        )
    # "Senin/9 Juni 2025", "1 Muharram 1447 H/27 Juni 2025".
    text = _AFTER_SLASH.sub(" ", text)
    if _SECONDS.fullmatch(text):
        return _local(datetime.fromtimestamp(int(text[:10]), UTC))
    if _SERIAL.fullmatch(text):
        return _FIRST_SERIAL + timedelta(days=int(text[:5]))
    if match := _YEAR_FIRST.match(text) or _COMPACT.fullmatch(text):
        day = _date(match["year"], match["month"], match["day"])
        return _day_at(day, _COMPACT_UTC.fullmatch(text) or _IN_UTC.fullmatch(text, match.end("day")))
    weekday = _opening_weekday().match(text)
    at = weekday.end() if weekday else 0
    if match := _SHORT_YEAR.fullmatch(text, at):
        year, first, second = _full_year(match["year"]), match["first"], match["second"]
        orders = [_date(year, second, first), _date(year, first, second)]
        proven = (
            one
            for one in orders
            if one and weekday and one.weekday() == _weekdays_in_short()[weekday["name"].lower()]
        )
        day = next(proven, orders[0] or orders[1])
        if match["sign"] == "-" and (day is None or day.year < _EARLIEST_SHORT):
            # "24-12-31": the year may stand first.
            other = _date(_full_year(first), second, match["year"])
            day = other if other and other.year >= _EARLIEST_SHORT else day
        return _day_at(day, _IN_UTC.fullmatch(text, match.end("year")))
    if _RFC_822.match(text):
        with contextlib.suppress(ValueError):
            # RFC 2822 writes -0000 for an instant in UTC whose own zone is not known.
            return _local(parsedate_to_datetime(re.sub(r"\s-0000\b", " +0000", text)))
    for pattern in _named_month():
        if (match := pattern.fullmatch(text)) and _TIME.fullmatch(match["rest"]):
            month = _declared_months()[match["month"].lower()]
            day = _date(_full_year(match["year"]), month, match["day"])
            return _day_at(day, _IN_UTC.fullmatch(match["rest"]))
    mentions = find_dates(text)
    if len({mention.day for mention in mentions}) != 1 or _range_before().search(text[: mentions[0].start]):
        return None
    return _day_at(mentions[-1].day, _IN_UTC.fullmatch(text, mentions[-1].end))


def month_first(days: Iterable[str]) -> bool:
    """Whether the days of one column are written with the month first: some only so, and none day first."""
    found = [match for day in days if (match := _ORDERED.match(day))]
    return any(int(one["second"]) > 12 for one in found) and all(int(one["first"]) <= 12 for one in found)


def day_first(day: str) -> str:
    """A day that is written with the month first, as 3/14/2025, with the day first; any other as it is."""
    return _ORDERED.sub(r"\g<second>\g<sign>\g<first>\g<sign>", day, count=1)


def _full_year(written: str) -> str:
    """A year of four digits; of two, one that is past next year is of the century before."""
    if len(written) > len("25"):
        return written
    year = 2000 + int(written)
    return str(year - 100 if year > date.today().year + 1 else year)


def _day_at(day: date | None, clock: re.Match[str] | None) -> date | None:
    """A day; with a time of day in UTC behind it, the day of that instant in the office's time zone."""
    if day is None or clock is None:
        return day
    hour, half = int(clock["hour"]), (clock.groupdict().get("half") or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return _local(datetime(day.year, day.month, day.day, hour, int(clock["minute"]), tzinfo=UTC))


def _local(instant: datetime) -> date:
    """The day of an instant where it was written, and of one in UTC in the office's time zone."""
    if instant.tzinfo is not None and not instant.utcoffset():
        return instant.astimezone(office_zone()).date()
    return instant.date()


def day_of_utc(instant: object) -> date | None:
    """The day, in the office's time zone, of an instant that is in UTC though it may not say so.

    Office keeps the instants at which documents were made so. What is no instant has no day.
    """
    if not isinstance(instant, datetime):
        return None
    return _local(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def plausible(day: date | None, today: date | None = None) -> date | None:
    """`day` where an article may have been published then: not after today, and no day that means none."""
    # One more covers every time zone.
    latest = (today or date.today()) + timedelta(days=1)
    return day if day and _EARLIEST <= day <= latest and day not in _NO_DAYS else None


_EARLIEST = date(1901, 1, 1)
_NO_DAYS = frozenset({date(1970, 1, 1), date(1904, 1, 1)})
"""What programs write for a day that they do not know."""

_SECONDS = re.compile(r"1\d{9}(?:\d{3}){0,3}(?:\.\d+)?")
_MICROSOFT = re.compile(r"\\?/Date\((1\d{9,12})(?:[+-]\d{4})?\)\\?/")
_ASCTIME = re.compile(
    r"[a-z]{3} (?P<month>[a-z]{3}) {1,2}(?P<day>\d{1,2}) (?P<clock>\d\d:\d\d:\d\d)"
    r"(?: (?P<zone>[a-z]{3,4}|[+-]\d{4}))? (?P<year>\d{4})",
    re.IGNORECASE,
)
_AFTER_SLASH = re.compile(r"(?<=[^\W\d_])\s?/(?=\d{1,2} )")
_SERIAL = re.compile(r"[3-5]\d{4}(?:[.,]\d+)?")
_FIRST_SERIAL = date(1899, 12, 30)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?:[T ]?\d{4,6}.*)?"
)
_IN_UTC = re.compile(
    rf"[T\s,|-]+(?:(?:{'|'.join(LEXICON.words('clock_words'))})\s+)?"
    r"(?P<hour>[01]?\d|2[0-3])[.:](?P<minute>[0-5]\d)(?:[.:]\d\d(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"\s*(?:(?:Z|UTC|GMT)(?:[+-]00:?(?:00)?)?|[+-]00:?(?:00)?(?: UTC| GMT)?)(?:\s*\([^()]*\))?",
    re.IGNORECASE,
)
_COMPACT_UTC = re.compile(r"\d{8}T(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:\d\d)?Z")
_YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_EARLIEST_SHORT = 1990
"""Year: earlier ones are not written with two digits in what a program keeps."""

_ORDERED = re.compile(
    r"\A\s*(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})(?P=sign)(?=(?:\d{4}|\d\d)(?!\d))"
)
_SHORT_YEAR = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})[-/.](?P<year>\d\d)(?:[ ,T].*)?"
)
_RFC_822 = re.compile(r"(?:(?:mon|tue|wed|thu|fri|sat|sun),\s*)?\d{1,2}\s+[a-z]{3}\s+\d{2,4}\s+\d\d:", re.I)

# "Rabu (11/2/2026) pukul 10.30 WIB", "2025-07-22T10:30:00+07:00"
_TIME = re.compile(
    rf"[\s,()|.-]*(?:(?:{'|'.join(LEXICON.words('clock_words'))})\s+)?"
    r"(?:T?\d{1,2}[.:]\d{2}(?:[.:]\d{2}(?:\.\d+)?)?)?"
    rf"\s*(?:[ap]\.?m\.?|{'|'.join(LEXICON.words('time_zones'))}|z|[+-]\d{{2}}:?\d{{2}})?[\s,()|.-]*",
    re.IGNORECASE,
)


@cache
def _weekdays_in_short() -> dict[str, int]:
    """Lower-case names of the weekdays in both languages, in full and abbreviated, to 0 (Monday) .. 6."""
    from babel.dates import get_day_names

    names = dict(weekday_names())
    for locale in ("id", "en"):
        for n, name in get_day_names("abbreviated", locale=locale).items():
            names.setdefault(str(name).lower().rstrip("."), n)
    return names


@cache
def _opening_weekday() -> re.Pattern[str]:
    return re.compile(rf"(?P<name>{_either(_weekdays_in_short())})\b\.?\s*[,/]?\s*(?=\d)", re.IGNORECASE)


@cache
def _weekday_before() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/-])(?P<name>{_either(_weekdays_in_short())})\b\.?,?\s*\(?\Z", re.IGNORECASE)


def _either(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


@cache
def _range_before() -> re.Pattern[str]:
    """What stands before the last day of a range: "22–", "22 s.d. ", "Selasa 22 Juli - "."""
    month, weekday = _either(_declared_months()), _either(_weekdays_in_short())
    words = _either(LEXICON.words("range_words"))
    first = rf"(?:(?:{month})\.?\s+\d{{1,2}}|\d{{1,2}}(?:\s+(?:{month})\.?)?)"
    return re.compile(
        rf"(?:(?<![\w.:,/-]){first}(?:[-–—]|\s*\b(?:{words})\s+)"
        # After a blank a number may be of something else: "Edisi 12 - 24 Juli 2025".
        rf"|^\s*(?:(?:{weekday})\.?,?\s+\(?)?{first}\s+[-–—]\s+(?:(?:{weekday})\.?,?\s+)?)\Z",
        re.IGNORECASE,
    )


@cache
def _declared_months() -> dict[str, int]:
    return month_names() | LEXICON.mapping("declared_months", "id")


@cache
def _named_month() -> tuple[re.Pattern[str], ...]:
    """`3-Mar-25`, `3 Mar '25`, `3/Okt/2025`, `Mar-3-2025`, a weekday before and a time behind it perhaps."""
    day, month = r"(?P<day>\d{1,2})", rf"(?P<month>{_either(_declared_months())})\.?"
    return tuple(
        re.compile(
            rf"(?:[^\W\d]+['’]?[^\W\d]*,?\s+)?{first}[-/\s]{second}[-/,\s]\s?['’]?"
            r"(?P<year>(?:19|20)\d\d|\d\d)(?!\d)(?P<rest>.*)",
            re.IGNORECASE,
        )
        for first, second in ((day, month), (month, day))
    )


_LONGEST_TIME = 80
"""Characters."""

_LONGEST_WEEKDAY = 16
"""Characters of a weekday with what parts it from its date."""

# Every full date holds one of these; most lines do not, and the whole pattern is slow.
_YEAR = re.compile(r"(?:19|20)\d\d|\d\s?[/.-]\s?\d\d")


@cache
def _pattern() -> re.Pattern[str]:
    hour = rf"(?:\s+(?:{'|'.join(LEXICON.words('parts_of_day', 'id'))}))?"
    # Possessive: a run of blanks is tried once, not in all the ways in which it may be divided.
    comma = r"\s*+(?:,\s*+)?"
    weekday = rf"(?:(?P<weekday>{_either(weekday_names())}){hour}{comma}(?:\(\s*+)?)?"
    month = rf"(?:{_either(month_names())})\b\.?"
    year = r"(?:19|20)\d\d"
    forms = [
        rf"(?P<iso_year>{year})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)",
        rf"(?P<day_a>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month_a>{month}){comma}(?:tahun\s+)?(?P<year_a>{year})",
        rf"(?P<month_b>{month})\s+(?P<day_b>\d{{1,2}})(?:st|nd|rd|th)?{comma}(?P<year_b>{year})",
        rf"(?P<first>\d{{1,2}})\s?(?P<sign>[/.-])\s?(?P<second>\d{{1,2}})\s?(?P=sign)\s?(?P<year_c>{year}|\d\d)",
    ]
    return re.compile(
        rf"(?<![\w/-])(?<!\d[.,]){weekday}(?:{'|'.join(forms)})(?!(?!T)[\w/])(?![.,]\d)", re.IGNORECASE
    )


def _read(match: re.Match[str], weekday: int | None) -> date | None:
    if match["iso_year"]:
        return _date(match["iso_year"], match["iso_month"], match["iso_day"])
    for form in "ab":
        if match[f"month_{form}"]:
            name = match[f"month_{form}"].lower().rstrip(".")
            return _date(match[f"year_{form}"], month_names()[name], match[f"day_{form}"])
    year, first, second = match["year_c"], match["first"], match["second"]
    if len(year) == 2:
        # "11/2/26" is a date only where its weekday proves it; alone it may be a score or a fraction.
        day = _date(_full_year(year), second, first)
        return day if day and day.weekday() == weekday else None
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if day_first is None or (
        weekday is not None
        and day_first.weekday() != weekday
        and month_first is not None
        and month_first.weekday() == weekday
    ):
        return month_first
    return day_first


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
