"""Writing: a model words an answer from passages; sentences that their sources prove become cited claims.

An article is data. In a prompt its text stands between `<source>` tags with its angle and square brackets
replaced, so that it can neither close its tag, nor spell a marker, nor write a control word of a chat
template. The ids of the sources are chosen so that none of them occurs in any text of the prompt. What comes
back is cut into sentences and their markers, wherever the pieces of the stream are cut.

A sentence is taken over where a source that it names holds it; the rest is dropped. An answer is taken over
where at least one of its claims rests on a sentence that the extract would have shown, so that a model cannot
turn an answer into true sentences about something else.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index import Article, Hit, Passage
from index.models import Span
from index.text import sentences
from rag.answer import Citation, Claim, Ruling, Verdict
from rag.generation import Failure, Generator, GeneratorError, Message, paced
from rag.lang import Language, say, write_date
from rag.reader import Reading

DECLINED = "NIHIL"
"""The word that a model is asked to write where the sources do not answer."""

ID_LENGTH = 4
"""Hexadecimal digits of an id."""

_BRACKETS = str.maketrans("<>[]", "‹›()")
# Control characters and those that turn the direction of writing; tabs and line breaks stay.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a model may cite, by its id."""

    id: str
    passage: Passage


def name_sources(passages: Sequence[Passage], question: str) -> list[Source]:
    """Each passage with a short id of its own, the same in every prompt unless a text there spells it."""
    texts = defused("\n".join(itertools.chain([question], *map(_texts, passages)))).casefold()
    sources: list[Source] = []
    for passage in passages:
        taken = {source.id for source in sources}
        sources.append(
            Source(next(each for each in _ids(passage) if each not in taken and each not in texts), passage)
        )
    return sources


def messages(question: str, language: Language, sources: Sequence[Source], most: int) -> list[Message]:
    """The messages that ask for an answer of at most `most` sentences.

    Args:
        question: As it was understood.
        language: Of the answer.
        sources: At least one.
        most: Sentences.
    """
    rules = say("writing_rules", language, most=str(most), example=sources[0].id, declined=DECLINED)
    asked = say("writing_question", language, question=" ".join(defused(question).split()))
    shown = "\n\n".join(_shown(source, language) for source in sources)
    return [Message("system", rules), Message("user", f"{shown}\n\n{asked}")]


def defused(text: str) -> str:
    """Text that cannot be taken for a tag, a marker or a control word: its brackets are replaced."""
    return _UNSEEN.sub("", text.translate(_BRACKETS))


def _shown(source: Source, language: Language) -> str:
    article = source.passage.article
    known = {"title": article.title, "publisher": article.source or ""}
    if article.published:
        known["published"] = write_date(article.published, language)
    attributes = "".join(
        f' {name}="{" ".join(defused(value).replace(chr(34), chr(39)).split())}"'
        for name, value in known.items()
        if value
    )
    return f'<source id="{source.id}"{attributes}>\n{defused(source.passage.text)}\n</source>'


def _texts(passage: Passage) -> Iterable[str]:
    return passage.text, passage.article.title, passage.article.source or ""


def _ids(passage: Passage) -> Iterable[str]:
    for attempt in itertools.count():
        made_of = f"{passage.article_id}\n{passage.start}:{passage.end}\n{attempt}"
        yield "s" + hashlib.sha256(made_of.encode(errors="replace")).hexdigest()[:ID_LENGTH]


LONGEST_MARKER = 120
"""Characters after which an open bracket is taken for a bracket."""

_ID = r"[A-Za-z0-9_:-]{1,24}"
_MARKER = re.compile(rf"\[\s*({_ID}(?:\s*[,;]\s*{_ID})*)\s*\]")
_MAY_BE_MARKER = re.compile(r"\[[\w:,; \t-]*", re.ASCII)
_STOPS = ".!?…"
_CLOSERS = "\"'”’»)*_"
_BULLET = re.compile(r"\s*(?:[-*•–>#]+|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")
_OPEN, _CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence that a model wrote, without its markers, and the ids that these named, in lower case."""

    text: str
    ids: tuple[str, ...]


class Splitter:
    """Cuts a stream into sentences; what comes out depends on the characters alone, not on the pieces.

    A sentence is let go when a line ends or the next sentence begins, so that a marker that follows the
    full stop is still its own. What may be the beginning of a marker is held until it is one or is not.
    What a model thinks aloud between `<think>` and `</think>` is left out.
    """

    def __init__(self) -> None:
        self._text = ""
        self._marks: list[tuple[int, str]] = []
        self._bracket = ""
        self._thought: str | None = None

    def feed(self, piece: str) -> list[Written]:
        """The sentences that are complete once `piece` has come."""
        return [sentence for character in piece for sentence in self._take(character)]

    def close(self) -> list[Written]:
        """The last sentences at the end of the stream; one that was not ended cites nothing."""
        self._bracket = ""
        marked_to = self._marks[-1][0] if self._marks else 0
        body = self._text.rstrip()
        ended = bool(body) and (marked_to >= len(body) or body.rstrip(_CLOSERS).endswith(tuple(_STOPS)))
        found = self._release()
        return found if ended else [*found[:-1], *(Written(last.text, ()) for last in found[-1:])]

    def _take(self, character: str) -> list[Written]:
        if self._thought is not None:
            self._thought = (self._thought + character)[-len(_CLOSE) :]
            if self._thought == _CLOSE:
                self._thought = None
            return []
        if self._bracket:
            return self._take_in_bracket(character)
        if character == "[":
            self._bracket = character
            return []
        if character in "\r\n":
            return self._release()
        found = []
        if self._is_over(character):
            found = self._release()
        elif character in _STOPS and self._marks and self._ends_at_a_stop():
            # "naik. [s1]." has its full stop already.
            return []
        self._text += character
        if character == ">" and self._text.endswith(_OPEN):
            self._text = self._text.removesuffix(_OPEN)
            self._thought = ""
        return found

    def _take_in_bracket(self, character: str) -> list[Written]:
        bracket = self._bracket + character
        if character == "]" and (marker := _MARKER.fullmatch(bracket)):
            self._bracket = ""
            ids = re.split(r"\s*[,;]\s*", marker[1].lower())
            self._marks += [(len(self._text.rstrip()), each) for each in ids]
            return []
        if len(bracket) < LONGEST_MARKER and _MAY_BE_MARKER.fullmatch(bracket):
            self._bracket = bracket
            return []
        # No marker begins in it but perhaps with the character that settled it.
        found = self._release() if self._is_over("[") else []
        self._text += self._bracket
        self._bracket = ""
        return found + self._take(character)

    def _is_over(self, following: str) -> bool:
        """Whether the sentence has had its full stop and its markers, and another one begins."""
        return (
            bool(self._marks)
            and not following.isspace()
            and following not in _STOPS + _CLOSERS + ",;:"
            and self._ends_at_a_stop()
        )

    def _ends_at_a_stop(self) -> bool:
        body = self._text.rstrip()
        tail = body[self._marks[-1][0] :]
        return body.rstrip(_CLOSERS).endswith(tuple(_STOPS)) and not tail.strip(_STOPS + _CLOSERS + " \t")

    def _release(self) -> list[Written]:
        text, marks = self._text, self._marks
        self._text, self._marks = "", []
        spans = sentences(text)
        found = []
        for number, (start, end) in enumerate(spans):
            # A marker belongs to the sentence that it stands in or follows; before all, to the first.
            first = 0 if number == 0 else start + 1
            last = spans[number + 1][0] if number + 1 < len(spans) else len(text)
            ids = dict.fromkeys(each for at, each in marks if first <= at <= last)
            if written := _plain(text[start:end]):
                found.append(Written(written, tuple(ids)))
        return found


def split(pieces: Iterable[str]) -> Iterator[Written]:
    """The sentences of a stream, each as soon as it is complete."""
    splitter = Splitter()
    for piece in pieces:
        yield from splitter.feed(piece)
    yield from splitter.close()


def _plain(text: str) -> str:
    """A sentence without the dress that models give it, and without square brackets: markers are ours."""
    bare = _EMPHASIS.sub("", _BULLET.sub("", text, count=1) if _BULLET.match(text) else text)
    bare = bare.translate(str.maketrans("[]", "()"))
    bare = re.sub(r"\s+", " ", re.sub(r"\s+(?=[.,;:!?…])", "", bare)).strip()
    return bare if re.search(r"\w", bare) else ""


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


Ground = Callable[..., Verdict]
"""Decides whether a text, the second argument, supports a claim, as `rag.factcheck.check` does."""


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """The claims of a model that its sources prove, with their citations."""

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
) -> WrittenAnswer | Reason:
    """Have a question answered in the model's words.

    Args:
        question: As it was understood.
        language: Of the answer.
        chosen: The readings that answer, surest first; at least one.
        hits: The passages that were found, best first.
        generator: What writes.
        ground: Holds each sentence against the text that it cites.
        seconds: After which the model is given up.

    Returns:
        The claims and their citations, or the reason why there are none.
    """
    sources = name_sources(_passages(chosen, hits), question)
    asked = messages(question, language, sources, MOST_SENTENCES)
    proven: list[_Proven] = []
    wrote = ""
    try:
        stream = generator.stream(asked, limit=TOKENS)
        for sentence in split(paced(stream, seconds=seconds, characters=CHARACTERS)):
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
    """The passages for a prompt, those with an answer first: a model heeds the beginning most."""
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
    """The ruling of a passage on a claim, and its sentences that show it if they do so by themselves.

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


def _draft(proven: Sequence[_Proven]) -> WrittenAnswer:
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
    return WrittenAnswer(tuple(claims), tuple(citations))
