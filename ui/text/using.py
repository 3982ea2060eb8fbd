"""The words for what is done with an answer: copying, downloading, going back to earlier conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_time

from ui.text import Language, words


@dataclass(frozen=True, slots=True)
class UsingWords:
    """The words of one language; `{...}` is filled in where it is shown."""

    language: Language

    copy: str
    copy_about: str
    whatsapp: str
    whatsapp_about: str
    download: str
    download_about: str
    word: str
    markdown: str
    text: str
    card: str
    card_about: str
    printable: str
    copied: str
    copied_whatsapp: str
    by_hand: str
    by_hand_detail: str
    forgotten: str
    offline: str
    downloaded: str
    close: str

    conversation: str
    conversation_about: str
    whole_conversation: str
    nothing_to_download: str
    history: str
    history_about: str
    history_detail: str
    history_none: str
    history_off: str
    questions: str
    one_question: str
    open: str
    open_about: str
    remove: str
    remove_about: str
    remove_all: str
    remove_all_sure: str
    removed: str
    removed_all: str
    opened: str
    opening: str
    unopened: str
    busy: str
    current: str

    title: str
    file: str
    asked: str
    answered: str
    told: str
    understood: str
    page: str
    also: str
    machine: str
    footer: str
    word_for_word: str
    lost: str
    lost_card: str
    lost_quote: str
    lost_claim: str
    lost_article: str
    moved: str
    since_then: str

    def when(self, moment: datetime) -> str:
        """A moment as it is written in running text, in this machine's time."""
        there = moment.astimezone()
        time = format_time(there, "HH:mm" if self.language == "en" else "HH.mm", locale=self.language)
        return self.told.format(day=words(self.language).day(there.date()), time=time)


INDONESIAN = UsingWords(
    language="id",
    copy="Salin",
    copy_about="Salin jawaban beserta catatan kaki",
    whatsapp="Salin untuk WhatsApp",
    whatsapp_about="Salin jawaban untuk WhatsApp",
    download="Unduh",
    download_about="Unduh jawaban: pilih bentuknya",
    word="Word (.docx)",
    markdown="Markdown (.md)",
    text="Teks (.txt)",
    card="Kartu bukti (.json)",
    card_about="Kartu bukti: dapat diperiksa ulang dengan tanya verify --card",
    printable="Halaman cetak",
    copied="Jawaban disalin beserta catatan kakinya.",
    copied_whatsapp="Jawaban disalin untuk WhatsApp.",
    by_hand="Salin sendiri",
    by_hand_detail=(
        "Peramban tidak mengizinkan penyalinan. Teks di bawah sudah dipilih: tekan Ctrl+C, atau tahan untuk"
        " menyalin."
    ),
    forgotten="Jawaban ini tidak lagi diingat; ajukan pertanyaannya sekali lagi.",
    offline="Peladen tidak menjawab; coba sekali lagi.",
    downloaded="Unduhan dimulai.",
    close="Tutup",
    conversation="Unduh percakapan",
    conversation_about="Unduh seluruh percakapan: pilih bentuknya",
    whole_conversation="Seluruh percakapan",
    nothing_to_download="Belum ada jawaban untuk diunduh.",
    history="Riwayat",
    history_about="Riwayat percakapan di peramban ini",
    history_detail=(
        "Percakapan disimpan di peramban ini saja. Saat dibuka, setiap jawaban diperiksa ulang terhadap"
        " artikel."
    ),
    history_none="Belum ada percakapan yang disimpan.",
    history_off="Peramban tidak mengizinkan penyimpanan, jadi riwayat hilang bila halaman ditutup.",
    questions="{number} pertanyaan",
    one_question="1 pertanyaan",
    open="Buka",
    open_about="Buka percakapan: {question}",
    remove="Hapus",
    remove_about="Hapus percakapan: {question}",
    remove_all="Hapus semua",
    remove_all_sure="Hapus semua riwayat? Tekan sekali lagi",
    removed="Percakapan dihapus dari riwayat.",
    removed_all="Semua riwayat dihapus.",
    opened="Percakapan dibuka kembali; setiap jawaban sudah diperiksa ulang.",
    opening="Memeriksa ulang percakapan…",
    unopened="Percakapan tidak dapat dibuka; coba sekali lagi.",
    busy="Tunggu sampai jawaban selesai, atau hentikan dahulu.",
    current="sedang dibuka",
    title="Percakapan {day}",
    file="percakapan",
    asked="Pertanyaan",
    answered="Dijawab",
    told="{day} pukul {time}",
    understood="Dipahami sebagai: {question}",
    page="hlm. {page}",
    also="Dimuat juga oleh: {names}",
    machine="Ditulis oleh mesin, lalu setiap kalimatnya diperiksa terhadap kutipannya.",
    footer="Dijawab oleh {name} pada {when}.",
    word_for_word="Setiap kutipan diambil kata demi kata dari artikelnya.",
    lost="Jawaban ini tidak lagi dapat dibuktikan",
    lost_card="catatannya berubah setelah dibuat",
    lost_quote="kutipannya tidak ada lagi dalam artikel “{title}”",
    lost_claim="isinya tidak didukung kutipannya",
    lost_article="artikel “{title}” tidak ada lagi",
    since_then="Dijawab pada {when}; sejak itu artikel mungkin bertambah. Tanyakan lagi untuk memastikan.",
    moved="Artikelnya berubah sejak jawaban ini dibuat; kutipannya masih ada di dalamnya.",
)

ENGLISH = UsingWords(
    language="en",
    copy="Copy",
    copy_about="Copy the answer with its footnotes",
    whatsapp="Copy for WhatsApp",
    whatsapp_about="Copy the answer for WhatsApp",
    download="Download",
    download_about="Download the answer: choose a format",
    word="Word (.docx)",
    markdown="Markdown (.md)",
    text="Text (.txt)",
    card="Evidence card (.json)",
    card_about="Evidence card: can be checked again with tanya verify --card",
    printable="Printable page",
    copied="The answer is copied with its footnotes.",
    copied_whatsapp="The answer is copied for WhatsApp.",
    by_hand="Copy it yourself",
    by_hand_detail=(
        "The browser does not allow copying. The text below is selected: press Ctrl+C, or hold it to copy."
    ),
    forgotten="This answer is no longer remembered; ask the question once more.",
    offline="The server does not answer; try once more.",
    downloaded="The download has begun.",
    close="Close",
    conversation="Download conversation",
    conversation_about="Download the whole conversation: choose a format",
    whole_conversation="The whole conversation",
    nothing_to_download="There is no answer to download yet.",
    history="History",
    history_about="Conversations kept in this browser",
    history_detail=(
        "Conversations are kept in this browser only. When one is opened, every answer is checked against the"
        " articles again."
    ),
    history_none="No conversation is kept yet.",
    history_off="The browser allows nothing to be kept, so the history is lost when the page is closed.",
    questions="{number} questions",
    one_question="1 question",
    open="Open",
    open_about="Open the conversation: {question}",
    remove="Delete",
    remove_about="Delete the conversation: {question}",
    remove_all="Delete all",
    remove_all_sure="Delete the whole history? Press once more",
    removed="The conversation is deleted from the history.",
    removed_all="The whole history is deleted.",
    opened="The conversation is open again; every answer was checked again.",
    opening="Checking the conversation again…",
    unopened="The conversation cannot be opened; try once more.",
    busy="Wait until the answer is complete, or stop it first.",
    current="open now",
    title="Conversation of {day}",
    file="conversation",
    asked="Question",
    answered="Answered",
    told="{day}, {time}",
    understood="Understood as: {question}",
    page="p. {page}",
    also="Also carried by: {names}",
    machine="Written by a machine, and every sentence checked against its quotations.",
    footer="Answered by {name} on {when}.",
    word_for_word="Every quotation is taken word for word from its article.",
    lost="This answer can no longer be proven",
    lost_card="its record was changed after it was made",
    lost_quote="its quotation is no longer in the article “{title}”",
    lost_claim="its quotations do not support what it says",
    lost_article="the article “{title}” is no longer there",
    since_then="Answered on {when}; articles may have been added since. Ask again to be sure.",
    moved="The article has changed since this answer was made; its quotation is still in it.",
)


def using_words(language: str) -> UsingWords:
    """The words of a language; Indonesian where it is neither "id" nor "en"."""
    return ENGLISH if language == "en" else INDONESIAN
