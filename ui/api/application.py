"""The application for other programs: `/api/v1`, its reference page, and the tools at `/mcp`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from starlette.responses import RedirectResponse
from starlette.routing import Route

from ui.api.mcp import Protocol
from ui.api.routes import Counter, article_router, question_router
from ui.api.schemas import KIND, Problem, Record, add_handlers
from ui.locales import NAME
from ui.markup import at, typed
from ui.service import AssistantService

LARGEST = 2**20
"""Bytes of a request that brings no files."""

DESCRIPTION = """\
Questions, articles and checks for other programs. Answers are those of `tanya ask --json`; every citation
counts the characters of its article's text, so that anybody can check it.

Where a login is asked for, send a token with each request: `Authorization: Bearer TOKEN`. Bodies are JSON.
What goes wrong is told as `application/problem+json`.

Assistants that speak the Model Context Protocol connect to `/mcp`, with the same token; their tools `ask`,
`search`, `read_article` and `check_claim` only read.
"""

_PROBLEMS = {
    400: "The body cannot be read as what it is sent as.",
    401: "A login is asked for, and the token is missing or wrong.",
    403: "You may not do this.",
    404: "There is no such thing.",
    408: "The body came too slowly.",
    409: "Another program is writing just now; try again.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    421: "The server has no such name.",
    422: "A value is missing, unknown or out of its bounds.",
    429: "Too many requests; wait for the seconds in `Retry-After`.",
    500: "A fault of the server.",
    503: "Nothing can be answered now, or too many questions wait; `Retry-After` says when to try again.",
}


def add_routes(app: FastAPI, service: AssistantService, root: str = "") -> None:
    """Add `/api` and `/mcp` to the application, which is shown under `root`; the page is mounted later."""
    counter = Counter(service)
    protocol = Protocol(counter)
    app.mount("/api", api_of(counter, root))

    async def to_reference(request: Request) -> Response:  # noqa: ARG001
        return RedirectResponse(at("/api/docs"), 307)

    app.add_api_route("/api", typed(to_reference), methods=["GET"])
    for path in ("/mcp", "/mcp/"):
        app.router.routes.append(Route(path, protocol))
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(outer: Any) -> AsyncIterator[Any]:
        async with protocol.running(), inner(outer) as state:
            yield state

    app.router.lifespan_context = lifespan


def api_of(counter: Counter, root: str = "") -> FastAPI:
    """The API by itself, as it is mounted at `/api` under `root`, with all that its reference page loads."""
    api = FastAPIOffline(
        docs_url="/docs",
        redoc_url=None,
        static_url="/static",
        title=f"{NAME}: API",
        version=version("tanya-berita"),
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        max_body_size=LARGEST,
        redirect_slashes=False,
        openapi_tags=[
            {"name": "questions", "description": "Ask, search and check."},
            {"name": "articles", "description": "The articles that answers come from."},
            {"name": "feedback", "description": "What is missing and what readers say."},
            {"name": "server", "description": "How the server is."},
        ],
        responses={status: _told(text) for status, text in _PROBLEMS.items()},
    )
    add_handlers(api)
    api.include_router(question_router(counter), prefix="/v1")
    api.include_router(article_router(counter), prefix="/v1")
    _complete(api, root)
    return api


def _told(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _complete(api: FastAPI, root: str) -> None:
    """Let the schema say what the framework does not know: problems, records, tokens, and where it is."""
    plain = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            schema = plain()
            schemas = schema["components"]["schemas"]
            for model in (Problem, Record):
                schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schema["components"]["securitySchemes"] = {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where a login is asked for: a token that the server's owner made.",
                }
            }
            schema["security"] = [{"token": []}, {}]
            schema["servers"] = [{"url": f"{root}/api"}]
        return plain()

    api.openapi = openapi  # type: ignore[method-assign]
