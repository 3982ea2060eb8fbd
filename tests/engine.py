"""The carrier's own engine, compiled from the source that it ships, to hold our decoding against."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import e5

# The engine reserves four characters per byte of text where one character can become eighteen.
SOURCE = """
#include <stdlib.h>
static void *roomy(size_t size) { return malloc(8 * size + 64); }
#define malloc roomy
#include "e5.c"
int content_ids(e5_model *model, const char *text, int *ids, int room) {
    return tok_content(&model->tok, text, ids, room);
}
"""
ROOM = 4096


class Engine:
    def __init__(self, library: Path) -> None:
        self.library = ctypes.CDLL(str(library))
        self.library.e5_load.restype = ctypes.c_void_p
        self.model = ctypes.c_void_p(self.library.e5_load(str(e5.locate()).encode()))
        assert self.model

    def ids(self, text: str) -> list[int]:
        """The ids of a text without prefix and special tokens."""
        ids = (ctypes.c_int * ROOM)()
        count = self.library.content_ids(self.model, text.encode(), ids, ROOM)
        assert count < ROOM
        return ids[:count]

    def encode(self, texts: Sequence[str], kind: str) -> np.ndarray:
        vectors = np.zeros((len(texts), 384), np.float32)
        for text, vector in zip(texts, vectors, strict=True):
            address = vector.ctypes.data_as(ctypes.c_void_p)
            assert self.library.e5_embed(self.model, text.encode(), int(kind == "query"), address) == 0
        return vectors


def compile_engine(folder: Path) -> Engine | str:
    """The engine, or why there is none."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return "no C compiler here to build the carrier's engine with"
    source, library = folder / "engine.c", folder / "engine.so"
    source.write_text(SOURCE)
    options = ["-O3", "-march=native", "-w", "-shared", "-fPIC", f"-I{e5.locate().parent}"]
    built = subprocess.run(
        [compiler, *options, source, "-o", library, "-lm"], capture_output=True, text=True, check=False
    )
    return (
        Engine(library) if built.returncode == 0 else f"the carrier's engine does not compile: {built.stderr}"
    )
