"""What must be true of fitted weights, and of the chances that are made with them."""

import json

import numpy as np
import pytest

from rag import differing, lead, reader, request, trace
from rag.factcheck import draft, entailment
from rag.weights import Logistic, logistic, read, softmax, weighed, weights_of


@pytest.fixture
def fitted(tmp_path):
    path = tmp_path / "fitted.json"
    path.write_text(json.dumps({"support": {"weights": {"bias": -1.0, "length": 0.5}, "threshold": 0.7}}))
    return path


def test_weights_are_read_by_the_names_of_their_features(fitted):
    assert read(fitted, "support", "threshold") == 0.7
    assert weights_of(("length", "bias"), fitted, "support", "weights") == {"bias": -1.0, "length": 0.5}
    assert Logistic.read(("length", "bias"), fitted, "support").threshold == 0.7


@pytest.mark.parametrize(
    ("features", "other"), [(("bias",), "length"), (("bias", "length", "words"), "words")]
)
def test_weights_of_other_features_are_refused(fitted, features, other):
    with pytest.raises(ValueError, match=rf"fitted for other features \({other}\)"):
        weights_of(features, fitted, "support", "weights")


def test_a_chance_is_logistic_in_the_weighed_features():
    assert weighed({"a": 2.0, "b": 1.0}, {"a": 0.5}) == 1.0
    assert Logistic({"a": 0.5}, 0.5).probability({"a": 2.0, "b": 1.0}) == pytest.approx(0.7311, abs=1e-4)
    assert Logistic({}, 0.5).probability({"a": 2.0}) == 0.5
    assert logistic(-1e9) == pytest.approx(0.0, abs=1e-12)


def test_chances_of_which_one_is_right_make_one_and_keep_their_type():
    assert softmax(np.log([1.0, 3.0])) == pytest.approx([0.25, 0.75])
    assert softmax(np.array([1000.0, -1000.0], np.float32)).tolist() == [1.0, 0.0]
    assert softmax(np.zeros(2, np.float32)).dtype == np.float32
    assert len(softmax(np.zeros(0))) == 0


@pytest.mark.parametrize(
    "place",
    [
        (differing.FITTED, "threshold"),
        (draft.FITTED, "supported"),
        (draft.FITTED, "contradicted"),
        (entailment.FITTED, "support", "threshold"),
        (entailment.FITTED, "contradiction", "threshold"),
        (lead.FITTED, "sure"),
        *((reader.DECISION, "thresholds", name) for name in ("answer", "support", "matters")),
        *((request.CARRYING, "thresholds", name) for name in ("least", "answer")),
        (trace.FITTED, "threshold"),
    ],
    ids=lambda place: "-".join((place[0].name, *place[1:])),
)
def test_the_thresholds_that_ship_are_probabilities(place):
    assert 0 < read(*place) < 1
