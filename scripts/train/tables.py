"""Fit how surely the cell of a table that a question names answers it, and say what that reaches.

    python -m scripts.train.tables [--write rag/tables.json]

Questions were written over tables (`written/tables.jsonl`), half of which nothing in them answers. Each is
asked in two libraries of all these articles: their tables as Markdown, and as rows with the heading before
each cell. The weights are those of a logistic regression over the first cell that the question may ask for;
what does not answer counts `WRONG`, so that the threshold of all questions is where a wrong answer costs two
refusals. What is printed is of folds that leave the table out, in both ways it is written.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from index import Settings
from index.library import Library
from rag.pipeline import PASSAGES, load_assistant
from rag.query import Question
from rag.reader import Reading, load_decision
from rag.tables import FEATURES, features, find_tables, in_tables, row_at
from scripts.train.examples import command, named, rows

STRENGTH = 1.0
"""Inverse of the penalty of the squared weights."""

LEAST = load_decision().answer
WRONG = (1 - LEAST) / LEAST
"""What a cell that does not answer counts: at the threshold it is then as likely to be wrong as right."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question over a table, as it was read.

    Attributes:
        table: Which.
        question: As it was written.
        answer: What the cell has; empty where nothing answers.
        values: (`FEATURES`,) of the first cell that it may ask for; None where there is none.
        is_right: Whether that cell answers.
        before: The chance of the surest sentence that the model reads, 0..1.
    """

    table: str
    question: str
    answer: str
    values: Array | None
    is_right: bool
    before: float


def labelled(text: str) -> str:
    """A text whose table has the heading before each cell, a line a row."""
    (table,) = find_tables(text)
    written = ["; ".join(f"{cell.head}: {cell.text}" for cell in row.cells) for row in table.rows]
    start = table.head[0] if table.head else table.rows[0].start
    return (
        text[: text.rindex("\n", 0, start) + 1] + "\n".join(written) + text[table.rows[-1].end :].lstrip(" |")
    )


def read(written: Path) -> list[Asked]:
    """Ask every question in both libraries."""
    given = rows(written / "tables.jsonl")
    found = []
    for write in (str, labelled):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tables.jsonl")
            articles = ({"id": row["id"], "title": row["title"], "text": write(row["text"])} for row in given)
            path.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
            library = Library(Settings.load(home=Path(folder, "home")))
            library.add([path])
            assistant = load_assistant(library)
            for row in given:
                for question, answer in row["questions"]:
                    found.append(_ask(assistant, row["id"], question, answer))
    return found


def _ask(assistant: Any, table: str, question: str, answer: str) -> Asked:
    seen: list[tuple[Question, Sequence[Reading]]] = []

    def record(asked: Question, readings: Sequence[Reading]) -> list[Reading]:
        seen.append((asked, readings))
        return in_tables(asked, readings)

    with patch("rag.reader.in_tables", record):
        given = assistant.understand(question)
        after = assistant.reader.read(given.question, assistant.find(given.wide, PASSAGES))
    asked, readings = seen[-1]
    for one in after:
        text = one.sentence.article.text
        place = row_at(text, one.sentence.start, one.sentence.end)
        cells = [cell for cell in place[1].cells if (cell.start, cell.end) == one.span] if place else []
        if place and cells and one.score > 0:
            alike = [
                other.score
                for other in readings
                if other.sentence.article.id == one.sentence.article.id
                and (row := row_at(text, other.sentence.start, other.sentence.end))
                and row[0] is place[0]
            ]
            values = features(asked, one, place[0], sum(alike))
            is_right = bool(answer) and one.sentence.article.id == table and answer in cells[0].text
            row_ = np.array([values[name] for name in FEATURES])
            return Asked(table, question, answer, row_, is_right, max(reading.score for reading in readings))
    return Asked(table, question, answer, None, False, max(reading.score for reading in readings))


def fit(asked: Sequence[Asked]) -> Array:
    """The weights of `FEATURES`, (names,)."""
    from sklearn.linear_model import LogisticRegression

    kept = [one for one in asked if one.values is not None]
    counted = [1.0 if one.is_right else WRONG for one in kept]
    x, y = [one.values for one in kept], [one.is_right for one in kept]
    model = LogisticRegression(fit_intercept=False, C=STRENGTH, max_iter=1000)
    return np.asarray(model.fit(x, y, sample_weight=counted).coef_[0])


def report(name: str, asked: Sequence[Asked], chances: Sequence[float]) -> None:
    """Print how many are answered right, wrongly, and refused of those without an answer."""
    told = [chance >= LEAST for chance in chances]
    having = sum(bool(one.answer) for one in asked)
    right = sum(told[n] and one.is_right for n, one in enumerate(asked))
    wrong = sum(told[n] and not one.is_right for n, one in enumerate(asked) if one.answer)
    refused = sum(not told[n] for n, one in enumerate(asked) if not one.answer)
    print(f"{name}: right {right} and wrong {wrong} of {having}; refused {refused} of {len(asked) - having}")


def main() -> None:
    """Read the command line, read the questions, fit and print."""
    given = command(__doc__, "written", "write").parse_args()
    asked = read(given.written)
    chances = [0.0] * len(asked)
    for table in {one.table for one in asked}:
        weights = fit([one for one in asked if one.table != table])
        for number, one in enumerate(asked):
            if one.table == table and one.values is not None:
                chances[number] = float(1 / (1 + np.exp(-one.values @ weights)))
    report("by the model that reads", asked, [one.before for one in asked])
    report("by these weights", asked, chances)
    fitted = {"weights": named(FEATURES, fit(asked))}
    print(json.dumps(fitted))
    if given.write:
        given.write.write_text(json.dumps(fitted) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
