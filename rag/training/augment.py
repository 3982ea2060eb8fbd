"""One epoch of training groups: neighbours and holes as negatives, swapped details, rough English, crops.

Everything is drawn from a generator seeded by (seed, epoch), so the same command sees the same pairs.
"""

import math
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.training.data import Corpus, Pair, cut, sentence_spans, words
from rag.training.lexicon import rough_english

Group = tuple[Pair, ...]

_NAME = re.compile(r"(?<=\s)[A-ZÀ-Þ][\w'’-]+(?:\s(?:[A-ZÀ-Þ][\w'’-]+|\d+|[IVX]+\b))*")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-3][0-9])\b")
_FIGURE = re.compile(r"\b\d+(?:[.,]\d+)*\b")


@dataclass(frozen=True)
class Shares:
    """How often each thing is done, as probabilities."""

    english: float = 0.3  # a group's questions turn into rough English
    wikipedia_negative: float = 0.10  # an answerable question also meets a passage without its answer
    news_negative: float = 0.85
    english_negative: float = 0.75
    crop: float = 0.75
    crop_chars: int = 520


class Neighbours:
    """The contexts nearest to a question by summed idf of shared words."""

    def __init__(self, contexts: Sequence[str]) -> None:
        self.contexts = list(contexts)
        postings: dict[str, list[int]] = defaultdict(list)
        for i, context in enumerate(self.contexts):
            for word in words(context):
                postings[word].append(i)
        common = max(20, len(self.contexts) // 10)
        self._postings = {word: found for word, found in postings.items() if len(found) <= common}
        self._lengths = [1.0 + 0.2 * math.log1p(len(context)) for context in self.contexts]

    def nearest(self, question: str, k: int) -> list[str]:
        """Return up to `k` contexts, best first."""
        scores: defaultdict[int, float] = defaultdict(float)
        for word in words(question):
            found = self._postings.get(word, [])
            for i in found:
                scores[i] += math.log(1 + len(self.contexts) / len(found)) / self._lengths[i]
        return [self.contexts[i] for i in sorted(scores, key=lambda i: -scores[i])[:k]]


def hole(pair: Pair) -> Pair | None:
    """Take the sentence with the answer out, so that the passage is on topic and says nothing."""
    kept = [
        pair.context[a:b]
        for a, b in sentence_spans(pair.context)
        if not any(answer in pair.context[a:b] for answer in pair.answers) and not a <= pair.start < b
    ]
    text = "".join(kept).strip()
    if len(text) < 60 or any(answer.lower() in text.lower() for answer in pair.answers):
        return None
    return Pair(pair.question, text, origin=f"{pair.origin}+hole")


def elsewhere(pair: Pair, neighbours: Neighbours, rng: random.Random) -> Pair | None:
    """Put the question over one of the nearest passages that does not hold its answer."""
    near = [
        context
        for context in neighbours.nearest(pair.question, 6)
        if context != pair.context and not any(a.lower() in context.lower() for a in pair.answers)
    ]
    if not near:
        return None
    return Pair(pair.question, rng.choice(near[:4]), origin=f"{pair.origin}+near")


def swapped(pair: Pair, names: Sequence[str], rng: random.Random) -> Pair | None:
    """Change a year, a figure or a name of the question to one that the passage does not have."""
    question = pair.question
    year, figure = _YEAR.search(question), _FIGURE.search(question)
    if year:
        other = str(int(year.group()) + rng.choice([-10, -5, -3, -2, -1, 1, 2, 3, 5, 10]))
        span = year.span()
    elif figure and len(figure.group()) < 9:
        other = "".join(str(rng.randint(1, 9)) if c.isdigit() else c for c in figure.group())
        span = figure.span()
    else:
        found = list(_NAME.finditer(question))
        if not found:
            return None
        match = max(found, key=lambda m: len(m.group()))
        size = len(match.group().split())
        same = [n for n in rng.sample(names, min(60, len(names))) if abs(len(n.split()) - size) <= 1]
        other = next((n for n in same if n.lower() not in pair.context.lower()), "")
        span = match.span()
    if not other or other in pair.context or other in question:
        return None
    return Pair(question[: span[0]] + other + question[span[1] :], pair.context, origin=f"{pair.origin}+swap")


def cropped(group: Group, limit: int, rng: random.Random) -> Group:
    """Cut a long context to a random run of sentences that keeps every answer of the group."""
    context = group[0].context
    if len(context) <= limit or any(pair.context != context for pair in group):
        return group
    low = min((p.start for p in group if p.answers), default=-1)
    high = max((p.end for p in group if p.answers), default=-1)
    spans = sentence_spans(context)
    if low < 0:
        low = high = rng.choice(spans)[0]
    first = max(i for i, (a, _) in enumerate(spans) if a <= low)
    last = max(first, min((i for i, (_, b) in enumerate(spans) if b >= high), default=len(spans) - 1))
    sides = [0, 1]
    while sides:
        side = rng.choice(sides)
        a, b = (first - 1, last) if side == 0 else (first, last + 1)
        if a < 0 or b >= len(spans) or spans[b][1] - spans[a][0] > limit:
            sides.remove(side)
            continue
        first, last = a, b
    start, end = spans[first][0], spans[last][1]
    return tuple(cut(pair, start, end) for pair in group)


def in_english(group: Group) -> Group:
    """Ask the same things in rough English."""
    return tuple(replace(p, question=rough_english(p.question), origin=f"{p.origin}+en") for p in group)


class Mixer:
    """Holds the corpus with its neighbour tables and deals epochs from it."""

    def __init__(self, corpus: Corpus, shares: Shares, seed: int) -> None:
        self._corpus, self._shares, self._seed = corpus, shares, seed
        self._wikipedia = Neighbours([group[0].context for group in corpus.wikipedia])
        self._news = Neighbours([group[0].context for group in corpus.news])
        self._indonesian = Neighbours(
            [g[0].context for g in corpus.english if not g[0].origin.startswith("en-en")]
        )
        self._english = Neighbours([g[0].context for g in corpus.english if g[0].origin.startswith("en-en")])
        names = {
            m.group()
            for g in (*corpus.wikipedia, *corpus.news)
            for p in g
            for m in _NAME.finditer(p.question)
        }
        self._names = sorted(names)

    def epoch(self, number: int) -> list[Group]:
        """Return the groups of one epoch, shuffled; pairs over one context stay together."""
        rng = random.Random(f"{self._seed}-{number}")  # noqa: S311
        shares = self._shares
        out: list[Group] = []
        for group in self._corpus.wikipedia:
            answerable = [p for p in group if p.answers]
            rng.shuffle(answerable)
            # Paraphrases of one question teach little: keep two, with all their minimally different twins.
            kept = [p for p in group if p.impossible] + answerable[:2]
            rng.shuffle(kept)
            negatives = self._negatives(answerable[:2], shares.wikipedia_negative, self._wikipedia, rng)
            out.append(self._finished([tuple(kept[:5]), *negatives], rng))
        for group in self._corpus.news:
            negatives = self._negatives(group, shares.news_negative, self._news, rng)
            out.append(self._finished([group, *negatives], rng))
        for group in self._corpus.english:
            table = self._english if group[0].origin.startswith("en-en") else self._indonesian
            negatives = self._negatives(group, shares.english_negative, table, rng, swap=False)
            out.append(self._joined([group, *negatives], rng))
        rng.shuffle(out)
        return out

    def _cropped(self, group: Group, rng: random.Random) -> Group:
        return cropped(group, self._shares.crop_chars, rng) if rng.random() < self._shares.crop else group

    def _joined(self, parts: Sequence[Group], rng: random.Random) -> Group:
        """One group of parts over one context each: a question and its negatives meet in one step."""
        return tuple(pair for part in parts for pair in self._cropped(part, rng))

    def _finished(self, parts: Sequence[Group], rng: random.Random) -> Group:
        group = self._joined(parts, rng)
        return in_english(group) if rng.random() < self._shares.english else group

    def _negatives(
        self, pairs: Sequence[Pair], share: float, table: Neighbours, rng: random.Random, *, swap: bool = True
    ) -> list[Group]:
        found = [self._negative(pair, table, rng, swap=swap) for pair in pairs if rng.random() < share]
        return [(pair,) for pair in found if pair is not None]

    def _negative(self, pair: Pair, table: Neighbours, rng: random.Random, *, swap: bool) -> Pair | None:
        kinds: list[Callable[[], Pair | None]] = [lambda: hole(pair), lambda: elsewhere(pair, table, rng)]
        if swap:
            kinds.append(lambda: swapped(pair, self._names, rng))
        rng.shuffle(kinds)
        return next((found for kind in kinds if (found := kind()) is not None), None)
