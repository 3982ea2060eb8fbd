"""The embedded model in the cache: decoded once, for sentence-transformers and for onnxruntime.

`SentenceTransformer(folder)` and `AutoModel.from_pretrained(folder)` load the folder, in fp32 and with no
network; `onnx/` in it holds the same encoder as a graph.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from index import cache as entries
from index import carrier, graph, tokenizer
from index.carrier import Packed, Shape, Weights

DECODER_VERSION = 2
"""Part of the folder's name: raise it whenever what is decoded changes."""

ROUNDED_VERSION = 2
"""Part of the name of the rounded graph: raise it whenever what is rounded changes."""

MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
"""sentence-transformers adds an empty "document" of its own, which would shadow "passage"."""

TOKENIZER_FILE = "tokenizer.json"
GRAPH_FOLDER = "onnx"
QUICK_FILES = (TOKENIZER_FILE, f"{GRAPH_FOLDER}/{graph.GRAPH_FILE}", f"{GRAPH_FOLDER}/{graph.TENSOR_FILE}")
"""What onnxruntime needs."""


def folder_in(cache: Path) -> Path:
    """Return where the decoded folder is, or will be; its name changes with the weights and the decoder."""
    return cache.expanduser() / f"multilingual-e5-small-{carrier.SHA256[:12]}-{DECODER_VERSION}"


def prepare(cache: Path, *files: str) -> Path:
    """Return the folder of the embedded model, sound; decode it where it is missing, incomplete or damaged.

    Args:
        cache: Where decoded models are kept; see `Settings.cache`.
        files: Those whose checksums are held against the manifest; all, 560 MB, where none is named.

    Raises:
        ModelError: the weights are not installed or damaged, or the cache cannot be written.
    """
    return entries.build_once(folder_in(cache), _decode, *files)


def rounded_in(cache: Path) -> Path:
    """Return where the rounded graph is, or will be."""
    return cache.expanduser() / f"multilingual-e5-small-{carrier.SHA256[:12]}-8bit-{ROUNDED_VERSION}"


def prepare_rounded(cache: Path) -> Path:
    """Return the folder of the graph that embeds passages at 8 bits; made where it is missing or damaged.

    Raises:
        ModelError: the weights are not installed or damaged, or the cache cannot be written.
    """
    return entries.build_once(rounded_in(cache), _round)


def verify(cache: Path) -> list[str]:
    """Describe what is wrong with the folders in the cache, one line each that ends in the cure."""
    return [
        f"{folder / name} is damaged; remove {folder} and it is made again"
        for folder in (folder_in(cache), rounded_in(cache))
        if folder.exists()
        for name in entries.damage(folder)
    ]


def _decode(folder: Path) -> None:
    weights = carrier.read(carrier.locate())
    write_folder(weights, folder)
    (folder / GRAPH_FOLDER).mkdir()
    graph.save(graph.build(weights.tensors, weights.shape), folder / GRAPH_FOLDER)


def _round(folder: Path) -> None:
    weights = carrier.read(carrier.locate())
    graph.save(graph.build(weights.tensors, weights.shape, precision="rows"), folder)


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
    (folder / TOKENIZER_FILE).write_text(vocabulary.to_str(pretty=False), encoding="utf-8")
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
