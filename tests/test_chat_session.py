"""A conversation that goes on in the background: nothing is lost, nothing stopped comes back."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence

import pytest
from page_double import Scripted

from rag import Answer
from ui.chat.session import ChatSession, Sessions
from ui.chat.view import ChatTurn, Conversation

KOPI = Scripted().answer("Kopi?", "auto", ())


class Script:
    """Asks nobody: waits at a gate where it has one, then answers; remembers the history it was given."""

    def __init__(self, question: str, *, open_gate: bool = True, answer: Answer = KOPI) -> None:
        self.question = question
        self.answer = answer
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.ended = threading.Event()
        self.history: tuple[str, ...] | None = None
        if open_gate:
            self.gate.set()

    def __call__(self, history: Sequence[str]) -> Generator[ChatTurn]:
        try:
            self.history = tuple(history)
            turn = ChatTurn(self.question)
            yield turn.at("understand")
            self.begun.set()
            assert self.gate.wait(10)
            yield turn.answered(self.answer)
        finally:
            self.ended.set()


def ask(session: ChatSession, *scripts: Script) -> None:
    for script in scripts:
        session.ask(script.question, script)


def finished(session: ChatSession) -> Conversation:
    version, conversation = session.look()
    while conversation.unfinished:
        latest, conversation = session.look(version, 10)
        assert latest != version, "nothing happened for ten seconds"
        version = latest
    return conversation


def states(conversation: Conversation) -> list[str]:
    return [turn.state for turn in conversation.turns]


def test_a_question_is_seen_at_once_and_its_answer_later() -> None:
    session, script = ChatSession(), Script("Kopi?", open_gate=False)
    before, _ = session.look()
    ask(session, script)
    after, conversation = session.look()
    assert after != before
    assert states(conversation) == ["waiting"]
    script.gate.set()
    assert finished(session).turns == (ChatTurn("Kopi?").answered(KOPI),)


def test_questions_put_meanwhile_are_asked_in_their_order_with_all_before_them_as_history() -> None:
    session = ChatSession()
    scripts = [Script("a", open_gate=False), Script("b"), Script("c")]
    ask(session, *scripts)
    assert states(session.look()[1]) == ["waiting"] * 3
    scripts[0].gate.set()
    assert states(finished(session)) == ["answered"] * 3
    assert [script.history for script in scripts] == [(), ("a",), ("a", "b")]


def test_a_key_pressed_twice_asks_once() -> None:
    session, script = ChatSession(), Script("a", open_gate=False)
    ask(session, script, Script("a"))
    script.gate.set()
    assert states(finished(session)) == ["answered"]
    ask(session, Script("a"))
    assert states(finished(session)) == ["answered"] * 2


def test_what_is_stopped_does_not_come_back() -> None:
    session, script, never = ChatSession(), Script("a", open_gate=False), Script("b")
    ask(session, script, never)
    assert script.begun.wait(10)
    session.stop()
    assert states(session.look()[1]) == ["stopped", "stopped"]
    ask(session, Script("c"))
    assert states(finished(session)) == ["stopped", "stopped", "answered"]
    script.gate.set()
    assert script.ended.wait(10)
    assert states(session.look()[1]) == ["stopped", "stopped", "answered"]
    assert never.history is None


def test_a_new_conversation_gets_nothing_of_the_old_one() -> None:
    session, script = ChatSession(), Script("a", open_gate=False)
    ask(session, script)
    assert script.begun.wait(10)
    session.clear()
    assert session.look()[1] == Conversation()
    script.gate.set()
    assert script.ended.wait(10)
    assert session.look()[1] == Conversation()
    later = Script("b")
    ask(session, later)
    finished(session)
    assert later.history == ()


def test_a_look_waits_for_a_change_but_not_for_ever() -> None:
    session, script = ChatSession(), Script("a")
    version, _ = session.look()
    assert session.look(version, 0.01)[0] == version
    threading.Timer(0.05, ask, (session, script)).start()
    assert session.look(version, 10)[0] != version


def test_questions_that_were_refused_or_failed_are_no_history() -> None:
    turns = (
        ChatTurn("a").refused("x"),
        ChatTurn("b").failed("y"),
        ChatTurn("c").stopped(),
        ChatTurn("d").answered(KOPI),
    )
    assert Conversation(turns).history == ("c", "d")


def test_a_turn_has_an_answer_exactly_when_it_is_answered() -> None:
    with pytest.raises(ValueError, match="answered has no answer"):
        ChatTurn("q", state="answered")
    with pytest.raises(ValueError, match="waiting has an answer"):
        ChatTurn("q", answer=KOPI)


def test_stopping_shows_an_answer_whole_that_is_there() -> None:
    assert ChatTurn("q").answered(KOPI, shown=0).stopped() == ChatTurn("q").answered(KOPI)


def test_each_visitor_has_a_session_and_the_longest_unused_is_forgotten() -> None:
    sessions = Sessions(kept=2)
    one, two = sessions["", "one"], sessions["", "two"]
    assert sessions["", "one"] is one
    assert sessions["", "two"] is two
    assert sessions["", "one"] is one
    sessions["", "three"]
    assert sessions["", "one"] is one
    assert sessions["", "two"] is not two
