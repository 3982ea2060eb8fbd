"""Quotations by speaker: of one article, of many, and as answers of the pipeline."""

from __future__ import annotations

from rag.quotes.collection import Quotation, quotations
from rag.quotes.statements import Quote, find_quotes

__all__ = ["Quotation", "Quote", "find_quotes", "quotations"]
