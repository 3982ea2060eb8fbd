"""Questions flow down: question -> query -> hits -> evidence -> Answer with Citations."""

from rag.answer import Answer, Citation, Claim

__all__ = ["Answer", "Citation", "Claim"]
