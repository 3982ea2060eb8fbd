"""Reasons: in which plain words a page says why the library refused a file, or could not go on."""

from __future__ import annotations

import re

_REASONS = (
    ("format", r"in a format that is not read|holds no article; pack"),
    ("scan", r"pictures of pages|cannot be read as letters"),
    ("locked", r"locked with a password"),
    ("outside", r"leads out of the archive|it is a link;"),
    ("bomb", r"unpacks to"),
    ("large", r"too large|is longer than|at most \d+ (files )?are read|more than 4 GB|split it"),
    ("packed", r"archive within an archive|packed in a way|same name; give each its own"),
    ("front", r"front matter"),
    ("record", r"\bline \d+|\brows?\b|\bentry \d+|column|records?\b|JSON"),
    ("mistaken", r"it is no |rename it to|rich text|name (it|the file) after|save it as the format|old Word"),
    ("slow", r"could not be read within|no process could be started"),
    ("empty", r"is empty|without entries"),
    ("binary", r"binary|no running text|not UTF-8"),
    ("words", r"holds no words|has no text"),
    ("damaged", r"damaged|cut short|pack it again|no whole Word|cannot be read"),
)


def reason_of(line: str) -> str:
    """The key among `ArticleWords.reasons` of what the library says of a file, given its line.

    What stands in it between the file's name and the cure decides; a name could say anything.
    """
    said = line.rpartition(": ")[2] if ": " in line else line
    for text in (said, line):
        for key, pattern in _REASONS:
            if re.search(pattern, text):
                return key
    return "other"


def wants_room(line: str) -> bool:
    """Whether the library's line says that a disk is full."""
    return re.search(r"\bmake room\b", line) is not None
