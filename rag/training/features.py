"""Pairs as token ids, and batches that hold pairs of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.training.augment import Group
from rag.training.data import Pair

PAD = 1  # of the XLM-RoBERTa vocabulary
MAX_TOKENS = 288


@dataclass(frozen=True)
class Feature:
    """One encoded pair; `start` and `end` (inclusive) are token positions, both 0 for no answer."""

    ids: tuple[int, ...]
    start: int
    end: int
    passage: int  # position of the first passage token
    offsets: tuple[tuple[int, int], ...]  # characters of each passage token in the context


def encode(tokenizer: Any, pairs: Sequence[Pair], max_tokens: int = MAX_TOKENS) -> list[Feature]:
    """Encode as `<s> question </s></s> passage </s>`; an answer beyond the cut counts as absent."""
    encoded = tokenizer(
        [" ".join(p.question.split()) for p in pairs],
        [p.context for p in pairs],
        truncation="only_second",
        max_length=max_tokens,
        return_offsets_mapping=True,
    )
    out = []
    for i, pair in enumerate(pairs):
        ids, offsets = encoded["input_ids"][i], encoded["offset_mapping"][i]
        sides = encoded.sequence_ids(i)
        passage = sides.index(1)
        last = len(ids) - 2
        start = end = 0
        if pair.answers:
            inside = [
                j for j in range(passage, last + 1) if offsets[j][0] < pair.end and offsets[j][1] > pair.start
            ]
            # The sub-word of a leading blank belongs to no answer.
            inside = [j for j in inside if pair.context[offsets[j][0] : offsets[j][1]].strip()]
            if inside and offsets[last][1] >= pair.end:
                start, end = inside[0], inside[-1]
        out.append(Feature(tuple(ids), start, end, passage, tuple(offsets[passage : last + 1])))
    return out


def batches(
    groups: Sequence[Group], features: dict[Pair, Feature], budget: int, seed: str
) -> list[list[Feature]]:
    """Cut shuffled groups into batches of at most `budget` padded tokens, like lengths together.

    A group stays whole where it fits, so that a question and its minimally different twin meet in one step.
    """
    rng = random.Random(seed)  # noqa: S311
    out: list[list[Feature]] = []
    for low in range(0, len(groups), 400):
        block = [[features[p] for p in group] for group in groups[low : low + 400]]
        block.sort(key=lambda group: (max(len(f.ids) for f in group), rng.random()))
        batch: list[Feature] = []
        for group in block:
            longest = max(len(f.ids) for f in (*batch, *group))
            if batch and longest * (len(batch) + len(group)) > budget:
                out.append(batch)
                batch = []
            batch += group
        if batch:
            out.append(batch)
    rng.shuffle(out)
    return out


def padded(batch: Sequence[Feature]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield ids and attention mask of each feature, padded to the longest."""
    width = max(len(f.ids) for f in batch)
    for feature in batch:
        blank = width - len(feature.ids)
        yield [*feature.ids, *([PAD] * blank)], [1] * len(feature.ids) + [0] * blank
