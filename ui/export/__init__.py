"""Exports: evidence cards as texts and files that are used elsewhere, with real footnotes."""
