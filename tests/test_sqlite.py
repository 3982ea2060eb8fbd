"""The store is the truth: whole transactions, numbers that never return, and errors that say what to do."""

import contextlib
import errno
import hashlib
import multiprocessing
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from index.errors import Busy, Damaged, LibraryError, NoIndex
from index.models import Article, AskedGap, Entry, GapMark, Passage
from index.sqlite import FILE, Store, Stored, explained

TEXT = "Nilai ekspor naik. Impor turun."


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def article(article_id: str = "a", text: str = TEXT) -> Article:
    return Article(article_id, "Judul", text, "Kompas", date(2025, 7, 22), None, "id", "a.txt", sha(text))


def entry(article_id: str = "a", recipe: str = "r", embedder: str = "m") -> Entry:
    return Entry(article_id, f"../{article_id}.txt", "digest", recipe, embedder)


def vector(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def put(
    store: Store, article_id: str = "a", text: str = TEXT, contents: tuple[str, str] = ("c1", "c2")
) -> None:
    """An article of two passages, whose vectors are (1, 0) and (0, 1)."""
    one = article(article_id, text)
    passages = [(Passage(one, 0, 18), contents[0]), (Passage(one, 19, len(text)), contents[1])]
    store.put(one, entry(article_id), passages, {contents[0]: vector(1, 0), contents[1]: vector(0, 1)})


@pytest.fixture
def store(tmp_path: Path):
    with Store(tmp_path / "home", create=True, wait=0.1) as opened:
        yield opened


def query(store: Store, sql: str) -> list[tuple]:
    with sqlite3.connect(store.path) as db:
        return db.execute(sql).fetchall()


def test_an_article_comes_back_as_it_was_put(store: Store) -> None:
    put(store)
    assert store.articles() == [article()]
    assert store.article("a") == article()
    assert store.article("b") is None
    assert store.entries() == [entry()]
    assert store.texts([sha(TEXT), "another"]) == {sha(TEXT): TEXT}


def test_the_latest_articles_come_first_and_those_without_a_day_last(store: Store) -> None:
    for name, day in (("a", None), ("b", date(2025, 1, 2)), ("c", date(2026, 1, 1)), ("d", date(2025, 1, 2))):
        one = replace(article(name), published=day, source=None if name == "a" else "Harian")
        store.put(one, entry(name), [], {})
    assert [one.id for one in store.latest(9)] == ["c", "b", "d", "a"]
    assert [one.id for one in store.latest(2)] == ["c", "b"]
    assert (store.count(), store.publishers()) == (4, ["Harian"])


def everything(store: Store, embedder: str) -> list[Stored]:
    return list(store.stored(list(store.outline().numbers.values()), embedder))


def test_articles_come_in_order_with_their_passages_and_vectors(store: Store) -> None:
    put(store, "b", contents=("c3", "c4"))
    put(store, "a")
    found = everything(store, "m")
    assert [one.article for one in found] == [article("a"), article("b")]
    assert [[(one.article_id, one.start) for one in each.passages] for each in found] == [
        [("a", 0), ("a", 19)],
        [("b", 0), ("b", 19)],
    ]
    for each in found:
        np.testing.assert_array_equal(each.vectors, [[1, 0], [0, 1]])
    assert (store.outline().revision, store.outline().recipe) == (2, "r")


def test_an_article_has_another_fingerprint_when_anything_of_it_changes(store: Store) -> None:
    put(store)
    seen = {*store.outline().numbers}
    for change in (
        lambda: store.move("a", "b.txt", "../b.txt"),
        lambda: put(store),
        lambda: put(store, text="Nilai ekspor lain. Impor lain."),
    ):
        change()
        seen |= {*store.outline().numbers}
    # What is put as it was before has the fingerprint that it had before.
    assert len(seen) == 3


def test_an_article_that_goes_while_the_index_is_built_is_told(store: Store) -> None:
    put(store)
    numbers = list(store.outline().numbers.values())
    store.delete(["a"])
    with pytest.raises(LibraryError, match="changed while its index was built; build it again: tanya index"):
        list(store.stored(numbers, "m"))


def test_every_change_of_articles_raises_the_revision_and_nothing_else_does(store: Store) -> None:
    seen = [store.state()[0]]
    for change in (
        lambda: put(store),
        lambda: store.move("a", "b.txt", "../b.txt"),
        lambda: store.delete(["a"]),
        lambda: store.record_gap(AskedGap("Apa?", "id", None)),
        lambda: store.collect("m", lambda _: False),
        lambda: store.name_embedder("x", "y"),
    ):
        change()
        seen.append(store.state()[0])
    assert seen == [0, 1, 2, 3, 3, 3, 3]


def test_a_replaced_article_has_new_passage_numbers(store: Store) -> None:
    put(store)
    before = query(store, "SELECT number FROM passages")
    put(store, text="Nilai ekspor lain. Impor lain.")
    after = query(store, "SELECT number FROM passages")
    assert (before, after) == ([(1,), (2,)], [(3,), (4,)])
    store.delete(["a"])
    put(store)
    assert query(store, "SELECT number FROM passages") == [(5,), (6,)]


def test_a_former_text_stays_until_it_is_collected(store: Store) -> None:
    put(store)
    put(store, text="Nilai ekspor lain. Impor lain.")
    assert len(query(store, "SELECT * FROM texts")) == 2
    store.collect("m", lambda digest: digest == sha(TEXT))
    assert len(query(store, "SELECT * FROM texts")) == 2
    store.collect("m", lambda _: False)
    assert query(store, "SELECT text FROM texts") == [("Nilai ekspor lain. Impor lain.",)]


def test_what_is_interrupted_is_not_done_at_all(store: Store) -> None:
    put(store)
    one = article("b")
    with pytest.raises(ValueError, match="could not convert"):
        store.put(one, entry("b"), [(Passage(one, 0, 18), "c9")], {"c9": "no vector"})  # type: ignore[dict-item]
    assert [each.id for each in store.articles()] == ["a"]
    assert store.state()[0] == 1
    assert query(store, "SELECT count(*) FROM passages") == [(2,)]


def test_a_removed_article_leaves_no_text_passage_or_vector(store: Store) -> None:
    put(store, "a", contents=("c1", "shared"))
    put(store, "b", text="Impor Sulut turun. Ekspor pun turun.", contents=("c3", "shared"))
    store.delete(["a"])
    assert query(store, "SELECT sha256 FROM texts") == [(sha("Impor Sulut turun. Ekspor pun turun."),)]
    assert query(store, "SELECT DISTINCT article FROM passages") == [(2,)]
    assert query(store, "SELECT content FROM embeddings ORDER BY content") == [("c3",), ("shared",)]


def test_a_removed_text_is_not_left_on_the_disk(store: Store) -> None:
    put(store, text="Nilai kerahasiaan. Impor turun.")
    store.delete(["a"])
    store.close()
    written = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert b"kerahasiaan" not in written
    with sqlite3.connect(store.path) as db:
        assert db.execute("SELECT * FROM loose").fetchall() == []


def test_removing_an_unknown_article_removes_none(store: Store) -> None:
    put(store)
    with pytest.raises(LibraryError, match="there is no article 'b'; list them with: tanya articles list"):
        store.delete(["a", "b"])
    assert [one.id for one in store.articles()] == ["a"]


def test_only_texts_without_a_vector_of_the_model_are_embedded(store: Store) -> None:
    put(store)
    assert store.without_embedding(["c1", "c2", "c3"], "m") == {"c3"}
    assert store.without_embedding(["c1"], "other") == {"c1"}


def test_an_index_by_a_model_that_has_not_embedded_everything_is_refused(store: Store) -> None:
    put(store)
    with pytest.raises(
        LibraryError, match="not every article is embedded by other; finish with: tanya index"
    ):
        everything(store, "other")


def test_collecting_keeps_only_the_vectors_of_the_model_in_use(store: Store) -> None:
    put(store)
    one = article()
    store.put(one, entry(embedder="new"), [(Passage(one, 0, 31), "c5")], {"c5": vector(1, 0)})
    store.collect("new", lambda _: False)
    assert query(store, "SELECT content, embedder FROM embeddings") == [("c5", "new")]


def test_what_was_let_go_of_and_is_had_again_is_kept(store: Store) -> None:
    put(store)
    put(store, text="Nilai ekspor lain. Impor lain.", contents=("c3", "c4"))
    put(store)
    store.collect("m", lambda _: False)
    assert query(store, "SELECT sha256 FROM texts") == [(sha(TEXT),)]
    assert query(store, "SELECT content FROM embeddings ORDER BY content") == [("c1",), ("c2",)]


def test_a_text_that_is_needed_still_is_collected_when_it_no_longer_is(store: Store) -> None:
    put(store)
    put(store, text="Nilai ekspor lain. Impor lain.")
    store.collect("m", lambda digest: digest == sha(TEXT))
    assert len(query(store, "SELECT * FROM texts")) == 2
    store.collect("m", lambda _: False)
    assert query(store, "SELECT sha256 FROM texts") == [(sha("Nilai ekspor lain. Impor lain."),)]


def test_vectors_that_were_set_aside_go_unless_an_article_has_them(store: Store) -> None:
    store.keep({"c1": vector(1, 0), "c9": vector(0, 1)}, "m")
    put(store)
    store.collect("m", lambda _: False)
    assert query(store, "SELECT content FROM embeddings ORDER BY content") == [("c1",), ("c2",)]


def test_a_change_costs_no_more_in_a_larger_library(tmp_path: Path) -> None:
    def steps(articles: int) -> int:
        """How many SQLite's machine takes to remove one of so many."""
        taken = 0

        def count() -> None:
            nonlocal taken
            taken += 1

        with Store(tmp_path / f"home{articles}", create=True) as store:
            for number in range(articles):
                text = f"Nilai ekspor ke-{number} naik. Impor turun."
                put(store, f"a{number}", text, (f"c{number}", f"d{number}"))
            store.collect("m", lambda _: False)
            store._connection.set_progress_handler(count, 1)
            store.delete(["a7"])
            store.collect("m", lambda _: False)
            store._connection.set_progress_handler(None, 0)
        return taken

    assert 0 < steps(400) < 1.1 * steps(40)


def test_a_setting_remembers_the_name_of_its_embedder(store: Store) -> None:
    store.name_embedder("path", "first")
    store.name_embedder("path", "second")
    assert (store.embedder_named("path"), store.embedder_named("else")) == ("second", None)


def test_a_sound_store_has_no_complaint(store: Store) -> None:
    put(store)
    assert store.integrity() == []


def test_rows_that_point_at_nothing_are_found(store: Store) -> None:
    put(store)
    with sqlite3.connect(store.path) as db:
        db.execute("DELETE FROM texts")
    assert store.integrity() == ["1 rows point at nothing"]


def test_a_reader_is_not_blocked_by_a_writer(store: Store) -> None:
    put(store)
    with sqlite3.connect(store.path, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM articles")
        assert [one.id for one in store.articles()] == ["a"]


def test_a_second_writer_is_told_to_try_again(store: Store) -> None:
    with sqlite3.connect(store.path, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="is being written by another process; try again when it is done"):
            put(store)


def test_another_file_of_that_name_is_damaged(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(
        Damaged, match=r"is damaged \(file is not a database\); move it away, then build it again"
    ):
        Store(tmp_path)


def test_a_page_of_noise_is_damaged(store: Store) -> None:
    for number in range(50):
        put(store, f"a{number}", text=f"Nilai ekspor {number}. " * 200)
    store.close()
    size = store.path.stat().st_size
    with store.path.open("r+b") as file:
        file.seek(size // 4096 // 2 * 4096)
        file.write(os.urandom(8 * 4096))
    with Store(store.path.parent) as opened:
        try:
            opened.articles()
            found = opened.integrity()
        except Damaged as error:
            found = [str(error)]
    assert found


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(LibraryError, match="is another program's database; set TANYA_HOME to another folder"):
        Store(tmp_path, create=True)


def test_a_newer_database_is_refused(store: Store) -> None:
    store.close()
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(
        LibraryError, match=r"newer version of tanya \(99, this one knows \d+\); install that version"
    ):
        Store(store.path.parent)


def made_by_version_1(path: Path) -> None:
    """The tables as version 1 made them, with one article of two passages in them."""
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(
            f"""
            PRAGMA journal_mode = WAL;
            CREATE TABLE state (name TEXT PRIMARY KEY, value NOT NULL);
            CREATE TABLE texts (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL);
            CREATE TABLE articles (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
                title TEXT NOT NULL, source TEXT, published TEXT, url TEXT, language TEXT NOT NULL,
                path TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES texts, location TEXT NOT NULL,
                digest TEXT NOT NULL, recipe TEXT NOT NULL, embedder TEXT NOT NULL);
            CREATE TABLE passages (number INTEGER PRIMARY KEY AUTOINCREMENT,
                article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
                start INTEGER NOT NULL, "end" INTEGER NOT NULL, content TEXT NOT NULL);
            CREATE INDEX passages_by_article ON passages (article, start);
            CREATE INDEX passages_by_content ON passages (content);
            CREATE TABLE embeddings (content TEXT NOT NULL, embedder TEXT NOT NULL, vector BLOB NOT NULL,
                PRIMARY KEY (content, embedder));
            CREATE TABLE gaps (question TEXT NOT NULL, language TEXT NOT NULL, nearest TEXT,
                asked_at TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (question, language));
            CREATE TABLE feedback (number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL,
                answer TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT, correction TEXT, at TEXT NOT NULL);
            INSERT INTO state VALUES ('revision', 7);
            INSERT INTO texts VALUES ('{sha(TEXT)}', '{TEXT}');
            INSERT INTO articles VALUES (3, 'a', 'Judul', 'Kompas', '2025-07-22', NULL, 'id', 'a.txt',
                '{sha(TEXT)}', '../a.txt', 'digest', 'r', 'm');
            INSERT INTO passages VALUES (1, 3, 0, 18, 'c1'), (2, 3, 19, 31, 'c2');
            INSERT INTO embeddings VALUES ('c1', 'm', x'0000803f00000000'), ('c2', 'm', x'000000000000803f');
            INSERT INTO gaps VALUES ('Apa?', 'id', NULL, '2025-07-22T00:00:00+00:00', 2);
            INSERT INTO feedback VALUES (1, 'Apa?', '{{}}', 'good', NULL, NULL, '2025-07-22T00:00:00+00:00');
            PRAGMA user_version = 1;
            """
        )


def test_a_library_of_the_first_version_is_brought_up_to_date_and_keeps_everything(tmp_path: Path) -> None:
    made_by_version_1(tmp_path / "old" / FILE)
    for _ in range(2):
        with Store(tmp_path / "old") as store:
            assert store.articles() == [article()]
            assert store.entries() == [entry()]
            assert store.revision() == 7
            assert [gap.count for gap in store.gaps()] == [2]
            assert [one.verdict for one in store.feedback()] == ["good"]
            assert store.integrity() == []
            assert [row[:3] for row in store.passage_rows()] == [("a", 0, 18), ("a", 19, 31)]
    with Store(tmp_path / "old") as store:
        put(store, "b", "Rupiah turun lagi. Emas naik.", ("c3", "c4"))
        assert [one.id for one in store.articles()] == ["a", "b"]
    with Store(tmp_path / "new", create=True) as new:
        columns = query(new, "SELECT name, type, [notnull] FROM pragma_table_info('articles')")
        assert query(store, "SELECT name, type, [notnull] FROM pragma_table_info('articles')") == columns
        tables = "SELECT type, name FROM sqlite_schema ORDER BY name"
        assert query(store, tables) == query(new, tables)


def test_a_library_of_the_version_before_keeps_its_gaps(tmp_path: Path) -> None:
    with Store(tmp_path / "old", create=True) as store:
        put(store)
    with contextlib.closing(sqlite3.connect(tmp_path / "old" / FILE)) as db:
        db.executescript(
            """
            DROP TABLE gaps;
            CREATE TABLE gaps (question TEXT NOT NULL, language TEXT NOT NULL, nearest TEXT,
                asked_at TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (question, language));
            INSERT INTO gaps VALUES ('Siapa?', 'id', 'a', '2025-07-22T00:00:00+00:00', 3);
            INSERT INTO gaps VALUES ('Apa?', 'id', NULL, '2025-07-20T00:00:00+00:00', 2);
            INSERT INTO gaps VALUES ('Apa?', 'en', NULL, '2025-07-21T00:00:00+00:00', 1);
            PRAGMA user_version = 5;
            """
        )
    for _ in range(2):
        with Store(tmp_path / "old") as store:
            gaps = store.gaps()
            assert [
                (one.question, one.language, one.nearest, one.count, one.asked_at.day) for one in gaps
            ] == [
                ("Siapa?", "id", "a", 3, 22),
                ("Apa?", "id", None, 2, 20),
                ("Apa?", "en", None, 1, 21),
            ]
            assert [one.number for one in gaps] == [3, 1, 2]
            assert {(one.state, one.understood, one.changed_at, one.tried) for one in gaps} == {
                ("open", None, None, None)
            }
            assert store.articles() == [article()]
            assert store.integrity() == []
    with Store(tmp_path / "old") as store:
        store.record_gap(AskedGap("Apa?", "id", "a"))
        assert [one.count for one in store.gaps()] == [3, 3, 1]


def test_what_an_earlier_version_left_lying_is_collected(tmp_path: Path) -> None:
    made_by_version_1(tmp_path / "old" / FILE)
    with contextlib.closing(sqlite3.connect(tmp_path / "old" / FILE)) as db, db:
        db.execute("INSERT INTO texts VALUES ('former', 'Teks lama.')")
        db.execute("INSERT INTO embeddings VALUES ('c9', 'm', x'0000803f00000000')")
        db.execute("INSERT INTO embeddings VALUES ('c1', 'other', x'0000803f00000000')")
    with Store(tmp_path / "old") as store:
        store.collect("m", lambda _: False)
        assert query(store, "SELECT sha256 FROM texts") == [(sha(TEXT),)]
        assert query(store, "SELECT content, embedder FROM embeddings ORDER BY content") == [
            ("c1", "m"),
            ("c2", "m"),
        ]


def test_a_migration_that_fails_halfway_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old" / FILE
    made_by_version_1(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        # The second step of the migration cannot be done.
        db.execute("ALTER TABLE articles ADD COLUMN pages TEXT")
    with pytest.raises(LibraryError, match="duplicate column name: pages"):
        Store(path.parent)
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert "author" not in [row[1] for row in db.execute("PRAGMA table_info(articles)")]


def test_author_and_pages_are_kept(store: Store) -> None:
    paged = replace(article(), author="Ratna Sari", pages=(0, 19))
    store.put(paged, entry(), [(Passage(paged, 0, 18), "c1")], {"c1": vector(1, 0)})
    assert store.article("a") == paged


def test_an_empty_file_holds_no_library(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(NoIndex, match=r"no index at .*; build one with: tanya index seeds/"):
        Store(tmp_path)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(LibraryError, match=r"cannot be written \(.*\); check its permissions"):
        Store(tmp_path / "home", create=True)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            sqlite3.SQLITE_FULL,
            "is full; make room, then run the same command again: what was reported as done is kept",
        ),
        (
            sqlite3.SQLITE_IOERR_WRITE,
            r"cannot be read or written \(x\); make room on its disk, then run the same",
        ),
        (sqlite3.SQLITE_READONLY, r"cannot be written \(x\); check its permissions, or set TANYA_HOME"),
        (sqlite3.SQLITE_CANTOPEN, r"cannot be written \(x\); check its permissions, or set TANYA_HOME"),
        (sqlite3.SQLITE_CORRUPT, r"is damaged \(x\); move it away"),
    ],
)
def test_what_sqlite_reports_is_explained_with_the_cure(code: int, message: str) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    with pytest.raises(LibraryError, match=message) as caught, explained(Path("home") / FILE):
        raise error
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "the disk of home is full; make room, then run the same command again"),
        (errno.EACCES, r"home cannot be written \(Permission denied\); check its permissions"),
    ],
)
def test_what_the_system_reports_is_explained_with_the_cure(code: int, message: str) -> None:
    with pytest.raises(LibraryError, match=message), explained(Path("home") / FILE):
        raise OSError(code, os.strerror(code))


def in_child(action: Callable[[], None]) -> str:
    """Run `action` as an ordinary user in a process of its own; the error that it raised, or nothing."""

    def run(sender: Connection) -> None:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        try:
            action()
            sender.send("")
        except LibraryError as error:
            sender.send(str(error))

    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=run, args=(sender,))
    process.start()
    sender.close()
    try:
        return str(receiver.recv())
    finally:
        process.join()


def test_a_library_that_may_only_be_read_can_be_read_and_says_that_it_cannot_be_written(store: Store) -> None:
    put(store)
    store.close()
    home = store.path.parent
    for folder in (home, *list(home.parents)[:4]):
        folder.chmod(0o755)
    store.path.chmod(0o444)
    home.chmod(0o555)

    def read() -> None:
        with Store(home) as opened:
            assert [one.id for one in opened.articles()] == ["a"]

    def write() -> None:
        with Store(home) as opened:
            opened.record_gap(AskedGap("Apa?", "id", None))

    assert in_child(read) == ""
    assert "cannot be written (attempt to write a readonly database); check its permissions" in in_child(
        write
    )


def test_an_entry_is_replaced_with_its_article(store: Store) -> None:
    put(store)
    one = article()
    store.put(one, replace(entry(), digest="new", recipe="r2"), [(Passage(one, 0, 31), "c1")], {})
    assert store.entries() == [replace(entry(), digest="new", recipe="r2")]


def test_what_an_earlier_version_stored_is_sealed_and_compared_by_the_next_run(tmp_path: Path) -> None:
    made_by_version_1(tmp_path / "old" / FILE)
    with Store(tmp_path / "old") as store:
        assert store.altered() == []
        store.complete()
        assert store.revision() == 8
        [(seal,)] = query(store, "SELECT seal FROM articles")
        assert len(seal) == 32
        assert query(store, "SELECT count(*) FROM bands") == [(24,)]
        # Once is enough.
        store.complete()
        assert store.revision() == 8
        with contextlib.closing(sqlite3.connect(store.path)) as db, db:
            db.execute("UPDATE articles SET title = 'Judup'")
        assert [one.id for one in store.altered()] == ["a"]


def test_an_article_without_its_text_is_left_as_it_is(tmp_path: Path) -> None:
    made_by_version_1(tmp_path / "old" / FILE)
    with Store(tmp_path / "old") as store:
        with contextlib.closing(sqlite3.connect(store.path)) as db, db:
            db.execute("DELETE FROM texts")
        store.complete()
        assert store.integrity() == ["1 rows point at nothing"]


def test_a_gap_is_marked_in_words_that_sqlite_3_34_knows(store: Store) -> None:
    said: list[str] = []
    store._connection.set_trace_callback(said.append)
    store.record_gap(AskedGap("Siapa wali kota?", "id", None))
    assert store.mark_gap(1, GapMark("done", "budi", former="open"))
    assert not store.mark_gap(1, GapMark("dismissed", "siti", former="open"))
    assert [one.state for one in store.gaps()] == ["done"]
    # RETURNING came with 3.35, and Python 3.11 runs on systems that are older.
    assert said
    assert not [one for one in said if "RETURNING" in one]
