"""An OpenAI-compatible server on this machine that does what a script says, well or badly."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Exchange(BaseHTTPRequestHandler):
    """One request and what a script answers to it."""

    protocol_version = "HTTP/1.1"
    server: ChatServer

    def do_POST(self) -> None:
        self.body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(self)
        self.close_connection = True
        try:
            self.server.script(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()

    def log_message(self, *arguments: Any) -> None:
        pass

    @property
    def sources(self) -> dict[str, str]:
        """The sources of the prompt: id to text."""
        shown = self.body["messages"][-1]["content"]
        return dict(re.findall(r'<source id="(\w+)"[^>]*>\n(.*?)\n</source>', shown, re.DOTALL))

    def cite(self, words: str) -> str:
        """The id of the source that holds `words`."""
        return next(each for each, text in self.sources.items() if words in text)

    def begin(self, kind: str = "text/event-stream", status: int = 200) -> None:
        """Head of a reply that ends with the connection."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()

    def send(self, data: str) -> None:
        self.wfile.write(data.encode())
        self.wfile.flush()

    def event(self, content: str | None, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
        self.send(f"data: {json.dumps({'choices': [choice]})}\n\n")

    def write(self, *pieces: str) -> None:
        """A whole reply, streamed in these pieces."""
        self.begin()
        self.event(None)
        for piece in pieces:
            self.event(piece)
        self.event(None, "stop")
        self.send("data: [DONE]\n\n")


Script = Callable[[Exchange], None]


class ChatServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.script = script
        self.requests: list[Exchange] = []
        self.hung_up = threading.Event()
        self.released = threading.Event()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def serving(script: Script) -> Iterator[ChatServer]:
    with ChatServer(script) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
