"""What must be true of the reader's training: its windows, its noise, its losses, and what is packed."""

from __future__ import annotations

import json
import math
import random

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from rag.reader import unpack
from scripts.train.claims import (
    agrees,
    asked,
    denied_in_english,
    other_of_passage,
    read_claims,
    roles_swapped,
    turned,
)
from scripts.train.data import Press, cropped, gives, noisy, slip, swapped
from scripts.train.examples import (
    CONTRADICTED,
    NOT_FOUND,
    NOT_SUPPORTED,
    SUPPORTED,
    UNKNOWN,
    Example,
)
from scripts.train.model import EVIDENCE, OUTPUTS, START, VERDICT, Feature, batches, encode, loss_of, padded
from scripts.train.train import pack, trained_part

TEXT = "Pabrik garam itu dibuka pada 1998. Pemiliknya bernama Wulan. Kini ada 40 pekerja di sana."


def feature(ids=(0, 9, 2, 5, 6, 2), asked=1, first=3, last=5, start=0, end=0, answerable=0.0, **more):
    values = {"sentence": [0] * (last - first), "evidence": [answerable], "verdict": UNKNOWN, "polar": 0.0}
    values |= more
    return Feature(list(ids), asked, first, last, start, end, answerable=answerable, **values)


@pytest.fixture
def mined(tmp_path):
    passages = [
        {"article_id": "a", "start": 0, "end": len(TEXT), "head": "Garam", "text": TEXT},
        {"article_id": "a", "start": 99, "end": 120, "head": "Garam", "text": "Hujan turun di Madura."},
        {"article_id": "b", "start": 0, "end": 30, "head": "Gula", "text": "Pabrik gula dibuka."},
    ]
    questions = [
        {
            "id": "q1", "article_id": "a", "lang": "id", "kind": "when",
            "question": "Kapan pabrik garam dibuka?",
            "answerable": True, "answer": "1998", "evidence": ["Pabrik garam itu dibuka pada 1998."],
            "must": [["1998"]],
        },
        {
            "id": "q2", "article_id": "a", "lang": "id", "kind": "yesno",
            "question": "Sudahkah pabrik dijual?",
            "answerable": True, "answer": "Wulan", "evidence": ["Pemiliknya bernama Wulan."],
            "must": [["belum"]], "yesno": "not_yet",
        },
        {
            "id": "q3", "article_id": "a", "lang": "id", "kind": "who", "question": "Siapa manajernya?",
            "answerable": False, "why": "tidak disebut",
        },
    ]  # fmt: skip
    write(tmp_path / "passages.jsonl", passages)
    write(tmp_path / "set.jsonl", questions)
    found = tmp_path / "mined"
    found.mkdir()
    (tmp_path / "passages.jsonl").rename(found / "passages.jsonl")
    write(found / "set.jsonl", [{"id": q["id"], "passages": [2, 0]} for q in questions])
    return tmp_path


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_positive_window_is_the_passage_that_holds_the_answer_within_its_evidence(mined):
    press = Press(mined / "mined")
    when, sold, manager = press.questions(mined / "set.jsonl")
    (window,) = press.positives(when)
    assert window.text[slice(*window.answer)] == "1998"
    assert [window.text[a:b] for a, b in window.evidence] == ["Pabrik garam itu dibuka pada 1998."]
    assert (window.head, window.answerable) == ("Garam", 1.0)
    assert (press.positives(sold)[0].verdict, press.positives(sold)[0].polar) == (CONTRADICTED, 1.0)
    assert (press.window(sold, 2).verdict, press.window(when, 2).verdict) == (NOT_FOUND, UNKNOWN)
    assert press.positives(manager) == []


def test_a_passage_with_a_part_of_the_evidence_is_no_negative(mined):
    press = Press(mined / "mined")
    when, *_ = press.questions(mined / "set.jsonl")
    assert (when.own, when.others) == ((0, 1), (2,))
    assert [press.holds_evidence(when, number) for number in (0, 1, 2)] == [True, False, False]


def test_a_right_text_has_one_form_of_each_group():
    assert gives("Naik  22,67 Persen pada Mei", [["22,67%", "22,67 persen"], ["Mei"]])
    assert not gives("Naik 22,67 persen", [["22,67 persen"], ["Mei"]])
    assert not gives("Naik", [])


def test_a_cut_context_keeps_its_answer():
    long = " ".join([TEXT] * 6) + " Mandornya Siti."
    window = cropped("Siapa mandornya?", long, ["Siti"], None, random.Random(1), 200)
    assert window.text[slice(*window.answer)] == "Siti"
    assert len(window.text) <= 200


def test_a_claim_has_a_verdict_and_no_answer_unless_it_is_asked_as_a_question(tmp_path):
    verdicts = ("supported", "contradicted", "not_found")
    rows = [{"article_id": "a", "claim": "Dana cair.", "source": "y", "verdict": v} for v in verdicts]
    write(tmp_path / "claims.jsonl", [*rows, rows[0] | {"article_id": "b"}])
    found = read_claims(tmp_path / "claims.jsonl", {}, {"b"})
    assert [one.verdict for one in found] == [SUPPORTED, CONTRADICTED, NOT_FOUND]
    assert {(one.answerable, one.polar) for one in found} == {(UNKNOWN, UNKNOWN)}
    questions = [asked(one, random.Random(2)) for one in found]
    assert [one.answerable for one in questions] == [1.0, 1.0, 0.0]
    assert all(one.question.endswith("?") and one.polar == 1.0 for one in questions)


def test_a_claim_is_made_false_by_what_its_passage_has_elsewhere():
    claim = "Menurut Wulan, pabrik itu dibuka pada 1998."
    passage = "Pabrik itu dibuka pada 1998, kata Wulan. Kini, kata Siti, ada 40 pekerja."
    made = {other_of_passage(claim, passage, random.Random(seed)) for seed in range(20)}
    assert made == {claim.replace("Wulan", "Siti"), claim.replace("1998", "40")}
    assert other_of_passage("hujan turun.", passage, random.Random(1)) is None


def test_names_change_their_roles_unless_they_are_of_one_list():
    rng = random.Random(1)
    assert roles_swapped("Wali Kota Budi menegur Andi Saputra.", rng) == (
        "Andi Saputra menegur Wali Kota Budi."
    )
    assert roles_swapped("Para menteri, Budi dan Andi, datang.", rng) is None


def test_an_office_or_direction_is_turned_and_an_english_sentence_denied():
    made = {turned("Wakil Gubernur datang.", random.Random(seed)) for seed in range(9)}
    assert made == {"Gubernur datang."}
    assert turned("Ekspor naik.", random.Random(1)) == "Ekspor turun."
    assert denied_in_english("The road was not opened.", random.Random(1)) == "The road was opened."
    assert denied_in_english("The road was opened.", random.Random(1)) == "The road was not opened."


def test_an_english_line_that_adds_a_figure_is_no_translation():
    line = "Sekretariat itu berdiri sejak 2002 dan beranggotakan 597 orang."
    assert agrees(line, "The secretariat has stood since 2002 and has 597 members.")
    assert not agrees(line, "The secretariat has stood since 2002 and has 597 members in 24 groups.")


def test_noise_is_seeded_and_keeps_figures():
    question = "Berapa nilai ekspor yang tercatat untuk 2025 dan 4,8 persen?"
    made = [noisy(question, "id", random.Random(seed)) for seed in range(60)]
    assert made == [noisy(question, "id", random.Random(seed)) for seed in range(60)]
    assert len(set(made)) > 10
    assert all("2025" in one and "4,8" in one for one in made)


def test_a_slip_changes_one_long_word():
    for seed in range(20):
        changed = slip("Apa itu pendopo?", random.Random(seed)).split()
        assert changed[:2] == ["Apa", "itu"]
        assert changed[2].startswith("p")


def test_a_swapped_detail_is_one_that_the_window_lacks():
    for seed in range(10):
        changed = swapped("Siapa pemilik pabrik pada 1998?", TEXT, ["Wulan"], random.Random(seed))
        year = changed.removeprefix("Siapa pemilik pabrik pada ").removesuffix("?")
        assert year != "1998"
        assert year not in TEXT
    assert swapped("siapa pemiliknya?", TEXT, ["Wulan"], random.Random(3)) is None


@pytest.mark.model
def test_the_tokens_of_a_window_are_labelled_by_their_sentence_and_the_answer_is_found_again():
    from index import Settings
    from rag.reader import LONGEST_TOKENS
    from scripts.train.encoder import TOKENIZER_FILE, open_tokenizer, prepare

    tokenizer = open_tokenizer(prepare(Settings.load().cache, TOKENIZER_FILE) / TOKENIZER_FILE)
    at = TEXT.index("Wulan")
    evidence = (TEXT.index("Pemiliknya"), TEXT.index(" Kini"))
    window = Example("Siapa pemiliknya?", "Garam", TEXT, (at, at + 5), (evidence,), 1.0)
    (one,) = encode(tokenizer, [window], LONGEST_TOKENS)
    pieces = tokenizer.encode_batch([(window.question, f"Garam\n{TEXT}")])[0]
    written = f"Garam\n{TEXT}"
    begin, end = pieces.offsets[one.start][0], pieces.offsets[one.end][1]
    assert written[begin:end].strip() == "Wulan"
    assert one.evidence == [0.0, 1.0, 0.0]
    for number, first_word in enumerate(("Pabrik", "Pemilik", "Kini")):
        first = one.first + one.sentence.index(number)
        assert written[pieces.offsets[first][0] :].lstrip().startswith(first_word)


def test_only_the_first_token_and_the_passage_share_the_probability():
    # Tokens: <s> question </s> passage passage </s>; the question's logits are huge and count for nothing.
    outputs = torch.zeros(1, 6, OUTPUTS)
    outputs[0, [1, 2, 5], :2] = 50.0
    one = feature(start=3, end=4, answerable=1.0)
    assert float(loss_of(outputs, [one], {})["span"]) == pytest.approx(math.log(3))


def test_what_is_not_known_is_not_trained_on():
    one = feature(start=UNKNOWN, end=UNKNOWN, answerable=1.0, evidence=None)
    assert set(loss_of(torch.zeros(1, 6, OUTPUTS), [one], {})) == {"answerable", "polar"}
    claim = feature(
        start=UNKNOWN, end=UNKNOWN, answerable=UNKNOWN, evidence=None, verdict=SUPPORTED, polar=UNKNOWN
    )
    assert set(loss_of(torch.zeros(1, 6, OUTPUTS), [claim], {})) == {"verdict"}


def test_what_is_not_supported_may_be_contradicted_or_not_found():
    outputs = torch.zeros(2, 6, OUTPUTS)
    known, open_ = feature(verdict=CONTRADICTED), feature(verdict=NOT_SUPPORTED)
    assert float(loss_of(outputs, [known, known], {})["verdict"]) == pytest.approx(math.log(3))
    assert float(loss_of(outputs, [open_, open_], {})["verdict"]) == pytest.approx(math.log(3 / 2))
    outputs[:, :2, VERDICT] = -20.0
    assert float(loss_of(outputs, [open_, open_], {})["verdict"]) == pytest.approx(0.0, abs=1e-6)


def test_a_verdict_counts_by_its_share_of_the_batch():
    outputs = torch.zeros(2, 6, OUTPUTS)
    one, other = feature(verdict=CONTRADICTED), feature()
    assert float(loss_of(outputs, [one, other], {})["verdict"]) == pytest.approx(math.log(3) / 2)


def test_evidence_is_judged_by_the_mean_over_a_sentence():
    outputs = torch.zeros(1, 6, OUTPUTS)
    outputs[0, 3, EVIDENCE], outputs[0, 4, EVIDENCE] = 3.0, -3.0
    one = feature(start=3, end=3, answerable=1.0)
    assert float(loss_of(outputs, [one], {})["evidence"]) == pytest.approx(math.log(2))


def test_of_two_windows_of_a_question_the_one_that_answers_should_stand_higher():
    good, bad = feature(start=3, end=3, answerable=1.0, group=1), feature(group=1)
    level = float(loss_of(torch.zeros(2, 6, OUTPUTS), [good, bad], {})["ranking"])
    assert level == pytest.approx(math.log(2))
    ahead = torch.zeros(2, 6, OUTPUTS)
    ahead[0, 3, START] = 9.0
    assert float(loss_of(ahead, [good, bad], {})["ranking"]) < level
    other = feature(group=2)
    assert "ranking" not in loss_of(torch.zeros(2, 6, OUTPUTS), [good, other], {})


def test_a_batch_holds_whole_groups_and_keeps_to_its_budget():
    groups = [[feature(ids=[0] * n, first=1, last=2, sentence=[0]) for _ in range(2)] for n in range(10, 60)]
    made = batches([()] * len(groups), groups, 300, "seed")
    assert sum(map(len, made)) == 100
    assert all(len(batch) * max(len(one.ids) for one in batch) <= 300 for batch in made)
    assert all(len(batch) % 2 == 0 for batch in made)
    ids, mask = padded(made[0])
    assert ids.shape == mask.shape
    assert int(mask.sum()) == sum(len(one.ids) for one in made[0])


def test_what_training_did_not_change_is_not_packed(tmp_path):
    random_ = np.random.default_rng(2)
    encoder = {f"{n}.weight": random_.normal(size=(4, 64)).astype(np.float32) for n in ("low", "high")}
    (tmp_path / "encoder").mkdir()
    save_file(encoder, tmp_path / "encoder" / "model.safetensors")
    head = random_.normal(size=(8, 64)).astype(np.float32)
    model = {
        "bert.low.weight": encoder["low.weight"],
        "bert.high.weight": encoder["high.weight"] + 1,
        "head.weight": head,
    }
    assert set(trained_part(encoder, model)) == {"bert.high.weight", "head.weight"}
    packed = tmp_path / "reader.safetensors"
    assert pack(tmp_path / "encoder", model, packed) == packed.stat().st_size
    again = unpack(packed)
    np.testing.assert_array_equal(again["head.weight"], head)
    np.testing.assert_allclose(again["bert.high.weight"], model["bert.high.weight"], atol=0.02)
    assert load_file(packed)["bert.high.weight"].dtype == np.int8
