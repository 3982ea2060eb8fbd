"""Pieces: the articles of a file one by one, whether it holds one of them or a hundred thousand.

A piece says what it is called and whether it has changed before it is read any further. A piece that cannot
be read is an error of its own and does not stop the others.
"""

from __future__ import annotations

import hashlib
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from index.article import Article
from index.errors import ArticleError
from index.files import (
    FORMATS,
    PARSER,
    digest,
    finish,
    kind_of,
    largest,
    open_file,
    read_bytes,
    read_draft,
    stem,
    unread,
    unreadable,
)
from index.formats.draft import Draft, one_line
from index.formats.fields import FieldMap, slug
from index.formats.isolation import Parsers
from index.formats.records import Record, read_csv, read_jsonl
from index.formats.zipped import MOST_BYTES, open_zip, refusal, unpack
from index.received import Received

LARGEST_INNER = 256 * 2**20
"""Bytes of an archive within an archive, which is read into memory."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of a file.

    Attributes:
        name: The id that it asks for.
        key: Its place within the file; empty where the file holds it alone.
        mark: Hex digest of what it is made of and how it is read: the same mark is the same article.
        label: What messages call it.
        path: The file, as given.
        draft: Reads it.
        source: Its publisher as its sender gave it, for where it names none.
        published: Its day as its sender gave it, for where it tells none.
    """

    name: str
    key: str
    mark: str
    label: str
    path: str
    draft: Callable[[], Draft]
    source: str | None = None
    published: date | None = None

    def read(self, article_id: str) -> Article:
        """The article.

        Raises:
            ArticleError: it is refused; the message names the piece and ends in the cure.
        """
        try:
            return finish(self.draft(), article_id, self.path, self.source, self.published)
        except ArticleError as error:
            raise ArticleError(f"{self.label}: {error}") from error


Found = Iterator[Piece | ArticleError]


def pieces(path: Path, fields: FieldMap, parsers: Parsers, sent: Received | None = None) -> Found:
    """The articles of the file at `path`, which was `sent` or not, and an error for each part that is none.

    Raises:
        ArticleError: the file as a whole cannot be read.
    """
    kind = kind_of(path.name) or "text"
    opening = _Opening(sent.path if sent else str(path), fields, parsers)
    place = _Place(str(sent or path), "", stem(Path(sent.name) if sent else path))
    if kind not in {"jsonl", "csv", "zip"}:
        yield from opening.whole(kind, read_bytes(path), place)
        return
    with open_file(path) as file:
        try:
            yield from (
                opening.members(file, place, 1) if kind == "zip" else opening.records(kind, file, place)
            )
        except OSError as error:
            raise unreadable(path, error) from error


def received_pieces(sent: Received, fields: FieldMap, parsers: Parsers) -> Found:
    """The articles of a file that was sent, with what its sender says of them.

    Raises:
        ArticleError: the file as a whole cannot be read; the message has the sender's name for it.
    """
    if kind_of(sent.name) is None:
        raise unread(sent.name)
    try:
        for piece in pieces(sent.file, fields, parsers, sent):
            if isinstance(piece, Piece) and sent.given:
                mark = f"{piece.mark} {sent.given}"
                yield replace(piece, mark=mark, source=sent.source, published=sent.published)
            else:
                yield piece
    except ArticleError as error:
        raise ArticleError(str(error).replace(str(sent.file), sent.name)) from error


def feed_pieces(address: str, raw: bytes, parsers: Parsers) -> Found:
    """The entries of the feed that was fetched from `address`.

    Raises:
        ArticleError: it is no feed.
    """
    place = _Place(address, "", slug(address) or "feed")
    return _Opening(address, FieldMap(), parsers).whole("feed", raw, place)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file pieces are found: how it is called, its key, and the stem of its name."""

    label: str
    key: str
    stem: str

    def under(self, key: str) -> str:
        return f"{self.key}#{key}" if self.key else key


@dataclass(slots=True)
class _Opening:
    """One file that is being taken apart, and how many bytes its archives may still unpack to."""

    path: str
    fields: FieldMap
    parsers: Parsers
    left: int = MOST_BYTES
    _lines: dict[str, tuple[int, str]] = field(default_factory=dict)
    _members: set[str] = field(default_factory=set)

    def whole(self, kind: str, raw: bytes, place: _Place) -> Found:
        """A file that is read in one go: an article, or a feed of them."""
        if kind != "feed":
            mark = digest(raw, kind)
            draft = lambda: read_draft(kind, raw, self.parsers)  # noqa: E731
            yield Piece(place.stem, place.key, mark, place.label, self.path, draft)
            return
        try:
            entries = self.parsers.parse("feed", raw)
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        for number, entry in enumerate(entries, 1):
            label = f"{place.label}, entry {number}"
            mark = hashlib.sha256(f"{PARSER} feed\0{entry}".encode("utf-8", "surrogatepass")).hexdigest()
            if not any(map(str.isalnum, entry.text)):
                yield ArticleError(f"{label}: it has no text; add the address of its page, or leave it out")
                continue
            # What tells entries apart is mostly an address, and nothing that anybody types.
            named = replace(entry, name="")
            yield from self._piece(named, entry.name, Record(number, mark, named), place, "entry")

    def records(self, kind: str, file: IO[bytes], place: _Place) -> Found:
        """A file of records."""
        read = read_jsonl if kind == "jsonl" else read_csv
        try:
            for record in read(file, self.fields):
                if isinstance(record.draft, ArticleError):
                    yield ArticleError(f"{place.label}, line {record.line}: {record.draft}")
                    continue
                draft = record.draft
                key = draft.name or draft.url or draft.title or f"text {record.mark[:16]}"
                mark = hashlib.sha256(f"{PARSER} {kind} {record.mark}".encode()).hexdigest()
                yield from self._piece(draft, key, replace(record, mark=mark), place, "line")
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ArticleError(f"{place.label}: it is damaged ({error}); pack it again") from error

    def _piece(self, draft: Draft, key: str, record: Record, place: _Place, unit: str) -> Found:
        """A record as a piece, unless the file holds it already."""
        key = place.under(one_line(key) or record.mark[:16])
        label = f"{place.label}, {unit} {record.line}"
        same = self._lines.get(key)
        if same is not None:
            if same[1] == record.mark[:16]:
                return
            if draft.name:
                yield ArticleError(
                    f"{label}: it has the id {draft.name!r} of {unit} {same[0]}; give each record its own"
                )
                return
            key = f"{key} {record.mark[:8]}"
        self._lines[key] = (record.line, record.mark[:16])
        name = draft.name or slug(draft.title) or f"{place.stem}-{record.mark[:8]}"
        yield Piece(name, key, record.mark, label, self.path, lambda: draft)

    def members(self, file: IO[bytes], place: _Place, depth: int) -> Found:
        """The files in an archive, and in the archives within it."""
        try:
            container = open_zip(file, self.left)
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        found = False
        with container:
            for member in container.infolist():
                path = PurePosixPath(member.filename.replace("\\", "/"))
                kind = kind_of(path.name)
                hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
                if member.is_dir() or kind is None or hidden:
                    continue
                found = True
                shown = one_line(member.filename) or "a file without a name"
                name = unicodedata.normalize("NFC", one_line(path.stem) or place.stem)
                inner = _Place(f"{place.label}, {shown}", place.under(shown), name)
                try:
                    yield from self._member(container, member, kind, inner, depth)
                except ArticleError as error:
                    yield error
        if not found:
            raise ArticleError(
                f"{place.label} holds no article; pack files that end in: {', '.join(FORMATS)}"
            )

    def _member(
        self, container: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str, place: _Place, depth: int
    ) -> Found:
        reason = refusal(member)
        if reason is None and kind == "zip" and depth > 1:
            reason = "it is an archive within an archive within an archive; unpack it first"
        self.left -= member.file_size
        if reason is None and self.left < 0:
            reason = f"all together it unpacks to more than {MOST_BYTES / 2**20:.0f} MB; split the archive"
        if place.key in self._members:
            reason = "another file in the archive has the same name; give each its own"
        self._members.add(place.key)
        if reason is not None:
            raise ArticleError(f"{place.label}: {reason}")
        try:
            if kind in {"jsonl", "csv"}:
                with container.open(member) as opened:
                    yield from self.records(kind, opened, place)
                return
            raw = self._unpacked(container, member, kind, place)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise ArticleError(f"{place.label}: it is damaged ({error}); pack it again") from error
        if kind == "zip":
            yield from self.members(BytesIO(raw), place, depth + 1)
        else:
            yield from self.whole(kind, raw, place)

    def _unpacked(
        self, container: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str, place: _Place
    ) -> bytes:
        try:
            raw = unpack(container, member, LARGEST_INNER if kind == "zip" else largest(kind))
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        if not raw.strip():
            raise ArticleError(f"{place.label}: it is empty; write the article into it or leave it out")
        return raw
