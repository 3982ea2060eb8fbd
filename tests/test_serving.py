"""What stands around the page: bounds, slow clients, limits, health, measurements and the log."""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from page_double import Scripted
from serving import Served, served

from index import ModelError
from ui.auth.accounts import SCOPE, Visitor
from ui.chat.session import KEPT
from ui.middleware import LARGEST, LARGEST_FILES, SizeLimitMiddleware, TimeoutProtocol, largest_of
from ui.ops import JsonLines, Metrics, Printed
from ui.server import unready
from ui.service import AssistantService, Closing, RateLimits, RequestQueue, client_of


@pytest.fixture(scope="module")
def site() -> Iterator[Served]:
    with served() as running:
        while not running.service.settled:
            running.service.assistant()
        yield running


# What the framework knows of a page


def test_a_page_from_before_a_restart_still_asks_with_the_publishers_it_was_offered(site: Served) -> None:
    config = json.loads(site.get("/config").text)
    fields = {one["props"].get("elem_id"): one for one in config["components"]}
    on_enter = [fields["question"]["id"], "submit"]
    event = next(one for one in config["dependencies"] if on_enter in one["targets"])
    given = {fields["question"]["id"]: "Berapa nilai ekspor?", fields["publishers"]["id"]: ["Kabar Lama"]}
    usual = {one["id"]: one["props"].get("value") for one in config["components"]}
    sent = {
        "data": [given.get(one, usual[one]) for one in event["inputs"]],
        "fn_index": event["id"],
        "session_hash": "older",
    }
    body = json.dumps(sent)
    reply = site.post("/gradio_api/run/predict", body, content_type="application/json")
    assert reply.status == 200, reply.text
    asked = site.service.assistant().asked  # type: ignore[attr-defined]
    for _ in range(400):
        if asked:
            break
        threading.Event().wait(0.02)
    assert asked[-1][1]["sources"] == ("Kabar Lama",)


def test_the_framework_remembers_no_more_pages_than_there_are_conversations(site: Served) -> None:
    assert site.app.routes[-1].app.state_holder.capacity == KEPT


# Bounds


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Tells how many bytes it was sent, once it has them all."""
    count, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError("it ended early")
        count, more = count + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(count).encode()})


async def deaf(scope: Any, receive: Any, send: Any) -> None:
    """Answers without a look at what it is sent."""
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


class Hasty(TimeoutProtocol):
    head = rest = 0.3


@contextmanager
def small(app: Any) -> Iterator[int]:
    """A server of an application that is in no patience; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, http=Hasty, ws="none", lifespan="off", log_config=None, timeout_keep_alive=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)


def exchange(port: int, *parts: bytes) -> bytes:
    """Everything that comes back until the other side ends the connection."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            while data := connection.recv(65536):
                came += data
        except (ConnectionResetError, BrokenPipeError):
            pass
    return came


def ends(connection: socket.socket, drop: bytes) -> bool:
    """Whether the other side ends the connection while it is sent one drop after the other."""
    try:
        for _ in range(2000):
            connection.sendall(drop)
            threading.Event().wait(0.01)
    except (ConnectionResetError, BrokenPipeError):
        return True
    return False


HEAD = b"POST /x HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"


def test_a_body_within_its_bounds_arrives_whole() -> None:
    body = b"x" * LARGEST
    with small(SizeLimitMiddleware(echo)) as port:
        came = exchange(port, HEAD, b"content-length: %d\r\n\r\n" % len(body), body)
        assert came.startswith(b"HTTP/1.1 200")
        assert b"\r\n1048576\r\n" in came


@pytest.mark.parametrize("said", [b"content-length: 1048577", b"content-length: 99999999999"])
def test_a_body_that_is_said_to_be_too_long_is_not_waited_for(said: bytes) -> None:
    with small(SizeLimitMiddleware(echo)) as port:
        assert exchange(port, HEAD, said, b"\r\n\r\n").startswith(b"HTTP/1.1 413")


def test_a_body_that_becomes_too_long_is_refused_whatever_its_header_said() -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with small(SizeLimitMiddleware(echo)) as port:
        came = exchange(port, HEAD, b"transfer-encoding: chunked\r\n\r\n", *[chunk] * 17, b"0\r\n\r\n")
    assert came.startswith(b"HTTP/1.1 413")
    assert came.count(b"HTTP/1.1") == 1
    assert b"1 MB" in came


def test_a_body_that_never_ends_is_cut_off() -> None:
    chunk = b"1\r\nx\r\n"
    with (
        small(SizeLimitMiddleware(deaf)) as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
    ):
        connection.sendall(b"POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 403")
        assert ends(connection, chunk)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ",
        b"GET / HTTP/1.1\r\nhost: a\r\n\r\nGET",
    ],
)
def test_a_connection_that_does_not_say_what_it_wants_is_ended(sent: bytes) -> None:
    with small(deaf) as port:
        # The other side ends it, or reading would time out.
        came = exchange(port, sent)
        assert came.count(b"HTTP/1.1 403") == sent.count(b"\r\n\r\n")


def test_headers_that_come_drop_by_drop_are_not_waited_for() -> None:
    with small(deaf) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert ends(connection, b"a: b\r\n")


def test_what_takes_files_may_be_sent_more() -> None:
    assert largest_of("/articles/upload") == largest_of("/api/v1/articles") == LARGEST_FILES
    assert largest_of("/articles/uploads") == largest_of("/api/v1/articlesx") == largest_of("/") == LARGEST


def test_a_body_is_bounded_on_every_route(site: Served) -> None:
    for path in ("/feedback", "/login", "/gradio_api/run/predict", "/nowhere", "/api/v1/ask"):
        reply = site.post(path, "x" * (LARGEST + 1))
        assert reply.status == 413, path
        assert "1 MB" in reply.text


def test_headers_are_bounded(site: Served) -> None:
    assert site.get("/healthz", x_long="a" * 40_000).status == 431
    assert site.get("/" + "a" * 40_000).status == 431


# Limits


def test_who_asks_too_often_waits_and_nobody_else() -> None:
    limits = RateLimits(questions=3, uploads=1)
    assert [limits.question("account siti") for _ in range(3)] == [0, 0, 0]
    assert 1 <= limits.question("account siti") <= 60
    assert limits.question("account budi") == 0
    assert limits.upload("account siti") == 0
    assert 1 <= limits.upload("account siti") <= 60


def test_an_account_is_one_client_wherever_it_is_and_an_address_is_one_without() -> None:
    siti = {SCOPE: Visitor("siti", "reader"), "client": ("192.0.2.1", 1)}
    assert client_of(siti) == client_of(siti | {"client": ("192.0.2.2", 1)}) == "account siti"
    assert client_of({"client": ("192.0.2.1", 1)}) == "address 192.0.2.1"
    assert client_of({"client": ("2001:db8::1", 1)}) == client_of({"client": ("2001:db8::2", 1)})
    assert client_of({"client": None}) == "address "


# Health and measurements


def test_a_server_that_can_answer_is_ready(site: Served) -> None:
    assert json.loads(site.get("/healthz").text) == {"alive": True}
    ready = site.get("/readyz")
    assert (ready.status, json.loads(ready.text)) == (200, {"ready": True})


def test_why_a_server_is_not_ready_is_told_as_a_kind_and_no_more() -> None:
    opening = threading.Event()

    def fail() -> Scripted:
        opening.wait(20)
        raise ModelError("no model at /home/siti/rahasia; set TANYA_READER to another")

    service = AssistantService(fail)
    assert unready(service) == "Opening"
    service.prepare()
    assert unready(service) == "Opening"
    opening.set()
    with pytest.raises(ModelError, match="rahasia"):
        service.assistant()
    assert unready(service) == "ModelError"
    service.queue.closed = True
    assert unready(service) == "Stopping"


def test_an_assistant_that_could_not_be_opened_is_tried_again_by_who_asks_whether_it_is() -> None:
    tries: list[int] = []

    def second() -> Scripted:
        tries.append(1)
        if len(tries) == 1:
            raise ModelError("no model")
        return Scripted()

    service = AssistantService(second)
    service.prepare()
    with pytest.raises(ModelError, match="no model"):
        service._opening.result(20)  # type: ignore[union-attr]
    assert unready(service) == "ModelError"
    assert service.assistant().library.count() == 3
    assert unready(service) is None


def value(text: str, line: str) -> float:
    found = [one.rpartition(" ")[2] for one in text.splitlines() if one.startswith(line)]
    assert len(found) == 1, line
    return float(found[0])


def test_what_was_done_is_counted_by_route_and_never_by_address(site: Served) -> None:
    site.get("/scripts/rahasia.js")
    site.get("/rahasia?q=rahasia")
    site.send("RAHASIA", "/review")
    site.service.metrics.asked("abstained", 0.7)
    text = site.get("/metrics").text
    assert value(text, 'tanya_requests_total{method="GET",route="/scripts/{name}",status="404"}') == 1
    assert value(text, 'tanya_requests_total{method="other",') == 1
    assert value(text, 'tanya_question_seconds_count{outcome="abstained"}') == 1
    assert value(text, 'tanya_question_seconds_bucket{le="0.5",outcome="abstained"}') == 0
    assert value(text, 'tanya_question_seconds_bucket{le="1.0",outcome="abstained"}') == 1
    assert value(text, "tanya_articles ") == 3
    assert value(text, "tanya_questions_waiting ") == 0
    assert value(text, "process_resident_memory_bytes ") > 10**7
    assert "rahasia" not in text.lower()
    with site.service.queue.line_up():
        assert value(site.get("/metrics").text, "tanya_questions_answering ") == 1


def test_two_servers_count_for_themselves(site: Served) -> None:
    assert b'count{outcome="answered"} 0.0' in Metrics().text(0, 0, None)
    assert b"tanya_ready 0.0" in Metrics().text(0, 0, None)


# The log


@contextmanager
def logged(*, questions: bool = False) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(questions=questions))
    ours = logging.getLogger("tanya")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        ours.removeHandler(handler)
        ours.setLevel(level)


ATTACK = 'a\r\n{"level": "error", "event": "forged"}\n\u2028\u202e\x1b[2J\x00'


def test_a_request_is_one_line_that_holds_nothing_of_its_address(site: Served) -> None:
    with logged() as stream:
        reply = site.get("/review?verdict=rahasia%0a%0d", user_agent="rahasia", referer="rahasia")
        # It is told once the answer is on its way.
        while '"request"' not in stream.getvalue():
            threading.Event().wait(0.01)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (line,) = [one for one in lines if one["event"] == "request"]
    assert line | {"time": "", "seconds": 0} == {
        "time": "", "level": "info", "event": "request", "logger": "tanya.requests",
        "request": reply.headers["x-request-id"], "method": "GET", "route": "/review", "status": 200,
        "seconds": 0, "visitor": "", "client": "127.0.0.1",
    }  # fmt: skip
    assert line["seconds"] > 0
    assert "rahasia" not in stream.getvalue()


def test_no_text_from_outside_forges_a_line() -> None:
    with logged(questions=True) as stream:
        Metrics(questions=True).asked("answered", 1.0, visitor=ATTACK, question=ATTACK)
        logging.getLogger("tanya.page").warning("%s", ATTACK)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert stream.getvalue().isascii()
    assert json.loads(lines[0])["question"] == ATTACK
    assert [json.loads(line)["level"] for line in lines] == ["info", "warning"]
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("allowed", [False, True])
def test_what_was_asked_is_logged_only_where_that_is_wanted(allowed: bool) -> None:
    with logged(questions=allowed) as stream:
        Metrics(questions=allowed).asked("answered", 1.25, visitor="siti", question="rahasia?")
        try:
            raise RuntimeError("rahasia!")
        except RuntimeError:
            logging.getLogger("tanya.page").exception("question failed, shown as %s", "0123")
    asked, failed = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert asked["outcome"] == "answered"
    assert (asked["seconds"], asked["visitor"]) == (1.25, "siti")
    assert (failed["level"], failed["event"]) == ("error", "question failed, shown as 0123")
    assert failed["exception"] == "RuntimeError"
    assert "test_serving.py" in failed["trace"][-1]
    assert ("rahasia" in stream.getvalue()) is allowed


@pytest.mark.parametrize("allowed", [False, True])
def test_what_others_print_is_told_without_what_was_asked(allowed: bool) -> None:
    with logged() as stream:
        try:
            raise ValueError("rahasia\nValue: rahasia")
        except ValueError:
            traceback.print_exc(file=Printed(questions=allowed))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {line["logger"] for line in lines} == {"tanya.printed"}
    assert any("test_serving.py" in line["event"] for line in lines)
    assert any(line["event"].startswith("ValueError") for line in lines)
    assert ("rahasia" in stream.getvalue()) is allowed


# The end


def test_who_waits_is_still_seated_when_the_line_is_closed_and_nobody_new_is() -> None:
    queue = RequestQueue(seats=1)
    first, second = queue.line_up(), queue.line_up()
    queue.closed = True
    with pytest.raises(Closing, match="the server is about to stop; ask again when it is back"):
        queue.line_up()
    first.leave()
    assert second.seated
