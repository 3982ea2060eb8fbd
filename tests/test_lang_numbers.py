"""What must be true of figures in Indonesian and English text."""

from decimal import Decimal

import pytest

from rag.lang.numbers import counted_per, find_figures, parse_number, spelled_value, without_negated_bounds


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
        ("5 juta dollar Amerika", (5_000_000, "USD")),
        ("38°C", (38, "°C")),
        ("38 derajat Celsius", (38, "°C")),
        ("lima koma nol enam persen", ("5.06", "%")),
        ("lima koma dua puluh lima persen", ("5.25", "%")),
        ("satu koma dua juta orang", (1_200_000, "people")),
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
    ("text", "told"),
    [
        ("hampir Rp 1,2 miliar per tahun", ("1200000000", "IDR", "below", "year", False)),
        ("lebih dari dua ratus ton per bulan", ("200", "t", "above", "month", False)),
        ("minimal 5 orang", ("5", "people", "at least", None, False)),
        ("sekitar 500 orang", ("500", "people", "about", None, False)),
        ("Rp 500-an ribu", ("500000", "IDR", "about", None, False)),
        ("10 km atau lebih", ("10", "km", "above", None, False)),
        ("3.000 lebih penari", ("3000", None, "above", None, False)),
        ("10% lebih murah", ("10", "%", "", None, False)),
        ("10% lebih murah dari beras", ("10", "%", "", None, False)),
        ("USD 4.000 atau lebih dari itu", ("4000", "USD", "", None, False)),
        ("sekitar Rp 50 jutaan", ("50000000", "IDR", "about", None, False)),
        ("12 ribuan penonton", ("12000", None, "about", None, False)),
        ("dua ribuan orang", ("2000", "people", "about", None, False)),
        ("Rp 30 kantong", ("30", "IDR", "", None, False)),
        ("ke 120", ("120", None, "", None, True)),
        ("ke 120 orang", ("120", "people", "", None, False)),
        ("ke 4,5 persen", ("4.5", "%", "", None, False)),
        ("ke 2,5 juta orang", ("2500000", "people", "", None, False)),
        ("ke 6.012,24", ("6012.24", None, "", None, False)),
        ("Rp 10 ribu/kg", ("10000", "IDR", "", "kg", False)),
        ("Rp 5 juta sebulan", ("5000000", "IDR", "", "month", False)),
        ("Rp 5 juta sebulan kemudian", ("5000000", "IDR", "", None, False)),
        ("Rp 5 juta setahun silam", ("5000000", "IDR", "", None, False)),
        ("Rp 5 juta per bulan kemudian", ("5000000", "IDR", "", "month", False)),
        ("ke-3", ("3", None, "", None, True)),
        ("ketiga", ("3", None, "", None, True)),
        ("5th", ("5", None, "", None, True)),
    ],
)
def test_what_limits_a_figure_and_what_it_is_counted_per_is_told(text, told):
    (figure,) = find_figures(text, "en" if text.endswith("th") else "id")
    assert (figure.value, figure.unit, figure.bound, figure.per, figure.nth) == (Decimal(told[0]), *told[1:])


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("2 ton", "2.000 kg", True),
        ("25 basis poin", "0,25 persen poin", True),
        ("25 basis poin", "0,25 persen", False),
        ("38 derajat", "38°C", True),
        ("1 km", "1.000 meter", True),
        ("5 hektare", "50.000 meter persegi", True),
        ("Rp 1,2 triliun", "Rp 1.200 miliar", True),
        ("Rp 1,2 triliun", "Rp 1,2 miliar", False),
        ("hampir 5 ton", "5 ton", False),
        ("5 ton per bulan", "5 ton per tahun", False),
        ("ke-5", "5", False),
    ],
)
def test_equal_figures_say_the_same_in_every_respect(one, other, equal):
    (mine,), (theirs,) = find_figures(one, "id"), find_figures(other, "id")
    assert mine.equals(theirs) is equal


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("5-7 persen", ("5", "%")),
        ("antara 5 dan 7 juta orang", ("5000000", "people")),
        ("dua hingga tiga juta orang", ("2000000", "people")),
        ("lima belas hingga dua puluh ribu orang", ("15000", "people")),
        ("dua hingga tiga ratus lima puluh orang", ("2", "people")),
        ("24-33 derajat Celsius", ("24", "°C")),
    ],
)
def test_the_lower_end_of_a_range_is_of_the_same_unit(text, low):
    first, _ = find_figures(text, "id")
    assert (first.value, first.unit) == (Decimal(low[0]), low[1])


@pytest.mark.parametrize("text", ["skor 2-1", "5 kapal dan 7 orang"])
def test_two_figures_that_are_no_range_keep_their_units(text):
    assert find_figures(text, "id")[0].unit is None


def test_the_number_of_a_law_is_of_no_unit():
    assert values("Perda Nomor 4 Tahun 2019")[0] == ("4", Decimal(4), None)
    assert values("kontrak 4 tahun sejak 2019")[0] == ("4 tahun", Decimal(4), "year")


def test_the_year_after_an_amount_is_not_its_unit():
    text = "Anggarannya Rp 5 miliar tahun ini."
    assert values(text) == [("Rp 5 miliar", Decimal(5_000_000_000), "IDR")]


def test_a_number_that_is_part_of_a_name_is_no_figure():
    assert values("Pesawat Sukhoi30 dan Rp5 miliar") == [("Rp5 miliar", Decimal(5_000_000_000), "IDR")]


def test_a_victory_is_no_currency():
    (figure,) = find_figures("Indonesia won 5 medals", "en")
    assert (figure.value, figure.unit) == (Decimal(5), None)


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


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("separuh", "id", "50", "%"),
        ("tiga perempat", "id", "75", "%"),
        ("setengah juta orang", "id", "500000", "people"),
        ("setengah jam", "id", "0.5", "hour"),
        ("seperempat persen", "id", "0.25", "%"),
        ("three-quarters", "en", "75", "%"),
    ],
)
def test_parts_of_a_whole_are_shares_and_parts_of_an_amount_are_amounts(text, language, value, unit):
    (figure,) = find_figures(text, language)
    assert (figure.value, figure.unit) == (Decimal(value), unit)


def test_two_thirds_are_two_thirds_in_both_languages():
    (indonesian,), (english,) = find_figures("dua pertiga", "id"), find_figures("two-thirds", "en")
    assert indonesian.equals(english)


@pytest.mark.parametrize(
    ("text", "language", "bound"),
    [
        ("tidak kurang dari 40 kapal", "id", "at least"),
        ("tak kurang dari Rp 3 miliar", "id", "at least"),
        ("tidak lebih dari 7 persen", "id", "at most"),
        ("tidak melebihi 7 persen", "id", "at most"),
        ("tidak sampai 30 orang", "id", "below"),
        ("no fewer than 40 ships", "en", "at least"),
        ("not more than 7 percent", "en", "at most"),
    ],
)
def test_a_negated_bound_is_the_bound_that_it_means_and_no_denial(text, language, bound):
    (figure,) = find_figures(text, language)
    assert figure.bound == bound
    assert not {"tidak", "tak", "no", "not"} & set(without_negated_bounds(text).split())


def test_what_negates_no_figure_stays():
    text = "Pasar itu tidak kurang dari segi tempat dan tidak lebih dari itu."
    assert without_negated_bounds(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Belanja 2024 USD 8 juta", [("2024", 2024, None), ("USD 8 juta", 8_000_000, "USD")]),
        ("Rp 3 juta-Rp 4 juta", [("Rp 3 juta", 3_000_000, "IDR"), ("Rp 4 juta", 4_000_000, "IDR")]),
        ("Rp 30 - Rp 35 ribu", [("Rp 30", 30_000, "IDR"), ("Rp 35 ribu", 35_000, "IDR")]),
        ("3 kg-4 kg", [("3 kg", 3, "kg"), ("4 kg", 4, "kg")]),
    ],
)
def test_a_number_does_not_take_the_currency_of_the_next_and_a_unit_may_stand_at_both_ends(text, expected):
    assert values(text) == [(part, Decimal(value), unit) for part, value, unit in expected]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Lomba digelar pada 2023 hari itu juga", None),
        ("Sejak 2021 orang tua murid ikut", None),
        ("Warga ikut Sensus 2020 minggu lalu", None),
        ("3 Maret 2024 bulan itu", None),
        ("Candi itu berusia 2000 tahun", "year"),
        ("Sebanyak 1950 orang datang", "people"),
    ],
)
def test_what_follows_a_year_is_not_counted_by_it(text, unit):
    assert find_figures(text, "id")[-1].unit == unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ekonomi tumbuh minus 2,5 persen", "-2.5"),
        ("Ekonomi tumbuh -2,5 persen", "-2.5"),
        ("laba negatif Rp 3 miliar", "-3000000000"),
        ("galat plus minus 2,5 persen", "2.5"),
        ("naik 2 -5 persen", "5"),
        ("\n-5 persen untuk desa", "5"),
        ("-Rp 5 untuk desa", "5"),
        ("minus 3 orang", "3"),
    ],
)
def test_what_is_below_nothing_is_negative(text, value):
    assert find_figures(text, "id")[-1].value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("Rp 25.000", "en", "25000"),
        ("2.500 people", "en", "2500"),
        ("2,500 orang", "id", "2500"),
        ("Rp 0,125", "id", "0.125"),
        ("USD 2,500", "id", "2500"),
        ("1,000 yen", "id", "1000"),
        ("USD 2.500", "en", "2.5"),
        ("USD 2,500 miliar", "id", "2500000000"),
    ],
)
def test_money_and_people_have_no_thousandths_behind_a_comma(text, language, value):
    (figure,) = find_figures(text, language)
    assert figure.value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("half a billion people", "en", "500000000", "people"),
        ("setengah miliar rupiah", "id", "500000000", "IDR"),
        ("three hundred and forty-two", "en", "342", None),
        ("a million", "en", "1000000", None),
        ("a dozen", "en", "12", None),
        ("tiga lusin", "id", "36", None),
        ("$3.5B", "en", "3500000000", "USD"),
        ("8 km persegi", "id", "8", "km2"),
    ],
)
def test_an_amount_is_read_whole(text, language, value, unit):
    assert values(text, language) == [(text, Decimal(value), unit)]


def test_what_a_price_is_per_stands_behind_its_dash_too():
    (figure,) = find_figures("Rp3.500,- per liter", "id")
    assert (figure.value, figure.per) == (Decimal(3500), "l")


def test_both_ends_of_a_range_in_words_share_a_unit():
    first, _ = find_figures("3 sampai dengan 9 persen", "id")
    assert (first.value, first.unit) == (Decimal(3), "%")


def test_what_is_counted_per_a_time_may_stand_behind_its_noun():
    text = "7 kapal sebulan, 7 trips a day, 7 kapal sebulan lalu, Rp 7 per hari"
    figures = find_figures(text, "id")
    assert [found and found[0] for found in (counted_per(text, one) for one in figures)] == [
        "month",
        "day",
        None,
        None,
    ]
