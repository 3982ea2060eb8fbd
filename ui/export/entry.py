"""What every export is made of: answers with their footnotes, as words that can do nothing where they go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import page_range
from rag.evidence_card import Card, Carrier, Stated
from rag.feedback import inert
from ui.chat.view import filters_of
from ui.locales import NAME, AnswerWords, locale, words
from ui.markup import link

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0010fffe\U0010ffff\U000e0001-\U000e007f\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """An answer as it is exported; `lost` says why it cannot be proven any more, empty where it can."""

    card: Card
    lost: str = ""

    @property
    def words(self) -> AnswerWords:
        """Those of the answer's language."""
        return locale(self.card.language).answers


@dataclass(frozen=True, slots=True)
class Footnote:
    """A citation as a reader needs it: one line each, nothing in it can act.

    Attributes:
        number: As the claims mark it.
        title: Of the article.
        origin: Publisher, day and page, as far as they are known.
        url: Where it was published; None where that is no plain web address.
        quote: The quotation without its marks.
        also: Who else carries it; empty where nobody does.
        language: Of the quotation.
    """

    number: int
    title: str
    origin: str
    url: str | None
    quote: str
    also: str
    language: str


def footnotes(card: Card) -> list[Footnote]:
    """The citations of a card, in their order."""
    w = locale(card.language).answers
    notes = []
    for one in card.citations:
        pages = [w.page.format(page=page_range(one.page, one.last_page))] if one.page is not None else []
        pages += [w.scanned] if one.scanned else []
        safe = link(one.article.url)
        names = "; ".join(_source(other, card.language) for other in one.also_in)
        notes.append(
            Footnote(
                number=one.number,
                title=visible(one.article.title),
                origin=", ".join([_source(one.article, card.language), *pages]),
                url=safe[0] if safe else None,
                quote=visible(one.quote),
                also=w.also.format(names=names) if names else "",
                language=one.language,
            )
        )
    return notes


def remarks(entry: ExportEntry) -> list[str]:
    """What is said beside an answer: how it was understood, its notes, and whether a machine wrote it."""
    card, w = entry.card, entry.words
    said = [w.understood.format(question=visible(card.understood))] if card.understood.strip() else []
    limits = filters_of(card)
    shown = words(card.language)
    said += [visible(shown.limited.format(filters=limits.told(shown)))] if limits else []
    said += [visible(note) for note in card.notes if note.strip()]
    if any(claim.written == "machine" for claim in card.claims):
        said.append(w.machine)
    return said


def footer(entry: ExportEntry) -> str:
    """Who answered, and when."""
    w = entry.words
    told = w.footer.format(name=NAME, when=locale(entry.card.language).when(entry.card.asked))
    return told if entry.card.abstained else f"{told} {w.word_for_word}"


def lost(entry: ExportEntry) -> str:
    """What stands in the place of an answer that cannot be proven any more."""
    return f"{entry.words.lost}: {visible(entry.lost)}."


def text_of(claim: Stated) -> str:
    return visible(claim.text)


def visible(text: str) -> str:
    """`text` as one line in which no character hides, reorders its neighbours, or is forbidden in XML."""
    flat = " ".join(re.split(r"[ \t\r\n\f\v\xa0\u2028\u2029\x85]+", text)).strip()
    return _UNSEEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", flat)


def unformulated(line: str) -> str:
    """A line that a spreadsheet, into which it may be pasted, does not compute."""
    return inert(line)


def days(entries: Sequence[ExportEntry], language: str) -> list[str]:
    """The day of each answer, written in a language."""
    return [words(language).day(one.card.asked.astimezone().date()) for one in entries]


def _source(article: Carrier, language: str) -> str:
    w = words(language)
    return f"{visible(article.publisher or w.unknown_publisher)}, {w.day(article.published)}"
