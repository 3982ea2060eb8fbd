"""Soundness: whether what was stored of an article is still what it was, and the cure where it is not."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.errors import Damaged

TOLERANCE = 1e-3
"""How far the length of a stored vector may be from 1."""


def is_unaltered(article: Article) -> bool:
    """Whether the text of `article` is the one that was stored."""
    return hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest() == article.sha256


def unit_vector(blob: bytes, dimension: int | None) -> NDArray[np.float32] | None:
    """The vector in `blob`; None where it has another dimension than that, or another length than 1."""
    if not blob or len(blob) % 4 or dimension not in {None, len(blob) // 4}:
        return None
    vector = np.frombuffer(blob, "<f4")
    return vector if abs(float(np.linalg.norm(vector)) - 1) <= TOLERANCE else None


def is_storable(text: str) -> bool:
    """Whether a database takes `text`: no NUL, and no half of a character."""
    return text == cleaned(text)


def cleaned(text: str) -> str:
    """`text` without what a browser or terminal passes on and no database takes: NUL, half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def cure_of(article: Article) -> str:
    """How to make good what is altered of `article`."""
    return (
        f"remove it and index it again: tanya articles remove {article.id}, then tanya index {article.path}"
    )


def unaltered(article: Article) -> Article:
    if not is_unaltered(article):
        raise Damaged(f"the text of article {article.id!r} is altered; {cure_of(article)}")
    return article


def passage_within(article: Article, start: int, end: int) -> Passage:
    try:
        return Passage(article, start, end)
    except (ValueError, TypeError) as error:
        raise Damaged(f"{error}; {cure_of(article)}") from error


def unit_vector_of(article: Article, blob: bytes, like: NDArray[np.float32] | None) -> NDArray[np.float32]:
    vector = unit_vector(blob, None if like is None else len(like))
    if vector is None:
        raise Damaged(f"a vector of article {article.id!r} is damaged; {cure_of(article)}")
    return vector
