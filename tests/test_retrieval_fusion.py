"""What must be true of fused rankings."""

from rag.retrieval import fuse


def test_scores_are_added_by_hand():
    fused = fuse([(1, 0.9), (2, 0.8)], [(2, 10.0), (3, 5.0)], lambda row: 0.2)
    assert [(row, round(score, 6)) for row, score in fused] == [(2, 1.0), (1, 0.9), (3, 0.9)]


def test_without_trust_the_dense_ranking_stands():
    dense = [(1, 0.9), (2, 0.8), (3, 0.7)]
    assert [row for row, _ in fuse(dense, [(3, 99.0)], lambda row: 0.0)] == [1, 2, 3]


def test_trust_is_asked_per_row():
    fused = fuse([(1, 0.8), (2, 0.8)], [(1, 5.0), (2, 5.0)], lambda row: 0.1 if row == 2 else 0.0)
    assert fused[0][0] == 2


def test_either_ranking_may_be_empty():
    assert fuse([], [(4, 2.0)], lambda row: 1.0) == [(4, 1.0)]
    assert fuse([(4, 0.5)], [], lambda row: 1.0) == [(4, 0.5)]
    assert fuse([], [], lambda row: 1.0) == []
