"""Figures of articles measured against those that a reader found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index import Article, TanyaError
from rag.evaluation.reading import read_rows
from rag.figures import figures_of
from rag.lang.words import content_words

WANTED = ("article_id", "start", "end", "value", "value_to", "unit", "what")


def load_gold(path: Path) -> dict[str, list[dict[str, Any]]]:
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
    gold = load_gold(path)
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


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def table(result: dict[str, Any]) -> str:
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
