"""How text is shown: Markdown told from what it marks up, and days as they are typed."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.markup import read_day, stretches


def shown(text: str, start: int = 0, end: int | None = None) -> str:
    """What a reader sees of it: hidden characters left out, cells parted by a point."""
    seen = {"": str, "strong": str, "markup": lambda _: "", "cell": lambda _: " · "}
    return "".join(seen[one.kind](one.text) for one in stretches(text, start, end))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("## Ekspor naik", "Ekspor naik"),
        ("  #\t  Ekspor #1 naik  ##  ", "Ekspor #1 naik"),
        ("Nilai **USD 4 miliar** itu", "Nilai USD 4 miliar itu"),
        ("Kata _penting_ dan *miring*.", "Kata penting dan miring."),
        ("Lihat [laporan](https://contoh.example/a) itu", "Lihat laporan itu"),
        ("Foto: ![bendera](a.png) selesai", "Foto:  selesai"),
        ("| Kota | Nilai |\n|---|--:|\n| Medan | 7 |", "Kota · Nilai\nMedan · 7"),
        ("Kota | Nilai", "Kota · Nilai"),
        ("Awal\n---\nAkhir", "Awal\nAkhir"),
        ("> dikutip", "dikutip"),
    ],
)
def test_markdown_is_hidden(text: str, seen: str) -> None:
    assert shown(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "3 * 4 * 5",
        "#tagar dan #lain",
        "nama_berkas_lama",
        "a || b",
        "[1] catatan",
        "harga 5*",
        "- butir",
        "** dua",
        "2025-07-22",
    ],
)
def test_what_marks_up_nothing_is_shown(text: str) -> None:
    assert shown(text) == text


def test_a_slice_within_what_is_marked_up_is_cleaned_as_well() -> None:
    text = "Kata **tebal sekali** di sini"
    assert shown(text, 5, 12) == "tebal"
    assert shown(text, 13, len(text)) == "sekali di sini"


@given(st.text(alphabet="ab *_#|[]()!->\n", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_every_character_stays(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    assert "".join(piece.text for piece in stretches(text, start, end)) == text[start:end]


@pytest.mark.parametrize(
    "line",
    [
        "![", "[", "[a](", "#  " + " " * 420 + "x\n", "# x" + " #" * 300 + "x\n", "# " + "x " * 199 + "\n",
        "**a ", "| ", "-|", "> ", "*a ", "__a ", "- ", "\t",
    ],
)  # fmt: skip
def test_no_text_takes_long(line: str) -> None:
    text = line * (200_000 // len(line))
    begun = time.process_time()
    stretches(text)
    assert time.process_time() - begun < 5


def test_a_day_is_read_as_it_is_written_here() -> None:
    assert read_day("22/7/2025") == read_day(" 22-07-2025 ") == read_day("2025-07-22") == date(2025, 7, 22)
    assert [read_day(one) for one in ("7/22/2025", "31/2/2025", "kemarin", "")] == [None] * 4
