"""Hostile text made inert: in HTML, in the chat's Markdown, and as a link."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(f"[{_BIDI}\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_SPACES = re.compile(r"[ \t\f\v\xa0]+")


def in_html(text: str) -> str:
    """`text` as HTML whose text content is `text`, character for character.

    A control character that would reorder or hide its neighbours is boxed in a span; the page's style sheet
    makes that an inline block, out of which no such character has effect, and shows its code.
    """
    escaped = html.escape(text).replace("\r", "&#13;")
    # The page's framework translates what looks like one of its own message keys.
    escaped = escaped.replace("__i18n__", "&#95;_i18n_&#95;")
    return _INVISIBLE.sub(_boxed, escaped)


def in_markdown(text: str) -> str:
    """`text` as one paragraph of Markdown that shows it as written: nothing in it marks up, links or loads.

    Every ASCII punctuation mark becomes a character reference, which Markdown reads as text; lines are kept.
    """
    lines = [_SPACES.sub(" ", line).strip() for line in text.splitlines()]
    return "<br>".join(_PUNCTUATION.sub(_referenced, _INVISIBLE.sub(_named, line)) for line in lines if line)


def link(url: str | None) -> tuple[str, str] | None:
    """An address that is safe to follow, and its host; None for anything but a plain http(s) address.

    The host is what the browser will visit, so that `https://known.id@other.example/` shows `other.example`.
    """
    if url is None or not url.isprintable() or re.search(r"[\s\\<>\"'`]", url) or _INVISIBLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        _ = parts.port
    except (UnicodeError, ValueError):
        return None
    return (url, host) if parts.scheme in {"http", "https"} and host else None


def _referenced(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"


def _named(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match.group()):04X}⟩"


def _boxed(match: re.Match[str]) -> str:
    return f'<span class="control" data-code="U+{ord(match.group()):04X}">{match.group()}</span>'
