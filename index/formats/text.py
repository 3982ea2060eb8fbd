"""Plain text and Markdown, with front matter or without; and how bytes become characters."""

from __future__ import annotations

import codecs
import re

from index.errors import ArticleError
from index.formats.draft import Draft
from index.frontmatter import split_front_matter

_SIGNATURES = {
    b"%PDF-": ("a PDF", ".pdf"),
    b"PK\x03\x04": ("a Word file or another archive", ".docx or .zip"),
    b"{\\rtf": ("rich text", None),
    b"\xd0\xcf\x11\xe0": ("an old Word file", None),
}
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


def read_text(raw: bytes) -> Draft:
    """The article in `raw`; without front matter its text is exactly the decoded file.

    Raises:
        ArticleError: the bytes are no text, or the front matter is broken.
    """
    front, text = split_front_matter(decode(raw))
    return Draft(text, front.title, front.source, front.author, front.published, front.url)


def decode(raw: bytes) -> str:
    """`raw` as text, each line break one newline character: UTF-8, UTF-16 by its mark, or Windows-1252.

    Raises:
        ArticleError: it is of another format, or no text.
    """
    for signature, (kind, ending) in _SIGNATURES.items():
        if raw.startswith(signature):
            cure = f"rename it to end in {ending}" if ending else "save it as plain text in UTF-8"
            raise ArticleError(f"it is {kind}; {cure}")
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = raw.decode("utf-16")
        else:
            text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="as-windows-1252")
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
