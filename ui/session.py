"""A visitor's session: a conversation that goes on while the page looks at it from time to time."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from ui.conversation import Conversation, Turn

KEPT = 500
"""Sessions that are remembered; the one that was longest unused is forgotten first."""

Asking = Callable[[Sequence[str]], Generator[Turn]]
"""Asks one question, given the questions before it: see `ui.asking.ask`."""


class Session:
    """One visitor's conversation; questions are asked one after the other, none is lost.

    Every change gets a new version number, by which a page tells whether it shows the latest.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._conversation = Conversation()
        # Not from 0: a page may still show a session of the server's previous run.
        self._version = secrets.randbelow(2**31)
        self._round = 0
        self._asked: deque[tuple[int, int, Asking]] = deque()
        self._working = False

    def look(self, seen: int | None = None, timeout: float = 0) -> tuple[int, Conversation]:
        """The latest version and conversation; up to `timeout` seconds are waited while that is `seen`."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, timeout)
            return self._version, self._conversation

    def ask(self, question: str, asking: Asking, again: int | None = None) -> None:
        """Put a question; it is asked in the background once those before it are answered.

        One that is waiting already is not put again: its sender pressed the key twice.

        Args:
            question: As its turn shows it.
            asking: What asks it.
            again: The index of the turn that it puts anew. The latest one it replaces, once that is finished;
                any other stays where it is, and only the turns before it are leant on.
        """
        with self._changed:
            latest = self._conversation.latest
            if latest is not None and latest.state == "waiting" and latest.question == question:
                return
            kept = self._conversation
            count = len(kept.turns)
            leant_on = count if again is None or not 0 <= again < count else again
            if leant_on == count - 1 and not kept.turns[leant_on].unfinished:
                kept, count = kept.until(leant_on), leant_on
            self._asked.append((count, leant_on, asking))
            self._put(kept.with_turn(Turn(question)))
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, args=(self._round,), daemon=True).start()

    def stop(self) -> None:
        """End what is being answered or waits to be."""
        with self._changed:
            self._end_round()
            self._put(self._conversation.stopped())

    def clear(self) -> None:
        """Begin again with an empty conversation."""
        with self._changed:
            self._end_round()
            self._put(Conversation())

    def restore(self, conversation: Conversation, *, only_new: bool = False) -> bool:
        """Go on with a conversation of an earlier time; `only_new`: unless there is one already."""
        with self._changed:
            if only_new and self._conversation.turns:
                return False
            self._end_round()
            self._put(conversation)
            return True

    def _end_round(self) -> None:
        # Whoever works for an earlier round finds out at its next step, and ends.
        self._round += 1
        self._asked.clear()
        self._working = False

    def _put(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._version += 1
        self._changed.notify_all()

    def _work(self, this_round: int) -> None:
        while True:
            with self._changed:
                if self._round != this_round:
                    return
                if not self._asked:
                    self._working = False
                    return
                index, leant_on, asking = self._asked.popleft()
                history = self._conversation.until(leant_on).history
            with closing(asking(history)) as turns:
                for turn in turns:
                    with self._changed:
                        if self._round != this_round:
                            return
                        if turn == self._conversation.turns[index]:
                            continue
                        self._put(self._conversation.with_turn(turn, at=index))


class Sessions:
    """The sessions of all visitors, by who they are and the name that each page has for itself."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()

    def __getitem__(self, name: tuple[str, str]) -> Session:
        with self._lock:
            session = self._sessions.pop(name, None) or Session()
            self._sessions[name] = session
            while len(self._sessions) > self._kept:
                self._sessions.popitem(last=False)
            return session
