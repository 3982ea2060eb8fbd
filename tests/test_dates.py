"""Full dates are read as Indonesian and English press text writes them."""

from datetime import date

import pytest

from index.dates import find_dates, month_names, parse_date, weekday_names

JULY = date(2025, 7, 22)
FEBRUARY = date(2026, 2, 11)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Selasa, 22 Juli 2025", JULY),
        ("22 Jul 2025", JULY),
        ("22 JULI 2025", JULY),
        ("Tuesday, 22 July 2025", JULY),
        ("July 22, 2025", JULY),
        ("Jul. 22, 2025", JULY),
        ("22nd of July 2025", JULY),
        ("22/7/2025", JULY),
        ("22-07-2025", JULY),
        ("22.07.2025", JULY),
        ("2025-07-22", JULY),
        ("2025-07-22T10:30:00+07:00", JULY),
        ("7/22/2025", JULY),  # no month 22, so the month came first
        ("Selasa, 22 Juli 2025 | 10:30 WIB", JULY),
        ("Rabu (11/2/2026)", FEBRUARY),
        ("Rabu (11/2/26)", FEBRUARY),
        ("11/2/2026", FEBRUARY),  # day first
        ("Rabu (2/11/2026)", FEBRUARY),  # 2 November was a Monday, 11 February a Wednesday
        ("Rabu pagi (11/2 / 2026)", FEBRUARY),
        ("Jum'at, 4 Nopember 2022", date(2022, 11, 4)),
        ("Ahad 1 Pebruari 2026", date(2026, 2, 1)),
        ("1 Mei tahun 2025", date(2025, 5, 1)),
    ],
)
def test_a_full_date_is_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "22 Juli", "Rabu (11/2)", "Juli 2025", "2025", "31/2/2025", "11/2/26", "Senin (11/2/26)",
     "1.329.2000", "nilai 22/7/2025/4", "22 Juli 2025 dan 23 Juli 2025", "Rapat digelar 22 Juli 2025",
     "2025-13-01"],
)  # fmt: skip
def test_what_is_not_one_full_date_and_nothing_else_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_dates_are_found_in_order_with_their_place_and_weekday() -> None:
    text = "Rapat pada Selasa, 22 Juli 2025 dan 11/2/2026, bukan 23 Juli."
    found = [
        (mention.day, text[mention.start : mention.end], mention.has_weekday) for mention in find_dates(text)
    ]
    assert found == [(JULY, "Selasa, 22 Juli 2025", True), (FEBRUARY, "11/2/2026", False)]


def test_names_of_both_languages_are_known() -> None:
    assert [month_names()[name] for name in ("mei", "may", "agu", "desember")] == [5, 5, 8, 12]
    assert [weekday_names()[name] for name in ("senin", "monday", "minggu", "sunday")] == [0, 0, 6, 6]
