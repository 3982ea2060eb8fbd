"""What must be true of the measures of reading; every value can be computed by hand."""

import pytest

from index import TanyaError
from rag.evaluation.metrics import exact_match, normalise, risk_coverage, token_f1
from rag.evaluation.tasks import load_reading


def test_normalising_keeps_words_that_only_english_would_cut():
    assert normalise("The  Sumatera-Utara, (an) A.") == "the sumaterautara an a"


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("USD 4,796 miliar.", ("USD 4,796 miliar",), 1.0),
        ("4,796 miliar", ("USD 4,796 miliar",), 0.0),
        ("b", ("a", "B"), 1.0),
        ("", (), 1.0),
        ("a", (), 0.0),
        ("", ("a",), 0.0),
    ],
)
def test_exact_match(text, answers, value):
    assert exact_match(text, answers) == value


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("a b c", ("a b",), 2 * 2 / (3 + 2)),
        ("a a b", ("a b",), 2 * 2 / (3 + 2)),
        ("x", ("a b",), 0.0),
        ("a b", ("x", "a b c d"), 2 * 2 / (2 + 4)),
        ("", (), 1.0),
    ],
)
def test_token_f1(text, answers, value):
    assert token_f1(text, answers) == pytest.approx(value)


def test_unanswerable_records_have_no_answers_whatever_they_list(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"question": "q", "context": "c", "answers": ["c"], "is_impossible": true}\n'
        '\n{"id": "x", "question_en": "q", "context_id_mt": "c", "answers_id_mt": ["c"]}\n'
    )
    first, second = load_reading(path)
    assert (first.id, first.answers) == ("1", ())
    assert (second.id, second.answers) == ("x", ("c",))


@pytest.mark.parametrize("line", ["{", "[]", '{"question": "q"}'])
def test_a_line_that_is_not_of_the_format_is_named(tmp_path, line):
    path = tmp_path / "a.jsonl"
    path.write_text(line)
    with pytest.raises(TanyaError, match=r"a\.jsonl:1 lacks"):
        load_reading(path)


def test_risk_is_the_share_of_wrong_answers_among_the_surest():
    curve, area = risk_coverage([(0.9, False), (0.1, True), (0.5, True), (0.8, False)])
    assert [row["risk"] for row in curve if row["coverage"] in {0.5, 1.0}] == [0.0, 0.5]
    assert area == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4, abs=1e-4)
