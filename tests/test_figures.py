"""What must be true of figures in Indonesian and English text."""

from decimal import Decimal

import pytest

from rag.figures import find_figures, parse_number, spelled_value, write_english


def values(text, language="id"):
    return [(text[f.start : f.end], f.value, f.unit) for f in find_figures(text, language)]


@pytest.mark.parametrize(
    ("written", "language", "value"),
    [
        ("4,796", "id", "4.796"),
        ("4.796", "id", "4796"),
        ("4.796", "en", "4.796"),
        ("4,796", "en", "4796"),
        ("1.234.567,89", "id", "1234567.89"),
        ("1,234,567.89", "en", "1234567.89"),
        ("1,234,567.89", "id", "1234567.89"),
        ("22,67", "id", "22.67"),
        ("0,125", "id", "0.125"),
        ("0.125", "id", "0.125"),
        ("2025", "id", "2025"),
        ("12.5", "id", "12.5"),
    ],
)
def test_one_separator_before_three_digits_is_read_by_the_language(written, language, value):
    assert parse_number(written, language) == Decimal(value)


@pytest.mark.parametrize("written", ["1.2.3", "192.168.0.1", "1.234,567,8", "12.34.56"])
def test_what_is_not_grouped_in_threes_is_no_number(written):
    assert parse_number(written, "id") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USD 4,796 miliar", (4_796_000_000, "USD")),
        ("Rp1,2 T", (1_200_000_000_000, "IDR")),
        ("Rp. 500.000", (500_000, "IDR")),
        ("1.200 juta rupiah", (1_200_000_000, "IDR")),
        ("US$2,5 juta", (2_500_000, "USD")),
        ("5 miliar dolar AS", (5_000_000_000, "USD")),
        ("22,67 persen", ("22.67", "%")),
        ("0,5 persen poin", ("0.5", "pp")),
        ("25 basis poin", (25, "bp")),
        ("15 ton", (15, "t")),
        ("1.250 orang", (1250, "people")),
        ("dua puluh lima orang", (25, "people")),
        ("seratus dua puluh", (120, None)),
        ("tiga belas", (13, None)),
    ],
)
def test_magnitude_and_unit_are_part_of_an_indonesian_figure(text, expected):
    assert values(f"sebanyak {text} itu") == [(text, Decimal(str(expected[0])), expected[1])]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("US$4.796 billion", 4_796_000_000, "USD"),
        ("22.67 percent", "22.67", "%"),
        ("1,200 people", 1200, "people"),
        ("$5bn", 5_000_000_000, "USD"),
        ("Rp 3.5 trillion", 3_500_000_000_000, "IDR"),
        ("twenty-five", 25, None),
    ],
)
def test_english_figures_are_read_as_english(text, value, unit):
    assert values(f"about {text} in all", "en") == [(text, Decimal(str(value)), unit)]


def test_equal_values_are_the_same_however_they_are_written_and_unequal_ones_are_not():
    one, same, other = find_figures("Rp 1,2 miliar, Rp 1.200 juta, Rp 1,2 triliun", "id")
    assert one.same(same)
    assert not one.same(other)


def test_equal_numbers_of_different_units_are_not_the_same():
    percent, tonnes, bare = find_figures("15 persen, 15 ton, 15", "id")
    assert not percent.same(tonnes)
    assert percent.same(bare)


@pytest.mark.parametrize("text", ["pukul 10.30 WIB", "COVID-19", "pesawat F-16", "salah satu", "every one"])
def test_clock_times_names_and_pronouns_are_no_figures(text):
    assert values(text) == []


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("USD 4,796 miliar", "USD 4.796 billion"),
        ("22,67%", "22.67%"),
        ("22,67 persen", "22.67 percent"),
        ("Rp1,2 T", "IDR 1.2 trillion"),
        ("1.200 juta rupiah", "IDR 1,200 million"),
        ("Rp 12.345.678", "IDR 12,345,678"),
        ("15 ton", "15 tonnes"),
        ("enam", "six"),
        ("dua puluh lima orang", "25 people"),
        ("2025", "2025"),
    ],
)
def test_english_writes_an_indonesian_figure_digit_for_digit(written, english):
    (figure,) = find_figures(written, "id")
    assert write_english(written, figure, "id") == english


def test_zeros_after_the_decimal_comma_are_kept():
    (figure,) = find_figures("USD 4,790 miliar", "id")
    assert write_english("USD 4,790 miliar", figure, "id") == "USD 4.790 billion"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("seratus dua puluh tiga", 123),
        ("one hundred twenty-three", 123),
        ("dua ratus ribu", 200_000),
        ("seribu", 1000),
        ("satu juta dua ratus ribu", 1_200_000),
        ("belas", None),
    ],
)
def test_numbers_in_words_are_added_up(words, value):
    assert spelled_value(words) == value
