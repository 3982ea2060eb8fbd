"""What must be true of questions that lean on those before them."""

import pytest

from rag.conversation import complete

EXPORTS = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
ENGLISH = "What was the value of North Sumatra exports in January-May 2025?"


@pytest.mark.parametrize(
    ("earlier", "question", "completed"),
    [
        (EXPORTS, "Kalau impornya?", "Berapa nilai impor Sumut Januari–Mei 2025?"),
        (EXPORTS, "Kalau Sulut?", "Berapa nilai ekspor Sulut Januari–Mei 2025?"),
        (EXPORTS, "Kalau tahun sebelumnya?", "Berapa nilai ekspor Sumut Januari–Mei 2024?"),
        (EXPORTS, "Bagaimana dengan 2024?", "Berapa nilai ekspor Sumut 2024?"),
        (EXPORTS, "Naik berapa persen?", "Naik berapa persen (ekspor Sumut Januari–Mei 2025)?"),
        (ENGLISH, "What about imports?", "What was the value of North Sumatra imports in January-May 2025?"),
        (
            "Siapa Konjen Singapura?",
            "Dia tertarik di bidang apa?",
            "Dia tertarik di bidang apa (Konjen Singapura)?",
        ),
        ("Kapan audiensi dengan INA Group?", "Di mana?", "Di mana (audiensi INA Group)?"),
    ],
)
def test_what_is_left_out_is_taken_from_the_question_before(earlier, question, completed):
    assert complete(question, [earlier]) == completed


@pytest.mark.parametrize(
    "question",
    ["Siapa Sekda Sumut?", "Apa komoditas unggulan Sulut?", "Who is the consul general of Singapore?",
     "Kapan Pemprov Sulut bertemu INA Group untuk membahas lobster?"],
)  # fmt: skip
def test_a_complete_question_is_left_as_it_is(question):
    assert complete(question, [EXPORTS]) == question


def test_without_a_conversation_nothing_is_added():
    assert complete("Kalau impornya?", []) == "Kalau impornya?"


def test_the_question_before_may_lean_too():
    assert (
        complete("Kalau Sulut?", [EXPORTS, "Kalau impornya?"]) == "Berapa nilai impor Sulut Januari–Mei 2025?"
    )
