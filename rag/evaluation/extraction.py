"""Quotations and figures of articles measured against those that a reader found."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Article, TanyaError
from rag.evaluation.reading import read_rows
from rag.figures import figures_of
from rag.lang.words import content_words
from rag.quotes import Quote, find_quotes

OVERLAP = 0.5
"""Least share of the characters of two quotations together that both have, for them to be the same."""


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A quotation as a person read it."""

    article_id: str
    direct: bool
    speaker: str | None
    role: str | None
    start: int
    end: int


def load_quotes(path: Path) -> list[GoldQuote]:
    """Read JSON lines with `article_id`, `direct`, `speaker`, `role`, `start` and `end`.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """
    wanted = "article_id, direct, speaker, start or end"
    gold = []
    for number, row in read_rows(path, wanted):
        try:
            gold.append(
                GoldQuote(
                    str(row["article_id"]), bool(row["direct"]), row["speaker"], row.get("role"),
                    int(row["start"]), int(row["end"]),
                )
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TanyaError(f"{path}:{number} lacks {wanted}; correct it") from error
    return gold


def evaluate_quotes(gold: Sequence[GoldQuote], article_of: Callable[[str], Article]) -> dict[str, Any]:
    """Precision, recall and F1 of direct and reported quotations, and shares of speakers and offices right.

    Args:
        gold: Of articles that were read in full.
        article_of: Gives an article by its id.

    Returns:
        The object of `tanya eval quotes --json`: for "direct" and "reported" `gold`, `found`, `precision`,
        `recall`, `f1`, and of those found `speaker` and `role`, all shares between 0 and 1.
    """
    by_article: dict[str, list[GoldQuote]] = {}
    for one in gold:
        by_article.setdefault(one.article_id, []).append(one)
    found = {name: find_quotes(article_of(name).text) for name in by_article}
    return {
        "articles": len(by_article),
        "direct": _measures(by_article, found, direct=True),
        "reported": _measures(by_article, found, direct=False),
    }


def _measures(
    gold: Mapping[str, Sequence[GoldQuote]], found: Mapping[str, Sequence[Quote]], *, direct: bool
) -> dict[str, Any]:
    wanted = given = 0
    pairs: list[tuple[GoldQuote, Quote]] = []
    for name, ones in gold.items():
        mine = [one for one in ones if one.direct == direct]
        theirs = [one for one in found[name] if one.direct == direct]
        wanted, given = wanted + len(mine), given + len(theirs)
        pairs += matched(mine, theirs)
    return {
        "gold": wanted,
        "found": given,
        "precision": _share(len(pairs), given),
        "recall": _share(len(pairs), wanted),
        "f1": _share(2 * len(pairs), wanted + given),
        "speaker": _share(sum(_alike(one.speaker, other.speaker) for one, other in pairs), len(pairs)),
        "role": _share(sum(_alike(one.role, other.role) for one, other in pairs), len(pairs)),
    }


def matched(gold: Iterable[GoldQuote], found: Sequence[Quote]) -> list[tuple[GoldQuote, Quote]]:
    """Each quotation with the one found that has most of its characters, each at most once."""
    close = [(overlap(one, other), one, other) for one in gold for other in found]
    pairs: list[tuple[GoldQuote, Quote]] = []
    for share, one, other in sorted(close, key=lambda item: -item[0]):
        taken = any(one is mine or other is theirs for mine, theirs in pairs)
        if share >= OVERLAP and not taken:
            pairs.append((one, other))
    return pairs


def overlap(one: GoldQuote | Quote, other: GoldQuote | Quote) -> float:
    """The characters that both have by those that either has, 0..1."""
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    return both / (one.end - one.start + other.end - other.start - both)


def _alike(one: str | None, other: str | None) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def quotes_table(result: Mapping[str, Any]) -> str:
    """The result for a terminal."""
    lines = [f"{result['articles']} articles"]
    for name in ("direct", "reported"):
        one = result[name]
        lines.append(
            f"{name}: {one['gold']} in the gold, {one['found']} found, precision {one['precision']:.3f}, "
            f"recall {one['recall']:.3f}, F1 {one['f1']:.3f}; speaker right {one['speaker']:.3f}, "
            f"role {one['role']:.3f}"
        )
    return "\n".join(lines)


WANTED = ("article_id", "start", "end", "value", "value_to", "unit", "what")


def load_figures(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The figures of each article of a file of JSON lines, one figure a line.

    Raises:
        TanyaError: the file cannot be read, or a line lacks what is compared; it names the line.
    """
    found = defaultdict(list)
    for number, row in read_rows(path, ", ".join(WANTED)):
        if not isinstance(row, dict) or any(name not in row for name in WANTED):
            raise TanyaError(f"{path}:{number} lacks one of {', '.join(WANTED)}; correct it")
        found[row["article_id"]].append(row)
    return dict(found)


def evaluate_figures(path: Path, article_of: Callable[[str], Article]) -> dict[str, Any]:
    """How many figures of the gold are found, by overlap, and how many of those are told rightly.

    Args:
        path: The gold; every figure of each article that it names.
        article_of: Gives an article by its id.

    Returns:
        The object of `tanya eval figures --json`; shares are between 0 and 1. `value_unit` and `what` are of
        the figures found: value, upper end and unit the same; a content word of the gold's `what` shared.
    """
    gold = load_figures(path)
    found = right = shared = named = 0
    for article_id, wanted in gold.items():
        left = figures_of(article_of(article_id))
        named += len(left)
        for row in wanted:
            one = next((one for one in left if one.start < row["end"] and row["start"] < one.end), None)
            if one is None:
                continue
            left.remove(one)
            found += 1
            right += (one.value, one.value_to, one.unit) == (row["value"], row["value_to"], row["unit"])
            shared += bool({*content_words(one.what)} & {*content_words(row["what"])})
    total = sum(map(len, gold.values()))
    return {
        "n": total,
        "articles": len(gold),
        "predicted": named,
        "found": found,
        "precision": _share(found, named),
        "recall": _share(found, total),
        "f1": _share(2 * found, total + named),
        "value_unit": {"right": right, "share": _share(right, found)},
        "what": {"shared": shared, "share": _share(shared, found)},
    }


def figures_table(result: dict[str, Any]) -> str:
    """The summary for a terminal."""
    found = result["found"]
    return "\n".join(
        (
            f"{result['n']} figures of {result['articles']} articles, {result['predicted']} named, "
            f"{found} found: F1 {result['f1']:.3f} "
            f"(precision {result['precision']:.3f}, recall {result['recall']:.3f})",
            f"value and unit right of those found: {result['value_unit']['share']:.3f} "
            f"({result['value_unit']['right']} of {found})",
            f"what shares a content word, of those found: {result['what']['share']:.3f} "
            f"({result['what']['shared']} of {found})",
        )
    )
