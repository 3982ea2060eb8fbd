"""Sentences are exact spans that lose nothing, and end where a reader of Indonesian or English ends them."""

import gzip
import json
from pathlib import Path
from textwrap import fill

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import lines, sentences, soft_breaks

# Written with the line break that should be found as " / ".
CASES = {
    "plain": "Ekspor naik. / Impor turun.",
    "question and exclamation": "Apa kabar? / Baik! / Terima kasih.",
    "no final mark": "Ekspor naik. / Sementara impor",
    "goes on in lower case": "Ekspor naik. dan impor turun.",
    "title before a name": "Dr. Togap hadir. / Ia bicara.",
    "several titles": "Prof. Dr. Ir. H. Ahmad Yani hadir.",
    "religious titles": "K.H. Hasan dan Hj. Siti serta Ust. Amir datang.",
    "degrees after a name": "Togap Simangunsong, S.H., M.Si. hadir di Medan.",
    "degree before a name-like word": "Plt Bupati Andi, S.E. Medan menang.",
    "degree that ends a sentence": "Yang hadir Togap, S.H. / Ia menambahkan hal itu.",
    "doctor of philosophy": "Ini kata Siti, Ph.D. kemarin. / Itu benar.",
    "street and number": "Rapat di Jl. Sudirman No. 5. / Ramai sekali.",
    "number that is a word": "There is only one answer: no. / That is all.",
    "thing that is a word": "Itulah tiga hal. / Ia setuju.",
    "page": "Lihat hal. 12 buku itu. / Jelas.",
    "rupiah": "Harganya Rp. 10 ribu. / Murah.",
    "date": "Surat tgl. 5 Mei tiba. / Isinya baik.",
    "english month": "He came on Feb. 11 and left. / He is back.",
    "indonesian month": "Rapat Des. 2025 batal. / Diundur.",
    "and so on, at the end": "Ada kopi, karet, dll. / Semua diekspor.",
    "and so on, within": "Ada kopi, karet, dll. yang diekspor.",
    "and friends": "Togap dkk. hadir di sana.",
    "on behalf of": "Ditandatangani a.n. Gubernur Sumut kemarin.",
    "company": "PT. Bank Sumut hadir. / Begitu juga PT Telkom Tbk. (TLKM).",
    "company at the end": "Yang hadir PT Telkom Tbk. / Mereka bicara.",
    "united states": "The U.S. President met Mr. Smith. / They spoke.",
    "united states at the end": "He lives in the U.S. / He works there.",
    "afternoon": "It began at 5 p.m. / Nobody came.",
    "afternoon, within": "It began at 5 p.m. on Monday.",
    "decimals": "Nilainya 4.796 miliar atau 22.67 persen. / Naik.",
    "time": "Mulai pukul 10.30 WIB. / Selesai 12.00 WIB.",
    "domain": "Menurut Sumut.Disway.id dan kompas.com benar. / Ya.",
    "domain at the end": "Dikutip dari kompas.com. / Berita itu benar.",
    "initials of a name": "Handa S. Abidin dan M. Arfan datang. / B. J. Habibie juga.",
    "letter that labels": "Juara Grup H. / Malaysia kalah.",
    "vitamin": "Kaya akan vitamin C. / Buah itu segar.",
    "ellipsis, new sentence": "Ia berkata... / Namun tak jelas.",
    "ellipsis, going on": "Ia berkata... lalu diam.",
    "ellipsis sign": "Entah… / Nanti saja.",
    "quotation ending in a comma": '"Kami siap membantu," ujarnya. / Rapat usai.',
    "quotation ending in a full stop": '"Ini harus jalan." / Ia menambahkan hal lain.',
    "curly quotation": "“Ini harus jalan.” / Ia menambahkan hal lain.",
    "quotation of two sentences": '"Kami siap. / Kami bantu," ujarnya.',
    "question within": '"Mengapa?" tanyanya. / Tak ada jawaban.',
    "quotation opens the next": 'Ia bicara. / "Kami siap," katanya.',
    "spaced marks of the wires": 'Ia berkata: " Kami siap. " / Lalu pergi.',
    "brackets are kept whole": "Ia hadir (lihat No. 5. Halaman dua). / Usai.",
    "sentence in brackets": "(Ia hadir.) / Lalu pulang.",
    "footnote": "Nilainya naik.[1] / Itu kata BPS.",
    "year ends, figure begins": "Itu terjadi pada 2025. / 15 orang hadir.",
    "markdown emphasis": "**Ekspor naik.** / Impor turun.",
    "comma after a stop": "Komoditas unggulan., Rabu (11/2/2026). / Pertemuan itu baik.",
    "enumeration": "1. Kopi diekspor. / Karet juga.",
    "lettered enumeration": "a. Kopi diekspor. / Karet juga.",
    "ideographic": "出口增长。 / 进口下降。",
    "stray stops": "Ia datang. . . . / Lalu pergi.",
}


@pytest.mark.parametrize("written", CASES.values(), ids=CASES.keys())
def test_sentences_end_where_a_reader_ends_them(written: str) -> None:
    text = written.replace(" / ", " ")
    assert [text[start:end] for start, end in sentences(text)] == written.split(" / ")


def test_a_line_break_ends_a_sentence_headings_and_bullets_included() -> None:
    text = "Ekspor Meningkat\n\nNilai ekspor\nnaik. Bagus.\r\n- kopi\n- karet\u2028* teh"
    found = [text[start:end] for start, end in sentences(text)]
    assert found == ["Ekspor Meningkat", "Nilai ekspor", "naik.", "Bagus.", "- kopi", "- karet", "* teh"]


def test_lines_are_trimmed_and_never_blank() -> None:
    text = "  satu \n \n\tdua"
    assert [text[start:end] for start, end in lines(text)] == ["satu", "dua"]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t \u00a0"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


# Pieces that the rules look at, so that generated text reaches them.
PIECES = st.sampled_from(
    ["Ia ", "ia ", "Dr. ", "No. 5 ", "dll. ", "S.H. ", '."', '" ', ". ", "... ", "? ", "\n", "\r\n", "(",
     ") ", "[1] ", "4.796", " ", "\t", "a.n. ", "。", "“", "” ", "* ", "\u2028", "\x1f", "\u00a0", "x"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_spans_are_trimmed_ordered_and_hold_everything_but_white_space(text: str) -> None:
    spans = sentences(text)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


@given(st.lists(PIECES).map("".join))
def test_no_sentence_holds_a_line_break_but_one_of_a_program(text: str) -> None:
    soft = soft_breaks(text)
    joined = "".join(" " if at in soft else sign for at, sign in enumerate(text))
    assert not [1 for start, end in sentences(text) if len(joined[start:end].splitlines()) > 1]


def test_a_long_line_of_abbreviations_takes_time_in_proportion() -> None:
    # Twenty copies of the line behind each word would be minutes.
    assert len(sentences("a.n. " * 100_000)) == 1


REPORT = (
    "Kepala Dinas Perhubungan Kota Medan Agus Suriyono mengatakan pembangunan terminal di Pinang Baris "
    "menelan biaya Rp 12 miliar dan selesai pada akhir tahun depan. Dana itu berasal dari anggaran daerah "
    "dan bantuan pemerintah pusat, kata dia kepada wartawan di Balai Kota Medan, Kamis (5/6/2025).",
    "Ia menambahkan bahwa terminal lama tetap melayani penumpang selama pembangunan berlangsung. Warga "
    "diminta mengikuti petunjuk petugas. Rapat dengan Dr. Togap Simangunsong, S.H., M.Si. digelar besok.",
)


@given(st.integers(55, 90), st.booleans())
def test_lines_that_a_program_broke_are_one_paragraph(width: int, blank: bool) -> None:
    between = "\n\n" if blank else "\n"
    filled = (fill(one, width, break_long_words=False, break_on_hyphens=False) for one in REPORT)
    text = between.join(filled)
    assert [" ".join(text[start:end].split()) for start, end in sentences(text)] == [
        one[start:end] for one in REPORT for start, end in sentences(one)
    ]


def test_a_headline_stays_apart_from_the_broken_lines_below_it() -> None:
    text = "Medan Bangun Terminal Baru Senilai Rp 12 Miliar\n" + fill(REPORT[0], 72)
    assert text[slice(*lines(text)[0])] == "Medan Bangun Terminal Baru Senilai Rp 12 Miliar"
    assert len(lines(text)) == 2


LEFT_ALONE = {
    "verse": "Aku ini binatang jalang dari kumpulannya yang terbuang\n"
    "Biar peluru menembus kulitku aku tetap meradang menerjang\n"
    "Luka dan bisa kubawa berlari berlari hingga hilang pedih\n"
    "Dan aku akan lebih tidak perduli sepanjang tahun",
    "verse in lower case": "di sepanjang jalan ini kita pernah berjalan bersama-sama\n"
    "menyusuri malam yang panjang dan dingin tanpa suara\nlalu hujan turun pelan di atas atap rumah tua\n"
    "dan kita diam saja menunggu pagi yang tak kunjung tiba",
    "table": "\n".join(
        f"Kabupaten: {name}; 2023: Rp {number} miliar; 2024: Rp {number + 1} miliar; naik"
        for name, number in (("Buol", 12), ("Sigi", 13), ("Poso", 14), ("Toli", 11))
    ),
    "table of tabs": "\n".join(["kabupaten buol dan sekitarnya\tmemiliki dua belas desa yang maju"] * 4),
    "rows in words": "\n".join(
        f"Kecamatan {name} memiliki {number} desa dan {number}0 rumah tangga penerima bantuan"
        for name, number in (("Buol", 12), ("Sigi", 13), ("Poso", 14), ("Lore", 15))
    ),
    "list": "\n".join(
        f"- {who} yang datang bersama seluruh stafnya dari kantor provinsi" for who in ("camat", "lurah") * 2
    ),
    "items without a mark": "syarat pendaftaran bagi calon peserta didik baru tahun ini sebagai berikut\n"
    "fotokopi kartu keluarga\nfotokopi akta kelahiran\nfotokopi ijazah terakhir",
    "names": "Kepala Dinas Perindustrian dan Perdagangan Provinsi Sumatera\n"
    "Kepala Biro Perekonomian Sekretariat Daerah Provinsi Sumatera\n"
    "Kepala Perwakilan Bank Indonesia Provinsi Sumatera Utara Brando",
}  # fmt: skip


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_lines_of_tables_lists_and_verse_stay_apart(text: str) -> None:
    assert [text[start:end] for start, end in lines(text)] == text.split("\n")


def test_no_line_break_of_news_is_taken_for_one_of_a_program(shared: Path) -> None:
    with gzip.open(shared / "news" / "indosum_articles.jsonl.gz", "rt", encoding="utf-8") as file:
        assert not [one["id"] for one in map(json.loads, file) if soft_breaks(one["body"])]
