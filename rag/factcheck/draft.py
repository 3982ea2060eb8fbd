"""A draft held against the library, sentence by sentence: supported, contradicted, not found, or no claim.

For each sentence the passages are found that are likest to speak of it, by its own words and, where those
do not support it, with the sentence before. What these say, by the exact facts and the trained head
(`entailment`), is weighed over all of them by two logistic functions, one for support and one for
contradiction (`draft.json`, fitted by `scripts/train/draft.py`); where no other exact fact contradicts it,
the reason says that the articles seem to. A heading claims nothing, nor does a courtesy, which a regression
over embeddings tells. What is not found comes with the sentence nearest to it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from index import Article, Hit, TanyaError
from index.models import Span
from index.press import opening_length
from index.text import UNDECIDED, detect, lines, sentences
from rag.answer import Citation, Ruling
from rag.factcheck.entailment import (
    LONGEST_SENTENCE,
    Checker,
    Judged,
    rivals_of,
    shared_words,
    vocabulary,
)
from rag.factcheck.facts import find_facts, objections
from rag.lang import Language, as_language, say
from rag.lang.names import stems_of
from rag.lang.words import WORD, content_words, forms, quoted
from rag.query import LONGEST, Question, understand, written_in
from rag.weights import Weights, log_odds, read, softmax, weighed, weights_of

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.library import Library

FITTED = Path(__file__).with_name("draft.json")

FEATURES = (
    "bias", "supported", "nearly", "second", "margin", "related", "contradicted", "turned", "ratio",
    "instead", "instead_nearly", "length", "figures", "words", "score",
)  # fmt: skip
"""Features of a verdict; see `features`."""

PASSAGES = 4
"""Passages that are read for a sentence by itself, and as many for it with the one before where those do not
support it; five of each, and the second always, gave no other verdicts on the development drafts."""

THREADS = 2
"""Sentences that are checked at the same time."""

LONGEST_DRAFT = 2_000_000
"""Characters of a draft."""

KNOWN = 20
"""Words from which on the language of a draft is known."""

MOST_SENTENCES = 1000
"""Sentences of a draft that are checked."""

FEWEST, SHORT = 4, 6
"""Words of a sentence below which only the same words in a row support it, and up to which a passage must
have all its content words, or to contradict it another fact: the trained head knows few claims so short."""

RELATED = 0.5
"""Probability, by the head, of a passage to say something of a claim, from which it may contradict it."""

NEAR = 2
"""Claims before and after one that are near it."""

SentenceRuling = Ruling | Literal["no_claim"]
Find = Callable[[Question, int], Sequence[Hit]]
Progress = Callable[[int, int, str], None]

_BULLET = re.compile(r"\s*(?:[-*•–—]|\d{1,2}[.)])\s+(?=[\"'“‘(]*\w)")
"""Bullets and numbers of points, which are no part of their text."""
HEADING = re.compile(r"\s*#{1,6}\s+")
"""Markdown's mark of a heading, which is no part of its text."""
_ENDED = re.compile(r"[.!?…:;][\s\"'”’»)\]]*$")


Problem = Literal["empty", "long", "language", "format", "unknown"]


class DraftError(TanyaError):
    """A draft cannot be checked, for a reason of this kind."""

    def __init__(self, message: str, kind: Problem) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a draft.

    Attributes:
        start: First character in the draft.
        end: One past the last character.
        text: Those characters.
        verdict: What the library says to it; "no_claim" where it claims nothing.
        reason: One clause, in the sentence's language unless another is asked for; empty where it claims
            nothing.
        citations: What shows it, numbered from 1; of what is not found the nearest sentence, if there is one.
    """

    start: int
    end: int
    text: str
    verdict: SentenceRuling
    reason: str = ""
    citations: tuple[Citation, ...] = ()

    @property
    def has_wrong_fact(self) -> bool:
        """Whether it has a figure, day or name that the articles which contradict it do not have."""
        if self.verdict != "contradicted" or not self.citations:
            return False
        article = self.citations[0].article
        return bool(
            objections(
                self.text,
                "\n".join(one.quote for one in self.citations),
                claim_language=as_language(written_in(self.text)),
                source_language=as_language(article.language),
                published=article.published,
                around=article.text,
            )
        )


@dataclass(frozen=True)
class DraftWeights:
    """Fitted weights and thresholds of the verdicts on sentences.

    Attributes:
        support: Weights of `FEATURES` for support.
        contradiction: The same for contradiction; not found weighs nothing.
        supported: Least probability from which a sentence is supported, 0..1.
        contradicted: Least probability of another from which it is contradicted, if that is likelier than not
            found.
        courtesy: Weights over the embedding of a sentence, the bias last, (dimension + 1,).
        mean: Subtracted from each embedding, (dimension,).
    """

    support: Weights
    contradiction: Weights
    supported: float
    contradicted: float
    courtesy: NDArray[np.float32]
    mean: NDArray[np.float32]

    def chances(self, values: Mapping[str, float]) -> tuple[float, float, float]:
        """The probabilities of supported, contradicted and not found."""
        sums = [weighed(values, self.support), weighed(values, self.contradiction), 0.0]
        supported, contradicted, absent = softmax(np.array(sums)).tolist()
        return supported, contradicted, absent

    def ruling(self, values: Mapping[str, float]) -> Ruling:
        """The verdict on a sentence that claims something."""
        supported, contradicted, absent = self.chances(values)
        if supported >= self.supported:
            return "supported"
        return "contradicted" if contradicted >= max(self.contradicted, absent) else "not_found"

    def is_courtesy(self, embedded: NDArray[np.float32]) -> bool:
        """Whether a sentence thanks, greets or wishes, by its embedding, (dimension,)."""
        return float(self.courtesy @ np.append(embedded - self.mean, 1)) > 0


@cache
def load_weights() -> DraftWeights:
    """The weights fitted for the built-in and the embedded model."""
    return DraftWeights(
        weights_of(FEATURES, FITTED, "support"),
        weights_of(FEATURES, FITTED, "contradiction"),
        read(FITTED, "supported"),
        read(FITTED, "contradicted"),
        np.array(read(FITTED, "courtesy"), np.float32),
        np.array(read(FITTED, "mean"), np.float32),
    )


def parts(text: str) -> list[tuple[Span, bool]]:
    """The sentences of a draft without their datelines, and whether each may claim something.

    A line without a full stop is one part, and a heading unless it is a bullet or has a figure or day. What
    marks a heading, or marks or numbers a bullet, is left out.
    """
    found: list[tuple[Span, bool]] = []
    for first_of_line, end in lines(text):
        marked = _BULLET.match(text, first_of_line, end)
        opened = marked or HEADING.match(text, first_of_line, end)
        start = opened.end() if opened else first_of_line
        line = text[start:end]
        if not _ENDED.search(line):
            # A bullet, or a line with a figure or day, claims something though it lacks its full stop.
            claims = bool(marked) or bool(find_facts(line, "id"))
            found.append(((start, end), claims))
            continue
        begin = start + opening_length(line)
        found += [((begin + first, begin + last), True) for first, last in sentences(text[begin:end])]
    return [(span, claims) for span, claims in found if re.search(r"\w", text[slice(*span)])]


def features(claim: str, hits: Sequence[Hit], judged: Sequence[Judged]) -> dict[str, float]:
    """Features of a sentence and its passages for its verdict, by the names of `FEATURES`.

    Log-odds: of support by the passages that nothing exact speaks against, by any, and by the second; of
    support and of contradiction by the model alone; of a passage saying anything of it. Of the passage that
    says most, how much likelier it contradicts than supports, as a difference -1..1, and the logarithm of
    how many times likelier it supports than contradicts.
    Whether that one, and the one that supports most, gives another fact instead. Of the sentence the
    logarithm of its words, its exact facts, four at most, and the most of its content words that a passage
    has; and the score of the first passage.

    Args:
        claim: The sentence.
        hits: The passages, at least one.
        judged: What each says.
    """
    supports = sorted((one.support for one in judged), reverse=True)
    clear = [one.support for one in judged if not one.objections and not one.turns]
    nearest = min(judged, key=lambda one: one.chances[2])
    likeliest = max(judged, key=lambda one: one.support)
    words = content_words(claim)
    stems = [stems_of(hit.passage.text) for hit in hits]
    shares = [sum(bool(forms(word) & has) for word in words) / max(1, len(words)) for has in stems]
    return {
        "bias": 1.0,
        "supported": log_odds(max(clear, default=0.02)),
        "nearly": log_odds(supports[0]),
        "second": log_odds([*supports, 0.02][1]),
        "margin": log_odds(max(one.chances[0] for one in judged)),
        "related": log_odds(1 - nearest.chances[2]),
        "contradicted": log_odds(max(one.chances[1] for one in judged)),
        "turned": nearest.chances[1] - nearest.chances[0],
        "ratio": math.log(max(nearest.chances[0], 1e-4) / max(nearest.chances[1], 1e-4)),
        "instead": float(_gives_another(nearest)),
        "instead_nearly": float(_gives_another(likeliest)),
        "length": math.log(max(1, len(WORD.findall(claim)))),
        "figures": min(len(find_facts(claim, "id")), 4) / 2,
        "words": max(shares),
        "score": hits[0].score,
    }


def _gives_another(one: Judged) -> bool:
    return any(rivals_of(objection, one) for objection in one.objections)


class DraftChecker:
    """Checks drafts against what a library's passages say."""

    def __init__(
        self, find: Find, checker: Checker, embedder: Embedder, weights: DraftWeights | None = None
    ) -> None:
        """A checker.

        Args:
            find: Gives the passages for a question.
            checker: Reads a claim over passages.
            embedder: The embedded model.
            weights: What was fitted, if none are given.
        """
        self._find, self._checker, self._embedder = find, checker, embedder
        self._weights = weights or load_weights()

    def check(
        self, text: str, tell: Progress | None = None, language: Language | None = None
    ) -> list[CheckedSentence]:
        """Each sentence and heading of a draft with what the library says to it, in order.

        Args:
            text: The draft.
            tell: Called with how many sentences are done, of how many, and the beginning of the last.
            language: Of the reasons; each sentence's own where none is given.

        Raises:
            DraftError: the draft is empty, or too long.
        """
        found = parts(checkable(text))
        if len(found) > MOST_SENTENCES:
            raise DraftError(
                f"the draft has {len(found):,} sentences, more than {MOST_SENTENCES:,}; split it", "long"
            )
        claims = [text[slice(*span)] for span, may_claim in found if may_claim]
        embedded = iter(self._embedder.encode(claims, "query") if claims else ())
        written = [text[slice(*span)] for span, _ in found]
        claiming = [
            may and (not self._weights.is_courtesy(next(embedded)) or _tells_figure(one))
            for one, (_, may) in zip(written, found, strict=True)
        ]
        asked = [one for one, is_claim in zip(written, claiming, strict=True) if is_claim]
        befores = ["", *asked][: len(asked)]

        out: list[CheckedSentence] = []
        pool = ThreadPoolExecutor(THREADS)
        try:
            searched = list(pool.map(self.passages, asked, befores))
            hits = within_neighbours([hits for hits, _ in searched])
            copies = [copied for _, copied in searched]
            rulings = pool.map(self.sentence, asked, befores, hits, copies, repeat(language))
            for (span, _), one, is_claim in zip(found, written, claiming, strict=True):
                out.append(CheckedSentence(*span, one, *(next(rulings) if is_claim else ("no_claim",))))
                if tell:
                    tell(len(out), len(found), one[:40])
        finally:
            # Whoever stops it waits for the sentences that are being read, not for all.
            pool.shutdown(cancel_futures=True)
        return out

    def sentence(
        self,
        claim: str,
        before: str,
        hits: Sequence[Hit],
        copied: tuple[Citation, ...],
        language: Language | None = None,
    ) -> tuple[Ruling, str, tuple[Citation, ...]]:
        """The verdict of some passages on one sentence, the reason, and the citations that show it.

        Args:
            claim: The sentence.
            before: The one before it that claims something, or "".
            hits: The passages.
            copied: What has it word by word; empty where nothing has.
            language: Of the reason; the sentence's own where none is given.
        """
        written = as_language(written_in(claim, [before] if before else []))
        language = language or written
        if len(claim) > LONGEST_SENTENCE:
            return "not_found", say("claim_long", language), ()
        if copied:
            return "supported", say("claim_copied", language), copied
        judged = self.judged(claim, hits, written) if hits else []
        ruling = self._ruling(claim, hits, judged) if hits else "not_found"
        if ruling == "not_found":
            return ruling, *self._nearest(claim, hits, judged, written, language)
        if ruling == "supported":
            at = max(
                range(len(hits)),
                key=lambda n: (not judged[n].objections and not judged[n].turns, judged[n].support),
            )
            return ruling, say("claim_supported", language), _cited(hits[at], judged[at].shown)
        at = max(range(len(hits)), key=lambda n: _against(judged[n]))
        passage = hits[at].passage
        verdict = self._checker.verdict(passage.text, [judged[at]], language)
        if verdict.ruling == "contradicted" and _speaks_against(judged[at]):
            return ruling, verdict.reason, _cited(hits[at], verdict.spans or judged[at].shown)
        return ruling, say("claim_seems_contradicted", language), _cited(hits[at], judged[at].shown)

    @staticmethod
    def _nearest(
        claim: str, hits: Sequence[Hit], judged: Sequence[Judged], written: Language, language: Language
    ) -> tuple[str, tuple[Citation, ...]]:
        """The words of a sentence that the nearest passage lacks, and that passage's nearest sentence.

        That is the one with most of its figures and days, of such the one that the model points to, and then
        the one with most of its words.
        """
        if not hits:
            return say("claim_not_found", language), ()
        at = max(range(len(hits)), key=lambda n: judged[n].relevance)
        passage, one = hits[at].passage, judged[at]
        lacking = quoted(each.written for each in one.objections)
        reason = say("claim_lacking" if lacking else "claim_not_found", language, claimed=lacking)
        theirs = as_language(passage.article.language)
        spans = _statements(passage.text) or sentences(passage.text)
        texts = [passage.text[slice(*span)] for span in spans]
        facts = find_facts(claim, written, passage.article.published)
        shared = shared_words(claim, written, [vocabulary(text, theirs) for text in texts])

        def nearness(n: int) -> tuple[int, bool, float]:
            known = find_facts(texts[n], theirs, passage.article.published)
            said = sum(any(other.says(fact) for other in known) for fact in facts)
            return said, spans[n] in one.shown, shared[n]

        nearest = max(range(len(spans)), key=nearness)
        return reason, _cited(hits[at], (spans[nearest],))

    def _ruling(self, claim: str, hits: Sequence[Hit], judged: Sequence[Judged]) -> Ruling:
        ruling = self._weights.ruling(features(claim, hits, judged))
        length = len(WORD.findall(claim))
        if length > SHORT or ruling == "not_found":
            return ruling
        if ruling == "contradicted":
            return ruling if any(map(_speaks_against, judged)) else "not_found"
        return ruling if length >= FEWEST and _has_words(claim, hits, judged) else "not_found"

    def passages(self, claim: str, before: str) -> tuple[list[Hit], tuple[Citation, ...]]:
        """The passages that are likest to speak of a sentence, and what has it word by word.

        They are searched for by it alone and, where none of them has it word by word, with the one before it.

        Safe to call from several threads where the search is.
        """
        code = written_in(claim, [before] if before else [])
        found: dict[tuple[str, int], Hit] = {}
        copied: tuple[Citation, ...] = ()
        for context in dict.fromkeys(("", before)):
            text = f"{context} {claim}".strip()[-LONGEST:]
            for hit in self._find(understand(text, as_language(code), code), PASSAGES):
                found.setdefault((hit.passage.article_id, hit.passage.start), hit)
            if copied := _copied(claim, list(found.values())):
                break
        return list(found.values()), copied

    def judged(self, claim: str, hits: Sequence[Hit], language: Language) -> list[Judged]:
        """The judgement of each passage on a sentence."""
        articles: list[Article] = [hit.passage.article for hit in hits]
        read = [
            (hit.passage.text, article.published, article.text)
            for hit, article in zip(hits, articles, strict=True)
        ]
        return self._checker.judge(claim, read, language)


def _copied(claim: str, hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The sentence of the first passage that has a claim word by word; empty where none has."""
    for hit in hits:
        passage = hit.passage
        if span := Checker.copy_in(claim, passage.text, passage.article.published):
            return _cited(hit, (span,))
    return ()


def within_neighbours(found: Sequence[Sequence[Hit]]) -> list[Sequence[Hit]]:
    """The passages of each claim that are of articles which a claim near it finds as well.

    What stands together is told by the same articles. A claim keeps all its passages where none is left.

    Args:
        found: Of each claim its passages, in the order of the draft.
    """
    articles = [{hit.passage.article_id for hit in hits} for hits in found]
    kept = []
    for at, hits in enumerate(found):
        near = set().union(*articles[max(0, at - NEAR) : at], *articles[at + 1 : at + 1 + NEAR])
        kept.append([hit for hit in hits if hit.passage.article_id in near] or hits)
    return kept


def load_checker(library: Library) -> DraftChecker:
    """A checker of drafts against a library as it is now.

    Raises:
        LibraryError: the library cannot be read.
        ModelError: a model cannot be had.
    """
    from rag.reader import built_in
    from rag.retrieval import embedded_model

    return DraftChecker(finder(library), Checker(built_in(library.settings.cache)), embedded_model(library))


def finder(library: Library) -> Find:
    """The search of a library as it is now.

    Raises:
        LibraryError: the library cannot be read.
    """
    from rag.retrieval import Retriever

    retriever = Retriever(library.open(), library.embedder)
    return lambda question, k: [found.hit for found in retriever.search(question, k)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that was given: its text, and the Word file that it was read from, if it was one."""

    text: str
    word: bytes | None = None


def read_draft(path: Path) -> Draft:
    """The draft in a file; see `draft_of`.

    Raises:
        ArticleError: the file cannot be read, or holds many articles.
        DraftError: it holds no text.
    """
    from index.files import read_bytes

    return draft_of(path, read_bytes(path))


def draft_of(path: Path, raw: bytes) -> Draft:
    """The draft in some bytes: a text file as it is, any other that `tanya index` reads as it is parsed.

    Args:
        path: What they are called, by whose ending they are read; no file need be there.
        raw: The bytes.

    Raises:
        ArticleError: they cannot be read, or hold many articles.
        DraftError: they hold no text.
    """
    from index.files import read_article
    from index.parsers import kind_of

    kind = kind_of(path.name) or "text"
    if kind == "text":
        try:
            return Draft(checkable(raw.decode("utf-8-sig").replace("\r\n", "\n")))
        except UnicodeDecodeError:
            pass  # read_article names what is wrong, or knows the encoding
    text = checkable(read_article(path, raw, path.stem).text)
    return Draft(text, raw if path.suffix.lower() == ".docx" else None)


def commented_draft(draft: Draft, checked: Sequence[CheckedSentence], language: Language) -> bytes:
    """The draft as a Word file, a comment at each sentence that claims something.

    Args:
        draft: Of a Word file its own paragraphs are kept.
        checked: Its sentences.
        language: Of the comments.

    Raises:
        ArticleError: the Word file that it was read from is not whole.
    """
    from index.parsers.docx import Comment, commented

    comments = [
        Comment(one.start, one.end, _comment(one, language)) for one in checked if one.verdict != "no_claim"
    ]
    return commented(draft.text, comments, draft.word)


def _comment(one: CheckedSentence, language: Language) -> str:
    head = say(f"draft_{one.verdict}", language)
    quoted = [
        f"“{' '.join(c.quote.split())}” – {' '.join(c.article.title.split())}"
        + "".join(f", {part}" for part in (c.article.source, c.article.published) if part)
        + f" [{c.article.id} {c.start}:{c.end}]"
        for c in one.citations
    ]
    return "\n".join([f"{head}: {one.reason}" if one.reason else head, *quoted])


SHEET = (
    *("number", "verdict", "sentence", "reason"),
    *("article_id", "title", "source", "published", "start", "end", "quote"),
)
"""The columns of a table of checked sentences."""


def sheet_rows(checked: Sequence[CheckedSentence]) -> Iterator[list[object]]:
    """The rows under `SHEET`: one for each citation, and one for each sentence without any."""
    for number, one in enumerate(checked, 1):
        verdict = [number, one.verdict, " ".join(one.text.split()), one.reason]
        for c in one.citations:
            article = [c.article.id, c.article.title, c.article.source, c.article.published]
            yield [*verdict, *article, c.start, c.end, " ".join(c.quote.split())]
        if not one.citations:
            yield [*verdict, *[None] * 7]


def checked_object(one: CheckedSentence) -> dict[str, Any]:
    """A sentence as `tanya check --draft --json` prints it."""
    from rag.output import citation_object

    return {
        "text": one.text,
        "start": one.start,
        "end": one.end,
        "verdict": one.verdict,
        "citations": [citation_object(citation) for citation in one.citations],
        "reason": one.reason,
    }


def checked_lines(one: CheckedSentence) -> str:
    """A sentence with its verdict and what shows it, for a terminal."""
    head = f"{one.verdict.replace('_', ' ')}: {' '.join(one.text.split())}"
    reason = [f"  {one.reason}"] if one.verdict in {"contradicted", "not_found"} else []
    quotes = [f"  {c.article.id} {c.start}:{c.end} “{' '.join(c.quote.split())}”" for c in one.citations]
    return "\n".join([head, *reason, *quotes])


def checkable(text: str) -> str:
    """A draft that can be checked.

    Raises:
        DraftError: it is empty or too long, or in a third language.
    """
    if not re.search(r"\w", text):
        raise DraftError("the draft is empty; write something into it", "empty")
    if len(text) > LONGEST_DRAFT:
        raise DraftError(
            f"the draft has {len(text):,} characters, more than {LONGEST_DRAFT:,}; split it", "long"
        )
    code = detect(text)
    if code not in {"id", "en", UNDECIDED} and len(WORD.findall(text)) >= KNOWN:
        raise DraftError(f"the draft is written in {code!r}; write it in Indonesian or English", "language")
    return text


def _tells_figure(sentence: str) -> bool:
    """Whether a whole sentence has a figure that is no place in an order: what thanks or greets has none."""
    if not _ENDED.search(sentence):
        return False
    figures = (fact.figure for fact in find_facts(sentence, as_language(written_in(sentence))))
    return any(figure is not None and not figure.nth for figure in figures)


def _has_words(claim: str, hits: Sequence[Hit], judged: Sequence[Judged]) -> bool:
    """Whether the passage that supports a claim most has all of its content words."""
    at = max(range(len(hits)), key=lambda n: judged[n].support)
    words = content_words(claim)
    there = stems_of(hits[at].passage.text)
    return bool(words) and all(forms(word) & there for word in words)


def _against(one: Judged) -> tuple[bool, float]:
    """Sort key of passages that contradict: those with another fact first, then by relevance."""
    speaks = _speaks_against(one)
    return speaks, one.chances[1] if speaks else one.relevance


def _speaks_against(one: Judged) -> bool:
    """Whether a passage that is about a claim gives another fact, or turns it."""
    return 1 - one.chances[2] >= RELATED and (_gives_another(one) or bool(one.turns))


def _statements(text: str) -> list[Span]:
    """The sentences of a passage without its headings."""
    return [span for span in sentences(text) if not HEADING.match(text, *span)]


def _cited(hit: Hit, spans: Sequence[Span]) -> tuple[Citation, ...]:
    """The spans of a passage as citations of its article, each widened to its sentence.

    For a span of a heading the first sentence with its words is cited, else the heading without its mark.
    """
    passage = hit.passage
    whole, statements = sentences(passage.text), _statements(passage.text)
    wide: dict[Span, None] = {}
    for start, end in spans:
        cited = next(((s, e) for s, e in whole if s <= start < e), (start, end))
        if mark := HEADING.match(passage.text, *cited):
            words = _words(passage.text[max(start, mark.end()) : end])
            same = (span for span in statements if words <= _words(passage.text[slice(*span)]))
            cited = next(same, (mark.end(), cited[1]))
        wide[cited] = None
    return tuple(
        Citation(number, passage.article, passage.start + start, passage.start + end)
        for number, (start, end) in enumerate(sorted(wide), 1)
    )


def _words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)}
