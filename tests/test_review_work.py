"""Working on unanswered questions: on the page, by whom, and asked again by the server itself."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from attacks import STRAY, TEXTS
from embedder_double import HashingEmbedder
from page_double import SEEDS, cite, sentence
from page_site import findings
from playwright.sync_api import Browser, expect
from serving import Served

from index import LibraryError, Settings
from index.library import Library
from index.models import GapState
from index.sqlite import FILE
from rag import Answer, Claim
from ui.auth.accounts import Accounts
from ui.auth.login import LoginService
from ui.locales import locale
from ui.review import Asker
from ui.server import build, listen
from ui.service import AssistantService, RateLimits

INDONESIAN, ENGLISH = locale("id"), locale("en")
SAID = INDONESIAN.review

PASSWORDS = {"rina": "kopi pagi di Medan", "budi": "hujan sore di Manado", "siti": "angin malam di Bali"}
ROLES = {"rina": "admin", "budi": "editor", "siti": "reader"}

LOBSTER, MAYOR = "Apa yang diekspor ke Jepang?", "Siapa wali kota Medan?"


@dataclass
class Answering:
    """Answers a question with the sentence of an article that holds certain words, once it is there."""

    library: Library
    sentences: dict[str, tuple[str, str]]
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def ask(self, question: str, *, language: str, history: Sequence[str], keep: bool) -> Answer:
        assert not keep
        self.asked.append((question, tuple(history)))
        self.meanwhile()
        article_id, words = self.sentences.get(question, ("", ""))
        if article_id not in {one.id for one in self.library.articles()}:
            return Answer(question, language, message="Artikel yang ada tidak menyebutkannya.")
        article = self.library.article(article_id)
        quote = sentence(article, words)
        return Answer(question, language, (Claim(quote, (1,)),), (cite(1, article, quote),))


@dataclass(frozen=True)
class Site(Served):
    """A server over a real library; `cookies` are of the sessions of each account."""

    library: Library
    assistant: Answering
    cookies: dict[str, str] = field(default_factory=dict)

    def work(self, name: str, do: str, number: int | str, **more: str) -> Any:
        headers = {"cookie": self.cookies[name]} if name else {}
        return self.post("/review/gaps", urlencode({"do": do, "id": number, **more}), **headers)

    def state(self, question: str) -> tuple[GapState, str | None]:
        found = next(one for one in self.library.gaps() if one.question == question)
        return found.state, found.changed_by


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    library = Library(Settings(home=home), HashingEmbedder())
    library.add([SEEDS / "sumut-enam-negara.md"])
    accounts = Accounts(home)
    for name, password in PASSWORDS.items():
        accounts.add(name, password, ROLES[name])  # type: ignore[arg-type]
    assistant = Answering(library, {LOBSTER: ("sulut-jepang", "termasuk emas")})
    service = AssistantService(lambda: assistant, RateLimits(questions=60))  # type: ignore[arg-type, return-value]
    server = build(service, service.prepare, LoginService(accounts, public=True))
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        made = Site(listener.getsockname()[1], service, server, library, assistant)
        for name, password in PASSWORDS.items():
            made.cookies[name] = made.post("/login", urlencode({"name": name, "password": password})).cookie
        yield made
        server.should_exit = True
        thread.join(20)
    library.close()


@pytest.fixture(autouse=True)
def gaps(request: pytest.FixtureRequest, site: Site) -> dict[str, int]:
    """Two open questions, the one asked twice; every test begins with them, and with one article."""
    there = {one.id for one in site.library.articles()}
    if "sulut-jepang" in there:
        site.library.remove(["sulut-jepang"])
    with contextlib.closing(sqlite3.connect(site.library.settings.home / FILE)) as db, db:
        db.execute("DELETE FROM gaps")
    for question in (LOBSTER, MAYOR, LOBSTER):
        site.library.record_gap(question, "id", "sumut-enam-negara")
    site.assistant.asked.clear()
    site.assistant.meanwhile = lambda: None
    return {one.question: one.number for one in site.library.gaps()}


def shown(site: Site, name: str = "budi", **query: str) -> str:
    return site.get(f"/review?{urlencode(query)}", cookie=site.cookies[name]).text


# By whom


@pytest.mark.parametrize("name", ["budi", "rina"])
def test_editors_and_admins_say_what_became_of_a_question(
    site: Site, gaps: dict[str, int], name: str
) -> None:
    number = gaps[MAYOR]
    for deed, state in (("done", "done"), ("open", "open"), ("dismiss", "dismissed")):
        reply = site.work(name, deed, number, language="en", state="done", verdict="up")
        assert reply.status == 303
        assert reply.headers["location"] == f"/review?language=en&verdict=up&state=done&told={state}#gaps"
        assert site.state(MAYOR) == (state, name)
    page = shown(site, state="dismissed")
    assert re.search(rf"{SAID.states['dismissed']} oleh {name}, \d+ \w+ \d{{4}}", page)
    assert MAYOR in page
    assert LOBSTER not in page


def test_readers_and_nobody_see_questions_and_change_none(site: Site, gaps: dict[str, int]) -> None:
    page = shown(site, "siti")
    assert MAYOR in page
    assert "<form" not in page
    for deed in ("done", "dismiss", "open", "again"):
        reply = site.work("siti", deed, gaps[MAYOR])
        assert reply.status == 403
        assert INDONESIAN.login.forbidden in reply.text
        assert site.work("", deed, gaps[MAYOR]).status == 401
    token = Accounts(site.library.settings.home).new_token("budi")
    bearer = {"authorization": f"Bearer {token}"}
    assert site.post("/review/gaps", urlencode({"do": "done", "id": gaps[MAYOR]}), **bearer).status == 401
    assert site.state(MAYOR) == ("open", None)
    assert site.assistant.asked == []


def test_a_page_of_another_site_changes_no_question(site: Site, gaps: dict[str, int]) -> None:
    body, cookie = urlencode({"do": "done", "id": gaps[MAYOR]}), site.cookies["budi"]
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": site.origin, "sec_fetch_site": "cross-site"},
    ):
        assert site.post("/review/gaps", body, cookie=cookie, **headers).status == 403
    assert site.send("POST", "/review/gaps", body, cookie=cookie).status == 403
    assert site.get(f"/review/gaps?{body}", cookie=cookie).status in {404, 405}
    assert site.state(MAYOR) == ("open", None)


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "9" * 30, "١", "1 OR 1=1", "99999"])
def test_what_names_no_question_changes_none(site: Site, number: str) -> None:
    reply = site.work("budi", "done", number)
    assert (reply.status, "told=gone" in reply.headers["location"]) == (303, True)
    assert {one.state for one in site.library.gaps()} == {"open"}


@pytest.mark.parametrize("body", ["", "do", "\xff", "a=b&" * 100, "do=fly&id=1"])
def test_what_is_no_form_of_the_page_changes_no_question(site: Site, body: str) -> None:
    reply = site.post("/review/gaps", body, cookie=site.cookies["budi"])
    assert (reply.status, "told=gone" in reply.headers["location"]) == (303, True)
    assert {one.state for one in site.library.gaps()} == {"open"}


# What is shown


def test_the_open_questions_are_shown_first_and_the_others_by_their_state(
    site: Site, gaps: dict[str, int]
) -> None:
    site.work("budi", "done", gaps[LOBSTER])
    for state, questions in (
        ({}, {MAYOR}),
        ({"state": "done"}, {LOBSTER}),
        ({"state": "answered"}, set()),
        ({"state": "all"}, {MAYOR, LOBSTER}),
        ({"state": "<b>"}, {MAYOR}),
    ):
        page = shown(site, **state)
        assert {one for one in (MAYOR, LOBSTER) if one in page} == questions, state
        counts = re.findall(r">([^<>]+ \(\d\))</a>", page)
        assert counts == [
            f"{SAID.states[one]} ({count})"
            for one, count in (("open", 1), ("answered", 0), ("done", 1), ("dismissed", 0), ("", 2))
        ]
    rows = site.get("/review/questions.csv?state=done", cookie=site.cookies["siti"]).text
    (row,) = csv.DictReader(io.StringIO(rows.removeprefix("\ufeff"), newline=""))
    assert (row["question"], row["state"], row["changed_by"]) == (LOBSTER, "done", "budi")
    every = site.get("/review/questions.csv", cookie=site.cookies["siti"]).text
    assert len(list(csv.DictReader(io.StringIO(every.removeprefix("\ufeff"), newline="")))) == 2


def test_a_follow_up_is_shown_in_its_askers_words_with_what_it_was_understood_as(site: Site) -> None:
    full = "Berapa lamanya (kunjungan ke Medan)?"
    site.library.record_gap("Berapa lamanya?", "id", "hilang", understood=full, history=("Siapa datang?",))
    page = shown(site)
    asked, understood = page.index("<bdi>Berapa lamanya?</bdi>"), page.index(f"<bdi>{full}</bdi>")
    assert asked < understood
    assert "<bdi>hilang</bdi>" in page, "an article that is gone is no link"
    assert 'href="/articles/sumut-enam-negara?language=id"' in page


# Asking again


def test_asked_again_a_question_is_answered_with_a_link_to_the_quotation(
    site: Site, gaps: dict[str, int]
) -> None:
    number = gaps[LOBSTER]
    assert "told=still" in site.work("budi", "again", number).headers["location"]
    assert site.state(LOBSTER) == ("open", None)
    site.library.add([SEEDS / "sulut-jepang.md"])
    assert "told=answered" in site.work("budi", "again", number).headers["location"]
    assert site.state(LOBSTER) == ("answered", "budi")
    page = shown(site, state="answered", language="id")
    quote = sentence(site.library.article("sulut-jepang"), "termasuk emas")
    start = site.library.article("sulut-jepang").text.index(quote)
    assert quote in page
    link = f"/articles/sulut-jepang?start={start}&amp;end={start + len(quote)}&amp;language=id#mark"
    assert f'href="{link}"' in page
    site.library.remove(["sulut-jepang"])
    page = shown(site, state="answered")
    assert quote not in page
    assert SAID.moved in page


def test_who_waits_for_a_question_to_be_asked_again_keeps_no_page_from_anybody_else(
    site: Site, gaps: dict[str, int]
) -> None:
    more = 41  # than the threads that all pages share
    queue = site.service.queue
    with ThreadPoolExecutor(more) as pool:
        with queue.line_up(), queue.line_up():
            waiting = [pool.submit(site.work, "budi", "again", gaps[MAYOR]) for _ in range(more)]
            while queue.waiting < more:
                threading.Event().wait(0.02)
            assert str(gaps[MAYOR]) in shown(site)
        assert {"told=still" in one.result().headers["location"] for one in waiting} == {True}


def test_questions_that_are_asked_again_count_as_questions(site: Site, gaps: dict[str, int]) -> None:
    statuses = [site.work("rina", "again", gaps[MAYOR]).status for _ in range(61)]
    assert statuses[:3] == [303] * 3
    assert statuses[-1] == 429


def asker(site: Site, **chosen: Any) -> Asker:
    return Asker(site.service, **{"quiet": 0, "share": 1, **chosen})


def test_the_server_asks_open_questions_again_once_articles_have_come(
    site: Site, gaps: dict[str, int]
) -> None:
    mine = asker(site)
    assert mine.look(site.assistant) == 0, "they were asked of these articles"
    site.library.add([SEEDS / "sulut-jepang.md"])
    site.library.mark_gap(gaps[MAYOR], "dismissed", "budi")
    assert mine.look(site.assistant) == 1
    assert site.state(LOBSTER) == ("answered", None)
    assert mine.look(site.assistant) == 0
    site.library.remove(["sulut-jepang"])
    assert mine.look(site.assistant) == 1
    assert site.state(LOBSTER) == ("open", None)
    assert [one for one, _ in site.assistant.asked] == [LOBSTER, LOBSTER]
    assert next(one.count for one in site.library.gaps() if one.question == LOBSTER) == 2, "nobody asked"


def test_it_waits_until_the_articles_have_been_quiet(site: Site) -> None:
    now = [100.0]
    mine = asker(site, quiet=10, clock=lambda: now[0])
    site.library.add([SEEDS / "sulut-jepang.md"])
    for seconds, count in ((0, 0), (9, 0), (11, 2)):
        now[0] = 100.0 + seconds
        assert mine.look(site.assistant) == count


def test_it_asks_so_many_in_an_hour_the_most_asked_first(site: Site) -> None:
    now = [100.0]
    mine = asker(site, most=1, clock=lambda: now[0])
    site.library.add([SEEDS / "sulut-jepang.md"])
    assert [mine.look(site.assistant) for _ in range(3)] == [1, 0, 0]
    now[0] += 3600
    assert [mine.look(site.assistant) for _ in range(2)] == [1, 0]
    assert [one for one, _ in site.assistant.asked] == [LOBSTER, MAYOR]


def test_it_makes_nobody_wait_and_ends_with_the_server(site: Site) -> None:
    site.library.add([SEEDS / "sulut-jepang.md"])
    mine = asker(site)
    with site.service.queue.line_up():
        assert mine.look(site.assistant) == 0
    mine.stop()
    assert mine.look(site.assistant) == 0
    assert asker(site).look(site.assistant) == 2


def test_what_somebody_decides_meanwhile_stands(site: Site, gaps: dict[str, int]) -> None:
    site.library.add([SEEDS / "sulut-jepang.md"])
    site.assistant.meanwhile = lambda: site.library.mark_gap(gaps[LOBSTER], "done", "budi")
    asker(site).look(site.assistant)
    assert site.state(LOBSTER) == ("done", "budi")


def test_a_library_that_cannot_be_written_is_tried_again_once_it_has_changed(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise LibraryError("the primary is gone; start it")

    site.library.add([SEEDS / "sulut-jepang.md"])
    site.assistant.meanwhile = fail
    mine = asker(site, look=0.02)
    mine.start()
    for _ in range(200):
        if "the primary is gone" in caplog.text:
            break
        threading.Event().wait(0.05)
    threading.Event().wait(0.3)
    mine.stop()
    assert caplog.text.count("the primary is gone") == 1
    assert len(site.assistant.asked) == 1


@pytest.mark.parametrize("empty", [True, False])
def test_what_goes_wrong_at_every_look_is_told_once_and_an_empty_library_not_at_all(
    site: Site,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    empty: bool,
) -> None:
    looks = []

    class Odd(Library):
        def indexed(self) -> int | None:
            looks.append(1)
            if empty:
                return super().indexed()
            raise LibraryError("the disk does not answer; look at it")

    monkeypatch.setattr(site.assistant, "library", Odd(Settings(home=tmp_path / "home"), HashingEmbedder()))
    mine = asker(site, look=0.01)
    mine.start()
    for _ in range(400):
        if len(looks) > 4:
            break
        threading.Event().wait(0.05)
    mine.stop()
    assert len(looks) > 4
    assert caplog.text.count("not asked again") == (0 if empty else 1)


# In a browser


def entered(browser: Browser, site: Site, name: str = "budi") -> Any:
    context = browser.new_context(locale="en-GB")
    cookie, _, token = site.cookies[name].partition("=")
    context.add_cookies([{"name": cookie, "value": token, "url": site.origin}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


@pytest.mark.browser
def test_a_question_is_worked_on_by_keyboard_and_its_answer_opened(browser: Browser, site: Site) -> None:
    t = ENGLISH.review
    site.library.add([SEEDS / "sulut-jepang.md"])
    page = entered(browser, site)
    page.goto(f"{site.origin}/review")
    card = page.locator("#gaps li").filter(has_text=LOBSTER)
    card.get_by_role("button", name=t.deeds["again"]).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(t.told["answered"])
    expect(page.locator("#gaps li")).to_have_count(1)
    page.get_by_role("link", name=f"{t.states['answered']} (1)").click()
    expect(page.locator(".found")).to_contain_text(t.now_answered)
    href = page.locator(".found a").get_attribute("href")
    assert href is not None
    assert href.startswith("/articles/sulut-jepang?start=")
    page.get_by_role("button", name=t.deeds["open"], exact=True).click()
    expect(page.get_by_role("status")).to_have_text(t.told["open"])
    assert site.state(LOBSTER) == ("open", "budi")
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (768, "light"), (1280, "dark")])
def test_the_review_fits_and_an_audit_finds_nothing(
    browser: Browser, site: Site, gaps: dict[str, int], width: int, scheme: str
) -> None:
    site.library.add([SEEDS / "sulut-jepang.md"])
    site.work("budi", "again", gaps[LOBSTER])
    site.library.record_gap("kata" * 60, "id", None, understood="lain " * 60)
    page = entered(browser, site)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site.origin}/review?state=all")
    expect(page.locator("#gaps > ol > li")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert findings(page) == []
    for part in page.locator("#gaps :is(button, a, p)").all():
        place = part.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
    page.context.close()


@pytest.mark.browser
def test_hostile_questions_are_shown_as_they_are_written(browser: Browser, site: Site) -> None:
    happened: list[str] = []
    for at, attack in enumerate(TEXTS):
        site.library.record_gap(
            f"{at} {attack}"[:600], "id", attack[:200], understood=f"{attack} {at}", history=(attack,)
        )
    page = entered(browser, site)
    page.expose_function("pwned", lambda by: happened.append(f"ran: {by}"))
    page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda one: None if one.url.startswith((site.origin, "data:")) else happened.append(one.url),
    )
    page.goto(f"{site.origin}/review?state=all")
    expect(page.locator("#gaps > ol > li")).to_have_count(len(TEXTS) + 2)
    assert page.evaluate(STRAY) == []
    page.locator("#gaps li").last.get_by_role("button").first.click()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.evaluate(STRAY) == []
    assert happened == []
    page.context.close()
