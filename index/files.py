"""Files of articles: found in folders, checked before they are opened, and read whole or record by record.

A record that cannot be read is an error of its own and does not stop the others; whether it changed is
known before it is read any further. A file that was uploaded goes by a name that can do no harm; like what
was fetched, its articles are never taken for gone, and the same name sent again updates them.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePath, PurePosixPath
from typing import IO, BinaryIO

from index.errors import ArticleError, Withheld
from index.models import Article
from index.parsers import (
    FORMATS,
    LARGEST,
    SUFFIXES,
    ArticleDraft,
    Contents,
    Remark,
    kind_inside,
    kind_of,
    one_line,
)
from index.parsers.docx import MOST_TIMES, MOST_UNPACKED_BYTES, UNSUSPECTED, open_zip, refusal, unpack
from index.parsers.mail import read_chat
from index.parsers.publication import withheld_head, withheld_path
from index.parsers.sandbox import Parsers
from index.parsers.tables import (
    FieldMap,
    Record,
    judged,
    marked_beside,
    read_csv,
    read_jsonl,
    read_posts,
    slug,
)
from index.parsers.text import read_text, withheld_text
from index.press import find_author, find_dateline, find_title, stub_kind
from index.text import UNDECIDED, detect, plausible

PARSER = "5"
"""Version of reading files, raised whenever a file would be read differently, so that all are read again."""

PARSERS = {"docx": "8", "docm": "6", "odt": "6", "pptx": "6", "pdf": "6", "html": "7", "mhtml": "6"}
"""Versions of single kinds of files, raised instead where only their parser changes."""

_SHOWN = ", ".join(SUFFIXES)


def find_files(paths: Sequence[Path]) -> Iterator[tuple[Path, ArticleError | None]]:
    """Every article file that `paths` name, folders in order, each once; with an error where it is none.

    Hidden files and folders, what a browser or Word keeps beside a file, and other formats inside a folder,
    are passed over, see `passed_over`; and so is what is not public, see `withheld_files`.
    """
    seen: set[str] = set()
    for path in paths:
        for found, error in _under(path):
            # Not `resolve`, which raises where a link leads to itself.
            resolved = os.path.realpath(found)
            if error is not None or resolved not in seen:
                yield found, error
            if error is None:
                seen.add(resolved)


_SPLIT = "split it into one file per article"


def open_file(path: Path, most: int | None = None, cure: str = _SPLIT) -> BinaryIO:
    """An article file, open for reading.

    Raises:
        ArticleError: it is unreadable, empty, larger than `most` bytes, against which `cure` helps, or no
            ordinary file.
    """
    try:
        # A pipe would block for ever; it is refused before it is opened.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(f"{path} is not an ordinary file; name a .txt or .md file")
        if most is not None and status.st_size > most:
            raise ArticleError(
                f"{path} is too large ({status.st_size / 2**20:.0f} MB, at most {most / 2**20:.0f}); {cure}"
            )
        if status.st_size == 0:
            raise ArticleError(f"{path} is empty; write the article into it or remove it")
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> ArticleError:
    """An error with the system's reason why `path` cannot be read, and the cure."""
    reason = error.strerror or type(error).__name__
    return ArticleError(f"{path} cannot be read ({reason}); check that it exists and its permissions")


def read_bytes(path: Path) -> bytes:
    """The content of a file that holds one article.

    Raises:
        ArticleError: it is unreadable, empty, too large, or no ordinary file.
    """
    try:
        one = FORMATS[kind_of(path.name) or "text"]
        cure = "export it in parts, as by date" if one.many else _SPLIT
        with open_file(path, one.limit, cure) as file:
            raw = file.read()
    except OSError as error:
        raise unreadable(path, error) from error
    if not raw.strip():
        raise ArticleError(f"{path} is empty; write the article into it or remove it")
    return raw


def digest(raw: bytes, kind: str = "text") -> str:
    """Hex digest of a file's bytes and of how they are read: the same digest gives the same article."""
    parser = PARSERS.get(kind, PARSER)
    return hashlib.sha256(f"{parser} {kind}\0".encode() + raw).hexdigest()


def read_article(path: Path, raw: bytes, article_id: str) -> Article:
    """The article in `raw`, the bytes of `path`, which holds one.

    Of a `.txt` or `.md` file without front matter its text is exactly the decoded file, each line break one
    newline character.

    Raises:
        ArticleError: the bytes are none of that format, or hold no words; the message names file and cure.
    """
    kind = kind_of(path.name) or "text"
    with Parsers() as parsers:
        opening = _Opening(str(path), FieldMap(), parsers)
        place = _Place(str(path), "", article_id)
        found = [one for one in opening.whole(kind, raw, place) if isinstance(one, Piece | ArticleError)]
        for one in found[:2]:
            if isinstance(one, ArticleError):
                raise one
        if len(found) != 1 or not isinstance(found[0], Piece):
            raise ArticleError(
                f"{path} holds {'many' if found else 'no'} articles; name a file that holds one"
            )
        return found[0].read(article_id)


def finish(
    draft: ArticleDraft, article_id: str, path: str, source: str | None = None, published: date | None = None
) -> Article:
    """The article that a draft becomes: what it does not declare is found in its text.

    A day in the future, or one that programs write for none, is not taken. Publisher and day as somebody else
    gave them are taken where neither draft nor text tells them; the day is believed before that of the file.

    Raises:
        ArticleError: it holds no words; the message does not name the file.
    """
    text = draft.text
    if not any(map(str.isalnum, text)):
        raise ArticleError("it holds no words; write the article into it or remove it")
    dateline = find_dateline(text)
    title = draft.title or find_title(text, fallback=article_id)
    language = detect(text)
    return Article(
        id=article_id,
        title=title,
        text=text,
        source=draft.source or dateline.source or source,
        published=plausible(draft.published)
        or plausible(dateline.published)
        or plausible(published)
        or plausible(draft.made),
        url=draft.url or dateline.url,
        language=detect(title) if language == UNDECIDED else language,
        path=path,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        author=draft.author or find_author(text),
        pages=draft.pages,
    )


def unread(name: object) -> ArticleError:
    """An error for a file whose format is not read."""
    return ArticleError(f"{name} is in a format that is not read; save it as one of: {_SHOWN}")


def stem(path: Path) -> str:
    """The id that `path` gives its article, in composed Unicode and one line so that it can be typed.

    Raises:
        ArticleError: the name is not valid text.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(path).decode("utf-8", "replace")
        raise ArticleError(f"{shown} has a name that is not UTF-8; rename the file") from error
    name = unicodedata.normalize("NFC", path.stem)
    return name if name.isprintable() else one_line(name) or "berita"


def _under(path: Path) -> Iterator[tuple[Path, ArticleError | None]]:
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif not path.exists() and not path.is_symlink():
            yield path, ArticleError(f"{path} does not exist; check the path")
        elif kind_of(path.name) is None:
            yield path, unread(path)
        else:
            yield path, None
    except OSError as error:
        yield path, ArticleError(f"{path} cannot be read ({error.strerror}); check its permissions")


def _in_folder(folder: Path) -> Iterator[tuple[Path, ArticleError | None]]:
    errors: list[OSError] = []
    found = False
    for path, reason in _files(folder, errors.append):
        found = True
        if not reason:
            yield path, None
    for error in errors:
        path = Path(error.filename)
        yield path, ArticleError(f"{path} cannot be read ({error.strerror}); check its permissions")
    if not found and not errors:
        yield folder, ArticleError(f"{folder} holds no article; put files into it that end in: {_SHOWN}")


def withheld_files(paths: Sequence[Path]) -> Iterator[NotPublic]:
    """The files in the folders among `paths` that are not public by what stands outside of them.

    That is their name, a folder below the one that was named, or a table without texts beside them.
    """
    seen: set[str] = set()
    for folder in paths:
        for path, reason in _files(folder, str) if folder.is_dir() else ():
            if reason and (resolved := os.path.realpath(path)) not in seen:
                seen.add(resolved)
                yield NotPublic("", str(path), str(path), reason)


def withheld_by_name(file: Path | Received) -> NotPublic | None:
    """That a file which is named or sent by itself is not public by its own name; None where it may be."""
    reason = withheld_path((), PurePath(file.name).stem)
    path = file.path if isinstance(file, Received) else str(file)
    return NotPublic("", str(file), path, reason) if reason else None


def _files(folder: Path, tell: Callable[[OSError], object]) -> Iterator[tuple[Path, str]]:
    """The article files in a folder in order, each with why it is not public; empty where it may be."""
    marked: dict[Path, dict[str, str]] = {}
    for parent, names, _ in _walk(folder, tell):
        here = Path(parent)
        marked[here] = {}
        for table in (here / name for name in names if kind_of(name) == "csv"):
            try:
                status = table.stat()
                marked[here] |= _marked(table, status.st_mtime_ns, status.st_size)
            except OSError:
                # It is told where it is read.
                continue
        for name in filter(kind_of, names):
            told = marked.get(here.parent, {}) | marked[here]
            yield here / name, _withheld_file(here.relative_to(folder).parts, PurePath(name).stem, told)


@lru_cache(maxsize=256)
def _marked(table: Path, _written: int, size: int) -> dict[str, str]:
    """As `marked_beside`, once as long as the table stays as it is."""
    if size > LARGEST:
        return {}
    with table.open("rb") as file:
        return marked_beside(file)


def _withheld_file(folders: Sequence[str], stem: str, told: Mapping[str, str]) -> str:
    """Why a file in these folders is not public, by their names, its own, or what tables tell; else empty."""
    # Notion ends the names of pages with their ids, which its tables lack.
    names = (slug(stem), slug(_ID_AT_END.sub("", stem)))
    return withheld_path(folders, stem) or next((told[name] for name in names if name in told), "")


_ID_AT_END = re.compile(r"[\s_-][0-9a-f]{6,32}$")


def _walk(folder: Path, tell: Callable[[OSError], object]) -> Iterator[tuple[str, list[str], int]]:
    """Each folder below one with its files in order, without what is hidden or kept beside a file.

    That is `PAGE_files` beside `PAGE.html`, which browsers save, and Word's `~$` files. Folders that are
    links to others, which may lie anywhere, are not gone into; last comes how many there are.
    """
    for parent, folders, names in os.walk(folder, onerror=tell):
        pages = {PurePath(name).stem for name in names if kind_of(name) == "html"}
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _is_beside(name, pages)
        )
        linked = sum((Path(parent) / name).is_symlink() for name in folders)
        yield parent, sorted(name for name in names if not name.startswith((".", "~$"))), linked


_BESIDE = (
    "_files", "_file", "_berkas", "_fail", "-Dateien", "-Daten", "_fichiers", "_archivos", "_arquivos",
    "_bestanden", "-bestanden", "_elemei", "-filer", "_soubory",
)  # fmt: skip
"""How browsers and Office end the name of the folder that they keep beside a page, by their language."""


def _is_beside(folder: str, pages: Collection[str]) -> bool:
    """Whether a folder is kept beside a page of one of these names, which lack their endings."""
    return any(folder.endswith(ending) and folder.removesuffix(ending) in pages for ending in _BESIDE)


QUESTIONS = ".qa.yaml"
"""How files of scripted questions end, which may lie beside the articles that they are about."""


def passed_over(paths: Sequence[Path]) -> dict[str, int]:
    """How many files in the folders among `paths` are of a format that is not read, by the name's ending.

    Folders in them that are links to others are counted as well.
    """
    counted: Counter[str] = Counter()
    for path in paths:
        for _, names, linked in _walk(path, str) if path.is_dir() else ():
            counted.update(
                ending_of(name) for name in names if kind_of(name) is None and not name.endswith(QUESTIONS)
            )
            counted[LINKED] += linked
    return dict(sorted((+counted).items()))


LINKED = "linked folder"
"""As what a folder that is a link to another is counted."""


def ending_of(name: str) -> str:
    """How a file's name ends: `.xlsx`, or "no ending"."""
    return (PurePath(name).suffix.lower() or "no ending")[:_SUFFIX]


SENT = "upload://"
"""How the path of what was sent begins; no file's own path can, since two slashes become one in it."""

LONGEST_NAME = 160
"""Characters."""

_SUFFIX = 12
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was sent.

    Attributes:
        file: Where it lies while it is read; its name ends like `name`.
        name: What its sender calls it, made safe by `safe_name`.
        source: The publisher of its articles, for those that name none.
        published: The day of its articles, for those that tell none.
    """

    file: Path
    name: str
    source: str | None = None
    published: date | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The `path` of its articles."""
        return f"{SENT}{self.name}"

    @property
    def given(self) -> str:
        """A digest of the publisher and day that its sender gave; empty where neither was given."""
        if self.source is None and self.published is None:
            return ""
        return hashlib.sha256(f"{self.source}\0{self.published}".encode()).hexdigest()[:16]


def safe_name(given: str) -> str:
    """A file's name as its sender gave it, without folders, invisible characters, and what ends in a dot.

    Empty where nothing is left. Two long names stay different when they are cut.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    shown = "".join(" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in name)
    name = " ".join(shown.split()).rstrip(". ").lstrip()
    if len(name) <= LONGEST_NAME:
        return name
    suffix = PurePath(name).suffix
    suffix = suffix if len(suffix) <= _SUFFIX else ""
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - len(suffix) - len(mark) - 1].rstrip()}~{mark}{suffix}"


LARGEST_INNER = 256 * 2**20
"""Bytes of an archive within an archive, or of compressed records, which are read into memory."""

_DEEPEST = 3
"""How deep a compressed file or an attachment may lie in archives and messages."""


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
        ending: How the name of its file ends, or of the file within it that it is in.
    """

    name: str
    key: str
    mark: str
    label: str
    path: str
    draft: Callable[[], ArticleDraft]
    source: str | None = None
    published: date | None = None
    ending: str = ""

    def read(self, article_id: str) -> Article:
        """The article, public or not.

        Raises:
            ArticleError: it is refused; the message names the piece and ends in the cure.
        """
        return self._finished(article_id)[1]

    def _finished(self, article_id: str) -> tuple[ArticleDraft, Article]:
        try:
            draft = self.draft()
            return draft, finish(draft, article_id, self.path, self.source, self.published)
        except ArticleError as error:
            raise ArticleError(f"{self.label}: {error}") from error

    def read_with_remarks(self, article_id: str) -> tuple[Article, tuple[Remark, ...], str]:
        """The article, what is to be known of how it was read, and of one without a day what it declares.

        Raises:
            Withheld: it says of itself that it is not public.
            ArticleError: as `read` does.
        """
        draft, article = self._finished(article_id)
        if draft.withheld:
            raise Withheld(draft.withheld)
        kind = "" if draft.remarks else stub_kind(article.text, article.title)
        unread_day = "" if article.published else draft.unread_day
        return article, (*draft.remarks, *([Remark(kind)] if kind else [])), unread_day


@dataclass(frozen=True, slots=True)
class NotPublic:
    """A record of a file that is no article, since it is not public.

    Attributes:
        key: Its place within the file, as that of a `Piece`.
        label: What messages call it.
        path: The file, as given.
        reason: Why: "draft", "private", "attachment".
        name: The id that it asks for; empty where it asks for none.
    """

    key: str
    label: str
    path: str
    reason: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class NotRead:
    """A file in an archive, or attached to a message, whose format is not read; `ending` ends its name."""

    ending: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Parts of a file that are no articles, as the short messages of a chat.

    Attributes:
        reason: What they are: "short message".
        number: How many there are.
    """

    reason: str
    number: int


Found = Iterator[Piece | NotPublic | NotRead | LeftOut | ArticleError]


def pieces(path: Path, fields: FieldMap, parsers: Parsers, sent: Received | None = None) -> Found:
    """The articles of the file at `path`, which was `sent` or not, and an error for each part that is none.

    Raises:
        ArticleError: the file as a whole cannot be read.
    """
    kind = kind_of(path.name) or "text"
    name = sent.name if sent else path.name
    opening = _Opening(sent.path if sent else str(path), fields, parsers)
    place = _Place(str(sent or path), "", stem(Path(sent.name) if sent else path), ending_of(name))
    if not FORMATS[kind].streamed:
        yield from opening.whole(kind, read_bytes(path), place)
        return
    with open_file(path) as file:
        try:
            yield from opening.streamed(kind, file, place)
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
    place = _Place(address, "", slug(address) or "feed", "feed")
    return _Opening(address, FieldMap(), parsers).whole("feed", raw, place)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file pieces are found: how it is called, its key, its name's stem and how that ends."""

    label: str
    key: str
    stem: str
    ending: str = ""

    def under(self, key: str) -> str:
        return f"{self.key}#{key}" if self.key else key


@dataclass(slots=True)
class _Opening:
    """One file that is being taken apart, and how many bytes its archives may still unpack to."""

    path: str
    fields: FieldMap
    parsers: Parsers
    left: int = MOST_UNPACKED_BYTES
    _records: dict[str, tuple[str, str]] = field(default_factory=dict)
    _members: set[str] = field(default_factory=set)

    def whole(self, kind: str, raw: bytes, place: _Place, depth: int = 1) -> Found:
        """A file that is read in one go, which lies `depth` - 1 archives or messages deep."""
        kind = kind_inside(kind, raw)
        one = FORMATS[kind]
        if one.streamed:
            yield from self.streamed(kind, BytesIO(raw), place, depth)
        elif kind == "gz":
            yield from self._unpacked_gz(raw, place, depth)
        elif one.many:
            yield from self._contents(kind, raw, place, depth)
        elif kind in {"text", "html"} and (reason := withheld_text(raw)):
            yield NotPublic(place.key, place.label, self.path, reason)
        else:
            draft = lambda: self._draft(kind, raw)  # noqa: E731
            mark = digest(raw, kind)
            yield Piece(place.stem, place.key, mark, place.label, self.path, draft, ending=place.ending)

    def _draft(self, kind: str, raw: bytes) -> ArticleDraft:
        draft = read_text(raw) if kind == "text" else self.parsers.parse(kind, raw)[0]
        return replace(draft, withheld=draft.withheld or withheld_head(draft.title, draft.text))

    def streamed(self, kind: str, file: IO[bytes], place: _Place, depth: int = 1) -> Found:
        """A file that is read piece by piece: an archive, or records."""
        return self.members(file, place, depth) if kind == "zip" else self.records(kind, file, place)

    def _contents(self, kind: str, raw: bytes, place: _Place, depth: int) -> Found:
        """The articles of a feed, a spreadsheet, JSON, a message or a chat, and what else there is in it."""
        try:
            names = self.fields.names if FORMATS[kind].mapped else None
            if kind in {"chat", "blog"}:
                found = read_chat(raw) if kind == "chat" else read_posts(raw)
            else:
                found = self.parsers.open(kind, raw, names)
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        given = self.fields.described() if FORMATS[kind].mapped else ""
        for number, draft in enumerate(found.drafts, 1):
            label = f"{place.label}, {draft.place or f'entry {number}'}"
            if draft.refused:
                yield ArticleError(f"{label}: {draft.refused}")
                continue
            made_of = f"{PARSER} {kind}\0{given}{draft}"
            mark = hashlib.sha256(made_of.encode("utf-8", "surrogatepass")).hexdigest()
            if draft.withheld:
                key = place.under(one_line(draft.name if kind == "feed" else _key(draft, mark)) or mark[:16])
                # An entry of a feed has the id of its title, and a message that of its file.
                name = draft.name if kind != "feed" else ""
                yield NotPublic(key, label, self.path, draft.withheld, name)
            elif not any(map(str.isalnum, draft.text)):
                yield ArticleError(f"{label}: it has no text; add the address of its page, or leave it out")
            elif kind == "eml":
                # The message itself: it has the name of its file.
                named, shown = replace(draft, name=""), place.label
                yield Piece(place.stem, place.key, mark, shown, self.path, _given(named), ending=place.ending)
            elif kind == "feed":
                # What tells its entries apart is mostly an address, and nothing that anybody types.
                named = replace(draft, name="")
                yield from self._piece(named, draft.name, Record(number, mark, named), place, label)
            else:
                stem = place.stem if len(found.drafts) == 1 else f"{place.stem}-{slug(draft.key)}"
                yield from self._piece(
                    draft, _key(draft, mark), Record(number, mark, draft), place, label, stem
                )
        if (
            kind == "eml"
            and not found.drafts
            and not any(kind_of(safe_name(name)) for name, _ in found.parts)
        ):
            yield ArticleError(
                f"{place.label}: it has no text; save what is attached by itself, or leave it out"
            )
        yield from self._parts(found, place, depth)
        for reason, count in found.left_out.items():
            yield LeftOut(reason, count)

    def _parts(self, found: Contents, place: _Place, depth: int) -> Found:
        """The articles in the files that are attached to a message."""
        for name, raw in found.parts:
            shown = safe_name(name) or "an attachment without a name"
            kind = kind_of(shown)
            if kind is None:
                yield NotRead(ending_of(shown))
                continue
            ending = ending_of(shown)
            inner = _Place(f"{place.label}, {shown}", place.under(shown), PurePath(shown).stem, ending)
            if reason := withheld_path((), inner.stem):
                yield NotPublic(inner.key, inner.label, self.path, reason)
            elif depth > _DEEPEST:
                yield ArticleError(f"{inner.label}: it is a file within too many others; save it by itself")
            elif len(raw) > FORMATS[kind].limit:
                yield ArticleError(f"{inner.label}: it is too large; save it by itself and split it")
            elif inner.key in self._members:
                yield ArticleError(
                    f"{inner.label}: another attachment has the same name; save them by themselves"
                )
            else:
                self._members.add(inner.key)
                try:
                    yield from self.whole(kind, raw, inner, depth + 1)
                except ArticleError as error:
                    yield error

    def _unpacked_gz(self, raw: bytes, place: _Place, depth: int) -> Found:
        """The file that is compressed in one called `NAME.txt.gz`."""
        name = PurePath(place.stem)
        if reason := withheld_path((), name.stem):
            yield NotPublic(place.key, place.label, self.path, reason)
            return
        kind = kind_of(name.name)
        if kind is None:
            ending = name.suffix or "no ending"
            raise ArticleError(
                f"{place.label}: what is compressed in it is in a format that is not read ({ending}); "
                "name it as rilis.txt.gz, or unpack it"
            )
        if depth > _DEEPEST:
            raise ArticleError(
                f"{place.label}: it is an archive within an archive within an archive; unpack it"
            )
        limit = LARGEST_INNER if FORMATS[kind].streamed else FORMATS[kind].limit
        try:
            with gzip.GzipFile(fileobj=BytesIO(raw)) as file:
                inside = file.read(limit + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ArticleError(f"{place.label}: it is damaged ({error}); pack it again") from error
        if len(inside) > max(UNSUSPECTED, MOST_TIMES * len(raw)):
            raise ArticleError(f"{place.label}: it unpacks to far more than any text does; leave it out")
        self.left -= len(inside)
        if len(inside) > limit or self.left < 0:
            mb = limit / 2**20
            raise ArticleError(f"{place.label}: it unpacks to more than {mb:.0f} MB; split it")
        if not inside.strip():
            raise ArticleError(f"{place.label}: it is empty; write the article into it or leave it out")
        inner = replace(place, stem=name.stem)
        yield from self.whole(kind, inside, inner, depth + 1)

    def records(self, kind: str, file: IO[bytes], place: _Place) -> Found:
        """A file of records."""
        read = read_jsonl if kind == "jsonl" else read_csv
        try:
            for record in judged(read(file, self.fields)):
                label = f"{place.label}, line {record.line}"
                if isinstance(record.draft, ArticleError):
                    yield ArticleError(f"{label}: {record.draft}")
                    continue
                draft = record.draft
                key = _key(draft, record.mark)
                if draft.withheld:
                    where = place.under(one_line(key) or "")
                    yield NotPublic(where, label, self.path, draft.withheld, draft.name)
                    continue
                mark = hashlib.sha256(f"{PARSER} {kind} {record.mark}".encode()).hexdigest()
                yield from self._piece(draft, key, replace(record, mark=mark), place, label)
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ArticleError(f"{place.label}: it is damaged ({error}); pack it again") from error

    def _piece(
        self, draft: ArticleDraft, key: str, record: Record, place: _Place, label: str, stem: str = ""
    ) -> Found:
        """A record as a piece, unless the file holds it already; `stem` is its id where it has a key."""
        key = place.under(one_line(key) or record.mark[:16])
        same = self._records.get(key)
        if same is not None:
            if same[1] == record.mark[:16]:
                return
            if draft.name:
                where = same[0].removeprefix(f"{place.label}, ")
                yield ArticleError(
                    f"{label}: it has the id {draft.name!r} of {where}; give each record its own"
                )
                return
            key = f"{key} {record.mark[:8]}"
        self._records[key] = (label, record.mark[:16])
        own = stem if draft.key else draft.name or slug(draft.title)
        name = own or f"{place.stem}-{record.mark[:8]}"
        yield Piece(name, key, record.mark, label, self.path, _given(draft), ending=place.ending)

    def members(self, file: IO[bytes], place: _Place, depth: int) -> Found:
        """The files in an archive, and in the archives within it."""
        try:
            container = open_zip(file, self.left)
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        found = False
        with container:
            paths = [PurePosixPath(one.filename.replace("\\", "/")) for one in container.infolist()]
            pages: dict[PurePosixPath, set[str]] = {}
            for path in paths:
                if kind_of(path.name) == "html":
                    pages.setdefault(path.parent, set()).add(path.stem)
            marked = _marked_in(container, paths)
            for member, path in zip(container.infolist(), paths, strict=True):
                kind = kind_of(path.name)
                hidden = any(part.startswith((".", "__MACOSX", "~$")) and part != ".." for part in path.parts)
                beside = any(_is_beside(one.name, pages.get(one.parent, ())) for one in path.parents)
                if member.is_dir() or hidden or beside:
                    continue
                if kind is None:
                    yield NotRead(ending_of(path.name))
                    continue
                found = True
                shown = one_line(member.filename) or "a file without a name"
                name = unicodedata.normalize("NFC", one_line(path.stem) or place.stem)
                inner = _Place(f"{place.label}, {shown}", place.under(shown), name, ending_of(path.name))
                told = marked.get(path.parent.parent, {}) | marked.get(path.parent, {})
                if reason := _withheld_file(path.parent.parts, path.stem, told):
                    yield NotPublic(inner.key, inner.label, self.path, reason)
                    continue
                try:
                    yield from self._member(container, member, kind, inner, depth)
                except ArticleError as error:
                    yield error
        if not found:
            raise ArticleError(f"{place.label} holds no article; pack files that end in: {_SHOWN}")

    def _member(
        self, container: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str, place: _Place, depth: int
    ) -> Found:
        reason = refusal(member)
        if reason is None and kind == "zip" and depth > 1:
            reason = "it is an archive within an archive within an archive; unpack it first"
        self.left -= member.file_size
        if reason is None and self.left < 0:
            mb = MOST_UNPACKED_BYTES / 2**20
            reason = f"all together it unpacks to more than {mb:.0f} MB; split the archive"
        if place.key in self._members:
            reason = "another file in the archive has the same name; give each its own"
        self._members.add(place.key)
        if reason is not None:
            raise ArticleError(f"{place.label}: {reason}")
        try:
            if FORMATS[kind].streamed and kind != "zip":
                with container.open(member) as opened:
                    yield from self.records(kind, opened, place)
                return
            raw = self._unpacked(container, member, kind, place)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise ArticleError(f"{place.label}: it is damaged ({error}); pack it again") from error
        if kind == "zip":
            yield from self.members(BytesIO(raw), place, depth + 1)
        else:
            yield from self.whole(kind, raw, place, depth + 1)

    def _unpacked(
        self, container: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str, place: _Place
    ) -> bytes:
        try:
            raw = unpack(container, member, LARGEST_INNER if kind == "zip" else FORMATS[kind].limit)
        except ArticleError as error:
            raise ArticleError(f"{place.label}: {error}") from error
        if not raw.strip():
            raise ArticleError(f"{place.label}: it is empty; write the article into it or leave it out")
        return raw


def _marked_in(
    container: zipfile.ZipFile, paths: Sequence[PurePosixPath]
) -> dict[PurePosixPath, dict[str, str]]:
    """What the tables in an archive tell of the files beside them, as `marked_beside`, by their folders."""
    marked: dict[PurePosixPath, dict[str, str]] = {}
    for member, path in zip(container.infolist(), paths, strict=True):
        if kind_of(path.name) != "csv" or refusal(member) or member.file_size > LARGEST:
            continue
        try:
            with container.open(member) as file:
                marked[path.parent] = marked.get(path.parent, {}) | marked_beside(file)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
            # It is told where it is read.
            continue
    return marked


def _key(draft: ArticleDraft, mark: str) -> str:
    """By what a record is known again in its file."""
    return draft.key or draft.name or draft.url or draft.title or f"text {mark[:16]}"


def _given(draft: ArticleDraft) -> Callable[[], ArticleDraft]:
    return lambda: draft
