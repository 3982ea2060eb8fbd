"""The library: add and remove articles, open them for search, and check that everything fits.

    library = Library(Settings.load())
    library.add([Path("seeds")])
    index = library.open()

It is kept in a folder (`index.folder`) or in PostgreSQL, which is searched itself (`index.postgres`).
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import Damaged, LibraryError, NoIndex, WrongModel, unknown_article
from index.folder import FolderBackend
from index.ingest import Intake, OnOutcome, Origin, Progress, Report, complete, gone, preview
from index.models import (
    EVERY,
    Article,
    AskedGap,
    Derived,
    Extractor,
    Feedback,
    Gap,
    GapAnswer,
    GapMark,
    GapState,
    Listed,
    Listing,
    Mention,
    Selection,
    is_storable,
    replace_file,
)
from index.parsers.tables import FieldMap
from index.settings import Settings
from index.store import ArticleStore, LibraryBackend, OpenSnapshot, now

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.models import Searchable


__all__ = ["Library", "Report"]


_READ = 500
"""Derived rows that are read in one transaction."""

TRANSLATIONS = "translations.jsonl"
"""File in the home that keeps translated sentences: JSON lines that each name their "article"."""


def _article_of(line: str) -> str | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return str(value.get("article")) if isinstance(value, dict) else None


class Library:
    """The articles in `settings.home`, or in the database `settings.store`, and their index.

    Safe to share between threads. Beside what a method names, it raises NoIndex where nothing has been
    indexed, and LibraryError where the store cannot be read or written.
    """

    def __init__(self, settings: Settings, embedder: Embedder | None = None, *, patience: float = 10) -> None:
        """Take the settings; without an embedder, theirs is loaded when it is first needed.

        `patience` is how many seconds `open` waits for a writer when there is nothing yet that could be read.
        """
        self._patience = patience
        self.settings = settings
        self._embedder = embedder
        self._lock = threading.RLock()
        self._backend = _backend_of(settings)

    @property
    def embedder(self) -> Embedder:
        """The model that embeds passages and queries.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._lock:
            if self._embedder is None:
                from index.embedder import load_embedder

                self._embedder = load_embedder(self.settings, self._built_with())
            return self._embedder

    def _built_with(self) -> str | None:
        """The name of the embedder that the library was built with by these settings; None where by none."""
        try:
            kept = self._backend.reading()
            return kept.embedder_named(self.settings.embedder) or min(kept.state()[1], default=None)
        except LibraryError:
            # Told by what reads the library, which comes next.
            return None

    def add(
        self,
        paths: Sequence[Origin],
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        fields: FieldMap | None = None,
        prune: Sequence[Path] = (),
        on_outcome: OnOutcome | None = None,
        extractors: Sequence[Extractor] = (),
        completing: Progress | None = None,
    ) -> Report:
        """Add the articles in `paths` and bring the index up to date.

        What has not changed is skipped; what cannot be read is reported and the rest is added. Articles that
        were chunked otherwise or embedded by another model are done again from the store, so that `add([])`
        rebuilds the index. Files that are gone stay in the library until they are removed.

        Args:
            paths: Files or folders; as text, addresses of feeds, which are fetched; or files that were sent.
            dry_run: Only report; nothing is written and no model is loaded.
            progress: Called after each file and article.
            fields: What the fields of records are called, where they have unusual names.
            prune: Files and folders; articles that came from files under them which are gone, or from records
                that their files no longer hold, are removed. See `index.ingest`.
            on_outcome: Called with what became, or would become, of each article.
            extractors: What is derived of each article that is taken in, and stored with it.
            completing: Where given, articles that an earlier version stored get what the extractors derive of
                them as well; called after each of these.

        Raises:
            Busy: another process is writing.
            LibraryError: the store cannot be written; what was reported as done is kept.
            ModelError: the embedder cannot be loaded.
        """
        begun = time.perf_counter()
        progress = progress or _ignore
        if dry_run:
            return replace(
                self._preview(paths, progress, fields, prune, on_outcome), seconds=time.perf_counter() - begun
            )
        with self._backend.writing(create=True) as store:
            intake = Intake(
                store,
                self.settings,
                lambda: self.embedder,
                progress,
                fields,
                on_outcome=on_outcome,
                extractors=extractors,
            )
            anew = not paths and not prune
            report = intake.run(paths, self._name(store, certain=anew))
            removed = (
                gone(store.entries(), self.settings.home, prune, intake.met, intake.whole) if prune else []
            )
            if removed:
                store.delete(removed)
                self._forget(removed)
                store.withdraw()
            store.renew(intake.name, always=anew)
            store.name_embedder(self.settings.embedder, intake.name)
            report = replace(report, removed=tuple(removed))
            if completing is not None:
                complete(store, extractors, completing, anew=anew)
        return replace(report, seconds=time.perf_counter() - begun)

    def remove(self, ids: Sequence[str]) -> Report:
        """Remove articles from the store and from every index.

        Raises:
            NoIndex: nothing has been indexed.
            LibraryError: an id is unknown, and nothing is removed; or the store cannot be written.
            Busy: another process is writing.
        """
        begun = time.perf_counter()
        with self._backend.writing() as store:
            for article_id in ids:
                if not is_storable(article_id):
                    raise unknown_article(article_id)
            store.delete(ids)
            store.withdraw()
            self._forget(ids)
        return Report(removed=tuple(ids), seconds=time.perf_counter() - begun)

    def _forget(self, ids: Sequence[str]) -> None:
        """Drop the lines of `TRANSLATIONS` that name articles that are gone.

        Raises:
            LibraryError: the file cannot be written.
        """
        path = self.settings.home / TRANSLATIONS
        gone = set(ids)
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if _article_of(line) not in gone]
            if len(kept) < len(lines):
                replace_file(path, "".join(f"{line}\n" for line in kept))
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            raise LibraryError(
                f"{path} still has what was made of removed articles ({error}); delete it"
            ) from error

    def articles(self) -> list[Article]:
        """Every article, in the order of their ids."""
        return self._backend.reading().articles()

    def derived(
        self, extractor: Extractor, articles: Sequence[Article], progress: Progress | None = None
    ) -> list[Any]:
        """The rows of an extractor for each of the articles, read from the store or extracted now.

        `progress` is called after each article of which nothing that fits is stored.
        """
        found: dict[str, Derived] = {}
        # What is stored only spares the work, so that no fault of the store is one of the answer.
        with contextlib.suppress(LibraryError):
            store = self._backend.reading()
            for at in range(0, len(articles), _READ):
                ids = [one.id for one in articles[at : at + _READ]]
                found |= store.derived(extractor.kind, extractor.version, ids)
        values = []
        for number, article in enumerate(articles, 1):
            row = found.get(article.id)
            value = row.read(article) if row else None
            if value is None:
                value = extractor.extract(article)
                (progress or _ignore)(number, len(articles), article.id)
            values.append(value)
        return values

    def listing(self, wanted: Selection = EVERY, limit: int | None = None, offset: int = 0) -> Listing:
        """At most `limit` of the articles that are wanted behind the first `offset`, without their texts."""
        return self._backend.reading().listing(wanted, limit, offset)

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        """The articles of these ids, in their order and without their texts; unknown ones are left out."""
        return self._backend.reading().listed([one for one in ids if is_storable(one)])

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        """The articles before and after one by day; None at either end."""
        return self._backend.reading().beside(article_id) if is_storable(article_id) else (None, None)

    def languages(self) -> list[str]:
        """The languages of the articles, as codes in the order of the alphabet."""
        return self._backend.reading().languages()

    def locations(self) -> set[str]:
        """Where the articles came from, as `index.ingest` calls it; nowhere where nothing was indexed."""
        try:
            return {entry.location for entry in self._backend.reading().entries()}
        except NoIndex:
            return set()

    def latest(self, limit: int) -> list[Article]:
        """At most so many articles, the most recently published first."""
        return self._backend.reading().latest(limit)

    def publishers(self) -> list[str]:
        """The sources of the articles, in the order of the alphabet."""
        return sorted(self._backend.reading().publishers(), key=str.casefold)

    def revision(self) -> int:
        """How many transactions have changed the articles: where it is as before, so are they."""
        return self._backend.reading().revision()

    def count(self) -> int:
        """How many articles there are."""
        return self._backend.reading().count()

    def article(self, article_id: str) -> Article:
        """The article of that id.

        Raises:
            LibraryError: there is no such article.
        """
        found = self._backend.reading().article(article_id) if is_storable(article_id) else None
        if found is None:
            raise unknown_article(article_id)
        return found

    def open(self) -> Searchable:
        """The current index; one that is damaged or behind the store is first rebuilt from it.

        While another process writes, the index that is there is used.

        Raises:
            NoIndex: nothing has been indexed.
            WrongModel: the index was built by another embedder.
            Busy: there is no whole index, and another process is writing.
            Damaged: the store itself is damaged.
        """
        with self._lock:
            store = self._backend.reading()
            shown = store.shown()
            if shown is None and not store.state()[1]:
                # Said before a model is loaded.
                raise self._backend.no_index()
            name = self.embedder.name
            if shown is not None and (shown.revision, shown.embedder) == (store.revision(), name):
                return shown.index
            embedders = store.state()[1]
            if not embedders:
                raise self._backend.no_index()
            if shown is not None and shown.embedder == name:
                return self._heal(shown)
            if others := embedders - {name}:
                raise WrongModel(
                    f"the index was built by {', '.join(sorted(others))}, not by {name}; "
                    "set TANYA_EMBEDDER back, or rebuild the index with: tanya index"
                )
            return self._heal(None)

    def verify(self) -> list[str]:
        """Check every text, passage, vector, count and checksum; a problem is a line ending in its cure."""
        try:
            return self._backend.reading().problems()
        except Damaged as error:
            return [str(error)]

    def record_gap(
        self,
        question: str,
        language: str,
        nearest: str | None,
        *,
        understood: str | None = None,
        history: Sequence[str] = (),
    ) -> None:
        """Keep a question that the articles do not answer; one that was done or answered is open again.

        Args:
            question: In the asker's words.
            language: Of the answer that was asked for.
            nearest: The id of the nearest article.
            understood: The question in full, where it leans on those before it.
            history: Those, oldest first.
        """
        asked = AskedGap(question, language, nearest, understood, history, self.indexed())
        self._backend.reading().record_gap(asked)

    def gaps(self) -> list[Gap]:
        """Questions that were not answered, the most frequent first."""
        return self._backend.reading().gaps()

    def gap(self, number: int) -> Gap:
        """The unanswered question of that number.

        Raises:
            LibraryError: there is none.
        """
        found = next((one for one in self.gaps() if one.number == number), None)
        if found is None:
            raise LibraryError(f"there is no unanswered question {number}; list them with: tanya gaps")
        return found

    def mark_gap(
        self,
        number: int,
        state: GapState,
        by: str | None = None,
        *,
        answer: GapAnswer | None = None,
        former: GapState | None = None,
    ) -> bool:
        """Give an unanswered question a state; whether that was done.

        Args:
            number: Of the question.
            state: The new one.
            by: The account of whoever gives it.
            answer: Its `Gap.answer` from now on.
            former: The state that it must have now; any if this is left out.
        """
        return self._backend.reading().mark_gap(number, GapMark(state, by, answer, former))

    def tried_gap(self, number: int, revision: int) -> None:
        """Note that an unanswered question was asked again, of that revision of the articles."""
        self._backend.reading().tried_gap(number, revision)

    def indexed(self) -> int | None:
        """The revision of the articles that are searched now, which grows with each change; None without."""
        shown = self._backend.reading().shown()
        return shown.revision if shown else None

    def record_feedback(
        self,
        question: str,
        answer: str,
        verdict: str,
        reason: str | None = None,
        correction: str | None = None,
        *,
        replacing: bool = False,
    ) -> None:
        """Keep what a reader thought of an answer, given as the JSON that was shown.

        `replacing` puts it in the place of what was said of that same answer before.
        """
        given = Feedback(question, answer, verdict, reason, correction, now())
        self._backend.reading().record_feedback(given, replacing=replacing)

    def feedback(self) -> list[Feedback]:
        """All feedback, the oldest first."""
        return self._backend.reading().feedback()

    def close(self) -> None:
        """Let go of the store; it is opened again where it is needed."""
        self._backend.close()

    def _name(self, store: ArticleStore, *, certain: bool) -> str:
        """The embedder's name; unless it must be certain, that of the last run, which spares loading it."""
        known = (
            None if certain or self._embedder is not None else store.embedder_named(self.settings.embedder)
        )
        return known or self.embedder.name

    def _heal(self, stale: OpenSnapshot | None) -> Searchable:
        """Rebuild the index from the store; where that cannot be done now, what is whole must do."""
        try:
            with self._backend.writing(0 if stale else self._patience) as store:
                store.renew(self.embedder.name)
                healed = store.shown()
        except LibraryError:
            if stale is None:
                raise
            return stale.index
        if healed is None:
            raise Damaged("the index cannot be read back; check the disk it is on, then run: tanya index")
        return healed.index

    def _preview(
        self,
        paths: Sequence[Origin],
        progress: Progress,
        fields: FieldMap | None,
        prune: Sequence[Path],
        on_outcome: OnOutcome | None,
    ) -> Report:
        """A report of what `add` would do; no model is loaded and nothing is written."""
        try:
            entries = self._backend.reading().entries()
        except NoIndex:
            entries = []
        return preview(
            paths, self.settings.home, entries, progress, fields, prune=prune, on_outcome=on_outcome
        )


def _backend_of(settings: Settings) -> LibraryBackend:
    if settings.store is None:
        return FolderBackend(settings.home)
    from index.postgres.store import Database

    return Database(settings.store)


def _ignore(done: int, total: int, name: str) -> None:
    """A progress callback that does nothing."""
