"""A segment: some articles with their passages, vectors and postings, built once and then only read.

Nothing in it depends on other articles, so that a segment is thinned out, or several are joined, without
reading a text. Articles lie in the order of their ids, passages in the order of their articles and by start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import map_arrays, write_arrays
from index.article import Article
from index.chunking import embedded_text
from index.contents import Stored
from index.errors import Damaged
from index.lexicon import terms
from index.postings import Collecting, Postings, join
from index.rows import FINGERPRINT
from index.searching import Filter
from index.vectors import Array, Mask, VectorIndex

ARRAYS = "arrays"

SIZE = 131_072
"""Passages of one segment at most, unless a single article has more."""

_DIGEST = 32


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What a segment is made of, in memory; articles by id, passages by article and start.

    Attributes:
        fingerprints: Of the articles, see `index.contents`; shape `(articles, FINGERPRINT)`, bytes.
        digests: SHA-256 of the articles' texts, shape `(articles, 32)`, bytes.
        described: The articles without their texts, each as JSON.
        owners: The article of each passage.
        spans: Its start and end, shape `(passages, 2)`.
        postings: Its terms.
        vectors: Shape `(passages, dimension)`.
    """

    fingerprints: NDArray[np.uint8]
    digests: NDArray[np.uint8]
    described: list[bytes]
    owners: NDArray[np.int32]
    spans: NDArray[np.int32]
    postings: Postings
    vectors: Array


class Segment:
    """A segment that was saved; its arrays are mapped, not read, into memory."""

    def __init__(
        self, arrays: dict[str, NDArray[Any]], vectors: VectorIndex, identity: tuple[object, ...] = ()
    ) -> None:
        self.identity = identity
        self.vectors = vectors
        self.fingerprints: NDArray[np.uint8] = arrays["fingerprints"]
        self.digests: NDArray[np.uint8] = arrays["digests"]
        self.owners: NDArray[np.int32] = arrays["owners"]
        self.spans: NDArray[np.int32] = arrays["spans"]
        self.postings = Postings(**{field.name: arrays[field.name] for field in fields(Postings)})
        self._described, self._bounds = arrays["described"], arrays["described_bounds"]
        self._days = arrays["days"]
        self._sources, self._names = arrays["sources"], json.loads(arrays["source_names"].tobytes())
        self._languages, self._codes = arrays["languages"], json.loads(arrays["language_names"].tobytes())

    def __len__(self) -> int:
        return len(self.owners)

    @property
    def articles(self) -> int:
        return len(self.fingerprints)

    def marks(self) -> list[bytes]:
        """The fingerprints of its articles."""
        return _cut(self.fingerprints, FINGERPRINT)

    def described(self, position: int) -> bytes:
        """An article without its text, as JSON."""
        begin, end = self._bounds[position : position + 2]
        return self._described[begin:end].tobytes()

    def article(self, position: int, text: str) -> Article:
        """The article at a position, with the text that belongs to it."""
        return _article(self.described(position), text)

    def language(self, position: int) -> str:
        return str(self._codes[self._languages[position]])

    def digest(self, position: int) -> str:
        return bytes(self.digests[position]).hex()

    def chosen(self, wanted: Filter) -> Mask:
        """The articles that a filter leaves."""
        keep = np.ones(self.articles, bool)
        if wanted.since is not None or wanted.until is not None:
            # 0 is no day: date ordinals count from 1.
            first = wanted.since.toordinal() if wanted.since else 1
            last = wanted.until.toordinal() if wanted.until else date.max.toordinal()
            keep &= (self._days >= first) & (self._days <= last)
        if wanted.sources:
            names = {source.casefold() for source in wanted.sources}
            keep &= np.array([name in names for name in self._names], bool)[self._sources]
        return keep

    def draft(self) -> Draft:
        """All of it in memory."""
        return Draft(
            self.fingerprints,
            self.digests,
            [self.described(position) for position in range(self.articles)],
            self.owners,
            self.spans,
            self.postings,
            self.vectors.vectors(),
        )

    @classmethod
    def load(cls, folder: Path, about: Mapping[str, Any], identity: tuple[object, ...] = ()) -> Segment:
        """Map the segment that `save` wrote into `folder` and described so; `identity` tells its files.

        Raises:
            Damaged: its files do not fit together or cannot be read.
        """
        try:
            arrays = map_arrays(folder / ARRAYS)
            vectors = VectorIndex.load(folder, about["compared"], about["recall"])
            segment = cls(arrays, vectors, identity)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(f"{folder} cannot be read ({error}); rebuild it with: tanya index") from error
        rows = {len(segment), len(segment.vectors), len(segment.postings.sizes), len(segment.spans)}
        if (rows, segment.articles) != ({about["passages"]}, about["articles"]):
            raise Damaged(f"the rows of {folder} do not fit together; rebuild it with: tanya index")
        return segment


def gather(contents: Iterable[tuple[bytes, Stored]]) -> Draft:
    """The draft of articles in the order of their ids, each after its fingerprint."""
    marks: list[bytes] = []
    described: list[bytes] = []
    digests: list[bytes] = []
    owners: list[int] = []
    spans: list[tuple[int, int]] = []
    vectors: list[Array] = []
    collecting = Collecting()
    for mark, stored in contents:
        for passage in stored.passages:
            collecting.add(terms(embedded_text(passage)))
            spans.append((passage.start, passage.end))
        owners.extend([len(marks)] * len(stored.passages))
        if stored.passages:
            vectors.append(stored.vectors)
        marks.append(mark)
        described.append(describe(stored.article))
        digests.append(bytes.fromhex(stored.article.sha256))
    return Draft(
        np.frombuffer(b"".join(marks), np.uint8).reshape(-1, FINGERPRINT),
        np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _DIGEST),
        described,
        np.array(owners, np.int32),
        np.array(spans, np.int32).reshape(-1, 2),
        collecting.postings(),
        np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32),
    )


def combine(parts: Sequence[tuple[Draft, Mask]]) -> Draft:
    """One draft of several, each with the articles of it that stay."""
    if len(parts) == 1 and parts[0][1].all():
        return parts[0][0]
    kept = [(part, np.flatnonzero(live)) for part, live in parts]
    described = [part.described[at] for part, stays in kept for at in stays]
    order = sorted(range(len(described)), key=lambda at: str(json.loads(described[at])["id"]))
    place = _places(np.array(order, np.int64))
    owners, rows, before = [], [], 0
    for part, stays in kept:
        new = np.full(len(part.described), -1, np.int64)
        new[stays] = place[before : before + len(stays)]
        before += len(stays)
        owner = new[part.owners]
        rows.append(np.flatnonzero(owner >= 0))
        owners.append(owner[rows[-1]])
    spans = np.concatenate([part.spans[at] for (part, _), at in zip(kept, rows, strict=True)])
    owner = np.concatenate(owners)
    sequence = np.lexsort((spans[:, 0], owner))
    places = np.split(_places(sequence), np.cumsum([len(at) for at in rows])[:-1])
    moved = []
    for (part, _), at, to in zip(kept, rows, places, strict=True):
        new_rows = np.full(len(part.owners), -1, np.int32)
        new_rows[at] = to
        moved.append((part.postings, new_rows))
    filled = [(part, at) for (part, _), at in zip(kept, rows, strict=True) if len(at)]
    vectors = np.concatenate([part.vectors[at] for part, at in filled] or [np.zeros((0, 1), np.float32)])
    return Draft(
        np.concatenate([part.fingerprints[stays] for part, stays in kept])[order],
        np.concatenate([part.digests[stays] for part, stays in kept])[order],
        [described[at] for at in order],
        owner[sequence].astype(np.int32),
        spans[sequence],
        join(moved, len(sequence)),
        vectors[sequence],
    )


def save(draft: Draft, folder: Path) -> dict[str, Any]:
    """Write a segment into the empty `folder`; what is returned describes it, for `Segment.load`.

    Raises:
        OSError: it cannot be written.
    """
    index = VectorIndex.build(draft.vectors)
    index.save(folder)
    articles = [json.loads(one) for one in draft.described]
    days = [date.fromisoformat(one["published"]).toordinal() if one["published"] else 0 for one in articles]
    arrays: dict[str, NDArray[Any]] = {
        "fingerprints": draft.fingerprints,
        "digests": draft.digests,
        "described": np.frombuffer(b"".join(draft.described), np.uint8),
        "described_bounds": np.cumsum([0, *map(len, draft.described)]).astype(np.int64),
        "days": np.array(days, np.int32),
        **_coded("source", [(one["source"] or "").casefold() for one in articles]),
        **_coded("language", [one["language"] for one in articles]),
        "owners": draft.owners,
        "spans": draft.spans,
        **draft.postings.arrays(),
    }
    write_arrays(folder / ARRAYS, arrays)
    return {
        "folder": folder.name,
        "articles": len(articles),
        "passages": len(index),
        "dimension": index.dimension,
        "vectors": "sketches, half precision" if index.compared else "exact",
        "compared": index.compared,
        "recall": index.recall,
    }


def _coded(name: str, values: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Strings as numbers of distinct strings."""
    names = sorted(set(values))
    numbers = {one: number for number, one in enumerate(names)}
    return {
        f"{name}s": np.array([numbers[one] for one in values], np.int32),
        f"{name}_names": np.frombuffer(json.dumps(names).encode(), np.uint8),
    }


def describe(article: Article) -> bytes:
    """An article without its text, as JSON."""
    plain = {name.name: getattr(article, name.name) for name in fields(article) if name.name != "text"}
    plain["published"] = article.published.isoformat() if article.published else None
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _article(described: bytes, text: str) -> Article:
    plain = json.loads(described.decode("utf-8", "surrogatepass"))
    day = date.fromisoformat(plain["published"]) if plain["published"] else None
    return Article(**plain | {"published": day, "pages": tuple(plain["pages"]), "text": text})


def _places(order: NDArray[np.int64]) -> NDArray[np.int32]:
    """Where each of what `order` puts into an order goes."""
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _cut(rows: NDArray[np.uint8], width: int) -> list[bytes]:
    raw = rows.tobytes()
    return [raw[at : at + width] for at in range(0, len(raw), width)]


def limited(contents: Iterator[tuple[bytes, Stored]], size: int = SIZE) -> Iterator[tuple[bytes, Stored]]:
    """As many of the articles as have `size` passages together."""
    rows = 0
    for mark, stored in contents:
        yield mark, stored
        rows += len(stored.passages)
        if rows >= size:
            return
