"""What is written in the other language is worth what it was."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.lang.dates import find_moments
from rag.lang.names import PROVINCES, find_places
from rag.lang.numbers import find_figures
from rag.lang.rendering import other, write_figure, write_moment, write_number, write_place

MAGNITUDES = {"id": ["", " ribu", " juta", " miliar", " triliun"],
              "en": ["", " thousand", " million", " billion", " trillion"]}  # fmt: skip
UNITS = {"id": ["", " persen", "%", " orang", " ton", " hektare", " dolar AS", " rupiah"],
         "en": ["", " percent", "%", " people", " tonnes", " hectares", " dollars", " rupiah"]}  # fmt: skip


@st.composite
def written_figures(draw):
    """A figure as one language writes it, and that language."""
    language = draw(st.sampled_from(["id", "en"]))
    fraction = draw(st.integers(0, 3))
    value = Decimal(draw(st.integers(1, 10**7))).scaleb(-fraction)
    tail = draw(st.sampled_from(MAGNITUDES[language])) + draw(st.sampled_from(UNITS[language]))
    return write_number(value, fraction, language) + tail, language


def is_meant_otherwise(text, language):
    """Whether rupiah have three decimals, in a number that the other language reads as thousands."""
    mark = "," if language == "id" else "."
    return bool(re.fullmatch(rf"[1-9]\d{{0,2}}\{mark}\d{{3}} rupiah", text))


@given(written_figures())
def test_a_figure_keeps_its_value_and_its_unit(drawn):
    text, language = drawn
    (figure,) = find_figures(text, language)
    told = write_figure(text, figure, other(language))
    if is_meant_otherwise(text, language):
        assert told is None
        return
    (again,) = find_figures(told, other(language))
    assert again.value == figure.value
    # "1 person" and "1 month" have no unit that is read back.
    assert again.unit == figure.unit or (figure.value == 1 and again.unit is None)


@given(written_figures())
def test_a_figure_comes_back_as_it_was_up_to_its_unit(drawn):
    text, language = drawn
    (figure,) = find_figures(text, language)
    told = write_figure(text, figure, other(language))
    if is_meant_otherwise(text, language):
        assert told is None
        return
    (again,) = find_figures(told, other(language))
    back = write_figure(told, again, language)
    assert find_figures(back, language)[0].value == figure.value


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("0,001 rupiah", "id", "IDR 0.001"),
        ("1.234,567 rupiah", "id", "IDR 1,234.567"),
        ("4,567 rupiah", "id", None),
        ("Rp 18,000", "id", None),
    ],
)
def test_rupiah_with_three_decimals_are_told_only_where_they_can_be_read_in_one_way(text, language, told):
    (figure,) = find_figures(text, language)
    assert write_figure(text, figure, other(language)) == told


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["id", "en"]))
def test_a_day_keeps_its_date(day, language):
    months = {
        "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
        "en": "January February March April May June July August September October November December",
    }
    month = months[language].split()[day.month - 1]
    text = f"{day.day} {month} {day.year}" if language == "id" else f"{month} {day.day}, {day.year}"
    (moment,) = find_moments(text)
    told = write_moment(text, moment, other(language))
    (again,) = find_moments(told)
    assert (again.first, again.last) == (moment.first, moment.last)


@given(
    st.dates(date(1950, 1, 1), date(2049, 12, 31)),
    st.dates(date(1950, 1, 1), date(2049, 12, 31)),
    st.sampled_from(["id", "en"]),
)
def test_a_period_keeps_its_first_and_last_day(one, another, language):
    first, last = sorted((one, another))
    text = f"{first.day}/{first.month}/{first.year}"
    (begin,), (end,) = find_moments(text), find_moments(f"{last.day}/{last.month}/{last.year}")
    text = f"{write_moment(text, begin, 'id')} hingga {write_moment('', end, 'id')}"
    found = find_moments(text)
    told = write_moment(text, found[0], language)
    again = find_moments(told)[0]
    assert (again.first, again.last) == (found[0].first, found[0].last)


@pytest.mark.parametrize("code", [*PROVINCES, "CN", "US", "GB", "JP", "KR", "SA"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_place_is_found_again_by_the_name_that_is_written(code, language):
    (place,) = find_places(write_place(code, language))
    assert place.code == code


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("dua juta rupiah", "en", "IDR 2 million"),
        ("Rp 1,2 T", "en", "IDR 1.2 trillion"),
        ("1200 orang", "en", "1200 people"),
        ("4,790 miliar", "en", "4.790 billion"),
        ("twenty-five people", "id", "25 orang"),
        ("1.0 percent", "id", "1,0 persen"),
    ],
)
def test_digits_are_kept_as_they_are(text, language, told):
    (figure,) = find_figures(text, other(language))
    assert write_figure(text, figure, language) == told
