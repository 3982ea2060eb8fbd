"""What must be true of claims that are made false, and of the rates that are counted on them."""

import json
import random

import pytest

from index import TanyaError
from rag.answer import Verdict
from rag.cli import main
from rag.evaluation import claims as adversarial
from rag.evaluation.claims import Story, Trial, judge, rates, read_stories, trials

TEXT = (
    "Gubernur Ratna Wulandari mengatakan ekspor naik 12,5 persen menjadi Rp 1,2 triliun pada 22 Juli 2025. "
    "Semua kabupaten tidak melaporkan kerugian, kata Budi Hartono di Medan. "
    "Sebagian petani di Karo belum menerima pupuk 5 ton pada Selasa (22/7)."
)


def rng():
    return random.Random(3)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (adversarial.other_magnitude("Dana 5 juta cair.", rng()), {"ribu", "miliar", "triliun"}),
        (adversarial.other_unit("Pupuk 5 ton tiba.", rng()), {"kilogram"}),
        (adversarial.other_unit("Dana Rp 5 cair.", rng()), {"US$"}),
        (adversarial.denied("Ia menerima dana.", rng()), {"tidak"}),
        (adversarial.exchanged("Ekspor naik.", {"naik": "turun"}, rng()), {"turun"}),
    ],
)
def test_one_word_is_changed(made, expected):
    assert set(made.rstrip(".").split()) & expected


def test_a_figure_loses_one_digit_to_another():
    made = adversarial.other_figure("Naik 12,5 persen.", rng())
    assert sum(a != b for a, b in zip(made, "Naik 12,5 persen.", strict=True)) == 1


def test_a_denial_is_taken_out():
    assert adversarial.undenied("Ia tidak menerima dana.", rng()) == "Ia menerima dana."
    assert adversarial.undenied("Ia tidak hanya kaya.", rng()) is None


def test_a_name_or_a_speaker_makes_room_for_another():
    names = ["Siti Aminah"]
    assert adversarial.other_name("Menteri itu, Budi Hartono, datang.", names, rng()) == (
        "Menteri itu, Siti Aminah, datang."
    )
    assert adversarial.other_speaker('"Ya," kata Budi.', names, rng()) == '"Ya," kata Siti Aminah.'


def test_a_day_or_weekday_becomes_another():
    made = {adversarial.other_date("Tiba pada 22 Juli 2025.", random.Random(n)) for n in range(20)}
    assert "Tiba pada 22 Juli 2025." not in made
    assert len(made) > 5
    assert adversarial.other_date("Tiba Selasa.", rng()) != "Tiba Selasa."


@pytest.mark.parametrize(
    ("sentence", "written"),
    [
        ("Dana Rp 1,2 triliun.", "Dana Rp1.200 miliar."),
        ("Naik 5 persen.", "Naik 5%."),
        ("Naik 5%.", "Naik 5 persen."),
        ("Tiba 22 Juli 2025.", "Tiba 22/7/2025."),
        ("Tiba 2 hingga 5 Juli 2025.", None),
        ("Hujan turun.", None),
    ],
)
def test_amounts_shares_and_dates_are_written_another_way(sentence, written):
    assert adversarial.rewritten(sentence) == written


def test_the_same_seed_makes_the_same_trials_of_every_kind():
    stories = [Story(TEXT, None)]
    made = trials(stories, seed=5)
    assert made == trials(stories, seed=5)
    assert {trial.kind for trial in made if not trial.true} >= {"figure", "denied", "undenied", "direction"}
    assert all(trial.claim != trial.source for trial in made if not trial.true)
    assert [trial.claim for trial in made if trial.kind == "verbatim"] != []


def test_no_more_than_the_limit_is_made_of_a_kind():
    made = trials([Story(TEXT, None)], limit=1)
    assert all(sum(other.kind == trial.kind for other in made) == 1 for trial in made)


def test_rates_are_counted_by_kind():
    def told(kind, true, ruling):
        return Trial(kind, "a", "b", true), Verdict(ruling, "")

    result = rates(
        [
            told("figure", False, "supported"),
            told("figure", False, "contradicted"),
            told("figure", False, "not_found"),
            told("figure", False, "contradicted"),
            told("verbatim", True, "supported"),
            told("verbatim", True, "not_found"),
        ]
    )
    assert result == {
        "n": 6,
        "false": {"figure": {"n": 4, "accepted": 0.25, "contradicted": 0.5}},
        "true": {"verbatim": {"n": 2, "rejected": 0.5, "contradicted": 0.0}},
    }


def test_every_kind_of_false_claim_about_this_text_is_seen_through():
    judged = list(judge(trials([Story(TEXT, None)])))
    assert [trial.claim for trial, verdict in judged if verdict.holds != trial.true] == []


def test_stories_come_from_folders_and_from_json_lines(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: A\npublished: 2025-07-22\n---\nHujan turun.\n")
    lines = tmp_path / "news.jsonl"
    lines.write_text(json.dumps({"text": "Hujan turun.", "date": "2025-07-22"}) + "\n")
    assert read_stories(tmp_path)[0].published == read_stories(lines)[0].published


def test_what_holds_no_articles_is_an_expected_error(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"x": 1}\n')
    with pytest.raises(TanyaError, match="give a folder"):
        read_stories(path)


def test_the_command_prints_rates_of_labelled_pairs(tmp_path, capsys):
    pairs = [("Ia datang.", "Ia datang.", "entailment"), ("Ia tidak datang.", "Ia datang.", "contradiction")]
    path = tmp_path / "pairs.jsonl"
    path.write_text(
        "\n".join(json.dumps({"premise": p, "hypothesis": h, "label": label}) for p, h, label in pairs)
    )
    assert main(["eval", "grounding", str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["true"]["entailment"]["rejected"] == 0.0
    assert result["false"]["contradiction"] == {"n": 1, "accepted": 0.0, "contradicted": 1.0}
