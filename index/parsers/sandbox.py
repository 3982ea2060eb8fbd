"""Parsing in a process of its own, which may hang, crash or run out of memory without harm.

That process reads requests from its input and writes drafts to its output. A request is a line `KIND SIZE
NAMES`, the last a JSON object, and that many bytes; a reply is a line with its size and a JSON object, which
holds what is in the file, or the error. Whatever else goes wrong ends it, and its parent starts another.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import math
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from importlib import import_module
from typing import IO, Any, BinaryIO, Self

from index.errors import ArticleError
from index.parsers import FORMATS, ArticleDraft, Contents, Remark
from index.parsers.pdf import tesseract
from index.parsers.tables import FieldMap

PATIENCE = 60.0
"""Seconds for one file."""

RECOGNITION_PATIENCE = 600.0
"""More seconds for one PDF file where text recognition is installed."""

_LARGEST_REPLY = 256 * 2**20


class Parsers:
    """The process that parses, started when it is first needed; use it in a `with` block."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """Wait at most `patience` seconds for each file."""
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def parse(self, kind: str, raw: bytes) -> list[ArticleDraft]:
        """The drafts in `raw`, a file of one of `index.parsers.FORMATS` that has a reader.

        Raises:
            ArticleError: it is refused, or what parses it hangs or crashes on it.
        """
        return list(self.open(kind, raw).drafts)

    def open(self, kind: str, raw: bytes, names: Mapping[str, str] | None = None) -> Contents:
        """As `parse`, with what else the file holds; `names` is what the user calls fields of its records.

        Raises:
            ArticleError: it is refused, or what parses it hangs or crashes on it.
        """
        process = self._started()
        # Recognising the text of scanned pages takes seconds for each.
        longer = RECOGNITION_PATIENCE if kind == "pdf" and tesseract() else 0.0
        deadline = time.monotonic() + self._patience + longer
        try:
            request = f"{kind} {len(raw)} {json.dumps(dict(names or {}))}\n"
            reply = self._exchange(process, request.encode() + raw, deadline)
        except TimeoutError as error:
            self.close()
            raise ArticleError(
                f"it could not be read within {self._patience:.0f} s; save it anew, or its text as .txt"
            ) from error
        except (EOFError, BrokenPipeError, ValueError) as error:
            reason = self._last_words()
            self.close()
            raise ArticleError(f"it cannot be read ({reason}); save it anew, or its text as .txt") from error
        except BaseException:
            # Half a reply would be taken for the beginning of the next.
            self.close()
            raise
        if "error" in reply:
            raise ArticleError(reply["error"])
        return Contents(
            [_draft(one) for one in reply["drafts"]],
            [(name, base64.b64decode(part)) for name, part in reply["parts"]],
            reply["left_out"],
        )

    def close(self) -> None:
        """End the process; the next file starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
        if self._stderr is not None:
            self._stderr.close()
        self._process = self._stderr = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            # -P: never a module of the folder that it is started in. A session of its own: Ctrl-C is ours.
            try:
                self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "index.parsers.sandbox"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._stderr,
                    bufsize=0,
                    start_new_session=True,
                )
            except OSError as error:
                self.close()
                reason = error.strerror or type(error).__name__
                raise ArticleError(f"no process could be started to read it ({reason}); try again") from error
            os.set_blocking(self._process.stdin.fileno(), False)  # type: ignore[union-attr]
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, deadline: float) -> dict[str, Any]:
        assert process.stdin is not None, "it is a pipe"
        assert process.stdout is not None, "it is a pipe"
        waiting = memoryview(request)
        inward, outward = process.stdin.fileno(), process.stdout.fileno()
        received = bytearray()
        size: int | None = None
        while size is None or len(received) < size:
            left = deadline - time.monotonic()
            readable, writable, _ = select.select([outward], [inward] if waiting else [], [], max(left, 0))
            if not readable and not writable:
                raise TimeoutError
            if writable:
                waiting = waiting[os.write(inward, waiting[: 2**16]) :]
            if readable:
                piece = os.read(outward, 2**20)
                if not piece:
                    raise EOFError
                received += piece
                if size is None and b"\n" in received:
                    head, _, rest = bytes(received).partition(b"\n")
                    size, received = int(head), bytearray(rest)
                    if size > _LARGEST_REPLY:
                        raise ValueError("its reply is too long")
        reply: dict[str, Any] = json.loads(received)
        return reply

    def _last_words(self) -> str:
        """Why the process ended, in one line."""
        if self._stderr is None or self._process is None:
            return "its parser ended"
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        status = self._process.returncode or 0
        self._stderr.seek(max(0, self._stderr.seek(0, 2) - 4000))
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        if status < 0 or not lines:
            return "its parser crashed"
        return "".join(char for char in lines[-1] if char.isprintable())[:120]


def _draft(plain: dict[str, Any]) -> ArticleDraft:
    days = {key: date.fromisoformat(plain[key]) if plain[key] else None for key in ("published", "made")}
    remarks = tuple(Remark(one["kind"], tuple(one["pages"])) for one in plain["remarks"])
    lists = {"pages": tuple(plain["pages"]), "stated": tuple(map(tuple, plain["stated"])), "remarks": remarks}
    return ArticleDraft(**{**plain, **days, **lists})


MEMORY = 3 * 2**30
"""Bytes of address space that parsing may take."""


def parse(kind: str, raw: bytes, names: Mapping[str, str] | None = None) -> Contents:
    """Parse `raw`; `names` are the user's names for fields of records.

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
        _limit_time(kind.decode("ascii", "replace"))
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


def _limit_time(kind: str) -> None:
    """Let the system end this process where it takes more of the processor than any file is waited for."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    longer = RECOGNITION_PATIENCE if kind == "pdf" else 0.0
    most = math.ceil(used.ru_utime + used.ru_stime + PATIENCE + longer)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
    )


_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Let the system end this process with its parent, where it is Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    _end_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = sys.stdout.buffer
    # What a library prints must not be taken for a reply.
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
