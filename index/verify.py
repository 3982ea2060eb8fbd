"""Verification: whether texts, passages, vectors, counts and checksums of a library fit together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from index.chunking import content_hash, embedded_text
from index.errors import Damaged
from index.models import TOLERANCE, Article, Derived, Passage, cure_of, is_unaltered, unit_vector
from index.snapshot import Generation, SnapshotFolder, damaged_files, describe, read_generation, read_manifest
from index.sqlite import Store
from index.store import ArticleStore, PassageRow

REBUILD = "rebuild the index with: tanya index"


def find_problems(store: Store, snapshots: SnapshotFolder) -> list[str]:
    """Every problem as one line that ends in the cure; none when all is well."""
    found = [
        f"{store.path}: {line}; move it away, then build it again with: tanya index PATH"
        for line in store.integrity()
    ]
    if found:
        # What a damaged file says of its articles would only be noise.
        return found
    found = stored_problems(store)
    known = "\n".join(found)
    found += [
        f"what is stored of article {article.id!r} is altered; {cure_of(article)}"
        for article in store.altered()
        if f"article {article.id!r}" not in known
    ]
    found += list(_generation_problems(store, snapshots, compare=not found))
    found += [f"{store.path}: {line}; {REBUILD}" for line in store.unlisted()]
    return found + list(derived_problems(store))


def stored_problems(store: ArticleStore) -> list[str]:
    """Problems of texts, passages and vectors, one line each that ends in the cure."""
    embedders = {entry.id: entry.embedder for entry in store.entries()}
    # A change of models that was cut short leaves vectors of both.
    dimensions: dict[str, int] = {}
    found: list[str] = []
    bare = set(embedders)
    for article_id, rows in groupby(store.passage_rows(), key=lambda row: row[0]):
        bare.discard(article_id)
        # One at a time: the texts of a large library do not fit into memory.
        article = store.article(article_id)
        if article is not None:
            found += _article_problems(article, list(rows), embedders[article_id], dimensions)
    for article_id in sorted(bare):
        article = store.article(article_id)
        if article is not None:
            found += _article_problems(article, [], embedders[article_id], dimensions)
            found.append(f"article {article_id!r} has no passages; {cure_of(article)}")
    return found


def _article_problems(
    article: Article,
    rows: Sequence[PassageRow],
    embedder: str,
    dimensions: dict[str, int],
) -> Iterator[str]:
    """Problems of the text, and the first one of the passages: the others would repeat it."""
    if not is_unaltered(article):
        yield f"the text of article {article.id!r} is altered; {cure_of(article)}"
    before, name, problem = 0, repr(article.id), ""
    for _, start, end, content, embedded, vector in rows:
        if not before <= start < end <= len(article.text):
            problem = problem or f"passage {start}:{end} lies outside article {name} or over another"
        elif content_hash(embedded_text(Passage(article, start, end))) != content:
            problem = problem or f"passage {start}:{end} of article {name} was embedded with another text"
        elif embedded is None or vector is None:
            problem = problem or f"passage {start}:{end} of article {name} has no vector"
        else:
            row = unit_vector(vector, dimensions.get(embedder))
            if row is None:
                problem = problem or f"the vector of passage {start}:{end} of article {name} is damaged"
            else:
                dimensions[embedder] = len(row)
        before = end
    if problem:
        yield f"{problem}; {cure_of(article)}"


def derived_rows(store: ArticleStore) -> Iterator[tuple[Article, Derived]]:
    """Every derived row with its article, in the order of their ids."""
    for article_id, rows in groupby(store.derived_rows(), key=lambda pair: pair[0]):
        article = store.article(article_id)
        if article is not None:
            yield from ((article, row) for _, row in rows)


def derived_problems(store: ArticleStore) -> Iterator[str]:
    """Derived rows that are altered or cannot be read, a line each that ends in the cure."""
    for article, row in derived_rows(store):
        if row.read(article) is None:
            reason = "cannot be read" if row.is_of(article) else "is altered or of another text"
            yield (
                f"what was extracted of article {article.id!r} ({row.kind}) {reason}; "
                "extract it again with: tanya index"
            )


def _generation_problems(store: Store, snapshots: SnapshotFolder, *, compare: bool) -> Iterator[str]:
    """Problems of the current generation; one behind the store is none, it is renewed when opened."""
    try:
        folder = snapshots.current()
        if folder is None:
            return
        manifest = read_manifest(folder)
        damaged = damaged_files(folder, manifest)
        yield from (f"{folder / name} is damaged; {REBUILD}" for name in damaged)
        if compare and not damaged and store.state() == (manifest.revision, {manifest.embedder}):
            yield from _mismatches(store, read_generation(folder, store.texts))
    except Damaged as error:
        yield str(error)
    except OSError as error:
        yield f"{snapshots.folder} cannot be read ({error}); {REBUILD}"


def _mismatches(store: Store, generation: Generation) -> Iterator[str]:
    manifest = generation.manifest
    outline = store.outline()
    numbers = outline.numbers
    shown = {
        mark: (segment, position)
        for segment in generation.segments
        for position, mark in enumerate(segment.marks())
    }
    passages = other_passages = other_vectors = 0
    for mark, stored in zip(numbers, store.stored(list(numbers.values()), manifest.embedder), strict=True):
        passages += len(stored.passages)
        if mark not in shown:
            other_passages += 1
            continue
        segment, position = shown[mark]
        first, last = np.searchsorted(segment.owners, [position, position + 1])
        spans = [(passage.start, passage.end) for passage in stored.passages]
        if segment.described(position) != describe(stored.article) or segment.spans[first:last].tolist() != [
            list(span) for span in spans
        ]:
            other_passages += 1
        elif not np.allclose(segment.vectors.vectors(first, last), stored.vectors, atol=TOLERANCE):
            other_vectors += 1
    together = [[mark.hex() for mark in group] for group in outline.copies]
    if together != [list(group) for group in manifest.copies]:
        yield f"the index has other copies of articles than the store; {REBUILD}"
    if (len(numbers), passages) != (manifest.articles, manifest.passages):
        yield (
            f"the index counts {manifest.articles} articles and {manifest.passages} passages, "
            f"the store {len(numbers)} and {passages}; {REBUILD}"
        )
    elif other_passages:
        yield f"the index has other passages than the store; {REBUILD}"
    elif other_vectors:
        yield f"the index has other vectors than the store; {REBUILD}"
