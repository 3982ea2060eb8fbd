"""What must be true of a run: every case is kept at once, and an interrupted run goes on where it stopped."""

import json
import multiprocessing
import os
import signal

import pytest
from evaluation_doubles import Named, ScriptedAssistant, ScriptedLibrary, answer, case, refusal

from index import TanyaError
from rag.evaluation.run import RunFile, header, read_run, run_cases

CASES = [case(id=name) for name in "abc"]


def go_on(path, assistant, cases=CASES, **options):
    with RunFile.open(path, header(cases, assistant), **options) as kept:
        return run_cases(cases, assistant, kept)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "report" / "run.jsonl"


@pytest.fixture
def interrupted(path):
    """A run that was stopped after two of three cases."""
    assistant = ScriptedAssistant([answer(), refusal()])
    with pytest.raises(KeyboardInterrupt):
        go_on(path, assistant)
    return path


def test_a_whole_run_is_a_header_and_a_line_for_each_case(path):
    records = go_on(path, ScriptedAssistant([answer(), refusal(), answer()]))
    first, *lines = map(json.loads, path.read_text().splitlines())
    assert first["cases"]["n"] == 3
    assert first["models"] == {"embedder": "model", "reader": "reader", "generator": None}
    assert first["index"]["recipe"] == "recipe"
    assert lines == records
    assert [line["passed"] for line in lines] == [True, False, True]
    assert read_run(path) == (first, records)


def test_an_interrupted_run_asks_only_what_is_left(interrupted):
    assistant = ScriptedAssistant([answer()])
    records = go_on(interrupted, assistant)
    assert [record["id"] for record in records] == ["a", "b", "c"]
    assert len(assistant.asked) == 1
    assert read_run(interrupted)[1] == records


class KilledAssistant(ScriptedAssistant):
    """Answers what it was given, and then ends its process as `kill -9` does."""

    def ask(self, *arguments, **options):
        if not self.answers:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().ask(*arguments, **options)


def test_a_killed_run_goes_on_with_the_case_at_which_it_was_killed(path):
    child = multiprocessing.get_context("fork").Process(
        target=go_on, args=(path, KilledAssistant([answer(), refusal()]))
    )
    child.start()
    child.join(20)
    assert child.exitcode == -signal.SIGKILL
    kept = path.read_bytes()
    assistant = ScriptedAssistant([answer()])
    records = go_on(path, assistant)
    assert [record["passed"] for record in records] == [True, False, True]
    assert len(assistant.asked) == 1
    assert path.read_bytes().startswith(kept)


def test_a_finished_run_asks_nothing(path):
    done = go_on(path, ScriptedAssistant([answer()] * 3))
    assert go_on(path, ScriptedAssistant([])) == done


def test_a_last_line_that_was_cut_off_is_dropped_and_asked_again(interrupted):
    whole = interrupted.read_bytes()
    interrupted.write_bytes(whole[:-20])
    assistant = ScriptedAssistant([refusal(), answer()])
    go_on(interrupted, assistant)
    assert len(assistant.asked) == 2
    assert interrupted.read_bytes().startswith(whole[: whole.rstrip(b"\n").rindex(b"\n") + 1])
    assert len(read_run(interrupted)[1]) == 3


def test_a_header_that_was_cut_off_begins_anew(path):
    path.parent.mkdir()
    path.write_text('{"format": 1, "vers')
    assert len(go_on(path, ScriptedAssistant([answer()] * 3))) == 3
    assert len(read_run(path)[1]) == 3


def test_a_fresh_run_asks_everything(interrupted):
    assistant = ScriptedAssistant([answer()] * 3)
    go_on(interrupted, assistant, fresh=True)
    assert len(assistant.asked) == 3
    assert len(read_run(interrupted)[1]) == 3


@pytest.mark.parametrize(
    ("changes", "cases", "named"),
    [
        ({"embedder": Named("other")}, CASES, "the models"),
        ({"library": ScriptedLibrary(passages=2)}, CASES, "the index"),
        ({}, [*CASES[:2], case(id="c", question="Berapa?")], "the cases"),
        ({}, [*CASES[:2], case(id="c", language=None)], "the cases"),
    ],
)
def test_a_run_of_something_else_is_refused_with_the_cure(interrupted, changes, cases, named):
    before = interrupted.read_bytes()
    with pytest.raises(TanyaError, match=rf"something else: {named};.*another folder.*--fresh"):
        go_on(interrupted, ScriptedAssistant([answer()], **changes), cases)
    assert interrupted.read_bytes() == before


def test_a_file_that_is_no_run_is_left_alone(path):
    path.parent.mkdir()
    for text in ("my notes", "my notes\n"):
        path.write_text(text)
        with pytest.raises(TanyaError, match="name another folder"):
            go_on(path, ScriptedAssistant([answer()]))
        assert path.read_text() == text


def test_a_damaged_line_in_the_middle_is_named(interrupted):
    lines = interrupted.read_text().splitlines(keepends=True)
    interrupted.write_text(lines[0] + "{}\n" + lines[2])
    with pytest.raises(TanyaError, match=r"run\.jsonl:2 is damaged"):
        read_run(interrupted)


def test_two_runs_cannot_write_one_file(path):
    assistant = ScriptedAssistant([])
    with RunFile.open(path, header(CASES, assistant)), pytest.raises(TanyaError, match="another run"):
        RunFile.open(path, header(CASES, assistant))


def test_a_run_to_compare_with_must_have_a_case(tmp_path):
    with pytest.raises(TanyaError, match="cannot be read"):
        read_run(tmp_path / "none.jsonl")


def test_a_report_that_cannot_be_written_is_named(tmp_path):
    occupied = tmp_path / "notes"
    occupied.write_text("mine")
    for folder in (occupied, occupied / "below"):
        with pytest.raises(TanyaError, match=r"run\.jsonl cannot be written .*name another folder"):
            go_on(folder / "run.jsonl", ScriptedAssistant([]))
    assert occupied.read_text() == "mine"


@pytest.mark.parametrize(
    "damage",
    [
        {"answer": {}},
        {"case": {"key": "k"}},
        {"passed": "yes"},
        {"measures": {"rr": "high"}},
        {"failures": None},
    ],
)
def test_a_record_that_lacks_what_is_compared_is_named_and_another_run_asked_for(interrupted, damage):
    head, first, second = interrupted.read_text().splitlines(keepends=True)
    interrupted.write_text(head + first + json.dumps(json.loads(second) | damage) + "\n")
    with pytest.raises(TanyaError, match=r"run\.jsonl:3 is damaged; name another run"):
        read_run(interrupted)


def test_refusals_of_scripted_questions_are_no_gaps_in_the_coverage():
    assistant = ScriptedAssistant([refusal()] * 3)
    run_cases(CASES, assistant)
    assert assistant.kept == [False] * 3
