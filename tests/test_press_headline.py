"""A title is the headline, or the first sentence cut at a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.press import TITLE_LENGTH, body_start, find_title, shorten

SENTENCE = (
    "Sebagai upaya mempercepat pertumbuhan ekonomi dan peningkatan kualitas sumber daya manusia, "
    "Pemerintah Provinsi Sulut kembali membuka pintu kerja sama internasional dengan Jepang."
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ekspor Sumut Naik\n\nMEDAN - Ekspor naik.", "Ekspor Sumut Naik"),
        ("\n\n  Ekspor  Sumut\tNaik \nIsi.", "Ekspor Sumut Naik"),
        ("# Ekspor **Sumut** Naik #\n\nIsi.", "Ekspor Sumut Naik"),
        ("Ekspor Sumut\n===\nIsi.", "Ekspor Sumut"),
        ("[Ekspor Sumut](https://x.id)\nIsi.", "Ekspor Sumut"),
        ("Judul: Ekspor Sumut\nIsi.", "Ekspor Sumut"),
        ("Ekspor Sumut Naik | Disway\nIsi.", "Ekspor Sumut Naik"),
        ("Ekspor Sumut Naik - sumut.disway.id\nIsi.", "Ekspor Sumut Naik"),
        ("Prabowo - Gibran Menang\nIsi.", "Prabowo - Gibran Menang"),
        ("Mengapa Ekspor Naik?\nIsi.", "Mengapa Ekspor Naik?"),
        ("Ekspor naik.\nIsi.", "Ekspor naik"),
        ("Ekspor naik. Impor turun.\nIsi.", "Ekspor naik"),
        ("Selasa, 22 Juli 2025\nReporter: M. Yazid\nEkspor Naik\nIsi.", "Ekspor Naik"),
        ("***\n---\nEkspor Naik", "Ekspor Naik"),
        ("22 Juli 2025", "22 Juli 2025"),
        ("***", "berkas"),
        ("", "berkas"),
    ],
)
def test_the_headline_is_the_title(text: str, title: str) -> None:
    assert find_title(text, fallback="berkas") == title


@pytest.mark.parametrize("opening", ["", "DetailNews.id, Sulut – ", "MEDAN, 22 Juli 2025 - "])
def test_running_text_is_cut_at_a_word_without_its_dateline(opening: str) -> None:
    title = find_title(f"{opening}{SENTENCE}\nIsi.", fallback="berkas")
    assert title.endswith(" Sulut…")
    assert SENTENCE.startswith(title[:-1])
    assert len(title) <= TITLE_LENGTH


@given(st.text())
def test_a_title_is_one_line_and_never_empty(text: str) -> None:
    title = find_title(text, fallback="berkas")
    assert title.strip()
    assert len(title.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("satu dua", "satu dua"),
        ("satu dua tiga", "satu dua…"),
        ("satu, dua, tiga", "satu…"),
        ("satuduatigaempat", "satuduati…"),
    ],
)
def test_shortening_keeps_whole_words(text: str, shortened: str) -> None:
    assert shorten(text, 10) == shortened


def test_the_body_begins_after_the_title_its_repetition_and_bylines() -> None:
    head = "Ekspor Naik\n\nEkspor Naik\n\nSelasa, 22 Juli 2025\nPenulis: Budi\n\n"
    text = f"{head}Nilai ekspor naik. Ekspor Naik"
    assert text[body_start(text, "Ekspor Naik") :].strip().startswith("Nilai ekspor")


@pytest.mark.parametrize("text", ["Ekspor Naik", "Nilai ekspor naik.\nEkspor Naik"])
def test_without_a_head_the_body_begins_at_once(text: str) -> None:
    assert body_start(text, "Ekspor Naik") == 0


@pytest.mark.parametrize(
    "kind", ["SIARAN PERS", "**Press Release**", "Siaran Pers:", "Nomor: 12/HM/VII/2025", "# RILIS"]
)
def test_what_stands_above_a_headline_is_no_title(kind: str) -> None:
    text = f"{kind}\n\nEkspor Sumut Naik\n\nNilai ekspor Sumatera Utara naik pada bulan ini.\n"
    assert find_title(text, "a") == "Ekspor Sumut Naik"
    assert find_title(f"{kind}\n", "a") != ""
