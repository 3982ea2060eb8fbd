"""Rendering from `templates/`, escaping, addresses, what requests hold, and responses.

All text in a template is escaped, and no character of it hides or reorders others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from ui.locales import LANGUAGES, NAME, Words, locale, preferred, words

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request
    from starlette.responses import Response

ROOT: ContextVar[str] = ContextVar("root", default="")
"""The path under which the server that answers is shown, as "/tanya"; empty where it is shown at "/"."""


def at(path: str) -> str:
    """The address of a path of this server, which begins with a slash, as browsers ask for it."""
    return f"{ROOT.get()}{path}"


def path_of(scope: Mapping[str, Any]) -> str:
    """The path of a request within this server, wherever that is shown."""
    path: str = scope["path"]
    return path.removeprefix(ROOT.get()) or "/"


INVISIBLE = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
"""Control characters, among them those that change the direction of text, for a character class."""

# Between tags. In escaped HTML "<" and ">" are only those of tags.
_IN_TEXT = re.compile(rf"<(title|style|script)\b.*?</\1>|<[^>]*>|[{INVISIBLE}]", re.DOTALL)


@cache
def environment() -> Environment:
    """The environment of all templates; what is not given to one is an error, not nothing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    here = Path(__file__).parent
    made = Environment(
        loader=FileSystemLoader(here / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["flat"] = flat
    made.globals["stretches"] = stretches
    made.globals["at"] = at
    # Ours, and read as CSS, where nothing is escaped.
    made.globals["style"] = Markup((here / "static" / "plain.css").read_text(encoding="utf-8"))  # noqa: S704
    return made


def render(template: str, **values: Any) -> str:
    """The HTML of a template, its control characters boxed."""
    return box_controls(environment().get_template(template).render(values))


def macro(template: str, name: str, *values: Any) -> str:
    """The HTML of a macro of a template, its control characters boxed."""
    return box_controls(getattr(environment().get_template(template).module, name)(*values))


def box_controls(html: str) -> str:
    """`html` in which each control character of a text stands in a span, and none is changed by a parser.

    The style sheets make that span an inline block, out of which no such character has effect, and show its
    code.
    """
    # The chat page's framework translates what looks like one of its own message keys.
    html = html.replace("\r", "&#13;").replace("__i18n__", "&#95;_i18n_&#95;")
    return _IN_TEXT.sub(_boxed, html)


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def _boxed(match: re.Match[str]) -> str:
    found = match.group()
    return (
        found if found[0] == "<" else f'<span class="control" data-code="U+{ord(found):04X}">{found}</span>'
    )


_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_SPACES = re.compile(r"[ \t\f\v\xa0]+")


def in_html(text: str) -> str:
    """`text` as HTML whose text content is `text`, character for character, its control characters boxed."""
    return box_controls(escape(text))


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


POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What such a page may load and do: its own script, and no word that is written into it runs."""


def page(template: str, words: Words, *, in_language: Mapping[str, str] | None = None, **values: Any) -> str:
    """A whole page.

    Args:
        template: Its name; it extends `base.html`.
        words: Of the page's language.
        in_language: The address of the same page in each language; none is offered where this is left out.
        values: What the template is given besides.
    """
    addresses = in_language or {}
    languages = [
        (one, locale(one).chat.language_name, addresses[one]) for one in LANGUAGES if one in addresses
    ]
    return render(template, words=words, product=NAME, languages=languages, **values)


def page_response(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page as it is sent: what it may load and do, and that nobody keeps it."""
    from starlette.responses import HTMLResponse

    always = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return HTMLResponse(html, status, headers={**always, **(headers or {})})


def is_same_origin(headers: Any) -> bool:
    """Whether a request comes from a page of this server; a browser always says where it does come from.

    `Sec-Fetch-Site` is the browser's own word and survives a proxy that renames the host, but is only sent
    where the connection is trusted; `Origin` is sent with every post.
    """
    if site := headers.get("sec-fetch-site"):
        return bool(site == "same-origin")
    origin = urlsplit(headers.get("origin") or "")
    return bool(origin.netloc) and origin.netloc.lower() == (headers.get("host") or "").lower()


_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def read_day(written: str) -> date | None:
    """A day as it is typed, 22/7/2025 or 2025-07-22; None where it is none."""
    text = written.strip()
    match = _DAY.fullmatch(text) if text.isascii() else None
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError:
        return None


def read_number(written: str | None, digits: int = 9) -> int | None:
    """The whole number that an address or a form holds, cut after so many digits; None where it is none."""
    return int(written[:digits]) if written and written.isascii() and written.isdigit() else None


class Stretch(NamedTuple):
    """Characters of a text as they are shown.

    Attributes:
        kind: "" where they are shown as they are; "markup" where they only mark up others, and are hidden;
            "cell" between the cells of a table; "strong" where they are marked as a heading or as strong.
        text: The characters.
    """

    kind: str
    text: str


_MARKS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    # A rule, and the line beneath the head of a table.
    (
        re.compile(r"^[ \t]{0,20}(?:(?:-[ \t]?){3,}|(?:\*[ \t]?){3,}|(?:_[ \t]?){3,})$\n?", re.MULTILINE),
        ("markup",),
    ),
    (
        re.compile(
            r"^[ \t]{0,9}\|?[ \t]{0,9}:?-+:?[ \t]{0,9}(?:\|[ \t]{0,9}:?-+:?[ \t]{0,9})+\|?[ \t]{0,9}$\n?",
            re.MULTILINE,
        ),
        ("markup",),
    ),
    (
        re.compile(r"^( {0,3}#{1,6}[ \t]++)([^\n]{0,399}[^ \t\n#])([ \t#]*+)$", re.MULTILINE),
        ("", "markup", "strong", "markup"),
    ),
    (re.compile(r"^([ \t]*>[ \t]?)", re.MULTILINE), ("", "markup")),
    (re.compile(r"^([ \t]{0,20}\|[ \t]{0,20})(?=[^\n]{0,4000}\|[ \t]{0,20}$)", re.MULTILINE), ("", "markup")),
    (re.compile(r"^[ \t]{0,20}\|[^\n]{0,4000}?([ \t]{0,20}\|[ \t]{0,20})$", re.MULTILINE), ("", "markup")),
    (re.compile(r"(?<=\S)([ \t]{1,20}\|[ \t]{1,20})(?=\S)"), ("", "cell")),
    (re.compile(r"!\[[^\[\]\n]{0,400}\]\([^()\s]+\)"), ("markup",)),
    (re.compile(r"(\[)[^\[\]\n]{1,400}(\]\([^()\s]+\))"), ("", "markup", "markup")),
    (re.compile(r"(\*\*)(?=\S)([^\n]{1,400}?)(?<=\S)(\*\*)"), ("", "markup", "strong", "markup")),
    (re.compile(r"(?<!\w)(__)(?=\S)([^\n]{1,400}?)(?<=\S)(__)(?!\w)"), ("", "markup", "strong", "markup")),
    (re.compile(r"(?<![\w*])(\*)(?=[^\s*])[^*\n]{1,400}?(?<=[^\s*])(\*)(?![\w*])"), ("", "markup", "markup")),
    (re.compile(r"(?<![\w_])(_)(?=[^\s_])[^_\n]{1,400}?(?<=[^\s_])(_)(?![\w_])"), ("", "markup", "markup")),
)
"""Markdown, and the kinds of what each pattern matches as a whole and in its groups.

Any text is an article's: each pattern takes time in proportion to its length, whatever it is.
"""

_RANKS = ("", "strong", "cell", "markup")


@lru_cache(maxsize=64)
def _marks(text: str) -> tuple[tuple[int, int, str], ...]:
    """Spans of a text that are marked up; where two overlap, the later of `_RANKS` goes first."""
    found = [
        (*match.span(group), kind)
        for pattern, kinds in _MARKS
        for match in pattern.finditer(text)
        for group, kind in enumerate(kinds)
        if kind and match.span(group)[0] < match.span(group)[1]
    ]
    return tuple(sorted(found))


def stretches(text: str, start: int = 0, end: int | None = None) -> list[Stretch]:
    """The characters `start:end` of a text, all of them in their order, Markdown told from what it marks up.

    What is shown is cleaned by hiding; the characters stay those that are cited.
    """
    stop = len(text) if end is None else end
    changes: dict[int, Counter[str]] = {start: Counter(), stop: Counter()}
    for begins, ends, kind in _marks(text):
        if begins < stop and ends > start:
            changes.setdefault(max(begins, start), Counter())[kind] += 1
            changes.setdefault(min(ends, stop), Counter())[kind] -= 1
    shown: list[Stretch] = []
    within: Counter[str] = Counter()
    for at, until in pairwise(sorted(changes)):
        within.update(changes[at])
        kind = max((one for one in within if within[one] > 0), key=_RANKS.index, default="")
        if shown and shown[-1].kind == kind:
            shown[-1] = Stretch(kind, shown[-1].text + text[at:until])
        else:
            shown.append(Stretch(kind, text[at:until]))
    return shown


def typed(route: Callable[..., Any]) -> Callable[..., Any]:
    """The route as the framework wants it, which reads the types of a function as objects, not as text."""
    from starlette.requests import Request

    async def typed_route(request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return await route(request)

    typed_route.__annotations__ = {"request": Request}
    return typed_route


def words_for(request: Request) -> Words:
    """The words of the language that the address asks for, else that of the browser."""
    chosen = request.query_params.get("language")
    return words(chosen or preferred((request.headers.get("accept-language") or "").split(",")))


def download(content: bytes, name: str, kind: str) -> Response:
    """A file that a browser saves under a name, and that no other site may take in."""
    from starlette.responses import Response

    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_. ") else "_" for one in name)
    return Response(
        content,
        media_type=kind,
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "no-store",
        },
    )


def table_response(text: str, name: str) -> Response:
    """A table of comma-separated values as a file."""
    # The byte order mark tells spreadsheets that it is UTF-8.
    return download(text.encode("utf-8-sig"), name, "text/csv; charset=utf-8")


def wants_page(request: Request) -> bool:
    """Whether a browser that goes to an address sent this, rather than a script or a part of a page."""
    # No proxy or cache and hardly a script asks for HTML by that name.
    return path_of(request.scope) == "/" or "text/html" in (request.headers.get("accept") or "").lower()


LIST = "/articles"
READ = f"{LIST}/read"
UPLOAD = f"{LIST}/upload"
UPLOADS = f"{LIST}/uploads"
REMOVE = f"{LIST}/remove"
SUGGESTIONS = f"{LIST}/suggestions"

DESK = "/desk"
"""Where the press desk begins."""

MARK = "mark"
"""The id of the highlighted characters in the reading view."""

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~-]*")
_TAKEN = {address.rpartition("/")[2] for address in (READ, UPLOAD, UPLOADS, REMOVE, SUGGESTIONS)}


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
    return addressed(path, query) + (f"#{MARK}" if marked else "")


def article_of(written: str) -> str:
    """The id of the article whose whole address this is, as `address_of` gives it; else what was written."""
    try:
        parts = urlsplit(written)
    except ValueError:
        return written
    if not parts.netloc:
        return written
    named = parse_qs(parts.query).get("id")
    return named[-1] if named else parts.path.rpartition("/")[2]


def addressed(path: str, query: Sequence[tuple[str, str]]) -> str:
    """A path with its query, where there is any."""
    return f"{path}{'?' if query else ''}{urlencode(query, errors='replace')}"


async def body_of(request: Request, largest: int) -> bytes | None:
    """The body of a request; None where it has more bytes than that."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            return None
    return bytes(body)


def form_of(body: bytes, most: int = 20) -> dict[str, list[str]]:
    """The values of a form without files by their fields; none where it has more fields than that."""
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most)
    except ValueError:
        return {}


def fields_of(body: bytes, most: int = 20) -> dict[str, str]:
    """The last value of each field of such a form."""
    return {field: values[-1] for field, values in form_of(body, most).items()}
