"""Search by cosine over the vectors of passages (FAISS, inner product of unit rows).

Few vectors are compared exactly, in single precision. Many are kept in half precision, with a sketch of each
beside it (4 bits for two dimensions): a query runs over all sketches, a hundred thousand in a millisecond,
and is compared exactly with the likeliest rows (FAISS's `IndexRefine`), as many as the build found to be
needed. With a rare filter every row that it leaves is compared. The files are mapped, not read, into memory.

Arrays in one file: a line of JSON that says where each lies, then their bytes, mapped and not read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged
from index.models import Ranking

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

FILE = "vectors.faiss"
SKETCHES = "sketches.faiss"

EXACT = 50_000
"""Rows up to which all are compared; with more, sketches say which."""

RECALL = 0.99
"""Share of the ten nearest that is to be found; where sketches do not find it, all rows are compared."""

RARE = 8
"""A filter that leaves no more than one row in so many has all of them compared."""

_WANTED = 0.995
"""What is found of the sampled queries' ten nearest, so that of others it is `RECALL`."""

_EQUAL = 1e-6

_FEWEST, _MOST = 400, 3200
_SAMPLES = 256
_BEST = 10
_LIKENESS = 0.4
"""How much nearer a sampled query is to the row that it was made of than two rows are, from 0 to 1.

With the embedded model that is a cosine of 0.87; nineteen of twenty titles are nearer to a passage than that.
"""
_TRAINING = 40_000


class VectorIndex:
    """Vectors of one dimension; rows count from 0 in the order they were given.

    Attributes:
        compared: How many rows a query is compared with; 0 where with all.
        recall: Share of the ten nearest that is found so, measured on sampled queries when it was built.
    """

    def __init__(self, flat: Any, sketches: Any = None, compared: int = 0, recall: float = 1.0) -> None:
        self._flat = flat
        self._sketches = sketches
        self.compared = compared
        self.recall = recall

    @classmethod
    def build(cls, vectors: Array, exact: int | None = None) -> VectorIndex:
        """An index of `vectors`, float32 of shape `(n, dimension)` with unit rows.

        Up to `exact` of them (`EXACT` where none is given) all are compared.
        """
        import faiss

        vectors = np.ascontiguousarray(vectors, np.float32)
        if len(vectors) <= (EXACT if exact is None else exact):
            flat = faiss.IndexFlatIP(vectors.shape[1])
            flat.add(vectors)
            return cls(flat)
        half = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        half.add(vectors)
        sketches = _alone(lambda: _sketched(vectors))
        compared, recall = _needed(vectors, half, sketches)
        if not compared:
            return cls.build(vectors, exact=len(vectors))
        return cls(half, sketches, compared, recall)

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._flat.d)

    def search(self, vector: Array, k: int, keep: Mask | None = None) -> Ranking:
        """The `k` rows nearest to `vector` as `(row, cosine)`, best first, equal ones in row order.

        Args:
            vector: Unit vector of shape `(dimension,)`.
            k: How many rows at most.
            keep: Shape `(n,)`; only rows where it is true are found.

        Raises:
            ValueError: a shape is wrong.
        """
        if vector.shape != (self.dimension,):
            raise ValueError(f"a query vector has shape ({self.dimension},), not {vector.shape}")
        if keep is not None and keep.shape != (len(self),):
            raise ValueError(f"a mask has shape ({len(self)},), not {keep.shape}")
        kept = len(self) if keep is None else int(np.count_nonzero(keep))
        if min(k, kept) <= 0:
            return []
        query = np.ascontiguousarray(vector, np.float32)
        if not self.compared or kept * RARE <= len(self):
            return _compared(self._flat, query, min(k, kept), keep)
        # Of the likeliest rows, a filter leaves as large a share as of all.
        wanted = max(self.compared, 4 * k) * len(self) // kept
        return _refined(self._flat, self._sketches, query, k, wanted, keep)

    def vectors(self, first: int = 0, last: int | None = None) -> Array:
        """The vectors of all rows, or from `first` to before `last`; shape `(rows, dimension)`."""
        count = (len(self) if last is None else last) - first
        rows: Array = self._flat.reconstruct_n(int(first), int(count)).reshape(count, self.dimension)
        return rows

    def save(self, directory: Path) -> None:
        """Write the index into `directory`.

        Raises:
            OSError: it cannot be written.
        """
        import faiss

        for index, name in ((self._flat, FILE), (self._sketches, SKETCHES)):
            try:
                if index is not None:
                    faiss.write_index(index, str(directory / name))
            except RuntimeError as error:
                # FAISS reports a full disk as a runtime error of its own.
                raise OSError(None, f"{name} could not be written") from error

    @classmethod
    def load(cls, directory: Path, compared: int = 0, recall: float = 1.0) -> VectorIndex:
        """Map the index that `save` wrote into `directory`, of these attributes.

        Raises:
            Damaged: a file is missing or no such index.
        """
        import faiss

        flat = _mapped(directory / FILE, (faiss.IndexFlatIP, faiss.IndexScalarQuantizer))
        sketches = _mapped(directory / SKETCHES, (faiss.IndexPQFastScan,)) if compared else None
        return cls(flat, sketches, compared, recall)


def _mapped(path: Path, kinds: tuple[type, ...]) -> Any:
    import faiss

    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise Damaged(f"{path} cannot be read; rebuild it with: tanya index") from error
    if not isinstance(index, kinds):
        raise Damaged(f"{path} is another kind of index; rebuild it with: tanya index")
    return index


def _sketched(vectors: Array) -> Any:
    """Sketches of rows: product quantisation, laid out for scanning (André et al., "Quicker ADC", 2019)."""
    import faiss

    dimension = vectors.shape[1]
    parts = dimension // 2 if dimension % 2 == 0 else dimension
    sketches = faiss.IndexPQFastScan(dimension, parts, 4, faiss.METRIC_INNER_PRODUCT)
    sketches.pq.cp.niter = 10
    sketches.pq.cp.seed = 1
    # All passages are somewhat alike. What they share ranks none before another, and would cost precision.
    middle = vectors.mean(axis=0)
    step = max(len(vectors) // _TRAINING, 1)
    sketches.train(np.ascontiguousarray(vectors[::step] - middle))
    for at in range(0, len(vectors), _TRAINING):
        sketches.add(np.ascontiguousarray(vectors[at : at + _TRAINING] - middle))
    return sketches


def _needed(vectors: Array, flat: Any, sketches: Any) -> tuple[int, float]:
    """How many of the likeliest rows must be compared to find `RECALL` of the ten nearest; what that finds.

    0 where they would be too many.
    """
    queries = sampled_queries(vectors)
    cosines = queries @ vectors.T
    # Equal texts have equal vectors: what is as near as the tenth nearest is as good.
    least = np.partition(cosines, -_BEST, axis=1)[:, -_BEST] - _EQUAL
    compared, enough = _FEWEST, (0, 1.0)
    while compared <= min(_MOST, len(vectors)) and (not enough[0] or enough[1] < _WANTED):
        found = 0
        for query, near, enough_near in zip(queries, cosines, least, strict=True):
            best = _refined(flat, sketches, query, _BEST, compared)
            found += sum(near[row] >= enough_near for row, _ in best)
        recall = float(found / (_BEST * len(queries)))
        if recall >= RECALL:
            enough = (compared, round(recall, 4))
        compared *= 2
    return enough


def sampled_queries(vectors: Array) -> Array:
    """Unit vectors that are to the rows of `vectors` what questions are: near to one, and none of them."""
    chance = np.random.default_rng(1)
    origins = vectors[chance.choice(len(vectors), min(_SAMPLES, len(vectors)), replace=False)]
    noise = chance.standard_normal(origins.shape).astype(np.float32)
    noise -= np.einsum("nd,nd->n", noise, origins)[:, None] * origins
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    usual = float(np.median(origins @ origins.T))
    near = max(usual, 0.0) + _LIKENESS * (1 - max(usual, 0.0))
    queries: Array = (near * origins + (1 - near**2) ** 0.5 * noise).astype(np.float32)
    return queries


def _refined(flat: Any, sketches: Any, query: Array, k: int, count: int, keep: Mask | None = None) -> Ranking:
    """The best of the `count` rows whose sketches are nearest, or of those among them to keep."""
    import faiss

    index = faiss.IndexRefine(sketches, flat)
    scores, rows = _alone(lambda: index.search(query[None], min(count, index.ntotal)))
    return _ranked(scores[0], rows[0], k, keep)


def _compared(flat: Any, query: Array, k: int, keep: Mask | None) -> Ranking:
    """The best of all rows, or of those to keep."""
    import faiss

    parameters = None
    if keep is not None:
        # FAISS only points at these bits; the name keeps them alive during the search.
        bits = np.packbits(keep, bitorder="little")
        # The stubs describe the C++ constructors, the package wraps them for arrays and keywords.
        selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
    scores, rows = _alone(lambda: flat.search(query[None], k, params=parameters))
    return _ranked(scores[0], rows[0], k)


def _ranked(scores: Array, rows: NDArray[np.int64], k: int, keep: Mask | None = None) -> Ranking:
    """The `k` best of some rows, or of those among them to keep, best first, equal ones in row order."""
    there = rows >= 0 if keep is None else (rows >= 0) & keep[rows]
    scores, rows = scores[there], rows[there]
    order = np.lexsort((rows, -scores))[:k]
    return [(int(rows[at]), float(scores[at])) for at in order]


def _alone(search: Any) -> Any:
    """Do it with one thread; on a busy machine several wait for each other longer than one works."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        return search()
    finally:
        faiss.omp_set_num_threads(threads)


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
