"""What an audit of accessibility finds in every page and state, in a real browser."""

from __future__ import annotations

import pytest
from page_site import EXPORTS, JAPAN, NOWHERE, Site, Visit, answers, ask, box, findings, finished

from ui.locales import words

INDONESIAN = words("id")

pytestmark = pytest.mark.browser

LOOKS = [(360, 740, "dark"), (768, 1024, "light"), (1280, 800, "light"), (1280, 800, "dark")]


def test_the_audit_finds_what_is_wrong(visit: Visit) -> None:
    page = visit()
    page.evaluate("document.querySelector('#chat').append(Object.assign(new Image(), { id: 'unnamed' }))")
    assert any("image-alt" in one for one in findings(page))
    page.evaluate("document.querySelector('#unnamed').remove()")


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_the_chat_limited_to_an_article_is_without_a_finding(
    visit: Visit,
    width: int,
    height: int,
    scheme: str,
) -> None:
    page = visit(query="?article=linked", width=width, height=height, scheme=scheme)
    page.wait_for_selector("#article-chip:visible")
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_that_waits_is_without_a_finding(visit: Visit, site: Site, scheme: str) -> None:
    page = visit(width=390, height=844, scheme=scheme, motion="no-preference")
    site.assistant.let_go.clear()
    box(page).fill("Kopi tahan?")
    box(page).press("Enter")
    page.wait_for_selector("#chat .progress")
    # At any time of what moves.
    for _ in range(4):
        assert findings(page) == []
    site.assistant.let_go.set()
    finished(page, 1)


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_the_chat_is_without_a_finding(visit: Visit, width: int, height: int, scheme: str) -> None:
    page = visit(width=width, height=height, scheme=scheme)
    assert findings(page) == []
    for question in (EXPORTS, JAPAN, "Berapa panen?", NOWHERE):
        ask(page, question)
    options = page.locator("#more")
    if options.is_visible():
        options.click()
    page.locator("#limit").click()
    page.get_by_label(INDONESIAN.change_about).last.click()
    page.wait_for_selector("#notice .notice")
    if not options.is_visible():
        page.locator("#earlier-sources summary").first.click()
    assert findings(page) == []
    if options.is_visible():
        options.click()
    page.locator("#notice .cancel").click()
    page.wait_for_selector("#notice .notice", state="detached")
    # The sheet, where there is one: of a source, and of an earlier answer's.
    ask(page, EXPORTS)
    page.locator('#chat a[href="#src-1"]').click()
    page.wait_for_selector("#src-1:focus")
    assert findings(page) == []
    page.keyboard.press("Escape")
    answers(page).first.locator("a").first.click()
    page.wait_for_selector("#earlier-sources .source:focus")
    assert findings(page) == []
    page.keyboard.press("Escape")
