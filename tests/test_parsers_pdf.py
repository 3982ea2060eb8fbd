"""PDF files give paragraphs and pages, and none of what is printed on every page."""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from files_double import column, pdf

from bench.pdf import Line
from index.errors import ArticleError
from index.files import finish
from index.parsers import Remark
from index.parsers.pdf import read_pdf, tesseract

FIRST = ["Nilai ekspor Sumatera Utara naik pada bulan", "ini, kata kepala dinas perdagangan di Medan."]
SECOND = ["Kenaikan itu didorong oleh minyak sawit dan", "karet."]


def test_lines_become_paragraphs() -> None:
    draft = read_pdf(pdf([column([*FIRST, "", *SECOND])]))
    assert draft.text == f"{' '.join(FIRST)}\n\n{' '.join(SECOND)}\n"
    assert draft.pages == (0,)


def test_a_page_is_known_by_where_it_begins() -> None:
    draft = read_pdf(pdf([column(FIRST), column(SECOND)]))
    article = finish(draft, "a", "a.pdf")
    at = article.text.index("Kenaikan")
    assert article.pages == (0, at)
    assert [article.page_at(offset) for offset in (0, at - 1, at, len(article.text))] == [1, 1, 2, 2]


def test_a_sentence_goes_on_over_the_page() -> None:
    draft = read_pdf(pdf([column([*FIRST, "", SECOND[0]]), column([SECOND[1]])]))
    assert draft.text.endswith(f"\n\n{' '.join(SECOND)}\n")
    assert draft.text[draft.pages[1] :] == "karet.\n"


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            (72.0, 800.0, 8.0, "Siaran Pers Pemprov"),
            *column(body),
            (280.0, 30.0, 8.0, f"Halaman {number} dari 3"),
        ]
        for number, body in enumerate(
            [FIRST, SECOND, ["Impor turun pada bulan yang sama, kata kepala dinas."]], 1
        )
    ]
    text = read_pdf(pdf(pages)).text
    assert "Siaran Pers" not in text
    assert "Halaman" not in text
    assert text.startswith(FIRST[0])
    assert text.endswith("kepala dinas.\n")


def test_lines_of_a_letter_to_several_are_content_though_they_return() -> None:
    head = (72.0, 800.0, 8.0, "Pemprov Sumut")
    names = ["Yth. Budi Santo", "Yth. Dina Rante", "Yth. Sari Bunga"]
    text = read_pdf(pdf([[head, *column([name, "", *FIRST, *SECOND])] for name in names])).text
    assert text == "\n\n".join(f"{name}\n\n{' '.join([*FIRST, *SECOND])}" for name in names) + "\n"


def test_a_line_that_stands_once_at_the_top_is_content() -> None:
    assert read_pdf(pdf([column(["Ekspor Naik", "", *FIRST]), column(SECOND)])).text.startswith(
        "Ekspor Naik\n\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("Menurut pemerin-", "tah, nilai ekspor naik.", "pemerintah,"),
        ("Rancangan undang-", "undang itu disahkan.", "undang-undang"),
        ("Banyak anak-", "anaknya bersekolah.", "anak-anaknya"),
        ("Ia menjual sayur-", "mayur di pasar.", "sayur-mayur"),
        ("Hubungan Jakarta-", "Bandung membaik.", "Jakarta-Bandung"),
        ("Layanan over-", "the-top itu baru.", "over-the-top"),
        ("Mereka finis satu-", "dua di Medan.", "satu-dua"),
        ("Ini peringatan ke-", "10 tahun.", "ke-10"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_is_kept_where_it_belongs_to_the_word(
    before: str, after: str, whole: str
) -> None:
    assert whole in read_pdf(pdf([column([before, after])])).text


def test_a_word_that_is_written_elsewhere_in_the_file_decides_on_its_hyphen() -> None:
    lines = ["Layanan on-line itu dibuka untuk semua warga.", "", "Warga memakai layanan on-", "line itu."]
    assert read_pdf(pdf([column(lines)])).text.count("on-line") == 2


def test_the_title_is_declared_or_set_large() -> None:
    heading = [(72.0, 800.0, 20.0, "Ekspor Sumatera Utara"), (72.0, 776.0, 20.0, "Naik Lagi Tahun Ini")]
    raw = pdf([[*heading, *column(FIRST, top=740)]], info="/Title (Judul Berkas) /Author (Ratna Sari)")
    assert (read_pdf(raw).title, read_pdf(raw).author) == ("Judul Berkas", "Ratna Sari")
    raw = pdf([[*heading, *column(FIRST, top=740)]], info="/Title (Microsoft Word - rilis.docx)")
    assert read_pdf(raw).title == "Ekspor Sumatera Utara Naik Lagi Tahun Ini"
    assert read_pdf(raw).text.startswith("Ekspor Sumatera Utara Naik Lagi Tahun Ini\n\n")
    assert read_pdf(pdf([column(FIRST)])).title is None


SIDE_BY_SIDE = (
    [
        "Bupati Sigi meresmikan jembatan baru",
        "yang panjangnya 120 meter, dan kata",
        "dia warga dapat memakainya besok.",
    ],
    [
        "Di kota Buol pasar baru dibuka untuk",
        "umum; pasar itu menampung seluruh 845",
        "pedagang yang semula di tepi jalan.",
    ],
    [
        "Di pelabuhan Poso dermaga diperbaiki",
        "dengan dana pusat, kata kepala dinas",
        "perhubungan provinsi pada hari itu.",
    ],
)


def beside(columns: Sequence[list[str]], *, top: float = 700, lower: float = 0) -> list[Line]:
    """Columns drawn line by line across, each set so much lower than the one before it."""
    return [
        (40.0 + 260 * number, top - 14 * line - lower * number, 9, column[line])
        for line in range(3)
        for number, column in enumerate(columns)
    ]


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("lower", [0, 5])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_columns_are_read_one_after_the_other_below_their_headline(
    count: int, lower: int, turns: int
) -> None:
    columns = SIDE_BY_SIDE[:count]
    lines = [*beside(columns, lower=lower), (40.0, 780.0, 18, "Kabar Pembangunan di Tiga Kabupaten Sulawesi")]
    wide = (
        "Menurut pemerintah provinsi semua pekerjaan selesai sebelum akhir tahun, sehingga warga memakainya."
    )
    lines.append((40.0, 600.0, 9, f"{wide} {wide}" if count == 3 else wide))
    parts = read_pdf(pdf([list(reversed(lines))], turns=turns)).text.split("\n\n")
    assert parts[0] == "Kabar Pembangunan di Tiga Kabupaten Sulawesi"
    assert parts[1:-1] == [" ".join(column) for column in columns]
    assert parts[-1].startswith("Menurut pemerintah")


def test_words_that_are_set_far_apart_are_no_columns_and_no_table() -> None:
    words = ["Ekspor", "naik", "lagi", "bulan", "ini"]
    lines = [
        (72.0 + 60 * place, 760.0 - 14 * row, 12, word)
        for row in range(4)
        for place, word in enumerate(words)
    ]
    full = [(72.0, 746.0 - 14 * 4, 12, "Ekspor naik lagi bulan ini dan juga pada bulan lalu")]
    assert read_pdf(pdf([[*full]])).text == "Ekspor naik lagi bulan ini dan juga pada bulan lalu\n"
    assert "|" not in read_pdf(pdf([[*lines, *full]])).text


def test_a_row_of_a_table_is_a_line_in_which_each_cell_follows_its_heading() -> None:
    rows = [
        ("Kegiatan", "2023", "2024"),
        ("Jalan lingkar di", "Rp 12 miliar", "Rp 22 miliar"),
        ("kota Buol", "", ""),
        ("Pasar Sigi", "Rp 13 miliar", ""),
    ]
    tops = (700, 680, 668, 648)
    lines = [
        (72.0 + 140 * place, float(top), 10, cell)
        for top, row in zip(tops, rows, strict=True)
        for place, cell in enumerate(row)
        if cell
    ]
    assert read_pdf(pdf([[*column(FIRST), *lines]])).text == (
        f"{' '.join(FIRST)}\n\n"
        "Kegiatan: Jalan lingkar di kota Buol; 2023: Rp 12 miliar; 2024: Rp 22 miliar\n"
        "Kegiatan: Pasar Sigi; 2023: Rp 13 miliar\n"
    )


def test_a_heading_that_spans_columns_is_read_with_each_of_those_that_return_below_it() -> None:
    rows = [
        (600, ("Kota", "2024", "", "2025", "")),
        (588, ("", "Rencana", "Hasil", "Rencana", "Hasil")),
        (568, ("Melati", "10", "12", "20", "22")),
        (548, ("Kenanga", "11", "13", "21", "23")),
    ]
    lines = [
        (72.0 + 90 * place, float(top), 10, cell)
        for top, row in rows
        for place, cell in enumerate(row)
        if cell
    ]
    assert read_pdf(pdf([lines])).text == (
        "Kota: Melati; 2024 Rencana: 10; 2024 Hasil: 12; 2025 Rencana: 20; 2025 Hasil: 22\n"
        "Kota: Kenanga; 2024 Rencana: 11; 2024 Hasil: 13; 2025 Rencana: 21; 2025 Hasil: 23\n"
    )


def test_an_item_stays_with_its_bullet_and_a_field_with_its_name() -> None:
    lines = [(72.0, 760.0 - 14 * row, 10, "\u2022") for row in range(3)]
    lines += [
        (110.0, 760.0 - 14 * row, 10, f"Pasar {name} dibuka.") for row, name in enumerate(("A", "B", "C"))
    ]
    assert read_pdf(pdf([lines])).text.startswith("\u2022 Pasar A dibuka.\n\n\u2022 Pasar B dibuka.")
    names, values = ("Nama", "Jabatan", "Alamat"), ("Budi Santoso", "Kepala Dinas", "Jalan Melati")
    lines = [
        (left, 760.0 - 14 * row, 10, text)
        for row, pair in enumerate(zip(names, values, strict=True))
        for left, text in zip((72.0, 160.0), (pair[0], f": {pair[1]}"), strict=True)
    ]
    assert "Nama : Budi Santoso" in read_pdf(pdf([lines])).text


def test_pages_without_text_or_with_a_letterhead_over_a_picture_are_named() -> None:
    letterhead = [(72.0, 800.0, 12, "PEMERINTAH KABUPATEN SIGI")]
    long = column([*FIRST, *SECOND] * 3)
    draft = read_pdf(pdf([long, [], letterhead, [], long], pictures=(2, 3, 5)))
    assert draft.remarks == (Remark("no_text_layer", (2, 3)),)
    assert read_pdf(pdf([long, []])).remarks == ()


WORDS = ("Bupati membuka pasar".split(), "baru senilai Rp 77 miliar.".split())


@pytest.fixture
def recogniser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A program of that name that knows Indonesian and sees the same two lines on every page."""
    names = "level page_num block_num par_num line_num word_num left top width height conf text".split()
    rows = [
        f"5 1 1 1 {line} {word} {200 + 300 * word} {400 + 60 * line} 250 40 90 {text}".split()
        for line, words in enumerate(WORDS, 1)
        for word, text in enumerate(words, 1)
    ]
    (tmp_path / "seen.tsv").write_text("\n".join("\t".join(row) for row in [names, *rows]) + "\n")
    program_file = tmp_path / "tesseract"
    program_file.write_text(
        '#!/bin/sh\nif [ "$1" = --list-langs ]; then echo ind; exit; fi\n'
        f"head -c 2 | grep -q P5 && cat '{tmp_path}/seen.tsv'\n"
    )
    program_file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    tesseract.cache_clear()
    yield
    tesseract.cache_clear()


@pytest.mark.usefixtures("recogniser")
def test_scanned_pages_are_read_where_a_program_for_it_is_installed_and_are_marked() -> None:
    long = column([*FIRST, *SECOND] * 3)
    draft = read_pdf(pdf([long, [], long], pictures=(2,)))
    assert draft.remarks == (Remark("recognised", (2,)),)
    article = finish(draft, "a", "a.pdf")
    at = article.text.index("Bupati membuka")
    assert "Bupati membuka pasar baru senilai Rp 77 miliar." in article.text
    assert (article.page_at(at), article.page_starts[1]) == (2, at)
    assert [article.is_scanned(0, 5), article.is_scanned(at, at + 5), article.is_scanned(0, at + 5)] == [
        False, True, True,
    ]  # fmt: skip
    assert not article.is_scanned(article.page_starts[2], len(article.text))


def test_an_amount_that_a_line_breaks_is_whole() -> None:
    assert (
        "Rp 1.250 miliar"
        in read_pdf(pdf([column(["Nilainya Rp 1.", "250 miliar, kata kepala dinas."])])).text
    )
    assert "tahun 1. 250" in read_pdf(
        pdf([column(["Dalam tahun 1.", "250 orang hadir di sana."])])
    ).text.replace("\n\n", " ")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (pdf([[], []]), r"it holds pictures of pages and no text; run text recognition \(OCR\)"),
        (
            pdf([column(["#$%&' *+,- ./:; <=>?"] * 3)]),
            r"its text cannot be read as letters; run text recognition",
        ),
        (pdf([column(FIRST)], locked=True), "it is locked with a password; save a copy without one"),
        (pdf([column(FIRST)])[:60], "it is damaged or cut short; save it as PDF again"),
        (b"PK\x03\x04", "it is no PDF; name the file after what it is"),
        (b"%PDF-1.7" + bytes(range(256)) * 8, "it is damaged"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read_pdf(raw)


def cells(*rows: tuple[float, tuple[str, ...]], left: float = 72) -> list[Line]:
    """Rows of a table by how high each stands."""
    return [
        (left + 120 * place, top, 10, cell) for top, row in rows for place, cell in enumerate(row) if cell
    ]


def test_pages_that_are_alike_but_for_their_figures_keep_them() -> None:
    facts = [("Palolo", "31.200", "626"), ("Dolo", "24.800", "112"), ("Kulawi", "15.900", "553")]
    pages = [
        [
            *column([f"Penduduk {name} {people} jiwa.", f"Luasnya {area} hektare."]),
            (72, 30, 8, f"{n} | Profil"),
        ]
        for n, (name, people, area) in enumerate(facts, 1)
    ]
    text = read_pdf(pdf(pages)).text
    assert all(f"{people} jiwa" in text and f"{area} hektare" in text for _, people, area in facts)
    assert "Profil" not in text


def test_headings_and_tables_that_count_as_pages_do_are_content() -> None:
    pages = [
        [
            (72, 790, 16, f"Harga pekan ke-{n} Maret"),
            *cells((760, ("Barang", "Biromaru", "Masomba")), (742, ("Beras", f"Rp {n}", f"Rp {n + 1}")),
                   (724, ("Gula", f"Rp {n + 4}", f"Rp {n + 5}"))),
        ]
        for n in (1, 2, 3)
    ]  # fmt: skip
    text = read_pdf(pdf(pages)).text
    assert [f"pekan ke-{n} Maret" in text for n in (1, 2, 3)] == [True] * 3
    assert text.count("Barang: Gula; Biromaru: Rp ") == 3


def test_a_caption_above_a_table_leaves_its_columns_apart() -> None:
    rows = [(float(740 - 18 * n), (str(n), f"Desa {chr(64 + n)}", str(100 + n))) for n in range(1, 5)]
    table = cells((740, ("No", "Desa", "Warga")), *rows)
    wanted = "No: 1; Desa: Desa A; Warga: 101\nNo: 2; Desa: Desa B; Warga: 102\n"
    for left, caption in ((72.0, "Data warga di semua desa"), (30.0, "Tabel")):
        assert wanted in read_pdf(pdf([[(left, 760, 12, caption), *table]])).text


def test_a_table_that_goes_on_over_the_page_keeps_its_headings() -> None:
    def rows(numbers: range) -> list[tuple[float, tuple[str, ...]]]:
        return [(740 - 18.0 * place, (f"Desa {n}", str(n), str(2 * n))) for place, n in enumerate(numbers, 1)]

    heads = (740.0, ("Desa", "Triwulan 1", "Triwulan 2"))
    text = read_pdf(pdf([cells(heads, *rows(range(10, 14))), cells(*rows(range(14, 18)))])).text
    assert text.endswith("Desa: Desa 17; Triwulan 1: 17; Triwulan 2: 34\n")
    other = [(top, (*row, "x")) for top, row in rows(range(14, 18))]
    assert "Desa 17 | 17 | 34 | x" in read_pdf(pdf([cells(heads, *rows(range(10, 14))), cells(*other)])).text


HEADS = (740.0, ("Kabupaten", "Tahun", "Anggaran"))


def test_a_cell_that_is_merged_over_rows_is_read_with_each_of_them() -> None:
    rows = [
        (722, ("", "2023", "Rp 12")), (713, ("Buol", "", "")), (704, ("", "2024", "Rp 22")),
        (686, ("", "2023", "Rp 15")), (668, ("Sigi", "2024", "Rp 25")), (650, ("", "2025", "Rp 35")),
    ]  # fmt: skip
    assert read_pdf(pdf([cells(HEADS, *rows)])).text.split("\n")[1::3] == [
        "Kabupaten: Buol; Tahun: 2024; Anggaran: Rp 22", "Kabupaten: Sigi; Tahun: 2025; Anggaran: Rp 35",
    ]  # fmt: skip


def test_what_may_be_aligned_at_the_foot_of_its_rows_is_no_centred_cell() -> None:
    rows = [
        (722, ("", "2023", "Rp 12")), (704, ("Buol", "2024", "Rp 22")),
        (686, ("", "2023", "Rp 15")), (668, ("Sigi", "2024", "Rp 25")),
    ]  # fmt: skip
    text = read_pdf(pdf([cells(HEADS, *rows)])).text
    assert "Kabupaten: Buol; Tahun: 2023; Anggaran: Rp 15" not in text


@pytest.mark.parametrize(
    ("over", "shown"),
    [
        ("0 g 100 756 60 14 re f", "Nama █ dirahasiakan."),
        ("1 g 100 756 60 14 re f", "Nama dirahasiakan."),
        ("1 0 0 RG 100 756 60 14 re S", "Nama Budi Santo dirahasiakan."),
        ("0 g 100 656 60 14 re f", "Nama Budi Santo dirahasiakan."),
        # Cut off by the part of the page that it may be drawn on, it covers nothing.
        ("0 0 10 10 re W n 0 g 100 756 60 14 re f", "Nama Budi Santo dirahasiakan."),
        *(
            (f"{how} BT /F1 12 Tf {place} Td (Rp 9 miliar) Tj ET", f"Nama Budi Santo dirahasiakan.{more}")
            for how, place, more in (
                ("1 g", "60 700", ""),
                ("0 g 50 690 200 30 re f 1 g", "60 700", "\n\nRp 9 miliar"),
                ("0.6 g", "60 700", "\n\nRp 9 miliar"),
                ("3 Tr", "60 700", ""),
                ("0 g 50 690 200 30 re S 0.05 0 0 0.05 60 700 cm", "0 0", ""),
            )
        ),
    ],
)
def test_what_is_covered_is_not_read(over: str, shown: str) -> None:
    words = [(60.0, 760.0, 12, "Nama"), (101.0, 760.0, 12, "Budi Santo"), (164.0, 760.0, 12, "dirahasiakan.")]
    assert read_pdf(pdf([words], over=over)).text == f"{shown}\n"


def test_what_stands_beyond_the_edge_of_a_page_is_not_read() -> None:
    raw = pdf([[*column(FIRST), (72, 40, 8, "Belum disetujui")]])
    assert "Belum disetujui" in read_pdf(raw).text
    raw = raw.replace(b"/MediaBox [0 0 595 842]", b"/CropBox [0 90 595 842]/MediaBox [0 0 595 842]")
    assert "Belum disetujui" not in read_pdf(raw).text


def boxes(xs: Sequence[float], ys: Sequence[float], apart: float = 0) -> str:
    """Boxes drawn around the cells between these places, so far apart from one another."""
    return " ".join(
        f"{left} {bottom} {right - left - apart} {top - bottom - apart} re S"
        for left, right in pairwise(xs)
        for top, bottom in pairwise(ys)
    )


def placed(*columns: tuple[float, float, float, Sequence[str]]) -> list[Line]:
    """Lines below one another, of each column its left, the height of its first line, and their distance."""
    return [
        (left, top - step * number, 9, text)
        for left, top, step, texts in columns
        for number, text in enumerate(texts)
        if text
    ]


LEFT, MIDDLE, RIGHT = SIDE_BY_SIDE
PLACES = ["Kontak media:", "Dina Rante", "0812-000-111", "humas@sigi.go.id"]


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        # A letter as high as two lines stands at the head of the first.
        (
            [*placed((66, 760, 11, ["ubernur meresmikan pasar", "rakyat di Sigi."])), (40.0, 749.0, 30, "G")],
            ["Gubernur meresmikan pasar rakyat di Sigi."],
        ),
        # Short lines beside running text, on lines of their own, are no cells of a table.
        (
            placed((40, 760, 13, [*LEFT, *RIGHT]), (330, 753, 13, PLACES)),
            [" ".join(LEFT), " ".join(RIGHT), "0812-000-111"],
        ),
        # Below a headline the columns of another story begin.
        (
            [
                *placed((40, 760, 11, LEFT), (230, 760, 11, MIDDLE), (420, 760, 11, RIGHT)),
                (40.0, 700.0, 16, "Pelabuhan Poso Ramai"),
                *placed((40, 676, 11, RIGHT), (230, 676, 11, LEFT), (420, 676, 11, MIDDLE)),
            ],
            [*map(" ".join, SIDE_BY_SIDE), "Pelabuhan Poso Ramai", *map(" ".join, (RIGHT, LEFT, MIDDLE))],
        ),
        # A gutter of a table between columns of text is in line with theirs.
        (
            [
                *placed((40, 760, 11, LEFT), (300, 760, 11, MIDDLE)),
                *placed(
                    (40, 706, 13, ["Kota", "Buol", "Sigi", "Poso"]), (160, 706, 13, ["2022", "1", "2", "3"])
                ),
                *placed((310, 706, 13, ["2023", "4", "5", "6"]), (420, 706, 13, ["2024", "7", "8", "9"])),
                *placed((40, 640, 11, RIGHT), (300, 640, 11, LEFT)),
            ],
            [
                " ".join(LEFT),
                " ".join(MIDDLE),
                "Kota: Buol; 2022: 1; 2023: 4; 2024: 7\n"
                "Kota: Sigi; 2022: 2; 2023: 5; 2024: 8\n"
                "Kota: Poso; 2022: 3; 2023: 6; 2024: 9",
                " ".join(RIGHT),
                " ".join(LEFT),
            ],
        ),
        # The headings of a table below columns of text leave their gutter free, and its figures do not.
        (
            placed(
                *(
                    (40, 760, 11, LEFT),
                    (300, 760, 11, MIDDLE),
                    (40, 718, 14, ["Kota", "Buol", "Sigi", "Poso"]),
                ),
                (150, 718, 14, ["2022", "Rp 1 miliar", "Rp 2 miliar", "Rp 3 miliar"]),
                (240, 718, 14, ["2023", "Rp 4.000 miliar", "Rp 5.000 miliar", "Rp 6.000 miliar"]),
            ),
            [
                " ".join(LEFT),
                " ".join(MIDDLE),
                "Kota: Buol; 2022: Rp 1 miliar; 2023: Rp 4.000 miliar\nKota: Sigi; 2022: Rp 2 miliar; ",
            ],
        ),
        # Letters of a headline are set apart, its words further.
        (
            [
                (40.0 + 12 * place, 760.0, 12, letter)
                for place, letter in enumerate("RILIS BARU")
                if letter != " "
            ],
            ["RILIS BARU"],
        ),
        # Hardly a row of a table has all the cells.
        (
            placed(
                *(
                    (40, 760, 14, ["Pasar", "Buol", "Sigi", "Poso", "Palu"]),
                    (160, 760, 14, ["Kios", "1", "", "2"]),
                ),
                *((280, 760, 14, ["Los", "3", "4", "", "5"]), (400, 760, 14, ["Toko", "", "6", "7", "8"])),
            ),
            [
                "Pasar: Buol; Kios: 1; Los: 3\nPasar: Sigi; Los: 4; Toko: 6\n"
                "Pasar: Poso; Kios: 2; Toko: 7\nPasar: Palu; Los: 5; Toko: 8",
            ],
        ),
        # The head of a letter has two parts.
        (
            placed(
                *((40, 760, 14, ["Nomor", "Hal"]), (100, 760, 14, [": 12/HMS", ": Undangan"])),
                (380, 760, 28, ["Sigi, 3 Maret 2025"]),
                (40, 700, 14, LEFT),
            ),
            ["Nomor : 12/HMS", "Hal : Undangan", "Sigi, 3 Maret 2025", " ".join(LEFT)],
        ),
        # So has its foot, where two have signed it.
        (
            placed(
                (40, 760, 13, LEFT),
                (60, 690, 14, ["Mengetahui,", "Camat Sigi", "Anton Pasu"]),
                (360, 690, 14, ["Sigi, 3 Maret 2025", "Kepala Dinas", "Dina Rante"]),
            ),
            ["Mengetahui,\n\nCamat Sigi\n\nAnton Pasu\n\nSigi, 3 Maret 2025\n\nKepala Dinas\n\nDina Rante\n"],
        ),
        # What stands in columns above is not read anew with those below.
        (
            [
                *((230, 638, 10, "Bupati Sigi bekerja"), (410, 638, 10, "camat dan para lurah")),
                *((400, 579, 10, "Pasar Wani"), (400, 555, 10, "Kontak media")),
                (72, 548, 10, "Jembatan gantung di Sigi itu dibuka"),
                (72, 524, 10, "dan warga lewat sejak pagi hari"),
                (320, 426, 10, "Harga beras di Poso turun lagi"),
                (72, 328, 11, "Warga berterima kasih kepada Bupati"),
            ],
            ["Bupati Sigi bekerja", "camat dan para lurah", "Pasar Wani"],
        ),
        # A day that is set at the right does not go on with the text below it.
        (
            placed((150, 760, 13, ["Sigi, 3 Maret 2025"]), (40, 740, 20, LEFT)),
            ["Sigi, 3 Maret 2025\n\nBupati Sigi meresmikan jembatan baru"],
        ),
    ],
)
def test_what_stands_beside_another_is_read_by_what_it_is(lines: list[Line], paragraphs: list[str]) -> None:
    text = read_pdf(pdf([lines])).text
    at = 0
    for one in paragraphs:
        assert one in text[at:]
        at = text.index(one, at) + len(one)


def test_what_is_filled_in_or_stamped_is_read_and_a_reader_s_note_is_not() -> None:
    shown = b"q BT /F1 12 Tf 2 4 Td (Pasar dibuka Senin.) Tj ET Q"
    field = (
        b"90 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 300 20]"
        b" /Resources << /Font << /F1 3 0 R >> >> /Length %d >>\nstream\n%b\nendstream\nendobj\n"
        % (len(shown), shown)
    )
    kept = b"<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [72 700 372 720] /F 4 /AP << /N 90 0 R >> >>"
    note = kept.replace(b"/Widget /FT /Tx", b"/Highlight").replace(b"700 372 720", b"600 372 620")
    raw = pdf([column(FIRST)]).replace(b"/Contents", b"/Annots [%b %b] /Contents" % (kept, note))
    raw = raw.replace(b"xref\n0", field + b"xref\n0", 1)
    assert read_pdf(raw).text == f"{' '.join(FIRST)}\n\nPasar dibuka Senin.\n"


@pytest.mark.parametrize("apart", [0, 1.5])
@pytest.mark.parametrize("turns", [0, 1])
def test_rules_tell_the_cells_of_a_table_that_wrap_in_step(apart: float, turns: int) -> None:
    texts = [
        *((left, 700.0, 10, text) for left, text in ((72, "Proyek"), (172, "Uraian"), (332, "Nilai"))),
        *((left, 680.0, 10, text) for left, text in ((72, "Jalan"), (172, "Dua jembatan"), (332, "Rp 275"))),
        *((left, 668.0, 10, text) for left, text in ((72, "lingkar"), (172, "di utara"), (332, "miliar"))),
        *((left, 648.0, 10, text) for left, text in ((72, "Embung"), (172, "-"), (332, "Rp 12 miliar"))),
    ]
    over = boxes((70, 170, 330, 420), (712, 692, 660, 640), apart)
    assert read_pdf(pdf([[*column(FIRST), *texts]], over=over, turns=turns)).text == (
        f"{' '.join(FIRST)}\n\n"
        "Proyek: Jalan lingkar; Uraian: Dua jembatan di utara; Nilai: Rp 275 miliar\n"
        "Proyek: Embung; Uraian: -; Nilai: Rp 12 miliar\n"
    )


def test_rules_tell_columns_that_no_blank_parts_and_headings_that_span_some_over_pages() -> None:
    rows = [("Desa", "Pagu", "", "Hasil"), ("", "2023", "2024", ""), *((f"Ke{n}",) * 4 for n in range(6))]
    places = ((72, 700), (130, 700), (156, 700), (190, 700))
    drawn = [
        [
            (float(left), float(top - 16 * at), 10, cell)
            for at, row in enumerate(page)
            for (left, top), cell in zip(places, row, strict=True)
            if cell
        ]
        for page in (rows[:5], rows[5:])
    ]
    # The headings of two rows at the sides, and the one of two columns, have no rule within.
    sides = "70 680 58 32 re S 188 680 40 32 re S 128 696 60 16 re S 128 680 26 16 re S 154 680 34 16 re S "
    over = sides + boxes((70, 128, 154, 188, 228), range(680, 616, -16))
    text = read_pdf(pdf(drawn[:1], over=over)).text
    assert text.startswith("Desa: Ke0; Pagu 2023: Ke0; Pagu 2024: Ke0; Hasil: Ke0\nDesa: Ke1;")
    plain = boxes((70, 128, 154, 188, 228), range(712, 616, -16))
    two = [[(72.0, 700.0, 10, "Desa"), (130.0, 700.0, 10, "Pagu"), *drawn[0][6:]], drawn[1]]
    two[0] += [(156.0, 700.0, 10, "Susut"), (190.0, 700.0, 10, "Hasil")]
    assert "\nDesa: Ke5; Pagu: Ke5; Susut: Ke5; Hasil: Ke5\n" in read_pdf(pdf(two, over=plain)).text


def test_running_text_in_boxes_beside_one_another_is_no_table() -> None:
    text = [(left + 4.0, 700.0 - 12 * at, 8, one) for left in (70, 270) for at, one in enumerate(FIRST * 5)]
    text += [(one[0], one[1] - 140, *one[2:]) for one in text]
    over = boxes((70, 270, 480), (712, 570, 430))
    assert "|" not in read_pdf(pdf([text], over=over)).text


SHIFTED = {ord(one): chr(33 + (ord(one) * 7) % 60) for one in "abcdefghijklmnopqrstuvwxyz "}
"""What each letter and the blank come out as."""


def test_what_stands_below_columns_across_some_of_them_is_read_behind_them() -> None:
    three = [
        (40.0 + 180 * number, 700.0 - 14 * line, 9, text)
        for number, part in enumerate(SIDE_BY_SIDE)
        for line, text in enumerate(part)
    ]
    below = ["Rincian anggaran menurut kabupaten dan tahun di bawah", "ini, kata bupati."]
    lines = [(40.0, 600.0 - 14 * at, 9, text) for at, text in enumerate(below)]
    text = read_pdf(pdf([[*three, *lines]])).text
    assert text.split("\n\n") == [*(" ".join(part) for part in SIDE_BY_SIDE), f"{' '.join(below)}\n"]


def test_the_last_line_of_a_paragraph_above_a_table_is_none_of_its_rows() -> None:
    above = [(72.0, 760.0, 10, f"{FIRST[0]} ini menurut keterangan dari dinas perdagangan di kota Medan,")]
    above.append((72.0, 748.0, 10, "katanya."))
    rows = ((725.0, ("Kota", "2023", "2024")), (705.0, ("Melati", "1", "2")), (685.0, ("Mawar", "3", "4")))
    text = read_pdf(pdf([[*above, *cells(*rows)]])).text
    assert text.endswith(" katanya.\n\nKota: Melati; 2023: 1; 2024: 2\nKota: Mawar; 2023: 3; 2024: 4\n")


@pytest.mark.parametrize("broken", [lambda text: text.replace("", " "), lambda text: text.translate(SHIFTED)])
def test_letters_whose_fonts_do_not_tell_their_meaning_are_named(broken: Callable[[str], str]) -> None:
    with pytest.raises(ArticleError, match="cannot be read as letters; run text recognition"):
        read_pdf(pdf([column([broken(line) for line in (*FIRST, *SECOND)])]))


def test_what_is_set_beyond_the_edge_of_a_page_is_neither_text_nor_title() -> None:
    beyond = [(72.0, 900.0, 30, "Di luar halaman"), (-400.0, 700.0, 12, "Di kiri")]
    draft = read_pdf(pdf([[*beyond, *column(FIRST)]]))
    assert (draft.title, draft.text) == (None, f"{' '.join(FIRST)}\n")


@pytest.mark.parametrize(
    ("drawn", "reason"),
    [
        ("BT /F1 90 Tf 0.7 0.7 -0.7 0.7 150 250 Tm (DRAFT) Tj ET", "draft"),
        (
            "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 90 200 Tm (KONSEP - TIDAK UNTUK DISEBARKAN) Tj ET",
            "not for publication",
        ),
        ("BT /F1 90 Tf 0.7 0.7 -0.7 0.7 150 250 Tm (HUMAS SIGI) Tj ET", ""),
        ("BT /F1 9 Tf 0.7 0.7 -0.7 0.7 150 250 Tm (Draft) Tj ET", ""),
        ("BT /F1 8 Tf 72 30 Td (Draf 22 Juli 2025 - jangan dikutip) Tj ET", "draft"),
        ("BT /F1 8 Tf 72 30 Td (Dilarang mengutip tanpa izin) Tj ET", ""),
    ],
)
def test_a_mark_across_a_page_or_at_its_foot_says_that_a_document_is_not_public(
    drawn: str, reason: str
) -> None:
    draft = read_pdf(pdf([column([*FIRST, "", *SECOND])], over=drawn))
    assert draft.withheld == reason
    assert draft.text.startswith(" ".join(FIRST))


def test_each_letter_of_a_mark_across_a_page_may_be_set_by_itself() -> None:
    drawn = "".join(
        f"BT /F1 90 Tf 0.7 0.7 -0.7 0.7 {100 + 70 * at} {200 + 70 * at} Tm ({letter}) Tj ET "
        for at, letter in enumerate("DRAFT")
    )
    assert read_pdf(pdf([column(FIRST)], over=drawn)).withheld == "draft"


def test_a_paragraph_whose_last_line_is_a_word_of_marks_is_public() -> None:
    lines = column([*SECOND[:1], "Dewan menolak usul itu karena melanggar", "embargo."])
    assert read_pdf(pdf([lines])).withheld == ""


def test_the_subject_of_a_document_says_that_it_is_not_public() -> None:
    info = "/Subject (Embargo hingga 1 Januari 2999)"
    assert read_pdf(pdf([column(FIRST)], info=info)).withheld == "embargo"
