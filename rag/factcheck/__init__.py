"""Fact-checking: whether a text supports a claim, by exact facts and a trained model.

Claims are given one by one with a file, in JSON lines, or by programs; see also `draft` for whole texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from index import Hit, Settings, TanyaError
from rag.answer import Verdict
from rag.factcheck.entailment import LONGEST_CLAIM, Checker
from rag.factcheck.facts import objections
from rag.lang import Language, say

__all__ = [
    "PASSAGES", "Checker", "ClaimError", "Claimed", "LibraryVerdict", "check", "check_passages", "checkable",
    "claim_on", "objections", "read_claims", "shown_object", "verdict_lines", "verdict_object",
]  # fmt: skip

PASSAGES = 5
"""Passages of the library that a claim is held against."""


def check(
    claim: str,
    source: str,
    *,
    published: date | None = None,
    language: Language | None = None,
    around: str = "",
) -> Verdict:
    """Say whether `source` supports `claim`, by the model that comes with the product; see `Checker.check`.

    Raises:
        ModelError: that model cannot be had.
    """
    return _checker().check(claim, source, published=published, language=language, around=around)


@cache
def _checker() -> Checker:
    from rag.reader import built_in

    return Checker(built_in(Settings.load().cache))


class ClaimError(TanyaError):
    """A claim or its source cannot be read."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim, the text that it cites, and when that was published."""

    claim: str
    source: str
    published: date | None = None
    id: str | None = None
    offset: int = 0  # of the text within its file, behind the front matter

    def verdict(self) -> Verdict:
        return check(self.claim, self.source, published=self.published)


def claim_on(claim: str, path: Path) -> Claimed:
    """A claim about the article of a file, which is read as `tanya index` reads it.

    Offsets will count the characters of a text file, of any other the characters of its article's text.

    Raises:
        ClaimError: the claim is empty or too long.
        ArticleError: the file cannot be read, or holds many articles.
    """
    from index.files import read_article, read_bytes
    from index.parsers import kind_of

    checkable(claim)
    raw = read_bytes(path)
    article = read_article(path, raw, path.stem)
    if (kind_of(path.name) or "text") != "text":
        return Claimed(claim, article.text, article.published)
    try:
        whole = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        whole = article.text
    body = whole.rfind(article.text)
    if body < 0:
        return Claimed(claim, whole, article.published)
    return Claimed(claim, article.text, article.published, offset=body)


def checkable(claim: str) -> str:
    """A claim that can be checked.

    Raises:
        ClaimError: it is empty or too long.
    """
    if not claim.strip():
        raise ClaimError("the claim is empty; give a sentence: --claim TEXT")
    if len(claim) > LONGEST_CLAIM:
        raise ClaimError(
            f"the claim has {len(claim):,} characters, more than {LONGEST_CLAIM:,}; give it in parts"
        )
    return claim


@dataclass(frozen=True, slots=True)
class LibraryVerdict:
    """The verdict of several passages on a claim, and the one that gives it; None without passages."""

    verdict: Verdict
    hit: Hit | None


def check_passages(claim: str, hits: Sequence[Hit]) -> LibraryVerdict:
    """Hold a claim against passages: the surest that supports it decides, else the one that says most of it.

    Raises:
        ModelError: the model that checks cannot be had.
    """
    if not hits:
        return LibraryVerdict(Verdict("not_found", say("claim_not_found", "en")), None)
    found = [(_on_passage(claim, hit), hit) for hit in hits]
    supporting = [one for one in found if one[0].holds]
    if supporting:
        return LibraryVerdict(*max(supporting, key=lambda one: one[0].probability))
    return LibraryVerdict(*max(found, key=lambda one: one[0].relevance))


def _on_passage(claim: str, hit: Hit) -> Verdict:
    article = hit.passage.article
    return check(claim, hit.passage.text, published=article.published, around=article.text)


def shown_object(claim: str, shown: LibraryVerdict) -> dict[str, Any]:
    """The object that `tanya check --claim` prints for a claim checked against the library."""
    base = shown.hit.passage.start if shown.hit else 0
    article_id = shown.hit.passage.article_id if shown.hit else None
    return {"article_id": article_id} | verdict_object(Claimed(claim, "", offset=base), shown.verdict)


def read_claims(path: Path) -> Iterator[Claimed]:
    """Read `{"id", "claim", "source"}` lines, `published` (YYYY-MM-DD) optional.

    Raises:
        ClaimError: the file cannot be read or a line is not such an object.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimError(f"{path} cannot be read ({error}); give a file of JSON lines") from error
    if not any(map(str.strip, lines)):
        raise ClaimError(f"{path} is empty; write a claim on each line")
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _claimed(line, path, number)


def verdict_object(claimed: Claimed, verdict: Verdict) -> dict[str, Any]:
    """The object that `tanya check --json` prints."""
    name: dict[str, Any] = {} if claimed.id is None else {"id": claimed.id}
    return name | {
        "verdict": verdict.ruling,
        "reason": verdict.reason,
        "probability": round(verdict.probability, 4),
        "spans": [[claimed.offset + start, claimed.offset + end] for start, end in verdict.spans],
    }


def verdict_lines(claimed: Claimed, verdict: Verdict) -> str:
    """The verdict with its reason and what shows it, for a terminal."""
    head = f"{claimed.id}: " if claimed.id is not None else ""
    quoted = [
        f"  {claimed.offset + start}:{claimed.offset + end} “{claimed.source[start:end]}”"
        for start, end in verdict.spans
    ]
    ruling = verdict.ruling.replace("_", " ")
    return "\n".join([f"{head}{ruling}: {verdict.reason}", *quoted])


def _claimed(line: str, path: Path, number: int) -> Claimed:
    cure = 'write {"id": "...", "claim": "...", "source": "..."}'
    try:
        row = json.loads(line)
        published = date.fromisoformat(row["published"]) if row.get("published") else None
        claim, source, name = row["claim"], row["source"], row.get("id")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ClaimError(f"{path}:{number} is no claim ({error!r}); {cure}") from error
    if not isinstance(claim, str) or not isinstance(source, str):
        raise ClaimError(f"{path}:{number}: claim and source must be texts; {cure}")
    return Claimed(claim, source, published, None if name is None else str(name))
