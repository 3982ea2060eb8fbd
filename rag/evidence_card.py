"""The evidence card: one answer with all that is needed to check it again, without us and offline.

A card names the characters of the articles that prove each claim, their hashes and those of the articles,
and is sealed with a hash over everything in it, so that a card that was changed is noticed. The seal tells
of accidents and careless changes; what proves a card is that its quotations are in the articles. That is
checked by exact rules, the same for everybody who has the articles; no model is asked.

A file holds one card or a conversation of them, and is read with every member checked: the dataclasses below
are the schema, by which pydantic reads and writes. It is imported where that is done.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from annotated_types import Ge, Lt, MaxLen

from index import Article, ArticleError, TanyaError
from index.dedup import carries
from index.errors import UnknownArticle
from index.models import Filter
from rag.answer import MARKER, Answer, Citation, Claim, Kind, Lead, LeadKind, Written, plain
from rag.lang import Language
from rag.output import printable

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = "tanya-berita evidence card"
VERSION = 1

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
    """A citation as a card keeps it: see `rag.answer.Citation`, and of its article `Carrier`.

    Attributes:
        language: Of the article's text.
        start: Of the quotation in the article's text, in characters (Unicode code points).
        end: Behind its last character.
        quote_sha256: Hex digest of the quotation in UTF-8.
        article_sha256: Hex digest of the article's whole text in UTF-8.
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
class CardClaim:
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

    @classmethod
    def of(cls, chosen: Filter) -> Limits:
        return cls(chosen.since, chosen.until, chosen.sources, chosen.articles)

    @property
    def chosen(self) -> Filter:
        """These limits as a filter for search."""
        return Filter(self.since, self.until, self.publishers, self.articles)


ANY = Limits()


@dataclass(frozen=True, slots=True)
class Card:
    """An answer that can be checked again: see `rag.answer.Answer`.

    Attributes:
        made_by: Product and version.
        asked: When it was answered, with its time zone.
        limits: Which articles might answer.
        models: Name of the embedder, the reader and the generator, None where there was none.
        sha256: The seal, a hex digest over everything else; see `seal`.
        lead: A file leaves it out where there is none.
        request: A file leaves it out where that is an answer.
    """

    made_by: Text
    asked: datetime
    question: Text
    understood: Text
    language: Language
    limits: Limits
    claims: Annotated[tuple[CardClaim, ...], MaxLen(MOST)]
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
    def statements(self) -> list[tuple[str, tuple[int, ...]]]:
        """The statements of the answer, the lead first, each with the numbers of its citations."""
        lead = [(f"{self.lead.text}.", (self.lead.number,))] if self.lead else []
        return lead + [(claim.text, claim.numbers) for claim in self.claims]

    @property
    def whole(self) -> bool:
        """Whether it is as it was sealed."""
        return self.sha256 == seal(self)


def card_of(answer: Answer, asked: datetime, release: str, limits: Limits = ANY) -> Card:
    """The card of an answer that was given at `asked` from some articles, by a release of this product."""
    made = Card(
        question=_text(answer.question),
        understood=_text(answer.understood),
        language=cast("Language", answer.language),
        notes=tuple(_text(note) for note in answer.notes),
        claims=tuple(CardClaim(claim.text, claim.numbers, claim.written) for claim in answer.claims),
        differing=answer.differing,
        message=_text(answer.message),
        citations=tuple(CardCitation.of(citation) for citation in answer.citations),
        limits=limits,
        # To the millisecond, which is what the card writes.
        asked=datetime.fromisoformat(_moment(asked)),
        made_by=f"tanya-berita {release}",
        models={name: answer.models.get(name) for name in MODELS},
        sha256="",
        lead=None if answer.lead is None else CardLead(**asdict(answer.lead)),
        request=answer.request,
    )
    return sealed(made)


def sealed(card: Card) -> Card:
    """A copy of the card with its seal computed anew."""
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
        values = json.loads(
            text, object_pairs_hook=_members, parse_constant=_refuse_number, parse_float=_refuse_number
        )
    except RecursionError:
        raise CardError("it is nested too deeply for a card; ask for the card once more") from None
    except ValueError as error:
        raise CardError(
            f"it is not JSON as a card is ({_short(error)}); ask for the card once more"
        ) from None
    if isinstance(values, dict) and values.get("format") == CONVERSATION:
        listed = values.get("cards")
        if set(values) != {"format", "version", "cards"} or not isinstance(listed, list):
            raise CardError("it is no conversation of cards; ask for the file once more")
        _same_version(values)
        if len(listed) > MOST_CARDS:
            raise CardError(f"it has more than {MOST_CARDS} cards; split the conversation")
        return [read_object(one) for one in listed]
    return [read_object(values)]


def read_object(values: Any) -> Card:
    """The card of JSON values, its members and their kinds checked; whether it is whole is not.

    Raises:
        CardError: they are none.
    """
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise CardError(f"it is no evidence card, whose format is {FORMAT!r}; name a file that holds one")
    _same_version(values)
    members = {name: value for name, value in values.items() if name not in {"format", "version"}}
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
    if written != values:
        # Such as a day or a time that is written in another way, which the seal would not know.
        other = next(name for name in written if written[name] != values.get(name))
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


def _same_version(values: Mapping[str, Any]) -> None:
    found = values.get("version")
    if type(found) is not int or found != VERSION:
        raise CardError(f"it is of another version than {VERSION}; check it with the program that made it")


def _written(values: Mapping[str, Any]) -> str:
    shown = json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", shown) + "\n"


def _short(error: Exception) -> str:
    """An error as a short line of printable text, with the member that it is about."""
    from pydantic import ValidationError

    reason = "a text has half a character" if isinstance(error, UnicodeEncodeError) else str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in first["loc"])
        reason = f"{place.removeprefix('.') or 'the card'}: {first['msg'].removeprefix('Value error, ')}"
    return " ".join(printable(reason).split())[:120]


FindingKind = Literal["seal", "article", "text", "quote", "origin", "copy", "claim"]

ArticleOf = Callable[[CardCitation], Article | None]
"""Finds the article that a citation names, None where it is not there."""

_AGAIN = "ask again and keep the new card with: tanya ask QUESTION --card FILE"
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing on a card that does not hold.

    Attributes:
        kind: "seal", the card was changed; "article", it is not there; "text", its text is another by now;
            "quote", its characters are not where the card says; "origin", its title, publisher, day,
            address or page is told otherwise; "copy", an article that is said to carry the same words does
            not; "claim", its citations do not support it.
        message: One line that ends in the cure.
        number: Of the citation or, for a claim, of the claim, from 1; None for the seal and the lead.
        now: The characters of the article that hold the quotation now, where they are others.
    """

    kind: FindingKind
    message: str
    number: int | None = None
    now: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class QuotationPlace:
    """Where a quotation stands now, characters `start:end` of an article, and who else carries it."""

    article: Article
    start: int
    end: int
    also_in: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Rechecked:
    """A card and what was found when it was checked.

    Attributes:
        card: It.
        findings: Empty where all of it holds.
        places: Where each quotation that was found stands now, by the number of its citation.
    """

    card: Card
    findings: tuple[Finding, ...]
    places: Mapping[int, QuotationPlace]

    @property
    def holds(self) -> bool:
        """Whether nothing at all is otherwise than the card says."""
        return not self.findings

    @property
    def proven(self) -> bool:
        """Whether every claim is still proven by words that are in the articles, though perhaps elsewhere."""
        return len(self.places) == len(self.card.citations) and not any(
            finding.kind in {"seal", "quote", "claim"} and finding.now is None for finding in self.findings
        )

    def answer(self) -> Answer:
        """The answer of the card over the articles as they are now.

        Raises:
            ValueError: it is not proven.
        """
        if not self.proven:
            raise ValueError("what is not proven is no answer")
        card = self.card
        return Answer(
            question=card.question,
            language=card.language,
            claims=tuple(Claim(claim.text, claim.numbers, claim.written) for claim in card.claims),
            citations=tuple(
                Citation(number, place.article, place.start, place.end, place.also_in)
                for number, place in sorted(self.places.items())
            ),
            message=card.message,
            notes=card.notes,
            understood=card.understood,
            differing=card.differing,
            models=dict(card.models),
            lead=self._lead(),
            request=card.request,
        )

    def _lead(self) -> Lead | None:
        """The lead, where its quotation stands now; None where that is written in other spaces by now."""
        lead = self.card.lead
        if lead is None:
            return None
        place = self.places[lead.number]
        cited = next(one for one in self.card.citations if one.number == lead.number)
        start = place.start + lead.start - cited.start
        same = place.article.text[place.start : place.end] == cited.quote
        return Lead(lead.text, lead.kind, start, start + lead.end - lead.start, lead.number) if same else None


def effort(card: Card) -> int:
    """How much there is to compare in a card: for each claim its characters times those that it cites."""
    quotes = {proof.number: len(proof.quote) for proof in card.citations}
    return sum(
        len(claim.text) * sum(quotes[number] for number in set(claim.numbers)) for claim in card.claims
    )


def recheck(
    card: Card, article_of: ArticleOf, *, known: Callable[[str], Article | None] | None = None
) -> Rechecked:
    """Hold a card against the articles.

    Args:
        card: As it was read.
        article_of: Finds the article of a citation.
        known: Finds an article of the library by its id; where it is given, what the card tells of the
            articles beside their texts is held against it as well.
    """
    findings: list[Finding] = []
    if not card.whole:
        findings.append(Finding("seal", f"the card was changed after it was made; {_AGAIN}"))
    places: dict[int, QuotationPlace] = {}
    sources: dict[int, tuple[Article, str]] = {}
    for proof in card.citations:
        article = article_of(proof)
        place = None if article is None else _place(proof, article)
        findings += _citation(proof, article, place)
        also_in: list[Article] = []
        if known is not None and article is not None:
            findings += _origin(proof, article, place)
            for other in proof.also_in:
                found, finding = _copy(proof, other, known)
                also_in += [found] if found else []
                findings += [finding] if finding else []
        if place is not None:
            places[proof.number] = replace(place, also_in=tuple(also_in))
        sources[proof.number] = (_stand_in(proof, article), proof.quote)
    if card.lead is not None:
        findings += _lead(card, sources)
    for number, claim in enumerate(card.claims, 1):
        findings += _claim(number, claim, sources, card)
    return Rechecked(card, tuple(findings), places)


def find(quote: str, text: str, near: int) -> tuple[int, int] | None:
    """The characters of `text` that hold `quote`, the ones next to `near`; spaces and lines may differ.

    None where it does not hold it.
    """
    if not quote.strip():
        return None
    for pattern in (re.escape(quote), r"\s+".join(map(re.escape, re.findall(r"\S+", quote)))):
        spans = [match.span() for match in re.finditer(pattern, text)]
        if spans:
            return min(spans, key=lambda span: abs(span[0] - near))
    return None


def finding_object(finding: Finding) -> dict[str, Any]:
    """A finding in plain JSON values."""
    return {
        "kind": finding.kind,
        "number": finding.number,
        "now": None if finding.now is None else list(finding.now),
        "message": finding.message,
    }


def summary(checked: Rechecked) -> str:
    """One line on a card that holds: how many claims, quotations and articles."""
    card = checked.card
    if card.abstained:
        return "it holds: it is as it was made, and claims nothing that would need proof"
    claims, quotations = _counted(len(card.claims), "claim"), _counted(len(card.citations), "quotation")
    articles = _counted(len({proof.article_sha256 for proof in card.citations}), "article")
    return f"it holds: {claims} proven by {quotations} in {articles}, texts and places unchanged"


def _place(proof: CardCitation, article: Article) -> QuotationPlace | None:
    if article.text[proof.start : proof.end] == proof.quote:
        return QuotationPlace(article, proof.start, proof.end)
    span = find(proof.quote, article.text, proof.start)
    return None if span is None else QuotationPlace(article, *span)


def _citation(
    proof: CardCitation, article: Article | None, place: QuotationPlace | None
) -> Iterator[Finding]:
    """Yield the findings on a quotation and its article's text."""
    number, name = proof.number, _name(proof.article.article_id)
    if hash_of(proof.quote) != proof.quote_sha256 or len(proof.quote) != proof.end - proof.start:
        yield Finding(
            "quote",
            f"[{number}]: hash and length on the card are not those of its own quotation; {_AGAIN}",
            number,
        )
    if article is None:
        yield Finding(
            "article",
            f"[{number}]: the article {name} is not there; add it with: tanya index PATH, or name its file"
            " with: --source FILE",
            number,
        )
        return
    moved = place is not None and (place.start, place.end) != (proof.start, proof.end)
    now = (place.start, place.end) if place is not None and moved else None
    changed = hash_of(article.text) != proof.article_sha256
    if changed and place is not None:
        stands = f"stands at {place.start}:{place.end} now" if moved else "still stands at its place"
        yield Finding(
            "text",
            f"[{number}]: the text of the article {name} is another by now, the quotation {stands}; {_AGAIN}",
            number,
            now,
        )
    elif changed:
        yield Finding(
            "quote",
            f"[{number}]: the text of the article {name} is another by now and does not hold the quotation"
            f" any more: {_words(proof.quote)}; do not use it, and {_AGAIN}",
            number,
        )
    elif place is None:
        yield Finding(
            "quote",
            f"[{number}]: the article {name} does not hold the quotation: {_words(proof.quote)};"
            f" do not use it, and {_AGAIN}",
            number,
        )
    elif moved:
        yield Finding(
            "quote",
            f"[{number}]: the quotation is not at {proof.start}:{proof.end} of the article {name} but at"
            f" {place.start}:{place.end}; {_AGAIN}",
            number,
            now,
        )


def _origin(proof: CardCitation, article: Article, place: QuotationPlace | None) -> Iterator[Finding]:
    """Yield a finding where the card's title, publisher, day, address or page is not the library's."""
    claimed, stored = proof.article, Carrier.of(article)
    pairs: list[tuple[str, object, object]] = [
        ("id", claimed.article_id, stored.article_id),
        ("title", claimed.title, stored.title),
        ("publisher", claimed.publisher, stored.publisher),
        ("day", claimed.published, stored.published),
        ("address", claimed.url, stored.url),
        ("language", proof.language, article.language),
    ]
    if place is not None:
        pairs.append(("page", proof.page, article.page_at(place.start)))
        if proof.last_page is not None:
            pairs.append(("last page", proof.last_page, article.last_page_of(place.start, place.end)))
    for name, mine, theirs in pairs:
        if mine != theirs:
            yield Finding(
                "origin",
                f"[{proof.number}]: the card says of the {name} of the article {_name(stored.article_id)}:"
                f" {_value(mine)}; the library: {_value(theirs)}; trust the library, and {_AGAIN}",
                proof.number,
            )


def _copy(
    proof: CardCitation, other: Carrier, known: Callable[[str], Article | None]
) -> tuple[Article | None, Finding | None]:
    """An article that a card says carries the same words, where it does, and what is wrong with it."""
    article = known(other.article_id)
    carrying = article if article is not None and carries(article, proof.quote) else None
    if carrying is not None and Carrier.of(carrying) == other:
        return carrying, None
    return carrying, Finding(
        "copy",
        f"[{proof.number}]: the article {_name(other.article_id)} is not there as the card tells it, or does"
        f" not carry the same words; {_AGAIN}",
        proof.number,
    )


def _lead(card: Card, sources: Mapping[int, tuple[Article, str]]) -> Iterator[Finding]:
    """The lead, where its quotation does not support it."""
    from rag.proof import FoundCitation, Statement, objection

    lead = card.lead
    if lead is None:
        return
    source = FoundCitation(lead.number, *sources[lead.number])
    if reason := objection(Statement(lead.text, "lead"), source, card.language):
        yield Finding(
            "claim",
            f"the lead: what it cites does not say: {_words(lead.text)} ({_line(reason)});"
            f" do not use it, and {_AGAIN}",
        )


def _claim(
    number: int, claim: CardClaim, sources: Mapping[int, tuple[Article, str]], card: Card
) -> Iterator[Finding]:
    """Each statement of a claim that none of its quotations supports."""
    from rag.proof import FoundCitation, objection, take_apart

    asked = plain(f"{card.question} {card.understood or ''}")
    cited = [FoundCitation(one, *sources[one]) for one in dict.fromkeys(claim.numbers)]
    for statement in take_apart(claim.text, cited, card.language, asked):
        reasons = [objection(statement, source, card.language) for source in cited]
        if all(reasons):
            yield Finding(
                "claim",
                f"claim {number}: what it cites does not say: {_words(statement.text)} ({_line(reasons[0])});"
                f" do not use it, and {_AGAIN}",
                number,
            )


def _stand_in(proof: CardCitation, article: Article | None) -> Article:
    """The article, or where it is not there what the card tells of it, the quotation for its text."""
    if article is not None:
        return article
    carrier = proof.article
    return Article(
        id=carrier.article_id,
        title=carrier.title,
        text=proof.quote,
        source=carrier.publisher,
        published=carrier.published,
        url=carrier.url,
        language=proof.language,
        path="",
        sha256=proof.article_sha256,
    )


def _name(article_id: str) -> str:
    return repr(_line(article_id))


def _value(value: object) -> str:
    return "nothing" if value is None else _words(str(value))


def _words(text: str) -> str:
    shown = _line(text)
    return f"“{shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1].rstrip() + '…'}”"


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def by_text(articles: Sequence[Article]) -> ArticleOf:
    """Finds the article of a citation among some that may have other ids than in the library that was asked.

    It is the one with the same text; else the one of the same id that has the quotation, any that has it, the
    one of that id, or the only one.
    """

    def find_article(proof: CardCitation) -> Article | None:
        def fits(article: Article) -> tuple[bool, bool, bool]:
            same = hash_of(article.text) == proof.article_sha256
            has = find(proof.quote, article.text, proof.start) is not None
            return same, has, article.id == proof.article.article_id

        best = max(articles, key=fits, default=None)
        return best if best is not None and (any(fits(best)) or len(articles) == 1) else None

    return find_article


@dataclass(frozen=True, slots=True)
class Checked:
    """A card of a file, checked again; where the file holds none, why.

    Attributes:
        file: Its name, with the number of the card where the file holds several.
        outcome: What was found; a line that ends in the cure where there is no card.
    """

    file: str
    outcome: Rechecked | str

    @property
    def holds(self) -> bool:
        return isinstance(self.outcome, Rechecked) and self.outcome.holds

    @property
    def lines(self) -> list[str]:
        if isinstance(self.outcome, str):
            return [self.outcome]
        if self.outcome.holds:
            return [f"{self.file}: {summary(self.outcome)}"]
        return [f"{self.file}: {finding.message}" for finding in self.outcome.findings]

    @property
    def object(self) -> dict[str, Any]:
        if isinstance(self.outcome, str):
            return {"file": self.file, "holds": False, "proven": False, "refused": self.outcome}
        return {
            "file": self.file,
            "holds": self.outcome.holds,
            "proven": self.outcome.proven,
            "findings": [finding_object(finding) for finding in self.outcome.findings],
        }


def new_card(answer: Answer, limits: Limits = ANY, asked: datetime | None = None) -> Card:
    """The card of an answer that was given now, or at `asked`, by this version."""
    return card_of(answer, asked or datetime.now(UTC), version("tanya-berita"), limits)


def check_free(path: Path) -> None:
    """Say before anything slow is done that a card cannot be kept there; evidence is not written over.

    Raises:
        CardError: there is something of that name, or no folder for it.
    """
    if path.exists():
        raise CardError(f"{path} exists; name another file for the card, or remove it")
    if not path.parent.is_dir():
        raise CardError(f"{path} cannot be written (there is no such folder); make the folder first")


def keep(answer: Answer, path: Path, limits: Limits = ANY) -> None:
    """Write the card of an answer.

    Raises:
        CardError: it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(write_card(new_card(answer, limits)))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CardError(f"{path} cannot be written ({reason}); name another file for the card") from error


def in_library(paths: Sequence[Path], article: Callable[[str], Article]) -> Iterator[Checked]:
    """Check the cards of files against a library, whose articles `article` finds by id or refuses."""
    return _each(paths, lambda card: recheck_in(card, article))


def recheck_in(card: Card, article: Callable[[str], Article], *absent: type[Exception]) -> Rechecked:
    """Check a card against a library, whose articles `article` finds by id.

    One is not there where `article` raises `UnknownArticle` or any of `absent`.
    """
    errors: tuple[type[Exception], ...] = (UnknownArticle, *absent)

    def known(article_id: str) -> Article | None:
        try:
            return article(article_id)
        except errors:
            return None

    return recheck(card, lambda proof: known(proof.article.article_id), known=known)


def in_files(paths: Sequence[Path], sources: Sequence[Path]) -> Iterator[Checked]:
    """Check the cards of files against the articles in other files, of any format that is indexed.

    Raises:
        ArticleError: no article can be read from these.
    """
    article_of = by_text(list(_articles(sources)))
    return _each(paths, lambda card: recheck(card, article_of))


def _each(paths: Sequence[Path], check: Callable[[Card], Rechecked]) -> Iterator[Checked]:
    for path in paths:
        shown = printable(str(path))
        try:
            cards = read_file(path)
        except CardError as error:
            yield Checked(shown, printable(str(error)))
            continue
        for number, card in enumerate(cards, 1):
            yield Checked(shown if len(cards) == 1 else f"{shown}, card {number}", check(card))


def _articles(sources: Sequence[Path]) -> Iterator[Article]:
    from index.files import Piece, find_files, pieces
    from index.parsers.sandbox import Parsers
    from index.parsers.tables import FieldMap

    with Parsers() as parsers:
        for path, error in find_files(sources):
            if error is not None:
                raise error
            for piece in pieces(path, FieldMap(), parsers):
                if isinstance(piece, ArticleError):
                    raise piece
                if isinstance(piece, Piece):
                    yield piece.read(piece.name)
