"""Measures how the processor time that a text takes grows with its length, on texts that are made to hurt.

    python -m bench.hostile [--only NAME] [--family NAME] [--all]
    python -m bench.hostile --once 400 [--only NAME] [--family NAME]

Every function that reads text from outside is given every family of texts, each four times as long as before.
Printed are the exponent (2 is the square of the length) and the seconds at the length that can come from
outside; where a text takes longer than `PATIENCE`, what they would be by that exponent. Exit 1 where one
grows faster than `STEEP` and takes longer than it may. With `--once` each text has that length, or the
longest that can come from outside, and nothing is measured.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import product

from bench.families import FAMILIES, SAID
from index import Article, Hit, Passage, QuestionError
from index.chunking import chunk
from index.dedup import are_copies, at_odds, bands_of, carries, runs_of, wording_of
from index.errors import ArticleError
from index.lexical import terms
from index.parsers.text import parse_front_matter
from index.press import (
    body_start,
    boilerplate,
    content_lines,
    find_author,
    find_dateline,
    find_title,
    opening_length,
    shorten,
)
from index.text import declared_date, detect, find_dates, lines, parse_date, sentences
from rag.composing import Chosen, agreeing, by_value, compose, looked_for
from rag.factcheck import check
from rag.factcheck.draft import parts
from rag.factcheck.entailment import LONGEST_CLAIM
from rag.figures import figures_of
from rag.lang.dates import find_moments
from rag.lang.names import COMMON, Sentence, explained, find_places, other_forms
from rag.lang.numbers import find_figures
from rag.lang.rendering import find_terms, glosses, translate
from rag.lang.words import content_words
from rag.query import check_length, understand, written_in
from rag.quotes import find_quotes
from rag.reader import Reading, tidied, windows_of
from rag.request import Completed, complete
from rag.summary import ranked
from rag.tables import find_tables

ARTICLE, PASSAGE, QUESTION = 100_000, 8_000, 2_000
"""Characters at which the time counts: articles may be longer, passages and questions not."""

STEEP = 1.3
ARTICLE_SECONDS, OTHER_SECONDS = 0.5, 0.05
"""Seconds that may be taken, whatever the growth."""

PATIENCE = 1.0
"""Seconds that a text may take before longer ones are not tried."""

LEAST = 0.004
"""Seconds under which nothing can be told of growth."""


def article_of(text: str, name: str = "a") -> Article:
    return Article(name, text[:200] or "a", text, "Kabar", date(2025, 7, 22), None, "id", "a.txt", name)


def _likened(text: str) -> object:
    """The text against itself with one word in a hundred put otherwise."""
    words = text.split(" ")
    changed = " ".join("lain" if at % 100 == 50 else word for at, word in enumerate(words))
    one, other = wording_of(article_of(text)), wording_of(article_of(changed, "b"))
    wording_of.cache_clear()
    return bands_of(one), are_copies(one, other), at_odds(one, other)


def _carried(text: str) -> object:
    return carries(article_of(text), text[: len(text) // 2]), len(runs_of(text))


def _fronted(text: str) -> object:
    try:
        return parse_front_matter(text)
    except ArticleError:
        return None


def _dated(text: str) -> object:
    return [*find_dates(text)], parse_date(text), declared_date(text)


def _asked(text: str) -> object:
    try:
        asked = check_length(text)
    except QuestionError:
        return None
    code = written_in(asked)
    return looked_for(understand(asked, "en" if code == "en" else "id", code, date(2025, 7, 22)))


_EARLIER = "Siapa gubernur Sumut yang membuka pertemuan di Medan pada Mei 2025?"
_ASKED = "Berapa persen ekspor Sumut naik pada 2025 menurut Gubernur Budi Lubis?"
_CLAIM = "Gubernur Budi Lubis mengatakan ekspor Sumut naik 4,5 persen pada 22 Juli 2025."
_FOREIGN = "Governor Budi Lubis said exports rose 4.5 percent on 22 July 2025."


def _read(text: str) -> list[Reading]:
    """Sentences of a text, the first twenty, as if each answered with its first half."""
    article = article_of(text)
    hit = Hit(Passage(article, 0, min(len(text), 1500)), 1.0, 1)
    return [
        Reading(Sentence(article, start, end, hit), tidied(text, (start, (start + end + 1) // 2)), 0.5)
        for start, end in sentences(text[:1500])[:20]
    ]


def _answered(text: str) -> object:
    question = understand(_ASKED, "id", "id", date(2025, 7, 22))
    readings = _read(text)
    chosen = agreeing(question, readings) if readings else []
    return by_value(chosen), compose(Chosen(tuple(chosen)), "en") if chosen else None


def _sentence_read(text: str) -> object:
    """One sentence as long as its article, where it has no end."""
    article = article_of(text)
    sentence = Sentence(article, 0, len(text), Hit(Passage(article, 0, len(text)), 1.0, 1))
    return sentence.stems, sentence.moments, sentence.figures, sentence.places, sentence.surroundings


@dataclass(frozen=True)
class Reader:
    """A function of a text from outside, and how long a text it is given."""

    call: Callable[[str], object]
    length: int = ARTICLE

    @property
    def seconds(self) -> float:
        return ARTICLE_SECONDS if self.length == ARTICLE else OTHER_SECONDS


_COMMON_FORMS = partial(other_forms, aliases=COMMON)


def _before(text: str) -> Completed:
    return Completed(text, text, len(text))


READERS: dict[str, Reader] = {
    "lines": Reader(lines),
    "sentences": Reader(sentences),
    "boilerplate": Reader(boilerplate),
    "content_lines": Reader(content_lines),
    "find_author": Reader(find_author),
    "find_dateline": Reader(find_dateline),
    "opening_length": Reader(opening_length),
    "find_title": Reader(lambda text: (find_title(text, "a"), shorten(text))),
    "body_start": Reader(lambda text: body_start(text, text[:100])),
    "dates": Reader(_dated),
    "detect": Reader(detect),
    "front matter": Reader(_fronted),
    "chunk": Reader(lambda text: chunk(article_of(text), 110, lambda part: len(part) // 4)),
    "terms": Reader(terms),
    "likeness": Reader(_likened),
    "carries": Reader(_carried),
    "find_figures": Reader(lambda text: (find_figures(text, "id"), find_figures(text, "en"))),
    "find_moments": Reader(lambda text: find_moments(text, date(2025, 7, 22))),
    "find_places": Reader(find_places),
    "find_terms": Reader(lambda text: (find_terms(text, "id"), find_terms(text, "en"))),
    "explained": Reader(explained),
    "other_forms": Reader(_COMMON_FORMS),
    "content_words": Reader(content_words),
    "windows": Reader(windows_of),
    "glosses to English": Reader(lambda text: (glosses(text, "en"), translate(text, "en"))),
    "glosses to Indonesian": Reader(lambda text: (glosses(text, "id"), translate(text, "id"))),
    "a sentence": Reader(_sentence_read, PASSAGE),
    "answer": Reader(_answered),
    "check a source": Reader(lambda text: check(_CLAIM, text)),
    "check a source, in English": Reader(lambda text: check(_FOREIGN, text)),
    "check a claim": Reader(lambda text: check(text, SAID * 5), LONGEST_CLAIM),
    "understand": Reader(_asked, QUESTION),
    "complete": Reader(lambda text: complete(text, _before(_EARLIER)), QUESTION),
    "complete after": Reader(lambda text: complete("Kalau dia di Sulut pada Juni?", _before(text)), QUESTION),
    "tables": Reader(lambda text: (find_tables(text), find_tables(text.replace(" ", "\n")))),
    "quotes": Reader(find_quotes),
    "figures of an article": Reader(lambda text: figures_of(article_of(text))),
    "summary": Reader(lambda text: ranked(article_of(text))),
    "parts of a draft": Reader(parts),
}


@dataclass(frozen=True)
class Growth:
    """How one function takes one family: seconds at its length, and the exponent by which they grow."""

    reader: str
    family: str
    exponent: float
    seconds: float
    measured: int

    @property
    def is_bad(self) -> bool:
        return self.exponent > STEEP and self.seconds > READERS[self.reader].seconds


def growth(name: str, family: str) -> Growth:
    """Measure one function on one family."""
    reader = READERS[name]
    taken: list[tuple[int, float]] = []
    length = max(64, reader.length // 1024)
    # Tables are made and modules read at the first call.
    reader.call(FAMILIES[family](64))
    while True:
        length = min(length, reader.length)
        text = FAMILIES[family](length)
        begun = time.process_time()
        reader.call(text)
        taken.append((length, time.process_time() - begun))
        if length == reader.length or taken[-1][1] > PATIENCE:
            break
        length *= 4
    exponent = _exponent(taken)
    length, seconds = taken[-1]
    return Growth(name, family, exponent, seconds * (reader.length / length) ** max(1.0, exponent), length)


def _exponent(taken: list[tuple[int, float]]) -> float:
    """Over the last fourfold of the length."""
    last, seconds = taken[-1]
    earlier = [(length, before) for length, before in taken if length <= last / 4]
    if not earlier or seconds < LEAST:
        return 0.0
    length, before = earlier[-1]
    return math.log(seconds / max(before, LEAST / 16)) / math.log(last / length)


def measured(names: Iterable[str], families: Iterable[str]) -> Iterator[Growth]:
    chosen = list(families)
    for name in names:
        for family in chosen:
            found = growth(name, family)
            # A pause of the machine looks like growth: what looks bad is measured again.
            is_close = found.is_bad and found.exponent < 1.6
            yield min(found, growth(name, family), key=lambda one: one.seconds) if is_close else found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=READERS, help="this function; may be repeated")
    parser.add_argument("--family", action="append", choices=FAMILIES, help="this family; may be repeated")
    parser.add_argument("--all", action="store_true", help="print every pair, not only the worst of each")
    parser.add_argument("--once", type=int, metavar="LENGTH", help="read each text once, of that length")
    chosen = parser.parse_args()
    if chosen.once:
        pairs = list(product(chosen.only or READERS, chosen.family or FAMILIES))
        for name, family in pairs:
            READERS[name].call(FAMILIES[family](min(chosen.once, READERS[name].length)))
        print(f"{len(pairs)} texts read")
        return 0
    bad = 0
    print(f"{'function':28}{'family':26}{'exponent':>9}{'seconds':>10}{'characters':>12}")
    for name in chosen.only or READERS:
        found = sorted(
            measured([name], chosen.family or FAMILIES), key=lambda one: (-one.is_bad, -one.seconds)
        )
        bad += sum(one.is_bad for one in found)
        for one in found:
            if chosen.all or one.is_bad or one is found[0]:
                mark = "  <- too steep" if one.is_bad else ""
                length = READERS[name].length
                print(
                    f"{name:28}{one.family:26}{one.exponent:9.2f}{one.seconds:10.3f}{length:12,}"
                    f"{'' if one.measured == length else f' (by {one.measured:,})'}{mark}",
                    flush=True,
                )
    print(f"{bad} of {len(chosen.only or READERS) * len(chosen.family or FAMILIES)} too steep")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
