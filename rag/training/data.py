"""Reading-comprehension files as pairs of a question and a passage, grouped where they share the passage."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)\]\d]*\s+(?=\S)")


@dataclass(frozen=True)
class Pair:
    """A question over a context; `start` is the answer's offset in characters, -1 when there is none."""

    question: str
    context: str
    answers: tuple[str, ...] = ()
    start: int = -1
    origin: str = ""

    @property
    def impossible(self) -> bool:
        return not self.answers

    @property
    def end(self) -> int:
        """Offset after the answer that is trained on, -1 when there is none."""
        return self.start + len(self.answers[0]) if self.answers else -1


@dataclass(frozen=True)
class Corpus:
    """What may be trained on: groups of pairs over one context each, by the set that they come from."""

    wikipedia: tuple[tuple[Pair, ...], ...]
    news: tuple[tuple[Pair, ...], ...]
    english: tuple[tuple[Pair, ...], ...]


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def words(text: str) -> set[str]:
    """Return the lower-cased words of three letters or more, and all numbers."""
    return {w for w in re.findall(r"\w+", text.lower()) if len(w) > 2 or w.isdigit()}


def locate(question: str, context: str, answer: str) -> int:
    """Return the occurrence of `answer` whose surroundings share most words with the question; -1 if none."""
    asked = words(question)
    best, best_score = -1, -1
    at = context.find(answer)
    while at >= 0:
        around = words(context[max(0, at - 120) : at + len(answer) + 120])
        if len(asked & around) > best_score:
            best, best_score = at, len(asked & around)
        at = context.find(answer, at + 1)
    return best


def make_pair(question: str, context: str, answers: Sequence[str], start: int | None, origin: str) -> Pair:
    """Build a pair; the offset is searched for when it is not given."""
    kept = [a for a in answers if a and a in context]
    if not kept:
        return Pair(question, context, origin=origin)
    if start is None or context[start : start + len(kept[0])] != kept[0]:
        start = locate(question, context, kept[0])
    return Pair(question, context, tuple(kept), start, origin)


def read_pairs(path: Path, origin: str) -> list[Pair]:
    """Read a file of `question, context, answers, answer_starts?, is_impossible` rows."""
    out = []
    for row in rows(path):
        starts = row.get("answer_starts") or [None]
        answers = [] if row["is_impossible"] else row["answers"]
        pair = make_pair(row["question"], row["context"], answers, starts[0], origin)
        if row["is_impossible"] or pair.answers:
            out.append(pair)
    return out


def is_dev_title(title: str) -> bool:
    """Say whether an XQuAD article is kept for measuring: a third of the titles, by hash."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % 3 == 0


def read_english(path: Path, *, dev: bool) -> list[Pair]:
    """Read English questions over Indonesian passages; for training also over the English ones."""
    out = []
    for row in rows(path):
        if is_dev_title(row["title"]) != dev:
            continue
        title = row["title"]
        out.append(
            make_pair(row["question_en"], row["context_id_mt"], row["answers_id_mt"], None, f"en-id:{title}")
        )
        if not dev:
            out.append(
                make_pair(row["question_en"], row["context_en"], row["answers_en"], None, f"en-en:{title}")
            )
            out.append(
                make_pair(
                    row["question_id_mt"], row["context_id_mt"], row["answers_id_mt"], None, f"id-id:{title}"
                )
            )
    return out


def read_indonesian_twins(path: Path) -> list[Pair]:
    """Read the dev part with its machine-translated Indonesian questions, in `read_english`'s order."""
    return [
        make_pair(row["question_id_mt"], row["context_id_mt"], row["answers_id_mt"], None, "id-id")
        for row in rows(path)
        if is_dev_title(row["title"])
    ]


def grouped(pairs: Iterable[Pair]) -> tuple[tuple[Pair, ...], ...]:
    """Put pairs over the same context together and drop repeated questions."""
    groups: dict[str, dict[str, Pair]] = defaultdict(dict)
    for pair in pairs:
        key = " ".join(pair.question.lower().replace("?", " ").split())
        groups[pair.context].setdefault(key, pair)
    return tuple(tuple(group.values()) for group in groups.values())


def whole_words(pair: Pair) -> bool:
    """Say whether the answer begins and ends between words; some published offsets slipped."""
    if pair.impossible:
        return True
    around = pair.context[max(0, pair.start - 1) : pair.start + 1], pair.context[pair.end - 1 : pair.end + 1]
    return not any(len(edge) == 2 and edge.isalnum() for edge in around)


def load_corpus(shared: Path) -> Corpus:
    """Read all training files; a TyDi question that IDK-MRC has over the same passage counts once."""
    reading = shared / "data" / "reading"
    wikipedia = read_pairs(reading / "idkmrc_train.jsonl", "idkmrc") + read_pairs(
        reading / "tydi_train.jsonl", "tydi"
    )
    news = read_pairs(reading / "facqa_train.jsonl", "facqa")
    english = read_english(shared / "data" / "crosslingual" / "xquad_en_dev.jsonl", dev=False)
    return Corpus(*(grouped(filter(whole_words, pairs)) for pairs in (wikipedia, news, english)))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Split roughly into sentences: (start, end) offsets that cover the text."""
    cuts = [0, *(m.end() for m in SENTENCE_END.finditer(text)), len(text)]
    return [(a, b) for a, b in pairwise(cuts) if b > a]


def cut(pair: Pair, start: int, end: int) -> Pair:
    """Keep `context[start:end]`, which must contain the trained answer where there is one."""
    context = pair.context[start:end]
    if pair.impossible:
        return replace(pair, context=context)
    answers = (pair.answers[0], *(a for a in pair.answers[1:] if a in context))
    return replace(pair, context=context, answers=answers, start=pair.start - start)
