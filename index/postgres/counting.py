"""Counts in a database: what a passage's words should come to, what they do, and all of them done again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import xor

from index.article import Article, Passage
from index.chunking import embedded_text
from index.lexicon import LEXICON
from index.postgres.connection import Session
from index.postgres.lexicon import counted, frequency
from index.postgres.records import ARTICLE, BATCH, article_of, index_terms

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
}
"""What must not be found, as the number of such rows."""


def words_of(db: Session, after: str) -> list[tuple[Article, Sums, Sums | None]]:
    """Passages of the articles behind an id: each article, what its words should come to and what they do."""
    articles = db.rows(
        f"SELECT a.number, a.model, {ARTICLE} FROM articles a WHERE a.id > $1 ORDER BY a.id LIMIT $2",
        after, BATCH,
    )  # fmt: skip
    known = {row["number"]: article_of(row) for row in articles}
    passages = db.rows(
        "SELECT p.number, p.article, p.model, p.start, p.stop, p.length FROM passages p "
        "JOIN articles a ON a.number = p.article AND a.model = p.model "
        "WHERE p.article = ANY($1) AND p.stop <= char_length(a.text) ORDER BY a.id, p.start",
        list(known),
    )
    sums = db.rows(
        "SELECT passage, count(*), bit_xor(term), sum(frequency), "
        "sum((term & 65535) * frequency)::bigint, min(length), max(length) FROM postings "
        "WHERE passage = ANY($1) GROUP BY passage",
        [row["number"] for row in passages],
    )
    held = {number: tuple(map(int, rest)) for number, *rest in sums}
    found = []
    for row in passages:
        passage = Passage(known[row["article"]], row["start"], row["stop"])
        words = counted(embedded_text(passage), row["model"])
        should = _sums({term: frequency(count) for term, count in words.items()}, words.total())
        found.append(
            (passage.article, should, held.get(row["number"], ()) if row["length"] == words.total() else None)
        )
    return found


def _sums(words: Mapping[int, int], length: int) -> Sums:
    if not words:
        return ()
    return (
        len(words),
        reduce(xor, words),
        sum(words.values()),
        sum((term & 65535) * count for term, count in words.items()),
        length,
        length,
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
