"""What must be true of how the check of claims is measured, and of what it reaches on written ones."""

import json
from pathlib import Path

import pytest

from index import TanyaError
from rag.answer import Verdict
from rag.cli import main
from rag.evaluation.claims import ClaimCase, JudgedCase, claims_table, evaluate_claims, load_cases, summary
from rag.evaluation.metrics import wilson_interval

WRITTEN = Path(__file__).with_name("claims.jsonl")


def judged(truth, said, probability, language="id", change="figure"):
    case = ClaimCase("a", "Ekspor naik.", "Ekspor turun.", truth, language, change)
    return JudgedCase(case, Verdict(said, "because", (), probability))


def test_shares_are_counted_by_truth_language_and_change():
    told = summary(
        [
            judged("supported", "supported", 0.9, change="paraphrase"),
            judged("supported", "not_found", 0.4, "en", "english"),
            judged("contradicted", "contradicted", 0.0),
            judged("not_found", "supported", 0.7, change="stitched"),
        ]
    )
    assert (told["n"], told["accuracy"]) == (4, 0.5)
    assert (told["accepted_false"]["accepted"], told["accepted_true"]["accepted"]) == (0.5, 0.5)
    assert told["verdicts"]["not_found"] == {"supported": 1, "contradicted": 0, "not_found": 0}
    assert {name: row["accepted"] for name, row in told["languages"].items()} == {
        "en, true": 0.0, "id, false": 0.5, "id, true": 1.0,
    }  # fmt: skip
    assert {name: row["accepted"] for name, row in told["changes"].items()} == {
        "english, true": 0.0, "figure, false": 0.0, "paraphrase, true": 1.0, "stitched, false": 1.0,
    }  # fmt: skip
    curve = {row["threshold"]: (row["false"], row["true"]) for row in told["curve"]}
    assert (curve[0.35], curve[0.5], curve[0.75]) == ((0.5, 1.0), (0.5, 0.5), (0.0, 0.5))
    assert "4 claims, 0.500 of the verdicts right" in claims_table(told)


def test_an_interval_holds_its_share_and_narrows():
    low, high = wilson_interval(5, 100)
    assert (round(low, 3), round(high, 3)) == (0.022, 0.112)
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(0, 50)[0] == 0.0
    wide, narrow = wilson_interval(1, 10), wilson_interval(100, 1000)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"claim": "a"}', '{"claim": 1, "source": "b", "verdict": "supported"}',
     '{"claim": "a", "source": "b", "verdict": "true"}'],
)  # fmt: skip
def test_a_line_of_another_format_is_named(tmp_path, line):
    path = tmp_path / "claims.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(TanyaError, match=r"claims\.jsonl:1"):
        load_cases(path)


def test_a_file_without_claims_and_a_missing_one_are_expected_errors(tmp_path, capsys):
    path = tmp_path / "claims.jsonl"
    path.write_text("\n", encoding="utf-8")
    assert main(["eval", "claims", str(path)]) == 1
    assert main(["eval", "claims", str(tmp_path / "none.jsonl")]) == 1
    assert main(["eval", "claims"]) == 2
    assert capsys.readouterr().err.count("\n") == 3


@pytest.mark.model
def test_the_command_prints_one_object(tmp_path, capsys):
    path = tmp_path / "claims.jsonl"
    rows = [
        {"id": "a", "lang": "id", "source": "Dana Rp 5 miliar cair.", "claim": "Dana Rp 5 miliar cair.",
         "verdict": "supported", "change": "copy"},
        {"id": "b", "lang": "id", "source": "Dana Rp 5 miliar cair.", "claim": "Dana Rp 6 miliar cair.",
         "verdict": "contradicted", "change": "figure"},
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["eval", "claims", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["accepted_true"]["accepted"], told["accepted_false"]["accepted"]) == (1.0, 0.0)


@pytest.mark.model
def test_of_written_claims_hardly_a_false_one_is_accepted_and_many_true_ones_are():
    told = evaluate_claims(WRITTEN)
    assert told["accepted_false"]["accepted"] <= 0.13
    assert told["accepted_true"]["accepted"] >= 0.3
