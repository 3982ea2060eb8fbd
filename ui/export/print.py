"""A page of one answer, to print or to keep as a PDF."""

from __future__ import annotations

from ui.export.entry import Entry, Footnote, footer, footnotes, remarks, text_of, visible
from ui.locales import words
from ui.markup import frame, in_html

_STYLE = (
    "<style>main p, main li { max-width: 44rem } sup a { text-decoration: none } q { quotes: none }"
    " @media print { :root { --paper: #fff; --sheet: #fff; --ink: #000; --soft: #333; --accent: #000 }"
    " section { border: 0; padding: 0 } }</style>"
)


def printable(entry: Entry) -> str:
    """The whole page; its numbers lead to the footnotes beneath, and the footnotes to the articles."""
    card = entry.card
    claims = "".join(
        f"<p>{in_html(text_of(claim))}<sup>{', '.join(map(_mark, claim.numbers))}</sup></p>"
        for claim in card.claims
    )
    said = claims or f"<p>{in_html(visible(card.message))}</p>"
    beside = "".join(f'<p class="head">{in_html(one)}</p>' for one in [*remarks(entry), footer(entry)])
    listed = "".join(f'<li id="note-{note.number}"><p>{_note(note)}</p></li>' for note in footnotes(card))
    notes = f"<ol>{listed}</ol>" if listed else ""
    body = f'{_STYLE}<section lang="{card.language}">{said}{beside}{notes}</section>'
    return frame(visible(card.question), body, words(card.language), in_language={})


def _mark(number: int) -> str:
    return f'<a href="#note-{number}">{number}</a>'


def _note(note: Footnote) -> str:
    parts = [f"{note.number}. <cite>{in_html(note.title)}</cite>.", f"{in_html(note.origin)}."]
    if note.url:
        parts.append(
            f'<a href="{in_html(note.url)}" rel="noopener noreferrer nofollow">{in_html(note.url)}</a>'
        )
    parts.append(f'<q lang="{in_html(note.language)}">“{in_html(note.quote)}”</q>')
    parts += [f"{in_html(note.also)}."] if note.also else []
    return " ".join(parts)
