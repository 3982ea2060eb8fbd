"""What is kept of an opinion, and what is read of it again."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from page_double import Scripted

from index.models import Feedback
from rag.feedback import (
    OF_ANSWERS,
    OF_REFUSALS,
    REASONS,
    AskedHow,
    kept,
    opinion_lines,
    opinion_object,
    opinions,
)
from rag.output import answer_object
from ui.locales import locale
from ui.service import Answers, SentOpinion

INDONESIAN, ENGLISH = locale("id").chat, locale("en").chat

EXPORTS = "Berapa nilai ekspor Sumut?"


def answer(question=EXPORTS, history=()):
    return Scripted().answer(question, "auto", history)


def said(shown: str, verdict="up", minute=0, question=EXPORTS, **words):
    at = datetime(2025, 7, 22, 8, minute, tzinfo=UTC)
    return Feedback(question, shown, verdict, words.get("reason"), words.get("correction"), at)


def test_what_was_shown_is_kept_whole_and_in_the_same_characters():
    asked = AskedHow("k", "id", ("Apa?",), "2025-01-01", None, ("Harian",))
    once = kept(answer(), asked)
    assert once == kept(answer(), asked)
    shown = json.loads(once)
    told = json.loads(json.dumps(answer_object(answer()), default=str))
    assert {name: shown[name] for name in told} == told
    assert shown["asked"] == {
        "key": "k", "language": "id", "history": ["Apa?"], "since": "2025-01-01", "until": None,
        "sources": ["Harian"],
    }  # fmt: skip


def test_of_one_answer_the_latest_opinion_counts_and_the_newest_is_first():
    one, other = kept(answer(), AskedHow("1")), kept(answer(), AskedHow("2"))
    found = opinions([said(one, "up", 1), said(other, "up", 2), said(one, "down", 3)])
    assert [(opinion.asked.key, opinion.verdict) for opinion in found] == [("1", "down"), ("2", "up")]


def test_an_opinion_knows_how_it_was_asked_and_answered():
    asked = AskedHow("1", "en", ("Apa?",), None, "2025-01-01", ("Harian",))
    (opinion,) = opinions([said(kept(answer(), asked), reason=" ", correction=" 4,8 ")])
    assert opinion.asked == asked
    assert (opinion.language, opinion.abstained, opinion.reason, opinion.correction) == (
        "id",
        False,
        None,
        "4,8",
    )
    assert {one.article_id for one in opinion.citations} == {"sumut-enam-negara"}
    assert json.loads(json.dumps(opinion_object(opinion)))["cites"] == ["sumut-enam-negara"]


@pytest.mark.parametrize(
    "shown", ["", "{}", "[]", "null", '{"citations": [1, {}], "asked": 7, "abstained": "no"}']
)
def test_what_another_program_kept_is_taken_for_what_it_is(shown):
    found = opinions([said(shown, "right"), said(shown, "wrong", 1)])
    assert [one.verdict for one in found] == ["down", "up"]
    assert [(one.abstained, one.citations, one.asked) for one in found] == [(None, (), AskedHow())] * 2


def test_a_line_for_a_terminal_is_one_line():
    (opinion,) = opinions([said("{}", "down", reason="other", correction="a\nb", question="Apa\r\nitu?")])
    assert opinion_lines(opinion).splitlines() == [
        "2025-07-22 08:00 down (other)  Apa itu?",
        "    correction: a b",
    ]


def test_every_reason_has_its_words_in_both_languages():
    assert set(OF_ANSWERS) | set(OF_REFUSALS) == set(REASONS)
    for words in (INDONESIAN, ENGLISH):
        assert set(words.reasons) == set(REASONS)


class Kept:
    def __init__(self):
        self.calls = []

    def record_feedback(self, *values, replacing=False):
        self.calls.append((*values[:1], *values[2:], replacing))


def test_only_an_answer_that_was_shown_can_be_judged_and_the_oldest_is_forgotten():
    answers, library = Answers(most=2), Kept()
    keys = [answers.open(answer(f"Ekspor {number}?")) for number in range(3)]
    assert len(set(keys)) == 3
    kept = [answers.judge(SentOpinion(key, "up", None, None), lambda: library) for key in [*keys, "guess"]]
    assert kept == [False, True, True, False]
    assert library.calls == [(f"Ekspor {number}?", "up", None, None, True) for number in (1, 2)]


@pytest.mark.parametrize(
    "sent",
    [
        None, [], {}, {"key": "a"}, {"key": 1, "verdict": "up"}, {"key": "a", "verdict": "best"},
        {"key": "a", "verdict": "up", "reason": "other"}, {"key": "a", "verdict": "down", "reason": "hm"},
        {"key": "a", "verdict": "down", "reason": ["other"]}, {"key": "a", "verdict": ["up"]},
        {"key": "a", "verdict": "down", "correction": 7}, {"key": "a", "verdict": "up", "correction": "b"},
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused(sent):
    assert SentOpinion.read(sent) is None
