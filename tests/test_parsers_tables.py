"""Records are read one by one, whatever their fields are called; a bad one is named by its line."""

import contextlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleError, SettingsError
from index.files import finish
from index.parsers import ArticleDraft, table_lines
from index.parsers.publication import is_ahead
from index.parsers.tables import (
    LONGEST_ROW,
    MOST_FAILURES,
    FieldMap,
    Record,
    judged,
    marked_beside,
    read_csv,
    read_json,
    read_jsonl,
    read_posts,
    slug,
)
from index.text import office_zone

PLAIN = FieldMap()


def jsonl(*records: object, fields: FieldMap = PLAIN) -> list[Record]:
    lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
    return list(read_jsonl(io.BytesIO("\n".join(lines).encode()), fields))


def table(text: str | bytes, fields: FieldMap = PLAIN) -> list[Record]:
    return list(read_csv(io.BytesIO(text.encode() if isinstance(text, str) else text), fields))


def draft(record: Record) -> ArticleDraft:
    assert isinstance(record.draft, ArticleDraft), record.draft
    return record.draft


def failures(records: list[Record]) -> list[tuple[int, str]]:
    return [(one.line, str(one.draft)) for one in records if isinstance(one.draft, ArticleError)]


@pytest.mark.parametrize(
    "record",
    [
        {"id": 7, "title": "Judul", "text": "Isi.", "source": "Melati", "date": "2025-07-22",
         "url": "https://a.id/b"},
        {"ID": "7", "Judul": "Judul", "Isi": "Isi.", "Sumber": "Melati", "Tanggal": "22/07/2025",
         "Tautan": "https://a.id/b"},
        {"id": 7.0, "headline": "Judul", "Isi Berita": "Isi.", "penerbit": {"name": "Melati"},
         "published_at": "2025-07-22T10:00:00+07:00", "link": "https://a.id/b"},
        {"id": "7", "judul": "Judul", "content": "<p>Isi.</p>", "media": "Melati",
         "terbit": "Selasa, 22 Juli 2025", "permalink": "https://a.id/b"},
        {"id": "7", "title": "Judul", "body": ["Isi."], "publisher": "Melati", "link": "https://a.id/b",
         "pubDate": "Tue, 22 Jul 2025 10:00:00 +0700"},
    ],
)  # fmt: skip
def test_usual_names_of_fields_are_known(record: dict[str, object]) -> None:
    [found] = jsonl(record)
    expected = ArticleDraft("Isi.", "Judul", "Melati", None, date(2025, 7, 22), "https://a.id/b", name="7")
    assert draft(found) == expected


def test_unusual_names_are_mapped_and_so_are_fields_within_fields() -> None:
    fields = FieldMap.of(["text=naskah_lengkap", "title=meta.judul", "date=kapan"])
    record = {"naskah_lengkap": "Isi.", "text": "bukan", "meta": {"judul": "Judul"}, "kapan": "3/4/25"}
    [found] = jsonl(record, fields=fields)
    assert (draft(found).text, draft(found).title, draft(found).published) == (
        "Isi.",
        "Judul",
        date(2025, 4, 3),
    )


@pytest.mark.parametrize("pair", ["isi", "isi=", "=isi", "warna=isi"])
def test_a_map_that_names_no_field_is_refused(pair: str) -> None:
    with pytest.raises(
        SettingsError, match=r"maps no field; write FIELD=NAME with one of: author, id, published"
    ):
        FieldMap.of([pair])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"status": "publish"}, ""),
        ({"status": "Terbit"}, ""),
        ({"status": "Draf"}, "draf"),
        ({"Status": "Pending Review"}, "pending review"),
        ({"status": "positif"}, ""),
        ({"post_status": "positif"}, "positif"),
        ({"is_published": False}, "unpublished"),
        ({"is_published": "1"}, ""),
        ({"is_draft": "ya"}, "draft"),
        ({"post_type": "attachment"}, "attachment"),
        ({"post_password": "s3rahasia"}, "password"),
        ({"visibility": "private"}, "private"),
        ({"deleted": 0}, ""),
        ({"status_publikasi": "Sudah Terbit"}, ""),
        ({"status": "Belum Tayang"}, "belum tayang"),
        ({"status": "Menunggu persetujuan redaktur"}, "menunggu persetujuan redaktur"),
        ({"status": "Untuk internal"}, "untuk internal"),
        ({"status": "internasional"}, ""),
        ({"status": "unpublish"}, "unpublish"),
        ({"status": "Ditarik"}, "ditarik"),
        ({"status": "0"}, "unpublished"),
        ({"status": False}, "unpublished"),
        ({"status": "1"}, ""),
        ({"state": -2}, "unpublished"),
        ({"visibility": "members"}, "members"),
        ({"embargo": "2099-01-01 10:00"}, "embargo"),
        ({"embargo": "2020-01-01 10:00"}, ""),
        ({"status": "publish", "date": "2099-01-01"}, "scheduled"),
        ({"date": "2099-01-01"}, ""),
        ({"published_at": None, "created_at": "2025-03-04"}, "unpublished"),
        ({"published_at": "2025-03-05", "created_at": "2025-03-04"}, ""),
        ({"published_at": None}, ""),
        ({"published_at": None, "created_at": "2025-03-04", "status": "Published"}, ""),
        ({"published_at": "", "created_at": "2025-03-04", "is_published": True}, ""),
        ({"published_at": "", "created_at": "2025-03-04", "status_terbit": "sudah tayang"}, ""),
        ({"published_at": "", "created_at": "2025-03-04", "status": "approved"}, "unpublished"),
        ({"published_at": "", "created_at": "2025-03-04", "is_published": False}, "unpublished"),
    ],
)
def test_a_record_that_says_it_is_not_public_is_withheld(said, reason) -> None:
    [record] = jsonl({"title": "Jembatan", "text": "Jembatan dibuka."} | said)
    assert draft(record).withheld == reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *(({"is_published": word}, "unpublished") for word in ("f", 0, "Tidak", "off")),
        *(({"status": word}, "unpublished") for word in ("f", "N", "Tidak", "off")),
        *(({name: "Belum"}, "belum") for name in ("status", "is_published", "tayang")),
        *(({name: "t"}, "draft") for name in ("is_draft", "draft")),
        ({"tayang": "Belum tayang"}, "belum tayang"),
        ({"password": True}, "password"),
        ({"post_password": "0"}, ""),
        *(({"status": {"id": 2, "name": word}}, word) for word in ("draft", "kedaluwarsa", "takedown")),
        ({"post_status": {"slug": "draft", "name": "Naskah"}}, "draft"),
        ({"post_status": {"id": 1, "name": "Terbit"}}, ""),
        ({"post_status": {"id": 1}}, "unknown status"),
        ({"status": [{"value": "draft"}, {"value": "publish"}]}, "draft"),
        ({"status": [["draft"]]}, "draft"),
        ({"deleted_at": {"$date": "2025-01-01T00:00:00Z"}}, "deleted"),
        ({"deleted_at": {"$date": {"$numberLong": "1741000000000"}}}, "deleted"),
        ({"deleted_at": None, "trashed_at": "0000-00-00 00:00:00"}, ""),
        *(
            ({"status": word}, word.lower())
            for word in (
                "Expired", "Antrean", "Akan tayang", "Diproses", "Editing", "WIP", "Under embargo",
                "Embargo sampai Senin", "Terjadwal: Jumat", "Dikembalikan", "To be published", "Siap terbit",
                "Ready to publish", "Tertunda", "suspended", "terkunci",
            )
        ),
        *(({"status": word}, "") for word in ("Belum ditindaklanjuti", "Perlu tanggapan", "Netral")),
    ],
)  # fmt: skip
def test_what_stands_for_no_and_for_not_public_is_understood_in_whatever_shape(said, reason) -> None:
    [record] = jsonl({"title": "Jembatan", "text": "Jembatan dibuka."} | said)
    assert draft(record).withheld == reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"moderation_state": "draft"}, "draft"),
        ({"review_state": "private"}, "private"),
        ({"workflowState": "pending"}, "pending"),
        ({"Status Naskah": "Draf"}, "draf"),
        ({"status_siaran_web": "Belum tayang"}, "belum tayang"),
        ({"publish": "N"}, "unpublished"),
        *(
            ({name: False}, "unpublished")
            for name in ("active", "is_active", "enabled", "visible", "approved")
        ),
        ({"hidden": 1}, "hidden"),
        ({"archived": True}, "archived"),
        ({"is_trash": "ya"}, "trash"),
        ({"has_password": 1}, "haspassword"),
        ({"approval": "pending"}, "pending"),
        ({"access": "private"}, "private"),
        ({"sifat": "Rahasia"}, "rahasia"),
        ({"klasifikasi": "Sangat Rahasia"}, "sangat rahasia"),
        ({"publish_down": "2025-01-01 00:00:00"}, "expired"),
        ({"publish_down": "0000-00-00 00:00:00"}, ""),
        ({"expired_at": "2099-01-01"}, ""),
        ({"comment_status": "pending"}, ""),
        ({"status_perkara": "Ditolak"}, ""),
        ({"status_code": 0, "ping_status": "closed"}, ""),
        ({"sifat": "Segera", "klasifikasi": "Politik", "access": 1, "hidden": 0, "is_active": "Y"}, ""),
        ({"Status": "Ditindaklanjuti", "Status Sentimen": "Negatif"}, ""),
    ],
)
def test_a_status_is_found_under_the_names_that_programs_give_it(said, reason) -> None:
    [record] = jsonl({"title": "Jembatan", "text": "Jembatan dibuka."} | said)
    assert draft(record).withheld == reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *(
            ({"embargo_until": value}, "embargo")
            for value in (
                True, "ya", "1", "Senin depan", "akhir tahun", 4102444800000, "Rabu pukul 10",
                {"$date": "2099-01-01T00:00:00Z"},
            )
        ),
        *(
            ({"embargo": value}, "")
            for value in (
                "", None, False, "tidak", "-", "N/A", "2025-03-04", "3 Maret 2025 pukul 10.00 WIB",
                1741000000,
            )
        ),
        ({"publish_up": "4102444800000"}, "embargo"),
        ({"publish_on": "Facebook"}, ""),
        ({"title": "Bupati menjelaskan embargo ekspor", "ringkasan": "Embargo sampai Senin"}, ""),
    ],
)  # fmt: skip
def test_an_embargo_holds_unless_it_is_known_to_be_over(said, reason) -> None:
    [record] = jsonl({"title": "Jembatan", "text": "Jembatan dibuka."} | said)
    assert draft(record).withheld == reason


@pytest.mark.parametrize("field", ["embargo_until", "date", "publish_at"])
def test_what_is_to_come_by_the_office_s_clock_is_not_public(field: str) -> None:
    now = datetime.now(office_zone())
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    ahead = [tomorrow, f"{tomorrow} 23:00", (now + timedelta(minutes=5)).isoformat()]
    over = [now.date().isoformat(), (now - timedelta(minutes=5)).isoformat(), int(now.timestamp()) - 300]
    records = jsonl(*({"text": "Isi.", "status": "publish", field: value} for value in (*ahead, *over)))
    assert [bool(draft(record).withheld) for record in records] == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("%d/%m/%Y pukul %H.%M", 2), ("%Y-%m-%d %H:%M", 2), ("%d %b %Y %H:%M WIB", -2), ("%d/%m/%Y", 0)],
)
def test_the_time_of_day_counts_where_it_is_given(written: str, minutes: int) -> None:
    now = datetime.now(office_zone())
    instant = now + timedelta(minutes=minutes)
    if instant.date() == now.date():
        assert is_ahead(instant.strftime(written)) == (minutes > 0)


@pytest.mark.parametrize(
    ("column", "public", "hidden"),
    [
        ("Sudah tayang?", "Ya", "Belum"),
        ("Terbit? Ya/Tidak", "Ya", "Tidak"),
        ("Tayang (Y/T)", "Y", "T"),
        ("Boleh disiarkan", "Ya", "Tidak"),
        ("Ditayangkan", "✔", "✘"),
        ("Terbit", "v", "x"),
        ("Terbit", "x", ""),
        ("Terbit", "Ya", "-"),
        ("is-published", "t", "f"),
        ("Untuk internal?", "Tidak", "Ya"),
        ("Embargo?", "Tidak", "Ya"),
        ("Persetujuan Kadis", "Disetujui", "Belum"),
        ("Keterangan", "terbit", "Belum boleh terbit"),
        ("Tahap", "2", "DRAFT"),
        ("Status", "Terbit", "<b>1. Draft</b>"),
        ("Status", "Terbit di web", "Blm ACC"),
        ("tanggal_terbit", "2025-03-01", "Belum terbit"),
        ("slug", "pasar", "pasar__trashed"),
        ("flag_publish", "1", "0"),
        ("status_publish", "Y", "N"),
        ("terbit_pada", "2025-03-01", "2031-01-01"),
        ("Embargo s/d", "-", "31 Desember 2031"),
        ("Flag", "Publish", "Draft"),
        ("acc", "sudah", "belum"),
        ("Status Approval", "OK", "Ditolak Karo"),
        ("Tahap", "Terbit", "Menunggu persetujuan Kabiro"),
        ("Ket.", "Foto: Antara", "JANGAN DITAYANGKAN DULU"),
        ("Status", "Tayang", ""),
        ("status", "P", "D"),
        ("created_at,tgl_tayang", "2025-03-01,2025-03-02", "2025-03-01,"),
    ],
)
def test_a_column_says_in_its_own_words_what_is_not_public(column: str, public: str, hidden: str) -> None:
    rows = judged(table(f"judul,isi,{column}\nA,{NEWS},{public}\nB,{NEWS},{hidden}\nC,{NEWS},{public}\n"))
    assert [bool(draft(row).withheld) for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Terbit", ("2025-03-01", "", "3 Maret 2025")),
        ("Status", ("Positif", "Netral", "")),
        ("Status", ("Terbit", "Tayang di web", "Belum ditindaklanjuti")),
        ("Publikasi", ("Kompas", "", "Tempo")),
        ("is_published", ("t", "t", "t")),
        ("Tampil", ("", "", "")),
        ("internal", ("Rapat", "Kabar", "")),
        ("Rubrik", ("Internal", "Draft", "Rahasia")),
        ("Rubrik", ("Draft", "Ekonomi", "Terbit")),
        ("Moda", ("Online", "Offline", "Live")),
        ("tgl_tayang", ("2025-03-01", "", "2025-03-02")),
        ("Keterangan", ("Draf RUU dibahas", "Embargo senjata dicabut", "Foto: Antara")),
    ],
)
def test_what_a_column_holds_beside_says_nothing_of_publication(column: str, values: tuple[str, ...]) -> None:
    rows = "".join(f"{n},{NEWS},{value}\n" for n, value in enumerate(values))
    assert [draft(row).withheld for row in judged(table(f"judul,isi,{column}\n{rows}"))] == [""] * 3


def test_a_status_that_is_not_understood_beside_what_is_published_is_withheld_and_named() -> None:
    rows = [f"A,{NEWS},Revisi Kadis\n", *(f"B{n},{NEWS},Terbit\n" for n in range(3))]
    found = [draft(row).withheld for row in judged(table(f"judul,isi,status\n{''.join(rows)}"))]
    assert found == ["status not understood: revisi kadis", "", "", ""]
    assert not draft(next(judged(table(f"judul,isi,status\n{rows[0]}")))).withheld


def test_records_before_one_that_ends_the_file_are_given() -> None:
    def broken() -> Iterator[Record]:
        yield from table(f"judul,isi\nA,{NEWS}\n")
        raise ArticleError("it is cut short")

    given = judged(broken())
    assert draft(next(given)).title == "A"
    with pytest.raises(ArticleError, match="it is cut short"):
        next(given)


def test_a_table_without_texts_tells_which_files_beside_it_are_not_public() -> None:
    told = b"post_id,is_published,title\n1.pasar,true,Pasar\n2.tarif-air,false,Tarif air naik\n"
    assert marked_beside(io.BytesIO(told)) == dict.fromkeys(("2-tarif-air", "tarif-air-naik"), "unpublished")
    assert marked_beside(io.BytesIO(f"id,isi,status\na,{NEWS},draft\n".encode())) == {}


def test_the_posts_of_movable_type_are_articles_but_for_its_drafts() -> None:
    posts = [
        f"AUTHOR: Humas\nTITLE: {name}\nSTATUS: {status}\nDATE: 02/01/2025 09:00:00 AM\n-----\n"
        f"BODY:\n{NEWS}\n-----\nEXTENDED BODY:\nLagi.\n-----\n"
        "COMMENT:\nAUTHOR: Ani\nTidak benar.\n-----\n--------\n"
        for name, status in (("Pasar", "Publish"), ("Tarif", "Draft"))
    ]
    read, hidden = read_posts("".join(posts).encode()).drafts
    assert (read.title, read.text, read.published) == ("Pasar", f"{NEWS}\n\nLagi.", date(2025, 2, 1))
    assert (read.withheld, hidden.withheld) == ("", "draft")


def test_of_several_columns_of_one_status_each_counts() -> None:
    rows = table(f"judul,isi,status,status\nA,{NEWS},Draft,\nB,{NEWS},Tayang,\nC,{NEWS},,Draf\n")
    assert [draft(row).withheld for row in rows] == ["draft", "", "draf"]
    [record] = jsonl({"text": "Isi.", "Status": "publish", "status": "draft"})
    assert draft(record).withheld == "draft"


def test_what_is_mapped_as_the_status_is_not_all_that_counts() -> None:
    fields = FieldMap.of(["status=tahap"])
    said = [
        {"tahap": "tayang"},
        {"tahap": "tayang", "password": "x"},
        {"tahap": "tayang", "post_status": "draft"},
    ]
    records = jsonl(*({"text": "Isi."} | one for one in said), fields=fields)
    assert [draft(record).withheld for record in records] == ["", "password", "draft"]


def test_what_is_mapped_as_the_status_must_be_known_as_public() -> None:
    records = jsonl(
        {"text": "Satu.", "tahap": "tayang"},
        {"text": "Dua.", "tahap": "naskah"},
        fields=FieldMap.of(["status=tahap"]),
    )
    assert [draft(record).withheld for record in records] == ["", "naskah"]


def test_protected_content_of_wordpress_is_withheld() -> None:
    [record] = jsonl(
        {"title": "A", "content": {"rendered": "<p>Isi.</p>", "protected": True}, "text": "Isi."}
    )
    assert draft(record).withheld == "protected"


def test_a_bad_record_is_named_by_its_line_and_stops_no_other() -> None:
    records = jsonl(
        {"text": "Satu."},
        "{rusak",
        "",
        '["bukan objek"]',
        {"title": "tanpa teks"},
        '{"text": NaN}',
        '{"text": "Dua.\\ud800"}',
        "[" * 100_000,
        '{"text": "Nol \\u0000"}',
        '{"text": 5}',
        f'{{"text": {"[" * 400}"a"{"]" * 400}}}',
        {"text": "Tiga.", "date": "2999-01-01", "id": True, "url": "javascript:alert(1)"},
    )
    found = failures(records)
    assert [line for line, _ in found] == [2, 4, 5, 6, 8, 9, 10, 11]
    assert found[0][1].startswith("it is no JSON (")
    assert found[2][1] == "it has no text; write it as 'text', or name its field with --map text=NAME"
    good = [draft(one) for one in records if isinstance(one.draft, ArticleDraft)]
    assert [one.text for one in good] == ["Satu.", "Dua.\N{REPLACEMENT CHARACTER}", "Tiga."]
    assert (good[2].published, good[2].name, good[2].url) == (None, "", None)


def test_the_mark_of_a_record_is_that_of_its_line_and_of_the_map() -> None:
    first, second = jsonl({"text": "Satu."}, {"text": "Dua."})
    [again] = jsonl({"text": "Satu."})
    [mapped] = jsonl({"text": "Satu."}, fields=FieldMap.of(["title=judul"]))
    assert first.mark == again.mark
    assert len({first.mark, second.mark, mapped.mark}) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_a_table_is_read_in_its_encoding_and_with_its_sign(encoding: str, sign: str) -> None:
    rows = [
        ["id", "judul", "isi"],
        ["1", "Café", "“Naik” 5 €."],
        ["2", "Dua", f'"Kata{sign} ""kutip""\nbaris."'],
    ]
    text = "\r\n".join(sign.join(row) for row in rows) + "\r\n"
    one, two = table(text.encode(encoding))
    assert (draft(one).title, draft(one).text, one.line) == ("Café", "“Naik” 5 €.", 2)
    assert (draft(two).text, two.line) == (f'Kata{sign} "kutip"\nbaris.', 3)


@pytest.mark.parametrize("above", ["Arsip humas\n", "Arsip humas;;\n\nDicetak 5 Maret 2025\n"])
def test_a_title_above_the_names_of_the_columns_is_passed_over(above: str) -> None:
    [found] = table(f"{above}judul;isi;tanggal\nSatu;Isi.;2025-03-03\n")
    assert (draft(found).text, found.line) == ("Isi.", above.count("\n") + 2)


def test_lines_that_end_as_on_old_macintoshes_are_lines() -> None:
    records = table('judul;isi\rSatu;"Isi\rsatu."\rDua;Isi dua.\r')
    assert [draft(one).text for one in records] == ["Isi\nsatu.", "Isi dua."]
    # And not where a part of what is read ends within a line's end.
    [one] = table("judul;isi".ljust(4095) + "\r\nSatu;Isi.\r\n")
    assert one.line == 2


def test_excels_remark_on_the_sign_is_passed_over() -> None:
    [found] = table("sep=;\njudul;isi\nSatu;Isi, dengan koma.\n")
    assert draft(found).text == "Isi, dengan koma."


def test_a_ragged_row_is_named_and_a_short_one_is_read() -> None:
    records = table(
        "judul,isi,tanggal\nSatu,Isi.\nDua,Isi, terlalu banyak,2025-07-22\nTiga,,2025-07-22\nEmpat,Isi,,\n"
    )
    assert [line for line, _ in failures(records)] == [3, 4]
    assert failures(records)[0][1] == "it has 4 values for 3 columns; put values that hold ',' in quotes"
    assert [draft(one).title for one in records if isinstance(one.draft, ArticleDraft)] == ["Satu", "Empat"]


def test_a_quotation_mark_that_never_closes_costs_one_row() -> None:
    records = table('judul;isi\nSatu;Isi.\nDua;"Isi yang tidak ditutup.\nTiga;Isi.\nEmpat;Isi.\n')
    assert failures(records) == [
        (3, "a quotation mark is opened in it and never closed; close it, or double it")
    ]
    assert [draft(one).title for one in records if isinstance(one.draft, ArticleDraft)] == [
        "Satu",
        "Tiga",
        "Empat",
    ]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    [found] = table('judul,isi\n=1+1,"=HYPERLINK(""https://jahat.example"")"\n')
    assert (draft(found).title, draft(found).text) == ("=1+1", '=HYPERLINK("https://jahat.example")')


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"judul;tanggal\nSatu;2025\n", "no column holds the text among: judul, tanggal; name it with --map"),
        (b"judul;isi\n", "it has no rows; write an article into it"),
        (b"\njudul;isi\n", "its first line is empty; write the names of the columns"),
        (b"PK\x03\x04" + bytes(99), "it is no text; export it"),
        (bytes(range(1, 32)) * 9, "it is binary, not text; export it"),
        (b"judul;isi\n" + b"Satu;\n" * 200, f"none of its first {MOST_FAILURES} rows is an article"),
    ],
)
def test_what_is_no_table_is_refused_whole(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        table(raw)


def test_a_mapped_column_that_is_missing_is_named() -> None:
    with pytest.raises(ArticleError, match="it has no column 'naskah' for text; its columns are: judul, isi"):
        table("judul,isi\nSatu,Isi.\n", FieldMap.of(["text=naskah"]))


def test_a_file_of_no_json_is_given_up() -> None:
    with pytest.raises(ArticleError, match=f"none of its first {MOST_FAILURES} lines is an article; check"):
        jsonl(*["bukan json"] * 1000)


class Endless(io.RawIOBase):
    """A file that is never held in memory: it makes its lines when they are read, and counts its bytes."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._left = b""
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while len(self._left) < len(buffer):
            line = next(self._lines, None)
            if line is None:
                break
            self._left += line
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        self.given += len(piece)
        return len(piece)


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_long_file_is_read_as_far_as_it_is_asked_for(kind: str) -> None:
    line = b'{"text": "Isi."}\n' if kind == "jsonl" else b"Isi.\n"
    file = Endless(one for one in [b"text\n" * (kind == "csv")] + [line] * 10**6)
    records = (read_jsonl if kind == "jsonl" else read_csv)(file, PLAIN)  # type: ignore[arg-type]
    for _ in range(1000):
        next(records)
    assert file.given < 2**18


def test_a_row_that_never_ends_takes_no_more_than_its_share() -> None:
    body = b'text\n"buka\n' + b"x" * 1023 + b"\n"
    file = Endless(iter([body, *[b"y" * 1023 + b"\n"] * (3 * LONGEST_ROW // 1024)]))
    records = read_csv(file, PLAIN)  # type: ignore[arg-type]
    first = next(records)
    assert isinstance(first.draft, ArticleError)
    assert file.given < 1.2 * LONGEST_ROW


@given(st.binary(max_size=400), st.sampled_from([read_jsonl, read_csv]))
def test_any_bytes_are_records_or_an_article_error(raw: bytes, read) -> None:
    with contextlib.suppress(ArticleError):
        for record in read(io.BytesIO(b"text;id\n" + raw), PLAIN):
            told = record.draft
            assert str(told).isprintable() if isinstance(told, ArticleError) else told.text.strip()


def test_a_title_becomes_an_id_that_can_be_typed() -> None:
    assert slug("Ekspor Sumut: Naik 22,67%!") == "ekspor-sumut-naik-22-67"
    assert slug("?!") == slug(None) == ""
    assert len(slug("kata " * 100)) <= 72


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["id", "title", "text", "body", "date", "source", "url", "author", "naskah"])


@given(st.dictionaries(NAMES, VALUES), st.sampled_from([PLAIN, FieldMap.of(["text=naskah.isi"])]))
def test_any_record_is_an_article_or_an_article_error(record: dict[str, object], fields: FieldMap) -> None:
    with contextlib.suppress(ArticleError):
        found = finish(fields.draft(record), "a", "a.jsonl")
        assert found.text.encode()
        assert len(found.title.encode().splitlines()) == 1


NEWS = "Bupati meresmikan pasar baru di Biak."
OTHER = "Pelabuhan Sorong dibuka hari ini."


def drafts(value: object, fields: FieldMap | None = None) -> list[ArticleDraft | ArticleError]:
    raw = value if isinstance(value, bytes) else json.dumps(value, indent=2).encode()
    return [one.draft for one in read_json(io.BytesIO(raw), fields or FieldMap())]


@pytest.mark.parametrize(
    "value",
    [
        [{"id": "a", "isi": NEWS}, {"id": "b", "isi": OTHER}],
        {"status": "ok", "data": [{"id": "a", "isi": NEWS}, {"id": "b", "isi": OTHER}]},
        {"data": {"total": 2, "items": [{"id": "a", "isi": NEWS}, {"id": "b", "isi": OTHER}]}},
        {"hits": {"hits": [{"id": "a", "_source": {"isi": NEWS}}, {"id": "b", "_source": {"isi": OTHER}}]}},
        {
            "title": "Arsip",
            "items": [{"id": "a", "title": "Satu", "isi": NEWS}, {"id": "b", "title": "Dua", "isi": OTHER}],
        },
        {
            "users": [{"id": 1, "name": "Budi"}],
            "posts": [{"id": "a", "isi": NEWS}, {"id": "b", "isi": OTHER}],
        },
        [[{"id": "a", "isi": NEWS}], [{"id": "b", "isi": OTHER}]],
        {
            "content": [
                {"id": "a", "type": "news", "title": "Satu", "body": [{"type": "paragraph", "text": NEWS}]},
                {
                    "id": "b",
                    "type": "news",
                    "title": "Dua",
                    "body": [
                        {"type": "p", "children": [{"text": OTHER[:9]}, {"text": OTHER[9:], "bold": True}]}
                    ],
                },
            ]
        },
        {"a": {"id": "a", "isi": NEWS}, "b": {"id": "b", "isi": OTHER}},
        [
            {
                "id": "a",
                "title": "Satu",
                "body": [{"type": "list", "data": {"items": [{"content": NEWS, "items": []}]}}],
            },
            {
                "id": "b",
                "title": "Dua",
                "body": {
                    "type": "p",
                    "children": [
                        {"text": OTHER[:9]},
                        {"type": "link", "children": [{"text": OTHER[9:14]}]},
                        {"text": OTHER[14:]},
                        {"text": "Batal.", "strikethrough": True},
                        {"text": None},
                    ],
                },
            },
        ],
    ],
)
def test_records_of_json_are_found_however_they_are_nested(value) -> None:
    assert [(one.name, one.text) for one in drafts(value)] == [("a", NEWS), ("b", OTHER)]


def test_one_object_is_one_article_and_what_is_in_it_is_none() -> None:
    [one] = drafts({"judul": "Pasar", "isi": NEWS, "comments": [{"text": "Bagus!"}, {"text": "Setuju."}]})
    assert (one.title, one.text) == ("Pasar", NEWS)


def test_blocks_of_an_article_whose_text_is_not_known_are_no_articles() -> None:
    value = {"title": "Pasar", "blocks": [{"text": NEWS}, {"text": OTHER}]}
    with pytest.raises(
        ArticleError, match="no field of its records holds the text among: title, blocks; name it with"
    ):
        drafts(value)


def test_a_record_without_a_text_is_named_beside_others() -> None:
    first, second = drafts([{"id": "a", "isi": NEWS}, {"id": "b", "judul": "Tanpa isi"}])
    assert first.text == NEWS
    assert isinstance(second, ArticleError)


def test_what_an_object_around_a_record_says_of_it_counts() -> None:
    [one] = drafts([{"id": "a", "status": "draft", "attributes": {"isi": NEWS}}])
    assert (one.name, one.withheld) == ("a", "draft")


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        (
            {"posts": [{"isi": NEWS}], "drafts": [{"isi": OTHER}], "trash": [{"isi": OTHER}, {"isi": NEWS}]},
            ["", "drafts", "trash", "trash"],
        ),
        ({"arsip": [{"isi": NEWS}], "publik": [{"isi": OTHER}]}, ["", ""]),
        ([{"title": "A", "isi": NEWS, "publication": {"status": "draft"}}], ["draft"]),
        ([{"title": "A", "isi": NEWS, "publication": {"status": "publish"}}], [""]),
        ({"article": {"isi": NEWS}, "workflow": {"state": "in review"}}, ["in review"]),
        ([{"title": "A", "isi": NEWS, "author": {"name": "B", "status": "inactive"}}], [""]),
    ],
)
def test_what_stands_beside_records_or_in_them_may_say_that_they_are_not_public(value, reasons) -> None:
    assert [one.withheld for one in drafts(value)] == reasons


POST = {
    "id": 77,
    "date": "2025-03-05T10:00:00",
    "date_gmt": "2025-03-05T03:00:00",
    "status": "publish",
    "type": "post",
    "link": "https://biak.example/77",
    "title": {"rendered": "Pasar &#8211; dibuka"},
    "content": {"rendered": f"<p>{NEWS}</p>\n<p>Rp 2 miliar &amp; lebih.</p>", "protected": False},
    "excerpt": {"rendered": "<p>Ringkas.</p>"},
    "author": 5,
    "_embedded": {"author": [{"name": "Ratna Sari"}]},
}


def test_posts_of_wordpress_s_rest_interface_are_read() -> None:
    [one] = drafts([POST])
    assert (one.name, one.title, one.text) == ("77", "Pasar – dibuka", f"{NEWS}\n\nRp 2 miliar & lebih.")
    assert (one.published, one.url, one.author) == (date(2025, 3, 5), "https://biak.example/77", "Ratna Sari")
    assert one.withheld == ""
    [bare] = drafts([{**POST, "_embedded": None, "content": {"rendered": "Teks &amp; tanda"}}])
    assert (bare.author, bare.text) == (None, "Teks & tanda")


def test_nodes_of_drupal_are_read_with_their_status() -> None:
    node = {
        "nid": [{"value": 1}],
        "status": [{"value": True}],
        "title": [{"value": "Pasar dibuka"}],
        "created": [{"value": "2025-03-05T20:30:00+00:00"}],
        "body": [{"value": f"<p>{NEWS}</p>", "format": "basic_html", "processed": f"<p>{NEWS}</p>"}],
    }
    one, hidden = drafts([node, {**node, "nid": [{"value": 2}], "status": [{"value": False}]}])
    assert (one.title, one.text, one.published, one.withheld) == ("Pasar dibuka", NEWS, date(2025, 3, 6), "")
    assert hidden.withheld == "unpublished"
    fields = {"status": True, "title": "Pasar dibuka", "body": {"value": f"<p>{NEWS}</p>", "format": "html"}}
    nodes = [
        {"type": "node--article", "id": str(n), "attributes": {**fields, "status": n < 2}} for n in (1, 2)
    ]
    assert [(one.text, one.withheld) for one in drafts({"data": nodes})] == [
        (NEWS, ""),
        (NEWS, "unpublished"),
    ]


def test_rows_of_the_table_that_wordpress_keeps_its_posts_in_are_read() -> None:
    names = "ID,post_author,post_date,post_content,post_title,post_status,post_password,post_type\n"
    rows = f'1,3,2025-03-05 06:30:00,"{NEWS}",Pasar dibuka,publish,,post\n2,3,,"{NEWS}",B,inherit,,revision\n'
    one, revision = (draft(record) for record in table(names + rows))
    assert (one.name, one.title, one.text, one.published, one.author) == (
        "1", "Pasar dibuka", NEWS, date(2025, 3, 5), None,
    )  # fmt: skip
    assert (one.withheld, revision.withheld) == ("", "revision")


def test_an_article_of_joomla_begins_with_its_introduction() -> None:
    [one] = drafts([{"title": "Pasar", "introtext": "<p>Pasar dibuka.</p>", "fulltext": NEWS, "state": 1}])
    assert (one.text, one.withheld) == (f"Pasar dibuka.\n\n{NEWS}", "")


def test_a_post_with_a_day_in_utc_alone_is_of_the_office_s_day() -> None:
    post = {key: value for key, value in POST.items() if key != "date"}
    assert drafts([{**post, "date_gmt": "2025-03-05T20:30:00"}])[0].published == date(2025, 3, 6)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": "draft"}, "draft"),
        ({"status": "future"}, "future"),
        ({"content": {"rendered": "", "protected": True}}, "protected"),
        ({"type": "attachment"}, "attachment"),
        ({"type": "wp_block"}, "wp_block"),
        ({"type": "pengumuman"}, ""),
    ],
)
def test_a_post_of_wordpress_that_is_not_public_is_withheld(changed, reason) -> None:
    assert drafts([POST, {**POST, "id": 78, **changed}])[1].withheld == reason


@pytest.mark.parametrize("read", [read_json, read_jsonl])
@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_and_lines_are_read_under_either_ending(read, indent) -> None:
    records = [{"id": "a", "isi": NEWS}, {"id": "b", "isi": OTHER}]
    array = json.dumps(records, indent=indent).encode()
    lines = "\n".join(json.dumps(one) for one in records).encode()
    one = json.dumps(records[0], indent=indent).encode()
    assert [record.draft.name for record in read(io.BytesIO(array), FieldMap())] == ["a", "b"]
    assert [record.draft.name for record in read(io.BytesIO(lines), FieldMap())] == ["a", "b"]
    assert [record.draft.name for record in read(io.BytesIO(one), FieldMap())] == ["a"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b" \n ", "it is empty; write an article into it"),
        (b'[{"isi": "cut', "it is no JSON .*; export it again"),
        (b"[1, 2]", "JSON without an article; write it as"),
        (b"[" * 100_000, "nested too deeply|no JSON"),
        (
            b'[{"kode": 1, "warna": "Isi."}]',
            "no field of its records holds the text among: kode, warna; name it",
        ),
    ],
)
def test_json_without_articles_is_refused_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        drafts(raw)


def test_fields_of_json_are_mapped_by_their_path() -> None:
    fields = FieldMap({"text": "badan.naskah", "id": "kode"})
    [one] = drafts({"hasil": [{"kode": "k1", "badan": {"naskah": NEWS}}]}, fields)
    assert (one.name, one.text) == ("k1", NEWS)


@pytest.mark.parametrize(
    "day", ["2024-12-31T18:15:00Z", 1735668900000, {"$numberLong": "1735668900000"}], ids=repr
)
def test_a_day_of_mongodb_is_read(day: object) -> None:
    [one] = drafts([{"judul": "Pasar", "isi": NEWS, "tanggal": {"$date": day}}])
    assert (one.published, one.unread_day) == (date(2025, 1, 1), "")


LONG = "Nilainya, kata Bupati, telah dihitung ulang oleh dinas yang berwenang di kabupaten itu. " * 4


def message(text: object, **fields: object) -> dict[str, object]:
    return {"id": 2, "type": "message", "date": "2025-03-03T09:00:00", "from": "Humas", "text": text} | fields


def telegram(*messages: dict[str, object]) -> list[Record]:
    raw = json.dumps({"name": "Humas Sigi", "type": "public_channel", "messages": messages}, indent=1)
    return list(read_json(io.BytesIO(raw.encode()), PLAIN))


def test_a_message_is_read_with_its_formatted_words_and_without_those_that_are_struck_out() -> None:
    bold, struck = {"type": "bold", "text": "Rp 12 miliar"}, {"type": "strikethrough", "text": "Rp 9 miliar"}
    [first, second] = telegram(
        message(["Dermaga Wani ", struck, bold, ", bukan Rp 21 miliar. ", LONG]),
        message([bold, {"type": "italic", "text": f" untuk dermaga. {LONG}"}], id=3),
    )
    assert draft(first).text.startswith("Dermaga Wani Rp 12 miliar, bukan Rp 21 miliar. Nilainya")
    assert draft(second).text.startswith("Rp 12 miliar untuk dermaga. Nilainya")


def test_a_text_with_a_part_that_cannot_be_read_is_refused() -> None:
    [found] = telegram(message(["Nilainya ", {"type": "chart", "series": [1]}, LONG]))
    assert failures([found]) == [
        (found.line, "its text has a part that cannot be read; write it as plain text")
    ]


def test_short_messages_of_a_chat_are_no_articles() -> None:
    found = telegram(
        message("jangan bilang wartawan dulu"),
        {"id": 1, "type": "service", "actor": "Humas", "action": "create_channel", "text": ""},
        message("Isi.", title="Rilis"),
        message(LONG),
    )
    assert [draft(one).withheld for one in found] == ["short message", "short message", "", ""]
    [signal] = jsonl({"date": "2025-03-03", "sender": "Me", "body": "ok pak"})
    assert draft(signal).withheld == "short message"


def test_days_of_a_column_are_read_one_way() -> None:
    rows = "isi,tanggal\nSatu.,3/4/2025\nDua.,2/14/2025 08:00\nTiga.,{}\n"
    months = [draft(one).published for one in table(rows.format("2025-03-01"))]
    assert months == [date(2025, 3, 4), date(2025, 2, 14), date(2025, 3, 1)]
    # Where some can only be read otherwise, the day is first.
    assert draft(table(rows.format("14/2/2025"))[0]).published == date(2025, 4, 3)


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (
            (("Kota", "Triwulan 1", "Triwulan 2"), ("A", "4.100 orang", "5.200 orang")),
            "Kota: A; Triwulan 1: ",
        ),
        (
            (("Kota", "Luas (km2)", "Usia 0–4"), ("A", "31,2", "-"), ("B", "(7)", "4")),
            "Kota: A; Luas (km2): ",
        ),
        ((("SDN 1 Palolo", "Rusak", "Palu"), ("SDN 2 Palolo", "Baik", "Sigi")), "SDN 1 Palolo | "),
        ((("Kantor", "Jl. Merdeka 5", "Palu"), ("Gudang", "Jl. Sudirman 7", "Sigi")), "Kantor | "),
        ((("A", "Rp 4 juta", "5"), ("B", "Rp 6 juta", "7")), "A | Rp 4 juta"),
        ((("(1)", "(2)", "(3)"), ("A", "6", "7")), "(1) | "),
        ((("Data warga", "", ""), ("Kota", "2023", "2024"), ("A", "6", "7")), "Data warga\nKota: A; 2023: 6"),
    ],
)
def test_a_heading_may_have_a_figure_in_it_above_amounts_alone(
    rows: tuple[tuple[str, ...], ...], first: str
) -> None:
    assert "\n".join(table_lines(rows)).startswith(first)


def test_a_table_withholds_no_file_that_another_row_publishes_or_that_it_does_not_name():
    told = "judul,status\nSiaran Pers,Draft\nSiaran Pers,Terbit\n—,draft\n"
    assert marked_beside(io.BytesIO(told.encode())) == {}


def test_a_text_in_one_line_that_begins_with_an_embargo_is_not_public_until_then() -> None:
    rest = (
        f"{NEWS} Bupati mengatakan pasar itu menampung seluruh pedagang yang semula berjualan di tepi jalan."
    )
    texts = [f"EMBARGO sampai 1 Januari {year}. {rest}" for year in (2031, 2020)]
    assert [draft(row).withheld for row in jsonl(*({"text": text} for text in texts))] == ["embargo", ""]
