"""What must be true of answers that are composed from readings."""

import hashlib
from datetime import date
from itertools import pairwise

import pytest

from index import Article, Hit, Passage
from index.text import sentences
from rag.answer import Lead
from rag.composing import (
    PERHAPS,
    Chosen,
    answering,
    compose,
    looked_for,
    refusal,
)
from rag.lang.names import Sentence
from rag.query import understand
from rag.reader import Reading, load_decision

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


def readings(scores, source=None, spans=("USD 4,796 miliar",), support=0.0):
    """The sentences of one passage as readings; each answers with the first of `spans` in it, or whole."""
    source = source or article()
    hit = Hit(Passage(source, 0, len(source.text)), 1.0, 1)
    found = []
    for (start, end), score in zip(sentences(source.text), scores, strict=True):
        text = source.text[start:end]
        part = next((part for part in spans if part in text), text)
        at = start + text.index(part)
        found.append(
            Reading(Sentence(source, start, end, hit), (at, at + len(part)), score, support or score / 2)
        )
    return sorted(found, key=lambda reading: -reading.score)


def place_of(part, text=TEXT):
    return text.index(part), text.index(part) + len(part)


def asked(text, language="id"):
    return understand(text, language, language)


def test_every_claim_is_the_sentence_that_its_citation_quotes():
    composed = compose(Chosen(tuple(readings([0.9, 0.1, 0.1])[:1])), "id")
    (claim,), (citation,) = composed.claims, composed.citations
    assert citation.quote == TEXT.split("\n", maxsplit=1)[0]
    assert claim.text == citation.quote.replace(" [3]", "")
    assert claim.numbers == (1,)


def test_what_reads_as_a_marker_in_an_article_never_becomes_one():
    composed = compose(Chosen(tuple(readings([0.9, 0.1, 0.1])[:1])), "id")
    assert "[3]" not in composed.claims[0].text


def test_english_leads_with_the_figure_and_quotes_the_rest():
    composed = compose(Chosen(tuple(readings([0.9, 0.1, 0.1])[:1])), "en")
    text = composed.claims[0].text
    assert composed.lead == Lead("USD 4.796 billion", "value", *place_of("USD 4,796 miliar"), 1)
    assert text.startswith("In the original Indonesian: “Nilai ekspor Sumut")
    assert "22,67% = 22.67%" in text
    assert "Januari hingga Mei 2025 = January to May 2025" in text


def test_an_english_article_is_quoted_in_an_indonesian_answer():
    source = article("Exports rose.", "en")
    composed = compose(Chosen(tuple(readings([0.9], source))), "id")
    assert composed.claims[0].text == "Aslinya, dalam bahasa Inggris: “Exports rose.”"


def test_below_the_threshold_nothing_answers():
    question = asked("Berapa nilai ekspor Sumut?")
    assert answering(question, readings([0.01] * 3)) == Chosen()
    assert answering(question, []) == Chosen()


def test_above_the_threshold_no_rule_stands_against_what_was_read():
    question = asked("Siapa SOUTH Terima PANJANG pada 1999?")
    assert answering(question, readings([0.1, 0.99, 0.1])).answers[0].sentence.text.startswith("Lobster")


def test_what_the_model_takes_for_part_of_the_answer_is_shown_with_it():
    question = asked("Apa yang dibahas?")
    surely, hardly = (
        answering(question, readings([0.9, 0.1, 0.1], support=p))
        for p in (load_decision().support, load_decision().support / 2)
    )
    assert len(surely.readings) == 3
    assert len(hardly.readings) == 1


def test_no_more_than_three_sentences_are_shown():
    source = article("Satu. Dua. Tiga. Empat. Lima.")
    chosen = answering(asked("Apa?"), readings([0.9, 0.5, 0.5, 0.5, 0.5], source, support=0.99))
    assert len(compose(chosen, "id").claims) == 3


def test_claims_follow_the_text_of_their_article():
    chosen = answering(asked("Apa yang dibahas?"), readings([0.4, 0.3, 0.9], support=0.99))
    composed = compose(chosen, "id")
    assert [citation.start for citation in composed.citations] == sorted(c.start for c in composed.citations)
    assert [citation.number for citation in composed.citations] == [1, 2, 3]
    assert not composed.differing


def test_a_name_leads_an_english_answer_as_it_is_written():
    source = article("Rapat dipimpin Siti Aminah di pendopo.")
    composed = compose(Chosen(tuple(readings([0.9], source, ["Siti Aminah"]))), "en")
    assert composed.lead.text == "Siti Aminah"
    assert composed.claims[0].text.startswith("In the original Indonesian: “Rapat")


def test_a_refusal_names_what_was_looked_for_and_the_nearest_article():
    text = refusal(asked("Berapa nilai ekspor Sulut pada Juni 2025?"), article())
    assert "ekspor Sulut" in text
    assert "Juni 2025" in text
    assert "“Ekspor naik” (Koran, 22 Juli 2025)" in text


def test_a_refusal_offers_the_sentence_that_nearly_answers_but_no_other():
    question = asked("Berapa nilai ekspor Sulut pada Juni 2025?")
    near, far = (refusal(question, None, readings([score, 0, 0])) for score in (PERHAPS, PERHAPS - 0.01))
    sentence = TEXT.split("\n", maxsplit=1)[0].replace(" [3]", "")
    assert f"“Ekspor naik” (Koran, 22 Juli 2025). Mungkin ini yang Anda cari: “{sentence}”" in near
    assert "Mungkin" not in far


def test_a_refusal_follows_the_language_and_carries_no_marker():
    question = asked("What is [1] the export of Sulut?", "en")
    text = refusal(question, article())
    assert text.startswith("The articles do not say.")
    assert "[1]" not in text


def test_what_is_looked_for_is_written_as_the_question_writes_it():
    assert looked_for(asked("Berapa nilai ekspor Sumut Januari–Mei 2025?")) == [
        "ekspor Sumut Januari–Mei 2025"
    ]


def test_an_english_article_leads_an_indonesian_answer_with_what_can_be_said_in_it():
    source = article(
        "Investment in Batam reached USD 1.2 billion in 2024, the Trade Minister said on May 5, 2025.", "en"
    )
    composed = compose(Chosen(tuple(readings([0.9], source, ["USD 1.2 billion"]))), "id")
    text = composed.claims[0].text
    assert composed.lead.text == "USD 1,2 miliar"
    assert text.startswith("Aslinya, dalam bahasa Inggris: “Investment in Batam reached USD 1.2")
    assert "Trade Minister = Menteri Perdagangan" in text
    assert "May 5, 2025 = 5 Mei 2025" in text


@pytest.mark.parametrize(
    "sentence",
    [
        "Ia menutup pasar itu.",
        "Selain itu, pasar ditutup.",
        "Pasar itu ditutup pada Mei.",
        "“Itu benar,” kata dia.",
    ],
)
def test_a_sentence_that_refers_to_the_one_before_is_quoted_with_it(sentence):
    source = article(f"Bupati Rano membuka pasar baru. {sentence}")
    composed = compose(Chosen(tuple(readings([0.1, 0.9], source, [sentence])[:1])), "id")
    (claim,), (citation,) = composed.claims, composed.citations
    assert claim.text == citation.quote == source.text


def test_a_quotation_is_shown_from_its_opening_mark_to_its_closing_one():
    said = '"Pasar dibuka pada Mei. Jalan rusak. Kami perbaiki dulu," kata Rano.'
    source = article(f"Rano meninjau pasar. {said} Warga senang.")
    composed = compose(Chosen(tuple(readings([0.1, 0.1, 0.9, 0.1, 0.1], source)[:1])), "id")
    assert [one.quote for one in composed.citations] == [said]


def test_the_end_of_a_quotation_that_is_referred_to_is_shown_with_its_opening_mark():
    said = '"Kami kekurangan tenaga. Warga kami menua," kata Rano. Menurut dia, itu berat.'
    source = article(f"Rano meninjau pasar. {said}")
    scores = [0.9 if "berat" in source.text[slice(*span)] else 0.1 for span in sentences(source.text)]
    composed = compose(Chosen(tuple(readings(scores, source)[:1])), "id")
    assert [one.quote for one in composed.citations] == [said]


def test_a_quotation_that_never_ends_stays_the_sentence_that_it_is():
    source = article('Rano meninjau pasar. "Pasar dibuka pada Mei. Jalan rusak.')
    composed = compose(Chosen(tuple(readings([0.1, 0.1, 0.9], source)[:1])), "id")
    assert [one.quote for one in composed.citations] == ["Jalan rusak."]


def test_a_sentence_that_refers_to_one_that_is_quoted_already_stands_alone():
    source = article("Bupati Rano membuka pasar baru. Ia menutup pasar lama.")
    best, other = readings([0.9, 0.1], source, [source.text], support=0.9)
    composed = compose(Chosen((best,), (other,)), "id")
    assert [one.quote for one in composed.citations] == [
        "Bupati Rano membuka pasar baru.",
        "Ia menutup pasar lama.",
    ]


@pytest.mark.parametrize("sentence", ["Pasar lama ditutup.", "Iadara menutup pasar.", "Itulah pasar."])
def test_a_sentence_that_stands_by_itself_is_quoted_alone(sentence):
    source = article(f"Bupati Rano membuka pasar baru. {sentence}")
    (citation,) = compose(Chosen(tuple(readings([0.1, 0.9], source, [sentence])[:1])), "id").citations
    assert citation.quote == sentence


def test_sentences_of_one_quotation_are_shown_as_one_claim():
    said = '"Jalan rusak sejak Mei. Kami perbaiki dulu pekan ini," kata Rano.'
    source = article(f"Rano meninjau jalan. {said} Warga senang.")
    first, second = (one for one in readings([0.1, 0.9, 0.8, 0.1], source) if one.score > 0.5)
    composed = compose(Chosen((first,), (second,)), "id")
    assert [one.quote for one in composed.citations] == [said]
    assert [claim.numbers for claim in composed.claims] == [(1,)]


def test_no_characters_are_quoted_twice_where_quotations_overlap():
    source = article("Rano membuka pasar. Ia menutup jalan. Hal itu disesalkan warga.")
    one, two, three = sorted(readings([0.9, 0.7, 0.8], source), key=lambda reading: reading.sentence.start)
    composed = compose(Chosen((three,), (one, two)), "id")
    spans = sorted((one.start, one.end) for one in composed.citations)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_a_quotation_begins_behind_the_dateline_and_its_characters_are_exact():
    opening = "BATULICIN, 4 Mei 2025 – "
    sentence = (
        "Banjir yang melanda tiga desa di pesisir itu menggenangi ratusan rumah warga sejak Senin malam."
    )
    source = article(f"Banjir\n\n{opening}{sentence} Warga mengungsi.\n")
    start = source.text.index(sentence)
    hit = Hit(Passage(source, start, len(source.text)), 1.0, 1)
    span = (start, start + len(sentence))
    (citation,) = compose(Chosen((Reading(Sentence(source, *span, hit), span, 0.9, 0.5),)), "id").citations
    assert (citation.start, citation.end, citation.quote) == (*span, sentence)


def test_what_only_greets_or_corrects_is_not_named_as_looked_for():
    assert looked_for(asked("maaf, maksud saya bendungan Karalloe")) == ["bendungan Karalloe"]
    assert looked_for(asked("sorry, I meant the Karalloe dam", "en")) == ["Karalloe dam"]
    assert looked_for(asked("Apa maksudnya?")) == ["maksudnya"]
