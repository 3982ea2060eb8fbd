"""Train the reader: `python -m rag.training --encoder FOLDER --output FOLDER`."""

import argparse
from dataclasses import fields
from pathlib import Path

from rag.training.loop import Plan, train


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="the encoder as a Hugging Face folder")
    parser.add_argument("--output", type=Path, required=True, help="where checkpoints and metrics.jsonl go")
    parser.add_argument(
        "--shared", type=Path, default=Path("../shared"), help="the folder that holds data/reading"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --output")
    for field in fields(Plan):
        if field.name not in {"encoder", "output", "shared"}:
            kind = type(field.default)
            parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default)
    given = vars(parser.parse_args())
    resume = given.pop("resume")
    print(train(Plan(**given), resume=resume))  # noqa: T201


if __name__ == "__main__":
    main()
