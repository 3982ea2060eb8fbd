"""What must be true of test collections in the BEIR layout, and of the table of their measures."""

import json

import pytest

from index import TanyaError
from rag.evaluation.tasks import MEASURES, load_collection, retrieval_table


def folder(tmp_path, qrels, *, documents=("kopi", "hujan"), queries=("Apa itu kopi?",)):
    for name, texts in (("corpus", documents), ("queries", queries)):
        rows = [json.dumps({"_id": f"{name[0]}{number}", "text": text}) for number, text in enumerate(texts)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows))
    (tmp_path / "qrels.tsv").write_text(qrels)
    return tmp_path


@pytest.mark.parametrize("head", ["", "query-id\tcorpus-id\tscore\n", "qid\tdocid\trelevance\n"])
def test_the_first_judgement_counts_with_or_without_names_of_the_columns(tmp_path, head):
    assert load_collection(folder(tmp_path, f"{head}q0\tc1\t2\n")).qrels == {"q0": {"c1": 2}}


@pytest.mark.parametrize(
    ("qrels", "changes", "told"),
    [
        ("q0\tc0\t1.0\n", {}, r"qrels\.tsv:1 has the score '1\.0'; write a whole number"),
        ("q0\tc0\thigh\n", {}, r"qrels\.tsv:1 has the score 'high'"),
        ("q0\tc0\t1\nx\ty\tz\n", {}, r"qrels\.tsv:2 has the score 'z'"),
        ("q0 c0 1\n", {}, r"qrels\.tsv:1 has 1 columns"),
        ("q0\tc0\t1\n", {"documents": ()}, r"corpus\.jsonl holds no documents"),
        ("q0\tc0\t1\n", {"queries": ("?",)}, r"query q0 has '\?' in question, which says nothing"),
    ],
)
def test_what_is_not_of_the_layout_is_named(tmp_path, qrels, changes, told):
    with pytest.raises(TanyaError, match=told):
        load_collection(folder(tmp_path, qrels, **changes))


def test_the_rankings_are_called_as_the_help_calls_them():
    measures = dict.fromkeys(MEASURES, 0.5)
    lines = retrieval_table({"n": 1} | dict.fromkeys(("dense", "lexical", "fused", "ranked"), measures))
    assert [line.split()[0] for line in lines.split("\n")[1:]] == ["dense", "lexical", "fused", "ordered"]
