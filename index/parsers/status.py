"""Whether what an export holds is public: a draft, a private or a deleted post is no article."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from index.lexicon import LEXICON
from index.parsers import one_line

_FILE = "status"
_LONGEST = 40
"""Characters of a reason."""


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
    return (one_line(str(value)) or "")[:_LONGEST].lower()


def _folded(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"[\s_-]+", "", str(value)).casefold() if isinstance(value, str | int) else ""


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(LEXICON.words(table, _FILE))


@cache
def _fields(table: str) -> tuple[str, ...]:
    return tuple(str(LEXICON.mapping("fields", _FILE)[table]).split())
