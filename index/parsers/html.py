"""Web pages and feeds: the running text of an article without navigation, adverts and the like; metadata."""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from index.errors import ArticleError, line_of
from index.parsers import (
    LONGEST_DAY,
    ArticleDraft,
    Remark,
    across,
    address,
    clean,
    one_line,
    table_lines,
)
from index.parsers.publication import SCHEDULED, is_ahead, withheld, withheld_entry, withheld_head
from index.parsers.text import decode, parse_front_matter
from index.press import PUBLISHER_SUFFIX
from index.text import LEXICON, declared_date, find_dates, plausible

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})|encoding=[\"']([\w-]{2,40})[\"']", re.I
)
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|h[1-6]|ul|ol|li|blockquote|figure|img|table|tr|td"
    r"|del|s|strike|ins|mark|time|label|data)\b[^<>]*>",
    re.I,
)
_BLOCKS = frozenset(
    """
    address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul
    """.split()
)
_UNREAD = frozenset(
    """
    aside audio button canvas embed footer form head iframe input math nav noscript object script select
    style svg template textarea title video
    """.split()
)
_RULE = re.compile(r"^\s*\|(?:\s*:?-{3,}:?\s*\|)+\s*$")
"""The line under the head of a table, as the page's reader draws it."""

_FEWEST = 40
"""Characters: what a page's reader finds less of, is looked for in the whole page."""

_META_DATES = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "publishdate",
    "publish_date", "published_time", "pubdate", "publishing_date", "published-date", "content_publishdate",
    "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "parsely-pub-date", "sailthru.date",
    "date",
)  # fmt: skip
_DATED = (
    "//*[contains(@class,'date') or contains(@class,'tanggal') or contains(@class,'publish')"
    " or contains(@class,'waktu') or contains(@class,'time') or contains(@id,'date')"
    " or contains(@itemprop,'date')]"
)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)/(\d\d)/(\d\d)(?:/|$)")


def read_html(raw: bytes) -> ArticleDraft:
    """The article of a web page."""
    from lxml import etree
    from trafilatura import bare_extraction
    from trafilatura.metadata import extract_metadata
    from trafilatura.utils import load_html

    front = parse_front_matter(decode_page(raw))
    page = front.text
    if not re.search(r"<\s*[a-zA-Z!?]", page):
        raise ArticleError("it is no web page; save it as plain text that ends in .txt")
    try:
        tree = load_html(_UNDECLARED.sub("", page, count=1))
    except (ValueError, etree.LxmlError) as error:
        raise ArticleError(f"its HTML cannot be read ({line_of(error)}); save the page again") from error
    if tree is None:
        tree = _tree(page)
    if tree is None:
        raise ArticleError("it is no web page; save it as plain text that ends in .txt")
    linked = list(_linked_data(tree))
    published, beside, unread_day = _published(tree, linked)
    hidden = _withheld(tree, linked)
    known = extract_metadata(tree, date_config={"extensive_search": False, "original_date": True})
    _simplify(tree)
    links, excerpts = _headlines(tree)
    _flatten_tables(tree)
    found = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    text = found.text if found is not None and not isinstance(found, dict) else None
    if not text or len(text) < _FEWEST:
        # What is too short to be told from its surroundings: all that the page says.
        text = max(text or "", _visible(tree), key=len)
    paragraphs = _paragraphs(text)
    if not paragraphs:
        raise ArticleError(
            "it shows no running text without its scripts; save its text from a browser in a .txt file"
        )
    sold = any(str(one.get("isAccessibleForFree")).lower() == "false" for one in linked)
    remarks = [Remark("link_list")] if _is_link_list(paragraphs, links, excerpts) else []
    if sold and len("\n\n".join(paragraphs)) <= LONGEST_TEASER:
        remarks = [Remark("paywall")]
    url = _canonical(tree) or address(known.url)
    source = one_line(_publisher(linked)) or one_line(known.sitename)
    if source is None and url:
        source = urlsplit(url).netloc.removeprefix("www.") or None
    published = published or front.published or day_of_address(url)
    return ArticleDraft(
        "\n\n".join(paragraphs) + "\n",
        _title(tree, linked, source) or front.title or one_line(known.title),
        source,
        one_line(known.author) or front.author,
        published,
        url,
        made=beside,
        withheld=hidden,
        unread_day="" if published else unread_day,
        remarks=tuple(remarks),
    )


def _withheld(tree: HtmlElement, linked: list[dict[str, Any]]) -> str:
    """Why a page says that it is not public, as a preview of WordPress or in its JSON-LD; else empty."""
    posts = tree.xpath("//*[contains(@class, 'hentry') or contains(@class, 'type-post')]/@class")
    told = [
        name.removeprefix("status-") for name in " ".join(posts[:1]).split() if name.startswith("status-")
    ]
    told += [one["creativeWorkStatus"] for one in linked if one.get("creativeWorkStatus")]
    # A day more for those whose zone is written wrong.
    planned = any(is_ahead(day) and plausible(declared_date(day)) is None for day in _declared_in(linked))
    return withheld({"status": told}) or (SCHEDULED if planned else "")


def _declared_in(linked: list[dict[str, Any]]) -> list[str]:
    return [day for one in linked if isinstance(day := _only(one.get("datePublished")), str)]


def _only(value: Any) -> Any:
    """A value, or the first of several."""
    return value[0] if isinstance(value, list) and value else value


LONGEST_TEASER = 2500
"""Characters of the beginning of an article that is declared to be sold; who has bought it has more."""

_FEWEST_HEADLINES = 5
_HEADLINE_WORDS = 4
_MOST_BESIDE = 250
"""Characters of other text for each headline: an excerpt of what it leads to, and no article."""


def _is_link_list(paragraphs: list[str], links: set[str], excerpts: set[str]) -> bool:
    """Whether what a page's reader found are headlines that lead elsewhere, with excerpts or without."""
    lines = [" ".join(line.split()) for text in paragraphs for line in text.split("\n")]
    headlines = [line for line in lines if line in links]
    beside = sum(map(len, lines)) - sum(map(len, headlines))
    count = len(headlines) + sum(line in excerpts for line in lines)
    return count >= _FEWEST_HEADLINES and beside <= _MOST_BESIDE * count


def _headlines(tree: HtmlElement) -> tuple[set[str], set[str]]:
    """The texts of the links of a page that are long enough to be headlines, and those that follow one."""
    links, excerpts = set(), set()
    for link in tree.xpath("//a[@href]"):
        text = " ".join(link.text_content().split())
        if len(text.split()) < _HEADLINE_WORDS:
            continue
        links.add(text)
        parent = link.getparent()
        after = parent.getnext() if parent is not None and parent.tag in _HEADINGS else None
        if after is not None:
            excerpts.add(" ".join(after.text_content().split()))
    return links, excerpts


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _paragraphs(text: str) -> list[str]:
    """The lines of a text that a page's reader gave as paragraphs, the rows of a table together as one."""
    paragraphs: list[str] = []
    in_table = False
    for line in clean(text).split("\n"):
        shown = line.strip()
        row = shown.strip("|").strip().replace("\\|", "|")
        is_rule, is_row = bool(_RULE.match(shown)), shown.startswith("|")
        if row and not is_rule:
            if is_row and in_table:
                paragraphs[-1] += f"\n{row}"
            else:
                paragraphs.append(row)
        in_table = is_row
    return paragraphs


_ROW = "data-row"
"""The attribute of a row of a table that is one cell; the rows of a table are one paragraph."""

_SHOWN_TEXT = f".//text()[not({' or '.join(f'ancestor::{tag}' for tag in ('script', 'style'))})]"

_MOST_CELLS = 64
"""Columns or rows that a cell spans."""

_LONGEST_CELL = 400
"""Characters; what is longer is running text, set in a table to stand beside other text."""


def _flatten_tables(tree: HtmlElement) -> None:
    """Make each row of the tables of a page one cell, in which every figure follows its heading.

    What is set in a table for its looks, with tables or running text in its cells, stays as it is.
    """
    from lxml import html

    for table in tree.xpath("//table[not(.//table) and not(@role='presentation' or @role='none')]"):
        # A foot may be written above the body.
        rows = [*table.xpath("./tr | ./thead/tr | ./tbody/tr"), *table.xpath("./tfoot/tr")]
        grid, heads = _grid(rows)
        if (
            len(grid) < 2
            or len(grid[0]) < 2
            or any(len(cell) > _LONGEST_CELL for row in grid for cell in row)
        ):
            continue
        has_heads = heads or not table.xpath(".//th")
        lines = [" ".join(one.text_content().split()) for one in table.xpath("./caption")]
        lines += table_lines(grid, heads if heads else None if has_heads else 0)
        tail, table.text = table.tail, None
        for child in list(table):
            table.remove(child)
        for line in filter(None, lines):
            cell = html.Element("td")
            cell.text = line
            row = html.Element("tr", {_ROW: ""})
            row.append(cell)
            table.append(row)
        table.tail = tail


def _grid(rows: list[HtmlElement]) -> tuple[list[list[str]], int]:
    """The cells of each row, one that spans several in each, and how many rows at the top are headings."""
    grid: list[list[str]] = []
    heads = 0
    below: dict[int, tuple[int, str]] = {}  # what spans further rows: column -> how many, and its text
    for row in rows[:_MOST_ROWS]:
        cells: list[str] = []
        own = row.xpath("./td | ./th")
        for cell in own:
            _spanned(cells, below)
            text = " ".join(" ".join(cell.xpath(_SHOWN_TEXT)).split())
            wide, high = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            for column, each in enumerate(across(text, wide), len(cells)):
                if high > 1:
                    below[column] = (high - 1, each)
                cells.append(each)
        _spanned(cells, below)
        filled = [cell for cell in own if cell.tag == "th" or cell.text_content().strip()]
        is_head = row.getparent().tag == "thead" or bool(filled and all(cell.tag == "th" for cell in filled))
        if is_head and heads == len(grid):
            heads += 1
        if cells:
            grid.append(cells)
    width = max(map(len, grid), default=0)
    return [row + [""] * (width - len(row)) for row in grid], heads


def _spanned(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Add the cells of rows above that span the next columns of this row."""
    while len(cells) in below:
        left, text = below.pop(len(cells))
        if left > 1:
            below[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(written: str | None) -> int:
    return min(max(int(written), 1), _MOST_CELLS) if written and written.strip().isdecimal() else 1


_MOST_ROWS = 5000


def decode_page(raw: bytes) -> str:
    """`raw` as the page's own declaration of its encoding says, else as any text."""
    named = _CHARSET.search(raw[:4096])
    if (
        named
        and not raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        and b"\0" not in raw
    ):
        name = (named[1] or named[2]).decode("ascii", "replace").lower()
        if name not in {"utf-8", "utf8"}:
            try:
                # What says it is Latin-1 is read as its superset by every browser.
                return raw.decode("windows-1252" if name in {"iso-8859-1", "latin1", "us-ascii"} else name)
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(raw)


def plain(markup: str) -> str:
    """The text of a piece of HTML, each of its blocks a paragraph; what holds no tag stays as it is."""
    if not _TAG.search(markup):
        return markup
    tree = _tree(markup)
    if tree is None:
        return markup
    _simplify(tree)
    _flatten_tables(tree)
    return _visible(tree)


_UNDECLARED = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\s*\n\s*")
_NEXT_ROW = re.compile(r" ?\0 ?")


def _tree(markup: str) -> HtmlElement | None:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(clean(markup).encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


_HIDDEN = re.compile(
    r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|text-decoration(?:-line)?\s*:[^;:]{0,100}\bline-through)\b",
    re.IGNORECASE,
)


def _is_hidden(node: HtmlElement) -> bool:
    """Whether a page hides an element or strikes it out; some hide all that they say until a script runs."""
    return node.tag not in {"html", "body"} and (
        node.tag in {"del", "s", "strike"}
        or "hidden" in node.attrib
        or bool(_HIDDEN.search(node.get("style") or ""))
    )


def _simplify(tree: HtmlElement) -> None:
    """Take what is hidden out of a page, and the marks around words that its reader would leave out."""
    for node in tree.xpath("//*[self::del or self::s or self::strike or @hidden or @style]"):
        if _is_hidden(node) and node.getparent() is not None:
            node.drop_tree()
    for node in tree.xpath("//*[self::time or self::label or self::data]"):
        node.drop_tag()
    for table in tree.xpath("//*[@role='table' or @role='grid']"):
        for node in table.iter("*"):
            node.tag = _ROLES.get(node.get("role") or "", node.tag)


_ROLES = {
    "table": "table", "grid": "table", "rowgroup": "tbody", "row": "tr", "cell": "td", "gridcell": "td",
    "columnheader": "th", "rowheader": "th",
}  # fmt: skip
"""What the parts of a table are that a page makes of other elements."""


def _visible(tree: HtmlElement) -> str:
    """All that a page shows, each block a paragraph of its own, each row of a table a line."""
    from lxml import etree

    parts: list[str] = []
    skipped = 0
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event in {"comment", "pi"}:
            parts.append(node.tail or "" if not skipped else "")
            continue
        if tag == "tr" and _ROW in node.attrib:
            # A table is one paragraph; no text holds this sign.
            parts.append("\0" if event == "start" and node.getprevious() is not None else "")
        elif tag in _BLOCKS:
            parts.append("\n")
        elif tag in {"td", "th"}:
            parts.append(" ")
        if event == "start":
            skipped += tag in _UNREAD or _is_hidden(node)
            if not skipped:
                parts.append(re.sub(r"\s+", " ", node.text or ""))
        else:
            skipped -= tag in _UNREAD or _is_hidden(node)
            if not skipped:
                parts.append(re.sub(r"\s+", " ", node.tail or ""))
    blocks = (re.sub(r"[ \t\xa0]+", " ", part).strip() for part in _PARAGRAPH.split("".join(parts)))
    return _NEXT_ROW.sub("\n", "\n\n".join(part for part in blocks if part))


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD, those of articles first."""
    found: list[dict[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']")[:20]:
        try:
            written = (script.text or "")[:200_000]
            value = json.loads(written, strict=False)
        except (ValueError, RecursionError):
            # As within CDATA, or with a comma too many.
            value = dict(reversed(_DECLARED.findall(written)))
        waiting = [value]
        while waiting and len(found) < 200:
            one = waiting.pop(0)
            if isinstance(one, list):
                waiting.extend(one[:100])
            elif isinstance(one, dict) and one.get("@type") != "Question":
                found.append(one)
                for key in ("@graph", "mainEntity"):
                    inner = one.get(key)
                    waiting.extend(inner[:100] if isinstance(inner, list) else [inner] if inner else [])
    return iter(sorted(found, key=lambda one: "Article" not in str(one.get("@type"))))


_DECLARED = re.compile(r"\"(@type|headline|datePublished)\"\s*:\s*\"([^\"\\]{1,300})\"")


def _title(tree: HtmlElement, linked: list[dict[str, Any]], source: str | None) -> str | None:
    """The headline as the page declares it, without the name of the site after it."""
    heads = tree.xpath("//h1")
    declared = [
        *tree.xpath("//meta[@property='og:title' or @name='twitter:title']/@content")[:2],
        *(one.get("headline") for one in linked if "Article" in str(one.get("@type"))),
        *([heads[0].text_content()] if len(heads) == 1 else []),
        *(node.text_content() for node in tree.xpath("//head/title")[:1]),
    ]
    for found in declared:
        title = PUBLISHER_SUFFIX.sub("", one_line(found) or "") if isinstance(found, str) else ""
        if source:
            title = re.sub(rf"\s+[|–—-]\s+{re.escape(source)}$", "", title, flags=re.IGNORECASE)
        if any(map(str.isalnum, title)) and title.casefold() != (source or "").casefold():
            return title
    return None


def _publisher(linked: list[dict[str, Any]]) -> str | None:
    for one in linked:
        publisher = one.get("publisher")
        publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
        name = publisher.get("name") if isinstance(publisher, dict) else publisher
        if isinstance(name, str) and not name.startswith("http"):
            return name
    return None


def _published(tree: HtmlElement, linked: list[dict[str, Any]]) -> tuple[date | None, date | None, str]:
    """The day that a page declares, the surest declaration first, or one that stands beside its article.

    Returns:
        The declared day; where there is none, one beside the article, or when that was changed, which may be
        when the page was saved, and how the first declaration is written.
    """
    declared: dict[str, str] = {}
    for node in tree.xpath("//meta[@content]")[:300]:
        for key in ("property", "name", "itemprop", "http-equiv"):
            if name := node.get(key):
                declared.setdefault(name.lower(), node.get("content"))
    values = [*(_only(one.get("datePublished")) for one in linked), *map(declared.get, _META_DATES)]
    written = next((one_line(str(value)) for value in values if isinstance(value, str | int) and value), None)
    for value in values:
        if day := plausible(declared_date(value)):
            return day, None, ""
    around = _Around(tree)
    times, dated = around.split("//time"), around.split(_DATED)
    if day := _first_day(times[0], dated[0]) or around.byline() or _first_day(times[1], dated[1]):
        return day, None, ""
    changed = [node for node in (*times[0], *dated[0]) if _tells_change(node)]
    beside = _first_day(times[2], dated[2]) or _first_day(changed, [], changed=True)
    shown = (one_line(node.text_content()) or "" for node in (*times[0], *dated[0]))
    written = written or next((one for one in shown if re.search(r"\d", one) and len(one) <= LONGEST_DAY), "")
    return None, beside, written[:LONGEST_DAY]


def _first_day(times: list[HtmlElement], dated: list[HtmlElement], *, changed: bool = False) -> date | None:
    """The first day that elements tell, those made for instants before others.

    When an article was changed is no day of its publication, unless that is asked for.
    """
    for node in times[:10]:
        if _tells_change(node) == changed and (
            day := plausible(declared_date(node.get("datetime") or node.text_content()))
        ):
            return day
    for node in dated[:50]:
        shown = node.get("content") or node.text_content()
        if len(shown) > _LONGEST_BYLINE or _tells_change(node):
            continue
        found = find_dates(shown)
        ends = [0, *(one.end for one in found)]
        days = [
            one.day
            for one, end in zip(found, ends, strict=False)
            if not _CHANGED.search(shown, end, one.start)
        ]
        # Alone in its element a day is one in any form.
        if day := plausible(next(iter(days), None) or (None if found else declared_date(shown))):
            return day
    return None


def _tells_change(node: HtmlElement) -> bool:
    """Whether an element tells when its article was changed, by its attributes or what stands before it."""
    above, before = node.getparent(), node.getprevious()
    for one in (node, above) if above is not None else (node,):
        named = f"{one.get('itemprop') or ''} {one.get('class') or ''}"
        if _CHANGED.search(named) and "publish" not in named.lower():
            return True
    label = before.tail if before is not None else above.text if above is not None else ""
    return bool(_CHANGED.search(label or ""))


_CHANGED = re.compile("|".join(LEXICON.words("changed", "press")), re.IGNORECASE)


class _Around:
    """The article of a page, its headline, and what is around and beside them.

    Margins are what is marked so, and each part of a list, or another article, that leads elsewhere.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self.tree = tree
        headed = [one for one in tree.iter("article", "main") if one.find(".//h1") is not None]
        self.article = headed[-1] if headed else next(tree.iter("article", "main"), None)
        self.headline = (headed[-1] if headed else tree).find(".//h1")
        anchor = self.article if self.article is not None else self.headline
        self._around = {anchor, *anchor.iterancestors()} if anchor is not None else {tree, tree.find("body")}

    def split(self, query: str) -> tuple[list[HtmlElement], ...]:
        """The elements within the article; those beside the headline of a page that marks none; others.

        What stands in a margin is left out.
        """
        places: tuple[list[HtmlElement], ...] = ([], [], [])
        following: set[HtmlElement] | None = None
        for node in self.tree.xpath(query):
            above = [node, *node.iterancestors()]
            if self._is_margin(above):
                continue
            if self.article is not None:
                places[0 if self.article in above else 2].append(node)
                continue
            if following is None and self.headline is not None:
                following = {self.headline, *self.headline.xpath("following::*")}
            is_near = (
                following is None
                or node in following
                or node.getparent() in {self.headline, self.headline.getparent()}
            )
            places[1 if is_near else 2].append(node)
        return places

    def byline(self) -> date | None:
        """The day of the line below the headline that has one and little else: "Redaksi - 22 Juli 2025"."""
        nodes = self.headline.xpath("following::*") if self.headline is not None else []
        for node in nodes[:_MOST_BELOW]:
            own = " ".join([node.text or "", *(child.tail or "" for child in node)])
            if len(own) > _LONGEST_BYLINE:
                # Running text begins.
                break
            # When it was changed stands behind when it appeared.
            shown = _CHANGED.split(one_line(node.text_content()) or "", maxsplit=1)[0]
            if len(shown) > _LONGEST_BYLINE or _tells_change(node):
                continue
            if self._is_margin([node, *node.iterancestors()]):
                continue
            if len(found := find_dates(shown)) == 1 and _BYLINE.fullmatch(
                f"{shown[: found[0].start]}\0{shown[found[0].end :]}"
            ):
                return plausible(found[0].day)
        return None

    def _is_margin(self, above: list[HtmlElement]) -> bool:
        """Whether an element, given with those that it stands in, is in a margin of the page."""
        within = self.article in above if self.article is not None else False
        if any(
            (one.tag in _MARGINS and not (within and one.tag == "header"))
            or _MARGIN.search(one.get("class") or "")
            for one in above
            if one not in self._around
        ):
            return True
        node = above[0]
        if not within and _CLOCK.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
        card = next((one for one in above if one.tag in {"li", "article"} and one not in self._around), None)
        shown = node.text_content().strip()
        return card is not None and any(
            one.text_content().strip() != shown for one in card.iterfind(".//a[@href]")
        )


_LONGEST_BYLINE = 120
"""Characters of a line that a day stands in beside a name or a time."""

_MOST_BELOW = 60
"""Elements below a headline among which its byline is."""

_BYLINE = re.compile(
    r"(?:[^\0]{0,80}[-–—|:•·,/]\s*)?\0"
    rf"[\s,|(-]*(?:(?:{'|'.join(LEXICON.words('clock_words'))})\s+)?(?:\d{{1,2}}[.:]\d\d(?:[.:]\d\d)?)?"
    rf"\s*(?:[ap]m|{'|'.join(LEXICON.words('time_zones'))})?\s*\)?(?:\s*[-–—|•·/].{{0,80}})?",
    re.IGNORECASE,
)
"""A line with its day as a NUL: a name and a sign that parts it, or a label, may stand before it."""

_MARGINS = frozenset({"aside", "nav", "footer", "header"})
_MARGIN = re.compile(
    r"(?:^|[\s_-])(?:side-?bar|(?<![\w-])widget|related|terkait|popul[ae]r|terpopuler|trending|comments?|komentar)s?(?:$|[\s_-])",
    re.IGNORECASE,
)
"""In the class of an element that is a margin."""

_CLOCK = re.compile(
    r"(?:^|[\s_-])(?:now|today|current|hari-?_?ini|sekarang|clock|jam)(?:$|[\s_-])", re.IGNORECASE
)
"""In the class or id of an element that shows the day on which a page is looked at."""


def day_of_address(url: str | None) -> date | None:
    """The day in the address of a page, as WordPress writes it there."""
    match = _IN_ADDRESS.search(urlsplit(url).path) if url else None
    return plausible(declared_date("-".join(match.groups()))) if match else None


def _canonical(tree: HtmlElement) -> str | None:
    for query in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
        for found in tree.xpath(query)[:1]:
            if url := address(str(found)):
                return url
    return None


# RSS and Atom feeds: each entry an article


def read_feed(raw: bytes) -> list[ArticleDraft]:
    """The entries of a feed, in order; one without words has an empty text; `name` tells them apart."""
    import feedparser

    parsed: Any = feedparser.parse(io.BytesIO(raw), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise ArticleError("it is no RSS or Atom feed; save it as the format that it is")
    if not parsed.entries:
        raise ArticleError("it is a feed without entries; nothing is lost by removing it")
    source = one_line(plain(parsed.feed.get("title") or ""))
    home = address(parsed.feed.get("link"))
    names, namespaces = _author_names(raw), dict(parsed.get("namespaces") or {})
    drafts = [_entry_draft(entry, source, home, names, namespaces) for entry in parsed.entries]
    embargoed = _embargoed(raw)
    drafts = [
        replace(draft, withheld=draft.withheld or embargoed.get(entry.get("wp_post_id"), ""))
        for draft, entry in zip(drafts, parsed.entries, strict=True)
    ]
    if _is_cut(raw):
        # Of the last one what says whether it is public may be missing.
        drafts[-1] = ArticleDraft(
            "", refused="the feed ends in the middle of it, or after it; export it again"
        )
    return drafts


_ROOT = re.compile(rb"<((?:[\w.-]+:)?(?:rss|feed|rdf))[\s>]", re.IGNORECASE)


def _is_cut(raw: bytes) -> bool:
    """Whether a feed lacks the tag that closes it."""
    raw = raw.replace(b"\0", b"")
    root = _ROOT.search(raw)
    if root is None:
        return False
    return raw.rfind(b"</" + root[1]) <= max(raw.rfind(b"</item"), raw.rfind(b"</entry"))


_LOGIN = re.compile(rb"<wp:author_login>(?:<!\[CDATA\[)?([^<\]]{1,200})")
_DISPLAY_NAME = re.compile(rb"<wp:author_display_name>(?:<!\[CDATA\[)?([^<\]]{1,200})")


def _author_names(raw: bytes) -> dict[str, str]:
    """The names of authors in an export of WordPress by what they log in as, which its posts give."""
    names: dict[str, str] = {}
    for part in raw.split(b"<wp:author>")[1:1001]:
        login, name = _LOGIN.search(part), _DISPLAY_NAME.search(part)
        if login and name:
            names[login[1].decode("utf-8", "replace")] = unescape(name[1].decode("utf-8", "replace"))
    return names


_POST_ID = re.compile(rb"<wp:post_id>(?:<!\[CDATA\[)?(\d{1,20})")
_EMBARGO = re.compile(
    rb"<wp:meta_key>(?:<!\[CDATA\[)?([\w-]*embargo[\w-]*)(?:\]\]>)?</wp:meta_key>\s*"
    rb"<wp:meta_value>(?:<!\[CDATA\[)?([^<\]]{1,100})",
    re.IGNORECASE,
)


def _embargoed(raw: bytes) -> dict[str, str]:
    """Why posts in an export of WordPress are not public of which a plugin keeps until when they are not.

    What it keeps repeats in a post, so that only the last of it is in what feedparser gives.
    """
    found: dict[str, str] = {}
    for part in raw.split(b"<item>")[1:] if b"<wp:meta_key>" in raw else ():
        known = {name.decode(): value.decode("utf-8", "replace") for name, value in _EMBARGO.findall(part)}
        if (post := _POST_ID.search(part)) and (reason := withheld(known)):
            found[post[1].decode()] = reason
    return found


def _entry_draft(
    entry: Any, source: str | None, home: str | None, names: Mapping[str, str], namespaces: Mapping[str, str]
) -> ArticleDraft:
    written = [one.get("value") or "" for one in entry.get("content") or []]
    written.append(entry.get("summary") or "")
    if any(key.endswith("_post_type") for key in entry):
        written = [without_shortcodes(one) for one in written]
    # Some feeds hold the article in the summary and a picture in the content.
    text = max((plain(clean(one)).strip() for one in written), key=len)
    # WordPress exports give the day in the office's own time beside the one in UTC.
    days = ("wp_post_date", "published", "updated", "created")
    found = [day for key in days if (day := _entry_day(entry, key))]
    # One in the future tells that it is scheduled, but not when it was published.
    declared, published = next(iter(found), None), next(filter(plausible, found), None)
    origin = entry.get("source") or {}
    author = entry.get("author") or ""
    title = one_line(plain(entry.get("title") or ""))
    return ArticleDraft(
        f"{text}\n" if text else "",
        title,
        one_line(plain(origin.get("title") or "")) or source,
        one_line(plain(names.get(author, author))),
        published,
        _address_of(entry, home),
        name=one_line(entry.get("id")) or one_line(entry.get("link")) or one_line(entry.get("title")) or "",
        withheld=withheld_entry(entry, declared, namespaces) or withheld_head(title, text),
        unread_day=""
        if published
        else next((str(entry[key])[:LONGEST_DAY] for key in days if entry.get(key)), ""),
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
    r"""\[/?[a-z][\w-]*(?:\s+[\w-]+=(?:"[^"\[\]]*"|'[^'\[\]]*'|[^\s"'\[\]]+))*\s*/?\]""", re.IGNORECASE
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

    return _SHORTCODE.sub(kept, _without_captions(html))


_CAPTION = re.compile(r"\[(?P<end>/?)(?P<name>(?:wp_)?caption)\b[^\[\]]*\]", re.IGNORECASE)


def _without_captions(html: str) -> str:
    """A post of WordPress without the pictures in it and what stands below each; what never ends stays."""
    last = {mark["name"].lower(): mark.start() for mark in _CAPTION.finditer(html) if mark["end"]}
    parts: list[str] = []
    at, opened = 0, ""
    for mark in _CAPTION.finditer(html):
        name = mark["name"].lower()
        if opened and mark["end"] and name == opened:
            at, opened = mark.end(), ""
        elif not opened and not mark["end"] and mark.start() < last.get(name, 0):
            parts.append(html[at : mark.start()])
            opened = name
    return "".join([*parts, html[at:]])


_OWN = frozenset(LEXICON.words("shortcodes", "status"))


def _entry_day(entry: Any, key: str) -> date | None:
    """As it is written there, in the time zone of the publisher; in that of the office where it is in UTC."""
    # Asked for what it lacks, feedparser gives the value of another key, with a warning.
    if _is_known(day := declared_date(entry.get(key) if key in entry else None)):
        return day
    parsed = entry.get(f"{key}_parsed") if f"{key}_parsed" in entry else None
    day = declared_date(datetime.fromtimestamp(timegm(parsed), UTC)) if parsed else None
    return day if _is_known(day) else None


def _is_known(day: date | None) -> bool:
    """Whether it is a day at all, if one in the future, and not what programs write for none."""
    return plausible(day) is not None or is_ahead(day)
