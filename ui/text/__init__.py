"""Every word of the page, in Indonesian and in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
NAME = "Tanya Berita"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `{...}` is filled in where it is shown."""

    language: Language
    tagline: str
    skip: str
    preparing: str
    unready: str
    no_articles: str
    one_article: str
    articles: str

    page_language: str
    answer_language: str
    automatic: str
    question: str
    placeholder: str
    send: str
    stop: str
    new_chat: str
    examples: str
    welcome: str
    welcome_detail: str

    filters: str
    since: str
    until: str
    publishers: str
    bad_date: str
    reversed_dates: str

    stages: dict[str, str]
    one_ahead: str
    ahead: str
    crowded: str
    chat: str
    asked: str
    answered: str

    sources: str
    sources_later: str
    sources_none: str
    earlier: str
    source: str
    unknown_publisher: str
    undated: str
    original: str
    also_in: str
    whole_article: str
    quotation_only: str
    back: str

    abstained: str
    stopped: str
    empty: str
    too_long: str
    refused: str
    failed: str

    review: str
    review_about: str
    good: str
    good_about: str
    bad: str
    bad_about: str
    thanks: str
    unkept: str
    forgotten: str
    why: str
    why_detail: str
    reason: str
    reasons: dict[str, str]
    correction: str
    correction_limit: str
    keep: str
    close: str
    gaps: str
    gaps_none: str
    opinions: str
    opinions_none: str
    all_verdicts: str
    times: str
    nearest: str
    last_asked: str
    day_said: str
    verdict: str
    answer: str
    as_sheet: str
    as_cases: str
    part: str
    to_page: str

    def count(self, articles: int) -> str:
        """How many articles there are, in words."""
        if articles == 0:
            return self.no_articles
        number = format_decimal(articles, locale=self.language)
        return (self.one_article if articles == 1 else self.articles).format(number=number)

    def in_line(self, others: int) -> str:
        """That so many other questions, at least one, are answered first."""
        return self.one_ahead if others == 1 else self.ahead.format(number=self.number(others))

    def day(self, value: date | None) -> str:
        """A day as it is written in running text."""
        return (
            self.undated
            if value is None
            else format_date(value, "long", locale="en_GB" if self.language == "en" else "id")
        )

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self.language)


INDONESIAN = Words(
    language="id",
    tagline="Jawaban dari artikel kantor Anda, lengkap dengan buktinya",
    skip="Langsung ke kotak pertanyaan",
    preparing="Menyiapkan mesin penjawab…",
    unready="Mesin penjawab belum siap",
    no_articles="Belum ada artikel",
    one_article="1 artikel terindeks",
    articles="{number} artikel terindeks",
    page_language="Bahasa halaman",
    answer_language="Bahasa jawaban",
    automatic="Otomatis",
    question="Pertanyaan Anda",
    placeholder="Tulis pertanyaan…",
    send="Kirim",
    stop="Hentikan",
    new_chat="Percakapan baru",
    examples="Contoh pertanyaan",
    welcome="Apa yang ingin Anda ketahui?",
    welcome_detail=(
        "Setiap kalimat jawaban diberi nomor. Klik nomornya untuk melihat kutipan persis di dalam artikelnya."
    ),
    filters="Batasi artikel",
    since="Terbit sejak",
    until="Terbit sampai",
    publishers="Penerbit",
    bad_date="Tanggal “{value}” tidak dikenali; pilih dari kalender atau kosongkan.",
    reversed_dates="Tanggal “sejak” melewati tanggal “sampai”; tukar atau kosongkan salah satunya.",
    stages={
        "": "Menunggu giliran…",
        "prepare": "Menyiapkan mesin penjawab…",
        "understand": "Memahami pertanyaan…",
        "retrieve": "Mencari di dalam artikel…",
        "read": "Membaca artikel yang ditemukan…",
        "write": "Menulis jawaban dan memeriksa setiap kalimatnya…",
    },
    one_ahead="Menunggu giliran: 1 pertanyaan lain lebih dahulu…",
    ahead="Menunggu giliran: {number} pertanyaan lain lebih dahulu…",
    crowded="Terlalu banyak pertanyaan yang sedang menunggu. Coba lagi sebentar lagi.",
    chat="Percakapan",
    asked="Pertanyaan",
    answered="Jawaban",
    sources="Sumber",
    sources_later="Kutipan dari artikel akan tampil di sini.",
    sources_none="Tidak ada kutipan untuk jawaban terakhir.",
    earlier="Sumber jawaban sebelumnya",
    source="Sumber {number}",
    unknown_publisher="Penerbit tidak disebutkan",
    undated="tanpa tanggal",
    original="Artikel asli di {host} (tab baru)",
    also_in="Dimuat juga oleh",
    whole_article="Tampilkan seluruh artikel",
    quotation_only="Tampilkan kutipan saja",
    back="Kembali ke jawaban",
    abstained="Tidak ada dalam artikel",
    stopped="Dihentikan sebelum ada jawaban.",
    empty="Tulis pertanyaan Anda terlebih dahulu.",
    too_long="Pertanyaan terlalu panjang: {length} karakter. Ringkas menjadi paling banyak {limit} karakter.",
    refused="Pertanyaan ini belum dapat dijawab",
    failed="Maaf, terjadi kesalahan. Coba sekali lagi; bila terulang, sampaikan kode {id} kepada pengelola.",
    review="Tinjauan",
    review_about="Tinjauan: pertanyaan tak terjawab dan penilaian (tab baru)",
    good="Tepat",
    good_about="Nilai jawaban ini tepat",
    bad="Tidak tepat",
    bad_about="Nilai jawaban ini tidak tepat",
    thanks="Terima kasih, penilaian Anda disimpan.",
    unkept="Penilaian belum tersimpan; coba sekali lagi.",
    forgotten="Jawaban ini tidak lagi diingat; ajukan pertanyaannya sekali lagi untuk menilainya.",
    why="Apa yang tidak tepat?",
    why_detail="Penilaian Anda sudah dicatat. Semua isian di bawah ini boleh dikosongkan.",
    reason="Alasan",
    reasons={
        "wrong answer": "Jawabannya keliru",
        "wrong source": "Sumbernya keliru",
        "missing": "Ada yang kurang",
        "not in the articles": "Sebenarnya tidak ada dalam artikel",
        "it is in the articles": "Sebenarnya ada dalam artikel",
        "language": "Bahasanya keliru",
        "other": "Lainnya",
    },
    correction="Jawaban yang benar",
    correction_limit="Paling banyak {limit} karakter.",
    keep="Simpan",
    close="Tutup",
    gaps="Pertanyaan tak terjawab",
    gaps_none="Belum ada pertanyaan yang tak terjawab.",
    opinions="Penilaian pembaca",
    opinions_none="Belum ada penilaian.",
    all_verdicts="Semua",
    times="Berapa kali",
    nearest="Artikel terdekat",
    last_asked="Terakhir ditanyakan",
    day_said="Tanggal",
    verdict="Penilaian",
    answer="Jawaban yang ditampilkan",
    as_sheet="Unduh sebagai CSV",
    as_cases="Unduh sebagai kasus uji",
    part="Ditampilkan {shown} dari {all}; unduhan memuat semuanya.",
    to_page="Ke halaman tanya jawab",
)

ENGLISH = Words(
    language="en",
    tagline="Answers from your office's articles, with the proof",
    skip="Skip to the question box",
    preparing="Preparing the answering engine…",
    unready="The answering engine is not ready",
    no_articles="No articles yet",
    one_article="1 article indexed",
    articles="{number} articles indexed",
    page_language="Page language",
    answer_language="Answer language",
    automatic="Automatic",
    question="Your question",
    placeholder="Write a question…",
    send="Send",
    stop="Stop",
    new_chat="New chat",
    examples="Example questions",
    welcome="What would you like to know?",
    welcome_detail=(
        "Every sentence of an answer has a number. Click it to see the exact quotation inside its article."
    ),
    filters="Limit the articles",
    since="Published since",
    until="Published until",
    publishers="Publishers",
    bad_date="The date “{value}” is not understood; choose it in the calendar or leave it empty.",
    reversed_dates="The “since” date is after the “until” date; swap them or empty one.",
    stages={
        "": "Waiting in line…",
        "prepare": "Preparing the answering engine…",
        "understand": "Understanding the question…",
        "retrieve": "Searching the articles…",
        "read": "Reading what was found…",
        "write": "Writing the answer and checking every sentence…",
    },
    one_ahead="Waiting in line: 1 other question first…",
    ahead="Waiting in line: {number} other questions first…",
    crowded="Too many questions are waiting already. Try again in a moment.",
    chat="Conversation",
    asked="Question",
    answered="Answer",
    sources="Sources",
    sources_later="Quotations from the articles will appear here.",
    sources_none="The latest answer has no quotation.",
    earlier="Sources of earlier answers",
    source="Source {number}",
    unknown_publisher="Publisher not stated",
    undated="undated",
    original="Original article at {host} (new tab)",
    also_in="Also carried by",
    whole_article="Show the whole article",
    quotation_only="Show the quotation only",
    back="Back to the answer",
    abstained="Not in the articles",
    stopped="Stopped before there was an answer.",
    empty="Write your question first.",
    too_long="The question is too long: {length} characters. Shorten it to {limit} characters or fewer.",
    refused="This question cannot be answered yet",
    failed="Sorry, something went wrong. Try once more; if it happens again, report the code {id}.",
    review="Review",
    review_about="Review: unanswered questions and feedback (new tab)",
    good="Right",
    good_about="Rate this answer as right",
    bad="Not right",
    bad_about="Rate this answer as not right",
    thanks="Thank you, your rating is kept.",
    unkept="The rating was not kept; try once more.",
    forgotten="This answer is no longer remembered; ask the question once more to rate it.",
    why="What is not right?",
    why_detail="Your rating is noted. Everything below may be left empty.",
    reason="Reason",
    reasons={
        "wrong answer": "The answer is wrong",
        "wrong source": "The source is wrong",
        "missing": "Something is missing",
        "not in the articles": "It is not in the articles",
        "it is in the articles": "It is in the articles, though",
        "language": "The language is wrong",
        "other": "Something else",
    },
    correction="The right answer",
    correction_limit="At most {limit} characters.",
    keep="Save",
    close="Close",
    gaps="Unanswered questions",
    gaps_none="No question has been left unanswered yet.",
    opinions="What readers said",
    opinions_none="Nobody has rated an answer yet.",
    all_verdicts="All",
    times="Times asked",
    nearest="Nearest article",
    last_asked="Last asked",
    day_said="Day",
    verdict="Rating",
    answer="The answer that was shown",
    as_sheet="Download as CSV",
    as_cases="Download as test cases",
    part="Showing {shown} of {all}; the download has them all.",
    to_page="To the question page",
)


def words(language: str) -> Words:
    """The words of a page language; Indonesian where it is neither "id" nor "en"."""
    return ENGLISH if language == "en" else INDONESIAN


def preferred(languages: Sequence[str]) -> Language:
    """The page language for a browser that prefers `languages`, such as ["en-GB", "id"]; else Indonesian."""
    for tag in languages:
        primary = tag.lower().replace("_", "-").split("-")[0]
        if primary == "en":
            return "en"
        # "in" is what older Java-based browsers still call Indonesian; Malay readers understand it.
        if primary in {"id", "in", "ms"}:
            return "id"
    return "id"
