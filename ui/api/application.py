"""The application for other programs: `/api/v1`, its reference page, and the tools at `/mcp`."""

from __future__ import annotations

import json
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse
from starlette.routing import Route

from ui.api.mcp import Protocol
from ui.api.routes import Counter, article_router, question_router
from ui.api.schemas import KIND, Problem, Record, add_handlers
from ui.locales import LANGUAGES, NAME, ApiWords, Words, locale, words
from ui.markup import page, page_response, typed, words_for
from ui.service import AssistantService

_BOUNDS = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}


def add_reference(api: FastAPI) -> None:
    """Add `/docs` to the API, in the language of who asks."""

    @lru_cache(len(LANGUAGES))
    def written(language: str) -> str:
        return reference(api.openapi(), words(language))

    async def docs(request: Request) -> Response:
        return page_response(written(words_for(request).language), headers={"cache-control": "no-cache"})

    api.add_api_route("/docs", typed(docs), methods=["GET"], include_in_schema=False)


def reference(schema: Mapping[str, Any], w: Words) -> str:
    """The whole page.

    Args:
        schema: Of OpenAPI 3.1, as the framework makes it.
        w: The words of the page's language.
    """
    a = locale(w.language).api
    base = schema["servers"][0]["url"]
    shapes = schema["components"]["schemas"]
    operations = [
        _operation(method, f"{base}{path}", operation, shapes, a)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    first = next(iter(next(iter(schema["paths"].values())).values()))
    return page(
        "reference.html",
        w,
        in_language={one: f"docs?language={one}" for one in LANGUAGES},
        a=a,
        operations=operations,
        problems=[
            (status, response["description"])
            for status, response in first["responses"].items()
            if not status.startswith("2")
        ],
        shapes=[
            (name, shape.get("description", ""), _fields(shape)) for name, shape in sorted(shapes.items())
        ],
        as_json=partial(json.dumps, ensure_ascii=False),
        bounds_of=partial(_bounds, a=a),
    )


def _operation(
    method: str, path: str, operation: Mapping[str, Any], shapes: Mapping[str, Any], a: ApiWords
) -> dict[str, Any]:
    """What the page says of an operation."""
    name, address = operation["operationId"], f"{method.upper()} {path}"
    status, response = next(
        (status, one) for status, one in operation["responses"].items() if status.startswith("2")
    )
    content = operation.get("requestBody", {}).get("content", {})
    sent = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    examples = shapes[sent].get("examples", []) if sent else []
    return {
        "id": name,
        "address": address,
        "summary": a.summaries.get(name, operation["summary"]),
        "description": a.descriptions.get(name, operation["description"]),
        "for_editors": operation.get("x-editors"),
        "parameters": [
            (one["name"], one["schema"] | _described(one), one.get("required", False))
            for one in operation.get("parameters", ())
        ],
        "body": _fields(shapes[sent]) if sent else None,
        "takes_files": "multipart/form-data" in content,
        "example": _example(address, examples[0]) if examples else "",
        "status": status,
        "response": response.get("content", {}).get("application/json", {}).get("schema"),
        "headers": [
            (name, header["schema"] | _described(header), False)
            for name, header in response.get("headers", {}).items()
        ],
    }


def _fields(shape: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], bool]]:
    required = shape.get("required", ())
    return [(name, one, name in required) for name, one in shape["properties"].items()]


def _bounds(schema: Mapping[str, Any], a: ApiWords) -> str:
    kind = schema.get("type", "")
    low, high = (schema.get(name) for name in _BOUNDS.get(kind, ("minimum", "maximum")))
    if high is None:
        return ""
    bounds = f"{low or 0}\N{EN DASH}{high}"
    return {"string": a.characters, "array": a.items}.get(kind, "{bounds}").format(bounds=bounds)


def _example(address: str, example: Any) -> str:
    method, _, path = address.partition(" ")
    sent = shlex.quote(json.dumps(example, ensure_ascii=False))
    lines = [
        f"curl -X {method} http://127.0.0.1:7860{path}",
        "-H 'Authorization: Bearer TOKEN'",
        "-H 'Content-Type: application/json'",
        f"-d {sent}",
    ]
    return " \\\n  ".join(lines)


def _described(one: Mapping[str, Any]) -> dict[str, str]:
    return {"description": one["description"]} if "description" in one else {}


LARGEST = 2**20
"""Bytes of a request that brings no files."""

DESCRIPTION = """\
Questions, articles and checks for other programs. Answers are those of `tanya ask --json`; every citation
counts the characters of its article's text, so that anybody can check it.

Where a login is asked for, send a token with each request: `Authorization: Bearer TOKEN`. Bodies are JSON.
What goes wrong is told as `application/problem+json`.
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


def add_routes(app: FastAPI, service: AssistantService) -> None:
    """Add `/api` and `/mcp` to the application; the page itself is mounted afterwards, beneath them."""
    counter = Counter(service)
    protocol = Protocol(counter)
    app.mount("/api", api_of(counter))

    async def to_reference(request: Request) -> Response:  # noqa: ARG001
        return RedirectResponse("/api/docs", 307)

    app.add_api_route("/api", typed(to_reference), methods=["GET"])
    for path in ("/mcp", "/mcp/"):
        app.router.routes.append(Route(path, protocol))
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(outer: Any) -> AsyncIterator[Any]:
        async with protocol.running(), inner(outer) as state:
            yield state

    app.router.lifespan_context = lifespan


def api_of(counter: Counter) -> FastAPI:
    """The API by itself, as it is mounted at `/api`."""
    api = FastAPI(
        title=f"{NAME}: API",
        version=version("tanya-berita"),
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
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
    _complete(api)
    add_reference(api)
    return api


def _told(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _complete(api: FastAPI) -> None:
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
            schema["servers"] = [{"url": "/api"}]
        return plain()

    api.openapi = openapi  # type: ignore[method-assign]
