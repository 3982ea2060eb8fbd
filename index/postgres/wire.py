"""pgvector's type `vector` on the wire: two bytes of dimension, two of nothing, then big-endian float32."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

_HEAD = struct.Struct("!HH")


def encode(vector: NDArray[np.float32]) -> bytes:
    """The bytes of `vector`, of shape `(dimension,)`."""
    return _HEAD.pack(len(vector), 0) + np.ascontiguousarray(vector, ">f4").tobytes()


def decode(raw: bytes) -> NDArray[np.float32]:
    """The vector in `raw`, of shape `(dimension,)`."""
    dimension, _ = _HEAD.unpack_from(raw)
    return np.frombuffer(raw, ">f4", dimension, _HEAD.size).astype(np.float32)
