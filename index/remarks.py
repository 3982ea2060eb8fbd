"""Remarks: the questions that were not answered and what readers said of answers, in SQLite's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from index.soundness import cleaned


def record_gap(db: sqlite3.Connection, question: str, language: str, nearest: str | None) -> None:
    """Count a question that was not answered; `nearest` is the id of the nearest article."""
    db.execute(
        "INSERT INTO gaps VALUES (?, ?, ?, ?, 1) ON CONFLICT (question, language) DO UPDATE "
        "SET nearest = excluded.nearest, asked_at = excluded.asked_at, count = count + 1",
        (cleaned(question), language, nearest, _now()),
    )


def gaps(db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Question, language, nearest article, when it was asked and how often, the most frequent first."""
    for *told, at, count in db.execute("SELECT * FROM gaps ORDER BY count DESC, asked_at DESC, question"):
        yield (*told, datetime.fromisoformat(at), count)


def record_feedback(db: sqlite3.Connection, said: Sequence[str | None], *, replacing: bool) -> None:
    """Keep question, answer, verdict, reason and correction, also in place of those of that same answer."""
    values = [None if one is None else cleaned(one) for one in said]
    if replacing:
        db.execute("DELETE FROM feedback WHERE question = ? AND answer = ?", values[:2])
    db.execute(
        "INSERT INTO feedback (question, answer, verdict, reason, correction, at) VALUES (?, ?, ?, ?, ?, ?)",
        (*values, _now()),
    )


def feedback(db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """What was recorded and when, the oldest first."""
    rows = db.execute(
        "SELECT question, answer, verdict, reason, correction, at FROM feedback ORDER BY number"
    )
    for *told, at in rows:
        yield (*told, datetime.fromisoformat(at))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
