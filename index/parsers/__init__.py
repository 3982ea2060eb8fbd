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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import PurePath

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_LONGEST = 1000
"""Characters of a title, a name or an address; more is no such thing."""

LONGEST_DAY = 60
"""Characters that are told of a day that cannot be read."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A notice for the user about what was read of a file, or could not be read.

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
        stated: Of a record, what its fields on publication hold that is no reason by itself, see `Columns`.
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
    stated: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)
    unread_day: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    refused: str = field(default="", repr=False)
    remarks: tuple[Remark, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """The articles and attachments of a file.

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
        Format("text", (".txt", ".text", ".md", ".markdown"), inside=("chat", "blog")),
        Format("chat", (), many=True),
        Format("blog", (), many=True),
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
    if kind == "blog":
        return bool(_POSTS.match(raw[: 2**16]))
    if kind == "csv":
        is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        return not raw.startswith(OLE) and b"\t" in raw[:4096] and (is_wide or b"\0" not in raw[:4096])
    return raw.startswith(one.magic) and (not one.part or _holds(raw, one.part))


_MIME = re.compile(rb"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?MIME-Version:", re.IGNORECASE)
_POSTS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[A-Z][A-Z ]+: [^\r\n]*\r?\n){3,}-----\r?\nBODY:\r?\n")
"""How an export of Movable Type begins: the fields of its first post, and its text."""

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


_FIGURE = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_HEAD = 80
"""Characters of the heading of a column."""

_AMOUNT = re.compile(r"\W*(?:(?:rp|idr|us(?=\$)|s(?=\$)|usd|sgd|myr|rm|eur|jpy)\W*)?\d", re.IGNORECASE)
"""How an amount begins."""


class Spanned(str):
    """The text of a cell, where it stands in a further column that the cell spans."""

    __slots__ = ()


def across(text: str, columns: int) -> list[str]:
    """A cell that spans that many columns, in each of them."""
    return [text, *[Spanned(text)] * (columns - 1)]


class Merged:
    """Values of merged cells, repeated for every row and column that they span.

    Where merged cells are stored, the first one holds the text, and the others nothing.
    """

    def __init__(self, areas: Iterable[tuple[int, int, int, int]] = ()) -> None:
        self._begin: dict[int, list[tuple[int, int, int]]] = {}
        self._open: list[tuple[int, int, int, str]] = []
        for area in areas:
            self.add(*area)

    def add(self, top: int, left: int, bottom: int, right: int) -> None:
        """Add an area by its first and last row and its first and last column, each from 1."""
        self._begin.setdefault(top, []).append((left, bottom, right))

    def fill(self, number: int, cells: list[str]) -> list[str]:
        """The cells of a row, its number from 1, with those that are merged; rows are asked for in order.

        A row that holds nothing of its own stays empty.
        """
        self._open = [one for one in self._open if one[1] >= number]
        for left, bottom, right in self._begin.pop(number, ()):
            if left <= len(cells) and cells[left - 1]:
                self._open.append((left, bottom, right, cells[left - 1]))
        if not self._open or not any(cells):
            return cells
        filled = list(cells)
        for left, _, right, text in self._open:
            filled += [""] * (right - len(filled))
            filled[left - 1 : right] = across(text, right - left + 1)
        return filled


def table_lines(rows: Sequence[Sequence[str]], heads: int | None = None) -> list[str]:
    """The rows of a table as lines in which each cell follows the heading of its column.

    "Kabupaten: Buol; 2023: Rp 12 miliar; 2024: Rp 22 miliar": a figure is quoted with what it is of. Empty
    cells are left out, and of a table without headings the cells stand apart by `|`.

    Args:
        rows: The cells of each row; a cell that spans several stands in each of them, `across` them.
        heads: How many rows at the top are declared to be headings; 0 where those of the rows are alone; None
            where none are, and the first row of several cells is taken for one where it heads columns of
            figures, or three columns of words. Where its headings span columns and the next row parts these,
            that is one, too.
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
    titles = next((at for at, row in enumerate(cells) if not _is_alone(row)), 0) if heads is None else 0
    if titles:
        # Lines across the table above its headings.
        return [next(filter(None, row)) for row in cells[:titles]] + table_lines(cells[titles:])
    if is_form := _is_form(cells):
        cells = [[cell.strip(" :") for cell in (row[0], row[-1])] for row in cells]
        heads = 0
    is_form = is_form or (heads == 0 and all(len(row) == 2 for row in cells))
    parted = parted_heads(cells) if heads != 0 and (heads or 1) == 1 else 0
    if parted:
        heads = parted
        cells[: parted - 1] = [spread(*pair) for pair in pairwise(cells[:parted])]
    heads = int(has_heads(cells)) if heads is None else min(heads, len(cells) - 1)
    lines = []
    names = [dict.fromkeys(filter(None, column)) for column in zip(*cells[:heads], strict=False)]
    for row in cells[heads:]:
        if _is_alone(row):
            # One cell across the table heads the rows below it.
            lines.append(next(filter(None, row)))
        elif heads:
            lines.append("; ".join(_named(names, row)))
        else:
            lines.append((": " if is_form else " | ").join(filter(None, row)))
    return lines


def _is_form(cells: Sequence[Sequence[str]]) -> bool:
    """Whether a colon stands in each row between what is asked and what is given, in a cell or its own."""
    if not cells or len(cells[0]) not in {2, 3}:
        return False
    signs = [row[1:-1] or [row[0][-1:]] for row in cells]
    return all(sign == [":"] for sign in signs) or (
        len(cells[0]) == 2 and all(row[1].startswith(":") for row in cells)
    )


def _is_alone(row: Sequence[str]) -> bool:
    """Whether a row has one cell that holds something, however many columns it spans."""
    return sum(bool(cell) and not isinstance(cell, Spanned) for cell in row) == 1


def _named(names: Sequence[Mapping[str, None]], row: Sequence[str]) -> Iterator[str]:
    """The cells of a row, each behind its heading; of one that spans columns what their headings share."""
    at = 0
    while at < len(row):
        end = at + 1
        while end < len(row) and isinstance(row[end], Spanned) and row[end] == row[at]:
            end += 1
        shared = [part for part in names[at] if all(part in other for other in names[at + 1 : end])]
        name = " ".join(shared).rstrip(" :")
        if row[at]:
            yield f"{name}: {row[at]}" if name else row[at]
        at = end


def spread(heads: Sequence[str], below: Sequence[str]) -> list[str]:
    """Headings of columns, those that span several in each; the row below has a heading in each of these.

    Where it is known which cells span several, the others do not.
    """
    names = list(heads)
    if any(isinstance(name, Spanned) for name in names):
        return names
    for at in range(2, len(names)):
        if not names[at] and below[at] and below[at - 1]:
            names[at] = names[at - 1]
    return names


def parted_heads(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top of a table are headings, those of each spanning columns that the next parts.

    0 where the first row has no headings that span columns.
    """
    count = 0
    heads: Sequence[str] = rows[0] if rows else ()
    while len(rows) > count + 2 and _parts_heads(heads, rows[count + 1], rows[count + 2 :]):
        count += 1
        spanned = spread(heads, rows[count])
        heads = [
            " ".join(dict.fromkeys(filter(None, pair))) for pair in zip(spanned, rows[count], strict=True)
        ]
    return count + 1 if count else 0


def _parts_heads(heads: Sequence[str], below: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a row has a heading for each of the columns that headings above it span."""
    if len(heads) < 3:
        return False
    first, columns = spread(heads, below), list(zip(*body, strict=False))
    pairs = (pair for row in (first, below) for pair in zip(row, columns, strict=False))
    if any(len(cell) > _LONGEST_HEAD or not _may_head(cell, column) for cell, column in pairs):
        return False
    parted = [at for at in range(2, len(first)) if first[at] and first[at] == first[at - 1]]
    return (
        bool(parted)
        and below[0] in {"", first[0]}
        and all(map(any, zip(first[1:], below[1:], strict=True)))
        and all(below[at] and below[at - 1] for at in parted)
        and any(below[at] != below[at - 1] for at in parted)
        and any(_FIGURE.search(cell) for column in columns[1:] for cell in column)
    )


def _may_head(cell: str, column: Sequence[str]) -> bool:
    """Whether a cell may head a column: with a figure, as "Triwulan 1", only one of amounts, and as none."""
    if not _FIGURE.search(_YEAR.sub("", cell)):
        return True
    filled = [one for one in column if any(map(str.isalnum, one))]
    return not _AMOUNT.match(cell) and 2 * sum(map(bool, map(_AMOUNT.match, filled))) > len(filled)


def has_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table seems to head its columns."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, body = rows[0], rows[1:]
    if not all(first[1:]) or any(len(cell) > _LONGEST_HEAD for cell in first):
        return False
    if not all(map(_may_head, first, zip(*body, strict=False))):
        return False
    columns = list(zip(*body, strict=False))[1:]
    counted = [all(_FIGURE.search(cell) for cell in column if cell) and any(column) for column in columns]
    return len(first) > 2 or (any(counted) and len(body) > 1)
