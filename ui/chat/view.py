"""How the chat shows a conversation: answers, what can be done with them, and the sources beside them.

Everything from outside is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby, product
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from index import Article
from index.models import Filter, Listed
from rag import Answer, Citation, Claim
from rag.answer import plain
from rag.evidence_card import Card
from rag.feedback import LONGEST, OF_ANSWERS, OF_REFUSALS, REASONS
from rag.query import LONGEST as LONGEST_QUESTION
from ui.locales import Words, locale
from ui.markup import address_of, flat, in_html, in_markdown, link, macro, read_day, render


class FilterError(Exception):
    """The filters cannot be used as they stand; `str(error)` says so in the page's language."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; both days included, no source meaning every source.

    `article` is the id of the only one, and `title` its title; empty where it is any. Filters are true where
    they leave anything out.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    article: str = ""
    title: str = ""

    @classmethod
    def read(
        cls,
        since: str | None,
        until: str | None,
        sources: list[str] | None,
        words: Words,
        article: tuple[str, str] = ("", ""),
    ) -> Filters:
        """Filters as the page's fields hold them, and the id and title of the only article.

        Raises:
            FilterError: a day is not a day, or they are the wrong way round.
        """
        first, last = _parse_day(since, words), _parse_day(until, words)
        if first and last and first > last:
            raise FilterError(words.reversed_dates)
        return cls(first, last, tuple(sources or ()), *article)

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources or self.article)

    @property
    def chosen(self) -> Filter:
        """These filters as the pipeline's `Filter`."""
        return Filter(self.since, self.until, self.sources, (self.article,) if self.article else ())

    def in_words(self, words: Words) -> str:
        """The filters in words; empty where they exclude nothing."""
        parts = [words.from_day.format(day=words.day(self.since))] if self.since else []
        parts += [words.to_day.format(day=words.day(self.until))] if self.until else []
        parts += [", ".join(self.sources)] if self.sources else []
        parts += [words.of_article.format(title=flat(self.title) or self.article)] if self.article else []
        return "; ".join(parts)


EVERYTHING = Filters()


def _parse_day(value: str | None, words: Words) -> date | None:
    if not value or not value.strip():
        return None
    day = read_day(value)
    if day is None:
        raise FilterError(words.bad_date.format(value=value.strip()[:40]))
    return day


State = Literal["waiting", "answered", "stopped", "refused", "failed", "lost"]


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One question and what came of it.

    Attributes:
        question: As the user wrote it.
        filters: Which articles might answer.
        state: "waiting" until the answer is there; "refused" where the question cannot be answered as it
            stands; "failed" where the program did; "lost" where an earlier answer is not proven any more.
        stage: What the assistant is doing while `state` is "waiting"; empty before it begins.
        ahead: While it waits for its turn, how many other questions are before it.
        answer: What it answered, once `state` is "answered".
        shown: How many claims of the answer are shown so far; None for all of them.
        detail: The message of a refusal, the id under which a failure was logged, or why an answer is lost.
        key: By which a reader says what they think of the answer; empty where it is not asked for.
        remark: What is said beside an answer that was given at an earlier time; empty for a new one.
    """

    question: str
    filters: Filters = EVERYTHING
    state: State = "waiting"
    stage: str = ""
    ahead: int = 0
    answer: Answer | None = None
    shown: int | None = None
    detail: str = ""
    key: str = ""
    remark: str = ""

    def __post_init__(self) -> None:
        if (self.state == "answered") != (self.answer is not None):
            raise ValueError(
                f"a turn that is {self.state} has {'no' if self.answer is None else 'an'} answer"
            )

    @property
    def unfinished(self) -> bool:
        return self.state == "waiting" or self.shown is not None

    def at(self, stage: str) -> ChatTurn:
        return replace(self, stage=stage, ahead=0)

    def behind(self, ahead: int) -> ChatTurn:
        return replace(self, stage="", ahead=ahead)

    def answered(self, answer: Answer, shown: int | None = None, key: str = "") -> ChatTurn:
        return replace(self, state="answered", answer=answer, shown=shown, key=key)

    def stopped(self) -> ChatTurn:
        """Where it was still waiting it waits no more; an answer that is there is shown whole."""
        return replace(self, state="stopped") if self.state == "waiting" else replace(self, shown=None)

    def refused(self, message: str) -> ChatTurn:
        return replace(self, state="refused", detail=message)

    def failed(self, identifier: str) -> ChatTurn:
        return replace(self, state="failed", detail=identifier)

    def remarked(self, remark: str) -> ChatTurn:
        return replace(self, remark=remark)

    def lost(self, why: str) -> ChatTurn:
        return replace(self, state="lost", detail=why)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in the order they were asked."""

    turns: tuple[ChatTurn, ...] = ()

    @property
    def latest(self) -> ChatTurn | None:
        return self.turns[-1] if self.turns else None

    @property
    def unfinished(self) -> bool:
        return any(turn.unfinished for turn in self.turns)

    @property
    def history(self) -> tuple[str, ...]:
        """The questions that a follow-up may lean on, oldest first."""
        return tuple(turn.question for turn in self.turns if turn.state in {"answered", "stopped", "lost"})

    def until(self, turns: int) -> Conversation:
        """A copy with only its first turns."""
        return Conversation(self.turns[:turns])

    def with_turn(self, turn: ChatTurn, at: int | None = None) -> Conversation:
        """A copy with a turn in place of the one at an index, or appended."""
        if at is None:
            return Conversation((*self.turns, turn))
        return Conversation((*self.turns[:at], turn, *self.turns[at + 1 :]))

    def stopped(self) -> Conversation:
        return Conversation(tuple(turn.stopped() for turn in self.turns))


def filters_of(card: Card) -> Filters:
    """The filters under which the answer of a card was given."""
    limits = card.limits
    article = ", ".join(limits.articles)
    titles = [one.title for one in card.citations if one.article_id == article]
    return Filters(limits.since, limits.until, limits.publishers, article, titles[0] if titles else article)


def tools(words: Words) -> str:
    """Two buttons beside the one for a new conversation: the earlier ones, and this one as a file."""
    return render("tools.html", w=locale(words.language).answers)


def using(words: Words) -> str:
    """The dialogs of the buttons: downloads, earlier conversations, and a text to copy by hand."""
    w = locale(words.language).answers
    # The scripts speak the page's language with these.
    of_scripts = json.dumps({"language": words.language} | vars(w), ensure_ascii=False)
    return render("using.html", w=w, words_of_scripts=of_scripts)


def opinion_form(words: Words) -> str:
    """The form for a reader who finds an answer wrong; the page's script sends and closes it."""
    return render(
        "opinion.html",
        words=words,
        reasons=REASONS,
        of_answers=OF_ANSWERS,
        of_refusals=OF_REFUSALS,
        longest=LONGEST,
    )


CONTEXT = 200
"""Characters of the article shown on either side of a quotation before the whole article is opened."""


def anchor(turn: int, latest: bool) -> Callable[[int], str]:
    """How the sources of a turn are named: `src-1` in the latest answer, `src-a3-1` in an earlier third one.

    So `src-1` always is the latest answer's, and the marker of an older answer never leads to it.
    """
    return lambda number: f"src-{number}" if latest else f"src-a{turn}-{number}"


class SourceEntry(NamedTuple):
    """A citation as it is shown.

    Attributes:
        citation: It.
        id: Of its block on the page.
        start: The first character of the article that is shown beside the quotation.
        end: One past the last.
    """

    citation: Citation
    id: str
    start: int
    end: int

    @property
    def is_part(self) -> bool:
        """Whether more of the article can be unfolded."""
        return self.start > 0 or self.end < len(self.citation.article.text)


class Stock(NamedTuple):
    """A library in numbers: articles, publishers, first and last day, and the newest articles."""

    articles: int
    publishers: Sequence[str]
    first: date | None
    last: date | None
    newest: Sequence[Listed]


PUBLISHERS = 8
"""Publishers that are named; of more it is told how many there are."""


def stock(found: Stock, words: Words) -> str:
    """The panel on the library, shown while nothing was asked yet."""
    return _render("library.html", words, stock=found, t=locale(words.language).articles, named=PUBLISHERS)


class SourceGroup(NamedTuple):
    """The citations of one article, in their order."""

    article: Article
    sources: list[SourceEntry]


def sources(conversation: Conversation, words: Words) -> str:
    """The sources of the latest answer, those of one article together; nothing before the first question.

    All of it is in the language of that answer, or of the page where there is none.
    """
    turn = conversation.latest
    remark, nearest, shown = "", None, []
    if turn is None:
        return ""
    spoken = _words_of(turn.answer) if turn.answer is not None else words
    if turn.answer is not None and turn.answer.replied:
        remark = spoken.sources_later
    elif turn.answer is not None and not turn.answer.abstained:
        shown = _shown(turn.answer, anchor(len(conversation.turns), True))
    elif turn.state != "waiting":
        remark = spoken.sources_none
        # Where the articles do not say, the passage that was nearest.
        nearest = turn.answer.nearest if turn.answer is not None else None
    return _render("sources.html", words, spoken=spoken, remark=remark, nearest=nearest, groups=shown)


def earlier_sources(conversation: Conversation, words: Words) -> str:
    """The sources of the answers before the latest, folded under their questions, latest first."""
    groups = [
        (
            shortened(turn.question),
            _shown(turn.answer, anchor(number, False)),
            _words_of(turn.answer),
        )
        for number, turn in enumerate(conversation.turns[:-1], 1)
        if turn.answer is not None and turn.answer.claims
    ]
    return _render("earlier_sources.html", words, groups=groups[::-1]) if groups else ""


def _render(template: str, words: Words, **values: Any) -> str:
    # `words` speak for what belongs to an answer where a template puts those of its language in their place.
    return render(template, words=words, page=words, link=link, address_of=address_of, **values)


def _words_of(answer: Answer) -> Words:
    """The words of the interface in the language of an answer."""
    return locale(answer.language).chat


def _shown(answer: Answer, name: Callable[[int], str]) -> list[SourceGroup]:
    of: dict[str, list[Citation]] = {}
    for one in answer.citations:
        of.setdefault(one.article.id, []).append(one)
    return [
        SourceGroup(
            group[0].article,
            [SourceEntry(one, name(one.number), *_surroundings(one, group)) for one in group],
        )
        for group in of.values()
    ]


def _surroundings(citation: Citation, group: Sequence[Citation]) -> tuple[int, int]:
    """The span of the article shown around a citation, up to the neighbouring citations."""
    text, start, end = citation.article.text, citation.start, citation.end
    left, right = _context(text, start, end)
    before = [one.end for one in group if one.end <= start]
    after = [one.start for one in group if one.start >= end]
    left, right = max(left, *before, 0), min(right, *after, len(text))
    while left < start and text[left].isspace():
        left += 1
    while right > end and text[right - 1].isspace():
        right -= 1
    # Of spaces alone nothing is left out.
    return left if text[:left].strip() else 0, right if text[right:].strip() else len(text)


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters around `start:end`, cut at a line or word."""
    left = max(0, start - CONTEXT)
    if left and (
        boundary := re.compile(r"\n+").search(text, left, start)
        or re.compile(r"\s+").search(text, left, start)
    ):
        left = boundary.end()
    right = min(len(text), end + CONTEXT)
    if right < len(text):
        cut = max(
            text.rfind("\n", end, right), text.rfind(" ", end, right) if "\n" not in text[end:right] else -1
        )
        right = end + len(text[end : max(cut, end)].rstrip())
    return left, right


def shortened(question: str) -> str:
    """A question on one line of at most 120 characters."""
    line = flat(question)
    return line if len(line) <= 120 else line[:119].rstrip() + "…"


Message = dict[str, str]

SHOWN_QUESTION = 600
"""Characters of a question that is shown whole in the chat; a longer one is folded to its two ends."""

END = 200
"""Characters of either end."""


def messages(conversation: Conversation, words: Words) -> list[Message]:
    """The chat's messages: each question and, under it, what came of it."""
    shown: list[Message] = []
    for number, turn in enumerate(conversation.turns, 1):
        latest = number == len(conversation.turns)
        shown.append({"role": "user", "content": f"{_question(turn.question, words)}\n\n{_again(number)}"})
        shown.append({"role": "assistant", "content": _reply(turn, words, anchor(number, latest))})
    return shown


def _question(question: str, words: Words) -> str:
    """A question; the whole of a long one unfolds, unless it is longer than what is answered at all."""
    question = question.strip()
    if len(question) <= SHOWN_QUESTION:
        return in_markdown(question)
    first, last = question[:END].rsplit(maxsplit=1)[0], question[-END:].split(maxsplit=1)[-1]
    ends = f"{in_markdown(first)} … {in_markdown(last)}"
    if len(question) > LONGEST_QUESTION:
        return ends
    label = in_html(words.whole_question)
    return f"{ends}\n\n<details><summary>{label}</summary>\n\n{in_markdown(question)}\n\n</details>"


def _reply(turn: ChatTurn, words: Words, name: Callable[[int], str]) -> str:
    if turn.answer is not None:
        shown = _answer(turn, turn.answer, words, name)
        if not turn.key or turn.shown is not None:
            return shown
        return f"{shown}\n\n{macro('chat.html', 'actions', turn, words, locale(words.language).answers)}"
    if turn.state == "waiting":
        stage = words.in_line(turn.ahead) if turn.ahead else words.stages[turn.stage]
        return _framed("progress", words.language, in_markdown(stage))
    kind, text = {
        "stopped": ("stopped", words.stopped),
        "lost": ("problem lost", turn.detail),
        "refused": ("problem", turn.detail),
        "failed": ("problem", words.failed.format(id=turn.detail)),
    }[turn.state]
    return _framed(kind, words.language, in_markdown(text))


def _again(number: int) -> str:
    """Two buttons beside a question, by which it is changed or asked again; the page's script names them."""
    return (
        f'<div class="again turn-{number}"><button type="button" class="change"></button>'
        '<button type="button" class="repeat"></button></div>'
    )


def _answer(turn: ChatTurn, answer: Answer, words: Words, name: Callable[[int], str]) -> str:
    above = [*_understood(answer, words), *_limited(turn, words)]
    above += [_note(in_markdown(turn.remark), answer.language)] if turn.remark else []
    foreign = _foreign(answer)
    notes = [_note(_spoken(note, foreign), answer.language) for note in answer.notes if note.strip()]
    if answer.replied:
        return "\n".join([*above, _framed("answer", answer.language, in_markdown(answer.message))])
    if answer.abstained:
        return "\n".join([*above, *_refusal(turn, answer, words), *notes])
    label = _words_of(answer).source
    titles = {c.number: f"{label.format(number=c.number)}: {flat(c.article.title)}" for c in answer.citations}
    claims = answer.claims[: turn.shown]
    # One badge where it is the same for all sentences.
    kinds = {claim.written for claim in answer.claims}
    shared = len(answer.claims) > 1 and len(kinds) == 1
    shown = [
        _claim(claim, _spoken(claim.text, foreign), titles, words, name, badge=not shared) for claim in claims
    ]
    # Its number stands at the claim that it is taken from, right below.
    leading = [_framed("lead", answer.language, in_markdown(answer.lead.text))] if answer.lead else []
    if answer.differing or answer.request == "compare":
        sides = "\n\n".join(_framed("side", answer.language, one) for one in _sides(answer, shown))
        body = _framed("answer", answer.language, f'<div class="sides">\n\n{sides}\n\n</div>')
    else:
        body = _framed("answer", answer.language, "\n\n".join([*leading, *shown]))
    if len(shown) < len(answer.claims):
        return "\n".join([*above, body])
    badge = (
        [f'<p class="written">{_badge(answer.claims[0].written, words, all_of_it=True)}</p>']
        if shared
        else []
    )
    return "\n".join([*above, body, *badge, *notes])


def _refusal(turn: ChatTurn, answer: Answer, words: Words) -> list[str]:
    """The parts of a refusal: that the articles do not say, why, and the nearest passage.

    Of one that was given at an earlier time it is not known whether it was noted.
    """
    spoken = _words_of(answer)
    title = f'<p class="verdict" lang="{spoken.language}">{in_markdown(spoken.abstained)}</p>'
    message = _spoken(answer.message, _foreign(answer))
    parts = [_framed("abstained", answer.language, f"{title}\n\n{message}")]
    if answer.nearest:
        parts.append(macro("chat.html", "nearest", words))
    if answer.is_gap and not turn.remark:
        parts.append(_note(in_markdown(words.gap_kept), words.language))
    return parts


def _sides(answer: Answer, shown: Sequence[str]) -> list[str]:
    """The columns of an answer: each claim, or the claims of each side of a comparison."""
    if answer.request != "compare":
        return list(shown)
    sides: dict[str, list[str]] = {}
    for claim, one in zip(answer.claims, shown, strict=False):
        sides.setdefault(claim.text.partition(": ")[0], []).append(one)
    return ["\n\n".join(claims) for claims in sides.values()]


def _claim(
    claim: Claim, text: str, titles: dict[int, str], words: Words, name: Callable[[int], str], *, badge: bool
) -> str:
    """A claim, whose `text` is Markdown; the markers of its proof and, for a `badge`, how it was written."""
    markers = "&nbsp;".join(
        f'[{number}](#{name(number)} "{in_markdown(titles[number])}")' for number in claim.numbers
    )
    return f"{text}&nbsp;{markers}" + (f" {_badge(claim.written, words)}" if badge else "")


def _badge(written: str, words: Words, *, all_of_it: bool = False) -> str:
    """How a claim, or all of an answer, came to be written."""
    label = (words.written_all if all_of_it else words.written)[written]
    return macro("chat.html", "badge", written, label, words.language)


def _understood(answer: Answer, words: Words) -> list[str]:
    if not answer.understood:
        return []
    return [
        f'<p class="understood" lang="{words.language}">{in_html(words.understood)} '
        f'<span class="asked" lang="{in_html(answer.language)}">{in_markdown(answer.understood)}</span> '
        f'<button type="button" class="adopt">{in_html(words.change)}</button></p>'
    ]


def _limited(turn: ChatTurn, words: Words) -> list[str]:
    limits = turn.filters.in_words(words)
    return [_note(in_markdown(words.limited.format(filters=limits)), words.language)] if limits else []


def _note(markdown: str, language: str) -> str:
    return f'<p class="note" lang="{in_html(language)}">{markdown}</p>'


# A number with its separators is one word: "4,796" is not "4.796".
_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")
IN_A_ROW = 3
"""Words in a row by which a stretch of an answer is found in an article in another language."""

Foreign = tuple[tuple[str, str], ...]
"""Texts of articles in another language than an answer's, each with its language."""


def _foreign(answer: Answer) -> Foreign:
    """The titles and quotations of articles that an answer may tell in their own language."""
    told = [(one.article, one.quote) for one in answer.citations]
    if answer.nearest is not None:
        told.append((answer.nearest.article, answer.nearest.text))
    return tuple(
        (article.language, text)
        for article, quote in told
        if article.language != answer.language
        for text in (article.title, quote)
    )


@lru_cache(1024)
def _spoken(text: str, foreign: Foreign) -> str:
    """Markdown of a text of an answer, in which what is of an article in another language is marked so."""
    found = list(_WORD.finditer(text)) if foreign else []
    folded, phrases = _folded(found), _phrases(foreign)
    languages = [""] * len(found)
    for at, size in product(range(len(found)), range(1, IN_A_ROW + 1)):
        if language := phrases.get(folded[at : at + size]):
            languages[at : at + size] = [language] * len(folded[at : at + size])
    parts, end = [], 0
    for language, group in groupby(zip(languages, found, strict=True), key=itemgetter(0)):
        matches = [match for _, match in group]
        start, stop = matches[0].start(), matches[-1].end()
        if language:
            quoted = in_markdown(text[start:stop])
            parts += [_between(text[end:start]), f'<span lang="{in_html(language)}">{quoted}</span>']
            end = stop
    return "".join([*parts, _between(text[end:])]).strip()


@lru_cache
def _phrases(foreign: Foreign) -> dict[tuple[str, ...], str]:
    """Each `IN_A_ROW` words in a row of some texts, all of one that has fewer, with the language."""
    phrases: dict[tuple[str, ...], str] = {}
    for language, text in foreign:
        found = _folded(list(_WORD.finditer(plain(text))))
        size = min(IN_A_ROW, len(found))
        phrases |= {found[at : at + size]: language for at in range(len(found) - size + 1)}
    return phrases


def _folded(found: Sequence[re.Match[str]]) -> tuple[str, ...]:
    return tuple(match.group().casefold() for match in found)


def _between(text: str) -> str:
    """Markdown of a text with the space at its ends, which is lost in Markdown of its own."""
    return " " * text[:1].isspace() + in_markdown(text) + " " * text[-1:].isspace()


def _framed(kind: str, language: str, markdown: str) -> str:
    """Markdown in a block of its own; the blank lines are what makes it Markdown again within HTML."""
    return f'<div class="{kind}" lang="{in_html(language)}">\n\n{markdown}\n\n</div>'
