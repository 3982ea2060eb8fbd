"""Word lists in SQLite's tables, so that a word is found without looking through every text.

Each covers the articles from one number to another. The newest articles, until they are enough for a list,
are in none, and are looked through; so are those of a list that is damaged.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence

from index.catalogue import forms_of, patterns_of
from index.errors import Damaged
from index.wordlist import Wordlist, pattern_of, words_in

SIZE = 1024
"""Articles in a list: as many are looked through when they are in none."""

_COVERED = "first, coalesce(CAST(last AS INTEGER), 0)"
_PACKED = f"{_COVERED}, seal, numbers, words, places"

MOST_KEPT = 256
"""Lists that are kept in memory, less than a megabyte each."""

Read = dict[bytes, Wordlist]
"""Lists that were read, by their seals."""


def holding(db: sqlite3.Connection, words: Sequence[str], kept: Read) -> list[int]:
    """The numbers of the articles that hold each of `words` in title or text; lists are read once."""
    wanted = [[pattern_of(form) for form in forms_of(word)] for word in words]
    sure: list[int] = []
    unsure: list[int] = []
    heads = db.execute(f"SELECT {_COVERED}, seal FROM wordlists").fetchall()  # noqa: S608
    for former in kept.keys() - {seal for _, _, seal in heads}:
        del kept[former]
    for first, last, seal in heads:
        try:
            wordlist = kept.get(seal) or _read(db, first)
        except Damaged:
            unsure += _numbers(db, first, last)
            continue
        if len(kept) < MOST_KEPT:
            kept[seal] = wordlist
        certain, perhaps = wordlist.find(wanted)
        sure += certain
        unsure += perhaps
    for first, last in _gaps(db):
        unsure += _numbers(db, first, last)
    return sure + _looked_through(db, unsure, words)


def note(db: sqlite3.Connection, number: int) -> None:
    """Make a list of the articles that are in none, `number` being the newest, once they are enough."""
    row = db.execute(f"SELECT {_COVERED} FROM wordlists ORDER BY first DESC LIMIT 1").fetchone()  # noqa: S608
    first = row[1] + 1 if row else 0
    if number - first + 1 >= SIZE:
        _make(db, first, number, SIZE)


def note_others(db: sqlite3.Connection) -> bool:
    """Make one list of articles that should be in one and are in none; whether there were such."""
    *between, (first, last) = _gaps(db)
    return any(_make(db, *gap, 1) for gap in between) or _make(db, first, last, SIZE)


def forget(db: sqlite3.Connection, gone: Sequence[int]) -> None:
    """Take articles out of the lists that they are in."""
    covered = db.execute(f"SELECT {_COVERED} FROM wordlists").fetchall() if gone else []  # noqa: S608
    for first, last in covered:
        if not (here := [number for number in gone if first <= number <= last]):
            continue
        left = None
        # Those of a list that is damaged are looked through until they are in another.
        with contextlib.suppress(Damaged):
            left = _read(db, first).without(here)
        db.execute("DELETE FROM wordlists WHERE first = ?", (first,))
        if left is not None and len(left.numbers):
            _put(db, left)


def drop_unsound(db: sqlite3.Connection) -> None:
    """Remove the lists that are damaged; their articles are looked through until they are in others."""
    for first in _unsound(db):
        db.execute("DELETE FROM wordlists WHERE first = ?", (first,))


def problems(db: sqlite3.Connection) -> list[str]:
    """The lists that are not as they were written, or lack an article, one line each."""
    return [f"the list of the words of articles from number {first} on is damaged" for first in _unsound(db)]


def _unsound(db: sqlite3.Connection) -> list[int]:
    """The first numbers of the lists that are damaged."""
    found = []
    for first, last in db.execute(f"SELECT {_COVERED} FROM wordlists").fetchall():  # noqa: S608
        try:
            whole = set(_numbers(db, first, last)) <= set(_read(db, first).numbers.tolist())
        except Damaged:
            whole = False
        if not whole:
            found.append(first)
    return found


def _read(db: sqlite3.Connection, first: int) -> Wordlist:
    row = db.execute(f"SELECT {_PACKED} FROM wordlists WHERE first = ?", (first,)).fetchone()  # noqa: S608
    return Wordlist.unpacked(*row)


def _make(db: sqlite3.Connection, first: int, last: int, least: int) -> bool:
    """Make a list of the first articles of a range that is in none, if there are so many; whether it did."""
    numbers = _numbers(db, first, last, SIZE)
    if len(numbers) < least:
        return False
    _put(db, Wordlist.build(first, _worded(db, numbers)))
    return True


def _put(db: sqlite3.Connection, wordlist: Wordlist) -> None:
    db.execute("INSERT INTO wordlists VALUES (?, ?, ?, ?, ?, ?)", wordlist.packed())


def _worded(db: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[tuple[int, set[bytes]]]:
    rows = db.execute(
        "SELECT a.number, a.title, t.text FROM articles a JOIN texts t ON t.sha256 = a.sha256 "
        "WHERE a.number IN (SELECT value FROM json_each(?)) ORDER BY a.number",
        (json.dumps(list(numbers)),),
    )
    for number, *texts in rows:
        yield number, words_in(*texts)


def _gaps(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """The first and the last number of each range that no list covers; the last one has no end."""
    covered = db.execute(f"SELECT {_COVERED} FROM wordlists ORDER BY first").fetchall()  # noqa: S608
    bounds = [0, *(bound for one, other in covered for bound in (one - 1, other + 1)), 2**63 - 1]
    pairs = list(zip(bounds[::2], bounds[1::2], strict=True))
    return [pair for pair in pairs[:-1] if pair[0] <= pair[1]] + pairs[-1:]


def _numbers(db: sqlite3.Connection, first: int, last: int, limit: int = -1) -> list[int]:
    rows = db.execute(
        "SELECT number FROM articles WHERE number BETWEEN ? AND ? ORDER BY number LIMIT ?",
        (first, last, limit),
    )
    return [row[0] for row in rows]


def _looked_through(db: sqlite3.Connection, numbers: Sequence[int], words: Sequence[str]) -> list[int]:
    """Those of `numbers` that hold each of `words`."""
    conditions, values = [], [json.dumps(list(numbers))]
    for word in words:
        patterns = patterns_of(word)
        fits = " OR ".join([r"a.title LIKE ? ESCAPE '\' OR t.text LIKE ? ESCAPE '\'"] * len(patterns))
        conditions.append(f"({fits})")
        values.extend(pattern for pattern in patterns for _ in range(2))
    rows = db.execute(
        "SELECT a.number FROM articles a JOIN texts t ON t.sha256 = a.sha256 "  # noqa: S608 (our own words)
        f"WHERE a.number IN (SELECT value FROM json_each(?)) AND {' AND '.join(conditions)}",
        values,
    )
    return [row[0] for row in rows]
