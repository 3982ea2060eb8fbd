"""What must be true of answers that are composed from readings."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from index import Article, Hit, Passage
from rag.composing import answering, compose, looked_for, refusal
from rag.evidence import examine
from rag.question import understand
from rag.reading import Reading
from rag.sentence import candidates

TEXT = (
    "Nilai ekspor Sumut selama Januari hingga Mei 2025 mencapai USD 4,796 miliar [3], naik 22,67%.\n"
    "Lobster dinilai memiliki potensi besar.\n"
    "Emas juga dibahas dalam pertemuan."
)


def article(text=TEXT, language="id", article_id="a"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(
        article_id, "Ekspor naik", text, "Koran", date(2025, 7, 22), None, language, "a.txt", digest
    )


def readings(question, scores, source=None):
    source = source or article()
    sentences = candidates([Hit(Passage(source, 0, len(source.text)), 1.0, 1)])
    found = []
    for sentence, score in zip(sentences, scores, strict=True):
        findings = examine(question, sentence)
        span = findings.spans[0] if findings.spans else None
        found.append(Reading(sentence, findings, span, score, {}))
    return sorted(found, key=lambda reading: -reading.score)


def asked(text, language="id"):
    return understand(text, language, language)


def test_every_claim_is_the_sentence_that_its_citation_quotes():
    composed = compose(readings(asked("Berapa nilai ekspor Sumut?"), [0.9, 0.1, 0.1])[:1], "id")
    (claim,), (citation,) = composed.claims, composed.citations
    assert citation.quote == TEXT.split("\n", maxsplit=1)[0]
    assert claim.text == citation.quote.replace(" [3]", "")
    assert claim.numbers == (1,)


def test_what_reads_as_a_marker_in_an_article_never_becomes_one():
    composed = compose(readings(asked("Berapa nilai ekspor Sumut?"), [0.9, 0.1, 0.1])[:1], "id")
    assert "[3]" not in composed.claims[0].text


def test_english_leads_with_the_figure_and_quotes_the_rest():
    composed = compose(readings(asked("What was the value of exports?", "en"), [0.9, 0.1, 0.1])[:1], "en")
    text = composed.claims[0].text
    assert text.startswith("USD 4.796 billion. In the original Indonesian: “Nilai ekspor Sumut")
    assert "22,67% = 22.67%" in text
    assert "Januari hingga Mei 2025 = January to May 2025" in text


def test_an_english_article_is_quoted_in_an_indonesian_answer():
    source = article("Exports rose.", "en")
    composed = compose(readings(asked("Bagaimana ekspornya?"), [0.9], source), "id")
    assert composed.claims[0].text == "Aslinya, dalam bahasa Inggris: “Exports rose.”"


def test_below_the_threshold_nothing_answers():
    question = asked("Berapa nilai ekspor Sumut?")
    assert answering(question, readings(question, [0.01] * 3)) == []


@pytest.mark.parametrize("text", ["Berapa nilai ekspor Sulut?", "Kapan lobster dibahas?"])
def test_what_lacks_a_name_or_the_kind_asked_for_never_answers_however_sure(text):
    question = asked(text)
    chosen = answering(question, readings(question, [0.01, 0.99, 0.98]))
    assert chosen == []


def test_a_factual_question_gets_one_sentence_and_an_open_one_may_get_more():
    one, more = asked("Berapa nilai ekspor Sumut?"), asked("Apa yang dibahas?")
    assert len(answering(one, readings(one, [0.9, 0.89, 0.88]))) == 1
    assert len(answering(more, readings(more, [0.9, 0.89, 0.88]))) == 3


def test_claims_follow_the_text_of_their_article():
    question = asked("Apa yang dibahas?")
    composed = compose(readings(question, [0.8, 0.7, 0.9]), "id")
    assert [citation.start for citation in composed.citations] == sorted(c.start for c in composed.citations)
    assert [citation.number for citation in composed.citations] == [1, 2, 3]


def test_a_sentence_that_repeats_another_is_left_out():
    question = asked("Apa yang dibahas?")
    first, *_ = readings(question, [0.9, 0.8, 0.7])
    again = replace(
        first, sentence=replace(first.sentence, hit=replace(first.sentence.hit, rank=2)), score=0.85
    )
    assert len(answering(question, [first, again])) == 1


def test_a_refusal_names_what_was_looked_for_what_is_missing_and_the_nearest_article():
    question = asked("Berapa nilai ekspor Sulut pada Juni 2025?")
    text = refusal(question, readings(question, [0.3, 0.2, 0.1]), article())
    assert "Sulut, Juni 2025" in text
    assert "ekspor Sulut" in text
    assert "“Ekspor naik” (Koran, 22 Juli 2025)" in text


def test_a_refusal_follows_the_language_and_carries_no_marker():
    question = asked("What is [1] the export of Sulut?", "en")
    text = refusal(question, [], article())
    assert text.startswith("The articles do not say.")
    assert "[1]" not in text


def test_what_is_looked_for_is_written_as_the_question_writes_it():
    assert looked_for(asked("Berapa nilai ekspor Sumut Januari–Mei 2025?")) == [
        "ekspor Sumut Januari–Mei 2025"
    ]
