"""A BERT encoder as an ONNX graph for onnxruntime, which starts in a fifth of the time that PyTorch takes.

Inputs are `input_ids` and `attention_mask`, int64, (texts, tokens); every token is of type 0. The heads:

    embedding   one output `embedding`, (texts, hidden): the mean over the unmasked tokens, scaled to length 1
    reader      one output `numbers`, (texts, tokens, rows): a linear head over each token
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.e5 import BLOCK, Array, Packed, Shape

if TYPE_CHECKING:
    import onnx

Head = Literal["embedding", "reader"]
Precision = Literal["float", "rows"]
State = Mapping[str, "Packed | Array"]

GRAPH_FILE = "encoder.onnx"
TENSOR_FILE = "encoder.bin"

MICROSOFT = "com.microsoft"
"""The domain of onnxruntime's own operators."""


def build(
    state: State, shape: Shape, head: Head = "embedding", precision: Precision = "float"
) -> onnx.ModelProto:
    """Build the graph.

    Matrices that are packed at 4 bits stay so and are multiplied in fp32, so that nothing is lost, unless
    `precision` is "rows".

    Args:
        state: The tensors of a `BertModel`, and for the head `reader` also `head.weight`, (rows, hidden), and
            `head.bias`, (rows,).
        shape: The sizes of the encoder.
        head: What comes out.
        precision: "float" keeps matrices that are not packed as they are. "rows" rounds all of them to 7
            bits, and activations to 8 by a scale for each token, so that a text's outputs depend on that
            text alone.

    Raises:
        KeyError: the state lacks a tensor.
    """
    graph = _Graph({name.removeprefix("bert."): tensor for name, tensor in state.items()}, shape, precision)
    hidden = graph.encoder()
    return graph.model(graph.embedding(hidden) if head == "embedding" else graph.reader(hidden))


def save(model: onnx.ModelProto, folder: Path) -> None:
    """Write the graph into an existing folder, its tensors beside it, to be mapped and not copied."""
    import onnx

    onnx.save_model(
        model,
        folder / GRAPH_FILE,
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=TENSOR_FILE,
        size_threshold=1024,
    )


class _Graph:
    """The nodes and tensors written so far; each method adds some and returns the name of what comes out."""

    def __init__(self, state: State, shape: Shape, precision: Precision) -> None:
        self.state = state
        self.shape = shape
        self.precision = precision
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, onnx.TensorProto] = {}

    def model(self, outputs: Mapping[str, tuple[str, ...]]) -> onnx.ModelProto:
        from onnx import TensorProto, helper

        inputs = ("input_ids", "attention_mask")
        graph = helper.make_graph(
            self.nodes,
            "bert",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ("texts", "tokens")) for name in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name, axes in outputs.items()],
            list(self.tensors.values()),
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def encoder(self) -> str:
        from onnx import TensorProto

        mask = self.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        hidden = self.embeddings()
        norm = "embeddings.LayerNorm"
        for layer in range(self.shape.layers):
            prefix = f"encoder.layer.{layer}."
            context = self.attention(hidden, mask, f"{prefix}attention.self.", norm)
            attended = self.linear(context, f"{prefix}attention.output.dense")
            norm = f"{prefix}attention.output.LayerNorm"
            hidden = self.residual(attended, hidden, norm)
            inner = self.linear(hidden, f"{prefix}intermediate.dense", norm)
            norm = f"{prefix}output.LayerNorm"
            active = self.microsoft("Gelu", [inner], f"{prefix}intermediate.active")
            output = self.linear(active, f"{prefix}output.dense")
            hidden = self.residual(output, hidden, norm)
        return hidden

    def embeddings(self) -> str:
        words = self.words()
        # Every token is of type 0, so its type is a part of its position.
        positions = _dense(self.state["embeddings.position_embeddings.weight"])
        positions = positions + _dense(self.state["embeddings.token_type_embeddings.weight"])[0]
        length = self.add("Shape", ["input_ids"], "length", start=1, end=2)
        zero = self.integers("zero", 0)
        used = self.add(
            "Slice", [self.constant("positions", positions), zero, length, zero], "positions.used"
        )
        summed = self.add("Add", [words, used], "embeddings")
        name = "embeddings.LayerNorm"
        inputs = [summed, *self.parameters(name)]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=self.shape.epsilon)

    def words(self) -> str:
        name = "embeddings.word_embeddings.weight"
        table = self.state[name]
        if not isinstance(table, Packed):
            return self.add("Gather", [self.constant(name, table), "input_ids"], "words")
        codes, scales = _repack(table)
        inputs = [self.constant(name, codes.reshape(len(codes), -1)), "input_ids"]
        sizes = {"bits": 4, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
        scales_name = self.constant(f"{name}.scales", scales)
        return self.microsoft("GatherBlockQuantized", [*inputs, scales_name], "words", **sizes)

    def attention(self, hidden: str, mask: str, prefix: str, norm: str) -> str:
        names = [f"{prefix}{part}" for part in ("query", "key", "value")]
        # One multiplication by the three matrices under one another; but see `evened`.
        group = names[:2] if self.precision == "rows" else names
        weight = _stack([self.state[f"{name}.weight"] for name in group])
        bias = np.concatenate([_dense(self.state[f"{name}.bias"]) for name in group])
        projected = self.matmul(hidden, weight, bias, f"{prefix}projected")
        sizes = self.integers("parts", *[self.shape.hidden] * len(group))
        self.add("Split", [projected, sizes], *group, axis=2)
        if self.precision == "rows":
            self.linear(hidden, names[2], norm)
        inputs = [*names, "", mask]
        return self.microsoft("MultiHeadAttention", inputs, f"{prefix}context", num_heads=self.shape.heads)

    def embedding(self, hidden: str) -> dict[str, tuple[str, ...]]:
        from onnx import TensorProto

        mask = self.add("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
        column = self.add("Unsqueeze", [mask, self.integers("last", -1)], "mask.column")
        unmasked = self.add("Mul", [hidden, column], "unmasked")
        summed = self.add("ReduceSum", [unmasked, self.integers("tokens", 1)], "summed", keepdims=0)
        # The sum points where the mean does.
        self.add("LpNormalization", [summed], "embedding", axis=-1, p=2)
        return {"embedding": ("texts", "hidden")}

    def reader(self, hidden: str) -> dict[str, tuple[str, ...]]:
        # A few rows, kept in fp32: here it is decided what answers.
        weight = self.constant("head.weight", _dense(self.state["head.weight"]).T)
        product = self.add("MatMul", [hidden, weight], "head.product")
        self.add("Add", [product, self.constant("head.bias", _dense(self.state["head.bias"]))], "numbers")
        return {"numbers": ("texts", "tokens", "rows")}

    def linear(self, hidden: str, name: str, norm: str | None = None) -> str:
        """Multiply by the matrix of that name; `norm` names the normalisation that `hidden` comes from."""
        weight: Packed | Array = self.state[f"{name}.weight"]
        if norm and self.precision == "rows":
            hidden, weight = self.evened(hidden, _dense(weight), name, norm)
        return self.matmul(hidden, weight, _dense(self.state[f"{name}.bias"]), name)

    def evened(self, hidden: str, weight: Array, name: str, norm: str) -> tuple[str, Array]:
        """Move size from activations that are large into the matrix; rounded, both then lose less.

        ("SmoothQuant", Xiao et al., 2023, the sizes being those that the normalisation's own parameters let
        expect, so that no text is needed.) It helps where values are made and the layer is widened; queries
        and keys it harms.
        """
        sizes = 3 * np.abs(_dense(self.state[f"{norm}.weight"])) + np.abs(_dense(self.state[f"{norm}.bias"]))
        largest = np.abs(weight).max(axis=0)
        factors = (sizes**0.3 / np.maximum(largest, 1e-6) ** 0.7).astype(np.float32)
        factors /= np.median(factors)
        inverse = self.constant(f"{name}.evening", 1 / factors)
        return self.add("Mul", [hidden, inverse], f"{name}.evened"), weight * factors

    def matmul(self, hidden: str, weight: Packed | Array, bias: Array, name: str) -> str:
        """Multiply by the transpose of a matrix (out, in), and add the bias (out,)."""
        bias_name = self.constant(f"{name}.bias", bias)
        if self.precision == "rows":
            return self.rounded(hidden, _dense(weight), bias_name, name)
        if isinstance(weight, Packed):
            codes, scales = _repack(weight)
            rows, blocks, _ = codes.shape
            inputs = [hidden, self.constant(f"{name}.weight", codes)]
            inputs += [self.constant(f"{name}.scales", scales), "", "", bias_name]
            sizes = {"K": blocks * BLOCK, "N": rows, "bits": 4, "block_size": BLOCK}
            return self.microsoft("MatMulNBits", inputs, name, **sizes)
        product = self.add("MatMul", [hidden, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        return self.add("Add", [product, bias_name], name)

    def rounded(self, hidden: str, weight: Array, bias: str, name: str) -> str:
        """Multiply in whole numbers, each token's activations rounded to 8 bits by its own largest."""
        codes, scales = _rows_of_7_bits(weight)
        size = self.add("Abs", [hidden], f"{name}.size")
        largest = self.add("ReduceMax", [size], f"{name}.largest", axes=[-1], keepdims=1)
        # A row of zeros stays one.
        largest = self.add("Max", [largest, self.number("least", 1e-20)], f"{name}.peak")
        factor = self.add("Div", [self.number("most", 127), largest], f"{name}.factor")
        scaled = self.add("Mul", [hidden, factor], f"{name}.scaled")
        middle = self.constant("middle", np.array(128, np.uint8))
        whole = self.add("QuantizeLinear", [scaled, self.number("one", 1), middle], f"{name}.whole")
        inputs = [whole, self.constant(f"{name}.weight", codes), self.number("one", 1)]
        inputs += [self.constant(f"{name}.scales", scales / np.float32(127)), middle]
        product = self.microsoft("MatMulIntegerToFloat", inputs, f"{name}.product")
        product = self.add("Mul", [product, largest], f"{name}.sized")
        return self.add("Add", [product, bias], name)

    def residual(self, hidden: str, skip: str, name: str) -> str:
        summed = self.add("Add", [hidden, skip], f"{name}.sum")
        if self.precision == "rows":
            return self.normalised(summed, name)
        # The operator that does both in one takes a twelfth of the whole graph's time more.
        inputs = [summed, *self.parameters(name)]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=self.shape.epsilon)

    def normalised(self, hidden: str, name: str) -> str:
        """Layer normalisation in parts that use the processor's vectors; the operator does one by one."""
        weight, bias = self.parameters(name)
        mean = self.add("ReduceMean", [hidden], f"{name}.mean", axes=[-1], keepdims=1)
        centred = self.add("Sub", [hidden, mean], f"{name}.centred")
        squares = self.add("Mul", [centred, centred], f"{name}.squares")
        variance = self.add("ReduceMean", [squares], f"{name}.variance", axes=[-1], keepdims=1)
        variance = self.add(
            "Add", [variance, self.number("epsilon", self.shape.epsilon)], f"{name}.variance.positive"
        )
        factor = self.add("Reciprocal", [self.add("Sqrt", [variance], f"{name}.deviation")], f"{name}.factor")
        unit = self.add("Mul", [centred, factor], f"{name}.unit")
        return self.add("Add", [self.add("Mul", [unit, weight], f"{name}.weighted"), bias], name)

    def parameters(self, name: str) -> list[str]:
        return [self.constant(f"{name}.{part}", self.state[f"{name}.{part}"]) for part in ("weight", "bias")]

    def microsoft(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        return self.add(operator, inputs, output, domain=MICROSOFT, **attributes)

    def add(self, operator: str, inputs: list[str], output: str, *others: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output, *others], output, **attributes))
        return output

    def integers(self, name: str, *values: int) -> str:
        return self.constant(name, np.array(values, np.int64))

    def number(self, name: str, value: float) -> str:
        return self.constant(name, np.array(value, np.float32))

    def constant(self, name: str, value: Packed | NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"{name}.constant"
        if name not in self.tensors:
            self.tensors[name] = numpy_helper.from_array(np.ascontiguousarray(_dense(value)), name)
        return name


def _dense(tensor: Packed | NDArray[Any]) -> NDArray[Any]:
    return tensor.dense() if isinstance(tensor, Packed) else tensor


def _stack(tensors: list[Packed | Array]) -> Packed | Array:
    """Put matrices under one another; the result is packed if all of them are."""
    packed = [tensor for tensor in tensors if isinstance(tensor, Packed)]
    if len(packed) < len(tensors):
        return np.concatenate([_dense(tensor) for tensor in tensors])
    return Packed(np.concatenate([t.scales for t in packed]), np.concatenate([t.nibbles for t in packed]))


def _repack(tensor: Packed) -> tuple[NDArray[np.uint8], Array]:
    """Return onnxruntime's blocks, (rows, blocks, 16), and the scales.

    There, byte `j` of a block holds weight `2j` in its low half and weight `2j + 1` in its high half.
    """
    even, odd = tensor.nibbles[:, :, 0::2], tensor.nibbles[:, :, 1::2]
    return np.concatenate(
        [(even & 15) | (odd << 4), (even >> 4) | (odd & 240)], axis=2
    ), tensor.scales.astype(np.float32)


def _rows_of_7_bits(matrix: Array) -> tuple[NDArray[np.int8], Array]:
    """Round a matrix (out, in) to codes (in, out), -63..63, and scales (out,): weight = code * scale.

    With 7 bits two products of a signed code and an unsigned byte fit into 16 bits, which is what processors
    with AVX2 only add them up in, twice as fast as fp32.
    """
    scales = np.abs(matrix).max(axis=1) / np.float32(63)
    scales[scales == 0] = 1
    codes = np.rint(matrix / scales[:, None])
    return codes.T.astype(np.int8), scales.astype(np.float32)
