"""The sources beside the chat: each citation within its article, and what is nearest where none answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from index import Article
from rag import Answer, Citation
from ui.articles.address import address_of
from ui.conversation import Conversation
from ui.escaping import in_html, link
from ui.text import Words

CONTEXT = 280
"""Characters of the article shown on either side of a quotation before the whole article is opened."""


def anchor(turn: int, latest: bool) -> Callable[[int], str]:
    """How the sources of a turn are named: `src-1` in the latest answer, `src-a3-1` in an earlier third one.

    So `src-1` always is the latest answer's, and the marker of an older answer never leads to it.
    """
    return lambda number: f"src-{number}" if latest else f"src-a{turn}-{number}"


def sources(conversation: Conversation, words: Words) -> str:
    """The sources of the latest answer, one block for each citation."""
    turn = conversation.latest
    if turn is None:
        body = f'<p class="none">{in_html(words.sources_later)}</p>'
    elif turn.state == "waiting":
        body = ""
    elif turn.answer is None or turn.answer.abstained:
        body = f'<p class="none">{in_html(words.sources_none)}</p>{_nearest(turn.answer, words)}'
    else:
        body = _blocks(turn.answer, words, anchor(len(conversation.turns), True))
    return f"<h2>{in_html(words.sources)}</h2>{body}"


def earlier_sources(conversation: Conversation, words: Words) -> str:
    """The sources of the answers before the latest, folded under their questions, latest first."""
    groups = [
        f"<details><summary>{in_html(_shortened(turn.question))}</summary>"
        f"{_blocks(turn.answer, words, anchor(number, False))}</details>"
        for number, turn in enumerate(conversation.turns[:-1], 1)
        if turn.answer is not None and not turn.answer.abstained
    ]
    return f"<h2>{in_html(words.earlier)}</h2>{''.join(reversed(groups))}" if groups else ""


def _blocks(answer: Answer, words: Words, name: Callable[[int], str]) -> str:
    return "".join(_block(citation, words, name(citation.number)) for citation in answer.citations)


def _block(citation: Citation, words: Words, identifier: str) -> str:
    article = citation.article
    day = _day(article, words)
    origin = [
        f"<bdi>{in_html(article.source or words.unknown_publisher)}</bdi>",
        day,
        *_page(citation, words),
        *_address(article, words),
    ]
    before, near, after, far = _surroundings(article.text, citation.start, citation.end)
    fold = (
        f'<button type="button" class="fold" aria-expanded="false" aria-controls="text-{identifier}"'
        f' data-less="{in_html(words.quotation_only)}" data-more="{in_html(words.whole_article)}">'
        f"{in_html(words.whole_article)}</button>"
        if before or far
        else ""
    )
    return (
        f'<section id="{identifier}" class="source" tabindex="-1" aria-labelledby="title-{identifier}">'
        f'<h3 id="title-{identifier}"><span class="number"><span class="aside">'
        f"{in_html(words.source.format(number=''))}</span>{citation.number}</span> "
        f"<bdi>{in_html(_flat(article.title))}</bdi></h3>"
        f'<p class="origin">{" <span aria-hidden=true>·</span> ".join(origin)}</p>'
        f'<div class="article-text" id="text-{identifier}" lang="{in_html(article.language)}">'
        f"{_span('far', before)}{_span('near', near)}<mark>{in_html(citation.quote)}</mark>"
        f"{_span('near', after)}{_span('far', far)}</div>{_also_in(citation, words)}"
        f'<p class="actions">{fold}{_read(article, citation.start, citation.end, words)}'
        f'<button type="button" class="back" data-source="{identifier}">'
        f"{in_html(words.back)}</button></p></section>"
    )


def _nearest(answer: Answer | None, words: Words) -> str:
    """The passage that was nearest, where the articles do not say; not marked, as it is no proof."""
    if answer is None or not answer.hits:
        return ""
    passage = answer.hits[0].passage
    article = passage.article
    origin = " <span aria-hidden=true>·</span> ".join(
        [
            f"<bdi>{in_html(article.source or words.unknown_publisher)}</bdi>",
            _day(article, words),
            *_address(article, words),
        ]
    )
    return (
        f'<section class="source nearest" aria-labelledby="nearest-title"><p class="closest">'
        f'{in_html(words.closest)}</p><h3 id="nearest-title"><bdi>{in_html(_flat(article.title))}</bdi></h3>'
        f'<p class="origin">{origin}</p>'
        f'<div class="article-text" lang="{in_html(article.language)}">{_span("near", passage.text)}</div>'
        f'<p class="actions">{_read(article, passage.start, passage.end, words)}</p></section>'
    )


def _page(citation: Citation, words: Words) -> list[str]:
    page = citation.article.page_at(citation.start)
    return [] if page is None else [in_html(words.page.format(number=words.number(page)))]


def _read(article: Article, start: int, end: int, words: Words) -> str:
    address = address_of(article.id, start, end, words.language).lstrip("/")
    return (
        f'<a class="read" href="{in_html(address)}" target="_blank" rel="noopener"'
        f' aria-label="{in_html(words.read_article_about)}">{in_html(words.read_article)}</a>'
    )


def _also_in(citation: Citation, words: Words) -> str:
    """The other articles that carry the same words, named under the quotation."""
    if not citation.also_in:
        return ""
    named = (
        " <span aria-hidden=true>·</span> ".join(
            [
                f"<bdi>{in_html(_flat(other.title))}</bdi>",
                f"<bdi>{in_html(other.source or words.unknown_publisher)}</bdi>",
                _day(other, words),
                *_address(other, words),
            ]
        )
        for other in citation.also_in
    )
    items = "".join(f"<li>{one}</li>" for one in named)
    return f'<div class="also"><p>{in_html(words.also_in)}</p><ul>{items}</ul></div>'


def _day(article: Article, words: Words) -> str:
    day = in_html(words.day(article.published))
    if article.published is None:
        return day
    return f'<time datetime="{article.published.isoformat()}">{day}</time>'


def _address(article: Article, words: Words) -> list[str]:
    """The link to where an article was published, where that is known."""
    if not (address := link(article.url)):
        return []
    url, host = address
    label = in_html(words.original.format(host=host))
    return [
        f'<a href="{in_html(url)}" target="_blank" rel="noopener noreferrer nofollow"'
        f' title="{label}" aria-label="{label}">{in_html(host)}</a>'
    ]


def _span(kind: str, text: str) -> str:
    return f'<span class="{kind}">{in_html(text)}</span>' if text else ""


def _surroundings(text: str, start: int, end: int) -> tuple[str, str, str, str]:
    """The article around `start:end`, cut at a line or word: far and near before, near and far after."""
    left = max(0, start - CONTEXT)
    if left and (
        boundary := re.compile(r"\n+").search(text, left, start)
        or re.compile(r"\s+").search(text, left, start)
    ):
        left = boundary.end()
    right = min(len(text), end + CONTEXT)
    if right < len(text):
        cut = max(
            text.rfind("\n", end, right), text.rfind(" ", end, right) if "\n" not in text[end:right] else -1
        )
        right = end + len(text[end : max(cut, end)].rstrip())
    return text[:left], text[left:start], text[end:right], text[right:]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _shortened(question: str) -> str:
    flat = _flat(question)
    return flat if len(flat) <= 120 else flat[:119].rstrip() + "…"
