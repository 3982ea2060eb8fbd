"""Parsing of questions: their language, and the words, figures, days, places and names in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index import QuestionError
from index.text import detect
from rag.lang import LANGUAGES, LEXICON, Language, as_language
from rag.lang.dates import Moment, figures_beside, find_moments
from rag.lang.names import Place, find_places, meets, spans_of
from rag.lang.numbers import Figure
from rag.lang.words import STOPWORDS, WORD, content_words, language_of

LONGEST = 2000
"""Characters of the longest question; the embedder reads some 400 words of it."""

_ABBREVIATION = 3
"""Letters of the longest word in capitals that may abbreviate a name that is not in the data."""

_WRITTEN = {short.lower(): short for short in LEXICON.mapping("abbreviations")}
_TELLING = {
    code: frozenset(
        word
        for table in ("greeting_words", "request_words", "quoting_words")
        for word in LEXICON.words(table, code)
    )
    for code in LANGUAGES
}


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


def unshouted(text: str) -> str:
    """A question that is mostly in capitals as it would be written without them; another as it is."""
    letters = [letter for letter in text if letter.isalpha()]
    if 2 * sum(map(str.isupper, letters)) <= len(letters) or len(text.split()) < 2:
        return text
    places = spans_of(find_places(text))

    def quiet(match: re.Match[str]) -> str:
        word, folded = match.group(), match.group().lower()
        if not word.isupper() or folded in _WRITTEN:
            return _WRITTEN.get(folded, word)
        if meets(match.span(), places):
            return word.capitalize() if len(word) > _ABBREVIATION else word
        return folded if len(word) > _ABBREVIATION or folded in STOPWORDS else word

    return WORD.sub(quiet, text)


def written_in(text: str, previous: Sequence[str] = ()) -> str:
    """ISO 639-1 code of the language of `text`, or where undecided of the latest question that is."""
    for candidate in (text, *reversed(previous)):
        code = detect(candidate)
        if code not in {"id", "en"}:
            known = _requested_in(candidate)
            known = known if known != "und" else language_of(content_words(candidate))
            code = known if known != "und" else code
        if code != "und":
            return code
    return "und"


def _requested_in(text: str) -> str:
    """The language of the first word, of one language only, if with it a turn greets or asks, or und."""
    for word in WORD.findall(text.lower()):
        codes = [code for code in LANGUAGES if word in _TELLING[code]]
        if len(codes) < len(LANGUAGES):
            return codes[0] if codes else "und"
    return "und"


def spoken(wanted: Literal["auto", "id", "en"], code: str) -> Language:
    """The language to answer in: the one that is wanted, or that of the question, from `written_in`."""
    return as_language(code) if wanted == "auto" else wanted


def question_of(text: str) -> Question:
    """A question that stands by itself, to be answered in its own language."""
    text = unshouted(text)
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
