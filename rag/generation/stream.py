"""Sentences and their markers out of a stream whose pieces are cut anywhere, within a marker too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.text import sentences

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
        self._held = ""
        self._thought: str | None = None

    def feed(self, piece: str) -> list[Written]:
        """The sentences that are complete once `piece` has come."""
        return [sentence for character in piece for sentence in self._take(character)]

    def close(self) -> list[Written]:
        """What is left at the end of the stream; a sentence that was not ended cites nothing."""
        self._held = ""
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
        if self._held:
            return self._hold(character)
        if character == "[":
            self._held = character
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

    def _hold(self, character: str) -> list[Written]:
        held = self._held + character
        if character == "]" and (marker := _MARKER.fullmatch(held)):
            self._held = ""
            ids = re.split(r"\s*[,;]\s*", marker[1].lower())
            self._marks += [(len(self._text.rstrip()), each) for each in ids]
            return []
        if len(held) < LONGEST_MARKER and _MAY_BE_MARKER.fullmatch(held):
            self._held = held
            return []
        # No marker begins in it but perhaps with the character that settled it.
        found = self._release() if self._is_over("[") else []
        self._text += self._held
        self._held = ""
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
