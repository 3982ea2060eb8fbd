"""Totals of a run: shares, latency and abstention, with intervals by bootstrap."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rag.evaluation.measures import RANKING, Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES, SEED, LEVEL = 2000, 20250722, 0.95

AVERAGED = (
    "exact_match", "token_f1", "language", "markers_resolve", "quotes_exact", "citation_precision",
    "citation_recall", *RANKING,
)  # fmt: skip
"""Measures of a case that are averaged over the cases that have them."""


def metrics(records: Sequence[Record]) -> dict[str, Any]:
    """What `tanya eval CASES --json` gives as "metrics".

    Shares are in 0..1, times in milliseconds. A refusal is right where the case expects one:
    `abstain_precision` is the share of refusals that are right, `abstain_recall` that of the unanswerable
    cases that were refused (also `refused_rightly`); `refused_wrongly` and `answered_wrongly` are the two
    errors, as shares of the answerable and of the unanswerable. What no case allows is left out, except for
    the first eight, which are 0 there. `intervals` has the 95% percentile intervals (Efron and Tibshirani
    1993) of all shares and times, from resampling cases.
    """
    answerable = [record for record in records if not expects_refusal(record)]
    unanswerable = [record for record in records if expects_refusal(record)]
    times = [duration(record) for record in records]
    told: dict[str, Any] = {
        "cases": len(records),
        "passed": mean([record["passed"] for record in records]),
        "answerable": len(answerable),
        "answered_right": mean([record["passed"] for record in answerable]),
        "refused_wrongly": mean([refused(record) for record in answerable]),
        "unanswerable": len(unanswerable),
        "refused_rightly": mean([refused(record) for record in unanswerable]),
        "ms_median": round(statistics.median(times), 1) if times else 0.0,
    }
    if not records:
        return told | {"intervals": {}}
    told["ms_p95"] = round(quantile(times, 0.95), 1)
    told |= _abstention(records)
    for name in AVERAGED:
        values = measured(records, name)
        if values:
            told[name] = mean(values)
    return told | {"intervals": _intervals(records, told)}


def expects_refusal(record: Record) -> bool:
    return bool(record["case"]["abstain"])


def refused(record: Record) -> bool:
    return bool(record["answer"]["abstained"])


def duration(record: Record) -> float:
    """Milliseconds of the answer."""
    return float(record["answer"]["timings_ms"]["total"])


def measured(records: Sequence[Record], name: str) -> list[float]:
    """The values of one measure, of the cases that have it."""
    return [float(record["measures"][name]) for record in records if name in record["measures"]]


def mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed, linear between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def interval(
    values: Sequence[Sequence[float]] | Sequence[float],
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> tuple[float, float] | None:
    """The 95% percentile interval of a statistic over resampled rows; None for fewer than two rows.

    Args:
        values: One number, or a row of numbers, per case.
        statistic: From an array of shape (resamples, cases) or (resamples, cases, row) to (resamples,); the
            mean where there is none. Where it is undefined it gives NaN, and such resamples are left out.
    """
    import numpy as np

    if len(values) < 2:
        return None
    rows = np.asarray(values, np.float64)
    random = np.random.default_rng(SEED)
    taken = [
        # In parts, so that thousands of cases need no gigabytes.
        _statistic(rows[random.integers(len(rows), size=(RESAMPLES // 10, len(rows)))], statistic)
        for _ in range(10)
    ]
    drawn = np.concatenate(taken)
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return None
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return round(float(low), 4), round(float(high), 4)


def lines(told: dict[str, Any]) -> list[str]:
    """The totals for a terminal, one each, with their intervals."""
    found = []
    for name, value in told.items():
        if name == "intervals":
            continue
        span = told.get("intervals", {}).get(name)
        around = f"  ({span[0]:g} to {span[1]:g})" if span else ""
        found.append(f"{name.replace('_', ' ')}: {value:g}{around}")
    return found


def _statistic(
    drawn: NDArray[np.float64], statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None
) -> NDArray[np.float64]:
    return drawn.mean(axis=1) if statistic is None else statistic(drawn)


def _abstention(records: Sequence[Record]) -> dict[str, float]:
    right = sum(refused(record) and expects_refusal(record) for record in records)
    refusals = sum(map(refused, records))
    wanted = sum(map(expects_refusal, records))
    told = {}
    if refusals:
        told["abstain_precision"] = round(right / refusals, 4)
    if wanted:
        told["abstain_recall"] = round(right / wanted, 4)
        told["answered_wrongly"] = round(1 - right / wanted, 4)
    if refusals + wanted:
        told["abstain_f1"] = round(2 * right / (refusals + wanted), 4)
    return told


def _intervals(records: Sequence[Record], told: dict[str, Any]) -> dict[str, list[float]]:
    import numpy as np

    # Columns: refused, to be refused, both.
    verdicts = [[refused(r), expects_refusal(r), refused(r) and expects_refusal(r)] for r in records]
    answerable = [record for record in records if not expects_refusal(record)]
    unanswerable = [record for record in records if expects_refusal(record)]
    times = [duration(record) for record in records]

    def abstaining(top: int, *below: int) -> tuple[float, float] | None:
        def share(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
            sums = drawn.sum(axis=1)
            whole = sums[:, list(below)].sum(axis=1)
            with np.errstate(invalid="ignore"):
                quotient: NDArray[np.float64] = len(below) * sums[:, top] / whole
            return quotient

        return interval(verdicts, share)

    found = {
        "passed": interval([record["passed"] for record in records]),
        "answered_right": interval([record["passed"] for record in answerable]),
        "refused_wrongly": interval([refused(record) for record in answerable]),
        "refused_rightly": interval([refused(record) for record in unanswerable]),
        "answered_wrongly": interval([not refused(record) for record in unanswerable]),
        "ms_median": interval(times, lambda drawn: np.median(drawn, axis=1)),
        "ms_p95": interval(times, lambda drawn: np.quantile(drawn, 0.95, axis=1)),
        "abstain_precision": abstaining(2, 0),
        "abstain_recall": abstaining(2, 1),
        "abstain_f1": abstaining(2, 0, 1),
    }
    found |= {name: interval(measured(records, name)) for name in AVERAGED}
    return {name: list(span) for name, span in found.items() if span and name in told}
