"""What a turn asks for, and whether it leans on the turn before it.

Two logistic regressions over embeddings decide, fitted by `scripts/train/request.py` on turns that were
written for it: one gives the kind of request from the embedding of the turn, the other the probability that
the turn cannot be understood without the one before, from both embeddings. The embeddings are those of the
embedded model, whatever model the library is searched with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from rag.answer import KINDS, Kind
from rag.lang.messages import say
from rag.lang.numbers import Language

if TYPE_CHECKING:
    from index.embedder import Embedder

Array = NDArray[np.float32]

FITTED = Path(__file__).with_name("request.safetensors")

LEANS = 0.3
"""Least probability of leaning from which a turn is completed from those before it."""

LIKELY = 0.5
"""Probability from which a turn is taken to need no article."""


REMEMBERED = 256
"""Texts whose embeddings are kept."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a turn asks for.

    Attributes:
        kind: The likeliest kind.
        probability: Of that kind, 0..1.
        leans: Probability that the turn leans on the one before, 0..1; 0 where there is none.
    """

    kind: Kind
    probability: float
    leans: float


@dataclass(frozen=True)
class RequestClassifier:
    """Weights of both regressions.

    Attributes:
        mean: Subtracted from each embedding, (dimension,).
        kinds: Weights of each of `KINDS`, the bias last, (kinds, dimension + 1).
        leaning: Weights over `pair`, the bias last, (2 * dimension + 2,).
    """

    mean: Array
    kinds: Array
    leaning: Array

    def classify(self, turn: Array, before: Array | None = None) -> Request:
        """The request of a turn.

        Args:
            turn: Its embedding as a query, (dimension,), of length 1.
            before: That of the turn before it, completed, if there is one.
        """
        scores = self.kinds @ np.append(turn - self.mean, 1)
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        best = int(chances.argmax())
        leans = 0.0
        if before is not None:
            score = float(self.leaning @ np.append(pair(turn, before, self.mean), 1))
            leans = float(1 / (1 + np.exp(-score)))
        return Request(KINDS[best], float(chances[best]), leans)


class RequestReader:
    """Tells the request of a turn by its words."""

    def __init__(self, embedder: Embedder, classifier: RequestClassifier | None = None) -> None:
        """A reader over the embedded model; the classifier is the one fitted for it if none is given."""
        self._classifier = classifier or load_classifier()
        # The turns of a conversation come again with each further one.
        self._vector = lru_cache(maxsize=REMEMBERED)(lambda text: embedder.encode([text], "query")[0])

    def read(self, turn: str, before: str = "") -> Request:
        """The request of a turn, with the turn before it, completed; empty where there is none.

        The turn's first letter counts as a small one: most turns that were trained on begin so, and
        "Bandingkan" is no name.
        """
        turn = turn[:1].lower() + turn[1:]
        return self._classifier.classify(self._vector(turn), self._vector(before) if before else None)


def pair(turn: Array, before: Array, mean: Array) -> Array:
    """What leaning is told from: both embeddings and their product, (2 * dimension + 1,)."""
    turn, before = turn - mean, before - mean
    return np.concatenate([turn, before, [turn @ before]]).astype(np.float32)


@cache
def load_classifier() -> RequestClassifier:
    """The classifier that was fitted for the embedded model."""
    from safetensors.numpy import load_file

    return RequestClassifier(**cast("Mapping[str, Any]", load_file(FITTED)))


def reply(kind: Kind, language: Language, articles: int, examples: Sequence[str] = ()) -> str:
    """What the product says by itself to a request that needs no article.

    Args:
        kind: One of `rag.answer.REPLIES`.
        language: Of the reply.
        articles: How many articles it answers from.
        examples: Questions that are answered, offered where the product introduces itself.
    """
    number = f"{articles:,}" if language == "en" else f"{articles:,}".replace(",", ".")
    text = say(f"reply_{kind}", language, articles=number)
    if examples and kind in {"greeting", "capability"}:
        text += " " + say("reply_examples", language, questions=" · ".join(examples))
    return text
