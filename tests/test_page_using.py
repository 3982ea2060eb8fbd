"""Answers taken out of the page in a real browser: copied, downloaded, printed; hostile ones as well."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from page_double import ATTACK, LINKED
from page_site import (
    CONTRAST,
    EXPORTS,
    FLAGS,
    JAPAN,
    NOWHERE,
    Site,
    Visit,
    answers,
    ask,
    box,
    findings,
    settled,
)
from playwright.sync_api import Browser, Page, expect
from serving import served

from index import Article
from rag.evidence_card import read_cards, recheck
from ui.auth.accounts import Accounts
from ui.auth.login import LoginService
from ui.locales import locale

INDONESIAN, ENGLISH = locale("id").answers, locale("en").answers

pytestmark = pytest.mark.browser

QUOTE = LINKED.text.strip()
REFUSING = "Object.defineProperty(navigator, 'clipboard', {configurable: true, get: () => undefined})"


def use(page: Page, name: str, number: int = -1):
    return page.locator("#chat .uses").nth(number).get_by_role("button", name=name, exact=True)


def told(page: Page, text: str) -> None:
    expect(page.locator("#using-status")).to_have_text(text)


def ready(page: Page) -> None:
    """Wait until the page has what is copied of every answer."""
    page.wait_for_function(
        """async () => {
          const { rows, take, keyOf } = tanyaUsing;
          const got = await Promise.all(rows().map((row) => take(keyOf(row))));
          return got.length > 0 && got.every(Boolean);
        }"""
    )
    settled(page)


def pasted(page: Page) -> dict[str, str]:
    """What a paste brings, by its kind."""
    page.evaluate(
        """() => {
          window.pasted = null;
          document.addEventListener("paste", (event) => {
            const given = event.clipboardData;
            window.pasted = Object.fromEntries(given.types.map((one) => [one, given.getData(one)]));
            event.preventDefault();
            event.stopImmediatePropagation();
          }, { capture: true, once: true });
        }"""
    )
    box(page).focus()
    page.keyboard.press("Control+V")
    page.wait_for_function("window.pasted")
    return page.evaluate("window.pasted")


@pytest.mark.parametrize("allowed", [True, False])
def test_an_answer_is_copied_with_its_footnotes(visit: Visit, allowed: bool) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "Kopi?")
    ready(page)
    if not allowed:
        page.evaluate(REFUSING)
    before = use(page, INDONESIAN.copy).bounding_box()
    use(page, INDONESIAN.copy).click()
    expect(use(page, INDONESIAN.did_copy)).to_be_visible()
    assert use(page, INDONESIAN.did_copy).bounding_box() == before
    told(page, INDONESIAN.copied)
    got = pasted(page)
    assert got["text/plain"].startswith(f"{QUOTE} [1]\n\n[1] {LINKED.title}. Harian Contoh, tanpa tanggal. ")
    assert got["text/plain"].rstrip().endswith(f"{LINKED.url} “{QUOTE}”")
    assert f"{QUOTE}<sup>1</sup>" in got["text/html"]
    assert "<ol" in got["text/html"]
    use(page, INDONESIAN.whatsapp).focus()
    page.keyboard.press("Enter")
    told(page, INDONESIAN.copied_whatsapp)
    assert pasted(page)["text/plain"].startswith(
        f"*Kopi?*\n\n{QUOTE} [1]\n\n[1] _{LINKED.title}_, Harian Contoh"
    )
    page.evaluate("delete navigator.clipboard")


def test_where_nothing_may_be_copied_the_text_is_shown_and_selected(visit: Visit) -> None:
    page = visit("en-GB")
    ask(page, "Kopi?")
    ready(page)
    page.evaluate(REFUSING)
    page.evaluate("document.execCommand = () => false")
    use(page, ENGLISH.whatsapp).click()
    dialog = page.get_by_role("dialog", name=ENGLISH.by_hand)
    text = dialog.get_by_role("textbox")
    expect(text).to_be_focused()
    assert text.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)").startswith("*Kopi?*")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.evaluate("delete document.execCommand; delete navigator.clipboard")


def downloaded(page: Page, press: Callable[[], None]):
    with page.expect_download() as saving:
        press()
    return saving.value


def chosen(page: Page, name: str):
    return page.get_by_role("menu").get_by_role("menuitem", name=name)


def stored(site: Site) -> dict[str, Article]:
    return {one.id: one for one in site.assistant.library.stored}


def test_an_answer_is_downloaded_in_every_form_by_keyboard(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    files = {}
    for number, name in enumerate([INDONESIAN.word, INDONESIAN.markdown, INDONESIAN.text, INDONESIAN.card]):
        use(page, INDONESIAN.download).focus()
        page.keyboard.press("Enter")
        expect(chosen(page, INDONESIAN.word)).to_be_focused()
        for _ in range(number):
            page.keyboard.press("ArrowDown")
        expect(chosen(page, name)).to_be_focused()
        one = downloaded(page, lambda: page.keyboard.press("Enter"))
        expect(use(page, INDONESIAN.download)).to_be_focused()
        files[one.suggested_filename.rpartition(".")[2]] = one.path()
        assert one.suggested_filename.startswith("berapa-nilai-ekspor-sumut-januari-mei-2025.")
    told(page, INDONESIAN.downloaded)
    assert Document(files["docx"]).paragraphs[0].text == EXPORTS
    with zipfile.ZipFile(files["docx"]) as word:
        assert b"footnoteReference" in word.read("word/document.xml")
    assert "[^1]: *Enam Konsul" in files["md"].read_text()
    assert "\n[1] Enam Konsul" in files["txt"].read_text()
    (card,) = read_cards(files["json"].read_bytes())
    assert recheck(
        card, lambda proof: stored(site).get(proof.article.article_id), known=stored(site).get
    ).holds


def test_the_menu_closes_as_menus_do(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    button, menu = use(page, INDONESIAN.download), page.get_by_role("menu", name=INDONESIAN.download_about)
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("End")
    expect(chosen(page, INDONESIAN.printable)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(chosen(page, INDONESIAN.word)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(menu).to_be_visible()
    page.locator("#chat .answer").click()
    expect(menu).to_be_hidden()
    button.click()
    button.click()
    expect(menu).to_be_hidden()


def test_the_whole_conversation_is_downloaded(visit: Visit) -> None:
    page = visit("en-GB")
    whole = page.get_by_role("button", name=ENGLISH.conversation)
    expect(whole).to_have_attribute("aria-disabled", "true")
    whole.click(force=True)
    expect(page.locator("#using-status")).to_have_text(ENGLISH.nothing_to_download)
    for question in ("What was the value of exports?", JAPAN, NOWHERE):
        ask(page, question)
    whole.click()
    assert chosen(page, ENGLISH.text).count() == 0
    one = downloaded(page, lambda: chosen(page, ENGLISH.word).click())
    assert one.suggested_filename.startswith("conversation-20")
    headings = [part.text for part in Document(one.path()).paragraphs if part.style.name == "Heading 2"]
    assert headings == ["What was the value of exports?", JAPAN, NOWHERE]
    whole.click()
    saved = downloaded(page, lambda: chosen(page, ENGLISH.card).click())
    assert [card.question for card in read_cards(saved.path().read_bytes())] == headings


def test_a_server_that_forgot_the_answers_proves_their_cards(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    ready(page)
    body = page.evaluate(
        """async () => {
          const [row] = tanyaUsing.rows();
          const { card } = await tanyaUsing.take(tanyaUsing.keyOf(row));
          const claims = card.claims.map((one) => ({ ...one, text: "Gubernur mundur." }));
          const sent = (one) => JSON.stringify({ language: "id", answers: [{ key: "", card: one }] });
          return [sent(card), sent({ ...card, claims })];
        }"""
    )
    here = {"Origin": site.address.rstrip("/"), "Content-Type": "application/json"}
    whole, forged = (reply(site, "conversation.md", one.encode(), **here)[1].decode() for one in body)
    assert "USD 4,796 miliar" in whole
    assert "Gubernur mundur" not in forged
    assert INDONESIAN.lost in forged


def reply(site: Site, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(site.address + path, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as got:
            return got.status, got.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_only_the_page_itself_is_given_anything(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    key = str(page.locator("#chat .uses").get_attribute("class")).rpartition("key-")[2]
    assert reply(site, f"answers/{key}")[0] == 200
    for path in (
        "answers/guess",
        f"answers/{key}.exe",
        f"answers/{key}.",
        "answers/.docx",
        f"answers/{key}.docx.md",
    ):
        assert reply(site, path)[0] == (200 if path == f"answers/{key}." else 404), path
    here = {"Origin": site.address.rstrip("/")}
    sent = json.dumps({"language": "id", "answers": [{"key": key, "card": None}]}).encode()
    assert reply(site, "conversation.md", sent)[0] == 403
    assert reply(site, "conversation.md", sent, Origin="https://evil.example")[0] == 403
    assert reply(site, "conversation.md", sent, **here)[0] == 200
    assert reply(site, "conversation.exe", sent, **here)[0] == 404
    for wrong in (
        b"",
        b"[]",
        b"{",
        b"[" * 9999,
        b'{"answers": 1}',
        b'{"answers": [{"key": 1}]}',
        b'{"answers": ["a"]}',
    ):
        assert reply(site, "conversation.md", wrong, **here)[0] == 400, wrong[:20]
    for nothing in (b'{"answers": []}', b'{"answers": [{"key": "guess", "card": null}]}'):
        assert reply(site, "conversation.md", nothing, **here)[0] == 404
    many = json.dumps({"answers": [{"key": "", "card": None}] * 201}).encode()
    assert reply(site, "conversation.md", many, **here)[0] == 413


def test_hostile_words_do_nothing_in_copies_files_and_pages(visit: Visit, site: Site) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, f"serang {ATTACK}")
    ready(page)
    use(page, INDONESIAN.copy).click()
    told(page, INDONESIAN.copied)
    got = pasted(page)
    page.evaluate("html => { document.querySelector('#notice').innerHTML = html }", got["text/html"])
    assert page.locator("#notice").locator("img, script, iframe, b, a").count() == 0
    page.evaluate("document.querySelector('#notice').innerHTML = ''")
    use(page, INDONESIAN.download).click()
    with page.context.expect_page() as opening:
        chosen(page, INDONESIAN.printable).click()
    printed = opening.value
    printed.on("dialog", lambda dialog: (site.mishaps.append(dialog.message), dialog.dismiss()))
    expect(printed.locator("main")).to_contain_text("<img src=x onerror=alert(1)> <script>alert(2)</script>")
    assert printed.locator("img, script, iframe, b, code").count() == 0
    assert printed.locator("main a:not([href^='#'])").count() == 0
    printed.close()
    site.mishaps[:] = [one for one in site.mishaps if not one.startswith(f"opened: {site.address}answers/")]
    assert [one for one in site.mishaps if one.startswith("opened: ")] in ([], ["opened: about:blank"])
    site.mishaps.clear()
    use(page, INDONESIAN.download).click()
    one = downloaded(page, lambda: chosen(page, INDONESIAN.word).click())
    assert "<img src=x onerror=alert(1)>" in Document(one.path()).paragraphs[1].text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_row_and_menu_fit_a_phone_and_stand_out(visit: Visit, scheme: str) -> None:
    page = visit(width=360, height=640, scheme=scheme)
    ask(page, "Kopi?")
    use(page, INDONESIAN.download).click()
    menu = page.get_by_role("menu", name=INDONESIAN.download_about)
    place = menu.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 360
    assert place["y"] >= 0
    assert place["y"] + place["height"] <= 640
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for selector in (
        "#chat .uses .copy",
        "#chat .uses .whatsapp",
        "#chat .uses .download",
        "#history-open",
        "#conversation-download",
        "#download-menu [data-kind=docx]",
        "#download-menu [data-kind=md]",
    ):
        assert page.locator(selector).evaluate(CONTRAST) >= 4.5, selector
    assert findings(page) == []
    page.keyboard.press("Escape")
    assert answers(page).count() == 1


def test_what_was_forgotten_is_said(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, "Kopi?")
    ready(page)
    page.route("**/answers/**", lambda route: route.fulfill(status=404, body="{}"))
    use(page, INDONESIAN.download).click()
    chosen(page, INDONESIAN.word).click()
    told(page, INDONESIAN.forgotten)
    expect(page.locator("#chat .told")).to_have_text(INDONESIAN.forgotten)
    page.unroute("**/answers/**")
    page.route("**/answers/**", lambda route: route.abort())
    use(page, INDONESIAN.download).click()
    chosen(page, INDONESIAN.word).click()
    told(page, INDONESIAN.offline)
    page.unroute("**/answers/**")
    # The browser itself writes of a reply that is an error; nothing else may be there.
    assert [one for one in site.mishaps if "404" not in one and "ERR_FAILED" not in one] == []
    site.mishaps.clear()


def test_copies_and_downloads_work_without_https(browser: Browser, tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("siti", "kopi pagi di Medan", "reader")
    away = [*FLAGS, "--host-resolver-rules=MAP kantor.example 127.0.0.1"]
    with (
        served(LoginService(accounts, public=True)) as house,
        browser.browser_type.launch(executable_path="/usr/bin/chromium", args=away) as other,
    ):
        page = other.new_context(locale="id-ID").new_page()
        page.set_default_timeout(20_000)
        page.goto(f"http://kantor.example:{house.port}/login")
        page.locator("input[name=name]").fill("siti")
        page.locator("input[name=password]").fill("kopi pagi di Medan")
        page.keyboard.press("Enter")
        page.wait_for_selector(".example:visible")
        assert page.evaluate("[isSecureContext, typeof navigator.clipboard]") == [False, "undefined"]
        ask(page, "Kopi?")
        ready(page)
        use(page, INDONESIAN.copy).click()
        told(page, INDONESIAN.copied)
        assert pasted(page)["text/html"].startswith(f'<p lang="id">{QUOTE}<sup>1</sup></p>')
        use(page, INDONESIAN.download).click()
        assert (
            downloaded(page, lambda: chosen(page, INDONESIAN.word).click()).suggested_filename == "kopi.docx"
        )
        page.get_by_role("button", name=INDONESIAN.conversation).click()
        saved = downloaded(page, lambda: chosen(page, INDONESIAN.card).click())
        assert [card.question for card in read_cards(saved.path().read_bytes())] == ["Kopi?"]
