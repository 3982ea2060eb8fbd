"""Answers as Markdown with footnotes, as text for the clipboard and messengers, and as a plain text file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from ui.export.entry import (
    ExportEntry,
    Footnote,
    days,
    footer,
    footnotes,
    lost,
    remarks,
    text_of,
    unformulated,
    visible,
)

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
    for claim in card.claims:
        marks = "".join(f"[^{prefix}{number}]" for number in claim.numbers)
        lines += [*([""] if lines else []), f"{inline(text_of(claim))}{marks}"]
    for said in [*remarks(entry), footer(entry)]:
        lines += ["", f"*{inline(said)}*"]
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
    """The same with its question, and when it was answered."""
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
            f'<p lang="{card.language}">{_html(text_of(claim))}'
            f"<sup>{', '.join(map(str, claim.numbers))}</sup></p>"
            for claim in card.claims
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
    lines += [f"{_unmarked(text_of(claim))} {_numbers(claim.numbers)}" for claim in card.claims]
    lines.append("")
    for note in footnotes(card):
        lines.append(f"[{note.number}] _{_unmarked(note.title)}_, {_unmarked(note.origin)}")
        lines += [note.url.translate(_IN_ADDRESSES)] if note.url else []
    return "\n".join(lines)


def _lines(entry: ExportEntry) -> list[str]:
    card = entry.card
    if entry.lost:
        return [unformulated(lost(entry))]
    if card.abstained:
        return [unformulated(visible(card.message)), *map(unformulated, remarks(entry))]
    lines = [unformulated(f"{text_of(claim)} {_numbers(claim.numbers)}") for claim in card.claims]
    lines += map(unformulated, remarks(entry))
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
    return escape(unformulated(text))


def _numbers(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _unmarked(text: str) -> str:
    """`text` in which WhatsApp finds nothing to format; marks that would act become signs that look alike."""
    begun = _WHATSAPP_BEGINNING.sub(lambda match: match.group().translate(_LINES), text)
    return unformulated(_ACTING.sub(lambda match: match.group().translate(_WHATSAPP_MARKS), begun))


_LINES = str.maketrans({"-": "–", "*": "∗", ">": "›", "•": "·", ".": "․", ")": "⁾"})
