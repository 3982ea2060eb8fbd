"""Passages are exact slices at sentence ends, within the limit, and lose no sentence."""

import re
from datetime import date

import pytest
from embedder_double import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import chunk, content_hash, embedded_text
from index.models import Article, Passage
from index.press import boilerplate, outside
from index.text import sentences

count_words = HashingEmbedder().count_tokens


def article(text: str, title: str = "Judul Berita") -> Article:
    return Article("a", title, text, "Kompas", date(2025, 7, 22), None, "id", "a.txt", "")


def texts(text: str, limit: int, title: str = "Judul Berita") -> list[str]:
    return [passage.text for passage in chunk(article(text, title), limit, count_words)]


def test_whole_sentences_are_packed_up_to_the_limit() -> None:
    # Each sentence has four tokens, its full stop included.
    assert texts("Satu dua tiga. Empat lima enam. Tujuh delapan sembilan.", 8) == [
        "Satu dua tiga. Empat lima enam.",
        "Tujuh delapan sembilan.",
    ]


def test_a_paragraph_that_fits_alone_is_not_divided() -> None:
    text = "Satu dua.\n\nTiga empat. Lima enam.\n\nTujuh delapan."
    assert texts(text, 8) == ["Satu dua.", "Tiga empat. Lima enam.", "Tujuh delapan."]
    assert texts(text, 9) == ["Satu dua.\n\nTiga empat. Lima enam.", "Tujuh delapan."]


def test_title_and_its_repetition_are_a_passage_of_their_own() -> None:
    text = "Judul Berita\n\nJudul Berita\n\nNilai ekspor naik."
    assert texts(text, 100) == ["Judul Berita\n\nJudul Berita", "Nilai ekspor naik."]


def test_boilerplate_is_in_no_passage_and_no_passage_reaches_across_it() -> None:
    text = (
        "Judul Berita\nPenulis: Budi Santoso\n\nMEDAN, Kompas, 22 Juli 2025 – Nilai ekspor Sumatera Utara "
        "naik pada bulan ini, kata kepala dinas.\n\nBaca juga: Impor Turun Lagi\n\nImpor turun. (abc/def)"
    )
    assert texts(text, 100) == [
        "Judul Berita",
        "Nilai ekspor Sumatera Utara naik pada bulan ini, kata kepala dinas.",
        "Impor turun.",
    ]


def test_an_article_of_nothing_but_boilerplate_is_all_content() -> None:
    assert texts("Baca juga: Impor Turun Lagi", 100) == ["Baca juga: Impor Turun Lagi"]


def test_a_heading_opens_the_passage_of_what_it_heads() -> None:
    text = "Nilai ekspor naik.\n\nEkspor Meningkat\n\nTiga negara tujuan utama.\n\n## Impor\nImpor turun."
    assert texts(text, 100) == [
        "Nilai ekspor naik.",
        "Ekspor Meningkat\n\nTiga negara tujuan utama.",
        "## Impor\nImpor turun.",
    ]


def test_a_last_line_that_heads_nothing_stays_with_what_it_follows() -> None:
    assert texts("Nilai ekspor naik.\n\nSumber Data", 100) == ["Nilai ekspor naik.\n\nSumber Data"]


def test_a_sentence_over_the_limit_is_cut_at_a_clause_then_at_a_word_then_anywhere() -> None:
    assert texts("satu dua, tiga empat, lima enam tujuh", 5) == [
        "satu dua,",
        "tiga empat,",
        "lima enam tujuh",
    ]
    assert texts("satu dua tiga empat lima", 2) == ["satu dua", "tiga empat", "lima"]
    passages = chunk(article("abcdefghij"), 3, len)
    assert [passage.text for passage in passages] == ["abc", "def", "ghi", "j"]


def test_nothing_fits_a_limit_of_nothing_yet_no_character_is_lost() -> None:
    passages = chunk(article("abc de"), 1, lambda text: 2 * len(text))
    assert [passage.text for passage in passages] == ["a", "b", "c", "d", "e"]


# fmt: off
PARTS = st.sampled_from(
    ["Judul Berita", "Ia pergi. ", "satu, dua; ", "\n", "\n\n", "Ekspor Naik", "x" * 90, "?", "“Ya.” ",
     "\u2028", " ", "kata " * 9, "\nBaca juga: Ekspor Naik\n", " (abc/def)", "Foto: Humas\n"]
)
# fmt: on


def left_out(text: str, start: int, end: int) -> str:
    """What of `start:end` is not boilerplate, white space or the sign that was left of it."""
    parts = outside(boilerplate(text), start, end)
    return "".join(char for first, last in parts for char in text[first:last] if char.isalnum())


@given(st.lists(PARTS, min_size=1).map("".join).filter(str.strip), st.integers(1, 12))
def test_passages_are_slices_in_order_within_the_limit_that_hold_each_sentence_once(
    text: str, limit: int
) -> None:
    passages = chunk(article(text), limit, count_words)
    at = 0
    for passage in passages:
        assert at <= passage.start < passage.end
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert count_words(passage.text) <= limit
        assert not left_out(text, at, passage.start)
        at = passage.end
    assert not left_out(text, at, len(text))
    for start, end in sentences(text):
        if outside(boilerplate(text), start, end) != [(start, end)]:
            continue
        holding = [one for one in passages if one.start < end and start < one.end]
        assert len(holding) == 1 or count_words(text[start:end]) > limit or end - start > 16 * limit


def test_a_count_that_is_not_the_sum_of_its_parts_is_still_kept_within_the_limit() -> None:
    def dear_together(text: str) -> int:
        return len(text.split()) ** 2

    passages = chunk(article("Satu dua. Tiga empat. Lima enam tujuh. Delapan."), 9, dear_together)
    assert [passage.text for passage in passages] == [
        "Satu dua.",
        "Tiga empat.",
        "Lima enam tujuh.",
        "Delapan.",
    ]


def test_a_long_text_without_spaces_takes_time_in_proportion() -> None:
    assert len(chunk(article("x" * 1_000_000), 10, count_words)) == 1_000_000 // 160


def test_a_passage_is_embedded_under_its_title_once() -> None:
    owner = article("Judul Berita\n\nNilai ekspor naik.")
    assert embedded_text(Passage(owner, 14, 32)) == "Judul Berita\nNilai ekspor naik."
    assert embedded_text(Passage(owner, 0, 12)) == "Judul Berita"


def test_a_title_cut_from_the_first_sentence_is_not_repeated() -> None:
    owner = article("Sebagai upaya mempercepat pertumbuhan.", title="Sebagai upaya…")
    assert embedded_text(Passage(owner, 0, 38)) == "Sebagai upaya mempercepat pertumbuhan."


@pytest.mark.parametrize("other", ["Ekspor turun", "ekspor naik", "Ekspor naik "])
def test_the_hash_names_the_text(other: str) -> None:
    assert re.fullmatch("[0-9a-f]{64}", content_hash("Ekspor naik"))
    assert content_hash("Ekspor naik") != content_hash(other)


def test_a_passage_of_broken_lines_is_an_exact_slice_of_whole_sentences() -> None:
    text = (
        "Kepala Dinas Perhubungan Kota Medan mengatakan pembangunan terminal\n"
        "menelan biaya Rp 12 miliar dan selesai pada akhir tahun. Dana itu\n"
        "berasal dari anggaran daerah dan bantuan pemerintah pusat, kata dia\n"
        "kepada wartawan di Balai Kota Medan."
    )
    first, second = texts(text, 22)
    assert first.endswith("akhir tahun.")
    assert second.startswith("Dana itu\nberasal")
    assert text == f"{first} {second}"
