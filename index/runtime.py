"""onnxruntime and tokenizers, opened the one way that this program uses them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from index.errors import ModelError

THREADS = 2


def open_graph(path: Path, threads: int = THREADS) -> Any:
    """Open an ONNX graph for the CPU, which works on a run with so many threads.

    Raises:
        ModelError: it cannot be loaded.
    """
    # It would send reports about its use from a thread of its own; this is read when it is imported.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin while they wait gain nothing here and take the processor from others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # it raises kinds of its own, which have no common base
        raise ModelError(f"{path} cannot be loaded ({error}); remove the folder {path.parent}") from error


def open_tokenizer(path: Path) -> Any:
    """Open a tokenizer in which a text that spells "<s>" means those three characters.

    Raises:
        ModelError: it cannot be loaded.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer: Any = Tokenizer.from_file(str(path))
    except Exception as error:  # it raises bare exceptions
        raise ModelError(f"{path} cannot be loaded ({error}); remove the folder {path.parent}") from error
    tokenizer.encode_special_tokens = True
    return tokenizer
