"""Pages of the articles: the list, the reading view, and removing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from index import Article
from index.catalogue import ORDERS, Listed, Listing, Mention, Order, Selection, words_of
from index.files import SENT
from index.ingest import ADDRESSES
from index.models import Filter
from ui.auth.accounts import Visitor, visitor_of
from ui.locales import LANGUAGES, ArticleWords, UploadWords, Words, locale
from ui.markup import LIST, MARK, POLICY, REMOVE, UPLOAD, address_of, frame, in_html, link, words_for

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Setting:
    """What a page is written for.

    Attributes:
        words: Of the page's language.
        chosen: The language where its reader chose it; links keep it.
        visitor: Its reader.
    """

    words: Words
    chosen: str | None
    visitor: Visitor

    @classmethod
    def of(cls, request: Request) -> Setting:
        words = words_for(request)
        chosen = words.language if request.query_params.get("language") in LANGUAGES else None
        return cls(words, chosen, visitor_of(request.scope))

    @property
    def text(self) -> ArticleWords:
        return locale(self.words.language).articles

    @property
    def uploading(self) -> UploadWords:
        return locale(self.words.language).uploads

    def to(self, path: str, query: list[tuple[str, str]] | None = None) -> str:
        """An address with the chosen language, ready for an attribute."""
        held = [*(query or []), *([("language", self.chosen)] if self.chosen else [])]
        return in_html(f"{path}{'?' if held else ''}{urlencode(held, errors='replace')}")

    def article(self, article_id: str) -> str:
        """The address of an article, ready for an attribute."""
        return in_html(address_of(article_id, language=self.chosen))

    def page(
        self,
        title: str,
        body: str,
        here: str,
        *,
        script: bool = False,
        status: int = 200,
        more: str = "",
        heading: str = "",
    ) -> Response:
        """A whole page; `here` is its path with its query but for the language, `more` HTML for its head."""
        from starlette.responses import HTMLResponse

        joint = "&" if "?" in here else "?"
        written = frame(
            title,
            body,
            self.words,
            in_language={one: f"{here}{joint}language={one}" for one in LANGUAGES},
            links=[more, f'<a href="{self.to("/")}">{in_html(self.text.to_chat)}</a>'],
            script="/scripts/articles.js" if script else "",
            heading=heading,
        )
        headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
        return HTMLResponse(written, status, headers=headers)

    @property
    def to_list(self) -> str:
        return f'<a href="{self.to(LIST)}">{in_html(self.text.to_list)}</a>'

    @property
    def to_upload(self) -> str:
        """A link for who may upload, nothing for others."""
        if not self.visitor.may_edit:
            return ""
        return f'<a class="button" href="{self.to(UPLOAD)}">{in_html(self.uploading.upload)}</a>'

    def hidden(self) -> str:
        """The chosen language as a field of a form."""
        return f'<input type="hidden" name="language" value="{self.chosen}">' if self.chosen else ""


def named(article: Listed | Article | Mention, words: Words) -> str:
    """Publisher and day."""
    source = in_html(flat(article.source)) if article.source else in_html(words.unknown_publisher)
    return f"<span><bdi>{source}</bdi></span> <span>{day(article.published, words)}</span>"


def day(value: date | None, words: Words) -> str:
    if value is None:
        return in_html(words.undated)
    return f'<time datetime="{value.isoformat()}">{in_html(words.day(value))}</time>'


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def copies(others: tuple[Mention, ...], setting: Setting) -> str:
    """Who else carries a release, each with a link; nothing where nobody does."""
    if not others:
        return ""
    links = ", ".join(
        f'<a href="{setting.article(one.id)}"><bdi>{in_html(flat(one.source or one.title))}</bdi></a>'
        + (f" ({day(one.published, setting.words)})" if one.published else "")
        for one in others
    )
    return f'<p class="copies">{in_html(setting.text.copies)} {links}</p>'


PAGE = 50
LONGEST = 500
"""Characters of what is typed that are looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of the list, as it stands in the address.

    Attributes:
        typed: Words to look for.
        source: A publisher, empty for all.
        since: The first day, as written.
        until: The last day, as written.
        language: Code of the articles' language, empty for all.
        order: How they are ordered.
        page: From 1.
    """

    typed: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    language: str = ""
    order: Order = "newest"
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        """What an address asks; what cannot be understood is left out, but for days, which are told."""
        order = query.get("order", "")
        page = query.get("page", "")
        return cls(
            query.get("q", "")[:LONGEST].strip(),
            query.get("source", "")[:LONGEST],
            query.get("since", "").strip()[:20],
            query.get("until", "").strip()[:20],
            query.get("in", "")[:20],
            next((one for one in ORDERS if one == order), "newest"),
            min(int(page), 10**6) if page.isascii() and page.isdigit() and int(page[:9]) > 0 else 1,
        )

    @property
    def selection(self) -> Selection:
        since, until = (_day(written) for written in (self.since, self.until))
        chosen = Filter(since, until, (self.source,) if self.source else ())
        return Selection(words_of(self.typed), self.language or None, chosen, self.order)

    @property
    def misread(self) -> list[str]:
        """Days that are none."""
        return [written for written in (self.since, self.until) if written and _day(written) is None]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.typed or self.source or self.since or self.until or self.language)

    def query(self, page: int) -> list[tuple[str, str]]:
        """The address's query for one of its pages."""
        told = {
            "q": self.typed,
            "source": self.source,
            "since": self.since,
            "until": self.until,
            "in": self.language,
            "order": self.order if self.order != "newest" else "",
            "page": str(page) if page > 1 else "",
        }
        return [(name, value) for name, value in told.items() if value]


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to choose among."""

    count: int = 0
    publishers: Sequence[str] = ()
    languages: Sequence[str] = ()


def listing_page(asked: Asked, found: Listing, stock: Stock, setting: Setting, told: str = "") -> str:
    """The body of the list's page; `told` is what was just done, in words."""
    t = setting.text
    said = f'<p class="told" role="status">{in_html(told)}</p>' if told else ""
    if not stock.count:
        body = f'<section><p class="none">{in_html(t.empty)}</p>'
        hint = f"<p>{in_html(t.empty_hint)}</p>{setting.to_upload}" if setting.visitor.may_edit else ""
        return f"{said}{body}{hint}</section>"
    misread = "".join(
        f'<p class="warning">{in_html(t.bad_day.format(value=one))}</p>' for one in asked.misread
    )
    return f"{said}{_form(asked, stock, setting)}{misread}{_found(asked, found, stock, setting)}"


def here(asked: Asked) -> str:
    """The list's own address but for the language."""
    query = urlencode(asked.query(asked.page), errors="replace")
    return f"{LIST}{'?' if query else ''}{query}"


def _form(asked: Asked, stock: Stock, setting: Setting) -> str:
    t, w = setting.text, setting.words
    publishers = [("", t.all_publishers), *((one, flat(one)) for one in stock.publishers)]
    if asked.source and asked.source not in stock.publishers:
        publishers.append((asked.source, flat(asked.source)))
    languages = [("", t.all_languages), *((one, t.languages.get(one, one)) for one in stock.languages)]
    orders = [(one, t.orders[one]) for one in ORDERS if one in t.orders]
    clear = f'<a href="{setting.to(LIST)}">{in_html(t.clear)}</a>' if asked.is_narrowed else ""
    return (
        f'<form class="find" role="search" action="{LIST}" method="get">{setting.hidden()}'
        f'<p class="wide"><label for="q">{in_html(t.find)}</label>'
        f'<input id="q" name="q" type="search" value="{in_html(asked.typed)}" maxlength="{LONGEST}"'
        f' aria-describedby="q-hint" autocomplete="off">'
        f'<span class="hint" id="q-hint">{in_html(t.find_hint)}</span></p>'
        f"{_choice('source', w.publishers, publishers, asked.source)}"
        f"{_choice('in', t.text_language, languages, asked.language) if len(stock.languages) > 1 else ''}"
        f"{_day_field('since', w.since, asked.since)}{_day_field('until', w.until, asked.until)}"
        f"{_choice('order', t.order, orders, asked.order)}"
        f'<p class="act"><button>{in_html(t.show)}</button> {clear}</p></form>'
    )


def _choice(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    written = "".join(
        f'<option value="{in_html(value)}"{" selected" if value == chosen else ""}>{in_html(shown)}</option>'
        for value, shown in options
    )
    select = f'<select id="{name}" name="{name}">{written}</select>'
    return f'<p><label for="{name}">{in_html(label)}</label>{select}</p>'


def _day_field(name: str, label: str, value: str) -> str:
    return (
        f'<p><label for="{name}">{in_html(label)}</label>'
        f'<input id="{name}" name="{name}" type="date" value="{in_html(value)}"></p>'
    )


def _found(asked: Asked, found: Listing, stock: Stock, setting: Setting) -> str:
    t, w = setting.text, setting.words
    everything = t.found if asked.is_narrowed else t.all_found if stock.count != 1 else t.all_found_one
    told = everything.format(count=w.number(found.count), all=w.number(stock.count))
    heading = f'<div role="status"><h2 id="found">{in_html(told)}</h2></div>'
    if not found.count:
        return (
            f'<section aria-labelledby="found">{heading}<p class="none">{in_html(t.nothing)} '
            f"{in_html(t.nothing_hint)}</p></section>"
        )
    may = setting.visitor.may_edit
    items = "".join(_item(number, one, setting, may=may) for number, one in enumerate(found.articles))
    rows = f'<ol class="articles">{items}</ol>'
    if may and found.articles:
        rows = (
            f'<form method="post" action="{setting.to(REMOVE)}">{rows}'
            f'<p class="act"><button class="quiet">{in_html(t.remove_chosen)}</button></p></form>'
        )
    return f'<section aria-labelledby="found">{heading}{rows}{_pages(asked, found, setting)}</section>'


def _item(number: int, one: Listed, setting: Setting, *, may: bool) -> str:
    t, w = setting.text, setting.words
    title = flat(one.title)
    box = (
        f'<input type="checkbox" name="id" value="{in_html(one.id)}" id="a{number}"'
        f' aria-label="{in_html(t.choose.format(title=title))}">'
        if may
        else ""
    )
    about = (
        f'<p class="head">{named(one, w)} <span>{in_html(t.languages.get(one.language, one.language))}</span>'
        f" <span>{in_html(t.length.format(number=w.number(one.length)))}</span></p>"
    )
    return (
        f'<li>{box}<div><p class="title"><a href="{setting.article(one.id)}" lang="{in_html(one.language)}">'
        f"<bdi>{in_html(title)}</bdi></a></p>{about}{copies(one.copies, setting)}</div></li>"
    )


def _pages(asked: Asked, found: Listing, setting: Setting) -> str:
    t, w = setting.text, setting.words
    last = pages_of(found.count)
    if last == 1:
        return ""
    links = [
        f'<a href="{setting.to(LIST, asked.query(page))}" rel="{rel}">{in_html(label)}</a>'
        for page, rel, label in ((asked.page - 1, "prev", t.previous), (asked.page + 1, "next", t.next))
        if 1 <= page <= last
    ]
    at = t.page.format(page=w.number(asked.page), pages=w.number(last))
    return (
        f'<nav class="pages" aria-label="{in_html(t.pages)}"><span>{in_html(at)}</span>{"".join(links)}</nav>'
    )


def pages_of(count: int) -> int:
    """How many pages so many articles make."""
    return max(1, -(-count // PAGE))


def title_of(asked: Asked, text: ArticleWords) -> str:
    """The page's title."""
    return f"{text.title}: {flat(asked.typed)}" if asked.typed else text.title


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def reading_page(
    article: Article,
    marked: tuple[int, int] | None,
    others: tuple[Mention, ...],
    beside: tuple[Mention | None, Mention | None],
    setting: Setting,
    *,
    misses: bool,
) -> str:
    """The body of an article's page.

    Args:
        article: The article.
        marked: The characters to highlight.
        others: Who else carries it.
        beside: The articles before and after it by day.
        setting: Of the page.
        misses: Whether characters were asked for that are not there.
    """
    t = setting.text
    note = t.no_mark if misses else t.marked if marked else ""
    kind = "warning" if misses else "hint"
    said = f'<p class="{kind}">{in_html(note)}</p>' if note else ""
    language = in_html(article.language)
    return (
        f'<article aria-labelledby="article-title"><section>'
        f'<h2 id="article-title" lang="{language}"><bdi>{in_html(flat(article.title))}</bdi></h2>'
        f'<p class="head">{_about(article, setting)}</p>{copies(others, setting)}{said}'
        f'<div class="text" lang="{language}">{text_in_html(article, marked, setting)}</div>'
        f"</section></article>{_neighbours(beside, setting)}{_details(article, setting)}"
    )


def text_in_html(article: Article, marked: tuple[int, int] | None, setting: Setting) -> str:
    """The text as HTML whose text content is the text; pages are told by empty elements."""
    text, pages = article.text, dict(zip(article.pages, range(1, len(article.pages) + 1), strict=False))
    cuts = sorted({0, len(text), *(marked or ()), *(at for at in pages if 0 <= at <= len(text))})
    written = []
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        if start in pages:
            told = setting.text.page_of_file.format(page=setting.words.number(pages[start]))
            written.append(f'<span class="page" data-page="{in_html(told)}"></span>')
        piece = in_html(text[start:end])
        if marked and marked[0] <= start < marked[1]:
            # The first of its parts is what an address leads to.
            piece = f"<mark{f' id={chr(34)}{MARK}{chr(34)}' if start == marked[0] else ''}>{piece}</mark>"
        written.append(piece)
    return "".join(written)


def _about(article: Article, setting: Setting) -> str:
    t = setting.text
    parts = [named(article, setting.words)]
    if article.author:
        parts.append(f"<span>{in_html(t.author)}: <bdi>{in_html(flat(article.author))}</bdi></span>")
    if safe := link(article.url):
        url, host = safe
        label = in_html(t.original.format(host=host))
        away = 'target="_blank" rel="noopener noreferrer nofollow"'
        parts.append(f'<span><a href="{in_html(url)}" {away}>{label}</a></span>')
    return " ".join(parts)


def _neighbours(beside: tuple[Mention | None, Mention | None], setting: Setting) -> str:
    t = setting.text
    links = [
        f'<p><span class="head">{in_html(label)}</span><br>'
        f'<a href="{setting.article(one.id)}" rel="{rel}"><bdi>{in_html(flat(one.title))}</bdi></a></p>'
        for one, rel, label in ((beside[0], "prev", t.earlier), (beside[1], "next", t.later))
        if one is not None
    ]
    if not links:
        return ""
    return f'<nav class="beside" aria-label="{in_html(t.neighbours)}">{"".join(links)}</nav>'


def _details(article: Article, setting: Setting) -> str:
    t, w = setting.text, setting.words
    # Where a file lies on the server is nobody's business.
    file = article.path if article.path.startswith(ADDRESSES) else PurePath(article.path).name
    if file.startswith(SENT):
        file = t.sent_file.format(name=file.removeprefix(SENT))
    rows = [
        (t.id, article.id),
        (t.file, file),
        (t.text_language, t.languages.get(article.language, article.language)),
        (t.extent, t.length.format(number=w.number(len(article.text)))),
        ("SHA-256", article.sha256),
    ]
    written = "".join(
        f"<div><dt>{in_html(name)}</dt><dd><bdi>{in_html(value)}</bdi></dd></div>" for name, value in rows
    )
    remove = ""
    if setting.visitor.may_edit:
        address = setting.to(REMOVE, [("id", article.id)])
        remove = f'<p class="act"><a class="button quiet" href="{address}">{in_html(t.remove)}</a></p>'
    return f'<details class="about"><summary>{in_html(t.about)}</summary><dl>{written}</dl></details>{remove}'


def removal_page(
    found: Sequence[Listed], missing: Sequence[str], setting: Setting, problem: str = "", line: str = ""
) -> str:
    """The body of the page that asks whether to remove these articles.

    Args:
        found: What would be removed.
        missing: Ids that are not there.
        setting: Of the page.
        problem: Why it did not work just now.
        line: What the library said of that.
    """
    t, w = setting.text, setting.words
    told = f'<p class="warning" role="alert">{in_html(problem)}</p>' if problem else ""
    told += f'<p class="line" lang="en">{in_html(line)}</p>' if line else ""
    if missing:
        names = ", ".join(missing)
        told += f'<p class="warning">{in_html(t.removal_missing.format(names=flat(names)))}</p>'
    cancel = f'<a href="{setting.to(LIST)}">{in_html(t.removal_cancel)}</a>'
    if not found:
        return (
            f'<section>{told}<p class="none">{in_html(t.removal_none)}</p><p>{setting.to_list}</p></section>'
        )
    items = "".join(
        f'<li><div><p class="title"><bdi>{in_html(flat(one.title))}</bdi></p>'
        f'<p class="head">{named(one, w)} <span><bdi>{in_html(one.id)}</bdi></span></p></div>'
        f'<input type="hidden" name="id" value="{in_html(one.id)}"></li>'
        for one in found
    )
    files = any(not one.path.startswith(SENT) for one in found)
    hint = f'<p class="hint">{in_html(t.removal_files)}</p>' if files else ""
    ask = t.removal_ask if len(found) != 1 else t.removal_ask_one
    return (
        f'<section>{told}<form method="post" action="{setting.to(REMOVE)}">'
        f'<input type="hidden" name="sure" value="1">'
        f"<p>{in_html(ask.format(number=w.number(len(found))))}</p>"
        f'<ol class="articles">{items}</ol>{hint}'
        f'<p class="act"><button class="danger">{in_html(t.removal_sure)}</button> {cancel}</p>'
        "</form></section>"
    )
