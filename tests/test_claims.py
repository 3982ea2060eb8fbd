"""What must be true of `tanya check`."""

import json

import pytest

from index import Article, Hit, Passage
from rag.cli import main
from rag.factcheck import ClaimError, check_passages, claim_on, read_claims

TEXT = "Gubernur tidak menyetujui anggaran Rp 1,2 triliun pada tahun lalu."


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "anggaran.md"
    path.write_text(f"---\ntitle: Anggaran\npublished: 2025-07-22\n---\n{TEXT}\n", encoding="utf-8")
    return path


def test_the_verdict_is_one_json_object_with_offsets_into_the_file(article, capsys):
    assert main(["check", "--claim", TEXT, "--source", str(article), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"verdict", "reason", "probability", "spans"}
    assert (told["verdict"], told["probability"]) == ("supported", 1.0)
    text = article.read_text(encoding="utf-8")
    assert [text[a:b] for a, b in told["spans"]] == [TEXT]


def test_a_source_is_read_as_it_is_indexed(tmp_path, capsys):
    page = tmp_path / "anggaran.html"
    body = f"<p>Rapat anggaran digelar di gedung dewan.</p><p>{TEXT}</p><p>Rapat selesai pada sore hari.</p>"
    page.write_text(
        f"<html><head><title>Anggaran</title></head><body><article>{body}</article></body></html>",
        encoding="utf-8",
    )
    claimed = claim_on(TEXT, page)
    assert "<p>" not in claimed.source
    assert [claimed.source[a:b] for a, b in claimed.verdict().spans] == [TEXT]


def test_offsets_count_the_file_whatever_ends_its_lines(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(f"---\r\ntitle: A\r\n---\r\nHujan turun.\r\n{TEXT}\r\n".encode())
    claimed = claim_on(TEXT, path)
    raw = path.read_bytes().decode()
    ((start, end),) = claimed.verdict().spans
    assert raw[claimed.offset + start : claimed.offset + end] == TEXT


def test_the_day_of_publication_is_taken_from_the_file(article):
    claimed = claim_on("Gubernur tidak menyetujui anggaran Rp 1,2 triliun pada 2024.", article)
    assert claimed.verdict().ruling == "supported"


def test_many_claims_get_one_line_each_in_their_order(tmp_path, capsys):
    rows = [
        {"id": "a", "claim": TEXT, "source": TEXT},
        {"id": 2, "claim": TEXT.replace("1,2", "1,3"), "source": TEXT},
        {"id": "c", "claim": "Hujan turun.", "source": TEXT, "published": "2025-07-22"},
    ]
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    assert main(["check", "--cases", str(path), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in told] == ["a", "2", "c"]
    assert [row["verdict"] == "supported" for row in told] == [True, False, False]
    assert "“Rp 1,3 triliun”" in told[1]["reason"]


def test_a_person_sees_what_shows_it(article, capsys):
    assert main(["check", "--claim", TEXT, "--source", str(article)]) == 0
    assert f"“{TEXT}”" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["{", "[]", '{"claim": "a"}', '{"claim": 1, "source": "b"}', '"a"'])
def test_a_line_that_is_no_claim_is_named(tmp_path, line):
    path = tmp_path / "claims.jsonl"
    path.write_text(f'{{"claim": "a", "source": "b"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(ClaimError, match=r"claims\.jsonl:2"):
        list(read_claims(path))


def test_an_empty_claim_is_refused(article):
    with pytest.raises(ClaimError, match="empty"):
        claim_on("  ", article)
    with pytest.raises(ClaimError, match="give it in parts"):
        claim_on("dana " * 1000, article)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--source", "b"],
        ["--source", "b", "--cases", "c"],
        ["--claim", "a", "--source", "b", "--cases", "c"],
    ],
)
def test_half_a_question_is_wrong_usage(arguments, capsys):
    assert main(["check", *arguments]) == 2
    assert "--cases" in capsys.readouterr().err


def test_a_missing_file_is_an_expected_error(tmp_path, capsys):
    assert main(["check", "--cases", str(tmp_path / "none.jsonl")]) == 1
    assert main(["check", "--claim", "a", "--source", str(tmp_path / "none.txt")]) == 1
    assert capsys.readouterr().err.count("\n") == 2


@pytest.fixture
def library(tmp_path, monkeypatch):
    monkeypatch.setenv("TANYA_HOME", str(tmp_path / "home"))
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in (("anggaran", TEXT), ("hujan", "Hujan turun di Medan pada Selasa siang.")):
        (folder / f"{name}.txt").write_text(f"Kabar dari daerah.\n\n{text}\n", encoding="utf-8")
    assert main(["index", str(folder)]) == 0


@pytest.mark.model
def test_without_a_source_a_claim_is_held_against_the_library(library, capsys):
    capsys.readouterr()
    assert main(["check", "--claim", TEXT, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["article_id"], told["verdict"]) == ("anggaran", "supported")
    assert main(["articles", "show", "anggaran", "--json"]) == 0
    text = json.loads(capsys.readouterr().out)["text"]
    assert [text[a:b] for a, b in told["spans"]] == [TEXT]


@pytest.mark.model
def test_a_passage_about_another_month_does_not_overrule_the_one_about_the_claim():
    claim = "Jumlah penumpang Bandara Sis Aljufri pada Juni 2024 mencapai 52 ribu orang."
    texts = {
        "2023": "Jumlah penumpang Bandara Sis Aljufri pada Juni 2023 mencapai 47 ribu orang.",
        "2024": "Pada Juni 2024 sebanyak 52 ribu orang terbang dari Palu lewat Bandara Sis Aljufri.",
    }
    articles = [Article(name, name, text, None, None, None, "id", "", "") for name, text in texts.items()]
    hits = [Hit(Passage(one, 0, len(one.text)), 1.0, rank) for rank, one in enumerate(articles, 1)]
    shown = check_passages(claim, hits)
    assert shown.verdict.ruling != "contradicted"
    assert shown.hit is hits[1]
    assert check_passages(claim, hits[:1]).verdict.ruling == "contradicted"


def test_no_passage_supports_nothing():
    shown = check_passages(TEXT, [])
    assert (shown.verdict.ruling, shown.hit) == ("not_found", None)
