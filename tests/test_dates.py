"""What must be true of dates and periods in Indonesian and English text."""

from datetime import date

import pytest

from rag.dates import Day, find_moments, write_english


def only(text, published=None):
    (moment,) = find_moments(text, published)
    return moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Selasa, 22 Juli 2025", Day(2025, 7, 22)),
        ("Rabu (11/2/2026)", Day(2026, 2, 11)),
        ("July 22, 2025", Day(2025, 7, 22)),
        ("22nd of July 2025", Day(2025, 7, 22)),
        ("2025-07-22", Day(2025, 7, 22)),
        ("22-7-2025", Day(2025, 7, 22)),
        ("Senin (27/3)", Day(None, 3, 27)),
        ("Mei 2025", Day(2025, 5)),
        ("Nopember 2024", Day(2024, 11)),
        ("pada 2024", Day(2024)),
        ("17 Agustus", Day(None, 8, 17)),
    ],
)
def test_a_day_is_read_day_first_in_any_writing(text, day):
    assert only(text).first == only(text).last == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Januari hingga Mei 2025", Day(2025, 1), Day(2025, 5)),
        ("Januari–Mei 2025", Day(2025, 1), Day(2025, 5)),
        ("January to May 2025", Day(2025, 1), Day(2025, 5)),
        ("1-3 Mei 2017", Day(2017, 5, 1), Day(2017, 5, 3)),
        ("30 Juni 2025 - 2 Juli 2025", Day(2025, 6, 30), Day(2025, 7, 2)),
        ("kuartal II 2025", Day(2025, 4), Day(2025, 6)),
        ("second quarter of 2025", Day(2025, 4), Day(2025, 6)),
        ("semester I 2024", Day(2024, 1), Day(2024, 6)),
        ("2015-2019", Day(2015), Day(2019)),
    ],
)
def test_a_period_has_its_first_and_last(text, first, last):
    moment = only(text)
    assert (moment.first, moment.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["31 Februari 2025", "45/13/2025", "Rp 2.025", "2025,5 juta", "I may go", "Dec"]
)
def test_what_is_no_real_date_is_not_found(text):
    assert find_moments(text) == []


def test_last_year_is_relative_to_publication_and_the_year_before_to_the_year_named():
    assert only("tahun lalu", date(2026, 1, 3)).first == Day(2025)
    assert find_moments("tahun lalu") == []
    named, before = find_moments("Mei 2025 naik dari periode yang sama tahun sebelumnya")
    assert (named.first, before.first) == (Day(2025, 5), Day(2024))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Selasa, 22 Juli 2025", "Tuesday, 22 July 2025"),
        ("11/2/2026", "11 February 2026"),
        ("Januari hingga Mei 2025", "January to May 2025"),
        ("1-3 Mei 2017", "1 to 3 May 2017"),
        ("kuartal II 2025", "second quarter of 2025"),
        ("Jumat", None),
    ],
)
def test_english_writes_a_date_in_words(text, english):
    found = find_moments(text)
    assert (write_english(text, found[0]) if found else None) == english


@pytest.mark.parametrize(
    ("said", "asked", "named"),
    [
        ("22 Juli 2025", "Juli 2025", True),
        ("22 Juli 2025", "2025", True),
        ("Januari hingga Mei 2025", "Mei 2025", True),
        ("Januari hingga Mei 2025", "Januari-Mei 2025", True),
        ("Januari hingga Mei 2025", "Juni 2025", False),
        ("Januari hingga Mei 2025", "Maret 2025", False),
        ("Januari hingga Mei 2025", "Januari-Juni 2025", False),
        ("2024", "22 Juli 2024", False),
        ("22 Juli 2025", "2024", False),
    ],
)
def test_a_moment_names_another_only_if_it_tells_all_of_it(said, asked, named):
    assert only(said).names(only(asked)) is named


def test_moments_of_the_same_kind_conflict_when_they_differ():
    assert only("Mei 2025").conflicts(only("Juni 2025"))
    assert not only("Mei 2025").conflicts(only("2025"))
    assert not only("Mei").conflicts(only("Mei 2025"))
