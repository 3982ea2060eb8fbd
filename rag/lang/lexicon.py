"""What is known of Indonesian and English: the tables in `rag/lang/data/`.

`id` and `en` are of one language, `pairs` has what is said of both or pairs them, `vocabulary` English words
with Indonesian ones.
"""

from __future__ import annotations

from pathlib import Path

from index.lexicon import Lexicon

LEXICON = Lexicon(Path(__file__).with_name("data"))
