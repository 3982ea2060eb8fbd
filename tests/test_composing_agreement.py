"""What must be true where several articles answer one question."""

import hashlib
import re
from datetime import date
from decimal import Decimal

import pytest
from conftest import settings_at
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Hit, Passage
from index.library import Library
from rag.composing import NEAR, Value, agreeing, answering, by_value, compose, value_of
from rag.lang.names import Sentence
from rag.lang.numbers import find_figures
from rag.pipeline import load_assistant
from rag.query import understand
from rag.reader import Reading


def article(name, text, published, title="Kabar daerah", language="id"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    day = date.fromisoformat(published) if published else None
    return Article(name, title, text, f"Harian {name}", day, None, language, f"{name}.txt", digest)


def asked(text, language="id"):
    return understand(text, language, language)


def readings(question, *articles):
    """One reading per article, of its only sentence, each nearly as sure as the one before it."""
    found = []
    for number, source in enumerate(articles):
        hit = Hit(Passage(source, 0, len(source.text)), 1.0, number + 1)
        sentence = Sentence(source, 0, len(source.text), hit)
        found.append(Reading(sentence, read_span(question.text, sentence), 0.9 - 0.05 * number))
    return found


def read_span(question, sentence):
    """What a reader finds: a day where one asks when, a name where one asks who, a figure, or all."""
    if re.match(r"Kapan|When", question):
        found = [(one.start, one.end) for one in sentence.moments]
    elif re.match(r"Siapa|Who", question):
        taken = [(one.start, one.end) for one in sentence.places]
        names = re.finditer(r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+", sentence.text)
        found = [m.span() for m in names if not any(a < m.end() and m.start() < b for a, b in taken)]
    else:
        found = [(one.start, one.end) for one in sentence.figures]
    return found[0] if found else (sentence.start, sentence.end)


def answers(question_text, *told, language="id"):
    """The values that are shown for sentences, each with the day of its article, and the composed answer."""
    question = asked(question_text, language)
    sources = [article(f"a{n}", text, day) for n, (text, day) in enumerate(told)]
    composed = compose(answering(question, readings(question, *sources)), language)
    return [claim.text for claim in composed.claims], composed


def test_values_that_differ_are_both_shown_the_newer_first_each_with_its_date_and_source():
    texts, composed = answers(
        "Berapa nilai ekspor kopi Jambi pada 2024?",
        ("Nilai ekspor kopi Jambi pada 2024 mencapai USD 91,2 juta.", "2025-02-10"),
        ("Nilai ekspor kopi Jambi pada 2024 tercatat USD 96,7 juta.", "2025-04-15"),
    )
    assert texts == [
        "Menurut Harian a1 (15 April 2025): Nilai ekspor kopi Jambi pada 2024 tercatat USD 96,7 juta.",
        "Menurut Harian a0 (10 Februari 2025): Nilai ekspor kopi Jambi pada 2024 mencapai USD 91,2 juta.",
    ]
    assert [claim.numbers for claim in composed.claims] == [(1,), (2,)]
    assert composed.differing
    assert {claim.written for claim in composed.claims} == {"quoted"}
    assert composed.notes == (
        "Artikel yang tersedia memberi jawaban yang berbeda; yang terbaru didahulukan.",
    )


def test_english_introduces_each_value_in_english():
    texts, composed = answers(
        "What was the value of the coffee exports of Jambi in 2024?",
        ("Nilai ekspor kopi Jambi pada 2024 mencapai USD 91,2 juta.", "2025-02-10"),
        ("Nilai ekspor kopi Jambi pada 2024 tercatat USD 96,7 juta.", "2025-04-15"),
        language="en",
    )
    assert texts[0].startswith("According to Harian a1 (15 April 2025): USD 96.7 million.")
    assert texts[1].startswith("According to Harian a0 (10 February 2025): USD 91.2 million.")
    assert {claim.written for claim in composed.claims} == {"rendered"}
    assert composed.notes == ("The articles give different answers; the newer one comes first.",)


def test_an_article_without_a_date_comes_last_and_is_named_without_one():
    texts, _ = answers(
        "Berapa anggaran jalan Jambi tahun 2025?",
        ("Anggaran jalan Jambi tahun 2025 sebesar Rp 310 miliar.", None),
        ("Anggaran jalan Jambi tahun 2025 sebesar Rp 275 miliar.", "2025-03-12"),
    )
    assert texts[1].startswith("Menurut Harian a0: Anggaran")


def test_articles_that_agree_support_one_claim():
    texts, composed = answers(
        "Berapa wisatawan asing di Bali pada 2024?",
        *[
            (f"Bali menerima 6,3 juta wisatawan asing pada 2024{tail}.", "2025-02-01")
            for tail in ("", ", kata dia")
        ],
        ("Pada 2024 Bali menerima 6,3 juta wisatawan asing.", "2025-02-09"),
        ("Wisatawan asing di Bali pada 2024 berjumlah 6,3 juta wisatawan.", "2025-02-11"),
    )
    assert texts == ["Bali menerima 6,3 juta wisatawan asing pada 2024."]
    assert composed.claims[0].numbers == (1, 2, 3)
    assert (composed.notes, composed.differing) == ((), False)


def test_the_holder_of_an_office_may_have_changed():
    texts, _ = answers(
        "Siapa Gubernur Jambi?",
        ("Gubernur Jambi, Hamdani Putra, membuka pameran.", "2024-05-02"),
        ("Gubernur Jambi, Rini Maulida, melantik pejabat.", "2025-01-20"),
    )
    assert ["Rini Maulida" in texts[0], "Hamdani Putra" in texts[1]] == [True, True]


def test_a_day_may_be_moved():
    texts, _ = answers(
        "Kapan festival danau digelar di Jambi?",
        ("Festival danau di Jambi akan digelar pada 12 Juli 2025.", "2025-06-01"),
        ("Festival danau di Jambi akan digelar pada 19 Juli 2025.", "2025-06-20"),
    )
    assert ["19 Juli" in texts[0], "12 Juli" in texts[1]] == [True, True]


def test_reports_of_one_event_that_differ_in_each_of_their_counts_are_both_shown():
    texts, composed = answers(
        "Berapa kios terbakar di Jambi?",
        ("Api di Jambi menghanguskan 310 kios di empat desa.", "2025-03-04"),
        ("Api di Jambi menghanguskan 370 kios di lima desa.", "2025-03-05"),
    )
    assert ["370 kios" in texts[0], "310 kios" in texts[1]] == [True, True]
    assert composed.differing


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # rounded forms of one figure
        ("Berapa pendapatan asli daerah Riau pada 2024?",
         "Pendapatan asli daerah Riau pada 2024 mencapai Rp 4,8 triliun.",
         "Pendapatan asli daerah Riau pada 2024 mencapai Rp 4,796 triliun."),
        ("Berapa pendapatan asli daerah Riau pada 2024?",
         "Pendapatan asli daerah Riau pada 2024 mencapai Rp 4,2 triliun.",
         "Pendapatan asli daerah Riau pada 2024 mencapai sekitar Rp 4,8 triliun."),
        # another period
        ("Berapa inflasi Jambi?", "Inflasi Jambi pada Mei 2025 sebesar 1,66 persen.",
         "Inflasi Jambi pada Juni 2025 sebesar 2,20 persen."),
        ("Berapa inflasi Jambi?", "Inflasi Jambi pada Mei 2025 sebesar 1,66 persen.",
         "Inflasi Jambi sebesar 2,20 persen."),
        # another place
        ("Berapa persen inflasi?", "Inflasi Jambi sebesar 1,66 persen.", "Inflasi Riau sebesar 2,20 persen."),
        ("Berapa anggaran jalan Riau?", "Anggaran jalan Riau sebesar Rp 310 miliar.",
         "Anggaran jalan Riau di Kabupaten Siak sebesar Rp 120 miliar."),
        # another thing counted
        ("Berapa nilai ekspor Jambi pada 2024?", "Nilai ekspor Jambi pada 2024 mencapai USD 680 juta.",
         "Nilai ekspor kopi Jambi pada 2024 mencapai USD 300 juta."),
        ("Berapa jumlah korban banjir di Jambi?", "Korban banjir di Jambi yang tewas berjumlah 12 orang.",
         "Korban banjir di Jambi yang luka-luka berjumlah 21 orang."),
        ("Berapa anggaran jalan Jambi tahun 2025?", "Anggaran jalan Jambi tahun 2025 sebesar Rp 310 miliar.",
         "Target anggaran jalan Jambi tahun 2025 sebesar Rp 350 miliar."),
        ("Berapa nilai ekspor Jambi pada 2024?", "Nilai ekspor Jambi pada 2024 mencapai USD 500 juta.",
         "Nilai ekspor Jambi pada semester I 2024 mencapai USD 240 juta."),
        ("Berapa nilai ekspor Jambi pada 2024?", "Nilai ekspor Jambi pada 2024 mencapai USD 500 juta.",
         "Nilai ekspor Jambi ke Tiongkok pada 2024 mencapai USD 240 juta."),
        ("Berapa jumlah siswa di Jambi?", "Jumlah siswa SMA di Jambi 12.345 orang.",
         "Jumlah siswa SMP di Jambi 20.111 orang."),
        ("Berapa persen suara di Jambi?", "Pasangan nomor 1 memperoleh 51 persen suara di Jambi.",
         "Pasangan nomor 2 memperoleh 49 persen suara di Jambi."),
        ("Berapa harga beras di Jambi?", "Harga beras 5 kg di Jambi Rp 71.000.",
         "Harga beras 10 kg di Jambi Rp 138.000."),
        ("Berapa warga yang dilatih di Jambi?", "Dilatih 210 warga di Jambi selama 3 bulan.",
         "Dilatih 380 warga di Jambi selama 6 bulan."),
        # another unit, and another order of size
        ("Berapa besar bantuan pupuk Jambi?", "Bantuan pupuk Jambi sebesar 300 ton.",
         "Bantuan pupuk Jambi sebesar Rp 400 miliar."),
        ("Berapa besar bantuan pupuk Jambi?", "Bantuan pupuk Jambi sebesar 300 ton.",
         "Bantuan pupuk Jambi sebesar 9.000 ton."),
        # another office, and people of whom several may be right
        ("Siapa Gubernur Jambi?", "Gubernur Jambi, Lukas Sutarmi, meninjau pasar.",
         "Wakil Gubernur Jambi, Anton Prabowo, meresmikan jembatan."),
        ("Siapa Gubernur Jambi?", "Gubernur Jambi, Lukas Sutarmi, meninjau pasar.",
         "Gubernur Jambi bertemu dengan Anton Prabowo."),
        ("Siapa yang hadir dalam pameran Jambi?", "Pameran Jambi dihadiri oleh Lukas Sutarmi.",
         "Pameran Jambi dihadiri oleh Anton Prabowo."),
        # what happens each year, or now and then
        ("Kapan Gubernur Jambi berkunjung ke Kerinci?",
         "Gubernur Jambi berkunjung ke Kerinci pada 12 Mei 2025.",
         "Gubernur Jambi berkunjung ke Kerinci pada 2 Juni 2025."),
        ("Kapan festival danau Jambi digelar?", "Festival danau Jambi digelar pada 12 Juli 2023.",
         "Festival danau Jambi digelar pada 19 Juli 2025."),
    ],
)  # fmt: skip
def test_what_may_be_of_another_thing_is_not_told_as_a_difference(question, one, other):
    texts, composed = answers(question, (one, "2025-07-01"), (other, "2025-07-02"))
    assert texts == [one]
    assert composed.notes == ()


@pytest.mark.parametrize(
    ("one", "another", "are_shown"), [("2025-03-04", "2025-03-06", 2), ("2025-03-04", "2025-09-06", 1)]
)
def test_two_reports_are_of_one_flood_only_where_they_are_near_in_time(one, another, are_shown):
    texts, _ = answers(
        "Berapa jumlah korban meninggal akibat banjir di Jambi?",
        ("Korban meninggal akibat banjir di Jambi tercatat 8 orang.", one),
        ("Korban meninggal akibat banjir di Jambi bertambah menjadi 13 orang.", another),
    )
    assert len(texts) == are_shown


def test_a_reading_that_is_much_less_sure_is_not_held_against_the_best():
    question = asked("Berapa anggaran jalan Jambi tahun 2025?")
    first, second = readings(
        question,
        article("a", "Anggaran jalan Jambi tahun 2025 sebesar Rp 310 miliar.", "2025-01-01"),
        article("b", "Anggaran jalan Jambi tahun 2025 sebesar Rp 275 miliar.", "2025-03-01"),
    )
    unsure = Reading(second.sentence, second.span, 0.9 * NEAR * first.score)
    assert len(agreeing(question, [first, second])) == 2
    assert agreeing(question, [first, unsure]) == [first]


def test_the_same_article_is_not_cited_twice_for_one_value():
    question = asked("Berapa anggaran jalan Jambi tahun 2025?")
    (reading,) = readings(
        question, article("a", "Anggaran jalan Jambi tahun 2025 sebesar Rp 310 miliar.", "2025-01-01")
    )
    assert agreeing(question, [reading, reading]) == [reading]


def test_a_share_that_something_came_from_is_no_value():
    question = asked("Berapa persen inflasi Jambi?")
    (reading,) = readings(question, article("a", "Inflasi Jambi turun dari 3 persen.", "2025-01-01"))
    assert value_of(reading) is None


def test_readings_that_give_no_value_stay_apart():
    question = asked("Apa yang dibahas?")
    (one,) = readings(question, article("a", "Rapat membahas jembatan.", "2025-01-01"))
    (other,) = readings(question, article("b", "Rapat membahas jembatan.", "2025-01-02"))
    assert by_value([one, other]) == [[one], [other]]


@given(st.integers(1, 10**9), st.integers(0, 3))
def test_a_figure_never_differs_from_its_own_rounding(value, dropped):
    exact = Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(dropped))
    one, other = (Value(figure=find_figures(f"Rp {int(v)}", "id")[0]) for v in (exact, rounded))
    off = abs(exact - rounded) / max(exact, rounded)
    assert not (off <= Decimal("0.05") and one.differs(other))
    assert one.differs(other) == other.differs(one)


ARTICLES = {
    "jalan-januari": ("Jambi Kini", "2025-01-10", "Anggaran Jalan Disepakati",
                      "JAMBI - Anggaran perbaikan jalan di Jambi tahun 2025 sebesar Rp 310 miliar."),
    "jalan-maret": ("Harian Batanghari", "2025-03-12", "Anggaran Jalan Dipangkas",
                    "JAMBI - Anggaran perbaikan jalan di Jambi tahun 2025 sebesar Rp 275 miliar."),
    "jembatan": ("Harian Batanghari", "2025-03-15", "Jembatan Jambi",
                 "JAMBI - Anggaran perbaikan jembatan di Jambi tahun 2025 sebesar Rp 240 miliar."),
    "bali-satu": ("Pulau Pos", "2025-02-01", "Wisatawan Bali",
                  "DENPASAR - Bali menerima 6,3 juta wisatawan asing pada 2024."),
    "bali-dua": ("Harian Dewata", "2025-02-09", "Bali Ramai",
                 "DENPASAR - Pada 2024 Bali menerima 6,3 juta wisatawan asing."),
    "batam": ("Batam Post", "2025-05-05", "Investment Rises",
              "Investment in Batam reached USD 1.2 billion in 2024, the Trade Minister said on May 5, 2025."),
}  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("articles")
    for name, (source, published, title, text) in ARTICLES.items():
        head = f"---\ntitle: {title}\nsource: {source}\npublished: {published}\n---\n\n"
        (folder / f"{name}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    library = Library(settings_at(tmp_path_factory.mktemp("home")))
    assert not library.add([folder]).failures
    return load_assistant(library)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Berapa anggaran perbaikan jalan di Jambi tahun 2025?",
         "Menurut Harian Batanghari (12 Maret 2025): ",
         "Menurut Jambi Kini (10 Januari 2025): "),
        ("How much is the road repair budget of Jambi in 2025?",
         "According to Harian Batanghari (12 March 2025): IDR 275 billion.",
         "According to Jambi Kini (10 January 2025): IDR 310 billion."),
    ],
)  # fmt: skip
def test_an_answer_shows_both_values_and_says_so(assistant, question, first, second):
    answer = assistant.ask(question)
    assert [
        claim.text.startswith(lead) for claim, lead in zip(answer.claims, (first, second), strict=True)
    ] == [
        True,
        True,
    ]
    assert [citation.article.id for citation in answer.citations] == ["jalan-maret", "jalan-januari"]
    assert len(answer.notes) == 1


@pytest.mark.model
def test_an_answer_cites_every_article_that_says_it(assistant):
    answer = assistant.ask("Berapa wisatawan asing yang diterima Bali pada 2024?")
    assert {citation.article.id for citation in answer.citations} == {"bali-satu", "bali-dua"}
    assert answer.text.endswith("[1][2]")
    assert answer.notes == ()


@pytest.mark.model
def test_an_indonesian_question_over_an_english_article_is_answered_in_indonesian(assistant):
    answer = assistant.ask("Berapa investasi di Batam pada 2024?")
    text = answer.text
    assert text.startswith(
        "USD 1,2 miliar. [1] Aslinya, dalam bahasa Inggris: “Investment in Batam reached USD 1.2"
    )
    assert "Trade Minister = Menteri Perdagangan" in text
    assert "May 5, 2025 = 5 Mei 2025" in text
