"""A model in a GGUF file on this machine, run by xllamacpp."""

from __future__ import annotations

import secrets
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index import ModelError
from index.embedder import THREADS
from rag.generation.generator import Message
from rag.generation.server import ServerGenerator

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
        """What the model writes.

        Raises:
            GeneratorError: the prompt is longer than the model's window, or the model fails.
        """
        yield from self._client.stream(messages, limit=limit)
