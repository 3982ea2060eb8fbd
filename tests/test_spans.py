"""What must be true of spans read by a question-answering model."""

import numpy as np
import pytest

from index import ModelError
from rag.spans import LONGEST_ANSWER, Logits, TransformersSpanModel, best_span, take


def logits(start, end, null=0.0, width=2):
    """Tokens of `width` characters each, one after the other."""
    offsets = np.array([(width * at, width * (at + 1)) for at in range(len(start))])
    return Logits(offsets, np.array(start, np.float32), np.array(end, np.float32), null)


def test_the_best_span_has_the_greatest_sum_and_ends_no_earlier_than_it_begins():
    read = best_span(logits([0, 6, 1, 0], [9, 0, 4, 1], null=2.0), 0, 8)
    assert read.span == (2, 6)
    assert read.margin == pytest.approx(6 + 4 - 2)


def test_a_span_lies_within_the_sentence_that_is_asked_for():
    read = best_span(logits([9, 0, 1, 0], [9, 0, 1, 0]), 2, 8)
    assert read.span == (4, 6)


def test_a_span_is_not_longer_than_allowed():
    start, end = np.zeros(2 * LONGEST_ANSWER), np.zeros(2 * LONGEST_ANSWER)
    start[0], end[-1], end[LONGEST_ANSWER] = 5, 5, 4
    start[1] = 3
    read = best_span(logits(start, end), 0, 4 * LONGEST_ANSWER)
    assert read.span == (2, 2 * (LONGEST_ANSWER + 1))


def test_the_span_is_given_in_the_article_s_characters():
    assert best_span(logits([1, 0], [1, 0]), 0, 4, base=100).span == (100, 102)


def test_a_sentence_beyond_what_was_read_has_no_span():
    assert best_span(logits([1], [1]), 10, 20) is None


def test_only_the_tokens_of_the_context_count_and_the_first_token_says_there_is_no_answer():
    taken = take(
        [(0, 0), (0, 3), (0, 0), (0, 2), (3, 5)], [None, 0, None, 1, 1], [1, 9, 9, 2, 3], [4, 9, 9, 5, 6]
    )
    assert taken.null == 5
    assert taken.start.tolist() == [2, 3]
    assert taken.offsets.tolist() == [[0, 2], [3, 5]]


def test_a_reader_that_is_not_there_is_named_with_the_cure(tmp_path):
    with pytest.raises(ModelError, match="set TANYA_READER"):
        TransformersSpanModel(str(tmp_path / "nowhere"))
