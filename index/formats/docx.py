"""Word files: paragraphs, lists, tables and notes in order, and what the document declares of itself."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

from index.errors import ArticleError
from index.formats.draft import Draft, clean, one_line
from index.formats.zipped import open_bytes

MOST_BYTES = 256 * 2**20
"""Of all parts of a document, pictures among them, when they are unpacked."""

_PROGRAMS = frozenset(
    {"python-docx", "microsoft office user", "user", "admin", "administrator", "windows user"}
)
_BROKEN = (KeyError, ValueError, AttributeError, IndexError, EOFError, OSError, RuntimeError)
"""What python-docx lets through of a document whose parts are missing or misplaced."""

_TEMPLATE = datetime(2013, 12, 23)


def read_docx(raw: bytes) -> Draft:
    """The article of a Word file.

    Raises:
        ArticleError: it is no Word file, locked, damaged, or a bomb.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml import etree

    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise ArticleError("it is an old Word file or locked with a password; save it as .docx without one")
    if not raw.startswith(b"PK"):
        raise ArticleError("it is no Word file; name it after what it is, or save it as .docx")
    open_bytes(raw, MOST_BYTES).close()
    try:
        document: Any = docx.Document(BytesIO(raw))
        paragraphs = list(_paragraphs(document.element.body, document, _notes(document)))
        known = document.core_properties
        title, author, made = known.title, known.author, known.created
    except (PackageNotFoundError, etree.LxmlError, zipfile.BadZipFile, zlib.error, *_BROKEN) as error:
        raise ArticleError("it is no whole Word file; save it as .docx again") from error
    if author and author.strip().casefold() in _PROGRAMS:
        author = None
    headings = [text for style, text in paragraphs if style == "Title"]
    headings += [text for style, text in paragraphs[:5] if style.startswith("Heading 1")]
    return Draft(
        "\n\n".join(text for _, text in paragraphs) + "\n",
        one_line(title) or one_line(next(iter(headings), None)),
        author=one_line(author),
        made=_day(made),
    )


Notes = dict[tuple[str, str], str]
"""The texts of footnotes and endnotes, by `footnote` or `endnote` and their number in the file."""


def _paragraphs(body: Any, document: Any, notes: Notes) -> Iterator[tuple[str, str]]:
    """The style and text of each paragraph; a row of a table is one, its cells apart by `|`.

    A note follows what it is a note to, once, and is then no longer among `notes`.
    """
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    for child in body.iterchildren():
        if child.tag == qn("w:p"):
            if text := _text(child):
                # Looking up the default style takes longer than all the rest.
                named = child.pPr is not None and child.pPr.pStyle is not None
                style = Paragraph(child, document).style if named else None
                yield (style.name if style is not None else "") or "", text
            yield from _taken(child, notes)
            for box in _boxes(child):
                yield from _paragraphs(box, document, notes)
        elif child.tag == qn("w:tbl"):
            for row in child.iterchildren(qn("w:tr")):
                cells = (_text(cell).replace("\n", " ") for cell in row.iterchildren(qn("w:tc")))
                if text := " | ".join(cell for cell in cells if cell):
                    yield "", text
                yield from _taken(row, notes)
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")}:
            yield from _paragraphs(child, document, notes)


def _notes(document: Any) -> Notes:
    """What stands at the foot of pages or at the end; lines that only set them apart hold no text."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import parse_xml

    found: Notes = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in {"footnotes", "endnotes"} and not relation.is_external:
            kind = kind.removesuffix("s")
            for note in parse_xml(relation.target_part.blob).iterchildren(qn(f"w:{kind}")):
                found[kind, note.get(qn("w:id"), "")] = _text(note)
    return found


def _taken(element: Any, notes: Notes) -> Iterator[tuple[str, str]]:
    """The notes to an element that have not been read yet."""
    from docx.oxml.ns import qn

    for mark in element.iter(qn("w:footnoteReference"), qn("w:endnoteReference")):
        if any(above.tag in {qn("w:del"), qn("w:moveFrom")} for above in mark.iterancestors()):
            continue
        kind = "footnote" if mark.tag == qn("w:footnoteReference") else "endnote"
        if text := notes.pop((kind, mark.get(qn("w:id"), "")), ""):
            yield "", text


def _text(element: Any) -> str:
    """The text within an element: with what was inserted under review and without what was deleted."""
    from docx.oxml.ns import qn
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if event == "end":
            if name == "p" and node is not element:
                parts.append("\n")
        elif name in {"del", "moveFrom", "Fallback", "txbxContent"}:
            walk.skip_subtree()
        elif node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag in {qn("w:br"), qn("w:cr")}:
            parts.append("\n")
        elif node.tag in {qn("w:tab"), qn("w:ptab")}:
            parts.append(" ")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
    lines = (" ".join(line.split()) for line in clean("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)


def _boxes(paragraph: Any) -> list[Any]:
    """The text boxes that are anchored in a paragraph; what is there for old programs only is passed over."""
    return list(
        paragraph.xpath(
            ".//*[local-name()='txbxContent' and not(ancestor::*[local-name()='Fallback'])"
            " and not(ancestor::*[local-name()='txbxContent'])]"
        )
    )


def _day(made: datetime | None) -> date | None:
    return None if made is None or made.date() == _TEMPLATE.date() else made.date()
