"""Traces a press release: which articles carry it, and what they copy, reword, change or drop.

Articles are found by the passages that search gives for each sentence of the release, with the copies of
each. Of each article the sentence that is likest to a sentence of the release is its counterpart where a
logistic function of their embeddings, words and facts (`trace.json`, fitted by `scripts/train/trace.py`)
says so. Same words are a copy; a figure, a day or a name in the place of another is a change; the rest is
reworded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from index import Article, LibraryError, NoIndex
from index.dedup import spoken
from index.models import Span
from index.press import content_lines, opening_length
from index.text import sentences
from rag.factcheck.draft import HEADING, DraftError, Find, Progress, checkable, finder
from rag.factcheck.entailment import in_order
from rag.factcheck.facts import find_facts, objections
from rag.lang import Language, as_language
from rag.lang.words import STOPWORDS, WORD, content_words, rarities, stem, stems_outside, translations
from rag.query import LONGEST, understand, written_in
from rag.weights import Logistic

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.library import Library

FITTED = Path(__file__).with_name("trace.json")

FEATURES = ("bias", "cosine", "share", "back", "order", "facts", "no_facts")
"""Features of counterparts; see `Pairing.features`."""

PASSAGES = 6
"""Passages that are found for each sentence of a release."""

CANDIDATES = 12
"""Articles whose sentences are held against the release, those that search finds for most of it."""

SHORTEST = 4
"""Words of the shortest sentence that is held against others."""

MOST_SENTENCES = 300
"""Sentences of a release."""

CARRIED, FEWEST = 0.3, 2
"""The share of a release's sentences that an article has at least where it carries it, and how many."""

AROUND = 400
"""Characters before and behind a sentence that may have what it lacks."""

LONGEST_CHANGE = 4
"""Words in one place that may be exchanged for a name."""

_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")

Treatment = Literal["copied", "reworded", "changed", "dropped"]
TREATMENTS: tuple[Treatment, ...] = ("copied", "reworded", "changed", "dropped")

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Change:
    """The words of a release, and those of an article in their place."""

    release: str
    article: str


@dataclass(frozen=True, slots=True)
class TracedSentence:
    """The counterpart in an article of a sentence of a release, and how it was treated.

    Attributes:
        start: First character in the release.
        end: One past the last character.
        verdict: What became of it.
        span: Its counterpart in the article; None where it was dropped.
        differences: Where it was changed, in what.
    """

    start: int
    end: int
    verdict: Treatment
    span: Span | None = None
    differences: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class CarryingArticle:
    """An article that carries a release.

    Attributes:
        article: It.
        sentences: Those of the release in order.
        added: Those of the article that the release has not.
    """

    article: Article
    sentences: tuple[TracedSentence, ...]
    added: tuple[Span, ...]

    def count(self, verdict: Treatment) -> int:
        """How many sentences of the release are that."""
        return sum(one.verdict == verdict for one in self.sentences)

    @property
    def share(self) -> float:
        """The share of the release's sentences that the article has, 0..1."""
        return 1 - self.count("dropped") / len(self.sentences)


@dataclass(frozen=True, slots=True)
class Trace:
    """A release and the articles that carry it, those that have most of it first."""

    text: str
    spans: tuple[Span, ...]
    carriers: tuple[CarryingArticle, ...]


def body_sentences(text: str) -> list[Span]:
    """The sentences of a release or an article, without headings, dateline, byline and boilerplate.

    What stands above the first line that ends like a sentence is no sentence; nor are `SHORTEST` - 1 words.
    """
    found: list[Span] = []
    running = False
    for start, end in content_lines(text):
        if HEADING.match(text, start, end):
            continue
        begin = start
        if not running:
            # The dateline stands before the first of them.
            running = bool(_ENDED.search(text[start:end]))
            begin += opening_length(text[start:end])
        if running:
            found += [(begin + first, begin + last) for first, last in sentences(text[begin:end])]
    return [span for span in found if len(WORD.findall(text[slice(*span)])) >= SHORTEST]


class Pairing:
    """The sentences of a release beside those of an article, each pair with what speaks for counterparts."""

    def __init__(self, mine: Sequence[str], theirs: Sequence[str], cosines: Vectors) -> None:
        """A pairing.

        Args:
            mine: Sentences of the release.
            theirs: Sentences of the article.
            cosines: Of their embeddings, (release, article).
        """
        self._cosines = cosines
        self._mine, self._theirs = ([_Sentence(text) for text in texts] for texts in (mine, theirs))
        vocabulary = sorted({word for one in (*self._mine, *self._theirs) for word in one.stems})
        rows = [[word in one.forms for word in vocabulary] for one in (*self._mine, *self._theirs)]
        self._weights = dict(zip(vocabulary, rarities(rows), strict=True))

    def features(self, first: int, second: int) -> dict[str, float]:
        """Features of two sentences that may be counterparts, each of the order of 1, by `FEATURES`.

        The cosine above 0.9, in tenths; the share of the first one's words that the second has, rare words
        counting more, and the other way round; the share that it has in the same order; and the share of the
        first one's figures and days that the second has, or that there are none.
        """
        mine, theirs = self._mine[first], self._theirs[second]
        facts = sum(any(other.says(one) for other in theirs.facts) for one in mine.facts)
        return {
            "bias": 1.0,
            "cosine": 10 * (float(self._cosines[first, second]) - 0.9),
            "share": self._share(mine, theirs),
            "back": self._share(theirs, mine),
            "order": in_order(mine.words, theirs.words),
            "facts": facts / len(mine.facts) if mine.facts else 0.0,
            "no_facts": float(not mine.facts),
        }

    def _share(self, one: _Sentence, other: _Sentence) -> float:
        whole = sum(self._weights[word] for word in one.stems)
        return sum(self._weights[word] for word in one.stems if word in other.forms) / whole if whole else 0.0

    def likest(self, first: int) -> list[int]:
        """The few sentences of the article whose embeddings and words are likest to one of the release."""
        near = np.argsort(-self._cosines[first], kind="stable")[:3].tolist()
        shares = [self._share(self._mine[first], other) for other in self._theirs]
        return list(dict.fromkeys([*near, *np.argsort(-np.array(shares), kind="stable")[:2].tolist()]))


class _Sentence:
    """A sentence: its facts, its words in order, the stems of its content words, and their other forms."""

    def __init__(self, text: str) -> None:
        language = _language(text)
        self.facts = find_facts(text, language)
        self.words = stems_outside(text, ((fact.start, fact.end) for fact in self.facts))
        self.stems = frozenset(stem(word) for word in content_words(text))
        self.forms = self.stems
        if language == "en":
            self.forms = self.stems.union(*map(translations, content_words(text)))


def _language(text: str) -> Language:
    return as_language(written_in(text))


def differences(sentence: str, article: Article, span: Span) -> tuple[Change, ...]:
    """The figures, days and names of a sentence that an article changes in the sentence at `span`.

    A figure or day counts where the sentences around that one lack it too and one of the same kind stands
    there that the release has not, or where one of another kind stands in its very place; a name, where
    another stands in its place.
    """
    theirs = article.text[slice(*span)]
    mine_in, theirs_in = _language(sentence), _language(theirs)
    around = article.text[max(0, span[0] - AROUND) : span[1] + AROUND]
    lacking, instead = (
        objections(
            sentence,
            text,
            claim_language=mine_in,
            source_language=theirs_in,
            published=article.published,
            around=article.text,
        )
        for text in (around, theirs)
    )
    nowhere = {one.span for one in lacking}
    found = {
        one.span: Change(one.written, ", ".join(dict.fromkeys(f.written(theirs) for f in one.instead)))
        for one in instead
        if one.instead and one.span in nowhere
    }
    if mine_in == theirs_in:
        missing = [one.span for one in instead]
        for place, changed in _exchanged(sentence, theirs, mine_in, article.published, missing):
            if not any(place[0] < end and start < place[1] for start, end in found):
                found[place] = changed
    return tuple(found[place] for place in sorted(found))


def _exchanged(
    sentence: str, theirs: str, language: Language, published: date | None, missing: Sequence[Span]
) -> Iterator[tuple[Span, Change]]:
    """The facts and names of a sentence in whose place, between the same words, another has others.

    Names are such that the other sentence has in no form, by the spans `missing`; what opens it may be none.
    """
    mine, others = (list(WORD.finditer(text)) for text in (sentence, theirs))
    rows = [[match.group().lower() for match in row] for row in (mine, others)]
    facts = [find_facts(text, language, published) for text in (sentence, theirs)]
    matcher = SequenceMatcher(None, rows[0], rows[1], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "replace" or max(b - a, d - c) > LONGEST_CHANGE:
            continue
        blocks = [(mine[a].start(), mine[b - 1].end()), (others[c].start(), others[d - 1].end())]
        met = [
            [fact for fact in known if fact.start < block[1] and block[0] < fact.end]
            for known, block in zip(facts, blocks, strict=True)
        ]
        if all(met):
            for one in met[0]:
                if not any(other.says(one) for other in facts[1]):
                    instead = ", ".join(dict.fromkeys(fact.written(theirs) for fact in met[1]))
                    yield (one.start, one.end), Change(one.written(sentence), instead)
            continue
        names = [
            [m for m in row if m.group()[0].isupper() and m.group().lower() not in STOPWORDS]
            for row in (mine[a:b], others[max(c, 1) : d])
        ]
        strange = [
            all(m.group().lower() not in known for m in block)
            for block, known in zip(names, reversed(rows), strict=True)
        ]
        is_missing = any(m.start() < end and start < m.end() for m in names[0] for start, end in missing)
        if all(names) and all(strange) and is_missing:
            place, other = ((block[0].start(), block[-1].end()) for block in names)
            yield place, Change(sentence[slice(*place)], theirs[slice(*other)])


class Tracer:
    """Finds a release in the articles of a library."""

    def __init__(self, find: Find, embedder: Embedder) -> None:
        """A tracer.

        Args:
            find: Gives the passages for a question, with the copies of their articles.
            embedder: The embedded model.
        """
        self._find, self._embedder = find, embedder
        self._weights = Logistic.read(FEATURES, FITTED)

    def trace(self, text: str, leaving_out: str | None = None, tell: Progress | None = None) -> Trace:
        """The articles that carry a release, and what became of each of its sentences in them.

        Args:
            text: Of the release.
            leaving_out: The id of an article that is the release itself.
            tell: Called after each sentence that is searched for and each article that is read.

        Raises:
            DraftError: the release is empty, or too long, or in a third language.
        """
        spans = body_sentences(checkable(text))
        if not spans:
            raise DraftError("the release has no sentence; give its whole text", "empty")
        if len(spans) > MOST_SENTENCES:
            raise DraftError(
                f"the release has {len(spans):,} sentences, more than {MOST_SENTENCES:,}; split it", "long"
            )
        steps = len(spans) + CANDIDATES
        candidates = self._candidates(text, spans, leaving_out, lambda n, name: tell and tell(n, steps, name))
        mine = self._embedder.encode([text[slice(*span)][:LONGEST] for span in spans], "passage")
        carriers = []
        for number, article in enumerate(candidates, len(spans) + 1):
            carrier = self._carrier(text, spans, mine, article)
            if carrier is not None:
                carriers.append(carrier)
            if tell:
                tell(number, len(spans) + len(candidates), article.title[:40])
        carriers.sort(key=lambda one: (-one.share, -one.count("copied"), one.article.id))
        return Trace(text, tuple(spans), tuple(carriers))

    def _candidates(
        self,
        text: str,
        spans: Sequence[Span],
        leaving_out: str | None,
        tell: Callable[[int, str], object],
    ) -> list[Article]:
        """The articles that search finds for most sentences of a release, higher ranks counting more."""
        articles: dict[str, Article] = {}
        scores: dict[str, float] = {}
        for number, span in enumerate(spans, 1):
            sentence = text[slice(*span)][:LONGEST]
            code = written_in(sentence)
            best: dict[str, float] = {}
            for hit in self._find(understand(sentence, _language(sentence), code), PASSAGES):
                for article in (hit.passage.article, *hit.copies):
                    articles[article.id] = article
                    best[article.id] = max(best.get(article.id, 0.0), 1 / hit.rank)
            for name, score in best.items():
                scores[name] = scores.get(name, 0.0) + score
            tell(number, sentence[:40])
        scores.pop(leaving_out or "", None)
        order = sorted(scores, key=lambda name: (-scores[name], name))
        return [articles[name] for name in order[:CANDIDATES]]

    def _carrier(
        self, text: str, spans: Sequence[Span], mine: Vectors, article: Article
    ) -> CarryingArticle | None:
        """An article as a carrier of the release; None where it does not carry it."""
        places = body_sentences(article.text)
        if not places:
            return None
        theirs = [article.text[slice(*place)] for place in places]
        vectors = self._embedder.encode([one[:LONGEST] for one in theirs], "passage")
        pairing = Pairing([text[slice(*span)] for span in spans], theirs, mine @ vectors.T)
        wordings = [f" {spoken(one)} " for one in theirs]
        traced, used = [], set()
        for number, span in enumerate(spans):
            sentence = text[slice(*span)]
            wording = f" {spoken(sentence)} "
            copied = next((n for n, other in enumerate(wordings) if wording in other), None)
            if copied is not None:
                used.add(copied)
                traced.append(TracedSentence(*span, "copied", places[copied]))
                continue
            likest = {
                n: self._weights.probability(pairing.features(number, n)) for n in pairing.likest(number)
            }
            best = max(likest, key=likest.__getitem__)
            if likest[best] < self._weights.threshold:
                traced.append(TracedSentence(*span, "dropped"))
                continue
            used.update(n for n, probability in likest.items() if probability >= self._weights.threshold)
            changed = differences(sentence, article, places[best])
            verdict: Treatment = "changed" if changed else "reworded"
            traced.append(TracedSentence(*span, verdict, places[best], changed))
        there = sum(one.verdict != "dropped" for one in traced)
        if there < max(CARRIED * len(spans), min(FEWEST, len(spans))):
            return None
        whole = f" {spoken(text)} "
        added = (
            place
            for n, place in enumerate(places)
            if n not in used and wordings[n] not in whole
        )  # fmt: skip
        return CarryingArticle(article, tuple(traced), tuple(added))


def load_tracer(library: Library) -> Tracer:
    """A tracer in a library as it is now.

    Raises:
        LibraryError: the library cannot be read.
        ModelError: a model cannot be had.
    """
    from rag.retrieval import embedded_model

    return Tracer(finder(library), embedded_model(library))


def read_release(given: str, library: Library) -> tuple[str, str | None]:
    """The text of a release, and its id where it is an article of the library.

    Args:
        given: The path of a file of any format that `tanya index` reads, else the id of an article.
        library: Whose articles they are.

    Raises:
        ArticleError: the file cannot be read, or holds many articles.
        DraftError: it holds no text.
        LibraryError: there is neither such a file nor such an article.
    """
    from rag.factcheck.draft import read_draft

    path = Path(given)
    if path.exists():
        return read_draft(path).text, None
    try:
        return library.article(given).text, given
    except NoIndex:
        raise
    except LibraryError as error:
        raise LibraryError(
            f"{given} is neither a file nor the id of an article; list these with: tanya articles list"
        ) from error


def trace_object(trace: Trace) -> dict[str, Any]:
    """The object that `tanya trace --json` prints."""
    return {
        "carried": bool(trace.carriers),
        "sentences": [
            {"text": trace.text[slice(*span)], "start": span[0], "end": span[1]} for span in trace.spans
        ],
        "articles": [_carrier_object(trace, carrier) for carrier in trace.carriers],
    }


def _carrier_object(trace: Trace, carrier: CarryingArticle) -> dict[str, Any]:
    article = carrier.article
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "share": round(carrier.share, 3),
        **{verdict: carrier.count(verdict) for verdict in TREATMENTS},
        "sentences": [
            {
                "text": trace.text[one.start : one.end],
                "start": one.start,
                "end": one.end,
                "verdict": one.verdict,
                "article_start": one.span[0] if one.span else None,
                "article_end": one.span[1] if one.span else None,
                "quote": article.text[slice(*one.span)] if one.span else None,
                "differences": [{"release": d.release, "article": d.article} for d in one.differences],
            }
            for one in carrier.sentences
        ],
        "added": [{"text": article.text[a:b], "start": a, "end": b} for a, b in carrier.added],
    }


def trace_lines(trace: Trace) -> Iterable[str]:
    """The articles that carry a release, what they changed and dropped, for a terminal."""
    for carrier in trace.carriers:
        article = carrier.article
        counts = ", ".join(f"{carrier.count(verdict)} {verdict}" for verdict in TREATMENTS)
        day = article.published.isoformat() if article.published else "undated"
        yield f"{article.id} ({article.source or 'unknown'}, {day}): {counts}, {len(carrier.added)} added"
        for one in carrier.sentences:
            if one.verdict in {"changed", "dropped"}:
                yield f"  {one.verdict}: {' '.join(trace.text[one.start : one.end].split())}"
            for changed in one.differences:
                yield f"    “{changed.release}” became “{changed.article}”"
