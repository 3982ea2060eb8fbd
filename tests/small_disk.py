"""A disk that is soon full: a small file system in memory, which can grow, and what fills it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_PIECE = 4096


@dataclass(frozen=True)
class SmallDisk:
    folder: Path

    def fill(self, leave: int = 0) -> None:
        """Leave not more than so many bytes free."""
        with contextlib.suppress(OSError), (self.folder / "filler").open("ab", buffering=0) as file:
            while self.free() > leave:
                file.write(b"\1" * _PIECE)

    def free(self) -> int:
        told = os.statvfs(self.folder)
        return told.f_bavail * told.f_frsize

    def make_room(self) -> None:
        (self.folder / "filler").unlink()


@contextlib.contextmanager
def mounted(folder: Path, size: str) -> Iterator[SmallDisk]:
    """A disk of `size`, as `mount` writes it, at `folder`; where none can be mounted, a test is skipped."""
    if os.geteuid() != 0:
        pytest.skip("only the superuser may mount a small disk")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
