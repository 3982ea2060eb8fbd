"""Every word of the page, in Indonesian and in English."""

from __future__ import annotations

from collections.abc import Sequence

from ui.text.english import ENGLISH
from ui.text.indonesian import INDONESIAN
from ui.text.words import Language, Words

__all__ = ["ENGLISH", "INDONESIAN", "LANGUAGES", "NAME", "Language", "Words", "preferred", "words"]

LANGUAGES: tuple[Language, ...] = ("id", "en")
NAME = "Tanya Berita"


def words(language: str) -> Words:
    """The words of a page language; Indonesian where it is neither "id" nor "en"."""
    return ENGLISH if language == "en" else INDONESIAN


def preferred(languages: Sequence[str]) -> Language:
    """The page language for a browser that prefers `languages`, such as ["en-GB", "id"]; else Indonesian."""
    for tag in languages:
        primary = tag.lower().replace("_", "-").split("-")[0]
        if primary == "en":
            return "en"
        # "in" is what older Java-based browsers still call Indonesian; Malay readers understand it.
        if primary in {"id", "in", "ms"}:
            return "id"
    return "id"
