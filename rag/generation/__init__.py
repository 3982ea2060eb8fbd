"""A model that writes, where one is named: its sentences are shown only where their sources prove them."""

from rag.generation.generator import Generator, GeneratorError, Message

__all__ = ["Generator", "GeneratorError", "Message"]
