"""Indonesian and English: numbers, dates, names and words, how to read and how to write them.

The tables are in `data/`: `id` and `en` are of one language, `pairs` has what is said of both or pairs
them, `vocabulary` English words with Indonesian ones that mean the same, `translations` the likely ones as
they were learnt, `counted` what numbers in press text count, `person_names` how often a word is part of a
person's name (read by `rag.quotes.speakers`). What the program itself says in an answer is in `messages`, one
file for each language.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from index.text import Lexicon

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

_HERE = Path(__file__).parent

LEXICON = Lexicon(_HERE / "data")

LANGUAGE_FILES = (
    *(_HERE / f"{name}.py" for name in ("__init__", "dates", "names", "numbers", "words")),
    *(_HERE / "data" / f"{name}.toml" for name in ("counted", "en", "id", "pairs", "vocabulary")),
    _HERE / "data" / "translations.tsv",
)
"""The files on which what is read in a text depends: all but how answers are worded."""


def as_language(code: str) -> Language:
    """The language that a text of an ISO 639-1 code is read as: English, or else Indonesian."""
    return "en" if code == "en" else "id"


@cache
def messages(language: Language) -> dict[str, str]:
    """Every message by its key."""
    return tomllib.loads((_HERE / "data" / f"messages.{language}.toml").read_text(encoding="utf-8"))


def say(key: str, language: Language, **parts: str) -> str:
    """A message with `parts` filled in."""
    return messages(language)[key].format(**parts)


def write_date(day: date, language: Language) -> str:
    """`22 Juli 2025` or `22 July 2025`."""
    from babel.dates import format_date

    return str(format_date(day, "d MMMM y", locale=language))
