"""What is known of Indonesian and English: numbers, dates, names, words, and how each is written.

The tables are in `data/`: `id` and `en` are of one language, `pairs` has what is said of both or pairs
them, `vocabulary` English words with Indonesian ones, `counted` what numbers in press text count.
"""

from __future__ import annotations

from pathlib import Path

from index.lexicon import Lexicon

LEXICON = Lexicon(Path(__file__).with_name("data"))
