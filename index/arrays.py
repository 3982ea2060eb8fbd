"""Arrays in one file: a line of JSON that says where each lies, then their bytes, mapped and not read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALIGNED = 64


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name; they are kept as they are, in little-endian order.

    Raises:
        OSError: the file cannot be written.
    """
    places: dict[str, tuple[str, list[int], int]] = {}
    at = 0
    for name, array in arrays.items():
        places[name] = (array.dtype.newbyteorder("<").str, list(array.shape), at)
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps(places).encode()
    with path.open("wb") as file:
        file.write(head.ljust(-(-(len(head) + 1) // _ALIGNED) * _ALIGNED - 1) + b"\n")
        for name, array in arrays.items():
            data = np.ascontiguousarray(array, places[name][0])
            file.write(data.reshape(-1).view(np.uint8).data)
            file.write(bytes(-data.nbytes % _ALIGNED))


def map_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays in a file that `write_arrays` wrote, read-only; their bytes are read when they are used.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such file.
    """
    with path.open("rb") as file:
        head = file.readline()
    mapped: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
    arrays = {}
    for name, (kind, shape, at) in json.loads(head).items():
        size = int(np.dtype(kind).itemsize * np.prod(shape, dtype=np.int64))
        plain = mapped[len(head) + at : len(head) + at + size]
        # A plain array: as a subclass every slice of it would be slower.
        arrays[name] = np.asarray(plain).view(np.ndarray).view(kind).reshape(shape)
    return arrays
