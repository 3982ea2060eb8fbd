"""The words of the articles' pages are there in both languages, and say the same things."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

import pytest

from index.models import ORDERS
from ui.articles.pages import _REASONS
from ui.articles.uploads import INDEXED
from ui.locales import locale

INDONESIAN, ENGLISH = locale("id"), locale("en")
PAIRS = [(INDONESIAN.articles, ENGLISH.articles), (INDONESIAN.uploads, ENGLISH.uploads)]


def told(words: Any) -> Iterator[tuple[str, str]]:
    for name, value in vars(words).items():
        yield from (
            ((f"{name} {key}", one) for key, one in value.items())
            if isinstance(value, dict)
            else ((name, value),)
        )


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_both_languages_say_everything_with_the_same_values(one: Any, other: Any) -> None:
    first, second = dict(told(one)), dict(told(other))
    assert first.keys() == second.keys()
    assert all(text.strip() for text in (*first.values(), *second.values()))
    assert {key: _values(text) for key, text in first.items()} == {
        key: _values(text) for key, text in second.items()
    }


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_reason_state_and_order_has_words() -> None:
    words = INDONESIAN.uploads
    assert {key for key, _ in _REASONS} | {"other", "nameless", "twice"} == words.reasons.keys()
    assert {*INDEXED, "refused", "left"} == words.counts.keys()
    assert {*ORDERS} - {"id"} == INDONESIAN.articles.orders.keys()
