"""A home goes on answering while it changes, and notices what is altered under it."""

import threading
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder

from index.errors import Damaged
from index.library import Library
from index.settings import Settings


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("kopi", "teh", "karet"):
        (folder / f"{name}.txt").write_text(f"Ekspor {name}\n\nNilai ekspor {name} naik.\n")
    return folder


@pytest.fixture
def library(tmp_path: Path, files: Path) -> Library:
    made = Library(Settings(home=tmp_path / "home"), HashingEmbedder(16))
    made.add([files])
    return made


def current(library: Library) -> Path:
    generations = library.settings.home / "generations"
    return generations / (generations / "CURRENT").read_text().strip()


def flip(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))


def test_a_file_that_is_altered_while_it_is_open_is_noticed_and_healed(library: Library) -> None:
    library.open()
    before = current(library)
    for path in sorted(path for path in before.rglob("*") if path.parent != before):
        before = current(library)
        flip(before / path.relative_to(path.parents[1]))
        assert [library.open().passage(row).text for row, _ in library.open().lexical("teh", 1)]
        assert current(library) != before
        assert library.verify() == []


def test_who_still_asks_the_generation_before_finds_its_texts(library: Library, files: Path) -> None:
    generation = library.open()
    (files / "teh.txt").write_text("Ekspor teh\n\nNilai ekspor teh turun.\n")
    library.add([files])
    [(row, _)] = generation.lexical("teh", 1)
    assert "naik" in generation.passage(row).article.text
    [(row, _)] = library.open().lexical("teh", 1)
    assert "turun" in library.open().passage(row).article.text
    assert library.verify() == []


def test_a_former_text_goes_when_nobody_shows_it_any_more(library: Library, files: Path) -> None:
    for word in ("turun", "tetap", "anjlok"):
        (files / "teh.txt").write_text(f"Ekspor teh\n\nNilai ekspor teh {word}.\n")
        library.add([files])
    library.close()
    written = (library.settings.home / "library.sqlite3").read_bytes()
    assert b"teh tetap" in written
    assert b"teh turun" not in written


def test_a_withdrawn_text_is_not_shown_even_by_a_generation_that_is_still_open(library: Library) -> None:
    reader = Library(library.settings, library.embedder)
    generation = reader.open()
    [(row, _)] = generation.lexical("teh", 1)
    library.remove(["teh"])
    with pytest.raises(Damaged, match="the text of article 'teh' is missing; rebuild the index with"):
        generation.passage(row)
    assert reader.open().lexical("teh", 1) == []


def test_a_reader_of_the_same_process_does_not_wait_for_a_build(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import index.snapshot

    library.open()
    building, go_on = threading.Event(), threading.Event()
    real = index.snapshot.write_generation

    def slow(*values: object, **named: object) -> None:
        building.set()
        assert go_on.wait(20)
        real(*values, **named)

    monkeypatch.setattr(index.snapshot, "write_generation", slow)
    (files / "lada.txt").write_text("Ekspor lada\n\nNilai ekspor lada naik.\n")
    writer = threading.Thread(target=lambda: library.add([files]))
    writer.start()
    try:
        assert building.wait(20)
        [(row, _)] = library.open().lexical("teh", 1)
        assert library.open().passage(row).article_id == "teh"
        assert library.open().lexical("lada", 1) == []
    finally:
        go_on.set()
        writer.join()
    assert len(library.open().lexical("lada", 1)) == 1


def test_an_article_more_leaves_the_files_of_a_large_library_as_they_are(
    library: Library, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.snapshot.GROWTH", 0)
    before = {path.stat().st_ino for path in current(library).rglob("vectors.faiss")}
    (files / "lada.txt").write_text("Ekspor lada\n\nNilai ekspor lada naik.\n")
    library.add([files])
    after = {path.stat().st_ino for path in current(library).rglob("vectors.faiss")}
    assert before < after
    library.add([])
    assert len(list(current(library).rglob("vectors.faiss"))) == 1
    assert library.verify() == []
