"""Front matter is optional; what it declares is believed, and what is wrong in it is named."""

from datetime import date

import pytest

from index.errors import ArticleError
from index.parsers import ArticleDraft, kind_inside
from index.parsers.publication import withheld_head, withheld_line, withheld_path
from index.parsers.text import parse_front_matter, withheld_text


def test_declared_facts_are_read_and_the_text_follows() -> None:
    draft = parse_front_matter(
        "---\nTitle: 'Ekspor: naik'\nsource: Disway\npublished: 2025-07-22\n"
        "url: https://x.id/a\ntags: [a]\n---\n\nIsi.\n"
    )
    assert draft == ArticleDraft(
        "\nIsi.\n", "Ekspor: naik", "Disway", published=date(2025, 7, 22), url="https://x.id/a"
    )


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-07-22 10:30:00", date(2025, 7, 22)),
        ("22 Juli 2025", date(2025, 7, 22)),
        ("Rabu (11/2/2026)", date(2026, 2, 11)),
        ("2025-07-22T23:30:00Z", date(2025, 7, 23)),
        ("2025-07-22T23:30:00+07:00", date(2025, 7, 22)),
        ("3-Mar-25", date(2025, 3, 3)),
        ("", None),
    ],
)
def test_dates_may_be_written_as_the_press_does(written: str, day: date | None) -> None:
    assert parse_front_matter(f"---\npublished: {written}\n---\nIsi.").published == day


def test_front_matter_of_hugo_and_jekyll_is_read() -> None:
    toml = '+++\ntitle = "Pasar"\ndate = 2025-07-22T23:30:00+07:00\nauthor = "Sari"\n+++\nIsi.'
    expected = ArticleDraft("Isi.", title="Pasar", published=date(2025, 7, 22), author="Sari")
    assert parse_front_matter(toml) == expected
    yaml = "---\nlayout: post\ntitle: Pasar\ndate: 2025-07-22 23:30:00 +0700\nauthor: Sari\n---\nIsi."
    assert parse_front_matter(yaml) == expected
    for text in ("+++\nno toml\n+++\nIsi.", "+++ Isi."):
        assert parse_front_matter(text) == ArticleDraft(text)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("draft: true", "draft"),
        ("draft: false", ""),
        ("published: false", "unpublished"),
        ("published: true", ""),
        ("date: 2999-01-01", "scheduled"),
        ("date: 2025-01-01", ""),
        ("pubDate: 2999-01-01", "scheduled"),
    ],
)
def test_front_matter_may_say_that_a_text_is_not_public(block: str, reason: str) -> None:
    assert withheld_text(f"---\n{block}\n---\nIsi.".encode()) == reason


def test_a_status_that_unfolds_without_end_costs_nothing() -> None:
    block = "a0: &a0 [x, x]\n" + "".join(
        f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 8)}]\n" for n in range(9)
    )
    for name in ("status", "published", "embargo_until", "password", "draft", "deleted_at"):
        withheld_text(f"---\n{block}{name}: *a9\n---\nIsi.".encode())
    assert withheld_text(f"---\n{block}status: [*a9, draft]\n---\nIsi.".encode()) == "draft"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\n---\nstatus: draft\n---\nIsi.", "draft"),
        ('{"draft": true, "title": "A"}\n\nIsi.', "draft"),
        ('{\n  "draft": false,\n  "title": "A"\n}\n\nIsi.', ""),
        ("---\npublished: 2099-01-01\n---\nIsi.", "scheduled"),
        ("---\ndihapus_pada: 2025-01-01\n---\nIsi.", "deleted"),
        ("---\nstatus: [draft]\n---\nIsi.", "draft"),
        ("---\ntitle: Embargo ekspor pasir\nstatus: terbit\n---\nEmbargo sampai Senin.", ""),
        ("{sic} Isi.", ""),
    ],
)
def test_front_matter_is_seen_however_programs_write_it(text: str, reason: str) -> None:
    assert withheld_text(text.encode()) == reason


def test_front_matter_below_a_blank_line_and_in_json_is_read() -> None:
    expected = ArticleDraft("Isi.", title="A", published=date(2025, 7, 22))
    for text in (
        "\n---\ntitle: A\ndate: 2025-07-22\n---\nIsi.",
        '{\n"title": "A",\n"date": "2025-07-22"\n}\nIsi.',
    ):
        assert parse_front_matter(text) == expected
    for text in ('{"title": "A"}\n', '{"title": "A"} Isi.', "{sic}\nIsi."):
        assert parse_front_matter(text) == ArticleDraft(text)


def test_front_matter_in_toml_that_is_broken_is_named() -> None:
    with pytest.raises(ArticleError, match=r"its front matter is not TOML \(.*\); correct it or remove it"):
        parse_front_matter("+++\ndate = 2025-3-3\ndraft = true\n+++\nIsi.")


def test_front_matter_in_toml_may_say_so_as_well() -> None:
    assert withheld_text(b"+++\ndraft = true\n+++\nIsi.") == "draft"
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert withheld_text("---\ndraft: true\n---\nIsi.".encode(encoding)) == "draft"
        assert withheld_text("Isi.\n---\ndraft: true\n---\n".encode(encoding)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Isi.",
        "",
        "---\nIsi tanpa penutup.",
        "--- \nHanya teks di antara dua garis\n---\nIsi.",
        "\n---\ntitle: x\n---\n",
        "----\nx: y\n----\n",
    ],
)
def test_text_without_front_matter_is_left_alone(text: str) -> None:
    assert parse_front_matter(text) == ArticleDraft(text)


def test_empty_front_matter_declares_nothing() -> None:
    assert parse_front_matter("---\n---\nIsi.") == ArticleDraft("Isi.")


def test_a_title_is_one_line_of_printable_characters() -> None:
    front = parse_front_matter('---\ntitle: "Ekspor\\n\\e[31m naik\\uD800\\0"\n---\nIsi.')
    assert front.title == "Ekspor [31m naik"


def test_a_figure_is_a_title_too() -> None:
    assert parse_front_matter("---\ntitle: 2025\n...\nIsi.") == ArticleDraft("Isi.", title="2025")


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("title: [a", r"not YAML \(.*line 3\); put values"),
        ("title: a: b", r"not YAML \(mapping values are not allowed here in line 2\)"),
        ("title: \x01", r"not YAML \(.*\); correct it"),
        ("published: 2025-02-31", r"not YAML \(day is out of range.*\); correct it"),
        ("published: kemarin", r"no date for published \(kemarin\); write it as 2025-07-22"),
        ("published: 5 Mei", r"no date for published \(5 Mei\); write it as"),
        ("published: 20250722", r"no date for published; write it as"),
        ("title: [a, b]", r"no text for title; write it as title:"),
        ("source: {a: b}", r"no text for source; write it as source:"),
        ("url: javascript:alert(1)", r"url: javascript:alert\(1\); write one that begins with https://"),
        ("url: https://kabar.example/a b", r"a b; write one that begins with https://, without blanks"),
        ("x: &a [1]\npublished: [*a, *a]", r"no date for published; write it as"),
        ("title: " + "[" * 5000, r"brackets in brackets; correct it"),
        ("title: " + "x" * 70_000, r"longer than 65536 characters; close it"),
    ],
)
def test_what_is_wrong_is_named_on_one_line_with_the_cure(block: str, message: str) -> None:
    with pytest.raises(ArticleError, match=message) as caught:
        parse_front_matter(f"---\n{block}\n---\nIsi.")
    assert len(str(caught.value).splitlines()) == 1


def test_a_structure_that_unfolds_without_end_is_refused_at_once() -> None:
    layers = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(30))
    with pytest.raises(ArticleError, match="no date for published; write it as"):
        parse_front_matter(f"---\n{layers}published: *a29\n---\nIsi.")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("DRAFT", "draft"),
        ("**DRAF 2**", "draft"),
        ("DRAF – JANGAN DIKUTIP", "draft"),
        ("DRAFT: Tarif sampah naik", "draft"),
        ("[Draft] Tarif sampah naik", "draft"),
        ("RAHASIA", "confidential"),
        ("Belum untuk disiarkan", "not for publication"),
        ("NOT FOR PUBLICATION", "not for publication"),
        ("TIDAK UNTUK DISIARKAN SEBELUM 1 JANUARI 2999", "not for publication"),
        ("Tidak untuk disiarkan sebelum 1 Januari 2020", ""),
        ("EMBARGO", "embargo"),
        ("[EMBARGO 1 Januari 2099 pukul 10.00 WIB] Tarif parkir", "embargo"),
        ("Embargo: Senin, pukul 10.00", "embargo"),
        ("EMBARGOED UNTIL 3 March 2020", ""),
        ("Embargo: -", ""),
        ("Embargo: tidak ada", ""),
        ("Draf revisi UU Pilkada diserahkan ke DPR", ""),
        ("Draft 2025 disepakati", ""),
        ("Embargo senjata ke Suriah dicabut", ""),
        ("RAHASIA sukses petani kakao", ""),
        ("Rahasia: lima langkah", ""),
        ("Konsep", ""),
        ("Belum diterbitkan, surat itu ditunggu warga", ""),
        ("Untuk segera disiarkan", ""),
        ("KONSEP SIARAN PERS", "draft"),
        ("Konsep press release", "draft"),
        ("SIARAN PERS (DRAFT)", "draft"),
        ("Pasar Baru Dibuka [DRAFT]", "draft"),
        ("DRAFT Siaran Pers Pasar Baru", "draft"),
        ("Draf 22 Juli 2025 - jangan dikutip", "draft"),
        ("Draft untuk direviu Karo", "draft"),
        ("D R A F T", "draft"),
        ("Siaran pers ini diembargo hingga 1 Januari 2999", "embargo"),
        ("HOLD FOR RELEASE UNTIL 1 JANUARY 2031", "not for publication"),
        ("Jadwal tayang: 1 Januari 2031", "embargo"),
        ("For release at 09:00 on 1 January 2031", "embargo"),
        ("Jadwal tayang: 1 Januari 2020", ""),
        ("Diembargo hingga 1 Januari 2020", ""),
        ("Draft: Timnas Masuk Grup C", ""),
        ("KONSEP: Kota Ramah Anak", ""),
        ("Konsep Siaran Pers Digital Dikenalkan kepada Desa", ""),
        ("Embargo ekspor nikel berlaku mulai 1 Januari 2031", ""),
        ("Embargo hingga kapan? Ini kata menteri", ""),
        ("Menunggu Persetujuan DPR, Anggaran Tertahan", ""),
        ("RUU Penyiaran (Draf Maret 2024)", ""),
        ("Film Horor - Rahasia", ""),
    ],
)
def test_a_mark_above_a_text_says_that_it_is_not_public(line: str, reason: str) -> None:
    assert withheld_line(line) == reason
    assert withheld_head("", f"SIARAN PERS\n\n{line}\n\nTarif air naik.") == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Jembatan\n\nStatus: Draft\n\nIsi.", "draft"),
        ("Title: Jembatan\nDate: 2025-02-20\nA: 1\nB: 2\nC: 3\nD: 4\nStatus: draft\n\nIsi.", "draft"),
        ("<!--\n.. title: Jembatan\n.. status: draft\n-->\n\nIsi.", "draft"),
        ("Nomor: 12/HM/2025\nSifat: Rahasia\nHal: Jembatan\n\nIsi.", "rahasia"),
        ("Nomor: 12/HM/2025\nSifat: Segera\nStatus: Terbit\n\nIsi.", ""),
        ("Sifat: Rahasia\n\nIsi.", "rahasia"),
        ("Status naskah: Menunggu persetujuan Sekda\n\nIsi.", "menunggu persetujuan sekda"),
        ("Keterangan: jangan ditayangkan dulu\n\nIsi.", "not for publication"),
        ("Rapat daring\nID: 123\nPassword: 456\n\nIsi.", ""),
        ("Embargo: Rusia melarang ekspor gandum\n\nIsi.", ""),
        ("Satu.\nDua.\nTiga.\nEmpat.\nLima.\nEnam.\nDRAFT\n", ""),
    ],
)
def test_labels_above_a_text_say_whether_it_is_public(text: str, reason: str) -> None:
    assert withheld_head("", text) == reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("_drafts/jembatan", "drafts"),
        ("2025/Draf Rilis/jembatan", "draf rilis"),
        ("Belum Terbit/jembatan", "belum terbit"),
        ("posts/draft_Anggaran-jembatan-1a2b3c", "draft"),
        ("[Embargo 3 Maret] jembatan", "embargo"),
        ("jembatan (draf 2)", "draf"),
        ("Sampah/jembatan", ""),
        ("draf-ruu-kuhp/dibahas", ""),
        ("draf-ruu-kuhp-dibahas", ""),
        ("draf_ruu_kuhp_dibahas", ""),
        ("rilis_v2_DRAFT", "draft"),
        ("DRAFT-rilis-pasar", "draft"),
        ("Draf Siaran Pers Pasar", "draf"),
        ("20250722_draft_rilis", "draft"),
        ("EMBARGO_2031-01-01_rilis", "embargo"),
        ("EMBARGO_2020-01-01_rilis", ""),
        ("RAHASIA pasar", "rahasia"),
        ("rilis [belum tayang]", "belum tayang"),
        ("pasar_rev2_belum_acc", "belum acc"),
        ("Copy of draft (1)", "draft"),
        ("embargo-impor-sapi", ""),
        ("konsep-kota-pintar", ""),
        ("rahasia", ""),
        ("01. Draft/jembatan", "01. draft"),
        ("Arsip Draft - Copy/jembatan", "arsip draft - copy"),
        ("Konsep Siaran Pers 2025/jembatan", "konsep siaran pers 2025"),
        ("Untuk Review Pimpinan/jembatan", "untuk review pimpinan"),
        ("$RECYCLE.BIN/jembatan", "$recycle.bin"),
        ("Konsep Kota Pintar/jembatan", ""),
        ("Arsip 2024/jembatan", ""),
    ],
)
def test_folders_and_names_of_files_say_whether_they_are_public(path: str, reason: str) -> None:
    *folders, stem = path.split("/")
    assert withheld_path(folders, stem) == reason


@pytest.mark.parametrize(
    "text",
    [
        "Proyek: Tol Melati\nStatus: Dalam proses konstruksi\nNilai: Rp8 triliun\n",
        "Status: Menunggu hasil laboratorium\n\nKasus itu masih diperiksa.",
        "Acara: Pameran Batik\nAkses: Terbatas\nTempat: Melati\n",
        "Film: Melati\nSutradara: Ani\nTayang: 24 Desember 2031\n",
    ],
)
def test_what_a_text_tells_of_is_no_status_of_its_own(text):
    assert withheld_head("Judul", text) == ""


@pytest.mark.parametrize(
    "stem",
    ["Lima Tips (Rahasia Sukses Petani)", "Minyak [Embargo Uni Eropa]", "draf_ruu-pasar", "(Draft NBA) Rano"],
)
def test_a_file_that_is_called_by_a_topic_is_no_draft(stem):
    assert withheld_path((), stem) == ""


def test_a_transcript_with_windows_line_ends_is_looked_at_once():
    lines = "".join(
        f"{'WARTAWAN' if n % 2 else 'BUPATI'}: Baris {n} dari wawancara.\r\n" for n in range(2000)
    )
    assert kind_inside("text", lines.encode()) != "blog"
