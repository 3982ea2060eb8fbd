"""A page of one answer, to print or to keep as a PDF."""

from __future__ import annotations

from ui.export.entry import ExportEntry, footer, footnotes, remarks, text_of, visible
from ui.locales import words
from ui.markup import page


def printable(entry: ExportEntry) -> str:
    """The whole page; its numbers lead to the footnotes beneath, and the footnotes to the articles."""
    card = entry.card
    return page(
        "print.html",
        words(card.language),
        title=visible(card.question),
        language=card.language,
        claims=[(text_of(claim), claim.numbers) for claim in card.claims],
        message=visible(card.message),
        beside=[*remarks(entry), footer(entry)],
        notes=footnotes(card),
    )
