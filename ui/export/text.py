"""Answers as text with footnotes: as Markdown, for the clipboard and messengers, and as a plain file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import page_range
from rag.evidence_card import Card, CardCitation, Carrier
from rag.output import inert
from ui.chat.view import filters_of
from ui.locales import NAME, AnswerWords, locale, words
from ui.markup import link, render

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0010fffe\U0010ffff\U000e0001-\U000e007f\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A citation as a reader needs it: one line each, nothing in it can act.

    Attributes:
        number: As the claims mark it.
        title: Of the article.
        origin: Publisher, day and page, as far as they are known.
        url: Where it was published; None where that is no plain web address.
        quote: The quotation without its marks.
        also: A sentence on who else carries it; empty where nobody does.
        language: Of the quotation.
    """

    number: int
    title: str
    origin: str
    url: str | None
    quote: str
    also: str
    language: str


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """An answer as it is exported; `lost` says why it cannot be proven any more, empty where it can.

    Of one that is lost nothing is exported but that.
    """

    card: Card
    lost: str = ""

    @property
    def words(self) -> AnswerWords:
        """Those of the answer's language."""
        return locale(self.card.language).answers

    @property
    def statements(self) -> list[tuple[str, tuple[int, ...]]]:
        """What it says with the numbers of its footnotes, or why it says nothing."""
        if self.lost:
            return [(f"{self.words.lost}: {visible(self.lost)}.", ())]
        if self.card.abstained:
            return [(visible(self.card.message), ())]
        return [(visible(text), numbers) for text, numbers in self.card.statements]

    @property
    def remarks(self) -> list[str]:
        """How it was understood and limited, its notes, and whether a machine wrote it."""
        card, w = self.card, self.words
        if self.lost:
            return []
        found = [w.understood.format(question=visible(card.understood))] if card.understood.strip() else []
        limits = filters_of(card)
        shown = words(card.language)
        found += [visible(shown.limited.format(filters=limits.in_words(shown)))] if limits else []
        found += [visible(note) for note in card.notes if note.strip()]
        if any(claim.written == "machine" for claim in card.claims):
            found.append(w.machine)
        return found

    @property
    def footer(self) -> str:
        """Who answered, and when."""
        line = self.words.footer.format(name=NAME, when=locale(self.card.language).when(self.card.asked))
        return line if self.card.abstained else f"{line} {self.words.word_for_word}"

    @property
    def beside(self) -> list[str]:
        """Its remarks and its footer."""
        return [] if self.lost else [*self.remarks, self.footer]

    @property
    def footnotes(self) -> list[Footnote]:
        """The citations, in their order."""
        return [] if self.lost else [_footnote(one, self.card.language) for one in self.card.citations]


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
        also=f"{w.also.format(names=names)}." if names else "",
        language=one.language,
    )


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
    return "\n".join([f"# {inline(visible(entry.card.question))}", "", _answer(entry, ""), ""])


def markdown_conversation(entries: Sequence[ExportEntry], title: str, language: str) -> str:
    """A conversation as a file: its days and questions are headings."""
    lines = [f"# {inline(visible(title))}", ""]
    before = ""
    for number, (entry, day) in enumerate(zip(entries, days(entries, language), strict=True), 1):
        lines += [f"## {inline(day)}", ""] if day != before else []
        before = day
        lines += [f"### {inline(visible(entry.card.question))}", "", _answer(entry, f"{number}-"), ""]
    return "\n".join(lines)


def inline(text: str) -> str:
    """`text` as Markdown that shows it as written: nothing in it marks up, links, loads or computes."""
    escaped = _MARKS.sub(r"\\\g<0>", text)
    # An escaped mark ends what would else be taken for an address.
    escaped = _ADDRESSES.sub(r"\\", escaped)
    return _BEGINNING.sub(lambda match: _begun(match.group()), escaped)


def _begun(text: str) -> str:
    return f"{text}\\" if text.isdigit() else f"\\{text}"


def _answer(entry: ExportEntry, prefix: str) -> str:
    lines = [
        inline(text) + "".join(f"[^{prefix}{number}]" for number in numbers)
        for text, numbers in entry.statements
    ]
    if entry.lost:
        return f"*{lines[0]}*"
    lines += [f"*{inline(line)}*" for line in entry.beside]
    for note in entry.footnotes:
        origin = f"*{inline(note.title)}*. {inline(note.origin)}."
        url = note.url and f"<{note.url}>"
        whole = _spaced(
            f"[^{prefix}{note.number}]:", origin, url, f"“{inline(note.quote)}”", inline(note.also)
        )
        lines.append(whole)
    return "\n\n".join(lines)


def _spaced(*parts: str | None) -> str:
    return " ".join(filter(None, parts))


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
    return "\n".join([asked, "", *_lines(entry), "", entry.footer, ""])


def rich(entry: ExportEntry) -> str:
    """The answer alone as HTML for a clipboard: numbers raised, footnotes as a list."""
    return render("rich.html", entry=entry, inert=inert)


def whatsapp(entry: ExportEntry) -> str:
    """A short message: the question in bold, the answer, and where each number leads."""
    lines = [f"*{_unmarked(visible(entry.card.question))}*", ""]
    lines += [_spaced(_unmarked(text), _numbers(numbers)) for text, numbers in entry.statements]
    lines += [""] if entry.footnotes else []
    for note in entry.footnotes:
        lines.append(f"[{note.number}] _{_unmarked(note.title)}_, {_unmarked(note.origin)}")
        lines += [note.url.translate(_IN_ADDRESSES)] if note.url else []
    return "\n".join(lines)


def _lines(entry: ExportEntry) -> list[str]:
    lines = [inert(_spaced(text, _numbers(numbers))) for text, numbers in entry.statements]
    lines += [*map(inert, entry.remarks), *([""] if entry.footnotes else [])]
    for note in entry.footnotes:
        origin = f"[{note.number}] {note.title}. {note.origin}."
        lines.append(_spaced(origin, note.url, f"“{note.quote}”", note.also))
    return lines


def _numbers(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _unmarked(text: str) -> str:
    """`text` in which WhatsApp finds nothing to format; marks that would act become signs that look alike."""
    begun = _WHATSAPP_BEGINNING.sub(lambda match: match.group().translate(_LINES), text)
    return inert(_ACTING.sub(lambda match: match.group().translate(_WHATSAPP_MARKS), begun))


_LINES = str.maketrans({"-": "–", "*": "∗", ">": "›", "•": "·", ".": "․", ")": "⁾"})
