"""The chat page with an assistant that answers from a script, and whoever visits it in a real browser."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_double import Scripted
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from rag.query import LONGEST
from ui.server import build, listen
from ui.service import AssistantService

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPORTS = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
JAPAN = "Lalu apa yang dibahas dengan Jepang?"
NOWHERE = "Siapa presiden Prancis?"


@dataclass
class Site:
    """A served page, and what the browsers that visit it did beside showing it."""

    address: str
    assistant: Scripted
    service: AssistantService
    elsewhere: list[str] = field(default_factory=list)
    mishaps: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Site]:
    assistant = Scripted()
    listener = listen("127.0.0.1", 0)
    service = AssistantService(lambda: assistant)
    server = build(service, service.prepare)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}/", assistant, service)
    server.should_exit = True
    thread.join(10)
    listener.close()


@contextmanager
def launched(*flags: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *flags])


# Waiting is for a machine that has other things to do; nothing here takes long by itself.
expect.set_options(timeout=20_000)

Visit = Callable[..., Page]


def opening(browser: Browser, site: Site) -> Visit:
    """Opens the page, or the one that is open in that locale already; one context for each locale."""
    contexts = functools.cache(lambda locale: browser.new_context(locale=locale))

    @functools.cache
    def open_page(locale: str, query: str) -> Page:
        page = contexts(locale).new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda request: _note(site.elsewhere, request.url, site.address))
        page.on("dialog", lambda dialog: (site.mishaps.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: site.mishaps.append(f"error: {error}"))
        page.on("popup", lambda popup: site.mishaps.append(f"opened: {popup.url}"))
        page.on("console", lambda message: _note_console(site.mishaps, message))
        page.goto(site.address + query, wait_until="commit")
        page.wait_for_selector(".example:visible")
        return page

    return open_page


@contextmanager
def visiting(opened: Visit, site: Site) -> Iterator[Visit]:
    """Visits the page with nothing asked yet; in the end no other host was reached, no error seen."""
    pages: list[Page] = []
    site.elsewhere.clear()
    site.mishaps.clear()
    site.assistant.asked.clear()

    def visit_page(
        locale: str = "id-ID",
        query: str = "",
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        motion: str = "reduce",
    ) -> Page:
        page = opened(locale, query)
        pages.append(page)
        # Behind another tab a page is drawn rarely, and its clocks are slow.
        page.bring_to_front()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion=motion)  # type: ignore[arg-type]
        box(page).focus()
        return page

    yield visit_page
    for page in pages:
        start_again(page)
    # Nobody keeps a seat who was held, and given up.
    site.assistant.let_go.set()
    deadline = time.monotonic() + 20
    while site.service.queue.taken and time.monotonic() < deadline:
        time.sleep(0.02)
    assert site.elsewhere == []
    assert site.mishaps == []


def start_again(page: Page) -> None:
    """Leave the page to the next test as it was opened, at the cost of a click where that will do."""
    # Where there is room nothing lies over the rest, or is folded away.
    page.set_viewport_size({"width": 1280, "height": 800})
    chosen = page.evaluate(
        """async () => {
          // An answer that is still on its way into the history would come there after all.
          const { rows, take, keyOf } = window.tanyaUsing || { rows: () => [] };
          await Promise.allSettled(rows().map((row) => take(keyOf(row))));
          const chosen = localStorage.getItem("tanya-page-language");
          localStorage.clear();
          sessionStorage.clear();
          return chosen || document.querySelector("#limit[aria-expanded=true]");
        }"""
    )
    if chosen:
        page.reload(wait_until="commit")
    else:
        box(page).fill("")
        page.locator("#new-chat").click()
    page.wait_for_selector(".example:visible")


def _note(elsewhere: list[str], url: str, address: str) -> None:
    if not url.startswith((address, "data:", "blob:")):
        elsewhere.append(url)


def _note_console(mishaps: list[str], message) -> None:
    if message.type == "error" or "Content Security Policy" in message.text:
        mishaps.append(f"console: {message.text}")


def box(page: Page):
    return page.locator("#question textarea")


def answers(page: Page):
    return page.locator("#chat [data-testid=bot]")


def ask(page: Page, question: str):
    """Ask by keyboard; the locator of the finished answer."""
    number = answers(page).count()
    box(page).fill(question)
    box(page).press("Enter")
    finished(page, number + 1)
    if len(question) <= LONGEST:
        # The reply to the question empties the box, and would empty it of the next one, too.
        expect(box(page)).not_to_have_value(question)
    return answers(page).nth(number)


def finished(page: Page, number: int) -> None:
    """Wait, without the pauses between two looks that `expect` takes, for so many answers, all complete."""
    try:
        page.wait_for_function(
            """number => document.querySelectorAll("#chat [data-testid=bot]").length === number
                && !document.querySelector("#chat .progress")
                && document.querySelector("#send")?.checkVisibility()""",
            arg=number,
        )
    except PlaywrightTimeout:
        seen = {part: page.locator(part).inner_text() for part in ("#chat", "#notice")}
        pytest.fail(f"{number} answers were waited for; the box holds {box(page).input_value()!r}: {seen}")


def settled(page: Page) -> None:
    """Wait until the conversation stands still: a press on what is drawn anew meanwhile is lost."""
    page.evaluate(
        """() => new Promise((done) => {
          const still = () => setTimeout(() => (watcher.disconnect(), done()), 300);
          let waiting;
          const watcher = new MutationObserver(() => (clearTimeout(waiting), (waiting = still())));
          watcher.observe(document.querySelector("#chat"), { subtree: true, childList: true });
          waiting = still();
        })"""
    )


def findings(page: Page) -> list[str]:
    """Every violation that an audit of accessibility finds, with the first element that it is found at."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['target']}"
        for one in found
    ]


CONTRAST = """element => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = element;
  while (numbers(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const [one, other] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor]
    .map((colour) => light(numbers(colour)) + 0.05);
  return Math.max(one, other) / Math.min(one, other);
}"""
"""How an element's text stands out from what is behind it, as WCAG has it."""
