"""Received: a file that somebody sent, under a name that can do no harm.

What it was read from need not stay: like what was fetched, its articles are never taken for gone. The same
name sent again is the same file, so that it updates its articles.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

SENT = "upload://"
"""How the path of what was sent begins; no file's own path can, since two slashes become one in it."""

LONGEST_NAME = 160
"""Characters."""

_SUFFIX = 12
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was sent.

    Attributes:
        file: Where it lies while it is read; its name ends like `name`.
        name: What its sender calls it, made safe by `safe_name`.
        source: The publisher of its articles, for those that name none.
        published: The day of its articles, for those that tell none.
    """

    file: Path
    name: str
    source: str | None = None
    published: date | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """What its articles have for a path."""
        return f"{SENT}{self.name}"

    @property
    def given(self) -> str:
        """What its sender says of it, as one word; empty where that is nothing."""
        if self.source is None and self.published is None:
            return ""
        return hashlib.sha256(f"{self.source}\0{self.published}".encode()).hexdigest()[:16]


def safe_name(given: str) -> str:
    """A file's name as its sender gave it, without folders, invisible characters, and what ends in a dot.

    Empty where nothing is left. Two long names stay different when they are cut.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    shown = "".join(" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in name)
    name = " ".join(shown.split()).rstrip(". ").lstrip()
    if len(name) <= LONGEST_NAME:
        return name
    suffix = PurePath(name).suffix
    suffix = suffix if len(suffix) <= _SUFFIX else ""
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - len(suffix) - len(mark) - 1].rstrip()}~{mark}{suffix}"
