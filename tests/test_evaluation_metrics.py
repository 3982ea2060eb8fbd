"""What must be true of the measures of a case and of a run; every expected value can be computed by hand."""

import math
from dataclasses import replace

import pytest
from evaluation_doubles import EXPORTS, WEATHER, answer, article, case, refusal, stored

from index import Hit, Passage
from rag.answer import Answer, Citation, Claim
from rag.evaluation.metrics import interval, judge, mean_interval, metrics, ranking, total_lines

FIRST = EXPORTS[: EXPORTS.index(". ") + 1]


def kinds(**arguments):
    changes = arguments.pop("expect", {})
    result = judge(case(**changes), arguments["given"], stored)
    return [failure.split(":")[0] for failure in result.failures]


def test_a_right_answer_passes():
    result = judge(case(), answer(), stored)
    assert result.passed
    assert result.measures["citation_recall"] == result.measures["language"] == result.measures["rr"] == 1
    assert result.rank == 1


@pytest.mark.parametrize(
    ("given", "expect", "kind"),
    [
        (answer("Ekspor pabrik sepatu naik menjadi Rp4,8 miliar."), {}, "contains"),
        (answer(), {"cites": ("y",)}, "cites"),
        (
            answer("Ekspor naik 22,67 persen.", quote=WEATHER, source=article("y", WEATHER)),
            {"cites": ()},
            "support",
        ),
        (answer(), {"abstain": True, "contains": (), "cites": ()}, "abstain"),
        (refusal(), {}, "abstain"),
        (answer(language="en"), {}, "language"),
        (answer("Exports of the factory in Binjai are up by 22,67 persen."), {}, "language"),
    ],
)
def test_each_deliberate_fault_fails_for_its_own_reason(given, expect, kind):
    assert kind in kinds(given=given, expect=expect)


def test_a_wrong_language_that_only_the_words_betray_is_told_apart_from_the_label():
    result = judge(
        case(contains=()), answer("The exports of the shoe factory in Binjai were up by a lot."), stored
    )
    assert any(failure.startswith("language: expected id, the words are en") for failure in result.failures)
    assert result.measures["language"] == 0


def test_a_refusal_in_the_wrong_language_is_a_fault():
    wrong = Answer("?", "id", message="The articles do not say when that was.", timings={"total": 1.0})
    result = judge(case(abstain=True, contains=(), cites=()), wrong, stored)
    assert [failure.split(",")[0] for failure in result.failures] == ["language: expected id"]


def test_a_citation_whose_article_says_something_else_now_is_a_fault():
    altered = article("x", EXPORTS.replace("22,67", "22,76"))
    result = judge(case(), answer(), {"x": altered}.get)
    assert any(failure.startswith("quote: [1] is not the characters") for failure in result.failures)


def test_exact_match_and_token_f1_are_those_of_the_best_reference():
    result = judge(case(reference=("22,67 persen", FIRST)), answer(), stored)
    assert (result.measures["exact_match"], result.measures["token_f1"]) == (1, 1)
    result = judge(
        case(reference=("naik 22,67 persen",)), answer("Naik 22,67 persen menjadi Rp4,8 miliar."), stored
    )
    assert result.measures["exact_match"] == 0
    # 3 words of 6 are in the reference of 3: precision 1/2, recall 1.
    assert result.measures["token_f1"] == pytest.approx(2 / 3)
    assert "token_f1" not in judge(case(), answer(), stored).measures


def test_ranking_measures_are_those_of_the_formulas():
    # Wanted a and b; a is third, b is not found.
    told = ranking(([set(), set(), {"a"}, set(), set()], {"a", "b"}))
    assert told["rr"] == pytest.approx(1 / 3)
    assert (told["success@1"], told["success@3"], told["recall@1"], told["recall@5"]) == (0, 1, 0, 0.5)
    assert told["ndcg@5"] == pytest.approx((1 / math.log2(4)) / (1 + 1 / math.log2(3)))


def test_an_empty_ranking_finds_nothing():
    assert set(ranking(([], {"a"})).values()) == {0.0}


def test_articles_are_ranked_at_their_best_hit_and_passages_at_theirs():
    exports, rain = article(), article("y", WEATHER)
    second = EXPORTS.index("Bupati")
    hits = (
        Hit(Passage(rain, 0, 5), 3.0, 1),
        Hit(Passage(rain, 6, 12), 2.0, 2),
        Hit(Passage(exports, 0, second), 1.0, 3),
        Hit(Passage(exports, second, len(EXPORTS)), 0.5, 4),
    )
    given = Answer(
        "?",
        "id",
        (Claim(FIRST, (1,)),),
        (Citation(1, exports, 0, len(FIRST)),),
        hits=hits,
        timings={"total": 1},
    )
    assert judge(case(), given, stored).rank == 2
    named = judge(case(passages=("Bupati Rahmat  Siregar",)), given, stored)
    assert named.rank == 4
    assert named.measures["rr"] == 0.25
    assert judge(case(abstain=True, contains=()), given, stored).rank is None


def run():
    """Four answerable, of which one fails and one is refused; two unanswerable, of which one is answered."""
    unanswerable = {"abstain": True, "contains": (), "cites": ()}
    return [
        judge(case(id=str(number), **expect), given, stored).record()
        for number, (expect, given) in enumerate(
            [
                ({}, answer(total=10)),
                ({}, answer(total=20)),
                ({"contains": (("nihil",),)}, answer(total=30)),
                ({}, refusal(total=40)),
                (unanswerable, refusal(total=50)),
                (unanswerable, answer(total=60)),
            ]
        )
    ]


def test_totals_count_both_errors_of_abstention_apart():
    told = metrics(run())
    assert told["cases"] == 6
    assert told["passed"] == 0.5
    assert told["answered_right"] == 0.5
    assert told["refused_wrongly"] == 0.25
    assert told["answered_wrongly"] == 0.5
    assert told["abstain_precision"] == told["abstain_recall"] == told["abstain_f1"] == 0.5
    assert told["ms_median"] == 35
    assert told["ms_p95"] == 57.5


def test_totals_of_nothing_are_zero_and_not_an_error():
    assert metrics([])["passed"] == 0
    assert metrics([])["intervals"] == {}


def test_what_no_case_allows_is_left_out():
    told = metrics(run()[:4])
    assert "answered_wrongly" not in told
    assert "token_f1" not in told


def test_intervals_hold_their_value_and_are_the_same_each_time():
    told = metrics(run())
    for name, (low, high) in told["intervals"].items():
        assert low <= told[name] <= high, name
    assert metrics(run())["intervals"] == told["intervals"]


def test_an_interval_is_near_that_of_the_binomial():
    # 80 of 100: the normal approximation gives 0.8 -+ 1.96 * 0.04.
    low, high = interval([1.0] * 80 + [0.0] * 20)
    assert low == pytest.approx(0.7216, abs=0.02)
    assert high == pytest.approx(0.8784, abs=0.02)
    assert interval([1.0]) is None


def test_the_interval_of_a_share_is_wilsons_and_never_certain():
    # z = 1.96; 4 of 4: the lower end is n / (n + z^2) = 4 / 7.8416, the upper 1; 0 of 4 mirrors it.
    assert mean_interval([1, 1, 1, 1]) == (pytest.approx(0.5101), 1)
    assert mean_interval([0, 0, 0, 0]) == (0, pytest.approx(0.4899))
    assert mean_interval([0.5, 1, 0.25]) == interval([0.5, 1, 0.25])
    assert mean_interval([]) is mean_interval([0.5]) is None
    told = metrics([judge(case(id=name), answer(), stored).record() for name in "abcd"])
    assert told["intervals"]["passed"] == told["intervals"]["rr"] == [0.5101, 1]
    told = metrics([judge(case(id=name, abstain=True), refusal(), stored).record() for name in "abcd"])
    # F1 = 2s / (1 + s) of s = 4 / 7.8416.
    assert told["intervals"]["abstain_f1"] == [pytest.approx(0.6756, abs=1e-4), 1]


def test_shares_of_cases_that_there_are_none_of_are_not_shown_as_nought():
    lines = total_lines(metrics(run()[:4]))
    assert "unanswerable: 0" in lines
    assert not any(line.startswith("refused rightly") for line in lines)
    assert any(line.startswith("refused rightly: 0.5") for line in total_lines(metrics(run())))


def test_of_articles_that_will_do_as_well_one_is_all_that_is_wanted():
    shown = [Hit(Passage(article(name), 0, 5), 1.0, rank) for rank, name in enumerate("zyx", 1)]
    measures = judge(case(cites=("w", "x", "y")), replace(answer(), hits=tuple(shown)), stored).measures
    assert (measures["success@1"], measures["recall@3"], measures["rr"]) == (0, 1, 0.5)
    assert measures["ndcg@3"] == pytest.approx(1 / math.log2(3))
