"""Answers, claims, citations and verdicts: what is shown, and the proof of it; and the steps to an answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from index import Article, Hit, Passage
from index.models import Span

Kind = Literal[
    "answer", "summarise", "quotes", "compare", "latest", "draft", "translate",
    "greeting", "thanks", "smalltalk", "capability", "out_of_scope",
]  # fmt: skip
"""The kinds of request of a turn."""

KINDS: tuple[Kind, ...] = get_args(Kind)

REPLIES: frozenset[Kind] = frozenset(
    {"greeting", "thanks", "smalltalk", "capability", "out_of_scope", "translate"}
)
"""Kinds that the product replies to by itself in a sentence or two, without the articles."""

LISTED: frozenset[Kind] = frozenset({"summarise", "quotes", "compare", "latest", "draft"})
"""Kinds whose claims stand each for itself, on a line of its own."""

MARKER = re.compile(r"\[(\d+)\]")
"""How a citation is marked in an answer's text: `[1]`, counting from 1."""


@dataclass(frozen=True, slots=True)
class Translation:
    """An English translation of a sentence.

    Attributes:
        source: In Indonesian.
        text: In English where it is checked; else the source.
        model: What translated it.
        checked: Whether the translation says what the source says; see `rag.translation.hold_against`.
        reason: One clause that names what was decisive.
    """

    source: str
    text: str
    model: str
    checked: bool
    reason: str = ""


def plain(text: str) -> str:
    """The text on one line, without anything that reads as a citation marker."""
    return re.sub(r"\s+", " ", re.sub(rf"\s*{MARKER.pattern}", "", text)).strip()


@dataclass(frozen=True, slots=True)
class Citation:
    """The characters `start:end` of an article, numbered from 1 as the answer's text marks them.

    `also_in` are other articles that carry the same words, copies of one release. `translation` is what an
    English answer says in the place of an Indonesian quotation.
    """

    number: int
    article: Article
    start: int
    end: int
    also_in: tuple[Article, ...] = ()
    translation: Translation | None = None

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"citations are numbered from 1, not {self.number}")
        if not 0 <= self.start < self.end <= len(self.article.text):
            raise ValueError(f"citation {self.start}:{self.end} lies outside article {self.article.id!r}")

    @property
    def quote(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def page(self) -> int | None:
        """The page that the quotation begins on, from 1; None where its article has no pages."""
        return self.article.page_at(self.start)

    @property
    def last_page(self) -> int | None:
        """The page that it ends on; None where that is the one it begins on."""
        return self.article.last_page_of(self.start, self.end)

    @property
    def is_scanned(self) -> bool:
        """Whether the quotation was read from a scan, by text recognition."""
        return self.article.is_scanned(self.start, self.end)


def page_range(first: int, last: int | None) -> str:
    """Pages as a citation has them: "3", "3-4"."""
    return str(first) if last is None else f"{first}-{last}"


Written = Literal["quoted", "rendered", "translated", "machine"]
"""How a claim was written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, without markers, and the numbers of the citations that prove it.

    Attributes:
        written: "quoted", a sentence of its article, at most with whose it is; "rendered", a quotation with
            figures, days, places or names of it told in the other language, each checked; "translated", put
            into English and checked against the original; or in the words of a "machine", checked against its
            citations.
    """

    text: str
    numbers: tuple[int, ...]
    written: Written = "quoted"

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a claim says something")
        if not self.numbers:
            raise ValueError(f"a claim needs a citation: {self.text!r}")
        if MARKER.search(self.text):
            raise ValueError(f"markers are added to a claim, not written in it: {self.text!r}")

    @property
    def marked(self) -> str:
        return f"{self.text} {''.join(f'[{number}]' for number in self.numbers)}"


LeadKind = Literal["value", "person", "place", "date", "yesno", "list", "text"]
"""The kinds of lead."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The direct answer, which goes before the claims.

    Attributes:
        text: In the language of the answer, without full stop and marker.
        kind: What it is.
        start: Where in the article of its citation it begins.
        end: One past its last character there.
        number: Of the citation that holds it.
    """

    text: str
    kind: LeadKind
    start: int
    end: int
    number: int

    def __post_init__(self) -> None:
        if not self.text.strip() or MARKER.search(self.text):
            raise ValueError(f"a lead says something, without markers: {self.text!r}")

    @property
    def marked(self) -> str:
        return f"{self.text}. [{self.number}]"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: claims with citations, or a message and no claim.

    Attributes:
        question: As it was asked.
        language: "id" or "en", the language of `text`.
        claims: Empty when the articles do not say.
        citations: Numbered 1..n; each is marked in the text, and each marker has its citation.
        lead: The direct answer, with which the text begins; None where the claims stand alone.
        message: What is said instead of claims: that the articles do not say, or a reply to `request`.
        request: What the turn asks for.
        notes: Remarks beside the answer.
        understood: The question as it was completed from the conversation; empty where it stood by itself.
        differing: Whether the claims are different answers, each of other articles, the newest first.
        hits: The passages that were considered, best first.
        offered: The one whose sentence the message of a refusal offers; None where it offers none.
        confidence: Share of such answers expected to be right, between 0 and 1.
        timings: Milliseconds per step.
        models: Name of the embedder, the reader and the generator; None for the latter where no claim is
            a machine's.
        counts: Whether a refusal tells of a gap in the coverage: not where a filter left articles out, or
            where the turn most likely asks for no article.
    """

    question: str
    language: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    lead: Lead | None = None
    message: str = ""
    notes: tuple[str, ...] = ()
    request: Kind = "answer"
    understood: str = ""
    differing: bool = False
    hits: tuple[Hit, ...] = ()
    offered: Hit | None = None
    confidence: float = 0.0
    timings: Mapping[str, float] = field(default_factory=dict)
    models: Mapping[str, str | None] = field(default_factory=dict)
    counts: bool = True

    def __post_init__(self) -> None:
        marked = {number for claim in self.claims for number in claim.numbers}
        given = [citation.number for citation in self.citations]
        if given != list(range(1, len(given) + 1)):
            raise ValueError(f"citations are numbered in order from 1, not {given}")
        if marked != set(given):
            raise ValueError(f"markers {sorted(marked)} do not match citations {given}")
        if bool(self.claims) == bool(self.message):
            raise ValueError("an answer has either claims or a message")
        if self.lead and not any(
            one.number == self.lead.number and one.start <= self.lead.start < self.lead.end <= one.end
            for one in self.citations
        ):
            raise ValueError(f"the lead lies outside its citation: {self.lead}")
        if MARKER.search(self.message):
            raise ValueError("a message carries no marker")

    @property
    def abstained(self) -> bool:
        """Whether the articles were asked and do not say."""
        return not self.claims and not self.replied

    @property
    def nearest(self) -> Passage | None:
        """The passage that a refusal names as nearest: that of the offered sentence, else the first found."""
        hit = self.offered or next(iter(self.hits), None)
        return hit.passage if hit and self.abstained else None

    @property
    def is_gap(self) -> bool:
        """Whether the articles lack what was asked for; not where a turn names nothing to look for."""
        names_something = bool(self.hits) or self.request not in {"summarise", "latest", "compare", "draft"}
        return self.abstained and self.counts and names_something

    @property
    def replied(self) -> bool:
        """Whether this is a reply of the product's own, as to a greeting."""
        return not self.claims and self.request in REPLIES

    @property
    def text(self) -> str:
        if not self.claims:
            return self.message
        return " ".join(
            [*([self.lead.marked] if self.lead else []), *(claim.marked for claim in self.claims)]
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of answering; "write": a generator is asked, "translate": quotations are put into English."""

    name: Literal["understand", "retrieve", "read", "write", "translate"]


Steps = Generator[Step, None, Answer]
"""Steps, each before it is taken; the answer is what they return."""


class Followed:
    """Steps as they are taken, one after the other, and the `answer` once there are no more."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.answer: Answer

    def __iter__(self) -> Iterator[Step]:
        self.answer = yield from self._steps


def follow(steps: Steps, tell: Callable[[Step], object] = lambda _: None) -> Answer:
    """The answer that steps end in; each of them is told before it is taken."""
    followed = Followed(steps)
    for step in followed:
        tell(step)
    return followed.answer


class Clock:
    """The milliseconds that the steps of an answer take; a copy goes on by itself."""

    def __init__(self) -> None:
        self._begun = self._last = time.perf_counter()
        self._taken = {"retrieve": 0.0, "read": 0.0}

    def lap(self, name: str) -> None:
        """Count what has passed since the last lap, or the beginning, to a step."""
        now = time.perf_counter()
        self._taken = self._taken | {name: self._taken.get(name, 0.0) + 1000 * (now - self._last)}
        self._last = now

    def timings(self) -> dict[str, float]:
        """Of each step by its name, and since the beginning, "total"."""
        return self._taken | {"total": 1000 * (time.perf_counter() - self._begun)}


Ruling = Literal["supported", "contradicted", "not_found"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text supports a claim.

    Attributes:
        ruling: "supported", "contradicted" (the text says otherwise) or "not_found" (it does not say).
        reason: One clause that names what was decisive.
        spans: The characters `start:end` of the text that show it, in order; empty where nothing does.
        probability: That the text supports the claim, 0..1; 0 where an exact fact speaks against it.
        relevance: How much the text says of the claim, 0..1; 1 where no model was asked.
    """

    ruling: Ruling
    reason: str
    spans: tuple[Span, ...] = ()
    probability: float = 0.0
    relevance: float = field(default=1.0, compare=False)

    @property
    def holds(self) -> bool:
        return self.ruling == "supported"
