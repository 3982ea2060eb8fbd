"""What must be true of the reader's training: its windows, its noise, its losses, and what is packed."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from torch import nn

from index import Article, ModelError
from index.models import sha256
from rag.reader import ADAPTER_FORMAT, BLOCK, restored, unpack
from scripts.train.average import averaged
from scripts.train.claims import (
    agrees,
    asked,
    denied_in_english,
    other_first_name,
    other_of_passage,
    read_asked,
    read_claims,
    read_contrast_claims,
    read_drafts,
    roles_swapped,
    turned,
)
from scripts.train.data import (
    Press,
    cropped,
    gives,
    moved,
    noisy,
    places_in,
    read_contrast,
    read_turns,
    slip,
    swapped,
)
from scripts.train.examples import (
    CONTRADICTED,
    NOT_FOUND,
    NOT_SUPPORTED,
    SUPPORTED,
    UNKNOWN,
    Example,
)
from scripts.train.model import (
    EVIDENCE,
    OUTPUTS,
    START,
    VERDICT,
    Feature,
    LowRank,
    ReaderModel,
    batches,
    encode,
    loss_of,
    padded,
)
from scripts.train.train import pack, pack_adapter, quantised, trained_part

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
    by_key = read_claims(tmp_path / "claims.jsonl", {}, {"b"})
    assert list(by_key) == ["claims:0", "claims:1", "claims:2"]
    found = list(by_key.values())
    assert [one.verdict for one in found] == [SUPPORTED, CONTRADICTED, NOT_FOUND]
    assert {(one.answerable, one.polar) for one in found} == {(UNKNOWN, UNKNOWN)}
    questions = [asked(one, random.Random(2)) for one in found]
    assert [one.answerable for one in questions] == [1.0, 1.0, 0.0]
    assert all(one.question.endswith("?") and one.polar == 1.0 for one in questions)


def test_a_claim_that_was_written_as_a_question_has_its_verdict_or_the_opposite(tmp_path):
    claims = {"a:0": Example("Dana cair.", "", "y", None, None, UNKNOWN, SUPPORTED, UNKNOWN)}
    claims["a:1"] = replace(claims["a:0"], verdict=NOT_FOUND)
    path = tmp_path / "asked.tsv"
    path.write_text("a:0\tDana cair?\na:0!\tDana belum cair ya?\na:1\tCair kah?\nb:9\tApa?\n", "utf-8")
    keys, found = zip(*read_asked(path, claims), strict=True)
    assert keys == ("a:0", "a:0", "a:1")
    assert [one.question for one in found] == ["Dana cair?", "Dana belum cair ya?", "Cair kah?"]
    assert [one.verdict for one in found] == [SUPPORTED, CONTRADICTED, NOT_FOUND]
    assert [(one.answerable, one.polar) for one in found] == [(1.0, 1.0), (1.0, 1.0), (0.0, 1.0)]


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


def test_a_question_is_set_at_another_time_and_place_of_its_kind_that_the_article_lacks():
    asked = ["Apa kata Bupati Garut?", "Siapa Gubernur Bali?", "Where is Japan?", "Siapa Wali Kota Medan?"]
    places = places_in([*asked, "apa kabar malang"])
    assert places == ["Bali", "Garut", "Japan", "Medan"]
    text = "Pada Mei 2025 dibuka 9 kios di Binjai. Pada Maret 2019 ada 4."
    source = Article("a", "Pasar", text, None, None, date(2025, 6, 2), "id", "", "")
    question, evidence = "Berapa kios dibuka di Binjai pada mei 2025?", text.partition(". ")[0]
    times = set()
    for seed in range(20):
        changed = moved(question, source, evidence, places, random.Random(seed))
        assert changed["place"] in {question.replace("Binjai", name) for name in ("Garut", "Medan")}
        assert changed["told"] == question.replace("mei 2025", "Maret 2019")
        times.add(changed["time"].removeprefix("Berapa kios dibuka di Binjai pada ").removesuffix("?"))
    assert "mei 2025" not in times
    assert times & {"mei 2023", "mei 2024", "mei 2026"}
    assert times & {"maret 2025", "april 2025", "juni 2025", "agustus 2025"}
    for nothing in ("Siapa pemiliknya?", "Kapan kios dibuka tahun lalu?"):
        assert moved(nothing, source, evidence, places, random.Random(0)) == {}


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


def test_a_packed_matrix_is_off_by_half_a_scale_at_most():
    matrix = np.random.default_rng(5).normal(size=(3, 4 * BLOCK)).astype(np.float32)
    whole, scale = quantised(matrix)
    again = restored({"m": whole, "m.scale": scale})["m"]
    most = np.repeat(scale.astype(np.float32), BLOCK, axis=1) / 2
    assert (np.abs(again - matrix) <= most * 1.001).all()


def test_a_correction_of_low_rank_is_what_training_added(tmp_path):
    random_ = np.random.default_rng(3)
    (tmp_path / "encoder").mkdir()
    encoder = {"layer.0.weight": random_.normal(size=(64, 32)).astype(np.float32)}
    save_file(encoder, tmp_path / "encoder" / "model.safetensors")
    head = random_.normal(size=(8, 64)).astype(np.float32)
    packed, adapter = tmp_path / "reader.safetensors", tmp_path / "reader.adapter.safetensors"
    bias = np.zeros(64, np.float32)
    state = {"layer.0.weight": encoder["layer.0.weight"] + 1, "layer.0.bias": bias, "head.weight": head}
    pack(tmp_path / "encoder", state, packed)
    before = unpack(packed)

    corrected = LowRank(nn.Linear(32, 64), 32)
    with torch.no_grad():
        corrected.linear.weight.copy_(torch.as_tensor(before["layer.0.weight"]))
        corrected.linear.bias.copy_(torch.as_tensor(bias))
        states = torch.randn(3, 32)
        np.testing.assert_allclose(corrected(states), corrected.linear(states))
        corrected.up.normal_()
        corrected.linear.bias += 1
        trained = {f"layer.0.{name}": tensor.numpy() for name, tensor in corrected.state_dict().items()}
        assert pack_adapter({**trained, "head.weight": head}, packed, adapter) == adapter.stat().st_size
        after = unpack(packed, adapter)
        weight, bias = (torch.as_tensor(after[f"layer.0.{name}"]) for name in ("weight", "bias"))
        expected = corrected(states)
        half = averaged(before, load_file(adapter), 0.5)
        assert half["layer.0.bias"] == pytest.approx((before["layer.0.bias"] + after["layer.0.bias"]) / 2)
        save_file(half, tmp_path / "half", {"format": ADAPTER_FORMAT, "reader": sha256(packed)})
        mean = (before["layer.0.weight"] + after["layer.0.weight"]) / 2
        np.testing.assert_allclose(unpack(packed, tmp_path / "half")["layer.0.weight"], mean, atol=1e-3)
        assert (nn.functional.linear(states, weight, bias) - expected).norm() < 0.02 * expected.norm()
    np.testing.assert_array_equal(after["head.weight"], before["head.weight"])
    assert "head.weight" not in load_file(adapter)

    pack(tmp_path / "encoder", state | {"head.weight": head + 1}, packed)
    with pytest.raises(ModelError, match="does not belong to"):
        unpack(packed, adapter)


def test_a_correction_goes_onto_a_former_one(tmp_path):
    random_ = np.random.default_rng(4)
    (tmp_path / "encoder").mkdir()
    encoder = {"layer.0.weight": np.zeros((64, 32), np.float32)}
    save_file(encoder, tmp_path / "encoder" / "model.safetensors")
    bias = np.zeros(64, np.float32)
    packed, paths = tmp_path / "reader.safetensors", [tmp_path / "first", tmp_path / "second"]
    pack(
        tmp_path / "encoder", {"layer.0.weight": random_.normal(size=(64, 32)), "layer.0.bias": bias}, packed
    )
    for number, (path, rank) in enumerate(zip(paths, (32, 16), strict=True)):
        before = unpack(packed, *paths[:number])
        low = {"down": random_.normal(size=(rank, 32)), "up": random_.normal(size=(64, rank))}
        state = {f"layer.0.{name}": tensor.astype(np.float32) for name, tensor in low.items()}
        state |= {"layer.0.linear.weight": before["layer.0.weight"], "layer.0.linear.bias": bias + number}
        pack_adapter(state, packed, path, *paths[:number])
        expected = before["layer.0.weight"] + low["up"] @ low["down"]
        after = unpack(packed, *paths[: number + 1])
        assert np.linalg.norm(after["layer.0.weight"] - expected) < 0.02 * np.linalg.norm(expected)
    np.testing.assert_array_equal(after["layer.0.bias"], bias + 1)
    assert "layer.0.bias" not in load_file(paths[0])


def test_only_the_matrices_of_the_upper_layers_stay_as_they_are():
    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.dense, self.norm = nn.Linear(32, 32), nn.LayerNorm(32)

    model = ReaderModel.__new__(ReaderModel)
    nn.Module.__init__(model)
    model.bert = nn.Module()
    model.bert.encoder = nn.Module()
    model.bert.encoder.layer = nn.ModuleList([Layer(), Layer()])
    model.correct(1, 4)
    trained = {name for name, one in model.named_parameters() if one.requires_grad}
    assert "bert.encoder.layer.1.dense.linear.weight" not in trained
    assert {f"bert.encoder.layer.1.dense.{name}" for name in ("down", "up", "linear.bias")} <= trained
    assert "bert.encoder.layer.0.dense.weight" in trained


def test_a_sentence_of_a_draft_meets_the_passages_that_have_what_decides_whole(tmp_path):
    passages = [
        {
            "article_id": "a",
            "start": 10,
            "end": 40,
            "head": "Judul",
            "text": "Panen naik. Harga beras turun.",
        },
        {"article_id": "a", "start": 41, "end": 60, "head": "Judul", "text": "Pasar tetap ramai."},
    ]
    (tmp_path / "passages.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in passages))
    sentences = [
        ("Judul siaran", "no_claim", [], []),
        ("Beras lebih murah.", "supported", ["a"], [[22, 40]]),
        ("Panen merosot.", "contradicted", ["a"], [[10, 21], [41, 59]]),
        ("Pasar sepi.", "contradicted", ["a"], [[41, 59]]),
        ("Pedagang senang.", "not_found", ["a"], []),
    ]
    names = ("text", "verdict", "articles", "spans")
    draft = {"sentences": [dict(zip(names, one, strict=True)) for one in sentences]}
    (tmp_path / "drafts.jsonl").write_text(json.dumps(draft))
    found = read_drafts(tmp_path / "drafts.jsonl", Press(tmp_path))
    assert [[(one.question, one.verdict, one.evidence) for one in windows] for windows in found] == [
        [("Beras lebih murah.", SUPPORTED, ((12, 30),))],
        [("Pasar sepi.", CONTRADICTED, ((0, 18),))],
        [("Pedagang senang.", NOT_FOUND, ())] * 2,
    ]


def test_a_question_over_a_contrast_pair_meets_both_passages(tmp_path):
    first, second = "Panen jagung 2023 mencapai 450 ton. Warga lega.", "Panen jagung 2022 mencapai 450 ton."
    pair = {
        "id": "p-1",
        "articles": [
            {"title": "Panen", "date": "2023-05-13", "text": first},
            {"title": "Panen", "date": "2022-05-13", "text": second},
        ],
        "questions": [
            {"question": "How much maize in 2023?", "lang": "en", "in": 0, "answer": "450 ton",
             "evidence": ["Panen jagung 2023 mencapai 450 ton."]},
            {"question": "berapa panen padi 2023?", "lang": "id", "in": None},
        ],
        "claims": [
            {"claim": "Maize reached 450 tonnes in 2022.", "lang": "en", "in": 1, "verdict": "supported",
             "change": "english"},
            {"claim": "Warga kecewa.", "lang": "id", "in": 0, "verdict": "not_found", "change": "added"},
        ],
    }  # fmt: skip
    path = tmp_path / "contrast.jsonl"
    path.write_text(json.dumps(pair) + "\n", encoding="utf-8")
    (lang, answered), (_, unanswered) = read_contrast(path)
    assert lang == "en"
    assert [one.answerable for one in answered] == [1.0, 0.0]
    assert first[slice(*answered[0].answer)] == "450 ton"
    assert answered[1].answer is None
    assert answered[0].head == "Panen (13 Mei 2023)"
    assert [one.answerable for one in unanswered] == [0.0, 0.0]
    turns = tmp_path / "turns.tsv"
    turns.write_text("p-1\t0\t1\tdan padi?\np-2\t0\t1\tlainnya?\n", encoding="utf-8")
    assert read_turns(turns, path) == [("dan padi?", "How much maize in 2023?", unanswered)]
    claims = read_contrast_claims(path)
    supported, absent = claims["p-1:0"], claims["p-1:1"]
    assert (supported.text, supported.verdict, supported.answerable) == (second, SUPPORTED, UNKNOWN)
    assert (absent.question, absent.verdict, absent.evidence) == ("Warga kecewa.", NOT_FOUND, ())


def test_a_name_that_opens_a_claim_gets_another_first_name():
    chance = random.Random(1)
    claim, passage = "Wulan Sari memiliki 40 pekerja.", "Pabrik itu milik Wulan Sari."
    assert other_first_name(claim, passage, ["Adi Putra"], chance) == "Adi Sari memiliki 40 pekerja."
    assert other_first_name(claim, "Pabrik itu milik Wulan.", ["Adi Putra"], chance) is None
    assert other_first_name(claim, passage, ["Sari Dewi"], chance) is None
