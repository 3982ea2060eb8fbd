"""An assistant that answers from a script, with real answers over real articles; run, it serves the page.

Its questions are recognised by a word: see `Scripted.answer`.
"""

from __future__ import annotations

import hashlib
import re
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from index import Article, Hit, LibraryError, Passage, QuestionError, Settings
from index.errors import unknown_article
from index.models import EVERYTHING, Feedback, Filter, Gap, Listed, Listing, Selection
from rag import Answer, Citation, Claim
from rag.answer import Step, Steps

SEEDS = Path(__file__).parents[1] / "seeds"

ATTACK = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> ![a](http://evil.example/a.png) "
    "[b](javascript:alert(3)) **c** `d` $$e$$ http://evil.example/f www.evil.example g@evil.example "
    "${alert(4)} {{value}} <b>h</b> &lt;i&gt; "
    "</mark></div><iframe src='http://evil.example/'></iframe> __i18n__ \u202egnp.exe\u202c"
)
BAD_URLS = (
    "javascript:alert(5)",
    "data:text/html,<script>alert(6)</script>",
    'https://evil.example/"onclick="alert(7)',
)


def article(identifier: str, title: str, text: str, **fields: object) -> Article:
    known = {
        "source": None,
        "published": None,
        "url": None,
        "language": "id",
        "path": f"{identifier}.md",
    } | fields
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(id=identifier, title=title, text=text, sha256=digest, **known)  # type: ignore[arg-type]


def seed(identifier: str, **fields: object) -> Article:
    _, head, text = (SEEDS / f"{identifier}.md").read_text(encoding="utf-8").split("---\n", 2)
    values = dict(line.split(": ", 1) for line in head.strip().splitlines())
    values.setdefault("url", "")
    return article(
        identifier,
        values["title"],
        text.strip(),
        source=values["source"],
        published=date.fromisoformat(values["published"]),
        url=values["url"] or None,
        **fields,
    )


SUMUT = seed("sumut-enam-negara")
SULUT = seed("sulut-jepang")
LINKED = article(
    "linked",
    "Ekspor kopi naik",
    "Ekspor kopi naik 7 persen.\n",
    source="Harian Contoh",
    url="https://contoh.example/kopi?a=1&b=2",
)
HARVESTS = (
    article("panen-baru", "Panen kopi", "Panen kopi 2024 mencapai 91 ton.\n", source="Harian Baru"),
    article(
        "panen-lama", "Panen kopi", "Panen kopi 2024 mencapai 88 ton.\n", source="Harian Lama", pages=(0, 5)
    ),
)
HOSTILE = tuple(
    article(f"hostile-{number}", ATTACK, f"Sebelum. {ATTACK} Sesudah.", source=ATTACK, url=url)
    for number, url in enumerate(BAD_URLS)
)


def cite(number: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article, start, start + len(quote))


def sentence(article: Article, words: str) -> str:
    """The sentence of an article that holds `words`."""
    at = article.text.index(words)
    start = max(article.text.rfind(". ", 0, at) + 2, article.text.rfind("\n", 0, at) + 1)
    return article.text[start : re.compile(r"\.(?=\s|$)").search(article.text, at).end()]  # type: ignore[union-attr]


@dataclass(frozen=True)
class Articles:
    stored: tuple[Article, ...]

    said: list[Feedback] = field(default_factory=list)
    unanswered: list[Gap] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def count(self) -> int:
        return len(self.stored)

    def record_feedback(
        self,
        question: str,
        answer: str,
        verdict: str,
        reason: str | None = None,
        correction: str | None = None,
        *,
        replacing: bool = False,
    ) -> None:
        if self.broken:
            raise LibraryError(self.broken[0])
        if replacing:
            self.said[:] = [one for one in self.said if (one.question, one.answer) != (question, answer)]
        self.said.append(Feedback(question, answer, verdict, reason, correction, datetime.now(UTC)))

    def feedback(self) -> list[Feedback]:
        return list(self.said)

    def gaps(self) -> list[Gap]:
        return list(self.unanswered)

    def listing(self, wanted: Selection, limit: int | None = None, offset: int = 0) -> Listing:
        ordered = sorted(
            self.stored, key=lambda one: str(one.published or ""), reverse=wanted.order == "newest"
        )
        dated = [one for one in ordered if wanted.order == "newest" or one.published]
        found = tuple(
            Listed(
                one.id, one.title, one.source, one.published, one.url, one.language, one.path, one.sha256,
                one.author, one.pages, len(one.text),
            )
            for one in dated
        )  # fmt: skip
        return Listing(found[offset:][:limit], len(found))

    def article(self, article_id: str) -> Article:
        found = [one for one in self.stored if one.id == article_id]
        if not found:
            raise unknown_article(article_id)
        return found[0]

    def publishers(self) -> list[str]:
        return sorted({article.source for article in self.stored if article.source}, key=str.casefold)


@dataclass
class Scripted:
    """Answers by the first word it recognises in a question, and remembers how it was asked."""

    library: Articles = field(default_factory=lambda: Articles((SUMUT, SULUT, LINKED)))
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)
    """Until it is set, a question that says so is held where the articles are searched."""

    def count(self, chosen: Filter = EVERYTHING) -> int:
        left = [
            one
            for one in self.library.stored
            if (not chosen.sources or one.source in chosen.sources)
            and (not chosen.articles or one.id in chosen.articles)
            and (chosen.since is None or (one.published is not None and one.published >= chosen.since))
            and (chosen.until is None or (one.published is not None and one.published <= chosen.until))
        ]
        return len(left)

    def examples(self, language: str, limit: int = 4) -> Sequence[str]:
        if language == "en":
            return ["What was the value of exports?", "What was discussed with Japan?", "Who came to Medan?"][
                :limit
            ]
        return [
            "Berapa nilai ekspor Sumut Januari–Mei 2025?",
            "Apa yang dibahas dengan Jepang?",
            "Kopi naik berapa?",
        ][:limit]

    def suggestions(self, article: Article, language: str, limit: int = 3) -> Sequence[str]:
        asked = {"id": "Berapa nilainya menurut {}?", "en": "What was the value in {}?"}[language]
        return [asked.format(article.title)][:limit]

    def steps(
        self,
        question: str,
        *,
        language: str = "auto",
        history: Sequence[str] = (),
        chosen: Filter = EVERYTHING,
    ) -> Steps:
        self.asked.append(
            (
                question,
                {
                    "language": language,
                    "history": tuple(history),
                    "since": chosen.since,
                    "until": chosen.until,
                    "sources": chosen.sources,
                    "articles": chosen.articles,
                },
            )
        )
        if len(question) > 2000:
            raise QuestionError(
                f"the question has {len(question):,} characters; shorten it to 2,000 or fewer"
            )
        slow = "lambat" in question
        for name in ("understand", "retrieve", "read"):
            yield Step(name)
            if name == "retrieve" and "tahan" in question:
                self.let_go.wait(60)
            time.sleep(0.8 if slow else 0.01)
        return self.answer(question, language, history)

    def answer(self, question: str, language: str, history: Sequence[str]) -> Answer:
        english = language == "en" or (
            language == "auto" and re.search(r"\b(what|who|how)\b", question.lower())
        )
        spoken = "en" if english else "id"
        asked = question.lower()
        if "rusak" in asked:
            raise RuntimeError("the script says so")
        if "serang" in asked:
            claims = tuple(Claim(ATTACK, (number,)) for number in range(1, len(HOSTILE) + 1))
            citations = tuple(cite(number, each, ATTACK) for number, each in enumerate(HOSTILE, 1))
            return Answer(question, spoken, claims, citations, notes=(ATTACK,))
        if "jepang" in asked or "japan" in asked:
            first, second = sentence(SULUT, "rencana mengirim"), sentence(SULUT, "termasuk emas")
            return Answer(
                question,
                spoken,
                (Claim(first, (1,)), Claim(second, (2,))),
                (cite(1, SULUT, first), cite(2, SULUT, second)),
                understood=f"{question} (lanjutan dari “{history[-1]}”)" if history else "",
            )
        if "kopi" in asked:
            return Answer(
                question, spoken, (Claim(LINKED.text.strip(), (1,)),), (cite(1, LINKED, LINKED.text.strip()),)
            )
        if "ekspor" in asked or "export" in asked:
            value, growth = sentence(SUMUT, "USD 4,796 miliar"), sentence(SUMUT, "tumbuh 22,67 persen")
            china = sentence(SUMUT, "USD 150 miliar")
            text = (
                "North Sumatra's exports in January–May 2025 were worth USD 4.796 billion."
                if english
                else value
            )
            return Answer(
                question,
                spoken,
                (Claim(text, (1,)), Claim(growth, (2,)), Claim(china, (3,))),
                (cite(1, SUMUT, value), cite(2, SUMUT, growth), cite(3, SUMUT, china)),
            )
        if "panen" in asked or "harvest" in asked:
            newer, older = (one.text.strip() for one in HARVESTS)
            return Answer(
                question,
                spoken,
                (Claim(f"Menurut Harian Baru (2 Mei 2025): {newer}", (1,)), Claim(older, (2,))),
                tuple(cite(number, one, one.text.strip()) for number, one in enumerate(HARVESTS, 1)),
                notes=("Artikel yang tersedia memberi jawaban yang berbeda; yang terbaru didahulukan.",),
                differing=True,
            )
        message = (
            f"The articles do not say. The nearest is “{SUMUT.title}”."
            if english
            else f"Artikel yang ada tidak menyebutkannya. Yang paling dekat: “{SUMUT.title}”."
        )
        nearest = Hit(Passage(SUMUT, 0, 200), 0.5, 1)
        return Answer(question, spoken, message=message, hits=(nearest,))


if __name__ == "__main__":
    from ui.server import serve

    serve(Scripted, Settings(port=int(sys.argv[1])))
