"""Words: stems, words without subject matter, and the Indonesian words for English ones.

What translations have for an English word was learnt (`scripts/train/words.py`), and lets an English question
meet Indonesian text in search. The vocabulary is smaller and written by hand, for what must be exact. Neither
writes an answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from index.text import LEXICON as TEXT_LEXICON
from index.text import sentences
from rag.lang import LEXICON
from rag.lang.numbers import Coverage

STOPWORDS = frozenset((*TEXT_LEXICON.words("function_words"), *LEXICON.words("stop_words")))
"""Function words, and those that only say what kind of answer is asked."""

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")

TRANSLATIONS = Path(__file__).parent / "data" / "translations.tsv"
"""By English stem, after a tab, Indonesian ones."""


def rarities(rows: Sequence[Sequence[bool]]) -> list[float]:
    """Of each column the logarithm of its inverse frequency among the rows, above 0; empty without rows.

    Args:
        rows: (texts, words), whether each text has each word.
    """
    return [math.log((len(rows) + 1) / (sum(column) + 0.5)) for column in zip(*rows, strict=True)]


def weight_of(weights: Iterable[float], has: Iterable[bool]) -> float:
    """The weights of the columns that a row of `rarities` has, together."""
    return sum(weight for weight, there in zip(weights, has, strict=True) if there)


def quoted(texts: Iterable[str]) -> str:
    """Texts between quotation marks, each once, with commas between them."""
    return ", ".join(dict.fromkeys(f"“{text}”" for text in texts))


def content_words(text: str) -> list[str]:
    """Lower-case words of `text` that carry subject matter, in order, repetitions kept, no possessives."""
    words = (without_possessive(match.group().lower().strip(".'’")) for match in WORD.finditer(text))
    return [word for word in words if word not in STOPWORDS and (len(word) > 1 or word.isdigit())]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an Indonesian word by Snowball: `dikunjungi` -> `kunjung`."""
    return str(_stemmer().stemWord(word)) if word.isalpha() and len(word) > 3 else word


def stems_outside(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    """The stems of the words of a text that have no character of these spans, in order."""
    taken = Coverage(len(text), spans)
    return [stem(m.group().lower()) for m in WORD.finditer(text) if not taken.meets(*m.span())]


def content_stems(text: str) -> frozenset[str]:
    """The stems of the words of `text` that carry subject matter."""
    return frozenset(map(stem, content_words(text)))


def without_possessive(word: str) -> str:
    """A lower-case word without the English ending that makes it a possessive: `grab's` -> `grab`."""
    return word.removesuffix("'s").removesuffix("’s")


@lru_cache(maxsize=50_000)
def english_stem(word: str) -> str:
    """The stem of an English word by Snowball: `arrested` -> `arrest`."""
    return str(_stemmer("english").stemWord(without_possessive(word)))


@cache
def _stemmer(language: str = "indonesian") -> Any:
    import Stemmer

    return Stemmer.Stemmer(language)


@cache
def _entries() -> dict[str, tuple[str, ...]]:
    entries = LEXICON.mapping("indonesian", "vocabulary")
    return {english: tuple(words.split()) for english, words in entries.items()}


@cache
def indonesian(word: str) -> tuple[str, ...]:
    """Indonesian words for one lower-case English word, inflected or not; empty where it is not known."""
    for form in _forms(word):
        if form in _entries():
            return _entries()[form]
    return ()


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for words in _entries().values() for word in words)


@cache
def _translations() -> dict[str, tuple[str, ...]]:
    lines = TRANSLATIONS.read_text(encoding="utf-8").splitlines()
    return {english: tuple(stems.split()) for english, _, stems in (line.partition("\t") for line in lines)}


def translations(word: str) -> tuple[str, ...]:
    """Stems of the Indonesian words that translations have for a lower-case English one, likeliest first."""
    return _translations().get(english_stem(word), ())


def forms(word: str, *, is_english: bool = False) -> frozenset[str]:
    """A lower-case word and its stem, and the stems of the Indonesian words for an English one."""
    return frozenset((word, stem(word), *(translations(word) if is_english else ())))


def is_indonesian(word: str) -> bool:
    """Whether a word is an Indonesian one that the dictionary knows, in any case and inflected or not."""
    word = word.lower()
    return bool({word, word.removesuffix("nya"), stem(word)} & _vocabulary())


def language_of(words: Iterable[str]) -> str:
    """The language whose vocabulary knows more of these lower-case words; und where few are known."""
    words = list(words)
    ours = sum(word in _vocabulary() or word.removesuffix("nya") in _vocabulary() for word in words)
    theirs = sum(bool(indonesian(word)) for word in words)
    if ours == theirs or 4 * max(ours, theirs) < len(words):
        return "und"
    return "id" if ours > theirs else "en"


@cache
def _irregular() -> dict[str, str]:
    return LEXICON.mapping("irregular", "en")


def _forms(word: str) -> list[str]:
    """`word` and what it may be inflected from, likeliest first."""
    forms = [word, _irregular().get(word, word), word.removesuffix("'s")]
    for suffix, replacements in (
        ("ies", ("y",)),
        ("es", ("e", "")),
        ("s", ("",)),
        ("ied", ("y",)),
        ("ed", ("e", "")),
        ("ing", ("e", "")),
        ("ers", ("e", "er", "")),
        ("ly", ("",)),
    ):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            stem = word.removesuffix(suffix)
            forms += [stem + replacement for replacement in replacements]
            if len(stem) > 3 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])  # planned, shipping
    return forms


_HANGING = frozenset((*LEXICON.words("hanging_words"), *LEXICON.words("joining_openers")))
_DEMONSTRATIVE = frozenset(LEXICON.words("demonstratives"))
_POINTING = frozenset(LEXICON.words("pointing_words"))
_GOING_ON, _PRESENT = frozenset(LEXICON.words("going_on")), frozenset(LEXICON.words("present_times"))


def refers_back(text: str) -> bool:
    """Whether a sentence begins with what leans on the one before it: a pronoun, "Hal itu", "Namun"."""
    first, second, *behind = [word.lower() for word in WORD.findall(text[:80])[:4]] + [""] * 2
    points = second in _DEMONSTRATIVE
    if points and (first in _GOING_ON or first in _PRESENT):
        return False  # "Sementara itu", "Hari ini"
    return points or first in _HANGING or first.endswith("nya") or not _POINTING.isdisjoint(behind)


def is_balanced(text: str) -> bool:
    """Whether each quotation mark and bracket of `text` has its counterpart."""
    quotes = brackets = 0
    for sign in text:
        quotes += (sign in "“„«") - (sign in "”»")
        brackets += (sign == "(") - (sign == ")")
        if quotes < 0 or brackets < 0:
            return False
    return not quotes and not brackets and text.count('"') % 2 == 0


def whole_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of the paragraph `start:end` of a text, those of one quotation together, as characters.

    Those of a quotation that is not closed are left out.
    """
    spans: list[tuple[int, int]] = []
    begun: int | None = None
    for first, last in sentences(text[start:end]):
        at = start + first if begun is None else begun
        if is_balanced(text[at : start + last]):
            spans.append((at, start + last))
            begun = None
        else:
            begun = at
    return spans
