"""The interface's words: the same in number and kind in every language."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import nodes

from index.text import office_zone
from ui.chat.view import Stock, stock
from ui.locales import FOLDER, LANGUAGES, Locale, LocaleError, load, locale, preferred, words
from ui.markup import environment

INDONESIAN, ENGLISH = words("id"), words("en")

IN_TEMPLATES = {
    "words": ("chat",), "spoken": ("chat",), "t": ("articles", "review", "users"), "u": ("uploads",),
    "w": ("answers", "drafts", "login"), "a": ("answers",), "desk": ("desk",), "s": ("statements",),
    "f": ("figures",), "d": ("differences",), "users": ("users",),
}  # fmt: skip
"""Which tables stand behind a name of the templates."""


@pytest.mark.parametrize("template", environment().list_templates())
def test_a_word_that_a_template_shows_is_in_the_files(template: str) -> None:
    source = (FOLDER.parent / "templates" / template).read_text("utf-8")
    shown = [
        (found.node.name, found.attr)
        for found in environment().parse(source).find_all(nodes.Getattr)
        if isinstance(found.node, nodes.Name) and found.node.name in IN_TEMPLATES
    ]
    known = {name: [getattr(locale("id"), one) for one in of] for name, of in IN_TEMPLATES.items()}
    assert [one for one in shown if not any(hasattr(of, one[1]) for of in known[one[0]])] == []


def _places(text: str) -> list[str | None]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_fills_in_the_places_of_indonesian(language: str) -> None:
    ours, theirs = dict(_texts(locale("id"))), dict(_texts(locale(language)))
    assert {key: _places(text) for key, text in theirs.items()} == {
        key: _places(text) for key, text in ours.items()
    }
    assert all(text.strip() for text in theirs.values())


def _texts(spoken: Locale) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text by its keys."""
    for group in (field.name for field in fields(spoken)):
        for name, value in vars(getattr(spoken, group)).items():
            if isinstance(value, str):
                yield (group, name), value
            else:
                yield from (((group, name, key), text) for key, text in value.items())


def test_a_further_language_is_one_file(tmp_path: Path) -> None:
    file = tmp_path / "ms.toml"
    file.write_text((FOLDER / "id.toml").read_text("utf-8").replace('"Kirim"', '"Hantar"'), "utf-8")
    assert (load(file).chat.language, load(file).chat.send) == ("ms", "Hantar")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('send = "Kirim"\n', "", r"ms\.toml: chat\.send is missing"),
        ('send = "Kirim"\n', 'send = "Kirim"\nsned = "Kirim"\n', r"ms\.toml: chat\.sned is not a key"),
        ('send = "Kirim"\n', "send = 1\n", r"ms\.toml: chat\.send is not a text"),
        ("[login.roles]\n", "[logins.roles]\n", r"ms\.toml: logins is not a key"),
        ('reader = "pembaca"\n', "reader = []\n", r"ms\.toml: login\.roles\.reader is not a text"),
    ],
)
def test_a_file_with_other_keys_is_refused(tmp_path: Path, before: str, after: str, problem: str) -> None:
    file = tmp_path / "ms.toml"
    told = (FOLDER / "id.toml").read_text("utf-8")
    file.write_text(told.replace(before, after, 1), "utf-8")
    with pytest.raises(LocaleError, match=problem):
        load(file)


def test_no_word_is_left_in_the_other_language() -> None:
    assert {name for name, value in vars(INDONESIAN).items() if value == vars(ENGLISH)[name]} == set()


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


def test_one_thing_is_not_told_as_many() -> None:
    first = date(2025, 3, 4)
    assert "11 articles" in stock(Stock(11, ["A"], first, first, ()), ENGLISH)
    told = stock(Stock(1, ["Antara"], first, first, ()), ENGLISH)
    assert "<strong>1 article</strong>" in told
    assert re.search(r"\b1 publisher\b", told)
    waits = [locale("en").login.duration(seconds) for seconds in (0.2, 1.5)]
    assert waits == ["1 second", "2 seconds"]


@pytest.mark.parametrize(
    ("first", "last", "indonesian"),
    [
        (date(2019, 1, 1), date(2019, 12, 31), "2019"),
        (date(2019, 4, 1), date(2019, 6, 30), "Apr–Jun 2019"),
        (date(2020, 2, 1), date(2020, 2, 29), "Feb 2020"),
        (date(2019, 5, 6), date(2019, 5, 9), "6–9 Mei 2019"),
        (date(2019, 5, 6), date(2019, 5, 6), "6 Mei 2019"),
    ],
)
def test_a_period_is_told_by_its_own_ends(first: date, last: date, indonesian: str) -> None:
    assert INDONESIAN.period(first, last) == indonesian


@pytest.mark.parametrize(
    ("zone", "day", "clock"),
    [
        ("Asia/Jakarta", "31 Desember 2023", "23.30 WIB"),
        ("Asia/Makassar", "1 Januari 2024", "00.30 WITA"),
        ("Asia/Jayapura", "1 Januari 2024", "01.30 WIT"),
        ("Asia/Singapore", "1 Januari 2024", "00.30 UTC+08:00"),
    ],
)
def test_a_moment_is_told_in_the_offices_time_zone_by_its_name(
    monkeypatch: pytest.MonkeyPatch, zone: str, day: str, clock: str
) -> None:
    at = datetime(2023, 12, 31, 16, 30, tzinfo=UTC)
    office_zone.cache_clear()
    monkeypatch.setenv("TANYA_TIMEZONE", zone)
    try:
        assert INDONESIAN.day(at) == day
        assert INDONESIAN.moment(at) == f"{day} {clock}"
        assert locale("id").when(at) == f"{day} pukul {clock}"
        assert INDONESIAN.day(at.date()) == "31 Desember 2023"
    finally:
        office_zone.cache_clear()


def test_words_of_an_unknown_language_are_indonesian() -> None:
    assert words("en") is ENGLISH
    assert words("id") is INDONESIAN
    assert words("ja") is INDONESIAN
