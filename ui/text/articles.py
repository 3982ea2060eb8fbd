"""The words of the articles' pages, in Indonesian and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """The words of one language; `{...}` is filled in where it is shown."""

    title: str
    to_chat: str
    to_list: str

    find: str
    find_hint: str
    all_publishers: str
    all_languages: str
    text_language: str
    languages: dict[str, str]
    order: str
    orders: dict[str, str]
    show: str
    clear: str
    found: str
    all_found_one: str
    all_found: str
    nothing: str
    nothing_hint: str
    empty: str
    empty_hint: str
    bad_day: str
    length: str
    copies: str
    pages: str
    page: str
    previous: str
    next: str
    choose: str
    remove_chosen: str

    unknown: str
    unknown_hint: str
    author: str
    original: str
    page_of_file: str
    earlier: str
    later: str
    neighbours: str
    about: str
    extent: str
    file: str
    sent_file: str
    id: str
    marked: str
    no_mark: str
    remove: str

    removal: str
    removal_ask_one: str
    removal_ask: str
    removal_files: str
    removal_sure: str
    removal_cancel: str
    removal_none: str
    removal_missing: str
    removed_one: str
    removed: str
    removed_none: str
    busy: str
    failed: str


INDONESIAN = ArticleWords(
    title="Artikel",
    to_chat="Ke halaman tanya jawab",
    to_list="Ke daftar artikel",
    find="Cari dalam judul dan isi",
    find_hint='Semua kata harus ada; gunakan tanda petik untuk frasa, misalnya "ekspor kopi".',
    all_publishers="Semua penerbit",
    all_languages="Semua bahasa",
    text_language="Bahasa artikel",
    languages={"id": "Indonesia", "en": "Inggris", "ms": "Melayu", "jv": "Jawa", "su": "Sunda"},
    order="Urutan",
    orders={"newest": "Terbaru dahulu", "oldest": "Terlama dahulu", "title": "Menurut judul"},
    show="Tampilkan",
    clear="Hapus saringan",
    found="{count} dari {all} artikel",
    all_found_one="1 artikel",
    all_found="{all} artikel",
    nothing="Tidak ada artikel yang cocok.",
    nothing_hint="Coba kata yang lebih sedikit atau lebih umum, atau longgarkan saringannya.",
    empty="Belum ada artikel.",
    empty_hint="Unggah berkas agar dapat ditanyakan.",
    bad_day="Tanggal “{value}” tidak dikenali dan diabaikan; tulis seperti 2025-07-22.",
    length="{number} karakter",
    copies="Dimuat juga oleh",
    pages="Halaman daftar",
    page="Halaman {page} dari {pages}",
    previous="Sebelumnya",
    next="Berikutnya",
    choose="Pilih “{title}”",
    remove_chosen="Hapus yang dipilih…",
    unknown="Artikel ini tidak ada",
    unknown_hint="Mungkin sudah dihapus, atau alamatnya keliru.",
    author="Penulis",
    original="Artikel asli di {host} (tab baru)",
    page_of_file="Halaman {page}",
    earlier="Artikel sebelumnya",
    later="Artikel berikutnya",
    neighbours="Artikel lain menurut tanggal",
    about="Keterangan",
    extent="Panjang",
    file="Berkas",
    sent_file="{name} (diunggah)",
    id="Kode",
    marked="Kutipan yang Anda buka ditandai di bawah ini.",
    no_mark="Kutipan yang ditunjuk alamat ini tidak ada dalam artikel; mungkin artikelnya sudah diperbarui.",
    remove="Hapus artikel ini…",
    removal="Hapus artikel",
    removal_ask_one="Artikel berikut akan dihapus untuk selamanya, juga dari semua jawaban selanjutnya:",
    removal_ask="{number} artikel berikut akan dihapus untuk selamanya, juga dari semua jawaban selanjutnya:",
    removal_files=(
        "Artikel dari folder akan masuk kembali bila folder itu diindeks lagi selama berkasnya masih ada."
    ),
    removal_sure="Ya, hapus",
    removal_cancel="Batal",
    removal_none="Tidak ada artikel yang dipilih.",
    removal_missing="Sudah tidak ada: {names}.",
    removed_one="1 artikel telah dihapus.",
    removed="{number} artikel telah dihapus.",
    removed_none="Tidak ada yang dihapus: artikel yang dipilih sudah tidak ada.",
    busy="Perpustakaan sedang ditulis oleh proses lain. Belum ada yang dihapus; coba lagi sebentar lagi.",
    failed="Belum berhasil, dan belum ada yang dihapus.",
)

ENGLISH = ArticleWords(
    title="Articles",
    to_chat="To the question page",
    to_list="To the list of articles",
    find="Search titles and texts",
    find_hint='Every word must occur; put a phrase in quotation marks, such as "coffee exports".',
    all_publishers="All publishers",
    all_languages="All languages",
    text_language="Language of the article",
    languages={"id": "Indonesian", "en": "English", "ms": "Malay", "jv": "Javanese", "su": "Sundanese"},
    order="Order",
    orders={"newest": "Newest first", "oldest": "Oldest first", "title": "By title"},
    show="Show",
    clear="Clear the filters",
    found="{count} of {all} articles",
    all_found_one="1 article",
    all_found="{all} articles",
    nothing="No article fits.",
    nothing_hint="Try fewer or more general words, or loosen the filters.",
    empty="There are no articles yet.",
    empty_hint="Upload files so that they can be asked about.",
    bad_day="The date “{value}” is not understood and was ignored; write it as 2025-07-22.",
    length="{number} characters",
    copies="Also carried by",
    pages="Pages of the list",
    page="Page {page} of {pages}",
    previous="Previous",
    next="Next",
    choose="Choose “{title}”",
    remove_chosen="Remove the chosen…",
    unknown="There is no such article",
    unknown_hint="It may have been removed, or the address is mistaken.",
    author="Author",
    original="Original article at {host} (new tab)",
    page_of_file="Page {page}",
    earlier="Previous article",
    later="Next article",
    neighbours="Other articles by day",
    about="Details",
    extent="Length",
    file="File",
    sent_file="{name} (uploaded)",
    id="Id",
    marked="The quotation that you opened is marked below.",
    no_mark="The quotation that this address points to is not in the article; it may have been updated.",
    remove="Remove this article…",
    removal="Remove articles",
    removal_ask_one="This article will be removed for good, from every later answer as well:",
    removal_ask="These {number} articles will be removed for good, from every later answer as well:",
    removal_files="Articles of a folder come back when it is indexed again while their files are there.",
    removal_sure="Yes, remove",
    removal_cancel="Cancel",
    removal_none="No article is chosen.",
    removal_missing="No longer there: {names}.",
    removed_one="1 article was removed.",
    removed="{number} articles were removed.",
    removed_none="Nothing was removed: the chosen articles are no longer there.",
    busy="Another process is writing to the library. Nothing was removed; try again in a moment.",
    failed="That did not work, and nothing was removed.",
)


def article_words(language: str) -> ArticleWords:
    """The words of a page language; Indonesian where it is neither "id" nor "en"."""
    return ENGLISH if language == "en" else INDONESIAN
