"""What must be true of the reader's training: its losses, its pairs, and that a run can be gone on from."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from rag.training.augment import Neighbours, cropped, elsewhere, hole, swapped
from rag.training.data import Pair, make_pair
from rag.training.export import BLOCK, assemble, fingerprint, pack, quantise
from rag.training.features import Feature, batches, encode
from rag.training.loop import Material, Plan, parameter_groups, train
from rag.training.losses import Targets, ranking_loss, reading_loss, teaching_loss
from rag.training.measure import at_best_threshold, auc, exact_match, token_f1

CONTEXT = "Pabrik garam itu dibuka pada 1998. Pemiliknya bernama Wulan. Kini ada 40 pekerja di sana."
WORDS = ["<s>", "<pad>", "</s>", "<unk>"]


def feature(ids: tuple[int, ...], passage: int, start: int = 0, end: int = 0) -> Feature:
    return Feature(ids, start, end, passage, tuple((i, i + 1) for i in range(len(ids) - passage - 1)))


def scores(*rows: list[float]) -> torch.Tensor:
    return torch.tensor(rows)


def test_only_the_first_token_and_the_passage_share_the_probability():
    # Tokens: <s> question </s> passage passage </s>; the question's logits are huge and count for nothing.
    one = feature((0, 9, 2, 5, 6, 2), passage=3, start=3, end=4)
    logits = scores([0.0, 50.0, 50.0, 0.0, 0.0, 50.0])
    targets = Targets.of([one], "cpu", (1, 6))
    assert float(reading_loss(logits, logits, targets, 0.0)) == pytest.approx(math.log(3))


def test_answerability_is_the_logistic_loss_of_all_spans_against_none():
    one = feature((0, 9, 2, 5, 6, 2), passage=3)
    logits = scores([0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    targets = Targets.of([one], "cpu", (1, 6))
    # Two passage tokens of e**0 each stand log 2 above the first token.
    without = float(reading_loss(logits, logits, targets, 0.0))
    assert float(reading_loss(logits, logits, targets, 2.0)) - without == pytest.approx(2 * math.log(3))


def test_of_two_passages_the_one_that_answers_should_stand_higher():
    good, bad = feature((0, 9, 2, 5, 2), 3, start=3, end=3), feature((0, 9, 2, 6, 2), 3)
    targets = Targets.of([good, bad], "cpu", (2, 5))
    level = scores([0.0] * 5, [0.0] * 5)
    assert float(ranking_loss(level, level, targets, [good, bad])) == pytest.approx(math.log(2))
    ahead = scores([0.0, 0.0, 0.0, math.log(3), 0.0], [0.0] * 5)
    assert float(ranking_loss(ahead, ahead, targets, [good, bad])) == pytest.approx(math.log(4 / 3))


def test_passages_of_other_questions_are_not_compared():
    good, other = feature((0, 9, 2, 5, 2), 3, start=3, end=3), feature((0, 8, 2, 6, 2), 3)
    level = scores([0.0] * 5, [0.0] * 5)
    assert float(ranking_loss(level, level, Targets.of([good, other], "cpu", (2, 5)), [good, other])) == 0


def test_the_mean_of_the_teachers_is_what_is_learnt():
    one = feature((0, 9, 2, 5, 2), 3, start=3, end=3)
    targets = Targets.of([one], "cpu", (1, 5))
    sure, unsure = scores([0.0, 0, 0, 60.0, 0]), scores([60.0, 0, 0, 0.0, 0])
    level = scores([0.0] * 5)
    taught = [(sure, sure), (unsure, unsure)]
    assert float(teaching_loss(level, level, taught, targets)) == pytest.approx(math.log(2))
    assert float(teaching_loss(sure, sure, taught, targets)) == pytest.approx(30, abs=0.1)


def test_groups_stay_whole_and_batches_within_their_budget():
    pairs = [Pair(f"apa {i}", CONTEXT) for i in range(60)]
    features = {pair: feature((0, *range(5, 5 + i % 17), 2), 1) for i, pair in enumerate(pairs)}
    groups = [tuple(pairs[low : low + 3]) for low in range(0, 60, 3)]
    found = batches(groups, features, 120, "1")
    assert sorted(map(id, (f for batch in found for f in batch))) == sorted(map(id, features.values()))
    assert all(len(batch) * max(len(f.ids) for f in batch) <= 120 for batch in found)
    holders = {id(f): number for number, batch in enumerate(found) for f in batch}
    assert all(len({holders[id(features[pair])] for pair in group}) == 1 for group in groups)
    assert batches(groups, features, 120, "1") == found


@given(st.integers(0, 10**6), st.integers(20, 90))
def test_a_crop_keeps_every_answer_where_it_says(seed, limit):
    group = tuple(make_pair("siapa", CONTEXT, [a], None, "t") for a in ("Wulan", "40 pekerja"))
    for pair in cropped(group, limit, random.Random(seed)):
        assert pair.context in CONTEXT
        assert pair.context[pair.start : pair.end] == pair.answers[0]


def test_a_hole_leaves_no_answer():
    pair = make_pair("Siapa pemilik pabrik garam?", CONTEXT, ["Wulan"], None, "t")
    left = hole(pair)
    assert left is not None
    assert left.impossible
    assert "Wulan" not in left.context
    assert "1998" in left.context


def test_a_swapped_year_is_not_in_the_passage():
    pair = make_pair("Apa yang dibuka pada 1998?", CONTEXT, ["Pabrik garam"], None, "t")
    for seed in range(20):
        other = swapped(pair, [], random.Random(seed))
        assert other is not None
        assert other.impossible
        year = other.question.removeprefix("Apa yang dibuka pada ").rstrip("?")
        assert year not in CONTEXT
        assert year.isdigit()


def test_a_neighbour_is_near_and_does_not_answer():
    contexts = [CONTEXT, "Pabrik garam lain belum punya pemilik.", "Wulan pemilik pabrik garam.", "Hujan."]
    pair = make_pair("Siapa pemilik pabrik garam?", CONTEXT, ["Wulan"], None, "t")
    found = elsewhere(pair, Neighbours(contexts), random.Random(3))
    assert found is not None
    assert found.context == "Pabrik garam lain belum punya pemilik."


def test_measures_are_those_of_squad_without_english_articles():
    assert exact_match("Rp 40 miliar.", ["rp 40 miliar"]) == 1
    assert token_f1("kota Medan", ["Medan"]) == pytest.approx(2 / 3)
    assert auc([2.0, 1.0], [1.0, 0.0]) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_the_threshold_that_pays_most_is_found():
    yes, no = make_pair("q", CONTEXT, ["Wulan"], None, "t"), Pair("q", CONTEXT)
    from rag.training.measure import Reading

    found = at_best_threshold(
        {"idkmrc_answerable": [yes, yes], "idkmrc_unanswerable": [no, no]},
        {
            "idkmrc_answerable": [Reading("Wulan", 3.0), Reading("garam", 0.5)],
            "idkmrc_unanswerable": [Reading("Wulan", 1.0), Reading("Wulan", -1.0)],
        },
    )
    assert found["idkmrc.threshold"] == 3.0
    assert found["idkmrc.em"] == pytest.approx(3 / 4)
    assert found["idkmrc.em_at_zero"] == pytest.approx(2 / 4)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> Path:
    """A BERT of two small layers that knows the words of the material."""
    folder = tmp_path_factory.mktemp("encoder")
    vocabulary = {word: number for number, word in enumerate([*WORDS, *map(chr, range(33, 127))])}
    plain = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("", "isolated")]
    )
    plain.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=plain, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    ).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=300, pad_token_id=1,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Path:
    """The least material of each kind, laid out as training reads it."""
    folder = tmp_path_factory.mktemp("shared")
    reading, crosslingual = folder / "data" / "reading", folder / "data" / "crosslingual"
    reading.mkdir(parents=True)
    crosslingual.mkdir()
    rows = [
        {"question": "Siapa pemilik pabrik?", "context": CONTEXT, "answers": ["Wulan"]},
        {"question": "Kapan pabrik ditutup?", "context": CONTEXT, "answers": []},
        {"question": "Berapa pekerja di sana?", "context": CONTEXT, "answers": ["40 pekerja"]},
    ]
    lines = "\n".join(json.dumps(row | {"is_impossible": not row["answers"]}) for row in rows)
    for name in ("idkmrc_train", "tydi_train", "facqa_train", "idkmrc_dev", "tydi_dev", "facqa_dev"):
        (reading / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    english = [
        {
            "title": title, "question_en": "Who owns the works?", "context_id_mt": CONTEXT,
            "answers_id_mt": ["Wulan"], "context_en": "Wulan owns it.", "answers_en": ["Wulan"],
            "question_id_mt": "Siapa pemiliknya?",
        }
        for title in ("A", "B", "C", "D", "E", "F")
    ]  # fmt: skip
    (crosslingual / "xquad_en_dev.jsonl").write_text(
        "\n".join(json.dumps(row) for row in english), encoding="utf-8"
    )
    return folder


def plan(encoder: Path, shared: Path, output: Path, **changes) -> Plan:
    small = {"frozen": 1, "batch_tokens": 600, "sample": 2, "threads": 1, "warmup": 2, "epochs": 1.0}
    return Plan(encoder=encoder, shared=shared, output=output, **(small | changes))


def test_an_answer_beyond_the_cut_counts_as_none(encoder):
    from transformers import AutoTokenizer

    pair = make_pair("siapa", CONTEXT, ["40 pekerja"], None, "t")
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    (whole,), (short,) = encode(tokenizer, [pair], 200), encode(tokenizer, [pair], 40)
    first, last = whole.offsets[whole.start - whole.passage], whole.offsets[whole.end - whole.passage]
    assert CONTEXT[first[0] : last[1]] == "40 pekerja"
    assert (short.start, short.end) == (0, 0)


def test_the_same_seed_gives_the_same_batches(encoder, shared, tmp_path):
    first, again = (Material(plan(encoder, shared, tmp_path)).epoch(3) for _ in range(2))
    assert first == again
    assert first != Material(plan(encoder, shared, tmp_path)).epoch(4)


def test_layers_below_learn_at_a_lower_rate(encoder, shared, tmp_path):
    from rag.training.loop import load_model

    model = load_model(plan(encoder, shared, tmp_path, frozen=0))
    shares = {group["share"] for group in parameter_groups(model, 0.5)}
    assert shares == {1.0, 0.5}


def test_a_run_is_gone_on_from_its_checkpoint_and_packs_small(encoder, shared, tmp_path):
    output = tmp_path / "run"
    first = train(plan(encoder, shared, output))
    again = train(plan(encoder, shared, output, epochs=2.0, teachers=str(first)), resume=True)
    rows = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    steps = [row["step"] for row in rows if "checkpoint" in row]
    assert [path.name for path in (first, again)] == ["ckpt-1", "ckpt-2"]
    assert 0 < steps[0] < steps[1]
    assert [row["epoch"] for row in rows if "epoch" in row] == [0, 1]
    before, after = (load_file(path / "model.safetensors") for path in (encoder, again))
    frozen = "encoder.layer.0.output.dense.weight"
    assert (after[f"bert.{frozen}"] == before[frozen]).all()
    assert (after["bert.encoder.layer.1.output.dense.weight"] != load_file(first / "model.safetensors")[
        "bert.encoder.layer.1.output.dense.weight"]).any()  # fmt: skip

    packed = tmp_path / "reader.safetensors"
    pack(encoder, again, packed)
    assert not any("layer.0." in name for name in load_file(packed))
    joined = load_file(assemble(encoder, packed, tmp_path / "joined") / "model.safetensors")
    name = "bert.encoder.layer.1.output.dense.weight"
    scale = quantise(after[name])[1].astype("float32").repeat(BLOCK, axis=1)
    assert (abs(joined[name] - after[name]) <= scale * 0.5001).all()
    assert len(fingerprint(packed)) == 64
