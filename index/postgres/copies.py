"""Copies in a database: which of the stored articles are one release that several publishers carry.

What makes two articles copies is told in `index.likeness`; here candidates are looked up and pairs are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from index.article import Article
from index.copies import MOST, STEP
from index.likeness import RECIPE, are_copies, bands_of, groups, precedence, wording_of
from index.postgres.connection import Session
from index.postgres.records import ARTICLE, BATCH, article_of


def note_copies(db: Session, number: int, article: Article) -> None:
    """Keep by what copies of an article are found, and those that there are already."""
    wording = wording_of(article)
    bands = bands_of(wording)
    others: list[int] = []
    for at in range(0, MOST, STEP):
        alike = db.rows(
            f"SELECT a.number, {ARTICLE} FROM (SELECT article, count(*) AS shared FROM bands "
            "WHERE band = ANY($1) AND article <> $2 "
            "GROUP BY article ORDER BY shared DESC, article LIMIT $3 OFFSET $4) b "
            "JOIN articles a ON a.number = b.article",
            bands, number, STEP, at,
        )  # fmt: skip
        found = [row["number"] for row in alike if are_copies(wording, wording_of(article_of(row)))]
        others += found
        if 2 * len(found) < STEP:
            break
    db.run(
        "WITH signed AS (UPDATE articles SET likeness = $4 WHERE number = $1), "
        "kept AS (INSERT INTO bands SELECT DISTINCT band, $1::bigint FROM unnest($2::bigint[]) AS band), "
        "pairs AS (SELECT $1::bigint AS one, other FROM unnest($3::bigint[]) AS other) "
        "INSERT INTO copies SELECT one, other FROM pairs UNION ALL SELECT other, one FROM pairs",
        number, bands, others, RECIPE,
    )  # fmt: skip


def note_again(db: Session) -> None:
    """Do so for the articles whose copies were looked for in another way."""
    statement = (
        f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.likeness IS DISTINCT FROM $1 "
        "ORDER BY a.number LIMIT $2"
    )
    while rows := db.rows(statement, RECIPE, BATCH):
        for row in rows:
            db.run("DELETE FROM bands WHERE article = $1", row["number"])
            db.run("DELETE FROM copies WHERE article = $1 OR other = $1", row["number"])
            note_copies(db, row["number"], article_of(row))


def companies(db: Session, numbers: Sequence[int]) -> dict[int, list[tuple[int, Article]]]:
    """By article of `numbers` that has copies: all that carry it with their numbers, the first one first."""
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
    found = db.rows(f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.number = ANY($1)", list(pairs))
    articles = {row["number"]: article_of(row) for row in found}
    order = sorted(articles, key=lambda number: precedence(articles[number]))
    return {
        number: [(one, articles[one]) for one in group] for group in groups(order, pairs) for number in group
    }
