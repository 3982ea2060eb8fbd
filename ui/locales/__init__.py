"""The words of the interface: one TOML file for each of its languages, with the same keys in all."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from ui.locales.groups import AnswerWords, ApiWords, ArticleWords, Locale, LoginWords, UploadWords, Words

__all__ = [
    "DEFAULT", "FOLDER", "LANGUAGES", "NAME", "AnswerWords", "ApiWords", "ArticleWords", "Locale",
    "LocaleError", "LoginWords", "UploadWords", "Words", "load", "locale", "preferred", "words",
]  # fmt: skip

NAME = "Tanya Berita"
DEFAULT = "id"
FOLDER = Path(__file__).parent
LANGUAGES = (DEFAULT, *sorted({path.stem for path in FOLDER.glob("*.toml")} - {DEFAULT}))
"""Codes of the languages that have a file here."""


class LocaleError(ValueError):
    """A file of words does not hold what the interface says."""


def locale(language: str) -> Locale:
    """Everything that the interface says in a language; in Indonesian where it does not speak that."""
    return _shipped(language if language in LANGUAGES else DEFAULT)


def words(language: str) -> Words:
    """The words of the chat, and what every page needs; Indonesian where there are none in `language`."""
    return locale(language).chat


def preferred(languages: Sequence[str]) -> str:
    """The page language for a browser that prefers `languages`, such as ["en-GB", "id"]; else Indonesian."""
    for tag in languages:
        primary = tag.lower().replace("_", "-").split("-")[0]
        if primary in LANGUAGES:
            return primary
        # "in" is what older Java-based browsers still call Indonesian; Malay readers understand it.
        if primary in {"in", "ms"}:
            return "id"
    return DEFAULT


@cache
def _shipped(language: str) -> Locale:
    return load(FOLDER / f"{language}.toml")


def load(path: Path) -> Locale:
    """Read the words of a language; the name of their file is its code.

    Raises:
        LocaleError: a key is missing or unknown, or its value is of the wrong kind.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    tables["chat"] = {**tables.get("chat", {}), "language": path.stem}
    read: Locale = _read(Locale, tables, path.name, ())
    return read


def _read(kind: Any, value: Any, file: str, keys: tuple[str, ...]) -> Any:
    """`value` as a `kind`: a text, texts by key, or a dataclass of such."""
    expected: Any = str if kind is str else dict
    if not isinstance(value, expected):
        raise LocaleError(f"{file}: {'.'.join(keys)} is not a {'text' if kind is str else 'table'}")
    if kind is str:
        return value
    if get_origin(kind) is dict:
        return {key: _read(str, text, file, (*keys, key)) for key, text in value.items()}
    kinds = get_type_hints(kind)
    for key in sorted(kinds.keys() ^ value.keys()):
        problem = "is missing" if key in kinds else "is not a key of the interface"
        raise LocaleError(f"{file}: {'.'.join((*keys, key))} {problem}")
    return kind(**{key: _read(kinds[key], one, file, (*keys, key)) for key, one in value.items()})
