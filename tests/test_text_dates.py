"""Full dates are read as Indonesian and English press text writes them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SettingsError
from index.text import (
    day_of_utc,
    declared_date,
    find_dates,
    month_names,
    office_zone,
    parse_date,
    plausible,
    weekday_names,
)

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


def test_a_weekday_in_short_proves_a_year_of_two_digits() -> None:
    text = "Palu, Sel (22/7/25), Sen (22/7/25) dan skor 22/7/25"
    assert [text[one.start : one.end] for one in find_dates(text)] == ["Sel (22/7/25"]


def test_names_of_both_languages_are_known() -> None:
    assert [month_names()[name] for name in ("mei", "may", "agu", "desember")] == [5, 5, 8, 12]
    assert [weekday_names()[name] for name in ("senin", "monday", "minggu", "sunday")] == [0, 0, 6, 6]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("03/04/2025", date(2025, 4, 3)),
        ("3-4-25", date(2025, 4, 3)),
        ("2025/4/3", date(2025, 4, 3)),
        ("2025-04-03T23:59:00+07:00", date(2025, 4, 3)),
        ("Thu, 03 Apr 2025 23:59:00 +0700", date(2025, 4, 3)),
        ("3 Apr 2025 10:00:00 GMT", date(2025, 4, 3)),
        ("Kamis, 3 April 2025 | 10:30 WIB", date(2025, 4, 3)),
        ("Diterbitkan pada 3 April 2025 pukul 10.30", date(2025, 4, 3)),
        ("April 3, 2025", date(2025, 4, 3)),
        ("13/04/2025", date(2025, 4, 13)),
        ("04/13/2025", date(2025, 4, 13)),
        ("1743638400", date(2025, 4, 3)),
        (1743638400, date(2025, 4, 3)),
        ("1743638400000", date(2025, 4, 3)),
        ("174363840.5", None),
        (datetime(2025, 4, 3, 10), date(2025, 4, 3)),
        (date(2025, 4, 3), date(2025, 4, 3)),
        ("3 April 2025 sampai 5 April 2025", None),
        ("31/02/2025", None),
        ("Thu, 99 Apr 2025 10:00:00 +0700", None),
        ("kemarin", None),
        ("", None),
        (None, None),
        (True, None),
        (["2025-04-03"], None),
    ],
)
def test_a_value_that_should_be_a_day_is_read_day_first(value: object, day: date | None) -> None:
    assert declared_date(value) == day


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2025-03-03T23:30:00Z", date(2025, 3, 4)),
        ("2025-03-03T23:30:00.5+00:00", date(2025, 3, 4)),
        ("2025-03-03 23:30 UTC", date(2025, 3, 4)),
        ("20250303T233000Z", date(2025, 3, 4)),
        ("2025-03-03 23:30:00.000 +0000 UTC", date(2025, 3, 4)),
        ("Mon, 03 Mar 2025 23:30:00 GMT", date(2025, 3, 4)),
        (1741044000, date(2025, 3, 4)),  # 23:20 in UTC
        ("2025-03-03T16:59:00Z", date(2025, 3, 3)),
        ("2025-03-03T23:30:00+07:00", date(2025, 3, 3)),
        ("Mon, 03 Mar 2025 23:30:00 +0900", date(2025, 3, 3)),
        ("Tue, 04 Mar 2025 17:05:00 -0000", date(2025, 3, 5)),
        ("Sel, 04 Mar 2025 17:05:00 +0000", date(2025, 3, 5)),
        ("4 Maret 2025 pukul 17.05 UTC", date(2025, 3, 5)),
        ("Selasa, 4 Maret 2025 | 17:05 GMT", date(2025, 3, 5)),
        ("March 4, 2025 17:05 UTC", date(2025, 3, 5)),
        ("4/3/25 17:05 UTC", date(2025, 3, 5)),
        ("Tue Mar 04 17:05:00 UTC 2025", date(2025, 3, 5)),
        ("Tue Mar 04 2025 17:05:00 GMT+0000 (Coordinated Universal Time)", date(2025, 3, 5)),
        ("Tue Mar 04 2025 17:05:00 GMT+0700 (Western Indonesia Time)", date(2025, 3, 4)),
        ("Mar 4, 2025, 5:05:00 PM UTC", date(2025, 3, 5)),
        ("Mar 4, 2025, 12:05 AM UTC", date(2025, 3, 4)),
        ("Tue Mar 04 17:05:00 WIB 2025", date(2025, 3, 4)),
        ("4 Maret 2025 pukul 17.05 WIB", date(2025, 3, 4)),
        ("2025-03-03", date(2025, 3, 3)),
    ],
)
def test_an_instant_in_utc_is_a_day_of_the_office(value: object, day: date) -> None:
    assert declared_date(value) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Rab, 06 Nop 2024 09:00", date(2024, 11, 6)),
        ("3 Peb 2025", date(2025, 2, 3)),
        ("3 Mrt 2025", date(2025, 3, 3)),
        ("Jum’at, 8 Agust '25", date(2025, 8, 8)),
        ("3-Mar-25", date(2025, 3, 3)),
        ("03/Okt/2024 10:15 WITA", date(2024, 10, 3)),
        ("20250303", date(2025, 3, 3)),
        ("20250303T101500", date(2025, 3, 3)),
        ("Mon Mar  3 10:15:00 2025", date(2025, 3, 3)),
        ("Senin/3 Maret 2025", date(2025, 3, 3)),
        ("3 Ramadan 1446 H/3 Maret 2025", date(2025, 3, 3)),
        ("/Date(1740973500000)/", date(2025, 3, 3)),
        ("45719", date(2025, 3, 3)),  # days since 30 December 1899
        ("17 Agst 2025", date(2025, 8, 17)),
        ("5 Pebr 2024", date(2024, 2, 5)),
        ("5 Febr. 2024", date(2024, 2, 5)),
        ("Dec-24-2024", date(2024, 12, 24)),
        ("12/24/24", date(2024, 12, 24)),
        ("24-12-31", date(2024, 12, 31)),
        ("31-12-24", date(2024, 12, 31)),
        ("45719,5", date(2025, 3, 3)),
        ("Sel, 4/3/25 14.05 WIB", date(2025, 3, 4)),
        ("Tue 3/4/25", date(2025, 3, 4)),  # 3 April was a Thursday
        ("Redaksi - Sel, 4/3/25 14.05 WIB", date(2025, 3, 4)),
        ("Edisi 3 - 24 Maret 2025", date(2025, 3, 24)),
        ("14.05 - 24 Maret 2025", date(2025, 3, 24)),
        ("22–24 Maret 2025", None),
        ("Sabtu, 22 - 24 Maret 2025", None),
        ("22 s.d. 24 Maret 2025", None),
        ("22 Maret hingga 24 Maret 2025", None),
        ("Mar 22 - Mar 24, 2025", None),
        ("1740973500000000", date(2025, 3, 3)),
        ("20251340", None),
        ("31-Peb-2025", None),
    ],
)
def test_days_are_declared_in_many_writings(text: str, day: date | None) -> None:
    assert declared_date(text) == day


@pytest.mark.parametrize(
    ("text", "years_back"),
    [("17/08/{}", 0), ("17/08/{}", -1), ("17/08/{}", 2), ("17-Agu-{}", 30), ("17/08/{}", 98)],
)
def test_a_year_of_two_digits_is_the_latest_that_is_not_past_next_year(text: str, years_back: int) -> None:
    year = date.today().year - years_back
    assert declared_date(text.format(f"{year % 100:02}")) == date(year, 8, 17)


def test_what_office_keeps_of_when_a_file_was_made_is_in_utc() -> None:
    assert day_of_utc(datetime(2025, 3, 4, 17, 5)) == day_of_utc(datetime(2025, 3, 4, 17, 5, tzinfo=UTC))
    assert day_of_utc(datetime(2025, 3, 4, 17, 5)) == date(2025, 3, 5)
    assert day_of_utc(None) is None


def test_the_office_s_zone_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    office_zone.cache_clear()
    monkeypatch.setenv("TANYA_TIMEZONE", "Asia/Jayapura")
    try:
        assert declared_date("2025-03-03T15:30:00Z") == date(2025, 3, 4)
        office_zone.cache_clear()
        monkeypatch.setenv("TANYA_TIMEZONE", "Asia/Medan")
        with pytest.raises(SettingsError, match="'Asia/Medan' is no time zone; set TANYA_TIMEZONE"):
            office_zone()
    finally:
        office_zone.cache_clear()


def test_a_day_after_today_or_one_that_stands_for_none_is_not_plausible() -> None:
    today = date(2025, 4, 3)
    assert plausible(today, today) == today
    assert plausible(date(2025, 4, 4), today) == date(2025, 4, 4)  # it is tomorrow somewhere
    for day in (date(2025, 4, 5), date(2999, 1, 1), date(1970, 1, 1), date(1900, 1, 1), date(1, 1, 1), None):
        assert plausible(day, today) is None


@given(st.text(max_size=60) | st.floats() | st.integers())
def test_any_value_names_a_day_or_none(value: object) -> None:
    assert declared_date(value) is None or isinstance(declared_date(value), date)
