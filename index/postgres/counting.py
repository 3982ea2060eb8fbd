"""Counts in a database: what a passage's words should come to, what they do, and all of them done again."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from operator import xor
from typing import Any

from index.article import Article, Passage
from index.chunking import embedded_text
from index.lexicon import LEXICON
from index.postgres.connection import Session
from index.postgres.lexicon import counted, frequency
from index.postgres.records import ARTICLE, BATCH, article_of, index_terms, seal_of

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
