"""The check of claims, measured: what of the false is accepted, and what of the true."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from index import TanyaError
from rag.factcheck import check
from rag.progress import Bar
from rag.verdict import Ruling, Verdict

RULINGS = get_args(Ruling)

LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Thresholds at which the curve is given."""

CONFIDENCE = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Case:
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

    case: Case
    verdict: Verdict


def load_cases(path: Path) -> list[Case]:
    """Read JSON lines with `source`, `claim` and `verdict`; `id`, `lang` and `change` optional.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TanyaError(f"{path} cannot be read ({error}); name a file of JSON lines") from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            source, claim, truth = row["source"], row["claim"], row["verdict"]
        except (ValueError, KeyError, TypeError) as error:
            raise TanyaError(f"{path}:{number} lacks source, claim or verdict; correct it") from error
        if truth not in RULINGS or not isinstance(source, str) or not isinstance(claim, str):
            raise TanyaError(f"{path}:{number}: verdict must be one of {', '.join(RULINGS)}; correct it")
        about = (str(row.get("lang") or ""), str(row.get("change") or ""))
        cases.append(Case(str(row.get("id", number)), source, claim, truth, *about))
    if not cases:
        raise TanyaError(f"{path} holds no claims; name a file of JSON lines")
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
