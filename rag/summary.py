"""Summaries: the key sentences of articles, each a slice of its article, in the order of the text.

A logistic regression over a few features of a sentence gives the probability that it holds a key fact. It
was fitted by `scripts/train/summary.py` on sentences that answer press questions or stand in an editor's
summary; no embedding is needed. Sentences are taken best first; one that says what is said already, in its
own article or in another one, is passed over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import Article
from index.models import Span
from index.press import body_start, content_lines
from index.text import sentences
from rag.answer import Answer, Clock, plain
from rag.composing import Composed, Composition, attribute, corrected, current_span, quotation
from rag.differing import Correction
from rag.lang import Language, as_language, say
from rag.lang.words import WORD, content_stems, refers_back, whole_sentences
from rag.tables import ITEM, row_at
from rag.weights import read, weights_of

Array = NDArray[np.float32]

FITTED = Path(__file__).with_name("summary.json")

FEWEST, MOST = 3, 6
"""Key sentences of an article where nobody says how many: one of `READ_FOR_ONE`, within these."""

READ_FOR_ONE = 2

MOST_ADDED = 3
"""Key sentences of each further article on the same event, where nobody says how many."""

MOST_ASKED = 50
"""Most sentences that can be asked for."""

MOST_READ = 300
"""Sentences of an article that are ranked; what comes later in a book-length one is left out."""

FEWEST_WORDS = 5
"""Words of a sentence that can stand in a summary."""

LONGEST = 700
"""Characters of a sentence, or of a quotation of several, that can stand in a summary."""

REPEATED = 0.6
"""Share of the shorter one's content words that two sentences have in common where both say the same."""

HANGING = 2.0
"""Subtracted from the log-odds of a sentence that leans on the one before it.

On development articles hardly one is taken then, and no fewer facts are held.
"""

HEADLINED, CLEARLY = 0.5, 0.25
"""Share of the title's words from which a sentence tells the headline's news, and by how much it is more than
that of the best one."""

FEATURES = ("first", "position", "place", "title", "length", "figures", "names", "quoted")
"""Of a sentence: whether it is the first; 1 over its number; its number over how many there are; share of the
title's words; logarithm of its words; figures, at most 3; names, at most 6, as a share; whether it quotes."""


@dataclass(frozen=True, slots=True)
class Key:
    """A sentence of an article, and the log-odds that it holds a key fact."""

    article: Article
    start: int
    end: int
    score: float
    stems: frozenset[str]

    @property
    def span(self) -> Span:
        return self.start, self.end

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


def key_of(article: Article, start: int, end: int, score: float = 0.0) -> Key:
    """The sentence at these characters."""
    return Key(article, start, end, score, content_stems(article.text[start:end]))


def candidates(article: Article) -> list[Span]:
    """The sentences of an article that can stand in a summary, in order.

    Headline, headings and boilerplate are left out. A quotation of several sentences is one, from its opening
    mark to its closing one; one that is not closed within its paragraph is none. Of a text that has no such
    sentence, every sentence is one.
    """
    text = article.text
    head = body_start(text, article.title)
    found = [
        span
        for start, end in content_lines(text)
        if start >= head and _ENDED.search(text[start:end])
        for span in whole_sentences(text, start, end)
        if span[1] - span[0] <= LONGEST and len(WORD.findall(text[slice(*span)])) >= FEWEST_WORDS
    ]
    if not found:
        every = [
            (start + first, start + last)
            for start, end in content_lines(text)
            for first, last in sentences(text[start:end])
        ]
        found = [span for span in every if span[0] >= head] or every
        found = [span for span in found if span[1] - span[0] <= LONGEST] or [_clipped(text, found[0])]
    return found[:MOST_READ]


def quotable(article: Article, span: Span) -> Span | None:
    """The candidate that has a sentence; itself where it is a row or an item; None for a heading."""
    if row_at(article.text, *span) is not None or ITEM.match(article.text, span[0]):
        return span
    return next((one for one in candidates(article) if one[0] <= span[0] and span[1] <= one[1]), None)


def _clipped(text: str, span: Span) -> Span:
    """The beginning of a sentence that is too long, to the end of a word."""
    start, end = span
    at = text.rfind(" ", start, start + LONGEST)
    return (start, at if at > start else min(end, start + LONGEST))


_ENDED = re.compile(r"[.!?…][\s\"'”’»)\]]*$")


def features_of(article: Article, spans: Sequence[Span]) -> Array:
    """`FEATURES` of each of an article's sentences, (sentences, features)."""
    title = content_stems(article.title)
    rows = []
    for at, (start, end) in enumerate(spans):
        text = article.text[start:end]
        words = WORD.findall(text)
        rows.append((
            float(at == 0),
            1 / (1 + at),
            at / len(spans),
            len(content_stems(text) & title) / max(1, len(title)),
            math.log(max(1, len(words))),
            min(3, sum(any(map(str.isdigit, word)) for word in words)),
            min(6, sum(word[0].isupper() for word in words[1:])) / 6,
            float(any(mark in text for mark in '"“”')),
        ))  # fmt: skip
    return np.array(rows, np.float32).reshape(len(spans), len(FEATURES))


def ranked(article: Article) -> list[Key]:
    """The sentences of an article that can stand in a summary, the best first."""
    spans = candidates(article)
    weights = weights_of(FEATURES, FITTED, "weights")
    scores = features_of(article, spans) @ np.array([weights[name] for name in FEATURES], np.float32)
    scores += np.float32(read(FITTED, "bias"))
    keys = [
        key_of(article, start, end, float(score) - HANGING * refers_back(article.text[start:end]))
        for (start, end), score in zip(spans, scores, strict=True)
    ]
    keys.sort(key=lambda key: -key.score)
    return _headlined(article, keys)


def _headlined(article: Article, keys: list[Key]) -> list[Key]:
    """Sentences, the best first, with the one that tells the headline's news first where it surely does."""
    title = content_stems(article.title)

    def share(key: Key) -> float:
        return len(key.stems & title) / max(1, len(title))

    news = max(keys, key=lambda key: (share(key), key.score), default=None)
    if news is None or share(news) < max(HEADLINED, share(keys[0]) + CLEARLY) or _is_aside(news):
        return keys
    return [news, *(key for key in keys if key is not news)]


def _is_aside(key: Key) -> bool:
    """Whether a sentence asks, or leans on the one before it."""
    return key.text.rstrip(' "”').endswith("?") or refers_back(key.text)


def repeats(one: Key, other: Key) -> bool:
    """Whether two sentences have most content words in common: the shorter one says nothing of its own."""
    fewer = min(len(one.stems), len(other.stems))
    return len(one.stems & other.stems) >= REPEATED * max(1, fewer)


NEAREST = 3
"""Sentences of another article that one is held against: those that have most words of it."""

Says = Callable[[str, str], bool]
"""Whether a text, the second, says what a sentence, the first, says."""


def entailed(sentence: str, text: str) -> bool:
    """Whether a text says what a sentence says, by the trained check of claims."""
    from rag.factcheck import check

    return check(sentence, text).holds


def _has(keys: Sequence[Key], one: Key, says: Says) -> bool:
    """Whether sentences of another article say what a sentence says."""
    if any(repeats(one, key) for key in keys):
        return True
    near = sorted(keys, key=lambda key: -len(key.stems & one.stems))[:NEAREST]
    near = [key for key in near if key.stems & one.stems]
    text = " ".join(key.text for key in sorted(near, key=lambda key: key.start))
    return bool(near) and says(plain(one.text), text)


def key_sentences(
    articles: Sequence[Article],
    count: int | None = None,
    says: Says = entailed,
    corrected: Sequence[Correction] = (),
) -> list[list[Key]]:
    """The key sentences of each article, in the order of its text; of further ones what they add.

    Args:
        articles: On one event, in the order in which they are told.
        count: Sentences in all, where there are so many, of each article in turn; none: three to six of the
            first and at most `MOST_ADDED` of each further one.
        says: Whether a text says what a sentence says; asked of sentences of different articles only.
        corrected: Figures whose sentences are left out; those that correct them are taken first.
    """
    every = [_up_to_date(ranked(article), corrected) for article in articles]
    left = [list(keys) for keys in every]
    shares = [MOST_ADDED] * len(left)
    if left:
        shares[0] = min(MOST, max(FEWEST, round(len(left[0]) / READ_FOR_ONE)))
    taken: list[list[Key]] = [[] for _ in left]

    def is_new(key: Key, at: int) -> bool:
        if any(repeats(key, other) for other in taken[at]):
            return False
        if _corrects(key, corrected):
            return True  # though an article with the old value has most of its words
        # What an earlier article has is told from it, or left out with it.
        others = [keys if number < at else taken[number] for number, keys in enumerate(every) if number != at]
        return not any(_has(keys, key, says) for keys in others)

    def take(at: int) -> None:
        while left[at]:
            key = left[at].pop(0)
            if is_new(key, at):
                taken[at].append(key)
                return

    while any(left) and (count is None or sum(map(len, taken)) < count):
        turn = [
            at for at, keys in enumerate(left) if keys and (count is not None or len(taken[at]) < shares[at])
        ]
        if not turn:
            break
        # The first one is told whole before the others add to it, unless they share a given number.
        for at in turn[:1] if count is None else turn:
            if count is None or sum(map(len, taken)) < count:
                take(at)
    return [sorted(keys, key=lambda key: key.start) for keys in taken]


def _up_to_date(keys: Sequence[Key], corrected: Sequence[Correction]) -> list[Key]:
    """Sentences without those of figures that were corrected; those that correct them come first."""
    kept = [key for key in keys if current_span(key.article, key.span, corrected)[0] is key.article]
    return sorted(kept, key=lambda key: _corrects(key, corrected), reverse=True)


def _corrects(key: Key, corrected: Sequence[Correction]) -> bool:
    """Whether a sentence has what corrects a figure of another article."""
    there = (one.instead.start for one in corrected if one.by.id == key.article.id)
    return any(key.start <= at < key.end for at in there)


def chronological(articles: Sequence[Article]) -> list[Article]:
    """Each article once, by day; those without one last."""
    unique = {article.id: article for article in articles}.values()
    return sorted(unique, key=lambda article: article.published or date.max)


def summarise(
    articles: Sequence[Article],
    language: Language,
    count: int | None = None,
    says: Says = entailed,
    corrections: Sequence[Correction] = (),
) -> Composed:
    """The key sentences of articles, each cited to its own; several are introduced by their publishers.

    Of figures that one of them corrects the old value is not told.
    """
    ordered = chronological(articles)
    parts = key_sentences(ordered, count, says, corrections)
    made = Composition()
    for keys in parts:
        for number, key in enumerate(keys):
            text, written = quotation(key.article, key.span, language)
            if len(ordered) > 1 and not number:
                text = attribute(key.article, text, language)
            made.add(text, (key.article, key.span), written=written)
    notes = [
        say("adds_nothing", language, title=plain(article.title))
        for article, keys in zip(ordered, parts, strict=True)
        if not keys and count is None
    ]
    return corrected(made.done(*notes), corrections, language)


def with_corrections(articles: Iterable[Article], corrections: Iterable[Correction]) -> list[Article]:
    """Articles, each once, and behind them those that correct them."""
    every = chain(articles, (one.by for one in corrections))
    return list({article.id: article for article in every}.values())


def summary_of(
    articles: Sequence[Article],
    language: Language | None,
    count: int | None = None,
    corrections: Sequence[Correction] = (),
) -> Answer:
    """The summary of articles as an answer; in the language of the first one if none is given.

    Args:
        articles: One, or several on one event; at least one.
        language: Of the answer.
        count: Sentences in all, see `key_sentences`.
        corrections: Of their figures; what corrects them is summarised with them.
    """
    clock = Clock()
    spoken = language or as_language(articles[0].language)
    articles = with_corrections(articles, corrections)
    summary = summarise(articles, spoken, count, corrections=corrections)
    clock.lap("read")
    titles = "; ".join(f"“{plain(article.title)}”" for article in articles)
    return Answer(
        question=say("summarise", spoken, titles=titles),
        language=spoken,
        claims=summary.claims,
        citations=summary.citations,
        notes=summary.notes,
        request="summarise",
        confidence=1.0,
        timings=clock.timings(),
        models={"embedder": None, "reader": None, "generator": None},
    )
