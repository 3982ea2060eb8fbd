"""What must be true of an answer's proof: each fault is found, for its own reason, and nothing sound is."""

import json

import pytest
from evaluation_doubles import EXPORTS, WEATHER, answer, article, stored

from rag.composing import attribute
from rag.output import answer_object
from rag.proof import own_words, prove, units

FIRST = EXPORTS[: EXPORTS.index(". ") + 1]


def shown(given, **changes):
    return json.loads(json.dumps(answer_object(given), default=str)) | changes


def faults(given, **changes):
    return prove(shown(given, **changes), stored).faults


def test_a_sentence_that_is_quoted_word_for_word_is_proven():
    proof = prove(shown(answer()), stored)
    assert proof.faults == ()
    counts = (proof.markers, proof.resolved, proof.quotes, proof.exact)
    assert counts == (1, 1, 1, 1)
    assert (proof.statements, proof.supported, proof.pairs, proof.supporting) == (1, 1, 1, 1)


@pytest.mark.xfail(strict=True, reason="the head for claims turns down short true claims")
def test_a_sentence_in_other_words_is_proven_where_the_citation_says_it():
    assert faults(answer("Ekspor pabrik sepatu naik 22,67 persen.")) == ()


def test_a_quote_that_is_not_its_slice_is_found():
    given = shown(answer())
    given["citations"][0]["quote"] = FIRST.replace("22,67", "26,27")
    (fault,) = prove(given, stored).faults
    assert fault.startswith("quote: [1] is not the characters 0:")


def test_offsets_that_lie_outside_the_article_are_found():
    given = shown(answer())
    given["citations"][0] |= {"start": -5, "end": 10_000}
    assert any(
        fault.startswith("quote: [1] is not the characters -5:10000") for fault in prove(given, stored).faults
    )


def test_an_article_that_the_library_does_not_have_is_found():
    given = shown(answer())
    given["citations"][0]["article_id"] = "z"
    first, *rest = prove(given, stored).faults
    assert first == "quote: [1] names the article 'z', which is not in the library"
    assert [fault.split(":")[0] for fault in rest] == ["support"]


def test_a_marker_without_a_citation_is_found():
    assert "citation: the marker [2] has no citation" in faults(answer(), text=f"{FIRST} [1] {FIRST} [2]")


def test_a_citation_that_is_nowhere_marked_is_found():
    assert "citation: [1] is nowhere marked in the text" in faults(answer(), text=FIRST)


def test_a_sentence_after_the_last_marker_has_no_support():
    assert faults(answer(), text=f"{FIRST} [1] Pabrik itu untung besar.") == (
        "support: nothing is cited for: Pabrik itu untung besar.",
    )


def test_each_sentence_before_a_marker_needs_support():
    proof = prove(shown(answer(), text=f"Bupati membuka dua jembatan. {FIRST} [1]"), stored)
    (fault,) = proof.faults
    assert fault.startswith("support: what is cited does not say: Bupati membuka dua jembatan.")
    assert (proof.statements, proof.supported) == (2, 1)


@pytest.mark.parametrize(
    "wrong", ["Ekspor pabrik sepatu naik 26,27 persen.", "Ekspor pabrik sepatu turun 22,67 persen."]
)
def test_what_the_citation_contradicts_is_found(wrong):
    (fault,) = faults(answer(wrong))
    assert fault.startswith("support: what is cited does not say")


def test_a_right_sentence_with_a_wrong_citation_is_found():
    (fault,) = faults(answer(FIRST, quote=WEATHER, source=article("y", WEATHER)))
    assert fault.startswith("support: what is cited does not say")


def test_a_second_citation_that_supports_nothing_lowers_precision_only():
    given = shown(answer(), text=f"{FIRST} [1][2]")
    given["citations"].append(
        given["citations"][0]
        | {"number": 2, "article_id": "y", "start": 0, "end": len(WEATHER), "quote": WEATHER}
    )
    proof = prove(given, stored)
    assert proof.faults == ()
    assert (proof.pairs, proof.supporting) == (2, 1)


ENGLISH = (
    f"22.67 percent. In the original Indonesian: “{FIRST}”"
    " That is: Mei 2025 = May 2025; 22,67 persen = 22.67 percent."
)


def english(text):
    return faults(answer(language="en"), text=f"{text} [1]")


def test_a_quotation_in_the_other_language_is_proven_with_its_lead_and_renderings():
    assert english(ENGLISH) == ()
    assert prove(shown(answer(language="en"), text=f"{ENGLISH} [1]"), stored).statements == 4


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("22.67 percent. In", "26.27 percent. In", "support"),
        ("“Ekspor", "“Impor", "quote"),
        ("May 2025", "June 2025", "support"),
        ("= 22.67", "= 2267", "support"),
        ("Mei 2025 = ", "Juni 2025 = ", "support"),
    ],
)
def test_each_part_of_a_rendered_quotation_is_held_against_the_citation(old, new, kind):
    assert old in ENGLISH
    found = english(ENGLISH.replace(old, new))
    assert [fault.split(":")[0] for fault in found] == [kind]


def test_who_published_it_and_when_must_be_right_where_a_claim_is_introduced_so():
    introduced = attribute(article(), FIRST, "id")
    assert introduced.startswith("Menurut Harian (1 Juni 2025): ")
    assert faults(answer(), text=f"{introduced} [1]") == ()
    assert faults(answer(), text=f"{introduced.replace('Harian', 'Koran Lain')} [1]")


def test_a_refusal_states_nothing():
    proof = prove(shown(answer(), abstained=True, citations=[], text="Tidak disebutkan."), stored)
    assert (proof.statements, proof.faults) == (0, ())


def test_units_end_at_their_markers():
    assert list(units("A b. [1][2] C d. [1] E")) == [("A b.", (1, 2)), ("C d.", (1,)), ("E", ())]


def test_own_words_leave_out_what_is_quoted_in_the_other_language():
    assert own_words(f"{ENGLISH} [1] It rained. [2]", "en") == "In the original Indonesian: “” It rained."
