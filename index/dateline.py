"""Source and day of publication, as plain press text tells them.

A dateline opens a paragraph: `MEDAN, 22 Juli 2025 –`, `Sumut.Disway.id -`, `Jakarta (ANTARA News) --`,
`JUARA.NET, KUALA LUMPUR -`. Labelled lines (`Sumber: ...`, `Tanggal: ...`) and a line that is only a date
count too. What cannot be told is None: a wrong source is worse than no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from index.dates import find_dates, parse_date, plausible
from index.sentences import lines

_OPENING = re.compile(
    r"(?:(?P<label>sumber|source)\s*:\s*)?(?P<prefix>[^\n–—:;!?\"“”]{2,90}?)\s*"
    r"(?:[–—]|--+|(?<=\s)-|(?<=\))-|-(?=\s))\s*(?=\S)",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?([^\W_][\w-]*(?:\.[\w-]+)*"
    r"\.(?:asia|biz|co|com|go|id|info|io|media|my|net|news|online|org|press|sg|site|today|tv|xyz))(?:/\S*)?",
    re.IGNORECASE,
)
# Parts of the names that publishers bear, so that "Jakarta, Kompas" is told from "Medan, Sumatera Utara".
_PUBLISHER = re.compile(
    r"(?i:\b(?:afp|antara|analisa|ap|bbc|berita|bisnis|bloomberg|cnbc|cnn|daily|detik|fajar|gatra|globe"
    r"|herald|inews|indopos|jawa pos|jpnn|jurnal|kabar|kompas|kontan|koran|kumparan|liputan|majalah|media"
    r"|mediacenter|metro|metrotv|news|okezone|pikiran rakyat|pos|post|press|radar|radio|redaksi|republika"
    r"|reuters|rimanews|rmol|rri|sindo|sindonews|suara|tabloid|tempo|times|tirto|tribun|tribunnews|tv|tvone|tvri|viva|voa|warta"
    r"|waspada|xinhua)\b)|\w(?i:news|pos|post|tv|media|online|times|com)\b"
)
_LABEL = re.compile(
    r"(?P<kind>sumber|source|penerbit|publisher|media|tanggal|terbit|diterbitkan|dipublikasikan|published|publikasi|date"
    r"|url|link|tautan)(?:\s+(?:berita|terbit|publikasi|pada|on))?\s*:\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
_SOURCE_LABELS = {"sumber", "source", "penerbit", "publisher", "media"}
_URL_LABELS = {"url", "link", "tautan"}
_LINES_SEARCHED = 8
_OPENING_READ = 300
"""Characters of a line in which its dateline ends, if it has one."""

_TOWNS = frozenset(
    re.split(
        r"\s*,\s*",
        """
    ambon, balikpapan, banda aceh, bandar lampung, bandung, bangkok, banjarbaru, banjarmasin, banyuwangi,
    batam, bekasi, beijing, bengkulu, berlin, binjai, bogor, brussels, bukittinggi, canberra, cianjur,
    cilegon, cirebon, deli serdang, denpasar, depok, dumai, garut, gorontalo, hanoi, jakarta, jakarta barat,
    jakarta pusat, jakarta selatan, jakarta timur, jakarta utara, jambi, jayapura, jember, karawang, kediri,
    kendari, kuala lumpur, kudus, kupang, langsa, lhokseumawe, london, lubuk pakam, madiun, magelang,
    makassar, malang, mamuju, manado, manila, manokwari, mataram, medan, merauke, moskow, nabire, new delhi,
    new york, padang, palangka raya, palangkaraya, palembang, palu, pangkalpinang, paris, pekalongan,
    pekanbaru, pematangsiantar, pontianak, purwokerto, samarinda, semarang, serang, seoul, sibolga,
    sidoarjo, singapura, singapore, sofifi, solo, sorong, sukabumi, surabaya, surakarta, sydney, tangerang,
    tangerang selatan, tanjung pinang, tanjung selor, tanjungpinang, tarakan, tasikmalaya, tebing tinggi,
    tegal, ternate, tokyo, washington, wamena, yogyakarta
        """.strip(),
    )
)
"""Where Indonesian press text mostly comes from."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a text tells of its own publication; None where it does not."""

    source: str | None = None
    published: date | None = None
    url: str | None = None


def find_dateline(text: str) -> Dateline:
    """Source, day and address; a dateline is believed before a label, a label before running text."""
    spans = lines(text)
    ends = [text[start:end] for start, end in (*spans[:_LINES_SEARCHED], *spans[_LINES_SEARCHED:][-3:])]
    openings = [_from_opening(line) for line in ends[:_LINES_SEARCHED] if opening_length(line)]
    labelled = [_from_label(line) for line in ends if is_label(line)]
    dated = [Dateline(published=day) for line in ends if (day := parse_date(line))]
    told = [*openings, *labelled, *dated, Dateline(published=_day_of_events(text, spans))]
    return Dateline(
        next((one.source for one in told if one.source), None),
        next((one.published for one in told if plausible(one.published)), None),
        next((one.url for one in told if one.url), None),
    )


def opening_length(line: str) -> int:
    """How many characters of `line` are a dateline with its dash; 0 where none opens it."""
    match = _OPENING.match(line[:_OPENING_READ])
    # A headline may hold a dash too; a dateline is followed by running text.
    if match is None or len(line) - match.end() < 40:
        return 0
    parts = list(_parts(match["prefix"]))
    plain = all(_is_source(part) or find_dates(part) or _is_name(part) for part in parts)
    return match.end() if parts and plain else 0


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
    if kind in _URL_LABELS or value.startswith(("http://", "https://")):
        address = re.match(r"https?://\S+", value)
        if address is None:
            return Dateline()
        return Dateline(source=urlsplit(address[0]).netloc.removeprefix("www.") or None, url=address[0])
    if kind in _SOURCE_LABELS:
        return Dateline(source=_tidy(value) if len(value) <= 60 else None)
    days = find_dates(value)
    return Dateline(published=days[0].day if days else None)


def _day_of_events(text: str, spans: list[tuple[int, int]]) -> date | None:
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
    return len(words) <= 5 and all(word[0].isupper() or word in {"di", "dan", "the", "of"} for word in words)


def _tidy(source: str | None) -> str | None:
    if source is None:
        return None
    domain = _DOMAIN.fullmatch(source.strip())
    return domain[1] if domain else re.sub(r"\s+", " ", source).strip(" .,;*") or None
