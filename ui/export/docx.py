"""An answer or a conversation as a Word file whose footnotes are footnotes.

python-docx, which writes the file, knows none: the part that holds them, its styles and its separators are
made here as the standard has them (ECMA-376, 17.11).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO
from typing import Any

from ui.export.text import ExportEntry, Footnote, days, visible
from ui.locales import LANGUAGES, NAME, words

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def word(entry: ExportEntry) -> bytes:
    """One answer as a file, its question the title."""
    return _write([entry], visible(entry.card.question), entry.card.language, whole=False)


def word_conversation(entries: Sequence[ExportEntry], title: str, language: str) -> bytes:
    """A conversation as a file: its days and questions are headings; footnotes count through."""
    return _write(entries, visible(title), language, whole=True)


def _write(entries: Sequence[ExportEntry], title: str, language: str, *, whole: bool) -> bytes:
    from docx import Document

    document = Document()
    _prepare(document, entries, title, language)
    notes = _Footnotes(document)
    document.add_heading(title, level=0)
    before = ""
    for entry, day in zip(entries, days(entries, language), strict=True):
        if whole and day != before:
            document.add_heading(day, level=1)
        before = day
        if whole:
            document.add_heading(visible(entry.card.question), level=2)
        _answer(document, entry, notes)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _answer(document: Any, entry: ExportEntry, notes: _Footnotes) -> None:
    named = {note.number: note for note in entry.footnotes}
    notes.begin()
    for text, numbers in entry.statements:
        paragraph = document.add_paragraph(text, style="Intense Quote" if entry.lost else None)
        for position, number in enumerate(numbers):
            if position:
                notes.comma(paragraph)
            notes.refer(paragraph, named[number])
    for line in entry.beside:
        document.add_paragraph().add_run(line).italic = True


def _prepare(document: Any, entries: Sequence[ExportEntry], title: str, language: str) -> None:
    """A4, the language, and nothing in the file's properties of who made its template."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    tongue = defaults.find(qn("w:lang"))
    if tongue is None:
        tongue = OxmlElement("w:lang")
        defaults.append(tongue)
    locale = words(language).locale
    tongue.set(qn("w:val"), locale)
    about = document.core_properties
    about.title, about.author, about.comments, about.language = title[:255], NAME, "", locale
    about.last_modified_by = NAME
    if entries:
        about.created = about.modified = max(one.card.asked for one in entries).astimezone(UTC)


class _Footnotes:
    """The footnotes of a document that is being written."""

    def __init__(self, document: Any) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import XmlPart

        self._styles(document)
        self._root = _element("w:footnotes")
        for identifier, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = _element("w:footnote", {"w:type": kind, "w:id": str(identifier)})
            run = _element("w:r")
            run.append(_element(f"w:{kind}"))
            paragraph = _element("w:p")
            paragraph.append(run)
            note.append(paragraph)
            self._root.append(note)
        self._part = XmlPart(PackURI("/word/footnotes.xml"), _NOTES, self._root, document.part.package)
        document.part.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)
        self._settings(document)
        self._written = 0
        self._marked: dict[int, int] = {}

    def begin(self) -> None:
        """Another answer: its numbers are others than those before."""
        self._marked.clear()

    def refer(self, paragraph: Any, note: Footnote) -> None:
        """Mark a footnote at the end of a paragraph; one that is marked already is referred to again."""
        if (written := self._marked.get(note.number)) is not None:
            self._repeat(paragraph, written)
            return
        self._written += 1
        self._marked[note.number] = self._written
        name = {"w:id": str(self._written), "w:name": _bookmark(self._written)}
        paragraph._p.append(_element("w:bookmarkStart", name))
        run = _raised()
        run.append(_element("w:footnoteReference", {"w:id": str(self._written)}))
        paragraph._p.append(run)
        paragraph._p.append(_element("w:bookmarkEnd", {"w:id": str(self._written)}))
        self._root.append(self._note(note))

    def comma(self, paragraph: Any) -> None:
        paragraph._p.append(_raised(", "))

    def _repeat(self, paragraph: Any, written: int) -> None:
        # Word knows no second mark of a footnote but a reference to its first.
        for part in ("begin", f" NOTEREF {_bookmark(written)} \\f \\h ", "separate", str(written), "end"):
            run = _raised(part) if part.isdigit() else _raised()
            if part in {"begin", "separate", "end"}:
                run.append(_element("w:fldChar", {"w:fldCharType": part}))
            elif not part.isdigit():
                code = _element("w:instrText", {"xml:space": "preserve"})
                code.text = part
                run.append(code)
            paragraph._p.append(run)

    def _note(self, note: Footnote) -> Any:
        element = _element("w:footnote", {"w:id": str(self._written)})
        paragraph = _element("w:p")
        properties = _element("w:pPr")
        properties.append(_element("w:pStyle", {"w:val": "FootnoteText"}))
        paragraph.append(properties)
        mark = _raised()
        mark.append(_element("w:footnoteRef"))
        paragraph.append(mark)
        paragraph.append(_run(f" {note.title}", italic=True))
        paragraph.append(_run(f". {note.origin}. "))
        if note.url:
            paragraph.append(self._link(note.url))
            paragraph.append(_run(" "))
        paragraph.append(_run(f"“{note.quote}”", language=note.language))
        if note.also:
            paragraph.append(_run(f" {note.also}"))
        element.append(paragraph)
        return element

    def _link(self, url: str) -> Any:
        from docx.opc.constants import RELATIONSHIP_TYPE

        identifier = self._part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        element = _element("w:hyperlink", {"r:id": identifier})
        element.append(_run(url))
        return element

    def _styles(self, document: Any) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt

        text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        text.base_style = document.styles["Normal"]
        text.font.size = Pt(9)
        text.paragraph_format.space_after = Pt(2)
        text.element.set(_name("w:styleId"), "FootnoteText")
        mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
        mark.font.superscript = True
        mark.element.set(_name("w:styleId"), "FootnoteReference")

    def _settings(self, document: Any) -> None:
        listed = _element("w:footnotePr")
        for identifier in ("-1", "0"):
            listed.append(_element("w:footnote", {"w:id": identifier}))
        # The standard has an order for settings, and this is what comes next there.
        behind = [_name(one) for one in ("w:endnotePr", "w:compat", "w:docVars", "w:rsids", "m:mathPr")]
        settings = document.settings.element
        after = next((one for one in settings if one.tag in behind), None)
        if after is None:
            settings.append(listed)
        else:
            after.addprevious(listed)


def _bookmark(number: int) -> str:
    return f"_Ref{number:08d}"


def _raised(text: str = "") -> Any:
    run = _run(text) if text else _element("w:r")
    properties = _element("w:rPr")
    properties.append(_element("w:rStyle", {"w:val": "FootnoteReference"}))
    run.insert(0, properties)
    return run


def _run(text: str, *, italic: bool = False, language: str = "") -> Any:
    run = _element("w:r")
    if italic or language in LANGUAGES:
        properties = _element("w:rPr")
        if italic:
            properties.append(_element("w:i"))
        if language in LANGUAGES:
            properties.append(_element("w:lang", {"w:val": words(language).locale}))
        run.append(properties)
    element = _element("w:t", {"xml:space": "preserve"})
    element.text = text
    run.append(element)
    return run


def _element(name: str, attributes: dict[str, str] | None = None) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for attribute, value in (attributes or {}).items():
        element.set(_name(attribute), value)
    return element


def _name(prefixed: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(prefixed))
