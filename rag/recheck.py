"""Checking an evidence card again: the seal, the articles, the quotations, and what is claimed from them.

Everything is decided by exact rules and the same for everybody who has the articles; no model is asked.
The command `tanya verify` checks a library, and cards against a library or files.
"""

from __future__ import annotations

import argparse
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal

from index import Article, ArticleError, LibraryError
from index.dedup import carries
from rag.answer import Answer, Citation, Claim, Lead
from rag.evidence_card import (
    ANY,
    Card,
    CardCitation,
    CardError,
    Carrier,
    Limits,
    Stated,
    card_of,
    hash_of,
    read_file,
    write_card,
)
from rag.output import printable

Kind = Literal["seal", "article", "text", "quote", "origin", "copy", "claim"]

ArticleOf = Callable[[CardCitation], Article | None]
"""Finds the article that a citation names, None where it is not there."""

_AGAIN = "ask again and keep the new card with: tanya ask QUESTION --card FILE"
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold.

    Attributes:
        kind: "seal", the card was changed; "article", it is not there; "text", its text is another by now;
            "quote", its characters are not where the card says; "origin", its title, publisher, day,
            address or page is told otherwise; "copy", an article that is said to carry the same words does
            not; "claim", its citations do not support it.
        message: One line that ends in the cure.
        number: Of the citation or, for a claim, of the claim, from 1; None for the seal and the lead.
        now: The characters of the article that hold the quotation now, where they are others.
    """

    kind: Kind
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
        told = self.card.lead
        if told is None:
            return None
        place = self.places[told.number]
        cited = next(one for one in self.card.citations if one.number == told.number)
        start = place.start + told.start - cited.start
        same = place.article.text[place.start : place.end] == cited.quote
        return Lead(told.text, told.kind, start, start + told.end - told.start, told.number) if same else None


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
    starts = list(_all(quote, text))
    if starts:
        start = min(starts, key=lambda one: abs(one - near))
        return start, start + len(quote)
    words = [match.span() for match in re.finditer(r"\S+", text)]
    at = list(accumulate((end - start + 1 for start, end in words), initial=0))

    def back(flat: int) -> int:
        word = bisect_right(at, flat) - 1
        return words[word][0] + flat - at[word]

    line = " ".join(text[start:end] for start, end in words)
    sought = " ".join(re.findall(r"\S+", quote))
    spans = [(back(one), back(one + len(sought) - 1) + 1) for one in _all(sought, line)]
    return min(spans, key=lambda span: abs(span[0] - near)) if spans else None


def _all(part: str, text: str) -> Iterator[int]:
    """Where `part` stands in `text`, beside but not over one another."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def finding_object(finding: Finding) -> dict[str, Any]:
    """A finding in plain JSON values."""
    return {
        "kind": finding.kind,
        "number": finding.number,
        "now": None if finding.now is None else list(finding.now),
        "message": finding.message,
    }


def summary(checked: Rechecked) -> str:
    """What is true of a card that holds, in one line."""
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
    """What is wrong with a quotation and the text that it is of."""
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
    """What the card tells otherwise than the library of where its words come from."""
    told, stored = proof.article, Carrier.of(article)
    pairs: list[tuple[str, object, object]] = [
        ("id", told.article_id, stored.article_id),
        ("title", told.title, stored.title),
        ("publisher", told.publisher, stored.publisher),
        ("day", told.published, stored.published),
        ("address", told.url, stored.url),
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
                f" {_said(mine)}; the library: {_said(theirs)}; trust the library, and {_AGAIN}",
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
    number: int, claim: Stated, sources: Mapping[int, tuple[Article, str]], card: Card
) -> Iterator[Finding]:
    """Each statement of a claim that none of its quotations supports."""
    from rag.answer import plain
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
    told = proof.article
    return Article(
        id=told.article_id,
        title=told.title,
        text=proof.quote,
        source=told.publisher,
        published=told.published,
        url=told.url,
        language=proof.language,
        path="",
        sha256=proof.article_sha256,
    )


def _name(article_id: str) -> str:
    return repr(_line(article_id))


def _said(value: object) -> str:
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

    def known(article_id: str) -> Article | None:
        try:
            return article(article_id)
        except LibraryError as error:
            if type(error) is LibraryError:
                return None
            raise

    return _each(
        paths, lambda card: recheck(card, lambda proof: known(proof.article.article_id), known=known)
    )


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


HOLDS, DOES_NOT, USAGE = 0, 1, 2

_HELP = """\
Check every checksum, offset and count of the library.

  tanya verify                                     the library
  tanya verify --card kartu.json                   an evidence card: its seal, each article's hash, each
                                                   quotation at its characters, each claim against these
  tanya verify --card a.json b.json --json         several, for scripts
  tanya verify --card a.json --source rilis.pdf    against article files, without a library
"""


def add_verify(commands: Any) -> None:
    """Add `verify` to the command line."""
    verify = commands.add_parser(
        "verify",
        help="check every checksum, offset and count; or hold evidence cards against the articles",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, told in (
        ("--card", "check these cards instead; exit 1 unless all of them hold"),
        ("--source", "against the articles in these files, without a library"),
    ):
        verify.add_argument(
            name, type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=told
        )
    verify.add_argument("--json", action="store_true", help="print what was found as JSON")
    verify.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    from rag.output import write_json

    if arguments.card:
        return _verify_cards(arguments)
    if arguments.source:
        sys.stderr.write("tanya: name the cards as well: tanya verify --card FILE --source FILE\n")
        return USAGE
    problems = _library(arguments).verify()
    if arguments.json:
        write_json({"problems": problems})
    else:
        sys.stdout.write("\n".join([*(problems or ["all is well"]), ""]))
    return DOES_NOT if problems else HOLDS


def _verify_cards(arguments: argparse.Namespace) -> int:
    from rag.output import write_json

    if arguments.source:
        checked = list(in_files(arguments.card, arguments.source))
    else:
        checked = list(in_library(arguments.card, _library(arguments).article))
    if arguments.json:
        write_json([one.object for one in checked])
    else:
        sys.stdout.writelines(f"{line}\n" for one in checked for line in one.lines)
    return HOLDS if all(one.holds for one in checked) else DOES_NOT


def _library(arguments: argparse.Namespace) -> Any:
    from index import Settings
    from index.library import Library

    return Library(Settings.load(home=arguments.home))
