"""Search in a database: passages by nearness and by words, filtered, as of the moment of each question.

Nearness is pgvector's HNSW over half-precision vectors, made where a scan would be slow and measured
against exact search; the candidates that it finds are compared at full precision. By words, the postings
of rare terms are read in full; those of common terms, which are nearly all, are looked up only for the
passages that may still be among the best ("MaxScore", as in `index.lexical`): where they could lift no
passage that has none of the rare terms to the score that is reached without them.

What makes two articles copies is decided in `index.dedup`; here candidates are looked up and pairs are
kept.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dedup import CANDIDATES, COPIES_VERSION, STEP, bands_of, copies_among, wording_of
from index.errors import LibraryError
from index.lexical import K1, B, terms
from index.models import EVERYTHING, Article, Filter, Passage, Ranking, is_storable
from index.postgres.connection import Connections, Session
from index.postgres.schema import ARTICLE, key_of, near_index, number_of, publisher_of
from index.store import BATCH, article_of, copies_of, groups_among
from index.vectors import sampled_queries

EXACT = 10_000
"""Up to so many passages, filtered or not, every one is compared."""

REACHES = (100, 200, 400, 800, 1000)
"""How many candidates the index gathers (`ef_search`, 1000 at most); the first that finds enough is taken."""

_WANTED = 0.995
"""Of the sampled queries' ten nearest passages, the share to be found, so that of others it is 0.99; else
every passage is compared."""

_EQUAL = 1e-6

_LARGEST = 4000
"""Dimensions that pgvector can index at half precision."""

_GROWTH = 1.5
_SAMPLE = 64
_MEMORY = "512MB"


def is_outgrown(db: Session, model: int) -> bool:
    """Whether there are so many more passages than when the index was last looked at."""
    row = db.row("SELECT passages, analysed FROM models WHERE number = $1", model)
    return bool(row["passages"] > _GROWTH * row["analysed"])


def make_near(db: Session, model: int, *, anew: bool, reaches: Sequence[int] = REACHES) -> None:
    """Have the index where it pays and finds enough, and note how far it must reach; readers go on."""
    row = db.row("SELECT passages, dimension FROM models WHERE number = $1", model)
    passages, dimension = int(row["passages"]), int(row["dimension"] or 0)
    name = near_index(model)
    with db.transaction(), db.unhurried():
        pays = passages > EXACT and dimension <= _LARGEST
        if anew or not pays:
            db.run(f"DROP INDEX IF EXISTS {name}")
        if pays:
            db.value("SELECT set_config('maintenance_work_mem', $1, true)", _MEMORY)
            # The numbers are the database's own.
            db.run(
                f"CREATE INDEX IF NOT EXISTS {name} ON passages USING hnsw "
                f"((vector::halfvec({dimension})) halfvec_ip_ops) WHERE model = {model}"
            )
        db.run("UPDATE models SET analysed = passages, reach = NULL, recall = NULL WHERE number = $1", model)
    with db.unhurried():
        # Of what is known to be seen by all, the index alone is read.
        for statement in (
            "VACUUM (ANALYZE) postings",
            "VACUUM (ANALYZE) terms",
            "ANALYZE articles, passages",
        ):
            db.run(statement)
    if pays:
        with db.transaction(), db.unhurried():
            reach, recall = _measured(db, model, dimension, reaches)
            db.run("UPDATE models SET reach = $2, recall = $3 WHERE number = $1", model, reach, recall)
            if reach is None:
                db.run(f"DROP INDEX IF EXISTS {name}")


def candidates(model: int, dimension: int, where: str, limit: str) -> str:
    """The statement that asks the index: `$1` is a vector, `limit` how many."""
    half = f"halfvec({int(dimension)})"
    return (
        f"SELECT number, article, start, stop, vector FROM passages WHERE model = {int(model)}{where} "
        f"ORDER BY (vector::{half}) <#> $1::vector::{half} LIMIT {limit}"
    )


def _measured(db: Session, model: int, dimension: int, reaches: Sequence[int]) -> tuple[int | None, float]:
    """How far the index must reach to find enough, None where no reach does, and what share is found."""
    vectors = np.stack(
        [
            row["vector"]
            for row in db.rows(
                "SELECT vector FROM passages WHERE model = $1 ORDER BY hashint8(number) LIMIT $2",
                model, _SAMPLE,
            )
        ]
    )  # fmt: skip
    # What is stored is found more easily than what is asked.
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    queries = sampled_queries((vectors / np.maximum(lengths, 1e-12)).astype(np.float32))
    exact = "SELECT vector <#> $1 AS distance FROM passages WHERE model = $2 ORDER BY distance LIMIT 10"
    near = (
        f"SELECT vector <#> $1 AS distance FROM ({candidates(model, dimension, '', '20')}) c "
        "ORDER BY distance LIMIT 10"
    )
    # Equal texts have equal vectors: what is as near as the tenth nearest is as good.
    least = [db.rows(exact, query, model)[-1]["distance"] + _EQUAL for query in queries]
    recall = 0.0
    for reach in reaches:
        db.run(f"SET LOCAL hnsw.ef_search = {reach}")
        found = 0
        for query, distance in zip(queries, least, strict=True):
            found += sum(row["distance"] <= distance for row in db.rows(near, query))
        recall = found / (10 * len(queries))
        if recall >= _WANTED:
            return reach, recall
    return None, recall


def note_copies(db: Session, number: int, article: Article) -> None:
    """Keep by what copies of an article are found, and those that there are already."""
    wording = wording_of(article)
    bands = bands_of(wording)
    candidates = (
        [
            (row["number"], article_of(row))
            for row in db.rows(
                f"SELECT a.number, {ARTICLE} FROM (SELECT article, count(*) AS shared FROM bands "
                "WHERE band = ANY($1) AND article <> $2 "
                "GROUP BY article ORDER BY shared DESC, article LIMIT $3 OFFSET $4) b "
                "JOIN articles a ON a.number = b.article",
                bands, number, STEP, at,
            )
        ]
        for at in range(0, CANDIDATES, STEP)
    )  # fmt: skip
    others = copies_among(wording, candidates)
    db.run(
        "WITH signed AS (UPDATE articles SET likeness = $4 WHERE number = $1), "
        "kept AS (INSERT INTO bands SELECT DISTINCT band, $1::bigint FROM unnest($2::bigint[]) AS band), "
        "pairs AS (SELECT $1::bigint AS one, other FROM unnest($3::bigint[]) AS other) "
        "INSERT INTO copies SELECT one, other FROM pairs UNION ALL SELECT other, one FROM pairs",
        number, bands, others, COPIES_VERSION,
    )  # fmt: skip


def note_again(db: Session) -> None:
    """Do so for the articles whose copies were looked for in another way."""
    statement = (
        f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.likeness IS DISTINCT FROM $1 "
        "ORDER BY a.number LIMIT $2"
    )
    while rows := db.rows(statement, COPIES_VERSION, BATCH):
        for row in rows:
            db.run("DELETE FROM bands WHERE article = $1", row["number"])
            db.run("DELETE FROM copies WHERE article = $1 OR other = $1", row["number"])
            note_copies(db, row["number"], article_of(row))


def companies(db: Session, numbers: Sequence[int]) -> dict[int, list[tuple[int, Article]]]:
    """By article of `numbers` that has copies: all that carry it with their numbers, the first one first."""
    pairs = copies_of(db, numbers)
    if not pairs:
        return {}
    found = db.rows(f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.number = ANY($1)", list(pairs))
    articles = {row["number"]: article_of(row) for row in found}
    return {
        number: [(one, articles[one]) for one in group]
        for number, group in groups_among(articles, pairs).items()
    }


FIRST_VALUE = 9
"""The first number that is free for the values of a condition."""

FEW = 2_000
"""Postings that are read in full without asking whether they must be."""

_LIKELY = 0.4
"""What a term that occurs once mostly gives, as a share of its weight: where to try first."""

_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a question: its number, its weight and how many passages hold it."""

    number: int
    weight: float
    passages: int


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """The known terms of a question, the heaviest first, and the two parts of what length adds to a count."""

    terms: Sequence[QueryTerm]
    fixed: float
    by_length: float


def wording(db: Session, model: int, wanted: Counter[int]) -> WeightedQuery:
    """The terms of a query that a model's passages hold, with their weights; `wanted` counts each term."""
    known = db.rows(
        "SELECT t.term, t.passages AS holding, m.passages, m.words FROM models m JOIN terms t "
        "ON t.term = ANY($1) WHERE m.number = $2",
        list(wanted), model,
    )  # fmt: skip
    found = []
    for row in known:
        holding, total = row["holding"], row["passages"]
        weight = wanted[row["term"]] * math.log(1 + (total - holding + 0.5) / (holding + 0.5))
        found.append(QueryTerm(row["term"], weight, holding))
    average = known[0]["words"] / max(known[0]["passages"], 1) if known else 1.0
    found.sort(key=lambda one: (-one.weight, one.number))
    return WeightedQuery(found, K1 * (1 - B), K1 * B / (average or 1.0))


def best_passages(
    db: Session,
    asked: WeightedQuery,
    k: int,
    where: str,
    values: Sequence[Any],
    placed: Callable[[str, str], str],
    few: int = FEW,
) -> list[Any]:
    """Rows with `number`, `article`, `start`, `stop` and `score`, negative, of the `k` best and their equals.

    Args:
        db: Within a transaction.
        asked: What is asked for.
        k: How many.
        where: A condition on passages `f`, its values numbered from `FIRST_VALUE`.
        values: Of the condition.
        placed: Puts a statement's rows in order, by a column and then by article and place.
        few: See `FEW`.
    """
    # What is tried first and does not suffice is not tried by halves.
    for read in dict.fromkeys((_first(asked.terms, k, few), len(asked.terms))):
        rest = sum(term.weight for term in asked.terms[read:])
        rows: list[Any] = db.rows(
            placed(_statement(where), "score"),
            *_columns(asked.terms[:read]), asked.fixed, asked.by_length, k, rest,
            *_columns(asked.terms[read:]), *values,
        )  # fmt: skip
        if rows:
            return rows
    return []


def _first(terms: Sequence[QueryTerm], k: int, few: int) -> int:
    """How many of the terms to read in full at first: till the others are few, or will not decide."""
    covered, reached = 0, 0.0
    for read, term in enumerate(terms):
        others = terms[read:]
        if sum(one.passages for one in others) <= few:
            break
        if reached > sum(one.weight for one in others):
            return read
        covered += term.passages
        if covered >= k and not reached:
            # So many passages have a term that weighs no less.
            reached = _LIKELY * term.weight
    return len(terms)


def _columns(terms: Sequence[QueryTerm]) -> tuple[list[int], list[float]]:
    return [term.number for term in terms], [term.weight for term in terms]


def _statement(where: str) -> str:
    """`$1` and `$2` are terms and weights to read in full, `$7` and `$8` those to look up, `$6` their sum.

    It gives nothing where a passage that has only the latter could be among the best.
    """
    score = "sum(w.weight * p.frequency / (p.frequency + $3::float8 + $4::float8 * p.length))"
    join = f" JOIN passages f ON f.number = p.passage{where}" if where else ""
    return (
        f"WITH read AS MATERIALIZED (SELECT p.passage, {score} AS score "
        f"FROM unnest($1::bigint[], $2::float8[]) AS w (term, weight) JOIN postings p USING (term){join} "
        "WHERE p.term = ANY($1) GROUP BY p.passage), "
        "reached AS (SELECT coalesce((SELECT score FROM read ORDER BY score DESC "
        f"OFFSET $5::bigint - 1 LIMIT 1), 0) * (1 - {_ROUNDING}) AS score), "
        "likely AS MATERIALIZED (SELECT read.passage, read.score FROM read, reached "
        "WHERE ($6::float8 = 0 OR reached.score > $6) AND read.score >= reached.score - $6) "
        "SELECT f.number, f.article, f.start, f.stop, r.score FROM "
        "(SELECT l.passage, -(l.score + coalesce(more.score, 0))::real AS score FROM likely l "
        f"LEFT JOIN LATERAL (SELECT {score} AS score FROM unnest($7::bigint[], $8::float8[]) AS w "
        "(term, weight) JOIN postings p ON p.term = w.term AND p.passage = l.passage) more ON true "
        "ORDER BY score FETCH FIRST $5 ROWS WITH TIES) r JOIN passages f ON f.number = r.passage"
    )


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


class ArticleCache:
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
    """The passages of one model in PostgreSQL, for search; see `index.models.Searchable`.

    A row is the number of a passage, which no other passage ever gets.
    """

    def __init__(self, sessions: Connections, articles: ArticleCache, model: Model, revision: int) -> None:
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
        def read(db: Session) -> dict[int, tuple[Article, ...]]:
            owners = {
                row["number"]: row["article"]
                for row in db.rows("SELECT number, article FROM passages WHERE number = ANY($1)", list(rows))
            }
            groups = companies(db, list(set(owners.values())))
            if not groups:
                return {}
            where, values = condition(chosen, 2, number="number")
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
        return self.passage(row).article.language

    def count(self, chosen: Filter = EVERYTHING) -> int:
        where, values = condition(chosen, 2, number="number")
        return int(
            self._sessions.run(
                lambda db: db.value(
                    f"SELECT count(*) FROM articles WHERE model = $1{where}", self.model.number, *values
                )
            )
        )


def condition(chosen: Filter, first: int, table: str = "", number: str = "article") -> tuple[str, list[Any]]:
    """A filter as ` AND ...`, its values numbered from `$first`, and the values.

    `number` is the column that has an article's number: "article" of passages, "number" of articles.
    """
    parts: list[str] = []
    values: list[Any] = []
    for column, wanted in (
        ("published >= {}", chosen.since),
        ("published <= {}", chosen.until),
        (
            "publisher = ANY({})",
            [publisher_of(one) for one in chosen.sources if is_storable(one)] if chosen.sources else None,
        ),
        (
            f"{number} IN (SELECT number FROM articles WHERE key = ANY({{}}))",
            [key_of(one) for one in chosen.articles if is_storable(one)] if chosen.articles else None,
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
