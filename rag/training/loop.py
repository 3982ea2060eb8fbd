"""The training loop: frozen lower layers, length-bucketed batches, checkpoints that can be gone on from."""

import json
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.training.augment import Mixer, Shares
from rag.training.data import load_corpus
from rag.training.features import Feature, batches, encode, padded
from rag.training.measure import development, measure


@dataclass(frozen=True)
class Plan:
    """One training run. The rate falls to zero over `minutes`, or over `steps` when that is given."""

    encoder: Path
    shared: Path
    output: Path
    minutes: float = 75.0
    steps: int = 0
    frozen: int = 6  # layers, counted from the embeddings, which are frozen too
    rate: float = 2e-4
    warmup: int = 120
    batch_tokens: int = 2300
    dropout: float = 0.1
    answerability: float = 0.5  # weight of the loss on "is there an answer at all"
    checkpoint_minutes: float = 10.0
    sample: int = 200  # development pairs of each kind at a checkpoint
    threads: int = 2
    seed: int = 7


@dataclass
class Position:
    """Where a run stands; saved with each checkpoint."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    checkpoint: int = 0
    pairs: int = 0


def fast_dropout(probability: float, seed: int) -> Any:
    """Return a dropout module that cuts its masks from one pool: new masks cost a fifth of a step."""
    import torch

    class PooledDropout(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.source = torch.Generator().manual_seed(seed)
            self.pool: torch.Tensor = torch.empty(0)

        def forward(self, states: torch.Tensor) -> torch.Tensor:
            if not self.training or probability == 0.0:
                return states
            if self.pool.device != states.device or not len(self.pool):
                drawn = torch.rand(6_000_000, generator=self.source) >= probability
                self.pool = (drawn.float() / (1 - probability)).to(states.device)
            low = int(torch.randint(len(self.pool) - states.numel(), (1,), generator=self.source))
            return states * self.pool[low : low + states.numel()].view(states.shape)

    return PooledDropout()


def load_model(plan: Plan) -> Any:
    """Build the question-answering model on the encoder, with its lower part frozen."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(plan.seed)
    config = BertConfig.from_pretrained(
        plan.encoder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, num_labels=2
    )
    model: Any = BertForQuestionAnswering.from_pretrained(plan.encoder, config=config, dtype=torch.float32)
    torch.nn.init.normal_(model.qa_outputs.weight, std=0.02)
    torch.nn.init.zeros_(model.qa_outputs.bias)
    model.bert.embeddings.requires_grad_(False)
    for i, layer in enumerate(model.bert.encoder.layer):
        if i < plan.frozen:
            layer.requires_grad_(False)
        else:
            layer.attention.output.dropout = fast_dropout(plan.dropout, plan.seed + 2 * i)
            layer.output.dropout = fast_dropout(plan.dropout, plan.seed + 2 * i + 1)
    return model


def reading_loss(start: Any, end: Any, batch: Sequence[Feature], answerability: float) -> Any:
    """Return the mean loss: cross-entropy of start and end, first token for no answer, plus answer-or-not.

    `start` and `end` are (pairs, tokens) logits. Only the first token and the passage may be chosen. The last
    term is the logistic loss of how far all spans together stand above the first token.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    allowed = torch.zeros(start.shape, dtype=torch.bool)
    for row, feature in enumerate(batch):
        allowed[row, feature.passage : feature.passage + len(feature.offsets)] = True
    span = allowed.to(start.device)
    blocked = ~span
    blocked[:, 0] = False
    floor = torch.finfo(torch.float32).min
    starts = torch.tensor([f.start for f in batch], device=start.device)
    ends = torch.tensor([f.end for f in batch], device=start.device)
    start, end = start.float().masked_fill(blocked, floor), end.float().masked_fill(blocked, floor)
    loss = (cross_entropy(start, starts) + cross_entropy(end, ends)) / 2
    if answerability:
        over = (
            sum(logits.masked_fill(~span, floor).logsumexp(-1) - logits[:, 0] for logits in (start, end)) / 2
        )
        loss = loss + answerability * binary_cross_entropy_with_logits(over, (starts > 0).float())
    return loss


def rate_at(plan: Plan, position: Position) -> float:
    """Return the learning rate: a linear warm-up, then linearly to zero."""
    done = position.step / plan.steps if plan.steps else position.seconds / (60 * plan.minutes)
    return plan.rate * min(1.0, (position.step + 1) / plan.warmup) * max(0.0, 1.0 - done)


def finished(plan: Plan, position: Position) -> bool:
    """Say whether the plan's steps or minutes are used up, or a file `stop` asks for the end."""
    if (plan.output / "stop").exists():
        return True
    return position.step >= plan.steps if plan.steps else position.seconds >= 60 * plan.minutes


class Run:
    """A model in training, with all that a checkpoint keeps."""

    def __init__(self, plan: Plan) -> None:
        import torch
        from transformers import AutoTokenizer

        self.plan, self.position = plan, Position()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = load_model(plan).to(self.device)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(plan.encoder)
        self.trained = [p for p in self.model.parameters() if p.requires_grad]
        decayed = {"params": [p for p in self.trained if p.ndim > 1], "weight_decay": 0.01}
        plain = {"params": [p for p in self.trained if p.ndim < 2], "weight_decay": 0.0}
        self.optimizer = torch.optim.AdamW([decayed, plain], lr=plan.rate)
        self.samples = development(plan.shared, plan.sample)

    def step(self, batch: list[Feature]) -> float:
        """Take one optimisation step; return its loss."""
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.plan, self.position)
        self.model.train()
        ids, mask = (torch.tensor(side, device=self.device) for side in zip(*padded(batch), strict=True))
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.device.type == "cuda"):
            result = self.model(input_ids=ids, attention_mask=mask)
        loss = reading_loss(result.start_logits, result.end_logits, batch, self.plan.answerability)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.position.step += 1
        self.position.batch += 1
        self.position.pairs += len(batch)
        return float(loss.detach())

    def checkpoint(self) -> Path:
        """Write an ordinary model folder and the state to go on from, turn `latest` to it, then measure."""
        import torch

        self.position.checkpoint += 1
        output, name = self.plan.output, f"ckpt-{self.position.checkpoint}"
        shutil.rmtree(output / f".{name}", ignore_errors=True)
        self.model.save_pretrained(output / f".{name}")
        self.tokenizer.save_pretrained(output / f".{name}")
        shutil.rmtree(output / name, ignore_errors=True)
        (output / f".{name}").rename(output / name)
        state = {"position": asdict(self.position), "optimizer": self.optimizer.state_dict()}
        torch.save(state, output / "state.partial")
        (output / "state.partial").replace(output / "state.pt")
        link = output / ".latest"
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        link.replace(output / "latest")
        began = time.monotonic()
        metrics = measure(self.model, self.tokenizer, self.samples)
        self.log({"checkpoint": name} | metrics | {"measuring_seconds": time.monotonic() - began})
        return output / name

    def resume(self) -> None:
        """Take up the last checkpoint; the dropout masks alone start anew."""
        import torch
        from safetensors.torch import load_file

        state = torch.load(self.plan.output / "state.pt", weights_only=True)
        self.position = Position(**state["position"])
        folder = self.plan.output / f"ckpt-{self.position.checkpoint}"
        self.model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
        self.optimizer.load_state_dict(state["optimizer"])

    def log(self, row: dict[str, Any]) -> None:
        """Append one line, with the step and the minutes, to metrics.jsonl."""
        row = {"step": self.position.step, "minutes": self.position.seconds / 60} | row
        row = {key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()}
        with (self.plan.output / "metrics.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row) + "\n")


def train(plan: Plan, *, resume: bool = False) -> Path:
    """Train until the plan's minutes or steps are over; return the last checkpoint's folder."""
    import torch
    from tqdm import tqdm

    plan.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(plan.threads)
    run = Run(plan)
    if resume:
        run.resume()
    position, average = run.position, math.nan
    mixer = Mixer(load_corpus(plan.shared), Shares(), plan.seed)
    began, saved_at = time.monotonic() - position.seconds, position.seconds
    bar = tqdm(initial=position.step, total=plan.steps or None, unit="step", disable=None)
    while not finished(plan, position):
        groups = mixer.epoch(position.epoch)
        pairs = list({pair: None for group in groups for pair in group})
        features = dict(zip(pairs, encode(run.tokenizer, pairs), strict=True))
        queue = batches(groups, features, plan.batch_tokens, f"{plan.seed}-{position.epoch}")
        run.log({"epoch": position.epoch, "batches": len(queue), "epoch_pairs": sum(map(len, queue))})
        while position.batch < len(queue) and not finished(plan, position):
            loss = run.step(queue[position.batch])
            average = loss if math.isnan(average) else 0.98 * average + 0.02 * loss
            position.seconds = time.monotonic() - began
            bar.update()
            if position.step % 25 == 0:
                run.log({"loss": average, "pairs": position.pairs, "rate": rate_at(plan, position)})
                bar.set_postfix(loss=f"{average:.3f}")
            if position.seconds - saved_at > 60 * plan.checkpoint_minutes:
                run.checkpoint()
                position.seconds = saved_at = time.monotonic() - began
        if position.batch >= len(queue):
            position.epoch, position.batch = position.epoch + 1, 0
    return run.checkpoint()
