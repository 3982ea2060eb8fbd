"""The training material: questions over windows of articles, grouped by question.

A window is what the reader reads at once: the heading of its article and a passage, as `rag.reader` makes them.
Nothing here is copied into the project: all is read from the folder that `--shared` names.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index import Article
from index.sentences import sentences
from rag.reader import heading

Span = tuple[int, int]

OPEN, YES, NO, NOT_YET = 0, 1, 2, 3
VERDICTS = {None: OPEN, "open": OPEN, "yes": YES, "no": NO, "not_yet": NOT_YET}
UNKNOWN = -100
"""A target that is not trained on."""


@dataclass(frozen=True)
class Example:
    """One question over one window, with what the reader should say.

    Attributes:
        question: As it is asked.
        head: Heading of the article; may be empty.
        text: The passage.
        answer: Characters of the passage that answer; None where nothing does or it is unknown.
        evidence: Characters of the sentences that answer.
        answerable: 1.0 or 0.0.
        verdict: `OPEN`, `YES`, `NO`, `NOT_YET`, or `UNKNOWN` where it is not trained on.
    """

    question: str
    head: str
    text: str
    answer: Span | None = None
    evidence: tuple[Span, ...] = ()
    answerable: float = 0.0
    verdict: int = UNKNOWN


Group = tuple[Example, ...]
"""Windows that meet one question; they stand in one step of training."""


@dataclass(frozen=True)
class Question:
    """A question of the press set with the passages that were found for it."""

    id: str
    text: str
    lang: str
    answerable: bool
    answer: str
    evidence: tuple[str, ...]
    must: tuple[tuple[str, ...], ...]
    verdict: int
    own: tuple[int, ...]
    """Passages of its article, best first."""
    others: tuple[int, ...]
    """Passages of other articles, best first."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def is_held_out(key: str, parts: int = 3) -> bool:
    """Whether a title is kept for measuring: one in `parts`, by hash."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % parts == 0


def flat(text: str) -> str:
    """Lower-case, white space as one blank."""
    return " ".join(text.lower().split())


def gives(text: str, must: Sequence[Sequence[str]]) -> bool:
    """Whether a text has one of each group of what a right answer contains at least."""
    text = flat(text)
    return bool(must) and all(any(flat(form) in text for form in group) for group in must)


class Press:
    """The press questions with the passages that our own retrieval finds for each (`mine.py`)."""

    def __init__(self, mined: Path) -> None:
        """Read what `mine.py` wrote.

        Args:
            mined: Its folder: `passages.jsonl`, and one file of found passages for each set.
        """
        self._mined = mined
        self.passages = rows(mined / "passages.jsonl")
        self.by_article: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(self.passages):
            self.by_article[passage["article_id"]].append(number)

    def questions(self, path: Path, articles: dict[str, Article] | None = None) -> list[Question]:
        """The questions of a file, with their passages.

        Args:
            path: The file; `mine.py` has searched for its questions.
            articles: By id, where the file gives answers and evidence as characters of their text.
        """
        found = {row["id"]: row["passages"] for row in rows(self._mined / f"{path.stem}.jsonl")}
        out = []
        for number, row in enumerate(rows(path)):
            if articles and "span" in row:
                text = articles[row["article_id"]].text
                row |= {"answer": text[slice(*row["span"])]}
                row |= {"evidence": [text[slice(*span)] for span in row["sentences"]]}
            key = row.get("id") or f"{path.stem}-{number}"
            ranked = found[key]
            own = [p for p in ranked if self.passages[p]["article_id"] == row["article_id"]]
            own += [p for p in self.by_article[row["article_id"]] if p not in set(own)]
            others = [p for p in ranked if self.passages[p]["article_id"] != row["article_id"]]
            verdict = row.get("verdict") or row.get("yesno")
            if verdict is None and row.get("kind") == "yesno":
                verdict = UNKNOWN
            answerable = row.get("answerable", row.get("verdict") != "none")
            out.append(
                Question(
                    key,
                    row["question"],
                    row["lang"],
                    answerable,
                    row.get("answer") or "",
                    tuple(row.get("evidence") or ()),
                    tuple(tuple(group) for group in row.get("must") or ()),
                    verdict if verdict == UNKNOWN else VERDICTS.get(verdict, OPEN),
                    tuple(own),
                    tuple(others),
                )
            )
        return out

    def window(self, question: str, number: int) -> Example:
        """A window over a passage, nothing answering."""
        passage = self.passages[number]
        return Example(question, passage["head"], passage["text"])

    def positives(self, question: Question) -> list[Example]:
        """The windows over passages of its article that hold the answer within its evidence."""
        out = []
        for number in question.own:
            window = self.window(question.text, number)
            marked = [span for one in question.evidence for span in _overlap(window.text, one)]
            spans = [
                (at, at + len(question.answer))
                for at in _occurrences(window.text, question.answer)
                if any(start <= at and at + len(question.answer) <= end for start, end in marked)
            ]
            if spans:
                out.append(
                    replace(
                        window,
                        answer=spans[0],
                        evidence=tuple(marked),
                        answerable=1.0,
                        verdict=question.verdict,
                    )
                )
        return out

    def holds_evidence(self, question: Question, number: int) -> bool:
        """Whether a passage may well hold an answer: a part of the evidence, the answer, or all of `must`."""
        passage = self.passages[number]
        text = flat(passage["text"])
        if any(_overlap(passage["text"], one) for one in question.evidence):
            return True
        if len(question.answer) > 3 and flat(question.answer) in text:
            return True
        return gives(text, question.must)


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _overlap(text: str, sentence: str) -> list[Span]:
    """Where a sentence stands in a text, or its half where the text ends or begins within it."""
    at = text.find(sentence)
    if at >= 0:
        return [(at, at + len(sentence))]
    out = []
    for start, end in sentences(text):
        part = text[start:end]
        if len(part) > 20 and (part in sentence):
            out.append((start, end))
    return out


def read_comprehension(path: Path, rng: random.Random, limit: int = 520) -> list[Group]:
    """Questions with their passage, without a heading, cut to a run of sentences around the answer."""
    return [
        (cropped(row["question"], row["context"], row["answers"], row.get("answer_starts"), rng, limit),)
        for row in rows(path)
        if row["is_impossible"] or any(answer in row["context"] for answer in row["answers"])
    ]


def read_crosslingual(path: Path, rng: random.Random, *, dev: bool = False) -> list[Group]:
    """English questions over Indonesian passages of XQuAD; a third of the titles is kept for measuring."""
    return [
        (cropped(row["question_en"], row["context_id_mt"], row["answers_id_mt"], None, rng, 520),)
        for row in rows(path)
        if is_held_out(row["title"]) == dev
        and any(answer in row["context_id_mt"] for answer in row["answers_id_mt"])
    ]


def cropped(
    question: str,
    context: str,
    answers: Sequence[str],
    starts: Sequence[int] | None,
    rng: random.Random,
    limit: int,
) -> Example:
    """A window over a random run of sentences of at most `limit` characters that keeps the answer."""
    kept = [answer for answer in answers if answer and answer in context]
    answer = None
    if kept:
        start = starts[0] if starts else -1
        if start < 0 or context[start : start + len(kept[0])] != kept[0]:
            start = _likeliest(question, context, kept[0])
        answer = (start, start + len(kept[0]))
    bounds = sentences(context)
    low, high = 0, len(context)
    if len(context) > limit and bounds:
        chosen = answer or rng.choice(bounds)
        first = max((i for i, (a, _) in enumerate(bounds) if a <= chosen[0]), default=0)
        last = max(
            first, min((i for i, (_, b) in enumerate(bounds) if b >= chosen[1]), default=len(bounds) - 1)
        )
        sides = [0, 1]
        while sides:
            side = rng.choice(sides)
            a, b = (first - 1, last) if side == 0 else (first, last + 1)
            if a < 0 or b >= len(bounds) or bounds[b][1] - bounds[a][0] > limit:
                sides.remove(side)
            else:
                first, last = a, b
        low, high = bounds[first][0], bounds[last][1]
    text = context[low:high]
    if answer is None:
        return Example(question, "", text)
    answer = (answer[0] - low, answer[1] - low)
    marked = tuple(span for span in sentences(text) if span[0] < answer[1] and answer[0] < span[1])
    return Example(question, "", text, answer, marked, 1.0, OPEN)


def _likeliest(question: str, context: str, answer: str) -> int:
    """The occurrence of an answer whose surroundings share most words with the question."""

    def words(text: str) -> set[str]:
        return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2 or word.isdigit()}

    asked = words(question)
    return max(
        _occurrences(context, answer),
        key=lambda at: len(asked & words(context[max(0, at - 120) : at + len(answer) + 120])),
    )


def read_claims(path: Path, articles: dict[str, Article], without: Collection[str] = ()) -> list[Example]:
    """Claims over their source, those over the articles `without` left out.

    Supported is yes, contradicted is no, not found is no answer.
    """
    out = []
    for row in rows(path):
        if row.get("article_id") in without:
            continue
        article = articles.get(row.get("article_id"))
        answerable = row["verdict"] != "not_found"
        verdict = {"supported": YES, "contradicted": NO}.get(row["verdict"], UNKNOWN)
        head = heading(article) if article else ""
        out.append(Example(row["claim"], head, row["source"], None, (), float(answerable), verdict))
    return out


def read_inference(path: Path) -> list[Example]:
    """Premises and hypotheses of IndoNLI's training part, as claims."""
    verdicts = {"entailment": YES, "contradiction": NO, "neutral": UNKNOWN}
    return [
        Example(
            row["hypothesis"],
            "",
            row["premise"],
            None,
            (),
            float(row["label"] != "neutral"),
            verdicts[row["label"]],
        )
        for row in rows(path)
        if row.get("split", "train") == "train"
    ]


def read_articles(path: Path) -> dict[str, Article]:
    """The news articles by id, as `tanya index` stores them."""
    from datetime import date

    return {
        row["id"]: Article(
            id=row["id"],
            title=row["title"],
            text=row["body"],
            source=row["source"],
            published=date.fromisoformat(row["date"]) if row.get("date") else None,
            url=row["url"],
            language="id",
            path="",
            sha256="",
        )
        for row in rows(path)
    }
