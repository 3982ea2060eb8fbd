"""A visitor: who asks, and whether they may change the articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["reader", "editor"]
ROLES: tuple[Role, ...] = ("reader", "editor")

SCOPE = "tanya.visitor"
"""Where the guard in front of every route leaves the visitor of a request."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who uses the page.

    Attributes:
        name: Of their account; empty where the page asks for no login, as on the machine it runs on.
        role: A reader asks and says what they think of answers; an editor also changes the articles.
    """

    name: str
    role: Role

    @property
    def may_edit(self) -> bool:
        return self.role == "editor"


LOCAL = Visitor("", "editor")
"""Whoever sits at the machine, where the page is served to no other and asks for no login."""


def visitor_of(scope: Mapping[str, Any]) -> Visitor:
    """The visitor of a request, given its scope: `request.scope` in a route.

    In a handler of the page, whose `request` is the framework's own, it is `request.request.scope`.

    Raises:
        KeyError: the request came past the guard, so that nobody knows whose it is.
    """
    found: Visitor = scope[SCOPE]
    return found
