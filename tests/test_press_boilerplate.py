"""What says nothing of an article's subject is told from what does; in doubt it is content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.press import boilerplate, content_lines, find_author, find_title, outside, stub_kind

BODY = "Nilai ekspor Sumatera Utara naik 22,67 persen pada Januari sampai Mei, kata kepala dinas perdagangan."
MORE = "Kenaikan itu didorong oleh minyak sawit dan karet, yang dikirim ke enam negara melalui Belawan."


def found(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in boilerplate(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Impor Turun Lagi",
        "BACA JUGA: Impor Turun, Apa Sebabnya?",
        "Baca Juga Impor Turun Lagi",
        "[Baca juga: Impor Turun Lagi]",
        "(Baca: Impor Turun Lagi)",
        "Simak juga: Harga Karet Pekan Ini",
        "SIMAK JUGA - Harga Karet Pekan Ini",
        "Lihat Juga :",
        "Read also: Imports Fall Again",
        "Berita Terkait: Harga Karet",
        "Video: Suasana Pelabuhan Belawan",
        "Foto: Dok. Humas Pemprov",
        "Foto: Suasana rapat di Medan. (ANTARA/Budi)",
        "(Foto: ANTARA/Budi Santoso)",
        "ANTARA FOTO/Budi Santoso/nz",
        "[Foto: Humas]",
        "Sumber foto: Humas Pemprov",
        "Editor: Ratna Sari",
        "Penulis: Budi Santoso | Editor: Ratna Sari",
        "Reporter : Budi Santoso",
        "Pewarta: Budi Santoso/Ratna Sari",
        "COPYRIGHT © KABAR MELATI 2025",
        "© 2025 Kabar Melati",
        "Hak cipta dilindungi undang-undang",
        "Dilarang keras mengambil konten untuk AI di situs ini tanpa izin tertulis.",
        "ADVERTISEMENT",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Bagikan: Facebook Twitter WhatsApp",
        "Share on Facebook",
        "Salin tautan",
        "Tags: ekspor, sawit, Belawan",
        "#ekspor #sawit",
        "Ikuti berita terbaru Kabar Melati di Google News",
        "[Gambas:Video Melati]",
        "Artikel ini telah tayang di melati.example dengan judul Ekspor Naik",
    ],
)
def test_a_line_of_boilerplate_is_found_between_paragraphs(line: str) -> None:
    text = f"{BODY}\n\n{line}\n\n{MORE}\n\n{BODY}\n{MORE}\n{BODY}\n{MORE}\n"
    assert found(text) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga buku itu sebelum ujian, kata guru kepada murid-muridnya di Medan kemarin.",
        "Foto itu diambil di depan kantor gubernur.",
        "Foto-foto pameran dapat dilihat sampai akhir bulan.",
        "Editor majalah itu mengundurkan diri.",
        "Penulis buku itu berasal dari Binjai.",
        "Sumber: air dari pegunungan mengalir ke kota, kata Budi, dan dipakai petani untuk sawah mereka.",
        "Hak cipta lagu itu milik penciptanya, kata hakim.",
        "Iklan rokok dilarang di jalan protokol.",
        "Facebook",
        "Tanggal: 22 Juli 2025",
        "Tempat: Aula Raja Inal Siregar",
        "Video itu tersebar luas di media sosial.",
        "Ikuti lomba ini dengan mendaftar di kantor dinas.",
        "Share perusahaan itu di pasar naik menjadi 20 persen.",
        "Oleh karena itu, pemerintah menaikkan target.",
        "Laporan keuangan daerah diserahkan kepada BPK.",
        "Ekspor naik menjadi 3,2 persen (yoy).",
        "Impor turun 5 persen (yoy)",
        "Copy surat itu diserahkan kepada polisi.",
    ],
)
def test_content_that_begins_like_boilerplate_is_kept(line: str) -> None:
    for text in (f"{BODY}\n\n{line}\n\n{MORE}\n\n{BODY}\n", f"{BODY}\n\n{MORE}\n\n{line}\n"):
        assert found(text) == []


@pytest.mark.parametrize(
    "dateline",
    [
        "MEDAN –",
        "Medan -",
        "MEDAN, Kompas, 22 Juli 2025 –",
        "Jakarta (ANTARA) -",
        "Sumut.Disway.id -",
        "Medan, 22/7/2025 –",
        "JAKARTA, KOMPAS.com -",
    ],
)
def test_a_dateline_is_boilerplate_and_what_follows_is_not(dateline: str) -> None:
    assert found(f"Judul Berita\n\n{dateline} {BODY}\n\n{MORE}\n") == [dateline]


@pytest.mark.parametrize("opening", ["Persib - Persija", "Kevin - Prince", "Indonesia – Malaysia"])
def test_names_with_a_dash_are_no_dateline(opening: str) -> None:
    assert found(f"{opening} {BODY}\n\n{MORE}\n") == []


@pytest.mark.parametrize(
    "sign",
    [
        "(abc/def)",
        "[ega]",
        "(anton / sir)",
        "(Antara)",
        "(evn)",
        "(Budi/Sari)",
        "***",
        "(ANT/rel)",
        "(Peliput: Budi Santoso)",
    ],
)
def test_initials_after_the_last_sentence_are_boilerplate(sign: str) -> None:
    assert found(f"{BODY}\n\n{MORE} {sign}\n") == [sign]
    assert found(f"{BODY}\n\n{MORE}\n{sign}") == [sign]


def test_initials_amid_the_text_are_content() -> None:
    assert found(f"{BODY} (abc/def)\n\n{MORE}\n{BODY}\n{MORE}\n{BODY}\n") == []


def test_a_link_or_credit_in_brackets_between_sentences_is_boilerplate() -> None:
    link = "(Baca juga: Impor Turun Lagi)"
    assert found(f"{BODY} {link} {MORE}\n") == [link]
    assert found(f"{BODY} (Foto: ANTARA/Budi)\n{MORE}\n") == ["(Foto: ANTARA/Budi)"]
    assert found(f"{BODY} Baca juga: Impor Turun Lagi\n{MORE}\n") == ["Baca juga: Impor Turun Lagi"]


def test_headlines_after_a_line_that_announces_them_are_boilerplate() -> None:
    text = f"{BODY}\nBaca juga:\nImpor Turun Lagi Bulan Ini\nHarga Karet Naik Pekan Ini\n{MORE}\n"
    assert found(text) == ["Baca juga:", "Impor Turun Lagi Bulan Ini", "Harga Karet Naik Pekan Ini"]


def test_a_date_and_a_byline_above_the_text_are_boilerplate() -> None:
    text = f"Judul Berita\nSelasa, 22 Juli 2025 | 10:30 WIB\nOleh Ratna Sari\n{BODY}\n{MORE}\n"
    assert found(text) == ["Selasa, 22 Juli 2025 | 10:30 WIB", "Oleh Ratna Sari"]


def test_buttons_are_told_by_their_neighbours() -> None:
    assert found(f"{BODY}\nFacebook\nTwitter\n{MORE}") == ["Facebook", "Twitter"]


def test_where_nothing_else_is_left_nothing_is_boilerplate() -> None:
    assert boilerplate("Baca juga: Impor Turun\nFoto: Humas\n") == []


def test_the_parts_outside_of_spans_are_in_order() -> None:
    assert outside([(2, 4), (6, 8)], 0, 10) == [(0, 2), (4, 6), (8, 10)]
    assert outside([(2, 4)], 2, 4) == []
    assert outside([(0, 3), (9, 12)], 2, 10) == [(3, 9)]


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([BODY, "Baca juga:", "(abc)", "\n", " ", "Foto: x"])).map("".join)
)
def test_spans_are_in_order_and_leave_every_other_line(text: str) -> None:
    at = 0
    for start, end in boilerplate(text):
        assert at <= start < end <= len(text)
        at = end
    assert all(text[start:end] == text[start:end].strip() for start, end in content_lines(text))


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Penulis: Budi Santoso | Editor: Ratna Sari", "Budi Santoso"),
        ("Oleh Ratna Sari", "Ratna Sari"),
        ("(Reporter: Budi/Ratna)", "Budi/Ratna"),
        ("Editor: Ratna Sari", None),
        ("Oleh karena itu ia pergi.", None),
    ],
)
def test_who_signed_an_article_is_its_author(line: str, author: str | None) -> None:
    assert find_author(f"Judul\n{line}\n{BODY}\n") == find_author(f"{BODY}\n{MORE}\n{line}") == author


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Halaman tidak ditemukan\n\nMaaf, coba cari lagi.", "not_found"),
        ("404\n\nBeranda", "not_found"),
        ("Page not found\n\nTry the search.", "not_found"),
        ("Bupati membuka pasar.\n\nBerlangganan untuk melanjutkan membaca.", "paywall"),
        ("The regent opened a market.\n\nSubscribe to continue reading.", "paywall"),
        ("You need to enable JavaScript to run this app.", "needs_scripts"),
        ("Masuk\n\nSilakan masuk dengan akun Anda untuk membaca berita ini.", "barrier"),
        ("Sebelum lanjut\n\nKami memakai cookie.\nTerima semua\nTolak semua", "barrier"),
        ("Just a moment...\n\nVerify you are human.", "barrier"),
        ("Internal Server Error\n\nTry again.", "barrier"),
        ("Kami menggunakan cookie untuk layanan terbaik.\n\nSetuju", "barrier"),
        ("Konten ini dilindungi oleh kata sandi.", "barrier"),
        ("Account Suspended\n\nThis account has been suspended.", "barrier"),
        ("Oops! That page can’t be found.\n\nIt looks like nothing was found here.", "not_found"),
        ("A page of the Quran was found in Sigi\n\nWorkers saw it.", ""),
        ("Sorry, you have been blocked\n\nCloudflare Ray ID: 8f", "barrier"),
        ("Bupati membuka pasar.\n\nAnda telah mencapai batas artikel gratis.", "paywall"),
        ("Bupati membuka pasar.\n\nSudah berlangganan? Masuk di sini.", "paywall"),
        ("Situs sedang dalam pemeliharaan\n\nMohon kembali nanti.", "barrier"),
        ("Bupati minta warga masuk balai desa untuk mencoblos.", ""),
        ("Bupati membuka pasar baru di kota itu.", ""),
        ("Bupati membuka pasar.\n\nSekitar 404 orang hadir.", ""),
        ("Warga mengeluh halaman tidak ditemukan.\n" + "Dinas memperbaiki situs itu hari ini. " * 40, ""),
        ("Berlangganan untuk melanjutkan membaca.\n" + "Dinas memperbaiki situs itu hari ini. " * 20, ""),
    ],
)
def test_a_page_that_is_no_article_is_known_by_what_it_says_where_it_is_short(text: str, kind: str) -> None:
    assert stub_kind(text, text.split("\n", maxsplit=1)[0]) == kind


def test_comments_and_struck_out_words_of_markdown_are_neither_searched_nor_a_title() -> None:
    text = (
        "<!-- Catatan internal:\nanggaran sebenarnya Rp 91 miliar. -->\n\nJembatan Kolawa\n\n[//]: # (cek)\n"
        "Pembangunan dimulai ~~Maret~~ April 2025, kata Bupati kepada warga di Sigi. Tanda ~~ tetap.\n"
    )
    shown = " ".join(text[start:end] for start, end in content_lines(text))
    assert shown == (
        "Jembatan Kolawa Pembangunan dimulai April 2025, kata Bupati kepada warga di Sigi. Tanda ~~ tetap."
    )
    assert find_title(text, "x") == "Jembatan Kolawa"
