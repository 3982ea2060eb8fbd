"""Postings say which rows hold a term and how often; joining them is as if the rows had come together."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import Collecting, Postings, digest, join

TEXTS = st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), max_size=12)


def collected(texts: list[list[str]]) -> Postings:
    collecting = Collecting()
    for text in texts:
        collecting.add(text)
    return collecting.postings()


def test_rows_and_counts_are_those_counted_by_hand() -> None:
    postings = collected([["naik", "ekspor", "naik"], [], ["naik"]])
    rows, counts = postings.of(digest("naik"))
    assert (rows.tolist(), counts.tolist(), postings.sizes.tolist()) == ([0, 2], [2, 1], [3, 0, 1])
    assert len(postings.of(digest("turun"))[0]) == 0
    assert np.all(np.diff(postings.terms.astype(object)) > 0)


def test_a_term_that_is_very_frequent_in_a_text_is_counted_as_far_as_it_goes() -> None:
    assert collected([["a"] * 70_000]).of(digest("a"))[1].tolist() == [65_535]


@given(TEXTS, TEXTS, st.data())
@settings(deadline=None)
def test_joined_and_thinned_out_they_are_those_of_the_texts_that_stay(
    first: list[list[str]], second: list[list[str]], data: st.DataObject
) -> None:
    parts, texts = [], {}
    total = 0
    for rows in (first, second):
        kept = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
        total += sum(kept)
    order = data.draw(st.permutations(range(total)))
    taken = 0
    for rows in (first, second):
        places = []
        for text in rows:
            stays = taken < total and data.draw(st.booleans())
            places.append(order[taken] if stays else -1)
            if stays:
                texts[order[taken]] = text
                taken += 1
        parts.append((collected(rows), np.array(places, np.int32).reshape(-1)))
    whole = collected([texts.get(row, []) for row in range(total)])
    joined = join(parts, total)
    for name, array in whole.arrays().items():
        np.testing.assert_array_equal(joined.arrays()[name], array)
