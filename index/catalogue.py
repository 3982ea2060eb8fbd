"""The catalogue: articles as a list shows them, without their texts, and which of them are asked for."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.dedup import groups
from index.models import EVERYTHING, Filter, cleaned

Order = Literal["newest", "oldest", "title", "id", "relevance"]
ORDERS: tuple[Order, ...] = ("relevance", "newest", "oldest", "title", "id")

EVEN = 500
"""Characters added to a text's own where its share of words is told, so that the shortest is not the best."""

MOST_WORDS = 16
"""Words and phrases that are looked for; who types more has pasted a text."""

_LONGEST_WORD = 200
_TYPED = re.compile(r'"([^"]*)"?|“([^”]*)”?|(\S+)')
_SPECIAL = re.compile(r"([%_\\])")
_ESCAPED = r"\\\1"
_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are listed, and in which order.

    Attributes:
        words: Each occurs in the title or the text, whatever its case; see `words_of`.
        language: Code of the texts' language; None for all.
        chosen: By day and publisher.
        order: By day, those without one last; by title; by id; or by relevance: words in the title first,
            then the share of the text that they are.
    """

    words: tuple[str, ...] = ()
    language: str | None = None
    chosen: Filter = EVERYTHING
    order: Order = "newest"


EVERY = Selection()


@dataclass(frozen=True, slots=True)
class Mention:
    """An article by its name alone."""

    id: str
    title: str
    source: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An article without its text; see `index.models.Article`.

    Attributes:
        length: Characters of its text.
        copies: The other articles that carry the same release, the first one before the others.
    """

    id: str
    title: str
    source: str | None
    published: date | None
    url: str | None
    language: str
    path: str
    sha256: str
    author: str | None
    pages: tuple[int, ...]
    length: int
    copies: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the articles that were asked for, and how many there are of them in all."""

    articles: tuple[Listed, ...]
    count: int


def words_of(typed: str) -> tuple[str, ...]:
    """What somebody typed, as what is looked for: words, and phrases between quotation marks."""
    found = ("".join(match.groups("")) for match in _TYPED.finditer(cleaned(typed)))
    words = (unicodedata.normalize("NFC", " ".join(one.split()))[:_LONGEST_WORD] for one in found)
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def forms_of(word: str) -> list[str]:
    """How `word` may be written in texts whose ASCII letters are small; one of these is in what holds it.

    Other letters a database may not know to be of one kind.
    """
    forms = [word]
    if not word.isascii():
        forms = [
            unicodedata.normalize(form, one)
            for one in (word.lower(), word.upper())
            for form in ("NFC", "NFD")
        ]
    return list(dict.fromkeys(one.translate(_TO_LOWER) for one in forms))


def patterns_of(word: str) -> list[str]:
    r"""The patterns for LIKE, with `\` as its escape, of which one fits wherever `word` occurs."""
    return [f"%{_SPECIAL.sub(_ESCAPED, one)}%" for one in forms_of(word)]


def copies_among(
    mentions: Mapping[int, Mention], pairs: Mapping[int, Collection[int]]
) -> dict[int, tuple[Mention, ...]]:
    """By number of an article, the others of its group; of articles and pairs that are reached from some."""
    order = sorted(
        mentions, key=lambda number: (str(mentions[number].published or "9999"), mentions[number].id)
    )
    return {
        number: tuple(mentions[other] for other in group if other != number)
        for group in groups(order, pairs)
        for number in group
    }
