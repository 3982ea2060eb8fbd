"""Records: JSON lines and tables of comma-separated values, read one at a time however long the file is."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from index.errors import ArticleError
from index.formats.draft import Draft, one_line
from index.formats.fields import FieldMap

LONGEST_LINE = 20 * 2**20
"""Bytes of one record."""

LONGEST_ROW = 4 * 2**20
"""Characters after which a row takes no further line: its quotation mark was never closed."""

MOST_FAILURES = 100
"""Records that are refused before the first good one: such a file holds no articles at all."""

_MOST_UNCLOSED = 20
_DELIMITERS = ";,\t|"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SEPARATOR = re.compile(r"\s*\"?sep=.\"?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file.

    Attributes:
        line: Where it begins, from 1.
        mark: Hex digest of how it is written and which fields are read.
        draft: The article that it holds; or why it holds none.
    """

    line: int
    mark: str
    draft: Draft | ArticleError


def read_jsonl(file: IO[bytes], fields: FieldMap) -> Iterator[Record]:
    """The records of a file of JSON objects, one on each line.

    Raises:
        ArticleError: it is no such file.
    """
    good = failed = 0
    for number, line in _lines(file, LONGEST_LINE):
        if not line.strip():
            continue
        mark = _mark(fields, line.rstrip("\r\n"))
        try:
            draft = fields.draft(_object(line))
            good += 1
            yield Record(number, mark, draft)
        except ArticleError as error:
            failed += 1
            yield Record(number, mark, error)
        if not good and failed >= MOST_FAILURES:
            raise ArticleError(f"none of its first {failed} lines is an article; check that it is JSON lines")
    if not good and not failed:
        raise ArticleError("it is empty; write an article into it or remove it")


def read_csv(file: IO[bytes], fields: FieldMap) -> Iterator[Record]:
    """The rows of a table whose first row names its columns.

    Raises:
        ArticleError: it is no such table.
    """
    lines = _Lines(_lines(file, LONGEST_LINE))
    if _SEPARATOR.fullmatch(lines.peek()):
        # Excel's own remark on the sign that it took.
        next(lines)
    head = lines.peek()
    if not head.strip():
        raise ArticleError("its first line is empty; write the names of the columns there")
    delimiter = max(
        _DELIMITERS, key=lambda sign: (fields.missing(_cells(head, sign)) is None, _outside(head, sign))
    )
    csv.field_size_limit(LONGEST_LINE)
    _, columns = next(_rows(lines, delimiter))
    if isinstance(columns, ArticleError):
        raise columns
    columns = [column.strip() for column in columns]
    if missing := fields.missing(columns):
        raise ArticleError(missing)
    good = failed = 0
    for (number, written), row in _rows(lines, delimiter):
        draft: Draft | ArticleError
        try:
            draft = _row(columns, row, delimiter, fields)
            good += 1
        except ArticleError as error:
            draft = error
            failed += 1
        yield Record(number, _mark(fields, delimiter + repr(columns) + written), draft)
        if not good and failed >= MOST_FAILURES:
            raise ArticleError(f"none of its first {failed} rows is an article; check that it is a table")
    if not good and not failed:
        raise ArticleError("it has no rows; write an article into it or remove it")


def _row(columns: list[str], row: list[str] | ArticleError, delimiter: str, fields: FieldMap) -> Draft:
    if isinstance(row, ArticleError):
        raise row
    extra = [cell for cell in row[len(columns) :] if cell.strip()]
    if extra:
        raise ArticleError(
            f"it has {len(row)} values for {len(columns)} columns; "
            f"put values that hold {delimiter!r} in quotes"
        )
    return fields.draft(dict(zip(columns, row, strict=False)))


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except RecursionError as error:
        raise ArticleError("it is nested too deeply; write plain fields") from error
    except ValueError as error:
        hint = "; write one object on each line" if line.lstrip()[:1] in "[{" else "; write it as JSON"
        raise ArticleError(f"it is no JSON ({one_line(str(error)[:80])}){hint}") from error
    if not isinstance(value, dict):
        raise ArticleError('it is no JSON object; write it as {"id": "...", "text": "..."}')
    return value


def _mark(fields: FieldMap, written: str) -> str:
    return hashlib.sha256(f"{fields.described()}\0{written}".encode("utf-8", "surrogatepass")).hexdigest()


def _lines(file: IO[bytes], longest: int) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1, its line break kept, decoded by itself.

    Raises:
        ArticleError: a line is too long, or the file is binary.
    """
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16-le" if start.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        opened: Any = io.TextIOWrapper(_Rest(start[2:], file), name, errors="replace", newline="\n")
    elif start.startswith(
        (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
    ):
        raise ArticleError("it is no text; export it as JSON lines or as comma-separated values")
    else:
        opened = io.BufferedReader(_Rest(start, file), 2**16)
    number = 0
    while line := opened.readline(longest):
        number += 1
        if len(line) >= longest:
            raise ArticleError(
                f"its line {number} is longer than {longest / 2**20:.0f} MB; break it into records"
            )
        if isinstance(line, bytes):
            line = _decoded(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
        if number == 1 and len(_CONTROL.findall(line)) > len(line) / 50:
            raise ArticleError("it is binary, not text; export it as JSON lines or comma-separated values")
        yield number, line


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8", errors="as-windows-1252")
    except UnicodeDecodeError:
        return line.decode("utf-8", errors="replace")


class _Rest(io.RawIOBase):
    """A stream whose first bytes have been read already."""

    def __init__(self, start: bytes, file: IO[bytes]) -> None:
        self._start = start
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._start[: len(buffer)] or self._file.read(len(buffer))
        self._start = self._start[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


class _Lines:
    """Lines that can be given back, and which of them the record at hand has taken."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._waiting: deque[tuple[int, str]] = deque()
        self._room = 0
        self.taken: list[tuple[int, str]] = []
        self.ended = False

    def peek(self) -> str:
        if not self._waiting:
            self._waiting.extend(first for first in [next(self._lines, None)] if first is not None)
        return self._waiting[0][1] if self._waiting else ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        found = self._waiting.popleft() if self._waiting else next(self._lines, None)
        if found is None or self._room < 0:
            self.ended = True
            if found is not None:
                self._waiting.appendleft(found)
            raise StopIteration
        self.taken.append(found)
        self._room -= len(found[1])
        return found[1]

    def begin(self) -> None:
        """Another record begins."""
        self.taken, self.ended, self._room = [], False, LONGEST_ROW

    def give_back(self) -> None:
        """All lines that the record took but its first."""
        self._waiting.extendleft(reversed(self.taken[1:]))


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[tuple[int, str], list[str] | ArticleError]]:
    """Each row with its line and how it is written; one whose quotation mark never closes is an error."""
    unclosed = 0
    while lines.peek():
        lines.begin()
        row: list[str] | ArticleError
        try:
            row = next(csv.reader(lines, delimiter=delimiter), [])
        except csv.Error as error:
            row = ArticleError(f"it is no row of the table ({error}); correct it")
        number = lines.taken[0][0]
        if lines.ended:
            # It asked for another line where there was none: it lacks the mark that closes it.
            unclosed += 1
            if unclosed > _MOST_UNCLOSED:
                raise ArticleError(
                    f"quotation marks are opened in {unclosed} rows and never closed; export the table again"
                )
            lines.give_back()
            row = ArticleError("a quotation mark is opened in it and never closed; close it, or double it")
        if row:
            yield (number, "".join(line for _, line in lines.taken)), row


def _cells(head: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([head], delimiter=delimiter), [])
    except csv.Error:
        return []


def _outside(head: str, sign: str) -> int:
    """How often `sign` stands outside quotation marks."""
    return sum(part.count(sign) for part in head.split('"')[::2])
