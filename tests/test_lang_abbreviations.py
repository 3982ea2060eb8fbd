"""What must be true of abbreviations."""

import pytest

from rag.lang.names import COMMON, explained, other_forms


@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("Data Badan Pusat Statistik (BPS) Sumut", "bps", "badan pusat statistik"),
        (
            "oleh Pemerintah Provinsi Sumatera Utara (Pemprov Sumut).",
            "pemprov sumut",
            "pemerintah provinsi sumatera utara",
        ),
        ("enam Konsul Jenderal (Konjen) ke", "konjen", "konsul jenderal"),
        ("the World Health Organization (WHO)", "who", "world health organization"),
    ],
)
def test_an_article_explains_its_own_abbreviations(text, short, full):
    assert explained(text) == {short: full}


@pytest.mark.parametrize(
    "text", ["PT Indonesia Nippon Anugerah (INA Group)", "Medan (ANT)", "Togap Simangunsong (55)"]
)
def test_what_stands_in_brackets_is_not_always_an_abbreviation(text):
    assert explained(text) == {}


def test_forms_are_found_both_ways_and_only_as_whole_words():
    assert other_forms("data BPS", COMMON) == "badan pusat statistik"
    assert other_forms("Badan Pusat Statistik", COMMON) == "bps"
    assert other_forms("ABPSA", COMMON) == ""
