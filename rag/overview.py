"""Turns that ask for more than an answer: a summary, a comparison, the newest articles, a release's skeleton.

What such a turn is about are its words without those that only ask (`request_words`). It is in the library
where the article that is found for it has enough of them, each weighing as much as it is rare. A turn that
leans on the conversation is about the article of the turns before it, back to the last one that does not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from index import Article, Hit, Passage
from index.models import Filter, Selection, Span
from index.text import month_names, sentences
from rag.answer import Answer, Clock, Kind, Written, plain
from rag.composing import (
    Composed,
    Composition,
    attribute,
    corrected,
    current_span,
    heads_of,
    introduce,
    looked_for,
    nearest_line,
    paragraph_of,
    quotation,
    with_reference,
)
from rag.figures import PLACE
from rag.lang import LANGUAGES, LEXICON, as_language, say
from rag.lang.dates import Moment, dated, find_moments
from rag.lang.names import (
    REGENCY_KINDS,
    NamedPlace,
    Sentence,
    find_offices,
    find_places,
    is_regency,
    meets,
    named_places,
)
from rag.lang.numbers import find_figures
from rag.lang.rendering import find_terms, translate, write_place
from rag.lang.words import (
    STOPWORDS,
    WORD,
    content_stems,
    content_words,
    indonesian,
    is_balanced,
    is_indonesian,
    refers_back,
    stem,
    without_possessive,
)
from rag.lead import is_name
from rag.query import Question, spoken, understand, written_in
from rag.quotes.collection import quotation_text, stored_quotations
from rag.request import TOPIC, in_full
from rag.retrieval import without_copies
from rag.summary import (
    MOST_ASKED,
    Key,
    candidates,
    key_of,
    key_sentences,
    quotable,
    ranked,
    repeats,
    summarise,
    with_corrections,
)
from rag.tables import ITEM

if TYPE_CHECKING:
    from index.models import Searchable
    from rag.pipeline import Assistant

OVERVIEWS: dict[Kind, float] = {"summarise": 0.85, "latest": 0.5, "compare": 0.95, "draft": 0.85}
"""Kinds of request that are answered here, with the probability from which they are before anything is read.

Of 640 press questions none is taken for these; the turns of the training conversations that ask for a summary
or a draft are all above.
"""

ABOUT: dict[str, float] = {"id": 0.65, "en": 0.4}
"""Share of a turn's words that an article on what it names has, by the turn's language.

English words meet Indonesian articles through a vocabulary that does not know them all.
"""

UNKNOWN_WORD = 8.0
"""Weight of a word that no article has; others weigh their best BM25, some 2 to 7."""

BEHIND = 0.1
"""Penalty of each rank, beside the share of words that an article has."""

TITLED = 0.2
"""What it counts that an article has all of the words in its title."""

READ, FOUND = 5, 20
"""Passages that are read for each side of a comparison, and of how many: those that name it first."""

ALIKE = 0.15
"""Least likeness of two sentences that are set beside each other, one of each side."""

FEWEST_SHARED = 2
"""Words that such sentences have in common at least."""

HEADLINE = 3
"""Words of a name that may be one of several with capitals; more with capitals are a headline."""

DEPTH = 10
"""Passages that are looked at for the article that a turn means."""

NEWEST = 5
"""Articles that are listed as the newest."""

ON_A_TOPIC = 30
"""Passages that are looked at for the newest articles on a topic."""

SAME_EVENT = timedelta(days=3)
SAME_TITLE = 0.5
"""Days between articles on one event, and the share of the shorter title's words that both titles have."""

MOST_ARTICLES = 3
"""Articles on one event that are summarised together."""

NEARER = (1.0, 0.6, 0.3)
"""What it counts that a side is named in a sentence, before it in its paragraph, in its article's title."""

NAMED = 0.5
"""Share of the words of a name or topic from which a text names it."""

OPENING = 3
"""Sentences at the beginning of an article that tell when and where what it is about happened."""

WHAT, WHO, QUOTED = 2, 2, 3
"""Most sentences that say what happened and that name people, and most quotations, of a skeleton."""

LEAST = 0.005
"""Least probability of a sentence to answer what is asked of a side that is compared."""

EACH = 3
"""Most sentences of each side of a comparison."""

CHAIN = 1500
"""Characters of a conversation that are searched for."""

_REQUEST = frozenset(LEXICON.words("request_words"))
_NAMELESS = frozenset((*LEXICON.words("hanging_words"), *month_names()))
_PARTS = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d)")


def topic_of(text: str) -> list[str]:
    """The words of a turn that name what it is about, lower-case, each once; no numbers and no months."""
    words = (word for word in content_words(text) if not word.isdigit() and word not in _NAMELESS)
    return list(dict.fromkeys(word for word in words if not _asks(word)))


_NUMBERS: dict[str, int] = LEXICON.mapping("numbers")


def count_of(text: str) -> int | None:
    """How many sentences or points a turn asks for: 3 of "dalam tiga poin"; None where it does not say."""
    match = _COUNT.search(text.lower())
    if match is None:
        return None
    number = int(match[1]) if match[1].isdigit() else _NUMBERS[match[1]]
    return min(number, MOST_ASKED) if number else None


_COUNT = re.compile(
    rf"\b(\d{{1,3}}|{'|'.join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))})\s+"
    rf"(?:\w+\s+)?(?:{LEXICON.pattern('summary_units')})\b"
)


_PICKED = re.compile(
    rf"(?<!\w)(?:(?:(?:{LEXICON.pattern('picking_words')})\s+)?(?:{LEXICON.pattern('numbering_words')})\.?\s*(?P<number>\w+)"
    rf"|(?:{LEXICON.pattern('picking_words')})\s+"
    rf"(?:(?P<first>{LEXICON.pattern('first_of_a_list')})|(?P<last>{LEXICON.pattern('last_of_a_list')}))"
    rf"|(?:{LEXICON.pattern('picking_words')}|{LEXICON.pattern('listed_words')})\s+(?P<nth>\S+))(?!\w)",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"\b(?:{LEXICON.pattern('listed_words')})\b", re.IGNORECASE)


def picks(text: str) -> bool:
    """Whether a turn that may ask for a list, "yang paling baru isinya apa?", picks one of a list instead."""
    begins = _PICKED.match(text.lstrip()) and not _LISTED.search(text)
    return bool(begins) and place_in_list(text) is not None


def place_in_list(text: str) -> int | None:
    """Which of the articles of a list a turn picks: 2 for "ringkas yang kedua", -1 for the last one.

    None where it picks none, or names what it is about.
    """
    for match in _PICKED.finditer(text):
        if topic_of(text[: match.start()]) or topic_of(text[match.end() :]):
            continue
        if match["first"] or match["last"]:
            return 1 if match["first"] else -1
        written = match["nth"] or match["number"]
        figures = (figure for code in LANGUAGES for figure in find_figures(written, code))
        for figure in figures:
            if (figure.nth or match["number"]) and figure.value == int(figure.value) and figure.value > 0:
                return int(figure.value)
    return None


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things that are compared.

    Attributes:
        name: As the turn calls it.
        text: What is asked about it, in the turn's words.
        words: The words of its name, lower-case.
        context: The turns before, where it is searched for with these as well.
        places: Where its name is of places alone, the keys of those of `named_places` that it is about.
    """

    name: str
    text: str
    words: tuple[str, ...]
    context: str = ""
    places: frozenset[str] = frozenset()

    def apart_from(self, other: Side) -> Side:
        """The side by what it is called other than the other one."""
        words = tuple(word for word in self.words if word not in other.words) or self.words
        return replace(self, words=words, places=_places_called(self.name) - _places_called(other.name))

    @property
    def stands_alone(self) -> bool:
        """Whether its name tells what it is without the turns before: no "2024", no "hasilnya"."""
        return bool(topic_of(self.name) or find_places(self.name)) and not refers_back(self.name)


_CONNECTORS = [word.lower() for word in LEXICON.words("side_words")]
_CONNECTOR = re.compile(rf"\b(?:{'|'.join(_CONNECTORS)})\b", re.IGNORECASE)
_ASPECTS = frozenset(LEXICON.words("aspect_words"))


def split_sides(text: str, known: Callable[[str], bool] = lambda _: False) -> tuple[Side, Side] | None:
    """The two things that a turn compares: of "vonis Atut dan Zulkarnaen" both with "vonis"; None without.

    The surest of the words that stand between such things parts them. What the first has more words than the
    second stands before both, but for the beginning of a name of several words: "Ogan Ilir dan Banyuasin". So
    does behind both what follows "soal" or "menurut".

    Args:
        text: The turn.
        known: Whether articles have a name, as "Dinas Kesehatan" of "Dinas Pendidikan dan Kesehatan".
    """
    tokens = list(WORD.finditer(text))
    # "AS" is a country.
    names = [token.group().isupper() or not _asks(token.group().lower()) for token in tokens]
    for connector in _CONNECTORS:
        for at, token in enumerate(tokens):
            if token.group().lower() != connector or not any(names[:at]) or not any(names[at + 1 :]):
                continue
            tail = next(
                (n for n in range(at + 2, len(tokens))
                 if tokens[n].group().lower() in _ASPECTS and any(names[at + 1 : n]) and any(names[n + 1 :])),
                len(tokens),
            )  # fmt: skip
            left = [n for n in range(at) if names[n]]
            right = [n for n in range(at + 1, tail) if names[n]]
            if _place_at_end(text, [tokens[n] for n in left]):
                # What stands behind the second place is said of both: "Medan's and Binjai's flood budgets".
                ends = [n for n in range(len(right)) if _place_at_end(text, [tokens[right[n]]])]
                if ends and ends[-1] + 1 < len(right):
                    tail = right[ends[-1] + 1]
                    right = right[: ends[-1] + 1]
            shared = _heading(text, [tokens[n] for n in left], [tokens[n] for n in right], known)
            head, left = left[:shared], left[shared:]

            def written(spans: Sequence[int]) -> str:
                return text[tokens[spans[0]].start() : tokens[spans[-1]].end()] if spans else ""

            behind = text[tokens[tail].start() :] if tail < len(tokens) else ""
            asked = (written([*head, *left]), f"{written(head)} {written(right)}".strip())
            begun = head[-1:]  # of both names: "Kutai Barat dan Timur"
            if not all(begun and _is_place(f"{written(begun)} {written(own)}") for own in (left, right)):
                begun = []
            first, second = (
                Side(
                    f"{written(begun)} {written(own)}".strip(),
                    f"{part} {behind}".strip(),
                    tuple(dict.fromkeys(tokens[n].group().lower() for n in (*begun, *own))),
                )
                for own, part in zip((left, right), asked, strict=True)
            )
            return first, second
    return None


def _heading(
    text: str, left: Sequence[re.Match[str]], right: Sequence[re.Match[str]], known: Callable[[str], bool]
) -> int:
    """How many words before two sides are of both: those before a place, where the second side is one.

    Else those that the first has more, but for the beginning of a name of several words.
    """
    places = named_places(text, as_asked=True)
    mine, theirs = (_place_at_end(text, side) for side in (left, right))
    if mine and theirs and theirs.start == right[0].start():
        return sum(one.start() < mine.start for one in left)
    shared = max(0, len(left) - len(right))
    while shared:
        first, second, other = *left[shared - 1 : shared + 1], right[0]
        together, instead = (f"{first.group()} {one.group()}" for one in (second, other))
        is_office = any(one.start <= first.start() < one.end for one in find_offices(text))
        is_name = first.start() > 0 and all(one.group()[0].isupper() for one in (first, second))
        is_place = any(one.start <= first.start() and second.end() <= one.end for one in places)
        if is_office or not (is_name or is_place) or text[first.end() : second.start()].strip(" -"):
            break
        if _is_place(instead) or (known(instead) and not _is_place(together)):
            break
        shared -= 1
    return shared


def _place_at_end(text: str, words: Sequence[re.Match[str]]) -> NamedPlace | None:
    """The place whose name the last of some words of a text end with."""
    end = words[-1].start() + len(without_possessive(words[-1].group())) if words else -1
    return next((one for one in named_places(text, as_asked=True) if one.end == end), None)


def _is_place(name: str) -> bool:
    """Whether all of a name is that of a place."""
    return any((one.start, one.end) == (0, len(name)) for one in named_places(name, as_asked=True))


def _places_called(name: str) -> frozenset[str]:
    """The places that a name is of; none where it names something of a place, as a bank or an office."""
    places = [one for one in named_places(name, as_asked=True) if not _goes_on(name, one)]
    taken = [(one.start, one.end) for one in places]
    others = (one.group() for one in WORD.finditer(name) if not meets(one.span(), taken))
    kinds = REGENCY_KINDS | {"provinsi", "province"}
    if any(word[0].isupper() and word.lower() not in kinds for word in others):
        return frozenset()
    return frozenset(one.key for one in places)


def _asks(word: str) -> bool:
    """Whether a lower-case word only asks, or is a function word."""
    return bool({word, word.partition("'")[0], word.partition("’")[0]} & (_REQUEST | STOPWORDS))


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that was found for a turn, the passage that was, and the share of its words it has, 0..1."""

    article: Article
    hit: Hit
    share: float


class Overview:
    """Answers one turn that asks for a summary, a comparison, the newest articles or a draft."""

    def __init__(
        self,
        assistant: Assistant,
        asked: str,
        history: Sequence[str],
        language: Literal["auto", "id", "en"],
        chosen: Filter,
    ) -> None:
        """Take a turn and the turns that it may lean on, oldest first; none where it stands by itself."""
        self.assistant = assistant
        self.asked = asked
        self.history = [earlier for earlier in history if earlier.strip()]
        self.chosen = chosen
        self.code = written_in(asked, self.history)
        self._weights: dict[str, float] = {}
        self.language = spoken(language, self.code)

    def answer(self, kind: Kind, probability: float) -> Answer | None:
        """The summary, comparison or list; None where a turn names no two things to compare."""
        clock = Clock()
        ways: dict[str, Callable[[], Answer | None]] = {
            "summarise": self.summary,
            "latest": self.latest,
            "compare": self.comparison,
            "draft": self.skeleton,
        }
        found = ways[kind]()
        if found is None:
            return None
        clock.lap("retrieve")
        return replace(
            found,
            request=kind,
            confidence=probability,
            timings=clock.timings(),
            models=self.assistant.models(),
        )

    # Finding

    @cached_property
    def index(self) -> Searchable:
        return self.assistant.library.open()

    @cached_property
    def chain(self) -> str:
        """The turns before this one, back to the last that does not lean on others; empty without any.

        In development conversations the article of 0.85 of the turns is found by it, by the turns as they
        stand completed of 0.73.
        """
        turns: list[str] = []
        for at in range(len(self.history) - 1, -1, -1):
            words = topic_of(self.history[at])
            # Thanks between two questions are passed over.
            if words:
                turns.insert(0, self.history[at])
            if len(words) > 1 and not self.assistant.leans(self.history[at], self.history[:at]):
                break
        return " ".join(turns)[-CHAIN:]

    def question(self, text: str) -> Question:
        return understand(text, self.language, written_in(text, [self.asked]), date.today())

    def hits(self, text: str, k: int) -> list[Hit]:
        return self.assistant.find(self.question(text), k, self.chosen)

    def articles(self, text: str, words: Sequence[str], k: int = DEPTH) -> list[FoundArticle]:
        """The articles of the `k` best passages for a text, those that have most of `words` first."""
        first: dict[str, Hit] = {}
        for hit in self.hits(text, k):
            first.setdefault(hit.passage.article_id, hit)
        found = [FoundArticle(one.passage.article, one, self.share(words, one.passage.article))
                 for one in first.values()]  # fmt: skip
        rank = {one.article.id: at for at, one in enumerate(found)}

        def order(one: FoundArticle) -> float:
            titled = self._tells(one.article.title, words)
            return BEHIND * rank[one.article.id] - one.share - TITLED * titled

        return sorted(found, key=order)

    def share(self, words: Sequence[str], article: Article) -> float:
        """The share of words that an article has in its title or text, the rare ones weighing more; 0..1.

        English words that the vocabulary does not know and that no article has say nothing about Indonesian
        ones, unless they are names.
        """
        text = f"{article.title}\n{article.text}"
        found = total = 0.0
        for word in words:
            weights = [weight for weight in map(self._weight, self._ways(word)) if weight]
            if not weights and self.code == "en" and article.language != "en" and not self._is_name(word):
                continue
            weight = min(weights, default=UNKNOWN_WORD)
            found += weight * self._is_in(word, text)
            total += weight
        return found / total if total else 0.0

    @cached_property
    def _codes(self) -> dict[str, set[str]]:
        """The words of the names of places in this turn and those before it, with the codes of these."""
        codes: dict[str, set[str]] = {}
        for turn in (self.asked, *self.history):
            for place in find_places(turn):
                for word in WORD.findall(turn[place.start : place.end].lower()):
                    codes.setdefault(word, set()).add(place.code)
        return codes

    def _ways(self, word: str) -> tuple[str, ...]:
        """A word, the names of the places that it names, and for an English turn the Indonesian words."""
        codes = sorted(self._codes.get(word, ()))
        places = (write_place(code, language).lower() for code in codes for language in LANGUAGES)
        return (word, *places, *(indonesian(word) if self.code == "en" else ()))

    def _is_name(self, word: str) -> bool:
        """Whether the turn writes a word with a capital."""
        return _is_name_in(word, self.asked)

    def _is_in(self, word: str, text: str) -> bool:
        """Whether a text has a word; of a place's name, whether it names that place in any of its forms."""
        if codes := self._codes.get(word):
            return not codes.isdisjoint(_places_in(text))
        if word in STOPWORDS:
            # "AS", which only a name in capitals can be.
            return re.search(rf"(?<!\w){re.escape(word.upper())}(?!\w)", text) is not None
        stems = _stems_in(text)
        return any(
            stem(way) in stems or all(stem(part) in stems for part in _PARTS.findall(way))
            for way in self._ways(word)
        )

    def _weight(self, word: str) -> float:
        """How rare a word is in the articles, its best BM25; 0 where none has it."""
        if word not in self._weights:
            best = self.index.lexical(word, 1)
            self._weights[word] = best[0][1] if best else 0.0
        return self._weights[word]

    @property
    def min_share(self) -> float:
        """The share of words from which an article is about them."""
        return ABOUT[as_language(self.code)]

    def is_about(self, found: FoundArticle) -> bool:
        """Whether an article is about what the turn names: it has enough words, each name, and its year."""
        named = self.has_names(self.asked, found.article)
        return found.share >= self.min_share and named and self.is_of_year(found.article)

    def has_names(self, text: str, article: Article) -> bool:
        """Whether an article has each name of a text: its words with a capital behind the first one."""
        whole = f"{article.title}\n{article.text}"
        words = set(topic_of(text))
        names = [
            one.group().lower() for one in WORD.finditer(text) if one.start() and one.group()[0].isupper()
        ]
        return all(self._is_in(name, whole) for name in names if name in words)

    def is_of_year(self, article: Article) -> bool:
        """Whether an article is of a year that the turn names, or names it; true where it names none."""
        years = _YEAR.findall(self.asked)
        published = str(article.published.year) if article.published else ""
        return not years or any(year == published or year in article.text for year in years)

    def meant(self) -> tuple[FoundArticle | None, bool]:
        """The article that is nearest to what a turn means, and whether the turn is about it."""
        words = topic_of(self.asked)
        if self.listed:
            at = place_in_list(self.asked) or 0
            picked = self.listed[at - 1 if at > 0 else at :][:1]
            return next((self._whole(article) for article in picked), None), bool(picked)
        if len(self.chosen.articles) == 1:
            # Whoever limits the turn to one article means that, whatever the turn calls it.
            only = next(iter(self.articles(self.asked, words)), None)
            return only, only is not None and (len(words) < 2 or self.is_about(only))
        if self.chain:
            found = next(iter(self.articles(f"{self.chain} {self.asked}", topic_of(self.chain))), None)
            named = self.share(words, found.article) if found and words else 1.0
            is_of_chain = found is not None and self.has_names(self.chain, found.article)
            if found and named >= self.min_share and is_of_chain:
                return found, True
            alone = next(iter(self.articles(self.asked, words)), None) if words else None
            if alone and self.is_about(alone) and (len(words) > 1 or self._is_name(words[0])):
                return alone, True
            return found, is_of_chain
        found = next(iter(self.articles(self.asked, words)), None) if words else None
        return found, found is not None and self.is_about(found)

    def _whole(self, article: Article) -> FoundArticle:
        """An article that is known without a search."""
        return FoundArticle(article, Hit(Passage(article, 0, len(article.text)), 0.0, 1), 1.0)

    # Summaries

    def summary(self) -> Answer:
        """The key sentences of the article that the turn means, and what others on the event add."""
        found, is_meant = self.meant()
        if found is None or not is_meant:
            return self.refusal("no_summary", found)
        others = [] if self.listed else self._on_one_event(found.article)
        corrections = self.assistant.corrections([found.article, *others])
        articles = with_corrections([found.article, *others], corrections)
        made = summarise(articles, self.language, count_of(self.asked), corrections=corrections)
        titles = "; ".join(f"“{plain(article.title)}”" for article in articles)
        understood = say("summarise", self.language, titles=titles) if self.chain or self.listed else ""
        note = say("summarised", self.language, titles=titles)
        return self._answer(replace(made, notes=(*made.notes, note)), understood=understood)

    def _on_one_event(self, article: Article) -> list[Article]:
        """Other articles on the event of one: near in days, alike in title, and about what is asked."""
        title = content_stems(article.title)
        others = []
        for one in self.articles(article.title, topic_of(self.asked) or topic_of(article.title)):
            words = content_stems(one.article.title)
            alike = len(words & title) >= SAME_TITLE * max(1, min(len(words), len(title)))
            day, other = article.published, one.article.published
            near = day is not None and other is not None and abs(day - other) <= SAME_EVENT
            if one.article.id != article.id and alike and near and self.is_about(one):
                others.append(one.article)
        return others[: MOST_ARTICLES - 1]

    # The newest articles

    def latest(self) -> Answer:
        """The newest articles, or the newest on what the turn names, each with its first key sentence.

        One that picks an article of the list before it, "yang paling baru isinya apa?", gets its summary.
        """
        if picks(self.asked) and self.listed:
            return self.summary()
        articles, nearest = self.newest()
        if not articles:
            key = "no_latest" if self._list_words or self.chain else "no_articles"
            return self.refusal(key, nearest)
        is_said = self._list_words or not self.chain
        understood = "" if is_said else say("newest_on", self.language, topic=self._topic(self.chain))
        return self._answer(self._listed(articles), understood=understood)

    @cached_property
    def _list_words(self) -> list[str]:
        """The turn's own words on what the newest articles are to be about; "Lebih detail" has none."""
        words = topic_of(self.asked)
        return words if not self.chain or len(words) > 1 or self._names_topic(words) else []

    def newest(self) -> tuple[list[Article], FoundArticle | None]:
        """The newest articles, or the newest on what is asked about, and the one that was found first."""
        words = self._list_words
        if not words and not self.chain:
            return self._newest(), None
        text = " ".join(words) if words else self.chain
        found = self.articles(text, words or topic_of(text), ON_A_TOPIC)
        about = [
            one
            for one in found
            if self.is_about(one) and self._tells(one.hit.passage.text, words) >= (NAMED if words else 0.0)
        ]
        if not about and not words:
            about = found[:1]
        about.sort(key=lambda one: str(one.article.published or ""), reverse=True)
        return [one.article for one in about[:NEWEST]], next(iter(found), None)

    @cached_property
    def listed(self) -> list[Article]:
        """The articles of the last list in the conversation, made again, where the turn picks one."""
        if place_in_list(self.asked) is None:
            return []
        for at in range(len(self.history) - 1, -1, -1):
            turn, before = self.history[at], self.history[:at]
            request = self.assistant.request(turn, in_full(before, self.assistant.request).text)
            is_list = request.kind == "latest" and request.probability >= OVERVIEWS["latest"]
            if is_list and not picks(turn):
                leaning = before if request.leans_on(turn) else ()
                return Overview(self.assistant, turn, leaning, self.language, self.chosen).newest()[0]
        return []

    def _names_topic(self, words: Sequence[str]) -> bool:
        """Whether the turn says what it is about: with a name, or behind "soal"."""
        behind = TOPIC.search(self.asked)
        return any(map(self._is_name, words)) or bool(behind and topic_of(self.asked[behind.end() :]))

    def _newest(self) -> list[Article]:
        """The newest articles that the filters leave, each release once."""
        library = self.assistant.library
        taken: list[Article] = []
        seen: set[str] = set()
        for one in library.listing(Selection(chosen=self.chosen), 10 * NEWEST).articles:
            if one.id not in seen and len(taken) < NEWEST:
                taken.append(library.article(one.id))
            seen |= {one.id, *(copy.id for copy in one.copies)}
        return taken

    def _listed(self, articles: Sequence[Article]) -> Composed:
        made = Composition()
        for article in articles:
            ((key, *_),) = key_sentences([article], 1)
            text, written = quotation(article, key.span, self.language)
            made.add(introduce(article, text, self.language), (article, key.span), written=written)
        return corrected(made.done(), self.assistant.corrections(articles), self.language)

    # Comparisons

    def comparison(self) -> Answer | None:
        """The comparison of the two sides that a turn names; None where it names no two."""
        sides = self.sides()
        if sides is None:
            return None
        taken, are_alike = self._sides_told(sides)
        lacking = [side.name for side, keys in zip(sides, taken, strict=True) if not keys]
        if len(lacking) == len(sides):
            return self.refusal(
                "no_comparison", next(iter(self.articles(self.asked, topic_of(self.asked))), None)
            )
        corrections = self.assistant.corrections(key.article for keys in taken for key in keys)
        made = Composition()
        for side, keys in zip(sides, taken, strict=True):
            shown: set[tuple[str, int]] = set()
            for key in keys:
                sentence = _sentence(key)
                heads = [(key.article, head) for head in heads_of(sentence, shown)]
                is_item = ITEM.match(key.text) is not None
                whole = with_reference(sentence, shown) if heads or is_item else key.span
                for article, span in [*heads, current_span(key.article, whole, corrections)]:
                    text, written = quotation(article, span, self.language)
                    labelled = say("side", self.language, side=plain(side.name), text=text)
                    made.add(labelled, (article, span), written=written)
        notes = [say("side_lacking", self.language, side=plain(name)) for name in lacking]
        is_asked = any(set(topic_of(f"{side.context} {side.text}")) - set(side.words) for side in sides)
        if not lacking and not are_alike and not is_asked:
            notes.append(say("sides_apart", self.language))
        done = corrected(made.done(*notes), corrections, self.language)
        return self._answer(done, understood=self._compared(sides))

    def _compared(self, sides: Sequence[Side]) -> str:
        """The comparison as it is understood; empty where the turn says all of it."""
        names = dict(zip(("first", "second"), (plain(side.name) for side in sides), strict=True))
        if all(side.name in self.asked for side in sides):
            context = next((side.context for side in sides if side.context), "")
            topic = self._topic(context) if context else ""
            return say("compare_on", self.language, topic=topic, **names) if topic else ""
        return say("compare", self.language, **names)

    def sides(self) -> tuple[Side, Side] | None:
        """The two things that a turn compares; None where it names no two and none were spoken of."""
        parted = split_sides(self.asked, self._is_known)
        if parted:
            context = "" if all(side.stands_alone for side in parted) else self.chain
            first, second = (replace(side, context=context) for side in parted)
            return first, second
        if not self.chain:
            return None
        if topic_of(self.asked) and _CONNECTOR.search(self.asked):
            # "dibanding 2024?": what was asked before, and the same of what this one names.
            name, before = " ".join(topic_of(self.asked)), self.history[-1]
            return (
                Side(plain(before), self.chain, self._words_of(before)),
                Side(name, self.asked, tuple(topic_of(self.asked)), self.chain),
            )
        if len(self.history) < 2:
            return None
        first_turn, second_turn = (self._put_in(end) for end in (-1, len(self.history)))
        leans = self.chain != second_turn and len(topic_of(second_turn)) < 2
        return (
            Side(plain(first_turn), first_turn, self._words_of(first_turn)),
            Side(
                plain(second_turn),
                second_turn,
                self._words_of(second_turn),
                self.chain if leans else "",
            ),
        )

    def _put_in(self, end: int) -> str:
        """The last of the turns before `end`; where it puts a name into an earlier question, that."""
        completed = in_full(self.history[:end], self.assistant.request)
        return self.history[:end][-1] if completed.is_pieced else completed.text

    def _is_known(self, name: str) -> bool:
        """Whether the articles have a name as it is written."""
        written = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        rows = self.index.lexical(name, DEPTH)
        return any(written.search(self.index.passage(row).text) for row, _ in rows)

    def _words_of(self, turn: str) -> tuple[str, ...]:
        """The names of an earlier turn, which stand for what it asked about; its topic where it has none."""
        topic = topic_of(turn)
        names = [word for word in topic if word in self._codes or _is_name_in(word, turn)]
        return tuple(names or topic)

    def _candidates(self, side: Side, other: Side) -> list[Told]:
        """The sentences that tell of one side more than of the other."""
        question = self.question(f"{side.context} {side.text}".strip())
        mine, theirs = side.apart_from(other), other.apart_from(side)
        found = self.assistant.find(question, FOUND, self.chosen)
        topic = topic_of(side.text) if side.name in self.asked else side.words
        about = {
            hit for hit in found if not topic or self.share(topic, hit.passage.article) >= self.min_share
        }
        if not about and side.name not in self.asked:
            about = set(found)  # a question of before, which no article need have in its words
        whole = {hit for hit in found if self._called(hit, mine)}
        called = {hit: hit in about and (hit in whole or not whole) for hit in found}
        hits = sorted(found, key=called.__getitem__, reverse=True)[:READ]
        # Where nothing is asked of the sides but that they are compared, no sentence answers surely.
        least = LEAST if set(topic_of(question.text)) - set(side.words) else 0.0
        told = []
        for reading in without_copies(self.assistant.reader.read(question, hits, every=True)):
            sentence = reading.sentence
            tells = self._is_of(sentence, mine, theirs) - self._is_of(sentence, theirs, mine) / 2
            if tells <= 0 or reading.score < least or not called[sentence.hit]:
                continue
            if span := quotable(sentence.article, (sentence.start, sentence.end)):
                told.append(Told(key_of(sentence.article, *span), reading.score, tells))
        return told

    def _called(self, hit: Hit, side: Side) -> bool:
        """Whether the article of a passage has the whole name of a side."""
        article = hit.passage.article
        if side.places:
            return any(self._names(text, side) for text in (article.title, hit.passage.text))
        name = rf"(?<!\w){re.escape(side.name)}(?!\w)"
        return re.search(name, f"{article.title}\n{article.text}", re.IGNORECASE) is not None

    def _is_of(self, sentence: Sentence, side: Side, other: Side) -> float:
        """How surely a sentence is about one side and not about the other, 0..1.

        It names it; or it goes on from one of its paragraph that does, no other name coming between; or its
        article's title names that alone.
        """
        text = sentence.article.text
        if share := self._names(sentence.text, side):
            return NEARER[0] * share
        if self._names(sentence.text, other):
            return 0.0
        line, _ = paragraph_of(text, sentence.start)
        behind = [sentence.text]
        for first, last in reversed(sentences(text[line : sentence.start])):
            before = text[line + first : line + last]
            if share := self._names(before, side):
                known = f"{sentence.article.title} {before}"
                if not self._names(before, other) and not any(
                    _other_names(one, known, text) for one in behind
                ):
                    return NEARER[1] * share
                break
            behind.append(before)
        title = sentence.article.title
        return 0.0 if self._names(title, other) else NEARER[2] * self._names(title, side)

    def _names(self, text: str, side: Side) -> float:
        """The share of the words of a side's name that a text has; 0 where they are too few.

        Where the name is of places, whether the text names one of them; one with a longer name is another.
        """
        there = [one for one in named_places(text) if not _goes_on(text, one)]
        if side.places:
            return float(any(one.key in side.places for one in there))
        called = set(WORD.findall(side.name.lower()))
        for one in reversed(named_places(text)):
            if set(WORD.findall(text[one.start : one.end].lower())) - called:
                text = f"{text[: one.start]}{text[one.end :]}"
        # A stem may be that of another name: Kuta and Kutai.
        words = set(WORD.findall(text.lower()))
        names = [one for one in side.words if _is_name_in(one, side.name) and one not in self._codes]
        if names and words.isdisjoint(way for one in names for way in self._ways(one)):
            return 0.0
        share = self._tells(text, side.words)
        return share if share >= NAMED else 0.0

    def _sides_told(self, sides: Sequence[Side]) -> tuple[list[list[Key]], bool]:
        """The sentences of either side, and whether they are in pairs of such as tell alike of theirs.

        Those of each are of one article: of the pair of articles that have most such pairs.
        """
        first, second = (self._candidates(side, other) for side, other in (sides, sides[::-1]))
        names = frozenset(stem(word) for side in sides for word in side.words)
        telling = {one.key: self._weighed(one.key, names) for one in (*first, *second)}
        together: dict[tuple[str, str], list[tuple[float, Key, Key]]] = {}
        for mine in first:
            for yours in second:
                like = _likeness(telling[mine.key], telling[yours.key]) * mine.tells * yours.tells
                if like >= ALIKE and mine.key.text != yours.key.text:
                    value = like + math.sqrt(mine.score * yours.score)
                    ids = mine.key.article.id, yours.key.article.id
                    together.setdefault(ids, []).append((value, mine.key, yours.key))
        best: tuple[float, list[tuple[Key, Key]]] = (0.0, [])
        for pairs in together.values():
            whole, taken = 0.0, list[tuple[Key, Key]]()
            for value, one, other in sorted(pairs, key=lambda pair: -pair[0]):
                is_new = not any(repeats(one, old) or repeats(other, new) for old, new in taken)
                if is_new and len(taken) < EACH:
                    taken.append((one, other))
                    whole += value
            best = max(best, (whole, taken), key=lambda one: one[0])
        if best[1]:
            return [list(keys) for keys in zip(*best[1], strict=True)], True
        return [_surest(first), _surest(second)], False

    def _weighed(self, key: Key, names: frozenset[str]) -> dict[str, float]:
        """The stems of what a sentence tells, or a row with its headings, with their weights; no names."""
        words = ((stem(word), word) for word in _telling(key))
        return {root: self._weight(word) ** 2 for root, word in words if root not in names}

    def _tells(self, text: str, words: Sequence[str]) -> float:
        """The share of words that stand in a text; 0..1, 0 where there are none."""
        return sum(self._is_in(word, text) for word in words) / len(words) if words else 0.0

    # Skeletons of releases

    def skeleton(self) -> Answer:
        """Facts and quotations of the article that the turn means, under the headings of a press release."""
        found, is_meant = self.meant()
        if found is None or not is_meant:
            return self.refusal("no_draft", found)
        near = self.articles(found.article.title, topic_of(found.article.title))
        corrections = self.assistant.corrections([found.article, *(one.article for one in near)])
        # The facts of a correction are those of the article that it corrects.
        article = next((one.article for one in corrections if one.by.id == found.article.id), found.article)
        what = _on_the_news(article)
        made = Composition()

        def add(
            heading: str, span: Span, text: str, written: Written = "quoted", of: Article = article
        ) -> None:
            label = say(f"draft_{heading}", self.language)
            labelled = say("side", self.language, side=label, text=text)
            made.add(labelled, (of, span), written=written)

        def quote(heading: str, found: Sequence[Key]) -> None:
            for key in found:
                of, span = current_span(article, key.span, corrections)
                if made.unquoted(of, span) == span:
                    text, written = quotation(of, span, self.language)
                    text = text if of is article else attribute(of, text, self.language)
                    add(heading, span, text, written, of)

        quote("what", sorted(what, key=lambda key: key.start))
        quote("who", self._named(article, what))
        lacking = []
        for heading, found_in in (("when", days_of(article)), ("where", places_of(article))):
            told = ((key, self._exact(key, span)) for key, span in found_in)
            if exact := next(((key, text) for key, text in told if text), None):
                add(heading, exact[0].span, exact[1])
            else:
                lacking.append(say(f"draft_{heading}", self.language))
        quote("why", self._reason(article, what))
        quotations = stored_quotations(self.assistant.library, [article])
        direct = [one for one in quotations if one.quote.direct and one.speaker]
        for one in direct[:QUOTED]:
            add("quotes", (one.quote.start, one.quote.end), quotation_text(one, self.language))
        title = f"“{plain(article.title)}”"
        notes = [say("draft_note", self.language, title=title)]
        if lacking:
            notes.append(say("draft_lacking", self.language, headings=", ".join(lacking)))
        return self._answer(corrected(made.done(*notes), corrections, self.language))

    def _named(self, article: Article, taken: Sequence[Key]) -> list[Key]:
        """The sentences that first name those whom an article quotes, the most quoted first."""
        quotations = stored_quotations(self.assistant.library, [article])
        counted = Counter(one.speaker for one in quotations if one.speaker)
        found: list[Key] = []
        for name, _ in counted.most_common():
            at = article.text.find(name)
            span = next((s for s in candidates(article) if s[0] <= at < s[1]), None) if at >= 0 else None
            key = key_of(article, *span) if span else None
            if (
                key
                and not refers_back(key.text)
                and all(key.start != other.start for other in (*taken, *found))
            ):
                found.append(key)
        return found[:WHO]

    def _exact(self, key: Key, span: tuple[int, int]) -> str:
        """A day or place as it is written, or told in the answer's language; empty where it cannot be."""
        written = plain(key.text[slice(*span)])
        if as_language(key.article.language) == self.language:
            return written
        return translate(written, self.language, key.article.published) or (
            written if is_name(written) else ""
        )

    def _reason(self, article: Article, taken: Sequence[Key]) -> list[Key]:
        """The sentence that answers why, where the reader is sure of one."""
        question = self.question(say("why", self.language, title=plain(article.title)))
        hits = [hit for hit in self.hits(article.title, DEPTH) if hit.passage.article_id == article.id]
        readings = self.assistant.reader.read(question, hits, every=True)
        if not readings or readings[0].score < self.assistant.reader.decision.answer:
            return []
        sentence = readings[0].sentence
        key = key_of(article, sentence.start, sentence.end)
        is_taken = any(key.start == other.start for other in taken)
        return [] if is_taken or refers_back(key.text) or not is_balanced(key.text) else [key]

    # Answers

    def _answer(self, made: Composed, *, understood: str = "") -> Answer:
        hits = tuple(
            Hit(Passage(one.article, one.start, one.end), 0.0, rank)
            for rank, one in enumerate(made.citations, 1)
        )
        return Answer(
            question=self.asked,
            language=self.language,
            claims=made.claims,
            citations=made.citations,
            notes=made.notes,
            understood=understood,
            hits=hits,
        )

    def refusal(self, key: str, nearest: FoundArticle | None) -> Answer:
        """The refusal where there is no such article: what was looked for, and which is nearest."""
        if self.listed and key in {"no_summary", "no_draft"}:
            count = str(len(self.listed))
            return Answer(self.asked, self.language, message=say("list_shorter", self.language, count=count))
        words = topic_of(self.asked)
        if not words and not self.chain and key != "no_articles":
            key = "which_article"
        parts = [say(key, self.language)]
        if words and key != "no_articles":
            parts.append(say("looked_for", self.language, terms=plain(self._terms(words))))
        if nearest is not None and key != "which_article":
            parts.append(nearest_line(nearest.article, self.language))
        hits = (nearest.hit,) if nearest is not None else ()
        return Answer(self.asked, self.language, message=" ".join(parts), hits=hits)

    def _terms(self, words: Sequence[str], text: str = "") -> str:
        """The words as they are written in the turn, or in another text."""
        question = replace(self.question(text or self.asked), words=tuple(words))
        return ", ".join(looked_for(question))

    def _topic(self, text: str) -> str:
        """The topic of a turn, as it writes it."""
        return plain(self._terms(topic_of(text), text))


def _on_the_news(article: Article) -> list[Key]:
    """The first key sentence of an article, and others with a word of it or the headline that is no name."""
    first, *others = ranked(article)
    taken = [first]
    words = {stem(word) for word in (*_telling(first), *content_words(article.title))}
    for key in others:
        is_new = not any(repeats(key, other) for other in taken)
        if len(taken) < WHAT and is_new and not words.isdisjoint(map(stem, _telling(key))):
            taken.append(key)
    return taken


Exact = tuple[Key, Span]
"""A sentence of an article, and the characters of it that tell a day or a place."""


def days_of(article: Article) -> list[Exact]:
    """Where an article says when what it tells happened, the surest first.

    That is in its first sentences, or with a day that is the one of publication or shortly before: which day
    another sentence names is of something else.
    """
    keys = [key_of(article, *span) for span in candidates(article)]
    days = [(at, key, moment) for at, key in enumerate(keys) for moment in _days_in(key)]
    days = [one for one in days if one[0] < OPENING or _is_of_report(one[2], article.published)]
    return [(key, _with_bracket(key.text, moment)) for _, key, moment in days]


def places_of(article: Article) -> list[Exact]:
    """Where an article says where what it tells happened, the surest first.

    That is behind "di" in its first sentences, or in the one that names the day of the report; or else what
    the first sentences and the dateline both name.
    """
    keys = [key_of(article, *span) for span in candidates(article)]
    reporting = [
        key for key in keys[OPENING:] if any(_is_of_report(m, article.published) for m in _days_in(key))
    ]
    surely = [(key, span) for key in (*keys[:OPENING], *reporting[:1]) if (span := _place_behind(key.text))]
    first = keys[0].start if keys else 0
    before = article.text[article.text.rfind("\n", 0, first) + 1 : first]
    dateline = {one.key for one in named_places(before)}
    named = [(key, (one.start, one.end)) for key in keys[:OPENING] for one in _places_outside(key)
             if one.key in dateline]  # fmt: skip
    return [*surely, *named]


def _days_in(key: Key) -> list[Moment]:
    """The whole days in a sentence."""
    found = find_moments(key.text, key.article.published)
    return [one for one in found if one.first.day and not one.relative]


def _is_of_report(moment: Moment, published: date | None) -> bool:
    """Whether a day is the one of publication or shortly before."""
    return dated(moment, published).first.is_reported(published)


def _with_bracket(text: str, moment: Moment) -> Span:
    """The characters of a day, with the rest of a bracket that it opens: "Sabtu (3/2 / 2018)"."""
    start, end = moment.start, moment.end
    is_open = "(" in text[start:end] and ")" not in text[start:end]
    return start, text.find(")", end) + 1 or end if is_open else end


def _place_behind(text: str) -> Span | None:
    """The first place in a text that stands behind "di" or "in"; no address is one."""
    text = _without_addresses(text)
    places = find_places(text)
    for match in PLACE.finditer(text):
        start, end = match.span("place")
        known = next((one.end for one in places if one.start == start), start)
        words = [start + word.end() for word in WORD.finditer(text[start:end])]
        known = max((at for at in words if is_regency(text[start:at])), default=known)
        if known > start:
            return start, known
    return None


def _places_outside(key: Key) -> list[NamedPlace]:
    """The places that a sentence names outside offices and addresses."""
    terms = find_terms(key.text, as_language(key.article.language))
    offices = [(one.start, one.end + 2) for one in terms if one.term.sort == "office"]
    places = named_places(_without_addresses(key.text))
    return [one for one in places if not meets((one.start, one.end), offices)]


_ADDRESS = re.compile(r"\S*(?:[^\W\d]\.[^\W\d]|@|://)\S*")


def _without_addresses(text: str) -> str:
    """A text with blanks in place of its addresses, "apbd.jakarta.go.id"."""
    return _ADDRESS.sub(lambda match: " " * len(match.group()), text)


def _sentence(key: Key) -> Sentence:
    """A key sentence by itself, as that of a passage."""
    return Sentence(key.article, *key.span, Hit(Passage(key.article, *key.span), 0.0, 1))


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence on a side, how surely it answers what is asked, and how surely it is of that side, 0..1."""

    key: Key
    score: float
    tells: float


def _likeness(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """How alike what two sentences tell is, 0..1, by their words' weights; 0 with one word in common."""
    both = [min(mine[word], theirs[word]) for word in mine.keys() & theirs.keys()]
    if len(both) < FEWEST_SHARED:
        return 0.0
    return sum(both) / max(1e-9, math.sqrt(sum(mine.values()) * sum(theirs.values())))


def _surest(found: Sequence[Told]) -> list[Key]:
    """The surest sentences of one article, in the order of its text."""
    taken: list[Key] = []
    for key in (one.key for one in sorted(found, key=lambda one: -one.score * one.tells)):
        is_new = not any(repeats(key, other) for other in taken)
        if len(taken) < EACH and is_new and (not taken or taken[0].article.id == key.article.id):
            taken.append(key)
    return sorted(taken, key=lambda key: key.start)


def _telling(key: Key) -> list[str]:
    """The content words of a sentence but numbers and names; of a row those of its headings."""
    heads = heads_of(_sentence(key), set())
    text = " ".join(key.article.text[slice(*span)].lower() for span in heads) or key.text
    words = [one.group() for at, one in enumerate(WORD.finditer(text)) if not at or one.group()[0].islower()]
    return [word for word in content_words(" ".join(words)) if not word[0].isdigit()]


def _goes_on(text: str, place: NamedPlace) -> bool:
    """Whether a city's name goes on as that of another place, "Medan Area", and not as that of its mayor."""
    following = WORD.match(text, place.end + 1)
    if not place.is_regency or following is None or not following.group()[0].isupper():
        return False
    is_place = any(one.start == following.start() for one in named_places(text))
    if text[place.end] != " " or is_place or _is_headline(text):
        return False
    before = text[: place.start]
    return not any(not before[one.end :].strip() for one in find_offices(before))


def _is_headline(text: str) -> bool:
    """Whether most words of a text of several have a capital."""
    words = WORD.findall(text)
    return len(words) > HEADLINE and 2 * sum(word[0].isupper() for word in words) > len(words)


def _is_name_in(word: str, text: str) -> bool:
    """Whether a text writes a lower-case word with a capital."""
    return any(token[:1].isupper() and token.lower() == word for token in WORD.findall(text))


def _other_names(sentence: str, known: str, article: str) -> set[str]:
    """The names in a sentence of an article that a known text lacks; none where it refers to the one before.

    A word with a capital is a name but for a first one that the article or the vocabulary has as a word.
    """
    if refers_back(sentence):
        return set()
    first, *others = WORD.findall(sentence) or [""]
    names = {word for word in others if word[0].isupper()}
    if not (is_indonesian(first) or {first.lower()} & STOPWORDS or first.lower() in WORD.findall(article)):
        names.add(first)
    return names - set(WORD.findall(known))


@lru_cache(maxsize=512)
def _places_in(text: str) -> frozenset[str]:
    """The codes of the countries and provinces that a text names."""
    return frozenset(place.code for place in find_places(text))


@lru_cache(maxsize=512)
def _stems_in(text: str) -> frozenset[str]:
    """Stems of the content words of a text, and of the parts of those that have a hyphen."""
    words = content_words(text)
    return frozenset(stem(part) for word in words for part in (word, *_PARTS.findall(word)))
