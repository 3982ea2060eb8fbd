"""What becomes of questions that the articles did not answer, with the real models over the seed articles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from page_double import SEEDS

from index.library import Library
from index.models import Filter
from index.settings import Settings
from rag.cli import main
from rag.feedback import ask_again, due, quotation
from rag.pipeline import Assistant, load_assistant
from rag.request import Request

pytestmark = pytest.mark.model

EXPORTS = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
VALUE = "USD 4,796 miliar"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """With the models, over the article that does not answer `EXPORTS`."""
    library = Library(Settings(home=tmp_path_factory.mktemp("gaps")))
    library.add([SEEDS / "sulut-jepang.md"])
    return load_assistant(library)


@pytest.fixture
def assistant(engine: Assistant, tmp_path: Path) -> Iterator[Assistant]:
    """The same with a library of the test's own."""
    home = shutil.copytree(engine.library.settings.home, tmp_path / "home")
    library = Library(Settings(home=home), engine.embedder)
    yield Assistant(library, engine.embedder, engine.reader, requests=engine.requests)
    library.close()


def test_a_gap_is_answered_once_an_article_comes_that_says_it(assistant: Assistant) -> None:
    library = assistant.library
    assert assistant.ask(EXPORTS).abstained
    assert due(library) == [], "it was asked of the articles as they are"
    library.add([SEEDS / "sumut-enam-negara.md"])
    (gap,) = due(library)
    assert ask_again(assistant, gap, wanted=False)
    (gap,) = library.gaps()
    assert (gap.state, gap.count, gap.changed_by) == ("answered", 1, None)
    assert gap.answer is not None
    assert gap.answer.article_id == "sumut-enam-negara"
    assert VALUE in str(quotation(library, gap.answer))
    assert due(library) == []
    library.remove(["sumut-enam-negara"])
    assert quotation(library, gap.answer) is None
    (gap,) = due(library)
    assert not ask_again(assistant, gap, wanted=False)
    (gap,) = library.gaps()
    assert (gap.state, gap.count, gap.answer) == ("open", 1, None), "what answered it is gone"


def test_a_follow_up_is_asked_again_as_it_was_asked(assistant: Assistant) -> None:
    history = ["Siapa Konjen Singapura?"]
    assert assistant.ask("Dia tertarik di bidang apa?", history=history).abstained
    (gap,) = assistant.library.gaps()
    assert (gap.question, gap.understood, gap.history) == (
        "Dia tertarik di bidang apa?",
        "Dia tertarik di bidang apa (Konjen Singapura)?",
        tuple(history),
    )
    assistant.library.add([SEEDS / "sumut-enam-negara.md"])
    assert ask_again(assistant, gap, wanted=False)
    (gap,) = assistant.library.gaps()
    assert "pendidikan dan kesehatan" in str(quotation(assistant.library, gap.answer))


def test_what_somebody_found_to_be_no_answer_is_not_taken_for_one_again(assistant: Assistant) -> None:
    library = assistant.library
    assistant.ask(EXPORTS)
    library.add([SEEDS / "sumut-enam-negara.md"])
    assert ask_again(assistant, library.gaps()[0], wanted=False)
    (gap,) = library.gaps()
    library.mark_gap(gap.number, "open", "ratna", answer=gap.answer)
    assert not ask_again(assistant, library.gaps()[0], wanted=False)
    assert library.gaps()[0].state == "open"
    assert ask_again(assistant, library.gaps()[0], "ratna"), "asked for, it is shown again"
    assert (library.gaps()[0].state, library.gaps()[0].changed_by) == ("answered", "ratna")


def test_what_is_done_or_dismissed_is_not_asked_again_by_itself(assistant: Assistant) -> None:
    for number, question in enumerate((EXPORTS, "Siapa wali kota Medan?", "Siapa Bupati Karo?")):
        assistant.library.record_gap(question, "id", None)
        if number < 2:
            gap = next(one for one in assistant.library.gaps() if one.question == question)
            assistant.library.mark_gap(gap.number, "done" if number else "dismissed")
    assistant.library.add([SEEDS / "sumut-enam-negara.md"])
    assert [gap.question for gap in due(assistant.library)] == ["Siapa Bupati Karo?"]


def test_what_is_asked_under_a_filter_is_no_gap(assistant: Assistant) -> None:
    for limits in ({"since": date(2030, 1, 1)}, {"until": date(2001, 1, 1)}, {"sources": ("DetailNews.id",)}):
        answer = assistant.ask(EXPORTS, chosen=Filter(**limits))  # type: ignore[arg-type]
        assert answer.abstained
        assert not answer.is_gap
    assert assistant.library.gaps() == []


class Reads:
    """Takes every turn for a request of one kind, as surely as it is told to."""

    def __init__(self, kind: str, probability: float) -> None:
        self.request = Request(kind, probability, 0.0)  # type: ignore[arg-type]

    def read(self, turn: str, before: str = "") -> Request:
        return self.request


@pytest.mark.parametrize("kind", ["greeting", "thanks", "out_of_scope", "smalltalk"])
def test_a_refusal_to_what_most_likely_asks_for_no_article_is_no_gap(assistant: Assistant, kind: str) -> None:
    unsure = Assistant(
        assistant.library,
        assistant.embedder,
        assistant.reader,
        requests=Reads(kind, 0.3),  # type: ignore[arg-type]
    )
    answer = unsure.ask("Makasih ya, besok hujan nggak?")
    assert (answer.abstained, answer.is_gap) == (True, False)
    assert assistant.library.gaps() == []


def test_chatter_that_an_earlier_version_kept_is_dismissed_when_it_is_asked_again(
    assistant: Assistant,
) -> None:
    library = assistant.library
    for question in ("Terima kasih banyak!", "Siapa wali kota Medan?", "Halo!"):
        library.record_gap(question, "id", None)
    halo = next(gap for gap in library.gaps() if gap.question == "Halo!")
    library.mark_gap(halo.number, "open", "ratna")
    library.add([SEEDS / "sumut-enam-negara.md"])
    for gap in due(library):
        ask_again(assistant, gap, wanted=False)
    assert {gap.question: gap.state for gap in library.gaps()} == {
        "Terima kasih banyak!": "dismissed",
        "Siapa wali kota Medan?": "open",
        "Halo!": "open",
    }


def test_the_command_gives_states_and_asks_again(
    assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(assistant.library.settings.home)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["--home", home, "gaps", *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    for question in (EXPORTS, "Siapa wali kota Medan?"):
        assistant.library.record_gap(question, "id", None)
    assert run("done", "1", "2") == (0, "", "tanya: 1 is done\ntanya: 2 is done\n")
    assert run("dismiss", "2")[2] == "tanya: 2 is dismissed\n"
    assert [one["id"] for one in json.loads(run("--state", "done", "--json")[1])] == [1]
    assert run("open", "1")[0] == 0
    assert "#1 open" in run("--state", "open")[1]
    status, _, error = run("done", "9")
    assert (status, error) == (1, "tanya: there is no unanswered question 9; list them with: tanya gaps\n")
    status, _, error = run("done", "7", "1", "8")
    assert status == 1
    assert error.splitlines() == [
        "tanya: there is no unanswered question 7; list them with: tanya gaps",
        "tanya: there is no unanswered question 8; list them with: tanya gaps",
        "tanya: 1 is done",
    ]
    assert run("open", "1")[0] == 0
    for wrong in (("done",), ("list", "1")):
        with pytest.raises(SystemExit) as ended:
            run(*wrong)
        assert ended.value.code == 2
    assistant.library.add([SEEDS / "sumut-enam-negara.md"])
    status, told, _ = run("again")
    assert status == 0
    assert "#1 answered" in told
    assert "sumut-enam-negara" in told
    assert "#2" not in told
    status, told, error = run("again", "7", "1")
    assert (status, "#1 answered" in told) == (1, True)
    assert error == "tanya: there is no unanswered question 7; list them with: tanya gaps\n"
    (answered,) = json.loads(run("--state", "answered", "--json")[1])
    assert answered["answer"]["article_id"] == "sumut-enam-negara"
    assert (answered["question"], answered["understood"], answered["changed_by"]) == (EXPORTS, None, None)
