"""The page under a path of a reverse proxy, two servers on one host, and a library without articles."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
import numpy as np
import pytest
from articles_site import until
from embedder_double import HashingEmbedder
from openapi_spec_validator import validate
from page_site import answers, box, finished
from playwright.sync_api import Browser, expect
from serving import served
from three_articles import write_articles

from index import Settings
from index.library import Library
from rag.pipeline import Assistant
from rag.reader import Decision, Output, Reader
from ui.auth.accounts import Accounts
from ui.auth.login import LoginService
from ui.locales import locale, words

PASSWORD = "kopi pagi di Medan"
ROOT = "/tanya"
WORDS = locale("id").login

UNUSED = "/manifest.json"
"""Named by the page's framework wherever it is shown, though nothing is served there."""


class Forward(BaseHTTPRequestHandler):
    """Passes a request under `ROOT` on to the server behind, as it is or without `ROOT`."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_GET(self) -> None:
        if self.path.split("?")[0] != ROOT and not self.path.startswith(f"{ROOT}/"):
            self.server.strays.append(self.path)
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = (self.path.removeprefix(ROOT) or "/") if self.server.strips else self.path
        behind = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=60)
        try:
            sent = dict(self.headers.items()) | {"x-forwarded-for": "192.0.2.7", "x-forwarded-prefix": ROOT}
            behind.request(self.command, path, body or None, sent)
            reply = behind.getresponse()
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in {"transfer-encoding", "connection", "date", "server"}:
                    self.send_header(name, value)
            self.send_header("connection", "close")
            self.end_headers()
            while piece := reply.read1(65536):
                self.wfile.write(piece)
                self.wfile.flush()
        finally:
            behind.close()
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *arguments: Any) -> None:
        pass


class Proxy(ThreadingHTTPServer):
    """A reverse proxy on this machine; `strays` are the paths that were asked for outside `ROOT`."""

    daemon_threads = True

    def __init__(self, behind: int, *, strips: bool) -> None:
        super().__init__(("127.0.0.1", 0), Forward)
        self.behind = behind
        self.strips = strips
        self.strays: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{ROOT}"


@contextmanager
def proxied(behind: int, *, strips: bool) -> Iterator[Proxy]:
    with Proxy(behind, strips=strips) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


@pytest.fixture(scope="module", params=[False, True], ids=["passed-on", "taken-off"])
def proxy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A server with articles and an editor; the proxy before it passes `ROOT` on or takes it off."""
    home = tmp_path_factory.mktemp("kantor")
    settings = Settings(home=home / "home")
    Library(settings, HashingEmbedder()).add([write_articles(home / "berita")])
    accounts = Accounts(settings.home)
    accounts.add("siti", PASSWORD, "editor")
    logins = LoginService(accounts, public=True)
    with (
        served(logins, proxy="127.0.0.1", path=f"{ROOT}/", settings=settings) as server,
        proxied(server.port, strips=request.param) as shown,
    ):
        yield shown


@pytest.fixture
def client(proxy: Proxy) -> Iterator[httpx.Client]:
    """An editor who has logged in."""
    headers = {"origin": proxy.address.removesuffix(ROOT), "accept": "text/html", "accept-language": "id"}
    with httpx.Client(headers=headers, timeout=60, follow_redirects=True) as visitor:
        sent = urlencode({"name": "siti", "password": PASSWORD})
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert visitor.post(f"{proxy.address}/login", content=sent, headers=kind).status_code == 200
        proxy.strays.clear()
        yield visitor
    assert proxy.strays == []


def links(page: str, at: str) -> Iterator[str]:
    """What a page leads to on its own host, without what stands behind `#`."""
    for found in re.findall(r'(?:href|src|action|data-address)="([^"]*)"', page):
        address = urljoin(at, unescape(found)).partition("#")[0]
        if urlsplit(address).netloc == urlsplit(at).netloc and urlsplit(address).path != UNUSED:
            yield address


def test_every_link_form_and_file_of_every_page_leads_to_where_the_page_is_shown(
    client: httpx.Client, proxy: Proxy
) -> None:
    pages = (
        "/",
        "/articles",
        "/articles/upload",
        "/articles/read?id=ekspor",
        "/review",
        "/logout",
        "/desk/quotes",
        "/desk/figures",
        "/api",
        "/login",
    )
    waiting = [f"{proxy.address}{page}" for page in pages]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        reply = client.get(address)
        assert reply.status_code == 200, address
        assert urlsplit(str(reply.url)).path.startswith(f"{ROOT}/"), address
        if "text/html" in reply.headers["content-type"]:
            waiting += links(reply.text, str(reply.url))
    paths = {urlsplit(address).path.removeprefix(ROOT) for address in seen}
    assert {"/articles/lobster", "/articles/remove", "/scripts/articles.js", "/review/feedback.csv"} <= paths
    assert "/api/static/swagger-ui-bundle.js" in paths
    assert any(path.startswith("/assets/") for path in paths), "the files of the page's framework"


def test_an_address_that_was_asked_for_is_come_back_to_after_the_login(proxy: Proxy) -> None:
    with httpx.Client(headers={"accept": "text/html"}, timeout=60) as visitor:
        reply = visitor.get(f"{proxy.address}/articles?q=kopi")
        assert reply.headers["location"] == f"{ROOT}/login?next=%2Farticles%3Fq%3Dkopi"
        form = visitor.get(proxy.address.removesuffix(ROOT) + reply.headers["location"]).text
        assert f'action="{ROOT}/login?language=' in form
        sent = {"name": "siti", "password": PASSWORD, "next": "/articles?q=kopi"}
        origin = {"origin": proxy.address.removesuffix(ROOT)}
        entered = visitor.post(f"{proxy.address}/login", data=sent, headers=origin)
        assert (entered.status_code, entered.headers["location"]) == (303, f"{ROOT}/articles?q=kopi")
        session, browser = entered.headers.get_list("set-cookie")
        assert f"; Path={ROOT};" in session
        assert f"; Path={ROOT}/login;" in browser
        assert visitor.get(f"{proxy.address}/articles").status_code == 200
        left = visitor.post(f"{proxy.address}/logout", headers=origin)
        assert left.headers["location"] == f"{ROOT}/login"
        assert visitor.get(f"{proxy.address}/articles").status_code == 303, "the cookie was dropped"


def test_an_article_is_uploaded_told_and_removed(client: httpx.Client, proxy: Proxy) -> None:
    sent = client.post(
        f"{proxy.address}/articles/upload",
        files={"files": ("kopi.txt", b"Harga Kopi Naik\n\nHarga kopi naik 7 persen.\n")},
        headers={"accept": "application/json"},
    )
    assert sent.json()["report"].startswith(f"{ROOT}/articles/uploads/")
    report = proxy.address.removesuffix(ROOT) + sent.json()["report"]
    until(lambda: f"{ROOT}/articles/kopi" in client.get(report).text)
    gone = client.post(f"{proxy.address}/articles/remove", data={"id": "kopi", "sure": "1"})
    assert str(gone.url).startswith(f"{proxy.address}/articles?removed=1")


def test_accounts_and_questions_are_worked_on_where_the_page_is_shown(tmp_path: Path) -> None:
    library = Library(Settings(home=tmp_path), HashingEmbedder())
    library.add([write_articles(tmp_path / "berita")])
    library.record_gap("Siapa Menteri Kesehatan?", "id", "ekspor")
    assistant = Assistant(library, library.embedder, Reader(NothingRead(), Decision({}, 0.5, 0.5)))
    accounts = Accounts(tmp_path)
    accounts.add("admin", PASSWORD, "admin")
    logins = LoginService(accounts, public=True)
    with (
        served(logins, proxy="127.0.0.1", path=ROOT, open_assistant=lambda: assistant) as server,
        proxied(server.port, strips=True) as shown,
        httpx.Client(timeout=60, follow_redirects=True) as visitor,
    ):
        visitor.headers.update(
            {"origin": shown.address.removesuffix(ROOT), "accept": "text/html", "accept-language": "id"}
        )
        visitor.post(f"{shown.address}/login", data={"name": "admin", "password": PASSWORD})
        users = f"{shown.address}/users"
        for address in links(visitor.get(users).text, users):
            assert address.startswith(f"{shown.address}/"), address
        form = {"do": "add", "name": "siti", "role": "reader", "password": PASSWORD, "repeat": PASSWORD}
        added = visitor.post(users, data=form)
        assert str(added.url).startswith(f"{users}?told=added")
        review = f"{shown.address}/review"
        page = visitor.get(review).text
        assert f'"{ROOT}/articles/ekspor?' in page
        for address in links(page, review):
            assert address.startswith(f"{shown.address}/"), address
        (number,) = re.findall(r'name="id" value="(\d+)"', page)
        done = visitor.post(f"{review}/gaps", data={"id": number, "do": "done"})
        assert (done.status_code, str(done.url).partition("?")[0]) == (200, review)
        assert shown.strays == []


def test_the_api_says_where_it_is(client: httpx.Client, proxy: Proxy) -> None:
    schema = client.get(f"{proxy.address}/api/openapi.json").json()
    validate(schema)
    assert schema["servers"] == [{"url": f"{ROOT}/api"}]
    asked = client.post(f"{proxy.address}/api/v1/ask", json={"question": "Kopi naik berapa?"})
    assert asked.status_code == 200, asked.text
    assert "7 persen" in asked.text


def test_the_servers_own_checks_need_no_path(proxy: Proxy) -> None:
    straight = f"http://127.0.0.1:{proxy.behind}"
    assert httpx.get(f"{straight}/healthz").json() == {"alive": True}
    assert httpx.get(f"{straight}{ROOT}/healthz").json() == {"alive": True}
    moved = httpx.get(f"{straight}{ROOT}?language=en")
    assert (moved.status_code, moved.headers["location"]) == (308, f"{ROOT}/?language=en")
    assert httpx.get(f"{straight}{ROOT}{ROOT}/healthz").status_code == 401, "no such path is open"


@pytest.mark.browser
def test_one_asks_on_the_page_and_opens_the_article(proxy: Proxy, browser: Browser) -> None:
    proxy.strays.clear()
    page = browser.new_context(locale="id-ID").new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{proxy.address}/")
    page.get_by_label(WORDS.name).fill("siti")
    page.get_by_label(WORDS.password).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".example:visible")
    expect(page).to_have_url(f"{proxy.address}/")
    box(page).fill("Kopi naik berapa?")
    box(page).press("Enter")
    finished(page, 1)
    expect(answers(page)).to_contain_text("7 persen")
    for link in page.locator("a[href]").all():
        address = urljoin(page.url, str(link.get_attribute("href")))
        same = urlsplit(address).netloc == urlsplit(page.url).netloc
        assert not same or address.startswith(f"{proxy.address}/"), address
    page.context.close()
    assert [one for one in proxy.strays if one not in {"/favicon.ico", UNUSED}] == []


def test_two_servers_on_one_host_keep_their_sessions_apart(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("siti", PASSWORD, "reader")

    def logins() -> LoginService:
        return LoginService(accounts, public=True)

    def enter(visitor: httpx.Client, origin: str) -> None:
        sent = {"name": "siti", "password": PASSWORD}
        assert visitor.post(f"{origin}/login", data=sent, headers={"origin": origin}).status_code == 303

    with served(logins()) as first, served(logins()) as second, httpx.Client(timeout=60) as visitor:
        # What keeps cookies as a browser does: by host and path, whatever the port.
        enter(visitor, first.origin)
        assert visitor.get(f"{second.origin}/review").status_code == 401
        enter(visitor, second.origin)
        assert visitor.get(f"{first.origin}/review").status_code == 200
        assert visitor.get(f"{second.origin}/review").status_code == 200
        visitor.post(f"{second.origin}/logout", headers={"origin": second.origin})
        assert visitor.get(f"{first.origin}/review").status_code == 200
        assert visitor.get(f"{second.origin}/review").status_code == 401


class NothingRead:
    """A model of the reader that finds an answer nowhere."""

    name = "nothing"

    def outputs(self, question: str, windows: Any) -> list[Output]:
        empty = np.zeros(0, dtype=np.float32)
        return [Output(np.zeros((0, 2), dtype=np.int64), empty, empty, 0.0) for _ in windows]


@pytest.mark.browser
def test_a_library_without_articles_leads_to_the_upload(tmp_path: Path, browser: Browser) -> None:
    library = Library(Settings(home=tmp_path / "home"), HashingEmbedder())
    assistant = Assistant(library, library.embedder, Reader(NothingRead(), Decision({}, 0.5, 0.5)))
    w = words("id")
    with served(settings=library.settings, open_assistant=lambda: assistant) as server:
        until(lambda: httpx.get(f"{server.origin}/readyz").json() == {"ready": True})
        assert httpx.get(f"{server.origin}/api/v1/status").json()["articles"] == 0
        assert "tanya_articles 0.0" in httpx.get(f"{server.origin}/metrics").text
        page = browser.new_context(locale="id-ID").new_page()
        page.set_default_timeout(30_000)
        page.goto(server.origin)
        expect(page.locator(".status")).to_contain_text(w.no_articles)
        page.set_viewport_size({"width": 390, "height": 844})
        expect(page.get_by_role("link", name=w.first_articles)).to_be_in_viewport(ratio=1)
        assert w.first_asked in httpx.get(f"{server.origin}/review?language=id").text
        box(page).fill("Kopi naik berapa?")
        box(page).press("Enter")
        expect(page.locator("#chat")).to_contain_text(w.first_asked)
        page.get_by_role("link", name=w.first_articles).click()
        page.wait_for_url(f"{server.origin}/articles/upload?language=id")
        file = {"name": "kopi.txt", "mimeType": "text/plain", "buffer": b"Kopi Naik\n\nKopi naik 7 persen.\n"}
        page.set_input_files("#files", [file])  # type: ignore[list-item]
        page.get_by_role("button", name=locale("id").uploads.send, exact=True).click()
        page.wait_for_url("**/report?language=id")
        expect(page.get_by_role("link", name="Kopi Naik")).to_be_visible()
        page.goto(server.origin)
        expect(page.locator(".status")).to_have_text(w.count(1))
        page.context.close()
