"""The library in a database survives what happens to servers, and says what is wrong with them."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import Command, settings_at
from embedder_double import HashingEmbedder
from postgres_server import PASSWORD, USER, Server, free_port, running
from test_library_backends import article, put

from index.errors import Busy, LibraryError, NoIndex, SettingsError, TanyaError
from index.library import Library
from index.models import Article, Filter
from index.postgres import schema
from index.postgres.connection import Session, parse_address
from index.postgres.search import EXACT, make_near
from index.postgres.store import Database
from index.settings import Settings

ARTICLES = 60

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from embedder_double import HashingEmbedder
from index.library import Library
from index.settings import Settings

def tell(done, total, name):
    print(done, name, flush=True)

settings = Settings(home=Path(sys.argv[1]), store=sys.argv[3])
Library(settings, HashingEmbedder(32)).add([Path(sys.argv[2])], progress=tell)
print("finished", flush=True)
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "berita"
    folder.mkdir()
    for number in range(ARTICLES):
        (folder / f"{number:03}.txt").write_text(
            f"Judul {number}\n\nKunci{number} ada di sini, hari {number}.\n"
        )
    return folder


def library_at(url: str, home: Path) -> Library:
    return Library(Settings(home=home, store=url), HashingEmbedder(32))


def whole(library: Library) -> None:
    """Every article is there once, found by its own word, and all fits together."""
    assert library.verify() == []
    index = library.open()
    assert len(library.articles()) == index.count() == ARTICLES
    for number in range(ARTICLES):
        [(row, _), *_] = index.lexical(f"kunci{number}", 1)
        assert index.passage(row).article_id == f"{number:03}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://a:b@host/db", "postgresql://host:5432/db"),
        ("postgres://a@h:1,[::1]:2/db?sslmode=require", "postgresql://h:1,[::1]:2/db"),
        ("postgresql:///db", "postgresql:///db"),
        ("postgresql://a:%40%2F@h/my%20db?password=geheim", "postgresql://h:5432/my db"),
    ],
)
def test_an_address_is_shown_without_who_and_password(url: str, shown: str) -> None:
    assert str(parse_address(url)) == shown
    assert "b@" not in repr(parse_address(url))
    assert url not in repr(Settings(store=url))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a:geheim@h/db", "geheim", "postgresql://a:gehe@im@h/db", "postgresql://a:gehe/im@h/db",
        "postgresql://a:gehe#im@h/db", "postgresql://a:geheim@h:port/db", "postgresql://a:geheim@[::1/db",
        "postgresql://a:geheim@h/db?target_session_attrs=geheim", "postgresql://a:geheim@h/d%00b",
        "postgresql://a:gehe?im@h/db",
    ],
)  # fmt: skip
def test_an_unusable_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(
        SettingsError, match=r"TANYA_STORE.*; write it as postgresql://user:password@host"
    ) as raised:
        Library(Settings(store=url))
    assert "gehe" not in str(raised.value)


def test_the_setting_comes_from_environment_and_file(tmp_path: Path) -> None:
    assert Settings.load({}, tmp_path).store is None
    (tmp_path / "tanya.toml").write_text('store = "postgresql://file/db"\n')
    assert Settings.load({}, tmp_path).store == "postgresql://file/db"
    assert Settings.load({"TANYA_STORE": "postgresql://h/db"}, tmp_path).store == "postgresql://h/db"


def test_what_cannot_be_reached_or_entered_is_said_with_the_cure_and_without_the_password(
    server: Server, database: str, tmp_path: Path
) -> None:
    gone = f"postgresql://{USER}:geheim@127.0.0.1:{free_port()}/berita"
    for url, told in (
        (gone, r"127.0.0.1:\d+/berita cannot be reached \(.*\); check that the server runs"),
        (server.url("postgres", "geheim"), r"refuses the user or password; correct TANYA_STORE or ~/.pgpass"),
        (server.url("tidak_ada"), r"/tidak_ada does not exist; create it: createdb tidak_ada"),
        (f"{database}?sslmode=geheim", "is unusable; correct its options in TANYA_STORE"),
        (f"{database}?sslmode=require", "cannot be reached"),
    ):
        library = library_at(url, tmp_path)
        for act, arguments in ((library.articles, ()), (library.add, ([tmp_path],))):
            with pytest.raises(LibraryError, match=told) as raised:
                act(*arguments)
            assert "geheim" not in str(raised.value)
            assert PASSWORD not in str(raised.value)
            assert "\n" not in str(raised.value)


def test_the_command_prints_no_password(server: Server, tanya: Command) -> None:
    url = server.url("postgres", "geheim")
    for arguments in (["articles"], ["index", "."]):
        run = tanya(*arguments, TANYA_STORE=url)
        assert run.returncode == 1
        assert run.stderr.startswith("tanya: postgresql://127.0.0.1")
        assert len(run.stderr.splitlines()) == 1
        assert "geheim" not in run.stderr + run.stdout


def test_a_database_without_pgvector_or_rights_or_of_another_program_says_so(
    server: Server, database: str, files: Path, tmp_path: Path
) -> None:
    name = database.rpartition("/")[2]
    library = library_at(database, tmp_path)
    server.sql(f"ALTER DATABASE {name} SET extension_control_path = '/nowhere'")
    with pytest.raises(LibraryError, match=r"has no pgvector; install it there"):
        library.add([files])
    server.sql(f"ALTER DATABASE {name} RESET extension_control_path")
    server.sql("DROP ROLE IF EXISTS tamu; CREATE ROLE tamu LOGIN PASSWORD 'tamu'")
    guest = library_at(f"postgresql://tamu:tamu@127.0.0.1:{server.port}/{name}", tmp_path)
    with pytest.raises(LibraryError, match=r"may not add pgvector; let the database's owner run: psql -c"):
        guest.add([files])
    server.sql("CREATE EXTENSION vector", name)
    with pytest.raises(LibraryError, match=r"permission denied .*; let its owner grant that"):
        guest.add([files])
    server.sql("CREATE SCHEMA tanya AUTHORIZATION tamu", name)
    assert len(guest.add([files]).added) == ARTICLES
    whole(guest)
    server.sql("UPDATE tanya.library SET version = 99", name)
    for refused in (library, guest):
        refused.close()
        with pytest.raises(LibraryError, match=r"newer version of tanya \(99, this one knows \d+\); install"):
            refused.articles()
    server.sql("DROP SCHEMA tanya CASCADE; CREATE SCHEMA tanya; CREATE TABLE tanya.lain ()", name)
    with pytest.raises(LibraryError, match=r"schema tanya of .* is another program's; name another database"):
        library.add([files])
    server.sql(f"ALTER DATABASE {name} OWNER TO {USER}; DROP OWNED BY tamu", name)


def test_an_encoding_that_cannot_hold_every_text_is_refused(server: Server, tmp_path: Path) -> None:
    server.sql("CREATE DATABASE lama ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(LibraryError, match="is encoded in LATIN1; create one in UTF8: createdb"):
        library_at(server.url("lama"), tmp_path).add([tmp_path])
    server.sql("DROP DATABASE lama")


def put_into(database: str, one: Article) -> None:
    place = Database(database)
    try:
        with place.writing(30, create=True) as store:
            put(store, one)
    finally:
        place.close()


def test_processes_that_create_the_tables_at_once_find_them_once(database: str) -> None:
    errors: list[BaseException] = []
    start = threading.Barrier(4)

    def create() -> None:
        try:
            start.wait()
            put_into(database, article("a", "Satu kalimat."))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            errors.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    place = Database(database)
    assert place.reading().state() == (4, {"m"})
    place.close()


def test_tables_that_another_makes_between_two_looks_are_whole(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = schema._has_tables

    def make_them_first(session: Session, name: str = "library") -> bool:
        monkeypatch.setattr(schema, "_has_tables", look)
        put_into(database, article("a", "Satu kalimat."))
        return look(session, name)

    monkeypatch.setattr(schema, "_has_tables", make_them_first)
    put_into(database, article("b", "Kalimat lain."))
    place = Database(database)
    assert place.reading().state()[0] == 2
    place.close()


def write(home: Path, files: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, home, files, url], stdout=subprocess.PIPE, text=True
    )


def test_killed_at_any_moment_the_writer_loses_nothing_and_frees_its_lock(
    database: str, files: Path, tmp_path: Path
) -> None:
    chance = random.Random(20250722)
    reported: set[str] = set()
    for _ in range(2):
        with write(tmp_path, files, database) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randint(1, 20)):
                if (line := writer.stdout.readline().split())[0] != "finished":
                    reported.add(line[1])
            time.sleep(chance.random() * 0.05)
            writer.kill()
        library = library_at(database, tmp_path)
        assert reported <= {one.id for one in library.articles()}
        assert library.verify() == []
        library.close()
    library = library_at(database, tmp_path)
    # The server frees the lock as soon as it notices; a run right after waits for nothing else.
    deadline = time.monotonic() + 10
    while True:
        try:
            library.add([files])
            break
        except Busy:
            assert time.monotonic() < deadline
    whole(library)
    library.close()


def test_the_second_writer_is_told_where_the_first_one_runs(
    database: str, files: Path, tmp_path: Path
) -> None:
    library = library_at(database, tmp_path)
    with write(tmp_path, files, database) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        told = rf"process {writer.pid} on {socket.gethostname()[:32]} is writing to .*; wait until it is done"
        place = Database(database)
        writer.send_signal(19)
        with pytest.raises(Busy, match=told), place.writing():
            pass
        writer.send_signal(18)
        with place.writing(30) as store:
            assert len(store.entries()) == ARTICLES
        place.close()
    whole(library)
    library.close()


def test_a_server_that_is_restarted_is_found_again_by_readers_and_writer(
    server: Server, database: str, files: Path, tmp_path: Path
) -> None:
    library, reader = library_at(database, tmp_path), library_at(database, tmp_path)

    def restart(done: int, total: int, name: str) -> None:
        if done == 20:
            reader.articles()
            server.kill()
            server.start()
            assert len(reader.articles()) >= 20

    report = library.add([files], progress=restart)
    assert len(report.added) == ARTICLES
    whole(reader)
    library.close()
    reader.close()


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary and its replica."""
    with running("fsync=off") as primary, primary.standby() as standby:
        yield primary, standby


def test_a_replica_answers_and_says_why_it_records_nothing(
    pair: tuple[Server, Server], files: Path, tmp_path: Path
) -> None:
    primary, standby = pair
    name = "replica"
    primary.sql(f"CREATE DATABASE {name}")
    library_at(primary.url(name), tmp_path).add([files])
    standby.await_all_of(primary)
    replica = library_at(standby.url(name), tmp_path)
    whole(replica)
    for act in (lambda: replica.record_gap("Apa?", "id", None), lambda: replica.remove(["000"])):
        with pytest.raises(LibraryError, match=r"no server of .* is read-write; promote a replica"):
            act()
    # Reads go to the replica, what is recorded to the primary.
    shared = library_at(
        f"{standby.url(name, PASSWORD, primary)}?target_session_attrs=prefer-standby", tmp_path
    )
    shared.record_gap("Apa?", "id", None)
    assert len(shared.articles()) == ARTICLES
    assert primary.sql("SELECT count(*) FROM tanya.gaps", name) == [["1"]]
    ours = "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'tanya %'"
    assert standby.sql(ours) == [["t"]]
    replica.close()
    shared.close()


def test_when_the_primary_dies_its_replica_is_promoted_nothing_is_lost_and_all_goes_on(
    pair: tuple[Server, Server], files: Path, tmp_path: Path
) -> None:
    primary, standby = pair
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    primary.sql("SELECT pg_reload_conf()")
    while primary.sql("SELECT sync_state FROM pg_stat_replication") != [["sync"]]:
        time.sleep(0.02)
    both = primary.url("postgres", PASSWORD, standby)
    library, reader = library_at(both, tmp_path), library_at(both, tmp_path)
    library.add([files / "000.txt"])
    reported, answers, failures = [], [], []
    over, died = threading.Event(), threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                [(row, _), *_] = reader.open().lexical("kunci0", 1)
                answers.append((died.is_set(), reader.open().passage(row).article_id))
            except TanyaError as error:
                failures.append(error)

    def fail_over() -> None:
        time.sleep(random.random() * 0.05)
        primary.kill()
        died.set()
        standby.promote()

    def tell(done: int, total: int, name: str) -> None:
        reported.append(name)
        if len(reported) == 20:
            failing.start()

    asking, failing = threading.Thread(target=ask), threading.Thread(target=fail_over)
    asking.start()
    try:
        report = library.add([files], progress=tell)
        failing.join()
        time.sleep(0.2)
    finally:
        over.set()
        asking.join()
    assert len(report.added) + len(report.unchanged) == ARTICLES
    assert failures == []
    assert (True, "000") in answers
    assert (False, "000") in answers
    # What a new process sees, and only on the replica.
    alone = library_at(standby.url(), tmp_path)
    assert set(reported) <= {one.id for one in alone.articles()}
    whole(alone)
    alone.record_gap("Apa?", "id", None)
    for one in (library, reader, alone):
        one.close()


class Cutting:
    """Stands between client and server, and cuts the connection once when a certain statement has passed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.statement = b""
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, watch: bool) -> None:
        while True:
            try:
                data = source.recv(65536)
                if watch and self.statement and self.statement in data:
                    self.statement = b""
                    self.cuts += 1
                    source.shutdown(socket.SHUT_RDWR)
                    target.sendall(data)
                    # The server does it all the same, and finds nobody to tell.
                    time.sleep(0.3)
                    data = b""
                if not data:
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def cutting(server: Server) -> Iterator[Cutting]:
    proxy = Cutting(server.port)
    yield proxy
    proxy.close()


@pytest.mark.parametrize("act", ["remove", "gap", "feedback", "add"])
def test_what_was_done_though_its_answer_was_lost_is_done_once(
    server: Server, database: str, cutting: Cutting, files: Path, tmp_path: Path, act: str
) -> None:
    direct = library_at(database, tmp_path)
    direct.add([files])
    direct.record_gap("Apa?", "id", None)
    library = library_at(database.replace(f":{server.port}/", f":{cutting.port}/"), tmp_path)
    library.record_gap("Apa?", "id", None)
    revision = Database(database).reading().revision()
    cutting.statement = b"COMMIT"
    if act == "remove":
        assert library.remove(["000"]).removed == ("000",)
        assert len(direct.articles()) == ARTICLES - 1
    elif act == "gap":
        library.close()
        cutting.statement = b"nearest = excluded"
        library.record_gap("Apa?", "id", None)
        assert [gap.count for gap in direct.gaps()] == [3]
    elif act == "feedback":
        library.record_feedback("Apa?", "{}", "right")
        cutting.statement = b"INSERT INTO feedback"
        library.close()
        library.record_feedback("Apa?", "{}", "wrong")
        assert [one.verdict for one in direct.feedback()] == ["right", "wrong"]
    else:
        (files / "000.txt").write_text("Judul 0\n\nKunci0 sudah lain.\n")
        assert library.add([files]).updated == ("000",)
        assert Database(database).reading().revision() == revision + 1
    assert cutting.cuts == 1
    assert direct.verify() == []
    for one in (library, direct):
        one.close()


@pytest.mark.parametrize(
    ("damage", "told", "cure"),
    [
        (
            "UPDATE articles SET text = 'X' || substr(text, 2) WHERE id = '007'",
            "the text of article '007'",
            "remove",
        ),
        (
            "UPDATE passages SET start = start + 1 WHERE number = 9",
            "was embedded with another text",
            "remove",
        ),
        ("UPDATE passages SET vector = vector * vector WHERE number = 9", "is damaged", "remove"),
        (
            "UPDATE articles SET published = '2020-01-01' WHERE id = '007'",
            "article '007' is altered",
            "remove",
        ),
        (
            "UPDATE passages SET vector = (SELECT vector FROM passages WHERE number = 1) WHERE number = 9",
            "what is stored of article",
            "remove",
        ),
        ("UPDATE passages SET stop = 9999 WHERE number = 9", "lies outside article", "remove"),
        ("DELETE FROM passages WHERE article = 9", "has no passages", "remove"),
        ("DELETE FROM postings WHERE passage = 9", "are counted wrongly", "index"),
        ("UPDATE postings SET frequency = 9 WHERE passage = 9", "are counted wrongly", "index"),
        ("INSERT INTO postings VALUES (1, 99999, 1, 1)", "postings belong to no passage", "index"),
        (
            "UPDATE terms SET passages = 9 WHERE term = (SELECT min(term) FROM terms)",
            "1 terms are not",
            "index",
        ),
        ("UPDATE models SET words = 7", "1 passages of a model are not counted", "index"),
        ("UPDATE passages SET published = '2020-01-01' WHERE number = 9", "are filtered otherwise", "index"),
        (
            "ALTER TABLE derived DROP CONSTRAINT derived_article_fkey; "
            "INSERT INTO derived VALUES (9999, 'words', '1', '[]', '')",
            "1 rows are derived of no article",
            "index",
        ),
    ],
)
def test_what_is_altered_is_reported_and_mended_by_the_cure(
    server: Server, database: str, files: Path, tmp_path: Path, damage: str, told: str, cure: str
) -> None:
    for path in sorted(files.iterdir())[12:]:
        path.unlink()
    library = library_at(database, tmp_path)
    library.add([files])
    before = library.articles()
    server.sql(f"SET search_path = tanya, public; {damage}", database.rpartition("/")[2])
    problems = library.verify()
    assert any(told in problem for problem in problems), problems
    assert all("; " in problem for problem in problems)
    if cure == "remove":
        [damaged] = {
            problem.split("tanya articles remove ")[1].split(",")[0]
            for problem in problems
            if "remove" in problem
        }
        library.remove([damaged])
        library.add([files])
    else:
        assert all(problem.endswith("rebuild the index with: tanya index") for problem in problems)
    library.add([])
    assert library.verify() == []
    assert library.articles() == before
    library.close()


def test_many_passages_are_indexed_by_nearness_and_rare_filters_stay_exact(
    server: Server, database: str
) -> None:
    place, name = Database(database), database.rpartition("/")[2]
    text = "kalimat " * 30
    with place.writing(create=True) as store:
        put(store, article("a", text, source="Sering"), dimension=12)
        put(store, article("b", text, source="Jarang"), dimension=12)
        # As many as make an index worth it; every hundredth is of the second article.
        server.sql(
            "SET search_path = tanya, public; SELECT setseed(0.5); INSERT INTO passages "
            "(article, model, start, stop, content, length, publisher, vector) "
            "SELECT 1 + (n % 100 = 0)::int, 1, 0, 8, 'c' || n, 30, "
            "CASE WHEN n % 100 = 0 THEN 'jarang' ELSE 'sering' END, "
            "ARRAY(SELECT random() - 0.5 + 0 * n FROM generate_series(1, 12))::vector "
            f"FROM generate_series(1, {EXACT}) n; "
            "UPDATE models SET passages = (SELECT count(*) FROM passages)",
            name,
        )
        store.renew("m")
    shown = place.reading().shown()
    assert shown is not None
    index = shown.index
    assert len(index) == EXACT + 2
    about = index.description()
    assert about["search"] == "hnsw"
    assert about["recall"] >= 0.99
    made = "SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%halfvec(12)%'"
    assert server.sql(made, name) == [["1"]]
    stored = server.sql("SET search_path = tanya, public; SELECT number, article, vector FROM passages", name)
    numbers = np.array([int(row[0]) for row in stored])
    rare = np.array([row[1] == "2" for row in stored])
    vectors = np.array([json.loads(row[2]) for row in stored], np.float32)
    chance = np.random.default_rng(7)
    shares: dict[Filter, list[float]] = {Filter(): [], Filter(sources=("JARANG",)): []}
    for _ in range(20):
        vector = chance.normal(size=12).astype(np.float32)
        vector /= np.linalg.norm(vector)
        for chosen, found in shares.items():
            cosines = np.where(rare | (not chosen), vectors @ vector, -np.inf)
            truth = numbers[np.argsort(-cosines)[:10]]
            found.append(len({row for row, _ in index.dense(vector, 10, chosen)} & set(truth.tolist())) / 10)
    common, filtered = (float(np.mean(found)) for found in shares.values())
    assert common >= 0.99
    assert filtered == 1.0
    with place.writing() as store:
        # Where the index by nearness does not find enough, every passage is compared, and it goes.
        store._sessions.run(lambda db: make_near(db, 1, anew=True, reaches=()))
    shown = place.reading().shown()
    assert shown is not None
    assert (shown.index.description()["search"], shown.index.description()["recall"]) == ("exact", 1.0)
    assert server.sql(made, name) == [["0"]]
    for _ in range(5):
        vector = chance.normal(size=12).astype(np.float32)
        truth = set(numbers[np.argsort(-vectors @ vector)[:10]].tolist())
        assert {row for row, _ in shown.index.dense(vector, 10)} == truth
    with place.writing() as store:
        store.delete(["a", "b"])
        store.withdraw()
    assert server.sql(made, name) == [["0"]]
    place.close()


def test_a_database_that_was_made_anew_is_opened_anew(server: Server, database: str) -> None:
    place = Database(database)
    with place.writing(create=True) as store:
        put(store, article("a", "Satu kalimat."))
    shown = place.reading().shown()
    assert shown is not None
    [(row, _)] = shown.index.lexical("kalimat", 3)
    assert shown.index.passage(row).article_id == "a"
    server.sql("DROP SCHEMA tanya CASCADE; DROP EXTENSION vector", database.rpartition("/")[2])
    with pytest.raises(NoIndex, match=r"no index at .*; build one with: tanya index seeds/"):
        place.reading().articles()
    with place.writing(create=True) as store:
        put(store, article("b", "Dua kalimat."))
    shown = place.reading().shown()
    assert shown is not None
    [(row, _)] = shown.index.dense(np.eye(4, dtype=np.float32)[0], 3)
    assert shown.index.passage(row).article_id == "b"
    place.close()


def test_a_statement_that_takes_too_long_is_stopped_and_said(database: str) -> None:
    place = Database(database)
    with place.writing(create=True) as store:
        with pytest.raises(
            LibraryError, match=r"took too long and was stopped; try again when it is less busy"
        ):
            store._sessions.run(
                lambda db: (db.run("SET statement_timeout = 20"), db.run("SELECT pg_sleep(5)"))
            )
        assert store.state() == (0, set())
    place.close()


@pytest.mark.model
def test_the_same_questions_get_the_same_citations_from_both(
    seeds: Settings, database: str, called: Command, tmp_path: Path
) -> None:
    root = Path(__file__).resolve().parents[1]
    run = called("index", root / "seeds", "--json", TANYA_STORE=database)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["added"] == ["sulut-jepang", "sumut-enam-negara"]
    from dataclasses import replace

    from rag.output import answer_object
    from rag.pipeline import Assistant, load_assistant

    folder = load_assistant(Library(seeds))
    base = Assistant(
        Library(replace(settings_at(tmp_path), store=database), folder.embedder),
        folder.embedder,
        folder.reader,
    )
    refused = []
    for question in (
        "Berapa nilai ekspor Sumut Januari–Mei 2025?",
        "Who visited the governor of North Sumatra?",
        "Ke negara mana lobster Sulut dikirim?",
        "Siapa wali kota Medan?",
    ):
        answers = []
        for assistant in (folder, base):
            told = json.loads(json.dumps(answer_object(assistant.ask(question)), default=str))
            told.pop("timings_ms")
            for hit in told["hits"]:
                hit["score"] = round(hit["score"], 4)
            answers.append(told)
        assert answers[0] == answers[1]
        refused += [question] * answers[0]["abstained"]
    assert "Siapa wali kota Medan?" in refused
    assert {gap.question for gap in base.library.gaps()} == set(refused)
    base.library.close()
