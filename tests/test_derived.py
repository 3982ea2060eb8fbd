"""What is extracted of an article is stored, completed, checked and removed with it, wherever that is."""

from __future__ import annotations

import ast
import contextlib
import json
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from embedder_double import HashingEmbedder
from postgres_server import Server
from test_library_backends import article, put
from three_articles import write_articles

from index.errors import LibraryError
from index.folder import FolderBackend
from index.library import Library
from index.models import READING, Article, Derived, Extractor, version_of
from index.postgres.store import Database
from index.settings import Settings
from index.sqlite import FILE
from index.store import LibraryBackend
from rag import extractors
from rag.cli import main
from rag.figures import FIGURES, figures_of, stored_figures
from rag.pipeline import load_assistant
from rag.quotes import quotations
from rag.quotes.collection import find_quotations, stored_quotations
from rag.quotes.statements import QUOTES

KINDS = ("folder", "database")
IDS = ["ekspor", "lobster", "wushu"]


@dataclass
class Counting:
    """Extracts the words of an article that begin so, and remembers of which articles it did."""

    letter: str = "M"
    version: str = "1"
    asked: list[str] = field(default_factory=list)
    failing: str = ""

    @property
    def extractor(self) -> Extractor:
        return Extractor("words", self.version, self.extract)

    def extract(self, one: Article) -> list[str]:
        self.asked.append(one.id)
        if one.id == self.failing:
            raise ZeroDivisionError("a fault of the extractor")
        return [word for word in one.text.split() if word.startswith(self.letter)]


SIZES = Extractor("sizes", "1", lambda one: {"characters": len(one.text)})


@pytest.fixture
def words() -> Counting:
    return Counting()


@pytest.fixture(params=KINDS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    store = request.getfixturevalue("database") if request.param == "database" else None
    return Settings(home=tmp_path / "home", store=store)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    opened = Library(settings, HashingEmbedder(64))
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "berita")


@pytest.fixture
def sql(settings: Settings, request: pytest.FixtureRequest) -> Callable[[str], list[tuple[str, ...]]]:
    """Runs a statement in the library, whichever it is, as somebody would who knows nothing of tanya."""

    def run(statement: str) -> list[tuple[str, ...]]:
        if settings.store is None:
            with contextlib.closing(sqlite3.connect(settings.home / FILE)) as db, db:
                return [tuple(map(str, row)) for row in db.execute(statement)]
        server: Server = request.getfixturevalue("server")
        name = settings.store.rpartition("/")[2]
        return [tuple(row) for row in server.sql(f"SET search_path = tanya, public; {statement}", name)]

    return run


def place_of(settings: Settings) -> LibraryBackend:
    return Database(settings.store) if settings.store else FolderBackend(settings.home)


def rows_of(library: Library) -> dict[tuple[str, str], Derived]:
    place = place_of(library.settings)
    rows = {(name, row.kind): row for name, row in place.reading().derived_rows()}
    place.close()
    return rows


def complete(library: Library, paths: Sequence[Path], *extractors: Extractor) -> list[tuple[int, int, str]]:
    """Index with them, completing what is there; what was told of that."""
    told: list[tuple[int, int, str]] = []
    library.add(paths, extractors=extractors, completing=lambda *state: told.append(state))
    return told


def test_what_is_taken_in_has_rows_that_are_read_and_not_extracted_again(
    library: Library, files: Path, words: Counting
) -> None:
    library.add([files], extractors=[words.extractor, SIZES])
    assert sorted(words.asked) == IDS
    articles = library.articles()
    told: list[str] = []
    assert library.derived(words.extractor, articles, lambda *state: told.append(state[2])) == [
        ["MEDAN,"], [], ["Medan."],
    ]  # fmt: skip
    assert library.derived(SIZES, articles[::-1]) == [{"characters": len(one.text)} for one in articles[::-1]]
    assert (sorted(words.asked), told) == (IDS, [])
    assert {key: (row.version, json.loads(row.payload)) for key, row in rows_of(library).items()}[
        "wushu", "words"
    ] == ("1", ["Medan."])
    # Nothing has changed, so that nothing is done again.
    assert complete(library, [files], words.extractor, SIZES) == []
    assert sorted(words.asked) == IDS
    assert library.verify() == []


def test_a_removed_article_leaves_no_row(
    library: Library, files: Path, words: Counting, sql: Callable[[str], list[tuple[str, ...]]]
) -> None:
    library.add([files], extractors=[words.extractor, SIZES])
    library.remove(["wushu"])
    assert rows_of(library).keys() == {(one, kind) for one in IDS[:2] for kind in ("sizes", "words")}
    for name in ("ekspor", "wushu"):
        (files / f"{name}.txt").unlink()
    library.add([files], prune=[files], extractors=[words.extractor, SIZES])
    assert sql("SELECT count(*) FROM derived") == [("2",)]
    library.remove(["lobster"])
    assert sql("SELECT count(*) FROM derived") == [("0",)]


def test_what_a_removed_article_said_is_not_left_on_the_disk(tmp_path: Path) -> None:
    library = Library(Settings(home=tmp_path / "home"), HashingEmbedder(16))
    for name in ("satu", "dua"):
        (tmp_path / f"{name}.txt").write_text(f"Judul\n\nAda Rahasia{name} di sini.\n")
    secret = Extractor("secret", "1", lambda one: [f"Terurai{one.id}"])
    library.add([tmp_path / "satu.txt", tmp_path / "dua.txt"], extractors=[secret])
    library.remove(["satu"])
    library.close()
    raw = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert b"Teruraidua" in raw
    assert b"Teruraisatu" not in raw


def test_a_changed_article_has_new_rows_and_no_other_has(
    library: Library, files: Path, words: Counting
) -> None:
    library.add([files], extractors=[words.extractor])
    words.asked.clear()
    (files / "wushu.txt").write_text("Pelatih Wushu Datang\n\nPelatih wushu tiba di Makassar dan Medan.\n")
    library.add([files], extractors=[words.extractor])
    assert words.asked == ["wushu"]
    assert json.loads(rows_of(library)["wushu", "words"].payload) == ["Makassar", "Medan."]
    # A caller who derives nothing leaves no row of the former text, which would be taken for one of this.
    (files / "wushu.txt").write_text("Pelatih Wushu Datang\n\nPelatih wushu tiba di Manado.\n")
    library.add([files])
    assert ("wushu", "words") not in rows_of(library)
    assert library.derived(words.extractor, [library.article("wushu")]) == [["Manado."]]
    assert complete(library, [files], words.extractor) == [(1, 1, "wushu")]


def test_a_row_is_of_the_article_that_it_was_derived_of_and_of_no_other(
    library: Library, files: Path, words: Counting
) -> None:
    library.add([files], extractors=[words.extractor])
    stored = library.article("wushu")
    former = replace(stored, text="Masih di Manado.", sha256="0" * 64)
    assert library.derived(words.extractor, [former, stored]) == [["Masih", "Manado."], ["Medan."]]
    # What reads days goes by when the article was published.
    assert not rows_of(library)["wushu", "words"].is_of(replace(stored, published=date(2020, 1, 1)))
    assert rows_of(library)["wushu", "words"].is_of(replace(stored, path="elsewhere.txt"))


def test_a_moved_file_keeps_its_rows(library: Library, files: Path, words: Counting) -> None:
    library.add([files], extractors=[words.extractor])
    (files / "arsip").mkdir()
    (files / "wushu.txt").rename(files / "arsip" / "wushu.txt")
    assert complete(library, [files], words.extractor) == []
    assert library.derived(words.extractor, [library.article("wushu")]) == [["Medan."]]
    assert sorted(words.asked) == IDS


def test_an_older_library_is_completed_by_the_next_run_and_tells_how_far_it_is(
    library: Library, files: Path, words: Counting
) -> None:
    library.add([files])
    revision = library.open().description()["revision"]
    assert rows_of(library) == {}
    assert complete(library, [files], words.extractor, SIZES) == [
        (1, 3, "ekspor"), (2, 3, "lobster"), (3, 3, "wushu"),
    ]  # fmt: skip
    assert len(rows_of(library)) == 6
    # Search finds what it found, and no index is built for it.
    assert library.open().description()["revision"] == revision
    assert complete(library, [files], words.extractor, SIZES) == []


def test_without_being_asked_to_complete_it_derives_only_what_is_taken_in(
    library: Library, files: Path, words: Counting, tmp_path: Path
) -> None:
    library.add([files])
    (tmp_path / "baru.txt").write_text("Judul Baru\n\nMulai hari ini.\n")
    library.add([tmp_path / "baru.txt"], extractors=[words.extractor])
    assert rows_of(library).keys() == {("baru", "words")}


def test_completing_goes_on_where_it_was_cut_short(library: Library, files: Path, words: Counting) -> None:
    for number in range(70):
        (files / f"{number:02}.txt").write_text(f"Judul {number}\n\nMulai {number}.\n")
    library.add([files])

    def interrupt(done: int, total: int, name: str) -> None:
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add([files], extractors=[words.extractor], completing=interrupt)
    done = {name for name, _ in rows_of(library)}
    assert 40 <= len(done) < 73
    words.asked.clear()
    told = complete(library, [files], words.extractor)
    assert [name for *_, name in told] == sorted(words.asked)
    assert set(words.asked) | done == {one.id for one in library.articles()}
    assert not set(words.asked) & done


def test_another_version_of_an_extractor_derives_anew_and_nothing_else_is_touched(
    library: Library, files: Path, words: Counting
) -> None:
    library.add([files], extractors=[words.extractor, SIZES])
    newer = Counting(letter="P", version="2")
    # Until then it is extracted as it is needed.
    assert library.derived(newer.extractor, [library.article("lobster")]) == [[]]
    before = rows_of(library)["wushu", "sizes"]
    assert len(complete(library, [], newer.extractor, SIZES)) == 3
    rows = rows_of(library)
    assert json.loads(rows["wushu", "words"].payload) == ["Pelatih", "Pelatih"]
    assert {row.version for (_, kind), row in rows.items() if kind == "words"} == {"2"}
    assert rows["wushu", "sizes"] == before
    # What nobody derives any more goes.
    complete(library, [files], newer.extractor)
    assert {kind for _, kind in rows_of(library)} == {"words"}


def test_an_extractor_that_fails_loses_its_row_and_no_article(
    library: Library, files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = Counting(failing="lobster")
    with caplog.at_level(logging.ERROR, "tanya.index"):
        report = library.add([files], extractors=[words.extractor, SIZES])
    assert report.added == tuple(IDS)
    assert not report.failures
    assert rows_of(library).keys() == {(one, kind) for one in IDS for kind in ("sizes", "words")} - {
        ("lobster", "words")
    }
    [record] = caplog.records
    assert (
        record.getMessage() == "the words of article 'lobster' cannot be extracted; it is stored without them"
    )
    assert record.exc_info
    assert library.verify() == []
    words.failing = ""
    assert complete(library, [files], words.extractor, SIZES) == [(1, 1, "lobster")]
    assert ("lobster", "words") in rows_of(library)


TAMPERED = {
    "its payload": "UPDATE derived SET payload = {other} WHERE kind = 'words' AND article = {wushu}",
    "its article": "UPDATE derived SET article = {ekspor} WHERE kind = 'words' AND article = {wushu}",
    "its version": "UPDATE derived SET version = '0' WHERE kind = 'words' AND article = {wushu}",
    "its kind": "UPDATE derived SET kind = 'sizes' WHERE kind = 'words' AND article = {wushu}",
    "its seal": "UPDATE derived SET seal = '0' WHERE kind = 'words' AND article = {wushu}",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_row_that_was_altered_is_named_never_read_and_mended_by_the_cure(
    library: Library,
    files: Path,
    words: Counting,
    sql: Callable[[str], list[tuple[str, ...]]],
    what: str,
) -> None:
    library.add([files], extractors=[words.extractor])
    rows = rows_of(library)
    library.close()
    numbers = {name: sql(f"SELECT number FROM articles WHERE id = '{name}'")[0][0] for name in IDS}
    if what == "its article":
        sql(f"DELETE FROM derived WHERE article = {numbers['ekspor']}")
    other = "'[\"Manado.\"]'"
    sql(TAMPERED[what].format(other=other, **numbers))
    holder = "ekspor" if what == "its article" else "wushu"
    kind = "sizes" if what == "its kind" else "words"
    assert library.verify() == [
        f"what was extracted of article '{holder}' ({kind}) is altered or of another text; "
        "extract it again with: tanya index"
    ]
    assert library.derived(words.extractor, library.articles()) == [["MEDAN,"], [], ["Medan."]]
    complete(library, [], words.extractor)
    assert library.verify() == []
    assert rows_of(library) == rows


def test_a_row_that_is_no_json_is_named_and_derived_anew(
    library: Library, files: Path, words: Counting
) -> None:
    library.add([files], extractors=[words.extractor])
    one = library.article("wushu")
    broken = Derived.sealed(one, "words", "1", b"[")
    store_row(library, "wushu", broken)
    assert library.verify() == [
        "what was extracted of article 'wushu' (words) cannot be read; extract it again with: tanya index"
    ]
    assert library.derived(words.extractor, [one]) == [["Medan."]]
    complete(library, [], words.extractor)
    assert library.verify() == []


def store_row(library: Library, article_id: str, row: Derived) -> None:
    library.close()
    place = place_of(library.settings)
    with place.writing() as store:
        store.put_derived({(article_id, row.kind): row})
    place.close()


def test_rows_of_no_article_are_found(
    library: Library, files: Path, words: Counting, sql: Callable[[str], list[tuple[str, ...]]]
) -> None:
    library.add([files], extractors=[words.extractor])
    library.close()
    if library.settings.store:
        sql("ALTER TABLE derived DROP CONSTRAINT derived_article_fkey")
    sql("INSERT INTO derived VALUES (9999, 'words', '1', '[]', '0')")
    assert len(library.verify()) == 1
    told = "1 rows are derived of no article" if library.settings.store else "1 rows point at nothing"
    assert told in library.verify()[0]


def test_a_row_is_written_with_its_article_or_not_at_all(settings: Settings) -> None:
    place = place_of(settings)
    with place.writing(create=True) as store:
        one = article("a", "Harga kopi naik.")
        put(store, one)

        class Broken(Derived):
            """Cannot be written, so that the transaction fails when all else is."""

        with pytest.raises((AttributeError, LibraryError)):
            store.put(
                replace(one, text="Harga teh.", sha256="0"), store.entries()[0], [], {},
                [Broken("words", "1", None, "0")],  # type: ignore[arg-type]
            )  # fmt: skip
    assert [found.text for found in place.reading().articles()] == ["Harga kopi naik."]
    assert list(place.reading().derived_rows()) == []
    place.close()


def test_tables_of_the_version_before_are_brought_up_to_date_and_completed(
    library: Library, files: Path, words: Counting, sql: Callable[[str], list[tuple[str, ...]]]
) -> None:
    library.add([files])
    library.record_gap("Apa?", "id", None)
    before = library.articles()
    library.close()
    if library.settings.store:
        added = ("number", "asked", "history", "state", "changed_at", "changed_by", "answer", "tried")
        former = [f"ALTER TABLE gaps {', '.join(f'DROP COLUMN {name}' for name in added)}"]
        former.append("UPDATE library SET version = 2")
    else:
        former = ["PRAGMA user_version = 4"]
    for statement in ("DROP TABLE derived", *former):
        sql(statement)
    assert library.articles() == before
    assert library.verify() == []
    assert [gap.question for gap in library.gaps()] == ["Apa?"]
    assert library.derived(words.extractor, before) == [["MEDAN,"], [], ["Medan."]]
    assert rows_of(library) == {}
    assert len(complete(library, [files], words.extractor)) == 3
    assert len(rows_of(library)) == 3
    library.remove(["ekspor"])
    assert len(rows_of(library)) == 2


SPOKEN = """Dermaga Bitung Diperpanjang

BITUNG - Kepala Dinas Perhubungan Kota Bitung Ratna Wulandari mengatakan dermaga baru selesai pada 2026.

"Panjangnya 120 meter, biayanya Rp 40 miliar," kata Ratna, Senin (3/2/2025).
"""


@pytest.fixture
def spoken(library: Library, tmp_path: Path) -> Library:
    """One article of two quotations and two figures, taken in with the product's extractors."""
    (tmp_path / "dermaga.txt").write_text(SPOKEN)
    library.add([tmp_path / "dermaga.txt"], extractors=extractors())
    return library


def test_stored_quotations_and_figures_are_those_that_are_extracted(spoken: Library) -> None:
    articles = spoken.articles()
    assert {kind for _, kind in rows_of(spoken)} == {"quotes", "figures"}
    extracted = quotations(articles)
    assert [one.text for one in extracted if one.quote.direct] == [
        "Panjangnya 120 meter, biayanya Rp 40 miliar,"
    ]
    assert stored_quotations(spoken) == stored_quotations(spoken, articles) == extracted
    figures = [(one, figure) for one in articles for figure in figures_of(one)]
    assert {figure.written for _, figure in figures} >= {"120 meter", "Rp 40 miliar"}
    assert stored_figures(spoken) == stored_figures(spoken, articles) == figures
    assert (stored_quotations(spoken, []), stored_figures(spoken, [])) == ([], [])


def test_what_is_stored_is_what_is_shown(spoken: Library) -> None:
    # Other quotations than the article's, with a right seal: whoever shows them has read the row.
    one = spoken.article("dermaga")
    at = one.text.index("dermaga baru")

    def write(extractor: Extractor, value: Any) -> None:
        payload = json.dumps(value).encode()
        seal = Derived.sealed(one, extractor.kind, extractor.version, payload).seal
        store_row(spoken, "dermaga", Derived(extractor.kind, extractor.version, payload, seal))

    write(QUOTES, [[at, at + 12, 0, "Ratna Wulandari", None]])
    write(FIGURES, [])
    assert [one.text for one in find_quotations(spoken, speaker="Ratna")] == ["dermaga baru"]
    assert stored_figures(spoken) == []
    # The function that is given articles alone reads them.
    assert len(quotations([one])) == 2


@pytest.fixture
def older(seeds: Settings, tmp_path: Path) -> Settings:
    """A library of the seeds that was indexed when nothing was derived of articles; the test's own."""
    shutil.copytree(seeds.home, tmp_path / "older")
    with contextlib.closing(sqlite3.connect(tmp_path / "older" / FILE)) as db:
        assert db.execute("SELECT count(*) FROM derived").fetchone() == (0,)
    return replace(seeds, home=tmp_path / "older")


@pytest.mark.model
def test_the_command_completes_an_older_library_and_prints_what_it_printed(
    older: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(older.home)
    assert main(["--home", home, "quotes", "--json"]) == 0
    assert main(["--home", home, "figures", "--json"]) == 0
    extracted = capsys.readouterr().out
    assert main(["--home", home, "index", str(ROOT / "seeds")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("0 added, 0 updated, 2 unchanged, 0 removed; 0 passages in ")
    assert rows_of(Library(older)).keys() == {
        (one, kind) for one in ("sulut-jepang", "sumut-enam-negara") for kind in ("quotes", "figures")
    }
    assert main(["--home", home, "quotes", "--json"]) == 0
    assert main(["--home", home, "figures", "--json"]) == 0
    assert capsys.readouterr().out == extracted
    assert main(["--home", home, "verify"]) == 0


@pytest.mark.model
def test_a_turn_that_asks_for_quotations_is_answered_from_what_is_stored(older: Settings) -> None:
    library = Library(older)
    one = library.article("sumut-enam-negara")
    start = one.text.index("Sepanjang Januari")
    payload = json.dumps([[start, start + 26, 1, "Togap Simangunsong", None]]).encode()
    seal = Derived.sealed(one, QUOTES.kind, QUOTES.version, payload).seal
    store_row(library, one.id, Derived(QUOTES.kind, QUOTES.version, payload, seal))
    answer = load_assistant(library).ask("Kutip pernyataan Togap")
    assert [claim.text for claim in answer.claims] == [
        f"“{one.text[start : start + 26]}” — Togap Simangunsong"
    ]


def imported(path: Path) -> set[Path]:
    """The project's modules that a module imports, also within its functions, but not for its types alone."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in {"index", "rag", "ui"}:
            place = ROOT.joinpath(*str(node.module).split("."))
            found |= {place / "__init__.py"} if place.is_dir() else {place.with_suffix(".py")}
    return found


@pytest.mark.parametrize("module", ["rag/quotes/statements.py", "rag/figures.py"])
def test_every_module_that_extraction_depends_on_is_in_its_version(module: str) -> None:
    from rag.lang import LANGUAGE_FILES

    own = {ROOT / module, ROOT / "rag/quotes/speakers.py", ROOT / "rag/weights.py"}
    known = {*own, *READING, *LANGUAGE_FILES}
    values = {
        "index/__init__.py",
        "index/errors.py",
        "index/models.py",
        "index/settings.py",
    }
    # These hold what is passed around, and read no text.
    passed = {ROOT / name for name in values}
    reached, new = set(), {ROOT / module}
    while new:
        reached |= new
        new = {one for path in new - passed for one in imported(path)} - reached
    assert reached - passed <= known
    assert {path.name for path in (ROOT / "index" / "data").glob("*.toml")} <= {path.name for path in known}


def test_a_version_changes_with_each_file_that_it_is_made_of(tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.toml"
    first.write_text("1")
    second.write_text("1")
    before = version_of(first, second)
    version_of.cache_clear()
    assert version_of(first, second) == before
    second.write_text("2")
    version_of.cache_clear()
    assert version_of(first, second) != before
