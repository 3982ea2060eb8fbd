"""Files become articles: found in folders, decoded or refused, and read for title, source and date."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.article import Article
from index.dateline import find_dateline
from index.errors import ArticleError
from index.frontmatter import split_front_matter
from index.headline import find_title
from index.language import detect

PARSER = "1"
"""Changes whenever a file would be read differently, so that unchanged files are read again."""

FORMATS = (".txt", ".md")
LARGEST = 20 * 2**20
"""Bytes; a press article has a few thousand."""

_SIGNATURES = {b"%PDF-": "a PDF", b"PK\x03\x04": "a Word file or another archive", b"{\\rtf": "rich text"}
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


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


def read_bytes(path: Path) -> bytes:
    """The content of an article file.

    Raises:
        ArticleError: it is unreadable, empty, too large, or no ordinary file.
    """
    try:
        # A pipe would block for ever; it is refused before it is opened.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(f"{path} is not an ordinary file; name a .txt or .md file")
        if status.st_size > LARGEST:
            size, most = status.st_size / 2**20, LARGEST / 2**20
            raise ArticleError(
                f"{path} is too large ({size:.0f} MB, at most {most:.0f}); split it into one file per article"
            )
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ArticleError(
            f"{path} cannot be read ({reason}); check that it exists and its permissions"
        ) from error
    if not raw.strip():
        raise ArticleError(f"{path} is empty; write the article into it or remove it")
    return raw


def digest(raw: bytes) -> str:
    """Hex digest of a file's bytes and of how they are read: the same digest gives the same article."""
    return hashlib.sha256(f"{PARSER}\0".encode() + raw).hexdigest()


def read_article(path: Path, raw: bytes, article_id: str) -> Article:
    """The article in `raw`, the bytes of `path`.

    Without front matter its text is exactly the decoded file, each line break one newline character.

    Raises:
        ArticleError: the bytes are no text, or hold no words; the message names the file and the cure.
    """
    try:
        front, text = split_front_matter(_decode(raw))
        if not any(map(str.isalnum, text)):
            raise ArticleError("it holds no words; write the article into it or remove it")
    except ArticleError as error:
        raise ArticleError(f"{path}: {error}") from error
    told = find_dateline(text)
    title = front.title or find_title(text, fallback=article_id)
    return Article(
        id=article_id,
        title=title,
        text=text,
        source=front.source or told.source,
        published=front.published or told.published,
        url=front.url or told.url,
        language=detect(text),
        path=str(path),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


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
        elif path.suffix.lower() not in FORMATS:
            formats = ", ".join(FORMATS)
            yield path, ArticleError(f"{path} is in a format that is not read; save it as one of: {formats}")
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
            path = Path(parent, name)
            if not name.startswith(".") and path.suffix.lower() in FORMATS:
                found = True
                yield path, None
    for error in errors:
        path = Path(error.filename)
        yield path, ArticleError(f"{path} cannot be read ({error.strerror}); check its permissions")
    if not found and not errors:
        formats = ", ".join(FORMATS)
        yield folder, ArticleError(f"{folder} holds no article; put files into it that end in: {formats}")


def _decode(raw: bytes) -> str:
    for signature, kind in _SIGNATURES.items():
        if raw.startswith(signature):
            raise ArticleError(f"it is {kind}; save it as plain text in UTF-8")
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = raw.decode("utf-16")
        else:
            text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="as-windows-1252")
    except UnicodeDecodeError as error:
        raise ArticleError(
            "it is binary, or text in an unknown encoding; save it as plain text in UTF-8"
        ) from error
    controls = len(_CONTROL.findall(text))
    if "\0" in text or controls > len(text) / 50:
        raise ArticleError("it is binary, not text; save the article as plain text in UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 as Windows-1252: a file pasted together of both reads well, too."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252"), error.end


codecs.register_error("as-windows-1252", _as_windows)
