"""Copies: which of the stored articles are one release that several publishers carry, in SQLite's tables.

What makes two articles copies is told in `index.likeness`; here candidates are looked up and pairs are kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict

from index.article import Article
from index.likeness import RECIPE, are_copies, bands_of, groups, wording_of
from index.rows import article_numbered

STEP = 64
"""Candidates, those that share most bands first, that an article is compared with at a time."""

MOST = 64 * STEP
"""Candidates that it is compared with at all, as long as half of those before were copies."""


def note(
    db: sqlite3.Connection,
    number: int,
    article: Article,
) -> None:
    """Keep by what copies of an article are found, and those that there are already."""
    wording = wording_of(article)
    bands = bands_of(wording)
    db.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?)", (number, RECIPE))
    db.execute("DELETE FROM bands WHERE article = ?", (number,))
    db.execute("DELETE FROM copies WHERE article = ?", (number,))
    db.execute("DELETE FROM copies WHERE other = ?", (number,))
    alike = db.execute(
        "SELECT article FROM bands WHERE band IN (SELECT value FROM json_each(?)) AND article <> ? "
        "GROUP BY article ORDER BY count(*) DESC, article LIMIT ?",
        (json.dumps(bands), number, MOST),
    ).fetchall()
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in bands])
    for at in range(0, len(alike), STEP):
        some = [(other, article_numbered(db, other)) for (other,) in alike[at : at + STEP]]
        found = [other for other, there in some if there and are_copies(wording, wording_of(there))]
        pairs = [pair for other in found for pair in ((number, other), (other, number))]
        db.executemany("INSERT INTO copies VALUES (?, ?)", pairs)
        if 2 * len(found) < STEP:
            return


def unsigned(db: sqlite3.Connection, limit: int) -> list[int]:
    """Articles that an earlier version stored, whose copies have not been looked for in today's way."""
    rows = db.execute(
        "SELECT a.number FROM articles a JOIN texts t ON t.sha256 = a.sha256 "
        "LEFT JOIN signatures s ON s.article = a.number AND s.recipe = ? "
        "WHERE s.article IS NULL OR a.seal IS NULL ORDER BY a.number LIMIT ?",
        (RECIPE, limit),
    )
    return [row[0] for row in rows]


def grouped(db: sqlite3.Connection) -> list[list[int]]:
    """The numbers of articles that are copies of one another, the one that goes before others first."""
    pairs: dict[int, set[int]] = defaultdict(set)
    for one, other in db.execute("SELECT article, other FROM copies"):
        pairs[one].add(other)
        pairs[other].add(one)
    if not pairs:
        return []
    order = db.execute(
        "SELECT number FROM articles WHERE number IN (SELECT article FROM copies) "
        "ORDER BY coalesce(published, '9999'), id"
    )
    return groups((row[0] for row in order), pairs)
