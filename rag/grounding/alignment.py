"""Which part of a source a claim speaks of, and which token of it stands where one of the claim stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from rag.grounding.lexicon import LIGHT
from rag.grounding.statement import Statement, Token

REACH = 7
"""Tokens on either side that make up a token's company."""

MOST_SENTENCES = 3
"""Sentences of a source that one sentence of a claim may draw on."""

ALONE = 0.4
"""Likeness of company where a claim is one token, which has none."""

EDGE = 0.5
"""Weight of there being nothing on a side."""

_WEIGHTS = {"word": 1.0, "name": 1.0, "function": 0.4}
_OF_FACTS = 0.3


def carries(token: Token) -> bool:
    """Whether a word says something by itself."""
    return token.kind in {"word", "name"} and token.text.lower() not in LIGHT


@dataclass(frozen=True)
class Pairing:
    """A claim's sentence beside the sentences of the source that speak of the same.

    Attributes:
        claim: Tokens of one sentence.
        told: Tokens of the chosen sentences of the source, in order.
        source: The whole source.
        wording: Text of the whole claim.
    """

    claim: Sequence[Token]
    told: Sequence[Token]
    source: Statement
    wording: str

    @cached_property
    def _company(self) -> dict[tuple[int, int], float]:
        return {}

    def likeness(self, mine: Token, theirs: Token) -> float:
        """How alike the company of two tokens is, 0..1: the same words on the same side, near ones first."""
        key = (mine.start, theirs.start)
        if key not in self._company:
            self._company[key] = _likeness(
                self.claim, self.place_in_claim(mine), self.told, self.place_in_told(theirs)
            )
        return self._company[key]

    @cached_property
    def _claimed(self) -> dict[int, int]:
        return {token.start: place for place, token in enumerate(self.claim)}

    @cached_property
    def _told(self) -> dict[int, int]:
        return {token.start: place for place, token in enumerate(self.told)}

    def place_in_claim(self, token: Token) -> int:
        """The place of a token of the claim in its row."""
        return self._claimed[token.start]

    def place_in_told(self, token: Token) -> int:
        """The place of a token of the chosen sentences in their row."""
        return self._told[token.start]

    @cached_property
    def _counterparts(self) -> dict[int, Token | None]:
        return {}

    def counterpart(self, mine: Token) -> Token | None:
        """The token of the source that says what `mine` says, in the likest company; None where none does."""
        if mine.start not in self._counterparts:
            found = [token for token in self.told if token.says(mine)]
            self._counterparts[mine.start] = max(
                found, key=lambda token: self.likeness(mine, token), default=None
            )
        return self._counterparts[mine.start]

    def rival(self, mine: Token, fits: Callable[[Token], bool]) -> tuple[Token | None, float]:
        """The token that stands most nearly where `mine` does, of those that fit, and how nearly."""
        rivals = [token for token in self.told if fits(token)]
        best = max(rivals, key=lambda token: self.likeness(mine, token), default=None)
        return best, self.likeness(mine, best) if best else 0.0

    @cached_property
    def coverage(self) -> float:
        """Share of the claim's own words that the chosen sentences have; 1 where it has none."""
        words = [token for token in self.claim if carries(token)]
        return sum(any(t.says(word) for t in self.told) for word in words) / len(words) if words else 1.0


def pair(claim: Statement, number: int, source: Statement) -> Pairing:
    """Find for one sentence of a claim the sentences of the source that it speaks of."""
    mine = claim.sentences[number]
    words = [token for token in mine if carries(token)]
    facts = [token for token in mine if token.is_fact]
    open_words = list(words)
    chosen: list[int] = []
    rest = set(source.sentences)
    while rest and len(chosen) < MOST_SENTENCES:
        gains = _gains(open_words, facts if not chosen else (), source)
        best = max(rest, key=lambda n: (gains.get(n, 0.0), chosen and -abs(n - chosen[0]), -n))
        if chosen and gains.get(best, 0.0) <= 0:
            break
        chosen.append(best)
        rest.remove(best)
        open_words = [word for word in open_words if best not in _having(word, source)]
        if not open_words:
            break
    gains = _gains(words, (), source)
    for fact in facts:
        saying = _having(fact, source)
        if not saying.isdisjoint(chosen):
            continue
        # A figure may stand in the sentence after the one that names its subject.
        telling = [n for n in saying if n in rest and gains.get(n, 0.0) >= 1]
        if telling:
            best = max(telling, key=lambda n: (gains[n], -abs(n - chosen[0]), -n))
            chosen.append(best)
            rest.remove(best)
    return Pairing(mine, source.only(chosen), source, claim.text)


def _gains(words: Sequence[Token], facts: Sequence[Token], source: Statement) -> dict[int, float]:
    """By its number, how much of some words and facts a sentence of the source has; none where nothing."""
    gains: dict[int, float] = {}
    for word in words:
        for number in _having(word, source):
            gains[number] = gains.get(number, 0.0) + (1.3 if word.kind == "name" else 1.0)
    equal = Counter(number for fact in facts for number in _having(fact, source))
    alike = Counter(number for fact in facts for number in source.having.get(fact.kind, ()))
    for number in alike:
        gains[number] = gains.get(number, 0.0) + 0.6 * equal[number] + 0.2 * alike[number]
    return gains


def _having(token: Token, source: Statement) -> AbstractSet[int]:
    """The numbers of the sentences of the source that say what a token of the claim says."""
    if token.is_fact:
        return {other.sentence for other in source.facts if other.says(token)}
    return frozenset().union(*(source.telling.get(form, ()) for form in token.forms))


def _likeness(mine: Sequence[Token], at: int, theirs: Sequence[Token], there: int) -> float:
    total = got = 0.0
    if len(mine) == 1:
        return ALONE
    for side in (-1, 1):
        around = [
            (step, theirs[there + side * step])
            for step in range(1, REACH + 1)
            if 0 <= there + side * step < len(theirs)
            and theirs[there + side * step].sentence == theirs[there].sentence
        ]
        for step in range(1, REACH + 1):
            place = at + side * step
            if not 0 <= place < len(mine):
                # Nothing on this side: that the other has nothing either is company, too.
                total += EDGE / step
                got += EDGE / step if len(around) < step else 0.0
                break
            token = mine[place]
            weight = _WEIGHTS.get(token.kind, _OF_FACTS) / step
            total += weight
            got += weight * max(
                (_alike(token, other) / (1 + 0.3 * abs(step - n)) for n, other in around), default=0.0
            )
    return got / total if total else 0.0


def _alike(one: Token, other: Token) -> float:
    if one.is_fact or other.is_fact:
        return 1.0 if one.kind == other.kind else 0.0
    return 0.0 if one.forms.isdisjoint(other.forms) else 1.0
