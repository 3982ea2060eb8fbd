"""What must be true of a local model: its words come through as they are, and rubbish is never shown."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from generation_cases import ASKED, EXPORTS, QUESTION, chosen, found, ground, whole, writes_within
from gguf_double import byte_letters
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from index import ModelError
from rag.generation import GeneratorError, Message
from rag.generation.models import TransformersGenerator, _Pushing
from rag.generation.writer import write

WINDOW = 4096
TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}<assistant>"
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE


def make_model(folder, template: str | None = None, words: int | None = None) -> str:
    """Two layers of a Llama with random weights that reads and writes bytes."""
    letters = [*byte_letters(), "<s>", "</s>"]
    plain = Tokenizer(models.BPE({letter: number for number, letter in enumerate(letters)}, []))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=plain, bos_token="<s>", eos_token="</s>")
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=words or len(letters), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=WINDOW, bos_token_id=256, eos_token_id=257,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def generator(tmp_path_factory) -> TransformersGenerator:
    return TransformersGenerator(make_model(tmp_path_factory.mktemp("models") / "kecil"))


def test_what_comes_through_is_what_the_model_writes(generator):
    prompt = generator._tokenizer("Jawab.\n\nApa ini?\n\n", return_tensors="pt")
    output = generator._model.generate(**prompt, max_new_tokens=60, do_sample=False, pad_token_id=257)
    expected = generator._tokenizer.decode(
        output[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True
    )
    pieces = list(generator.stream(ASKED, limit=60))
    assert "".join(pieces) == expected
    assert len(expected) > 20
    assert generator.name == "kecil"


def test_a_model_of_random_weights_proves_nothing(generator):
    hits = found(whole(EXPORTS))
    assert write(QUESTION, "id", chosen(hits), hits, generator, ground) == "unproven"


def test_a_model_stops_when_nobody_reads_any_more(generator):
    pieces = generator.stream(ASKED, limit=3000)
    next(pieces)
    pieces.close()
    assert writes_within(generator, 3)


def test_a_prompt_beyond_the_window_is_an_error(generator):
    with pytest.raises(GeneratorError, match="longer than the window of kecil") as error:
        list(generator.stream([Message("user", "a" * WINDOW)], limit=10))
    assert error.value.failure == "broken"


def test_a_model_that_fails_while_it_computes_is_broken(tmp_path):
    generator = TransformersGenerator(make_model(tmp_path / "m", words=20))
    with pytest.raises(GeneratorError, match=r"the generator m failed .*; set TANYA_GENERATOR") as error:
        list(generator.stream(ASKED, limit=10))
    assert error.value.failure == "broken"
    assert "\n" not in str(error.value)


def test_a_character_of_several_tokens_is_passed_on_whole(generator):
    told: list[str] = []
    streamer = _Pushing(generator._tokenizer, lambda piece: not told.append(piece))
    tokens = generator._tokenizer("é“日”a").input_ids
    for token in [0, *tokens]:
        streamer.put(torch.tensor([token]))
    streamer.end()
    assert [piece for piece in told if piece] == ["é", "“", "日", "”", "a"]


def test_the_program_ends_well_while_a_model_that_was_given_up_computes(tmp_path):
    code = """if True:
        import sys
        from rag.generation import GeneratorError, Message
        from rag.generation.models import TransformersGenerator
        from rag.generation import paced
        stream = TransformersGenerator(sys.argv[1]).stream([Message("user", "a" * 3000)], limit=1000)
        try:
            list(paced(stream, seconds=0.01, characters=10**6))
        except GeneratorError as error:
            print(error.failure)
    """
    run = subprocess.run(
        [sys.executable, "-c", code, make_model(tmp_path / "m")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "timeout\n"), run.stderr


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (None, "Jawab.\n\nApa ini?\n\n"),
        (TEMPLATE, "<system>Jawab.\n<user>Apa ini?\n<assistant>"),
        (NO_SYSTEM, "<user>Jawab.\n\nApa ini?\n<assistant>"),
    ],
    ids=["none", "with a system message", "without a system message"],
)
def test_the_messages_are_put_as_the_model_expects_them(tmp_path, template, expected):
    generator = TransformersGenerator(make_model(tmp_path / "m", template))
    prompt = generator._prompt(ASKED)
    assert generator._tokenizer.decode(prompt["input_ids"][0]) == expected
    assert "".join(generator.stream(ASKED, limit=5)) != ""


def test_a_folder_without_a_model_is_one_line_with_the_cure(tmp_path):
    with pytest.raises(ModelError, match=r"cannot be loaded .*; set TANYA_GENERATOR to the folder") as error:
        TransformersGenerator(str(tmp_path))
    assert "\n" not in str(error.value)
