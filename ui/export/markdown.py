"""An answer or a conversation as Markdown: footnotes as footnotes, everything from outside escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ui.export.entry import Entry, Footnote, days, footer, footnotes, lost, remarks, text_of, visible
from ui.text import Language

_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~$&!^@]")
_ADDRESSES = re.compile(r"(?<=[A-Za-z])(?=://)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_BEGINNING = re.compile(r"^(?:[-+:=]|\d+(?=[.)]))")


def markdown(entry: Entry) -> str:
    """One answer as a file."""
    return "\n".join([f"# {inline(visible(entry.card.question))}", "", *_answer(entry, ""), ""])


def markdown_conversation(entries: Sequence[Entry], title: str, language: Language) -> str:
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


def _answer(entry: Entry, prefix: str) -> list[str]:
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
