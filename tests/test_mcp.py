"""The tools of the Model Context Protocol, used by the library's own client over a live server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from api_double import Served, served
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from page_double import SUMUT, Scripted

from rag.output import answer_object
from ui.auth.accounts import Accounts
from ui.auth.login import LoginService, session_cookies
from ui.server import build
from ui.service import AssistantService

EXPORTS = "Berapa nilai ekspor Sumut?"
NAMES = ("ask", "search", "read_article", "check_claim")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("tools")) as one:
        yield one


def used(address: str, use: Callable[[Client], Any], token: str = "", mode: str = "auto") -> Any:
    """What `use` gives of a client that is connected."""

    async def connected() -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=30) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
        ):
            return await use(client)

    return anyio.run(connected)


def call(server: Served, name: str, **arguments: Any) -> Any:
    return used(server.address, lambda client: client.call_tool(name, arguments))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_clients_of_the_latest_and_of_earlier_protocols_find_reading_tools_alone(server, mode):
    tools = used(server.address, lambda client: client.list_tools(), mode=mode).tools
    assert tuple(tool.name for tool in tools) == NAMES
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert tool.description
        assert tool.output_schema["type"] == "object"
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_answer_is_the_command_s_object_as_data_and_as_text(server, mode):
    given = used(server.address, lambda client: client.call_tool("ask", {"question": EXPORTS}), mode=mode)
    assert not given.is_error
    expected = answer_object(Scripted().answer(EXPORTS, "auto", ()))
    assert given.structured_content["text"] == expected["text"]
    assert EXPORTS in given.content[0].text
    for one in given.structured_content["citations"]:
        assert one["quote"] == SUMUT.text[one["start"] : one["end"]]


def test_what_is_found_can_be_read_at_its_offsets(server):
    (first, *_) = call(server, "search", query="ekspor lobster", k=2).structured_content["passages"]
    start, end = first["start"], first["end"]
    part = {"article_id": first["article_id"], "start": start, "length": end - start}
    read = call(server, "read_article", **part).structured_content
    assert (read["start"], read["end"], read["text"]) == (start, end, first["text"])
    assert read["article"]["id"] == first["article_id"]
    assert "path" not in read["article"]


def test_a_part_behind_the_end_is_empty(server):
    read = call(server, "read_article", article_id="sulut-jepang", start=9_999_999).structured_content
    assert (read["text"], read["start"]) == ("", read["article"]["length"])


def test_a_claim_is_checked_against_an_article(server):
    claim = "Ekspor Sumut bernilai USD 5,796 miliar."
    said = call(server, "check_claim", claim=claim, article_id="sumut-enam-negara").structured_content
    assert said["verdict"] == "contradicted"


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": ["a"]}, "question: Input should be a valid string"),
        ("ask", {"question": "a" * 2001}, "question: String should have at most 2000 characters"),
        ("ask", {"question": "a", "role": "editor"}, "role: Extra inputs are not permitted"),
        ("ask", {"question": "a", "history": ["a"] * 21}, "history: List should have at most 20 items"),
        ("search", {"query": "a", "k": 10**9}, "k: Input should be less than or equal to 50"),
        ("search", {"query": "a", "since": "2026-01-01", "until": "2025-01-01"}, "since is later than until"),
        ("read_article", {"article_id": "../../etc/passwd"}, "no such article"),
        ("read_article", {"article_id": "\x00"}, "no such article"),
        ("read_article", {"article_id": "sulut-jepang", "start": -1}, "start: Input should be greater"),
        ("check_claim", {"claim": "a"}, "either source or article_id"),
        ("remove_article", {"article_id": "sulut-jepang"}, "no such tool"),
    ],
)
def test_hostile_arguments_are_told_as_errors_of_the_tool(server, name, arguments, told):
    given = call(server, name, **arguments)
    assert given.is_error
    assert told in given.content[0].text
    assert "\n" not in given.content[0].text


def test_a_fault_is_told_without_what_went_wrong(server):
    given = call(server, "ask", question="rusak")
    assert given.is_error
    assert "look for" in given.content[0].text
    assert "the script says so" not in given.content[0].text


def test_without_a_token_no_tool_is_listed_where_a_login_is_asked_for(tmp_path):
    accounts = Accounts(tmp_path)
    accounts.add("pembaca", "kata sandi yang panjang", "reader")
    token = accounts.new_token("pembaca")
    with served(tmp_path, LoginService(accounts, public=True)) as server:
        host = server.address.partition("//")[2]
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        accept = {"accept": "application/json, text/event-stream"}
        for shown in (
            {},
            {"authorization": "Bearer tanya_falsch"},
            {"cookie": f"{session_cookies(host)[1]}=x"},
        ):
            refused = httpx.post(f"{server.address}/mcp", json=body, headers=accept | shown)
            assert refused.status_code == 401
            assert "ask" not in refused.json()
        names = [tool.name for tool in used(server.address, lambda c: c.list_tools(), token).tools]
        assert tuple(names) == NAMES


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_a_foreign_page_that_gives_its_name_this_address_is_refused(server, headers, status):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"accept": "application/json, text/event-stream"}
    assert httpx.post(f"{server.address}/mcp", json=body, headers=accept | headers).status_code == status


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"[" * 60_000, b'{"jsonrpc": "2.0", "id": 1}', b"{}", b"a" * 300_000]
)
@pytest.mark.parametrize("version", ["", "2025-06-18", "2026-07-28", "x"])
def test_what_is_no_call_is_refused_and_the_server_goes_on(server, body, version):
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    if version:
        headers["mcp-protocol-version"] = version
    given = httpx.post(f"{server.address}/mcp", content=body, headers=headers)
    assert 400 <= given.status_code < 500 or "error" in given.json()
    assert "Traceback" not in given.text
    assert call(server, "check_claim", claim="Ekspor naik.", source="Ekspor naik.").structured_content


def test_nothing_is_listened_to_or_ended_where_nothing_is_kept(server):
    for method in ("GET", "DELETE"):
        given = httpx.request(method, f"{server.address}/mcp", headers={"accept": "text/event-stream"})
        assert (given.status_code, given.headers["allow"]) == (405, "POST")


def test_many_calls_at_once_are_all_answered(server):
    async def many(client: Client) -> list[Any]:
        results: list[Any] = []

        async def one(number: int) -> None:
            results.append(await client.call_tool("ask", {"question": f"{EXPORTS} {number}"}))

        async with anyio.create_task_group() as group:
            for number in range(10):
                group.start_soon(one, number)
        return results

    results = used(server.address, many)
    assert len(results) == 10
    assert not any(one.is_error for one in results)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_who_ends_a_call_gives_up_their_seat(server, mode):
    asked = server.clerk.stepped

    async def impatient(client: Client) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "ask", {"question": "kabur"})
            with anyio.fail_after(30):
                while server.clerk.stepped == asked:
                    await anyio.sleep(0.02)
            group.cancel_scope.cancel()

    used(server.address, impatient, mode=mode)
    for _ in range(100):
        if not server.service.queue.taken:
            break
        time.sleep(0.1)
    before = server.clerk.stepped
    assert before > asked
    time.sleep(0.2)
    assert (server.service.queue.taken, server.clerk.stepped) == (0, before)


@pytest.mark.parametrize(
    "path", ["/gradio_api/mcp", "/gradio_api/mcp/", "/gradio_api/mcp/http", "/gradio_api/mcp/schema"]
)
def test_the_page_s_framework_offers_no_tools_of_its_own(path):
    async def asked() -> int:
        page = httpx.ASGITransport(build(AssistantService(Scripted)).config.app)
        async with httpx.AsyncClient(transport=page, base_url="http://127.0.0.1") as client:
            return (await client.get(path)).status_code

    assert anyio.run(asked) == 404
