"""What a statement denies, plans, supposes, how much it speaks of: each with the word that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.grounding import lexicon
from rag.grounding.statement import Token

Sense = Literal["denied", "prevented", "planned", "supposed", "done", "all", "some", "most", "only"]


@dataclass(frozen=True, slots=True)
class Marker:
    """A word that turns what is said, and the token that it turns."""

    sense: Sense
    word: Token
    target: Token


def markers(tokens: Sequence[Token]) -> list[Marker]:
    """Every denial, plan, supposition and extent in a row of tokens."""
    found = []
    for i, token in enumerate(tokens):
        written = token.text.lower()
        sense = _sense(written)
        if sense is None or token.is_fact:
            continue
        if sense == "denied" and i + 1 < len(tokens) and tokens[i + 1].text.lower() in lexicon.NOT_ONLY:
            continue
        target = _target(tokens, i)
        if target is not None:
            found.append(Marker(sense, token, target))
    return found


def _sense(written: str) -> Sense | None:
    if written in lexicon.NEGATORS or written.endswith(("n't", "n’t")):
        return "denied"
    if written in lexicon.DENYING:
        return "prevented"
    if written in lexicon.PLANNED:
        return "planned"
    if written in lexicon.SUPPOSED:
        return "supposed"
    if written in lexicon.DONE:
        return "done"
    return lexicon.EXTENT.get(written)  # type: ignore[return-value]


def _target(tokens: Sequence[Token], at: int) -> Token | None:
    """The next word with a meaning of its own in the same clause; else the last one passed over."""
    passed = None
    for token in tokens[at + 1 : at + 5]:
        if token.sentence != tokens[at].sentence:
            break
        written = token.text.lower()
        if written in lexicon.BREAKS:
            break
        if token.kind != "function" or (
            written not in lexicon.AUXILIARY and _sense(written) is None and written not in lexicon.LIGHT
        ):
            return token
        passed = token
    return passed
