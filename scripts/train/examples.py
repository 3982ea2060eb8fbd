"""One question or claim over one window, as it is trained on; and what the commands that train share."""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Span = tuple[int, int]

SUPPORTED, CONTRADICTED, NOT_FOUND, NOT_SUPPORTED = 0, 1, 2, 3
"""What a passage says to a claim; to a yes-or-no question: yes, no, nothing. The last is one of the two
before it, not known which."""

VERDICTS = {"supported": SUPPORTED, "contradicted": CONTRADICTED, "not_found": NOT_FOUND,
            "yes": SUPPORTED, "no": CONTRADICTED, "not_yet": CONTRADICTED}  # fmt: skip
UNKNOWN = -100
"""A target that is not trained on."""


@dataclass(frozen=True)
class Example:
    """One question or claim over one window, with what the reader should say.

    Attributes:
        question: As it is asked, or the claim.
        head: Heading of the article; may be empty.
        text: The passage.
        answer: Characters of the passage that answer; None where nothing does or it is unknown.
        evidence: Characters of the sentences that answer or prove; None where they are unknown.
        answerable: 1.0, 0.0, or `UNKNOWN` of a claim.
        verdict: One of `VERDICTS`, `NOT_SUPPORTED`, or `UNKNOWN` where it is not trained on.
        polar: Whether a yes or a no answers it, 1.0 or 0.0; `UNKNOWN` of a claim.
    """

    question: str
    head: str
    text: str
    answer: Span | None = None
    evidence: tuple[Span, ...] | None = ()
    answerable: float = 0.0
    verdict: int = UNKNOWN
    polar: float = 0.0


Group = tuple[Example, ...]
"""Windows that meet one question; they stand in one step of training."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def command(doc: str | None, *flags: str) -> argparse.ArgumentParser:
    """A parser of a command line that shows what a module does.

    Args:
        doc: The docstring of the module.
        flags: Those of `shared`, the folder of the sets; `written`, of what was written for training; and
            `write`, where to put what was fitted.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = {"shared": Path("../shared"), "written": Path(__file__).with_name("written"), "write": None}
    for flag in flags:
        parser.add_argument(f"--{flag}", type=Path, default=defaults[flag])
    return parser


def named(names: Sequence[str], values: Iterable[float], digits: int = 4) -> dict[str, float]:
    """Values by their names, rounded, as they are kept."""
    return {name: round(float(value), digits) for name, value in zip(names, values, strict=True)}
