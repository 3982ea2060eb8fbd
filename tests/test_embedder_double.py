"""The double of the embedder does what its docstring says, so tests may count on it."""

import numpy as np
from embedder_double import HashingEmbedder


def test_vectors_are_unit_rows_of_its_dimension() -> None:
    vectors = HashingEmbedder(16).encode(["satu dua tiga", "", "???"], "passage")
    assert vectors.shape == (3, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_same_words_are_the_same_vector_and_other_words_are_another() -> None:
    first, again, other = HashingEmbedder(256).encode(
        ["Ekspor naik", "naik, ekspor!", "impor turun"], "query"
    )
    np.testing.assert_allclose(first @ again, 1, atol=1e-6)
    np.testing.assert_allclose(first @ other, 0, atol=1e-6)


def test_shared_words_are_the_cosine() -> None:
    # {a: 1, b: 1} and {b: 1, c: 1}: one shared of two each, 1 / (sqrt 2 * sqrt 2).
    first, second = HashingEmbedder(256).encode(["ekspor sumut", "sumut impor"], "passage")
    np.testing.assert_allclose(first @ second, 0.5, atol=1e-6)


def test_no_texts_are_no_rows() -> None:
    assert HashingEmbedder(8).encode([], "query").shape == (0, 8)


def test_words_and_signs_are_tokens() -> None:
    assert HashingEmbedder().count_tokens("USD 4,796 miliar.") == 6


def test_its_name_tells_its_dimension_and_its_calls_are_kept() -> None:
    embedder = HashingEmbedder(32)
    embedder.encode(["satu", "dua"], "passage")
    assert (embedder.name, embedder.dimension, embedder.calls) == ("hashing-32", 32, ["satu", "dua"])
