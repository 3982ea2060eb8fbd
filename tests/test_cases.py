"""What must be true of scripted questions and of the verdicts on them."""

import hashlib
from dataclasses import replace

import pytest

from index import Article, TanyaError
from rag.answer import Answer, Citation, Claim, Lead
from rag.evaluation.cases import Case, check, load_cases, says


def case(**changes):
    values = {
        "id": "a",
        "question": "?",
        "history": (),
        "language": "id",
        "contains": (("22,67%", "22,67 persen"),),
        "cites": ("x",),
        "abstain": False,
    }
    return Case(**values | changes)


def answer(text="Naik 22,67 persen.", article_id="x", language="id"):
    article = Article(
        article_id, "t", text, None, None, None, "id", "p", hashlib.sha256(text.encode()).hexdigest()
    )
    return Answer("?", language, (Claim(text, (1,)),), (Citation(1, article, 0, len(text)),))


def test_a_right_answer_passes():
    assert check(case(), answer()) == []


@pytest.mark.parametrize(
    ("changed", "given", "failure"),
    [
        ({}, answer("Naik 22,76 persen."), "contains: none of"),
        ({}, answer(article_id="y"), "cites: expected one of ['x'], got ['y']"),
        ({}, answer(language="en"), "language: expected id, got en"),
        ({"abstain": True, "contains": (), "cites": ()}, answer(), "abstain: expected a refusal"),
        ({}, Answer("?", "id", message="Tidak disebutkan."), "abstain: expected an answer"),
    ],
)
def test_each_fault_is_caught_for_its_own_reason(changed, given, failure):
    (found,) = check(case(**changed), given)
    assert found.startswith(failure)


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"lead": (("23 persen", "23%"),)}, "lead: none of ['23 persen', '23%'] in: 22,67 persen"),
        ({"exact": ("22,67",)}, "exact: expected one of ['22,67'], got: 22,67 persen"),
        ({"not_contains": ("NAIK",)}, "not_contains: “NAIK” is in: 22,67 persen. [1] Naik 22,67 persen. [1]"),
        ({"request": "summarise"}, "request: expected summarise, got answer"),
    ],
)
def test_the_lead_what_must_not_stand_and_the_request_are_held_apart(changed, failure):
    whole = answer()
    led = replace(whole, lead=Lead("22,67 persen", "value", 5, 17, 1))
    right = {
        "lead": (("22,67",),),
        "exact": ("22,67 Persen.",),
        "not_contains": ("turun",),
        "request": "answer",
    }
    assert check(case(**right), led) == []
    assert check(case(**right | changed), led) == [failure]


def test_without_a_lead_what_must_stand_in_it_is_missing():
    assert check(case(lead=(("22,67",),)), answer()) == ["lead: none of ['22,67'] in: "]


def test_an_unknown_request_is_named_with_the_known_ones(tmp_path):
    path = tmp_path / "a.qa.yaml"
    path.write_text("- id: a\n  question: Apa?\n  expect: {request: dance}\n", encoding="utf-8")
    with pytest.raises(TanyaError, match=r"a\.qa\.yaml:1 expects request 'dance'; write one of answer, "):
        load_cases(path)


def test_case_and_white_space_do_not_matter_to_contains():
    assert check(case(contains=(("NAIK  22,67",),)), answer()) == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("3,4 juta", False),  # of 13,4 juta
        ("13,4 juta", True),
        ("4 juta", False),
        ("13", False),
        ("Rp13,4", True),
        ("800.000", False),
        ("5/3/2024", False),
        ("15/3/2024", True),
        ("1", False),  # the marker of a citation
        ("B4", False),
        ("b40", True),
        ("lahan", True),  # of lahannya, by an ending
        ("manen", False),  # of pemanenan
        ("petani", True),
        ("tani", False),
        ("KPH", True),
        ("export", True),
        ("port", False),
        ("panen. KPHlah", True),
        ("Jum", True),
    ],
)
def test_a_form_is_said_where_it_is_no_part_of_a_longer_number_or_word(form, said):
    text = (
        "Pemanenan lahannya bernilai Rp13,4 juta [1], bukan Rp1.800.000.000, pada Jum'at (15/3/2024)."
        " Petani menanam untuk B40 dan panen. [1][2] KPHlah yang mengawasi exports. [1]"
    )
    assert says(text, form) is said


def test_part_of_a_figure_neither_passes_nor_fails_a_case():
    led = replace(answer(), lead=Lead("22,67 persen", "value", 5, 17, 1))
    assert check(case(not_contains=("2,67 persen", "1")), led) == []
    assert len(check(case(contains=(("2,67 persen",), ("1",)), lead=(("67 persen",),)), led)) == 3


def test_a_file_named_twice_counts_once_and_an_id_of_two_files_is_refused(tmp_path):
    one, other = tmp_path / "a.qa.yaml", tmp_path / "b.qa.yaml"
    one.write_text("- id: a\n  question: Apa?\n  expect: {}\n", encoding="utf-8")
    assert len(load_cases(one, tmp_path, tmp_path / "." / "a.qa.yaml")) == 1
    other.write_text("\n" + one.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(TanyaError, match=r"b\.qa\.yaml:2 repeats the id 'a' of .*a\.qa\.yaml:1; rename one"):
        load_cases(one, other)


def test_a_day_needs_no_quotation_marks(tmp_path):
    path = tmp_path / "a.qa.yaml"
    path.write_text("- id: 2024-03-15\n  question: Apa?\n  expect: {contains: [2024-02-31]}\n")
    assert [(one.id, one.contains) for one in load_cases(path)] == [("2024-03-15", (("2024-02-31",),))]


def test_a_file_of_cases_is_read(tmp_path):
    path = tmp_path / "a.qa.yaml"
    path.write_text(
        "- id: satu\n  question: Apa?\n  history: ['Siapa?']\n  expect:\n    language: id\n"
        "    contains: [a, [b, c]]\n    cites: [x]\n    abstain: false\n",
        encoding="utf-8",
    )
    assert load_cases(tmp_path) == [
        Case("satu", "Apa?", ("Siapa?",), "id", (("a",), ("b", "c")), ("x",), False)
    ]


def test_what_is_only_measured_is_read_too(tmp_path):
    path = tmp_path / "a.qa.yaml"
    path.write_text(
        "- id: a\n  question: b\n  expect: {reference: satu, passages: [dua]}\n"
        "- id: b\n  question: b\n  expect: {reference: [satu, dua]}\n",
        encoding="utf-8",
    )
    one, other = load_cases(path)
    assert (one.reference, one.passages) == (("satu",), ("dua",))
    assert (other.reference, other.passages) == (("satu", "dua"), ())


def test_the_key_of_a_case_changes_with_all_that_it_asks_and_expects():
    changes = [{}, {"question": "x"}, {"abstain": True}, {"reference": ("r",)}, {"cites": ()}]
    assert len({case(**change).key for change in changes}) == len(changes)
    assert case().key == case().key


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "- id: a\n  question: b\n  expect: {}\n- id: c\n  questoin: d\n",
            r"a\.qa\.yaml:4 has the unknown key",
        ),
        ("- id: a\n  question: b\n  expect: {contain: []}\n", r":1 has the unknown key 'contain'"),
        ("- id: a\n  expect: {}\n", r":1 has no question"),
        ("- id: a\n  question: b\n", r":1 has no expect"),
        ("- id: a\n  question: b\n  expect: {language: ms}\n", r"expects language 'ms'"),
        ("- id: a\n  question: b\n  expect: {abstain: maybe}\n", r"write true or false"),
        ("- id: a\n  question: b\n  expect: {contains: [4]}\n", r"write it as text"),
        ("- id: a\n  question: b\n  expect: {reference: 4}\n", r":1 has reference that is not a list"),
        ("- id: a\n  question: b\n  expect: {passages: [4]}\n", r":1 has 4 in passages; write it as text"),
        (
            "- id: a\n  question: b\n  expect: {}\n- id: a\n  question: c\n  expect: {}\n",
            r":4 repeats the id 'a'",
        ),
        (
            "- id: a\n  question: b\n  expect:\n    cites: [x]\n    cites: [y]\n",
            r"a\.qa\.yaml:5 repeats the key 'cites' of line 4; keep one",
        ),
        ("- id: a\n  question: b\n  expect: {}\n  question: c\n", r":4 repeats the key 'question' of line 2"),
        ("- id: 12\n  question: b\n  expect: {}\n", r":1 has 12 in id; write it as text"),
        ("- id: a\n  question: '?!'\n  expect: {}\n", r":1 has '\?!' in question, which says nothing"),
        (
            f"- id: a\n  question: {'kata ' * 401}\n  expect: {{}}\n",
            r":1: the question has 2,004 characters; shorten it",
        ),
        ("- id: a\n  question: b\n  history: ['-']\n  expect: {}\n", r":1 has '-' in history"),
        (
            "- id: a\n  question: b\n  expect: {contains: ['']}\n",
            r":1 has '' in contains, which says nothing",
        ),
        ("- id: a\n  question: b\n  expect: {lead: [[x, ' . ']]}\n", r":1 has ' \. ' in lead"),
        ("- id: a\n  question: b\n  expect: {cites: [[x]]}\n", r":1 has \['x'\] in cites; write it as text"),
        ("- id: a\n  question: b\n  expect: {language: [en]}\n", r"expects language \['en'\]"),
        ("- id: a\n  question: b\n  expect: {request: {a: b}}\n", r"expects request \{'a': 'b'\}"),
        ("- id: !!int x\n  question: b\n  expect: {}\n", r":1 cannot be read as YAML"),
        ("- " * 5_000, r"cannot be read as YAML"),
        ("question: b\n", r":1 is not a list"),
        ("", r":1 is not a list"),
        ("- [", r"cannot be read as YAML"),
    ],
)
def test_what_is_not_of_the_format_is_refused_with_file_and_line(tmp_path, text, message):
    path = tmp_path / "a.qa.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TanyaError, match=message):
        load_cases(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TanyaError, match=r"nowhere\.qa\.yaml does not exist"):
        load_cases(tmp_path / "nowhere.qa.yaml")
