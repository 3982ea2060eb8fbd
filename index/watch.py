"""Watching: the files under some paths, looked at again and again, and which of them are to be taken in now.

They are polled and not subscribed to: that works on network drives, in containers and on every system, and
costs a look at each file. A file is taken once it has stopped changing, so that none is read half-written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import Busy, LibraryError
from index.files import find_files

if TYPE_CHECKING:
    from index.ingest import Report

PAUSE = 2.0
"""Seconds between two looks."""

SHARE = 0.1
"""Of the time, at most so much is spent on looking: a slow drive is looked at less often."""

EMPTY = 5
"""Looks after which a file that is still empty is taken, to be named as such."""

Stamp = tuple[int, int, int]
"""When a file was written, in nanoseconds, how large it is, and which file it is."""


@dataclass(slots=True)
class Watched:
    """What was seen of files, and which of them were taken as they are."""

    _seen: dict[Path, tuple[Stamp, int]] = field(default_factory=dict)
    _taken: dict[Path, Stamp] = field(default_factory=dict)

    def look(self, found: Mapping[Path, Stamp]) -> tuple[list[Path], list[Path]]:
        """The files to take now, new or changed and quiet since the last look, and those that are gone."""
        before, self._seen = self._seen, {}
        ready = []
        for path, stamp in found.items():
            looks = before[path][1] + 1 if path in before and before[path][0] == stamp else 0
            self._seen[path] = (stamp, looks)
            if self._taken.get(path) != stamp and looks >= (1 if stamp[1] else EMPTY):
                ready.append(path)
        return ready, [path for path in self._taken if path not in found]

    def settle(self, ready: Sequence[Path], gone: Sequence[Path]) -> None:
        """Note that files were taken as they were last seen, and that others are known to be gone."""
        for path in ready:
            self._taken[path] = self._seen[path][0]
        for path in gone:
            del self._taken[path]


def stamps(paths: Sequence[Path]) -> tuple[dict[Path, Stamp], list[str]]:
    """The article files under `paths` as they are, and a line for each path that cannot be looked at."""
    found: dict[Path, Stamp] = {}
    missing = []
    for path, error in find_files(paths):
        if error is not None:
            missing.append(str(error))
            continue
        try:
            status = path.stat()
        except OSError:
            # It went between the two looks at it.
            continue
        found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found, missing


def follow(
    paths: Sequence[Path],
    add: Callable[[Sequence[Path]], Report],
    tell: Callable[[str], None],
    *,
    prune: bool = False,
    pause: float = PAUSE,
) -> Iterator[Report]:
    """Take in what is new or changed under `paths`, for ever; each time that something was, what was done.

    Another writer is waited for. What cannot be read is told once, until it changes.

    Args:
        paths: Files and folders.
        add: Takes files in and, where `prune` says so, removes articles whose files are gone.
        tell: Called with a line for each thing that is worth one.
        prune: Whether `add` is called when all that happened is that files have gone.
        pause: Seconds between two looks.

    Raises:
        ModelError: the embedder cannot be loaded.
    """
    watched = Watched()
    absent: list[str] = []
    told: set[str] = set()
    while True:
        begun = time.monotonic()
        before, (found, absent) = absent, stamps(paths)
        for line in absent:
            if line not in before:
                tell(line)
        ready, gone = watched.look(found)
        looked = time.monotonic() - begun
        # Where a folder cannot be seen, as when a drive is not there, nothing in it is gone.
        gone = [] if absent else gone
        try:
            if ready or (gone and prune):
                yield add(ready)
            if not prune:
                for path in gone:
                    tell(f"gone: {path}; what came from it stays, unless --prune is given")
            watched.settle(ready, gone)
            told.clear()
        except LibraryError as error:
            # The process that writes may be another each time.
            reason = "busy" if isinstance(error, Busy) else str(error)
            if reason not in told:
                tell(f"waiting: {error}")
            told.add(reason)
        time.sleep(max(pause, looked * (1 / SHARE - 1)))
