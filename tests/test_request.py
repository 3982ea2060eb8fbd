"""What a turn asks for, by the classifier that ships and the real embedder, and the replies to it."""

from __future__ import annotations

import numpy as np
import pytest

from index import Settings
from index.embedder import load_embedder
from rag.answer import KINDS, REPLIES, Answer
from rag.request import (
    BUCKETS,
    LEANS,
    NAMING,
    WORDS_WEIGH,
    RequestClassifier,
    RequestReader,
    asks_source,
    asks_words,
    hashed,
    pair,
    reply,
)


@pytest.fixture(scope="module")
def reader() -> RequestReader:
    return RequestReader(load_embedder(Settings.load()))


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        ("Berapa panjang dermaga baru di Bitung?", "answer"),
        ("pagi kak", "greeting"),
        ("Good evening", "greeting"),
        ("oke, terima kasih banyak ya", "thanks"),
        ("kamu bisa ngapain aja?", "capability"),
        ("Besok hujan tidak di Palu?", "out_of_scope"),
        ("Rangkum berita soal dermaga Bitung dalam tiga poin", "summarise"),
        ("bandingkan anggaran Bitung dan Manado", "compare"),
        ("Ada berita terbaru apa hari ini?", "latest"),
        ("buatkan siaran pers tentang peresmian dermaga itu", "draft"),
        ("tolong terjemahkan jawaban tadi ke bahasa Inggris", "translate"),
    ],
)
def test_a_turn_is_told_by_what_it_asks_for(reader: RequestReader, turn: str, kind: str) -> None:
    assert reader.read(turn).kind == kind


@pytest.mark.parametrize(
    ("turn", "source", "words"),
    [
        ("sumbernya mana min?", True, False),
        ("Says who?", True, False),
        ("siapa yang bilang?", True, False),
        ("siapa yang bilang begitu?", True, False),
        ("what's the source for that", True, False),
        ("apa katanya?", False, True),
        ("What did she say?", False, True),
        ("siapa yang bilang jembatan itu aman?", False, False),
        ("apa kata bupati?", False, False),
        ("kapan itu?", False, False),
        ("kapan disampaikan?", False, False),
        ("Where was that said?", False, False),
    ],
)
def test_a_turn_asks_for_the_source_or_the_words_of_what_was_answered(
    turn: str, source: bool, words: bool
) -> None:
    assert (asks_source(turn), asks_words(turn)) == (source, words)


def test_an_ellipsis_leans_on_the_turn_before_and_a_complete_question_does_not(reader: RequestReader) -> None:
    before = "Berapa anggaran pembangunan dermaga Bitung tahun 2024?"
    assert reader.read("kalau 2023?", before).leans > 0.8
    assert reader.read("Siapa pemenang lomba perahu naga di Danau Poso?", before).leans < 0.5
    assert reader.read("kalau 2023?").leans == 0


@pytest.mark.parametrize(
    ("before", "turn"),
    [
        ("Berapa ton garam dipanen di Pati pada 2024?", "berapa kursi DPRD Bone Bolango setelah pemilu 2024"),
        (
            "How many seats has the Gorontalo council?",
            "Why did the Lewoleba ferry to Kupang turn back in March?",
        ),
        ("Why did the Lewoleba ferry turn back?", "Apa isi peraturan bupati tentang sampah di Sikka?"),
        ("Kapan Bandara Dhoho dibuka?", "Apa penyebab kebakaran gudang pupuk di Gresik?"),
    ],
)
def test_a_question_with_a_subject_of_its_own_leans_on_none_before_it(
    reader: RequestReader, before: str, turn: str
) -> None:
    assert reader.read(turn, before).leans < LEANS


def test_the_likeliest_kind_comes_with_its_probability() -> None:
    kinds = np.zeros((len(KINDS), 2 + BUCKETS + 1), dtype=np.float32)
    kinds[KINDS.index("thanks"), -1] = np.log(len(KINDS) - 1)
    classifier = RequestClassifier(np.zeros(2, np.float32), kinds, np.zeros(BUCKETS + 6 + NAMING, np.float32))
    request = classifier.classify("sip", np.ones(2, np.float32), "?", np.ones(2, np.float32))
    assert (request.kind, request.leans) == ("thanks", 0.5)
    assert request.probability == pytest.approx(0.5)


def test_the_words_of_a_turn_decide_beside_its_embedding() -> None:
    kinds = np.zeros((len(KINDS), 2 + BUCKETS + 1), dtype=np.float32)
    kinds[KINDS.index("summarise"), 2:-1] = hashed("ringkas") * 40
    classifier = RequestClassifier(np.zeros(2, np.float32), kinds, np.zeros(BUCKETS + 6 + NAMING, np.float32))
    assert classifier.classify("ringkas", np.ones(2, np.float32)).kind == "summarise"
    assert classifier.classify("?", np.ones(2, np.float32)).probability < 0.2


@pytest.mark.parametrize("text", ["Ringkas!", "a", "kata " * 500, "\ud800 \x00 ẞ"])
def test_hashed_words_have_one_length_however_many_they_are(text: str) -> None:
    assert np.linalg.norm(hashed(text)) == pytest.approx(WORDS_WEIGH, rel=1e-5)


@pytest.mark.parametrize("text", ["", " ", "…"])
def test_a_text_without_words_hashes_to_nothing(text: str) -> None:
    assert not hashed(text).any()


def test_words_hash_alike_whatever_their_case_and_spacing() -> None:
    assert (hashed("Ringkas  BERITA itu") == hashed("ringkas berita itu")).all()


def test_a_pair_holds_both_embeddings_and_their_product() -> None:
    mean = np.array([1, 0], np.float32)
    both = pair(np.array([2, 1], np.float32), np.array([3, 4], np.float32), mean)
    assert both.tolist() == [1, 1, 2, 4, 6]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", sorted(REPLIES))
def test_each_request_that_needs_no_article_has_a_reply(kind, language) -> None:
    text = reply(kind, language, 1234, ["Siapa?"])
    assert text
    assert ("Siapa?" in text) == (kind in {"greeting", "capability"})
    if kind in {"greeting", "capability"}:
        assert ("1.234" if language == "id" else "1,234") in text


def test_a_reply_is_no_refusal_and_carries_no_claim() -> None:
    answer = Answer("halo", "id", message="Halo!", request="greeting")
    assert answer.replied
    assert not answer.abstained
    assert answer.text == "Halo!"
    assert Answer("halo", "id", message="Tidak ada.").abstained
