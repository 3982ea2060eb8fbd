"""Conversation: a question that leans on the one before it is completed from it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.dates import find_moments
from rag.places import find_places
from rag.words import WORD, content_words

_LEANS = re.compile(
    r"^\W*(?:kalau|lalu|terus|bagaimana\s+dengan|gimana\s+dengan|dan|nah|what\s+about|how\s+about|and|then)\b"
    r"|\b(?:dia|ia|beliau|mereka|itu|tersebut|tadi|situ|sana)\b|(?<=[a-z]{3})nya\b"
    r"|\b(?:he|she|they|him|her|his|it|its|that|those|this|there|then)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:kalau|lalu|terus|bagaimana\s+dengan|gimana\s+dengan|dan|nah|what\s+about|how\s+about|and|then)\b\W*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:apa(?:kah|kan)?|siapa\w*|kapan\w*|(?:di|ke|dari)?\s?mana\w*|mengapa|kenapa|bagaimana|gimana|berapa\w*|sebutkan"
    r"|jelaskan|what|which|who\w*|when|where|why|how|is|are|was|were|did|does|do|has|have)\b",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"\btahun\s+(?:sebelumnya|lalu)\b|\b(?:previous|last)\s+year\b|\byear\s+(?:before|earlier)\b",
    re.IGNORECASE,
)
_SELF_CONTAINED = 4
"""Content words that make a question complete even where it has a pronoun."""
_FRAGMENT = 2
"""Content words at most of a question that leans on the last one though it has no pronoun, nor a place."""


def leans(question: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    if _OPENING.search(question):
        return True
    words = content_words(question)
    if len(words) >= _SELF_CONTAINED:
        return False
    return (len(words) <= _FRAGMENT and not find_places(question)) or bool(_LEANS.search(question))


def complete(question: str, history: Sequence[str]) -> str:
    """`question` with what it leaves out taken from the latest complete question of `history`.

    What the question names itself, a place, a period, replaces what the earlier one named.
    """
    if not history or not leans(question):
        return question
    earlier = complete(history[-1], history[:-1])
    core = _OPENING.sub("", question).strip(" ?!.") or question.strip(" ?!.")
    if not _ASKS.search(core) and len(content_words(core)) <= _FRAGMENT:
        return _substitute(earlier, core)
    carried = " ".join(_carried(earlier, core))
    return f"{core} ({carried})?" if carried else question


def _a_year_before(earlier: str) -> str:
    """The earlier question about the year before the one it names."""
    for moment in reversed(find_moments(earlier)):
        dated = re.sub(
            r"\b(?:19|20)\d\d\b",
            lambda match: str(int(match.group()) - 1),
            earlier[moment.start : moment.end],
        )
        earlier = earlier[: moment.start] + dated + earlier[moment.end :]
    return earlier


def _substitute(earlier: str, core: str) -> str:
    """The earlier question about `core`: a period, a place, or else its first subject word is replaced."""
    if _YEAR_BEFORE.search(core) and any(moment.first.year for moment in find_moments(earlier)):
        return _a_year_before(earlier)
    new_moments, new_places = find_moments(core), find_places(core)
    old_moments, old_places = find_moments(earlier), find_places(earlier)
    if new_moments and old_moments:
        first, last = old_moments[0], old_moments[-1]
        return earlier[: first.start] + core[new_moments[0].start : new_moments[0].end] + earlier[last.end :]
    if new_places and old_places:
        place = old_places[0]
        return earlier[: place.start] + core[new_places[0].start : new_places[0].end] + earlier[place.end :]
    subject = re.sub(r"(?<=\w{3})nya\b", "", core)
    blocked = [(m.start, m.end) for m in old_moments] + [(p.start, p.end) for p in old_places]
    for match in WORD.finditer(earlier):
        inside = any(match.start() < end and start < match.end() for start, end in blocked)
        if not inside and content_words(match.group()):
            return earlier[: match.start()] + subject + earlier[match.end() :]
    return f"{earlier.strip(' ?')} {subject}?"


def _carried(earlier: str, core: str) -> list[str]:
    """What of the earlier question the new one leaves open, less the place and period that it names."""
    dropped = []
    if find_moments(core):
        dropped += [(m.start, m.end) for m in find_moments(earlier)]
    if find_places(core):
        dropped += [(p.start, p.end) for p in find_places(earlier)]
    kept = "".join(
        letter for at, letter in enumerate(earlier) if not any(start <= at < end for start, end in dropped)
    )
    present = set(content_words(core))
    return [
        word
        for word in re.findall(r"[^\s?!,]+", kept)
        if content_words(word) and not set(content_words(word)) & present
    ]
