"""What readers think of the answers, said in a real browser and seen on the review."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from page_double import ATTACK, SUMUT
from page_site import CONTRAST, EXPORTS, JAPAN, NOWHERE, Site, Visit, answers, ask, settled
from playwright.sync_api import Page, expect

from index.models import Feedback, Gap
from rag.evaluation.cases import load_cases
from rag.feedback import LONGEST, OTHER, THERE, WRONG, opinions
from ui.locales import locale, words

INDONESIAN, ENGLISH = words("id"), words("en")

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _nothing_said(site: Site) -> None:
    for kept in (
        site.assistant.library.said,
        site.assistant.library.unanswered,
        site.assistant.library.broken,
    ):
        kept.clear()


def said(site: Site) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (one.question, one.verdict, one.reason, one.correction) for one in site.assistant.library.feedback()
    ]


def comes_to_be(site: Site, *expected: tuple[str, str, str | None, str | None]) -> None:
    """What was said is this, once the server has it: the page shows a press before."""
    deadline = time.monotonic() + 20
    while said(site) != list(expected) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert said(site) == list(expected)


def thumb(page: Page, name: str, answer: int = -1):
    settled(page)
    return answers(page).nth(answer).get_by_role("button", name=name, exact=True)


def form(page: Page):
    return page.get_by_role("dialog", name=INDONESIAN.why)


def thanked(page: Page, words=INDONESIAN) -> None:
    expect(page.locator("#opinion-status")).to_have_text(words.thanks)


def test_a_thumb_up_is_kept_with_all_that_was_shown(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    ask(page, JAPAN)
    thumb(page, INDONESIAN.good_about).focus()
    before = [part.bounding_box() for part in (answers(page).last, thumb(page, INDONESIAN.bad_about))]
    page.keyboard.press("Enter")
    thanked(page)
    expect(thumb(page, INDONESIAN.good_about)).to_have_attribute("aria-pressed", "true")
    expect(thumb(page, INDONESIAN.good_about)).to_be_focused()
    expect(thumb(page, INDONESIAN.good_about, 0)).to_have_attribute("aria-pressed", "false")
    after = [part.bounding_box() for part in (answers(page).last, thumb(page, INDONESIAN.bad_about))]
    assert after == before
    (kept,) = site.assistant.library.feedback()
    assert (kept.question, kept.verdict, kept.reason, kept.correction) == (JAPAN, "up", None, None)
    shown = json.loads(kept.answer)
    assert shown["asked"]["history"] == [EXPORTS]
    assert (shown["language"], shown["abstained"]) == ("id", False)
    assert [one["article_id"] for one in shown["citations"]] == ["sulut-jepang", "sulut-jepang"]
    assert all(one["quote"] in shown["text"] for one in shown["citations"])


def test_the_form_is_used_by_keyboard_alone(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    thumb(page, INDONESIAN.bad_about).focus()
    page.keyboard.press("Space")
    expect(form(page).get_by_role("radio").first).to_be_focused()
    assert form(page).get_by_role("radio", name=INDONESIAN.reasons[THERE]).count() == 0
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(form(page).get_by_role("textbox", name=INDONESIAN.correction)).to_be_focused()
    page.keyboard.type("USD 4,8 miliar")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form(page)).to_be_hidden()
    thanked(page)
    expect(thumb(page, INDONESIAN.bad_about)).to_be_focused()
    assert said(site) == [(EXPORTS, "down", WRONG, "USD 4,8 miliar")]


def test_pressing_again_changes_what_was_said(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, NOWHERE)
    thumb(page, INDONESIAN.good_about).click()
    thanked(page)
    thumb(page, INDONESIAN.bad_about).click()
    form(page).get_by_role("radio", name=INDONESIAN.reasons[THERE]).check()
    assert form(page).get_by_role("radio", name=INDONESIAN.reasons[WRONG]).count() == 0
    form(page).get_by_role("textbox").fill("Emmanuel Macron")
    form(page).get_by_role("button", name=INDONESIAN.keep).click()
    expect(form(page)).to_be_hidden()
    expect(thumb(page, INDONESIAN.good_about)).to_have_attribute("aria-pressed", "false")
    comes_to_be(site, (NOWHERE, "down", THERE, "Emmanuel Macron"))
    ask(page, EXPORTS)
    expect(thumb(page, INDONESIAN.bad_about, 0)).to_have_attribute("aria-pressed", "true")
    thumb(page, INDONESIAN.bad_about, 0).click()
    expect(form(page).get_by_role("radio", name=INDONESIAN.reasons[THERE])).to_be_checked()
    expect(form(page).get_by_role("textbox")).to_have_value("Emmanuel Macron")
    page.keyboard.press("Escape")
    expect(form(page)).to_be_hidden()
    thumb(page, INDONESIAN.good_about, 0).click()
    expect(thumb(page, INDONESIAN.good_about, 0)).to_have_attribute("aria-pressed", "true")
    thanked(page)
    comes_to_be(site, (NOWHERE, "up", None, None))


def test_two_readers_say_what_they_think_of_their_own_answers(visit: Visit, site: Site) -> None:
    one, other = visit(), visit("en-GB")
    for page in (one, other):
        ask(page, EXPORTS)
    thumb(one, INDONESIAN.good_about).click()
    thumb(other, ENGLISH.bad_about).click()
    other.get_by_role("dialog", name=ENGLISH.why).get_by_role("button", name=ENGLISH.close).click()
    thanked(one)
    thanked(other, ENGLISH)
    assert sorted(said(site)) == [(EXPORTS, "down", None, None), (EXPORTS, "up", None, None)]


def test_what_cannot_be_kept_is_told_and_can_be_said_again(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    site.assistant.library.broken.append("the disk is full; make room")
    thumb(page, INDONESIAN.bad_about).click()
    expect(form(page).get_by_role("alert")).to_have_text(INDONESIAN.unkept)
    site.assistant.library.broken.clear()
    form(page).get_by_role("radio", name=INDONESIAN.reasons[OTHER]).check()
    form(page).get_by_role("button", name=INDONESIAN.keep).click()
    expect(form(page)).to_be_hidden()
    assert said(site) == [(EXPORTS, "down", OTHER, None)]
    # The browser itself writes of a reply that is an error; nothing else may be there.
    assert [one for one in site.mishaps if "503" not in one] == []
    site.mishaps.clear()


def test_hostile_words_are_kept_and_shown_as_they_are(visit: Visit, site: Site, tmp_path: Path) -> None:
    page = visit()
    ask(page, f"serang {ATTACK}")
    thumb(page, INDONESIAN.bad_about).click()
    form(page).get_by_role("textbox").fill(f"=1+1 {ATTACK}")
    form(page).get_by_role("button", name=INDONESIAN.keep).click()
    expect(form(page)).to_be_hidden()
    site.assistant.library.unanswered.append(Gap(ATTACK, '"><b>', ATTACK, datetime.now(UTC), 2))
    review = page.context.new_page()
    review.on(
        "request", lambda request: site.elsewhere.append(request.url) if "evil" in request.url else None
    )
    review.on("dialog", lambda dialog: (site.mishaps.append(dialog.message), dialog.dismiss()))
    review.on("console", lambda message: site.mishaps.append(message.text))
    review.goto(f"{site.address}review?language=id")
    shown = review.locator("body")
    expect(shown).to_contain_text("<img src=x onerror=alert(1)> <script>alert(2)</script>")
    expect(shown).to_contain_text(f"=1+1 {ATTACK[:40]}")
    assert review.locator("img, script, iframe, b, code").count() == 0
    assert review.locator("a[href*=evil], a[href^=javascript]").count() == 0
    review.close()
    rows = table(f"{site.address}review/feedback.csv")
    assert rows[0]["correction"].startswith("'=1+1 <img")
    path = tmp_path / "a.qa.yaml"
    path.write_bytes(fetch(f"{site.address}review/feedback.qa.yaml"))
    (case,) = load_cases(path)
    assert case.contains[0][0].startswith("=1+1 <img src=x")


def fetch(address: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as reply:
        return reply.read()


def table(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fetch(address).decode("utf-8-sig"), newline="")))


def feedback(question: str, verdict: str, minute: int) -> Feedback:
    return Feedback(question, "{}", verdict, None, None, datetime(2025, 7, 22, 8, minute, tzinfo=UTC))


@pytest.mark.parametrize(("language", "words"), [("id", INDONESIAN), ("en", ENGLISH)])
def test_the_review_ranks_questions_and_filters_opinions(
    visit: Visit,
    site: Site,
    language: str,
    words,
) -> None:
    day = datetime(2025, 7, 22, 5, tzinfo=UTC)
    site.assistant.library.unanswered.extend(
        [Gap("Berapa?", "id", SUMUT.id, day, 7), Gap("Who?", "en", "gone", day, 2)]
    )
    site.assistant.library.said.extend(
        [feedback("Satu?", "up", 1), feedback("Dua?", "down", 2), feedback("Tiga?", "up", 3)]
    )
    page = visit().context.new_page()
    page.set_viewport_size({"width": 375, "height": 667})
    page.goto(f"{site.address}review?language={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    said = locale(language).review
    rows = page.get_by_role("region", name=words.gaps, exact=True).get_by_role("listitem")
    expect(rows.locator(".question")).to_have_text(["Berapa?", "Who?"])
    expect(rows.first).to_contain_text(said.asked_times.format(number=7))
    expect(rows.first).to_contain_text(SUMUT.title)
    expect(rows.first).to_contain_text(words.day(day.date()))
    expect(rows.nth(1)).to_contain_text("gone")
    listed = page.locator("#opinions .question")
    assert listed.all_inner_texts() == ["Tiga?", "Dua?", "Satu?"]
    page.get_by_role("navigation", name=words.verdict).get_by_role(
        "link", name=words.good, exact=True
    ).click()
    expect(listed).to_have_text(["Tiga?", "Satu?"])
    href = page.get_by_role("link", name=words.as_sheet).last.get_attribute("href")
    assert [row["question"] for row in table(site.address + str(href))] == ["Tiga?", "Satu?"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for selector in ("nav a >> nth=0", "nav a[aria-current] >> nth=0", ".head >> nth=0", "time >> nth=0"):
            assert page.locator(selector).evaluate(CONTRAST) >= 4.5, (scheme, selector)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_thumbs_and_form_fit_a_phone_and_stand_out(visit: Visit, scheme: str) -> None:
    page = visit("en-GB", width=375, height=667, scheme=scheme)
    ask(page, "Kopi?")
    for selector in (".thumb.up", ".thumb.down"):
        assert page.locator(selector).evaluate(CONTRAST) >= 4.5, selector
    before = answers(page).last.bounding_box()
    thumb(page, ENGLISH.bad_about).click()
    dialog = page.get_by_role("dialog", name=ENGLISH.why)
    expect(page.locator("#chat .said")).to_have_text(ENGLISH.thanks)
    assert answers(page).last.bounding_box() == before
    place = dialog.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 375
    assert place["y"] + place["height"] <= 667
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(page.locator(".thumb[aria-pressed=true]")).to_have_class(re.compile("down"))
    for selector in (
        ".thumb.down",
        "#opinion legend",
        "#opinion .keep",
        "#opinion .close",
        "#opinion-detail",
    ):
        assert page.locator(selector).evaluate(CONTRAST) >= 4.5, selector
    assert dialog.get_by_role("textbox").get_attribute("maxlength") == str(LONGEST)
    page.keyboard.press("Escape")


def post(address: str, body: bytes, **headers: str) -> int:
    request = urllib.request.Request(f"{address}feedback", body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def test_nothing_is_kept_that_did_not_come_from_the_page(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    key = str(page.locator("#chat .thumbs").get_attribute("class")).rpartition("key-")[2]
    opinion = json.dumps({"key": key, "verdict": "up"}).encode()
    here = {"Origin": site.address.rstrip("/")}
    assert post(site.address, opinion) == 403
    assert post(site.address, opinion, Origin="https://evil.example") == 403
    assert post(site.address, opinion, **here | {"Sec-Fetch-Site": "cross-site"}) == 403
    assert post(site.address, json.dumps({"key": "guess", "verdict": "up"}).encode(), **here) == 404
    for wrong in (
        b"",
        b"{",
        b"[]",
        b"[" * 5000,
        b'{"key": 1, "verdict": "up"}',
        b'{"key": "a", "verdict": "best"}',
    ):
        assert post(site.address, wrong, **here) == 400, wrong[:40]
    other = {"key": key, "verdict": "down", "reason": "<b>"}
    assert post(site.address, json.dumps(other).encode(), **here) == 400
    assert post(site.address, b" " * 70_000, **here) == 413
    assert said(site) == []
    long = {"key": key, "verdict": "down", "reason": OTHER, "correction": "x" * 5000}
    assert post(site.address, json.dumps(long).encode(), **here) == 200
    assert said(site) == [(EXPORTS, "down", OTHER, "x" * LONGEST)]
    assert post(site.address, opinion, **here) == 200
    assert [(one.verdict, one.correction) for one in opinions(site.assistant.library.feedback())] == [
        ("up", None)
    ]
