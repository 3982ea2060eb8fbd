"""RSS and Atom feeds: each entry an article."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from index.errors import ArticleError
from index.parsers import ArticleDraft, address, clean, one_line
from index.parsers.html import plain
from index.text import declared_date, plausible


def read_feed(raw: bytes) -> list[ArticleDraft]:
    """The entries of a feed, in order; one without words has an empty text. `name` is what tells them apart.

    Raises:
        ArticleError: it is no feed, or has no entries.
    """
    import feedparser

    parsed: Any = feedparser.parse(io.BytesIO(raw), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise ArticleError("it is no RSS or Atom feed; save it as the format that it is")
    if not parsed.entries:
        raise ArticleError("it is a feed without entries; nothing is lost by removing it")
    source = one_line(plain(parsed.feed.get("title") or ""))
    return [_draft(entry, source) for entry in parsed.entries]


def _draft(entry: Any, source: str | None) -> ArticleDraft:
    contents = [one.get("value") or "" for one in entry.get("content") or []]
    summary = entry.get("summary") or ""
    # Some feeds hold the article in the summary and a picture in the content.
    text = max((plain(clean(one)).strip() for one in [*contents, summary]), key=len)
    published = next((day for key in ("published", "updated", "created") if (day := _day(entry, key))), None)
    origin = entry.get("source") or {}
    return ArticleDraft(
        f"{text}\n" if text else "",
        one_line(plain(entry.get("title") or "")),
        one_line(plain(origin.get("title") or "")) or source,
        one_line(plain(entry.get("author") or "")),
        published,
        address(entry.get("link")),
        name=one_line(entry.get("id")) or one_line(entry.get("link")) or one_line(entry.get("title")) or "",
    )


def _day(entry: Any, key: str) -> date | None:
    """As it is written there, in the time zone of the publisher."""
    # Asked for what it lacks, feedparser gives the value of another key, with a warning.
    if day := plausible(declared_date(entry.get(key) if key in entry else None)):
        return day
    parsed = entry.get(f"{key}_parsed") if f"{key}_parsed" in entry else None
    return plausible(date(*parsed[:3])) if parsed else None
