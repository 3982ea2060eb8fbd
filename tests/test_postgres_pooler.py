"""Behind a pooler a library is whole where its sessions are its own, and is refused where they are not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from embedder_double import HashingEmbedder
from postgres_server import PASSWORD, USER, Server, free_port
from test_library_backends import article, put
from three_articles import found, write_articles

from index.errors import LibraryError
from index.library import Library
from index.postgres.store import Database
from index.settings import Settings

REFUSED = (
    r"is a pooler that gives every transaction another session, and tanya needs its own; "
    r"set pool_mode = session there .*, or name the server itself in TANYA_STORE"
)
PATIENCE = 20.0


@contextlib.contextmanager
def pooler(server: Server, mode: str) -> Iterator[int]:
    """PgBouncer before `server`; the port that it listens on."""
    program = shutil.which("pgbouncer")
    if program is None:
        pytest.skip("no pgbouncer here; install it to test behind a pooler")
    # Not below pytest's folder, which only its owner may enter.
    folder, port = Path(tempfile.mkdtemp(prefix="tanya-pooler-")), free_port()
    (folder / "users.txt").write_text(f'"{USER}" "{PASSWORD}"\n')
    (folder / "pooler.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={server.port}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {folder}/users.txt\n"
        f"pool_mode = {mode}\ndefault_pool_size = 12\nlogfile = {folder}/log\n"
    )
    (folder / "log").touch()
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777 if path.is_dir() else 0o666)
    # It does not run as root either.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([program, "-q", *user, folder / "pooler.ini"]) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while "process up" not in (folder / "log").read_text():
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port
        finally:
            process.kill()
    shutil.rmtree(folder)


def through(port: int, database: str) -> str:
    return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}{urlsplit(database).path}"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "berita")


def test_where_sessions_are_its_own_everything_is_as_without_a_pooler(
    server: Server, database: str, files: Path, tmp_path: Path
) -> None:
    with pooler(server, "session") as port:
        library = Library(Settings(home=tmp_path, store=through(port, database)), HashingEmbedder(32))
        direct = Library(Settings(home=tmp_path, store=database), HashingEmbedder(32))
        try:
            assert library.add([files]).added == ("ekspor", "lobster", "wushu")
            assert library.remove(["wushu"]).removed == ("wushu",)
            assert library.add([files]).added == ("wushu",)
            assert library.verify() == direct.verify() == []
            assert found(library, "Lobster dikirim ke Jepang tahun ini.") == ["lobster", "lobster"]
        finally:
            library.close()
            direct.close()


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_where_sessions_are_shared_it_is_refused_with_the_cure(
    server: Server, database: str, files: Path, tmp_path: Path, mode: str
) -> None:
    direct = Library(Settings(home=tmp_path, store=database), HashingEmbedder(32))
    direct.add([files])
    direct.close()
    with pooler(server, mode) as port:
        library = Library(Settings(home=tmp_path, store=through(port, database)), HashingEmbedder(32))
        for work in (lambda: library.add([files]), library.open, library.verify, library.articles):
            with pytest.raises(LibraryError, match=REFUSED):
                work()
        library.close()
    # Nothing is left behind that would hold up another.
    assert direct.remove(["wushu"]).removed == ("wushu",)
    direct.close()


def test_shared_sessions_are_noticed_among_others_that_work_in_them(
    server: Server, database: str, files: Path, tmp_path: Path
) -> None:
    stop = threading.Event()
    with pooler(server, "transaction") as port:
        url = through(port, database)
        others = threading.Thread(target=lambda: asyncio.run(_busy(url, stop)))
        others.start()
        try:
            for _ in range(5):
                library = Library(Settings(home=tmp_path, store=url), HashingEmbedder(32))
                with pytest.raises(LibraryError, match=REFUSED):
                    library.add([files])
                library.close()
        finally:
            stop.set()
            others.join()


async def _busy(url: str, stop: threading.Event) -> None:
    """Four clients in short transactions."""
    import asyncpg

    async def work() -> None:
        connection = await asyncpg.connect(url, statement_cache_size=0)
        while not stop.is_set():
            await connection.execute("BEGIN; SELECT pg_sleep(0.002); COMMIT")
        connection.terminate()

    await asyncio.gather(*(work() for _ in range(4)))


def test_a_writer_that_was_given_another_session_writes_nothing(database: str) -> None:
    place = Database(database)
    with place.writing(create=True) as store:
        put(store, article("a", "Harga kopi naik."))
        # As it is when the session is the one of another that went to work in it.
        store._sessions.run(lambda db: db.value("SELECT set_config('tanya.session', 'lain', false)"))
        with pytest.raises(LibraryError, match=REFUSED):
            put(store, article("b", "Harga teh naik."))
    assert [one.id for one in place.reading().articles()] == ["a"]
    place.close()
