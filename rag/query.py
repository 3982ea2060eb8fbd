"""A question as it is understood: its language, and what it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index import QuestionError
from index.text import detect
from rag.lang import Language, as_language
from rag.lang.dates import Moment, figures_beside, find_moments
from rag.lang.names import Place, find_places, spans_of
from rag.lang.numbers import Figure
from rag.lang.words import content_words, language_of

LONGEST = 2000
"""Characters of the longest question; the embedder reads some 400 words of it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what was found in it; offsets count characters of `text`.

    Attributes:
        text: What is searched for: as asked, or completed from the conversation.
        language: The language to answer in.
        written_in: ISO 639-1 code of the language it is written in, or "und".
        words: Its content words, lower-case, in order, without repetition.
        places: Countries and provinces that it names.
        moments: Days and periods that it names.
        figures: Numbers that it names, those of dates left out.

    What was added from the conversation is in `text` alone: articles say it once, not in every sentence.
    """

    text: str
    language: Language
    written_in: str
    words: tuple[str, ...]
    places: tuple[Place, ...]
    moments: tuple[Moment, ...]
    figures: tuple[Figure, ...]

    @property
    def is_english(self) -> bool:
        return self.written_in == "en"


def check_length(text: str) -> str:
    """`text` without what surrounds it.

    Raises:
        QuestionError: nothing is asked, or too much.
    """
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", " ", text).strip()
    if not re.search(r"\w", text):
        raise QuestionError("the question is empty; write what you want to know")
    if len(text) > LONGEST:
        raise QuestionError(f"the question has {len(text):,} characters; shorten it to {LONGEST:,} or fewer")
    return text


def written_in(text: str, previous: Sequence[str] = ()) -> str:
    """ISO 639-1 code of the language of `text`, or where undecided of the latest question that is."""
    for candidate in (text, *reversed(previous)):
        code = detect(candidate)
        if code not in {"id", "en"}:
            known = language_of(content_words(candidate))
            code = known if known != "und" else code
        if code != "und":
            return code
    return "und"


def spoken(wanted: Literal["auto", "id", "en"], code: str) -> Language:
    """The language to answer in: the one that is wanted, or that of the question, from `written_in`."""
    return as_language(code) if wanted == "auto" else wanted


def question_of(text: str) -> Question:
    """A question that stands by itself, to be answered in its own language."""
    code = written_in(text)
    return understand(text, as_language(code), code)


def understand(
    text: str, language: Language, code: str, today: date | None = None, own: int | None = None
) -> Question:
    """Take a question apart.

    Args:
        text: The question, complete in itself.
        language: The language to answer in.
        code: The language it is written in, from `written_in`.
        today: What "last year" is relative to.
        own: Characters at the start that were asked now, if the others were added from the conversation.
    """
    whole, text = text, text[:own]
    moments = tuple(find_moments(text, today))
    places = tuple(find_places(text))
    figures = tuple(figures_beside(text, as_language(code), moments))
    known = spans_of(moments, places, figures)
    words = tuple(dict.fromkeys(content_words(_without(text, known))))
    return Question(whole, language, code, words, places, moments, figures)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with `spans` blanked, offsets unchanged."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
