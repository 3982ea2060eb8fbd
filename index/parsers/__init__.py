"""Parsers: each module reads one kind of file, bytes in, drafts of articles out.

A draft is what a file tells of one article, before its id, its language and what else the text says. What
parses bytes with a library of others runs in a process of its own (`sandbox`), so that a file which makes
that library hang, crash or devour memory costs that file and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from index.lexicon import LEXICON

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_LONGEST = 1000
"""Characters of a title, a name or an address; more is no such thing."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """One article as its format declares it; None where nothing is said.

    Attributes:
        text: The whole article, each line break one newline character.
        title: Its title.
        source: Its publisher.
        author: Who wrote it.
        published: The day of publication.
        url: Where it was published.
        pages: The offset in `text` where each page begins.
        made: The day the file itself was made, which is believed where nothing else tells a day.
        name: The id that it asks for; empty where it asks for none.
        withheld: Why it is not public, in a word or two; empty where it is.
        unread_day: What is declared as the day of publication and is none that can be read; else empty.
    """

    text: str
    title: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    pages: tuple[int, ...] = ()
    made: date | None = None
    name: str = ""
    # Left out of what is hashed, so that articles of earlier versions stay the same.
    withheld: str = field(default="", repr=False)
    unread_day: str = field(default="", repr=False)


def one_line(text: str | None) -> str | None:
    """`text` as one printable line; None where nothing is left of it."""
    if not text:
        return None
    shown = text[: 4 * _LONGEST]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else " " for char in shown)
    return re.sub(r"\s+", " ", shown).strip()[:_LONGEST].strip() or None


def address(text: str | None) -> str | None:
    """`text` where it is the address of a page, else None."""
    line = one_line(text)
    return line if line and _ADDRESS.fullmatch(line) else None


def clean(text: str) -> str:
    """`text` with one newline character for each line break, and without what no text holds.

    Control characters become spaces, and halves of surrogate pairs the sign for what is unknown.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    text = _NOT_TEXT.sub(" ", text)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two halves that belong together become the sign that they stand for.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


_STATUS = "status"
"""The file of `index/data` that says how exports tell whether what they hold is public."""

_REASON = 40
"""Characters of why a record is not public."""


def withheld(get: Callable[[str], Any]) -> str:
    """Why a record is not public, in a word or two; empty where it is, or says nothing of it.

    Args:
        get: The value of a field by its name, in lower case with underscores; None where there is none.
    """
    if any(_said(get(name)) for name in _fields("password")):
        return "password"
    for name in _fields("kind"):
        kind = _folded(get(name))
        if kind and kind not in _words("articles"):
            return _shown(get(name))
    for name in _fields("strict"):
        status = _folded(get(name))
        if status and status not in _words("public"):
            return _shown(get(name))
    for name in _fields("status"):
        status = _folded(get(name))
        if status in _words("withheld"):
            return _shown(get(name))
    for name in _fields("published"):
        if _folded(get(name)) in _words("no"):
            return "unpublished"
    if any(_said(get(name)) and _folded(get(name)) not in _words("empty") for name in _fields("gone")):
        return "deleted"
    for name in _fields("draft"):
        if _folded(get(name)) in _words("yes"):
            return name.removeprefix("is_")
    return ""


def withheld_entry(entry: Any) -> str:
    """Why an entry of a feed, a WordPress export or a Blogger export is not public; empty where it is."""
    terms = [str(tag.get("term") or "") for tag in entry.get("tags") or []]
    kinds = [
        term.rpartition("#")[2] for term in terms if term.startswith("http://schemas.google.com/blogger/")
    ]
    known = {
        "post_status": entry.get("wp_status") or entry.get("blogger_status"),
        "post_type": entry.get("wp_post_type") or entry.get("blogger_type") or (kinds[0] if kinds else None),
        "post_password": entry.get("wp_post_password"),
        "draft": entry.get("app_draft"),
    }
    return withheld(known.get)


def _said(value: Any) -> bool:
    return (
        isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() not in {"", "0"}
    )


def _shown(value: Any) -> str:
    return (one_line(str(value)) or "")[:_REASON].lower()


def _folded(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"[\s_-]+", "", str(value)).casefold() if isinstance(value, str | int) else ""


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(LEXICON.words(table, _STATUS))


@cache
def _fields(table: str) -> tuple[str, ...]:
    return tuple(str(LEXICON.mapping("fields", _STATUS)[table]).split())
