"""Conversation: a question that leans on those before it is completed from them.

`Berapa nilai ekspor Sumut?` and then `Kalau impornya?` is `Berapa nilai impor Sumut?`; and after
`Siapa Konjen Singapura?`, `Dia tertarik di bidang apa?` is `Konjen Singapura tertarik di bidang apa?`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation.reference import Turn, carried_topic, resolve
from rag.conversation.substitution import find_names, substitute
from rag.conversation.topic import (
    ASK,
    AUXILIARY,
    MANY,
    MEASURES,
    ONE,
    OPENING,
    TITLES,
    is_bare,
    is_verb,
    kind_of,
    lacks_topic,
    language,
    persons,
    points_back,
    possessed,
    related,
    spots,
    topic_of,
)
from rag.lang.dates import find_moments
from rag.lang.words import content_words

REMEMBERED = 8
"""Questions back that a follow-up may reach."""

_LONGEST_FRAGMENT = 5
"""Content words at most of a fragment: `Kalau lemak dan minyak hewan?`; more is a search by keywords."""

_BLANK = re.compile(r"\s{9,}")
"""Nobody means anything by it, and many patterns would try each of its characters."""

_ASKED_ALIKE = re.compile(
    r"^(?P<first>(?:berapa|siapa|apa|kapan|di\s?mana)(?:\s+(?:nama|nilai|jumlah|persen))?\s+)?(?P<core>.+?)"
    r"(?P<last>\s+(?:berapa(?:\s+(?:persen|nilai|jumlah)(?:nya)?)?|siapa(?:\s+namanya)?|apa(?:\s+saja)?|kapan|di\s?mana|gimana|bagaimana))?$",
    re.IGNORECASE,
)


def complete(question: str, history: Sequence[str]) -> str:
    """`question` with what it leaves out taken from the questions before it; as it is where it leans on none.

    Args:
        question: The question asked now.
        history: The questions asked before, oldest first.
    """
    turns: list[Turn] = []
    for earlier in history[-REMEMBERED:]:
        turns.append(_turn(_BLANK.sub(" ", earlier), turns))
    return _turn(_BLANK.sub(" ", question), turns).text


def _turn(question: str, turns: Sequence[Turn]) -> Turn:
    if not turns:
        return _complete_in_itself(question)
    opening = OPENING.match(question)
    core = question[opening.end() if opening else 0 :].strip(" ?!.\n")
    core = core or question.strip(" ?!.")
    latest = turns[-1]
    if _is_fragment(core, latest, opened=bool(opening)):
        changed = substitute(latest.text, core)
        return _complete_in_itself(changed) if changed else _complete_in_itself(question)
    if opening and opening["alike"] and (alike := _asked_alike(core, latest)):
        return _complete_in_itself(alike)
    if is_bare(core):
        return Turn(_asked_of(core, latest), latest.topic)
    if not points_back(core) and not lacks_topic(core, latest.text):
        return _inheriting(question, core, latest)
    office = possessed(core)
    if not ASK.search(core) and office and office[0]["noun"].lower() in TITLES | {"wakil"}:
        core = f"siapa {core}"
    said, topic = resolve(core, turns)
    if said == core:
        return _complete_in_itself(question)
    said = said[:1].upper() + said[1:]
    return Turn(f"{said}?", topic or latest.topic)


def _complete_in_itself(question: str) -> Turn:
    return Turn(question, topic_of(question))


def _is_fragment(core: str, latest: Turn, *, opened: bool) -> bool:
    """Whether a question is no sentence: something to be put where the earlier one has something like it."""
    words = content_words(core)
    if ASK.search(core) or len(words) > _LONGEST_FRAGMENT:
        return False
    if (words and all(is_verb(word) for word in words)) or ONE.search(core) or MANY.search(core):
        return False
    owned = [match for match in possessed(core) if content_words(_unplaced(core[match.end() :]))]
    if owned:
        return False  # "Harganya naik atau turun?" says something of what it names
    counted = any(word in MEASURES for word in content_words(latest.text))
    if not counted and (re.match(r"yang\b", core, re.IGNORECASE) or _is_owned(core, latest)):
        return False
    if opened:
        return True
    parts = [bool(find_moments(core)), bool(spots(core)), bool(persons(core) or find_names(core))]
    if sum(parts) > 1 or len(words) > 3:
        return False
    if parts[2]:
        return bool(persons(latest.text) or find_names(latest.text))
    return True


def _unplaced(text: str) -> str:
    """`text` without its places and periods."""
    found = [(spot.start, spot.end) for spot in spots(text)]
    found += [(moment.start, moment.end) for moment in find_moments(text)]
    for start, end in sorted(found, reverse=True):
        text = text[:start] + " " + text[end:]
    return text


def _is_owned(core: str, latest: Turn) -> bool:
    """Whether a fragment is something that the earlier topic has: `Kalau wakilnya?`."""
    if re.match(r"\W*[^\W\d]+(?:\s+[^\W\d]+)?\s+(?:apa|mana)\b", latest.text):
        return False  # "Mineral apa?", "Kalau perikanannya?": the one is asked for instead of the other
    owned = possessed(core)
    present = set(content_words(latest.text))
    return bool(owned) and not {mate for m in owned for mate in related([m["noun"].lower()])} & present


def _asked_alike(core: str, latest: Turn) -> str | None:
    """The earlier question of `ekspor Sulut`, where `Kalau ekspor Sulut berapa?` asks for the same kind."""
    match = _ASKED_ALIKE.match(core)
    if match is None or not (match["first"] or match["last"]) or ASK.search(match["core"]):
        return None
    if kind_of(core) != kind_of(latest.text) and not re.search(r"(?:gi|bagai)mana$", core, re.IGNORECASE):
        return None
    return substitute(latest.text, match["core"])


_ENGLISH_QUESTION = re.compile(
    rf"^\W*(?:(?:by|with|to|from|in|at|on|through|for)\s+)?(?P<wh>what|which|who|when|where|why|how)\b(?P<noun>[^?]*?)\s*\b"
    rf"(?P<aux>{AUXILIARY})\s+(?P<rest>[^?]+)",
    re.IGNORECASE,
)


def _asked_of(core: str, latest: Turn) -> str:
    """The earlier question with another asking word: `Kapan?`, `Why?`."""
    core = core[:1].upper() + core[1:]
    earlier = latest.text
    topic = latest.topic.text if "(" in earlier else topic_of(earlier).text
    if language(core) == "en":
        match = _ENGLISH_QUESTION.match(earlier)
        if (
            match
            and not re.search(r"\b(?:that|who|met)\b", match["noun"])
            and core.split()[0].lower() != "who"
        ):
            noun = re.sub(r"^\s*(?:much|many|large|big|high|far|long|often)\b", "", match["noun"]).strip()
            return f"{core} {match['aux']} {match['rest'].strip()}{' ' + noun if noun else ''}?"
    carried = carried_topic(topic, core) or topic
    if not carried:
        return f"{core}?"
    if language(core) == "en":
        return f"{core} ({carried})?"
    if language(earlier) == "en":
        return f"{core} ({carried})?"
    clause = re.sub(r"^orang\s+yang\s+|(?<=\w\s)yang\s+", "", carried, count=1)
    return f"{core} {clause}?"


def _inheriting(question: str, core: str, latest: Turn) -> Turn:
    """A question of its own; where it goes on about the same noun and names no place, of the same place."""
    shared = related(content_words(core)) & related(content_words(latest.text))
    if not shared or spots(core) or find_moments(core) or persons(core) or find_names(core):
        return _complete_in_itself(question)
    places = [latest.text[spot.start : spot.end] for spot in spots(latest.text)[:1]]
    times = [latest.text[moment.start : moment.end] for moment in find_moments(latest.text)[:1]]
    if not places and not times:
        return _complete_in_itself(question)
    return _complete_in_itself(f"{core} ({', '.join(places + times)})?")
