"""Plain text and Markdown, with front matter in YAML or TOML or without; and how bytes become characters."""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from datetime import date
from typing import Any

from index.errors import ArticleError
from index.parsers import LONGEST_DAY, ArticleDraft, one_line
from index.parsers.publication import SCHEDULED, is_ahead, withheld
from index.text import declared_date, find_dates, parse_date, plausible

_BLOCK = re.compile(
    r"(?:[ \t]*\n)*+(?:---[ \t]*\n(?P<yaml>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|$)"
    r"|\+\+\+[ \t]*\n(?P<toml>(?:.*\n)*?)\+\+\+[ \t]*(?:\n|$))"
)
_JSON = re.compile(r"\s*+(?=\{)")
"""Where front matter in JSON begins, as Hugo takes it."""

_PAIR = re.compile(r"^[\w.-]+[ \t]*=", re.MULTILINE)
_DATES = ("date", "tanggal", "publishdate", "pubdate", "publish_date", "pub_date")
"""Where programs that make web sites of such files keep the day, beside our own `published`."""

_LONGEST = 65_536
"""Characters of YAML; more is no description of an article."""

_MOST_BRACKETS = 100
"""Each level of nesting costs the parser more than the last."""


def parse_front_matter(text: str) -> ArticleDraft:
    """The draft that the front matter declares and the text after it; without one, the whole text.

    Raises:
        ArticleError: the YAML is broken, or a value is not of its kind; the message does not name the file.
    """
    declared, end = _declared(text)
    if declared is None:
        return ArticleDraft(text)
    values = {key.strip().lower(): value for key, value in declared.items() if isinstance(key, str)}
    published = _day(values.get("published")) or plausible(_dated(values))
    written = next(
        (str(value) for name in _DATES if isinstance(value := values.get(name), str | int | date)), ""
    )
    return ArticleDraft(
        text[end:],
        title=_line("title", values.get("title")),
        source=_line("source", values.get("source")),
        published=published,
        url=_address(values.get("url")),
        author=_line("author", values.get("author")),
        unread_day="" if published else (one_line(written) or "")[:LONGEST_DAY],
    )


def _dated(values: dict[str, object]) -> date | None:
    """The day under one of the names that other programs use."""
    return next((day for name in _DATES if (day := declared_date(values.get(name)))), None)


def _declared(text: str) -> tuple[dict[Any, Any] | None, int]:
    """The mapping in the front matter of a text, and where that ends; None where there is none at all."""
    if begin := _JSON.match(text):
        try:
            loaded, end = json.JSONDecoder().raw_decode(text[: begin.end() + _LONGEST], begin.end())
        except (ValueError, RecursionError):
            return None, 0
        # An object and nothing after it is what the file holds.
        is_front = isinstance(loaded, dict) and bool(re.match(r"[ \t]*\n\s*\S", text[end:]))
        return (loaded, end + 1) if is_front else (None, 0)
    block = _BLOCK.match(text)
    # Below a blank line it may be what somebody wrote on front matter, where nothing follows it.
    if block is None or (text[0].isspace() and not text[block.end() :].strip()):
        return None, 0
    return _read(block), block.end()


def _read(match: re.Match[str]) -> dict[Any, Any] | None:
    """The mapping in a block; None where it is text between two rules, and no front matter at all."""
    if match["toml"] is None:
        return _read_yaml(match["yaml"], match.string.count("\n", 0, match.start("yaml")) + 1)
    if len(match["toml"]) > _LONGEST:
        return None
    try:
        return tomllib.loads(match["toml"])
    except (ValueError, RecursionError) as error:
        if not _PAIR.search(match["toml"]):
            return None
        raise ArticleError(
            f"its front matter is not TOML ({str(error).splitlines()[0]}); correct it or remove it"
        ) from error


def _read_yaml(block: str, line: int) -> dict[Any, Any] | None:
    """The mapping that a block of YAML holds, whose first line has the number `line` in its file."""
    import yaml

    if len(block) > _LONGEST:
        raise ArticleError(
            f"its front matter is longer than {_LONGEST} characters; close it with a line of ---"
        )
    if block.count("[") + block.count("{") > _MOST_BRACKETS:
        raise ArticleError("its front matter has too many brackets in brackets; correct it or remove it")
    try:
        declared = yaml.safe_load(block)
    except yaml.MarkedYAMLError as error:
        # Marks count from zero.
        where = f" in line {error.problem_mark.line + line}" if error.problem_mark else ""
        reason = f"{error.problem or 'unreadable'}{where}"
        raise ArticleError(
            f"its front matter is not YAML ({reason}); put values with a colon in quotes, or remove it"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ArticleError(
            f"its front matter is not YAML ({str(error).splitlines()[0]}); correct it or remove it"
        ) from error
    if declared is None:
        return {}
    return declared if isinstance(declared, dict) else None


def _line(key: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, (dict, list, bool, bytes, set, tuple)):
        raise ArticleError(f'its front matter gives no text for {key}; write it as {key}: "..."')
    # YAML can spell what no file holds: control characters, and halves of surrogate pairs.
    shown = "".join(char if char.isprintable() else " " for char in str(value))
    return re.sub(r"\s+", " ", shown).strip() or None


def _day(value: object) -> date | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, date):
        return declared_date(value)
    day = None
    if isinstance(value, str):
        # Words around a day are no day, but what `declared_date` reads beyond them may be one.
        day = parse_date(value) or (declared_date(value) if not find_dates(value) else None)
    if day is None:
        # Shown only where it is short text: a value may be a structure that unfolds without end.
        shown = f" ({value[:40]})" if isinstance(value, str) else ""
        raise ArticleError(f"its front matter gives no date for published{shown}; write it as 2025-07-22")
    return day


def _address(value: object) -> str | None:
    address = _line("url", value)
    if address is not None and not re.fullmatch(r"https?://[^\s\"'<>]+", address):
        raise ArticleError(
            f"its front matter gives url: {address}; write one that begins with https://, without blanks"
        )
    return address


_SIGNATURES = {
    b"%PDF-": ("a PDF", ".pdf"),
    b"PK\x03\x04": ("a Word file or another archive", ".docx or .zip"),
    b"{\\rtf": ("rich text", None),
    b"\xd0\xcf\x11\xe0": ("an old Word file", None),
}
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


def read_text(raw: bytes) -> ArticleDraft:
    """The article in `raw`; without front matter its text is exactly the decoded file."""
    return parse_front_matter(decode(raw))


def withheld_text(raw: bytes) -> str:
    """Why the front matter of a text says that it is not public; empty where it does not say so."""
    begins = raw.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"---", b"+++", b"{"))
    if not begins and not _wide_encoding(raw):
        return ""
    try:
        declared = _declared(decode(raw))[0] or {}
    except ArticleError:
        return ""
    values = {str(key).strip().lower(): value for key, value in declared.items()}
    published = values.get("published")
    # As text, since a year that none has, as 2999, is a slip there and no plan.
    days = [
        str(published) if isinstance(published, date) else published,
        *(values.get(name) for name in _DATES),
    ]
    return withheld(values) or (SCHEDULED if any(map(is_ahead, days)) else "")


def decode(raw: bytes) -> str:
    """`raw` as text, each line break one newline character: UTF-8, UTF-16, UTF-32, or Windows-1252.

    Raises:
        ArticleError: it is of another format, or no text.
    """
    for signature, (kind, ending) in _SIGNATURES.items():
        if raw.startswith(signature):
            cure = f"rename it to end in {ending}" if ending else "save it as plain text in UTF-8"
            raise ArticleError(f"it is {kind}; {cure}")
    try:
        wide = _wide_encoding(raw)
        if wide:
            text = raw.decode(wide)
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


_SHOWN_BYTES = 2000
_MOSTLY = 0.3
"""Of the bytes of Latin text in UTF-16, how many are NUL, all on one side of their pairs."""


def _wide_encoding(raw: bytes) -> str:
    """The encoding of text in UTF-16 or UTF-32, by its mark or where its NUL bytes stand; else empty."""
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = raw[:_SHOWN_BYTES]
    if len(raw) % 2 or head.count(0) < _MOSTLY * len(head):
        return ""
    first, second = head[::2].count(0), head[1::2].count(0)
    if not first:
        return "utf-16-le"
    return "" if second else "utf-16-be"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 as Windows-1252: a file pasted together of both reads well, too."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252"), error.end


codecs.register_error("as-windows-1252", _as_windows)
