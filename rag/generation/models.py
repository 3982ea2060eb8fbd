"""Models that write: behind an OpenAI-compatible server, in a GGUF file, or of transformers.

A server is vLLM, Ollama, llama.cpp or a hosted one; the others run on this machine. One string names any.
"""

from __future__ import annotations

import json
import os
import secrets
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from index import ModelError, SettingsError
from index.embedder import THREADS
from rag.generation import Failure, Generator, GeneratorError, Message, Push, pulled

KEY = "TANYA_GENERATOR_KEY"
"""The environment variable that holds a server's key; it is read from nowhere else."""

_EXAMPLE = "http://localhost:11434/v1#MODEL"


def load_generator(named: str, environ: Mapping[str, str] | None = None) -> Generator:
    """The generator that `named` says.

    Args:
        named: `http(s)://host/v1#model`, a path that ends in `.gguf`, or a transformers id or folder.
        environ: Where the key of a server is looked up; the process's own by default.

    Raises:
        SettingsError: it names a server wrongly.
        ModelError: a local model cannot be loaded.
    """
    named = named.strip()
    if "://" in named:
        base, model = _server(named)
        return ServerGenerator(base, model, _key(os.environ if environ is None else environ))
    if named.lower().endswith(".gguf"):
        return GgufGenerator(Path(named).expanduser())
    return TransformersGenerator(named)


def _server(named: str) -> tuple[str, str]:
    """The address of a server's API, and its model."""
    base, _, model = named.partition("#")
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"the generator is no address; write it as {_EXAMPLE}") from error
    if "@" in parts.netloc:
        raise SettingsError(f"the generator's address holds a password; put its key into {KEY} instead")
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise SettingsError(f"the generator {base!r} is no address; write it as {_EXAMPLE}")
    if parts.query:
        raise SettingsError(f"the generator's address holds a query; write it as {_EXAMPLE}")
    if not parts.path.strip("/"):
        raise SettingsError(f"the generator {base!r} lacks the path of its API; write it as {_EXAMPLE}")
    if not model.strip():
        raise SettingsError(f"the generator {base!r} names no model; write it as {_EXAMPLE}")
    return base, model.strip()


def _key(environ: Mapping[str, str]) -> str | None:
    key = environ.get(KEY, "").strip()
    if key and not (key.isascii() and key.isprintable()):
        raise SettingsError(f"{KEY} holds characters that no key has; copy the key into it anew")
    return key or None


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
        """Yield the text that the server's model writes.

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


# What transformers and huggingface_hub raise for a folder or an id that is of no use.
_FAILURES = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, ImportError)


class TransformersGenerator:
    """A model of transformers that continues text, by its folder or Hugging Face id."""

    def __init__(self, model: str) -> None:
        """Load it; the network is used only where an id is not cached, and no code that comes with it is run.

        Raises:
            ModelError: there is no such model, or it is none that writes.
        """
        folder = Path(model).expanduser()
        if not folder.is_dir() and (model.startswith((".", "/", "~")) or model.count("/") > 1):
            raise ModelError(
                f"there is no model folder {model}; set TANYA_GENERATOR to one, to a Hugging Face id, to a "
                ".gguf file or to http://HOST/v1#MODEL"
            )
        # Read when the libraries are first imported, so set before.
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        import torch
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        torch.set_num_threads(THREADS)
        try:
            self._tokenizer, self._model = _load(str(folder) if folder.is_dir() else model, folder.is_dir())
        except _FAILURES as error:
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise ModelError(
                f"the generator {model!r} cannot be loaded ({reason}); "
                "set TANYA_GENERATOR to the folder of a model that writes"
            ) from error
        self.name = folder.resolve().name if folder.is_dir() else model
        self._lock = Lock()

    def stream(self, messages: Sequence[Message], *, limit: int) -> Iterator[str]:
        """Yield the text that the model writes.

        Raises:
            GeneratorError: the prompt is longer than the model's window, or computing fails.
        """
        # A thread that computes while the interpreter goes away takes the whole process down.
        yield from pulled(lambda push: self._write(messages, limit, push), awaited=True)

    def _write(self, messages: Sequence[Message], limit: int, push: Push) -> None:
        import torch

        encoded = self._prompt(messages)
        # A tokenizer may give more than its model takes.
        prompt = {name: encoded[name] for name in ("input_ids", "attention_mask")}
        window = getattr(self._model.config, "max_position_embeddings", None)
        if window is not None and prompt["input_ids"].shape[1] + limit > window:
            raise GeneratorError(
                "broken",
                f"the prompt is longer than the window of {self.name}; set TANYA_GENERATOR to another",
            )
        end = self._model.generation_config.eos_token_id
        padding = end[0] if isinstance(end, list) else end
        # One at a time: two would share the same cores and take longer each.
        with self._lock, torch.inference_mode():
            try:
                self._model.generate(
                    **prompt,
                    max_new_tokens=limit,
                    do_sample=False,
                    pad_token_id=0 if padding is None else padding,
                    streamer=_Pushing(self._tokenizer, push),
                )
            except _Enough:
                return
            except (RuntimeError, ValueError, IndexError) as error:
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                raise GeneratorError(
                    "broken", f"the generator {self.name} failed ({reason}); set TANYA_GENERATOR to another"
                ) from error

    def _prompt(self, messages: Sequence[Message]) -> Any:
        """The messages as the model's template has them, or in plain text where it has none."""
        if not self._tokenizer.chat_template:
            text = "\n\n".join(message.content for message in messages) + "\n\n"
            return self._tokenizer(text, return_tensors="pt").to(self._model.device)
        from jinja2 import TemplateError

        shaped = [{"role": message.role, "content": message.content} for message in messages]
        joined = [{"role": "user", "content": "\n\n".join(message.content for message in messages)}]
        try:
            return self._templated(shaped)
        except TemplateError:
            # Some models know of no system message.
            return self._templated(joined)

    def _templated(self, messages: list[dict[str, str]]) -> Any:
        return self._tokenizer.apply_chat_template(
            messages,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            # A word of the templates that can think aloud, which takes longer than it helps here.
            enable_thinking=False,
        ).to(self._model.device)


class _Enough(Exception):
    """Nobody takes what is written any more."""


class _Pushing:
    """A streamer for `generate`: passes on the text of its tokens, in whole characters."""

    def __init__(self, tokenizer: Any, push: Push) -> None:
        self._tokenizer = tokenizer
        self._push = push
        self._tokens: list[int] | None = None
        self._pushed = 0

    def put(self, value: Any) -> None:
        if self._tokens is None:  # the prompt comes first
            self._tokens = []
            return
        self._tokens.extend(value.reshape(-1).tolist())
        text = self._text()
        # A character of several tokens is written as U+FFFD until its last one has come.
        self._pass_on("" if text.endswith("\ufffd") else text)

    def end(self) -> None:
        self._pass_on(self._text())

    def _text(self) -> str:
        text: str = self._tokenizer.decode(
            self._tokens or [], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text

    def _pass_on(self, text: str) -> None:
        new, self._pushed = text[self._pushed :], max(self._pushed, len(text))
        if not self._push(new):
            raise _Enough


def _load(model: str, is_folder: bool) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    def load(local: bool) -> tuple[Any, Any]:
        return (
            AutoTokenizer.from_pretrained(model, local_files_only=local),
            AutoModelForCausalLM.from_pretrained(model, local_files_only=local, dtype="auto"),
        )

    try:
        tokenizer, loaded = load(local=True)
    except _FAILURES:
        if is_folder:
            raise
        tokenizer, loaded = load(local=False)
    return tokenizer, loaded.to("cuda" if torch.cuda.is_available() else "cpu").eval()


CONTEXT = 4096
"""Tokens of prompt and answer together."""

BATCH = 128
"""Tokens that are read at once; in between, a model that nobody listens to can be stopped."""


def open_server(
    path: Path, *, adapter: Path | None = None, context: int = CONTEXT, slots: int = 1
) -> tuple[Any, str]:
    """Open the server of xllamacpp within this process; it and the key that it wants.

    Its port is on this machine alone, and whoever else finds it does not have the key. Whoever opens it must
    let go of it before the interpreter ends, or the process goes down where it still computes.

    Args:
        path: A GGUF file.
        adapter: A GGUF file of a low-rank adapter for it.
        context: Tokens of prompt and answer together, of all slots.
        slots: Prompts that are answered at once.

    Raises:
        ModelError: xllamacpp is not installed, or a file cannot be loaded.
    """
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelError(
            f"{path} needs xllamacpp, which is not installed; run: pip install xllamacpp"
        ) from error
    key = secrets.token_urlsafe(32)
    parameters = xllamacpp.CommonParams()
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [key]
    parameters.cors_origins = ""
    parameters.ui = parameters.endpoint_slots = parameters.endpoint_props = False
    # How soon it notices that nobody listens any more, in seconds.
    parameters.sse_ping_interval = 1
    parameters.model.path = str(path)
    if adapter is not None:
        parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
    parameters.offline = True
    parameters.verbosity = -1
    parameters.n_ctx = context
    parameters.n_parallel = slots
    parameters.n_batch = parameters.n_ubatch = BATCH
    for processors in (parameters.cpuparams, parameters.cpuparams_batch):
        processors.n_threads = THREADS
        # Threads that spin while they wait take the processor from others.
        processors.poll = 0
    try:
        return xllamacpp.Server(parameters), key
    except RuntimeError as error:
        raise ModelError(
            f"{path} cannot be loaded as a GGUF model; set TANYA_GENERATOR to another file"
        ) from error


class GgufGenerator:
    """A model in a GGUF file, behind the server that xllamacpp opens within this process."""

    def __init__(self, path: Path) -> None:
        """Load it.

        Raises:
            ModelError: xllamacpp is not installed, or the file cannot be loaded.
        """
        if not path.is_file():
            raise ModelError(f"there is no file {path}; set TANYA_GENERATOR to a GGUF file that exists")
        server, key = open_server(path)
        self.name = path.stem
        self._client = ServerGenerator(f"{server.listening_address}/v1", self.name, key)
        # It must be gone before the interpreter is, or takes the process down where it still computes.
        weakref.finalize(self, [server].clear)

    def stream(self, messages: Sequence[Message], *, limit: int) -> Iterator[str]:
        """Yield the text that the model writes.

        Raises:
            GeneratorError: the prompt is longer than the model's window, or the model fails.
        """
        yield from self._client.stream(messages, limit=limit)
