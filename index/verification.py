"""Verification: whether texts, passages, vectors, counts and checksums of a library fit together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from index.article import Article, Passage
from index.chunking import content_hash, embedded_text
from index.errors import Damaged
from index.generation import Generation, damaged_files, read_generation, read_manifest
from index.shelf import Shelf
from index.store import Store

_REBUILD = "rebuild the index with: tanya index"
_TOLERANCE = 1e-3
"""Of a vector's length, and of each of its places between store and index."""


def find_problems(store: Store, shelf: Shelf) -> list[str]:
    """Every problem as one line that ends in the cure; none when all is well."""
    found = [
        f"{store.path}: {line}; move it away, then build it again with: tanya index PATH"
        for line in store.integrity()
    ]
    if found:
        # What a damaged file says of its articles would only be noise.
        return found
    articles = {article.id: article for article in store.articles()}
    found.extend(
        f"the text of article {article.id!r} is altered; {_again(article)}"
        for article in articles.values()
        if hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest() != article.sha256
    )
    found.extend(_passage_problems(store, articles))
    return found + list(_generation_problems(store, shelf))


def _passage_problems(store: Store, articles: dict[str, Article]) -> Iterator[str]:
    """One problem at most for each article: more would say the same."""
    reported: set[str] = set()
    ends: dict[str, int] = {}
    dimension = 0
    for article_id, start, end, content, embedded, vector in store.passage_rows():
        article = articles[article_id]
        problem = ""
        if not ends.get(article_id, 0) <= start < end <= len(article.text):
            problem = f"passage {start}:{end} lies outside article {article_id!r} or over another"
        elif content_hash(embedded_text(Passage(article, start, end))) != content:
            problem = f"passage {start}:{end} of article {article_id!r} was embedded with another text"
        elif embedded is None or vector is None:
            problem = f"passage {start}:{end} of article {article_id!r} has no vector"
        else:
            row = np.frombuffer(vector, "<f4") if len(vector) % 4 == 0 else np.zeros(0, np.float32)
            dimension = dimension or len(row)
            if len(row) != dimension or not abs(float(np.linalg.norm(row)) - 1) <= _TOLERANCE:
                problem = f"the vector of passage {start}:{end} of article {article_id!r} is damaged"
        ends[article_id] = end
        if problem and article_id not in reported:
            reported.add(article_id)
            yield f"{problem}; {_again(article)}"
    for article_id in sorted(articles.keys() - ends.keys()):
        yield f"article {article_id!r} has no passages; {_again(articles[article_id])}"


def _generation_problems(store: Store, shelf: Shelf) -> Iterator[str]:
    """What is wrong with the current generation; one behind the store is renewed when opened."""
    try:
        folder = shelf.current()
        if folder is None:
            return
        manifest = read_manifest(folder)
        damaged = damaged_files(folder, manifest)
        yield from (f"{folder / name} is damaged; {_REBUILD}" for name in damaged)
        if not damaged and store.state() == (manifest.revision, {manifest.embedder}):
            yield from _mismatches(store, read_generation(folder, store.texts))
    except Damaged as error:
        yield str(error)
    except OSError as error:
        yield f"{shelf.folder} cannot be read ({error}); {_REBUILD}"


def _mismatches(store: Store, generation: Generation) -> Iterator[str]:
    manifest = generation.manifest
    snapshot = store.snapshot(manifest.embedder)
    counts = (len(snapshot.articles), len(snapshot.passages))
    if counts != (manifest.articles, manifest.passages):
        yield (
            f"the index counts {manifest.articles} articles and {manifest.passages} passages, "
            f"the store {counts[0]} and {counts[1]}; {_REBUILD}"
        )
        return
    rows = [generation.passage(row) for row in range(len(generation))]
    if rows != snapshot.passages:
        yield f"the index has other passages than the store; {_REBUILD}"
    elif not np.allclose(generation.vectors(), snapshot.vectors, atol=_TOLERANCE):
        yield f"the index has other vectors than the store; {_REBUILD}"


def _again(article: Article) -> str:
    return (
        f"remove it and index it again: tanya articles remove {article.id}, then tanya index {article.path}"
    )
