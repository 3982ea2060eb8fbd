"""What an answer cannot be: a claim without proof, a marker without its citation."""

import hashlib
from copy import copy
from dataclasses import replace

import pytest

from index import Article, Hit, Passage
from rag.answer import Answer, Citation, Claim, Clock, Step, follow

TEXT = "Ekspor naik 22,67%. Impor turun."


@pytest.fixture
def article():
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    return Article("a", "Judul", TEXT, "Koran", None, None, "id", "a.txt", digest)


def test_a_quote_is_always_the_slice_of_its_article(article):
    assert Citation(1, article, 0, 19).quote == "Ekspor naik 22,67%."


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 5), (0, 1000), (9, 3)])
def test_a_citation_outside_its_article_cannot_be_constructed(article, start, end):
    with pytest.raises(ValueError, match="outside article 'a'"):
        Citation(1, article, start, end)


def test_a_claim_without_a_citation_cannot_be_constructed():
    with pytest.raises(ValueError, match="needs a citation"):
        Claim("Ekspor naik.", ())


def test_a_claim_cannot_bring_its_own_marker():
    with pytest.raises(ValueError, match="markers are added"):
        Claim("Ekspor naik [2].", (1,))


def test_every_marker_has_its_citation_and_the_reverse(article):
    cited = Citation(1, article, 0, 19)
    answer = Answer("?", "id", (Claim("Ekspor naik 22,67%.", (1,)),), (cited,))
    assert answer.text == "Ekspor naik 22,67%. [1]"
    assert not answer.abstained
    with pytest.raises(ValueError, match="do not match"):
        Answer("?", "id", (Claim("Ekspor naik.", (2,)),), (cited,))
    with pytest.raises(ValueError, match="do not match"):
        Answer("?", "id", (), (cited,), message="tidak ada")
    with pytest.raises(ValueError, match="numbered in order"):
        Answer("?", "id", (Claim("Ekspor naik.", (2,)),), (Citation(2, article, 0, 19),))


def test_nearest_to_a_refusal_is_what_it_offers_a_sentence_of_else_what_was_found_first(article):
    first, second = (Hit(Passage(article, *span), 0.5, 1) for span in ((0, 5), (6, 10)))
    refused = Answer("?", "id", message="Tidak disebutkan.", hits=(first, second))
    assert refused.nearest == first.passage
    assert replace(refused, offered=second).nearest == second.passage
    assert replace(refused, hits=()).nearest is None
    assert replace(refused, request="thanks").nearest is None


def test_an_answer_has_either_claims_or_a_message(article):
    assert Answer("?", "id", message="Artikel tidak menyebutkannya.").abstained
    with pytest.raises(ValueError, match="either claims or a message"):
        Answer("?", "id")
    with pytest.raises(ValueError, match="either claims or a message"):
        Answer("?", "id", (Claim("a", (1,)),), (Citation(1, article, 0, 3),), message="b")


def test_a_message_carries_no_marker():
    with pytest.raises(ValueError, match="no marker"):
        Answer("?", "id", message="lihat [1]")


def test_steps_are_told_before_they_are_taken_and_return_the_answer():
    def steps():
        for name in ("understand", "retrieve"):
            yield Step(name)
            taken.append(name)
        return Answer("?", "id", message="Tidak disebutkan.")

    taken, told = [], []
    assert follow(steps(), lambda step: told.append((step.name, len(taken)))).abstained
    assert told == [("understand", 0), ("retrieve", 1)]


def test_a_clock_adds_up_the_laps_of_a_step_and_a_copy_goes_on_by_itself():
    clock = Clock()
    clock.lap("retrieve")
    aside = copy(clock)
    aside.lap("write")
    aside.lap("retrieve")
    first, then = clock.timings(), aside.timings()
    assert list(first) == ["retrieve", "read", "total"]
    assert list(then) == ["retrieve", "read", "write", "total"]
    assert then["retrieve"] > first["retrieve"] > first["read"] == 0
    assert then["total"] >= then["retrieve"] + then["write"]
