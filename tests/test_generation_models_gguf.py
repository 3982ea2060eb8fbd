"""What must be true of a GGUF file: it runs with no server to set up, and its rubbish is not shown."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from generation_cases import ASKED, EXPORTS, QUESTION, chosen, found, ground, whole, writes_within
from gguf_double import CONTEXT, write_gguf

from index import ModelError
from rag.generation import GeneratorError, Message
from rag.generation.models import GgufGenerator
from rag.generation.writer import write


@pytest.fixture(scope="module")
def generator(tmp_path_factory) -> GgufGenerator:
    return GgufGenerator(write_gguf(tmp_path_factory.mktemp("models") / "kecil.gguf"))


@pytest.mark.gguf
def test_a_model_writes_the_same_each_time(generator):
    text = "".join(generator.stream(ASKED, limit=40))
    assert text
    assert "".join(generator.stream(ASKED, limit=40)) == text
    assert generator.name == "kecil"


@pytest.mark.gguf
def test_a_model_of_random_weights_proves_nothing(generator):
    hits = found(whole(EXPORTS))
    assert write(QUESTION, "id", chosen(hits), hits, generator, ground) in {"unproven", "empty"}


@pytest.mark.gguf
def test_a_prompt_beyond_the_window_is_an_error(generator):
    with pytest.raises(GeneratorError, match=r"the generator kecil at .* answered with HTTP 400") as error:
        list(generator.stream([Message("user", "a" * 2 * CONTEXT)], limit=10))
    assert error.value.failure == "broken"


@pytest.mark.gguf
def test_a_model_stops_when_nobody_reads_any_more(generator):
    pieces = generator.stream(ASKED, limit=3000)
    next(pieces)
    pieces.close()
    assert writes_within(generator, 5)


@pytest.mark.gguf
def test_the_program_ends_well_while_a_model_that_was_given_up_computes(tmp_path):
    code = """if True:
        import sys
        from pathlib import Path
        from rag.generation import GeneratorError, Message
        from rag.generation.models import GgufGenerator
        from rag.generation import paced
        stream = GgufGenerator(Path(sys.argv[1])).stream([Message("user", "a" * 3000)], limit=1000)
        try:
            list(paced(stream, seconds=0.01, characters=10**6))
        except GeneratorError as error:
            print(error.failure)
    """
    run = subprocess.run(
        [sys.executable, "-c", code, write_gguf(tmp_path / "m.gguf")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "timeout\n"), run.stderr


@pytest.mark.gguf
@pytest.mark.parametrize("path", ["/v1/models", "/slots", "/props", "/v1/chat/completions"])
def test_the_port_that_it_opens_is_on_this_machine_and_locked(generator, path):
    address = generator._client._base.removesuffix("/v1")
    assert address.startswith("http://127.0.0.1:")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(address + path, timeout=10)


@pytest.mark.gguf
@pytest.mark.parametrize("content", [b"", b"GGUF", b"not a model"])
def test_a_damaged_file_is_one_line_with_the_cure(tmp_path, content):
    path = tmp_path / "rusak.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"rusak\.gguf cannot be loaded .*; set TANYA_GENERATOR"):
        GgufGenerator(path)


@pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is not None, reason="xllamacpp is installed")
def test_without_xllamacpp_the_error_says_how_to_install_it(tmp_path):
    assert "xllamacpp" not in sys.modules
    with pytest.raises(ModelError, match="run: pip install xllamacpp"):
        GgufGenerator(write_gguf(tmp_path / "kecil.gguf"))
