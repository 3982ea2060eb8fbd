"""The page's words: the same in number and kind in both languages."""

from __future__ import annotations

import string
from dataclasses import fields

import pytest

from ui.text import ENGLISH, INDONESIAN, Words, preferred, words


def test_both_languages_fill_in_the_same_places() -> None:
    for field in fields(Words):
        ours, theirs = getattr(INDONESIAN, field.name), getattr(ENGLISH, field.name)
        if isinstance(ours, dict):
            assert ours.keys() == theirs.keys()
        else:
            assert _places(ours) == _places(theirs), field.name


def _places(text: str) -> list[str | None]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_no_word_is_left_in_the_other_language() -> None:
    same = {
        field.name
        for field in fields(Words)
        if getattr(INDONESIAN, field.name) == getattr(ENGLISH, field.name)
    }
    assert same == set()


@pytest.mark.parametrize(
    ("languages", "language"),
    [
        (["id-ID", "id", "en"], "id"),
        (["en-GB", "id"], "en"),
        (["ja", "en-US", "id"], "en"),
        (["ms-MY"], "id"),
        (["in"], "id"),
        (["ja"], "id"),
        ([""], "id"),
        ([], "id"),
    ],
)
def test_the_page_follows_the_first_language_that_it_speaks(languages: list[str], language: str) -> None:
    assert preferred(languages) == language


def test_words_of_an_unknown_language_are_indonesian() -> None:
    assert words("en") is ENGLISH
    assert words("id") is INDONESIAN
    assert words("ja") is INDONESIAN
