"""What can be said exactly in the other language: figures, dates, places and common titles.

Running text is never translated here: it is quoted as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from rag import dates, figures
from rag.places import english_name, find_places

Rendering = tuple[int, int, str]
"""The characters `start:end` of a text and what they are in English."""

_JOINERS = {"dan": "and", "serta": "and", "atau": "or", "hingga": "to", "sampai": "to", "sekitar": "about",
            "lebih dari": "more than", "hampir": "almost", "kurang dari": "less than"}  # fmt: skip
_JOINER = re.compile(rf"\b(?:{'|'.join(sorted(_JOINERS, key=len, reverse=True))})\b", re.IGNORECASE)


def renderings(text: str, published: date | None = None) -> list[Rendering]:
    """Every figure, date and place of Indonesian `text` with its English form, in order, not overlapping."""
    found: list[Rendering] = []

    def add(start: int, end: int, write: Callable[[], str]) -> None:
        if not any(start < stop and begin < end for begin, stop, _ in found):
            found.append((start, end, write()))

    for moment in dates.find_moments(text, published):
        add(moment.start, moment.end, lambda moment=moment: dates.write_english(text, moment))  # type: ignore[misc]
    for place in find_places(text):
        add(place.start, place.end, lambda place=place: english_name(place.code))  # type: ignore[misc]
    for figure in figures.find_figures(text, "id"):
        add(figure.start, figure.end, lambda figure=figure: figures.write_english(text, figure, "id"))  # type: ignore[misc]
    return sorted(found)


def render(text: str, published: date | None = None) -> str | None:
    """`text` in English where all of it can be said exactly; None where running text remains."""
    parts, at = [], 0
    for start, end, english in renderings(text, published):
        parts += [text[at:start], english]
        at = end
    parts.append(text[at:])
    rest = " ".join(parts[::2])
    if re.search(r"[^\W\d_]", _JOINER.sub(" ", rest)):
        return None
    return "".join(
        part if number % 2 else _JOINER.sub(lambda m: _JOINERS[m.group().lower()], part)
        for number, part in enumerate(parts)
    ).strip()


def glosses(text: str, published: date | None = None) -> list[tuple[str, str]]:
    """What in `text` reads otherwise in English, as written and in English, each once."""
    pairs = ((text[start:end], english) for start, end, english in renderings(text, published))
    return list(dict.fromkeys((written, english) for written, english in pairs if written != english))
