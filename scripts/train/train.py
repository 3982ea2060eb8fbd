"""Train the reader.

    python -m scripts.train.train --mined MINED --output OUT [--shared ../shared] [--minutes 90] [--resume]

Lower layers stay frozen. The rate falls to zero over `--minutes` of training, so that a run of any length
ends well; `--epochs` fixes the length by epochs instead (on a GPU). A checkpoint is written every few
minutes, and `--resume` goes on from the last one. At the end `OUT/reader.safetensors` holds what training
changed, as it ships.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from index import Settings
from index.models import sha256
from rag.reader import ADAPTER_FORMAT, BLOCK, FORMAT, LONGEST_TOKENS, restored, unpack
from scripts.train.claims import Counts
from scripts.train.data import Mixer, Shares
from scripts.train.encoder import TOKENIZER_FILE, open_tokenizer, prepare
from scripts.train.examples import command
from scripts.train.model import Feature, ReaderModel, batches, encode, loss_of, padded

LOSSES = {
    "span": 1.0,
    "answerable": 0.7,
    "spans_at_all": 0.5,
    "evidence": 1.0,
    "verdict": 2.5,
    "polar": 0.1,
    "ranking": 0.5,
}
"""Weight of each part of the loss; see `scripts.train.model.loss_of`."""

MIXES = {
    "all": (Shares(), Counts()),
    "claims": (
        Shares(questions=0.4, comprehension=700, crosslingual=120),
        Counts(copies=800, parallel=1000, translated=0.7, asked=0.1),
    ),
    "half": (
        Shares(questions=0.4, comprehension=400, crosslingual=80),
        Counts(inference=800, copies=700, parallel=700, translated=0.6, asked=0.1),
    ),
    "verdicts": (
        Shares(questions=0.15, polar=1, contrast=0.15, turns=0.15, comprehension=1500, crosslingual=150),
        Counts(part=0.35, drafts=2, inference=800, copies=400, parallel=400, translated=0.5, asked=0.05),
    ),
}
"""What an epoch is made of: all there is, claims for the most part, or verdicts and a part of the rest."""

STATE, PACKED, ENCODER = "state.pt", "reader.safetensors", "model.safetensors"
ADAPTER = "reader.adapter.safetensors"


@dataclass(frozen=True)
class Plan:
    """One training run."""

    mined: Path
    output: Path
    shared: Path = Path("../shared")
    written: Path = Path("scripts/train/written")
    start: str = ""
    onto: tuple[str, ...] = ()
    adapter: str = ""
    minutes: float = 90.0
    epochs: float = 0.0
    frozen: int = 6
    rank: int = 0
    rate: float = 8e-5
    layer_decay: float = 0.95
    warmup: int = 100
    batch_tokens: int = 2600
    dropout: float = 0.1
    mix: str = "all"
    part: float = 1.0
    checkpoint_minutes: float = 12.0
    threads: int = 2
    seed: int = 7


@dataclass
class Position:
    """Where a run stands; saved with each checkpoint."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0


class Run:
    """A model in training, with all that a checkpoint keeps."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.position = plan, Position()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.batches = 1  # of the present epoch
        self.encoder = prepare(Settings.load().cache)
        self.tokenizer = open_tokenizer(self.encoder / TOKENIZER_FILE)
        self.model = ReaderModel(self.encoder, plan.frozen, plan.dropout, plan.seed)
        if plan.start:
            self.model.begin_with(unpack(Path(plan.start), *onto(plan)))
        if plan.rank:
            self.model.correct(plan.frozen, plan.rank)
            if plan.adapter:
                self.model.begin_with(correction(Path(plan.adapter)))
        self.model.to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.groups(plan.layer_decay), lr=plan.rate)

    def done(self) -> float:
        """The share of the plan that is done, from 0."""
        at = self.position
        if self.plan.epochs:
            return (at.epoch + at.batch / max(1, self.batches)) / self.plan.epochs
        return at.seconds / (60 * self.plan.minutes)

    def epoch(self) -> list[list[Feature]]:
        """The batches of the present epoch, the same ones each time."""
        plan = self.plan
        shares, counts = MIXES[plan.mix]
        mixer = Mixer(plan.shared, plan.mined, plan.written, shares, counts, plan.seed, plan.part)
        groups = mixer.epoch(self.position.epoch)
        flat = [window for group in groups for window in group]
        features = iter(encode(self.tokenizer, flat, LONGEST_TOKENS))
        encoded = [[next(features) for _ in group] for group in groups]
        made = batches(groups, encoded, self.plan.batch_tokens, f"{self.plan.seed}-{self.position.epoch}")
        self.batches = len(made)
        self.log(epoch=self.position.epoch, groups=len(groups), windows=len(flat), batches=len(made),
                 tokens=sum(len(f.ids) for group in encoded for f in group))  # fmt: skip
        return made

    def step(self, batch: list[Feature]) -> dict[str, float]:
        """One optimisation step; the parts of its loss."""
        plan = self.plan
        share = min(1.0, (self.position.step + 1) / plan.warmup) * max(0.0, 1.0 - self.done())
        for group in self.optimizer.param_groups:
            group["lr"] = plan.rate * share * group["share"]
        self.model.train()
        ids, mask = (side.to(self.device) for side in padded(batch))
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.device.type == "cuda"):
            outputs = self.model(ids, mask)
        parts = loss_of(outputs, batch, LOSSES)
        self.optimizer.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_([p for p in self.model.parameters() if p.requires_grad], 1.0)
        self.optimizer.step()
        self.position.step += 1
        self.position.batch += 1
        return {name: float(value.detach()) for name, value in parts.items()}

    def checkpoint(self) -> None:
        """Write the trained tensors and the state to go on from; each file appears whole."""
        trained = {n: t for n, t in self.model.state_dict().items() if not n.startswith("bert.embeddings")}
        state = {
            "position": asdict(self.position),
            "optimizer": self.optimizer.state_dict(),
            "model": trained,
        }
        torch.save(state, self.plan.output / "state.partial")
        (self.plan.output / "state.partial").replace(self.plan.output / STATE)
        self.pack()
        self.log(checkpoint=self.position.step)

    def pack(self) -> None:
        """Write what was trained as it ships."""
        plan, state = self.plan, {n: t.cpu().numpy() for n, t in self.model.state_dict().items()}
        if plan.rank:
            pack_adapter(state, Path(plan.start), plan.output / ADAPTER, *onto(plan))
        else:
            pack(self.encoder, state, plan.output / PACKED)

    def resume(self) -> None:
        """Take up the last checkpoint; the dropout masks alone start anew."""
        state = torch.load(self.plan.output / STATE, weights_only=True, map_location=self.device)
        self.position = Position(**state["position"])
        self.model.load_state_dict(state["model"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])

    def log(self, **row: Any) -> None:
        """Append one line to metrics.jsonl."""
        row = {"step": self.position.step, "minutes": self.position.seconds / 60} | row
        row = {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
        with (self.plan.output / "metrics.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row) + "\n")


def train(plan: Plan, *, resume: bool = False) -> None:
    """Train until the plan's minutes or epochs are over, or a file `stop` stands in the output."""
    plan.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(plan.threads)
    run = Run(plan)
    if resume:
        run.resume()
    position = run.position
    saved_at, average = position.seconds, {}
    while run.done() < 1:
        queue = run.epoch()
        while position.batch < len(queue) and run.done() < 1 and not (plan.output / "stop").exists():
            began = time.monotonic()
            for name, value in run.step(queue[position.batch]).items():
                average[name] = 0.98 * average.get(name, value) + 0.02 * value
            position.seconds += time.monotonic() - began
            if position.step % 25 == 0:
                run.log(**average)
            if position.seconds - saved_at > 60 * plan.checkpoint_minutes:
                run.checkpoint()
                saved_at = position.seconds
        if position.batch < len(queue):
            break
        position.epoch, position.batch = position.epoch + 1, 0
    run.checkpoint()


def trained_part(encoder: dict[str, Any], model: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """The tensors of a model that its encoder, whose names lack `bert.`, has otherwise or not at all."""
    out = {}
    for name, tensor in model.items():
        before = encoder.get(name.removeprefix("bert."))
        if before is None or not np.array_equal(before, tensor):
            out[name] = np.asarray(tensor, dtype=np.float32)
    return out


def onto(plan: Plan) -> list[Path]:
    """The corrections that those of this run go onto."""
    return [Path(adapter) for adapter in plan.onto]


def pack(encoder: Path, model: dict[str, Any], output: Path) -> int:
    """Write what training changed, as `rag.reader.unpack` reads it; the file's size in bytes.

    Args:
        encoder: Folder of the encoder that was trained on.
        model: The tensors of the trained model.
        output: The file.
    """
    from safetensors.numpy import load_file, save_file

    packed: dict[str, Any] = {}
    for name, tensor in trained_part(load_file(encoder / ENCODER), model).items():
        if tensor.ndim != 2 or name.startswith("head."):
            packed[name] = tensor
        else:
            packed[name], packed[f"{name}.scale"] = quantised(tensor)
    save_file(packed, output, {"format": FORMAT, "encoder": sha256(encoder / ENCODER)})
    return output.stat().st_size


def quantised(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Round a (rows, columns) matrix to int8 with one scale for each `BLOCK` columns of a row, at most.

    Returns:
        (rows, columns) in -127..127, and (rows, blocks) scales above zero; a weight is off by half a scale at
        most.

    Raises:
        ValueError: the columns are more than `BLOCK` and no multiple of it.
    """
    rows, columns = matrix.shape
    size = min(BLOCK, columns)
    blocks = matrix.reshape(rows, columns // size, size)
    # Rounded up, so that the largest weight of a block still fits.
    scale = np.nextafter((np.abs(blocks).max(axis=2) / 127).astype(np.float16), np.float16(np.inf))
    whole = np.rint(blocks / scale.astype(np.float32)[:, :, None]).astype(np.int8)
    return whole.reshape(rows, columns), scale


def pack_adapter(model: dict[str, Any], reader: Path, output: Path, *former: Path) -> int:
    """Write corrections of low rank, as `rag.reader.unpack` reads them; the file's size in bytes.

    Args:
        model: The tensors of the trained model, whose corrected layers are `LowRank`.
        reader: The packed reader that was corrected.
        output: The file.
        former: Corrections of it that these go onto.
    """
    from safetensors.numpy import save_file

    before = unpack(reader, *former)
    packed: dict[str, Any] = {}
    for name, tensor in model.items():
        plain = name.replace(".linear.", ".")
        if name.endswith((".down", ".up")):
            packed[name], packed[f"{name}.scale"] = quantised(tensor)
        elif plain in before and not np.array_equal(before[plain], tensor):
            packed[plain] = tensor
    save_file(packed, output, {"format": ADAPTER_FORMAT, "reader": sha256(reader)})
    return output.stat().st_size


def correction(adapter: Path) -> dict[str, Any]:
    """The tensors of a packed adapter, by their names in a model whose layers it corrects."""
    from safetensors.numpy import load_file

    tensors = restored(load_file(adapter))
    corrected = {name.removesuffix(".down") for name in tensors if name.endswith(".down")}
    out = {}
    for name, tensor in tensors.items():
        part, _, last = name.rpartition(".")
        out[f"{part}.linear.bias" if last == "bias" and part in corrected else name] = tensor
    return out


def main() -> None:
    """Read the command line and train."""
    parser = command(__doc__)
    for field in fields(Plan):
        name = f"--{field.name.replace('_', '-')}"
        if field.name in {"mined", "output"}:
            parser.add_argument(name, type=Path, required=True)
        elif field.name == "onto":
            parser.add_argument(name, nargs="*", default=())
        else:
            parser.add_argument(name, type=type(field.default), default=field.default)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --output")
    given = vars(parser.parse_args())
    resume = given.pop("resume")
    train(Plan(**given), resume=resume)


if __name__ == "__main__":
    main()
