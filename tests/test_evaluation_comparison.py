"""What must be true of a comparison of two runs; the exact tests are computed by hand."""

import pytest
from evaluation_doubles import answer, case, refusal, stored

from rag.evaluation.metrics import compare, comparison_lines, judge, mcnemar, verdict


def run(passed, total=100.0, **changes):
    return [
        judge(
            case(id=str(number), **changes), answer(total=total) if ok else refusal(total=total), stored
        ).record()
        for number, ok in enumerate(passed)
    ]


def ranked(records, values):
    return [
        record | {"measures": record["measures"] | {"rr": value}}
        for record, value in zip(records, values, strict=True)
    ]


@pytest.mark.parametrize(
    ("fixed", "broken", "p"),
    # Two-sided: 2 * sum of the smaller tail of Binomial(n, 1/2), at most 1.
    [(0, 0, 1.0), (1, 1, 1.0), (5, 0, 2 / 32), (6, 0, 2 / 64), (0, 6, 2 / 64), (8, 1, 2 * (1 + 9) / 512)],
)
def test_mcnemar_is_the_exact_binomial(fixed, broken, p):
    assert mcnemar(fixed, broken) == pytest.approx(p)


def test_it_says_which_cases_changed():
    told = compare(run([True, False, True]), run([True, True, False]))
    assert (told.cases, told.fixed, told.broken, told.p) == (3, ("1",), ("2",), 1.0)
    assert comparison_lines(told)[:2] == ["FIXED 1", "BROKEN 2"]
    assert "may be chance" in verdict(told)


def test_a_change_beyond_chance_is_called_so():
    told = compare(run([False] * 6), run([True] * 6))
    assert told.p == pytest.approx(0.03125)
    assert "more than chance (exact McNemar p = 0.0312)" in verdict(told)


def test_the_same_run_does_not_differ():
    told = compare(run([True, False]), run([True, False]))
    assert told.differences == ()
    assert verdict(told) == "of 2 cases none passes in one run alone"


def test_a_difference_that_every_case_shows_matters():
    told = compare(ranked(run([True] * 4), [0.5] * 4), ranked(run([True] * 4), [1] * 4))
    (one,) = told.differences
    assert (one.name, one.before, one.after, one.low, one.high) == ("rr", 0.5, 1, 0.5, 0.5)
    assert one.matters
    assert comparison_lines(told)[-1].endswith("difference +0.5 to +0.5 over 4 cases: differs")


def test_times_are_told_without_a_verdict_since_machines_are_busy():
    told = compare(run([True] * 4, total=100), run([True] * 4, total=90))
    (one,) = told.differences
    assert (one.name, one.before, one.after, one.low, one.high) == ("ms", 100, 90, -10, -10)
    assert one.matters is None
    assert comparison_lines(told)[-1].endswith("difference -10 to -10 over 4 cases")


def test_a_difference_that_goes_both_ways_may_be_chance():
    before, after = ranked(run([True] * 4), (1, 0, 1, 1)), ranked(run([True] * 4), (0, 1, 1, 1))
    (one,) = compare(before, after).differences
    assert (one.name, one.before, one.after, one.matters) == ("rr", 0.75, 0.75, False)


def test_a_case_that_expects_something_else_now_is_not_compared():
    told = compare(run([True]), run([True], language=None))
    assert (told.cases, told.left_out) == (0, ("0",))
    assert verdict(told) == "no case is in both runs as it is; nothing can be compared"
