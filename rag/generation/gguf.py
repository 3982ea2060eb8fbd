"""A model in a GGUF file on this machine, run by xllamacpp."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index import ModelError
from index.runtime import THREADS
from rag.generation.generator import GeneratorError, Message
from rag.generation.pace import Push, pulled

CONTEXT = 4096
"""Tokens of prompt and answer together."""


class GgufGenerator:
    """A model in a GGUF file."""

    def __init__(self, path: Path) -> None:
        """Load it.

        Raises:
            ModelError: xllamacpp is not installed, or the file cannot be loaded.
        """
        if not path.is_file():
            raise ModelError(f"there is no file {path}; set TANYA_GENERATOR to a GGUF file that exists")
        try:
            import xllamacpp
        except ImportError as error:
            raise ModelError(
                f"{path} needs xllamacpp, which is not installed; run: pip install 'tanya-berita[gguf]'"
            ) from error
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.n_ctx = CONTEXT
        parameters.n_parallel = 1
        parameters.cpuparams.n_threads = THREADS
        parameters.cpuparams_batch.n_threads = THREADS
        parameters.offline = True
        parameters.verbosity = -1
        # It opens a port whether one is wanted or not: on this machine alone, with a key that nobody is told.
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = 0
        parameters.api_keys = [secrets.token_urlsafe(32)]
        parameters.cors_origins = ""
        parameters.ui = parameters.endpoint_slots = parameters.endpoint_props = False
        try:
            self._server: Any = xllamacpp.Server(parameters)
        except RuntimeError as error:
            raise ModelError(
                f"{path} cannot be loaded as a GGUF model; set TANYA_GENERATOR to another file"
            ) from error
        self.name = path.stem

    def stream(self, messages: Sequence[Message], *, limit: int) -> Iterator[str]:
        """What the model writes.

        Raises:
            GeneratorError: the prompt is longer than the model's window, or the model fails.
        """
        asked = {
            "messages": [asdict(message) for message in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": limit,
        }

        def produce(push: Push) -> None:
            # What is raised in here is lost on its way through the library.
            problems: list[str] = []

            def take(event: Any) -> bool:
                match event:
                    case {"choices": [{"delta": {"content": str(text)}}, *_]}:
                        return not push(text)
                    case {"choices": _}:
                        return False
                problems.append("reported an error")
                return True

            self._server.handle_chat_completions(asked, take)
            if problems:
                raise GeneratorError(
                    "broken", f"the generator {self.name} {problems[0]}; see TANYA_GENERATOR"
                )

        yield from pulled(produce)
