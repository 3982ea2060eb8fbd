"""Word files with comments: a document's own paragraphs stay, and each comment is at exact characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from index.errors import ArticleError
from index.parsers import clean
from index.parsers.docx import MOST_BYTES, open_bytes
from index.text import lines

AUTHOR, INITIALS = "tanya-berita", "TB"


@dataclass(frozen=True, slots=True)
class Comment:
    """What is remarked, a paragraph a line, on the characters `start:end` of a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter of a document and where it stands: the element with the text, and its offset there."""

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
        open_bytes(document, MOST_BYTES).close()
    try:
        made: Any = docx.Document(BytesIO(document)) if document is not None else docx.Document()
    except Exception as error:  # python-docx lets through what its parts raise
        raise ArticleError("it is no whole Word file; save it as .docx again") from error
    if document is None:
        for start, end in lines(text):
            made.add_paragraph(clean(text[start:end]))
    letters = list(_letters(made.element.body))
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
        end = _cut(letters[last].element, letters[last].offset + 1, before=True)
        start = _cut(letters[first].element, letters[first].offset, before=False)
        if letters[first].element is letters[last].element and letters[first].offset > 0:
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


def _letters(body: Any) -> Iterator[_Letter]:
    """The letters of a document in order, without blanks, what was deleted and old programs' copies."""
    from docx.oxml.ns import qn
    from lxml import etree

    walk = etree.iterwalk(body, events=("start",))
    for _, node in walk:
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if name in {"del", "moveFrom", "Fallback"}:
            walk.skip_subtree()
        elif node.tag == qn("w:t"):
            for offset, letter in enumerate(node.text or ""):
                yield from (_Letter(one, node, offset) for one in _compact(letter))


def _compact(text: str) -> Iterator[str]:
    """The letters of a text but for blanks, and the bars that part the cells of a table."""
    return (letter for letter in clean(text) if not letter.isspace() and letter != "|")


def _cut(element: Any, offset: int, *, before: bool) -> Any:
    """Cut the run of a text element at an offset; the run before the cut, or the one behind it.

    Nothing is cut at an end of the text, where the run has no more on that side of it.
    """
    from docx.oxml.ns import qn

    run = element.getparent()
    written = element.text or ""
    if not 0 < offset < len(written):
        return run
    rest = deepcopy(run)
    for child in list(rest):
        if child.tag != qn("w:rPr"):
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
