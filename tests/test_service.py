"""The assistant is opened once, aside, and again where that failed."""

from __future__ import annotations

import threading
import time

import pytest
from page_double import Scripted

from index import NoIndex
from ui.server import warm_up
from ui.service import AssistantService


def test_it_is_opened_once() -> None:
    opened: list[Scripted] = []
    service = AssistantService(lambda: opened.append(Scripted()) or opened[-1])
    service.prepare()
    service.prepare()
    assert service.assistant() is service.assistant()
    assert len(opened) == 1


def test_nothing_is_opened_before_it_is_asked_for() -> None:
    assert not AssistantService(Scripted).settled


def test_preparing_returns_while_it_is_still_being_opened() -> None:
    gate = threading.Event()

    def open_assistant() -> Scripted:
        assert gate.wait(10)
        return Scripted()

    service = AssistantService(open_assistant)
    service.prepare()
    assert not service.settled
    gate.set()
    service.assistant()
    assert service.settled


def test_what_failed_is_opened_again() -> None:
    outcomes = [NoIndex("no index; build one"), Scripted()]

    def open_assistant() -> Scripted:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    service = AssistantService(open_assistant)
    service.prepare()
    while not service.settled:
        time.sleep(0.01)
    assert isinstance(service.assistant(), Scripted)


def test_whoever_waits_gets_the_failure() -> None:
    def open_assistant() -> Scripted:
        raise NoIndex("no index; build one")

    with pytest.raises(NoIndex, match="build one"):
        AssistantService(open_assistant).assistant()


def test_what_an_empty_page_offers_is_tried_in_each_language_before_anybody_opens_it() -> None:
    tried: list[str] = []

    class Offering(Scripted):
        def examples(self, language: str, limit: int = 3) -> list[str]:
            tried.append(language)
            return []

    warm_up(AssistantService(Offering))
    assert sorted(tried) == ["en", "id"]


def test_what_an_empty_page_offers_is_tried_while_nobody_asks() -> None:
    tried: list[str] = []

    class Offering(Scripted):
        def examples(self, language: str, limit: int = 3) -> list[str]:
            assert not service.queue.taken
            tried.append(language)
            return []

    service = AssistantService(Offering)
    place = service.queue.line_up()
    thread = threading.Thread(target=warm_up, args=(service,))
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()
    assert tried == []
    place.leave()
    thread.join(10)
    assert len(tried) == 2


def test_an_empty_library_has_nothing_to_try_and_the_server_goes_on() -> None:
    def open_assistant() -> Scripted:
        raise NoIndex("no index; build one")

    warm_up(AssistantService(open_assistant))
