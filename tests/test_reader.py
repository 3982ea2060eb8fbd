"""What must be true of reading: spans, sentences, the decision, and the models that are read with."""

import hashlib
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Hit, ModelError, Passage, Settings
from index.text import sentences
from rag.lang.names import Sentence
from rag.pipeline import load_reader
from rag.query import understand
from rag.reader import (
    FEATURES,
    LONGEST_SPAN,
    Candidate,
    Compared,
    Decision,
    Output,
    Reader,
    TransformersModel,
    Window,
    absent_shares,
    agreed,
    best_span,
    candidates,
    chances,
    features,
    further_features,
    heading,
    named_shares,
    other_times,
    passage_tokens,
    placed_in,
    prepare,
    tidied,
    windows_of,
)


class Pointing:
    """Reads wherever a word stands, surely; where it does not, nothing is found."""

    name = "pointing"

    def __init__(self, word):
        self.word = word
        self.read = []

    def outputs(self, question, windows):
        self.read += windows
        return [self._one(window.text) for window in windows]

    def _one(self, text):
        offsets = np.array([(i, i + 1) for i in range(len(text))], dtype=np.int64).reshape(-1, 2)
        start, end = np.full(len(text), -9.0, np.float32), np.full(len(text), -9.0, np.float32)
        evidence = np.full(len(text), -6.0, np.float32)
        at = text.find(self.word)
        if at >= 0:
            start[at], end[at + len(self.word) - 1] = 6.0, 6.0
            evidence[:] = 4.0
        return Output(offsets, start, end, 2.0, evidence, 3.0 if at >= 0 else -5.0)


def asked(text, code="id"):
    return understand(text, "id", code)


def article(text, name="a", title="Rapat"):
    return Article(name, title, text, None, None, None, "id", "", hashlib.sha256(text.encode()).hexdigest())


def hit(text, rank=1, **about):
    source = article(text, **about)
    return Hit(Passage(source, 0, len(source.text)), 1.0, rank)


LONG = " ".join(f"Kalimat nomor {n} berbicara tentang hal lain yang agak panjang." for n in range(60))


@pytest.fixture(scope="module")
def shipped():
    """The reader that comes with the product."""
    return load_reader(Settings.load())


def tokens(start, end, none=0.0, width=2):
    """Tokens of `width` characters each, one after the other."""
    offsets = np.array([(width * at, width * (at + 1)) for at in range(len(start))])
    return Output(offsets, np.array(start, np.float32), np.array(end, np.float32), none)


def test_the_best_span_has_the_greatest_sum_and_ends_no_earlier_than_it_begins():
    span, margin = best_span(tokens([0, 6, 1, 0], [9, 0, 4, 1], none=2.0), np.arange(4))
    assert span == (2, 6)
    assert margin == pytest.approx(6 + 4 - 2)


def test_a_span_lies_within_the_tokens_that_are_asked_for():
    span, _ = best_span(tokens([9, 0, 1, 0], [9, 0, 1, 0]), np.array([1, 2, 3]))
    assert span == (4, 6)


def test_a_span_is_not_longer_than_allowed():
    start, end = np.zeros(2 * LONGEST_SPAN), np.zeros(2 * LONGEST_SPAN)
    start[0], end[-1], end[LONGEST_SPAN] = 5, 5, 4
    start[1] = 3
    span, _ = best_span(tokens(start, end), np.arange(2 * LONGEST_SPAN))
    assert span == (2, 2 * (LONGEST_SPAN + 1))


def test_each_sentence_of_a_window_is_a_candidate_none_is_left_out():
    text = "Bupati hadir. ## Catatan\nRAPAT DITUTUP! Ia pulang."
    output = Pointing("Bupati")._one(text)
    found = candidates(0, Window("", text), output)
    assert [text[slice(*one.sentence)] for one in found] == [
        "Bupati hadir.",
        "## Catatan",
        "RAPAT DITUTUP!",
        "Ia pulang.",
    ]
    assert max(found, key=lambda one: one.margin).span == (0, 6)


def test_a_sentence_that_was_not_read_has_the_lowest_scores_and_is_kept():
    output = Output(np.array([(0, 5)]), np.array([1.0]), np.array([1.0]), 0.0)
    read, unread = candidates(0, Window("", "Satu. Dua."), output)
    assert (read.margin, unread.margin) == (2.0, -20.0)


def test_features_compare_a_candidate_with_the_best_of_all_windows():
    best = Candidate(0, (0, 9), (0, 4), 6.0, 3.0, 1.5)
    other = Candidate(1, (0, 9), (0, 4), 1.0, -3.0, 0.0)
    first, second = features([best, other], [1, 3], [Compared(0.75), Compared(0.5, 1.5, 0.2)])
    assert set(first) == set(FEATURES)
    assert (first["behind"], first["evidence_behind"], first["rank"]) == (0.0, 0.0, 0.0)
    assert second["behind"] == pytest.approx(1.0)
    assert second["evidence_behind"] == pytest.approx(2.0)
    assert second["answerable_behind"] == pytest.approx(0.5)
    assert second["rank"] == pytest.approx(math.log(3))
    assert (second["named"], second["named_behind"]) == (0.5, pytest.approx(1 / 3))
    assert (second["absent"], second["otherwise"]) == (1.5, 0.2)


def placed(*texts):
    return [placed_in(hit(text), (0, len(text))) for text in texts]


def test_a_word_counts_more_the_fewer_sentences_have_it():
    kopi, lada, none = named_shares(
        asked("Berapa ekspor kopi?"), placed("Ekspor kopi naik.", "Ekspor lada turun.", "Ekspor tumbuh.")
    )
    common, rare = math.log(4 / 3.5), math.log(4 / 1.5)
    assert kopi == pytest.approx(1.0)
    assert lada == none == pytest.approx(common / (common + rare))


def test_words_places_and_periods_are_there_in_the_other_language():
    question = asked("How large were the exports of North Sumatra in January-May 2025?", "en")
    there, another = named_shares(
        question, placed("Ekspor Sumut Januari–Mei 2025 naik.", "Ekspor Sulut Januari–Mei 2024 naik.")
    )
    assert there > 2 * another > 0


def test_a_question_that_names_nothing_has_it_all():
    assert named_shares(asked("Apa itu?"), placed("Hujan turun.")) == [1.0]


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Berapa nilai ekspor Sumut pada Mei 2025?", 0),
        ("Berapa nilai ekspor Sumut pada 2025?", 0),
        ("Siapa yang berkunjung pada 22 Juli 2025?", 0),  # as it was published
        ("Siapa yang berkunjung bulan Juli?", 0),
        ("Berapa nilai ekspor Sumut pada Mei 2023?", 1),
        ("Berapa nilai ekspor Sumut pada September 2025?", 1),
        ("Berapa nilai ekspor Sumut pada Mei 2025, dan pada Mei 2023?", 0.5),
        ("Berapa nilai ekspor Sumut tahun lalu?", 0),
        ("What was the value of North Sumatra's exports in May 2025?", 0),
        ("Berapa nilai ekspor Sulut pada Mei 2025?", 1),
        ("Siapa yang berkunjung ke Medan?", 0),
        ("siapa yg berkunjung ke binjai?", 1),
        ("kapan puncak arus mudik?", 0),
        ("Siapa yang berkunjung ke Puncak?", 1),
        ("Apa kata Konsul Malaysia di Palu pada 2019?", 1.5),
        ("Siapa yang berkunjung?", 0),
    ],
)
def test_an_article_lacks_the_times_and_places_that_it_does_not_tell_of(question, share):
    text = "Ekspor Sumatera Utara pada Januari–Mei 2025 naik. Konsul Malaysia datang ke Kota Medan."
    source = replace(article(text), published=date(2025, 7, 23))
    sentence = Sentence(source, 0, 49, Hit(Passage(source, 0, len(text)), 1.0, 1))
    assert absent_shares(asked(question, "en" if "What" in question else "id"), [sentence]) == [share]


def test_a_sentence_that_names_no_time_is_of_the_headline_s():
    text = "Nilainya USD 384 ribu. Pada Mei 2021 nilainya USD 90 ribu."
    source = replace(article(text, title="Ekspor April 2024 Naik"), published=date(2024, 5, 9))
    held = Hit(Passage(source, 0, len(text)), 1.0, 1)
    every = [Sentence(source, start, end, held) for start, end in sentences(text)]
    assert other_times(asked("Berapa nilai ekspor April 2024?"), every) == [0, 1]
    assert other_times(asked("Berapa nilai ekspor Mei 2024?"), every) == [1, 0]  # it was published in May
    assert other_times(asked("Berapa nilai ekspor Mei 2021?"), every) == [1, 0]


def test_an_office_need_not_name_its_own_place():
    source = replace(article("Jembatan dibangun."), source="Humas Kabupaten Buol")
    sentence = Sentence(source, 0, 18, Hit(Passage(source, 0, 18), 1.0, 1))
    assert absent_shares(asked("Apa yang dibangun di Buol?"), [sentence]) == [0]
    assert absent_shares(asked("Apa yang dibangun di Poso?"), [sentence]) == [1]


def test_what_tells_of_no_time_at_all_lacks_none():
    assert absent_shares(asked("Kapan hujan turun pada 2020?"), placed("Hujan turun.")) == [0]


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Berapa nilai ekspor Januari 2017?", 1),
        ("Berapa nilai ekspor Februari 2016?", 1),
        ("Berapa nilai ekspor Februari 2017?", 0),
        ("Berapa naiknya ekspor dibanding Januari 2017?", 0),
        ("Berapa nilai ekspor 2017?", 0),
        ("Berapa nilai ekspor?", 0),
    ],
)
def test_a_period_that_is_compared_with_is_not_that_of_the_figure(question, share):
    text = (
        "Nilai ekspor pada Februari 2017 mencapai 12,57 miliar dolar AS atau turun dibanding ekspor "
        "Januari 2017, sementara dibanding Februari 2016 naik."
    )
    assert other_times(asked(question), placed(text)) == [share]


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Berapa panen padi Ogan Ilir?", 1),
        ("berapa panen padi ogan komering ilir?", 0),
        ("Berapa panen padi di Palembang?", 1),
        ("Berapa panen padi?", 0),
        ("Berapa batang padi?", 0),
    ],
)
def test_a_place_of_a_like_name_is_another(question, share):
    text = "Panen padi Ogan Komering Ilir mencapai 388 ribu ton, 90 batang di Batang Hari."
    assert absent_shares(asked(question), placed(text)) == [share]


@pytest.mark.parametrize(
    ("question", "shares"),
    [
        ("Berapa ekspor pada Mei 2024?", [0, 0, 1, 0]),
        ("Berapa ekspor pada Juni 2024?", [1, 0, 0, 0]),
        ("Berapa ekspor pada Juli 2024?", [0, 0, 0, 0]),  # when it was published
        ("Berapa ekspor pada Mei 2024 dan 2021?", [0.5, 0.5, 1, 0]),
        ("Berapa ekspor?", [0, 0, 0, 0]),
    ],
)
def test_a_sentence_of_another_time_is_told_unless_the_one_before_has_what_is_asked(question, shares):
    text = "Ekspor Mei 2024 naik. Pada Juni 2024 nilainya turun. Juni 2024 sepi. Harga tetap."
    source = replace(article(text), published=date(2024, 7, 9))
    held = Hit(Passage(source, 0, len(text)), 1.0, 1)
    every = [Sentence(source, start, end, held) for start, end in sentences(text)]
    assert other_times(asked(question), every) == shares


def test_the_scores_are_a_softmax_of_the_weighted_features_over_the_sentences_and_none():
    reader = Reader(Pointing("x"), Decision({"bias": -1.0, "margin": 0.5}, 0.5, 0.5))
    margins = [10.0, 0.0]  # sums 0.5 * 10 / 5 - 1 = 0 and -1, beside 0 for none
    found = [Candidate(n, (0, 3), (0, 3), margin, 0.0, 0.0) for n, margin in enumerate(margins)]
    scores = reader.scores(found, [1, 2], [Compared(1.0)] * 2, ["ada", "itu"])
    whole = 1 + 1 + np.exp(-1)
    assert scores == pytest.approx([1 / whole, np.exp(-1) / whole])


def test_sentences_agree_where_each_has_the_other_s_span_and_count_together():
    texts = ["Tarifnya Rp 500.", "Tarif itu RP 500, katanya.", "Harganya Rp 900."]
    spans = [(9, 15), (10, 16), (10, 16)]
    found = [Candidate(0, (0, len(t)), s, 0.0, 0.0, 0.0) for t, s in zip(texts, spans, strict=True)]
    assert agreed([0.3, 0.2, 0.4], found, texts) == pytest.approx([0.5, 0.5, 0.4])


def test_without_sentences_there_are_no_chances_and_huge_sums_stay_within_one():
    assert chances([]) == []
    assert chances([1000.0, -1000.0]) == pytest.approx([1.0, 0.0])


def test_the_surest_sentence_comes_first_with_its_words_in_the_article():
    reader = Reader(Pointing("Siti Aminah"))
    first, *rest = reader.read(
        asked("Siapa ketuanya?"),
        [hit("Hujan turun. Angin kencang."), hit("Rapat usai. Siti Aminah, ketua, pulang.", 2)],
    )
    text = first.sentence.article.text
    assert text[slice(*first.span)] == "Siti Aminah"
    assert first.sentence.text == "Siti Aminah, ketua, pulang."
    assert len(rest) == 3
    assert all(first.score > reading.score for reading in rest)


def test_a_passage_within_an_article_is_read_in_the_article_s_characters():
    source = article("Pembukaan. Rapat dipimpin Siti Aminah. Penutup.")
    passage = Passage(source, 11, 38)
    first, *_ = Reader(Pointing("Siti")).read(asked("Siapa?"), [Hit(passage, 1.0, 1)])
    assert source.text[slice(*first.span)] == "Siti"


def test_without_passages_there_is_nothing_to_read():
    assert Reader(Pointing("Siti")).read(asked("Siapa?"), []) == []


HITS = [
    hit("Hujan turun di Bitung."),
    hit("Angin kencang di Bitung.", 2),
    hit("Panen tiba di Palu.", 3),
    hit("Wali kota Palu hadir di rapat.", 4),
]


def reading_where_it_names(least):
    """Reads on where a passage names more than the first ones: of chance 1/2 where it does not."""
    return Reader(Pointing("rapat"), Decision({"margin": 1.0}, 0.5, 0.5, {"named_ahead": 4.0}, least))


def test_a_further_passage_is_read_only_where_it_may_matter():
    reader = reading_where_it_names(0.6)
    readings = reader.read(asked("Siapa wali kota Palu?"), HITS)
    assert [window.text for window in reader.model.read] == [HITS[n].passage.text for n in (0, 1, 2, 3)]
    reader = reading_where_it_names(0.9)
    readings = reader.read(asked("Siapa wali kota Palu?"), HITS)
    assert [window.text for window in reader.model.read] == [HITS[n].passage.text for n in (0, 1, 3)]
    assert readings[0].sentence.text == "Wali kota Palu hadir di rapat."
    unread = next(one for one in readings if one.sentence.text == "Panen tiba di Palu.")
    assert (len(readings), round(unread.score, 2)) == (4, 0.0)


def test_a_further_passage_is_read_where_it_has_a_sentence_that_answers():
    again = hit("Angin kencang. Hujan turun di Bitung.", 4, name="b")
    reader = Reader(Pointing("Bitung"), Decision({"margin": 1.0}, 0.5, 0.5, {"named_ahead": 4.0}, 0.9))
    readings = reader.read(asked("Di mana hujan turun?"), [HITS[0], HITS[2], hit("Panen.", 3), again])
    assert [window.text for window in reader.model.read] == [
        one.passage.text for one in (HITS[0], HITS[2], again)
    ]
    places = [one.sentence.article.text[slice(*one.span)] for one in readings[:2]]
    assert places == ["Bitung", "Bitung"]


def test_a_further_passage_is_read_where_it_has_the_row_of_a_table_that_is_asked_for():
    rows = ["Kabupaten: Buol; Dana: Rp 12 miliar", "Kabupaten: Sigi; Dana: Rp 22 miliar"]
    table = article("\n".join(rows))
    first = Hit(Passage(table, 0, len(rows[0])), 1.0, 1)
    last = Hit(Passage(table, len(rows[0]) + 1, len(table.text)), 1.0, 3)
    reader = Reader(Pointing("miliar"), Decision({"margin": 1.0}, 0.5, 0.5, {"bias": -9.0}, 0.9))
    best, *_ = reader.read(asked("Berapa untuk Sigi?"), [first, HITS[0], last])
    assert [window.text for window in reader.model.read] == [rows[0], HITS[0].passage.text, rows[1]]
    assert table.text[slice(*best.span)] == "Rp 22 miliar"


@pytest.mark.parametrize(("least", "every"), [(0.0, False), (0.9, True)])
def test_without_a_threshold_for_further_passages_or_where_wanted_all_are_read_at_once(least, every):
    reader = reading_where_it_names(least)
    reader.read(asked("Siapa wali kota Palu?"), HITS, every=every)
    assert [window.text for window in reader.model.read] == [one.passage.text for one in HITS]


def test_what_speaks_for_a_further_passage_is_its_rank_what_it_names_and_how_unsure_the_first_are():
    found = [Candidate(n, (0, 9), (0, 4), 0.0, 0.0, 0.0) for n in (0, 1, 1, 2, 3)]
    shares, scores = [0.25, 0.5, 0.25, 1.0, 0.0], [0.125, 0.75, 0.0, 0.0, 0.0]
    third, fourth = further_features(found, [1, 2, 3, 4], shares, scores, 2)
    assert third == {"bias": 1, "rank": math.log(3), "named": 1.0, "named_ahead": 0.5, "sure": 0.75}
    assert fourth == {"bias": 1, "rank": math.log(4), "named": 0.0, "named_ahead": -0.5, "sure": 0.75}


def test_the_heading_is_the_title_and_the_day():
    from dataclasses import replace
    from datetime import date

    dated = replace(article("x", title="Ekspor\n naik"), published=date(2025, 7, 22))
    assert heading(dated) == "Ekspor naik (22 Juli 2025)"
    assert heading(article("x")) == "Rapat"
    assert Window("Rapat", "Isi.").joined() == ("Rapat\nIsi.", 6)
    assert Window("", "Isi.").joined() == ("Isi.", 0)


def test_the_words_of_a_text_are_cut_out_exactly():
    text = "Rapat dipimpin Siti Aminah. Ia ketuanya."
    found = Reader(Pointing("Siti Aminah.")).extract("Siapa ketuanya?", text)
    assert text[slice(*found.span)] == "Siti Aminah"


def test_a_word_far_down_in_a_long_text_is_found():
    text = f"{LONG} Rapat dipimpin Siti Aminah."
    model = Pointing("Siti Aminah")
    found = Reader(model).extract("Siapa?", text)
    assert text[slice(*found.span)] == "Siti Aminah"
    assert len(model.read) > 3


def test_where_nothing_can_be_read_nothing_is_found():
    found = Reader(Pointing("a")).extract("Siapa?", "\n")
    assert (found.span, found.probability) == (None, 0.0)


def test_what_stands_higher_above_no_answer_is_surer():
    there = Reader(Pointing("Siti")).extract("Siapa?", "Rapat dipimpin Siti Aminah.")
    absent = Reader(Pointing("Budi")).extract("Siapa?", "Rapat dipimpin Siti Aminah.")
    assert 0 < absent.probability < there.probability < 1


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (" Siti Aminah, ", "Siti Aminah"),
        ("Angkatan Laut (Kaigun", "Angkatan Laut"),
        ("Angkatan Laut (AL)", "Angkatan Laut (AL)"),
        ("AL) pada 1945", "pada 1945"),
        ("PT Sumber Tbk.", "PT Sumber Tbk."),
        ("Merdeka”", "Merdeka"),
        ("“Merdeka”", "“Merdeka”"),
        ('"Merdeka', "Merdeka"),
        ("...", "..."),
    ],
)
def test_the_words_end_where_an_answer_does(read, told):
    text = f"Awal {read} akhir."
    assert text[slice(*tidied(text, (5, 5 + len(read))))] == told


@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300), max_size=12),
    st.integers(20, 400),
)
def test_windows_cover_every_letter_and_are_short_enough(parts, longest):
    text = ". ".join(parts)
    cuts = windows_of(text, longest)
    covered = {at for start, end in cuts for at in range(start, end)}
    assert all(at in covered for at, letter in enumerate(text) if letter.isalnum())
    assert all(0 < end - start <= longest for start, end in cuts)


def test_only_the_tokens_of_the_passage_count_those_of_the_heading_do_not():
    offsets = [(0, 0), (0, 3), (0, 0), (0, 4), (5, 7), (7, 9)]
    kept, places = passage_tokens(offsets, [None, 0, None, 1, 1, 1], 5)
    assert kept.tolist() == [4, 5]
    assert places.tolist() == [[0, 2], [2, 4]]


def test_a_model_that_is_not_there_is_named_with_the_cure(tmp_path):
    with pytest.raises(ModelError, match="set TANYA_READER"):
        TransformersModel(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("lacking", ["reader", "adapter"])
def test_weights_that_are_not_there_are_named_with_the_cure(tmp_path, lacking):
    files = {name: tmp_path / name for name in ("reader", "adapter")}
    for name, path in files.items():
        if name != lacking:
            path.write_bytes(b"weights")
    with pytest.raises(ModelError, match=f"{lacking} cannot be read; restore it"):
        prepare(tmp_path / "cache", files["reader"], [files["adapter"]])


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    ["Kopi.", "x" * 5000, "kata " * 5000, "\ud800 \x00 tanda", "。" * 50, "Über größere Mühe, здравствуйте"],
)
def test_texts_that_are_no_articles_are_read_without_harm(shipped, text):
    found = shipped.extract("Berapa nilai ekspor?", text)
    assert 0 <= found.probability <= 1
    assert found.span is None or 0 <= found.span[0] < found.span[1] <= len(text)


def test_a_text_that_stands_by_itself_may_be_of_any_time_and_place():
    reader = Reader(Pointing("Siti Aminah"))
    there, elsewhere = (
        reader.extract(f"Siapa ketua koperasi {place} pada {year}?", "Ketua koperasi pada 2021 Siti Aminah.")
        for place, year in (("itu", 2021), ("Buol", 2019))
    )
    assert there.span == elsewhere.span == (25, 36)
    assert elsewhere.probability > there.probability / 2
