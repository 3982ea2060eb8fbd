"""Killed at random moments, with bits flipped or without room, a library loses nothing and never lies.

`python tests/crashing.py 200` and `python tests/flipping.py 600` do the same at length.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import shutil
from multiprocessing.connection import Connection
from pathlib import Path

from crashing import KINDS, change, check, expected_of, kills, prepare, work
from flipping import flips

from index.errors import LibraryError


def test_killed_at_any_moment_of_any_work_nothing_is_lost(tmp_path: Path) -> None:
    caught = kills(24, tmp_path, seed=20250722)
    assert sum(times for about, times in caught.items() if "finished" not in about) >= 12, caught
    assert any("some reported" in about for about in caught)


def test_a_flipped_bit_is_named_or_mended_and_never_answered_from(tmp_path: Path) -> None:
    found = flips(64, tmp_path, seed=20250722)
    # What has a copy in SQLite is found to be damaged and built again, every time.
    assert {about for about in found if "sqlite" not in about} == {
        f"{name}, mended" for name in ("CURRENT", "manifest.json", "arrays", "vectors.faiss")
    }
    assert any(about.startswith("library.sqlite3, named") for about in found), found


def work_without_room(kind: str, base: Path, limit: int, report: Connection) -> None:
    """The work where no file may grow beyond `limit` bytes; how it ended is reported last."""
    # The signal that would end the process is the error that a full disk gives instead.
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        work(kind, base, report)
    except LibraryError as error:
        report.send(f"error: {error}")
    except BaseException as error:
        report.send(f"traceback: {error!r}")
        raise


def test_without_room_at_any_size_it_says_so_and_the_next_run_finishes(tmp_path: Path) -> None:
    chance = random.Random(20250722)
    base = tmp_path / "base"
    base.mkdir()
    prepare(base)
    context = multiprocessing.get_context("forkserver")
    known = {kind: expected_of(kind, base)[0] for kind in KINDS}
    ended = []
    for number in range(12):
        kind = KINDS[number % len(KINDS)]
        place = tmp_path / f"full{number}"
        shutil.copytree(base, place)
        change(kind, place)
        mine, theirs = context.Pipe(duplex=False)
        limit = chance.randrange(1_000, 400_000)
        process = context.Process(target=work_without_room, args=(kind, place, limit, theirs))
        process.start()
        theirs.close()
        told: list[str] = []
        try:
            while True:
                told.append(mine.recv())
        except EOFError:
            process.join()
        last = told[-1]
        assert last == "finished" or ("room" in last and "; " in last), (kind, limit, last)
        ended.append(last)
        reported = [one for one in told if one[0].isdigit()]
        check(kind, place, reported, last == "finished", known[kind])
    assert sum(last != "finished" for last in ended) >= 4, ended
