"""Which spans of a sentence are of the kind that is asked for."""

import hashlib
from datetime import date

import pytest

from index import Article, Hit, Passage
from rag.kinds import typed_spans
from rag.question import understand
from rag.sentence import candidates


def spans(question, text, code="id"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    article = Article("a", "Judul", text, None, date(2025, 7, 22), None, "id", "a.txt", digest)
    (sentence,) = candidates([Hit(Passage(article, 0, len(text)), 1.0, 1)])
    found = typed_spans(understand(question, "en" if code == "en" else "id", code), sentence)
    return [sentence.text[start:end] for start, end in found]


MIXED = "Ekspor USD 1,88 miliar (39,23%) itu diangkut 12 kapal ke tiga negara dalam lima hari."


@pytest.mark.parametrize(
    ("question", "code", "found"),
    [
        ("Berapa persen ekspor itu?", "id", ["39,23%"]),
        ("What percentage is that?", "en", ["39,23%"]),
        ("Berapa dolar ekspor itu?", "id", ["USD 1,88 miliar"]),
        ("How many countries were there?", "en", ["tiga"]),
        ("Berapa kapal yang dipakai?", "id", ["12"]),
        ("How many ships were used?", "en", ["12"]),
        ("Berapa hari perjalanannya?", "id", ["lima hari"]),
        ("Berapakah negara tujuannya?", "id", ["tiga"]),
        ("How many trainers came?", "en", []),
    ],
)
def test_a_quantity_is_of_the_unit_or_noun_that_is_asked_for(question, code, found):
    assert spans(question, MIXED, code) == found


PEOPLE = (
    "MEDAN - Menurut Xu Chunjuan dan Edmun Chia, Kantor Gubernur di Binjai dikunjungi Selasa (22/7/2025)."
)


def test_a_person_is_a_name_that_is_no_office_city_or_day_and_a_list_is_one():
    assert spans("Siapa yang datang?", PEOPLE) == ["Xu Chunjuan dan Edmun Chia"]


def test_who_the_question_names_itself_is_no_answer():
    assert spans("Siapa yang datang bersama Xu Chunjuan?", PEOPLE) == ["Edmun Chia"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Negara mana tujuannya?", ["Tiongkok, India, dan Jepang"]),
        ("Provinsi mana asalnya?", ["Jawa Barat"]),
        ("Negara mana selain Tiongkok?", ["India, dan Jepang"]),
    ],
)
def test_countries_and_provinces_are_told_apart_and_lists_are_whole(question, found):
    text = "Kopi dari Jawa Barat dikirim ke Tiongkok, India, dan Jepang."
    assert spans(question, text) == found


def test_a_place_unknown_to_the_gazetteer_stands_after_a_preposition():
    assert spans("Ke negara mana semen diekspor?", "Semen itu akan diekspor menuju Srilanka.") == ["Srilanka"]


def test_the_day_that_is_asked_about_is_no_answer_to_when():
    text = "Pada 22 Juli 2025 diumumkan bahwa rapat digelar 5 Agustus 2025."
    assert spans("Kapan rapat yang diumumkan 22 Juli 2025?", text) == ["5 Agustus 2025"]
