"""Search in a database: passages by nearness and by words, filtered, as of the moment of each question."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Passage
from index.errors import LibraryError
from index.lexicon import terms
from index.postgres.connection import Connections, Session
from index.postgres.copies import companies
from index.postgres.lexicon import number_of
from index.postgres.nearness import EXACT, candidates
from index.postgres.records import ARTICLE, article_of, publisher_of
from index.postgres.wording import FIRST_VALUE, best_passages, wording
from index.searching import EVERYTHING, Filter, Ranking
from index.soundness import is_storable

KEPT_ARTICLES = 5_000
KEPT_ROWS = 100_000
"""What is remembered of articles and passages: a number always means the same one."""


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model and what is embedded by it.

    Attributes:
        number: In the tables.
        name: Of the embedder.
        dimension: Of its vectors; None while it has none.
        passages: How many there are.
        reach: Candidates that the index by nearness must gather; None where there is no such index.
        recall: The share of the ten nearest that it then finds, measured when it was made.
    """

    number: int
    name: str
    dimension: int | None
    passages: int
    reach: int | None
    recall: float | None


class Articles:
    """Articles and places of passages that were found lately, by number; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._articles: OrderedDict[int, Article] = OrderedDict()
        self._places: OrderedDict[int, tuple[int, int, int]] = OrderedDict()

    def learn(self, db: Session, rows: Sequence[Any]) -> None:
        """Remember the passages in `rows` and their articles, within the transaction that found them."""
        with self._lock:
            unknown = list({row["article"] for row in rows} - self._articles.keys())
        found = (
            db.rows(f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.number = ANY($1)", unknown)
            if unknown
            else []
        )
        with self._lock:
            for row in found:
                self._articles[row["number"]] = article_of(row)
            for row in rows:
                self._places[row["number"]] = (row["article"], row["start"], row["stop"])
                self._places.move_to_end(row["number"])
                if row["article"] in self._articles:
                    self._articles.move_to_end(row["article"])
            while len(self._articles) > KEPT_ARTICLES:
                self._articles.popitem(last=False)
            while len(self._places) > KEPT_ROWS:
                self._places.popitem(last=False)

    def passage(self, row: int) -> Passage | None:
        with self._lock:
            place = self._places.get(row)
            article = self._articles.get(place[0]) if place else None
        return Passage(article, *place[1:]) if place and article else None


class Live:
    """What a model's passages are in the database; see `index.searching.Searchable`.

    A row is the number of a passage, which no other passage ever gets.
    """

    def __init__(self, sessions: Connections, articles: Articles, model: Model, revision: int) -> None:
        self._sessions = sessions
        self._articles = articles
        self.model = model
        self.revision = revision

    def __len__(self) -> int:
        return self.model.passages

    def description(self) -> dict[str, Any]:
        recipes, articles = self._sessions.reading(
            lambda db: (
                db.rows("SELECT DISTINCT recipe FROM articles ORDER BY recipe"),
                db.value("SELECT count(*) FROM articles"),
            )
        )
        return {
            "embedder": self.model.name,
            "dimension": self.model.dimension,
            "recipe": "; ".join(row["recipe"] for row in recipes),
            "revision": self.revision,
            "articles": articles,
            "passages": self.model.passages,
            "store": str(self._sessions.address),
            "search": "hnsw" if self.model.reach else "exact",
            # Where every passage is compared, nothing is missed.
            "recall": self.model.recall if self.model.reach else 1.0,
        }

    def dense(self, vector: NDArray[np.float32], k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows nearest to a unit vector of shape `(dimension,)`, as `(row, cosine)`, best first."""
        dimension = self.model.dimension
        if dimension is None or k <= 0:
            return []
        if vector.shape != (dimension,):
            raise ValueError(f"a query vector has shape ({dimension},), not {vector.shape}")

        def read(db: Session) -> Ranking:
            if self.model.reach is None or _is_few(db, self.model.number, chosen):
                where, values = condition(chosen, 4)
                inner = (
                    "SELECT number, article, start, stop, vector <#> $1 AS distance FROM passages "
                    f"WHERE model = $3{where} ORDER BY distance FETCH FIRST $2 ROWS WITH TIES"
                )
                values = [vector, k, self.model.number, *values]
            else:
                db.run(f"SET LOCAL hnsw.ef_search = {min(max(self.model.reach, 2 * k), 1000)}")
                where, values = condition(chosen, 4)
                inner = (
                    "SELECT number, article, start, stop, vector <#> $1 AS distance FROM "
                    f"({candidates(self.model.number, dimension, where, '$3')}) c "
                    "ORDER BY distance FETCH FIRST $2 ROWS WITH TIES"
                )
                values = [vector, k, 2 * k, *values]
            rows = db.rows(_placed(inner, "distance"), *values)
            self._articles.learn(db, rows)
            return [(row["number"], -float(row["distance"])) for row in rows[:k]]

        return self._sessions.reading(read)

    def lexical(self, query: str, k: int, chosen: Filter = EVERYTHING) -> Ranking:
        """The `k` rows that share most words with `query`, as `(row, BM25)`, best first."""
        wanted = Counter(number_of(term, self.model.number) for term in terms(query))
        if not wanted or k <= 0:
            return []

        def read(db: Session) -> Ranking:
            asked = wording(db, self.model.number, wanted)
            if not asked.terms:
                return []
            where, values = condition(chosen, FIRST_VALUE, "f.")
            rows = best_passages(db, asked, k, where, values, _placed)
            self._articles.learn(db, rows)
            return [(row["number"], -float(row["score"])) for row in rows[:k]]

        return self._sessions.reading(read)

    def passage(self, row: int) -> Passage:
        """The passage of a row.

        Raises:
            LibraryError: its article has been removed or changed since it was found.
        """
        known = self._articles.passage(row)
        if known is None:
            self._sessions.reading(
                lambda db: self._articles.learn(
                    db, db.rows("SELECT number, article, start, stop FROM passages WHERE number = $1", row)
                )
            )
            known = self._articles.passage(row)
        if known is None:
            raise LibraryError("an article changed while it was being searched; ask again")
        return known

    def carriers(self, rows: Sequence[int], chosen: Filter = EVERYTHING) -> dict[int, tuple[Article, ...]]:
        """Of those of `rows` whose article has copies, all that carry it and the filter leaves."""

        def read(db: Session) -> dict[int, tuple[Article, ...]]:
            owners = {
                row["number"]: row["article"]
                for row in db.rows("SELECT number, article FROM passages WHERE number = ANY($1)", list(rows))
            }
            groups = companies(db, list(set(owners.values())))
            if not groups:
                return {}
            where, values = condition(chosen, 2)
            members = {number for group in groups.values() for number, _ in group}
            left = db.rows(
                f"SELECT number FROM articles WHERE number = ANY($1){where}", list(members), *values
            )
            kept = {row["number"] for row in left}
            found = {
                row: tuple(article for number, article in groups.get(owner, ()) if number in kept)
                for row, owner in owners.items()
            }
            return {row: articles for row, articles in found.items() if len(articles) > 1}

        return self._sessions.reading(read) if rows else {}

    def language(self, row: int) -> str:
        """The language of a row's article."""
        return self.passage(row).article.language

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many articles the filter leaves."""
        where, values = condition(chosen, 2)
        return int(
            self._sessions.run(
                lambda db: db.value(
                    f"SELECT count(*) FROM articles WHERE model = $1{where}", self.model.number, *values
                )
            )
        )


def condition(chosen: Filter, first: int, table: str = "") -> tuple[str, list[Any]]:
    """A filter as ` AND ...`, its values numbered from `$first`, and the values."""
    parts: list[str] = []
    values: list[Any] = []
    for column, wanted in (
        ("published >= {}", chosen.since),
        ("published <= {}", chosen.until),
        (
            "publisher = ANY({})",
            [publisher_of(one) for one in chosen.sources if is_storable(one)] if chosen.sources else None,
        ),
    ):
        if wanted is not None:
            parts.append(f" AND {table}{column.format(f'${first + len(values)}')}")
            values.append(wanted)
    return "".join(parts), values


def _is_few(db: Session, model: int, chosen: Filter) -> bool:
    """Whether the filter leaves so few passages that comparing every one is fast, and exact."""
    if not chosen:
        return False
    where, values = condition(chosen, 3)
    counted = db.value(
        f"SELECT count(*) FROM (SELECT FROM passages WHERE model = $1{where} LIMIT $2) few",
        model, EXACT + 1, *values,
    )  # fmt: skip
    return bool(counted <= EXACT)


def _placed(inner: str, order: str) -> str:
    """Rows of `inner` in order, equal ones by article and place."""
    return (
        f"SELECT r.number, r.article, r.start, r.stop, r.{order} FROM ({inner}) r "
        f"JOIN articles a ON a.number = r.article ORDER BY r.{order}, a.id, r.start, r.number"
    )
