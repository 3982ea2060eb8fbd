"""Office files: what they show is read, what they hide is not, and nothing in them is run or fetched."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from files_double import packed
from office_double import NAMES, odf, odt, ole, rtf, sheet_rows, with_macros, word97, workbook
from openpyxl import load_workbook

from index.errors import ArticleError
from index.parsers import Contents
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
        (r"Nyata {\strike lama }{\striked1 lalu }{\v\strike0 rahasia }baru.\par", "Nyata baru."),
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


def test_a_heading_does_not_run_past_the_cells_that_it_is_merged_over() -> None:
    rows = [
        ("Kota", "Pagu", None, None, None),
        (None, 2023, 2024, "Ket", "Tanggal"),
        ("Melati", 1, 2, "ok", 3),
    ]
    book = load_workbook(io.BytesIO(workbook(("Data", [*rows, ("Mawar", 4, 5, "lambat", 6)]))))
    book["Data"].merge_cells("B1:C1")
    written = io.BytesIO()
    book.save(written)
    [draft] = read_xlsx(written.getvalue(), FieldMap()).drafts
    assert draft.text.startswith("Kota: Melati; Pagu 2023: 1; Pagu 2024: 2; Ket: ok; Tanggal: 3\n")


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


def test_cells_that_show_nothing_are_left_out_and_counted_unless_they_tell_what_is_public() -> None:
    from openpyxl.styles import Color, Font, PatternFill

    def sheet(head: str, fill: str | None = None) -> Contents:
        rows = [("Kota", "Pagu", head), ("Buol", 2, "bocor"), ("Sigi", 3, "lancar"), ("Poso", 4, "aman")]
        book = load_workbook(io.BytesIO(workbook(("Data", rows))))
        for cell in book["Data"]["C"]:
            cell.font = Font(color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor=fill) if fill else PatternFill()
        book["Data"]["B3"].number_format = ";;;"
        # Grey is a darker white.
        book["Data"]["A2"].font = Font(color=Color(theme=0, tint=-0.5))
        book.save(written := io.BytesIO())
        return read_xlsx(written.getvalue(), FieldMap())

    found = sheet("Catatan")
    assert found.drafts[0].text == "Kota: Buol; Pagu: 2\nSigi\nKota: Poso; Pagu: 4\n"
    assert found.left_out == {"unseen cell": 5}
    shown = "Kota: Buol; Pagu: 2; {0}: bocor\nKota: Sigi; {0}: lancar\nKota: Poso; Pagu: 4; {0}: aman\n"
    assert sheet("Catatan", "000000").drafts[0].text == shown.format("Catatan")
    assert sheet("Status").drafts[0].text == shown.format("Status")


def test_a_month_reads_as_its_cell_shows_it_and_a_day_of_opendocument_as_it_is_stored() -> None:
    rows = [("Bulan", "Ton"), (date(2025, 1, 1), 120), (date(2025, 2, 1), 130), (date(2025, 3, 3), 140)]
    book = load_workbook(io.BytesIO(workbook(("Data", rows))))
    for number, code in ((2, "mmm-yy"), (3, "mmmm yyyy"), (4, "mmm-yy")):
        book["Data"].cell(number, 1).number_format = code
    book.save(written := io.BytesIO())
    assert read_xlsx(written.getvalue(), FieldMap()).drafts[0].text == (
        "Bulan: Januari 2025; Ton: 120\nBulan: Februari 2025; Ton: 130\nBulan: 2025-03-03; Ton: 140\n"
    )
    body = sheet_rows([("judul", "isi", "tanggal"), ("Pasar", NEWS, "04/05/25"), ("Kios", NEWS, "Apr")])
    stored = "<table:table-cell office:value-type='date' office:date-value='2025-04-05T00:00:00'><text:p>"
    for shown in ("04/05/25", "Apr"):
        body = body.replace(f"<table:table-cell><text:p>{shown}", f"{stored}{shown}")
    found = read_ods(odf("spreadsheet", f"<table:table table:name='A'>{body}</table:table>"), FieldMap())
    assert [one.published for one in found.drafts] == [date(2025, 4, 5), None]


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


def test_a_formula_without_a_stored_value_costs_its_cell_or_its_row_and_not_the_sheet() -> None:
    rows = [("Kota", "2023", "2024"), ("Melati", 1, 2), ("Mawar", "=1+1", 4), ("Jumlah", "=1+3", "=2+4")]
    refused, read = read_xlsx(workbook(("Nilai", rows)), FieldMap()).drafts
    assert refused.refused.startswith("3 cells are formulas without a stored value (B3, B4, C4); open it")
    assert read.text == "Kota: Melati; 2023: 1; 2024: 2\nKota: Mawar; 2024: 4\n"
    for heading, cell in (("Status", "=1+1"), ("=1+1", 3)):
        [refused] = read_xlsx(
            workbook(("Nilai", [("Kota", "2023", heading), ("A", 1, cell), ("B", 2, 3)])), FieldMap()
        ).drafts
        assert refused.refused.startswith("a cell is a formula")


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
        (99, ";;;", ""),
        (0, "0;-0;;@", ""),
    ],
)
def test_a_number_reads_as_its_cell_shows_it(number: float, code: str, shown: str) -> None:
    assert shown_number(number, code, "id") == shown


def test_numbers_of_an_english_workbook_keep_its_signs() -> None:
    assert shown_number(1234.5, "#,##0.00", "en") == "1,234.50"


KAKAO = [
    ("Kabupaten", "Tahun", "Produksi"), ("Buol", "2023", "1.200 ton"), (None, "2024", "1.500 ton"),
    ("Sigi", "2023", "2.100 ton"), (None, "2024", "2.700 ton"),
]  # fmt: skip
KAKAO_READ = (
    "Kabupaten: Buol; Tahun: 2023; Produksi: 1.200 ton\nKabupaten: Buol; Tahun: 2024; Produksi: 1.500 ton\n"
    "Kabupaten: Sigi; Tahun: 2023; Produksi: 2.100 ton\nKabupaten: Sigi; Tahun: 2024; Produksi: 2.700 ton\n"
)


def merged(rows: list[tuple[str | None, ...]], *areas: str, hidden: int = 0) -> bytes:
    """A workbook of one sheet with merged cells, a row of it hidden perhaps."""
    book = load_workbook(io.BytesIO(workbook(("Data", rows))))
    for area in areas:
        book["Data"].merge_cells(area)
    if hidden:
        book["Data"].row_dimensions[hidden].hidden = True
    book.save(written := io.BytesIO())
    return written.getvalue()


def test_a_cell_that_is_merged_stands_in_each_row_that_it_covers() -> None:
    [draft] = read_xlsx(merged(KAKAO, "A2:A3", "A4:A5"), FieldMap()).drafts
    assert draft.text == KAKAO_READ
    titled = [("Produksi kakao", None, None), *KAKAO]
    [draft] = read_xlsx(merged(titled, "A1:XFD1", "A3:A4", "A5:A6", hidden=3), FieldMap()).drafts
    assert draft.text == f"Produksi kakao\n\n{KAKAO_READ.partition(chr(10))[2]}"
    rows = "".join(
        sheet_rows([[cell or "" for cell in row]]).replace(
            "<table:table-cell>",
            "<table:covered-table-cell>" if row[0] is None else f"<table:table-cell {span}>",
            1,
        ).replace("</table:table-cell>", f"</table:{'covered-' * (row[0] is None)}table-cell>", 1)
        for row, span in zip(KAKAO, ("", *["table:number-rows-spanned='2'"] * 4), strict=True)
    )  # fmt: skip
    sheet = f'<table:table table:name="A">{rows}</table:table>'
    [draft] = read_ods(odf("spreadsheet", sheet), FieldMap()).drafts
    assert draft.text == read_odt(odf("text", sheet)).text == KAKAO_READ


def test_a_cell_of_a_slide_that_is_merged_stands_in_each_row_that_it_covers() -> None:
    from pptx import Presentation

    shown = Presentation()
    slide = shown.slides.add_slide(shown.slide_layouts[6])
    table = slide.shapes.add_table(5, 3, 0, 0, 900, 900).table
    for number, row in enumerate(KAKAO):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell or ""
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(4, 0))
    box = slide.shapes.add_textbox(0, 0, 9, 9).text_frame.paragraphs[0]
    for text in ("Totalnya ", "9.000 ", "7.500 ton."):
        box.add_run().text = text
    box.runs[1]._r.get_or_add_rPr().set("strike", "sngStrike")
    shown.save(written := io.BytesIO())
    assert read_pptx(written.getvalue()).text == f"{KAKAO_READ}\nTotalnya 7.500 ton.\n"


def test_a_chart_of_a_slide_is_a_table_and_rows_of_a_text_that_are_declared_headings_are() -> None:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    shown, told = Presentation(), CategoryChartData(number_format="0.0")
    told.categories = ["Buol", "Sigi"]
    told.add_series("2024", (1.25, 2))
    told.add_series("2025", (3, None))
    chart = shown.slides.add_slide(shown.slide_layouts[6]).shapes.add_chart
    chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 9, 9, told)
    shown.save(written := io.BytesIO())
    assert read_pptx(written.getvalue()).text == "Buol; 2024: 1,2; 2025: 3,0\nSigi; 2024: 2,0\n"
    head, body = sheet_rows([("Kota", "Tahun")]), sheet_rows([("Buol", "Lalu")])
    table = f"<table:table><table:table-header-rows>{head}</table:table-header-rows>{body}</table:table>"
    assert read_odt(odf("text", table)).text == "Kota: Buol; Tahun: Lalu\n"


def test_headings_that_are_merged_in_three_rows_are_those_of_their_columns() -> None:
    rows = [
        ("Kota", "Anggaran", None, None, None), (None, "2023", None, "2024", None),
        (None, "Pagu", "Hasil", "Pagu", "Hasil"), ("Melati", "11", "12", "21", "22"),
        ("Jumlah", "11", None, "43", None),
    ]  # fmt: skip
    areas = ("A1:A3", "B1:E1", "B2:C2", "D2:E2", "B5:C5", "D5:E5")
    [draft] = read_xlsx(merged(rows, *areas), FieldMap()).drafts
    assert draft.text == (
        "Kota: Melati; Anggaran 2023 Pagu: 11; Anggaran 2023 Hasil: 12; Anggaran 2024 Pagu: 21; "
        "Anggaran 2024 Hasil: 22\nKota: Jumlah; Anggaran 2023: 11; Anggaran 2024: 43\n"
    )


def test_what_is_merged_in_a_table_of_articles_is_said_of_each_row_and_of_one_column() -> None:
    rows = [("id", "isi", "penulis", "status"), ("a", NEWS, None, "Draft"), ("b", NEWS, "Sari", None)]
    first, second = read_xlsx(merged(rows, "B2:C2", "D2:D3"), FieldMap()).drafts
    assert (first.author, first.withheld, second.withheld) == (None, "draft", "draft")


def test_what_is_struck_out_is_not_read() -> None:
    from openpyxl.styles import Font

    book = load_workbook(io.BytesIO(merged(KAKAO, "A2:A3", "A4:A5")))
    for cell in ("B3", "C3"):
        book["Data"][cell].font = Font(strike=True)
    book.save(written := io.BytesIO())
    found = read_xlsx(written.getvalue(), FieldMap())
    assert found.drafts[0].text == KAKAO_READ.replace(
        "Kabupaten: Buol; Tahun: 2024; Produksi: 1.500 ton\n", ""
    )
    assert found.left_out == {"struck-out cell": 2}
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties style:text-line-through-style="{kind}"/>'
        "</style:style>"
        for name, kind in (("T1", "solid"), ("T2", "none"))
    )
    body = (
        '<text:p>Nilainya<text:span text:style-name="T1"> Rp 12</text:span>'
        '<text:span text:style-name="T2"> Rp 15</text:span>.</text:p>'
    )
    assert read_odt(odf("text", body, styles)).text == "Nilainya Rp 15.\n"


def test_a_word_file_of_1997_is_read_without_what_is_struck_out() -> None:
    from index.parsers.office import _HIDDEN, _has_property

    # sprmCFStrike, on and off, as [MS-DOC] 2.6.1 writes it.
    assert [_has_property(b"\x37\x08" + value, _HIDDEN) for value in (b"\1", b"\0")] == [True, False]


def test_days_of_a_column_are_read_one_way() -> None:
    rows = [("isi", "tanggal"), *((NEWS, day) for day in ("3/4/2025", "2/14/2025", "2025-03-01"))]
    drafts = read_xlsx(workbook(("Berita", rows)), FieldMap()).drafts
    assert [one.published for one in drafts] == [date(2025, 3, 4), date(2025, 2, 14), date(2025, 3, 1)]
    rows[2] = (NEWS, "14/2/2025")
    assert read_xlsx(workbook(("Berita", rows)), FieldMap()).drafts[0].published == date(2025, 4, 3)


def test_tables_of_a_sheet_that_stand_side_by_side_are_apart() -> None:
    rows = [
        ("Kota", "Jagung", None, "Desa", "Padi"), ("Wakai", "22 ton", None, "Tojo", "31 ton"),
        ("Dolong", "28 ton", None, "Batu", "15 ton"), (None, None, None, "Ulu", "24 ton"),
    ]  # fmt: skip
    [draft] = read_xlsx(workbook(("Data", rows)), FieldMap()).drafts
    assert draft.text == (
        "Kota: Wakai; Jagung: 22 ton\nKota: Dolong; Jagung: 28 ton\n\n"
        "Desa: Tojo; Padi: 31 ton\nDesa: Batu; Padi: 15 ton\nDesa: Ulu; Padi: 24 ton\n"
    )
    rows = [("Kota", "2023", None, "2024", "2025"), ("Wakai", 1, None, 2, 3), ("Dolong", 4, None, 5, 6)]
    [draft] = read_xlsx(workbook(("Data", rows)), FieldMap()).drafts
    assert draft.text.startswith("Kota: Wakai; 2023: 1; 2024: 2; 2025: 3\n")


def drafted(kind: str) -> str:
    """Why a document is withheld whose properties say that it is a draft."""
    if kind == "odt":
        meta = f"""<office:document-meta {NAMES} xmlns:m="m"><office:meta>
            <m:user-defined m:name="Status">Draft</m:user-defined></office:meta></office:document-meta>"""
        return read_odt(odf("text", f"<text:p>{NEWS}</text:p>", meta_xml=meta)).withheld
    if kind == "ods":
        meta = f"""<office:document-meta {NAMES} xmlns:dc="d"><office:meta>
            <dc:description>Draf</dc:description></office:meta></office:document-meta>"""
        rows = sheet_rows([("judul", "isi"), ("Pasar", NEWS)])
        body = f'<table:table table:name="Berita">{rows}</table:table>'
        return read_ods(odf("spreadsheet", body, meta_xml=meta), FieldMap()).drafts[0].withheld
    if kind == "rtf":
        return read_rtf(b"{\\rtf1{\\info{\\title Pasar}{\\doccomm DRAFT}}Pasar dibuka.\\par}").withheld
    if kind == "pptx":
        from pptx import Presentation

        shown = Presentation()
        shown.core_properties.content_status = "Draft"
        shown.slides.add_slide(shown.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).text_frame.text = NEWS
        written = io.BytesIO()
        shown.save(written)
        return read_pptx(written.getvalue()).withheld
    book = load_workbook(io.BytesIO(workbook(("Berita", [("judul", "isi"), ("Pasar", NEWS)]))))
    book.properties.category = "Draf"
    written = io.BytesIO()
    book.save(written)
    return read_xlsx(written.getvalue(), FieldMap()).drafts[0].withheld


@pytest.mark.parametrize("kind", ["odt", "ods", "rtf", "pptx", "xlsx"])
def test_properties_of_each_format_say_that_a_document_is_a_draft(kind: str) -> None:
    assert drafted(kind) == "draft"


def test_a_sheet_with_a_mark_above_its_table_is_not_public() -> None:
    rows = [
        ("ANGKA SEMENTARA - DRAFT",),
        ("Kabupaten", "Anggaran"),
        ("Buol", "Rp 1 miliar"),
        ("Poso", "Rp 2 miliar"),
    ]
    [read] = read_xlsx(workbook(("Angka", rows)), FieldMap()).drafts
    assert read.withheld == "draft"
