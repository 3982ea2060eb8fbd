"""Pruning: which articles came from files, or from records of files, that are there no more."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from index.files import find_files
from index.register import ADDRESSES
from index.store import Entry


def gone(
    entries: Sequence[Entry], home: Path, roots: Sequence[Path], met: Collection[str], whole: Collection[Path]
) -> list[str]:
    """The ids of articles whose files under `roots` are gone, or no longer hold them.

    Under a root that cannot be seen, or where no article is left at all, nothing counts as gone: more often
    a drive is not there than everything was withdrawn. What was fetched stays.

    Args:
        entries: How articles came in.
        home: What their locations are relative to.
        roots: Files and folders.
        met: Ids of articles that were found in this run; they are not gone.
        whole: Resolved files of records that were read to the end, without any failure.
    """
    seen = [root.resolve() for root in roots if not any(error for _, error in find_files([root]))]
    base = home.resolve()
    found = []
    for entry in entries:
        if entry.id in met or entry.location.startswith(ADDRESSES):
            continue
        files = [Path(os.path.normpath(base / part)) for part in _files(entry.location)]
        if not any(files[-1].is_relative_to(root) for root in seen):
            continue
        there = [file for file in files if _is_there(file)]
        if not there or (there[0] != files[-1] and there[0] in whole):
            found.append(entry.id)
    return found


def _files(location: str) -> list[str]:
    """What of a location may be its file: up to each `#`, and all of it."""
    ends = [at for at, sign in enumerate(location) if sign == "#"]
    return [location[:end] for end in (*ends, len(location)) if end]


def _is_there(file: Path) -> bool:
    """Whether a file exists, or might: one that may not be looked at is not gone."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
