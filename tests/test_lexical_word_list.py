"""A word list names every article that holds what is looked for, and of one that is gone knows nothing."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import Damaged
from index.lexical import Wordlist, forms_of, pattern_of, words_in

TEXTS = st.lists(st.text("aAbBkK -.0é\n", max_size=30) | st.text(max_size=10), min_size=1, max_size=8)
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def listed(texts: list[str]) -> Wordlist:
    return Wordlist.build(0, [(10 * place, words_in(text)) for place, text in enumerate(texts)])


def find(wordlist: Wordlist, *words: str) -> tuple[list[int], list[int]]:
    return wordlist.find([[pattern_of(form) for form in forms_of(word)] for word in words])


@settings(max_examples=300)
@given(TEXTS, st.text("abk -.0é", min_size=1, max_size=6))
def test_every_article_that_holds_a_word_is_found_and_none_for_certain_that_does_not(
    texts: list[str], typed: str
) -> None:
    holding = [
        10 * place
        for place, text in enumerate(texts)
        if any(form in text.translate(SMALL) for form in forms_of(typed))
    ]
    sure, perhaps = find(listed(texts), typed)
    assert set(sure) <= set(holding) <= {*sure, *perhaps}


def test_what_is_one_word_is_found_for_certain_also_within_another() -> None:
    wordlist = listed(["Ekspor kopi.", "Pengekspor teh", "teh Ekspo", "Kopi, ekspor"])
    assert find(wordlist, "ekspor") == ([0, 10, 30], [])
    assert find(wordlist, "ekspor", "kopi") == ([0, 30], [])
    # The end of a word before, and the beginning of one behind.
    assert find(wordlist, "spor ko") == ([], [0, 30])
    assert find(wordlist, "tidak ada") == ([], [])


def test_an_article_with_a_word_too_long_to_keep_is_always_looked_at() -> None:
    wordlist = listed(["a" * 65 + "kopi" + "b" * 65, "teh"])
    assert find(wordlist, "kopi") == ([], [0])
    assert find(wordlist, "teh") == ([10], [0])


@given(TEXTS, st.sets(st.integers(0, 7)))
def test_without_some_articles_it_is_as_if_they_had_never_been(texts: list[str], gone: set[int]) -> None:
    kept = [(place, words_in(text)) for place, text in enumerate(texts) if place not in gone]
    left = Wordlist.build(0, [(place, words_in(text)) for place, text in enumerate(texts)]).without(gone)
    if not kept:
        assert (len(left.numbers), left.words) == (0, b"\n")
    else:
        assert left.packed()[3:] == Wordlist.build(0, kept).packed()[3:]


@given(TEXTS)
def test_it_comes_back_as_it_was_packed(texts: list[str]) -> None:
    before = listed(texts)
    after = Wordlist.unpacked(*before.packed())
    assert after.packed() == before.packed()
    assert after.counts.tolist() == before.counts.tolist()
    assert after.places.tolist() == before.places.tolist()


@pytest.mark.parametrize("part", range(6))
def test_whatever_is_altered_of_it_is_noticed(part: int) -> None:
    packed = list(listed(["Ekspor kopi.", "Teh"]).packed())
    value = packed[part]
    packed[part] = value + 1 if isinstance(value, int) else bytes([value[0] ^ 1]) + value[1:]
    with pytest.raises(Damaged, match="is altered; rebuild the index with: tanya index"):
        Wordlist.unpacked(*packed)
