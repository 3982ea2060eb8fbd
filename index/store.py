"""A store: the articles of a library with all that belongs to them, in SQLite or in PostgreSQL.

`index.sqlite` keeps one in a folder, `index.postgres` one in a database. What both are asked alike is written
here, once, in the words of SQL that both know; a value stands there as `$1` and travels by itself. Listings
come from the tables; texts are never fetched for them.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.chunking import content_hash, embedded_text
from index.dedup import groups, precedence
from index.errors import NoIndex
from index.lexical import forms_of, patterns_of
from index.models import (
    Article,
    AskedGap,
    Derived,
    Entry,
    Feedback,
    Gap,
    GapAnswer,
    GapMark,
    Listed,
    Listing,
    Mention,
    Passage,
    Searchable,
    Selection,
    cleaned,
    cure_of,
    is_unaltered,
    unit_vector,
)

T = TypeVar("T")

EVEN = 500
"""Added to a text's length in the relevance score, so that very short texts do not rank first."""

REBUILD = "rebuild the index with: tanya index"

BATCH = 200
"""Articles per batch where all are read."""

PassageRow = tuple[str, int, int, str, int | None, bytes | None]
"""A stored passage as `(article id, start, end, content, embedder known?, vector)`."""

_MENTION = "a.number, a.id, a.title, a.source, a.published"
NEWEST = "a.published DESC NULLS LAST, a.id"
_ORDERS = {"oldest": "a.published ASC NULLS LAST, a.id", "title": "{title}, a.id", "id": "a.id"}
ABOUT = "a.id, a.title, a.source, a.published, a.url, a.language, a.path, a.sha256, a.author, a.pages"


class Session(Protocol):
    """A database session; values are always sent as parameters, never within the statement.

    Attributes:
        among: That a column, the first `{}`, is one of the values in a list, the second.
    """

    among: ClassVar[str]

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """The rows, their columns by name or place."""

    def row(self, statement: str, *values: Any) -> Any:
        """The first row; None where there is none."""

    def value(self, statement: str, *values: Any) -> Any:
        """The first column of the first row; None where there is none."""

    def run(self, statement: str, *values: Any) -> int:
        """Do it; how many rows it changed."""


def article_of(row: Any) -> Article:
    """The article in a row that has its columns."""
    return Article(
        id=row["id"], title=row["title"], text=row["text"], source=row["source"],
        published=_day(row["published"]), url=row["url"], language=row["language"], path=row["path"],
        sha256=row["sha256"], author=row["author"], pages=_pages(row["pages"]),
    )  # fmt: skip


def _listed_of(row: Any, copies: tuple[Mention, ...]) -> Listed:
    return Listed(
        row["id"], row["title"], row["source"], _day(row["published"]), row["url"], row["language"],
        row["path"], row["sha256"], row["author"], _pages(row["pages"]), row["length"], copies,
    )  # fmt: skip


def _mention_of(row: Any) -> Mention:
    return Mention(row["id"], row["title"], row["source"], _day(row["published"]))


def _derived_of(row: Any) -> Derived:
    """The derived row in a row of its columns; what is not in ASCII was not written so."""
    payload = row["payload"]
    stored = payload if isinstance(payload, bytes) else payload.encode("ascii", "replace")
    return Derived(row["kind"], row["version"], stored, row["seal"])


def _gap_of(row: Any) -> Gap:
    return Gap(
        row["asked"],
        row["language"],
        row["nearest"],
        _instant(row["asked_at"]),
        row["count"],
        row["number"],
        None if row["question"] == row["asked"] else row["question"],
        tuple(json.loads(row["history"])),
        row["state"],
        _instant(row["changed_at"]) if row["changed_at"] else None,
        row["changed_by"],
        GapAnswer.read(row["answer"]),
        row["tried"],
    )


GAP_AGAIN = (
    "asked = excluded.asked, history = excluded.history, nearest = excluded.nearest, "
    "tried = excluded.tried, asked_at = excluded.asked_at, "
    "state = CASE gaps.state WHEN 'dismissed' THEN 'dismissed' ELSE 'open' END, "
    "changed_at = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.changed_at END, "
    "changed_by = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.changed_by END, "
    "answer = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.answer END"
)
"""What becomes of an unanswered question that is asked again; one that was done or answered is open again."""


# SQLite returns days and instants as text and lists as JSON, PostgreSQL as values.


def _day(stored: Any) -> date | None:
    return date.fromisoformat(stored) if isinstance(stored, str) and stored else stored or None


def _pages(stored: Any) -> tuple[int, ...]:
    return tuple(json.loads(stored) if isinstance(stored, str) else stored or ())


def _instant(stored: Any) -> datetime:
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored.astimezone(UTC)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def copies_of(db: Session, numbers: Sequence[int]) -> dict[int, set[int]]:
    """By article of `numbers`, and by each that is reached from one, the copies of it that are reached."""
    rows = db.rows(
        f"WITH RECURSIVE reached (article) AS (SELECT number FROM articles "
        f"WHERE {db.among.format('number', '$1')} "
        "UNION SELECT c.other FROM reached r JOIN copies c ON c.article = r.article) "
        "SELECT c.article, c.other FROM reached r JOIN copies c ON c.article = r.article",
        list(numbers),
    )
    pairs: dict[int, set[int]] = defaultdict(set)
    for article, other in rows:
        pairs[article].add(other)
    return pairs


def groups_among(
    known: Mapping[int, Article] | Mapping[int, Mention], pairs: Mapping[int, Collection[int]]
) -> dict[int, list[int]]:
    """By number of an article that has copies, all of its group, the one that goes before others first."""
    order = sorted(known, key=lambda number: precedence(known[number]))
    return {number: group for group in groups(order, pairs) for number in group}


class ArticleStore(ABC):
    """The articles of a library with all that belongs to them; each method is one transaction."""

    ARTICLES: ClassVar[str]
    """The articles `a` with their texts, as they stand behind FROM."""

    TEXT: ClassVar[str]
    """An article's text there."""

    KEY: ClassVar[str]
    """The column by which an article is looked up; see `key_of`."""

    PAYLOAD: ClassVar[str]
    """What a derived row `d` holds."""

    LOWER: ClassVar[str]
    """A text with its ASCII letters small, which is compared byte by byte."""

    BYTES: ClassVar[str]
    """That a text is compared byte by byte."""

    NO_DAY: ClassVar[str]
    """A day before all others."""

    @staticmethod
    @abstractmethod
    def key_of(article_id: str) -> str:
        """The id of an article as `KEY` has it."""

    @abstractmethod
    def _rows(self, statement: str, *values: Any) -> list[Any]:
        """The rows of one statement that changes nothing."""

    @abstractmethod
    def _read(self, work: Callable[[Session], T]) -> T:
        """The result of `work`, which sees one state of the database."""

    @abstractmethod
    def _record(self, statement: str, *values: Any) -> int:
        """Record something beside the articles by one statement; how many rows it changed."""

    @abstractmethod
    def _write(self, work: Callable[[Session], T], *, revises: bool = True) -> T:
        """The result of `work`, done whole or not at all, also where it is interrupted.

        `revises` says that it changes what search finds.
        """

    @abstractmethod
    def state(self) -> tuple[int, set[str]]:
        """The revision, which counts what changed the articles, and the names of the articles' embedders."""

    @abstractmethod
    def revision(self) -> int:
        """How many transactions have changed the articles."""

    @abstractmethod
    def embedder_named(self, setting: str) -> str | None:
        """The name of the embedder that `setting` meant when it was last used."""

    @abstractmethod
    def name_embedder(self, setting: str, name: str) -> None:
        """Remember that `setting` means the embedder `name`."""

    def articles(self) -> list[Article]:
        """Every article, in the order of their ids."""
        return self._select("ORDER BY a.id")

    def latest(self, limit: int) -> list[Article]:
        """At most so many articles, the most recently published first."""
        return self._select(f"ORDER BY {NEWEST} LIMIT $1", limit)

    def article(self, article_id: str) -> Article | None:
        """The article of that id."""
        return next(iter(self._select(f"WHERE {self.KEY} = $1", self.key_of(article_id))), None)

    def _select(self, condition: str, *values: Any) -> list[Article]:
        rows = self._rows(f"SELECT {ABOUT}, {self.TEXT} FROM {self.ARTICLES} {condition}", *values)
        return [article_of(row) for row in rows]

    def publishers(self) -> list[str]:
        """The sources of the articles, each once."""
        return [source for (source,) in self._rows("SELECT DISTINCT source FROM articles") if source]

    def languages(self) -> list[str]:
        """The languages of the articles, each once, in the order of the alphabet."""
        return sorted(language for (language,) in self._rows("SELECT DISTINCT language FROM articles"))

    def count(self) -> int:
        """How many articles there are."""
        return int(self._rows("SELECT count(*) FROM articles")[0][0])

    def listing(self, wanted: Selection, limit: int | None, offset: int) -> Listing:
        """At most `limit` of the articles that are wanted behind the first `offset`, without their texts."""

        def read(db: Session) -> Listing:
            conditions, values = self._conditions(db, wanted)
            articles, order = "articles a", _ORDERS.get(wanted.order, NEWEST)
            if wanted.order == "relevance" and wanted.words:
                articles, order = self.ARTICLES, self._relevance(wanted.words, values)
            order = order.format(title=self.LOWER.format("a.title"))
            found = db.rows(
                f"SELECT a.number FROM {articles} WHERE {' AND '.join(conditions)} ORDER BY {order}", *values
            )
            return Listing(self._listed(db, [row[0] for row in found[offset:][:limit]]), len(found))

        return self._read(read)

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        """The articles of these ids, in their order and without their texts; of those that are there."""

        def read(db: Session) -> tuple[Listed, ...]:
            query = f"SELECT a.id, a.number FROM articles a WHERE {db.among.format(self.KEY, '$1')}"
            numbers = dict(map(tuple, db.rows(query, [self.key_of(one) for one in ids])))
            return self._listed(db, [numbers[one] for one in ids if one in numbers])

        return self._read(read)

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        """The articles before and after one by day and id; what has no day is before all that have one."""
        day, key = f"coalesce({{}}.published, {self.NO_DAY})", self.key_of(article_id)

        def next_to(db: Session, sign: str, order: str) -> Mention | None:
            row = db.row(
                f"SELECT {_MENTION} FROM articles a, "
                f"(SELECT a.published, a.id FROM articles a WHERE {self.KEY} = $1) this "
                f"WHERE ({day.format('a')}, a.id) {sign} ({day.format('this')}, this.id) "
                f"ORDER BY {day.format('a')} {order}, a.id {order} LIMIT 1",
                key,
            )
            return _mention_of(row) if row else None

        return self._read(lambda db: (next_to(db, "<", "DESC"), next_to(db, ">", "ASC")))

    def _conditions(self, db: Session, wanted: Selection) -> tuple[list[str], list[Any]]:
        """The SQL conditions on articles `a` for a selection, and their values."""
        conditions, values = ["true"], []

        def take(value: Any) -> str:
            values.append(value)
            return f"${len(values)}"

        chosen = wanted.chosen
        if wanted.language is not None:
            conditions.append(f"a.language = {take(wanted.language)}")
        if chosen.since is not None:
            conditions.append(f"a.published >= {take(chosen.since)}")
        if chosen.until is not None:
            conditions.append(f"a.published <= {take(chosen.until)}")
        if chosen.sources:
            conditions.append(self._published_by(db, chosen.sources, take))
        if chosen.articles:
            keys = [self.key_of(cleaned(one)) for one in chosen.articles]
            conditions.append(db.among.format(self.KEY, take(keys)))
        if wanted.words:
            conditions.append(self._holding(wanted.words, take))
        return conditions, values

    @abstractmethod
    def _published_by(self, db: Session, sources: Sequence[str], take: Callable[[Any], str]) -> str:
        """The condition that an article is of one of these, whatever their case; `take` places a value."""

    @abstractmethod
    def _holding(self, words: Sequence[str], take: Callable[[Any], str]) -> str:
        """The condition that an article holds each of the words in its title or text."""

    def _relevance(self, words: Sequence[str], values: list[Any]) -> str:
        """The order by relevance, its values added: words in the title, share of the text, the newest."""
        title, text = self.LOWER.format("a.title"), self.LOWER.format(self.TEXT)
        in_title, often = ["0"], ["0"]
        for word in words:
            values += (patterns := patterns_of(word))
            places = range(len(values) - len(patterns) + 1, len(values) + 1)
            fits = " OR ".join(rf"{title} LIKE ${place} ESCAPE '\'" for place in places)
            in_title.append(f"CASE WHEN {fits} THEN 1 ELSE 0 END")
        for form in (form for word in words for form in forms_of(word)):
            values.append(form)
            often.append(f"length({self.TEXT}) - length(replace({text}, ${len(values)}, ''))")
        share = f"({' + '.join(often)}) * 1.0 / (length({self.TEXT}) + {EVEN})"
        return f"{' + '.join(in_title)} DESC, {share} DESC, {NEWEST}"

    def _listed(self, db: Session, numbers: Sequence[int]) -> tuple[Listed, ...]:
        rows = db.rows(
            f"SELECT a.number, {ABOUT}, length({self.TEXT}) AS length FROM {self.ARTICLES} "
            f"WHERE {db.among.format('a.number', '$1')}",
            list(numbers),
        )
        found = {row["number"]: row for row in rows}
        copies = self._copies(db, numbers)
        return tuple(_listed_of(found[one], copies.get(one, ())) for one in numbers if one in found)

    @staticmethod
    def _copies(db: Session, numbers: Sequence[int]) -> dict[int, tuple[Mention, ...]]:
        """By article that has copies, the others of its group."""
        pairs = copies_of(db, numbers)
        if not pairs:
            return {}
        query = f"SELECT {_MENTION} FROM articles a WHERE {db.among.format('a.number', '$1')}"
        mentions = {row["number"]: _mention_of(row) for row in db.rows(query, list(pairs))}
        return {
            number: tuple(mentions[other] for other in group if other != number)
            for number, group in groups_among(mentions, pairs).items()
        }

    @abstractmethod
    def entries(self) -> list[Entry]:
        """How each article came in, in the order of their ids."""

    @abstractmethod
    def without_embedding(self, contents: Collection[str], embedder: str) -> set[str]:
        """The hashes in `contents` of texts for which `embedder` has no vector yet."""

    @abstractmethod
    def put(
        self,
        article: Article,
        entry: Entry,
        passages: Sequence[tuple[Passage, str]],
        vectors: Mapping[str, NDArray[np.float32]],
        derived: Sequence[Derived] = (),
    ) -> None:
        """Add `article` or replace what is stored under its id, with all that belongs to it.

        Args:
            article: As parsed.
            entry: How it came in.
            passages: Each with the hash of its embedded text.
            vectors: By hash, those that are not stored yet.
            derived: What was extracted of it.
        """

    @abstractmethod
    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        """Set vectors aside, by content, until an article that has these passages is put."""

    @abstractmethod
    def move(self, article_id: str, path: str, location: str) -> None:
        """Note that the file of an article, unchanged, is now at another place."""

    @abstractmethod
    def delete(self, ids: Collection[str]) -> None:
        """Remove articles and what belongs to them, all of them or none.

        Raises:
            LibraryError: an id is not stored.
        """

    def lacking(self, kind: str, version: str) -> list[str]:
        """The ids of the articles that have no row of that kind and version derived of them, in order."""
        rows = self._rows(
            "SELECT a.id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM derived d "
            "WHERE d.article = a.number AND d.kind = $1 AND d.version = $2) ORDER BY a.id",
            kind,
            version,
        )
        return [article_id for (article_id,) in rows]

    def derived(self, kind: str, version: str, ids: Collection[str]) -> dict[str, Derived]:
        """The rows of that kind and version that were derived of the articles of these ids, by id."""

        def read(db: Session) -> list[Any]:
            return db.rows(
                f"SELECT a.id, d.kind, d.version, {self.PAYLOAD} AS payload, d.seal FROM articles a "
                f"JOIN derived d ON d.article = a.number "
                f"WHERE {db.among.format(self.KEY, '$1')} AND d.kind = $2 AND d.version = $3",
                [self.key_of(one) for one in ids], kind, version,
            )  # fmt: skip

        return {row["id"]: _derived_of(row) for row in self._read(read)}

    def put_derived(self, rows: Mapping[tuple[str, str], Derived | None]) -> None:
        """Store rows by article and kind, in the place of what is there; None only removes that."""

        def write(db: Session) -> None:
            for (article_id, kind), row in rows.items():
                query = f"SELECT a.number FROM articles a WHERE {self.KEY} = $1"
                number = db.value(query, self.key_of(article_id))
                if number is not None:
                    db.run("DELETE FROM derived WHERE article = $1 AND kind = $2", number, kind)
                    self._add_derived(db, number, [row] if row else [])

        self._write(write, revises=False)

    @abstractmethod
    def _add_derived(self, db: Session, number: int, rows: Sequence[Derived]) -> None:
        """Store rows that were derived of an article, of kinds of which it has none."""

    def drop_derived(self, keep: Collection[str]) -> None:
        """Remove derived rows of all kinds but those."""
        kinds = {kind for (kind,) in self._rows("SELECT DISTINCT kind FROM derived")}
        if others := kinds - set(keep):
            query = "DELETE FROM derived WHERE "
            self._write(lambda db: db.run(query + db.among.format("kind", "$1"), list(others)), revises=False)

    def derived_rows(self) -> Iterator[tuple[str, Derived]]:
        """Every derived row with the id of its article, in the order of these ids."""
        query = (
            f"SELECT a.id, d.kind, d.version, {self.PAYLOAD} AS payload, d.seal FROM "
            "(SELECT number, id FROM articles WHERE id > $1 ORDER BY id LIMIT $2) a "
            "LEFT JOIN derived d ON d.article = a.number ORDER BY a.id, d.kind"
        )
        last = ""
        while rows := self._rows(query, last, BATCH):
            yield from ((row["id"], _derived_of(row)) for row in rows if row["kind"] is not None)
            last = rows[-1]["id"]

    def derived_of_articles(self) -> Iterator[tuple[Article, Derived]]:
        """Every derived row with its article, in the order of their ids."""
        for article_id, rows in groupby(self.derived_rows(), key=itemgetter(0)):
            article = self.article(article_id)
            if article is not None:
                yield from ((article, row) for _, row in rows)

    @abstractmethod
    def record_gap(self, asked: AskedGap) -> None:
        """Count a question that was not answered; one that was done or answered is open again."""

    def gaps(self) -> list[Gap]:
        """Unanswered questions, the most frequent first."""
        rows = self._rows(
            "SELECT number, question, language, asked, history, nearest, asked_at, count, state, changed_at, "
            f"changed_by, answer, tried FROM gaps ORDER BY count DESC, asked_at DESC, question {self.BYTES}"
        )
        return [_gap_of(row) for row in rows]

    def mark_gap(self, number: int, mark: GapMark) -> bool:
        """Give a question a state; False where none has that number and the former state."""
        found = mark.answer.stored if mark.answer else None
        changed = self._record(
            "UPDATE gaps SET state = $2, changed_at = $3, changed_by = $4, answer = $5 "
            "WHERE number = $1 AND state = coalesce($6, state)",
            number, mark.state, now(), mark.by, found, mark.former,
        )  # fmt: skip
        return bool(changed)

    def tried_gap(self, number: int, revision: int) -> None:
        """Note that a question was asked again, of that revision of the articles."""
        self._record("UPDATE gaps SET tried = $2 WHERE number = $1", number, revision)

    @abstractmethod
    def record_feedback(self, given: Feedback, *, replacing: bool = False) -> None:
        """Keep what a reader thought of an answer, also in place of what was said of that same answer."""

    def feedback(self) -> list[Feedback]:
        """All feedback, the oldest first."""
        rows = self._rows(
            "SELECT question, answer, verdict, reason, correction, at FROM feedback ORDER BY number"
        )
        return [replace(Feedback(*row), at=_instant(row["at"])) for row in rows]

    @abstractmethod
    def integrity(self) -> list[str]:
        """Problems that the database's own check reports, one line each."""

    @abstractmethod
    def passage_rows(self) -> Iterator[PassageRow]:
        """Every passage, in the order of articles and places; a vector that is altered is empty."""

    def stored_problems(self) -> list[str]:
        """Problems of texts, passages and vectors, one line each that ends in the cure."""
        embedders = {entry.id: entry.embedder for entry in self.entries()}
        # A change of models that was cut short leaves vectors of both.
        dimensions: dict[str, int] = {}
        found: list[str] = []
        bare = set(embedders)
        for article_id, rows in groupby(self.passage_rows(), key=lambda row: row[0]):
            bare.discard(article_id)
            # One at a time: the texts of a large library do not fit into memory.
            article = self.article(article_id)
            if article is not None:
                found += _article_problems(article, list(rows), embedders[article_id], dimensions)
        for article_id in sorted(bare):
            article = self.article(article_id)
            if article is not None:
                found += _article_problems(article, [], embedders[article_id], dimensions)
                found.append(f"article {article_id!r} has no passages; {cure_of(article)}")
        return found

    def derived_problems(self) -> Iterator[str]:
        """Derived rows that are altered or cannot be read, a line each that ends in the cure."""
        for article, row in self.derived_of_articles():
            if row.read(article) is None:
                reason = "cannot be read" if row.is_of(article) else "is altered or of another text"
                yield (
                    f"what was extracted of article {article.id!r} ({row.kind}) {reason}; "
                    "extract it again with: tanya index"
                )


def _article_problems(
    article: Article,
    rows: Sequence[PassageRow],
    embedder: str,
    dimensions: dict[str, int],
) -> Iterator[str]:
    """Problems of the text, and the first one of the passages: the others would repeat it."""
    if not is_unaltered(article):
        yield f"the text of article {article.id!r} is altered; {cure_of(article)}"
    before, name, problem = 0, repr(article.id), ""
    for _, start, end, content, embedded, vector in rows:
        if not before <= start < end <= len(article.text):
            problem = problem or f"passage {start}:{end} lies outside article {name} or over another"
        elif content_hash(embedded_text(Passage(article, start, end))) != content:
            problem = problem or f"passage {start}:{end} of article {name} was embedded with another text"
        elif embedded is None or vector is None:
            problem = problem or f"passage {start}:{end} of article {name} has no vector"
        else:
            row = unit_vector(vector, dimensions.get(embedder))
            if row is None:
                problem = problem or f"the vector of passage {start}:{end} of article {name} is damaged"
            else:
                dimensions[embedder] = len(row)
        before = end
    if problem:
        yield f"{problem}; {cure_of(article)}"


@dataclass(frozen=True, slots=True)
class OpenSnapshot:
    """An index, the revision of the store that it shows, and the name of its embedder."""

    index: Searchable
    revision: int
    embedder: str


class LibraryState(ArticleStore):
    """A store together with its index."""

    @abstractmethod
    def shown(self) -> OpenSnapshot | None:
        """The current index; None where it is damaged or there is none."""

    @abstractmethod
    def renew(self, name: str, *, always: bool = False) -> None:
        """Let search see every article, embedded by `name`; `always` even where it does. Only by a writer.

        Raises:
            LibraryError: an article has not been embedded by it; indexing was interrupted.
        """

    @abstractmethod
    def withdraw(self) -> None:
        """Let search no longer see what was deleted. Only by a writer."""

    @abstractmethod
    def problems(self) -> list[str]:
        """Every problem as one line that ends in the cure; none when all is well."""


class LibraryBackend(Protocol):
    """Where a library is kept; safe to share between threads."""

    def reading(self) -> LibraryState:
        """The library as it is, opened once.

        Raises:
            NoIndex: nothing has been indexed.
            LibraryError: it cannot be read.
        """

    def writing(self, wait: float = 0, *, create: bool = False) -> AbstractContextManager[LibraryState]:
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
