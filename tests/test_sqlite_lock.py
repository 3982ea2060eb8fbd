"""One writer at a time, and the lock ends with its holder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import Busy, LibraryError
from index.sqlite import writer_lock


def test_a_second_writer_is_told_which_process_writes(tmp_path: Path) -> None:
    message = rf"process {os.getpid()} is writing to .*; wait until it is done, then try again"
    with writer_lock(tmp_path), pytest.raises(Busy, match=message), writer_lock(tmp_path):
        pytest.fail("two writers")


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="interrupted"), writer_lock(tmp_path):
        raise KeyError("interrupted")
    with writer_lock(tmp_path / "new" / "home"), writer_lock(tmp_path):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from index.sqlite import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=f"process {holder.pid} is writing"), writer_lock(tmp_path, wait=0.2):
            pytest.fail("two writers")
        holder.kill()
    with writer_lock(tmp_path):
        pass


def test_a_home_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(LibraryError, match="cannot be written"), writer_lock(tmp_path / "home"):
        pytest.fail("locked a file")
