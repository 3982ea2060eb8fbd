"""One question through the assistant, and what becomes of it when something is wrong."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from page_double import Scripted

from index import NoIndex
from rag.pipeline import Assistant
from ui.chat.session import ask
from ui.chat.view import ChatTurn, FilterError, Filters
from ui.locales import Words, words
from ui.service import SEATS, AssistantService, RequestQueue

INDONESIAN, ENGLISH = words("id"), words("en")


def service(assistant: Scripted | None = None) -> AssistantService:
    ready = AssistantService(lambda: assistant or Scripted())
    ready.assistant()
    return ready


def outcome(question: str, words: Words = INDONESIAN) -> ChatTurn:
    *_, turn = ask(service(), question, words, pause=0)
    assert not turn.unfinished
    return turn


def test_a_question_passes_through_its_stages_to_claims_one_by_one() -> None:
    turns = list(ask(service(), "Berapa ekspor?", INDONESIAN, pause=0))
    assert [turn.stage for turn in turns if turn.state == "waiting"] == ["understand", "retrieve", "read"]
    assert [turn.shown for turn in turns if turn.state == "answered"] == [1, 2, None]


def test_choices_reach_the_assistant() -> None:
    assistant = Scripted()
    filters = Filters.read("2025-01-01", "2025-12-31", ["DetailNews.id"], INDONESIAN)
    list(
        ask(
            service(assistant), "Kopi?", INDONESIAN, language="en", history=["Teh?"], filters=filters, pause=0
        )
    )
    assert assistant.asked == [
        (
            "Kopi?",
            {
                "language": "en",
                "history": ("Teh?",),
                "since": date(2025, 1, 1),
                "until": date(2025, 12, 31),
                "sources": ("DetailNews.id",),
                "articles": (),
            },
        )
    ]


def test_empty_filters_filter_nothing() -> None:
    assert Filters.read("", None, None, INDONESIAN) == Filters()


def test_days_the_wrong_way_round_are_refused_in_the_page_language() -> None:
    with pytest.raises(FilterError, match="melewati"):
        Filters.read("2025-02-01", "2025-01-01", [], INDONESIAN)
    with pytest.raises(FilterError, match="is after"):
        Filters.read("2025-02-01", "2025-01-01", [], ENGLISH)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(FilterError, match="“31/2” tidak dikenali"):
        Filters.read("31/2", "", [], INDONESIAN)


def test_a_question_too_long_is_refused_in_the_page_language() -> None:
    assert outcome("a" * 20_000).detail == (
        "Pertanyaan terlalu panjang: 20.000 karakter. Ringkas menjadi paling banyak 2.000 karakter."
    )
    assert outcome("a" * 20_000, ENGLISH).detail == (
        "The question is too long: 20,000 characters. Shorten it to 2,000 characters or fewer."
    )


def test_a_bug_becomes_an_apology_with_the_id_of_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        turn = outcome("rusak")
    assert turn.state == "failed"
    assert len(turn.detail) == 8
    (record,) = caplog.records
    assert turn.detail in record.getMessage()
    assert record.exc_info is not None
    assert "the script says so" in str(record.exc_info[1])


def test_without_articles_one_is_told_to_upload_some_first() -> None:
    def open_assistant() -> Assistant:
        raise NoIndex("no index at .tanya/index; build one with: tanya index seeds/")

    *_, turn = ask(AssistantService(open_assistant), "Kopi?", INDONESIAN)
    assert turn.state == "refused"
    assert turn.detail == INDONESIAN.first_asked


def test_while_the_assistant_is_being_opened_the_page_says_so() -> None:
    first, *_ = ask(AssistantService(Scripted), "Kopi?", INDONESIAN, pause=0)
    assert first.stage == "prepare"


def test_a_seat_is_given_back_by_whoever_stops_listening() -> None:
    ready = service()
    for _ in range(SEATS):
        turns = ask(ready, "Kopi?", INDONESIAN, pause=0)
        next(turns)
        turns.close()
    assert ready.queue.taken == 0


def test_who_waits_is_told_how_many_are_first_and_may_leave() -> None:
    ready = service()
    ready.queue = RequestQueue(1)
    seated, first = ready.queue.line_up(), ready.queue.line_up()
    turns = ask(ready, "Kopi?", INDONESIAN, pause=0)
    assert next(turns).ahead == 2
    first.leave()
    assert next(turns).ahead == 1
    turns.close()
    assert ready.queue.waiting == 0
    seated.leave()
    assert outcome("Kopi?").state == "answered"


def test_a_line_that_is_too_long_is_told_and_not_joined() -> None:
    ready = service()
    ready.queue = RequestQueue(1, longest=1)
    places = [ready.queue.line_up(), ready.queue.line_up()]
    (*_, turn) = ask(ready, "Kopi?", INDONESIAN)
    assert (turn.state, turn.detail) == ("refused", INDONESIAN.crowded)
    assert [place.seated for place in places] == [True, False]


@pytest.mark.parametrize(
    ("question", "outcome"),
    [("Kopi?", "answered"), ("Siapa presiden?", "abstained"), ("a" * 3000, "refused"), ("rusak", "failed")],
)
def test_each_question_is_counted_by_how_it_ended(question: str, outcome: str) -> None:
    ready = service()
    list(ask(ready, question, INDONESIAN, pause=0))
    counted = {
        kind: ready.metrics.registry.get_sample_value("tanya_question_seconds_count", {"outcome": kind})
        for kind in ("answered", "abstained", "refused", "failed")
    }
    assert counted == {kind: float(kind == outcome) for kind in counted}
