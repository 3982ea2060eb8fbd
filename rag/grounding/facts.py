"""Figures, days and times: each must be told in the place where it is claimed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.grounding.alignment import Pairing
from rag.grounding.finding import CLOSE, IN_PLACE, MARGIN, Finding, instead
from rag.grounding.statement import Token


def told_fact(token: Token, pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    """A figure, day or time must be told in the place where it is claimed."""
    equal = pairing.counterpart(token)
    rival, near = pairing.rival(token, lambda other: _of_a_kind(token, other) and not other.says(token))
    if equal is not None:
        if rival is not None and not _of_a_measure(token, rival):
            rival = None
        if rival is not None and near >= CLOSE and near > pairing.likeness(token, equal) + MARGIN:
            yield instead(token, rival)
        elif not foreign and (counted := _other_noun(token, equal, pairing)):
            yield instead(*counted)
        return
    if _within(token, pairing) or _together(token, pairing):
        return
    if rival is not None and (near >= IN_PLACE or (token.kind != "moment" and _of_a_measure(token, rival))):
        yield instead(token, rival)
        return
    elsewhere = [other for other in pairing.source.tokens if other.says(token)]
    if token.kind in {"moment", "weekday"} and elsewhere and rival is None:
        return
    yield "not_found", f"the text does not give “{token.text}”", ()


def _of_a_kind(token: Token, other: Token) -> bool:
    if token.figure and other.figure:
        return token.figure.nth == other.figure.nth
    return token.kind == other.kind


def _of_a_measure(token: Token, other: Token) -> bool:
    """Whether two figures count the same, so that one may be taken for the other."""
    if token.figure is None or other.figure is None:
        return True
    return token.figure.measure()[1] == other.figure.measure()[1]


def _within(token: Token, pairing: Pairing) -> bool:
    """Whether the day of a moment is told in parts: "22 Juli" here and the year elsewhere in the source."""
    if token.moment is None or token.moment.is_period or token.moment.first.year is None:
        return False
    if token.moment.first.month is None:
        return False
    year = token.moment.first.year
    day = token.moment.first
    partial = any(
        other.moment is not None
        and not other.moment.is_period
        and other.moment.first.year is None
        and (other.moment.first.month, other.moment.first.day) == (day.month, day.day)
        for other in pairing.told
    )
    return partial and any(
        other.moment is not None and year in (other.moment.first.year, other.moment.last.year)
        for other in pairing.source.tokens
    )


def _together(token: Token, pairing: Pairing) -> bool:
    """Whether "ketiga nelayan" takes up "tiga nelayan"."""
    if token.figure is None or not token.figure.nth:
        return False
    noun = _after(token, pairing.claim)
    return noun is not None and any(
        other.figure is not None
        and other.figure.value == token.figure.value
        and (counted := _after(other, pairing.told)) is not None
        and counted.says(noun)
        for other in pairing.told
    )


def _other_noun(token: Token, equal: Token, pairing: Pairing) -> tuple[Token, Token] | None:
    """The nouns behind two equal figures where they differ: five ships are not five trucks."""
    if token.figure is None or token.figure.is_money or (token.figure.unit not in {None, "people"}):
        return None
    mine, theirs = _after(token, pairing.claim), _after(equal, pairing.told)
    if mine is None or theirs is None or mine.kind != "word" or theirs.kind != "word":
        return None
    if theirs.says(mine) or pairing.counterpart(mine) is not None:
        return None
    return mine, theirs


def _after(token: Token, tokens: Sequence[Token]) -> Token | None:
    at = tokens.index(token) + 1
    return tokens[at] if at < len(tokens) and tokens[at].sentence == token.sentence else None
