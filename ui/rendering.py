"""An answer as the page shows it: messages in Markdown, sources in HTML, everything from outside escaped."""

from __future__ import annotations

import re
from collections.abc import Callable

from index import Article
from rag import Answer, Citation
from rag.feedback.opinion import LONGEST, OF_ANSWERS, OF_REFUSALS, REASONS
from ui.conversation import Conversation, Turn
from ui.escaping import in_html, in_markdown, link
from ui.text import NAME, Words

Message = dict[str, str]

CONTEXT = 280
"""Characters of the article shown on either side of a quotation before the whole article is opened."""

SHOWN_QUESTION = 600
"""Characters of a question shown in the chat; a longer one was refused, and is still in the question box."""


def title() -> str:
    """What the head of the page is until it is known in which language to go on."""
    return f"<h1>{in_html(NAME)}</h1>"


def masthead(words: Words, articles: int | None, problem: str = "") -> str:
    """The head of the page; `articles` is None while the assistant is being prepared."""
    status = problem or (words.preparing if articles is None else words.count(articles))
    kind = "problem" if problem else "preparing" if articles is None else "ready"
    # The data attributes are what the page's script needs to speak the page's language.
    return (
        f'<a class="skip" href="#question">{in_html(words.skip)}</a>'
        f'<div class="masthead" data-language="{words.language}" data-chat="{in_html(words.chat)}"'
        f' data-asked="{in_html(words.asked)}" data-answered="{in_html(words.answered)}">'
        f'{title()}<p class="tagline">{in_html(words.tagline)}</p>'
        f'<p class="status {kind}" role="status">{in_html(status)}</p>'
        f'<p><a class="review" href="review?language={words.language}" target="_blank"'
        f' aria-label="{in_html(words.review_about)}">{in_html(words.review)}</a></p></div>'
    )


def welcome(words: Words) -> str:
    """What stands where the conversation will be."""
    return f"<h2>{in_html(words.welcome)}</h2><p>{in_html(words.welcome_detail)}</p>"


def notice(message: str, *, about: str = "") -> str:
    """A remark above the question box, read out at once; the part of the page that it is `about` opens."""
    if not message:
        return ""
    opens = f' data-opens="{about}"' if about else ""
    return f'<p class="notice" role="alert"{opens}>{in_html(message)}</p>'


def opinion_form(words: Words) -> str:
    """What opens where a reader finds an answer not right; the page's script sends and closes it."""
    reasons = "".join(
        f'<label data-of="{"both" if ours and theirs else "refusal" if theirs else "answer"}">'
        f'<input type="radio" name="reason" value="{in_html(reason)}"> '
        f"{in_html(words.reasons[reason])}</label>"
        for reason in REASONS
        for ours, theirs in [(reason in OF_ANSWERS, reason in OF_REFUSALS)]
    )
    limit = words.correction_limit.format(limit=words.number(LONGEST))
    return (
        f'<dialog id="opinion" aria-labelledby="opinion-title" aria-describedby="opinion-detail"'
        f' data-thanks="{in_html(words.thanks)}" data-unkept="{in_html(words.unkept)}"'
        f' data-forgotten="{in_html(words.forgotten)}"'
        f' data-up="{in_html(words.good_about)}" data-down="{in_html(words.bad_about)}">'
        '<form method="dialog">'
        f'<h2 id="opinion-title">{in_html(words.why)}</h2>'
        f'<p id="opinion-detail">{in_html(words.why_detail)}</p>'
        f"<fieldset><legend>{in_html(words.reason)}</legend>{reasons}</fieldset>"
        f'<label class="correction"><span>{in_html(words.correction)}</span>'
        f'<textarea name="correction" rows="3" maxlength="{LONGEST}" aria-describedby="opinion-limit">'
        f'</textarea></label><p id="opinion-limit">{in_html(limit)}</p>'
        '<p class="notice" role="alert" hidden></p>'
        f'<div class="buttons"><button type="submit" class="keep">{in_html(words.keep)}</button>'
        f'<button type="button" class="close">{in_html(words.close)}</button></div></form></dialog>'
        '<p class="aside" id="opinion-status" role="status"></p>'
    )


def messages(conversation: Conversation, words: Words) -> list[Message]:
    """The chat's messages: each question and, under it, what came of it."""
    shown: list[Message] = []
    for number, turn in enumerate(conversation.turns, 1):
        latest = number == len(conversation.turns)
        question = (
            turn.question if len(turn.question) <= SHOWN_QUESTION else turn.question[:SHOWN_QUESTION] + " …"
        )
        shown.append({"role": "user", "content": in_markdown(question)})
        shown.append({"role": "assistant", "content": _reply(turn, words, anchor(number, latest))})
    return shown


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
        body = f'<p class="none">{in_html(words.sources_none)}</p>'
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


def _reply(turn: Turn, words: Words, name: Callable[[int], str]) -> str:
    if turn.answer is not None:
        shown = _answer(turn.answer, words, name, turn.shown)
        return f"{shown}\n\n{_thumbs(turn, words)}" if turn.key and turn.shown is None else shown
    if turn.state == "waiting":
        told = words.in_line(turn.ahead) if turn.ahead else words.stages[turn.stage]
        return _framed("progress", words.language, in_markdown(told))
    if turn.state == "stopped":
        return _framed("stopped", words.language, in_markdown(words.stopped))
    if turn.state == "refused":
        return _framed("problem", words.language, in_markdown(turn.detail))
    return _framed("problem", words.language, in_markdown(words.failed.format(id=turn.detail)))


def _thumbs(turn: Turn, words: Words) -> str:
    """Two buttons under an answer, and room for a word of thanks, so that nothing moves when it comes.

    Of attributes the chat leaves the class and a few others; the page's script adds the rest.
    """
    refusal = turn.answer is not None and turn.answer.abstained
    buttons = "".join(
        f'<button type="button" class="thumb {verdict}">{in_html(label)}</button>'
        for verdict, label in (("up", words.good), ("down", words.bad))
    )
    return (
        f'<div class="thumbs of-{"refusal" if refusal else "answer"} key-{in_html(turn.key)}"'
        f' lang="{words.language}">{buttons}<span class="said"></span></div>'
    )


def _answer(answer: Answer, words: Words, name: Callable[[int], str], claims: int | None) -> str:
    notes = [
        f'<p class="note" lang="{in_html(answer.language)}">{in_markdown(note)}</p>'
        for note in answer.notes
        if note.strip()
    ]
    if answer.abstained:
        title = f'<p class="verdict" lang="{words.language}">{in_markdown(words.abstained)}</p>'
        return "\n".join(
            [_framed("abstained", answer.language, f"{title}\n\n{in_markdown(answer.message)}"), *notes]
        )
    shown = answer.claims[:claims]
    titles = {
        c.number: f"{words.source.format(number=c.number)}: {_flat(c.article.title)}"
        for c in answer.citations
    }
    paragraphs = [
        in_markdown(claim.text)
        + "&nbsp;"
        + "&nbsp;".join(
            f'[{number}](#{name(number)} "{in_markdown(titles[number])}")' for number in claim.numbers
        )
        for claim in shown
    ]
    body = _framed("answer", answer.language, "\n\n".join(paragraphs))
    return "\n".join([body, *notes]) if len(shown) == len(answer.claims) else body


def _framed(kind: str, language: str, markdown: str) -> str:
    """Markdown in a block of its own; the blank lines are what makes it Markdown again within HTML."""
    return f'<div class="{kind}" lang="{in_html(language)}">\n\n{markdown}\n\n</div>'


def _blocks(answer: Answer, words: Words, name: Callable[[int], str]) -> str:
    return "".join(_block(citation, words, name(citation.number)) for citation in answer.citations)


def _block(citation: Citation, words: Words, identifier: str) -> str:
    article = citation.article
    day = _day(article, words)
    origin = [
        f"<bdi>{in_html(article.source or words.unknown_publisher)}</bdi>",
        day,
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
        f'<p class="actions">{fold}<button type="button" class="back" data-source="{identifier}">'
        f"{in_html(words.back)}</button></p></section>"
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
