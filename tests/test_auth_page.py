"""The login in a real browser: by keyboard, without a script, and when a session ends under an open page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from page_site import answers, box, finished, launched
from playwright.sync_api import Browser, Page, expect
from serving import Served, served

from ui.auth.accounts import Accounts
from ui.auth.login import LoginService
from ui.locales import locale

INDONESIAN, ENGLISH = locale("id").login, locale("en").login

pytestmark = pytest.mark.browser

PASSWORD = "kopi pagi di Medan"

# Its own name, as in an office: a browser trusts the machine's own address more than others.
HOST = "tanya.kantor.example"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    made = Accounts(tmp_path_factory.mktemp("guarded"))
    made.add("siti", PASSWORD, "reader")
    return made


@pytest.fixture(scope="module")
def site(accounts: Accounts) -> Iterator[Served]:
    with served(LoginService(accounts, public=True)) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(f"--host-resolver-rules=MAP {HOST} 127.0.0.1") as made:
        yield made


def opened(browser: Browser, locale: str = "id-ID", *, scripts: bool = True) -> Page:
    page = browser.new_context(locale=locale, java_script_enabled=scripts).new_page()
    page.set_default_timeout(20_000)
    return page


def address(site: Served, path: str = "/") -> str:
    return f"http://{HOST}:{site.port}{path}"


def test_one_logs_in_by_keyboard_asks_is_thrown_out_comes_back_and_leaves(
    browser: Browser, site: Served, accounts: Accounts
) -> None:
    page = opened(browser)
    page.goto(address(site))
    expect(page).to_have_title("Masuk · Tanya Berita")
    expect(page.get_by_label(INDONESIAN.name)).to_be_focused()
    page.keyboard.type("siti")
    page.keyboard.press("Tab")
    page.keyboard.type("bukan kata sandinya")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(INDONESIAN.wrong)
    expect(page.get_by_label(INDONESIAN.password)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".example:visible")
    box(page).fill("Kopi naik berapa?")
    box(page).press("Enter")
    finished(page, 1)
    expect(answers(page)).to_contain_text("7 persen")
    # Whoever runs the service ends all sessions of an account by a new password.
    accounts.set_password("siti", PASSWORD)
    box(page).fill("Apa yang dibahas dengan Jepang?")
    box(page).press("Enter")
    ended = page.locator("#session-ended")
    expect(ended).to_contain_text(INDONESIAN.over)
    expect(box(page)).to_have_value("Apa yang dibahas dengan Jepang?")
    with page.context.expect_page() as again:
        ended.get_by_role("link").click()
    login = again.value
    login.get_by_label(INDONESIAN.name).fill("siti")
    login.get_by_label(INDONESIAN.password).fill(PASSWORD)
    login.keyboard.press("Enter")
    login.wait_for_selector(".example:visible")
    box(page).press("Enter")
    finished(page, 2)
    expect(answers(page).last).to_contain_text("rencana mengirim")
    expect(ended).to_have_count(0)
    page.goto(address(site, "/logout"))
    page.get_by_role("button", name=INDONESIAN.log_out).click()
    expect(page.get_by_label(INDONESIAN.name)).to_be_visible()
    page.goto(address(site, "/review"))
    expect(page).to_have_title("Masuk · Tanya Berita")


def test_one_logs_in_without_a_script_in_the_other_language(browser: Browser, site: Served) -> None:
    page = opened(browser, scripts=False)
    page.goto(address(site, "/review?verdict=down"))
    page.get_by_role("link", name="English").click()
    page.get_by_label(ENGLISH.name).fill("siti")
    page.get_by_label(ENGLISH.password).fill(PASSWORD)
    page.get_by_role("button", name=ENGLISH.log_in).click()
    expect(page).to_have_url(address(site, "/review?verdict=down"))
    expect(page.get_by_role("main")).to_be_visible()
