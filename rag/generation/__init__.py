"""Models that write: their sentences are shown only where their sources prove them.

One string names a server, a GGUF file or a model of transformers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from index import SettingsError
from rag.generation.generator import Generator, GeneratorError, Message

__all__ = ["Generator", "GeneratorError", "Message"]


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
        from rag.generation.server import ServerGenerator

        base, model = _server(named)
        return ServerGenerator(base, model, _key(os.environ if environ is None else environ))
    if named.lower().endswith(".gguf"):
        from rag.generation.gguf import GgufGenerator

        return GgufGenerator(Path(named).expanduser())
    from rag.generation.local import TransformersGenerator

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
