"""Cases from feedback: what they expect, that they can be read again, and what gives none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from page_double import ATTACK, Scripted

from index.models import Feedback
from rag.evaluation.cases import check, load_cases
from rag.evaluation.proposals import decisive, propose_from_feedback, write_cases
from rag.feedback import LANGUAGE, NOT_THERE, OTHER, SOURCE, THERE, AskedHow, kept, opinions

EXPORTS = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
NOWHERE = "Siapa presiden Prancis?"


class Box:
    """Feedback as it comes in, a minute apart."""

    def __init__(self):
        self.said = []

    def say(self, question, verdict, reason=None, correction=None, history=(), **asked):
        answer = Scripted().answer(question, asked.get("language", "auto"), history)
        shown = kept(answer, AskedHow(str(len(self.said)), history=tuple(history), **asked))
        at = datetime(2025, 7, 22, 8, len(self.said), tzinfo=UTC)
        self.said.append(Feedback(question, shown, verdict, reason, correction, at))
        return answer

    def propose(self, **options):
        return propose_from_feedback(opinions(self.said), **options)

    def one(self, **options):
        (proposal,), unusable = self.propose(**options)
        assert unusable == []
        return proposal


@pytest.fixture
def box():
    return Box()


def test_an_answer_found_right_must_hold_what_it_was_asked_for(box):
    answer = box.say(EXPORTS, "up", history=["Apa kabar Sumut?"])
    case = box.one().case
    assert (case.question, case.history, case.language) == (EXPORTS, ("Apa kabar Sumut?",), "id")
    assert (case.contains, case.cites, case.abstain) == (
        (("USD 4,796 miliar",),), ("sumut-enam-negara",), False
    )  # fmt: skip
    assert check(case, answer) == []


@pytest.mark.parametrize(
    "question",
    ["What was the value of exports?", "Apa yang dibahas dengan Jepang?", "Kopi naik berapa persen?"],
)
def test_the_answer_that_was_found_right_passes_its_own_case(box, question):
    answer = box.say(question, "up")
    case = box.one().case
    assert case.contains
    assert check(case, answer) == []


def test_a_figure_that_is_told_in_the_other_language_is_asked_for_as_it_is_told(box):
    box.say("What was the value of exports?", "up")
    assert decisive(opinions(box.said)[0]) == ["USD 4.796 billion"]


def test_a_refusal_found_right_must_be_one_again(box):
    box.say(NOWHERE, "up")
    assert (box.one().case.abstain, box.one().case.contains) == (True, ())


@pytest.mark.parametrize(("question", "reason"), [(EXPORTS, OTHER), (EXPORTS, None), (NOWHERE, THERE)])
def test_a_correction_is_what_an_answer_must_hold_and_a_person_must_check(box, question, reason):
    box.say(question, "down", reason, "Emmanuel\n Macron")
    proposal = box.one()
    assert (proposal.case.contains, proposal.case.abstain) == ((("Emmanuel Macron",),), False)
    assert any("CHECK" in remark for remark in proposal.remarks)


def test_an_answer_that_is_not_in_the_articles_must_be_a_refusal(box):
    box.say(EXPORTS, "down", NOT_THERE, "Itu angka nasional")
    proposal = box.one()
    assert (proposal.case.abstain, proposal.case.contains) == (True, ())
    assert "Itu angka nasional" in " ".join(proposal.remarks)


def test_a_source_that_is_named_is_what_must_be_cited(box):
    box.say(EXPORTS, "down", SOURCE, "sulut-jepang")
    case = box.one(is_article={"sulut-jepang"}.__contains__).case
    assert (case.cites, case.contains) == (("sulut-jepang",), ())


def test_a_language_that_was_chosen_or_is_wrong_is_not_expected(box):
    box.say(EXPORTS, "up", language="en")
    box.say(NOWHERE, "down", LANGUAGE, "Macron")
    assert [proposal.case.language for proposal in box.propose()[0]] == [None, None]


@pytest.mark.parametrize(
    ("arguments", "asked", "why"),
    [
        ((EXPORTS, "down"), {}, "no correction was written (no reason)"),
        ((NOWHERE, "down", THERE, "  "), {}, "no correction was written (it is in the articles)"),
        ((NOWHERE, "down", THERE, "?!"), {}, "no correction was written (it is in the articles)"),
        ((NOWHERE, "down", NOT_THERE), {}, "the answer said already that the articles do not say"),
        ((EXPORTS, "best"), {}, "the verdict 'best' is neither up nor down"),
        ((EXPORTS, "up"), {"since": "2025-01-01"}, "it was asked of some articles only"),
        ((EXPORTS, "up"), {"sources": ("Harian",)}, "it was asked of some articles only"),
    ],
)
def test_what_gives_no_case_is_named_with_its_reason(box, tmp_path, arguments, asked, why):
    box.say(*arguments, **asked)
    proposals, (unusable,) = box.propose()
    assert proposals == []
    assert unusable.why.startswith(why)
    written = write_cases(proposals, [unusable])
    assert f'#   "{unusable.question}": {unusable.why}' in written
    assert load(written, tmp_path) == []


def test_what_is_said_again_is_one_case_and_the_latest_verdict_counts(box):
    box.say(EXPORTS, "down", OTHER, "Rp1")
    box.say(f" {EXPORTS.upper()} ", "up")
    box.say(EXPORTS, "down", OTHER, "USD 5 miliar")
    box.say(EXPORTS, "down")
    proposal = box.one()
    assert proposal.case.contains == (("USD 5 miliar",),)
    assert "said 3 times, after 1 of another opinion" in proposal.remarks[0]
    box.say(EXPORTS, "up")
    assert box.one().case.contains == (("USD 4,796 miliar",),)


def test_one_question_after_two_others_is_two_cases(box):
    for earlier in ("Sumut?", "Sulut?"):
        box.say("Kopi?", "down", OTHER, "8", history=[earlier])
    assert [proposal.case.history for proposal in box.propose()[0]] == [("Sulut?",), ("Sumut?",)]


def test_the_order_in_which_it_was_said_changes_nothing(box):
    for question in ("Kopi?", EXPORTS, "Apa yang dibahas dengan Jepang?"):
        box.say(question, "up")
    written = write_cases(*box.propose())
    box.said.reverse()
    assert write_cases(*box.propose()) == written


def load(text, tmp_path):
    path = tmp_path / "a.qa.yaml"
    path.write_text(text, encoding="utf-8")
    return load_cases(path)


def test_hostile_words_write_no_case_of_their_own(box, tmp_path):
    hostile = f'"\n- id: jahat\u0085\u2028# {ATTACK}\x07\ufeff\u0000'
    box.say(f"Kopi {hostile}", "down", OTHER, hostile, history=[hostile])
    box.say(f"Siapa {hostile}", "down", hostile)
    proposals, unusable = box.propose()
    assert load(write_cases(proposals, unusable), tmp_path) == [one.case for one in proposals]
    assert (len(proposals), len(unusable)) == (1, 1)


@given(st.lists(st.tuples(st.text(), st.sampled_from(["up", "down"]), st.text()), max_size=4))
def test_whatever_readers_write_can_be_read_again(said):
    box = Box()
    for question, verdict, correction in said:
        if question.strip():
            box.say(question, verdict, OTHER, correction)
    proposals, unusable = box.propose()
    read = yaml.safe_load(write_cases(proposals, unusable))
    assert [one["question"] for one in read] == [one.case.question for one in proposals]
