"""Vectors are the same whichever library computes them, and any text has one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import environment
from hypothesis import given, settings
from hypothesis import strategies as st

from index import ModelError, Settings
from index.embedder import (
    EXACT,
    ROUNDED,
    Embedder,
    OnnxEmbedder,
    SentenceTransformerEmbedder,
    load_embedder,
    prepare_quick,
)
from scripts.train.encoder import prepare

TEXTS = [
    "Nilai ekspor Sumatera Utara naik 22,67 persen pada Mei 2025.",
    "The governor opened the bridge on Monday.",
    "Mengapa?",
    "",
    " ",
    "🎉🦖",
    "a\0b",
    "\ud800 tunggal \udfff",
    "<s> bukan awal </s>",
    "kata " * 2000,
    "ﬁnal ½\u0301 ①",
    "Harga beras di pasar naik. " * 12,
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return prepare(Settings.load().cache)


@pytest.fixture(scope="module")
def quick() -> OnnxEmbedder:
    return OnnxEmbedder(prepare_quick(Settings.load().cache))


@pytest.fixture(scope="module")
def rounding() -> Embedder:
    """As it is used, passages at 8 bits."""
    return load_embedder(Settings.load())


@pytest.fixture(scope="module")
def general(folder: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(folder))


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest model that sentence-transformers saves: two words, no prompts, no limit of length."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "satu": 1, "dua": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = torch.tensor([[0.0, 0.0, 1.0], [3.0, 0.0, 0.0], [0.0, 4.0, 0.0]])
    folder = tmp_path_factory.mktemp("static") / "two-words"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors)]).save(str(folder))
    return folder


@pytest.mark.model
def test_both_libraries_give_the_same_vectors(quick: OnnxEmbedder, general: SentenceTransformerEmbedder):
    ours, theirs = quick.encode(TEXTS, "passage"), general.encode(TEXTS, "passage")
    assert ours.shape == theirs.shape == (len(TEXTS), 384)
    assert (ours * theirs).sum(axis=1).min() > 0.9999
    assert [quick.count_tokens(text) for text in TEXTS] == [general.count_tokens(text) for text in TEXTS]


@pytest.mark.model
def test_vectors_do_not_depend_on_the_company_they_are_computed_in(quick: OnnxEmbedder):
    texts = [text for text in TEXTS if len(text) < 1000]
    together = quick.encode(texts, "passage")
    alone = np.concatenate([quick.encode([text], "passage") for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.model
def test_passages_at_eight_bits_are_near_the_exact_ones_and_queries_the_same(
    quick: OnnxEmbedder, rounding: Embedder
):
    cosines = (quick.encode(TEXTS, "passage") * rounding.encode(TEXTS, "passage")).sum(axis=1)
    assert 0.998 < cosines.min() < 0.99999
    np.testing.assert_array_equal(quick.encode(TEXTS, "query"), rounding.encode(TEXTS, "query"))


@pytest.mark.model
def test_a_passage_at_eight_bits_has_one_vector_in_any_company(rounding: Embedder):
    together = rounding.encode(TEXTS, "passage")
    alone = np.concatenate([rounding.encode([text], "passage") for text in reversed(TEXTS)])
    np.testing.assert_array_equal(together, alone[::-1])


@pytest.mark.model
def test_a_library_goes_on_as_it_began(quick: OnnxEmbedder, rounding: Embedder):
    held = load_embedder(Settings.load(), quick.name)
    assert (quick.name, rounding.name, held.name) == (EXACT, ROUNDED, EXACT)
    np.testing.assert_array_equal(held.encode(TEXTS[:1], "passage"), quick.encode(TEXTS[:1], "passage"))
    assert load_embedder(Settings.load(), "another").name == ROUNDED


@pytest.mark.model
def test_a_query_finds_the_passage_in_the_other_language(quick: OnnxEmbedder):
    passages = [
        "Nilai ekspor Sumatera Utara pada Januari–Mei 2025 mencapai 4,796 miliar dolar AS.",
        "Pemerintah kota membangun taman bermain baru di tepi sungai.",
        "Harga cabai di pasar turun setelah panen raya.",
    ]
    query = quick.encode(["How much did North Sumatra export from January to May 2025?"], "query")[0]
    assert int(np.argmax(quick.encode(passages, "passage") @ query)) == 0


@pytest.mark.model
def test_queries_and_passages_have_prefixes_of_their_own(
    quick: OnnxEmbedder, general: SentenceTransformerEmbedder
):
    text = TEXTS[0]
    for kind in ("query", "passage"):
        expected = general._model.encode([f"{kind}: {text}"], prompt="")[0]
        for embedder in (quick, general):
            np.testing.assert_allclose(embedder.encode([text], kind)[0], expected, atol=1e-4)


@pytest.mark.model
@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(), max_size=40))
def test_any_text_has_a_vector_of_length_one(quick: OnnxEmbedder, text: str):
    (vector,) = quick.encode([text], "query")
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-4
    assert quick.count_tokens(text) >= 0


@pytest.mark.model
@pytest.mark.parametrize("text", ["x" * 100_000, "kata, " * 17_000, "🦖" * 100_000, " " * 100_000])
def test_long_texts_are_cut_off(quick: OnnxEmbedder, text: str):
    (vector,) = quick.encode([text], "passage")
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-4


@pytest.mark.model
def test_what_is_cut_off_is_the_end(quick: OnnxEmbedder):
    prefix_and_special_tokens = quick.count_tokens("passage:") + 2
    room = quick.max_tokens - prefix_and_special_tokens
    full = "kata " * room
    assert quick.count_tokens(full) == room + 1  # the last space is a token
    first, longer, shorter = quick.encode([full, full + "lain sekali", "kata " * (room - 9)], "passage")
    np.testing.assert_allclose(first, longer, atol=1e-5)
    assert np.abs(first - shorter).max() > 1e-4


@pytest.mark.model
def test_tokens_are_counted_without_prefix_and_special_tokens(quick: OnnxEmbedder):
    assert quick.count_tokens("") == 0
    assert quick.count_tokens("Sumatera Utara") == 2


@pytest.mark.model
def test_no_texts_are_no_rows(quick: OnnxEmbedder, general: SentenceTransformerEmbedder):
    assert quick.encode([], "query").shape == general.encode([], "query").shape == (0, 384)


@pytest.mark.model
def test_the_default_is_loaded_without_pytorch_and_without_network():
    code = (
        "import sys; from index import Settings; from index.embedder import load_embedder;"
        "embedder = load_embedder(Settings.load()); embedder.encode(['Apa?'], 'query');"
        "print(embedder.name, 'torch' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["intfloat/multilingual-e5-small@1571fc982750-2-8bit-2", "False"]
    assert run.stderr == ""


@pytest.mark.model
def test_a_folder_without_a_model_is_refused_with_the_cure(tmp_path: Path, folder: Path):
    (tmp_path / "onnx").mkdir()
    shutil.copy(folder / "tokenizer.json", tmp_path)
    (tmp_path / "onnx" / "encoder.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\); remove the folder "):
        OnnxEmbedder(tmp_path)


def test_a_model_without_prompts_gets_no_prefix(static: Path):
    embedder = load_embedder(Settings(embedder=str(static)))
    vectors = embedder.encode(["satu", "dua", "satu dua"], "query")
    np.testing.assert_allclose(vectors, [[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], atol=1e-6)
    np.testing.assert_array_equal(vectors, embedder.encode(["satu", "dua", "satu dua"], "passage"))
    assert embedder.dimension == 3
    assert embedder.count_tokens("satu dua satu") == 3
    assert embedder.max_tokens > 1000


def test_a_models_name_changes_with_its_weights_and_prompts_and_not_with_its_path(
    static: Path, tmp_path: Path
):
    def name(folder: Path) -> str:
        return SentenceTransformerEmbedder(str(folder)).name

    def copy(where: str) -> Path:
        return shutil.copytree(static, tmp_path / where / static.name)

    assert name(static).startswith("two-words@")
    assert name(copy("moved")) == name(static)
    prompted = copy("prompted")
    configuration = json.loads((prompted / "config_sentence_transformers.json").read_text())
    configuration["prompts"] = {"query": "cari: "}
    (prompted / "config_sentence_transformers.json").write_text(json.dumps(configuration))
    assert name(prompted) != name(static)
    changed = copy("changed")
    tensors = changed / "model.safetensors"
    data = bytearray(tensors.read_bytes())
    data[-1] ^= 1
    tensors.write_bytes(data)
    assert name(changed) != name(static)


def test_an_e5_model_without_prompts_gets_those_of_its_family(static: Path, tmp_path: Path):
    folder = shutil.copytree(static, tmp_path / "multilingual-e5-base")
    (vector,) = SentenceTransformerEmbedder(str(folder)).encode(["satu"], "query")
    # "query", ":" and "satu": two unknown words and one known.
    np.testing.assert_allclose(vector, np.array([3, 0, 2]) / np.sqrt(13), atol=1e-6)


@pytest.mark.parametrize("model", ["./none", "/none/such", "~/none-such", "a/b/c"])
def test_a_folder_that_does_not_exist_is_refused_with_the_cure(model: str):
    with pytest.raises(ModelError, match=r"there is no model folder .*; set TANYA_EMBEDDER to one, or to"):
        SentenceTransformerEmbedder(model)


def test_a_folder_that_holds_no_model_is_refused_with_the_cure(tmp_path: Path):
    with pytest.raises(
        ModelError, match=r"holds no model; set TANYA_EMBEDDER to a folder that does, or to an id$"
    ):
        SentenceTransformerEmbedder(str(tmp_path))
    (tmp_path / "config.json").write_text('{"model_type": "nothing known"}')
    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\); set TANYA_EMBEDDER to another$"):
        SentenceTransformerEmbedder(str(tmp_path))


def test_a_model_that_cannot_be_fetched_is_told_at_once_and_in_one_line():
    code = (
        "from index.embedder import SentenceTransformerEmbedder\n"
        "from index import ModelError\n"
        "try:\n    SentenceTransformerEmbedder('nobody/no-such-model')\n"
        "except ModelError as error:\n    print(error)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment() | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.stdout.startswith(
        "the model nobody/no-such-model is not on this machine and cannot be fetched; connect"
    )
    assert run.stdout.count("\n") == 1
    assert run.stderr == ""
