"""The reading view: an article exactly as it is stored, and what else is known of it."""

from __future__ import annotations

from pathlib import PurePath

from index import Article
from index.catalogue import Mention
from index.files import SENT
from index.ingest import ADDRESSES
from ui.articles.address import MARK, REMOVE
from ui.articles.parts import Setting, copies, flat, named
from ui.escaping import in_html, link


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
