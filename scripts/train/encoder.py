"""The embedded encoder as a folder that sentence-transformers and transformers load, in fp32."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from index import ModelError, e5
from index.e5 import E5Weights, Packed, Shape
from index.embedder import DECODER_VERSION, MAX_TOKENS, PROMPTS, build_once, folder_in

TOKENIZER_FILE = "tokenizer.json"


def open_tokenizer(path: Path) -> Any:
    """Open a tokenizer in which a text that spells "<s>" means those three characters.

    Raises:
        ModelError: it cannot be loaded.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer: Any = Tokenizer.from_file(str(path))
    except Exception as error:  # it raises bare exceptions
        raise ModelError(f"{path} cannot be loaded ({error}); remove the folder {path.parent}") from error
    tokenizer.encode_special_tokens = True
    return tokenizer


def prepare(cache: Path, *files: str) -> Path:
    """Return the folder, sound; decode it where it is missing or damaged, without a network.

    Args:
        cache: Where decoded models are kept; see `Settings.cache`.
        files: Those whose checksums are held against the manifest; all, 480 MB, where none is named.

    Raises:
        ModelError: the weights are not installed or damaged, or the cache cannot be written.
    """
    return build_once(folder_in(cache, str(DECODER_VERSION)), _decode, *files)


def _decode(folder: Path) -> None:
    write_folder(e5.read(e5.locate()), folder)


def write_folder(weights: E5Weights, folder: Path) -> None:
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
    vocabulary = e5.build_tokenizer(weights.pieces, weights.scores, weights.mapping)
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
