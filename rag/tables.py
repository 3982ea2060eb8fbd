"""Tables in the text of articles: rows and cells with their headings, and which of them a text names.

What `index.parsers.table_lines` wrote has the heading before each cell; tables of plain text and Markdown
have a first row of headings, their cells apart by `|`, a tab, `;` or a comma. A cell belongs to its row and
its column, so which cell a question or a claim means is told by what it names of both.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from index.models import Span
from index.parsers import has_heads
from index.text import lines
from rag.lang import Language
from rag.lang.dates import find_moments
from rag.lang.names import stems_of
from rag.lang.numbers import Figure, find_figures
from rag.lang.words import content_stems, indonesian, stem
from rag.weights import log_odds, logistic, weighed, weights_of

if TYPE_CHECKING:
    from rag.query import Question
    from rag.reader import Reading

FITTED = Path(__file__).with_name("tables.json")
"""Weights of `FEATURES`, fitted by `scripts/train/tables.py`."""

FEATURES = ("bias", "sure", "met", "lacking", "other_language")
"""Of a cell that a question may ask for: 1; the log-odds that a row of its table answers, by the model;
whether its row, the headings, the passage and the title have all words of the question; how many they lack,
at most `MOST_LACKING`; whether the question is in another language, of whose words that cannot be told."""

MOST_LACKING = 2

MOST_ROWS = 1000
"""Of a table; a longer one is a list of records, which is indexed as such."""

LONGEST_CELL = 80
"""Characters of a cell where no `|` parts them."""

ITEM = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+(?=\S)")
"""What an item of a list begins with."""

_VALUE = re.compile(rf"{ITEM.pattern}(?P<label>[^:;|\n]{{1,80}}):\s+(?P<value>[^\n]{{0,80}}\d[^\n]{{0,80}})")
_UNIT = re.compile(r"\([^()\d]*[^\W\d][^()\d]*\)(?=\W*$)")
_LABELLED = re.compile(r"(?P<label>[^:;|]{1,80}):\s+(?P<value>\S.*)")
_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DELIMITERS = ("|", "\t", ";", ",")


@dataclass(frozen=True, slots=True)
class Cell:
    """The characters `start:end` of a text, and its heading; empty where it has none."""

    start: int
    end: int
    text: str
    head: str


@dataclass(frozen=True, slots=True)
class Row:
    """The characters `start:end` of a text that are a row, with the cells of it that are not empty."""

    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the same headings; `head` is the line of these, None where each cell follows its own."""

    rows: tuple[Row, ...]
    head: Span | None = None

    @property
    def heads(self) -> tuple[str, ...]:
        """The headings of its columns, each once."""
        return tuple(dict.fromkeys(cell.head for row in self.rows for cell in row.cells))


@lru_cache(maxsize=256)
def find_tables(text: str) -> tuple[Table, ...]:
    """The tables of a text, in order: two rows or more that stand line by line."""
    found: list[Table] = []
    for block in _blocks(text):
        at = 0
        while at < len(block):
            table, used = _listed(text, block, at)
            if table is None:
                table, used = _labelled(text, block, at)
            if table is None:
                table, used = _delimited(text, block, at)
            if table is not None and len(table.rows) <= MOST_ROWS:
                found.append(table)
            at += max(used, 1)
    return tuple(found)


def _blocks(text: str) -> list[list[Span]]:
    """Lines of which each follows the one before it without a blank line, two at least."""
    blocks: list[list[Span]] = []
    for start, end in _lines(text):
        if blocks and text.count("\n", blocks[-1][-1][1], start) == 1:
            blocks[-1].append((start, end))
        else:
            blocks.append([(start, end)])
    return [block for block in blocks if len(block) > 1]


def list_head(text: str, start: int) -> Span | None:
    """The line that ends in a colon above the list of which an item begins at a character of a text."""
    spans = _lines(text)
    at = bisect_left(spans, (start, start))
    while at and ITEM.match(text, spans[at - 1][0]):
        at -= 1
    head = spans[at - 1] if at and ITEM.match(text, start) else None
    return head if head and text[head[1] - 1] == ":" else None


@lru_cache(maxsize=64)
def _lines(text: str) -> list[Span]:
    return lines(text)


def _listed(text: str, block: Sequence[Span], at: int) -> tuple[Table | None, int]:
    """The table that two items or more make, `- Buol: 214`, below a line that ends in a colon."""
    if at and _VALUE.fullmatch(text, *block[at - 1]):
        return None, 0  # in a list that no such line is above
    items = [*takewhile(bool, (_VALUE.fullmatch(text, *span) for span in block[at:]))]
    head = list_head(text, block[at][0]) if len(items) > 1 else None
    if head is None:
        return None, 0
    title = text[slice(*head)].rstrip(":")
    rows = tuple(
        Row(one.start("label"), one.end(), (
            Cell(*one.span("label"), one["label"], ""), Cell(*one.span("value"), one["value"], title)
        ))
        for one in items if one
    )  # fmt: skip
    return Table(rows, head), len(rows)


def _labelled(text: str, block: Sequence[Span], at: int) -> tuple[Table | None, int]:
    """The table that lines of a block make from one on, each cell behind its heading, and how many lines."""
    rows: list[Row] = []
    for start, end in map(block.__getitem__, range(at, len(block))):
        cells = _labelled_cells(text, start, end)
        heads = {cell.head for cell in cells} - {""}
        before = {cell.head for cell in rows[-1].cells} if rows else heads
        if not heads or (len(cells) < 2 and not rows) or not heads & before:
            break
        rows.append(Row(start, end, tuple(cells)))
    return (Table(tuple(rows)), len(rows)) if len(rows) > 1 else (None, 0)


def _labelled_cells(text: str, start: int, end: int) -> list[Cell]:
    cells = []
    for begin, stop in _parts(text, start, end, "; "):
        match = _LABELLED.fullmatch(text, begin, stop)
        if match:
            cells.append(Cell(*match.span("value"), match["value"], match["label"].strip()))
        else:
            cells.append(Cell(begin, stop, text[begin:stop], ""))
    return cells


def _delimited(text: str, block: Sequence[Span], at: int) -> tuple[Table | None, int]:
    """The table that lines of a block make from one on, its cells apart by one sign, and how many lines.

    Lines that are set so and make no table are counted too.
    """
    most = 0
    for sign in _DELIMITERS:
        grid: list[list[Span]] = []
        ruled = used = 0
        for start, end in map(block.__getitem__, range(at, len(block))):
            if sign == "|" and _RULE.fullmatch(text, start, end):
                ruled = ruled or len(grid)
                used += 1
                continue
            parts = _parts(text, start, end, sign)
            if sign == "|":
                outer = text[start] == "|", text[end - 1] == "|"
                parts = parts[int(outer[0]) : len(parts) - int(outer[1])]
            if len(parts) < 2 or (grid and len(parts) != len(grid[0])):
                break
            if sign != "|" and any(stop - begin > LONGEST_CELL for begin, stop in parts):
                break
            grid.append(parts)
            used += 1
        most = max(most, used)
        cells = [[text[slice(*part)] for part in row] for row in grid]
        fewest = 2 if sign == "|" else 3
        if len(grid) < fewest or (sign == "," and len(grid[0]) < fewest):
            continue
        if ruled != 1 and not has_heads(cells):
            continue
        rows = [
            Row(row[0][0], row[-1][1], tuple(
                Cell(*part, text[slice(*part)], head)
                for part, head in zip(row, cells[0], strict=True)
                if part[0] < part[1]
            ))
            for row in grid[1:]
        ]  # fmt: skip
        return Table(tuple(rows), (grid[0][0][0], grid[0][-1][1])), used
    return None, most


def _parts(text: str, start: int, end: int, sign: str) -> list[Span]:
    """The characters between the signs of a line, without the blanks around them."""
    parts, at = [], start
    while at <= end:
        cut = text.find(sign, at, end)
        stop = end if cut < 0 else cut
        part = text[at:stop]
        parts.append((at + len(part) - len(part.lstrip()), stop - len(part) + len(part.rstrip())))
        if cut < 0:
            break
        at = cut + len(sign)
    return [(min(begin, stop), stop) for begin, stop in parts]


def row_at(text: str, start: int, end: int) -> tuple[Table, Row] | None:
    """The row of a table that the characters `start:end` of a text stand in; None where they are in none."""
    for table in find_tables(text):
        if table.rows[0].start <= end and start <= table.rows[-1].end:
            for row in table.rows:
                if row.start < end and start < row.end:
                    return table, row
    return None


def is_heading(text: str, start: int, end: int) -> bool:
    """Whether the characters `start:end` of a text are the headings of a table, or the line below these."""
    heads = (table.head for table in find_tables(text) if table.head)
    is_rule = _RULE.fullmatch(text, start, end) is not None
    return is_rule or any(head[0] < end and start < head[1] for head in heads)


def line_above(text: str, table: Table) -> Span | None:
    """The line above the headings of a table that ends in a colon: `Ekspor (juta USD):`."""
    if table.head is None:
        return None
    spans = _lines(text)
    at = bisect_right(spans, table.head) - 1
    above = spans[at - 1] if at > 0 else None
    return above if above and text[above[1] - 1] == ":" else None


def unit_at(text: str, span: Span) -> str:
    """What the heading of a cell, or the line above the table, says in brackets of the unit of its number.

    Empty where `span` is no cell with a number alone, or nothing says it.
    """
    place = row_at(text, *span)
    if place is None or not _NUMBER.fullmatch(text, *span):
        return ""
    table, row = place
    above = line_above(text, table)
    heads = [cell.head for cell in row.cells if (cell.start, cell.end) == span]
    titles = [*heads, text[slice(*above)] if heads and above else ""]
    return next((unit.group() for title in titles if (unit := _UNIT.search(title))), "")


def marks(text: str) -> frozenset[str]:
    """The features that distinguish headings: the stems of words, numbers, and days and months."""
    moments = {f"{one.first}/{one.last}" for one in find_moments(text)}
    return stems_of(text) | frozenset(_NUMBER.findall(text)) | frozenset(moments)


def named(asked: frozenset[str], names: Sequence[frozenset[str]]) -> list[int]:
    """How much of each name a text has, of what not all of the names share."""
    common = frozenset.intersection(*names) if len(names) > 1 else frozenset()
    return [len((name - common) & asked) for name in names]


def keys_of(table: Table) -> list[frozenset[str]]:
    """The cells that name each row: the first one, and others that hold no figure but a year."""
    keys = []
    for row in table.rows:
        words = [
            cell.text
            for place, cell in enumerate(row.cells)
            if place == 0 or not re.search(r"\d", _YEAR.sub("", cell.text))
        ]
        keys.append(marks(" ".join(words)))
    return keys


@dataclass(frozen=True, slots=True)
class Mispaired:
    """A figure of a claim, and the cell of a table that it stands in, of another row or column than is named.

    Attributes:
        figure: The figure in the claim.
        cell: Where the table has it.
        row: The row that this is in.
        instead: The cell of the row and the column that the claim names; None where it names no one cell.
    """

    figure: Figure
    cell: Cell
    row: Row
    instead: Cell | None


def _figures_outside(text: str, language: Language) -> list[Figure]:
    """The figures of a text outside of its tables."""
    prose, at = [], 0
    for table in find_tables(text):
        prose.append(text[at : table.rows[0].start])
        at = table.rows[-1].end
    return find_figures("\n".join([*prose, text[at:]]), language)


Names = tuple[list[list[int]], list[list[int]]]
"""Where in a claim each row, and each column, of a table is named."""

Place = tuple[Table, Row, Cell]
"""A cell of a table."""


def paired(claim: str, text: str, figures: Sequence[Figure], language: Language) -> list[Place]:
    """The cells that the figures of a claim stand in, each of the row and column that it names.

    Args:
        claim: One sentence.
        text: What it is held against.
        figures: Those of the claim, in order, without years.
        language: Of the text.

    Returns:
        One cell for each figure; none where a figure has no such cell, or several, or stands elsewhere too.
    """
    found: list[Place] = []
    outside = _figures_outside(text, language)
    names = {id(table): _named_in(claim, table) for table in find_tables(text)}
    for place, figure in enumerate(figures):
        fits = [
            (table, row, cell)
            for table, row, cell in _holding(figure, text, language)
            if any(names[id(table)][0]) and _pairs(names[id(table)], table, row, cell, place, len(figures))
        ]
        if len(fits) != 1 or any(figure.same(other) for other in outside):
            return []
        found += fits
    return found


def cells_sentence(places: Sequence[Place], text: str) -> str:
    """Cells as a sentence: what the text is headed by, and each cell with what heads its row and column."""
    title = next((text[start:end].strip("#* ") for start, end in lines(text)), "")[:LONGEST_TITLE]
    parts = [title.rstrip(".:")]
    row: Row | None = None
    for _, one, cell in places:
        if one is not row:
            key, row = one.cells[0], one
            parts.append(f"{key.head} {key.text}".strip())
        parts.append(f"{cell.head}: {cell.text}" if cell.head else cell.text)
    return f"{', '.join(filter(None, parts))}."


LONGEST_TITLE = 160
"""Characters of the first line of a text."""


def _holding(figure: Figure, text: str, language: Language) -> list[Place]:
    """The cells of the tables of a text that have a figure."""
    return [
        (table, row, cell)
        for table in find_tables(text)
        for row in table.rows
        for cell in row.cells
        if any(figure.same(other) for other in find_figures(cell.text, language))
    ]


def mispaired(claim: str, text: str, figures: Sequence[Figure], language: Language) -> list[Mispaired]:
    """The figures of a claim that a text has in its tables alone, and there of another row or column.

    Args:
        claim: One sentence.
        text: What it is held against.
        figures: Those of the claim, in order, without years.
        language: Of the text.
    """
    if not find_tables(text) or not figures:
        return []
    outside = _figures_outside(text, language)
    names = {id(table): _named_in(claim, table) for table in find_tables(text)}
    found = []
    for place, figure in enumerate(figures):
        if any(figure.same(other) for other in outside):
            continue
        cells = [
            (_pairs(names[id(table)], table, row, cell, place, len(figures)), table, row, cell)
            for table, row, cell in _holding(figure, text, language)
        ]
        if cells and not any(fits for fits, *_ in cells):
            _, table, row, cell = cells[0]
            found.append(Mispaired(figure, cell, row, _meant(names[id(table)], table, place, len(figures))))
    return found


def _pairs(names: Names, table: Table, row: Row, cell: Cell, place: int, count: int) -> bool:
    """Whether a claim names no other row and no other column than a cell's for its figure at a place."""
    rows, columns = names
    mine = (rows, table.rows.index(row)), (columns, table.heads.index(cell.head))
    return all(_is_named(one, number, place, count) for one, number in mine)


def _named_in(claim: str, table: Table) -> Names:
    """Where in a claim each row and each column of a table is named: characters, none where it is not."""
    found = []
    for names in (keys_of(table), [marks(head) for head in table.heads]):
        common = frozenset.intersection(*names) if len(names) > 1 else frozenset()
        own = [name - common for name in names]
        words = [(match.start(), marks(match.group())) for match in re.finditer(r"[\w.,-]*\w", claim)]
        counts = named(marks(claim), names)
        best = max(counts, default=0)
        found.append(
            [
                [start for start, word in words if word & name] or [0] if best and count == best else []
                for name, count in zip(own, counts, strict=True)
            ]
        )
    return found[0], found[1]


def _is_named(names: Sequence[Sequence[int]], number: int, place: int, count: int) -> bool:
    """Whether one of several names goes with the figure of a claim at a place, of so many in all.

    One that alone is named goes with every figure; as many as figures go with these in their order.
    """
    order = sorted((places[0], one) for one, places in enumerate(names) if places)
    if not order:
        return True
    if len(order) == count and count > 1:
        return order[place][1] == number
    return number in {one for _, one in order}


def _meant(names: Names, table: Table, place: int, count: int) -> Cell | None:
    """The one cell of the row and the column that a claim names for its figure at a place."""
    rows, columns = names
    if not (any(rows) and any(columns)):
        return None
    cells = [
        cell
        for number, row in enumerate(table.rows)
        for cell in row.cells[1:]
        if _is_named(rows, number, place, count)
        and _is_named(columns, table.heads.index(cell.head), place, count)
    ]
    return cells[0] if len(cells) == 1 else None


def in_tables(question: Question, readings: Sequence[Reading]) -> list[Reading]:
    """Readings, surest first, in which a row of a table answers by the cell that is asked for.

    Of the tables of an article with a row that the question names, those answer whose headings it names more
    of than of others; of the rows of a table those that it names more of. How surely the cell does that is
    told by weights that were fitted for it, since a model that reads finds a table, but not the row. A year
    that heads no column and no row is none that the table tells of.

    Args:
        question: As it was understood.
        readings: Surest first.
    """
    placed = [row_at(one.sentence.article.text, one.sentence.start, one.sentence.end) for one in readings]
    if not any(placed):
        return list(readings)
    asked = _asked(question)
    found = []
    every = {(one.sentence.article.id, place[0]): one.sentence.article.text
             for one, place in zip(readings, placed, strict=True) if place}  # fmt: skip
    headed = {key: _headed(asked, text, key[1]) for key, text in every.items()}
    of_rows: dict[Table, list[int]] = {}
    best_headed: dict[str, int] = {}
    # A table that goes on behind a page is one with the same headings.
    best_named: dict[tuple[str, tuple[str, ...]], int] = {}
    for name, table in every:
        counts = named(asked, keys_of(table))
        of_rows[table] = [
            count + sum(_has(figure, cell) for figure in question.figures for cell in one.cells)
            for count, one in zip(counts, table.rows, strict=True)
        ]
        best_named[name, table.heads] = max(best_named.get((name, table.heads), 0), *of_rows[table])
        if max(counts):
            best_headed[name] = max(best_headed.get(name, 0), headed[name, table])
    for reading, place in zip(readings, placed, strict=True):
        if place is None:
            found.append(reading)
            continue
        (table, row), name = place, reading.sentence.article.id
        mine = of_rows[table][table.rows.index(row)]
        alike = [
            one
            for one, other in zip(readings, placed, strict=True)
            if other and other[0] is table and one.sentence.article.id == name
        ]
        is_beside = headed[name, table] < best_headed.get(name, 0)
        if mine < best_named[name, table.heads] or is_beside or _is_of_other_years(question, table):
            found.append(replace(reading, score=0.0, support=0.0))
            continue
        cell = _cell(question, asked, table, row, reading)
        if cell is None:
            score = max(one.score for one in alike) if mine else reading.score
            found.append(replace(reading, score=score))
            continue
        score = reading.score
        if mine:
            values = features(question, reading, table, sum(one.score for one in alike))
            score = logistic(weighed(values, weights_of(FEATURES, FITTED, "weights")))
        span = (cell.start, cell.end)
        found.append(replace(reading, score=score, span=span, spans=((span, 0.0),)))
    return sorted(found, key=lambda one: -one.score)


def _asked(question: Question) -> frozenset[str]:
    """The features of a question by which it names headings, in Indonesian too where it is English."""
    words = [*question.words]
    if question.written_in == "en":
        words += (stem(other) for word in question.words for other in indonesian(word))
    moments = (f"{one.first}/{one.last}" for one in question.moments)
    return marks(question.text).union(words, moments)


def features(question: Question, reading: Reading, table: Table, sure: float) -> dict[str, float]:
    """The `FEATURES` of a cell of a table.

    Args:
        question: As it was understood.
        reading: Of the row that the cell is in.
        table: That of the row.
        sure: The probability that a row of the table answers, by the model.
    """
    sentence = reading.sentence
    is_same = question.written_in == sentence.article.language
    above = line_above(sentence.article.text, table)
    around = [sentence.article.title, *table.heads, sentence.text, sentence.hit.passage.text]
    around.append(sentence.article.text[slice(*above)] if above else "")
    lacking = {stem(word) for word in question.words} - content_stems(" ".join(around))
    return {
        "bias": 1.0,
        "sure": log_odds(sure),
        "met": float(is_same and not lacking),
        "lacking": float(min(MOST_LACKING, len(lacking)) if is_same else 0),
        "other_language": float(not is_same),
    }


def _headed(asked: frozenset[str], text: str, table: Table) -> int:
    """How many features of a question stand in the headings of a text's table, or in the line above them."""
    above = line_above(text, table)
    titles = [*table.heads, text[slice(*above)] if above else ""]
    return len(asked & marks(" ".join(titles)))


def _is_of_other_years(question: Question, table: Table) -> bool:
    """Whether a question names years, and a table other years alone."""
    asked = set(_YEAR.findall(question.text))
    texts = [*table.heads, *(cell.text for row in table.rows for cell in row.cells)]
    years = {year for text in texts for year in _YEAR.findall(text)}
    return bool(asked and years and not asked & years)


def _has(figure: Figure, cell: Cell) -> bool:
    return any(figure.same(other) for other in find_figures(cell.text, "id"))


def _cell(question: Question, asked: frozenset[str], table: Table, row: Row, reading: Reading) -> Cell | None:
    """The cell of a row that is asked for: that of the column that is named, else the likeliest one."""
    heads = table.heads
    scores = dict(zip(heads, named(asked, [marks(head) for head in heads]), strict=True))
    key = row.cells[0]
    given = [cell for cell in row.cells if any(_has(figure, cell) for figure in question.figures)]
    # A row that is told by its figure answers with what it is of.
    cells = [cell for cell in row.cells if (cell not in given if given else cell is not key)]
    cells = cells or list(row.cells)
    best = max(scores[cell.head] for cell in cells)
    if best == 0 and scores.get(key.head):
        # What stands in the first column is asked for.
        return key
    wanted = [cell for cell in cells if scores[cell.head] == best]
    if len(wanted) == 1 and best:
        return wanted[0]
    spans = [*reading.spans, (reading.span, 0.0)]
    for (start, end), _ in sorted(spans, key=lambda one: -one[1]):
        within = [cell for cell in row.cells if cell.start < end and start < cell.end]
        if len(within) == 1 and (not best or within[0] in wanted):
            return within[0]
    return wanted[0] if best else None
