"""Who is named, and who does it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.grounding.alignment import Pairing, carries
from rag.grounding.finding import CLOSE, IN_PLACE, WORD_MARGIN, Finding, instead
from rag.grounding.lexicon import ACTIVE, BE
from rag.grounding.statement import Token


def subjects(pairing: Pairing) -> Iterator[Finding]:
    """Who does it: before a verb of the claim stands something of what stands before it in the text."""
    for at, verb in enumerate(pairing.claim):
        if verb.kind != "word" or not (voice := _voice(verb, pairing.claim)):
            continue
        equal = pairing.counterpart(verb)
        if equal is None or _voice(equal, pairing.told) != voice:
            continue
        mine = [t for t in pairing.claim[:at] if carries(t)]
        there = [t for t in pairing.told if t.sentence == equal.sentence]
        theirs = [t for t in there if t.end <= equal.start and carries(t)]
        if not mine or not theirs or any(other.says(token) for token in mine for other in theirs):
            continue
        elsewhere = [token for token in mine if pairing.counterpart(token) is not None]
        if elsewhere and (len(elsewhere) == len(mine) or any(token.kind == "name" for token in elsewhere)):
            span = ((theirs[0].start, equal.end),)
            yield "contradicted", f"in the text “{theirs[-1].text}” stands before “{equal.text}”", span
            return


def _voice(verb: Token, tokens: Sequence[Token]) -> str:
    """Whether a verb is active or passive; empty where it is no verb that shows it."""
    written = verb.text.lower()
    if re.match(r"di[a-z]{4,}", written):
        return "passive"
    if re.match(r"(?:me[mnlrwy]|ber|ter)[a-z]{3,}", written) or written in ACTIVE:
        return "active"
    if not re.fullmatch(r"[a-z]{3,}ed", written):
        return ""
    at = tokens.index(verb)
    if any(token.text.lower() in BE for token in tokens[max(0, at - 2) : at]):
        return "passive"
    # "the deal signed with", "the road damaged by": what is before did not do it.
    after = tokens[at + 1].text.lower() if at + 1 < len(tokens) else ""
    return "" if after in {"by", "with", "from", "in", "at", "on"} else "active"


def names(pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    for token in pairing.claim:
        if token.kind != "name":
            continue
        equal = pairing.counterpart(token)
        rival, near = pairing.rival(
            token,
            lambda other, token=token: other.kind == "name" and not other.says(token),  # type: ignore[misc]
        )
        if equal is None and _initials(token, pairing):
            continue
        if equal is None:
            if rival is not None and near >= IN_PLACE + 0.1:
                yield instead(token, rival)
            elif not _named_before(token, pairing):
                yield "not_found", f"the text does not name “{token.text}”", ()
        elif foreign or rival is None or near < CLOSE:
            continue
        elif near > pairing.likeness(token, equal) + WORD_MARGIN:
            yield instead(token, rival)


def _named_before(token: Token, pairing: Pairing) -> bool:
    """Whether the source names it ahead of what was chosen, so that "dia" or "gubernur" may stand for it."""
    last = max((t.end for t in pairing.told), default=0)
    return any(other.says(token) for other in pairing.source.tokens if other.end <= last)


def _initials(token: Token, pairing: Pairing) -> bool:
    """Whether `FDI` is what "foreign direct investment" begins with."""
    if not token.text.isupper() or not 2 <= len(token.text) <= 6:
        return False
    first = "".join(other.text[0].upper() if not other.is_fact else " " for other in pairing.told)
    return token.text in first
