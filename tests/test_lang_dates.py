"""What must be true of days and periods in Indonesian and English text."""

from datetime import date

import pytest

from rag.lang.dates import Day, dated, find_moments

PUBLISHED = date(2025, 7, 22)


def read(text, published=PUBLISHED):
    return [
        (text[one.start : one.end], dated(one, published).first, dated(one, published).last)
        for one in find_moments(text, published)
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("triwulan III-2023", Day(2023, 7), Day(2023, 9)),
        ("kuartal II/2023", Day(2023, 4), Day(2023, 6)),
        ("TW IV 2023", Day(2023, 10), Day(2023, 12)),
        ("semester II-2023", Day(2023, 7), Day(2023, 12)),
        ("paruh kedua 2023", Day(2023, 7), Day(2023, 12)),
        ("second half of 2023", Day(2023, 7), Day(2023, 12)),
        ("H2 2023", Day(2023, 7), Day(2023, 12)),
        ("Maret s/d Juni 2023", Day(2023, 3), Day(2023, 6)),
        ("3 s/d 9 Maret 2023", Day(2023, 3, 3), Day(2023, 3, 9)),
        ("March 3-9, 2023", Day(2023, 3, 3), Day(2023, 3, 9)),
        ("tahun 70-an", Day(1970), Day(1979)),
        ("1950s", Day(1950), Day(1959)),
    ],
)
def test_a_period_is_read_as_the_press_writes_it(text, first, last):
    assert read(text) == [(text, first, last)]


@pytest.mark.parametrize("text", ["9/11 /2016", "9 / 11 / 2016", "9/11/2016"])
def test_blanks_may_stand_around_the_strokes_of_a_day(text):
    assert read(text) == [(text, Day(2016, 11, 9), Day(2016, 11, 9))]


@pytest.mark.parametrize("text", ["second half of the match", "Pada paruh kedua tim itu menang"])
def test_half_of_what_is_no_year_is_no_period(text):
    assert read(text) == []


def test_ten_years_are_told_from_an_amount():
    assert read("Sejak 1970-an kapal itu berlayar") == [("1970-an", Day(1970), Day(1979))]
    assert read("Ada 2000-an kapal") == [("2000", Day(2000), Day(2000))]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("kuartal III tahun lalu", Day(2024, 7), Day(2024, 9)),
        ("Maret tahun depan", Day(2026, 3), Day(2026, 3)),
        ("the first quarter of last year", Day(2024, 1), Day(2024, 3)),
    ],
)
def test_a_part_of_a_year_is_of_the_relative_year_that_follows(text, first, last):
    assert [found[1:] for found in read(text)] == [(first, last)]


@pytest.mark.parametrize(
    ("text", "published", "day"),
    [
        ("27 November", date(2026, 1, 9), Day(2025, 11, 27)),
        ("9 Januari", date(2025, 12, 9), Day(2026, 1, 9)),
        ("27 November", date(2025, 7, 22), Day(2025, 11, 27)),
        ("Januari", date(2025, 12, 9), Day(2025, 1)),
        ("November lalu", date(2025, 7, 22), Day(2024, 11)),
        ("Senin (3/11) lalu", date(2025, 7, 22), Day(2024, 11, 3)),
        ("Maret mendatang", date(2025, 7, 22), Day(2026, 3)),
        ("November mendatang", date(2026, 1, 9), Day(2026, 11)),
        ("3 Maret lalu lintas padat", date(2025, 2, 1), Day(2025, 3, 3)),
    ],
)
def test_a_day_without_a_year_is_of_the_one_that_is_meant(text, published, day):
    ((_, first, last),) = read(text, published)
    assert (first, last) == (day, day)
