"""The reader as it is trained: the embedded encoder, and one linear head of eight numbers for each token.

0 start   1 end   2 evidence      of each token of the passage; 0 and 1 of the first token: nothing answers
3 answerable   7 a yes or a no answers      of the first token
4 supported   5 contradicted   6 not found      the mean over the tokens of the question or claim
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from index.text import sentences
from rag.reader import LONGEST_QUESTION, Window
from scripts.train.examples import UNKNOWN, Example, Group

PAD = 1
OUTPUTS = 8
START, END, EVIDENCE, ANSWERABLE, VERDICT, POLAR = 0, 1, 2, 3, 4, 7
LOWEST = -1e4

BLOCK = 2000
"""Groups among which those of like length are put together."""

HEAD_RATE = 8.0
"""How many times the encoder's rate the head is trained at: what it gives may be new."""

LOW_RANK_RATE = 6.0
"""The same of corrections of low rank, which begin at nothing."""


class PooledDropout(nn.Module):
    """Dropout that cuts its masks from one pool: drawing new ones costs a fifth of a step."""

    def __init__(self, probability: float, seed: int) -> None:
        super().__init__()
        self.source = torch.Generator().manual_seed(seed)
        self.probability = probability
        self.pool = torch.empty(0)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Drop out where it is training."""
        if not self.training:
            return states
        if len(self.pool) <= states.numel():
            drawn = torch.rand(2 * states.numel(), generator=self.source) >= self.probability
            self.pool = (drawn.float() / (1 - self.probability)).to(states.device)
        low = int(torch.randint(len(self.pool) - states.numel(), (1,), generator=self.source))
        return states * self.pool[low : low + states.numel()].view(states.shape)


class LowRank(nn.Module):
    """A linear layer whose matrix stays as it is, with a correction of low rank (LoRA, Hu et al. 2021)."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        linear.weight.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """(..., in) to (..., out)."""
        corrected: torch.Tensor = self.linear(states) + F.linear(F.linear(states, self.down), self.up)
        return corrected


class ReaderModel(nn.Module):
    """Encoder and head; the layers below `frozen` are not trained."""

    def __init__(self, encoder: Path, frozen: int, dropout: float, seed: int) -> None:
        from transformers import BertConfig, BertModel

        super().__init__()
        torch.manual_seed(seed)
        config = BertConfig.from_pretrained(
            encoder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.bert: Any = BertModel.from_pretrained(
            encoder, config=config, add_pooling_layer=False, dtype=torch.float32
        )
        self.head = nn.Linear(config.hidden_size, OUTPUTS)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.bert.embeddings.requires_grad_(False)
        for number, layer in enumerate(self.bert.encoder.layer):
            if number < frozen:
                layer.requires_grad_(False)
            elif dropout:
                layer.attention.output.dropout = PooledDropout(dropout, seed + 2 * number)
                layer.output.dropout = PooledDropout(dropout, seed + 2 * number + 1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(windows, tokens) ids and mask to (windows, tokens, 8) numbers."""
        return self.head(self.bert(input_ids=ids, attention_mask=mask).last_hidden_state)

    def begin_with(self, tensors: dict[str, Any]) -> None:
        """Begin with the tensors of a former reader."""
        state = self.state_dict()
        for name, value in tensors.items():
            tensor = torch.as_tensor(value)
            state[name].copy_(tensor)
        self.load_state_dict(state)

    def correct(self, frozen: int, rank: int) -> None:
        """Train corrections of low rank in place of the matrices of the layers from `frozen` on."""
        for layer in self.bert.encoder.layer[frozen:]:
            for part in list(layer.modules()):
                for name, child in list(part.named_children()):
                    if isinstance(child, nn.Linear):
                        setattr(part, name, LowRank(child, rank))

    def groups(self, layer_decay: float) -> list[dict[str, Any]]:
        """What is trained, by layer: matrices with weight decay, `share` of the rate falling downwards.

        The head is trained at `HEAD_RATE` times the rate, corrections at `LOW_RANK_RATE` times.
        """
        depth = self.bert.config.num_hidden_layers
        groups: dict[tuple[float, bool], list[Any]] = {}
        for name, parameter in self.named_parameters():
            if parameter.requires_grad:
                found = re.search(r"layer\.(\d+)\.", name)
                share = layer_decay ** (depth - 1 - int(found[1])) if found else HEAD_RATE
                if name.endswith((".down", ".up")):
                    share *= LOW_RANK_RATE
                groups.setdefault((share, parameter.ndim > 1), []).append(parameter)
        return [
            {"params": found, "weight_decay": 0.01 if decays else 0.0, "share": share}
            for (share, decays), found in groups.items()
        ]


@dataclass
class Feature:
    """One window as token ids, with its targets.

    Attributes:
        ids: `<s> question </s></s> heading passage </s>`.
        asked: Number of tokens of the question or claim, which follow the first token.
        first: Position of the first token of the passage; `last` is one past the last.
        start: Target: position of the first token of the answer, 0 for none, `UNKNOWN` for not trained on.
        end: The same of its last token.
        sentence: Of each token of the passage, the sentence that it is in.
        evidence: Of each sentence, whether it answers; None where that is unknown.
    """

    ids: list[int]
    asked: int
    first: int
    last: int
    start: int
    end: int
    sentence: list[int]
    evidence: list[float] | None
    answerable: float
    verdict: int
    polar: float
    group: int = 0


def encode(tokenizer: Any, windows: list[Example], longest: int) -> list[Feature]:
    """Encode windows as the reader does; an answer beyond the cut counts as unknown."""
    texts = [Window(window.head, window.text).joined() for window in windows]
    tokenizer.enable_truncation(longest, strategy="longest_first")
    encoded = tokenizer.encode_batch(
        [(window.question[:LONGEST_QUESTION], text) for window, (text, _) in zip(windows, texts, strict=True)]
    )
    return [
        _feature(window, one, base) for window, one, (_, base) in zip(windows, encoded, texts, strict=True)
    ]


def _feature(window: Example, encoded: Any, base: int) -> Feature:
    offsets, sides = encoded.offsets, encoded.sequence_ids
    inside = [i for i, side in enumerate(sides) if side == 1 and offsets[i][1] > base]
    first, last = (inside[0], inside[-1] + 1) if inside else (len(sides) - 1, len(sides) - 1)
    bounds = sentences(window.text)
    sentence, at = [], 0
    for i in range(first, last):
        # A token's characters begin with the blank before it.
        while at + 1 < len(bounds) and offsets[i][1] - base > bounds[at + 1][0]:
            at += 1
        sentence.append(at)
    start = end = 0
    evidence: list[float] | None = [0.0] * (max(sentence) + 1) if sentence else None
    if window.answer is not None:
        low, high = window.answer[0] + base, window.answer[1] + base
        hit = [
            i
            for i in range(first, last)
            if offsets[i][0] < high and offsets[i][1] > low and offsets[i][1] > offsets[i][0]
        ]
        if hit and offsets[last - 1][1] >= high:
            start, end = hit[0], hit[-1]
        else:
            start = end = UNKNOWN
    elif window.answerable:
        start = end = UNKNOWN
    if window.evidence is None:
        evidence = None
    elif evidence is not None:
        for number in range(len(evidence)):
            a, b = bounds[number]
            evidence[number] = float(
                any(min(b, stop) - max(a, begin) > 0.5 * (b - a) for begin, stop in window.evidence)
            )
    return Feature(
        encoded.ids, sides.count(0), first, last, start, end, sentence, evidence,
        window.answerable, window.verdict, window.polar,
    )  # fmt: skip


def loss_of(
    outputs: torch.Tensor, batch: list[Feature], weights: dict[str, float]
) -> dict[str, torch.Tensor]:
    """The parts of the loss, each weighted, by name.

    span: cross-entropy of start and end over the passage and "nothing"; spans_at_all: logistic, of all starts
    and ends together against "nothing"; answerable and polar: logistic, of the first token; evidence:
    logistic, of the mean over each sentence's tokens; verdict: cross-entropy; ranking: of the windows of one
    question that has an answer, cross-entropy of the one that holds it (the shared normalisation of Clark and
    Gardner, 2018), by the answerable number and by all starts and ends together.
    """
    device, (rows, width, _) = outputs.device, outputs.shape
    outputs = outputs.float()
    allowed = torch.zeros((rows, width), dtype=torch.bool)
    for row, one in enumerate(batch):
        allowed[row, one.first : one.last] = True
    passage = allowed.to(device)
    allowed[:, 0] = True
    allowed = allowed.to(device)
    start = outputs[:, :, START].masked_fill(~allowed, LOWEST)
    end = outputs[:, :, END].masked_fill(~allowed, LOWEST)
    starts = torch.tensor([one.start for one in batch], device=device)
    ends = torch.tensor([one.end for one in batch], device=device)
    parts: dict[str, torch.Tensor] = {}
    if bool((starts != UNKNOWN).any()):
        parts["span"] = (
            F.cross_entropy(start, starts, ignore_index=UNKNOWN)
            + F.cross_entropy(end, ends, ignore_index=UNKNOWN)
        ) / 2
    answerable = outputs[:, 0, ANSWERABLE]
    truth = torch.tensor([one.answerable for one in batch], device=device)
    asked = truth != UNKNOWN
    if bool(asked.any()):
        parts["answerable"] = F.binary_cross_entropy_with_logits(answerable[asked], truth[asked])
        polar = torch.tensor([one.polar for one in batch], device=device)[asked]
        parts["polar"] = F.binary_cross_entropy_with_logits(outputs[asked, 0, POLAR], polar)
    over = [side.masked_fill(~passage, LOWEST).logsumexp(-1) - side[:, 0] for side in (start, end)]
    over_all = (over[0] + over[1]) / 2
    known = starts != UNKNOWN
    if bool(known.any()):
        parts["spans_at_all"] = F.binary_cross_entropy_with_logits(over_all[known], truth[known])
    verdict = _verdict(outputs[:, :, VERDICT:POLAR], batch)
    if verdict is not None:
        parts["verdict"] = verdict
    evidence = _evidence(outputs, batch)
    if evidence is not None:
        parts["evidence"] = evidence
    ranking = _ranking(torch.stack([answerable, over_all]), batch)
    if ranking is not None:
        parts["ranking"] = ranking
    return {name: weights.get(name, 1.0) * value for name, value in parts.items()}


def _verdict(outputs: torch.Tensor, batch: list[Feature]) -> torch.Tensor | None:
    """Of the rows that have one, weighted by their share of the batch."""
    rows = [row for row, one in enumerate(batch) if one.verdict != UNKNOWN]
    if not rows:
        return None
    logits = torch.stack([outputs[row, : batch[row].asked + 1].mean(0) for row in rows])
    likely = logits.log_softmax(-1)
    either = likely[:, 1:].logsumexp(-1, keepdim=True)
    truth = torch.tensor([batch[row].verdict for row in rows], device=logits.device)
    return -torch.cat([likely, either], -1).gather(1, truth[:, None]).sum() / len(batch)


def _evidence(outputs: torch.Tensor, batch: list[Feature]) -> torch.Tensor | None:
    pooled, truths = [], []
    for row, one in enumerate(batch):
        if one.evidence is None or not one.sentence:
            continue
        belongs = torch.tensor(one.sentence, device=outputs.device)
        logits = outputs[row, one.first : one.last, EVIDENCE]
        count = len(one.evidence)
        total = torch.zeros(count, device=outputs.device).index_add(0, belongs, logits)
        size = torch.zeros(count, device=outputs.device).index_add(0, belongs, torch.ones_like(logits))
        pooled.append(total / size.clamp(min=1))
        truths.append(torch.tensor(one.evidence, device=outputs.device))
    if not pooled:
        return None
    return F.binary_cross_entropy_with_logits(torch.cat(pooled), torch.cat(truths))


def _ranking(scores: torch.Tensor, batch: list[Feature]) -> torch.Tensor | None:
    members: dict[int, list[int]] = {}
    for row, one in enumerate(batch):
        members.setdefault(one.group, []).append(row)
    losses = []
    for rows in members.values():
        good = [row for row in rows if batch[row].answerable > 0]
        bad = [row for row in rows if batch[row].answerable == 0]
        for row in good if bad else []:
            compared = scores[:, [row, *bad]]
            losses.append(F.cross_entropy(compared, compared.new_zeros(2, dtype=torch.long)))
    return torch.stack(losses).mean() if losses else None


def batches(groups: list[Group], encoded: list[list[Feature]], budget: int, seed: str) -> list[list[Feature]]:
    """Whole groups in batches of at most `budget` padded tokens, like lengths together, in random order."""
    import random

    rng = random.Random(seed)
    out: list[list[Feature]] = []
    for low in range(0, len(groups), BLOCK):
        block = sorted(encoded[low : low + BLOCK], key=lambda g: (max(len(f.ids) for f in g), rng.random()))
        batch: list[Feature] = []
        for number, group in enumerate(block):
            longest = max(len(f.ids) for f in (*batch, *group))
            if batch and longest * (len(batch) + len(group)) > budget:
                out.append(batch)
                batch = []
            for feature in group:
                feature.group = number
            batch += group
        if batch:
            out.append(batch)
    rng.shuffle(out)
    return out


def padded(batch: list[Feature]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and attention mask, (windows, tokens), padded to the longest."""
    width = max(len(one.ids) for one in batch)
    ids = torch.full((len(batch), width), PAD)
    mask = torch.zeros((len(batch), width), dtype=torch.long)
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        mask[row, : len(one.ids)] = 1
    return ids, mask
