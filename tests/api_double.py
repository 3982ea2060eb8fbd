"""A server for programs to ask: the scripted assistant over a real library, whose model is a double."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from embedder_double import HashingEmbedder
from fastapi import FastAPI
from page_double import SEEDS, Scripted

from index import Settings
from index.library import Library
from index.models import EVERYTHING, Filter
from rag.answer import Step, Steps
from rag.pipeline import Assistant
from ui.api import mcp, routes
from ui.auth.login import LoginService
from ui.middleware import AuthMiddleware, SecurityHeadersMiddleware, SizeLimitMiddleware
from ui.server import listen
from ui.service import AssistantService


@dataclass
class Clerk(Scripted):
    """Answers by the script, "kabur" without an end; lists, searches and changes what is in its library."""

    library: Any = field(default=None)
    stepped: int = 0

    def steps(self, question: str, **chosen: Any) -> Steps:
        while "kabur" in question:
            self.stepped += 1
            time.sleep(0.02)
            yield Step("read")
        return (yield from super().steps(question, **chosen))

    def search(self, query: str, k: int = 10, chosen: Filter = EVERYTHING) -> Any:
        return Assistant(self.library, self.library.embedder, None).search(query, k, chosen)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Served:
    address: str
    service: AssistantService
    clerk: Clerk


@contextmanager
def served(home: Path, logins: LoginService | None = None) -> Iterator[Served]:
    """A server of the routes for programs in this process, over the seed articles and behind the guard."""
    library = Library(Settings(home=home), HashingEmbedder())
    library.add([SEEDS])
    clerk = Clerk(library)
    service = AssistantService(lambda: clerk)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    api = routes.ApiService(service)
    routes.add_routes(app, api)
    mcp.add_routes(app, api)
    guarded = SecurityHeadersMiddleware(
        SizeLimitMiddleware(AuthMiddleware(app, logins or LoginService(None, public=False)))
    )
    server = uvicorn.Server(uvicorn.Config(guarded, log_config=None, ws="none", timeout_graceful_shutdown=2))
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", service, clerk)
        finally:
            server.should_exit = True
            thread.join()
            library.close()
