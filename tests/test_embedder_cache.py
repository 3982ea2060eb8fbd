"""A cache entry is built once, whole or not at all, and what is damaged is built again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import ModelError
from index.embedder import MANIFEST, build_once, damage

BUILD = """
import sys, time
from pathlib import Path
from index.embedder import build_once

def build(folder):
    (folder / "a").write_text("whole")
    time.sleep(float(sys.argv[2]))
    with Path(sys.argv[1]).with_name("builds").open("a") as builds:
        builds.write("x")

build_once(Path(sys.argv[1]), build)
"""


def start(entry: Path, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BUILD, str(entry), str(seconds)])


def write(folder: Path) -> None:
    (folder / "a").write_text("whole")
    (folder / "under").mkdir()
    (folder / "under" / "b").write_text("also whole")


def refuse(folder: Path) -> None:
    pytest.fail("built again")


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    return build_once(tmp_path / "cache" / "entry", write)


def test_an_entry_is_built_with_every_file_and_nothing_beside_it(entry: Path):
    assert (entry / "a").read_text() == "whole"
    assert (entry / "under" / "b").read_text() == "also whole"
    assert sorted(path.name for path in entry.parent.iterdir()) == ["entry", "entry.lock"]
    assert damage(entry) == []


def test_a_sound_entry_is_not_built_again(entry: Path):
    assert build_once(entry, refuse) == entry


def test_a_cache_that_cannot_be_written_is_still_read(entry: Path):
    (entry.parent / "entry.lock").unlink()
    entry.parent.chmod(0o500)
    try:
        assert build_once(entry, refuse) == entry
        assert [path.name for path in entry.parent.iterdir()] == ["entry"]
    finally:
        entry.parent.chmod(0o700)


@pytest.mark.parametrize("content", ["who", "wholf", "", "whole and more"])
def test_a_changed_file_is_found_and_built_again(entry: Path, content: str):
    (entry / "a").write_text(content)
    assert damage(entry) == ["a"]
    build_once(entry, write)
    assert (entry / "a").read_text() == "whole"
    assert damage(entry) == []


def test_only_the_named_files_are_compared(entry: Path):
    (entry / "a").write_text("wholf")
    assert damage(entry, "under/b") == []
    assert damage(entry, "a", "under/b") == ["a"]
    assert build_once(entry, refuse, "under/b") == entry


def test_a_file_that_the_manifest_lacks_is_damage(entry: Path):
    assert damage(entry, "c") == ["c"]


def test_a_missing_file_is_found(entry: Path):
    (entry / "under" / "b").unlink()
    assert damage(entry) == ["under/b"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"a": 1}', '{"a": {"bytes": 5}}', "\x00\xff"])
def test_an_entry_with_a_damaged_manifest_is_built_again(entry: Path, content: str | None):
    if content is None:
        (entry / MANIFEST).unlink()
    else:
        (entry / MANIFEST).write_bytes(content.encode("latin-1"))
    assert damage(entry) == [MANIFEST]
    build_once(entry, write)
    assert damage(entry) == []


def test_a_build_that_fails_leaves_nothing(tmp_path: Path):
    def fail(folder: Path) -> None:
        write(folder)
        raise ModelError("the source is damaged")

    with pytest.raises(ModelError, match="the source is damaged"):
        build_once(tmp_path / "entry", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["entry.lock"]


def test_a_full_disk_is_told_with_the_cure(tmp_path: Path):
    def fill(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(
        ModelError, match=r"No space left on device\); make .* of room there, or set TANYA_CACHE"
    ):
        build_once(tmp_path / "entry", fill)


def test_a_cache_below_a_file_is_told_with_the_cure(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="set TANYA_CACHE to another folder"):
        build_once(tmp_path / "file" / "cache" / "entry", write)


def test_processes_at_once_build_one_entry(tmp_path: Path):
    processes = [start(tmp_path / "entry", 0.5) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert (tmp_path / "builds").read_text() == "x"
    assert damage(tmp_path / "entry") == []


def test_a_killed_build_is_neither_used_nor_left_behind(tmp_path: Path):
    entry = tmp_path / "entry"
    process = start(entry, 600)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("entry.partial-*/a")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(60)
    assert not entry.exists()
    assert list(tmp_path.glob("entry.partial-*"))
    build_once(entry, write)
    assert damage(entry) == []
    assert not list(tmp_path.glob("entry.partial-*"))
