"""Arrays come back as they were written, and are mapped."""

from pathlib import Path

import numpy as np
import pytest

from index.vectors import map_arrays, write_arrays

ARRAYS = {
    "numbers": np.arange(7, dtype=np.int32),
    "none": np.zeros((0, 3), np.float32),
    "table": np.arange(6, dtype=">f8").reshape(2, 3),
    "bytes": np.frombuffer("Ekspor naik…".encode(), np.uint8),
    "column": np.arange(12, dtype=np.int64).reshape(4, 3)[:, 1],
}


def test_arrays_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_arrays(tmp_path / "arrays", ARRAYS)
    read = map_arrays(tmp_path / "arrays")
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert (read[name].shape, read[name].dtype) == (array.shape, array.dtype.newbyteorder("<"))
        np.testing.assert_array_equal(read[name], array)


def test_they_cannot_be_written_to_and_outlive_the_file(tmp_path: Path) -> None:
    write_arrays(tmp_path / "arrays", ARRAYS)
    numbers = map_arrays(tmp_path / "arrays")["numbers"]
    (tmp_path / "arrays").unlink()
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 1
    assert numbers.tolist() == list(range(7))


@pytest.mark.parametrize("written", [b"nonsense\n", b'{"a": ["<i4", [9], 0]}\n', b'{"a": 1}\n'])
def test_what_is_no_such_file_is_an_error(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "arrays").write_bytes(written)
    with pytest.raises((ValueError, TypeError)):
        map_arrays(tmp_path / "arrays")
