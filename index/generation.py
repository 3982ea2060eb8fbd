"""A generation: the vectors, terms and rows of one revision of the library, built whole and then only read.

Its folder holds `vectors.faiss`, the lexical index, `articles.json`, `passages.npy` and, written last,
`manifest.json` with the size and SHA-256 of every other file and of itself. Texts are not in it: they come
from the store, by digest.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import weakref
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.cache import sha256
from index.chunking import embedded_text
from index.errors import Damaged
from index.lexicon import LEXICON, LexicalIndex
from index.searching import EVERYTHING, Filter, Ranking
from index.store import Snapshot
from index.vectors import Array, VectorIndex

FORMAT = 1
"""Of the folder; another one is rebuilt."""

_MANIFEST = "manifest.json"
_ARTICLES = "articles.json"
_PASSAGES = "passages.npy"


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
    lexicon: str = LEXICON
    format: int = FORMAT


class Generation:
    """One state of the library, for search; it never changes, whatever is written meanwhile."""

    def __init__(
        self,
        manifest: Manifest,
        articles: list[Article],
        passages: NDArray[np.int64],
        vectors: VectorIndex,
        lexicon: LexicalIndex,
    ) -> None:
        """Take the parts; `passages` has shape `(n, 3)`: position of the article, start, end."""
        self.manifest = manifest
        self._articles = articles
        self._passages = passages
        self._vectors = vectors
        self._lexicon = lexicon
        # 0 is no day: date ordinals count from 1.
        days = [article.published.toordinal() if article.published else 0 for article in articles]
        self._days = np.array(days, np.int64)[passages[:, 0]]

    def __len__(self) -> int:
        return len(self._passages)

    def description(self) -> dict[str, Any]:
        """The manifest, in plain JSON values."""
        return asdict(self.manifest)

    def dense(self, vector: Array, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows nearest to a unit vector of shape `(dimension,)`, as `(row, cosine)`, best first."""
        return self._vectors.search(vector, k, self._rows(chosen))

    def lexical(self, query: str, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows that share most words with `query`, as `(row, BM25)`, best first."""
        return self._lexicon.search(query, k, self._rows(chosen))

    def passage(self, row: int) -> Passage:
        article, start, end = self._passages[row]
        return Passage(self._articles[article], int(start), int(end))

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many articles the filter leaves."""
        keep = self._rows(chosen)
        return len(self._articles) if keep is None else len(np.unique(self._passages[keep, 0]))

    def _rows(self, chosen: Filter) -> NDArray[np.bool_] | None:
        """Which rows the filter leaves; None where it leaves all."""
        if not chosen:
            return None
        keep = np.ones(len(self), bool)
        if chosen.since is not None or chosen.until is not None:
            first = chosen.since.toordinal() if chosen.since else 1
            last = chosen.until.toordinal() if chosen.until else date.max.toordinal()
            keep &= (self._days >= first) & (self._days <= last)
        if chosen.sources:
            wanted = {source.casefold() for source in chosen.sources}
            named = [(article.source or "").casefold() in wanted for article in self._articles]
            keep &= np.array(named, bool)[self._passages[:, 0]]
        return keep

    def articles(self) -> list[Article]:
        """Its articles, in the order of their ids."""
        return list(self._articles)

    def vectors(self) -> Array:
        """The vector of every row, shape `(n, dimension)`."""
        return self._vectors.vectors()


def write_generation(folder: Path, snapshot: Snapshot, embedder: str) -> None:
    """Write a generation into the empty `folder`, its manifest last, everything forced to the disk.

    Raises:
        OSError: it cannot be written.
    """
    VectorIndex.build(snapshot.vectors).save(folder)
    LexicalIndex.build([embedded_text(passage) for passage in snapshot.passages]).save(folder)
    place = {article.id: position for position, article in enumerate(snapshot.articles)}
    rows = [(place[passage.article_id], passage.start, passage.end) for passage in snapshot.passages]
    np.save(folder / _PASSAGES, np.array(rows, np.int64).reshape(-1, 3))
    described = [_describe(article) for article in snapshot.articles]
    (folder / _ARTICLES).write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    files: dict[str, tuple[int, str]] = {}
    for path in sorted(folder.rglob("*")):
        force(path)
        if path.is_file():
            files[path.relative_to(folder).as_posix()] = (path.stat().st_size, sha256(path))
    manifest = Manifest(
        embedder=embedder,
        dimension=int(snapshot.vectors.shape[1]),
        recipe=snapshot.recipe,
        revision=snapshot.revision,
        articles=len(snapshot.articles),
        passages=len(snapshot.passages),
        files=files,
    )
    (folder / _MANIFEST).write_text(_seal(manifest), encoding="utf-8")
    force(folder / _MANIFEST)
    force(folder)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the generation in `folder`.

    Raises:
        Damaged: it is missing, altered or of another format.
    """
    try:
        sealed = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        stated = sealed.pop("sha256")
        manifest = Manifest(**sealed)
        manifest = replace(
            manifest, files={name: (size, mark) for name, (size, mark) in manifest.files.items()}
        )
        if (manifest.format, manifest.lexicon) != (FORMAT, LEXICON) or json.loads(_seal(manifest))[
            "sha256"
        ] != stated:
            raise ValueError("its checksum or version is off")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{folder / _MANIFEST} is damaged ({error}); rebuild it with: tanya index") from error
    return manifest


def damaged_files(folder: Path, manifest: Manifest) -> list[str]:
    """The files of a generation that are missing or whose size or SHA-256 is off."""
    damaged = []
    for name, (size, mark) in manifest.files.items():
        path = folder / name
        try:
            if path.stat().st_size != size or sha256(path) != mark:
                damaged.append(name)
        except OSError:
            damaged.append(name)
    return damaged


def read_generation(folder: Path, texts: Callable[[Collection[str]], Mapping[str, str]]) -> Generation:
    """The generation in `folder`, every file checked against its checksum.

    Args:
        folder: As `write_generation` wrote it.
        texts: Gives the stored texts by digest.

    Raises:
        Damaged: a file or a text is missing or altered.
    """
    guard = _guard(folder)
    try:
        generation = _read(folder, texts)
    except BaseException:
        os.close(guard)
        raise
    weakref.finalize(generation, os.close, guard)
    return generation


def _read(folder: Path, texts: Callable[[Collection[str]], Mapping[str, str]]) -> Generation:
    manifest = read_manifest(folder)
    if damaged := damaged_files(folder, manifest):
        raise Damaged(f"{folder / damaged[0]} is damaged; rebuild it with: tanya index")
    described = json.loads((folder / _ARTICLES).read_text(encoding="utf-8"))
    passages: NDArray[np.int64] = np.load(folder / _PASSAGES)
    vectors, lexicon = VectorIndex.load(folder), LexicalIndex.load(folder)
    stored = texts([one["sha256"] for one in described])
    articles = []
    for one in described:
        text = stored.get(one["sha256"])
        if text is None or hashlib.sha256(text.encode()).hexdigest() != one["sha256"]:
            raise Damaged(
                f"the text of article {one['id']!r} is missing or altered; rebuild it with: tanya index"
            )
        day = date.fromisoformat(one["published"]) if one["published"] else None
        pages = tuple(one.get("pages", ()))
        articles.append(Article(**{**one, "published": day, "text": text, "pages": pages}))
    lengths = np.array([len(article.text) for article in articles], np.int64)[passages[:, 0]]
    starts, ends = passages[:, 1], passages[:, 2]
    within = bool(np.all((starts >= 0) & (starts < ends) & (ends <= lengths)))
    if not within or {len(passages), len(vectors), len(lexicon)} != {manifest.passages}:
        raise Damaged(f"the rows of {folder} do not fit together; rebuild it with: tanya index")
    return Generation(manifest, articles, passages, vectors, lexicon)


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


def _describe(article: Article) -> dict[str, object]:
    described = {name.name: getattr(article, name.name) for name in fields(article) if name.name != "text"}
    return described | {"published": article.published.isoformat() if article.published else None}


def _seal(manifest: Manifest) -> str:
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
