"""Articles, answers and an assistant that answers from a script, for the tests of the evaluation."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import date

from index import Article, Hit, LibraryError, Passage, Settings
from index.snapshot import Manifest
from rag.answer import Answer, Citation, Claim
from rag.evaluation.cases import Case

EXPORTS = (
    "Ekspor pabrik sepatu di Binjai naik 22,67 persen menjadi Rp4,8 miliar pada Mei 2025."
    " Bupati Rahmat Siregar tidak hadir."
)
WEATHER = "Hujan lebat turun di Stabat sejak pagi."


def article(name="x", text=EXPORTS, language="id"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(name, "Judul", text, "Harian", date(2025, 6, 1), None, language, "p", digest)


def case(**changes):
    values = {
        "id": "a",
        "question": "Berapa persen ekspor sepatu naik?",
        "history": (),
        "language": "id",
        "contains": (("22,67 persen",),),
        "cites": ("x",),
        "abstain": False,
    }
    return Case(**values | changes)


def answer(text=None, *, quote=None, source=None, language="id", confidence=0.9, total=100.0):
    """An answer of one claim that cites `quote` of its article, by default the first sentence."""
    source = source or article()
    quote = quote or source.text[: source.text.index(". ") + 1]
    start = source.text.index(quote)
    return Answer(
        "?",
        language,
        (Claim(text or quote, (1,)),),
        (Citation(1, source, start, start + len(quote)),),
        hits=(Hit(Passage(source, 0, len(source.text)), 1.0, 1),),
        confidence=confidence,
        timings={"total": total},
    )


def refusal(confidence=0.8, total=50.0):
    return Answer(
        "?",
        "id",
        message="Artikel yang tersedia tidak menyebutkan jawabannya.",
        hits=(Hit(Passage(article(), 0, 10), 1.0, 1),),
        confidence=confidence,
        timings={"total": total},
    )


def stored(name):
    return {"x": article(), "y": article("y", WEATHER)}.get(name)


class ScriptedLibrary:
    settings = Settings()

    def __init__(self, passages=1):
        self.manifest = Manifest("model", 4, "recipe", 1, 1, passages, {})

    def open(self):
        return self

    def description(self):
        return asdict(self.manifest)

    def article(self, name):
        found = stored(name)
        if found is None:
            raise LibraryError("none")
        return found


@dataclass
class Named:
    name: str


@dataclass
class ScriptedAssistant:
    """Gives its answers in turn, and then stops as a user would."""

    answers: list[Answer]
    library: ScriptedLibrary = field(default_factory=ScriptedLibrary)
    embedder: Named = field(default_factory=lambda: Named("model"))
    reader: Named = field(default_factory=lambda: Named("reader"))
    generator: Named | None = None
    asked: list[str] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)

    def ask(self, question, *, history=(), keep=True):
        if not self.answers:
            raise KeyboardInterrupt
        self.asked.append(question)
        self.kept.append(keep)
        return self.answers.pop(0)
