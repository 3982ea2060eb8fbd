"""Quotations of many articles: by whom, about what, in order of days, and as answers of the pipeline.

Two names are one person's where one is the full form of the other, of nobody else, and no office speaks
against it. People of the same surname stay apart.

Whoever a turn names ("Kutip pernyataan Togap", "apa kata X soal Y") is looked for among those whom the
articles found for it quote, and then in every article that has the name; what is about a topic, among that
person's quotations by their embeddings. Each claim is one quotation, attributed, cited to its characters.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from index import Article, LibraryError, TanyaError
from index.text import function_words
from rag.answer import Citation, Claim
from rag.lang import LEXICON, Language, as_language, say
from rag.lang.names import COMMON, find_places, is_regency
from rag.lang.numbers import one_of
from rag.lang.rendering import translate
from rag.lang.words import (
    STOPWORDS,
    content_words,
    indonesian,
    is_indonesian,
    language_of,
    stem,
    translations,
)
from rag.query import check_length
from rag.quotes.speakers import (
    ADDRESSES,
    BARE_VERBS,
    CALLED,
    COUNTING,
    KNOWN_AS,
    OFFICES,
    PASSIVE_VERBS,
    STATEMENTS,
    TITLES,
    UNKNOWN_NAME,
    VERBS,
    person_names,
)
from rag.quotes.statements import QUOTES, Quote, quotes_of, unpacked

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.ingest import Progress
    from index.library import Library

NEAR, NEAR_ARTICLE = 0.06, 0.02
"""How much farther from a topic than the nearest a quotation, and the nearest of its article, is.

Chosen for 40 people whom 3 to 12 development articles quote, asked for what one of the articles quotes by
the first sentence of its summary: .77 of what is found is of that article, and .95 of what it quotes is
found; with one threshold for all, .81 and .71.
"""

MOST_COMPARED = 400
"""Quotations that are compared with a topic."""

_FEW = 50
"""Articles all of whose quotations are compared with a topic, and passages by which others are found."""

NAMED = 3
"""Speakers that are named where the one who was asked for is not quoted."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in its article."""

    article: Article
    quote: Quote

    @property
    def text(self) -> str:
        return self.article.text[self.quote.start : self.quote.end]

    @property
    def speaker(self) -> str:
        return self.quote.speaker or ""

    @property
    def who(self) -> str:
        """The speaker with the office, as the article has them."""
        return self.who_in(as_language(self.article.language))

    def who_in(self, language: Language) -> str:
        """Speaker and office, the office in another language where that can be done exactly."""
        role = self.quote.role or ""
        if role != self.speaker and as_language(self.article.language) != language:
            role = translate(role, language, self.article.published) or role
        return ", ".join(dict.fromkeys(part for part in (self.speaker, role) if part))


def quotations(articles: Iterable[Article]) -> list[Quotation]:
    """Every quotation of the articles, in their order."""
    return [Quotation(article, quote) for article in articles for quote in quotes_of(article.text)]


def stored_quotations(
    library: Library, articles: Iterable[Article] | None = None, progress: Progress | None = None
) -> list[Quotation]:
    """The stored quotations of a library's articles; of all of them where none are given.

    Of what is not stored they are extracted, and `progress` is called after each of these articles.

    Raises:
        NoIndex: nothing has been indexed, where no articles are given.
    """
    some = library.articles() if articles is None else list(articles)
    packed = library.derived(QUOTES, some, progress)
    return [
        Quotation(article, quote)
        for article, one in zip(some, packed, strict=True)
        for quote in unpacked(one)
    ]


def find_quotations(
    library: Library,
    ids: Sequence[str] = (),
    speaker: str | None = None,
    topic: str | None = None,
    progress: Progress | None = None,
) -> list[Quotation]:
    """The quotations of a library in order of days.

    Args:
        library: What is looked through.
        ids: Of the articles that are; all where empty.
        speaker: Whose, by name or office; see `said_by`.
        topic: What they are about; see `about`.
        progress: Called after each article whose quotations had to be extracted.

    Raises:
        NoIndex: nothing has been indexed.
        LibraryError: there is no article of an id.
        TanyaError: nobody of that name or office is quoted, or the topic says nothing.
    """
    articles: Sequence[Article]
    if topic is not None and speaker is None and not ids and library.count() > _FEW:
        articles = _nearest_articles(library, topic)
    elif ids:
        articles = [library.article(one) for one in dict.fromkeys(ids)]
    else:
        articles = library.articles()
    if speaker is not None:
        articles = _likely(articles, speaker)
    found = by_day(stored_quotations(library, articles, progress))
    if speaker is not None:
        found = said_by(found, speaker)
    return found if topic is None else about(found[:MOST_COMPARED], check_length(topic), library.embedder)


def _likely(articles: Sequence[Article], speaker: str) -> Sequence[Article]:
    """The articles that may quote somebody: those with a word of the name, or all where there are none."""
    asked = " ".join(_words(speaker))
    words = {word for word in asked.split() if word not in COUNTING}
    words |= {word for short in words for word in COMMON.get(short, "").split()}
    words |= {short for short, full in COMMON.items() if full in asked}
    having = [one for one in articles if any(word in one.text.casefold() for word in words)]
    return having or articles


def _nearest_articles(library: Library, topic: str) -> list[Article]:
    """The articles whose passages are nearest to a topic."""
    from rag.query import understand, written_in
    from rag.retrieval import Retriever

    code = written_in(check_length(topic))
    asked = understand(topic, as_language(code), code)
    hits = Retriever(library.open(), library.embedder).search(asked, _FEW)
    return list({found.hit.passage.article.id: found.hit.passage.article for found in hits}.values())


def by_day(found: Iterable[Quotation]) -> list[Quotation]:
    """Quotations in order of days, those without one last."""
    return sorted(
        found,
        key=lambda one: (str(one.article.published or "9999"), one.article.id, one.quote.start),
    )


def people(found: Sequence[Quotation], *, sure: bool = False) -> dict[tuple[str, str], str]:
    """The fullest name of each speaker of an article, over all articles, by `(article's id, speaker)`.

    A short name is somebody's of another article only where there is one such person and, where both have an
    office, these are of one kind. Where it must be `sure`, both have an office of one kind and, if the
    name is one word, share more of it than the kind. A nickname is whose the articles say that it is.
    """
    ties = nicknames(found)
    roles: dict[str, set[str]] = {}
    for one in found:
        roles.setdefault(one.speaker, set()).update([one.quote.role] if one.quote.role else [])
    by_edge: dict[str, list[str]] = {}
    for name in roles:
        words = _words(name)
        for word in {*words[:1], *words[-1:]}:
            by_edge.setdefault(word, []).append(name)
    full = {}
    for name, offices in roles.items():
        words = _words(name)
        longer = [one for one in by_edge.get("".join(words[:1]), []) if _is_longer(_words(one), words)]
        longer += [one for one in by_edge.get("".join(words[-1:]), []) if _is_longer(_words(one), words)]
        fullest = {one for one in longer if not any(_is_longer(_words(more), _words(one)) for more in longer)}
        tied = ties.get(" ".join(words))
        person = tied or (next(iter(fullest)) if len(fullest) == 1 else name)
        apart = _contradict(offices, roles[person])
        if sure and name != person and not tied:
            apart = apart or not _one_person(name, offices, roles[person])
        ordinary = not any(map(_tells, _turn_words(name)))  # "Pemerintah" is none of "Pemerintah kabupaten"
        full[name] = name if _is_description(name) or apart or (ordinary and not tied) else person
    return {(one.article.id, one.speaker): full[one.speaker] for one in found}


_NAME = r"[A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*)"
_TIED = re.compile(
    rf"(?<![\w'’.-])({_NAME}{{1,7}}),?(?: \(([A-ZÀ-Þ][\w'’-]+)\)"
    rf"| (?:yang )?(?:[a-z]+ )?{one_of(CALLED | KNOWN_AS)} ({_NAME}{{0,1}}))"
)
"""A name with what stands behind it in brackets, or as what the person is called."""


@lru_cache(maxsize=4096)
def _tied(text: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Words that end in a name, with a nickname of that person."""
    found = []
    for match in _TIED.finditer(text):
        name, nick = _words(match[1]), _words(match[2] or match[3])
        initials = "".join(word[0] for word in name)
        of_a_person = person_names().get(" ".join(nick), UNKNOWN_NAME) > UNKNOWN_NAME
        if match[3] or of_a_person or (len(nick[0]) > 1 and initials.endswith(nick[0])):
            found.append((name, " ".join(nick)))
    return tuple(found)


def nicknames(found: Iterable[Quotation]) -> dict[str, str]:
    """Nicknames, in lower case, of those who are quoted, as most of the articles have them.

    An article has one in brackets behind the full name, "Joko Widodo (Jokowi)", where it is a person's or its
    initials, or behind "alias" or "disapa".
    """
    quoted = list(found)
    full = {_words(one.speaker): one.speaker for one in quoted if len(_words(one.speaker)) > 1}
    counts: dict[str, Counter[str]] = {}
    for text in {one.article.text for one in quoted}:
        for name, nick in _tied(text):
            ends = (full.get(name[at:]) for at in range(len(name) - 1))
            person = next((one for one in ends if one), None)
            if person and nick not in _words(person):
                counts.setdefault(nick, Counter())[person] += 1
    return {nick: ours.most_common(1)[0][0] for nick, ours in counts.items()}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who is quoted.

    Attributes:
        name: As most articles have it.
        office: Held most often; empty where none is told.
        apart: Whether somebody else of that name has another office, which tells them apart.
        is_named: Whether it is a name; "seorang warga" may be somebody else in each article.
        quotations: Theirs, in order of days.
        nicknames: What articles call the person besides, in lower case.
    """

    name: str
    office: str
    apart: bool
    is_named: bool
    quotations: tuple[Quotation, ...]
    nicknames: frozenset[str] = frozenset()


def speakers_of(found: Sequence[Quotation]) -> list[Speaker]:
    """Everybody who is quoted, whoever is most often first; no two people are one of them.

    Whoever has a name of one word is several where articles give it offices of different kinds; what is said
    without an office is then nobody's of these.
    """
    merged = people(found, sure=True)
    ties = nicknames(found)
    groups: dict[str, list[Quotation]] = {}
    for one in found:
        if one.speaker:
            groups.setdefault(merged[one.article.id, one.speaker], []).append(one)
    everybody = []
    for full, group in groups.items():
        parts = [group] if len(_words(full)) > 1 or _is_description(full) else _by_office(group)
        for part in parts:
            counts = Counter(one.speaker for one in part)
            offices = Counter(one.quote.role for one in part if one.quote.role)
            name = min(counts, key=lambda one: (-counts[one], -len(one), one))
            office = min(offices, key=lambda one: (-offices[one], -len(one), one), default="")
            everybody.append(
                Speaker(
                    name,
                    office="" if office == name else office,
                    apart=len(parts) > 1,
                    is_named=not _is_description(full),
                    quotations=tuple(by_day(part)),
                    nicknames=frozenset(nick for nick, person in ties.items() if person in counts),
                )
            )
    return sorted(everybody, key=lambda one: (-len(one.quotations), one.name, one.office))


def _by_office(group: Sequence[Quotation]) -> list[list[Quotation]]:
    """Quotations of one short name, by offices of one kind; all together where these are of one kind."""
    kinds: list[tuple[set[str], list[Quotation]]] = []
    without: list[Quotation] = []
    for one in group:
        role = one.quote.role
        if not role:
            without.append(one)
            continue
        fitting = [kind for kind in kinds if not _contradict(kind[0], [role])]
        roles, ours = {role}, [one]
        for kind in fitting:
            roles |= kind[0]
            ours = [*kind[1], *ours]
            kinds.remove(kind)
        kinds.append((roles, ours))
    if len(kinds) < 2:
        return [list(group)]
    return [ours for _, ours in kinds] + ([without] if without else [])


def named_like(everybody: Sequence[Speaker], words: str) -> list[Speaker]:
    """The speakers whose name or office has all of these words, or their beginnings, in their order."""
    asked = _words(words)
    return [one for one in everybody if asked and any(_begins(asked, text) for text in _texts_of(one))]


def _texts_of(one: Speaker) -> set[str]:
    names = {quotation.speaker for quotation in one.quotations}
    names |= one.nicknames
    return {" ".join((*names, quotation.quote.role or "")) for quotation in one.quotations}


def _begins(asked: Sequence[str], text: str) -> bool:
    words = _words(text)
    return all(any(word.startswith(short) for word in words) for short in asked)


def who_says(found: Sequence[Quotation], start: int, end: int) -> Quotation | None:
    """The innermost of the quotations of one article that has these characters; None where none has."""
    having = [one for one in found if one.quote.start <= start and end <= one.quote.end and one.speaker]
    return min(having, key=lambda one: one.quote.end - one.quote.start, default=None)


def speakers(found: Iterable[Quotation]) -> list[str]:
    """Everybody who is quoted, whoever is most often first."""
    counts = Counter(one.speaker for one in found if one.speaker)
    return sorted(counts, key=lambda name: (-counts[name], name))


def said_by(found: Sequence[Quotation], name: str) -> list[Quotation]:
    """The quotations of whoever is called so: by the full name, a part of it, a nickname, or an office.

    Raises:
        TanyaError: nobody is.
    """
    asked = _words(name)
    merged = people(found)
    tied = nicknames(found).get(" ".join(asked))
    of_name = [
        one
        for one in found
        if (tied is not None and tied in {one.speaker, merged[one.article.id, one.speaker]})
        or (asked and _is_part(asked, _words(merged[one.article.id, one.speaker])))
        or asked == _words(one.speaker)
    ]
    chosen = of_name or holders(found, asked)
    if not chosen:
        raise UnknownSpeaker(name, nearest(found, name))
    return chosen


def holders(found: Sequence[Quotation], asked: Sequence[str]) -> list[Quotation]:
    """The quotations of those whose office has all of these words, in either language; an office first.

    An office that names another country is meant only where the words name it, or nobody else has the office.
    """
    ways = [_ways(word.casefold()) for word in asked]
    if not ways or not any(way & OFFICES for way in ways[0]):
        return []
    roles = {one.quote.role or "" for one in found}
    meant = {word for each in ways for way in each for word in way}
    fitting = {
        role
        for role in roles
        if all(any(way <= _expanded(role) for way in each) for each in ways)
        and _expanded(role) & OFFICES <= meant  # a deputy or a former one is another
    }
    here = {role for role in fitting if not any(len(one.code) == _COUNTRY for one in find_places(role))}
    return [one for one in found if (one.quote.role or "") in (here or fitting)]


_COUNTRY = 2
"""Letters of the code of a country; those of provinces are longer."""


def _ways(word: str) -> list[set[str]]:
    """The forms in which an office may have a word: as asked, spelled out, or in Indonesian."""
    full = COMMON.get(word)
    return [set(full.split())] if full else [{word}, *({other} for other in indonesian(word))]


class UnknownSpeaker(TanyaError):
    """Nobody of that name or office is quoted."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        self.name = name
        self.near = tuple(near)
        hint = f"; quoted are, among others: {', '.join(near)}" if near else ""
        super().__init__(
            f"nobody called {name!r} is quoted in these articles{hint}; list all with: tanya quotes"
        )


def nearest(found: Iterable[Quotation], name: str, limit: int = NAMED) -> list[str]:
    """At most so many speakers: those whose names are spelled most like `name`, then the most quoted."""
    known = speakers(found)
    alike = {
        one: max(
            (
                difflib.SequenceMatcher(None, word, other).ratio()
                for word in _words(name)
                for other in _words(one)
            ),
            default=0.0,
        )
        for one in known
    }
    close = [one for one in sorted(known, key=lambda one: -alike[one]) if alike[one] >= 0.75]
    return list(dict.fromkeys([*close, *known]))[:limit]


def about(found: Sequence[Quotation], topic: str, embedder: Embedder) -> list[Quotation]:
    """The quotations about a topic, in their order: of the articles that have the nearest, the near ones."""
    return [one for _, one in _near(found, topic, embedder)]


def _near(found: Sequence[Quotation], topic: str, embedder: Embedder) -> list[tuple[float, Quotation]]:
    """Quotations near a topic, each with the cosine of the embeddings.

    Args:
        found: Quotations; each is embedded, so there should be some hundreds at most.
        topic: What it is about, in any words.
        embedder: The model that the library is searched with.
    """
    asked = content_words(topic)
    said = any(not _content(text).isdisjoint(asked) for text in {one.article.text for one in found})
    if not found or (not said and language_of(asked) == "und"):
        return []  # something is always nearest, even to words that mean nothing here
    query = embedder.encode([topic], "query")[0]
    texts = [f"{one.article.title}. {one.text}" for one in found]
    cosines = [float(cosine) for cosine in _vectors(texts, embedder) @ query]
    best = max(cosines)
    nearest: dict[str, float] = {}
    for one, cosine in zip(found, cosines, strict=True):
        nearest[one.article.id] = max(cosine, nearest.get(one.article.id, cosine))
    return [
        (cosine, one)
        for one, cosine in zip(found, cosines, strict=True)
        if cosine >= best - NEAR and nearest[one.article.id] >= best - NEAR_ARTICLE
    ]


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    return frozenset(content_words(text))


_KEPT: WeakKeyDictionary[Embedder, dict[str, NDArray[np.float32]]] = WeakKeyDictionary()
_MOST_KEPT = 20_000
"""Embeddings of quotations that are kept for the next topic, some 30 MB."""


def _vectors(texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
    """The embeddings of texts as passages, (texts, dimension), those that were made before as they are."""
    known = _KEPT.get(embedder, {})
    new = [text for text in dict.fromkeys(texts) if text not in known]
    # Made anew and not changed, since another thread may read what was kept.
    known = known | (dict(zip(new, embedder.encode(new, "passage"), strict=True)) if new else {})
    _KEPT[embedder] = dict(islice(known.items(), max(0, len(known) - _MOST_KEPT), None))
    return np.stack([known[text] for text in texts])


def quote_object(one: Quotation) -> dict[str, Any]:
    """A quotation as `tanya quotes --json` prints it."""
    return {
        "article_id": one.article.id,
        "direct": one.quote.direct,
        "text": one.text,
        "speaker": one.quote.speaker,
        "role": one.quote.role,
        "start": one.quote.start,
        "end": one.quote.end,
    }


COLUMNS = ("article_id", "title", "published", "source", "speaker", "role", "direct", "text", "start", "end")


def quote_row(one: Quotation) -> tuple[object, ...]:
    """A quotation as a row under `COLUMNS`."""
    values = quote_object(one) | {"direct": str(one.quote.direct).lower()}
    return tuple(values[name] if name in values else getattr(one.article, name) for name in COLUMNS)


def quote_lines(found: Sequence[Quotation]) -> str:
    """Quotations for a terminal: grouped by speaker, each in order of days."""
    merged = people(found)
    groups: dict[str, list[Quotation]] = {}
    for one in by_day(found):
        groups.setdefault(merged[one.article.id, one.speaker], []).append(one)
    lines: list[str] = []
    for name, ours in groups.items():
        offices = dict.fromkeys(one.quote.role for one in ours if one.quote.role and one.quote.role != name)
        lines += ["", ", ".join([name or "(not told)", *offices])]
        for _, of_article in groupby(ours, key=lambda one: one.article.id):
            ones = list(of_article)
            article = ones[0].article
            origin = (article.published, article.title, article.source)
            lines.append(f"  {', '.join(str(part) for part in origin if part)} [{article.id}]")
            for one in ones:
                text = " ".join(one.text.split())
                lines.append(f"    “{text}”" if one.quote.direct else f"    reported: {text}")
    return "\n".join(lines[1:])


def _words(name: str) -> tuple[str, ...]:
    return tuple(_turn_words(name.casefold()))


def _is_part(short: Sequence[str], full: Sequence[str]) -> bool:
    """Whether a name begins or ends with the words of another, and has more or the same."""
    size = len(short)
    return 0 < size <= len(full) and (
        tuple(full[:size]) == tuple(short) or tuple(full[-size:]) == tuple(short)
    )


def _is_longer(full: Sequence[str], short: Sequence[str]) -> bool:
    return len(full) > len(short) and _is_part(short, full)


def _is_description(name: str) -> bool:
    words = _words(name)
    return not words or name[0].islower() or words[0] in COUNTING | OFFICES


def _contradict(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether offices speak against two names being one person's: there are some, and none of one kind."""
    mine, theirs = [_expanded(role) for role in some], [_expanded(role) for role in others]
    alike = any((one & OFFICES or one) & (other & OFFICES or other) for one in mine for other in theirs)
    return bool(mine and theirs) and not alike


def _one_person(short: str, some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether offices speak for a short name being that of somebody whose offices are the others."""
    mine, theirs = [_expanded(role) for role in some], [_expanded(role) for role in others]
    return any(
        (one & other) - (OFFICES if len(_words(short)) == 1 else set()) or one == other
        for one in mine
        for other in theirs
        if (one & OFFICES or one) & (other & OFFICES or other)
    )


def _expanded(role: str) -> set[str]:
    """The words of an office, abbreviations in full."""
    words: set[str] = set()
    for word in _words(role):
        words.update(COMMON.get(word, word).split())
    return words


MOST = 10
"""Quotations of one answer."""

_TRIED = 3
"""Words of a turn whose articles are looked through where nobody is named of those at hand."""

_TOPIC = re.compile(rf"\b{one_of(LEXICON.words('topic_words'))}\s+(?=\S)", re.IGNORECASE)
_QUOTING = frozenset(LEXICON.words("quoting_words"))
_ASKING = _QUOTING | STOPWORDS
_FUNCTION = function_words("id") | function_words("en")
_SAID = BARE_VERBS | VERBS | STATEMENTS
_SAYING = frozenset((*_SAID, *map(stem, _SAID), *LEXICON.words("stating_verbs")))
_MARKER = re.compile(r"\[(?=\d+\])")


@dataclass(frozen=True, slots=True)
class QuotesAnswer:
    """The answer to a turn that asks for quotations: claims with citations, or a message on who is quoted.

    `more` are quotations that were asked for and are not shown, `has_topic` whether a topic was named.
    """

    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    message: str = ""
    more: int = 0
    has_topic: bool = False


def answer_quotes(
    turn: str,
    language: Language,
    found: Sequence[Article],
    having: Callable[[str], Iterable[Article]],
    embedder: Embedder,
    read: Callable[[Iterable[Article]], list[Quotation]] = quotations,
    *,
    named_wholly: bool = False,
) -> QuotesAnswer:
    """The quotations that a turn asks for.

    Args:
        turn: Complete by itself.
        language: Of the answer.
        found: The articles that were found for the conversation and for the turn, the best first.
        having: Gives the articles that have words in a row, some of them.
        embedder: The model that the library is searched with.
        read: Gives every quotation of articles, in their order.
        named_wholly: Whether only somebody is meant whose names, office and titles have every word of it.
    """
    at_hand = read(found)
    topic = _TOPIC.search(turn)
    asked_of = turn[: topic.start()] if topic else turn
    chosen = named_in(asked_of, at_hand)
    if not chosen:
        named = [word for word in _turn_words(asked_of) if word.casefold() not in _ASKING]
        tried = dict.fromkeys((*_written(named), *named[:_TRIED]))
        others = {one.id: one for words in tried for one in _also(words, found, having)}
        at_hand += read(others.values())
        chosen = named_in(asked_of, at_hand)
    if named_wholly and not _names_wholly(asked_of, chosen):
        return QuotesAnswer(message=_refusal(asked_of, language, at_hand))
    if chosen:
        known = [*found, *(one.article for one in at_hand)]
        wider = [article for name in speakers(chosen) for article in _also(name, known, having)]
        names = set(speakers(chosen))
        asked_for = [
            one for one in (*at_hand, *read({one.id: one for one in wider}.values())) if one.speaker in names
        ]
    elif names_nobody(asked_of):
        asked_for = at_hand
    else:
        return QuotesAnswer(message=_refusal(asked_of, language, at_hand))
    if topic:
        near = _near(asked_for[:MOST_COMPARED], turn[topic.end() :], embedder)
        asked_for = [one for _, one in sorted(near, key=lambda each: -each[0])]
    elif not chosen:
        asked_for = about(asked_for[:MOST_COMPARED], turn, embedder)
    if not asked_for:
        return QuotesAnswer(message=_refusal(asked_of, language, at_hand))
    if not topic:
        order = {article.id: rank for rank, article in enumerate(found)}
        asked_for = sorted(asked_for, key=lambda one: order.get(one.article.id, len(order)))
    nearest = asked_for[:MOST]
    return _answer(by_day(nearest), language, len(asked_for) - len(nearest), has_topic=topic is not None)


def named_in(words: str, found: Sequence[Quotation]) -> list[Quotation]:
    """The quotations of those whom a turn names: by an office, by most words of a name, or by what they are.

    A name is named by all of its words, a nickname, or one that is not an ordinary word as well.
    """
    said = [word.casefold() for word in _turn_words(words)]
    asked = [word.removesuffix("nya") for word in said if word not in _ASKING]
    asked = [word for word in asked if word not in _ASKING]
    if held := holders(found, asked):
        return held
    forms = {*said, *(word.removesuffix(ending) for word in said for ending in ("nya", "'s", "’s"))}
    of_an_office = any(way & OFFICES for word in asked for way in _ways(word))
    merged, ties = people(found), nicknames(found)
    named: dict[str, set[str]] = {}
    for full in dict.fromkeys(merged.values()):
        own = {word.casefold() for word in _turn_words(full)}
        telling = {word.casefold() for word in _turn_words(full) if _tells(word)}
        nicks = {nick for nick, person in ties.items() if person == full}
        # "The mayor of Palembang" is not "Kota Palembang".
        meant = not (_is_description(full) or (of_an_office and _is_place(full)))
        is_named = meant and (own <= forms or (telling | nicks) & forms)
        named[full] = ((own | nicks) & forms) - _ASKING if is_named else set()
    best = {
        full
        for full, words in named.items()
        if words and not any(len(more) > len(words) and more & words for more in named.values())
    }
    if not best and asked:
        best = {full for full in named if set(asked) <= set(_words(full))}
    return [one for one in found if merged[one.article.id, one.speaker] in best]


def _is_place(name: str) -> bool:
    """Whether a name is all that of a regency, a city, a province or a country."""
    return is_regency(name) or any((one.start, one.end) == (0, len(name)) for one in find_places(name))


def _tells(word: str) -> bool:
    """Whether a word of a speaker's name names the speaker by itself, and is no ordinary word: `Special`."""
    folded = word.casefold()
    if person_names().get(folded, UNKNOWN_NAME) >= UNKNOWN_NAME or (word.isupper() and len(word) > 1):
        return folded not in _ASKING
    return not (_is_ordinary(folded) or folded in _ASKING)


def _is_ordinary(word: str) -> bool:
    """Whether a vocabulary knows a word, which is written without a capital."""
    return word.islower() and bool(is_indonesian(word) or indonesian(word) or translations(word))


def asks_what_was_said(turn: str) -> bool:
    """Whether a turn has a word of saying and names no topic: "Apa kata Togap?", "What did Togap say?"."""
    asking = [word for word in map(str.casefold, _turn_words(turn)) if word in _QUOTING | PASSIVE_VERBS]
    # A function word is told by itself: what it is translated by, or looks derived from, may mean another.
    forms = ({word} if word in _FUNCTION else {word, stem(word), *translations(word)} for word in asking)
    return _TOPIC.search(turn) is None and not all(map(_SAYING.isdisjoint, forms))


def _written(named: Sequence[str]) -> list[str]:
    """An office that is asked for, as articles may have it: in these words, in full and abbreviated."""
    asked = " ".join(named).casefold().removesuffix("nya")
    full = " ".join(COMMON.get(word, word) for word in asked.split())
    return [asked, full, *(short for short, meant in COMMON.items() if meant == full)]


def _names_wholly(words: str, chosen: Sequence[Quotation]) -> bool:
    """Whether every word that is asked for is of the names, offices or titles of those who are meant."""
    own = {word for one in chosen for word in (*_words(one.speaker), *_expanded(one.quote.role or ""))}
    own |= {word for nick in nicknames(chosen) for word in nick.split()} | TITLES | ADDRESSES
    asked = [word.casefold() for word in _turn_words(words) if word.casefold() not in _ASKING]
    return bool(chosen and asked) and all(any(way <= own for way in _ways(word)) for word in asked)


def quotation_text(one: Quotation, language: Language) -> str:
    """A quotation with its speaker, as an answer shows it; reported speech is labelled so."""
    text = _MARKER.sub("[ ", " ".join(one.text.split())).rstrip(",")
    key = "quote_direct" if one.quote.direct else "quote_reported"
    return say(key, language, quote=text, who=one.who_in(language) or say("quote_unnamed", language))


def _turn_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)


def _also(name: str, found: Sequence[Article], having: Callable[[str], Iterable[Article]]) -> list[Article]:
    known = {article.id for article in found}
    try:
        return [article for article in having(name) if article.id not in known]
    except LibraryError:
        # An article may have been withdrawn meanwhile; those at hand are there.
        return []


def names_nobody(words: str) -> bool:
    """Whether a turn asks for quotations and says neither whose nor about what."""
    return not [word for word in _turn_words(words) if word.casefold() not in _ASKING]


def _refusal(asked_of: str, language: Language, at_hand: Sequence[Quotation]) -> str:
    words = [word for word in _turn_words(asked_of) if word.casefold() not in _ASKING]
    near = ", ".join(speakers(at_hand)[:NAMED])
    # The capital of a first word names nobody.
    written = _turn_words(asked_of[:1].lower() + asked_of[1:])
    named = any(not (word in _ASKING or _is_ordinary(word)) for word in written)
    if not near or not named:
        return say("quotes_none", language)
    return say("quotes_unknown", language, name=" ".join(words), near=near)


def _answer(shown: Sequence[Quotation], language: Language, more: int, *, has_topic: bool) -> QuotesAnswer:
    claims, citations = [], []
    for number, one in enumerate(shown, 1):
        claims.append(Claim(quotation_text(one, language), (number,)))
        citations.append(Citation(number, one.article, one.quote.start, one.quote.end))
    return QuotesAnswer(tuple(claims), tuple(citations), more=more, has_topic=has_topic)
