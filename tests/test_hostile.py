"""What must be true of texts that are made to hurt: they are read before anybody loses patience."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 60
"""Seconds of the processor: far more than these need, far less than they took by a pattern that tries all
ways to match. A machine that has other things to do makes nobody lose patience."""


def lose_patience():
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))


def read(*arguments):
    command = [sys.executable, "-m", "bench.hostile", *arguments]
    root = Path(__file__).parents[1]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, preexec_fn=lose_patience, check=False
    )
    assert done.returncode == 0, done.stderr or f"ended by signal {-done.returncode}"
    return int(done.stdout.split()[0])


def test_every_function_reads_a_short_text_of_every_family():
    from bench.hostile import FAMILIES, READERS

    assert read("--once", "250") == len(READERS) * len(FAMILIES)


@pytest.mark.parametrize(
    ("reader", "families"),
    [
        ("dates", ["a weekday and blanks"]),
        ("likeness", ["one sentence"]),
        ("find_figures", ["figures", "number words"]),
        ("figures of an article", ["percent signs"]),
        ("check a source", ["percent signs"]),
        ("glosses to English", ["weekdays"]),
    ],
)
def test_a_long_text_is_read_that_once_took_the_square_of_its_length(reader, families):
    chosen = [argument for family in families for argument in ("--family", family)]
    assert read("--once", "40000", "--only", reader, *chosen) == len(families)
