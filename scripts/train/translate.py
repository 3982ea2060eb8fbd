"""Train the adapter of the translator, Indonesian to English.

    python -m scripts.train.translate --base gemma-3-270m-q4_k_m.gguf --output OUT [--minutes 75] [--resume]

A low-rank change of every projection of Gemma 3 270M, whose weights stay as the GGUF file has them. The loss
is on the English side alone. News pairs whose figures, names and negations agree are mixed with the careful
pairs of the house. These have the last minutes to themselves and no more: the loss on held-out pairs rises
where they are seen a second time alone. The rate falls to zero over `--minutes` of training, so that a run of
any length ends well. A checkpoint is written every few minutes, and `--resume` goes on from the last one;
with more `--minutes` than it had, a run that was done goes on too. `OUT/translator.gguf` is the adapter as
`rag.translation` loads it.

It needs the extra `gguf` and the packages `gguf` and `torch`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import httpx
import torch

from rag.factcheck import objections
from rag.factcheck.facts import find_turns
from scripts.train.examples import command
from scripts.train.gemma import EOS, PAD, Gemma, loss_of, write_adapter

PROMPT = "Indonesian: {}\nEnglish:"
"""As the translator prompts; see `rag.translation`."""

NEWS = ("panl_eco", "panl_int")
LONGEST_WORDS = 60
RATIO = (0.7, 1.5)
"""Words of the English over words of the Indonesian."""

FORMAT = "2"
"""Of the cached pairs."""

Pair = tuple[str, str]
Example = tuple[list[int], list[int]]
"""Tokens of the prompt, and of what is to be written after it."""


@dataclass(frozen=True)
class Plan:
    """One training run."""

    base: Path
    output: Path
    shared: Path = Path("../shared")
    minutes: float = 75.0
    news: int = 3000
    careful_every: int = 3
    last: float = 0.06
    rank: int = 8
    alpha: float = 16.0
    rate: float = 1e-3
    warmup: int = 30
    batch_tokens: int = 800
    sampled: int = 8000
    checkpoint_minutes: float = 5.0
    threads: int = 2
    dtype: str = "bfloat16"
    seed: int = 7


@dataclass
class Position:
    """Where a run stands; saved with each checkpoint. `news` and `careful` count batches."""

    step: int = 0
    news: int = 0
    careful: int = 0
    pairs: int = 0
    seconds: float = 0.0


def careful_pairs(path: Path) -> list[Pair]:
    """The pairs of a file of article, Indonesian, English."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [(row[1], row[2]) for row in rows]


def agrees(source: str, target: str) -> bool:
    """Whether the figures, names and negations of a pair are the same and neither side is much longer."""
    words, others = source.split(), target.split()
    if not 8 <= len(words) <= LONGEST_WORDS or not RATIO[0] <= len(others) / len(words) <= RATIO[1]:
        return False
    if "?s" in target or "\ufffd" in target or not target.isascii():
        return False
    if objections(target, source, claim_language="en", source_language="id"):
        return False
    if objections(source, target, claim_language="id", source_language="en"):
        return False
    return not find_turns(target, source)


def news_pairs(folder: Path, number: int, seed: int) -> list[Pair]:
    """Pairs of press agencies that agree, each once, in a random order."""
    lines: list[str] = []
    for name in NEWS:
        lines += gzip.decompress((folder / f"{name}.tsv.gz").read_bytes()).decode("utf-8").splitlines()
    random.Random(seed).shuffle(lines)
    chosen: dict[str, str] = {}
    for line in lines:
        source, _, target = line.partition("\t")
        if source not in chosen and agrees(source.strip(), target.strip()):
            chosen[source.strip()] = target.strip()
            if len(chosen) == number:
                break
    return list(chosen.items())


@contextmanager
def tokenizer(base: Path) -> Iterator[Any]:
    """A function from texts to tokens: the model's own tokenizer, as the engine that will run it has it."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(base)
    parameters.hostnames, parameters.port, parameters.offline = ["127.0.0.1"], 0, True
    parameters.n_ctx, parameters.n_parallel, parameters.verbosity = 256, 1, -1
    server = xllamacpp.Server(parameters)
    with httpx.Client(base_url=server.listening_address, trust_env=False, timeout=120) as client:

        def tokens(text: str, first: bool) -> list[int]:
            reply = client.post("/tokenize", json={"content": text, "add_special": first})
            return list(reply.json()["tokens"])

        yield tokens


def encoded(pairs: Sequence[Pair], base: Path) -> list[Example]:
    """Each pair as tokens."""
    with tokenizer(base) as tokens, ThreadPoolExecutor(4) as pool:
        prompts = pool.map(lambda pair: tokens(PROMPT.format(pair[0]), True), pairs)
        targets = pool.map(lambda pair: [*tokens(" " + pair[1], False), EOS], pairs)
        return list(zip(prompts, targets, strict=True))


def batches(examples: Sequence[Example], tokens: int, seed: str) -> list[list[Example]]:
    """Batches of about as long examples, in a random order; `tokens` bounds each with its padding."""
    rng = random.Random(seed)
    ordered = sorted(examples, key=lambda one: (len(one[0]) + len(one[1]), rng.random()))
    made: list[list[Example]] = [[]]
    for one in ordered:
        if made[-1] and (len(made[-1]) + 1) * (len(one[0]) + len(one[1])) > tokens:
            made.append([])
        made[-1].append(one)
    rng.shuffle(made)
    return made


def padded(batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, which are tokens, which are to be written: (batch, tokens) each."""
    longest = max(len(prompt) + len(target) for prompt, target in batch)
    ids = torch.full((len(batch), longest), PAD)
    keep, written = torch.zeros_like(ids, dtype=torch.bool), torch.zeros_like(ids, dtype=torch.bool)
    for row, (prompt, target) in enumerate(batch):
        end = len(prompt) + len(target)
        ids[row, :end] = torch.tensor(prompt + target)
        keep[row, :end] = True
        written[row, len(prompt) : end] = True
    return ids, keep, written


def vocabulary(examples: Iterable[Example], size: int, sampled: int, seed: int) -> torch.Tensor:
    """The tokens that the softmax is over: all that occur, and some of the others; ascending."""
    found = {token for prompt, target in examples for token in (*prompt, *target)}
    found.update(random.Random(seed).sample(range(size), sampled))
    return torch.tensor(sorted(found))


class Run:
    """A model in training, with all that a checkpoint keeps."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.position = plan, Position()
        torch.manual_seed(plan.seed)
        self.news, self.careful, self.dev = self.examples()
        self.model = Gemma(plan.base, rank=plan.rank, alpha=plan.alpha, dtype=getattr(torch, plan.dtype))
        self.rows = vocabulary(
            [*self.news, *self.careful], len(self.model.embedding), plan.sampled, plan.seed
        )
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=plan.rate, weight_decay=0.0)
        self.log(news=len(self.news), careful=len(self.careful), vocabulary=len(self.rows))

    def examples(self) -> tuple[list[Example], list[Example], list[Example]]:
        """News, careful and held-out pairs as tokens; kept in the output folder."""
        plan, press = self.plan, self.plan.shared / "data/press"
        key = hashlib.sha256(f"{FORMAT} {NEWS} {plan.news} {plan.seed} {PROMPT}".encode()).hexdigest()[:12]
        path = plan.output / f"pairs-{key}.json"
        if not path.is_file():
            groups = [
                news_pairs(plan.shared / "data/parallel", plan.news, plan.seed),
                careful_pairs(press / "translations_train.tsv"),
                careful_pairs(press / "translations_dev.tsv")[::4],
            ]
            flat = iter(encoded([pair for group in groups for pair in group], plan.base))
            path.write_text(json.dumps([[next(flat) for _ in group] for group in groups]), "utf-8")
        news, careful, dev = json.loads(path.read_text("utf-8"))
        return news, careful, dev

    def done(self) -> float:
        """The share of the plan that is done, from 0."""
        return self.position.seconds / (60 * self.plan.minutes)

    def batch(self) -> list[Example]:
        """The next batch; the same sequence for the same plan and times."""
        at, plan = self.position, self.plan
        only_careful = self.done() >= 1 - plan.last or not self.news
        kind = "careful" if only_careful or at.step % plan.careful_every == 0 else "news"
        examples, number = getattr(self, kind), getattr(at, kind)
        epoch = 0
        while True:
            made = batches(examples, plan.batch_tokens, f"{plan.seed}-{kind}-{epoch}")
            if number < len(made):
                break
            number, epoch = number - len(made), epoch + 1
        setattr(at, kind, getattr(at, kind) + 1)
        return made[number]

    def step(self, batch: list[Example]) -> float:
        """One optimisation step; its loss, in nats a token."""
        plan = self.plan
        share = min(1.0, (self.position.step + 1) / plan.warmup) * max(0.0, 1.0 - self.done())
        for group in self.optimizer.param_groups:
            group["lr"] = plan.rate * share
        loss = loss_of(self.model, *padded(batch), self.rows)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self.model.parameters()), 1.0)
        self.optimizer.step()
        self.position.step += 1
        self.position.pairs += len(batch)
        return float(loss.detach())

    @torch.no_grad()
    def dev_loss(self) -> float:
        """Nats a token over some held-out pairs, by the whole vocabulary."""
        everything = torch.arange(len(self.model.embedding))
        total = count = 0.0
        for batch in batches(self.dev, self.plan.batch_tokens, "dev"):
            number = sum(len(target) for _, target in batch)
            total += float(loss_of(self.model, *padded(batch), everything)) * number
            count += number
        return total / count

    def checkpoint(self) -> None:
        """Write the adapter and the state to go on from; each file appears whole."""
        write_adapter(self.model.adapter(), self.plan.alpha, self.plan.output / "translator.gguf")
        state = {
            "position": asdict(self.position),
            "optimizer": self.optimizer.state_dict(),
            "adapter": self.model.adapter(),
        }
        torch.save(state, self.plan.output / "state.tmp")
        (self.plan.output / "state.tmp").replace(self.plan.output / "state.pt")

    def resume(self) -> None:
        """Go on from the last checkpoint."""
        state = torch.load(self.plan.output / "state.pt", weights_only=True)
        self.model.take(state["adapter"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.position = Position(**state["position"])

    def log(self, **values: Any) -> None:
        """Print a line and keep it."""
        line = json.dumps(values)
        print(line, flush=True)
        with (self.plan.output / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def train(self) -> None:
        """Train until the time is spent."""
        recent: list[float] = []
        saved = self.position.seconds
        while self.done() < 1:
            began = time.monotonic()
            recent.append(self.step(self.batch()))
            self.position.seconds += time.monotonic() - began
            if self.position.step % 10 == 0:
                self.log(
                    step=self.position.step,
                    pairs=self.position.pairs,
                    done=round(self.done(), 3),
                    loss=round(sum(recent) / len(recent), 4),
                )
                recent = []
            if self.position.seconds - saved > 60 * self.plan.checkpoint_minutes:
                self.checkpoint()
                saved = self.position.seconds
        self.checkpoint()
        self.log(step=self.position.step, pairs=self.position.pairs, dev_loss=round(self.dev_loss(), 4))


def main() -> None:
    """Read the plan from the command line, and train."""
    parser = command(__doc__)
    for one in fields(Plan):
        default = getattr(Plan, one.name, None)
        kind = Path if one.name in ("base", "output", "shared") else type(default)
        parser.add_argument(
            f"--{one.name.replace('_', '-')}", type=kind, default=default, required=default is None
        )
    parser.add_argument("--resume", action="store_true")
    wanted = vars(parser.parse_args())
    resume = wanted.pop("resume")
    plan = Plan(**wanted)
    plan.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(plan.threads)
    run = Run(plan)
    if resume:
        run.resume()
    run.train()


if __name__ == "__main__":
    main()
