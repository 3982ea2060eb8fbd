"""What must be true of a pace: a stream ends, whatever the model does."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from rag.generation import GeneratorError, paced, pulled


def test_pieces_come_in_order_and_end():
    assert list(paced(iter(["a", "", "b"]), seconds=5, characters=100)) == ["a", "", "b"]


def test_an_endless_stream_is_cut_at_the_character_and_closed():
    closed = threading.Event()

    def endless():
        try:
            yield from itertools.repeat("abc")
        finally:
            closed.set()

    assert "".join(paced(endless(), seconds=5, characters=7)) == "abcabca"
    assert closed.wait(5)


def test_a_stream_that_is_silent_is_given_up_on_time():
    never = threading.Event()
    started = time.monotonic()
    with pytest.raises(GeneratorError, match=r"not done after 0\.2 s") as error:
        list(paced((str(never.wait(20)) for _ in range(1)), seconds=0.2, characters=9))
    assert error.value.failure == "timeout"
    assert time.monotonic() - started < 5
    never.set()


def test_a_stream_that_never_pauses_is_given_up_on_time_too():
    with pytest.raises(GeneratorError, match="not done after"):
        for _ in paced(itertools.repeat("."), seconds=0.2, characters=10**12):
            pass


def test_what_the_producer_raises_is_raised_to_whoever_takes():
    def produce(push):
        push("a")
        raise ZeroDivisionError("b")

    pieces = pulled(produce)
    assert next(pieces) == "a"
    with pytest.raises(ZeroDivisionError, match="b"):
        next(pieces)


def test_a_producer_hears_that_nobody_takes_any_more():
    heard = threading.Event()

    def produce(push):
        while push("a"):
            time.sleep(0.001)
        heard.set()

    pieces = pulled(produce)
    next(pieces)
    pieces.close()
    assert heard.wait(5)
