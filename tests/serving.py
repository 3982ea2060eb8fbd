"""Servers of the page in this process, and requests to them that go out exactly as they are written."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from page_double import Scripted

from index import Settings
from ui.auth.login import LoginService
from ui.server import build, listen
from ui.service import AssistantService


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cookie(self) -> str:
        """What a browser sends back of the cookie that is set."""
        return str(self.headers["set-cookie"]).partition(";")[0]


@dataclass(frozen=True)
class Served:
    """A server that runs in a thread."""

    port: int
    service: AssistantService
    server: Any

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        source: str = "127.0.0.1",
        chunked: bool = False,
        **headers: str,
    ) -> Reply:
        """Send a request from an address of this machine; `x_a="b"` is the header `x-a: b`."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(source, 0)
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named, encode_chunked=chunked)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read().decode())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: str = "", **headers: str) -> Reply:
        """As a page of this server does."""
        sent: Mapping[str, str] = {
            "origin": self.origin,
            "content_type": "application/x-www-form-urlencoded",
        } | headers
        return self.send("POST", path, body, **sent)

    @property
    def app(self) -> Any:
        """The application behind all that stands in front of it."""
        app = self.server.config.app
        while hasattr(app, "_app"):
            app = app._app
        return app


@contextmanager
def served(
    logins: LoginService | None = None,
    *,
    proxy: str | None = None,
    path: str | None = None,
    settings: Settings | None = None,
    open_assistant: Callable[[], Any] = Scripted,
) -> Iterator[Served]:
    """A server with the scripted assistant."""
    listener = listen("127.0.0.1", 0)
    service = AssistantService(open_assistant)
    started = threading.Event()
    server = build(
        service, lambda: (service.prepare(), started.set()), logins, settings, proxy=proxy, path=path
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert started.wait(60)
    try:
        yield Served(listener.getsockname()[1], service, server)
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@contextmanager
def occupied() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield holder.getsockname()[1]
