"""The process in which files are parsed: reads requests from its input, writes drafts to its output.

A request is a line `KIND SIZE` and that many bytes; a reply is a line with its size and a JSON object, which
holds the drafts or the error. Whatever else goes wrong ends the process, and its parent starts another.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from typing import BinaryIO

from index.errors import ArticleError
from index.parsers import ArticleDraft

MEMORY = 3 * 2**30
"""Bytes of address space that parsing may take."""


def parse(kind: str, raw: bytes) -> list[ArticleDraft]:
    """The drafts in `raw`.

    Raises:
        ArticleError: it is not of that kind, or refused.
    """
    if kind == "html":
        from index.parsers.html import read_html

        return [read_html(raw)]
    if kind == "pdf":
        from index.parsers.pdf import read_pdf

        return [read_pdf(raw)]
    if kind == "docx":
        from index.parsers.docx import read_docx

        return [read_docx(raw)]
    from index.parsers.feeds import read_feed

    return read_feed(raw)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while line := requests.readline():
        kind, size = line.split()
        try:
            reply: dict[str, object] = {
                "drafts": [_plain(draft) for draft in parse(kind.decode(), requests.read(int(size)))]
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
