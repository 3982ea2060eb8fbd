"""Answers as text with footnotes: as Markdown, for the clipboard and messengers, and as a plain file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.answer import page_range
from rag.evidence_card import Card, CardCitation, Carrier
from rag.output import inert
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
    return [_footnote(one, card.language) for one in card.citations]


def _footnote(one: CardCitation, language: str) -> Footnote:
    w = locale(language).answers
    pages = [w.page.format(page=page_range(one.page, one.last_page))] if one.page is not None else []
    pages += [w.scanned] if one.scanned else []
    safe = link(one.article.url)
    names = "; ".join(_source(other, language) for other in one.also_in)
    return Footnote(
        number=one.number,
        title=visible(one.article.title),
        origin=", ".join([_source(one.article, language), *pages]),
        url=safe[0] if safe else None,
        quote=visible(one.quote),
        also=w.also.format(names=names) if names else "",
        language=one.language,
    )


def remarks(entry: ExportEntry) -> list[str]:
    """The remarks beside an answer: how it was understood, its notes, and whether a machine wrote it."""
    card, w = entry.card, entry.words
    found = [w.understood.format(question=visible(card.understood))] if card.understood.strip() else []
    limits = filters_of(card)
    shown = words(card.language)
    found += [visible(shown.limited.format(filters=limits.in_words(shown)))] if limits else []
    found += [visible(note) for note in card.notes if note.strip()]
    if any(claim.written == "machine" for claim in card.claims):
        found.append(w.machine)
    return found


def footer(entry: ExportEntry) -> str:
    """Who answered, and when."""
    w = entry.words
    line = w.footer.format(name=NAME, when=locale(entry.card.language).when(entry.card.asked))
    return line if entry.card.abstained else f"{line} {w.word_for_word}"


def lost(entry: ExportEntry) -> str:
    """The text in place of an answer that cannot be proven any more."""
    return f"{entry.words.lost}: {visible(entry.lost)}."


def visible(text: str) -> str:
    """`text` as one line in which no character hides, reorders its neighbours, or is forbidden in XML."""
    flat = " ".join(re.split(r"[ \t\r\n\f\v\xa0\u2028\u2029\x85]+", text)).strip()
    return _UNSEEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", flat)


def days(entries: Sequence[ExportEntry], language: str) -> list[str]:
    """The day of each answer, written in a language."""
    return [words(language).day(one.card.asked) for one in entries]


def _source(article: Carrier, language: str) -> str:
    w = words(language)
    return f"{visible(article.publisher or w.unknown_publisher)}, {w.day(article.published)}"


_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~$&!^@]")
_ADDRESSES = re.compile(r"(?<=[A-Za-z])(?=://)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_BEGINNING = re.compile(r"^(?:[-+:=]|\d+(?=[.)]))")


def markdown(entry: ExportEntry) -> str:
    """One answer as a file."""
    return "\n".join([f"# {inline(visible(entry.card.question))}", "", *_answer(entry, ""), ""])


def markdown_conversation(entries: Sequence[ExportEntry], title: str, language: str) -> str:
    """A conversation as a file: its days and questions are headings."""
    lines = [f"# {inline(visible(title))}", ""]
    before = ""
    for number, (entry, day) in enumerate(zip(entries, days(entries, language), strict=True), 1):
        lines += [f"## {inline(day)}", ""] if day != before else []
        before = day
        lines += [f"### {inline(visible(entry.card.question))}", "", *_answer(entry, f"{number}-"), ""]
    return "\n".join(lines)


def inline(text: str) -> str:
    """`text` as Markdown that shows it as written: nothing in it marks up, links, loads or computes."""
    escaped = _MARKS.sub(r"\\\g<0>", text)
    # An escaped mark ends what would else be taken for an address.
    escaped = _ADDRESSES.sub(r"\\", escaped)
    return _BEGINNING.sub(lambda match: _begun(match.group()), escaped)


def _begun(text: str) -> str:
    return f"{text}\\" if text.isdigit() else f"\\{text}"


def _answer(entry: ExportEntry, prefix: str) -> list[str]:
    card = entry.card
    if entry.lost:
        return [f"*{inline(lost(entry))}*"]
    lines: list[str] = []
    if card.abstained:
        lines.append(inline(visible(card.message)))
    for text, numbers in card.statements:
        marks = "".join(f"[^{prefix}{number}]" for number in numbers)
        lines += [*([""] if lines else []), f"{inline(visible(text))}{marks}"]
    for line in [*remarks(entry), footer(entry)]:
        lines += ["", f"*{inline(line)}*"]
    for note in footnotes(card):
        lines += ["", f"[^{prefix}{note.number}]: {_note(note)}"]
    return lines


def _note(note: Footnote) -> str:
    parts = [f"*{inline(note.title)}*.", f"{inline(note.origin)}."]
    parts += [f"<{note.url}>"] if note.url else []
    parts.append(f"“{inline(note.quote)}”")
    parts += [f"{inline(note.also)}."] if note.also else []
    return " ".join(parts)


_WHATSAPP_MARKS = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})
_ACTING = re.compile(r"(?<![^\W_])[*_~`]|[*_~`](?![^\W_])")
"""WhatsApp's marks where they would act: not between two characters of one word."""

_WHATSAPP_BEGINNING = re.compile(r"^(?:[-*>•]|\d+[.)])(?=\s)")
_IN_ADDRESSES = str.maketrans({"*": "%2A", "_": "%5F", "~": "%7E", "`": "%60"})


def plain(entry: ExportEntry) -> str:
    """The answer alone, numbered, with its footnotes: for a document or a mail."""
    return "\n".join(_lines(entry))


def text_file(entry: ExportEntry) -> str:
    """A plain-text file of an answer with its question, and when it was answered."""
    asked = f"{entry.words.asked}: {visible(entry.card.question)}"
    return "\n".join([asked, "", *_lines(entry), "", footer(entry), ""])


def rich(entry: ExportEntry) -> str:
    """The answer alone as HTML for a clipboard: numbers raised, footnotes as a list."""
    card = entry.card
    if entry.lost:
        return f'<p lang="{card.language}">{_html(lost(entry))}</p>'
    if card.abstained:
        body = f'<p lang="{card.language}">{_html(visible(card.message))}</p>'
    else:
        body = "".join(
            f'<p lang="{card.language}">{_html(visible(text))}<sup>{", ".join(map(str, numbers))}</sup></p>'
            for text, numbers in card.statements
        )
    beside = "".join(f'<p lang="{card.language}"><i>{_html(one)}</i></p>' for one in remarks(entry))
    notes = "".join(f"<li>{_rich_note(note)}</li>" for note in footnotes(card))
    return body + beside + (f'<ol lang="{card.language}">{notes}</ol>' if notes else "")


def whatsapp(entry: ExportEntry) -> str:
    """A short message: the question in bold, the answer, and where each number leads."""
    card = entry.card
    lines = [f"*{_unmarked(visible(card.question))}*", ""]
    if entry.lost:
        return "\n".join([*lines, _unmarked(lost(entry))])
    if card.abstained:
        return "\n".join([*lines, _unmarked(visible(card.message))])
    lines += [f"{_unmarked(visible(text))} {_numbers(numbers)}" for text, numbers in card.statements]
    lines.append("")
    for note in footnotes(card):
        lines.append(f"[{note.number}] _{_unmarked(note.title)}_, {_unmarked(note.origin)}")
        lines += [note.url.translate(_IN_ADDRESSES)] if note.url else []
    return "\n".join(lines)


def _lines(entry: ExportEntry) -> list[str]:
    card = entry.card
    if entry.lost:
        return [inert(lost(entry))]
    if card.abstained:
        return [inert(visible(card.message)), *map(inert, remarks(entry))]
    lines = [inert(f"{visible(text)} {_numbers(numbers)}") for text, numbers in card.statements]
    lines += map(inert, remarks(entry))
    lines.append("")
    for note in footnotes(card):
        parts = [f"{note.title}.", f"{note.origin}."]
        parts += [note.url] if note.url else []
        parts.append(f"“{note.quote}”")
        parts += [f"{note.also}."] if note.also else []
        lines.append(f"[{note.number}] {' '.join(parts)}")
    return lines


def _rich_note(note: Footnote) -> str:
    parts = [f"<i>{_html(note.title)}</i>.", f"{escape(note.origin)}."]
    if note.url:
        parts.append(f'<a href="{escape(note.url)}">{escape(note.url)}</a>')
    parts.append(f'<q lang="{escape(note.language)}" style="quotes: none">“{escape(note.quote)}”</q>')
    parts += [f"{escape(note.also)}."] if note.also else []
    return " ".join(parts)


def _html(text: str) -> str:
    return escape(inert(text))


def _numbers(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _unmarked(text: str) -> str:
    """`text` in which WhatsApp finds nothing to format; marks that would act become signs that look alike."""
    begun = _WHATSAPP_BEGINNING.sub(lambda match: match.group().translate(_LINES), text)
    return inert(_ACTING.sub(lambda match: match.group().translate(_WHATSAPP_MARKS), begun))


_LINES = str.maketrans({"-": "–", "*": "∗", ">": "›", "•": "·", ".": "․", ")": "⁾"})
