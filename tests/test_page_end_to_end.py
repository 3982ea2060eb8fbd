"""The page as a press officer meets it: `tanya serve` over `seeds/`, the real models, a real browser."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, environment
from playwright.sync_api import Browser, Page, expect
from serving import occupied

from index import Settings

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def address(seeds: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `tanya serve` listens, as a command that ends when it reaches another host."""
    with occupied() as port:
        pass
    server = subprocess.Popen(
        [Path(sys.executable).with_name("tanya"), "--home", seeds.home, "serve", "--port", str(port)],
        cwd=tmp_path_factory.mktemp("serve"),
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        assert server.stderr.readline() == f"tanya: starting http://127.0.0.1:{port}\n"
        yield f"http://127.0.0.1:{port}/"
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=30)
        assert (server.returncode, errors.splitlines()[-1]) == (0, "tanya: stopped")
    finally:
        server.kill()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    elsewhere: list[str] = []
    context = browser.new_context(locale="id-ID", reduced_motion="reduce")
    context.on(
        "request",
        lambda request: None if request.url.startswith(address) else elsewhere.append(request.url),
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address, wait_until="commit")
    yield page
    context.close()
    assert elsewhere == []


def test_a_press_officer_gets_a_proven_answer_in_both_languages(page: Page) -> None:
    expect(page.locator("#masthead")).to_contain_text("2 artikel terindeks", timeout=60_000)
    expect(page.locator(".example").first).to_be_visible()
    answer = ask(page, "Berapa nilai ekspor Sumut Januari–Mei 2025?")
    expect(answer).to_contain_text("4,796 miliar")
    assert_proven(page, answer, "4,796 miliar")

    answer = ask(page, "What was the value of North Sumatra's exports in January–May 2025?")
    expect(answer).to_contain_text("4.796 billion")
    assert_proven(page, answer, "4,796 miliar")

    answer = ask(page, "Halo, selamat pagi")
    expect(answer.locator(".answer")).to_contain_text("2 artikel")
    expect(answer.locator(".abstained, .thumbs, .uses")).to_have_count(0)

    answer = ask(page, "Siapa pemenang Piala Dunia 1998?")
    expect(answer.locator(".abstained")).to_be_visible()
    expect(page.locator("#sources mark")).to_have_count(0)


def ask(page: Page, question: str):
    answers = page.locator("#chat [data-testid=bot]")
    number = answers.count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(answers).to_have_count(number + 1, timeout=30_000)
    expect(page.locator("#chat .progress")).to_have_count(0, timeout=60_000)
    expect(page.locator("#send")).to_be_visible(timeout=30_000)
    return answers.nth(number)


def assert_proven(page: Page, answer, fact: str) -> None:
    """The first citation leads to a mark that holds the fact and stands so in one article."""
    answer.locator('a[href="#src-1"]').click()
    source = page.locator("#sources #src-1")
    expect(source).to_be_focused()
    quotation = source.locator("mark").text_content() or ""
    assert fact in quotation
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.md")]
    articles = [re.sub(r"\A---.*?---\n+", "", text, flags=re.DOTALL) for text in texts]
    assert sum(quotation in article for article in articles) == 1
