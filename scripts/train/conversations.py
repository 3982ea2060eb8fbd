"""Measure the turns of conversations that ask for a summary, a comparison or the newest articles.

    python -m scripts.train.conversations CONVERSATIONS.jsonl... [--home DIR] [--kind summarise]

For each kind: how many turns are taken for it, answered, answered from one of the right articles, and how
many of the facts (`must`) that they must get their text or quotations hold. Every answer is held against the
articles; what is not proven is named.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from index import Settings
from index.library import Library
from rag.answer import Answer
from rag.output import answer_object
from rag.overview import OVERVIEWS
from rag.pipeline import load_assistant
from rag.proof import prove
from scripts.train.examples import command, rows
from scripts.train.summary import facts_in


def main() -> None:
    """Read the command line, ask, and print the counts."""
    parser = command(__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--home", type=Path, help="the library with the articles of the conversations")
    parser.add_argument("--kind", choices=sorted(OVERVIEWS), action="append", help="only this kind; repeat")
    given = parser.parse_args()
    library = Library(Settings.load(home=given.home))
    assistant = load_assistant(library)
    for file in given.files:
        counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 6)
        for row in rows(file):
            history: list[str] = []
            for turn in row["turns"]:
                if turn["intent"] in (given.kind or OVERVIEWS):
                    answer = assistant.ask(turn["user"], history=history)
                    text = " ".join([answer.text, *(citation.quote for citation in answer.citations)])
                    facts = facts_in(turn["expect"]["must"], text)
                    right = bool({one.article.id for one in answer.citations} & set(turn["articles"]))
                    found = (answer.request == turn["intent"], not answer.abstained, right)
                    counts[turn["intent"]] = [
                        before + value
                        for before, value in zip(
                            counts[turn["intent"]], (1, *found, sum(facts), len(facts)), strict=True
                        )
                    ]
                    if not all(found[:2]) or not all(facts):
                        print(f"  {row['id']}: {turn['user']}")
                    for fault in _faults(answer, library):
                        print(f"  {row['id']}: {fault}")
                history.append(turn["user"])
        for kind, (turns, taken, answered, right, facts_held, all_facts) in sorted(counts.items()):
            print(
                f"{file.name} {kind}: {turns} turns, {taken} taken for it, {answered} answered,"
                f" {right} from a right article, {facts_held} of {all_facts} facts"
            )


def _faults(answer: Answer, library: Library) -> tuple[str, ...]:
    return () if answer.replied else prove(answer_object(answer), library.article).faults


if __name__ == "__main__":
    main()
