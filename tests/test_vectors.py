"""Few vectors are searched exactly, by hand and by brute force; of many, what is near is found."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import Damaged
from index.vectors import FILE, SKETCHES, VectorIndex

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
@settings(deadline=None)
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


def crowded(n: int, dimension: int, seed: int = 0) -> np.ndarray:
    """Unit vectors around a few centres, as those of passages are."""
    centres = np.random.default_rng(0).standard_normal((40, dimension))
    random = np.random.default_rng(seed)
    vectors = centres[random.integers(40, size=n)] + 0.6 * random.standard_normal((n, dimension)) + 2
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def many() -> tuple[np.ndarray, VectorIndex]:
    vectors = crowded(6000, 32, seed=1)
    return vectors, VectorIndex.build(vectors, exact=5000)


def test_many_vectors_are_searched_by_sketches_that_find_what_comparing_all_finds(
    many: tuple[np.ndarray, VectorIndex],
) -> None:
    vectors, index = many
    assert 0 < index.compared < len(vectors)
    assert index.recall >= 0.99
    # Of another seed than the queries by which the recall was measured.
    queries = crowded(200, 32, seed=9)
    found = [{row for row, _ in index.search(query, 10)} for query in queries]
    nearest = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    hits = sum(len(one.intersection(best.tolist())) for one, best in zip(found, nearest, strict=True))
    assert hits / nearest.size >= 0.99


def test_cosines_of_many_vectors_are_those_of_half_precision(many: tuple[np.ndarray, VectorIndex]) -> None:
    vectors, index = many
    for row, score in index.search(vectors[7], 20):
        assert score == pytest.approx(float(vectors[row] @ vectors[7]), abs=1e-3)
    np.testing.assert_allclose(index.vectors(100, 103), vectors[100:103], atol=1e-3)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1])
def test_a_rare_filter_is_exact_among_many(many: tuple[np.ndarray, VectorIndex], share: float) -> None:
    vectors, index = many
    random = np.random.default_rng(4)
    keep = random.random(len(vectors)) < share
    halves = vectors.astype(np.float16).astype(np.float32)
    for query in crowded(50, 32, seed=5):
        cosines = halves @ query
        expected = sorted(np.flatnonzero(keep), key=lambda row: -cosines[row])[:10]
        found = index.search(query, 10, keep)
        np.testing.assert_allclose([score for _, score in found], cosines[expected], atol=1e-5)


def test_a_common_filter_finds_as_much_as_no_filter(many: tuple[np.ndarray, VectorIndex]) -> None:
    vectors, index = many
    keep = np.random.default_rng(6).random(len(vectors)) < 0.3
    hits = 0
    for query in crowded(100, 32, seed=7):
        cosines = np.where(keep, vectors @ query, -2)
        found = [row for row, _ in index.search(query, 10, keep)]
        assert keep[found].all()
        hits += len(set(found).intersection(np.argsort(-cosines)[:10].tolist()))
    assert hits / 1000 >= 0.99


def test_where_sketches_say_too_little_all_are_compared() -> None:
    # So much alike that half of a number's digits do not tell them apart.
    vectors = 1 + 1e-3 * np.random.default_rng(8).standard_normal((4000, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    index = VectorIndex.build(vectors, exact=100)
    assert (index.compared, index.recall) == (0, 1.0)
    np.testing.assert_array_equal(index.vectors(), vectors)
    query = crowded(1, 16)[0]
    expected = np.sort(vectors @ query)[::-1][:5]
    np.testing.assert_allclose([score for _, score in index.search(query, 5)], expected, atol=1e-7)


def test_sketches_are_saved_and_loaded(many: tuple[np.ndarray, VectorIndex], tmp_path: Path) -> None:
    vectors, index = many
    index.save(tmp_path)
    loaded = VectorIndex.load(tmp_path, index.compared, index.recall)
    for query in vectors[:20]:
        assert loaded.search(query, 10) == index.search(query, 10)
    (tmp_path / SKETCHES).unlink()
    with pytest.raises(Damaged, match=r"sketches.faiss cannot be read; rebuild it with: tanya index"):
        VectorIndex.load(tmp_path, index.compared, index.recall)


def test_a_dimension_that_is_odd_has_sketches_too() -> None:
    vectors = crowded(2000, 9)
    index = VectorIndex.build(vectors, exact=100)
    assert index.recall >= 0.99
    assert index.search(vectors[3], 1)[0][0] == 3


def test_equal_vectors_do_not_count_as_missed() -> None:
    vectors = np.repeat(crowded(1500, 32), 30, axis=0)
    index = VectorIndex.build(vectors, exact=100)
    assert index.compared > 0
    assert index.recall >= 0.99
