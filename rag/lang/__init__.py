"""What is known of Indonesian and English: numbers, dates, names, words, and how each is written.

The tables are in `data/`: `id` and `en` are of one language, `pairs` has what is said of both or pairs
them, `vocabulary` English words with Indonesian ones, `counted` what numbers in press text count.
"""

from __future__ import annotations

from pathlib import Path

from index.text import Lexicon

_HERE = Path(__file__).parent

LEXICON = Lexicon(_HERE / "data")

READING = (
    *(_HERE / f"{name}.py" for name in ("__init__", "dates", "names", "numbers", "words")),
    *(_HERE / "data" / f"{name}.toml" for name in ("counted", "en", "id", "pairs", "vocabulary")),
)
"""The files on which what is read in a text depends: all but how answers are worded."""
