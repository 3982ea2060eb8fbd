"""Prints the dependencies, with what several machines need, but without torch and what stands on it.

    python scripts/requirements.py [torch]

The built-in models run without these; `torch` prints them as well.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

HEAVY = frozenset({"torch", "sentence-transformers", "transformers"})


def main() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    for one in [*project["dependencies"], *project["optional-dependencies"]["postgres"]]:
        if "torch" in sys.argv or re.split(r"[^\w-]", one)[0] not in HEAVY:
            print(one)


if __name__ == "__main__":
    main()
