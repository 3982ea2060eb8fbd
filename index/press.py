"""Dateline, publisher, day, headline and boilerplate of press articles.

A dateline opens a paragraph: `MEDAN, 22 Juli 2025 –`, `Sumut.Disway.id -`, `Jakarta (ANTARA News) --`,
`JUARA.NET, KUALA LUMPUR -`. Labelled lines (`Sumber: ...`, `Tanggal: ...`) and a line that is only a date
count too. What cannot be told is None: a wrong source is worse than no source. An article that declares no
title gets its headline, or its first sentence cut short.

Datelines, bylines, links to other articles, photo credits, share buttons, notices of copyright and the
initials of editors stay in the text, and are left out of passages and evidence. In doubt a line is
content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from index.models import Span
from index.text import (
    LEXICON,
    find_dates,
    lines,
    month_names,
    parse_date,
    plausible,
    sentences,
    trimmed,
    weekday_names,
)

_OPENING = re.compile(
    r"(?:(?P<label>sumber|source)\s*:\s*)?(?P<prefix>[^\n–—:;!?\"“”]{2,90}?)\s*"
    r"(?:[–—]|--+|(?<=\s)-|(?<=\))-|-(?=\s))\s*(?=\S)",
    re.IGNORECASE,
)
_LAST_WORD, _FIRST_WORD = re.compile(r"[^\W\d_]+$"), re.compile(r"[^\W\d_]+")
_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?([^\W_][\w-]*(?:\.[\w-]+)*"
    r"\.(?:asia|biz|co|com|go|id|info|io|media|my|net|news|online|org|press|sg|site|today|tv|xyz))(?:/\S*)?",
    re.IGNORECASE,
)


def _words(table: str) -> str:
    return LEXICON.pattern(table, "press")


_PUBLISHER = re.compile(
    rf"(?i:\b(?:{_words('agencies')}|{_words('publishers')})\b)|\w(?i:{_words('publisher_endings')})\b"
)
_LABELS: dict[str, list[str]] = LEXICON.mapping("labels", "press")
_LABEL = re.compile(
    rf"(?P<kind>{'|'.join(word for words in _LABELS.values() for word in words)})"
    r"(?:\s+(?:berita|terbit|publikasi|pada|on))?\s*:\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
_WITHIN_NAMES = LEXICON.words("within_names", "press")
_LINES_SEARCHED = 8
_OPENING_READ = 300
"""Characters of a line in which its dateline ends, if it has one."""

_TOWNS = frozenset(LEXICON.words("towns", "press"))
"""Where Indonesian press text mostly comes from."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """Publisher, day and address as a text itself states them; None where it does not."""

    source: str | None = None
    published: date | None = None
    url: str | None = None


def find_dateline(text: str) -> Dateline:
    """Source, day and address; a dateline is believed before a label, a label before running text."""
    spans = lines(text)
    ends = [text[start:end] for start, end in (*spans[:_LINES_SEARCHED], *spans[_LINES_SEARCHED:][-3:])]
    openings = [_from_opening(line) for line in ends[:_LINES_SEARCHED] if opening_length(line)]
    labelled = [_from_label(line) for line in ends if is_label(line)]
    dated = [Dateline(published=day) for line in ends if (day := parse_date(line) or day_at_place(line))]
    found = [*openings, *labelled, *dated, Dateline(published=_day_of_events(text, spans))]
    return Dateline(
        next((one.source for one in found if one.source), None),
        next((one.published for one in found if plausible(one.published)), None),
        next((one.url for one in found if one.url), None),
    )


def day_at_place(line: str) -> date | None:
    """The day of a line that has a place and a day, as a letter is headed or signed: "Palu, 3 Maret 2025"."""
    place, comma, day = line.strip().partition(",")
    return parse_date(day) if comma and place[:1].isupper() and _is_name(place) else None


def opening_length(line: str) -> int:
    """How many characters of `line` are a dateline with its dash; 0 where none opens it."""
    match = _OPENING.match(line[:_OPENING_READ])
    # A headline may hold a dash too; a dateline is followed by running text.
    if match is None or len(line) - match.end() < 40 or _is_range(line, match):
        return 0
    parts = list(_parts(match["prefix"]))
    plain = all(_is_source(part) or find_dates(part) or _is_name(part) for part in parts)
    return match.end() if parts and plain else 0


def _is_range(line: str, opening: re.Match[str]) -> bool:
    """Whether a dash stands between two months or two weekdays, as in "Januari–Mei 2025"."""
    before, behind = _LAST_WORD.search(opening["prefix"]), _FIRST_WORD.match(line, opening.end())
    if before is None or behind is None:
        return False
    return any(
        {before[0].lower(), behind[0].lower()} <= names.keys() for names in (month_names(), weekday_names())
    )


def opens_with_source(line: str, length: int) -> bool:
    """Whether the dateline of that length at the beginning of `line` is one beyond doubt.

    It names a publisher, a day, a well-known town, or any place in capital letters; "Kevin - Prince Boateng"
    and "Persib - Persija" open a line as well.
    """
    match = _OPENING.match(line[:_OPENING_READ])
    if match is None or match.end() != length:
        return False
    parts = list(_parts(match["prefix"]))
    if any(_is_source(part) or find_dates(part) for part in parts) or "(" in match["prefix"]:
        return True
    return (parts[0].isupper() and len(parts[0]) > 3) or parts[0].casefold() in _TOWNS


def is_label(line: str) -> bool:
    """Whether `line` is no running text but tells where or when the article appeared."""
    match = _LABEL.fullmatch(line)
    return match is not None and len(line) <= 160 and not opening_length(line)


def _from_opening(line: str) -> Dateline:
    match = _OPENING.match(line[:_OPENING_READ])
    assert match is not None, "asked only for lines that open with a dateline"
    parts = list(_parts(match["prefix"]))
    source = next((part for part in parts if _is_source(part)), None)
    if source is None and (bracket := re.search(r"\(([^()]+)\)\s*$", match["prefix"])):
        # What stands in brackets before the dash is the agency, or a date.
        source = None if re.search(r"\d", bracket[1]) else bracket[1].strip()
    days = find_dates(match["prefix"])
    return Dateline(_tidy(source), days[0].day if days else None)


def _from_label(line: str) -> Dateline:
    match = _LABEL.fullmatch(line)
    assert match is not None, "asked only for lines with a label"
    kind, value = match["kind"].lower(), match["value"].strip()
    if kind in _LABELS["address"] or value.startswith(("http://", "https://")):
        address = re.match(r"https?://\S+", value)
        if address is None:
            return Dateline()
        return Dateline(source=urlsplit(address[0]).netloc.removeprefix("www.") or None, url=address[0])
    if kind in _LABELS["source"]:
        return Dateline(source=_tidy(value) if len(value) <= 60 else None)
    days = find_dates(value)
    return Dateline(published=days[0].day if days else None)


def _day_of_events(text: str, spans: list[Span]) -> date | None:
    """The first day that the article names with its weekday: press text does so for the day it reports."""
    for start, end in spans:
        for mention in find_dates(text[start:end]):
            if mention.has_weekday:
                return mention.day
    return None


def _parts(prefix: str) -> Iterator[str]:
    """`Medan, Sumut (22/7/2025)` in parts; a date keeps its comma."""
    at = 0
    for mention in find_dates(prefix):
        yield from _split(prefix[at : mention.start])
        yield prefix[mention.start : mention.end]
        at = mention.end
    yield from _split(prefix[at:])


def _split(text: str) -> Iterator[str]:
    yield from (part for part in (piece.strip() for piece in re.split(r"[,()|/]", text)) if part)


def _is_source(part: str) -> bool:
    if _DOMAIN.fullmatch(part):
        return True
    # "detikcom" is written small; of several words "kepada media" is no name.
    return (len(part.split()) == 1 or _is_name(part)) and bool(_PUBLISHER.search(part))


def _is_name(part: str) -> bool:
    """Whether `part` could be the name of a place or a publisher: few words, none of them small."""
    words = part.split()
    return len(words) <= 5 and all(word[0].isupper() or word in _WITHIN_NAMES for word in words)


def _tidy(source: str | None) -> str | None:
    if source is None:
        return None
    domain = _DOMAIN.fullmatch(source.strip())
    return domain[1] if domain else re.sub(r"\s+", " ", source).strip(" .,;*") or None


_LONGEST = 220
"""Characters of a line; more is running text, whatever it begins with."""

_EDGE = r"[\s\[(*>•»|–—-]*"
_NAME = r"[A-ZÀ-Þ][\w.'’-]*"
_NAMES = rf"{_NAME}(?:,?\s+(?:{_NAME}|dan|and|dari|&|bin|binti|van|von|de|videographer|kontributor))*"


def _either(words: Iterable[str]) -> str:
    """A group of alternatives, the spaces in them any white space."""
    return "(?:" + "|".join(word.replace(" ", r"\s+") for word in words) + ")"


_MARK = r"\s*[:–—|»-]"
_INVITES = _either(LEXICON.lines("invites", "press"))
_INTRODUCES = _either(LEXICON.lines("introduces", "press"))
_ALSO = re.compile(
    rf"{_EDGE}(?:{_INVITES}\b(?P<mark>{_MARK})?|{_INTRODUCES}(?P<colon>\s*:)|(?<=[\[(])baca(?P<open>\s*:))"
    r"\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_AGENCIES = rf"(?:antara\s+(?:foto|news)|{_words('agencies')}|epa|getty images)"
_PICTURE = r"(?:foto|photo|gambar|picture|image|ilustrasi)"
_CREDIT = re.compile(
    rf"{_EDGE}(?:(?:sumber|kredit|credit|keterangan)\s+)?{_PICTURE}\s*(?:/\w+\s*)?[:/](?!/).*"
    rf"|{_EDGE}(?:caption|fotografer|photographer|dok(?:umentasi)?(?:\.|\s+foto)?)\s*:.*"
    r"|[\[(](?:foto|photo|dok(?:umentasi)?|antara\s*foto|ilustrasi|istimewa|ist)\b[^()\[\]]*[\])]\.?"
    rf"|[\[(]?{_AGENCIES}\s?/[^.!?]{{2,80}}[\])]?",
    re.IGNORECASE,
)
_ROLES = _either((*LEXICON.words("writers", "press"), *LEXICON.words("other_roles", "press")))
_SIGNED = re.compile(rf"{_EDGE}{_ROLES}(?:\s*/\s*\w+)?\s*:\s*(?P<names>\S.*)", re.IGNORECASE)
_BY = re.compile(r"(?:oleh|by|laporan|teks)\s*:\s*(?P<names>\S.*)", re.IGNORECASE)
_BY_NAME = re.compile(rf"(?:Oleh|OLEH|By|BY)\s*:?\s+{_NAMES}|(?:Laporan|Teks)(?: langsung)?\s*:?\s+{_NAMES}")
_WRITTEN = re.compile(rf"(?:(?i:{_words('writers')}|oleh|by)\s*:|Oleh|By)\s*(?P<names>{_NAME}.*)")
_SOURCE = re.compile(
    rf"{_EDGE}(?:sumber(?:\s+(?:berita|artikel|gambar|foto|header|asli))*|source|via|url|link|tautan)"
    r"\s*:\s*(?P<names>\S.*)",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:copyright\s*)?(?:©|\(c\)|&copy;).{0,160}|copyright\s+(?:\d{4}|by\b|[^.]{0,60}\d{4}).{0,120}"
    r"|(?:seluruh )?hak cipta\s*(?:©|\d{4}|:|dilindungi).{0,160}|.{0,80}\ball rights reserved\b.{0,40}"
    r"|dilarang (?:keras )?(?:mengambil|mengutip|menyalin|memperbanyak|menyebarluaskan)\b.{0,160}"
    r"\b(?:konten|isi|artikel|berita|situs|izin|ijin)\b.{0,160}",
    re.IGNORECASE,
)
_CALLS, _CHANNELS = (_either(LEXICON.words(table, "press")) for table in ("calls", "channels"))

_FOLLOW = re.compile(rf"{_CALLS}\b.{{0,200}}\b{_CHANNELS}\b.{{0,80}}", re.IGNORECASE)
_BUTTONS = _either(LEXICON.words("buttons", "press"))
_SHARING = re.compile(rf"(?:{_BUTTONS}[\s|,/:•·.+-]*){{1,14}}", re.IGNORECASE)
_SHARES = re.compile(r"\b(?:bagikan|share|sebarkan|salin|copy)\b", re.IGNORECASE)
_FURNITURE = _either(LEXICON.lines("furniture", "press"))
_CHROME = re.compile(rf"(?:-+\s*)?{_FURNITURE}(?:\s*-+|\s*[:»>]+)?", re.IGNORECASE)
_TAGS = re.compile(
    r"(?:tags?|topik(?: terkait)?|kata kunci|keywords?)\s*:\s*[^.!?]{1,180}|(?:#\w[\w-]*[\s,]*){1,15}",
    re.IGNORECASE,
)
_WIRE = rf"(?:{_words('agencies')}|{_words('signatures')}|\*)"
_INITIALS = re.compile(
    r"(?:^|[.!?…][\"'”’)\]]*\s*)(?P<sign>[\[(]\s*(?:"
    r"(?!yoy|mtm|ytd|qtq|red\b|sic\b)[a-z]{2,5}(?:\s*[/&+,-]\s*[a-z]{2,8}){0,3}"
    rf"|{_WIRE}(?:\s*[/&+,-]\s*\w{{2,15}}){{0,3}}"
    r"|\w[\w.]{1,14}(?:\s*[/&+]\s*\w[\w.]{1,14}){1,3}"
    rf"|{_ROLES}\s*:\s*[^()\[\]]{{3,60}}"
    r")\s*[\])]\.?|\*{2,4}|-{2,3})\s*$",
    re.IGNORECASE,
)
_INSERTED = re.compile(
    rf"(?:(?<=[.!?”\"])|^)[ \t]*(?P<span>[\[(]\s*(?:{_INVITES}|baca)\s*[:–-]\s*[^()\[\]\n]{{4,200}}[\])])"
    r"\s*(?=[A-Z“\"(]|$)",
    re.IGNORECASE,
)
_TRAILING = re.compile(rf"(?<=[.!?”\"])\s+(?P<span>{_INVITES}\s*:\s*[^\n]{{8,180}}(?<![.…]))$", re.IGNORECASE)
_CREDITED = re.compile(
    rf"(?P<span>[\[(](?:(?:kredit\s+|sumber\s+)?{_PICTURE}\s*[:/]|dok(?:umentasi)?(?:\.|\s*[:/])|antara\s+foto\b"
    rf"|{_AGENCIES}/)[^()\[\]\n]{{0,120}}[\])])\.?\s*$",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")
_MOST_LINKS = 5
"""Headlines that may follow a line which only announces links."""

_HEAD, _TAIL = 8, 4
"""Lines at the beginning and at the end where some things are boilerplate that elsewhere are content."""


def boilerplate(text: str) -> list[Span]:
    """The `(start, end)` of all boilerplate of `text`, in order, none overlapping.

    Where nothing else would be left, nothing is boilerplate.
    """
    found = _merged(list(_found(text)))
    rest = outside(found, 0, len(text))
    return found if any(any(map(str.isalnum, text[start:end])) for start, end in rest) else []


def outside(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """The parts of `start:end` that no span covers; spans are in order."""
    parts = []
    for first, last in spans:
        if last <= start or first >= end:
            continue
        if start < first:
            parts.append((start, first))
        start = max(start, last)
    return [*parts, (start, end)] if start < end else parts


def content_lines(text: str) -> list[Span]:
    """Every line that is not blank or boilerplate, without the white space and boilerplate around it."""
    spans = boilerplate(text)
    kept = []
    for start, end in lines(text):
        for first, last in outside(spans, start, end):
            # A full stop that is left of "(Foto: Humas)." is nothing.
            if (first, last) == (start, end) or any(map(str.isalnum, text[first:last])):
                kept.append(trimmed(text, first, last))
    return kept


def find_author(text: str) -> str | None:
    """Who signed an article above its text or at its end: `Penulis: ...`, `Oleh ...`; no editors."""
    spans = lines(text)
    for start, end in (*spans[:_HEAD], *spans[_HEAD:][-_TAIL:]):
        line = text[start:end]
        match = _WRITTEN.fullmatch(line.strip("()[] ")) if len(line) <= 120 else None
        if match and _names_people(match["names"]):
            return re.split(r"\s*[|/;]\s*(?=\w+\s*:)", match["names"])[0].strip(" .,|") or None
    return None


def _comments(text: str) -> Iterator[Span]:
    """Yield comments and struck-out text in Markdown and HTML; an unclosed comment is not one."""
    at = text.find("<!--")
    while at >= 0 and (end := text.find("-->", at)) >= 0:
        yield at, end + len("-->")
        at = text.find("<!--", end)
    yield from (match.span() for match in _UNSHOWN.finditer(text))


def _without_comments(text: str) -> str:
    """A text with blanks in place of its comments."""
    parts, at = [], 0
    for start, end in sorted(_comments(text)):
        if start >= at:
            parts += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
            at = end
    return "".join([*parts, text[at:]])


_UNSHOWN = re.compile(
    r"^[ \t]{0,3}\[//\]:[ \t]*#[^\n]*|(?<![~\w])~~(?=[^\s~])[^~\n]{1,300}(?<=\S)~~(?!~)", re.MULTILINE
)


def _found(text: str) -> Iterator[Span]:
    yield from _comments(text)
    spans = lines(text)
    running = next((n for n, (start, end) in enumerate(spans) if _is_running(text[start:end])), len(spans))
    weak: list[int] = []
    strong: set[int] = set()
    awaited = 0
    for number, (start, end) in enumerate(spans):
        line = text[start:end]
        is_link = awaited > 0 and len(line) <= 160 and len(line.split()) > 3 and not _ENDED.search(line)
        awaited = _MOST_LINKS if _announces(line) else awaited - 1 if is_link else 0
        if is_link or _is_boilerplate(line) or _at_edge(line, number, running, len(spans)):
            strong.add(number)
            yield start, end
            continue
        if len(line) <= 120 and _SHARING.fullmatch(line):
            weak.append(number)
            continue
        yield from _within(line, start, number=number, running=running, count=len(spans))
    for number in weak:
        # "Facebook" alone may be a heading; among buttons it is a button.
        if {number - 1, number + 1} & (strong | set(weak)) or _SHARES.search(text[slice(*spans[number])]):
            yield spans[number]


def _is_boilerplate(line: str) -> bool:
    """Whether a whole line is boilerplate, wherever it stands."""
    if len(line) > _LONGEST:
        return False
    if match := _ALSO.fullmatch(line):
        return any(match[name] for name in ("mark", "colon", "open")) or not _ENDED.search(line)
    if match := _SIGNED.fullmatch(line):
        return _names_people(match["names"])
    if _CREDIT.fullmatch(line):
        return len(line) <= 160 and len(re.findall(r"[.!?]\s+[A-Z]", line)) < 2
    return any(pattern.fullmatch(line) for pattern in (_COPYRIGHT, _CHROME, _FOLLOW, _TAGS))


def _at_edge(line: str, number: int, running: int, count: int) -> bool:
    """Whether a line is boilerplate at the beginning, before the running text, or at the end."""
    head, tail = number < min(running, _HEAD), number >= max(count - _TAIL, running + 1)
    if head and running < count and (parse_date(line) is not None or _BY_NAME.fullmatch(line.strip("()"))):
        return True
    if (head or tail) and len(line) <= 160:
        match = _SOURCE.fullmatch(line) or _BY.fullmatch(line)
        if match and _names_people(match["names"]):
            return True
    return tail and len(line) <= 120 and bool(_BY_NAME.fullmatch(line))


def _within(line: str, base: int, *, number: int, running: int, count: int) -> Iterator[Span]:
    """Yield the boilerplate at the ends of a line and between its sentences."""
    if number == running and (length := opening_length(line)) and opens_with_source(line, length):
        yield base, base + length
    for match in (*_INSERTED.finditer(line), *_TRAILING.finditer(line), *_CREDITED.finditer(line)):
        yield base + match.start("span"), base + match.end("span")
    signed = _INITIALS.search(line, max(0, len(line) - 80)) if number >= count - _TAIL else None
    if signed is not None:
        yield base + signed.start("sign"), base + len(line)


def _announces(line: str) -> bool:
    """Whether a line announces a link that stands on the next."""
    match = _ALSO.fullmatch(line)
    return match is not None and not (match["rest"] or "").strip(" ])*:")


def _is_running(line: str) -> bool:
    return len(line) >= 80 and not _is_boilerplate(line)


def _names_people(value: str) -> bool:
    """Whether a value is a few names and no sentence."""
    words = re.sub(r"\s*/\s*", "/", value).split()
    if "/" in value and len(words) == 1:
        return True
    if len(words) > 14 or len(value) > 120:
        return False
    small = [word for word in words if word[:1].islower() and word.strip(".,") not in _BETWEEN]
    return len(small) <= len(words) // 3


_BETWEEN = frozenset(LEXICON.words("between_names", "press"))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


_STUBS = {
    name: re.compile(rf"\b{_either(LEXICON.words(name, 'press'))}\b", re.IGNORECASE)
    for name in ("not_found", "paywall", "needs_scripts", "barrier")
}
_LONGEST_STUB = {"not_found": 1000, "paywall": 2500, "needs_scripts": 600, "barrier": 1000}
"""Characters of a text that may be such a page; what is longer tells something else as well."""

_STUB_LINES = 3
_STUB_LINE = 160
_TEASER_END = 400
"""Characters at the end of a text in which a teaser says that the rest is sold."""


def stub_kind(text: str, title: str) -> str:
    """The kind of page that a text seems to be if it is no article, as `Remark.kind`; else empty.

    What says that there is no such page stands in the title or in one of the first lines, what says that the
    rest is sold at the end.
    """
    heads = [
        title,
        *(text[start:end] for start, end in lines(text[: _LONGEST_STUB["not_found"]])[:_STUB_LINES]),
    ]
    places = {
        "not_found": "\n".join(line for line in heads if len(line) <= _STUB_LINE),
        "paywall": text[-_TEASER_END:],
        "needs_scripts": text,
        "barrier": text,
    }
    return next(
        (
            name
            for name, place in places.items()
            if len(text) <= _LONGEST_STUB[name] and _STUBS[name].search(place)
        ),
        "",
    )


TITLE_LENGTH = 120
"""The longest title, in characters, that is made from running text."""

_HEADLINE_LENGTH = 180
_READ = 2000
"""Characters of a line that are looked at for a title."""
_MARKUP = re.compile(r"^(?:#{1,6}\s+|[>*\-•]\s+)|\s+#+$")
_EMPHASIS = re.compile(r"(\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TITLE_LABEL = re.compile(r"(?:judul|title)\s*:\s*(?=\S)", re.IGNORECASE)
PUBLISHER_SUFFIX = re.compile(
    r"\s+(?:\|\s+[^|]{2,40}|[-–—]\s+(?:\S+\.)+(?:com|id|net|org|news|tv))$", re.IGNORECASE
)
_BYLINE = re.compile(
    r"\(?(?:reporter|peliput|penulis|pewarta|wartawan|laporan|editor|oleh|by|foto|photo|kredit|ilustrasi)\s*:.*"
    r"|\(.*\)|https?://\S+",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"(?:siaran|keterangan|rilis) pers|pers rilis|(?:press|media) release|rilis(?: media)?|berita(?: resmi)?"
    r"|for immediate release|untuk (?:segera )?(?:disiarkan|diterbitkan)(?: segera)?"
    r"|(?:nomor|no\.?)\s*:.{1,80}",
    re.IGNORECASE,
)
"""What a press office writes above a headline."""

_CLAUSE_END = re.compile(r"[,;:–—-]\s*$")


def find_title(text: str, fallback: str) -> str:
    """The title of `text`, on one line.

    Args:
        text: The article.
        fallback: The title where the text has no line with a letter or figure in it.
    """
    text = _without_comments(text)
    spans = [(start, end) for start, end in lines(text) if any(map(str.isalnum, text[start:end]))]
    # A date or a label stands above a headline at times; where there is nothing else, it must do.
    heads = [span for span in spans[:8] if not _is_preamble(text[slice(*span)])] or spans[:1]
    return (_title(text[slice(*heads[0])]) if heads else "") or fallback


def body_start(text: str, title: str) -> int:
    """The offset where running text begins, after the title, its repetitions, and lines of date or byline."""
    at = 0
    for start, end in lines(text):
        line = text[start:end]
        if not (_is_preamble(line) or _folded(_title(line)) == _folded(title) == _folded(_headline(line))):
            break
        at = end
    return at if text[at:].strip() else 0


def _is_preamble(line: str) -> bool:
    kind = _KIND.fullmatch(_plain(line).strip(" :*#-–—"))
    return bool(kind or _BYLINE.fullmatch(line)) or is_label(line) or parse_date(line) is not None


def _title(line: str) -> str:
    headline = _headline(line)
    opening = opening_length(headline)
    runs_on = (
        len(headline) > _HEADLINE_LENGTH or len(sentences(headline)) > 1 or re.search(r"[^.]\.$", headline)
    )
    if not opening and not runs_on:
        return headline
    body = headline[opening:]
    start, end = next(iter(sentences(body)), (0, 0))
    return shorten(body[start:end].rstrip("."))


def _headline(line: str) -> str:
    return PUBLISHER_SUFFIX.sub("", _TITLE_LABEL.sub("", _plain(line), count=1))


def _folded(line: str) -> str:
    return line.casefold().rstrip(".")


def _plain(line: str) -> str:
    # A line may be as long as a file, and a title is not.
    line = line[:_READ]
    line = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _MARKUP.sub("", line)))
    return re.sub(r"\s+", " ", line).strip()


def shorten(text: str, length: int = TITLE_LENGTH) -> str:
    """`text` in at most `length` characters, whole words and an ellipsis where it is cut."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if not text[length - 1].isspace():
        cut = cut.rpartition(" ")[0] or cut
    return _CLAUSE_END.sub("", cut.rstrip()) + "…"
