"""What is extracted of each article when it is taken in, and stored with it."""

from __future__ import annotations

from rag.figures import FIGURES
from rag.quotes.statements import QUOTES

EXTRACTORS = (QUOTES, FIGURES)
"""What `Library.add` is given by whoever takes articles in."""
