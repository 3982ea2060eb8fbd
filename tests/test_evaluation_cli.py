"""What must be true of `tanya eval` before it measures anything: what cannot be is refused in a line."""

from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("claims", "c.jsonl", "--limit", "3"), "tanya eval claims takes no --limit; leave it out"),
        (("retrieval", "d", "--report", "r"), "tanya eval retrieval takes no --report"),
        (("quotes", "q.jsonl", "--fresh"), "tanya eval quotes takes no --fresh"),
        (("draft", "--json"), "tanya eval draft takes no --json"),
        (("draft", "--against", "run.jsonl"), "tanya eval draft takes no --against"),
        (("draft", "--feedback", "--seed", "0"), "tanya eval draft takes no --seed"),
        (("a.qa.yaml", "--output", "b.qa.yaml"), "tanya eval CASES takes no --output"),
        (("a.qa.yaml", "--seed", "0"), "tanya eval CASES takes no --seed"),
    ],
)
def test_a_flag_that_would_do_nothing_is_wrong_usage(called, arguments, told):
    done = called("eval", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_run_of_no_cases_is_no_success(called, tmp_path):
    (tmp_path / "a.qa.yaml").write_text("[]\n")
    done = called("eval", "a.qa.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("tanya: a.qa.yaml has no cases; write some, or propose some: tanya eval draft\n")


def test_measuring_nothing_is_no_success(called, tmp_path):
    (tmp_path / "berita").mkdir()
    done = called("eval", "grounding", "berita")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("berita has nothing to measure; see: tanya eval --help\n")


def test_the_questions_of_the_help_are_those_that_the_readme_shows_answered(called):
    shown = README.read_text(encoding="utf-8")
    asked = [line.split('"')[1] for line in called("--help").stdout.splitlines() if "tanya ask " in line]
    assert len(asked) == 2
    for question in asked:
        answer = shown.partition(f'$ tanya ask "{question}"\n')[2]
        assert answer.startswith("USD 4")
