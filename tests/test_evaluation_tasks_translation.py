"""What must be true of how translation is measured."""

import pytest

from index import TanyaError
from rag.answer import Verdict
from rag.evaluation.metrics import bleu, chrf
from rag.evaluation.tasks import evaluate_translation, load_pairs, translation_table
from rag.translation import RawTranslation


def test_the_same_text_has_all_points_and_another_alphabet_none():
    assert (
        chrf(["The cat sat."], ["The cat sat."]) == bleu(["The cat sat here."], ["The cat sat here."]) == 100
    )
    assert chrf(["abc"], ["xyz"]) == 0


def test_chrf_is_the_mean_over_the_lengths_that_occur():
    # "ab" for "abc": 1-grams 2/2 and 2/3, 2-grams 1/1 and 1/2, no longer one in both.
    recall = (2 / 3 + 1 / 2) / 2
    assert chrf(["ab"], ["a bc"]) == pytest.approx(100 * 5 * recall / (4 + recall))


def test_chrf_and_bleu_count_as_sacrebleu_does():
    told = ["The cat sat on the mat.", "Exports rose 22.67 percent in May."]
    right = ["The cat is sitting on the mat.", "Exports grew by 22.67 percent in May 2025."]
    assert chrf(told, right) == pytest.approx(57.04144500039980)
    assert bleu(told, right) == pytest.approx(38.16624183539474)


def test_bleu_of_too_short_a_text_is_punished():
    assert bleu(["one two three four"], ["one two three four five six"]) == pytest.approx(
        100 * 2.718281828**-0.5
    )


def test_columns_are_indonesian_and_english_perhaps_after_an_id(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tSatu.\tOne.\n\nDua.\tTwo.\r\n", encoding="utf-8")
    assert load_pairs(path) == [("Satu.", "One."), ("Dua.", "Two.")]


@pytest.mark.parametrize(
    ("text", "told"), [("", "is empty"), ("Satu.", ":1 is not"), ("a\tb\tc\td", ":1 is not")]
)
def test_a_file_of_another_format_is_named(tmp_path, text, told):
    path = tmp_path / "pairs.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TanyaError, match=told):
        load_pairs(path)


def test_what_is_shown_is_measured_apart(tmp_path):
    class Half:
        name = "half"

        def translate(self, sentences):
            return [RawTranslation("One." if one == "Satu." else "Wrong.") for one in sentences]

    def check(draft, source, published):
        return Verdict("supported" if draft.text == "One." else "not_found", "because")

    path = tmp_path / "pairs.tsv"
    path.write_text("Satu.\tOne.\nDua.\tTwo.\n", encoding="utf-8")
    result = evaluate_translation(path, Half(), check)
    assert (result["n"], result["passed"], result["model"]) == (2, 0.5, "half")
    assert result["shown"]["chrf"] == 100 > result["chrf"]
    assert [row["checked"] for row in result["rows"]] == [True, False]
    assert "2 sentences by half" in translation_table(result)
