"""What must be true of the confidence of a reading."""

import math

import pytest

from rag.confidence import SCALE, TEMPERATURE, WEIGHTS, logistic, relate


def test_the_logistic_function_by_hand():
    assert logistic({"a": 2.0, "b": 1.0, "unknown": 9.0}, {"a": 0.5, "b": -1.0}) == 0.5
    assert logistic({"a": 1.0}, {"a": math.log(3)}) == pytest.approx(0.75)


def test_sentences_are_compared_with_the_mean_and_the_best():
    values = [{"cosine": 1.0, "read": 0.5}, {"cosine": 0.0, "read": 0.0}]
    relate(values, [(True,), (False,)])
    assert [one["margin"] for one in values] == [0.75, -0.75]
    assert [one["ahead"] for one in values] == [0.0, -1.5]
    assert [one["read_behind"] for one in values] == [0.0, 0.5]
    total = 1 + math.exp(0.5 * SCALE / TEMPERATURE) + 1
    assert values[0]["read_share"] == pytest.approx(math.exp(0.5 * SCALE / TEMPERATURE) / total)


def test_without_a_span_model_only_likeness_is_compared():
    values = [{"cosine": 1.0}]
    relate(values, [()])
    assert set(values[0]) == {"cosine", "margin", "ahead", "rare", "rare_behind"}


def test_a_word_that_few_sentences_have_counts_for_more():
    values = [{"cosine": 1.0} for _ in range(3)]
    relate(values, [(True, False), (True, True), (True, False)])
    common, rare = math.log(4 / 3.5), math.log(4 / 1.5)
    assert [one["rare"] for one in values] == pytest.approx(
        [common / (common + rare), 1.0, common / (common + rare)]
    )
    assert values[0]["rare_behind"] == pytest.approx(rare / (common + rare))


def test_evidence_counts_for_a_sentence_and_conflict_against_it():
    for weights in WEIGHTS.values():
        assert all(weights[name] > 0 for name in ("covered", "near", "known"))
        assert weights["conflicts"] < 0
        assert weights["rank"] < 0
