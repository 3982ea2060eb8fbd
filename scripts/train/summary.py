"""Fit which sentences of an article are key sentences.

    python -m scripts.train.summary [--shared ../shared] [--write rag/summary.json]

A sentence counts as one where it is the evidence of an answer to one of the article's press questions, or
stands in the summary that came with the article. Measured on the development articles, beside as many of the
first sentences: the share of questions whose answer (`must`) the summary holds, and of the facts that turns
which ask for a summary must get.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index import Article
from rag.summary import FEATURES, candidates, features_of, key_sentences
from scripts.train.examples import command, named, rows

STRENGTH = 1.0
"""Inverse regularisation strength; 0.3 to 10 hold the same facts."""

Summary = Callable[[Article], str]
Facts = Sequence[Any]


def articles_of(path: Path) -> dict[str, tuple[Article, str]]:
    """The news articles by id, each with the summary that came with it."""
    out = {}
    for row in rows(path):
        digest = hashlib.sha256(row["body"].encode()).hexdigest()
        article = Article(row["id"], row["title"], row["body"], None, None, None, "id", "", digest)
        out[row["id"]] = article, row["summary"]
    return out


def questions_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The questions that have an answer, by article."""
    out = defaultdict(list)
    for row in rows(path):
        if row["answerable"]:
            out[row["article_id"]].append(row)
    return out


def labels(article: Article, evidence: Iterable[str], summary: str) -> list[bool]:
    """Whether each candidate is evidence or stands in the summary."""
    proofs = [one for text in evidence if len(one := _folded(text)) > 15]
    short = _folded(summary)
    texts = [_folded(article.text[start:end]) for start, end in candidates(article)]
    return [text[:60] in short or any(one in text or text in one for one in proofs) for text in texts]


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def facts_in(facts: Facts, text: str) -> list[bool]:
    """Whether each fact is in a text; a fact is one of several writings."""
    text = text.lower()
    return [any(way.lower() in text for way in ([fact] if isinstance(fact, str) else fact)) for fact in facts]


def key_summary(article: Article) -> str:
    """The key sentences as one text."""
    return " ".join(key.text for key in key_sentences([article])[0])


def first_sentences(article: Article) -> str:
    """As many of the first sentences."""
    count = len(key_sentences([article])[0])
    return " ".join(article.text[start:end] for start, end in candidates(article)[:count])


def main() -> None:
    """Read the command line, fit, write and measure."""
    given = command(__doc__, "shared", "write").parse_args()
    data = given.shared / "data"
    articles = articles_of(data / "news" / "indosum_articles.jsonl.gz")
    training = questions_of(data / "press" / "questions_train.jsonl")
    if given.write:
        x, y = [], []
        for name, questions in training.items():
            article, summary = articles[name]
            x.append(features_of(article, candidates(article)))
            y += labels(article, (text for one in questions for text in one["evidence"]), summary)
        write(fit(np.vstack(x), np.array(y)), given.write)
    for name, summary_of in (("key sentences", key_summary), ("first sentences", first_sentences)):
        questions = questions_of(data / "press" / "questions_dev.jsonl")
        right = [
            all(facts_in(one["must"], text))
            for key, asked in questions.items()
            if (text := summary_of(articles[key][0]))
            for one in asked
            if one["must"]
        ]
        print(f"{name}: {np.mean(right):.3f} of {len(right)} questions answered")
        for split in ("train", "dev"):
            facts = [
                one
                for row in rows(data / "press" / f"conversations_{split}.jsonl")
                for turn in row["turns"]
                if turn["intent"] == "summarise"
                for one in facts_in(turn["expect"]["must"], summary_of(articles[turn["articles"][0]][0]))
            ]
            print(f"  {np.mean(facts):.3f} of the {len(facts)} facts of {split} turns held")


def fit(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> dict[str, Any]:
    """The regression as it is kept."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(x, y)
    weights = named(FEATURES, model.coef_[0])
    return {"weights": weights, "bias": round(float(model.intercept_[0]), 4)}


def write(fitted: dict[str, Any], path: Path) -> None:
    """Keep the regression in a file."""
    path.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
