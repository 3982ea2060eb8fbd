"""Figures on which articles differ, and why: a correction, rounding, other periods.

Figures of one unit whose `what` shares words are compared where their articles are about related matters,
each with the one of the other article that is likest. Whether two of them are of one thing is decided by
fitted weights (`differing.json`, fitted by `scripts/train/differing.py` on pairs that were read). Why the
values differ is told by exact rules: a correction, rounding, periods, words that only one has.
"""

from __future__ import annotations

import math
import re
import zlib
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import combinations, groupby, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from index import Article
from index.models import Filter
from index.text import sentences
from rag.figures import LENGTHS, MONEY, ArticleFigure, figure_object, shown, stored_figures, tabbed
from rag.lang import LEXICON
from rag.lang.dates import Moment, dated, find_moments
from rag.lang.numbers import one_of, without_negated_bounds
from rag.lang.words import content_words, stem
from rag.weights import logistic, weighed, weights_of

if TYPE_CHECKING:
    from index.library import Library
    from index.models import Searchable

FITTED = Path(__file__).with_name("differing.json")
"""Weights of `FEATURES`, the "bias" and the least probability that is shown, the "threshold"."""

Reason = Literal["conflict", "corrected", "definition", "period", "rounded"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why values differ, the gravest first."""

FEATURES = tuple("sentence cosine both inside missing covered percent money time".split())
"""Features for two figures being of one thing; see `features_of`."""

WIDTH = 1024
"""Numbers of an article's vector; its words are hashed into them."""

SUPPOSED = 1000
"""Articles of which a smaller library counts as the part that is known: how rare a word is it cannot tell.

Of 120 labelled pairs each with its two articles alone, precision is .72 and recall .56; with 100 more
articles .75 and .56, among all 3,462 .89 and .53.
"""

RELATED = 0.12
"""The least cosine of two articles whose figures are compared."""

ALIKE, NEAR, NEAR_ALIKE, NEAR_SENTENCE = 0.3, 0.35, 0.12, 0.15
"""The least likeness of two `what`; and where the articles' cosine is `NEAR`, of these and the sentences."""

ABOUT = 0.55
"""The least cosine of a correction and the article it is about, with the share of its opening's words there.

Of notices in six wordings that correct a figure of 70 articles, 369 of 420 are found; held against 5,649
other articles of their publishers, they correct 48, most of which tell the same figure.
"""

LARGEST_BLOCK = 4000
"""Figures of one unit and one word that are compared with each other, the newest."""

FEWEST_WORDS = 3
"""Lower-case words that a sentence has, and a row of a table has not."""

ROUNDED = 0.1
"""How much larger or smaller a rounded value, or one with a bound, may be, as a share."""

SAME_DAYS = 3
"""Days that two articles without periods are apart, at most, and still tell of one state."""

UNSHARED = 0.5
"""The least share of a `what` that the other sentence lacks, for two definitions."""

OPENING = 2
"""Sentences that an article begins with."""

MOST_CORRECTING = 30
"""Passages with a word of correction that are looked at for one article."""

_LOWER = re.compile(r"(?<![\w-])[a-z]{3,}(?![\w-])")
_CORRECTION = re.compile(
    rf"(?<![\w-]){one_of(LEXICON.words('corrections', 'counted'))}(?![\w-])", re.IGNORECASE
)
_DENIAL = re.compile(rf"(?<![\w-]){one_of(LEXICON.words('negators'))}(?![\w-])", re.IGNORECASE)
_LIKE = re.compile(rf"(?<![\w-]){one_of(LEXICON.words('like_periods', 'counted'))}(?![\w-])", re.IGNORECASE)
_RARE = 8.0
"""The rarity of a word that no article has."""

Pair = tuple[Article, ArticleFigure]


@dataclass(frozen=True, slots=True)
class Difference:
    """A quantity for which articles give different values.

    Attributes:
        reason: Why they differ; the gravest where there are several.
        figures: With their articles, the newest first, one of each article.
        probability: That they are of one thing, 0..1; the least of the pairs.
    """

    reason: Reason
    figures: tuple[Pair, ...]
    probability: float


@dataclass(frozen=True)
class Placed:
    """A figure in its article, with its words as stems."""

    article: Article
    figure: ArticleFigure

    @cached_property
    def text(self) -> str:
        """The sentence of the figure."""
        return self.article.text[slice(*self.figure.sentence)]

    @cached_property
    def what(self) -> frozenset[str]:
        return _stems(self.figure.what)

    @cached_property
    def sentence(self) -> frozenset[str]:
        return _stems(self.text)

    @property
    def is_prose(self) -> bool:
        """Whether it stands in a sentence, not in a row of a table."""
        return len(_LOWER.findall(self.text)) >= FEWEST_WORDS


class ArticleContext:
    """Statistics over all articles: how rare each word is, and the words of each article."""

    def __init__(self, articles: Sequence[Article]) -> None:
        counts = {one.id: Counter(map(stem, content_words(f"{one.title}\n{one.text}"))) for one in articles}
        having = Counter(word for words in counts.values() for word in words)
        self._rarity = {
            word: math.log((max(len(articles), SUPPOSED) + 1) / (count + 0.5))
            for word, count in having.items()
        }
        self.rows = {one.id: number for number, one in enumerate(articles)}
        self.words = {name: frozenset(words) for name, words in counts.items()}
        self.vectors = np.zeros((len(articles), WIDTH), np.float32)
        for number, words in enumerate(counts.values()):
            for word, count in words.items():
                digest = zlib.crc32(word.encode())
                weight = (1 + math.log(count)) * self._rarity[word]
                self.vectors[number, (digest >> 1) % WIDTH] += weight if digest & 1 else -weight
        self.vectors /= np.maximum(np.linalg.norm(self.vectors, axis=1, keepdims=True), 1e-9)

    def weight(self, words: Iterable[str]) -> float:
        """How much words tell: the sum of their rarities."""
        return sum(self._rarity.get(word, _RARE) for word in words)

    def alike(self, some: frozenset[str], others: frozenset[str]) -> float:
        """The share of the weight of all words that both have, 0..1."""
        every = self.weight(some | others)
        return self.weight(some & others) / every if every else 0.0

    def share(self, words: frozenset[str], others: Collection[str]) -> float:
        """The share of the weight of words that others have, 0..1; 1 of none."""
        every = self.weight(words)
        return self.weight(words.intersection(others)) / every if every else 1.0

    def cosine(self, one: Article, other: Article) -> float:
        """How much two articles are about one matter, 0..1."""
        return float(self.vectors[self.rows[one.id]] @ self.vectors[self.rows[other.id]])


def differing(found: Sequence[Pair]) -> list[Difference]:
    """The differences between articles, the one with the newest figure first.

    Args:
        found: Figures of all articles, in any order.
    """
    articles = list({article.id: article for article, _ in found}.values())
    placed = [Placed(*pair) for pair in sorted(found, key=_newest)]
    around = ArticleContext(articles)
    linked: dict[int, dict[int, float]] = defaultdict(dict)
    weights = weights_of((*FEATURES, "bias", "threshold"), FITTED)
    for i, j in pairs_of(placed, around):
        if _agree(placed[i].figure, placed[j].figure):
            continue
        features = features_of(placed[i], placed[j], around)
        chance = logistic(weights["bias"] + weighed(features, weights))
        if chance >= weights["threshold"]:
            linked[i][j] = linked[j][i] = chance
    differences: list[Difference] = []
    taken: set[int] = set()
    for number in sorted(linked):
        others = {other: chance for other, chance in linked[number].items() if other not in taken}
        if number in taken or not others:
            continue
        best: dict[str, int] = {placed[number].article.id: number}
        for other in sorted(others, key=lambda one: -others[one]):
            best.setdefault(placed[other].article.id, other)
        chosen = sorted(best.values())
        taken.update(chosen)
        reasons = {reason_of(placed[number], placed[other], around) for other in chosen if other != number}
        differences.append(
            Difference(
                next(reason for reason in REASONS if reason in reasons),
                tuple((placed[one].article, placed[one].figure) for one in chosen),
                min(others[one] for one in chosen if one != number),
            )
        )
    return differences


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure of an article, and what a later article of its publisher says instead."""

    article: Article
    figure: ArticleFigure
    by: Article
    instead: ArticleFigure


def correcting(article: Article, index: Searchable) -> list[Article]:
    """The articles that may correct one: of its publisher, as new, with a word that says so."""
    if not article.source or article.published is None:
        return []
    later = Filter(since=article.published, sources=(article.source,))
    # With its title, or a publisher's many other corrections would come first.
    words = " ".join((*LEXICON.words("corrections", "counted"), article.title))
    rows = index.lexical(words, MOST_CORRECTING, later)
    found = {one.id: one for one in (index.passage(row).article for row, _ in rows)}
    return [one for one in found.values() if corrects(one, article)]


def corrections_of(articles: Iterable[Article], library: Library) -> list[Correction]:
    """The figures of articles that others of their publishers in the library correct.

    Raises:
        NoIndex: nothing has been indexed.
    """
    some = {article.id: article for article in articles}
    index = library.open()
    later = {one.id: one for article in some.values() for one in correcting(article, index)}
    return corrections(stored_figures(library, (some | later).values())) if later else []


def corrections(found: Sequence[Pair]) -> list[Correction]:
    """The figures that another of these articles corrects, in the order of their articles and texts.

    What is corrected is told by a paragraph of the correction that has the old value beside the new one; by
    `differing`; or, where the correction is all about it, by the only values of a unit that one article has
    and the other has not.

    Args:
        found: Figures of all articles, in any order.
    """
    by_id: dict[str, list[Placed]] = {}
    for pair in sorted(found, key=_newest):
        by_id.setdefault(pair[0].id, []).append(Placed(*pair))
    newest_first = list(by_id.values())
    around = ArticleContext([figures[0].article for figures in newest_first])
    made: dict[tuple[str, int], Correction] = {}
    for newer, older in product(newest_first, repeat=2):
        article, by = older[0].article, newer[0].article
        if corrects(by, article) and _is_about(by, article, around):
            for one, other in _corrected(older, newer, around):
                correction = Correction(article, one.figure, by, other.figure)
                if _may_correct(other, one):
                    made.setdefault((article.id, one.figure.start), correction)
    for key, correction in made.items():
        if later := made.get((correction.by.id, correction.instead.start)):
            made[key] = replace(correction, by=later.by, instead=later.instead)
    return [made[key] for key in sorted(made) if not _says(made[key].instead, made[key].figure)]


def _is_about(by: Article, article: Article, around: ArticleContext) -> bool:
    """Whether what an article begins with is on another one."""
    begun = around.share(_stems(_opening(by)), around.words[article.id])
    return around.cosine(by, article) + begun >= ABOUT


def _corrected(
    older: Sequence[Placed], newer: Sequence[Placed], around: ArticleContext
) -> Iterator[tuple[Placed, Placed]]:
    """The figures of one article that another one may correct, each with the one there."""
    article, by = older[0].article, newer[0].article
    denied = _denied_in(newer)
    standing = [one for one in newer if one not in denied]
    at = {(one.article.id, one.figure.start): one for one in (*older, *standing)}
    beside = [pair for pair in _beside(newer, denied) if any(_is_said(one, older) for one in pair)]
    told = []
    for difference in differing([(one.article, one.figure) for one in at.values()]):
        there = {one.id: at[one.id, figure.start] for one, figure in difference.figures}
        old, new = there[article.id], there[by.id]
        replaced = {wrong for wrong, right in beside if _says(right.figure, new.figure)}
        if replaced.issuperset(one for one in standing if _says(one.figure, old.figure)):
            told.append((old, new))
    told_of = {right for _, right in told}
    for wrong, right in beside:
        if not _is_said(right, older) and (wrong in denied or right not in told_of):
            yield from ((one, right) for one in older if _says(wrong.figure, one.figure))
    yield from told
    if around.cosine(article, by) < NEAR or not _CORRECTION.search(_opening(by)):
        return
    known = denied.union(*told, *beside)
    lost = [one for one in older if one not in known and not _is_said(one, newer)]
    left = [one for one in standing if one not in known and not _is_said(one, older)]
    for one in lost:
        alone = [other for other in left if other.figure.unit == one.figure.unit]
        if len(alone) == 1 == sum(other.figure.unit == one.figure.unit for other in lost):
            yield one, alone[0]


def _beside(figures: Sequence[Placed], denied: frozenset[Placed]) -> Iterator[tuple[Placed, Placed]]:
    """The figures that an article may call wrong, each with the right one next to it in its paragraph.

    That is wrong which is denied, "71, bukan 17"; where none is, the first: "tertulis 17, seharusnya 71".
    """
    for _, group in groupby(figures, lambda one: one.article.text.count("\n", 0, one.figure.start)):
        some = list(group)
        for (i, one), (j, other) in combinations(enumerate(some), 2):
            units = one.figure.unit, other.figure.unit
            is_next = not any(between.figure.unit in units for between in some[i + 1 : j])
            if not is_next or (units[0] != units[1] and None not in units):
                continue
            if one in denied or denied.isdisjoint(some):
                yield one, other
            elif other in denied:
                yield other, one


def _denied_in(figures: Sequence[Placed]) -> frozenset[Placed]:
    """The figures of an article that a word behind the one before, in their sentence, denies."""
    ends = [0, *(one.figure.end for one in figures)]
    before = [one.article.text[max(one.figure.sentence[0], end) : one.figure.start]
              for one, end in zip(figures, ends, strict=False)]  # fmt: skip
    return frozenset(
        one for one, text in zip(figures, before, strict=True) if _DENIAL.search(without_negated_bounds(text))
    )


def _may_correct(one: Placed, other: Placed) -> bool:
    """Whether a figure is of another's place and period, and its article says that it corrects it, or all."""
    if _elsewhere(one.figure, other.figure) or _is_of_another_period(one, other):
        return False
    says_so = [line for line in one.article.text.split("\n") if _CORRECTION.search(line)]
    either = any(figure.written in line for line in says_so for figure in (one.figure, other.figure))
    return either or _CORRECTION.search(_opening(one.article)) is not None


def _is_said(one: Placed, others: Iterable[Placed]) -> bool:
    return any(_says(one.figure, other.figure) for other in others)


def _says(one: ArticleFigure, other: ArticleFigure) -> bool:
    return _is_of(one, other) and _agree(one, other)


def _is_of(one: ArticleFigure, other: ArticleFigure) -> bool:
    """Whether two figures may be of one unit, which a correction need not repeat: "71, bukan 17"."""
    return one.unit == other.unit or one.unit is None


def _opening(article: Article) -> str:
    """What an article begins with: its title and first sentences."""
    begun = [article.text[slice(*span)] for span in sentences(article.text)[:OPENING]]
    return "\n".join([article.title, *begun])


def _newest(pair: Pair) -> tuple[int, str, int]:
    article, figure = pair
    return (-article.published.toordinal() if article.published else 0, article.id, figure.start)


def pairs_of(placed: Sequence[Placed], around: ArticleContext) -> list[tuple[int, int]]:
    """Figures of one unit of two related articles, each the other's likest there, as indices in order."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(placed):
        if one.figure.unit is not None and one.is_prose:
            for word in one.what:
                blocks[one.figure.unit, word].append(number)
    rows = np.array([around.rows[one.article.id] for one in placed], np.int64)
    close: dict[tuple[int, int], float] = {}
    for numbers in blocks.values():
        if len(numbers) > 1:
            close |= _related(np.array(numbers[:LARGEST_BLOCK]), rows, around.vectors)
    between: dict[tuple[int, int, str], list[tuple[float, int, int]]] = defaultdict(list)
    for (i, j), cosine in close.items():
        one, other = placed[i], placed[j]
        what, sentence = around.alike(one.what, other.what), around.alike(one.sentence, other.sentence)
        near = cosine >= NEAR and what >= NEAR_ALIKE and sentence >= NEAR_SENTENCE
        if (what >= ALIKE or near) and not _elsewhere(one.figure, other.figure):
            unit = one.figure.unit or ""
            between[int(rows[i]), int(rows[j]), unit].append((what + sentence, i, j))
    found: list[tuple[int, int]] = []
    for scored in between.values():
        scored.sort(key=lambda item: (-item[0], item[1], item[2]))
        likest: dict[int, int] = {}
        for _, i, j in scored:
            likest.setdefault(i, j)
            likest.setdefault(j, i)
        found += [(i, j) for _, i, j in scored if likest[i] == j and likest[j] == i]
    return sorted(found)


def _related(
    numbers: NDArray[np.int64], rows: NDArray[np.int64], vectors: NDArray[np.float32]
) -> dict[tuple[int, int], float]:
    """The pairs of figures of other articles that are related, with the cosine of these."""
    mine = vectors[rows[numbers]]
    cosines = mine @ mine.T
    first, second = np.nonzero(np.triu(cosines >= RELATED, 1))
    apart = rows[numbers[first]] != rows[numbers[second]]
    first, second = first[apart], second[apart]
    keys = zip(numbers[first].tolist(), numbers[second].tolist(), strict=True)
    return dict(zip(keys, cosines[first, second].tolist(), strict=True))


def _elsewhere(one: ArticleFigure, other: ArticleFigure) -> bool:
    """Whether both name a place, and no word of it is the same."""
    mine, theirs = _stems(one.place or ""), _stems(other.place or "")
    return bool(mine and theirs and not mine & theirs)


def features_of(one: Placed, other: Placed, around: ArticleContext) -> dict[str, float]:
    """Features of two figures that may be of one thing, by the names of `FEATURES`, each about 0..1."""
    sentence = around.alike(one.sentence, other.sentence)
    cosine = around.cosine(one.article, other.article)
    return {
        "sentence": sentence,
        "cosine": cosine,
        "both": sentence * cosine,
        "inside": min(
            around.share(one.sentence, around.words[other.article.id]),
            around.share(other.sentence, around.words[one.article.id]),
        ),
        "missing": 1 - min(around.share(one.what, other.sentence), around.share(other.what, one.sentence)),
        "covered": max(around.share(one.what, other.what), around.share(other.what, one.what)),
        "percent": float(one.figure.unit == "percent"),
        "money": float(one.figure.unit in MONEY),
        "time": float(one.figure.unit in LENGTHS),
    }


def reason_of(one: Placed, other: Placed, around: ArticleContext) -> Reason:
    """Why the values of two figures of one thing differ."""
    either = (one, other), (other, one)
    if any(corrects(new.article, old.article) and _may_correct(new, old) for new, old in either):
        return "corrected"
    if is_rounded(one.figure, other.figure):
        return "rounded"
    if _is_of_another_period(one, other):
        return "period"
    mine, theirs = _period(one), _period(other)
    same = mine and theirs and mine.first.agrees(theirs.first) and mine.last.agrees(theirs.last)
    if not same and _days_apart(one.article, other.article):
        return "period"
    if max(1 - around.share(a.what, b.sentence) for a, b in either) >= UNSHARED:
        return "definition"
    return "conflict"


def corrects(article: Article, other: Article) -> bool:
    """Whether an article says that it corrects, and another one of its publisher is as old or older."""
    if not article.source or article.source != other.source or not _says_corrected(article):
        return False
    if article.published is None or other.published is None:
        return False
    is_same_day = article.published == other.published
    return not _says_corrected(other) if is_same_day else article.published > other.published


@lru_cache(maxsize=1000)
def _says_corrected(article: Article) -> bool:
    return _CORRECTION.search(f"{article.title}\n{article.text}") is not None


def _period(placed: Placed) -> Moment | None:
    """The period of a figure; None where it is not told by the calendar."""
    return next(iter(moments_of(placed.figure.period or "", placed.article.published)), None)


def _is_of_another_period(one: Placed, other: Placed) -> bool:
    """Whether each of two figures is of a period that the other's sentence does not name."""
    mine, theirs = _period(one), _period(other)
    if mine is None or theirs is None or mine.first.is_reported(other.article.published):
        return False
    return not (_named(mine, other) or _named(theirs, one))


def _named(period: Moment, placed: Placed) -> bool:
    """Whether the sentence of a figure names a period: which of several is meant is not sure then."""
    return any(
        period.first.agrees(one.first) and period.last.agrees(one.last)
        for one in moments_of(placed.text, placed.article.published)
    )


@lru_cache(maxsize=20_000)
def moments_of(text: str, published: date | None) -> tuple[Moment, ...]:
    """The days and periods of a text, of the year of publication where they tell none."""
    return tuple(dated(one, published) for one in find_moments(text, published))


def _days_apart(one: Article, other: Article) -> bool:
    """Whether two articles are of days too far from each other to tell of one state."""
    if one.published is None or other.published is None:
        return False
    return abs((one.published - other.published).days) > SAME_DAYS


def _agree(one: ArticleFigure, other: ArticleFigure) -> bool:
    """Whether two values are the same, or one lies within the range of the other."""
    spans = [(float(figure.value), float(figure.value_to or figure.value)) for figure in (one, other)]
    (low, high), (lower, higher) = spans
    if one.value_to is None and other.value_to is None:
        return low == lower
    return low <= higher and lower <= high


def is_rounded(one: ArticleFigure, other: ArticleFigure) -> bool:
    """Whether one value is the other rounded, or lies where the bound of the other says, and is near it."""
    if one.value_to is not None or other.value_to is not None:
        return False
    return any(_rounds(figure, float(exact.value)) for figure, exact in ((one, other), (other, one)))


def _rounds(figure: ArticleFigure, exact: float) -> bool:
    value = float(figure.value)
    largest = max(abs(value), abs(exact))
    if abs(value - exact) > ROUNDED * largest:
        return False
    if figure.bound in {"more_than", "at_least"}:
        return exact >= value
    if figure.bound in {"less_than", "at_most", "almost"}:
        return exact <= value
    return figure.bound == "about" or abs(value - exact) <= _step(value) / 2


def _step(value: float) -> float:
    """The power of ten that the last digit of a value stands for which is not 0."""
    written = f"{abs(value):.6f}".rstrip("0")
    whole, _, decimals = written.partition(".")
    if decimals:
        return float(10.0 ** -len(decimals))
    return float(10.0 ** (len(whole) - len(whole.rstrip("0")))) if whole.strip("0") else 1.0


@lru_cache(maxsize=100_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))


MOST_SERIES = 6
"""Series of figures that are shown."""


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one thing, of one unit and place, in different periods.

    Attributes:
        what: What they count, as the newest has it.
        unit: As in `ArticleFigure`.
        place: As the newest has it.
        points: First and last day of the period, as ordinals, and the figure; in order of the periods.
    """

    what: str
    unit: str
    place: str | None
    points: tuple[tuple[int, int, Pair], ...]


def series_of(found: Iterable[Pair]) -> list[Series]:
    """At most `MOST_SERIES` series of figures that can be compared over time, the longest first.

    Figures are of one series where what they count has the same words, they have one unit and place, and
    their periods are as long: months, or years. One whose period the calendar does not tell is in none.
    """
    groups: dict[tuple[Any, ...], list[tuple[int, int, Pair]]] = defaultdict(list)
    for article, figure in found:
        period = None if _LIKE.search(figure.period or "") else _period(Placed(article, figure))
        words = _stems(figure.what)
        if period and figure.unit and words and (days := _days_of(period)):
            months = round((days[1] - days[0] + 1) / 30.4)
            key = (figure.unit, words, _stems(figure.place or ""), months)
            groups[key].append((*days, (article, figure)))
    made = []
    for (unit, *_), points in groups.items():
        if len({point[:2] for point in points}) < 2:
            continue
        _, newest = min((point[2] for point in points), key=_newest)
        ordered = sorted(points, key=lambda point: (point[0], point[1], _newest(point[2])))
        made.append(Series(newest.what, unit, newest.place, tuple(ordered)))
    return sorted(made, key=lambda one: (-len(one.points), one.what))[:MOST_SERIES]


def _days_of(period: Moment) -> tuple[int, int] | None:
    """The first and the last day of a period, as ordinals; None where it tells no year."""
    first, last = period.first, period.last
    if first.year is None or last.year is None:
        return None
    month = last.month or 12
    begin = (first.year, first.month or 1, first.day or 1)
    end = (last.year, month, last.day or monthrange(last.year, month)[1])
    try:
        return date(*begin).toordinal(), date(*end).toordinal()
    except ValueError:
        return None


def difference_object(one: Difference) -> dict[str, Any]:
    """A difference in plain JSON values: why, how surely of one thing, and the figures with their days."""
    return {
        "reason": one.reason,
        "probability": round(one.probability, 3),
        "figures": [
            figure_object(article.id, figure)
            | {
                "published": article.published.isoformat() if article.published else None,
                "source": article.source,
            }
            for article, figure in one.figures
        ],
    }


def difference_lines(one: Difference) -> str:
    """A difference for a terminal: why, and beneath it a line for each figure."""
    lines: list[str] = [one.reason]
    for article, figure in one.figures:
        lines.append("\t" + tabbed(article.published or "-", article.id, article.source, *shown(figure)))
    return "\n".join(lines)
