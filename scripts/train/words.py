"""Learn which Indonesian words translations have for an English one, so that English questions find more.

    python -m scripts.train.words [--shared ../shared] [--write rag/lang/data/translations.tsv]

Sentences and their translations, and Indonesian questions with their English twins, give the probability of
each Indonesian stem for an English one and the other way round, by expectation maximisation over all pairs of
words of a sentence (IBM model 1: Brown et al., "The Mathematics of Statistical Machine Translation",
Computational Linguistics 1993). What is kept is likely both ways. Printed is which share of the English words
of sentences that were set apart has one of its Indonesian words in the translation.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.lang.words import content_words, english_stem, stem
from scripts.train.examples import command, rows

Pair = tuple[list[str], list[str]]
"""Stems of a text in English, and of its Indonesian original."""

ROUNDS = 6
SELDOM = 3
"""Stems in fewer pairs are left out."""

LONGEST = 60
UNLIKE = 2.5
"""A text with more stems than its translation, so many times, has parts that the other lacks."""

LIKELY, BOTH_WAYS = 0.05, 0.02
"""Least probability of the Indonesian stem given the English one, and of that times the other way round.

Of .02/.005, .05/.02 and .1/.06 the one with the most English development questions answered by the first
passages.
"""

DISCOUNT = 0.05
"""Taken from each expected count: what is seen once in many pairs is chance."""


def pair(english: str, indonesian: str) -> Pair:
    """The stems of a text and its translation, each once."""
    return _stems(english, english_stem), _stems(indonesian, stem)


def _stems(text: str, stem_of: Callable[[str], str]) -> list[str]:
    found = dict.fromkeys(map(stem_of, content_words(text)))
    return [one for one in found if one.isalpha()][:LONGEST]


def read(shared: Path, written: Path) -> Iterator[Pair]:
    """All pairs to learn from; careful ones twice."""
    press = shared / "data" / "press"
    for path in sorted((shared / "data" / "parallel").glob("*.tsv.gz")):
        if not path.name.startswith("dev"):
            for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
                indonesian, _, english = line.partition("\t")
                yield pair(english, indonesian)
    for line in (press / "translations_train.tsv").read_text("utf-8").splitlines():
        _, indonesian, english = line.split("\t")
        yield from [pair(english, indonesian)] * 2
    twins = dict(line.split("\t") for line in (written / "twins.tsv").read_text("utf-8").splitlines())
    for row in chain(rows(press / "questions_train.jsonl"), rows(written / "press_train.jsonl")):
        if row["id"] in twins:
            yield from [pair(twins[row["id"]], row["question"])] * 2


def fitting(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs of like length, with the stems that are in enough of them."""
    often = [
        {one for one, n in Counter(chain(*side)).items() if n >= SELDOM} for side in zip(*pairs, strict=True)
    ]
    kept = (
        tuple([one for one in side if one in known] for side, known in zip(each, often, strict=True))
        for each in pairs
    )
    return [
        (english, indonesian)
        for english, indonesian in kept
        if english and indonesian and 1 / UNLIKE < len(english) / len(indonesian) < UNLIKE
    ]


def probabilities(
    given: NDArray[np.int64], told: NDArray[np.int64], pairs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The probability of each stem of one side given each of the other.

    Args:
        given: (links,), numbers of stems of the side that is given; 0 stands for none of them.
        told: (links,), numbers of stems of the other, above 0, one link for all that stand in one pair.
        pairs: (links,), the number of the pair.

    Returns:
        Numbers given, numbers told, and the probability of each of these together, (distinct links,).
    """
    width = int(told.max()) + 1
    distinct, link = np.unique(given * width + told, return_inverse=True)
    place = np.unique(pairs * width + told, return_inverse=True)[1]
    givens = distinct // width
    chance = np.ones(len(distinct))
    for _ in range(ROUNDS):
        weights = chance[link]
        shares = weights / np.maximum(np.bincount(place, weights)[place], 1e-300)
        counts = np.bincount(link, shares, len(distinct))
        totals = np.bincount(givens, counts)
        chance = np.maximum(counts - DISCOUNT, 0) / np.maximum(totals[givens], 1e-300)
    return givens, distinct % width, chance


def learn(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """By English stem the Indonesian ones that are likely both ways, the likeliest first."""
    names: list[list[str]] = [["", *sorted(set(chain(*side)))] for side in zip(*pairs, strict=True)]
    english, indonesian = ({one: number for number, one in enumerate(side)} for side in names)
    width = len(indonesian)
    both: list[dict[int, float]] = []
    for turned in (False, True):
        links = []
        for number, (one, other) in enumerate(pairs):
            sides = ([english[word] for word in one], [indonesian[word] for word in other])
            given, told = (np.array(side) for side in (sides[::-1] if turned else sides))
            given = np.append(given, 0)
            links.append(
                np.stack(
                    [
                        np.repeat(given, len(told)),
                        np.tile(told, len(given)),
                        np.full(len(given) * len(told), number),
                    ]
                )
            )
        given, told, chance = probabilities(*np.concatenate(links, axis=1))
        keys = told * width + given if turned else given * width + told
        both.append(dict(zip(keys.tolist(), chance.tolist(), strict=True)))
    found: dict[str, list[tuple[float, str]]] = {}
    for key, likely in both[0].items():
        score = likely * both[1].get(key, 0.0)
        one, other = names[0][key // width], names[1][key % width]
        if likely >= LIKELY and score >= BOTH_WAYS and other != stem(one):
            found.setdefault(one, []).append((-score, other))
    return {one: [other for _, other in sorted(others)] for one, others in sorted(found.items())}


def met(table: dict[str, list[str]], pairs: Sequence[Pair]) -> float:
    """The share of English stems that have themselves or one of their Indonesian ones in the translation."""
    has = [
        bool({one, stem(one), *table.get(one, ())}.intersection(indonesian))
        for english, indonesian in pairs
        for one in english
    ]
    return float(np.mean(has))


def main() -> None:
    """Read the command line, learn and write."""
    parser = command(__doc__, "shared", "written", "write")
    given = parser.parse_args()
    pairs = fitting(list(read(given.shared, given.written)))
    table = learn(pairs)
    print(f"{len(pairs)} pairs, {len(table)} English stems, {sum(map(len, table.values()))} translations")
    apart = [
        pair(line.split("\t")[2], line.split("\t")[1])
        for line in (given.shared / "data" / "press" / "translations_dev.tsv").read_text("utf-8").splitlines()
    ]
    without, with_it = met({}, apart), met(table, apart)
    print(
        f"of {len(apart)} sentences set apart, {without:.3f} of the words are met without, {with_it:.3f} with"
    )
    if given.write:
        lines = [f"{one}\t{' '.join(others)}\n" for one, others in table.items()]
        given.write.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
