"""The library keeps what was reported, skips what it knows, heals what is derived, and forgets on demand."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from embedder_double import HashingEmbedder
from three_articles import BODY, found, write_articles

from index.errors import ArticleError, Busy, Damaged, NoIndex
from index.ingest import WINDOW
from index.library import TRANSLATIONS, Library
from index.settings import Settings
from index.snapshot import SnapshotFolder
from index.sqlite import writer_lock


class Batches(HashingEmbedder):
    """The double, keeping the length of every batch."""

    def __init__(self) -> None:
        super().__init__(32)
        self.batches: list[int] = []

    def encode(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> np.ndarray:
        self.batches.append(len(texts))
        return super().encode(texts, kind)


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder(64)


@pytest.fixture
def library(tmp_path: Path, embedder: HashingEmbedder) -> Library:
    return Library(Settings(home=tmp_path / "home"), embedder)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "berita")


def test_texts_are_embedded_many_at_a_time_across_articles(tmp_path: Path) -> None:
    for number in range(WINDOW):
        (tmp_path / f"{number:02}.txt").write_text(f"Judul {number}\n\nIsi berita {number} habis.\n")
    batches = Batches()
    library = Library(Settings(home=tmp_path / "home"), batches)
    assert library.add([tmp_path]).passages == 2 * WINDOW
    assert batches.batches == [WINDOW] * 2


def test_progress_counts_every_file_in_order(library: Library, files: Path) -> None:
    told: list[tuple[int, int, str]] = []
    library.add([files, files / "missing.txt"], progress=lambda *one: told.append(one))
    assert [done for done, _, _ in told] == [1, 2, 3, 4]
    assert {total for _, total, _ in told} == {4}
    assert [name for _, _, name in told] == ["missing.txt", "ekspor", "lobster", "wushu"]


def test_a_bad_file_among_good_ones_is_named_and_the_rest_is_added(library: Library, files: Path) -> None:
    (files / "binary.txt").write_bytes(b"\x00\x01\x02")
    (files / "empty.txt").write_bytes(b"")
    report = library.add([files])
    assert report.added == ("ekspor", "lobster", "wushu")
    assert [(Path(path).name, message.split(": ", 1)[-1]) for path, message in report.failures] == [
        ("binary.txt", "it is binary, not text; save the article as plain text in UTF-8"),
        ("empty.txt", f"{files / 'empty.txt'} is empty; write the article into it or remove it"),
    ]
    assert library.verify() == []


def test_an_article_whose_file_became_unreadable_stays_as_it_was(library: Library, files: Path) -> None:
    library.add([files])
    (files / "wushu.txt").write_bytes(b"\x00")
    report = library.add([files])
    assert [Path(path).name for path, _ in report.failures] == ["wushu.txt"]
    assert found(library, "wushu Guangdong") == ["wushu", "wushu"]


def test_a_file_that_is_gone_stays_until_it_is_removed(library: Library, files: Path) -> None:
    library.add([files])
    (files / "wushu.txt").unlink()
    assert library.add([files]).removed == ()
    assert library.article("wushu").title == "Pelatih Wushu Datang"


def test_a_dry_run_reports_and_writes_nothing(library: Library, files: Path) -> None:
    (files / "empty.txt").touch()
    report = library.add([files], dry_run=True)
    assert report.added == ("ekspor", "lobster", "wushu")
    assert len(report.failures) == 1
    assert not library.settings.home.exists()
    library.add([files])
    (files / "wushu.txt").write_text("Pelatih Wushu Pulang")
    again = Library(replace(library.settings, embedder="missing")).add([files], dry_run=True)
    assert (again.added, again.updated, again.unchanged) == ((), ("wushu",), ("ekspor", "lobster"))
    assert library.article("wushu").title == "Pelatih Wushu Datang"


def test_two_files_of_one_name_are_two_articles(library: Library, tmp_path: Path) -> None:
    for folder in ("2024", "2025", "x/2025"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "rapat.txt").write_text(f"Rapat {folder}\n\nRapat digelar di {folder}.")
    added = library.add([tmp_path / "2024", tmp_path / "2025", tmp_path / "x"]).added
    assert added[:2] == ("rapat", "rapat-2025")
    assert len(set(added)) == 3
    assert added[2].startswith("rapat-")
    again = library.add([tmp_path / "2025", tmp_path / "x", tmp_path / "2024"])
    assert (again.added, sorted(again.unchanged)) == ((), sorted(added))


def test_a_file_that_moves_while_its_article_is_chunked_anew_is_found_where_it_is(
    library: Library, files: Path
) -> None:
    library.add([files])
    (files / "arsip").mkdir()
    (files / "wushu.txt").rename(files / "arsip" / "wushu.txt")
    finer = Library(replace(library.settings, passage_tokens=60), library.embedder)
    assert finer.add([files]).moved == ("wushu",)
    (files / "arsip" / "wushu.txt").write_text("Pelatih Wushu Pulang")
    report = finer.add([files])
    assert (report.added, report.updated) == ((), ("wushu",))


def test_a_copy_beside_its_original_is_no_second_article(library: Library, files: Path) -> None:
    library.add([files])
    (files / "salinan").mkdir()
    (files / "salinan" / "wushu.txt").write_bytes((files / "wushu.txt").read_bytes())
    assert library.add([files]).unchanged == ("ekspor", "lobster", "wushu")
    assert library.article("wushu").path == str(files / "wushu.txt")


def test_nothing_of_a_removed_article_stays_on_the_disk(library: Library, files: Path) -> None:
    library.add([files])
    library.open()
    library.remove(["lobster"])
    library.open()
    library.close()
    written = b"".join(path.read_bytes() for path in library.settings.home.rglob("*") if path.is_file())
    assert b"wushu" in written
    assert b"obster" not in written


@pytest.mark.parametrize("action", ["open", "articles", "verify", "gaps"])
def test_before_the_first_article_there_is_no_index(library: Library, action: str) -> None:
    with pytest.raises(NoIndex, match=r"no index at .*home; build one with: tanya index seeds/"):
        getattr(library, action)()
    assert not library.settings.home.exists()


def test_no_model_is_loaded_to_say_that_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="no index at"):
        Library(Settings(home=tmp_path, embedder="missing")).open()


def test_another_length_of_passages_does_every_article_again(library: Library, files: Path) -> None:
    library.add([files])
    shorter = Library(replace(library.settings, passage_tokens=12), library.embedder)
    report = shorter.add([files])
    assert (report.updated, report.unchanged) == (("ekspor", "lobster", "wushu"), ())
    assert len(shorter.open()) > 5
    assert shorter.verify() == []


def test_a_reader_answers_while_a_writer_rebuilds(library: Library, files: Path) -> None:
    library.add([files])
    answers: list[list[str]] = []
    reader = Library(library.settings, HashingEmbedder(64))

    def ask(done: int, total: int, name: str) -> None:
        # The writer holds its lock, and the store is ahead of the index that is being read.
        answers.append(found(reader, "lobster Jepang"))

    for name in ("ekspor.txt", "wushu.txt"):
        (files / name).write_text(f"Judul lain\n\n{BODY}")
    library.add([files], progress=ask)
    assert answers == [["lobster", "lobster"]] * 3
    assert reader.open().manifest.revision == library.open().manifest.revision


def test_what_a_reader_opened_does_not_change_under_it(library: Library, files: Path) -> None:
    library.add([files])
    generation = library.open()
    rows = [generation.passage(row) for row in range(len(generation))]
    library.remove(["lobster"])
    (files / "wushu.txt").write_text("Pelatih Wushu Pulang")
    library.add([files / "wushu.txt"])
    assert [generation.passage(row) for row in range(len(generation))] == rows
    assert generation.passage(generation.lexical("lobster", 1)[0][0]).article_id == "lobster"


def derived(home: Path) -> list[Path]:
    """Every file that is built from the store."""
    return sorted(path for path in (home / "generations").rglob("*") if path.is_file())


def test_every_damaged_file_of_the_index_is_reported_and_healed(library: Library, files: Path) -> None:
    library.add([files])
    home = library.settings.home
    library.close()
    for name in [
        path.relative_to(SnapshotFolder(home).current() or home)
        for path in derived(home)
        if path.name != "CURRENT"
    ]:
        path = (SnapshotFolder(home).current() or home) / name
        raw = path.read_bytes()
        path.write_bytes(raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 1]) + raw[len(raw) // 2 + 1 :])
        fresh = Library(library.settings, library.embedder)
        problems = fresh.verify()
        assert problems, path
        assert all(problem.endswith("tanya index") for problem in problems)
        assert found(fresh, "lobster Jepang") == ["lobster", "lobster"]
        assert fresh.verify() == []
        fresh.close()


@pytest.mark.parametrize("written", [b"", b"nonsense\n", b"g000099\n"])
def test_a_damaged_current_is_reported_and_healed(library: Library, files: Path, written: bytes) -> None:
    library.add([files])
    library.close()
    (library.settings.home / "generations" / "CURRENT").write_bytes(written)
    assert library.verify()[0].endswith("tanya index")
    assert found(library, "lobster Jepang") == ["lobster", "lobster"]
    assert library.verify() == []


def test_healing_embeds_nothing(library: Library, files: Path, embedder: HashingEmbedder) -> None:
    library.add([files])
    embedded = len(embedder.calls)
    library.close()
    for path in derived(library.settings.home):
        path.unlink()
    assert len(library.open()) == 5
    assert len(embedder.calls) == embedded


def test_without_a_whole_generation_a_reader_waits_for_the_writer_or_says_so(
    library: Library, files: Path
) -> None:
    library.add([files])
    library.close()
    (library.settings.home / "generations" / "CURRENT").unlink()
    impatient = Library(library.settings, library.embedder, patience=0.2)
    with writer_lock(library.settings.home), pytest.raises(Busy, match="is writing to"):
        impatient.open()
    assert len(library.open()) == 5


def test_a_home_that_was_made_anew_is_opened_anew(library: Library, files: Path) -> None:
    import shutil

    library.add([files])
    library.open()
    shutil.rmtree(library.settings.home)
    with pytest.raises(NoIndex, match="no index at"):
        library.open()
    library.add([files / "wushu.txt"])
    assert [one.id for one in library.articles()] == ["wushu"]
    assert found(library, "wushu Guangdong") == ["wushu", "wushu"]


def test_a_damaged_store_is_reported_with_the_cure(library: Library, files: Path) -> None:
    library.add([files])
    library.close()
    path = library.settings.home / "library.sqlite3"
    path.write_bytes(b"no database at all" * 1000)
    [problem] = library.verify()
    assert problem.endswith("move it away, then build it again with: tanya index PATH")
    with pytest.raises(Damaged, match="move it away"):
        library.open()


def test_a_name_that_is_no_text_is_a_failure_of_its_own(library: Library, files: Path) -> None:
    import os

    Path(os.fsdecode(bytes(files) + b"/a\xff.txt")).write_text("Isi berita.")
    report = library.add([files])
    assert len(report.added) == 3
    assert "rename the file" in report.failures[0][1]
    report.failures[0][1].encode()


def test_article_errors_are_never_raised_by_add(library: Library, tmp_path: Path) -> None:
    try:
        report = library.add([tmp_path / "missing"])
    except ArticleError:
        pytest.fail("raised instead of reported")
    assert "does not exist; check the path" in report.failures[0][1]


def test_what_was_made_of_an_article_goes_with_it(library: Library, files: Path) -> None:
    library.add([files])
    made = library.settings.home / TRANSLATIONS
    lines = [
        json.dumps({"key": "k", "article": name, "text": "Made."}) for name in ("ekspor", "wushu", "lobster")
    ]
    made.write_text("\n".join([*lines, '{"cut off']), encoding="utf-8")
    library.remove(["wushu"])
    assert [line for line in made.read_text(encoding="utf-8").splitlines() if "wushu" in line] == []
    assert len(made.read_text(encoding="utf-8").splitlines()) == 3
    (files / "lobster.txt").unlink(missing_ok=True)
    for path in files.iterdir():
        if path.stem == "lobster":
            path.unlink()
    library.add([files], prune=[files])
    assert "lobster" not in made.read_text(encoding="utf-8")
