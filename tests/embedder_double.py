"""A double of the embedder for tests: words hashed into a vector, without any model."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_TOKEN = re.compile(r"\w+|[^\w\s]")


class HashingEmbedder:
    """Each word adds 1 to one of the vector's places, so texts are as near as the words that they share.

    A text without words is the first unit vector. `calls` holds every text that was encoded, in order.
    """

    def __init__(self, dimension: int = 64, max_tokens: int = 512) -> None:
        self.name = f"hashing-{dimension}"
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.calls: list[str] = []

    def encode(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
    ) -> NDArray[np.float32]:
        """Unit vectors of shape `(len(texts), dimension)`; the kind makes no difference."""
        self.calls.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
            if not vectors[row].any():
                vectors[row, 0] = 1
        norms: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / norms

    def count_tokens(self, text: str) -> int:
        """How many words and signs there are."""
        return len(_TOKEN.findall(text))
