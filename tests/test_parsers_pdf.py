"""PDF files give paragraphs and pages, and none of what is printed on every page."""

import pytest
from files_double import column, pdf

from index.errors import ArticleError
from index.files import finish
from index.parsers.pdf import read_pdf

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
