"""Where an article is read: an address for every id, whatever characters it holds."""

from __future__ import annotations

import re
from urllib.parse import urlencode

LIST = "/articles"
READ = f"{LIST}/read"
UPLOAD = f"{LIST}/upload"
UPLOADS = f"{LIST}/uploads"
REMOVE = f"{LIST}/remove"

MARK = "mark"
"""The id of the highlighted characters in the reading view."""

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~-]*")
_TAKEN = {address.rpartition("/")[2] for address in (READ, UPLOAD, UPLOADS, REMOVE)}


def address_of(
    article_id: str, start: int | None = None, end: int | None = None, language: str | None = None
) -> str:
    """The address of an article's reading view, its characters `start:end` highlighted and scrolled to.

    A plain id stands in the path. Any other travels in the query, where no browser or proxy takes its dots,
    slashes and percent signs for something else.

    Args:
        article_id: Whatever the library calls it.
        start: The first character to highlight, where any is.
        end: The one behind the last.
        language: Of the page, where it is not to be the browser's.
    """
    query: list[tuple[str, str]] = []
    path = f"{LIST}/{article_id}"
    if not _PLAIN.fullmatch(article_id) or article_id in _TAKEN:
        path = READ
        query.append(("id", article_id))
    marked = start is not None and end is not None
    if marked:
        query += [("start", str(start)), ("end", str(end))]
    if language is not None:
        query.append(("language", language))
    return f"{path}{'?' if query else ''}{urlencode(query, errors='replace')}{f'#{MARK}' if marked else ''}"
