"""What must be true of the measures of conversations; every value can be computed by hand."""

import json
import re

import pytest
from evaluation_doubles import ScriptedAssistant, answer, refusal

from index import TanyaError
from rag.answer import Answer
from rag.evaluation.tasks import (
    conversations_table,
    evaluate_conversations,
    load_conversations,
    turn_is_right,
)


def turn(user, intent="answer", standalone=None, must=(), must_not=(), *, abstain=False):
    expect = {"must": list(must), "must_not": list(must_not), "abstain": abstain}
    return {"user": user, "intent": intent, "standalone": standalone, "expect": expect}


def written(tmp_path, *turns):
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps({"id": "c1", "turns": turns}) + "\n")
    return path


def one(tmp_path, **changes):
    return load_conversations(written(tmp_path, turn("Berapa?", **changes)))[0][1][0]


def test_every_item_must_be_said_in_one_of_its_forms_and_nothing_that_must_not(tmp_path):
    assert turn_is_right(one(tmp_path, must=[["22,67  PERSEN", "x"], ["sepatu"]]), answer())
    assert not turn_is_right(one(tmp_path, must=[["22,67 persen"], ["kopi"]]), answer())
    assert not turn_is_right(one(tmp_path, must=[["sepatu"]], must_not=["Binjai"]), answer())
    assert not turn_is_right(one(tmp_path, must=[["sepatu"]]), refusal())


def test_a_part_of_a_figure_or_of_a_word_is_not_said(tmp_path):
    assert not turn_is_right(one(tmp_path, must=[["2,67 persen"]]), answer())
    assert turn_is_right(one(tmp_path, must=[["sepatu"]], must_not=["abrik", "1"]), answer())


def test_where_the_articles_do_not_say_a_refusal_alone_is_right(tmp_path):
    unsaid = one(tmp_path, abstain=True)
    assert turn_is_right(unsaid, refusal())
    assert not turn_is_right(unsaid, answer())
    assert not turn_is_right(unsaid, Answer("halo", "id", message="Halo!", request="greeting"))


def test_a_follow_up_is_held_against_the_same_question_asked_in_full(tmp_path):
    path = written(
        tmp_path,
        turn("halo", "greeting"),
        turn("Berapa persen ekspor sepatu naik?", must=[["22,67"]]),
        turn("di mana?", standalone="Di mana ekspor sepatu naik?", must=[["Binjai"]]),
        turn("siapa?", standalone="Siapa yang hadir?", must=[["kopi"]]),
        turn("Apa kabar Stabat?", must=[["sepatu"]]),
    )
    greeting = Answer("halo", "id", message="Halo!", request="greeting")
    assistant = ScriptedAssistant([greeting, answer(), refusal(), answer(), answer(), refusal(), answer()])
    result = evaluate_conversations(path, assistant)
    assert assistant.kept == [False] * 7
    assert assistant.asked[2:6] == ["di mana?", "Di mana ekspor sepatu naik?", "siapa?", "Siapa yang hadir?"]
    assert (result["n"], result["request"], result["refused_replies"]) == (5, 1.0, 0)
    assert result["answers"] == {"n": 4, "right": 0.5}
    follow = result["follow_ups"]
    assert (follow["n"], follow["right"], follow["in_full"]) == (2, 0.0, 0.5)
    assert (follow["as_well"], follow["kept"]) == (0.5, 0.0)
    assert (follow["ms"], follow["ms_in_full"]) == (75.0, 75.0)
    assert result["new_topics"] == {"n": 2, "right": 1.0, "left_alone": 1.0}
    assert [row["right"] for row in result["turns"]] == [None, True, False, False, True]
    assert "c1  di mana?\n       in full: Di mana ekspor sepatu naik?\n5 turns" in conversations_table(result)


def test_what_is_expected_of_a_turn_that_is_no_question_is_judged(tmp_path):
    assert turn_is_right(one(tmp_path, intent="summarise", must=[["sepatu"]]), answer())
    assert turn_is_right(one(tmp_path, intent="draft"), answer()) is None
    thanks = Answer("makasih", "id", message="Sama-sama!", request="thanks")
    assert turn_is_right(one(tmp_path, intent="thanks"), thanks) is None


def test_shares_of_no_follow_up_are_not_shown_as_nought(tmp_path):
    path = written(tmp_path, turn("halo", "greeting"))
    greeting = Answer("halo", "id", message="Halo!", request="greeting", timings={"total": 1.0})
    shown = conversations_table(evaluate_conversations(path, ScriptedAssistant([greeting])))
    assert "0 questions: right –" in shown
    assert "0 follow-ups: right –, asked in full –;" in shown


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"user": " … "}, "has ' … ' in question, which says nothing"),
        ({"user": None}, "has None in question; write it as text"),
        ({"user": "Apa? " * 500}, "the question has 2,499 characters; shorten it"),
        ({"intent": "ask"}, "has the unknown intent 'ask'; use one of answer, "),
        ({"intent": ["answer"]}, "has the unknown intent"),
        ({"must": "kopi"}, "has must that is not a list"),
        ({"must_not": [""]}, "has '' in must_not, which says nothing"),
    ],
)
def test_a_turn_that_cannot_be_asked_or_judged_is_named_before_any_is_asked(tmp_path, changes, told):
    wrong = {"user": "halo"} | changes
    must, must_not = wrong.pop("must", ()), wrong.pop("must_not", ())
    row = turn(**wrong)
    row["expect"] |= {"must": must or [], "must_not": must_not or []}
    path = written(tmp_path, turn("halo", "greeting"), row)
    with pytest.raises(TanyaError, match=rf"c\.jsonl:1:? {re.escape(told)}"):
        load_conversations(path)


@pytest.mark.parametrize("line", ["[]", '{"id": "c"}', '{"id": "c", "turns": [{"user": "halo"}]}'])
def test_a_line_that_is_not_of_the_format_is_named(tmp_path, line):
    path = tmp_path / "c.jsonl"
    path.write_text(line)
    with pytest.raises(TanyaError, match=r"c\.jsonl:1 lacks id or turns"):
        load_conversations(path)
