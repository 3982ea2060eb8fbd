"""The writer's lock: one process at a time changes a library; the system frees the lock however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from index.errors import Busy
from index.schema import explained

FILE = "writer.lock"

_PAUSE = 0.05
"""Seconds between two tries."""


@contextlib.contextmanager
def writer_lock(home: Path, wait: float = 0) -> Iterator[None]:
    """Hold the lock of the library in `home`, trying for `wait` seconds.

    Raises:
        Busy: another process, or another part of this one, holds it; the message names the process.
        LibraryError: the folder cannot be written.
    """
    path = home / FILE
    with explained(path):
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _lock(descriptor, home, time.monotonic() + wait)
        with explained(path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        # The file stays: removing it would let two writers hold locks on two files of one name.
        os.close(descriptor)


def _lock(descriptor: int, home: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace") or "unknown"
                raise Busy(
                    f"process {holder} is writing to {home}; wait until it is done, then try again"
                ) from None
            time.sleep(_PAUSE)
        else:
            return
