"""The chat page: renders an Answer, decides nothing."""

from ui.server import serve

__all__ = ["serve"]
