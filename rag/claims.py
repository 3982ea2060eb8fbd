"""Claims from the command line: one against a file, or many from JSON lines, each with its verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index import TanyaError
from rag.grounding import check
from rag.verdict import Verdict


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
    """A claim about the text of a file; offsets will count the characters of that file.

    Raises:
        ClaimError: the claim is empty.
        ArticleError: the file cannot be read as text.
    """
    from index.files import read_article, read_bytes

    if not claim.strip():
        raise ClaimError("the claim is empty; give a sentence: --claim TEXT")
    raw = read_bytes(path)
    article = read_article(path, raw, path.stem)
    try:
        whole = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        whole = article.text
    body = whole.find(article.text)
    return Claimed(claim, article.text if body > 0 else whole, article.published, offset=max(body, 0))


def read_claims(path: Path) -> Iterator[Claimed]:
    """Read `{"id", "claim", "source"}` lines, `published` (YYYY-MM-DD) optional.

    Raises:
        ClaimError: the file cannot be read or a line is not such an object.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimError(f"{path} cannot be read ({error}); give a file of JSON lines") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _claimed(line, path, number)


def verdict_object(claimed: Claimed, verdict: Verdict) -> dict[str, Any]:
    """The object that `tanya check --json` prints."""
    told: dict[str, Any] = {} if claimed.id is None else {"id": claimed.id}
    return told | {
        "verdict": verdict.ruling,
        "reason": verdict.reason,
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
