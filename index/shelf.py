"""The shelf: the generations of a library side by side, and which of them is current.

`generations/CURRENT` holds the name of one folder beside it and is replaced in one step. A folder that it
does not name was left by a build that was cut short, or is an earlier generation.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path

from index.building import write_generation
from index.contents import Contents
from index.errors import Damaged
from index.generation import Generation, Texts, force, in_use, read_generation
from index.segment import Segment

_CURRENT = "CURRENT"
_NAME = re.compile(r"g\d{6,}")
_TRIES = 5


class Shelf:
    """The folder of generations of the library in `home`."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "generations"

    def current(self) -> Path | None:
        """The folder of the current generation; None where there has been none.

        Raises:
            Damaged: CURRENT names none.
        """
        try:
            written = (self.folder / _CURRENT).read_bytes()
        except FileNotFoundError:
            return None
        name = written.decode("ascii", "replace").removesuffix("\n")
        if not _NAME.fullmatch(name):
            raise Damaged(
                f"{self.folder / _CURRENT} names no generation; rebuild the index with: tanya index"
            )
        return self.folder / name

    def read(self, texts: Texts, before: Collection[Segment] = ()) -> tuple[Path, Generation] | None:
        """The current generation and its folder, checked; None where there has been none.

        Segments that were read `before` serve again where their files are the same.

        Raises:
            Damaged: it fails a check.
        """
        for tries_left in reversed(range(_TRIES)):
            folder = self.current()
            if folder is None:
                return None
            try:
                return folder, read_generation(folder, texts, before)
            except (Damaged, OSError) as error:
                # A writer may have published another and removed this one while it was being read.
                if tries_left and self.current() != folder:
                    continue
                if isinstance(error, OSError):
                    raise Damaged(
                        f"{folder} cannot be read ({error}); rebuild it with: tanya index"
                    ) from error
                raise
        raise AssertionError("the last try returns or raises")

    def publish(
        self, contents: Contents, embedder: str, before: tuple[Path, Generation] | None = None
    ) -> Path:
        """Build a generation and make it current; the writer's lock must be held.

        What has not changed is taken from the one `before`, if that is given with its folder.

        Raises:
            OSError: it cannot be written; what was current still is.
        """
        numbers = [int(path.name[1:]) for path in self._folders()]
        folder = self.folder / f"g{max(numbers, default=0) + 1:06}"
        folder.mkdir(parents=True)
        try:
            write_generation(folder, contents, embedder, before)
            following = self.folder / f"{_CURRENT}.next"
            following.write_text(f"{folder.name}\n", encoding="ascii")
            force(following)
            # What CURRENT will name is on the disk before it is named.
            force(self.folder)
            following.replace(self.folder / _CURRENT)
            force(self.folder)
        except BaseException:
            if self._is_not_current(folder):
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def prune(self, keep: Collection[Path]) -> None:
        """Remove every generation but the current one, those in `keep` and those that a reader has open."""
        for folder in self._folders():
            if folder not in keep and self._is_not_current(folder) and not in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Remove CURRENT, so that nothing is found until the next generation is published."""
        (self.folder / _CURRENT).unlink(missing_ok=True)

    def _is_not_current(self, folder: Path) -> bool:
        try:
            return self.current() != folder
        except Damaged:
            return True

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
