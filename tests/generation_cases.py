"""What the tests of writing share: articles, readings of them, and a ground that goes by words."""

from __future__ import annotations

import hashlib
import re
import threading
from datetime import date

from index import Article, Hit, Passage
from index.text import sentences
from rag.answer import Verdict
from rag.generation import Message
from rag.lang.names import Sentence
from rag.reader import Reading

EXPORTS = (
    "Nilai ekspor Kabupaten Melati pada triwulan pertama 2024 mencapai USD 12,5 juta, naik 8,4 persen.\n"
    "Kenaikan itu didorong oleh penjualan kakao ke Jepang.\n"
    "Bupati Sari Wulandari menerima tamu dari Osaka di pendopo."
)
MARKET = "Pasar Kenanga dibuka kembali pada 4 April 2024 setelah direnovasi selama dua tahun."
QUESTION = "Berapa nilai ekspor Kabupaten Melati?"
ASKED = [Message("system", "Jawab."), Message("user", "Apa ini?")]


def article(text: str, name: str = "ekspor", title: str = "Ekspor Melati naik") -> Article:
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    return Article(name, title, text, "Warta Melati", date(2024, 4, 9), None, "id", f"{name}.txt", digest)


def whole(text: str, name: str = "ekspor", title: str = "Ekspor Melati naik") -> Passage:
    return Passage(article(text, name, title), 0, len(text))


def found(*passages: Passage) -> list[Hit]:
    return [Hit(passage, 1 / rank, rank) for rank, passage in enumerate(passages, 1)]


def chosen(hits: list[Hit]) -> list[Reading]:
    """The first sentence of the first passage, as the one that answers."""
    passage = hits[0].passage
    start, end = sentences(passage.text)[0]
    span = (passage.start + start, passage.start + end)
    return [Reading(Sentence(passage.article, *span, hits[0]), span, 0.9)]


def ground(claim: str, text: str, *, published: date | None = None) -> Verdict:
    """Whether a text has every word and figure of a claim; another figure contradicts it."""
    words = {word.lower(): at.span() for at in re.finditer(r"\w+(?:,\d+)?", text) for word in [at[0]]}
    wanted = [word.lower() for word in re.findall(r"\w+(?:,\d+)?", claim)]
    missing = [word for word in wanted if word not in words]
    if any(word[0].isdigit() for word in missing):
        return Verdict("contradicted", f"no {missing}")
    if missing:
        return Verdict("not_found", f"no {missing}")
    return Verdict("supported", "all there", tuple(sorted(words[word] for word in wanted)))


def writes_within(generator, seconds: float) -> bool:
    """Whether a generator, of which only one writes at a time, writes so soon: then no other is at it."""
    done = threading.Event()

    def ask():
        list(generator.stream(ASKED, limit=1))
        done.set()

    threading.Thread(target=ask, daemon=True).start()
    return done.wait(seconds)
