"""Nothing that a user runs looks up or reaches another host: not the first run, and not a later one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT, Command, environment


@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('192.0.2.1', 9), 1)",
        "socket.getaddrinfo('name.invalid', 80)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))",
        "urllib.request.urlopen('https://name.invalid')",
    ],
)
def test_a_command_under_test_ends_when_it_reaches_out(call: str):
    code = f"import socket, urllib.request\ntry:\n    {call}\nexcept Exception:\n    pass"
    run = subprocess.run([sys.executable, "-c", code], env=environment(), timeout=60, check=False)
    assert run.returncode == 97


@pytest.mark.model
def test_an_empty_cache_is_filled_and_used_without_another_host(tanya: Command, tmp_path):
    home, cache = tmp_path / "home", tmp_path / "cache"
    home.mkdir()
    places = {"HOME": str(home), "TANYA_CACHE": str(cache)}
    indexed = tanya("index", ROOT / "seeds", **places)
    assert indexed.returncode == 0, indexed.stderr
    for command in ("search", "ask"):
        run = tanya(command, "Berapa nilai ekspor Sumut Januari–Mei 2025?", **places)
        assert run.returncode == 0, run.stderr
        assert "4,796 miliar" in run.stdout
    # A library that reports about its use from native code, unseen here, first stores an identifier at home.
    assert [str(path.relative_to(home)) for path in home.rglob("*")] == []
