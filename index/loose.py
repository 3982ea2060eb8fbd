"""What was let go of, and is removed where nothing else has it; see `loose` in `index.schema`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from index import wordlists


def drop_texts(db: sqlite3.Connection, needed: Callable[[str], bool]) -> None:
    """Remove texts that were let go of, that no article has, and that are not `needed` for another reason."""
    for (digest,) in db.execute("SELECT key FROM loose WHERE kind = 'text'").fetchall():
        used = db.execute("SELECT 1 FROM articles WHERE sha256 = ?", (digest,)).fetchone() is not None
        if used or not needed(digest):
            db.execute("DELETE FROM loose WHERE kind = 'text' AND key = ?", (digest,))
        if not used and not needed(digest):
            db.execute("DELETE FROM texts WHERE sha256 = ?", (digest,))


def drop_vectors(db: sqlite3.Connection) -> None:
    """Remove vectors that were let go of and that no passage has."""
    db.execute(
        "DELETE FROM embeddings WHERE content IN (SELECT key FROM loose WHERE kind = 'vector') "
        "AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.content = embeddings.content)"
    )
    db.execute("DELETE FROM loose WHERE kind = 'vector'")


def drop_words(db: sqlite3.Connection) -> None:
    """Remove what was noted of the words of articles that are gone."""
    found = db.execute("SELECT key FROM loose WHERE kind = 'words'").fetchall()
    wordlists.forget(db, [int(key) for (key,) in found])
    db.execute("DELETE FROM loose WHERE kind = 'words'")
