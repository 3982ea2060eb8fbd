"""The evidence card: one answer with all that is needed to check it again, without us and offline.

A card names the characters of the articles that prove each claim, their hashes and those of the articles,
and is sealed with a hash over everything in it, so that a card that was changed is noticed. The seal tells
of accidents and careless changes; what proves a card is that its quotations are in the articles:
`rag.recheck`. A file holds one card or a conversation of them, and is read with every member checked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

from index import Article, TanyaError
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
class CardCitation:
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
    def of(cls, citation: Citation) -> CardCitation:
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
    citations: tuple[CardCitation, ...]
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
        citations=tuple(CardCitation.of(citation) for citation in answer.citations),
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


CONVERSATION = "tanya-berita conversation"

LARGEST = 4 * 2**20
"""Bytes of a file; a card has some thousand."""

MOST_CARDS = 200
"""Cards of a conversation."""

LONGEST = 10_000
"""Characters of any one text in a card; a quotation has some hundred."""

_FURTHEST = 2**40
# What would change how the text around it is read, where a person opens the file.
_UNSEEN = re.compile("[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class CardError(TanyaError):
    """A file holds no evidence card, or cannot be written."""


def write_card(card: Card) -> str:
    """A card as the text of a file; characters that reorder or hide what is beside them are escaped."""
    return _written(card_object(card))


def write_conversation(cards: Sequence[Card]) -> str:
    """Several cards as one file, in their order."""
    return _written(
        {"format": CONVERSATION, "version": VERSION, "cards": [card_object(card) for card in cards]}
    )


def read_file(path: Path) -> list[Card]:
    """The cards of a file, one or those of a conversation.

    Raises:
        CardError: it cannot be read, or is no such file.
    """
    try:
        if not path.is_file():
            raise CardError(f"{path} is no file; name one that was written with: tanya ask --card FILE")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CardError(f"{path} cannot be read ({reason}); check its permissions") from error
    try:
        return read_cards(raw)
    except CardError as error:
        raise CardError(f"{path}: {error}") from error


def read_cards(raw: bytes | str) -> list[Card]:
    """The cards in the content of a file; the message of an error does not name the file.

    Raises:
        CardError: it is no card; nothing that it says is believed.
    """
    if len(raw) > LARGEST:
        raise CardError(f"it is larger than any card ({LARGEST >> 20} MB); ask for the card once more")
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
        told = json.loads(
            text, object_pairs_hook=_members, parse_constant=_refuse_number, parse_float=_refuse_number
        )
    except RecursionError:
        raise CardError("it is nested too deeply for a card; ask for the card once more") from None
    except ValueError as error:
        raise CardError(
            f"it is not JSON as a card is ({_short(error)}); ask for the card once more"
        ) from None
    if isinstance(told, dict) and told.get("format") == CONVERSATION:
        listed = told.get("cards")
        if set(told) != {"format", "version", "cards"} or not isinstance(listed, list):
            raise CardError("it is no conversation of cards; ask for the file once more")
        _same_version(told)
        if len(listed) > MOST_CARDS:
            raise CardError(f"it has more than {MOST_CARDS} cards; split the conversation")
        return [read_object(one) for one in listed]
    return [read_object(told)]


def read_object(told: Any) -> Card:
    """The card that JSON values tell, its members and their kinds checked; whether it is whole is not.

    Raises:
        CardError: they tell none.
    """
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise CardError(f"it is no evidence card, whose format is {FORMAT!r}; name a file that holds one")
    _same_version(told)
    try:
        card = _card(told)
        written = card_object(card)
    except (ValueError, OverflowError) as error:
        raise CardError(
            f"it is no sound evidence card ({_short(error)}); ask for the card once more"
        ) from None
    if written != told:
        # Such as a day or a time that is written in another way, which the seal would not know.
        raise CardError("it is not written as cards are written; ask for the card once more")
    return card


def _card(told: Mapping[str, Any]) -> Card:
    part = _Part(told, "the card")
    part.only(
        "format", "version", "made_by", "asked", "question", "understood", "language", "limits", "claims",
        "differing", "message", "notes", "citations", "models", "sha256",
    )  # fmt: skip
    limits = part.part("limits")
    limits.only("since", "until", "publishers")
    models = part.part("models")
    models.only(*MODELS)
    return Card(
        question=part.text("question"),
        understood=part.text("understood"),
        language=part.text("language"),
        notes=tuple(_checked(note, "a note") for note in part.list("notes")),
        claims=tuple(_claim(_Part(one, "a claim")) for one in part.list("claims")),
        differing=part.flag("differing"),
        message=part.text("message"),
        citations=tuple(_proof(_Part(one, "a citation")) for one in part.list("citations")),
        limits=Limits(
            since=limits.day("since"),
            until=limits.day("until"),
            publishers=tuple(_checked(one, "a publisher") for one in limits.list("publishers")),
        ),
        asked=datetime.fromisoformat(part.text("asked")),
        made_by=part.text("made_by"),
        models={name: models.maybe(name) for name in models.told},
        sha256=part.text("sha256"),
    )


def _claim(part: _Part) -> Stated:
    part.only("text", "numbers", "written")
    numbers = part.list("numbers")
    if not all(type(number) is int for number in numbers):
        raise ValueError("numbers of a claim are whole numbers")
    return Stated(part.text("text"), tuple(numbers), cast("Written", part.text("written")))


_NAMED = ("article_id", "title", "publisher", "published", "url")


def _proof(part: _Part) -> CardCitation:
    part.only(
        "number", *_NAMED, "language", "page", "start", "end", "quote", "quote_sha256", "article_sha256",
        "also_in",
    )  # fmt: skip
    return CardCitation(
        number=part.number("number"),
        article=_read_carrier(part),
        language=part.text("language"),
        page=None if part.told["page"] is None else part.number("page"),
        start=part.number("start"),
        end=part.number("end"),
        quote=part.text("quote"),
        quote_sha256=part.text("quote_sha256"),
        article_sha256=part.text("article_sha256"),
        also_in=tuple(_other(_Part(one, "an article")) for one in part.list("also_in")),
    )


def _other(part: _Part) -> Carrier:
    part.only(*_NAMED)
    return _read_carrier(part)


def _read_carrier(part: _Part) -> Carrier:
    return Carrier(
        article_id=part.text("article_id"),
        title=part.text("title"),
        publisher=part.maybe("publisher"),
        published=part.day("published"),
        url=part.maybe("url"),
    )


class _Part:
    """An object in a card, whose members are asked for by the kind that they must be of."""

    def __init__(self, told: Any, name: str) -> None:
        if not isinstance(told, dict):
            raise ValueError(f"{name} is no object")  # noqa: TRY004  one kind of error tells all that is wrong
        self.told: dict[str, Any] = told
        self._name = name

    def only(self, *names: str) -> None:
        if missing := [name for name in names if name not in self.told]:
            raise ValueError(f"{self._name} has no {missing[0]}")
        if len(self.told) > len(names):
            raise ValueError(f"{self._name} has members that no card has")

    def text(self, name: str) -> str:
        return _checked(self.told[name], f"{name} of {self._name}")

    def maybe(self, name: str) -> str | None:
        return None if self.told[name] is None else self.text(name)

    def day(self, name: str) -> date | None:
        told = self.maybe(name)
        return None if told is None else date.fromisoformat(told)

    def number(self, name: str) -> int:
        value = self.told[name]
        if type(value) is not int or not 0 <= value < _FURTHEST:
            raise ValueError(f"{name} of {self._name} is no whole number that could be one")
        return value

    def flag(self, name: str) -> bool:
        value = self.told[name]
        if value is True or value is False:
            return value
        raise ValueError(f"{name} of {self._name} is neither true nor false")

    def list(self, name: str) -> list[Any]:
        value = self.told[name]
        if not isinstance(value, list) or len(value) > MOST:
            raise ValueError(f"{name} of {self._name} is no list of at most {MOST}")
        return value

    def part(self, name: str) -> _Part:
        return _Part(self.told[name], name)


def _checked(value: Any, name: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError(f"{name} is no text of at most {LONGEST} characters")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(f"{name} has half a character")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is there twice")
    return members


def _refuse_number(text: str) -> Any:
    raise ValueError(f"{text[:20]} is no whole number")


def _same_version(told: Mapping[str, Any]) -> None:
    version = told.get("version")
    if type(version) is not int or version != VERSION:
        raise CardError(f"it is of another version than {VERSION}; check it with the program that made it")


def _written(told: Mapping[str, Any]) -> str:
    shown = json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", shown) + "\n"


def _short(error: Exception) -> str:
    """What an error says, in a few words of one line that cannot act."""
    from rag.output import printable

    return " ".join(printable(str(error)).split())[:120]
