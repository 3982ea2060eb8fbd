"""Forms of a word: by any of which it is the same as another, `menyetujui` as `disetujui`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from rag.figures import Language
from rag.glossary import indonesian
from rag.grounding.lexicon import GROUPS
from rag.words import stem

_TAKEN = {"m": "pm", "n": "tn", "ny": "s", "ng": "k"}
"""Letters that may have stood where a prefix now ends: `menolak` is from `tolak`, `meminta` from `minta`."""


@lru_cache(maxsize=50_000)
def forms_of(word: str, language: Language, full: str) -> frozenset[str]:
    """All that makes `word` the same as another: stems, meaning, Indonesian words, what it abbreviates."""
    forms = set(roots(word))
    if full:
        forms.update(stem(part) for part in full.split())
    if language == "en":
        forms.add(english_stem(word.removesuffix("'s").removesuffix("’s")))
        for other in indonesian(word):
            forms.update(roots(other))
    forms.update(group for form in tuple(forms) for group in GROUPS.get(form, ()))
    return frozenset(forms)


@cache
def _english() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def english_stem(word: str) -> str:
    """The stem of an English word by Snowball: `cutting` -> `cut`."""
    return str(_english().stemWord(word))


@lru_cache(maxsize=50_000)
def roots(word: str) -> frozenset[str]:
    """`word`, its stem, and the stem with the letter that its prefix took: `menolak` gives `tolak`."""
    word = word.strip(".'’")
    forms = {word}
    parts = word.split("-")
    if len(parts) == 2 and parts[0] == parts[1]:
        word = parts[0]
        forms.add(word)
    for clitic in ("nya", "lah", "kah", "pun"):
        if word.endswith(clitic) and len(word) > len(clitic) + 3:
            forms.add(word.removesuffix(clitic))
    for form in tuple(forms):
        stemmed = stem(form)
        forms.add(stemmed)
        nasal = re.match(r"(?:me|pe)(m|ny|ng|n)(?=[aiueo])", form)
        if nasal and len(stemmed) > 2:
            rest = stemmed if stemmed[0] in "aiueo" else stemmed[1:]
            forms.update(letter + rest for letter in _TAKEN[nasal[1]] if rest[0] in "aiueo")
    return frozenset(forms)
