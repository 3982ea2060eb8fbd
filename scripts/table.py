"""Measures the evaluation table again and writes it into README.md between its markers.

    python scripts/table.py FOLDER

FOLDER holds `retrieval/` with folders in BEIR layout, `reading/` with `*_dev.jsonl` files, and `news/` and
`nli/` with articles and labelled pairs. Every number comes from `tanya eval`, so that a row can be repeated
by itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- table:begin -->\n", "<!-- table:end -->\n"


def measured(kind: str, path: Path) -> dict[str, Any]:
    """What `tanya eval KIND PATH --json` prints."""
    print(f"tanya eval {kind} {path}", file=sys.stderr)
    command = [str(Path(sys.executable).with_name("tanya")), "eval", kind, str(path), "--json"]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return result


def retrieval(folders: list[Path]) -> Iterator[str]:
    yield "| retrieval | questions | dense | lexical | fused | ordered |"
    yield "|---|--:|--:|--:|--:|--:|"
    for folder in folders:
        result = measured("retrieval", folder)
        for measure in ("success@1", "success@10", "ndcg@10"):
            shares = (
                f"{result[ranking][measure]:.3f}" for ranking in ("dense", "lexical", "fused", "ranked")
            )
            yield f"| {folder.name}, {measure} | {result['n']} | {' | '.join(shares)} |"


def reading(files: list[Path]) -> Iterator[str]:
    yield "| reading | questions | exact match | F1 | refused where nothing answers | ms |"
    yield "|---|--:|--:|--:|--:|--:|"
    for path in files:
        result = measured("reading", path)
        has, none = result["has_answer"], result["no_answer"]
        refused = f"{none['refused']:.3f} of {none['n']}" if none["n"] else "none asked"
        yield (
            f"| {path.stem}, with an answer | {has['n']} | {has['em']:.3f} | {has['f1']:.3f} | {refused} |"
            f" {result['ms_per_question']:.0f} |"
        )


def claims(files: list[Path]) -> Iterator[str]:
    yield "| claims | accepted though false (95 %) | accepted though true (95 %) | verdicts right |"
    yield "|---|--:|--:|--:|"
    for path in files:
        result = measured("claims", path)
        cells = [
            f"{row['accepted']:.3f} of {row['n']} ({row['low']:.3f}-{row['high']:.3f})"
            for row in (result["accepted_false"], result["accepted_true"])
        ]
        yield f"| {path.stem} | {cells[0]} | {cells[1]} | {result['accuracy']:.3f} |"


def grounding(paths: list[Path]) -> Iterator[str]:
    yield "| grounding | claims | accepted though false | rejected though true | contradicted |"
    yield "|---|--:|--:|--:|--:|"
    for path in paths:
        result = measured("grounding", path)
        name = path.name.split(".")[0]
        for kind, row in result["false"].items():
            yield f"| {name}, {kind} | {row['n']} | {row['accepted']:.3f} | | {row['contradicted']:.3f} |"
        for kind, row in result["true"].items():
            yield f"| {name}, {kind} | {row['n']} | | {row['rejected']:.3f} | {row['contradicted']:.3f} |"


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print("say which folder of evaluation data to measure on: make table DATA=FOLDER", file=sys.stderr)
        return 2
    data = Path(sys.argv[1])
    rows = [
        *retrieval(sorted((data / "retrieval").iterdir())),
        "",
        *reading(sorted((data / "reading").glob("*_dev.jsonl"))),
        "",
        *claims(sorted((data / "press").glob("claims_dev.jsonl"))),
        "",
        *grounding(sorted([*(data / "news").glob("*.jsonl.gz"), *(data / "nli").glob("*.jsonl.gz")])),
    ]
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(before + BEGIN + "\n".join(rows) + "\n" + END + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
