"""Answers to turns that ask for quotations: "Kutip pernyataan Togap", "apa kata X soal Y".

Whoever the turn names is looked for among those whom the articles found for it quote, and then in every
article that has the name; what is about a topic, among that person's quotations by their embeddings. Each
claim is one quotation, attributed, cited to its characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import Article, LibraryError
from rag.answer import Citation, Claim
from rag.lang import LEXICON
from rag.lang.messages import say
from rag.lang.numbers import Language, one_of
from rag.lang.words import STOPWORDS
from rag.quotes.collection import (
    MOST_COMPARED,
    Quotation,
    about,
    by_day,
    holders,
    people,
    quotations,
    speakers,
)

if TYPE_CHECKING:
    from index.embedder import Embedder

MOST = 10
"""Quotations of one answer."""

NAMED = 3
"""Speakers that a refusal names."""

_TRIED = 3
"""Words of a turn whose articles are looked through where nobody is named of those at hand."""

_TOPIC = re.compile(rf"\b{one_of(LEXICON.words('topic_words'))}\s+(?=\S)", re.IGNORECASE)
_ASKING = frozenset(LEXICON.words("quoting_words")) | STOPWORDS
_MARKER = re.compile(r"\[(?=\d+\])")


@dataclass(frozen=True, slots=True)
class QuotesAnswer:
    """What a turn that asks for quotations gets: claims with citations, or a message that says who is quoted.

    `more` are quotations that were asked for and are not shown.
    """

    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    message: str = ""
    more: int = 0


def answer_quotes(
    turn: str,
    language: Language,
    found: Sequence[Article],
    having: Callable[[str], Iterable[Article]],
    embedder: Embedder,
) -> QuotesAnswer:
    """The quotations that a turn asks for.

    Args:
        turn: Complete by itself.
        language: Of the answer.
        found: The articles that were found for the conversation and for the turn, the best first.
        having: Gives the articles that have words in a row, some of them.
        embedder: The model that the library is searched with.
    """
    at_hand = quotations(found)
    topic = _TOPIC.search(turn)
    asked_of = turn[: topic.start()] if topic else turn
    chosen = named_in(asked_of, at_hand)
    if not chosen:
        named = [word for word in _words(asked_of) if word.casefold() not in _ASKING]
        others = {one.id: one for word in named[:_TRIED] for one in _also(word, found, having)}
        at_hand += quotations(others.values())
        chosen = named_in(asked_of, at_hand)
    if chosen:
        known = [*found, *(one.article for one in at_hand)]
        wider = [article for name in speakers(chosen) for article in _also(name, known, having)]
        names = set(speakers(chosen))
        said = [
            one
            for one in (*at_hand, *quotations({one.id: one for one in wider}.values()))
            if one.speaker in names
        ]
    elif names_nobody(asked_of):
        said = at_hand
    else:
        return QuotesAnswer(message=_refusal(asked_of, language, at_hand))
    said = about(said[:MOST_COMPARED], turn, embedder) if topic or not chosen else said
    if not said:
        return QuotesAnswer(message=_refusal(asked_of, language, at_hand))
    order = {article.id: rank for rank, article in enumerate(found)}
    nearest = sorted(said, key=lambda one: order.get(one.article.id, len(order)))[:MOST]
    return _answer(by_day(nearest), language, len(said) - len(nearest))


def named_in(words: str, found: Sequence[Quotation]) -> list[Quotation]:
    """The quotations of those whom a turn names: by most words of the name, or else by the office."""
    asked = {word.casefold() for word in _words(words)}
    asked |= {word.removesuffix(ending) for word in asked for ending in ("nya", "'s", "’s")}
    asked -= _ASKING
    merged = people(found)
    scores: dict[str, int] = {}
    for one in found:
        full = merged[one.article.id, one.speaker]
        own = {word.casefold() for word in _words(full)} - _ASKING
        scores[full] = max(scores.get(full, 0), len(own & asked))
    best = {name for name, score in scores.items() if score and score == _best(name, scores, asked)}
    if best:
        return [one for one in found if merged[one.article.id, one.speaker] in best]
    offices = (word.casefold().removesuffix("nya") for word in _words(words))
    return holders(found, [word for word in offices if word not in _ASKING])


def quotation_text(one: Quotation, language: Language) -> str:
    """One quotation with whose it is, as an answer shows it; reported speech is labelled so."""
    text = _MARKER.sub("[ ", " ".join(one.text.split())).rstrip(",")
    key = "quote_direct" if one.quote.direct else "quote_reported"
    return say(key, language, quote=text, who=one.who or say("quote_unnamed", language))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)


def _best(name: str, scores: dict[str, int], asked: set[str]) -> int:
    """The most words by which anybody is named who shares one of them with `name`."""
    own = {word.casefold() for word in _words(name)} & asked
    return max(score for other, score in scores.items() if own & {word.casefold() for word in _words(other)})


def _also(name: str, found: Sequence[Article], having: Callable[[str], Iterable[Article]]) -> list[Article]:
    known = {article.id for article in found}
    try:
        return [article for article in having(name) if article.id not in known]
    except LibraryError:
        # An article may have been withdrawn meanwhile; those at hand are there.
        return []


def names_nobody(words: str) -> bool:
    """Whether a turn asks for quotations and says neither whose nor about what."""
    return not [word for word in _words(words) if word.casefold() not in _ASKING]


def _refusal(asked_of: str, language: Language, at_hand: Sequence[Quotation]) -> str:
    words = [word for word in _words(asked_of) if word.casefold() not in _ASKING]
    near = ", ".join(speakers(at_hand)[:NAMED])
    if not near:
        return say("quotes_none", language)
    return say("quotes_unknown", language, name=" ".join(words), near=near)


def _answer(said: Sequence[Quotation], language: Language, more: int) -> QuotesAnswer:
    claims, citations = [], []
    for number, one in enumerate(said, 1):
        claims.append(Claim(quotation_text(one, language), (number,)))
        citations.append(Citation(number, one.article, one.quote.start, one.quote.end))
    return QuotesAnswer(tuple(claims), tuple(citations), more=more)
