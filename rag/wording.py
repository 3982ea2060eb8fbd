"""What the program itself says in an answer, in both languages."""

from __future__ import annotations

from datetime import date

from rag.figures import Language

_WORDS: dict[str, dict[Language, str]] = {
    "not_found": {
        "id": "Artikel yang tersedia tidak menyebutkan jawabannya.",
        "en": "The articles do not say.",
    },
    "looked_for": {"id": "Yang dicari: {terms}.", "en": "Looked for: {terms}."},
    "absent": {
        "id": "Tidak ditemukan dalam artikel terdekat: {terms}.",
        "en": "Not found in the nearest article: {terms}.",
    },
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
    "third_language": {
        "id": "Pertanyaan ditulis dalam bahasa lain; jawaban diberikan dalam bahasa Indonesia.",
        "en": "The question is in another language; it is answered in English.",
    },
    "understood": {"id": "Dipahami sebagai: {question}", "en": "Understood as: {question}"},
}


def say(key: str, language: Language, **parts: str) -> str:
    """One sentence of the program's own, filled in."""
    return _WORDS[key][language].format(**parts)


def write_date(day: date, language: Language) -> str:
    """`22 Juli 2025` or `22 July 2025`."""
    from babel.dates import format_date

    return str(format_date(day, "d MMMM y", locale=language))
