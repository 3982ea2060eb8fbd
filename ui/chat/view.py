"""How the chat shows a conversation: answers, what can be done with them, and the sources beside them.

Everything from outside is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Literal

from index import Article
from rag import Answer, Citation, Claim
from rag.feedback.opinions import LONGEST, OF_ANSWERS, OF_REFUSALS, REASONS
from ui.locales import Words, locale
from ui.markup import address_of, in_html, in_markdown, link


class FilterError(Exception):
    """The filters cannot be used as they stand; `str(error)` says so in the page's language."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; both days included, no source meaning every source.

    Filters are true where they leave anything out.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()

    @classmethod
    def read(cls, since: str | None, until: str | None, sources: list[str] | None, words: Words) -> Filters:
        """Filters as the page's fields hold them.

        Raises:
            FilterError: a day is not a day, or they are the wrong way round.
        """
        first, last = _parse_day(since, words), _parse_day(until, words)
        if first and last and first > last:
            raise FilterError(words.reversed_dates)
        return cls(first, last, tuple(sources or ()))

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources)

    def told(self, words: Words) -> str:
        """What they leave, in words; empty where that is everything."""
        parts = [words.from_day.format(day=words.day(self.since))] if self.since else []
        parts += [words.to_day.format(day=words.day(self.until))] if self.until else []
        parts += [", ".join(self.sources)] if self.sources else []
        return "; ".join(parts)


EVERYTHING = Filters()


def _parse_day(value: str | None, words: Words) -> date | None:
    if not value or not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise FilterError(words.bad_date.format(value=value.strip()[:40])) from None


State = Literal["waiting", "answered", "stopped", "refused", "failed", "lost"]


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One question and what came of it.

    Attributes:
        question: As the user wrote it.
        filters: Which articles might answer.
        state: "waiting" until the answer is there; "refused" where the question cannot be answered as it
            stands; "failed" where the program did; "lost" where an earlier answer is not proven any more.
        stage: What the assistant is doing while `state` is "waiting"; empty before it begins.
        ahead: While it waits for its turn, how many other questions are before it.
        answer: What it answered, once `state` is "answered".
        shown: How many claims of the answer are shown so far; None for all of them.
        detail: The message of a refusal, the id under which a failure was logged, or why an answer is lost.
        key: By which a reader says what they think of the answer; empty where it is not asked for.
        remark: What is said beside an answer that was given at an earlier time; empty for a new one.
    """

    question: str
    filters: Filters = EVERYTHING
    state: State = "waiting"
    stage: str = ""
    ahead: int = 0
    answer: Answer | None = None
    shown: int | None = None
    detail: str = ""
    key: str = ""
    remark: str = ""

    def __post_init__(self) -> None:
        if (self.state == "answered") != (self.answer is not None):
            raise ValueError(
                f"a turn that is {self.state} has {'no' if self.answer is None else 'an'} answer"
            )

    @property
    def unfinished(self) -> bool:
        return self.state == "waiting" or self.shown is not None

    def at(self, stage: str) -> ChatTurn:
        return replace(self, stage=stage, ahead=0)

    def behind(self, ahead: int) -> ChatTurn:
        return replace(self, stage="", ahead=ahead)

    def answered(self, answer: Answer, shown: int | None = None, key: str = "") -> ChatTurn:
        return replace(self, state="answered", answer=answer, shown=shown, key=key)

    def stopped(self) -> ChatTurn:
        """Where it was still waiting it waits no more; an answer that is there is shown whole."""
        return replace(self, state="stopped") if self.state == "waiting" else replace(self, shown=None)

    def refused(self, message: str) -> ChatTurn:
        return replace(self, state="refused", detail=message)

    def failed(self, identifier: str) -> ChatTurn:
        return replace(self, state="failed", detail=identifier)

    def remarked(self, remark: str) -> ChatTurn:
        return replace(self, remark=remark)

    def lost(self, why: str) -> ChatTurn:
        return replace(self, state="lost", detail=why)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in the order they were asked."""

    turns: tuple[ChatTurn, ...] = ()

    @property
    def latest(self) -> ChatTurn | None:
        return self.turns[-1] if self.turns else None

    @property
    def unfinished(self) -> bool:
        return any(turn.unfinished for turn in self.turns)

    @property
    def history(self) -> tuple[str, ...]:
        """The questions that a follow-up may lean on, oldest first."""
        return tuple(turn.question for turn in self.turns if turn.state in {"answered", "stopped", "lost"})

    def until(self, turns: int) -> Conversation:
        """The same with no more than its first turns."""
        return Conversation(self.turns[:turns])

    def with_turn(self, turn: ChatTurn, at: int | None = None) -> Conversation:
        """The same with a turn in place of that at an index, or at the end."""
        if at is None:
            return Conversation((*self.turns, turn))
        return Conversation((*self.turns[:at], turn, *self.turns[at + 1 :]))

    def stopped(self) -> Conversation:
        return Conversation(tuple(turn.stopped() for turn in self.turns))


def actions(turn: ChatTurn, words: Words) -> str:
    """Buttons under an answer, and room for a word of thanks, so that nothing moves when it comes.

    Of attributes the chat leaves the class and a few others; the page's script adds the rest.
    """
    w = locale(words.language).answers
    uses = "".join(
        f'<button type="button" class="use {kind}">{in_html(label)}</button>'
        for kind, label in (("copy", w.copy), ("whatsapp", w.whatsapp), ("download", w.download))
    )
    refusal = turn.answer is not None and turn.answer.abstained
    buttons = "".join(
        f'<button type="button" class="thumb {verdict}">{in_html(label)}</button>'
        for verdict, label in (("up", words.good), ("down", words.bad))
    )
    return (
        f'<div class="uses key-{in_html(turn.key)}" lang="{words.language}">{uses}'
        '<span class="told"></span></div>'
        f'<div class="thumbs of-{"refusal" if refusal else "answer"} key-{in_html(turn.key)}"'
        f' lang="{words.language}">{buttons}<span class="said"></span></div>'
    )


def tools(words: Words) -> str:
    """Two buttons beside the one for a new conversation: the earlier ones, and this one as a file."""
    w = locale(words.language).answers
    return (
        f'<div class="tools"><button type="button" id="history-open" aria-haspopup="dialog"'
        f' title="{in_html(w.history_about)}">{in_html(w.history)}</button>'
        f'<button type="button" id="conversation-download" class="use download" aria-haspopup="menu"'
        f' aria-expanded="false" title="{in_html(w.conversation_about)}">{in_html(w.conversation)}</button>'
        "</div>"
    )


def using(words: Words) -> str:
    """What the buttons open: the forms of a download, the earlier conversations, a text to copy by hand."""
    w = locale(words.language).answers
    one = "".join(
        f'<button type="button" role="menuitem" tabindex="-1" data-kind="{kind}">{in_html(label)}</button>'
        for kind, label in (("docx", w.word), ("md", w.markdown), ("txt", w.text), ("json", w.card))
    )
    page = f'<a role="menuitem" tabindex="-1" target="_blank" rel="noopener">{in_html(w.printable)}</a>'
    # The scripts speak the page's language with these.
    told = json.dumps({"language": words.language} | asdict(w), ensure_ascii=False)
    return (
        f'<div id="using" data-words="{in_html(told)}">'
        f'<div id="download-menu" role="menu" hidden>{one}{page}</div>'
        f'<dialog id="by-hand" aria-labelledby="by-hand-title" aria-describedby="by-hand-detail">'
        f'<form method="dialog"><h2 id="by-hand-title">{in_html(w.by_hand)}</h2>'
        f'<p id="by-hand-detail">{in_html(w.by_hand_detail)}</p>'
        f'<textarea readonly rows="8" aria-labelledby="by-hand-title"></textarea>'
        f'<div class="buttons"><button type="submit">{in_html(w.close)}</button></div></form></dialog>'
        f'<dialog id="history" aria-labelledby="history-title" aria-describedby="history-detail">'
        f'<form method="dialog"><h2 id="history-title">{in_html(w.history)}</h2>'
        f'<p id="history-detail">{in_html(w.history_detail)}</p>'
        f'<p class="none" hidden></p><ul></ul><p class="told" role="status"></p><div class="buttons">'
        f'<button type="submit" class="keep">{in_html(w.close)}</button>'
        f'<button type="button" class="remove-all">{in_html(w.remove_all)}</button></div></form></dialog>'
        '<p class="aside" id="using-status" role="status"></p></div>'
    )


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
    if turn is None or (turn.answer is not None and turn.answer.replied):
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
        if turn.answer is not None and turn.answer.claims
    ]
    return f"<h2>{in_html(words.earlier)}</h2>{''.join(reversed(groups))}" if groups else ""


def _blocks(answer: Answer, words: Words, name: Callable[[int], str]) -> str:
    return "".join(_block(citation, words, name(citation.number)) for citation in answer.citations)


def _block(citation: Citation, words: Words, identifier: str) -> str:
    article = citation.article
    day = _day_line(article, words)
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
            _day_line(article, words),
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
                _day_line(other, words),
                *_address(other, words),
            ]
        )
        for other in citation.also_in
    )
    items = "".join(f"<li>{one}</li>" for one in named)
    return f'<div class="also"><p>{in_html(words.also_in)}</p><ul>{items}</ul></div>'


def _day_line(article: Article, words: Words) -> str:
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


Message = dict[str, str]

SHOWN_QUESTION = 600
"""Characters of a question shown in the chat; a longer one was refused, and is still in the question box."""


def messages(conversation: Conversation, words: Words) -> list[Message]:
    """The chat's messages: each question and, under it, what came of it."""
    shown: list[Message] = []
    for number, turn in enumerate(conversation.turns, 1):
        latest = number == len(conversation.turns)
        question = (
            turn.question if len(turn.question) <= SHOWN_QUESTION else turn.question[:SHOWN_QUESTION] + " …"
        )
        shown.append({"role": "user", "content": f"{in_markdown(question)}\n\n{_again(number)}"})
        shown.append({"role": "assistant", "content": _reply(turn, words, anchor(number, latest))})
    return shown


def _reply(turn: ChatTurn, words: Words, name: Callable[[int], str]) -> str:
    if turn.answer is not None:
        shown = _answer(turn, turn.answer, words, name)
        return f"{shown}\n\n{actions(turn, words)}" if turn.key and turn.shown is None else shown
    if turn.state == "waiting":
        told = words.in_line(turn.ahead) if turn.ahead else words.stages[turn.stage]
        return _framed("progress", words.language, in_markdown(told))
    if turn.state == "stopped":
        return _framed("stopped", words.language, in_markdown(words.stopped))
    if turn.state == "lost":
        return _framed("problem lost", words.language, in_markdown(turn.detail))
    if turn.state == "refused":
        return _framed("problem", words.language, in_markdown(turn.detail))
    return _framed("problem", words.language, in_markdown(words.failed.format(id=turn.detail)))


def _again(number: int) -> str:
    """Two buttons beside a question, by which it is changed or asked again; the page's script names them."""
    return (
        f'<div class="again turn-{number}"><button type="button" class="change"></button>'
        '<button type="button" class="repeat"></button></div>'
    )


def _answer(turn: ChatTurn, answer: Answer, words: Words, name: Callable[[int], str]) -> str:
    said = [*_understood(answer, words), *_limited(turn, words)]
    said += [_note(turn.remark, answer.language)] if turn.remark else []
    notes = [_note(note, answer.language) for note in answer.notes if note.strip()]
    if answer.replied:
        return "\n".join([*said, _framed("answer", answer.language, in_markdown(answer.message))])
    if answer.abstained:
        title = f'<p class="verdict" lang="{words.language}">{in_markdown(words.abstained)}</p>'
        kept = _note(words.gap_kept, words.language)
        return "\n".join(
            [
                *said,
                _framed("abstained", answer.language, f"{title}\n\n{in_markdown(answer.message)}"),
                kept,
                *notes,
            ]
        )
    titles = {
        c.number: f"{words.source.format(number=c.number)}: {' '.join(c.article.title.split())}"
        for c in answer.citations
    }
    claims = answer.claims[: turn.shown]
    shown = [_claim(claim, titles, words, name) for claim in claims]
    if answer.differing:
        sides = "\n\n".join(_framed("side", answer.language, one) for one in shown)
        body = _framed("answer", answer.language, f'<div class="sides">\n\n{sides}\n\n</div>')
    else:
        body = _framed("answer", answer.language, "\n\n".join(shown))
    return "\n".join([*said, body, *notes] if len(shown) == len(answer.claims) else [*said, body])


def _claim(claim: Claim, titles: dict[int, str], words: Words, name: Callable[[int], str]) -> str:
    """A claim, the markers that lead to its proof, and how it came to be written."""
    markers = "&nbsp;".join(
        f'[{number}](#{name(number)} "{in_markdown(titles[number])}")' for number in claim.numbers
    )
    told = in_html(words.written[claim.written])
    badge = f'<span class="badge {claim.written}" lang="{words.language}">{told}</span>'
    return f"{in_markdown(claim.text)}&nbsp;{markers} {badge}"


def _understood(answer: Answer, words: Words) -> list[str]:
    if not answer.understood:
        return []
    return [
        f'<p class="understood" lang="{words.language}">{in_html(words.understood)} '
        f'<span class="asked" lang="{in_html(answer.language)}">{in_markdown(answer.understood)}</span> '
        f'<button type="button" class="adopt">{in_html(words.change)}</button></p>'
    ]


def _limited(turn: ChatTurn, words: Words) -> list[str]:
    told = turn.filters.told(words)
    return [_note(words.limited.format(filters=told), words.language)] if told else []


def _note(text: str, language: str) -> str:
    return f'<p class="note" lang="{in_html(language)}">{in_markdown(text)}</p>'


def _framed(kind: str, language: str, markdown: str) -> str:
    """Markdown in a block of its own; the blank lines are what makes it Markdown again within HTML."""
    return f'<div class="{kind}" lang="{in_html(language)}">\n\n{markdown}\n\n</div>'
