"""The home: a library in one folder, with SQLite, the writer's lock and the shelf of generations."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

from index.errors import Damaged, LibraryError, NoIndex
from index.generation import Generation
from index.lock import writer_lock
from index.place import Shown
from index.schema import explained
from index.shelf import Shelf
from index.store import FILE, Store
from index.verification import find_problems


class Home:
    """The library in a folder; see `index.place.Place`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = Shelf(folder)
        self.lock = threading.RLock()
        self.opened: tuple[Path, Generation] | None = None
        self._store: tuple[int, Shelved] | None = None

    def reading(self) -> Shelved:
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
                self._store = (file, Shelved(self))
            return self._store[1]

    @contextlib.contextmanager
    def writing(self, wait: float = 0, *, create: bool = False) -> Iterator[Shelved]:
        """A store of its own, under the lock."""
        if not create:
            self.reading()
        with writer_lock(self.folder, wait), Shelved(self, create=create) as store:
            yield store

    def texts(self, digests: Collection[str]) -> dict[str, str]:
        """The texts that are stored under `digests`."""
        return self.reading().texts(digests)

    def no_index(self) -> NoIndex:
        return NoIndex(f"no index at {self.folder}; build one with: tanya index seeds/")

    def close(self) -> None:
        with self.lock:
            if self._store is not None:
                self._store[1].close()
            self._store = self.opened = None


class Shelved(Store):
    """A store with the generations that were built from it; see `index.place.Kept`."""

    def __init__(self, home: Home, *, create: bool = False) -> None:
        super().__init__(home.folder, create=create)
        self._home = home

    def shown(self) -> Shown | None:
        """The current generation, from memory where it still is."""
        opened = self._opened()
        if opened is None:
            return None
        return Shown(opened[1], opened[1].manifest.revision, opened[1].manifest.embedder)

    def _opened(self) -> tuple[Path, Generation] | None:
        home = self._home
        with home.lock:
            try:
                folder = home.shelf.current()
                if not home.opened or home.opened[0] != folder or not home.opened[1].is_unchanged(folder):
                    before = home.opened[1].segments if home.opened else ()
                    home.opened = home.shelf.read(home.texts, before)
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
            raise LibraryError(f"not every article is embedded by {name}; finish with: tanya index")
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
            self._home.shelf.clear()
            self._home.shelf.prune(keep=())

    def problems(self) -> list[str]:
        return find_problems(self, self._home.shelf)

    def _publish(self, name: str, *, anew: bool = False, withdrawn: bool = False) -> None:
        """Build a generation from the one before, or `anew`; of what was `withdrawn` nothing stays."""
        home = self._home
        with explained(self.path):
            before = self._opened()
            home.shelf.publish(self, name, None if anew else before)
            with home.lock:
                segments = before[1].segments if before else ()
                previous = None if withdrawn else before
                # Held open it could not be pruned.
                before = home.opened = None
                home.shelf.prune(keep=[previous[0]] if previous else [])
                # Who still asks the generation before is to find its texts.
                self.collect(name, previous[1].shows if previous else lambda _: False)
                previous = None
                with contextlib.suppress(Damaged):
                    home.opened = home.shelf.read(home.texts, segments)
