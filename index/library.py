"""The library: add and remove articles, open them for search, and check that everything fits.

library = Library(Settings.load())
library.add([Path("seeds")])
generation = library.open()
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Article
from index.errors import Damaged, LibraryError, NoIndex, WrongModel
from index.generation import Generation
from index.intake import Intake, Progress, Report, preview
from index.lock import writer_lock
from index.schema import explained
from index.settings import Settings
from index.shelf import Shelf
from index.store import FILE, Feedback, Gap, Store
from index.verification import find_problems

if TYPE_CHECKING:
    from index.embedder import Embedder


__all__ = ["Library", "Report"]


class Library:
    """The articles in `settings.home` and their index; safe to share between threads."""

    def __init__(self, settings: Settings, embedder: Embedder | None = None, *, patience: float = 10) -> None:
        """Take the settings; without an embedder, theirs is loaded when it is first needed.

        `patience` is how many seconds `open` waits for a writer when there is nothing yet that could be read.
        """
        self._patience = patience
        self.settings = settings
        self._embedder = embedder
        self._shelf = Shelf(settings.home)
        self._lock = threading.RLock()
        self._store: tuple[int, Store] | None = None
        self._opened: tuple[Path, Generation] | None = None

    @property
    def embedder(self) -> Embedder:
        """What embeds passages and queries.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._lock:
            if self._embedder is None:
                from index.embedder import load_embedder

                self._embedder = load_embedder(self.settings)
            return self._embedder

    def add(
        self, paths: Sequence[Path], *, dry_run: bool = False, progress: Progress | None = None
    ) -> Report:
        """Add the articles in `paths`, files or folders, and bring the index up to date.

        What has not changed is skipped; what cannot be read is reported and the rest is added. Articles that
        were chunked otherwise or embedded by another model are done again from the store, so that `add([])`
        rebuilds the index. Files that are gone stay in the library until they are removed.

        Args:
            paths: Files or folders.
            dry_run: Only report; nothing is written and no model is loaded.
            progress: Called after each file and article.

        Raises:
            Busy: another process is writing.
            LibraryError: the store cannot be written; what was reported as done is kept.
            ModelError: the embedder cannot be loaded.
        """
        begun = time.perf_counter()
        tell = progress or _tell_nobody
        if dry_run:
            return replace(self._preview(paths, tell), seconds=time.perf_counter() - begun)
        with writer_lock(self.settings.home), Store(self.settings.home, create=True) as store:
            intake = Intake(store, self.settings, lambda: self.embedder, tell)
            report = intake.run(paths, self._name(store, certain=not paths))
            self._renew(store, intake.name, always=not paths)
            store.name_embedder(self.settings.embedder, intake.name)
        return replace(report, seconds=time.perf_counter() - begun)

    def remove(self, ids: Sequence[str]) -> Report:
        """Remove articles from the store and from every index.

        Raises:
            NoIndex: nothing has been indexed.
            LibraryError: an id is unknown, and nothing is removed; or the store cannot be written.
            Busy: another process is writing.
        """
        begun = time.perf_counter()
        self._existing()
        with writer_lock(self.settings.home), Store(self.settings.home) as store:
            store.delete(ids)
            names = {entry.embedder for entry in store.entries()}
            if len(names) == 1:
                self._publish(store, names.pop(), keep_previous=False)
            else:
                # Nothing is left, or a change of models was cut short: no index may show what was removed.
                self._opened = None
                with explained(store.path):
                    self._shelf.clear()
                    self._shelf.prune(keep=())
        return Report(removed=tuple(ids), seconds=time.perf_counter() - begun)

    def articles(self) -> list[Article]:
        """Every article, in the order of their ids.

        Raises:
            NoIndex: nothing has been indexed.
        """
        return self._existing().articles()

    def article(self, article_id: str) -> Article:
        """The article of that id.

        Raises:
            NoIndex: nothing has been indexed.
            LibraryError: there is no such article.
        """
        found = self._existing().article(article_id)
        if found is None:
            raise LibraryError(f"there is no article {article_id!r}; list them with: tanya articles list")
        return found

    def open(self) -> Generation:
        """The current generation; one that is damaged or behind the store is first rebuilt from it.

        While another process writes, the generation that is there is used.

        Raises:
            NoIndex: nothing has been indexed.
            WrongModel: the index was built by another embedder.
            Busy: there is no whole generation, and another process is writing.
            Damaged: the store itself is damaged.
        """
        with self._lock:
            store = self._existing()
            if self._opened is None and not store.state()[1]:
                # Said before a model is loaded.
                raise self._no_index()
            name = self.embedder.name
            generation = self._whole(store)
            if generation is not None and generation.manifest.embedder == name:
                if generation.manifest.revision == store.revision():
                    return generation
                return self._heal(generation)
            embedders = store.state()[1]
            if not embedders:
                raise self._no_index()
            if embedders != {name}:
                other = ", ".join(sorted(embedders - {name}))
                raise WrongModel(
                    f"the index was built by {other}, not by {name}; "
                    "set TANYA_EMBEDDER back, or rebuild the index with: tanya index"
                )
            return self._heal(None)

    def verify(self) -> list[str]:
        """Check every text, passage, vector, count and checksum; a problem is a line ending in its cure.

        Raises:
            NoIndex: nothing has been indexed.
        """
        try:
            return find_problems(self._existing(), self._shelf)
        except Damaged as error:
            return [str(error)]

    def record_gap(self, question: str, language: str, nearest: str | None) -> None:
        """Keep a question that the articles do not answer; `nearest` is the id of the nearest article.

        Raises:
            LibraryError: the store cannot be written.
        """
        self._existing().record_gap(question, language, nearest)

    def gaps(self) -> list[Gap]:
        """Questions that were not answered, the most frequent first."""
        return self._existing().gaps()

    def record_feedback(
        self,
        question: str,
        answer: str,
        verdict: str,
        reason: str | None = None,
        correction: str | None = None,
    ) -> None:
        """Keep what a reader thought of an answer, given as the JSON that was shown.

        Raises:
            LibraryError: the store cannot be written.
        """
        self._existing().record_feedback(question, answer, verdict, reason, correction)

    def feedback(self) -> list[Feedback]:
        """All feedback, the oldest first."""
        return self._existing().feedback()

    def close(self) -> None:
        """Let go of the store; it is opened again where it is needed."""
        with self._lock:
            if self._store is not None:
                self._store[1].close()
            self._store = self._opened = None

    def _existing(self) -> Store:
        """The store, opened once, and again where its file was replaced."""
        with self._lock:
            try:
                file = (self.settings.home / FILE).stat().st_ino
            except FileNotFoundError:
                self.close()
                raise self._no_index() from None
            except OSError as error:
                raise LibraryError(
                    f"{self.settings.home} cannot be read ({error.strerror}); check its permissions"
                ) from error
            if self._store is None or self._store[0] != file:
                self.close()
                self._store = (file, Store(self.settings.home))
            return self._store[1]

    def _no_index(self) -> NoIndex:
        return NoIndex(f"no index at {self.settings.home}; build one with: tanya index seeds/")

    def _name(self, store: Store, *, certain: bool) -> str:
        """The embedder's name; unless it must be certain, that of the last run, which spares loading it."""
        known = (
            None if certain or self._embedder is not None else store.embedder_named(self.settings.embedder)
        )
        return known or self.embedder.name

    def _whole(self, store: Store) -> Generation | None:
        """The current generation, from memory where it still is; None where it is damaged or missing."""
        with self._lock:
            try:
                if self._opened is None or self._opened[0] != self._shelf.current():
                    self._opened = self._shelf.read(store.texts)
            except Damaged:
                self._opened = None
            return self._opened[1] if self._opened else None

    def _heal(self, stale: Generation | None) -> Generation:
        """Rebuild the generation from the store; where that cannot be done now, what is whole must do."""
        try:
            wait = 0 if stale else self._patience
            with writer_lock(self.settings.home, wait), Store(self.settings.home) as store:
                self._renew(store, self.embedder.name)
                healed = self._whole(store)
        except LibraryError:
            if stale is None:
                raise
            return stale
        if healed is None:
            raise Damaged(f"{self.settings.home} cannot be read back; check its disk, then run: tanya index")
        return healed

    def _renew(self, store: Store, name: str, *, always: bool = False) -> None:
        """Publish a generation, unless the current one shows the store as it is and it need not be."""
        revision, embedders = store.state()
        if not embedders:
            return
        generation = self._whole(store)
        shown = (generation.manifest.revision, generation.manifest.embedder) if generation else None
        if always or shown != (revision, name):
            self._publish(store, name, keep_previous=True)

    def _publish(self, store: Store, name: str, *, keep_previous: bool) -> None:
        with self._lock, explained(store.path):
            previous = None
            with contextlib.suppress(Damaged):
                previous = self._shelf.current()
            # Held open it could not be pruned.
            self._opened = None
            self._shelf.publish(store.snapshot(name), name)
            store.collect(name)
            self._shelf.prune(keep=[previous] if previous and keep_previous else [])

    def _preview(self, paths: Sequence[Path], tell: Progress) -> Report:
        """What `add` would do, without a model and without writing."""
        try:
            store = self._existing()
        except NoIndex:
            return preview(paths, self.settings.home, [], tell)
        return preview(paths, self.settings.home, store.entries(), tell)


def _tell_nobody(done: int, total: int, name: str) -> None:
    """What `add` tells its progress when nobody asked."""
