"""Example questions, made from the articles' own facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index import Article
from index.text import sentences
from rag.figures import Language, find_figures
from rag.translation import translate

_AMOUNT = re.compile(
    r"\b((?:nilai|jumlah|total|anggaran|realisasi|harga|produksi|volume|luas)\s[^,.;:()\"“”]{5,70}?)\s+"
    r"(?:telah\s+|sudah\s+)?(?:mencapai|sebesar|sebanyak|adalah|tercatat|senilai)\b"
)
_OFFICE = re.compile(
    r"\b((?:Gubernur|Wakil Gubernur|Bupati|Wali Kota|Sekretaris Daerah|Menteri|Kepala|Ketua|Direktur|Konjen"
    r"|Konsul Jenderal|Duta Besar|Plt|Presiden)(?:\s(?:[A-Z][\w-]*|\([A-Z]\w*\)|dan))*)"
    r"\s*,\s+([A-Z][\w'-]+(?:\s[A-Z][\w'-]+)+)"
)


def example_questions(articles: Sequence[Article], language: Language, limit: int) -> list[str]:
    """At most `limit` questions in `language`, from as many articles as give one, the latest first."""
    latest = sorted(articles, key=lambda article: str(article.published or ""), reverse=True)
    made = [list(_questions(article, language)) for article in latest]
    chosen: list[str] = []
    for turn in range(max(map(len, made), default=0)):
        chosen += [questions[turn] for questions in made if turn < len(questions)]
    return list(dict.fromkeys(chosen))[:limit]


def _questions(article: Article, language: Language) -> Iterable[str]:
    for start, end in sentences(article.text):
        text = article.text[start:end]
        for match in _OFFICE.finditer(text):
            office, person = (" ".join(part.split()) for part in match.groups())
            if language == "id":
                yield f"Siapa {office}?"
            else:
                rendered = translate(office, "en", article.published)
                yield f"Who is the {rendered}?" if rendered else f"Who is {person}?"
        if language == "id" and find_figures(text, "id"):
            for match in _AMOUNT.finditer(text):
                yield f"Berapa {match.group(1)}?"
