"""The reference: the API's schema as a page that needs no script and loads nothing."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.responses import HTMLResponse

from ui.locales import LANGUAGES, ApiWords, Words, locale, words
from ui.markup import POLICY, frame, in_html, typed, words_for

_BOUNDS = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}


def add_routes(api: FastAPI) -> None:
    """Add `/docs` to the API, in the language of who asks."""

    @lru_cache(len(LANGUAGES))
    def page(language: str) -> str:
        return reference(api.openapi(), words(language))

    async def docs(request: Request) -> Response:
        headers = {"content-security-policy": POLICY, "cache-control": "no-cache"}
        return HTMLResponse(page(words_for(request).language), headers=headers)

    api.add_api_route("/docs", typed(docs), methods=["GET"], include_in_schema=False)


def reference(schema: Mapping[str, Any], w: Words) -> str:
    """The whole page.

    Args:
        schema: Of OpenAPI 3.1, as the framework makes it.
        w: The words of the page's language.
    """
    a = locale(w.language).api
    base = schema["servers"][0]["url"]
    operations = [
        (method, f"{base}{path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = schema["components"]["schemas"]
    body = "".join(
        [
            _introduction(operations, a),
            *(_operation(method, path, operation, shapes, a) for method, path, operation in operations),
            _problems(operations[0][2], a),
            f'<section aria-labelledby="shapes"><h2 id="shapes">{in_html(a.shapes)}</h2>',
            *(_shape(name, shape, a) for name, shape in sorted(shapes.items())),
            "</section>",
        ]
    )
    return frame(
        a.title,
        body,
        w,
        in_language={one: f"docs?language={one}" for one in LANGUAGES},
        links=[f'<a href="/">{in_html(w.to_page)}</a>'],
    )


def _introduction(operations: list[tuple[str, str, Any]], a: ApiWords) -> str:
    listed = "".join(
        f'<li><a href="#{in_html(one["operationId"])}">{in_html(_summary(one, a))}</a> '
        f"{_code(f'{method.upper()} {path}')}</li>"
        for method, path, one in operations
    )
    told = "".join(f"<p>{in_html(text)}</p>" for text in (a.intro, a.login, a.tools))
    return (
        f'<section aria-labelledby="operations">{told}<p><a href="openapi.json">{in_html(a.schema)}</a></p>'
        f'<h2 id="operations">{in_html(a.operations)}</h2><ul>{listed}</ul></section>'
    )


def _operation(
    method: str, path: str, operation: Mapping[str, Any], shapes: Mapping[str, Any], a: ApiWords
) -> str:
    name = in_html(operation["operationId"])
    description = a.descriptions.get(operation["operationId"], operation["description"])
    parts = [
        f'<section aria-labelledby="{name}"><h2 id="{name}">{in_html(_summary(operation, a))}</h2>',
        f"<p>{_code(f'{method.upper()} {path}')}</p>",
        *(f"<p>{_marked(part)}</p>" for part in description.split("\n\n")),
    ]
    if operation.get("x-editors"):
        parts.append(f"<p><strong>{in_html(a.editors)}</strong></p>")
    if parameters := operation.get("parameters"):
        fields = [
            (one["name"], one["schema"] | _described(one), one.get("required", False)) for one in parameters
        ]
        parts.append(f"<h3>{in_html(a.parameters)}</h3>{_fields(fields, a)}")
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        shape = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        parts.append(f"<h3>{in_html(a.body)}</h3>{_fields(_of_shape(shapes[shape]), a)}")
        if "multipart/form-data" in content:
            parts.append(f"<p>{in_html(a.files)}</p>")
        examples = shapes[shape].get("examples", [])
        parts += [
            f"<h3>{in_html(a.example)}</h3>{_example(method, path, examples[0])}" if examples else "",
        ]
    parts.append(f"<h3>{in_html(a.response)}</h3>{_response(operation['responses'], a)}</section>")
    return "".join(parts)


def _response(responses: Mapping[str, Any], a: ApiWords) -> str:
    status, told = next((one, told) for one, told in responses.items() if one.startswith("2"))
    shape = told.get("content", {}).get("application/json", {}).get("schema")
    given = _kind(shape, a) if shape else in_html(a.nothing)
    headers = [
        (name, header["schema"] | _described(header), False)
        for name, header in told.get("headers", {}).items()
    ]
    return f"<p>{_code(status)} {given}</p>{_fields(headers, a) if headers else ''}"


def _problems(operation: Mapping[str, Any], a: ApiWords) -> str:
    rows = "".join(
        f'<dt>{_code(status)}</dt><dd lang="en">{_marked(told["description"])}</dd>'
        for status, told in operation["responses"].items()
        if not status.startswith("2")
    )
    return (
        f'<section aria-labelledby="problems"><h2 id="problems">{in_html(a.problems)}</h2>'
        f'<p>{in_html(a.problems_intro)} <a href="#shape-Problem">Problem</a></p><dl>{rows}</dl></section>'
    )


def _shape(name: str, shape: Mapping[str, Any], a: ApiWords) -> str:
    return (
        f'<h3 id="shape-{in_html(name)}">{in_html(name)}</h3>'
        f'<p lang="en">{_marked(shape.get("description", ""))}</p>'
        f"{_fields(_of_shape(shape), a)}"
    )


def _of_shape(shape: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], bool]]:
    required = shape.get("required", ())
    return [(name, one, name in required) for name, one in shape["properties"].items()]


def _fields(fields: list[tuple[str, Mapping[str, Any], bool]], a: ApiWords) -> str:
    rows = []
    for name, schema, required in fields:
        notes = [_kind(schema, a)]
        if required:
            notes.append(in_html(a.required))
        elif schema.get("default") not in (None, []):
            value = json.dumps(schema["default"], ensure_ascii=False)
            notes.append(in_html(a.default.format(value=value)))
        description = schema.get("description", "")
        told = f' <span lang="en">{_marked(description)}</span>' if description else ""
        rows.append(f"<dt>{_code(name)}</dt><dd>{', '.join(notes)}.{told}</dd>")
    return f"<dl>{''.join(rows)}</dl>"


def _kind(schema: Mapping[str, Any], a: ApiWords) -> str:
    """What kind of value a schema takes, as HTML."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        return f'<a href="#shape-{in_html(name)}">{in_html(name)}</a>'
    if choices := schema.get("anyOf"):
        kinds = [_kind(one, a) for one in choices if one.get("type") != "null"]
        return a.nullable.format(kind=" / ".join(kinds)) if len(kinds) < len(choices) else " / ".join(kinds)
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        shown = ", ".join(_code(json.dumps(value, ensure_ascii=False)) for value in values)
        return a.one_of.format(values=shown)
    kind = schema.get("type", "")
    told = [_code(schema.get("format", kind))]
    if kind == "array":
        told = [a.list_of.format(kind=_kind(schema["items"], a))]
    return " ".join([*told, *_bounds(schema, kind, a)])


def _bounds(schema: Mapping[str, Any], kind: str, a: ApiWords) -> Iterator[str]:
    low, high = (schema.get(name) for name in _BOUNDS.get(kind, ("minimum", "maximum")))
    if high is None:
        return
    bounds = f"{low or 0}\N{EN DASH}{high}"
    words_of = {"string": a.characters, "array": a.items}
    yield f"({in_html(words_of.get(kind, '{bounds}').format(bounds=bounds))})"


def _example(method: str, path: str, example: Any) -> str:
    sent = shlex.quote(json.dumps(example, ensure_ascii=False))
    lines = [
        f"curl -X {method.upper()} http://127.0.0.1:7860{path}",
        "-H 'Authorization: Bearer TOKEN'",
        "-H 'Content-Type: application/json'",
        f"-d {sent}",
    ]
    command = " \\\n  ".join(lines)
    return f"<pre><code>{in_html(command)}</code></pre>"


def _described(one: Mapping[str, Any]) -> dict[str, str]:
    return {"description": one["description"]} if "description" in one else {}


def _summary(operation: Mapping[str, Any], a: ApiWords) -> str:
    return str(a.summaries.get(operation["operationId"], operation["summary"]))


def _marked(text: str) -> str:
    """A description as HTML; what stands between backticks is code."""
    parts = " ".join(text.split()).split("`")
    return "".join(_code(part) if number % 2 else in_html(part) for number, part in enumerate(parts))


def _code(text: str) -> str:
    return f"<code>{in_html(text)}</code>"
