"""What can be said exactly in English, and what cannot."""

from datetime import date

import pytest

from rag.english import glosses, render


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("USD 4,796 miliar", "USD 4.796 billion"),
        ("Tiongkok, Amerika Serikat, dan India", "China, United States, and India"),
        ("Selasa, 22 Juli 2025", "Tuesday, 22 July 2025"),
        ("lebih dari 1.200 orang", "more than 1,200 people"),
        ("22,67% atau USD 1,88 miliar", "22.67% or USD 1.88 billion"),
    ],
)
def test_figures_dates_and_places_are_rendered(text, english):
    assert render(text) == english


@pytest.mark.parametrize("text", ["enam negara", "Togap Simangunsong", "pendidikan dan kesehatan"])
def test_running_text_is_never_translated(text):
    assert render(text) is None


def test_glosses_give_what_reads_otherwise_once_and_in_order():
    text = "Ekspor Sumut USD 3,909 miliar ke India, sedangkan ekspor Sumut ke Jepang 5 ton pada tahun lalu."
    assert glosses(text, date(2026, 1, 1)) == [
        ("Sumut", "North Sumatra"),
        ("USD 3,909 miliar", "USD 3.909 billion"),
        ("Jepang", "Japan"),
        ("5 ton", "5 tonnes"),
        ("tahun lalu", "last year"),
    ]
