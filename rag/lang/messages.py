"""What the program itself says in an answer, in both languages."""

from __future__ import annotations

from datetime import date

from rag.lang.numbers import Language

_WORDS: dict[str, dict[Language, str]] = {
    "not_found": {
        "id": "Artikel yang tersedia tidak menyebutkan jawabannya.",
        "en": "The articles do not say.",
    },
    "looked_for": {"id": "Yang dicari: {terms}.", "en": "Looked for: {terms}."},
    "nearest": {
        "id": "Artikel terdekat: “{title}” ({origin}).",
        "en": "Nearest article: “{title}” ({origin}).",
    },
    "nearest_untold": {"id": "Artikel terdekat: “{title}”.", "en": "Nearest article: “{title}”."},
    "no_articles": {
        "id": "Tidak ada artikel dalam rentang tanggal atau sumber yang dipilih.",
        "en": "No article lies within the chosen dates or sources.",
    },
    "original": {
        "id": "Aslinya, dalam bahasa Inggris: “{quote}”",
        "en": "In the original Indonesian: “{quote}”",
    },
    "that_is": {"id": "Artinya: {pairs}.", "en": "That is: {pairs}."},
    "according": {"id": "Menurut {source} ({day}): {text}", "en": "According to {source} ({day}): {text}"},
    "according_undated": {"id": "Menurut {source}: {text}", "en": "According to {source}: {text}"},
    "differ": {
        "id": "Artikel yang tersedia memberi jawaban yang berbeda; yang terbaru didahulukan.",
        "en": "The articles give different answers; the newer one comes first.",
    },
    "third_language": {
        "id": "Pertanyaan ditulis dalam bahasa lain; jawaban diberikan dalam bahasa Indonesia.",
        "en": "The question is in another language; it is answered in English.",
    },
    "machine_wrote": {
        "id": "Kalimat jawaban ditulis oleh model {name}; setiap kalimat diperiksa terhadap kutipannya.",
        "en": "The answer was worded by the model {name}; every sentence was checked against its quotation.",
    },
    "machine_unreachable": {
        "id": "Model {name} tidak dapat dihubungi; jawaban diambil langsung dari artikel.",
        "en": "The model {name} cannot be reached; the answer is taken directly from the articles.",
    },
    "machine_timeout": {
        "id": "Model {name} terlalu lama menulis; jawaban diambil langsung dari artikel.",
        "en": "The model {name} took too long to write; the answer is taken directly from the articles.",
    },
    "machine_broken": {
        "id": "Model {name} tidak memberi jawaban yang utuh; jawaban diambil langsung dari artikel.",
        "en": "The model {name} gave no complete reply; the answer is taken directly from the articles.",
    },
    "machine_empty": {
        "id": "Model {name} tidak menulis apa pun; jawaban diambil langsung dari artikel.",
        "en": "The model {name} wrote nothing; the answer is taken directly from the articles.",
    },
    "machine_declined": {
        "id": "Model {name} tidak menemukan jawaban; jawaban diambil langsung dari artikel.",
        "en": "The model {name} found no answer; the answer is taken directly from the articles.",
    },
    "machine_unproven": {
        "id": "Tulisan model {name} tidak terbukti oleh artikel; jawaban diambil langsung dari artikel.",
        "en": "What the model {name} wrote is not proven; the answer is taken directly from the articles.",
    },
    "claim_long": {
        "id": "pernyataan terlalu panjang untuk diperiksa",
        "en": "the claim is too long to be checked",
    },
    "claim_empty": {
        "id": "pernyataan tidak memuat apa pun yang dapat diperiksa",
        "en": "the claim says nothing that can be checked",
    },
    "source_empty": {"id": "sumbernya kosong", "en": "the source is empty"},
    "claim_copied": {"id": "sumber memuat kalimat itu", "en": "the source has that very sentence"},
    "claim_supported": {"id": "sumber menyatakannya", "en": "the source says so"},
    "claim_contradicted": {"id": "sumber menyatakan lain", "en": "the source says otherwise"},
    "claim_not_found": {"id": "sumber tidak menyatakannya", "en": "the source does not say so"},
    "claim_instead": {
        "id": "sumber menyebut {told}, bukan “{claimed}”",
        "en": "the source says {told}, not “{claimed}”",
    },
    "claim_denied": {"id": "sumber membantahnya (“{word}”)", "en": "the source denies it (“{word}”)"},
    "claim_not_denied": {
        "id": "sumber tidak menyangkalnya seperti pernyataan itu (“{word}”)",
        "en": "the source does not deny it as the claim does (“{word}”)",
    },
    "claim_excepted": {
        "id": "sumber menyebut pengecualian (“{word}”)",
        "en": "the source makes an exception (“{word}”)",
    },
    "claim_ranked": {"id": "sumber menyebut “{word}”", "en": "the source says “{word}”"},
    "claim_lacking": {"id": "sumber tidak menyebut {claimed}", "en": "the source does not have {claimed}"},
    "understood": {"id": "Dipahami sebagai: {question}", "en": "Understood as: {question}"},
}


def say(key: str, language: Language, **parts: str) -> str:
    """One sentence of the program's own, filled in."""
    return _WORDS[key][language].format(**parts)


def write_date(day: date, language: Language) -> str:
    """`22 Juli 2025` or `22 July 2025`."""
    from babel.dates import format_date

    return str(format_date(day, "d MMMM y", locale=language))
