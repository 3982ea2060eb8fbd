"""Gemma 3 (text) in PyTorch, read from a GGUF file, with low-rank adapters on every projection.

Only what training an adapter needs: no cache beyond one decode, no sliding window (sentences are far shorter
than the 512 tokens of one). Tensors keep the names of the GGUF file, so that an adapter needs no renaming.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

PROJECTIONS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
GLOBAL_EVERY = 6
"""Each sixth layer attends to everything, with the slow rotation; the others use the fast one."""

LOCAL_BASE = 10_000.0
PAD, EOS, BOS = 0, 1, 2

Cache = list[tuple[Tensor, Tensor]]


class Adapted(nn.Module):
    """A frozen projection with a low-rank change that begins at nothing."""

    def __init__(self, weight: Tensor, rank: int, scale: float) -> None:
        super().__init__()
        out, inside = weight.shape
        self.register_buffer("weight", weight, persistent=False)
        self.lora_a = nn.Parameter(torch.randn(rank, inside) / math.sqrt(inside))
        self.lora_b = nn.Parameter(torch.zeros(out, rank))
        self.scale = scale

    def forward(self, x: Tensor) -> Tensor:
        low = functional.linear(x, self.lora_a.to(x.dtype))
        return functional.linear(x, self.weight) + functional.linear(
            low, self.lora_b.to(x.dtype) * self.scale
        )


class Layer(nn.Module):
    """One block: attention and a gated feed-forward part, each normed before and after."""

    def __init__(self, weights: dict[str, Tensor], rank: int, scale: float, heads: int, eps: float) -> None:
        super().__init__()
        for name in PROJECTIONS:
            self.add_module(name, Adapted(weights[f"{name}.weight"], rank, scale))
        for name, weight in weights.items():
            if "norm" in name:
                self.register_buffer(name.removesuffix(".weight"), weight, persistent=False)
        self.heads, self.eps = heads, eps

    def norm(self, x: Tensor, name: str) -> Tensor:
        weight = getattr(self, name)
        return functional.rms_norm(x, weight.shape, weight, self.eps)

    def forward(
        self, x: Tensor, rotation: tuple[Tensor, Tensor], mask: Tensor, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        size, length, _ = x.shape
        inner = self.norm(x, "attn_norm")
        q = self.attn_q(inner).view(size, length, self.heads, -1)
        k = self.attn_k(inner).view(size, length, 1, -1)
        v = self.attn_v(inner).view(size, length, 1, -1).transpose(1, 2)
        q = rotated(self.norm(q, "attn_q_norm").transpose(1, 2), rotation)
        k = rotated(self.norm(k, "attn_k_norm").transpose(1, 2), rotation)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        mixed = functional.scaled_dot_product_attention(
            q, k.expand(-1, self.heads, -1, -1), v.expand(-1, self.heads, -1, -1), attn_mask=mask
        )
        x = x + self.norm(
            self.attn_output(mixed.transpose(1, 2).reshape(size, length, -1)), "post_attention_norm"
        )
        inner = self.norm(x, "ffn_norm")
        gated = functional.gelu(self.ffn_gate(inner), approximate="tanh") * self.ffn_up(inner)
        return x + self.norm(self.ffn_down(gated), "post_ffw_norm"), (k, v)


class Gemma(nn.Module):
    """The model of a GGUF file; only the adapters train."""

    def __init__(self, path: Path, *, rank: int, alpha: float, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        from gguf import GGUFReader, dequantize

        reader = GGUFReader(path)

        def field(name: str) -> float:
            return float(reader.fields[f"gemma3.{name}"].contents())

        tensors = {
            one.name: torch.from_numpy(np.array(dequantize(one.data, one.tensor_type), np.float32)).to(dtype)
            for one in reader.tensors
        }
        self.register_buffer("embedding", tensors.pop("token_embd.weight"), persistent=False)
        self.register_buffer("output_norm", tensors.pop("output_norm.weight"), persistent=False)
        self.eps = field("attention.layer_norm_rms_epsilon")
        self.blk = nn.ModuleList()
        for number in range(int(field("block_count"))):
            start = f"blk.{number}."
            own = {name.removeprefix(start): one for name, one in tensors.items() if name.startswith(start)}
            heads = int(field("attention.head_count"))
            self.blk.append(Layer(own, rank, alpha / rank, heads, self.eps))
        self.size = int(field("attention.key_length"))
        self.base = field("rope.freq_base")

    def hidden(self, ids: Tensor, keep: Tensor, cache: Cache | None = None) -> tuple[Tensor, Cache]:
        """The last layer's states, normed.

        Args:
            ids: (batch, new tokens).
            keep: (batch, tokens so far), true where a token is one and not padding; left or right padded.
            cache: Keys and values of the tokens before, as the last call gave them.
        """
        total, new = keep.shape[1], ids.shape[1]
        place = (keep.long().cumsum(1) - 1).clamp(min=0)[:, total - new :]
        causal = torch.ones(total, total, dtype=torch.bool).tril()[total - new :]
        itself = torch.eye(total, dtype=torch.bool)[total - new :]
        mask = ((causal & keep[:, None, :]) | itself)[:, None]
        x = functional.embedding(ids, self.embedding) * math.sqrt(self.embedding.shape[1])
        slow, fast = (rotation(place, self.size, base, x.dtype) for base in (self.base, LOCAL_BASE))
        after: Cache = []
        for number, layer in enumerate(self.blk):
            turn = slow if (number + 1) % GLOBAL_EVERY == 0 else fast
            x, kept = layer(x, turn, mask, None if cache is None else cache[number])
            after.append(kept)
        return functional.rms_norm(x, self.output_norm.shape, self.output_norm, self.eps), after

    def adapter(self) -> dict[str, Tensor]:
        """The trained tensors, by the names that a GGUF adapter gives them."""
        return {
            f"{name.rsplit('.', 1)[0]}.weight.{name.rsplit('.', 1)[1]}": one.detach().clone()
            for name, one in self.named_parameters()
        }

    def take(self, adapter: dict[str, Tensor]) -> None:
        """Go on from an adapter."""
        with torch.no_grad():
            for name, one in self.named_parameters():
                stem, end = name.rsplit(".", 1)
                one.copy_(adapter[f"{stem}.weight.{end}"])

    @torch.no_grad()
    def translate(self, prompts: list[list[int]], limit: int) -> list[list[int]]:
        """What greedy decoding writes after each prompt, without the end."""
        longest = max(map(len, prompts))
        ids = torch.tensor([[PAD] * (longest - len(one)) + one for one in prompts])
        keep = torch.tensor([[False] * (longest - len(one)) + [True] * len(one) for one in prompts])
        written: list[list[int]] = [[] for _ in prompts]
        done = [False] * len(prompts)
        states, cache = self.hidden(ids, keep)
        for _ in range(limit):
            best = (states[:, -1] @ self.embedding.T).argmax(-1)
            for row, token in enumerate(best.tolist()):
                done[row] = done[row] or token == EOS
                if not done[row]:
                    written[row].append(token)
            if all(done):
                break
            keep = torch.cat([keep, torch.ones(len(prompts), 1, dtype=torch.bool)], 1)
            states, cache = self.hidden(best[:, None], keep, cache)
        return written


def rotation(place: Tensor, size: int, base: float, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the rotary embedding, (batch, 1, tokens, size) each."""
    frequency = base ** -(torch.arange(0, size, 2, dtype=torch.float32) / size)
    angle = place[:, None, :, None].float() * frequency
    angle = torch.cat([angle, angle], -1)
    return angle.cos().to(dtype), angle.sin().to(dtype)


def rotated(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate pairs of halves."""
    first, second = x.chunk(2, -1)
    return x * turn[0] + torch.cat([-second, first], -1) * turn[1]


def loss_of(model: Gemma, ids: Tensor, keep: Tensor, target: Tensor, rows: Tensor) -> Tensor:
    """Mean cross-entropy of the target tokens.

    Args:
        model: The model.
        ids: (batch, tokens), padded on the right.
        keep: Where a token is one.
        target: (batch, tokens), true where a token is to be written.
        rows: Which tokens the softmax is over, ascending; every target token is among them.
    """
    states, _ = model.hidden(ids, keep)
    wanted = ids[:, 1:][target[:, 1:]]
    logits = states[:, :-1][target[:, 1:]] @ model.embedding[rows].T
    return functional.cross_entropy(logits.float(), torch.searchsorted(rows, wanted))


def write_adapter(adapter: dict[str, Tensor], alpha: float, path: Path) -> None:
    """Write an adapter as llama.cpp reads it, in half precision; the file appears whole.

    Args:
        adapter: As `Gemma.adapter` gives it: `blk.0.attn_q.weight.lora_a` (rank, in), `….lora_b` (out, rank).
        alpha: The change counts alpha / rank times.
        path: Of the GGUF file.
    """
    from gguf import GGUFWriter

    unfinished = path.with_suffix(".tmp")
    writer = GGUFWriter(unfinished, "gemma3")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    writer.add_license("gemma")
    writer.add_description(
        "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms."
        " This is a modification of Gemma 3 270M: a low-rank adapter that translates Indonesian press."
    )
    for name, one in sorted(adapter.items()):
        writer.add_tensor(name, one.detach().to(torch.float16).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    unfinished.replace(path)
