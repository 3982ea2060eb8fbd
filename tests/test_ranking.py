"""What must be true of the order of the passages that are found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.query import question_of
from rag.retrieval import RANKED_BY, Pooled, ranked, ranking_features


def found(article, text, *, title="Judul", cosine=0.8, lexical=0.0, abroad=False):
    return Pooled(article, title, text, cosine, lexical, abroad)


def values(question, pool):
    """The features of each passage by their names."""
    rows = ranking_features(question_of(question), pool)
    return [dict(zip(RANKED_BY, row, strict=True)) for row in rows.tolist()]


def test_a_passage_is_described_by_itself_and_by_the_rest_of_its_article():
    first = found("a", "Jembatan itu dibuka.", title="Jembatan Melati", cosine=0.9, lexical=0.5)
    second = found("a", "Biayanya mahal.", title="Jembatan Melati", cosine=None, lexical=1.0)
    third = found("b", "Pasar sepi.", title="Pasar", cosine=0.7)
    one, two, three = values("jembatan melati mahal?", [first, second, third])
    # Each of the three words is in two of the passages with their titles, or in one.
    known, rare = np.log(4 / 2.5), np.log(4 / 1.5)
    whole = known + known + rare
    assert one["covered"] == pytest.approx(2 * known / whole)
    assert two["covered"] == pytest.approx(1.0)
    assert one["titled"] == two["titled"] == pytest.approx(2 * known / whole)
    assert (three["covered"], three["titled"]) == (0.0, 0.0)
    assert [row["cosine"] for row in (one, two, three)] == pytest.approx([18.0, 14.0, 14.0])
    assert [row["article_cosine"] for row in (one, two, three)] == pytest.approx([14.0, 18.0, 14.0])
    assert [row["article_lexical"] for row in (one, two, three)] == [1.0, 1.0, 0.0]
    assert [row["article_covered"] for row in (one, two, three)] == pytest.approx([1.0, 1.0, 0.0])
    assert [row["article_passages"] for row in (one, two, three)] == [0.25, 0.25, 0.0]


def test_an_english_word_is_covered_by_an_indonesian_one():
    (row,) = values("Who opened the bridge?", [found("a", "Jembatan itu dibuka gubernur.", abroad=True)])
    assert row["covered"] > 0


def test_what_has_more_of_the_question_goes_first_where_nothing_else_differs():
    question = question_of("Berapa panjang jembatan Melati Raya?")
    pool = [found("a", "Pasar itu ramai sekali."), found("b", "Panjang jembatan Melati Raya 40 meter.")]
    assert [at for at, _ in ranked(question, pool)] == [1, 0]


def test_the_rest_of_an_article_tells_which_of_two_like_passages_is_meant():
    question = question_of("Berapa panjang jembatan Melati Raya?")
    text, around = "Panjangnya 40 meter.", "Bupati membuka jembatan Melati Raya."
    pool = [found("a", text), found("b", text), found("b", around, cosine=0.75)]
    order = [at for at, _ in ranked(question, pool)]
    assert order.index(1) < order.index(0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.text("jembatan 5"), st.none() | st.floats(-1, 1), st.floats(0, 1)
        ),
        max_size=8,
    )
)
def test_every_passage_has_its_place_and_the_chances_are_of_one(rows):
    pool = [found(article, text, cosine=cosine, lexical=lexical) for article, text, cosine, lexical in rows]
    order = ranked(question_of("jembatan 5 meter"), pool)
    assert sorted(at for at, _ in order) == list(range(len(pool)))
    chances = [chance for _, chance in order]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1.0 if pool else 0.0)
