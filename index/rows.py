"""Rows: how SQLite's tables hold an article, and what tells whether they are as they were written."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.article import Article

ARTICLE = (
    "a.id, a.title, t.text, a.source, a.published, a.url, a.language, a.path, a.sha256, a.author, a.pages "
    "FROM articles a JOIN texts t ON t.sha256 = a.sha256"
)

FINGERPRINT = 16
"""Bytes."""

PassageRow = tuple[str, int, int, str, int | None, bytes | None]


def article_of(row: Sequence[str]) -> Article:
    article_id, title, text, source, published, url, language, path, digest, author, pages = row
    day = date.fromisoformat(published) if published else None
    begins = tuple(json.loads(pages)) if pages else ()
    return Article(article_id, title, text, source, day, url, language, path, digest, author, begins)


def article_numbered(db: sqlite3.Connection, number: int) -> Article | None:
    """The article of a number; None where it or its text is not there."""
    row = db.execute(f"SELECT {ARTICLE} WHERE a.number = ?", (number,)).fetchone()
    return article_of(row) if row else None


def put_article(db: sqlite3.Connection, article: Article, origin: Sequence[str]) -> int:
    """Store an article in the place of what has its id, and its text; its number.

    Its origin is `(location, digest, recipe, embedder)`, see `index.store.Entry`.
    """
    day = article.published.isoformat() if article.published else None
    pages = json.dumps(article.pages) if article.pages else None
    values = (
        article.id, article.title, article.source, day, article.url, article.language, article.path,
        article.sha256, *origin, article.author, pages,
    )  # fmt: skip
    db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (article.sha256, article.text))
    # A new row, never an old number: what a generation calls by number is never another passage.
    db.execute("DELETE FROM articles WHERE id = ?", (article.id,))
    cursor = db.execute(
        "INSERT INTO articles (id, title, source, published, url, language, path, sha256, location, "
        "digest, recipe, embedder, author, pages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    return int(cursor.lastrowid or 0)


def passages_behind(db: sqlite3.Connection, last: str, limit: int) -> tuple[list[PassageRow], str | None]:
    """Passages of so many articles behind an id, in order, and the last one's id; None where there is none.

    Each is `(article id, start, end, content, embedder known?, vector)`; a vector that is altered is empty.
    """
    found = db.execute(
        'SELECT a.id, p.start, p."end", p.content, e.rowid, e.vector, e.seal FROM '
        "(SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT ?) a "
        "JOIN passages p ON a.number = p.article "
        "LEFT JOIN embeddings e ON e.content = p.content AND e.embedder = a.embedder "
        "ORDER BY a.id, p.start, p.number",
        (last, limit),
    )
    rows = [
        (*told, vector if vector is None or seal in {None, vector_seal(vector)} else b"")
        for *told, vector, seal in found
    ]
    some = "SELECT max(id) FROM (SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?)"
    return rows, db.execute(some, (last, limit)).fetchone()[0]


def altered(db: sqlite3.Connection) -> list[Article]:
    """Articles whose rows, or whose passages' rows, are no longer as they were written."""
    sealed = db.execute("SELECT number, seal FROM articles WHERE seal IS NOT NULL ORDER BY id").fetchall()
    other = [article_numbered(db, number) for number, seal in sealed if seal != seal_of(db, number)]
    return [article for article in other if article is not None]


def put_seal(db: sqlite3.Connection, number: int) -> None:
    """Seal an article's row and its passages as they are."""
    db.execute("UPDATE articles SET seal = ? WHERE number = ?", (seal_of(db, number), number))


def seal_of(db: sqlite3.Connection, number: int) -> str:
    """What tells whether an article's row and its passages are as they were written."""
    cursor = db.execute("SELECT * FROM articles WHERE number = ?", (number,))
    kept = [at for at, column in enumerate(cursor.description) if column[0] not in {"number", "seal"}]
    row = cursor.fetchone()
    passages = db.execute(
        'SELECT start, "end", content FROM passages WHERE article = ? ORDER BY start, number', (number,)
    ).fetchall()
    # The digest within stands where an earlier version put it: its seals are to hold.
    return digest_of((digest_of(tuple(row[at] for at in kept)), passages)).hex()


def vector_seal(vector: bytes) -> bytes:
    """What tells whether a stored vector is as it was written."""
    return hashlib.blake2b(vector, digest_size=8).digest()


def digest_of(value: object) -> bytes:
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=FINGERPRINT).digest()


def put_vectors(db: sqlite3.Connection, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
    """Store vectors by content, in the place of those that the embedder gave before."""
    db.execute("INSERT OR IGNORE INTO embedders VALUES (?)", (embedder,))
    blobs = [(content, np.ascontiguousarray(vector, "<f4").tobytes()) for content, vector in vectors.items()]
    db.executemany(
        "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)",
        [(content, embedder, blob, vector_seal(blob)) for content, blob in blobs],
    )
