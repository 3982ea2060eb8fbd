"""Prepares the built-in models, so that the first question need not wait for them.

A model that cannot be had here is no reason to fail: the line says what to set, and so does the first run.
"""

from __future__ import annotations

import sys

from index import Settings, TanyaError
from index.embedder import load_embedder
from rag.reader import load_model


def main() -> None:
    try:
        settings = Settings.load()
        embedder = load_embedder(settings)
        embedder.encode(["Siap?"], "query")
        embedder.encode(["Siap."], "passage")
        load_model(settings)
    except TanyaError as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
