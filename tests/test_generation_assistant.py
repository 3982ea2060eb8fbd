"""What must be true of an answer in a model's words, from the question to what is printed."""

from __future__ import annotations

import json
import re
import socket

import pytest
from chat_server import Exchange, serving

from index.library import Library
from index.text import sentences
from rag.answer import Answer, Step, follow
from rag.generation.models import ServerGenerator
from rag.pipeline import Assistant, load_assistant

pytestmark = pytest.mark.model

QUESTION = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
IN_ENGLISH = "What was the value of North Sumatra's exports in January–May 2025?"
UNANSWERED = "Siapa wali kota Medan?"


def quoting(exchange: Exchange):
    """A model that writes down the sentence with the value, as it stands."""
    source = exchange.cite("4,796 miliar")
    text = exchange.sources[source]
    sentence = next(text[start:end] for start, end in sentences(text) if "4,796 miliar" in text[start:end])
    exchange.write(sentence[:7], sentence[7:], f" [{source[:2]}", source[2:], "]")


def inventing(exchange: Exchange):
    exchange.write(f"Ekspor Sumut bernilai USD 5,796 miliar. [{exchange.cite('4,796 miliar')}]")


@pytest.fixture(scope="module")
def plain(seeds) -> Assistant:
    return load_assistant(Library(seeds))


def asked(plain: Assistant, server, question: str, **options) -> tuple[list[str], Answer]:
    generator = ServerGenerator(server.base, "penulis-1")
    assistant = Assistant(plain.library, plain.embedder, plain.reader, generator, **options)
    steps: list[Step] = []
    answer = follow(assistant.steps(question), steps.append)
    return [step.name for step in steps], answer


def test_a_proven_sentence_is_the_answer_and_says_who_wrote_it(plain):
    with serving(quoting) as server:
        steps, answer = asked(plain, server, QUESTION)
    assert steps == ["understand", "retrieve", "read", "write"]
    assert [claim.written for claim in answer.claims] == ["machine"]
    assert "4,796 miliar" in answer.claims[0].text
    assert "4,796 miliar" in answer.citations[0].quote
    assert answer.models["generator"] == "penulis-1"
    assert any("ditulis oleh model penulis-1" in note for note in answer.notes)
    assert set(answer.timings) == {"retrieve", "read", "write", "total"}


@pytest.mark.parametrize(
    ("question", "note"),
    [(QUESTION, "tidak terbukti oleh artikel"), (IN_ENGLISH, "is not proven")],
    ids=["id", "en"],
)
def test_a_wrong_figure_is_never_shown_and_the_extract_is(plain, question, note):
    extract = plain.ask(question)
    with serving(inventing) as server:
        answer = asked(plain, server, question)[1]
    assert len(server.requests) == 1
    assert "5,796" not in answer.text
    assert answer.text == extract.text
    assert answer.citations == extract.citations
    assert answer.claims == extract.claims
    assert "machine" not in {claim.written for claim in answer.claims}
    assert answer.models["generator"] is None
    (told,) = set(answer.notes) - set(extract.notes)
    assert note in told
    assert "penulis-1" in told


@pytest.mark.parametrize(
    ("script", "note"),
    [
        (lambda exchange: exchange.begin(status=500), "tidak memberi jawaban yang utuh"),
        (lambda exchange: exchange.write(""), "tidak menulis apa pun"),
        (lambda exchange: exchange.write("NIHIL"), "tidak menemukan jawaban"),
        (lambda exchange: exchange.connection.close(), "tidak memberi jawaban yang utuh"),
    ],
    ids=["error 500", "nothing", "declined", "hung up"],
)
def test_a_model_that_fails_is_named_and_the_extract_answers(plain, script, note):
    with serving(script) as server:
        answer = asked(plain, server, QUESTION)[1]
    assert answer.text == plain.ask(QUESTION).text
    assert note in answer.notes[-1]


def test_where_the_articles_do_not_say_no_model_is_asked(plain):
    with serving(quoting) as server:
        steps, answer = asked(plain, server, UNANSWERED)
    assert server.requests == []
    assert answer.abstained
    assert steps == ["understand", "retrieve", "read"]
    assert answer.models["generator"] is None
    assert answer.text == plain.ask(UNANSWERED).text


def test_the_command_takes_the_generator_and_its_key_from_the_environment(seeds, called):
    with serving(quoting) as server:
        variables = {"TANYA_GENERATOR": f"{server.base}#penulis-1", "TANYA_GENERATOR_KEY": "rahasia"}
        done = called("--home", str(seeds.home), "ask", QUESTION, "--json", **variables)
    assert done.returncode == 0, done.stderr
    assert server.requests[0].headers["Authorization"] == "Bearer rahasia"
    assert "rahasia" not in done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["model"]["generator"] == "penulis-1"
    assert re.search(r"4,796 miliar.* \[1\]$", answer["text"])
    assert "penulis-1" in done.stderr


def test_the_command_answers_without_the_server_that_it_was_given(seeds, called):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    named = f"http://127.0.0.1:{port}/v1#penulis-1"
    done = called("--home", str(seeds.home), "ask", QUESTION, "--json", TANYA_GENERATOR=named)
    assert done.returncode == 0
    assert "tidak dapat dihubungi" in done.stderr
    answer = json.loads(done.stdout)
    assert "4,796 miliar" in answer["text"]
    assert answer["model"]["generator"] is None


def test_a_wrong_generator_is_one_line_and_no_answer(seeds, called):
    done = called("--home", str(seeds.home), "ask", QUESTION, TANYA_GENERATOR="http://localhost:11434/v1")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "names no model; write it as" in done.stderr
