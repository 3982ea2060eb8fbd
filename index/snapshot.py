"""Snapshots: what search reads, built whole from one revision of the store and replaced at once.

A snapshot ("generation") is a folder of segments and, written last, `manifest.json` with the size and
SHA-256 of every other file and of itself. A segment holds some articles with their passages, vectors and
postings: articles in the order of their ids, passages in the order of their articles and by start. Nothing
in it depends on other articles, so that segments are thinned out and joined without reading a text. Texts
come from the store, by digest, and are checked when they are read.

A segment that stays as it was is linked, not copied, from the generation before. Removing an article
rewrites the one segment that held it, so that nothing of it remains; adding some writes a segment of their
own, joined with those that are not much larger. So segments are few, none much larger than `SIZE`, and
what a change costs goes with the change and not with the library.

`generations/CURRENT` holds the name of one folder beside it and is replaced in one step. A folder that it
does not name was left by a build that was cut short, or is an earlier generation.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import weakref
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedded_text
from index.errors import Damaged
from index.lexical import TERMS_VERSION, Collecting, LexicalIndex, Postings, join, terms
from index.models import (
    EVERYTHING,
    Article,
    Filter,
    Passage,
    Ranking,
    Span,
    passage_within,
    replace_file,
    sha256,
    sync,
    unaltered,
)
from index.sqlite import FINGERPRINT, Outline, Store, Stored
from index.vectors import Array, Mask, VectorIndex, map_arrays, write_arrays

ARRAYS = "arrays"

SIZE = 131_072
"""Passages of one segment at most, unless a single article has more."""

_DIGEST = 32


@dataclass(frozen=True, slots=True, eq=False)
class SegmentDraft:
    """The contents of a segment, in memory; articles by id, passages by article and start.

    Attributes:
        fingerprints: Of the articles, see `index.sqlite.Outline`; shape `(articles, FINGERPRINT)`, bytes.
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
        return _article_of_row(self.described(position), text)

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
        if wanted.articles:
            named = np.zeros(self.articles, bool)
            named[[place for one in wanted.articles if (place := self._place(one)) is not None]] = True
            keep &= named
        return keep

    def _place(self, article_id: str) -> int | None:
        """The position of the article of an id; None where it is not here."""

        def id_at(position: int) -> str:
            return self.article(position, "").id

        place = bisect_left(range(self.articles), article_id, key=id_at)
        return place if place < self.articles and id_at(place) == article_id else None

    def draft(self) -> SegmentDraft:
        """All of it in memory."""
        return SegmentDraft(
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


def gather(contents: Iterable[tuple[bytes, Stored]]) -> SegmentDraft:
    """The draft of articles in the order of their ids, each after its fingerprint."""
    marks: list[bytes] = []
    described: list[bytes] = []
    digests: list[bytes] = []
    owners: list[int] = []
    spans: list[Span] = []
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
    return SegmentDraft(
        np.frombuffer(b"".join(marks), np.uint8).reshape(-1, FINGERPRINT),
        np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _DIGEST),
        described,
        np.array(owners, np.int32),
        np.array(spans, np.int32).reshape(-1, 2),
        collecting.postings(),
        np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32),
    )


def combine(parts: Sequence[tuple[SegmentDraft, Mask]]) -> SegmentDraft:
    """Merge drafts into one, each reduced to the articles that stay."""
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
    return SegmentDraft(
        np.concatenate([part.fingerprints[stays] for part, stays in kept])[order],
        np.concatenate([part.digests[stays] for part, stays in kept])[order],
        [described[at] for at in order],
        owner[sequence].astype(np.int32),
        spans[sequence],
        join(moved, len(sequence)),
        vectors[sequence],
    )


def save(draft: SegmentDraft, folder: Path) -> dict[str, Any]:
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


def _article_of_row(described: bytes, text: str) -> Article:
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


FORMAT = 3
"""Of the folder; another one is rebuilt."""

MANIFEST = "manifest.json"

Texts = Callable[[Collection[str]], Mapping[str, str]]
"""Gives the stored texts by digest."""

_ARTICLES = 500
"""Articles whose texts are kept in memory."""

_FILTERS = 8
"""Filters whose rows are kept in memory."""

_MANY = 200_000
"""Passages from which a search by meaning is worth a second thread."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a generation: how it was built and which files it has.

    Attributes:
        embedder: Name of the model of its vectors.
        dimension: Of its vectors.
        recipe: How its articles were chunked and embedded.
        revision: Of the store that it shows.
        articles: How many.
        passages: How many, and so the rows.
        files: Size in bytes and SHA-256 of each file, by its path in the folder.
        segments: What each segment is, its `recall` among the ten nearest measured when it was built.
        copies: Fingerprints of articles that are copies of one another, together.
        lexicon: Version of the lexical index.
        format: Version of the folder.
    """

    embedder: str
    dimension: int
    recipe: str
    revision: int
    articles: int
    passages: int
    files: Mapping[str, tuple[int, str]]
    segments: Sequence[Mapping[str, Any]] = ()
    copies: Sequence[Sequence[str]] = ()
    lexicon: str = TERMS_VERSION
    format: int = FORMAT


class Generation:
    """One state of the library, which never changes, whatever is written meanwhile; see `Searchable`.

    What gives articles raises Damaged where a text is altered, or is no longer in the store.
    """

    def __init__(self, manifest: Manifest, segments: Sequence[Segment], texts: Texts) -> None:
        """Take the parts; rows count on from one segment to the next."""
        self.manifest = manifest
        self.segments = tuple(segments)
        self._firsts = [0, *accumulate(map(len, segments))]
        self._lexicon = LexicalIndex([segment.postings for segment in segments])
        # Made of the parts and not of self: a cycle would keep the folder in use.
        self._article = lru_cache(_ARTICLES)(lambda segment, at: _article(segment, at, texts))
        self._chosen = lru_cache(_FILTERS)(lambda chosen: _chosen(segments, chosen))
        self._copies = _together(manifest.copies, segments)

    def __len__(self) -> int:
        return self._firsts[-1]

    def description(self) -> dict[str, Any]:
        return asdict(self.manifest)

    def dense(self, vector: Array, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        keep = self._chosen(chosen)[1] if chosen else None

        def search(number: int) -> Ranking:
            first, last = self._firsts[number : number + 2]
            mask = None if keep is None else keep[first:last]
            rows = self.segments[number].vectors.search(vector, k, mask) if last > first else []
            return [(first + row, score) for row, score in rows]

        numbers = range(len(self.segments))
        if len(self) < _MANY:
            found = [hit for number in numbers for hit in search(number)]
        else:
            with ThreadPoolExecutor(2) as pool:
                found = [hit for hits in pool.map(search, numbers) for hit in hits]
        return self._ordered(sorted(found, key=lambda hit: (-hit[1], hit[0])))[: max(k, 0)]

    def lexical(self, query: str, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        return self._ordered(self._lexicon.search(query, k, self._chosen(chosen)[1] if chosen else None))

    def _ordered(self, found: Ranking) -> Ranking:
        """Best first, equal ones by article and place, whichever segment they came into."""
        if len(self.segments) < 2:
            return found
        scores = Counter(score for _, score in found)
        return sorted(found, key=lambda hit: (-hit[1], self._place(hit[0]) if scores[hit[1]] > 1 else ()))

    def _place(self, row: int) -> tuple[str, int]:
        segment, at = self._at(row)
        return segment.article(int(segment.owners[at]), "").id, int(segment.spans[at][0])

    def _at(self, row: int) -> tuple[Segment, int]:
        number = bisect_right(self._firsts, row) - 1
        return self.segments[number], row - self._firsts[number]

    def passage(self, row: int) -> Passage:
        segment, at = self._at(row)
        start, end = segment.spans[at]
        return passage_within(self._article(segment, int(segment.owners[at])), int(start), int(end))

    def language(self, row: int) -> str:
        segment, at = self._at(row)
        return segment.language(int(segment.owners[at]))

    def count(self, chosen: Filter = EVERYTHING) -> int:
        return int(self._chosen(chosen)[0]) if chosen else self.manifest.articles

    def carriers(self, rows: Sequence[int], chosen: Filter = EVERYTHING) -> dict[int, tuple[Article, ...]]:
        found: dict[int, tuple[Article, ...]] = {}
        left = [segment.chosen(chosen) for segment in self.segments] if chosen and self._copies else None
        for row in rows if self._copies else ():
            segment, at = self._at(row)
            group = self._copies.get((self.segments.index(segment), int(segment.owners[at])), ())
            kept = [(one, place) for one, place in group if left is None or left[one][place]]
            if len(kept) > 1:
                found[row] = tuple(self._article(self.segments[one], place) for one, place in kept)
        return found

    def is_unchanged(self, folder: Path) -> bool:
        """Whether the files in `folder` are those that it was read from, and were not written to since."""
        try:
            return [segment.identity for segment in self.segments] == _identities(folder, self.manifest)
        except Damaged:
            return False

    def shows(self, digest: str) -> bool:
        """Whether the text of that digest is one of its articles'."""
        raw = np.frombuffer(bytes.fromhex(digest), np.uint8)
        return any(bool((segment.digests == raw).all(axis=1).any()) for segment in self.segments)


def _article(segment: Segment, position: int, texts: Texts) -> Article:
    digest = segment.digest(position)
    text = texts([digest]).get(digest)
    if text is None:
        name = segment.article(position, "").id
        raise Damaged(f"the text of article {name!r} is missing; rebuild the index with: tanya index")
    return unaltered(segment.article(position, text))


def _together(
    copies: Sequence[Sequence[str]], segments: Sequence[Segment]
) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """By segment and position of an article that has copies, those of all of them, in order."""
    wanted = {bytes.fromhex(mark) for group in copies for mark in group}
    if not wanted:
        return {}
    places = {
        mark: (number, position)
        for number, segment in enumerate(segments)
        for position, mark in enumerate(segment.marks())
        if mark in wanted
    }
    grouped = [[places[bytes.fromhex(mark)] for mark in group] for group in copies]
    return {place: group for group in grouped for place in group}


def _chosen(segments: Sequence[Segment], chosen: Filter) -> tuple[int, Mask]:
    """How many articles a filter leaves, and which rows."""
    articles = [segment.chosen(chosen) for segment in segments]
    rows = [keep[segment.owners] for keep, segment in zip(articles, segments, strict=True)]
    return sum(int(keep.sum()) for keep in articles), np.concatenate([np.zeros(0, bool), *rows])


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the generation in `folder`.

    Raises:
        Damaged: it is missing, altered or of another format.
    """
    try:
        sealed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        stated = sealed.pop("sha256")
        manifest = Manifest(**sealed)
        manifest = replace(
            manifest, files={name: (size, mark) for name, (size, mark) in manifest.files.items()}
        )
        if (manifest.format, manifest.lexicon) != (FORMAT, TERMS_VERSION) or json.loads(seal(manifest))[
            "sha256"
        ] != stated:
            raise ValueError("its checksum or version is off")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{folder / MANIFEST} is damaged ({error}); rebuild it with: tanya index") from error
    return manifest


def damaged_files(folder: Path, manifest: Manifest, known: Collection[str] = ()) -> list[str]:
    """The files of a generation that are missing or whose size or SHA-256 is off; `known` ones are sound."""

    def damaged(name: str) -> bool:
        size, mark = manifest.files[name]
        path = folder / name
        try:
            return path.stat().st_size != size or sha256(path) != mark
        except OSError:
            return True

    names = [name for name in manifest.files if name not in known]
    if sum(manifest.files[name][0] for name in names) < _LARGE:
        return [name for name in names if damaged(name)]
    with ThreadPoolExecutor(2) as pool:
        return [name for name, bad in zip(names, pool.map(damaged, names), strict=True) if bad]


_LARGE = 10_000_000
"""Bytes from which checksums are worth a second thread."""


def read_generation(folder: Path, texts: Texts, before: Collection[Segment] = ()) -> Generation:
    """The generation in `folder`, every file checked against its checksum.

    Args:
        folder: As `write_generation` wrote it.
        texts: Gives the stored texts by digest; they are checked when they are read.
        before: Segments that were read and checked before; where files are the very same, they serve again.

    Raises:
        Damaged: a file is missing or altered.
    """
    guard = _guard(folder)
    try:
        generation = _read(folder, texts, before)
    except BaseException:
        os.close(guard)
        raise
    weakref.finalize(generation, os.close, guard)
    return generation


def _read(folder: Path, texts: Texts, before: Collection[Segment]) -> Generation:
    manifest = read_manifest(folder)
    served = {segment.identity: segment for segment in before}
    identities = _identities(folder, manifest)
    found = [served.get(identity) for identity in identities]
    folders = [str(about["folder"]) for about in manifest.segments]
    known = {name for name, segment in zip(folders, found, strict=True) if segment}
    known = {name for name in manifest.files if name.partition("/")[0] in known}
    if damaged := damaged_files(folder, manifest, known):
        raise Damaged(f"{folder / damaged[0]} is damaged; rebuild it with: tanya index")
    segments = [
        segment or Segment.load(folder / name, about, identity)
        for segment, name, about, identity in zip(found, folders, manifest.segments, identities, strict=True)
    ]
    counted = (sum(segment.articles for segment in segments), sum(map(len, segments)))
    if counted != (manifest.articles, manifest.passages):
        raise Damaged(f"the rows of {folder} do not fit together; rebuild it with: tanya index")
    return Generation(manifest, segments, texts)


def _identities(folder: Path, manifest: Manifest) -> list[tuple[object, ...]]:
    """For each segment, what tells its files from others: the files as they are and what they should hold."""
    files: dict[str, list[object]] = {str(about["folder"]): [] for about in manifest.segments}
    for name in sorted(manifest.files):
        try:
            file = (folder / name).stat()
        except OSError as error:
            raise Damaged(f"{folder / name} is damaged; rebuild it with: tanya index") from error
        files[name.partition("/")[0]].append(
            (Path(name).name, file.st_ino, file.st_size, file.st_mtime_ns, *manifest.files[name])
        )
    return [tuple(one) for one in files.values()]


def _guard(folder: Path) -> int:
    """Mark the folder as read, for as long as the descriptor is open; see `in_use`."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise Damaged(f"{folder} is missing; rebuild it with: tanya index") from error
    with contextlib.suppress(OSError):
        # Where a file system knows no locks, a reader still keeps the files that it has opened.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def in_use(folder: Path) -> bool:
    """Whether a reader, in this process or another, has the generation in `folder` open."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def seal(manifest: Manifest) -> str:
    """The manifest as JSON, its own checksum within."""
    plain = asdict(manifest)
    written = json.dumps(plain, sort_keys=True)
    return json.dumps(
        {**plain, "sha256": hashlib.sha256(written.encode()).hexdigest()}, separators=(",", ":")
    )


GROWTH = 4
"""A segment that is no more than so many times larger than what is written anyway is joined with it."""

SMALL = 4096
"""Passages; less than that is written as quickly as that."""


@dataclass(slots=True)
class _Writing:
    """A generation that is being written."""

    folder: Path
    described: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    def next(self) -> Path:
        """The folder of the next segment."""
        path = self.folder / f"s{len(self.described) + 1:04}"
        path.mkdir()
        return path

    def link(self, before: Path, manifest: Manifest, about: Mapping[str, Any]) -> None:
        """Take over a segment as it is, with the checksums it had."""
        path = self.next()
        for name, known in manifest.files.items():
            if name.startswith(f"{about['folder']}/"):
                copy = path / Path(name).name
                try:
                    os.link(before / name, copy)
                except OSError:
                    # A file system without links.
                    shutil.copyfile(before / name, copy)
                    sync(copy)
                self.files[f"{path.name}/{copy.name}"] = known
        sync(path)
        self.described.append(dict(about) | {"folder": path.name})

    def write(self, draft: SegmentDraft) -> None:
        path = self.next()
        self.described.append(save(draft, path))
        for one in sorted(path.iterdir()):
            sync(one)
            self.files[f"{path.name}/{one.name}"] = (one.stat().st_size, sha256(one))
        sync(path)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Articles that must be written: a draft, or what stays of a segment."""

    made: SegmentDraft | Segment
    live: Mask
    rows: int

    def draft(self) -> tuple[SegmentDraft, Mask]:
        return (self.made if isinstance(self.made, SegmentDraft) else self.made.draft()), self.live


def write_generation(
    folder: Path,
    contents: Store,
    embedder: str,
    before: tuple[Path, Generation] | None = None,
    *,
    size: int = SIZE,
    small: int = SMALL,
) -> None:
    """Write a generation into the empty `folder`, its manifest last, everything forced to the disk.

    Args:
        folder: An empty folder.
        contents: What it is to show.
        embedder: The name of the model of its vectors.
        before: A whole generation and its folder; what has not changed since is taken from it.
        size: Passages of a segment, see `SIZE`.
        small: Passages that are written as quickly as fewer, see `SMALL`.

    Raises:
        OSError: it cannot be written.
        LibraryError: an article has not been embedded by it; indexing was interrupted.
        Damaged: a stored text, passage or vector is altered.
    """
    outline = contents.outline()
    writing = _Writing(folder)
    fresh = dict(outline.numbers)
    whole: list[tuple[Segment, Mapping[str, Any]]] = []
    pieces: list[_Piece] = []
    if before is not None:
        generation = before[1]
        for segment, about in zip(generation.segments, generation.manifest.segments, strict=True):
            live = np.array([fresh.pop(mark, None) is not None for mark in segment.marks()], bool)
            if live.all():
                whole.append((segment, about))
            elif live.any():
                pieces.append(_Piece(segment, live, int(live[segment.owners].sum())))
    articles = zip(fresh, contents.stored(list(fresh.values()), embedder), strict=True)
    while (draft := gather(limited(articles, size))).described:
        if len(draft.owners) >= size:
            writing.write(draft)
        else:
            pieces.append(_Piece(draft, np.ones(len(draft.described), bool), len(draft.owners)))
    *full, last = _packed(pieces, size) or [[]]
    if last:
        whole.sort(key=lambda one: len(one[0]))
        rows = sum(piece.rows for piece in last)
        while whole and len(whole[0][0]) <= min(GROWTH * max(rows, small), size - rows):
            segment, _ = whole.pop(0)
            last.append(_Piece(segment, np.ones(segment.articles, bool), len(segment)))
            rows += len(segment)
    for group in [*full, *([last] if last else [])]:
        writing.write(combine([piece.draft() for piece in group]))
    if before is not None:
        for _, about in whole:
            writing.link(before[0], before[1].manifest, about)
    _seal(writing, embedder, outline)


def _packed(pieces: Sequence[_Piece], size: int) -> list[list[_Piece]]:
    """The pieces in groups that do not exceed a segment, the last group the smallest in rows."""
    groups: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda one: -one.rows):
        for group in groups:
            if sum(one.rows for one in group) + piece.rows <= size:
                group.append(piece)
                break
        else:
            groups.append([piece])
    return sorted(groups, key=lambda group: -sum(one.rows for one in group))


def _seal(writing: _Writing, embedder: str, outline: Outline) -> None:
    manifest = Manifest(
        embedder=embedder,
        dimension=max((about["dimension"] for about in writing.described), default=1),
        recipe=outline.recipe,
        revision=outline.revision,
        articles=sum(about["articles"] for about in writing.described),
        passages=sum(about["passages"] for about in writing.described),
        files=writing.files,
        segments=writing.described,
        copies=[[mark.hex() for mark in group] for group in outline.copies],
    )
    path = writing.folder / MANIFEST
    path.write_text(seal(manifest), encoding="utf-8")
    sync(path)
    sync(writing.folder)


_CURRENT = "CURRENT"
_NAME = re.compile(r"g\d{6,}")
_TRIES = 5


class SnapshotFolder:
    """The folder of generations of the library in `home`."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "generations"

    def current(self) -> Path | None:
        """The folder of the current generation; None where there has been none.

        Raises:
            Damaged: CURRENT names none.
        """
        try:
            written = (self.folder / _CURRENT).read_bytes()
        except FileNotFoundError:
            return None
        name = written.decode("ascii", "replace").removesuffix("\n")
        if not _NAME.fullmatch(name):
            raise Damaged(
                f"{self.folder / _CURRENT} names no generation; rebuild the index with: tanya index"
            )
        return self.folder / name

    def read(self, texts: Texts, before: Collection[Segment] = ()) -> tuple[Path, Generation] | None:
        """The current generation and its folder, checked; None where there has been none.

        Segments that were read `before` serve again where their files are the same.

        Raises:
            Damaged: it fails a check.
        """
        for tries_left in reversed(range(_TRIES)):
            folder = self.current()
            if folder is None:
                return None
            try:
                return folder, read_generation(folder, texts, before)
            except (Damaged, OSError) as error:
                # A writer may have published another and removed this one while it was being read.
                if tries_left and self.current() != folder:
                    continue
                if isinstance(error, OSError):
                    raise Damaged(
                        f"{folder} cannot be read ({error}); rebuild it with: tanya index"
                    ) from error
                raise
        raise AssertionError("the last try returns or raises")

    def publish(self, contents: Store, embedder: str, before: tuple[Path, Generation] | None = None) -> Path:
        """Build a generation and make it current; the writer's lock must be held.

        What has not changed is taken from the one `before`, if that is given with its folder.

        Raises:
            OSError: it cannot be written; what was current still is.
        """
        numbers = [int(path.name[1:]) for path in self._folders()]
        folder = self.folder / f"g{max(numbers, default=0) + 1:06}"
        folder.mkdir(parents=True)
        try:
            write_generation(folder, contents, embedder, before)
            # What CURRENT will name is on the disk before it is named.
            sync(self.folder)
            replace_file(self.folder / _CURRENT, f"{folder.name}\n")
        except BaseException:
            if self._is_not_current(folder):
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def prune(self, keep: Collection[Path]) -> None:
        """Remove every generation but the current one, those in `keep` and those that a reader has open."""
        for folder in self._folders():
            if folder not in keep and self._is_not_current(folder) and not in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Remove CURRENT, so that nothing is found until the next generation is published."""
        (self.folder / _CURRENT).unlink(missing_ok=True)

    def _is_not_current(self, folder: Path) -> bool:
        try:
            return self.current() != folder
        except Damaged:
            return True

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
