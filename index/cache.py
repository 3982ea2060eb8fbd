"""A cache entry: a folder that is built once, whole or not at all, and checked against its manifest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import ModelError

MANIFEST = "manifest.json"


def build_once(entry: Path, build: Callable[[Path], None], *files: str) -> Path:
    """Return `entry`, building it first where it is missing, incomplete or damaged.

    Processes that ask at the same time wait for the one that builds. The build goes on in a temporary sibling
    that is renamed when its manifest is written, so a killed build leaves nothing that could be taken for an
    entry.

    Args:
        entry: The folder; its parent is created.
        build: Fills the empty folder that it is given.
        files: The files whose checksums are compared; all where none is named.

    Raises:
        ModelError: the cache cannot be written.
    """
    if not damage(entry, *files):
        return entry
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        with _lock(entry.with_name(entry.name + ".lock")):
            if damage(entry, *files):
                _build(entry, build)
    except OSError as error:
        raise ModelError(
            f"the model cache {entry.parent} cannot be written ({error.strerror or error}); "
            "make 1 GB of room there, or set TANYA_CACHE to another folder"
        ) from error
    return entry


def damage(entry: Path, *files: str) -> list[str]:
    """List the files of an entry (or only those named) that are missing or whose checksum is off."""
    try:
        manifest = json.loads((entry / MANIFEST).read_text(encoding="utf-8"))
        sizes = {name: known["bytes"] for name, known in manifest.items()}
        digests = {name: known["sha256"] for name, known in manifest.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return [MANIFEST]
    return [
        name for name in files or manifest if not _is_sound(entry / name, sizes.get(name), digests.get(name))
    ]


def _is_sound(path: Path, size: int | None, digest: str | None) -> bool:
    try:
        # The size first, as it costs nothing.
        return path.stat().st_size == size and sha256(path) == digest
    except OSError:
        return False


def sha256(path: Path) -> str:
    """Return a file's SHA-256 as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def discard(entry: Path) -> None:
    """Remove an entry, its manifest first, so that a removal cut short leaves an incomplete entry."""
    with contextlib.suppress(FileNotFoundError):
        (entry / MANIFEST).unlink()
    shutil.rmtree(entry, ignore_errors=True)


def _build(entry: Path, build: Callable[[Path], None]) -> None:
    prefix = f"{entry.name}.partial-"
    for abandoned in entry.parent.glob(f"{prefix}*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=prefix, dir=entry.parent))
    try:
        build(partial)
        files = sorted(path for path in partial.rglob("*") if path.is_file())
        manifest = {
            path.relative_to(partial).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in files
        }
        with (partial / MANIFEST).open("w", encoding="utf-8") as file:
            json.dump(manifest, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        discard(entry)
        # A cache may be shared, and temporary files are made for their owner alone.
        for path, mode in [(partial, 0o755), *((file, 0o644) for file in files)]:
            path.chmod(mode)
        partial.rename(entry)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, which the system releases when the process ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # Windows, where no wheel carries the weights
        yield
        return
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
