"""What speaks against a claim, and how it is put into words."""

from __future__ import annotations

from collections.abc import Sequence

from rag.grounding.statement import Token
from rag.verdict import Ruling, Span

Finding = tuple[Ruling, str, tuple[Span, ...]]
"""A ruling other than "supported", its reason and the characters of the source that show it."""

IN_PLACE = 0.3
"""Least likeness of company for one token to stand in the place of another."""

CLOSE = 0.5
"""Least likeness for another token to be meant where the claimed one is in the text, too."""

MARGIN = 0.2
"""By how much another fact must stand more nearly in the place of an equal one to be the one meant."""

WORD_MARGIN = 0.3
"""The same for words and names, whose company changes more from one wording to another."""


def instead(token: Token, rival: Token) -> Finding:
    return (
        "contradicted",
        f"the text says “{_written(rival)}”, not “{_written(token)}”",
        ((rival.start, rival.end),),
    )


def _written(token: Token) -> str:
    figure = token.figure
    if figure is None:
        return token.text
    return " ".join(part for part in (figure.bound, token.text, figure.per and f"per {figure.per}") if part)


def listed(tokens: Sequence[Token]) -> str:
    return ", ".join(dict.fromkeys(f"“{token.text}”" for token in tokens)) or "this"
