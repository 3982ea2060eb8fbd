"""The server of the page: its address, its end, and what it never does."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import Command, environment
from page_double import Scripted
from serving import occupied

from index import Settings, SettingsError
from ui.server import build, listen, serve
from ui.service import AssistantService

DOUBLE = Path(__file__).with_name("page_double.py")


def test_a_port_in_use_is_told_with_the_next_one_as_cure() -> None:
    with occupied() as port:
        other = port + 1 if port < 65535 else port - 1
        with pytest.raises(
            SettingsError, match=rf"port {port} on 127\.0\.0\.1 is in use; .* serve --port {other}$"
        ):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("port", [-1, 65536, 65536 + 7860])
def test_a_port_that_is_none_is_refused_and_not_taken_for_another(port: int) -> None:
    with pytest.raises(SettingsError, match=rf"there is no port {port}, .* tanya serve --port 7860$"):
        listen("127.0.0.1", port)


def test_a_port_in_use_is_told_before_anything_is_loaded() -> None:
    def open_assistant() -> None:
        raise AssertionError("nothing is to be opened")

    with occupied() as port:
        # Of this thread, whatever else the machine does meanwhile.
        started = time.thread_time()
        with pytest.raises(SettingsError, match="in use"):
            serve(open_assistant, Settings(port=port))  # type: ignore[arg-type]
        assert time.thread_time() - started < 1


@pytest.mark.model
def test_the_command_tells_a_port_in_use_in_one_line(tanya: Command, seeds: Settings) -> None:
    with occupied() as port:
        run = tanya("--home", seeds.home, "serve", "--port", str(port))
    assert run.returncode == 1
    assert run.stderr.startswith(f"tanya: port {port} on 127.0.0.1 is in use")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/review", "is an address of the page itself"),
        ("/gradio_api/x", "is an address of the page itself"),
        ("tanya", "is no path"),
        ("/tanya/../x", "is no path"),
        ("//evil.example", "is no path"),
        ("/a b", "is no path"),
    ],
)
def test_a_path_that_no_proxy_can_show_the_page_under_is_refused(path: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=f"{reason}; name another, as in: tanya serve --path /tanya"):
        build(AssistantService(Scripted), path=path)


@pytest.mark.parametrize("host", ["192.0.2.1", "bukan alamat"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(
        SettingsError, match=r"no address of this machine; try: tanya serve --host 127\.0\.0\.1"
    ):
        listen(host, 0)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The page of the scripted assistant in a process of its own, which ends when it reaches another host."""
    with occupied() as port:
        pass
    server = subprocess.Popen(
        [sys.executable, DOUBLE, str(port)],
        cwd=folder,
        env=environment() | {"PYTHONPATH": f"{DOUBLE.parents[1]}:{environment()['PYTHONPATH']}"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        assert server.stderr.readline() == f"tanya: starting http://127.0.0.1:{port}\n"
        yield server, f"http://127.0.0.1:{port}/"
    finally:
        server.kill()
        server.wait()


def test_it_is_up_without_reaching_out_and_ends_cleanly_at_ctrl_c(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, address):
        # The address is taken by now, so this waits for the page and is not refused.
        with urllib.request.urlopen(address, timeout=60) as page:
            policy = page.headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "http" not in policy
            assert "Tanya Berita" in page.read().decode()
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=20)
    assert server.returncode == 0, errors
    assert "Traceback" not in errors
    assert errors.splitlines()[-1] == "tanya: stopped"
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_ended_while_it_starts(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, _):
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=20)
    assert server.returncode == 0, errors
    assert errors == "tanya: stopped\n"


DEAF = """
import sys, time
from page_double import Scripted
from index import Settings
from ui.server import serve

class Deaf:
    def __del__(self):
        print("now", flush=True)
        time.sleep(60)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "gradio":
            Deaf()

sys.meta_path.insert(0, Finder())
serve(Scripted, Settings(port=int(sys.argv[1])))
"""
"""A server whose start is at a place for a while where Python ignores any exception."""


def test_it_can_be_ended_where_an_exception_would_be_swallowed(tmp_path: Path) -> None:
    with occupied() as port:
        pass
    path = f"{DOUBLE.parent}:{DOUBLE.parents[1]}:{environment()['PYTHONPATH']}"
    with subprocess.Popen(
        [sys.executable, "-c", DEAF, str(port)],
        cwd=tmp_path,
        env=environment() | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "now\n"
            server.send_signal(signal.SIGTERM)
            _, errors = server.communicate(timeout=20)
        finally:
            server.kill()
    assert server.returncode == 0, errors
    assert errors.splitlines()[1:] == ["tanya: stopped"]


@pytest.mark.model
@pytest.mark.parametrize("seconds", [0.5, 1.5, 2.5, 4])
def test_it_can_be_ended_while_its_models_are_loaded(seeds: Settings, tmp_path: Path, seconds: float) -> None:
    with occupied() as port:
        pass
    command = [Path(sys.executable).with_name("tanya"), "--home", seeds.home, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            assert server.stderr.readline() == f"tanya: starting http://127.0.0.1:{port}\n"
            time.sleep(seconds)
            server.send_signal(signal.SIGTERM)
            _, errors = server.communicate(timeout=20)
        finally:
            server.kill()
    assert server.returncode == 0, errors
    assert [line for line in errors.splitlines() if "ready" not in line] == ["tanya: stopped"]


def asked(address: str, question: str) -> Future[dict[str, Any]]:
    """The answer to a question that another program asks."""
    request = urllib.request.Request(
        f"{address}api/v1/ask",
        json.dumps({"question": question}).encode(),
        {"content-type": "application/json"},
    )

    def answer() -> dict[str, Any]:
        with urllib.request.urlopen(request, timeout=60) as reply:
            answered: dict[str, Any] = json.load(reply)
            return answered

    found: Future[dict[str, Any]] = Future()

    def put() -> None:
        try:
            found.set_result(answer())
        except OSError as error:
            found.set_exception(error)

    threading.Thread(target=put, daemon=True).start()
    return found


def is_answering(address: str) -> bool:
    with urllib.request.urlopen(f"{address}metrics", timeout=60) as reply:
        return "tanya_questions_answering 1.0" in reply.read().decode()


def test_an_answer_that_is_being_made_is_finished_before_the_end(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, address):
        answer = asked(address, "Kopi lambat?")
        while not is_answering(address):
            assert not answer.done()
            time.sleep(0.05)
        server.send_signal(signal.SIGTERM)
        assert server.stderr is not None
        while "stopping once what was asked is answered, within 20 seconds" not in server.stderr.readline():
            pass
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(f"{address}readyz", timeout=60)
        assert "7 persen" in answer.result(60)["text"]
        _, errors = server.communicate(timeout=20)
    assert server.returncode == 0, errors
    assert errors.splitlines()[-1] == "tanya: stopped"


def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, address):
        answer = asked(address, "Kopi tahan?")
        while not is_answering(address):
            assert not answer.done()
            time.sleep(0.05)
        server.send_signal(signal.SIGINT)
        assert server.stderr is not None
        # Two that arrive at the same time are one.
        while "Ctrl-C ends it at once" not in server.stderr.readline():
            pass
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=20)
    assert server.returncode == 130, errors
    assert errors.splitlines()[-1] == "tanya: ended at once; what was being answered is lost"


def test_an_address_that_others_reach_is_not_served_without_an_account(tmp_path: Path) -> None:
    def open_assistant() -> None:
        raise AssertionError("nothing is to be opened")

    with pytest.raises(SettingsError, match=r"other machines reach .*; make one with: tanya users add NAME"):
        serve(open_assistant, Settings(home=tmp_path, host="0.0.0.0", port=0))  # type: ignore[arg-type]


def test_importing_the_page_loads_nothing_heavy() -> None:
    heavy = {"gradio", "torch", "fastapi", "uvicorn", "faiss"}
    code = f"import sys, ui, ui.cli; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=DOUBLE.parents[1]
    )
    assert run.stdout.strip() == "[]"


def test_the_framework_of_the_page_is_imported_without_parsing_its_own_source() -> None:
    # It walks the syntax tree of each of its modules to write type stubs.
    walk = "import ast, sys\ndef walk(_): raise RuntimeError('parsed')\nast.walk = walk\n"
    code = f"{walk}from ui.server import WithoutStubs\nsys.meta_path.insert(0, WithoutStubs())\nimport gradio"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=DOUBLE.parents[1], env=environment())


def test_a_part_of_the_page_that_an_event_leaves_as_it_is_is_not_made_anew() -> None:
    import gradio as gr
    from gradio.state_holder import SessionState

    from ui.chat.page import SparingBlocks

    with SparingBlocks() as blocks:
        button, box, hidden = gr.Button("Kirim"), gr.Textbox(), gr.Button("Henti")
        button.click(lambda: None, None, [button, box, hidden])
    (event,) = blocks.fns.values()
    state = SessionState(blocks)
    told = {box: "Medan", hidden: gr.update(visible=False)}
    made = asyncio.run(blocks.postprocess_data(event, told, state))
    assert made == [gr.skip(), "Medan", {"visible": False, "__type__": "update"}]
    assert state[button._id] is button
    assert state[hidden._id] is not hidden
    alone = asyncio.run(blocks.postprocess_data(event, {box: "Palu"}, state))
    assert alone == [gr.skip(), "Palu", gr.skip()]
    assert asyncio.run(blocks.postprocess_data(event, {}, state)) == [gr.skip()] * 3
