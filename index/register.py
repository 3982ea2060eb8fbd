"""The register: which piece of which file is which article, and whether it has changed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.article import Article
from index.pieces import Piece
from index.received import SENT
from index.store import Entry

State = Literal["added", "updated", "unchanged"]

ADDRESSES = ("http://", "https://", SENT)
"""How what is no file but was fetched or sent begins."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a file, and whether its article is new, changed, or just as it is stored."""

    piece: Piece
    id: str
    location: str
    state: State
    moved: bool = False

    @property
    def digest(self) -> str:
        return self.piece.mark

    def read(self) -> Article:
        """The article; see `index.pieces.Piece.read`."""
        return self.piece.read(self.id)


class Register:
    """Which piece of which file is which article, as the store and what was found so far have it.

    A location is a file, relative to the home so that a project may be moved with its library, or the address
    of a feed; a piece of a file has its key after a `#`.
    """

    def __init__(self, home: Path, entries: list[Entry]) -> None:
        self._home = home
        self._by_location = {entry.location: entry for entry in entries}
        self._by_id = {entry.id: entry for entry in entries}
        self._base = ("", "")

    def find(self, piece: Piece) -> Found:
        """Tell what `piece` is."""
        base = self._location(piece.path)
        location = f"{base}#{piece.key}" if piece.key else base
        entry = self._by_location.get(location)
        if entry is not None:
            state: State = "unchanged" if _is_same(entry.digest, piece.mark) else "updated"
            return Found(piece, entry.id, location, state)
        holder = self._by_id.get(piece.name)
        if holder is not None and _is_same(holder.digest, piece.mark):
            # The same article at another place: moved, or a copy while the first is still there.
            moved = not self._is_there(holder.location)
            place = location if moved else holder.location
            return Found(piece, piece.name, place, "unchanged", moved)
        return Found(piece, self._free_id(piece), location, "added")

    def claim(self, found: Found) -> None:
        """Note that `found` is stored or about to be, so that no other piece takes its id."""
        entry = Entry(found.id, found.location, found.digest, "", "")
        self._by_location[found.location] = self._by_id[found.id] = entry

    def _location(self, path: str) -> str:
        if path.startswith(ADDRESSES):
            return path
        if self._base[0] != path:
            self._base = (path, os.path.relpath(Path(path).resolve(), self._home.resolve()))
        return self._base[1]

    def _is_there(self, location: str) -> bool:
        """Whether the file of `location` exists; what comes after a `#` may be a piece of it."""
        if location.startswith(ADDRESSES):
            return True
        ends = [at for at, sign in enumerate(location) if sign == "#"]
        return any(os.path.exists(self._home / location[:end]) for end in (*ends, len(location)))  # noqa: PTH110

    def _free_id(self, piece: Piece) -> str:
        """What it asks for; where another has it, with its folder or file; where that is taken, a digest."""
        origin = Path(piece.path)
        choices = [piece.name, f"{piece.name}-{piece.mark[:8]}"]
        if piece.key:
            choices.insert(1, f"{piece.name}-{origin.stem}")
        elif not piece.path.startswith(ADDRESSES):
            choices.insert(1, f"{piece.name}-{origin.resolve().parent.name}")
        return next((choice for choice in choices if choice not in self._by_id), f"{piece.name}-{piece.mark}")


def _is_same(stored: str, mark: str) -> bool:
    """Whether a piece is as it is stored; where nothing is said of it now, what was said before stands."""
    return stored == mark or stored.startswith(f"{mark} ")
