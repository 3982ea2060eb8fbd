"""What must be true of a server's client: whole replies come through, and everything else has a name."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest
from chat_server import Exchange, Script, serving

from rag.generation import GeneratorError, Message, paced
from rag.generation.models import LARGEST, ServerGenerator

ASKED = [Message("system", "Jawab."), Message("user", "Apa “ini”?")]


def read(script: Script, **options) -> str:
    with serving(script) as server:
        return "".join(ServerGenerator(server.base, "m", **options).stream(ASKED, limit=77))


def failure(script: Script, match: str, **options) -> str:
    with pytest.raises(GeneratorError, match=match) as error:
        read(script, **options)
    assert "\n" not in str(error.value)
    assert "TANYA_GENERATOR" in str(error.value)
    return error.value.failure


def test_what_is_streamed_comes_through_whole():
    assert read(lambda exchange: exchange.write("Eks", "por é ", "“naik”\n", ".")) == "Ekspor é “naik”\n."


def test_what_is_asked_is_what_the_protocol_wants():
    with serving(lambda exchange: exchange.write("a")) as server:
        list(ServerGenerator(server.base + "/", "m:4b", "kunci").stream(ASKED, limit=77))
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.body == {
        "model": "m:4b",
        "messages": [{"role": "system", "content": "Jawab."}, {"role": "user", "content": "Apa “ini”?"}],
        "stream": True,
        "temperature": 0,
        "max_tokens": 77,
    }
    assert request.headers["Authorization"] == "Bearer kunci"


def test_no_key_is_sent_where_none_is_set():
    with serving(lambda exchange: exchange.write("a")) as server:
        list(ServerGenerator(server.base, "m").stream(ASKED, limit=7))
    assert "Authorization" not in server.requests[0].headers


def test_characters_and_lines_cut_anywhere_come_through():
    def script(exchange: Exchange):
        exchange.begin()
        event = {"choices": [{"delta": {"content": "é“"}, "finish_reason": "stop"}]}
        for byte in f": hello\r\n\r\ndata:{json.dumps(event, ensure_ascii=False)}\r\n\r\n".encode():
            exchange.wfile.write(bytes([byte]))
            exchange.wfile.flush()

    assert read(script) == "é“"


def test_events_without_text_are_passed_over():
    def script(exchange: Exchange):
        exchange.begin()
        exchange.send(": ping\n\nevent: x\nid: 4\n\n")
        exchange.send('data: {"choices": []}\n\ndata: {"choices": [{"delta": {}}]}\n\n')
        exchange.send(
            'data: {"choices": [{"delta": {"reasoning_content": "hm"}, "finish_reason": null}]}\n\n'
        )
        exchange.event("a")
        exchange.send("data: [DONE]\n\ndata: not read any more\n\n")

    assert read(script) == "a"


def test_a_server_that_does_not_stream_is_understood():
    def script(exchange: Exchange):
        exchange.begin("application/json; charset=utf-8")
        exchange.send(
            json.dumps({"choices": [{"message": {"content": "Ekspor naik."}, "finish_reason": "stop"}]})
        )

    assert read(script) == "Ekspor naik."


def test_a_stream_that_breaks_off_is_an_error_though_text_came():
    def script(exchange: Exchange):
        exchange.begin()
        exchange.event("Ekspor naik")

    assert failure(script, "broke off in the middle") == "broken"


def test_a_chunk_that_breaks_off_is_an_error():
    def script(exchange: Exchange):
        exchange.send_response(200)
        exchange.send_header("Transfer-Encoding", "chunked")
        exchange.end_headers()
        exchange.send("ff\r\ndata: {")

    assert failure(script, "broke off") == "broken"


def test_a_server_that_hangs_up_at_once_is_an_error():
    assert failure(lambda exchange: exchange.connection.close(), "broke off") == "broken"


@pytest.mark.parametrize(
    "sent",
    [
        "data: {half",
        "data: \xff",
        "data: []\n\n",
        "data: 7\n\n",
        'data: {"choices": 7}\n\n',
        'data: {"choices": [7]}\n\n',
        'data: {"choices": [{"delta": {"content": 7}}]}\n\n',
        'data: {"choices": [{"delta": {"content": ["a"]}}]}\n\n',
        'data: {"error": {"message": "out of memory"}}\n\n',
        "data: " + "[" * 100_000 + "\n\n",
        "<html>please log in</html>",
        "",
    ],
)
def test_what_is_no_reply_is_an_error(sent: str):
    def script(exchange: Exchange):
        exchange.begin()
        exchange.wfile.write(sent.encode("latin-1"))

    assert failure(script, "see TANYA_GENERATOR") == "broken"


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
def test_an_event_without_end_is_not_read_to_the_end(kind: str):
    sent = []

    def script(exchange: Exchange):
        exchange.begin(kind)
        while len(sent) < 1000:
            exchange.send("x" * (LARGEST // 4))
            sent.append(1)

    assert failure(script, "more than") == "broken"
    assert len(sent) < 1000


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_an_error_of_the_server_is_named_by_its_number(status: int):
    def script(exchange: Exchange):
        exchange.begin("application/json", status)
        exchange.send('{"error": "no"}')

    assert failure(script, f"HTTP {status}") == "broken"


def test_a_redirect_is_not_followed():
    with serving(lambda exchange: exchange.write("a")) as other:

        def script(exchange: Exchange):
            exchange.send_response(307)
            exchange.send_header("Location", f"{other.base}/chat/completions")
            exchange.end_headers()

        assert failure(script, "HTTP 307") == "broken"
        assert other.requests == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch):
    with serving(lambda exchange: exchange.write("from a proxy")) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert read(lambda exchange: exchange.write("from the server")) == "from the server"
        assert proxy.requests == []


def test_where_nobody_listens_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(GeneratorError, match="cannot be reached") as error:
        list(ServerGenerator(f"http://127.0.0.1:{port}/v1", "m").stream(ASKED, limit=7))
    assert error.value.failure == "unreachable"


def test_a_silent_server_times_out():
    started = time.monotonic()
    assert failure(lambda exchange: exchange.server.released.wait(20), "silent for", seconds=0.3) == "timeout"
    assert time.monotonic() - started < 10


def without_end(send: Script) -> Script:
    """What sends the same over and over until the test lets it go."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        while not exchange.server.released.is_set():
            send(exchange)
            time.sleep(0.001)

    return script


def test_a_server_hears_that_nobody_reads_any_more():
    with serving(without_end(lambda exchange: exchange.event("a"))) as server:
        pieces = ServerGenerator(server.base, "m").stream(ASKED, limit=7)
        assert next(pieces) == "a"
        pieces.close()
        assert server.hung_up.wait(10)


def test_a_server_that_only_says_that_it_is_there_hears_it_too():
    with serving(without_end(lambda exchange: exchange.send(": still here\n\n"))) as server:
        with pytest.raises(GeneratorError, match="not done after"):
            list(paced(ServerGenerator(server.base, "m").stream(ASKED, limit=7), seconds=0.2, characters=9))
        assert server.hung_up.wait(10)


def test_two_may_ask_at_once():
    meet = threading.Barrier(2, timeout=20)

    def script(exchange: Exchange):
        meet.wait()
        exchange.write("a")

    with serving(script) as server:
        generator = ServerGenerator(server.base, "m")
        told: list[str] = []
        both = [
            threading.Thread(target=lambda: told.extend(generator.stream(ASKED, limit=7))) for _ in range(2)
        ]
        for each in both:
            each.start()
        for each in both:
            each.join()
    assert told == ["a", "a"]


def test_the_key_is_in_no_message_and_no_representation():
    generator = ServerGenerator("http://127.0.0.1:1/v1", "m", "rahasia")
    with pytest.raises(GeneratorError, match="cannot be reached") as error:
        list(generator.stream(ASKED, limit=7))
    assert "rahasia" not in f"{error.value!r}{generator!r}{error.value.__cause__!r}"
