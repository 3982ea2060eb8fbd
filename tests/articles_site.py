"""The articles' pages over a real library, served in this process, and whoever visits them."""

from __future__ import annotations

import html.parser
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from conftest import environment
from embedder_double import HashingEmbedder
from page_double import Scripted

from index.library import Library
from index.settings import Settings
from ui.auth.accounts import SCOPE, Visitor
from ui.service import AssistantService, RateLimits

PATIENCE = 20.0
EDITOR, READER = Visitor("ratna", "editor"), Visitor("budi", "reader")


@dataclass
class Site:
    """What is served; `visitor` is who comes next."""

    origin: str
    home: Path
    library: Library
    assistant: Scripted
    service: AssistantService
    visitor: Visitor = EDITOR
    mishaps: list[str] = field(default_factory=list)

    @contextmanager
    def visited_by(self, visitor: Visitor) -> Iterator[None]:
        before, self.visitor = self.visitor, visitor
        try:
            yield
        finally:
            self.visitor = before

    def client(self, **headers: str) -> httpx.Client:
        """Sends requests as a page of this site does."""
        return httpx.Client(
            base_url=self.origin,
            headers={"origin": self.origin, "accept-language": "id"} | headers,
            timeout=PATIENCE,
            follow_redirects=True,
        )

    def left_over(self) -> set[str]:
        """Files of uploads that still lie somewhere."""
        folder = self.home / ".uploads"
        # A folder may go while it is looked through.
        found = {name for _, _, names in os.walk(folder) for name in names}
        return found - {"job.json", "writer.lock"}


@contextmanager
def serving(
    home: Path, embedder: HashingEmbedder | None = None, limits: RateLimits | None = None
) -> Iterator[Site]:
    """The articles' routes and their script, behind nothing but the bounds of a request."""
    import uvicorn
    from fastapi import FastAPI

    from ui import server as scripts
    from ui.articles import routes
    from ui.desk import routes as desk_routes
    from ui.middleware import SecurityHeadersMiddleware, SizeLimitMiddleware
    from ui.server import listen

    settings = Settings.load(environment(), directory=home.parent, home=home)
    library = Library(settings, embedder or HashingEmbedder())
    assistant = Scripted()
    assistant.library = library  # type: ignore[assignment]
    service = AssistantService(lambda: assistant, limits)
    listener = listen("127.0.0.1", 0)
    site = Site(f"http://127.0.0.1:{listener.getsockname()[1]}", home, library, assistant, service)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    scripts.add_scripts(app)
    routes.add_routes(app, service, settings)
    desk_routes.add_routes(app, service, settings)

    async def visited(scope: Any, receive: Any, send: Any) -> None:
        scope[SCOPE] = site.visitor
        await app(scope, receive, send)

    server = uvicorn.Server(
        uvicorn.Config(
            SecurityHeadersMiddleware(SizeLimitMiddleware(visited)), log_level="warning", lifespan="off"
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
        library.close()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


class _Text(html.parser.HTMLParser):
    """The text within the first element that has a class, and within its mark."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted = wanted
        self.depth = self.marks = 0
        self.text = self.marked = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth:
            self.depth += tag not in {"br", "input", "img", "meta", "link"}
        elif (dict(attrs).get("class") or "") == self.wanted:
            self.depth = 1
        self.marks += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= bool(self.depth)
        self.marks -= tag == "mark"

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.text += data
            self.marked += data if self.marks else ""


def text_of(page: str, wanted: str = "text") -> tuple[str, str]:
    """The text content of the first element of that class, and what of it is marked."""
    parser = _Text(wanted)
    parser.feed(page)
    return parser.text, parser.marked
