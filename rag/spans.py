"""Reading with an extractive question-answering model: where an answer is, or that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import ModelError
from rag.sentence import Sentence, Span

Array = NDArray[np.float32]

LONGEST_TOKENS = 288
"""Tokens of question and passage together that are read at once."""

LONGEST_ANSWER = 60
"""Tokens of the longest span that is looked for."""


@dataclass(frozen=True, slots=True)
class Logits:
    """What a model makes of one question over one context.

    Attributes:
        offsets: (tokens, 2), characters of the context that each token stands for.
        start: (tokens,), logit that an answer begins here.
        end: (tokens,), logit that an answer ends here.
        null: Score of there being no answer: the logits of the first token, added.
    """

    offsets: NDArray[np.int64]
    start: Array
    end: Array
    null: float


class SpanModel(Protocol):
    """Any extractive question-answering model."""

    name: str

    def logits(self, question: str, contexts: Sequence[str]) -> list[Logits]:
        """One reading per context; what exceeds the model's window is left unread."""
        ...


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """The best answer within a sentence: its characters in the article, and its score above "no answer"."""

    span: Span
    margin: float


class TransformersSpanModel:
    """A question-answering model of transformers, by its id or folder (`TANYA_READER`)."""

    def __init__(self, name: str) -> None:
        """Load it.

        Raises:
            ModelError: there is no such model, or it is none for question answering.
        """
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the reader {name!r} cannot be loaded ({str(error).splitlines()[0]}); "
                "set TANYA_READER to the folder of a question-answering model"
            ) from error
        self.name = Path(name).name if Path(name).exists() else name

    def logits(self, question: str, contexts: Sequence[str]) -> list[Logits]:
        """One reading per context."""
        import torch

        encoded = self._tokenizer(
            [question] * len(contexts),
            list(contexts),
            truncation="only_second",
            max_length=min(LONGEST_TOKENS, self._tokenizer.model_max_length),
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        sides = [encoded.sequence_ids(row) for row in range(len(contexts))]
        with torch.inference_mode():
            output = self._model(**encoded)
        starts, ends = output.start_logits.numpy(), output.end_logits.numpy()
        return [take(offsets[row], sides[row], starts[row], ends[row]) for row in range(len(contexts))]


def read_spans(model: SpanModel, question: str, sentences: Sequence[Sentence]) -> list[ReadSpan | None]:
    """The best answer within each sentence, in order; None where its passage was not read so far.

    Each passage is read once, for all its sentences.
    """
    passages = list(dict.fromkeys(sentence.hit.passage for sentence in sentences))
    read = dict(zip(passages, model.logits(question, [passage.text for passage in passages]), strict=True))
    return [
        best_span(
            read[sentence.hit.passage],
            sentence.start - sentence.hit.passage.start,
            sentence.end - sentence.hit.passage.start,
            sentence.hit.passage.start,
        )
        for sentence in sentences
    ]


def best_span(logits: Logits, start: int, end: int, base: int = 0) -> ReadSpan | None:
    """The best span of at most `LONGEST_ANSWER` tokens within the characters `start:end` of a context.

    Args:
        logits: The reading of the context.
        start: First character.
        end: One past the last.
        base: Added to the characters of the span.
    """
    inside = np.flatnonzero((logits.offsets[:, 0] >= start) & (logits.offsets[:, 1] <= end))
    inside = inside[logits.offsets[inside, 0] < logits.offsets[inside, 1]]
    if not len(inside):
        return None
    first, last = int(inside[0]), int(inside[-1]) + 1
    scores = logits.start[first:last, None] + logits.end[None, first:last]
    size = last - first
    allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(
        np.ones((size, size), dtype=bool), LONGEST_ANSWER
    )
    scores = np.where(allowed, scores, -np.inf)
    at = int(scores.argmax())
    begin, stop = divmod(at, size)
    characters = (
        base + int(logits.offsets[first + begin, 0]),
        base + int(logits.offsets[first + stop, 1]),
    )
    return ReadSpan(characters, float(scores.flat[at] - logits.null))


def take(offsets: Any, sides: Sequence[int | None], starts: Any, ends: Any) -> Logits:
    """The part of a model's output that is about the context: tokens whose side is 1, padding left out."""
    context = [token for token, side in enumerate(sides) if side == 1]
    return Logits(
        np.asarray(offsets)[context].astype(np.int64).reshape(-1, 2),
        np.asarray(starts, dtype=np.float32)[context],
        np.asarray(ends, dtype=np.float32)[context],
        float(starts[0] + ends[0]),
    )
