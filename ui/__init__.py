"""The chat page: renders an Answer, decides nothing."""
