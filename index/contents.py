"""What an index is built from: which articles there are, and then the articles themselves, some at a time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.errors import LibraryError
from index.soundness import passage_within, unaltered, unit_vector_of

FINGERPRINT = 16
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The articles of one revision.

    Attributes:
        revision: Of the store.
        recipe: How its articles were chunked and embedded.
        numbers: The store's number of each article, by a fingerprint of all that is stored of it; by id.
    """

    revision: int
    recipe: str
    numbers: Mapping[bytes, int]


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An article with its passages in order and their vectors, shape `(passages, dimension)`."""

    article: Article
    passages: list[Passage]
    vectors: NDArray[np.float32]


class Contents(Protocol):
    """Where an index is built from; what it gives does not change meanwhile."""

    def outline(self) -> Outline:
        """Which articles there are."""

    def stored(self, numbers: Sequence[int], embedder: str) -> Iterator[Stored]:
        """The articles of these numbers, in this order, with the vectors of `embedder`.

        Raises:
            LibraryError: an article has not been embedded by it; indexing was interrupted.
            Damaged: a text, passage or vector is altered.
        """


def outline(db: sqlite3.Connection, revision: int) -> Outline:
    """See `Contents.outline`."""
    # All columns, whatever they are: what an index keeps of an article must not be older than any of them.
    cursor = db.execute("SELECT * FROM articles ORDER BY id")
    names = [column[0] for column in cursor.description]
    number = names.index("number")
    numbers = {_fingerprint((*row[:number], *row[number + 1 :])): row[number] for row in cursor}
    recipes = db.execute("SELECT DISTINCT recipe FROM articles ORDER BY recipe")
    return Outline(revision, "; ".join(row[0] for row in recipes), numbers)


def stored(
    db: sqlite3.Connection,
    numbers: Sequence[int],
    embedder: str,
    columns: str,
    article_of: Callable[[Sequence[str]], Article],
) -> Iterator[Stored]:
    """See `Contents.stored`; `article_of` makes an article of what the clause `columns` selects."""
    like: NDArray[np.float32] | None = None
    for number in numbers:
        row = db.execute(f"SELECT {columns} WHERE a.number = ?", (number,)).fetchone()
        if row is None:
            raise LibraryError("the library changed while its index was built; build it again: tanya index")
        article = unaltered(article_of(row))
        passages, vectors = [], []
        found = db.execute(
            'SELECT p.start, p."end", e.vector FROM passages p '
            "LEFT JOIN embeddings e ON e.content = p.content AND e.embedder = ? "
            "WHERE p.article = ? ORDER BY p.start",
            (embedder, number),
        )
        for start, end, vector in found:
            if vector is None:
                raise LibraryError(f"not every article is embedded by {embedder}; finish with: tanya index")
            passages.append(passage_within(article, start, end))
            vectors.append(unit_vector_of(article, vector, like))
            like = vectors[0]
        yield Stored(article, passages, np.stack(vectors) if vectors else np.zeros((0, 1), np.float32))


def _fingerprint(row: Sequence[object]) -> bytes:
    return hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=FINGERPRINT).digest()
