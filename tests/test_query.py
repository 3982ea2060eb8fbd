"""What must be true of a question that is taken apart."""

import pytest

from index import QuestionError
from rag.query import LONGEST, check_length, understand, unshouted, written_in


def test_a_question_is_taken_apart_without_counting_anything_twice():
    question = understand("Berapa nilai ekspor Sumut Januari sampai Mei 2025 ke enam negara?", "id", "id")
    assert question.words == ("ekspor", "negara")
    assert [place.code for place in question.places] == ["ID-SU"]
    assert len(question.moments) == 1
    assert [figure.value for figure in question.figures] == [6]


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00"])
def test_an_empty_question_is_refused_with_the_cure(text):
    with pytest.raises(QuestionError, match="empty; write"):
        check_length(text)


def test_a_question_over_the_limit_is_refused_with_the_cure():
    assert check_length("a" * LONGEST)
    with pytest.raises(QuestionError, match=r"20,000 characters; shorten"):
        check_length("a" * 20_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ekspor Sumut 2025", "id"),
        ("Kalau impor?", "id"),
        ("Impor?", "id"),
        ("Gubernur Sulut", "id"),
        ("Sumut vs Sulut: ekspor", "id"),
        ("impornya", "id"),
        ("export value", "en"),
        ("Governor", "en"),
        ("Togap", "und"),
        ("2025", "und"),
    ],
)
def test_key_words_show_a_language_by_the_vocabulary_they_are_in(text, code):
    assert written_in(text) == code


def test_an_undecided_question_is_in_the_language_of_the_one_before():
    assert written_in("Togap?", ["Siapa Sekda Sumut?", "Who is the governor?"]) == "en"
    assert written_in("Togap?", ["Who is the governor?", "Siapa Sekda Sumut?"]) == "id"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hi there!", "en"),
        ("good evening", "en"),
        ("ok, cheers", "en"),
        ("Compare PAD Medan Binjai", "en"),
        ("Selamat sore", "id"),
        ("Rangkum PAD Medan 2024", "id"),
        ("Bonjour, comment allez-vous?", "fr"),
    ],
)
def test_a_greeting_or_a_request_shows_its_language(text, code):
    assert written_in(text) == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BERAPA INFLASI JAWA TENGAH MENURUT BPS?", "berapa inflasi Jawa Tengah menurut BPS?"),
        ("WHO IS THE GOVERNOR OF WEST JAVA?", "who is the governor of West Java?"),
        ("BPBD", "BPBD"),
        ("Berapa APBD NTB?", "Berapa APBD NTB?"),
    ],
)
def test_a_question_in_capitals_is_read_as_without_them(typed, meant):
    assert unshouted(typed) == meant
