"""Ingest: which files and records are new, changed or gone; embedding passages; following folders.

Texts are embedded in batches across articles while the next articles are read; each article still goes
into the store by itself, in order, so that what was reported as done stays done. What is embedded before
its article is complete is kept by itself, so that no text is embedded twice, however a run ends.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from index.chunking import CHUNKER, TITLE_LENGTH, chunk, content_hash, embedded_text
from index.errors import ArticleError, Busy, LibraryError, Withheld
from index.fetch import fetch_feed
from index.files import (
    SENT,
    LeftOut,
    NotPublic,
    NotRead,
    Piece,
    Received,
    feed_pieces,
    find_files,
    passed_over,
    pieces,
    received_pieces,
    withheld_by_name,
    withheld_files,
)
from index.models import Article, Derived, Entry, Extractor, Passage, is_unaltered
from index.parsers import FORMATS, kind_of
from index.parsers.sandbox import Parsers
from index.parsers.tables import FieldMap
from index.settings import Settings
from index.store import ArticleStore

if TYPE_CHECKING:
    from index.embedder import Embedder

log = logging.getLogger("tanya.index")

State = Literal["added", "updated", "unchanged"]

ADDRESSES = ("http://", "https://", SENT)
"""How what is no file but was fetched or sent begins."""


@dataclass(frozen=True, slots=True)
class PieceState:
    """A piece of a file, and whether its article is new, changed, or just as it is stored."""

    piece: Piece
    id: str
    location: str
    state: State
    moved: bool = False

    @property
    def digest(self) -> str:
        return self.piece.mark

    def read(self) -> tuple[Article, list[Remarked], str]:
        """The article, and what is to be known of it; see `index.files.Piece.read_with_remarks`."""
        article, remarks, unread_day = self.piece.read_with_remarks(self.id)
        told = [Remarked(self.id, self.piece.label, one.kind, one.pages) for one in remarks]
        return article, told, unread_day


@dataclass(frozen=True, slots=True)
class Remarked:
    """A remark on a new or changed article, see `index.parsers.Remark`; `file` is as messages call it."""

    article_id: str
    file: str
    kind: str
    pages: tuple[int, ...] = ()


class Register:
    """Maps pieces of files to article ids, by the store and what was found so far.

    A location is a file, relative to the home so that a project may be moved with its library, or the address
    of a feed; a piece of a file has its key after a `#`.
    """

    def __init__(self, home: Path, entries: list[Entry]) -> None:
        self._home = home
        self._by_location = {entry.location: entry for entry in entries}
        self._by_id = {entry.id: entry for entry in entries}
        self._base = ("", "")

    def find(self, piece: Piece) -> PieceState:
        """Tell what `piece` is."""
        base = self._location(piece.path)
        location = f"{base}#{piece.key}" if piece.key else base
        entry = self._by_location.get(location)
        if entry is not None:
            state: State = "unchanged" if _is_same(entry.digest, piece.mark) else "updated"
            return PieceState(piece, entry.id, location, state)
        holder = self._by_id.get(piece.name)
        if holder is not None and _is_same(holder.digest, piece.mark):
            # The same article at another place: moved, or a copy while the first is still there.
            moved = not self._is_there(holder.location)
            place = location if moved else holder.location
            return PieceState(piece, piece.name, place, "unchanged", moved)
        return PieceState(piece, self._free_id(piece), location, "added")

    def stored(self, left_out: NotPublic) -> str | None:
        """The id of the article that was stored of a record which is not public; None where none was."""
        base = self._location(left_out.path)
        entry = self._by_location.get(f"{base}#{left_out.key}" if left_out.key else base)
        # A later export may have another name.
        entry = entry or self._by_id.get(left_out.name)
        return entry.id if entry else None

    def claim(self, found: PieceState) -> None:
        """Note that `found` is stored or about to be, so that no other piece takes its id."""
        entry = Entry(found.id, found.location, found.digest, "", "")
        self._by_location[found.location] = self._by_id[found.id] = entry

    def _location(self, path: str) -> str:
        if path.startswith(ADDRESSES):
            return path
        if self._base[0] != path:
            self._base = (path, os.path.relpath(Path(path).resolve(), self._home.resolve()))
        return self._base[1]

    def _is_there(self, location: str) -> bool:
        """Whether the file of `location` exists; what comes after a `#` may be a piece of it."""
        if location.startswith(ADDRESSES):
            return True
        return any(os.path.exists(self._home / part) for part in _files(location))  # noqa: PTH110

    def _free_id(self, piece: Piece) -> str:
        """The id that it asks for; if taken, with its folder or file; if that is taken too, with a digest."""
        origin = Path(piece.path)
        choices = [piece.name, f"{piece.name}-{piece.mark[:8]}"]
        if piece.key:
            choices.insert(1, f"{piece.name}-{origin.stem}")
        elif not piece.path.startswith(ADDRESSES):
            choices.insert(1, f"{piece.name}-{origin.resolve().parent.name}")
        return next((choice for choice in choices if choice not in self._by_id), f"{piece.name}-{piece.mark}")


def _is_same(stored: str, mark: str) -> bool:
    """Whether a piece is as it is stored; where nothing is said of it now, what was said before stands."""
    return stored == mark or stored.startswith(f"{mark} ")


def gone(
    entries: Sequence[Entry], home: Path, roots: Sequence[Path], met: Collection[str], whole: Collection[Path]
) -> list[str]:
    """The ids of articles whose files under `roots` are gone, or no longer hold them.

    Under a root that cannot be seen, or where no article is left at all, nothing counts as gone: more often
    a drive is not there than everything was withdrawn. What was fetched stays.

    Args:
        entries: How articles came in.
        home: What their locations are relative to.
        roots: Files and folders.
        met: Ids of articles that were found in this run; they are not gone.
        whole: Resolved files of records that were read to the end, without any failure.
    """
    seen = [root.resolve() for root in roots if not any(error for _, error in find_files([root]))]
    base = home.resolve()
    found = []
    for entry in entries:
        if entry.id in met or entry.location.startswith(ADDRESSES):
            continue
        files = [Path(os.path.normpath(base / part)) for part in _files(entry.location)]
        if not any(file.is_relative_to(root) for file in files for root in seen):
            continue
        there = [file for file in files if _is_there(file)]
        if not there or (there[0] != files[-1] and there[0] in whole):
            found.append(entry.id)
    return found


def _files(location: str) -> list[str]:
    """Every part of a location that may be its file: up to each `#`, and all of it."""
    ends = [at for at, sign in enumerate(location) if sign == "#"]
    return [location[:end] for end in (*ends, len(location)) if end]


def _is_there(file: Path) -> bool:
    """Whether a file exists, or might: one that may not be looked at is not gone."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


Origin = Path | str | Received
"""A file or folder; as text, the address of a feed; or a file that was sent."""

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and the name of the last one."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of an article of a file.

    Attributes:
        origin: The file.
        state: What was done, or would be; "refused" where it, or the file as a whole, cannot be read; before
            any of these "begun", when the file is opened.
        text: The article's id; why it was refused, ending in the cure.
        article: The article, where it is new or changed.
    """

    origin: Origin
    state: State | Literal["begun", "refused"]
    text: str
    article: Article | None = None


OnOutcome = Callable[[FileOutcome], None]
"""Called with each outcome, once it is kept."""


@dataclass(frozen=True, slots=True)
class Report:
    """What `add` or `remove` did, by article id.

    Attributes:
        added: Articles that are new.
        updated: Articles that were read, chunked or embedded anew.
        unchanged: Articles that were as they are stored.
        moved: Those of them whose files are at another place than before.
        removed: Articles that were taken out.
        failures: Files that could not be read, each with a line that ends in the cure.
        not_public: How many records were left out because they are not public, by reason.
        not_public_stored: Articles that are stored though they are not public now.
        unread_days: New or changed articles without a day, each with the declared one that cannot be read.
        remarks: What is to be known of new or changed articles: pages without text, what seems to be none.
        not_read: How many files in folders and archives are of another format, by the name's ending.
        read: How many articles were found, new or not, by how the names of their files end.
        left_out: How many parts of files are no articles, by what they are: "short message".
        passages: How many passages were stored.
        seconds: How long it took.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    not_public: Mapping[str, int] = field(default_factory=dict)
    not_public_stored: tuple[str, ...] = ()
    unread_days: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remarked, ...] = ()
    not_read: Mapping[str, int] = field(default_factory=dict)
    read: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    passages: int = 0
    seconds: float = 0.0


WINDOW = 64
"""Texts that are given to the embedder at once; a second or two of work, and what a killed run may lose."""

_MOST_WAITING = 4 * WINDOW
"""Articles that wait for one before them."""

_RESERVED = 8
"""Tokens of an embedded text that are left for the model's prefix and its special tokens."""


def recipe_of(embedder_name: str, passage_tokens: int) -> str:
    """The settings that an article's passages and vectors depend on, as one line."""
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
        extractors: What is stored with each article beside its passages.
        passages: How many were stored.
    """

    store: ArticleStore
    embedder: Embedder
    passage_tokens: int
    extractors: Sequence[Extractor] = ()
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
            derived = derive(waiting.article, self.extractors)
            self.store.put(waiting.article, waiting.entry, waiting.passages, new, derived)
            self.passages += len(waiting.passages)
            waiting.done()

    def _embedded(self) -> dict[str, NDArray[np.float32]]:
        """The vectors of the texts that were being embedded, by content."""
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


_TOGETHER = 32
"""Articles whose derived rows are stored in one transaction when a library is completed."""


def derive(article: Article, extractors: Sequence[Extractor]) -> list[Derived]:
    """The rows of an article; of an extractor that fails there is none, which is logged."""
    rows = []
    for one in extractors:
        try:
            rows.append(one.derive(article))
        except Exception:
            log.exception(
                "the %s of article %r cannot be extracted; it is stored without them", one.kind, article.id
            )
    return rows


def complete(store: ArticleStore, extractors: Sequence[Extractor], progress: Progress, *, anew: bool) -> None:
    """Derive what articles lack, because an earlier version stored them or derived it; only by a writer.

    Cut short, it is gone on with by the next run.

    Args:
        store: Where the articles are.
        extractors: All there are; rows of other kinds are removed.
        progress: Called once the rows of an article are stored: how many are done, of how many, and its id.
        anew: Whether what is damaged is derived again as well.
    """
    store.drop_derived([one.kind for one in extractors])
    lacking: dict[str, set[str]] = {}
    for one in extractors:
        for article_id in store.lacking(one.kind, one.version):
            lacking.setdefault(article_id, set()).add(one.kind)
    if anew:
        for article, row in store.derived_of_articles():
            if row.read(article) is None:
                lacking.setdefault(article.id, set()).add(row.kind)
    ids = sorted(lacking)
    for at in range(0, len(ids), _TOGETHER):
        some = ids[at : at + _TOGETHER]
        rows: dict[tuple[str, str], Derived | None] = {}
        for article_id in some:
            found = store.article(article_id)
            if found is not None and is_unaltered(found):
                wanted = [one for one in extractors if one.kind in lacking[article_id]]
                made = {row.kind: row for row in derive(found, wanted)}
                rows |= {(article_id, one.kind): made.get(one.kind) for one in wanted}
        store.put_derived(rows)
        for number, article_id in enumerate(some, at + 1):
            progress(number, len(ids), article_id)


Fetch = Callable[[str], bytes]
"""What is at an address; raises an ArticleError that names it."""


class Preview:
    """One run over files: what is new or changed is found and read, and nothing is embedded or stored.

    Attributes:
        met: The ids of the articles that were found.
        whole: The files of records that were read to the end without any failure, and that hide nothing.
    """

    def __init__(
        self,
        home: Path,
        entries: list[Entry],
        progress: Progress,
        fields: FieldMap | None = None,
        *,
        fetch: Fetch = fetch_feed,
        on_outcome: OnOutcome | None = None,
    ) -> None:
        """Take what is stored; `fields` says what the fields of records are called."""
        self.met: set[str] = set()
        self.whole: set[Path] = set()
        self._register = Register(home, entries)
        self._progress = progress
        self._fields = fields or FieldMap()
        self._fetch = fetch
        self._on_outcome = on_outcome or (lambda _: None)
        self._done = self._total = 0
        self._ids: dict[State, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._moved: list[str] = []
        self._failures: list[tuple[str, str]] = []
        self._not_public: Counter[str] = Counter()
        self._not_public_stored: list[str] = []
        self._unread_days: list[tuple[str, str]] = []
        self._remarks: list[Remarked] = []
        self._not_read: Counter[str] = Counter()
        self._read: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def look(self, paths: Sequence[Origin]) -> Report:
        """Go through the files, folders, addresses of feeds and what was sent."""
        origins = find_origins(paths)
        self._total += len(origins)
        with Parsers() as parsers:
            for origin, error in origins:
                self._on_outcome(FileOutcome(origin, "begun", ""))
                unseen = self._unseen()
                for number, piece in enumerate(
                    read_origin(origin, error, self._fields, parsers, self._fetch)
                ):
                    # How many articles a file holds is known when it has been read.
                    self._total += number > 0
                    self._take(origin, piece)
                if self._unseen() == unseen:
                    self.whole.update(records_in(origin))
        for left_out in withheld_files([path for path in paths if isinstance(path, Path)]):
            self._take(Path(left_out.path), left_out)
        self._not_read += Counter(passed_over([path for path in paths if isinstance(path, Path)]))
        return self._report()

    def _unseen(self) -> int:
        """How much has not been read that may hold articles: a row that is filtered out is not gone."""
        hidden = [count for reason, count in self._left_out.items() if reason.startswith("hidden")]
        return len(self._failures) + sum(hidden)

    def _report(self) -> Report:
        done = {*self._ids["added"], *self._ids["updated"]}
        return Report(
            added=tuple(self._ids["added"]),
            updated=tuple(self._ids["updated"]),
            unchanged=tuple(one for one in dict.fromkeys(self._ids["unchanged"]) if one not in done),
            moved=tuple(self._moved),
            failures=tuple(self._failures),
            not_public=dict(self._not_public),
            not_public_stored=tuple(self._not_public_stored),
            unread_days=tuple(self._unread_days),
            remarks=tuple(self._remarks),
            not_read=dict(sorted(self._not_read.items())),
            read=dict(sorted(self._read.items())),
            left_out=dict(sorted(self._left_out.items())),
        )

    def _take(self, origin: Origin, piece: Piece | NotPublic | NotRead | LeftOut | ArticleError) -> None:
        if isinstance(piece, NotRead):
            self._not_read[piece.ending] += 1
        elif isinstance(piece, LeftOut):
            self._left_out[piece.reason] += piece.number
        elif isinstance(piece, NotPublic):
            self._not_public[piece.reason] += 1
            stored = self._register.stored(piece)
            if stored and stored not in self._not_public_stored:
                self._not_public_stored.append(stored)
            reason = f"{piece.label}: it is not public ({piece.reason}); publish it where it was exported"
            self._refuse(origin, reason)
        else:
            try:
                if isinstance(piece, ArticleError):
                    raise piece
                self._take_article(origin, piece)
            except Withheld as hidden:
                assert isinstance(piece, Piece), "only what is read says of itself that it is not public"
                self._take(origin, NotPublic(piece.key, piece.label, piece.path, hidden.reason))
            except ArticleError as failure:
                self._failures.append((str(origin), str(failure)))
                self._refuse(origin, str(failure))

    def _refuse(self, origin: Origin, reason: str) -> None:
        self._on_outcome(FileOutcome(origin, "refused", reason))
        self._step(Path(str(origin)).name)

    def _take_article(self, origin: Origin, piece: Piece) -> None:
        found = self._register.find(piece)
        self.met.add(found.id)
        article = None
        if found.state != "unchanged":
            article, remarks, unread_day = found.read()
            self._remarks += remarks
            if unread_day:
                self._unread_days.append((piece.label, unread_day))
        elif found.moved:
            self._moved.append(found.id)
        if article or found.moved:
            self._register.claim(found)
        self._read[piece.ending] += 1
        self._keep(found, FileOutcome(origin, found.state, found.id, article))

    def _keep(self, found: PieceState, outcome: FileOutcome) -> None:
        """Note what would become of a piece."""
        self._ids[found.state].append(found.id)
        self._on_outcome(outcome)
        self._step(Path(str(outcome.origin)).name)

    def _step(self, name: str) -> None:
        self._done += 1
        self._progress(self._done, max(self._total, self._done), name)


class Intake(Preview):
    """One run over files and stored articles: what is new or changed, or made by another recipe, is done."""

    def __init__(
        self,
        store: ArticleStore,
        settings: Settings,
        embedder: Callable[[], Embedder],
        progress: Progress,
        fields: FieldMap | None = None,
        fetch: Fetch = fetch_feed,
        on_outcome: OnOutcome | None = None,
        extractors: Sequence[Extractor] = (),
    ) -> None:
        """Take the parts; `embedder` is called when the first article has to be embedded, or never."""
        super().__init__(settings.home, store.entries(), progress, fields, fetch=fetch, on_outcome=on_outcome)
        self.name = ""
        self._store = store
        self._settings = settings
        self._load = embedder
        self._extractors = extractors
        self._embedding: Embedding | None = None
        self._stale: dict[str, Entry] = {}

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
        self._total += len(self._stale)
        self.look(paths)
        self._flush()
        for entry in list(self._stale.values()):
            article = self._store.article(entry.id)
            if article is not None:
                self._embed(article, entry.location, entry.digest, "updated")
        self._flush()
        return replace(self._report(), passages=self._embedding.passages if self._embedding else 0)

    def _keep(self, found: PieceState, outcome: FileOutcome) -> None:
        if outcome.article is None:
            stale = self._stale.get(found.id)
            if found.moved:
                self._store.move(found.id, found.piece.path, found.location)
                if stale:
                    self._stale[found.id] = replace(stale, location=found.location)
            if stale is None:
                self._ids["unchanged"].append(found.id)
            self._on_outcome(outcome)
            self._step(found.id)
            return
        if self._stale.pop(found.id, None):
            self._total -= 1
        self._embed(outcome.article, found.location, found.digest, found.state, outcome)

    def _embed(
        self, article: Article, location: str, mark: str, state: State, outcome: FileOutcome | None = None
    ) -> None:
        if self._embedding is None:
            embedder = self._load()
            if embedder.name != self.name:
                self._use(embedder.name)
                self._stale.pop(article.id, None)
            tokens = self._settings.passage_tokens
            self._embedding = Embedding(self._store, embedder, tokens, self._extractors)

        def done() -> None:
            self._ids[state].append(article.id)
            if outcome is not None:
                self._on_outcome(outcome)
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


def find_origins(paths: Sequence[Origin]) -> list[tuple[Origin, ArticleError | None]]:
    """Every file that `paths` name, every address and what was sent, each once; with an error for no file."""
    addresses = dict.fromkeys(path for path in paths if isinstance(path, str))
    files = find_files([path for path in paths if isinstance(path, Path)])
    others: list[Origin] = [*addresses, *(path for path in paths if isinstance(path, Received))]
    return [*files, *((origin, None) for origin in others)]


def records_in(origin: Origin) -> list[Path]:
    """The file of an origin, resolved, where it is one of records, which may lose some of them."""
    kind = kind_of(origin.name) if isinstance(origin, Path) else None
    # A feed drops its older entries, which stay articles; a text may be a chat.
    is_of_records = kind is not None and kind != "feed" and (FORMATS[kind].many or kind == "text")
    return [Path(str(origin)).resolve()] if is_of_records else []


def read_origin(
    origin: Origin, error: ArticleError | None, fields: FieldMap, parsers: Parsers, fetch: Fetch
) -> Iterator[Piece | NotPublic | NotRead | LeftOut | ArticleError]:
    """The articles of an origin, and an error for each that cannot be read; nothing is raised."""
    if error is not None:
        yield error
        return
    try:
        if isinstance(origin, str):
            yield from feed_pieces(origin, fetch(origin), parsers)
        elif hidden := withheld_by_name(origin):
            yield hidden
        elif isinstance(origin, Received):
            yield from received_pieces(origin, fields, parsers)
        else:
            yield from pieces(origin, fields, parsers)
    except ArticleError as failure:
        yield failure


def preview(
    paths: Sequence[Origin],
    home: Path,
    entries: list[Entry],
    progress: Progress,
    fields: FieldMap | None = None,
    *,
    prune: Sequence[Path] = (),
    on_outcome: OnOutcome | None = None,
) -> Report:
    """What a run over `paths` would find; files are read, nothing is embedded or stored."""
    looking = Preview(home, entries, progress, fields, on_outcome=on_outcome)
    report = looking.look(paths)
    return replace(report, removed=tuple(gone(entries, home, prune, looking.met, looking.whole)))


PAUSE = 2.0
"""Seconds between two looks."""

SHARE = 0.1
"""Of the time, at most so much is spent on looking: a slow drive is looked at less often."""

EMPTY = 5
"""Looks after which a file that is still empty is taken, to be named as such."""

Stamp = tuple[int, int, int]
"""When a file was written, in nanoseconds, how large it is, and which file it is."""


@dataclass(slots=True)
class Watched:
    """The state of watched files at the last look, and which of them were indexed in that state."""

    _seen: dict[Path, tuple[Stamp, int]] = field(default_factory=dict)
    _taken: dict[Path, Stamp] = field(default_factory=dict)

    def look(self, found: Mapping[Path, Stamp]) -> tuple[list[Path], list[Path]]:
        """The files to take now, new or changed and quiet since the last look, and those that are gone."""
        before, self._seen = self._seen, {}
        ready = []
        for path, stamp in found.items():
            looks = before[path][1] + 1 if path in before and before[path][0] == stamp else 0
            self._seen[path] = (stamp, looks)
            if self._taken.get(path) != stamp and looks >= (1 if stamp[1] else EMPTY):
                ready.append(path)
        return ready, [path for path in self._taken if path not in found]

    def settle(self, ready: Sequence[Path], gone: Sequence[Path]) -> None:
        """Note that files were taken as they were last seen, and that others are known to be gone."""
        for path in ready:
            self._taken[path] = self._seen[path][0]
        for path in gone:
            del self._taken[path]


def stamps(paths: Sequence[Path]) -> tuple[dict[Path, Stamp], list[str]]:
    """The article files under `paths` as they are, and a line for each path that cannot be looked at."""
    found: dict[Path, Stamp] = {}
    missing = []
    for path, error in find_files(paths):
        if error is not None:
            missing.append(str(error))
            continue
        try:
            status = path.stat()
        except OSError:
            # It went between the two looks at it.
            continue
        found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found, missing


def follow(
    paths: Sequence[Path],
    add: Callable[[Sequence[Path]], Report],
    tell: Callable[[str], None],
    *,
    prune: bool = False,
    pause: float = PAUSE,
) -> Iterator[Report]:
    """Take in what is new or changed under `paths`, for ever; each time that something was, what was done.

    Another writer is waited for. What cannot be read is told once, until it changes.

    Args:
        paths: Files and folders.
        add: Takes files in and, where `prune` says so, removes articles whose files are gone.
        tell: Called with a line for each thing that is worth one.
        prune: Whether `add` is called when all that happened is that files have gone.
        pause: Seconds between two looks.

    Raises:
        ModelError: the embedder cannot be loaded.
    """
    watched = Watched()
    absent: list[str] = []
    reported: set[str] = set()
    while True:
        begun = time.monotonic()
        before, (found, absent) = absent, stamps(paths)
        for line in absent:
            if line not in before:
                tell(line)
        ready, gone = watched.look(found)
        looked = time.monotonic() - begun
        # Where a folder cannot be seen, as when a drive is not there, nothing in it is gone.
        gone = [] if absent else gone
        try:
            if ready or (gone and prune):
                yield add(ready)
            if not prune:
                for path in gone:
                    tell(f"gone: {path}; what came from it stays, unless --prune is given")
            watched.settle(ready, gone)
            reported.clear()
        except LibraryError as error:
            # The process that writes may be another each time.
            reason = "busy" if isinstance(error, Busy) else str(error)
            if reason not in reported:
                tell(f"waiting: {error}")
            reported.add(reason)
        time.sleep(max(pause, looked * (1 / SHARE - 1)))
