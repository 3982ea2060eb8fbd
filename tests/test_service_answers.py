"""What must be true of answers that were shown: who saw them finds them, earlier ones are proven again."""

import json
from dataclasses import replace
from datetime import date

import pytest
from page_double import SUMUT, Articles, Scripted

from index import Damaged, NoIndex
from rag.evidence_card import Limits, card_object, new_card, recheck_in
from ui.chat.session import MOST, ChatSession, KeptConversation, reopen, why_lost
from ui.locales import locale
from ui.service import Answers, AssistantService

INDONESIAN = locale("id").answers

LIMITED = Limits(date(2025, 1, 1), None, ("Harian",))


def answer(question="Berapa nilai ekspor?"):
    return Scripted().answer(question, "auto", ())


def sent(*cards, reloaded=False):
    return json.dumps({"cards": [card_object(one) for one in cards], "reloaded": reloaded})


@pytest.fixture
def service():
    made = AssistantService(Scripted)
    made.prepare()
    return made


def test_only_who_was_shown_an_answer_finds_it():
    answers = Answers()
    key = answers.open(answer(), visitor="siti")
    assert answers.find(key, "siti").card.question == "Berapa nilai ekspor?"
    assert answers.find(key, "budi") is None
    assert answers.find(key) is None
    assert answers.find("guess", "siti") is None


def test_the_oldest_answers_are_forgotten_for_the_number_and_for_the_room():
    few = Answers(most=2)
    keys = [few.open(answer()) for _ in range(3)]
    assert [few.find(key) is None for key in keys] == [True, False, False]
    small = Answers(room=1)
    keys = [small.open(answer()) for _ in range(2)]
    assert [small.find(key) is None for key in keys] == [True, False]


def test_a_card_says_from_which_articles_its_answer_was_asked():
    answers = Answers()
    limits = answers.find(answers.open(answer(), LIMITED)).card.limits
    assert (limits.since.isoformat(), limits.until, limits.publishers) == ("2025-01-01", None, ("Harian",))


def test_a_conversation_is_reopened_with_its_filters_and_keys(service):
    first = service.answers.find(service.answers.open(answer(), LIMITED)).card
    second = new_card(answer("Apa yang dibahas dengan Jepang?"))
    turns = reopen(KeptConversation.read(sent(first, second)), service, "siti").turns
    assert [turn.state for turn in turns] == ["answered", "answered"]
    assert turns[0].filters.sources == ("Harian",)
    assert turns[0].answer.text == answer().text
    assert service.answers.find(turns[0].key, "siti").card == first
    assert service.answers.find(turns[0].key, "budi") is None
    assert "Berapa nilai ekspor?" in service.answers.find(turns[1].key, "siti").kept


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda card: replace(card, question="Lain?"), INDONESIAN.lost_card),
        (lambda card: replace(card, sha256="0" * 64), INDONESIAN.lost_card),
    ],
)
def test_a_card_that_was_changed_is_lost(service, change, why):
    (turn,) = reopen(KeptConversation.read(sent(change(new_card(answer())))), service, "").turns
    assert (turn.state, turn.answer, turn.key) == ("lost", None, "")
    assert why in turn.detail


def test_why_an_answer_is_lost_names_what_is_missing():
    card = new_card(answer())
    assert why_lost(recheck_in(card, Articles(()).article)) == INDONESIAN.lost_article.format(
        title=SUMUT.title
    )
    other = Articles((replace(SUMUT, text="Sama sekali lain."),))
    assert why_lost(recheck_in(card, other.article)) == INDONESIAN.lost_quote.format(title=SUMUT.title)
    assert why_lost(recheck_in(card, Articles((SUMUT,)).article)) == ""


class Broken:
    """An assistant, and its library, in which each article raises an error."""

    def __init__(self, error):
        self.library, self.error = self, error

    def article(self, article_id):
        raise self.error


def reopened(error):
    kept = KeptConversation.read(sent(new_card(answer())))
    return reopen(kept, AssistantService(lambda: Broken(error)), "").turns


def test_a_library_that_cannot_be_read_loses_nothing():
    with pytest.raises(Damaged, match="damaged"):
        reopened(Damaged("it is damaged; run: tanya verify"))
    assert [turn.state for turn in reopened(NoIndex("nothing is indexed; run: tanya index"))] == ["lost"]


@pytest.mark.parametrize(
    "told",
    [None, 7, "", "{", "[]", "[" * 5000, '{"cards": []}', '{"cards": {}, "reloaded": true}', "x" * 5_000_000],
)
def test_what_no_page_sends_is_refused(told):
    assert KeptConversation.read(told) is None


def test_what_is_no_card_is_left_out_and_the_latest_are_put_back():
    card = new_card(answer())
    kept = KeptConversation.read(json.dumps({"cards": [1, {}, card_object(card)], "reloaded": True}))
    assert (kept.cards, kept.reloaded) == ((card,), True)
    assert len(KeptConversation.read(sent(*[card] * (MOST + 5))).cards) == MOST


def test_no_more_is_proven_at_once_than_takes_some_seconds():
    slow = new_card(answer())
    claim = replace(slow.claims[0], text="a " * 4_000)
    quote = replace(slow.citations[0], quote="b " * 4_000, end=slow.citations[0].start + 8_000)
    slow = replace(slow, claims=(claim, *slow.claims[1:]), citations=(quote, *slow.citations[1:]))
    assert len(KeptConversation.read(sent(*[slow] * 20)).cards) == 3
    assert len(KeptConversation.read(sent(*[new_card(answer())] * 50)).cards) == 50


def test_a_page_that_is_loaded_anew_yields_to_a_conversation_that_is_there(service):
    kept = reopen(KeptConversation.read(sent(new_card(answer()))), service, "")
    session = ChatSession()
    before, _ = session.look()
    assert session.restore(kept, only_new=True)
    assert session.look() == (before + 1, kept)
    assert not session.restore(kept, only_new=True)
    assert session.restore(kept)
    assert session.look()[1].history == ("Berapa nilai ekspor?",)
