"""What must be true of drafted cases: they can be read again, and are asked only where a sentence answers."""

import hashlib

import pytest

from index import Article
from rag.evaluation.cases import load_cases
from rag.evaluation.draft import draft_cases, questions, write_cases

INDONESIAN = (
    "Nilai ekspor kopi Aceh pada 2023 mencapai Rp7,2 triliun. "
    "Direktur Rumah Sakit Umum Melati, Sari Wulandari mengatakan, jumlah pasien naik. "
    "Jembatan Sei Bilah akan diresmikan oleh Gubernur pada Senin, 4 Maret 2024. "
    "Produksi padi di Langkat turun sebesar 3,5 persen. "
    "Hal itu akan dibahas lagi pada 6 Maret 2024."
)
ENGLISH = (
    "The value of coffee exports from Aceh in 2023 reached 7.2 trillion rupiah. "
    "Sari Wulandari, the director of Melati General Hospital, opened the ward. "
    "The Sei Bilah Bridge was opened on 4 March 2024. "
    "Rice output in Langkat fell by 3.5 percent."
)


def article(text, language="id", name="a"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(name, "Judul", text, None, None, None, language, "p", digest)


def asked(sentence, language="id"):
    return {one.question: one.answer for one in questions(sentence, article(sentence, language), language)}


def load(text, tmp_path):
    path = tmp_path / "a.qa.yaml"
    path.write_text(text, encoding="utf-8")
    return load_cases(path)


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
def test_a_sentence_gives_the_question_that_it_answers(sentence, question, answer):
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
def test_an_english_sentence_gives_an_english_question(sentence, question, answer):
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
def test_a_sentence_that_hangs_on_another_gives_none(sentence):
    assert asked(sentence) == {}


def test_drafts_can_be_read_as_cases_and_tell_where_they_come_from(tmp_path):
    drafts = draft_cases([article(INDONESIAN), article(ENGLISH, "en", "b")], limit=20)
    written = write_cases(drafts)
    cases = load(written, tmp_path)
    assert [case.question for case in cases] == [draft.question for draft in drafts]
    assert written.count("# Proposal, to accept or edit; from a ") + written.count("; from b ") == len(cases)
    assert "Nilai ekspor kopi Aceh pada 2023 mencapai Rp7,2 triliun." in written
    for case, draft in zip(cases, drafts, strict=True):
        start, end = draft.sentence
        if not case.abstain:
            assert case.cites == (draft.article.id,)
            assert all(form in draft.article.text[start:end] for forms in case.contains for form in forms)
    assert {case.language for case in cases} == {"id", "en"}


def test_a_near_miss_names_what_no_article_does():
    drafts = draft_cases([article(INDONESIAN)], limit=20)
    (miss,) = [draft for draft in drafts if draft.swapped]
    old, new = miss.swapped
    assert old in INDONESIAN
    assert new not in INDONESIAN
    assert miss.question == f"Berapa nilai ekspor kopi {new} pada 2023?"
    assert miss.contains == ""
    assert "    abstain: true" in write_cases([miss])


def test_one_seed_gives_one_draft_and_another_another():
    articles = [article(INDONESIAN), article(ENGLISH, "en", "b")]
    texts = [write_cases(draft_cases(articles, limit=3, seed=seed)) for seed in (0, 0, 1, 2, 3)]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 1
    assert len(draft_cases(articles, limit=3)) == 3


def test_a_question_that_two_articles_answer_is_not_proposed():
    both = [article(INDONESIAN, name="a"), article(INDONESIAN, name="b")]
    assert draft_cases(both, limit=20) == []


def test_an_article_cannot_write_cases_of_its_own(tmp_path):
    text = 'Nilai ekspor "kopi"\u2028- id: jahat\u0085  question: x\u0007 Aceh.'
    text += " Harga beras di Karo mencapai Rp15.000."
    hostile = article(text, name='a"\n- id: b')
    cases = load(write_cases(draft_cases([hostile], limit=5)), tmp_path)
    assert [case.question for case in cases] == ["Berapa harga beras di Karo?"]
    assert cases[0].cites == ('a"\n- id: b',)
