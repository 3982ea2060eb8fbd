"""Word files: paragraphs, lists, tables and notes in order, and what the document declares of itself.

A copy of a document with comments can be written: its paragraphs stay, a comment is at exact characters.
Word files are ZIP containers, which are opened only after a check for harmful contents.
"""

from __future__ import annotations

import contextlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from itertools import islice, takewhile
from typing import IO, Any

from index.errors import ArticleError
from index.parsers import ArticleDraft, across, clean, has_heads, one_line, squeeze, table_lines
from index.parsers.publication import withheld_line, withheld_properties
from index.text import day_of_utc, detect, lines

MOST_MEMBERS = 60_000
MOST_UNPACKED_BYTES = 2 * 2**30
"""Of all that is in a container, when it is unpacked."""

MOST_TIMES = 200
"""How many times its packed size a member may have; text has less than a tenth of it."""

UNSUSPECTED = 2**20
"""Bytes of a member that are harmless however they are packed."""

_BEGIN, _END, _END_LONG = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"


def open_zip(file: IO[bytes], most_bytes: int = MOST_UNPACKED_BYTES) -> zipfile.ZipFile:
    """The container in `file`, its directory read and found harmless; members are checked by `refusal`.

    Raises:
        ArticleError: it is no container, or one with too much in it.
    """
    _check_end(file)
    try:
        container = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, RuntimeError) as error:
        raise ArticleError(f"it is a damaged archive ({error}); pack it again") from error
    members = container.infolist()
    if len(members) > MOST_MEMBERS:
        raise ArticleError(f"it holds {len(members)} files, at most {MOST_MEMBERS} are read; split it")
    size = sum(member.file_size for member in members)
    if size > most_bytes:
        raise ArticleError(
            f"it unpacks to {size / 2**20:.0f} MB, at most {most_bytes / 2**20:.0f} are read; split it"
        )
    return container


def refusal(member: zipfile.ZipInfo) -> str | None:
    """Why a member is not unpacked, ending in the cure; None where it may be."""
    name = member.filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        return "its path leads out of the archive; pack it again without absolute paths and .."
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link; pack the file that it leads to"
    if member.flag_bits & 0x1:
        return "it is locked with a password; pack it again without one"
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "it is packed in a way that is not read; pack it again as ordinary ZIP"
    if member.file_size > max(UNSUSPECTED, MOST_TIMES * member.compress_size):
        return "it unpacks to far more than any text does; leave it out"
    return None


def unpack(container: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of a member, which has no more of them than its directory entry says.

    Raises:
        ArticleError: it is too large, or damaged.
    """
    if member.file_size > most:
        size = member.file_size / 2**20
        raise ArticleError(f"it is too large ({size:.0f} MB, at most {most / 2**20:.0f}); split it")
    try:
        with container.open(member) as opened:
            return opened.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ArticleError(f"it is damaged ({error}); pack it again") from error


def _check_end(file: IO[bytes]) -> None:
    """Look at the end of the archive before its directory, which may claim any size, is read into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557 - 20))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        cut = file.read(len(_BEGIN)) == _BEGIN
        raise ArticleError(f"it is no archive{', or one cut short' if cut else ''}; pack it again")
    if tail[max(0, at - 20) : at].startswith(_END_LONG):
        raise ArticleError("it holds more than 4 GB or 65,000 files; split it")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > 512 * MOST_MEMBERS:
        raise ArticleError("its directory is too large; split it")


def open_bytes(raw: bytes, most_bytes: int) -> zipfile.ZipFile:
    """As `open_zip`, of a container in memory; every one of its members must be harmless.

    Raises:
        ArticleError: it, or one of its members, is refused.
    """
    container = open_zip(BytesIO(raw), most_bytes)
    for member in container.infolist():
        if reason := refusal(member):
            raise ArticleError(f"a part of it, {member.filename[:80]!r}: {reason}")
    return container


def transitional(raw: bytes, most_bytes: int) -> bytes:
    """A file of Word, Excel or PowerPoint in the form that its readers know, if it is in the strict one.

    Raises:
        ArticleError: it, or one of its members, is refused.
    """
    written = BytesIO()
    with open_bytes(raw, most_bytes) as container:
        if _RELATIONS not in container.namelist():
            return raw
        with contextlib.suppress(ArticleError):
            if not _STRICT.search(unpack(container, container.getinfo(_RELATIONS), most_bytes)):
                return raw
            with zipfile.ZipFile(written, "w") as copy:
                for member in container.infolist():
                    content = unpack(container, member, most_bytes)
                    if member.filename.endswith((".xml", ".rels")):
                        content = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", content)
                    copy.writestr(member.filename, content)
            return written.getvalue()
    # What cannot be unpacked is refused by its reader.
    return raw


_RELATIONS = "_rels/.rels"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
"""Before the name of a part or a relation in the strict form."""

MOST_BYTES = 256 * 2**20
"""Of all parts of a document, pictures among them, when they are unpacked."""

PROGRAMS = frozenset(
    {"python-docx", "microsoft office user", "user", "admin", "administrator", "windows user"}
)
"""What programs write for a person where nobody does."""

_BROKEN = (KeyError, ValueError, AttributeError, IndexError, EOFError, OSError, RuntimeError)
"""What python-docx lets through of a document whose parts are missing or misplaced."""

_TEMPLATE = datetime(2013, 12, 23)


def read_docx(raw: bytes) -> ArticleDraft:
    """The article of a Word file."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml import etree

    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise ArticleError("it is an old Word file or locked with a password; save it as .docx without one")
    if not raw.startswith(b"PK"):
        raise ArticleError("it is no Word file; name it after what it is, or save it as .docx")
    raw = transitional(raw, MOST_BYTES)
    try:
        document: Any = docx.Document(BytesIO(raw))
        hidden = _hidden_styles(document)
        paragraphs = list(_paragraphs(document.element.body, document, _notes(document, hidden), hidden))
        known = document.core_properties
        title, author, made = known.title, known.author, known.created
        reason = withheld_office(raw) or _withheld_margin(document)
    except (PackageNotFoundError, etree.LxmlError, zipfile.BadZipFile, zlib.error, *_BROKEN) as error:
        raise ArticleError("it is no whole Word file; save it as .docx again") from error
    if author and author.strip().casefold() in PROGRAMS:
        author = None
    headings = [text for style, text in paragraphs if style == "Title"]
    headings += [text for style, text in paragraphs[:5] if style.startswith("Heading 1")]
    return ArticleDraft(
        "\n\n".join(text for _, text in paragraphs) + "\n",
        one_line(title) or one_line(next(iter(headings), None)),
        author=one_line(author),
        made=_day(made),
        withheld=reason,
    )


def _withheld_margin(document: Any) -> str:
    """Why a line or a watermark in the headers or footers says that it is not public; else empty."""
    margins = (
        margin._element
        for section in document.sections
        for margin in (
            *(section.first_page_header, section.header, section.even_page_header),
            *(section.first_page_footer, section.footer, section.even_page_footer),
        )
        if not margin.is_linked_to_previous
    )
    lines = (
        line
        for margin in margins
        for node in margin.iter(_w("p"), "{urn:schemas-microsoft-com:vml}textpath")
        for line in ("".join(one.text or "" for one in node.iter(_w("t"))), node.get("string") or "")
    )
    return next(filter(None, map(withheld_line, lines)), "")


def withheld_office(raw: bytes) -> str:
    """Why the properties of a file of Word, Excel or PowerPoint say that it is not public; else empty."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    core: dict[str, str] = {}
    named: dict[str, str] = {}
    with open_bytes(raw, MOST_BYTES) as container:
        for name in {"docProps/core.xml", "docProps/custom.xml"} & set(container.namelist()):
            try:
                root = etree.fromstring(unpack(container, container.getinfo(name), MOST_BYTES), parser)
            except (etree.LxmlError, ValueError):
                continue
            for one in root.iterchildren("{*}*"):
                told = "".join(one.itertext()).strip()
                if one.get("name"):
                    named[one.get("name")] = told
                else:
                    core[etree.QName(one).localname] = told
    texts = [core.get(name, "") for name in ("subject", "category", "description")]
    named["contentStatus"] = core.get("contentStatus", "")
    return withheld_properties(texts, core.get("keywords", ""), named)


def _w(name: str) -> str:
    """The name of an element or attribute of WordprocessingML, with its namespace."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


Notes = dict[tuple[str, str], str]
"""The texts of footnotes and endnotes, by `footnote` or `endnote` and their number in the file."""


def _paragraphs(body: Any, document: Any, notes: Notes, hidden: HiddenStyles) -> Iterator[tuple[str, str]]:
    """The style and text of each paragraph; a table is one, each of its rows a line.

    A note follows what it is a note to, once, and is then no longer among `notes`.
    """
    from docx.text.paragraph import Paragraph

    for child in body.iterchildren():
        if _is_prompt(child):
            continue
        if child.tag == _w("p"):
            if text := _text(child, hidden):
                # Looking up the default style takes longer than all the rest.
                named = child.pPr is not None and child.pPr.pStyle is not None
                style = Paragraph(child, document).style if named else None
                yield (style.name if style is not None else "") or "", text
        elif child.tag == _w("tbl") and (cells := _laid_out(child, hidden)):
            for cell in cells:
                yield from _paragraphs(cell, document, notes, hidden)
            continue
        elif child.tag == _w("tbl"):
            if text := "\n".join(_table(child, hidden)):
                yield "", text
        elif child.tag == _w("altChunk"):
            yield from (("", text) for text in _chunk(child, document))
        elif child.tag in {_w("sdt"), _w("sdtContent"), _w("ins"), _w("customXml"), _w("smartTag")}:
            yield from _paragraphs(child, document, notes, hidden)
        if child.tag in {_w("p"), _w("tbl")}:
            yield from _taken(child, notes)
            for box in _boxes(child):
                yield from _paragraphs(box, document, notes, hidden)
            yield from (("", text) for text in charts(child, document.part, hidden))


def _laid_out(table: Any, hidden: HiddenStyles) -> list[Any]:
    """The cells of a table that is there for its looks, with running text in them; none of any other."""
    rows = [list(_within(row, _w("tc"))) for row in _within(table, _w("tr")) if not _is_gone(row)]
    cells = [cell for row in rows for cell in row if cell.find(f"{_w('tcPr')}/{_w('cellDel')}") is None]
    is_box = all(len(row) == 1 for row in rows)
    texts = [] if is_box else [[_text(cell, hidden) for cell in row] for row in rows]
    # One with several rows below its headings is a table, however much one of its cells holds.
    is_long = any(len(text) > _LONGEST_CELL for row in texts for text in row)
    return cells if is_box or (is_long and not (len(rows) > 2 and has_heads(texts))) else []


_LONGEST_CELL = 400
"""Characters; what is longer is running text."""


def _is_gone(row: Any) -> bool:
    """Whether a row of a table is hidden or deleted."""
    about = row.find(_w("trPr"))
    return about is not None and any(one.tag in {_w("del"), _w("hidden")} for one in about)


def _chunk(element: Any, document: Any) -> list[str]:
    """The paragraphs of a file of another format that stands in a document, as some programs write them."""
    from index.parsers.html import decode_page, plain
    from index.parsers.mail import read_mhtml
    from index.parsers.office import read_rtf

    part = document.part.rels[element.get(_RELATED)].target_part
    raw, name = part.blob, str(part.partname).lower()
    if name.endswith((".mht", ".mhtml")):
        text = read_mhtml(raw).text
    elif name.endswith((".docx", ".docm", ".rtf")):
        text = (read_rtf if name.endswith(".rtf") else read_docx)(raw).text
    else:
        text = plain(clean(decode_page(raw)))
    return [one for one in map(squeeze, text.split("\n\n")) if one]


_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def charts(element: Any, part: Any, hidden: HiddenStyles) -> Iterator[str]:
    """The figures of the charts in an element of a part of a document, as the rows of tables.

    One that is not whole, or not in the file, costs no text.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for mark in element.iter(f"{_CHART}chart"):
        above = list(takewhile(lambda one: one is not element, mark.iterancestors()))
        if any(_is_passed(one, hidden) or (one.tag == _w("tr") and _is_gone(one)) for one in above):
            continue
        try:
            root = etree.fromstring(part.rels[mark.get(_RELATED)].target_part.blob, parser)
        except (etree.LxmlError, KeyError, ValueError):
            continue
        read = " ".join(islice(part._element.itertext(), _READ))
        language = "en" if detect(read[:_READ]) == "en" else "id"
        heads: list[str] = []
        columns: list[dict[str, str]] = []
        names: dict[str, str] = {}
        for series in root.iter(f"{_CHART}ser"):
            heads.append(" ".join(one.text or "" for one in series.iterfind(f"{_CHART}tx//{_CHART}v")))
            names |= _points(series, "cat", language)
            columns.append(_points(series, "val", language))
        rows = [[name, *(column.get(at, "") for column in columns)] for at, name in names.items()]
        if rows:
            yield "\n".join(table_lines([["", *heads], *rows], 1))


_READ = 20_000
"""Characters of a document whose language is told."""


def _points(series: Any, name: str, language: str) -> dict[str, str]:
    """What a chart keeps of the categories or values of a series, by their numbers."""
    from index.parsers.sheets import shown_number

    found = {}
    code = series.findtext(f"{_CHART}{name}//{_CHART}formatCode") or "General"
    for point in series.iterfind(f"{_CHART}{name}//{_CHART}pt"):
        written = point.findtext(f"{_CHART}v") or ""
        if name == "val":
            with contextlib.suppress(ValueError):
                written = shown_number(float(written), code, language)
        found[point.get("idx", "")] = clean(written).strip()
    return found


def _is_prompt(element: Any) -> bool:
    """Whether an element is a content control that nobody has filled in: "Click here to enter text"."""
    if element.tag != _w("sdt"):
        return False
    mark = element.find(f"{_w('sdtPr')}/{_w('showingPlcHdr')}")
    return mark is not None and mark.get(_w("val"), "true") not in {"0", "false", "off"}


def _notes(document: Any, hidden: HiddenStyles) -> Notes:
    """Footnotes and endnotes; the separator lines that Word stores beside them are left out."""
    from docx.oxml.parser import parse_xml

    found: Notes = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in {"footnotes", "endnotes"} and not relation.is_external:
            kind = kind.removesuffix("s")
            for note in parse_xml(relation.target_part.blob).iterchildren(_w(kind)):
                found[kind, note.get(_w("id"), "")] = _text(note, hidden)
    return found


def _taken(element: Any, notes: Notes) -> Iterator[tuple[str, str]]:
    """The notes to an element that have not been read yet."""
    for mark in element.iter(_w("footnoteReference"), _w("endnoteReference")):
        if any(above.tag in {_w("del"), _w("moveFrom")} for above in mark.iterancestors()):
            continue
        kind = "footnote" if mark.tag == _w("footnoteReference") else "endnote"
        if text := notes.pop((kind, mark.get(_w("id"), "")), ""):
            yield "", text


HiddenStyles = dict[str, bool]
"""Styles by their ids that say of their text whether it is hidden."""


def _hidden_styles(document: Any) -> HiddenStyles:
    """Which styles hide their text; a style inherits from the one that it is based on."""
    declared: dict[str, tuple[bool | None, str]] = {}
    for style in document.styles.element.iterchildren(_w("style")):
        based = style.find(_w("basedOn"))
        parent = based.get(_w("val"), "") if based is not None else ""
        declared[style.get(_w("styleId"), "")] = (_is_hidden(style.find(_w("rPr"))), parent)
    found: HiddenStyles = {}
    for name in declared:
        at, seen = name, {name}
        while declared.get(at, (True, ""))[0] is None and declared[at][1] not in seen:
            at = declared[at][1]
            seen.add(at)
        is_hidden = declared.get(at, (None, ""))[0]
        if is_hidden is not None:
            found[name] = is_hidden
    return found


def _is_hidden(properties: Any) -> bool | None:
    """Whether properties of text say that it is hidden or struck out; None where they do not say."""
    found = map(properties.find, map(_w, ("vanish", "strike", "dstrike"))) if properties is not None else ()
    marks = [mark.get(_w("val"), "true") not in {"0", "false", "off"} for mark in found if mark is not None]
    if any(marks):
        return True
    # Only what is not hidden may be shown where a style hides it; not being struck out says nothing of that.
    return False if properties is not None and properties.find(_w("vanish")) is not None else None


def _is_hidden_run(run: Any, hidden: HiddenStyles) -> bool:
    """Whether a run of letters is hidden: by itself, else by its style, else by that of its paragraph."""
    properties = run.find(_w("rPr"))
    is_hidden = _is_hidden(properties)
    if is_hidden is None and properties is not None and _is_unseen(run, properties):
        return True
    if is_hidden is not None or not hidden:
        return bool(is_hidden)
    styles = [properties.find(_w("rStyle"))] if properties is not None else []
    paragraph = next(run.iterancestors(_w("p")), None)
    if paragraph is not None and paragraph.pPr is not None:
        styles.append(paragraph.pPr.pStyle)
    named = [style.get(_w("val"), "") for style in styles if style is not None]
    return next((hidden[name] for name in named if name in hidden), False)


def _is_unseen(run: Any, properties: Any) -> bool:
    """Whether a run is too small for any reader, or white where nothing can be that darkens the page."""
    size, colour = properties.find(_w("sz")), properties.find(_w("color"))
    if size is not None and size.get(_w("val"), "") in {"1", "2", "3"}:
        return True
    if colour is None or colour.get(_w("val"), "").upper() != "FFFFFF":
        return False
    above = list(run.iterancestors())
    paragraph = next((one for one in above if one.tag == _w("p")), None)
    about = paragraph.find(_w("pPr")) if paragraph is not None else None
    told = {one.tag for properties_ in (properties, about) if properties_ is not None for one in properties_}
    return (
        not told & {_w(name) for name in ("shd", "highlight", "rStyle", "pStyle")}
        and not any(one.tag in {_w("tc"), _w("txbxContent")} for one in above)
        and above[-1].find(_w("background")) is None
        and not _is_on_picture(above[-1])
    )


@lru_cache(maxsize=1)
def _is_on_picture(root: Any) -> bool:
    """Whether a picture lies behind the text of a document."""
    return any(one.get("behindDoc") in {"1", "true"} for one in root.iter("{*}anchor"))


_MOST_COLUMNS = 64
"""Of a row, with the columns that its cells span."""


def _table(table: Any, hidden: HiddenStyles) -> list[str]:
    """The rows of a table as lines; see `index.parsers.table_lines`.

    A cell that spans columns or rows stands in each; rows that are hidden or deleted are left out.
    """
    grid: list[list[str]] = []
    heads = 0
    for row in _within(table, _w("tr")):
        about = row.find(_w("trPr"))
        marks = {one.tag for one in about} if about is not None else set()
        if _is_gone(row):
            continue
        if _w("tblHeader") in marks and heads == len(grid):
            heads += 1
        skipped = about.find(_w("gridBefore")) if about is not None else None
        cells = [""] * (_number(skipped) if skipped is not None else 0)
        for cell in _within(row, _w("tc")):
            text = " ".join(_text(cell, hidden).split())
            about = cell.find(_w("tcPr"))
            span, merge = 1, None
            if about is not None:
                if about.find(_w("cellDel")) is not None:
                    continue
                wide, merge = about.find(_w("gridSpan")), about.find(_w("vMerge"))
                span = max(_number(wide), 1) if wide is not None else 1
            if (
                merge is not None
                and merge.get(_w("val")) != "restart"
                and grid
                and len(cells) < len(grid[-1])
            ):
                text = text or str(grid[-1][len(cells)])
            cells += across(text, span)
        grid.append(cells[:_MOST_COLUMNS])
    return table_lines(grid, heads or None)


def _number(element: Any) -> int:
    """How many columns an element says; 0 where that is no number."""
    written = element.get(_w("val"), "")
    return min(int(written), _MOST_COLUMNS) if written.isdecimal() else 0


def _within(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row, those in content controls among them."""
    passed = {_w(name) for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo")}
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in passed and not _is_prompt(child):
            yield from _within(child, tag)


def _text(element: Any, hidden: HiddenStyles) -> str:
    """The text within an element: with what was inserted under review, not what was deleted or is hidden."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if event == "end":
            if name == "p" and node is not element:
                parts.append("\n")
        elif _is_passed(node, hidden) or (name == "sdt" and _is_prompt(node)):
            walk.skip_subtree()
        elif node.tag in {_w("t"), f"{_MATH}t"}:
            parts.append(node.text or "")
        elif node.tag in _MATH_SIGNS:
            parts.append(_MATH_SIGNS[node.tag])
        elif node.tag in {_w("br"), _w("cr")}:
            parts.append("\n")
        elif node.tag in {_w("tab"), _w("ptab")}:
            parts.append(" ")
        elif node.tag == _w("noBreakHyphen"):
            parts.append("-")
    return squeeze("".join(parts))


def _is_passed(node: Any, hidden: HiddenStyles, *, in_boxes: bool = False) -> bool:
    """Whether an element within a paragraph or table is not shown, or a box, which is read by itself."""
    from lxml import etree

    name = etree.QName(node).localname if isinstance(node.tag, str) else ""
    return (
        name in {"del", "moveFrom", "Fallback"}
        or (name == "txbxContent" and not in_boxes)
        or (node.tag == _w("r") and _is_hidden_run(node, hidden))
    )


_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MATH_SIGNS = {f"{_MATH}den": "/", f"{_MATH}sup": "^"}
"""What stands before a part of a formula, so that 10 to the power of 9 is not 109."""


def _boxes(element: Any) -> list[Any]:
    """The text boxes that are anchored in a paragraph or a table, but for those in rows that are not shown.

    What is there for old programs only is passed over.
    """
    return list(
        element.xpath(
            ".//*[local-name()='txbxContent' and not(ancestor::*[local-name()='Fallback'])"
            " and not(ancestor::*[local-name()='txbxContent'])"
            " and not(ancestor::w:tr/w:trPr[w:del or w:hidden])]"
        )
    )


def _day(made: datetime | None) -> date | None:
    return None if made is None or made.date() == _TEMPLATE.date() else day_of_utc(made)


AUTHOR, INITIALS = "tanya-berita", "TB"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on the characters `start:end` of a text; each of its lines becomes a paragraph."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter of a document and where it stands: the element with the text, and its offset there.

    Of a letter in a formula, where no comment may begin or end, the element is None.
    """

    letter: str
    element: Any
    offset: int


def commented(text: str, comments: Sequence[Comment], document: bytes | None = None) -> bytes:
    """A Word file with comments.

    Args:
        text: What the comments count the characters of; that of the document, as `read_docx` reads it.
        comments: In the order of the text, none within another.
        document: The Word file that the text was read from; without one, a new one is made of its lines.

    Raises:
        ArticleError: the document is no whole Word file.
    """
    import docx
    from docx.text.run import Run

    if document is not None:
        document = transitional(document, MOST_BYTES)
    try:
        made: Any = docx.Document(BytesIO(document)) if document is not None else docx.Document()
    except Exception as error:  # python-docx lets through what its parts raise
        raise ArticleError("it is no whole Word file; save it as .docx again") from error
    if document is None:
        for start, end in lines(text):
            made.add_paragraph(clean(text[start:end]))
    letters = list(_letters(made.element.body, _hidden_styles(made)))
    whole = "".join(one.letter for one in letters)
    placed: list[tuple[int, int, Comment]] = []
    at = 0
    for comment in comments:
        wanted = "".join(_compact(text[comment.start : comment.end]))
        found = whole.find(wanted, at) if wanted else -1
        if found >= 0:
            at = found + len(wanted)
            placed.append((found, at - 1, comment))
    # The last first, so that cutting a run leaves the letters before it where they are.
    anchored = []
    for first, last, comment in reversed(placed):
        anchors = [one for one in letters[first : last + 1] if one.element is not None]
        if not anchors:
            continue
        end = _cut(anchors[-1].element, anchors[-1].offset + 1, before=True)
        start = _cut(anchors[0].element, anchors[0].offset, before=False)
        if anchors[0].element is anchors[-1].element and anchors[0].offset > 0:
            end = start
        anchored.append((start, end, comment))
    for start, end, comment in reversed(anchored):
        first_line, *others = clean(comment.text).split("\n")
        note = made.add_comment([Run(start, made), Run(end, made)], first_line, AUTHOR, INITIALS)
        for line in others:
            note.add_paragraph(line)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _letters(body: Any, hidden: HiddenStyles) -> Iterator[_Letter]:
    """The letters of a document in order, without blanks, what is not shown and old programs' copies."""
    from lxml import etree

    walk = etree.iterwalk(body, events=("start",))
    for _, node in walk:
        if _is_passed(node, hidden, in_boxes=True):
            walk.skip_subtree()
        elif node.tag in _MATH_SIGNS:
            yield _Letter(_MATH_SIGNS[node.tag], None, 0)
        elif node.tag in {_w("t"), f"{_MATH}t"}:
            # A comment cannot begin or end within a formula.
            anchor = node if node.tag == _w("t") else None
            for offset, letter in enumerate(node.text or ""):
                yield from (_Letter(one, anchor, offset) for one in _compact(letter))


def _compact(text: str) -> Iterator[str]:
    """The letters of a text but for blanks, and the bars that part the cells of a table."""
    return (letter for letter in clean(text) if not letter.isspace() and letter != "|")


def _cut(element: Any, offset: int, *, before: bool) -> Any:
    """Cut the run of a text element at an offset; the run before the cut, or the one behind it.

    Nothing is cut at an end of the text, where the run has no more on that side of it.
    """
    run = element.getparent()
    written = element.text or ""
    if not 0 < offset < len(written):
        return run
    rest = deepcopy(run)
    for child in list(rest):
        if child.tag != _w("rPr"):
            rest.remove(child)
    behind = deepcopy(element)
    behind.text, element.text = written[offset:], written[:offset]
    for one in (element, behind):
        one.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    following = list(element.itersiblings())
    rest.append(behind)
    for child in following:
        rest.append(child)
    run.addnext(rest)
    return run if before else rest
