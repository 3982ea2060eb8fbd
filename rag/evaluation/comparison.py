"""Two runs of the same cases, compared: which cases changed, and whether the difference means anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.evaluation.measures import Record
from rag.evaluation.totals import AVERAGED, duration, interval, mean

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """How a measure differs between two runs over the cases that have it in both.

    Attributes:
        name: Of the measure.
        cases: How many.
        before: Mean of the earlier run.
        after: Mean of this run.
        low: Lower end of the 95% interval of the mean difference, by paired bootstrap.
        high: Upper end.
    """

    name: str
    cases: int
    before: float
    after: float
    low: float
    high: float

    @property
    def matters(self) -> bool:
        """Whether no difference at all lies outside the interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from an earlier run to this one.

    Attributes:
        cases: How many are in both, word for word the same.
        fixed: Ids of those that pass only now.
        broken: Ids of those that passed only before.
        p: Probability of so uneven a change by chance, by McNemar's exact test (1947; two-sided binomial).
        differences: Of the other measures.
        left_out: Ids of cases that only one run has, or that ask or expect something else.
    """

    cases: int
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    p: float
    differences: tuple[Difference, ...]
    left_out: tuple[str, ...]

    def to_object(self) -> dict[str, Any]:
        """The comparison in plain JSON values."""
        return {
            "cases": self.cases,
            "fixed": list(self.fixed),
            "broken": list(self.broken),
            "mcnemar_p": round(self.p, 6),
            "measures": {
                one.name: {
                    "cases": one.cases,
                    "before": one.before,
                    "after": one.after,
                    "difference": [one.low, one.high],
                    "matters": one.matters,
                }
                for one in self.differences
            },
            "left_out": list(self.left_out),
        }


def compare(before: Sequence[Record], after: Sequence[Record]) -> Comparison:
    """Pair the cases of two runs and compare them."""
    earlier = {_key(record): record for record in before}
    later = {_key(record): record for record in after}
    both = [(earlier[key], later[key]) for key in later if key in earlier]
    fixed = tuple(new["id"] for old, new in both if new["passed"] and not old["passed"])
    broken = tuple(new["id"] for old, new in both if old["passed"] and not new["passed"])
    alone = [
        record["id"] for key, record in (earlier | later).items() if key not in earlier or key not in later
    ]
    differences = [_difference(name, both) for name in (*AVERAGED, "ms")]
    return Comparison(
        cases=len(both),
        fixed=fixed,
        broken=broken,
        p=mcnemar(len(fixed), len(broken)),
        differences=tuple(one for one in differences if one),
        left_out=tuple(dict.fromkeys(alone)),
    )


def mcnemar(fixed: int, broken: int) -> float:
    """Two-sided exact probability of a split at least so uneven where either way is as likely, 0..1."""
    changed = fixed + broken
    tail = sum(math.comb(changed, k) for k in range(min(fixed, broken) + 1))
    return float(min(1.0, 2 * tail / 2**changed))


def comparison_lines(comparison: Comparison) -> list[str]:
    """The comparison for people."""
    lines = [f"FIXED {name}" for name in comparison.fixed]
    lines += [f"BROKEN {name}" for name in comparison.broken]
    lines.append(verdict(comparison))
    for one in comparison.differences:
        meaning = "differs" if one.matters else "may be chance"
        lines.append(
            f"{one.name.replace('_', ' ')}: {one.before:g} before, {one.after:g} now,"
            f" difference {one.low:+g} to {one.high:+g} over {one.cases} cases: {meaning}"
        )
    if comparison.left_out:
        alone = ", ".join(comparison.left_out)
        lines.append(f"not compared, since only one run has them as they are: {alone}")
    return lines


def verdict(comparison: Comparison) -> str:
    """One sentence on which run passes more cases, and whether that may be chance."""
    fixed, broken = len(comparison.fixed), len(comparison.broken)
    if not comparison.cases:
        return "no case is in both runs as it is; nothing can be compared"
    if not fixed + broken:
        return f"of {comparison.cases} cases none passes in one run alone"
    meaning = "more than chance" if comparison.p < ALPHA else "may be chance"
    return (
        f"of {comparison.cases} cases {fixed} pass only now and {broken} only before:"
        f" {meaning} (exact McNemar p = {comparison.p:.3g})"
    )


def _key(record: Record) -> str:
    return f"{record['id']}\0{record['case']['key']}"


def _difference(name: str, both: Sequence[tuple[Record, Record]]) -> Difference | None:
    if name == "ms":
        pairs = [(duration(old), duration(new)) for old, new in both]
    else:
        pairs = [
            (old["measures"][name], new["measures"][name])
            for old, new in both
            if name in old["measures"] and name in new["measures"]
        ]
    changes = [new - old for old, new in pairs]
    span = interval(changes)
    if span is None or not any(changes):
        return None
    return Difference(name, len(pairs), mean([a for a, _ in pairs]), mean([b for _, b in pairs]), *span)
