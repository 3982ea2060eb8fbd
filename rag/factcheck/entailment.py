"""The check: whether a text supports a claim, by exact facts and a trained model.

The model reads the claim over the passages of the text that are likest to speak of it, and gives logits that
a passage supports it, contradicts it and does not say. A logistic function of these and of where the claim's
words stand (`entailment.json`, fitted by `scripts/train/decide_claims.py`) makes of them the probability of
support, and another one that of contradiction. A figure, day, time, name or place of the claim that the
passage lacks rules support out, whatever the model says; another in its place contradicts, as does a denial,
exception or rank on one side alone. A claim of several sentences is supported where each of them is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

import numpy as np

from index.models import Span
from index.text import detect, sentences
from rag.answer import Ruling, Verdict
from rag.factcheck.facts import (
    COPIED,
    Fact,
    Objection,
    Turned,
    begins,
    find_facts,
    find_turns,
    objections,
    restates,
)
from rag.lang import LEXICON, Language, say
from rag.lang.numbers import Coverage, Figure
from rag.lang.words import STOPWORDS, WORD, indonesian, quoted, rarities, stem, stems_outside, weight_of
from rag.reader import Output, ReaderModel, Window, windows_of
from rag.tables import Mispaired, cells_sentence, find_tables, mispaired, paired
from rag.weights import Logistic, log_odds, softmax

AMOUNTING = frozenset(LEXICON.words("amounting_words"))
"""What leads to a figure and says nothing of what it is."""

FITTED = Path(__file__).with_name("entailment.json")

FEATURES = (
    "bias",
    "margin",
    "altered",
    "copied",
    "scattered",
    "foreign",
    "foreign_words",
    "foreign_scattered",
)
"""Features of the probability of support; see `features`."""

CONTRADICTION = ("bias", "supported", "contradicted", "absent", "support")
"""Features of the probability of contradiction without another exact fact; see `contradiction_features`."""

WIDEST = 10.0
"""Logits are cut at this, up and down, before they are weighed."""

WINDOWS = 4
"""Passages of a long text that are read for one sentence of a claim."""

WINDOW = 700
"""Characters of a passage that is read at once."""

LONGEST_CLAIM = 2000
"""Characters of a claim that is checked."""

LONGEST_SENTENCE = 500
"""Characters of one of its sentences: the model reads no more beside a passage."""

MOST_SENTENCES = 20
"""Sentences of a claim that is checked."""

SHOWS = 0.5
"""Least probability of a sentence to be shown as what decides; the likeliest one is shown in any case."""


@dataclass(frozen=True)
class _Source:
    """A text that claims are held against, taken apart once."""

    text: str
    language: Language
    published: date | None
    around: str

    @cached_property
    def windows(self) -> list[Span]:
        return windows_of(self.text, WINDOW)

    @cached_property
    def by_wording(self) -> dict[str, Span]:
        """The sentences of the source by their `_plain` text."""
        return {_plain(self.text[start:end]): (start, end) for start, end in sentences(self.text)}

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The words of each window in all the forms by which a claim may have them."""
        return [vocabulary(self.text[start:end], self.language) for start, end in self.windows]

    def objections(self, claim: str, part: str, language: Language) -> list[Objection]:
        """The facts of a claim that a part of the source lacks; see `facts.objections`."""
        return objections(
            claim,
            part,
            claim_language=language,
            source_language=self.language,
            published=self.published,
            around=self.around,
        )

    def nearest(self, claim: str, language: Language) -> list[Span]:
        """The windows that share most words with a claim, `WINDOWS` at most, rare words counting more."""
        if len(self.windows) <= WINDOWS:
            return self.windows
        scores = shared_words(claim, language, self.words)
        order = sorted(range(len(scores)), key=lambda number: (-scores[number], number))
        return [self.windows[number] for number in order[:WINDOWS]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence of a claim over one window of a source.

    Attributes:
        start: First character of the window in the source.
        chances: Probabilities of `rag.reader.RULINGS`, by the model alone.
        support: Probability of support, by all that is known.
        shown: Sentences of the source that decide; the likeliest one if none surely does.
        sure: Whether they surely do.
        objections: What of the claim the window does not have.
        turns: What turns it there or in the claim alone, in the sentences that decide.
    """

    start: int
    chances: tuple[float, float, float]
    support: float
    shown: tuple[Span, ...]
    sure: bool
    objections: tuple[Objection, ...]
    turns: tuple[Turned, ...]

    @property
    def relevance(self) -> float:
        """How much the window says of the claim, 0..1: less where it lacks more of its facts and names."""
        return (1 - self.chances[2]) / (1 + len(self.objections))


def contradiction_features(one: Judged) -> dict[str, float]:
    """Features for a window contradicting a claim: log-odds of the chances by the model and of support."""
    supported, contradicted, absent = one.chances
    return {
        "bias": 1.0,
        "supported": log_odds(supported),
        "contradicted": log_odds(contradicted),
        "absent": log_odds(absent),
        "support": log_odds(one.support),
    }


def contradicts(one: Judged) -> bool:
    """Whether a window surely contradicts a claim, by the model and the fitted weights alone."""
    fitted = Logistic.read(CONTRADICTION, FITTED, "contradiction")
    return fitted.probability(contradiction_features(one)) >= fitted.threshold


class Checker:
    """Checks claims with the head for claims of the built-in reader."""

    def __init__(self, model: ReaderModel, weights: Logistic | None = None) -> None:
        """A checker; the weights are those of `entailment.json` if none are given.

        Args:
            model: One whose outputs have `rulings`.
            weights: What support is decided by.
        """
        self._model = model
        self._weights = weights or Logistic.read(FEATURES, FITTED, "support")

    def check(
        self,
        claim: str,
        source: str,
        *,
        published: date | None = None,
        language: Language | None = None,
        around: str = "",
    ) -> Verdict:
        """Say whether `source` supports `claim`, contradicts it or does not say.

        Args:
            claim: One or more sentences, Indonesian or English; too long a one is not found.
            source: Of any length; the spans count its characters.
            published: What "tahun lalu" and days without a year are relative to.
            language: Of the reason; that of the claim if none is given.
            around: The whole text that the source is a part of, which may give names in full.
        """
        text = _Source(source, _language(source, "id"), published, around or source)
        claim_language = _language(claim, text.language)
        language = language or claim_language
        parts = [claim[start:end] for start, end in sentences(claim[: LONGEST_CLAIM + 1])]
        parts = list(dict.fromkeys(part for part in parts if re.search(r"\w", part)))
        if not parts:
            return Verdict("not_found", say("claim_empty", language))
        too_long = len(claim) > LONGEST_CLAIM or len(parts) > MOST_SENTENCES
        if too_long or max(map(len, parts)) > LONGEST_SENTENCE:
            return Verdict("not_found", say("claim_long", language))
        if not re.search(r"\w", source):
            return Verdict("not_found", say("source_empty", language))
        found = [self._sentence(part, text, claim_language, language) for part in parts]
        least = min(one.probability for one in found)
        for ruling in ("contradicted", "not_found"):
            for one in found:
                if one.ruling == ruling:
                    return replace(one, probability=least)
        spans = sorted({span for one in found for span in one.spans})
        return replace(found[0], spans=tuple(spans), probability=least)

    def _sentence(self, claim: str, source: _Source, claim_language: Language, language: Language) -> Verdict:
        if copied := source.by_wording.get(_plain(claim)):
            return Verdict("supported", say("claim_copied", language), (copied,), 1.0)
        if swapped := self._mispaired(claim, source, claim_language, language):
            return swapped
        if by_cells := self._by_cells(claim, source, claim_language, language):
            return by_cells
        near = source.nearest(claim, claim_language)
        if claim_language == source.language and (same := self._restated(claim, source, near)):
            return Verdict("supported", say("claim_copied", language), (same,), 1.0)
        windows = [Window("", source.text[slice(*span)]) for span in near]
        outputs = self._model.outputs(claim, windows)
        judged = [
            self._judged(claim, claim_language, source, span, output)
            for span, output in zip(near, outputs, strict=True)
        ]
        verdict = self.verdict(source.text, judged, language)
        verdict = replace(verdict, relevance=max(one.relevance for one in judged))
        return (
            verdict if verdict.holds else self._by_cells(claim, source, claim_language, language) or verdict
        )

    def _by_cells(
        self, claim: str, source: _Source, claim_language: Language, language: Language
    ) -> Verdict | None:
        """The verdict on a claim whose figures stand in cells of the rows and columns that it names.

        It is supported where the text's heading and these cells with theirs have all its words, but for
        those that only lead to a figure; the model, trained on sentences, is not asked. None without cells.
        """
        if not find_tables(source.text):
            return None
        places = paired(claim, source.text, _figures(claim, source, claim_language), source.language)
        if not places:
            return None
        cells = cells_sentence(places, source.around)
        facts = Coverage(len(claim), ((one.start, one.end) for one in find_facts(claim, claim_language)))
        words = [
            _forms(match.group(), claim_language)
            for match in WORD.finditer(claim)
            if not facts.meets(*match.span()) and match.group().lower() not in STOPWORDS
        ]
        has = {form for word in WORD.findall(cells) for form in _forms(word, "id")} | AMOUNTING
        if (
            source.objections(claim, cells, claim_language)
            or find_turns(claim, cells)
            or any(has.isdisjoint(word) for word in words)
        ):
            return Verdict("not_found", say("claim_not_found", language))
        heads = {table.head for table, _, _ in places if table.head}
        spans = tuple(sorted(heads | {(row.start, row.end) for _, row, _ in places}))
        return Verdict("supported", say("claim_supported", language), spans, 1.0)

    def _mispaired(
        self, claim: str, source: _Source, claim_language: Language, language: Language
    ) -> Verdict | None:
        """The verdict on a claim with a figure of another row or column; None where it has none."""
        found = _mispaired(claim, source, claim_language)
        if not found:
            return None
        first, base = found[0], source.around.find(source.text)

        def within(start: int, end: int) -> tuple[Span, ...]:
            span = (start - base, end - base)
            return (span,) if base >= 0 and 0 <= span[0] < span[1] <= len(source.text) else ()

        written = claim[first.figure.start : first.figure.end]
        if first.instead is None:
            head = f"{first.cell.head}: " if first.cell.head else ""
            cell = f"“{first.row.cells[0].text}; {head}{first.cell.text}”"
            reason = say("claim_other_cell", language, cell=cell, claimed=written)
            return Verdict("not_found", reason, within(first.row.start, first.row.end))
        reason = say("claim_instead", language, instead=f"“{first.instead.text}”", claimed=written)
        return Verdict("contradicted", reason, within(first.instead.start, first.instead.end))

    def judge(
        self, claim: str, passages: Sequence[tuple[str, date | None, str]], language: Language
    ) -> list[Judged]:
        """The judgement of each passage on one sentence.

        Args:
            claim: One sentence.
            passages: The text of each, when it was published, and the whole text around it.
            language: Of the claim.
        """
        sources = [_Source(text, _language(text, "id"), day, around) for text, day, around in passages]
        outputs = self._model.outputs(claim, [Window("", one.text) for one in sources])
        return [
            self._judged(claim, language, source, (0, len(source.text)), output)
            for source, output in zip(sources, outputs, strict=True)
        ]

    def _judged(
        self, claim: str, claim_language: Language, source: _Source, span: Span, output: Output
    ) -> Judged:
        window = source.text[slice(*span)]
        lacking = source.objections(claim, window, claim_language)
        for one in _mispaired(claim, source, claim_language):
            place = (one.figure.start, one.figure.end)
            lacking.append(Objection(place, claim[slice(*place)]))
        shown, sure = _shown(output, window, span[0])
        turns = _turns(claim, window, span[0], shown)
        foreign = claim_language != source.language
        support = self._weights.probability(features(claim, window, output, foreign=foreign))
        return Judged(span[0], _chances(output), support, shown, sure, tuple(lacking), turns)

    @staticmethod
    def copy_in(claim: str, text: str, published: date | None = None) -> Span | None:
        """The sentence of a text that a claim is, or begins, word by word.

        Figures and days may be otherwise written where it is the whole sentence.
        """
        source = _Source(text, _language(text, "id"), published, text)
        if copied := source.by_wording.get(_plain(claim)) or Checker._restated(
            claim, source, [(0, len(text))]
        ):
            return copied
        return next((span for span in sentences(text) if begins(claim, text[slice(*span)])), None)

    @staticmethod
    def _restated(claim: str, source: _Source, windows: Sequence[Span]) -> Span | None:
        """The sentence that a claim is word by word, its figures and days perhaps in another writing."""
        for start, end in windows:
            for first, last in sentences(source.text[start:end]):
                sentence = source.text[start + first : start + last]
                if restates(claim, sentence, source.language, source.published):
                    return start + first, start + last
        return None

    def verdict(self, source: str, judged: Sequence[Judged], language: Language) -> Verdict:
        """The surest window that supports decides; without one, the one that says most about the claim."""
        proven = [one for one in judged if not one.objections and not one.turns]
        best = max(proven, key=lambda one: one.support, default=None)
        probability = best.support if best else 0.0
        if best and probability >= self._weights.threshold:
            return Verdict("supported", say("claim_supported", language), best.shown, probability)
        best = max(judged, key=lambda one: one.chances[0] + one.chances[1])
        # What lacks a fact of the claim is no support, and only the other two are left.
        otherwise = best.chances[1] > best.chances[2] if best.objections else contradicts(best)
        ruling: Ruling = "contradicted" if otherwise else "not_found"
        shown = best.shown if ruling == "contradicted" else ()
        if best.turns and not best.objections:
            (turned, *_) = best.turns
            reason = say(f"claim_{turned.turn}", language, word=turned.word)
            spans = (turned.span,) if turned.span else best.shown
            return Verdict("contradicted", reason, spans, probability)
        if not best.objections:
            return Verdict(ruling, say(f"claim_{ruling}", language), shown, probability)
        for one in best.objections:
            rivals = rivals_of(one, best)
            if rivals:
                passage = source[best.start :]
                instead = quoted(fact.written(passage) for fact in rivals[:3])
                reason = say("claim_instead", language, instead=instead, claimed=one.written)
                spans = tuple((best.start + fact.start, best.start + fact.end) for fact in rivals)
                return Verdict("contradicted", reason, spans, probability)
        lacking = quoted(one.written for one in best.objections)
        return Verdict(ruling, say("claim_lacking", language, claimed=lacking), shown, probability)


def _mispaired(claim: str, source: _Source, language: Language) -> list[Mispaired]:
    """The figures of a claim that the tables around a source have of another row or column."""
    if not find_tables(source.around):
        return []
    return mispaired(claim, source.around, _figures(claim, source, language), source.language)


def _figures(claim: str, source: _Source, language: Language) -> list[Figure]:
    """The figures of a claim, without days and years."""
    return [fact.figure for fact in find_facts(claim, language, source.published) if fact.figure]


def features(claim: str, window: str, output: Output, *, foreign: bool) -> dict[str, float]:
    """Features for a window supporting a claim, each of the order of 1, by the names of `FEATURES`.

    Args:
        claim: One sentence.
        window: The text that was read.
        output: What the model made of both.
        foreign: Whether the claim is in another language than the window.

    Returns:
        The log-odds of support by the model; the share of the claim's words, 0..1, that a sentence has in
        their order while it lacks the rest, so that words of it seem exchanged, 0 where it lacks none; how
        far, 0..1, that share exceeds `COPIED`; the share that other sentences have and the one with most of
        them lacks; and, of a foreign claim, whose words count as their Indonesian meanings, the share that
        this one has, and the former share again.
    """
    assert output.rulings is not None
    supported, contradicted, absent = (float(value) for value in output.rulings)
    language: Language = "en" if foreign else "id"
    words = [_forms(word, language) for word in WORD.findall(claim) if word.lower() not in STOPWORDS]
    here = max((_share(words, window[start:end]) for start, end in sentences(window)), default=0.0)
    scattered = _share(words, window) - here
    altered = 0.0 if foreign else _altered(claim, window)
    return {
        "bias": 1.0,
        "margin": _cut(supported - float(np.logaddexp(contradicted, absent))),
        "altered": altered,
        "copied": max(0.0, altered - COPIED) / (1 - COPIED),
        "scattered": scattered,
        "foreign": float(foreign),
        "foreign_words": here if foreign else 0.0,
        "foreign_scattered": scattered if foreign else 0.0,
    }


def _altered(claim: str, window: str) -> float:
    """The share of a claim's words that the likest sentence has in order, 0 where it has all, 0..1.

    Figures and days are left out: what they are worth is compared elsewhere.
    """
    mine = _wording(claim)
    likest = max((in_order(mine, _wording(window[a:b])) for a, b in sentences(window)), default=0.0)
    return likest if likest < 1 else 0.0


def in_order(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of words that others have in the same order, by the longest blocks, 0..1; 0 without any."""
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(mine) if mine else 0.0


def _wording(text: str) -> list[str]:
    """The stems of the words of a text that are in no figure or day, in order."""
    return stems_outside(text, ((fact.start, fact.end) for fact in find_facts(text, "id")))


def _share(words: Sequence[frozenset[str]], text: str) -> float:
    """The share of words that a text has in one of their forms, 0..1; 0 where there are none."""
    have = {form for word in WORD.findall(text.lower()) for form in (word, stem(word))}
    return sum(not have.isdisjoint(word) for word in words) / max(1, len(words))


def _cut(value: float) -> float:
    return max(-WIDEST, min(WIDEST, value))


def rivals_of(objection: Objection, judged: Judged) -> list[Fact]:
    """The facts that a window gives instead of one of the claim, in the sentences that decide.

    There are none where neither these sentences are sure nor the model takes the claim for contradicted.
    """
    _, contradicted, absent = judged.chances
    if not judged.sure and contradicted <= absent:
        return []
    return [
        fact
        for fact in objection.instead
        if any(start <= judged.start + fact.start < end for start, end in judged.shown)
    ]


def _turns(claim: str, window: str, base: int, shown: Sequence[Span]) -> tuple[Turned, ...]:
    """Denials, exceptions and ranks that stand on one side alone, as characters of the source.

    A denial or exception counts where it stands in such a sentence, a rank wherever it stands.
    """
    found = []
    for one in find_turns(claim, window):
        span = None if one.span is None else (base + one.span[0], base + one.span[1])
        decides = span is None or one.turn == "ranked" or any(a <= span[0] < b for a, b in shown)
        if decides:
            found.append(replace(one, span=span))
    return tuple(found)


def _chances(output: Output) -> tuple[float, float, float]:
    assert output.rulings is not None
    supported, contradicted, absent = softmax(output.rulings).tolist()
    return supported, contradicted, absent


def _shown(output: Output, text: str, base: int) -> tuple[tuple[Span, ...], bool]:
    """The sentences of a window that the model takes for what decides, and whether it surely does.

    Args:
        output: What the model made of the window.
        text: Of the window.
        base: First character of the window in the source; the spans are of the source.
    """
    assert output.evidence is not None
    scored = []
    for start, end in sentences(text):
        inside = (output.offsets[:, 0] < end) & (output.offsets[:, 1] > start)
        if inside.any():
            scored.append((float(output.evidence[inside].mean()), (base + start, base + end)))
    if not scored:
        return (), False
    best = max(score for score, _ in scored)
    surely = math.log(SHOWS / (1 - SHOWS))
    return tuple(span for score, span in scored if score >= min(best, surely)), best >= surely


def _forms(word: str, language: Language) -> frozenset[str]:
    """A word, its stem, and those of its Indonesian meanings where it is English."""
    word = word.lower()
    meanings = indonesian(word) if language == "en" else ()
    return frozenset(form for each in (word, *meanings) for form in (each, stem(each)))


def vocabulary(text: str, language: Language) -> frozenset[str]:
    """The words of a text in a language in all the forms by which a claim may have them."""
    return frozenset().union(*(_forms(word, language) for word in WORD.findall(text)))


def shared_words(claim: str, language: Language, texts: Sequence[frozenset[str]]) -> list[float]:
    """How much of a claim's words each text has, by its `vocabulary`, rare words counting more, from 0."""
    words = [_forms(word, language) for word in {*WORD.findall(claim)} if word.lower() not in STOPWORDS]
    rows = [[bool(word & text) for word in words] for text in texts]
    weights = rarities(rows)
    return [weight_of(weights, row) for row in rows]


def _plain(text: str) -> str:
    """A sentence without blanks that are too many, the form of quotation marks, and its full stop."""
    text = text.translate(str.maketrans("“”„‘’", '"""\'\''))
    return " ".join(text.split()).rstrip(" .")


def _language(text: str, otherwise: Language) -> Language:
    """The language of a text, `otherwise` where that is open."""
    code = detect(text)
    return "en" if code == "en" else "id" if code == "id" else otherwise
