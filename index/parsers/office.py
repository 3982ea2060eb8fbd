"""Office files beside `docx`: Word with macros, Word 97 to 2003, RTF, OpenDocument and PowerPoint.

What a document does not show is left out: hidden text and slides, what was deleted under review, comments and
the notes of speakers, which are written for the office and not for its readers. No macro is ever run.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from index.errors import ArticleError
from index.parsers import OLE, ArticleDraft, Merged, clean, one_line, squeeze, table_lines
from index.parsers.docx import (
    MOST_BYTES,
    PROGRAMS,
    charts,
    open_bytes,
    read_docx,
    transitional,
    unpack,
    withheld_office,
)
from index.parsers.publication import withheld_line, withheld_properties
from index.text import day_of_utc, declared_date

_PROGRAMS = PROGRAMS | {
    "calc", "openpyxl", "python-pptx", "microsoft", "windows", "pengguna", "powerpoint presentation",
    "presentasi powerpoint", "steve canny",
}  # fmt: skip
"""What programs write for a title or a person where nobody does."""


def declared(text: object) -> str | None:
    """A title or a name that a document declares; None where its program wrote one of its own."""
    line = one_line(text) if isinstance(text, str) else None
    return None if line is None or line.casefold() in _PROGRAMS else line


def read_docm(raw: bytes) -> ArticleDraft:
    """The article of a Word file with macros, which are left out before it is opened."""
    if not raw.startswith(b"PK"):
        return read_docx(raw)
    written = BytesIO()
    with open_bytes(raw, MOST_BYTES) as container, zipfile.ZipFile(written, "w") as copy:
        for member in container.infolist():
            content = unpack(container, member, MOST_BYTES)
            if member.filename == "[Content_Types].xml":
                content = re.sub(
                    rb"application/vnd\.ms-word\.(?:document|template)\.macroEnabled(?:Template)?\.main\+xml",
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    content,
                    flags=re.IGNORECASE,
                )
            if not member.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")):
                copy.writestr(member.filename, content)
    return read_docx(written.getvalue())


# OpenDocument


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An OpenDocument file.

    Attributes:
        body: The element that holds its text or its tables.
        hidden: Names of styles whose text is not shown, or struck out.
        styles: Of each style the one that it is derived from, or itself.
        title: As it declares it.
        author: As it declares it.
        made: When it was made.
        withheld: Why its properties, its headers or its footers say that it is not public; else empty.
    """

    body: Any
    hidden: frozenset[str]
    styles: dict[str, str]
    title: str | None
    author: str | None
    made: date | None
    withheld: str = ""

    @staticmethod
    def attribute(element: Any, name: str) -> str:
        """An attribute by its name without a namespace; empty where it is missing."""
        return next((str(value) for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")

    def repeated(self, element: Any, name: str) -> int:
        """How often a row or cell stands there, from 1."""
        number = self.attribute(element, name)
        return max(1, int(number)) if number.isdigit() and len(number) < 9 else 1

    def merged(self, cell: Any, row: int, column: int, most: int) -> tuple[int, int, int, int] | None:
        """The rows and columns, at most so many, that a cell covers, as `Merged.add` takes them; or None."""
        high, wide = (self.repeated(cell, f"number-{name}-spanned") for name in ("rows", "columns"))
        return (row, column, row + high - 1, min(column + wide - 1, most)) if high + wide > 2 else None

    def is_shown(self, element: Any) -> bool:
        """Whether a table, a row, a section or a paragraph is shown."""
        return (
            self.attribute(element, "style-name") not in self.hidden
            and self.attribute(element, "visibility") not in {"collapse", "filter"}
            and (
                _local(element) != "section"
                or self.attribute(element, "display") not in {"none", "condition"}
            )
        )


def open_document(raw: bytes, kind: str, suffix: str) -> OpenDocument:
    """An OpenDocument file whose body is of the `kind` "text" or "spreadsheet".

    Raises:
        ArticleError: it is no such file, locked, damaged, or a bomb.
    """
    if not raw.startswith(b"PK"):
        raise ArticleError(f"it is no OpenDocument file; name it after what it is, or save it as {suffix}")
    with open_bytes(raw, MOST_BYTES) as container:
        names = set(container.namelist())
        manifest = _member(container, "META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
        if b"encryption-data" in manifest or "encrypted-package" in names:
            raise ArticleError("it is locked with a password; save it without one")
        if "content.xml" not in names:
            raise ArticleError(
                f"it is no OpenDocument file; name it after what it is, or save it as {suffix}"
            )
        content = _parsed(_member(container, "content.xml"))
        styles = _parsed(_member(container, "styles.xml")) if "styles.xml" in names else None
        meta = _parsed(_member(container, "meta.xml")) if "meta.xml" in names else None
    body = content.find(f"{{*}}body/{{*}}{kind}")
    if body is None:
        raise ArticleError(
            f"it is an OpenDocument file of another kind; name it after what it is, or save it as {suffix}"
        )
    hidden, derived = set(), {}
    for style in (*content.iter("{*}style"), *(styles.iter("{*}style") if styles is not None else ())):
        name = OpenDocument.attribute(style, "name")
        derived[name] = OpenDocument.attribute(style, "parent-style-name") or name
        for properties in style:
            shown = OpenDocument.attribute(properties, "display")
            struck = OpenDocument.attribute(properties, "text-line-through-style")
            if shown in {"none", "false"} or struck not in {"", "none"}:
                hidden.add(name)
    about = {_local(one): one.text or "" for one in meta.iter("{*}*")} if meta is not None else {}
    return OpenDocument(
        body,
        frozenset(hidden),
        derived,
        declared(about.get("title")),
        declared(about.get("initial-creator") or about.get("creator")),
        declared_date(about.get("creation-date")),
        _withheld_document(meta, styles),
    )


def _withheld_document(meta: Any, styles: Any) -> str:
    """Why the properties, a header or a footer of a document say that it is not public; else empty."""
    told = list(meta.iter("{*}*")) if meta is not None else []
    named = {
        OpenDocument.attribute(one, "name"): one.text or "" for one in told if _local(one) == "user-defined"
    }
    texts = [one.text or "" for one in told if _local(one) in {"subject", "description"}]
    keywords = ", ".join(one.text or "" for one in told if _local(one) == "keyword")
    margins = (
        "{*}header",
        "{*}header-left",
        "{*}header-first",
        "{*}footer",
        "{*}footer-left",
        "{*}footer-first",
    )
    lines = [
        line
        for margin in (styles.iter(*margins) if styles is not None else ())
        for line in text_of(margin).split("\n")
    ]
    marks = filter(None, map(withheld_line, lines))
    return withheld_properties(texts, keywords, named) or next(marks, "")


def _member(container: zipfile.ZipFile, name: str) -> bytes:
    return unpack(container, container.getinfo(name), MOST_BYTES)


def _parsed(raw: bytes) -> Any:
    """The root of an XML document, in which no entity is filled in and nothing is fetched."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(raw, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ArticleError("it is damaged; save it again") from error


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


_NOT_TEXT = frozenset(
    """
    annotation annotation-end note tracked-changes ruby-text hidden-text hidden-paragraph event-listeners
    forms frame custom-shape rect line g text-box bookmark sequence-decls variable-decls user-field-decls
    """.split()
)


def text_of(element: Any, hidden: frozenset[str] = frozenset()) -> str:
    """The visible text of a paragraph or cell of an OpenDocument file, with newlines for line breaks."""
    parts: list[str] = []

    def take(one: Any) -> None:
        name = _local(one)
        if name == "s":
            count = OpenDocument.attribute(one, "c")
            parts.append(" " * (min(int(count), 1000) if count.isdigit() and len(count) < 9 else 1))
        elif name == "tab":
            parts.append(" ")
        elif name == "line-break":
            parts.append("\n")
        elif name and name not in _NOT_TEXT and OpenDocument.attribute(one, "style-name") not in hidden:
            parts.append(one.text or "")
            for child in one:
                take(child)
                parts.append(child.tail or "")
            if name == "p":
                parts.append("\n")

    take(element)
    return squeeze("".join(parts))


def read_odt(raw: bytes) -> ArticleDraft:
    """The article of an OpenDocument text."""
    document = open_document(raw, "text", ".odt")
    try:
        paragraphs = list(_odt_paragraphs(document.body, document))
    except RecursionError as error:
        raise ArticleError("it is nested too deeply; save its text in a .txt file") from error
    headings = [text for style, text in paragraphs if style == "Title"]
    headings += [text for style, text in paragraphs[:5] if style == "1"]
    return ArticleDraft(
        "\n\n".join(text for _, text in paragraphs) + "\n",
        document.title or one_line(next(iter(headings), None)),
        author=document.author,
        made=document.made,
        withheld=document.withheld,
    )


def _odt_paragraphs(element: Any, document: OpenDocument) -> Iterator[tuple[str, str]]:
    """The style, or the level of a heading, and the text of each paragraph; a table is one."""
    for child in element:
        name = _local(child)
        if not name or not document.is_shown(child):
            continue
        if name in {"p", "h"}:
            style = document.attribute(child, "style-name")
            level = document.attribute(child, "outline-level") if name == "h" else ""
            if text := text_of(child, document.hidden):
                yield level or document.styles.get(style, style), text
            for inner in child.iter("{*}note-body", "{*}text-box"):
                if not any(
                    _local(above) in {"annotation", "text-box", "note-body"}
                    for above in inner.iterancestors()
                ):
                    yield from _odt_paragraphs(inner, document)
        elif name == "table":
            rows, heads = _odt_rows(child, document)
            if text := "\n".join(table_lines(rows, heads or None)):
                yield "", text
        elif name in {
            "list",
            "list-item",
            "list-header",
            "section",
            "index-title",
            "text-box",
            "numbered-paragraph",
        }:
            yield from _odt_paragraphs(child, document)
        elif name in {"frame", "custom-shape"}:
            for box in child.iter("{*}text-box"):
                yield from _odt_paragraphs(box, document)


_MOST_COLUMNS = 64
"""Of a table, with those that its cells span."""


def _odt_rows(table: Any, document: OpenDocument) -> tuple[list[list[str]], int]:
    """The cells of each row that is shown, and how many of these at the top are declared to be headings."""
    rows: list[list[str]] = []
    heads = 0
    merged = Merged()
    own = (row for row in table.iter("{*}table-row") if next(row.iterancestors("{*}table")) is table)
    for number, row in enumerate(own, 1):
        cells: list[str] = []
        for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            if area := document.merged(cell, number, len(cells) + 1, _MOST_COLUMNS):
                merged.add(*area)
            cells.append(text_of(cell, document.hidden).replace("\n", " "))
        cells = merged.fill(number, cells)
        if document.is_shown(row):
            heads += _local(row.getparent()) == "table-header-rows" and heads == len(rows)
            rows.append(cells)
    return rows, heads


# PowerPoint


def read_pptx(raw: bytes) -> ArticleDraft:
    """The article of a PowerPoint presentation, each of its slides a page."""
    from lxml import etree
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    if raw.startswith(OLE):
        raise ArticleError(
            "it is locked with a password, or an older presentation; save it as .pptx without one"
        )
    if not raw.startswith(b"PK"):
        raise ArticleError("it is no presentation; name it after what it is, or save it as .pptx")
    raw = transitional(raw, MOST_BYTES)
    broken = (
        KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, RuntimeError,
        PythonPptxError, etree.LxmlError, zipfile.BadZipFile, zlib.error,
    )  # fmt: skip
    try:
        shown: Any = Presentation(BytesIO(raw))
        slides = [
            [] if slide._element.get("show") in {"0", "false"} else list(_slide(slide))
            for slide in shown.slides
        ]
        heads = [slide.shapes.title for slide in shown.slides]
        known = shown.core_properties
        title, author, made = known.title, known.author, known.created
        reason = withheld_office(raw)
        head = next((one.text_frame.text for one in heads if one is not None and one.has_text_frame), None)
    except broken as error:
        raise ArticleError("it is no whole presentation; save it as .pptx again") from error
    text, pages = "", []
    for paragraphs in slides:
        pages.append(len(text))
        text += "".join(f"{paragraph}\n\n" for paragraph in paragraphs)
    return ArticleDraft(
        text.rstrip("\n") + "\n",
        declared(title) or one_line(clean(head or "").replace("\n", " ")),
        author=declared(author),
        pages=tuple(min(page, len(text.rstrip("\n"))) for page in pages),
        made=day_of_utc(made) if isinstance(made, datetime) and made.date() != _PPTX_TEMPLATE else None,
        withheld=reason,
    )


_PPTX_TEMPLATE = date(2013, 1, 27)
"""When the template of python-pptx was made, which it writes into every file."""


def _slide(slide: Any) -> Iterator[str]:
    """The paragraphs of a slide, its title first; a row of a table is one."""
    for run in list(slide._element.iter("{*}r")):
        properties = run.find("{*}rPr")
        if properties is not None and properties.get("strike", "noStrike") != "noStrike":
            run.getparent().remove(run)
    title = slide.shapes.title
    shapes = [title] if title is not None else []
    shapes += [one for one in slide.shapes if title is None or one.shape_id != title.shape_id]
    for shape in shapes:
        yield from _shape(shape)
    for relation in slide.part.rels.values():
        # What SmartArt shows is in a part of its own.
        if relation.reltype.endswith("/diagramData") and not relation.is_external:
            for paragraph in _parsed(relation.target_part.blob).iter("{*}p"):
                if text := _lines("".join(run.text or "" for run in paragraph.iter("{*}t"))):
                    yield text


_FURNITURE = frozenset({"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"})


def _shape(shape: Any) -> Iterator[str]:
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    if kind is not None and kind.name in _FURNITURE:
        return
    for properties in shape._element.iter("{*}cNvPr"):
        if properties.get("hidden") in {"1", "true"}:
            return
        break
    if hasattr(shape, "shapes"):
        for one in shape.shapes:
            yield from _shape(one)
    elif getattr(shape, "has_table", False):
        if text := "\n".join(table_lines(list(_slide_rows(shape.table)))):
            yield text
    elif getattr(shape, "has_chart", False):
        yield from charts(shape._element, shape.part, {})
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            if text := _lines(paragraph.text):
                yield text


def _slide_rows(table: Any) -> Iterator[list[str]]:
    merged = Merged()
    for number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row.cells, 1):
            if cell.is_merge_origin:
                merged.add(number, column, number + cell.span_height - 1, column + cell.span_width - 1)
        cells = ["" if cell.is_spanned else clean(cell.text_frame.text) for cell in row.cells]
        yield merged.fill(number, cells)


def _lines(text: str) -> str:
    return squeeze(text.replace("\v", "\n"))


# RTF


def read_rtf(raw: bytes) -> ArticleDraft:
    """The article of an RTF file."""
    from striprtf.striprtf import rtf_to_text

    to_text: Any = rtf_to_text
    if not raw.lstrip()[:6].startswith(b"{\\rtf"):
        raise ArticleError("it is no RTF file; name it after what it is, or save it as .rtf")
    written = raw.decode("latin-1")
    if written.count("}") + 2 < written.count("{") - written.count("\\{"):
        cut_short = written.rstrip("\0 \r\n")[-1:] != "}"
        if cut_short:
            raise ArticleError("it is cut short; save it again")
    try:
        text = to_text(_shown_rtf(written), errors="replace")
    except (ValueError, LookupError, TypeError, IndexError, RecursionError) as error:
        raise ArticleError("it is no whole RTF file; save it again") from error
    lines = clean(_SYMBOLS.sub("", _paired(text))).split("\n")
    rows = (
        line.rstrip().removesuffix("|").split("|") if line.rstrip().endswith("|") else line for line in lines
    )
    paragraphs = [part for part in map(_lines, _tables_apart(rows)) if part]
    made = re.search(r"\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})", written)
    return ArticleDraft(
        "\n\n".join(paragraphs) + "\n",
        declared(_rtf_info(written, "title")),
        author=declared(_rtf_info(written, "author")),
        made=declared_date("-".join(made.groups())) if made else None,
        withheld=_withheld_rtf(written),
    )


def _withheld_rtf(written: str) -> str:
    """Why the properties of an RTF file say that it is not public; else empty."""
    texts = [_rtf_info(written, name) or "" for name in ("subject", "category", "doccomm", "comment")]
    named = {name.strip(): value.strip() for name, value in _RTF_PROPERTY.findall(written[: 2**20])}
    return withheld_properties(texts, _rtf_info(written, "keywords") or "", named)


_RTF_PROPERTY = re.compile(
    r"\{\\propname ([^{}\\]{1,100})\}\s*\\proptype\d+\s*\{\\staticval ([^{}\\]{0,200})\}"
)


_SYMBOLS = re.compile("[\ue000-\uf8ff]")
"""Signs of fonts of symbols, as bullets."""


def _paired(text: str) -> str:
    """Text whose signs beyond the basic plane are written as two halves, as RTF does, with whole signs."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _rtf_info(written: str, name: str) -> str | None:
    from striprtf.striprtf import rtf_to_text

    group = re.search(rf"\{{\\{name}\b((?:[^{{}}\\]|\\[^\n]|\{{[^{{}}]*\}}){{0,2000}})\}}", written[: 2**20])
    if group is None:
        return None
    codepage = re.search(r"\\ansicpg\d+", written[:4096])
    to_text: Any = rtf_to_text
    text: str = to_text(
        f"{{\\rtf1{codepage.group() if codepage else ''} {group[1].strip()}}}", errors="replace"
    )
    return _paired(text)


_RTF = re.compile(
    r"\\bin(?P<bin>\d{1,9}) ?|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\'[0-9a-fA-F]{2}|\\.|[{}]|[^\\{}]+",
    re.DOTALL,
)
_RTF_NOTE = re.compile(r"(?:\\\*)?\\footnote(?![a-z])")
_RTF_SIGNS = frozenset(
    "u tab line cell emdash endash lquote rquote ldblquote rdblquote bullet emspace enspace".split()
)


def _shown_rtf(written: str) -> str:
    """RTF without what it does not show, hidden or deleted, and with its notes after their paragraphs."""
    out: list[str] = []
    outer: list[list[str]] = []
    notes: list[str] = []
    # Of each open group: by what its text is not shown, and whether it is a note.
    groups: list[tuple[frozenset[str], bool]] = []
    hidden: frozenset[str] = frozenset()
    at = 0
    while at < len(written):
        match = _RTF.match(written, at)
        if match is None:
            break
        written_as, word = match.group(), match["word"]
        at = match.end()
        if match["bin"]:
            at += int(match["bin"])
            continue
        if written_as == "{":
            note = _RTF_NOTE.match(written, at)
            groups.append((hidden, note is not None))
            if note is not None:
                outer.append(out)
                out = []
                at = note.end()
                continue
        elif written_as == "}" and groups:
            hidden, is_note = groups.pop()
            if is_note:
                notes.append("".join(out))
                out = outer.pop()
                continue
        elif word in _RTF_UNSHOWN:
            hidden = hidden - {word} if match["number"] == "0" else hidden | {word}
            continue
        elif word == "plain":
            hidden -= _RTF_UNSHOWN
        elif word == "par" and not outer and notes:
            out += ["\\par ", *(f"{{{one}}}\\par " for one in notes)]
            notes.clear()
            continue
        elif word in _RTF_DATA:
            # Striprtf leaves it out as well, sign by sign.
            hidden |= {word}
        elif (hidden and not word and written_as != "\\*") or (hidden and word in _RTF_SIGNS):
            continue
        out.append(written_as)
    while outer:
        notes.append("".join(out))
        out = outer.pop()
    shown = "".join([*out[:-1], *(f"\\par {{{one}}}" for one in notes), *out[-1:]])
    # Else striprtf writes the address of a link into the text.
    return _RTF_LINK.sub(r"\1LINK", shown)


_RTF_UNSHOWN = frozenset({"v", "deleted", "strike", "striked"})
_RTF_DATA = frozenset({"pict", "objdata", "themedata", "colorschememapping", "datastore"})
_RTF_LINK = re.compile(r"(\\fldinst[^\\]{0,20}(?:\\\w+ ?)*[{\s]*)HYPERLINK")


# Word 97 to 2003


def read_doc(raw: bytes) -> ArticleDraft:
    """The article of a Word file of 1997 to 2003."""
    import olefile

    if not raw.startswith(OLE):
        raise ArticleError("it is no Word file; name it after what it is, or save it as .docx")
    try:
        with olefile.OleFileIO(BytesIO(raw)) as container:
            if container.exists("EncryptedPackage"):
                raise ArticleError("it is locked with a password; save it as .docx without one")
            if not container.exists("WordDocument"):
                kinds = {"Workbook": ".xls", "Book": ".xls", "PowerPoint Document": ".ppt"}
                kind = next((kinds[name] for name in kinds if container.exists(name)), "")
                named = f"; it is a {kind} file: name it so" if kind else "; save it as .docx"
                raise ArticleError(f"it is no Word file{named}")
            paragraphs = _doc_paragraphs(container)
            known = container.get_metadata()
    except ArticleError:
        raise
    except (
        OSError,
        struct.error,
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        AttributeError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise ArticleError("it is no whole Word file; save it as .docx") from error
    codepage = f"cp{known.codepage}" if isinstance(known.codepage, int) and known.codepage > 0 else "cp1252"
    made = known.create_time
    return ArticleDraft(
        "\n\n".join(paragraphs) + "\n",
        declared(_named(known.title, codepage)),
        author=declared(_named(known.author, codepage)),
        made=day_of_utc(made) if isinstance(made, datetime) and made.year > 1980 else None,
    )


def _named(value: object, codepage: str) -> str | None:
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else None
    try:
        return value.decode("utf-8" if codepage == "cp65001" else codepage, "replace").rstrip("\0")
    except LookupError:
        return value.decode("cp1252", "replace").rstrip("\0")


def _doc_paragraphs(container: Any) -> list[str]:
    """The paragraphs of the text, its notes and text boxes, by the piece table ([MS-DOC] 2.4.1)."""
    main = container.openstream("WordDocument").read()
    magic, version = struct.unpack_from("<HH", main)
    flags = struct.unpack_from("<H", main, 10)[0]
    if magic != 0xA5EC or version < 0x00C1:
        raise ArticleError("it is of Word 95 or older; save it as .docx")
    if flags & 0x0100:
        raise ArticleError("it is locked with a password; save it as .docx without one")
    table = container.openstream("1Table" if flags & 0x0200 else "0Table").read()
    # The header's parts are preceded by how long they are.
    at = 32
    words = struct.unpack_from("<H", main, at)[0]
    at += 2 + 2 * words
    longs = struct.unpack_from("<H", main, at)[0]
    lengths = struct.unpack_from(f"<{longs}i", main, at + 2)
    at += 2 + 4 * longs + 2
    pairs = at

    def region(number: int) -> bytes:
        start, size = struct.unpack_from("<II", main, pairs + 8 * number)
        return bytes(table[start : start + size])

    spans = [
        [(start, end, 1) for start, end in _doc_spans(main, region(12), _HIDDEN, wide=False)],
        [(start, end, 2) for start, end in _doc_spans(main, region(13), _ROW_ENDS, wide=True)],
    ]
    text, marks = _doc_pieces(main, region(33), [span for each in spans for span in each])
    # Main text, footnotes, headers, macros, comments, endnotes, text boxes, those of headers.
    sizes = lengths[3:11]
    if sum(sizes) > len(text) + 64 or min(sizes) < 0:
        raise ArticleError("it is damaged or cut short; save it as .docx")
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    paragraphs: list[str] = []
    for number in (0, 1, 5, 6):
        part = text[starts[number] : starts[number] + sizes[number]]
        marked = zip(part, marks[starts[number] : starts[number] + sizes[number]], strict=True)
        shown = (_ROW if mark & 2 and sign == _CELL else sign for sign, mark in marked if not mark & 1)
        paragraphs += _doc_lines("".join(shown))
    return paragraphs


def _doc_pieces(main: bytes, pieces: bytes, spans: list[tuple[int, int, int]]) -> tuple[str, bytearray]:
    """The text of a Word file in UTF-16 units, and for each of them the bits of the spans that it is in."""
    at = 0
    while pieces[at] == 1:
        # Formatting of pieces, before their table.
        at += 3 + struct.unpack_from("<H", pieces, at + 1)[0]
    if pieces[at] != 2:
        raise ValueError("no table of pieces")
    size = struct.unpack_from("<I", pieces, at + 1)[0]
    count = (size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", pieces, at + 5)
    parts, marks = [], bytearray()
    for number in range(count):
        length = ends[number + 1] - ends[number]
        where = struct.unpack_from("<I", pieces, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
        narrow = bool(where & 0x40000000)
        start = (where & 0x3FFFFFFF) // 2 if narrow else where & 0x3FFFFFFF
        width = 1 if narrow else 2
        if length < 0 or start + length * width > len(main):
            raise ValueError("a piece beyond the end")
        raw = main[start : start + length * width]
        # Units: a sign beyond the basic plane counts as two.
        parts.append(
            raw.decode("cp1252", "replace")
            if narrow
            else "".join(map(chr, struct.unpack(f"<{length}H", raw)))
        )
        own = bytearray(length)
        for first, last, bit in spans:
            low, high = max(first - start, 0) // width, (min(last, start + length * width) - start) // width
            for at in range(low, high):
                own[at] |= bit
        marks += own
    return "".join(parts), marks


_HIDDEN = frozenset({0x0800, 0x083C, 0x0837, 0x2A53})
"""Properties of runs ([MS-DOC] 2.6.1): deleted under review, hidden, struck out once and twice

(sprmCFRMarkDel, sprmCFVanish, sprmCFStrike, sprmCFDStrike)."""

_ROW_ENDS = frozenset({0x2417})
"""Of paragraphs: the end of a row (2.6.2 sprmPFTtp)."""

_TABLE = 0xD608
"""What is longer than a byte can say (sprmTDefTable)."""

_CELL, _ROW = "\x07", "\x1d"
"""The mark at the end of a cell; what stands here for the one at the end of a row."""

_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}


def _doc_spans(main: bytes, runs: bytes, codes: frozenset[int], *, wide: bool) -> list[tuple[int, int]]:
    """Which bytes of the main stream have one of some properties switched on, from and to.

    Args:
        main: The stream.
        runs: Where in it the pages of properties lie.
        codes: Of the properties.
        wide: Whether they are those of paragraphs, which are kept in another way.
    """
    found = []
    count = (len(runs) - 4) // 8
    for number in range(max(count, 0)):
        page = struct.unpack_from("<I", runs, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        sheet = main[512 * page : 512 * page + 512]
        if len(sheet) < 512:
            continue
        length = sheet[511]
        bounds = struct.unpack_from(f"<{length + 1}I", sheet)
        for run in range(length):
            offset = 2 * sheet[4 * (length + 1) + run * (13 if wide else 1)]
            if not offset:
                continue
            size = sheet[offset]
            if wide:
                # Twice the number, less one, or twice the number that follows; a style comes first.
                offset, size = (offset, 2 * size - 1) if size else (offset + 1, 2 * sheet[offset + 1])
                offset, size = offset + 2, size - 2
            if _has_property(sheet[offset + 1 : offset + 1 + max(size, 0)], codes):
                found.append((bounds[run], bounds[run + 1]))
    return found


def _has_property(properties: bytes, codes: frozenset[int]) -> bool:
    """Whether one of these properties is switched on."""
    at = 0
    while at + 3 <= len(properties):
        code = struct.unpack_from("<H", properties, at)[0]
        if code in codes and properties[at + 2] == 1:
            return True
        if code == _TABLE:
            size = 1 + struct.unpack_from("<H", properties, at + 2)[0]
        else:
            size = _OPERANDS.get(code >> 13, 1 + properties[at + 2])
        at += 2 + size
    return False


_FIELD = re.compile(r"\x13[^\x13\x14\x15]*\x14([^\x13\x14\x15]*)\x15|\x13[^\x13\x14\x15]*\x15")
_SIGNS = str.maketrans(
    {"\x0b": "\n", "\x1e": "-", "\x1f": None, "\xa0": " ", "\t": " ", "\x0e": "\r", "\x0c": "\r"}
)


def _doc_lines(text: str) -> list[str]:
    """Paragraphs; a row of a table is one. Of a field what it shows is kept, and not its instruction."""
    before = None
    while before != text:
        before, text = text, _FIELD.sub(lambda match: match[1] or "", text)
    text = _paired(text)
    blocks = (squeeze(one.translate(_SIGNS).replace("\r", "\n")) for one in _tables_apart(_rows_apart(text)))
    return [block for block in blocks if block]


def _tables_apart(parts: Iterable[str | list[str]]) -> Iterator[str]:
    """Paragraphs and rows of cells as paragraphs: rows that follow each other are one table."""
    rows: list[list[str]] = []
    for part in (*parts, ""):
        if not isinstance(part, str):
            rows.append(part)
            continue
        if rows:
            yield "\n".join(table_lines(rows))
            rows = []
        yield part


def _rows_apart(text: str) -> Iterator[str | list[str]]:
    """Yield the paragraphs of a text, and each table row as the list of its cells."""
    for row in text.split(_ROW):
        if _CELL not in row:
            yield from re.split(r"[\r\x0c\x0e]", row)
            continue
        # What stands before the first cell of a table ends in a paragraph mark.
        first, _, rest = row.partition(_CELL)
        *before, cell = re.split(r"[\r\x0c\x0e]", first)
        yield from before
        yield [re.sub(r"[\r\x0b\x0c]", " ", one) for one in (cell, *rest.removesuffix(_CELL).split(_CELL))]
