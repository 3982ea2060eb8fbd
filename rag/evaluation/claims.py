"""The check of claims, measured: what of the false is accepted, and what of the true."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import TanyaError
from rag.answer import Ruling, Verdict
from rag.evaluation.adversarial import Trial, read_stories, trials
from rag.evaluation.reading import read_rows
from rag.factcheck import check
from rag.output import Bar
from rag.reader import RULINGS

LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Thresholds at which the curve is given."""

CONFIDENCE = 1.96
"""Standard deviations of a 95 % interval."""


INFERENCE = {"entailment": True, "contradiction": False, "neutral": False}
"""Labels of premise and hypothesis pairs, and whether the premise says the hypothesis."""


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """A claim with its passage and what the passage says to it.

    Attributes:
        id: As the file names it, or its line.
        language: Of the claim; empty where the file does not say.
        change: What was done to make the claim; empty where the file does not say.
    """

    id: str
    source: str
    claim: str
    truth: Ruling
    language: str
    change: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with the verdict that was given."""

    case: ClaimCase
    verdict: Verdict


def load_cases(path: Path) -> list[ClaimCase]:
    """Read JSON lines with `source`, `claim` and `verdict`; `id`, `lang` and `change` optional.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """
    cases = []
    for number, row in read_rows(path, "source, claim or verdict"):
        try:
            source, claim, truth = row["source"], row["claim"], row["verdict"]
            about = (str(row.get("lang") or ""), str(row.get("change") or ""))
        except (KeyError, TypeError, AttributeError) as error:
            raise TanyaError(f"{path}:{number} lacks source, claim or verdict; correct it") from error
        if truth not in RULINGS or not isinstance(source, str) or not isinstance(claim, str):
            raise TanyaError(f"{path}:{number}: verdict must be one of {', '.join(RULINGS)}; correct it")
        cases.append(ClaimCase(str(row.get("id", number)), source, claim, truth, *about))
    return cases


def evaluate_claims(path: Path) -> dict[str, Any]:
    """Check every claim of a file against its passage.

    Returns:
        What `summary` gives.

    Raises:
        TanyaError: the file cannot be read.
        ModelError: the model that checks cannot be had.
    """
    cases = load_cases(path)
    judged = []
    with Bar("claims") as bar:
        for number, case in enumerate(cases, 1):
            judged.append(Judged(case, check(case.claim, case.source)))
            bar.update(number, len(cases), case.id)
    return summary(judged)


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """Counts and shares between 0 and 1, with 95 % intervals.

    Returns:
        `{"n", "accuracy", "accepted_false", "accepted_true", "verdicts", "languages", "changes", "curve"}`.
        The accepted are `{"n", "accepted", "low", "high"}`, and so is each row of languages and changes, the
        true and the false of a language apart; `verdicts` counts what was said by what is true; `curve` gives
        for each threshold what would be accepted of the false and of the true.
    """
    false = [one for one in judged if one.case.truth != "supported"]
    true = [one for one in judged if one.case.truth == "supported"]
    verdicts = {
        truth: {said: sum(one.case.truth == truth and one.verdict.ruling == said for one in judged)
                for said in RULINGS}
        for truth in RULINGS
    }  # fmt: skip
    languages, changes = defaultdict(list), defaultdict(list)
    for one in judged:
        side = "true" if one.case.truth == "supported" else "false"
        languages[f"{one.case.language or '-'}, {side}"].append(one)
        changes[f"{one.case.change or '-'}, {side}"].append(one)
    return {
        "n": len(judged),
        "accuracy": round(sum(verdicts[truth][truth] for truth in RULINGS) / len(judged), 4),
        "accepted_false": _accepted(false),
        "accepted_true": _accepted(true),
        "verdicts": verdicts,
        "languages": {name: _accepted(rows) for name, rows in sorted(languages.items())},
        "changes": {name: _accepted(rows) for name, rows in sorted(changes.items())},
        "curve": [
            {"threshold": level, "false": _share(false, level), "true": _share(true, level)}
            for level in LEVELS
        ],
    }


def interval(count: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 % (Wilson, 1927); 0 to 1 where n is 0."""
    if not n:
        return 0.0, 1.0
    share, z2 = count / n, CONFIDENCE**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = CONFIDENCE * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def table(result: dict[str, Any]) -> str:
    """The summary for a terminal."""
    lines = [
        f"{result['n']} claims, {result['accuracy']:.3f} of the verdicts right",
        f"{'':28}{'n':>6}{'accepted':>10}   95 % interval",
    ]
    rows = [("false", result["accepted_false"]), ("true", result["accepted_true"])]
    rows += [*result["languages"].items(), *result["changes"].items()]
    lines += [
        f"{name:28}{row['n']:>6}{row['accepted']:>10.3f}   {row['low']:.3f}-{row['high']:.3f}"
        for name, row in rows
    ]
    lines.append(f"{'true verdict':28}" + "".join(f"{said:>14}" for said in RULINGS))
    for truth, counts in result["verdicts"].items():
        lines.append(f"{truth:28}" + "".join(f"{counts[said]:>14}" for said in RULINGS))
    lines.append("threshold: accepted of the false, of the true")
    lines += [f"{one['threshold']:9.2f}: {one['false']:.3f}  {one['true']:.3f}" for one in result["curve"]]
    return "\n".join(lines)


def _accepted(judged: Sequence[Judged]) -> dict[str, Any]:
    count = sum(one.verdict.holds for one in judged)
    low, high = interval(count, len(judged))
    share = count / len(judged) if judged else 0.0
    return {"n": len(judged), "accepted": round(share, 4), "low": round(low, 4), "high": round(high, 4)}


def _share(judged: Iterable[Judged], level: float) -> float:
    above = [one.verdict.probability >= level for one in judged]
    return round(sum(above) / len(above), 4) if above else 0.0


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


def judge(tried: Iterator[Trial] | Any) -> Iterator[tuple[Trial, Verdict]]:
    """Check every trial."""
    for trial in tried:
        yield trial, check(trial.claim, trial.source, published=trial.published)


def rates(judged: Iterator[tuple[Trial, Verdict]]) -> dict[str, Any]:
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


def rates_table(result: dict[str, Any]) -> str:
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
