"""The list of articles: what is asked of it, and its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from index.catalogue import ORDERS, Listed, Listing, Order, Selection, words_of
from index.models import Filter
from ui.articles.address import LIST, REMOVE
from ui.articles.parts import Setting, copies, flat, named
from ui.escaping import in_html
from ui.text.articles import ArticleWords

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
