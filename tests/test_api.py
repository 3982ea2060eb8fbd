"""The API over a live server: what it gives, to whom, and what it says when it cannot."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from api_double import served
from openapi_spec_validator import validate
from page_double import SULUT, SUMUT, Scripted

from index.sqlite import Store
from rag.output import answer_object
from ui.api.schemas import LONGEST_SOURCE, Answer, Citation, Considered
from ui.auth.accounts import Accounts
from ui.auth.login import LoginService, session_cookies
from ui.service import SEATS, RateLimits

PROBLEM = "application/problem+json"
EXPORTS = "Berapa nilai ekspor Sumut?"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server that asks for a login; tokens of a reader and an editor, and a session."""
    home = tmp_path_factory.mktemp("closed")
    accounts = Accounts(home)
    tokens = {}
    for role in ("reader", "editor"):
        accounts.add(role, "kata sandi yang panjang", role)
        tokens[role] = accounts.new_token(role)
    logins = LoginService(accounts, public=True)
    tokens["session"] = logins.enter("reader", "kata sandi yang panjang", "127.0.0.1")
    with served(home, logins) as one:
        yield one.address, tokens


def problem(response: httpx.Response, status: int) -> str:
    """The detail of a problem, which is one line in the one shape."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    told = response.json()
    assert told.keys() == {"type", "title", "status", "detail"}
    assert told["status"] == status
    assert told["title"]
    assert "\n" not in told["detail"]
    assert "Traceback" not in response.text
    return str(told["detail"])


def test_an_answer_is_the_object_that_the_command_prints(api):
    given = api.post("/ask", json={"question": EXPORTS}).raise_for_status()
    answer = Scripted().answer(EXPORTS, "auto", ())
    assert given.json() == json.loads(json.dumps(answer_object(answer), default=str))
    assert [one["quote"] for one in given.json()["citations"]] == [
        SUMUT.text[one.start : one.end] for one in answer.citations
    ]


def test_the_model_of_an_answer_knows_every_key_of_it():
    for question in (EXPORTS, "Panen kopi?", "Siapa?"):
        shown = answer_object(Scripted().answer(question, "auto", ()))
        assert shown.keys() == Answer.model_fields.keys()
        for citation in shown["citations"]:
            assert citation.keys() <= Citation.model_fields.keys()
        for hit in shown["hits"]:
            assert hit.keys() == Considered.model_fields.keys()


def test_how_it_is_asked_reaches_the_assistant(api_server, api):
    asked = {
        "question": "Lalu ke Jepang?",
        "language": "en",
        "history": [EXPORTS],
        "since": "2025-01-01",
        "until": "2026-12-31",
        "sources": ["DetailNews.id"],
    }
    api.post("/ask", json=asked).raise_for_status()
    question, chosen = api_server.clerk.asked[-1]
    assert question == "Lalu ke Jepang?"
    assert chosen["history"] == (EXPORTS,)
    assert chosen["language"] == "en"
    assert chosen["sources"] == ("DetailNews.id",)
    assert (chosen["since"].isoformat(), chosen["until"].isoformat()) == ("2025-01-01", "2026-12-31")


def test_an_answer_may_be_judged_by_its_key_and_what_is_said_again_replaces_it(api_server, api):
    key = api.post("/ask", json={"question": "Kopi naik berapa?"}).headers["feedback-key"]
    for verdict in (
        {"verdict": "up"},
        {"verdict": "down", "reason": "wrong answer", "correction": "8 persen"},
    ):
        assert api.post("/feedback", json={"key": key, **verdict}).json() == {"kept": True}
    (said,) = [one for one in api_server.clerk.library.feedback() if one.question == "Kopi naik berapa?"]
    assert (said.verdict, said.reason, said.correction) == ("down", "wrong answer", "8 persen")
    assert "no answer has this key" in problem(api.post("/feedback", json={"key": "x", "verdict": "up"}), 404)
    refused = api.post("/feedback", json={"key": key, "verdict": "up", "reason": "other"})
    assert "leave them out" in problem(refused, 422)


def test_a_search_finds_passages_that_are_exactly_their_characters(api):
    found = api.get("/search", params={"query": "ekspor lobster Jepang", "k": 3}).json()
    assert 0 < len(found) <= 3
    assert [one["rank"] for one in found] == list(range(1, len(found) + 1))
    for one in found:
        whole = api.get(f"/articles/{one['article_id']}").json()["text"]
        assert one["text"] == whole[one["start"] : one["end"]]
    only = api.get("/search", params={"query": "ekspor", "source": "DetailNews.id"}).json()
    assert {one["article_id"] for one in only} == {"sulut-jepang"}


def test_articles_are_listed_without_texts_and_by_what_is_chosen(api):
    everything = api.get("/articles").json()
    assert everything["total"] == 2
    assert [one["id"] for one in everything["articles"]] == ["sulut-jepang", "sumut-enam-negara"]
    assert not {"text", "path"} & everything["articles"][0].keys()
    second = api.get("/articles", params={"limit": 1, "offset": 1}).json()
    assert (second["total"], [one["id"] for one in second["articles"]]) == (2, ["sumut-enam-negara"])
    for chosen in ({"text": "lobster"}, {"source": "detailnews.ID"}, {"since": "2026-01-01"}):
        found = api.get("/articles", params=chosen).json()
        assert [one["id"] for one in found["articles"]] == ["sulut-jepang"], chosen
    assert api.get("/articles", params={"until": "1999-01-01"}).json()["articles"] == []


def test_an_article_is_read_with_its_text_and_without_the_place_of_its_file(api):
    read = api.get("/articles/sulut-jepang").json()
    assert read["text"].strip() == SULUT.text
    assert "path" not in read
    assert "no such article" in problem(api.get("/articles/tidak-ada"), 404)


def test_a_record_is_added_updated_found_and_removed(api):
    record = {
        "id": "siaran-1",
        "title": "Teh",
        "text": "Ekspor teh naik 9 persen.",
        "published": "2025-07-22",
    }
    assert api.post("/articles", json=record).json()["added"] == ["siaran-1"]
    assert api.post("/articles", json=record).json()["unchanged"] == ["siaran-1"]
    changed = record | {"text": "Ekspor teh naik 11 persen."}
    assert api.post("/articles", json=changed).json()["updated"] == ["siaran-1"]
    read = api.get("/articles/siaran-1").json()
    assert (read["text"], read["published"]) == ("Ekspor teh naik 11 persen.", "2025-07-22")
    assert "siaran-1" in {one["article_id"] for one in api.get("/search", params={"query": "teh"}).json()}
    assert api.delete("/articles/siaran-1").status_code == 204
    assert "no such article" in problem(api.delete("/articles/siaran-1"), 404)
    assert api.get("/articles").json()["total"] == 2


def test_files_are_taken_one_by_one_and_a_refused_one_has_its_reason(api_server, api):
    sent = [
        ("file", ("../../gula.md", "Ekspor gula naik 3 persen.")),
        ("file", ("alat.exe", "MZ")),
        ("file", ("kosong.txt", "")),
    ]
    taken = api.post("/articles", files=sent).json()
    assert taken["added"] == ["gula"]
    with Store(api_server.clerk.library.settings.home) as store:
        kinds = {row.kind for name, row in store.derived_rows() if name == "gula"}
    assert kinds == {"figures", "quotes"}
    assert {one["name"] for one in taken["refused"]} == {"alat.exe", "kosong.txt"}
    assert all(one["reason"] and "/tmp" not in one["reason"] for one in taken["refused"])
    assert api.delete("/articles/gula").status_code == 204


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"content": b"x", "headers": {"content-type": "text/plain"}}, 415, "multipart"),
        ({"json": {"id": "../x", "text": "a"}}, 422, "id: "),
        ({"json": {"id": "x"}}, 422, "text: Field required"),
        ({"files": [("other", ("a.txt", "a"))]}, 422, "called file"),
        ({"files": [("file", ("a.txt", "a"))] * 51}, 400, ""),
        (
            {"files": [("file", ("x/a.txt", "a")), ("file", ("y/a.txt", "b"))]},
            422,
            "two files are called a.txt",
        ),
        ({"content": b"--", "headers": {"content-type": "multipart/form-data"}}, 400, ""),
    ],
)
def test_what_is_no_article_is_refused(api, sent, status, told):
    assert told in problem(api.post("/articles", **sent), status)
    assert api.get("/articles").json()["total"] == 2


def test_a_claim_is_held_against_a_text_or_an_article(api):
    said = api.post(
        "/check", json={"claim": "Ekspor naik 8 persen.", "source": "Ekspor naik 7 persen."}
    ).json()
    assert said["verdict"] == "contradicted"
    assert said["spans"] == [[12, 20]]
    claim = {"claim": "Ekspor Sumut bernilai USD 4,796 miliar.", "article_id": "sumut-enam-negara"}
    assert api.post("/check", json=claim).json()["verdict"] == "supported"
    missing = {"claim": "a", "article_id": "tidak-ada"}
    assert "no such article" in problem(api.post("/check", json=missing), 404)
    assert "either source or article_id" in problem(api.post("/check", json={"claim": "a"}), 422)
    long = {"claim": "a", "source": "a" * (LONGEST_SOURCE + 1)}
    assert problem(api.post("/check", json=long), 422).startswith("source: ")


def test_gaps_come_with_the_most_frequent_first(api_server, api):
    library = api_server.clerk.library
    for question in ("Siapa bupati?", "Kapan pilkada?", "Kapan pilkada?"):
        library.record_gap(question, "id", "sulut-jepang")
    given = api.get("/gaps", params={"limit": 1}).json()
    assert given["total"] == 2
    (first,) = given["gaps"]
    assert (first["question"], first["count"], first["nearest"]) == ("Kapan pilkada?", 2, "sulut-jepang")


def test_the_status_tells_whether_questions_are_answered(api):
    for _ in range(100):
        given = api.get("/status").json()
        if given["ready"]:
            break
        time.sleep(0.1)
    assert (given["ready"], given["articles"]) == (True, 2)
    assert given["questions"] == {"seats": SEATS, "taken": 0, "waiting": 0}
    assert given["you"] == {"name": "", "role": "editor"}


def test_twenty_who_ask_at_once_are_all_answered(api_server, api):
    def ask(number: int) -> int:
        return api.post("/ask", json={"question": f"{EXPORTS} {number}"}).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {200}
    # A seat is given up once the answer is on its way.
    wait_until(lambda: (api_server.service.queue.taken, api_server.service.queue.waiting) == (0, 0))


def wait_until(true) -> None:
    for _ in range(400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")


def test_who_goes_away_gives_up_their_seat_or_their_place_in_the_line(api_server, api):
    queue = api_server.service.queue
    host, port = api_server.address.partition("//")[2].split(":")
    body = json.dumps({"question": "kabur"})
    asked = (
        f"POST /api/v1/ask HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    visitors = [socket.create_connection((host, int(port))) for _ in range(SEATS + 2)]
    for visitor in visitors:
        visitor.sendall(asked.encode())
    wait_until(lambda: (queue.taken, queue.waiting) == (SEATS, 2))
    # Whoever waits for a seat does not keep the server from anything else.
    assert api.get("/status").json()["questions"] == {"seats": SEATS, "taken": SEATS, "waiting": 2}
    for visitor in visitors:
        visitor.close()
    wait_until(lambda: (queue.taken, queue.waiting) == (0, 0))
    before = api_server.clerk.stepped
    time.sleep(0.2)
    assert api_server.clerk.stepped == before
    assert api.post("/ask", json={"question": EXPORTS}).status_code == 200


def test_a_line_that_is_too_long_turns_away_with_when_to_come_again(api_server, api, monkeypatch):
    places = [api_server.service.queue.line_up() for _ in range(SEATS)]
    monkeypatch.setattr(api_server.service.queue, "_longest", 0)
    try:
        refused = api.post("/ask", json={"question": EXPORTS})
    finally:
        for place in places:
            place.leave()
    assert "wait already" in problem(refused, 503)
    assert int(refused.headers["retry-after"]) > 0


def test_a_method_that_an_address_does_not_take_is_refused_with_all_that_it_takes(api):
    for path, taken in (("articles", "GET, POST"), ("articles/a/b", "DELETE, GET"), ("ask", "POST")):
        refused = api.put(f"/{path}", json={})
        problem(refused, 405)
        assert refused.headers["allow"] == taken
    problem(api.get("/nothing"), 404)


def test_who_asks_or_sends_too_often_is_told_when_to_go_on(api_server, api, monkeypatch):
    monkeypatch.setattr(api_server.service, "limits", RateLimits(questions=1, uploads=1))
    record = {"id": "cepat", "text": "Ekspor teh naik."}
    for path, sent in (("/ask", {"question": EXPORTS}), ("/articles", record)):
        assert api.post(path, json=sent).status_code == 200
        refused = api.post(path, json=sent)
        assert "wait a moment" in problem(refused, 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert api.delete("/articles/cepat").status_code == 204


def test_a_fault_is_told_by_a_number_and_nothing_else(api, caplog):
    detail = problem(api.post("/ask", json={"question": "rusak"}), 500)
    number = re.search(r"look for (\w{8}) in", detail)
    assert number is not None
    assert "the script says so" not in detail
    assert number[1] in caplog.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "evil.example"}, 421),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "text/plain"}, 415),
    ],
)
def test_what_a_foreign_page_could_send_is_refused(api_server, api, headers, status):
    before = len(api_server.clerk.asked)
    body = json.dumps({"question": EXPORTS})
    problem(api.post("/ask", content=body, headers={"content-type": "application/json"} | headers), status)
    assert len(api_server.clerk.asked) == before


def test_a_page_of_this_server_may_ask(api_server, api):
    headers = {"origin": api_server.address, "cookie": "a=b"}
    given = api.post("/ask", json={"question": EXPORTS}, headers=headers)
    assert given.status_code == 200


def test_without_a_token_nothing_is_to_be_had_where_a_login_is_asked_for(closed):
    address, _ = closed
    for method, path in [
        ("GET", "/api/v1/status"),
        ("GET", "/api/v1/articles"),
        ("POST", "/api/v1/ask"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/docs"),
        ("DELETE", "/api/v1/articles/sulut-jepang"),
    ]:
        for headers in ({}, {"authorization": "Bearer tanya_falsch"}):
            problem(httpx.request(method, f"{address}{path}", headers=headers), 401)


def test_a_reader_asks_and_only_an_editor_changes_articles(closed):
    address, tokens = closed
    reader, editor = (
        httpx.Client(
            base_url=f"{address}/api/v1", headers={"authorization": f"Bearer {tokens[one]}"}, timeout=30
        )
        for one in ("reader", "editor")
    )
    with reader, editor:
        assert reader.get("/status").json()["you"] == {"name": "reader", "role": "reader"}
        given = reader.post("/ask", json={"question": EXPORTS})
        assert given.status_code == 200
        record = {"id": "a", "text": "Ekspor teh naik."}
        assert "only editors" in problem(reader.post("/articles", json=record), 403)
        assert "only editors" in problem(reader.delete("/articles/sulut-jepang"), 403)
        assert editor.post("/articles", json=record).json()["added"] == ["a"]
        assert editor.delete("/articles/a").status_code == 204
        # An answer is judged by who was given it.
        said = {"key": given.headers["feedback-key"], "verdict": "up"}
        problem(editor.post("/feedback", json=said), 404)
        assert reader.post("/feedback", json=said).json() == {"kept": True}


def test_a_session_of_a_browser_asks_from_pages_of_this_server_alone(closed):
    address, tokens = closed
    cookie = {"cookie": f"{session_cookies(address.partition('//')[2])[1]}={tokens['session']}"}
    for origin, status in (({}, 403), ({"origin": "https://evil.example"}, 403), ({"origin": address}, 200)):
        given = httpx.post(f"{address}/api/v1/ask", json={"question": EXPORTS}, headers=cookie | origin)
        assert given.status_code == status, origin


def test_the_schema_is_valid_and_says_what_every_operation_does(api, api_server):
    schema = httpx.get(f"{api_server.address}/api/openapi.json").json()
    validate(schema)
    operations = [one for methods in schema["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names)) == 10
    for one in operations:
        assert one["summary"]
        assert one["description"]
        assert {"401", "422", "429", "503"} <= one["responses"].keys()
        for status, told in one["responses"].items():
            if not status.startswith("2"):
                assert told["content"].keys() == {PROBLEM}


def test_the_reference_is_served_whole_by_this_server(api_server):
    given = httpx.get(f"{api_server.address}/api/docs")
    assert "url: '/api/openapi.json'" in given.text
    assert not re.findall(r"""(?:src|href)=["'](?!/(?!/))""", given.text)
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", given.text)
    assert len(loaded) == 3
    for address in loaded:
        assert httpx.get(f"{api_server.address}{address}").status_code == 200


def test_the_address_without_more_leads_to_the_reference(api_server):
    given = httpx.get(f"{api_server.address}/api")
    assert (given.status_code, given.headers["location"]) == (307, "/api/docs")
