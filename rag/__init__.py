"""Questions flow down: question -> query -> hits -> readings -> Answer with Citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer import Answer, Citation, Claim

if TYPE_CHECKING:
    from index.models import Extractor

__all__ = ["Answer", "Citation", "Claim", "extractors"]


def extractors() -> tuple[Extractor, ...]:
    """The extractors that `Library.add` runs over each article; their rows are stored with it."""
    from rag.figures import FIGURES
    from rag.quotes.statements import QUOTES

    return QUOTES, FIGURES
