"""Conversations that a browser keeps: listed, opened, continued, deleted, proven before they are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from page_double import ATTACK, SUMUT
from page_site import CONTRAST, EXPORTS, JAPAN, NOWHERE, Site, Visit, answers, ask, box, findings, settled
from playwright.sync_api import Browser, Page, expect
from serving import served

from ui.auth.accounts import Accounts
from ui.auth.login import LoginService
from ui.locales import locale, words

INDONESIAN = locale("id").answers
CHAT = words("id")
ENGLISH = locale("en").answers

pytestmark = pytest.mark.browser

OWN = "tanya-history::"


QUESTIONS = f"""Object.keys(localStorage).filter((name) => name.startsWith({json.dumps(OWN)}))
  .map((name) => JSON.parse(localStorage[name])).sort((one, other) => other.used - one.used)
  .map((one) => one.cards.map((card) => card.question))"""
"""The questions of each conversation that is kept, the latest first."""


def keeps(page: Page, *conversations: list[str]) -> None:
    expected = json.dumps(conversations, ensure_ascii=False, separators=(",", ":"))
    page.wait_for_function(f"(expected) => JSON.stringify({QUESTIONS}) === expected", arg=expected)


def panel(page: Page, words=INDONESIAN):
    if page.locator("#more[aria-expanded=false]").is_visible():
        page.locator("#more").click()
    page.get_by_role("button", name=words.history, exact=True).click()
    dialog = page.get_by_role("dialog", name=words.history)
    expect(dialog).to_be_visible()
    return dialog


def listed(page: Page):
    return page.locator("#history li")


def shows(page: Page, *questions: str) -> None:
    expect(page.locator("#chat [data-testid=user]")).to_have_count(len(questions))
    for number, question in enumerate(questions):
        expect(page.locator("#chat [data-testid=user]").nth(number)).to_contain_text(question)
    settled(page)


def reload(page: Page) -> None:
    page.reload(wait_until="commit")
    page.wait_for_selector(".masthead .status.ready")


def begin_again(page: Page) -> None:
    page.locator("#new-chat").click()
    page.wait_for_selector(".example:visible")


def test_a_page_that_is_loaded_anew_goes_on_where_it_was(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    ask(page, JAPAN)
    keeps(page, [EXPORTS, JAPAN])
    reload(page)
    shows(page, EXPORTS, JAPAN)
    expect(page.locator("#chat .uses")).to_have_count(2)
    expect(page.locator("#src-1 mark")).to_be_visible()
    ask(page, "Kopi?")
    assert site.assistant.asked[-1][1]["history"] == (EXPORTS, JAPAN)
    keeps(page, [EXPORTS, JAPAN, "Kopi?"])
    begin_again(page)
    reload(page)
    page.wait_for_selector(".example:visible")
    assert answers(page).count() == 0
    assert page.evaluate(QUESTIONS) == [[EXPORTS, JAPAN, "Kopi?"]]


def test_conversations_are_listed_opened_and_continued_by_keyboard(visit: Visit, site: Site) -> None:
    page = visit("en-GB")
    ask(page, EXPORTS)
    ask(page, JAPAN)
    keeps(page, [EXPORTS, JAPAN])
    begin_again(page)
    ask(page, "Kopi?")
    keeps(page, ["Kopi?"], [EXPORTS, JAPAN])
    page.locator("#history-open").focus()
    page.keyboard.press("Enter")
    expect(listed(page)).to_have_count(2)
    expect(listed(page).first).to_contain_text(f"1 question · {ENGLISH.current}")
    expect(listed(page).last).to_contain_text("2 questions")
    page.get_by_role("button", name=ENGLISH.open_about.format(question=EXPORTS)).focus()
    page.keyboard.press("Enter")
    shows(page, EXPORTS, JAPAN)
    expect(page.get_by_role("dialog")).to_be_hidden()
    ask(page, NOWHERE)
    assert site.assistant.asked[-1][1]["history"] == (EXPORTS, JAPAN)
    keeps(page, [EXPORTS, JAPAN, NOWHERE], ["Kopi?"])
    reload(page)
    shows(page, EXPORTS, JAPAN, NOWHERE)
    page.locator(".thumb.up").first.click()
    expect(page.locator("#chat .said").first).not_to_be_empty()
    assert [one.question for one in site.assistant.library.said] == [EXPORTS]
    site.assistant.library.said.clear()


def test_an_abstention_says_when_it_was(visit: Visit) -> None:
    page = visit()
    ask(page, NOWHERE)
    expect(answers(page).first).to_contain_text(CHAT.gap_kept)
    keeps(page, [NOWHERE])
    reload(page)
    shows(page, NOWHERE)
    expect(answers(page).first).to_contain_text("sejak itu artikel mungkin bertambah")
    # Whether it was noted its card does not tell.
    expect(answers(page).first).not_to_contain_text(CHAT.gap_kept)


def test_what_is_not_proven_any_more_is_not_shown_as_an_answer(visit: Visit, site: Site) -> None:
    page = visit()
    for question in (EXPORTS, JAPAN):
        ask(page, question)
    keeps(page, [EXPORTS, JAPAN])
    stored = site.assistant.library.stored
    altered = replace(SUMUT, text=SUMUT.text.replace("4,796", "9,999"))
    object.__setattr__(site.assistant.library, "stored", (altered, *stored[1:]))
    try:
        reload(page)
        shows(page, EXPORTS, JAPAN)
        lost = answers(page).first
        expect(lost).to_contain_text(
            f"{INDONESIAN.lost}: kutipannya tidak ada lagi dalam artikel “{SUMUT.title}”."
        )
        expect(lost).not_to_contain_text("miliar")
        assert lost.locator(".uses, .thumbs, a[href^='#src']").count() == 0
        expect(answers(page).last.locator(".uses")).to_be_visible()
        # Its card stays, and is a proof again once the article is.
        keeps(page, [EXPORTS, JAPAN])
    finally:
        object.__setattr__(site.assistant.library, "stored", stored)
    reload(page)
    expect(answers(page).first).to_contain_text("USD 4,796 miliar")


def test_a_quotation_that_moved_is_cited_where_it_is_now(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    keeps(page, [EXPORTS])
    stored = site.assistant.library.stored
    object.__setattr__(
        site.assistant.library, "stored", (replace(SUMUT, text=f"Ralat. {SUMUT.text}"), *stored[1:])
    )
    try:
        reload(page)
        expect(answers(page).first).to_contain_text(INDONESIAN.moved)
        expect(page.locator("#src-1 mark")).to_contain_text("USD 4,796 miliar")
        keeps(page, [EXPORTS])
    finally:
        object.__setattr__(site.assistant.library, "stored", stored)


def test_a_forged_history_proves_nothing_and_does_nothing(visit: Visit) -> None:
    page = visit()
    ask(page, f"serang {ATTACK}")
    keeps(page, [f"serang {ATTACK}"])
    expect(panel(page).locator("strong")).to_contain_text("serang <img src=x onerror=alert(1)>")
    assert page.locator("#history").locator("img, script, iframe, a").count() == 0
    page.keyboard.press("Escape")
    page.evaluate(
        """(own) => {
          const [name] = Object.keys(localStorage).filter((one) => one.startsWith(own));
          const kept = JSON.parse(localStorage[name]);
          const [card] = kept.cards;
          const text = "<img src=x onerror=alert(8)> Gubernur mundur.";
          const claims = card.claims.map((one) => ({ ...one, text }));
          kept.cards.push({ ...card, asked: "2026-01-01T00:00:00.000+00:00", claims });
          kept.cards.push({ question: "x", asked: "y" });
          localStorage[name] = JSON.stringify(kept);
          localStorage[own + "broken"] = "{";
          localStorage[own + "odd"] = JSON.stringify({ used: 1, cards: [7, { question: 8 }] });
        }""",
        OWN,
    )
    reload(page)
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last).to_contain_text(INDONESIAN.lost)
    assert page.locator("#chat").get_by_text("mundur").count() == 0
    assert page.locator("#chat img[src=x], #chat script, #chat iframe").count() == 0
    expect(panel(page).locator("li")).to_have_count(1)
    page.keyboard.press("Escape")


def test_one_conversation_or_all_are_deleted(visit: Visit) -> None:
    page = visit()
    for question in (EXPORTS, "Kopi?", JAPAN):
        ask(page, question)
        begin_again(page)
    keeps(page, [JAPAN], ["Kopi?"], [EXPORTS])
    dialog = panel(page)
    dialog.get_by_role("button", name=INDONESIAN.remove_about.format(question="Kopi?")).click()
    expect(listed(page)).to_have_count(2)
    expect(dialog.get_by_role("status")).to_have_text(INDONESIAN.removed)
    expect(
        dialog.get_by_role("button", name=INDONESIAN.remove_about.format(question=EXPORTS))
    ).to_be_focused()
    assert page.evaluate(QUESTIONS) == [[JAPAN], [EXPORTS]]
    dialog.get_by_role("button", name=INDONESIAN.remove_all).click()
    # The second click of a double click confirms nothing.
    dialog.get_by_role("button", name=INDONESIAN.remove_all_sure).dispatch_event("click", {"detail": 2})
    assert len(page.evaluate(QUESTIONS)) == 2
    dialog.get_by_role("button", name=INDONESIAN.remove_all_sure).click()
    expect(dialog.locator(".none")).to_have_text(INDONESIAN.history_none)
    assert page.evaluate(QUESTIONS) == []
    page.keyboard.press("Escape")


def test_two_tabs_keep_both_conversations(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    keeps(page, [EXPORTS])
    other = page.context.new_page()
    current = page.evaluate("sessionStorage['tanya-conversation:']")
    # As a tab that was duplicated, which has the other's session.
    other.add_init_script(f"sessionStorage.setItem('tanya-conversation:', {json.dumps(current)})")
    other.goto(page.url)
    other.wait_for_selector(".masthead .status.ready")
    shows(other, EXPORTS)
    ask(other, "Kopi?")
    keeps(other, [EXPORTS, "Kopi?"])
    ask(page, JAPAN)
    keeps(page, [EXPORTS, "Kopi?", JAPAN])
    other.close()


def test_nobody_sees_what_another_account_asked(browser: Browser, tmp_path: Path) -> None:
    accounts, passwords = Accounts(tmp_path), {"siti": "kopi pagi di Medan", "budi": "hujan sore di Manado"}
    for name, password in passwords.items():
        accounts.add(name, password, "reader")
    with served(LoginService(accounts, public=False)) as house:
        page = browser.new_context(locale="id-ID").new_page()
        page.set_default_timeout(20_000)

        def come_in(name: str) -> None:
            page.context.clear_cookies()
            page.goto(f"{house.origin}/login")
            page.locator("input[name=name]").fill(name)
            page.locator("input[name=password]").fill(passwords[name])
            page.keyboard.press("Enter")
            page.wait_for_selector(".masthead .status.ready")

        come_in("siti")
        ask(page, "Kopi?")
        page.wait_for_function(
            "() => Object.keys(localStorage).some((one) => one.startsWith('tanya-history:siti:'))"
        )
        key = str(page.locator("#chat .uses").get_attribute("class")).rpartition("key-")[2]
        assert page.request.get(f"{house.origin}/answers/{key}.md").ok
        come_in("budi")
        assert page.request.get(f"{house.origin}/answers/{key}.md").status == 404
        expect(panel(page).locator(".none")).to_have_text(INDONESIAN.history_none)
        assert listed(page).count() == 0
        page.keyboard.press("Escape")
        assert answers(page).count() == 0
        come_in("siti")
        shows(page, "Kopi?")
        page.context.close()


def test_the_oldest_are_dropped_where_there_is_no_room(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    keeps(page, [EXPORTS])
    begin_again(page)
    page.evaluate(
        """(own) => {
          const [name] = Object.keys(localStorage).filter((one) => one.startsWith(own));
          const kept = JSON.parse(localStorage[name]);
          for (let number = 0; number < 60; number += 1)
            localStorage[own + number] = JSON.stringify({ ...kept, used: number });
        }""",
        OWN,
    )
    ask(page, "Kopi?")
    keeps(page, ["Kopi?"], *([[EXPORTS]] * 49))
    page.evaluate(
        """() => {
          const free = 5 * 1024 * 1024 - JSON.stringify(localStorage).length - 9000;
          localStorage.setItem("other", "x".repeat(free));
        }"""
    )
    begin_again(page)
    ask(page, JAPAN)
    page.wait_for_function(
        "(own) => Object.values(localStorage).some((one) => one.includes('pekerja dari Sulut'))", arg=OWN
    )
    page.evaluate("localStorage.removeItem('other')")


def test_the_page_works_where_nothing_may_be_kept(visit: Visit) -> None:
    private = visit().context.browser.new_context(locale="id-ID")  # type: ignore[union-attr]
    page = private.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(visit().url)
    page.wait_for_selector(".example:visible")
    ask(page, "Kopi?")
    expect(panel(page).locator(".none")).to_have_text(INDONESIAN.history_off)
    page.keyboard.press("Escape")
    expect(page.locator("#chat .uses")).to_be_visible()
    assert failures == []
    private.close()


def test_nothing_is_opened_over_an_answer_that_is_being_written(
    visit: Visit,
    site: Site,
) -> None:
    page = visit()
    ask(page, EXPORTS)
    keeps(page, [EXPORTS])
    begin_again(page)
    site.assistant.let_go.clear()
    box(page).fill("tahan, kopi?")
    box(page).press("Enter")
    page.locator("#stop").wait_for()
    dialog = panel(page)
    dialog.get_by_role("button", name=INDONESIAN.open_about.format(question=EXPORTS)).click()
    expect(dialog.get_by_role("status")).to_have_text(INDONESIAN.busy)
    site.assistant.let_go.set()
    page.keyboard.press("Escape")
    shows(page, "tahan, kopi?")
    expect(page.locator("#chat .uses")).to_be_visible()
    keeps(page, ["tahan, kopi?"], [EXPORTS])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_history_fits_a_phone_and_stands_out(visit: Visit, scheme: str) -> None:
    page = visit(width=360, height=640, scheme=scheme)
    ask(page, EXPORTS)
    keeps(page, [EXPORTS])
    place = panel(page).bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 360
    assert place["y"] + place["height"] <= 640
    for selector in (
        "#history strong",
        "#history small",
        "#history .open",
        "#history .remove",
        "#history .remove-all",
    ):
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector
    assert findings(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert CHAT.language == page.locator("html").get_attribute("lang")
