"""The options that measurements over real articles have in common."""

from __future__ import annotations

import argparse
from pathlib import Path


def parser(doc: str | None) -> argparse.ArgumentParser:
    """One that says what `doc` says and knows --news."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--news", type=Path, help="articles, a .jsonl.gz with title, body and source")
    return made


def over_news(asked: argparse.ArgumentParser) -> argparse.Namespace:
    """What was asked; where no articles are named there is nothing to measure, and the program ends."""
    found = asked.parse_args()
    if found.news is None:
        print(f"skipped: name articles: python bench/{asked.prog} --news ARTICLES.jsonl.gz")
        raise SystemExit
    return found
