"""Files of evidence cards: one card, or a conversation of them, read with every member checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from index import TanyaError
from rag.card import FORMAT, MODELS, MOST, VERSION, Card, Carrier, Limits, Proof, Stated, Written, card_object

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


def _proof(part: _Part) -> Proof:
    part.only(
        "number", *_NAMED, "language", "page", "start", "end", "quote", "quote_sha256", "article_sha256",
        "also_in",
    )  # fmt: skip
    return Proof(
        number=part.number("number"),
        article=_carrier(part),
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
    return _carrier(part)


def _carrier(part: _Part) -> Carrier:
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
