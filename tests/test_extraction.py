"""What must be true when one passage is read for its exact words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.reading import passage_article
from rag.extraction import extract, windows
from rag.question import understand
from rag.spans import Logits


class Pointing:
    """Reads wherever a word stands; where it does not, nothing is found."""

    name = "pointing"

    def __init__(self, word):
        self.word = word
        self.read = []

    def logits(self, question, contexts):
        self.read += contexts
        return [self._one(context) for context in contexts]

    def _one(self, context):
        offsets = np.array([(i, i + 1) for i in range(len(context))], dtype=np.int64).reshape(-1, 2)
        start, end = np.full(len(context), -9.0, np.float32), np.full(len(context), -9.0, np.float32)
        at = context.find(self.word)
        if at >= 0:
            start[at], end[at + len(self.word) - 1] = 6.0, 6.0
        return Logits(offsets, start, end, 2.0)


QUESTION = understand("Siapa ketuanya?", "id", "id")
LONG = " ".join(f"Kalimat nomor {n} berbicara tentang hal lain yang agak panjang." for n in range(60))


def test_the_words_are_cut_out_exactly():
    article = passage_article("Rapat dipimpin Siti Aminah. Ia ketuanya.")
    found = extract(Pointing("Siti Aminah."), QUESTION, article)
    assert article.text[slice(*found.span)] == "Siti Aminah"
    assert found.features["read"] == pytest.approx(10 / 4)


def test_a_word_far_down_in_a_long_passage_is_found():
    article = passage_article(f"{LONG} Rapat dipimpin Siti Aminah.")
    model = Pointing("Siti Aminah")
    found = extract(model, QUESTION, article)
    assert article.text[slice(*found.span)] == "Siti Aminah"
    assert len(model.read) > 3


def test_where_nothing_can_be_read_nothing_is_found():
    found = extract(Pointing("a"), QUESTION, passage_article("\n"))
    assert (found.span, found.probability) == (None, 0.0)


def test_what_stands_higher_above_no_answer_is_surer():
    weights = {"bias": -1.0, "read": 1.0}
    article = passage_article("Rapat dipimpin Siti Aminah.")
    there = extract(Pointing("Siti"), QUESTION, article, weights)
    not_there = extract(Pointing("Budi"), QUESTION, article, weights)
    assert 0 < not_there.probability < 0.1 < 0.7 < there.probability < 1


def test_a_person_where_a_person_is_asked_for_is_told():
    asked = understand("Siapa yang memimpin rapat?", "id", "id")
    article = passage_article("Rapat dipimpin Siti Aminah di aula.")
    assert extract(Pointing("Siti"), asked, article).features["typed"] == 1.0
    assert extract(Pointing("aula"), asked, article).features["typed"] == 0.0


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (" Siti Aminah, ", "Siti Aminah"),
        ("Angkatan Laut (Kaigun", "Angkatan Laut"),
        ("Angkatan Laut (AL)", "Angkatan Laut (AL)"),
        ("AL) pada 1945", "pada 1945"),
        ("PT Sumber Tbk.", "PT Sumber Tbk."),
        ("Merdeka”", "Merdeka"),
        ("“Merdeka”", "“Merdeka”"),
        ('"Merdeka', "Merdeka"),
        ("...", "..."),
    ],
)
def test_the_words_end_where_an_answer_does(read, told):
    article = passage_article(f"Awal {read} akhir.")
    found = extract(Pointing(read), QUESTION, article)
    assert article.text[slice(*found.span)] == told


@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300), max_size=12),
    st.integers(20, 400),
)
def test_windows_cover_every_letter_and_are_short_enough(parts, longest):
    text = ". ".join(parts)
    cuts = windows(text, longest)
    covered = {at for start, end in cuts for at in range(start, end)}
    assert all(at in covered for at, letter in enumerate(text) if letter.isalnum())
    assert all(0 < end - start <= longest for start, end in cuts)
