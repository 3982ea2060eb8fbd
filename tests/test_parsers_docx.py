"""Word files give paragraphs and tables in their order, and nothing in them reaches outside."""

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from files_double import PARAGRAPHS, packed

from index.errors import ArticleError
from index.parsers.docx import read_docx


def written(build=None) -> bytes:
    document = docx.Document()
    (build or (lambda one: one.add_paragraph(PARAGRAPHS[0])))(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def rewritten(raw: bytes, part: str, change) -> bytes:
    """The same Word file with one part changed."""
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        members = {name: container.read(name) for name in container.namelist()}
    return packed(members | {part: change(members[part])})


def test_paragraphs_and_tables_are_read_in_their_order() -> None:
    def build(document) -> None:
        document.add_heading("Ekspor Naik", 0)
        document.add_paragraph("Satu  dua.\nTiga.")
        table = document.add_table(2, 2)
        for row, texts in zip(table.rows, (("Negara", "Nilai"), ("India", "1,2 miliar")), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        document.add_paragraph("")
        document.add_paragraph("Empat.", style="List Bullet")

    draft = read_docx(written(build))
    assert draft.text == "Ekspor Naik\n\nSatu dua.\nTiga.\n\nNegara | Nilai\nIndia | 1,2 miliar\n\nEmpat.\n"
    assert draft.title == "Ekspor Naik"


def test_what_was_inserted_under_review_is_read_and_what_was_deleted_is_not() -> None:
    body = (
        b"<w:p><w:r><w:t>Ekspor </w:t></w:r><w:ins w:id='1' w:author='a'><w:r><w:t>naik</w:t></w:r></w:ins>"
        b"<w:del w:id='2' w:author='a'><w:r><w:delText>turun</w:delText></w:r></w:del><w:r><w:tab/><w:t>lagi."
        b"</w:t></w:r></w:p>"
    )
    raw = rewritten(
        written(), "word/document.xml", lambda part: part.replace(b"<w:sectPr", body + b"<w:sectPr", 1)
    )
    assert read_docx(raw).text == f"{PARAGRAPHS[0]}\n\nEkspor naik lagi.\n"


def inserted(body: str) -> bytes:
    """A Word file with this at its end."""
    return rewritten(
        written(),
        "word/document.xml",
        lambda part: part.replace(b"<w:sectPr", body.encode() + b"<w:sectPr", 1),
    )


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def control(content: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"


HEAD = row(cell("Negara"), cell("2024"), cell("2025"))


def test_content_controls_around_rows_cells_and_text_are_read() -> None:
    rows = [
        control(row(cell("India"), cell("1 ton"), cell("2 ton"))),
        control(control(row(cell("Tiongkok"), control(cell("3 ton")), cell("4 ton")))),
        row(cell("Jepang"), cell("5 ton"), f"<w:tc>{control(paragraph(run('6 ton')))}</w:tc>"),
    ]
    text = paragraph(run("Nilai "), control(run("ekspor"))) + control(paragraph(run("naik.")))
    assert read_docx(inserted(f"<w:tbl>{HEAD}{''.join(rows)}</w:tbl>{text}")).text == (
        f"{PARAGRAPHS[0]}\n\n"
        "Negara: India; 2024: 1 ton; 2025: 2 ton\n"
        "Negara: Tiongkok; 2024: 3 ton; 2025: 4 ton\n"
        "Negara: Jepang; 2024: 5 ton; 2025: 6 ton\n\n"
        "Nilai ekspor\n\nnaik.\n"
    )


def test_cells_stay_in_their_columns_and_span_as_they_say() -> None:
    wide = "<w:gridSpan w:val='2'/>"
    head = row(cell("", "<w:vMerge w:val='restart'/>"), cell("Ekspor", wide), properties="<w:tblHeader/>")
    years = row(cell("", "<w:vMerge/>"), cell("2024"), cell("2025"), properties="<w:tblHeader/>")
    rows = [
        row(cell("Asia", "<w:gridSpan w:val='3'/>")),
        row(cell("India"), cell(""), cell("2 ton")),
        row(cell("Jepang"), cell("sama", wide)),
    ]
    assert read_docx(inserted(f"<w:tbl>{head}{years}{''.join(rows)}</w:tbl>")).text.endswith(
        "\n\nAsia\nIndia; Ekspor 2025: 2 ton\nJepang; Ekspor: sama\n"
    )


def test_a_row_that_begins_further_right_keeps_its_cells_below_their_headings() -> None:
    late = row(cell("1 ton"), cell("2 ton"), properties="<w:gridBefore w:val='1'/>")
    rows = [row(cell("India"), cell("3 ton"), cell("4 ton")), late]
    text = read_docx(inserted(f"<w:tbl>{HEAD}{''.join(rows)}</w:tbl>")).text
    assert text.endswith("\n\nNegara: India; 2024: 3 ton; 2025: 4 ton\n2024: 1 ton; 2025: 2 ton\n")


def test_a_text_box_in_a_table_follows_it_unless_its_row_is_hidden() -> None:
    def boxed(text: str) -> str:
        return f"<w:pict><w:txbxContent>{paragraph(run(text))}</w:txbxContent></w:pict>"

    rows = row(cell("India"), cell("1 ton"), f"<w:tc>{paragraph(run('2 ton'), boxed('Sementara.'))}</w:tc>")
    gone = row(f"<w:tc>{paragraph(boxed('Rahasia.'))}</w:tc>", properties="<w:hidden/>")
    assert read_docx(inserted(f"<w:tbl>{HEAD}{rows}{gone}</w:tbl>")).text.endswith(
        "\n\nNegara: India; 2024: 1 ton; 2025: 2 ton\n\nSementara.\n"
    )


def test_headings_in_two_rows_are_read_though_nothing_declares_them() -> None:
    wide = "<w:gridSpan w:val='2'/>"
    head = row(cell("Negara", "<w:vMerge w:val='restart'/>"), cell("2024", wide), cell("2025", wide))
    parts = row(cell("", "<w:vMerge/>"), cell("Berat"), cell("Nilai"), cell("Berat"), cell("Nilai"))
    rows = row(cell("India"), *(cell(str(number)) for number in (1, 2, 3, 4)))
    assert read_docx(inserted(f"<w:tbl>{head}{parts}{rows}</w:tbl>")).text.endswith(
        "\n\nNegara: India; 2024 Berat: 1; 2024 Nilai: 2; 2025 Berat: 3; 2025 Nilai: 4\n"
    )


WHITE = ("Putih.", "<w:color w:val='FFFFFF'/>")
MATH = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"


def formula(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        # Cells with running text, a table within one of them.
        (
            f"<w:tbl><w:tr><w:tc>{paragraph(run('Satu.'))}{paragraph(run('Dua.'))}<w:tbl>{HEAD}"
            f"{row(cell('India'), cell('1'), cell('2'))}</w:tbl><w:p/></w:tc></w:tr></w:tbl>",
            "Satu.\n\nDua.\n\nNegara: India; 2024: 1; 2025: 2",
        ),
        (
            f"<w:p {MATH}>{run('Kira ')}<m:f><m:num>{formula('3')}</m:num><m:den>{formula('4')}</m:den></m:f>"
            f"{run(' dari ')}<m:sSup><m:e>{formula('10')}</m:e><m:sup>{formula('9')}</m:sup></m:sSup></w:p>",
            "Kira 3/4 dari 10^9",
        ),
        # White on white, and too small for any reader.
        (paragraph(run("Nyata."), run(*WHITE)), "Nyata."),
        (paragraph(run("Nyata."), run(" Kecil.", "<w:sz w:val='2'/>")), "Nyata."),
        (paragraph(run("Putih.", "<w:shd w:fill='000000'/><w:color w:val='FFFFFF'/>")), "Putih."),
        (f"<w:tbl>{row(f'<w:tc>{paragraph(run(WHITE[0], WHITE[1]))}</w:tc>')}</w:tbl>", "Putih."),
        (paragraph("<w:r><w:drawing><anchor behindDoc='1'/></w:drawing></w:r>", run(*WHITE)), "Putih."),
        # A table with headings stays one, however long one of its cells is.
        (
            f"<w:tbl>{HEAD}{row(cell('India'), cell('1'), cell('Naik. ' * 80))}"
            f"{row(cell('Cina'), cell('2'), cell('3'))}</w:tbl>",
            f"Negara: India; 2024: 1; 2025: {'Naik. ' * 79}Naik.\nNegara: Cina; 2024: 2; 2025: 3",
        ),
    ],
)
def test_what_a_document_shows_is_read_whole_and_nothing_else(body: str, text: str) -> None:
    assert read_docx(inserted(body)).text == f"{PARAGRAPHS[0]}\n\n{text}\n"


def test_a_chart_and_a_part_of_another_format_are_read_where_they_stand() -> None:
    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "word/chart.xml": f"<c:chartSpace xmlns:c='{space}'><c:ser><c:tx><c:v>Nilai</c:v></c:tx><c:cat>"
        "<c:pt idx='0'><c:v>India</c:v></c:pt></c:cat><c:val><c:formatCode>0.0</c:formatCode>"
        "<c:pt idx='0'><c:v>1.25</c:v></c:pt></c:val></c:ser></c:chartSpace>",
        "word/broken.xml": "<c:chartSpace",
        "word/part.html": "<html><p>Bagian <b>lain</b>.</p></html>",
    }
    chart = f"<w:r><w:drawing><c:chart xmlns:c='{space}' xmlns:r='{kinds}' r:id='r1'/></w:drawing></w:r>"
    # Once, though it stands in a box and there again for old programs; none that is deleted or broken.
    other = f"<a:Fallback xmlns:a='urn:a'>{chart}</a:Fallback>"
    raw = inserted(
        f"<w:p><w:r><w:txbxContent><w:p>{chart}{other}</w:p></w:txbxContent></w:r></w:p>"
        f"<w:p><w:del>{chart}</w:del>{chart.replace('r1', 'r3')}</w:p>"
        f"<w:altChunk xmlns:r='{kinds}' r:id='r2'/>"
    )
    relations = (
        f"<Relationship Id='r1' Target='chart.xml' Type='{kinds}/chart'/>"
        f"<Relationship Id='r3' Target='broken.xml' Type='{kinds}/chart'/>"
        f"<Relationship Id='r2' Target='part.html' Type='{kinds}/aFChunk'/></Relationships>"
    )
    raw = rewritten(
        raw,
        "word/_rels/document.xml.rels",
        lambda part: part.replace(b"</Relationships>", relations.encode()),
    )
    raw = rewritten(
        raw,
        "[Content_Types].xml",
        lambda part: part.replace(
            b"</Types>", b"<Default Extension='html' ContentType='text/html'/></Types>"
        ),
    )
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        members = {name: container.read(name) for name in container.namelist()}
    assert read_docx(packed(members | parts)).text == (
        f"{PARAGRAPHS[0]}\n\nIndia; Nilai: 1,2\n\nBagian lain.\n"
    )


def test_a_document_in_the_strict_form_is_read() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as container:
        members = {name: container.read(name) for name in container.namelist()}
    strict = {
        name: re.sub(
            rb"http://schemas\.openxmlformats\.org/(w\w+|o\w+)/2006/",
            rb"http://purl.oclc.org/ooxml/\1/",
            part,
        )
        for name, part in members.items()
    }
    assert strict != members
    assert read_docx(packed(strict)).text == f"{PARAGRAPHS[0]}\n"


def test_a_content_control_that_nobody_filled_in_is_left_out() -> None:
    prompt = control(run("Klik di sini.")).replace(
        "<w:sdt>", "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>", 1
    )
    block = control(paragraph(run("Ketik."))).replace(
        "<w:sdt>", "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>", 1
    )
    text = read_docx(inserted(paragraph(run("Nilai "), prompt, run("naik.")) + block)).text
    assert text == f"{PARAGRAPHS[0]}\n\nNilai naik.\n"


def test_rows_that_are_hidden_or_deleted_are_left_out() -> None:
    rows = [
        row(cell("India"), cell("1 ton"), cell("2 ton"), properties="<w:del w:id='1' w:author='a'/>"),
        row(cell("Jepang"), cell("3 ton"), cell("4 ton"), properties="<w:hidden/>"),
        row(cell("Korea"), cell("5 ton"), cell("6 ton")),
    ]
    text = read_docx(inserted(f"<w:tbl>{HEAD}{''.join(rows)}</w:tbl>")).text
    assert text.endswith("\n\nNegara: Korea; 2024: 5 ton; 2025: 6 ton\n")


def test_hidden_text_is_left_out_also_where_a_style_hides_it() -> None:
    def build(document) -> None:
        shown = document.styles.add_style("Tampak", WD_STYLE_TYPE.CHARACTER)
        hidden = document.styles.add_style("Rahasia", WD_STYLE_TYPE.PARAGRAPH)
        hidden.font.hidden, shown.font.hidden = True, False
        document.styles.add_style("Turunan", WD_STYLE_TYPE.PARAGRAPH).base_style = hidden
        document.add_paragraph("satu")
        document.add_paragraph("").add_run("dua").font.hidden = True
        document.add_paragraph("tiga", style="Rahasia")
        document.add_paragraph("empat", style="Turunan").add_run(" lima").font.hidden = False
        document.add_paragraph("", style="Turunan").add_run("enam", style="Tampak")

    assert read_docx(written(build)).text == "satu\n\nlima\n\nenam\n"


def test_notes_follow_what_they_are_notes_to_once() -> None:
    space = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kinds = (b"footnote", b"endnote")

    def notes(kind: bytes) -> bytes:
        line = b"<w:%b w:type='separator' w:id='-1'><w:p><w:r><w:separator/></w:r></w:p></w:%b>" % (
            kind,
            kind,
        )
        note = b"<w:%b w:id='1'><w:p><w:r><w:%bRef/><w:t> Sumber: %b.</w:t></w:r></w:p></w:%b>"
        body = line + note % (kind, kind, kind.title(), kind)
        return b"<w:%bs xmlns:w='%b'>%b</w:%bs>" % (kind, space, body, kind)

    def mark(kind: bytes) -> bytes:
        return b"<w:r><w:%bReference w:id='1'/></w:r>" % kind

    body = (
        b"<w:p><w:r><w:t>Ekspor naik</w:t></w:r>" + mark(b"footnote") + b"<w:r><w:t> lagi.</w:t></w:r></w:p>"
    )
    body += b"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Nilai</w:t></w:r>" + mark(b"endnote") + mark(b"footnote")
    body += b"</w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>Akhir.</w:t></w:r></w:p>"
    raw = rewritten(
        written(), "word/document.xml", lambda part: part.replace(b"<w:sectPr", body + b"<w:sectPr", 1)
    )
    relations, types = b"", b""
    for kind in kinds:
        relations += (
            b"<Relationship Id='r%b' Target='%bs.xml' Type='http://schemas.openxmlformats.org/officeDocument/"
            b"2006/relationships/%bs'/>" % (kind, kind, kind)
        )
        types += (
            b"<Override PartName='/word/%bs.xml' ContentType='application/vnd.openxmlformats-officedocument."
            b"wordprocessingml.%bs+xml'/>" % (kind, kind)
        )
    raw = rewritten(
        raw,
        "word/_rels/document.xml.rels",
        lambda part: part.replace(b"</Relationships>", relations + b"</Relationships>"),
    )
    raw = rewritten(raw, "[Content_Types].xml", lambda part: part.replace(b"</Types>", types + b"</Types>"))
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        members = {name: container.read(name) for name in container.namelist()}
    raw = packed(members | {f"word/{kind.decode()}s.xml": notes(kind) for kind in kinds})
    assert read_docx(raw).text == (
        f"{PARAGRAPHS[0]}\n\nEkspor naik lagi.\n\nSumber: Footnote.\n\nNilai\n\nSumber: Endnote.\n\nAkhir.\n"
    )


def test_a_cell_that_claims_to_span_a_hundred_million_columns_is_read_once() -> None:
    cell = (
        b"<w:tc><w:tcPr><w:gridSpan w:val='100000000'/></w:tcPr><w:p><w:r><w:t>Nilai</w:t></w:r></w:p></w:tc>"
    )
    body = b"<w:tbl><w:tr>" + cell + b"</w:tr></w:tbl>"
    raw = rewritten(
        written(), "word/document.xml", lambda part: part.replace(b"<w:sectPr", body + b"<w:sectPr", 1)
    )
    assert read_docx(raw).text == f"{PARAGRAPHS[0]}\n\nNilai\n"


def test_what_the_document_declares_is_believed_but_not_its_program() -> None:
    def build(document) -> None:
        document.add_paragraph(PARAGRAPHS[0])
        document.core_properties.title = "Ekspor Naik"
        document.core_properties.author = "Ratna Sari"
        document.core_properties.created = datetime(2025, 7, 22)

    draft = read_docx(written(build))
    assert (draft.title, draft.author, draft.made) == ("Ekspor Naik", "Ratna Sari", date(2025, 7, 22))
    bare = read_docx(written())
    assert (bare.title, bare.author, bare.made) == (None, None, None)


def test_the_day_on_which_a_document_was_made_is_one_of_the_office() -> None:
    def build(document) -> None:
        document.add_paragraph("Bupati hadir.")
        document.core_properties.created = datetime(2024, 12, 31, 18, 15)  # in UTC

    assert read_docx(written(build)).made == date(2025, 1, 1)


def test_an_entity_is_never_filled_in(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("RAHASIA")
    kinds = f'<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "ha"><!ENTITY z "&y;&y;&y;&y;">'

    def change(part: bytes) -> bytes:
        head, _, rest = part.partition(b"?>")
        return head + b"?><!DOCTYPE w [" + kinds.encode() + b"]>" + rest.replace(b"persen", b"&x;&z;", 1)

    raw = rewritten(written(), "word/document.xml", change)
    try:
        text = read_docx(raw).text
    except ArticleError as error:
        text = str(error)
    assert "RAHASIA" not in text
    assert "haha" not in text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Word file or locked with a password; save it as .docx"),
        (b"Hanya teks.", "it is no Word file; name it after what it is"),
        (written()[:2000], "it is no archive, or one cut short"),
        (packed({"a.txt": "Isi."}), "it is no whole Word file; save it as .docx again"),
        (packed({"[Content_Types].xml": b"<a>" * 3000}), "it is no whole Word file"),
        (packed({"word/media/a.png": bytes(60 * 2**20)}), "unpacks to far more than any text does"),
        (packed({"../a.xml": "<a/>"}), "its path leads out of the archive"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read_docx(raw)


@pytest.mark.parametrize("flags", [0x20, 0x40], ids=["patched", "strongly encrypted"])
def test_a_file_packed_in_a_way_that_is_not_read_is_refused(flags: int) -> None:
    raw = bytearray(written())
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        raw[at + 8] |= flags
        at = raw.find(b"PK\x01\x02", at + 1)
    with pytest.raises(ArticleError, match=r"it is no whole Word file; save it as \.docx again"):
        read_docx(bytes(raw))


def test_a_file_of_a_later_version_of_the_container_is_refused() -> None:
    raw = bytearray(written())
    raw[raw.find(b"PK\x01\x02") + 6] = 99
    with pytest.raises(ArticleError, match=r"it is a damaged archive \(.*version 9\.9\); pack it again"):
        read_docx(bytes(raw))


def test_what_is_struck_out_is_not_read() -> None:
    struck = [run(f"Rp {n} ", f"<w:{mark}/>") for n, mark in ((12, "strike"), (13, "dstrike"))]
    kept = run("Rp 15.", "<w:strike w:val='0'/>")
    assert read_docx(inserted(paragraph(run("Nilainya "), *struck, kept))).text.endswith("Nilainya Rp 15.\n")


def watermark(document) -> None:
    shape = "<v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textpath string='DRAFT'/></v:shape>"
    document.sections[0].header.paragraphs[0].add_run()._r.append(parse_xml(shape))


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda one: setattr(one.core_properties, "content_status", "Draft"), "draft"),
        (lambda one: setattr(one.core_properties, "content_status", "Final"), ""),
        (lambda one: one.sections[0].header.add_paragraph("DRAF – BELUM UNTUK DISIARKAN"), "draft"),
        (lambda one: one.sections[0].header.add_paragraph("Humas Kabupaten Sigi"), ""),
        (watermark, "draft"),
        (lambda one: one.sections[0].footer.add_paragraph("Konsep siaran pers"), "draft"),
        (lambda one: one.sections[0].footer.add_paragraph("Dilarang mengutip tanpa izin"), ""),
        (lambda one: setattr(one.core_properties, "category", "Draf"), "draft"),
        (lambda one: setattr(one.core_properties, "comments", "Jangan ditayangkan"), "not for publication"),
        (lambda one: setattr(one.core_properties, "subject", "Embargo sampai 1 Januari 2999"), "embargo"),
        (lambda one: setattr(one.core_properties, "keywords", "draft, rahasia"), "draft"),
        (lambda one: setattr(one.core_properties, "keywords", "draft, NBA"), ""),
    ],
)
def test_a_document_says_that_it_is_not_public_in_its_properties_and_margins(build, reason) -> None:
    def built(document) -> None:
        document.add_paragraph(PARAGRAPHS[0])
        build(document)

    assert read_docx(written(built)).withheld == reason


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Status", "Draft", "draft"),
        ("Embargo", "2031-01-01", "embargo"),
        ("Disposition", "Menunggu persetujuan", "draft"),
        ("MSIP_Label_1_Name", "Confidential - All Employees", "confidential"),
        ("MSIP_Label_1_Name", "Public", ""),
        ("Client", "Draft & Sons", ""),
    ],
)
def test_properties_that_users_and_programs_define_say_whether_a_document_is_public(name, value, reason):
    defined = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
        f'<property name="{name}"><x>{value.replace("&", "&amp;")}</x></property></Properties>'
    )
    with zipfile.ZipFile(io.BytesIO(written())) as container:
        members = {one: container.read(one) for one in container.namelist()}
    assert read_docx(packed(members | {"docProps/custom.xml": defined})).withheld == reason
