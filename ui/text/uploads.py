"""The words of uploading and its report, in Indonesian and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UploadWords:
    """The words of one language; `{...}` is filled in where it is shown."""

    upload: str
    upload_hint: str
    choose_files: str
    drop: str
    formats: str
    limits: str
    said: str
    said_hint: str
    publisher: str
    day: str
    send: str
    take_out: str
    chosen_none: str
    chosen_count: str
    sending: str
    sent: str
    not_sent: str
    aborted: str
    earlier_uploads: str
    upload_of: str
    files_count: str

    receipt: str
    jobs: dict[str, str]
    job_hints: dict[str, str]
    busy_hint: str
    states: dict[str, str]
    counts: dict[str, str]
    of_articles: str
    given: str
    and_more: str
    library_says: str
    reasons: dict[str, str]
    duplicates: str
    duplicates_hint: str
    replaces: str
    replaces_hint: str
    now: str
    instead: str
    many_replaced: str
    replace: str
    keep: str
    leave: str
    decide: str
    full_hint: str
    retry: str
    discard: str
    another: str
    not_yours: str
    refused: dict[str, str]


INDONESIAN = UploadWords(
    upload="Unggah artikel",
    upload_hint="Berkas dibaca di server ini saja dan tidak dikirim ke tempat lain.",
    choose_files="Pilih berkas",
    drop="atau seret berkas ke sini",
    formats="Format yang dibaca: {formats}.",
    limits=(
        "Paling banyak {files} berkas dan {total} sekaligus; {pdf} untuk tiap PDF atau Word, "
        "{archive} untuk tiap arsip atau tabel, {other} untuk yang lain."
    ),
    said="Bila berkas tidak menyebutkannya",
    said_hint=(
        "Hanya untuk berkas yang tidak menyebutkan penerbit atau tanggalnya sendiri. Boleh dikosongkan."
    ),
    publisher="Penerbit",
    day="Tanggal terbit",
    send="Unggah",
    take_out="Keluarkan {name}",
    chosen_none="Belum ada berkas yang dipilih.",
    chosen_count="{number} berkas, {size}",
    sending="terkirim {percent}%",
    sent="terkirim",
    not_sent="Unggahan terputus dan tidak ada yang disimpan. Periksa sambungan, lalu coba lagi.",
    aborted="Unggahan dibatalkan; tidak ada yang disimpan.",
    earlier_uploads="Unggahan terakhir Anda",
    upload_of="Unggahan {time}",
    files_count="{number} berkas",
    receipt="Laporan unggahan",
    jobs={
        "received": "Menunggu giliran",
        "reading": "Berkas sedang diperiksa",
        "asking": "Menunggu keputusan Anda",
        "indexing": "Artikel sedang diindeks",
        "done": "Selesai",
        "failed": "Belum berhasil",
    },
    job_hints={
        "received": "Semua berkas sudah diterima. Halaman ini boleh ditutup; pekerjaannya berjalan terus.",
        "reading": "Halaman ini boleh ditutup; pekerjaannya berjalan terus.",
        "asking": "Beberapa berkas bernama sama dengan yang sudah ada, tetapi isinya lain.",
        "indexing": "Halaman ini boleh ditutup; pekerjaannya berjalan terus.",
        "done": "Artikel yang masuk sudah dapat ditanyakan.",
        "failed": "Yang sudah masuk tetap tersimpan, dan berkas yang lain tidak hilang.",
    },
    busy_hint="Menunggu proses lain yang sedang menulis ke perpustakaan.",
    states={
        "waiting": "menunggu",
        "reading": "sedang dibaca",
        "indexing": "sedang diindeks",
        "done": "terindeks",
        "refused": "ditolak",
        "partly": "sebagian ditolak",
        "left": "tidak diambil",
        "asking": "menunggu keputusan",
    },
    counts={
        "added": "ditambahkan",
        "updated": "diperbarui",
        "unchanged": "tidak berubah",
        "refused": "ditolak",
        "left": "tidak diambil",
    },
    of_articles="{number} artikel",
    given="Untuk berkas yang tidak menyebutkannya: {values}",
    and_more="dan {number} lagi",
    library_says="Pesan lengkap",
    reasons={
        "format": "Format ini tidak dibaca. Simpan sebagai PDF, Word (.docx), atau teks (.txt).",
        "empty": "Berkas ini kosong.",
        "nameless": "Berkas ini tidak bernama.",
        "twice": "Ada berkas lain dengan nama yang sama dalam unggahan ini; ganti namanya lalu unggah lagi.",
        "large": "Berkas ini terlalu besar. Bagi menjadi beberapa berkas.",
        "words": "Tidak ada tulisan di dalamnya.",
        "scan": "Isinya gambar halaman, bukan teks. Jalankan OCR (pengenalan teks) lebih dahulu.",
        "locked": "Berkas ini dikunci dengan kata sandi. Simpan salinan tanpa kata sandi.",
        "outside": "Di dalam arsip ada nama yang menunjuk ke luar arsip. Kemas ulang tanpa ../ di namanya.",
        "bomb": "Arsip ini membengkak jauh melebihi ukuran teks apa pun, jadi tidak dibuka.",
        "packed": "Arsip ini tidak dapat dibuka begitu saja. Keluarkan isinya, lalu unggah berkasnya.",
        "mistaken": "Isinya tidak sesuai dengan akhiran namanya. Namai sesuai jenisnya, atau simpan ulang.",
        "binary": "Isinya bukan teks yang dapat dibaca. Simpan ulang sebagai teks UTF-8, PDF, atau Word.",
        "damaged": "Berkas ini rusak atau terpotong. Simpan atau unduh ulang, lalu coba lagi.",
        "slow": "Berkas ini terlalu lama dibaca. Simpan ulang, atau simpan teksnya sebagai .txt.",
        "record": "Satu baris tabel atau catatan tidak dapat dibaca. Perbaiki barisnya.",
        "front": "Keterangan di awal berkas (di antara garis ---) tidak benar. Perbaiki atau hapus.",
        "other": "Berkas ini tidak dapat dibaca.",
    },
    duplicates="Isinya hampir sama",
    duplicates_hint="Siaran yang sama hanya dikutip sekali; penerbit yang lain disebut di sampingnya.",
    replaces="Berkas yang akan mengganti artikel",
    replaces_hint="Belum ada yang diubah. Pilih untuk setiap berkas, lalu lanjutkan.",
    now="Sekarang",
    instead="Menjadi",
    many_replaced="{number} artikel akan berubah",
    replace="Ganti dengan yang baru",
    keep="Simpan keduanya",
    leave="Jangan ambil berkas ini",
    decide="Lanjutkan",
    full_hint=(
        "Disk server penuh. Yang sudah masuk tetap tersimpan, dan berkas yang lain tidak hilang. Minta "
        "pengelola mengosongkan ruang disk, lalu tekan Coba lagi."
    ),
    retry="Coba lagi",
    discard="Buang berkas yang belum masuk",
    another="Unggah lagi",
    not_yours="Unggahan ini tidak ada, atau bukan milik Anda.",
    refused={
        "reader": "Akun Anda hanya dapat membaca. Mintalah penyunting untuk mengubah artikel.",
        "cross_site": "Permintaan ini tidak berasal dari halaman ini, jadi ditolak.",
        "none": "Tidak ada berkas yang dipilih.",
        "form": "Formulir ini tidak dapat dibaca; kirim lagi dari halaman unggah.",
        "total": "Unggahan ini terlalu besar: paling banyak {total} sekaligus. Tidak ada yang disimpan.",
        "many": "Terlalu banyak berkas: paling banyak {files} sekaligus. Tidak ada yang disimpan.",
        "day": "Tanggal “{value}” tidak dikenali; tulis seperti 2025-07-22. Tidak ada yang disimpan.",
        "full": "Ruang disk di server tidak cukup, dan tidak ada yang disimpan. Hubungi pengelola.",
        "slow": "Unggahan terhenti terlalu lama. Tidak ada yang disimpan; coba lagi.",
        "waiting": "Masih terlalu banyak unggahan Anda yang belum selesai. Tunggu atau selesaikan dahulu.",
        "crowded": "Terlalu banyak unggahan sedang diterima. Coba lagi sebentar lagi.",
        "elsewhere": "Unggahan sedang dilayani oleh proses lain di server ini. Hentikan salah satunya.",
        "broken": "Unggahan tidak dapat disimpan di server.",
    },
)

ENGLISH = UploadWords(
    upload="Upload articles",
    upload_hint="Files are read on this server alone and sent nowhere else.",
    choose_files="Choose files",
    drop="or drag files here",
    formats="Formats that are read: {formats}.",
    limits=(
        "At most {files} files and {total} at once; {pdf} for each PDF or Word file, "
        "{archive} for each archive or table, {other} for any other."
    ),
    said="Where a file does not say so itself",
    said_hint="Only for files that do not state their own publisher or date. May be left empty.",
    publisher="Publisher",
    day="Day of publication",
    send="Upload",
    take_out="Take out {name}",
    chosen_none="No files are chosen yet.",
    chosen_count="{number} files, {size}",
    sending="{percent}% sent",
    sent="sent",
    not_sent="The upload was cut off and nothing was kept. Check the connection, then try again.",
    aborted="The upload was cancelled; nothing was kept.",
    earlier_uploads="Your latest uploads",
    upload_of="Upload of {time}",
    files_count="{number} files",
    receipt="Upload report",
    jobs={
        "received": "Waiting in line",
        "reading": "The files are being examined",
        "asking": "Waiting for your decision",
        "indexing": "The articles are being indexed",
        "done": "Done",
        "failed": "Not done yet",
    },
    job_hints={
        "received": "All files have arrived. You may close this page; the work goes on.",
        "reading": "You may close this page; the work goes on.",
        "asking": "Some files have the name of one that is there already, but say something else.",
        "indexing": "You may close this page; the work goes on.",
        "done": "What was taken in can be asked about now.",
        "failed": "What was taken in stays, and none of the other files is lost.",
    },
    busy_hint="Waiting for another process that is writing to the library.",
    states={
        "waiting": "waiting",
        "reading": "being read",
        "indexing": "being indexed",
        "done": "indexed",
        "refused": "refused",
        "partly": "partly refused",
        "left": "left out",
        "asking": "waiting for a decision",
    },
    counts={
        "added": "added",
        "updated": "updated",
        "unchanged": "unchanged",
        "refused": "refused",
        "left": "left out",
    },
    of_articles="{number} articles",
    given="For files that do not say so themselves: {values}",
    and_more="and {number} more",
    library_says="Full message",
    reasons={
        "format": "This format is not read. Save it as PDF, Word (.docx) or text (.txt).",
        "empty": "This file is empty.",
        "nameless": "This file has no name.",
        "twice": "Another file of this upload has the same name; rename one and upload it again.",
        "large": "This file is too large. Split it into several files.",
        "words": "There is no writing in it.",
        "scan": "It holds pictures of pages and no text. Run text recognition (OCR) on it first.",
        "locked": "This file is locked with a password. Save a copy without one.",
        "outside": "This archive holds a name that leads out of it. Pack it again without ../ in its names.",
        "bomb": "This archive unpacks to far more than any text does, so it was not opened.",
        "packed": "This archive cannot be opened as it is. Unpack it, and upload the files themselves.",
        "mistaken": "Its content is not what its name says. Name it after what it is, or save it again.",
        "binary": "Its content is no text that can be read. Save it again as UTF-8 text, PDF or Word.",
        "damaged": "This file is damaged or cut short. Save or download it again, then try once more.",
        "slow": "It could not be read in time. Save it again, or its text as .txt.",
        "record": "A row of the table, or a record, cannot be read. Correct it.",
        "front": "What stands at its beginning between lines of --- is not right. Correct or remove it.",
        "other": "This file cannot be read.",
    },
    duplicates="Nearly the same",
    duplicates_hint="A release that several publishers carry is cited once; the others are named beside it.",
    replaces="Files that would replace an article",
    replaces_hint="Nothing has been changed yet. Choose for each file, then go on.",
    now="Now",
    instead="Would be",
    many_replaced="{number} articles would change",
    replace="Replace it with the new one",
    keep="Keep both",
    leave="Leave this file out",
    decide="Go on",
    full_hint=(
        "The server's disk is full. What was taken in stays, and none of the other files is lost. Ask who "
        "runs the server to make room, then press Try again."
    ),
    retry="Try again",
    discard="Throw away what was not taken in",
    another="Upload more",
    not_yours="There is no such upload, or it is not yours.",
    refused={
        "reader": "Your account may only read. Ask an editor to change articles.",
        "cross_site": "This request did not come from this page and was refused.",
        "none": "No file is chosen.",
        "form": "This form cannot be read; send it again from the upload page.",
        "total": "This upload is too large: at most {total} at once. Nothing was kept.",
        "many": "Too many files: at most {files} at once. Nothing was kept.",
        "day": "The date “{value}” is not understood; write it as 2025-07-22. Nothing was kept.",
        "full": "The server's disk is too full. Nothing was kept; ask who runs it to make room.",
        "slow": "The upload stood still for too long. Nothing was kept; try again.",
        "waiting": "Too many of your uploads are not finished yet. Wait for them, or finish them first.",
        "crowded": "Too many uploads are being received. Try again in a moment.",
        "elsewhere": "Another process on this server takes in uploads. End one of the two.",
        "broken": "The upload cannot be kept on the server.",
    },
)


def upload_words(language: str) -> UploadWords:
    """The words of a page language; Indonesian where it is neither "id" nor "en"."""
    return ENGLISH if language == "en" else INDONESIAN
