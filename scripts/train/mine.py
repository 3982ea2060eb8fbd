"""Find hard negatives: the passages that the product itself retrieves for each question.

    python -m scripts.train.mine --home HOME --output FOLDER QUESTIONS.jsonl...

HOME is a library (`TANYA_HOME`) of the articles that the questions were written over. FOLDER gets
`passages.jsonl`, every passage of the library with its heading, and for each file of questions the numbers
of the passages found, best first.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from index import Settings
from index.embedder import load_embedder
from index.library import Library
from rag.query import question_of
from rag.reader import heading
from rag.retrieval import Retriever
from scripts.train.examples import command

FOUND = 12
"""Passages that are kept for each question."""


def main() -> None:
    """Read the command line, search, and write."""
    parser = command(__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("questions", type=Path, nargs="+")
    given = parser.parse_args()
    settings = replace(Settings.load(), home=given.home)
    library = Library(settings)
    given.output.mkdir(parents=True, exist_ok=True)
    index = library.open()
    numbers: dict[tuple[str, int, int], int] = {}
    with (given.output / "passages.jsonl").open("w", encoding="utf-8") as out:
        for row in range(len(index)):
            passage = index.passage(row)
            numbers[passage.article_id, passage.start, passage.end] = len(numbers)
            one: dict[str, Any] = {
                "article_id": passage.article_id,
                "start": passage.start,
                "end": passage.end,
                "head": heading(passage.article),
                "text": passage.text,
            }
            out.write(json.dumps(one, ensure_ascii=False) + "\n")
    retriever = Retriever(index, load_embedder(settings))
    for path in given.questions:
        with path.open(encoding="utf-8") as lines, (given.output / f"{path.stem}.jsonl").open("w") as out:
            for number, line in enumerate(lines):
                row = json.loads(line)
                text = row["question"]
                question = question_of(text)
                hits = [found.hit for found in retriever.search(question, FOUND)]
                passages = [numbers[h.passage.article_id, h.passage.start, h.passage.end] for h in hits]
                found = {
                    "id": row.get("id") or f"{path.stem}-{number}",
                    "passages": passages,
                    "scores": [round(h.score, 5) for h in hits],
                }
                out.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
