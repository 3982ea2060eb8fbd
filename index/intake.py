"""The intake: which files are new, changed or known, and their passages embedded, many articles at a time.

Texts are embedded in batches of like length across articles, since that is what a model is fast at; each
article still goes into the store by itself, in order, so that what was reported as done stays done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.chunking import CHUNKER, TITLE_LENGTH, chunk, content_hash, embedded_text
from index.errors import ArticleError
from index.files import digest, find_files, read_article, read_bytes, stem
from index.place import Articles
from index.settings import Settings
from index.store import Entry

if TYPE_CHECKING:
    from index.embedder import Embedder

BATCH = 8
"""Texts that are embedded at once; on a processor larger batches cost more for each text."""

WINDOW = 64
"""Texts that are gathered and sorted by length before they are embedded and their articles stored."""

_RESERVED = 8
"""Tokens of an embedded text that are left for the model's prefix and its special tokens."""

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and the name of the last one."""

State = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Report:
    """What `add` or `remove` did, by article id.

    Attributes:
        added: Articles that are new.
        updated: Articles that were read, chunked or embedded anew.
        unchanged: Articles that were as they are stored.
        removed: Articles that `remove` took out; `add` never does.
        failures: Files that could not be read, each with a line that ends in the cure.
        passages: How many passages were stored.
        seconds: How long it took.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    passages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """A file that holds an article: new, changed, or just as it is stored."""

    path: Path
    raw: bytes
    id: str
    location: str
    digest: str
    state: State
    moved: bool = False

    def read(self) -> Article:
        """The article; see `index.files.read_article`."""
        return read_article(self.path, self.raw, self.id)


class Register:
    """Which file is which article, as the store and the files found so far have it."""

    def __init__(self, home: Path, entries: list[Entry]) -> None:
        self._home = home
        self._by_location = {entry.location: entry for entry in entries}
        self._by_id = {entry.id: entry for entry in entries}

    def find(self, path: Path) -> Found:
        """Read `path` and tell what it is.

        Raises:
            ArticleError: it cannot be read.
        """
        name = stem(path)
        raw = read_bytes(path)
        mark = digest(raw)
        # Relative to the home, so that a project may be moved with its library.
        location = os.path.relpath(path.resolve(), self._home.resolve())
        entry = self._by_location.get(location)
        if entry is not None:
            state: State = "unchanged" if entry.digest == mark else "updated"
            return Found(path, raw, entry.id, location, mark, state)
        holder = self._by_id.get(name)
        if holder is not None and holder.digest == mark:
            # The same article at another place: moved, or a copy while the first is still there.
            moved = not (self._home / holder.location).exists()
            return Found(path, raw, name, location if moved else holder.location, mark, "unchanged", moved)
        return Found(path, raw, self._free_id(name, path, mark), location, mark, "added")

    def claim(self, found: Found) -> None:
        """Note that `found` is stored or about to be, so that no other file takes its id."""
        entry = Entry(found.id, found.location, found.digest, "", "")
        self._by_location[found.location] = self._by_id[found.id] = entry

    def _free_id(self, name: str, path: Path, mark: str) -> str:
        """The file's stem; where another has it, with its folder; where that is taken, with its digest."""
        choices = [name, f"{name}-{path.resolve().parent.name}", f"{name}-{mark[:8]}"]
        return next((choice for choice in choices if choice not in self._by_id), f"{name}-{mark}")


def recipe_of(embedder_name: str, passage_tokens: int) -> str:
    """What an article's passages and vectors depend on besides its text."""
    return f"chunker {CHUNKER}, {passage_tokens} tokens, {embedder_name}"


@dataclass(slots=True)
class _Waiting:
    article: Article
    entry: Entry
    passages: list[tuple[Passage, str]]
    done: Callable[[], None]


@dataclass(slots=True)
class Embedding:
    """Chunks, embeds and stores articles; call `flush` after the last one.

    Attributes:
        store: Where they go.
        embedder: What embeds them.
        passage_tokens: The longest passage.
        passages: How many were stored.
    """

    store: Articles
    embedder: Embedder
    passage_tokens: int
    passages: int = 0
    _waiting: list[_Waiting] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def add(self, article: Article, location: str, mark: str, done: Callable[[], None]) -> None:
        """Take an article; `done` is called once it is stored, now or by a later call."""
        name = self.embedder.name
        passages = [(passage, embedded_text(passage)) for passage in self._chunk(article)]
        entry = Entry(article.id, location, mark, recipe_of(name, self.passage_tokens), name)
        hashed = [(passage, content_hash(text)) for passage, text in passages]
        texts = {content: text for (_, content), (_, text) in zip(hashed, passages, strict=True)}
        for content in self.store.without_embedding(texts.keys() - self._texts.keys(), name):
            self._texts[content] = texts[content]
        self._waiting.append(_Waiting(article, entry, hashed, done))
        if max(len(self._texts), len(self._waiting)) >= WINDOW:
            self.flush()

    def flush(self) -> None:
        """Embed what waits and store its articles in order."""
        vectors = dict(self._embedded())
        for waiting in self._waiting:
            new = {content: vectors.pop(content) for _, content in waiting.passages if content in vectors}
            self.store.put(waiting.article, waiting.entry, waiting.passages, new)
            self.passages += len(waiting.passages)
            waiting.done()
        self._waiting.clear()
        self._texts.clear()

    def _embedded(self) -> Iterator[tuple[str, NDArray[np.float32]]]:
        ordered = sorted(self._texts.items(), key=lambda item: len(item[1]))
        for at in range(0, len(ordered), BATCH):
            batch = ordered[at : at + BATCH]
            vectors = self.embedder.encode([text for _, text in batch], "passage")
            yield from zip([content for content, _ in batch], vectors, strict=True)

    def _chunk(self, article: Article) -> list[Passage]:
        title = self.embedder.count_tokens(article.title[:TITLE_LENGTH])
        room = self.embedder.max_tokens - title - _RESERVED
        # A title of a hundred words would leave no room; such a one is cut when it is embedded.
        limit = max(min(self.passage_tokens, room), self.passage_tokens // 4)
        return chunk(article, limit, self.embedder.count_tokens)


class Intake:
    """One run over files and stored articles: what is new or changed, or made by another recipe, is done."""

    def __init__(
        self, store: Articles, settings: Settings, embedder: Callable[[], Embedder], tell: Progress
    ) -> None:
        """Take the parts; `embedder` is called when the first article has to be embedded, or never."""
        self.name = ""
        self._store = store
        self._settings = settings
        self._load = embedder
        self._tell = tell
        self._embedding: Embedding | None = None
        self._stale: dict[str, Entry] = {}
        self._done = self._total = 0
        self._ids: dict[State, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._failures: list[tuple[str, str]] = []

    def run(self, paths: Sequence[Path], name: str) -> Report:
        """Take in the files of `paths`, then do stored articles again that another recipe made.

        Args:
            paths: Files or folders.
            name: Of the embedder, as far as known; afterwards `self.name` is the one that was used.

        Raises:
            LibraryError: the store cannot be written.
            ModelError: the embedder cannot be loaded.
        """
        self._use(name)
        files = list(find_files(paths))
        self._total = len(files) + len(self._stale)
        register = Register(self._settings.home, self._store.entries())
        for path, error in files:
            try:
                if error is not None:
                    raise error
                self._take(register, path)
            except ArticleError as failure:
                self._failures.append((str(path), str(failure)))
                self._step(path.name)
        self._flush()
        for entry in list(self._stale.values()):
            article = self._store.article(entry.id)
            if article is not None:
                self._embed(article, entry.location, entry.digest, "updated")
        self._flush()
        unchanged = dict.fromkeys(one for one in self._ids["unchanged"] if one not in self._ids["updated"])
        return Report(
            added=tuple(self._ids["added"]),
            updated=tuple(self._ids["updated"]),
            unchanged=tuple(unchanged),
            failures=tuple(self._failures),
            passages=self._embedding.passages if self._embedding else 0,
        )

    def _take(self, register: Register, path: Path) -> None:
        found = register.find(path)
        if found.state == "unchanged":
            if found.moved:
                self._store.move(found.id, str(found.path), found.location)
                register.claim(found)
            if found.id not in self._stale:
                self._ids["unchanged"].append(found.id)
            self._step(found.id)
            return
        article = found.read()
        register.claim(found)
        if self._stale.pop(found.id, None):
            self._total -= 1
        self._embed(article, found.location, found.digest, found.state)

    def _embed(self, article: Article, location: str, mark: str, state: State) -> None:
        if self._embedding is None:
            embedder = self._load()
            if embedder.name != self.name:
                self._use(embedder.name)
                self._stale.pop(article.id, None)
            self._embedding = Embedding(self._store, embedder, self._settings.passage_tokens)

        def done() -> None:
            self._ids[state].append(article.id)
            self._step(article.id)

        self._embedding.add(article, location, mark, done)

    def _use(self, name: str) -> None:
        """Go by the embedder `name`: articles that another recipe made are stale."""
        self.name = name
        recipe = recipe_of(name, self._settings.passage_tokens)
        self._stale = {entry.id: entry for entry in self._store.entries() if entry.recipe != recipe}

    def _flush(self) -> None:
        if self._embedding is not None:
            self._embedding.flush()

    def _step(self, name: str) -> None:
        self._done += 1
        self._tell(self._done, max(self._total, self._done), name)


def preview(paths: Sequence[Path], home: Path, entries: list[Entry], tell: Progress) -> Report:
    """What a run over `paths` would find; files are read, nothing is embedded or stored."""
    register = Register(home, entries)
    ids: dict[State, list[str]] = {"added": [], "updated": [], "unchanged": []}
    failures = []
    files = list(find_files(paths))
    for number, (path, error) in enumerate(files, 1):
        try:
            if error is not None:
                raise error
            found = register.find(path)
            if found.state != "unchanged":
                found.read()
                register.claim(found)
            ids[found.state].append(found.id)
        except ArticleError as failure:
            failures.append((str(path), str(failure)))
        tell(number, len(files), path.name)
    unchanged = tuple(dict.fromkeys(ids["unchanged"]))
    return Report(tuple(ids["added"]), tuple(ids["updated"]), unchanged, failures=tuple(failures))
