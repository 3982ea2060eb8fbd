"""Questions changed and asked again, and articles limited, in a real browser."""

from __future__ import annotations

import pytest
from page_double import SUMUT, sentence
from page_site import EXPORTS, JAPAN, NOWHERE, Site, Visit, answers, ask, box, finished
from playwright.sync_api import expect

from ui.locales import words
from ui.service import RateLimits

INDONESIAN, ENGLISH = words("id"), words("en")

pytestmark = pytest.mark.browser


def questions(page) -> list[str]:
    return page.locator("#chat [data-testid=user]").all_inner_texts()


def asked(site: Site) -> list[tuple[str, object]]:
    return [(question, how["history"]) for question, how in site.assistant.asked]


def test_the_latest_question_is_changed_and_its_answer_replaced(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    ask(page, NOWHERE)
    # The reply to asking empties the box, and may come after the answer, for which the page looks by itself.
    expect(box(page)).to_have_value("")
    button = page.get_by_label(INDONESIAN.change_about).last
    button.focus()
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value(NOWHERE)
    expect(box(page)).to_be_focused()
    expect(page.locator("#notice")).to_contain_text(INDONESIAN.changing.format(question=NOWHERE))
    box(page).fill(JAPAN)
    box(page).press("Enter")
    expect(answers(page).last).to_contain_text("rencana mengirim")
    finished(page, 2)
    assert [question.strip() for question in questions(page)] == [EXPORTS, JAPAN]
    assert asked(site)[-1] == (JAPAN, (EXPORTS,))
    expect(page.locator("#notice .notice")).to_have_count(0)


def test_an_earlier_question_is_asked_anew_from_where_it_stood_and_nothing_goes(
    visit: Visit,
    site: Site,
) -> None:
    page = visit()
    ask(page, EXPORTS)
    ask(page, JAPAN)
    page.get_by_label(INDONESIAN.change_about).first.click()
    expect(box(page)).to_have_value(EXPORTS)
    box(page).fill("Kopi?")
    box(page).press("Enter")
    finished(page, 3)
    assert [question.strip() for question in questions(page)] == [EXPORTS, JAPAN, "Kopi?"]
    assert asked(site)[-1] == ("Kopi?", ())


def test_a_change_is_given_up_and_the_next_question_is_a_new_one(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    page.get_by_label(INDONESIAN.change_about).click()
    page.get_by_role("button", name=INDONESIAN.cancel).click()
    expect(box(page)).to_have_value("")
    expect(page.locator("#notice .notice")).to_have_count(0)
    ask(page, "Kopi?")
    assert len(questions(page)) == 2


def test_a_question_is_asked_again_under_the_limits_chosen_since(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, EXPORTS)
    page.locator("#limit").click()
    page.locator("#until input").fill("2025-12-31")
    page.locator("#until input").dispatch_event("change")
    expect(page.locator("#reach")).to_contain_text("1 dari 3 artikel")
    box(page).fill("setengah jadi")
    page.get_by_label(INDONESIAN.ask_again, exact=True).click()
    expect(answers(page)).to_contain_text("sampai 31 Desember 2025")
    finished(page, 1)
    expect(answers(page)).to_contain_text(sentence(SUMUT, "USD 4,796 miliar"))
    expect(box(page)).to_have_value("setengah jadi")
    assert [how["until"] is None for _, how in site.assistant.asked] == [True, False]
    page.reload(wait_until="commit")


def test_limits_tell_how_many_articles_they_leave_and_are_taken_away_at_once(visit: Visit) -> None:
    page = visit("en-GB")
    expect(page.locator("#no-limit")).to_be_hidden()
    page.locator("#limit").click()
    page.get_by_label("Harian Contoh").check()
    reach = page.locator("#reach")
    expect(reach).to_have_text("1 of 3 articles")
    page.locator("#since input").fill("2025-01-01")
    page.locator("#since input").dispatch_event("change")
    expect(reach).to_have_text(ENGLISH.none_left)
    page.locator("#until input").fill("2024-01-01")
    page.locator("#until input").dispatch_event("change")
    expect(reach).to_have_text(ENGLISH.reversed_dates)
    page.locator("#no-limit").click()
    expect(reach.locator("span")).to_have_count(0)
    expect(page.locator("#since input")).to_have_value("")
    expect(page.get_by_label("Harian Contoh")).not_to_be_checked()


def test_what_was_understood_is_taken_into_the_question_box_to_be_changed(visit: Visit) -> None:
    page = visit()
    ask(page, EXPORTS)
    ask(page, JAPAN)
    row = answers(page).last.locator(".understood")
    row.get_by_role("button", name=INDONESIAN.change).click()
    expect(box(page)).to_have_value(row.locator(".asked").inner_text())
    expect(box(page)).to_be_focused()


def test_answers_that_differ_stand_beside_each_other_where_there_is_room(visit: Visit) -> None:
    page = visit(width=1280)
    ask(page, "Berapa panen?")

    def tops() -> list[float]:
        return [side.bounding_box()["y"] for side in page.locator("#chat .side").all()]

    wide = tops()
    assert wide[0] == wide[1]
    page.set_viewport_size({"width": 360, "height": 740})
    narrow = tops()
    assert narrow[0] < narrow[1]


def test_whoever_asks_too_often_is_told_to_wait_and_keeps_the_question(visit: Visit, site: Site) -> None:
    page = visit()
    before, site.service.limits = site.service.limits, RateLimits(questions=1)
    try:
        ask(page, EXPORTS)
        box(page).fill(JAPAN)
        box(page).press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Terlalu banyak pertanyaan dalam semenit")
        expect(box(page)).to_have_value(JAPAN)
    finally:
        site.service.limits = before
    box(page).press("Enter")
    finished(page, 2)
