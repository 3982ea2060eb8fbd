"""Training of the extractive reader: run `python -m rag.training --help`."""
