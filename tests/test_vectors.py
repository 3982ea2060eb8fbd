"""Vector search is exact: cosines by hand, and every mask against brute force."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import Damaged
from index.vectors import FILE, VectorIndex

# Unit vectors in the plane; with (0.6, 0.8) they have the cosines 0.6, 0.8, -0.6 and 1.0.
PLANE = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], np.float32)
QUERY = np.array([0.6, 0.8], np.float32)


def test_cosines_are_those_computed_by_hand_best_first() -> None:
    found = VectorIndex.build(PLANE).search(QUERY, 4)
    assert [row for row, _ in found] == [3, 1, 0, 2]
    np.testing.assert_allclose([score for _, score in found], [1, 0.8, 0.6, -0.6], atol=1e-6)


def test_a_mask_leaves_only_its_rows() -> None:
    found = VectorIndex.build(PLANE).search(QUERY, 4, np.array([True, False, True, False]))
    assert [row for row, _ in found] == [0, 2]


def test_equal_scores_keep_the_order_of_rows() -> None:
    assert VectorIndex.build(PLANE[[0, 0, 0]]).search(QUERY, 3) == [
        (row, pytest.approx(0.6)) for row in range(3)
    ]


@pytest.mark.parametrize("k", [0, -1])
def test_nothing_wanted_is_nothing_found(k: int) -> None:
    assert VectorIndex.build(PLANE).search(QUERY, k) == []


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex.build(np.zeros((0, 2), np.float32))
    assert index.search(QUERY, 3) == []
    assert index.vectors().shape == (0, 2)


def test_a_mask_that_keeps_nothing_finds_nothing() -> None:
    assert VectorIndex.build(PLANE).search(QUERY, 3, np.zeros(4, bool)) == []


@pytest.mark.parametrize(
    ("vector", "keep", "message"),
    [
        (np.zeros(3, np.float32), None, r"a query vector has shape \(2,\), not \(3,\)"),
        (np.zeros((1, 2), np.float32), None, r"a query vector has shape \(2,\), not \(1, 2\)"),
        (QUERY, np.ones(3, bool), r"a mask has shape \(4,\), not \(3,\)"),
    ],
)
def test_a_wrong_shape_is_refused(vector: np.ndarray, keep: np.ndarray | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VectorIndex.build(PLANE).search(vector, 2, keep)


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_filtered_search_is_the_filtered_brute_force(n: int, k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((n, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keep = random.random(n) < 0.5
    found = VectorIndex.build(vectors).search(vectors[0], k, keep)
    cosines = vectors @ vectors[0]
    expected = sorted(np.flatnonzero(keep), key=lambda row: (-cosines[row], row))[:k]
    assert len(found) == len(expected)
    np.testing.assert_allclose([score for _, score in found], cosines[expected], atol=1e-5)
    assert all(keep[row] for row, _ in found)


def test_a_saved_index_is_loaded_as_it_was(tmp_path: Path) -> None:
    VectorIndex.build(PLANE).save(tmp_path)
    loaded = VectorIndex.load(tmp_path)
    assert (len(loaded), loaded.dimension) == (4, 2)
    np.testing.assert_array_equal(loaded.vectors(), PLANE)
    assert loaded.search(QUERY, 1) == [(3, pytest.approx(1))]


def test_what_cannot_be_read_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match=r"vectors.faiss cannot be read; rebuild it with: tanya index"):
        VectorIndex.load(tmp_path)
    (tmp_path / FILE).write_bytes(b"IxF2 nonsense")
    with pytest.raises(Damaged, match=r"vectors.faiss cannot be read; rebuild it with: tanya index"):
        VectorIndex.load(tmp_path)


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"vectors.faiss could not be written"):
        VectorIndex.build(PLANE).save(tmp_path / "missing")
