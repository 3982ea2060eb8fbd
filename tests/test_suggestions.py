"""Questions to offer: they name their event, and only an answer that shows the fact itself is right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_double import SULUT, SUMUT, article, cite

from rag import Answer, Claim
from rag.answer import Lead
from rag.lang import Language
from rag.suggestions import Suggestion, event_of, fact_questions, is_right, offered, offered_of

VALUE = "USD 4,796 miliar"
AT = SUMUT.text.index(VALUE)
ASKED = Suggestion("figure", "Berapa?", SUMUT.id, AT, AT + len(VALUE))


def answered(**changes: object) -> Answer:
    quote = f"ekspor Sumut bernilai {VALUE}"
    one = cite(1, SUMUT, quote)
    lead = Lead(VALUE, "value", AT, AT + len(VALUE), 1)
    return replace(Answer("q", "id", (Claim(quote, (1,)),), (one,), lead), **changes)  # type: ignore[arg-type]


def test_an_answer_is_right_that_leads_with_the_fact_of_that_article() -> None:
    assert is_right(ASKED, answered())


@pytest.mark.parametrize(
    ("offer", "changes"),
    [
        (ASKED, {"lead": None}),
        (ASKED, {"lead": Lead("4,796 miliar", "value", AT + 4, AT + len(VALUE), 1)}),
        (ASKED, {"differing": True}),
        (ASKED, {"claims": (), "citations": (), "lead": None, "message": "Tidak ada."}),
        (replace(ASKED, article_id=SULUT.id), {}),
        (Suggestion("summarise", "Ringkas", SUMUT.id), {"request": "answer"}),
        (Suggestion("quotes", "Kutip", SUMUT.id, 0, 10), {"request": "quotes"}),
    ],
)
def test_any_other_answer_is_not(offer: Suggestion, changes: dict[str, object]) -> None:
    assert not is_right(offer, answered(**changes))


def test_a_summary_and_quotations_are_right_where_they_are_of_the_article() -> None:
    assert is_right(Suggestion("summarise", "Ringkas", SUMUT.id), answered(request="summarise"))
    assert is_right(Suggestion("quotes", "Kutip", SUMUT.id, AT, AT + 3), answered(request="quotes"))


def test_questions_of_a_library_name_their_event() -> None:
    made = {one.question: one for one in offered([SULUT, SUMUT], "id")}
    asked = made["Berapa nilai ekspor Sumut sepanjang Januari–Mei 2025?"]
    assert SUMUT.text[asked.start : asked.end] == VALUE
    assert event_of(SUMUT) == "Enam Konsul Jenderal Bertandang ke Kantor Gubernur"
    for one in made.values():
        if one.kind in {"quotes", "summarise"}:
            assert event_of(SUMUT) in one.question or event_of(SULUT) in one.question
    # An office alone names none.
    assert "Siapa Konjen Singapura?" not in made


def test_questions_of_one_article_take_turns_by_kind() -> None:
    made = list(offered_of(SUMUT, "id"))
    assert {one.article_id for one in made} == {SUMUT.id}
    kinds = [one.kind for one in made]
    assert kinds[:3] == ["figure", "quotes", "date"]
    assert "summarise" not in kinds
    assert "Siapa Konjen Singapura?" in {one.question for one in made}


def test_a_question_with_markup_or_a_clause_of_its_own_is_not_offered() -> None:
    text = "## Ekspor naik 7 persen\n\nImpor Sumut didominasi bahan bakar senilai USD 361 juta pada 2024."
    assert [one for one in offered_of(article("a", "Ekspor", text), "id") if one.kind == "figure"] == []


def asked(sentence: str, language: Language = "id") -> dict[str, str]:
    of = article("a", "Judul", sentence, language=language)
    return {one.question: one.answer for one in fact_questions(sentence, of, language)}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Nilai ekspor kopi Aceh pada 2023 mencapai Rp7,2 triliun.",
            "Berapa nilai ekspor kopi Aceh pada 2023?",
            "Rp7,2 triliun",
        ),
        (
            "Produksi padi di Langkat turun sebesar 3,5 persen.",
            "Berapa persen produksi padi di Langkat turun?",
            "3,5 persen",
        ),
        (
            "Sebanyak 412 rumah terendam air setinggi lutut.",
            "Berapa rumah yang terendam air setinggi lutut?",
            "412",
        ),
        (
            "Jembatan Sei Bilah akan diresmikan pada Senin, 4 Maret 2024.",
            "Kapan Jembatan Sei Bilah akan diresmikan?",
            "Senin, 4 Maret 2024",
        ),
        (
            "Pameran batik pesisir digelar di Tanjung Balai.",
            "Di mana pameran batik pesisir digelar?",
            "Tanjung Balai",
        ),
        ("Bupati Karo, Anton Ginting, membuka pasar.", "Siapa Bupati Karo?", "Anton Ginting"),
        (
            "“Jalan ini harus selesai sebelum musim hujan tiba,” kata Rina Tarigan.",
            "Siapa yang mengatakan “Jalan ini harus selesai sebelum musim hujan tiba”?",
            "Rina Tarigan",
        ),
        (
            "MEDAN - Pasar Baru Kuala diresmikan pada 4 Maret 2024.",
            "Kapan Pasar Baru Kuala diresmikan?",
            "4 Maret 2024",
        ),
    ],
)
def test_a_sentence_gives_the_question_that_it_answers(sentence: str, question: str, answer: str) -> None:
    assert asked(sentence)[question] == answer


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "The value of coffee exports from Aceh in 2023 reached 7.2 trillion rupiah.",
            "What was the value of coffee exports from Aceh in 2023?",
            "7.2 trillion rupiah",
        ),
        (
            "Rice output in Langkat fell by 3.5 percent.",
            "By what percentage did rice output in Langkat fall?",
            "3.5 percent",
        ),
        (
            "The Sei Bilah Bridge was opened on 4 March 2024.",
            "When was the Sei Bilah Bridge opened?",
            "4 March 2024",
        ),
        (
            "Sari Wulandari, the director of Melati General Hospital, opened the ward.",
            "Who is the director of Melati General Hospital?",
            "Sari Wulandari",
        ),
        (
            "“The road must be ready before the rains,” said Rina Tarigan.",
            "Who said “The road must be ready before the rains”?",
            "Rina Tarigan",
        ),
    ],
)
def test_an_english_sentence_gives_an_english_question(sentence: str, question: str, answer: str) -> None:
    assert asked(sentence, "en")[question] == answer


@pytest.mark.parametrize(
    "sentence",
    [
        "Hal itu akan dibahas lagi pada 6 Maret 2024.",
        "Nilai proyek tersebut mencapai Rp2 miliar.",
        "Kapasitas baterainya cukup besar yaitu 5kWh.",
        "Kepala BNN, Aspam Kasal, Pangarmabar hadir.",
        "“Jalan ini harus selesai sebelum musim hujan tiba,” kata Direktur Jalan Raya.",
        "“Jalan ini harus selesai sebelum musim hujan tiba,” kata dia di Hotel Mawar.",
    ],
)
def test_a_sentence_that_hangs_on_another_gives_none(sentence: str) -> None:
    assert asked(sentence) == {}
