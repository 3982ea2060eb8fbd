"""The reader: one trained model reads a question over passages and decides what answers, if anything does.

Each passage is read with the heading of its article. The model gives for each token whether an answer
begins or ends there and whether it is part of a sentence that answers, and for the passage whether it
answers. A softmax over all sentences and "none", of weighted sums of these numbers (`reader.json`, fitted by
`scripts/train/decide.py`), makes of them the probability that a sentence answers. Of the passages that are
read no rule leaves one out; which are read after the first ones is told by a fitted chance as well.

The built-in model is `reader.safetensors`, the tensors of the embedded encoder that training changed and the
head, corrected by `reader.adapter.safetensors` (`reader.md` says how both were trained). At first use it is
joined with the encoder into a graph in the cache.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import Article, Hit, ModelError, Passage, Settings, e5
from index.embedder import THREADS, TOKENIZER_FILES, build_once, open_graph, open_pieces, prepare_quick
from index.models import Span, sha256
from index.onnx_graph import GRAPH_FILE, Precision, build, save
from index.text import sentences
from rag.answer import Ruling
from rag.figures import compared_in
from rag.lang import Language, as_language, write_date
from rag.lang.dates import Moment, reported_on
from rag.lang.names import Sentence, meets, named_places, setting_of
from rag.lang.words import forms, rarities, weight_of
from rag.query import Question, understand, written_in
from rag.tables import in_tables
from rag.weights import Weights, logistic, read, softmax, weighed, weights_of

Array = NDArray[np.float32]
Tensors = dict[str, NDArray[np.generic]]

TITLE_LENGTH = 160
"""Characters of a title that are read with each passage."""

LONGEST_TOKENS = 288
"""Tokens of question, heading and passage together that are read at once."""

LONGEST_QUESTION = 600
"""Characters of a question that are read; where it and a passage are too long together, the longer is cut."""

PACKED = Path(__file__).with_name("reader.safetensors")

ADAPTERS = tuple(Path(__file__).with_name(name) for name in ("reader.adapter.safetensors",))
"""Corrections of `PACKED` by later training, in order; see `unpack`."""

FORMAT, ADAPTER_FORMAT = "tanya-reader-4", "tanya-adapter-1"
BLOCK = 32
"""Weights of a row that share a scale."""

ASSEMBLER_VERSION = 2
"""Part of the cache entry's name: raise it whenever what is assembled changes."""

PRECISION: Precision = "float"

RULINGS: tuple[Ruling, ...] = ("supported", "contradicted", "not_found")
"""The rulings of a passage on a claim, in the order of the head's numbers."""

_START, _END, _EVIDENCE, _ANSWERABLE, _RULING, _POLAR = 0, 1, 2, 3, 4, 7


LONGEST_SPAN = 60
"""Tokens of the longest answer within a sentence."""

ENDS = 8
"""Likeliest first and last tokens of a sentence that its spans are made of."""

WINDOW = 800
"""Characters that are read at once of a text that was not cut into passages."""

DECISION = Path(__file__).with_name("reader.json")

FEATURES = (
    "bias",
    "margin",
    "evidence",
    "answerable",
    "rank",
    "behind",
    "evidence_behind",
    "answerable_behind",
    "named",
    "named_behind",
    "absent",
    "otherwise",
)
"""Features of the probability; see `features`."""

FIRST = 2
"""Passages that are read in any case; a further one is where it may matter, by what these say."""

SHARED = 0.1
"""A passage is read too where a sentence of it has this probability from others, as a copy or a row has."""

FURTHER = ("bias", "rank", "named", "named_ahead", "sure")
"""Features of the probability that a further passage matters; see `further_features`."""

WIDEST = 20.0
"""Logits are cut at this, up and down, before they are weighed."""

LOWEST = -WIDEST
"""Stands for what a model did not read."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Fitted weights and thresholds of the reader.

    Attributes:
        weights: Of each of `FEATURES`.
        answer: Least probability of the best sentence; below it the articles are taken not to say, 0..1.
        support: A further sentence of the best one's passage is shown from this `Reading.support` on, 0..1.
        further: Weights of each of `FURTHER`.
        matters: Least probability that a further passage matters with which it is read, 0..1; at 0 all are.
    """

    weights: Weights
    answer: float
    support: float
    further: Weights = field(default_factory=dict)
    matters: float = 0.0


@dataclass(frozen=True, slots=True)
class Polarity:
    """Logits of a model on a window for a question that a yes or a no answers.

    Attributes:
        asked: A yes or a no answers the question.
        yes: The window says yes.
        no: It says no.
        unsaid: It says neither.
    """

    asked: float
    yes: float
    no: float
    unsaid: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as an answer to a question.

    Attributes:
        sentence: What answers.
        span: Characters of the article within it that answer by themselves.
        score: Probability that the sentence answers rather than another or none, with those that agree, 0..1.
        support: Probability, by the model alone, that the sentence is part of what answers, 0..1.
        spans: The likeliest characters of the article within it, each with its margin.
        polarity: Whether a yes or a no answers, and which, by its passage; None where a model has no such.
    """

    sentence: Sentence
    span: Span
    score: float
    support: float = 0.0
    spans: tuple[tuple[Span, float], ...] = ()
    polarity: Polarity | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """The likeliest answer in a text: its characters, None where nothing was read, and its probability."""

    span: Span | None
    probability: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a window with the model's numbers for it.

    Attributes:
        window: Which window, from 0.
        sentence: Its characters in the passage.
        span: Characters in the passage of the best answer within it.
        margin: Logits of that span above those of there being none.
        evidence: Logit that the sentence is part of what answers; 0 where a model has no such.
        answerable: Logit that the passage answers; the margin of its best span where a model has no such.
        spans: The likeliest answers within it, characters in the passage, each with its margin.
    """

    window: int
    sentence: Span
    span: Span
    margin: float
    evidence: float
    answerable: float
    spans: tuple[tuple[Span, float], ...] = ()


class Reader:
    """Reads with a model, and decides with the weights that were fitted for the built-in one."""

    def __init__(self, model: ReaderModel, decision: Decision | None = None) -> None:
        """A reader; the decision is that of `reader.json` if none is given."""
        self.model = model
        self.name = model.name
        self.decision = decision or load_decision()

    def read(self, question: Question, hits: Sequence[Hit], *, every: bool = False) -> list[Reading]:
        """The sentences of the passages as answers, surest first; none where there are no passages.

        The first passages are read, and those further ones that may matter or say what these do; what was not
        read has no chance.

        Args:
            question: As it was understood.
            hits: The passages.
            every: Read all of them, as where sentences are chosen that need not answer.
        """
        windows = [Window(heading(hit.passage.article), hit.passage.text) for hit in hits]
        first = len(hits) if every or self.decision.matters <= 0 else FIRST
        return self._readings(question, hits, windows, first, compare)

    def extract(self, question: str, text: str) -> Extract:
        """The likeliest answer in a text that stands by itself, without heading."""
        article = Article("-", "-", text, None, None, None, "id", "", "")
        hits = [Hit(Passage(article, start, end), 1.0, 1) for start, end in windows_of(text)]
        asked = understand(question, "id", written_in(question))
        windows = [Window("", hit.passage.text) for hit in hits]
        found = self._readings(asked, hits, windows, len(hits), compare_alone)
        return Extract(found[0].span, found[0].score) if found else Extract(None, 0.0)

    def _readings(
        self,
        question: Question,
        hits: Sequence[Hit],
        windows: Sequence[Window],
        first: int,
        comparing: Callable[[Question, Sequence[Sentence]], list[Compared]],
    ) -> list[Reading]:
        if not hits:
            return []
        bounds = [sentences(window.text) for window in windows]
        placed = [placed_in(hit, span) for hit, spans in zip(hits, bounds, strict=True) for span in spans]
        compared = comparing(question, placed)
        shares, texts = [one.named for one in compared], [sentence.text for sentence in placed]
        ranks = [hit.rank for hit in hits]
        outputs: list[Output | None] = [None] * len(windows)

        def read(wanted: Sequence[int]) -> tuple[list[Candidate], list[float]]:
            chosen = self.model.outputs(question.text, [windows[n] for n in wanted])
            for n, output in zip(wanted, chosen, strict=True):
                outputs[n] = output
            found = [one for n, window in enumerate(windows) for one in candidates(n, window, outputs[n])]
            return found, self.scores(found, ranks, compared, texts)

        def weighed() -> list[Reading]:
            readings = []
            for one, sentence, score in zip(found, placed, scores, strict=True):
                start, end = tidied(windows[one.window].text, one.span)
                base = hits[one.window].passage.start
                spans = tuple(((base + first, base + last), margin) for (first, last), margin in one.spans)
                span, polarity = (base + start, base + end), polarity_of(outputs[one.window])
                readings.append(Reading(sentence, span, score, support_of(one), spans, polarity))
            return in_tables(question, sorted(readings, key=lambda reading: -reading.score))

        found, scores = read(range(min(first, len(windows))))
        if further := self.worth(found, ranks, shares, scores, first):
            found, scores = read(further)
        readings = weighed()
        while shared := [
            n
            for n, output in enumerate(outputs)
            if output is None and any(one.sentence.hit is hits[n] and one.score >= SHARED for one in readings)
        ]:
            found, scores = read(shared)
            readings = weighed()
        return readings

    def worth(
        self,
        found: Sequence[Candidate],
        ranks: Sequence[int],
        shares: Sequence[float],
        scores: Sequence[float],
        first: int,
    ) -> list[int]:
        """The windows after the first ones that may matter.

        Args:
            found: Of all windows, those after the first not read.
            ranks: Of each window the rank of its passage, from 1.
            shares: Of each candidate what `named_shares` gives.
            scores: Of each candidate its probability by the first windows alone.
            first: How many windows were read.
        """
        made = further_features(found, ranks, shares, scores, first)
        weights = self.decision.further
        return [
            first + n
            for n, values in enumerate(made)
            if logistic(weighed(values, weights)) >= self.decision.matters
        ]

    def scores(
        self,
        found: Sequence[Candidate],
        ranks: Sequence[int],
        compared: Sequence[Compared],
        texts: Sequence[str],
    ) -> list[float]:
        """The probability of each candidate that it, or one that agrees with it, answers.

        Args:
            found: Of all windows that were read for one question.
            ranks: Of each window the rank of its passage, from 1.
            compared: Of each candidate what `compare` gives.
            texts: Of each candidate its sentence.
        """
        weights = self.decision.weights
        sums = [weighed(values, weights) for values in features(found, ranks, compared)]
        return agreed(chances(sums), found, texts)


def chances(sums: Sequence[float] | Array) -> list[float]:
    """The probability of each sentence to be the one that answers, by a softmax in which "none" has 0."""
    return [float(one) for one in softmax(np.append(np.asarray(sums, dtype=np.float64), 0.0))[:-1]]


def agreed(alone: Sequence[float], found: Sequence[Candidate], texts: Sequence[str]) -> list[float]:
    """The probabilities of the sentences, each with those of the sentences that agree with it.

    Two agree where each has the other's span, whatever its case: copies of a sentence share its probability.

    Args:
        alone: What `chances` gives.
        found: The candidates.
        texts: Of each candidate its sentence.
    """
    texts = [text.lower() for text in texts]
    spans = [
        text[max(0, one.span[0] - one.sentence[0]) : one.span[1] - one.sentence[0]]
        for one, text in zip(found, texts, strict=True)
    ]
    return [
        sum(
            other
            for at, other in enumerate(alone)
            if at == here or (len(spans[here]) > 1 and spans[here] in texts[at] and spans[at] in texts[here])
        )
        for here in range(len(alone))
    ]


def features(
    found: Sequence[Candidate], ranks: Sequence[int], compared: Sequence[Compared]
) -> list[dict[str, float]]:
    """Features of each candidate of one question, each of the order of 1, by the names of `FEATURES`.

    What ends in `behind` says how far it is below the best of all candidates.

    Args:
        found: Of all windows that were read for one question.
        ranks: Of each window the rank of its passage, from 1.
        compared: Of each candidate what `compare` gives.
    """
    most = max((one.named for one in compared), default=0.0)
    top = [
        max((getattr(one, name) for one in found), default=0.0)
        for name in ("margin", "evidence", "answerable")
    ]
    return [
        {
            "bias": 1.0,
            "margin": _cut(one.margin) / 5,
            "evidence": _cut(one.evidence) / 3,
            "answerable": _cut(one.answerable) / 3,
            "rank": math.log(ranks[one.window]),
            "behind": min(top[0] - one.margin, WIDEST) / 5,
            "evidence_behind": min(top[1] - one.evidence, WIDEST) / 3,
            "answerable_behind": min(top[2] - one.answerable, WIDEST) / 3,
            "named": told.named,
            "named_behind": 1 - told.named / most if most > 0 else 0.0,
            "absent": told.absent,
            "otherwise": told.otherwise,
        }
        for one, told in zip(found, compared, strict=True)
    ]


def further_features(
    found: Sequence[Candidate],
    ranks: Sequence[int],
    shares: Sequence[float],
    scores: Sequence[float],
    first: int,
) -> list[dict[str, float]]:
    """Features for reading each window after the first ones, by the names of `FURTHER`.

    `named` is the greatest share that a sentence of it has of what the question names, `named_ahead` how far
    that is above the greatest in the first ones, and `sure` the probability of the best answer so far.

    Args:
        found: Of all windows, those after the first not read.
        ranks: Of each window the rank of its passage, from 1.
        shares: Of each candidate what `named_shares` gives, 0..1.
        scores: Of each candidate its probability by the first windows alone, 0..1.
        first: How many windows were read.
    """
    most = [0.0] * len(ranks)
    for one, share in zip(found, shares, strict=True):
        most[one.window] = max(most[one.window], share)
    return [
        {
            "bias": 1.0,
            "rank": math.log(rank),
            "named": share,
            "named_ahead": share - max(most[:first], default=0.0),
            "sure": max(scores, default=0.0),
        }
        for rank, share in zip(ranks[first:], most[first:], strict=True)
    ]


def placed_in(hit: Hit, span: Span) -> Sentence:
    """The sentence at these characters of a passage."""
    start = hit.passage.start
    return Sentence(hit.passage.article, start + span[0], start + span[1], hit)


@dataclass(frozen=True, slots=True)
class Compared:
    """A sentence held against what a question names.

    Attributes:
        named: What `named_shares` gives, 0..1.
        absent: What `absent_shares` gives, 0..2.
        otherwise: What `other_times` gives, 0..1.
    """

    named: float
    absent: float = 0.0
    otherwise: float = 0.0


def compare(question: Question, placed: Sequence[Sentence]) -> list[Compared]:
    """Each sentence held against what a question names."""
    return [
        Compared(*one)
        for one in zip(
            named_shares(question, placed),
            absent_shares(question, placed),
            other_times(question, placed),
            strict=True,
        )
    ]


def compare_alone(question: Question, placed: Sequence[Sentence]) -> list[Compared]:
    """As `compare`, of a text without its article, which may tell of time and place elsewhere."""
    return [Compared(share) for share in named_shares(question, placed)]


def named_shares(question: Question, placed: Sequence[Sentence]) -> list[float]:
    """The share of what the question names that each sentence has, 0..1; what is rare counts more.

    Named are words, and places, days, periods and figures, which are compared by what they mean; a word of
    an English question is there too where an Indonesian one that says the same is. Each counts by the
    logarithm of its inverse frequency among the sentences. 1 where the question names nothing.
    """
    words = [forms(word, is_english=question.is_english) for word in question.words]
    has = [
        [
            *(bool(word & one.stems) for word in words),
            *(any(place.code == other.code for other in one.places) for place in question.places),
            *(any(other.names(moment) for other in one.moments) for moment in question.moments),
            *(any(figure.same(other) for other in one.figures) for figure in question.figures),
        ]
        for one in placed
    ]
    weights = rarities(has)
    total = sum(weights)
    return [weight_of(weights, row) / total if total > 0 else 1.0 for row in has]


def absent_shares(question: Question, placed: Sequence[Sentence]) -> list[float]:
    """The share of a question's days and periods that each article lacks, and of its places, summed, 0..2."""
    moments, places = _times_asked(question), named_places(question.text, as_asked=True)
    if not (moments or places):
        return [0.0] * len(placed)
    found = {}
    for article in {one.article.id: one.article for one in placed}.values():
        setting = setting_of(article)
        times = [setting.lacks_moment(one) for one in moments]
        sites = [setting.lacks_place(one, question.text[one.start : one.end]) for one in places]
        found[article.id] = sum(sum(lacked) / len(lacked) for lacked in (times, sites) if lacked)
    return [found[one.article.id] for one in placed]


def other_times(question: Question, placed: Sequence[Sentence]) -> list[float]:
    """The share of a question's days and periods in whose place each sentence tells of others, 0..1.

    What figures are compared with does not count: "naik dibanding Januari" is of another month. A sentence
    that names no time is of the headline's. There is no such share where the sentence before tells of the
    time that is asked, nor, unless the headline tells of another, where it is that of publication.
    """
    moments = _not_compared(question.text, as_language(question.written_in), _times_asked(question))
    shares = []
    for one in placed if moments else ():
        own = _not_compared(one.text, one.written_in, one.moments)
        told = own or setting_of(one.article).headline
        published = reported_on(one.article.published) if own else []
        others = [
            asked
            for asked in moments
            if told
            and not any(moment.stands_for(asked) for moment in (*told, *one.moments_before))
            and not any(moment.meets(asked) for moment in published)
        ]
        shares.append(len(others) / len(moments))
    return shares or [0.0] * len(placed)


def _times_asked(question: Question) -> list[Moment]:
    """The days and periods that a question names; one relative to today is often meant of the article's."""
    return [one for one in question.moments if not one.relative]


def _not_compared(text: str, language: Language, moments: Sequence[Moment]) -> list[Moment]:
    """The days and periods of a text with which no figure is compared."""
    spans = compared_in(text, language, moments) if moments else []
    return [one for one in moments if not meets((one.start, one.end), spans)]


def support_of(one: Candidate) -> float:
    """The probability, by the model alone, that a sentence is part of what answers, 0..1."""
    return logistic(one.evidence) * logistic(one.answerable)


def polarity_of(output: Output | None) -> Polarity | None:
    """The polarity of a window for a yes-or-no question; None where the model gives none or was not asked."""
    if output is None or output.polar is None or output.rulings is None:
        return None
    return Polarity(output.polar, *(float(one) for one in output.rulings))


def candidates(number: int, window: Window, output: Output | None) -> list[Candidate]:
    """The sentences of a window with what a model makes of each, in order; `output` is None if unread."""
    found = []
    for start, end in sentences(window.text):
        if output is None:
            found.append(Candidate(number, (start, end), (start, end), LOWEST, LOWEST, LOWEST))
            continue
        inside = np.flatnonzero((output.offsets[:, 0] < end) & (output.offsets[:, 1] > start))
        inside = inside[output.offsets[inside, 0] < output.offsets[inside, 1]]
        best = best_span(output, inside)
        if best is None:
            found.append(Candidate(number, (start, end), (start, end), LOWEST, LOWEST, LOWEST))
            continue
        (first, last), margin = best
        evidence = float(output.evidence[inside].mean()) if output.evidence is not None else 0.0
        found.append(
            Candidate(
                number,
                (start, end),
                (max(first, start), min(last, end)),
                margin,
                evidence,
                0.0,
                likely_spans(output, inside),
            )
        )
    if not found or output is None:
        return found
    answerable = max(one.margin for one in found) if output.answerable is None else output.answerable
    return [one if one.margin == LOWEST else replace(one, answerable=answerable) for one in found]


def best_span(output: Output, inside: Array) -> tuple[Span, float] | None:
    """The best span of at most `LONGEST_SPAN` consecutive tokens, and its margin; None without tokens.

    Args:
        output: What the model made of a window.
        inside: (tokens,), positions in `output.offsets`, ascending.
    """
    if not len(inside):
        return None
    first, last = int(inside[0]), int(inside[-1]) + 1
    size = last - first
    scores = output.start[first:last, None] + output.end[None, first:last]
    ones = np.ones((size, size), dtype=bool)
    scores = np.where(np.triu(ones) & ~np.triu(ones, LONGEST_SPAN), scores, -np.inf)
    begin, stop = divmod(int(scores.argmax()), size)
    span = (int(output.offsets[first + begin, 0]), int(output.offsets[first + stop, 1]))
    return span, float(scores[begin, stop] - output.none)


def likely_spans(output: Output, inside: Array) -> tuple[tuple[Span, float], ...]:
    """The spans between the `ENDS` likeliest first and last of some tokens, each with its margin.

    Args:
        output: What the model made of a window.
        inside: (tokens,), positions in `output.offsets`, ascending.
    """
    starts = inside[np.argsort(-output.start[inside], kind="stable")[:ENDS]]
    ends = inside[np.argsort(-output.end[inside], kind="stable")[:ENDS]]
    return tuple(
        (
            (int(output.offsets[first, 0]), int(output.offsets[last, 1])),
            float(output.start[first] + output.end[last] - output.none),
        )
        for first in starts
        for last in ends
        if 0 <= last - first < LONGEST_SPAN
    )


def heading(article: Article) -> str:
    """The line read before each passage of an article: its title and its day of publication."""
    title = " ".join(article.title[:TITLE_LENGTH].split())
    day = write_date(article.published, "id") if article.published else ""
    return f"{title} ({day})" if day else title


@cache
def load_decision() -> Decision:
    """The weights fitted for the built-in model."""
    weights, further = weights_of(FEATURES, DECISION, "weights"), weights_of(FURTHER, DECISION, "further")
    return Decision(weights, **read(DECISION, "thresholds"), further=further)


def windows_of(text: str, longest: int = WINDOW) -> list[Span]:
    """Runs of whole sentences, each of at most `longest` characters, that together cover a text.

    A run begins with the last sentence of the one before it: what a sentence refers to is read with it.
    """
    bounds = sentences(text)
    if not bounds:
        return []
    if bounds[-1][1] - bounds[0][0] <= longest:
        return [(bounds[0][0], bounds[-1][1])]
    pieces = [piece for start, end in bounds for piece in pairwise([*range(start, end, longest), end])]
    out: list[Span] = []
    first = 0
    while first < len(pieces):
        last = first
        while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[first][0] <= longest:
            last += 1
        out.append((pieces[first][0], pieces[last][1]))
        if last + 1 >= len(pieces):
            break
        first = last if last > first else last + 1
    return out


def tidied(text: str, span: Span) -> Span:
    """A span without blanks and marks at its ends, or a bracket or quotation mark without its other half."""
    start, end = span
    while start < end:
        written = text[start:end]
        opened, closed = _unpaired(written)
        if written[0].isspace() or written[0] in ",;:)" or _is_alone(written, written[0]):
            start += 1
        elif (
            written[-1].isspace()
            or written[-1] in set(".,;:(") - _kept(written)
            or _is_alone(written, written[-1])
        ):
            end -= 1
        elif opened >= 0:
            start, end = (start, start + opened) if opened else (start + 1, end)
        elif closed >= 0:
            start, end = (
                (start + closed + 1, end) if closed < len(written) - closed else (start, start + closed)
            )
        else:
            return start, end
    return span


def _unpaired(written: str) -> Span:
    """The first opening and the first closing bracket without its other half; -1 for none."""
    opened, closed = [], -1
    for at, sign in enumerate(written):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            opened.pop()
        elif sign == ")" and closed < 0:
            closed = at
    return (opened or [-1])[0], closed


def _is_alone(written: str, mark: str) -> bool:
    """Whether a quotation mark at an end of `written` lacks its other half there."""
    if mark in {"“", "”"}:
        return not ("“" in written and "”" in written)
    return mark == '"' and written.count('"') % 2 == 1


def _kept(written: str) -> set[str]:
    """The point after an initial or an abbreviation is part of it: "Sukarno Jr.", "P.T."."""
    return {"."} if re.search(r"(?:\b[A-Z]|\b(?:Jr|Sr|Tbk|Inc|Ltd|Co))\.$", written) else set()


def _cut(value: float) -> float:
    return max(-WIDEST, min(WIDEST, value))


@dataclass(frozen=True, slots=True)
class Window:
    """A passage and the heading of its article, which may be empty, as the model reads them."""

    head: str
    text: str

    def joined(self) -> tuple[str, int]:
        """The text to read, and the offset in it at which the passage begins."""
        return (f"{self.head}\n{self.text}", len(self.head) + 1) if self.head else (self.text, 0)


@dataclass(frozen=True, slots=True)
class Output:
    """A model's output for one question over one window.

    Attributes:
        offsets: (tokens, 2), characters of the passage that each of its tokens stands for.
        start: (tokens,), logit that an answer begins here.
        end: (tokens,), logit that an answer ends here.
        none: Logit of there being no span: those of the first token, added.
        evidence: (tokens,), logit of being part of a sentence that answers; None where a model has no such.
        answerable: Logit that the passage answers; None where a model has no such.
        rulings: (3,), logits of `RULINGS`, the mean over the tokens of what is asked, taken as a claim; None
            where a model has no such.
        polar: Logit that a yes or a no answers the question; None where a model has no such.
    """

    offsets: NDArray[np.int64]
    start: Array
    end: Array
    none: float
    evidence: Array | None = None
    answerable: float | None = None
    rulings: Array | None = None
    polar: float | None = None


class ReaderModel(Protocol):
    """Any model that reads a question over windows."""

    name: str

    def outputs(self, question: str, windows: Sequence[Window]) -> list[Output]:
        """One output per window; what exceeds the model's length is left unread."""
        ...


class BuiltInModel:
    """The shipped reader on onnxruntime.

    Each window is read by itself in one thread, those of all who ask by the same few: none is padded, no
    core waits for another, and what comes out of a window does not depend on its company.
    """

    def __init__(self, folder: Path, tokenizer: Path) -> None:
        """Load the graph in `folder` and the tokenizer in the folder of the embedded model.

        Raises:
            ModelError: the folder cannot be loaded.
        """
        self._session = open_graph(folder / GRAPH_FILE, threads=1)
        self._pool = ThreadPoolExecutor(THREADS, "reader")
        self._tokenizer = open_pieces(tokenizer)
        self.name = folder.name

    def outputs(self, question: str, windows: Sequence[Window]) -> list[Output]:
        """One output per window."""
        asked = _clean(question[:LONGEST_QUESTION])
        texts = [window.joined() for window in windows]
        encoded = [self._tokenizer.pair(asked, _clean(text), LONGEST_TOKENS) for text, _ in texts]
        # The long ones first, lest one thread be left alone with one of them.
        order = sorted(range(len(encoded)), key=lambda row: -len(encoded[row].ids))
        begun = {row: self._pool.submit(self._numbers, encoded[row].ids) for row in order}
        read = []
        for row, (one, (_, base)) in enumerate(zip(encoded, texts, strict=True)):
            numbers = begun[row].result()
            kept, offsets = passage_tokens(one.offsets, one.sequence_ids, base)
            first = numbers[0]
            read.append(
                Output(
                    offsets,
                    numbers[kept, _START],
                    numbers[kept, _END],
                    float(first[_START] + first[_END]),
                    numbers[kept, _EVIDENCE],
                    float(first[_ANSWERABLE]),
                    numbers[asked_tokens(one.sequence_ids), _RULING:_POLAR].mean(axis=0),
                    float(first[_POLAR]),
                )
            )
        return read

    def _numbers(self, ids: Sequence[int]) -> Array:
        """The graph's output for one sequence of tokens, (tokens, rows)."""
        tokens = np.array([ids], np.int64)
        (numbers,) = self._session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})
        found: Array = numbers[0]
        return found


class TransformersModel:
    """A question-answering model of transformers, by its id or folder (`TANYA_READER`)."""

    def __init__(self, name: str) -> None:
        """Load it.

        Raises:
            ModelError: there is no such model, or it is none for question answering.
        """
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the reader {name!r} cannot be loaded ({str(error).splitlines()[0]}); "
                "set TANYA_READER to the folder of a question-answering model"
            ) from error
        self.name = Path(name).name if Path(name).exists() else name

    def outputs(self, question: str, windows: Sequence[Window]) -> list[Output]:
        """One output per window."""
        import torch

        texts = [window.joined() for window in windows]
        asked = _clean(question[:LONGEST_QUESTION])
        encoded = self._tokenizer(
            [asked] * len(texts),
            [_clean(text) for text, _ in texts],
            truncation="longest_first",
            max_length=min(LONGEST_TOKENS, self._tokenizer.model_max_length),
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        sides = [encoded.sequence_ids(row) for row in range(len(texts))]
        with torch.inference_mode():
            output = self._model(**encoded)
        starts, ends = output.start_logits.numpy(), output.end_logits.numpy()
        found = []
        for row, (_, base) in enumerate(texts):
            kept, places = passage_tokens(offsets[row], sides[row], base)
            none = float(starts[row][0] + ends[row][0])
            found.append(Output(places, starts[row][kept], ends[row][kept], none))
        return found


def passage_tokens(
    offsets: Any, sides: Sequence[int | None], base: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions of the tokens of the passage, and their characters in it, (tokens,) and (tokens, 2).

    Args:
        offsets: (positions, 2), characters in what was read.
        sides: Of each position 0 for the question, 1 for what was read, None for neither.
        base: Where in what was read the passage begins.
    """
    places = np.asarray(offsets, dtype=np.int64).reshape(-1, 2)
    inside = [at for at, side in enumerate(sides) if side == 1 and places[at, 1] > base]
    kept = np.array(inside, dtype=np.int64)
    return kept, np.maximum(places[kept] - base, 0)


def asked_tokens(sides: Sequence[int | None]) -> list[int]:
    """The positions of the first token and of those of the question."""
    return [0, *(at for at, side in enumerate(sides) if side == 0)]


def load_model(settings: Settings) -> ReaderModel:
    """The model that the settings name, or the one that comes with the product.

    Raises:
        ModelError: it cannot be had, or the encoder that it is joined with does not exist for the platform.
    """
    return TransformersModel(settings.reader) if settings.reader else built_in(settings.cache)


def built_in(cache: Path) -> BuiltInModel:
    """The model that comes with the product, one for all that read with it.

    Raises:
        ModelError: it cannot be assembled in the cache, or the encoder does not exist for the platform.
    """
    if not e5.is_installed():
        raise ModelError(
            "the built-in reader does not exist for this platform; "
            "set TANYA_READER to a question-answering model"
        )
    embedded = prepare_quick(cache, *TOKENIZER_FILES)
    with _opening:
        return _opened(prepare(cache), embedded)


@lru_cache(maxsize=1)
def _opened(folder: Path, tokenizer: Path) -> BuiltInModel:
    return BuiltInModel(folder, tokenizer)


_opening = threading.Lock()
"""Held while the built-in model is opened: two that ask at once get one."""


def prepare(cache: Path, packed: Path = PACKED, adapters: Sequence[Path] = ADAPTERS) -> Path:
    """The folder of the assembled reader in the cache; it is assembled where it is missing or damaged.

    Raises:
        ModelError: the trained part or the encoder is missing or damaged, or the cache cannot be written.
    """
    try:
        parts = (sha256(path)[:12] for path in (packed, *adapters))
        name = "-".join(["reader", *parts, str(ASSEMBLER_VERSION)])
    except OSError as error:
        raise ModelError(
            f"{error.filename} cannot be read; restore it, or set TANYA_READER to another model"
        ) from error
    return build_once(cache / name, lambda folder: _assemble(packed, adapters, folder))


def _assemble(packed: Path, adapters: Sequence[Path], folder: Path) -> None:
    encoder = e5.read(e5.locate())
    trained = {name.removeprefix("bert."): tensor for name, tensor in unpack(packed, *adapters).items()}
    save(build({**encoder.tensors, **trained}, encoder.shape, "reader", PRECISION), folder)


def unpack(packed: Path, *adapters: Path) -> dict[str, Array]:
    """The trained tensors of a packed file, as fp32, with what adapters add to them.

    A packed file is safetensors: vectors and the head are fp32; other matrices are int8 with one scale for
    each `BLOCK` columns of a row (`NAME.scale`, fp16): weight = int8 * scale. An adapter has vectors and the
    head in place of those, and of a matrix the factors of a correction of low rank: weight += up @ down
    (LoRA, Hu et al. 2021). Of several the later ones go onto those before.

    Raises:
        ModelError: a file cannot be read or is not one of ours, or an adapter belongs to another reader.
    """
    tensors, _ = _load(packed, FORMAT)
    for adapter in adapters:
        corrections, about = _load(adapter, ADAPTER_FORMAT)
        if about.get("reader") != sha256(packed):
            raise ModelError(
                f"{adapter} does not belong to {packed}; restore them with: git checkout -- {adapter}"
            )
        for name, tensor in corrections.items():
            layer, _, factor = name.rpartition(".")
            if factor == "down":
                tensors[f"{layer}.weight"] += corrections[f"{layer}.up"] @ tensor
            elif factor != "up":
                tensors[name] = tensor
    return tensors


def _load(path: Path, kind: str) -> tuple[dict[str, Array], dict[str, str]]:
    """The tensors of a file of one of our formats, as fp32, and its metadata."""
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import load_file

    try:
        with safe_open(path, framework="np") as source:
            about = source.metadata() or {}
        if about.get("format") != kind:
            raise ModelError(f"{path} is not a packed reader; restore it with: git checkout -- {path}")
        return restored(load_file(path)), about
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"the reader's weights {path} cannot be read; restore them with: git checkout -- {path}"
        ) from error


def restored(packed: Tensors) -> dict[str, Array]:
    """Undo the rounding to int8: every tensor as fp32 under its own name."""
    out = {}
    for name, tensor in packed.items():
        if name.endswith(".scale"):
            continue
        whole = tensor.astype(np.float32)
        scale = packed.get(f"{name}.scale")
        if scale is not None:
            blocks = whole.reshape(*scale.shape, -1) * scale.astype(np.float32)[:, :, None]
            whole = blocks.reshape(tensor.shape)
        out[name] = whole
    return out


def _clean(text: str) -> str:
    """The text without lone surrogates, which a tokenizer cannot read; as many characters as before."""
    return text.encode("utf-8", "replace").decode()
