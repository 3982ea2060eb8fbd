"""`tanya feedback`, `tanya gaps` and `tanya eval draft --feedback`, over a library that was judged."""

from __future__ import annotations

import csv
import io
import json

import pytest
from embedder_double import HashingEmbedder
from page_double import SEEDS, Scripted

from index.library import Library
from rag.cli import main
from rag.evaluation.cases import load_cases
from rag.feedback import THERE, AskedHow, kept

EXPORTS, NOWHERE = "Berapa nilai ekspor Sumut Januari–Mei 2025?", "Siapa presiden Prancis?"


@pytest.fixture
def run(settings, capsys):
    library = Library(settings, HashingEmbedder())
    library.add([SEEDS / "sumut-enam-negara.md"])
    for times, question in ((1, NOWHERE), (2, "=Berapa?")):
        for _ in range(times):
            library.record_gap(question, "id", "sumut-enam-negara")
    for question, verdict, reason, correction in (
        (EXPORTS, "up", None, None),
        (NOWHERE, "down", THERE, "=Macron"),
    ):
        shown = kept(Scripted().answer(question, "auto", ()), AskedHow(key=question))
        for _ in range(2):
            library.record_feedback(question, shown, verdict, reason, correction, replacing=True)
    library.close()

    def run_command(*arguments):
        status = main(["--home", str(settings.home), *map(str, arguments)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_command


def test_gaps_are_listed_by_demand(run):
    assert run("gaps")[1].splitlines()[0].startswith("2\t")
    status, told, _ = run("gaps", "--json")
    assert status == 0
    assert [(one["question"], one["count"], one["nearest"]) for one in json.loads(told)] == [
        ("=Berapa?", 2, "sumut-enam-negara"),
        (NOWHERE, 1, "sumut-enam-negara"),
    ]
    assert next(csv.DictReader(io.StringIO(run("gaps", "--csv")[1])))["question"] == "'=Berapa?"


def test_feedback_is_listed_newest_first_and_by_verdict(run):
    assert [one["question"] for one in json.loads(run("feedback", "--json")[1])] == [NOWHERE, EXPORTS]
    (one,) = json.loads(run("feedback", "list", "--verdict", "up", "--json")[1])
    assert (one["question"], one["cites"]) == (EXPORTS, ["sumut-enam-negara"])
    assert "correction: =Macron" in run("feedback")[1]


def test_feedback_is_exported_as_a_table(run, tmp_path):
    file = tmp_path / "a.csv"
    assert run("feedback", "export", "--output", file) == (0, "", "")
    assert [row["correction"] for row in csv.DictReader(file.open(encoding="utf-8"))] == ["'=Macron", ""]
    status, _, error = run("feedback", "export", "--output", tmp_path / "none" / "a.csv")
    assert (status, error.endswith("name another file\n")) == (1, True)


def test_feedback_becomes_cases(run, tmp_path):
    file = tmp_path / "a.qa.yaml"
    status, _, told = run("eval", "draft", "--feedback", "--output", file)
    assert (status, told) == (0, f"tanya: 2 proposals in {file}; read each before it counts\n")
    assert [(case.question, case.contains) for case in load_cases(file)] == [
        (EXPORTS, (("USD 4,796 miliar",),)),
        (NOWHERE, (("=Macron",),)),
    ]
    assert run("eval", "draft", "--feedback")[1] == file.read_text(encoding="utf-8")


def test_without_feedback_the_cure_is_told(settings, capsys):
    library = Library(settings, HashingEmbedder())
    library.add([SEEDS / "sumut-enam-negara.md"])
    library.close()
    assert main(["--home", str(settings.home), "eval", "draft", "--feedback"]) == 1
    assert capsys.readouterr().err.endswith("tanya serve\n")
