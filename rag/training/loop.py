"""The training loop: frozen lower layers, length-bucketed batches, checkpoints that can be gone on from.

On a GPU, where an epoch takes seconds, the pairs of the next epochs are made by other processes meanwhile.
"""

import json
import re
import shutil
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rag.training.augment import Mixer, Shares
from rag.training.data import load_corpus
from rag.training.features import Feature, batches, encode, padded
from rag.training.losses import Targets, ranking_loss, reading_loss, teaching_loss
from rag.training.measure import development, measure


@dataclass(frozen=True)
class Plan:
    """One training run. The rate falls to zero over `minutes`, or over `epochs` where they are given.

    With `teachers`, folders of trained readers separated by commas, the mean of their distributions is learnt
    beside the answers (distillation as in Hinton et al. 2015, at temperature 1).
    """

    encoder: Path
    shared: Path
    output: Path
    minutes: float = 75.0
    epochs: float = 0.0
    frozen: int = 6  # layers, counted from the embeddings, which are frozen too
    rate: float = 2e-4
    layer_decay: float = 1.0  # the rate of a layer over that of the layer above it
    warmup: int = 120
    batch_tokens: int = 2300
    dropout: float = 0.1
    answerability: float = 0.5  # weight of the loss on "is there an answer at all"
    ranking: float = 0.0  # weight of the loss on which of several passages answers
    teachers: str = ""
    distilled: float = 0.7  # share of the teachers in the loss
    checkpoint_minutes: float = 10.0
    sample: int = 200  # development pairs of each kind at a checkpoint
    threads: int = 2
    ahead: int = 1  # epochs that are prepared by other processes meanwhile
    seed: int = 7


@dataclass
class Position:
    """Where a run stands; saved with each checkpoint."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    batches: int = 0
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


def rate_at(plan: Plan, position: Position) -> float:
    """Return the learning rate of the topmost layer: a linear warm-up, then linearly to zero."""
    return plan.rate * min(1.0, (position.step + 1) / plan.warmup) * max(0.0, 1.0 - done(plan, position))


def done(plan: Plan, position: Position) -> float:
    """Return the share of the plan that is done, from 0; 1 or more when it is finished."""
    if plan.epochs:
        return (position.epoch + position.batch / max(1, position.batches)) / plan.epochs
    return position.seconds / (60 * plan.minutes)


def finished(plan: Plan, position: Position) -> bool:
    """Say whether the plan's epochs or minutes are used up, or a file `stop` asks for the end."""
    return done(plan, position) >= 1 or (plan.output / "stop").exists()


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
        self.optimizer = torch.optim.AdamW(parameter_groups(self.model, plan.layer_decay), lr=plan.rate)
        self.teachers = [
            load_teacher(folder).to(self.device) for folder in plan.teachers.split(",") if folder
        ]
        self.samples = development(plan.shared, plan.sample)

    def step(self, batch: list[Feature]) -> Any:
        """Take one optimisation step; return its loss, a scalar tensor that is not waited for."""
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.plan, self.position) * group["share"]
        self.model.train()
        ids, mask = (torch.tensor(side, device=self.device) for side in zip(*padded(batch), strict=True))
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.device.type == "cuda"):
            start, end = logits(self.model, ids, mask)
            with torch.no_grad():
                taught = [logits(teacher, ids, mask) for teacher in self.teachers]
        targets = Targets.of(batch, self.device, start.shape)
        loss = reading_loss(start, end, targets, self.plan.answerability)
        if self.plan.ranking:
            loss = loss + self.plan.ranking * ranking_loss(start, end, targets, batch)
        if taught:
            share = self.plan.distilled
            loss = (1 - share) * loss + share * teaching_loss(start, end, taught, targets)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.position.step += 1
        self.position.batch += 1
        self.position.pairs += len(batch)
        return loss.detach()

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


def logits(model: Any, ids: Any, mask: Any) -> tuple[Any, Any]:
    """Return the start and end logits, each (pairs, tokens)."""
    result = model(input_ids=ids, attention_mask=mask)
    return result.start_logits, result.end_logits


def load_teacher(folder: str) -> Any:
    """Load a trained reader that is only asked."""
    from transformers import BertForQuestionAnswering

    model: Any = BertForQuestionAnswering.from_pretrained(folder)
    return model.eval().requires_grad_(False)


def parameter_groups(model: Any, layer_decay: float) -> list[dict[str, Any]]:
    """Return what is trained, by layer: matrices with weight decay, `share` of the rate falling downwards."""
    depth = model.config.num_hidden_layers
    groups: dict[tuple[int, bool], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            found = re.search(r"layer\.(\d+)\.", name)
            below = depth - 1 - int(found[1]) if found else 0
            groups.setdefault((below, parameter.ndim > 1), []).append(parameter)
    return [
        {"params": found, "weight_decay": 0.01 if decays else 0.0, "share": layer_decay**below}
        for (below, decays), found in groups.items()
    ]


@dataclass
class Material:
    """Makes the batches of an epoch; what it needs is loaded once in each process."""

    plan: Plan
    _mixer: Mixer | None = None
    _tokenizer: Any = None

    def epoch(self, number: int) -> list[list[Feature]]:
        """Return the batches of epoch `number`, the same ones each time."""
        from transformers import AutoTokenizer

        if self._mixer is None:
            self._mixer = Mixer(load_corpus(self.plan.shared), Shares(), self.plan.seed)
            self._tokenizer = AutoTokenizer.from_pretrained(self.plan.encoder)
        groups = self._mixer.epoch(number)
        pairs = list({pair: None for group in groups for pair in group})
        features = dict(zip(pairs, encode(self._tokenizer, pairs), strict=True))
        return batches(groups, features, self.plan.batch_tokens, f"{self.plan.seed}-{number}")


_material: Material | None = None


def _prepare(plan: Plan, number: int) -> list[list[Feature]]:
    """Make an epoch in a worker process, which keeps its material."""
    global _material  # noqa: PLW0603  a worker has nowhere else to keep it
    if _material is None:
        _material = Material(plan)
    return _material.epoch(number)


def epochs(plan: Plan, first: int) -> Iterator[list[list[Feature]]]:
    """Yield the batches of epoch `first` and of those after it, some prepared ahead."""
    # A process that holds a GPU must not be forked.
    with ProcessPoolExecutor(plan.ahead, get_context("spawn")) as workers:
        waiting = deque(workers.submit(_prepare, plan, first + i) for i in range(plan.ahead))
        try:
            for number in count(first + plan.ahead):
                found = waiting.popleft().result()
                waiting.append(workers.submit(_prepare, plan, number))
                yield found
        finally:
            workers.shutdown(wait=False, cancel_futures=True)


def train(plan: Plan, *, resume: bool = False) -> Path:
    """Train until the plan's minutes or epochs are over; return the last checkpoint's folder."""
    import torch
    from tqdm import tqdm

    plan.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(plan.threads)
    run = Run(plan)
    if resume:
        run.resume()
    position, average = run.position, None
    began, saved_at = time.monotonic() - position.seconds, position.seconds
    bar = tqdm(initial=position.step, unit="step", disable=None)
    for queue in epochs(plan, position.epoch):
        position.batches = len(queue)
        run.log({"epoch": position.epoch, "batches": len(queue), "epoch_pairs": sum(map(len, queue))})
        while position.batch < len(queue) and not finished(plan, position):
            loss = run.step(queue[position.batch])
            average = loss if average is None else 0.98 * average + 0.02 * loss
            position.seconds = time.monotonic() - began
            bar.update()
            if position.step % 25 == 0:
                run.log({"loss": float(average), "pairs": position.pairs, "rate": rate_at(plan, position)})
                bar.set_postfix(loss=f"{float(average):.3f}")
            if position.seconds - saved_at > 60 * plan.checkpoint_minutes:
                run.checkpoint()
                position.seconds = saved_at = time.monotonic() - began
        if position.batch >= len(queue):
            position.epoch, position.batch = position.epoch + 1, 0
        if finished(plan, position):
            break
    return run.checkpoint()
