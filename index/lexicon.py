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
        found = self._found(table, files)
        return tuple(word for words in found for word in (words.split() if isinstance(words, str) else words))

    def lines(self, table: str, *files: str) -> tuple[str, ...]:
        """The expressions of a list, each as it stands there; without `files` of id, then en."""
        return tuple(line for lines in self._found(table, files) for line in lines)

    def mapping(self, table: str, *files: str) -> dict[str, Any]:
        """A table, of several files as one; without `files` of id, then en."""
        return {key: value for found in self._found(table, files) for key, value in found.items()}

    def rows(self, table: str, file: str) -> tuple[dict[str, Any], ...]:
        """The rows of a table whose order tells."""
        return tuple(_read(self._folder / f"{file}.toml")[table])

    def forms(self, table: str, *files: str) -> dict[str, str]:
        """Every form of a table whose entries list theirs, to the entry's name: `million` to `6`."""
        found = self._found(table, files)
        return {form: key for entries in found for key, forms in entries.items() for form in forms}

    def _found(self, table: str, files: tuple[str, ...]) -> list[Any]:
        """What the files that have the table have there, one of them at least."""
        read = [_read(self._folder / f"{name}.toml") for name in files or ("id", "en")]
        found = [tables[table] for tables in read if table in tables]
        if not found:
            raise KeyError(table)
        return found


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


LEXICON = Lexicon(Path(__file__).with_name("data"))
"""What cutting text into sentences, languages and dates needs to know, and what stands around press text."""
