"""A receipt: a form's files, written to a private folder as they come, each within its limits."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from index.files import kind_of, largest, safe_name
from ui.articles.job import SentFile, sync

MOST_FILES = 200
MOST_BYTES = 200 * 2**20
"""Of one upload."""

LARGEST_RECORDS = MOST_BYTES
"""Bytes of a table or an archive, which the library reads piece by piece."""

MOST_FIELDS = 8
LONGEST_FIELD = 400
"""Bytes."""


class Refused(Exception):
    """An upload that is not taken; `reason` is a key of `ArticleWords.refused`."""

    def __init__(self, reason: str, status: int = 400, value: str = "") -> None:
        """`value` is what its sender wrote that cannot be understood."""
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.value = value


def largest_file(kind: str) -> int:
    """The most bytes of a file of that kind."""
    return LARGEST_RECORDS if kind in {"jsonl", "csv", "zip"} else largest(kind)


@dataclass(slots=True)
class Receipt:
    """Takes in the body of one form, a piece at a time; nothing of it is ever held in memory as a whole.

    A file that is too large, empty or of no format is refused by itself; what breaks a limit of the whole
    form is raised as `Refused`.
    """

    folder: Path
    boundary: bytes
    files: list[SentFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    _parser: Any = None
    _headers: dict[bytes, bytearray] = field(default_factory=dict)
    _header: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    _open: BinaryIO | None = None
    _file: SentFile | None = None
    _field: tuple[str, bytearray] | None = None
    _seen: int = 0
    _total: int = 0
    _fields_seen: int = 0
    _whole: bool = False

    def __post_init__(self) -> None:
        from python_multipart import MultipartParser

        name, value = self._header
        callbacks: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_content,
            "on_part_data": lambda data, start, end: self._take(data[start:end]),
            "on_part_end": self._end_part,
            "on_end": self._end,
        }
        self._parser = MultipartParser(self.boundary, callbacks)  # type: ignore[arg-type]

    def feed(self, data: bytes) -> None:
        """Take the next piece of the form.

        Raises:
            Refused: it is no form, or a limit of the whole is broken, or the disk is full.
        """
        from python_multipart.exceptions import FormParserError

        self._total += len(data)
        if self._total > MOST_BYTES:
            raise Refused("total", 413)
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise Refused("form") from error
        except OSError as error:
            raise refused_by(error) from error

    def finish(self) -> None:
        """Have the disk keep what came.

        Raises:
            Refused: the form is not whole, or has no file.
        """
        if not self._whole:
            raise Refused("form")
        if not self.files:
            raise Refused("none")
        try:
            sync(self.folder)
        except OSError as error:
            raise refused_by(error) from error

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _begin_part(self) -> None:
        self._headers.clear()
        self._file = self._field = None

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytearray(value)
        name.clear()
        value.clear()

    def _begin_content(self) -> None:
        from python_multipart.multipart import parse_options_header

        kind, options = parse_options_header(bytes(self._headers.get(b"content-disposition", b"")))
        if kind != b"form-data" or b"name" not in options:
            raise Refused("form")
        if b"filename" in options:
            self._begin_file(options[b"filename"].decode("utf-8", "replace"))
            return
        self._fields_seen += 1
        if self._fields_seen > MOST_FIELDS:
            raise Refused("form")
        self._field = (options[b"name"].decode("utf-8", "replace")[:50], bytearray())

    def _begin_file(self, given: str) -> None:
        self._seen += 1
        if self._seen > MOST_FILES:
            raise Refused("many", 413)
        name = safe_name(given)
        self._file = file = SentFile(name)
        if not given:
            # A form without a chosen file sends one without a name; what comes shows whether it is that.
            file.refuse("nameless")
            return
        self.files.append(file)
        if not name:
            file.refuse("nameless")
        elif kind_of(name) is None:
            file.refuse("format")
        elif any(other.name == name and other is not file for other in self.files):
            file.refuse("twice")
        else:
            file.stored = f"{len(self.files):04}{PurePath(name).suffix.lower()}"
            # Never through a link, never over a file, and for nobody else to read.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self._open = os.fdopen(os.open(self.folder / file.stored, flags, 0o600), "wb")

    def _take(self, data: bytes) -> None:
        if self._field is not None:
            self._field[1].extend(data)
            if len(self._field[1]) > LONGEST_FIELD:
                raise Refused("form")
            return
        file = self._file
        if file is None:
            raise Refused("form")
        file.size += len(data)
        if self._open is None:
            return
        if file.size > largest_file(kind_of(file.name) or "text"):
            self._drop("large")
            return
        self._open.write(data)

    def _end_part(self) -> None:
        if self._field is not None:
            name, value = self._field
            self.fields[name] = value.decode("utf-8", "replace").strip()
        elif self._file is not None:
            if self._open is not None and self._file.size == 0:
                self._drop("empty")
            if self._open is not None:
                self._open.flush()
                os.fsync(self._open.fileno())
                self.close()
            if self._file.size and self._file not in self.files:
                self.files.append(self._file)

    def _end(self) -> None:
        self._whole = True

    def _drop(self, reason: str) -> None:
        assert self._file is not None
        self.close()
        (self.folder / self._file.stored).unlink()
        self._file.refuse(reason)


def refused_by(error: OSError) -> Refused:
    """What the system said of the disk, as a refusal."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return Refused("full" if full else "broken", 507 if full else 500)
