"""A generation: the vectors, terms and rows of one revision of the library, built whole and then only read.

Its folder holds one folder for each segment and, written last, `manifest.json` with the size and SHA-256 of
every other file and of itself. A segment that stays as it was is linked, not copied, from the generation
before. Texts are not in it: they come from the store, by digest, and are checked when they are read.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import weakref
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from index.article import Article, Passage
from index.cache import sha256
from index.errors import Damaged
from index.lexicon import LEXICON, LexicalIndex
from index.searching import EVERYTHING, Filter, Ranking
from index.segment import Segment
from index.soundness import passage_within, unaltered
from index.vectors import Array, Mask

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
    """What a generation was built from and of.

    Attributes:
        embedder: Name of the model of its vectors.
        dimension: Of its vectors.
        recipe: How its articles were chunked and embedded.
        revision: Of the store that it shows.
        articles: How many.
        passages: How many, and so the rows.
        files: Size in bytes and SHA-256 of each file, by its path in the folder.
        segments: What each segment is, its `recall` among the ten nearest measured when it was built.
        copies: Fingerprints of articles that are copies of one another, together; see `index.contents`.
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
    lexicon: str = LEXICON
    format: int = FORMAT


class Generation:
    """One state of the library, for search; it never changes, whatever is written meanwhile."""

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
        """The manifest, in plain JSON values."""
        return asdict(self.manifest)

    def dense(self, vector: Array, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows nearest to a unit vector of shape `(dimension,)`, as `(row, cosine)`, best first."""
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
        """The `k` rows that share most words with `query`, as `(row, BM25)`, best first."""
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
        """The passage of a row.

        Raises:
            Damaged: its text is altered, or is no longer in the store.
        """
        segment, at = self._at(row)
        start, end = segment.spans[at]
        return passage_within(self._article(segment, int(segment.owners[at])), int(start), int(end))

    def language(self, row: int) -> str:
        """The language of a row's article."""
        segment, at = self._at(row)
        return segment.language(int(segment.owners[at]))

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many articles the filter leaves."""
        return int(self._chosen(chosen)[0]) if chosen else self.manifest.articles

    def carriers(self, rows: Sequence[int], chosen: Filter = EVERYTHING) -> dict[int, tuple[Article, ...]]:
        """Of rows whose article has copies, all that carry it and the filter leaves; see `Searchable`.

        Raises:
            Damaged: a text is altered, or is no longer in the store.
        """
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
        if (manifest.format, manifest.lexicon) != (FORMAT, LEXICON) or json.loads(seal(manifest))[
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
    told: dict[str, list[object]] = {str(about["folder"]): [] for about in manifest.segments}
    for name in sorted(manifest.files):
        try:
            file = (folder / name).stat()
        except OSError as error:
            raise Damaged(f"{folder / name} is damaged; rebuild it with: tanya index") from error
        told[name.partition("/")[0]].append(
            (Path(name).name, file.st_ino, file.st_size, file.st_mtime_ns, *manifest.files[name])
        )
    return [tuple(one) for one in told.values()]


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


def force(path: Path) -> None:
    """Wait until `path`, a file or folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
