"""Files of articles: found in folders, checked before they are opened, and read whole or piece by piece."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import BinaryIO

from index.article import Article
from index.boilerplate import find_author
from index.dateline import find_dateline
from index.dates import plausible
from index.errors import ArticleError
from index.formats.draft import Draft
from index.formats.isolation import Parsers
from index.formats.text import read_text
from index.headline import find_title
from index.language import UNDECIDED, detect

PARSER = "2"
"""Changes whenever a file would be read differently, so that unchanged files are read again."""

PARSERS = {"docx": "3"}
"""The same for kinds of files whose own reading has changed since."""

KINDS = {
    ".txt": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".zip": "zip",
}
"""What is read, by how its name ends."""

FORMATS = tuple(KINDS)
_SHOWN = ", ".join(FORMATS)

LARGEST = 20 * 2**20
"""Bytes of a file that holds one article, which has a few thousand, and of a feed."""

LARGEST_PDF = 64 * 2**20
"""Bytes of a PDF or Word file, which may hold pictures."""


def kind_of(name: str) -> str | None:
    """How a file of that name is read; None where it is not."""
    return KINDS.get(PurePath(name).suffix.lower())


def largest(kind: str) -> int:
    """The most bytes of a file of that kind that is read as a whole."""
    return LARGEST_PDF if kind in {"pdf", "docx"} else LARGEST


def find_files(paths: Sequence[Path]) -> Iterator[tuple[Path, ArticleError | None]]:
    """Every article file that `paths` name, folders in order, each once; with an error where it is none.

    Hidden files and folders, and other formats inside a folder, are passed over.
    """
    seen: set[Path] = set()
    for path in paths:
        for found, error in _under(path):
            resolved = found.resolve()
            if error is not None or resolved not in seen:
                yield found, error
            if error is None:
                seen.add(resolved)


def open_file(path: Path, most: int | None = None) -> BinaryIO:
    """An article file, open for reading.

    Raises:
        ArticleError: it is unreadable, empty, larger than `most` bytes, or no ordinary file.
    """
    try:
        # A pipe would block for ever; it is refused before it is opened.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(f"{path} is not an ordinary file; name a .txt or .md file")
        if most is not None and status.st_size > most:
            raise ArticleError(
                f"{path} is too large ({status.st_size / 2**20:.0f} MB, at most {most / 2**20:.0f}); "
                "split it into one file per article"
            )
        if status.st_size == 0:
            raise ArticleError(f"{path} is empty; write the article into it or remove it")
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> ArticleError:
    """What the system said of `path`, with the cure."""
    reason = error.strerror or type(error).__name__
    return ArticleError(f"{path} cannot be read ({reason}); check that it exists and its permissions")


def read_bytes(path: Path) -> bytes:
    """The content of a file that holds one article.

    Raises:
        ArticleError: it is unreadable, empty, too large, or no ordinary file.
    """
    try:
        with open_file(path, largest(kind_of(path.name) or "text")) as file:
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


def read_draft(kind: str, raw: bytes, parsers: Parsers) -> Draft:
    """What `raw`, of a kind that holds one article, declares of it.

    Raises:
        ArticleError: it is refused; the message does not name the file.
    """
    if kind == "text":
        return read_text(raw)
    return parsers.parse(kind, raw)[0]


def read_article(path: Path, raw: bytes, article_id: str) -> Article:
    """The article in `raw`, the bytes of `path`, which holds one.

    Of a `.txt` or `.md` file without front matter its text is exactly the decoded file, each line break one
    newline character.

    Raises:
        ArticleError: the bytes are none of that format, or hold no words; the message names file and cure.
    """
    kind = kind_of(path.name) or "text"
    if kind in {"jsonl", "csv", "feed", "zip"}:
        raise ArticleError(f"{path} holds many articles; name a file that holds one")
    try:
        with Parsers() as parsers:
            return finish(read_draft(kind, raw, parsers), article_id, str(path))
    except ArticleError as error:
        raise ArticleError(f"{path}: {error}") from error


def finish(
    draft: Draft, article_id: str, path: str, source: str | None = None, published: date | None = None
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
    told = find_dateline(text)
    title = draft.title or find_title(text, fallback=article_id)
    language = detect(text)
    return Article(
        id=article_id,
        title=title,
        text=text,
        source=draft.source or told.source or source,
        published=plausible(draft.published)
        or plausible(told.published)
        or plausible(published)
        or plausible(draft.made),
        url=draft.url or told.url,
        language=detect(title) if language == UNDECIDED else language,
        path=path,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        author=draft.author or find_author(text),
        pages=draft.pages,
    )


def unread(name: object) -> ArticleError:
    """That a file of this name is in no format that is read."""
    return ArticleError(f"{name} is in a format that is not read; save it as one of: {_SHOWN}")


def stem(path: Path) -> str:
    """The id that `path` gives its article, in composed Unicode so that it can be typed.

    Raises:
        ArticleError: the name is not valid text.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(path).decode("utf-8", "replace")
        raise ArticleError(f"{shown} has a name that is not UTF-8; rename the file") from error
    return unicodedata.normalize("NFC", path.stem)


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
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and kind_of(name) is not None:
                found = True
                yield Path(parent, name), None
    for error in errors:
        path = Path(error.filename)
        yield path, ArticleError(f"{path} cannot be read ({error.strerror}); check its permissions")
    if not found and not errors:
        yield folder, ArticleError(f"{folder} holds no article; put files into it that end in: {_SHOWN}")
