"""What the program itself says in an answer; its words are in data/, one file for each language."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from rag.lang.numbers import Language


@cache
def messages(language: Language) -> dict[str, str]:
    """Every message by its key."""
    file = Path(__file__).parent / "data" / f"messages.{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def say(key: str, language: Language, **parts: str) -> str:
    """A message with `parts` filled in."""
    return messages(language)[key].format(**parts)


def write_date(day: date, language: Language) -> str:
    """`22 Juli 2025` or `22 July 2025`."""
    from babel.dates import format_date

    return str(format_date(day, "d MMMM y", locale=language))
