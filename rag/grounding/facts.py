"""Figures, days and times: each must be told in the place where it is claimed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.grounding.alignment import Pairing, carries
from rag.grounding.finding import CLOSE, IN_PLACE, MARGIN, Finding, instead
from rag.grounding.statement import Token

_SEPARATOR = re.compile(
    r"[,;:()]|\b(?:dan|serta|sedangkan|sementara|adapun|lalu|and|while|whereas|but)\b", re.IGNORECASE
)
"""What parts one member of a list from the next."""


def told_fact(token: Token, pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    """A figure, day or time must be told in the place where it is claimed."""
    equal = pairing.counterpart(token)
    rival, near = pairing.rival(token, lambda other: _of_a_kind(token, other) and not other.says(token))
    if equal is not None:
        if rival is not None and not _of_a_measure(token, rival):
            rival = None
        elif rival is not None and near < max(CLOSE, pairing.likeness(token, equal) + MARGIN):
            rival = rival if _is_of(rival, equal, token, pairing) else None
        if rival is not None:
            yield instead(token, rival)
        elif not foreign and (counted := _other_noun(token, equal, pairing)):
            yield instead(*counted)
        return
    if _within(token, pairing) or _together(token, pairing):
        return
    if rival is not None and (near >= IN_PLACE or (token.kind != "moment" and _of_a_measure(token, rival))):
        yield instead(token, rival)
        return
    elsewhere = [other for other in pairing.source.facts if other.says(token)]
    if token.kind in {"moment", "weekday"} and elsewhere and rival is None:
        return
    yield "not_found", f"the text does not give “{token.text}”", ()


def _is_of(rival: Token, equal: Token, token: Token, pairing: Pairing) -> bool:
    """Whether a claim gives to one thing the figure of another: "dewasa Rp 15.000, anak-anak Rp 10.000".

    So it is where the claim names, with its figure, what only the other figure of the list is of.
    """
    if token.figure is None or rival.sentence != equal.sentence:
        return False
    mine = _own(token, pairing.claim, pairing.wording, begins=True)
    text = pairing.source.text
    told, others = (_own(t, pairing.told, text, begins=False) for t in (equal, rival))
    ahead = _own(equal, pairing.told, text, begins=True)
    alien = [w for w in mine if any(o.says(w) for o in others) and not any(t.says(w) for t in ahead)]
    apt = [w for w in mine if any(t.says(w) for t in told) and not any(o.says(w) for o in others)]
    return bool(alien) and not apt


def _own(token: Token, tokens: Sequence[Token], text: str, *, begins: bool) -> list[Token]:
    """The words that a list gives to one of its figures; those ahead of all figures only if `begins`."""
    row = [t for t in tokens if t.sentence == token.sentence]
    like = [t for t in row if t.figure and _of_a_measure(token, t)]
    at = like.index(token)
    left = like[at - 1].end if at else row[0].start if begins else token.start
    right = like[at + 1].start if at + 1 < len(like) else row[-1].end
    before = list(_SEPARATOR.finditer(text, left, token.start))
    after = _SEPARATOR.search(text, token.end, right)
    if at:
        left = before[-1].end() if before else token.start
    right = after.start() if after else right if at + 1 == len(like) else token.end
    return [t for t in row if carries(t) and (left <= t.start < token.start or token.end <= t.start < right)]


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
        for other in pairing.source.facts
    )


def _together(token: Token, pairing: Pairing) -> bool:
    """Whether "ketiga nelayan" takes up "tiga nelayan"."""
    if token.figure is None or not token.figure.nth:
        return False
    noun = _after(pairing.place_in_claim(token), pairing.claim)
    return noun is not None and any(
        other.figure is not None
        and other.figure.value == token.figure.value
        and (counted := _after(pairing.place_in_told(other), pairing.told)) is not None
        and counted.says(noun)
        for other in pairing.told
    )


def _other_noun(token: Token, equal: Token, pairing: Pairing) -> tuple[Token, Token] | None:
    """The nouns behind two equal figures where they differ: five ships are not five trucks."""
    if token.figure is None or token.figure.is_money or (token.figure.unit not in {None, "people"}):
        return None
    mine = _after(pairing.place_in_claim(token), pairing.claim)
    theirs = _after(pairing.place_in_told(equal), pairing.told)
    if mine is None or theirs is None or mine.kind != "word" or theirs.kind != "word":
        return None
    if theirs.says(mine) or pairing.counterpart(mine) is not None:
        return None
    return mine, theirs


def _after(place: int, tokens: Sequence[Token]) -> Token | None:
    """The token behind the one at some place, in the same sentence."""
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    return following if following and following.sentence == tokens[place].sentence else None
