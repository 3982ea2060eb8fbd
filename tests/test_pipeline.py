"""What must be true of a question's whole way, with the real models over the seed articles."""

from datetime import date

import pytest
from conftest import settings_at

from index import QuestionError
from index.library import Library
from index.models import Filter
from rag.answer import follow
from rag.composing import PERHAPS
from rag.lang.names import Sentence
from rag.pipeline import Assistant, load_assistant
from rag.reader import Reading, load_decision
from rag.request import load_carrying

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def assistant(seeds):
    return load_assistant(Library(seeds))


def test_every_step_is_told_before_the_answer_comes_last(assistant):
    steps = []
    answer = follow(assistant.steps("Siapa Konjen Singapura?"), steps.append)
    assert [step.name for step in steps] == ["understand", "retrieve", "read"]
    assert "Edmun Chia" in answer.text
    assert 0 < answer.confidence <= 1


def test_a_question_that_cannot_be_asked_is_refused_before_anything_is_searched(assistant):
    with pytest.raises(QuestionError, match="empty"):
        assistant.ask("  ")


def test_filters_reach_the_articles(assistant):
    asked = "Apa komoditas unggulan yang dibahas?"
    only = assistant.ask(asked, chosen=Filter(sources=("DetailNews.id",)))
    assert {hit.passage.article_id for hit in only.hits} == {"sulut-jepang"}
    early = assistant.ask(asked, chosen=Filter(until=date(2025, 12, 31)))
    assert {hit.passage.article_id for hit in early.hits} == {"sumut-enam-negara"}


def test_a_turn_limited_to_an_article_is_about_that(assistant):
    for name in ("sumut-enam-negara", "sulut-jepang"):
        answer = assistant.ask("Ringkas artikel ini", chosen=Filter(articles=(name,)))
        assert answer.request == "summarise"
        assert {one.article.id for one in answer.citations} == {name}
    asked = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
    assert "4,796 miliar" in assistant.ask(asked, chosen=Filter(articles=("sumut-enam-negara",))).text
    other = assistant.ask(asked, chosen=Filter(articles=("sulut-jepang",)))
    assert other.abstained
    assert {hit.passage.article_id for hit in other.hits} == {"sulut-jepang"}
    assert (
        assistant.count(
            Filter(
                articles=(
                    "sulut-jepang",
                    "nowhere",
                )
            )
        )
        == 1
    )
    assert assistant.ask(asked, chosen=Filter(articles=("nowhere",))).hits == ()


def test_three_questions_of_different_kinds_are_offered_and_each_is_answered_right(assistant):
    gaps = assistant.library.gaps()
    amount, quotes, summary = assistant.examples("id")
    assert assistant.library.gaps() == gaps
    assert "4,796 miliar" in assistant.ask(amount).lead.text
    assert assistant.ask(quotes).request == "quotes"
    assert assistant.ask(summary).request == "summarise"
    article = assistant.library.article("sumut-enam-negara")
    for question in assistant.suggestions(article, "id"):
        answer = assistant.ask(question, chosen=Filter(articles=(article.id,)))
        assert {one.article.id for one in answer.citations} == {article.id}


def test_what_was_not_answered_is_kept_as_a_gap(assistant):
    question = "Berapa anggaran pembangunan bandara baru di Papua tahun 2019?"
    assert assistant.ask(question).abstained
    assert question in [gap.question for gap in assistant.library.gaps()]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_example_questions_are_answered(assistant, language):
    examples = assistant.examples(language)
    assert examples
    for question in examples:
        answer = assistant.ask(question)
        assert answer.language == language
        assert not answer.abstained, question


@pytest.mark.parametrize(
    ("turn", "kind", "language"),
    [("halo", "greeting", "id"), ("Thank you!", "thanks", "en"), ("kamu bisa apa?", "capability", "id")],
)
def test_chatter_gets_a_reply_and_is_no_gap(assistant, turn, kind, language):
    before = assistant.library.gaps()
    answer = assistant.ask(turn)
    assert (answer.request, answer.language, answer.abstained) == (kind, language, False)
    assert not answer.claims
    assert set(answer.timings) == {"retrieve", "read", "total"}
    assert assistant.library.gaps() == before


def test_what_was_answered_is_answered_in_the_other_language_where_that_is_asked_for(assistant):
    before = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
    answer = assistant.ask("Please translate that into English", history=[before])
    assert (answer.request, answer.language, answer.understood) == ("translate", "en", before)
    assert answer.lead.text == "USD 4.796 billion"
    assert answer.question == "Please translate that into English"
    assert not assistant.ask("Please translate that into English").claims
    gaps = assistant.library.gaps()
    refused = assistant.ask("Please translate that into English", history=["Siapa wali kota Medan?"])
    assert (refused.abstained, refused.language) == (True, "en")
    assert assistant.library.gaps() == gaps


@pytest.mark.parametrize(
    ("history", "understood"),
    [
        (
            ["Siapa Konjen Singapura?", "Dia tertarik di bidang apa?"],
            "Dia tertarik di bidang apa (Konjen Singapura)?",
        ),
        (
            ["Berapa harga lobster menurut INA Group?", "ringkas artikel itu", "makasih"],
            "Summarise “Pemprov Sulut",
        ),
    ],
)
def test_what_is_asked_for_in_the_other_language_has_the_turns_that_it_had(assistant, history, understood):
    answer = assistant.ask("Please translate that into English", history=history)
    assert (answer.request, answer.language) == ("translate", "en")
    assert answer.understood.startswith(understood)
    asked = [turn for turn in history if turn != "makasih"]
    first = assistant.ask(asked[-1], history=asked[:-1])
    assert [one.start for one in answer.citations] == [one.start for one in first.citations]


@pytest.mark.parametrize(
    "turn",
    [
        "Hello, what can you do?",
        "Good morning, how can you help me?",
        "Selamat pagi min, bisa bantu apa aja?",
    ],
)
def test_a_greeting_before_a_question_about_the_product_is_passed_over(assistant, turn):
    assert assistant.ask(turn).request == "capability"


@pytest.mark.parametrize("turn", ["berita terbaru apa?", "Give me the latest news"])
@pytest.mark.parametrize("before", ["Berapa nilai ekspor Sumut Januari–Mei 2025?", "berita terbaru apa?"])
def test_the_latest_news_is_of_everything_where_nothing_points_back(assistant, turn, before):
    answer = assistant.ask(turn, history=[before])
    assert (answer.request, answer.understood) == ("latest", "")
    assert len({citation.article.id for citation in answer.citations}) > 1


def test_a_greeting_before_a_question_is_passed_over(assistant):
    answer = assistant.ask("Halo min, mau tanya, berapa nilai ekspor Sumut Januari–Mei 2025?")
    assert answer.request == "answer"
    assert "4,796 miliar" in answer.text


def test_examples_are_tried_once_however_many_are_wanted(assistant, monkeypatch):
    every = assistant.examples("id")
    article = assistant.library.article("sumut-enam-negara")
    suggested = assistant.suggestions(article, "id")
    monkeypatch.setattr(assistant, "_steps", None)
    assert assistant.examples("id", 2) == every[:2]
    assert assistant.examples("id") == every
    assert assistant.suggestions(article, "id", 1) == suggested[:1]


EXPORTS = "Berapa nilai ekspor Sumut Januari–Mei 2025?"


def test_a_follow_up_is_answered_from_what_it_leans_on(assistant):
    answer = assistant.ask("Dia tertarik di bidang apa?", history=["Siapa Konjen Singapura?"])
    assert answer.understood == "Dia tertarik di bidang apa (Konjen Singapura)?"
    assert "pendidikan dan kesehatan" in answer.text


def test_a_new_topic_takes_nothing_from_the_old_one(assistant):
    question = "Perusahaan apa yang beraudiensi dengan Pemprov Sulut soal ekspor lobster ke Jepang?"
    answer = assistant.ask(question, history=[EXPORTS])
    assert answer.understood == ""
    assert {citation.article.id for citation in answer.citations} == {"sulut-jepang"}


class Unsure:
    """A reader that remembers what it read, and is as sure as it is told to be."""

    name = "unsure"
    decision = load_decision()

    def __init__(self, score):
        self.score = score
        self.read_of = []

    def read(self, question, hits):
        self.read_of.append((question.text, tuple(hit.passage for hit in hits)))
        passage = hits[0].passage
        sentence = Sentence(passage.article, passage.start, passage.end, hits[0])
        return [Reading(sentence, (passage.start, passage.end), self.score)]


SHOES = "Berapa penjualan bulanan sepatu kulit buatan perajin Binjai?"


def followed_up(assistant, score, turn="naik berapa persen dibanding tahun lalu?"):
    reader = Unsure(score)
    asking = Assistant(assistant.library, assistant.embedder, reader, requests=assistant.requests)
    answer = asking.ask(turn, history=[SHOES])
    return answer, reader.read_of


def test_where_a_follow_up_finds_nothing_all_that_it_leaves_out_is_read_over_the_same_passages(assistant):
    answer, ((first, passages), (second, again), (apart, _)) = followed_up(assistant, 0.0)
    assert answer.abstained
    assert answer.understood == first != second
    carried = "penjualan bulanan sepatu kulit buatan perajin Binjai"
    assert second == f"naik berapa persen dibanding tahun lalu ({carried})?"
    assert passages == again
    assert apart == "naik berapa persen dibanding tahun lalu?"


def test_a_turn_with_a_name_is_read_by_itself_where_its_completion_finds_nothing(assistant):
    turn = "kalau perajin Kisaran naik berapa?"
    _, read_of = followed_up(assistant, 0.0, turn)
    assert read_of[-1][0] == turn
    assert turn not in {text for text, _ in read_of[:-1]}


def test_the_sentence_that_asks_is_read_where_the_whole_turn_finds_nothing(assistant):
    answer = assistant.ask(f"Kami sedang menyiapkan naskah pidato pimpinan untuk pekan depan. {EXPORTS}")
    assert "4,796 miliar" in answer.text


def test_what_is_not_said_in_one_piece_need_not_be_read_as_surely(assistant):
    between = (load_carrying().answer + load_decision().answer) / 2
    answer, read_of = followed_up(assistant, between, "naiknya berapa?")
    assert answer.claims
    assert len(read_of) == 1
    # It may as well stand by itself.
    assert followed_up(assistant, between, "siapa gubernur Sumatera Utara?")[0].abstained
    alone = Assistant(assistant.library, assistant.embedder, Unsure(between), requests=assistant.requests)
    assert alone.ask(SHOES).abstained


def test_a_turn_that_names_nothing_is_read_in_the_article_of_the_question_before_first(assistant):
    _, read_of = followed_up(assistant, 0.0, "naiknya berapa?")
    articles = [{passage.article_id for passage in passages} for _, passages in read_of]
    assert len(articles[0]) == 1 < len(articles[-1])
    _, read_of = followed_up(assistant, 0.0, "kalau perajin Kisaran naiknya berapa?")
    assert len({passage.article_id for passage in read_of[0][1]}) > 1


class UnsureOfTheLast(Unsure):
    """A reader to which the passage that was found last nearly answers."""

    def read(self, question, hits):
        return super().read(question, hits[::-1])


def test_the_message_the_answer_and_the_gap_name_one_nearest_article(assistant):
    question = "Berapa tarif parkir tahunan di pelabuhan Belawan?"
    library = assistant.library
    asking = Assistant(
        library, assistant.embedder, UnsureOfTheLast(PERHAPS + 0.01), requests=assistant.requests
    )
    answer = asking.ask(question)
    assert answer.nearest == answer.hits[-1].passage != answer.hits[0].passage
    assert answer.nearest.article_id != answer.hits[0].passage.article_id
    assert f"Artikel terdekat: “{answer.nearest.article.title}”" in answer.message
    (gap,) = (one for one in library.gaps() if one.question == question)
    assert gap.nearest == answer.nearest.article_id


def test_a_question_in_capitals_is_answered_and_shown_as_typed(assistant):
    answer = assistant.ask("BERAPA NILAI EKSPOR SUMUT JANUARI-MEI 2025?")
    assert answer.claims == assistant.ask("berapa nilai ekspor Sumut januari-mei 2025?").claims != ()
    assert (answer.question, answer.understood) == ("BERAPA NILAI EKSPOR SUMUT JANUARI-MEI 2025?", "")


@pytest.mark.parametrize("turn", ["Medan", "education", "pendidikan"])
def test_words_that_name_a_topic_are_no_greeting(assistant, turn):
    assert assistant.ask(turn).request not in {"greeting", "smalltalk"}


MONTHLY = {
    ("Maret 2023", "2023-04-04"): ("0,31", "214"),
    ("April 2023", "2023-05-03"): ("0,84", "377"),
    ("Mei 2023", "2023-06-05"): ("0,12", "298"),
}


@pytest.fixture(scope="module")
def monthly(tmp_path_factory):
    """What a statistics office releases each month, in the same words."""
    folder = tmp_path_factory.mktemp("monthly")
    for (month, day), (share, value) in MONTHLY.items():
        (folder / f"{day}.md").write_text(
            f"---\ntitle: Inflasi Kota Ternate {month} Tercatat {share} Persen\npublished: {day}\n---\n"
            f"TERNATE - BPS Kota Ternate mencatat inflasi bulanan sebesar {share} persen pada {month}.\n\n"
            f"Nilai ekspor dari pelabuhan Ternate pada bulan itu tercatat USD {value} ribu, terutama pala.\n"
        )
    library = Library(settings_at(folder))
    assert not library.add([folder]).failures
    return load_assistant(library)


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("Berapa nilai ekspor pelabuhan Ternate pada Maret 2023?", "USD 214 ribu"),
        ("Berapa nilai ekspor pelabuhan Ternate pada April 2023?", "USD 377 ribu"),
        ("Berapa nilai ekspor pelabuhan Ternate pada Mei 2023?", "USD 298 ribu"),
        ("What was monthly inflation in Ternate in April 2023?", "0.84"),
        ("inflasi ternate mei 2023 brp persen", "0,12"),
        ("Berapa nilai ekspor pelabuhan Ternate pada Maret 2022?", None),
        ("Berapa nilai ekspor pelabuhan Ternate pada September 2023?", None),
        ("inflasi ternate 2021 brp persen", None),
        ("Berapa nilai ekspor pelabuhan Tual pada Mei 2023?", None),
    ],
)
def test_of_releases_in_the_same_words_that_of_the_time_and_place_answers(monthly, question, holds):
    answer = monthly.ask(question)
    if holds is None:
        assert not answer.claims
    else:
        assert answer.lead is not None
        assert holds in answer.lead.text
