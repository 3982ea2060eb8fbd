"""A library is the same in a folder and in a database: same inputs, same outputs, same errors."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from embedder_double import HashingEmbedder
from three_articles import BODY, Named, found, write_articles

from index.chunking import content_hash, embedded_text
from index.dedup import STEP
from index.errors import Busy, LibraryError, ModelError, NoIndex, WrongModel
from index.folder import FolderBackend
from index.ingest import recipe_of
from index.lexical import words_of
from index.library import Library
from index.models import (
    EVERY,
    Article,
    AskedGap,
    Entry,
    Filter,
    GapAnswer,
    GapState,
    Mention,
    Passage,
    Searchable,
    Selection,
    cleaned,
)
from index.postgres.store import Database
from index.settings import Settings
from index.store import LibraryBackend

KINDS = ("folder", pytest.param("database", marks=pytest.mark.slow))
HOSTILE = (
    "'; DROP SCHEMA tanya CASCADE; --", '"', "\\", "%s $1 {0}", "a\tb\nc", "' OR '1'='1", "\u202e",
    "é\u0301" * 40, "nul\0nul", "half \ud83d of a sign",
)  # fmt: skip


@pytest.fixture(params=KINDS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    store = request.getfixturevalue("database") if request.param == "database" else None
    return Settings(home=tmp_path / "home", store=store)


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder(64)


@pytest.fixture
def library(settings: Settings, embedder: HashingEmbedder) -> Iterator[Library]:
    opened = Library(settings, embedder)
    yield opened
    opened.close()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LibraryBackend]:
    if request.param == "folder":
        opened: LibraryBackend = FolderBackend(tmp_path / "home")
    else:
        opened = Database(request.getfixturevalue("database"))
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "berita")


def test_added_articles_are_found_by_words_and_by_meaning(library: Library, files: Path) -> None:
    report = library.add([files])
    assert report.added == ("ekspor", "lobster", "wushu")
    assert (report.updated, report.unchanged, report.removed, report.failures) == ((), (), (), ())
    assert report.passages == len(library.open()) == 5
    assert report.seconds > 0
    assert found(library, "lobster Jepang") == ["lobster", "lobster"]
    assert [one.id for one in library.articles()] == ["ekspor", "lobster", "wushu"]
    assert library.article("ekspor").source == "Kompas"
    assert library.article("ekspor").published == date(2025, 7, 22)
    about = library.open().description()
    assert (about["embedder"], about["dimension"], about["articles"], about["passages"]) == (
        "hashing-64", 64, 3, 5,
    )  # fmt: skip
    assert about["recipe"] == recipe_of("hashing-64", 160)
    assert library.verify() == []


def test_a_filter_by_article_leaves_its_passages_alone(library: Library, files: Path) -> None:
    library.add([files])
    index = library.open()
    only, both = Filter(articles=("lobster",)), Filter(articles=("wushu", "nowhere", "lobster"))
    assert (index.count(only), index.count(both), index.count(Filter(articles=("nowhere",)))) == (1, 2, 0)
    vector = HashingEmbedder(64).encode(["ekspor lobster Jepang"], "query")[0]
    for ranking in (index.dense(vector, 9, only), index.lexical("ekspor lobster Jepang", 9, only)):
        assert {index.passage(row).article_id for row, _ in ranking} == {"lobster"}
    assert {index.passage(row).article_id for row, _ in index.dense(vector, 9, both)} == {"lobster", "wushu"}


def test_indexing_again_embeds_nothing_and_loads_no_model(
    library: Library, files: Path, embedder: HashingEmbedder
) -> None:
    library.add([files])
    embedded, opened = len(embedder.calls), library.open()
    report = library.add([files])
    assert (report.unchanged, report.added, report.passages) == (("ekspor", "lobster", "wushu"), (), 0)
    assert len(embedder.calls) == embedded
    assert library.open() is opened
    nameless = replace(library.settings, embedder="missing")
    Library(nameless, embedder).add([files])
    assert Library(nameless).add([files]).unchanged == ("ekspor", "lobster", "wushu")


def test_only_the_new_passages_of_a_changed_file_are_embedded(
    library: Library, files: Path, embedder: HashingEmbedder
) -> None:
    library.add([files])
    before = len(embedder.calls)
    (files / "wushu.txt").write_text("Pelatih Wushu Datang\n\nPelatih wushu dari Guangdong pulang.\n")
    assert library.add([files]).updated == ("wushu",)
    assert embedder.calls[before:] == ["Pelatih Wushu Datang\nPelatih wushu dari Guangdong pulang."]
    assert found(library, "Guangdong pulang") == ["wushu", "wushu"]
    assert library.open().lexical("tiba", 5) == []
    assert library.verify() == []


def test_a_vector_that_another_article_of_the_run_just_gave_up_is_not_lost(
    library: Library, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    # The second article takes over a passage of the first, which changes before it in the same run.
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("Judul\n\nKalimat yang pindah rumah.\n")
    library.add([first])
    embedded = len(embedder.calls)
    first.write_text("Judul Baru\n\nKalimat yang lain sama sekali.\n")
    second.write_text("Judul\n\nKalimat yang pindah rumah.\n")
    library.add([first, second])
    assert len(embedder.calls) == embedded + 2
    assert library.verify() == []
    assert found(library, "pindah rumah") == ["b", "b"]


def test_a_removed_article_is_found_nowhere(library: Library, files: Path) -> None:
    library.add([files])
    assert library.remove(["lobster"]).removed == ("lobster",)
    index = library.open()
    assert index.lexical("lobster", 5) == []
    rows = [row for row, _ in index.dense(library.embedder.encode(["lobster"], "query")[0], 10)]
    assert len(rows) == len(index)
    assert {index.passage(row).article_id for row in rows} == {"ekspor", "wushu"}
    with pytest.raises(LibraryError, match="there is no article 'lobster'; list them with: tanya articles"):
        library.article("lobster")
    assert library.verify() == []


@pytest.mark.parametrize("ids", [["wushu", "x"], ["wushu", "wushu"]])
def test_removing_an_unknown_article_removes_none(library: Library, files: Path, ids: list[str]) -> None:
    library.add([files])
    with pytest.raises(LibraryError, match=r"there is no article '(x|wushu)'; list them"):
        library.remove(ids)
    assert found(library, "wushu Guangdong") == ["wushu", "wushu"]


def test_a_library_without_articles_is_no_index(library: Library, files: Path) -> None:
    with pytest.raises(NoIndex, match=r"no index at .*; build one with: tanya index seeds/"):
        library.articles()
    library.add([files])
    library.remove(["ekspor", "lobster", "wushu"])
    assert library.articles() == []
    with pytest.raises(NoIndex, match=r"no index at .*; build one with: tanya index seeds/"):
        library.open()
    assert library.verify() == []
    # Nothing is left that would hold to the former model.
    other = Library(library.settings, Named("another"))
    assert other.add([files]).added == ("ekspor", "lobster", "wushu")
    assert found(other, "lobster Jepang") == ["lobster", "lobster"]
    other.close()


def test_an_index_of_another_model_is_refused_and_rebuilt_on_demand(library: Library, files: Path) -> None:
    library.add([files])
    other = Library(library.settings, Named("another"))
    with pytest.raises(WrongModel, match=r"was built by hashing-64, not by another; .* with: tanya index"):
        other.open()
    assert other.add([]).updated == ("ekspor", "lobster", "wushu")
    assert found(other, "lobster Jepang") == ["lobster", "lobster"]
    assert other.verify() == []
    with pytest.raises(WrongModel, match=r"was built by another, not by hashing-64"):
        library.open()
    other.close()


def test_a_change_of_models_that_was_cut_short_is_finished_by_the_next_run(
    library: Library, files: Path
) -> None:
    class Failing(Named):
        def encode(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> np.ndarray:
            if len(self.calls) > 60:
                raise ModelError("the model fails; try another")
            return super().encode(texts, kind)

    for number in range(40):
        (files / f"{number:02}.txt").write_text(f"Judul {number}\n\nSatu. {number}.\n\n" + BODY * 3)
    library.add([files])
    with pytest.raises(ModelError, match="the model fails"):
        Library(library.settings, Failing("another")).add([])
    assert found(library, "lobster Jepang") == ["lobster", "lobster"]
    assert len(library.open().dense(np.eye(64, dtype=np.float32)[0], 1000)) == len(library.open())
    assert library.verify() == []
    other = Library(library.settings, Named("another"))
    with pytest.raises(WrongModel, match="with: tanya index"):
        other.open()
    other.add([])
    assert found(other, "lobster Jepang") == ["lobster", "lobster"]
    assert other.verify() == []
    other.close()


def test_however_many_carry_a_release_they_are_one_group(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "rilis"
    folder.mkdir()
    count = STEP + 6
    for number in range(count):
        (folder / f"{number:03}.md").write_text(
            f"---\ntitle: Ekspor Kopi Naik\nsource: Situs {number}\n---\n{BODY}\n"
        )
    library.add([folder])
    index = library.open()
    [(row, _)] = index.lexical("ekspor kopi", 1)
    assert len(index.carriers([row])[row]) == count


def test_a_second_writer_is_refused_and_readers_are_not(
    library: Library, files: Path, embedder: HashingEmbedder
) -> None:
    library.add([files])
    place = (
        Database(library.settings.store) if library.settings.store else FolderBackend(library.settings.home)
    )
    with place.writing():
        for act in (lambda: library.add([files]), lambda: library.remove(["wushu"])):
            with pytest.raises(
                Busy, match=r"process \d+ .*is writing to .*; wait until it is done, then try"
            ):
                act()
        reader = Library(library.settings, embedder)
        assert found(reader, "lobster Jepang") == ["lobster", "lobster"]
        reader.record_gap("Apa?", "id", None)
        reader.close()
    assert library.remove(["wushu"]).removed == ("wushu",)


def test_readers_answer_while_a_writer_works_and_see_whole_articles(library: Library, files: Path) -> None:
    library.add([files])
    for number in range(70):
        (files / f"{number:03}.txt").write_text(
            f"Judul {number}\n\n"
            + "\n\n".join(f"Paragraf {part} kunci{number}. {BODY * 6}" for part in range(4))
        )
    reader = Library(library.settings, HashingEmbedder(64))
    stop, seen, answers = threading.Event(), {1: set(), 40: set(), 69: set()}, []

    def ask() -> None:
        while not stop.is_set():
            answers.append(found(reader, "lobster Jepang"))
            index = reader.open()
            for number, places in seen.items():
                places.add(
                    frozenset(index.passage(row).start for row, _ in index.lexical(f"kunci{number}", 10))
                )

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        library.add([files])
    finally:
        stop.set()
        thread.join()
    assert answers
    assert set(map(tuple, answers)) == {("lobster", "lobster")}
    index = reader.open()
    for number, places in seen.items():
        whole = frozenset(index.passage(row).start for row, _ in index.lexical(f"kunci{number}", 10))
        assert len(whole) >= 2
        assert places <= {frozenset(), whole}
    reader.close()


def test_an_interruption_keeps_what_was_reported_as_done(library: Library, files: Path) -> None:
    for number in range(80):
        (files / f"{number:03}.txt").write_text(f"Judul {number}\n\nSatu. {number}.\n\n{BODY}")

    def interrupt(done: int, total: int, name: str) -> None:
        if done == 70:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add([files], progress=interrupt)
    assert len(library.articles()) >= 70
    assert library.verify() == []
    assert library.open().count() == len(library.articles())
    report = library.add([files])
    assert len(report.added) + len(report.unchanged) == 83
    assert library.verify() == []


def test_a_moved_file_is_the_same_article(library: Library, files: Path) -> None:
    library.add([files])
    (files / "arsip").mkdir()
    (files / "wushu.txt").rename(files / "arsip" / "wushu.txt")
    report = library.add([files])
    assert (report.added, report.updated, set(report.unchanged)) == ((), (), {"ekspor", "lobster", "wushu"})
    assert library.article("wushu").path == str(files / "arsip" / "wushu.txt")
    (files / "arsip" / "wushu.txt").write_text("Pelatih Wushu Pulang")
    assert library.add([files]).updated == ("wushu",)


def test_a_dry_run_writes_nothing(library: Library, files: Path) -> None:
    assert library.add([files], dry_run=True).added == ("ekspor", "lobster", "wushu")
    with pytest.raises(NoIndex, match="no index at"):
        library.articles()


def test_gaps_and_feedback_are_kept_and_do_not_age_the_index(library: Library, files: Path) -> None:
    library.add([files])
    index = library.open()
    for question, nearest in (
        ("Berapa ekspor Sulut?", "wushu"),
        ("Apa?", None),
        ("Berapa ekspor Sulut?", "ekspor"),
    ):
        library.record_gap(question, "id", nearest)
    library.record_feedback("Apa?", "{}", "wrong", correction="22,67")
    library.record_feedback("Apa?", "{}", "right", reason="tepat")
    gaps = [(gap.question, gap.language, gap.nearest, gap.count) for gap in library.gaps()]
    assert gaps == [("Berapa ekspor Sulut?", "id", "ekspor", 2), ("Apa?", "id", None, 1)]
    assert all(gap.asked_at.tzinfo is not None for gap in library.gaps())
    assert [(one.verdict, one.reason, one.correction) for one in library.feedback()] == [
        ("wrong", None, "22,67"),
        ("right", "tepat", None),
    ]
    assert library.open() is index


def test_a_follow_up_is_kept_in_its_askers_words_with_the_question_in_full_beside_it(
    library: Library, files: Path
) -> None:
    library.add([files])
    full = "panjangnya berapa (dermaga Bitung)?"
    for asked, understood, history in (
        (full, None, ()),
        ("Panjangnya?", full, ("Siapa meninjau dermaga Bitung?", "Kapan\0?")),
        ("Panjangnya?", "Panjangnya (jalan Manado)?", ("Kapan jalan Manado dibuka?",)),
    ):
        library.record_gap(asked, "id", None, understood=understood, history=history)
    pier, road = library.gaps()
    assert (pier.question, pier.understood, pier.count) == ("Panjangnya?", full, 2)
    assert pier.history == ("Siapa meninjau dermaga Bitung?", "Kapan?")
    assert (road.question, road.understood, road.count) == ("Panjangnya?", "Panjangnya (jalan Manado)?", 1)
    assert pier.number != road.number
    assert library.gap(road.number) == road
    assert pier.tried == library.indexed()
    with pytest.raises(LibraryError, match="there is no unanswered question 99; list them with: tanya gaps"):
        library.gap(99)


def test_a_gap_keeps_its_state_with_who_gave_it_and_where_the_answer_stands(
    library: Library, settings: Settings, embedder: HashingEmbedder, files: Path
) -> None:
    library.add([files])
    library.record_gap("Apa?", "id", None)
    (gap,) = library.gaps()
    assert (gap.state, gap.changed_at, gap.changed_by, gap.answer) == ("open", None, None, None)
    found = GapAnswer("ekspor", 3, 9, "sha")
    assert library.mark_gap(gap.number, "answered", answer=found, former="open")
    assert not library.mark_gap(gap.number, "dismissed", "siti", former="open"), "it is open no more"
    assert not library.mark_gap(99, "done", "siti")
    library.tried_gap(gap.number, 7)
    again = Library(settings, embedder)
    (kept,) = again.gaps()
    assert (kept.state, kept.changed_by, kept.answer, kept.tried) == ("answered", None, found, 7)
    assert library.mark_gap(gap.number, "open", "siti", answer=kept.answer)
    (kept,) = again.gaps()
    assert (kept.state, kept.changed_by, kept.answer) == ("open", "siti", found)
    assert kept.changed_at is not None
    assert kept.changed_at.tzinfo is not None
    again.close()


@pytest.mark.parametrize(
    ("state", "later"), [("open", "open"), ("done", "open"), ("answered", "open"), ("dismissed", "dismissed")]
)
def test_asked_again_in_vain_a_gap_is_open_unless_it_was_dismissed(
    library: Library, files: Path, state: GapState, later: GapState
) -> None:
    library.add([files])
    library.record_gap("Apa?", "id", None)
    found = GapAnswer("ekspor", 3, 9, "sha")
    library.mark_gap(library.gaps()[0].number, state, "siti", answer=found)
    library.record_gap("Apa?", "id", None)
    (gap,) = library.gaps()
    assert (gap.state, gap.count, gap.answer) == (later, 2, found if state == later else None)
    assert gap.changed_by == ("siti" if state == later else None)


def test_what_is_searched_is_another_revision_after_each_change(library: Library, files: Path) -> None:
    library.add([files])
    first = library.indexed()
    library.record_gap("Apa?", "id", None)
    assert library.indexed() == first
    library.remove(["wushu"])
    assert first is not None
    assert (library.indexed() or 0) > first


def test_feedback_takes_the_place_of_what_was_said_of_the_same_answer(library: Library, files: Path) -> None:
    library.add([files])
    for question, answer, verdict in (("Apa?", "{\0}", "up"), ("Apa?", "[]", "up"), ("Siapa?", "{}", "up")):
        library.record_feedback(question, answer, verdict, replacing=True)
    library.record_feedback("Apa?", "{}", "down", "other", replacing=True)
    library.record_feedback("Siapa?", "{}", "down")
    assert [(one.question, one.answer, one.verdict) for one in library.feedback()] == [
        ("Apa?", "[]", "up"),
        ("Siapa?", "{}", "up"),
        ("Apa?", "{}", "down"),
        ("Siapa?", "{}", "down"),
    ]


def test_what_a_person_types_is_a_value_and_nothing_else(library: Library, files: Path) -> None:
    library.add([files])
    for value in HOSTILE:
        type_everywhere(library, value)
    kept = [value.replace("\0", "").encode("utf-8", "replace").decode() for value in HOSTILE]
    assert {gap.question for gap in library.gaps()} == set(kept)
    assert [(one.answer, one.reason, one.correction) for one in library.feedback()] == [
        (one, one, one) for one in kept
    ]
    assert len(library.articles()) == 3
    assert library.verify() == []


def type_everywhere(library: Library, value: str) -> None:
    library.record_gap(value, "id", value.encode("utf-8", "replace").decode().replace("\0", ""))
    library.record_feedback(value, value, value, value, value)
    index = library.open()
    assert index.count(Filter(sources=(value,))) == 0
    assert index.lexical(value, 5, Filter(sources=(value,))) == []
    assert index.dense(np.eye(64, dtype=np.float32)[0], 5, Filter(sources=(value,))) == []
    assert index.count(Filter(sources=(value, "KOMPAS"))) == 1
    index.lexical(value, 5)
    with pytest.raises(LibraryError, match="there is no article"):
        library.article(value)
    with pytest.raises(LibraryError, match="there is no article"):
        library.remove([value])


def test_whatever_an_article_says_of_itself_comes_back(place: LibraryBackend) -> None:
    values = [one for one in HOSTILE if "\0" not in one and "\ud83d" not in one]
    known = {
        value: article(
            value, f"Kalimat {value} selesai.", title=value, source=value, url=value, author=value, path=value
        )
        for value in values
    }
    with place.writing(create=True) as store:
        for value, one in known.items():
            put(store, one)
            store.name_embedder(value, f"m{value}")
        store.renew("m")
    store = place.reading()
    assert store.articles() == [known[value] for value in sorted(values)]
    assert store.entries() == [Entry(value, value, "digest", "r", "m") for value in sorted(values)]
    shown = store.shown()
    assert shown is not None
    for value, one in known.items():
        assert store.article(value) == one
        assert store.embedder_named(value) == f"m{value}"
        assert shown.index.count(Filter(sources=(value.upper(),))) == 1
    with place.writing() as store:
        for value, one in known.items():
            store.move(value, f"{value}2", value)
            assert store.article(value) == replace(one, path=f"{value}2")
            store.delete([value])
    assert place.reading().articles() == []


def test_very_long_texts_words_and_names_are_stored_and_found(place: LibraryBackend) -> None:
    rare = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=20_000))
    name = "".join(random.Random(2).choices("ABCDEFGHIJ", k=9_000))
    one = article(name, f"Awal kalimat. {rare} " + "kata lain " * 50_000, source=name)
    with place.writing(create=True) as store:
        put(store, one, ((0, 13), (14, 30_000)))
        put(store, article("b", "Awal kalimat."))
        store.renew("m")
    shown = place.reading().shown()
    assert shown is not None
    [(row, _)] = shown.index.lexical(rare, 5)
    assert shown.index.passage(row) == Passage(one, 14, 30_000)
    assert shown.index.count(Filter(sources=(name.lower(),))) == 1
    assert place.reading().article(name) == one
    assert place.reading().problems() == []


def test_the_state_counts_what_changes_the_articles(place: LibraryBackend) -> None:
    with place.writing(create=True) as store:
        assert store.state() == (0, set())
        put(store, article("a", "Satu kalimat."))
        put(store, article("b", "Dua kalimat."), embedder="n")
        assert store.state() == (2, {"m", "n"})
        store.move("a", "x", "x")
        store.name_embedder("setting", "m")
        store.record_gap(AskedGap("Apa?", "id", None))
        assert store.revision() == 3
        known = content_hash(embedded_text(Passage(article("a", "Satu kalimat."), 0, 13)))
        assert store.without_embedding([known, "other"], "m") == {"other"}
        assert store.without_embedding([known], "n") == {known}
        assert store.without_embedding([], "n") == set()
        with pytest.raises(
            LibraryError, match="not every article is embedded by m; finish with: tanya index"
        ):
            store.renew("m", always=True)
        store.delete(["a"])
        assert store.without_embedding([known], "m") == {known}


WORDS = (
    "ekspor impor beras padi jalan sekolah bupati gubernur Medan Manado rupiah 2025 4,796 naik turun".split()
)
SOURCES = ("Kompas", "kompas", "Antara", "ANTARA", "Detik", None)


@pytest.mark.slow
def test_both_rank_alike_whatever_is_asked_and_filtered(tmp_path: Path, database: str) -> None:
    chance = random.Random(20250722)
    places: list[LibraryBackend] = [FolderBackend(tmp_path / "home"), Database(database)]
    articles = [random_article(chance, number) for number in range(200)]
    for place in places:
        with place.writing(create=True) as store:
            for one, spans in articles:
                put(store, one, spans, dimension=24)
            # Some are changed and some removed, so that rows and numbers differ between the two.
            for one, spans in articles[:120:7]:
                changed = replace(one, source="Detik")
                put(store, changed, spans, dimension=24)
            store.delete([one.id for one, _ in articles[3::50]])
            store.renew("m")
    folder, base = (place.reading().shown().index for place in places)
    assert len(folder) == len(base) > 300
    asked = 0
    for _ in range(100):
        chosen = random_filter(chance)
        query = " ".join(chance.choices(WORDS, k=chance.randint(1, 6)))
        vector = unit(query + str(chance.random()), 24)
        k = chance.choice([1, 3, 10, 100])
        assert folder.count(chosen) == base.count(chosen)
        for one, other in (
            (folder.lexical(query, k, chosen), base.lexical(query, k, chosen)),
            (folder.dense(vector, k, chosen), base.dense(vector, k, chosen)),
        ):
            assert_alike(named(folder, one), named(base, other))
            asked += bool(one)
    assert asked > 100
    assert [place.reading().problems() for place in places] == [[], []]
    assert places[0].reading().articles() == places[1].reading().articles()
    for place in places:
        place.close()


def test_equal_passages_come_in_the_order_of_their_articles(place: LibraryBackend) -> None:
    ids = ["e", "a", "d", "B", "c", "é"]
    with place.writing(create=True) as store:
        for article_id in ids:
            put(store, article(article_id, "Beras naik lagi."))
        store.renew("m")
    shown = place.reading().shown()
    assert shown is not None
    vector = unit(content_hash("Judul\nBeras naik lagi."), 4)
    for k in (3, 6):
        for ranking in (shown.index.lexical("beras", k), shown.index.dense(vector, k)):
            assert [shown.index.passage(row).article_id for row, _ in ranking] == [
                "B",
                "a",
                "c",
                "d",
                "e",
                "é",
            ][:k]
            assert [shown.index.language(row) for row, _ in ranking] == ["id"] * k
    assert shown.index.dense(vector, 1)[0][1] == pytest.approx(1)


RELEASE = (
    "Gubernur meresmikan jembatan baru di atas sungai itu pada hari Senin. Jembatan sepanjang 240 meter itu "
    "menghubungkan dua kecamatan yang selama ini terpisah oleh arus deras. Warga berharap harga beras turun. "
    "Pembangunan jembatan menelan biaya 35 miliar rupiah dari anggaran daerah dan selesai tepat waktu. "
)


def test_a_release_that_several_carry_is_known_with_all_who_carry_it(place: LibraryBackend) -> None:
    days = {"a": date(2025, 3, 2), "b": date(2025, 3, 1), "c": None, "d": date(2025, 3, 3)}
    with place.writing(create=True) as store:
        for article_id, day in days.items():
            text = RELEASE.replace("240", "310") if article_id == "d" else RELEASE
            put(store, article(article_id, text, source=f"Harian {article_id}", published=day))
        store.renew("m")
    assert carried(place) == {one: ["b", "a", "c"] for one in "abc"}
    assert carried(place, Filter(since=date(2025, 1, 1))) == {one: ["b", "a"] for one in "abc"}
    assert carried(place, Filter(sources=("harian b",))) == {}
    with place.writing() as store:
        store.delete(["b"])
        put(store, article("d", RELEASE, source="Harian d", published=days["d"]))
        store.renew("m")
    assert carried(place) == {one: ["a", "d", "c"] for one in "acd"}
    assert place.reading().problems() == []


def carried(place: LibraryBackend, chosen: Filter | None = None) -> dict[str, list[str]]:
    """By article that has copies, all that carry it and the filter leaves."""
    shown = place.reading().shown()
    assert shown is not None
    rows = [row for row, _ in shown.index.lexical("jembatan", 10)]
    found = shown.index.carriers(rows, chosen or Filter())
    return {shown.index.passage(row).article_id: [one.id for one in group] for row, group in found.items()}


def test_articles_are_listed_by_what_is_typed_and_chosen(place: LibraryBackend) -> None:
    texts = {
        "a/b": ("Ekspor kopi", "Kopi Gayo naik 100% di Takengon.", "Antara", date(2025, 3, 1), "id"),
        "b": ("Coffee exports", "Gayo coffee is up. _", "ANTARA", date(2025, 3, 2), "en"),
        "c": ("kopi Toraja", "José Ramos memuji kopi.", None, None, "id"),
        "d": ("Lobster", "Tanpa yang lain\\.", "Kompas", date(2024, 12, 31), "id"),
    }
    with place.writing(create=True) as store:
        for name, (title, text, source, day, language) in texts.items():
            put(
                store,
                replace(article(name, text, title=title, source=source, published=day), language=language),
            )
    kept = place.reading()

    def ids(typed: str = "", order: str = "newest", language: str | None = None, **chosen: object) -> str:
        wanted = Selection(words_of(typed), language, Filter(**chosen), order)
        found = kept.listing(wanted, None, 0)
        assert found.count == len(found.articles)
        return " ".join(one.id for one in found.articles)

    assert ids() == "b a/b d c"
    assert ids(order="oldest") == "d a/b b c"
    assert ids(order="title") == "b a/b c d"
    assert ids(order="id") == "a/b b c d"
    assert ids("KOPI") == "a/b c"
    assert ids("gayo") == "b a/b"
    assert ids("kopi gayo") == "a/b"
    assert ids('"gayo naik" ekspor') == "a/b"
    assert ids('"naik gayo"') == ""
    assert ids("100%") == "a/b"
    assert ids("_") == "b"
    assert ids("\\") == "d"
    assert ids("JOSÉ") == ids("jose\u0301") == "c"
    assert ids(language="en") == "b"
    assert ids(articles=("c", "a/b", "nowhere")) == "a/b c"
    assert ids("kopi", articles=("c",)) == "c"
    # The title goes before the text; then the share of the text; then the newest.
    assert ids("kopi", "relevance") == "c a/b"
    assert ids("gayo", "relevance") == "b a/b"
    assert ids(order="relevance") == "b a/b d c"
    assert ids(sources=("antara",)) == "b a/b"
    assert ids("kopi", sources=("antara",)) == "a/b"
    assert ids(since=date(2025, 3, 1)) == "b a/b"
    assert ids(until=date(2025, 3, 1)) == "a/b d"
    assert kept.languages() == ["en", "id"]
    first, second = (kept.listing(Selection(), 3, at) for at in (0, 3))
    assert [one.id for one in (*first.articles, *second.articles)] == ["b", "a/b", "d", "c"]
    assert first.count == second.count == 4
    assert [kept.listing(Selection(), 3, at).articles for at in (4, 40)] == [(), ()]
    whole = kept.article("b")
    (one,) = kept.listed(["b", "tidak ada"])
    assert whole is not None
    same = ("title", "source", "published", "url", "language", "path", "sha256", "author", "pages")
    assert [getattr(one, name) for name in same] == [getattr(whole, name) for name in same]
    assert one.length == len(whole.text)
    assert [one.id for one in kept.listed(["d", "a/b"])] == ["d", "a/b"]
    beside = {name: [one and one.id for one in kept.beside(name)] for name in texts}
    assert beside == {"c": [None, "d"], "d": ["c", "a/b"], "a/b": ["d", "b"], "b": ["a/b", None]}
    assert kept.beside("tidak ada") == (None, None)


def test_whatever_is_typed_is_looked_for_and_nothing_else(place: LibraryBackend) -> None:
    with place.writing(create=True) as store:
        put(store, article("satu", f"Sebelum {' '.join(HOSTILE[:6])} sesudah."))
    kept = place.reading()
    for typed in HOSTILE:
        kept.listing(Selection(words_of(typed)), 5, 0)
        assert kept.listed([cleaned(typed)]) == ()
        assert kept.beside(cleaned(typed)) == (None, None)
    for typed in HOSTILE[:5]:
        assert kept.listing(Selection(words_of(typed)), 5, 0).count == 1, typed
    assert kept.listing(Selection(words_of("sebelum x")), 5, 0).count == 0


def test_a_listing_says_who_else_carries_a_release(place: LibraryBackend) -> None:
    release = " ".join(f"Kata ke-{number} dari siaran pers dinas ini." for number in range(30))
    with place.writing(create=True) as store:
        put(store, article("tiga", release, published=date(2025, 1, 3), source="Antara"))
        put(store, article("satu", release, published=date(2025, 1, 1), source="Kompas"))
        put(store, article("dua", release, published=None))
        put(store, article("lain", "Sesuatu yang sama sekali lain.", published=date(2025, 1, 2)))
    found = {
        one.id: [other.id for other in one.copies] for one in place.reading().listing(EVERY, 9, 0).articles
    }
    assert found == {"tiga": ["satu", "dua"], "satu": ["tiga", "dua"], "dua": ["satu", "tiga"], "lain": []}
    (one,) = place.reading().listed(["dua"])
    assert one.copies[0] == Mention("satu", "Judul", "Kompas", date(2025, 1, 1))


def test_the_files_of_a_moved_project_are_the_same_articles(
    settings: Settings, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    (before / "wushu.txt").write_text("Pelatih Wushu Datang")
    Library(replace(settings, home=before / ".tanya"), embedder).add([before])
    shutil.move(before, after)
    (after / "wushu.txt").write_text("Pelatih Wushu Pulang")
    assert Library(replace(settings, home=after / ".tanya"), embedder).add([after]).updated == ("wushu",)


def article(article_id: str, text: str, **known: object) -> Article:
    values: dict[str, object] = {
        "title": "Judul", "source": None, "published": None, "url": None, "author": None, "path": "a.txt"
    }  # fmt: skip
    values |= known
    return Article(id=article_id, text=text, language="id", sha256=sha(text), **values)


def sha(text: str) -> str:
    return content_hash(text)


def unit(seed: str, dimension: int) -> np.ndarray:
    vector = np.random.default_rng(int(content_hash(seed)[:8], 16)).normal(size=dimension).astype(np.float32)
    return vector / np.linalg.norm(vector)


def put(
    store: object,
    one: Article,
    spans: Sequence[tuple[int, int]] | None = None,
    embedder: str = "m",
    dimension: int = 4,
) -> None:
    """An article of the given passages, each with a vector that its text decides."""
    passages = [Passage(one, *span) for span in spans or [(0, len(one.text))]]
    hashed = [(passage, content_hash(embedded_text(passage))) for passage in passages]
    vectors = {content: unit(content, dimension) for _, content in hashed}
    store.put(one, Entry(one.id, one.id, "digest", "r", embedder), hashed, vectors)


def random_article(chance: random.Random, number: int) -> tuple[Article, list[tuple[int, int]]]:
    """Some articles say the same, word for word, as releases do that many papers print."""
    source, day = chance.choice(SOURCES), date(2025, 1, 1) + timedelta(days=chance.randrange(400))
    said = random.Random(number // 3 if chance.random() < 0.3 else number + 1000)
    sentences = [" ".join(said.choices(WORDS, k=said.randint(1, 8))) + "." for _ in range(said.randint(1, 4))]
    text, spans = "", []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence + " "
    chosen = chance.choice([day, day, None])
    return article(f"id-{number * 7919 % 1000}", text, source=source, published=chosen), spans


def random_filter(chance: random.Random) -> Filter:
    first = date(2025, 1, 1) + timedelta(days=chance.randrange(400))
    return chance.choice(
        [
            Filter(),
            Filter(since=first),
            Filter(until=first),
            Filter(since=first, until=first + timedelta(days=4)),
            Filter(sources=(chance.choice(["KOMPAS", "antara", "Detik", "tidak ada"]),)),
            Filter(since=first, sources=("kompas", "Antara")),
        ]
    )


def named(index: Searchable, ranking: list[tuple[int, float]]) -> list[tuple[float, str, int]]:
    return [(score, index.passage(row).article_id, index.passage(row).start) for row, score in ranking]


def assert_alike(one: list[tuple[float, str, int]], other: list[tuple[float, str, int]]) -> None:
    """The same passages with the same scores; whose scores differ by a rounding may change places."""
    assert [score for score, *_ in one] == pytest.approx([score for score, *_ in other], abs=1e-5)
    scores = [{(article, start): score for score, article, start in each} for each in (one, other)]
    for place in scores[0].keys() & scores[1].keys():
        assert scores[0][place] == pytest.approx(scores[1][place], abs=1e-5)
    # At the end, one of several equals may have found no more room.
    last = one[-1][0] if one else 0.0
    assert {place for place, score in scores[0].items() if score > last + 1e-5} <= scores[1].keys()
    assert {place for place, score in scores[1].items() if score > last + 1e-5} <= scores[0].keys()
