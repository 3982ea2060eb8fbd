"""How often the check of claims accepts what is false and rejects what is true, by kind of change."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from index import TanyaError
from rag.evaluation.adversarial import Trial, read_stories, trials
from rag.factcheck import check
from rag.verdict import Verdict

Judged = tuple[Trial, Verdict]

INFERENCE = {"entailment": True, "contradiction": False, "neutral": False}
"""Labels of premise and hypothesis pairs, and whether the premise says the hypothesis."""


def evaluate_grounding(path: Path, *, limit: int = 500, seed: int = 7, whole: bool = False) -> dict[str, Any]:
    """Measure the check on claims made from the articles at `path`, or on its premise and hypothesis pairs.

    Returns:
        `{"n", "false": {kind: {"n", "accepted", "contradicted"}}, "true": {kind: {"n", "rejected",
        "contradicted"}}}`, shares between 0 and 1.

    Raises:
        TanyaError: nothing there can be read.
    """
    from tqdm import tqdm

    pairs = _inference(path)
    tried = pairs or trials(read_stories(path), seed=seed, limit=limit, whole=whole)
    return rates(judge(tqdm(tried, unit="claim", disable=None)))


def judge(tried: Iterator[Trial] | Any) -> Iterator[Judged]:
    """Check every trial."""
    for trial in tried:
        yield trial, check(trial.claim, trial.source, published=trial.published)


def rates(judged: Iterator[Judged]) -> dict[str, Any]:
    """Counts and shares by kind."""
    number: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    contradicted: Counter[str] = Counter()
    truth: dict[str, bool] = {}
    for trial, verdict in judged:
        truth[trial.kind] = trial.true
        number[trial.kind] += 1
        wrong[trial.kind] += verdict.holds != trial.true
        contradicted[trial.kind] += verdict.ruling == "contradicted"

    def shares(true: bool, name: str) -> dict[str, Any]:
        return {
            kind: {
                "n": n,
                name: round(wrong[kind] / n, 4),
                "contradicted": round(contradicted[kind] / n, 4),
            }
            for kind, n in number.items()
            if truth[kind] is true
        }

    return {
        "n": number.total(),
        "false": shares(False, "accepted"),
        "true": shares(True, "rejected"),
    }


def table(result: dict[str, Any]) -> str:
    """The rates for a terminal."""
    lines = [f"{'made false':14}{'n':>6}{'accepted':>10}{'contradicted':>14}"]
    for kind, row in result["false"].items():
        lines.append(f"{kind:14}{row['n']:>6}{row['accepted']:>10.3f}{row['contradicted']:>14.3f}")
    lines.append(f"{'true':14}{'n':>6}{'rejected':>10}{'contradicted':>14}")
    for kind, row in result["true"].items():
        lines.append(f"{kind:14}{row['n']:>6}{row['rejected']:>10.3f}{row['contradicted']:>14.3f}")
    return "\n".join(lines)


def _inference(path: Path) -> list[Trial]:
    """The dev part of premise and hypothesis pairs; empty where the file holds something else."""
    if not path.is_file():
        return []
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            first = json.loads(next(lines, "{}"))
            if not isinstance(first, dict) or "hypothesis" not in first:
                return []
            rows = [first, *map(json.loads, lines)]
            return [
                Trial(row["label"], row["hypothesis"], row["premise"], INFERENCE[row["label"]])
                for row in rows
                if row.get("split", "dev") == "dev"
            ]
    except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
        raise TanyaError(f"{path} cannot be read ({error!r}); give articles or labelled pairs") from error
