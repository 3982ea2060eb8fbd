"""Parsing in a process of its own, which may hang, crash or run out of memory without harm."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from types import TracebackType
from typing import IO, Any, Self

from index.errors import ArticleError
from index.parsers import ArticleDraft, Contents, Remark
from index.parsers.ocr import program

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
        self._said: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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
        longer = RECOGNITION_PATIENCE if kind == "pdf" and program() else 0.0
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
        if self._said is not None:
            self._said.close()
        self._process = self._said = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            # -P: never a module of the folder that it is started in. A session of its own: Ctrl-C is ours.
            try:
                self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "index.parsers.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._said,
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
        """What the process said when it ended, in one line."""
        if self._said is None or self._process is None:
            return "its parser ended"
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        status = self._process.returncode or 0
        self._said.seek(max(0, self._said.seek(0, 2) - 4000))
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        if status < 0 or not lines:
            return "its parser crashed"
        return "".join(char for char in lines[-1] if char.isprintable())[:120]


def _draft(plain: dict[str, Any]) -> ArticleDraft:
    days = {key: date.fromisoformat(plain[key]) if plain[key] else None for key in ("published", "made")}
    remarks = tuple(Remark(one["kind"], tuple(one["pages"])) for one in plain["remarks"])
    return ArticleDraft(**{**plain, **days, "pages": tuple(plain["pages"]), "remarks": remarks})
