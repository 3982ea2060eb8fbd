"""Parsers: each module reads some kinds of files, bytes in, drafts of articles out; `FORMATS` is their table.

A draft is what a file tells of one article, before its id, its language and what else the text says. A reader
raises ArticleError where a file is not of its format, locked, damaged, a bomb, or holds no text; the message
does not name the file and ends in the cure. What
parses bytes with a library of others runs in a process of its own (`sandbox`), so that a file which makes
that library hang, crash or devour memory costs that file and nothing else.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import PurePath
from typing import Any

from index.text import LEXICON, declared_date, office_zone, plausible

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_LONGEST = 1000
"""Characters of a title, a name or an address; more is no such thing."""

LONGEST_DAY = 60
"""Characters that are told of a day that cannot be read."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What whoever indexes a file should know of what was read, or not read, of it.

    Attributes:
        kind: "no_text_layer", of pages without text or with a letterhead alone; "recognised", of pages whose
            text was read from their picture; "paywall", "not_found", "needs_scripts", "link_list" or
            "barrier" (a login, a question about cookies, an error) of what seems to be such a page.
        pages: Which pages, from 1; empty where it is said of the whole.
    """

    kind: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """One article as its format declares it; None where nothing is said.

    Attributes:
        text: The whole article, each line break one newline character.
        title: Its title.
        source: Its publisher.
        author: Who wrote it.
        published: The day of publication.
        url: Where it was published.
        pages: The offset in `text` where each page begins.
        made: The day the file itself was made, which is believed where nothing else tells a day.
        name: The id that it asks for; empty where it asks for none.
        withheld: Why it is not public, in a word or two; empty where it is.
        unread_day: What is declared as the day of publication and is none that can be read; else empty.
        key: By what it is known again in a file of several articles, where that is no id or title of its own.
        place: Where in a file of several articles it stands, as messages call it: "row 5"; else empty.
        refused: Why it is no article, in a line that ends in the cure; empty where it is one.
        remarks: What is not in `text`, or why it may be no article.
    """

    text: str
    title: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    pages: tuple[int, ...] = ()
    made: date | None = None
    name: str = ""
    # Left out of what is hashed, so that articles of earlier versions stay the same.
    withheld: str = field(default="", repr=False)
    unread_day: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    refused: str = field(default="", repr=False)
    remarks: tuple[Remark, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds.

    Attributes:
        drafts: Its articles.
        parts: Files within it by their names, as the attachments of an e-mail, which are read by themselves.
        left_out: How many things in it are no articles, by what they are: "hidden sheet".
    """

    drafts: Sequence[ArticleDraft] = ()
    parts: Sequence[tuple[str, bytes]] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


LARGEST = 20 * 2**20
"""Bytes of a file that holds text and nothing else; an article has a few thousand."""

LARGEST_OFFICE = 64 * 2**20
"""Bytes of a file that may hold pictures, as a PDF or an e-mail, and of one with many records."""

OLE = b"\xd0\xcf\x11\xe0"
"""How the files of Office begin that are older than 2007, and newer ones that are locked with a password."""

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes:
        kind: What it is called in this program.
        suffixes: How names of its files end.
        reader: The function that reads it in a process of its own, `module.function`; empty where no library
            of others is needed.
        limit: The most bytes of a file that is read as a whole.
        magic: How its files begin, where that tells them from those of other formats.
        part: Of a ZIP container, the member that tells what is in it.
        many: Whether a file may hold several articles.
        streamed: Whether a file is read piece by piece, however long it is.
        mapped: Whether its records have fields that the user may name.
        inside: The kinds that programs write under its suffixes as well.
    """

    kind: str
    suffixes: tuple[str, ...]
    reader: str = ""
    limit: int = LARGEST
    magic: tuple[bytes, ...] = ()
    part: str = ""
    many: bool = False
    streamed: bool = False
    mapped: bool = False
    inside: tuple[str, ...] = ()


FORMATS = {
    one.kind: one
    for one in (
        Format("text", (".txt", ".text", ".md", ".markdown"), inside=("chat",)),
        Format("chat", (), many=True),
        Format("html", (".html", ".htm", ".xhtml", ".shtml"), "html.read_html", inside=("mhtml",)),
        Format("mhtml", (".mhtml", ".mht"), "mail.read_mhtml", LARGEST_OFFICE, inside=("html",)),
        Format("pdf", (".pdf",), "pdf.read_pdf", LARGEST_OFFICE, (b"%PDF-",)),
        Format("docx", (".docx",), "docx.read_docx", LARGEST_OFFICE, (_ZIP,), "word/document.xml"),
        Format("docm", (".docm",), "office.read_docm", LARGEST_OFFICE),
        Format(
            "doc", (".doc",), "office.read_doc", LARGEST_OFFICE,
            inside=("rtf", "docx", "odt", "mhtml", "html"),
        ),
        Format("rtf", (".rtf",), "office.read_rtf", LARGEST_OFFICE, (b"{\\rtf",), inside=("docx", "doc")),
        Format(
            "odt", (".odt",), "office.read_odt", LARGEST_OFFICE, (_ZIP,),
            "mimetypeapplication/vnd.oasis.opendocument.text",
        ),
        Format(
            "pptx", (".pptx", ".pptm"), "office.read_pptx", LARGEST_OFFICE, (_ZIP,), "ppt/presentation.xml",
        ),
        Format(
            "xlsx", (".xlsx", ".xlsm"), "sheets.read_xlsx", LARGEST_OFFICE, (_ZIP,), "xl/workbook.xml",
            many=True, mapped=True, inside=("xls",),
        ),
        Format(
            "xls", (".xls",), "sheets.read_xls", LARGEST_OFFICE, many=True, mapped=True,
            inside=("xlsx", "mhtml", "html", "csv"),
        ),
        Format(
            "ods", (".ods",), "sheets.read_ods", LARGEST_OFFICE, (_ZIP,),
            "mimetypeapplication/vnd.oasis.opendocument.spreadsheet", many=True, mapped=True,
        ),
        Format("eml", (".eml",), "mail.read_eml", LARGEST_OFFICE, many=True),
        Format("json", (".json",), "tables.read_json_file", LARGEST_OFFICE, many=True, mapped=True),
        Format("jsonl", (".jsonl", ".ndjson"), many=True, streamed=True, mapped=True),
        Format("csv", (".csv", ".tsv"), many=True, streamed=True, mapped=True),
        Format("feed", (".rss", ".atom", ".xml"), "html.read_feed", LARGEST_OFFICE, many=True),
        Format("zip", (".zip",), many=True, streamed=True),
        Format("gz", (".gz",), limit=LARGEST_OFFICE, magic=(b"\x1f\x8b",), many=True),
    )
}  # fmt: skip
"""What is read, by its kind."""

SUFFIXES = {suffix: one.kind for one in FORMATS.values() for suffix in one.suffixes}
"""The kind of what is read, by how its name ends."""


def kind_of(name: str) -> str | None:
    """How a file of that name is read; None where it is not."""
    return SUFFIXES.get(PurePath(name).suffix.lower())


def kind_inside(kind: str, raw: bytes) -> str:
    """How a file is read that has the name of a `kind`: some programs write RTF or HTML into a .doc."""
    return next((other for other in FORMATS[kind].inside if _begins(other, raw)), kind)


def _begins(kind: str, raw: bytes) -> bool:
    """Whether a file begins as one of that kind does."""
    one = FORMATS[kind]
    if kind in {"doc", "xls"}:
        return raw.startswith(OLE)
    if kind == "mhtml":
        return bool(_MIME.match(raw[:4096])) and b"multipart/related" in raw[:4096].lower()
    if kind == "html":
        return bool(_HTML.match(raw[:4096].replace(b"\0", b"")))
    if kind == "chat":
        from index.parsers.mail import is_chat

        return is_chat(raw[:4096])
    if kind == "csv":
        return not raw.startswith(OLE) and b"\t" in raw[:4096] and b"\0" not in raw[:4096]
    return raw.startswith(one.magic) and (not one.part or _holds(raw, one.part))


_MIME = re.compile(rb"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?MIME-Version:", re.IGNORECASE)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|meta|body|table|style|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)


def _holds(raw: bytes, part: str) -> bool:
    """Whether a ZIP container has that member, or begins with that one as OpenDocument does."""
    if part.startswith("mimetype"):
        return part.encode() in raw[:200]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as container:
            return part in container.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return False


def one_line(text: str | None) -> str | None:
    """`text` as one printable line; None where nothing is left of it."""
    if not text:
        return None
    shown = text[: 4 * _LONGEST]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else " " for char in shown)
    return re.sub(r"\s+", " ", shown).strip()[:_LONGEST].strip() or None


def address(text: str | None) -> str | None:
    """`text` where it is the address of a page, else None."""
    line = one_line(text)
    return line if line and _ADDRESS.fullmatch(line) else None


def clean(text: str) -> str:
    """`text` with one newline character for each line break, and without what no text holds.

    Control characters become spaces, and halves of surrogate pairs the sign for what is unknown.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    text = _NOT_TEXT.sub(" ", text)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two halves that belong together become the sign that they stand for.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def squeeze(text: str) -> str:
    """`text`, cleaned, with single blanks in its lines and without those that are blank."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


_STATUS = "status"
"""The file of `index/data` that says how exports tell whether what they hold is public."""

_REASON = 40
"""Characters of why a record is not public."""


def withheld(record: Mapping[str, Any]) -> str:
    """Why a record is not public, in a word or two; empty where it is, or says nothing of it.

    Args:
        record: Its values by the names of their fields. Of a list each counts, and of an object what names
            it: {"id": 2, "name": "Draft"}.
    """
    given = {folded_name(str(name)): value for name, value in record.items()}

    def told(*tables: str) -> Iterator[tuple[str, Any]]:
        names = (name for table in tables for name in _fields(table))
        return ((name, one) for name in names for one in _values(given.get(name)))

    if any(_folded(one) not in _words("empty") | {"", "0", "false"} for _, one in told("password")):
        return "password"
    for _, kind in told("kind"):
        if _folded(kind) and _folded(kind) not in _words("articles"):
            return _shown(kind)
    for name in _fields("strict"):
        value = given.get(name)
        for one in value if isinstance(value, list) else [value]:
            written = [each for each in _values(one) if _folded(each)]
            if any(map(_is_withheld, written)) or not _words("public") & set(map(_folded, written)):
                reason = next(filter(_is_withheld, written), written[0] if written else "unknown status")
                if written or isinstance(one, Mapping):
                    return _shown(reason)
    others = (("", one) for name in given if _is_status(name) for one in _values(given[name]))
    for _, one in (*told("status"), *others, *told("published", "classes")):
        if _is_withheld(one):
            return _shown(one)
    for _, one in told("status", "published"):
        # As Drupal and Joomla count: 1 is published, and -2 is trash.
        if _folded(one) in _words("no") or re.fullmatch(r"-\d+", _spelled(one)):
            return "unpublished"
    if any(_folded(one) not in _words("empty") | _words("no") | {""} for _, one in told("gone")):
        return "deleted"
    for name, one in told("draft"):
        if _folded(one) in _words("yes"):
            return name.removeprefix("is")
    for name, one in told("embargo", "schedule"):
        if _folded(one) in _words("empty") | _words("no") | {""}:
            continue
        # What cannot be read may be any day; but a plan may name a place as well, "publish_on: Facebook".
        is_sure = name in _fields("embargo") or re.search(r"\d", _spelled(one))
        if is_ahead(one) or (is_sure and declared_date(one) is None):
            return "embargo"
    if any(plausible(declared_date(one)) and not is_ahead(one) for _, one in told("until")):
        return "expired"
    return ""


def withheld_part(name: str) -> str:
    """Why what stands under a name, as a worksheet or an array, is not public; empty where it may be."""
    folded = folded_name(name)
    is_part = folded in _words("parts") or folded.startswith(_words_of("part_beginnings"))
    return _shown(name) if is_part else ""


def tells_publication(name: str) -> bool:
    """Whether a field of this name says whether a record is public."""
    folded = folded_name(name)
    return _is_status(folded) or any(folded in _fields(table) for table in LEXICON.mapping("fields", _STATUS))


def is_unset(record: Mapping[str, Any]) -> bool:
    """Whether a record has a field for when it was published, empty beside the day on which it was made.

    One that says in so many words that it is published has been, whatever that field lacks.

    Args:
        record: Its values by the names of their fields, in lower case without underscores.
    """
    told = [("published", "yes"), *((table, "out") for table in ("strict", "status"))]
    if any(
        _folded(one) in _words(kind)
        for table, kind in told
        for name in _fields(table)
        for one in _values(record.get(name))
    ):
        return False
    return any(name in record and record[name] in (None, "") for name in _fields("unset")) and any(
        record.get(name) for name in _fields("made")
    )


def states(record: Mapping[str, Any]) -> bool:
    """Whether a record says anything of its publication, as programs for managing content do.

    Args:
        record: Its values by the names of their fields, in lower case without underscores.
    """
    told = ("strict", "published", "status", "draft", "kind")
    return any(record.get(name) not in (None, "") for table in told for name in _fields(table))


def is_ahead(value: object) -> bool:
    """Whether a day, or the instant that a value declares, is still to come where the office is."""
    day, now = declared_date(value), datetime.now(office_zone())
    if day is None:
        return False
    text = value.strip() if isinstance(value, str) else _spelled(value)
    instant = value if isinstance(value, datetime) else None
    if instant is None and _SECONDS.fullmatch(text):
        instant = datetime.fromtimestamp(int(text[:10]), UTC)
    elif instant is None and isinstance(value, str):
        with contextlib.suppress(ValueError):
            instant = datetime.fromisoformat(text)
    if instant is not None:
        return (instant if instant.tzinfo else instant.replace(tzinfo=office_zone())) > now
    if day != now.date():
        return day > now.date()
    clock = _CLOCK.search(text)
    if clock is None or int(clock["hour"]) > 23:
        return False
    hour = time(int(clock["hour"]), int(clock["minute"]))
    zone = UTC if _IN_UTC.search(text) else office_zone()
    return datetime.combine(day, hour, zone).astimezone(now.tzinfo).time() > now.time()


_SECONDS = re.compile(r"1\d{9}(?:\d{3})?")
_CLOCK = re.compile(
    rf"(?:(?:{'|'.join(LEXICON.words('clock_words'))})\s+|(?<![\d.:/-])(?=\d+:))(?P<hour>\d{{1,2}})[.:](?P<minute>[0-5]\d)",
    re.IGNORECASE,
)
_IN_UTC = re.compile(r"(?:\bUTC|\bGMT|\dZ|[+-]00:?00)$", re.IGNORECASE)


SCHEDULED = "scheduled"
"""Why an article is not public whose day of publication is in the future."""


_NAMESPACES = {
    "wp": "wordpress.org/export/",
    "blogger": "schemas.google.com/blogger/",
    "app": "www.w3.org/2007/app",
    "purl": "purl.org/atom/app#",
}
"""What is in the addresses of the namespaces that say whether an entry is public, by their usual prefixes."""


def withheld_entry(entry: Any, day: date | None, namespaces: Mapping[str, str]) -> str:
    """Why an entry of a feed, a WordPress export or a Blogger export is not public; empty where it is.

    Args:
        entry: As feedparser gives it.
        day: Its day of publication as it is declared.
        namespaces: The addresses of the namespaces of the feed by their prefixes.
    """

    def get(usual: str, name: str) -> Any:
        own = (prefix.lower() for prefix, uri in namespaces.items() if _NAMESPACES[usual] in uri)
        keys = (f"{prefix}_{name}" if prefix else name for prefix in (usual, *own))
        return next((entry[key] for key in keys if entry.get(key)), None)

    terms = [str(tag.get("term") or "") for tag in entry.get("tags") or []]
    kinds = [
        term.rpartition("#")[2] for term in terms if term.startswith("http://schemas.google.com/blogger/")
    ]
    known = {
        "post_status": get("wp", "status") or get("blogger", "status"),
        "post_type": get("wp", "post_type") or get("blogger", "type") or (kinds[0] if kinds else None),
        "post_password": get("wp", "post_password"),
        "draft": get("app", "draft") or get("purl", "draft") or entry.get("draft"),
        "status": entry.get("status"),
        "trashed": get("blogger", "trashed"),
    }
    if reason := withheld(known):
        return reason
    is_export = any(_NAMESPACES["wp"] in uri for uri in namespaces.values())
    if (is_export or any(key.startswith("wp_") for key in entry)) and not (
        known["post_status"] and known["post_type"]
    ):
        return "unknown status"
    return SCHEDULED if any(known.values()) and is_ahead(day) else ""


_DEEPEST = 3
"""How deep in lists and objects a status is looked for; what refers to itself unfolds without end."""

_MOST_VALUES = 20


def _values(value: Any, depth: int = _DEEPEST) -> Iterator[Any]:
    """The plain values in what a field holds: of a list each, of an object what names it."""
    if isinstance(value, Mapping):
        value = [value[key] for key in _words_of("inner") if key in value]
    if isinstance(value, list):
        for one in value[:_MOST_VALUES] if depth else ():
            yield from _values(one, depth - 1)
    elif value is not None:
        yield value


def _is_status(name: str) -> bool:
    """Whether a field that has no usual name holds a status of publication: "status_siaran"."""
    rest = name.removeprefix("status")
    rest = rest if rest != name else re.sub(r"(?:status|state)$", "", name)
    return rest != name and not any(word in rest for word in _words_of("other_statuses"))


def _is_withheld(value: Any) -> bool:
    """Whether a status is known as one that is not public."""
    status = _folded(value)
    if any(word in status for word in _words_of("follow_up")):
        return False
    return status in _words("withheld") or status.startswith(_words_of("withheld_beginnings"))


def _spelled(value: Any) -> str:
    """A plain value as text; anything else, or a number that no field has, as a question mark."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS:
        return "?"
    return str(value) if isinstance(value, str | int | float | date) else "?"


_MOST_DIGITS = 20


def _shown(value: Any) -> str:
    return (one_line(_spelled(value)) or "")[:_REASON].lower()


def _folded(value: Any) -> str:
    return re.sub(r"[\s_-]+", "", _spelled(value)).casefold()


@lru_cache(maxsize=4096)
def folded_name(name: str) -> str:
    """The name of a field in lower case, without what parts its words."""
    return re.sub(r"[\s_-]+", "", name).casefold()


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(LEXICON.words(table, _STATUS))


@cache
def _words_of(table: str) -> tuple[str, ...]:
    return tuple(LEXICON.words(table, _STATUS))


@cache
def _fields(table: str) -> tuple[str, ...]:
    """The names of a table of fields as they are folded."""
    return tuple(map(folded_name, str(LEXICON.mapping("fields", _STATUS)[table]).split()))


_FIGURE = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_HEAD = 80
"""Characters of the heading of a column."""


class Spanned(str):
    """The text of a cell, where it stands in a further column that the cell spans."""

    __slots__ = ()


def across(text: str, columns: int) -> list[str]:
    """A cell that spans that many columns, in each of them."""
    return [text, *[Spanned(text)] * (columns - 1)]


def table_lines(rows: Sequence[Sequence[str]], heads: int | None = None) -> list[str]:
    """The rows of a table as lines in which each cell follows the heading of its column.

    "Kabupaten: Buol; 2023: Rp 12 miliar; 2024: Rp 22 miliar": a figure is quoted with what it is of. Empty
    cells are left out, and of a table without headings the cells stand apart by `|`.

    Args:
        rows: The cells of each row; a cell that spans several stands in each of them, `across` them.
        heads: How many rows at the top are declared to be headings; 0 where those of the rows are alone; None
            where none are, and the first row is taken for one where it heads columns of figures, or three
            columns of words. Where its headings span columns and the next row parts these, that is one, too.
    """
    width = max(map(len, rows), default=0)
    cells = [
        [*(type(cell)(" ".join(cell.split())) for cell in row), *[""] * (width - len(row))] for row in rows
    ]
    cells = [row for row in cells if any(row)]
    kept = [any(column) for column in zip(*cells, strict=False)]
    if not all(kept):
        # Between columns that hold something stands one to set them apart.
        cells = [[cell for cell, is_kept in zip(row, kept, strict=False) if is_kept] for row in cells]
    is_form = heads == 0 and all(len(row) == 2 for row in cells)
    if heads != 0 and (heads or 1) == 1 and has_parted_heads(cells):
        heads = 2
        cells[0] = spread(*cells[:2])
    heads = int(has_heads(cells)) if heads is None else min(heads, len(cells) - 1)
    lines = []
    names = [
        " ".join(dict.fromkeys(part for part in column if part)).rstrip(" :")
        for column in zip(*cells[:heads], strict=False)
    ]
    for row in cells[heads:]:
        if sum(bool(cell) and not isinstance(cell, Spanned) for cell in row) == 1:
            # One cell across the table heads the rows below it.
            lines.append(next(filter(None, row)))
        elif heads:
            named = [
                f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell
            ]
            lines.append("; ".join(named))
        else:
            lines.append((": " if is_form else " | ").join(filter(None, row)))
    return lines


def spread(heads: Sequence[str], below: Sequence[str]) -> list[str]:
    """Headings of columns, those that span several in each; the row below has a heading in each of these."""
    names = list(heads)
    for at in range(2, len(names)):
        if not names[at] and below[at] and below[at - 1]:
            names[at] = names[at - 1]
    return names


def has_parted_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether headings in the first row of a table span columns that the second row has headings for."""
    if len(rows) < 3 or len(rows[0]) < 3:
        return False
    first, second = spread(*rows[:2]), rows[1]
    if any(len(cell) > _LONGEST_HEAD or _FIGURE.search(_YEAR.sub("", cell)) for cell in (*first, *second)):
        return False
    parted = [at for at in range(2, len(first)) if first[at] and first[at] == first[at - 1]]
    columns = list(zip(*rows[2:], strict=False))[1:]
    return (
        bool(parted)
        and second[0] in {"", first[0]}
        and all(map(any, zip(first[1:], second[1:], strict=True)))
        and all(second[at] and second[at - 1] not in {"", second[at]} for at in parted)
        and any(_FIGURE.search(cell) for column in columns for cell in column)
    )


def has_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table seems to head its columns."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, body = rows[0], rows[1:]
    if not all(first[1:]) or any(len(cell) > _LONGEST_HEAD for cell in first):
        return False
    if any(_FIGURE.search(_YEAR.sub("", cell)) for cell in first):
        return False
    columns = list(zip(*body, strict=False))[1:]
    counted = [all(_FIGURE.search(cell) for cell in column if cell) and any(column) for column in columns]
    return len(first) > 2 or (any(counted) and len(body) > 1)
