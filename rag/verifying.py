"""The command `tanya verify`: whether a library is sound, and whether evidence cards still hold."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

HOLDS, DOES_NOT, USAGE = 0, 1, 2

_HELP = """\
Check every checksum, offset and count of the library.

  tanya verify                                     the library
  tanya verify --card kartu.json                   an evidence card: its seal, each article's hash, each
                                                   quotation at its characters, each claim against these
  tanya verify --card a.json b.json --json         several, for scripts
  tanya verify --card a.json --source rilis.pdf    against article files, without a library
"""


def add_verify(commands: Any) -> None:
    """Add `verify` to the command line."""
    verify = commands.add_parser(
        "verify",
        help="check every checksum, offset and count; or hold evidence cards against the articles",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, told in (
        ("--card", "check these cards instead; exit 1 unless all of them hold"),
        ("--source", "against the articles in these files, without a library"),
    ):
        verify.add_argument(
            name, type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=told
        )
    verify.add_argument("--json", action="store_true", help="print what was found as JSON")
    verify.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    from rag.output import write_json

    if arguments.card:
        return _verify_cards(arguments)
    if arguments.source:
        sys.stderr.write("tanya: name the cards as well: tanya verify --card FILE --source FILE\n")
        return USAGE
    problems = _library(arguments).verify()
    if arguments.json:
        write_json({"problems": problems})
    else:
        sys.stdout.write("\n".join([*(problems or ["all is well"]), ""]))
    return DOES_NOT if problems else HOLDS


def _verify_cards(arguments: argparse.Namespace) -> int:
    from rag.cards import in_files, in_library
    from rag.output import write_json

    if arguments.source:
        checked = list(in_files(arguments.card, arguments.source))
    else:
        checked = list(in_library(arguments.card, _library(arguments).article))
    if arguments.json:
        write_json([one.object for one in checked])
    else:
        sys.stdout.writelines(f"{line}\n" for one in checked for line in one.lines)
    return HOLDS if all(one.holds for one in checked) else DOES_NOT


def _library(arguments: argparse.Namespace) -> Any:
    from index import Settings
    from index.library import Library

    return Library(Settings.load(home=arguments.home))
