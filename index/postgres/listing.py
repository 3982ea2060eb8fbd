"""Listings from a database; texts are looked through in place, by an index if there is one, never fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from index.catalogue import Listed, Listing, Mention, Selection, copies_among, patterns_of
from index.postgres.connection import Session
from index.postgres.lexicon import key_of
from index.postgres.records import publisher_of

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


def listing(db: Session, wanted: Selection, limit: int | None, offset: int) -> Listing:
    """At most `limit` of the articles that are wanted behind the first `offset`, and how many there are."""
    conditions, values = _conditions(wanted)
    found = db.rows(
        f"SELECT a.number FROM articles a WHERE {' AND '.join(conditions)} ORDER BY {_ORDERS[wanted.order]}",
        *values,
    )
    return Listing(_listed(db, [row["number"] for row in found[offset:][:limit]]), len(found))


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
    rows = db.rows(
        "WITH RECURSIVE reached AS (SELECT unnest($1::bigint[]) AS article "
        "UNION SELECT c.other FROM reached r JOIN copies c ON c.article = r.article) "
        "SELECT article, c.other FROM reached r JOIN copies c USING (article)",
        list(numbers),
    )
    pairs: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        pairs[row["article"]].add(row["other"])
    if not pairs:
        return {}
    told = db.rows(f"SELECT {_MENTION} FROM articles a WHERE a.number = ANY($1)", list(pairs))
    return copies_among({row["number"]: _mention(row) for row in told}, pairs)


def _mention(row: Any) -> Mention:
    return Mention(row["id"], row["title"], row["source"], row["published"])
