"""A model behind an OpenAI-compatible server: vLLM, Ollama, llama.cpp or a hosted one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rag.generation.generator import Failure, GeneratorError, Message

LARGEST = 1 << 20
"""Bytes of one event, or of a reply that comes in one piece, that are read."""

CONNECT_SECONDS = 5.0


class ServerGenerator:
    """Asks `<base>/chat/completions` and no other address: no redirect is followed, no proxy is used."""

    def __init__(self, base: str, model: str, key: str | None = None, *, seconds: float = 60.0) -> None:
        """Nothing is contacted yet.

        Args:
            base: Such as `http://localhost:11434/v1`.
            model: As the server names it.
            key: Sent to the server as a bearer token, and shown nowhere.
            seconds: How long the server may be silent.
        """
        self.name = model
        self._base = base.rstrip("/")
        self._headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._seconds = seconds

    def stream(self, messages: Sequence[Message], *, limit: int) -> Iterator[str]:
        """What the server's model writes.

        Raises:
            GeneratorError: the server cannot be reached, is silent, breaks off, or sends what is no reply.
        """
        import httpx

        asked = {
            "model": self.name,
            "messages": [asdict(message) for message in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": limit,
        }
        timeout = httpx.Timeout(self._seconds, connect=min(self._seconds, CONNECT_SECONDS))
        try:
            # The environment could name a proxy, or a .netrc that a password is taken from.
            with (
                httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout) as client,
                client.stream(
                    "POST", f"{self._base}/chat/completions", json=asked, headers=self._headers
                ) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise self._error("broken", f"answered with HTTP {response.status_code}")
                if "json" in response.headers.get("content-type", ""):
                    yield self._whole(response.iter_bytes())
                else:
                    yield from self._events(response.iter_bytes())
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._error("unreachable", "cannot be reached") from error
        except httpx.TimeoutException as error:
            raise self._error("timeout", f"was silent for {self._seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._error("broken", f"broke off ({type(error).__name__})") from error

    def _whole(self, pieces: Iterable[bytes]) -> str:
        """The text of a reply that comes in one piece, as from a server that does not stream."""
        body = b""
        for piece in pieces:
            body += piece
            if len(body) > LARGEST:
                raise self._error("broken", f"sent a reply of more than {LARGEST} bytes")
        return self._content(self._decoded(body), "message")[0]

    def _events(self, pieces: Iterable[bytes]) -> Iterator[str]:
        """The text of a reply that comes as server-sent events."""
        finished = False
        for line in self._lines(pieces):
            if line.startswith(b":"):
                # The server only says that it is there: a moment for whoever takes the pieces to leave.
                yield ""
            if not line.startswith(b"data:"):
                continue
            data = line.removeprefix(b"data:").strip()
            if data == b"[DONE]":
                return
            text, ends = self._content(self._decoded(data), "delta")
            finished = finished or ends
            if text:
                yield text
        if not finished:
            raise self._error("broken", "broke off in the middle of its reply")

    def _lines(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        waiting = b""
        for piece in pieces:
            *lines, waiting = (waiting + piece).split(b"\n")
            yield from lines
            if len(waiting) > LARGEST:
                raise self._error("broken", f"sent an event of more than {LARGEST} bytes")
        yield waiting

    def _decoded(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
            raise self._error("broken", "sent what is no JSON") from error

    def _content(self, reply: Any, key: str) -> tuple[str, bool]:
        """The text of one reply or event, and whether the model says that it is done."""
        match reply:
            case {"error": error} if error:
                raise self._error("broken", "reported an error")
            case {"choices": []}:
                return "", False
            case {"choices": [{**choice}, *_]}:
                part = choice.get(key)
                content = part.get("content") if isinstance(part, dict) else None
                if content is None or isinstance(content, str):
                    return content or "", choice.get("finish_reason") is not None
        raise self._error("broken", "sent JSON that is no chat completion")

    def _error(self, failure: Failure, what: str) -> GeneratorError:
        return GeneratorError(
            failure, f"the generator {self.name} at {self._base} {what}; see TANYA_GENERATOR"
        )
