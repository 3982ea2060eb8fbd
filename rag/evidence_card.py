"""The evidence card: one answer with all that is needed to check it again, without us and offline.

A card names the characters of the articles that prove each claim, their hashes and those of the articles,
and is sealed with a hash over everything in it, so that a card that was changed is noticed. The seal tells
of accidents and careless changes; what proves a card is that its quotations are in the articles:
`rag.recheck`. A file holds one card or a conversation of them, and is read with every member checked: the
dataclasses below are the schema, by which pydantic reads and writes. It is imported where that is done.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from annotated_types import Ge, Lt, MaxLen

from index import Article, TanyaError
from rag.answer import MARKER, Answer, Citation, Kind, LeadKind
from rag.lang.numbers import Language

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = "tanya-berita evidence card"
VERSION = 1

Written = Literal["quoted", "rendered", "translated", "machine"]
MODELS = ("embedder", "reader", "generator")

MOST = 50
"""Claims, citations, notes or articles that a card lists in one place."""

LONGEST = 10_000
"""Characters of any one text in a card; a quotation has some hundred."""

Text = Annotated[str, MaxLen(LONGEST)]
Offset = Annotated[int, Ge(0), Lt(2**40)]

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article as a card names it: its id in the library that was asked, and where it was published."""

    article_id: Text
    title: Text
    publisher: Text | None
    published: date | None
    url: Text | None

    @classmethod
    def of(cls, article: Article) -> Carrier:
        return cls(article.id, article.title, article.source, article.published, article.url)


@dataclass(frozen=True, slots=True)
class CardCitation:
    """A citation as a card keeps it.

    Attributes:
        number: As the claims mark it, from 1.
        article_id: Of the article that is quoted; this and the next four as in `Carrier`.
        language: Of the article's text.
        page: The page that the quotation begins on, from 1; None where the article has no pages.
        start: Of the quotation in the article's text, in characters (Unicode code points).
        end: Behind its last character.
        quote: These characters.
        quote_sha256: Hex digest of the quotation in UTF-8.
        article_sha256: Hex digest of the article's whole text in UTF-8.
        also_in: Other articles that carry the same words.
        last_page: The page that the quotation ends on; None where that is the one it begins on.
        scanned: Whether it was read from a scan by text recognition.
    """

    number: Offset
    article_id: Text
    title: Text
    publisher: Text | None
    published: date | None
    url: Text | None
    language: Text
    page: Annotated[Offset, Ge(1)] | None
    start: Offset
    end: Offset
    quote: Text
    quote_sha256: Text
    article_sha256: Text
    also_in: Annotated[tuple[Carrier, ...], MaxLen(MOST)]
    last_page: Annotated[Offset, Ge(1)] | None = None
    scanned: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"[{self.number}] cites no characters: {self.start}:{self.end}")
        if not (_HASH.fullmatch(self.quote_sha256) and _HASH.fullmatch(self.article_sha256)):
            raise ValueError(f"[{self.number}] has a hash that is none")

    @property
    def article(self) -> Carrier:
        """The article that is quoted."""
        return Carrier(self.article_id, self.title, self.publisher, self.published, self.url)

    @classmethod
    def of(cls, citation: Citation) -> CardCitation:
        article = citation.article
        return cls(
            number=citation.number,
            **asdict(Carrier.of(article)),
            language=article.language,
            page=citation.page,
            last_page=citation.last_page,
            scanned=citation.is_scanned,
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

    text: Text
    numbers: Annotated[tuple[int, ...], MaxLen(MOST)]
    written: Written

    def __post_init__(self) -> None:
        if not self.text.strip() or MARKER.search(self.text):
            raise ValueError("a claim says something and carries no marker")
        if not self.numbers:
            raise ValueError("a claim needs a citation")


@dataclass(frozen=True, slots=True)
class CardLead:
    """The direct answer, and the characters of a citation's article that it is of: see `rag.answer.Lead`."""

    text: Text
    kind: LeadKind
    start: Offset
    end: Offset
    number: Offset


@dataclass(frozen=True, slots=True)
class Limits:
    """Which articles might answer: published from `since` until `until`, by these publishers, of these ids.

    All where they are empty.
    """

    since: date | None = None
    until: date | None = None
    publishers: Annotated[tuple[Text, ...], MaxLen(MOST)] = ()
    articles: Annotated[tuple[Text, ...], MaxLen(MOST)] = ()


ANY = Limits()


@dataclass(frozen=True, slots=True)
class Card:
    """An answer that can be checked again.

    Attributes:
        made_by: Product and version.
        asked: When it was answered, with its time zone.
        question: As it was asked.
        understood: As it was completed from the conversation; empty where it stood by itself.
        language: That of claims and message.
        limits: Which articles might answer.
        claims: Empty where the articles did not say.
        differing: Whether the claims are different answers, each of other articles.
        message: What was said instead of an answer; empty where there are claims.
        notes: Remarks beside the answer.
        citations: Numbered 1..n.
        models: Name of the embedder, the reader and the generator, None where there was none.
        sha256: The seal, a hex digest over everything else; see `seal`.
        lead: The direct answer before the claims; a file leaves it out where there is none.
        request: What the turn asked for; a file leaves it out where that is an answer.
    """

    made_by: Text
    asked: datetime
    question: Text
    understood: Text
    language: Language
    limits: Limits
    claims: Annotated[tuple[Stated, ...], MaxLen(MOST)]
    differing: bool
    message: Text
    notes: Annotated[tuple[Text, ...], MaxLen(MOST)]
    citations: Annotated[tuple[CardCitation, ...], MaxLen(MOST)]
    models: Mapping[str, Text | None]
    sha256: Text
    lead: CardLead | None = None
    request: Kind = "answer"

    def __post_init__(self) -> None:
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
        if self.lead and (not self.lead.text.strip() or MARKER.search(self.lead.text)):
            raise ValueError("a lead says something and carries no marker")
        if self.lead and not any(
            one.number == self.lead.number and one.start <= self.lead.start < self.lead.end <= one.end
            for one in self.citations
        ):
            raise ValueError("the lead lies outside its citation")

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
        language=cast("Language", answer.language),
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
        sha256="",
        lead=None if answer.lead is None else CardLead(**asdict(answer.lead)),
        request=answer.request,
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
    members: dict[str, Any] = _schema().dump_python(card, mode="json")
    # What earlier versions did not know is left out where it says nothing, so that their cards stay whole.
    if card.lead is None:
        del members["lead"]
    if card.request == "answer":
        del members["request"]
    if not card.limits.articles:
        del members["limits"]["articles"]
    return {"format": FORMAT, "version": VERSION} | members | {"asked": _moment(card.asked)}


def hash_of(text: str) -> str:
    """Hex digest of `text` in UTF-8; half of a surrogate pair, which no file holds, counts as three bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def carriers(card: Card) -> Iterator[tuple[int, Carrier]]:
    """Every article that a card names, with the number of the citation that names it."""
    for one in card.citations:
        yield one.number, one.article
        yield from ((one.number, other) for other in one.also_in)


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
    members = {name: value for name, value in told.items() if name not in {"format", "version"}}
    try:
        # JSON once more, in which a day is a text and a tuple a list, and nothing else is taken for another.
        card = _schema().validate_json(
            json.dumps(members, ensure_ascii=False).encode(), strict=True, extra="forbid"
        )
        written = card_object(card)
    except (ValueError, OverflowError) as error:
        raise CardError(
            f"it is no sound evidence card ({_short(error)}); ask for the card once more"
        ) from None
    if written != told:
        # Such as a day or a time that is written in another way, which the seal would not know.
        other = next(name for name in written if written[name] != told.get(name))
        raise CardError(f"its member {other} is not as cards are written; ask for the card once more")
    return card


@cache
def _schema() -> TypeAdapter[Card]:
    from pydantic import TypeAdapter

    return TypeAdapter(Card)


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
    """What an error says in a few words of one line that cannot act, and of which member."""
    from pydantic import ValidationError

    from rag.output import printable

    said = "a text has half a character" if isinstance(error, UnicodeEncodeError) else str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in first["loc"])
        said = f"{place.removeprefix('.') or 'the card'}: {first['msg'].removeprefix('Value error, ')}"
    return " ".join(printable(said).split())[:120]
