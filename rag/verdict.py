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
        reason: One clause that names what was decisive.
        spans: The characters `start:end` of the text that show it, in order; empty where nothing does.
        probability: That the text supports the claim, 0..1; 0 where an exact fact speaks against it.
    """

    ruling: Ruling
    reason: str
    spans: tuple[Span, ...] = ()
    probability: float = 0.0

    @property
    def holds(self) -> bool:
        return self.ruling == "supported"
