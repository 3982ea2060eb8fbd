"""Alternatives: a pattern for any of many words that reads each letter of a text once.

`Jabar|Jateng|Jatim` tries word after word; `one_of` shares how they begin: `Ja(?:bar|t(?:eng|im))`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_Tree = dict[str, "_Tree"]


def one_of(words: Iterable[str], *, space: str = r"\s+") -> str:
    """A pattern for the longest of `words` that stands somewhere.

    Args:
        words: As they are written; in one case where the pattern is to ignore it.
        space: What a space in them stands for.
    """
    tree: _Tree = {}
    for word in words:
        at = tree
        for letter in word:
            at = at.setdefault(letter, {})
        at[""] = {}
    return _written(tree, space)


def _written(tree: _Tree, space: str) -> str:
    branches = [
        (space if letter == " " else re.escape(letter)) + _written(below, space)
        for letter, below in sorted(tree.items())
        if letter
    ]
    if "" not in tree:
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{'|'.join(branches)})?" if branches else ""
