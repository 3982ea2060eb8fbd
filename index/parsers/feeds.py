"""RSS and Atom feeds: each entry an article."""

from __future__ import annotations

import contextlib
import io
import re
from calendar import timegm
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin

from index.errors import ArticleError
from index.lexicon import LEXICON
from index.parsers import ArticleDraft, address, clean, one_line, withheld_entry
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
    home = address(parsed.feed.get("link"))
    return [_draft(entry, source, home) for entry in parsed.entries]


def _draft(entry: Any, source: str | None, home: str | None) -> ArticleDraft:
    written = [one.get("value") or "" for one in entry.get("content") or []]
    written.append(entry.get("summary") or "")
    if "wp_post_type" in entry:
        written = [without_shortcodes(one) for one in written]
    # Some feeds hold the article in the summary and a picture in the content.
    text = max((plain(clean(one)).strip() for one in written), key=len)
    # WordPress exports give the day in the office's own time beside the one in UTC.
    days = ("wp_post_date", "published", "updated", "created")
    published = next((day for key in days if (day := _day(entry, key))), None)
    origin = entry.get("source") or {}
    return ArticleDraft(
        f"{text}\n" if text else "",
        one_line(plain(entry.get("title") or "")),
        one_line(plain(origin.get("title") or "")) or source,
        one_line(plain(entry.get("author") or "")),
        published,
        _address_of(entry, home),
        name=one_line(entry.get("id")) or one_line(entry.get("link")) or one_line(entry.get("title")) or "",
        withheld=withheld_entry(entry),
        unread_day="" if published else next((str(entry[key])[:60] for key in days if entry.get(key)), ""),
    )


def _address_of(entry: Any, home: str | None) -> str | None:
    """The address of an entry; one that lacks the site's is completed by that of the feed."""
    link = one_line(entry.get("link"))
    if link is None or address(link) or home is None:
        return address(link)
    with contextlib.suppress(ValueError):
        return address(urljoin(home, link))
    return None


_SHORTCODE = re.compile(
    r"""\[/?[a-z][\w-]*(?:\s+[\w-]+=(?:"[^"\]]*"|'[^'\]]*'|[^\s"'\]]+))*\s*/?\]""", re.IGNORECASE
)
_NAME = re.compile(r"\[/?([\w-]+)")


def without_shortcodes(html: str) -> str:
    """A post of WordPress without what it replaces: `[gallery ids="1,2"]`, `[caption …]…[/caption]`.

    A word in brackets without attributes, "[sic]", is kept unless it is closed or a name that WordPress has.
    """
    closed = {name.lower() for name in re.findall(r"\[/([\w-]+)\]", html)}

    def kept(match: re.Match[str]) -> str:
        name = _NAME.match(match.group())
        is_mark = "=" in match.group() or (name and name[1].lower() in closed | _OWN)
        return "" if is_mark else match.group()

    captions = r"\[(caption|wp_caption)\b[^\]]*\].*?\[/\1\]"
    return _SHORTCODE.sub(kept, re.sub(captions, "", html, flags=re.DOTALL | re.IGNORECASE))


_OWN = frozenset(LEXICON.words("shortcodes", "status"))


def _day(entry: Any, key: str) -> date | None:
    """As it is written there, in the time zone of the publisher; in that of the office where it is in UTC."""
    # Asked for what it lacks, feedparser gives the value of another key, with a warning.
    if day := plausible(declared_date(entry.get(key) if key in entry else None)):
        return day
    parsed = entry.get(f"{key}_parsed") if f"{key}_parsed" in entry else None
    return plausible(declared_date(datetime.fromtimestamp(timegm(parsed), UTC))) if parsed else None
