"""Reference: pronouns, demonstratives and -nya of a question, said again in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.conversation.substitution import drop
from rag.conversation.topic import (
    ANY_EVENT,
    ASK,
    EVENTS,
    IT,
    MANY,
    MEASURES,
    OF_PLACES,
    ONE,
    PERSONAL,
    PLACE_NOUNS,
    SOFT_MEASURES,
    THEN,
    THERE,
    Spot,
    Topic,
    is_verb,
    language,
    noun_phrase,
    persons,
    possessed,
    spots,
    that_nouns,
    topic_of,
)
from rag.lang.dates import find_moments
from rag.lang.words import content_words, stem

_WHERE = re.compile(r"(?:\s+(?:di|in|at|untuk|for)\s+[\w-]+(?:\s+[\w-]+){0,2})?")
_HANGING = re.compile(r"\b(?:that|it|so|itu|hal\s+tersebut)$", re.IGNORECASE)
_SOMEBODY = re.compile(r"^(?:orang\s+yang|the\s+person\s+who)\s+")
_MEASURED = re.compile(
    r"^(?:(?:nilai|jumlah|total|besar(?:nya|an)?|nama|anggaran|biaya|alasan|penyebab|sebab|dampak|tujuan|hasil|kata"
    r"|tanggapan|pernyataan|kronologi|jadwal|lokasi|the\s+(?:value|reason|cause|result|impact|purpose)s?\s+(?:of|for))\s+)+"
    r"(?=\S+\s+\S)",
    re.IGNORECASE,
)
"""What was asked of the topic of the earlier question, not of this one's."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation, complete, and what it is about."""

    text: str
    topic: Topic


def resolve(core: str, turns: Sequence[Turn]) -> tuple[str, Topic | None]:
    """A question with what it points at said in full, and its topic where that became another.

    What cannot be said in its place follows in parentheses.
    """
    latest = turns[-1]
    said = _say_time(core, latest)
    said = _say_place(said, latest)
    topic: Topic | None = None
    whole = said != core and not _still_open(said)
    for say in (_say_person, _say_many, _say_noun, _say_it, _say_owner):
        if say is _say_owner and topic and any(is_verb(match["noun"].lower()) for match in possessed(said)):
            whole = False  # "Kapan dia mengatakannya?": who is told, what is not
            continue
        said, found = say(said, turns)
        if found is not None:
            topic, whole = found, True
    if whole and not (topic and _HANGING.search(said)):
        return said, topic
    carried = carried_topic(latest.topic.text, said)
    return (f"{said} ({carried})" if carried else said), topic


def carried_topic(topic: str, core: str) -> str:
    """The topic, less the place and period which the new question names, and less "the value of"."""
    topic = _SOMEBODY.sub("", _MEASURED.sub("", topic))
    dropped = []
    if find_moments(core) or re.search(r"\b(?:kapan|when)\b", core, re.IGNORECASE):
        dropped += [(moment.start, moment.end) for moment in find_moments(topic)]
    if named := spots(core):
        ranks = {spot.rank for spot in named}
        dropped += [(spot.start, spot.end) for spot in spots(topic) if spot.rank in ranks]
    rest = drop(topic, dropped)
    present = {stem(word) for word in content_words(core)}
    new = [word for word in content_words(rest) if stem(word) not in present]
    return rest if new else ""


def _still_open(core: str) -> bool:
    return not content_words(ASK.sub(" ", core))


def _say_time(core: str, latest: Turn) -> str:
    match, moments = THEN.search(core), find_moments(latest.text)
    if not match or not moments:
        return core
    written = latest.text[moments[0].start : moments[0].end]
    return (
        f"{core[: match.start()]}{'in' if language(core) == 'en' else 'pada'} {written}{core[match.end() :]}"
    )


def _say_place(core: str, latest: Turn) -> str:
    for match in that_nouns(core):
        noun = (match["noun"] or match["of"] or "").lower()
        if noun in PLACE_NOUNS and (spot := _spot_for(noun, spots(latest.text))):
            written = latest.text[spot.start : spot.end]
            start = re.search(r"(?:the\s+)?$", core[: match.start()])
            at = start.start() if start else match.start()
            return core[:at] + written + core[match.end() :]
    there = THERE.search(core)
    named = spots(latest.text)
    if there and named:
        lead = there.group().split()[0].lower()
        lead = lead if lead in {"di", "ke", "dari"} else "in"
        # An event that was named is where "there" is; its place comes with it.
        if not _event_of(latest):
            written = latest.text[named[0].start : named[0].end]
            return f"{core[: there.start()]}{lead} {written}{core[there.end() :]}"
    return core


def _event_of(turn: Turn) -> str | None:
    return noun_phrase(turn.text, EVENTS)


def _spot_for(noun: str, named: Sequence[Spot]) -> Spot | None:
    ranks = {"provinsi": "province", "province": "province", "negara": "country", "country": "country",
             "kota": "city", "city": "city"}  # fmt: skip
    wanted = ranks.get(noun)
    return next((spot for spot in named if wanted in {None, spot.rank}), None)


def person_of(turns: Sequence[Turn]) -> str | None:
    """The person whom the latest question that has one names or describes."""
    for turn in reversed(turns):
        if found := persons(turn.text):
            who = turn.text[slice(*found[0])]
            # The topic has the whole description where this one was resolved from it.
            described = turn.topic.text
            return described if described.startswith(who) and _WHERE.fullmatch(described[len(who) :]) else who
        if re.match(r"(?:orang\s+yang|the\s+person\s+who)\b", turn.topic.text):
            return turn.topic.text
    return None


def _say_person(core: str, turns: Sequence[Turn]) -> tuple[str, Topic | None]:
    match, person = ONE.search(core), person_of(turns)
    if match is None or person is None:
        return core, None
    while match:
        owner = match.group().lower() in {"his", "hers"} or (
            match.group().lower() == "her" and bool(re.match(r"\s+[a-z]", core[match.end() :]))
        )
        core = _put(core, match.start(), match.end(), f"{person}'s" if owner else person)
        match = ONE.search(core, match.start() + len(person))
    return core, Topic(person, nominal=True)


def _say_many(core: str, turns: Sequence[Turn]) -> tuple[str, Topic | None]:
    match, topic = MANY.search(core), turns[-1].topic
    if match is None or not topic.nominal or not topic.text:
        return core, None
    who = _pair_of(turns[-1].text) or _MEASURED.sub("", topic.text)
    owner = match.group().lower() == "their"
    return _put(core, match.start(), match.end(), f"{who}'s" if owner else who), topic


def _pair_of(text: str) -> str | None:
    """`Menlu Retno dan Menlu Wang Yi`: two who are named together."""
    found = persons(text)
    for (start, end), (begin, stop) in pairwise(found):
        if re.fullmatch(r"\s*(?:dan|and|dengan|with|,)\s+", text[end:begin]):
            return text[start:stop]
    return None


def _say_noun(core: str, turns: Sequence[Turn]) -> tuple[str, Topic | None]:
    for match in that_nouns(core):
        noun = (match["noun"] or match["of"]).lower()
        phrase = _phrase_of(noun, turns)
        if phrase:
            english = bool(match["en"]) and not phrase.lower().startswith("the ")
            said = f"the {phrase}" if english else phrase
            return _put(core, match.start(), match.end(), said), Topic(phrase, nominal=True)
        if noun in PERSONAL:
            continue
    return core, None


def _phrase_of(noun: str, turns: Sequence[Turn]) -> str | None:
    """What an earlier question calls by a noun, or by another word for an event."""
    same = {noun, noun.removesuffix("s"), f"{noun}s"}
    for turn in reversed(turns):
        for text in (turn.text, turn.topic.text):
            phrase = noun_phrase(text, same)
            if phrase is None and noun in ANY_EVENT:
                phrase = noun_phrase(text, EVENTS)
            if phrase and len(phrase.split()) > 1:
                return phrase
    return None


def _say_it(core: str, turns: Sequence[Turn]) -> tuple[str, Topic | None]:
    match, topic = IT.search(core), turns[-1].topic
    if match is None or not topic.nominal or not topic.text:
        return core, None
    start, end = match.span()
    words = match.group().split()
    if len(words) == 2:  # "is that", "about that"
        start = end - len(words[1])
    who = _MEASURED.sub("", topic.text) if len(words) == 1 else topic.text
    said = f"{who}'s" if core[start:end].lower() == "its" else who
    return _put(core, start, end, said), topic


def _say_owner(core: str, turns: Sequence[Turn]) -> tuple[str, Topic | None]:
    for match in possessed(core):
        noun = match["noun"].lower()
        latest = turns[-1]
        person = person_of(turns[-1:]) or (person_of(turns) if noun in PERSONAL - {"nama", "latar"} else None)
        phrase = _phrase_of(noun, turns[-1:])
        places = spots(latest.text)
        topic = latest.topic
        if phrase is None and noun in SOFT_MEASURES and " yang " in topic.text:
            phrase = noun_phrase(latest.text, MEASURES - SOFT_MEASURES)
            phrase = f"{noun} {phrase}" if phrase else None
        if noun in PERSONAL | {"wakil"} and person:
            topic = Topic(person, nominal=True)
        elif noun in OF_PLACES and places:
            topic = Topic(latest.text[places[0].start : places[0].end], nominal=True)
        elif phrase:
            said = _put(core, match.start(), match.end(), phrase)
            return said, Topic(phrase, nominal=True)
        if not topic.text or not topic.nominal:
            continue
        personal = noun in PERSONAL
        owner = (not personal and carried_topic(topic.text, core)) or topic.text
        said = _put(core, match.start(), match.end(), f"{core[match.start() : match.end('noun')]} {owner}")
        # What is asked next may be of this: "Apa komoditas terbesarnya?", "Berapa nilainya?"
        return said, topic if personal or is_verb(noun) else topic_of(said)
    return core, None


def _put(core: str, start: int, end: int, said: str) -> str:
    if start == 0 or not core[:start].strip():
        said = said[:1].upper() + said[1:]
    return core[:start] + said + core[end:]
