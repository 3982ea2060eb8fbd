"""Seats and the line before them."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.service import Crowded, QueuePlace, RequestQueue


def test_seats_are_taken_in_the_order_of_asking() -> None:
    queue = RequestQueue(2)
    places = [queue.line_up() for _ in range(4)]
    assert [place.seated for place in places] == [True, True, False, False]
    assert [place.ahead for place in places] == [0, 0, 1, 2]
    places[1].leave()
    assert [place.ahead for place in places[2:]] == [0, 1]
    assert (queue.taken, queue.waiting) == (2, 1)


def test_leaving_twice_frees_one_seat() -> None:
    queue = RequestQueue(1)
    place, second, third = queue.line_up(), queue.line_up(), queue.line_up()
    place.leave()
    place.leave()
    assert (second.seated, third.seated) == (True, False)


def test_a_full_line_is_not_joined() -> None:
    queue = RequestQueue(1, longest=1)
    queue.line_up()
    waiting = queue.line_up()
    with pytest.raises(Crowded, match="ask again in a moment"):
        queue.line_up()
    waiting.leave()
    queue.line_up()


def test_whoever_waits_is_woken_when_a_seat_is_free() -> None:
    queue = RequestQueue(1)
    sitting, waiting = queue.line_up(), queue.line_up()
    assert not waiting.wait(0)
    threading.Timer(0.05, sitting.leave).start()
    assert waiting.wait(20)


@given(st.integers(1, 3), st.lists(st.integers(0, 9), max_size=40))
def test_never_more_sit_than_there_are_seats_and_none_stays_free(free: int, moves: list[int]) -> None:
    """A move joins the line where it is past those who are there, else one of them leaves."""
    queue = RequestQueue(free)
    there: list[QueuePlace] = []
    for move in moves:
        if move < len(there):
            there.pop(move).leave()
        else:
            there.append(queue.line_up())
        assert [place.seated for place in there] == [at < free for at in range(len(there))]
