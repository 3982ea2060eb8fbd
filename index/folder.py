"""The library in a folder: SQLite under a writer's lock, and the snapshots that are built from it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from index.errors import Damaged, LibraryError, NoIndex, no_index, not_embedded
from index.models import TOLERANCE, cure_of
from index.snapshot import Generation, SnapshotFolder, damaged_files, describe, read_generation, read_manifest
from index.sqlite import FILE, Store, explained, writer_lock
from index.store import REBUILD, LibraryState, OpenSnapshot


class FolderBackend:
    """The library in a folder; see `index.store.LibraryBackend`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshots = SnapshotFolder(folder)
        self.lock = threading.RLock()
        self.opened: tuple[Path, Generation] | None = None
        self._store: tuple[int, FolderState] | None = None

    def reading(self) -> FolderState:
        """The store, opened once, and again where its file was replaced."""
        with self.lock:
            try:
                file = (self.folder / FILE).stat().st_ino
            except FileNotFoundError:
                self.close()
                raise self.no_index() from None
            except OSError as error:
                raise LibraryError(
                    f"{self.folder} cannot be read ({error.strerror}); check its permissions"
                ) from error
            if self._store is None or self._store[0] != file:
                self.close()
                self._store = (file, FolderState(self))
            return self._store[1]

    @contextlib.contextmanager
    def writing(self, wait: float = 0, *, create: bool = False) -> Iterator[FolderState]:
        """A store of its own, under the lock."""
        if not create:
            self.reading()
        with writer_lock(self.folder, wait), FolderState(self, create=create) as store:
            yield store

    def texts(self, digests: Collection[str]) -> dict[str, str]:
        """The texts that are stored under `digests`."""
        return self.reading().texts(digests)

    def no_index(self) -> NoIndex:
        return no_index(self.folder)

    def close(self) -> None:
        with self.lock:
            if self._store is not None:
                self._store[1].close()
            self._store = self.opened = None


class FolderState(Store, LibraryState):
    """A store with the generations that were built from it."""

    def __init__(self, home: FolderBackend, *, create: bool = False) -> None:
        super().__init__(home.folder, create=create)
        self._home = home

    def shown(self) -> OpenSnapshot | None:
        """The current generation, from memory where it still is."""
        opened = self._opened()
        if opened is None:
            return None
        return OpenSnapshot(opened[1], opened[1].manifest.revision, opened[1].manifest.embedder)

    def _opened(self) -> tuple[Path, Generation] | None:
        home = self._home
        with home.lock:
            try:
                folder = home.snapshots.current()
                if not home.opened or home.opened[0] != folder or not home.opened[1].is_unchanged(folder):
                    before = home.opened[1].segments if home.opened else ()
                    home.opened = home.snapshots.read(home.texts, before)
            except Damaged:
                home.opened = None
            return home.opened

    def renew(self, name: str, *, always: bool = False) -> None:
        """Publish a generation, unless the current one shows the store as it is and it need not be."""
        self.complete(anew=always)
        revision, embedders = self.state()
        if not embedders:
            return
        if embedders != {name}:
            # Their former vectors may still be there, but none of the new ones may go with them.
            raise not_embedded(name)
        shown = self.shown()
        if always or shown is None or (shown.revision, shown.embedder) != (revision, name):
            del shown
            self._publish(name, anew=always)

    def withdraw(self) -> None:
        _, embedders = self.state()
        if len(embedders) == 1:
            self._publish(embedders.pop(), withdrawn=True)
            return
        # Nothing is left, or a change of models was cut short: no index may show what was removed.
        with self._home.lock, explained(self.path):
            self._home.opened = None
            self._home.snapshots.clear()
            self._home.snapshots.prune(keep=())

    def problems(self) -> list[str]:
        found = [
            f"{self.path}: {line}; move it away, then build it again with: tanya index PATH"
            for line in self.integrity()
        ]
        if found:
            # What a damaged file says of its articles would only be noise.
            return found
        found = self.stored_problems()
        known = "\n".join(found)
        found += [
            f"what is stored of article {article.id!r} is altered; {cure_of(article)}"
            for article in self.altered()
            if f"article {article.id!r}" not in known
        ]
        found += list(_generation_problems(self, self._home.snapshots, compare=not found))
        found += [f"{self.path}: {line}; {REBUILD}" for line in self.unlisted()]
        return found + list(self.derived_problems())

    def _publish(self, name: str, *, anew: bool = False, withdrawn: bool = False) -> None:
        """Build a generation from the one before, or `anew`; of what was `withdrawn` nothing stays."""
        home = self._home
        with explained(self.path):
            before = self._opened()
            home.snapshots.publish(self, name, None if anew else before)
            with home.lock:
                segments = before[1].segments if before else ()
                previous = None if withdrawn else before
                # Held open it could not be pruned.
                before = home.opened = None
                home.snapshots.prune(keep=[previous[0]] if previous else [])
                # Who still asks the generation before is to find its texts.
                self.collect(name, previous[1].shows if previous else lambda _: False)
                previous = None
                with contextlib.suppress(Damaged):
                    home.opened = home.snapshots.read(home.texts, segments)


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
