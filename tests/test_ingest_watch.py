"""A watched folder is followed: what is whole is taken, what is half-written waits, what is gone is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder

from index.errors import LibraryError
from index.ingest import EMPTY, Report, Watched, follow, stamps
from index.library import Library
from index.settings import Settings
from index.sqlite import writer_lock
from rag.cli import main

PAUSE = 0.02


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "berita"
    folder.mkdir()
    (folder / "lobster.txt").write_text("Lobster Sulut\n\nLobster dikirim ke Jepang tahun ini.\n")
    (folder / "wushu.txt").write_text("Pelatih Wushu\n\nPelatih wushu dari Guangdong tiba di Medan.\n")
    return folder


@pytest.fixture(params=["folder", "database"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    store = request.getfixturevalue("database") if request.param == "database" else None
    opened = Library(Settings(home=tmp_path / "home", store=store), HashingEmbedder(32))
    yield opened
    opened.close()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def following(library: Library, folder: Path, told: list[str]) -> Callable[..., Iterator[Report]]:
    def start(*, prune: bool = False) -> Iterator[Report]:
        def add(ready: Sequence[Path]) -> Report:
            return library.add(ready, prune=[folder] if prune else ())

        return follow([folder], add, told.append, prune=prune, pause=PAUSE)

    return start


def ids(library: Library) -> list[str]:
    return [article.id for article in library.articles()]


def test_what_is_new_changed_moved_and_gone_is_followed(
    library: Library, folder: Path, following: Callable[..., Iterator[Report]], told: list[str]
) -> None:
    reports = following()
    assert next(reports).added == ("lobster", "wushu")
    reader = library.open()
    (folder / "wushu.txt").write_text("Pelatih Wushu\n\nPelatih wushu dari Guangdong pulang.\n")
    assert next(reports).updated == ("wushu",)
    assert reader.lexical("tiba", 1) != [] or library.settings.store
    assert library.open().lexical("pulang", 1) != []
    (folder / "arsip").mkdir()
    (folder / "lobster.txt").rename(folder / "arsip" / "lobster.txt")
    report = next(reports)
    assert (report.moved, report.added, report.removed) == (("lobster",), (), ())
    (folder / "wushu.txt").unlink()
    (folder / "baru.txt").write_text("Kopi Gayo\n\nKopi Gayo dijual ke Eropa.\n")
    assert next(reports).added == ("baru",)
    assert any(
        line.startswith(f"gone: {folder / 'wushu.txt'}") and line.endswith("stays, unless --prune is given")
        for line in told
    )
    assert ids(library) == ["baru", "lobster", "wushu"]
    assert library.verify() == []


def test_where_it_prunes_what_is_gone_is_removed(
    library: Library, folder: Path, following: Callable[..., Iterator[Report]]
) -> None:
    reports = following(prune=True)
    next(reports)
    (folder / "wushu.txt").unlink()
    assert next(reports).removed == ("wushu",)
    assert ids(library) == ["lobster"]
    assert library.open().lexical("Guangdong", 1) == []
    assert library.verify() == []


def test_a_folder_that_cannot_be_seen_loses_nothing(
    library: Library, folder: Path, following: Callable[..., Iterator[Report]], told: list[str]
) -> None:
    reports = following(prune=True)
    next(reports)
    folder.rename(folder.with_name("weg"))
    comes_back = threading.Timer(0.3, lambda: folder.with_name("weg").rename(folder))
    comes_back.start()
    added = threading.Timer(0.5, lambda: (folder / "baru.txt").write_text("Kopi\n\nKopi Gayo laku.\n"))
    added.start()
    report = next(reports)
    assert (report.added, report.removed) == (("baru",), ())
    assert told == [f"{folder} does not exist; check the path"]
    comes_back.join()
    added.join()


def test_a_file_that_is_being_written_is_taken_when_it_is_whole(tmp_path: Path, folder: Path) -> None:
    library = Library(Settings(home=tmp_path / "home"), HashingEmbedder(32))
    reports = follow([folder], library.add, print, pause=0.4)
    next(reports)

    def write() -> None:
        with (folder / "panjang.txt").open("w") as file:
            for number in range(60):
                file.write(f"Kalimat nomor {number} dari berita yang panjang.\n")
                file.flush()
                time.sleep(PAUSE)

    writing = threading.Thread(target=write)
    writing.start()
    assert next(reports).added == ("panjang",)
    writing.join()
    assert library.article("panjang").text.endswith("nomor 59 dari berita yang panjang.\n")


def test_a_bad_file_is_told_once_until_it_changes(
    library: Library, folder: Path, following: Callable[..., Iterator[Report]]
) -> None:
    (folder / "rusak.txt").write_bytes(b"PK\0\0\0")
    reports = following()
    assert [Path(path).name for path, _ in next(reports).failures] == ["rusak.txt"]
    (folder / "baru.txt").write_text("Kopi Gayo\n\nKopi Gayo dijual ke Eropa.\n")
    report = next(reports)
    assert (report.added, report.failures) == (("baru",), ())
    (folder / "rusak.txt").write_text("Sembuh\n\nBerkas ini sudah diperbaiki.\n")
    assert next(reports).added == ("rusak",)


def test_another_writer_is_waited_for(folder: Path, tmp_path: Path) -> None:
    library = Library(Settings(home=tmp_path / "home"), HashingEmbedder(32))
    told: list[str] = []
    busy = writer_lock(tmp_path / "home")
    busy.__enter__()
    threading.Timer(0.3, lambda: busy.__exit__(None, None, None)).start()
    report = next(follow([folder], library.add, told.append, pause=PAUSE))
    assert report.added == ("lobster", "wushu")
    assert len(told) == 1
    assert told[0].startswith(f"waiting: process {os.getpid()} is writing to ")


def test_a_full_disk_is_told_once_and_tried_again(folder: Path) -> None:
    tries: list[int] = []

    def add(ready: Sequence[Path]) -> Report:
        tries.append(len(ready))
        if len(tries) < 4:
            raise LibraryError("the disk is full; make room")
        return Report(added=("a",))

    told: list[str] = []
    assert next(follow([folder], add, told.append, pause=0)).added == ("a",)
    assert (tries, told) == ([2] * 4, ["waiting: the disk is full; make room"])


def test_a_file_is_ready_once_it_is_quiet() -> None:
    watched, a, b = Watched(), Path("a"), Path("b")
    assert watched.look({a: (1, 10, 7)}) == ([], [])
    assert watched.look({a: (2, 20, 7)}) == ([], [])
    assert watched.look({a: (2, 20, 7)}) == ([a], [])
    # Not settled, as where another process was writing: it stays ready.
    assert watched.look({a: (2, 20, 7), b: (1, 0, 8)}) == ([a], [])
    watched.settle([a], [])
    for _ in range(EMPTY - 1):
        assert watched.look({a: (2, 20, 7), b: (1, 0, 8)}) == ([], [])
    assert watched.look({a: (2, 20, 7), b: (1, 0, 8)}) == ([b], [])
    watched.settle([b], [])
    # Another file of the same name, size and time is another file.
    assert watched.look({a: (2, 20, 9)}) == ([], [b])
    assert watched.look({a: (2, 20, 9)}) == ([a], [b])
    watched.settle([a], [b])
    assert watched.look({}) == ([], [a])


def test_paths_that_are_not_there_are_named(tmp_path: Path, folder: Path) -> None:
    found, missing = stamps([folder, tmp_path / "weg"])
    assert sorted(path.name for path in found) == ["lobster.txt", "wushu.txt"]
    assert missing == [f"{tmp_path / 'weg'} does not exist; check the path"]


def test_pruning_is_shown_before_it_is_done(library: Library, folder: Path) -> None:
    lines = [json.dumps({"id": f"r{n}", "title": f"Rilis {n}", "text": f"Isi rilis {n}."}) for n in range(3)]
    (folder / "arsip.jsonl").write_text("\n".join(lines))
    library.add([folder])
    (folder / "wushu.txt").unlink()
    (folder / "arsip.jsonl").write_text("\n".join(lines[:2]))
    shown = library.add([folder], dry_run=True, prune=[folder])
    assert shown.removed == ("r2", "wushu")
    assert library.add([folder]).removed == ()
    assert ids(library) == ["lobster", "r0", "r1", "r2", "wushu"]
    assert library.add([folder], prune=[folder]).removed == ("r2", "wushu")
    assert ids(library) == ["lobster", "r0", "r1"]
    assert library.verify() == []


def test_only_what_is_under_the_named_paths_is_pruned(library: Library, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "berita lain"
    other.mkdir()
    (other / "kopi.txt").write_text("Kopi Gayo\n\nKopi Gayo dijual ke Eropa.\n")
    library.add([folder, other])
    (other / "kopi.txt").unlink()
    assert library.add([folder], prune=[folder]).removed == ()
    # Nothing is left there: more often a drive is away than everything was withdrawn.
    assert library.add([other], prune=[other]).removed == ()
    (folder / "wushu.txt").rename(tmp_path / "wushu.txt")
    assert library.add([folder], prune=[folder]).removed == ("wushu",)


def test_records_stay_where_their_file_was_not_read_whole(library: Library, folder: Path) -> None:
    lines = [json.dumps({"id": f"r{n}", "title": f"Rilis {n}", "text": f"Isi rilis {n}."}) for n in range(3)]
    (folder / "arsip.jsonl").write_text("\n".join(lines))
    library.add([folder])
    (folder / "arsip.jsonl").write_text("\n".join([lines[0], "{not json", lines[1]]))
    report = library.add([folder], prune=[folder])
    assert len(report.failures) == 1
    assert report.removed == ()


@pytest.mark.parametrize("arguments", [["--watch"], ["--prune"], ["--watch", "--dry-run", "x"],
                                       ["--watch", "https://example.org/feed"]])  # fmt: skip
def test_without_a_folder_there_is_nothing_to_watch(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index", *arguments]) == 2
    assert "tanya index --watch --prune berita/" in capsys.readouterr().err


COMMAND = """
import sys
sys.path.insert(0, "tests")
import index.embedder, index.ingest
from embedder_double import HashingEmbedder
from rag.cli import main
index.embedder.load_embedder = lambda settings, held=None: HashingEmbedder(32)
index.ingest.follow.__kwdefaults__["pause"] = 0.05
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_command_follows_until_it_is_ended_and_readers_see_what_it_took(
    folder: Path, tmp_path: Path, sent: signal.Signals
) -> None:
    home = tmp_path / "home"
    arguments = ["--home", home, "index", "--watch", "--prune", folder]
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as watcher:
        assert watcher.stderr is not None
        assert watcher.stderr.readline() == f"tanya: watching {folder}; end it with Ctrl-C\n"
        assert watcher.stderr.readline() == "tanya: added: lobster\n"
        assert watcher.stderr.readline() == "tanya: added: wushu\n"
        # As `tanya serve` does, a reader that was opened before sees what comes.
        reader = Library(Settings(home=home), HashingEmbedder(32))
        assert reader.open().count() == 2
        (folder / "kopi.txt").write_text("Kopi Gayo\n\nKopi Gayo dijual ke Eropa.\n")
        assert watcher.stderr.readline() == "tanya: added: kopi\n"
        assert reader.open().count() == 3
        (folder / "wushu.txt").unlink()
        assert watcher.stderr.readline() == "tanya: removed: wushu\n"
        assert reader.open().lexical("Guangdong", 1) == []
        watcher.send_signal(sent)
        rest = watcher.stderr.read()
    assert (watcher.returncode, rest) == (0, "tanya: stopped; what was reported as done is kept\n")
    assert reader.verify() == []
    reader.close()
