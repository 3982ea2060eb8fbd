"""What must be true of turns that ask for a summary, a comparison or the newest articles."""

from datetime import date

import pytest

from index import Article
from index.library import Library
from index.models import Filter
from rag.output import answer_object
from rag.overview import OVERVIEWS, READ, Overview, count_of, place_in, split_sides, topic_of
from rag.pipeline import load_assistant
from rag.proof import prove
from rag.summary import Key


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ("Tolong ringkas artikel tentang lobster Sulut dalam tiga poin", ["lobster", "sulut"]),
        ("Summarise the story on the Palu bridge in three points", ["palu", "bridge"]),
        ("What's new today?", []),
        ("Summarise the article on Melati's new pier", ["melati", "pier"]),
        ("berita terbaru bulan Juli 2025", []),
    ],
)
def test_the_topic_of_a_turn_is_what_is_left_of_what_only_asks(turn, words):
    assert topic_of(turn) == words


@pytest.mark.parametrize(
    ("turn", "count"),
    [
        ("ringkas dalam tiga poin", 3),
        ("rangkum artikelnya, maksimal 4 kalimat", 4),
        ("Summarise it in five bullet points", 5),
        ("ringkas berita tiga desa yang banjir", None),
        ("ringkas dalam satu paragraf", None),
        ("ringkas dalam 999 kalimat", 50),
        ("ringkas dalam 0 kalimat", None),
    ],
)
def test_a_turn_says_how_many_sentences(turn, count):
    assert count_of(turn) == count


@pytest.mark.parametrize(
    ("turn", "names", "texts"),
    [
        ("bandingkan Sumut dan Sulut", ("Sumut", "Sulut"), ("Sumut", "Sulut")),
        (
            "Bandingkan ekspor Sumut dengan Sulut",
            ("Sumut", "Sulut"),
            ("ekspor Sumut", "ekspor Sulut"),
        ),
        (
            "bandingkan pasar dalam dan luar negeri Toyota dengan Honda",
            ("Toyota", "Honda"),
            ("pasar dalam dan luar negeri Toyota", "pasar dalam dan luar negeri Honda"),
        ),
        (
            "Compare growth in Medan and Manado according to the governor",
            ("Medan", "Manado"),
            ("growth in Medan according to the governor", "growth Manado according to the governor"),
        ),
        ("bandingkan sikap AS dan China", ("AS", "China"), ("sikap AS", "sikap China")),
    ],
)
def test_two_things_are_compared_in_the_same_respect(turn, names, texts):
    sides = split_sides(turn)
    assert tuple(side.name for side in sides) == names
    assert tuple(side.text for side in sides) == texts


def test_a_turn_that_names_one_thing_compares_nothing():
    assert split_sides("bandingkan keduanya") is None
    assert split_sides("bandingkan dengan Sulut") is None


@pytest.fixture(scope="module")
def assistant(seeds):
    return load_assistant(Library(seeds))


def proven(assistant, answer):
    return prove(answer_object(answer), assistant.library.article).faults == ()


@pytest.mark.model
def test_the_article_that_a_turn_names_is_summarised(assistant):
    answer = assistant.ask("Ringkas artikel tentang enam konsul jenderal dalam tiga poin")
    assert answer.request == "summarise"
    assert {citation.article.id for citation in answer.citations} == {"sumut-enam-negara"}
    assert len(answer.claims) == 3
    assert proven(assistant, answer)


@pytest.mark.model
def test_a_summary_that_leans_is_of_the_article_spoken_of(assistant):
    history = ["Berapa harga lobster menurut Pemprov Sulut dan INA Group?", "terima kasih"]
    answer = assistant.ask("ringkas artikel itu", history=history)
    assert {citation.article.id for citation in answer.citations} == {"sulut-jepang"}
    assert answer.understood.startswith("Ringkas “Pemprov Sulut dan INA Group")


@pytest.mark.model
@pytest.mark.parametrize("turn", ["berita terbarunya lengkap dong", "any updates, in detail?"])
def test_the_newest_on_what_was_spoken_of_are_asked_for_by_a_turn_that_leans(assistant, turn):
    history = ["Berapa harga lobster menurut Pemprov Sulut dan INA Group?"]
    answer = Overview(assistant, turn, history, "auto", Filter()).answer("latest", 1.0)
    assert {citation.article.id for citation in answer.citations} == {"sulut-jepang"}
    assert answer.understood.startswith(history[0])


@pytest.mark.model
def test_what_is_not_there_is_not_summarised_and_is_noted_as_a_gap(assistant):
    turn = "Ringkas artikel tentang gempa bumi di Turki"
    answer = assistant.ask(turn)
    assert (answer.request, answer.abstained) == ("summarise", True)
    assert answer.text.startswith("Tidak ada artikel tentang itu yang dapat diringkas. Yang dicari: gempa")
    assert turn in [gap.question for gap in assistant.library.gaps()]


@pytest.mark.model
def test_a_year_that_the_article_is_not_of_is_another_event(assistant):
    assert assistant.ask("Ringkas artikel tentang enam konsul jenderal di Medan tahun 2019").abstained


@pytest.mark.model
def test_a_summary_of_nothing_named_asks_which_article_and_is_no_gap(assistant):
    before = assistant.library.gaps()
    answer = assistant.ask("Tolong ringkas artikel itu")
    assert answer.text == "Artikel yang mana? Sebutkan topik, nama, atau judulnya."
    assert assistant.library.gaps() == before


@pytest.mark.model
def test_the_newest_articles_are_listed_the_newest_first(assistant):
    answer = assistant.ask("berita terbaru apa?")
    assert answer.request == "latest"
    assert [citation.article.id for citation in answer.citations] == ["sulut-jepang", "sumut-enam-negara"]
    assert answer.text.startswith("“Pemprov Sulut dan INA Group Bahas")
    assert "(11 Februari 2026): " in answer.text
    assert proven(assistant, answer)


@pytest.mark.model
def test_filters_hold_for_the_newest_articles(assistant):
    early = assistant.ask("berita terbaru apa?", chosen=Filter(until=date(2025, 12, 31)))
    assert [citation.article.id for citation in early.citations] == ["sumut-enam-negara"]
    none = assistant.ask("berita terbaru apa?", chosen=Filter(until=date(2019, 12, 31)))
    assert none.text == "Tidak ada artikel dalam rentang tanggal atau sumber yang dipilih."


@pytest.mark.model
def test_the_newest_articles_on_a_topic_are_those_that_have_it(assistant):
    answer = assistant.ask("What's the latest news on lobster?")
    assert [citation.article.id for citation in answer.citations] == ["sulut-jepang"]
    assert assistant.ask("ada berita terbaru soal vulkanologi?").abstained


@pytest.mark.model
@pytest.mark.parametrize("turn", ["Bandingkan A dan B", "bandingkan A dan B", "Bandingkan Sumut dan Sulut"])
def test_a_comparison_is_told_however_its_first_letter_is_written(assistant, turn):
    request = assistant.request(turn)
    assert request.kind == "compare"
    assert request.probability >= OVERVIEWS["compare"]


@pytest.mark.model
def test_both_sides_of_a_comparison_are_cited_and_proven(assistant):
    answer = assistant.ask("Bandingkan Sumut dan Sulut")
    assert answer.request == "compare"
    sides = [claim.text.partition(": ")[0] for claim in answer.claims]
    assert set(sides) == {"Sumut", "Sulut"}
    by_side = {
        side: {answer.citations[n - 1].article.id for n in claim.numbers}
        for side, claim in zip(sides, answer.claims, strict=True)
    }
    assert by_side == {"Sumut": {"sumut-enam-negara"}, "Sulut": {"sulut-jepang"}}
    assert proven(assistant, answer)


@pytest.mark.model
def test_what_is_compared_is_chosen_from_all_passages_found(assistant, monkeypatch):
    outputs, read = assistant.reader.model.outputs, []

    def counted(text, windows):
        read.append(len(windows))
        return outputs(text, windows)

    monkeypatch.setattr(assistant.reader.model, "outputs", counted)
    assistant.ask("Bandingkan Sumut dan Sulut")
    assert read == [READ, READ]


@pytest.mark.model
def test_a_side_that_the_articles_lack_is_named(assistant):
    answer = assistant.ask("Bandingkan ekspor Sumut dengan ekspor Zimbabwe")
    assert {claim.text.partition(": ")[0] for claim in answer.claims} == {"ekspor Sumut"}
    assert answer.notes == ("Tentang “ekspor Zimbabwe” tidak ada keterangan dalam artikel yang tersedia.",)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "Apa perbedaan ekspor Sumut 2024 dan 2025 menurut BPS, berapa persen naiknya?",
        "Siapa Konjen Singapura?",
        "Berapa nilai ekspor Sumut Januari–Mei 2025?",
    ],
)
def test_a_question_is_not_taken_for_more(assistant, question):
    request = assistant.request(question)
    assert request.probability < OVERVIEWS.get(request.kind, 1.1)


@pytest.mark.model
def test_a_draft_is_a_skeleton_of_cited_facts_under_headings_and_says_so(assistant):
    answer = assistant.ask("Buatkan draf siaran pers tentang ekspor Sumut")
    assert (answer.request, answer.abstained) == ("draft", False)
    headings = list(dict.fromkeys(claim.text.partition(": ")[0] for claim in answer.claims))
    assert headings[0] == "Apa"
    assert headings[-1] == "Kutipan"
    assert "Kapan: Selasa (22/7/2025)" in [claim.text for claim in answer.claims]
    quoted = [one.quote for claim, one in zip(answer.claims, answer.citations, strict=True)
              if claim.text.startswith("Kutipan: “")]  # fmt: skip
    assert quoted
    assert all(f"“{quote.rstrip(',')}”" in answer.text for quote in quoted)
    assert "bukan naskah jadi" in answer.notes[0]
    assert proven(assistant, answer)


@pytest.mark.model
def test_an_english_draft_tells_day_and_place_in_english(assistant):
    answer = assistant.ask("Draft a press release about the INA Group meeting")
    told = [claim.text for claim in answer.claims]
    assert "When: Wednesday, 11 February 2026" in told
    assert "Where: North Sulawesi" in told
    assert proven(assistant, answer)


@pytest.mark.model
def test_there_is_no_draft_of_what_the_articles_do_not_have(assistant):
    answer = assistant.ask("Buatkan siaran pers soal gempa bumi di Turki")
    assert (answer.request, answer.abstained) == ("draft", True)
    assert answer.text.startswith("Tidak ada artikel tentang itu untuk bahan siaran pers. Yang dicari: gempa")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Gubernur Jawa Timur Ratna Wulandari meresmikan pasar di Kediri.", "Kediri"),
        ("Rapat digelar di Kantor Gubernur Sumatera Utara di Kabupaten Karo.", "Kabupaten Karo"),
        ("Gubernur Jawa Timur bertemu pengusaha Papua.", "Papua"),
        ("Menteri Perdagangan Malaysia tiba.", None),
    ],
)
def test_where_a_draft_is_set_is_no_place_of_an_office(text, place):
    article = Article(
        id="here",
        title="",
        text=text,
        source=None,
        published=None,
        url=None,
        language="id",
        path="",
        sha256="",
    )
    span = place_in(Key(article, 0, len(text), 0.0, frozenset()))
    assert (span and text[slice(*span)]) == place
