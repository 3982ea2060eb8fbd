"""Questions to offer: made of an article's own facts, each with what a right answer to it must show.

They are asked before they are offered (`rag.pipeline`), and those that are not answered right are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from index import Article
from index.text import sentences
from rag.answer import Answer, plain
from rag.figures import figures_of
from rag.lang.messages import say
from rag.lang.numbers import Language
from rag.lang.rendering import translate
from rag.quotes import quotations

KINDS = ("figure", "quotes", "summarise", "date", "said", "place", "name")
"""Kinds of questions, the first ones offered first."""

SCOPED_KINDS = ("figure", "quotes", "date", "said", "name", "place")
"""Those that are offered of one article, which has a button for its summary."""

LONGEST = 150
"""Characters of a question that is offered."""

SHORTEST_EVENT = 4
"""Fewest words of a headline's first part that still name the event."""

_MARKUP = re.compile(r"[#*|_\[\]<>`]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# "Berapa impor Sumut didominasi …": a clause with a verb of its own.
_ACTS = re.compile(r"^Berapa (?!persen\b).*\b(?:di|me|ter|ber)[a-z]{4,}")
_OFFICE = re.compile(r"^Siapa (.+)\?$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question about an article.

    Attributes:
        kind: One of `KINDS`.
        question: As it is asked.
        article_id: Of the article that answers it.
        start: The first character of what a right answer shows, in that article.
        end: One past the last; 0 where any of the article will do.
    """

    kind: str
    question: str
    article_id: str
    start: int = 0
    end: int = 0


def is_right(offer: Suggestion, answer: Answer) -> bool:
    """Whether an answer is of the article alone, and shows what a right one shows.

    A fact must be within the lead, a quotation among what is quoted.
    """
    if not answer.claims:
        return False
    if not all(
        offer.article_id in {one.article.id, *(copy.id for copy in one.also_in)} for one in answer.citations
    ):
        return False
    if offer.kind in {"quotes", "summarise"}:
        shown = any(one.start <= offer.start and offer.end <= one.end for one in answer.citations)
        return answer.request == offer.kind and (shown or not offer.end)
    lead = answer.lead
    if lead is None or answer.differing:
        return False
    cited = answer.citations[lead.number - 1].article.id
    return cited == offer.article_id and lead.start <= offer.start and offer.end <= lead.end


def offered(articles: Sequence[Article], language: Language) -> Iterator[Suggestion]:
    """Questions about some articles that name the event, kind by kind, of as many articles as there are."""
    for at, kind in enumerate(KINDS):
        # Each kind begins with another article, so that three questions are about three of them.
        turned = [*articles[at % max(1, len(articles)) :], *articles[: at % max(1, len(articles))]]
        yield from chain.from_iterable(
            (offer for offer in _questions(article, language, alone=True) if offer.kind == kind)
            for article in turned
        )


def offered_of(article: Article, language: Language) -> Iterator[Suggestion]:
    """Questions about one article that is known to be meant, kinds by turns."""
    made = list(_questions(article, language, alone=False))
    rounds = zip_longest(*([one for one in made if one.kind == kind] for kind in SCOPED_KINDS))
    return (offer for together in rounds for offer in together if offer is not None)


def event_of(article: Article) -> str:
    """The event of an article: its headline, or the first part of it where that says enough."""
    title = " ".join(plain(article.title).split())
    head = re.split(r"[,:;]\s", title, maxsplit=1)[0]
    return head if len(head.split()) >= SHORTEST_EVENT else title


def _questions(article: Article, language: Language, *, alone: bool) -> Iterator[Suggestion]:
    made: Iterable[Suggestion] = chain(
        _facts(article, language, alone=alone),
        _quotes(article, language, alone=alone),
        _summary(article, language),
    )
    seen: set[str] = set()
    for offer in made:
        if (
            len(offer.question) <= LONGEST
            and not _MARKUP.search(offer.question)
            and offer.question not in seen
        ):
            seen.add(offer.question)
            yield offer


def _facts(article: Article, language: Language, *, alone: bool) -> Iterator[Suggestion]:
    """Questions that one sentence answers, with where the words that answer them are."""
    from rag.evaluation.draft import questions

    own: Language = "en" if article.language == "en" else "id"
    periods = {figure.start: figure.period for figure in figures_of(article)}
    for start, end in sentences(article.text):
        for made in questions(article.text[start:end], article, own):
            written = r"\s+".join(map(re.escape, made.answer.split()))
            found = re.compile(written).search(article.text, start, end)
            if found is None:
                continue
            kind = (
                "said"
                if made.kind == "quotation" or "“" in made.question or " bahwa " in made.question
                else made.kind
            )
            question: str | None = made.question
            if kind == "name":
                # An office alone names no event.
                question = _office(made.question, article, language) if not alone else None
            elif language != own:
                question = None
            elif kind == "figure":
                question = _dated(made.question, periods.get(found.start()), own)
                question = None if _ACTS.search(question) or (alone and not _names(question)) else question
            if question:
                yield Suggestion(kind, question, article.id, found.start(), found.end())


def _dated(question: str, period: str | None, language: Language) -> str:
    """A question that asks of a figure, with its period where it names none."""
    if not period or _YEAR.search(question) or not _YEAR.search(period):
        return question
    opened = re.match(r"(?i)(?:sepanjang|selama|pada|per|hingga|sejak|during|in|from|since|until)\b", period)
    told = period[:1].lower() + period[1:] if opened else f"{'in' if language == 'en' else 'pada'} {period}"
    return f"{question.removesuffix('?')} {' '.join(told.split())}?"


def _names(question: str) -> bool:
    """Whether a question says of what it is: a name behind its first word, or a year."""
    return bool(_YEAR.search(question)) or any(word[:1].isupper() for word in question.split()[1:])


def _office(question: str, article: Article, language: Language) -> str | None:
    """Who holds an office, asked in a language; None where it cannot be told in that."""
    if (article.language == "en") == (language == "en"):
        return question
    office = _OFFICE.match(question)
    told = translate(office[1], "en", article.published) if office and language == "en" else None
    return f"Who is the {told}?" if told else None


def _quotes(article: Article, language: Language, *, alone: bool) -> Iterator[Suggestion]:
    seen: set[str] = set()
    for one in sorted(quotations([article]), key=lambda one: (not one.quote.direct, one.quote.start)):
        # Whoever has an office is a person, and no agency.
        is_person = one.quote.role and one.quote.role != one.speaker and len(one.speaker.split()) > 1
        if is_person and one.speaker not in seen:
            seen.add(one.speaker)
            key = "suggest_quotes" if alone else "suggest_quotes_here"
            question = say(key, language, name=plain(one.speaker), event=event_of(article))
            yield Suggestion("quotes", question, article.id, one.quote.start, one.quote.end)


def _summary(article: Article, language: Language) -> Iterator[Suggestion]:
    yield Suggestion("summarise", say("suggest_summary", language, event=event_of(article)), article.id)
