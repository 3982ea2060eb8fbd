"""What must be true of a question that is taken apart."""

import pytest

from index import QuestionError
from rag.question import LONGEST, check_length, kind_of, understand, written_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Berapa nilai ekspor Sumut?", "quantity"),
        ("How many countries are there?", "quantity"),
        ("What was the value of exports?", "quantity"),
        ("nilai ekspor Sumut Januari-Mei 2025", "quantity"),
        ("Kapan kunjungan itu berlangsung?", "time"),
        ("Tanggal berapa audiensi digelar?", "time"),
        ("On what date did they meet?", "time"),
        ("Pada tahun berapakah ia lahir?", "time"),
        ("Siapa Sekretaris Daerah Sumut?", "person"),
        ("Who is the reporter?", "person"),
        ("Di mana pertemuan digelar?", "place"),
        ("Which countries are the main destinations?", "place"),
        ("Mengapa Sulut bekerja sama?", "reason"),
        ("Why did exports rise?", "reason"),
        ("Bagaimana skemanya?", "manner"),
        ("Apakah ekspor naik?", "yesno"),
        ("Did exports rise?", "yesno"),
        ("Apa komoditas unggulannya?", "thing"),
        ("lobster", "thing"),
    ],
)
def test_the_question_word_tells_what_kind_of_answer_is_asked(text, kind):
    assert kind_of(text) == kind


def test_a_question_is_taken_apart_without_counting_anything_twice():
    question = understand("Berapa nilai ekspor Sumut Januari sampai Mei 2025 ke enam negara?", "id", "id")
    assert question.words == ("ekspor", "negara")
    assert [place.code for place in question.places] == ["ID-SU"]
    assert len(question.moments) == 1
    assert [figure.value for figure in question.figures] == [6]
    assert question.names == ()


def test_names_are_capitalised_words_that_are_no_places_or_months():
    question = understand("Apa kata Togap Simangunsong tentang Jepang pada Juli 2025?", "id", "id")
    assert question.names == ("Togap Simangunsong",)


def test_capitals_everywhere_tell_nothing():
    assert understand("BERAPA NILAI EKSPOR LOBSTER?", "id", "id").names == ()


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
