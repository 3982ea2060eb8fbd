"""The store in a database: its articles, what they are searched by, listings and counts of integrity.

Each method is one transaction. Listings look texts through in place, by an index if there is one, and
never fetch them. There are sessions to read with, and one writer under the database's lock.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial, reduce
from importlib.util import find_spec
from operator import xor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.catalogue import (
    EVEN,
    Listed,
    Listing,
    Mention,
    Selection,
    copies_among,
    forms_of,
    patterns_of,
)
from index.chunking import embedded_text
from index.derived import Derived
from index.derived import problems as derived_problems
from index.errors import Busy, LibraryError, NoIndex, SettingsError
from index.lexical import LEXICON
from index.models import Article, Passage, cleaned, cure_of
from index.postgres.connection import PATIENCE, Address, Connections, Session, parse_address
from index.postgres.rows import (
    ARTICLE,
    BATCH,
    article_of,
    counted,
    derived_of,
    drop_articles,
    drop_models,
    frequency,
    index_terms,
    keep_vectors,
    key_of,
    publisher_of,
    put_article,
    put_derived,
    seal_of,
)
from index.postgres.schema import look_by_index, prepare, session_name
from index.postgres.search import (
    ArticleCache,
    Live,
    Model,
    copies_of,
    is_outgrown,
    make_near,
    note_again,
    note_copies,
)
from index.store import AskedGap, Entry, Feedback, Gap, GapAnswer, GapMark, OpenSnapshot
from index.verify import stored_problems

if TYPE_CHECKING:
    from index.models import Searchable

_COLUMNS = (
    "a.number, a.id, a.title, a.source, a.published, a.url, a.language, a.path, a.sha256, a.author, a.pages, "
    "length(a.text) AS length"
)
_MENTION = "a.number, a.id, a.title, a.source, a.published"

_ORDERS = {
    "newest": "a.published DESC NULLS LAST, a.id",
    "oldest": "a.published ASC NULLS LAST, a.id",
    "title": 'lower(a.title COLLATE "C") COLLATE "C", a.id',
    "id": "a.id",
}


def list_articles(db: Session, wanted: Selection, limit: int | None, offset: int) -> Listing:
    """At most `limit` of the articles that are wanted behind the first `offset`, and how many there are."""
    conditions, values = _conditions(wanted)
    order = _ORDERS.get(wanted.order) or _relevance(wanted.words, values)
    found = db.rows(
        f"SELECT a.number FROM articles a WHERE {' AND '.join(conditions)} ORDER BY {order}", *values
    )
    return Listing(_listed(db, [row["number"] for row in found[offset:][:limit]]), len(found))


def _relevance(words: Sequence[str], values: list[Any]) -> str:
    """The order of relevance, its values added: see `index.store`."""
    if not words:
        return _ORDERS["newest"]
    title, text = (f'lower(a.{column} COLLATE "C")' for column in ("title", "text"))
    in_title, often = ["0"], ["0"]
    for word in words:
        values += (patterns := patterns_of(word))
        places = range(len(values) - len(patterns) + 1, len(values) + 1)
        in_title.append(f"({' OR '.join(f'{title} LIKE ${place}' for place in places)})::int")
    for form in (form for word in words for form in forms_of(word)):
        values.append(form)
        often.append(f"length(a.text) - length(replace({text}, ${len(values)}, ''))")
    share = f"({' + '.join(often)}) * 1.0 / (length(a.text) + {EVEN})"
    return f"{' + '.join(in_title)} DESC, {share} DESC, {_ORDERS['newest']}"


def listed(db: Session, ids: Sequence[str]) -> tuple[Listed, ...]:
    """The articles of these ids, in their order; those that are not there are left out."""
    rows = db.rows(
        "SELECT a.number FROM unnest($1::text[]) WITH ORDINALITY AS asked (key, place) "
        "JOIN articles a ON a.key = asked.key ORDER BY asked.place",
        [key_of(one) for one in ids],
    )
    return _listed(db, [row["number"] for row in rows])


def beside(db: Session, article_id: str) -> tuple[Mention | None, Mention | None]:
    """The articles before and after one by day and id; what has no day is before all that have one."""
    found: list[Mention | None] = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        day = "coalesce({}.published, '-infinity'::date)"
        row = db.row(
            f"SELECT {_MENTION} FROM articles a, (SELECT published, id FROM articles WHERE key = $1) this "
            f"WHERE ({day.format('a')}, a.id) {sign} ({day.format('this')}, this.id) "
            f"ORDER BY {day.format('a')} {order}, a.id {order} LIMIT 1",
            key_of(article_id),
        )
        found.append(_mention(row) if row else None)
    return found[0], found[1]


def languages(db: Session) -> list[str]:
    """The languages of the articles, each once."""
    return sorted(row["language"] for row in db.rows("SELECT DISTINCT language FROM articles"))


def _conditions(wanted: Selection) -> tuple[list[str], list[Any]]:
    conditions, values = ["true"], []

    def take(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    if wanted.language is not None:
        conditions.append(f"a.language = {take(wanted.language)}")
    if wanted.chosen.since is not None:
        conditions.append(f"a.published >= {take(wanted.chosen.since)}")
    if wanted.chosen.until is not None:
        conditions.append(f"a.published <= {take(wanted.chosen.until)}")
    if wanted.chosen.sources:
        asked = take([publisher_of(source) for source in wanted.chosen.sources])
        conditions.append(f"a.source IS NOT NULL AND a.publisher = ANY({asked})")
    if wanted.chosen.articles:
        conditions.append(f"a.key = ANY({take([key_of(cleaned(one)) for one in wanted.chosen.articles])})")
    for word in wanted.words:
        places = [take(pattern) for pattern in patterns_of(word)]
        fits = " OR ".join(
            f'lower(a.{column} COLLATE "C") LIKE {place}' for place in places for column in ("title", "text")
        )
        conditions.append(f"({fits})")
    return conditions, values


def _listed(db: Session, numbers: Sequence[int]) -> tuple[Listed, ...]:
    rows = db.rows(f"SELECT {_COLUMNS} FROM articles a WHERE a.number = ANY($1)", list(numbers))
    found = {row["number"]: row for row in rows}
    copies = _copies(db, numbers)
    return tuple(_of(found[number], copies.get(number, ())) for number in numbers if number in found)


def _of(row: Any, copies: tuple[Mention, ...]) -> Listed:
    return Listed(
        row["id"], row["title"], row["source"], row["published"], row["url"], row["language"], row["path"],
        row["sha256"], row["author"], tuple(row["pages"] or ()), row["length"], copies,
    )  # fmt: skip


def _copies(db: Session, numbers: Sequence[int]) -> dict[int, tuple[Mention, ...]]:
    pairs = copies_of(db, numbers)
    if not pairs:
        return {}
    told = db.rows(f"SELECT {_MENTION} FROM articles a WHERE a.number = ANY($1)", list(pairs))
    return copies_among({row["number"]: _mention(row) for row in told}, pairs)


def _mention(row: Any) -> Mention:
    return Mention(row["id"], row["title"], row["source"], row["published"])


Sums = tuple[int, ...]
"""What the postings of a passage come to: enough that any other would differ, without sending them."""

CHECKS = {
    "passages of a model are not counted rightly": (
        "SELECT count(*) FROM models m WHERE (m.passages, m.words) <> "
        "(SELECT count(*), coalesce(sum(length), 0) FROM passages WHERE model = m.number)"
    ),
    "terms are not counted rightly": (
        "SELECT count(*) FROM terms t FULL JOIN "
        "(SELECT term, count(*) AS n FROM postings GROUP BY term) p USING (term) "
        "WHERE t.passages IS DISTINCT FROM p.n"
    ),
    "postings belong to no passage": (
        "SELECT count(*) FROM postings p WHERE NOT EXISTS (SELECT FROM passages WHERE number = p.passage)"
    ),
    "passages end behind their article": (
        "SELECT count(*) FROM passages p JOIN articles a ON a.number = p.article "
        "WHERE p.stop > char_length(a.text)"
    ),
    "passages are filtered otherwise than their articles": (
        "SELECT count(*) FROM passages p JOIN articles a ON a.number = p.article "
        "WHERE (p.published, p.publisher) IS DISTINCT FROM (a.published, a.publisher)"
    ),
    "rows are derived of no article": (
        "SELECT count(*) FROM derived d WHERE NOT EXISTS (SELECT FROM articles WHERE number = d.article)"
    ),
}
"""What must not be found, as the number of such rows."""


def checked(db: Session, after: str) -> list[tuple[Article, bool, bool]]:
    """The articles behind an id: whether its words are counted rightly, and if it is as written."""
    rows = db.rows(
        f"SELECT a.number, a.model, a.digest, a.recipe, a.seal, {ARTICLE} FROM articles a "
        "WHERE a.id > $1 ORDER BY a.id LIMIT $2",
        after, BATCH,
    )  # fmt: skip
    passages = defaultdict(list)
    for row in db.rows(
        "SELECT p.number, p.article, p.start, p.stop, p.content, p.length, p.vector FROM passages p "
        "JOIN articles a ON a.number = p.article AND a.model = p.model "
        "WHERE p.article = ANY($1) ORDER BY p.start, p.number",
        [row["number"] for row in rows],
    ):
        passages[row["article"]].append(row)
    sums = db.rows(
        "SELECT passage, count(*), bit_xor(term), sum(frequency), "
        "sum((term & 65535) * frequency)::bigint, min(length), max(length) FROM postings "
        "WHERE passage = ANY($1) GROUP BY passage",
        [passage["number"] for held in passages.values() for passage in held],
    )
    counts = {number: tuple(map(int, rest)) for number, *rest in sums}
    found = []
    for row in rows:
        article, held = article_of(row), passages[row["number"]]
        right = all(
            counts.get(passage["number"], ()) == _sums(article, row["model"], passage)
            for passage in held
            if passage["stop"] <= len(article.text)
        )
        kept = [(one["start"], one["stop"], one["content"], one["vector"]) for one in held]
        found.append((article, right, row["seal"] == seal_of(article, row["digest"], row["recipe"], kept)))
    return found


def _sums(article: Article, model: int, row: Any) -> Sums | None:
    """What the postings of a passage should come to; None where its length is not that of its words."""
    words = counted(embedded_text(Passage(article, row["start"], row["stop"])), model)
    if row["length"] != words.total():
        return None
    counts = {term: frequency(count) for term, count in words.items()}
    if not counts:
        return ()
    return (
        len(counts),
        reduce(xor, counts),
        sum(counts.values()),
        sum((term & 65535) * count for term, count in counts.items()),
        words.total(),
        words.total(),
    )


def count_anew(db: Session, model: int) -> None:
    """Terms, postings and counts of a model from the texts; readers see the former till it is done."""
    # Those of no passage as well, should there be any.
    db.run("DELETE FROM postings WHERE passage NOT IN (SELECT number FROM passages WHERE model <> $1)", model)
    db.run("DELETE FROM terms WHERE model = $1", model)
    db.run("UPDATE models SET passages = 0, words = 0, lexicon = $2 WHERE number = $1", model, LEXICON)
    db.run(
        "UPDATE passages p SET published = a.published, publisher = a.publisher FROM articles a "
        "WHERE a.number = p.article "
        "AND (p.published, p.publisher) IS DISTINCT FROM (a.published, a.publisher)"
    )
    statement = f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.number > $1 ORDER BY a.number LIMIT $2"
    last = 0
    while articles := db.rows(statement, last, BATCH):
        last = articles[-1]["number"]
        known = {row["number"]: article_of(row) for row in articles}
        rows = db.rows(
            "SELECT number, article, start, stop FROM passages WHERE article = ANY($1) AND model = $2",
            list(known), model,
        )  # fmt: skip
        passages = {row["number"]: Passage(known[row["article"]], row["start"], row["stop"]) for row in rows}
        words = [(number, counted(embedded_text(passage), model)) for number, passage in passages.items()]
        db.run(
            "UPDATE passages p SET length = given.length FROM unnest($1::bigint[], $2::integer[]) "
            "AS given (number, length) WHERE p.number = given.number AND p.length <> given.length",
            [number for number, _ in words], [held.total() for _, held in words],
        )  # fmt: skip
        index_terms(db, model, words)


T = TypeVar("T")

_REBUILD = "rebuild the index with: tanya index"


class PostgresStore:
    """The library in a database; see `index.store.Kept`."""

    def __init__(self, sessions: Connections, recording: Connections) -> None:
        """Take sessions to read with, which are the writer's where it writes, and sessions to record with."""
        self._sessions = sessions
        self._recording = recording
        self._articles = ArticleCache()
        self._live: Live | None = None
        self._identity: uuid.UUID | None = None

    def state(self) -> tuple[int, set[str]]:
        def read(db: Session) -> tuple[int, set[str]]:
            rows = db.rows(
                "SELECT name FROM models m WHERE EXISTS (SELECT FROM articles WHERE model = m.number)"
            )
            return _revision(db), {row["name"] for row in rows}

        return self._sessions.reading(read)

    def revision(self) -> int:
        return self._sessions.run(_revision)

    def embedder_named(self, setting: str) -> str | None:
        found = self._sessions.run(
            lambda db: db.value("SELECT embedder FROM settings WHERE key = $1", key_of(setting))
        )
        return None if found is None else str(found)

    def name_embedder(self, setting: str, name: str) -> None:
        if self.embedder_named(setting) != name:
            self._write(
                lambda db: db.run(
                    "INSERT INTO settings VALUES ($1, $2) ON CONFLICT (key) "
                    "DO UPDATE SET embedder = excluded.embedder",
                    key_of(setting), name,
                ),
                revises=False,
            )  # fmt: skip

    def articles(self) -> list[Article]:
        rows = self._sessions.run(lambda db: db.rows(f"SELECT {ARTICLE} FROM articles a ORDER BY a.id"))
        return [article_of(row) for row in rows]

    def latest(self, limit: int) -> list[Article]:
        query = f"SELECT {ARTICLE} FROM articles a ORDER BY a.published DESC NULLS LAST, a.id LIMIT $1"
        return [article_of(row) for row in self._sessions.run(lambda db: db.rows(query, limit))]

    def publishers(self) -> list[str]:
        rows = self._sessions.run(lambda db: db.rows("SELECT DISTINCT source FROM articles"))
        return [row["source"] for row in rows if row["source"]]

    def count(self) -> int:
        return int(self._sessions.run(lambda db: db.value("SELECT count(*) FROM articles")))

    def listing(self, wanted: Selection, limit: int | None, offset: int) -> Listing:
        return self._sessions.reading(lambda db: list_articles(db, wanted, limit, offset))

    def listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        return self._sessions.reading(lambda db: listed(db, ids))

    def beside(self, article_id: str) -> tuple[Mention | None, Mention | None]:
        return self._sessions.reading(lambda db: beside(db, article_id))

    def languages(self) -> list[str]:
        return self._sessions.run(languages)

    def article(self, article_id: str) -> Article | None:
        row = self._sessions.run(
            lambda db: db.row(f"SELECT {ARTICLE} FROM articles a WHERE a.key = $1", key_of(article_id))
        )
        return article_of(row) if row else None

    def entries(self) -> list[Entry]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT a.id, a.location, a.digest, a.recipe, m.name FROM articles a "
                "JOIN models m ON m.number = a.model ORDER BY a.id"
            )
        )
        return [Entry(*row) for row in rows]

    def without_embedding(self, contents: Collection[str], embedder: str) -> set[str]:
        wanted = set(contents)
        if not wanted:
            return wanted
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT content FROM passages WHERE content = ANY($1) "
                "AND model = (SELECT number FROM models WHERE key = $2) UNION "
                "SELECT content FROM embeddings WHERE content = ANY($1) "
                "AND model = (SELECT number FROM models WHERE key = $2)",
                list(wanted), key_of(embedder),
            )
        )  # fmt: skip
        return wanted - {row["content"] for row in rows}

    def put(
        self,
        article: Article,
        entry: Entry,
        passages: Sequence[tuple[Passage, str]],
        vectors: Mapping[str, NDArray[np.float32]],
        derived: Sequence[Derived] = (),
    ) -> None:
        def write(db: Session) -> None:
            number = put_article(db, article, entry, passages, vectors)
            note_copies(db, number, article)
            put_derived(db, number, derived)

        self._write(write)

    def keep(self, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
        self._write(lambda db: keep_vectors(db, vectors, embedder), revises=False)

    def lacking(self, kind: str, version: str) -> list[str]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT id FROM articles a WHERE NOT EXISTS "
                "(SELECT FROM derived WHERE article = a.number AND kind = $1 AND version = $2) ORDER BY id",
                kind, version,
            )
        )  # fmt: skip
        return [row["id"] for row in rows]

    def derived(self, kind: str, version: str, ids: Collection[str]) -> dict[str, Derived]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT a.id, d.kind, d.version, d.payload, d.seal FROM articles a "
                "JOIN derived d ON d.article = a.number "
                "WHERE a.key = ANY($1) AND d.kind = $2 AND d.version = $3",
                [key_of(one) for one in ids], kind, version,
            )
        )  # fmt: skip
        return {row["id"]: derived_of(row) for row in rows}

    def put_derived(self, rows: Mapping[tuple[str, str], Derived | None]) -> None:
        def write(db: Session) -> None:
            for (article_id, kind), row in rows.items():
                number = db.value("SELECT number FROM articles WHERE key = $1", key_of(article_id))
                if number is not None:
                    db.run("DELETE FROM derived WHERE article = $1 AND kind = $2", number, kind)
                    put_derived(db, number, [row] if row else [])

        self._write(write, revises=False)

    def drop_derived(self, keep: Collection[str]) -> None:
        others = "FROM derived WHERE kind <> ALL($1)"
        if self._sessions.run(lambda db: db.value(f"SELECT EXISTS (SELECT {others})", list(keep))):
            self._write(lambda db: db.run(f"DELETE {others}", list(keep)), revises=False)

    def derived_rows(self) -> Iterator[tuple[str, Derived]]:
        statement = (
            "SELECT a.id, d.kind, d.version, d.payload, d.seal FROM "
            "(SELECT number, id FROM articles WHERE id > $1 ORDER BY id LIMIT $2) a "
            "LEFT JOIN derived d ON d.article = a.number ORDER BY a.id, d.kind"
        )
        last = ""
        while rows := self._sessions.run(partial(_page, statement=statement, after=last)):
            yield from ((row["id"], derived_of(row)) for row in rows if row["kind"] is not None)
            last = rows[-1]["id"]

    def move(self, article_id: str, path: str, location: str) -> None:
        self._write(
            lambda db: db.run(
                "UPDATE articles SET path = $2, location = $3 WHERE key = $1",
                key_of(article_id),
                path,
                location,
            )
        )

    def delete(self, ids: Collection[str]) -> None:
        def write(db: Session) -> None:
            numbers = []
            for article_id in ids:
                number = db.value("SELECT number FROM articles WHERE key = $1", key_of(article_id))
                if number is None or number in numbers:
                    raise LibraryError(
                        f"there is no article {article_id!r}; list them with: tanya articles list"
                    )
                numbers.append(number)
            drop_articles(db, numbers)
            # A vector that was set aside may be one of theirs.
            db.run("DELETE FROM embeddings")

        self._write(write)

    def record_gap(
        self,
        question: str,
        language: str,
        nearest: str | None,
        understood: str | None = None,
        history: Sequence[str] = (),
        tried: int | None = None,
    ) -> None:
        asked, written = AskedGap(question, language, nearest, understood, history, tried), uuid.uuid4().hex
        self._recording.run(
            lambda db: db.run(
                "INSERT INTO gaps "
                "(key, question, language, asked, history, nearest, tried, asked_at, written, count) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) ON CONFLICT (key) DO UPDATE SET "
                "asked = excluded.asked, history = excluded.history, nearest = excluded.nearest, "
                "tried = excluded.tried, asked_at = excluded.asked_at, written = excluded.written, "
                # Done a second time, because the answer to the first was lost, it counts once.
                "count = gaps.count + (gaps.written <> excluded.written)::integer, "
                "state = CASE gaps.state WHEN 'dismissed' THEN 'dismissed' ELSE 'open' END, "
                "changed_at = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.changed_at END, "
                "changed_by = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.changed_by END, "
                "answer = CASE WHEN gaps.state IN ('open', 'dismissed') THEN gaps.answer END",
                key_of(asked.full, asked.language), *asked.row, asked.tried, _now(), written,
            )
        )  # fmt: skip

    def gaps(self) -> list[Gap]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT number, question, language, asked, history, nearest, asked_at, count, state, "
                "changed_at, changed_by, answer, tried FROM gaps "
                'ORDER BY count DESC, asked_at DESC, question COLLATE "C"'
            )
        )
        return [
            Gap(
                row["asked"],
                row["language"],
                row["nearest"],
                row["asked_at"].astimezone(UTC),
                row["count"],
                row["number"],
                None if row["question"] == row["asked"] else row["question"],
                tuple(json.loads(row["history"])),
                row["state"],
                row["changed_at"].astimezone(UTC) if row["changed_at"] else None,
                row["changed_by"],
                GapAnswer.read(row["answer"]),
                row["tried"],
            )
            for row in rows
        ]

    def mark_gap(self, number: int, mark: GapMark) -> bool:
        found = mark.answer.stored if mark.answer else None
        changed = self._recording.run(
            lambda db: db.rows(
                "UPDATE gaps SET state = $2, changed_at = $3, changed_by = $4, answer = $5 "
                "WHERE number = $1 AND state = coalesce($6, state) RETURNING number",
                number, mark.state, _now(), mark.by, found, mark.former,
            )
        )  # fmt: skip
        return bool(changed)

    def tried_gap(self, number: int, revision: int) -> None:
        self._recording.run(
            lambda db: db.run("UPDATE gaps SET tried = $2 WHERE number = $1", number, revision)
        )

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
        values = [
            None if one is None else cleaned(one) for one in (question, answer, verdict, reason, correction)
        ]
        written = uuid.uuid4().hex
        self._recording.run(
            lambda db: db.run(
                "WITH former AS (DELETE FROM feedback "
                "WHERE $8::boolean AND question = $1 AND answer = $2 AND written <> $7) "
                "INSERT INTO feedback (question, answer, verdict, reason, correction, at, written) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (written) DO NOTHING",
                *values, _now(), written, replacing,
            )
        )  # fmt: skip

    def feedback(self) -> list[Feedback]:
        rows = self._sessions.run(
            lambda db: db.rows(
                "SELECT question, answer, verdict, reason, correction, at FROM feedback ORDER BY number"
            )
        )
        return [
            Feedback(asked, answer, verdict, reason, correction, at.astimezone(UTC))
            for asked, answer, verdict, reason, correction, at in rows
        ]

    def integrity(self) -> list[str]:
        """Counts that do not fit."""

        def read(db: Session) -> list[str]:
            found = {told: int(db.value(check)) for told, check in CHECKS.items()}
            return [f"{count} {told}" for told, count in found.items() if count]

        return self._sessions.reading(read)

    def passage_rows(self) -> Iterator[tuple[str, int, int, str, int | None, bytes | None]]:
        statement = (
            "SELECT a.id, p.start, p.stop, p.content, p.vector FROM "
            "(SELECT number, id, model FROM articles WHERE id > $1 ORDER BY id LIMIT $2) a "
            "JOIN passages p ON p.article = a.number AND p.model = a.model "
            "ORDER BY a.id, p.start, p.number"
        )
        last = ""
        while rows := self._sessions.run(partial(_page, statement=statement, after=last)):
            for row in rows:
                blob = row["vector"].astype("<f4").tobytes()
                yield row["id"], row["start"], row["stop"], row["content"], 1, blob
            last = rows[-1]["id"]

    def shown(self) -> OpenSnapshot | None:
        """What can be searched; None where nothing can, or where words were counted in another way."""
        row = self._sessions.run(
            lambda db: db.row(
                "SELECT l.identity, l.revision, m.* FROM library l JOIN models m ON m.number = l.serving"
            )
        )
        if row is None or row["lexicon"] != LEXICON:
            return None
        model = Model(
            row["number"], row["name"], row["dimension"], row["passages"], row["reach"], row["recall"]
        )
        if row["identity"] != self._identity:
            # In tables that were made anew, numbers mean other articles.
            self._identity, self._articles, self._live = row["identity"], ArticleCache(), None
        live = self._live
        if live is None or (live.revision, live.model) != (row["revision"], model):
            live = self._live = Live(self._sessions, self._articles, model, row["revision"])
        searchable: Searchable = live
        return OpenSnapshot(searchable, live.revision, model.name)

    def renew(self, name: str, *, always: bool = False) -> None:
        """Serve `name` from now on, and mend what search goes by where it is out of date, or `always`."""
        if not self.state()[1]:
            return
        model = self._sessions.run(lambda db: db.row("SELECT * FROM models WHERE key = $1", key_of(name)))
        unfinished = model is None or self._sessions.run(
            lambda db: db.value("SELECT EXISTS (SELECT FROM articles WHERE model <> $1)", model["number"])
        )
        if unfinished:
            raise LibraryError(f"not every article is embedded by {name}; finish with: tanya index")
        number = int(model["number"])

        def serve(db: Session) -> None:
            drop_models(db, keep=number)
            db.run("UPDATE library SET serving = $1", number)
            note_again(db)
            if always or model["lexicon"] != LEXICON:
                with db.unhurried():
                    count_anew(db, number)
            if always:
                db.run(
                    "DELETE FROM derived d WHERE NOT EXISTS (SELECT FROM articles WHERE number = d.article)"
                )
                with db.unhurried():
                    look_by_index(db)

        self._write(serve, revises=False)
        if always or self._sessions.run(lambda db: is_outgrown(db, number)):
            self._sessions.run(lambda db: make_near(db, number, anew=always))

    def withdraw(self) -> None:
        """Passages went with their articles; where no article is left, the models go as well."""
        if not self.state()[1]:
            self._write(lambda db: drop_models(db, keep=None), revises=False)

    def problems(self) -> list[str]:
        found = [f"{self._sessions.address}: {line}; {_REBUILD}" for line in self.integrity()]
        found += stored_problems(self)
        known = "\n".join(found)
        last = ""
        while rows := self._sessions.reading(partial(checked, after=last)):
            for article, words, seal in rows:
                name = f"article {article.id!r}"
                if not seal and name not in known:
                    found.append(f"what is stored of {name} is altered; {cure_of(article)}")
                elif not words:
                    found.append(f"the words of {name} are counted wrongly; {_REBUILD}")
            last = rows[-1][0].id
        return found + list(derived_problems(self))

    def _write(self, work: Callable[[Session], T], *, revises: bool = True) -> T:
        """The result of `work`, one transaction of the writer, done once though its answer be lost."""
        token = uuid.uuid4().hex
        results: list[T] = []

        def write(db: Session) -> T:
            if results and db.value("SELECT written FROM library") == token:
                return results[-1]
            with db.transaction():
                db.require_mark(self._sessions.address)
                results.append(work(db))
                db.run(
                    "UPDATE library SET revision = revision + $1::integer, written = $2", int(revises), token
                )
            return results[-1]

        return self._sessions.run(write)


def _page(db: Session, statement: str, after: str) -> list[Any]:
    return db.rows(statement, after, BATCH)


def _revision(db: Session) -> int:
    return int(db.value("SELECT revision FROM library"))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


_WRITING = 7_406_170_523_002
"""The advisory lock of the writer, held by its session: the server frees it however the writer ends."""

_RECORDING = 5.0
"""Seconds that a person waits at most for what is recorded beside an answer."""

_PAUSE = 0.1


class Database:
    """The library in a database; see `index.store.Place`."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Take the address; nothing is connected before it is needed.

        Raises:
            SettingsError: it is none, or the extra `postgres` is not installed.
        """
        self.address = parse_address(url)
        if find_spec("asyncpg") is None:
            raise SettingsError(
                "a library in PostgreSQL needs another package; install it: "
                "pip install -c constraints.txt -e '.[postgres]'"
            )
        self._patience = patience
        self._lock = threading.Lock()
        self._store: PostgresStore | None = None
        self._reading = self._connections(self.address.attributes, patience)
        # A reader may be connected to a replica; what it records goes to the primary.
        self._recording = self._connections("read-write", min(patience, _RECORDING))

    def reading(self) -> PostgresStore:
        with self._lock:
            if self._store is None:
                self._store = PostgresStore(self._reading, self._recording)
            return self._store

    @contextlib.contextmanager
    def writing(self, wait: float = 0, *, create: bool = False) -> Iterator[PostgresStore]:
        name = session_name()

        def begin(session: Session, again: bool) -> None:
            prepare(session, self.address, name, create=create)
            _lock(session, self.address, name, PATIENCE if again else wait)

        sessions = Connections(self.address, begin, attributes="read-write", most=1, patience=self._patience)
        try:
            # Connected and locked before anything is read.
            sessions.run(lambda db: db.value("SELECT 1"))
            yield PostgresStore(sessions, self._recording)
        finally:
            sessions.close()

    def no_index(self) -> NoIndex:
        return NoIndex(f"no index at {self.address}; build one with: tanya index seeds/")

    def close(self) -> None:
        self._reading.close()
        self._recording.close()

    def _connections(self, attributes: str, patience: float) -> Connections:
        return Connections(
            self.address,
            lambda session, _: prepare(session, self.address, session_name(), create=False),
            attributes=attributes,
            patience=patience,
        )


def _lock(session: Session, address: Address, name: str, wait: float) -> None:
    """Hold the writer's lock for as long as the session lasts."""
    deadline = time.monotonic() + wait
    while not session.value("SELECT pg_try_advisory_lock($1)", _WRITING):
        # A session of this writer that the server still believes in, though the connection broke.
        session.value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid()",
            name,
        )
        if time.monotonic() >= deadline:
            raise Busy(f"{_holder(session)} is writing to {address}; wait until it is done, then try again")
        time.sleep(_PAUSE)


def _holder(session: Session) -> str:
    told = session.value(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND (l.classid::bigint << 32) | l.objid::bigint = $1",
        _WRITING,
    )
    match str(told or "").split():
        case ["tanya", host, process, _]:
            return f"process {process} on {host}"
    return "another process"
