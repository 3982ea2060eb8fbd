"""The page of statements: who is quoted, and what each of them said in order of days, ready to be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from starlette.responses import Response

from rag.answer import Answer, Citation, Claim
from rag.evidence_card import new_card
from rag.lang import as_language
from rag.lang.names import stems_of
from rag.lang.words import content_words, forms
from rag.output import sheet
from rag.quotes.collection import (
    COLUMNS,
    MOST_COMPARED,
    Quotation,
    Speaker,
    about,
    by_day,
    find_quotations,
    named_like,
    nearest,
    quotation_text,
    quote_row,
)
from ui.desk.pages import Desk, DeskQuery, DeskSetting, Extracts
from ui.export.text import ExportEntry, plain, rich
from ui.markup import flat, table_response
from ui.pages import publishers_of

if TYPE_CHECKING:
    from index.library import Library

SPEAKERS, STATEMENTS = 50, 30
"""On one page."""

NEAR = 5
"""Names that are offered where the one that was asked for is not quoted."""

ALIKE = 0.7
"""The least `likeness` of a name that is offered for another."""


def quotes_page(
    desk: Desk, searched: Callable[[], Library], asked: DeskQuery, setting: DeskSetting
) -> Response:
    """The list of speakers or, where a speaker or a topic is asked for, statements.

    Args:
        desk: What was read of the articles.
        searched: Gives the library whose embedder is open already.
        asked: Of the page.
        setting: Of the page.

    Raises:
        TanyaError: the library cannot be read.
    """
    here = asked.here(setting.path)
    extracts = desk.extracts()
    if extracts is None:
        return setting.reading(here, desk.progress)
    if asked["speaker"] or asked["topic"]:
        return _statements(desk, extracts, searched, asked, setting)
    kept, is_asked = _speakers(extracts, asked), bool(asked.given)
    found = named_like(kept, asked["q"]) if asked["q"] else kept
    asked, shown, last = asked.turned(len(found), SPEAKERS)
    near = [] if found or not asked["q"] else _perhaps(extracts, asked["q"], asked, setting)
    return setting.tab(
        "desk_speakers.html",
        here,
        asked=asked,
        s=setting.locale.statements,
        publishers=publishers_of(desk.library.publishers(), asked, setting),
        found=[(one, _to_speaker(one, asked, setting)) for one in found[shown]],
        count=len(found),
        near=near,
        last=last,
        is_asked=is_asked,
        behind=desk.is_behind(extracts),
    )


def quotes_sheet(desk: Desk, searched: Callable[[], Library], asked: DeskQuery) -> Response:
    """The statements that a page shows, all of its pages, as a table."""
    extracts = desk.extracts(None)
    found = _found(extracts, searched, asked)[0] if extracts else []
    return table_response(sheet(COLUMNS, map(quote_row, found)), "statements.csv")


def _speakers(extracts: Extracts, asked: DeskQuery) -> list[Speaker]:
    """The speakers with what they said in the days and of the publisher that are asked for."""
    if not (asked["since"] or asked["until"] or asked["source"]):
        return extracts.speakers
    kept = [
        replace(one, quotations=tuple(each for each in one.quotations if asked.keeps(each.article)))
        for one in extracts.speakers
    ]
    return sorted(
        (one for one in kept if one.quotations), key=lambda one: (-len(one.quotations), one.name, one.office)
    )


def _to_speaker(one: Speaker, asked: DeskQuery, setting: DeskSetting) -> str:
    office = (one.office or "-") if one.apart else ""
    return setting.to(setting.path, asked.query(q="", speaker=one.name, office=office))


def _near(extracts: Extracts, name: str, asked: DeskQuery, setting: DeskSetting) -> list[tuple[str, str]]:
    """The speakers whose names are most like one, then the most quoted, with their addresses."""
    names = nearest([first for one in extracts.speakers for first in one.quotations[:1]], name, NEAR)
    return _addressed(names, extracts, asked, setting)


def _perhaps(extracts: Extracts, name: str, asked: DeskQuery, setting: DeskSetting) -> list[tuple[str, str]]:
    """The speakers whose names are spelled like one, the most alike first, with their addresses."""
    names = {one.speaker: likeness(name, one.speaker) for one in extracts.quotations if one.speaker}
    alike = sorted((one for one in names if names[one] >= ALIKE), key=lambda one: (-names[one], one))
    return _addressed(alike[:NEAR], extracts, asked, setting)


def likeness(asked: str, name: str) -> float:
    """How alike two names are spelled, 0..1: as a whole or, where it is more, by each word that is asked for.

    A word that only begins as another does is not like it.
    """
    words, others = asked.casefold().split(), name.casefold().split()
    by_word = [
        max((_ratio(one, other) for other in others if not _begins(one, other)), default=0.0) for one in words
    ]
    return max(_ratio(" ".join(words), " ".join(others)), min(by_word, default=0.0))


def _begins(one: str, other: str) -> bool:
    return one != other and (one.startswith(other) or other.startswith(one))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _addressed(
    names: Sequence[str], extracts: Extracts, asked: DeskQuery, setting: DeskSetting
) -> list[tuple[str, str]]:
    by_name = {each.speaker: one for one in reversed(extracts.speakers) for each in one.quotations}
    return [
        (by_name[one].name, _to_speaker(by_name[one], replace(asked, given={}), setting))
        for one in names
        if one in by_name
    ]


def _chosen(extracts: Extracts, asked: DeskQuery) -> list[Speaker]:
    """Whoever has exactly this name, by which some article calls them, and this office."""
    name, office = asked["speaker"].casefold(), asked["office"]
    exact = [
        one
        for one in extracts.speakers
        if name == one.name.casefold() or any(name == each.speaker.casefold() for each in one.quotations)
    ]
    if office:
        return [one for one in exact if one.apart and (one.office or "-") == office]
    return exact


def _found(
    extracts: Extracts, searched: Callable[[], Library], asked: DeskQuery
) -> tuple[list[Quotation], list[Speaker]]:
    """The statements that are asked for, in order of days, and the speakers that are called so."""
    speakers = _chosen(extracts, asked) if asked["speaker"] else []
    if asked["speaker"] and len(speakers) != 1:
        return [], speakers or named_like(extracts.speakers, asked["speaker"])
    topic = asked["topic"]
    if topic and not content_words(topic):
        return [], speakers
    if not asked["speaker"] and not topic:
        return [one for one in extracts.quotations if asked.keeps(one.article)], []
    if speakers:
        found = [one for one in speakers[0].quotations if asked.keeps(one.article)]
        if topic and found:
            found = about(found[:MOST_COMPARED], topic, searched().embedder)
    else:
        found = [one for one in find_quotations(searched(), topic=topic) if asked.keeps(one.article)]
    if topic and not _touch(found, topic):
        return [], speakers
    return by_day(found), speakers


def _touch(found: Sequence[Quotation], topic: str) -> bool:
    """Whether any of the articles has a word of a topic, in either language."""
    words = frozenset[str]().union(*(forms(word, is_english=True) for word in content_words(topic)))
    articles = {one.article.id: one.article for one in found}
    return any(words & stems_of(f"{one.title}\n{one.text}") for one in articles.values())


def _statements(
    desk: Desk, extracts: Extracts, searched: Callable[[], Library], asked: DeskQuery, setting: DeskSetting
) -> Response:
    found, speakers = _found(extracts, searched, asked)
    one = speakers[0] if len(speakers) == 1 and _chosen(extracts, asked) else None
    several = [] if one else [(each, _to_speaker(each, asked, setting)) for each in speakers[:SPEAKERS]]
    near = []
    if not found and not several:
        find = _perhaps if asked["speaker"] else _near
        near = find(extracts, asked["speaker"] or asked["topic"], asked, setting)
    here = asked.here(setting.path)
    asked, part, last = asked.turned(len(found), STATEMENTS)
    shown = found[part]
    return setting.tab(
        "desk_quotes.html",
        here,
        asked=asked,
        s=setting.locale.statements,
        publishers=publishers_of(desk.library.publishers(), asked, setting),
        speaker=one,
        offices=_offices(one) if one else [],
        several=several,
        near=near,
        count=len(found),
        shown=[(each, *_copied([each], setting)) for each in shown],
        copied=_copied(shown, setting) if shown else None,
        last=last,
        sheet=setting.to(f"{setting.path}.csv", asked.query()),
        behind=desk.is_behind(extracts),
    )


def _offices(one: Speaker) -> list[str]:
    """The offices of a speaker, the newest last, each once."""
    return list(dict.fromkeys(flat(each.quote.role) for each in one.quotations if each.quote.role))


def _copied(shown: Sequence[Quotation], setting: DeskSetting) -> tuple[str, str]:
    """Statements with footnotes, as text and as HTML: what is copied of an answer that quotes them."""
    language = as_language(setting.words.language)
    answer = Answer(
        "-",
        language,
        tuple(Claim(quotation_text(one, language), (number,)) for number, one in enumerate(shown, 1)),
        tuple(
            Citation(number, one.article, one.quote.start, one.quote.end)
            for number, one in enumerate(shown, 1)
        ),
    )
    entry = ExportEntry(new_card(answer))
    return plain(entry), rich(entry)
