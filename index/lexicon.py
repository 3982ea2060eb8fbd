"""Word lists and tables of languages, kept as TOML: one file for each language, or for what is not of one."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


class Lexicon:
    """The tables in the files of a folder; a file is read when one of its tables is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def words(self, table: str, *files: str) -> tuple[str, ...]:
        """The words of a list, or of a text that white space parts; without `files` of id, then en."""
        values = (_read(self._folder / f"{name}.toml").get(table, "") for name in files or ("id", "en"))
        return tuple(
            word for value in values for word in (value.split() if isinstance(value, str) else value)
        )

    def mapping(self, table: str, *files: str) -> dict[str, Any]:
        """A table, of several files as one; without `files` of id, then en."""
        merged: dict[str, Any] = {}
        for name in files or ("id", "en"):
            merged |= _read(self._folder / f"{name}.toml").get(table, {})
        return merged

    def rows(self, table: str, file: str) -> tuple[dict[str, Any], ...]:
        """The rows of a table whose order tells."""
        return tuple(_read(self._folder / f"{file}.toml")[table])

    def forms(self, table: str, *files: str) -> dict[str, str]:
        """Every form of a table whose entries list theirs, to the entry's name: `million` to `6`."""
        names = files or ("id", "en")
        return {
            form: key for name in names for key, forms in self.mapping(table, name).items() for form in forms
        }


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


LEXICON = Lexicon(Path(__file__).with_name("data"))
"""What cutting text into sentences, languages and dates needs to know, and what stands around press text."""
