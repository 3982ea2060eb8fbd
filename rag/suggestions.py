"""Questions to offer: made of an article's own facts, each with what a right answer to it must show.

A sentence is asked about only where its own words make the question, by the way it is built: figures, days,
places, offices and quotations. The subject must be named in it, so that nothing hangs on the sentence before.
What is offered is asked before (`rag.pipeline`), and those that are not answered right are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Literal

from index import Article
from index.text import sentences
from rag.answer import Answer, plain
from rag.figures import figures_of
from rag.lang import LEXICON, Language, as_language, say
from rag.lang.dates import Moment, figures_beside, find_moments
from rag.lang.names import find_places
from rag.lang.numbers import Figure, find_figures
from rag.lang.rendering import translate
from rag.quotes import quotations

FactKind = Literal["figure", "date", "place", "name", "quotation"]


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """A question about one fact, and the words of the sentence that answer it."""

    kind: FactKind
    question: str
    answer: str


LONGEST_CLAUSE = 16
"""Words of a clause that still makes a question which a person would ask."""

QUOTED = 6
"""Fewest words of a quotation that tell who said it."""

_DATELINE = re.compile(r"^(?:[A-Z(][\w.,()/'’ -]{0,60}?)\s*(?:--|[—–]|(?<=\s)-)\s+(?=[A-Z\"“])")


def _words(table: str, *languages: Language) -> str:
    return LEXICON.pattern(table, *languages)


_HANGS = re.compile(rf"\b(?:{_words('hanging_words')})\b|^\W*\w+nya\b", re.IGNORECASE)
_NAME = r"[A-Z][\w'’.-]*\w(?:\s+(?:(?:bin|binti|al|van|de)\s+)?[A-Z][\w'’-]*\w){1,3}"
_CHANGES_EN: dict[str, str] = LEXICON.mapping("changes", "en")
_SAYING = _words("saying_verbs", "id")


def _patterns(file: str) -> dict[str, re.Pattern[str]]:
    """The regular expressions by which the sentences of a language are taken apart."""
    words = {
        "NAME": _NAME, "SAYING": _SAYING, "MEASURED": _words("measured_nouns", "id"),
        "CHANGES": "|".join(_CHANGES_EN),
    }  # fmt: skip
    found = {}
    for key, parts in LEXICON.mapping("fact_patterns", file).items():
        written = re.sub("|".join(words), lambda match: words[match.group()], "".join(parts))
        found[key] = re.compile(written)
    return found


_ID, _EN, _EITHER = _patterns("id"), _patterns("en"), _patterns("pairs")
_TELLS = re.compile(rf"\b(?:{_SAYING}|{_words('stating_verbs')})\b", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“”„«»]")
_NOT_PERSONS = frozenset(LEXICON.words("no_persons"))


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence on one line, its article, and the figures in it that are no dates."""

    text: str
    article: Article
    language: Language
    figures: tuple[Figure, ...]

    def figure_at(self, place: int) -> Figure | None:
        """The figure that begins there, with what bounds it before it, and stands by itself."""
        for figure in self.figures:
            if place <= figure.start <= place + 8:
                return None if re.match(r"[^\W_]", self.text[figure.end :]) else figure
        return None


def fact_questions(sentence: str, article: Article, language: Language) -> Iterator[FactQuestion]:
    """The questions that one sentence of an article answers by itself, each with the words that answer it."""
    text = _DATELINE.sub("", " ".join(sentence.split())).strip()
    if _QUOTES.search(text):
        yield from _spoken(text, language)
        return
    moments = find_moments(text, article.published)
    line = _Line(text, article, language, tuple(figures_beside(text, language, moments)))
    if language == "id":
        yield from _figures_id(line)
        yield from _offices(_ID["office"].finditer(text), "Siapa {}?", office=1, person=2)
        yield from _reported_id(line)
    else:
        yield from _figures_en(line)
        yield from _offices(_EN["office"].finditer(text), "Who is the {}?", office=2, person=1)
    yield from _when_and_where(line, moments)


def _figures_id(line: _Line) -> Iterator[FactQuestion]:
    text = line.text
    for match in _ID["amount"].finditer(text):
        if figure := line.figure_at(match.end()):
            yield from _asking("Berapa {}?", match[1][:1].lower() + match[1][1:], line, figure)
    for match in _ID["worth"].finditer(text):
        if figure := line.figure_at(match.end()):
            yield from _asking("Berapa nilai {}?", _opened(match[1], line), line, figure)
    for match in _ID["change"].finditer(text):
        figure = line.figure_at(match.end())
        if figure and figure.unit == "%" and not find_figures(match[1], "id"):
            clause = f"{_opened(match[1], line)} {match[2].lower()}"
            yield from _asking("Berapa persen {}?", clause, line, figure)
    for match in _ID["strength"].finditer(text):
        if (figure := line.figure_at(match.end())) and not _ID["act"].search(match[1]):
            yield from _asking("Berapa {}?", f"{match[2]} {_opened(match[1], line)}", line, figure)
    counted = _ID["count"].match(text)
    figure = line.figure_at(counted.end()) if counted else None
    if figure:
        rest = _ID["counted"].match(text[figure.end :])
        if rest and not find_figures(rest[2], "id"):
            linking = "" if rest[2].startswith("yang ") else "yang "
            yield from _asking("Berapa {}?", f"{rest[1]} {linking}{rest[2]}", line, figure)


def _figures_en(line: _Line) -> Iterator[FactQuestion]:
    if (match := _EN["amount"].match(line.text)) and (figure := line.figure_at(match.end())):
        verb = match[2].lower() if match[2].lower() in {"was", "is", "were", "are"} else "was"
        clause = match[1][:1].lower() + match[1][1:]
        clause = clause if clause.startswith("the ") else f"the {clause}"
        yield from _asking(f"What {verb} {{}}?", clause, line, figure)
    if (
        (match := _EN["change"].match(line.text))
        and (figure := line.figure_at(match.end()))
        and figure.unit == "%"
    ):
        clause = f"{_opened(match[1], line)} {_CHANGES_EN[match[2].lower()]}"
        yield from _asking("By what percentage did {}?", clause, line, figure)


def _asking(form: str, clause: str, line: _Line, figure: Figure) -> Iterator[FactQuestion]:
    clause = clause.strip()
    if len(clause.split()) >= 2 and _stands_alone(clause) and not _EITHER["says_more"].search(clause):
        yield FactQuestion("figure", form.format(clause), line.text[figure.start : figure.end])


def _offices(matches: Iterator[re.Match[str]], form: str, office: int, person: int) -> Iterator[FactQuestion]:
    for match in matches:
        if len(match[office].split()) > 1 and _is_person(match[person]):
            yield FactQuestion("name", form.format(match[office].strip()), match[person])


def _reported_id(line: _Line) -> Iterator[FactQuestion]:
    match = _ID["reported"].search(line.text)
    if match and _is_person(match[1]) and _stands_alone(match[2]):
        yield FactQuestion("name", f"Siapa yang mengatakan bahwa {_opened(match[2], line)}?", match[1])


def _spoken(text: str, language: Language) -> Iterator[FactQuestion]:
    form = "Siapa yang mengatakan “{}”?" if language == "id" else "Who said “{}”?"
    for match in _EITHER["spoken"].finditer(text):
        words = match[1].strip()
        if QUOTED <= len(words.split()) <= LONGEST_CLAUSE and _is_person(match[2]):
            yield FactQuestion("quotation", form.format(words.rstrip(".,")), match[2])


def _when_and_where(line: _Line, moments: Sequence[Moment]) -> Iterator[FactQuestion]:
    """When something was or will be, and where, from one clause that ends in a day or place."""
    text = line.text
    if not text.endswith(".") or _TELLS.search(text):
        return
    clause, moment = text.rstrip(" ."), None
    dated = [one for one in moments if one.first.day and not one.relative]
    if dated and not re.search(r"\w", text[dated[-1].end :]):
        moment = dated[-1]
        clause = re.sub(r"[\s,(]*\b(?:pada|tanggal|hari|on|the)?[\s,(]*$", "", text[: moment.start])
        clause = re.sub(r"\s+(?:pada|tanggal|hari|on)$", "", clause)
    where = _ID["in_place"].search(clause) if line.language == "id" else None
    if where:
        clause = clause[: where.start()]
    is_one = (
        "," not in clause
        and not _ID["two_acts"].search(clause)
        and not _EITHER["before_period"].search(clause)
    )
    if len(clause.split()) < 3 or not is_one or not _stands_alone(clause):
        return
    if line.language == "en":
        if moment and (match := _EN["when"].match(clause)):
            aux, _, rest = match[2].partition(" ")
            subject = f"{_opened(match[1], line)} {rest}".strip()
            yield FactQuestion("date", f"When {aux} {subject} {match[3]}?", text[moment.start : moment.end])
        return
    if not _ID["act"].search(clause):
        return
    opened = _opened(clause, line)
    if moment:
        yield FactQuestion("date", f"Kapan {opened}?", text[moment.start : moment.end])
    if where:
        yield FactQuestion("place", f"Di mana {opened}?", where[1].split(",", maxsplit=1)[0])


def _stands_alone(clause: str) -> bool:
    return (
        len(clause.split()) <= LONGEST_CLAUSE
        and not _HANGS.search(clause)
        and not _EITHER["joins"].match(clause)
    )


def _is_person(name: str) -> bool:
    first = name.split(maxsplit=1)[0].lower().rstrip(".")
    return first not in _NOT_PERSONS and not find_places(name)


def _opened(clause: str, line: _Line) -> str:
    """A clause as it goes on within a sentence: its first word small, unless it is a name.

    A word is taken for a name that has another capital, goes before one, or stands within a sentence of the
    article with a capital.
    """
    first, *rest = clause.split()
    is_name = (
        any(letter.isupper() for letter in first[1:])
        or (bool(rest) and rest[0][:1].isupper())
        or any(place.start == 0 for place in find_places(clause))
        or re.search(rf"[a-z,] {re.escape(first)}\b", line.article.text)
    )
    if first in {"The", "A", "An"} or not is_name:
        return first[:1].lower() + clause[1:]
    return clause


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
    made: dict[str, list[Suggestion]] = {}

    def questions(article: Article) -> list[Suggestion]:
        if article.id not in made:
            made[article.id] = list(_questions(article, language, alone=True))
        return made[article.id]

    for at, kind in enumerate(KINDS):
        # Each kind begins with another article, so that three questions are about three of them.
        first = at % max(1, len(articles))
        turned = [*articles[first:], *articles[:first]]
        yield from chain.from_iterable(
            (offer for offer in questions(article) if offer.kind == kind) for article in turned
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
    own = as_language(article.language)
    periods = {figure.start: figure.period for figure in figures_of(article)}
    for start, end in sentences(article.text):
        for made in fact_questions(article.text[start:end], article, own):
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
                question = _with_period(made.question, periods.get(found.start()), own)
                question = None if _ACTS.search(question) or (alone and not _names(question)) else question
            if question:
                yield Suggestion(kind, question, article.id, found.start(), found.end())


def _with_period(question: str, period: str | None, language: Language) -> str:
    """A question that asks of a figure, with its period where it names none."""
    if not period or _YEAR.search(question) or not _YEAR.search(period):
        return question
    opened = re.match(r"(?i)(?:sepanjang|selama|pada|per|hingga|sejak|during|in|from|since|until)\b", period)
    when = period[:1].lower() + period[1:] if opened else f"{'in' if language == 'en' else 'pada'} {period}"
    return f"{question.removesuffix('?')} {' '.join(when.split())}?"


def _names(question: str) -> bool:
    """Whether a question says of what it is: a name behind its first word, or a year."""
    return bool(_YEAR.search(question)) or any(word[:1].isupper() for word in question.split()[1:])


def _office(question: str, article: Article, language: Language) -> str | None:
    """Who holds an office, asked in a language; None where it cannot be told in that."""
    if (article.language == "en") == (language == "en"):
        return question
    office = _OFFICE.match(question)
    english = translate(office[1], "en", article.published) if office and language == "en" else None
    return f"Who is the {english}?" if english else None


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
