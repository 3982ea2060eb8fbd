"""What must be true of `tanya check`."""

import json

import pytest

from rag.claims import ClaimError, claim_on, read_claims
from rag.cli import main

TEXT = "Gubernur tidak menyetujui anggaran Rp 1,2 triliun pada tahun lalu."


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "anggaran.md"
    path.write_text(f"---\ntitle: Anggaran\npublished: 2025-07-22\n---\n{TEXT}\n", encoding="utf-8")
    return path


def test_the_verdict_is_one_json_object_with_offsets_into_the_file(article, capsys):
    assert (
        main(["check", "--claim", "Gubernur menyetujui anggaran.", "--source", str(article), "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"verdict", "reason", "spans"}
    assert told["verdict"] == "contradicted"
    text = article.read_text(encoding="utf-8")
    assert [text[a:b] for a, b in told["spans"]] == ["tidak menyetujui"]


def test_the_day_of_publication_is_taken_from_the_file(article):
    claimed = claim_on("Gubernur tidak menyetujui anggaran Rp 1,2 triliun pada 2024.", article)
    assert claimed.verdict().ruling == "supported"


def test_many_claims_get_one_line_each_in_their_order(tmp_path, capsys):
    rows = [
        {"id": "a", "claim": TEXT, "source": TEXT},
        {"id": 2, "claim": TEXT.replace("tidak ", ""), "source": TEXT},
        {"id": "c", "claim": "Hujan turun.", "source": TEXT, "published": "2025-07-22"},
    ]
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    assert main(["check", "--cases", str(path), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["id"], row["verdict"]) for row in told] == [
        ("a", "supported"),
        ("2", "contradicted"),
        ("c", "not_found"),
    ]


def test_a_person_sees_what_shows_it(article, capsys):
    assert main(["check", "--claim", "Anggaran Rp 1,3 triliun.", "--source", str(article)]) == 0
    assert "“Rp 1,2 triliun”" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["{", "[]", '{"claim": "a"}', '{"claim": 1, "source": "b"}', '"a"'])
def test_a_line_that_is_no_claim_is_named(tmp_path, line):
    path = tmp_path / "claims.jsonl"
    path.write_text(f'{{"claim": "a", "source": "b"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(ClaimError, match=r"claims\.jsonl:2"):
        list(read_claims(path))


def test_an_empty_claim_is_refused(article):
    with pytest.raises(ClaimError, match="empty"):
        claim_on("  ", article)


@pytest.mark.parametrize(
    "arguments",
    [[], ["--claim", "a"], ["--source", "b"], ["--claim", "a", "--source", "b", "--cases", "c"]],
)
def test_half_a_question_is_wrong_usage(arguments, capsys):
    assert main(["check", *arguments]) == 2
    assert "--cases" in capsys.readouterr().err


def test_a_missing_file_is_an_expected_error(tmp_path, capsys):
    assert main(["check", "--cases", str(tmp_path / "none.jsonl")]) == 1
    assert main(["check", "--claim", "a", "--source", str(tmp_path / "none.txt")]) == 1
    assert capsys.readouterr().err.count("\n") == 2
