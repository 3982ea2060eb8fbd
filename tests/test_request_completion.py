"""What must be true of questions that lean on those before them."""

import pytest

from rag.request import (
    FEATURES,
    LONGEST,
    NOTHING,
    SURELY,
    Carrying,
    Completed,
    Request,
    asking_sentence,
    carried_over,
    complete,
    features,
    in_full,
    last_question,
    missing,
    parts_of,
    substituted,
)

HARBOUR = "Berapa anggaran dermaga Bitung Januari–Mei 2025?"
NAMES = Carrying({"name": 1.0}, least=0.6, answer=0.2)
"""Carries over names alone: 1 / (1 + 1/e) is 0.73, and a half for what is none."""

ALL = Carrying({}, least=0.5, answer=0.2)


def asked(text):
    return Completed(text, text, len(text))


@pytest.mark.parametrize(
    ("before", "turn", "completed"),
    [
        # a place for the last place, a name for the last name, either where the other is not named
        ("Berapa produksi pala Maluku?", "Kalau Papua?", "Berapa produksi pala Papua?"),
        ("Berapa ekspor pala Maluku ke Jepang?", "What about China?", "Berapa ekspor pala Maluku ke China?"),
        ("Kapan festival perahu di Danau Poso?", "kalau di Danau Toba?",
         "Kapan festival perahu di Danau Toba?"),
        ("Berapa produksi pala Maluku?", "Danau Toba?", "Berapa produksi pala Danau Toba?"),
        ("Apa kata Gubernur Maluku soal pala?", "Kalau Gubernur Papua?",
         "Apa kata Gubernur Papua soal pala?"),
        ("Apa kata Gubernur Maluku soal pala?", "Kalau Papua?", "Apa kata Gubernur Papua soal pala?"),
        # a period for a period, whose year it may lack or be relative to
        (HARBOUR, "2024?", "Berapa anggaran dermaga Bitung 2024?"),
        (HARBOUR, "Kalau pada Juni?", "Berapa anggaran dermaga Bitung Juni 2025?"),
        (HARBOUR, "Kalau Juni 2023?", "Berapa anggaran dermaga Bitung Juni 2023?"),
        (HARBOUR, "Kalau tahun sebelumnya?", "Berapa anggaran dermaga Bitung Januari–Mei 2024?"),
        ("How many ferries ran in May 2025?", "And a year earlier?", "How many ferries ran in May 2024?"),
    ],
)  # fmt: skip
def test_like_takes_the_place_of_like(before, turn, completed):
    assert substituted(turn, before) == completed
    assert complete(turn, asked(before)) == asked(completed)


@pytest.mark.parametrize(
    "turn",
    [
        "Siapa Bupati Poso?",  # it asks
        "Umurnya?",  # the capital of a sentence, not of a name
        "kalau dermaga Tahuna?",  # it names more than a name
        "kalau",
        "?",
    ],
)
def test_what_names_or_asks_something_else_takes_no_place(turn):
    assert substituted(turn, HARBOUR) is None


def test_what_the_question_before_has_nothing_like_takes_no_place():
    assert substituted("Kalau 2024?", "Siapa pelatih perahu naga?") is None
    assert substituted("Kalau Papua?", "siapa pelatih perahu naga?") is None


def test_what_is_carried_over_follows_the_turn_and_is_none_of_its_own_characters():
    done = complete("panjangnya berapa?", asked(HARBOUR), NAMES)
    assert done.text == "panjangnya berapa (Bitung)?"
    assert done.wide == "panjangnya berapa (anggaran dermaga Bitung Januari–Mei 2025)?"
    assert done.text[: done.own] == done.wide[: done.own] == "panjangnya berapa"


def test_a_turn_that_names_all_of_the_question_before_or_follows_none_is_left_as_it_is():
    turn = "Siapa pemenang lomba perahu naga?"
    assert complete(turn, asked("Siapa pemenang lomba?"), ALL) == asked(turn)
    assert complete(turn, NOTHING, ALL) == asked(turn)


def test_all_that_a_turn_lacks_is_carried_over_where_no_part_is_likely():
    unlikely = Carrying({"bias": -3.0}, least=0.6, answer=0.2)
    completed = "panjangnya berapa (anggaran dermaga Bitung Januari–Mei 2025)?"
    assert complete("panjangnya berapa?", asked(HARBOUR), unlikely).text == completed


def test_what_takes_the_place_of_a_name_is_looked_for_in_what_was_asked_last_before_what_it_took_over():
    before = complete("kalau Bank Poso sudah berapa?", asked("Berapa kredit nelayan Bank Bitung?"), ALL)
    assert before.text == "kalau Bank Poso sudah berapa (kredit nelayan Bank Bitung)?"
    done = complete("Bank Luwuk?", before, ALL)
    assert done.text == "kalau Bank Luwuk sudah berapa (kredit nelayan Bank Bitung)?"
    assert done.text[: done.own] == "kalau Bank Luwuk sudah berapa"


@pytest.mark.parametrize(
    ("turn", "asking"),
    [
        ("Kami menyiapkan sambutan. Berapa panjang dermaga Bitung?", "Berapa panjang dermaga Bitung?"),
        ("Berapa panjang dermaga Bitung? Mohon segera.", "Berapa panjang dermaga Bitung?"),
        ("Berapa panjang dermaga Bitung?", None),
        ("Berapa panjangnya? Siapa yang membangun?", None),
    ],
)
def test_the_sentence_of_a_turn_that_asks_is_the_only_one_with_a_question_mark(turn, asking):
    assert asking_sentence(turn) == asking


def test_a_turn_that_is_too_long_is_left_as_it_is():
    turn = "panjangnya " * LONGEST
    assert complete(turn, asked(HARBOUR), ALL) == asked(turn)


def test_what_the_turn_says_itself_is_not_said_twice():
    said = [HARBOUR[part.start : part.end] for part in missing("dermaganya di Bitung sebelah mana?", HARBOUR)]
    assert said == ["anggaran", "Januari–Mei 2025"]
    assert carried_over("anggaran dermaga Bitung Januari–Mei 2025 naik?", HARBOUR, ALL) == ""


def test_a_chain_searches_with_all_that_was_asked_and_shows_what_is_carried_over():
    first = asked("Berapa panjang dermaga Bitung?")
    second = complete("pemborongnya siapa?", first, NAMES)
    third = complete("alamatnya?", second, NAMES)
    assert third.text == "alamatnya (Bitung)?"
    assert third.wide == "alamatnya (pemborongnya panjang dermaga Bitung)?"


def test_capitals_that_stand_together_are_one_name_and_periods_and_places_one_part():
    text = "Kapan Bupati Poso Verna Inkiriwang ke Sulawesi Tengah pada 3 Mei 2024 dan 12 desa?"
    assert [(text[part.start : part.end], part.kind) for part in parts_of(text)] == [
        ("Kapan", "asking"),
        ("Bupati Poso Verna Inkiriwang", "name"),
        ("ke", "function"),
        ("Sulawesi Tengah", "place"),
        ("pada", "function"),
        ("3 Mei 2024", "moment"),
        ("dan", "function"),
        ("12", "figure"),
        ("desa", "word"),
    ]


def test_features_tell_kind_place_and_what_the_turn_names_another_of():
    first, second, third = features("kalau Tahuna di Papua?", "Berapa panjang dermaga Maluku?")
    assert set(first) == set(FEATURES)
    assert (first["first"], first["asked"], first["position"]) == (1.0, 1.0, 0.0)
    assert (second["first"], second["asked"], second["position"]) == (0.0, 0.0, 0.5)
    assert (third["place"], third["same_kind"], third["position"]) == (1.0, 1.0, 1.0)
    assert first["turn_length"] == 2 / 8
    assert first["length"] == 3 / 10


def test_a_part_of_which_the_turn_says_a_word_is_told():
    (name,) = features("Poso itu?", "Siapa Verna Poso?")
    assert name["repeated"] == 1.0


def test_a_question_about_a_name_is_completed_with_what_was_fitted():
    assert complete("alamatnya di mana?", asked("Siapa ketua Yayasan Bina Nelayan Bitung?")).text == (
        "alamatnya di mana (Yayasan Bina Nelayan Bitung)?"
    )


class Read:
    """Tells of each turn what it was given, and remembers what it was told with."""

    def __init__(self, **requests):
        self.requests = requests
        self.told = []

    def __call__(self, turn, before):
        self.told.append((turn, before))
        return self.requests.get(turn, Request("answer", 1.0, 1.0 if before else 0.0))


def test_greetings_and_blanks_are_passed_over_and_a_new_topic_forgets_the_old_one():
    read = Read(halo=Request("greeting", 0.9, 0.0), baru=Request("answer", 1.0, 0.01))
    assert in_full(["halo", " ", "?"], read) == NOTHING
    assert in_full([HARBOUR, "halo"], read) == asked(HARBOUR)
    assert in_full([HARBOUR, "baru"], read) == asked("baru")


def test_each_turn_is_told_with_the_question_before_it_in_full():
    read = Read()
    assert in_full([HARBOUR, "Kalau 2024?", "2023?"], read) == asked("Berapa anggaran dermaga Bitung 2023?")
    assert read.told[2] == ("2023?", "Berapa anggaran dermaga Bitung 2024?")


def test_what_is_carried_does_not_grow_from_turn_to_turn():
    first = asked("kebakaran pasar ikan kapan?")
    carrying = Carrying({"bias": -3.0}, least=0.6, answer=0.2)
    second = complete("apa saja bantuannya?", first, carrying)
    third = complete("siapa pemadamnya?", second, carrying)
    assert second.text == "apa saja bantuannya (kebakaran pasar ikan)?"
    assert third.text == "siapa pemadamnya (kebakaran pasar ikan)?"


@pytest.mark.parametrize(
    ("before", "carried"),
    [
        ("Bandingkan APBD Bitung dan Luwuk", "APBD Bitung Luwuk"),
        ("Buatkan siaran pers tentang dermaga Bitung", "dermaga Bitung"),
        ("Summarise the story on the Bitung pier", "Bitung pier"),
        ("Kutip komentar Verna soal dermaga", "Verna dermaga"),
        ("Berapa surat suara rusak di Bitung?", "surat suara rusak Bitung"),
    ],
)
def test_words_that_only_ask_for_more_than_an_answer_are_not_carried_over(before, carried):
    assert complete("siapa?", asked(before), ALL).text == f"siapa ({carried})?"


def test_the_last_question_is_told_with_the_turn_that_it_is():
    read = Read(halo=Request("greeting", 0.9, 0.0))
    assert last_question([HARBOUR, "Kalau 2024?", "halo"], read) == (
        1, asked("Berapa anggaran dermaga Bitung 2024?"),
    )  # fmt: skip
    assert last_question(["halo"], read) == (-1, NOTHING)


@pytest.mark.parametrize(
    ("kind", "turn", "leans"),
    [
        ("latest", "berita terbaru apa?", False),
        ("latest", "berita hari ini apa aja?", False),
        ("latest", "what's new this week?", False),
        ("latest", "ada berita baru soal itu?", True),
        ("latest", "kabar terbarunya?", True),
        ("latest", "any newer stories about this?", True),
        ("summarise", "ringkas artikel tentang dermaga Bitung", False),
        ("summarise", "ringkas berita tentang pernyataan Verna itu", True),
        ("draft", "Draft a statement about the case", True),
        ("answer", "berita itu kapan?", True),
    ],
)
def test_the_newest_or_a_named_topic_is_taken_from_the_turns_before_only_where_a_word_says_so(
    kind, turn, leans
):
    assert Request(kind, 1.0, 0.9).leans_on(turn) == leans
    assert Request("latest", 1.0, SURELY).leans_on(turn)


def test_only_the_last_turns_are_remembered():
    read = Read()
    in_full([HARBOUR, *["2024?"] * 9], read)
    assert len(read.told) == 8
