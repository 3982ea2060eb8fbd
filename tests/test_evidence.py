"""What must be true of evidence: what a sentence has of that which a question asks."""

import hashlib
from datetime import date

import pytest

from index import Article, Hit, Passage
from rag.evidence import examine
from rag.question import understand
from rag.sentence import candidates

TEXT = (
    "Nilai ekspor Sumut selama Januari hingga Mei 2025 mencapai USD 4,796 miliar, naik 22,67%.\n"
    "Konsul Jenderal (Konjen) Singapura, Edmun Chia, tertarik pada pendidikan.\n"
    "Pertemuan digelar di Kantor Gubernur Sumut pada Selasa, 22 Juli.\n"
    "Sekda Togap Simangunsong menyambut enam tamu karena hubungan yang baik."
)


@pytest.fixture
def sentences():
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    article = Article("a", "Ekspor Sumut naik", TEXT, "K", date(2025, 7, 22), None, "id", "a.txt", digest)
    return candidates([Hit(Passage(article, 0, len(TEXT)), 1.0, 1)])


def found(question, sentence, code="id"):
    return examine(understand(question, "en" if code == "en" else "id", code), sentence)


def spans(question, sentence, code="id"):
    return [sentence.article.text[slice(*span)] for span in found(question, sentence, code).spans]


def test_candidates_are_the_sentences_each_once(sentences):
    hit = sentences[0].hit
    assert [s.text for s in sentences] == TEXT.split("\n")
    assert len(candidates([hit, hit])) == 4


def test_how_much_wants_a_figure_and_when_a_date_and_who_a_name(sentences):
    export, konjen, meeting, sekda = sentences
    assert spans("Berapa nilai ekspor Sumut?", export) == ["USD 4,796 miliar"]
    assert spans("Berapa kenaikannya?", export) == ["USD 4,796 miliar", "22,67%"]
    assert spans("Kapan pertemuan digelar?", meeting) == ["Selasa, 22 Juli"]
    assert spans("Siapa Konjen Singapura?", konjen) == ["Edmun Chia"]
    assert spans("Who is the consul general of Singapore?", konjen, "en") == ["Edmun Chia"]
    assert "Singapura" in spans("Negara mana yang tertarik pada pendidikan?", konjen)
    assert found("Mengapa tamu disambut?", sekda).fits
    for question in ("Berapa nilai ekspor?", "Kapan itu?"):
        assert not found(question, konjen).fits


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Berapa nilai ekspor Sulut?", ("Sulut",)),
        ("Berapa nilai ekspor Sumut Januari-Juni 2025?", ("Januari-Juni 2025",)),
        ("Berapa nilai ekspor Sumut pada Juni 2025?", ("Juni 2025",)),
        ("Berapa nilai ekspor Sumut pada 2023?", ("2023",)),
        ("Apa kata Budi Santoso tentang ekspor?", ("Budi Santoso",)),
        ("Apa kata Togap Siregar tentang ekspor?", ("Togap Siregar",)),
        ("Siapa dari tujuh tamu itu?", ("tujuh",)),
        ("Berapa ekspor ke Jepang?", ("Jepang",)),
    ],
)
def test_what_the_article_does_not_name_is_missing(sentences, question, missing):
    assert found(question, sentences[0]).missing == missing


@pytest.mark.parametrize(
    "question",
    [
        "Berapa nilai ekspor Sumatera Utara sampai Mei 2025?",
        "Berapa nilai ekspor Sumut pada 2025?",
        "Apa kata Togap Simangunsung?",
        "Siapa Sekretaris Daerah Togap Simangunsong?",
        "Siapa Konjen dan Konsul Jenderal Singapura?",
        "Berapa 6 tamu?",
    ],
)
def test_other_names_of_the_same_thing_are_not_missing(sentences, question):
    assert found(question, sentences[0]).missing == ()


def test_an_english_name_is_known_by_its_indonesian_words(sentences):
    question = "Who is the Regional Secretary of North Sumatra?"
    assert found(question, sentences[3], "en").missing == ()
    assert found("What did John Smith say?", sentences[3], "en").missing == ("John Smith",)


def test_words_are_matched_by_stem_and_across_languages(sentences):
    assert found("Apa yang diminati di bidang pendidikan?", sentences[1]).covered > 0
    english = found("What is the value of exports?", sentences[0], "en")
    assert english.covered == 1.0
    assert found("Bagaimana produksi lobster?", sentences[0]).covered == 0.0


def test_another_period_conflicts(sentences):
    assert found("Berapa ekspor Sumut Januari-Mei 2024?", sentences[0]).conflicts
    assert not found("Berapa ekspor Sumut Januari-Mei 2025?", sentences[0]).conflicts
