"""Hostile articles, questions and file names on every page, in a real browser: all of it stays text."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from attacks import ADDRESSES, EVIL, MARKUP, STRAY, TEXTS
from embedder_double import HashingEmbedder
from page_double import Scripted, cite
from page_site import ask, box, settled
from playwright.sync_api import Browser, Page, expect

from index import Article, Settings
from index.library import Library
from rag import Answer, Claim
from rag.answer import Step, Steps
from ui.locales import words
from ui.markup import LIST, REMOVE, UPLOAD, address_of
from ui.server import build, listen
from ui.service import AssistantService

INDONESIAN = words("id")

pytestmark = pytest.mark.browser

AT_ONCE = 3
"""Articles that one answer cites."""


@dataclass
class Hostile(Scripted):
    """Answers the question `n …` from the articles of the n-th group, in their own words."""

    library: Any = field(default=None)

    def steps(self, question: str, **chosen: Any) -> Steps:
        yield Step("read")
        at = int(question.split(maxsplit=1)[0])
        articles = self.stored[AT_ONCE * at : AT_ONCE * (at + 1)]
        claims = tuple(Claim(" ".join(one.text.split()), (number,)) for number, one in enumerate(articles, 1))
        citations = tuple(cite(number, one, one.text) for number, one in enumerate(articles, 1))
        notes = tuple(one.title for one in articles)
        return Answer(
            question, "id", claims, citations, notes=notes, understood=question, differing=at % 2 == 1
        )

    @property
    def stored(self) -> Sequence[Article]:
        return self.library.articles()

    def examples(self, language: str, limit: int = 4) -> Sequence[str]:
        return TEXTS[:limit]


@dataclass
class Site:
    address: str
    library: Library
    happened: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        """Note whatever a page does beside showing itself."""
        page.set_default_timeout(20_000)
        page.expose_function("pwned", lambda by: self.happened.append(f"ran: {by}"))
        page.on(
            "dialog", lambda dialog: (self.happened.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        page.on("popup", lambda popup: self.happened.append(f"opened: {popup.url}"))
        page.on("pageerror", lambda error: self.happened.append(f"error: {error}"))
        page.on("download", lambda got: self.happened.append(f"download: {got.url}"))
        page.on("request", lambda request: self._note(request.url))
        page.on("console", lambda said: self._hear(said.text))
        return page

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.happened.append(f"request: {url}")

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text or "Mixed" in text:
            self.happened.append(f"console: {text}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    records = home / "serangan.jsonl"
    records.write_text("".join(f"{json.dumps(one)}\n" for one in _records()), encoding="utf-8")
    library = Library(Settings(home=home), HashingEmbedder())
    report = library.add([records])
    assert len(report.added) == len(TEXTS), report.failures
    assistant = Hostile(library)
    service = AssistantService(lambda: assistant)
    server = build(service, service.prepare, settings=library.settings)
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}/", library)
        server.should_exit = True
        thread.join(20)
    library.close()


def _records() -> Iterator[dict[str, str]]:
    """An article for each attack, which stands in each of its fields."""
    for number, attack in enumerate(TEXTS):
        yield {
            "id": f"{number} {attack}"[:200] if attack.isprintable() else str(number),
            "title": f"Judul {attack}",
            "source": f"Harian {attack}"[:120],
            "author": attack,
            "published": f"2024-01-{number % 28 + 1:02}",
            "url": ADDRESSES[number % len(ADDRESSES)],
            "text": f"Berita nomor {number} hari ini. {attack} Demikian berita nomor {number}.",
        }


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page on which in the end nothing has happened that text does not do."""
    context = browser.new_context(locale="id-ID", permissions=["clipboard-read", "clipboard-write"])
    site.happened.clear()
    yield site.watch(context.new_page())
    context.close()
    assert site.happened == []


def test_the_chat_shows_hostile_questions_and_articles_as_they_are_written(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.wait_for_selector(".example:visible")
    groups = range(len(site.library.articles()) // AT_ONCE)
    for at in groups:
        answer = ask(page, f"{at} {' '.join(TEXTS[AT_ONCE * at : AT_ONCE * (at + 1)])[:1500]}")
        expect(answer.locator("a[href^='#src-']")).to_have_count(AT_ONCE)
        marks = page.locator("#sources mark").all_inner_texts()
        assert len(marks) == AT_ONCE
    for fold in page.locator("#sources .fold").all():
        fold.click()
    page.locator("#earlier-sources summary").first.click()
    page.locator("#chat a[href^='#src-']").last.click()
    assert page.evaluate(STRAY) == []
    settled(page)
    page.get_by_label(INDONESIAN.change_about).last.click()
    page.wait_for_selector("#notice .notice")
    page.reload()
    page.wait_for_selector("#chat [data-testid=bot]")
    expect(box(page)).to_be_visible()
    assert page.evaluate(STRAY) == []
    page.locator("#history-open").click()
    page.wait_for_selector("#history li")
    assert page.evaluate(STRAY) == []
    assert page.url.startswith(site.address)


def test_the_pages_beside_the_chat_show_hostile_articles_as_they_are_written(page: Page, site: Site) -> None:
    articles = site.library.articles()
    addresses = [
        LIST,
        f"{LIST}?{urlencode({'q': TEXTS[0], 'source': articles[0].source})}",
        f"{REMOVE}?{urlencode([('id', one.id) for one in articles])}",
        f"{REMOVE}?{urlencode({'id': TEXTS[0]})}",
        UPLOAD,
        "/review",
        f"/review?language={TEXTS[0]}",
        "/api/docs",
    ]
    seen = 0
    for address in addresses:
        reply = page.goto(urljoin(site.address, address.lstrip("/")))
        assert reply is not None
        assert reply.status in {200, 404}, address
        assert page.evaluate(STRAY) == [], address
        seen += reply.status == 200
    assert seen >= 5
    for one in articles:
        end = min(40, len(one.text))
        reply = page.goto(urljoin(site.address, address_of(one.id, 0, end).lstrip("/")))
        assert reply is not None
        assert reply.status == 200, one.id
        assert page.locator("mark").text_content() == one.text[:end]
        assert page.evaluate(STRAY) == [], one.id


def test_hostile_file_names_are_named_and_do_nothing(page: Page, site: Site) -> None:
    page.goto(urljoin(site.address, UPLOAD.lstrip("/")))
    names = [f"{number} {one}".replace("/", "_")[:120] + ".txt" for number, one in enumerate(TEXTS[:20])]
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": f"{name}\n\nKabar nomor {at}.".encode()}
        for at, name in enumerate(names)
    ]
    before = len(site.library.articles())
    page.set_input_files("#files", files)  # type: ignore[arg-type]
    page.locator("form#upload button:not([type=button])").last.click()
    page.wait_for_url("**/report*")
    page.wait_for_function("() => /\\b20\\b/.test(document.querySelector('main').innerText)")
    for _ in range(100):
        if len(site.library.articles()) == before + len(names):
            break
        page.wait_for_timeout(200)
    assert len(site.library.articles()) == before + len(names)
    assert page.evaluate(STRAY) == []
    inside = Path(site.library.settings.home)
    assert not [path for path in inside.rglob("*") if "pwned" in path.name]


@pytest.mark.parametrize(
    "attack", [one for one in MARKUP if one.startswith(("<img", "<svg", "<iframe")) and one.endswith(">")]
)
def test_what_would_be_more_than_text_is_noticed(page: Page, site: Site, attack: str) -> None:
    page.goto(urljoin(site.address, "review"))
    page.evaluate("attack => document.querySelector('main').insertAdjacentHTML('beforeend', attack)", attack)
    assert page.evaluate(STRAY) != []
    # What the text does it does while its page is open, however long that takes.
    page.context.close()
    site.happened.clear()


def test_no_answer_of_the_server_lets_another_page_frame_it_or_guess_its_kind(page: Page, site: Site) -> None:
    for address in (
        "",
        "articles",
        "review",
        "articles/upload",
        "api/docs",
        "scripts/articles.js",
        "healthz",
    ):
        reply = page.request.get(site.address + address)
        policy = reply.headers["content-security-policy"]
        assert "frame-ancestors" in policy
        assert "object-src 'none'" in policy or "default-src 'none'" in policy
        assert EVIL not in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] in {"no-referrer", "same-origin"}
