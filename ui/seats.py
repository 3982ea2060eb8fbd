"""The seats at the desk: how many questions are answered at a time, and the line of those that wait."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

from index import TanyaError

SEATS = 2
"""Questions that are answered at the same time; more of them would share the same two cores."""

LONGEST = 100
"""Questions that may wait; at a quarter of a second each, whoever comes last waits twelve seconds."""


class Crowded(TanyaError):
    """Too many questions wait already."""


class Closing(Crowded):
    """The server is told to stop, and no new question is taken."""


class Place:
    """A place in the line that becomes a seat; as a context, it is given up in the end in either state."""

    def __init__(self, seats: Seats) -> None:
        self._seats = seats

    @property
    def ahead(self) -> int:
        """How many questions must be done with before this one is seated; 0 once it is."""
        return self._seats._ahead(self)

    @property
    def seated(self) -> bool:
        return self._seats._is_seated(self)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is seated, at the latest after so many seconds; without a limit, as soon as it is."""
        return self._seats._wait(self, seconds)

    def leave(self) -> None:
        """Give up the seat, or the place in the line; the next one moves up."""
        self._seats._leave(self)

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


class Seats:
    """So many seats, taken in the order in which they were asked for.

    Attributes:
        closed: Whether nobody may line up any more; whoever does already is seated all the same.
    """

    def __init__(self, seats: int = SEATS, longest: int = LONGEST) -> None:
        # Set where a signal arrives, in the middle of anything, so that no lock guards it.
        self.closed = False
        self._changed = threading.Condition()
        self._free = seats
        self._longest = longest
        self._line: deque[Place] = deque()
        self._seated: set[Place] = set()

    def line_up(self) -> Place:
        """A place at the end of the line, seated at once where a seat is free.

        Raises:
            Crowded: the line is as long as it may be.
            Closing: the server is told to stop.
        """
        if self.closed:
            raise Closing("the server is about to stop; ask again when it is back")
        place = Place(self)
        with self._changed:
            if len(self._line) >= self._longest:
                raise Crowded(f"{self._longest} questions wait already; ask again in a moment")
            self._line.append(place)
            self._move_up()
        return place

    @property
    def waiting(self) -> int:
        """How many wait for a seat."""
        with self._changed:
            return len(self._line)

    @property
    def taken(self) -> int:
        """How many seats are taken."""
        with self._changed:
            return len(self._seated)

    def _ahead(self, place: Place) -> int:
        with self._changed:
            return self._line.index(place) + 1 if place in self._line else 0

    def _is_seated(self, place: Place) -> bool:
        with self._changed:
            return place in self._seated

    def _wait(self, place: Place, seconds: float | None) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: place in self._seated, seconds)

    def _leave(self, place: Place) -> None:
        with self._changed:
            if place in self._seated:
                self._seated.remove(place)
                self._free += 1
            elif place in self._line:
                self._line.remove(place)
            self._move_up()

    def _move_up(self) -> None:
        while self._free and self._line:
            self._seated.add(self._line.popleft())
            self._free -= 1
        self._changed.notify_all()
