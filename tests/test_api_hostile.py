"""Whatever is sent to the API, it is answered in one of its shapes and the server goes on."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from api_double import Served
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

HARSH = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
POSTS = ("ask", "check", "feedback", "articles")
WORDS = st.sampled_from(
    [
        "question",
        "history",
        "since",
        "sources",
        "claim",
        "source",
        "key",
        "verdict",
        "id",
        "text",
        "published",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["\x00", "\u202e", "2025-02-30", "9" * 400, "../../etc/passwd", "ekspor", "up", "id"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def schema(api_server: Served) -> dict[str, Any]:
    return httpx.get(f"{api_server.address}/api/openapi.json").json()


def conforms(response: httpx.Response, schema: dict[str, Any]) -> None:
    """Whether it has a status and a shape that the schema declares for its operation."""
    path = response.request.url.path.removeprefix("/api")
    if path.startswith("/v1/articles/"):
        path = "/v1/articles/{article_id}"
    operation = schema["paths"][path][response.request.method.lower()]
    status = str(response.status_code)
    assert status in operation["responses"], response.text
    assert status != "500", response.text
    content = operation["responses"][status].get("content")
    if content is None:
        assert response.content == b""
        return
    kind = response.headers["content-type"].partition(";")[0]
    whole = {**content[kind]["schema"], "components": schema["components"]}
    Draft202012Validator(whole).validate(response.json())


@HARSH
@given(path=st.sampled_from(POSTS), sent=st.dictionaries(WORDS, VALUES, max_size=4) | VALUES)
def test_any_json_is_answered_as_declared(api, schema, path, sent):
    body = json.dumps(sent).encode()
    conforms(api.post(f"/{path}", content=body, headers={"content-type": "application/json"}), schema)


@HARSH
@given(path=st.sampled_from(POSTS), body=st.binary(max_size=60))
def test_any_bytes_are_answered_as_declared(api, schema, path, body):
    conforms(api.post(f"/{path}", content=body, headers={"content-type": "application/json"}), schema)


@HARSH
@given(
    path=st.sampled_from(["search", "articles", "gaps"]),
    names=st.dictionaries(
        st.sampled_from(["query", "k", "since", "until", "source", "text", "limit", "offset", "order", "x"]),
        st.text(max_size=30)
        | st.integers().map(str)
        | st.sampled_from(["ekspor", "1e9", "NaN", "2025-01-01", '"', "%"]),
    ),
)
def test_any_parameters_are_answered_as_declared(api, schema, path, names):
    conforms(api.get(f"/{path}", params=names), schema)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    "name",
    [
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "..%5c..%5cwindows",
        "%00",
        "%ff%fe",
        "%F0%9F%92%A3",
        "%E2%80%AEcod.exe",
        "a" * 3000,
        "sulut-jepang%00",
        "sulut-jepang/",
        "'%20OR%201=1--",
    ],
)
def test_no_id_leads_out_of_the_library(api, schema, method, name):
    response = api.request(method, f"/articles/{name}")
    conforms(response, schema)
    assert response.status_code == 404
    assert api.get("/articles").json()["total"] == 2


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"question": ' + b"9" * 5000 + b"}",
        b'{"question": NaN}',
        b'{"question": "\\ud800"}',
        b'{"question": "a", "question": 1}',
        b"\xff\xfe{\x00}\x00",
        b'{"question": "' + b"a" * 2_000_000 + b'"}',
    ],
    ids=["empty", "open", "deep", "deep-objects", "huge", "nan", "surrogate", "twice", "utf-16", "large"],
)
def test_what_is_hard_to_read_is_refused(api, schema, path, body):
    response = api.post(f"/{path}", content=body, headers={"content-type": "application/json"})
    conforms(response, schema)
    assert response.status_code in {400, 413, 422}


def test_nothing_of_what_was_sent_comes_back_in_a_problem(api):
    secret = "RAHASIA-<script>"
    sent = [
        api.post("/ask", json={"question": 5, "language": secret}),
        api.post("/ask", json={"question": "a", "since": secret}),
        api.get("/search", params={"query": "a", "k": secret}),
        api.get(f"/articles/{secret}"),
    ]
    assert all(one.status_code in {404, 422} for one in sent)
    assert not any(secret in one.text for one in sent)
