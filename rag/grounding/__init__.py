"""Grounding: a claim held against the text that it cites, by exact rules."""

from rag.grounding.verdicts import check

__all__ = ["check"]
