"""Evidence cards on the command line: kept with an answer, and checked again against a library or files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from index import Article, ArticleError, LibraryError
from rag.answer import Answer
from rag.card import ANY, Card, Limits, card_of
from rag.card_file import CardError, read_file, write_card
from rag.output import printable
from rag.recheck import Rechecked, by_text, finding_object, recheck, summary


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
    from index.files import find_files, pieces
    from index.parsers.sandbox import Parsers
    from index.parsers.tables import FieldMap

    with Parsers() as parsers:
        for path, error in find_files(sources):
            if error is not None:
                raise error
            for piece in pieces(path, FieldMap(), parsers):
                if isinstance(piece, ArticleError):
                    raise piece
                yield piece.read(piece.name)
