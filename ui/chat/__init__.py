"""The chat page: asking, showing the answer with its sources, and earlier conversations."""
