"""What a reader gets right on development samples: exact match, F1, and how well it knows its limits."""

import random
import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.training.augment import Neighbours, elsewhere
from rag.training.data import Pair, read_english, read_indonesian_twins, read_pairs
from rag.training.features import Feature, encode, padded

MAX_ANSWER_TOKENS = 40
_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}–—“”‘’]")


@dataclass(frozen=True)
class Reading:
    """The best span of a passage, and how far it stands above "no answer" (log-odds-like, any real)."""

    text: str
    margin: float


def normalise(text: str) -> str:
    """Lower-case, drop punctuation, squeeze blanks: SQuAD's rule without its English articles."""
    return " ".join(_PUNCTUATION.sub(" ", text.lower()).split())


def exact_match(text: str, answers: Sequence[str]) -> float:
    """Return 1.0 when the text equals an answer after normalisation, else 0.0."""
    return float(any(normalise(text) == normalise(a) for a in answers))


def token_f1(text: str, answers: Sequence[str]) -> float:
    """Return the best word overlap F1 with any answer, 0 to 1."""
    best = 0.0
    for answer in answers:
        got, gold = normalise(text).split(), normalise(answer).split()
        common = sum((Counter(got) & Counter(gold)).values())
        if common:
            best = max(best, 2 * common / (len(got) + len(gold)))
    return best


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive's score is above a negative's; ties count half."""
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / max(1, len(positive) * len(negative))


def best_span(start: Any, end: Any, feature: Feature, context: str) -> Reading:
    """Decode one pair's logits (each a 1-D tensor over its tokens)."""
    import torch

    n = len(feature.offsets)
    first = feature.passage
    scores = start[first : first + n, None] + end[None, first : first + n]
    allowed = torch.ones(n, n).triu().tril(MAX_ANSWER_TOKENS - 1).bool()
    scores = scores.masked_fill(~allowed, float("-inf"))
    flat = int(scores.argmax())
    i, j = divmod(flat, n)
    text = context[feature.offsets[i][0] : feature.offsets[j][1]].strip()
    return Reading(text, float(scores[i, j] - start[0] - end[0]))


def read(model: Any, tokenizer: Any, pairs: Sequence[Pair], batch: int = 16) -> list[Reading]:
    """Read all pairs, longest with longest; the order of the result is that of `pairs`."""
    import torch

    if not pairs:
        return []
    features = encode(tokenizer, pairs)
    order = sorted(range(len(pairs)), key=lambda i: len(features[i].ids))
    out: dict[int, Reading] = {}
    model.eval()
    with torch.inference_mode():
        for low in range(0, len(order), batch):
            chosen = order[low : low + batch]
            ids, mask = zip(*padded([features[i] for i in chosen]), strict=True)
            device = next(model.parameters()).device
            result = model(
                input_ids=torch.tensor(ids, device=device), attention_mask=torch.tensor(mask, device=device)
            )
            for row, i in enumerate(chosen):
                start, end = result.start_logits[row].float().cpu(), result.end_logits[row].float().cpu()
                out[i] = best_span(start, end, features[i], pairs[i].context)
    return [out[i] for i in range(len(pairs))]


def development(shared: Path, limit: int, seed: int = 11) -> dict[str, list[Pair]]:
    """Draw the development samples: up to `limit` pairs of each kind, the same ones for a seed."""
    reading = shared / "data" / "reading"
    english_file = shared / "data" / "crosslingual" / "xquad_en_dev.jsonl"
    rng = random.Random(seed)  # noqa: S311
    idkmrc = read_pairs(reading / "idkmrc_dev.jsonl", "idkmrc")
    news, english = read_pairs(reading / "facqa_dev.jsonl", "facqa"), read_english(english_file, dev=True)
    sets = {
        "idkmrc_answerable": [p for p in idkmrc if p.answers],
        "idkmrc_unanswerable": [p for p in idkmrc if p.impossible],
        "tydi": read_pairs(reading / "tydi_dev.jsonl", "tydi"),
        "facqa": news,
        "english": english,
    }
    chosen = {name: rng.sample(pairs, min(limit, len(pairs))) for name, pairs in sets.items()}
    for name in ("facqa", "english"):
        table = Neighbours(sorted({p.context for p in sets[name]}))
        # English questions share few words with Indonesian passages: names and figures find the neighbour.
        found = [elsewhere(p, table, rng) for p in chosen[name][: limit // 2]]
        chosen[f"{name}_unanswerable"] = [p for p in found if p]
    if limit >= len(english):
        chosen["english_in_indonesian"] = read_indonesian_twins(english_file)
    return chosen


def measure(model: Any, tokenizer: Any, samples: dict[str, list[Pair]]) -> dict[str, float]:
    """Measure forced EM and F1 of each answerable sample, AUCs, and IDK-MRC at its best threshold."""
    readings = {name: read(model, tokenizer, pairs) for name, pairs in samples.items()}
    out: dict[str, float] = {}
    for name, pairs in samples.items():
        got = readings[name]
        out[f"{name}.n"] = len(pairs)
        if pairs and pairs[0].answers:
            out[f"{name}.em"] = sum(
                exact_match(r.text, p.answers) for r, p in zip(got, pairs, strict=True)
            ) / len(pairs)
            out[f"{name}.f1"] = sum(
                token_f1(r.text, p.answers) for r, p in zip(got, pairs, strict=True)
            ) / len(pairs)
    margins = {name: [r.margin for r in found] for name, found in readings.items()}
    for name, yes in (("idkmrc", "idkmrc_answerable"), ("facqa", "facqa"), ("english", "english")):
        if yes in margins:
            out[f"{name}.auc"] = auc(margins[yes], margins[f"{name}_unanswerable"])
    out |= at_best_threshold(samples, readings)
    for name in ("tydi", "facqa", "english"):
        # What refusing costs where every question has an answer.
        for label, threshold in (("threshold", out["idkmrc.threshold"]), ("zero", 0.0)):
            kept = [r.text if r.margin >= threshold else "" for r in readings[name]]
            scored = [token_f1(text, p.answers) for text, p in zip(kept, samples[name], strict=True)]
            out[f"{name}.f1_at_{label}"] = sum(scored) / max(1, len(scored))
    return out


def at_best_threshold(samples: dict[str, list[Pair]], readings: dict[str, list[Reading]]) -> dict[str, float]:
    """Return IDK-MRC's EM and F1 over both halves at the margin below which refusing pays most."""
    pairs = samples["idkmrc_answerable"] + samples["idkmrc_unanswerable"]
    got = readings["idkmrc_answerable"] + readings["idkmrc_unanswerable"]
    rows = [
        (r.margin, exact_match(r.text, p.answers), token_f1(r.text, p.answers), p.impossible)
        for r, p in zip(got, pairs, strict=True)
    ]

    def total(threshold: float, column: int) -> float:
        kept = (float(row[3]) if row[0] < threshold else float(row[column]) for row in rows)
        return sum(kept) / len(rows)

    threshold = max((row[0] for row in rows), key=lambda t: total(t, 1), default=0.0)
    half = max(1, sum(row[3] for row in rows))
    return {
        "idkmrc.threshold": threshold,
        "idkmrc.em": total(threshold, 1),
        "idkmrc.f1": total(threshold, 2),
        "idkmrc.refused": sum(row[3] and row[0] < threshold for row in rows) / half,
        "idkmrc.em_at_zero": total(0.0, 1),
        "idkmrc.f1_at_zero": total(0.0, 2),
    }
