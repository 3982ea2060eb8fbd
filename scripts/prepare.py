"""Prepares the embedding model, so that the first question need not wait for it.

A model that cannot be had here is no reason to fail: the line says what to set, and so does the first run.
"""

from __future__ import annotations

import sys

from index import Settings, TanyaError
from index.embedder import load_embedder


def main() -> None:
    try:
        embedder = load_embedder(Settings.load())
        embedder.encode(["Siap?"], "query")
        embedder.encode(["Siap."], "passage")
    except TanyaError as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
