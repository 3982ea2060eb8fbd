"""Source, day and address are found where press text tells them, and nowhere else."""

from datetime import date

import pytest

from index.press import Dateline, find_dateline, is_label, opening_length

BODY = "Pemerintah Provinsi Sumatera Utara memperkuat hubungan dengan enam negara sahabat."
JULY = date(2025, 7, 22)


@pytest.mark.parametrize(
    ("opening", "source", "published"),
    [
        ("MEDAN, 22 Juli 2025 – ", None, JULY),
        ("Medan (22/7/2025) - ", None, JULY),
        ("Sumut.Disway.id - ", "Sumut.Disway.id", None),
        ("DetailNews.id, Sulut – ", "DetailNews.id", None),
        ("Sumber:DetailNews.id, Sulut – ", "DetailNews.id", None),
        ("Jakarta, Kompas - ", "Kompas", None),
        ("Jakarta, CNN Indonesia -- ", "CNN Indonesia", None),
        ("Jakarta (ANTARA News) - ", "ANTARA News", None),
        ("JAKARTA (Pos Kota) -", "Pos Kota", None),
        ("JUARA.NET, KUALA LUMPUR - ", "JUARA.NET", None),
        ("WEST BROMWICH, JUARA.net - ", "JUARA.net", None),
        ("TRIBUN-MEDAN.COM, MEDAN - ", "TRIBUN-MEDAN.COM", None),
        ("Jakarta, detikcom - ", "detikcom", None),
        ("MEDAN, Waspada, Selasa 22 Juli 2025 — ", "Waspada", JULY),
        ("Palu, 22 Juli 2025\n\n", None, JULY),
        ("Diundang, kata Sari, 22 Juli 2025\n\n", None, None),
        # A place is no publisher, however it is written.
        ("Medan, Sumatera Utara - ", None, None),
        ("MEDAN - ", None, None),
        ("ITALIA– ", None, None),
        # Running text that holds a dash is no dateline.
        ("Kerja sama lokal - kata Xu - ", None, None),
        ("Menurut media antara lain - ", None, None),
    ],
)
def test_a_dateline_tells_what_it_says(opening: str, source: str | None, published: date | None) -> None:
    assert find_dateline(f"Judul berita ini\n\n{opening}{BODY}") == Dateline(source, published)


def test_the_length_of_a_dateline_counts_its_dash() -> None:
    assert opening_length(f"MEDAN, Kompas – {BODY}") == len("MEDAN, Kompas – ")
    assert opening_length(f"Medan, Senin – {BODY}") == len("Medan, Senin – ")


@pytest.mark.parametrize("range_", ["Sepanjang Januari–Mei 2025,", "Januari - Mei", "Senin–Jumat"])
def test_months_and_weekdays_with_a_dash_between_them_are_no_dateline(range_: str) -> None:
    assert opening_length(f"{range_} {BODY}") == 0


@pytest.mark.parametrize("line", [BODY, "Prabowo - Gibran Menang", "Medan -", "", "Sister-city " + BODY])
def test_other_lines_open_with_no_dateline(line: str) -> None:
    assert opening_length(line) == 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Sumber: Diskominfo Sumut", Dateline(source="Diskominfo Sumut")),
        ("Sumber : https://www.kompas.com/a/b", Dateline("kompas.com", None, "https://www.kompas.com/a/b")),
        ("Tautan: https://sumut.go.id/x", Dateline("sumut.go.id", None, "https://sumut.go.id/x")),
        ("Tanggal: 22 Juli 2025", Dateline(published=JULY)),
        ("Published on: July 22, 2025 10:30", Dateline(published=JULY)),
        ("Selasa, 22 Juli 2025 | 10:30 WIB", Dateline(published=JULY)),
        ("Sumber:", Dateline()),
        ("Tanggal: kemarin", Dateline()),
        ("Sumber: " + "kata " * 20, Dateline()),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_labelled_lines_count_above_and_below_the_text(line: str, expected: Dateline, above: bool) -> None:
    paragraphs = ["Judul berita ini", *[BODY] * 10]
    paragraphs.insert(1 if above else len(paragraphs), line)
    assert find_dateline("\n\n".join(paragraphs)) == expected


def test_a_dateline_is_believed_before_a_label_and_a_label_before_running_text() -> None:
    text = f"Judul\n\nSenin, 21 Juli 2025 {BODY}\n\nMEDAN, Kompas, 22 Juli 2025 – {BODY}"
    text += "\nSumber: Tempo\nTanggal: 23/7/2025"
    assert find_dateline(text) == Dateline("Kompas", JULY)
    assert find_dateline(text.replace("MEDAN, Kompas, 22 Juli 2025 – ", "")) == Dateline(
        "Tempo", date(2025, 7, 23)
    )


def test_running_text_tells_the_day_only_with_its_weekday_and_year() -> None:
    assert find_dateline(f"{BODY} Ia lahir 17 Agustus 1945.").published is None
    assert find_dateline(f"{BODY} Rapat digelar Rabu (11/2).").published is None
    assert find_dateline(f"{BODY} Ia lahir 17 Agustus 1945. Rapat, Rabu (11/2/2026).").published == date(
        2026, 2, 11
    )


def test_labels_are_told_from_running_text() -> None:
    assert is_label("Sumber: Tempo")
    assert not is_label("Sumber daya alam melimpah.")
    assert not is_label(f"Sumber:DetailNews.id, Sulut – {BODY}")
