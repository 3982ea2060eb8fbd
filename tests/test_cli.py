"""The command line as its users meet it: the contract's JSON and exit statuses, with the real model."""

import json
import re
from importlib.metadata import version

import pytest

pytestmark = pytest.mark.model


@pytest.fixture
def ask(seeds, called):
    def run(*arguments, by=called):
        done = by("--home", str(seeds.home), *arguments)
        return done, json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else None

    return run


def test_an_answer_has_the_contract_s_shape_and_every_quote_is_its_slice(ask, tanya):
    done, answer = ask("ask", "Berapa nilai ekspor Sumut Januari–Mei 2025?", "--json", by=tanya)
    assert done.returncode == 0
    assert list(answer) == [
        "question", "language", "text", "abstained", "citations", "hits", "timings_ms", "model",
        "request", "understood", "lead",
    ]  # fmt: skip
    assert set(answer["timings_ms"]) == {"retrieve", "read", "total"}
    assert set(answer["model"]) == {"embedder", "reader", "generator"}
    assert answer["language"] == "id"
    assert answer["abstained"] is False
    assert "4,796 miliar" in answer["text"]
    assert answer["lead"] == {"text": "USD 4,796 miliar", "kind": "value", "start": 1201, "end": 1217}
    assert answer["text"].startswith("USD 4,796 miliar. [1] ")
    (article,) = ask("articles", "show", "sumut-enam-negara", "--json")[1:]
    marked = {int(number) for number in re.findall(r"\[(\d+)\]", answer["text"])}
    assert marked == {citation["number"] for citation in answer["citations"]}
    assert article["text"][1201:1217] == "USD 4,796 miliar"
    for citation in answer["citations"]:
        assert set(citation) == {
            "number", "article_id", "title", "source", "published", "url", "start", "end", "quote",
            "translation",
        }  # fmt: skip
        assert citation["quote"] == article["text"][citation["start"] : citation["end"]]
        assert citation["published"] == "2025-07-22"
    assert all(set(hit) == {"article_id", "start", "end", "score"} for hit in answer["hits"])


def test_an_english_question_gets_its_figure_in_english(ask):
    done, answer = ask("ask", "What was the value of North Sumatra's exports in January-May 2025?", "--json")
    assert done.returncode == 0
    assert answer["language"] == "en"
    assert "4.796 billion" in answer["text"]


def test_the_language_of_the_answer_can_be_chosen(ask):
    answer = ask("ask", "Berapa nilai ekspor Sumut Januari–Mei 2025?", "--language", "en", "--json")[1]
    assert answer["language"] == "en"
    assert "4.796 billion" in answer["text"]


def test_a_summary_is_an_answer_whose_sentences_are_slices(ask):
    done, answer = ask("summarise", "sumut-enam-negara", "--sentences", "4", "--json")
    assert done.returncode == 0
    assert (answer["request"], answer["language"], answer["abstained"]) == ("summarise", "id", False)
    (article,) = ask("articles", "show", "sumut-enam-negara", "--json")[1:]
    quotes = [article["text"][one["start"] : one["end"]] for one in answer["citations"]]
    assert quotes == [one["quote"] for one in answer["citations"]]
    assert len(set(quotes)) == 4
    assert answer["text"] == " ".join(f"{quote} [{n}]" for n, quote in enumerate(quotes, 1))


def test_a_summary_of_what_is_not_there_ends_in_the_cure(ask):
    done, _ = ask("summarise", "tidak-ada", "--json")
    assert done.returncode == 1
    assert done.stderr == "tanya: there is no article 'tidak-ada'; list them with: tanya articles list\n"


def test_where_the_articles_do_not_say_the_status_is_3_and_nothing_is_cited(ask, tanya):
    done, answer = ask("ask", "Berapa nilai ekspor Sulut pada Juni 2025?", "--json", by=tanya)
    assert done.returncode == 3
    assert answer["abstained"] is True
    assert answer["citations"] == []
    assert "Juni 2025" in answer["text"]


def test_a_third_language_is_remarked_and_answered_in_indonesian(ask):
    done, answer = ask("ask", "¿Cuál fue el valor de las exportaciones de Sumatera Utara en 2025?", "--json")
    assert answer["language"] == "id"
    assert "bahasa lain" in done.stderr


def test_a_follow_up_is_understood_and_that_is_shown(ask):
    earlier = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
    done, _ = ask("ask", "Kalau Sulut?", "--history", earlier, "--json")
    assert "Dipahami sebagai: Berapa nilai ekspor Sulut Januari–Mei 2025?" in done.stderr


def test_filters_that_leave_nothing_are_a_refusal(ask):
    done, answer = ask("ask", "Berapa nilai ekspor Sumut?", "--since", "2030-01-01", "--json")
    assert done.returncode == 3
    assert answer["hits"] == []


def test_a_person_reads_the_answer_and_its_sources(ask, tanya):
    done, _ = ask("ask", "Siapa Konjen Singapura?", by=tanya)
    assert done.returncode == 0
    assert "Edmun Chia" in done.stdout
    assert "[1] " in done.stdout
    assert "Sumut.Disway.id, 2025-07-22" in done.stdout


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "the question is empty"),
        ("  ?! ", "the question is empty"),
        ("a" * 20_000, "20,000 characters; shorten"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_status_1(ask, question, message):
    done, _ = ask("ask", question, "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert message in line


def test_without_an_index_the_line_says_how_to_build_one(tanya):
    done = tanya("ask", "Apa?")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "tanya index" in line


def test_search_says_where_each_passage_came_from(ask):
    done, found = ask("search", "ekspor lobster ke Jepang", "-k", "3", "--json")
    assert done.returncode == 0
    assert [item["rank"] for item in found] == [1, 2, 3]
    assert found[0]["article_id"] == "sulut-jepang"
    assert found[0]["dense_rank"]
    assert found[0]["lexical_rank"]
    assert "1. sulut-jepang" in ask("search", "ekspor lobster ke Jepang")[0].stdout


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_limit_to_an_article_that_is_not_there_is_refused(ask, command):
    done, _ = ask(command, "Berapa nilai ekspor?", "--article", "NOPE")
    assert done.returncode == 1
    assert done.stderr == "tanya: there is no article 'NOPE'; list them with: tanya articles list\n"


def test_the_version_is_that_of_the_package(tanya):
    assert tanya("--version").stdout == f"tanya {version('tanya-berita')}\n"


@pytest.mark.parametrize(
    "arguments", [("ask",), ("search", "x", "-k", "0"), ("ask", "x", "--since", "22/7"), ("nothing",), ()]
)
def test_wrong_usage_is_status_2(tanya, arguments):
    assert tanya(*arguments).returncode == 2


def test_a_folder_with_one_bad_file_keeps_the_good_ones_and_names_the_bad(tanya, called, tmp_path):
    folder = tmp_path / "berita"
    folder.mkdir()
    (folder / "baik.txt").write_text("Gubernur meresmikan jembatan di Binjai pada Senin, 3 Maret 2025.\n")
    (folder / "kosong.txt").write_text("")
    (folder / "biner.txt").write_bytes(bytes(range(256)) * 40)
    done = tanya("index", folder, "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["added"] == ["baik"]
    assert "kosong.txt" in done.stderr
    assert "biner.txt" in done.stderr
    again = json.loads(called("index", folder / "baik.txt", "--json").stdout)
    assert again["unchanged"] == ["baik"]
    assert json.loads(called("articles", "list", "--json").stdout)[0]["published"] == "2025-03-03"
    assert called("verify").returncode == 0
    assert called("articles", "remove", "baik").returncode == 0
    assert json.loads(called("articles", "list", "--json").stdout) == []
    assert called("articles", "show", "baik").returncode == 1


def test_scripted_cases_pass_or_fail_for_scripts(ask, tmp_path):
    cases = tmp_path / "a.qa.yaml"
    cases.write_text(
        "- id: benar\n  question: Siapa Konjen Singapura?\n"
        "  expect: {language: id, contains: [Edmun Chia], cites: [sumut-enam-negara]}\n"
        "- id: salah\n  question: Siapa Konjen Singapura?\n  expect: {contains: [Sri Mulyani]}\n"
    )
    done, run = ask("eval", str(cases), "--json")
    assert done.returncode == 1
    assert [case["passed"] for case in run["cases"]] == [True, False]
    assert run["cases"][1]["failures"][0].startswith("contains:")
    assert run["metrics"]["cases"] == 2
