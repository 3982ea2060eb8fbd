"""The page in a real browser, with an assistant that answers from a script."""

from __future__ import annotations

import re
import time

import pytest
from page_double import ATTACK, HOSTILE, LINKED, SULUT, SUMUT, Scripted, sentence
from page_site import CONTRAST, EXPORTS, JAPAN, NOWHERE, Site, Visit, answers, ask, box, finished, settled
from playwright.sync_api import APIResponse, Browser, Route, expect

from ui.locales import words

INDONESIAN, ENGLISH = words("id"), words("en")

pytestmark = pytest.mark.browser

# Asking


def test_a_question_is_asked_and_its_proof_read_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.reload(wait_until="commit")
    expect(box(page)).to_be_focused()
    page.wait_for_selector(".example:visible")
    page.keyboard.type(EXPORTS)
    page.keyboard.press("Enter")
    finished(page, 1)
    expect(box(page)).to_have_value("")
    value = sentence(SUMUT, "USD 4,796 miliar")
    expect(answers(page)).to_contain_text(value)
    marker = page.locator('#chat a[href="#src-2"]')
    marker.focus()
    page.keyboard.press("Enter")
    source = page.locator("#sources #src-2")
    expect(source).to_be_focused()
    expect(source).to_be_in_viewport()
    assert source.locator("mark").text_content() == sentence(SUMUT, "tumbuh 22,67 persen")
    assert page.locator("#sources [id^=src-]").count() == 3
    assert page.evaluate("document.querySelector(':target').id") == "src-2"
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(marker).to_be_focused()


def test_shift_and_enter_starts_a_new_line(visit: Visit) -> None:
    page = visit()
    box(page).fill("Kopi")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("naik berapa?")
    expect(box(page)).to_have_value("Kopi\nnaik berapa?")
    assert answers(page).count() == 0
    page.locator("#send").click()
    finished(page, 1)
    expect(answers(page)).to_contain_text("7 persen")


def test_progress_is_told_and_an_answer_can_be_stopped(visit: Visit, site: Site) -> None:
    page = visit()
    site.assistant.let_go.clear()
    box(page).fill("Kopi tahan?")
    box(page).press("Enter")
    expect(answers(page)).to_have_text(INDONESIAN.stages["retrieve"])
    expect(page.locator("#send")).to_be_hidden()
    # The second click of a double click on "Send", whose place it has taken.
    page.locator("#stop").dispatch_event("click", {"detail": 2})
    with page.expect_response("**/gradio_api/run/**"):
        box(page).press("Enter")
    expect(answers(page)).to_have_text(INDONESIAN.stages["retrieve"])
    expect(page.locator("#notice .notice")).to_have_count(0)
    page.locator("#stop").click()
    expect(answers(page)).to_have_text(INDONESIAN.stopped)
    expect(page.locator("#stop")).to_be_hidden()
    site.assistant.let_go.set()
    ask(page, "Kopi?")
    expect(answers(page).first).to_have_text(INDONESIAN.stopped)
    assert site.assistant.asked[-1][1]["history"] == ("Kopi tahan?",)


def test_an_answer_is_looked_for_after_a_late_reply_about_the_one_before(visit: Visit, site: Site) -> None:
    page = visit()
    site.assistant.let_go.clear()
    late: list[tuple[Route, APIResponse]] = []
    holding = True

    def hold(route: Route) -> None:
        reply = route.fetch()
        if holding and "Kopi" not in (route.request.post_data or "") and "thumbs" in reply.text():
            late.append((route, reply))
        else:
            route.fulfill(response=reply)

    def await_late() -> None:
        deadline = time.monotonic() + 20
        while not late:
            assert time.monotonic() < deadline, "the page did not look for an answer"
            page.wait_for_timeout(20)

    def let_in() -> None:
        await_late()
        route, reply = late.pop()
        route.fulfill(response=reply)

    page.route("**/gradio_api/run/**", hold)
    box(page).fill("Kopi tahan sebentar?")
    box(page).press("Enter")
    # An answer that is there before the page has its reply comes with that, and is not looked for.
    expect(page.locator("#chat .progress")).to_be_visible()
    site.assistant.let_go.set()
    await_late()
    site.assistant.let_go.clear()
    box(page).fill("Kopi tahan?")
    box(page).press("Enter")
    expect(answers(page)).to_have_count(2)
    let_in()
    box(page).click()
    expect(answers(page)).to_have_count(1)
    let_in()
    expect(answers(page)).to_have_count(2)
    expect(page.locator("#stop")).to_be_visible()
    holding = False
    site.assistant.let_go.set()
    finished(page, 2)
    page.unroute_all(behavior="ignoreErrors")


def test_a_late_reply_to_the_question_does_not_take_its_answer_away(visit: Visit) -> None:
    page = visit()
    late: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        reply = route.fetch()
        if "Kopi" in (route.request.post_data or ""):
            late.append((route, reply))
        else:
            route.fulfill(response=reply)

    page.route("**/gradio_api/run/**", hold)
    box(page).fill("Kopi?")
    box(page).press("Enter")
    finished(page, 1)
    with page.expect_response(lambda response: "Kopi" in (response.request.post_data or "")):
        route, reply = late.pop()
        route.fulfill(response=reply)
    settled(page)
    finished(page, 1)
    expect(answers(page)).to_contain_text("7 persen")
    page.unroute_all(behavior="ignoreErrors")


def test_what_is_typed_while_an_answer_comes_is_kept(visit: Visit, site: Site) -> None:
    page = visit()
    site.assistant.let_go.clear()
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/gradio_api/run/**", hold)
    box(page).fill("Kopi tahan?")
    box(page).press("Enter")
    # Before the reply, for which a slow connection takes its time.
    expect(box(page)).to_have_value("")
    box(page).fill("Berikutnya")
    for route in asked:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator("#chat .progress")).to_be_visible()
    site.assistant.let_go.set()
    finished(page, 1)
    expect(box(page)).to_have_value("Berikutnya")


def test_a_question_that_does_not_arrive_is_put_back(visit: Visit, site: Site) -> None:
    page = visit()
    page.route("**/gradio_api/run/**", lambda route: route.fulfill(status=503))
    box(page).fill("Kopi?")
    with page.expect_response("**/gradio_api/run/**"):
        box(page).press("Enter")
    expect(box(page)).to_have_value("Kopi?")
    page.unroute_all(behavior="ignoreErrors")
    ask(page, "Kopi?")
    site.mishaps.clear()


def test_questions_sent_in_a_row_are_all_answered_in_their_order(visit: Visit, site: Site) -> None:
    page = visit()
    for question in (EXPORTS, "   ", JAPAN, "Kopi?"):
        box(page).fill(question)
        box(page).press("Enter")
        if question.strip():
            expect(box(page)).not_to_have_value(question)
        else:
            expect(page.get_by_role("alert")).to_have_text(INDONESIAN.empty)
    finished(page, 3)
    for answer, text in zip(
        answers(page).all(), ("4,796 miliar", "rencana mengirim", "7 persen"), strict=True
    ):
        expect(answer).to_contain_text(text)
    assert [question for question, _ in site.assistant.asked] == [EXPORTS, JAPAN, "Kopi?"]


def test_an_example_is_asked_by_a_click_and_makes_room(visit: Visit) -> None:
    page = visit()
    examples = page.locator(".example")
    assert examples.all_inner_texts() == list(Scripted().examples("id"))
    examples.nth(1).click()
    finished(page, 1)
    expect(page.locator("#chat [data-testid=user]")).to_have_text("Apa yang dibahas dengan Jepang?")
    expect(answers(page)).to_contain_text("rencana mengirim pekerja")
    expect(examples.first).to_be_hidden()
    expect(box(page)).to_be_focused()


def test_before_anything_is_asked_the_page_says_what_there_is(visit: Visit) -> None:
    page = visit()
    heading = page.get_by_role("heading", name=INDONESIAN.welcome).bounding_box()
    assert heading is not None
    assert heading["y"] < 150
    library = page.locator("#library")
    for told in ("3 artikel", "3 penerbit", "22 Juli 2025", "11 Februari 2026", "Harian Contoh", SUMUT.title):
        expect(library).to_contain_text(told)
    assert library.locator("li").first.inner_text().startswith(SULUT.title)
    expect(page.locator("#sources")).to_be_hidden()
    ask(page, EXPORTS)
    expect(library).to_be_hidden()
    expect(page.locator("#sources")).to_be_visible()
    page.locator("#new-chat").click()
    expect(library).to_be_visible()


def test_a_page_limited_to_an_article_asks_that_alone_until_it_is_opened_up(visit: Visit, site: Site) -> None:
    page = visit(query="?article=linked&question=Kopi%3F")
    chip = page.locator("#article-chip")
    expect(chip).to_have_text(INDONESIAN.article_chip.format(title=LINKED.title))
    expect(box(page)).to_have_value("Kopi?")
    expect(page.locator(".example").first).to_have_text(f"Berapa nilainya menurut {LINKED.title}?")
    assert site.assistant.asked == []
    box(page).press("Enter")
    finished(page, 1)
    assert site.assistant.asked[0][1]["articles"] == ("linked",)
    expect(answers(page)).to_contain_text(f"hanya artikel “{LINKED.title}”")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_be_hidden()
    expect(box(page)).to_be_focused()
    ask(page, "Kopi?")
    assert site.assistant.asked[-1][1]["articles"] == ()
    assert page.url == site.address


def test_an_article_that_is_not_there_limits_nothing(visit: Visit, site: Site) -> None:
    page = visit(query="?article=nowhere")
    expect(page.get_by_role("alert")).to_have_text(INDONESIAN.article_gone)
    expect(page.locator("#article-chip")).to_be_hidden()
    ask(page, "Kopi?")
    assert site.assistant.asked[-1][1]["articles"] == ()


def test_sources_of_one_article_stand_under_its_title_once(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    assert page.locator("#sources h3").all_inner_texts() == [SUMUT.title]
    assert page.locator("#sources .cited .source").count() == 3
    # Markdown is hidden, and every character of the article is there.
    assert "## Ekspor naik" not in page.locator("#src-1").inner_text()
    assert "## Ekspor naik" in (page.locator("#src-1").text_content() or "")
    assert page.locator("#chat .badge").all_inner_texts() == [INDONESIAN.written_all["quoted"]]


def test_headings_of_sources_are_in_the_language_of_the_answer(visit: Visit) -> None:
    page = visit()
    ask(page, "What was the value of exports?")
    expect(page.locator("#sources h2")).to_have_text(ENGLISH.sources)
    ask(page, "Who is the president of France?")
    expect(answers(page).last).to_contain_text(ENGLISH.abstained)
    expect(page.locator("#sources .closest")).to_have_text(ENGLISH.closest)


def test_the_end_of_a_long_question_is_seen_and_all_of_it_unfolds(visit: Visit) -> None:
    page = visit()
    question = f"Kopi dari {'lereng Gunung Sibuatan, ' * 60} naik berapa tahun ini?"
    ask(page, question)
    bubble = page.locator("#chat [data-testid=user]")
    expect(bubble).to_contain_text("naik berapa tahun ini?")
    assert question not in bubble.inner_text()
    bubble.get_by_text(INDONESIAN.whole_question).click()
    expect(bubble.locator("details p")).to_have_text(question)
    expect(bubble.locator("p").first).to_be_hidden()


def test_an_abstention_looks_different_and_has_no_source(visit: Visit) -> None:
    page = visit()
    ask(page, NOWHERE)
    expect(answers(page).locator(".abstained")).to_contain_text(SUMUT.title)
    expect(answers(page)).to_contain_text(INDONESIAN.abstained)
    assert page.locator("#chat a, #sources mark").count() == 0
    expect(page.locator("#sources")).to_contain_text(INDONESIAN.sources_none)


def test_an_empty_question_is_not_asked(visit: Visit, site: Site) -> None:
    page = visit()
    page.locator("#send").click()
    expect(page.get_by_role("alert")).to_have_text(INDONESIAN.empty)
    box(page).fill("   ")
    # The remark is the same as before, and the next question waits for the server's word on this one.
    with page.expect_response("**/gradio_api/run/**"):
        box(page).press("Enter")
    expect(page.get_by_role("alert")).to_have_text(INDONESIAN.empty)
    assert site.assistant.asked == []
    ask(page, "Kopi?")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_question_too_long_is_refused_and_kept_for_shortening(visit: Visit, site: Site) -> None:
    page = visit("en-GB")
    ask(page, "a" * 20_000)
    expect(answers(page)).to_have_text(ENGLISH.too_long.format(length="20,000", limit="2,000"))
    expect(box(page)).to_have_value("a" * 20_000)
    ask(page, "Kopi?")
    assert site.assistant.asked[-1][1]["history"] == ()


def test_a_bug_is_an_apology_with_an_id_and_no_more(visit: Visit) -> None:
    page = visit()
    ask(page, "rusak")
    expect(answers(page)).to_have_text(re.compile(r"Maaf, terjadi kesalahan\..* kode [0-9a-f]{8} "))
    ask(page, "Kopi?")
    expect(answers(page).last).to_contain_text("7 persen")


# A conversation


def test_in_a_second_turn_each_marker_leads_to_its_own_source(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    second = ask(page, JAPAN)
    assert [asked["history"] for _, asked in site.assistant.asked] == [(), (EXPORTS,)]
    expect(second).to_contain_text("Dipahami sebagai:")
    assert [a.get_attribute("href") for a in second.locator("a").all()] == ["#src-1", "#src-2"]
    expect(page.locator("#sources mark")).to_have_count(2)
    second.locator("a").first.click()
    assert page.locator("#src-1 mark").text_content() == sentence(SULUT, "rencana mengirim")
    first = answers(page).first.locator("a").first
    first.click()
    focused = page.locator("#earlier-sources section:focus")
    expect(focused).to_be_in_viewport()
    assert focused.locator("mark").text_content() == sentence(SUMUT, "USD 4,796 miliar")
    focused.locator(".back").click()
    expect(first).to_be_focused()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id).filter(Boolean)")
    assert len(ids) == len(set(ids))
    targets = page.evaluate("[...document.querySelectorAll('#chat a')].map(a => a.hash.slice(1))")
    assert set(targets) <= set(ids)


def test_after_an_abstention_earlier_markers_still_lead_to_their_sources(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    ask(page, NOWHERE)
    answers(page).first.locator("a").nth(1).click()
    assert page.locator("section:focus mark").text_content() == sentence(SUMUT, "tumbuh 22,67 persen")


def test_a_new_chat_forgets_the_old_one(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    page.locator("#new-chat").click()
    expect(answers(page)).to_have_count(0)
    expect(page.locator("#sources mark")).to_have_count(0)
    expect(page.locator(".example").first).to_be_visible()
    ask(page, "Kopi?")
    assert site.assistant.asked[-1][1]["history"] == ()


def test_two_visitors_have_a_conversation_each(visit: Visit) -> None:
    one, other = visit(), visit("en-GB")
    ask(one, EXPORTS)
    ask(other, "Kopi?")
    assert (answers(one).count(), answers(other).count()) == (1, 1)
    expect(other.locator("#sources")).not_to_contain_text("4,796")


# Sources


def test_the_whole_article_unfolds_around_the_quotation(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    text = page.locator("#src-3 .article-text")
    assert "Enam Konsul Jenderal (Konjen) berkunjung" not in text.inner_text()
    fold = page.locator("#src-3 .fold")
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "true")
    assert (text.text_content() or "").strip() == SUMUT.text
    expect(text.locator("mark")).to_be_in_viewport()
    fold.click()
    assert "Enam Konsul Jenderal (Konjen) berkunjung" not in text.inner_text()


def test_a_source_tells_publisher_day_and_address(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    expect(page.locator("#sources .cited > .origin")).to_have_text("Sumut.Disway.id · 22 Juli 2025")
    ask(page, "Kopi?")
    original = page.locator("#sources .cited > .origin a")
    assert original.get_attribute("href") == LINKED.url
    assert original.get_attribute("target") == "_blank"
    expect(original).to_have_text("contoh.example")


# Languages and choices


def test_the_page_follows_the_browser_and_is_switched_without_reload(visit: Visit) -> None:
    page = visit("en-GB")
    expect(page.locator("#send")).to_have_text(ENGLISH.send)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".example").first).to_have_text("What was the value of exports?")
    expect(page.locator("#masthead")).to_contain_text("3 articles indexed")
    ask(page, EXPORTS)
    expect(page.locator("#sources time")).to_have_text("22 Juli 2025")
    page.evaluate("window.untouched = true")
    page.locator("#page-language").get_by_text("Indonesia").click()
    expect(page.locator("#send")).to_have_text(INDONESIAN.send)
    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page.locator("#sources time")).to_have_text("22 Juli 2025")
    expect(page.locator("#answer-language")).to_contain_text(INDONESIAN.automatic)
    expect(box(page)).to_have_attribute("placeholder", INDONESIAN.question_hint)
    expect(answers(page)).to_contain_text("4,796 miliar")
    page.locator("#page-language").get_by_text("English").click()
    expect(page.locator("#send")).to_have_text(ENGLISH.send)
    expect(page.locator("#chat [role=log]")).to_have_attribute("aria-label", ENGLISH.chat)
    assert page.evaluate("window.untouched") is True


def test_a_chosen_page_language_is_remembered(visit: Visit, site: Site) -> None:
    page = visit()
    expect(page.locator("#send")).to_have_text(INDONESIAN.send)
    page.locator("#page-language").get_by_label("English").focus()
    page.keyboard.press("Space")
    expect(page.locator("#send")).to_have_text(ENGLISH.send)
    page.goto(site.address, wait_until="commit")
    expect(page.locator("#send")).to_have_text(ENGLISH.send)


def test_the_address_may_name_the_language_of_the_page(visit: Visit) -> None:
    page = visit(query="?language=en")
    expect(page.locator("#send")).to_have_text(ENGLISH.send)
    expect(visit(query="?language=xx").locator("#send")).to_have_text(INDONESIAN.send)


def test_a_language_that_is_chosen_outlives_the_one_of_the_address(visit: Visit, site: Site) -> None:
    page = visit()
    page.goto(f"{site.address}?language=en", wait_until="commit")
    expect(page.locator("#send")).to_have_text(ENGLISH.send)
    page.locator("#page-language").get_by_text("Indonesia").click()
    expect(page.locator("#send")).to_have_text(INDONESIAN.send)
    page.reload(wait_until="commit")
    expect(page.locator("#masthead")).to_contain_text("artikel terindeks")
    expect(page.locator("#send")).to_have_text(INDONESIAN.send)
    page.goto(site.address, wait_until="commit")


def test_the_answer_language_and_the_filters_reach_the_assistant(visit: Visit, site: Site) -> None:
    page = visit()
    page.locator("#answer-language").get_by_label("English").check(force=True)
    page.locator("#filters").get_by_text(INDONESIAN.filters).click()
    page.get_by_label(INDONESIAN.since).fill("01/01/2025")
    page.get_by_label(INDONESIAN.until).fill("31/12/2025")
    page.get_by_label("Harian Contoh").check()
    ask(page, EXPORTS)
    expect(answers(page)).to_contain_text("USD 4.796 billion")
    expect(answers(page).locator(".answer")).to_have_attribute("lang", "en")
    choices = {key: str(value) for key, value in site.assistant.asked[0][1].items()}
    assert choices == {
        "language": "en",
        "history": "()",
        "since": "2025-01-01",
        "until": "2025-12-31",
        "sources": "('Harian Contoh',)",
        "articles": "()",
    }
    page.locator("#until input").fill("31/12/2024")
    page.locator("#limit").click()
    expect(page.locator("#until")).to_be_hidden()
    box(page).fill("Kopi?")
    box(page).press("Enter")
    expect(page.get_by_role("alert")).to_have_text(INDONESIAN.reversed_dates)
    expect(page.locator("#until")).to_be_visible()
    expect(box(page)).to_have_value("Kopi?")
    assert len(site.assistant.asked) == 1


def test_a_press_that_lasts_while_a_filter_is_taken_is_not_lost(visit: Visit) -> None:
    """What the filter leaves is told in the row of the button, which would move away under the pointer."""
    page = visit()
    page.locator("#limit").click()
    for days in ("31/12/2024", "01/02/2019"):
        page.get_by_label(INDONESIAN.since).fill("01/01/2025")
        page.get_by_label(INDONESIAN.until).fill(days)
        where = page.locator("#limit").bounding_box()
        assert where
        page.mouse.move(where["x"] + where["width"] / 2, where["y"] + 3)
        page.mouse.down()
        page.wait_for_timeout(700)
        page.mouse.up()
        expect(page.locator("#until")).to_be_hidden()
        expect(page.locator("#reach")).to_have_text(INDONESIAN.reversed_dates)
        page.locator("#limit").click()
    page.get_by_label(INDONESIAN.until).fill("31/12/2025")
    page.locator("#no-limit").click(delay=300)
    expect(page.locator("#reach span")).to_have_count(0)
    page.wait_for_timeout(300)
    expect(page.locator("#reach span")).to_have_count(0)
    expect(page.get_by_label(INDONESIAN.until)).to_have_value("")


def test_a_press_on_what_is_drawn_anew_meanwhile_is_not_lost(visit: Visit) -> None:
    """As the chat draws all of an answer anew with each of its sentences."""
    page = visit()
    ask(page, EXPORTS)
    marker = page.locator('#chat a[href="#src-2"]')
    marker.hover()
    page.mouse.down()
    marker.evaluate("marker => marker.replaceWith(marker.cloneNode(true))")
    page.mouse.up()
    expect(page.locator("#src-2")).to_be_focused()


# Hostile text


def test_hostile_questions_and_articles_are_only_text(visit: Visit) -> None:
    """That nothing was requested, opened or run is checked by `visit` for every test, and so for this one."""
    page = visit()
    question = f"serang {ATTACK}"
    ask(page, question)
    ask(page, question)
    # An answer longer than the window is read from its beginning.
    expect(page.locator("#chat [data-testid=user]").last).to_be_in_viewport()
    expect(answers(page).last.locator("p").first).to_be_in_viewport()
    shown = page.locator("#chat [data-testid=user]").first.inner_text()
    assert "<img src=x onerror=alert(1)>" in shown
    assert "![a](http://evil.example/a.png)" in shown
    assert "**c** `d` $$e$$" in shown
    assert "⟨U+202E⟩" in shown
    assert page.locator("#chat, #proof").locator("img, script, iframe, form, b, code, .katex").count() == 0
    links = page.evaluate(
        "[...document.querySelectorAll('#chat a, #proof a')].map(a => a.getAttribute('href'))"
    )
    assert {re.sub(r"\d", "N", link).partition("?")[0] for link in links} == {
        "#src-N",
        "#src-aN-N",
        "articles/hostile-N",
    }
    marks = [mark.text_content() for mark in page.locator("#sources mark").all()]
    assert marks == [ATTACK] * len(HOSTILE)
    # A control character stands in a box of its own, out of which it reorders nothing.
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#sources mark .control')).display")
        == "inline-block"
    )
    page.locator("#chat a").last.click()
    page.locator("#src-1").get_by_role("button").last.click()


# Every screen, no other host


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit) -> None:
    page = visit(width=375, height=667)
    ask(page, EXPORTS)
    ask(page, f"serang {'x' * 300}")
    # An answer is read from its beginning.
    page.wait_for_function(
        "[...document.querySelectorAll('#chat [data-testid=user]')].at(-1).getBoundingClientRect().top < 100"
    )
    for selector in ("html", "#chat", "#proof", "#composer"):
        wide, room = page.evaluate(
            "s => { const e = document.querySelector(s); return [e.scrollWidth, e.clientWidth]; }", selector
        )
        assert wide <= room, selector
    assert page.evaluate("document.documentElement.clientWidth") == 375
    page.locator('#chat a[href="#src-1"]').click()
    expect(page.locator("#src-1")).to_be_in_viewport()


def test_on_a_phone_a_citation_opens_as_a_sheet_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit(width=390, height=844)
    ask(page, EXPORTS)
    expect(page.locator("#src-2")).to_be_hidden()
    marker = page.locator('#chat a[href="#src-2"]')
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#src-2")).to_be_focused()
    dialog = page.get_by_role("dialog", name=INDONESIAN.sources)
    expect(dialog.locator("#src-2 mark")).to_be_in_viewport()
    room = dialog.bounding_box()
    assert room is not None
    assert room["y"] + room["height"] == 844
    # Focus goes around in it, and nothing beneath can be reached.
    stops = dialog.locator("button:visible, a:visible").count()
    for _ in range(stops + 2):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#proof') !== null")
    page.keyboard.press("Escape")
    expect(page.locator("#src-2")).to_be_hidden()
    expect(marker).to_be_focused()
    marker.click()
    page.get_by_role("button", name=INDONESIAN.close_sources).click()
    expect(page.locator("#src-2")).to_be_hidden()
    marker.click()
    page.locator("#src-2 .back").click()
    expect(marker).to_be_focused()


def test_on_a_phone_the_nearest_article_of_a_refusal_opens_as_a_sheet(visit: Visit) -> None:
    page = visit(width=390, height=844)
    ask(page, NOWHERE)
    page.get_by_role("button", name=INDONESIAN.show_nearest).click()
    expect(page.locator("#sources .nearest")).to_be_in_viewport()
    page.mouse.click(195, 20)
    expect(page.locator("#sources .nearest")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1280, 800)])
def test_what_is_followed_takes_the_focus_while_things_move(visit: Visit, width: int, height: int) -> None:
    page = visit(width=width, height=height, motion="no-preference")
    ask(page, "Kopi?")
    marker = page.locator('#chat a[href="#src-1"]')
    marker.click()
    assert page.evaluate("document.activeElement.id") == "src-1"
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()
    ask(page, NOWHERE)
    nearest = page.get_by_role("button", name=INDONESIAN.show_nearest)
    if nearest.is_visible():
        nearest.click()
        assert page.evaluate("document.activeElement.matches('#sources .nearest')")
        page.keyboard.press("Escape")
        expect(nearest).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024)])
def test_what_closes_the_sheet_lies_over_none_of_its_words(visit: Visit, width: int, height: int) -> None:
    page = visit(width=width, height=height)
    ask(page, EXPORTS)
    page.locator('#chat a[href="#src-3"]').click()
    page.locator("#src-3 .fold").click()
    # At the height of the button there is nothing but what it stands on, however far the sheet is scrolled.
    beneath = page.locator("#proof").evaluate(
        """sheet => {
          const { top, bottom, left } = sheet.querySelector(".close-sheet").getBoundingClientRect();
          return [0.1, 0.5, 1].flatMap((share) => {
            sheet.scrollTop = share * sheet.scrollHeight;
            const across = [sheet.getBoundingClientRect().left + 20, left - 20];
            return across.flatMap((x) => [top, bottom].map((y) =>
              document.elementFromPoint(x, y).closest(".article-text, .source, h2, h3")?.tagName));
          }).filter(Boolean);
        }"""
    )
    assert beneath == []


@pytest.mark.parametrize("width", [390, 768])
def test_a_touch_on_send_leaves_the_keyboard_closed(
    browser: Browser,
    site: Site,
    width: int,
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(site.address, wait_until="commit")
    page.wait_for_selector(".example:visible")
    expect(box(page)).not_to_be_focused()
    box(page).tap()
    page.keyboard.type("Kopi?")
    page.locator("#send").tap()
    finished(page, 1)
    page.wait_for_timeout(700)
    expect(box(page)).not_to_be_focused()
    context.close()


def test_on_a_phone_limits_are_seen_while_the_options_are_closed(visit: Visit) -> None:
    page = visit(width=390, height=844)
    options = page.get_by_role("button", name=INDONESIAN.options_about)
    options.click()
    page.locator("#limit").click()
    page.get_by_label(INDONESIAN.until).fill("30/11/2025")
    page.get_by_label("Sumut.Disway.id").check()
    left = INDONESIAN.left.format(left="1", all="3")
    expect(page.locator("#reach")).to_have_text(left)
    page.keyboard.press("Escape")
    expect(options).to_have_attribute("aria-expanded", "false")
    expect(options).to_be_focused()
    expect(page.locator("#reach")).to_be_in_viewport(ratio=1)
    expect(options).to_have_accessible_name(f"{INDONESIAN.options_about} ({left})")
    for hidden in ("#limit", "#since", "#publishers", "#new-chat", "#answer-language"):
        expect(page.locator(hidden)).to_be_hidden()
    page.locator("#no-limit").click()
    expect(page.locator("#reach")).to_be_hidden()
    expect(options).to_have_accessible_name(INDONESIAN.options_about)


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_the_options_stand_in_few_rows_and_limits_right_under_their_heading(
    visit: Visit, width: int
) -> None:
    page = visit(width=width, height=844)
    page.locator("#more").click()
    page.locator("#limit").click()
    top = {
        name: page.locator(name).bounding_box()["y"]  # type: ignore[index]
        for name in ("#new-chat", "#history-open", "#conversation-download", "#limit", "#limits")
    }
    assert max(top[one] for one in list(top)[:3]) - min(top[one] for one in list(top)[:3]) < 4
    assert top["#history-open"] < top["#limit"] < top["#limits"] < top["#limit"] + 60
    page.evaluate(
        """() => { const list = document.querySelector("#publishers [data-testid=checkbox-group]");
             for (let n = 0; n < 40; n++) {
               list.append(list.children[0].cloneNode(true));
               list.lastChild.classList.add("more");
             } }"""
    )
    # One part scrolls, and the question box stays.
    assert page.get_by_test_id("checkbox-group").evaluate("one => one.scrollHeight <= one.clientHeight")
    page.locator("#publishers .more").last.scroll_into_view_if_needed()
    expect(page.locator("#publishers .more").last).to_be_in_viewport()
    expect(page.locator("#send")).to_be_in_viewport(ratio=1)
    page.evaluate("document.querySelectorAll('#publishers .more').forEach((one) => one.remove())")


def test_a_phone_lying_down_keeps_half_of_its_window_for_the_conversation(visit: Visit) -> None:
    page = visit(width=844, height=390)
    ask(page, "Kopi?")
    page.locator("#more").click()
    page.locator("#limit").click()
    composer = page.locator("#composer").bounding_box()
    assert composer is not None
    assert composer["height"] <= 195
    page.locator("#until input").scroll_into_view_if_needed()
    expect(page.locator("#until input")).to_be_in_viewport(ratio=1)
    expect(page.locator("#send")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [390, 1280])
def test_escape_gives_up_the_change_of_a_question(visit: Visit, width: int) -> None:
    page = visit(width=width, height=844)
    ask(page, "Kopi?")
    page.get_by_label(INDONESIAN.change_about).click()
    expect(page.locator("#notice .notice")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#notice .notice")).to_have_count(0)
    expect(box(page)).to_have_value("")


def test_escape_in_a_menu_ends_nothing_but_the_menu(visit: Visit) -> None:
    page = visit()
    ask(page, "Kopi?")
    page.get_by_label(INDONESIAN.change_about).click()
    expect(page.locator("#notice .notice")).to_be_visible()
    page.locator("#chat .use.download").click()
    expect(page.locator("#download-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#download-menu")).to_be_hidden()
    expect(page.locator("#notice .notice")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#notice .notice")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024)])
def test_the_composer_stays_in_reach_with_what_is_chosen_rarely_behind_one_button(
    visit: Visit, width: int, height: int
) -> None:
    page = visit(width=width, height=height)
    for question in (EXPORTS, JAPAN, "Berapa panen?", EXPORTS):
        ask(page, question)
    page.evaluate("scrollTo(0, 0)")
    for selector in ("#question textarea", "#send", "#more"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)
    rarely = ("#answer-language", "#limit", "#history-open", "#conversation-download", "#new-chat")
    for selector in rarely:
        expect(page.locator(selector)).to_be_hidden()
    options = page.get_by_role("button", name=INDONESIAN.options_about)
    options.focus()
    page.keyboard.press("Enter")
    expect(options).to_have_attribute("aria-expanded", "true")
    for selector in rarely:
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("#limit")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 390, 768])
def test_what_is_done_with_an_answer_stands_in_one_row(visit: Visit, width: int) -> None:
    page = visit(width=width, height=844)
    shown = ask(page, EXPORTS)
    tops = {round(box["y"]) for one in shown.locator(".deeds button").all() if (box := one.bounding_box())}
    assert len(tops) == 1


def test_five_entries_of_the_head_stand_in_one_row_on_a_phone(visit: Visit) -> None:
    page = visit(width=390, height=844)
    page.evaluate(
        """() => { for (const name of ["Meja pers", "Pengguna", "Keluar (budi)"]) {
             const link = document.createElement("a");
             link.href = "#"; link.textContent = name; link.className = "more";
             document.querySelector(".beside").append(link); } }"""
    )
    tops = {round(box["y"]) for one in page.locator(".beside a").all() if (box := one.bounding_box())}
    assert len(tops) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("document.querySelectorAll('.beside .more').forEach((one) => one.remove())")


def test_at_double_size_everything_can_be_reached(visit: Visit) -> None:
    page = visit(width=640, height=360)
    ask(page, EXPORTS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.locator("#more").click()
    for selector in (
        "#page-language label >> nth=0",
        "#question textarea",
        "#send",
        "#new-chat",
        "#filters",
    ):
        page.locator(selector).scroll_into_view_if_needed()
        expect(page.locator(selector)).to_be_in_viewport()
    page.locator("#more").click()
    page.locator('#chat a[href="#src-3"]').click()
    page.locator("#src-3 .back").scroll_into_view_if_needed()
    expect(page.locator("#src-3 .back")).to_be_in_viewport()


@pytest.mark.parametrize("by", ["hand", "keyboard"])
def test_who_goes_elsewhere_is_not_taken_back_to_the_question(visit: Visit, by: str) -> None:
    page = visit(width=640, height=360)
    ask(page, EXPORTS)
    if by == "hand":
        page.locator("#more").click()
    else:
        box(page).press("Shift+Tab")
        expect(box(page)).not_to_be_focused()
    mark = page.locator("#page-language label").first
    mark.scroll_into_view_if_needed()
    page.evaluate(
        """() => {
          document.querySelector("#talk").append(document.createElement("i"));
          return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
    expect(mark).to_be_in_viewport()


def test_the_arrow_to_the_end_moves_nothing_and_lies_over_no_words(visit: Visit) -> None:
    page = visit(height=600)
    ask(page, f"serang {ATTACK}")
    settled(page)
    # Who scrolls is not taken back to the question.
    page.locator("#chat .bubble-wrap").hover()
    page.mouse.wheel(0, 1)
    arrow = page.locator("#chat .scroll-down-button-container")
    heights = []
    for end in (False, True):
        page.locator("#chat .bubble-wrap").evaluate(
            "(chat, end) => chat.scrollTo(0, end ? chat.scrollHeight : 0)", end
        )
        expect(arrow).to_have_count(0 if end else 1)
        heights.append(page.locator("#chat .bubble-wrap").evaluate("chat => chat.clientHeight"))
        if not end:
            assert (
                page.evaluate(
                    """() => {
                  const arrow = document.querySelector("#chat .scroll-down-button-container");
                  const words = document.querySelector("#chat .message-wrap").getBoundingClientRect();
                  const { top, bottom } = arrow.getBoundingClientRect();
                  return [words.left + 30, words.right - 30]
                    .map((x) => document.elementFromPoint(x, (top + bottom) / 2))
                    .map((one) => one === arrow && getComputedStyle(one).backgroundColor);
                }"""
                )
                == ["rgb(255, 255, 255)"] * 2
            )
    assert heights[0] == heights[1] > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(visit: Visit, scheme: str) -> None:
    page = visit(scheme=scheme)
    ask(page, EXPORTS)
    for selector in (
        ".tagline",
        "#chat .answer p",
        "#src-1 .near",
        "#src-1 mark",
        "#src-1 .fold",
        "#send",
        "#new-chat",
    ):
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_said_while_one_waits_stands_out_all_the_time(visit: Visit, site: Site, scheme: str) -> None:
    page = visit(scheme=scheme, motion="no-preference")
    site.assistant.let_go.clear()
    box(page).fill("Kopi tahan?")
    box(page).press("Enter")
    waiting = page.locator("#chat .progress p")
    expect(waiting).to_have_text(INDONESIAN.stages["retrieve"])
    # What is said is drawn anew meanwhile, and what was drawn before has no opacity any more.
    faintest, looks = page.evaluate(
        """async () => {
          let least = 1;
          let looks = 0;
          for (const until = performance.now() + 2000; performance.now() < until; ) {
            let one = document.querySelector("#chat .progress p");
            looks += Boolean(one);
            let seen = 1;
            for (; one; one = one.parentElement) seen *= getComputedStyle(one).opacity;
            least = Math.min(least, seen);
            await new Promise((done) => setTimeout(done, 100));
          }
          return [least, looks];
        }"""
    )
    assert looks > 2
    assert faintest == 1
    assert waiting.evaluate(CONTRAST) >= 4.5
    site.assistant.let_go.set()
    finished(page, 1)


def test_a_screen_reader_hears_names_in_the_page_language(visit: Visit) -> None:
    page = visit()
    expect(page.get_by_role("textbox", name=INDONESIAN.question)).to_be_visible()
    expect(page.get_by_role("radiogroup", name=INDONESIAN.answer_language)).to_be_visible()
    expect(page.get_by_role("radiogroup", name=INDONESIAN.page_language)).to_be_visible()
    ask(page, EXPORTS)
    log = page.get_by_role("log", name=INDONESIAN.chat)
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log.get_by_role("group", name=INDONESIAN.asked)).to_have_text(EXPORTS)
    expect(log.get_by_role("group", name=INDONESIAN.answered)).to_contain_text("4,796 miliar")
    expect(page.get_by_role("region", name=f"Sumber 1 {SUMUT.title}")).to_be_visible()


def test_citations_work_where_the_address_has_a_query(visit: Visit) -> None:
    page = visit(query="?__theme=dark")
    ask(page, EXPORTS)
    page.locator('#chat a[href="#src-1"]').click()
    expect(page.locator("#src-1")).to_be_focused()
    assert page.url.endswith("?__theme=dark#src-1")
    assert answers(page).count() == 1
