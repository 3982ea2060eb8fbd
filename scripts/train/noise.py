"""The noise of typed questions: abbreviations, slips, capitals, courtesy; and details swapped for others."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

# As they are typed in chats and on forms; each chosen at random among its forms.
SHORT = {
    "yang": ("yg",), "berapa": ("brp", "brapa"), "kapan": ("kpn",), "bagaimana": ("gmn", "gimana", "bgmn"),
    "untuk": ("utk", "u/"), "dengan": ("dgn", "dg"), "tidak": ("tdk", "gak", "nggak"), "karena": ("krn", "karna"),
    "sudah": ("sdh", "udah", "udh"), "belum": ("blm", "blom"), "dari": ("dr",), "pada": ("pd",), "dalam": ("dlm",),
    "tahun": ("thn", "th"), "tanggal": ("tgl",), "jumlah": ("jml",), "orang": ("org",), "apakah": ("apa", "apkh"),
    "mengapa": ("knp", "kenapa"), "kenapa": ("knp", "knapa"), "siapa": ("sapa", "siapa sih"),
    "di mana": ("dmn", "dimana"),
    "juga": ("jg",), "saja": ("aja", "sj"), "bisa": ("bs",), "bukan": ("bkn",), "akan": ("bakal", "akn"),
    "kepada": ("kpd",), "terhadap": ("thd",), "sebagai": ("sbg",), "tersebut": ("tsb",), "menurut": ("mnrt", "kata"),
    "pemerintah": ("pemerintah", "pmrnth"), "provinsi": ("prov",), "kabupaten": ("kab",), "atau": ("ato", "/"),
    "jakarta": ("jkt",), "dan": ("&", "dn"), "masyarakat": ("msyrkt",), "hari": ("hr",), "bulan": ("bln",),
    "and": ("&",), "with": ("w/",), "people": ("ppl",), "government": ("govt",), "you": ("u",), "please": ("pls",),
}  # fmt: skip
_SHORT = re.compile(
    rf"\b(?:{'|'.join(sorted(map(re.escape, SHORT), key=len, reverse=True))})\b", re.IGNORECASE
)

BEFORE = {
    "id": ("Mohon info, ", "Min, ", "Permisi, ", "Selamat pagi, ", "Tolong dong, ", "Halo, saya mau tanya: ",
           "Izin bertanya, ", "Mas, "),
    "en": ("Hi, ", "Please tell me: ", "Hello, quick question: ", "Could you tell me, ",
           "Excuse me, ", "Good morning. "),
}  # fmt: skip
AFTER = {
    "id": (" Terima kasih.", " Makasih min", " Mohon dibantu ya", " Tks", " ya?", " trims"),
    "en": (" Thank you!", " Thanks", " Many thanks.", " please"),
}
_KEYS = {"a": "s", "i": "u", "n": "m", "e": "r", "t": "y", "k": "l", "r": "t", "s": "d", "u": "i", "o": "p"}

_NAME = re.compile(r"(?<=\s)[A-ZÀ-Þ][\w'’-]+(?:\s(?:[A-ZÀ-Þ][\w'’-]+|\d+|[IVX]+\b))*")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-3][0-9])\b")
_FIGURE = re.compile(r"\b\d+(?:[.,]\d+)*\b")


def noisy(question: str, lang: str, rng: random.Random) -> str:
    """The question as somebody in a hurry might have typed it; often as it is."""
    text = question
    if rng.random() < 0.18:
        share = rng.choice((0.4, 0.8))
        text = _SHORT.sub(
            lambda m: rng.choice(SHORT[m.group().lower()]) if rng.random() < share else m.group(), text
        )
    if rng.random() < 0.12:
        text = slip(text, rng)
    if rng.random() < 0.12:
        text = text.lower()
    elif rng.random() < 0.04:
        text = text.upper()
    if rng.random() < 0.15:
        text = text.rstrip(" ?")
    if rng.random() < 0.05:
        text = text.replace('"', rng.choice("“”„«")).replace("'", "’")
    if rng.random() < 0.07:
        before = rng.choice(BEFORE[lang])
        text = before + (text[:1].lower() + text[1:] if before.endswith((", ", ": ")) else text)
    if rng.random() < 0.07:
        text += rng.choice(AFTER[lang])
    return text


def slip(text: str, rng: random.Random) -> str:
    """One letter of a long word swapped, doubled, dropped or mistyped."""
    words = list(re.finditer(r"[^\W\d_]{5,}", text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1 :]
    return text[:at] + _KEYS.get(text[at].lower(), text[at]) + text[at + 1 :]


def names_in(questions: Sequence[str]) -> list[str]:
    """The capitalised names of questions, sorted."""
    return sorted({match.group() for question in questions for match in _NAME.finditer(question)})


def swapped(question: str, context: str, names: Sequence[str], rng: random.Random) -> str | None:
    """The question with a year, a figure or a name changed to one that the context lacks; None if there is none."""
    years = list(_YEAR.finditer(question))
    figures = [m for m in _FIGURE.finditer(question) if len(m.group()) < 9]
    found = list(_NAME.finditer(question))
    kinds = [kind for kind, there in (("year", years), ("figure", figures), ("name", found)) if there]
    if not kinds:
        return None
    kind = rng.choice(kinds)
    if kind == "year":
        match = rng.choice(years)
        other = str(int(match.group()) + rng.choice((-3, -2, -1, -1, 1, 1, 2, 5)))
    elif kind == "figure":
        match = rng.choice(figures)
        other = "".join(str(rng.randint(1, 9)) if c.isdigit() else c for c in match.group())
    else:
        match = max(found, key=lambda m: len(m.group()))
        size = len(match.group().split())
        same = [n for n in rng.sample(names, min(60, len(names))) if abs(len(n.split()) - size) <= 1]
        other = next((n for n in same if n.lower() not in context.lower()), "")
    if not other or other in context or other in question:
        return None
    return question[: match.start()] + other + question[match.end() :]
