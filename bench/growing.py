"""Articles and vectors, as many as are wanted, made from real ones; bench/scale.py says what that means."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from index import Article, Passage
from index.chunking import chunk
from index.text import sentences

FIRST_DAY, DAYS = date(2015, 1, 1), 4000
RARE_SOURCE = "satu persen"
SPREAD = 0.55
"""How far a made vector is moved, in differences to its origin's neighbours."""


def shuffled(news: Path) -> list[Article]:
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    random.Random(0).shuffle(records)
    return [
        Article(str(number), record["title"], record["body"], record["source"], None, None, "id", "", "")
        for number, record in enumerate(records)
    ]


def article_of(name: str, title: str, text: str, source: str) -> Article:
    chance = random.Random(name)
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    source = RARE_SOURCE if chance.random() < 0.01 else source
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(name, title, text, source, day, None, "id", f"{name}.txt", digest)


def articles(news: Path) -> Iterator[tuple[Article, list[Passage]]]:
    """The real articles and then made ones, without end, each with its passages."""
    real = shuffled(news)
    pool = []
    for number, article in enumerate(real):
        named = article_of(f"{number:08}", article.title, article.text, article.source or "")
        # Words instead of tokens: a third more passages, and no model.
        yield named, chunk(named, 110, lambda text: len(text.split()))
        found = [article.text[start:end] for start, end in sentences(article.text)]
        pool += [one for one in found if 30 < len(one) < 400]
    chance = random.Random(1)
    for number in range(len(real), 100_000_000):
        parts = [" ".join(chance.choices(pool, k=4)) for _ in range(5)]
        text = "\n\n".join(parts)
        origin = chance.choice(real)
        made = article_of(f"{number:08}", origin.title, text, origin.source or "")
        starts = [sum(len(part) + 2 for part in parts[:at]) for at in range(len(parts))]
        yield made, [Passage(made, at, at + len(part)) for at, part in zip(starts, parts, strict=True)]


class Vectors:
    """Vectors that crowd where real ones do, made as they are asked for."""

    def __init__(self, work: Path, seed: int = 2) -> None:
        self.real = np.load(work / "passages.npy")
        likeness = self.real @ self.real.T
        np.fill_diagonal(likeness, -1)
        self._near = np.argpartition(-likeness, 50, axis=1)[:, :50]
        self._chance = np.random.default_rng(seed)

    def make(self, count: int) -> np.ndarray:
        chance = self._chance
        origins = chance.integers(len(self.real), size=count)
        others = self._near[origins[:, None], chance.integers(50, size=(count, 6))]
        steps = chance.standard_normal((count, 6)).astype(np.float32) * SPREAD / 6**0.5
        moved = self.real[others] - self.real[origins][:, None]
        made = self.real[origins] + np.einsum("nm,nmd->nd", steps, moved)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def nearness(vectors: np.ndarray) -> str:
    """How near the nearest others are."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    ordered = np.sort(likeness, axis=1)
    low, middle, high = np.percentile(ordered[:, -1], [5, 50, 95])
    return f"nearest {low:.3f} {middle:.3f} {high:.3f}, tenth nearest {np.median(ordered[:, -10]):.3f}"
