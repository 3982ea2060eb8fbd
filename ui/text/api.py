"""The words of the API's reference, in Indonesian and in English."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ApiWords:
    """The words of one language; `{...}` is filled in where it is shown."""

    title: str
    intro: str
    login: str
    tools: str
    schema: str
    operations: str
    editors: str
    parameters: str
    body: str
    files: str
    response: str
    nothing: str
    example: str
    problems: str
    problems_intro: str
    shapes: str
    required: str
    default: str
    one_of: str
    list_of: str
    nullable: str
    characters: str
    items: str
    summaries: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)


INDONESIAN = ApiWords(
    title="API untuk program lain",
    intro=(
        "Program lain dapat bertanya, mencari, dan memeriksa pernyataan di sini. Jawabannya sama persis "
        "dengan keluaran perintah tanya ask --json; setiap kutipan menunjuk karakter yang tepat dalam "
        "teks artikel. Keterangan kolom ditulis dalam bahasa Inggris, seperti skemanya."
    ),
    login=(
        "Bila layanan ini meminta login, sertakan token pada setiap permintaan: Authorization: Bearer "
        "TOKEN. Token dibuat oleh pengelola layanan."
    ),
    tools=(
        "Asisten AI yang memakai Model Context Protocol terhubung ke alamat /mcp dengan token yang sama. "
        "Alatnya: ask, search, read_article, dan check_claim; semuanya hanya membaca."
    ),
    schema="Skema OpenAPI (JSON)",
    operations="Daftar permintaan",
    editors="Hanya untuk editor.",
    parameters="Parameter",
    body="Isi permintaan (JSON)",
    files="Atau kirim berkas: multipart/form-data, setiap berkas dalam kolom bernama file.",
    response="Jawaban",
    nothing="Tanpa isi.",
    example="Contoh",
    problems="Bila gagal",
    problems_intro="Setiap kegagalan dijawab dengan application/problem+json dalam bentuk yang sama.",
    shapes="Bentuk data",
    required="wajib",
    default="bawaan {value}",
    one_of="salah satu dari {values}",
    list_of="daftar {kind}",
    nullable="{kind} atau null",
    characters="{bounds} karakter",
    items="{bounds} butir",
    summaries={
        "ask": "Ajukan pertanyaan",
        "search": "Cari kutipan",
        "check": "Periksa pernyataan",
        "gaps": "Lihat pertanyaan yang belum terjawab",
        "feedback": "Beri penilaian atas jawaban",
        "status": "Lihat keadaan layanan",
        "list_articles": "Daftar artikel",
        "read_article": "Baca artikel",
        "add_articles": "Tambah atau perbarui artikel",
        "remove_article": "Hapus artikel",
    },
    descriptions={
        "ask": (
            "Menjawab dari artikel; setiap kalimat disertai kutipan sampai ke karakternya. Bila artikel "
            "tidak menyebutkannya, abstained bernilai true dan tidak ada kutipan. Beberapa pertanyaan "
            "dijawab bersamaan; selebihnya menunggu giliran sesuai urutan."
        ),
        "search": "Bagian artikel yang paling sesuai, menurut makna dan kata sekaligus.",
        "check": (
            "Membandingkan pernyataan dengan teks atau artikel: angka, hari, dan nama harus sama, selebihnya "
            "dinilai model terlatih."
        ),
        "gaps": "Pertanyaan yang tidak terjawab oleh artikel, dari yang paling sering diajukan.",
        "feedback": "Menyimpan penilaian atas sebuah jawaban; penilaian baru menggantikan yang lama.",
        "status": "Apakah layanan siap menjawab, berapa yang menunggu, dan apa peran Anda.",
        "list_articles": "Artikel tanpa teksnya, disaring menurut kata, tanggal, atau penerbit.",
        "read_article": (
            "Artikel dengan teks utuh; semua posisi dihitung per karakter teks ini, mulai dari 0."
        ),
        "add_articles": (
            "Menambah artikel, satu sebagai rekaman atau banyak sebagai berkas; id atau nama berkas yang "
            "sama diperbarui. Yang tidak terbaca disebutkan beserta alasannya, selebihnya tetap diambil."
        ),
        "remove_article": "Menghapus artikel dari pustaka dan dari semua indeks.",
    },
)

ENGLISH = ApiWords(
    title="API for other programs",
    intro=(
        "Other programs ask, search and check claims here. Answers are exactly those of tanya ask "
        "--json; every citation points at the exact characters of an article's text."
    ),
    login=(
        "Where this service asks for a login, send a token with each request: Authorization: Bearer "
        "TOKEN. Whoever runs the service makes it."
    ),
    tools=(
        "AI assistants that speak the Model Context Protocol connect to the address /mcp, with the same "
        "token. The tools are ask, search, read_article and check_claim; they only read."
    ),
    schema="OpenAPI schema (JSON)",
    operations="Requests",
    editors="For editors only.",
    parameters="Parameters",
    body="Body (JSON)",
    files="Or send files: multipart/form-data, each in a field called file.",
    response="Response",
    nothing="Without content.",
    example="Example",
    problems="Where it fails",
    problems_intro="Every failure is answered with application/problem+json, in one shape.",
    shapes="Shapes of data",
    required="required",
    default="by default {value}",
    one_of="one of {values}",
    list_of="list of {kind}",
    nullable="{kind} or null",
    characters="{bounds} characters",
    items="{bounds} items",
)


def api_words(language: str) -> ApiWords:
    """The words of a page language; Indonesian where it is neither "id" nor "en"."""
    return ENGLISH if language == "en" else INDONESIAN
