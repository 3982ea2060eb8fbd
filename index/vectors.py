"""Exact search by cosine over the vectors of passages (FAISS, inner product of unit rows)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged

Array = NDArray[np.float32]

FILE = "vectors.faiss"


class VectorIndex:
    """Vectors of one dimension; rows count from 0 in the order they were given."""

    def __init__(self, flat: Any) -> None:
        self._flat = flat

    @classmethod
    def build(cls, vectors: Array) -> VectorIndex:
        """An index of `vectors`, float32 of shape `(n, dimension)` with unit rows."""
        import faiss

        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, np.float32))
        return cls(flat)

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._flat.d)

    def search(self, vector: Array, k: int, keep: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The `k` rows nearest to `vector` as `(row, cosine)`, best first, equal ones in row order.

        Args:
            vector: Unit vector of shape `(dimension,)`.
            k: How many rows at most.
            keep: Shape `(n,)`; only rows where it is true are found.

        Raises:
            ValueError: a shape is wrong.
        """
        import faiss

        if vector.shape != (self.dimension,):
            raise ValueError(f"a query vector has shape ({self.dimension},), not {vector.shape}")
        if keep is not None and keep.shape != (len(self),):
            raise ValueError(f"a mask has shape ({len(self)},), not {keep.shape}")
        k = min(k, len(self) if keep is None else int(keep.sum()))
        if k <= 0:
            return []
        parameters = None
        if keep is not None:
            # FAISS only points at these bits; the name keeps them alive during the search.
            bits = np.packbits(keep, bitorder="little")
            # The stubs describe the C++ constructors, the package wraps them for arrays and keywords.
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        # One query is one thread's work; the others would only spin, and take the processor from the model.
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        try:
            query = np.ascontiguousarray(vector[None], np.float32)
            scores, rows = self._flat.search(query, k, params=parameters)
        finally:
            faiss.omp_set_num_threads(threads)
        found = [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def vectors(self) -> Array:
        """Every vector, shape `(n, dimension)`."""
        rows: Array = self._flat.reconstruct_n(0, len(self)).reshape(len(self), self.dimension)
        return rows

    def save(self, directory: Path) -> None:
        """Write the index into `directory`.

        Raises:
            OSError: it cannot be written.
        """
        import faiss

        try:
            faiss.write_index(self._flat, str(directory / FILE))
        except RuntimeError as error:
            # FAISS reports a full disk as a runtime error of its own.
            raise OSError(None, f"{FILE} could not be written") from error

    @classmethod
    def load(cls, directory: Path) -> VectorIndex:
        """Read the index that `save` wrote into `directory`.

        Raises:
            Damaged: the file is missing or no such index.
        """
        import faiss

        try:
            flat = faiss.read_index(str(directory / FILE))
        except RuntimeError as error:
            raise Damaged(f"{directory / FILE} cannot be read; rebuild it with: tanya index") from error
        if not isinstance(flat, faiss.IndexFlatIP):
            raise Damaged(f"{directory / FILE} is another kind of index; rebuild it with: tanya index")
        return cls(flat)
