"""Parsers: each module reads some kinds of files, bytes in, drafts of articles out; `FORMATS` is their table.

A draft is what a file tells of one article, before its id, its language and what else the text says. A reader
raises ArticleError where a file is not of its format, locked, damaged, a bomb, or holds no text; the message
does not name the file and ends in the cure. What
parses bytes with a library of others runs in a process of its own (`sandbox`), so that a file which makes
that library hang, crash or devour memory costs that file and nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import PurePath
from typing import Any

from index.text import LEXICON, declared_date

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_LONGEST = 1000
"""Characters of a title, a name or an address; more is no such thing."""


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
        Format("feed", (".rss", ".atom", ".xml"), "html.read_feed", many=True),
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


def withheld(get: Callable[[str], Any]) -> str:
    """Why a record is not public, in a word or two; empty where it is, or says nothing of it.

    Args:
        get: The value of a field by its name, in lower case with underscores; None where there is none.
    """
    if any(_is_filled(get(name)) for name in _fields("password")):
        return "password"
    for name in _fields("kind"):
        kind = _folded(get(name))
        if kind and kind not in _words("articles"):
            return _shown(get(name))
    for name in _fields("strict"):
        status = _folded(get(name))
        if status and status not in _words("public"):
            return _shown(get(name))
    for name in _fields("status"):
        status = _folded(get(name))
        if status in _words("withheld") or status.startswith(_words_of("withheld_beginnings")):
            return _shown(get(name))
        if status in {"0", "false"} or re.fullmatch(r"-\d+", str(get(name))):
            # As Drupal and Joomla count: 1 is published.
            return "unpublished"
    for name in _fields("published"):
        if _folded(get(name)) in _words("no"):
            return "unpublished"
    if any(_is_filled(get(name)) and _folded(get(name)) not in _words("empty") for name in _fields("gone")):
        return "deleted"
    for name in _fields("draft"):
        if _folded(get(name)) in _words("yes"):
            return name.removeprefix("is_")
    if any(is_ahead(declared_date(get(name))) for name in _fields("embargo")):
        return "embargo"
    return ""


def is_unset(record: Mapping[str, Any]) -> bool:
    """Whether a record has a field for when it was published, empty beside the day on which it was made.

    One that says in so many words that it is published has been, whatever that field lacks.

    Args:
        record: Its values by the names of their fields, in lower case without underscores.
    """
    told = [("published", "yes"), *((table, "out") for table in ("strict", "status"))]
    if any(
        _folded(record.get(_folded(name))) in _words(kind) for table, kind in told for name in _fields(table)
    ):
        return False
    named = [_folded(name) for name in _fields("unset")]
    return any(name in record and record[name] in (None, "") for name in named) and any(
        record.get(_folded(name)) for name in _fields("made")
    )


def states(get: Callable[[str], Any]) -> bool:
    """Whether a record says anything of its publication, as programs for managing content do."""
    told = ("strict", "published", "status", "draft", "kind")
    return any(get(name) not in (None, "") for table in told for name in _fields(table))


def is_ahead(day: date | None) -> bool:
    """Whether a day is in the future, in whatever time zone."""
    return day is not None and day > date.today() + timedelta(days=1)


SCHEDULED = "scheduled"
"""Why an article is not public whose day of publication is in the future."""


def withheld_entry(entry: Any, day: date | None) -> str:
    """Why an entry of a feed, a WordPress export or a Blogger export is not public; empty where it is.

    Args:
        entry: As feedparser gives it.
        day: Its day of publication as it is declared.
    """
    terms = [str(tag.get("term") or "") for tag in entry.get("tags") or []]
    kinds = [
        term.rpartition("#")[2] for term in terms if term.startswith("http://schemas.google.com/blogger/")
    ]
    known = {
        "post_status": entry.get("wp_status") or entry.get("blogger_status"),
        "post_type": entry.get("wp_post_type") or entry.get("blogger_type") or (kinds[0] if kinds else None),
        "post_password": entry.get("wp_post_password"),
        "draft": entry.get("app_draft"),
    }
    reason = withheld(known.get)
    if not reason and any(known.values()) and is_ahead(day):
        return SCHEDULED
    return reason


def _is_filled(value: Any) -> bool:
    return (
        isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() not in {"", "0"}
    )


def _shown(value: Any) -> str:
    return (one_line(str(value)) or "")[:_REASON].lower()


def _folded(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"[\s_-]+", "", str(value)).casefold() if isinstance(value, str | int) else ""


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(LEXICON.words(table, _STATUS))


@cache
def _words_of(table: str) -> tuple[str, ...]:
    return tuple(LEXICON.words(table, _STATUS))


@cache
def _fields(table: str) -> tuple[str, ...]:
    return tuple(str(LEXICON.mapping("fields", _STATUS)[table]).split())


_FIGURE = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_HEAD = 80
"""Characters of the heading of a column."""


def table_lines(rows: Sequence[Sequence[str]], heads: int | None = None) -> list[str]:
    """The rows of a table as lines in which each cell follows the heading of its column.

    "Kabupaten: Buol; 2023: Rp 12 miliar; 2024: Rp 22 miliar": a figure is quoted with what it is of. Empty
    cells are left out, and of a table without headings the cells stand apart by `|`.

    Args:
        rows: The cells of each row; a cell that spans several stands in each of them.
        heads: How many rows at the top are declared to be headings; 0 where those of the rows are alone; None
            where none are, and the first row is taken for one where it heads columns of figures, or three
            columns of words.
    """
    width = max(map(len, rows), default=0)
    cells = [[*(" ".join(cell.split()) for cell in row), *[""] * (width - len(row))] for row in rows]
    cells = [row for row in cells if any(row)]
    kept = [any(column) for column in zip(*cells, strict=False)]
    if not all(kept):
        # Between columns that hold something stands one to set them apart.
        cells = [[cell for cell, is_kept in zip(row, kept, strict=False) if is_kept] for row in cells]
    is_form = heads == 0 and all(len(row) == 2 for row in cells)
    heads = int(has_heads(cells)) if heads is None else min(heads, len(cells) - 1)
    lines = []
    names = [
        " ".join(dict.fromkeys(part for part in column if part)).rstrip(" :")
        for column in zip(*cells[:heads], strict=False)
    ]
    for row in cells[heads:]:
        if len(set(filter(None, row))) == 1:
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
