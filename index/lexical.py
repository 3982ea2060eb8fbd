"""Search by words: BM25 over our own terms, and the word lists behind the list of articles.

Terms are lower-case and NFKC; a figure is one term, its separators written alike, so that `4,796` and
`4.796` meet; `negara-negara` is one `negara`; endings that are no part of an Indonesian word (-nya, -lah,
-kah, -pun) are dropped. Words without a topic are left out. `bench/lexical.py` compares these choices on a
retrieval set.

Postings hold for each term its rows and how often each has it. Terms are kept as 64-bit digests in
ascending order: found by bisection in a mapped file, and of a removed article not even a word remains. Two
of a million terms share a digest with a probability of 3 in 100 million. Nothing in postings depends on
other rows, so that they are joined and thinned out without reading a text.

A word list says which words stand in which of some hundred articles, in a few hundred bytes for each of
them. A word is as long a run of letters, digits and signs beyond ASCII as there is, its ASCII letters
small. What is looked for is cut into such runs too; where it is one, the list alone decides, else it names
the articles in which to look, and no article that holds the pattern is ever left out. Word lists lie in
SQLite's tables, each for the articles from one number to another; the newest articles, until they are
enough for a list, are looked through, and so are those of a list that is damaged.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
import string
import unicodedata
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged
from index.models import Ranking, cleaned
from index.text import LEXICON, function_words

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The postings of rows that count from 0.

    Attributes:
        terms: Digests, ascending, shape `(terms,)`.
        bounds: Where in `rows` those of each term begin and end, shape `(terms + 1,)`.
        rows: Ascending for each term.
        counts: How often the row has the term.
        sizes: Terms in each row, shape `(rows,)`.
    """

    terms: NDArray[np.uint64]
    bounds: NDArray[np.int64]
    rows: Rows
    counts: NDArray[np.uint16]
    sizes: Rows

    def of(self, digest: np.uint64) -> tuple[Rows, NDArray[np.uint16]]:
        """The rows that hold a term and how often."""
        at = int(np.searchsorted(self.terms, digest))
        if at == len(self.terms) or self.terms[at] != digest:
            return self.rows[:0], self.counts[:0]
        begin, end = self.bounds[at], self.bounds[at + 1]
        return self.rows[begin:end], self.counts[begin:end]

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in Postings.__slots__}


class _Numbers(dict[str, int]):
    """Numbers strings as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class Collecting:
    """Builds postings from the terms of one text after another."""

    def __init__(self) -> None:
        self._known = _Numbers()
        self._tokens = array("i")
        self._sizes = array("i")

    def add(self, terms: Iterable[str]) -> None:
        known, before = self._known, len(self._tokens)
        self._tokens.extend([known[term] for term in terms])
        self._sizes.append(len(self._tokens) - before)

    def postings(self) -> Postings:
        digests = np.array([digest(term) for term in self._known], np.uint64)
        terms, place = np.unique(digests, return_inverse=True)
        sizes = np.array(self._sizes, np.int32)
        rows = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        tokens = place[np.array(self._tokens, np.int32)] if len(rows) else np.zeros(0, np.int64)
        return _sorted(terms, tokens, rows, np.ones(len(rows), np.int64), sizes)


def join(parts: Sequence[tuple[Postings, Rows]], total: int) -> Postings:
    """The postings of `total` rows, taken from parts, each with the new place of its rows, -1 for none."""
    terms = np.unique(np.concatenate([part.terms for part, _ in parts] or [np.zeros(0, np.uint64)]))
    sizes = np.zeros(total, np.int32)
    tokens, rows, counts = [], [], []
    for part, places in parts:
        kept = places >= 0
        sizes[places[kept]] = part.sizes[kept]
        placed = places[part.rows]
        live = placed >= 0
        numbers = np.repeat(np.searchsorted(terms, part.terms), np.diff(part.bounds))
        tokens.append(numbers[live])
        rows.append(placed[live])
        counts.append(part.counts[live].astype(np.int64))
    if not parts:
        return _sorted(terms, np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64), sizes)
    return _sorted(terms, np.concatenate(tokens), np.concatenate(rows), np.concatenate(counts), sizes)


def digest(term: str) -> np.uint64:
    raw = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(raw, "little"))


def _sorted(
    terms: NDArray[np.uint64],
    tokens: NDArray[np.int64],
    rows: Rows,
    counts: NDArray[np.int64],
    sizes: Rows,
) -> Postings:
    """Postings of `(position in terms, row, count)`, those of one term and row added up."""
    width = max(len(sizes), 1)
    keys = tokens * width + rows
    order = np.argsort(keys)
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    summed = np.add.reduceat(counts[order], first) if len(first) else counts
    owners, rows = np.divmod(keys[first], width)
    each = np.bincount(owners, minlength=len(terms))
    used = each > 0
    return Postings(
        terms[used],
        np.concatenate([[0], np.cumsum(each[used])]).astype(np.int64),
        rows.astype(np.int32),
        np.minimum(summed, np.iinfo(np.uint16).max).astype(np.uint16),
        sizes,
    )


TERMS_VERSION = "3"
"""Changed whenever a text would give other terms or scores, so that its terms are made again."""

K1 = 1.2
B = 0.75

TERM = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W_]+(?:['’][^\W_]+)?")
_REDUPLICATED = re.compile(r"\b([^\W\d_]{2,})-\1(?![^\W_]*-)")
_ENDINGS = ("nya", "lah", "kah", "pun")
_SHORTEST_STEM = 4
_WHOLE = frozenset(LEXICON.words("whole_words", "id"))


def terms(text: str) -> list[str]:
    """The words and figures of `text` that search goes by, in order."""
    text = unicodedata.normalize("NFKC", text).lower()
    if "-" in text:
        text = _REDUPLICATED.sub(r"\1", text)
    left_out = _stop_words()
    return [stem(word) for word in TERM.findall(text) if word not in left_out]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A lower-case word without its endings, a figure with its separators written alike."""
    if word[:1].isdigit():
        return word.replace(",", ".")
    if word in _WHOLE:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


@cache
def _stop_words() -> frozenset[str]:
    return function_words("id") | function_words("en")


Mask = NDArray[np.bool_]


class LexicalIndex:
    """Postings of one or several runs of rows, ranked as if they were one; only those of a query are read."""

    def __init__(self, parts: Sequence[Postings]) -> None:
        """Take the postings; rows count on from one to the next."""
        self._parts = parts
        self._firsts = np.cumsum([0, *(len(part.sizes) for part in parts)])
        total = sum(int(part.sizes.sum()) for part in parts)
        average = total / max(len(self), 1) or 1.0
        # What the length of a row adds below the line, once for all queries.
        self._norms = [(K1 * (1 - B) + (K1 * B / average) * part.sizes).astype(np.float32) for part in parts]

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """An index of `texts`."""
        return cls.of_terms(terms(text) for text in texts)

    @classmethod
    def of_terms(cls, documents: Iterable[Iterable[str]]) -> LexicalIndex:
        """An index of texts that were split into terms already, to compare other ways of doing so."""
        collecting = Collecting()
        for document in documents:
            collecting.add(document)
        return cls([collecting.postings()])

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def search(self, query: str, k: int, keep: Mask | None = None) -> Ranking:
        """The `k` rows that share most with `query` as `(row, BM25)`, best first, equal ones in row order.

        Args:
            query: A question or words.
            k: How many rows at most; a row that shares no term is none.
            keep: Shape `(n,)`; only rows where it is true are found, with the scores they have among all.

        Raises:
            ValueError: the mask has another shape.
        """
        return self.search_terms(terms(query), k, keep)

    def search_terms(self, wanted: Iterable[str], k: int, keep: Mask | None = None) -> Ranking:
        """As `search`, for terms."""
        if keep is not None and keep.shape != (len(self),):
            raise ValueError(f"a mask has shape ({len(self)},), not {keep.shape}")
        if k <= 0:
            return []
        found = self._found(wanted)
        rows, scores = np.zeros(0, np.int64), np.zeros(0, np.float32)
        for number, first in enumerate(self._firsts[:-1]):
            least = float(np.partition(scores, len(scores) - k)[len(scores) - k]) if len(scores) >= k else 0.0
            lists = [(weight, *of_part[number]) for weight, of_part in found]
            mask = None if keep is None else keep[first : self._firsts[number + 1]]
            best, sums = best_rows(lists, self._norms[number], k, least, mask)
            rows, scores = np.concatenate([rows, best + first]), np.concatenate([scores, sums])
        order = np.argsort(-scores, kind="stable")[:k]
        return [(int(rows[at]), float(scores[at])) for at in order]

    def _found(self, wanted: Iterable[str]) -> list[tuple[float, list[tuple[Rows, NDArray[np.uint16]]]]]:
        """The weight and postings, for each part, of every known term, the rarest first."""
        found = []
        for term, times in Counter(wanted).items():
            key = digest(term)
            lists = [part.of(key) for part in self._parts]
            if holders := sum(len(rows) for rows, _ in lists):
                weight = float(np.log1p((len(self) - holders + 0.5) / (holders + 0.5)))
                found.append((times * weight, lists))
        return sorted(found, key=lambda one: -one[0])


def best_rows(
    lists: Sequence[tuple[float, Rows, NDArray[np.uint16]]],
    norms: NDArray[np.float32],
    k: int,
    least: float = 0.0,
    keep: Mask | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The `k` rows of the greatest score, or more where scores are equal, ascending, with their scores.

    A list is read in full only while a row that no list before has named could still be among the best; after
    that only what it says of the rows in question ("MaxScore", Turtle & Flood, "Query Evaluation: Strategies
    and Optimizations", 1995).

    Args:
        lists: Weight, rows and counts of each term, the heaviest first.
        norms: What the length of each row adds below the line.
        k: How many rows at most.
        least: A score that has been reached `k` times elsewhere.
        keep: Only rows where it is true count.
    """
    scores = np.zeros(len(norms), np.float32)
    rest = sum(weight for weight, _, _ in lists)
    named: list[NDArray[np.int64]] = []
    candidates: NDArray[np.int64] | None = None
    for weight, rows, counts in lists:
        if candidates is None and named and len(rows) > _WORTHWHILE:
            least = max(least, _reached(scores, named, k))
            # A score is at most its weight; rounding must not cost a row its place.
            if rest < least * (1 - _ROUNDING):
                candidates = _at_least(scores, named, least - rest)
        rest -= weight
        if candidates is not None:
            at = np.searchsorted(rows, candidates)
            at[at == len(rows)] = 0
            same = rows[at] == candidates if len(rows) else np.zeros(len(candidates), bool)
            hit, times = candidates[same], counts[at[same]]
        elif keep is not None:
            kept = keep[rows]
            hit, times = rows[kept].astype(np.int64), counts[kept]
        else:
            hit, times = rows.astype(np.int64), counts
        often = times.astype(np.float32)
        scores[hit] += np.float32(weight) * (often / (often + norms[hit]))
        if candidates is None:
            named.append(hit)
    best = _at_least(scores, named, max(least, _reached(scores, named, k)))
    return best, scores[best]


_WORTHWHILE = 2000
"""Rows of a term from which it pays to ask whether all of them must be read."""

_ROUNDING = 1e-5


def _reached(scores: NDArray[np.float32], named: Sequence[NDArray[np.int64]], k: int) -> float:
    """A score that at least `k` of the named rows reach; 0 where they are fewer."""
    # Within one list rows are named once, so that it gives a first bound without sorting all of them.
    bounds = [np.partition(scores[rows], len(rows) - k)[len(rows) - k] for rows in named if len(rows) >= k]
    seen = _at_least(scores, named, float(max(bounds, default=0.0)))
    if len(seen) < k:
        return 0.0
    return float(np.partition(scores[seen], len(seen) - k)[len(seen) - k])


def _at_least(
    scores: NDArray[np.float32], named: Sequence[NDArray[np.int64]], least: float
) -> NDArray[np.int64]:
    """The named rows of such a score, each once, ascending."""
    least *= 1 - _ROUNDING
    reaching = [rows[scores[rows] >= least] for rows in named]
    return np.unique(np.concatenate(reaching)) if reaching else np.zeros(0, np.int64)


MOST_WORDS = 16
"""Words and phrases that are looked for; who types more has pasted a text."""

_LONGEST_WORD = 200
_TYPED = re.compile(r'"([^"]*)"?|“([^”]*)”?|(\S+)')
_SPECIAL = re.compile(r"([%_\\])")
_ESCAPED = r"\\\1"
_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def words_of(typed: str) -> tuple[str, ...]:
    """The words to look for in a typed text; a phrase between quotation marks counts as one."""
    found = ("".join(match.groups("")) for match in _TYPED.finditer(cleaned(typed)))
    words = (unicodedata.normalize("NFC", " ".join(one.split()))[:_LONGEST_WORD] for one in found)
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def forms_of(word: str) -> list[str]:
    """How `word` may be written in texts whose ASCII letters are small; one of these is in what holds it.

    Other letters a database may not know to be of one kind.
    """
    forms = [word]
    if not word.isascii():
        forms = [
            unicodedata.normalize(form, one)
            for one in (word.lower(), word.upper())
            for form in ("NFC", "NFD")
        ]
    return list(dict.fromkeys(one.translate(_TO_LOWER) for one in forms))


def patterns_of(word: str) -> list[str]:
    r"""The patterns for LIKE, with `\` as its escape, of which one fits wherever `word` occurs."""
    return [f"%{_SPECIAL.sub(_ESCAPED, one)}%" for one in forms_of(word)]


_RUN = re.compile(rb"[0-9a-z_\x80-\xff]+")

_LONGEST = 64
"""Bytes of a word that is kept; in what holds a longer one, every article is looked at."""

_MANY = 500
"""Words from which on it is quicker to go through the places of all."""

_END = b"\n"
_OTHER = b""
"""Stands for all words that are too long."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A search pattern, cut where words end.

    Attributes:
        parts: The runs that it holds, with an end of line where a word must begin or end; none where it
            holds no run of fit length, and every article may hold it.
        decides: Whether an article that has the parts holds the pattern.
    """

    parts: tuple[bytes, ...]
    decides: bool


def pattern_of(form: str) -> Pattern:
    """How to look for `form`, whose ASCII letters are small."""
    raw = form.encode()
    parts = []
    for run in _RUN.finditer(raw):
        # Nearly every text has each letter, and a look at the text finds it at once.
        if 1 < len(run[0]) <= _LONGEST:
            begins = _END if run.start() else b""
            ends = _END if run.end() < len(raw) else b""
            parts.append(begins + run[0] + ends)
    return Pattern(tuple(parts), decides=parts == [raw])


def words_in(*texts: str) -> set[bytes]:
    """The words of an article's texts."""
    found = {word for text in texts for word in _RUN.findall(text.encode("utf-8", "replace").lower())}
    return {word if len(word) <= _LONGEST else _OTHER for word in found}


@dataclass(frozen=True, slots=True, eq=False)
class Wordlist:
    """The words of some articles.

    Attributes:
        first: The first number that it covers.
        last: The last one; an article between them that is not among `numbers` is gone.
        numbers: Of the articles, in order; shape `(articles,)`.
        words: In order, each between ends of lines.
        counts: How many articles have each word; shape `(words,)`.
        places: For each word in turn, which of `numbers` have it.
    """

    first: int
    last: int
    numbers: NDArray[np.int64]
    words: bytes
    counts: NDArray[np.uint16]
    places: NDArray[np.uint16]

    @classmethod
    def build(cls, first: int, articles: Iterable[tuple[int, set[bytes]]]) -> Self:
        """The list of one to 65,535 articles, given in order as numbers with their words.

        It covers numbers from `first` to that of the last article.
        """
        numbers: list[int] = []
        holders: dict[bytes, list[int]] = defaultdict(list)
        for place, (number, found) in enumerate(articles):
            numbers.append(number)
            for word in found:
                holders[word].append(place)
        words = sorted(holders)
        return cls(
            first,
            numbers[-1],
            np.array(numbers, np.int64),
            _joined(words),
            np.array([len(holders[word]) for word in words], np.uint16),
            np.array([place for word in words for place in holders[word]], np.uint16),
        )

    def without(self, gone: Collection[int]) -> Self:
        """The list of the other articles; of those that are gone not even a word is left."""
        stays = ~np.isin(self.numbers, list(gone))
        kept = stays[self.places]
        owners = np.repeat(np.arange(len(self.counts)), self.counts)[kept]
        counts = np.bincount(owners, minlength=len(self.counts)).astype(np.uint16)
        words = self.words[1:-1].split(_END) if len(self.counts) else []
        return type(self)(
            self.first,
            self.last,
            self.numbers[stays],
            _joined([word for word, count in zip(words, counts, strict=True) if count]),
            counts[counts > 0],
            (np.cumsum(stays) - 1)[self.places[kept]].astype(np.uint16),
        )

    def find(self, words: Sequence[Sequence[Pattern]]) -> tuple[list[int], list[int]]:
        """The articles that hold one of the patterns of each word: for certain, and perhaps."""
        sure = np.ones(len(self.numbers), bool)
        possible = sure.copy()
        # It is the first word of all, where there is one.
        others = self._having(np.arange(int(self.words.startswith(_END + _OTHER + _END))))
        for patterns in words:
            for_certain, perhaps = np.zeros_like(sure), others.copy()
            for pattern in patterns:
                holds = np.ones_like(sure)
                for part in pattern.parts:
                    holds &= self._holders(part)
                perhaps |= holds
                if pattern.decides:
                    for_certain |= holds
            sure &= for_certain
            possible &= perhaps
        return self.numbers[sure].tolist(), self.numbers[possible & ~sure].tolist()

    def _holders(self, part: bytes) -> NDArray[np.bool_]:
        """Which articles have a word that `part` is found in."""
        found = [match.start() for match in re.finditer(re.escape(part), self.words)]
        if not found:
            return np.zeros(len(self.numbers), bool)
        ends = np.flatnonzero(np.frombuffer(self.words, np.uint8) == _END[0])
        return self._having(np.unique(np.searchsorted(ends, found, "right") - 1))

    def _having(self, words: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which articles have one of some words, given by their places in the order of all."""
        holders = np.zeros(len(self.numbers), bool)
        if len(words) > _MANY:
            among = np.zeros(len(self.counts), bool)
            among[words] = True
            holders[self.places[np.repeat(among, self.counts)]] = True
            return holders
        stops = np.cumsum(self.counts, dtype=np.int64)
        for start, stop in zip(stops[words] - self.counts[words], stops[words], strict=True):
            holders[self.places[start:stop]] = True
        return holders

    def packed(self) -> tuple[int, int, bytes, bytes, bytes, bytes]:
        """The row to store: bounds, a checksum, and numbers, words and places."""
        places = np.concatenate((self.counts, self.places)).astype("<u2").view(np.uint8)
        parts = (
            zlib.compress(np.diff(self.numbers, prepend=0).astype("<i8").tobytes()),
            zlib.compress(self.words),
            # The high bytes are nearly always the same as the ones before, the low ones never.
            zlib.compress(places.reshape(-1, 2).T.tobytes()),
        )
        return self.first, self.last, _seal(self.first, self.last, parts), *parts

    @classmethod
    def unpacked(
        cls, first: int, last: int, seal: bytes, numbers: bytes, words: bytes, places: bytes
    ) -> Self:
        """The list that was packed.

        Raises:
            Damaged: it is no longer as it was written.
        """
        if seal != _seal(first, last, (numbers, words, places)):
            raise Damaged("a list of words is altered; rebuild the index with: tanya index")
        numbers, words, places = (zlib.decompress(part) for part in (numbers, words, places))
        planes = np.frombuffer(places, np.uint8).reshape(2, -1)
        both = planes[0] | planes[1].astype(np.uint16) << 8
        count = words.count(_END) - 1
        return cls(first, last, np.cumsum(np.frombuffer(numbers, "<i8")), words, both[:count], both[count:])


def _joined(words: Sequence[bytes]) -> bytes:
    return _END + b"".join(word + _END for word in words)


def _seal(first: int, last: int, parts: Sequence[bytes]) -> bytes:
    mark = hashlib.blake2b(repr((first, last, [len(part) for part in parts])).encode(), digest_size=8)
    for part in parts:
        mark.update(part)
    return mark.digest()


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
    heads = db.execute(f"SELECT {_COVERED}, seal FROM wordlists").fetchall()
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
    row = db.execute(f"SELECT {_COVERED} FROM wordlists ORDER BY first DESC LIMIT 1").fetchone()
    first = row[1] + 1 if row else 0
    if number - first + 1 >= SIZE:
        _make(db, first, number, SIZE)


def note_others(db: sqlite3.Connection) -> bool:
    """Make one list of articles that should be in one and are in none; whether there were such."""
    *between, (first, last) = _gaps(db)
    return any(_make(db, *gap, 1) for gap in between) or _make(db, first, last, SIZE)


def forget(db: sqlite3.Connection, gone: Sequence[int]) -> None:
    """Take articles out of the lists that they are in."""
    covered = db.execute(f"SELECT {_COVERED} FROM wordlists").fetchall() if gone else []
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
    for first, last in db.execute(f"SELECT {_COVERED} FROM wordlists").fetchall():
        try:
            whole = set(_numbers(db, first, last)) <= set(_read(db, first).numbers.tolist())
        except Damaged:
            whole = False
        if not whole:
            found.append(first)
    return found


def _read(db: sqlite3.Connection, first: int) -> Wordlist:
    row = db.execute(f"SELECT {_PACKED} FROM wordlists WHERE first = ?", (first,)).fetchone()
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
    covered = db.execute(f"SELECT {_COVERED} FROM wordlists ORDER BY first").fetchall()
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
    """The articles among `numbers` whose title or text holds each of `words`."""
    conditions, values = [], [json.dumps(list(numbers))]
    for word in words:
        patterns = patterns_of(word)
        fits = " OR ".join([r"a.title LIKE ? ESCAPE '\' OR t.text LIKE ? ESCAPE '\'"] * len(patterns))
        conditions.append(f"({fits})")
        values.extend(pattern for pattern in patterns for _ in range(2))
    rows = db.execute(
        "SELECT a.number FROM articles a JOIN texts t ON t.sha256 = a.sha256 "
        f"WHERE a.number IN (SELECT value FROM json_each(?)) AND {' AND '.join(conditions)}",
        values,
    )
    return [row[0] for row in rows]
