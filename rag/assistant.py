"""The assistant: one question in, one answer out, every step in order."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from rag.answer import Answer
from rag.composing import answering, compose, refusal
from rag.conversation import complete
from rag.evidence import candidates
from rag.figures import Language
from rag.question import Question, check_length, understand, written_in
from rag.retrieval import Found, Retriever
from rag.wording import say

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.library import Library
    from rag.reading import Reader

PASSAGES = 8
"""Passages that are read for one question."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done: "understand", "retrieve" or "read"."""

    name: Literal["understand", "retrieve", "read"]


class Assistant:
    """Answers questions from a library; the models load at the first question, or by `warm`."""

    def __init__(self, library: Library, embedder: Embedder, reader: Reader) -> None:
        self.library = library
        self._embedder = embedder
        self._reader = reader

    def ask(
        self,
        question: str,
        *,
        language: Literal["auto", "id", "en"] = "auto",
        history: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        sources: Collection[str] = (),
    ) -> Answer:
        """Answer one question.

        Args:
            question: In Indonesian or English.
            language: Of the answer; "auto" follows the question.
            history: The questions asked before, oldest first.
            since: Only articles published on this day or later.
            until: Only articles published on this day or earlier.
            sources: Only articles of these publishers; all where empty.

        Raises:
            QuestionError: the question is empty or too long.
            NoIndex: nothing has been indexed yet.
            WrongModel: the index was built by another embedding model.
        """
        for step in self.steps(
            question, language=language, history=history, since=since, until=until, sources=sources
        ):
            if isinstance(step, Answer):
                return step
        raise AssertionError("the steps end in an answer")

    def steps(
        self,
        question: str,
        *,
        language: Literal["auto", "id", "en"] = "auto",
        history: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        sources: Collection[str] = (),
    ) -> Iterator[Step | Answer]:
        """The same as `ask`, telling each step before it is taken; the answer comes last."""
        started = time.perf_counter()
        yield Step("understand")
        asked = check_length(question)
        history = [earlier for earlier in history if earlier.strip()]
        code = written_in(asked, history)
        spoken: Language = language if language != "auto" else "en" if code == "en" else "id"
        completed = complete(asked, history)
        understood = understand(completed, spoken, code, date.today())
        notes = []
        if code not in {"id", "en", "und"}:
            notes.append(say("third_language", spoken))
        if completed != asked:
            notes.append(say("understood", spoken, question=completed))

        yield Step("retrieve")
        retriever = Retriever(self.library.open(), self._embedder)
        found = retriever.search(understood, PASSAGES, since=since, until=until, sources=sources)
        retrieved = time.perf_counter()

        yield Step("read")
        readings = self._reader.read(understood, candidates(item.hit for item in found))
        chosen = answering(understood, readings)
        composed = compose(chosen, spoken)
        read = time.perf_counter()
        answer = Answer(
            question=question,
            language=spoken,
            claims=composed.claims,
            citations=composed.citations,
            message="" if chosen else self._refuse(understood, readings, found),
            notes=tuple(notes),
            hits=tuple(item.hit for item in found),
            confidence=chosen[0].score if chosen else (1 - readings[0].score if readings else 1.0),
            timings={
                "retrieve": 1000 * (retrieved - started),
                "read": 1000 * (read - retrieved),
                "total": 1000 * (time.perf_counter() - started),
            },
            models={"embedder": self._embedder.name, "reader": self._reader.name, "generator": None},
        )
        if answer.abstained:
            nearest = found[0].hit.passage.article_id if found else None
            self.library.record_gap(asked, spoken, nearest)
        yield answer

    def examples(self, language: Language, limit: int = 4) -> list[str]:
        """Questions that the articles answer, made from their own facts, for a page still empty."""
        from rag.examples import example_questions

        return example_questions(self.library.articles(), language, limit)

    def _refuse(self, question: Question, readings: Sequence[object], found: Sequence[Found]) -> str:
        if not found:
            return say("no_articles", question.language)
        return refusal(question, readings, found[0].hit.passage.article)  # type: ignore[arg-type]


def load_assistant(library: Library) -> Assistant:
    """An assistant with the models that the library's settings name."""
    from index.embedder import load_embedder
    from rag.reading import Reader
    from rag.spans import TransformersSpanModel

    settings = library.settings
    embedder = load_embedder(settings)
    model = TransformersSpanModel(settings.reader) if settings.reader else None
    return Assistant(library, embedder, Reader(embedder, model))
