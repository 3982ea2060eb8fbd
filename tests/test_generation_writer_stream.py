"""What must be true of a stream: however it is cut, the same sentences with the same markers come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generation.writer import LONGEST_MARKER, Splitter, Written, split

TOKENS = [
    "Ekspor naik", "impor", "Impor turun", " ", "  ", "\n", "\r\n", ".", "!", "?", "…", ". ", ",", "22,67%",
    "4.796", "Rp. 5", "Dr. ", "[s1ab]", "[s2CD]", "[s1ab, s2cd]", "[s1", "ab]", "[", "]", "[1]", "[]",
    "[sic]", "[[s1ab]12]", "(", ")", '"', "“", "”", "**", "- ", "1. ", "<think>", "</think>", "<", ">", "é",
    "日。", "\u2028", "s1ab",
]  # fmt: skip
texts = st.lists(st.sampled_from(TOKENS) | st.text(max_size=6), max_size=30).map("".join)


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return text, [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@given(cut_texts())
def test_however_a_stream_is_cut_the_same_comes_out(case: tuple[str, list[str]]):
    text, pieces = case
    assert "".join(pieces) == text
    assert list(split(pieces)) == list(split([text]))


@given(texts, texts)
def test_what_was_let_through_stays_whatever_follows(text: str, following: str):
    early = Splitter().feed(text)
    assert Splitter().feed(text + following)[: len(early)] == early


@given(texts)
def test_no_bracket_and_no_half_marker_is_ever_let_through(text: str):
    for sentence in split(text):
        assert not set("[]\n") & set(sentence.text)
        assert sentence.text == sentence.text.strip() != ""


@given(texts)
def test_an_id_comes_out_only_where_a_marker_spells_it(text: str):
    for sentence in split([text]):
        assert all(each in text.lower() for each in sentence.ids)


@given(st.lists(st.sampled_from(["s1ab", "s2cd", "s3ef"]), min_size=1, max_size=5))
def test_a_well_behaved_stream_comes_out_as_it_was_meant(ids: list[str]):
    lines = [f"Kalimat nomor {number} berbunyi begini. [{each}]\n" for number, each in enumerate(ids)]
    meant = [Written(f"Kalimat nomor {number} berbunyi begini.", (each,)) for number, each in enumerate(ids)]
    assert list(split("".join(lines))) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ekspor naik [s1].", [("Ekspor naik.", ["s1"])]),
        ("Ekspor naik. [s1]", [("Ekspor naik.", ["s1"])]),
        ("Ekspor naik. [s1].", [("Ekspor naik.", ["s1"])]),
        ("Ekspor naik [s1]", [("Ekspor naik", ["s1"])]),
        ("[s1] Ekspor naik.", [("Ekspor naik.", ["s1"])]),
        ("Ekspor naik [s1][s2].", [("Ekspor naik.", ["s1", "s2"])]),
        ("Ekspor naik [ S1 ; s2 ].", [("Ekspor naik.", ["s1", "s2"])]),
        ("Ekspor naik. [s1] Impor turun. [s2]", [("Ekspor naik.", ["s1"]), ("Impor turun.", ["s2"])]),
        ("Ekspor naik [s1]. Impor turun [s2].", [("Ekspor naik.", ["s1"]), ("Impor turun.", ["s2"])]),
        ("Ekspor [s1] naik dan impor turun [s2].", [("Ekspor naik dan impor turun.", ["s1", "s2"])]),
        ("Ekspor naik. Impor turun. [s2]", [("Ekspor naik.", []), ("Impor turun.", ["s2"])]),
        ("Ekspor [s1] naik. Impor turun. [s2]", [("Ekspor naik.", ["s1"]), ("Impor turun.", ["s2"])]),
        ("Naik 4.796 ton [s1]. Turun Rp. 5 [s2].", [("Naik 4.796 ton.", ["s1"]), ("Turun Rp. 5.", ["s2"])]),
        ("- **Ekspor** naik. [s1]\n2. Impor. [s2]", [("Ekspor naik.", ["s1"]), ("Impor.", ["s2"])]),
        ("“Ekspor naik.” [s1] Lalu usai. [s2]", [("“Ekspor naik.”", ["s1"]), ("Lalu usai.", ["s2"])]),
        ("Ekspor [naik sekali] tahun ini [s1].", [("Ekspor (naik sekali) tahun ini.", ["s1"])]),
        ("Ekspor naik [[s1]12].", [("Ekspor naik (12).", ["s1"])]),
        ("Ekspor naik [1].", [("Ekspor naik.", ["1"])]),
        ("<think>Impor? [s2]\nYa.</think>Ekspor naik [s1].", [("Ekspor naik.", ["s1"])]),
        ("", []),
        (" \n [s1] \n", []),
    ],
)  # fmt: skip
def test_markers_belong_to_the_sentence_that_they_stand_in_or_follow(text: str, meant: list):
    assert [(sentence.text, list(sentence.ids)) for sentence in split(text)] == meant


def test_a_sentence_is_let_go_when_the_next_one_begins_and_not_before():
    splitter = Splitter()
    assert splitter.feed("Ekspor naik. [s1") == []
    assert splitter.feed("ab] ") == []
    assert splitter.feed("[s2cd]") == []
    assert splitter.feed(" I") == [Written("Ekspor naik.", ("s1ab", "s2cd"))]


@pytest.mark.parametrize("rest", ["Impor tur", "Impor turun [s2", "Impor turun 3", "Impor [s2] tur"])
def test_what_the_stream_breaks_off_in_cites_nothing(rest: str):
    first, last = split(f"Ekspor naik. [s1] {rest}")
    assert first.ids == ("s1",)
    assert last.ids == ()


def test_a_bracket_that_never_closes_holds_nothing_back_for_ever():
    text = "Ekspor [" + "a" * 2 * LONGEST_MARKER + " naik. [s1]"
    assert [sentence.ids for sentence in split(text)] == [("s1",)]
