"""The assistant is opened once, aside, and again where that failed."""

from __future__ import annotations

import threading
import time

import pytest
from page_double import Scripted

from index import NoIndex
from ui.desk import Desk


def test_it_is_opened_once() -> None:
    opened: list[Scripted] = []
    desk = Desk(lambda: opened.append(Scripted()) or opened[-1])
    desk.prepare()
    desk.prepare()
    assert desk.assistant() is desk.assistant()
    assert len(opened) == 1


def test_nothing_is_opened_before_it_is_asked_for() -> None:
    assert not Desk(Scripted).settled


def test_preparing_returns_while_it_is_still_being_opened() -> None:
    gate = threading.Event()

    def open_assistant() -> Scripted:
        assert gate.wait(10)
        return Scripted()

    desk = Desk(open_assistant)
    desk.prepare()
    assert not desk.settled
    gate.set()
    desk.assistant()
    assert desk.settled


def test_what_failed_is_opened_again() -> None:
    outcomes = [NoIndex("no index; build one"), Scripted()]

    def open_assistant() -> Scripted:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    desk = Desk(open_assistant)
    desk.prepare()
    while not desk.settled:
        time.sleep(0.01)
    assert isinstance(desk.assistant(), Scripted)


def test_whoever_waits_gets_the_failure() -> None:
    def open_assistant() -> Scripted:
        raise NoIndex("no index; build one")

    with pytest.raises(NoIndex, match="build one"):
        Desk(open_assistant).assistant()
