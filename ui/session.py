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
        self._asked: deque[tuple[int, Asking]] = deque()
        self._working = False

    def look(self, seen: int | None = None, timeout: float = 0) -> tuple[int, Conversation]:
        """The latest version and conversation; up to `timeout` seconds are waited while that is `seen`."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, timeout)
            return self._version, self._conversation

    def ask(self, question: str, asking: Asking) -> None:
        """Put a question; it is asked in the background once those before it are answered.

        One that is waiting already is not put again: its sender pressed the key twice.
        """
        with self._changed:
            latest = self._conversation.latest
            if latest is not None and latest.state == "waiting" and latest.question == question:
                return
            self._asked.append((len(self._conversation.turns), asking))
            self._put(self._conversation.with_turn(Turn(question)))
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
                index, asking = self._asked.popleft()
                history = self._conversation.history
            with closing(asking(history)) as turns:
                for turn in turns:
                    with self._changed:
                        if self._round != this_round:
                            return
                        if turn == self._conversation.turns[index]:
                            continue
                        self._put(self._conversation.with_turn(turn, at=index))


class Sessions:
    """The sessions of all visitors, by the name that each page has for itself."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def __getitem__(self, name: str) -> Session:
        with self._lock:
            session = self._sessions.pop(name, None) or Session()
            self._sessions[name] = session
            while len(self._sessions) > self._kept:
                self._sessions.popitem(last=False)
            return session
