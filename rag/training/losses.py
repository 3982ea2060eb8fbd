"""What training makes smaller: wrong spans, answers that are none, the wrong one of several passages.

All take start and end logits of shape (pairs, tokens). Only the first token, which says "no answer", and the
tokens of the passage may be chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.training.features import Feature


@dataclass(frozen=True)
class Targets:
    """Which tokens may be chosen and which should be, on the device of the logits.

    Attributes:
        span: (pairs, tokens), true for the tokens of the passage.
        starts: (pairs,), 0 for no answer.
        ends: (pairs,), inclusive.
    """

    span: Any
    starts: Any
    ends: Any

    @classmethod
    def of(cls, batch: Sequence[Feature], device: Any, shape: tuple[int, int]) -> Targets:
        """The targets of a batch padded to `shape`."""
        import torch

        span = torch.zeros(shape, dtype=torch.bool)
        for row, feature in enumerate(batch):
            span[row, feature.passage : feature.passage + len(feature.offsets)] = True
        starts = torch.tensor([feature.start for feature in batch])
        ends = torch.tensor([feature.end for feature in batch])
        return cls(*(tensor.to(device, non_blocking=True) for tensor in (span, starts, ends)))

    def masked(self, logits: Any, *, refusing: bool = True) -> Any:
        """The logits in fp32 with what may not be chosen at the floor; `refusing` leaves the first token."""
        import torch

        blocked = ~self.span
        if refusing:
            blocked[:, 0] = False
        return logits.float().masked_fill(blocked, torch.finfo(torch.float32).min)

    def over(self, logits: Any) -> Any:
        """(pairs,): how far all tokens of the passage together stand above "no answer"."""
        return self.masked(logits, refusing=False).logsumexp(-1) - logits[:, 0].float()


def reading_loss(start: Any, end: Any, targets: Targets, answerability: float) -> Any:
    """Cross-entropy of start and end, the first token for no answer, plus answer-or-not.

    The last term is the logistic loss of how far all spans together stand above the first token.
    """
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    loss = (
        cross_entropy(targets.masked(start), targets.starts)
        + cross_entropy(targets.masked(end), targets.ends)
    ) / 2
    if answerability:
        over = (targets.over(start) + targets.over(end)) / 2
        loss = loss + answerability * binary_cross_entropy_with_logits(over, (targets.starts > 0).float())
    return loss


def ranking_loss(start: Any, end: Any, targets: Targets, batch: Sequence[Feature]) -> Any:
    """Of the passages that meet one question, how surely the one that answers stands above the others.

    Cross-entropy over passages of their summed exponentials, mean over start and end: the passage's part of
    the shared normalisation of Clark and Gardner (2018). Zero where no question has both kinds.
    """
    import torch
    from torch.nn.functional import cross_entropy

    rows: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for row, feature in enumerate(batch):
        rows[feature.ids[: feature.passage]].append(row)
    totals = [targets.masked(logits, refusing=False).logsumexp(-1) for logits in (start, end)]
    losses = []
    for found in rows.values():
        good = [row for row in found if batch[row].start > 0]
        bad = [row for row in found if batch[row].start == 0]
        for row in good if bad else []:
            compared = torch.stack([total[[row, *bad]] for total in totals])
            losses.append(cross_entropy(compared, compared.new_zeros(2, dtype=torch.long)))
    return torch.stack(losses).mean() if losses else start.new_zeros(())


def teaching_loss(start: Any, end: Any, taught: Sequence[tuple[Any, Any]], targets: Targets) -> Any:
    """Cross-entropy of start and end against the mean of the teachers' distributions."""
    import torch

    loss = start.new_zeros((), dtype=torch.float32)
    for side, logits in enumerate((start, end)):
        probable = torch.stack([targets.masked(one[side]).softmax(-1) for one in taught]).mean(0)
        loss = loss - (probable * targets.masked(logits).log_softmax(-1)).sum(-1).mean() / 2
    return loss
