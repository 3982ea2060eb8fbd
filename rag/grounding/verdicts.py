"""Grounding: whether a text says what a claim says. Exact rules, no model.

A claim is taken apart sentence by sentence. For each, the sentences of the source that speak of the same are
found; then its figures, days, times, names, denials, extents and words are held against theirs, each against
the one that stands in its place. What the text says otherwise contradicts; what it does not say is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from rag.aliases import COMMON, explained
from rag.figures import Language
from rag.grounding.actors import names, subjects
from rag.grounding.alignment import Pairing, carries, pair
from rag.grounding.facts import told_fact
from rag.grounding.finding import Finding, listed
from rag.grounding.statement import Manner, Token, spoken_in, take_apart
from rag.grounding.turns import denials, extents, opposites
from rag.verdict import Span, Verdict

ABOUT_THE_SAME = 0.4
"""Least share of a claim's words that a text must have to speak of the same thing at all."""

FOREIGN_MISSING = 0.4
"""Share of words that a claim in the other language may have beyond the glossary."""


def check(
    claim: str, source: str, *, published: date | None = None, spoken: Language | None = None
) -> Verdict:
    """Say whether `source` supports `claim`, contradicts it or does not say.

    Args:
        claim: One or more sentences, Indonesian or English.
        source: The cited text, of any length; offsets count its characters.
        published: What "tahun lalu" and days without a year are relative to.
        spoken: Language of the claim where that is known; a short one may be in either.
    """
    language = spoken_in(source)
    foreign = (spoken or spoken_in(claim, language)) != language
    manner = Manner(language, published, COMMON | explained(source), across=foreign)
    told = take_apart(source, manner)
    manner = replace(manner, proper=frozenset(t.text.lower() for t in told.tokens if t.kind == "name"))
    told = told.naming(manner.proper)
    other: Language = "en" if language == "id" else "id"
    said = take_apart(claim, replace(manner, language=other) if foreign else manner)
    if not said.tokens:
        return Verdict("not_found", "the claim says nothing that can be checked")
    if not told.tokens:
        return Verdict("not_found", "the source is empty")
    outcomes = [_judge(pair(said, number, told), foreign) for number in said.sentences]
    for ruling in ("contradicted", "not_found"):
        for outcome in outcomes:
            if outcome.ruling == ruling:
                return outcome
    spans = sorted({span for outcome in outcomes for span in outcome.spans})
    return Verdict("supported", outcomes[0].reason, tuple(spans))


def _judge(pairing: Pairing, foreign: bool) -> Verdict:
    if pairing.coverage < ABOUT_THE_SAME:
        missing = [t for t in pairing.claim if carries(t) and pairing.counterpart(t) is None]
        return Verdict("not_found", f"the text does not speak of {listed(missing)}")
    unfound: list[Finding] = []
    for finding in _findings(pairing, foreign):
        if finding[0] == "contradicted":
            return Verdict(*finding)
        unfound.append(finding)
    if unfound:
        ruling, reason, spans = unfound[0]
        return Verdict(ruling, reason, spans)
    return Verdict("supported", "every figure, day, name and word is in the text", _spans(pairing.told))


def _findings(pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    for token in pairing.claim:
        if token.is_fact:
            yield from told_fact(token, pairing, foreign)
    yield from denials(pairing)
    yield from extents(pairing)
    for token in pairing.claim:
        if not token.is_fact:
            yield from opposites(token, pairing)
    if not foreign:
        yield from subjects(pairing)
    yield from names(pairing, foreign)
    yield from _words(pairing, foreign)


def _words(pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    words = [token for token in pairing.claim if token.kind == "word" and carries(token)]
    missing = [token for token in words if pairing.counterpart(token) is None]
    if missing and (not foreign or len(missing) > FOREIGN_MISSING * len(words)):
        yield "not_found", f"the text does not say {listed(missing)}", ()


def _spans(tokens: Sequence[Token]) -> tuple[Span, ...]:
    """From the first to the last token of each sentence."""
    spans: dict[int, Span] = {}
    for token in tokens:
        start, _ = spans.get(token.sentence, (token.start, token.end))
        spans[token.sentence] = (start, token.end)
    return tuple(spans[number] for number in sorted(spans))
