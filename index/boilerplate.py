"""Boilerplate: what stands in an article's text and says nothing of its subject.

Datelines, bylines, links to other articles, photo credits, share buttons, notices of copyright and the
initials of editors stay in the text, and are left out of passages and evidence. In doubt a line is content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.dateline import opening_length, opens_with_source
from index.dates import parse_date
from index.sentences import lines

Span = tuple[int, int]

_LONGEST = 220
"""Characters of a line; more is running text, whatever it begins with."""

_EDGE = r"[\s\[(*>•»|–—-]*"
_NAME = r"[A-ZÀ-Þ][\w.'’-]*"
_NAMES = rf"{_NAME}(?:,?\s+(?:{_NAME}|dan|and|dari|&|bin|binti|van|von|de|videographer|kontributor))*"


def _either(words: str) -> str:
    """A group of alternatives: one on each line, its spaces any white space."""
    lines_ = (line.strip() for line in words.strip().splitlines())
    return "(?:" + "|".join(re.sub(r" ", r"\\s+", line) for line in lines_ if line) + ")"


_MARK = r"\s*[:–—|»-]"
_INVITES = _either("""
    (?:baca|simak|lihat|tonton|saksikan|dengarkan|read|see|watch) (?:juga|pula|also)
    (?:baca|simak|lihat) (?:selengkapnya|selanjutnya|artikel(?:nya)?|berita (?:lain(?:nya)?|terkait))
""")
_INTRODUCES = _either(r"""
    (?:artikel|berita|video) (?:terkait|lainnya|selengkapnya|pilihan)
    video
    infografis
    galeri(?: foto)?
    gallery
    foto-foto
    pilihan editor
    related
    read more
""")
_ALSO = re.compile(
    rf"{_EDGE}(?:{_INVITES}\b(?P<mark>{_MARK})?|{_INTRODUCES}(?P<colon>\s*:)|(?<=[\[(])baca(?P<open>\s*:))"
    r"\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_AGENCIES = r"(?:antara(?:\s+foto|\s+news)?|afp|reuters|ap|epa|getty images|xinhua)"
_PICTURE = r"(?:foto|photo|gambar|picture|image|ilustrasi)"
_CREDIT = re.compile(
    rf"{_EDGE}(?:(?:sumber|kredit|credit|keterangan)\s+)?{_PICTURE}\s*(?:/\w+\s*)?[:/](?!/).*"
    rf"|{_EDGE}(?:caption|fotografer|photographer|dok(?:umentasi)?(?:\.|\s+foto)?)\s*:.*"
    r"|[\[(](?:foto|photo|dok(?:umentasi)?|antara\s*foto|ilustrasi|istimewa|ist)\b[^()\[\]]*[\])]\.?"
    rf"|[\[(]?{_AGENCIES}\s?/[^.!?]{{2,80}}[\])]?",
    re.IGNORECASE,
)
_ROLES = _either("""
    editor
    penulis
    reporter
    pewarta
    wartawan
    peliput
    kontributor
    contributor
    uploader
    penyunting
    redaktur
    koresponden
    penerjemah
    writer
    author
    written by
    edited by
    jurnalis
""")
_SIGNED = re.compile(rf"{_EDGE}{_ROLES}(?:\s*/\s*\w+)?\s*:\s*(?P<names>\S.*)", re.IGNORECASE)
_BY = re.compile(r"(?:oleh|by|laporan|teks)\s*:\s*(?P<names>\S.*)", re.IGNORECASE)
_BY_NAME = re.compile(rf"(?:Oleh|OLEH|By|BY)\s*:?\s+{_NAMES}|(?:Laporan|Teks)(?: langsung)?\s*:?\s+{_NAMES}")
_WRITTEN = re.compile(
    rf"(?:(?i:penulis|reporter|pewarta|wartawan|writer|author|jurnalis|oleh|by)\s*:|Oleh|By)\s*(?P<names>{_NAME}.*)"
)
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
_CALLS = _either("""
    ikuti
    dapatkan
    jangan lewatkan
    cek
    gabung
    follow
    klik
    yuk
    update
    pantau
    temukan
    download
    unduh
    subscribe
    langganan
""")
_CHANNELS = _either("""
    google news
    (?:saluran|kanal) whatsapp
    whatsapp channel
    (?:kanal|channel) telegram
    telegram channel
    media sosial (?:kami|kita)
    youtube channel
    newsletter
""")
_FOLLOW = re.compile(rf"{_CALLS}\b.{{0,200}}\b{_CHANNELS}\b.{{0,80}}", re.IGNORECASE)
_BUTTONS = _either("""
    bagikan
    share
    sebarkan
    facebook
    twitter
    whatsapp
    telegram
    instagram
    tiktok
    linkedin
    pinterest
    threads
    e-?mail
    copy
    salin
    link
    tautan
    cetak
    print
    ke
    via
    on
    to
    this
    artikel
    ini
    berita
    line
    wa
    fb
    x
""")
_SHARING = re.compile(rf"(?:{_BUTTONS}[\s|,/:•·.+-]*){{1,14}}", re.IGNORECASE)
_SHARES = re.compile(r"\b(?:bagikan|share|sebarkan|salin|copy)\b", re.IGNORECASE)
_FURNITURE = _either(r"""
    advertisement
    iklan
    scroll to continue(?: with content)?
    scroll untuk (?:melanjutkan|lanjut)(?: membaca)?
    lanjut(?:kan)? (?:membaca|baca|ke konten)[^.]{0,30}
    loading\.*
    komentar
    tulis komentar
    halaman (?:selanjutnya|berikutnya|sebelumnya)
    selanjutnya
    selengkapnya
    (?:berita|artikel) terkait
    terpopuler
    berita populer
    rekomendasi(?: untuk anda)?
    artikel ini telah tayang di .{3,160}
    \[?gambas\s*:.{0,60}\]?
    tags?
    topik
""")
_CHROME = re.compile(rf"(?:-+\s*)?{_FURNITURE}(?:\s*-+|\s*[:»>]+)?", re.IGNORECASE)
_TAGS = re.compile(
    r"(?:tags?|topik(?: terkait)?|kata kunci|keywords?)\s*:\s*[^.!?]{1,180}|(?:#\w[\w-]*[\s,]*){1,15}",
    re.IGNORECASE,
)
_WIRE = r"(?:antara|ant|afp|reuters|ap|xinhua|bbc|voa|dpa|rtr|end|\*)"
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
            part = text[first:last]
            # A full stop that is left of "(Foto: Humas)." is nothing.
            if (first, last) == (start, end) or any(map(str.isalnum, part)):
                kept.append((first + len(part) - len(part.lstrip()), last - len(part) + len(part.rstrip())))
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


def _found(text: str) -> Iterator[Span]:
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
    """What is boilerplate at the ends of a line, and between its sentences."""
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


_BETWEEN = frozenset("dan and dari di the of via berbagai sumber bin binti van von de com id".split())


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged
