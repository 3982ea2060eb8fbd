"""The answers that were shown, by keys that cannot be guessed and only for those who were shown them."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date

from rag import Answer
from rag.evidence_card import Card, Limits
from rag.feedback.opinions import Asked, kept
from rag.recheck import new_card

KEPT = 2000
"""Answers that are remembered; the oldest is forgotten first."""

ROOM = 64 * 2**20
"""Characters that all of them may take; an answer takes some thousand."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that was shown.

    Attributes:
        visitor: The name of whoever was shown it.
        card: Its evidence card.
        kept: It as JSON, and how it was asked: what is stored with an opinion of it.
        lock: Held while an opinion on it is written.
    """

    visitor: str
    card: Card
    kept: str
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size(self) -> int:
        # What the card has and this has not is little beside its quotations, which are the same texts.
        return 2 * len(self.kept)


class Answers:
    """The answers of all visitors."""

    def __init__(self, most: int = KEPT, room: int = ROOM) -> None:
        self._most = most
        self._room = room
        self._taken = 0
        self._lock = threading.Lock()
        self._shown: OrderedDict[str, Shown] = OrderedDict()

    def open(self, answer: Answer, asked: Asked, visitor: str = "", card: Card | None = None) -> str:
        """Remember an answer, asked in that way; its key.

        Args:
            answer: It.
            asked: How it was asked.
            visitor: The name of whoever is shown it.
            card: Its evidence card, where it is not answered only now.
        """
        key = secrets.token_urlsafe(16)
        shown = Shown(
            visitor, card or new_card(answer, _limits(asked)), kept(answer, replace(asked, key=key))
        )
        with self._lock:
            self._shown[key] = shown
            self._taken += shown.size
            while len(self._shown) > self._most or (self._taken > self._room and len(self._shown) > 1):
                _, oldest = self._shown.popitem(last=False)
                self._taken -= oldest.size
        return key

    def find(self, key: str, visitor: str = "") -> Shown | None:
        """The answer of a key; None where it is forgotten, or was shown to somebody else."""
        with self._lock:
            found = self._shown.get(key)
        return found if found is not None and found.visitor == visitor else None


def _limits(asked: Asked) -> Limits:
    since, until = (None if day is None else date.fromisoformat(day) for day in (asked.since, asked.until))
    return Limits(since, until, asked.sources)
