"""Spreadsheets: the rows of a table of articles as records, of any other sheet as one article.

A cell reads as it is shown: 0.2267 that is formatted as a percentage is "22,67%". What a formula gives is
read as the program stored it; nothing is calculated.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice, pairwise
from math import isfinite
from typing import Any

from index.errors import ArticleError
from index.parsers import (
    OLE,
    ArticleDraft,
    Contents,
    Merged,
    Spanned,
    clean,
    has_heads,
    one_line,
    table_lines,
)
from index.parsers.docx import open_bytes, transitional, withheld_office
from index.parsers.office import OpenDocument, declared, open_document, text_of
from index.parsers.publication import Columns, tells_publication, withheld_head, withheld_part
from index.parsers.tables import FieldMap, row_of
from index.text import day_of_utc, declared_date, detect

MOST_BYTES = 512 * 2**20
"""Of all parts of a workbook, when they are unpacked."""

MOST_CELLS = 2_000_000

_MOST_COLUMNS = 2_000

_HEAD = 10
"""Rows among which the names of columns are looked for; a title may stand above them."""

_LONGEST_TABLE = 500
"""Rows that stand line by line; each names its columns, so that those of a longer table stand in several."""

_FEWEST_WORDS = 3
"""Of what stands in a column of texts, in half of its rows at least: a column "berita" may count them."""


_FEWEST_OF_TEXT = 12
"""Words of a cell that holds an article, or its beginning, and no note."""


class Unstored(str):
    """A cell whose formula has no stored value; the text is the cell's name, "C5"."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is shown.

    Attributes:
        title: Its name.
        rows: Each row that is shown with its number from 1 and its cells as they read; one that is merged
            stands in each row and column that it covers.
        hidden: How many of its rows and columns are not shown, and hold something, by what they are.
        unshown: The numbers of the rows that are not shown.
        beside: By the number of a row that is shown, its cells in columns that are not.
    """

    title: str
    rows: list[tuple[int, list[str]]]
    hidden: Mapping[str, int] = field(default_factory=dict)
    unshown: Collection[int] = ()
    beside: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def record(self, place: int) -> list[str]:
        """The cells of a row of records, what spans several columns in the first of them alone."""
        return ["" if isinstance(cell, Spanned) else cell for cell in self.rows[place][1]]


class _Layout:
    """Which cells of a sheet are merged, which of its rows and columns are shown, and what was left out.

    Attributes:
        merged: The cells that are merged.
        rows: The numbers of the rows that are not shown, from 1.
        left_out: How many rows and columns that hold something were left out, by what they are.
        beside: What rows that are shown hold in columns that are not.
    """

    def __init__(
        self,
        rows: Iterable[int] = (),
        columns: Iterable[int] = (),
        merged: Iterable[tuple[int, int, int, int]] = (),
    ) -> None:
        self.rows, self._columns, self.merged = set(rows), set(columns), Merged(merged)
        self._width = 0
        self._order = sorted(self._columns)
        self._seen: set[int] = set()
        self.beside: dict[int, list[str]] = {}
        self.left_out: Counter[str] = Counter()

    def cells(self, number: int, cells: list[str]) -> list[str]:
        """The cells of a row without those that are not shown; none of a row that is not."""
        self._width = max(self._width, *(at for at, cell in enumerate(cells, 1) if cell), 0)
        cells = self.merged.fill(number, cells)
        if number in self.rows:
            self.left_out["hidden row"] += any(cells)
            return []
        if not self._columns:
            return cells
        gone = {at for at, cell in enumerate(cells, 1) if cell and at in self._columns} - self._seen
        self._seen |= gone
        self.left_out["hidden column"] += len(gone)
        self.beside[number] = [cells[at - 1] for at in self._order if at <= len(cells)]
        return [cell for at, cell in enumerate(cells, 1) if at not in self._columns]

    def without_struck(self, number: int, cells: list[str], struck: Iterable[bool]) -> list[str]:
        """The cells of a row without those that are struck out; where nothing is left, it is not shown."""
        kept = ["" if gone else cell for cell, gone in zip(cells, struck, strict=True)]
        self.left_out["struck-out cell"] += sum(map(bool, cells)) - sum(map(bool, kept))
        if any(cells) and not any(kept):
            self.rows.add(number)
        return kept

    def sheet(self, title: str, rows: list[tuple[int, list[str]]]) -> Sheet:
        left_out = {kind: count for kind, count in self.left_out.items() if count}
        # What is merged may reach beyond all that the sheet holds.
        shown = [(number, _trimmed(cells[: self._width])) for number, cells in rows]
        return Sheet(title, shown, left_out, frozenset(self.rows), self.beside)


def read_xlsx(raw: bytes, fields: FieldMap) -> Contents:
    """The articles of an Excel workbook."""
    from lxml import etree
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if raw.startswith(OLE):
        raise ArticleError("it is locked with a password, or an older workbook; save it as .xlsx without one")
    if not raw.startswith(b"PK"):
        raise ArticleError("it is no Excel workbook; name it after what it is, or save it as .xlsx")
    raw = transitional(raw, MOST_BYTES)
    broken = (
        KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, RuntimeError,
        SyntaxError, InvalidFileException, zipfile.BadZipFile, zlib.error, etree.LxmlError,
    )  # fmt: skip
    try:
        with open_bytes(raw, MOST_BYTES) as container:
            parts = [name for name in container.namelist() if name.startswith("xl/worksheets/")]
            calculated = any(_has(_FORMULA, container, name) for name in parts)
            coloured = {name for name in parts if _has(_COLOURED, container, name)}
            layouts = {name: _layout(container, name) for name in parts if _has(_LAID_OUT, container, name)}
        values = load_workbook(BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(BytesIO(raw), read_only=True, keep_links=False) if calculated else None
        shown = [one for one in values.worksheets if one.sheet_state == "visible"]
        language = _language(cell for one in shown for row in _rows(one) for cell in row)
        is_struck = any(font.strike for font in values._fonts)
        is_unseen = any(map(_is_white, values._fonts)) or _NOTHING in values._number_formats
        budget = _Budget()
        sheets = [
            _sheet(
                one.title,
                _rows(one),
                _rows(formulas[one.title]) if formulas else None,
                language,
                budget,
                _Layout(*layouts.get(path := getattr(one, "_worksheet_path", ""), (set(), set(), []))),
                is_struck=is_struck,
                is_unseen=is_unseen and path not in coloured and not _tells_publication(one),
            )
            for one in shown
        ]
        hidden = len(values.worksheets) - len(shown)
        known = values.properties
        title, author, made = known.title, known.creator, known.created
    except broken as error:
        raise ArticleError("it is no whole Excel workbook; save it as .xlsx again") from error
    return _contents(sheets, fields, hidden, title, author, day_of_utc(made), withheld_office(raw))


def read_xls(raw: bytes, fields: FieldMap) -> Contents:
    """The articles of a workbook of Excel 97 to 2003."""
    import xlrd

    if not raw.startswith(OLE):
        raise ArticleError("it is no Excel workbook; name it after what it is, or save it as .xlsx")
    log = open("/dev/null", "w", encoding="utf-8")  # noqa: PTH123, SIM115
    try:
        with log:
            book = xlrd.open_workbook(file_contents=raw, formatting_info=True, logfile=log)
        shown = [one for one in book.sheets() if one.visibility == 0]
        language = _language(value for one in shown for row in one.get_rows() for value in row)
        budget = _Budget()
        sheets = [_old_sheet(one, book, language, budget) for one in shown]
        author = book.user_name
    except ArticleError:
        raise
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise ArticleError("it is locked with a password; save it as .xlsx without one") from error
        raise ArticleError("it is no whole Excel workbook; save it as .xlsx again") from error
    except Exception as error:
        raise ArticleError("it is no whole Excel workbook; save it as .xlsx again") from error
    return _contents(sheets, fields, len(book.sheets()) - len(shown), None, author, None)


def read_ods(raw: bytes, fields: FieldMap) -> Contents:
    """The articles of an OpenDocument spreadsheet, whose cells hold what they show."""
    document = open_document(raw, "spreadsheet", ".ods")
    budget = _Budget()
    sheets, hidden = [], 0
    for table in document.body.iterfind("{*}table"):
        if not document.is_shown(table):
            hidden += 1
            continue
        rows: list[tuple[int, list[str]]] = []
        number = 1
        shown = _Layout(columns=_unshown_columns(table, document))
        for row in table.iter("{*}table-row"):
            again = document.repeated(row, "number-rows-repeated")
            cells: list[str] = []
            for cell in row:
                if not str(cell.tag).endswith(("}table-cell", "}covered-table-cell")):
                    continue
                text = _dated(document.attribute(cell, "date-value"), text_of(cell, document.hidden))
                wide = document.repeated(cell, "number-columns-repeated")
                if area := document.merged(cell, number, len(cells) + 1, _MOST_COLUMNS):
                    shown.merged.add(*area)
                # The last cell of a row is repeated to the edge of the sheet.
                cells += [text] * (min(wide, _MOST_COLUMNS) if text or wide < _MOST_COLUMNS else 0)
            if any(cells) and not document.is_shown(row):
                shown.left_out["hidden row"] += min(again, 1000)
                shown.rows |= set(range(number, number + min(again, 1000)))
            elif any(cells := shown.cells(number, cells)):
                for each in range(number, number + min(again, 1000)):
                    budget.take(len(cells))
                    rows.append((each, cells))
            number += again
        sheets.append(shown.sheet(document.attribute(table, "name"), rows))
    return _contents(
        sheets, fields, hidden, document.title, document.author, document.made, document.withheld
    )


def _dated(value: str, shown: str) -> str:
    """What a cell shows, but of one that shows the day which is its value that day as 2025-03-03."""
    day = declared_date(value)
    if day is None or day.day not in map(int, re.findall(r"\d{1,9}", shown)):
        return shown
    return f"{day} {value[11:16]}" if value[11:16].strip("0:") else str(day)


def _unshown_columns(table: Any, document: OpenDocument) -> set[int]:
    """The numbers of the columns of a table of an OpenDocument spreadsheet that are not shown, from 1."""
    columns: set[int] = set()
    number = 1
    for column in table.iter("{*}table-column"):
        wide = document.repeated(column, "number-columns-repeated")
        if not document.is_shown(column):
            columns |= set(range(number, min(number + wide, _MOST_COLUMNS + 1)))
        number += wide
    return columns


def _contents(
    sheets: Sequence[Sheet],
    fields: FieldMap,
    hidden: int,
    title: Any,
    author: Any,
    made: date | None,
    withheld: str = "",
) -> Contents:
    """The drafts in the sheets that are not empty; `withheld` is why the workbook says it is not public."""
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        cure = "show one of its sheets" if hidden else "write an article into it"
        raise ArticleError(f"it is a workbook of empty or hidden sheets; {cure} or remove it")
    if "text" in fields.names and all(_head(sheet, fields) is None for sheet in filled):
        raise ArticleError(
            fields.missing(filled[0].rows[0][1]) or "no column holds texts; name it with --map text=COLUMN"
        )
    drafts: list[ArticleDraft] = []
    for sheet in filled:
        reason = withheld or withheld_part(sheet.title)
        head = _head(sheet, fields)
        if head is not None:
            columns = Columns()
            records = list(_records(sheet, head, fields, several=len(filled) > 1))
            for one in records:
                columns.learn(one)
            found = map(columns.judge, records)
            drafts += [replace(one, withheld=one.withheld or reason) for one in found]
            continue
        whole = _stored(sheet)
        if whole is not sheet:
            lost = [cell for _, cells in sheet.rows for cell in cells if isinstance(cell, Unstored)]
            place = f"sheet {one_line(sheet.title) or ''}"
            drafts.append(ArticleDraft("", place=place, refused=_unstored(lost), withheld=reason))
        if not whole.rows:
            continue
        draft = _article(whole)
        draft = replace(draft, withheld=reason or withheld_head(draft.title, draft.text))
        if not reason and (lacking := _lacking(sheet, fields)):
            draft = replace(draft, refused=lacking)
        if len(filled) == 1:
            draft = replace(draft, title=draft.title or declared(title))
        drafts.append(replace(draft, author=declared(author), made=made))
    left_out = Counter({"hidden sheet": hidden} if hidden else {})
    for sheet in sheets:
        left_out.update(sheet.hidden)
    return Contents(drafts, left_out=left_out)


def _head(sheet: Sheet, fields: FieldMap) -> int | None:
    """The place of the row that names the columns of a table of articles; None where there is none."""
    for place, (number, _) in enumerate(sheet.rows[:_HEAD]):
        names = sheet.record(place)
        if any(isinstance(name, Unstored) for name in names):
            continue
        beside = [name for name, _ in _telling(sheet, number, fields)]
        if fields.missing([*names, *beside]) is not None:
            continue
        if "text" in fields.names:
            return place
        below = map(sheet.record, range(place + 1, min(place + 201, len(sheet.rows))))
        texts = [fields.text_in(dict(zip(names, cells, strict=False))) for cells in below]
        filled = [len(text.split()) >= _FEWEST_WORDS for text in texts if text]
        if filled and 2 * sum(filled) >= len(filled):
            return place
    return None


def _lacking(sheet: Sheet, fields: FieldMap) -> str:
    """What a sheet lacks to hold articles, some of whose rows are not public; empty where none is.

    A row of an article has a title, or running text in a column that has no usual name.
    """
    for place, (number, _) in enumerate(sheet.rows[:_HEAD]):
        names = sheet.record(place)
        if not any(map(tells_publication, [*names, *(name for name, _ in _telling(sheet, number, fields))])):
            continue
        for at in range(place + 1, len(sheet.rows)):
            cells = sheet.record(at)
            record = row_of(_named(sheet, place, at, fields))
            is_text = any(len(cell.split()) >= _FEWEST_OF_TEXT for cell in cells)
            if (is_text or fields.has_title(record)) and fields.reason(record):
                return fields.missing(names) or "no column holds texts; name it with --map text=COLUMN"
    return ""


def _named(sheet: Sheet, head: int, place: int, fields: FieldMap) -> list[tuple[str, str]]:
    """The cells of a row by the names of their columns, first of those that are not shown but tell of it."""
    above, number = sheet.rows[head][0], sheet.rows[place][0]
    beside = sheet.beside.get(number, ())
    told = [(name, beside[at] if at < len(beside) else "") for name, at in _telling(sheet, above, fields)]
    # Of a row that ends early the other cells are empty.
    names = sheet.record(head)
    return [*told, *zip(names, [*sheet.record(place), *[""] * len(names)], strict=False)]


def _telling(sheet: Sheet, head: int, fields: FieldMap) -> list[tuple[str, int]]:
    """The columns that are not shown but tell which article a row is, or whether it is public, and where.

    Args:
        sheet: A table of articles.
        head: The number of the row that names its columns.
        fields: What they are called.
    """
    return [(name, at) for at, name in enumerate(sheet.beside.get(head, ())) if fields.tells(name)]


def _records(sheet: Sheet, head: int, fields: FieldMap, *, several: bool) -> Iterator[ArticleDraft]:
    where = f"sheet {one_line(sheet.title)}, " if several else ""
    names, below = sheet.record(head), range(head + 1, len(sheet.rows))
    fields = fields.ordered(dict(zip(names, sheet.record(at), strict=False)) for at in below)
    for at in below:
        place = f"{where}row {sheet.rows[at][0]}"
        named = _named(sheet, head, at, fields)
        unstored = [cell for _, cell in named if isinstance(cell, Unstored)]
        if any(fields.tells(name) for name, cell in named if isinstance(cell, Unstored)):
            # What does not show whether it is public must not be taken for that.
            yield ArticleDraft("", place=place, refused=_unstored(unstored))
            continue
        stored = [(name, cell) for name, cell in named if not isinstance(cell, Unstored)]
        try:
            draft = fields.draft(row_of(stored))
        except ArticleError as error:
            refused = _unstored(unstored) if unstored else str(error)
            yield ArticleDraft("", place=place, refused=refused)
            continue
        yield replace(draft, place=place)


def _article(sheet: Sheet) -> ArticleDraft:
    """The rows of a sheet as one article: a row of one cell is a line, of several a row of a table."""
    name = one_line(sheet.title) or ""
    text = "\n\n".join(_blocks(sheet)) + "\n"
    first = [cell for cell in sheet.record(0) if cell]
    heading = ", ".join(first) if len(sheet.rows) > 1 else None
    return ArticleDraft(text, title=one_line(heading), key=name, place=f"sheet {name}")


def _stored(sheet: Sheet) -> Sheet:
    """The sheet without cells whose formula has no stored value, and rows of which little else is left.

    Without a row where one of them may be a heading or tell whether a row is public, or where no other row of
    a table stays; the sheet itself where there is no such cell.
    """
    if not any(isinstance(cell, Unstored) for _, cells in sheet.rows for cell in cells):
        return sheet
    names = (name for number, cells in sheet.rows[:_HEAD] for name in (*cells, *sheet.beside.get(number, ())))
    if any(map(tells_publication, names)):
        return replace(sheet, rows=[])

    def count(cells: Sequence[str]) -> int:
        return sum(bool(cell) and not isinstance(cell, Spanned | Unstored) for cell in cells)

    rows: list[tuple[int, list[str]]] = []
    headed = False
    for number, cells in sheet.rows:
        lacking = any(isinstance(cell, Unstored) for cell in cells)
        if lacking and not headed:
            return replace(sheet, rows=[])
        headed = headed or count(cells) > 1
        if not lacking or count(cells) > 1:
            rows.append((number, ["" if isinstance(cell, Unstored) else cell for cell in cells]))
    has_body = sum(count(cells) > 1 for _, cells in rows) > 1
    return replace(sheet, rows=rows if has_body else [])


def _blocks(sheet: Sheet) -> Iterator[str]:
    """Lines and tables; a table begins at a row of several cells and ends at a row that is empty."""
    table: list[list[str]] = []
    last = 0
    for number, cells in sheet.rows:
        if table and any(between not in sheet.unshown for between in range(last + 1, number)):
            yield from _table(table)
            table = []
        last = number
        written = [cell for cell in cells if cell and not isinstance(cell, Spanned)]
        if table or len(written) > 1:
            table.append(cells)
        elif written:
            yield " ".join(written[0].split())
    if table:
        yield from _table(table)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for table in _beside(rows):
        lines = table_lines(table)
        for at in range(0, len(lines), _LONGEST_TABLE):
            yield "\n".join(lines[at : at + _LONGEST_TABLE])


def _beside(rows: Sequence[Sequence[str]]) -> list[list[Sequence[str]]]:
    """The tables that stand side by side, a blank column between, each with headings and names of its own."""
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    blank = [at for at, column in enumerate(zip(*padded, strict=True)) if not any(column)]
    bounds = [(first + 1, last) for first, last in pairwise([-1, *blank, width]) if last > first + 1]
    tables: list[list[Sequence[str]]] = [
        [row[first:last] for row in padded if any(row[first:last])] for first, last in bounds
    ]
    named = all(not row[0] or row[0][0].isalpha() for table in tables for row in table)
    return tables if named and all(map(has_heads, tables)) else [[row[bounds[0][0] :] for row in padded]]


def _unstored(found: Sequence[str]) -> str:
    cells = list(dict.fromkeys(found))
    count = f"{len(cells)} cells are formulas" if len(cells) > 1 else "a cell is a formula"
    return (
        f"{count} without a stored value ({', '.join(cells[:3])}); "
        "open it in a spreadsheet program and save it again"
    )


class _Budget:
    """How many cells may still be read."""

    def __init__(self) -> None:
        self._left = MOST_CELLS

    def take(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise ArticleError(f"it has more than {MOST_CELLS:,} cells; split it")


_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_LAID_OUT = re.compile(rb"\shidden=[\"'](?:1|true)[\"']|<(?:\w+:)?mergeCell\s")
_COLOURED = re.compile(rb"<(?:\w+:)?(?:conditionalFormatting|tablePart)\s")
"""What may darken cells of a sheet that have no colour of their own."""

_NOTHING = ";;;"
"""The format of a cell that shows nothing."""


def _tells_publication(sheet: Any) -> bool:
    """Whether a sheet has a column that says what is public, which counts also where it is not seen."""
    heads = (cell.value for row in islice(_rows(sheet), _HEAD) for cell in row)
    return any(tells_publication(name) for name in heads if isinstance(name, str))


def _is_white(font: Any) -> bool:
    colour = font.color
    if colour is None or colour.type == "theme":
        return colour is not None and colour.theme == 0 and not colour.tint
    return colour.type == "rgb" and str(colour.rgb).upper().endswith("FFFFFF")


def _is_unseen(cell: Any) -> bool:
    """Whether a cell shows nothing: white on white, or by its format."""
    return getattr(cell, "number_format", "") == _NOTHING or (
        getattr(cell, "font", None) is not None and _is_white(cell.font) and cell.fill.fill_type is None
    )


def _has(pattern: re.Pattern[bytes], container: zipfile.ZipFile, name: str) -> bool:
    with container.open(name) as opened:
        before = b""
        while piece := opened.read(2**20):
            if pattern.search(before + piece):
                return True
            before = piece[-16:]
    return False


def _layout(
    container: zipfile.ZipFile, name: str
) -> tuple[set[int], set[int], list[tuple[int, int, int, int]]]:
    """The numbers of the rows and of the columns of a sheet that it hides, and which cells are merged."""
    from lxml import etree
    from openpyxl.utils import range_boundaries

    rows: set[int] = set()
    columns: set[int] = set()
    merged = []
    number = 0
    with container.open(name) as opened:
        for _, one in etree.iterparse(
            opened, tag=("{*}row", "{*}col", "{*}mergeCell"), resolve_entities=False, no_network=True
        ):
            is_hidden = one.get("hidden") in {"1", "true"}
            if str(one.tag).endswith("}row"):
                number = int(one.get("r") or number + 1)
                rows |= {number} if is_hidden else set()
            elif str(one.tag).endswith("}mergeCell"):
                left, top, right, bottom = range_boundaries(one.get("ref"))
                merged.append((top, left, bottom, min(right, _MOST_COLUMNS)))
            elif is_hidden:
                first, last = max(int(one.get("min")), 1), min(int(one.get("max")), _MOST_COLUMNS)
                columns |= set(range(first, last + 1))
            one.clear()
            while one.getprevious() is not None:
                del one.getparent()[0]
    return rows, columns, merged


def _rows(sheet: Any) -> Iterator[Sequence[Any]]:
    """The rows of a sheet as they are, whatever size it claims to have."""
    sheet.reset_dimensions()
    return (row[:_MOST_COLUMNS] for row in sheet.iter_rows())


def _language(cells: Iterable[Any]) -> str:
    """The language of a workbook's words, whose signs of decimals and thousands are used: "en", or "id"."""
    words = (
        str(cell.value) for cell in cells if isinstance(cell.value, str) and not cell.value.startswith("=")
    )
    return "en" if detect(" ".join(islice(words, 2000))[:20_000]) == "en" else "id"


def _sheet(
    title: str,
    values: Any,
    formulas: Any,
    language: str,
    budget: _Budget,
    layout: _Layout,
    *,
    is_struck: bool,
    is_unseen: bool,
) -> Sheet:
    """A sheet as it is shown; some of its cells may be struck out, or show nothing."""
    rows = []
    for number, row in enumerate(values, 1):
        written = next(formulas, ()) if formulas is not None else ()
        cells = [_shown(cell.value, getattr(cell, "number_format", "") or "", language) for cell in row]
        for column, cell in enumerate(written[: len(cells)]):
            if cell.data_type == "f" and row[column].value is None:
                cells[column] = Unstored(cell.coordinate)
        if is_struck:
            struck = (bool(getattr(cell.font, "strike", False)) for cell in row)
            cells = layout.without_struck(number, cells, struck)
        if is_unseen:
            gone = [cell.value is not None and _is_unseen(cell) for cell in row]
            layout.left_out["unseen cell"] += sum(gone)
            cells = ["" if is_gone else cell for cell, is_gone in zip(cells, gone, strict=True)]
        cells = layout.cells(number, cells)
        budget.take(max(len(row), len(cells)))
        if any(cells):
            rows.append((number, cells))
    return layout.sheet(title, rows)


def _old_sheet(sheet: Any, book: Any, language: str, budget: _Budget) -> Sheet:
    layout = _Layout(
        {at + 1 for at, about in sheet.rowinfo_map.items() if about.hidden},
        {at + 1 for at, about in sheet.colinfo_map.items() if about.hidden},
        ((top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells),
    )
    rows = []
    for number, cells, struck in _old_rows(sheet, book, language, budget):
        shown = layout.cells(number, layout.without_struck(number, cells, struck))
        if any(shown):
            rows.append((number, shown))
    return layout.sheet(sheet.name, rows)


def _old_rows(
    sheet: Any, book: Any, language: str, budget: _Budget
) -> Iterator[tuple[int, list[str], list[bool]]]:
    """The number of each row, its cells as they read, and which are struck out."""
    import xlrd

    for number, row in enumerate(sheet.get_rows(), 1):
        budget.take(len(row))
        cells, struck = [], []
        for cell in row:
            value: Any = cell.value
            look = book.xf_list[cell.xf_index]
            code = book.format_map[look.format_key].format_str
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    value = xlrd.xldate_as_datetime(value, book.datemode)
                except (ValueError, OverflowError):
                    value = cell.value
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                value = bool(value)
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                value = xlrd.error_text_from_code.get(value, "#ERR")
            cells.append(_shown(value, code, language))
            struck.append(bool(book.font_list[look.font_index].struck_out))
        if any(cells):
            yield number, cells, struck


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _shown(value: Any, code: str, language: str) -> str:
    """A cell as it is shown: a number by its format's code, a day as 2025-03-03, a text as it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return shown_number(float(value) if isinstance(value, float) else value, code, language)
    if isinstance(value, date) and value.day == 1 and (month := _month(value, code, language)):
        return month
    if isinstance(value, datetime):
        day = value.date().isoformat()
        return day if value.time() == time() else f"{day} {value:%H:%M}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return clean(str(value)).strip()


def _month(day: date, code: str, language: str) -> str:
    """The month or year that is shown of its first day; empty where the day is shown."""
    from babel.dates import get_month_names

    shown = _LITERAL.sub("", code).lower()
    if "d" in shown or "h" in shown or "y" not in shown:
        return ""
    return (
        f"{get_month_names('wide', locale=language)[day.month]} {day.year}" if "m" in shown else f"{day.year}"
    )


_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|_.|\*.')
_DIGITS = re.compile(r"(?P<whole>[#0?][#0?,]*)(?:\.(?P<part>[#0?]+))?(?P<thousands>,*)")


def shown_number(number: float, code: str, language: str) -> str:
    """A number as a spreadsheet shows it: 0.2267 by `0.00%` as "22,67%", 4796 by `#,##0` as "4.796"."""
    if not isfinite(number):
        return ""
    sections = code.split(";")
    at = 1 if number < 0 else 2 if number == 0 else 0
    if len(sections) > max(at, 1) and not sections[at]:
        return ""
    section = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    literals: list[str] = []

    def kept(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or match[3] or "")
        return f"\0{chr(0xE000 + len(literals) - 1)}"

    plain = _LITERAL.sub(kept, section) if len(section) < 200 else ""
    digits = _DIGITS.search(plain)
    percent = "%" in plain
    if digits is None or "E" in plain.upper().replace("GENERAL", ""):
        shown = _digits(number, None, grouped=False, language=language)
        return f"{shown}%" if percent else shown
    whole, part = digits["whole"].rstrip(","), digits["part"] or ""
    # A comma at the end divides by a thousand.
    scale = len(digits["whole"]) - len(whole) + len(digits["thousands"])
    number = number * (100 if percent else 1) / 1000**scale
    before, after = plain[: digits.start()], plain[digits.end() :]
    minus = "-" if number < 0 and section is sections[0] else ""
    shown = _digits(abs(number), len(part), grouped="," in whole, language=language)
    if "#" in part:
        mark = "." if language == "en" else ","
        shown = shown.rstrip("0").removesuffix(mark) if mark in shown else shown
    text = f"{before}{minus}{shown}{after}"
    for place, literal in enumerate(literals):
        text = text.replace(f"\0{chr(0xE000 + place)}", literal)
    return " ".join(text.split())


def _digits(number: float, places: int | None, *, grouped: bool, language: str) -> str:
    if places is None:
        written = str(number) if isinstance(number, int) else f"{number:.15g}"
    else:
        written = f"{number:,.{places}f}" if grouped else f"{number:.{places}f}"
    return written if language == "en" else written.translate(str.maketrans(",.", ".,"))
