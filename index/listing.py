"""Listings from SQLite's tables; texts are never fetched, seldom looked through (`index.wordlists`)."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from index.catalogue import Listed, Listing, Mention, Selection, copies_among
from index.wordlists import Read, holding

_COLUMNS = (
    "a.number, a.id, a.title, a.source, a.published, a.url, a.language, a.path, a.sha256, a.author, a.pages, "
    "length(t.text) FROM articles a JOIN texts t ON t.sha256 = a.sha256"
)

_ORDERS = {
    "newest": "a.published DESC, a.id",
    "oldest": "a.published IS NULL, a.published, a.id",
    "title": "lower(a.title), a.id",
    "id": "a.id",
}


def listing(db: sqlite3.Connection, wanted: Selection, limit: int | None, offset: int, kept: Read) -> Listing:
    """At most `limit` of the articles that are wanted behind the first `offset`, and how many there are."""
    conditions, values = _conditions(db, wanted, kept)
    found = db.execute(
        f"SELECT a.number FROM articles a WHERE {' AND '.join(conditions)} "  # noqa: S608 (our own words)
        f"ORDER BY {_ORDERS[wanted.order]}",
        values,
    ).fetchall()
    return Listing(_listed(db, [row[0] for row in found[offset:][:limit]]), len(found))


def listed(db: sqlite3.Connection, ids: Sequence[str]) -> tuple[Listed, ...]:
    """The articles of these ids, in their order; those that are not there are left out."""
    rows = db.execute(
        "SELECT a.number FROM json_each(?) j JOIN articles a ON a.id = j.value ORDER BY j.key",
        (json.dumps(list(ids)),),
    )
    return _listed(db, [row[0] for row in rows.fetchall()])


def beside(db: sqlite3.Connection, article_id: str) -> tuple[Mention | None, Mention | None]:
    """The articles before and after one by day and id; what has no day is before all that have one."""
    found: list[Mention | None] = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        row = db.execute(
            "SELECT a.id, a.title, a.source, a.published FROM articles a, "  # noqa: S608 (our own words)
            "(SELECT coalesce(published, '') AS day, id FROM articles WHERE id = ?) this "
            f"WHERE (coalesce(a.published, ''), a.id) {sign} (this.day, this.id) "
            f"ORDER BY coalesce(a.published, '') {order}, a.id {order} LIMIT 1",
            (article_id,),
        ).fetchone()
        found.append(_mention(row) if row else None)
    return found[0], found[1]


def languages(db: sqlite3.Connection) -> list[str]:
    """The languages of the articles, each once."""
    return [row[0] for row in db.execute("SELECT DISTINCT language FROM articles ORDER BY language")]


def _conditions(db: sqlite3.Connection, wanted: Selection, kept: Read) -> tuple[list[str], list[str]]:
    conditions, values = ["true"], []
    if wanted.language is not None:
        conditions.append("a.language = ?")
        values.append(wanted.language)
    for sign, day in ((">=", wanted.chosen.since), ("<=", wanted.chosen.until)):
        if day is not None:
            conditions.append(f"a.published {sign} ?")
            values.append(day.isoformat())
    if wanted.chosen.sources:
        asked = {source.casefold() for source in wanted.chosen.sources}
        known = db.execute("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL").fetchall()
        conditions.append("a.source IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([source for (source,) in known if source.casefold() in asked]))
    if wanted.words:
        conditions.append("a.number IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(holding(db, wanted.words, kept)))
    return conditions, values


def _listed(db: sqlite3.Connection, numbers: Sequence[int]) -> tuple[Listed, ...]:
    query = f"SELECT {_COLUMNS} WHERE a.number IN (SELECT value FROM json_each(?))"  # noqa: S608
    rows = db.execute(query, (json.dumps(list(numbers)),))
    found = {row[0]: row[1:] for row in rows.fetchall()}
    copies = _copies(db, numbers)
    return tuple(_of(found[number], copies.get(number, ())) for number in numbers if number in found)


def _of(row: Sequence[str], copies: tuple[Mention, ...]) -> Listed:
    article_id, title, source, published, url, language, path, digest, author, pages, length = row
    day = date.fromisoformat(published) if published else None
    begins = tuple(json.loads(pages)) if pages else ()
    return Listed(
        article_id, title, source, day, url, language, path, digest, author, begins, int(length), copies
    )


def _copies(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[Mention, ...]]:
    pairs: dict[int, set[int]] = defaultdict(set)
    rows = db.execute(
        "WITH RECURSIVE reached (article) AS (SELECT value FROM json_each(?) "
        "UNION SELECT c.other FROM reached r JOIN copies c ON c.article = r.article) "
        "SELECT c.article, c.other FROM reached r JOIN copies c ON c.article = r.article",
        (json.dumps(list(numbers)),),
    )
    for one, other in rows:
        pairs[one].add(other)
    if not pairs:
        return {}
    told = db.execute(
        "SELECT number, id, title, source, published FROM articles "
        "WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(pairs)),),
    )
    return copies_among({row[0]: _mention(row[1:]) for row in told}, pairs)


def _mention(row: Sequence[str]) -> Mention:
    article_id, title, source, published = row
    return Mention(article_id, title, source, date.fromisoformat(published) if published else None)
