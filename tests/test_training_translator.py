"""What must be true of the translator's training: its pairs, batches and loss, and the model it trains."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from scripts.train.gemma import EOS, Adapted, Gemma, Layer, loss_of, rotated, rotation
from scripts.train.translate import agrees, batches, padded, vocabulary

SOURCE = "Pemerintah Jepang mengatakan bahwa 24 orang tewas dalam gempa di Niigata pada Senin."
TARGET = "The Japanese government said that 24 people died in an earthquake in Niigata on Monday."


@pytest.mark.parametrize(
    ("source", "target", "holds"),
    [
        (SOURCE, TARGET, True),
        (SOURCE, TARGET.replace("24", "42"), False),
        (SOURCE, TARGET.replace("Niigata", "Kobe"), False),
        (SOURCE, "The Japanese government said so.", False),
        ("Tidak ada.", "There is none.", False),
    ],
)
def test_pairs_agree_in_figures_names_and_length(source, target, holds):
    assert agrees(source, target) is holds


def test_batches_hold_all_and_stay_within_their_tokens():
    examples = [([2] * size, [9, EOS]) for size in (3, 30, 5, 31, 8, 4)]
    made = batches(examples, 70, "a")
    assert sorted(len(one[0]) for batch in made for one in batch) == [3, 4, 5, 8, 30, 31]
    assert all(len(batch) * max(len(p) + len(t) for p, t in batch) <= 70 for batch in made)
    assert made == batches(examples, 70, "a")


def test_the_loss_is_on_the_target_side_alone():
    ids, keep, written = padded([([2, 7], [9, EOS]), ([2, 7, 7], [9, 8, EOS])])
    assert ids.tolist() == [[2, 7, 9, EOS, 0, 0], [2, 7, 7, 9, 8, EOS]]
    assert keep.sum(1).tolist() == [4, 6]
    assert written.tolist() == [[False, False, True, True, False, False], [False] * 3 + [True] * 3]


def test_the_softmax_is_over_all_that_occurs():
    rows = vocabulary([([2, 7], [900, EOS])], 1000, 10, 7)
    assert {1, 2, 7, 900} <= set(rows.tolist())
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert 10 <= len(rows) <= 14


def test_an_adapter_begins_at_nothing():
    layer = Adapted(torch.eye(3), 2, 2.0)
    assert torch.equal(layer(torch.ones(1, 3)), torch.ones(1, 3))
    assert [name for name, _ in layer.named_parameters()] == ["lora_a", "lora_b"]


def test_a_rotation_keeps_lengths_and_depends_on_the_distance_alone():
    place = torch.arange(6)[None]
    turn = rotation(place, 8, 10_000.0, torch.float32)
    x = torch.randn(8)
    turned = rotated(x.expand(1, 1, 6, 8), turn)[0, 0]
    assert torch.allclose(turned.norm(dim=-1), x.norm().expand(6), atol=1e-5)
    assert math.isclose(float(turned[0] @ turned[2]), float(turned[3] @ turned[5]), rel_tol=1e-4)


@pytest.fixture
def tiny():
    # Threads that share so little work only wait for each other.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield made_tiny()
    torch.set_num_threads(threads)


def made_tiny() -> Gemma:
    torch.manual_seed(0)
    width, inner, size = 16, 24, 8
    shapes = {
        "attn_q": (2 * size, width), "attn_k": (size, width), "attn_v": (size, width),
        "attn_output": (width, 2 * size), "ffn_gate": (inner, width), "ffn_up": (inner, width),
        "ffn_down": (width, inner),
    }  # fmt: skip
    weights = {f"{name}.weight": torch.randn(shape) * 0.3 for name, shape in shapes.items()}
    norms = ("attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm")
    weights |= {f"{name}.weight": torch.ones(width) for name in norms}
    weights |= {f"{name}.weight": torch.ones(size) for name in ("attn_q_norm", "attn_k_norm")}
    model = Gemma.__new__(Gemma)
    nn.Module.__init__(model)
    model.embedding = torch.randn(30, width)
    model.output_norm = torch.ones(width)
    model.eps, model.size, model.base = 1e-6, size, 1_000_000.0
    model.blk = nn.ModuleList([Layer(weights, 2, 2.0, 2, 1e-6) for _ in range(2)])
    return model


def test_padding_changes_nothing(tiny):
    prompt = [2, 7, 8, 9]
    alone, _ = tiny.hidden(torch.tensor([prompt]), torch.ones(1, 4, dtype=torch.bool))
    ids = torch.tensor([[*prompt, 0, 0], [2, 3, 4, 5, 6, 7]])
    together, _ = tiny.hidden(ids, ids != 0)
    assert torch.allclose(alone[0], together[0, :4], atol=1e-5)
    left = torch.tensor([[0, 0, *prompt]])
    shifted, _ = tiny.hidden(left, left != 0)
    assert torch.allclose(alone[0, -1], shifted[0, -1], atol=1e-5)


def test_decoding_with_a_cache_is_decoding_without(tiny):
    prompt = [2, 7, 8]
    (written,) = tiny.translate([prompt], 5)
    ids = list(prompt)
    for token in written:
        states, _ = tiny.hidden(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.bool))
        assert int((states[0, -1] @ tiny.embedding.T).argmax()) == token
        ids.append(token)


def test_training_learns_a_pair_and_the_adapter_carries_it(tiny):
    batch = padded([([2, 7], [9, 5, EOS])])
    rows = torch.arange(30)
    optimizer = torch.optim.AdamW(tiny.parameters(), lr=0.05)
    first = float(loss_of(tiny, *batch, rows).detach())
    for _ in range(60):
        optimizer.zero_grad()
        loss_of(tiny, *batch, rows).backward()
        optimizer.step()
    assert float(loss_of(tiny, *batch, rows).detach()) < first / 4
    assert tiny.translate([[2, 7]], 5) == [[9, 5]]
    adapter = tiny.adapter()
    assert adapter["blk.1.ffn_down.weight.lora_b"].shape == (16, 2)
    with torch.no_grad():
        for one in tiny.parameters():
            one.zero_()
    assert tiny.translate([[2, 7]], 5) != [[9, 5]]
    tiny.take(adapter)
    assert tiny.translate([[2, 7]], 5) == [[9, 5]]
