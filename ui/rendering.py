"""A conversation as the chat shows it: messages in Markdown, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Callable

from rag import Answer, Claim
from ui.actions import actions
from ui.conversation import Conversation, Turn
from ui.escaping import in_html, in_markdown
from ui.sources import anchor
from ui.text import Words

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


def _reply(turn: Turn, words: Words, name: Callable[[int], str]) -> str:
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


def _answer(turn: Turn, answer: Answer, words: Words, name: Callable[[int], str]) -> str:
    said = [*_understood(answer, words), *_limited(turn, words)]
    said += [_note(turn.remark, answer.language)] if turn.remark else []
    notes = [_note(note, answer.language) for note in answer.notes if note.strip()]
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


def _limited(turn: Turn, words: Words) -> list[str]:
    told = turn.filters.told(words)
    return [_note(words.limited.format(filters=told), words.language)] if told else []


def _note(text: str, language: str) -> str:
    return f'<p class="note" lang="{in_html(language)}">{in_markdown(text)}</p>'


def _framed(kind: str, language: str, markdown: str) -> str:
    """Markdown in a block of its own; the blank lines are what makes it Markdown again within HTML."""
    return f'<div class="{kind}" lang="{in_html(language)}">\n\n{markdown}\n\n</div>'
