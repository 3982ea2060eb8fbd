"""The commands `tanya feedback` and `tanya gaps`: what readers said, and what the articles did not answer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from index import Settings, TanyaError

DONE = 0


def add_feedback(commands: Any) -> None:
    """Add `feedback` and `gaps` to the command line."""
    feedback = commands.add_parser("feedback", help="what readers thought of the answers, newest first")
    feedback.add_argument("action", nargs="?", choices=("list", "export"), default="list")
    feedback.add_argument("--verdict", choices=("up", "down"), help="only these")
    feedback.add_argument("--output", type=Path, metavar="FILE.csv", help="for export (default stdout)")
    feedback.add_argument("--json", action="store_true")
    feedback.set_defaults(run=_feedback)
    gaps = commands.add_parser("gaps", help="questions that the articles did not answer, most asked first")
    gaps.add_argument("--csv", action="store_true", help="for a spreadsheet")
    gaps.add_argument("--json", action="store_true")
    gaps.set_defaults(run=_gaps)


def _feedback(arguments: argparse.Namespace) -> int:
    from index.library import Library
    from rag.feedback.opinions import opinion_object, opinion_sheet, opinions
    from rag.output import write_json

    found = [
        one
        for one in opinions(Library(_settings(arguments)).feedback())
        if arguments.verdict in {None, one.verdict}
    ]
    if arguments.json:
        write_json([opinion_object(one) for one in found])
    elif arguments.action == "export":
        _write(opinion_sheet(found), arguments.output)
    else:
        from rag.feedback.opinions import opinion_lines

        _print("\n\n".join(map(opinion_lines, found)) or "no feedback")
    return DONE


def _gaps(arguments: argparse.Namespace) -> int:
    from index.library import Library
    from rag.feedback.opinions import gap_lines, gap_sheet
    from rag.output import write_json

    gaps = Library(_settings(arguments)).gaps()
    if arguments.json:
        write_json(
            [
                {
                    "question": gap.question,
                    "language": gap.language,
                    "count": gap.count,
                    "last_asked": gap.asked_at.isoformat(),
                    "nearest": gap.nearest,
                }
                for gap in gaps
            ]
        )
    elif arguments.csv:
        _write(gap_sheet(gaps), None)
    else:
        _print("\n".join(map(gap_lines, gaps)) or "no unanswered questions")
    return DONE


def _write(text: str, path: Path | None) -> None:
    if path is None:
        # As it is: a line of a table ends in two characters everywhere.
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise TanyaError(f"{path} cannot be written ({error}); name another file") from error


def _print(text: str) -> None:
    from rag.output import printable

    sys.stdout.write(printable(text) + "\n")


def _settings(arguments: argparse.Namespace) -> Settings:
    return Settings.load(home=arguments.home)
