"""Lexical search is exact: BM25 by hand, every mask against the whole ranking; figures survive."""

import math

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import Collecting, LexicalIndex, stem, terms

TEXTS = ["ekspor naik ekspor", "impor turun", "ekspor turun"]


def bm25(tf: int, df: int, length: int, n: int = 3, average: float = 7 / 3) -> float:
    """Lucene's form, with k1 = 1.2 and b = 0.75."""
    idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
    return idf * tf / (tf + 1.2 * (1 - 0.75 + 0.75 * length / average))


def test_scores_are_those_computed_by_hand() -> None:
    # "ekspor" stands in two of three texts: idf = ln 1.6 = 0.4700; the first text has it twice in 3 words.
    found = LexicalIndex.build(TEXTS).search("Ekspor?", 3)
    assert found == [(0, pytest.approx(0.2719, abs=1e-4)), (2, pytest.approx(0.2269, abs=1e-4))]
    assert found[0][1] == pytest.approx(bm25(tf=2, df=2, length=3), rel=1e-5)


def test_scores_of_several_terms_add_up() -> None:
    found = dict(LexicalIndex.build(TEXTS).search("ekspor turun", 3))
    assert found[2] == pytest.approx(2 * bm25(tf=1, df=2, length=2), rel=1e-5)
    assert found[1] == pytest.approx(bm25(tf=1, df=2, length=2), rel=1e-5)


def test_a_mask_changes_which_rows_are_found_and_not_their_scores() -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.search("ekspor", 3, np.array([False, True, True])) == index.search("ekspor", 3)[1:]


def test_equal_scores_keep_the_order_of_rows_also_where_the_list_is_cut() -> None:
    assert [row for row, _ in LexicalIndex.build(["ekspor"] * 9).search("ekspor", 4)] == [0, 1, 2, 3]


@pytest.mark.parametrize("query", ["", "???", "apa itu", "lobster"])
def test_a_query_that_shares_no_term_finds_nothing(query: str) -> None:
    assert LexicalIndex.build(TEXTS).search(query, 3) == []


@pytest.mark.parametrize("texts", [[], ["", "yang dan"]])
def test_texts_without_terms_are_an_index_that_finds_nothing(texts: list[str]) -> None:
    index = LexicalIndex.build(texts)
    assert index.search("ekspor", 3) == []
    assert len(index) == len(texts)


@given(
    st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=20),
    st.lists(st.sampled_from("abcdef"), max_size=4),
    st.integers(1, 22),
    st.data(),
)
@settings(deadline=None)
def test_filtered_search_is_the_whole_ranking_filtered(
    documents: list[list[str]], query: list[str], k: int, data: st.DataObject
) -> None:
    index = LexicalIndex.of_terms(documents)
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(documents), max_size=len(documents))))
    whole = index.search_terms(query, len(documents))
    assert {row for row, _ in whole} == {row for row, text in enumerate(documents) if set(text) & set(query)}
    assert index.search_terms(query, k, keep) == [hit for hit in whole if keep[hit[0]]][:k]


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a mask has shape \(3,\), not \(2,\)"):
        LexicalIndex.build(TEXTS).search("ekspor", 3, np.ones(2, bool))


DOCUMENTS = st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=30)


@given(DOCUMENTS.filter(any), st.lists(st.sampled_from("abcdef"), max_size=5), st.integers(1, 32))
@settings(deadline=None)
def test_scores_are_those_of_bm25s(documents: list[list[str]], query: list[str], k: int) -> None:
    plain = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    plain.index(documents, create_empty_token=False, show_progress=False)
    known = [term for term in query if term in plain.vocab_dict]
    scores = plain.get_scores(known) if known else np.zeros(len(documents))
    expected = np.sort(scores[scores > 0])[::-1][:k]
    found = LexicalIndex.of_terms(documents).search_terms(query, k)
    np.testing.assert_allclose([score for _, score in found], expected, rtol=1e-5)
    np.testing.assert_allclose([scores[row] for row, _ in found], expected, rtol=1e-5)


@given(DOCUMENTS, DOCUMENTS, st.lists(st.sampled_from("abcdef"), max_size=5), st.integers(1, 70))
@settings(deadline=None)
def test_several_runs_of_rows_are_ranked_as_one(
    before: list[list[str]], after: list[list[str]], query: list[str], k: int
) -> None:
    parts = []
    for documents in (before, after):
        collecting = Collecting()
        for document in documents:
            collecting.add(document)
        parts.append(collecting.postings())
    found = LexicalIndex(parts).search_terms(query, k)
    whole = LexicalIndex.of_terms(before + after).search_terms(query, k)
    assert [row for row, _ in found] == [row for row, _ in whole]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in whole], rtol=1e-6)


@pytest.mark.parametrize("kept", [1.0, 0.3, 0.01])
def test_lists_that_cannot_change_the_best_are_skipped_and_the_best_are_the_same(
    kept: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(3)
    # As in language: few terms are in most texts, most in few.
    documents = [[str(int(term)) for term in chance.zipf(1.3, 30) if term < 5000] for _ in range(6000)]
    index = LexicalIndex.of_terms(documents)
    keep = None if kept == 1 else chance.random(6000) < kept
    queries = [[str(int(term)) for term in chance.zipf(1.2, 8) if term < 5000] for _ in range(40)]
    found = [index.search_terms(query, 20, keep) for query in queries]
    monkeypatch.setattr("index.lexical._WORTHWHILE", 10**9)
    for query, hits in zip(queries, found, strict=True):
        assert hits == [
            (row, pytest.approx(score, rel=1e-5)) for row, score in index.search_terms(query, 20, keep)
        ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("USD 4,796 miliar (22,67%)", ["usd", "4.796", "miliar", "22.67"]),
        ("USD 4.796 billion", ["usd", "4.796", "billion"]),
        ("pukul 10.30 WIB, 22/7/2025", ["pukul", "10.30", "wib", "22/7/2025"]),
        ("Negara-negara dan anak-anaknya", ["negara", "anak"]),
        ("sayur-mayur kerja-sama COVID-19", ["sayur", "mayur", "kerja", "sama", "covid", "19"]),
        ("Ekspornya naiklah, siapapun", ["ekspor", "naik", "siapa"]),
        ("Jum'at", ["jum'at"]),
        ("Sumut.Disway.id", ["sumut", "disway", "id"]),
        ("½ ﬁnal ＳＵＭＵＴ", ["1", "2", "final", "sumut"]),
        ("the export of May", ["export", "may"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_terms_keep_figures_and_drop_endings_and_words_without_topic(text: str, found: list[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("ekspornya", "ekspor"),
        ("sekolahlah", "sekolah"),
        ("masalah", "masalah"),
        ("punya", "punya"),
        ("", ""),
    ],
)
def test_only_what_is_no_part_of_the_word_is_dropped(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed
