"""Near-duplicate detection: whether two articles are one release that two publishers carry.

Candidates are found by MinHash over runs of words, in bands (Broder, "On the Resemblance and Containment
of Documents", 1997), and confirmed by the share of runs that they have in common and by what was put in
place of what: another figure, day or name in an otherwise equal sentence makes it another article, as the
next release of a series is. Datelines, headlines and boilerplate do not count.

Words in common are found in order as `difflib` does it, as long as that takes bounded effort: on a text
that repeats itself it would take the square of its length and more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.models import Article, Mention
from index.press import content_lines, opening_length
from index.text import LEXICON, sentences

MOST = 500_000
"""Pairs of equal words that are looked at: some 0.05 s. Real copies of 1,000 words take a fiftieth of it."""


class Matcher(SequenceMatcher[str]):
    """Matches two sequences of words within bounded effort; the result is void where it `gave_up`."""

    def __init__(self, one: Sequence[str], other: Sequence[str]) -> None:
        super().__init__(None, one, other, autojunk=False)
        places = self.b2j  # type: ignore[attr-defined]
        self._costs = [0, *accumulate(1 + len(places.get(word, ())) for word in one)]
        self._left = MOST

    @property
    def gave_up(self) -> bool:
        """Whether there was more to compare; known once blocks or opcodes were asked for."""
        return self._left < 0

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest common run of words within both ranges; an empty one after giving up."""
        end = len(self._costs) - 1 if ahi is None else ahi
        self._left -= self._costs[end] - self._costs[alo]
        return Match(alo, blo, 0) if self.gave_up else super().find_longest_match(alo, ahi, blo, bhi)


COPIES_VERSION = "1"
"""Changed whenever bands or copies would be found otherwise, so that they are computed again."""

RUN = 5
"""Words of a run."""

BANDS, ROWS = 24, 3
"""Two articles are compared where all hashes of one band agree: nearly always where half of their runs are
common, almost never where a twentieth is."""

SHARE = 0.6
"""Of the runs of the shorter article, the share that a copy has."""

FEW = 12
"""Runs; with fewer of them an article is a copy only where nearly all are common."""

NEARLY_ALL = 0.95

LONG, DISTINCT = 400, 0.4
"""Words of a long text, and the share of its runs that are distinct at least where it can be compared."""

STEP = 64
"""Candidates, those that share most bands first, that an article is compared with at a time."""

CANDIDATES = 64 * STEP
"""Those that it is compared with at all, as long as half of those before were copies."""

CLOSING = 0.25
"""Of the words of the shorter text, the share that its end may be."""

_WORD = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d]+(?:['’-][^\W\d]+)*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_FIGURES = frozenset(LEXICON.words("figures", "copies"))
_TURNS = frozenset(LEXICON.words("turns", "copies"))
"""Where one text has one of these and the other another, they do not say the same."""

_NEGATIONS = frozenset(LEXICON.words("negations", "copies"))

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text as it is compared; `opens` a sentence, `is_name` by its capital."""

    text: str
    is_figure: bool
    is_name: bool
    opens: bool


@dataclass(frozen=True, slots=True, eq=False)
class ComparedText:
    """An article as it is compared with others.

    Attributes:
        words: Of its text in order.
        runs: Hashes of the runs of its words, each once.
        known: All its words, and those of its publisher's name: none of them is strange to it.
    """

    words: tuple[Word, ...]
    runs: NDArray[np.uint64]
    known: frozenset[str]

    @property
    def is_repetitive(self) -> bool:
        """Whether a long text says the same again and again, so that it has few runs for its words."""
        return len(self.words) > LONG and len(self.runs) < DISTINCT * len(self.words)


@lru_cache(maxsize=256)
def wording_of(article: Article) -> ComparedText:
    """The `ComparedText` of an article."""
    words = tuple(_words(article.text))
    beside = [_form(word) for word in _WORD.findall(article.source or "")]
    return ComparedText(
        words, _runs([word.text for word in words]), frozenset({*beside, *(w.text for w in words)})
    )


def bands_of(wording: ComparedText) -> list[int]:
    """The `BANDS` numbers by which copies are found, 64 bits with sign; none where there are no words."""
    if not len(wording.runs):
        return []
    factors, offsets = _permutations()
    least = np.empty(BANDS * ROWS, np.uint64)
    for at in range(0, BANDS * ROWS, ROWS):
        hashed = _mixed(wording.runs[None] * factors[at : at + ROWS, None] + offsets[at : at + ROWS, None])
        least[at : at + ROWS] = hashed.min(axis=1)
    return [
        int.from_bytes(
            blake2b(least[at : at + ROWS].astype("<u8").tobytes(), digest_size=8, key=b"%d" % at).digest(),
            "little", signed=True,
        )
        for at in range(0, BANDS * ROWS, ROWS)
    ]  # fmt: skip


def share(one: ComparedText, other: ComparedText) -> float:
    """The share of the shorter text's runs that the other text has too, 0..1."""
    least = min(len(one.runs), len(other.runs))
    return len(np.intersect1d(one.runs, other.runs, assume_unique=True)) / least if least else 0.0


def are_copies(one: ComparedText, other: ComparedText) -> bool:
    """Whether two texts are one, but for what an editor or a site changes."""
    needed = NEARLY_ALL if min(len(one.runs), len(other.runs)) < FEW else SHARE
    return share(one, other) >= needed and not at_odds(one, other)


def copies_among(wording: ComparedText, candidates: Iterable[Sequence[tuple[Key, Article]]]) -> list[Key]:
    """The candidates that are copies of an article; compared `STEP` at a time, the likeliest first."""
    copies: list[Key] = []
    for some in candidates:
        found = [key for key, article in some if are_copies(wording, wording_of(article))]
        copies += found
        if 2 * len(found) < STEP:
            break
    return copies


def at_odds(one: ComparedText, other: ComparedText) -> bool:
    """Whether one text says something else where the other says a figure, day or name.

    So it is taken to be where they cannot be compared word by word, since one repeats itself again and again.
    """
    mine, theirs = one.words, other.words
    if mine == theirs:
        return False
    if one.is_repetitive or other.is_repetitive:
        return True
    matcher = Matcher([w.text for w in mine], [w.text for w in theirs])
    opcodes = matcher.get_opcodes()
    if matcher.gave_up:
        return True
    begins = _closing(matcher, mine, theirs)
    for kind, begin, end, first, last in opcodes:
        if kind == "equal" or begin >= begins:
            continue
        block, against = mine[begin:end], theirs[first:last]
        if kind != "replace":
            if len(block) + len(against) <= 2 and any(w.text in _NEGATIONS for w in (*block, *against)):
                return True
            continue
        if _differ(block, against, one, other):
            return True
    return False


def carries(article: Article, quote: str) -> bool:
    """Whether `article` has the words of `quote` in a row."""
    words = spoken(quote)
    return bool(words) and f" {words} " in _spoken(article)


def spoken(text: str) -> str:
    """The words of a text as they are compared, a space between them."""
    return " ".join(_form(word) for word in _WORD.findall(_clean(text)))


def groups(order: Iterable[Key], pairs: Mapping[Key, Collection[Key]]) -> list[list[Key]]:
    """Articles that are copies of one another, two or more together.

    Each joins the first group all of which it is a copy of, so that no two in a group are at odds.

    Args:
        order: Articles, the one that goes before others first.
        pairs: By article, its copies; both ways.
    """
    found: list[list[Key]] = []
    places: dict[Key, int] = {}
    for key in order:
        copies = pairs.get(key, ())
        if not copies:
            continue
        for place in sorted({places[other] for other in copies if other in places}):
            if all(member in copies for member in found[place]):
                found[place].append(key)
                places[key] = place
                break
        else:
            places[key] = len(found)
            found.append([key])
    return [group for group in found if len(group) > 1]


def precedence(article: Article | Mention) -> tuple[str, str]:
    """Sort key of copies: the one that was published first, then by id."""
    return (article.published.isoformat() if article.published else "9999"), article.id


def runs_of(text: str) -> NDArray[np.uint64]:
    """Hashes of the runs of words of a part of an article, each once; headline and dateline do not count."""
    return _runs([word.text for word in _words(text)] or spoken(text).split())


def _closing(matcher: Matcher, mine: Sequence[Word], theirs: Sequence[Word]) -> int:
    """The first word of `mine` behind the last common run, where a sentence begins in both texts.

    Sites close with what is theirs, in place of a last paragraph that was cut; more is another text.
    """
    at, other, size = next(
        (block for block in reversed(matcher.get_matching_blocks()) if block[2] >= RUN), (0, 0, 0)
    )
    begins, against = at + size, other + size
    if not 0 < begins < len(mine) or not against < len(theirs):
        return len(mine)
    left = min(len(mine) - begins, len(theirs) - against)
    is_short = left <= CLOSING * min(len(mine), len(theirs))
    return begins if is_short and mine[begins].opens and theirs[against].opens else len(mine)


def _differ(block: Sequence[Word], against: Sequence[Word], one: ComparedText, other: ComparedText) -> bool:
    """Whether what stands in one text in place of what the other has says something else."""
    if {w.text for w in block} & _TURNS != {w.text for w in against} & _TURNS and all(
        any(w.text in _TURNS for w in side) for side in (block, against)
    ):
        return True
    figures = [{w.text for w in side if w.is_figure} for side in (block, against)]
    if figures[0] - other.known and figures[1] - one.known:
        return True
    if max(len(block), len(against)) <= RUN and figures[0] - figures[1] and figures[1] - figures[0]:
        return True
    mine = {w.text for w in block if w.is_name} - other.known
    theirs = {w.text for w in against if w.is_name} - one.known
    return bool(mine and theirs) or bool(
        (mine and figures[1] - one.known) or (theirs and figures[0] - other.known)
    )


def _words(text: str) -> Iterable[Word]:
    running = True
    lines = [text[start:end] for start, end in content_lines(text)]
    above = next((at for at, line in enumerate(lines[:_ABOVE]) if _ENDED.search(line)), 0)
    for written in lines[above:]:
        begins = opening_length(written) if running and len(written) >= _RUNNING else 0
        running = running and len(written) < _RUNNING
        # The invisible would move what is matched, so it goes first.
        line = _clean(written[begins:])
        for first, last in sentences(line):
            opens = True
            for match in _WORD.finditer(line, first, last):
                word = match.group()
                form = _form(word)
                is_figure = word[0].isdigit() or form in _FIGURES
                is_name = word[0].isupper() and not opens and not is_figure
                yield Word(form, is_figure, is_name, opens)
                opens = False


_ABOVE = 4
"""Lines among which the first that a sentence ends in is looked for; what is above it is headline."""

_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")
_RUNNING = 60
"""Characters of a line that may begin with a dateline and is no heading."""


@lru_cache(maxsize=512)
def _spoken(article: Article) -> str:
    return f" {spoken(article.text)} "


def _clean(text: str) -> str:
    return _DASH.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def _form(word: str) -> str:
    """A word as it is compared: figures by their digits, whatever stands between them."""
    if word[0].isdigit():
        return ".".join(part.lstrip("0") or "0" for part in re.split(r"[.,:/-]", word))
    return word.lower().replace("’", "'")


def _runs(words: Sequence[str]) -> NDArray[np.uint64]:
    if not words:
        return np.zeros(0, np.uint64)
    hashed = np.array([_hash(word) for word in words], np.uint64)
    if len(hashed) < RUN:
        hashed = np.concatenate([hashed, np.zeros(RUN - len(hashed), np.uint64)])
    count = len(hashed) - RUN + 1
    runs = np.zeros(count, np.uint64)
    for at in range(RUN):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + hashed[at : at + count]
    return np.unique(_mixed(runs))


@lru_cache(maxsize=50_000)
def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit of a value in every bit of the result (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=1)
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    drawn = [_hash(f"permutation {number}") for number in range(2 * BANDS * ROWS)]
    return np.array(drawn[::2], np.uint64) | np.uint64(1), np.array(drawn[1::2], np.uint64)
