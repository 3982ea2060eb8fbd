"""What was altered since it was stored is told from what was not."""

import hashlib

import numpy as np
import pytest

from index.errors import Damaged
from index.models import (
    Article,
    cure_of,
    is_unaltered,
    passage_within,
    unaltered,
    unit_vector,
    unit_vector_of,
)

TEXT = "Ekspor naik."
SOUND = Article(
    "a", "Judul", TEXT, None, None, None, "id", "x/a.txt", hashlib.sha256(TEXT.encode()).hexdigest()
)
ALTERED = Article("a", "Judul", TEXT.upper(), None, None, None, "id", "x/a.txt", SOUND.sha256)
CURE = "remove it and index it again: tanya articles remove a, then tanya index x/a.txt"


def blob(*values: float) -> bytes:
    return np.array(values, "<f4").tobytes()


def test_a_text_is_held_against_its_digest() -> None:
    assert is_unaltered(SOUND)
    assert unaltered(SOUND) is SOUND
    assert not is_unaltered(ALTERED)
    with pytest.raises(Damaged, match=f"the text of article 'a' is altered; {CURE}"):
        unaltered(ALTERED)


def test_a_vector_has_its_dimension_and_length_one() -> None:
    np.testing.assert_array_equal(unit_vector(blob(0.6, 0.8), 2), np.array([0.6, 0.8], np.float32))
    assert unit_vector(blob(0.6, 0.8), None) is not None


@pytest.mark.parametrize(
    "raw", [b"", b"abc", blob(1), blob(0, 0), blob(1, 1), blob(float("nan"), 0), blob(float("inf"), 0)]
)
def test_any_other_vector_is_damaged(raw: bytes) -> None:
    assert unit_vector(raw, 2) is None
    with pytest.raises(Damaged, match=f"a vector of article 'a' is damaged; {CURE}"):
        unit_vector_of(SOUND, raw, np.zeros(2, np.float32))


def test_a_passage_lies_within_its_article() -> None:
    assert passage_within(SOUND, 0, 6).text == "Ekspor"
    with pytest.raises(Damaged, match=f"passage 0:99 lies outside article 'a'; {CURE}"):
        passage_within(SOUND, 0, 99)


def test_the_cure_names_the_commands() -> None:
    assert cure_of(SOUND) == CURE
