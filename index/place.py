"""The place where a library is kept: what the facade and the intake need of one, whatever it is made of.

`index.home` keeps a library in a folder (SQLite, with generations beside it), `index.postgres` in a database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.catalogue import Listed, Listing, Mention, Selection
from index.errors import NoIndex
from index.searching import Searchable
from index.store import Entry, Feedback, Gap


class Articles(Protocol):
    """The articles of a library with all that belongs to them; each method is one transaction."""

    def state(self) -> tuple[int, set[str]]:
        """The revision, which counts what changed the articles, and the names of the articles' embedders."""

    def revision(self) -> int:
        """How many transactions have changed the articles."""

    def embedder_named(self, setting: str) -> str | None:
        """The name of the embedder that `setting` meant when it was last used."""

    def name_embedder(self, setting: str, name: str) -> None:
        """Remember that `setting` means the embedder `name`."""

    def articles(self) -> list[Article]:
        """Every article, in the order of their ids."""

    def latest(self, limit: int) -> list[Article]:
        """At most so many articles, the most recently published first."""

    def publishers(self) -> list[str]:
        """The sources of the articles, each once."""

    def count(self) -> int:
        """How many articles there are."""

    def article(self, article_id: str) -> Article | None:
        """The article of that id."""

    def listing(self, wanted: Selection, limit: int | None, offset: int) -> Listing:
        """At most `limit` of the articles that are wanted behind the first `offset`, without their texts."""

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        """The articles of these ids, in their order and without their texts; of those that are there."""

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        """The articles before and after one by day and id; what has no day is before all that have one."""

    def languages(self) -> list[str]:
        """The languages of the articles, each once."""

    def entries(self) -> list[Entry]:
        """How each article came in, in the order of their ids."""

    def without_embedding(self, contents: Collection[str], embedder: str) -> set[str]:
        """Those of `contents`, hashes of embedded texts, for which `embedder` has no vector yet."""

    def put(
        self,
        article: Article,
        entry: Entry,
        passages: Sequence[tuple[Passage, str]],
        vectors: Mapping[str, NDArray[np.float32]],
    ) -> None:
        """Add `article` or replace what is stored under its id, with its passages and their embeddings.

        Args:
            article: As parsed.
            entry: How it came in.
            passages: Each with the hash of its embedded text.
            vectors: By hash, those that are not stored yet.
        """

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        """Set vectors aside, by content, until an article that has these passages is put."""

    def move(self, article_id: str, path: str, location: str) -> None:
        """Note that the file of an article, unchanged, is now at another place."""

    def delete(self, ids: Collection[str]) -> None:
        """Remove articles and what belongs to them, all of them or none.

        Raises:
            LibraryError: an id is not stored.
        """

    def record_gap(self, question: str, language: str, nearest: str | None) -> None:
        """Count a question that was not answered; `nearest` is the id of the nearest article."""

    def gaps(self) -> list[Gap]:
        """Unanswered questions, the most frequent first."""

    def record_feedback(
        self,
        question: str,
        answer: str,
        verdict: str,
        reason: str | None,
        correction: str | None,
        *,
        replacing: bool = False,
    ) -> None:
        """Keep what a reader thought of an answer, also in place of what was said of that same answer."""

    def feedback(self) -> list[Feedback]:
        """All feedback, the oldest first."""

    def integrity(self) -> list[str]:
        """What the database itself finds wrong, one line each."""

    def passage_rows(self) -> Iterator[tuple[str, int, int, str, int | None, bytes | None]]:
        """Every passage as `(article id, start, end, content, embedder known?, vector)`, in order."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What can be searched, the revision that it shows, and the name of the embedder of its vectors."""

    index: Searchable
    revision: int
    embedder: str


class Kept(Articles, Protocol):
    """The articles and what they are searched by."""

    def shown(self) -> Shown | None:
        """What can be searched now; None where that is damaged or there is nothing."""

    def renew(self, name: str, *, always: bool = False) -> None:
        """Let search see every article, embedded by `name`; `always` even where it does. Only by a writer.

        Raises:
            LibraryError: an article has not been embedded by it; indexing was interrupted.
        """

    def withdraw(self) -> None:
        """Let search no longer see what was deleted. Only by a writer."""

    def problems(self) -> list[str]:
        """Every problem as one line that ends in the cure; none when all is well."""


class Place(Protocol):
    """Where a library is kept; safe to share between threads."""

    def reading(self) -> Kept:
        """The library as it is, opened once.

        Raises:
            NoIndex: nothing has been indexed.
            LibraryError: it cannot be read.
        """

    def writing(self, wait: float = 0, *, create: bool = False) -> AbstractContextManager[Kept]:
        """The library for its one writer; another is waited for as many seconds.

        Raises:
            Busy: another process is writing.
            NoIndex: nothing has been indexed, and `create` does not say to make it.
            LibraryError: it cannot be written.
        """

    def no_index(self) -> NoIndex:
        """The error that says that nothing has been indexed here."""

    def close(self) -> None:
        """Let go of it; it is opened again where it is needed."""
