"""Text recognition of scanned pages with `tesseract`, where it is installed with its Indonesian data.

It is a program of its own that is found at run time; nothing needs it.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

LANGUAGE = "ind"
DOTS = 300
"""In an inch of a page."""

PATIENCE = 60.0
"""Seconds for one page."""

_LARGEST = 6000
"""Dots of the longer side of a page."""


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line that was recognised: its text, place and size in points from the bottom left of its page."""

    text: str
    left: float
    right: float
    height: float
    size: float
    column: tuple[float, float]


@cache
def program() -> str | None:
    """Where `tesseract` is, with its Indonesian data; None where it is not."""
    found = shutil.which("tesseract")
    if found is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 (what the system's path names)
            [found, "--list-langs"], capture_output=True, text=True, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found if LANGUAGE in listed.stdout.split() else None


def recognise(page: Any) -> list[RecognisedLine]:
    """The lines of a page of a PDF in the order in which they are read; none where nothing can be read."""
    found = program()
    if found is None:
        return []
    width, height = page.get_size()
    scale = min(DOTS / 72, _LARGEST / max(width, height, 1.0))
    drawn = page.render(scale=scale, grayscale=True).to_numpy()
    rows, columns = drawn.shape[:2]
    image = b"P5 %d %d 255\n" % (columns, rows) + drawn.reshape(rows, columns).tobytes()
    try:
        told = subprocess.run(  # noqa: S603 (what the system's path names)
            [found, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(round(72 * scale)), "tsv"],
            input=image, capture_output=True, timeout=PATIENCE, check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return []
    return list(_lines(told.stdout.decode("utf-8", "replace"), scale, height))


def _lines(table: str, scale: float, height: float) -> Iterator[RecognisedLine]:
    """The lines in what `tesseract` tells, a word a row."""
    words: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    blocks: dict[str, tuple[float, float]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            words.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    edges = {
        key: (
            min(int(one["left"]) for one in line) / scale,
            max(int(one["left"]) + int(one["width"]) for one in line) / scale,
        )
        for key, line in words.items()
    }
    for (block, *_), (left, right) in edges.items():
        known = blocks.get(block, (left, right))
        blocks[block] = (min(known[0], left), max(known[1], right))
    # Of one line the height depends on which letters are in it.
    tall = {
        block: median(int(one["height"]) for key, line in words.items() if key[0] == block for one in line)
        for block in blocks
    }
    for key, line in words.items():
        foot = median(int(one["top"]) + int(one["height"]) for one in line) / scale
        text = " ".join(one["text"].strip() for one in line)
        yield RecognisedLine(text, *edges[key], height - foot, tall[key[0]] / scale, blocks[key[0]])
