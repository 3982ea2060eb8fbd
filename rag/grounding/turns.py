"""Denials, plans, extents and contraries: a claim must turn what the text says as the text turns it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.grounding.alignment import Pairing
from rag.grounding.finding import IN_PLACE, WORD_MARGIN, Finding, instead
from rag.grounding.lexicon import FORESEEN, OPPOSITES
from rag.grounding.polarity import Marker, Sense, markers
from rag.grounding.statement import Token


def denials(pairing: Pairing) -> Iterator[Finding]:
    mine, theirs = markers(pairing.claim), markers(pairing.told)
    for marker in mine:
        if marker.sense in {"denied", "prevented"}:
            yield from _denied_alone(marker, mine, theirs, pairing)
        elif marker.sense == "done":
            yield from _done_alone(marker, theirs, pairing)
    for marker in theirs:
        if marker.sense not in {"denied", "prevented", "planned", "supposed"}:
            continue
        token = _claimed(marker.target, pairing)
        if token is None or _is_marked(token, mine, marker.sense):
            continue
        if marker.sense == "prevented" and _has_word(marker.word, pairing.claim):
            continue
        written = f"“{marker.word.text} … {marker.target.text}”"
        spans = ((marker.word.start, marker.target.end),)
        if marker.sense in {"denied", "prevented"}:
            yield "contradicted", f"the text denies it: {written}", spans
        elif not any(other.sense in {"planned", "supposed", "denied"} for other in mine):
            yield "not_found", f"the text says it with reservation: {written}", spans


def _denied_alone(
    marker: Marker, mine: Sequence[Marker], theirs: Sequence[Marker], pairing: Pairing
) -> Iterator[Finding]:
    """A claim that denies what the text does not deny."""
    equal = pairing.counterpart(marker.target)
    if equal is not None and _denials_of(marker.target, mine) % 2 == _denials_of(equal, theirs) % 2:
        return
    has_word = _has_word(marker.word, pairing.told)
    if marker.sense == "prevented" and (has_word or equal is None):
        return
    if equal is None or (has_word and pairing.likeness(marker.target, equal) < IN_PLACE):
        yield "not_found", f"the text does not say “{marker.word.text} … {marker.target.text}”", ()
        return
    span = ((equal.start, equal.end),)
    yield "contradicted", f"the text does not deny it: “{equal.text}”", span


def _done_alone(marker: Marker, theirs: Sequence[Marker], pairing: Pairing) -> Iterator[Finding]:
    equal = pairing.counterpart(marker.target)
    if equal is None or _is_marked(equal, theirs, "done"):
        return
    before = [t for t in pairing.told if t.sentence == equal.sentence and t.start < equal.start]
    if _is_marked(equal, theirs, "planned") or any(t.text.lower() in FORESEEN for t in before):
        yield "contradicted", f"the text plans it only: “{equal.text}”", ((equal.start, equal.end),)


def _claimed(target: Token, pairing: Pairing) -> Token | None:
    """The token of the claim that stands in the place of one of the text."""
    found = [token for token in pairing.claim if target.says(token)]
    found = [token for token in found if pairing.counterpart(token) == target]
    return max(found, key=lambda token: pairing.likeness(token, target), default=None)


def _denials_of(token: Token, found: Sequence[Marker]) -> int:
    return sum(marker.target == token and marker.sense in {"denied", "prevented"} for marker in found)


def _is_marked(token: Token, found: Sequence[Marker], sense: Sense) -> bool:
    senses = {"denied", "prevented"} if sense in {"denied", "prevented"} else {sense}
    return any(marker.target == token and marker.sense in senses for marker in found)


def _has_word(word: Token, tokens: Sequence[Token]) -> bool:
    return any(token.says(word) for token in tokens if not token.is_fact)


def extents(pairing: Pairing) -> Iterator[Finding]:
    """All is not some: how much a claim speaks of must be told of the same thing."""
    kinds: frozenset[Sense] = frozenset({"all", "some", "most", "only"})
    mine = [marker for marker in markers(pairing.claim) if marker.sense in kinds]
    theirs = [marker for marker in markers(pairing.told) if marker.sense in kinds]
    for marker in mine:
        others = [other for other in theirs if other.target.says(marker.target)]
        if any(other.sense == marker.sense for other in others):
            continue
        if others:
            other = others[0]
            yield (
                "contradicted",
                f"the text says “{other.word.text}”",
                ((other.word.start, other.target.end),),
            )
        elif marker.sense != "some" or not any(other.sense == "some" for other in theirs):
            yield "not_found", f"the text does not say “{marker.word.text} {marker.target.text}”", ()
    for other in theirs:
        token = _claimed(other.target, pairing)
        if token is None or other.sense not in {"some", "most"} or any(m.target == token for m in mine):
            continue
        if not any(
            t.figure and abs(pairing.place_in_claim(t) - pairing.place_in_claim(token)) < 3
            for t in pairing.claim
        ):
            yield (
                "not_found",
                f"the text says “{other.word.text}” only",
                ((other.word.start, other.target.end),),
            )


def opposites(token: Token, pairing: Pairing) -> Iterator[Finding]:
    """A word whose contrary stands in its place."""
    contrary = frozenset().union(
        *(OPPOSITES.get(form, frozenset()) for form in (*token.forms, token.text.lower()))
    )
    if not contrary:
        return

    def opposes(other: Token) -> bool:
        return not other.is_fact and (other.text.lower() in contrary or not contrary.isdisjoint(other.forms))

    rival, near = pairing.rival(token, lambda other: opposes(other) and not other.says(token))
    if rival is None:
        return
    equal = pairing.counterpart(token)
    nearness = pairing.likeness(token, equal) if equal else 0.0
    if (equal is None and near >= IN_PLACE) or (equal is not None and near > nearness + WORD_MARGIN):
        yield instead(token, rival)
