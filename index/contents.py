"""What an index is built from: which articles there are, and then the articles themselves, some at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.copies import grouped
from index.errors import Damaged, LibraryError
from index.rows import article_numbered, digest_of, seal_of, vector_seal
from index.soundness import cure_of, passage_within, unaltered, unit_vector_of


@dataclass(frozen=True, slots=True)
class Outline:
    """The articles of one revision.

    Attributes:
        revision: Of the store.
        recipe: How its articles were chunked and embedded.
        numbers: The store's number of each article, by a fingerprint of all that is stored of it; by id.
        copies: Fingerprints of the articles that are copies of one another, two or more together, the one
            that goes before the others first.
    """

    revision: int
    recipe: str
    numbers: Mapping[bytes, int]
    copies: Sequence[Sequence[bytes]] = ()


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
    # A seal is over all that is stored of an article, so what an index keeps of one is never older than any
    # of it. Where an earlier version has sealed nothing, it is what the seal will be.
    found = db.execute("SELECT number, seal FROM articles ORDER BY id").fetchall()
    numbers = {digest_of(seal or seal_of(db, number)): int(number) for number, seal in found}
    recipes = db.execute("SELECT DISTINCT recipe FROM articles ORDER BY recipe")
    marks = {number: mark for mark, number in numbers.items()}
    together = [[marks[one] for one in group] for group in grouped(db)]
    return Outline(revision, "; ".join(row[0] for row in recipes), numbers, together)


def stored(
    db: sqlite3.Connection,
    numbers: Sequence[int],
    embedder: str,
) -> Iterator[Stored]:
    """See `Contents.stored`."""
    like: NDArray[np.float32] | None = None
    for number in numbers:
        found_article = article_numbered(db, number)
        if found_article is None:
            there = db.execute("SELECT id, path FROM articles WHERE number = ?", (number,)).fetchone()
            if there is not None:
                raise Damaged(
                    f"the text of article {there[0]!r} is missing; remove it and index it again: "
                    f"tanya articles remove {there[0]}, then tanya index {there[1]}"
                )
            raise LibraryError("the library changed while its index was built; build it again: tanya index")
        article = unaltered(found_article)
        seal = db.execute("SELECT seal FROM articles WHERE number = ?", (number,)).fetchone()[0]
        if seal not in {None, seal_of(db, number)}:
            raise Damaged(f"what is stored of article {article.id!r} is altered; {cure_of(article)}")
        passages, vectors = [], []
        found = db.execute(
            'SELECT p.start, p."end", e.vector, e.seal FROM passages p '
            "LEFT JOIN embeddings e ON e.content = p.content AND e.embedder = ? "
            "WHERE p.article = ? ORDER BY p.start",
            (embedder, number),
        )
        for start, end, vector, mark in found:
            if vector is None:
                raise LibraryError(f"not every article is embedded by {embedder}; finish with: tanya index")
            if mark not in {None, vector_seal(vector)}:
                raise Damaged(f"a vector of article {article.id!r} is damaged; {cure_of(article)}")
            passages.append(passage_within(article, start, end))
            vectors.append(unit_vector_of(article, vector, like))
            like = vectors[0]
        yield Stored(article, passages, np.stack(vectors) if vectors else np.zeros((0, 1), np.float32))
