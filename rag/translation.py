"""What can be said exactly in the other language: figures, dates, places, languages, offices, institutions.

Running text is never translated here: it is quoted as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from rag.coverage import Coverage
from rag.dates import find_moments
from rag.figures import Language, find_figures
from rag.places import Place, find_places
from rag.terms import find_terms
from rag.writing import (
    find_clocks,
    find_languages,
    find_regions,
    find_weekdays,
    other,
    with_article,
    write_figure,
    write_moment,
    write_place,
)

Sort = Literal["day", "period", "place", "office", "region", "name", "figure"]


@dataclass(frozen=True, slots=True, order=True)
class Rendering:
    """The characters `start:end` of a text, what they are in the other language, and what they name."""

    start: int
    end: int
    text: str
    sort: Sort


# What joins, bounds and compares; a part that has more than these words is running text.
_PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "dan": "and", "serta": "and", "atau": "or", "hingga": "to", "sampai": "to", "sampai dengan": "to",
        "sekitar": "about", "kurang lebih": "about", "lebih kurang": "about", "kira-kira": "about",
        "lebih dari": "more than", "kurang dari": "less than", "hampir": "almost", "nyaris": "almost",
        "melebihi": "more than", "melampaui": "more than", "paling tinggi": "at most", "di atas": "above",
        "di bawah": "below", "setidaknya": "at least", "sedikitnya": "at least", "minimal": "at least",
        "paling sedikit": "at least", "maksimal": "at most", "paling banyak": "at most",
        "naik": "up", "meningkat": "up", "tumbuh": "up", "turun": "down", "menurun": "down",
        "naik menjadi": "rose to", "meningkat menjadi": "rose to", "tumbuh menjadi": "grew to",
        "turun menjadi": "fell to", "menurun menjadi": "fell to", "dari": "from", "menjadi": "to",
        "antara": "between", "sebesar": "", "sebanyak": "",
        "naik sebesar": "up by", "turun sebesar": "down by", "tumbuh sebesar": "up by",
        "meningkat sebesar": "up by", "menurun sebesar": "down by",
        "senilai": "worth", "kali": "times", "kali lipat": "times",
        "per hari": "per day", "per minggu": "per week", "per pekan": "per week", "per bulan": "per month",
        "per tahun": "per year", "per jam": "per hour", "per orang": "per person", "per kapita": "per capita",
        "per ton": "per tonne", "per kg": "per kg", "per kilogram": "per kilogram", "per liter": "per litre",
        "per barel": "per barrel", "per hektare": "per hectare", "hari ini": "today", "kemarin": "yesterday",
        "besok": "tomorrow", "bulan lalu": "last month", "bulan ini": "this month", "pekan lalu": "last week",
        "minggu lalu": "last week", "pekan ini": "this week", "minggu ini": "this week",
    },
    "id": {
        "and": "dan", "or": "atau", "until": "hingga", "about": "sekitar", "around": "sekitar",
        "approximately": "sekitar", "roughly": "sekitar", "more than": "lebih dari", "over": "lebih dari",
        "less than": "kurang dari", "under": "kurang dari", "fewer than": "kurang dari",
        "almost": "hampir", "nearly": "hampir",
        "above": "di atas", "below": "di bawah", "at least": "setidaknya", "at most": "paling banyak",
        "up": "naik", "rose": "naik", "up by": "naik", "rose by": "naik", "grew": "tumbuh",
        "grew by": "tumbuh", "down": "turun", "fell": "turun", "down by": "turun", "fell by": "turun",
        "rose to": "naik menjadi", "fell to": "turun menjadi", "grew to": "tumbuh menjadi", "from": "dari",
        "between": "antara", "worth": "senilai", "times": "kali", "the": "",
        "per day": "per hari", "per week": "per pekan", "per month": "per bulan", "per year": "per tahun",
        "per hour": "per jam", "per person": "per orang", "per capita": "per kapita", "per ton": "per ton",
        "per tonne": "per ton", "per kg": "per kg", "per litre": "per liter", "per liter": "per liter",
        "per barrel": "per barel", "per hectare": "per hektare", "today": "hari ini",
        "yesterday": "kemarin", "tomorrow": "besok", "last month": "bulan lalu", "this month": "bulan ini",
        "last week": "pekan lalu", "this week": "pekan ini",
    },
}  # fmt: skip

# Before a day, a period or a place these say only that it is one.
_BEFORE: dict[Language, dict[Sort, dict[str, str]]] = {
    "en": {
        "day": {"pada": "on", "tanggal": "", "tgl": "", "hari": "", "pada tanggal": "on", "pada hari": "on"},
        "period": {"pada": "in", "bulan": "", "tahun": "", "periode": "", "pada bulan": "in",
                   "pada tahun": "in", "pada periode": "in", "selama": "in", "sepanjang": "in"},
        "place": {"di": "in", "ke": "to", "negara": "", "provinsi": "", "di provinsi": "in"},
    },
    "id": {
        "day": {"on": "pada", "to": "hingga", "the": ""},
        "period": {"in": "pada", "to": "hingga", "during": "selama", "the": ""},
        "place": {"in": "di", "to": "ke", "in the": "di", "to the": "ke", "the": ""},
        "figure": {"to": "hingga", "some": "sekitar"},
    },
}  # fmt: skip

_HEAD: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?P<word>Kepala|Ketua)\s+$"),
    "id": re.compile(r"(?P<word>Head|Chief|Chair(?:man|woman|person)?|Speaker)\s+of\s+(?:the\s+)?$"),
}
"""Who heads an institution, before its name."""

_NAME = r"[A-Z][\w'’.-]*(?:\s+(?:(?:bin|binti|al|van|de|der)\s+)?[A-Z][\w'’.-]*)*"
_AFTER_OFFICE = re.compile(rf"(?P<comma>,)?\s+(?P<name>{_NAME})(?=[\s,]|$)")
_OF_A_NAME = re.compile(rf"\s+of\s+(?P<name>{_NAME})(?=[\s,]|$)")
_BEFORE_OFFICE = re.compile(r"[A-Z][\w'’.-]*(?:\s+(?:(?:bin|binti)\s+)?[A-Z][\w'’.-]*)+,\s*")


def renderings(text: str, language: Language, published: date | None = None) -> list[Rendering]:
    """What of `text` can be said exactly in `language`, in order, not overlapping.

    Args:
        text: In the other language.
        language: What it is rendered in.
        published: What `tahun lalu` is relative to.
    """
    found: list[Rendering] = []
    taken = Coverage(len(text))

    def add(candidates: Iterable[Rendering]) -> None:
        for one in candidates:
            if not taken.meets(one.start, one.end):
                taken.take(one.start, one.end)
                found.append(one)

    source = other(language)
    add(_moments(text, language, published))
    places = _places(text)
    add(_terms(text, language, places))
    add(Rendering(*written, "name") for written in find_languages(text, language))
    add(Rendering(*written, "figure") for written in find_clocks(text, language))
    for figure in find_figures(text, source):
        if source == "en" and text.startswith("won ", figure.start):
            continue  # "won 5 medals" is no money
        told = write_figure(text, figure, language)
        if told is not None:
            add([Rendering(figure.start, figure.end, told, "figure")])
    add(Rendering(p.start, p.end, write_place(p.code, language), "place") for p in places)
    add(Rendering(*written, "place") for written in find_regions(text, language))
    add(Rendering(*written, "day") for written in find_weekdays(text, language))
    return _without_repetition(text, sorted(found))


def translate(text: str, language: Language, published: date | None = None) -> str | None:
    """`text` in `language` where all of it can be said exactly; None where running text remains."""
    found = renderings(text, language, published)
    if not found:
        return None
    parts, at, before = [], 0, None
    for one in [*found, None]:
        part = text[at : one.start] if one else text[at:]
        told = _joined(part, language, before, one)
        if told is None:
            return None
        parts.append(told)
        if one:
            parts.append(one.text)
            at, before = one.end, one
    return re.sub(r"\s+([,.;:)])", r"\1", " ".join("".join(parts).split()))


def glosses(text: str, language: Language, published: date | None = None) -> list[tuple[str, str]]:
    """What in `text` reads otherwise in `language`, as written and as rendered, each once."""
    pairs = (
        (text[one.start : one.end], one.text)
        for one in renderings(text, language, published)
        if one.text not in {"satu", "one"}  # mostly a pronoun
    )
    return list(dict.fromkeys((written, told) for written, told in pairs if written.lower() != told.lower()))


def _without_repetition(text: str, found: list[Rendering]) -> list[Rendering]:
    """A name and its short form in parentheses, `Amerika Serikat (AS)`, as one where both render the same."""
    kept: list[Rendering] = []
    for one in found:
        last = kept[-1] if kept else None
        in_parentheses = (
            last and text[last.end : one.start].strip() == "(" and text[one.end : one.end + 1] == ")"
        )
        if last and in_parentheses and last.text == one.text:
            kept[-1] = replace(last, end=one.end + 1)
        else:
            kept.append(one)
    return kept


def _moments(text: str, language: Language, published: date | None) -> Iterable[Rendering]:
    for moment in find_moments(text, published):
        end = moment.end
        written = text[moment.start : end]
        if "(" in written and ")" not in written and text[end : end + 1] == ")":
            end += 1  # "Selasa (22/7/2025)"
        is_day = not moment.is_period and moment.first.day is not None
        told = write_moment(text, moment, language)
        yield Rendering(moment.start, end, told, "day" if is_day else "period")


def _places(text: str) -> list[Place]:
    """Countries and provinces, Indonesia with them."""
    own = [Place(m.start(), m.end(), "ID") for m in re.finditer(r"(?<![\w-])Indonesia(?![\w-])", text)]
    return sorted([*find_places(text), *own], key=_start)


def _terms(text: str, language: Language, places: list[Place]) -> Iterable[Rendering]:
    """Terms together with the place that they are of: `Konjen Singapura`, `Consul General of Singapore`."""
    for found in find_terms(text, other(language)):
        term = found.term
        start, end, told = found.start, found.end, term.write(language)
        told = told.lower() if text[start].islower() else told
        sort: Sort = "office" if term.sort == "office" else "region" if term.sort == "region" else "name"
        if term.sort != "prefix":
            link = r"\s+(?:Provinsi\s+)?" if language == "en" else r"\s+of\s+(?:the\s+)?"
            behind = _between(places, end, end + _NEAR)
            place = next((p for p in behind if re.fullmatch(link, text[end : p.start])), None)
            if place is None and language == "id":
                ahead = _between(places, start - _LONGEST_PLACE, start)
                place = next((p for p in ahead if re.fullmatch(r"\s+", text[p.end : start])), None)
            if place:
                start, end = min(start, place.start), max(end, place.end)
                named = write_place(place.code, language)
                if language == "id":
                    told = f"{told} {named}"
                elif term.sort == "government":
                    told = f"{named} {told}"
                else:
                    told = f"{told} of {with_article(place.code, language)}"
                sort = "office" if sort == "region" else sort
        if term.sort == "body" and (head := _HEAD[language].search(text, max(0, start - _NEAR), start)):
            start, told, sort = head.start(), _head(head["word"], told, language), "office"
        yield Rendering(start, end, told, sort)


def _between(places: list[Place], first: int, last: int) -> list[Place]:
    """The places that begin at one of the characters `first:last`; `places` are in order."""
    return places[bisect_left(places, first, key=_start) : bisect_left(places, last, key=_start)]


def _start(place: Place) -> int:
    return place.start


_NEAR, _LONGEST_PLACE = 40, 100
"""Characters between a term and what belongs to it, and of a place with what follows it."""


def _head(word: str, body: str, language: Language) -> str:
    if language == "id":
        return f"{'Kepala' if word in {'Head', 'Chief'} else 'Ketua'} {body}"
    article = "" if body.startswith("Statistics") else "the "
    return f"{'Head' if word == 'Kepala' else 'Chair'} of {article}{body}"


def _joined(part: str, language: Language, before: Rendering | None, after: Rendering | None) -> str | None:
    """What stands between two renderings, in `language`; None where it is running text."""
    kept = ""
    if before and before.sort in {"office", "region"} and not part.startswith(" of "):
        named = _AFTER_OFFICE.match(part)
        # "Bupati Karo": whether a region or a person follows cannot be told, but after a comma a person does.
        if named and (before.sort == "office" or language == "id" or named["comma"]):
            kept, part = named.group(), part[named.end() :]
    elif before and before.sort in {"office", "region"} and language == "id":
        if named := _OF_A_NAME.match(part):
            kept, part = f" {named['name']}", part[named.end() :]
    elif before is None and after and after.sort in {"office", "region"} and _BEFORE_OFFICE.fullmatch(part):
        return part
    part, preposition = _split_preposition(part, language, before, after)
    if re.search(r"[^\W_]", _phrase(language).sub(" ", part)):
        return None
    told = _phrase(language).sub(lambda m: _PHRASES[language][" ".join(m.group().lower().split())], part)
    return f"{kept}{told} {preposition} " if preposition else kept + told


def _split_preposition(
    part: str, language: Language, before: Rendering | None, after: Rendering | None
) -> tuple[str, str]:
    """`part` without the preposition that its rendering follows, and that in `language`.

    One that opens the text is left out: `pada 22 Juli 2025` answers "when" as `22 July 2025`.
    """
    known = _BEFORE[language].get(after.sort, {}) if after else {}
    for word in sorted(known, key=len, reverse=True):
        match = re.search(rf"(?<!\w){word}\s+$", part, re.IGNORECASE)
        if match:
            head = part[: match.start()]
            return head, known[word] if before or head.strip() else ""
    return part, ""


@cache
def _phrase(language: Language) -> re.Pattern[str]:
    listed = sorted(_PHRASES[language], key=len, reverse=True)
    words = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in listed)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
