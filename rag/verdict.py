"""The verdict on a claim: whether the text that it cites says it, why, and which characters show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ruling = Literal["supported", "contradicted", "not_found"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text has to say about a claim.

    Attributes:
        ruling: "supported", "contradicted" (the text says otherwise) or "not_found" (it does not say).
        reason: One sentence of English that names what was decisive.
        spans: The characters `start:end` of the text that show it, in order; empty where nothing does.
    """

    ruling: Ruling
    reason: str
    spans: tuple[Span, ...] = ()

    @property
    def holds(self) -> bool:
        return self.ruling == "supported"
