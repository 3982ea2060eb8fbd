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


@pytest.mark.parametrize(
    ("text", "year"),
    [("setahun lalu", 2024), ("tahun silam", 2024), ("a year ago", 2024), ("a year earlier", 2024)],
)
def test_a_year_before_the_day_of_publication_is_the_last_one(text, year):
    assert read(text) == [(text, Day(year), Day(year))]


def test_a_year_before_another_is_that_before_the_one_named():
    assert read("Pada 2019 turun, setahun sebelumnya naik")[1:] == [
        ("setahun sebelumnya", Day(2018), Day(2018))
    ]


def test_the_middle_of_a_month_is_of_that_month():
    assert read("in mid-March 2017") == [("March 2017", Day(2017, 3), Day(2017, 3))]


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


@pytest.mark.parametrize(
    ("day", "reported"),
    [
        (Day(2025, 3, 4), True),
        (Day(2025, 3, 1), True),
        (Day(2025, 2, 28), False),
        (Day(2025, 3, 5), False),
        (Day(2025, 3), False),
        (Day(None, 3, 4), False),
    ],
)
def test_a_paper_reports_on_the_day_of_publication_and_those_shortly_before(day, reported):
    assert day.is_reported(date(2025, 3, 4)) == reported
    assert not day.is_reported(None)


def test_a_29_february_of_a_year_without_one_is_no_day_of_the_calendar():
    (moment,) = find_moments("29 Februari")
    assert dated(moment, date(2025, 3, 1)).first.as_date is None
    assert dated(moment, date(2024, 3, 1)).first.as_date == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("one", "other", "meet", "for_other", "for_one"),
    [
        ("Mei 2025", "Mei 2025", True, True, True),
        ("Mei 2025", "Januari–Mei 2025", True, True, True),  # a total is told of the month that it ends with
        ("Januari 2025", "Januari–Mei 2025", True, True, False),
        ("Mei 2025", "2025", True, True, False),
        ("Mei 2025", "22 Mei", True, False, True),
        ("Mei 2025", "22 Mei 2025", True, False, True),
        ("kuartal II 2025", "30 Juni 2025", True, False, True),
        ("Desember", "28 Desember 2025", True, False, True),
        ("Desember 2025", "28 Desember 2025 sampai 3 Januari 2026", True, False, False),
        (
            "Maret",
            "28 Desember sampai 3 Januari",
            True,
            True,
            True,
        ),  # which of two years it is of is not told
        ("Mei 2025", "Juni 2025", False, False, False),
        ("2024", "Mei 2025", False, False, False),
        ("31 Mei 2025", "1 Juni 2025", False, False, False),
        ("Januari", "Maret", False, False, False),
    ],
)
def test_periods_meet_by_a_day_and_what_is_told_of_one_may_be_of_another(
    one, other, meet, for_other, for_one
):
    (mine,), (theirs,) = find_moments(one), find_moments(other)
    assert mine.meets(theirs) == theirs.meets(mine) == meet
    assert mine.stands_for(theirs) is for_other
    assert theirs.stands_for(mine) is for_one
