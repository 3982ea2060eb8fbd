"""The process in which files are parsed: reads requests from its input, writes drafts to its output.

A request is a line `KIND SIZE NAMES`, the last a JSON object, and that many bytes; a reply is a line with its
size and a JSON object, which holds what is in the file, or the error. Whatever else goes wrong ends the
process, and its parent starts another.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from typing import BinaryIO

from index.errors import ArticleError
from index.parsers import FORMATS, ArticleDraft, Contents
from index.parsers.tables import FieldMap

MEMORY = 3 * 2**30
"""Bytes of address space that parsing may take."""


def parse(kind: str, raw: bytes, names: Mapping[str, str] | None = None) -> Contents:
    """What is in `raw`; `names` is what the user calls fields of records.

    Raises:
        ArticleError: it is not of that kind, or refused.
    """
    one = FORMATS[kind]
    module, _, function = one.reader.partition(".")
    reader = getattr(import_module(f"index.parsers.{module}"), function)
    found = reader(raw, FieldMap(names or {})) if one.mapped else reader(raw)
    if isinstance(found, Contents):
        return found
    return Contents([found] if isinstance(found, ArticleDraft) else found)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while line := requests.readline():
        kind, size, names = line.split(None, 2)
        try:
            found = parse(kind.decode(), requests.read(int(size)), json.loads(names))
            reply: dict[str, object] = {
                "drafts": [_plain(draft) for draft in found.drafts],
                "parts": [(name, base64.b64encode(part).decode()) for name, part in found.parts],
                "left_out": dict(found.left_out),
            }
        except ArticleError as error:
            reply = {"error": str(error)}
        written = json.dumps(reply).encode("ascii")
        replies.write(f"{len(written)}\n".encode() + written)
        replies.flush()


def _plain(draft: ArticleDraft) -> dict[str, object]:
    days = {"published": draft.published, "made": draft.made}
    return asdict(draft) | {key: day.isoformat() if day else None for key, day in days.items()}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = sys.stdout.buffer
    # What a library prints must not be taken for a reply.
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
