"""Building a generation: what stays of the one before is linked, the rest is written, the manifest last.

Removing an article rewrites the one segment that held it, so that nothing of it remains; adding some writes
a segment of their own, joined with those that are not much larger. So segments are few, none much larger than
`SIZE`, and what a change costs goes with the change and not with the library.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from index.cache import sha256
from index.contents import Contents, Outline
from index.generation import MANIFEST, Generation, Manifest, force, seal
from index.segment import SIZE, Draft, Segment, combine, gather, limited, save
from index.vectors import Mask

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
                    force(copy)
                self.files[f"{path.name}/{copy.name}"] = known
        force(path)
        self.described.append(dict(about) | {"folder": path.name})

    def write(self, draft: Draft) -> None:
        path = self.next()
        self.described.append(save(draft, path))
        for one in sorted(path.iterdir()):
            force(one)
            self.files[f"{path.name}/{one.name}"] = (one.stat().st_size, sha256(one))
        force(path)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Articles that must be written: a draft, or what stays of a segment."""

    made: Draft | Segment
    live: Mask
    rows: int

    def draft(self) -> tuple[Draft, Mask]:
        return (self.made if isinstance(self.made, Draft) else self.made.draft()), self.live


def write_generation(
    folder: Path,
    contents: Contents,
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
    force(path)
    force(writing.folder)
