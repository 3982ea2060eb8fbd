"""PDF files: paragraphs from lines, without running heads, page numbers and the hyphens at line ends.

Where text stands decides its order, not when it was drawn: lines go from top to bottom as the text itself is
upright, and columns one after the other. Columns are told by the blank gutter between them, which runs past
several lines; a table has such gutters as well, and its rows are read across, each cell with its heading.
Where rules are drawn around the cells of a table, these tell its rows and columns.

Scanned pages are read by text recognition with `tesseract`, a program of its own that is found at run time
where it is installed with its Indonesian data; nothing needs it.
"""

from __future__ import annotations

import csv
import ctypes
import io
import math
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, pairwise
from statistics import median
from typing import Any

from index.errors import ArticleError
from index.parsers import (
    ArticleDraft,
    Remark,
    Spanned,
    across,
    clean,
    has_heads,
    one_line,
    parted_heads,
    spread,
    table_lines,
)
from index.parsers.publication import withheld_line, withheld_properties
from index.press import day_at_place
from index.text import LEXICON, function_words

MOST_PAGES = 2000

RECOGNITION = 540.0
"""Seconds after which no further page of a file is read by text recognition."""

_LEAST_LETTERS = 0.4
"""Share of letters and figures; where fonts do not say what their signs mean, other signs come out."""

_LEAST_WORDS = 0.25
"""Share of signs that stand in words and numbers, where letters are Latin ones; each of a word may stand for
another, or by itself."""

_READ = re.compile(r"\W*(?:[^\W\d_]{2,30}(?:[-'’/][^\W\d_]{1,30})*|\d[\d.,:/-]*[^\W\d_]{0,3})\W*")

_MARGIN_LINES = 3
"""Lines at the top and at the bottom of a page that may be a running head or foot."""

_MOST_LETTERS = 1_000_000
"""Of one page."""

# U+0002 and U+FFFE are what PDFium gives for a hyphen that breaks a word.
_HYPHENS = frozenset({2, 0x2010, 0x2011, 0xFFFE})
_BLACK = "\N{FULL BLOCK}"
_BLACKED_OUT = re.compile(rf"{_BLACK}(?:\s*{_BLACK})+")
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"

_PAGE_NUMBER = re.compile(
    r"(?:[-–—|\s]*(?:(?:halaman|hal\.?|page|p\.)\s*)?\d{1,4}\s*(?:(?:/|dari|of)\s*\d{1,4})?[-–—|\s]*)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?<![\d.,])\d{1,4}(?![.,]?\d)")
"""What may be the number of a page within a line."""

_ENDS = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_RUPIAH = re.compile(r"\bRp\.?\s?\d{1,3}(?:\.\d{3})*\.$")
"""An amount that goes on where the next line begins with three digits."""

_BULLET = re.compile(r"(?:[•▪●◦‣*–—-]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_SHORT_WORDS = function_words("id") | function_words("en") | frozenset(LEXICON.words("small_numbers"))
_BROKEN = re.compile(r"([^\W\d_]+)-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|(?:untitled|tanpa judul)\b.*|(?:document|dokumen)\s?\d*"
    r"|about:blank|\(anonymous\)|.*\.(?:docx?|odt|pdf|indd|rtf|html?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, in points from the bottom left of a page on which its text is upright.

    Attributes:
        text: What it says.
        left: Where it begins.
        right: Where it ends.
        height: Of its baseline.
        size: Of its letters.
        column: Left and right of the column that it stands in.
        table: Which table of the page it is a row of, from 1; 0 for running text.
    """

    text: str
    left: float
    right: float
    height: float
    size: float
    column: tuple[float, float] = (0.0, 0.0)
    table: int = 0


def read_pdf(raw: bytes) -> ArticleDraft:
    """The article of a PDF file, its pages known."""
    import pypdfium2 as pdfium

    # What stands before the header is ignored by every viewer, and so it is here.
    if b"%PDF-" not in raw[:1024]:
        raise ArticleError("it is no PDF; name the file after what it is, or save it as PDF again")
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ArticleError("it is locked with a password; save a copy without one") from error
        raise ArticleError("it is damaged or cut short; save it as PDF again") from error
    try:
        if len(document) > MOST_PAGES:
            raise ArticleError(
                f"it has {len(document)} pages, at most {MOST_PAGES} are read; "
                "split it into one file per article"
            )
        pages: list[list[Line]] = []
        pictures, scans = [], []
        stamps: list[list[Line]] = []
        table: Table | None = None
        until = time.monotonic() + RECOGNITION
        for number, page in enumerate(_pages(document), 1):
            lines, table = _lines(page, table, stamps)
            pages.append(lines)
            if not _is_picture(page, pages[-1]):
                continue
            read = recognise(page) if time.monotonic() < until else []
            if len(read) > len(pages[-1]):
                pages[-1] = read
                scans.append(number)
            else:
                pictures.append(number)
        known = document.get_metadata_dict()
    finally:
        document.close()
    if not any(pages):
        raise ArticleError(
            "it holds pictures of pages and no text; run text recognition (OCR) on it, then index the result"
        )
    kept = without_margins(pages)
    text, begins = flow(kept)
    if not _is_readable(text):
        raise ArticleError(
            "its text cannot be read as letters; run text recognition (OCR) on it, then index the result"
        )
    title = one_line(known.get("Title"))
    if title is None or _NO_TITLE.fullmatch(title):
        title = _heading(pages)
    remarks = (("no_text_layer", pictures), ("recognised", scans))
    return ArticleDraft(
        text,
        title=title,
        author=one_line(known.get("Author")),
        pages=tuple(-1 - at if page in scans else at for page, at in enumerate(begins, 1)),
        withheld=_withheld(pages, kept, stamps)
        or withheld_properties([known.get("Subject", "")], known.get("Keywords", ""), {}),
        remarks=tuple(Remark(kind, tuple(numbers)) for kind, numbers in remarks if numbers),
    )


def _withheld(
    pages: Sequence[Sequence[Line]], kept: Sequence[Sequence[Line]], stamps: Iterable[Sequence[Line]]
) -> str:
    """Why a mark across a page, or one in its margins, says that it is not public; else empty.

    Args:
        pages: The lines of each page.
        kept: The same without running heads and feet.
        stamps: What is set askew on each page.
    """
    sizes = [line.size for page in pages for line in page]
    usual = median(sizes) if sizes else 0.0
    for stamp in stamps:
        texts = [part.text for part in stamp if part.size > _LARGER * usual]
        whole = " ".join(texts)
        # Some programs set each letter by itself.
        if reason := next(filter(None, map(withheld_line, (*texts, whole, whole.replace(" ", "")))), ""):
            return reason
    for page, rest in zip(pages, kept, strict=True):
        # Across a page a mark may also stand upright.
        apart = [line for line in page if line not in rest or line.size > _ACROSS * usual]
        ordered = sorted(rest, key=lambda line: -line.height)
        # The last line of a paragraph may be a word as well, but does not stand apart.
        apart += [
            line
            for line, near in ([ordered[:2], ordered[:-3:-1]] if len(ordered) > 1 else [])
            if abs(line.height - near.height) > _APART * line.size
        ]
        if reason := next(filter(None, (withheld_line(line.text) for line in apart)), ""):
            return reason
    return ""


_ACROSS = 2.5
"""Times the usual size of letters: no line of a text is so large."""

_APART = 2.0
"""Times the size of its letters: a line at the edge of a page that is further from the next is a margin."""


def _is_readable(text: str) -> bool:
    """Whether a text has letters and, where these are Latin, words; not so where fonts lack their meaning."""
    shown = "".join(text.split())
    if sum(map(str.isalnum, shown)) < _LEAST_LETTERS * len(shown):
        return False
    if sum(map(str.isascii, filter(str.isalpha, shown))) < sum(map(str.isalpha, shown)) / 2:
        return True
    words = filter(_READ.fullmatch, text.split())
    return len(shown) < _FEWEST_SIGNS or sum(map(len, words)) >= _LEAST_WORDS * len(shown)


_FEWEST_SIGNS = 80
"""A text of fewer is not judged by its words."""


def _pages(document: Any) -> Iterator[Any]:
    import pypdfium2 as pdfium

    for number in range(len(document)):
        try:
            page = document[number]
            if _flattened(page):
                page.close()
                page = document[number]
        except pdfium.PdfiumError as error:
            raise ArticleError(f"its page {number + 1} is damaged; save it as PDF again") from error
        try:
            yield page
        finally:
            page.close()


def _flattened(page: Any) -> bool:
    """Make what is filled in, typed or stamped on a page a part of it; whether there was any.

    Notes and marks of those who read it are no part of it.
    """
    from pypdfium2 import raw as api

    shown = (api.FPDF_ANNOT_WIDGET, api.FPDF_ANNOT_FREETEXT, api.FPDF_ANNOT_STAMP)
    count = api.FPDFPage_GetAnnotCount(page)
    kept = 0
    for number in reversed(range(count)) if count <= _MOST_NOTES else ():
        annotation = api.FPDFPage_GetAnnot(page, number)
        is_shown = bool(annotation) and api.FPDFAnnot_GetSubtype(annotation) in shown
        if annotation:
            api.FPDFPage_CloseAnnot(annotation)
        if not is_shown:
            api.FPDFPage_RemoveAnnot(page, number)
        kept += is_shown
    return bool(kept) and api.FPDFPage_Flatten(page, api.FLAT_NORMALDISPLAY) == api.FLATTEN_SUCCESS


_MOST_NOTES = 2000
"""Fields, notes and links of a page."""

_GAP = 0.7
"""Of the size of the letters: a wider blank parts a line, so that it may belong to two columns."""

_GUTTER = 0.8
"""Of the size of the letters: the narrowest blank between two columns."""

_FEWEST_LINES = 3
"""That stand on each side of a gutter."""

_PROSE_LETTERS, _PROSE_WORDS = 16, 3
"""Of the middle line of a column of running text; cells of a table have fewer."""

_LARGER = 1.15
"""Times the usual size of letters: a heading."""

_LABEL_LETTERS = 4
"""Of what stands before a line of a list: a bullet, a number."""

_NEARER = 0.9
"""Times a distance of lines: what is less far is nearer."""

_LOOSE = 1.6
"""Times the usual distance of lines: what stands further below is no line of the same column."""

Gap = tuple[float, float]


def _is_picture(page: Any, lines: Sequence[Line]) -> bool:
    """Whether what a page says is in a picture: it has no text, or little beside a large picture."""
    from pypdfium2 import PdfiumError
    from pypdfium2 import raw as api

    if sum(len(line.text) for line in lines) >= _LETTERHEAD:
        return False
    try:
        objects = list(page.get_objects(filter=(api.FPDF_PAGEOBJ_IMAGE, api.FPDF_PAGEOBJ_PATH)))
        pictures = [one.get_bounds() for one in objects if one.type == api.FPDF_PAGEOBJ_IMAGE]
    except PdfiumError:
        return not lines
    width, height = page.get_size()
    area = sum((right - left) * (top - bottom) for left, bottom, right, top in pictures)
    if not lines:
        # Letters may also be drawn as outlines.
        return bool(pictures) or len(objects) >= _OUTLINES
    return float(area) >= _PICTURE * float(width * height)


_LETTERHEAD = 200
"""Characters: a page that has more is a page of text, whatever pictures stand on it."""

_PICTURE = 0.1
"""Share of a page, at least, of a picture that may be its text."""

_OUTLINES = 40
"""Paths on a page without text that may be its letters."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table at the foot of a page, which may go on at the top of the next: its headings and gutters."""

    heads: Sequence[Sequence[str]]
    gutters: Sequence[Gap]

    def goes_on(self, rows: Sequence[Sequence[str]], gutters: Sequence[Gap]) -> bool:
        """Whether a table, in the same columns and without headings of its own, goes on with this one."""
        return (
            len(gutters) == len(self.gutters)
            and all(max(a, c) < min(b, d) for (a, b), (c, d) in zip(self.gutters, gutters, strict=True))
            and not has_heads(rows)
            and not parted_heads(rows)
        )


def _lines(page: Any, above: Table | None, stamps: list[list[Line]]) -> tuple[list[Line], Table | None]:
    """The lines of a page in the order in which they are read, and the table at its foot.

    Args:
        page: The page.
        above: The table at the foot of the page before.
        stamps: Takes what is set askew on the page, and is none of its lines.
    """
    import pypdfium2 as pdfium

    try:
        found = page.get_textpage()
    except pdfium.PdfiumError:
        return [], None
    rules = _Rules(page)
    try:
        parts = list(_parts(found, _Covers(page, found), rules))
    finally:
        found.close()
    # Of what is turned some programs store the size of the page as if it were not.
    edge = page.get_bbox()
    parts = [one for one in parts if _quarter(one[0]) or _is_on(one[1], edge)] or parts
    letters = Counter[float]()
    for angle, part in parts:
        letters[_quarter(angle)] += len(part.text)
    ((upright, _),) = letters.most_common(1) or [(0.0, 0)]
    lines: list[Line] = []
    table = None
    # What is set along the side comes last; what is set askew is a stamp, unless everything is.
    quarters = [each for each, _ in letters.most_common() if not math.isnan(each)] or [upright]
    if not math.isnan(quarters[0]):
        stamps.append([part for angle, part in parts if math.isnan(_quarter(angle))])
    for quarter in quarters:
        turned = [part for angle, part in parts if _quarter(angle) == quarter or math.isnan(quarter)]
        turned = _with_initials(_once(turned))
        runs, ruled, last = _without_ruled(turned, rules.at(quarter), above)
        found_lines, other = _in_order(_rows([*runs, *ruled]), above)
        lines += found_lines
        table, above = table or last or other, None
    return lines, table


def _quarter(angle: float) -> float:
    """The multiple of a right angle, in radians, that an angle is close to; NaN where it is to none."""
    turns = round(angle / (math.pi / 2))
    return turns % 4 * math.pi / 2 if abs(angle - turns * math.pi / 2) < 0.1 else math.nan


class _Covers:
    """What hides letters of a page: its edge, what is drawn over them, as over names, and how they are set.

    That is white, in a layer that is switched off, or never drawn. Where such letters stand the page is of
    one colour. Those of text recognition are never drawn either; they stand on a picture, and stay.
    """

    def __init__(self, page: Any, found: Any) -> None:
        from pypdfium2 import PdfiumError
        from pypdfium2 import raw as api

        self._page, self._found = page, found
        self._edge = page.get_bbox() if page.get_cropbox(fallback_ok=False) else None
        self._drawn: dict[int, int] = {}
        self._covers: list[tuple[int, tuple[float, ...]]] = []
        self._pixels: Any = None
        self._doubtful: dict[int, bool] = {}
        pictures: list[tuple[float, ...]] = []
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        try:
            for number, one in enumerate(islice(page.get_objects(), _MOST_OBJECTS)):
                if one.type == api.FPDF_PAGEOBJ_TEXT:
                    place = ctypes.addressof(one.raw.contents)
                    self._drawn[place] = number
                    if (doubt := _doubt(one)) is not None:
                        self._doubtful[place] = doubt
                elif one.type == api.FPDF_PAGEOBJ_IMAGE:
                    pictures.append(one.get_bounds() if one.level == 0 else _EVERYWHERE)
                elif (
                    self._drawn
                    and one.type == api.FPDF_PAGEOBJ_PATH
                    and one.level == 0
                    and api.FPDFPath_CountSegments(one.raw) <= _RECTANGLE
                    and api.FPDFPath_GetDrawMode(one.raw, mode, stroke)
                    and mode.value
                    and not api.FPDFPageObj_HasTransparency(one.raw)
                ):
                    left, bottom, right, top = box = one.get_bounds()
                    if min(right - left, top - bottom) > _RULE:
                        self._covers.append((number, box))
        except PdfiumError:
            self._covers = []
        self._pictures = pictures

    def shown(self, place: int, letter: str) -> str:
        """The letter at a place of the text, a full block where it is blacked out, empty where not shown."""
        if self._edge is None and not self._covers and not self._doubtful:
            return letter
        left, bottom, right, top = box = self._found.get_charbox(place)
        x, y = (left + right) / 2, (bottom + top) / 2
        if self._edge is not None and not _holds(self._edge, x, y):
            return ""
        if self._doubtful and self._is_unseen(place, box, x, y):
            return ""
        over = [number for number, cover in self._covers if _holds(cover, x, y)]
        if not over or self._drawn_at(place) > max(over):
            return letter
        pixels = self._pixels_at(box)
        if int(pixels.max()) - int(pixels.min()) > _ONE_COLOUR:
            return letter
        return _BLACK if pixels.max() < _DARK else ""

    def _is_unseen(self, place: int, box: tuple[float, ...], x: float, y: float) -> bool:
        """Whether nothing is seen of a letter, by how it is set."""
        from pypdfium2 import raw as api

        text = api.FPDFText_GetTextObject(self._found, place)
        is_recognised = self._doubtful.get(ctypes.addressof(text.contents)) if text else None
        if is_recognised is None or (is_recognised and any(_holds(one, x, y) for one in self._pictures)):
            return False
        # A full stop is of one colour, but not what is around it.
        around = 1 / _SEEN_DOTS
        left, bottom, right, top = box
        pixels = self._pixels_at((left - around, bottom - around, right + around, top + around))
        return int(pixels.max()) - int(pixels.min()) <= _ONE_COLOUR

    def _drawn_at(self, place: int) -> float:
        """When the text is drawn that a letter is of; never, where it is there for a search alone."""
        from pypdfium2 import raw as api

        text = api.FPDFText_GetTextObject(self._found, place)
        if not text or api.FPDFTextObj_GetTextRenderMode(text) == api.FPDF_TEXTRENDERMODE_INVISIBLE:
            return math.inf
        return self._drawn.get(ctypes.addressof(text.contents), math.inf)

    def _pixels_at(self, box: tuple[float, ...]) -> Any:
        """A part of the page as it is drawn, in shades of grey."""
        from pypdfium2 import raw as api

        if self._pixels is None:
            scale = min(_SEEN_DOTS, _MOST_DOTS / max(*self._page.get_size(), 1.0))
            self._pixels = self._page.render(scale=scale, grayscale=True).to_numpy()
        rows, columns = self._pixels.shape[:2]
        x, y = ctypes.c_int(), ctypes.c_int()
        corners = []
        for corner in ((box[0], box[1]), (box[2], box[3])):
            api.FPDF_PageToDevice(self._page, 0, 0, columns, rows, 0, *corner, x, y)
            corners.append((min(max(x.value, 0), columns - 1), min(max(y.value, 0), rows - 1)))
        (left, right), (top, bottom) = map(sorted, zip(*corners, strict=True))
        return self._pixels[top : bottom + 1, left : right + 1]


def _doubt(text: Any) -> bool | None:
    """Whether an object of a page is text that is never drawn; None of text whose letters must be seen."""
    from pypdfium2 import raw as api

    if api.FPDFTextObj_GetTextRenderMode(text.raw) == api.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    *colour, opacity = shades = [ctypes.c_uint() for _ in range(4)]
    known = api.FPDFPageObj_GetFillColor(text.raw, *shades)
    is_pale = known and (min(one.value for one in colour) >= _PALE or opacity.value <= 255 - _PALE)
    return False if is_pale or _is_layered(text) else None


def _is_layered(text: Any) -> bool:
    """Whether an object of a page is in a layer that may be switched off."""
    from pypdfium2 import raw as api

    name, length = (ctypes.c_ushort * 3)(), ctypes.c_ulong()
    for number in range(api.FPDFPageObj_CountMarks(text.raw)):
        mark = api.FPDFPageObj_GetMark(text.raw, number)
        api.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length)
        if bytes(name).decode("utf-16-le", "replace") == "OC\0":
            return True
    return False


def _is_on(part: Line, edge: Sequence[float]) -> bool:
    """Whether a run stands on a page, in part at least, and not beyond its edge."""
    left, bottom, right, top = edge
    return part.left < right and left < part.right and bottom <= part.height <= top


def _holds(box: Sequence[float], x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


_MOST_OBJECTS = 50_000
"""Of a page; a map has more."""

_RULE = 2.0
"""Points: what is no thicker is a line of a table, and hides nothing."""

_JOINT = 4.0
"""Points: rules that are no further apart are one, or meet; boxes around cells may stand apart so."""

_RECTANGLE = 5
"""Segments of a path that is one."""

_SEEN_DOTS = 3.0
"""Dots a point, where it is looked at what a page shows."""

_EVERYWHERE = (-math.inf, -math.inf, math.inf, math.inf)

_PALE = 240
"""Of 255: a colour that may not be seen on paper, or what is left of an opacity."""

_LEAST_SIZE = 1.0
"""Points: what is set smaller is there for programs."""

_ONE_COLOUR = 16
"""Of 256 shades of grey: no more make no letter."""

_DARK = 96
"""Shades from black on: what is no lighter is blacked out."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A straight line that is drawn across or down a page: where, and from where to where."""

    at: float
    start: float
    end: float

    def covers(self, place: float) -> bool:
        return self.start - _JOINT <= place <= self.end + _JOINT


class _Rules:
    """The rules of a page, which stand around the cells of tables."""

    def __init__(self, page: Any) -> None:
        from pypdfium2 import PdfiumError

        self._found: dict[float, tuple[list[_Rule], list[_Rule]]] = {}
        try:
            self._edges = list(islice(_edges(page), _MOST_EDGES + 1))
        except PdfiumError:
            self._edges = []
        if len(self._edges) > _MOST_EDGES:
            self._edges = []

    def at(self, angle: float) -> tuple[list[_Rule], list[_Rule]]:
        """Those that run down the page, and those across it, where text set at `angle` is upright."""
        if angle not in self._found:
            ends = [(_turned(*one, angle), _turned(*other, angle)) for one, other in self._edges]
            sides = [
                (_Rule((a[0] + b[0]) / 2, *sorted((a[1], b[1]))), abs(a[0] - b[0]) < abs(a[1] - b[1]))
                for a, b in ends
            ]
            down = _merged([rule for rule, is_down in sides if is_down])
            flat = [_Rule((a[1] + b[1]) / 2, *sorted((a[0], b[0]))) for a, b in ends]
            over = _merged([rule for rule, (_, is_down) in zip(flat, sides, strict=True) if not is_down])
            self._found[angle] = (down, over)
        return self._found[angle]

    def parted(self, before: float, after: float, height: float, angle: float) -> bool:
        """Whether a rule runs down between two letters of a line."""
        quarter = _quarter(angle)
        if not self._edges or math.isnan(quarter):
            return False
        down = self.at(quarter)[0]
        return len(down) <= _MOST_LINES and any(
            before < rule.at <= after and rule.start <= height <= rule.end for rule in down
        )


def _edges(page: Any) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The ends of each straight line that is drawn across or down a page, or is the side of a box."""
    from pypdfium2 import raw as api

    mode, stroke, x, y = ctypes.c_int(), ctypes.c_int(), ctypes.c_float(), ctypes.c_float()
    for one in islice(page.get_objects(filter=(api.FPDF_PAGEOBJ_PATH,), max_depth=1), _MOST_OBJECTS):
        count = api.FPDFPath_CountSegments(one.raw)
        if (
            count > _MOST_SEGMENTS
            or not api.FPDFPath_GetDrawMode(one.raw, mode, stroke)
            or not (mode.value or stroke.value)
        ):
            continue
        matrix = one.get_matrix()
        begin = last = None
        for number in range(count):
            segment = api.FPDFPath_GetPathSegment(one.raw, number)
            kind = api.FPDFPathSegment_GetType(segment)
            api.FPDFPathSegment_GetPoint(segment, x, y)
            point = matrix.on_point(x.value, y.value)
            if kind == api.FPDF_SEGMENT_MOVETO:
                begin = point
            elif kind == api.FPDF_SEGMENT_LINETO and last is not None and _is_straight(last, point):
                yield last, point
            last = point
            if api.FPDFPathSegment_GetClose(segment) and begin is not None:
                if _is_straight(last, begin):
                    yield last, begin
                last = begin


def _is_straight(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether a line runs across or down, and is longer than a rule is thick."""
    along = sorted((abs(one[0] - other[0]), abs(one[1] - other[1])))
    return along[0] < _RULE / 4 and along[1] > _JOINT


def _merged(rules: list[_Rule]) -> list[_Rule]:
    """The rules with those that lie beside one another, or go on where another ends, as one."""
    groups: list[list[_Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if groups and rule.at - groups[-1][-1].at <= _JOINT:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    merged: list[_Rule] = []
    for group in groups:
        at = (group[0].at + group[-1].at) / 2
        start = end = -math.inf
        for rule in sorted(group, key=lambda rule: rule.start):
            if rule.start > end + _JOINT:
                if end > start:
                    merged.append(_Rule(at, start, end))
                start, end = rule.start, rule.end
            end = max(end, rule.end)
        merged.append(_Rule(at, start, end))
    return merged


_MOST_EDGES = 20_000
"""Of a page; a map or a drawing has more."""

_MOST_SEGMENTS = 4000
"""Of one path."""

_MOST_LINES = 150
"""Rules of the tables of a page each way, with those of what else is drawn in boxes."""

_LONGEST_CELL = 400
"""Characters; what is longer is running text in a box."""

_LONGEST_ENTRY = 100
"""Characters of the middle cell of at least one column of a table."""


class _Lattice:
    """Rules that meet, and the cells between them; `cells` has the area of each, by rows and columns."""

    def __init__(self, down: Sequence[_Rule], over: Sequence[_Rule]) -> None:
        # A table may lack the rules at its sides.
        self.xs = _places([*(rule.at for rule in down), *(x for one in over for x in (one.start, one.end))])
        self.ys = _places([*(rule.at for rule in over), *(y for one in down for y in (one.start, one.end))])
        self.ys.reverse()
        self._cell: dict[tuple[int, int], int] = {}
        self.cells: list[tuple[int, int, int, int]] = []
        for row in range(len(self.ys) - 1):
            for column in range(len(self.xs) - 1):
                if (row, column) not in self._cell:
                    self._spread(row, column, down, over)

    def _spread(self, row: int, column: int, down: Sequence[_Rule], over: Sequence[_Rule]) -> None:
        """Find the cell whose first row and column these are: it ends at the next rules."""
        x = (self.xs[column] + self.xs[column + 1]) / 2
        y = (self.ys[row] + self.ys[row + 1]) / 2
        right, bottom = column + 1, row + 1
        while (
            right < len(self.xs) - 1
            and (row, right) not in self._cell
            and not _is_ruled(down, self.xs[right], y)
        ):
            right += 1
        while bottom < len(self.ys) - 1 and not _is_ruled(over, self.ys[bottom], x):
            bottom += 1
        for place in ((one, other) for one in range(row, bottom) for other in range(column, right)):
            self._cell[place] = len(self.cells)
        self.cells.append((row, column, bottom, right))

    def cell_at(self, x: float, y: float) -> int | None:
        """The number of the cell that holds a place; None where none does."""
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[-1] < y <= self.ys[0]):
            return None
        column = sum(one <= x for one in self.xs) - 1
        row = sum(one >= y for one in self.ys) - 1
        return self._cell[row, column]


def _places(found: Iterable[float]) -> list[float]:
    """Places in order, without those that are another's but for the thickness of a rule."""
    places: list[float] = []
    for one in sorted(found):
        if not places or one - places[-1] > _JOINT:
            places.append(one)
    return places


def _is_ruled(rules: Sequence[_Rule], at: float, place: float) -> bool:
    return any(abs(rule.at - at) <= _JOINT and rule.covers(place) for rule in rules)


def _lattices(down: Sequence[_Rule], over: Sequence[_Rule]) -> list[_Lattice]:
    """The lattices that rules make, the smallest first."""
    if not 0 < len(down) <= _MOST_LINES or not 0 < len(over) <= _MOST_LINES:
        return []
    group = list(range(len(down) + len(over)))

    def root(one: int) -> int:
        while group[one] != one:
            one = group[one]
        return one

    for number, one in enumerate(down):
        for other_number, other in enumerate(over, len(down)):
            if one.covers(other.at) and other.covers(one.at):
                group[root(number)] = root(other_number)
    members: dict[int, tuple[list[_Rule], list[_Rule]]] = {}
    for number, rule in enumerate((*down, *over)):
        members.setdefault(root(number), ([], []))[number >= len(down)].append(rule)
    found = [_Lattice(*both) for both in members.values() if all(len(each) > 1 for each in both)]
    return sorted(found, key=lambda one: (one.xs[-1] - one.xs[0]) * (one.ys[0] - one.ys[-1]))


def _without_ruled(
    runs: list[Line], rules: tuple[list[_Rule], list[_Rule]], above: Table | None
) -> tuple[list[Line], list[Line], Table | None]:
    """The runs of a page without those in tables that have rules between their cells.

    Returns:
        The other runs; the rows of these tables, each as one run; and the table at the foot of the page.
    """
    lines: list[Line] = []
    foot: Table | None = None
    for number, lattice in enumerate(_lattices(*rules), 1):
        held: dict[int, list[Line]] = {}
        rest: list[Line] = []
        for run in runs:
            cell = lattice.cell_at((run.left + run.right) / 2, run.height + 0.3 * run.size)
            (rest if cell is None else held.setdefault(cell, [])).append(run)
        texts = {cell: " ".join(map(_text, _rows(inside))) for cell, inside in held.items()}
        grid = [[""] * (len(lattice.xs) - 1) for _ in lattice.ys[1:]]
        for cell, text in texts.items():
            top, left, bottom, right = lattice.cells[cell]
            for row in grid[top:bottom]:
                row[left:right] = across(text, right - left)
        filled = [at for at, row in enumerate(grid) if any(row)]
        cells = [grid[at] for at in filled]
        wide = [at for at, row in enumerate(cells) if sum(map(_begins_cell, row)) > 1]
        if len(wide) < 2 or max(map(len, texts.values())) > _LONGEST_CELL or _are_boxes(cells):
            continue
        heads: Sequence[Sequence[str]] = ()
        gutters = [(x - _GUTTER * 4, x + _GUTTER * 4) for x in lattice.xs[1:-1]]
        others = [row[0].height for row in _rows(rest)] if rest else []
        if above is not None and sum(height > lattice.ys[0] for height in others) <= _MARGIN_LINES:
            heads = above.heads if above.goes_on(cells, gutters) else ()
        written = table_lines([*heads, *cells], len(heads) or None)
        sizes = [run.size for inside in held.values() for run in inside]
        for text, at in zip(
            written, [*filled[: wide[0]], *filled[len(filled) - len(written) + wide[0] :]], strict=True
        ):
            lines.append(
                Line(text, lattice.xs[0], lattice.xs[-1], lattice.ys[at + 1], median(sizes), table=-number)
            )
        if sum(height < lattice.ys[-1] for height in others) <= _MARGIN_LINES:
            foot = Table(heads or cells[wide[0] : wide[0] + len(cells) - len(written)], gutters)
        runs = rest
    return runs, lines, foot


def _are_boxes(cells: Sequence[Sequence[str]]) -> bool:
    """Whether all columns hold running text, in boxes beside one another."""
    lengths = ([len(cell) for cell in column if cell] for column in zip(*cells, strict=True))
    return all(median(one) > _LONGEST_ENTRY for one in lengths if one)


def _begins_cell(cell: str) -> bool:
    return bool(cell) and not isinstance(cell, Spanned)


def _parts(found: Any, covers: _Covers, rules: _Rules) -> Iterator[tuple[float, Line]]:
    """The letters of a page in runs without wide blanks, each with the angle in radians that it is set at."""
    from pypdfium2 import raw as api

    letters: list[str] = []
    places: list[int] = []
    angle = size = begin = across = height = 0.0
    x, y = ctypes.c_double(), ctypes.c_double()

    def run() -> Iterator[tuple[float, Line]]:
        text = re.sub(r"\s+", " ", clean("".join(letters))).strip()
        # A soft hyphen is seen only where it breaks a word.
        text = _BLACKED_OUT.sub(_BLACK, text)
        text = re.sub("\xad$", "-", text).replace("\xad", "")
        if text and size >= _LEAST_SIZE:
            yield angle, Line(text, begin, _edge(found, places[-1], angle), height, size)

    for at in range(min(found.count_chars(), _MOST_LETTERS)):
        code = api.FPDFText_GetUnicode(found, at)
        if code in {0, 10, 13}:
            if code and letters:
                yield from run()
                letters, places = [], []
            continue
        letter = "-" if code in _HYPHENS else chr(code) if code < 0x110000 else _UNKNOWN
        letter = letter if letter.isspace() else covers.shown(at, letter)
        if not letter:
            continue
        if letter.isspace():
            if letters:
                letters.append(letter)
            continue
        api.FPDFText_GetCharOrigin(found, at, x, y)
        along, up = _turned(x.value, y.value, angle)
        if letters and (
            abs(up - height) > 0.5 * size
            or along < across - 0.5 * size
            or (along > across + size and along > _edge(found, places[-1], angle) + _GAP * size)
            or (letters[-1].isspace() and rules.parted(across, along, up, angle))
            or (len(letters) == 1 and letters[0].isupper() and size > _INITIAL * _setting(found, at)[1])
        ):
            yield from run()
            letters, places = [], []
        if not letters:
            angle, size = _setting(found, at)
            along, up = _turned(x.value, y.value, angle)
            begin, height = along, up
        letters.append(letter)
        places.append(at)
        across = along
    if letters:
        yield from run()


def _setting(found: Any, place: int) -> tuple[float, float]:
    """The angle in radians and the size in points that a letter is set at."""
    from pypdfium2 import raw as api

    size = float(api.FPDFText_GetFontSize(found, place))
    matrix = api.FS_MATRIX()
    if not api.FPDFText_GetMatrix(found, place, matrix):
        return 0.0, size
    return math.atan2(matrix.b, matrix.a), size * (math.hypot(matrix.c, matrix.d) or 1.0)


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    """A place of a page, with the page turned so that what is set at `angle` is upright."""
    if angle == 0:
        return x, y
    quarter = _quarter(angle)
    angle = angle if math.isnan(quarter) else quarter
    return x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)


def _edge(found: Any, place: int, angle: float) -> float:
    """Where a letter ends, along its line."""
    left, bottom, right, top = found.get_charbox(place)
    return max(_turned(x, y, angle)[0] for x in (left, right) for y in (bottom, top))


def _once(parts: list[Line]) -> list[Line]:
    """The runs without those that are drawn twice at one place, to look bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for part in parts:
        place = (round(part.left / 2), round(part.height / 2))
        near = {(part.text, place[0] + a, place[1] + b) for a in (-1, 0, 1) for b in (-1, 0, 1)}
        if not seen & near:
            kept.append(part)
        seen.add((part.text, *place))
    return kept


def _with_initials(parts: list[Line]) -> list[Line]:
    """The runs, each letter that is set as high as several lines at the head of the first of these."""
    large = _INITIAL * median([one.size for one in parts] or [0.0])
    for initial in [one for one in parts if one.size > large and len(one.text) == 1 and one.text.isupper()]:
        beside = [
            one
            for one in parts
            if initial.size > _INITIAL * one.size
            and 0 <= one.left - initial.left < initial.size + 2 * one.size
            and -_ALIGNED * one.size < one.height - initial.height < initial.size
        ]
        first = max(beside, key=lambda one: (one.height, -one.left), default=initial)
        if len({round(one.height) for one in beside}) > 1 and first.text[0].isalpha():
            parts = [
                replace(one, text=initial.text + one.text) if one is first else one
                for one in parts
                if one is not initial
            ]
    return parts


_INITIAL = 1.6
"""Times the size of the letters beside it: one that is as high as two lines."""


def _rows(parts: list[Line]) -> list[list[Line]]:
    """The runs that share a baseline, from left to right, and these rows from top to bottom.

    A row of a table is alone.
    """
    rows: list[list[Line]] = []
    for part in sorted(parts, key=lambda part: -part.height):
        is_beside = bool(rows) and not part.table and not rows[-1][0].table
        if is_beside and rows[-1][0].height - part.height <= 0.35 * min(part.size, rows[-1][0].size):
            rows[-1].append(part)
        else:
            rows.append([part])
    return [sorted(row, key=lambda part: part.left) for row in rows]


def _in_order(rows: list[list[Line]], above: Table | None = None) -> tuple[list[Line], Table | None]:
    """The lines of rows in the order in which they are read: column by column, tables row by row.

    Args:
        rows: The runs of each row, from top to bottom.
        above: The table at the foot of the page before.

    Returns:
        The lines, and the table at the foot, below which stand no more than foot lines.
    """
    lines: list[Line] = []
    last: Table | None = None
    at = laid = tables = below = 0
    left, right = _extent(rows)
    while at < len(rows):
        window = _window(rows, at)
        if (
            window is not None
            and len(rows[at]) == 1
            and (_captions(rows, at, window) or _ends_above(rows, at, at, window[2]))
        ):
            window = None
        if window is None:
            lines.append(_joined(rows[at], (left, right)))
            at += 1
            continue
        begin, end, gutters = window
        # Rows of a window above are in another order by now.
        begin = max(begin, laid)
        # Of a table below, the headings may leave the gutter free.
        while (
            end - at > 1
            and end < len(rows)
            and len({_side(part, gutters) for part in rows[end - 1]}) == 1
            and (beneath := _window(rows, end - 1)) is not None
            and beneath[1] > end
        ):
            end -= 1
        # Lines above that only one of the columns has.
        del lines[len(lines) - (at - begin) :]
        block = rows[begin:end]
        columns = _columns(block, gutters)
        # A table may stand below columns of text, and one of its gutters between them.
        cut = next((place for place, row in enumerate(block) if len(row) > len(gutters) + 1), 0)
        if columns is None and cut and (columns := _columns(block[:cut], gutters)) is not None:
            end = begin + cut
        if columns is not None:
            for column in columns:
                lines += _in_order(column)[0]
        elif (parts := _letter_head(block, gutters)) is not None:
            # Each of them is a paragraph: none fills its line.
            lines += [_joined(row, (left, 2 * right)) for part in parts for row in part]
        elif (table := _table(block, gutters, above if len(lines) <= _MARGIN_LINES else None)) is not None:
            tables += 1
            lines += [Line(*row, (left, right), tables) for row in table[0]]
            last, below = table[1], len(lines)
        else:
            lines += [_joined(row, (left, right)) for row in block]
        at = laid = end
    return lines, last if len(lines) - below <= _MARGIN_LINES else None


def _letter_head(rows: Sequence[Sequence[Line]], gutters: Sequence[Gap]) -> list[list[list[Line]]] | None:
    """The rows of the two parts of the head of a letter: what it is about, and place, day and receiver.

    So are those of its foot, where several have signed it.
    """
    widest = max(gutters, key=lambda gap: gap[1] - gap[0])
    both = [_parted(row, [widest]) for row in rows]
    forms, others = ([one[side] for one in both if one[side]] for side in (0, 1))
    is_head = len(forms) > 1 and all(_is_form([part.text for part in row]) for row in forms)
    is_head = is_head and not any(":" in _text(row) for row in others)
    dated = [bool(day_at_place(_text(row))) for row in others]
    is_signed = len(dated) > 1 and dated[0] and not any(dated[1:]) and not _is_prose(list(map(_text, forms)))
    return [forms, others] if is_head or is_signed else None


def _captions(rows: Sequence[Sequence[Line]], at: int, window: tuple[int, int, list[Gap]]) -> bool:
    """Whether a row of one run stands above a table: it covers gutters of it, or stands beside all of it."""
    _, end, gutters = window
    below = _window(rows, at + 1)
    if below is None:
        return False
    side = _side(rows[at][0], gutters)
    shared = any(_side(part, gutters) == side for row in rows[at + 1 : end] for part in row)
    return len(below[2]) > len(gutters) or not shared


def _ends_above(rows: Sequence[Sequence[Line]], first: int, last: int, gutters: Sequence[Gap]) -> bool:
    """Whether rows end a paragraph that is as wide as all columns: they are nearer to the row above."""
    if not first or last + 1 >= len(rows):
        return False
    above, begin, end, below = (rows[place][0].height for place in (first - 1, first, last, last + 1))
    return above - begin < _NEARER * (end - below) and any(
        part.left < gap[1] and gap[0] < part.right for part in rows[first - 1] for gap in gutters
    )


def _extent(rows: Sequence[Sequence[Line]]) -> Gap:
    parts = [part for row in rows for part in row]
    return min((part.left for part in parts), default=0.0), max((part.right for part in parts), default=0.0)


def _joined(row: Sequence[Line], column: Gap) -> Line:
    """The runs of a row as one line."""
    if row[0].table:
        return replace(row[0], column=column)
    text = _text(row)
    if _SPACED.fullmatch(text):
        # Between words the blank is wide enough to part runs.
        text = " ".join(part.text.replace(" ", "") for part in row)
    largest = max(row, key=lambda part: len(part.text))
    return Line(text, row[0].left, row[-1].right, row[0].height, largest.size, column)


_SPACED = re.compile(r"(?:[A-Z] ){4,}[A-Z]")
"""Letters that are set apart from one another, as in some headlines."""


def _window(rows: Sequence[Sequence[Line]], at: int) -> tuple[int, int, list[Gap]] | None:
    """The rows, from one on, that the same blank gutters run past, and these; None where there are none."""
    size = median(part.size for row in rows[at : at + 20] for part in row)
    free: list[Gap] = [(-math.inf, math.inf)]
    left, right = math.inf, -math.inf
    gutters: list[Gap] = []
    fewer: list[tuple[int, list[Gap]]] = []  # the rows that cross gutters of those above, and these
    end = at
    for row in rows[at:]:
        open_ = [
            (max(a, b), min(c, d))
            for a, c in free
            for b, d in _blanks(row)
            if min(c, d) - max(a, b) >= _GUTTER * size
        ]
        first, last = min(left, row[0].left), max(right, *(part.right for part in row))
        inner = [gap for gap in open_ if gap[0] > first and gap[1] < last]
        if end > at and (not inner or _begins_story(rows, end)):
            break
        if len(inner) < len(gutters):
            fewer.append((end, gutters))
        free, gutters, (left, right) = open_, inner, (first, last)
        end += 1
    if not gutters:
        return None
    for place, before in fewer:
        # What stands across columns, and nothing beside it there or below, is below them.
        # Columns of text may stand below a table as well.
        below = rows[place:end]
        if all(_side(part, gutters) == 0 for row in below for part in row) or (
            place - at > 1 and _columns(below, gutters) is not None
        ):
            end, gutters = place, before
            break
    steps = sorted(one[0].height - other[0].height for one, other in pairwise(rows[at:end]))
    loose = _LOOSE * max(steps[len(steps) // 2] if steps else 0.0, size)

    def is_lone(number: int) -> bool:
        return len({_side(part, gutters) for part in rows[number]}) == 1

    while end - at > 1 and is_lone(end - 1) and rows[end - 2][0].height - rows[end - 1][0].height > loose:
        end -= 1
    begin = at
    while begin and rows[begin - 1][0].height - rows[begin][0].height <= loose:
        above = rows[begin - 1]
        crosses = any(part.left < gap[1] and gap[0] < part.right for part in above for gap in gutters)
        if crosses or (len(above) > 1 and not _fills_column(above, rows[at:end], gutters)):
            break
        begin -= 1
    if begin < at and _ends_above(rows, begin, at - 1, gutters):
        begin = at
    sides = Counter(side for row in rows[begin:end] for side in {_side(part, gutters) for part in row})
    enough = [side for side, count in sides.items() if count >= (2 if len(gutters) > 1 else _FEWEST_LINES)]
    return (begin, end, gutters) if len(enough) > 1 else None


def _fills_column(row: Sequence[Line], rows: Sequence[Sequence[Line]], gutters: Sequence[Gap]) -> bool:
    """Whether a row is a line of one of the columns of others that is set justified."""
    side = _side(row[0], gutters)
    column = [part for other in rows for part in other if _side(part, gutters) == side]
    if not column or _side(row[-1], gutters) != side:
        return False
    # A comma at the end may be left out of the measure.
    return _is_justified(row, _extent([column]), _ALIGNED * row[0].size)


def _begins_story(rows: Sequence[Sequence[Line]], at: int) -> bool:
    """Whether a row is a headline below columns of text: set larger, and with nothing beside it."""
    one = rows[at][0]
    if len(rows[at]) > 1 or at + 1 >= len(rows):
        return False
    near = median(part.size for row in rows[at - 1 : at + 4] for part in row if part is not one)
    above, below = rows[at - 1][0].height - one.height, one.height - rows[at + 1][0].height
    return one.size > _LARGER * near and min(above, below) > one.size


def _blanks(row: Sequence[Line]) -> list[Gap]:
    """The blank gaps of a row, from left to right."""
    ends = [-math.inf]
    for part in row:
        ends.append(max(ends[-1], part.right))
    starts = [*(part.left for part in row), math.inf]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if start > end]


def _side(part: Line, gutters: Sequence[Gap]) -> int:
    """Which column between gutters a run stands in, from 0."""
    return sum(gap[1] <= part.left + 0.01 for gap in gutters)


def _parted(row: Sequence[Line], gutters: Sequence[Gap]) -> list[list[Line]]:
    """The runs of a row by column."""
    return [[part for part in row if _side(part, gutters) == side] for side in range(len(gutters) + 1)]


def _columns(rows: Sequence[Sequence[Line]], gutters: Sequence[Gap]) -> list[list[list[Line]]] | None:
    """The rows of each column of running text; None where the gutters do not part such columns."""
    cells = [_parted(row, gutters) for row in rows]
    texts = [
        [_text(row[side]) for row in cells if row[side] and not row[side][0].table]
        for side in range(len(gutters) + 1)
    ]
    tabled = [any(row[side] and row[side][0].table for row in cells) for side in range(len(gutters) + 1)]
    # What stands before the lines of a list is no column of its own.
    kept = [gap for gap, column in zip(gutters, texts, strict=False) if not _is_label(column)]
    if len(kept) < len(gutters):
        return _columns(rows, kept) if kept else None
    prose = [has_table or _is_prose(column) for column, has_table in zip(texts, tabled, strict=True)]
    if not all(prose) and not _stands_aside(cells, prose):
        return None
    heights = [[row[side][0].height for row in cells if row[side]] for side in range(len(gutters) + 1)]
    if any(min(one) >= max(other) or min(other) >= max(one) for one, other in pairwise(heights)):
        return None
    return [[row[side] for row in cells if row[side]] for side in range(len(gutters) + 1)]


def _stands_aside(cells: Sequence[Sequence[Sequence[Line]]], prose: Sequence[bool]) -> bool:
    """Whether lines that follow one another, of two columns the one, share no baselines with running text."""
    if sorted(prose) != [False, True]:
        return False
    side = prose.index(False)
    lines = [row[side][0] for row in cells if row[side]]
    shared = sum(bool(row[side] and row[1 - side]) for row in cells)
    steps = [one.height - other.height for one, other in pairwise(lines)]
    return (
        len(lines) >= _FEWEST_LINES
        and 2 * shared < len(lines)
        and sorted(steps)[len(steps) // 3] <= _LOOSE * median(one.size for one in lines)
    )


def _text(parts: Sequence[Line]) -> str:
    return " ".join(part.text for part in parts)


def _is_label(column: Sequence[str]) -> bool:
    return bool(column) and median(map(len, column)) <= _LABEL_LETTERS


def _is_prose(column: Sequence[str]) -> bool:
    """Whether lines are running text: long, of several words, and few of them mere figures."""
    if len(column) < _FEWEST_LINES:
        return False
    figures = sum(sum(map(str.isdigit, line)) > sum(map(str.isalpha, line)) for line in column)
    return (
        median(map(len, column)) >= _PROSE_LETTERS
        and median(len(line.split()) for line in column) >= _PROSE_WORDS
        and figures <= len(column) / 3
    )


def _is_justified(row: Sequence[Line], column: Gap, within: float = 1.0) -> bool:
    """Whether a row fills its column with words that stand equally far apart: running text, set justified."""
    gaps = [after.left - before.right for before, after in pairwise(row)]
    if any(" " in part.text for part in row):
        gaps.append(_GAP * row[0].size)
    flush = max(row[0].left - column[0], column[1] - row[-1].right) < within
    return flush and max(gaps, default=0.0) <= _EQUAL * min(gaps, default=0.0)


_EQUAL = 1.4
"""Times the narrowest blank of a line: the widest of one that is set justified."""

_WIDE = 2.0
"""Of the size of the letters: the narrowest blank in a table of few rows, which no words stand apart by."""

_FEWEST_ROWS = 5
"""Of a table with narrower ones."""

_KEY = re.compile(r".*:$|^:.*")


def _table(
    rows: Sequence[Sequence[Line]], gutters: Sequence[Gap], above: Table | None
) -> tuple[list[tuple[str, float, float, float, float]], Table] | None:
    """The rows of a table as lines, their text and place, and how it may go on; None where the rows are none.

    Args:
        rows: The runs of each row.
        gutters: What is blank between its columns.
        above: The table that it may go on with.
    """
    extent = _extent(rows)
    if any(row[0].table for row in rows) or all(_is_justified(row, extent) for row in rows[:-1]):
        return None
    grid = _cells([([_text(cell) for cell in _parted(row, gutters)], row[0]) for row in rows])
    cells = [row for row, _ in grid]
    if sum(all(row[:2]) for row in cells) < 2:
        return None
    narrow = min(gap[1] - gap[0] for gap in gutters) < _WIDE * rows[0][0].size
    figures = [all(re.search(r"\d", cell) for cell in column[1:]) for column in zip(*cells, strict=True)]
    if narrow and len(cells) < _FEWEST_ROWS and not any(figures[1:]):
        return None
    if len(gutters) == 1 and (_is_label([row[0] for row in cells]) or all(map(_is_form, cells))):
        return None
    heads: Sequence[Sequence[str]] = []
    if above is not None and above.goes_on(cells, gutters):
        heads = above.heads
    lines = table_lines([*heads, *cells], len(heads) or None)
    # Rows of headings, below those of one cell that stand above them, have no lines of their own.
    first = next((at for at, row in enumerate(cells) if sum(map(bool, row)) > 1), 0)
    last = first + len(cells) - len(lines)
    places = [part for _, part in (*grid[:first], *grid[last:])]
    table = Table(heads or cells[first:last], gutters)
    return [(text, *extent, part.height, part.size) for text, part in zip(lines, places, strict=True)], table


def _is_form(cells: Sequence[str]) -> bool:
    """Whether a row is one of a form: "Nama : Budi"."""
    return any(_KEY.match(cell) for cell in cells)


def _cells(rows: list[tuple[list[str], Line]]) -> list[tuple[list[str], Line]]:
    """The rows of a table with what of their cells stands on further lines.

    A line that has not all the cells goes with those above and below that are nearer to it than rows are to
    one another; where none is, one that lacks the first cell goes with the line above.
    """
    rows = _centred(rows)
    most = max(sum(map(bool, cells)) for cells, _ in rows)
    is_full = [sum(map(bool, cells)) == most for cells, _ in rows]
    steps = [one.height - other.height for (_, one), (_, other) in pairwise(rows)]
    apart = min(
        (step for step, one, other in zip(steps, is_full, is_full[1:], strict=False) if one and other),
        default=math.inf,
    )
    if apart == math.inf:
        # Hardly a row has all the cells.
        begins = [bool(cells[0]) and sum(map(bool, cells)) > 1 for cells, _ in rows]
        apart = min(
            (step for step, *both in zip(steps, begins, begins[1:], strict=False) if all(both)),
            default=math.inf,
        )
    joins: set[int] = set()  # numbers of the steps that are within a row
    for at, (cells, part) in enumerate(rows):
        if is_full[at]:
            continue
        limit = min(0.9 * apart, _LOOSE * part.size)
        near = [step for step in (at - 1, at) if 0 <= step < len(steps) and steps[step] < limit]
        joins.update(near)
        if not near and at and not cells[0] and steps[at - 1] < _LOOSE * part.size:
            joins.add(at - 1)
    groups: list[list[int]] = [[0]]
    for at in range(1, len(rows)):
        if at - 1 in joins and not (is_full[at] and any(is_full[one] for one in groups[-1])):
            groups[-1].append(at)
        else:
            groups.append([at])
    merged: list[tuple[list[str], Line]] = []
    for group in groups:
        lines = [rows[at][0] for at in group]
        below = [cell for cell in lines[1] if cell] if len(lines) == 2 and not merged else []
        if len(set(below)) < len(below):
            # Headings that return below others are told apart by those that span them.
            lines[0] = spread(*lines)
        columns = zip(*lines, strict=True)
        main = next((at for at in group if is_full[at]), group[0])
        merged.append(([" ".join(filter(None, column)) for column in columns], rows[main][1]))
    return merged


def _centred(rows: list[tuple[list[str], Line]]) -> list[tuple[list[str], Line]]:
    """The rows of a table, its first row headings, with the first cells that are merged downwards in each.

    Such a cell stands centred: halfway down the rows that lack it. The rows stay as they are unless all of
    them are explained so, one group after the other.
    """
    merged = rows[:1]
    # What is aligned at the top or at the foot of its rows may look so as well, but for these.
    is_centred = len(rows) > 1 and not rows[1][0][0] and not rows[-1][0][0]
    at = 1
    while at < len(rows):
        named = next((number for number in range(at, len(rows)) if rows[number][0][0]), None)
        if named is None:
            return rows
        key = rows[named][0]
        group = rows[at : 2 * named - at + 1]
        at += len(group)
        if len(group) == 1:
            merged += group
            continue
        is_between = not all(key)
        beside = [one for one in group if not (is_between and one is rows[named])]
        width = next((place for place, cell in enumerate(beside[0][0]) if cell), len(key))
        heights, size = [part.height for _, part in group], group[0][1].size
        if (
            any(bool(cell) == (is_between and place >= width) for place, cell in enumerate(key))
            or any(any(cells[:width]) for cells, part in group if part is not rows[named][1])
            or not all(all(cells[width:]) for cells, _ in beside)
            or abs(heights[0] + heights[-1] - 2 * rows[named][1].height) > 2 * _ALIGNED * size
            or min(one.height - other.height for (_, one), (_, other) in pairwise(beside)) < _APART * size
        ):
            return rows
        is_centred = is_centred or is_between
        merged += [([*key[:width], *cells[width:]], part) for cells, part in beside]
    return merged if is_centred else rows


_ALIGNED = 0.35
"""Of the size of the letters: how far from the middle of its rows a cell may stand that is centred."""

_APART = 1.4
"""Times the size of the letters: lines that stand closer are those of one cell."""


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and without lines that return at the same height of other pages."""

    def edges(page: Sequence[Line]) -> list[Line]:
        ordered = sorted(page, key=lambda line: -line.height)
        return [*ordered[:_MARGIN_LINES], *ordered[_MARGIN_LINES:][-_MARGIN_LINES:]]

    usual = median([line.size for page in pages for line in page] or [0.0])
    fewest = max(2, len([page for page in pages if page]) / 3)

    def marks(line: Line, number: int) -> set[tuple[str, int]]:
        """What a line is known by on other pages, where its figures are the same, or one counts the pages."""
        text, height = line.text.casefold(), round(line.height / 4)
        if line.table:
            return set()
        found = {(text, height)}
        for match in _COUNTED.finditer(text) if line.size <= _LARGER * usual else ():
            counted = f"{text[: match.start()]}#{int(match[0]) - number}{text[match.end() :]}"
            found.add((counted, height))
        return found

    seen = Counter(
        one
        for number, page in enumerate(pages)
        for one in {mark for line in edges(page) for mark in marks(line, number)}
    )

    def returns(line: Line, number: int) -> bool:
        return any(
            sum(seen[text, near] for near in (height - 1, height, height + 1)) >= fewest
            for text, height in marks(line, number)
        )

    step = _step(pages)

    def apart(inwards: Sequence[Line], place: int) -> float:
        """How far lines at an edge of a page are from those further in, in distances of lines."""
        if place >= len(inwards):
            return math.inf
        one, other = inwards[place - 1], inwards[place]
        is_other = abs(one.size - other.size) > _OTHER * other.size
        return math.inf if is_other else abs(one.height - other.height) / max(step, 1.0)

    kept = []
    for number, page in enumerate(pages):
        dropped: set[Line] = set()
        ordered = sorted(page, key=lambda line: -line.height)
        for inwards in (ordered, ordered[::-1]):
            numbered = int(len(inwards) > 1 and bool(_PAGE_NUMBER.fullmatch(inwards[0].text)))
            last = numbered
            while last < min(len(inwards), _MARGIN_LINES) and returns(inwards[last], number):
                last += 1
            # Lines of a text may return as well, as in letters to several; the widest blank is above it.
            found = [(far, at) for at in range(1, last + 1) if (far := apart(inwards, at)) > _MORE]
            dropped |= set(inwards[: max(found, default=(0.0, numbered))[1]])
            dropped |= set(inwards[:numbered])
        rest = [line for line in page if line not in dropped]
        # A page of nothing but lines that return is a form, and its text after all.
        kept.append(rest)
    return kept if any(kept) else [list(page) for page in pages]


_MORE = 1.25
"""Times the usual distance of lines: what stands further from a text is no line of it."""

_OTHER = 0.1
"""Of the size of letters: a greater difference is one."""


def flow(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """The lines of all pages as paragraphs with a blank line between, and where each page begins."""
    words = Counter(_whole_words([line.text for page in pages for line in page]))
    parts: list[str] = []
    length = 0
    begins: list[int] = []
    previous: Line | None = None
    step, usual = _step(pages), median([line.size for page in pages for line in page] or [0.0])
    for page in pages:
        for place, line in enumerate(page):
            gap = ""
            if previous is not None and previous.table and line.table == previous.table and place:
                gap = "\n"
            elif previous is not None and _continues(
                previous, line, step * max(1.0, line.size / max(usual, 1.0)), turned=place == 0
            ):
                gap = " "
                if _RUPIAH.search(previous.text) and re.match(r"\d{3}(?!\d)", line.text):
                    gap = ""
                elif previous.text.endswith("-") and _is_hyphenated(previous.text, line.text, words):
                    parts[-1] = parts[-1][:-1]
                    length -= 1
                    gap = ""
                elif re.search(r"\w-$", previous.text):
                    gap = ""
            elif previous is not None:
                gap = "\n\n"
            if place == 0:
                begins.append(length + len(gap))
            parts += [gap, line.text]
            length += len(gap) + len(line.text)
            previous = line
        if not page:
            begins.append(length)
    return "".join([*parts, "\n"]), tuple(begins)


def _whole_words(texts: Sequence[str]) -> Iterator[str]:
    """The words of lines in lower case, without those that a hyphen breaks at the end of a line."""
    broken = False
    for text in texts:
        found = [word.casefold() for word in _WORD.findall(text)]
        goes_on = text.endswith("-")
        yield from found[int(broken) : len(found) - int(goes_on)]
        broken = goes_on


def _step(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance from one line to the next, in points."""
    steps = sorted(
        above.height - below.height
        for page in pages
        for above, below in pairwise(page)
        if 0 < above.height - below.height < 4 * max(above.size, 1)
    )
    # Not the middle one: of short paragraphs as many steps may be from one to the next.
    return steps[len(steps) // 3] if steps else 0.0


def _continues(previous: Line, line: Line, step: float, *, turned: bool) -> bool:
    """Whether `line` goes on with the paragraph of `previous`, which may end the page before."""
    if previous.table or line.table:
        return False
    if abs(previous.size - line.size) > 0.1 * max(previous.size, line.size):
        return False
    left, right = previous.column
    ended = bool(_ENDS.search(previous.text)) and not (
        _RUPIAH.search(previous.text) and re.match(r"\d{3}(?!\d)", line.text)
    )
    # Short is a line at whose end the next word would have had room.
    word = len(line.text.split(" ", 1)[0]) + 1
    short = right - previous.right > max(
        0.03 * (right - left), 1.2 * word * (previous.right - previous.left) / max(len(previous.text), 1)
    )
    if _BULLET.match(line.text) and (ended or short):
        return False
    if turned or line.height > previous.height:
        # The next page, or the next column.
        return not ended and (line.text[:1].islower() or not short)
    if abs(previous.height - line.height) < 0.3 * step:
        return True
    if not short and previous.left - line.left > _SET_RIGHT * (right - left):
        return False
    if previous.height - line.height > 1.35 * step:
        return False
    if ended:
        return not short and line.left - previous.left <= 0.6 * line.size
    return not (short and line.text[:1].isupper() and right - previous.right > 0.4 * (right - left))


_SET_RIGHT = 0.3
"""Of a column: a line that begins so much further right than the next is set at the right, as a day is."""


def _is_hyphenated(before: str, after: str, words: Counter[str]) -> bool:
    """Whether the hyphen between two lines only breaks a word, and is no part of it.

    Indonesian doubles words with a hyphen (`undang-undang`, `anak-anaknya`, `sayur-mayur`); what else is
    written elsewhere in the document decides, as one word, with a hyphen, or as two words.
    """
    broken, following = _BROKEN.search(before), re.match(r"[^\W\d_]+", after)
    if broken is None or following is None or not following.group()[0].islower():
        return False
    first, second = broken[1].casefold(), following.group().casefold()
    if after[following.end() :].startswith("-"):
        # "over-" and "the-top": one word of several.
        return False
    if words[f"{first}{second}"]:
        return True
    if words[f"{first}-{second}"]:
        return False
    doubled = len(first) > 2 and (
        second.startswith(first) or first[-3:] == second[-3:] or second[-3:] == first[-3:]
    )
    known = [words[word] or word in _SHORT_WORDS for word in (first, second)]
    return not doubled and not all(known)


def _heading(pages: Sequence[Sequence[Line]]) -> str | None:
    """The lines at the top of the first page that are set larger than the rest; None where none are."""
    first = next((page for page in pages if page), [])
    usual = median(line.size for page in pages for line in page)
    found: list[Line] = []
    for line in first[:12]:
        if line.size > _LARGER * usual and (not found or abs(line.size - found[0].size) < 0.1 * line.size):
            found.append(line)
        elif found:
            break
    title = one_line(" ".join(line.text for line in found))
    return title if title and 10 <= len(title) <= 250 else None


_LANGUAGE = "ind"
_DOTS = 300
"""In an inch of a page."""

_PAGE_SECONDS = 60.0
"""Seconds for one page."""

_MOST_DOTS = 6000
"""Dots of the longer side of a page."""


@cache
def tesseract() -> str | None:
    """Where `tesseract` is, with its Indonesian data; None where it is not."""
    found = shutil.which("tesseract")
    if found is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 (what the system's path names)
            [found, "--list-langs"], capture_output=True, text=True, timeout=_PAGE_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found if _LANGUAGE in listed.stdout.split() else None


def recognise(page: Any) -> list[Line]:
    """The lines of a page of a PDF in the order in which they are read; none where nothing can be read."""
    found = tesseract()
    if found is None:
        return []
    width, height = page.get_size()
    scale = min(_DOTS / 72, _MOST_DOTS / max(width, height, 1.0))
    drawn = page.render(scale=scale, grayscale=True).to_numpy()
    rows, columns = drawn.shape[:2]
    image = b"P5 %d %d 255\n" % (columns, rows) + drawn.reshape(rows, columns).tobytes()
    try:
        result = subprocess.run(  # noqa: S603 (what the system's path names)
            [found, "stdin", "stdout", "-l", _LANGUAGE, "--dpi", str(round(72 * scale)), "tsv"],
            input=image, capture_output=True, timeout=_PAGE_SECONDS, check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return []
    return list(_recognised_lines(result.stdout.decode("utf-8", "replace"), scale, height))


def _recognised_lines(table: str, scale: float, height: float) -> Iterator[Line]:
    """The lines in what `tesseract` tells, a word a row."""
    words: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    blocks: dict[str, tuple[float, float]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            words.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    edges = {
        key: (
            min(int(one["left"]) for one in line) / scale,
            max(int(one["left"]) + int(one["width"]) for one in line) / scale,
        )
        for key, line in words.items()
    }
    for (block, *_), (left, right) in edges.items():
        known = blocks.get(block, (left, right))
        blocks[block] = (min(known[0], left), max(known[1], right))
    # Of one line the height depends on which letters are in it.
    tall = {
        block: median(int(one["height"]) for key, line in words.items() if key[0] == block for one in line)
        for block in blocks
    }
    for key, line in words.items():
        foot = median(int(one["top"]) + int(one["height"]) for one in line) / scale
        text = " ".join(one["text"].strip() for one in line)
        yield Line(clean(text), *edges[key], height - foot, tall[key[0]] / scale, blocks[key[0]])
