"""Killed, cut short of disk or run twice, the library loses nothing that was reported and is whole again."""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder

from index.ingest import WINDOW
from index.library import Library
from index.settings import Settings

ARTICLES = 64

# Indexes a folder with a model that takes its time, and prints number and name of every file as it is done.
WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, "tests")
from embedder_double import HashingEmbedder
from index.errors import TanyaError
from index.library import Library
from index.settings import Settings

class Slow(HashingEmbedder):
    def encode(self, texts, kind):
        time.sleep(float(sys.argv[3]))
        return super().encode(texts, kind)

def tell(done, total, name):
    print(done, name, flush=True)

try:
    Library(Settings(home=Path(sys.argv[1])), Slow(32)).add([Path(sys.argv[2])], progress=tell)
    print("finished", flush=True)
except TanyaError as error:
    print(type(error).__name__, error, flush=True)
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "berita"
    folder.mkdir()
    for number in range(ARTICLES):
        body = "\n\n".join(
            f"Paragraf {part} dari berita {number}. " + f"Kata{part} " * 60 for part in range(6)
        )
        (folder / f"{number:03}.txt").write_text(f"Judul {number}\n\nKunci{number} ada di sini.\n\n{body}\n")
    return folder


def write(home: Path, files: Path, pause: float = 0.002, **options) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, home, files, str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)


def finish(home: Path, files: Path) -> None:
    """Index once more, here, and check that all is there, each article once."""
    library = Library(Settings(home=home), HashingEmbedder(32))
    report = library.add([files])
    assert report.failures == ()
    assert len(report.added) + len(report.unchanged) == ARTICLES
    assert library.verify() == []
    generation = library.open()
    assert generation.count() == ARTICLES
    for number in range(ARTICLES):
        [(row, _), *_] = generation.lexical(f"kunci{number}", 1)
        assert generation.passage(row).article_id == f"{number:03}"
    library.close()


def test_killed_at_any_moment_nothing_is_lost_and_the_next_run_finishes(tmp_path: Path, files: Path) -> None:
    seed = 20250722
    chance = random.Random(seed)
    caught = 0
    for moment in range(5):
        home = tmp_path / f"home{moment}"
        with write(home, files) as writer:
            assert writer.stdout is not None
            # Some are killed before the first article is done, some while the index is being built.
            awaited = chance.choice([0, 1, 20, 45, ARTICLES])
            reported = [writer.stdout.readline().split()[-1] for _ in range(awaited)]
            time.sleep(chance.random() * 0.05)
            writer.kill()
            rest = writer.stdout.read()
        caught += "finished" not in rest
        if (home / "library.sqlite3").exists() and reported:
            library = Library(Settings(home=home), HashingEmbedder(32))
            assert library.verify() == []
            assert set(reported) <= {one.id for one in library.articles()}
            assert library.open().count() == len(library.articles())
            library.close()
        finish(home, files)
    assert caught >= 3, "the kills came too late to prove anything"


# Indexes a folder, and prints a line when a batch of texts is about to be embedded, and of which number.
EMBEDDING = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from embedder_double import HashingEmbedder
from index.library import Library
from index.settings import Settings

class Telling(HashingEmbedder):
    def encode(self, texts, kind):
        print(*sorted(text.split()[-1] for text in texts), flush=True)
        return super().encode(texts, kind)

Library(Settings(home=Path(sys.argv[1]), passage_tokens=20), Telling(32)).add([Path(sys.argv[2])])
"""


def test_of_an_article_that_was_half_embedded_only_the_rest_is_embedded_again(tmp_path: Path) -> None:
    # Paragraphs too long to go two into a passage; the last word tells one from another.
    body = "\n\n".join(f"Paragraf ini berisi {'kata ' * 12}nomor{number}" for number in range(900))
    (tmp_path / "panjang.txt").write_text(f"Judul Panjang\n\n{body}\n")
    command = [sys.executable, "-c", EMBEDDING, tmp_path / "home", tmp_path / "panjang.txt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        begun = [writer.stdout.readline().split() for _ in range(6)]
        writer.kill()
    # When a batch is begun, the one before has its vectors and those before that are kept.
    kept = {word for batch in begun[:-2] for word in batch}
    assert len(kept) == 4 * WINDOW
    embedder = HashingEmbedder(32)
    library = Library(Settings(home=tmp_path / "home", passage_tokens=20), embedder)
    assert library.add([tmp_path / "panjang.txt"]).passages > 900
    again = {text.split()[-1] for text in embedder.calls}
    assert not again & kept
    assert 0 < len(again) <= 901 - len(kept)
    assert library.verify() == []


def test_killed_again_and_again_it_still_comes_to_an_end(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "home"
    for _ in range(3):
        with write(home, files) as writer:
            assert writer.stdout is not None
            while "0" <= writer.stdout.readline()[:1] <= "9":
                if random.random() < 0.05:
                    break
            writer.kill()
    finish(home, files)


def test_a_full_disk_is_reported_with_the_cure_and_the_next_run_finishes(tmp_path: Path, files: Path) -> None:
    for limit in (150_000, 400_000):
        home = tmp_path / f"home{limit}"

        def no_larger_files(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        with write(home, files, pause=0, preexec_fn=no_larger_files) as writer:
            assert writer.stdout is not None
            *told, last = writer.stdout.read().splitlines()
        assert last.startswith("LibraryError "), last
        assert "make room" in last or "room on its disk" in last
        reported = {line.split()[-1] for line in told}
        library = Library(Settings(home=home), HashingEmbedder(32))
        assert reported <= {one.id for one in library.articles()}
        assert library.verify() == []
        library.close()
        finish(home, files)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may mount a small disk")
def test_a_disk_that_is_really_full_is_reported_and_the_next_run_finishes(
    tmp_path: Path, files: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        with write(disk / "home", files, pause=0) as writer:
            assert writer.stdout is not None
            last = writer.stdout.read().splitlines()[-1]
        assert last.startswith("LibraryError "), last
        assert "room" in last
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        finish(disk / "home", files)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_of_two_writers_one_is_told_who_the_other_is(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "home"
    with write(home, files, pause=0.05) as first:
        assert first.stdout is not None
        assert first.stdout.readline().startswith("1 ")
        with write(home, files) as second:
            assert second.stdout is not None
            assert second.stdout.read().startswith(
                f"Busy process {first.pid} is writing to {home}; wait until"
            )
        assert first.stdout.read().splitlines()[-1] == "finished"
    finish(home, files)


def test_a_reader_in_another_process_answers_all_the_while(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "home"
    finish(home, files)
    reader = Library(Settings(home=home), HashingEmbedder(32))
    for path in files.iterdir():
        path.write_text(path.read_text().replace("Paragraf", "Bagian"))
    asked = 0
    with write(home, files, pause=0.01) as writer:
        while writer.poll() is None:
            generation = reader.open()
            [(row, _)] = generation.lexical("kunci7", 1)
            assert generation.passage(row).article_id == "007"
            assert generation.count() == ARTICLES
            asked += 1
    assert asked > 10
    generation = reader.open()
    assert generation.lexical("paragraf", 1) == []
    assert generation.lexical("bagian", 1) != []


def test_readers_that_come_at_once_after_a_loss_heal_it_together(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "home"
    finish(home, files)
    shutil.rmtree(home / "generations")
    script = (
        "import sys; sys.path.insert(0, 'tests'); from pathlib import Path\n"
        "from embedder_double import HashingEmbedder\n"
        "from index.library import Library; from index.settings import Settings\n"
        "print(Library(Settings(home=Path(sys.argv[1])), HashingEmbedder(32)).open().count())"
    )
    readers = [
        subprocess.Popen([sys.executable, "-c", script, home], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [reader.communicate()[0] for reader in readers] == [f"{ARTICLES}\n"] * 3
    finish(home, files)
