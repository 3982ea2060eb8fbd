"""The reference: the API's schema as a page that needs no script and loads nothing."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from fastapi import FastAPI, Request, Response

from ui.locales import LANGUAGES, ApiWords, Words, locale, words
from ui.markup import page, page_response, typed, words_for

_BOUNDS = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}


def add_routes(api: FastAPI) -> None:
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
