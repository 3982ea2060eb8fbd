"""The graph computes what transformers computes with the same tensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from index.e5 import Array, Packed, Shape
from index.onnx_graph import GRAPH_FILE, TENSOR_FILE, State, _rows_of_7_bits, build, save

SHAPE = Shape(
    hidden=64, layers=2, heads=4, intermediate=96, vocabulary=50, positions=32, types=2, epsilon=1e-12
)
IDS = np.array([[0, 7, 9, 11, 2, 1, 1], [0, 5, 5, 49, 8, 30, 2]])
MASK = np.array([[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1, 1]])


def bert(architecture: str) -> Any:
    """A tiny model with weights large enough for each part to matter."""
    import torch
    import transformers

    torch.manual_seed(7)
    config = transformers.BertConfig(
        hidden_size=SHAPE.hidden,
        num_hidden_layers=SHAPE.layers,
        num_attention_heads=SHAPE.heads,
        intermediate_size=SHAPE.intermediate,
        vocab_size=SHAPE.vocabulary,
        max_position_embeddings=SHAPE.positions,
        layer_norm_eps=SHAPE.epsilon,
    )
    model = getattr(transformers, architecture)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return model


def arrays(model: Any) -> dict[str, Array]:
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def outputs(model: Any) -> Any:
    import torch

    with torch.no_grad():
        return model(input_ids=torch.tensor(IDS), attention_mask=torch.tensor(MASK))


def run(folder: Path, state: State, **choices: Any) -> list[NDArray[np.float32]]:
    save(build(state, SHAPE, **choices), folder)
    session = onnxruntime.InferenceSession(folder / GRAPH_FILE, providers=["CPUExecutionProvider"])
    return session.run(None, {"input_ids": IDS, "attention_mask": MASK})


def pooled(hidden: NDArray[np.float32]) -> NDArray[np.float32]:
    means = np.stack([row[mask == 1].mean(axis=0) for row, mask in zip(hidden, MASK, strict=True)])
    return means / np.linalg.norm(means, axis=1, keepdims=True)


def pack(matrix: Array) -> Packed:
    """Round to 4 bits in blocks of 32."""
    blocks = matrix.reshape(len(matrix), -1, 32)
    scales = (np.abs(blocks).max(axis=2) / 7).astype(np.float16)
    codes = np.clip(np.rint(blocks / scales[:, :, None].astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    return Packed(scales, codes[:, :, :16] | codes[:, :, 16:] << 4)


def test_embeddings_are_the_mean_of_the_unmasked_hidden_states(tmp_path: Path):
    model = bert("BertModel")
    (vectors,) = run(tmp_path, arrays(model))
    np.testing.assert_allclose(vectors, pooled(outputs(model).last_hidden_state.numpy()), atol=1e-5)


def headed(model: Any) -> tuple[dict[str, Any], NDArray[np.float32]]:
    """The model's tensors with a head of three rows, and what that head makes of each token."""
    random = np.random.default_rng(3)
    weight = random.normal(size=(3, model.config.hidden_size)).astype(np.float32)
    bias = random.normal(size=3).astype(np.float32)
    hidden = outputs(model).last_hidden_state.numpy()
    return {**arrays(model), "head.weight": weight, "head.bias": bias}, hidden @ weight.T + bias


def test_the_reader_s_numbers_are_a_linear_head_over_each_token(tmp_path: Path):
    tensors, expected = headed(bert("BertModel"))
    (numbers,) = run(tmp_path, tensors, head="reader")
    np.testing.assert_allclose(numbers[MASK == 1], expected[MASK == 1], atol=1e-4)


def test_eight_bits_keep_the_numbers_nearly(tmp_path: Path):
    tensors, expected = headed(bert("BertModel"))
    (numbers,) = run(tmp_path, tensors, head="reader", precision="rows")
    for row in range(3):
        assert np.corrcoef(numbers[MASK == 1][:, row], expected[MASK == 1][:, row])[0, 1] > 0.995


def test_eight_bits_by_rows_keep_the_vectors_nearly_and_alone(tmp_path: Path):
    model = bert("BertModel")
    (vectors,) = run(tmp_path, arrays(model), precision="rows")
    cosines = (vectors * pooled(outputs(model).last_hidden_state.numpy())).sum(axis=1)
    assert cosines.min() > 0.999
    session = onnxruntime.InferenceSession(tmp_path / GRAPH_FILE, providers=["CPUExecutionProvider"])
    (alone,) = session.run(None, {"input_ids": IDS[:1, :5], "attention_mask": MASK[:1, :5]})
    np.testing.assert_allclose(alone[0], vectors[0], atol=1e-5)


def test_a_matrix_of_seven_bits_is_within_half_a_step():
    matrix = np.array([[0.5, -1.26, 0.0], [0.0, 0.0, 0.0]], np.float32)
    codes, scales = _rows_of_7_bits(matrix)
    assert codes.T.tolist() == [[25, -63, 0], [0, 0, 0]]
    np.testing.assert_allclose(scales, [0.02, 1])


def test_packed_matrices_compute_what_their_dense_ones_do(tmp_path: Path):
    tensors = arrays(bert("BertModel"))
    packed: dict[str, Packed | Array] = {
        name: pack(tensor) if tensor.ndim == 2 and "position" not in name and "type" not in name else tensor
        for name, tensor in tensors.items()
    }
    dense = {
        name: tensor.dense() if isinstance(tensor, Packed) else tensor for name, tensor in packed.items()
    }
    assert sum(isinstance(tensor, Packed) for tensor in packed.values()) == 1 + 6 * SHAPE.layers + 1
    (tmp_path / "packed").mkdir()
    (tmp_path / "dense").mkdir()
    (ours,), (theirs,) = run(tmp_path / "packed", packed), run(tmp_path / "dense", dense)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    sizes = [(tmp_path / kind / TENSOR_FILE).stat().st_size for kind in ("packed", "dense")]
    assert sizes[0] < sizes[1] / 3


def test_a_state_that_lacks_a_tensor_is_refused():
    with pytest.raises(KeyError, match=r"embeddings\.word_embeddings\.weight"):
        build({}, SHAPE)
