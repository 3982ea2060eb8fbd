"""Fact-checking: whether a text supports a claim, by exact facts and a trained model."""

from __future__ import annotations

from datetime import date
from functools import cache

from index import Settings
from rag.answer import Verdict
from rag.factcheck.entailment import Checker
from rag.factcheck.facts import objections
from rag.lang.numbers import Language

__all__ = ["Checker", "check", "objections"]


def check(
    claim: str,
    source: str,
    *,
    published: date | None = None,
    language: Language | None = None,
    around: str = "",
) -> Verdict:
    """Say whether `source` supports `claim`, by the model that comes with the product; see `Checker.check`.

    Raises:
        ModelError: that model cannot be had.
    """
    return _checker().check(claim, source, published=published, language=language, around=around)


@cache
def _checker() -> Checker:
    from rag.reader import built_in

    return Checker(built_in(Settings.load().cache))
