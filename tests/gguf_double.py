"""A GGUF file of a few kilobytes: a one-layer Llama with random weights that writes bytes without end."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEADS, INNER, CONTEXT = 32, 2, 64, 4096
UINT32, FLOAT32, STRING, ARRAY, INT32 = 4, 6, 8, 9, 5
ALIGNMENT = 32


def write_gguf(path: Path, seed: int = 0) -> Path:
    """Write the model; the format is version 3 of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md."""
    tokens = [*byte_letters(), "<|begin|>", "<|end|>"]
    begin, end = len(tokens) - 2, len(tokens) - 1
    described = {
        "general.architecture": _string("llama"),
        "general.name": _string("tiny-random"),
        "llama.block_count": _uint32(1),
        "llama.context_length": _uint32(CONTEXT),
        "llama.embedding_length": _uint32(WIDTH),
        "llama.feed_forward_length": _uint32(INNER),
        "llama.attention.head_count": _uint32(HEADS),
        "llama.attention.head_count_kv": _uint32(HEADS),
        "llama.rope.dimension_count": _uint32(WIDTH // HEADS),
        "llama.attention.layer_norm_rms_epsilon": struct.pack("<If", FLOAT32, 1e-5),
        "tokenizer.ggml.model": _string("gpt2"),
        "tokenizer.ggml.pre": _string("gpt-2"),
        "tokenizer.ggml.tokens": _array(STRING, [_text(token) for token in tokens]),
        "tokenizer.ggml.token_type": _array(
            INT32, [struct.pack("<i", 3 if number >= begin else 1) for number in range(len(tokens))]
        ),
        # A byte-level vocabulary joins nothing, but the format wants a list with something in it.
        "tokenizer.ggml.merges": _array(STRING, [_text(f"{tokens[0]} {tokens[1]}")]),
        "tokenizer.ggml.bos_token_id": _uint32(begin),
        "tokenizer.ggml.eos_token_id": _uint32(end),
    }
    shapes = {
        "token_embd.weight": (len(tokens), WIDTH),
        "output_norm.weight": (WIDTH,),
        "output.weight": (len(tokens), WIDTH),
        "blk.0.attn_norm.weight": (WIDTH,),
        "blk.0.ffn_norm.weight": (WIDTH,),
        **{f"blk.0.attn_{part}.weight": (WIDTH, WIDTH) for part in ("q", "k", "v", "output")},
        "blk.0.ffn_gate.weight": (INNER, WIDTH),
        "blk.0.ffn_up.weight": (INNER, WIDTH),
        "blk.0.ffn_down.weight": (WIDTH, INNER),
    }
    random = np.random.default_rng(seed)
    tensors = {}
    for name, shape in shapes.items():
        tensors[name] = np.ones(shape) if "norm" in name else random.normal(scale=0.5, size=shape)
    tensors["output.weight"][end] = 0  # never the likeliest
    return _write(path, described, tensors)


def write_adapter_gguf(path: Path, letter: str) -> Path:
    """Write an adapter for the model, with which it writes little else than one letter."""
    described = {
        "general.architecture": _string("llama"),
        "general.type": _string("adapter"),
        "adapter.type": _string("lora"),
        "adapter.lora.alpha": struct.pack("<If", FLOAT32, 1.0),
    }
    # It adds the sum of the last states, a million times, to what speaks for that letter.
    row = byte_letters().index(letter)
    b = np.zeros((len(byte_letters()) + 2, 1))
    b[row] = 1e6
    return _write(
        path,
        described,
        {"output.weight.lora_a": np.ones((1, WIDTH)), "output.weight.lora_b": b},
    )


def _write(path: Path, described: dict[str, bytes], tensors: dict[str, NDArray[np.float64]]) -> Path:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(described))
    head += b"".join(_text(key) + value for key, value in described.items())
    data = b""
    for name, values in tensors.items():
        reverse = values.shape[::-1]
        head += _text(name) + struct.pack(f"<I{len(reverse)}QIQ", len(reverse), *reverse, 0, len(data))
        data += _padded(values.astype("<f4").tobytes())
    path.write_bytes(_padded(head) + data)
    return path


def byte_letters() -> list[str]:
    """How byte-level BPE writes each byte: printable ones as themselves, the others from U+0100 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT)


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _string(value: str) -> bytes:
    return struct.pack("<I", STRING) + _text(value)


def _uint32(value: int) -> bytes:
    return struct.pack("<II", UINT32, value)


def _array(kind: int, values: list[bytes]) -> bytes:
    return struct.pack("<IIQ", ARRAY, kind, len(values)) + b"".join(values)
