"""The evidence card: one answer with all that is needed to check it again, without us and offline.

A card names the characters of the articles that prove each claim, their hashes and those of the articles,
and is sealed with a hash over everything in it, so that a card that was changed is noticed. The seal tells of
accidents and careless changes; what proves a card is that its quotations are in the articles: `rag.recheck`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

from index import Article
from rag.answer import MARKER, Answer, Citation

FORMAT = "tanya-berita evidence card"
VERSION = 1

Written = Literal["quoted", "rendered", "machine"]
MODELS = ("embedder", "reader", "generator")

MOST = 50
"""Claims, citations, notes or articles that a card lists in one place."""

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article as a card names it: its id in the library that was asked, and where it was published."""

    article_id: str
    title: str
    publisher: str | None
    published: date | None
    url: str | None

    @classmethod
    def of(cls, article: Article) -> Carrier:
        return cls(article.id, article.title, article.source, article.published, article.url)


@dataclass(frozen=True, slots=True)
class Proof:
    """A citation as a card keeps it.

    Attributes:
        number: As the claims mark it, from 1.
        article: The article that is quoted.
        language: Of the article's text.
        page: The page that the quotation begins on, from 1; None where the article has no pages.
        start: Of the quotation in the article's text, in characters (Unicode code points).
        end: Behind its last character.
        quote: These characters.
        quote_sha256: Hex digest of the quotation in UTF-8.
        article_sha256: Hex digest of the article's whole text in UTF-8.
        also_in: Other articles that carry the same words.
    """

    number: int
    article: Carrier
    language: str
    page: int | None
    start: int
    end: int
    quote: str
    quote_sha256: str
    article_sha256: str
    also_in: tuple[Carrier, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"[{self.number}] cites no characters: {self.start}:{self.end}")
        if self.page is not None and self.page < 1:
            raise ValueError(f"pages count from 1, not {self.page}")
        if not (_HASH.fullmatch(self.quote_sha256) and _HASH.fullmatch(self.article_sha256)):
            raise ValueError(f"[{self.number}] has a hash that is none")

    @classmethod
    def of(cls, citation: Citation) -> Proof:
        article = citation.article
        return cls(
            number=citation.number,
            article=Carrier.of(article),
            language=article.language,
            page=article.page_at(citation.start),
            start=citation.start,
            end=citation.end,
            quote=citation.quote,
            quote_sha256=hash_of(citation.quote),
            article_sha256=hash_of(article.text),
            also_in=tuple(Carrier.of(other) for other in citation.also_in[:MOST]),
        )


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim, without markers, the numbers of what proves it, and how it was written: see `rag.Claim`."""

    text: str
    numbers: tuple[int, ...]
    written: Written

    def __post_init__(self) -> None:
        if not self.text.strip() or MARKER.search(self.text):
            raise ValueError("a claim says something and carries no marker")
        if not self.numbers:
            raise ValueError("a claim needs a citation")
        if self.written not in get_args(Written):
            raise ValueError(f"a claim is written in no such way: {self.written!r}")


@dataclass(frozen=True, slots=True)
class Limits:
    """Which articles might answer: published from `since` until `until`, by these publishers.

    All where they are empty.
    """

    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()


ANY = Limits()


@dataclass(frozen=True, slots=True)
class Card:
    """An answer that can be checked again.

    Attributes:
        question: As it was asked.
        understood: As it was completed from the conversation; empty where it stood by itself.
        language: "id" or "en", that of claims and message.
        notes: Remarks beside the answer.
        claims: Empty where the articles did not say.
        differing: Whether the claims are different answers, each of other articles.
        message: What was said instead of an answer; empty where there are claims.
        citations: Numbered 1..n.
        limits: Which articles might answer.
        asked: When it was answered, with its time zone.
        made_by: Product and version.
        models: Name of the embedder, the reader and the generator, None where there was none.
        sha256: The seal, a hex digest over everything else; see `seal`.
    """

    question: str
    understood: str
    language: str
    notes: tuple[str, ...]
    claims: tuple[Stated, ...]
    differing: bool
    message: str
    citations: tuple[Proof, ...]
    limits: Limits
    asked: datetime
    made_by: str
    models: Mapping[str, str | None] = field(default_factory=dict)
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.language not in {"id", "en"}:
            raise ValueError(f"an answer is in Indonesian or English, not {self.language!r}")
        if self.asked.tzinfo is None:
            raise ValueError("the time has no time zone")
        if [one.number for one in self.citations] != list(range(1, len(self.citations) + 1)):
            raise ValueError("citations are numbered in order from 1")
        if {number for claim in self.claims for number in claim.numbers} != {
            one.number for one in self.citations
        }:
            raise ValueError("each claim has its citations, and each citation its claim")
        if bool(self.claims) == bool(self.message):
            raise ValueError("an answer has either claims or a message")
        if set(self.models) != set(MODELS):
            raise ValueError(f"the models are {', '.join(MODELS)}")

    @property
    def abstained(self) -> bool:
        return not self.claims

    @property
    def whole(self) -> bool:
        """Whether it is as it was sealed."""
        return self.sha256 == seal(self)


def card_of(answer: Answer, asked: datetime, version: str, limits: Limits = ANY) -> Card:
    """The card of an answer that was given at `asked` from some articles, by a version of this product."""
    made = Card(
        question=_text(answer.question),
        understood=_text(answer.understood),
        language=answer.language,
        notes=tuple(_text(note) for note in answer.notes),
        claims=tuple(Stated(claim.text, claim.numbers, claim.written) for claim in answer.claims),
        differing=answer.differing,
        message=_text(answer.message),
        citations=tuple(Proof.of(citation) for citation in answer.citations),
        limits=limits,
        # To the millisecond, which is what the card writes.
        asked=datetime.fromisoformat(_moment(asked)),
        made_by=f"tanya-berita {version}",
        models={name: answer.models.get(name) for name in MODELS},
    )
    return sealed(made)


def sealed(card: Card) -> Card:
    """The same card with the seal that it should have."""
    return replace(card, sha256=seal(card))


def seal(card: Card) -> str:
    r"""The hash over everything in a card but the seal itself.

    It is the SHA-256 of the card's JSON without the member "sha256", names in the order of the alphabet,
    no space between the parts, and every character beyond ASCII as `\uXXXX`.
    """
    whole = card_object(card)
    del whole["sha256"]
    canonical = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def card_object(card: Card) -> dict[str, Any]:
    """A card in plain JSON values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_by": card.made_by,
        "asked": _moment(card.asked),
        "question": card.question,
        "understood": card.understood,
        "language": card.language,
        "limits": {
            "since": _day(card.limits.since),
            "until": _day(card.limits.until),
            "publishers": list(card.limits.publishers),
        },
        "claims": [
            {"text": claim.text, "numbers": list(claim.numbers), "written": claim.written}
            for claim in card.claims
        ],
        "differing": card.differing,
        "message": card.message,
        "notes": list(card.notes),
        "citations": [
            {"number": one.number}
            | _carrier(one.article)
            | {
                "language": one.language,
                "page": one.page,
                "start": one.start,
                "end": one.end,
                "quote": one.quote,
                "quote_sha256": one.quote_sha256,
                "article_sha256": one.article_sha256,
                "also_in": [_carrier(other) for other in one.also_in],
            }
            for one in card.citations
        ],
        "models": dict(card.models),
        "sha256": card.sha256,
    }


def hash_of(text: str) -> str:
    """Hex digest of `text` in UTF-8; half of a surrogate pair, which no file holds, counts as three bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def carriers(card: Card) -> Iterator[tuple[int, Carrier]]:
    """Every article that a card names, with the number of the citation that names it."""
    for one in card.citations:
        yield one.number, one.article
        yield from ((one.number, other) for other in one.also_in)


def _carrier(carrier: Carrier) -> dict[str, Any]:
    return {
        "article_id": carrier.article_id,
        "title": carrier.title,
        "publisher": carrier.publisher,
        "published": _day(carrier.published),
        "url": carrier.url,
    }


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds")


def _text(text: str) -> str:
    """`text` as a file can hold it: halves of surrogate pairs, which a question may have, are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
