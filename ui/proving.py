"""Proving again: cards that were kept, held against the articles as they are now."""

from __future__ import annotations

from typing import Protocol

from index import Article, LibraryError, NoIndex
from rag.evidence_card import Card, Proof
from rag.recheck import Finding, Rechecked, recheck
from ui.text.using import using_words

MOST = 200_000_000
"""The effort (see `rag.recheck.effort`) that one request may ask for: some seconds of one core at the worst.

A conversation of fifty answers asks for a tenth of it.
"""


class Shelf(Protocol):
    """Where articles are found by their ids; `index.library.Library` is one."""

    def article(self, article_id: str) -> Article: ...


def prove(card: Card, library: Shelf) -> Rechecked:
    """Check a card against a library.

    Raises:
        TanyaError: the library cannot be read.
    """

    def known(article_id: str) -> Article | None:
        try:
            return library.article(article_id)
        except NoIndex:
            return None
        except LibraryError as error:
            if type(error) is LibraryError:
                return None
            raise

    def of(proof: Proof) -> Article | None:
        return known(proof.article.article_id)

    return recheck(card, of, known=known)


def why_lost(checked: Rechecked) -> str:
    """Why a card is not proven any more, in its language; empty where it is."""
    if checked.proven:
        return ""
    w = using_words(checked.card.language)
    finding = next(
        one for kind in ("seal", "article", "quote", "claim") for one in checked.findings if _lost(one, kind)
    )
    titles = {proof.number: proof.article.title for proof in checked.card.citations}
    title = titles.get(finding.number or 0, "")
    return {
        "seal": w.lost_card,
        "article": w.lost_article.format(title=title),
        "quote": w.lost_quote.format(title=title),
        "claim": w.lost_claim,
    }[finding.kind]


def moved(checked: Rechecked) -> bool:
    """Whether articles are others by now, though they still prove the card."""
    return checked.proven and any(finding.kind in {"text", "quote"} for finding in checked.findings)


def _lost(finding: Finding, kind: str) -> bool:
    return finding.kind == kind and finding.now is None
