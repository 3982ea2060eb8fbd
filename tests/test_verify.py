"""Verification finds each kind of damage and names its cure."""

import sqlite3
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder

from index.library import Library
from index.settings import Settings


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """One article of two passages: the title, and a sentence."""
    (tmp_path / "wushu.txt").write_text("Pelatih Wushu Datang\n\nPelatih wushu dari Guangdong tiba.\n")
    made = Library(Settings(home=tmp_path / "home"), HashingEmbedder(16))
    made.add([tmp_path / "wushu.txt"])
    return made


def change(library: Library, sql: str, *values: object) -> None:
    with sqlite3.connect(library.settings.home / "library.sqlite3") as db:
        db.execute(sql, values)


def forget_seals(library: Library) -> None:
    """As in a library of an earlier version, whose rows say nothing of how they were written."""
    change(library, "UPDATE articles SET seal = NULL")
    change(library, "UPDATE embeddings SET seal = NULL")


def test_a_sound_library_has_no_problems(library: Library) -> None:
    assert library.verify() == []


@pytest.mark.parametrize(
    ("sql", "values", "problem"),
    [
        ("UPDATE texts SET text = replace(text, 'Guangdong', 'Shandong!')", (),
         "the text of article 'wushu' is altered; remove it"),
        ('UPDATE passages SET "end" = 9999 WHERE start > 0', (),
         "passage 22:9999 lies outside article 'wushu'"),
        ('UPDATE passages SET start = 3 WHERE start > 0', (),
         "passage 3:56 lies outside article 'wushu' or over another"),
        ('UPDATE passages SET "end" = "end" - 1 WHERE start > 0', (),
         "passage 22:55 of article 'wushu' was embedded with another"),
        ("UPDATE articles SET title = 'Lain'", (),
         "passage 0:20 of article 'wushu' was embedded with another text"),
        ("DELETE FROM passages", (),
         "article 'wushu' has no passages"),
        ("DELETE FROM embeddings", (),
         "passage 0:20 of article 'wushu' has no vector"),
        ("UPDATE embeddings SET vector = ?", (b"abc",),
         "the vector of passage 0:20 of article 'wushu' is damaged"),
        ("UPDATE embeddings SET vector = ?", (bytes(64),),
         "the vector of passage 0:20 of article 'wushu' is damaged"),
        ("UPDATE embeddings SET vector = ?", (b"\xff" * 64,),
         "the vector of passage 0:20 of article 'wushu' is damaged"),
        ("UPDATE embeddings SET vector = ?", (b"\0\0\x80?" + bytes(60),),
         "the vector of passage 0:20 of article 'wushu' is damaged"),
        ("UPDATE articles SET source = 'Lain'", (),
         "what is stored of article 'wushu' is altered"),
        ("DELETE FROM passages WHERE start > 0", (),
         "what is stored of article 'wushu' is altered"),
    ],
)  # fmt: skip
def test_what_is_altered_in_the_store_is_named_with_the_cure(
    library: Library, sql: str, values: tuple[object, ...], problem: str
) -> None:
    change(library, sql, *values)
    first = library.verify()[0]
    assert first.startswith(problem)
    assert "remove it and index it again: tanya articles remove wushu, then tanya index " in first
    assert len(first.splitlines()) == 1


def test_the_cure_cures(library: Library) -> None:
    path = Path(library.article("wushu").path)
    change(library, "UPDATE embeddings SET vector = ?", bytes(64))
    assert library.verify()
    library.remove(["wushu"])
    library.add([path])
    assert library.verify() == []


@pytest.mark.parametrize(
    ("sql", "values", "problem"),
    [
        ("UPDATE articles SET source = 'Lain'", (),
         "the index has other passages than the store"),
        ("UPDATE embeddings SET vector = ?", (b"\0\0\x80?" + bytes(60),),
         "the index has other vectors than the store"),
        ("DELETE FROM passages WHERE start > 0", (),
         "the index counts 1 articles and 2 passages, the store 1 and 1"),
    ],
)  # fmt: skip
def test_an_index_that_shows_something_else_than_the_store_is_named(
    library: Library, sql: str, values: tuple[object, ...], problem: str
) -> None:
    change(library, sql, *values)
    forget_seals(library)
    assert library.verify() == [f"{problem}; rebuild the index with: tanya index"]


def test_rebuilding_cures_an_index_that_shows_something_else(library: Library) -> None:
    change(library, "UPDATE articles SET source = 'Lain'")
    forget_seals(library)
    assert library.verify()
    library.add([])
    assert library.verify() == []
    assert library.open().passage(0).article.source == "Lain"


def test_rows_that_point_at_nothing_are_reported(library: Library) -> None:
    change(library, "DELETE FROM texts")
    [problem] = library.verify()
    assert "1 rows point at nothing; move it away, then build it again with: tanya index PATH" in problem


def test_an_index_behind_the_store_is_no_problem_since_opening_renews_it(library: Library) -> None:
    change(library, "UPDATE state SET value = value + 1 WHERE name = 'revision'")
    assert library.verify() == []
    assert library.open().manifest.revision == 2


def test_a_missing_index_is_no_problem_since_opening_builds_it(library: Library) -> None:
    library.close()
    (library.settings.home / "generations" / "CURRENT").unlink()
    assert library.verify() == []
    assert len(library.open()) == 2
