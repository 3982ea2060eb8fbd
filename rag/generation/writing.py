"""Writing: what a model makes of the passages becomes claims with citations, or the reason why it does not.

A sentence is taken over where a source that it names holds it; the rest is dropped. An answer is taken over
where at least one of its claims rests on a sentence that the extract would have shown, so that a model cannot
turn an answer into true sentences about something else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from index import Article, Hit, Passage
from index.text import sentences
from rag.answer import Citation, Claim
from rag.figures import Language
from rag.generation.generator import Failure, Generator, GeneratorError
from rag.generation.pace import paced
from rag.generation.prompt import DECLINED, Source, messages, name_sources
from rag.generation.stream import Written, split
from rag.reader import Reading
from rag.sentence import Span
from rag.verdict import Ruling, Verdict

log = logging.getLogger("tanya.generation")

Reason = Failure | Literal["empty", "declined", "unproven"]
"""Why nothing was taken over: it failed, wrote nothing, found no answer, or proved none of its sentences."""

SECONDS = 60.0
"""That a model may take for one answer."""

TOKENS = 400
"""That a model is asked for at most."""

CHARACTERS = 4000
"""After which a model that does not keep to that is cut."""

SOURCES = 3
"""Passages that a model is given at most: on two cores, reading them is most of the time it takes."""

MOST_SENTENCES = 3


class Ground(Protocol):
    """Says what a text has to say about a claim; `rag.factcheck.check` is one."""

    def __call__(self, claim: str, source: str, /, *, published: date | None = None) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote and its sources prove."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class _Proven:
    """A sentence and the characters of articles that hold it."""

    text: str
    quotes: tuple[tuple[Article, Span], ...]


def write(
    question: str,
    language: Language,
    chosen: Sequence[Reading],
    hits: Sequence[Hit],
    generator: Generator,
    ground: Ground,
    *,
    seconds: float = SECONDS,
    characters: int = CHARACTERS,
) -> Draft | Reason:
    """Have a question answered in the model's words.

    Args:
        question: As it was understood.
        language: Of the answer.
        chosen: The readings that answer, surest first; at least one.
        hits: The passages that were found, best first.
        generator: What writes.
        ground: Holds each sentence against the text that it cites.
        seconds: After which the model is given up.
        characters: After which it is cut; what it wrote before counts.

    Returns:
        The claims and their citations, or the reason why there are none.
    """
    sources = name_sources(_passages(chosen, hits), question)
    asked = messages(question, language, sources, MOST_SENTENCES)
    proven: list[_Proven] = []
    wrote = ""
    try:
        stream = generator.stream(asked, limit=TOKENS)
        for sentence in split(paced(stream, seconds=seconds, characters=characters)):
            wrote = wrote or sentence.text
            found = _prove(sentence, sources, ground)
            if found and found.text not in {earlier.text for earlier in proven}:
                proven.append(found)
            if len(proven) == MOST_SENTENCES:
                break
    except GeneratorError as error:
        log.warning("%s", error)
        return error.failure
    if not wrote:
        return "empty"
    if not proven:
        return "declined" if wrote.strip(" .").upper() == DECLINED else "unproven"
    return _draft(proven) if any(_rests_on(each, chosen) for each in proven) else "unproven"


def _passages(chosen: Sequence[Reading], hits: Sequence[Hit]) -> list[Passage]:
    """What answers comes first: a model heeds the beginning most."""
    found = [reading.sentence.hit.passage for reading in chosen] + [hit.passage for hit in hits]
    return list(dict.fromkeys(found))[:SOURCES]


def _prove(sentence: Written, sources: Sequence[Source], ground: Ground) -> _Proven | None:
    """The sentence with what holds it; None where nothing does, or a source that it names says otherwise."""
    quotes: list[tuple[Article, Span]] = []
    for source in sources:
        if source.id not in sentence.ids:
            continue
        ruling, quote = _quote(sentence.text, source.passage, ground)
        if ruling == "contradicted":
            return None
        if ruling == "supported":
            quotes.append((source.passage.article, quote))
    return _Proven(sentence.text, tuple(quotes)) if quotes else None


def _quote(claim: str, passage: Passage, ground: Ground) -> tuple[Ruling, Span]:
    """What a passage says to a claim, and its sentences that show it, where they hold it by themselves.

    A claim that is put together from several sentences is contradicted where one of these, alone, does so:
    each word may stand somewhere in them, and the one sentence still be about another person than the other.
    """
    published = passage.article.published
    everything = (passage.start, passage.end)
    verdict = ground(claim, passage.text, published=published)
    shown = [
        (start, end)
        for start, end in sentences(passage.text)
        if any(first < end and start < last for first, last in verdict.spans)
    ]
    if not (verdict.holds and shown):
        return verdict.ruling, everything
    alone = [ground(claim, passage.text[start:end], published=published) for start, end in shown]
    if any(each.ruling == "contradicted" for each in alone):
        return "contradicted", everything
    start, end = shown[0][0], shown[-1][1]
    if ground(claim, passage.text[start:end], published=published).holds:
        return verdict.ruling, (passage.start + start, passage.start + end)
    return verdict.ruling, everything


def _rests_on(proven: _Proven, chosen: Sequence[Reading]) -> bool:
    return any(
        article.id == reading.sentence.article.id
        and start < reading.sentence.end
        and reading.sentence.start < end
        for article, (start, end) in proven.quotes
        for reading in chosen
    )


def _draft(proven: Sequence[_Proven]) -> Draft:
    """Claims and citations, numbered in the order in which they are first cited."""
    numbers: dict[tuple[str, Span], int] = {}
    citations: list[Citation] = []
    claims: list[Claim] = []
    for each in proven:
        for article, span in each.quotes:
            if (article.id, span) not in numbers:
                numbers[article.id, span] = len(numbers) + 1
                citations.append(Citation(len(numbers), article, *span))
        marked = sorted({numbers[article.id, span] for article, span in each.quotes})
        claims.append(Claim(each.text, tuple(marked), "machine"))
    return Draft(tuple(claims), tuple(citations))
