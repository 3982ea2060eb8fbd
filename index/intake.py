"""The intake: which files are new, changed or known, and their passages embedded, many articles at a time.

Texts are embedded in batches across articles while the next articles are read; each article still goes into
the store by itself, in order, so that what was reported as done stays done. What is embedded before its
article is complete is kept by itself, so that no text is embedded twice, however a run ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.chunking import CHUNKER, TITLE_LENGTH, chunk, content_hash, embedded_text
from index.errors import ArticleError
from index.fetching import fetch_feed
from index.files import find_files, kind_of
from index.formats.fields import FieldMap
from index.formats.isolation import Parsers
from index.pieces import Piece, feed_pieces, pieces, received_pieces
from index.place import Articles
from index.pruning import gone
from index.received import Received
from index.register import Register, State
from index.report import Hear, Origin, Outcome, Progress, Report, hear_nothing
from index.settings import Settings
from index.store import Entry

if TYPE_CHECKING:
    from index.embedder import Embedder

WINDOW = 64
"""Texts that are given to the embedder at once; a second or two of work, and what a killed run may lose."""

_MOST_WAITING = 4 * WINDOW
"""Articles that wait for one before them."""

_RESERVED = 8
"""Tokens of an embedded text that are left for the model's prefix and its special tokens."""


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
        embedder: What embeds them, in a thread of its own.
        passage_tokens: The longest passage.
        passages: How many were stored.
    """

    store: Articles
    embedder: Embedder
    passage_tokens: int
    passages: int = 0
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _texts: dict[str, str] = field(default_factory=dict)
    _sent: list[str] = field(default_factory=list)
    _under_way: Future[NDArray[np.float32]] | None = None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "embedding"))

    def add(self, article: Article, location: str, mark: str, done: Callable[[], None]) -> None:
        """Take an article; `done` is called once it is stored, now or by a later call."""
        name = self.embedder.name
        passages = [(passage, embedded_text(passage)) for passage in self._chunk(article)]
        entry = Entry(article.id, location, mark, recipe_of(name, self.passage_tokens), name)
        hashed = [(passage, content_hash(text)) for passage, text in passages]
        texts = {content: text for (_, content), (_, text) in zip(hashed, passages, strict=True)}
        for content in self.store.without_embedding(texts.keys() - self._pending(), name):
            self._texts[content] = texts[content]
        self._waiting.append(_Waiting(article, entry, hashed, done))
        self._store({})
        while len(self._texts) >= WINDOW or len(self._waiting) >= _MOST_WAITING:
            self._advance()

    def flush(self) -> None:
        """Embed what waits and store its articles in order."""
        while self._waiting:
            self._advance()

    def _advance(self) -> None:
        """Have the next texts embedded, and meanwhile store what those before belong to."""
        vectors = self._embedded()
        self._sent = list(self._texts)[:WINDOW]
        if self._sent:
            texts = [self._texts.pop(content) for content in self._sent]
            self._under_way = self._thread.submit(self.embedder.encode, texts, "passage")
        self._store(vectors)
        if vectors:
            self.store.keep(vectors, self.embedder.name)

    def _store(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        """Store what waits for no vector any more, in order, and take its vectors from `vectors`."""
        pending = self._pending()
        while self._waiting and pending.isdisjoint(content for _, content in self._waiting[0].passages):
            waiting = self._waiting.popleft()
            new = {content: vectors.pop(content) for _, content in waiting.passages if content in vectors}
            self.store.put(waiting.article, waiting.entry, waiting.passages, new)
            self.passages += len(waiting.passages)
            waiting.done()

    def _embedded(self) -> dict[str, NDArray[np.float32]]:
        """What was under way, by content."""
        if self._under_way is None:
            return {}
        vectors = dict(zip(self._sent, self._under_way.result(), strict=True))
        self._sent, self._under_way = [], None
        return vectors

    def _pending(self) -> set[str]:
        """Contents that have no vector yet."""
        return {*self._texts, *self._sent}

    def _chunk(self, article: Article) -> list[Passage]:
        title = self.embedder.count_tokens(article.title[:TITLE_LENGTH])
        room = self.embedder.max_tokens - title - _RESERVED
        # A title of a hundred words would leave no room; such a one is cut when it is embedded.
        limit = max(min(self.passage_tokens, room), self.passage_tokens // 4)
        return chunk(article, limit, self.embedder.count_tokens)


Fetch = Callable[[str], bytes]
"""What is at an address; raises an ArticleError that names it."""


class Intake:
    """One run over files and stored articles: what is new or changed, or made by another recipe, is done."""

    def __init__(
        self,
        store: Articles,
        settings: Settings,
        embedder: Callable[[], Embedder],
        tell: Progress,
        fields: FieldMap | None = None,
        fetch: Fetch = fetch_feed,
        hear: Hear | None = None,
    ) -> None:
        """Take the parts; `embedder` is called when the first article has to be embedded, or never.

        `met` will be the ids of the articles that were found, `whole` the files of records that were read to
        the end without any failure.
        `fields` says what the fields of records are called, where they have unusual names.
        """
        self.name = ""
        self.met: set[str] = set()
        self.whole: set[Path] = set()
        self._store = store
        self._settings = settings
        self._load = embedder
        self._tell = tell
        self._fields = fields or FieldMap()
        self._fetch = fetch
        self._hear = hear or hear_nothing
        self._embedding: Embedding | None = None
        self._stale: dict[str, Entry] = {}
        self._done = self._total = 0
        self._ids: dict[State, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._moved: list[str] = []
        self._failures: list[tuple[str, str]] = []

    def run(self, paths: Sequence[Origin], name: str) -> Report:
        """Take in the files of `paths`, then do stored articles again that another recipe made.

        Args:
            paths: Files, folders, or addresses of feeds.
            name: Of the embedder, as far as known; afterwards `self.name` is the one that was used.

        Raises:
            LibraryError: the store cannot be written.
            ModelError: the embedder cannot be loaded.
        """
        self._use(name)
        origins = find_origins(paths)
        self._total = len(origins) + len(self._stale)
        register = Register(self._settings.home, self._store.entries())
        with Parsers() as parsers:
            for origin, error in origins:
                self._hear(Outcome(origin, "begun", ""))
                failed = len(self._failures)
                for number, piece in enumerate(
                    read_origin(origin, error, self._fields, parsers, self._fetch)
                ):
                    # How many articles a file holds is known when it has been read.
                    self._total += number > 0
                    self._take_or_tell(register, origin, piece)
                if len(self._failures) == failed:
                    self.whole.update(records_in(origin))
        self._flush()
        for entry in list(self._stale.values()):
            article = self._store.article(entry.id)
            if article is not None:
                self._embed(article, entry.location, entry.digest, "updated")
        self._flush()
        done = {*self._ids["added"], *self._ids["updated"]}
        return Report(
            added=tuple(self._ids["added"]),
            updated=tuple(self._ids["updated"]),
            unchanged=tuple(one for one in dict.fromkeys(self._ids["unchanged"]) if one not in done),
            moved=tuple(self._moved),
            failures=tuple(self._failures),
            passages=self._embedding.passages if self._embedding else 0,
        )

    def _take_or_tell(self, register: Register, origin: Origin, piece: Piece | ArticleError) -> None:
        try:
            if isinstance(piece, ArticleError):
                raise piece
            self._take(register, origin, piece)
        except ArticleError as failure:
            self._failures.append((str(origin), str(failure)))
            self._hear(Outcome(origin, "refused", str(failure)))
            self._step(Path(str(origin)).name)

    def _take(self, register: Register, origin: Origin, piece: Piece) -> None:
        found = register.find(piece)
        self.met.add(found.id)
        if found.state == "unchanged":
            if found.moved:
                self._moved.append(found.id)
                self._store.move(found.id, piece.path, found.location)
                register.claim(found)
            if found.id not in self._stale:
                self._ids["unchanged"].append(found.id)
            self._hear(Outcome(origin, "unchanged", found.id))
            self._step(found.id)
            return
        article = found.read()
        register.claim(found)
        if self._stale.pop(found.id, None):
            self._total -= 1
        outcome = Outcome(origin, found.state, article.id, article)
        self._embed(article, found.location, found.digest, found.state, outcome)

    def _embed(
        self, article: Article, location: str, mark: str, state: State, outcome: Outcome | None = None
    ) -> None:
        if self._embedding is None:
            embedder = self._load()
            if embedder.name != self.name:
                self._use(embedder.name)
                self._stale.pop(article.id, None)
            self._embedding = Embedding(self._store, embedder, self._settings.passage_tokens)

        def done() -> None:
            self._ids[state].append(article.id)
            if outcome is not None:
                self._hear(outcome)
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


def find_origins(paths: Sequence[Origin]) -> list[tuple[Origin, ArticleError | None]]:
    """Every file that `paths` name, every address and what was sent, each once; with an error for no file."""
    addresses = dict.fromkeys(path for path in paths if isinstance(path, str))
    files = find_files([path for path in paths if isinstance(path, Path)])
    others: list[Origin] = [*addresses, *(path for path in paths if isinstance(path, Received))]
    return [*files, *((origin, None) for origin in others)]


def records_in(origin: Origin) -> list[Path]:
    """The file of an origin, resolved, where it is one of records, which may lose some of them."""
    is_of_records = isinstance(origin, Path) and kind_of(origin.name) in {"jsonl", "csv", "zip"}
    return [Path(str(origin)).resolve()] if is_of_records else []


def read_origin(
    origin: Origin, error: ArticleError | None, fields: FieldMap, parsers: Parsers, fetch: Fetch
) -> Iterator[Piece | ArticleError]:
    """The articles of an origin, and an error for each that cannot be read; nothing is raised."""
    if error is not None:
        yield error
        return
    try:
        if isinstance(origin, Received):
            yield from received_pieces(origin, fields, parsers)
        elif isinstance(origin, str):
            yield from feed_pieces(origin, fetch(origin), parsers)
        else:
            yield from pieces(origin, fields, parsers)
    except ArticleError as failure:
        yield failure


def preview(
    paths: Sequence[Origin],
    home: Path,
    entries: list[Entry],
    tell: Progress,
    fields: FieldMap | None = None,
    fetch: Fetch = fetch_feed,
    prune: Sequence[Path] = (),
    hear: Hear | None = None,
) -> Report:
    """What a run over `paths` would find; files are read, nothing is embedded or stored."""
    register = Register(home, entries)
    hear = hear or hear_nothing
    ids: dict[State, list[str]] = {"added": [], "updated": [], "unchanged": []}
    failures: list[tuple[str, str]] = []
    met: set[str] = set()
    moved: list[str] = []
    whole: set[Path] = set()
    origins = find_origins(paths)
    done, total = 0, len(origins)
    with Parsers() as parsers:
        for origin, error in origins:
            hear(Outcome(origin, "begun", ""))
            failed = len(failures)
            for number, piece in enumerate(read_origin(origin, error, fields or FieldMap(), parsers, fetch)):
                total += number > 0
                try:
                    if isinstance(piece, ArticleError):
                        raise piece
                    found = register.find(piece)
                    met.add(found.id)
                    article = None
                    if found.state != "unchanged":
                        article = found.read()
                        register.claim(found)
                    elif found.moved:
                        moved.append(found.id)
                    ids[found.state].append(found.id)
                    hear(Outcome(origin, found.state, found.id, article))
                except ArticleError as failure:
                    failures.append((str(origin), str(failure)))
                    hear(Outcome(origin, "refused", str(failure)))
                done += 1
                tell(done, max(total, done), Path(str(origin)).name)
            if len(failures) == failed:
                whole.update(records_in(origin))
    unchanged = tuple(one for one in dict.fromkeys(ids["unchanged"]) if one not in ids["added"])
    return Report(
        tuple(ids["added"]),
        tuple(ids["updated"]),
        unchanged,
        moved=tuple(moved),
        removed=tuple(gone(entries, home, prune, met, whole)),
        failures=tuple(failures),
    )
