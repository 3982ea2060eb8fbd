"""What must be true of the measures of reading; every value can be computed by hand."""

import re

import pytest

from index import TanyaError
from rag.evaluation.metrics import exact_match, normalise, risk_coverage, token_f1
from rag.evaluation.tasks import load_reading, reading_scores, reading_table
from rag.reader import Extract


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
        ("", ("—",), 0.0),
        ("–", (), 0.0),
        ("3,5 juta", ("35 juta",), 0.0),
        ("12.30", ("12:30",), 0.0),
        ("Maret–April", ("Maret-April",), 1.0),
        ("2019–2024", ("2019-2024",), 1.0),
        ("“Batik Melati”", ('"Batik Melati"',), 1.0),
        ("Jum’at", ("Jum'at",), 1.0),
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


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "1 is no JSON"),
        ("[" * 100_000, "1 is no JSON"),
        ("[]", "1 lacks"),
        ('{"question": "q"}', "1 lacks"),
        ('{"question": "q", "context": "c", "answers": "c"}', "1 has answers that is not a list"),
        ('{"question": "q", "context": "c", "answers": {"text": ["c"]}}', "1 has answers that is not a list"),
        ('{"question": "q", "context": "c", "answers": [""]}', "1 has '' in answers, which says nothing"),
        ('{"question": "q", "context": null, "answers": ["c"]}', "1 has the context None"),
        ('{"question": "...", "context": "c", "answers": ["c"]}', "1 has '...' in question"),
    ],
)
def test_a_line_that_is_not_of_the_format_is_named(tmp_path, line, told):
    path = tmp_path / "a.jsonl"
    path.write_text(line)
    with pytest.raises(TanyaError, match=rf"a\.jsonl:{re.escape(told)}"):
        load_reading(path)


def test_where_every_question_has_an_answer_no_share_of_refusals_is_shown(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"question": "q", "context": "c d", "answers": ["c"]}')
    told = reading_scores(load_reading(path), [Extract((0, 1), 0.9)], 0.5) | {"threshold": 0.5}
    shown = reading_table(told | {"ms_per_question": 1.0})
    assert "1 with an answer: EM 1.000, F1 1.000" in shown
    assert "0 without: – refused" in shown


def test_risk_is_the_share_of_wrong_answers_among_the_surest():
    curve, area = risk_coverage([(0.9, False), (0.1, True), (0.5, True), (0.8, False)])
    assert [row["risk"] for row in curve if row["coverage"] in {0.5, 1.0}] == [0.0, 0.5]
    assert area == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4, abs=1e-4)
