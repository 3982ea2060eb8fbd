"""Office files: what they show is read, what they hide is not, and nothing in them is run or fetched."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from files_double import packed
from office_double import NAMES, odf, odt, ole, rtf, sheet_rows, with_macros, word97, workbook
from openpyxl import load_workbook

from index.errors import ArticleError
from index.parsers.docx import read_docx
from index.parsers.office import read_doc, read_docm, read_odt, read_pptx, read_rtf
from index.parsers.sheets import read_ods, read_xls, read_xlsx, shown_number
from index.parsers.tables import FieldMap
from rag.tables import MOST_ROWS, find_tables

FILES = Path(__file__).with_name("files")
NEWS = "Pemerintah Kabupaten Biak meresmikan pasar baru."
SHOWN = """\
Jembatan Palu Diresmikan

PALU, Senin (3/3/2025) – Gubernur meresmikan jembatan “Palu IV” sepanjang 250 meter. \
Anggarannya Rp 125,5 miliar — dari APBN. Emoji 😀 selesai.

Tahun: 2024; Anggaran: Rp 12 miliar; Panjang: 120 m
Tahun: 2025; Panjang: 250 m

Butir satu

Butir dua

Kalimat dengan perubahan terlacak.

Penutup: é ü ñ “kutipan”.
"""


def test_a_word_file_of_libreoffice_is_read_without_what_is_hidden_or_deleted() -> None:
    # Made of a .docx with a hidden run, a deletion under review, a table with an empty cell, and a header.
    draft = read_doc((FILES / "rilis.doc").read_bytes())
    assert draft.text == SHOWN
    assert (draft.title, draft.author) == ("Jembatan Palu Diresmikan", "Ratna Sari")


@pytest.mark.parametrize("narrow", [True, False])
def test_a_word_file_is_read_in_either_width(narrow: bool) -> None:
    raw = word97(["Kata “kunci” – satu.", "\x13 HYPERLINK x \x14Tautan\x15 dan\x0bbaris."], narrow=narrow)
    assert read_doc(raw).text == "Kata “kunci” – satu.\n\nTautan dan\nbaris.\n"


def test_a_word_file_with_macros_is_read_without_them() -> None:
    raw = with_macros("Pasar", [NEWS])
    with pytest.raises(ArticleError, match="no whole Word file"):
        read_docx(raw)
    assert (read_docm(raw).text, read_docm(raw).title) == (f"{NEWS}\n", "Pasar")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"Nyata {\v rahasia} saja.\par", "Nyata saja."),
        (r"Nyata \v rahasia \'e9 \u8364?\v0 saja.\par", "Nyata saja."),
        (r"Nyata {\deleted lama} baru.\par", "Nyata baru."),
        (
            r"Kalimat{\super\chftn{\footnote Catatan.}} utuh.\par Lagi.\par",
            "Kalimat utuh.\n\nCatatan.\n\nLagi.",
        ),
        (r'Lihat {\field{\*\fldinst{HYPERLINK "https://a.example"}}{\fldrslt laman}}.\par', "Lihat laman."),
        (r"\trowd a\cell b\cell\row c\par", "a | b\n\nc"),
        (
            r"\trowd Kota\cell 2024\cell 2025\cell\row\trowd Medan\cell 5\cell 7\cell\row c\par",
            "Kota: Medan; 2024: 5; 2025: 7\n\nc",
        ),
        (r"{\pict\bin5 }}{{\\x}gambar \'e9\u-10179?\u-8704?\par", "gambar é😀"),
        (r"{\header Kepala}{\*\company PT}Isi.\par", "Isi."),
    ],
)
def test_rtf_reads_as_it_is_shown(written: str, text: str) -> None:
    assert read_rtf(f"{{\\rtf1\\ansi {written}}}".encode("latin-1")).text == f"{text}\n"


def test_rtf_declares_its_title_and_day() -> None:
    raw = rtf("Pasar dibuka", [NEWS]).replace(
        b"{\\info", b"{\\info{\\creatim\\yr2025\\mo3\\dy5}{\\author Ratna}"
    )
    draft = read_rtf(raw)
    assert (draft.title, draft.author, draft.made) == ("Pasar dibuka", "Ratna", date(2025, 3, 5))


def test_an_opendocument_text_reads_as_it_is_shown() -> None:
    styles = (
        '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="P1" style:parent-style-name="Title"/>'
    )
    body = (
        "<text:tracked-changes><text:p>dihapus</text:p></text:tracked-changes>"
        '<text:p text:style-name="P1">Judul</text:p>'
        '<text:p>Satu<text:s text:c="3"/>dua<text:span text:style-name="T1"> rahasia</text:span>'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Catatan.</text:p>"
        "</text:note-body></text:note><office:annotation><text:p>komentar</text:p></office:annotation>.</text:p>"
        '<text:section text:display="none"><text:p>tersembunyi</text:p></text:section>'
        f"<table:table>{sheet_rows([('Kota', '2024', '2025'), ('Medan', 'Rp 2', 'Rp 3')])}</table:table>"
        "<text:list><text:list-item><text:p>Butir</text:p></text:list-item></text:list>"
    )
    draft = read_odt(odf("text", body, styles))
    assert draft.text == "Judul\n\nSatu dua.\n\nCatatan.\n\nKota: Medan; 2024: Rp 2; 2025: Rp 3\n\nButir\n"
    assert draft.title == "Judul"


def test_an_entity_of_an_opendocument_file_is_never_filled_in(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("sandi")
    content = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY a "aaaa">]>'
        f"<office:document-content {NAMES}>"
        f"<office:body><office:text><text:p>{NEWS} &e;&a;</text:p></office:text></office:body>"
        "</office:document-content>"
    )
    raw = packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
    assert read_odt(raw).text == f"{NEWS}\n"


def test_slides_are_pages_without_hidden_ones_and_without_the_speaker_s_notes() -> None:
    import io

    from pptx import Presentation
    from pptx.util import Inches

    shown = Presentation()
    first = shown.slides.add_slide(shown.slide_layouts[1])
    first.shapes.title.text, first.placeholders[1].text = "Paparan", "Butir satu\nButir dua"
    first.notes_slide.notes_text_frame.text = "jangan dibaca"
    hidden = shown.slides.add_slide(shown.slide_layouts[5])
    hidden.shapes.title.text = "Tersembunyi"
    hidden._element.set("show", "0")
    last = shown.slides.add_slide(shown.slide_layouts[6])
    table = last.shapes.add_table(1, 2, 0, 0, Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "2025", "Rp 2 miliar"
    last.shapes.add_group_shape().shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Dalam grup."
    written = io.BytesIO()
    shown.save(written)
    draft = read_pptx(written.getvalue())
    assert draft.text == "Paparan\n\nButir satu\n\nButir dua\n\n2025 | Rp 2 miliar\n\nDalam grup.\n"
    assert (draft.title, draft.pages) == ("Paparan", (0, 32, 32))


LOCKED = ole({"EncryptedPackage": b"x"})


@pytest.mark.parametrize(
    ("read", "raw", "message"),
    [
        (read_doc, LOCKED, "locked with a password"),
        (read_doc, word97([NEWS], flags=0x0100), "locked with a password"),
        (read_doc, ole({"Workbook": b"x"}), r"no Word file; it is a \.xls file: name it so"),
        (read_doc, word97([NEWS])[:3000], "no whole Word file; save it as .docx"),
        (read_docm, LOCKED, "locked with a password"),
        (read_pptx, LOCKED, "locked with a password"),
        (
            read_odt,
            odf("text", "", META_INF__manifest_xml="<a encryption-data='1'/>"),
            "locked with a password",
        ),
        (read_odt, odt("a", [NEWS])[:-30], "no archive, or one cut short; pack it again"),
        (read_odt, odf("spreadsheet", ""), "of another kind; name it after what it is"),
        (
            read_odt,
            packed({"content.xml": "<a>" + "x" * 3_000_000}),
            "unpacks to far more",
        ),
        (read_odt, packed({"content.xml": "<a>"}), "damaged; save it again"),
        (read_rtf, rtf("a", [NEWS * 9])[:-200].replace(b"}", b""), "cut short; save it again"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_cure(read, raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read(raw)


def test_the_rows_of_a_table_of_articles_are_records() -> None:
    rows = [
        ("Rekap berita Maret", None, None, None, None),
        (),
        ("ID", "Judul", "Isi Berita", "Tanggal Terbit", "Status"),
        (101, "Pasar dibuka", f"{NEWS}\n\nAnggarannya Rp 2 miliar.", date(2025, 3, 5), "Terbit"),
        (102, "Konsep", "Ini masih konsep dan bukan berita.", 45722, "Draft"),
        (103, "Tanpa isi", None, None, "Terbit"),
        (104, "Pelabuhan", "Pelabuhan Sorong dibuka hari ini.", "6 Nop 2024", "Terbit"),
    ]
    first, draft, empty, last = read_xlsx(workbook(("Berita", rows)), FieldMap()).drafts
    assert (first.name, first.title, first.published) == ("101", "Pasar dibuka", date(2025, 3, 5))
    assert first.text == f"{NEWS}\n\nAnggarannya Rp 2 miliar."
    assert (draft.withheld, draft.place) == ("draft", "row 5")
    assert (empty.place, empty.refused.split(";")[0]) == ("row 6", "it has no text")
    assert (last.name, last.published) == ("104", date(2024, 11, 6))


def test_columns_of_a_workbook_are_mapped_as_those_of_a_table() -> None:
    raw = workbook(("Data", [("kode", "naskah"), ("d-1", NEWS)]))
    assert read_xlsx(raw, FieldMap({"text": "naskah", "id": "kode"})).drafts[0].name == "d-1"
    with pytest.raises(ArticleError, match=r"no column 'teksnya' for text; its columns are: kode, naskah"):
        read_xlsx(raw, FieldMap({"text": "teksnya"}))


def test_a_column_that_counts_articles_holds_none() -> None:
    [draft] = read_xlsx(
        workbook(("Rekap", [("Media", "Berita"), ("Kabar", 12), ("Warta", 9)])), FieldMap()
    ).drafts
    assert draft.text == "Media: Kabar; Berita: 12\nMedia: Warta; Berita: 9\n"


def test_tables_of_a_sheet_are_apart_where_a_row_is_empty() -> None:
    rows = [
        ("Produksi padi",), ("Kota", "2024", "2025"), ("Melati", 11, 21), (), ("Kota", "Luas", "Warga"),
        (None, None, None), ("Catatan",),
    ]  # fmt: skip
    [draft] = read_xlsx(workbook(("Data", rows)), FieldMap()).drafts
    assert draft.title == "Produksi padi"
    assert draft.text == (
        "Produksi padi\n\nKota: Melati; 2024: 11; 2025: 21\n\nKota | Luas | Warga\n\nCatatan\n"
    )


def test_the_day_on_which_a_workbook_was_made_is_one_of_the_office() -> None:
    book = load_workbook(io.BytesIO(workbook(("Data", [("Kota", "2024"), ("Melati", 11)]))))
    book.properties.created = datetime(2024, 12, 31, 18, 15)  # in UTC
    book.save(written := io.BytesIO())
    [draft] = read_xlsx(written.getvalue(), FieldMap()).drafts
    assert draft.made == date(2025, 1, 1)


def test_headings_that_a_sheet_merges_are_those_of_each_column_below() -> None:
    rows = [
        ("Kota", 2024, None, 2025, None), (None, "Rencana", "Hasil", "Rencana", "Hasil"),
        ("Melati", 11, 12, 21, 22), ("Kenanga", 13, None, 23, 24),
    ]  # fmt: skip
    [draft] = read_xlsx(workbook(("Data", rows)), FieldMap()).drafts
    assert draft.text == (
        "Kota: Melati; 2024 Rencana: 11; 2024 Hasil: 12; 2025 Rencana: 21; 2025 Hasil: 22\n"
        "Kota: Kenanga; 2024 Rencana: 13; 2025 Rencana: 23; 2025 Hasil: 24\n"
    )


def test_a_long_table_of_a_sheet_stands_in_parts_that_are_read_as_tables() -> None:
    rows = [("Desa", "2024", "2025"), *((f"Desa {n}", n, 2 * n) for n in range(1, MOST_ROWS + 3))]
    [draft] = read_xlsx(workbook(("Data", rows)), FieldMap()).drafts
    assert sum(len(table.rows) for table in find_tables(draft.text)) == MOST_ROWS + 2


@pytest.mark.parametrize(("name", "read"), [("buku.xls", read_xls)])
def test_a_workbook_of_libreoffice_reads_as_it_is_shown(name: str, read) -> None:
    found = read((FILES / name).read_bytes(), FieldMap())
    assert found.left_out == {"hidden sheet": 1}
    assert found.drafts[0].text == (
        "Realisasi Ekspor Sumut\n\n"
        "Komoditas: Minyak sawit; Nilai (USD): 4.796.000.000; Pertumbuhan: 22,67%; Tanggal: 2025-03-03; "
        "Total: 9592000000\n"
        "Komoditas: Karet; Nilai (USD): Rp1.234,50; Pertumbuhan: -3,1%; Tanggal: 2025-03-04 09:30\n"
    )
    assert [one.name for one in found.drafts[1:]] == ["101", "102", "", "104"]


def test_a_sheet_of_opendocument_is_as_large_as_what_is_in_it() -> None:
    far = (
        "<table:table-row><table:table-cell><text:p>Tahun</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    )
    hidden = '<style:style style:name="ta"><style:table-properties table:display="false"/></style:style>'
    body = (
        f'<table:table table:name="A">{far}</table:table>'
        f'<table:table table:name="B" table:style-name="ta">{sheet_rows([("rahasia",)])}</table:table>'
    )
    found = read_ods(odf("spreadsheet", body, hidden), FieldMap())
    assert [one.text for one in found.drafts] == ["Tahun\n"]
    assert found.left_out == {"hidden sheet": 1}


def test_rows_and_columns_that_a_sheet_hides_are_left_out_and_counted() -> None:
    rows = [
        ("Kabupaten", "Pagu", None, "Catatan"),
        ("Buol", "2 juta", None, "bocor"),
        ("Gaji", "9 juta"),
        ("Sigi", "3 juta"),
    ]
    book = load_workbook(io.BytesIO(workbook(("Data", rows))))
    book["Data"].row_dimensions[3].hidden = True
    book["Data"].column_dimensions["D"].hidden = True
    written = io.BytesIO()
    book.save(written)
    text = "Kabupaten: Buol; Pagu: 2 juta\nKabupaten: Sigi; Pagu: 3 juta\n"
    found = read_xlsx(written.getvalue(), FieldMap())
    assert [one.text for one in found.drafts] == [text]
    assert found.left_out == {"hidden row": 1, "hidden column": 1}

    def sheet(*rows: tuple[str, ...]) -> str:
        return sheet_rows(rows).replace("<table:table-row>", "<table:table-row table:visibility='visible'>")

    columns = "<table:table-column table:number-columns-repeated='2'/>"
    columns += "<table:table-column table:visibility='collapse'/>"
    unshown = sheet_rows([("Gaji", "9 juta")]).replace("-row>", "-row table:visibility='filter'>", 1)
    body = columns + sheet(("Kabupaten", "Pagu", "Catatan"), ("Buol", "2 juta", "bocor")) + unshown
    body += sheet(("Sigi", "3 juta", ""))
    found = read_ods(odf("spreadsheet", f'<table:table table:name="A">{body}</table:table>'), FieldMap())
    assert [one.text for one in found.drafts] == [text]
    assert found.left_out == {"hidden row": 1, "hidden column": 1}


@pytest.mark.parametrize(
    ("column", "names", "told"),
    [
        ("D", {}, [("a1", ""), ("a2", "draft")]),
        ("A", {}, [("a1", ""), ("a2", "draft")]),
        ("D", {"status": "status"}, [("a1", ""), ("a2", "draft")]),
        ("E", {"status": "Langkah"}, [("a1", ""), ("a2", "menunggu")]),
        ("B", {}, [("a1", ""), ("a2", "draft")]),
    ],
)
def test_a_column_that_is_hidden_still_tells_which_article_a_row_is_and_whether_it_is_public(
    column: str, names: dict[str, str], told: list[tuple[str, str]]
) -> None:
    rows = [
        ("id", "penulis", "isi", "status", "Langkah"),
        ("a1", "Sari", f"{NEWS} {NEWS}", "publish", "tayang"),
        ("a2", "Sari", f"Belum boleh terbit. {NEWS}", "draft", "menunggu"),
    ]
    book = load_workbook(io.BytesIO(workbook(("Data", rows))))
    book["Data"].column_dimensions[column].hidden = True
    written = io.BytesIO()
    book.save(written)
    found = read_xlsx(written.getvalue(), FieldMap(names))
    assert [(one.name, one.withheld) for one in found.drafts] == told
    assert {one.author for one in found.drafts} == {None if column == "B" else "Sari"}


def test_a_row_whose_status_is_a_formula_without_a_stored_value_is_refused() -> None:
    rows = [
        ("Judul", "Isi", "Status", "Catatan"),
        ("A", NEWS, '=IF(1,"Draft")', ""),
        ("B", NEWS, "Tayang", "=1+1"),
    ]
    refused, read = read_xlsx(workbook(("Berita", rows)), FieldMap()).drafts
    assert refused.refused.startswith("a cell is a formula without a stored value (C2)")
    assert (read.title, read.withheld, read.refused) == ("B", "", "")


def test_a_table_with_drafts_whose_texts_are_in_no_known_column_is_refused() -> None:
    rows = [("No", "Judul", "Naskah Berita", "Status"), (1, "A", NEWS, "Tayang"), (2, "B", NEWS, "Draft")]
    [draft] = read_xlsx(workbook(("Berita", rows)), FieldMap()).drafts
    assert draft.refused.startswith(
        "no column holds the text among: No, Judul, Naskah Berita, Status; name it"
    )
    for status, names in (("Tayang", rows[0]), ("Draft", ("No", "Kegiatan", "Anggaran", "Status"))):
        body = [(1, "A", "Rp 2 miliar", status), (2, "B", "Rp 3 miliar", status)]
        [draft] = read_xlsx(workbook(("Rekap", [names, *body])), FieldMap()).drafts
        assert (draft.refused, draft.withheld) == ("", "")


@pytest.mark.parametrize(
    ("name", "reason"), [("Draft", "draft"), ("Draf Maret", "draf maret"), ("Arsip", "")]
)
def test_a_sheet_that_is_called_a_draft_holds_nothing_public(name: str, reason: str) -> None:
    table = [("Judul", "Isi"), ("A", NEWS)]
    found = read_xlsx(workbook(("Berita", table), (name, table), (name[:3], [(NEWS,)])), FieldMap())
    assert [one.withheld for one in found.drafts] == ["", reason, ""]


def test_a_formula_without_a_stored_value_is_named_by_its_cell() -> None:
    raw = workbook(("Nilai", [("Tahun", "Jumlah"), (2025, "=1+1")]), ("Lain", [("Kota", "Medan")]))
    refused, read = read_xlsx(raw, FieldMap()).drafts
    assert refused.refused == (
        "a cell is a formula without a stored value (B2); open it in a spreadsheet program and save it again"
    )
    assert (read.text, read.key) == ("Kota | Medan\n", "Lain")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (LOCKED, "locked with a password"),
        (b"Hanya teks", "no Excel workbook; name it after what it is"),
        (workbook(("Kosong", [])), "empty or hidden sheets; write an article into it"),
        (packed({"xl/workbook.xml": "<a>", "[Content_Types].xml": "<a/>"}), "no whole Excel workbook"),
        (packed({"xl/worksheets/sheet1.xml": b"0" * 30_000_000}), "unpacks to far more"),
        (packed({"xl/worksheets/sheet1.xml": "<a><col hidden='1'/>"}), "no whole Excel workbook"),
        (packed({"xl/worksheets/sheet1.xml": "<a><row r='x' hidden='1'/></a>"}), "no whole Excel workbook"),
        (
            packed({"xl/worksheets/sheet1.xml": f"<a><col min='-{'9' * 15}' max='2' hidden='1'/></a>"}),
            "no whole Excel workbook",
        ),
    ],
)
def test_a_workbook_that_cannot_be_read_is_named_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read_xlsx(raw, FieldMap())


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (4796, "General", "4796"),
        (0.2267, "0.00%", "22,67%"),
        (-0.031, "0.0%", "-3,1%"),
        (4796000000, "#,##0", "4.796.000.000"),
        (1234.5, '"Rp"#,##0.00', "Rp1.234,50"),
        (1234.5, "[$Rp-421]#,##0.00", "Rp1.234,50"),
        (-12.5, "#,##0.00;(#,##0.00)", "(12,50)"),
        (12500000, '#,##0.0,,"juta"', "12,5juta"),
        (2.5, "0.0#", "2,5"),
        (1.5, "General", "1,5"),
    ],
)
def test_a_number_reads_as_its_cell_shows_it(number: float, code: str, shown: str) -> None:
    assert shown_number(number, code, "id") == shown


def test_numbers_of_an_english_workbook_keep_its_signs() -> None:
    assert shown_number(1234.5, "#,##0.00", "en") == "1,234.50"
